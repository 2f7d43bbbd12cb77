"""Tables on the printed page: which of them are wider than it, by their longest words.

A table is as wide as its columns, and these are no narrower than their longest words: one of many
columns runs off the page. What enters is a table of a section; it is marked, in place, for the
styles, which set it smaller, and break its words where even that is not enough.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml.etree import _Element as Element

MEASURE, INDENT = 260.0, 28.0
"""In points: the measure, and what of it a table leaves free at its sides."""
TEXT, SMALL = 10.25, 8.75
"""In points: the type of the text, and that of a table which is too wide for it."""
GAP, SMALL_GAP = 14.0, 7.0
"""In points, between two columns."""
TALL = 120
"""Characters in a cell whose row may break over two pages: some five lines."""

_WORD = re.compile(r"[^\s\u2e80-\uffdc]+|[\u2e80-\uffdc]")
_HOLDERS = frozenset({"text", "note-text"})


def mark_table(table: Element) -> None:
    """Mark a table of a text that is too wide, and its rows that are too tall to stay whole."""
    around = (up.get("class", "").split() for up in table.iterancestors())
    if all(_HOLDERS.isdisjoint(names) for names in around):
        return
    columns = _columns(table)
    gaps = max(len(columns) - 1, 0)
    if sum(columns) * TEXT + gaps * GAP > MEASURE - INDENT:
        is_crowded = sum(columns) * SMALL + gaps * SMALL_GAP > MEASURE
        table.set("class", "wide crowded" if is_crowded else "wide")
    for row in table.iter("tr"):
        if any(len("".join(cell.itertext())) > TALL for cell in row):
            row.set("class", "tall")


def _columns(table: Element) -> list[float]:
    """How wide the longest word of each column is, in ems; what spans columns has room."""
    widest: dict[int, float] = {}
    for row in table.iter("tr"):
        place = 0
        for cell in row:
            span = cell.get("colspan", "1")
            if span == "1":
                widest[place] = max(widest.get(place, 0.0), *_words(cell), 0.0)
            place += int(span) if span.isdigit() else 1
    return list(widest.values())


def _words(cell: Element) -> Iterator[float]:
    yield from (sum(map(_width, word)) for word in _WORD.findall("".join(cell.itertext())))


def _width(character: str) -> float:
    """About as many ems as a character has, a little more than less."""
    if character >= "\u2e80":
        return 1.0
    return 0.72 if character.isupper() else 0.57
