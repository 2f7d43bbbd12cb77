"""Numbers in the margin: the pages of the print source, each level with the line it begins on.

CSS cannot tell the outer margin of a page from the inner one for what stands in its text. So the
styles take a number out of the text (``.page::before``, positioned); when the pages have been laid
out, each is moved here to the outer margin, and its baseline to that of its line. It becomes part
of the margin for WeasyPrint, too, as running heads are: no part of the text that is read aloud.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from weasyprint.formatting_structure.boxes import LineBox, MarginBox
from weasyprint.layout.absolute import AbsolutePlaceholder

Box = Any
"""One of WeasyPrint's boxes, which have no types."""

CLASS = "page"
"""Of the element whose number goes into the margin."""


@dataclass(frozen=True, slots=True)
class _Number:
    box: Box
    down: float
    """How far below the head of the page its line has its baseline."""


def set_in_margins(pages: Iterable[Any]) -> None:
    """Move the numbers of laid-out pages into their outer margins, in place."""
    for page in pages:
        sheet = page._page_box
        if numbers := list(_taken(sheet, 0.0)):
            _place(sheet, numbers)


def _taken(box: Box, down: float) -> Iterator[_Number]:
    """Take the numbers out of what is in a box."""
    if isinstance(box, LineBox):
        down = box.position_y + box.baseline
    kept = []
    for child in box.children:
        if type(child) is AbsolutePlaceholder and _is_number(child._box):
            yield _Number(child._box, down)
            continue
        kept.append(child)
        yield from _taken(child, down)
    if len(kept) < len(box.children):
        box.children = kept


def _is_number(box: Box) -> bool:
    return (
        box.element is not None
        and "::" in box.element_tag
        and CLASS in (box.element.get("class") or "").split()
    )


def _place(sheet: Box, numbers: list[_Number]) -> None:
    """Set the numbers of a page where they belong, none upon another."""
    left = sheet.content_box_x()
    right = left + sheet.width
    foot = sheet.content_box_y() + sheet.height
    tops: list[float] = []
    for number in numbers:
        first = number.box.children[0]
        top = number.down - first.baseline
        tops.append(max(top, tops[-1] + _height(numbers[len(tops) - 1])) if tops else top)
    # What has been pushed over the foot of the page pushes back.
    for at in reversed(range(len(numbers))):
        tops[at] = min(tops[at], foot - _height(numbers[at]))
        foot = tops[at]
    for number, top in zip(numbers, tops, strict=True):
        box = number.box
        x = left - box.margin_width() if sheet.page_type.side == "left" else right
        box.translate(x - box.position_x, top - box.children[0].position_y)
        sheet.children = [*sheet.children, _margin(box)]


def _height(number: _Number) -> float:
    return float(number.box.height)


def _margin(box: Box) -> MarginBox:
    """Make a box of the margin that has what another box has."""
    margin = MarginBox("@outer", box.style)
    vars(margin).update(vars(box))
    return margin
