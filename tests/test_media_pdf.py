"""PDFs drawn stroke by stroke: what becomes a table, what a line, and what is refused."""

import io
import re

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from disclosure.document import Grid
from disclosure.errors import UnreadableFile
from disclosure.media import pdf

A4 = (0, 0, 595, 842)


# Drawing: content is PDF's own language, coordinates in points, y upwards -----------------------------------------------


# The code of each character that the tests show, in the one font that they need.
CODES = {}


def show(x, y, text, size=10, mode=0):
    codes = bytes(CODES.setdefault(char, len(CODES) + 1) for char in text)
    return f"BT /F {size} Tf {mode} Tr {x} {y} Td <{codes.hex()}> Tj ET\n"


def line(x0, y0, x1, y1):
    return f"{x0} {y0} m {x1} {y1} l S\n"


def rules(xs, ys, draw=line):
    return "".join(draw(xs[0], y, xs[-1], y) for y in ys) + "".join(draw(x, ys[0], x, ys[-1]) for x in xs)


def filled(x0, y0, x1, y1):
    return f"{x0} {y0} {max(x1 - x0, 0.5)} {max(y1 - y0, 0.5) if y1 > y0 else min(y1 - y0, -0.5)} re f\n"


def dashed(x0, y0, x1, y1):
    return "[3 2] 0 d " + line(x0, y0, x1, y1)


def dots(x0, y0, x1, y1):
    """Each dot of a dotted rule as a box of its own."""
    steps = int(max(abs(x1 - x0), abs(y1 - y0)) / 2)
    along = lambda start, end, step: start + (end - start) * step / steps  # noqa: E731
    return "".join(f"{along(x0, x1, step)} {along(y0, y1, step)} 0.6 0.6 re f\n" for step in range(steps + 1))


def double(x0, y0, x1, y1):
    gap = (1.5, 0) if x0 == x1 else (0, 1.5)
    return line(x0, y0, x1, y1) + line(x0 + gap[0], y0 + gap[1], x1 + gap[0], y1 + gap[1])


def one_path(x0, y0, x1, y1):
    """A rule drawn with others in one path: here with a stroke far away."""
    return f"10 10 m 14 10 l {x0} {y0} m {x1} {y1} l S\n"


def boxes(xs, ys):
    """A box round every cell, as spreadsheets draw them."""
    return "".join(f"{x} {y} {x1 - x} {y1 - y} re S\n" for x, x1 in zip(xs, xs[1:]) for y, y1 in zip(ys[1:], ys))


def font():
    """The objects 3 to 6: a font whose every character is a box, half as wide for ASCII, that tells what they are."""
    widths = [500 if char < "\x7f" else 1000 for char in CODES]
    names = " ".join(f"/g{width}" for width in widths)
    told = "".join(f"1 beginbfchar <{code:02x}> <{char.encode('utf-16-be').hex()}> endbfchar\n" for char, code in CODES.items())
    return (
        f"<</Type/Font/Subtype/Type3/FontBBox[0 -120 1000 880]/FontMatrix[.001 0 0 .001 0 0]/FirstChar 1/LastChar {len(CODES)}"
        f"/Widths[{' '.join(map(str, widths))}]/Encoding<</Differences[1 {names}]>>/CharProcs<</g500 4 0 R/g1000 5 0 R>>/ToUnicode 6 0 R>>",
        stream("500 0 0 -120 500 880 d1 50 -100 400 900 re f"),
        stream("1000 0 0 -120 1000 880 d1 50 -100 900 900 re f"),
        stream(f"begincmap 1 begincodespacerange <00> <ff> endcodespacerange\n{told}endcmap"),
    )


