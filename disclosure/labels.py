"""Finding the forms' labels in a stream: which stretches of text name a row, a column or a heading."""

import re
from dataclasses import dataclass
from functools import cache

from .form import aliases, forms
from .stream import HAN

ORDINAL = re.compile(r"^(?:[(（][一二三四五六七八九十]+[)）]|[一二三四五六七八九十]+、|\d+[.、．])\s*")
BRACKETS = re.compile(r"[(（][^()（）]*[)）]")
# The sections behind the tables: where they begin, the tables end.
SECTIONS = ("存在的主要问题", "存在主要问题", "存在的问题及改进", "主要问题及改进", "其他需要报告的事项", "需要报告的其他事项")


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


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One label found: a stretch of the stream's Chinese characters, and everything it may name."""

    start: int
    end: int
    roles: tuple[Role, ...]

    def key(self, table, kind):
        for role in self.roles:
            if role.table == table and role.kind == kind:
                return role.key
        return None


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


@cache
def lexicon():
    """Every label of every declared form as ``{Chinese characters: (Role, ...)}``."""
    roles = {}

    def add(texts, role):
        for text in texts:
            if role not in roles.setdefault(text, []):
                roles[text].append(role)

    for form in forms().values():
        for table in form.tables:
            add(variants(table.heading), Role("section", table.key, table.key))
            for block in table.blocks:
                for row in block.rows:
                    add(variants(row.label[-1]), Role("row", table.key, row.key))
                    for group in row.label[:-1]:
                        add(variants(group), Role("group", table.key, han(group)))
                for column in block.columns:
                    add(variants(column.label[-1]), Role("column", table.key, column.key, form.key))
                    for group in column.label[:-1]:
                        add(variants(group), Role("group", table.key, han(group)))
    for (table, key), seen in aliases().items():
        kind = "row" if any(key in {c.row for c in form.cells if c.table == table} for form in forms().values()) else "column"
        for label in seen:
            add(variants(label), Role(kind, table, key))
    for section in SECTIONS:
        add((section,), Role("section", "", section))
    return {text: tuple(found) for text, found in roles.items()}


def occurrences(stream):
    """All labels in a stream, in order; of two that overlap, the longer."""
    found = []
    characters = stream.han
    for text, roles in lexicon().items():
        start = characters.find(text)
        while start >= 0:
            found.append(Occurrence(start, start + len(text), roles))
            start = characters.find(text, start + 1)
    found.sort(key=lambda occurrence: (occurrence.start, -occurrence.end))
    kept = []
    for occurrence in found:
        if kept and occurrence.start < kept[-1].end:
            if occurrence.end - occurrence.start <= kept[-1].end - kept[-1].start:
                continue
            kept.pop()
        kept.append(occurrence)
    return kept
