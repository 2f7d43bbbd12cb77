"""The EPUB: what is in it, what it says, what the judges and a reading system make of it."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from lxml import etree
from lxml.etree import _Element as Element
from PIL import Image

from letterbook.build import read
from letterbook.model import Edition, Medium
from letterbook.outputs.cover import draw_cover
from letterbook.outputs.epub import make
from letterbook.render import render
from letterbook.resolve import resolve
from letterbook.source import read_book
from letterbook.theme import Theme, default_theme, load_theme

from .judges.ace import ace
from .judges.browser import Browser
from .judges.java import JavaJudges
from .judges.reader import reading

ROOT = Path(__file__).resolve().parent.parent
BOOKS = {"founding": ROOT / "book", "two-letters": ROOT / "tests" / "books" / "two-letters"}
NAMES = {
    "opf": "http://www.idpf.org/2007/opf",
    "dc": "http://purl.org/dc/elements/1.1/",
    "h": "http://www.w3.org/1999/xhtml",
    "epub": "http://www.idpf.org/2007/ops",
    "ncx": "http://www.daisy.org/z3986/2005/ncx/",
}
TYPE = "{http://www.idpf.org/2007/ops}type"


@dataclass(frozen=True)
class Made:
    """An EPUB that was made, and what of."""

    path: Path
    edition: Edition
    theme: Theme

    @property
    def files(self) -> dict[str, bytes]:
        with zipfile.ZipFile(self.path) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    def xml(self, name: str) -> Element:
        return etree.fromstring(self.files[f"EPUB/{name}"])

    def metas(self, property_: str) -> list[str]:
        """The values of a property that refines nothing."""
        found = self.find(f"//opf:meta[@property='{property_}'][not(@refines)]", "content.opf")
        return [meta.text or "" for meta in found]

    def find(self, path: str, name: str) -> list[Element]:
        found = self.xml(name).xpath(path, namespaces=NAMES)
        assert isinstance(found, list)
        return found

    def pages(self) -> dict[str, Element]:
        """The pages in the order of the spine."""
        package = self.xml("content.opf")
        hrefs = {item.get("id"): item.get("href", "") for item in package.iterfind(".//{*}item")}
        spine = [hrefs[ref.get("idref")] for ref in package.iterfind(".//{*}itemref")]
        return {href: self.xml(href) for href in spine}


def made_from(edition: Edition, theme: Theme, folder: Path) -> Made:
    assert make(edition, theme, folder).names == (f"{edition.slug}.epub",)
    return Made(folder / f"{edition.slug}.epub", edition, theme)


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Made]:
    made = {}
    for name, folder in BOOKS.items():
        source = read(folder)
        made[name] = made_from(source.edition, source.theme, tmp_path_factory.mktemp(name))
    return made


@pytest.fixture(params=BOOKS)
def book(books: dict[str, Made], request: pytest.FixtureRequest) -> Made:
    return books[request.param]


@pytest.fixture
def founding(books: dict[str, Made]) -> Made:
    return books["founding"]


@pytest.fixture
def letters(books: dict[str, Made]) -> Made:
    return books["two-letters"]


Write = Callable[..., Made]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Make the EPUB of a book that the test writes."""

    def write(letter: str, settings: str = "", files: dict[str, bytes] | None = None) -> Made:
        folder = tmp_path / "book"
        (folder / "letters").mkdir(parents=True)
        start = "" if "language:" in settings else "language: en\n"
        (folder / "book.yaml").write_text(f"title: A Book\ndate: 2026-01-31\n{start}{settings}")
        (folder / "letters" / "one.md").write_text(letter)
        for name, data in (files or {}).items():
            (folder / name).write_bytes(data)
        book, found = read_book(folder)
        assert book, found
        edition, found = resolve(book, {})
        assert edition, found
        return made_from(edition, load_theme(default_theme()), tmp_path)

    return write


# --------------------------------------------------------------------------- the archive


