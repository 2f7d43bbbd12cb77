"""What those who read parts of a TEI text can ask of the one that reads it; see ``tei_text``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from lxml.etree import _Element as Element

from letterbook.importers.imported import Reason, SetAside
from letterbook.importers.tei_notes import NotePlan
from letterbook.importers.tei_profile import TeiProfile
from letterbook.importers.tei_registers import Registers
from letterbook.importers.treebuilder import Builder
from letterbook.markup.vocabulary import BLOCKS
from letterbook.metadata import IndexEntry
from letterbook.model import Note

BLOCK_TREATMENTS = frozenset(
    {"paragraph", "container", "division", "opener", "closer", "verse", "list", "table",
     "heading", "quotation", "verbatim", *BLOCKS}
)  # fmt: skip
"""Treatments that make a block, or several."""


class Reading(Protocol):
    """The text that is being read."""

    profile: TeiProfile
    registers: Registers
    builder: Builder
    plan: NotePlan
    unknown: Counter[str]
    keys: Counter[str]
    styles: Mapping[str, list[str]]
    keeps_hyphens: bool
    included: dict[str, int]
    used: dict[str, IndexEntry]
    pages: set[str]
    in_link: bool
    in_verse: bool

    @property
    def exact(self) -> bool:
        """Whether every space of the file was meant."""

    @property
    def keeps_lines(self) -> bool:
        """Whether lines stay lines here."""

    def content(self, element: Element) -> None:
        """Read what is in an element."""

    def element(self, element: Element) -> None:
        """Read an element."""

    def treatment(self, element: Element) -> str:
        """Tell what is to be made of an element."""

    def treatment_of(self, element: Element) -> str:
        """Tell what the profile says is to be made of an element; nothing of an unknown one."""

    def attributes(self, element: Element, more: Mapping[str, str] | None = None) -> dict[str, str]:
        """Give the attributes for what an element becomes."""

    def in_line(self, element: Element, more: Mapping[str, str]) -> dict[str, str]:
        """Give the attributes for an inline element."""

    def set_aside(self, element: Element, reason: Reason, apart: bool = False) -> None:
        """Tell of words that are in no document."""

    def supply(self, text: str) -> None:
        """Add text that the source says by its markup."""

    def quotation(self, element: Element) -> None:
        """Read a quotation that is a block."""

    def place_note(self, element: Element, again: bool = True) -> None:
        """Set a note’s mark; only the first, unless ``again``."""

    def picture(self, url: str, line: int) -> str | None:
        """Take a picture along, and give its path in the book."""


@dataclass(slots=True)
class TextRead:
    """What a text gave."""

    body: Element
    notes: tuple[Note, ...]
    set_aside: tuple[SetAside, ...]
    supplied: tuple[str, ...]
    """Marks in the text that the source has in its markup: quotation marks, dots."""
    index: tuple[IndexEntry, ...]
    images: Mapping[str, bytes]
    unknown: Mapping[str, int]
    """What the profile does not know, as a person would write it, and how often it was met."""
    keys: Mapping[str, int]
    """Keys of names that no register explains, and how often."""
    missing: Mapping[str, int]
    """Pictures that are not beside the file: name and line."""
    included: Mapping[str, int]
    """Other files that are parts of this one: name and line."""