def made(*contents, box=A4, entries="", objects=(), trailer=""):
    """A PDF of a page for each content."""
    first = 7 + len(objects)
    pages = [first + 2 * index for index in range(len(contents))]
    body = ["<</Type/Catalog/Pages 2 0 R>>"]
    body.append(f"<</Type/Pages/Count {len(pages)}/Kids[{' '.join(f'{page} 0 R' for page in pages)}]>>")
    body += [*font(), *objects]
    for page, content in zip(pages, contents):
        body.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[{' '.join(map(str, box))}]{entries}/Contents {page + 1} 0 R"
            f"/Resources<</Font<</F 3 0 R>>/XObject<<{''.join(f'/X{7 + i} {7 + i} 0 R' for i in range(len(objects)))}>>>>>>"
        )
        body.append(stream(content))
    out, offsets = io.BytesIO(b"%PDF-1.7\n"), []
    out.seek(0, io.SEEK_END)
    for number, written in enumerate(body, 1):
        offsets.append(out.tell())
        out.write(f"{number} 0 obj\n".encode() + (written if isinstance(written, bytes) else written.encode("latin-1")) + b"\nendobj\n")
    start = out.tell()
    out.write(f"xref\n0 {len(body) + 1}\n0000000000 65535 f \n".encode() + b"".join(b"%010d 00000 n \n" % at for at in offsets))
    out.write(f"trailer <</Size {len(body) + 1}/Root 1 0 R{trailer}>>\nstartxref\n{start}\n%%EOF\n".encode())
    return out.getvalue()


def stream(content, entries=""):
    content = content if isinstance(content, bytes) else content.encode("latin-1")
    return f"<</Length {len(content)}{entries}>>stream\n".encode() + content + b"\nendstream"


def picture(pixels):
    """A grey image as an object of a PDF."""
    height, width = pixels.shape
    entries = f"/Type/XObject/Subtype/Image/Width {width}/Height {height}/ColorSpace/DeviceGray/BitsPerComponent 8"
    return stream(pixels.tobytes(), entries)


def read(*contents, **options):
    return pdf.read("a.pdf", made(*contents, **options))


def rows(grid):
    """The texts of a grid, row by row; None where another cell spans."""
    table = [[None] * grid.width for _ in range(grid.height)]
    for cell in grid.cells:
        table[cell.row][cell.column] = cell.text
    return table


def lines(document):
    return [paragraph.text for paragraph in document.paragraphs]


XS, YS = (100, 200, 260, 320), (700, 680, 660)
TEXTS = show(104, 686, "规章") + show(226, 686, "0") + show(280, 686, "12") + show(104, 666, "文件") + show(226, 666, "3") + show(280, 666, "4")
TABLE = [["规章", "0", "12"], ["文件", "3", "4"]]


# Tables ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("draw", [line, filled, dashed, dots, double, one_path], ids=lambda draw: draw.__name__)
def test_a_rule_is_a_rule_however_it_is_drawn(draw):
    (grid,) = read(rules(XS, YS, draw) + TEXTS).grids
    assert rows(grid) == TABLE


def test_boxes_round_cells_are_rules():
    (grid,) = read(boxes(XS, YS) + TEXTS).grids
    assert rows(grid) == TABLE


def test_rules_inside_a_form_are_rules():
    form = stream(rules((0, 100, 160, 220), (40, 20, 0)), "/Type/XObject/Subtype/Form/BBox[-1 -1 221 41]/Matrix[1 0 0 1 100 0]")
    (grid,) = read("q 1 0 0 1 0 660 cm /X7 Do Q\n" + TEXTS, objects=[form]).grids
    assert rows(grid) == TABLE


def test_spans_are_kept():
    content = line(100, 700, 320, 700) + line(200, 680, 320, 680) + line(100, 660, 320, 660)
    content += line(100, 700, 100, 660) + line(200, 700, 200, 660) + line(260, 680, 260, 660) + line(320, 700, 320, 660)
    content += show(104, 676, "信息内容") + show(230, 686, "申请人情况") + show(226, 666, "1") + show(280, 666, "2")
    (grid,) = read(content).grids
    found = {cell.text: (cell.row, cell.column, cell.rowspan, cell.colspan) for cell in grid.cells}
    assert found == {"信息内容": (0, 0, 2, 1), "申请人情况": (0, 1, 1, 2), "1": (1, 1, 1, 1), "2": (1, 2, 1, 1)}


def test_the_row_that_a_page_break_cuts_is_kept_on_both_pages():
    above = rules(XS, (100, 80)) + "".join(line(x, 80, x, 50) for x in XS)
    above += show(104, 86, "规章") + show(226, 86, "0") + show(280, 86, "1") + show(104, 60, "行政机关不再") + show(226, 60, "7")
    below = "".join(line(x, 800, x, 770) for x in XS) + rules(XS, (770, 750))
    below += show(104, 780, "处理其申请") + show(104, 756, "文件") + show(226, 756, "5") + show(280, 756, "6")
    first, second = read(above, below).grids
    assert rows(first) == [["规章", "0", "1"], ["行政机关不再", "7", ""]]
    assert rows(second) == [["处理其申请", "", ""], ["文件", "5", "6"]]
    assert (first.page, second.page, first.number, second.number) == (1, 2, 1, 2)


