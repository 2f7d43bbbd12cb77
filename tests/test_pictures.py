"""Pictures in a book: figures and facsimiles in every format, and what the judges say of them."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from lxml import etree, html
from PIL import Image as Pillow
from PIL import ImageDraw

from letterbook.build import Built, build, export, read
from letterbook.cli import main
from letterbook.diagnostics import Span
from letterbook.images import decode
from letterbook.model import Image, Medium
from letterbook.pictures import DRAWN, LARGEST, dots_in_print, sized

from .judges.ace import ace
from .judges.browser import Browser
from .judges.java import JavaJudges
from .judges.pdf import qpdf_check
from .judges.tools import command, run
from .printed import Printed, bare

LETTER = """\
---
title: To the Printer
facsimile:
  - image: images/page.jpg
    alt: A page in a round hand
    caption: The first page of the draft, *recto*
    credit: Tern Island Archive, box 4
  - image: images/cover.gif
    alt: The cover
---
The seal ![a seal](images/seal.png) was red.

![A plan, a rectangle with a circle](images/plan.svg
"The harbour, by the *author*"){credit="Drawn by A. Lind"}

TEXT

![The seal, larger](images/seal.png "A seal")

The end.
"""
PLAN = """\
<svg xmlns="http://www.w3.org/2000/svg" width="60mm" height="30mm" viewBox="0 0 60 30">
<defs><linearGradient id="a"><stop offset="0" stop-color="#fff"/>
<stop offset="1" stop-color="#777" stop-opacity=".5"/></linearGradient></defs>
<g style="fill:none;stroke:#000;stroke-width:.4"><rect x="1" y="1" width="58" height="28"/>
<circle cx="30" cy="15" r="9" style="fill:url(#a)"/></g></svg>
"""


def scan(size: tuple[int, int]) -> Pillow.Image:
    """A picture with detail, as a scan has it."""
    made = Pillow.new("RGB", size, (246, 238, 214))
    draw = ImageDraw.Draw(made)
    for y in range(200, size[1] - 200, 90):
        draw.line([(200, y), (size[0] - 200, y + 20)], fill=(40, 30, 80), width=9)
    return made


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pictures")
    (folder / "letters").mkdir()
    (folder / "images").mkdir()
    (folder / "book.yaml").write_text(
        "title: Pictures\nauthor: Anna Lind\ndate: 2026-01-31\nlanguage: en\nlists: illustrations\n"
    )
    words = "We have no news of the boat, and the harbour is frozen. " * 30
    (folder / "letters" / "printer.md").write_text(LETTER.replace("TEXT", words))
    scan((2600, 3800)).save(folder / "images" / "page.jpg", quality=85)
    scan((900, 400)).quantize(16).save(folder / "images" / "cover.gif")
    Pillow.new("L", (400, 300), 120).save(folder / "images" / "seal.png")
    (folder / "images" / "plan.svg").write_text(PLAN)
    return folder


@pytest.fixture(scope="module")
def built(book: Path) -> Built:
    return build(book, book / "out")


def output(built: Built, suffix: str) -> Path:
    return next(path for path in built.outputs if path.suffix == suffix)


def test_nothing_is_to_be_said(built: Built) -> None:
    assert built.diagnostics == ()


def test_the_list_of_illustrations_has_the_italics_of_their_captions(built: Built) -> None:
    page = html.fromstring((output(built, ".pdf").parent / "print" / "index.html").read_bytes())
    cells = page.xpath("//section[@id='list-illustrations']//td[1]")
    assert ["".join(cell.itertext()) for cell in cells] == [
        "The harbour, by the author",
        "A seal",
        "The first page of the draft, recto",
    ]
    italics = (em for cell in cells for em in cell.iter("em"))
    assert ["".join(em.itertext()) for em in italics] == ["author", "recto"]


# --------------------------------------------------------------------------- the judges


def test_the_pdf_is_clean(built: Built, java_judges: JavaJudges) -> None:
    made = output(built, ".pdf")
    for flavour in ("3a", "ua1"):
        report = java_judges.verapdf(flavour, [made])[made]
        assert report.clean, report
    assert qpdf_check(made).clean


def test_the_epub_is_clean(built: Built, java_judges: JavaJudges) -> None:
    made = output(built, ".epub")
    report = java_judges.epubcheck([made])[made]
    assert {message.code for message in report.messages} <= {"CSS-028"}, report
    heard = ace(made)
    assert heard.clean, heard


@pytest.mark.parametrize("width", [320, 1280])
def test_the_site_is_clean(built: Built, browser: Browser, width: int) -> None:
    page = built.outputs[0] / "printer.html"
    with browser.visit(page.as_uri(), width=width) as visit:
        assert visit.complaints == []
        assert visit.horizontal_scroll() == 0
        assert visit.axe() == []
        loaded = "[...document.images].map(image => image.naturalWidth)"
        assert visit.page.evaluate(loaded) == [400, 227, 400, 1642, 900]


# --------------------------------------------------------------------------- sizes


def test_print_has_every_dot_and_screens_have_what_they_show(built: Built) -> None:
    listed = run([command("pdfimages"), "-list", output(built, ".pdf")]).stdout
    assert {"2600", "900", "400"} <= set(listed.split())
    with zipfile.ZipFile(output(built, ".epub")) as archive:
        sizes = {}
        for name in archive.namelist():
            if name.startswith("EPUB/media/") and not name.endswith(".svg"):
                with Pillow.open(io.BytesIO(archive.read(name))) as picture:
                    sizes[name[len("EPUB/media/") :].partition("-")[0]] = picture.size
    assert sizes == {"page": (1368, 2000), "cover": (900, 400), "seal": (400, 300)}


def test_a_low_picture_is_not_lost_in_print(tmp_path: Path) -> None:
    """Heights are whole lines, and that of a vignette or a signature is at least one."""
    (tmp_path / "letters").mkdir()
    (tmp_path / "book.yaml").write_text("title: Low\ndate: 2026-01-31\nlanguage: en\n")
    letter = "---\ntitle: A\n---\nSigned:\n\n![A flourish](flourish.png)\n"
    (tmp_path / "letters" / "a.md").write_text(letter)
    Pillow.new("L", (601, 31), 120).save(tmp_path / "letters" / "flourish.png")
    built = build(tmp_path, tmp_path / "out", ["pdf"])
    assert "601" in run([command("pdfimages"), "-list", output(built, ".pdf")]).stdout.split()


@pytest.mark.parametrize(
    ("kind", "mode", "becomes"),
    [
        ("PNG", "1", ("image/png", "L")),
        ("PNG", "P", ("image/png", "RGB")),
        ("PNG", "RGBA", ("image/png", "RGBA")),
        ("JPEG", "L", ("image/jpeg", "L")),
        ("GIF", "P", ("image/png", "RGB")),
    ],
)
def test_a_large_picture_is_made_smaller(kind: str, mode: str, becomes: tuple[str, str]) -> None:
    out = io.BytesIO()
    Pillow.new(mode, (5000, 1)).save(out, kind)
    image, _ = decode(f"a.{kind.lower()}", out.getvalue(), Span("a"))
    assert image is not None
    made = sized(image, Medium.EPUB)
    assert (made.width, made.height) == (LARGEST[Medium.EPUB], 1)
    with Pillow.open(io.BytesIO(made.data)) as picture:
        assert (made.media_type, picture.mode) == becomes
        assert picture.size == (made.width, made.height)
    assert sized(image, Medium.EPUB) == made, "the same bytes again"
    assert sized(image, Medium.PRINT) is image
    assert sized(made, Medium.EPUB) is made


def test_a_drawing_is_as_large_in_print_as_it_says() -> None:
    drawing = Image("a.svg", "image/svg+xml", b"", 96, 48)
    assert dots_in_print(drawing) == (round(96 * DRAWN), round(48 * DRAWN)) == (200, 100)
    assert sized(drawing, Medium.EPUB) is drawing


# --------------------------------------------------------------------------- what is said of them


def test_each_facsimile_has_a_page_of_its_own(built: Built) -> None:
    with Printed(output(built, ".pdf")) as printed:
        texts = [bare(printed.text(page)) for page in range(len(printed))]
        (first,) = (
            n
            for n, text in enumerate(texts)
            if text == bare("The first page of the draft, recto Tern Island Archive, box 4")
        )
        assert texts[first + 1] == "", "the second has no caption, and no folio is on plates"
        assert "theend" in texts[first - 1]
        (listed,) = (text for text in texts if "thefirstpageofthedraft" in text and "aseal" in text)
        assert f"thefirstpageofthedraftrecto{printed.label(first)}" in listed


def test_the_pages_of_pictures_are_pages_in_the_epub(built: Built) -> None:
    with Printed(output(built, ".pdf")) as printed:
        labels = [printed.label(n) for n in range(len(printed)) if not bare(printed.text(n))]
    with zipfile.ZipFile(output(built, ".epub")) as archive:
        page = etree.fromstring(archive.read("EPUB/printer.xhtml"))
        breaks = {e.get("title") for e in page.iter() if e.get("role") == "doc-pagebreak"}
        figures = page.xpath("//*[local-name()='figure'][@class='facsimile']")
        for figure in figures:
            assert figure[0].get("role") == "doc-pagebreak"
            assert figure[1].get("alt")
    assert len(figures) == 2
    assert set(labels) & breaks


def test_captions_and_credits_stand_in_every_format(built: Built) -> None:
    site = built.outputs[0]
    with zipfile.ZipFile(output(built, ".epub")) as archive:
        pages = [
            (site / "printer.html").read_bytes(),
            archive.read("EPUB/printer.xhtml"),
            (site.parent / "print" / "index.html").read_bytes(),
        ]
    for page in pages:
        tree = etree.fromstring(page, etree.HTMLParser(encoding="utf-8"))
        captions = [" ".join("".join(c.itertext()).split()) for c in tree.iter("figcaption")]
        assert captions == [
            "The harbour, by the author Drawn by A. Lind",
            "A seal",
            "The first page of the draft, recto Tern Island Archive, box 4",
        ]
        credits_ = [e.text for e in tree.iter("span") if e.get("class") == "credit"]
        assert len(credits_) == 2
        alternatives = [image.get("alt") for image in tree.iter("img")]
        assert alternatives[-2:] == ["A page in a round hand", "The cover"]


def test_they_are_exported_to_tei_and_come_back(book: Path, tmp_path: Path) -> None:
    export(book, tmp_path, ["tei"])
    assert main(["import", str(tmp_path / "tei"), "--into", str(tmp_path / "book")]) == 0
    before, after = (read(folder).edition for folder in (book, tmp_path / "book"))
    assert after.images == before.images
    assert [d.metadata.facsimile for d in after.documents] == [
        d.metadata.facsimile for d in before.documents
    ]
    figures = [
        [etree.tostring(f, method="c14n") for d in edition.documents for f in d.body.iter("figure")]
        for edition in (before, after)
    ]
    assert figures[0] == figures[1]
