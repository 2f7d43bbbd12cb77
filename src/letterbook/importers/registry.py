"""The importers that there are: a literal table, and how a source finds its own.

An importer's module gives ``import_`` and ``recognise`` (see ``imported``). Modules are named, not
imported, so that a source costs only what its own kind needs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import cast

from letterbook.importers.foreign import foreign, is_archive
from letterbook.importers.imported import (
    Import,
    IsRegister,
    ReadRegister,
    Recognise,
    Source,
)


@dataclass(frozen=True, slots=True)
class Importer:
    """One row of the table."""

    module: str
    """Where ``import_`` and ``recognise`` are."""
    about: str
    """What it reads, in a few words."""
    words: str
    """By which of ``witness.origin``'s readings its sources' words are counted."""
    profiled: bool = False
    """Whether it goes by a profile."""
    registers: str = ""
    """Where ``is_register`` and ``read_register`` are, if sources of this kind have registers."""

    @property
    def import_(self) -> Import:
        """The function that imports."""
        return cast(Import, import_module(f"letterbook.importers.{self.module}").import_)

    @property
    def recognise(self) -> Recognise:
        """The function that tells how surely a source is of this kind."""
        return cast(Recognise, import_module(f"letterbook.importers.{self.module}").recognise)

    @property
    def is_register(self) -> IsRegister:
        """The function that tells a register from a letter."""
        module = import_module(f"letterbook.importers.{self.registers}")
        return cast(IsRegister, module.is_register)

    @property
    def read_register(self) -> ReadRegister:
        """The function that tells what became of a register."""
        module = import_module(f"letterbook.importers.{self.registers}")
        return cast(ReadRegister, module.read_register)


IMPORTERS: Mapping[str, Importer] = MappingProxyType(
    {
        "marxists-text": Importer("marxists_text", "a page of marxists.org as text", "text"),
        "marxists-html": Importer("marxists_html", "a page of marxists.org", "html"),
        "tei": Importer(
            "tei", "TEI P5 letters", "xml", profiled=True, registers="tei_register_files"
        ),
        "html": Importer("html", "HTML, by a profile", "html", profiled=True),
        "docx": Importer("docx", "Word (docx)", "docx"),
        "markdown": Importer("markdown", "Markdown as it is", "markdown"),
    }
)
"""By the name that ``--from`` takes; where two are equally sure, the first has it."""
_WORD = "docx"


def recognise(source: Source, profiled: bool = False) -> str | None:
    """Tell of what kind a source is; None when nobody knows it.

    With ``profiled``, only kinds that go by a profile come into question.
    """
    # In the bytes of pictures and archives, much can seem to stand.
    if is_archive(source.data):
        return None if profiled or not IMPORTERS[_WORD].recognise(source) else _WORD
    if foreign(source.data) is not None:
        return None
    best, surest = None, 0.0
    for name, importer in IMPORTERS.items():
        if profiled and not importer.profiled:
            continue
        sure = importer.recognise(source)
        if sure > surest:
            best, surest = name, sure
    return best
