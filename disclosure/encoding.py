"""Bytes to text: which encoding it really is, and what conversions before us have done to it."""

import codecs
import re

CHECK = "wording.encoding"

# The characters that these reports use most, Simplified and Traditional. In a text read rightly about half of the
# Chinese characters are among them; in one read by a wrong table, hardly any.
COMMON = (
    "政公开信息府行理年务的情请申一结区况其和不二度第作本三项新法人处他关发全规要进工数报办内件计果条制化复机容于收审范部动网性告总主体布"
    "未诉提事确四站保是定及查通等强时国实对议量正民加期费求门依管有按属中类在改分问题平为面五业重方持策需现会过各程都到形以位出设予了讼六"
    "组据相共个可社格存效转尚服知严完后准上合供已栏决系能明起律更标单织取下目与益号步安检成当用维经例执众监解读密止或"
    "個內動務區問單嚴國執報實審對屬強後復據數於時會條業標機檢欄決況準無爲為現當發監確範組結經維網總織與處號衆規計訟設訴請議讀費轉辦進過門開關項題類體"
)
COMMON_RUN = re.compile(f"[{COMMON}]+")
FOREIGN = re.compile(r"[^\x00-\x7f]")
FOREIGN_BYTE = re.compile(rb"[\x80-\xff]")
HAN = re.compile(r"[\u3400-\u9fff]")

