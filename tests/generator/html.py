"""Web pages: one function a layout, Truth → bytes or str."""

from email.message import EmailMessage
from email.policy import SMTP
from html import escape

from .printed import Table
from .quirks import traditional, with_page_round_it
from .text import blocks, shown

STYLE = "body{font-family:'Noto Serif CJK SC',SimSun,serif;font-size:14px} table{border-collapse:collapse} td{border:1px solid #000;padding:2px 4px}"


def _spans(cell):
    return f' colspan="{cell.colspan}"' * (cell.colspan > 1) + f' rowspan="{cell.rowspan}"' * (cell.rowspan > 1)


def _row(row, inside=escape):
    return "".join(f"<td{_spans(cell)}>{inside(cell.text)}</td>" for cell in shown(row))


def _table(table, inside=escape):
    return "<table>\n" + "\n".join(f"<tr>{_row(row, inside)}</tr>" for row in table.rows) + "\n</table>"


def _paragraph(text):
    return "<p>" + escape(text).replace("\n", "<br>") + "</p>"


def body(truth, of_table=_table, of_paragraph=_paragraph):
    return "\n".join(of_table(block) if isinstance(block, Table) else of_paragraph(block) for block in blocks(truth))


def document(truth, content, charset="utf-8"):
    title = escape(truth.title.replace("\n", ""))
    return (
        f'<!DOCTYPE html>\n<html lang="zh"><head><meta charset="{charset}"><title>{title}</title>'
        f"<style>{STYLE}</style></head>\n<body>\n{content}\n</body></html>\n"
    )


def plain(truth, rng):
    return document(truth, body(truth))


def word(truth, rng):
    """As Word saves a page: office tags, conditional comments, a paragraph and two spans in every cell."""

    def inside(text):
        return (
            '<p class=MsoNormal align=center style="text-align:center;mso-element:frame"><span lang=EN-US '
            f"style='font-size:10.5pt;mso-bidi-font-size:12.0pt'><span style='mso-spacerun:yes'>&nbsp;</span>{escape(text)}"
            "<o:p></o:p></span></p>"
        )

    content = body(
        truth,
        lambda table: (
            "<div align=center>"
            + _table(table, inside).replace("<table>", "<table class=MsoNormalTable border=0>")
            + "</div>"
        ),
    )
    return (
        "<html xmlns:o='urn:schemas-microsoft-com:office:office' xmlns:w='urn:schemas-microsoft-com:office:word'><head>"
        "<meta http-equiv=Content-Type content='text/html; charset=utf-8'><!--[if gte mso 9]><xml><w:WordDocument><w:View>Print"
        "</w:View><w:Zoom>100</w:Zoom></w:WordDocument></xml><![endif]--><style><!-- @page {mso-page-border-surround-header:no;} "
        f"p.MsoNormal {{margin:0cm 1pt 2pt}} --></style></head><body lang=ZH-CN style='tab-interval:21.0pt'><div class=WordSection1>{content}</div></body></html>"
    )


def character_spans(truth, rng):
    """Every character in a span of its own; blanks between the tags are not part of the text."""

    def inside(text):
        return "<span>" + "</span><span>".join(escape(character) for character in text) + "</span>"

    return document(truth, body(truth, lambda table: _table(table, inside), lambda text: f"<p>{inside(text)}</p>"))


def vertical(truth, rng):
    """Labels of narrow columns written downwards, a character a line."""
    narrow = ("三、本年度办理结果", "自然人", "总计", "其他", "（三）不予公开", "（四）无法提供", "（五）不予处理")

    def inside(text):
        return "<br>".join(text) if text in narrow else escape(text)

    return document(truth, body(truth, lambda table: _table(table, inside)))


def nested(truth, rng):
    """The page laid out with tables in tables, the report in one of their cells."""
    menu = "".join(
        f"<tr><td>{name}</td><td>{rng.randint(1, 99)}</td></tr>"
        for name in ("政务公开", "依申请公开", "行政许可", "年度报告")
    )
    content = (
        f"<table><tr><td colspan=2><table><tr><td>首页</td><td>2026</td></tr></table></td></tr><tr><td><table>{menu}</table></td>"
        f"<td><table><tr><td><div>{body(truth)}</div></td></tr></table></td></tr><tr><td colspan=2>访问量 123456</td></tr></table>"
    )
    return document(truth, content)


def _cut(table, header):
    """Table 三 cut in two after a row, each part with its own spans."""
    if table.name != "applications":
        return _table(table)
    cut = 11
    above, below = [], []
    for number, row in enumerate(table.rows):
        part = above if number < cut else below
        part.append([cell._replace(rowspan=min(cell.rowspan, cut - number)) if number < cut else cell for cell in row])
    for number, row in enumerate(table.rows[:cut]):
        for cell in reversed([cell for cell in row if number + cell.rowspan > cut]):
            below[0].insert(0, cell._replace(rowspan=number + cell.rowspan - cut, text=cell.text if header else ""))
    # The outermost label stands before the inner one.
    below[0].sort(key=lambda cell: (cell.key is not None, -cell.rowspan))
    if header:
        below[:0] = table.rows[:3]
    return _table(Table(table.name, above)) + "\n<p>&nbsp;</p>\n" + _table(Table(table.name, below))