def test_a_table_without_outer_sides_is_a_table():
    content = "".join(line(100, y, 320, y) for y in YS) + line(200, 700, 200, 660) + line(260, 700, 260, 660)
    (grid,) = read(content + TEXTS).grids
    assert rows(grid) == TABLE


def test_a_narrower_table_below_leaves_no_cells_beside_it():
    content = rules((100, 200, 300), (700, 680)) + rules((100, 200), (680, 660))
    (grid,) = read(content + show(104, 686, "a") + show(210, 686, "b") + show(104, 666, "c")).grids
    assert [cell.text for cell in grid.cells] == ["a", "b", "c"]


def test_an_underlined_word_does_not_cut_its_cell():
    (grid,) = read(rules(XS, YS) + TEXTS + line(226, 684, 232, 684) + line(101, 690, 130, 690)).grids
    assert rows(grid) == TABLE


def test_a_number_wrapped_in_a_narrow_column_stays_in_its_cell():
    (grid,) = read(rules((100, 140, 162), (700, 670)) + show(104, 680, "总计") + show(143, 688, "420") + show(143, 676, "8")).grids
    assert rows(grid) == [["总计", "420\n8"]]


def test_a_label_that_runs_down_is_read_down():
    label = "".join(show(104, 690 - 11 * step, char) for step, char in enumerate("三、本年度"))
    (grid,) = read(rules((100, 120, 180), (704, 640)) + label + show(150, 670, "0")).grids
    assert rows(grid) == [["三\n、\n本\n年\n度", "0"]]


def test_blanks_are_kept_and_kerning_is_none():
    content = rules((100, 200, 300), (700, 680)) + show(104, 686, "923.") + show(127, 686, "71") + show(210, 686, "1") + show(215.4, 686, "2")
    (grid,) = read(content).grids
    assert rows(grid) == [["923. 71", "12"]]


def test_radicals_stay_as_the_file_has_them():
    (grid,) = read(rules(XS, YS) + TEXTS[len(show(104, 686, "规章")) :] + show(104, 686, "⽂件")).grids
    assert rows(grid)[0][0] == "⽂件"


def test_a_table_in_a_cell_keeps_its_own_cells():
    content = rules((80, 340, 500), (740, 600)) + rules(XS, YS) + TEXTS + show(360, 700, "旁注")
    outer, inner = read(content).grids
    assert rows(inner) == TABLE and rows(outer) == [["", "旁注"]]


def test_a_dash_at_the_end_of_a_line_is_a_dash():
    (grid,) = read(rules((100, 200, 260), YS) + show(104, 686, "a4") + show(230, 686, "-") + show(104, 666, "bc") + show(230, 666, "1")).grids
    assert rows(grid) == [["a4", "-"], ["bc", "1"]]


# Pages -----------------------------------------------------------------------------------------------------------------

TURNS = [
    # how the page is turned                     the content's own turn
    ("/Rotate 90", "0 1 -1 0 595 0 cm"),
    ("/Rotate 180", "-1 0 0 -1 595 842 cm"),
    ("/Rotate 270", "0 -1 1 0 0 842 cm"),
    ("", "0 1 -1 0 595 0 cm"),
    ("", "0 -1 1 0 0 842 cm"),
    ("", "-1 0 0 -1 595 842 cm"),
]  # fmt: skip


@pytest.mark.parametrize(("entries", "turn"), TURNS)
def test_a_turned_page_reads_as_any_other(entries, turn):
    document = read(f"q {turn} 1 0 0 1 0 -200 cm\n" + rules(XS, YS) + TEXTS + show(100, 720, "标题") + "Q", entries=entries)
    assert [type(block).__name__ for block in document.blocks] == ["Paragraph", "Grid"]
    assert rows(document.grids[0]) == TABLE and lines(document) == ["标题"]


