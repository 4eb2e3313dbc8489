"""Pages, Word, OpenDocument and spreadsheets become grids with true geometry; what is hostile ends in a clear error."""

import io
import re
import socket
import time
import zipfile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font, PatternFill

from disclosure import read
from disclosure.document import Document, Grid
from disclosure.errors import DisclosureError, MissingTool, UnreadableFile
from disclosure.media import FILE_LIMIT, docx, formats, html, odt, office, open_document, recognise, sheet, text
from disclosure.media.package import PART_LIMIT

# How a grid is written here: a row a line, cells by "|", each "text" or "text r2 c3" (its spans); a place that a cell
# above or to the left spans over does not count.


def drawn(grid):
    rows = {}
    for cell in sorted(grid.cells, key=lambda cell: (cell.row, cell.column)):
        spans = [f"{letter}{span}" for letter, span in (("r", cell.rowspan), ("c", cell.colspan)) if span > 1]
        rows.setdefault(cell.row, []).append(" ".join([cell.text.replace("\n", "/"), *spans]))
    return [" | ".join(rows[row]).rstrip(" ") for row in sorted(rows)]


def shown(document):
    """Lines as they are, grids as lists."""
    return [drawn(block) if isinstance(block, Grid) else block.text for block in document.blocks]


def page(markup):
    return html.read("page.html", f"<html><body>{markup}</body></html>".encode())


# One table each: what stands between <table> and </table>, and the grid.
GEOMETRY = [
    ("<tr><td>a<td>b<tr><td>c<td>d", ["a | b", "c | d"]),
    ("<tr><td rowspan=2>a<td>b<tr><td>c", ["a r2 | b", "c"]),
    ("<tr><td colspan=2>a<td>b<tr><td>c<td>d<td>e", ["a c2 | b", "c | d | e"]),
    ("<tr><td>a<td rowspan=2 colspan=2>b<tr><td>c<tr><td>d<td>e<td>f", ["a | b r2 c2", "c", "d | e | f"]),
    # Spans that are no spans, as browsers take them.
    ('<tr><td colspan="abc">a<td colspan="-3">b<td colspan="0">c<td colspan=""> d', ["a | b | c | d"]),
    ('<tr><td colspan="1e9">a<td>b<tr><td>c<td>d', ["a | b", "c | d"]),
    ('<tr><td colspan="2px">a<tr><td>b<td>c', ["a c2", "b | c"]),
    # Spans that reach further than anything stands.
    ("<tr><td colspan=1000000000>a<tr><td>b<td>c", ["a c2", "b | c"]),
    ("<tr><td rowspan=1000000000>a<td>b<tr><td>c", ["a r2 | b", "c"]),
    ("<tr><td colspan=7>a<td>b<tr><td colspan=7>c<td>d", ["a | b", "c | d"]),
    # 0 is "to the end of the row group", which no span leaves.
    ("<tbody><tr><td rowspan=0>a<td>b<tr><td>c<tbody><tr><td>d<td>e", ["a r2 | b", "c", "d | e"]),
    ("<thead><tr><th rowspan=9>a<th>b<tbody><tr><td>c<td>d", ["a | b", "c | d"]),
    # A span from above that stands in the way of one from the left.
    ("<tr><td>a<td rowspan=2>b<tr><td colspan=2>c", ["a | b r2", "c"]),
    # Ragged rows, empty rows, no rows at all, tags left open.
    ("<tr><td>a<td>b<td>c<tr><td>d<tr></tr><tr><td>e<td>f", ["a | b | c", "d", "e | f"]),
    ("<td>a<td>b", ["a | b"]),
    ("<tr><td><span>a<td><b>b<tr><td>c<td>d", ["a | b", "c | d"]),
    ("<tr><td><font>a</td></tr></font><tr><td>b<td>c", ["a", "b | c"]),
    # What is in a cell: breaks, blanks, soup, letters on their own.
    ("<tr><td>一<br>二<br/><br>三<td><p>四</p><p>五</p><td>六</br>七", ["一/二/三 | 四/五 | 六/七"]),
    ("<tr><td> 行政\n  许可 <td>&nbsp;12<td>\u30003", ["行政 许可 | \xa012 | \u30003"]),
    ("<tr><td><p class=MsoNormal><span lang=EN-US>1</span><span>2</span><o:p></o:p></p><td>b", ["12 | b"]),
    ("<tr>" + "".join(f"<td><span>{letter}</span>" for letter in "规章") + "<td><div><div>0</div></div>", ["规 | 章 | 0"]),
    # What no one sees.
    ('<tr><td style="DISPLAY : none">9<td>a<td hidden>8<td>b', ["a | b"]),
    ('<tr style="color:red;display:none"><td>9<td>9<tr><td>a<td>b<span style="mso-hide:all">7</span>', ["a | b"]),
    ("<tr><td>a<!-- 9 --><script>8</script><style>7</style><td>b<noscript>6</noscript><template>5</template>", ["a | b"]),
    # What would run together: a note mark behind a figure, a figure struck out.
    ("<tr><td>22<sup>1</sup><td>m<sup>2</sup>", ["22[1] | m2"]),
    # What style sheets hide, withdraw or raise inside a cell; a withdrawn cell is still a cell.
    (
        "<style><!-- @media print{i{display:none} u{color:red}} /* i{display:none} */ @import url(a); .a,p.b{display:none}.c{text-decoration:line-through}#d{vertical-align:super}a:hover{display:none}.e::after{opacity:0}--></style>"
        "<tr><td>5<i class=a>7</i><td>6<p class=b>8</p><td>1<i class=c>9</i><td>2<i id=d>1</i><td class=c>4<td>3<i class=e>0</i>",
        ["5 | 6 | 1 | 2[1] |  | 30"],
    ),
    ('<tr><td>5<i style="vertical-align: super">1</i><td>6<sub>2</sub><td>7<i style="font-size: 0">9</i><i style="font-size:0.8em">8</i>', ["5[1] | 6[2] | 78"]),
    # Type without a size takes the room out of blanks; what has a size of its own inside is seen.
    (
        "<tr><td style='font-size:0'> <i style='font-size:12px'>5</i> <i style='font-size:12px'>6</i><td><p style='font-size:0px'><b style='font-size:1em'>7</b><td style='font-size:0'>8",
        ["5 6 | 7"],
    ),
    # A small fraction is the number's, small digits may be a note's; of what is raised, three digits and more are no note's mark.
    ("<tr><td>923<small>.71</small><td>5<sup>[1]</sup><td>25<small>64</small><td>2<sup>564</sup>", ["923.71 | 5([1]) | 25^64 | 2^564"]),
    ("<tr><td><small>64</small><td>2<td><small>5</small>6<td>5<small>件</small><td>a <small>1</small>", ["64 | 2 | 56 | 5件 | a 1"]),
    ('<tr><td>5<i style="position:absolute;left:-9999px">1</i><td style="margin-left:-100px">6<td style="vertical-align:middle">7', ["5 | 6 | 7"]),
    ("<tr><td><del>5</del>6<td><s>7</s><span style='text-decoration: line-through'>8</span>9", ["6 | 9"]),
    # What is white on white or a point large, and no one sees; a cell of it stays a cell.
    ("<tr><td>5<i style='color:#FFFFFF'>7</i><td style='COLOR : white'>9<td><font color=#fefefe>8</font>6<td>3<i style='font-size:1px'>2</i>", ["5 |  | 6 | 3"]),
    ("<style>.w{color:rgb(255, 255,255)}.t td i{font-size:.5pt}</style><tr class=t><td>5<i class=w>7</i><td>6<i>7</i>", ["5 | 6"]),
    ("<tr style='color:#fff'><td>5<b style='color:#000'>6</b><td style='color:red'>7<td>8", ["6 | 7 |"]),
    # On a background white is seen, and words stand on one wherever it is set.
    ("<tr><td bgcolor=#003366><font color=white>5</font><tr style='background:#06c'><td style='color:#fff'>6", ["5", "6"]),
    ("<style>th{color:#fff}thead{background-color:navy}</style><thead><tr><th>2023年<th>9<tbody><tr><td>1<td>2", ["2023年 | 9", "1 | 2"]),
    ("<tr><td style='color:white'>行政许可<td style='color:white'>9<tr><td>行政处罚<td style='color:white'>9", ["行政许可 | 9", "行政处罚 |"]),
    ("<tr style='background:#fff'><td>行政许可<td style='color:white;background:none'>9<td><b style='color:#f0f'>7</b>", ["行政许可 |  | 7"]),
    ("<tr><td style='background-color:#fff'>5<i style='border-color:#fff'>6</i><td><i style='font-size:10.5pt'>7</i><i style='font-size:1em'>8</i>", ["56 | 78"]),
    ("<tr><td><ruby>關<rt>guān</rt></ruby><td><input value=5><input type=hidden value=6>", ["關 | 5"]),
    ("<tr><td><input type=number value=5><td><input type=TEL value=6><td><input type=Text value=7><td><input type=submit value=8>", ["5 | 6 | 7 |"]),
    # A frame round one figure is no table.
    ("<tr><td><table><tr><td>1</table><td>2<td>3", ["1 | 2 | 3"]),
]


