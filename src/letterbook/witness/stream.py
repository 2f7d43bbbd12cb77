"""Words as one run of characters: the form in which an account can be taken in linear time.

White space is kept beside the characters, not among them: a word that was broken over two lines,
or fused with its neighbour, is then still found, and the difference is seen.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass, field

NONE, EDGE, SPACE, BLOCK = 0, 1, 2, 3
"""What stands before a character: nothing; the end of a block or a cell; white space; both."""

_DROPPED = dict.fromkeys(
    [
        *map(ord, "*_`\\#>"),
        *range(0x20),
        *range(0x7F, 0xA0),
        0xAD,
        *range(0x200B, 0x2010),
        *range(0x202A, 0x202F),
        *range(0x2060, 0x206A),
        0xFEFF,
        *range(0xFFF9, 0xFFFC),
        0xFFFE,
        0xFFFF,
    ]
)
"""What nobody sees, and what only a parser of Markdown can tell from markup."""
_TYPOGRAPHIC = {
    **dict.fromkeys(map(ord, "“”„‟«»"), '"'),
    **dict.fromkeys(map(ord, "‘’‚‛‹›´"), "'"),
}
TYPOGRAPHIC = re.compile("[“”‘’–—]")
_DASH = re.compile(r"(?<!-)-{2,3}(?!-)|–")
"""What can be a dash that was set; which of the two it is, what stands around it decides."""
_ASCII_ONLY = re.compile(r"[ -~]*")


def clean(word: str, typographic: bool = False) -> str:
    """Give what of a word is compared.

    ``typographic`` takes both forms of quotes for one, and two or three hyphens for a dash.
    """
    if not _ASCII_ONLY.fullmatch(word):
        word = unicodedata.normalize("NFC", word)
    word = word.translate(_DROPPED)
    if typographic:
        word = word.translate(_TYPOGRAPHIC).replace("''", '"').replace("``", '"')
        word = _DASH.sub("—", word)
    return word


@dataclass(slots=True)
class Stream:
    """The characters of some words, and what is known of each."""

    text: str = ""
    breaks: bytearray = field(default_factory=bytearray)
    """For each character, what stands before it."""
    optional: bytearray = field(default_factory=bytearray)
    """For each character, 1 when it may be on this side alone."""
    starts: list[int] = field(default_factory=list)
    """Where a line of the source begins, as a position in ``text`` …"""
    lines: list[int] = field(default_factory=list)
    """… and its number."""
    typographic: int = 0
    """How many quotes and dashes there are that are typographic already."""
    header: int = 0
    """Where the metadata of the file end, and its first text begins."""
    headers: list[tuple[int, int]] = field(default_factory=list)
    """Where metadata begin and end; a file of several texts has some before each."""
    front: str = ""
    """What the file says of itself before its text: the front matter of Markdown."""
    seams: set[int] = field(default_factory=set)
    """Where markup stands within a word: what is read apart need not be apart to the eye."""
    is_parted: bool = False
    """Whether every note begins and ends at an edge."""
    known: set[str] = field(default_factory=set)
    """Words that are not shown but stand in the source: values of attributes, a page’s title."""

    def line(self, position: int) -> int:
        """The line of the source on which a character stands."""
        at = bisect_right(self.starts, position) - 1
        return self.lines[at] if at >= 0 else 1

    def words(self, start: int, end: int) -> str:
        """The characters of a stretch, with single spaces where words end."""
        return "".join(
            f" {c}" if self.breaks[p] and p > start else c
            for p, c in enumerate(self.text[start:end], start)
        )

    def knows(self, text: str, typographic: bool) -> bool:
        """Whether all words of a text stand in the source without being shown."""
        return all(clean(word, typographic) in self.known for word in text.split())

    def is_bounded(self, start: int, end: int) -> bool:
        """Whether a stretch begins and ends where a word, or what can be read as one, does."""
        return self._parts(start) and self._parts(end)

    def _parts(self, at: int) -> bool:
        if not 0 < at < len(self.text) or self.breaks[at] or at in self.seams:
            return True
        return not (self.text[at - 1].isalnum() and self.text[at].isalnum())

    def whole(self, start: int, end: int) -> tuple[int, int]:
        """The stretch that has the whole words of which this has a part."""
        while start > 0 and not self.breaks[start]:
            start -= 1
        while end < len(self.text) and not self.breaks[end]:
            end += 1
        return start, end


class Builder:
    """Makes a Stream of text that comes in pieces."""

    def __init__(self, typographic: bool = False) -> None:
        self.typographic = typographic
        self.stream = Stream()
        self.parts: list[str] = []
        self.length = 0
        self.pending = BLOCK
        self.joining = False

    def edge(self) -> None:
        """A block ends, or begins."""
        self.pending |= EDGE
        self.joining = False

    def seam(self) -> None:
        """An element begins or ends that leaves its line as it is."""
        if self.pending == NONE:
            self.stream.seams.add(self.length)

    def join(self, after_note: bool = False) -> None:
        """A line ends within a word; a hyphen before it need not be kept."""
        self.pending = EDGE if after_note else NONE
        self.joining = True
        if self.parts and self.parts[-1][-1:] in "-¬‐⸗=":
            self.stream.optional[-1] = 1

    def text(self, text: str, line: int, optional: bool = False) -> None:
        """Take a piece of text that begins on a line of the source."""
        if self.typographic:
            self.stream.typographic += len(TYPOGRAPHIC.findall(text))
        for number, part in enumerate(text.split("\n")):
            if number and not self.joining:
                self.pending |= SPACE
            self._line(part, line + number, optional)

    def _line(self, text: str, line: int, optional: bool) -> None:
        words = text.split()
        if not words:
            if text and not self.joining:
                self.pending |= SPACE
            return
        if text[0].isspace() and not self.joining:
            self.pending |= SPACE
        self.joining = False
        self.stream.starts.append(self.length)
        self.stream.lines.append(line)
        for word in words:
            self._word(clean(word, self.typographic), optional)
            self.pending = SPACE
        self.pending = SPACE if text[-1].isspace() else NONE

    def _word(self, word: str, optional: bool) -> None:
        if not word:
            return
        size = len(word)
        self.parts.append(word)
        self.length += size
        self.stream.breaks.append(self.pending)
        self.stream.breaks.extend(bytes(size - 1))
        self.stream.optional.extend((b"\1" if optional else b"\0") * size)

    def know(self, text: str | None) -> None:
        """Take note of words that are not shown."""
        if text:
            self.stream.known.update(clean(word, self.typographic) for word in text.split())

    def done(self) -> Stream:
        """Give what was made."""
        self.stream.text = "".join(self.parts)
        return self.stream
