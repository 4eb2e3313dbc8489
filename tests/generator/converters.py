"""Files turned into other files by the programs that people use: each takes paths and gives as many paths."""

import io
import shutil
import subprocess
import tempfile
from pathlib import Path
from random import Random

SECONDS = 300


def _run(command, **options):
    return subprocess.run(command, check=True, capture_output=True, timeout=SECONDS, **options)


def _beside(path, suffix):
    return path.with_name(path.name.split(".")[0] + suffix)


def _libreoffice(paths, target, suffix):
    """All files in one run: starting the program takes longer than converting."""
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home, "out")
        _run(
            [
                "soffice",
                "--headless",
                "--norestore",
                f"-env:UserInstallation=file://{home}/profile",
                "--convert-to",
                target,
            ]
            + ["--outdir", folder, *paths]
        )
        written = []
        for path in paths:
            made = folder / (path.name.rsplit(".", 1)[0] + "." + target.split(":")[0])
            written.append(Path(shutil.move(made, _beside(path, suffix))))
    return written


def libreoffice(target, suffix):
    return lambda paths: _libreoffice(paths, target, suffix)


def chromium_pdf(paths):
    """Print each page to PDF, as a person would from the browser."""
    written = []
    for path in paths:
        with tempfile.TemporaryDirectory() as home:
            _run(
                [
                    "chromium",
                    "--headless",
                    "--no-sandbox",
                    "--disable-gpu",
                    "--disable-background-networking",
                    "--no-pdf-header-footer",
                ]
                + ["--disable-component-update", "--disable-sync", f"--user-data-dir={home}"]
                + [f"--print-to-pdf={_beside(path, '.pdf')}", path.absolute().as_uri()]
            )
        written.append(_beside(path, ".pdf"))
    return written


def _standard_output(path, suffix, command):
    target = _beside(path, suffix)
    target.write_bytes(_run(command).stdout)
    return target


def pdftotext_layout(paths):
    return [_standard_output(path, ".txt", ["pdftotext", "-layout", path, "-"]) for path in paths]


def pdftotext(paths):
    return [_standard_output(path, ".txt", ["pdftotext", path, "-"]) for path in paths]


def pandoc(target):
    return lambda paths: [
        _standard_output(path, ".md", ["pandoc", "-f", "html", "-t", target, "--columns=160", path]) for path in paths
    ]


def lynx(paths):
    return [
        _standard_output(
            path, ".txt", ["lynx", "-dump", "-nolist", "-width=180", "-display_charset=utf-8", path.absolute().as_uri()]
        )
        for path in paths
    ]


def w3m(paths):
    return [
        _standard_output(path, ".txt", ["w3m", "-dump", "-cols", "180", "-O", "UTF-8", "-T", "text/html", path])
        for path in paths
    ]


def renamed(suffix):
    return lambda paths: [Path(shutil.copy(path, _beside(path, suffix))) for path in paths]


# Scans --------------------------------------------------------------------------------------------------------------


def _pages(path, dpi):
    """The pages of a PDF as grey pictures."""
    import pypdfium2

    document = pypdfium2.PdfDocument(path)
    for page in document:
        picture = page.render(scale=dpi / 72, grayscale=True).to_numpy()
        yield picture[..., 0] if picture.ndim == 3 else picture
    document.close()


def _scan(picture, rng):
    """A picture as a scanner sees it: turned by up to 1.5 degrees, a little blurred, unevenly lit, with noise."""
    import cv2
    import numpy

    height, width = picture.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), rng.uniform(-1.5, 1.5), 1)
    turned = cv2.warpAffine(picture, turn, (width, height), flags=cv2.INTER_LINEAR, borderValue=255)
    noise = numpy.random.default_rng(rng.getrandbits(32)).normal(0, rng.uniform(4, 14), turned.shape)
    light = numpy.linspace(rng.uniform(0.88, 1), rng.uniform(0.88, 1), width)
    return numpy.clip(cv2.GaussianBlur(turned, (3, 3), rng.uniform(0.3, 0.8)) * light + noise, 0, 255).astype("uint8")


def _scanned(path, dpi):
    rng = Random(path.name)
    return [_scan(picture, rng) for picture in _pages(path, dpi)]


def scan_pdf(dpi):
    """A PDF without text: each page one picture."""

    def convert(paths):
        import cv2
        import pypdfium2

        for path in paths:
            scan = pypdfium2.PdfDocument.new()
            for picture in _scanned(path, dpi):
                height, width = (side * 72 / dpi for side in picture.shape)
                image = pypdfium2.PdfImage.new(scan)
                image.load_jpeg(io.BytesIO(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 85])[1].tobytes()))
                image.set_matrix(pypdfium2.PdfMatrix().scale(width, height))
                page = scan.new_page(width, height)
                page.insert_obj(image)
                page.gen_content()
            scan.save(_beside(path, ".scan.pdf"))
            scan.close()
        return [_beside(path, ".scan.pdf") for path in paths]

    return convert


def scan_tiff(dpi):
    def convert(paths):
        import cv2

        for path in paths:
            cv2.imwritemulti(str(_beside(path, ".tiff")), _scanned(path, dpi))
        return [_beside(path, ".tiff") for path in paths]

    return convert


def _tall(pages):
    """Pages one below the other, with margins for the turn."""
    import numpy

    margin = sum(page.shape[0] for page in pages) // 60
    return numpy.pad(numpy.vstack(pages), margin, constant_values=255)


def scan_picture(dpi, suffix):
    """All pages one below the other, as in a long picture shared by telephone."""

    def convert(paths):
        import cv2

        for path in paths:
            cv2.imwrite(str(_beside(path, suffix)), _scan(_tall(list(_pages(path, dpi))), Random(path.name)))
        return [_beside(path, suffix) for path in paths]

    return convert
