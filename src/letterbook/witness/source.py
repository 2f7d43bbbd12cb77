"""The words of a document as typed: Markdown read only far enough to tell words from markup.

Markup is painted over, character by character, so that every word keeps its place; what is left
are the words. It is not decided what a list or a heading is: their marks are set aside on both
sides of the comparison, or may stand on one side alone. So this reading and the edition's differ
in method, and each can find the other wrong.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from letterbook.witness.inline import EDGE, GONE, link_labels, paint_inline
from letterbook.witness.words import Break, Key, Kind, Word, source_key

_DEFINITION = re.compile(r"\[\^([^\]\s]+)\]:[ \t]*")
_CODE = re.compile(r" {0,3}(`{3,}|~{3,})")
_BLOCK = re.compile(r"(?: {4}|\t)?:{3,}")
_RULE = re.compile(r"[\s>]*[-=_*:|+ \t]+")
_QUOTE = re.compile(r"[ \t>]*")
_BULLET = re.compile(r"[-+*:](?=[ \t])[ \t]*")
_ORDINAL = re.compile(r"\d+\.(?=[ \t])[ \t]*")
_TABLE_RULE = re.compile(r"[ \t>]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-*:?[ \t]*)*")
_CELL_EDGE = re.compile(r"\\.|(?P<ticks>`+).+?(?P=ticks)|(?P<bar>\|)")
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
    body = list(text)
    notes: dict[str, tuple[Word, ...]] = {}
    for label, first, words, last in _definitions(text, start):
        body[first:last] = ["\n" if c == "\n" else " " for c in text[first:last]]
        notes[label] = tuple(_words("".join(text[words:last]), words, labels, key))
    return Account(tuple(_words("".join(body[start:]), start, labels, key)), notes)


# --------------------------------------------------------------------------- notes


def _definitions(text: str, start: int) -> Iterator[tuple[str, int, int, int]]:
    """Give the label of each definition, where it starts, where its words do, and its end."""
    lines = list(_lines(text, start))
    number = 0
    while number < len(lines):
        offset, line = lines[number]
        if closing := _code_end(lines, number):
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
            later = next((content for _, content in lines[end:] if content.strip()), "")
            if not _INDENTED.match(later):
                break
        end += 1
    return end


def _code_end(lines: list[tuple[int, str]], number: int) -> int | None:
    """The number of the line after a block of code that starts here."""
    if match := _CODE.match(lines[number][1]):
        for end in range(number + 1, len(lines)):
            if lines[end][1].strip().startswith(match[1]):
                return end + 1
    return None


def _lines(text: str, start: int) -> Iterator[tuple[int, str]]:
    for line in text[start:].split("\n"):
        yield start, line
        start += len(line) + 1


# --------------------------------------------------------------------------- blocks


def _words(text: str, start: int, labels: frozenset[str], key: Key) -> Iterator[Word]:
    """Give the words of the body or of a note, which starts at an offset of the file."""
    paint = list(text)
    optional: set[int] = set()
    lines = list(_lines(text, 0))
    code_until = 0
    for number, (offset, line) in enumerate(lines):
        if "```" in line and number >= code_until:
            code_until = _code_end(lines, number) or 0
        if number >= code_until:
            _paint_line(line, offset, paint, optional)
    _paint_tables(lines, paint)
    paint_inline(text, paint, labels)
    # What is indented may be shown as typed: then that is what must be there.
    typed = list(_TYPED.finditer(text)) if _INDENTED.search(text) else []
    starts = [match.start() for match in typed]
    for match in _WORD.finditer("".join(paint)):
        shown = match[1].replace(GONE, "")
        compared = key(shown)
        if not compared:
            continue
        offset = match.start()
        as_typed = key(typed[bisect_right(starts, offset) - 1][0]) if typed else ""
        place = start + offset
        if match[1][0] == GONE:
            place += len(match[1]) - len(match[1].lstrip(GONE))
        after = Break.EDGE if EDGE in match[2] else Break.SPACE
        kind = Kind.OPTIONAL if offset in optional else Kind.TEXT
        yield Word(shown, compared, after, place, kind, as_typed)


def _paint_line(line: str, offset: int, paint: list[str], optional: set[int]) -> None:
    """Paint over what is no word in a line, and note what need not be one."""
    if _BLOCK.match(line):
        paint[offset : offset + len(line)] = EDGE * len(line)
        return
    if _RULE.fullmatch(line):
        optional.update(offset + match.start() for match in _TYPED.finditer(line))
        return
    match = _QUOTE.match(line)
    position = match.end() if match else 0
    while mark := _BULLET.match(line, position) or _ORDINAL.match(line, position):
        if not line[position].isdigit():
            optional.add(offset + position)
        position = mark.end()


def _paint_tables(lines: list[tuple[int, str]], paint: list[str]) -> None:
    """Make the bars of tables the edges that they are, and paint over the rule below the head."""
    in_table = False
    before = ""
    for (offset, line), (_, following) in zip(lines, [*lines[1:], (0, "")], strict=True):
        if not line.strip(_MARGIN):
            in_table = False
        elif in_table and _is_table_rule(line):
            paint[offset : offset + len(line)] = EDGE * len(line)
        elif _is_table_rule(following) and _ends_block(before, line):
            in_table = len(_bars(line)) == len(_bars(following))
        if in_table:
            for bar in _bars(line, outer=True):
                paint[offset + bar] = EDGE
        before = line


_MARGIN = " \t>"


def _ends_block(line: str, following: str) -> bool:
    """Whether what follows a line is no part of its paragraph: only there can a table begin."""
    bare = line.strip(_MARGIN)
    depth, next_depth = (x[: len(x) - len(x.lstrip(_MARGIN))].count(">") for x in (line, following))
    return (
        not bare
        or depth != next_depth
        or bare.startswith("#")
        or _BLOCK.match(line) is not None
        or _RULE.fullmatch(line) is not None
    )


def _is_table_rule(line: str) -> bool:
    return "|" in line and "-" in line and _TABLE_RULE.fullmatch(line) is not None


def _bars(line: str, outer: bool = False) -> list[int]:
    """Where the bars are that divide a line into cells, with those around it or without."""
    bars = [match.start() for match in _CELL_EDGE.finditer(line) if match["bar"]]
    if outer:
        return bars
    return [bar for bar in bars if line[:bar].strip(_MARGIN) and line[bar + 1 :].strip()]
