"""Pictures inside a file: which are recognised, what is said of the others, and that no medium loses one."""

import base64
import io
import re

import numpy
import pytest
from PIL import Image

import disclosure
from disclosure.document import Document, Grid, GridCell, Paragraph
from disclosure.errors import UnreadableFile
from disclosure.media import docx, html, odt, pdf, pictures
from disclosure.media.pictures import MOST_PICTURES, MOST_PIXELS, Picture, Held, in_place

from .generator import figures
from .generator import html as printed
from .test_media_markup import opened, paragraph, word
from .test_media_pdf import made, picture, rules, show
from .test_media_scan import page, saved, texts

# Which pictures ------------------------------------------------------------------------------------------------------

TABLE, PHOTO, LINE = Grid([GridCell("1", 0, 0, score=0.9)], 0), Paragraph("楼"), Paragraph("三、收到申请")
HEADING, LAST, WORDS = "三、收到和处理申请情况", "六、其他需要报告的事项", "收到的申请均已在法定期限内答复，" * 3
PRINTED = Grid([GridCell("1", 0, 0)], 0)
HELD = {"table": [LINE, TABLE], "photo": [PHOTO]}
T, P, GONE, BROKEN, LARGE = map(Picture, ("table", "photo", "gone", "broken", "large"))


def find(source):
    def read():
        if source == "broken":
            raise UnreadableFile("a damaged picture")
        return HELD[source]

    return None if source == "gone" else Held(MOST_PIXELS + 1 if source == "large" else 1_000, read)


FLOWS = [
    # what the document shows              what is read of it                     what is said of it
    ([HEADING, T, LAST, "无"],             [HEADING, LINE, TABLE, LAST, "无"],     ["medium.ocr"]),
    ([HEADING, "见下图：", T, PRINTED],    [HEADING, "见下图：", PRINTED],         []),
    ([HEADING, T, LAST, PRINTED],          [HEADING, LINE, TABLE, LAST, PRINTED],  ["medium.ocr"]),
    ([HEADING, T, P],                      [HEADING, LINE, TABLE, PHOTO],          ["medium.ocr"]),
    ([HEADING, P],                         [HEADING],                              ["media.picture"]),
    ([HEADING, GONE],                      [HEADING],                              ["media.picture"]),
    ([HEADING, BROKEN],                    [HEADING],                              ["media.picture"]),
    ([HEADING, LARGE],                     [HEADING],                              ["media.picture"]),
    ([HEADING, T, GONE],                   [HEADING, LINE, TABLE],                 ["media.picture", "medium.ocr"]),
    ([PRINTED, LAST, WORDS, T],            [PRINTED, LAST, WORDS],                 []),
    ([T, "报告", PRINTED],                 ["报告", PRINTED],                      []),
    # Nothing else holds a table.
    ([HEADING, WORDS, T, P],               [HEADING, WORDS, LINE, TABLE],          ["medium.ocr"]),
    ([P, T],                               [PHOTO, LINE, TABLE],                   ["medium.ocr"]),
    ([T, LARGE],                           [LINE, TABLE],                          ["media.picture", "medium.ocr"]),
    ([P],                                  [],                                     []),
]  # fmt: skip


@pytest.mark.parametrize("flow, read, said", FLOWS)
def test_where_only_a_picture_can_hold_a_table_it_is_read(flow, read, said):
    found, notes = in_place(flow, find)
    assert found == read
    assert [check for check, *_ in notes] == said


def test_no_more_pictures_are_looked_for_than_a_report_has():
    sought = []
    _, notes = in_place([HEADING] + [T] * 5_000, lambda source: sought.append(source))
    assert len(sought) == MOST_PICTURES
    assert "5000" in notes[0][2]


UNREAD = [
    b"",
    b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 900 900\n",
    b"\x89PNG\r\n\x1a\n" + b"?" * 100,
    saved(page())[:5_000],
    saved(Image.new("1", (40_000, 40_000))),
    saved(Image.new("L", (300, 300), 255)),
]


