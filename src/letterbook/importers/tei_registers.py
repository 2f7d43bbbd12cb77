"""Registers of persons, places, organisations and works, and what a key in the text means.

A register is any ``listPerson``, ``listPlace``, ``listOrg``, ``listBibl``, ``listEvent`` in the
file, wherever it stands, and in the XML files passed along. The names in ``correspDesc`` serve as
one too. What a key leads to becomes a heading of the index; a key that leads nowhere makes none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from lxml.etree import _Element as Element

from letterbook.importers.tei_xml import XML_ID, find, find_all, fold, name_of, words
from letterbook.index.terms import plain_heading
from letterbook.metadata import IndexEntry, Kind

LISTS = frozenset({"listPerson", "listPlace", "listOrg", "listBibl", "listEvent", "listObject"})

ENTRIES: Mapping[str, tuple[Kind, tuple[str, ...]]] = {
    "person": (Kind.PERSON, ("persName", "name")),
    "personGrp": (Kind.PERSON, ("persName", "name")),
    "place": (Kind.PLACE, ("placeName", "geogName", "settlement", "name", "head")),
    "org": (Kind.ORGANISATION, ("orgName", "name")),
    "bibl": (Kind.WORK, ("title",)),
    "biblStruct": (Kind.WORK, ("title", "monogr/title", "analytic/title")),
    "event": (Kind.EVENT, ("eventName", "label", "head", "name")),
    "object": (Kind.OBJECT, ("objectName", "objectIdentifier/objectName", "name")),
}
"""Elements of registers: the kind of heading, and where the name stands."""

KINDS: Mapping[str, Kind] = {
    "person": Kind.PERSON, "persName": Kind.PERSON, "pers": Kind.PERSON,
    "place": Kind.PLACE, "placeName": Kind.PLACE, "geogName": Kind.PLACE, "geog": Kind.PLACE,
    "settlement": Kind.PLACE, "country": Kind.PLACE, "region": Kind.PLACE, "district": Kind.PLACE,
    "org": Kind.ORGANISATION, "orgName": Kind.ORGANISATION, "organisation": Kind.ORGANISATION,
    "organization": Kind.ORGANISATION, "institution": Kind.ORGANISATION,
    "work": Kind.WORK, "bibl": Kind.WORK, "title": Kind.WORK,
    "event": Kind.EVENT, "eventName": Kind.EVENT,
    "object": Kind.OBJECT, "objectName": Kind.OBJECT,
}  # fmt: skip
"""A name’s element, or its ``@type``, to the kind of heading."""

_PREFERRED = ("pref", "preferred", "main", "reg", "full", None)
_MARKUP = re.compile(r"([\\`*_\[\]])")
_PUNCTUATION = re.compile(r"([\\`*_{}\[\]()>#+\-.!])")
_YEAR = re.compile(r"\d{4}")


@dataclass(slots=True)
class Registers:
    """What the keys mean."""

    entries: dict[str, IndexEntry] = field(default_factory=dict)
    """By key."""
    shared: Registers | None = None
    """Those of all letters, which go first and are not changed."""
    _owners: dict[str, str] = field(default_factory=dict)
    """By heading, the key that has it: two of one name are told apart."""

    def collect(self, root: Element) -> None:
        """Take up every register under an element."""
        for entry in root.iter(*(f"{{*}}{name}" for name in ENTRIES)):
            parent = entry.getparent()
            if parent is not None and name_of(parent) in LISTS:
                self.take(entry)

    def collect_names(self, header: Element) -> None:
        """Take up the names of ``correspDesc``, for keys that no register has."""
        for action in find_all(header, "//correspAction"):
            for name in action:
                kind = KINDS.get(name_of(name))
                text = words(name)
                if kind and text:
                    for key in keys_of(name):
                        self._add(key, IndexEntry(heading=escaped(filed(name)), kind=kind))

    def take(self, entry: Element) -> list[str]:
        """Take up one entry of a register, and give its keys."""
        keys = [entry.get(XML_ID, "")] if entry.get(XML_ID) else keys_of(entry)
        made = entry_of(entry)
        if made is not None:
            for key in keys:
                self._add(key, made)
        return keys

    def find(self, key: str) -> IndexEntry | None:
        """What a key means: as it stands, or by the part after ``#`` or the last ``/``."""
        for candidate in (key, key.rpartition("#")[2]):
            entry = self.entries.get(candidate)
            if entry is None and self.shared is not None:
                entry = self.shared.entries.get(candidate)
            if entry is not None:
                return entry
        return None

    def of_entry(self, entry: Element) -> IndexEntry | None:
        """What was made of an entry of a register that has been collected."""
        keys = [entry.get(XML_ID, "")] if entry.get(XML_ID) else keys_of(entry)
        return next((found for key in keys if (found := self.entries.get(key))), None)

    def _add(self, key: str, entry: IndexEntry) -> None:
        shared = self.shared
        if not key or key in self.entries or (shared is not None and key in shared.entries):
            return
        name = entry.heading.casefold()
        if shared is not None and name in shared._owners:
            owner = shared._owners[name]
            same = shared.entries.get(owner)
        else:
            owner = self._owners.setdefault(name, key)
            same = self.entries.get(owner)
        if owner != key and same is not None and same != entry:
            told = entry.gloss or key
            entry = entry.model_copy(
                update={"heading": escaped(f"{plain_heading(entry.heading)} ({told})")}
            )
        self.entries[key] = entry


