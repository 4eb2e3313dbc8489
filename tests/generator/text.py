"""Text and Markdown as converters, browsers and people leave it: one function a layout, Truth → str."""

from itertools import groupby

from .canvas import draw, pad, width
from .printed import COLUMNS, PROACTIVE, RESULTS, REVIEWS, Table, tables

BEFORE, AFTER = slice(0, 2), slice(2, 4)


def blocks(truth):
    """The report in printed order: paragraphs (str) and tables."""
    preamble, *sections = truth.narrative
    yield truth.title
    yield from preamble
    yield from sections[0]
    for heading, table in tables(truth):
        yield heading
        yield table
    for section in sections[1:]:
        yield from section


def page(truth, of_table, gap="\n"):
    """The whole report as text, each table written by ``of_table(table) -> str``."""
    return gap.join(of_table(block) if isinstance(block, Table) else block for block in blocks(truth)) + "\n"


def shown(row):
    """The cells of a row that are printed."""
    return [cell for cell in row if cell.text is not None]


# A figure with its heading -------------------------------------------------------------------------------------------

PROCEEDINGS = dict(zip(REVIEWS, ("行政复议", "未经复议直接起诉", "复议后起诉")))
HEADINGS_OF = COLUMNS | RESULTS | {key: text for form in PROACTIVE.values() for _, columns, _ in form for key, text in columns}


def headed_by(colon, gap, row_gap):
    """A layout that prints each figure behind its column's heading, as pages for a small screen do, in any order."""

    def write(truth, rng):
        def lines(table):
            order = rng.sample(tuple(HEADINGS_OF), len(HEADINGS_OF))
            for row in table.rows:
                labels = [cell.text for cell in row if not cell.key]
                own = groupby((cell for cell in shown(row) if cell.key), key=lambda cell: cell.key[1])
                for name, cells in own:
                    cells = sorted(cells, key=lambda cell: order.index(cell.key[2]))
                    pairs = [f"{HEADINGS_OF[cell.key[2]]}{colon}{cell.text}" for cell in cells]
                    yield row_gap.join([*(labels or [PROCEEDINGS[name]]), gap.join(pairs)])

        return page(truth, lambda table: "\n".join(lines(table)))

    return write


def list_of_cells(truth, rng):
    """A line for each figure: the row's label, the column's heading, the number."""

    def lines(table):
        for row in table.rows:
            labels = [cell.text for cell in row if not cell.key]
            for cell in shown(row):
                if cell.key:
                    label = PROCEEDINGS[cell.key[1]] if cell.key[0] == "review" else labels[-1]
                    yield f"{label} | {HEADINGS_OF[cell.key[2]]} | {cell.text}"

    return page(truth, lambda table: "\n".join(["项目 | 指标 | 数量", *lines(table)]))


# A cell a line ------------------------------------------------------------------------------------------------------


def cell_per_line(truth, rng):
    return page(truth, lambda table: "\n".join(cell.text for row in table.rows for cell in shown(row)))


def paragraph_per_cell(truth, rng):
    return page(truth, lambda table: "\n\n".join(cell.text for row in table.rows for cell in shown(row)), "\n\n")


def tab_per_cell(truth, rng):
    """Each cell on a line of its own behind a tab, spanned-over places included, an empty line between rows."""
    return page(truth, lambda table: "\n\n".join("\n".join("\t" + text for text in row) for row in full(table)), "\n\n")


def full(table, wide=False):
    """The texts row by row with an empty one wherever a cell spans down, and, if ``wide``, to the right."""
    starts = {(row, column): cell for row, column, cell in table.places()}
    above = {}
    for row in range(len(table.rows)):
        texts, column = [], 0
        while column < table.width:
            begins = starts.get((row, column))
            cell = above[column] = begins or above[column]
            if not begins or cell.text is not None:
                texts.append(cell.text if begins else "")
                texts += [""] * (cell.colspan - 1) if wide else []
            column += cell.colspan
        yield texts


