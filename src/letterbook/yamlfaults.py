"""What is wrong with YAML that cannot be read, in the words of who has typed it.

The parser tells what it expected, which helps those who know its grammar. What people do are a few
things: a colon in a title, a bracket or a quotation mark at its beginning, a tab, a line that is
indented otherwise than its neighbours, a colon that is missing. These are told here from the lines
around the place at which the parser gave up; everything else in its own words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_LINE = re.compile(r" *(?:- +)*(?P<key>[^\s:#\"'\[{-][^:]*?) *: +(?P<value>.*)")
_KEY = re.compile(r" *(?:- +)*[^\s:#][^:]*:(?: |$)")
_TAB = re.compile(r" *\t")
_NO_SPACE = re.compile(r" *(?:- +)*[A-Za-z-]+:\S")
_CLOSED = {'"': re.compile(r'"(?:[^"\\]|\\.)*"(.*)'), "'": re.compile(r"'(?:[^']|'')*'(.*)")}
_SIGNS = "*&%@`!|>?"
"""With these a value does not begin, or begins something that is no text."""
_SHOWN = 60
"""Characters of a value that is shown with quotes around it."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault, told."""

    message: str
    hint: str
    line: int
    """From 0, in the text that was read, like the column."""
    column: int


def explain(text: str, problem: str, line: int, column: int) -> Fault:
    """Tell what is wrong, given what the parser says, and where it says that; both from 0."""
    lines = text.split("\n")
    line = min(line, len(lines) - 1)
    return (
        _tab(lines, line)
        or _open_quote(lines, line)
        or _value(lines[line], line, column)
        or _no_colon(lines, line)
        or _indent(lines, line, problem)
        or Fault(
            f"this is not YAML: {problem}",
            "look for a missing quote, a tab, or an indent that differs from its neighbours’;"
            " text that contains “: ” or starts with a bracket, * or & needs quotes",
            line,
            column,
        )
    )


def _tab(lines: Sequence[str], line: int) -> Fault | None:
    if not (tab := _TAB.match(lines[line])):
        return None
    return Fault(
        "this line is indented by a tab",
        "put spaces in its place, as many as its neighbours have",
        line,
        tab.end() - 1,
    )


def _open_quote(lines: Sequence[str], last: int) -> Fault | None:
    """Find a quotation mark that is not closed on its line, nor on one that goes on from it."""
    for number, text in enumerate(lines[: last + 1]):
        found = _LINE.fullmatch(text)
        if not found or found["value"][:1] not in _CLOSED:
            continue
        following = next((line for line in lines[number + 1 :] if line.strip()), "")
        goes_on = _indented(following) > _indented(text) and not _KEY.match(following)
        if not goes_on and not _CLOSED[found["value"][0]].match(found["value"]):
            return Fault(
                f"the quotation mark {found['value'][0]} is opened here and never closed",
                f"close it, or put quotes around the whole: {_quoted(found)}",
                number,
                found.start("value"),
            )
    return None


def _value(text: str, line: int, column: int) -> Fault | None:
    """Tell what is wrong with a value that needs quotes around it."""
    found = _LINE.fullmatch(text)
    if not found:
        return None
    value, start = found["value"], found.start("value")
    hint = f"put quotes around the whole: {_quoted(found)}"
    if value[:1] in _CLOSED:
        closed = _CLOSED[value[0]].match(value)
        if closed and closed[1].strip() and not closed[1].lstrip().startswith("#"):
            message = f"words follow the quotation mark {value[0]} that ends the value"
            return Fault(message, hint, line, start + closed.start(1))
    elif value[:1] in ("[", "{"):
        message = f"a value that begins with {value[0]} is read as a list of things, not as text"
        return Fault(message, hint, line, start)
    elif value[:1] and value[0] in _SIGNS:
        return Fault(f"a value cannot begin with {value[0]}", hint, line, start)
    elif (colon := re.search(r":(?: |$)", value)) and column >= start:
        message = "a colon stands in words that have no quotes"
        return Fault(message, hint, line, start + colon.start())
    return None


def _quoted(found: re.Match[str]) -> str:
    value = found["value"].strip()
    if value.count('"') == 1:
        value = value.removeprefix('"')
    if len(value) > _SHOWN:
        value = f"{value[:_SHOWN].rstrip()} …"
    value = "'{}'".format(value.replace("'", "''")) if '"' in value else f'"{value}"'
    return f"{found['key']}: {value}"


def _no_colon(lines: Sequence[str], line: int) -> Fault | None:
    """Find the line without a colon that the parser took for the beginning of the next."""
    for number in range(line, max(line - 3, -1), -1):
        text = lines[number]
        content = text.strip()
        if not content or content.startswith(("#", "- ")) or _KEY.match(text):
            continue
        if number and _indented(text) > _indented(lines[number - 1]) and number != line:
            return None
        if _NO_SPACE.match(text):
            message, at = "there is no space after the colon", text.index(":")
        else:
            message, at = "there is no colon after the key", _indented(text)
        return Fault(message, "write “key: words”, with a colon and a space", number, at)
    return None


def _indent(lines: Sequence[str], line: int, problem: str) -> Fault | None:
    before = next((text for text in reversed(lines[:line]) if text.strip()), None)
    if before is None or not _KEY.match(lines[line]):
        return None
    if _indented(lines[line]) == _indented(before) and "block" not in problem:
        return None
    return Fault(
        "this line is not indented as those are to which it belongs",
        "give keys that belong together the same number of spaces before them; what belongs to"
        " a key stands below it, two spaces further in",
        line,
        _indented(lines[line]),
    )


def _indented(text: str) -> int:
    return len(text) - len(text.lstrip(" "))
