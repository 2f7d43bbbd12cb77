"""Small tools of the account: what was supplied, stretches of a stream, words as they are shown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from letterbook.witness.stream import Stream

SHOWN = 80
"""How many characters of a fault are shown."""


_PIECES = 8
"""Characters of a text that may be supplied one by one."""


class Pool:
    """What an importer says it has supplied to a document."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = [text for text in texts if text]

    def take(self, text: str) -> bool:
        """Whether a text is supplied, or a part of what is; the part is then used up."""
        for number, have in enumerate(self.texts):
            if text in have:
                self.texts[number] = have.replace(text, "", 1)
                return True
        return 1 < len(text) <= _PIECES and self._take_pieces(text)

    def _take_pieces(self, text: str) -> bool:
        """Whether a text is several supplied ones, such as two quotation marks that end at once."""
        before = list(self.texts)
        for sign in text:
            if not self.take(sign):
                self.texts = before
                return False
        return True


def inversions(name: str) -> Iterator[str]:
    """The ways in which a name can be filed."""
    words = name.split()
    for number in range(1, len(words)):
        for between in (", ", " "):
            yield f"{' '.join(words[number:])}{between}{' '.join(words[:number])}"


@cache
def _members(numbers: frozenset[int]) -> bytes:
    """A table that gives 1 for some numbers, and 0 for all others."""
    return bytes(n in numbers for n in range(256))


def both(one: bytearray, a: set[int], other: bytearray, b: set[int]) -> Iterator[int]:
    """The positions at which one has any of ``a`` and the other any of ``b``."""
    size = len(one)
    mask = int.from_bytes(one.translate(_members(frozenset(a))), "big") & int.from_bytes(
        other.translate(_members(frozenset(b))), "big"
    )
    if mask:
        marks = mask.to_bytes(size, "big")
        at = marks.find(1)
        while at >= 0:
            yield at
            at = marks.find(1, at + 1)


def stretches(owner: bytearray, who: int) -> Iterator[tuple[int, int]]:
    """The stretches that one has; what is taken meanwhile makes no difference."""
    for match in re.finditer(re.escape(bytes([who])) + b"+", bytes(owner)):
        yield match.span()


def words_of(stream: Stream, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The words, or parts of words, in a stretch of a stream."""
    at = start
    for position in range(start + 1, end):
        if stream.breaks[position]:
            yield at, position
            at = position
    if at < end:
        yield at, end


def count_words(stream: Stream, start: int, end: int) -> int:
    """How many words a stretch has."""
    return sum(1 for _ in words_of(stream, start, end))


def shorten(text: str) -> str:
    """A text as a message shows it."""
    return text if len(text) <= SHOWN else f"{text[: SHOWN // 2]} … {text[-SHOWN // 2 :]}"