def cut_with_header(truth, rng):
    return document(truth, body(truth, lambda table: _cut(table, True)))


def cut_without_header(truth, rng):
    return document(truth, body(truth, lambda table: _cut(table, False)))


def one_table(truth, rng):
    """All of the report in one table, narrative rows included, as pasted from a spreadsheet."""
    rows = []
    for block in blocks(truth):
        if isinstance(block, Table):
            rows += map(_row, block.rows)
        else:
            rows.append(f"<td colspan=15>{escape(block)}</td>")
    return document(truth, "<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>")


def in_page(truth, rng):
    """The report amid navigation, metadata and counters."""
    before, after = with_page_round_it("\f", rng).split("\f")
    menu = "".join(f"<li><a href='/{number}.html'>{text}</a></li>" for number, text in enumerate(before.split("\n")))
    return document(
        truth,
        f"<ul>{menu}</ul><div id=UCAP-CONTENT>{body(truth)}</div><div class=footer>{'<br>'.join(after.split(chr(10)))}</div>",
    )


def shown_source(truth, rng):
    """The editor's field of a content system saved instead of the page: its tags are text."""
    return f"<html><head><meta charset=utf-8></head><body><textarea rows=40>{escape(plain(truth, rng))}</textarea></body></html>"


def decoys(truth, rng):
    """Numbers in comments, scripts, hidden rows and attributes that are nobody's figures."""
    decoy = "<table><tr><td>一、本年新收政府信息公开申请数量</td>" + "<td>999</td>" * 7 + "</tr></table>"

    def inside(text):
        return f"<!-- {rng.randint(0, 99)} -->{escape(text)}<input type=hidden value=77>"

    content = (
        f"<!-- {decoy} --><script>var html = '{decoy}';</script><noscript>请启用脚本 404</noscript>"
        + body(truth, lambda table: _table(table, inside))
        + f"<template>{decoy}</template><style>.n:after{{content:'888'}}</style><div title='666'></div>"
    )
    return document(truth, content)


def gbk(truth, rng):
    return document(truth, body(truth), "gb2312").encode("gb18030")


def gb18030_undeclared(truth, rng):
    return document(truth, body(truth)).replace('<meta charset="utf-8">', "").encode("gb18030")


def utf8_undeclared(truth, rng):
    return document(truth, body(truth)).replace('<meta charset="utf-8">', "").encode()


def big5(truth, rng):
    """A Traditional page in Big5; a character without a code of its own becomes an entity."""
    return traditional(document(truth, body(truth), "big5"), rng).encode("big5", "xmlcharrefreplace")


def charset_lies(truth, rng):
    """UTF-8 that calls itself GBK."""
    return document(truth, body(truth), "gbk").encode()


def utf16(truth, rng):
    return document(truth, body(truth), "utf-16").encode("utf-16")


def mhtml(truth, rng):
    """A page saved with its parts: MIME, quoted-printable."""
    message = EmailMessage(policy=SMTP)
    message["From"] = "<Saved by Blink>"
    message["Snapshot-Content-Location"] = "https://www.example.gov.cn/zwgk/nb/2024.html"
    message["Subject"] = truth.title.replace("\n", "")
    message.set_content(document(truth, body(truth)), subtype="html", cte="quoted-printable")
    message.make_related()
    return message.as_bytes()


def pictures(truth, rng):
    """The tables as pictures: their figures are not on the page."""
    return document(truth, body(truth, lambda table: f'<p><img src="{table.name}.png" width="600" alt=""></p>'))


def table_three_in_halves(truth, rng, repeats_labels=True):
    """Table 三 cut between two of its columns, its right half below the left one."""

    def of_table(table):
        if table.name != "applications":
            return _table(table)
        cut = table.width - rng.randint(1, 6)
        labels = range(table.width - 7) if repeats_labels else range(0)
        return _table(_columns(table, range(cut))) + "\n" + _table(_columns(table, [*labels, *range(cut, table.width)]))

    return document(truth, body(truth, of_table))


def table_three_in_halves_of_figures(truth, rng):
    return table_three_in_halves(truth, rng, repeats_labels=False)


def _columns(table, kept):
    """Some columns of a table, with as much of each cell as stands in them."""
    rows = [[] for _ in table.rows]
    for row, column, cell in table.places():
        if width := sum(place in kept for place in range(column, column + cell.colspan)):
            rows[row].append(cell._replace(colspan=width))
    return Table(table.name, rows)
