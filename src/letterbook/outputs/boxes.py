"""What stands where on a page that WeasyPrint has laid out: its notes, their lines, their marks.

WeasyPrint's boxes are not promised to stay as they are; its version is pinned.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from weasyprint.formatting_structure.boxes import FootnoteAreaBox, LineBox, MarginBox, TextBox

from letterbook.outputs.engine import Document

Box = Any
"""One of WeasyPrint's boxes, which have no types. Their lengths are CSS pixels."""


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
        area.max_height if area else 0,
    )


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