@pytest.mark.parametrize("markup, rows", GEOMETRY, ids=[str(number) for number in range(len(GEOMETRY))])
def test_a_table_is_laid_out_as_a_browser_does(markup, rows):
    assert shown(page(f"<table>{markup}</table>")) == [rows]


FIGURES = "<table><tr><td>规章<td>1<tr><td>许可<td>2</table>"
DRAWN = ["规章 | 1", "许可 | 2"]
# A page, and its lines and grids in reading order.
PAGES = [
    ("<p>前</p>文<br>字" + FIGURES + "<div>后<div>记</div></div>", ["前", "文", "字", DRAWN, "后", "记"]),
    # What a script shows once the page is there, as WeChat does with its articles.
    (f'<h1>报告</h1><div id="js_content" style="visibility: hidden; opacity: 0; ">文字{FIGURES}<b hidden>旧</b></div>', ["报告", "文字", DRAWN]),
    (f'<body style="display:none"><h1>报告</h1>{FIGURES}</body>', ["报告", DRAWN]),
    ("<ul><li>首页<li>政务公开</ul><h1>报告</h1>", ["首页", "政务公开", "报告"]),
    # Tables that only arrange the page.
    (f"<table><tr><td>菜单<td><h1>报告</h1>{FIGURES}<p>完</p></table>", ["菜单", "报告", DRAWN, "完"]),
    (f"<table><tr><td><table><tr><td>{FIGURES}</table><td><table><tr><td>甲<td>乙</table></table>", [DRAWN, ["甲 | 乙"]]),
    (f"<table><tr><td>{FIGURES}{FIGURES}</table>", [DRAWN, DRAWN]),
    ("<table><tr><td>一段<br>又一段</table>", ["一段", "又一段"]),
    ("<table><tr><td>菜单<td>" + "<p>行</p>" * 70 + "</table>", ["菜单"] + ["行"] * 70),
    ("<table><tr><td><td>&nbsp;<tr><td></table>空", ["空"]),
    ("<table><tr><td><img src=a.png><td><img src=b.png></table>空", ["空"]),
    # A table of figures with a table in one of its cells keeps its own.
    (f"<table><tr><td>甲<td>1<td>2<tr><td>乙<td>3<td>{FIGURES}</table>", [["甲 | 1 | 2", "乙 | 3 |"], DRAWN]),
    ("<table><caption>表一</caption>游离<tr><td>甲<td>乙</table>", ["表一", "游离", ["甲 | 乙"]]),
    # Table 三 in two, with and without its header.
    (FIGURES + "<p>- 3 -</p>" + FIGURES, [DRAWN, "- 3 -", DRAWN]),
    # Text as it was typed.
    ("<pre>规章   1\n许可\t22\n\n  完</pre>一  二", ["规章   1", "许可\t22", "  完", "一 二"]),
    (f"<pre>甲{FIGURES}乙  丙</pre>", ["甲", DRAWN, "乙  丙"]),
    # A page made of pages.
    ("一</body></html><html><head><title>二</title><style>td{}</style></head><body>三" + FIGURES, ["一", "三", DRAWN]),
    ("<iframe>甲</iframe><textarea>乙</textarea><select><option>丙</select><svg><title>丁</title></svg>戊", ["戊"]),
]


@pytest.mark.parametrize("markup, blocks", PAGES, ids=[str(number) for number in range(len(PAGES))])
def test_a_page_is_read_in_order(markup, blocks):
    assert shown(page(markup)) == blocks


def test_tables_and_lines_are_numbered_in_reading_order():
    document = page(f"甲<table><tr><td>{FIGURES}<td>乙{FIGURES}</table>丙")
    assert [grid.number for grid in document.grids] == [1, 2]
    assert [paragraph.place.line for paragraph in document.paragraphs] == [1, 2, 3]
    assert str(document.grids[1].place(document.grids[1].cells[3])) == "table 2 row 2 column 2"


HEADING = "<p>三、收到和处理政府信息公开申请情况</p>"
# What a page has to say about itself, or nothing.
NOTED = [
    (HEADING + '<p><img src="table.png"></p><p>四、其他</p>', ["media.picture"]),
    (HEADING + '<p>（见下图）<img src="table.png" width="800"></p>', ["media.picture"]),
    (HEADING + '<p><img src="table.png" width="100%" style="max-width: 16px; height: 90.5%"></p>', ["media.picture"]),
    (HEADING + '<img src="table.png" style="width: 15.2cm; height: 2.6cm">', ["media.picture"]),
    (HEADING + '<img src="icon.png" width="16" height="16">', []),
    (HEADING + '<img src="icon.png" style="width: 16.0pt">', []),
    (HEADING + '<img src="rule.png" width="600" height="8px">', []),
    (HEADING + '<img src="banner.png">' + FIGURES, []),
    (HEADING + "<p>" + "收到的申请均已答复，" * 5 + '</p><img src="chart.png">', []),
    ('<img src="logo.png"><p>某区报告</p>' + FIGURES, []),
    (f'<div style="display:none">{FIGURES}</div><p>某区年度报告</p>', ["media.hidden"]),
    (f'<div style="display:none">{FIGURES}{FIGURES}</div>{FIGURES}', ["media.hidden"]),
    ("<p><strike>5</strike>6</p>", ["media.struck"]),
    ("<table><tr><td>5<i style='color:white'>6</i><td>7<i style='color:white'>元</i></table>", ["media.unseen"]),
    ("<table><tr style='color:white'><td>许可<td>9<tr><td>规章<td style='color:white'>8</table>", ["media.unseen"] * 2),
    ("<table><tr><td>5<i style='color:white'>元</i><td style='color:white'>2023年</table><p style='color:white'>8</p>", []),
]


@pytest.mark.parametrize("markup, checks", NOTED, ids=[str(number) for number in range(len(NOTED))])
def test_what_cannot_be_read_is_said(markup, checks):
    assert [check for check, *_ in page(markup).notes] == checks


def test_a_page_says_whose_it_is():
    document = html.read(
        "page.html",
        b"""<!DOCTYPE html>
        <!-- saved from url=(0044)https://www.kdl.gov.cn/zwgk/1.html -->
        <html><head><title> A\n report </title><meta name="SiteIDCode" content="1502030001">
        <link rel="canonical" href="https://example.gov.cn/"></head><body>x</body></html>""",
    )
    assert (document.title, document.url) == ("A report", "https://www.kdl.gov.cn/zwgk/1.html")
    assert document.meta["SiteIDCode"] == "1502030001"


@pytest.mark.parametrize("encoding, declared", [("gbk", "gb2312"), ("gbk", "utf-8"), ("utf-8", "gbk"), ("big5", "big5"), ("utf-16", "utf-8")])
def test_a_page_is_read_by_its_real_encoding(encoding, declared):
    lines = ["政府資訊公開工作年度報告", "本機關新收政府資訊公開申請一百二十三件，上年結轉四件"]
    markup = f'<html><head><meta http-equiv="Content-Type" content="text/html; charset={declared}"></head><body>{"<br>".join(lines)}</body>'
    document = html.read("page.html", markup.encode(encoding))
    assert shown(document) == lines
    assert all(severity == "info" for _, severity, _ in document.notes)


ARCHIVE = (
    "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://www.example.gov.cn/1.html\r\nSubject: x\r\n"
    'MIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="--=_b"\r\n\r\n\r\n'
    "----=_b\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: {transfer}\r\n\r\n{body}\r\n"
    "----=_b\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n----=_b--\r\n"
)


