"""Which year is the report's, and which figures are, where a table prints several years beside or below each other."""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from functools import cache
from itertools import chain, groupby
from typing import NamedTuple

from .form import aliases
from .labels import BORDERS, BRACKETS, han
from .readings import as_shown, closes_as_printed, slots
from .titles import YEAR, arabic_years, covered_year, is_listed, titles_in

# A heading that says whose figures follow is no longer than this.
LONGEST = 60
# A word of a line; the cell of a grid is one.
WORD = re.compile(rf"[^\s{BORDERS}]+")
# What a heading says of its time, beside what it counts, if it names no year.
LAST, THIS, NEITHER = "last", "this", "neither"
PERIODS = {
    LAST: re.compile("(?:上一|[上去前])(?:年度?|期)(?:同期)?"),
    THIS: re.compile("[本今当](?:年度?|期)"),
}
PERIOD = re.compile(rf"(?:20\d\d年?度?|{'|'.join(said.pattern for said in PERIODS.values())})")
# A heading that says nothing else, or that its column is of the years' difference.
CHANGE = "(?:同比|环比|增减|[较比]上年).{0,6}"
ALONE = re.compile(rf"{PERIOD.pattern}(?:数据?|情况|统计)?|{CHANGE}")
# A heading in other words than the form's, behind its time; and how alike they must be to the form's, in percent.
REWORDED = re.compile(rf"{PERIOD.pattern}[\u3400-\u9fff]{{1,10}}(?:[(（].*)?")
ALIKE = 60


class Head(NamedTuple):
    """One heading over some rows, in printed order."""

    column: str
    """The key of the column that it names; empty where it is none of the form's."""
    period: str
    """A year, ``last`` or ``this``; ``neither`` of a change; empty where it says nothing."""
    at: int
    """Its position in the text."""


def report_year(page):
    """The year of the titles that the text prints, else of the period it says it covers; None where the titles name several.

    Those in a list of other pages' count only where there are no others.
    """
    lines = ["".join(text.split()) for text in page.stream.texts]
    own, listed = set(), set()
    for at, (line, piece) in enumerate(zip(lines, page.stream.pieces)):
        if "公开" in line and short_line(page, piece):
            years = {year for title in titles_in(line) for year in YEAR.findall(arabic_years(title.text))}
            (listed if years and is_listed(lines, at) else own).update(years)
    years = own or listed
    if years:
        return years.pop() if len(years) == 1 else None
    covered = covered_year("".join(lines))
    return str(covered) if covered else None


def short_line(page, piece):
    """The text of a short line, or of a cell that has a grid's row to itself, without blanks; empty for any other piece."""
    line = "".join(page.stream.text[piece.start : piece.end].split())
    if not line or len(line) >= LONGEST or piece.cell and sum(high > low for low, high in page.cells(piece.start)) > 1:
        return ""
    return line


def words_over(page, table, low, high):
    """What may be headings in a stretch of the Chinese characters, ``[(position in the text, word), ...]``."""
    stream = page.stream
    # What stands over other rows is another table's.
    low = max([low, *(label.end for label in page.between(low, high) if label.key(table, "row"))])
    if low >= high:
        return []
    # A year's digits stand before its first character.
    start, end = stream.at[low - 1] + 1 if low else 0, stream.at[high] if high < len(stream.at) else len(stream.text)
    return _whole(page, _words(stream, start, end))