@pytest.mark.parametrize("factor", [0.2, 8, 20])
def test_the_size_of_the_page_does_not_matter(factor):
    content = f"{factor} 0 0 {factor} 0 0 cm\n" + rules(XS, YS) + TEXTS
    assert rows(read(content, box=[side * factor for side in A4]).grids[0]) == TABLE


def test_lines_outside_tables_come_in_order_with_their_page():
    document = read(show(100, 760, "标题") + rules(XS, YS) + TEXTS + show(290, 40, "- 4 -"), show(100, 800, "次页"))
    assert [(block.place.page, block.text) if not isinstance(block, Grid) else "grid" for block in document.blocks] == [
        (1, "标题"), "grid", (1, "                                      - 4 -"[-len("- 4 -") - 38 :]), (2, "次页"),
    ]  # fmt: skip


def test_columns_without_rules_stay_under_one_another():
    content = show(100, 700, "信息内容") + show(200, 700, "本年制发件数") + show(300, 700, "现行有效件数")
    content += line(100, 695, 380, 695) + show(100, 680, "规章") + show(225, 680, "0") + show(325, 680, "12") + line(100, 675, 380, 675)
    assert lines(read(content)) == [
        "信息内容            本年制发件数        现行有效件数",
        "规章                     0                   12",
    ]


def test_prose_keeps_single_blanks():
    assert lines(read(show(100, 700, "于2024年") + show(143, 700, "1月"))) == ["于2024年 1月"]


@pytest.mark.parametrize("shifts", [[(0.3, 0)], [(0.6, 0)], [(0, 0)], [(0.2, -0.2)], [(0.15, 0), (0.3, 0)]])
def test_text_drawn_twice_for_boldness_is_read_once(shifts):
    texts = [(104, "行政许可"), (226, "66"), (286, "1122")]
    once = "".join(show(x, 686, text) for x, text in texts)
    again = "".join(show(x + right, 686 + up, text) for right, up in shifts for x, text in texts)
    glyph_by_glyph = "".join(
        show(x + 5 * at + right, 686 + up, digit)
        for x, text in texts[1:] for at, digit in enumerate(text) for right, up in [(0, 0), *shifts]
    )  # fmt: skip
    between = "".join(show(100, 600 - 15 * line, "规章") for line in range(12))
    for drawn in (once + again, once + between + again, show(*texts[0][:1], 686, texts[0][1]) + glyph_by_glyph):
        document = read(rules(XS, YS) + drawn)
        assert rows(document.grids[0])[0] == ["行政许可", "66", "1122"]
        assert not document.notes


def test_figures_of_crowded_rows_are_not_upon_one_another():
    figures = "".join(show(226 + 5 * at, 686 - 8.6 * row, str(row + at)) for row in range(5) for at in range(3))
    document = read(show(100, 720, "规章规章") + figures)
    assert not document.notes


@pytest.mark.parametrize("along, down", [(0.87, 0.5), (0.71, -0.71), (0, 1)])
def test_a_watermark_aslant_over_a_table_is_no_part_of_it(along, down):
    mark = show(205, 665, "规章0", size=24).replace("205 665 Td", f"{along} {down} {-down} {along} 205 665 Tm")
    below = show(100, 600, "规章规章规章规章规章")
    document = read(rules(XS, YS) + TEXTS + below + f"0.8 g {mark}")
    assert (rows(document.grids[0]) == TABLE) == bool(along)
    assert not document.notes


def test_a_small_raised_figure_is_a_note_and_no_digit():
    noted = show(226, 686, "22") + show(236.5, 690, "13", size=6)
    (grid,) = read(rules(XS, YS) + noted + show(104, 686, "a2") + show(114.5, 686, "1", size=6)).grids
    assert [cell.text for cell in grid.cells if cell.text] == ["a21", "22[13]"]


WHITE, BLACK, BLUE = "1 1 1 rg ", "0 0 0 rg ", "0 0 0.5 rg "
# What is drawn over the first figure of a table, and what that figure is then.
UNSEEN = [
    (WHITE + show(231, 686, "7") + BLACK, "0"),
    ("202 682 56 16 re S " + WHITE + show(231, 686, "7") + BLACK, "0"),
    (show(231, 686, "7", mode=3), "0"),
    (show(231, 686, "7", size=1), "0"),
    (show(231, 686, "7"), "07"),
    (BLUE + "201 681 58 18 re f\n" + WHITE + show(231, 686, "7") + BLACK, "07"),
    (WHITE + "201 681 58 18 re f\n" + show(231, 686, "7") + BLACK, "0"),
    (WHITE + show(231, 686, "件") + BLACK, "0件"),
]