def trailing_pipes(truth, rng):
    """A cell a line with a pipe behind it; what a span leaves empty stays as pipes alone."""

    def lines(table):
        for row in table.rows:
            for cell in shown(row):
                yield f"{cell.text} |" if cell.text else "|"
                if cell.colspan > 1:
                    yield "|" * (cell.colspan - 1)

    return page(truth, lambda table: "\n".join(lines(table)))


def pipe_on_own_line(truth, rng):
    return page(truth, lambda table: "\n|\n".join(cell.text for row in table.rows for cell in shown(row)) + "\n|")


# A row a line -------------------------------------------------------------------------------------------------------


def ragged_pipes(truth, rng):
    """A row a line; a cell that spans down is absent from the later rows; empties at the end differ row to row."""

    def lines(table):
        for row in table.rows:
            line = " | ".join(cell.text for cell in shown(row)) + " |"
            yield line + "|" * sum(cell.colspan - 1 for cell in row if not cell.key) + "|" * rng.choice((0, 0, 1))

    return page(truth, lambda table: "\n".join(lines(table)))


def broken_pipes(truth, rng):
    """Ragged pipes in which group labels break over two lines, with stray blanks inside."""
    text = ragged_pipes(truth, rng)
    for label, broken in (
        ("（四）无法提供 |", "(四 )无 法提供 |"),
        ("（五）不予处理 |", "(五)不 予处理\n|"),
        ("（六）其他处理 |", "(六)其 他处理 |"),
        ("（三）不予公开 |", "(三)\n\n不予公开 |"),
    ):
        text = text.replace(label, broken)
    text = text.replace("\n规章 |", "\n| 规章 |").replace("\n三、收到", "\n|\n|\n|\n三、收到")
    return text.replace("（", "(").replace("）", ")").replace("，", ",")


def full_pipes(truth, rng):
    """Every place of the geometry printed, spanned-over ones empty."""
    return page(truth, lambda table: "\n".join("| " + " | ".join(row) + " |" for row in full(table, wide=True)))


def markdown_row_tables(truth, rng):
    """Each row a Markdown table of its own, with its separator."""

    def lines(table):
        for row in table.rows:
            cells = [cell.text for cell in shown(row)]
            yield f"| {' | '.join(cells)} |\n|{'---|' * len(cells)}\n"

    return page(truth, lambda table: "\n".join(lines(table)), "\n\n")


def tabs(truth, rng):
    """A row a line, cells between tabs, spanned-over places empty: a table pasted from a spreadsheet."""
    return page(truth, lambda table: "\n".join("\t".join(row) for row in full(table, wide=True)))


def ocr_tabs(truth, rng):
    """OCR's Markdown: tabs that drift, two cells run into one, garbage for the header, blanks in labels."""

    def row_line(row, width_of_table):
        if not any(cell.key for cell in row) and len(row) > 3 and rng.random() < 0.5:
            return "组持\t当 料正\t结果\t\t审结\t上总计"
        labels = [cell.text.replace("（", "(").replace("）", ")").replace(".", ". ") for cell in row if not cell.key]
        numbers = [cell.text for cell in row if cell.key and cell.text is not None]
        if len(numbers) > 1 and rng.random() < 0.08:
            spot = rng.randrange(len(numbers) - 1)
            numbers[spot : spot + 2] = [" ".join(numbers[spot : spot + 2])]
        return (
            "\t" * rng.randint(0, 2)
            + "\t".join(labels)
            + "\t" * rng.randint(1, 3)
            + "\t".join(numbers)
            + "\t" * rng.randint(0, 6)
        )

    return page(truth, lambda table: "\n".join(row_line(row, table.width) for row in table.rows), "\n\n")


def boxes(truth, rng):
    return page(truth, lambda table: draw(table, "box"))


def ascii_grid(truth, rng):
    return page(truth, lambda table: draw(table, "ascii"))


def aligned(truth, rng):
    """Columns held by blanks: labels wrapped, the figures half way down, a group's label half way down its rows."""
    return page(truth, lambda table: draw(table, "blank"), "\n\n")


# Borders lost -------------------------------------------------------------------------------------------------------


