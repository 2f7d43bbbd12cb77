"""What an importer gives back: documents, and what it set aside on purpose.

An importer is a pure function ``(Source, Options) -> Imported``. It reads nothing but the bytes it
is given, it writes nothing, and it says of every visible word that it does not carry over why.
``account`` checks what it says by other means.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import PurePosixPath
from types import MappingProxyType

from lxml.etree import _Element as Element

from letterbook.diagnostics import Diagnostic
from letterbook.metadata import DocumentMetadata, IndexEntry
from letterbook.model import Note
from letterbook.yamlfile import YamlValue


@dataclass(frozen=True, slots=True)
class Source:
    """A file as it came."""

    name: str
    """The path as the user gave it, with forward slashes; names places in diagnostics."""
    data: bytes
    siblings: Mapping[str, bytes] = field(default_factory=lambda: MappingProxyType({}))
    """Pictures that lie beside it, by the path with which it names them."""

    @property
    def stem(self) -> str:
        """The name without folders and ending; slugs are made from it."""
        return PurePosixPath(self.name).stem


class Reason(StrEnum):
    """Why words of a source are in no document."""

    NAVIGATION = "navigation"
    RUNNING_HEAD = "running head"
    REPEATED_TITLE = "repeated title"
    FOOTER = "site footer"
    NOTE_MARK = "mark that became a note’s"
    PAGE_MARK = "mark that became a page’s"
    STRUCTURE = "mark that became structure"
    LABEL = "label that became a key"
    HEADER = "metadata of the file"
    BY_PROFILE = "set aside by the profile"
    COMMENT = "comment in the margin"
    REGISTER = "in a register, and in no heading of the index"


@dataclass(frozen=True, slots=True)
class SetAside:
    """Visible words that are in no document, and why."""

    text: str
    """The words, verbatim, in their order."""
    reason: Reason
    place: str = ""
    """Where they stand, for a person to find: a line, an element."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A document as an importer makes it, before it is written."""

    slug: str
    metadata: DocumentMetadata
    body: Element
    """A ``div`` in the closed vocabulary of ``markup.vocabulary``."""
    notes: tuple[Note, ...] = ()
    supplied: tuple[str, ...] = ()
    """What is in its metadata that the source does not say: an editorial title in brackets."""


@dataclass(frozen=True, slots=True)
class Imported:
    """All that an importer found in one source."""

    documents: tuple[Draft, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
    index: tuple[IndexEntry, ...] = ()
    """Headings for the authority file, from a source’s registers and its marked names."""
    images: Mapping[str, bytes] = field(default_factory=lambda: MappingProxyType({}))
    """Pictures that the documents show, by the path in the book under which they name them."""
    diagnostics: tuple[Diagnostic, ...] = ()
    typographic: bool = False
    """Whether the profile asks for typographic quotes and dashes."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the user decides about an import."""

    profile: YamlValue | None = None
    """A profile, read and not yet checked; its form is the importer’s."""
    registers: tuple[Source, ...] = ()
    """Files of the same import which say what the keys of names mean."""


@dataclass(frozen=True, slots=True)
class RegisterPart:
    """Words of a register that went the same way."""

    text: str
    heading: str | None
    """The heading that has them, with what is said beside it; None when they were set aside."""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Register:
    """What a register file gave to the letters that were imported with it."""

    entries: int
    """How many there are."""
    taken: int = 0
    """How many of them are headings of the index now."""
    parts: tuple[RegisterPart, ...] = ()
    """All words, in their order."""
    diagnostics: tuple[Diagnostic, ...] = ()


Import = Callable[[Source, Options], Imported]
Recognise = Callable[[Source], float]
"""How surely an importer knows a source for its own: 0 not at all, 1 without doubt."""
IsRegister = Callable[[Source], bool]
"""Whether a source of an importer’s kind is a register, which explains the keys of others."""
ReadRegister = Callable[[Source, tuple[tuple[str, bytes], ...], Collection[str]], Register]
"""What became of a register: the source, all registers’ names and bytes, the headings in use."""