def keys_of(element: Element) -> list[str]:
    """The keys that an element names: ``@ref``, ``@key``, ``@corresp`` or ``@sameAs``."""
    for attribute in ("ref", "key", "corresp", "sameAs"):
        value = (element.get(attribute) or "").strip()
        if value:
            # A key may be a name with spaces in it; pointers are parted by spaces.
            pointers = [value] if attribute == "key" else value.split()
            return [pointer.removeprefix("#") for pointer in pointers]
    return []


def entry_of(entry: Element) -> IndexEntry | None:
    """The heading for an entry of a register; None when it is of no kind, or has no name."""
    if name_of(entry) not in ENTRIES:
        return None
    kind, paths = ENTRIES[name_of(entry)]
    name = _preferred(entry, paths)
    if name is None or not words(name):
        return None
    heading = escaped(filed(name))
    gloss = _years(entry) if kind is Kind.PERSON else None
    if kind is Kind.WORK:
        heading = f"*{heading}*"
        gloss = words(find(entry, "author")) or words(find(entry, "//author")) or None
    return IndexEntry(heading=heading, kind=kind, gloss=gloss)


def _preferred(entry: Element, paths: Iterable[str]) -> Element | None:
    for path in paths:
        names = find_all(entry, path)
        for wanted in _PREFERRED:
            for name in names:
                if name.get("type") == wanted and words(name):
                    return name
        if names:
            return names[0]
    return None


def filed(name: Element) -> str:
    """A name as it is filed: by surname when the markup says which it is, else as it stands."""
    surname, forename = words(find(name, "surname")), words(find(name, "forename"))
    if surname and forename:
        link = words(find(name, "nameLink"))
        return f"{surname}, {forename}{' ' + link if link else ''}"
    leading = next((n for n in find_all(name, "name") if n.get("type") == "reg"), None)
    before = fold(name.text or "")
    if leading is not None and before:
        return f"{words(leading)}, {before}{_after(leading)}"
    return words(name)


def _after(element: Element) -> str:
    text = fold(element.tail or "")
    return f" {text}" if text and text[0].isalnum() else text


def _years(person: Element) -> str | None:
    first, last = (_year(find(person, path)) for path in ("birth", "death"))
    return f"{first}–{last}" if first or last else None


def _year(event: Element | None) -> str:
    if event is None:
        return ""
    date = find(event, "date")
    for element in (event, *([date] if date is not None else [])):
        for attribute in ("when", "when-iso"):
            if match := _YEAR.match(element.get(attribute, "")):
                return match[0]
    match = _YEAR.fullmatch(words(event if date is None else date))
    return match[0] if match else ""


def escaped(text: str) -> str:
    """Write a text as a heading of the index, whose Markdown must not change it."""
    text = text.replace('"', "”") if '"' in text and "'" in text else text
    for pattern in (None, _MARKUP, _PUNCTUATION):
        heading = pattern.sub(r"\\\1", text) if pattern else text
        if plain_heading(heading) == text:
            return heading
    return text
