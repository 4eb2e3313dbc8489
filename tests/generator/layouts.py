"""Every layout that a report is written in, and what a reader owes it."""

import shutil
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Callable

from . import converters, html, office, quirks, text
from .figures import figures

CLEAN = "clean"
"""Every printed figure must be read, and rightly."""
LOSSY = "lossy"
"""Something is lost or ambiguous: whatever is given must be right."""
UNREADABLE = "unreadable"
"""No figure is there to be read: a clear error, or a report without figures that says so."""


@dataclass(frozen=True)
class Layout:
    """How a report becomes a file: its figures altered, written, the text altered, the file converted."""

    name: str
    medium: str
    write: Callable
    promise: str = CLEAN
    suffix: str = ".txt"
    figures: Callable = quirks.as_it_is
    text: Callable = quirks.unchanged
    convert: tuple = ()
    """(name of the steps so far, conversion) in order; equal names share their files."""
    needs: tuple = ()
    """The programs that the conversions run."""
    form: str | None = None
    """The form that the layout is about; by default both in turn."""
    says: str | None = None
    """The beginning of the check of a finding that the reader owes: what is odd about this layout is not a figure."""

    def truth(self, seed):
        """The report of that seed as this layout prints it."""
        form = self.form or ("2019" if seed % 3 == 2 else "2021")
        return self.figures(figures(seed, form), Random(f"figures-{seed}"))

    def content(self, truth):
        """The report as the layout writes it, before any conversion."""
        rng = Random(f"layout-{truth.seed}")
        written = self.write(truth, rng)
        if isinstance(written, str):
            written = self.text(written, rng).encode()
        return written


def _text(name, write, promise=CLEAN, **options):
    return Layout(name, "text", write, promise, **options)


def _page(name, write, promise=CLEAN, **options):
    return Layout(name, "html", write, promise, ".html", **options)


def _converted(name, medium, write, suffix, *convert, needs, promise=CLEAN, **options):
    return Layout(name, medium, write, promise, suffix, convert=convert, needs=needs, **options)


PRINTED = ("chromium", converters.chromium_pdf)
EXPORTED = ("libreoffice", converters.libreoffice("pdf", ".pdf"))

