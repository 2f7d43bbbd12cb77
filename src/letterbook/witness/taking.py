"""The account of one source, read in one way: taken by following, else by placing all at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from letterbook.importers.imported import SetAside
from letterbook.witness.follow import Run
from letterbook.witness.placing import Placed, Placing
from letterbook.witness.stream import BLOCK, Stream, clean
from letterbook.witness.taker import Taken, Taker
from letterbook.witness.written import Written

_LARGEST = 100_000
"""Characters of a source, at most, in which little agrees by itself."""
_TRIES = 8
"""How many of the ways in which all fits are looked at."""


def take(
    name: str,
    source: Stream,
    documents: Sequence[tuple[str, Written]],
    set_aside: Sequence[SetAside],
    supplied: Sequence[Sequence[str]],
    typographic: bool,
) -> Taken:
    """Find who has which words of the source ``name``; ``documents`` are named, and in order."""
    names, written = [n for n, _ in documents], [w for _, w in documents]
    taken = Taker(name, source, typographic).take(names, written, set_aside, supplied)
    if not taken.diagnostics or len(source.text) > _LARGEST:
        return taken
    for _, placed in zip(
        range(_TRIES), _ways(source, written, set_aside, typographic), strict=False
    ):
        other = Taker(name, source, typographic, placed)
        if not (found := other.take(names, written, set_aside, supplied)).diagnostics:
            return found
    return taken


def _ways(
    source: Stream, written: Sequence[Written], set_aside: Sequence[SetAside], typographic: bool
) -> Iterator[list[list[Run]]]:
    """Give the ways in which all texts and notes fit, with what else the source must have."""
    texts = [item.text for item in set_aside]
    texts += [value for w in written for _, value, is_verbatim in w.values if is_verbatim]
    texts += [value for w in written for value in w.attributes]
    words = [[clean(word, typographic) for word in text.split()] for text in texts]
    placing = Placing(
        source,
        _joined([w.body for w in written]),
        [note for w in written for note in w.notes],
        ["".join(parts) for parts in words],
    )
    for placed in placing.ways({word for parts in words for word in parts}):
        yield list(_by_document(placed, written))


def _joined(bodies: Sequence[Stream]) -> Stream:
    """Make one text of those of all documents, which stand in their order."""
    joined = Stream("".join(body.text for body in bodies))
    for body in bodies:
        breaks = bytearray(body.breaks)
        breaks[:1] = bytes([BLOCK])[: len(breaks)]
        joined.breaks += breaks
        joined.optional += body.optional
    return joined


def _by_document(placed: Placed, written: Sequence[Written]) -> Iterator[list[Run]]:
    """Give the places of each document's text, and then of its notes."""
    notes = iter(placed.notes)
    start = 0
    for document in written:
        end = start + len(document.body.text)
        yield [
            Run(first - start, run.source + first - run.at, last - first)
            for run in placed.body
            if (first := max(run.at, start)) < (last := min(run.at + run.length, end))
        ]
        for _ in document.notes:
            yield next(notes)
        start = end
