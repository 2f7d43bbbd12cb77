"""The volume of tests/books: everything that a volume of letters has, with its notes in each place.

Each is judged by the field's judges; the proof of its words is part of the build, and the index is
held against its pages.
"""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from lxml import etree, html

from letterbook.build import Built, build
from letterbook.lists import correspondents
from letterbook.metadata import Person
from letterbook.model import Edition
from letterbook.resolve import resolve
from letterbook.source import read_book
from letterbook.theme import default_theme, load_theme
from letterbook.wording import Wording

from .indexed import epub_faults, pdf_faults
from .judges.ace import ace
from .judges.browser import Browser
from .judges.java import JavaJudges
from .judges.pdf import pdffonts, qpdf_check
from .printed import Printed, bare

VOLUME = Path(__file__).parent / "books" / "volume"
TOBIAS = Person(name="Tobias Hollis", sort="Hollis, Tobias")
PLACES = ("foot", "document", "volume")


@dataclass(frozen=True)
class Volume:
    """The volume as it was made."""

    built: Built
    out: Path

    @property
    def edition(self) -> Edition:
        """What it was made of."""
        return self.built.edition

    @property
    def pdf(self) -> Path:
        """The PDF."""
        return self.out / f"{self.edition.slug}.pdf"

    @property
    def epub(self) -> Path:
        """The EPUB."""
        return self.out / f"{self.edition.slug}.epub"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Volume]:
    kept: dict[str, Volume] = {}

    def make(place: str) -> Volume:
        if place not in kept:
            folder = tmp_path_factory.mktemp(place)
            shutil.copytree(VOLUME, folder / "book")
            settings = folder / "book" / "book.yaml"
            text = settings.read_text(encoding="utf-8")
            assert text.count("\nnotes-at: document\n") == 1
            settings.write_text(text.replace("notes-at: document", f"notes-at: {place}"), "utf-8")
            kept[place] = Volume(build(folder / "book", folder / "out"), folder / "out")
        return kept[place]

    return make


@pytest.fixture(params=PLACES)
def volume(made: Callable[[str], Volume], request: pytest.FixtureRequest) -> Volume:
    return made(request.param)


@pytest.fixture
def usual(made: Callable[[str], Volume]) -> Volume:
    return made("document")


def test_the_judges_find_nothing(volume: Volume, java_judges: JavaJudges) -> None:
    report = java_judges.epubcheck([volume.epub])[volume.epub]
    assert (report.fatal, report.error, report.warning) == (0, 0, 0), report
    assert {message.code for message in report.messages} == {"CSS-028"}, report
    for flavour in ("3a", "ua1"):
        verdict = java_judges.verapdf(flavour, [volume.pdf])[volume.pdf]
        assert verdict.clean, verdict
    assert qpdf_check(volume.pdf).clean
    assert all(font.embedded and font.subset for font in pdffonts(volume.pdf))


def test_ace_finds_nothing(usual: Volume) -> None:
    report = ace(usual.epub)
    assert report.clean, report


def test_its_hints_are_those_that_an_editor_would_weigh(usual: Volume) -> None:
    assert {d.code for d in usual.built.diagnostics} == {"index-many-locators"}


def test_every_locator_leads_to_its_words(volume: Volume) -> None:
    page = (volume.out / "print" / "index.html").read_bytes()
    assert list(pdf_faults(volume.edition, page, volume.pdf)) == []
    assert list(epub_faults(volume.edition, volume.epub)) == []


def test_references_in_print_name_the_page(volume: Volume) -> None:
    with Printed(volume.pdf) as printed:
        bookmarks = [(title, printed.label(page)) for _, title, page in printed.bookmarks()]
    begins: dict[str, str] = {}
    for title, folio in bookmarks:
        # Where the notes stand at the end, those of a letter stand under its name again.
        begins.setdefault(title.partition(" ")[0], folio)
    page = html.fromstring((volume.out / "print" / "index.html").read_bytes())
    said = [link.text for link in page.iter("a") if link.get("class") == "crossref"]
    assert len(said) == 5
    for words in said:
        match = re.fullmatch(r"no\. (\d+), p\.\u00a0(\d+)", words or "")
        assert match, words
        assert begins[match[1]] == match[2]


