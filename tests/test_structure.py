"""A volume: its order and its divisions, its headings, its front and back matter, in all media."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from lxml import etree, html
from lxml.etree import _Element as Element

from letterbook.build import build, read
from letterbook.metadata import BookSettings, DocumentMetadata
from letterbook.model import Division, Edition, Medium
from letterbook.outputs.layout import Press
from letterbook.render import render
from letterbook.source import read_book
from letterbook.theme import default_theme, load_theme
from letterbook.titles import entitler
from letterbook.wording import Wording
from letterbook.yamlfile import read_yaml

from .judges.ace import ace
from .judges.browser import Browser
from .judges.java import JavaJudges
from .judges.pdf import qpdf_check
from .printed import Printed
from .textcases import Case, cases

NAMES = {
    "h": "http://www.w3.org/1999/xhtml",
    "epub": "http://www.idpf.org/2007/ops",
    "ncx": "http://www.daisy.org/z3986/2005/ncx/",
    "opf": "http://www.idpf.org/2007/opf",
}
SETTINGS = "title: Letters\ndate: 2026-01-31\nlanguage: en\n"
LETTER = "---\ntitle: {}\n{}---\nDear comrade.\n"
_LETTER = re.compile(r"(\S+)(?: \(([^)]*)\))?")


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


# --------------------------------------------------------------------------- order and parts


@cases("structure")
def test_where_letters_stand(case: Case, tmp_path: Path, rewrite_cases: bool) -> None:
    """Given are lines of book.yaml and the letters, with their dates in round brackets."""
    settings, _, letters = case.given.rpartition("letters: ")
    files = {"book.yaml": SETTINGS + settings}
    for name, date in _LETTER.findall(letters):
        slug = f"slug: {name.replace('/', '-')}\n"
        files[f"letters/{name}.md"] = LETTER.format(
            name, slug + (f'written: "{date}"\n' if date else "")
        )
    book, found = read_book(write(tmp_path, files))
    assert book is not None, found
    names = {document.slug: document.metadata.title or "" for document in book.documents}

    def tree(divisions: Iterable[Division], indent: str = "") -> Iterator[str]:
        for division in divisions:
            yield f"{indent}{division.id} {division.kind} {division.title}"
            for id_ in division.documents:
                in_order.append(id_.removeprefix("no-"))
                yield f"{indent}  {names[in_order[-1]]}"
            yield from tree(division.divisions, f"{indent}  ")

    in_order: list[str] = []
    shown = list(tree(book.divisions)) or list(names.values())
    assert not in_order or in_order == list(names), "the divisions are not in reading order"
    case.check("\n".join(shown), rewrite_cases)


@cases("headings", "people")
def test_titles_are_made_of_people(case: Case, rewrite_cases: bool) -> None:
    """Given is front matter, with the language of the edition; two titles where they differ."""
    data = read_yaml(case.given, "").data
    settings = BookSettings.model_validate(
        {
            "title": "Letters",
            "author": "Anna Orlova",
            "date": "2026-01-31",
            "language": data.pop("edition", "en"),
        }
    )
    word = Wording(settings.language, load_theme(default_theme()).labels_for)
    metadata = DocumentMetadata.model_validate({"author": "Anna Orlova", **data})
    title, heading = entitler(word, settings)(metadata)
    case.check(title if title == heading else f"{heading} | {title}", rewrite_cases)


@cases("headings", "dates")
def test_the_line_of_place_and_date(case: Case, tmp_path: Path, rewrite_cases: bool) -> None:
    book = write(
        tmp_path,
        {
            "book.yaml": SETTINGS,
            "letters/1.md": f"---\naddressee: A. Fox\nwritten: {case.given}\n---\nDear comrade.\n",
            "letters/2.md": LETTER.format("Another", ""),
        },
    )
    publication = render(read(book).edition, load_theme(default_theme()), Medium.SCREEN)
    page = next(page for page in publication.pages if page.id == "no-1")
    lines = [e for e in html.fromstring(page.content).iter("p") if e.get("class") == "written"]
    case.check("\n".join(words(line) for line in lines), rewrite_cases)


def words(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


# --------------------------------------------------------------------------- a whole volume

BOOK = f"""{SETTINGS}author: Anna Orlova
editor: Jane Fairweather
publisher: The Harbour Press
parts:
  - title: The First Volume
    subtitle: 1871–1872
    parts:
      - title: At *Home*
        parts:
          - title: Winter
            subtitle: In town
            documents: [01.md, 02.md]
          - title: Spring
            documents: 03.md
      - title: Away
        documents: 04.md
  - title: The Second Volume
    parts:
      - title: Home Again
        documents: [05.md, 06.md]