@pytest.mark.parametrize("drawn, text", UNSEEN)
def test_a_digit_that_no_one_sees_is_no_part_of_a_number(drawn, text):
    document = read(rules(XS, YS) + drawn + TEXTS)
    assert rows(document.grids[0])[0] == ["规章", text, "12"]
    assert [check for check, *_ in document.notes] == ["media.unseen"] * (text == "0")


COVERED = [
    # what is drawn upon the first figure of a table, and what that figure is then
    (show(226, 685.5, "3"), "\ufffd"),
    (show(227, 686, "3"), "\ufffd"),
    (WHITE + "201 681 58 18 re f\n" + BLACK + show(226, 686, "3"), "\ufffd"),
    (show(231, 686, "3"), "03"),
]


@pytest.mark.parametrize("drawn, text", COVERED)
def test_a_digit_upon_another_leaves_none(drawn, text):
    document = read(rules(XS, YS) + TEXTS + drawn)
    assert rows(document.grids[0])[0] == ["规章", text, "12"]
    assert [check for check, *_ in document.notes] == ["media.covered"] * ("\ufffd" in text)


@pytest.mark.parametrize("kind, is_over", [("FreeText", True), ("StrikeOut", True), ("Highlight", False), ("Text", False)])
def test_a_figure_under_a_correction_is_not_taken(kind, is_over):
    note = f"/Annots[<</Type/Annot/Subtype/{kind}/Rect[222 682 240 698]/Contents(5)>>]"
    document = read(rules(XS, YS) + TEXTS, entries=note)
    assert rows(document.grids[0])[0] == ["规章", "\ufffd" if is_over else "0", "12"]
    assert [check for check, *_ in document.notes] == ["media.covered"] * is_over


def typed(kind, left=222, more=""):
    """A note of that kind on the first figure's place, or elsewhere, which shows 5 behind its left edge."""
    note = f"<</Type/Annot/Subtype/{kind}/Rect[{left} 682 {left + 18} 698]/AP<</N 7 0 R>>{more}>>"
    look = stream(show(4, 4, "5"), "/Type/XObject/Subtype/Form/BBox[0 0 18 16]/Resources<</Font<</F 3 0 R>>>>")
    return {"entries": f"/Annots[{note}]", "objects": [look]}


BLANK = TEXTS.replace(show(226, 686, "0"), "")
TYPED = [
    # the page's text, the note on it, the first figure, what is said
    (BLANK, typed("FreeText"), "5", []),
    (BLANK, typed("Widget", more="/FT/Tx/T(a)"), "5", []),
    (BLANK, typed("Widget", more="/FT/Tx/T(a)/F 2"), "", []),
    (BLANK, typed("Stamp"), "", []),
    (TEXTS, typed("FreeText"), "\ufffd", ["media.covered"]),
    (TEXTS, typed("FreeText", left=232), "0 5", []),
]


@pytest.mark.parametrize("texts, note, text, checks", TYPED)
def test_what_is_typed_beside_the_text_of_a_page_is_read(texts, note, text, checks):
    document = read(rules(XS, YS) + texts, **note)
    assert rows(document.grids[0])[0] == ["规章", text, "12"]
    assert [check for check, *_ in document.notes] == checks


# Pictures of pages ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def scanned():
    """A page of a table in ASCII as a picture, 150 dpi."""
    import cv2

    page = numpy.full((1754, 1240), 255, numpy.uint8)
    for x in (200, 600, 800, 1000):
        cv2.line(page, (x, 300), (x, 420), 0, 2)
    for y in (300, 360, 420):
        cv2.line(page, (200, y), (1000, y), 0, 2)
    for x, y, text in ((220, 342, "PERMITS"), (680, 342, "0"), (860, 342, "4856"), (220, 402, "FINES"), (680, 402, "17"), (860, 402, "2096.132")):
        cv2.putText(page, text, (x, y), cv2.FONT_HERSHEY_SIMPLEX, 0.9, 0, 2, cv2.LINE_AA)
    return page


