"""The words of a document as it was written: of its text, its notes, its front matter."""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from letterbook.witness.inline import GONE
from letterbook.witness.pairing import Reference
from letterbook.witness.source import read_source
from letterbook.witness.stream import EDGE, NONE, SPACE, TYPOGRAPHIC, Builder, Stream
from letterbook.witness.words import Break, Kind, Word
from letterbook.yamlfile import read_yaml

DERIVED = frozenset(
    ["kind", "slug", "language", "notes", "licence", "date", "sort", "url", "accessed"]
)
"""Keys whose values are made from words of the source, and are not words of it."""
_PARTS_OF_SOURCE = frozenset(["title", "publisher", "place", "date", "volume", "page"])
"""Keys of a citation that say again what its words say."""
_ATTRIBUTE = re.compile(r"""(?:data-)?(?:corr|term|sub)=(?:"([^"]*)"|'([^']*)'|([^\s"'}>]+))""")
_FRONT = re.compile(r"---\n(.*?\n)?---\n", re.DOTALL)
_NOTE_MARK = re.compile(r"\[\^([^\[\]\s]+)\](?!:)")
_LIST_NUMBER = re.compile(r"[ \t>]*(?:[-+*:][ \t]+)*(?:\d+\.[ \t]+)*")


@dataclass(slots=True)
class Written:
    """The words of a document as they stand in its file."""

    body: Stream
    notes: list[Stream]
    attributes: list[str]
    """What marks say about words: the right form of a wrong one, a heading of the index."""
    values: list[tuple[str, str, bool]]
    """Of the front matter: key, text, and whether the source must have these words for it."""
    typographic: int
    labels: list[str] = field(default_factory=list)
    """The notes' labels, in their order."""
    references: list[Reference] = field(default_factory=list)
    """The marks of notes in the text."""


def read_written(text: str, typographic: bool) -> Written:
    """Read the text of a document's file."""
    front = _FRONT.match(text)
    start = front.end() if front else 0
    account = read_source(text, start)
    numbers = _list_numbers(text, start)
    values = (next(filter(None, m.groups()), "") for m in _ATTRIBUTE.finditer(text, start))
    attributes = [html.unescape(value) for value in values]
    data = read_yaml(front[1] or "", "").data if front else None
    starts: list[tuple[int, int]] = []
    body = _stream(account.body, numbers, typographic, starts)
    return Written(
        body,
        [_stream(words, numbers, typographic) for words in account.notes.values()],
        attributes,
        list(_values(data if isinstance(data, dict) else {}, ())),
        len(TYPOGRAPHIC.findall(text)),
        list(account.notes),
        list(_references(text, account.notes.keys(), starts, len(body.text))),
    )


def _references(
    text: str, labels: Collection[str], starts: Sequence[tuple[int, int]], end: int
) -> Iterator[Reference]:
    """Find the marks of notes, each between the word before it and the one behind."""
    places = [place for place, _ in starts]
    for match in _NOTE_MARK.finditer(text):
        number = bisect_right(places, match.start()) - 1
        # In the front matter, or in a note, it is none of the text.
        if match[1] in labels and number >= 0:
            last = starts[number + 1][1] if number + 1 < len(starts) else end
            yield Reference(match[1], starts[number][1], last)


def _list_numbers(text: str, start: int) -> set[int]:
    """Where the numbers of lists stand: HTML has no text for them."""
    found: set[int] = set()
    position = start
    for line in text[start:].split("\n"):
        match = _LIST_NUMBER.match(line)
        if match and match[0]:
            found.update(position + m.start() for m in re.finditer(r"\d+\.", match[0]))
        position += len(line) + 1
    return found


def _stream(
    words: Sequence[Word],
    numbers: set[int],
    typographic: bool,
    starts: list[tuple[int, int]] | None = None,
) -> Stream:
    """Make a stream; ``starts`` gets where each word begins in the file, and in the stream."""
    builder = Builder(typographic)
    for word in words:
        if word.key == GONE:
            # Markup without words, which counts only where text is shown as typed.
            continue
        # Whether a list has bullets or numbers to be seen is not for words to say.
        is_mark = word.place in numbers or word.kind is Kind.OPTIONAL
        if starts is not None:
            starts.append((word.place, builder.length))
        builder.text(word.text, 1, optional=is_mark)
        builder.pending = {Break.SPACE: SPACE, Break.EDGE: EDGE}.get(word.after, NONE)
    return builder.done()


def _values(data: Any, path: tuple[str, ...]) -> Iterator[tuple[str, str, bool]]:
    if isinstance(data, dict):
        for key, value in data.items():
            if path == ("other",):
                yield "other", key, True
            yield from _values(value, (*path, key))
        publisher = data.get("publisher") if path == ("source",) else None
        # From a label of its own, a publisher is not among the words of the citation.
        if publisher and publisher not in (data.get("words") or ""):
            yield "source.publisher", publisher, True
    elif isinstance(data, list):
        for value in data:
            yield from _values(value, path)
    elif isinstance(data, str):
        key = path[-1]
        if path[0] in ("written", "delivered", "published") and len(path) == 1:
            key = "date"
        derived = path[0] != "other" and (
            key in DERIVED or (path[0] == "source" and len(path) == 2 and key in _PARTS_OF_SOURCE)
        )
        yield ".".join(path), data, not derived
