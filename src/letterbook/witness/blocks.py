"""Markup of whole lines, painted over: blocks, lists, quotations, rules, tables."""

from __future__ import annotations

import re

from letterbook.witness.inline import EDGE, GONE
from letterbook.witness.ticks import Ticks

_BLOCK = re.compile(r"(?: {4}|\t)?:{3,}")
_RULE = re.compile(r"[\s>]*+[-=_*:|+][-=_*:|+ \t]*+")
_QUOTE = re.compile(r"[ \t>]*")
_BULLET = re.compile(r"[-+*:](?=[ \t]|$)[ \t]*")
_ORDINAL = re.compile(r"\d+\.(?=[ \t])[ \t]*")
_TABLE_RULE = re.compile(r"[ \t>]*+(?:\|[ \t]*+)?+:?-++:?[ \t]*+(?:\|[ \t]*+:?-*+:?[ \t]*+)*+")
_CELL_EDGE = re.compile(r"\\.|(?P<ticks>`++)|(?P<bar>\|)")
_MARGIN = " \t>"


def paint_line(line: str, offset: int, paint: list[str], optional: set[int]) -> None:
    """Paint over what is no word in a line, and note which characters need not be one."""
    if _BLOCK.match(line):
        paint[offset : offset + len(line)] = EDGE * len(line)
        return
    if _RULE.fullmatch(line):
        optional.update(range(offset, offset + len(line)))
        return
    match = _QUOTE.match(line)
    position = match.end() if match else 0
    for at in range(position):
        if line[at] == ">":
            paint[offset + at] = GONE
    while mark := _BULLET.match(line, position) or _ORDINAL.match(line, position):
        if not line[position].isdigit():
            optional.add(offset + position)
        position = mark.end()


def paint_tables(lines: list[tuple[int, str]], paint: list[str]) -> None:
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
    if "|" not in line:
        return []
    bars: list[int] = []
    ticks = Ticks(line)
    position = 0
    while match := _CELL_EDGE.search(line, position):
        position = match.end()
        if match["bar"]:
            bars.append(match.start())
        elif match["ticks"]:
            count = len(match["ticks"])
            end = ticks.closing(position, count)
            position = position if end < 0 else end + count
    if outer:
        return bars
    first = len(line) - len(line.lstrip(_MARGIN))
    last = len(line.rstrip()) - 1
    return [bar for bar in bars if first < bar < last]