@pytest.mark.parametrize(
    "kind, transfer, body",
    [
        ("text/html; charset=utf-8", "quoted-printable", "<p>=E8=A7=84=E7=AB=A0 =\r\n12</p>"),
        ('text/html; charset="gb2312"', "base64", "PHA+uebVwiAxMjwvcD4="),
        ("text/html", "8bit", "<p>规章 12</p>"),
    ],
)
def test_a_saved_archive_is_its_page(tmp_path, kind, transfer, body):
    path = tmp_path / "saved.doc"
    path.write_text(ARCHIVE.format(kind=kind, transfer=transfer, body=body), "utf-8")
    document = open_document(path)
    assert (document.medium, document.url) == ("mhtml", "https://www.example.gov.cn/1.html")
    assert shown(document) == ["规章 12"]


def archive(**pages):
    """Pages as a browser or Excel saves them in one file, the first of them the one that was saved."""
    parts = "".join(
        f"--b\r\nContent-Type: text/html; charset=utf-8\r\nContent-ID: <{name}@x>\r\nContent-Location: file:///C:/x/{name}.htm\r\n\r\n{page}\r\n"
        for name, page in pages.items()
    )
    return f"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n{parts}--b--\r\n".encode()


HEAD = "<html><head><title>年报</title>"
SHOWN = ["规章 | 1", "许可 | 2"]
ARCHIVED = [
    # pages, what is read, the frames that are not in the archive
    (dict(a=f"{HEAD}</head><body>首页<iframe src='cid:b@x'></iframe>版权", b=f"{HEAD}<body>规章{FIGURES}"), ["首页", "规章", SHOWN, "版权"], []),
    (dict(a="<iframe src=b.htm></iframe>", b="<iframe src=c.htm></iframe>", c="规章 1"), ["规章 1"], []),
    (dict(a="甲<iframe src=a.htm></iframe><iframe src=b.htm></iframe>", b="乙<iframe src=b.htm></iframe>"), ["甲", "乙"], ["a.htm", "b.htm"]),
    (dict(a="甲<iframe src='http://[x'></iframe>", b="乙"), ["甲"], ["http://[x"]),
    (
        dict(
            a=f"{HEAD}<link id=\"shLink\" href=\"b.htm\"><link id=\"shLink\" href=\"c.htm\"></head><frameset><frame src=\"b.htm\"><noframes><body>无框架</body></noframes></frameset>",
            b=f"{HEAD}</head><body>{FIGURES}</body></html>",
            c=f"{HEAD}</head><body>乙{FIGURES}</body></html>",
        ),
        [SHOWN, "乙", SHOWN],
        ["b.htm"],
    ),
]


@pytest.mark.parametrize("pages, blocks, frames", ARCHIVED, ids=[str(number) for number in range(len(ARCHIVED))])
def test_a_page_of_an_archive_shows_the_others_in_its_frames(pages, blocks, frames):
    document = html.read_mhtml("page.mht", archive(**pages))
    assert (shown(document), document.frames) == (blocks, frames)


@pytest.mark.parametrize("markup", ["<frameset><frame src='a.files/sheet001.htm'></frameset>", "首页<iframe src=a.files/sheet001.htm></iframe>"])
def test_a_page_whose_report_is_in_a_frame_says_where(tmp_path, markup):
    path = tmp_path / "page.html"
    path.write_text(f"<html>{markup}", "utf-8")
    with pytest.raises(DisclosureError, match="page.html: .*in frames: a.files/sheet001.htm. Read the one"):
        read(path)


def test_tables_in_markdown_stand_among_its_lines(tmp_path):
    path = tmp_path / "report.md"
    path.write_text(f"# 报告\n\n甲 <table>\n<tr><td>\n1\n<td>2\n</table>\n| 规章 | 0 |\n{FIGURES}\n<table><tr><td>3<td>4", "utf-8")
    document = open_document(path)
    assert document.medium == "text"
    assert [block for block in shown(document) if block] == ["# 报告", "甲", ["1 | 2"], "| 规章 | 0 |", DRAWN, ["3 | 4"]]
    assert [grid.number for grid in document.grids] == [1, 2, 3]


# A table drawn with characters, and the grid or the lines that it is.
DRAWINGS = [
    (["┌────┬─┬──┐", "│规章│0│12│", "├────┼─┼──┤", "│文件│3│4 │", "└────┴─┴──┘"], [["规章 | 0 | 12", "文件 | 3 | 4"]]),
    (["+----+---+", "|规章| 0 |", "+----+---+"], [["规章 | 0"]]),
    (["+----+---+7+", "|规章| 0 |8|", "+----+---+-+"], ["+----+---+7+", "|规章| 0 |8|", "+----+---+-+"]),
]


@pytest.mark.parametrize("lines, blocks", DRAWINGS)
def test_no_figure_of_a_drawn_table_is_lost(lines, blocks):
    assert shown(text.read("report.txt", "\n".join(lines).encode())) == blocks


def test_tags_in_the_rows_of_a_markdown_table_make_it_no_page(tmp_path):
    path = tmp_path / "report.md"
    path.write_text("甲\n\n| 第二十条<br>第（一）项 | 12<br>.5 |\n|---|---|\n| 规<br>章 | 3 |\n| 文<br>件 | 4 |\n", "utf-8")
    assert open_document(path).medium == "text"


SHOWN = [
    ("| 甲 | ~~7~~12 | <del>7</del>12 | <!-- 7 -->12 |", "| 甲 | 12 | 12 | 12 |"),
    ("| 12<sup>1</sup> | 12[^1] | 12^1^ |", "| 12[1] | 12[1] | 12[1] |"),
    ("| [12](a.html) | 12<br>.5 | ==12== | <b>12</b> | &#49;2 |", "| 12 | 12.5 | 12 | 12 | 12 |"),
    ("| 923<small>.71</small> | 25<small>64</small> |", "| 923.71 | 2564 |"),
    ("| 12<span style='color:#fff'>7</span> | <font color=white>7</font>12 | <i style=\"display:none\">7</i>12 |", "| 12 | 12 | 12 |"),
    ("甲 ~~7~~12", "甲 ~~7~~12"),
]


@pytest.mark.parametrize("line, said", SHOWN)
def test_a_row_of_markdown_is_read_as_a_browser_shows_it(line, said):
    (block,) = text.read("report.md", line.encode()).blocks
    assert block.text == said


def test_the_numbers_of_a_browser_s_links_are_no_figures():
    lines = "行政许可\n[12]188\n\nReferences\n\n   Visible links:\n   1. https://www.example.gov.cn/1.html\n"
    assert "188" in [block.text for block in text.read("report.txt", lines.encode()).blocks]
    assert "[12]188" in [block.text for block in text.read("report.txt", lines[:12].encode()).blocks]


# Word -----------------------------------------------------------------------------------------------------------------

WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
COMPATIBLE = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
DRAWING = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
)
LINKED = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'


