"""A word that is lost, doubled or altered in any output is found, and its place is told."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from weasyprint import HTML

from letterbook.build import build, read
from letterbook.diagnostics import Diagnostic, Span, place
from letterbook.fidelity import (
    NORMALISATIONS,
    prove_epub,
    prove_pdf,
    prove_reading,
    prove_xhtml,
)
from letterbook.model import Edition
from tests.witness.books import FILE, FRONT, book, page, told
from tests.witness.press import print_pdf

FOUNDING = Path(__file__).resolve().parent.parent / "book"
LETTER = """\
The situation in Baku is still not clear to me.

Inquire of *Stalin*, and act in the light of all the circumstances; the situation cannot be
understood from here, and there is no possibility of giving speedy help.[^1]

1. Who is in power?
2. Where is [Shahumyan]{.supplied}?

[^1]: On July 31, 1918 external pressure brought about the collapse.

    The British withdrew on September 15.
"""
BOOK, EDITION = book(LETTER)
PAGE = page(EDITION)

FAULTS = [
    # What is done to the page; what is said of it; the place in the source.
    ("speedy ", "", "word-lost", "the word “speedy” is lost after “of giving”", "speedy"),
    (" and act", " and act act", "word-doubled", "the word “act” stands twice after", "act in"),
    ("circumstances;", "circumstances", "word-altered", "become the word “circ", "circumstances"),
    ("Baku is", "Batum is", "word-altered", "“Baku” has become the word “Batum”", "Baku is"),
    ("still not clear", "not still clear", "words-out-of-order", "not in its place", "not clear"),
    ("on September", "on", "word-lost", "“September” is lost after “withdrew on”", "September"),
    ("31, 1918", "13, 1918", "word-altered", "“31,” has become the word “13,”", "31, 1918"),
    ("help.<a", "help. <a", "word-altered", "the word “help.1” has become", "help.[^1]"),
    ("Shahumyan", "", "word-altered", "has become the word “[]?”", "Shahumyan"),
]


def at(words: str) -> Span:
    """Where some words stand in the letter's file."""
    text = FRONT + LETTER
    return Span(FILE, *place(text, text.index(words)))


def faulty(before: str, after: str, text: str = PAGE) -> str:
    assert before in text
    return text.replace(before, after, 1)


def epub(files: dict[str, str]) -> bytes:
    """Pack the least that can be read as an EPUB."""
    items = "".join(f'<item id="i{n}" href="{path}"/>' for n, path in enumerate(files))
    spine = "".join(f'<itemref idref="i{n}"/>' for n in range(len(files)))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(
            "META-INF/container.xml",
            '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
            '<rootfile full-path="EPUB/book.opf"/></rootfiles></container>',
        )
        archive.writestr(
            "EPUB/book.opf",
            '<package xmlns="http://www.idpf.org/2007/opf">'
            f"<manifest>{items}</manifest><spine>{spine}</spine></package>",
        )
        for path, content in files.items():
            archive.writestr(f"EPUB/{path}", content)
    return stream.getvalue()


def prove_as_html(text: str) -> list[Diagnostic]:
    return prove_xhtml(BOOK, EDITION, {"baku.html": text.encode()})


def prove_as_epub(text: str) -> list[Diagnostic]:
    return prove_epub(BOOK, EDITION, epub({"text/a%20letter.xhtml".replace("%20", ""): text}))


def prove_as_pdf(text: str) -> list[Diagnostic]:
    return prove_pdf(BOOK, EDITION, PAGE.encode(), print_pdf(text))


OUTPUTS = [(prove_as_html, "the HTML"), (prove_as_epub, "the EPUB"), (prove_as_pdf, "the PDF")]


@pytest.mark.parametrize(("prove", "_name"), OUTPUTS)
def test_what_is_whole_is_proven(prove: Callable[[str], list[Diagnostic]], _name: str) -> None:
    assert told(prove(PAGE)) == ""


