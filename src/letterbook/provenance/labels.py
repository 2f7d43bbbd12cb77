"""What the labels of a transcription's header mean, and the other words that importers go by.

All of it is data, in ``labels.yaml``; this reads it. A label gives the keys of a document's front
matter that it means, or none: then it is kept verbatim under ``other``.
"""

from __future__ import annotations

import difflib
import re
from functools import cache
from importlib.resources import files
from typing import Any

from letterbook.metadata import Responsibility
from letterbook.yamlfile import read_yaml

MAX_LABEL = 60
"""Characters; what is longer before a colon is a sentence."""
_NEAR = 0.86
"""How like a known spelling a slip must be; “Transciption” is, “Translation” of it is not."""
_LONG = 7
"""Letters that a label needs before a slip in it is forgiven."""


@cache
def data() -> dict[str, Any]:
    """``labels.yaml``."""
    text = files("letterbook.provenance").joinpath("labels.yaml").read_text("utf-8")
    value = read_yaml(text, "labels.yaml")
    assert not value.diagnostics, value.diagnostics
    assert isinstance(value.data, dict)
    return value.data


@cache
def spellings() -> dict[str, str]:
    """Every known spelling of a label, folded, to the key that it means."""
    return {_fold(form): key for key, forms in data()["keys"].items() for form in forms}


@cache
def pattern(*path: str) -> re.Pattern[str]:
    """A pattern of ``labels.yaml`` by its keys; capitals do not matter to it."""
    value: Any = data()
    for key in path:
        value = value[key]
    return re.compile(str(value), re.IGNORECASE)


def meaning(label: str) -> tuple[str, ...]:
    """The keys that a label means: several for “Transcription/Proofreading”, none when unknown.

    ``markup`` is a key here, though not of the front matter: who set a page in HTML did not
    transcribe it.
    """
    folded = _fold(label)
    if not folded or len(folded) > MAX_LABEL:
        return ()
    if key := spellings().get(folded):
        return (key,)
    parts = [
        part for part in re.split(r"\s*[/\\&+,]\s*|\s+and\s+|\s+und\s+|\s+y\s+", folded) if part
    ]
    if len(parts) > 1:
        keys = [_one(part) for part in parts]
        if all(keys):
            return tuple(dict.fromkeys(key for key in keys if key))
    key = _one(folded)
    return (key,) if key else ()


def _one(folded: str) -> str | None:
    known = spellings()
    if folded in known:
        return known[folded]
    if len(folded) < _LONG:
        return None
    near = difflib.get_close_matches(folded, known, n=1, cutoff=_NEAR)
    return known[near[0]] if near and near[0][0] == folded[0] else None


def _fold(label: str) -> str:
    return re.sub(r"\s+", " ", label).strip(" :.\u00a0").casefold()


def heading_responsibility(heading: str) -> Responsibility | None:
    """Whose the notes under a heading are, when it says so."""
    return _whose(heading, "heading")


def ending_responsibility(note: str) -> Responsibility | None:
    """Whose a note is, when it ends with that: “… —Ed.”."""
    return _whose(note, "ending")


def _whose(text: str, where: str) -> Responsibility | None:
    for who in Responsibility:
        if pattern("responsibility", who.value, where).search(text):
            return who
    return None


@cache
def classes_meaning() -> dict[str, str]:
    """Classes of style sheets to what they mean.

    Whose a note is, a class may say besides; that stands under its name and “whose”.
    """
    meanings: dict[str, str] = {}
    for kind, names in data()["classes"].items():
        for name in names:
            key = f"{name} whose" if kind in ("author-note", "editor-note") else name
            meanings.setdefault(key, kind)
    return meanings