def packed(parts):
    """A ZIP package of ``{name: text}``."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in parts.items():
            package.writestr(name, text)
    return buffer.getvalue()


def word(body, parts={}):
    whole = f"<w:document {WORD} {COMPATIBLE} {DRAWING} {LINKED}><w:body>{body}</w:body></w:document>"
    return packed({"word/document.xml": whole} | parts)


def run(text, properties=""):
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def paragraph(content):
    return f"<w:p>{content if content.startswith('<') else run(content)}</w:p>"


def cell(text, properties=""):
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(text)}</w:tc>"


def table(*rows):
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"


def down(kind=""):
    return f'<w:vMerge w:val="{kind}"/>' if kind else "<w:vMerge/>"


def across(columns):
    return f'<w:gridSpan w:val="{columns}"/>'


# A document's body, and its lines and grids.
WORDS = [
    (paragraph("甲") + table(cell("a") + cell("b"), cell("c") + cell("d")) + paragraph("乙"), ["甲", ["a | b", "c | d"], "乙"]),
    (table(cell("a", across(2)) + cell("b"), cell("c") + cell("d") + cell("e")), [["a c2 | b", "c | d | e"]]),
    (table(cell("a", down("restart")) + cell("b"), cell("", down()) + cell("c"), cell("", down()) + cell("d")), [["a r3 | b", "c", "d"]]),
    (table(cell("a", down("restart")) + cell("b"), cell("c", down("restart")) + cell("d")), [["a | b", "c | d"]]),
    # A merge that nothing above begins, or of another width, is a cell of its own.
    (table(cell("a", down()) + cell("b"), cell("c") + cell("d")), [["a | b", "c | d"]]),
    (table(cell("a", down("restart") + across(2)) + cell("b"), cell("c", down()) + cell("d") + cell("e")), [["a c2 | b", "c | d | e"]]),
    (table(cell("a", '<w:hMerge w:val="restart"/>') + cell("", "<w:hMerge/>"), cell("b") + cell("c")), [["a c2", "b | c"]]),
    (table("<w:trPr><w:gridBefore w:val='1'/></w:trPr>" + cell("a"), cell("b") + cell("c")), [["a", "b | c"]]),
    # Broken spans.
    (table(cell("a", across(10**12)) + cell("b"), cell("c", across("x")) + cell("d")), [["a | b", "c | d"]]),
    # Content controls round rows, cells and paragraphs.
    (f"<w:sdt><w:sdtPr><w:tag/></w:sdtPr><w:sdtContent>{paragraph('甲')}</w:sdtContent></w:sdt>", ["甲"]),
    (table(f"<w:sdt><w:sdtContent>{cell('a')}</w:sdtContent></w:sdt>{cell('b')}"), [["a | b"]]),
    # Runs: tabs, breaks, hyphens; a tab stop is no tab.
    (paragraph("<w:pPr><w:tabs><w:tab w:val='left' w:pos='420'/></w:tabs></w:pPr><w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:noBreakHyphen/><w:br/><w:t>c</w:t></w:r>"), ["a\tb-", "c"]),
    (table(cell(run("一") + "<w:r><w:br/></w:r>" + run("二")) + f"<w:tc>{paragraph('三')}{paragraph('四')}</w:tc>"), [["一/二 | 三/四"]]),
    (paragraph("<w:r><w:sym w:font='Symbol' w:char='F0B7'/><w:sym w:char='D800'/><w:sym/></w:r>"), ["\uf0b7\ufffd\ufffd"]),
    # Tracked changes as if accepted, hidden and struck text, field codes, readings.
    (paragraph(f"<w:del>{run('9')}<w:r><w:delText>9</w:delText></w:r></w:del><w:ins>{run('8')}</w:ins>{run('7')}"), ["87"]),
    (paragraph(f"<w:moveFrom>{run('9')}</w:moveFrom><w:moveTo>{run('8')}</w:moveTo>"), ["8"]),
    (table("<w:trPr><w:del/></w:trPr>" + cell("9") + cell("9"), cell("a") + cell("b")), [["a | b"]]),
    (
        table(
            cell(run("5") + run("7", '<w:color w:val="FFFFFF"/>')) + cell(run("6") + run("8", '<w:sz w:val="2"/>')),
            cell(run("7", '<w:color w:val="FFFFFF"/>')) + cell(run("6") + run("9", "<w:webHidden/>")),
            cell(run("7", '<w:color w:val="FFFFFF" w:themeColor="background1"/>'), '<w:shd w:val="clear" w:color="auto" w:fill="003366"/>')
            + cell(run("5") + run("6", '<w:color w:val="auto"/><w:sz w:val="21"/>'), '<w:shd w:val="clear" w:color="auto" w:fill="FFFFFF"/>'),
            cell(run("8") + run("7", '<w:color w:val="ffffff"/><w:highlight w:val="black"/>')) + cell(run("行政许可", '<w:color w:val="FFFFFF"/>')),
        ),
        [["5 | 6", " | 6", "7 | 56", "87 | 行政许可"]],
    ),
    (paragraph(run("9", "<w:vanish/>") + run("8", "<w:strike/>") + run("7", '<w:strike w:val="0"/>')), ["7"]),
    (paragraph("<w:r><w:instrText>PAGE</w:instrText></w:r>" + run("1")), ["1"]),
    (paragraph(f"<w:r><w:ruby><w:rt>{run('guān')}</w:rt><w:rubyBase>{run('关')}</w:rubyBase></w:ruby></w:r>"), ["关"]),
    (paragraph(run("22") + run("1", '<w:vertAlign w:val="superscript"/>')), ["22[1]"]),
    (paragraph(run("22") + run("1", '<w:position w:val="6"/>') + run("3", '<w:position w:val="0"/>')), ["22[1]3"]),
    (paragraph(run("22") + run("1", '<w:rStyle w:val="FootnoteReference"/>') + run("3", '<w:rStyle w:val="Strong"/>')), ["22[1]3"]),
    # Numbers that Word makes are not text.
    (paragraph("<w:pPr><w:numPr><w:ilvl w:val='0'/><w:numId w:val='1'/></w:numPr></w:pPr>" + run("总体情况")), ["总体情况"]),
    # A text box, once, though it is written twice.
    (
        paragraph(
            f"<w:r><mc:AlternateContent><mc:Choice><w:txbxContent>{paragraph('框')}</w:txbxContent></mc:Choice>"
            f"<mc:Fallback><w:txbxContent>{paragraph('框')}</w:txbxContent></mc:Fallback></mc:AlternateContent></w:r>"
        ),
        ["框"],
    ),
    # A table in a cell.
    (
        table(cell("甲") + cell("1") + cell("2"), cell("乙") + cell("3") + f"<w:tc>{table(cell('丙') + cell('4'))}<w:p/></w:tc>"),
        [["甲 | 1 | 2", "乙 | 3 |"], ["丙 | 4"]],
    ),
    (table(cell("菜单") + f"<w:tc>{table(cell('丙') + cell('4'))}<w:p/></w:tc>"), ["菜单", ["丙 | 4"]]),
]


@pytest.mark.parametrize("body, blocks", WORDS, ids=[str(number) for number in range(len(WORDS))])
def test_word_is_read_as_it_stands(body, blocks):
    assert shown(docx.read("report.docx", word(body))) == blocks


def test_strict_word_is_word():
    body = table(cell("a", across(2)), cell("b") + cell("c"))
    strict = f'<w:document xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main"><w:body>{body}</w:body></w:document>'
    assert shown(docx.read("strict.docx", packed({"word/document.xml": strict}))) == [["a c2", "b | c"]]


def flat(parts):
    """The parts as Word's Flat OPC writes them, a picture among them."""
    inside = "".join(f'<pkg:part pkg:name="/{name}"><pkg:xmlData>{part}</pkg:xmlData></pkg:part>' for name, part in parts.items())
    picture = '<pkg:part pkg:name="/word/media/a.png"><pkg:binaryData>iVBORw0K\nGgo=</pkg:binaryData></pkg:part>'
    space = "http://schemas.microsoft.com/office/2006/xmlPackage"
    return f'<?xml version="1.0"?><?mso-application progid="Word.Document"?><pkg:package xmlns:pkg="{space}">{inside}{picture}</pkg:package>'.encode()


FLAT_WORD = flat({"word/document.xml": f"<w:document {WORD}><w:body>{table(cell('规章', across(2)), cell('1') + cell('2'))}</w:body></w:document>"})


def test_a_word_package_in_one_xml_file_is_word(tmp_path):
    path = tmp_path / "report.doc"
    path.write_bytes(FLAT_WORD)
    document = open_document(path)
    assert (document.medium, shown(document)) == ("docx", [["规章 c2", "1 | 2"]])


def test_a_page_that_a_converter_put_whole_into_word_is_read():
    relations = '<Relationships><Relationship Id="r1" Target="page.mht"/></Relationships>'
    archive = ARCHIVE.format(kind="text/html", transfer="8bit", body=FIGURES)
    whole = word('<w:altChunk r:id="r1"/>', {"word/_rels/document.xml.rels": relations, "word/page.mht": archive})
    assert shown(docx.read("report.docx", whole)) == [DRAWN]
    missing = docx.read("report.docx", word(paragraph("甲") + '<w:altChunk r:id="r1"/>'))
    assert [check for check, *_ in missing.notes] == ["media.embedded"]


def test_a_picture_where_words_table_should_be_is_said():
    picture = "<w:r><w:drawing><pic:pic><pic:spPr><a:xfrm><a:ext cx='{size}' cy='{size}'/></a:xfrm></pic:spPr></pic:pic></w:drawing></w:r>"
    heading = paragraph("四、政府信息公开行政复议、行政诉讼情况")
    noted = docx.read("report.docx", word(heading + paragraph(picture.format(size=5_000_000))))
    icon = docx.read("report.docx", word(heading + paragraph(picture.format(size=100_000))))
    assert ([check for check, *_ in noted.notes], icon.notes) == (["media.picture"], [])


# OpenDocument ---------------------------------------------------------------------------------------------------------

OPEN = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for short, name in [("office", "office"), ("text", "text"), ("table", "table"), ("style", "style"), ("draw", "drawing"), ("fo", "xsl-fo-compatible")]
) + ' xmlns:xlink="http://www.w3.org/1999/xlink"'
STYLES = "".join(
    f'<style:style style:name="{name}"><style:{kind}-properties {properties}/></style:style>'
    for name, properties, kind in [
        ("struck", 'style:text-line-through-style="solid"', "text"),
        ("raised", 'style:text-position="super 58%"', "text"),
        ("hidden", 'text:display="none"', "text"),
        ("white", 'fo:color="#FFFFFF"', "text"),
        ("black", 'fo:color="#000000"', "text"),
        ("tiny", 'fo:font-size="1pt"', "text"),
        ("blue", 'fo:background-color="#003366"', "table-cell"),
        ("clear", 'fo:background-color="transparent"', "table-cell"),
    ]
)