_ALL = (
    # text as it is copied
    _text("text cell a line", text.cell_per_line),
    _text("text paragraph a cell", text.paragraph_per_cell),
    _text("text tab a cell", text.tab_per_cell),
    _text("text trailing pipes", text.trailing_pipes),
    _text("text pipe on its own line", text.pipe_on_own_line),
    _text("text ragged pipes", text.ragged_pipes),
    _text("text broken pipes", text.broken_pipes),
    _text("text full pipes", text.full_pipes),
    _text("text tabs", text.tabs),
    _text("text Markdown table a row", text.markdown_row_tables, suffix=".md"),
    _text("text boxes", text.boxes),
    _text("text grid of + and -", text.ascii_grid),
    _text("text aligned columns", text.aligned),
    _text("text staircase of headings", text.staircase),
    _text("text page breaks", text.page_breaks),
    _text("text small tables", text.small_tables),
    _text("text one paragraph", text.one_paragraph),
    _text("text headings beside figures", text.headed_by("：", "；", "：")),
    _text("text headings beside figures, a line each", text.headed_by("\n", "\n", "\n")),
    _text("text list of cells", text.list_of_cells),
    # characters
    _text("text Traditional, pinyin notes", text.ragged_pipes, text=quirks.glossed),
    _text("text Traditional, a cell a line", text.cell_per_line, text=quirks.traditional),
    _text("text Traditional, converted words", text.ragged_pipes, text=quirks.traditional_words),
    _text("text Kangxi radicals", text.aligned, text=quirks.kangxi),
    _text("text full-width digits", text.ragged_pipes, text=quirks.full_width_digits),
    _text("text other wordings, pipes", text.ragged_pipes, text=quirks.reworded),
    _text("text other wordings, a cell a line", text.cell_per_line, text=quirks.reworded),
    _text("text headings lost", text.ragged_pipes, text=quirks.headings_lost),
    _text("text headings numbered twice", text.ragged_pipes, text=quirks.numbered_twice),
    _text("text footnotes", text.ragged_pipes, text=quirks.footnotes),
    _text("text footnotes, a cell a line", text.cell_per_line, text=quirks.footnotes),
    _text("text without a title", text.paragraph_per_cell, figures=quirks.untitled),
    _text("text years damaged", text.cell_per_line, text=quirks.years_damaged),
    _text("text page round it", text.cell_per_line, text=quirks.with_page_round_it),
    _text("text page round it, tabs", text.tab_per_cell, text=quirks.with_page_round_it),
    _text("text UTF-8 read as GBK", text.ragged_pipes, LOSSY, text=quirks.read_as_gbk),
    _text("text GBK with bytes lost", text.ragged_pipes, LOSSY, text=quirks.bytes_lost),
    _text("text question marks", text.ragged_pipes, UNREADABLE, text=quirks.question_marks),
    _text("text tables lost", text.tables_lost, UNREADABLE),
    # cells
    _text("text blank zeros, pipes", text.full_pipes, figures=quirks.blank_zeros),
    _text("text blank zeros, tabs", text.tab_per_cell, figures=quirks.blank_zeros),
    _text("text blank organisations", text.ragged_pipes, figures=quirks.blank_organisations),
    _text("text blank totals", text.full_pipes, figures=quirks.blank_totals),
    _text("text blank totals, a cell a line", text.tab_per_cell, figures=quirks.blank_totals),
    _text("text blank total, once", text.ragged_pipes, figures=quirks.blank_total_once),
    _text("text blank row", text.ragged_pipes, figures=quirks.blank_row),
    _text("text marks, pipes", text.ragged_pipes, figures=quirks.marks),
    _text("text marks, a cell a line", text.cell_per_line, figures=quirks.marks),
    _text("text odd numbers", text.ragged_pipes, figures=quirks.odd_numbers),
    _text("text odd numbers, tabs", text.tab_per_cell, figures=quirks.odd_numbers),
    _text("text number split", text.ragged_pipes, LOSSY, figures=quirks.split_number),
    _text("text two numbers in one cell", text.full_pipes, LOSSY, figures=quirks.two_in_one),
    _text("text stray number", text.ragged_pipes, LOSSY, figures=quirks.stray_number, form="2021"),
    _text("text OCR tabs", text.ocr_tabs, LOSSY),
    _text("text OCR tabs, zeros lost", text.ocr_tabs, LOSSY, figures=quirks.lost_zeros),
    # forms
    _text("hybrid: one row of 其他处理", text.ragged_pipes, figures=quirks.single_other, form="2021", says="form"),
    _text("hybrid: one row of 其他处理, a cell a line", text.cell_per_line, figures=quirks.single_other, form="2021", says="form"),
    _text("hybrid: headings of 2019 in 2021", text.ragged_pipes, figures=quirks.mixed_proactive, form="2021", says="form"),
    _text("form of another year", text.cell_per_line, figures=quirks.other_form_year, says="form.year"),
    _text("stale statistics period", text.cell_per_line, figures=quirks.stale_period, says="year"),
    # borders lost
    _text("text glued rows", text.glued_rows, LOSSY),
    _text("text glued tables", text.glued_tables, LOSSY),
    _text("text glued, some blanks", text.glued_with_blanks, LOSSY),
    _text("text distinct lines only", text.distinct_lines, LOSSY),
    _text("text labels apart from figures", text.labels_apart, LOSSY),
    _text("text two years in a table", text.two_years, LOSSY),
    _text("text table of differences behind it", text.with_differences, LOSSY),
    _text("text heading over figures", text.header_over_figures, LOSSY, form="2021"),
    _text("table 四 in half lines", text.review_in_half_lines),
    _text("table 四 headings cut", text.review_cut_headings),
    _text("table 四 glued", text.review_glued, LOSSY),
    _text("table 四 shifted", text.review_shifted, LOSSY),
    # web pages
    _page("html plain", html.plain),
    _page("html Word", html.word),
    _page("html spans a character", html.character_spans),
    _page("html nested tables", html.nested),
    _page("html vertical labels", html.vertical),
    _page("html cut, header repeated", html.cut_with_header),
    _page("html cut, no header", html.cut_without_header),
    _page("html table three in halves", html.table_three_in_halves),
    _page("html table three in halves, labels once", html.table_three_in_halves_of_figures),
    _page("html one table", html.one_table),
    _page("html page round it", html.in_page),
    _page("html decoys", html.decoys),
    _page("html source shown as text", html.shown_source),
    _page("html GBK", html.gbk),
    _page("html GB18030 undeclared", html.gb18030_undeclared),
    _page("html UTF-8 undeclared", html.utf8_undeclared),
    _page("html Big5", html.big5),
    _page("html wrong charset", html.charset_lies),
    _page("html UTF-16", html.utf16),
    _page("html other wordings", html.plain, text=quirks.reworded),
    _page("html blank zeros", html.plain, figures=quirks.blank_zeros),
    _page("html blank totals", html.plain, figures=quirks.blank_totals),
    _page("html marks", html.word, figures=quirks.marks),
    _page("html odd numbers", html.plain, figures=quirks.odd_numbers),
    _page("html one row of 其他处理", html.plain, figures=quirks.single_other, form="2021", says="form"),
    _page("html tables as pictures", html.pictures, UNREADABLE),
    Layout("mhtml", "html", html.mhtml, suffix=".mhtml"),
    # what programs make of a web page
    _converted("pandoc pipe tables", "text", html.plain, ".html", ("gfm", converters.pandoc("gfm")), needs=("pandoc",)),
    _converted("pandoc grid tables", "text", html.plain, ".html", ("grid", converters.pandoc("markdown-simple_tables-multiline_tables-pipe_tables")), needs=("pandoc",)),
    _converted("pandoc HTML tables", "text", html.plain, ".html", ("strict", converters.pandoc("markdown_strict")), needs=("pandoc",)),
    _converted("lynx", "text", html.plain, ".html", ("lynx", converters.lynx), needs=("lynx",)),
    _converted("w3m", "text", html.plain, ".html", ("w3m", converters.w3m), needs=("w3m",)),
    # word processors
    Layout("docx", "office", office.docx, suffix=".docx"),
    Layout("docx blank zeros", "office", office.docx, suffix=".docx", figures=quirks.blank_zeros),
    _converted("docx by LibreOffice", "office", html.plain, ".html", ("docx", converters.libreoffice("docx:MS Word 2007 XML", ".docx")), needs=("soffice",)),
    _converted("doc", "office", office.docx, ".docx", ("doc", converters.libreoffice("doc:MS Word 97", ".doc")), needs=("soffice",)),
    _converted("wps", "office", office.docx, ".docx", ("doc", converters.libreoffice("doc:MS Word 97", ".doc")), ("wps", converters.renamed(".wps")), needs=("soffice",)),
    _converted("odt", "office", office.docx, ".docx", ("odt", converters.libreoffice("odt", ".odt")), needs=("soffice",)),
    _converted("rtf", "office", office.docx, ".docx", ("rtf", converters.libreoffice("rtf", ".rtf")), needs=("soffice",)),
    _converted("text by LibreOffice", "text", office.docx, ".docx", ("txt", converters.libreoffice("txt:Text (encoded):UTF8", ".txt")), needs=("soffice",)),
    # spreadsheets
    Layout("xlsx one sheet", "sheet", office.xlsx, suffix=".xlsx"),
    Layout("xlsx a sheet a table", "sheet", office.xlsx_sheets, suffix=".xlsx"),
    Layout("csv", "sheet", office.csv_utf8, suffix=".csv"),
    Layout("csv called text", "sheet", office.csv_gbk, suffix=".txt"),
    Layout("csv GBK", "sheet", office.csv_gbk, suffix=".csv"),
    _converted("xls", "sheet", office.xlsx, ".xlsx", ("xls", converters.libreoffice("xls:MS Excel 97", ".xls")), needs=("soffice",)),
    # print
    _converted("pdf by Chromium", "pdf", html.plain, ".html", PRINTED, needs=("chromium",)),
    _converted("pdf by LibreOffice", "pdf", office.docx, ".docx", EXPORTED, needs=("soffice",)),
    _converted("pdf vertical labels", "pdf", html.vertical, ".html", PRINTED, needs=("chromium",)),
    _converted("pdf Kangxi radicals", "pdf", html.plain, ".html", PRINTED, needs=("chromium",), text=quirks.kangxi),
    _converted("pdf with narrow columns", "pdf", office.narrow_docx, ".docx", EXPORTED, needs=("soffice",)),
    _converted("pdftotext -layout, narrow columns", "text", office.narrow_docx, ".docx", EXPORTED, ("layout", converters.pdftotext_layout), needs=("soffice", "pdftotext"), promise=LOSSY),
    _converted("pdftotext -layout, Chromium", "text", html.plain, ".html", PRINTED, ("layout", converters.pdftotext_layout), needs=("chromium", "pdftotext")),
    _converted("pdftotext -layout, LibreOffice", "text", office.docx, ".docx", EXPORTED, ("layout", converters.pdftotext_layout), needs=("soffice", "pdftotext")),
    _converted("pdftotext, Chromium", "text", html.plain, ".html", PRINTED, ("raw", converters.pdftotext), needs=("chromium", "pdftotext"), promise=LOSSY),
    _converted("pdftotext, LibreOffice", "text", office.docx, ".docx", EXPORTED, ("raw", converters.pdftotext), needs=("soffice", "pdftotext"), promise=LOSSY),
    # scans
    _converted("scan 200 dpi, PDF", "scan", html.plain, ".html", PRINTED, ("scan200", converters.scan_pdf(200)), needs=("chromium",), promise=LOSSY),
    _converted("scan 150 dpi, PDF", "scan", html.plain, ".html", PRINTED, ("scan150", converters.scan_pdf(150)), needs=("chromium",), promise=LOSSY),
    _converted("scan 200 dpi, PDF by LibreOffice", "scan", office.docx, ".docx", EXPORTED, ("scan200", converters.scan_pdf(200)), needs=("soffice",), promise=LOSSY),
    _converted("scan 200 dpi, TIFF", "scan", html.plain, ".html", PRINTED, ("tiff200", converters.scan_tiff(200)), needs=("chromium",), promise=LOSSY),
    _converted("scan 200 dpi, PNG", "scan", html.plain, ".html", PRINTED, ("png200", converters.scan_picture(200, ".png")), needs=("chromium",), promise=LOSSY),
    _converted("scan 200 dpi, JPEG", "scan", html.plain, ".html", PRINTED, ("jpg200", converters.scan_picture(200, ".jpg")), needs=("chromium",), promise=LOSSY),
)  # fmt: skip
LAYOUTS = {layout.name: layout for layout in _ALL}


def render(layout, truths, folder):
    """Write reports in a layout into a folder; their paths come back in order. What is there already is kept."""
    steps = [
        f"{layout.write.__name__}-{layout.figures.__name__}-{layout.text.__name__}",
        *(name for name, _ in layout.convert),
    ]
    here = Path(folder, steps[0])
    here.mkdir(parents=True, exist_ok=True)
    paths = [here / f"{truth.form}-{truth.size}-{truth.seed}{layout.suffix}" for truth in truths]
    for path, truth in zip(paths, truths):
        if not path.exists():
            path.write_bytes(layout.content(truth))
    for name, convert in layout.convert:
        paths = _step(paths, here := here / name, convert)
    return paths


def _step(paths, folder, convert):
    """Convert into a folder the files that it does not hold yet."""
    folder.mkdir(exist_ok=True)
    done = {path.name.split(".")[0]: path for path in folder.iterdir() if path.is_file()}
    todo = [path for path in paths if path.name.split(".")[0] not in done]
    if todo:
        for source, made in zip(todo, convert(todo)):
            done[source.name.split(".")[0]] = Path(shutil.move(made, folder / made.name))
    return [done[path.name.split(".")[0]] for path in paths]