def test_the_container(book: Made) -> None:
    with zipfile.ZipFile(book.path) as archive:
        first = archive.infolist()[0]
        assert (first.filename, first.compress_type, first.extra) == (
            "mimetype",
            zipfile.ZIP_STORED,
            b"",
        )
        assert archive.read(first) == b"application/epub+zip"
        day = tuple(int(part) for part in book.edition.settings.date.split("-"))
        assert {info.date_time for info in archive.infolist()} == {(*day, 0, 0, 0)}


def test_the_pages_are_as_they_were_rendered(book: Made) -> None:
    for page in render(book.edition, book.theme, Medium.EPUB).pages:
        assert book.files[f"EPUB/{page.href}"] == page.content.encode()


def test_the_same_edition_gives_the_same_bytes(book: Made, tmp_path: Path) -> None:
    again = made_from(book.edition, book.theme, tmp_path)
    assert again.path.read_bytes() == book.path.read_bytes()


def test_every_link_leads_to_something(book: Made) -> None:
    pages = book.pages()
    ids = {href: {element.get("id") for element in page.iter()} for href, page in pages.items()}
    for href, page in pages.items():
        for link in page.iter("{*}a"):
            target = link.get("href", "")
            if not target.startswith("http"):
                file, _, fragment = target.partition("#")
                assert not fragment or fragment in ids[file or href], target
                assert (file or href) in ids, target


# --------------------------------------------------------------------------- the metadata


def statements(made: Made) -> list[tuple[str, str]]:
    """Dublin Core as name and value, and each refinement as what it refines, name and value."""
    package = made.xml("content.opf")
    told = []
    for element in package.iterfind(".//dc:*", NAMES):
        name = etree.QName(element).localname
        told.append((name, element.text or ""))
        refining = package.iterfind(f".//opf:meta[@refines='#{element.get('id')}']", NAMES)
        told += [
            (f"{name} {meta.get('property')}", meta.text or "")
            for meta in refining
            if meta.get("property") != "display-seq"
        ]
    return told


def test_the_founding_book_says_what_it_is(founding: Made) -> None:
    assert statements(founding) == [
        ("identifier", founding.edition.identifier),
        ("title", "[The Situation in Baku]"),
        ("title title-type", "main"),
        ("title", "A Letter of August 9, 1918"),
        ("title title-type", "subtitle"),
        ("creator", "V. I. Lenin"),
        ("creator role", "aut"),
        ("creator file-as", "Lenin, V. I."),
        ("contributor", "Andrew Rothstein"),
        ("contributor role", "trl"),
        ("contributor file-as", "Rothstein, Andrew"),
        ("contributor", "R. Cymbala"),
        ("contributor role", "trc"),
        ("contributor file-as", "Cymbala, R."),
        ("language", "en"),
        ("date", founding.edition.settings.date),
        (
            "source",
            "Lenin Collected Works, Progress Publishers, [1976], Moscow, Volume 35, page 348.",
        ),
        ("publisher", "Letterbook"),
        ("description", founding.edition.settings.description),
        ("subject", "Baku Commune, 1918"),
        ("subject", "Lenin, V. I. — Correspondence"),
        ("rights", founding.edition.settings.rights),
        ("rights", "Please credit “Marxists Internet Archive” as your source."),
    ]
    assert founding.metas("dcterms:created") == ["1918-08-09"]
    assert founding.metas("dcterms:issued") == ["1938"]
    assert founding.metas("dcterms:provenance") == [f"sha256:{founding.edition.digest}"]
    modified = f"{founding.edition.settings.date}T00:00:00Z"
    assert founding.metas("dcterms:modified") == [modified]


def test_everybody_who_had_a_hand_in_two_letters(letters: Made) -> None:
    people = [(n, v) for n, v in statements(letters) if n in ("creator", "contributor")]
    roles = [v for n, v in statements(letters) if n.endswith(" role")]
    assert people == [
        ("creator", "M. A. Orlova"),
        ("contributor", "Peter Finch"),
        ("contributor", "Jane Fairweather"),
        ("contributor", "T. Bell"),
        ("contributor", "Ann Carter"),
        ("contributor", "Ben Dale"),
    ]
    assert roles == ["aut", "aut", "edt", "trl", "trc", "pfr"]


