"""The reading of PDFs, by what WeasyPrint writes."""

import pypdfium2
import pytest
from weasyprint import HTML

from letterbook.diagnostics import Span
from letterbook.witness.compare import compare
from letterbook.witness.faults import diagnostics
from letterbook.witness.pdf import UntaggedError, read_pdf
from letterbook.witness.tree import parse, parts_of, read_tree
from letterbook.witness.words import print_key
from tests.textcases import Case, cases
from tests.witness.press import print_pdf


@cases("fidelity/print")
def test_case(case: Case, rewrite_cases: bool) -> None:
    html = f'<html lang="en"><head><title>Case</title></head><body>{case.given}</body></html>'
    root = parse(html.encode(), is_xml=False)
    expected = read_tree(root, print_key, parts_of(root, {})).words
    differences = compare(expected, read_pdf(print_pdf(html), print_key), printed=True)
    told = diagnostics(differences, expected, "the PDF", lambda _: Span("book.yaml"))
    case.check("\n".join(f"{d.code}: {d.message}" for d in told), rewrite_cases)


def test_words_know_their_page() -> None:
    html = '<html lang="en"><title>T</title><p>one<p style="break-before: page">two'
    assert [(w.text, w.place) for w in read_pdf(print_pdf(html), print_key)] == [
        ("one", 1),
        ("two", 2),
    ]


def test_without_tags_nothing_is_known() -> None:
    with pytest.raises(UntaggedError):
        read_pdf(HTML(string="<p>one").write_pdf(), print_key)


def test_what_is_no_pdf_cannot_be_read() -> None:
    with pytest.raises(pypdfium2.PdfiumError):
        read_pdf(b"<html>", print_key)