def glued_rows(truth, rng):
    """No border at all: a row's label and figures run together."""
    return page(truth, lambda table: "\n".join("".join(cell.text for cell in shown(row)) for row in table.rows))


def glued_tables(truth, rng):
    """No border and no line: a whole table is one string."""
    return page(truth, lambda table: "".join(cell.text for row in table.rows for cell in shown(row)))


def glued_with_blanks(truth, rng):
    """Run together, but for blanks at some of the borders."""

    def line(row):
        return "".join(cell.text + (rng.choice((" ", "", "")) if cell.key else "") for cell in shown(row))

    return page(truth, lambda table: "\n".join(line(row) for row in table.rows))


def one_paragraph(truth, rng):
    """The whole report in one paragraph, a blank between cells."""
    return page(truth, lambda table: " ".join(cell.text for row in table.rows for cell in shown(row)), " ").replace(
        "\n", " "
    )


def distinct_lines(truth, rng):
    """A converter that keeps each distinct line once: every repeated figure is lost."""
    return "\n".join(dict.fromkeys(cell_per_line(truth, rng).split("\n")))


def tables_lost(truth, rng):
    """The tables are gone; their headings stand one after another."""
    return page(truth, lambda table: "")


def labels_apart(truth, rng):
    """The labels of a table in one run of lines, its figures in another."""

    def lines(table):
        labels = [cell.text for row in table.rows for cell in row if not cell.key]
        numbers = [" ".join(cell.text for cell in shown(row) if cell.key) for row in table.rows if row[-1].key]
        return "\n".join([*numbers, *labels] if rng.random() < 0.5 else [*labels, *numbers])

    return page(truth, lines)


def small_tables(truth, rng):
    """Each group cut into a table of its own, its headings replaced."""

    def lines(table):
        for row in table.rows:
            numbers = [cell for cell in shown(row) if cell.key]
            if numbers and table.name == "applications":
                yield " | ".join(["项目", *(f"数据{number}" for number in range(1, 7)), "总计"])
            yield " | ".join(cell.text for cell in shown(row)) + "\n"

    return page(truth, lambda table: "\n".join(lines(table)))


# Table 四 -----------------------------------------------------------------------------------------------------------


def _review_otherwise(truth, of_review):
    """Ragged pipes, but table 四 written by ``of_review(table)``."""

    def lines(table):
        if table.name == "review":
            return of_review(table)
        return "\n".join(" | ".join(cell.text for cell in shown(row)) + " |" for row in table.rows)

    return page(truth, lines)


def review_in_half_lines(truth, rng):
    """Table 四: its headings in two half lines, its figures in one line."""

    def lines(table):
        halves = ["结果", "结果", "其他", "尚未", "总计"] * 3, ["维持", "纠正", "结果", "审结"] * 3
        return "\n".join(
            ["行政复议 行政诉讼", "未经复议直接起诉 复议后起诉", *(" ".join(half) for half in halves)]
            + [" ".join(cell.text for cell in shown(table.rows[3]))]
        )

    return _review_otherwise(truth, lines)


def review_cut_headings(truth, rng):
    """Table 四 with the second half of its headings lost and the third row of headings short by a cell."""

    def lines(table):
        return "\n".join(
            [
                "行政复议 | 行政诉讼 |||||||||||||",
                "结果维持 | 结果 | 其他 | 尚未 | 总计 | 未经复议直接起诉 | 复议后起诉 ||||||||",
                "结果 | 结果 | 其他 | 尚未 | 总计 | 结果 | 结果 | 其他 | 尚未 | 总计 |||||",
                " | ".join(cell.text for cell in shown(table.rows[3])) + " |",
            ]
        )

    return _review_otherwise(truth, lines)


def review_glued(truth, rng):
    """Table 四: fifteen figures as one string under headings run together."""
    return _review_otherwise(
        truth, lambda table: "\n".join("".join(cell.text for cell in shown(row)) for row in table.rows)
    )


def review_shifted(truth, rng):
    """Table 四: the row of figures begins a cell too far to the right."""

    def lines(table):
        rows = list(full(table, wide=True))
        rows[3].insert(0, "")
        return "\n".join("\t".join(row) for row in rows)

    return _review_otherwise(truth, lines)