def test_one_person_with_several_roles_is_named_once(write: Write) -> None:
    made = write(
        "---\ntitle: One\n---\nText.\n", "author: A. B.\ntranslator: A. B.\neditor: C. D.\n"
    )
    told = [(name, value) for name, value in statements(made) if "c" in name.partition(" ")[0]]
    assert ("creator", "A. B.") in told
    assert [value for name, value in told if name == "creator role"] == ["aut", "trl"]
    assert [value for name, value in told if name == "contributor"] == ["C. D."]


def test_the_licence_is_linked(letters: Made) -> None:
    (link,) = letters.find("//opf:link", "content.opf")
    assert dict(link.attrib) == {
        "rel": "dcterms:license",
        "href": "https://creativecommons.org/publicdomain/zero/1.0/",
    }


def test_one_date_and_no_word_of_the_library(book: Made) -> None:
    assert len(book.find("//dc:date", "content.opf")) == 1
    (generator,) = book.find("//opf:meta[@name='generator']", "content.opf")
    assert generator.get("content") == "Letterbook"
    assert b"ebook-lib" not in book.files["EPUB/content.opf"].lower()
    assert book.xml("content.opf").get("{http://www.w3.org/XML/1998/namespace}lang") == "en"


# --------------------------------------------------------------------------- accessibility


def test_a_book_of_words_claims_no_pictures_and_no_pages(founding: Made) -> None:
    assert founding.metas("schema:accessMode") == ["textual"]
    assert founding.metas("schema:accessModeSufficient") == ["textual"]
    assert founding.metas("schema:accessibilityHazard") == ["none"]
    features = founding.metas("schema:accessibilityFeature")
    assert "index" in features
    assert not {"alternativeText", "pageBreakMarkers", "pageNavigation"} & set(features)
    (summary,) = founding.metas("schema:accessibilitySummary")
    assert "Notes" in summary
    assert "image" not in summary
    assert "printed source" not in summary
    assert founding.metas("pageBreakSource") == []


def test_a_book_with_pictures_and_pages_says_so(letters: Made) -> None:
    assert letters.metas("schema:accessMode") == ["textual", "visual"]
    assert letters.metas("schema:accessModeSufficient") == ["textual", "textual,visual"]
    assert letters.metas("schema:accessibilityHazard") == [
        "noFlashingHazard",
        "noMotionSimulationHazard",
        "noSoundHazard",
    ]
    features = set(letters.metas("schema:accessibilityFeature"))
    assert features >= {"alternativeText", "pageBreakMarkers", "pageNavigation"}
    assert letters.metas("pageBreakSource") == [
        "The Lighthouse Papers, The Harbour Press, [1931], Tern Island, Volume 2, pages 12–15."
    ]


def test_a_picture_that_moves_stands_still(write: Write) -> None:
    frames = [Image.new("L", (8, 8), shade) for shade in (0, 255)]
    moving = io.BytesIO()
    frames[0].save(moving, "GIF", save_all=True, append_images=frames[1:])
    made = write(
        "---\ntitle: One\n---\n![a light that flashes](../light.gif)\n",
        files={"light.gif": moving.getvalue()},
    )
    hazards = made.metas("schema:accessibilityHazard")
    assert set(hazards) == {"noFlashingHazard", "noMotionSimulationHazard", "noSoundHazard"}
    with zipfile.ZipFile(made.path) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".gif"))
        with Image.open(io.BytesIO(archive.read(name))) as picture:
            assert getattr(picture, "n_frames", 1) == 1


# --------------------------------------------------------------------------- the ways through it


def links(nav: Element) -> list[tuple[str, str]]:
    return [("".join(a.itertext()), a.get("href", "")) for a in nav.iter("{*}a")]


def test_the_contents_in_the_order_of_the_spine(book: Made) -> None:
    (toc,) = book.find("//h:nav[@epub:type='toc']", "nav.xhtml")
    entries = links(toc)
    spine = list(book.pages())
    order = [spine.index(href.partition("#")[0]) for _, href in entries]
    assert order == sorted(order)
    assert [text for text, _ in entries][-1] == "Index"
    assert not any(re.search(r"\d$", text) for text, _ in entries)
    points = [
        (point.findtext(".//{*}text"), point.find("{*}content").get("src"))  # type: ignore[union-attr]
        for point in book.find("//ncx:navPoint", "toc.ncx")
    ]
    assert points == entries


