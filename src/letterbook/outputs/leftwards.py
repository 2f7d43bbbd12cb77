"""First lines of paragraphs that run from right to left.

WeasyPrint 70 sets the indent of a first line at its left end whichever way the line runs. Here
such lines are moved once they are laid out: their width is right, and only their place is not.
"""

from __future__ import annotations

from typing import Any

from weasyprint.formatting_structure.boxes import LineBox

from letterbook.outputs.engine import Document

Box = Any
"""One of WeasyPrint's boxes, which have no types."""


def indent_from_right(document: Document) -> Document:
    """Move what is indented in lines that run from right to left; the pages are made anew."""
    pages = []
    for page in document.pages:
        moved = _move(page._page_box)
        # A page holds the places of its links, which have moved with the words.
        pages.append(type(page)(page._page_box) if moved else page)
    return document.copy(pages)


def _move(box: Box) -> bool:
    moved = False
    for child in box.all_children():
        if isinstance(child, LineBox) and child.style["direction"] == "rtl" and _indent(child):
            for part in child.children:
                part.translate(dx=-_indent(child))
            moved = True
        if hasattr(child, "all_children"):
            moved = _move(child) or moved
    return moved


def _indent(line: Box) -> float:
    return float(getattr(line, "text_indent", 0) or 0)
