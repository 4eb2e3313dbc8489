"""The rows of a table by their labels, exact, damaged, or worn all over."""

import re
from bisect import bisect_left
from collections import Counter
from itertools import pairwise

from .form import forms, groups_of
from .labelled import HEADER, MASK, TELLING, cut_short, declared_row, rows_in_order
from .labels import plain, row_role, variants
from .line import is_flat
from .worded import is_bare

# A gap between two labels of one table costs this much for each character of it that is no label.
GAP_COST = 0.1
# The heading of another section between them costs this much: the rows of a table stand under its own.
SECTION_COST = 10
# So many labels back the row before may stand.
MOST_BACK = 40
# How much of a label's length counts, so that one long label does not outweigh three short ones.
LABEL_WEIGHT = 12
# A table is there if this share of the rows of some form is found.
ROWS_ENOUGH = 0.4
# So many characters before its first row a table's own heading may stand.
UNDER_HEADING = 40
# How alike a damaged label must be, in percent, to be taken for the one that is missing between its neighbours.
ALIKE = 66
# How alike it must be where all labels of a table are damaged and only their order speaks for each; and a heading.
WORN, WORN_HEADING = 45, 75
# How far behind the last label of a table its numbers may stand, in characters, blanks in a row being one.
REACH = 600
WITHIN_REACH = re.compile(rf"(?:\s+|\S){{0,{REACH}}}")
# What ends a sentence: a note under a row may name it again.
SENTENCE = "。"
# A figure: digits that number no item behind them.
FIGURE = re.compile(r"(?<![\d.])\d[\d.,]*(?![\d.]*[.、．)）\]〕])")


def rows_of(page, table, after=0):
    """The labels of a table's rows behind a place, in order; none where the table is not there."""
    chain = find_rows(page, table, after)
    there = is_there(page, table, chain)
    if chain and not there:
        # What is denser may be a list of the rows without the table's headings: a comparison behind the report, a menu
        # before it.
        for stretch in ((after, chain[0][1].start), _section(page, table, after)):
            chain = find_rows(page, table, *stretch)
            if there := is_there(page, table, chain):
                break
    if there and _share(table, chain) == 1:
        return chain
    low, high = _section(page, table, after)
    worn = worn_rows(page, table, low, high)
    # A group's heading is a row of another form only; a row found beyond the section is not this table's.
    own = {row for row, label in chain if low <= label.start < high} - groups_of(row for row, _ in worn)
    if worn and (not there or own < {row for row, _ in worn}):
        return [(row, page.add(*stretch, row_role(table, declared_row(table, row)))) for row, stretch in worn]
    return chain if there else []


def _share(table, chain):
    """Which share of the rows of some form is found."""
    found = {row for row, _ in chain}
    declared = [form.table(table).rows.keys() for form in forms().values()]
    return max(len(found & rows) / len(rows) for rows in declared)


def find_rows(page, table, low=0, high=None):
    """The labels of a table's rows, in order: the run of them that is densest. A list of (row key, Label)."""
    order = rows_in_order(table)
    high = len(page.stream.han) if high is None else high
    headed = page.headed(table)
    labels, gaps, sections = [], [], 0
    for label in page.between(low, high):
        sections += label.roles[0].kind == "section" and label.roles[0].table != table
        if (row := label.key(table, "row")) and label.start not in headed and not cut_short(page, label):
            labels.append((label, row))
            gaps.append(GAP_COST * label.loose + SECTION_COST * sections)
    # The best score of a run that ends at each label, of any run that ends there or before, and where it came from.
    best, peak, came_from = [], [], []
    for index, (label, row) in enumerate(labels):
        weight = min(label.end - label.start, LABEL_WEIGHT)
        score, previous = weight, None
        for earlier in range(index - 1, max(-1, index - MOST_BACK), -1):
            other_row = labels[earlier][1]
            gain = weight - gaps[index] + gaps[earlier]
            if peak[earlier] + gain <= score:
                break
            if order[other_row] < order[row] and best[earlier] + gain > score:
                score, previous = best[earlier] + gain, earlier
        best.append(score)
        peak.append(max(score, peak[-1]) if peak else score)
        came_from.append(previous)
    chain = []
    index = max(range(len(best)), key=best.__getitem__, default=None)
    while index is not None:
        chain.append((labels[index][1], labels[index][0]))
        index = came_from[index]
    chain.reverse()
    return _with_damaged(page, table, _with_moved(page, _with_bare(page, table, chain, labels), labels))


