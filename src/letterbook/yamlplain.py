"""The plain part of YAML, read quickly: keys, words and lists on lines of their own.

Long words may stand on several lines, after ``>-``.

Nearly every document's front matter is written in it, and the full parser takes longer for that
than all the rest takes for the document. Whatever this reader does not know for certain (quotes
with escapes, other words over several lines, tabs, comments after words, faults) it does not read
at all, and the full parser does: where both read a text they give the same, which a test holds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

Place = tuple[int, int]
"""Line and column, from 1."""

Path = tuple[str | int, ...]

_STRANGE = re.compile(r"[^\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufff8]")
"""Tabs, control characters, separators, what is outside the first plane: not for us."""
_KEY = re.compile(r"([A-Za-z](?:[A-Za-z0-9 &/,.-]{0,80}[A-Za-z0-9-])?):(?: +|$)")
_PLAIN = re.compile(r"[^\s\-?:,\[\]{}#&*!|>'\"%@`](?:(?!: | #)[^\n])*(?<![: ])")
_QUOTED = re.compile(r"\"([^\"\\]*)\"|'([^']*)'")
_ITEM = re.compile(r" *([^\s\-?:,\[\]{}#&*!|>'\"%@`][^,\[\]{}:#]*?) *(?:,|$)")
_DEEPEST = 8
_FOLDED = ">-"


class _NotPlainError(Exception):
    """This is more than the plain part."""


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    indent: int
    content: str


def read_plain(text: str, first_line: int) -> tuple[Any, dict[Path, Place]] | None:
    """Read a text, if it is plain: its value, and the places of all values but the whole.

    ``first_line`` is the number of its first line. None says that the full parser is needed.
    """
    if _STRANGE.search(text):
        return None
    typed = text.split("\n")
    lines = [
        _Line(number, len(line) - len(content), content.rstrip(" "))
        for number, line in enumerate(typed, start=first_line)
        if (content := line.lstrip(" ")) and not content.startswith("#")
    ]
    if not lines or lines[0].indent:
        return None
    reader = _Reader(lines, typed, first_line)
    try:
        data = reader.block((), 0)
        return None if reader.at < len(lines) else (data, reader.places)
    except _NotPlainError:
        return None


class _Reader:
    def __init__(self, lines: list[_Line], typed: list[str], first_line: int) -> None:
        self.lines = lines
        self.typed = typed
        """All lines of the text."""
        self.first_line = first_line
        self.at = 0
        self.places: dict[Path, Place] = {}

    def block(self, path: Path, indent: int) -> Any:
        if len(path) > _DEEPEST:
            raise _NotPlainError
        if self.lines[self.at].content.startswith("- "):
            return self.sequence(path, indent)
        return self.mapping(path, indent)

    def next_is(self, indent: int) -> bool:
        """Whether another line of a block follows; what is indented otherwise is none of ours."""
        if self.at == len(self.lines) or self.lines[self.at].indent < indent:
            return False
        if self.lines[self.at].indent > indent:
            raise _NotPlainError
        return True

    def sequence(self, path: Path, indent: int) -> list[Any]:
        items: list[Any] = []
        while self.next_is(indent):
            line = self.lines[self.at]
            content = line.content[2:]
            if not line.content.startswith("- ") or content.startswith(" "):
                raise _NotPlainError
            here = (*path, len(items))
            self.places[here] = (line.number, indent + 3)
            if _KEY.match(content):
                # The rest of the line is the first of a block that is two further in.
                self.lines[self.at] = _Line(line.number, indent + 2, content)
                items.append(self.block(here, indent + 2))
            else:
                self.at += 1
                items.append(self.scalar(content))
        return items

    def mapping(self, path: Path, indent: int) -> dict[str, Any]:
        values: dict[str, Any] = {}
        while self.next_is(indent):
            line = self.lines[self.at]
            key = _KEY.match(line.content)
            if key is None or key[1] in values:
                raise _NotPlainError
            here = (*path, key[1])
            self.places[here] = (line.number, indent + 1)
            self.at += 1
            if (rest := line.content[key.end() :]) == _FOLDED:
                values[key[1]] = self.folded(indent)
            elif rest:
                column = indent + key.end() + 1
                values[key[1]] = self.value(rest, here, line.number, column)
            elif self.at < len(self.lines) and self.lines[self.at].indent > indent:
                values[key[1]] = self.block(here, self.lines[self.at].indent)
            elif self.at < len(self.lines) and self.lines[self.at].content.startswith("-"):
                raise _NotPlainError
            else:
                values[key[1]] = None
        return values

    def value(self, text: str, path: Path, line: int, column: int) -> Any:
        if not text.startswith("["):
            return self.scalar(text)
        if not text.endswith("]"):
            raise _NotPlainError
        items: list[Any] = []
        position, end = 1, len(text) - 1
        while position < end:
            item = _ITEM.match(text, position, end)
            if item is None:
                raise _NotPlainError
            self.places[(*path, len(items))] = (line, column + item.start(1))
            items.append(_plain(item[1]))
            position = item.end()
        return items

    def folded(self, indent: int) -> str:
        """Read words over several lines, each as far in as the first, up to a line that is not."""
        start = self.lines[self.at - 1].number + 1 - self.first_line
        words: list[str] = []
        inner = 0
        for line in self.typed[start:]:
            content = line.lstrip(" ")
            set_in = len(line) - len(content)
            if set_in <= indent:
                break
            inner = inner or set_in
            if set_in != inner or not content or line.endswith(" "):
                raise _NotPlainError
            words.append(content)
        rest = self.typed[start + len(words) :]
        # After an empty line, or before a comment, the words may go on.
        if not words or (any(rest) and rest[0].lstrip(" ")[:1] in ("", "#")):
            raise _NotPlainError
        end = self.first_line + start + len(words)
        while self.at < len(self.lines) and self.lines[self.at].number < end:
            self.at += 1
        return " ".join(words)

    def scalar(self, text: str) -> str | None:
        if self.at < len(self.lines) and _goes_on(self.lines[self.at - 1], self.lines[self.at]):
            raise _NotPlainError
        if match := _QUOTED.fullmatch(text):
            return match[1] if match[1] is not None else match[2]
        if not _PLAIN.fullmatch(text):
            raise _NotPlainError
        return _plain(text)


def _plain(text: str) -> str | None:
    return None if text in ("~", "null") else text


def _goes_on(line: _Line, following: _Line) -> bool:
    """Whether words may run on into the next line."""
    return following.indent > line.indent
