"""How a project encodes its letters: profiles as data, recognised from the file itself.

The plain profile (``profiles/tei-plain.yaml``) says what TEI P5 says; a project’s profile is laid
over it and says what is its own. A user’s profile has the same form.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from lxml.etree import _Element as Element
from pydantic import BaseModel, ConfigDict

from letterbook.diagnostics import Diagnostic
from letterbook.importers.tei_xml import find_all, words
from letterbook.settings import read_model
from letterbook.yamlfile import YamlValue, read_yaml

PLAIN = "tei-plain"
PROJECTS = ("tei-letterbook", "tei-escher-briefe", "tei-jean-paul", "tei-schnitzler-briefe",
            "tei-tillich")  # fmt: skip
"""The profiles that come along, in the order in which they are tried."""


class _Model(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, populate_by_name=True,
        alias_generator=lambda name: name.replace("_", "-"),
    )  # fmt: skip


class Sign(_Model):
    """Something in a file that tells the project."""

    at: str
    """A path of element names, from anywhere: ``publicationStmt/publisher``."""
    attribute: str | None = None
    """Look at this attribute rather than at the text."""
    has: str
    """A regular expression that is found there."""


class Title(_Model):
    """Which of several titles is the letter’s."""

    attribute: str
    value: str


class TeiProfile(_Model):
    """How to read the TEI of one project."""

    name: str = ""
    """As a person would call the project."""
    recognise: tuple[Sign, ...] = ()
    """All of these must be there."""
    elements: dict[str, str] = {}
    """Element to what is made of it: see ``tei_text``."""
    divisions: dict[str, str] = {}
    """``div/@type`` to the part of a letter that it is; ``division`` for none."""
    renditions: dict[str, str] = {}
    """A word of ``@rend``, ``@rendition`` or ``@style`` to what is made of it; ``none`` for
    nothing. The empty word is an element without any."""
    notes: dict[str, str] = {}
    """``note/@type`` to whose it is, or ``paragraph``, ``inline``, ``aside``."""
    keep: tuple[str, ...] = ()
    """Which reading of a ``choice`` is kept, the first that is there."""
    line_breaks: tuple[str, ...] = ()
    """The parts of a letter in which lines stay lines; ``all`` for everywhere. Elsewhere the end
    of a line is a space."""
    joining: tuple[str, ...] = ()
    """Words of ``lb/@rend`` or ``@rendition`` which say that a word goes on after the break."""
    quotes: dict[str, tuple[str, str]] = {}
    """A word of ``q/@rend`` to the quotation marks to set; the empty word is a ``q`` without."""
    characters: dict[str, str] = {}
    """A word of ``c/@rendition`` to the character of an empty ``c``; ``@n`` times."""
    keys: Literal["opaque", "filed"] = "opaque"
    """Whether ``@key`` is itself how somebody is filed."""
    names: Literal["as written", "inverted"] = "as written"
    """Whether names in the header stand with the surname first, before a comma."""
    roles: dict[str, str] = {}
    """``@type`` of a name in the sending ``correspAction`` to ``author`` or ``addressee``."""
    actions: dict[str, str] = {}
    """``correspAction/@type`` to ``sent`` or ``received``; others are set aside."""
    responsibilities: dict[str, str] = {}
    """A regular expression found in ``resp`` to the key of the front matter."""
    titles: tuple[Title, ...] = ()
    """Which title is the letter’s: the first of these that is there."""
    kinds: dict[str, str] = {}
    """``text/@type`` or ``TEI/@type`` to the kind of document."""
    source: Literal["edition", "bibl"] = "edition"
    """Whether the text was taken from this digital edition, or from what ``bibl`` names."""
    space: Literal["fold", "exact"] = "fold"
    """``exact``: every space was meant, as in the files that Letterbook itself writes."""


def _laid_over(plain: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(plain)
    for key, value in own.items():
        below = merged.get(key)
        if isinstance(value, dict) and isinstance(below, dict):
            merged[key] = {**below, **value}
        else:
            merged[key] = value
    return merged


def _filled(value: Any) -> Any:
    """YAML’s nothing is an empty word here."""
    if isinstance(value, dict):
        return {key: _filled(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_filled(item) for item in value]
    return "" if value is None else value


@cache
def _shipped(name: str) -> Mapping[str, Any]:
    text = (files(__package__) / "profiles" / f"{name}.yaml").read_text("utf-8")
    data = read_yaml(text, f"{name}.yaml").data
    assert isinstance(data, dict)
    filled: Mapping[str, Any] = _filled(data)
    return filled


@cache
def shipped(name: str) -> TeiProfile:
    """A profile that comes along, whole."""
    own = {} if name == PLAIN else _shipped(name)
    return TeiProfile.model_validate(_laid_over(_shipped(PLAIN), own))


def given(value: YamlValue) -> tuple[TeiProfile | None, list[Diagnostic]]:
    """Check a user’s profile and lay it over the plain one."""
    data = value.data if isinstance(value.data, dict) else {}
    merged = _laid_over(_shipped(PLAIN), _filled(data))
    return read_model(TeiProfile, replace(value, data=merged))


def recognised(root: Element) -> TeiProfile:
    """The profile of the project that a file is from; the plain one when it is none we know."""
    for name in PROJECTS:
        profile = shipped(name)
        if profile.recognise and all(_shows(root, sign) for sign in profile.recognise):
            return profile
    return shipped(PLAIN)


def _shows(root: Element, sign: Sign) -> bool:
    pattern = re.compile(sign.has)
    for element in find_all(root, f"//{sign.at}"):
        value = element.get(sign.attribute) if sign.attribute else words(element)
        if value and pattern.search(value):
            return True
    return False
