"""The pages of the PDF in the EPUB: each begins with the same word in both."""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from lxml import etree
from lxml.etree import _Element as Element

from letterbook.build import build, read
from letterbook.diagnostics import Severity
from letterbook.model import PageBreak, Pagination
from letterbook.outputs import epub, pdf
from letterbook.pagination import place_breaks

from .judges.ace import ace
from .judges.java import JavaJudges
from .longbook import write_long_book
from .printed import Printed, bare

ROOT = Path(__file__).resolve().parent.parent
TWO_LETTERS = ROOT / "tests" / "books" / "two-letters"
VOLUME = ROOT / "tests" / "books" / "volume"
OPS = "http://www.idpf.org/2007/ops"
HEAD, FOOT = 53.86, 53.86 + 31 * 14
"""The first and the last line of a page, in points."""
TEXT = 10.25 / 0.75
"""The size of the text, in CSS pixels."""


# --------------------------------------------------------------------------- placing


@pytest.mark.parametrize(
    ("text", "before", "placed"),
    [
        ("<p>Baku is ours.</p>", 0, "<p>|Baku is ours.</p>"),
        ("<p>Baku is ours.</p>", 4, "<p>Baku |is ours.</p>"),
        # Spaces do not count, nor does what guides the layout alone.
        ("<p>V. I.\u00a0Lenin\n  came.</p>", 9, "<p>V. I.\u00a0Lenin\n  |came.</p>"),
        ("<p>Trans\u00adcau\u200bcasia here</p>", 13, "<p>Trans\u00adcau\u200bcasia |here</p>"),
        # A word over the end of a page belongs to the page on which it begins.
        ("<p>Baku is ours.</p>", 2, "<p>Baku |is ours.</p>"),
        ("<p>Baku is well-known.</p>", 11, None),
        ("<p>He well-known is.</p>", 7, "<p>He well-known |is.</p>"),
        ("<p>Ba<em>ku is</em> ours.</p>", 2, "<p>Ba<em>ku |is</em> ours.</p>"),
        ("<p>Baku</p><p>is ours.</p>", 2, "<p>Baku</p><p>|is ours.</p>"),
        ("<p>Baku—it is ours.</p>", 5, "<p>Baku—|it is ours.</p>"),
        # Where words have no spaces, a page can begin with any character.
        ("<p>东京的天气很好。</p>", 3, "<p>东京的|天气很好。</p>"),
        ("<p>天气32度</p>", 2, "<p>天气|32度</p>"),
        ("<p>ไปกรุงเทพ</p>", 2, "<p>ไป|กรุงเทพ</p>"),
        # Before what the word begins.
        ("<p>To <em>Baku</em>.</p>", 2, "<p>To |<em>Baku</em>.</p>"),
        ("<p>To <em><a>Baku</a></em>.</p>", 2, "<p>To |<em><a>Baku</a></em>.</p>"),
        ("<p>To <em>old <a>Baku</a></em>.</p>", 5, "<p>To <em>old |<a>Baku</a></em>.</p>"),
        # What is generated does not count; a bracket goes with its word.
        (
            '<p>To <span class="supplied"><span class="mark">[</span>Baku</span>.</p>',
            2,
            '<p>To |<span class="supplied"><span class="mark">[</span>Baku</span>.</p>',
        ),
        ('<p>To<a class="noteref">1</a> Baku.</p>', 2, '<p>To<a class="noteref">1</a> |Baku.</p>'),
        ("<p>Look:</p><p><img/></p><p>there</p>", 5, "<p>Look:</p><p>|<img/></p><p>there</p>"),
        ("<p>Look:</p><p><img/></p><p>there</p>", 6, "<p>Look:</p><p><img/></p><p>|there</p>"),
        ("<ul><li>one</li><li>two</li></ul>", 3, "<ul><li>one</li><li>|two</li></ul>"),
        # A place that the tree does not have.
        ("<p>Baku</p>", 9, None),
    ],
)
def test_where_a_break_is_set(text: str, before: int, placed: str | None) -> None:
    tree = etree.fromstring(f'<article id="a"><div class="text">{text}</div></article>')
    place_breaks([tree], Pagination({}, (PageBreak("48", "a text", before),)))
    made = etree.tostring(tree[0], encoding="unicode")
    shown = re.sub(r'<span[^>]*class="page"[^>]*/>', "|", made)
    assert shown == f'<div class="text">{placed or text}</div>'