@pytest.mark.parametrize(("before", "after", "code", "what", "where"), FAULTS)
@pytest.mark.parametrize(("prove", "name"), OUTPUTS)
def test_a_fault_in_an_output_is_found(
    prove: Callable[[str], list[Diagnostic]],
    name: str,
    before: str,
    after: str,
    code: str,
    what: str,
    where: str,
) -> None:
    (found,) = prove(faulty(before, after))
    assert (found.code, found.span) == (code, at(where))
    assert f"in {name}" in found.message
    assert what in found.message


@pytest.mark.parametrize(("before", "after", "code", "what", "where"), FAULTS)
def test_a_fault_in_the_print_html_is_found(
    before: str, after: str, code: str, what: str, where: str
) -> None:
    text = faulty(before, after)
    (found,) = prove_pdf(BOOK, EDITION, text.encode(), print_pdf(text))
    assert (found.code, found.span) == (code, at(where))
    assert what in found.message
    assert found.message.startswith("in the print HTML, ")


def test_words_around_a_document_are_proven_in_the_pdf() -> None:
    (found,) = prove_as_pdf(faulty("<h1>The Situation", "<h1>A Situation"))
    assert told([found]).startswith("1:1 word-altered: in the PDF on page 1, the word “The”")


def test_the_number_of_a_list_is_proven() -> None:
    for prove, name in OUTPUTS:
        text = faulty("<ol>", '<ol start="4" style="counter-reset: list-item 3">')
        found = prove(text)
        assert [d.code for d in found] == ["list-number-changed"] * 2
        assert name in found[0].message
        assert told(found).startswith("9:1 ")


def test_many_faults_are_counted() -> None:
    text = re.sub(r"\b(of|is|in|the|no|not|and)\b(?=[^<>]*<)", r"\1 x", PAGE)
    found = prove_as_html(text)
    assert len(found) == 6
    assert "more places are different" in found[-1].message


@pytest.mark.parametrize("part", ["text", "note-text"])
def test_a_missing_part_is_found(part: str) -> None:
    assert prove_as_html(faulty(f'class="{part}"', 'class="other"'))


def test_a_missing_document_is_found() -> None:
    found = prove_xhtml(BOOK, EDITION, {"index.html": b"<p>Nothing"})
    assert told(found) == "4:1 document-lost: in the HTML, all of “baku” is lost"


def test_a_document_that_stands_twice_is_found() -> None:
    found = prove_xhtml(BOOK, EDITION, {"a.html": PAGE.encode(), "b.html": PAGE.encode()})
    assert {d.code for d in found} == {"word-doubled"}


def test_what_is_not_in_the_spine_is_not_in_the_epub() -> None:
    data = epub({"nav.xhtml": "<html/>", "baku.xhtml": PAGE})
    assert prove_epub(BOOK, EDITION, data) == []
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b'<itemref idref="i1"/>', b""))
    assert [d.code for d in prove_epub(BOOK, EDITION, stream.getvalue())] == ["document-lost"]


@pytest.mark.parametrize(
    "prove",
    [
        lambda: prove_epub(BOOK, EDITION, b"no archive"),
        lambda: prove_epub(BOOK, EDITION, epub({"baku.xhtml": "<html><p></html>"})),
        lambda: prove_pdf(BOOK, EDITION, PAGE.encode(), b"no PDF"),
        lambda: prove_pdf(BOOK, EDITION, PAGE.encode(), Path("/nowhere/book.pdf")),
    ],
    ids=["no archive", "no XML", "no PDF", "no file"],
)
def test_what_cannot_be_read_is_not_proven(prove: Callable[[], list[Diagnostic]]) -> None:
    assert "output-unreadable" in {d.code for d in prove()}


# --------------------------------------------------------------------------- the reading


