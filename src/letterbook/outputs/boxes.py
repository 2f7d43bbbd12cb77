"""What stands where on a page that WeasyPrint has laid out: its notes, their lines, their marks.

WeasyPrint's boxes are not promised to stay as they are; its version is pinned.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from weasyprint.formatting_structure.boxes import (
    FootnoteAreaBox,
    LineBox,
    MarginBox,
    ReplacedBox,
    TextBox,
)

from letterbook.outputs.engine import Document

Box = Any
"""One of WeasyPrint's boxes, which have no types. Their lengths are CSS pixels."""


_ABOVE_NOTES = 8.4 / 0.75
"""The white space above the notes, in pixels."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a note."""

    words: str
    """With the hyphen that the layout may have set at its end."""
    bottom: float
    """From the top of the note."""


@dataclass(frozen=True, slots=True)
class Foot:
    """A note at the foot of a page, or as much of it as is one element."""

    id: str
    height: float
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page: its text, and the notes at its foot."""

    marks: tuple[tuple[str, float], ...]
    """The ids of the marks of notes in its text, each with where its line ends."""
    feet: tuple[Foot, ...]
    has_text: bool
    has_body: bool
    """Whether there is more of its text than a heading."""
    filled: float
    """How much of its height is taken up, by its text and its notes: a fraction."""
    bottom: float
    """Where the text ends on a page that has no notes, less the white space above notes."""
    limit: float
    """How high all notes of a page may be; 0 where there are none."""


def sheets(document: Document) -> list[Sheet]:
    """Read the pages of a document."""
    return [_sheet(page._page_box) for page in document.pages]


def feet_height(page: Any) -> float:
    """How much of a page its notes take up, with the white space above them."""
    area = _area(page._page_box)
    return float(area.margin_height()) if area else 0.0


def _area(box: Box) -> Box | None:
    return next((child for child in box.children if isinstance(child, FootnoteAreaBox)), None)


def _sheet(box: Box) -> Sheet:
    area = _area(box)
    lines = [
        inner
        for child in box.children
        if not isinstance(child, (FootnoteAreaBox, MarginBox))
        for inner in child.descendants()
        if isinstance(inner, LineBox)
    ]
    marks: dict[str, float] = {}
    for line in lines:
        for inner in line.descendants():
            if inner.element is not None and "noteref" in inner.element.get("class", ""):
                marks.setdefault(inner.element.get("id", ""), line.position_y + line.height)
    return Sheet(
        tuple(marks.items()),
        tuple(_foot(child) for child in area.children) if area else (),
        bool(lines),
        _has_body(box),
        _filled(box, area),
        box.content_box_y() + box.height - _ABOVE_NOTES,
        area.max_height if area else 0,
    )


def _filled(box: Box, area: Box | None) -> float:
    bottoms = [
        inner.position_y + inner.height
        for child in box.children
        if not isinstance(child, (FootnoteAreaBox, MarginBox))
        for inner in child.descendants()
        if isinstance(inner, (LineBox, ReplacedBox))
    ]
    top = box.content_box_y()
    height = max(bottoms, default=top) - top + (area.margin_height() if area else 0)
    return float(height / box.height)


def _has_body(box: Box) -> bool:
    """Whether a page has a line, or a picture, of what stands below the heading of a document."""
    texts = (inner for inner in box.descendants() if _has_class(inner, "text"))
    return any(
        isinstance(inner, (LineBox, ReplacedBox)) for b in texts for inner in b.descendants()
    )


def _has_class(box: Box, name: str) -> bool:
    return box.element is not None and name in (box.element.get("class") or "").split()


def _foot(box: Box) -> Foot:
    holder = next(b for b in box.descendants() if b.element_tag == "main")
    lines = (
        Line("".join(_words(inner)), inner.position_y + inner.height - box.position_y)
        for inner in box.descendants()
        if isinstance(inner, LineBox) and _is_text(inner)
    )
    written = tuple(line for line in lines if line.words.strip())
    return Foot(holder.element.get("id", ""), box.margin_height(), written)


def _is_text(line: Box) -> bool:
    """Whether a line is one of the note's own words, not of who signs it or of its number."""
    classes = {"note-end", "note-number"}
    element = line.element
    return element is None or classes.isdisjoint((element.get("class") or "").split())


def _words(line: Box) -> Iterator[str]:
    for box in line.descendants():
        if isinstance(box, TextBox) and "::" not in (box.element_tag or ""):
            yield box.text
