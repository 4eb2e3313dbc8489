"""A line of a table: which cells it holds, the texts that may be theirs, and the sums that they have to close."""

import re
from collections import Counter
from functools import cache, cached_property
from itertools import chain as joined

from .form import forms
from .headers import Header
from .readings import Slot, as_shown, closes_as_printed
from .tiers import SHOWN, UNREAD
from .tokens import tokens

# A stretch in which nothing but labels (masked), borders, Markdown's rules, the numerals of groups and whole numbers stand.
NUMBERS_ONLY = re.compile(r"[\d\s\x00|│┃]*(?:(?:[(（]?[一二三四五六七八九十]{1,3}[)）、]|:?-{3,}+:?)[\d\s\x00|│┃]*)*")
NUMBER = re.compile(r"\d+")
# A table whose rows are printed beside each other has its headings looked at as a whole.
UNSEEN = Header(None, 1.0, {}, {}, {}, True)


class Line:
    """A run of cells as found: the cells it may hold, in printed order, and the texts behind its label."""

    def __init__(self, page, form, keys, kinds, start, end, header=UNSEEN, finish=None):
        self.page = page
        self.form = form
        """The form that declares it under the header that stands over it."""
        self.keys = keys
        self.kinds = kinds
        self.start, self.end = start, end
        """Its stretch of the stream's text, label included."""
        self.finish = start if finish is None else finish
        """Where its label ends."""
        self.header = header
        self.sums = sums_inside(keys)
        self.readings = []
        """What it may say, each a tuple of one Slot a cell; one where it is decided, none where it cannot be."""
        self.open = set()
        """The indexes of cells that stay open whatever the readings say."""
        self.tier = UNREAD
        """How it was read, a Tier."""
        self.turned = False
        """Whether its numbers stand above its label."""
        self.displaced = False
        """Whether its numbers may be those of the row above or below it."""

    @property
    def row(self):
        return self.keys[0].row

    def read(self, reading, tier=SHOWN):
        """Take this reading for what the line says."""
        self.readings, self.tier = [reading], tier

    @cached_property
    def at_sight(self):
        """The reading of a line in which stand whole numbers, one for each cell, and their sums hold; else None."""
        text = self.page.masked[self.start : self.end]
        if not self.sums or not NUMBERS_ONLY.fullmatch(text):
            return None
        numbers = list(NUMBER.finditer(text))
        if len(numbers) != len(self.keys):
            return None
        texts = [number[0] for number in numbers]
        at = [self.start + number.start() for number in numbers]
        slots = tuple(map(Slot, texts, map(int, texts), at))
        return slots if closes_as_printed(slots, self.sums) else None

    @cached_property
    def found(self):
        """The runs of Tokens in it, parted where other text stands, with the odd ones among them."""
        return tokens(self.page, self.start, self.end, frozenset(self.kinds), proved=bool(self.sums))

    @cached_property
    def runs(self):
        """The runs of texts that may be cells."""
        return [self._without_page_numbers(part) for run in self.found for part in without_odd(run)]

    def _without_page_numbers(self, run):
        """Beside a row that has a cell for each column, a number alone on a line is a page's; not a row's only figure.

        The blanks of a row stand on one line: a line that is but a tab may part figures that have a line each. Of two
        numbers, each alone on its line, the first is the row's.
        """
        cells = [token for token in run if not token.alone]
        figures = sum(bool(token.text) for token in cells)
        if not figures or len(cells) == len(run):
            return run
        (_, beside), *_ = Counter(self.page.line(token.at) for token in cells).most_common(1)
        whole = beside >= len(self.keys) or figures == len(self.keys)
        return run if not whole or len(run) == 2 and run[0].alone and self._is_line(run[1]) else cells

    def _is_line(self, token):
        piece = self.page.stream.piece(token.at)
        return self.page.stream.text[piece.start : piece.end].strip() == token.text

    @cached_property
    def tokens(self):
        """The texts of the line itself: the first run that has one for each cell, or all runs if only together they do."""
        runs = self.runs
        for run in runs if len(runs) < 2 else (*runs, [*joined.from_iterable(runs)]):
            figures = sum(bool(token.text) for token in run)
            if figures == len(self.keys):
                return run
            if figures > len(self.keys):
                break
        return runs[0] if runs else []

    @cached_property
    def figures(self):
        """Those of them that are not blank: Tokens, or the Slots of a line read at sight."""
        return self.at_sight or [token for token in self.tokens if token.text]

    @cached_property
    def everything(self):
        """All the figures up to the next label, whatever text parts them."""
        return [token for run in self.runs for token in run if token.text]

    def holds(self, at):
        """Whether a position of the text is within its label, or on the line on which its label begins or ends."""
        line, last = self.page.line, max(self.start, self.finish - 1)
        return self.start <= at < self.end and (at <= last or line(at) in (line(self.start), line(last)))

    def take(self, tokens):
        """Read the line from these texts instead."""
        self.at_sight = None
        self.tokens, self.figures = tokens, [token for token in tokens if token.text]
        self.found = self.runs = [tokens]
        self.open = set()


def without_odd(run):
    """A run without the texts that no column can have, parted where these are words."""
    if not any(token.odd for token in run):
        return [run]
    parts = [[]]
    for token in run:
        if token.odd == "remark":
            parts.append([])
        elif not token.odd:
            parts[-1].append(token)
    return [part for part in parts if part]


@cache
def table_keys():
    """The tables of all declared forms, in printed order."""
    return tuple(dict.fromkeys(table.key for form in forms().values() for table in form.tables))


@cache
def is_flat(table):
    return any(form.table(table).layout == "flat" for form in forms().values())


@cache
def sums_inside(keys):
    """The equalities that stay inside a run of cells, as ``((left indexes, right indexes), ...)``."""
    index = {key: position for position, key in enumerate(keys)}
    found = {}
    for form in forms().values():
        for identity in form.identities:
            if all(key in index for key in identity.cells):
                found[tuple(index[key] for key in identity.left), tuple(index[key] for key in identity.right)] = None
    return tuple(found)


@cache
def sums_across(table):
    """The equalities that run down a table's columns, as ``((left rows, right rows), ...)``."""
    found = {}
    for form in forms().values():
        down = {rule.id for rule in form.rules if rule.each == "column"}
        for identity in form.identities:
            if identity.table == table and identity.id in down:
                found[tuple(k.row for k in identity.left), tuple(k.row for k in identity.right)] = None
    return tuple(found)


@cache
def declaring(keys):
    """The keys of the forms that declare all of these cells."""
    return frozenset(form.key for form in forms().values() if all(key in form.cells for key in keys))


def sums_hold(line):
    """Whether the figures of a line close its sums, in the order in which they stand."""
    reading = as_shown(line.tokens, line.kinds)
    return reading is not None and closes_as_printed(reading, line.sums)


def totals(rows, figures):
    """The sums of some rows, column by column."""
    return [sum(column) for column in zip(*(figures[row] for row in rows))]


def all_hold(table, lines):
    """Whether the sums of all lines and those down the columns hold, one of these at least."""
    if not all(map(sums_hold, lines)):
        return False
    down = {line.row: [slot.value or 0 for slot in as_shown(line.tokens, line.kinds)] for line in lines}
    equations = [sums for sums in sums_across(table) if all(row in down for side in sums for row in side)]
    return bool(equations) and all(totals(left, down) == totals(right, down) for left, right in equations)