BOMS = {b"\xef\xbb\xbf": "utf-8", b"\x84\x31\x95\x33": "gb18030", b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
# In order of trust where the text itself does not decide. gb18030 contains gbk and gb2312, big5hkscs contains big5.
CANDIDATES = ("utf-8", "gb18030", "big5hkscs", "utf-16-le", "utf-16-be", "cp1252")
# What a declaration may call each, beside what Python knows.
FAMILIES = {
    "gb18030": {"gb18030", "gbk", "gb2312", "hz", "x-gbk", "gb_2312-80", "chinese"},
    "big5hkscs": {"big5hkscs", "big5", "cp950"},
    "cp1252": {"cp1252", "iso8859-1", "ascii"},
    "utf-8": {"utf-8", "utf-8-sig", "unicode"},
}
# A text is judged by so much of it, in bytes or characters, from the first that is not ASCII.
SAMPLE = 2048
# One undecodable place speaks as loudly against an encoding as ten common characters speak for it.
DAMAGE = 10
# Below this share of common characters a text was read by a wrong table; right ones have 0.4 to 0.7.
LEGIBLE = 0.15
# What stands for bytes that a conversion lost: the mark itself, and what GBK makes of two of them.
LOST = ("\ufffd", "锟斤拷")
# Fewer characters than this are no text to judge: a name, a row of labels.
ENOUGH = 24
# So many question marks and not one Chinese character: a conversion could not write what stood there.
QUESTION_MARKS = 40

NOTES = {
    "declared": "文件声明的编码是 {declared}，实际是 {encoding}，已按实际编码读取。",
    "lost": "有 {count} 处文字已损坏、无法还原（显示为 �），所在单元格或语句请对照原件。",
    "nul": "文件里有 {count} 个空字节（已略去），可能在保存或下载时受损，请对照原件。",
    "undone": "文字曾被按错误的编码（{wrong}）转存，已还原。",
    "undone_in_part": "文字曾被按错误的编码（{wrong}）转存，只能还原一部分，{count} 处已丢失，丢失处后面的数字也可能缺位，请对照原件。",
    "spoilt_lines": "有 {count} 行文字曾被按错误的编码转存，无法还原，请对照原件。",
    "garbled": "全文几乎没有常用汉字，很可能是乱码，请对照原件。",
    "questions": "汉字全部变成了问号，无法还原，请找原件。",
}


def decode(data, declared=None):
    """Bytes to text, whatever they are: ``(text, encoding, notes)``; never raises.

    ``declared`` is the encoding that the file gives itself; it is believed only if the bytes agree. What cannot be
    decoded becomes U+FFFD, NULs go, and a text that was once read by a wrong table and saved again (涓€銆佹€讳綋)
    is turned back. Each such thing is a note ``(check, severity, message)``, as in Document.notes.
    """
    encoding, text = _read(data, declared)
    notes = []
    if b"\x00" in data and (nuls := text.count("\x00")):
        text = text.replace("\x00", "")
        notes.append(_note("nul", count=nuls))
    if text.isascii():
        if text.count("?") > QUESTION_MARKS and text.count("?") * 2 > sum(map(str.isalpha, text)):
            notes.append(_note("questions"))
        return text, encoding, notes
    if declared and not _same(declared, encoding):
        notes.append(_note("declared", "info", declared=declared, encoding=encoding))
    share = legibility(text)
    if share is not None and share < LEGIBLE:
        text, told = _undo(text, share)
    else:
        text, told = _undo_lines(text)
    lost = sum(text.count(mark) for mark in LOST if mark[0] in text)
    if lost and not told:
        told = [_note("lost", count=lost)]
    return text, encoding, notes + told


def legibility(text):
    """The share of common characters among those that are not ASCII, 0 to 1; None where there are too few to tell."""
    first = FOREIGN.search(text)
    if not first:
        return None
    sample = text[first.start() : first.start() + SAMPLE]
    foreign = len(sample) - len(sample.encode("ascii", "ignore"))
    return _common(sample) / foreign if foreign >= ENOUGH else None


def _common(text):
    """How many common characters are in a text."""
    return len(text) - len(COMMON_RUN.sub("", text))


def _note(kind, severity="warning", **facts):
    return CHECK, severity, NOTES[kind].format(**facts)


def _read(data, declared):
    bom = next((bom for bom in BOMS if data.startswith(bom)), b"")
    body, named = data[len(bom) :], BOMS.get(bom)
    for encoding in (named, "utf-8"):
        # Bytes that are valid UTF-8 by chance do not occur in Chinese text; NULs say that it is UTF-16 after all.
        if encoding and (named or b"\x00" not in body):
            try:
                return encoding, body.decode(encoding)
            except UnicodeDecodeError:
                pass
    encoding = max(_candidates(declared), key=lambda candidate: _score(body, candidate))
    return encoding, body.decode(encoding, "replace")


def _candidates(declared):
    """Every encoding to try, the declared one first, so that it wins a tie."""
    first = [encoding for encoding in CANDIDATES if declared and _same(declared, encoding)]
    return first + [encoding for encoding in CANDIDATES if encoding not in first]


def _score(data, encoding):
    foreign = FOREIGN_BYTE.search(data)
    start = foreign.start() & ~1 if foreign else 0
    text = codecs.getincrementaldecoder(encoding)("replace").decode(data[start : start + SAMPLE])
    return _common(text) - DAMAGE * (text.count("\ufffd") + text.count("\x00"))


def _same(declared, encoding):
    declared = declared.strip().lower()
    try:
        declared = codecs.lookup(declared).name
    except (LookupError, ValueError, UnicodeError):
        pass
    return declared in FAMILIES.get(encoding, ()) or declared.replace("_", "-").startswith(encoding)


def _gbk_bytes(text):
    """The bytes that a reader of GBK made this text from; it shows a lone 0x80 as the euro sign."""
    parts = text.replace("\ufffd", "?").split("€")
    return b"\x80".join(part.encode("gb18030") for part in parts)


def _western_bytes(text):
    """The bytes that a reader of Windows' Western table made this text from."""
    return text.translate(WESTERN).encode("latin-1", "replace")


# Bytes that the table leaves undefined come through as control characters of the same number.
WESTERN = {
    ord(bytes([byte]).decode("cp1252")): byte for byte in range(0x80, 0xA0) if byte not in b"\x81\x8d\x8f\x90\x9d"
}
# How a text was wrongly read, and what its bytes really were.
MISREADINGS = (("gbk", _gbk_bytes, "utf-8"), ("cp1252", _western_bytes, "utf-8"), ("cp1252", _western_bytes, "gb18030"))
# A character of UTF-8 whose last byte a GBK reader could not pair and wrote as a question mark.
CUT_SHORT = re.compile(rb"[\xe2-\xef][\x80-\xbf]?\?")
# What the comma, the full stop and 的 become when UTF-8 is read as GBK; no report uses these characters.
TELLTALES = ("锛", "銆", "鐨")


def _undo(text, share):
    """Turn back a text that was read by a wrong table; ``(text, notes)``."""
    for wrong, to_bytes, true in MISREADINGS:
        data = to_bytes(text)
        if true == "utf-8":
            data = CUT_SHORT.sub("\ufffd".encode(), data)
        repaired = data.decode(true, "replace")
        if (legibility(repaired) or 0) > max(LEGIBLE, 2 * share):
            lost = repaired.count("\ufffd")
            return repaired, [_note("undone_in_part" if lost else "undone", wrong=wrong, count=lost)]
    return text, [_note("garbled")] if HAN.search(text) else []


def _undo_lines(text):
    """Turn back those lines of a legible text that UTF-8 read as GBK has spoilt; ``(text, notes)``."""
    if not any(mark in text for mark in TELLTALES):
        return text, []
    lines, undone, spoilt = text.split("\n"), 0, 0
    for index, line in enumerate(lines):
        if any(mark in line for mark in TELLTALES):
            try:
                lines[index] = _gbk_bytes(line).decode("utf-8")
                undone += 1
            except UnicodeDecodeError:
                spoilt += 1
    notes = [_note("undone", wrong="gbk")] if undone else []
    return "\n".join(lines), notes + ([_note("spoilt_lines", count=spoilt)] if spoilt else [])
