"""Word processor and spreadsheet files written by hand: Truth → bytes."""

import csv
import io
import zipfile
from html import escape

from .printed import Table
from .text import blocks, full

XML = '<?xml version="1.0" encoding="UTF-8"?>'
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PART = "application/vnd.openxmlformats-officedocument.wordprocessingml"
TYPES = (
    f'{XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_PART}.document.main+xml"/>'
    f'<Override PartName="/word/footer1.xml" ContentType="{_PART}.footer+xml"/></Types>'
)


def _relation(kind, target):
    return (
        f'{XML}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{R}/{kind}" Target="{target}"/></Relationships>'
    )


RELATIONS = _relation("officeDocument", "word/document.xml")
FOOTER_RELATION = _relation("footer", "footer1.xml")
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
FONT = '<w:rPr><w:rFonts w:ascii="Noto Serif CJK SC" w:eastAsia="Noto Serif CJK SC" w:hAnsi="Noto Serif CJK SC"/><w:sz w:val="18"/></w:rPr>'
BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:color="000000"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)
# Widths in twentieths of a point; A4 less its margins is about 9,000. In the narrow one a number of four digits wraps.
WIDE = {"proactive": (2400, 2200, 2200, 2200), "applications": (600, 1000, 2400, *(720,) * 7), "review": (600,) * 15}
NARROW = {**WIDE, "applications": (700, 1100, 3300, *(560,) * 7)}


def _run(text, cut):
    """A text in one run or, as Word leaves it after editing, in several."""
    pieces = [text[:cut], text[cut:]] if cut and len(text) > cut else [text]
    return "".join(f'<w:r>{FONT}<w:t xml:space="preserve">{escape(piece)}</w:t></w:r>' for piece in pieces)


def _paragraph(text, cut=0):
    lines = "<w:r><w:br/></w:r>".join(_run(line, cut) for line in text.split("\n"))
    return f"<w:p>{lines}</w:p>"


def _table(table, cut, widths, repeat=False):
    starts = {(row, column): cell for row, column, cell in table.places()}
    above, rows = {}, []
    for row in range(len(table.rows)):
        cells, column = [], 0
        while column < table.width:
            begins = starts.get((row, column))
            cell = above[column] = begins or above[column]
            merge = '<w:vMerge w:val="restart"/>' if begins else "<w:vMerge/>"
            properties = f'<w:tcW w:w="{sum(widths[column : column + cell.colspan])}" w:type="dxa"/>'
            properties += f'<w:gridSpan w:val="{cell.colspan}"/>' * (cell.colspan > 1) + merge * (cell.rowspan > 1)
            text = (cell.text or "") if begins else ""
            cells.append(f"<w:tc><w:tcPr>{properties}</w:tcPr>{_paragraph(text, cut)}</w:tc>")
            column += cell.colspan
        header = repeat and row < 3 and table.name == "applications"
        rows.append(f"<w:tr>{'<w:trPr><w:tblHeader/></w:trPr>' * header}{''.join(cells)}</w:tr>")
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblBorders>{BORDERS}</w:tblBorders><w:tblLayout w:type="fixed"/>'
        f"</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl><w:p/>"
    )


def docx(truth, rng):
    cut = rng.choice((0, 0, 2))
    return docx_of(
        "".join(
            _table(block, cut, WIDE[block.name]) if isinstance(block, Table) else _paragraph(block, cut)
            for block in blocks(truth)
        )
    )


def narrow_docx(truth, rng):
    """Columns so narrow that numbers wrap, the header of table 三 repeated on each page, page numbers at the foot."""
    return docx_of(
        "".join(
            _table(block, 0, NARROW[block.name], True) if isinstance(block, Table) else _paragraph(block)
            for block in blocks(truth)
        ),
        '<w:p><w:r><w:t>- </w:t></w:r><w:r><w:fldSimple w:instr=" PAGE "/></w:r><w:r><w:t> -</w:t></w:r></w:p>',
    )


def docx_of(content, footer=None, declared=""):
    """A DOCX file whose body is the given XML; declared: a document type before it."""
    section = '<w:sectPr><w:footerReference w:type="default" r:id="rId1"/></w:sectPr>' if footer else ""
    document = (
        f'{XML}{declared}<w:document xmlns:w="{W}" xmlns:r="{R}"><w:body>{content}{section}</w:body></w:document>'
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("[Content_Types].xml", TYPES)
        parts.writestr("_rels/.rels", RELATIONS)
        parts.writestr("word/document.xml", document)
        if footer:
            parts.writestr("word/footer1.xml", f'{XML}<w:ftr xmlns:w="{W}">{footer}</w:ftr>')
            parts.writestr("word/_rels/document.xml.rels", FOOTER_RELATION)
    return file.getvalue()


def _fill(sheet, table, row):
    """Write a table into a sheet below a row, cells merged and numbers as numbers; the next free row comes back."""
    for down, column, cell in table.places():
        if cell.text is not None:
            number = cell.key and cell.text.isascii() and cell.text.isdigit()
            sheet.cell(row + down, column + 1, int(cell.text) if number else cell.text)
        if cell.colspan > 1 or cell.rowspan > 1:
            sheet.merge_cells(None, row + down, column + 1, row + down + cell.rowspan - 1, column + cell.colspan)
    return row + len(table.rows)


def _saved(book):
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def xlsx(truth, rng):
    """The whole report on one sheet."""
    from openpyxl import Workbook

    book = Workbook()
    row = 1
    for block in blocks(truth):
        if isinstance(block, Table):
            row = _fill(book.active, block, row) + 1
        else:
            book.active.cell(row, 1, block)
            row += 1
    return _saved(book)


def xlsx_sheets(truth, rng):
    """A sheet for the narrative and one for each table."""
    from openpyxl import Workbook

    book = Workbook()
    words = book.active
    words.title = "正文"
    for block in blocks(truth):
        if isinstance(block, Table):
            _fill(
                book.create_sheet(
                    {"proactive": "主动公开", "applications": "依申请公开", "review": "复议诉讼"}[block.name]
                ),
                block,
                1,
            )
        else:
            words.append([block])
    return _saved(book)


def csv_utf8(truth, rng):
    return _csv(truth).encode("utf-8-sig")


def csv_gbk(truth, rng):
    return _csv(truth).encode("gb18030")


def _csv(truth):
    file = io.StringIO()
    lines = csv.writer(file)
    for block in blocks(truth):
        lines.writerows(full(block, wide=True) if isinstance(block, Table) else [[block]])
    return file.getvalue()
