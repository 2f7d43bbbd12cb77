"""Words and what stands between them: the common language of the witnesses."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from enum import Enum
from typing import NamedTuple

Key = Callable[[str], str]
"""Gives what of a word is compared; see ``fidelity.NORMALISATIONS``."""


class Break(Enum):
    """Why a word ends."""

    SPACE = "space"
    """White space stands after it: the other side must have a break here, too."""
    EDGE = "edge"
    """A block, a cell or a picture ends; whether there is a space to be seen is open."""
    LINE = "line"
    """A printed line ends, perhaps within a word, perhaps after a hyphen that was not written."""
    GAP = "gap"
    """There is some distance to what follows, but no space: margins, positioned words."""


class Kind(Enum):
    """What a word is, where that matters to the comparison."""

    TEXT = "text"
    LITERAL = "literal"
    """Shown as typed, like the content of ``pre``."""
    NUMBER = "number"
    """The number of a list's item, which HTML has no text for."""
    OPTIONAL = "optional"
    """May stand on one side alone: a list's bullet, the label of a page."""


class Word(NamedTuple):
    """A run of characters without a space."""

    text: str
    key: str
    """What of it is compared."""
    after: Break
    place: int = 0
    """The character's offset in a source, the page in a PDF."""
    kind: Kind = Kind.TEXT
    typed: str = ""
    """In a source: all that was typed here, to white space; compared where text is literal."""


class Collector:
    """Makes words of text that comes in pieces; a word may run through several."""

    def __init__(self, key: Key) -> None:
        self.words: list[Word] = []
        self._key = key
        self._pieces: list[str] = []
        self._kind = Kind.TEXT
        self._place = 0

    def text(self, text: str, kind: Kind = Kind.TEXT, place: int = 0) -> None:
        """Take a piece of text; its white space separates."""
        if not text:
            return
        if text[0].isspace():
            self.end(Break.SPACE)
        parts = text.split()
        if not parts:
            return
        last = parts.pop()
        if parts:
            self._begin(parts[0], kind, place)
            self.end(Break.SPACE)
            keys = map(self._key, parts[1:])
            self.words += [
                Word(part, key, Break.SPACE, place, kind)
                for part, key in zip(parts[1:], keys, strict=True)
                if key
            ]
        self._begin(last, kind, place)
        if text[-1].isspace():
            self.end(Break.SPACE)

    def end(self, why: Break) -> None:
        """End the word that is being made, if any."""
        if self._pieces:
            text = "".join(self._pieces)
            if key := self._key(text):
                self.words.append(Word(text, key, why, self._place, self._kind))
            self._pieces = []
        elif why is Break.EDGE and self.words and self.words[-1].after is Break.SPACE:
            # White space at the end of a block is not drawn.
            self.words[-1] = self.words[-1]._replace(after=Break.EDGE)

    def _begin(self, text: str, kind: Kind, place: int) -> None:
        if not self._pieces or kind is Kind.LITERAL:
            self._kind = kind
        if not self._pieces:
            self._place = place
        self._pieces.append(text)


class Keys:
    """A Collector of keys alone: quicker by far, and all that it takes to see that words agree.

    Its key is given runs of words, so it has to be one that leaves white space alone.
    """

    def __init__(self, key: Key) -> None:
        self.words: list[str] = []
        self._key = key
        self._pieces: list[str] = []

    def text(self, text: str, _: Kind = Kind.TEXT) -> None:
        """Take a piece of text; its white space separates."""
        if not text:
            return
        if text[0].isspace():
            self.end()
        parts = self._key(text).split()
        if not parts:
            return
        last = parts.pop()
        if parts:
            self._pieces.append(parts[0])
            self.end()
            self.words += parts[1:]
        self._pieces.append(last)
        if text[-1].isspace():
            self.end()

    def end(self, _: Break = Break.SPACE) -> None:
        """End the word that is being made, if any."""
        if self._pieces:
            self.words.append("".join(self._pieces))
            self._pieces = []


_INVISIBLE = dict.fromkeys(
    [0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF]
)
_MARKUP = {**_INVISIBLE, **dict.fromkeys(map(ord, "*_`\\#>"))}
# Characters that typefaces draw with one and the same glyph, so that a PDF cannot tell them apart.
_TWINS = {
    **_INVISIBLE,
    **dict.fromkeys([0x02, 0x2010, 0x2011], "-"),
    **dict.fromkeys([0x2BC, 0x2019], "’"),
    **dict.fromkeys([0x2BB, 0x2018], "‘"),
    **dict.fromkeys([0x60, 0x2CB], "`"),
    **dict.fromkeys([0xAF, 0x2C9], "¯"),
    **dict.fromkeys([0xB4, 0x2CA], "´"),
    0x2206: "Δ",
}


def exact_key(text: str) -> str:
    """Give a word to be compared exactly, characters without width left out."""
    return text if text.isascii() else text.translate(_INVISIBLE)


def source_key(text: str) -> str:
    """Give a word to be compared with its source: without what only a parser can tell apart."""
    return text if text.isascii() and text.isalnum() else text.translate(_MARKUP)


def print_key(text: str) -> str:
    """Give a word to be compared with print: as far as glyphs tell characters apart."""
    if text.isascii():
        return text.lower().replace("\x02", "-")
    # Twins first: NFKC would take the spacing accents to pieces.
    return unicodedata.normalize("NFKC", text.translate(_TWINS)).casefold()
