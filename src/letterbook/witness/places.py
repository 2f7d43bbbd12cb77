"""Where a word of an edition was written: the way back from an output to the source."""

from __future__ import annotations

from letterbook.diagnostics import Span, place
from letterbook.model import Book, Document, EditedDocument, Edition
from letterbook.witness.compare import align
from letterbook.witness.source import Account, read_source, read_source_keys
from letterbook.witness.tree import RENDERED, Part, read_tree
from letterbook.witness.words import Kind, Word, exact_key, source_key


def account_of(document: Document) -> Account:
    """Read the words of a document's source."""
    return read_source(document.file.text, _start(document))


def keys_of(document: Document) -> dict[str | None, list[str]]:
    """Read the keys of a document's words alone, by the notes' labels; the body's is None."""
    return read_source_keys(document.file.text, _start(document))


def _start(document: Document) -> int:
    """The offset at which the body starts."""
    start = 0
    for _ in range(document.body_line - 1):
        start = document.file.text.index("\n", start) + 1
    return start


def pairs(book: Book, edition: Edition) -> list[tuple[Document, EditedDocument | None]]:
    """Put each document of the book beside what the edition has made of it."""
    edited = {document.id: document for document in edition.documents}
    # A slug that begins with a digit is no id in XML, and has had “no-” put before it.
    return [(d, edited.get(d.slug) or edited.get(f"no-{d.slug}")) for d in book.documents]


class Places:
    """Finds the place of a word; reads a source only when one of its words is asked for."""

    def __init__(self, book: Book, edition: Edition) -> None:
        self._pairs = {e.id: (d, e) for d, e in pairs(book, edition) if e is not None}
        self._accounts: dict[str, Account] = {}
        self._ways: dict[Part, list[int]] = {}

    def span(self, part: Part | None, position: int = 0) -> Span:
        """The place of a word of a part; of the file, when it is none of the document's words."""
        if part is None or part.document not in self._pairs:
            return Span("book.yaml")
        document, _ = self._pairs[part.document]
        if part.around:
            return Span(document.file.path)
        words = self._written(part)
        way = self._way(part)
        if not words:
            return Span(document.file.path, document.body_line)
        at = way[position] if position < len(way) else len(words) - 1
        return span_of(document, words[min(at, len(words) - 1)])

    def _written(self, part: Part) -> tuple[Word, ...]:
        document, edited = self._pairs[part.document]
        if part.document not in self._accounts:
            self._accounts[part.document] = account_of(document)
        account = self._accounts[part.document]
        if part.note is None:
            return account.body
        label = next((note.label for note in edited.notes if note.id == part.note), "")
        return account.notes.get(label, ())

    def _way(self, part: Part) -> list[int]:
        """From the positions of the words as edited to those of the words as written."""
        if part not in self._ways:
            _, edited = self._pairs[part.document]
            trees = {note.id: note.body for note in edited.notes}
            tree = trees.get(part.note, edited.body) if part.note else edited.body
            words = [
                _as_source(word) for word in read_tree(tree, exact_key, without=RENDERED).words
            ]
            self._ways[part] = align(words, self._written(part))
        return self._ways[part]


def _as_source(word: Word) -> Word:
    key = source_key(word.text)
    return word._replace(key=key, kind=word.kind if key else Kind.OPTIONAL)


def span_of(document: Document, word: Word) -> Span:
    """The place of a word of a document's source."""
    return Span(document.file.path, *place(document.file.text, word.place))
