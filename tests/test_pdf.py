"""The PDF: what stands where on its pages, where its links lead, what the judges say of it."""

from __future__ import annotations

import logging
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import pydyf
import pytest
from lxml import etree
from lxml.etree import _Element as Element
from weasyprint import HTML

from letterbook.model import EditedDocument, Edition
from letterbook.outputs import pdf
from letterbook.outputs.layout import Press, complaints
from letterbook.resolve import resolve
from letterbook.source import read_book
from letterbook.theme import default_theme, load_theme
from letterbook.typography import by_sense

from .judges.java import JavaJudges
from .judges.pdf import pdffonts, qpdf_check
from .judges.tools import command, run
from .longbook import write_long_book
from .printed import Line, Printed, bare

ROOT = Path(__file__).resolve().parent.parent
FOUNDING = ROOT / "book"
TWO_LETTERS = ROOT / "tests" / "books" / "two-letters"

MODULE = 14
HEAD = 53.86
"""Where the text begins, in points: 19 mm."""
LINES = 31
TEXT, NOTES = 10.25 / 0.75, 8.75 / 0.75
"""Sizes of type, in CSS pixels."""


@dataclass(frozen=True)
class Made:
    """A book that was made into a PDF."""

    edition: Edition
    folder: Path
    path: Path
    said: list[str]
    """What WeasyPrint complained of."""

    @property
    def html(self) -> Path:
        return self.folder / "print" / "index.html"


def make(book: Path, folder: Path, theme: Path | None = None) -> Made:
    source, diagnostics = read_book(book)
    assert source is not None, diagnostics
    edition, diagnostics = resolve(source, {"Letterbook": "0", "WeasyPrint": "70"})
    assert edition is not None, diagnostics
    with complaints() as said:
        name, _ = pdf.make(edition, load_theme(theme or default_theme()), folder).names
    return Made(edition, folder, folder / name, said)


