"""Where the pages of the PDF begin: found in what WeasyPrint has laid out, to the word.

WeasyPrint's boxes know the elements that they were made for, and a line's text is a box. So each
page is walked once, as ``pagination`` walks a tree, and the first words on it that count are where
it begins.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from weasyprint.formatting_structure.boxes import MarginBox, ReplacedBox, TextBox
from weasyprint.layout.absolute import AbsolutePlaceholder

from letterbook.model import PageBreak
from letterbook.pagination import holder, is_counted, visible

Box = Any
"""One of WeasyPrint's boxes, which have no types."""


def find_breaks(pages: Iterable[Any], labels: Iterable[str]) -> Iterator[PageBreak]:
    """Tell where each of WeasyPrint's pages begins, given all of a book's in their order.

    ``labels`` is what they are called. A page without words has no break.
    """
    walk = _Walk()
    for page, label in zip(pages, labels, strict=True):
        first = walk.page(page._page_box)
        if first:
            yield PageBreak(label, *first)


class _Walk:
    """Counts characters through pages: of one element there may be some on each."""

    def __init__(self) -> None:
        self.counted: Counter[str] = Counter()
        self.heads: set[Any] = set()
        """Heads of tables: they are printed again where a table goes on."""
        self.first: tuple[str, int] | None = None

    def page(self, box: Box) -> tuple[str, int] | None:
        """Count what is on a page; tell where its first character that counts stands."""
        self.first = None
        self.children(box, None, "")
        return self.first

    def children(self, box: Box, element: Any, within: str) -> None:
        for child in box.children:
            if type(child) is AbsolutePlaceholder:
                child = child._box
            if isinstance(child, TextBox):
                if element is not None:
                    self.count(len(visible(child.text)), within)
                continue
            if isinstance(child, MarginBox) or "::" in (child.element_tag or ""):
                continue
            inner, around = element, within
            if child.element is not None and child.element is not element:
                inner = child.element
                if not is_counted(inner) or self.is_repeated(child):
                    continue
                around = holder(inner, child.element_tag, within)
            if isinstance(child, ReplacedBox):
                self.count(1, around)
            else:
                self.children(child, inner, around)

    def is_repeated(self, box: Box) -> bool:
        if box.element_tag != "thead":
            return False
        repeated = box.element in self.heads
        self.heads.add(box.element)
        return repeated

    def count(self, characters: int, within: str) -> None:
        if characters and self.first is None:
            self.first = within, self.counted[within]
        self.counted[within] += characters
