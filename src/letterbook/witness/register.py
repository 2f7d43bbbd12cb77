"""The account of a register: its words in their order, each in a heading or set aside.

What enters are the source's words and the importer's parts, which must be the same words in the
same order; what leaves is how many went where, and what does not agree. A register may be long:
it is walked through once.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from letterbook.importers.imported import RegisterPart
from letterbook.witness.stream import SPACE, Stream, clean
from letterbook.witness.taker import Taken
from letterbook.witness.told import Told
from letterbook.witness.tools import shorten

FREE, HEADING, ASIDE = range(3)
_WORD = re.compile(r"\w+")


def take_register(name: str, source: Stream, parts: Sequence[RegisterPart]) -> Taken:
    """Find where each word of a register went."""
    told = Told(name, source)
    owner = bytearray(len(source.text))
    taken: dict[str, Counter[str]] = {}
    cursor = 0
    for part in parts:
        text = "".join(clean(word) for word in part.text.split())
        found = source.text.find(text, cursor)
        if found < 0:
            told.tell(
                "word-invented", f"“{shorten(part.text)}” is not at its place in the source", cursor
            )
            continue
        end = found + len(text)
        owner[found:end] = bytes([ASIDE if part.heading is None else HEADING]) * len(text)
        cursor = end
        if part.heading is not None:
            taken.setdefault(part.heading, Counter()).update(_WORD.findall(part.text))
    _headings(taken, told)
    _unaccounted(owner, source, told)
    told.tell_rest()
    return Taken(_count(owner, source), 0, tuple(told.diagnostics))


def _headings(taken: dict[str, Counter[str]], told: Told) -> None:
    """See that a heading has the words that were taken for it, and no others."""
    for heading, words in taken.items():
        wanted = Counter(_WORD.findall(heading))
        for word in wanted - words:
            message = (
                f"“{word}” stands in the heading “{shorten(heading)}”, and is not in the source"
            )
            told.tell("word-invented", message, 0)
        for word in words - wanted:
            message = f"“{word}” was taken for the heading “{shorten(heading)}”, which has it not"
            told.tell("word-unaccounted", message, 0)


def _unaccounted(owner: bytearray, source: Stream, told: Told) -> None:
    for match in re.finditer(b"\0+", bytes(owner)):
        start, end = match.span()
        if not all(source.optional[start:end]):
            shown = shorten(source.words(*source.whole(start, end)))
            told.tell(
                "word-unaccounted", f"“{shown}” is in no heading and was not set aside", start
            )


def _count(owner: bytearray, source: Stream) -> dict[str, int]:
    breaks = bytearray(source.breaks)
    if breaks:
        breaks[0] = SPACE
    found = Counter(
        who
        for who, before, optional in zip(owner, breaks, source.optional, strict=True)
        if before and not (optional and who == FREE)
    )
    total = sum(found.values())
    return {
        "source": total, "text": 0, "notes": 0, "metadata": found[HEADING],
        "set_aside": found[ASIDE], "supplied": 0,
    }  # fmt: skip
