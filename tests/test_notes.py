"""Notes: what their marks are, where they stand, how a long one goes on, in all three outputs."""

from __future__ import annotations

import copy
import re
import zipfile
from collections.abc import Iterator
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from lxml.etree import _Element as Element
from weasyprint import HTML

from letterbook.build import Built, Read, build, read
from letterbook.fidelity import prove_pdf
from letterbook.footnotes import cut_note
from letterbook.metadata import NoteMarks
from letterbook.model import Page, Role
from letterbook.notes import printed_mark
from letterbook.outputs.boxes import Foot, Sheet
from letterbook.outputs.feet import lay_out_with_feet
from letterbook.pagination import visible

from .judges.ace import ace
from .judges.browser import Browser
from .judges.java import JavaJudges
from .judges.pdf import qpdf_check
from .judges.reader import reading
from .notesbook import write_notes_book
from .printed import Printed, bare

PLACES = ("foot", "document", "volume")
HEAD = 53.86
FOOT = HEAD + 31 * 14
"""Where the text begins and ends, in points from the head of the page."""
TEXT, NOTES = 10.25 / 0.75, 8.75 / 0.75
"""Sizes of type, in CSS pixels."""
LINE = 11.2


class Made:
    """The book with its notes in one place, built."""

    def __init__(self, folder: Path, at: str) -> None:
        self.at = at
        self.folder = write_notes_book(folder / "book", at)
        self.built: Built = build(self.folder, folder / "out")
        self.pdf, self.epub = (
            next(path for path in self.built.outputs if path.suffix == suffix)
            for suffix in (".pdf", ".epub")
        )
        self.html = folder / "out" / "html"
        self.print = folder / "out" / "print" / "index.html"

    @property
    def read(self) -> Read:
        return read(self.folder)


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Made]:
    return {at: Made(tmp_path_factory.mktemp(at), at) for at in PLACES}


@pytest.fixture(params=PLACES)
def made(request: pytest.FixtureRequest, books: dict[str, Made]) -> Made:
    return books[request.param]


@pytest.fixture
def foot(books: dict[str, Made]) -> Iterator[Printed]:
    with Printed(books["foot"].pdf) as printed:
        yield printed


# --------------------------------------------------------------------------- marks


@pytest.mark.parametrize(
    ("style", "number", "mark"),
    [
        (NoteMarks.NUMBERS, 12, "12"),
        (NoteMarks.SYMBOLS, 1, "*"),
        (NoteMarks.SYMBOLS, 6, "¶"),
        (NoteMarks.SYMBOLS, 7, "**"),
        (NoteMarks.SYMBOLS, 14, "†††"),
        (NoteMarks.LETTERS, 26, "z"),
        (NoteMarks.LETTERS, 27, "aa"),
    ],
)
def test_marks(style: NoteMarks, number: int, mark: str) -> None:
    assert printed_mark(style, number) == mark


def test_numbers_run_through_a_book_and_symbols_begin_anew(tmp_path: Path) -> None:
    made = read(write_notes_book(tmp_path / "book", "document", "through"))
    marks = [[note.number for note in document.notes] for document in made.edition.documents]
    assert marks[:4] == [["1", "2", "3"], ["4"], ["*", "5", "†", "6", "‡"], ["7"]]
    assert marks[5][-1] == "30"


def test_each_series_of_a_document_is_counted_by_itself(books: dict[str, Made]) -> None:
    notes = books["document"].read.edition.documents[2].notes
    assert [note.number for note in notes] == ["*", "1", "†", "2", "‡"]
    assert [note.id for note in notes] == [f"no-03-note-{n}" for n in range(1, 6)]


# --------------------------------------------------------------------------- the judges


def test_the_judges_of_print_find_nothing(made: Made, java_judges: JavaJudges) -> None:
    for flavour in ("3a", "ua1"):
        report = java_judges.verapdf(flavour, [made.pdf])[made.pdf]
        assert report.clean, report
        assert report.checks > 1000
    assert qpdf_check(made.pdf).clean


def test_the_judges_of_the_epub_find_nothing(made: Made, java_judges: JavaJudges) -> None:
    report = java_judges.epubcheck([made.epub])[made.epub]
    assert (report.fatal, report.error, report.warning) == (0, 0, 0), report
    accessibility = ace(made.epub)
    assert accessibility.clean, accessibility


def test_one_pass_over_the_html_gives_the_same_pages(made: Made, tmp_path: Path) -> None:
    HTML(filename=made.print).write_pdf(tmp_path / "one-pass.pdf")
    with Printed(made.pdf) as printed, Printed(tmp_path / "one-pass.pdf") as one_pass:
        assert len(one_pass) == len(printed)
        for page in range(len(printed)):
            assert one_pass.lines(page) == printed.lines(page), f"page {page + 1}"