@pytest.mark.parametrize("data", UNREAD, ids=map(str, range(len(UNREAD))))
def test_what_is_no_picture_of_a_table_stays_a_note(data):
    _, notes = in_place([HEADING, T], lambda source: pictures.held(data))
    assert [check for check, *_ in notes] == ["media.picture"]


# Media ---------------------------------------------------------------------------------------------------------------

NUMBERS = [["FINES", "4856"], ["PERMITS", "17"]]
DATA = saved(page(NUMBERS, width=800, height=400))
CODED = base64.b64encode(DATA).decode()
SHAPE = (
    '<w:r><w:drawing><pic:pic><pic:blipFill><a:blip r:embed="{relation}"/></pic:blipFill>'
    "<pic:spPr><a:xfrm><a:ext cx='5580000' cy='970435'/></a:xfrm></pic:spPr></pic:pic></w:drawing></w:r>"
)
RELATIONS = {
    "word/_rels/document.xml.rels": '<Relationships><Relationship Id="r7" Target="media/image1.png"/>'
    '<Relationship Id="r8" TargetMode="External" Target="http://127.0.0.1:9/1.png"/></Relationships>'
}


def of_page(source):
    return html.read("a.html", f"<p>{HEADING}</p><p><img width=600 src='{source}'></p>".encode())


def of_archive(source, named):
    parts = (
        f"Content-Type: text/html; charset=utf-8\nContent-Location: http://a.gov.cn/zwgk/1.html\n\n<p>{HEADING}<p><img src='{source}'>",
        f"Content-Type: image/png\nContent-Transfer-Encoding: base64\n{named}\n\n{CODED}",
    )
    joined = "".join(f"\n--b\n{part}\n" for part in parts)
    return html.read_mhtml("a.mht", f"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n{joined}--b--".encode())


def of_word(relation):
    body = paragraph(HEADING) + paragraph(SHAPE.format(relation=relation))
    return docx.read("a.docx", word(body, {**RELATIONS, "word/media/image1.png": DATA}))


def of_text(name):
    shape = "<draw:frame><draw:image xlink:href='Pictures/1.svm'/><draw:image xlink:href='{name}'/></draw:frame>"
    body = f"<text:h>{HEADING}</text:h><text:p>{shape.format(name=name)}</text:p>"
    return odt.read("a.odt", opened(body, {"Pictures/1.png": DATA}))


READ = [
    ("a page", lambda: of_page(f"data:image/png;base64,{CODED}")),
    ("an archive, by its address", lambda: of_archive("1/2.png", "Content-Location: http://a.gov.cn/zwgk/1/2.png")),
    ("an archive, by its number", lambda: of_archive("cid:2@x", "Content-ID: <2@x>")),
    ("Word", lambda: of_word("r7")),
    ("OpenDocument", lambda: of_text("Pictures/1.png")),
]


@pytest.mark.parametrize("read", [case[1] for case in READ], ids=[case[0] for case in READ])
def test_a_table_that_is_a_picture_in_a_file_is_read(read):
    document = read()
    assert texts(document) == NUMBERS
    assert document.grids[0].place(document.grids[0].cells[0]) == (None, 1, 1, 1, None)
    assert all(cell.score > 0.5 for cell in document.grids[0].cells)
    assert [check for check, *_ in document.notes] == ["medium.ocr"]


NOT_THERE = [
    lambda: of_page("http://127.0.0.1:9/1.png"),
    lambda: of_page("data:image/png;base64,!"),
    lambda: of_page("http://[/1.png"),
    lambda: of_archive("2.png", "Content-Location: http://a.gov.cn/3.png"),
    lambda: of_archive("http://[/1.png", ""),
    lambda: of_word("r8"),
    lambda: of_word("r9"),
    lambda: of_text("http://127.0.0.1:9/1.png"),
]


