"""Finding the forms' labels in a stream: which stretches of text name a row, a column or a heading."""

import re
from dataclasses import dataclass
from functools import cache

from .form import aliases, forms
from .stream import HAN

ORDINAL = re.compile(r"^(?:[(（][一二三四五六七八九十]+[)）]|[一二三四五六七八九十]+、|(\d+)[.、．])\s*")
BRACKETS = re.compile(r"[(（][^()（）]*[)）]")
# The sections behind the tables: where they begin, the tables end.
SECTIONS = (
    "存在的主要问题",
    "存在主要问题",
    "存在的问题及改进",
    "主要问题及改进",
    "其他需要报告的事项",
    "需要报告的其他事项",
)
# What can stand between a numeral and its label, and the numeral's own digits.
BEHIND_NUMERAL = '.、．,，)） \n\t“"'
NUMERAL_END = frozenset(f"0123456789{BEHIND_NUMERAL}")
# How far before a label its numeral may stand, in characters: a blank column lies between at most.
NEAR = 80
# What parts the cells of a line of text.
BORDERS = "|\t│┃"
# A numeral at the beginning of a cell is the label's behind it, whatever list it counts.
LISTED = re.compile(r"\s*[(（]?\d{1,2}\s*[.、．)）]\s*[“\"]?\s*")

# So is one in brackets: (1)属于国家秘密.
IN_BRACKETS = re.compile(r"[(（](\d{1,2})[)）]\s?$")


@dataclass(frozen=True, slots=True)
class Role:
    """What a label names."""

    kind: str
    """row, column, group or section."""
    table: str
    key: str
    """A row's or column's key; a group's or section's own label."""
    form: str = ""
    """For a column: the form that prints it so; empty where any may."""
    numeral: str = ""
    """For a row: the digits that its form prints before it, such as ``2`` of ``2.``."""


@dataclass(slots=True)
class Label:
    """One label found: a stretch of the stream's Chinese characters, and everything it may name."""

    start: int
    end: int
    """In the Chinese characters."""
    begin: int
    finish: int
    """In the text, the numeral before it included."""
    roles: tuple[Role, ...]
    loose: int = 0
    """How many Chinese characters before it belong to no label."""

    def key(self, table, kind):
        for role in self.roles:
            if role.table == table and role.kind == kind:
                return role.key
        return None

    def is_of(self, table):
        """Whether it names something inside a table."""
        return any(role.table == table and role.kind != "section" for role in self.roles)


def han(text):
    """The Chinese characters of a text alone."""
    return "".join(HAN.findall(text))


def plain(label):
    """Reduce a label to what identifies it.

    >>> plain("（二）部分公开（区分处理的，只计这一情形，不计其他情形）")
    '部分公开'
    """
    return han(BRACKETS.sub("", ORDINAL.sub("", label)))


def variants(label):
    """The ways a label is sought, the fullest first: with its ordinal, without, without its bracket."""
    return tuple(dict.fromkeys(filter(None, (han(label), han(ORDINAL.sub("", label)), plain(label)))))


def row_role(table, row):
    """What the label of a declared row names."""
    ordinal = ORDINAL.match(row.label[-1])
    return Role("row", table, row.key, numeral=ordinal[1] or "" if ordinal else "")


@cache
def lexicon():
    """Every label of every declared form as ``{Chinese characters: (Role, ...)}``."""
    roles, row_roles = {}, {}

    def add(texts, role):
        for text in texts:
            roles.setdefault(text, {})[role] = None

    for form in forms().values():
        for table in form.tables:
            add(variants(table.heading), Role("section", table.key, table.key))
            for block in table.blocks:
                for row in block.rows:
                    role = row_role(table.key, row)
                    row_roles.setdefault((table.key, row.key), role)
                    add(variants(row.label[-1]), role)
                for column in block.columns:
                    add(variants(column.label[-1]), Role("column", table.key, column.key, form.key))
                for group in (group for line in block.rows + block.columns for group in line.label[:-1]):
                    add(variants(group), Role("group", table.key, han(group)))
    for (table, key), seen in aliases().items():
        for label in seen:
            add(variants(label), row_roles.get((table, key)) or Role("column", table, key))
    for section in SECTIONS:
        add((section,), Role("section", "", section))
    return {text: tuple(found) for text, found in roles.items()}


def named(text):
    """What a text that is a label names, with its numeral or without, a tuple of Role; None if it is none."""
    return lexicon().get(han(text)) or lexicon().get(han(ORDINAL.sub("", text)))


def find_labels(stream):
    """All labels in a stream, in order; of two that overlap, the longer."""
    found = []
    characters = stream.han
    for text, roles in lexicon().items():
        start = characters.find(text)
        while start >= 0:
            found.append((start, -start - len(text), roles))
            start = characters.find(text, start + 1)
    found.sort(key=lambda stretch: stretch[:2])
    kept = []
    for start, end, roles in found:
        if kept and start < kept[-1][1]:
            if -end - start <= kept[-1][1] - kept[-1][0]:
                continue
            kept.pop()
        kept.append((start, -end, roles))
    labels, covered = [], 0
    for start, end, roles in kept:
        labels.append(label_at(stream, start, end, roles, start - covered))
        covered += end - start
    return labels


def label_at(stream, start, end, roles, loose=0):
    return Label(start, end, _begin(stream, stream.at[start], roles), stream.at[end - 1] + 1, roles, loose)


def _begin(stream, at, roles):
    """Where the numeral begins that is printed before a label, such as ``2.``; where there is none, the label.

    Glued to the label, or alone before it at the beginning of its cell, it is the label's with or without its dot; apart
    from it, only with its dot.
    """
    text = stream.text
    if text[at - 1 : at] not in NUMERAL_END or not text[max(0, at - NEAR) : at].rstrip(BEHIND_NUMERAL)[-1:].isdigit():
        return at
    near = max(stream.piece(at).start, at - NEAR)
    cell = near + max(map(text[near:at].rfind, BORDERS)) + 1
    numerals = {role.numeral for role in roles if role.numeral}
    if LISTED.fullmatch(text, cell, at) or text[cell:at].strip() in numerals:
        return cell
    before = text[max(0, at - 6) : at]
    bracketed = IN_BRACKETS.search(before)
    if bracketed and bracketed[1] in numerals:
        return at - len(before) + bracketed.start()
    bare = before.rstrip(" .、．,，\n\t")
    glued = len(bare) == len(before)
    for numeral in numerals:
        begin = at - len(before) + len(bare) - len(numeral)
        # Before a comma it is one at the beginning of its cell only: elsewhere it is the figure behind another label.
        dots = ".、．" if text[cell:begin].strip() else ".、．,，"
        if bare.endswith(numeral) and (glued or set(dots) & set(before[len(bare) :])):
            return begin
    return at