"""


def letter(number: int, more: str = "", paragraphs: int = 1) -> str:
    text = "I have your letter, and all is as it was when you went away from us. " * 6
    return (
        f"---\nnumber: {number}\naddressee: {{name: Peter Finch, words: the Same}}\n"
        f"written: {{date: 1871-0{number}-05, words: the 5th, place: Whitby}}\n{more}---\n"
        f"Dear Peter,[^1]\n\n{(text + chr(10) * 2) * paragraphs}\n[^1]: A note on {number}.\n"
    )


VOLUME = {
    "book.yaml": BOOK,
    "front/1-dedication.md": "---\nrole: dedication\n---\nFor those at sea\n",
    "front/2-motto.md": "---\nrole: epigraph\n---\nAll ships come home.\n",
    "front/3-foreword.md": "---\nrole: foreword\nauthor: Jane Fairweather\n---\n"
    + "These are letters. " * 300
    + "\n",
    "front/4-method.md": "---\ntitle: How They Are Printed\nrole: method\n---\nAs they are.[^1]\n\n"
    "[^1]: Nearly.\n",
    "letters/01.md": letter(1, "enclosure: [A lens, A bill]\n", 5),
    "letters/02.md": letter(2, "language: de\n"),
    "letters/03.md": letter(3),
    "letters/04.md": letter(4, "kind: note\n"),
    "letters/05.md": letter(5, "title: A Title of Its Own\n"),
    "letters/06.md": letter(6),
    "back/1-after.md": "---\nrole: afterword\n---\nAll ships came home but the *Petrel*.\n",
    "index.yaml": "- heading: ships\n  forms: [ships]\n"
    "- heading: letter\n  forms: [letter, letters]\n",
}


@dataclass(frozen=True)
class Made:
    """What was made of the volume."""

    edition: Edition
    site: Path
    epub: Path
    pdf: Path
    print: Path

    def xml(self, name: str) -> Element:
        with zipfile.ZipFile(self.epub) as archive:
            return etree.fromstring(archive.read(f"EPUB/{name}"))

    def page(self, name: str) -> html.HtmlElement:
        return html.parse(self.site / name).getroot()


@pytest.fixture(scope="module")
def volume(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = write(tmp_path_factory.mktemp("volume"), VOLUME)
    out = folder / "out"
    made = build(folder, out)
    assert [d for d in made.diagnostics if d.code != "index-many-locators"] == []
    slug = made.edition.slug
    return Made(
        made.edition, out / "html", out / f"{slug}.epub", out / f"{slug}.pdf", out / "print"
    )


def test_the_judges_find_nothing(volume: Made, java_judges: JavaJudges) -> None:
    report = java_judges.epubcheck([volume.epub])[volume.epub]
    assert (report.fatal, report.error, report.warning) == (0, 0, 0), report
    for flavour in ("3a", "ua1"):
        verdict = java_judges.verapdf(flavour, [volume.pdf])[volume.pdf]
        assert verdict.clean, verdict
    assert qpdf_check(volume.pdf).clean
    report_of_ace = ace(volume.epub)
    assert report_of_ace.clean, report_of_ace


def test_every_new_page_is_accessible_on_screen(volume: Made, browser: Browser) -> None:
    names = ("index", "part-1", "part-1-1", "no-01", "no-1-dedication", "no-3-foreword")
    for name in names:
        with browser.visit((volume.site / f"{name}.html").as_uri()) as visit:
            assert visit.axe() == [], name
            assert visit.horizontal_scroll() == 0, name


# --------------------------------------------------------------------------- its contents

CONTENTS = """\
Foreword
How They Are Printed
The First Volume
  At Home
    Winter
    1 To Peter Finch, January 5, 1871
    2 To Peter Finch, February 5, 1871
    Spring
    3 To Peter Finch, March 5, 1871
  Away
    4 Note to Peter Finch, April 5, 1871
The Second Volume
  Home Again
    5 A Title of Its Own
    6 To Peter Finch, June 5, 1871