@pytest.mark.parametrize("read", NOT_THERE, ids=map(str, range(len(NOT_THERE))))
def test_a_picture_that_is_not_in_the_file_is_said_and_not_fetched(read):
    assert [check for check, *_ in read().notes] == ["media.picture"]


# PDF -----------------------------------------------------------------------------------------------------------------

PIXELS = numpy.asarray(Image.open(io.BytesIO(DATA)))
WIDE = "q 400 0 0 200 100 400 cm /X7 Do Q\n"
# The same picture in eight strips.
STRIPS = "".join(f"q 400 0 0 25 100 {575 - 25 * strip} cm /X{8 + strip} Do Q\n" for strip in range(8))
HEADED = show(100, 750, "三、收到申请情况") + show(100, 300, "四、其他")
PDFS = [
    # the page                                                                             its entries    is it read
    (HEADED + WIDE,                                                                        "",            True),
    (HEADED + WIDE,                                                                        "/Rotate 90",  True),
    ("0 1 -1 0 842 0 cm\n" + HEADED + WIDE,                                                "",            True),
    ("0 -1 1 0 -200 800 cm\n" + HEADED + WIDE,                                             "/Rotate 90",  True),
    (HEADED + STRIPS,                                                                      "",            True),
    (HEADED + "q 200 0 0 100 100 400 cm /X7 Do Q\n",                                       "",            False),
    (HEADED + "q 1e38 0 0 1e38 -1e38 0 cm /X7 Do Q\n",                                      "",            False),
    (HEADED + "q 400 0 0 1e38 100 400 cm /X7 Do Q\n",                                       "",            False),
    (HEADED + WIDE + show(250, 500, "水印"),                                               "",            False),
    (HEADED + show(100, 700, "收到的申请均已答复" * 4) + WIDE + rules((100, 200, 300), (280, 260)) + show(104, 266, "0"), "", False),
]  # fmt: skip


@pytest.mark.parametrize("content, entries, is_read", PDFS)
def test_a_table_pasted_into_a_pdf_as_a_picture_is_read(content, entries, is_read):
    document = pdf.read("a.pdf", made(content, entries=entries, objects=[picture(PIXELS), *map(picture, numpy.split(PIXELS, 8))]))
    assert document.medium == "pdf"
    assert ("medium.ocr" in [check for check, *_ in document.notes]) == is_read
    if is_read:
        assert texts(document) == NUMBERS
        before, *_, behind = document.blocks
        assert ("三" in before.text, "四" in behind.text, document.grids[0].page) == (True, True, 1)

# A report ------------------------------------------------------------------------------------------------------------


def test_figures_that_were_recognised_in_a_page_are_doubted_as_those_of_a_scan(tmp_path, monkeypatch):
    truth, path = figures(3, "2021"), tmp_path / "report.html"
    path.write_text(printed.plain(truth, None), "utf-8")
    place = disclosure.read(path).values["applications", "granted", "natural_person"].place
    grids = disclosure.media.open_document(path).grids
    for cell in (cell for grid in grids for cell in grid.cells):
        cell.score = 0.999
    (misread,) = (cell for cell in grids[place.table - 1].cells if (cell.row + 1, cell.column + 1) == place[2:4])
    misread.text, misread.score = misread.text + "7", 0.9
    pictured = re.sub('src="[^"]*"', f'src="data:image/png;base64,{CODED}"', printed.pictures(truth, None))
    path.write_text(pictured, "utf-8")
    recognised = iter(grids)
    monkeypatch.setattr(pictures.scan, "read", lambda path, data: Document(path, "scan", [next(recognised)]))
    report = disclosure.read(path)
    assert (report.medium, report.metadata.source_grade, report.verified) == ("html", "ocr", True)
    assert {key: amount.value for key, amount in report.values.items()} == truth.cells
    assert {"medium.ocr", "ocr.proposed"} <= {finding.check for finding in report.doubts}