def test_the_landmarks(letters: Made) -> None:
    (nav,) = letters.find("//h:nav[@epub:type='landmarks']", "nav.xhtml")
    assert nav.get("hidden")
    found = {link.get(TYPE): link.get("href") for link in nav.iter("{*}a")}
    assert found == {
        "cover": "cover.xhtml",
        "titlepage": "title.xhtml",
        "copyright-page": "provenance.xhtml",
        "toc": "nav.xhtml",
        "bodymatter": "lamp.xhtml",
        "footnotes": "lamp.xhtml#lamp-notes",
        "index": "index.xhtml",
        "colophon": "colophon.xhtml",
    }


def test_the_pages_of_the_printed_source(letters: Made, founding: Made) -> None:
    (nav,) = letters.find("//h:nav[@epub:type='page-list']", "nav.xhtml")
    assert nav.get("hidden")
    assert links(nav) == [
        ("12", "lamp.xhtml#lamp-page-12"),
        ("13", "lamp.xhtml#lamp-page-13"),
        ("14", "lamp.xhtml#lamp-page-14"),
        ("15", "no-02-answer.xhtml#no-02-answer-page-15"),
    ]
    (mark,) = letters.find("//*[@id='lamp-page-13']", "lamp.xhtml")
    assert (mark.get("role"), mark.get(TYPE), mark.get("title")) == (
        "doc-pagebreak",
        "pagebreak",
        "13",
    )
    assert mark.tail
    assert mark.tail.startswith("I have drawn it")
    assert founding.find("//h:nav[@epub:type='page-list']", "nav.xhtml") == []


def test_pages_that_each_letter_counts_for_itself(write: Write, java_judges: JavaJudges) -> None:
    """A page 2 that several letters have would lead nowhere certain."""
    leaves = "---\nnumber: '{}'\ntitle: A Letter\n---\n\n[{}]{{.page}}Come. [{}]{{.page}}Now.\n"
    book = write(
        leaves.format(1, 1, 2),
        files={
            "letters/two.md": leaves.format(2, 2, 3).encode(),
            "letters/three.md": leaves.format(3, 347, 348).encode(),
        },
    )
    (nav,) = book.find("//h:nav[@epub:type='page-list']", "nav.xhtml")
    assert [words.replace("\u00a0", " ") for words, _ in links(nav)] == [
        *("no. 1, p. 1", "no. 1, p. 2", "347", "348", "no. 2, p. 2", "no. 2, p. 3"),
    ]
    assert java_judges.epubcheck([book.path])[book.path].error == 0


def test_a_note_and_its_marks_find_each_other(letters: Made) -> None:
    page = letters.xml("lamp.xhtml")
    marks = page.findall(".//{*}a[@role='doc-noteref']")
    assert [(mark.text, mark.get("href")) for mark in marks] == [
        ("1", "#lamp-note-1"),
        ("2", "#lamp-note-2"),
        ("1", "#lamp-note-1"),
        ("3", "#lamp-note-3"),
    ]
    assert not any(len(mark) for mark in marks), "a child in a reference breaks popups"
    assert {mark.get(TYPE) for mark in marks} == {"noteref"}
    back = {a.get("href") for a in page.findall(".//{*}a[@role='doc-backlink']")}
    assert back == {f"#{mark.get('id')}" for mark in marks}
    note = page.find(".//*[@id='lamp-note-1']")
    assert note is not None
    # Apple Books hides an aside with this type, and what the index points to with it.
    assert etree.QName(note).localname != "aside"
    assert note.get("role") == "doc-footnote"


