"""Backticks: where code within lines ends, and where blocks of code do.

Both are looked up in what one pass has found, so that backticks which close nothing cost no more
than others.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

_RUN_OR_BLANK = re.compile(r"(`++)|\n[ \t]*+(?=\n)")
_BLOCK = re.compile(r" {0,3}(?:```|~~~)")


class Ticks:
    """The runs of backticks in a text, and the blank lines that no code within lines passes."""

    def __init__(self, text: str) -> None:
        self._starts: dict[int, list[int]] = {}
        """By length."""
        self._blanks: list[int] = []
        if "`" not in text:
            return
        for match in _RUN_OR_BLANK.finditer(text):
            start, end = match.span()
            if match[1]:
                self._starts.setdefault(end - start, []).append(start)
            else:
                self._blanks.append(start)

    def closing(self, end: int, count: int) -> int:
        """Where as many backticks stand after a place, in its paragraph; -1 when they do not."""
        starts = self._starts.get(count, ())
        number = bisect_left(starts, end)
        if number == len(starts):
            return -1
        blank = bisect_left(self._blanks, end)
        if blank < len(self._blanks) and self._blanks[blank] < starts[number]:
            return -1
        return starts[number]


def code_blocks(lines: Sequence[tuple[int, str]]) -> dict[int, int]:
    """For each line that can begin a block of code, give the number of the line after its last."""
    ends: dict[int, int] = {}
    following: dict[str, list[tuple[int, int]]] = {"`": [], "~": []}
    """Lengths and numbers of the marks, from the last: before each, only those that are longer."""
    for number in range(len(lines) - 1, -1, -1):
        bare = lines[number][1].strip()
        if not bare.startswith(("```", "~~~")):
            continue
        length = len(bare) - len(bare.lstrip(bare[0]))
        marks = following[bare[0]]
        while marks and marks[-1][0] < length:
            marks.pop()
        if marks and _BLOCK.match(lines[number][1]):
            ends[number] = marks[-1][1] + 1
        marks.append((length, number))
    return ends