@pytest.fixture(scope="module")
def founding(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make(FOUNDING, tmp_path_factory.mktemp("founding"))


@pytest.fixture(scope="module")
def two_letters(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return make(TWO_LETTERS, tmp_path_factory.mktemp("two-letters"))


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("long")
    return make(write_long_book(folder / "book", letters=16), folder / "out")


@pytest.fixture(params=["founding", "two_letters", "long"])
def made(request: pytest.FixtureRequest) -> Made:
    book: Made = request.getfixturevalue(request.param)
    return book


@pytest.fixture
def printed(made: Made) -> Iterator[Printed]:
    with Printed(made.path) as printed:
        yield printed


def tree_of(made: Made) -> Element:
    parser = etree.HTMLParser(encoding="utf-8")
    return etree.fromstring(made.html.read_bytes(), parser)


def words_of(element: Element) -> str:
    return "".join(element.itertext())


def listed(document: EditedDocument) -> str:
    """A document as the contents list it."""
    return f"{document.metadata.number or ''} {document.title}"


def page_called(printed: Printed, label: str) -> int:
    return next(page for page in range(len(printed)) if printed.label(page) == label)


def body(lines: list[Line]) -> list[Line]:
    """The lines between the running head and the folio."""
    return [line for line in lines if HEAD < line.baseline < HEAD + LINES * MODULE]


def running_head(printed: Printed, page: int) -> str:
    return "".join(line.text for line in printed.lines(page) if line.baseline < HEAD)


# --------------------------------------------------------------------------- the judges


def test_the_judges_find_nothing(made: Made, java_judges: JavaJudges) -> None:
    for flavour in ("3a", "ua1"):
        report = java_judges.verapdf(flavour, [made.path])[made.path]
        assert report.clean, report
        assert report.checks > 1000
    report_of_form = qpdf_check(made.path)
    assert report_of_form.clean, report_of_form


def test_only_the_themes_typefaces_are_used_and_all_are_embedded(made: Made) -> None:
    fonts = pdffonts(made.path)
    assert fonts
    for font in fonts:
        assert re.fullmatch(r"[A-Z]{6}\+Source-Serif(-[A-Za-z-]+)?", font.name), font
        assert font.embedded, font
        assert font.subset, font
        assert font.unicode, font


def test_weasyprint_has_nothing_to_say(made: Made) -> None:
    assert made.said == []


# --------------------------------------------------------------------------- finding one's way


def test_front_matter_is_numbered_in_roman_and_the_book_from_1(printed: Printed) -> None:
    labels = [printed.label(page) for page in range(len(printed))]
    front = labels.index("1")
    assert labels[:front] == ["i", "ii", "iii", "iv", "v", "vi"][:front]
    assert front % 2 == 0, "the book begins on a right-hand page"
    assert labels[front:] == [str(number) for number in range(1, len(labels) - front + 1)]


def test_folios_are_the_labels(printed: Printed) -> None:
    found = 0
    for page in range(len(printed)):
        foot = [line.text for line in printed.lines(page) if line.baseline > HEAD + LINES * MODULE]
        if foot:
            assert foot == [printed.label(page)]
            found += 1
    assert found >= 4


def test_every_part_has_its_bookmark(made: Made, printed: Printed) -> None:
    top = [
        (bare(title), printed.label(page))
        for level, title, page in printed.bookmarks()
        if level == 0
    ]
    titles = [bare(listed(document)) for document in made.edition.documents]
    assert [title for title, _ in top][-len(titles) - 2 :] == [*titles, "index", "colophon"]
    assert ("contents", "v") in top
    for title, label in top:
        assert title in bare(printed.text(page_called(printed, label)))


def test_headings_in_a_document_are_bookmarks_below_it(two_letters: Made) -> None:
    with Printed(two_letters.path) as printed:
        nested = [(level, title) for level, title, _ in printed.bookmarks() if level]
    assert (1, "The Drawing") in nested
    assert (2, "What It Will Cost") in nested


def test_the_contents_lead_where_they_say(made: Made, printed: Printed) -> None:
    links = printed.links(page_called(printed, "v"))
    found = [
        ("".join(bare(link.text) for link in run), page)
        for page, run in groupby(links, key=lambda link: link.leads_to)
    ]
    titles = [bare(listed(document)) for document in made.edition.documents]
    assert [title for title, _ in found] == [
        f"{title}{printed.label(page)}"
        for title, (_, page) in zip([*titles, "index"], found, strict=True)
    ]
    for title, page in found:
        assert re.sub(r"\d+$", "", title) in bare(printed.text(page))


def test_every_locator_of_the_index_leads_to_its_words(made: Made, printed: Printed) -> None:
    tree = tree_of(made)
    locators = tree.xpath("//section[@id='index']//a[@class='locator']")
    start = next(page for _, title, page in printed.bookmarks() if title == "Index")
    links = [
        link
        for page in range(start, len(printed))
        for link in printed.links(page)
        if re.match(r"\d", link.text)
    ]
    assert [link.text for link in links] == [locator.text for locator in locators]
    assert locators
    for locator, link in zip(locators, links, strict=True):
        target = tree.xpath(f"//*[@id='{locator.get('href')[1:]}']")[0]
        assert re.match(r"\d+", link.text)[0] == printed.label(link.leads_to)  # type: ignore[index]
        words = bare(words_of(target))
        both = printed.text(link.leads_to) + printed.text(link.leads_to + 1)
        assert words
        # Words may run over the page; they begin on the one that the index names.
        assert words[:4] in bare(printed.text(link.leads_to))
        assert words in bare(both), (locator.text, words_of(target))


# --------------------------------------------------------------------------- running heads


def test_the_founding_letter_has_a_running_head_on_its_second_page_only(founding: Made) -> None:
    with Printed(founding.path) as printed:
        first = page_called(printed, "1")
        assert running_head(printed, first) == ""
        assert bare(running_head(printed, first + 1)) == "vilenin"
        for page in range(first):
            assert running_head(printed, page) == "", f"page {page + 1} is front matter"


def test_the_book_runs_on_the_left_and_the_document_on_the_right(two_letters: Made) -> None:
    with Printed(two_letters.path) as printed:
        heads = [running_head(printed, page) for page in range(page_called(printed, "1"), 12)]
    # An opening, the rest of the first letter, the opening of the second, the index.
    assert [bare(head) for head in heads] == [
        "",
        "maorlova",
        "tothesurveyorwithadrawing",
        "maorlova",
        "",
        "",
    ]


# --------------------------------------------------------------------------- the page


def test_lines_of_facing_pages_stand_level(made: Made, printed: Printed) -> None:
    """The text stands on a grid of 14 pt, and notes on one of 11.2, five lines to four."""
    text: dict[float, list[str]] = {}
    notes: dict[float, list[str]] = {}
    for page in range(page_called(printed, "1"), len(printed) - 1):
        for line in body(printed.lines(page)):
            down = line.baseline - HEAD
            if line.size == pytest.approx(TEXT, abs=0.01):
                text.setdefault(round(down % MODULE), []).append(line.text)
            if line.size == pytest.approx(NOTES, abs=0.01):
                notes.setdefault(round(down % (MODULE / 5)), []).append(line.text)
    assert len(text) == 1, text
    if made.edition.slug != "the-lighthouse-correspondence":
        # There, a note on the text goes before the notes.
        assert len(notes) == 1, notes


def test_no_page_is_all_but_empty(printed: Printed) -> None:
    start = page_called(printed, "1")
    for page in range(start, len(printed) - 1):
        lines = body(printed.lines(page))
        assert len(lines) >= 5, f"page {printed.label(page)} has {len(lines)} lines"


def test_no_heading_stands_at_the_foot_of_a_page(long: Made) -> None:
    with Printed(long.path) as printed:
        seen = 0
        for page in range(page_called(printed, "1"), len(printed) - 1):
            lines = [bare(line.text) for line in body(printed.lines(page))]
            for heading in ("asecondsheet", "editorsnote", "editorsnotes"):
                if heading in lines:
                    seen += 1
                    assert len(lines) - lines.index(heading) > 2, printed.label(page)
        assert seen > 3


def test_a_paragraph_does_not_leave_one_line_on_a_page(long: Made) -> None:
    tree = tree_of(long)
    paragraphs = [
        bare(words_of(p)) for p in tree.xpath("//article/div[contains(@class, 'text')]/p")
    ]
    with Printed(long.path) as printed:
        checked = 0
        for page in range(page_called(printed, "1") + 1, len(printed) - 2):
            if running_head(printed, page) == "":
                continue
            first, second = body(printed.lines(page))[:2]
            words = bare(first.text)
            if len(words) < 8 or second.size != first.size:
                continue
            ends = [p for p in paragraphs if p.endswith(words)]
            assert not ends or words in ends, (
                f"page {printed.label(page)} begins with the end of a paragraph"
            )
            checked += 1
        assert checked > 5


@pytest.mark.parametrize("name", ["founding", "long"])
def test_no_line_ends_before_the_margin(name: str, request: pytest.FixtureRequest) -> None:
    """WeasyPrint ends some lines too early before an element; that is kept from happening."""
    made: Made = request.getfixturevalue(name)
    paragraphs = "".join(
        f"{bare(words_of(p))}|" for p in tree_of(made).xpath("//div[contains(@class, 'text')]/p")
    )
    with Printed(made.path) as printed:
        checked = 0
        index = next(page for _, title, page in printed.bookmarks() if title == "Index")
        for page in range(page_called(printed, "1"), index):
            lines = [
                (re.sub(r"^\d+", "", bare(line.text)), line)
                for line in body(printed.lines(page))
                if any(line.size == pytest.approx(size, abs=0.01) for size in (TEXT, NOTES))
            ]
            in_paragraphs = [(words, line) for words, line in lines if words[1:-1] in paragraphs]
            margin = max((line.right for _, line in in_paragraphs), default=0)
            for words, line in in_paragraphs:
                if f"{words}|" not in paragraphs and len(words) > 1:
                    assert line.right > margin - 14, (printed.label(page), line)
                    checked += 1
        assert checked > 20


def test_titles_break_by_sense(founding: Made) -> None:
    with Printed(founding.path) as printed:
        lines = [bare(line.text) for line in printed.lines(page_called(printed, "iii"))]
    assert lines[1:3] == ["thesituation", "inbaku"]


@pytest.mark.parametrize(
    ("title", "bound"),
    [
        ("[The Situation in Baku]", "[The~Situation in~Baku]"),
        ("On the So-Called Market Question", "On~the~So-Called Market Question"),
        ("Telegram to the Chairman of the Council", "Telegram to~the~Chairman of~the~Council"),
        ("Baku", "Baku"),
        ("To A. Kollontai", "To~A.~Kollontai"),
        ("", ""),
    ],
)
def test_what_is_bound_in_a_title(title: str, bound: str) -> None:
    assert by_sense(title, "en").replace("\u00a0", "~") == bound


def test_small_caps_and_figures_are_the_fonts_own(founding: Made) -> None:
    """Old-style figures and small capitals are glyphs of the font, not shrunken ones."""
    with Printed(founding.path) as printed:
        sizes = {line.size for page in range(len(printed)) for line in printed.lines(page)}
    points = {round(size * 0.75, 2) for size in sizes}
    assert points <= {8.75, 10.25, 12.0, 16.0, 26.0}, "few steps of size, and none made up"


def test_one_pass_over_the_html_gives_the_same_pages(made: Made, tmp_path: Path) -> None:
    HTML(filename=made.html).write_pdf(tmp_path / "one-pass.pdf")
    with Printed(made.path) as printed, Printed(tmp_path / "one-pass.pdf") as one_pass:
        assert len(one_pass) == len(printed)
        for page in range(len(printed)):
            # The numbers in the margin aside, which only the press can set on the outer side.
            inner, outer = (17, 20) if page % 2 == 0 else (20, 17)
            left, right = inner * 72 / 25.4 - 2, (129 - outer) * 72 / 25.4 + 2
            alone = one_pass.lines(page, left, right)
            assert alone == printed.lines(page, left, right), f"page {page + 1}"


# --------------------------------------------------------------------------- metadata


def test_the_metadata_is_complete(two_letters: Made, tmp_path: Path) -> None:
    run([command("qpdf"), "--qdf", two_letters.path, tmp_path / "readable.pdf"])
    data = (tmp_path / "readable.pdf").read_bytes()
    start, end = data.index(b"<x:xmpmeta"), data.index(b"</x:xmpmeta>") + len(b"</x:xmpmeta>")
    tree = etree.fromstring(data[start:end])
    names = {
        "dc": "http://purl.org/dc/elements/1.1/",
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "ua": "http://www.aiim.org/pdfua/ns/id/",
        "a": "http://www.aiim.org/pdfa/ns/id/",
    }

    def values(path: str) -> list[str]:
        return [
            str(value).strip()
            for value in tree.xpath(f"{path}//text()", namespaces=names)
            if value.strip()
        ]

    assert len(tree.xpath("//rdf:RDF", namespaces=names)) == 1
    assert tree.xpath("//@a:part", namespaces=names) == ["3"]
    assert tree.xpath("//@a:conformance", namespaces=names) == ["A"]
    assert values("//ua:part") == ["1"]
    for name, expected in {
        "title": ["The Lighthouse Correspondence"],
        "creator": ["M. A. Orlova"],
        "contributor": ["T. Bell", "Jane Fairweather", "Ann Carter", "Ben Dale"],
        "publisher": ["The Harbour Press"],
        "language": ["en"],
        "identifier": ["urn:isbn:9780000000002"],
    }.items():
        assert values(f"//dc:{name}") == expected
    assert "The Lighthouse Papers" in values("//dc:source")[0]
    assert "Tern Island Archive" in values("//dc:rights")[0]


# --------------------------------------------------------------------------- what may be read


@pytest.fixture
def theme(tmp_path: Path) -> Callable[[str], Path]:
    """Make a theme like ours with some more CSS."""

    def theme(css: str) -> Path:
        folder = tmp_path / "theme"
        shutil.copytree(default_theme(), folder)
        with (folder / "css" / "print.css").open("a", encoding="utf-8") as file:
            file.write(css)
        return folder

    return theme


@pytest.mark.parametrize("url", ["file:///etc/passwd", "http://127.0.0.1:9/a.png", "../../a.png"])
def test_styles_cannot_reach_outside_and_it_is_said(
    theme: Callable[[str], Path], tmp_path: Path, url: str
) -> None:
    (tmp_path / "a.png").write_bytes(b"secret")
    folder = theme(f'.title-page {{ background: url("{url}") }}')
    made = make(FOUNDING, tmp_path / "out" / "deep", folder)
    assert made.said
    assert any("a.png" in said or "passwd" in said for said in made.said)
    assert b"root:" not in made.path.read_bytes()


@pytest.mark.parametrize(
    "markup",
    [
        '<link rel="attachment" href="{secret}">',
        '<link rel="stylesheet" href="{secret}">',
        '<img src="{secret}" alt="">',
        '<img src="http://127.0.0.1:9/a.png" alt="">',
        '<link rel="attachment" href="ftp://127.0.0.1/a">',
        '<link rel="attachment" href="link">',
    ],
)
def test_a_page_cannot_reach_outside(tmp_path: Path, markup: str) -> None:
    secret = tmp_path / "secret.css"
    secret.write_text("/* the word is swordfish */ p { color: red }", encoding="utf-8")
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "book.css").write_text("p { margin: 0 }", encoding="utf-8")
    (inside / "link").symlink_to(secret)
    with complaints() as said:
        document = Press(inside, "book.css").lay_out(markup.format(secret=secret.as_uri()))
        data = document.write_pdf(uncompressed_pdf=True)
    assert b"swordfish" not in data
    assert b"/EmbeddedFile" not in data
    assert said, "what is refused is told"


def test_what_lies_in_the_folder_is_read(tmp_path: Path) -> None:
    (tmp_path / "book.css").write_text("p { margin: 0 }", encoding="utf-8")
    (tmp_path / "a b.txt").write_text("sardine", encoding="utf-8")
    with complaints() as said:
        press = Press(tmp_path, "book.css")
        data = press.lay_out('<link rel="attachment" href="a%20b.txt">').write_pdf(
            uncompressed_pdf=True
        )
    assert said == []
    assert b"sardine" in data


def test_a_slip_in_a_themes_styles_is_told(theme: Callable[[str], Path], tmp_path: Path) -> None:
    made = make(FOUNDING, tmp_path / "out", theme(".title-page { colour: red }"))
    assert len(made.said) == 1
    assert "colour" in made.said[0]
    assert logging.getLogger("weasyprint").handlers, "and nothing is printed"


def test_the_references_of_pages_are_listed_again_only_for_more_pages() -> None:
    pdfs: list[pydyf.PDF] = []
    HTML(string="<p>One<p style='break-before: page'>Two").write_pdf(
        finisher=lambda _, made: pdfs.append(made)
    )
    [made] = pdfs
    before = made.page_references
    assert len(before) == 2
    assert made.page_references is before
    made.add_page(pydyf.Dictionary({}))
    assert made.page_references[:2] == before
    assert len(made.page_references) == 3