def test_every_element_with_an_id_counts_its_own() -> None:
    tree = etree.fromstring(
        '<section id="s"><h1 id="h">Index</h1><ul>'
        '<li id="i1">Baku, 3<ul><li id="i2">oil of, 4</li></ul></li></ul></section>'
    )
    breaks = (PageBreak("7", "h", 0), PageBreak("8", "i2", 0), PageBreak("9", "gone", 0))
    place_breaks([tree], Pagination({}, breaks))
    assert [(e.getparent().get("id"), e.get("title")) for e in tree.iter("span")] == [  # type: ignore[union-attr]
        ("h", "7"),
        ("i2", "8"),
    ]


@pytest.mark.parametrize(
    "text",
    ["<p id='a'>One two three four</p>", "<p id='a'><br/>One two three four</p>"],
)
def test_pages_that_begin_and_end_within_one_text_double_no_word(text: str) -> None:
    tree = etree.fromstring(f"<div>{text}</div>")
    counted = [(label, len("Onetwothree"[:at])) for label, at in (("2", 3), ("3", 6), ("4", 11))]
    breaks = tuple(PageBreak(label, "a", before) for label, before in counted)
    place_breaks([tree], Pagination({}, breaks))
    pieces = [(mark.get("title"), mark.tail) for mark in tree.iter("span")]
    assert pieces == [("2", "two "), ("3", "three "), ("4", "four")]
    assert "".join(tree.itertext()) == "One two three four"


def test_in_navigation_a_break_stands_in_the_heading_alone() -> None:
    tree = etree.fromstring(
        '<nav id="contents"><h1>Contents</h1><ol><li><a href="#a"><span>One</span></a></li>'
        '<li><a href="#b">Two</a></li></ol></nav>'
    )
    breaks = (PageBreak("v", "contents", 0), PageBreak("vi", "contents", 11))
    place_breaks([tree], Pagination({}, breaks))
    assert [e.getparent().tag for e in tree.iter("span") if e.get("title")] == ["h1"]  # type: ignore[union-attr]


def test_a_break_is_named_for_those_who_listen() -> None:
    tree = etree.fromstring('<p id="p">Baku</p>')
    place_breaks([tree], Pagination({}, (PageBreak("xii", "p", 0),)))
    assert dict(tree[0].attrib) == {
        "class": "page",
        "id": "pdf-page-xii",
        "role": "doc-pagebreak",
        "title": "xii",
        f"{{{OPS}}}type": "pagebreak",
    }


# --------------------------------------------------------------------------- the PDF and the EPUB


@dataclass(frozen=True)
class Both:
    """A book as PDF and as EPUB."""

    pdf: Path
    epub: Path
    pagination: Pagination


def make_both(book: Path, out: Path, fault: str = "") -> Both:
    source = read(book)
    made = pdf.make(source.edition, source.theme, out)
    assert made.pagination is not None
    pagination = made.pagination
    if fault:
        at = next(n for n, b in enumerate(pagination.breaks) if b.before > 300)
        broken = {
            "a word on": replace(pagination.breaks[at], before=pagination.breaks[at].before + 4),
            "a word back": replace(pagination.breaks[at], before=pagination.breaks[at].before - 9),
            "label": replace(pagination.breaks[at], label="999"),
        }[fault]
        breaks = (*pagination.breaks[:at], broken, *pagination.breaks[at + 1 :])
        pagination = replace(pagination, breaks=breaks)
    (name,) = epub.make(source.edition, source.theme, out, pagination).names
    return Both(out / made.names[0], out / name, pagination)


@pytest.fixture(scope="module")
def long_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_long_book(tmp_path_factory.mktemp("book"), letters=12)


@pytest.fixture(scope="module")
def long(long_book: Path, tmp_path_factory: pytest.TempPathFactory) -> Both:
    return make_both(long_book, tmp_path_factory.mktemp("long"))