def _with_bare(page, table, chain, labels):
    """The chain with the label that stands alone in its cell for one with words beside it, of two that name a row.

    行政许可（变更） is not 行政许可, where this is a row too.
    """
    bare = []
    for index, (row, label) in enumerate(chain):
        low = chain[index - 1][1].end if index else label.start - UNDER_HEADING
        high = chain[index + 1][1].start if index + 1 < len(chain) else label.end + UNDER_HEADING
        others = [
            other for other, key in labels if key == row and low <= other.start < high and other is not label
        ]  # fmt: skip
        if others and not is_bare(page, table, label):
            label = next((other for other in others if is_bare(page, table, other)), label)
        bare.append((row, label))
    return bare


def _with_moved(page, chain, labels):
    """The chain with the rows among it that stand out of order, by labels that no heading of a column shares.

    A short label is one only where it has a cell to itself: 规章 is in many a word.
    """
    found = {row for row, _ in chain}
    first, last = (chain[0][1].start, chain[-1][1].start) if chain else (0, 0)
    within = [(row, label) for label, row in labels if first < label.start < last and row not in found]
    counts = Counter(row for row, _ in within)
    groups = groups_of(found)
    moved = [
        (row, label) for row, label in within
        if counts[row] == 1 and row not in groups and (label.end - label.start >= TELLING or _is_cell(page, label))
    ]  # fmt: skip
    return sorted(chain + moved, key=lambda pair: pair[1].start) if moved else chain


def _is_cell(page, label):
    if any(role.kind == "column" for role in label.roles):
        return False
    text = page.stream.text
    cells = page.cells(label.begin)
    return len(cells) > 1 and text[label.begin : label.finish] in [text[slice(*cell)].strip() for cell in cells]


def is_there(page, table, chain):
    """Whether a table stands where these labels were found: enough rows of some form, and a heading of its own.

    Sentences name rows too (许可, 处罚, 强制 in one breath), but print no headings of columns.
    """
    if not chain:
        return False
    first = chain[0][1].start
    over = [
        (label, role)
        for label in page.between(first - HEADER, chain[-1][1].end) for role in label.roles
        if role.table == table and role.kind != "row"
    ]  # fmt: skip
    if any(role.kind == "section" and first - UNDER_HEADING <= label.start < first for label, role in over):
        return True
    return bool(over) and _share(table, chain) >= ROWS_ENOUGH


def _with_damaged(page, table, chain):
    """The chain with rows put in whose damaged label stands between those of its neighbours."""
    order = rows_in_order(table)
    found = {row for row, _ in chain}
    groups = groups_of(order)
    missing = [row for row in order if row not in found and row not in groups]
    if not missing or not is_there(page, table, chain):
        return chain
    # Twice: a label beside another damaged one stands clear once that one is taken.
    for row in missing * 2:
        if row in found:
            continue
        position = next((i for i, (other, _) in enumerate(chain) if order[other] > order[row]), len(chain))
        low = chain[position - 1][1].end if position else max(0, chain[0][1].start - HEADER)
        high = chain[position][1].start if position < len(chain) else min(len(page.stream.han), low + 40)
        if stretch := _most_alike(page, low, high, table, row):
            chain.insert(position, (row, page.add(*stretch, row_role(table, declared_row(table, row)))))
            found.add(row)
    return chain


