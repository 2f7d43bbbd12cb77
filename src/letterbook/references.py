"""References from one document to another: ``[@name]`` and ``[@no. 12]``.

What they say is not written but made, since it differs: “no. 12” where that is a link, “no. 12,
p. 48” in print. So here they only learn where they lead; ``render`` gives them their words.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from lxml.etree import _Element as Element

from letterbook.diagnostics import Diagnostic, Span, place
from letterbook.model import Book, Document, Edition
from letterbook.structure import document_id

CROSSREF = "crossref"
"""The class of a reference."""

_NUMBER = "no."


def has_references(edition: Edition) -> bool:
    """Tell whether any text of an edition refers to another."""
    trees = (t for d in edition.documents for t in (d.body, *(note.body for note in d.notes)))
    return any(link.get("class") == CROSSREF for tree in trees for link in tree.iter("a"))


class References:
    """The documents of a book, as references name them."""

    def __init__(self, book: Book) -> None:
        self._named = {document.slug: [document.slug] for document in book.documents}
        self._numbered: dict[str, list[str]] = {}
        for document in book.documents:
            if number := document.metadata.number:
                self._numbered.setdefault(number.strip(), []).append(document.slug)

    def lead(self, link: Element, source: Document) -> Iterator[Diagnostic]:
        """Give a reference the address of what it names, in place."""
        named = link.attrib.pop("data-ref", "")
        number = named.removeprefix(_NUMBER).strip() if named.startswith(_NUMBER) else None
        known = self._named if number is None else self._numbered
        found = known.get(named if number is None else number, [])
        link.set("href", f"#{document_id(found[0])}" if found else "#")
        if len(found) == 1:
            return
        span = _place(source, named)
        if found:
            yield Diagnostic(
                "reference-ambiguous",
                f"{len(found)} documents have the number {number}",
                f"name the one that is meant: [@{found[0]}]",
                span,
            )
            return
        near = difflib.get_close_matches(number or named, known, n=1)
        like = f"did you mean “[@{'' if number is None else 'no. '}{near[0]}]”? " if near else ""
        yield Diagnostic(
            "reference-nowhere",
            f"“[@{named}]” leads to no document of this book",
            f"{like}name it by its slug, [@{next(iter(self._named))}], or by its number, [@no. 12];"
            " put a backslash before the bracket if these are words",
            span,
        )


def _place(source: Document, named: str) -> Span:
    offset = source.file.text.find(f"[@{named}]")
    if offset < 0:
        return Span(source.file.path, source.body_line)
    return Span(source.file.path, *place(source.file.text, offset))
