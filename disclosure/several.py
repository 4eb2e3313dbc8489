"""Whether a file holds several reports, and which of several tables is the report's: that of its title's year, or none can tell."""

import re

from .errors import SeveralReports
from .flat import flat_lines
from .halves import halves
from .labelled import HEADER
from .line import is_flat
from .lines import MANY_ROWS, row_lines
from .rows import find_rows, is_there
from .stream import HAN
from .titles import YEAR, arabic_years, titles_of_several
from .years import report_year, short_line

# A second run of the same labels with figures of its own, this long beside the first, is a second report.
SECOND_TABLE = 0.6
# A heading that says whose figures follow is neither a sentence nor a date.
SENTENCE = re.compile(r"[。；，]|年\d{1,2}月|\d-\d")


def refuse_several(path, stream):
    """Raise SeveralReports if a second report's title and opening stand in a stream, whatever tables there are."""
    if titles := titles_of_several(stream.text):
        raise SeveralReports(
            f"{path}: two reports stand in this file, “{titles[0].text}” and “{titles[1].text}”. "
            "Split the file so that each report is a file of its own."
        )


def the_one(page, table, chain):
    """``(rows, others, lines)``: the rows of the report's own table, ``[(place, what it says it is)]`` of the others passed
    over, and its lines if they had to be put together of two halves.

    A table under other headings is another, a table without figures a template; one whose heading names another year than the report's title is an older
    one, printed for comparison. Where neither decides, no rows of a short table; a long one raises SeveralReports.
    """
    chains = [chain]
    enough = SECOND_TABLE * len(chain)
    for low, high in ((0, chain[0][1].start), (chain[-1][1].end, len(page.stream.han))):
        if sum(label.key(table, "row") is not None for label in page.between(low, high)) >= enough:
            other = find_rows(page, table, low, high)
            if not is_flat(table) and (lines := halves(page, table, chain, other)):
                return max(chain, other, key=lambda half: half[0][1].start), [], lines
            if len(other) >= enough and is_a_table(page, table, other, low):
                chains.append(other)
    if len(chains) == 1:
        return chain, [], []
    lines = [lines_before_next(page, table, each, chains) for each in chains]
    if others := [each for each, of in zip(chains, lines) if of and all(map(is_of_other_things, of))]:
        own = [each for each in chains if each not in others]
        if len(own) == 1:
            second = [(page.stream.place(each[0][1].begin), "列标题与表样不同") for each in others]
            return own[0], second, lines[chains.index(own[0])] if is_flat(table) else []
    said = [[[token.text for token in line.figures] for line in of] for of in lines]
    filled = [each for each, numbers in zip(chains, said) if any(numbers)]
    distinct = {str(numbers) for numbers in said if any(numbers)}
    year = report_year(page)
    years = [year_over(page, each) for each in filled]
    own = [each for each, over in zip(filled, years) if not (year and over and over != year)]
    if len(filled) > 1 and len(distinct) > 1 and len(own) != 1:
        if len(chain) < MANY_ROWS:
            return [], [], []
        raise SeveralReports(
            f"{page.path}: the table {table} stands here more than once with different figures (near "
            f"{page.stream.place(filled[0][0][1].begin)} and {page.stream.place(filled[1][0][1].begin)}). "
            "Split the file so that each report is a file of its own; join the halves of a table that was cut in two."
        )
    taken = own[0] if len(own) == 1 else filled[0] if filled else chain
    others = [(each, over) for each, over in zip(filled, years) if each is not taken] if len(distinct) > 1 else []
    second = [(page.stream.place(each[0][1].begin), f"{over} 年") for each, over in others]
    return taken, second, lines[chains.index(taken)] if is_flat(table) else []


def is_of_other_things(line):
    """Whether a line stands under headings that are not the form's."""
    return bool(line.header.strange) and not line.header.in_order


def is_a_table(page, table, chain, low):
    """Whether rows found behind ``low`` are a table's: most begin their lines or cells, and headings stand over them.

    Sentences name the same rows one after another.
    """
    pieces = [page.stream.piece(label.begin) for _, label in chain]
    begun = sum(not HAN.search(page.masked, piece.start, label.begin) for piece, (_, label) in zip(pieces, chain))
    return 2 * begun > len(chain) and is_there(page, table, chain) and has_own_headings(page, table, chain, low)


def has_own_headings(page, table, chain, low):
    """Whether a column's heading that no other table has stands over some rows or among them: else they are but a list."""
    labels = page.between(max(low, chain[0][1].start - HEADER), chain[-1][1].end)
    return any({(role.table, role.kind) for role in label.roles} == {(table, "column")} for label in labels)


def lines_before_next(page, table, chain, chains):
    """The lines of one of several tables."""
    if not is_flat(table):
        return row_lines(page, table, chain)
    behind = [page.row_start(other[0][1]) for other in chains if other[0][1].begin > chain[0][1].begin]
    return flat_lines(page, table, chain, min(behind, default=None))


def year_over(page, chain):
    """The year that the nearest heading over a table names, be it over other tables too; None where none does."""
    for piece in reversed(page.stream.pieces[: page.stream.index(chain[0][1].begin)]):
        line = arabic_years(short_line(page, piece))
        if (year := YEAR.search(line)) and not SENTENCE.search(line):
            return year[0]
    return None