def with_body(edit: Callable[[str], str]) -> Edition:
    """The edition, with the XHTML of its letter's text edited."""
    (document,) = EDITION.documents
    text = etree.tostring(document.body, encoding="unicode")
    edited = replace(document, body=etree.fromstring(edit(text)))
    return replace(EDITION, documents=(edited,))


@pytest.mark.parametrize(("before", "after", "code", "what", "where"), FAULTS[:5])
def test_a_fault_in_the_edition_is_found(
    before: str, after: str, code: str, what: str, where: str
) -> None:
    (found,) = prove_reading(BOOK, with_body(lambda text: faulty(before, after, text)))
    assert (found.code, found.span) == (code, at(where))
    assert what in found.message


def test_a_note_that_is_dropped_is_found() -> None:
    (document,) = EDITION.documents
    edition = replace(EDITION, documents=(replace(document, notes=()),))
    (found,) = prove_reading(BOOK, edition)
    assert (found.code, found.span) == ("word-lost", at("On July"))
    assert "the 16 words “On July 31, … September 15.” are lost" in found.message


def test_a_document_that_is_dropped_is_found() -> None:
    (found,) = prove_reading(BOOK, replace(EDITION, documents=()))
    assert found.code == "document-lost"


WORD = re.compile(r"[^\W\d_]{2,}(?![^<]*>)")
PLACES = [match.span() for match in WORD.finditer(PAGE, PAGE.index('<div class="text">'))]


@settings(deadline=None, max_examples=200)
@given(st.sampled_from(PLACES), st.sampled_from(["", "{0} {0}", "{0}x", "x{0}", "{0},", "x"]))
def test_no_word_can_be_touched_in_secret(span: tuple[int, int], change: str) -> None:
    word = PAGE[slice(*span)]
    text = PAGE[: span[0]] + change.format(word) + PAGE[span[1] :]
    if "Notes</h2>" in text and word != "Notes":
        assert prove_as_html(text)


# --------------------------------------------------------------------------- the founding book


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("build")
    build(FOUNDING, out)
    return out


@pytest.mark.parametrize(
    ("before", "after"), [("speedy ", ""), ("speedy", "speedy speedy"), ("speedy", "steady")]
)
@pytest.mark.parametrize("output", ["html", "epub", "pdf"])
def test_the_founding_book_cannot_be_tampered_with(
    built: Path, output: str, before: str, after: str
) -> None:
    source = read(FOUNDING)
    proof = source.book, source.edition

    def tamper(data: bytes) -> bytes:
        return data.replace(before.encode(), after.encode())

    if output == "html":
        files = {path.name: path.read_bytes() for path in (built / "html").glob("*.html")}
        assert prove_xhtml(*proof, files) == []
        found = prove_xhtml(*proof, {path: tamper(data) for path, data in files.items()})
    elif output == "epub":
        (epub,) = built.glob("*.epub")
        assert prove_epub(*proof, epub) == []
        stream = io.BytesIO()
        with zipfile.ZipFile(epub) as old, zipfile.ZipFile(stream, "w") as new:
            for name in old.namelist():
                new.writestr(name, tamper(old.read(name)))
        found = prove_epub(*proof, stream.getvalue())
    else:
        (pdf,) = built.glob("*.pdf")
        html = (built / "print" / "index.html").read_bytes()
        assert prove_pdf(*proof, html, pdf) == []
        page = HTML(string=tamper(html).decode(), base_url=f"{built}/print/")
        found = prove_pdf(*proof, html, page.write_pdf(pdf_variant="pdf/a-3a"))
    (letter,) = source.book.documents
    text = letter.file.text
    assert {(d.span.file, d.span.line) for d in found} == {
        (letter.file.path, place(text, text.index("speedy"))[0])
    }


def test_every_normalisation_has_its_reason() -> None:
    assert all(n.what and n.where and n.why for n in NORMALISATIONS)
    assert len({n.what for n in NORMALISATIONS}) == len(NORMALISATIONS)