Afterword
Index
"""


def outline(holder: Element, indent: str = "") -> Iterator[str]:
    """The lines of a list of contents, by their depth."""
    for item in holder.findall("{*}ol/{*}li"):
        link = item.find("{*}a")
        assert link is not None
        yield indent + words(link)
        yield from outline(item, f"{indent}  ")


def test_the_contents_are_a_tree_of_three_levels_at_most(volume: Made) -> None:
    navigation = volume.xml("nav.xhtml").find(".//h:nav[@epub:type='toc']", NAMES)
    (contents,) = volume.page("index.html").xpath("//nav[@id='contents']")
    for found in (navigation, contents):
        assert found is not None
        assert "\n".join(outline(found)) + "\n" == CONTENTS


def test_old_readers_have_the_same_tree(volume: Made) -> None:
    ncx = volume.xml("toc.ncx")

    def points(holder: Element, indent: str = "") -> Iterator[str]:
        for point in holder.findall("ncx:navPoint", NAMES):
            label = point.find("ncx:navLabel/ncx:text", NAMES)
            assert label is not None
            yield f"{indent}{words(label)}"
            yield from points(point, f"{indent}  ")

    holder = ncx.find("ncx:navMap", NAMES)
    assert holder is not None
    assert "\n".join(points(holder)) + "\n" == CONTENTS
    assert ncx.xpath("string(//ncx:meta[@name='dtb:depth']/@content)", namespaces=NAMES) == "3"


def test_the_outline_of_the_pdf_is_the_tree_in_full(volume: Made) -> None:
    with Printed(volume.pdf) as printed:
        found = [
            (level, title.replace("\u00a0", " "), printed.label(page))
            for level, title, page in printed.bookmarks()
        ]
    notes = ("Editor’s note", "Editorische Anmerkung")
    listed = [(level, title) for level, title, _ in found if title not in notes]
    assert listed[listed.index((0, "Foreword")) :] == [
        (0, "Foreword"),
        (0, "How They Are Printed"),
        (0, "The First Volume"),
        (1, "At Home"),
        (2, "Winter"),
        (3, "1 To Peter Finch, January 5, 1871"),
        (3, "2 To Peter Finch, February 5, 1871"),
        (2, "Spring"),
        (3, "3 To Peter Finch, March 5, 1871"),
        (1, "Away"),
        (2, "4 Note to Peter Finch, April 5, 1871"),
        (0, "The Second Volume"),
        (1, "Home Again"),
        (2, "5 A Title of Its Own"),
        (2, "6 To Peter Finch, June 5, 1871"),
        (0, "Afterword"),
        (0, "Index"),
        (0, "Colophon"),
    ]
    assert (3, "Editor’s note") in [(level, title) for level, title, _ in found]


def test_the_contents_in_print_lead_where_they_say(volume: Made) -> None:
    """Roman folios for what stands in front, arabic ones for the rest."""
    with Printed(volume.pdf) as printed:
        pages = [printed.text(page) for page in range(len(printed))]
        labels = [printed.label(page) for page in range(len(printed))]
    start = next(number for number, text in enumerate(pages) if text.startswith("Contents"))
    assert labels[start] == "ix"
    told = " ".join((pages[start] + pages[start + 1]).split())
    for title in ("Foreword", "The First Volume", "Winter", "The Second Volume", "Afterword"):
        # In small capitals, capitals cannot be told from others.
        match = re.search(rf"{title} ([ivxl]+|\d+)\b", told, re.IGNORECASE)
        assert match, told
        assert (title == "Foreword") is not match[1].isdigit()
        page = " ".join(pages[labels.index(match[1])].split())
        assert page.casefold().startswith(title.casefold())


# --------------------------------------------------------------------------- its pages in print


ON_THE_RIGHT = (
    *("For those at sea", "All ships come home.", "Contents", "Foreword", "How They Are Printed"),
    *("The First Volume", "At Home", "Winter", "Away", "4 Note to", "The Second Volume"),
    *("Home Again", "5 A Title"),
)


def test_what_begins_on_the_right_does(volume: Made) -> None:
    """Each piece of front matter, the half titles, and the letter after each."""
    with Printed(volume.pdf) as printed:
        pages = [" ".join(printed.text(page).split()).casefold() for page in range(len(printed))]
    for opening in ON_THE_RIGHT:
        (page,) = (n for n, text in enumerate(pages) if text.startswith(opening.casefold()))
        assert page % 2 == 0, opening


def test_a_half_title_has_its_page_to_itself(volume: Made) -> None:
    with Printed(volume.pdf) as printed:
        pages = [" ".join(printed.text(page).split()) for page in range(len(printed))]
        for title in ("The First Volume 1871–1872", "At Home", "Away", "Home Again"):
            page = pages.index(title)
            assert pages[page + 1] == "", "its verso is empty"
            assert int(printed.label(page)) % 2


def test_running_heads_name_the_part_and_the_document(volume: Made) -> None:
    with Printed(volume.pdf) as printed:
        pages = [" ".join(printed.text(page).split()) for page in range(len(printed))]
        start = next(n for n, text in enumerate(pages) if text.casefold().startswith("winter"))
        second = printed.lines(start + 1)[0].text.replace("\u00a0", " ")
    assert second.casefold() == "at home"


def test_the_print_html_gives_the_same_pages_in_one_go(volume: Made) -> None:
    press = Press(volume.print, "css/book.css")
    document = press.lay_out((volume.print / "index.html").read_text(encoding="utf-8"))
    whole = volume.print.parent / "whole.pdf"
    document.write_pdf(whole)
    with Printed(volume.pdf) as printed, Printed(whole) as again:
        for page in range(max(len(printed), len(again))):
            assert printed.text(page) == again.text(page), f"page {page}"


# --------------------------------------------------------------------------- what it tells


def test_pages_of_the_pdf_are_marked_but_not_within_the_navigation(volume: Made) -> None:
    def marked(name: str) -> list[str | None]:
        tree = volume.xml(name)
        return [e.get("title") for e in tree.iter() if e.get("role") == "doc-pagebreak"]

    # Of the contents, whose lines are no place for breaks, the first page alone.
    assert marked("nav.xhtml") == ["ix"]
    assert "xi" in marked("no-3-foreword.xhtml")
    assert "1" in marked("part-1.xhtml")


def test_landmarks_lead_to_the_matter(volume: Made) -> None:
    found = {
        link.get(f"{{{NAMES['epub']}}}type"): link.get("href")
        for link in volume.xml("nav.xhtml").iterfind(".//h:nav[@epub:type='landmarks']//h:a", NAMES)
    }
    assert found["bodymatter"] == "part-1.xhtml"
    assert found["foreword"] == "no-3-foreword.xhtml"
    assert found["afterword"] == "no-1-after.xhtml"
    assert found["dedication"] == "no-1-dedication.xhtml"


def test_the_author_of_a_foreword_is_no_author_of_the_book(volume: Made) -> None:
    package = volume.xml("content.opf")
    names = {
        tag: [e.text for e in package.iter(f"{{http://purl.org/dc/elements/1.1/}}{tag}")]
        for tag in ("creator", "contributor")
    }
    assert names == {"creator": ["Anna Orlova"], "contributor": ["Jane Fairweather"]}
    roles = package.xpath("//opf:meta[@property='role']/text()", namespaces=NAMES)
    assert set(roles) == {"aut", "edt", "aui"}


def test_matter_takes_over_nothing_but_the_language(volume: Made) -> None:
    by_id = {document.id: document for document in volume.edition.documents}
    method = by_id["no-4-method"].metadata
    assert method.author == ()
    assert method.language == "en"
    assert by_id["no-01"].metadata.author[0].name == "Anna Orlova"


def test_the_heading_has_the_words_and_the_contents_the_name(volume: Made) -> None:
    page = volume.page("no-01.html")
    assert words(page.xpath("//h1[@id='no-01-title']")[0]) == "To the Same"
    assert words(page.xpath("//p[@class='written']")[0]) == "Whitby, the 5th [January 5, 1871]"
    assert "Enclosures: A lens; A bill." in words(page.xpath("//footer[@class='source-note']")[0])
    (title,) = page.xpath("//title/text()")
    assert title.startswith("To Peter Finch")


def test_a_page_of_a_part_leads_to_what_is_in_it(volume: Made) -> None:
    (contents,) = volume.page("part-1-1.html").xpath("//nav[@class='contents']")
    assert [line.strip() for line in outline(contents)][:2] == [
        "Winter",
        "1 To Peter Finch, January 5, 1871",
    ]
