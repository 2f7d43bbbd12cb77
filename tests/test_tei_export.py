"""What is exported as TEI is read back as it was: the front matter, the text, the notes."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from lxml import etree
from lxml.etree import _Element as Element

from letterbook.diagnostics import Severity
from letterbook.importers.imported import Draft, Options, Source
from letterbook.importers.tei import import_, recognise
from letterbook.markup.canonical import canonical
from letterbook.markup.reader import read_markup
from letterbook.metadata import BookSettings, DocumentMetadata, Responsibility
from letterbook.model import Authority, Book, Document, Note, SourceFile
from letterbook.outputs.tei import write_tei
from letterbook.outputs.tei_body import TEI
from letterbook.resolve import inherit
from letterbook.source import read_book
from tests.judges.tei import tei_faults
from tests.test_writer import SPAN, blocks, made
from tests.test_writing import documents

ROOT = Path(__file__).resolve().parent.parent
SETTINGS = BookSettings(title="A Book", date="2026-01-31", language="en")
PICTURE = b"a picture"


def document(
    body: Element, notes: tuple[Note, ...] = (), metadata: DocumentMetadata | None = None
) -> Document:
    metadata = metadata or DocumentMetadata(title="A Letter", language="en")
    return Document("a-letter", metadata, body, notes, SourceFile("letters/a-letter.md", ""))


def read_back(written: bytes, images: dict[str, bytes], name: str = "a-letter") -> Draft:
    source = Source(f"{name}.xml", written, images)
    assert recognise(source) == 1
    imported = import_(source, Options())
    assert not [d for d in imported.diagnostics if d.severity is not Severity.HINT]
    assert dict(imported.images).items() <= images.items()
    (draft,) = imported.documents
    return draft


def shown(tree: Element) -> str:
    """The tree to the last attribute and space."""
    return etree.tostring(canonical(tree), method="c14n").decode()


def assert_same(one: Document, book: Book, images: dict[str, bytes]) -> bytes:
    written = write_tei(one, book)
    assert not tei_faults(written), written.decode()
    draft = read_back(written, images, one.slug)
    text = written.decode()
    assert draft.slug == one.slug
    assert draft.metadata == inherit(one.metadata, book.settings, one.place)
    assert shown(draft.body) == shown(one.body), text
    assert [n.label for n in draft.notes] == [n.label for n in one.notes], text
    for read, note in zip(draft.notes, one.notes, strict=True):
        assert read.responsibility == note.responsibility
        assert shown(read.body) == shown(note.body), text
    return written


def book_of(one: Document) -> Book:
    return Book(SETTINGS, (one,), Authority(), {}, ())


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(blocks(2), blocks(1))
def test_any_text_is_read_back(children: list[Element | str], in_note: list[Element | str]) -> None:
    body = made("div", [made("p", ["x"]), *children])
    mark = {"class": "noteref", "data-note": "1*"}
    for _ in range(2):
        body.append(made("p", ["y", made("a", [], **mark)]))
    note = Note("1*", Responsibility.TRANSLATOR, made("div", [made("p", ["x"]), *in_note]), SPAN)
    one = document(body, (note,))
    images = {"images/a_b.png": PICTURE, "a.png": PICTURE}
    assert_same(one, book_of(one), images)


@settings(max_examples=200, deadline=None)
@given(documents)
def test_any_front_matter_is_read_back(metadata: DocumentMetadata) -> None:
    one = document(made("div", [made("p", ["x"])]), (), metadata)
    assert_same(one, book_of(one), {"images/a_b.png": PICTURE})


@pytest.mark.parametrize("folder", ["book", "tests/books/two-letters", "tests/books/volume"])
def test_a_book_is_read_back(folder: str) -> None:
    book, _ = read_book(ROOT / folder)
    assert book
    images = {path: image.data for path, image in book.images.items()}
    for one in book.documents:
        assert_same(one, book, images)


@pytest.mark.parametrize(
    "text",
    [
        "::: salutation\nDear Ada,\n:::",
        "::: dateline\nRome\n:::\n\n::: signature\nB.\n:::",
        "::: postscript\nMore soon.\n:::",
        "::: endorsement\nReceived.\n:::",
        "## A heading\n",
        "![](a.png)",
        "One\n\n***",
        "::: address\nTo *Ada*, in haste\\\nRome\n:::\n\nCome.",
        '::: {.index term="Baku" sub="fall: causes" main=yes}\nOne\n\nTwo\n:::',
        "See [@answer], [@no. 12a].",
        "[a]{.index term=B range=begin main=yes} and [b]{.index term=B range=end}",
        "[c]{.index main=yes} and\n\n::: {.index term=C}\n::: verse\nOh\n:::\n:::",
    ],
)
def test_a_text_of_little_is_valid_and_read_back(text: str) -> None:
    one = document(read_markup(text, "a-letter.md", 1)[0].body)
    assert_same(one, book_of(one), {"a.png": PICTURE})


def test_the_parts_of_a_letter_stand_where_tei_has_them() -> None:
    book, _ = read_book(ROOT / "tests/books/two-letters")
    assert book
    root = etree.fromstring(write_tei(book.documents[0], book))
    tags = [etree.QName(e).localname for e in root.iter() if isinstance(e.tag, str)]
    for tag in ("opener", "dateline", "salute", "address", "addrLine", "closer", "signed",
                "postscript", "correspAction", "lg", "l", "note", "pb", "supplied", "unclear",
                "gap", "choice", "rs", "foreign", "table", "graphic", "list"):  # fmt: skip
        assert tag in tags, tag
    assert root.tag == f"{{{TEI}}}TEI"