def opened(body, parts={}):
    content = (
        f"<office:document-content {OPEN}><office:automatic-styles>{STYLES}</office:automatic-styles>"
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    return packed({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content} | parts)


def open_table(*rows):
    return f"<table:table>{''.join(f'<table:table-row>{row}</table:table-row>' for row in rows)}</table:table>"


def open_cell(text, **spans):
    attributes = "".join(f' table:number-{name.replace("_", "-")}="{value}"' for name, value in spans.items())
    return f"<table:table-cell{attributes}><text:p>{text}</text:p></table:table-cell>"


COVERED = "<table:covered-table-cell/>"
OPENED = [
    ("<text:h>甲</text:h><text:p>乙<text:s text:c='2'/>丙<text:tab/>丁<text:line-break/>戊</text:p>", ["甲", "乙  丙\t丁", "戊"]),
    (
        open_table(open_cell("a", columns_spanned=2) + COVERED + open_cell("b", rows_spanned=2), open_cell("c") + open_cell("d") + COVERED),
        [["a c2 | b r2", "c | d"]],
    ),
    (open_table(open_cell("a") + open_cell("0", columns_repeated=3), open_cell("b") + open_cell("", columns_repeated=3)), [["a | 0 | 0 | 0", "b |"]]),
    (
        "<text:p>5<text:span text:style-name='struck'>6</text:span><text:span text:style-name='raised'>1</text:span>"
        "<text:span text:style-name='hidden'>7</text:span><text:note><text:p>注</text:p></text:note></text:p>",
        ["5[1]"],
    ),
    ("<text:tracked-changes><text:p>9</text:p></text:tracked-changes><text:p>1</text:p>", ["1"]),
    (
        open_table(
            open_cell("5<text:span text:style-name='white'>7</text:span>") + open_cell("6<text:span text:style-name='tiny'>8</text:span>"),
            "<table:table-cell table:style-name='blue'><text:p text:style-name='white'>9</text:p></table:table-cell>"
            "<table:table-cell table:style-name='clear'><text:p text:style-name='white'>9<text:span text:style-name='black'>3</text:span></text:p></table:table-cell>",
        ),
        [["5 | 6", "9 | 3"]],
    ),
    (open_table(open_cell("甲") + "<table:table-cell><text:p><draw:image/></text:p></table:table-cell>" + open_cell("乙")), [["甲 |  | 乙"]]),
    (open_table(open_cell("甲") + f"<table:table-cell>{open_table(open_cell('乙') + open_cell('1'))}</table:table-cell>"), ["甲", ["乙 | 1"]]),
]


@pytest.mark.parametrize("body, blocks", OPENED, ids=[str(number) for number in range(len(OPENED))])
def test_opendocument_is_read_as_it_stands(body, blocks):
    assert shown(odt.read("report.odt", opened(body))) == blocks


def test_what_office_files_show_and_no_one_sees_is_said():
    white = table(cell(run("5") + run("7", '<w:color w:val="FFFFFF"/>')) + cell("6"))
    open_white = open_table(open_cell("5<text:span text:style-name='white'>7</text:span>") + open_cell("6"))
    documents = docx.read("report.docx", word(white)), odt.read("report.odt", opened(open_white))
    assert [[check for check, *_ in document.notes] for document in documents] == [["media.unseen"]] * 2


def test_what_no_one_sees_in_a_paragraph_is_left_out_unless_it_is_all_of_it():
    body = "<p>规章 <i style='color:#fff'>7</i>51件</p><p style='color:white'>规章 88</p><div style='color:#fff'>9</div>"
    page = html.read("report.html", f"<html><body>{body}</body></html>".encode())
    white = '<w:color w:val="FFFFFF"/>'
    runs_of = [run("规章 ") + run("7", white) + run("51件"), run("规章 88", white)]
    document = docx.read("report.docx", word("".join(map(paragraph, runs_of))))
    assert [block.text for block in page.blocks] == ["规章 51件", "规章 88", "9"]
    assert [block.text for block in document.blocks] == ["规章 51件", "规章 88"]
    assert [[check for check, *_ in found.notes] for found in (page, document)] == [["media.unseen"]] * 2


def test_a_table_whose_style_has_a_background_shows_white():
    white = cell(run("7", '<w:color w:val="FFFFFF"/>')) + cell(run("6") + run("8", '<w:rStyle w:val="w"/>'))
    styles = (
        '<w:style w:type="character" w:styleId="w"><w:rPr><w:color w:val="FFFFFF"/></w:rPr></w:style>'
        '<w:style w:type="table" w:styleId="t"><w:tblStylePr w:type="firstRow"><w:tcPr><w:shd w:fill="4472C4"/></w:tcPr></w:tblStylePr></w:style>'
    )
    for properties, rows in [("", [" | 6"]), ('<w:tblPr><w:tblStyle w:val="t"/></w:tblPr>', ["7 | 68"])]:
        body = f"<w:tbl>{properties}<w:tr>{white}</w:tr></w:tbl>"
        document = docx.read("report.docx", word(body, {"word/styles.xml": f"<w:styles {WORD}>{styles}</w:styles>"}))
        assert shown(document) == [rows]


def test_word_styles_say_what_is_hidden_struck_out_and_raised():
    styles = "".join(
        f'<w:style w:type="character" w:styleId="{name}"><w:rPr>{said}</w:rPr></w:style>'
        for name, said in [("h", "<w:vanish/>"), ("s", "<w:strike/>"), ("r", '<w:vertAlign w:val="superscript"/>'), ("b", "<w:b/>")]
    )
    body = paragraph("".join(run(text, f'<w:rStyle w:val="{name}"/>') for text, name in zip("12345", "bhsrb", strict=True)))
    document = docx.read("report.docx", word(body, {"word/styles.xml": f"<w:styles {WORD}>{styles}</w:styles>"}))
    assert shown(document) == ["1[4]5"]
    assert [check for check, _, _ in document.notes] == ["media.struck"]


# Spreadsheets ---------------------------------------------------------------------------------------------------------


def workbook(fill):
    book = openpyxl.Workbook()
    fill(book)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def figures(book):
    page = book.active
    page.title = "申请情况"
    page.append(["甲", None, None])
    page.append(["规章", 12.0, 145.022])
    page.append([None, 0.1 + 0.2, "=1+2"])
    page.append([True, 1e-5, 123456789012])
    page.merge_cells("A1:C1")
    page.merge_cells("A2:A3")


def hidden(book):
    book.active.append(["甲", 1])
    book.active.append(["乙", 2])
    book.active.row_dimensions[2].hidden = True
    book.active.column_dimensions["Z"].hidden = True
    book.create_sheet("去年").append(["丙", 3])
    book["去年"].sheet_state = "hidden"


def test_a_workbook_shows_its_numbers_as_its_program_does():
    document = sheet.read_xlsx("report.xlsx", workbook(figures))
    assert shown(document) == ["申请情况", ["甲 c3", "规章 r2 | 12 | 145.022", "0.3 | =1+2", "TRUE | 0.00001 | 123456789012"]]
    assert [check for check, *_ in document.notes] == ["media.formula"]


def strict(data):
    """A workbook's bytes under the names of Strict OOXML."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        parts = {name: book.read(name).decode() for name in book.namelist()}
    space, strictly = r"http://schemas\.openxmlformats\.org/(spreadsheetml|officeDocument)/2006/", r"http://purl.oclc.org/ooxml/\1/"
    return packed({name: re.sub(space, strictly, text) for name, text in parts.items()})


def test_a_strict_workbook_is_a_workbook():
    assert shown(sheet.read_xlsx("report.xlsx", strict(workbook(figures)))) == shown(sheet.read_xlsx("report.xlsx", workbook(figures)))


def test_the_sign_that_makes_a_figure_text_is_none_of_it():
    document = sheet.read_xlsx("report.xlsx", workbook(lambda book: book.active.append(["'12", "'-1.5 ", "'甲", "2'"])))
    assert shown(document) == [["12 | -1.5  | '甲 | 2'"]]


@pytest.mark.parametrize("calculation, first", [('fullCalcOnLoad="1"', "=C1-1"), ('calcId="191029"', "0")])
def test_a_nought_that_nobody_worked_out_is_a_formula_without_result(calculation, first):
    written, changed = zipfile.ZipFile(io.BytesIO(workbook(lambda book: book.active.append(["=C1-1", 0, 1, "=C1+1"])))), io.BytesIO()
    with zipfile.ZipFile(changed, "w") as package:
        for name in written.namelist():
            part = written.read(name).decode()
            for formula, kept in (("C1-1", 0), ("C1+1", 2)):
                part = re.sub(rf"<f>{re.escape(formula)}</f><v ?/?>(?:</v>)?", f"<f>{formula}</f><v>{kept}</v>", part)
            package.writestr(name, re.sub("<calcPr [^>]*>", f"<calcPr {calculation}/>", part))
    document = sheet.read_xlsx("report.xlsx", changed.getvalue())
    assert shown(document) == [[f"{first} | 0 | 1 | 2"]]


NUMBER_FORMATS = [
    # held      code                                  shown
    (145.022,   "0.00",                               "145.022"),  # what is rounded away is still there
    (5120,      "General",                            "5120"),
    (12.000000001, "General",                         "12"),  # what adding fractions leaves
    (0.000001,  "General",                            "0.000001"),
    (5120,      "[DBNum1][$-804]General",             "5120"),
    (5120,      "0.0E+00",                            "5120"),
    (88.5,      "[Red]# ##0.0_ ",                     "88.5"),
    (-5,        "0.00_);[Red](0.00)",                 "-5"),
    (0,         '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"??_ ;_ @_ ', "0"),  # a zero that is drawn as a line was entered
    (0,         "0;-0;;@",                            "0"),
    (0.885,     "0.0%",                               "88.5%"),
    (0.885,     "0.00%",                              "88.5%"),  # one of the formats without a code of its own
    (885000,    '#,##0.00"元"',                       "885000元"),
    (88.5,      "0.00\\万\\元",                       "88.5万元"),
    (45.68,     "[$¥-804]#,##0.00",                   "¥45.68"),
    (5120,      '"约"0',                              "约5120"),
    (5120,      'General"件"',                        "5120件"),
    (885000,    "0!.0000",                            "88.5"),
    (885000,    "0\\.0,",                             "88.5"),
    (51200000,  '0!.0,"万"',                          "5120万"),
    (885000,    "0.0000,",                            "885"),
    (885000000, "#,##0,,.0",                          "885"),
    (12000,     '[>=10000]0!.0,"万";0',               "1.2万"),
    (5000,      '[>=10000]0!.0,"万";0',               "5000"),
    (88.5,      ";;;",                                ""),
    (0,         ";;;",                                ""),
    (-3,        '"增"0;"减"0;"不变"',                   "减3"),
    (7,         '"有"',                               "有"),
    (5712,      "000-0000",                           'TEXT(5712,"000-0000")'),
    (12,        "[<10]0",                             'TEXT(12,"[<10]0")'),
]


@given(st.floats(), st.text("0#?.,;%*_!@[]<>=$\\\"E+-()/ Generalhd元约1", max_size=20))
def test_any_number_has_a_text_under_any_format(held, code):
    number = sheet._number(held)
    text = formats.shown(number, code)
    assert isinstance(text, str) and (text == number or not formats.is_plain(code) or code == "")


@pytest.mark.parametrize("held, code, text", NUMBER_FORMATS)
def test_a_cell_is_what_its_number_format_shows(held, code, text):
    def fill(book):
        book.active.append(["甲", held, "乙"])
        book.active["B1"].number_format = code

    assert shown(sheet.read_xlsx("report.xlsx", workbook(fill))) == [[f"甲 | {text} | 乙"]]


def test_the_old_workbook_has_number_formats_and_struck_text_too(need):
    need("soffice")

    def fill(book):
        book.active.append([0.885, 885000, 5120, 145.022, CellRichText(TextBlock(InlineFont(strike=True), "777"), "5120")])
        for cell, code in zip(book.active[1], ["0.0%", "0\\.0,", '"约"0', "0.00"]):
            cell.number_format = code

    document = sheet.read_xls("report.xls", office.convert("report.xlsx", workbook(fill), "xlsx", "xls"))
    assert shown(document) == [["88.5% | 88.5 | 约5120 | 145.022 | 5120"]]
    assert [check for check, *_ in document.notes] == ["media.struck"]


def test_what_is_struck_out_in_a_cell_is_no_digit_of_it():
    struck = TextBlock(InlineFont(strike=True), "777")
    plain = TextBlock(InlineFont(strike=False), "5")
    document = sheet.read_xlsx("report.xlsx", workbook(lambda book: book.active.append([CellRichText(struck, plain, "120"), 1])))
    assert shown(document) == [["5120 | 1"]]
    assert [check for check, *_ in document.notes] == ["media.struck"]


def test_what_a_workbook_hides_is_said():
    document = sheet.read_xlsx("report.xlsx", workbook(hidden))
    assert shown(document) == [["甲 | 1"]]
    assert [(check, severity) for check, severity, _ in document.notes] == [("media.hidden", "info")] * 2


def test_a_cell_that_is_white_on_white_is_blank():
    def fill(book):
        book.active.append(["规章", 1, 2, 3, 4, "2023年"])
        for column, colour in {"B": "FFFFFFFF", "C": "FFFFFFFF", "D": "FFFF0000", "F": "FFFFFFFF"}.items():
            book.active[f"{column}1"].font = Font(color=colour)
        book.active["C1"].fill = PatternFill("solid", fgColor="FF003366")

    document = sheet.read_xlsx("report.xlsx", workbook(fill))
    assert shown(document) == [["规章 |  | 2 | 3 | 4 | 2023年"]]
    assert [check for check, *_ in document.notes] == ["media.unseen"]


def runs(*runs):
    return CellRichText(*(TextBlock(InlineFont(**looks), text) for text, looks in runs))


RICH = [
    # the runs of one cell                                              its text    what is said
    (runs(("77", {"color": "FFFFFFFF"}), ("5120", {"color": "FF000000"})), "5120",     ["media.unseen"]),
    (runs(("77", {"sz": 1}), ("5120", {"sz": 11})),                        "5120",     ["media.unseen"]),
    (runs(("5120", {"sz": 11}), ("1", {"sz": 6})),                         "5120^1",   []),
    (runs(("5120", {}), ("1", {"sz": 6})),                                 "5120^1",   []),
    (runs(("5120", {"sz": 11}), ("1", {"vertAlign": "superscript"})),      "5120[1]",  []),
    (runs(("5", {"sz": 11}), ("120", {"sz": 12})),                         "5120",     []),
    (runs(("145", {"sz": 11}), (".02", {"sz": 6})),                        "145.02",   []),
]  # fmt: skip


@pytest.mark.parametrize("cell, text, said", RICH)
def test_of_a_cell_with_several_looks_what_is_seen_is_read(cell, text, said, need):
    data = workbook(lambda book: book.active.append(["甲", cell, 1]))
    document = sheet.read_xlsx("report.xlsx", data)
    assert shown(document) == [[f"甲 | {text} | 1"]]
    assert [check for check, *_ in document.notes] == said
    need("soffice")
    document = sheet.read_xls("report.xls", office.convert("report.xlsx", data, "xlsx", "xls"))
    assert shown(document) == [[f"甲 | {text} | 1"]]
    assert [check for check, *_ in document.notes] == said


def test_white_figures_that_a_rule_may_colour_are_read_and_named():
    def fill(book):
        book.active.append(["甲", 1, 2])
        book.active["B1"].font = Font(color="FFFFFFFF")
        book.active.conditional_formatting.add("B1:B9", CellIsRule("lessThan", ["0"], fill=PatternFill("solid", bgColor="FFFF0000")))

    document = sheet.read_xlsx("report.xlsx", workbook(fill))
    assert shown(document) == [["甲 | 1 | 2"]]
    assert [check for check, *_ in document.notes] == ["media.unseen"]


def test_a_white_cell_of_an_old_workbook_is_blank(need):
    need("soffice")

    def fill(book):
        book.active.append(["规章", 1, 2, 3])
        for cell in ("B1", "C1"):
            book.active[cell].font = Font(color="FFFFFFFF")
        book.active["C1"].fill = PatternFill("solid", fgColor="FF003366")

    document = sheet.read_xls("report.xls", office.convert("report.xlsx", workbook(fill), "xlsx", "xls"))
    assert shown(document) == [["规章 |  | 2 | 3"]]
    assert [check for check, *_ in document.notes] == ["media.unseen"]


def test_what_was_merged_with_a_hidden_column_is_seen():
    def fill(book):
        page = book.active
        page.append(["规章", None, 1, 7, 2])
        page.append(["文件", 5, 3, None, 4])
        page.merge_cells("A1:B1")
        page.column_dimensions["A"].hidden = page.column_dimensions["D"].hidden = True

    assert shown(sheet.read_xlsx("report.xlsx", workbook(fill))) == [["规章 c2 | 1 | 2", "5 | 3 | 4"]]


@pytest.mark.parametrize(
    "day, text",
    [("1", "1900-01-01"), ("45322", "2024-01-31"), ("45322.5", "2024-01-31 12:00"), ("1e99", None), ("nan", None)],
)
def test_a_date_is_text(day, text):
    found = sheet._date(float(day), False)
    # The calendar of 1900 has a day too many before March: only dates that no report has are one off.
    assert found == ({"1900-01-01": "1899-12-31"}.get(text, text) if text else sheet._number(float(day)))


@pytest.mark.parametrize("text", ["规章,1,2\r\n\"甲,乙\",,3\r\n", "规章\t1\t2\n甲,乙\t\t3", "规章;1;2\n甲,乙;;3"])
def test_a_csv_is_one_grid(tmp_path, text):
    for encoding in ("utf-8-sig", "gbk"):
        path = tmp_path / "report.csv"
        path.write_bytes(text.encode(encoding))
        document = open_document(path)
        assert (document.medium, shown(document)) == ("csv", [["规章 | 1 | 2", "甲,乙 |  | 3"]])


def test_what_libreoffice_opens_is_read_through_it(tmp_path, need):
    need("soffice")
    path = tmp_path / "report.ods"
    path.write_bytes(office.convert("report.xlsx", workbook(figures), "xlsx", "ods"))
    document = open_document(path)
    assert document.medium == "ods"
    assert drawn(document.grids[0])[:2] == ["甲 c3", "规章 r2 | 12 | 145.022"]
    with pytest.raises(UnreadableFile, match="broken.doc: LibreOffice cannot open it"):
        office.read_doc("broken.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000))


LINKED_PICTURE = (
    '<?xml version="1.0"?><office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" '
    'xmlns:xlink="http://www.w3.org/1999/xlink" office:mimetype="application/vnd.oasis.opendocument.text"><office:body>'
    '<office:text><text:p><draw:frame text:anchor-type="as-char"><draw:image xlink:href="http://127.0.0.1:{port}/a.png"/>'
    "</draw:frame>规章</text:p></office:text></office:body></office:document>"
)


FLAT_WORKBOOK = (
    '<?xml version="1.0" encoding="{encoding}"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
    'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Styles><Style ss:ID="p"><NumberFormat ss:Format="Percent"/></Style></Styles>'
    '<Worksheet ss:Name="申请情况"><Table><Row><Cell ss:MergeDown="1" ss:MergeAcross="1"><Data ss:Type="String">规章</Data></Cell>'
    '<Cell><Data ss:Type="Number">8</Data></Cell></Row><Row><Cell ss:Index="3"><Data ss:Type="Number">24</Data></Cell></Row>'
    '<Row ss:Index="4"><Cell ss:Index="2" ss:StyleID="p"><Data ss:Type="Number">0.885</Data></Cell></Row></Table></Worksheet></Workbook>'
)


@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
def test_a_workbook_in_one_xml_file_is_a_workbook(tmp_path, need, encoding):
    need("soffice")
    path = tmp_path / "report.xls"
    path.write_bytes(FLAT_WORKBOOK.format(encoding=encoding).encode(encoding))
    document = open_document(path)
    assert (document.medium, shown(document)) == ("xls", ["申请情况", ["规章 r2 c2 | 8", "24", " |  |", " | 88.5% |"]])
    path.write_bytes(path.read_bytes()[:-60])
    with pytest.raises(UnreadableFile, match="report.xls: it is no valid XML"):
        open_document(path)


def test_libreoffice_fetches_nothing(need):
    need("soffice")
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        picture = LINKED_PICTURE.format(port=server.getsockname()[1])
        assert office.convert("linked.fodt", picture.encode(), "fodt", "docx")
        with pytest.raises(BlockingIOError):
            server.accept()


def test_without_libreoffice_the_error_names_it(monkeypatch):
    monkeypatch.setattr(office.shutil, "which", lambda program: None)
    with pytest.raises(MissingTool, match="report.doc: reading DOC needs LibreOffice.*libreoffice-writer-nogui.*https://"):
        office.read_doc("report.doc", b"")


def test_a_converter_that_hangs_is_ended_with_all_it_started(monkeypatch, tmp_path):
    hanging = tmp_path / "soffice"
    hanging.write_text("#!/bin/sh\nsleep 60 &\nwait\n")
    hanging.chmod(0o755)
    monkeypatch.setattr(office.shutil, "which", lambda program: str(hanging))
    monkeypatch.setattr(office, "TIMEOUT", 0.3)
    started = time.perf_counter()
    with pytest.raises(UnreadableFile, match="did not finish"):
        office.read_rtf("report.rtf", b"{\\rtf1}")
    assert time.perf_counter() - started < 10


# What a file is ---------------------------------------------------------------------------------------------------------

GBK = "本机关政府信息公开申请情况\n规章 0\n".encode("gbk")
RECOGNISED = [
    # name          begins with                                     medium
    ("a.pdf",  b"%PDF-1.4", "pdf"),
    ("a.pdf",  b"\r\n\r\n%PDF-1.4", "pdf"),
    ("a.pdf",  b"<!DOCTYPE html><html>", "html"),
    ("a.doc",  b"<html xmlns:o='urn:schemas-microsoft-com:office:office'>", "html"),
    ("a.doc",  b"{\\rtf1\\ansi", "rtf"),
    ("a.doc",  word(paragraph("a")), "docx"),
    ("a.xls",  b"\xef\xbb\xbf\n<table><tr><td>1</table>", "html"),
    ("a.txt",  "<p>规章</p>\n<p>1</p>\n".encode("utf-16"), "html"),
    ("a.txt",  "<P>规章</P>\r\n<TABLE><TR><TD>1</TABLE>".encode("gbk"), "html"),
    ("a.html", GBK, "text"),
    ("a.txt",  GBK, "text"),
    ("a.csv",  GBK, "csv"),
    ("a.txt",  "总体情况，良好。\n".encode() + "（一）予以公开,1,0,0,0,0,0,1\n".encode() * 25, "csv"),
    ("a.txt",  "1,000,000,000,000,000,000\n".encode() * 3, "text"),
    ("a.md",   b"# a\n\nb\n\n<table>\n<tr>\n<td>1</td>\n</tr>\n</table>\n\nc < d\n", "text"),
    ("a.mht",  ARCHIVE.encode(), "mhtml"),
    ("a.xml",  b'<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:wordDocument/>', "flat_word"),
    ("a.xml",  FLAT_WORD, "docx"),
    ("a.xls",  FLAT_WORKBOOK.encode(), "flat_workbook"),
    ("a.docx", workbook(figures), "xlsx"),
    ("a.odt",  opened(""), "odt"),
    ("a.jpg",  b"\xff\xd8\xff\xe0", "scan"),
    ("a.tif",  b"II*\x00", "scan"),
    ("a.gif",  b"GIF89a", "picture"),
    ("a.zip",  packed({"a.txt": "x"}), "archive"),
    ("a.zip",  packed({}), "archive"),
    ("a.rar",  b"Rar!\x1a\x07\x01\x00", "archive"),
    ("a.gz",   b"\x1f\x8b\x08", "archive"),
    ("a.ofd",  packed({"OFD.xml": "<x/>"}), "ofd"),
    ("a.pptx", packed({"ppt/presentation.xml": "<x/>"}), "slides"),
    ("a.doc",  b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504), "ole"),
    ("a.dat",  bytes(range(1, 256)) * 8, "binary"),
    ("a.dat",  bytes(range(256)) * 8, "binary"),
]


@pytest.mark.parametrize("name, data, medium", RECOGNISED, ids=[f"{name} {medium}" for name, _, medium in RECOGNISED])
def test_a_file_is_what_it_holds_not_what_it_is_called(name, data, medium):
    assert recognise(name, data) == medium


@pytest.mark.parametrize("data, said", [(b"", "is empty"), (b" \n\n ", "no text"), (b"\x00" * 5000, "no text|not text"), (b"<html><body><img src=a.png></body>", "no text")])
def test_a_file_without_text_is_refused(tmp_path, data, said):
    path = tmp_path / "file.html"
    path.write_bytes(data)
    with pytest.raises(UnreadableFile, match=said) as refusal:
        open_document(path)
    assert str(path) in str(refusal.value)


def test_what_is_no_file_is_refused(tmp_path):
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for path in (tmp_path, tmp_path / "loop", tmp_path / "absent", "a\0b", "/dev/null"):
        with pytest.raises(UnreadableFile):
            open_document(path)


# Hostile input ----------------------------------------------------------------------------------------------------------


def bomb():
    """A part that unpacks to far more than fits."""
    return word("<w:p/>" * (PART_LIMIT // 4))


def laughs(document):
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    return document.replace("<w:document", f'<!DOCTYPE x [<!ENTITY l0 "ha">{entities}]><w:document', 1).replace("规章", "&l11;")


def outside(document):
    return document.replace("<w:document", '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><w:document', 1).replace("规章", "&e;")


def with_document_type(alter):
    text = f"<w:document {WORD}><w:body>{paragraph('规章')}</w:body></w:document>"
    return packed({"word/document.xml": alter(text)})


def far_cell(book):
    book.active.append(["甲", 1])
    book.active["XFD1048576"] = 1


def many_merges():
    merges = "".join(f'<mergeCell ref="A{n}:XFD1048576"/>' for n in range(1, 5000))
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="900"><c r="ALL900"><v>1</v></c></row>'
    return packed({
        "xl/workbook.xml": f'<workbook {LINKED}><sheets><sheet name="a" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": '<Relationships><Relationship Id="r1" Target="s.xml"/></Relationships>',
        "xl/s.xml": f"<worksheet><sheetData>{rows}</sheetData><mergeCells>{merges}</mergeCells></worksheet>",
    })


def crowded():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for number in range(6000):
            package.writestr(f"word/{number}.xml", "")
    return buffer.getvalue()


WHOLE = word(paragraph("规章") * 200)
HOSTILE = {
    "zip bomb": bomb,
    "billion laughs": lambda: with_document_type(laughs),
    "external entity": lambda: with_document_type(outside),
    "truncated zip": lambda: WHOLE[: len(WHOLE) // 2],
    "damaged part": lambda: WHOLE[:60] + bytes(40) + WHOLE[100:],
    "thousands of parts": crowded,
    "locked by a password": lambda: WHOLE.replace(b"PK\x03\x04\x14\x00\x00", b"PK\x03\x04\x14\x00\x01").replace(b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01"),
    "deep Word": lambda: word("<w:tbl><w:tr><w:tc>" * 5000),
    "repeated cells": lambda: opened(open_table(*[open_cell("a", columns_repeated=9999999)] * 9)),
    "nested repeats": lambda: opened('<table:table-row table:number-rows-repeated="900"><table:table-cell table:number-columns-repeated="900"><text:p>a</text:p></table:table-cell></table:table-row>'),
    "far cell": lambda: workbook(far_cell),
    "many merges": many_merges,
    "billion laughs in one XML file": lambda: FLAT_WORD.replace(b"<pkg:package", b'<!DOCTYPE x [<!ENTITY l "ha">]><pkg:package', 1).replace("规章".encode(), b"&l;"),
    "bytes that are none": lambda: FLAT_WORD.replace(b"Ggo=", b"G"),
    "half an XML file": lambda: FLAT_WORD[:-200],
    "deep divs": lambda: b"<html>" + b"<div>" * 100_000 + b"1",
    "deep tables": lambda: b"<html>" + b"<table><tr><td>" * 100_000 + b"1",
    "wide row": lambda: b"<html><table><tr>" + b"<td rowspan=999>1" * 100_000,
    "wide and high": lambda: b"<html><table>" + b"".join(b"<tr>" + b"<td>" * column + b"<td>1" for column in (200, 0)) + b"<tr><td>1" * 9000,
    "too long": lambda: b"1234567\n" * 2_100_000,
    "many lines of text": lambda: b"\n1" * 300_000,
    "many lines": lambda: b"<html>" + b"<p>1" * 900_000,
    "archive in archives": lambda: b"MIME-Version: 1.0\r\n" + b"".join(b"Content-Type: multipart/related; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(3000)),
}
# Hostile, but there is a report in it.
SURVIVED = {
    "huge spans": lambda: b"<html><table><tr>" + b"<td colspan=1000000000 rowspan=1000000000>1" * 100 + b"</table>",
    "deep but legal": lambda: b"<html>" + b"<div>" * 500 + b"<table><tr><td>" * 300 + b"1",
    "tags without end": lambda: b"<html>" + b"<a href=" * 300_000 + b">1",
    "declarations": lambda: b"<html>" + b"<meta charset" * 300_000 + b">1",
    "tables in a text": lambda: b"a\n" + b"<table" * 300_000,
}


@pytest.mark.parametrize("name", [*HOSTILE, *SURVIVED])
def test_hostile_files_end_soon_and_clearly(name, tmp_path):
    path = tmp_path / "hostile"
    path.write_bytes((HOSTILE | SURVIVED)[name]())
    started = time.process_time()
    if name in HOSTILE:
        with pytest.raises(UnreadableFile) as refusal:
            open_document(path)
        assert str(path) in str(refusal.value)
    else:
        open_document(path)
    assert time.process_time() - started < 10


def test_a_file_beyond_all_bounds_is_not_even_read(tmp_path):
    path = tmp_path / "huge.txt"
    with open(path, "wb") as file:
        file.truncate(FILE_LIMIT + 1)
    started = time.perf_counter()
    with pytest.raises(UnreadableFile, match="MiB"):
        open_document(path)
    assert time.perf_counter() - started < 1


# Properties -------------------------------------------------------------------------------------------------------------


def overlaps(grid):
    taken = [
        (y, x)
        for cell in grid.cells
        for y in range(cell.row, cell.row + cell.rowspan)
        for x in range(cell.column, cell.column + cell.colspan)
    ]
    return len(taken) != len(set(taken))


SPANS = st.sampled_from(["", "", "", " colspan=2", " rowspan=2", " rowspan=0", " colspan=3 rowspan=3", " colspan=99999"])
TAGS = st.one_of(
    st.sampled_from("<table> </table> <tr> </tr> <tbody> </tbody> </td> <p> </p> <b> </b> <br> <pre> </pre> <sup> 文 1".split()),
    st.sampled_from(["<div style='display:none'>", "</div>", "<del>", "</del>", "<!--", "-->", "<script>", "</script>"]),
    SPANS.map("<td{}>7".format),
)


@given(st.lists(TAGS, max_size=60))
def test_any_soup_of_tags_becomes_sound_grids(tags):
    document = page("".join(tags))
    for grid in document.grids:
        assert not overlaps(grid)
        assert {cell.row for cell in grid.cells} == set(range(grid.height))
        assert {cell.column for cell in grid.cells} == set(range(grid.width))
    assert [grid.number for grid in document.grids] == list(range(1, len(document.grids) + 1))


@given(st.lists(st.lists(st.tuples(st.integers(1, 3), st.sampled_from(["", "restart", "continue"])), max_size=4), min_size=1, max_size=5))
def test_any_merging_in_word_becomes_sound_grids(rows):
    body = table(*("".join(cell("1", across(columns) + (down(kind) if kind else "")) for columns, kind in row) for row in rows))
    assert not any(overlaps(grid) for grid in docx.read("report.docx", word(body)).grids)


SOUND = {
    html.read: f"<html><meta charset=gbk>规章{FIGURES}".encode(),
    html.read_mhtml: ARCHIVE.format(kind="text/html", transfer="base64", body="PHA+uebVwiAxMjwvcD4=").encode(),
    docx.read: word(table(cell("a", across(2)), cell("b", down("restart")) + cell("c"))),
    odt.read: opened(open_table(open_cell("a", columns_spanned=2) + COVERED)),
    sheet.read_xlsx: workbook(figures),
    sheet.read_csv: "规章,1\n".encode("gbk"),
}


@settings(max_examples=300)
@given(
    st.sampled_from(list(SOUND)),
    st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=6), st.integers(0, 20)), max_size=5),
)
def test_any_damage_ends_as_a_document_or_a_clear_error(read, cuts):
    data = SOUND[read]
    for where, put, length in cuts:
        at = int(where * len(data))
        data = data[:at] + put + data[at + length :]
    try:
        assert isinstance(read("file", data), Document)
    except DisclosureError as refusal:
        assert "file" in str(refusal)