def test_a_letter_that_runs_from_right_to_left(write: Write) -> None:
    made = write(
        "---\ntitle: سلام\nlanguage: ar\n---\nالبحر لا ينسى [the sea]{lang=en} أبدا.\n",
        "translator: A. B.\n",
    )
    page = made.xml("one.xhtml")
    assert (page.get("lang"), page.get("dir")) == ("ar", "rtl")
    run = page.find(".//{*}span[@lang='en']")
    assert run is not None
    assert run.get("dir") == "ltr"
    assert [e.text for e in made.find("//dc:language", "content.opf")] == ["en", "ar"]
    assert made.xml("content.opf").get("dir") == "ltr"


def test_a_book_that_runs_from_right_to_left(write: Write) -> None:
    made = write("---\ntitle: سلام\n---\nالبحر [sea]{lang=en}.\n", "language: ar\n")
    (spine,) = made.find("//opf:spine", "content.opf")
    assert spine.get("page-progression-direction") == "rtl"
    assert made.xml("nav.xhtml").get("dir") == "rtl"


# --------------------------------------------------------------------------- dress


def fonts(made: Made) -> dict[str, bytes]:
    return {name: data for name, data in made.files.items() if name.startswith("EPUB/fonts/")}


def test_only_the_typefaces_that_are_used(letters: Made, founding: Made) -> None:
    def names(made: Made) -> set[str]:
        return {Path(name).stem.partition("-")[2] for name in fonts(made)}

    assert names(letters) == {"regular", "italic", "semibold"}
    assert names(founding) == {"regular", "italic"}, "no word of it is strong"


def test_the_typefaces_have_the_characters_of_the_text_and_few_others(book: Made) -> None:
    text = {c for page in book.pages().values() for c in "".join(page.itertext())}
    used = {ord(c) for c in text if not c.isspace()}
    for name, data in fonts(book).items():
        with TTFont(io.BytesIO(data)) as font:
            carried = set(font.getBestCmap())
        face = next(f for f in book.theme.faces if f.file_name.lower() == Path(name).name)
        assert used & face.characters <= carried
        assert len(carried - used) < 6
        assert len(data) < len(face.data)


def test_a_book_can_ask_for_no_typeface(letters: Made, tmp_path: Path) -> None:
    settings = letters.edition.settings.model_copy(update={"embed_fonts": False})
    plain = made_from(replace(letters.edition, settings=settings), letters.theme, tmp_path)
    assert fonts(plain) == {}
    assert b"@font-face" not in plain.files["EPUB/css/book.css"]


def test_the_reader_keeps_size_and_colours(book: Made) -> None:
    rules = re.sub(
        rb"/\*.*?\*/|@font-face \{.*?\}", b"", book.files["EPUB/css/book.css"], flags=re.S
    )
    assert re.findall(rb"[\d.](?:px|pt|mm|cm|in|pc|rem)\b", rules) == []
    assert re.findall(rb"(?<!-)\b(?:background|color)\s*:(?!\s*inherit)", rules) == []
    assert re.findall(rb"\bbody \{[^}]*font-size", rules) == []


TITLES = [
    "Letters",
    "[The Situation in Baku]",
    "The Lighthouse Correspondence",
    "Donaudampfschifffahrtsgesellschaftsbriefe",
    "The Correspondence of M. A. Orlova and Peter Finch, Surveyor of Coasts, with the Log",
]


@pytest.mark.parametrize("title", TITLES)
def test_the_cover_holds_its_title(letters: Made, title: str) -> None:
    settings = letters.edition.settings.model_copy(update={"title": title})
    data = draw_cover(replace(letters.edition, settings=settings), letters.theme)
    with Image.open(io.BytesIO(data)) as cover:
        assert (cover.format, cover.mode, cover.size) == ("PNG", "L", (1200, 1842))
        ink = cover.point(lambda shade: 255 if shade < 128 else 0)
        # Within the frame, and with some white between.
        frame = 8 / 129 * 1200
        inside = ink.crop((int(frame) + 8, int(frame) + 8, int(1200 - frame) - 8, 1400))
        box = inside.getbbox()
        assert box is not None
        assert box[0] > 30
        assert box[2] < inside.width - 30
        # Large enough to be read when the whole is the size of a stamp: black, not grey.
        assert sum(ink.histogram()[255:]) > 10_000