def _most_alike(page, low, high, table, row):
    """The stretch between two places that looks most like a row's label, if any looks enough like it."""
    from rapidfuzz import fuzz

    wanted = plain(declared_row(table, row).label[-1])
    taken = [label for label in page.between(low, high) if label.end - label.start >= TELLING]
    edges = [low, *(edge for label in taken for edge in (label.start, label.end)), high]
    best = None
    for start, end in zip(edges[::2], edges[1::2]):
        # A label of two characters has no room for damage; a stretch much shorter than the label is too little of it.
        if len(wanted) < 4 or end - start < max(3, len(wanted) // 3):
            continue
        stretch = page.stream.han[start:end]
        part = fuzz.partial_ratio_alignment(wanted, stretch)
        alike = max(
            (fuzz.ratio(wanted, stretch), start, end), (part.score, start + part.dest_start, start + part.dest_end)
        )
        if alike[0] >= ALIKE and (best is None or alike > best):
            best, whole = alike, stretch
            # Its beginning may stand apart, torn off by a group's heading or by the row's own numbers.
            for length in range(len(wanted) - 1, TELLING - 1, -1):
                at = stretch.find(wanted[:length])
                if 0 <= at < best[1] - start:
                    best = best[0], start + at, best[2]
                    break
    if best is None:
        return None
    found = page.stream.han[best[1] : best[2]]
    labels = {other: plain(declared_row(table, other).label[-1]) for other in rows_in_order(table)}
    # 本年新收…数量 and 上年结转…数量 are alike but for their beginnings, 部分公开 is like the end of 法律行政止公开:
    # it has to be this row's label rather than another's.
    likeness = {other: max(fuzz.ratio(label, found), fuzz.ratio(label, whole)) for other, label in labels.items()}
    return best[1:] if likeness.pop(row) > max(likeness.values()) else None


def worn_rows(page, table, low, high):
    """The rows of a table whose labels are damaged nearly all, as a bad scan leaves them, with the stretch of each.

    What stands before each row of figures between two places is held against all labels at once: the rows are
    those whose labels, in their order, are most like it.
    """
    stretches = list(_before_figures(page, low, high))
    order = list(rows_in_order(table))
    # The best likeness up to each stretch and row, and the pairs that make it.
    best = [[(0, ())] * (len(order) + 1)]
    for start, end in stretches:
        line = [(0, ())]
        for index, row in enumerate(order):
            score, pairs = max(best[-1][index + 1], line[index], key=lambda found: found[0])
            if found := _worn(page, table, row, start, end):
                gain = best[-1][index][0] + found[0]
                if gain > score:
                    score, pairs = gain, (best[-1][index][1], row, found[1:])
            line.append((score, pairs))
        best.append(line)
    chain, pairs = [], best[-1][-1][1]
    while pairs:
        pairs, row, stretch = pairs
        chain.append((row, stretch))
    return chain[::-1] if _share(table, chain) >= ROWS_ENOUGH else []


def figures_under(page, table):
    """How many figures stand under the heading of a table that was not found."""
    low, high = _section(page, table, 0)
    if low >= high:
        return 0
    figures = FIGURE.findall(page.stream.text, page.stream.at[low - 1] + 1, page.stretch(low, high)[1])
    return sum(figure[-1].isdecimal() for figure in figures)


def _section(page, table, after):
    """The stretch of the Chinese characters under the heading of a table; an empty one if it has none."""
    from rapidfuzz import fuzz

    length = len(page.stream.han)
    sections = [
        (label.start, label.end, role.table)
        for label in page.between(after, length)
        for role in label.roles
        if role.kind == "section"
    ]
    own = [end for _, end, of in sections if of == table]
    if not own:
        heading = plain(next(iter(forms().values())).table(table).heading)
        for piece in page.stream.pieces:
            low, high = bisect_left(page.stream.at, piece.start), bisect_left(page.stream.at, piece.end)
            if (
                after <= low
                and high - low < 2 * len(heading)
                and fuzz.ratio(heading, page.stream.han[low:high]) >= WORN_HEADING
            ):
                own.append(high)
    spans = [
        (low, min((start for start, _, of in sections if of != table and start >= low), default=length)) for low in own
    ]
    return max(spans, key=lambda span: span[1] - span[0], default=(0, 0))


def _before_figures(page, low, high):
    """The stretches of Chinese characters between low and high that stand right before two figures or more."""
    figures = FIGURE.finditer(page.stream.text, *page.stretch(low, high)) if low < high else ()
    ends = [bisect_left(page.stream.at, figure.start()) for figure in figures]
    start = low
    for end, following in pairwise(ends):
        if start < end == following:
            yield start, end
        start = end


def _worn(page, table, row, start, end):
    """How much speaks for a stretch being a row's label, and the stretch that is; None if too little."""
    from rapidfuzz import fuzz

    found = None
    for wanted in variants(declared_row(table, row).label[-1]):
        for low in {start, max(start, end - len(wanted))}:
            likeness = fuzz.ratio(wanted, page.stream.han[low:end])
            gain = (likeness - WORN) * min(len(wanted), LABEL_WEIGHT)
            if gain > 0 and (found is None or gain > found[0]):
                found = gain, low, end
    return found


def twice(page, table, chain):
    """The rows between those of a chain that answer to the label of one beside them, as ``[(row, Label, stop)]``.

    Each stands at the beginning of its cell or line, has figures, as the one before it has, and ends where the next begins,
    a position of the text.
    """
    found = []
    for (row, label), (following, below) in pairwise([*chain, (None, None)]):
        high = below.start if below else label.end + UNDER_HEADING
        again = [
            other for other in page.between(label.end, high)
            if (key := other.key(table, "row")) and key in (row, following) and other.end - other.start >= TELLING
            and not in_line(page, table, other) and (key != row or FIGURE.search(page.masked, label.finish, other.begin))
        ]  # fmt: skip
        ends = [*(other.begin for other in again[1:]), below.begin if below else len(page.masked)]
        for other, end in zip(again, ends):
            figure = FIGURE.search(page.masked, other.finish, end)
            if figure and MASK not in page.masked[other.finish : figure.start()] and not in_sentence(page, other):
                behind = page.masked.find(MASK, figure.end(), end)
                found.append((other.key(table, "row"), other, end if behind < 0 else behind))
    return found


def in_line(page, table, label):
    """Whether figures or other labels of its table stand before a label in its cell, or in its line."""
    low = next(low for low, high in page.cells(label.begin) if label.begin <= high)
    before = page.between(bisect_left(page.stream.at, low), label.start)
    return any(other.is_of(table) for other in before) or any(map(str.isdecimal, page.masked[low : label.begin]))


def in_sentence(page, label):
    piece = page.stream.piece(label.begin)
    return SENTENCE in page.stream.text[piece.start : piece.end]


def stop_of(page, table, chain):
    """Where a table's last numbers end at the latest: at the next label that is not the table's own, or out of reach.

    A grid that has figures behind the last label of a flat table has all of them.
    Where rows stand below each other, one that comes again begins another table.
    """
    last = chain[-1][1]
    reach = WITHIN_REACH.match(page.stream.text, last.finish).end()
    if is_flat(table) and (grid := page.stream.piece(last.begin).grid):
        _, end = page.stream.stretch_of(grid)
        reach = min(reach, end) if any(map(str.isdecimal, page.masked[last.finish : end])) else reach
    rows = () if is_flat(table) else {row for row, _ in chain[:-1]}
    for label in page.between(last.end, len(page.stream.han)):
        if label.begin > reach:
            break
        if label.end - label.start >= TELLING and (not label.is_of(table) or label.key(table, "row") in rows):
            return min(label.begin, reach)
    return reach
