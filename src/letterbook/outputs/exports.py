"""What a book can be exported to: a literal table, like that of the formats.

An export hands the documents on, or what is to be known about them, for another program to go on
with; a format is an edition for readers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from letterbook.diagnostics import Diagnostic
from letterbook.exchange.forms import FORMS
from letterbook.exchange.items import items
from letterbook.model import Book, Edition
from letterbook.outputs import cmif, tei
from letterbook.outputs.files import write_files
from letterbook.wording import Wording


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export has made."""

    names: tuple[str, ...]
    """Files and folders, in the folder that it was given."""
    diagnostics: tuple[Diagnostic, ...] = ()
    """What is missing for it to be good."""


Make = Callable[[Book, Edition, Wording, Path], Exported]
"""Writes a book, read and resolved, into a folder; what it is to say, in the book’s language."""


def _citations(form: str) -> Make:
    """An export of the book and all its documents in one of the forms of citations."""
    chosen = FORMS[form]

    def make(_: Book, edition: Edition, word: Wording, folder: Path) -> Exported:
        name = f"{edition.slug}{chosen.export_suffix}"
        write_files(folder, {name: chosen.write(items(edition, word)).encode()})
        return Exported((name,))

    return make


def _tei(book: Book, _: Edition, __: Wording, folder: Path) -> Exported:
    return Exported(tei.make(book, folder))


def _cmif(book: Book, edition: Edition, _: Wording, folder: Path) -> Exported:
    found = cmif.check(book, edition)
    write_files(folder, {cmif.cmif_name(edition): cmif.cmif(edition)})
    return Exported((cmif.cmif_name(edition),), tuple(found))


EXPORTS: Mapping[str, Make] = {
    "tei": _tei,
    **{form: _citations(form) for form in FORMS},
    "cmif": _cmif,
}
