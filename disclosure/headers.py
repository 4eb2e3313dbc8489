"""The columns of a table by the headings over its rows: which there are, in which order they are printed, and their units."""

import re
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import NamedTuple

from .form import CellKey, Column, forms
from .labelled import in_a_word
from .labels import Role, han, plain
from .stream import HAN
from .units import unit_of

# A header has at most so many lines, unless each of its headings has one.
HEADER_LINES = 4
# How alike the words of a header must be to a heading that is not there, in percent.
HEADING_ALIKE = 50
# So alike they must be to say that the columns stand in another order than the form's.
SURELY_ALIKE = 75
WORD = re.compile("[\u3400-\u9fff]{2,}")
# By what a heading in other words is one column's and no other's of its table.
TOLD_BY = {
    "enterprise": "企业|公司", "research": "科研|研究", "public_interest": "公益|社会", "legal_service": "法律|律师|律所",
    "other_org": "其[他它]", "upheld": "维持|驳回", "corrected": "纠正|纠错|撤销", "other": "其[他它]", "pending": "审理|未.*结",
    "total": "[总合小]计", "issued": "制[发定]", "repealed": "废止|失效", "in_force": "有效",
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Columns:
    """The columns over some rows of a table, in the order in which one form, or one report, prints them."""

    form: str
    columns: tuple[Column, ...]
    kinds: tuple[str, ...]
    keys: dict[str, tuple[CellKey, ...]]
    """The cells of each row."""


class Header(NamedTuple):
    """What is printed over some rows, as far as it was read."""

    columns: Columns
    headed: float
    """The share of the columns whose headings were found."""
    spans: dict[int, str]
    """The heading over each column of the grid, ``{grid's column: column key}``; all of the headings or none."""
    at: dict[str, tuple[int, int]]
    """The first and the last character of each heading that was found, ``{column key: positions in the text}``."""
    units: dict[str, str]
    """The unit printed with a heading, ``{column key: unit}``."""
    in_order: bool
    """False where the headings found stand in another order than declared, and which that is cannot be told."""
    heads: tuple = ()
    """All the headings, if they are of several years (``years.Head``)."""
    strange: tuple = ()
    """Words that stand where headings do, and are none of the form's, if any of these is missing."""
    lumped: tuple = ()
    """The headings in printed order, keys of columns and names of groups, where a group has a heading and none of its
    columns has; else none. All empty where that order cannot be told."""


@cache
def declared_columns(table):
    """The columns over each row, ``{row: (Columns, ...)}``; forms with the same columns stand there once."""
    found = {}
    for form in forms().values():
        for block in form.table(table).blocks:
            declared = columns_of(form.key, table, block.columns, [row.key for row in block.rows])
            for row in block.rows:
                known = found.setdefault(row.key, ())
                if block.columns not in [other.columns for other in known]:
                    found[row.key] = (*known, declared)
    return found


def columns_of(form, table, columns, rows):
    keys = {row: tuple(CellKey(table, row, column.key) for column in columns) for row in rows}
    return Columns(form, columns, tuple(column.kind for column in columns), keys)


def read_header(page, table, low, high, declared, alike=False):
    """The Header that a stretch of the Chinese characters is for rows with these declared columns.

    ``alike`` says to look for the headings that are not there word for word by what is most like them.
    """
    seen = {}
    for label in page.between(low, high):
        for role in label.roles:
            if role.table == table and role.kind in ("column", "group") and role.form in ("", declared.form):
                if (role.kind, role.key) not in seen or not in_a_word(page, label):
                    seen[role.kind, role.key] = label
    likeness = 100
    if alike:
        missing = [column for column in declared.columns if ("column", column.key) not in seen]
        others, likeness = _alike_headings(page, table, low, high, missing)
        seen |= others
    found = tuple(column for column in declared.columns if ("column", column.key) in seen)
    headings = {column.key: seen["column", column.key] for column in found}
    pieces = {key: page.stream.piece(label.begin) for key, label in headings.items()}
    units = {column.key: unit_of(page, headings[column.key]) for column in found if column.kind == "money"}
    at = {key: (label.begin, label.finish - 1) for key, label in headings.items()}
    headed, whole = len(found) / len(declared.columns), found == declared.columns
    spans = {}
    if whole and len({id(piece.grid) for piece in pieces.values()}) == 1 and pieces[found[0].key].cell:
        for key, piece in pieces.items():
            # A heading may be cut over several cells.
            last = page.stream.piece(at[key][1]).cell or piece.cell
            spans |= dict.fromkeys(range(piece.cell.column, last.column + last.colspan), key)
        if len(set(spans.values())) < len(found):
            spans = {}
    lumped = () if whole else _lumped(page, declared.columns, found, seen)
    printed = _in_printed_order(page, found, seen, pieces, whole)
    if printed == found:
        return Header(declared, headed, spans, at, units, True, lumped=lumped)
    if not (whole and printed and likeness >= SURELY_ALIKE):
        return Header(declared, headed, {}, at, units, False)
    return Header(columns_of(declared.form, table, printed, declared.keys), headed, spans, at, units, True)


def _lumped(page, columns, found, seen):
    """The headings in printed order, if a group of columns is among them that has none of its own; else none.

    On several lines one may only be printed higher: the order is told there if it is the declared one, else all are empty.
    """
    groups, own = ({han(group) for column in some for group in column.label[:-1]} for some in (columns, found))
    labels = {group: seen["group", group] for group in groups - own if ("group", group) in seen} if found else {}
    if not labels:
        return ()
    labels |= {column.key: seen["column", column.key] for column in found}
    declared = dict.fromkeys(
        heading for column in columns for heading in (*map(han, column.label[:-1]), column.key) if heading in labels
    )
    printed = tuple(sorted(labels, key=lambda heading: labels[heading].start))
    is_told = printed == tuple(declared) or len({page.line(label.begin) for label in labels.values()}) == 1
    return printed if is_told else ("",) * len(printed)


def _alike_headings(page, table, low, high, columns):
    """The words of a header that are most like the headings of some columns, each of one, and how alike the least is.

    As ``{("column", key): Label}``, and a percentage. They stand on the line, or in the row of the grid, on which most words do that are no label.
    """
    at = page.stream.at
    words = [
        match.span() for match in WORD.finditer(page.masked, at[low], at[high] if high < len(at) else len(page.masked))
    ]
    lines = Counter(map(page.line, (start for start, _ in words)))
    words = [word for word in words if lines and page.line(word[0]) == lines.most_common(1)[0][0]]
    likeness = {
        (column.key, word): _likeness(column, han(page.masked[slice(*word)])) for column in columns for word in words
    }
    found, least = {}, 100
    while likeness and max(likeness.values()) >= HEADING_ALIKE:
        key, (start, end) = max(likeness, key=likeness.get)
        least = likeness[key, (start, end)]
        role = Role("column", table, key)
        found["column", key] = page.add(bisect_left(at, start), bisect_left(at, end), role)
        likeness = {pair: alike for pair, alike in likeness.items() if pair[0] != key and pair[1] != (start, end)}
    return found, least


def _likeness(column, word):
    """How alike a word is to the heading of a column, in percent."""
    from rapidfuzz import fuzz

    told = re.search(TOLD_BY.get(column.key, "(?!)"), word)
    return 100 if told else min(fuzz.partial_ratio(plain(column.label[-1]), word), 99)


def _in_printed_order(page, columns, seen, pieces, whole):
    """The columns found, in the order in which the header prints them; as declared where that cannot be told.

    In a grid the grid's columns tell; on one line the line. A header of several levels comes line by line, so a column
    under a group may be printed behind one that stands to its right: level by level its place is its group's. Where a
    level's headings are on several lines of text, one may only be printed higher: they are in the declared order if they
    stand so from left to right, else in none that can be told (None).
    Headings that stand partly in a grid and partly outside it fell out of their table: they tell nothing.
    """
    starts = [seen["column", column.key].start for column in columns]
    if starts == sorted(starts) or len({id(piece.grid) for piece in pieces.values()}) > 1:
        return columns
    groups = {column: [("group", han(group)) for group in column.label[:-1]] for column in columns}
    there = [group in seen for column in columns for group in groups[column]]

    def in_grid(column):
        return pieces[column.key].cell.column

    def along_line(column):
        return seen["column", column.key].start

    def by_level(column):
        return [*(seen[group].start for group in groups[column]), along_line(column)]

    gridded, one_line = (
        all(piece.cell for piece in pieces.values()),
        len({piece.start for piece in pieces.values()}) == 1,
    )
    places = [in_grid] if gridded else []
    # On a line below that of the groups all columns stand in their order.
    line = next(iter(pieces.values())).start
    if one_line and line not in (page.line(seen[group].begin) for group in chain(*groups.values()) if group in seen):
        places.append(along_line)
    elif all(there) and (whole or not one_line):
        places.append(by_level)
    orders = [tuple(sorted(columns, key=place)) for place in places]
    if not orders or columns in orders:
        return columns
    if gridded or one_line:
        return orders[0]
    levels = {}
    for column in columns:
        path = [*groups[column], ("column", column.key)]
        for depth, heading in enumerate(path):
            levels.setdefault(tuple(path[:depth]), set()).add(page.line(seen[heading].begin))
    if all(len(lines) == 1 for lines in levels.values()):
        return orders[0]
    if not whole and any(groups.values()):
        return columns
    return columns if _from_left_to_right(page.stream.text, columns, seen, pieces) else None


def _from_left_to_right(text, columns, seen, pieces):
    """Whether headings on several lines of text stand in order, by the columns of their lines: a character's, or a screen's."""
    before = [text[pieces[column.key].start : seen["column", column.key].begin] for column in columns]
    places = [list(map(measure, before)) for measure in (len, _width)]
    return any(low == sorted(set(low)) for low in places)


def _width(text):
    """How many columns of a screen a text takes: a Chinese character two."""
    return len(text) + sum(map(len, HAN.findall(text)))


def has_header(page, table, row, above, label):
    """Whether headings of columns stand between a row's label and the one above it."""
    return any(
        role.table == table and role.kind == "column" and role.key != row
        for other in page.between(above.end, label.start) for role in other.roles
    )  # fmt: skip