def pages_of(epub: Path) -> Iterator[tuple[str, str]]:
    """The label of every page in the page list, and the text from its beginning on."""
    with zipfile.ZipFile(epub) as archive:
        nav = etree.fromstring(archive.read("EPUB/nav.xhtml"))
        links = nav.xpath(
            "//h:nav[@e:type='page-list']//h:a",
            namespaces={"h": "http://www.w3.org/1999/xhtml", "e": OPS},
        )
        for link in links:
            href, _, id_ = link.get("href").partition("#")
            tree = etree.fromstring(archive.read(f"EPUB/{href}"))
            (mark,) = tree.xpath(f"//*[@id='{id_}']")
            yield link.text, "".join(_after(mark))


def _after(mark: Element) -> Iterator[str]:
    """The text after an element, note numbers left out."""
    for text in mark.xpath("following::text()"):
        parent = text.getparent()
        if not text.is_tail:
            blocks = ("p", "li", "h1", "h2", "div")
            yield " " if str(parent.tag).rpartition("}")[2] in blocks else ""
            if not {"note-number", "noteref"}.isdisjoint(parent.get("class", "").split()):
                continue
        yield text


def first_words(both: Both) -> Iterator[tuple[str, str, str]]:
    """For each page with words: its label, its first words in print, and those in the EPUB.

    Of a word that was broken over the page, the rest is left out; so is a heading of the index
    that is repeated where its entry goes on.
    """
    listed = dict(pages_of(both.epub))
    with Printed(both.pdf) as printed:
        starts = [page for level, _, page in printed.bookmarks() if level == 0]
        titles = [bare(title) for level, title, _ in printed.bookmarks() if level == 0]
        contents = titles.index("contents")
        inside_contents = range(starts[contents] + 1, starts[contents + 1])
        last = ""
        for page in range(len(printed)):
            lines = [x for x in printed.lines(page) if HEAD < x.baseline < FOOT]
            label = printed.label(page)
            if not lines:
                assert label not in listed, "a blank page has no break"
                continue
            if page in inside_contents:
                # No mark may stand among the links of the navigation.
                assert label not in listed
                continue
            if "(continued)" in lines[0].text.replace("\u00a0", " "):
                lines = lines[1:]
            words = lines[0].text
            if last.rstrip().endswith(("-", "\u2010", "\x02")):
                text = printed.text(page)
                words = text[text.index(words[:4]) :].split(maxsplit=1)[1]
            # Notes at the foot have no part in where the text goes on.
            text_lines = [line for line in lines if line.size == pytest.approx(TEXT, abs=0.01)]
            last = (text_lines or lines)[-1].text
            yield label, words, listed.pop(label, "")
    assert not listed, "a page that the PDF does not have"


def begins_alike(printed: str, read: str) -> bool:
    """Whether a printed line begins with the first words of a text; a note’s number aside."""
    begins = bare(read[:60])
    line = bare(printed)
    # No more than a column of the index has in its narrowest line.
    lengths = [(one, min(8, len(one), len(begins))) for one in (line, line.lstrip("0123456789"))]
    return any(length and one[:length] == begins[:length] for one, length in lengths)


def astray(both: Both) -> list[tuple[str, str, str]]:
    return [(label, p, r[:40]) for label, p, r in first_words(both) if not begins_alike(p, r)]


def test_every_page_begins_with_the_same_words_in_both(long: Both) -> None:
    checked = list(first_words(long))
    assert len(checked) > 30
    assert astray(long) == []


@pytest.mark.parametrize(
    "settings", ["notes-at: foot", "notes-at: volume\nlists: [letters, correspondents]"]
)
def test_wherever_the_notes_are(long_book: Path, tmp_path: Path, settings: str) -> None:
    book = tmp_path / "book"
    shutil.copytree(long_book, book)
    with (book / "book.yaml").open("a", encoding="utf-8") as file:
        file.write(f"{settings}\n")
    made = make_both(book, tmp_path / "out")
    assert len(list(first_words(made))) > 30
    assert astray(made) == []