PLACED = "q 595 0 0 842 0 0 cm /X7 Do Q\n"
SCANNED = [["PERMITS", "0", "4856"], ["FINES", "17", "2096.132"]]


@pytest.mark.parametrize(
    "layer",
    ["", show(100, 500, "隐藏的文字层" * 9, mode=3), show(100, 500, "?" * 40), show(100, 500, "\ue123\uf456" * 20)],
    ids=["no text", "a hidden layer", "question marks", "private characters"],
)
def test_a_picture_of_a_page_is_recognised(scanned, layer):
    document = read(PLACED + layer, objects=[picture(scanned)])
    (grid,) = document.grids
    assert (document.medium, rows(grid)) == ("scan", SCANNED)
    assert min(cell.score for cell in grid.cells) > 0.5
    assert [check for check, _, _ in document.notes] == ["medium.ocr"]


def test_text_under_a_picture_of_the_page_is_not_trusted(scanned):
    document = read(show(100, 500, "错误的文字层") * 9 + PLACED, objects=[picture(scanned)])
    (grid,) = document.grids
    assert (document.medium, rows(grid)) == ("scan", SCANNED)
    assert "文字层" not in str(document.blocks)


def test_pages_of_text_and_pages_of_pictures_may_be_mixed(scanned):
    document = read(rules(XS, YS) + TEXTS, PLACED, objects=[picture(scanned)])
    assert (document.medium, [rows(grid) for grid in document.grids]) == ("pdf", [TABLE, SCANNED])


def test_text_over_a_background_picture_is_text(scanned):
    document = read(PLACED + rules(XS, YS) + TEXTS, objects=[picture(numpy.full_like(scanned, 250))])
    assert (document.medium, rows(document.grids[0])) == ("pdf", TABLE)


# What is refused -------------------------------------------------------------------------------------------------------

LOCKED = "/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<" + "41" * 32 + ">/U<" + "42" * 32 + ">>>/ID[<00><00>]"
REFUSED = [
    # file                                               what the error says
    (made(TEXTS, trailer=LOCKED),                        "locked with a password"),
    (made(TEXTS)[:200],                                  "broken or cut short"),
    (b"%PDF-1.7\n",                                      "broken or cut short"),
    (b"",                                                "broken or cut short"),
    (made(""),                                           "nothing to read"),
    (made("", "", rules(XS, YS)),                        "nothing to read"),
    (made(*[""] * 301),                                  "301 pages"),
    (made("".join(show(9, y, "字" * 25_001, 0.01) for y in (9, 19, 29, 39))),                "characters on one page"),
    (made("0 0 1 1 re f\n" * 50_002 + TEXTS),            "more than 50000 things drawn"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "said"), REFUSED, ids=[said for _, said in REFUSED])
def test_what_cannot_be_read_is_refused_with_the_reason(data, said):
    with pytest.raises(UnreadableFile, match=re.escape("a.pdf")) as refusal:
        pdf.read("a.pdf", data)
    assert said in str(refusal.value)


def test_a_page_that_is_lost_is_told():
    data = made(TEXTS, TEXTS).replace(b"/Kids[7 0 R 9 0 R]", b"/Kids[7 0 R 99 0 R]")
    document = pdf.read("a.pdf", data)
    assert [note[:2] for note in document.notes] == [("medium.pages", "error")]


@pytest.mark.parametrize("box", [(0, 0, 2_000_000, 2_000_000), (0, 0, 0, 0), (0, 0, -5, 7), (1e9, 1e9, 1e9 + 100, 1e9 + 100)])
def test_an_absurd_page_size_is_survived(box, scanned):
    for content, objects in ((TEXTS, []), (PLACED, [picture(scanned[::8, ::8])])):
        try:
            pdf.read("a.pdf", made(content, box=box, objects=objects))
        except UnreadableFile:
            pass


GOOD = made(rules(XS, YS) + TEXTS)


@given(st.integers(0, len(GOOD)), st.binary(max_size=40), st.integers(0, 60))
def test_damaged_bytes_end_as_a_document_or_as_a_refusal(at, patch, cut):
    try:
        pdf.read("a.pdf", GOOD[:at] + patch + GOOD[at + cut :])
    except UnreadableFile as refusal:
        assert "a.pdf" in str(refusal)
