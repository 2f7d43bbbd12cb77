"""Small books for the tests of the witnesses: from a text to a Book, an Edition, a page of HTML."""

from __future__ import annotations

from html import escape

from lxml import etree
from lxml.etree import _Element as Element

from letterbook.diagnostics import Diagnostic, as_text, has_errors
from letterbook.markup.reader import read_markup
from letterbook.metadata import BookSettings, DocumentMetadata
from letterbook.model import Authority, Book, Document, Edition, SourceFile
from letterbook.resolve import resolve

FILE = "letters/baku.md"
FRONT = "---\ntitle: The Situation in Baku\n---\n"
"""Three lines; the text starts on the fourth."""


def book(text: str) -> tuple[Book, Edition]:
    """Read and resolve a book of one letter; its Markdown has to be in order."""
    marked, found = read_markup(text, FILE, FRONT.count("\n") + 1)
    assert not has_errors(found), as_text(found)
    settings = BookSettings.model_validate(
        {"title": "Letters", "date": "2026-01-31", "language": "en"}
    )
    metadata = DocumentMetadata.model_validate({"title": "The Situation in Baku"})
    file = SourceFile(FILE, "0" * 64, FRONT + text)
    first_line = FRONT.count("\n") + 1
    document = Document("baku", metadata, marked.body, marked.notes, file, first_line)
    read = Book(settings, (document,), Authority(), {}, (file,))
    edition, found = resolve(read, {})
    assert edition is not None, as_text(found)
    return read, edition


def page(edition: Edition) -> str:
    """Write an edition as every theme does, as far as the proof is concerned."""
    parts = []
    for document in edition.documents:
        parts.append(f'<article id="{document.id}"><h1>{escape(document.title)}</h1>')
        parts.append(f'<div class="text">{inner(document.body)}</div><h2>Notes</h2>')
        for note in document.notes:
            parts.append(f'<aside id="{note.id}"><p>{note.number}</p>')
            parts.append(f'<div class="note-text">{inner(note.body)}</div></aside>')
        parts.append("</article>")
    return (
        '<html xmlns="http://www.w3.org/1999/xhtml" lang="en"><head><title>Letters</title></head>'
        f"<body>{''.join(parts)}</body></html>"
    )


def inner(tree: Element) -> str:
    """Write what is in an element, as XHTML."""
    text = etree.tostring(tree, encoding="unicode", with_tail=False)
    return text[text.index(">") + 1 : text.rindex("</")]


def told(diagnostics: list[Diagnostic]) -> str:
    """Write diagnostics as the case files do: place, code, message."""
    return "\n".join(f"{d.span.line}:{d.span.column} {d.code}: {d.message}" for d in diagnostics)