# --------------------------------------------------------------------------- at the foot


@pytest.mark.parametrize("at", ["foot", "document"])
def test_no_line_begins_with_a_mark(tmp_path: Path, at: str) -> None:
    """WeasyPrint ends lines between a point and a figure, when the figure has no room."""
    lines = [f"Of these {'o' * n} we have not heard again.[^1] Nor shall we." for n in range(50)]
    book = write_notes_book(tmp_path / "book", at)
    for letter in (book / "letters").iterdir():
        letter.unlink()
    text = "\n\n".join([*lines, "[^1]: Not by the evening."])
    (book / "letters" / "1.md").write_text(f"---\ntitle: Fifty\n---\n\n{text}\n", "utf-8")
    built = build(book, tmp_path / "out", ("pdf",))
    with Printed(next(p for p in built.outputs if p.suffix == ".pdf")) as printed:
        read = [bare(line.text) for page in range(len(printed)) for line in printed.lines(page)]
    ends = [line for line in read if line.startswith("nor") or line.endswith("again1")]
    assert len(ends) > 5
    assert not [line for line in read if line.startswith("1nor")]


def test_a_note_begins_at_the_foot_of_the_page_of_its_mark(foot: Printed) -> None:
    begun = 0
    index = next(page for _, title, page in foot.bookmarks() if title == "Index")
    for page in range(index):
        for link in foot.links(page):
            if re.fullmatch(r"\d{1,2}|[*†‡]", link.text) and foot.label(page).isdigit():
                # The note's own number leads back to a mark on the same page.
                begun += 1
                assert link.leads_to == page, (foot.label(page), link)
    # Each note has a mark and a number; one has two marks.
    assert begun >= 2 * 33


def notes_of(printed: Printed, page: int) -> list[tuple[float, str]]:
    """The lines of notes on a page, by their baselines."""
    return [
        (line.baseline, line.text)
        for line in printed.lines(page)
        if line.size == pytest.approx(NOTES, abs=0.01) and HEAD < line.baseline < FOOT
    ]


def test_notes_end_on_the_last_line_of_their_page(foot: Printed) -> None:
    start = next(page for page in range(len(foot)) if foot.label(page) == "1")
    ends: dict[float, list[str]] = {}
    for page in range(start, len(foot) - 2):
        # The last is the folio.
        lines = foot.lines(page)
        has_text = any(line.size == pytest.approx(TEXT, abs=0.01) for line in lines[:-1])
        if has_text and (notes := notes_of(foot, page)):
            ends.setdefault(notes[-1][0], []).append(foot.label(page))
            steps = {round(b - a, 1) for (a, _), (b, _) in pairwise(notes)}
            assert all(round(step / LINE, 1).is_integer() for step in steps), (page, steps)
    assert len(ends) == 1, ends


def pieces_of(made: Made) -> dict[str, list[Element]]:
    """The notes of the print HTML, each in its pieces."""
    tree = etree.fromstring(made.print.read_bytes(), etree.HTMLParser(encoding="utf-8"))
    found: dict[str, list[Element]] = {}
    for holder in tree.iter("main"):
        name = holder.get("data-note") or holder.get("id") or ""
        found.setdefault(name, []).append(holder)
    return found


def test_long_notes_go_on_and_are_cut_nowhere_else(books: dict[str, Made]) -> None:
    made = books["foot"]
    pieces = pieces_of(made)
    notes = [note for document in made.read.edition.documents for note in document.notes]
    assert set(pieces) == {note.id for note in notes}
    cut = {name: held for name, held in pieces.items() if len(held) > 1}
    assert len(cut) >= 3
    with Printed(made.pdf) as printed:
        pages = [
            bare("".join(line.text for line in printed.lines(n))).rstrip("0123456789")
            for n in range(len(printed))
        ]
    gone_on = 0
    for held in cut.values():
        texts = [bare("".join(next(piece.iter("div")).itertext())) for piece in held]
        chains = [[n] for n, page in enumerate(pages) if texts[0][:300] in page]
        for text in texts[1:]:
            # The sentences of this book come again and again: a chain of pages must hold.
            chains = [
                [*chain, n]
                for chain in chains
                for n in (chain[-1], chain[-1] + 1)
                if n < len(pages) and text[:300] in pages[n]
            ]
        assert chains, texts
        at = chains[0]
        by_page = [
            (page, "".join(text for _, text in group))
            for page, group in groupby(zip(at, texts, strict=True), key=lambda pair: pair[0])
        ]
        for (page, before), (following, after) in pairwise(by_page):
            gone_on += 1
            assert following == page + 1
            # Two lines at least stand together on either side.
            assert len(before) > 60
            assert len(after) > 60
    assert gone_on >= 5


