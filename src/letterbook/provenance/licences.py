"""A licence statement to a known licence: by its words, never by a guess.

The statement stays verbatim in ``rights``; what is recognised serves the checks and the address of
a licence that is named with its version. A statement that fits no licence is unknown; so is one
that fits several (“Public Domain: Creative Commons Deed”), since nobody can follow both.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from letterbook.yamlfile import read_yaml

_CC_ADDRESS = re.compile(
    r"https?://(?:www\.)?creativecommons\.org/licenses/(?P<kind>by(?:-nc)?(?:-nd|-sa)?)"
    r"/(?P<version>\d\.\d)[/\w]*",
    re.IGNORECASE,
)
_CC_PATH = re.compile(r"(?:^|/)(?P<kind>by(?:-nc)?(?:-nd|-sa)?)(?:\.html?|/|$)", re.IGNORECASE)
_VERSION = re.compile(r"\b(?:v(?:ersion)?\.?\s*)?(\d\.\d)\b")


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence, and what it says of the things that an edition does."""

    id: str
    name: str
    version: str | None = None
    attribution: bool = False
    derivatives: bool | None = None
    """Whether they are allowed; None when the licence leaves it open."""
    commercial: bool | None = None
    share_alike: bool = False

    @property
    def url(self) -> str | None:
        """The licence's own address, when it has one and its version is known."""
        if not self.id.startswith("cc-") or not self.version:
            return None
        return f"https://creativecommons.org/licenses/{self.id[3:]}/{self.version}/"


@dataclass(frozen=True, slots=True)
class Statement:
    """What a licence statement was found to say."""

    licences: tuple[Licence, ...]
    """Every licence that it names, in the order of the table."""
    asks_credit: bool
    forbids_derivatives: bool

    @property
    def licence(self) -> Licence | None:
        """The one licence that it names; None when that is unknown."""
        return self.licences[0] if len(self.licences) == 1 else None


def recognise(statement: str, links: tuple[str, ...] = ()) -> Statement:
    """Recognise a statement by its words and, where it names Creative Commons, its links."""
    text = " ".join(statement.split())
    names_cc = re.search(r"creative\s*commons|\bCC\b", text, re.IGNORECASE)
    found = [licence for licence, pattern in _table() if pattern.search(text)]
    kinds = {m["kind"].lower() for link in (text, *links) if (m := _CC_ADDRESS.search(link))}
    if names_cc:
        kinds |= {m["kind"].lower() for link in links if (m := _CC_PATH.search(link))}
    by_link = [licence for licence, _ in _table() if licence.id[3:] in kinds]
    # “CC BY-NC” is found in “CC BY-NC-ND”, too: the first of its kind in the table is the one.
    named = [licence for licence in found if licence.id.startswith("cc-")][:1]
    found = [*(named or by_link), *(x for x in found if not x.id.startswith("cc-"))]
    version = _version(text, links)
    licences = tuple(_with_version(licence, version) for licence in found)
    return Statement(
        licences,
        bool(_pattern("asks-credit").search(text)) or any(x.attribution for x in licences),
        bool(_pattern("forbids-derivatives").search(text))
        or any(x.derivatives is False for x in licences),
    )


def split_credit(statement: str) -> tuple[str, str | None]:
    """Part the sentence that asks for a credit, at the end, from the statement before it."""
    match = _pattern("credit-sentence").search(statement)
    if not match or not statement[: match.start("credit")].strip():
        return statement, None
    return statement[: match.start("credit")].strip(), match["credit"].strip()


def _version(text: str, links: tuple[str, ...]) -> str | None:
    for link in (text, *links):
        if match := _CC_ADDRESS.search(link):
            return match["version"]
    found = {v for v in _VERSION.findall(text) if v in _data()["versions"]}
    return found.pop() if len(found) == 1 else None


def _with_version(licence: Licence, version: str | None) -> Licence:
    if not licence.id.startswith("cc-") or version is None:
        return licence
    return Licence(
        licence.id,
        licence.name,
        version,
        licence.attribution,
        licence.derivatives,
        licence.commercial,
        licence.share_alike,
    )


@cache
def _data() -> dict[str, Any]:
    text = files("letterbook.provenance").joinpath("licences.yaml").read_text("utf-8")
    value = read_yaml(text, "licences.yaml")
    assert not value.diagnostics, value.diagnostics
    assert isinstance(value.data, dict)
    return value.data


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(_data()[name], re.IGNORECASE | re.DOTALL)


def known() -> tuple[Licence, ...]:
    """Every licence that can be recognised."""
    return tuple(licence for licence, _ in _table())


@cache
def _table() -> tuple[tuple[Licence, re.Pattern[str]], ...]:
    words = _data()["words"]
    table = []
    for row in _data()["licences"]:
        pattern = row["pattern"]
        for word, meant in words.items():
            pattern = pattern.replace(f"{{{word}}}", meant)
        licence = Licence(
            row["id"],
            row["name"],
            None,
            row.get("attribution") == "yes",
            _maybe(row.get("derivatives")),
            _maybe(row.get("commercial")),
            row.get("share-alike") == "yes",
        )
        table.append((licence, re.compile(pattern, re.IGNORECASE)))
    return tuple(table)


def _maybe(value: str | None) -> bool | None:
    return None if value is None else value == "yes"