def heads_of_years(page, table, words, declared):
    """The headings among some words, if there are more than the form's, or last year's; else none.

    Each is a Head. Their years stand in the headings, in a line over them, or in a line under them.
    """
    keyed, alone = _heads(table, words, declared)
    names = list(dict.fromkeys(head.column for head in keyed))
    old = any(head.period == LAST for head in keyed)
    if not names or len(keyed) + len(alone) == len(names) and not old:
        return ()
    under = [head for head in alone if head.at > keyed[-1].at and page.line(head.at) != page.line(keyed[-1].at)]
    share, rest = divmod(len(under), len(keyed))
    if len(keyed) == len(names) and share > 1 and not rest:
        return tuple(Head(keyed[at // share].column, head.period, head.at) for at, head in enumerate(under))
    lines = {page.line(head.at) for head in keyed}
    beside = [
        head for head in alone if head.at > keyed[0].at or page.line(head.at) in lines and not _is_stub(page, head)
    ]
    over = [head.period for head in alone if head not in beside]
    heads = sorted([*_under_years(keyed, over), *beside], key=lambda head: head.at)
    heads = [head for at, head in enumerate(heads) if not any(_again(page, head, other) for other in heads[at + 1 :])]
    return tuple(heads) if len(heads) > len(names) or old else ()


def _under_years(keyed, over):
    """The Heads that come as often as there are years over them, each with its own."""
    copies, seen = Counter(head.column for head in keyed), Counter()
    for head in keyed:
        if not head.period and 1 < copies[head.column] <= len(over):
            head = head._replace(period=over[seen[head.column] - copies[head.column]])
        seen[head.column] += 1
        yield head


def _again(page, head, other):
    """Whether another Head of the same year on another line is the same column's: the header is printed again."""
    return head.column and head[:2] == other[:2] and page.line(head.at) != page.line(other.at)


def _is_stub(page, head):
    """Whether a heading stands over the labels of the rows: first on its line, in a grid in its first column."""
    piece = page.stream.piece(head.at)
    return not piece.cell.column if piece.cell else not page.stream.text[piece.start : head.at].strip(" " + BORDERS)


def dated(head):
    return head.period == LAST or head.period.isdecimal()


def of_several(line):
    """Whether a row may have figures of several years, rather than of one and a change."""
    heads = line.header.heads
    columns = [head.column for head in heads if head.column]
    return any(map(dated, heads)) or len(set(columns)) < len(columns) and len(line.figures) != len(line.keys)


def _heads(table, words, declared):
    """The Heads among some words that name a column, and those that name a time alone."""
    named, counted = _headings(table, declared)
    keyed, alone = [], []
    for at, word in words:
        text = arabic_years(word)
        column, rest = named.get(_bare(text)), _bare(PERIOD.sub("", text))
        if column:
            # 本年 is part of most labels, under whatever year they stand, and 上一年 of one.
            keyed.append(Head(column, _period(text, ()), at))
        elif column := counted.get(rest) or REWORDED.fullmatch(text) and _most_alike(rest, counted):
            keyed.append(Head(column, _period(text, (LAST,)), at))
        elif ALONE.fullmatch(text) or REWORDED.fullmatch(text):
            alone.append(Head("", _period(text, PERIODS) or NEITHER, at))
    return keyed, alone


@cache
def _headings(table, declared):
    """The columns by their headings, and by their headings without the time that these name."""
    labels = {column.key: [column.label[-1]] for column in declared.columns}
    for (of, key), others in aliases().items():
        if of == table and key in labels:
            labels[key] += others
    named = {_bare(label): key for key, every in labels.items() for label in every}
    return named, {_bare(PERIOD.sub("", label)): key for key, every in labels.items() for label in every}


def _most_alike(words, counted):
    from rapidfuzz import fuzz

    alike, label = max((fuzz.ratio(words, label), label) for label in counted)
    return counted[label] if alike >= ALIKE else None


def _bare(label):
    return han(BRACKETS.sub("", label))


def _period(text, words):
    year = YEAR.search(text)
    return year[0] if year else next((said for said in words if PERIODS[said].search(text)), "")


def _whole(page, words):
    """The words of a stretch, those of one line that are a label only together put back into one: 本年 | 处理决定数量."""
    whole = []
    for at, word in words:
        label = page.labels[bisect_right(page.starts, bisect_left(page.stream.at, at)) - 1] if whole else None
        if label and label.begin < at < label.finish and page.line(whole[-1][0]) == page.line(at):
            at, word = whole[-1][0], whole.pop()[1] + word
        whole.append((at, word))
    return whole


def _words(stream, start, end):
    for piece in stream.pieces[stream.index(start) : stream.index(end) + 1]:
        low, high = max(start, piece.start), min(end, piece.end)
        if piece.cell:
            yield low, "".join(stream.text[low:high].split())
        else:
            yield from ((word.start(), word[0]) for word in WORD.finditer(stream.text, low, high))


def of_its_year(line, year):
    """Read a row under headings of several years: the figures under those of the report's year, if they can be told.

    A row with a figure for each heading has them in order; in one with open cells they stand under their headings.
    """
    heads = line.header.heads
    texts = [token for run in line.found for token in run if token.odd != "remark"]
    figures = [token for token in texts if token.text]
    line_of = line.page.line
    if len(figures) > len(heads) and line_of(line.start) == line_of(figures[0].at):
        # What stands below a row with a figure for each heading is not its own; were it figures, whose would be open.
        texts = [token for token in texts if not token.odd or line_of(token.at) == line_of(figures[0].at)]
        figures = [token for token in texts if token.text]
    taken = []
    for key in line.keys:
        own = _own(heads, key.column, year)
        in_order = len(figures) == len(heads)
        under = [figures[at] if in_order else _under(line.page, heads[at], texts) for at in own]
        # A merged cell may have been copied out for each of its columns.
        if None in under or len({token.text for token in under}) != 1:
            return
        taken.append(under[0])
    if reading := slots(taken, line.kinds):
        line.take(taken)
        line.read(reading)


def _own(heads, column, year):
    """Which of the headings over a column's figures are the report's: of its year, or of none beside those of others."""
    copies = [at for at, head in enumerate(heads) if head.column == column]
    return [at for at in copies if heads[at].period in (year, THIS)] or [at for at in copies if not heads[at].period]


def _under(page, head, texts):
    """The one text in the cells under a heading, a blank if there is none; None where that cannot be told."""
    cells, piece = page.cells(head.at), page.stream.piece(head.at)
    if piece.cell:
        columns = range(piece.cell.column, piece.cell.column + piece.cell.colspan)
        there = [token for token in texts if token.column in columns]
    else:
        place = next(at for at, (low, high) in enumerate(cells) if low <= head.at <= high)
        rows = {token: page.cells(token.at) for token in texts}
        if len(cells) < 2 or any(len(own) != len(cells) for own in rows.values()):
            return None
        there = [token for token, own in rows.items() if own[place][0] <= token.at <= own[place][1]]
    filled = [token for token in there if token.text]
    return None if len(filled) > 1 or not there else (filled or there)[0]


def row_of_its_year(line):
    """Read a flat table from the one of several rows of figures that is the report's, if it can be told.

    The rows begin with their years; or one alone has a figure for each column and closes the sums. Returns whether the
    table has been dealt with: where the years decide for no row, it is left to be said.
    """
    page, width = line.page, len(line.keys)
    runs = [
        [token for token in run if token.odd != "remark" and not (token.odd and ALONE.fullmatch(token.text))]
        for run in line.found
    ]
    texts = [*chain.from_iterable(runs)]
    if sum(bool(token.text) for token in texts) <= width:
        return False
    rows = [list(row) for _, row in groupby(texts, key=lambda token: page.line(token.at))]
    if max(map(len, rows)) == 1:
        rows = runs
    # The numbers of the columns are no figures.
    counted = list(map(str, range(1, width + 1)))
    rows = [row for row in rows if (said := [token.text for token in row if token.text]) and said != counted]
    heads = [Head("", _said_before(line, row[0].at), row[0].at) for row in rows]
    year = report_year(page)
    own = [row for row, head in zip(rows, heads) if head.period in (year, THIS)]
    if not (heads and heads[0].period):
        own = [row for row in rows if len(row) == width and closes_as_shown(row, line)]
        if len(own) != 1:
            return False
    elif len(rows) == 1:
        own = rows
    if len(own) == 1:
        line.take(own[0])
    else:
        line.header = line.header._replace(heads=tuple(heads))
    return True


def closes_as_shown(row, line):
    reading = as_shown(row, line.kinds)
    return reading is not None and closes_as_printed(reading, line.sums)


def _said_before(line, at):
    """The time that the word right before a figure names; empty if it names none."""
    words = [word for place, word in _words(line.page.stream, line.start, at) if word and place < at]
    text = arabic_years(words[-1]) if words else ""
    return _period(text, PERIODS) if ALONE.fullmatch(text) else ""