def test_a_word_lost_where_a_note_goes_on_is_found(books: dict[str, Made]) -> None:
    made = books["foot"]
    source = made.read
    html = made.print.read_bytes()
    assert not prove_pdf(source.book, source.edition, html, made.pdf)
    start = html.index(b'class="note continued"')
    at = html.index(b"the ", start)
    lost = html[:at] + html[at + 4 :]
    found = prove_pdf(source.book, source.edition, lost, made.pdf)
    assert {diagnostic.code for diagnostic in found} >= {"word-lost"}, found


def test_pages_of_notes_alone_are_pages_of_the_epub_too(books: dict[str, Made]) -> None:
    """The note of pages that follows a short letter; the words before its last page are its own."""
    made = books["foot"]
    with Printed(made.pdf) as printed:
        opening, after = (
            next(page for _, title, page in printed.bookmarks() if bare(title).endswith(words))
            for words in ("anoteofpages", "manylongnotes")
        )
        labels = [printed.label(page) for page in range(opening, after)]
        last = bare(printed.text(after - 1))
    with zipfile.ZipFile(made.epub) as epub:
        nav = etree.fromstring(epub.read("EPUB/nav.xhtml"))
        letter = etree.fromstring(epub.read("EPUB/no-04.xhtml"))
    listed = [link.text for link in nav.iter("{*}a") if "#pdf-page-" in (link.get("href") or "")]
    assert set(labels) <= set(listed), listed
    breaks = [e for e in letter.iter() if e.get("role") == "doc-pagebreak"]
    assert [e.get("title") or e.get("aria-label") for e in breaks] == labels
    assert bare((breaks[-1].tail or "").lstrip())[:20] in last


NOTE = (
    '<object class="foot-note"><main class="note" id="x-note-1"><a role="doc-backlink">1</a>'
    '<div class="note-text"><p>One <em>two three</em>, four.</p>'
    "<ol><li>five six</li><li>seven</li></ol><blockquote><p>eight<br>nine ten</p></blockquote>"
    '<p>eleven <span id="ix">twelve</span></p></div></main></object>'
)


def test_a_note_is_cut_between_any_two_words_and_loses_none() -> None:
    words = "Onetwothree,four.fivesixseveneightnineteneleventwelve"
    cuts = set()
    for offset in range(1, len(words)):
        body = etree.fromstring(f"<p>A mark<a/>{NOTE.replace('<br>', '<br/>')} goes on.</p>")
        foot = next(body.iter("object"))
        uncut = copy.deepcopy(body)
        rest = cut_note(foot, offset, "x-note-1-2")
        if rest is None:
            assert etree.tostring(body) == etree.tostring(uncut)
            continue
        texts = [next(piece.iter("div")) for piece in body.iter("object")]
        first, second = (visible("".join(text.itertext())) for text in texts)
        assert (first, second) == (words[:offset], words[offset:])
        assert rest.tail == " goes on."
        ids = [element.get("id") for element in body.iter() if element.get("id")]
        assert len(ids) == len(set(ids))
        cuts.add(second[:4])
    # Not within an item of a list.
    assert cuts == {"twot", "thre", "four", "five", "seve", "eigh", "nine", "tene", "elev", "twel"}


def test_the_space_before_a_cut_may_hang_over_the_margin() -> None:
    """WeasyPrint takes the last word to a new line when it fits, but not with the space."""
    body = etree.fromstring(f"<p><a/>{NOTE.replace('<br>', '<br/>')}</p>")
    cut_note(next(body.iter("object")), len("One"), "x-note-1-2")
    assert b'<p class="cut">One<span> </span></p>' in etree.tostring(body)


SENTENCES = "It rained. We waited for the boat, which came at noon and brought no letters. " * 40


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        (f"::: salutation\nDear Madam,[^1]\n:::\n\n{SENTENCES[:1500]}", [1500]),
        (
            "Dear Madam,[^1] it rained and it rained.[^2] We waited on the pier till noon.",
            [900, 1600],
        ),
        (f"Dear Madam, {SENTENCES[:900]}[^1]\n\nThe end.[^2] {SENTENCES[:300]}", [3100, 200]),
    ],
)
def test_no_page_is_left_empty_for_the_sake_of_a_long_note(
    tmp_path: Path, text: str, notes: list[int]
) -> None:
    book = write_notes_book(tmp_path / "book", "foot")
    for letter in (book / "letters").iterdir():
        letter.unlink()
    (book / "index.yaml").unlink()
    written = [f"[^{n}]: {SENTENCES[:size]}." for n, size in enumerate(notes, start=1)]
    words = "\n\n".join([f"---\ntitle: To a Lady\n---\n\n{text}", *written])
    (book / "letters" / "1.md").write_text(f"{words}\n", "utf-8")
    built = build(book, tmp_path / "out", ("pdf",))
    with Printed(next(p for p in built.outputs if p.suffix == ".pdf")) as printed:
        pages = {title: page for _, title, page in printed.bookmarks()}
        first = pages["To a Lady"]
        assert "Dear Madam" in printed.text(first)
        for page in range(first, pages["Colophon"] - 1):
            lines = [line for line in printed.lines(page) if HEAD < line.baseline < FOOT + 1]
            sizes = [line.size for line in lines]
            text_lines = sum(size == pytest.approx(TEXT, abs=0.01) for size in sizes)
            note_lines = sum(size == pytest.approx(NOTES, abs=0.01) for size in sizes)
            opening = 8 if page == first else 0
            assert opening + text_lines + note_lines * 0.8 > 31 * 0.6, printed.label(page)


