"""The forms in which citations are handed on: a literal table, and the files of an edition."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from letterbook.exchange.bibtex import bibtex
from letterbook.exchange.items import Item, document_item, items, volume_item
from letterbook.exchange.ris import ris
from letterbook.model import EditedDocument, Edition
from letterbook.wording import Wording


@dataclass(frozen=True, slots=True)
class Form:
    """A form of citation for reference managers."""

    name: str
    """What its users call it."""
    suffix: str
    """Of its files."""
    media_type: str
    write: Callable[[Iterable[Item]], str]
    export_suffix: str
    """Of the file that a book is exported to, which stands among others."""


@dataclass(frozen=True, slots=True)
class CitationFile:
    """A file that a page leads to."""

    href: str
    form: Form


def csl_json(items: Iterable[Item]) -> str:
    """Write items as CSL-JSON."""
    return json.dumps(list(items), ensure_ascii=False, indent=1) + "\n"


FORMS: Mapping[str, Form] = {
    "bibtex": Form("BibTeX", ".bib", "application/x-bibtex", bibtex, ".bib"),
    "ris": Form("RIS", ".ris", "application/x-research-info-systems", ris, ".ris"),
    "csl-json": Form(
        "CSL-JSON", ".json", "application/vnd.citationstyles.csl+json", csl_json, ".csl.json"
    ),
}

FOLDER = "cite"
"""Where the site has them."""
_VOLUME = "index"
_ALL = "index.all"
"""The names of the files; a slug has no full stop, and none is ``index``."""


def files_for(edition: Edition, document: EditedDocument | None) -> list[CitationFile]:
    """The files of one document; of the volume, when there is none or no other."""
    whole = document is None or is_alone(edition)
    stem = _VOLUME if whole or document is None else document.id
    return _files(stem)


def files_for_all(edition: Edition) -> list[CitationFile]:
    """The files with the volume and all its documents; none where there is one document."""
    return [] if is_alone(edition) else _files(_ALL)


def is_alone(edition: Edition) -> bool:
    """Whether a book has one document, which is cited as the book is."""
    return len(edition.documents) == 1


def write_citations(edition: Edition, word: Wording) -> dict[str, bytes]:
    """Write every citation file of an edition, by its address in the site."""
    contents = [(_VOLUME, [volume_item(edition)])]
    if not is_alone(edition):
        contents.append((_ALL, items(edition, word)))
        contents += [(d.id, [document_item(edition, d, word)]) for d in edition.documents]
    return {
        file.href: file.form.write(its_items).encode()
        for stem, its_items in contents
        for file in _files(stem)
    }


def _files(stem: str) -> list[CitationFile]:
    return [CitationFile(f"{FOLDER}/{stem}{form.suffix}", form) for form in FORMS.values()]
