"""The words of a document as typed: Markdown read only far enough to tell words from markup.

Markup is painted over, character by character, so that every word keeps its place; what is left
are the words. It is not decided what a list or a heading is: their marks are set aside on both
sides of the comparison, or may stand on one side alone. So this reading and the edition's differ
in method, and each can find the other wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from letterbook.witness.blocks import paint_line, paint_tables
from letterbook.witness.inline import EDGE, GONE, link_labels, paint_inline
from letterbook.witness.ticks import code_blocks
from letterbook.witness.words import Break, Key, Kind, Word, source_key

_DEFINITION = re.compile(r"\[\^([^\]\s]+)\]:[ \t]*")
_INDENTED = re.compile(r"^(?: {4}|\t)", re.MULTILINE)
_WORD = re.compile(rf"([^\s{EDGE}]+)([\s{EDGE}]*)")
_TYPED = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Account:
    """The words of one document's source."""

    body: tuple[Word, ...]
    notes: dict[str, tuple[Word, ...]]
    """By label."""


def read_source(text: str, start: int, key: Key = source_key) -> Account:
    """Read a document's file from the offset at which its body starts."""
    labels = link_labels(text[start:])
    body: tuple[Word, ...] = ()
    notes: dict[str, tuple[Word, ...]] = {}
    for label, part, offset in _parts(text, start):
        words = tuple(_words(part, offset, labels, key))
        if label is None:
            body = words
        else:
            notes[label] = words
    return Account(body, notes)


def read_source_keys(text: str, start: int) -> dict[str | None, list[str]]:
    """Read as ``read_source`` does, and give the keys of the words alone, by the notes' labels.

    The body has the label None. It is quicker by far, and enough to see that words agree.
    """
    labels = link_labels(text[start:])
    return {label: _keys(part, labels) for label, part, _ in _parts(text, start)}


def _parts(text: str, start: int) -> Iterator[tuple[str | None, str, int]]:
    """Give the notes, each with its label and offset, and then the body, which has no label."""
    body = list(text)
    for label, first, words, last in _definitions(text, start):
        body[first:last] = ["\n" if c == "\n" else " " for c in text[first:last]]
        yield label, text[words:last], words
    yield None, "".join(body[start:]), start


# --------------------------------------------------------------------------- notes


def _definitions(text: str, start: int) -> Iterator[tuple[str, int, int, int]]:
    """Give the label of each definition, where it starts, where its words do, and its end."""
    lines = list(_lines(text, start))
    code = code_blocks(lines)
    number = 0
    while number < len(lines):
        offset, line = lines[number]
        if closing := code.get(number):
            number = closing
        elif match := _DEFINITION.match(line):
            number = _definition_end(lines, number)
            last, content = lines[number - 1]
            yield match[1], offset, offset + match.end(), last + len(content)
        else:
            number += 1


def _definition_end(lines: list[tuple[int, str]], number: int) -> int:
    """The number of the line after a definition's last."""
    end = number + 1
    while end < len(lines):
        line = lines[end][1]
        if line.strip() and not _INDENTED.match(line):
            lazy = lines[end - 1][1].strip() and not line.startswith(":")
            if not lazy or _DEFINITION.match(line):
                break
        elif not line.strip():
            while end + 1 < len(lines) and not lines[end + 1][1].strip():
                end += 1
            if end + 1 == len(lines) or not _INDENTED.match(lines[end + 1][1]):
                break
        end += 1
    return end


def _lines(text: str, start: int) -> Iterator[tuple[int, str]]:
    for line in text[start:].split("\n"):
        yield start, line
        start += len(line) + 1


# --------------------------------------------------------------------------- blocks


def _words(text: str, start: int, labels: frozenset[str], key: Key) -> Iterator[Word]:
    """Give the words of the body or of a note, which starts at an offset of the file."""
    painted, optional = _paint(text, labels)
    words = _painted_words(painted, start, optional, key)
    # What is indented may be shown as typed: then that is what must be there.
    return _with_typed(words, text, start, key) if _INDENTED.search(text) else words


def _keys(text: str, labels: frozenset[str]) -> list[str]:
    """Give the keys of the words of the body or of a note."""
    painted, _ = _paint(text, labels)
    return source_key(painted.replace(GONE, "").replace(EDGE, " ")).split()


def _paint(text: str, labels: frozenset[str]) -> tuple[str, set[int]]:
    """Paint over the markup, and tell which characters may be words, or may not."""
    paint = list(text)
    optional: set[int] = set()
    lines = list(_lines(text, 0))
    code = code_blocks(lines)
    code_until = 0
    for number, (offset, line) in enumerate(lines):
        if "```" in line and number >= code_until:
            code_until = code.get(number, 0)
        if number >= code_until:
            paint_line(line, offset, paint, optional)
    paint_tables(lines, paint)
    paint_inline(text, paint, labels)
    return "".join(paint), optional


def _painted_words(painted: str, start: int, optional: set[int], key: Key) -> Iterator[Word]:
    for match in _WORD.finditer(painted):
        shown = match[1].replace(GONE, "")
        if compared := key(shown):
            offset = match.start() + len(match[1]) - len(match[1].lstrip(GONE))
            after = Break.EDGE if EDGE in match[2] else Break.SPACE
            kind = Kind.OPTIONAL if offset in optional else Kind.TEXT
            yield Word(shown, compared, after, start + offset, kind)


def _with_typed(words: Iterator[Word], text: str, start: int, key: Key) -> Iterator[Word]:
    """Add to each word all that is typed where it stands, and make one of markup without words."""
    waiting = next(words, None)
    for match in _TYPED.finditer(text):
        typed = key(match[0])
        if waiting is None or waiting.place >= start + match.end():
            # Nothing of it is a word, so that this one matches only what is shown as typed.
            yield Word(match[0], GONE, Break.SPACE, start + match.start(), Kind.OPTIONAL, typed)
        while waiting is not None and waiting.place < start + match.end():
            yield waiting._replace(typed=typed)
            waiting = next(words, None)