def test_references_on_screen_name_no_page(usual: Volume) -> None:
    page = html.fromstring((usual.out / "html" / "plan.html").read_bytes())
    links = [link for link in page.iter("a") if link.get("class") == "crossref"]
    assert [(link.text, link.get("href")) for link in links] == [("no. 4", "veresov.html#veresov")]


def rows(volume: Volume, name: str) -> list[list[str]]:
    """The cells of a list on the screen, without its head."""
    page = html.fromstring((volume.out / "html" / f"list-{name}.html").read_bytes())
    body = page.xpath("//main//tbody/tr")
    return [["".join(cell.itertext()).strip() for cell in row] for row in body]


def test_the_letters_are_listed_in_their_order(usual: Volume) -> None:
    listed = rows(usual, "letters")
    assert [number for number, *_ in listed] == [str(n) for n in range(1, 18)]
    assert listed[2] == ["3", "Clara Hollis to Friedrich Amsel", "November\u00a05, 1871"]
    assert listed[8][2] == "July\u00a08–10, 1873"


def test_the_chronology_is_in_the_order_of_dates(usual: Volume) -> None:
    assert [number for _, number, _ in rows(usual, "chronology")] == [
        # No. 6 is of about March, and so follows the letter of its 11th.
        *("1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15"),
        *("16", "17"),
    ]


def test_correspondents_have_their_letters(usual: Volume) -> None:
    page = html.fromstring((usual.out / "html" / "list-correspondents.html").read_bytes())
    listed: dict[str, list[str]] = {}
    for element in page.xpath("//main//dl/*"):
        words = " ".join("".join(element.itertext()).split())
        if element.tag == "dt":
            name = words
        else:
            listed.setdefault(name, []).append(words)
    assert list(listed) == [
        *("Amsel, Friedrich", "Brandt, Marie", "Brandt, Otto", "Hollis, Clara", "Hollis, Tobias"),
        *("The Committee of the Skerry Point Observatory", "Veresov, Ilya"),
    ]
    assert listed["Amsel, Friedrich"] == ["Wrote 2, 5, 8, 12, 17", "Received 1, 3, 7, 11"]


def test_who_wrote_all_letters_is_not_listed_for_that(usual: Volume) -> None:
    kept = [d for d in usual.edition.documents if d.metadata.author[:1] == (TOBIAS,)]
    assert len(kept) == 3
    word = Wording("en", load_theme(default_theme()).labels_for)
    (sister,) = correspondents(replace(usual.edition, documents=tuple(kept)), word)
    assert (sister.name, len(sister.wrote), len(sister.received)) == ("Hollis, Clara", 0, 3)