def test_the_cover_is_announced_to_all(book: Made) -> None:
    (meta,) = book.find("//opf:meta[@name='cover']", "content.opf")
    (item,) = book.find(f"//opf:item[@id='{meta.get('content')}']", "content.opf")
    assert item.get("properties") == "cover-image"
    first = next(iter(book.pages().values()))
    image = first.find(".//{*}img")
    assert image is not None
    assert image.get("src") == item.get("href")
    assert book.edition.settings.title in image.get("alt", "")


# --------------------------------------------------------------------------- the judges


def test_epubcheck_finds_nothing(book: Made, java_judges: JavaJudges) -> None:
    report = java_judges.epubcheck([book.path])[book.path]
    assert (report.fatal, report.error, report.warning) == (0, 0, 0), report
    # It notes each declaration of an embedded typeface as a use of typefaces: four for a face.
    assert {message.code for message in report.messages} == {"CSS-028"}, report
    assert report.usage == 4 * len(fonts(book))


def test_epubcheck_has_not_even_a_note_without_typefaces(
    book: Made, tmp_path: Path, java_judges: JavaJudges
) -> None:
    settings = book.edition.settings.model_copy(update={"embed_fonts": False})
    plain = made_from(replace(book.edition, settings=settings), book.theme, tmp_path)
    report = java_judges.epubcheck([plain.path])[plain.path]
    assert report.clean, report


def test_epubcheck_passes_the_scripts_of_the_east(write: Write, java_judges: JavaJudges) -> None:
    made = write("---\ntitle: سلام\n---\nالبحر [sea]{lang=en}.[^1]\n\n[^1]: ش\n", "language: ar\n")
    report = java_judges.epubcheck([made.path])[made.path]
    assert {message.code for message in report.messages} <= {"CSS-028"}, report


def test_ace_finds_no_violation(book: Made) -> None:
    report = ace(book.path)
    assert report.clean, report
    assert report.documents >= len(book.pages())


def test_a_note_in_a_popup(founding: Made, browser: Browser) -> None:
    with reading(browser, founding.path) as reader:
        reader.go_to("EPUB/baku.xhtml")
        note = reader.note()
        assert note.type == "footnote"
        assert "On July 31, 1918 external pressure" in note.text.replace("\u00a0", " ")
        assert note.text.endswith("the Socialist-Revolutionaries and the Mensheviks.")
        assert reader.complaints == []


def test_both_marks_of_a_note_show_it(letters: Made, browser: Browser) -> None:
    with reading(browser, letters.path) as reader:
        reader.go_to("EPUB/lamp.xhtml")
        first, second = reader.note(nth=0), reader.note(nth=2)
        assert "The oil was colza" in first.text
        assert first.text == second.text
        assert "I mean the rest of the debt" in reader.note(nth=1).text


WORDS = {"Shahumyan, S. G.": "Shahumyan", "Turkmen": "Turkmen", "Krasnovodsk": "Krasnovodsk port"}


def test_the_index_leads_to_the_very_word(founding: Made, browser: Browser) -> None:
    with reading(browser, founding.path) as reader:
        for heading, word in WORDS.items():
            reader.go_to("EPUB/index.xhtml")
            item = f'.entry:has(> .term:has-text("{heading}")) > a'
            landing = reader.follow(item)
            assert landing.found, heading
            assert landing.visible, heading
            assert landing.text == word
        assert reader.complaints == []


def test_back_from_a_note_to_its_place(founding: Made, browser: Browser) -> None:
    with reading(browser, founding.path) as reader:
        reader.go_to("EPUB/baku.xhtml")
        back = reader.follow('a[role="doc-backlink"]')
        assert back.visible
        assert back.context.startswith("Inquire of Stalin")


def test_no_page_is_wider_than_a_telephone(book: Made, browser: Browser, tmp_path: Path) -> None:
    with zipfile.ZipFile(book.path) as archive:
        archive.extractall(tmp_path)
    for href in book.pages():
        with browser.visit((tmp_path / "EPUB" / href).as_uri(), width=320) as visit:
            assert visit.horizontal_scroll() == 0, visit.too_wide()
            assert visit.complaints == []