def test_what_goes_on_in_a_list_keeps_its_number() -> None:
    body = etree.fromstring(f"<p><a/>{NOTE.replace('<br>', '<br/>')}</p>")
    rest = cut_note(next(body.iter("object")), len("Onetwothree,four.fivesix"), "x-note-1-2")
    assert rest is not None
    assert [ol.get("start") for ol in rest.iter("ol")] == ["2"]


# --------------------------------------------------------------------------- of a volume


def test_no_note_is_lost_where_a_paragraph_may_not_be_broken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """WeasyPrint forgets the note of a line that it sets by moving other notes to the next page."""
    content = (
        '<section class="document"><p>Oil <a class="noteref" id="ref"></a>'
        '<object class="foot-note"><main id="note"><div class="note-text"><p>Of whales.</p></div>'
        "</main></object> burns.</p>"
        "</section>"
    )

    def forgetful(document: object) -> list[Sheet]:
        feet = (Foot("note", 10, ()),) if 'class="loose"' in str(document) else ()
        return [Sheet((("ref", 0.0),), feet, True, has_body=True, filled=1, bottom=100, limit=100)]

    monkeypatch.setattr("letterbook.outputs.feet.sheets", forgetful)
    lay_out: Any = lambda page: page.content  # noqa: E731
    page, _ = lay_out_with_feet(Page("", "", "", Role.DOCUMENT, content), lay_out)
    assert '<p class="loose">Oil' in page.content


def test_heads_over_the_notes_say_to_which_pages_they_belong(books: dict[str, Made]) -> None:
    checked = 0
    with Printed(books["volume"].pdf) as printed:
        start = next(page for _, title, page in printed.bookmarks() if title == "Notes")
        end = next(page for _, title, page in printed.bookmarks() if title == "Index")
        assert "Notes to" not in printed.text(start)
        for page in range(start + 1, end):
            head = next(
                match
                for line in printed.lines(page)
                if line.baseline < HEAD and (match := re.search(r"(\d+)(?:–(\d+))?$", line.text))
            )
            first, last = int(head[1]), int(head[2] or head[1])
            pages = [
                int(printed.label(link.leads_to))
                for link in printed.links(page)
                if re.fullmatch(r"\d{1,2}|[*†‡]", link.text)
            ]
            if pages:
                # What goes on from the page before may belong to an earlier page.
                assert first <= min(pages), printed.label(page)
                assert last == max(pages), printed.label(page)
                checked += first == min(pages)
    assert checked > 3


def test_notes_of_a_volume_stand_under_their_titles(books: dict[str, Made]) -> None:
    page = etree.parse(books["volume"].html / "endnotes.html", etree.HTMLParser(encoding="utf-8"))
    titles = [re.sub(r"\s+", " ", "".join(h.itertext())).strip() for h in page.iter("h2")]
    assert titles[:2] == ["1 Three Notes on a Page", "2 A Long Note"]
    links = [a.get("href") for h in page.iter("h2") for a in h.iter("a")]
    assert links[0] == "no-01.html#no-01"


def test_notes_pop_up_and_lead_back_in_a_reading_system(made: Made, browser: Browser) -> None:
    with reading(browser, made.epub) as reader:
        sections = [name for name in reader.sections() if "no-03" in name]
        reader.go_to(sections[0])
        note = reader.note()
        assert note.type == "footnote"
        assert re.match(r"\*\s", note.text), note.text
        home = sections[0] if made.at != "volume" else "EPUB/endnotes.xhtml"
        landing = reader.go_to(f"{home}#no-03-note-4")
        assert landing.found
        # It is used twice, and leads back to both marks.
        backs = reader.links("#no-03-note-4 a[role='doc-backlink']")
        assert [link.href.partition("#")[2] for link in backs] == ["no-03-ref-4", "no-03-ref-4-2"]
        for nth in (0, 1):
            reader.go_to(f"{home}#no-03-note-4")
            back = reader.follow("#no-03-note-4 a[role='doc-backlink']", nth)
            assert back.section == sections[0]
            assert back.found
            assert back.visible
        assert reader.complaints == []