def test_letters_without_numbers_are_told_apart(tmp_path: Path) -> None:
    """By their dates, where their titles are made of the people; no column has nothing in it."""
    lists = "[letters, chronology, correspondents, concordance]"
    (tmp_path / "book" / "letters").mkdir(parents=True)
    (tmp_path / "book" / "book.yaml").write_text(
        f"title: Letters\nlanguage: en\ndate: 2026-01-01\nlists: {lists}\n", encoding="utf-8"
    )
    for number, (title, date) in enumerate([("", "1871-10-02"), ("", "1872"), ("A Word", "1873")]):
        (tmp_path / "book" / "letters" / f"{number}.md").write_text(
            f"---\n{f'title: {title}' if title else ''}\nauthor: Clara Hollis\n"
            f"addressee: Otto Brandt\nwritten: {date}\n---\n\n[{number + 1}]{{.page}}Come.\n",
            encoding="utf-8",
        )
    build(tmp_path / "book", tmp_path / "out", ["html"])
    pages = {
        page.stem: html.fromstring(page.read_bytes())
        for page in (tmp_path / "out" / "html").glob("list-*.html")
    }
    wrote = pages["list-correspondents"].xpath("normalize-space(//dl/dd[1])")
    assert wrote == (
        "Received Clara Hollis to Otto Brandt, October 2, 1871; "
        "Clara Hollis to Otto Brandt, 1872; A Word"
    ).replace("October 2", "October\u00a02")
    heads = {name: page.xpath("//thead//th/text()") for name, page in pages.items()}
    assert heads["list-letters"] == ["Letter", "Date"]
    assert heads["list-chronology"] == ["Date", "Letter"]
    assert heads["list-concordance"] == ["In the source", "Letter"]
    assert not pages["list-letters"].xpath("//td[@class='number']")


def test_who_is_filed_once_is_filed_so_everywhere() -> None:
    """“The Same” of the next letter is written with the name alone."""
    book, _ = read_book(VOLUME)
    assert book is not None
    unfiled = {"addressee": (Person(name="Friedrich Amsel", words="the Same"),)}
    *others, last = book.documents
    documents = (*others, replace(last, metadata=last.metadata.model_copy(update=unfiled)))
    resolved, _ = resolve(replace(book, documents=documents), {})
    assert resolved is not None
    assert resolved.documents[-1].metadata.addressee[0].sort == "Amsel, Friedrich"


def test_the_concordance_has_the_pages_of_the_source(usual: Volume) -> None:
    listed = rows(usual, "concordance")
    assert [pages for pages, *_ in listed][:6] == ["1–2", "2–4", "4–5", "6–9", "10–11", "12"]


def test_lists_in_print_name_the_pages(usual: Volume) -> None:
    page = html.fromstring((usual.out / "print" / "index.html").read_bytes())
    cells = page.xpath("//section[@id='list-letters']//tbody/tr/td[@class='folio']")
    numbers = page.xpath("//section[@id='list-letters']//tbody/tr/td[@class='number']")
    with Printed(usual.pdf) as printed:
        begins = {printed.label(n): bare(printed.text(n)) for n in range(len(printed))}
    for cell, number in zip(cells, numbers, strict=True):
        words = begins["".join(cell.itertext())]
        # The title of a section may stand above.
        assert re.match(rf"(outward|atthestation)?{number.text}[a-z]", words)
    figures = page.xpath("//section[@id='list-illustrations']//tbody/tr")
    assert len(figures) >= 2
    for figure in figures:
        title, folio = ("".join(cell.itertext()) for cell in figure)
        assert bare(title)[:20] in begins[folio]


def test_every_page_of_the_site_passes_axe(usual: Volume, browser: Browser) -> None:
    for name in ("index", "part-1", "order", "antwort", "list-letters", "list-correspondents"):
        for width in (320, 1280):
            address = (usual.out / "html" / f"{name}.html").as_uri()
            with browser.visit(address, width=width) as visit:
                assert visit.complaints == []
                assert visit.horizontal_scroll() == 0
                assert visit.axe() == []


def test_the_epub_has_all_in_its_order(usual: Volume) -> None:
    with zipfile.ZipFile(usual.epub) as archive:
        package = etree.fromstring(archive.read("EPUB/content.opf"))
    hrefs = {item.get("id"): item.get("href", "") for item in package.iterfind(".//{*}item")}
    spine = [hrefs[ref.get("idref")] for ref in package.iterfind(".//{*}itemref")]
    names = [href.removesuffix(".xhtml") for href in spine]
    letters = [document.id for document in usual.edition.letters]
    assert [name for name in names if name in letters] == letters
    assert names.index("part-1") < names.index("order")
    assert names.index("corrections") < names.index("part-2") < names.index("plan")
