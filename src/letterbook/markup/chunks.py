"""A text in parts that Python-Markdown can read one by one, and the longest that it may have.

Its time grows with the square of the blocks in a text, and of the marks in a paragraph. A book of
16 MB must not take longer by the word than a letter, and no file may stop a build.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from letterbook.diagnostics import Diagnostic
from letterbook.markup.pieces import Piece

MAX_PARAGRAPH = 100_000
"""Characters between two blank lines; some fifty pages."""
MAX_LINES = 2_000
"""Lines between two blank lines."""
MAX_BLOCKS = 10_000
"""Paragraphs of one list, quotation or other thing that cannot be taken apart."""
CHUNK = 10_000
"""Characters after which a text is cut at the next place that allows it."""

# What begins here has nothing to do with what stands before it.
_BEGINS = re.compile(r"(?![\s>:|=~`]|[*+-][ \t]|\d+\.)")
_TERM = re.compile(r"^[ ]{0,3}:[ \t]", re.MULTILINE)
_BLANK = re.compile(r"\n[ \t]*+\n")
_TAG = re.compile(r"<(/)?[A-Za-z][^<>]*?(/)?>")


def chunks(text: str) -> Iterator[str]:
    """Cut a text before paragraphs that no list, quotation or element can hold."""
    lines = text.split("\n")
    if _TERM.search(text):
        # A term's paragraph is known only by what follows.
        yield text
        return
    start = length = depth = 0
    for number, line in enumerate(lines):
        free = depth == 0 and number > 0 and not lines[number - 1].strip()
        if free and length > CHUNK and _BEGINS.match(line):
            yield "\n".join(lines[start:number])
            start, length = number, 0
        length += len(line) + 1
        for tag in _TAG.finditer(line):
            depth = max(depth + (-1 if tag[1] else 0 if tag[2] else 1), 0)
    yield "\n".join(lines[start:])


def has_too_many_blocks(chunk: str) -> bool:
    """Whether a part that could not be cut has too many blocks to be read in a sensible time."""
    return chunk.count("\n") > MAX_BLOCKS and len(_BLANK.findall(chunk)) > MAX_BLOCKS


def too_long(piece: Piece) -> Iterator[Diagnostic]:
    """Say which paragraph has too many characters or lines to be read in a sensible time."""
    start = length = 0
    for number, line in enumerate((*piece.lines, "")):
        length += len(line) + 1
        if line.strip():
            continue
        if length > MAX_PARAGRAPH or number - start > MAX_LINES:
            yield Diagnostic(
                "passage-too-long",
                f"this paragraph has more than {MAX_PARAGRAPH:,} characters or {MAX_LINES:,} lines",
                "put blank lines where paragraphs end",
                piece.part(start, number).span(0),
            )
        start, length = number + 1, 0
