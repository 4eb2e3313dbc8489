"""Clean text for matching: widths, look-alike glyphs, script and pinyin notes. The raw text stays with its owner."""

import re
import unicodedata
from functools import cache, lru_cache

# NFKC folds far more than the forms need: it would turn the footnote mark in 22① into 221. So only these
# blocks are folded: Kangxi radicals (PDF text layers), compatibility ideographs and full-width forms.
FOLDED = ((0x2F00, 0x2FD5), (0xF900, 0xFAD9), (0xFF01, 0xFF5E), (0xFFE0, 0xFFE6))

# Radicals of the supplement that some PDF makers write for the whole character; NFKC leaves them.
RADICALS = dict(
    zip(
        "⺟⺠⻄⻅⻆⻉⻋⻑⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻰⻳",
        "母民西见角贝车長长门青韦页风飞食马骨鬼鱼鸟卤麦黄黾齐齿龙龟",
        strict=True,
    )
)

# Blanks of every kind become one; what has no width goes. U+202E stays: it shows digits in reverse.
BLANKS = dict.fromkeys(
    "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\x0b\x0c", " "
)
WIDTHLESS = dict.fromkeys(
    "\u00ad\u200b\u200c\u200d\u2060\ufeff\u200e\u200f\u202a\u202b\u202c\u202d\u2066\u2067\u2068\u2069", ""
)
# Neither do control characters, but those that part lines, and pieces of text while they are cleaned together.
WIDTHLESS |= dict.fromkeys((c for c in map(chr, range(0xA0)) if not c.isprintable() and not c.isspace()), "")

# Characters that only Traditional text has and that the forms use, so that a page is converted only when it is
# Traditional: on Simplified text the conversion would damage names such as 乾县.
TRADITIONAL = frozenset(
    "開關報業務總計請與執屬應類組織機構訴訟級給訂實現將無規範許處罰強徵學術農會發區縣鄉鎮廳據條護從當後擬時"
)
# How many different ones make a page Traditional: one or two may stand in a name or a quotation.
TRADITIONAL_ENOUGH = 4

NOTE = re.compile(r"([\u3400-\u9fff])((?:[(（]\s*[a-zA-Z\u00e0-\u00fc\u0101-\u01dc\u0261]{1,6}\s*[)）])+)")
# A page without any of these has no notes.
BRACKETED_LATIN = re.compile(r"[(（]\s*[a-zA-Z\u00e0-\u00fc\u0101-\u01dc\u0261]")
# A single bracket after a character may be an abbreviation; only a page with several readings carries notes.
NOTES_ENOUGH = 3


@cache
def _table():
    table = RADICALS | BLANKS | WIDTHLESS
    for first, last in FOLDED:
        for character in map(chr, range(first, last + 1)):
            folded = unicodedata.normalize("NFKC", character)
            if folded != character:
                table[character] = folded
    return table


@cache
def _foldable():
    return re.compile(f"[{re.escape(''.join(_table()))}]")


def fold(text):
    """Full-width forms, look-alike glyphs and odd blanks to their plain forms; nothing else changes.

    >>> fold("⾏政许可\\u3000１２")
    '行政许可 12'
    """
    if not text.isascii():
        for character in set(_foldable().findall(text)):
            text = text.replace(character, _table()[character])
    return text


def is_traditional(text):
    """Whether a page is written in Traditional characters."""
    return sum(map(text.__contains__, TRADITIONAL)) >= TRADITIONAL_ENOUGH


def simplify(text):
    """Traditional to Simplified, character by character (OpenCC t2s), whatever the text is: ask is_traditional first."""
    return "".join(
        part if index % 2 else _opencc().convert(part) for index, part in enumerate(_protected().split(text))
    )


@cache
def _opencc():
    import opencc

    return opencc.OpenCC("t2s")


@cache
def _protected():
    from .places import PROTECTED

    return re.compile(f"({'|'.join(PROTECTED)})")


def strip_notes(text):
    """Remove pinyin notes such as 區(qū) or 政(zheng)(zheng) from a page that carries several.

    A bracket is a note only if it is a reading of the very character before it; (PDF), (km) and (qq) stay.

    >>> strip_notes("關(guān)于政(zheng)(zheng)府信息公開(kāi)的規(guī)定(PDF)")
    '關于政府信息公開的規定(PDF)'
    """
    candidates = list(NOTE.finditer(text)) if BRACKETED_LATIN.search(text) else ()
    if len(candidates) < NOTES_ENOUGH or sum(map(_is_note, candidates)) < NOTES_ENOUGH:
        return text
    return NOTE.sub(lambda match: match[1] if _is_note(match) else match[0], text)


def _is_note(match):
    notes = re.findall(r"[^()（）\s]+", match[2])
    return all(_toneless(note) in _readings(match[1]) for note in notes)


@lru_cache(maxsize=4096)
def _readings(character):
    from pypinyin import Style, pinyin

    return {_toneless(reading) for reading in pinyin(character, style=Style.NORMAL, heteronym=True)[0]}


def _toneless(note):
    """``qū`` and ``qu`` alike; ``lǜ``, ``lü`` and ``lv`` alike."""
    note = note.lower().replace("ɡ", "g")
    for letter in "ǖǘǚǜü":
        note = note.replace(letter, "v")
    return "".join(c for c in unicodedata.normalize("NFD", note) if c.isascii())