# Page breaks --------------------------------------------------------------------------------------------------------


def page_breaks(truth, rng):
    """Table 三 cut by pages: page numbers among the rows, headings repeated or cut, a label cut."""
    number = rng.randint(2, 6)

    def lines(table):
        if table.name != "applications":
            for row in table.rows:
                yield " | ".join(cell.text for cell in shown(row)) + " |"
                if row[0].text == "第二十条第（六）项":
                    yield f"-{number - 1}-"
            return
        group = None
        for row in table.rows:
            group = next((cell.text for cell in reversed(row) if cell.rowspan > 1), group)
            line = " | ".join(cell.text for cell in shown(row)) + " |"
            name = row[-1].key and row[-1].key[1]
            if name == "denied.security_stability":
                yield rng.choice((f"-{number}-", f"- {number} -", f"— {number} —"))
                yield from (" | ".join(cell.text for cell in header) + " |" for header in table.rows[:3])
                yield f"三、本年度办理结果 | {group} | {line}"
            elif name == "unavailable.not_held":
                yield line.replace("（四）无法提供", "（四）无")
                yield f"-{number + 1}-"
            elif name == "unavailable.requires_creation":
                yield f"法提供 | {line}"
            elif name == "other.correction_overdue":
                yield line.replace("不再处理其政府信息公开申请", "不再处理其政府信息公")
                yield str(number + 2)
            elif name == "other.fee_overdue":
                yield f"开申请 | {line}"
            else:
                yield line

    return page(truth, lambda table: "\n".join(lines(table)))


# Columns of print ---------------------------------------------------------------------------------------------------


def staircase(truth, rng):
    """Table 三 with its column headings as a staircase of halves over several lines."""
    head = (
        f"{'':40}社会    法律",
        f"{'':20}商业    科研    公益    服务    其他",
        f"{'':10}自然人    企业    机构    组织    机构            总计",
    )

    def lines(table):
        if table.name != "applications":
            return draw(table, "blank")
        rows = []
        for row in table.rows[3:]:
            labels = "".join(cell.text for cell in row if not cell.key)
            rows.append(
                pad(labels, max(40, width(labels) + 2)) + "".join(pad(cell.text, 8) for cell in shown(row) if cell.key)
            )
        return "\n".join([RULE_LINES, *head, *rows])

    return page(truth, lines, "\n\n")


RULE_LINES = "（本列数据的勾稽关系为：第一项加第二项之和，\n等于第三项加第四项之和）            申请人情况            法人或其他组织"


def with_differences(truth, rng):
    """After the report a table that compares it with last year, under the same labels."""

    def rows():
        yield f"指标名称 | {truth.year - 1}年 | {truth.year}年 | 增减值"
        for _, table in tables(truth):
            for row in table.rows:
                labels = [cell.text for cell in row if not cell.key]
                if row[-1].key and labels:
                    last = rng.randint(0, 9)
                    yield f"{labels[-1]} | {last} | {row[-1].text} | {rng.randint(-9, 9)}"

    return ragged_pipes(truth, rng) + "\n".join(rows()) + "\n"


def header_over_figures(truth, rng):
    """The heading of table 四 printed over its figures: digits between the characters."""
    first, second = (truth.texts["review", "reconsideration", column] for column in ("upheld", "corrected"))
    return ragged_pipes(truth, rng).replace("\n四、政府信息公开", f"\n四、政府{first}|信息公开{second}")


def two_years(truth, rng):
    """Last year's figures left, this year's right, and their difference, under the same labels."""

    def lines(table):
        for row in table.rows:
            labels = [cell.text for cell in row if not cell.key]
            numbers = [cell.text for cell in shown(row) if cell.key]
            last = [str(rng.randint(0, 9)) for _ in numbers]
            yield " | ".join([*labels, *last, *numbers])

    head = f"指标名称 | {truth.year - 1}年 | {truth.year}年\n"
    return page(truth, lambda table: head + "\n".join(lines(table)))
