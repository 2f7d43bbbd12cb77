"""A document's text, taken apart by line: the body and the notes, fenced blocks and what is plain.

Both constructs are Pandoc's. A note is defined by ``[^label]: text`` at the start of a line; its
further paragraphs are indented by four spaces or a tab. A block stands between ``::: name`` and
``:::``; blocks nest. All this happens before Markdown sees anything, which keeps the place of
every line known.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from letterbook.diagnostics import Diagnostic, Severity, Span
from letterbook.markup.attributes import Attributes, parse_attributes
from letterbook.metadata import Responsibility

_DEFINITION = re.compile(r"\[\^([^\]\s]+)\]:[ \t]*")
_RESPONSIBILITY = re.compile(rf"\[\]\{{\.({'|'.join(Responsibility)})\}}[ \t]*")
_QUOTE_DEPTH = re.compile(r"(?:[ \t]*>){20}")
MAX_FENCES = 12
"""Blocks within blocks; the letters that we know need two."""


@dataclass(frozen=True)
class Piece:
    """Some lines of the source, kept with where they came from."""

    file: str
    lines: tuple[str, ...]
    numbers: tuple[int, ...]
    """For each line, its number in the file."""
    shifts: tuple[int, ...]
    """For each line, how many characters were taken from its front."""

    @cached_property
    def text(self) -> str:
        """The lines, joined."""
        return "\n".join(self.lines)

    @cached_property
    def _starts(self) -> list[int]:
        """For each line, where it starts in ``text``."""
        return list(accumulate((len(line) + 1 for line in self.lines[:-1]), initial=0))

    def span(self, offset: int) -> Span:
        """The place in the file of a character of ``text``."""
        if not self.lines:
            return Span(self.file)
        line = bisect_right(self._starts, offset) - 1
        column = offset - self._starts[line]
        return Span(self.file, self.numbers[line], column + self.shifts[line] + 1)

    def part(self, start: int, end: int) -> Piece:
        """Lines ``start`` to ``end``, the last excluded."""
        return Piece(
            self.file, self.lines[start:end], self.numbers[start:end], self.shifts[start:end]
        )


@dataclass(frozen=True, slots=True)
class NotePiece:
    """The definition of a note, unread."""

    label: str
    responsibility: Responsibility | None
    piece: Piece
    span: Span


@dataclass(frozen=True, slots=True)
class Fence:
    """A ``:::`` block: its attributes and what it holds."""

    attributes: Attributes
    content: tuple[Piece | Fence, ...]
    span: Span


def whole(text: str, file: str, first_line: int) -> Piece:
    """Make one piece of a text that starts on ``first_line`` of ``file``."""
    lines = tuple(text.split("\n"))
    count = len(lines)
    return Piece(file, lines, tuple(range(first_line, first_line + count)), (0,) * count)


def split_notes(piece: Piece) -> tuple[Piece, tuple[NotePiece, ...]]:
    """Take the definitions of notes out of a text; blank lines stay where they stood."""
    body = list(piece.lines)
    following = _following(piece.lines)
    notes: list[NotePiece] = []
    position = 0
    while position < len(body):
        match = _DEFINITION.match(body[position])
        if not match:
            position += 1
            continue
        end = _definition_end(piece.lines, following, position)
        notes.append(_note(piece, position, end, match))
        body[position:end] = [""] * (end - position)
        position = end
    return Piece(piece.file, tuple(body), piece.numbers, piece.shifts), tuple(notes)


def _following(lines: tuple[str, ...]) -> list[str]:
    """For each line, the first that is not blank from there on."""
    following = [""] * len(lines)
    last = ""
    for number in range(len(lines) - 1, -1, -1):
        last = lines[number] if lines[number].strip() else last
        following[number] = last
    return following


def _definition_end(lines: tuple[str, ...], following: list[str], start: int) -> int:
    end = start + 1
    while end < len(lines):
        line = lines[end]
        if not line.strip():
            if not following[end].startswith(("    ", "\t")):
                break
        elif _DEFINITION.match(line) or (
            # A line that is not indented goes on with a paragraph, but starts none.
            not line.startswith(("    ", "\t")) and (not lines[end - 1].strip() or line[0] == ":")
        ):
            break
        end += 1
    return end


def _note(piece: Piece, start: int, end: int, match: re.Match[str]) -> NotePiece:
    lines, shifts = [], []
    for number in range(start, end):
        line = piece.lines[number]
        if number == start:
            cut = match.end()
        else:
            cut = 1 if line.startswith("\t") else min(4, len(line) - len(line.lstrip(" ")))
        lines.append(line[cut:])
        shifts.append(cut)
    responsibility = None
    if said := _RESPONSIBILITY.match(lines[0]):
        responsibility = Responsibility(said[1])
        lines[0] = lines[0][said.end() :]
        shifts[0] += said.end()
    inner = Piece(piece.file, tuple(lines), piece.numbers[start:end], tuple(shifts))
    return NotePiece(match[1], responsibility, inner, Span(piece.file, piece.numbers[start], 1))


def split_fences(piece: Piece) -> tuple[tuple[Piece | Fence, ...], list[Diagnostic]]:
    """Take a text apart at its ``:::`` lines."""
    splitter = _Splitter(piece)
    for position, line in enumerate(piece.lines):
        if line.startswith(":::"):
            splitter.flush(position)
            splitter.fence(position, line.strip(": \t"))
        elif _QUOTE_DEPTH.match(line):
            splitter.diagnostics.append(too_deep(splitter.at(position)))
    splitter.flush(len(piece.lines))
    splitter.close_all()
    return tuple(splitter.open[0].content), splitter.diagnostics


@dataclass(slots=True)
class _Open:
    """A block that is being read."""

    attributes: Attributes
    content: list[Piece | Fence]
    line: int
    """The position of its first line."""


class _Splitter:
    def __init__(self, piece: Piece) -> None:
        self.piece = piece
        self.diagnostics: list[Diagnostic] = []
        self.open = [_Open(Attributes(), [], 0)]
        self.plain_from = 0
        self.ignored = 0
        """How many blocks are open that were too deep to be opened."""

    def at(self, position: int) -> Span:
        return Span(self.piece.file, self.piece.numbers[position], 1)

    def flush(self, end: int) -> None:
        """Give the plain lines before ``end`` to the innermost block."""
        plain = self.piece.part(self.plain_from, end)
        if any(line.strip() for line in plain.lines):
            self.open[-1].content.append(plain)
        self.plain_from = end + 1

    def fence(self, position: int, what: str) -> None:
        if what:
            if len(self.open) > MAX_FENCES:
                self.diagnostics.append(too_deep(self.at(position)))
                self.ignored += 1
                return
            self.open.append(_Open(self.attributes(position, what), [], position))
        elif self.ignored:
            self.ignored -= 1
        elif len(self.open) > 1:
            self.close()
        else:
            self.diagnostics.append(
                Diagnostic(
                    "block-unopened",
                    "“:::” closes a block, but none is open",
                    "open it with “::: dateline” or another name, or remove this line",
                    self.at(position),
                )
            )

    def attributes(self, position: int, what: str) -> Attributes:
        braced = re.fullmatch(r"\{(.*)\}", what)
        if not braced:
            return Attributes((what,))
        attributes = parse_attributes(braced[1])
        if attributes is None:
            self.diagnostics.append(
                Diagnostic(
                    "attributes-syntax",
                    f"“{what}” cannot be read",
                    "write it like “::: verse” or “::: {.verse lang=de}”",
                    self.at(position),
                )
            )
        return attributes or Attributes()

    def close(self) -> None:
        done = self.open.pop()
        self.open[-1].content.append(
            Fence(done.attributes, tuple(done.content), self.at(done.line))
        )

    def close_all(self) -> None:
        while len(self.open) > 1:
            self.diagnostics.append(
                Diagnostic(
                    "block-unclosed",
                    "this block is never closed",
                    "put “:::” on a line of its own where it ends",
                    self.at(self.open[-1].line),
                )
            )
            self.close()


def too_deep(span: Span) -> Diagnostic:
    """Say that something is nested too deeply."""
    return Diagnostic(
        "nesting-too-deep",
        "this is nested more deeply than a page can show",
        "take out the inner quotations, lists or blocks",
        span,
    )


def not_a_reference(words: str, span: Span) -> Diagnostic:
    """Say that words in brackets look like a reference and are none."""
    return Diagnostic(
        "reference-syntax",
        f"“[{words}]” is not read as a reference and stays as text",
        "write one reference, [@slug] or [@no. 12], with other words outside of its brackets, or"
        " put a backslash before the bracket",
        span,
        Severity.WARNING,
    )


_WITHIN = r"(?:[^*\n]|\n(?![ \t]*(?:\n|[-+>#:|]|[0-9]+[.)])))"
"""A character of one paragraph, list item or the like."""
_UNCLEAR = re.compile(
    rf"(?<![\\*])\*(?![*\s]){_WITHIN}*+(?<![*\s])\*\*(?![*\s]){_WITHIN}++\*(?!\*)"
)
"""Italics in which bold type begins and nothing ends it: ``*one**two*``."""


def unclear_emphasis(text: str, piece: Piece) -> list[Diagnostic]:
    """Say where signs touch of which Python-Markdown makes nonsense, and may lose a letter.

    ``text`` is the prose of the piece as Python-Markdown is given it.
    """
    if not _UNCLEAR.search(text):
        return []
    match = _UNCLEAR.search(piece.text)
    return [
        Diagnostic(
            "emphasis-unclear",
            "it is not clear where the emphasis that begins here ends",
            "part the two with a space, write <em>…</em> for one of them, or \\* for a star",
            piece.span(match.start() if match else 0),
        )
    ]


_LEFT = (
    (
        re.compile(r"(?<!\\)\[\^[^\]\n]*[ \t][^\]\n]*\]"),
        "write the mark of a note without spaces, [^like-this]",
    ),
    (re.compile(r"(?<!\\)\^\["), "write a mark, [^1], and its note below, “[^1]: …”"),
    (
        re.compile(
            r"(?<![\\\w])\{[.#][A-Za-z][\w-]*(?: +[\w.-]+(?:=(?:\"[^\"\n]*\"|[^\s{}\"]+))?)*\}"
        ),
        "write it right behind the brackets of its words, [words]{.name}",
    ),
    (
        re.compile(r"(?<!\\)!\[[^\]\n]*\]\("),
        "write ![what it shows](images/seal.png), without spaces in the name of the file",
    ),
    (re.compile(r"^[ \t]*>?[ \t]*:::+", re.MULTILINE), "begin the line with it"),
)
"""What looks like markup of ours, and how that is written."""


def left_as_text(text: str, piece: Piece) -> Iterator[Diagnostic]:
    """Say of what looks like markup that nothing has been made of it.

    ``text`` is the prose of the piece without all that was read.
    """
    for pattern, hint in _LEFT:
        at = 0
        for match in pattern.finditer(text):
            words = match[0].strip()
            # The same words may stand there again, further on.
            at = max(piece.text.find(words, at), at)
            yield Diagnostic(
                "left-as-text",
                f"“{words[:60]}” is not read as markup and stays as text",
                f"{hint}; or put a backslash before it, if it is text",
                piece.span(at),
                Severity.WARNING,
            )
            at += len(words)