def test_in_a_volume_of_parts_and_two_languages(tmp_path: Path) -> None:
    """The volume marks pages of its source; without the marks, those of the PDF are what counts."""
    book = tmp_path / "book"
    shutil.copytree(VOLUME, book)
    for path in book.rglob("*.md"):
        text = path.read_text(encoding="utf-8")
        path.write_text(re.sub(r"\[[^\]]*\]\{\.page\}", "", text), encoding="utf-8")
    settings = (book / "book.yaml").read_text(encoding="utf-8")
    settings = settings.replace("notes-at: document", "notes-at: foot")
    (book / "book.yaml").write_text(settings, encoding="utf-8")
    made = make_both(book, tmp_path / "out")
    assert len(list(first_words(made))) > 40
    assert astray(made) == []


@pytest.mark.parametrize("fault", ["a word on", "a word back", "label"])
def test_a_break_at_another_word_is_seen(long_book: Path, tmp_path: Path, fault: str) -> None:
    made = make_both(long_book, tmp_path, fault)
    if fault == "label":
        with pytest.raises(AssertionError):
            astray(made)
    else:
        assert len(astray(made)) == 1


def test_the_index_of_the_epub_names_the_pages_of_the_pdf(long: Both) -> None:
    """Between the break of the page that a locator names and the next stands what it leads to."""
    with zipfile.ZipFile(long.epub) as archive:
        index = etree.fromstring(archive.read("EPUB/index.xhtml"))
        at: dict[str, str] = {}
        label = ""
        for name in archive.namelist():
            if re.fullmatch(r"EPUB/no-\d+\.xhtml", name):
                for element in etree.fromstring(archive.read(name)).iter():
                    if element.get("role") == "doc-pagebreak":
                        label = element.get("title", "")
                    at[element.get("id", "")] = label
    links = index.xpath("//*[@class='locator']")
    assert len(links) > 50
    in_notes = 0
    for link in links:
        target = link.get("href").partition("#")[2]
        folio = re.match(r"\d+", link.text)
        assert folio, link.text
        if "n" not in link.text:
            assert folio[0] == at[target], (link.text, target)
        else:
            in_notes += 1
            assert folio[0] == at[target] or "–" in link.text
    assert in_notes


def test_the_judges_find_nothing(long: Both, java_judges: JavaJudges) -> None:
    report = java_judges.epubcheck([long.epub])[long.epub]
    # It remarks upon every typeface that is embedded.
    assert {message.code for message in report.messages} <= {"CSS-028"}, report
    heard = ace(long.epub)
    assert heard.clean, heard


def test_the_source_of_the_pages_is_named(long: Both) -> None:
    with zipfile.ZipFile(long.epub) as archive:
        package = etree.fromstring(archive.read("EPUB/content.opf"))
    (source,) = package.xpath("//*[@property='pageBreakSource']")
    assert re.fullmatch(
        r"A Correspondence in 12 Letters, PDF of 2026-01-31, urn:uuid:[0-9a-f-]{36}", source.text
    )


# --------------------------------------------------------------------------- the build


def test_built_together_and_built_again(tmp_path: Path) -> None:
    book = write_long_book(tmp_path / "book", letters=6)
    first = build(book, tmp_path / "one", ["epub", "pdf"])
    again = build(book, tmp_path / "two", ["pdf", "epub"])
    assert "pages-unknown" not in {found.code for found in first.diagnostics}
    made = {path.suffix: path for path in first.outputs}
    assert list(pages_of(made[".epub"]))
    for path in again.outputs:
        if path.is_file():
            assert path.read_bytes() == made[path.suffix].read_bytes()


def test_an_epub_made_alone_says_how_it_would_have_pages(tmp_path: Path) -> None:
    book = write_long_book(tmp_path / "book", letters=6)
    built = build(book, tmp_path / "out", ["epub"])
    assert ("pages-unknown", Severity.HINT) in [(d.code, d.severity) for d in built.diagnostics]
    assert not list(pages_of(built.outputs[0]))


def test_pages_of_the_print_source_come_before_our_own(tmp_path: Path) -> None:
    built = build(TWO_LETTERS, tmp_path / "out", ["pdf", "epub"])
    (made,) = (path for path in built.outputs if path.suffix == ".epub")
    assert not [label for label, _ in pages_of(made) if label == "i"]
    with zipfile.ZipFile(made) as archive:
        assert b"pdf-page" not in archive.read("EPUB/nav.xhtml")
