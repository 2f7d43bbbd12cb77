"""What the parts of a TEI header are made of: people, places, dates, and what was said of them.

What is taken over is verbatim, with its white space folded.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from lxml.etree import _Element as Element
from pydantic import TypeAdapter, ValidationError

from letterbook.diagnostics import Diagnostic, Severity, Span
from letterbook.fields import Url
from letterbook.importers.imported import SetAside
from letterbook.importers.tei_dates import UndatableError, edtf_of
from letterbook.importers.tei_profile import TeiProfile
from letterbook.importers.tei_registers import Registers, filed, keys_of
from letterbook.importers.tei_xml import find, name_of, words
from letterbook.index.terms import plain_heading
from letterbook.metadata import Responsibility
from letterbook.provenance.dates import read_date

_URL: TypeAdapter[str] = TypeAdapter(Url)
WHO = frozenset({"persName", "orgName", "name", "rs", "forename", "surname"})
"""Elements that name somebody."""
_OF_PERSON = {"sort": "key", "ref": "ref", "words": "n"}
"""What the files that Letterbook writes say of somebody, by the attributes that say it."""
_DATES = ("when", "notBefore", "notAfter", "from", "to", "when-custom")


def is_url(value: str | None) -> bool:
    """Tell whether a value is a web address that front matter can hold."""
    try:
        _URL.validate_python(value)
    except ValidationError:
        return False
    return True


class HeaderParts:
    """A header, and what has been read of it."""

    def __init__(self, tei: Element, profile: TeiProfile, file: str, registers: Registers) -> None:
        self.tei = tei
        self.header = find(tei, "teiHeader")
        self.profile = profile
        self.file = file
        self.registers = registers
        self.keys: Counter[str] = Counter()
        self.pieces: list[list[str]] = []
        """What of the header is verbatim in the front matter, in words."""
        self.data: dict[str, Any] = {}
        self.other: dict[str, str] = {}
        self.diagnostics: list[Diagnostic] = []
        self.roles: dict[str, Responsibility] = {}
        self.supplied: list[str] = []
        self.labels: list[SetAside] = []

    def say(self, element: Element | None) -> str:
        """The words of an element, which are now in the front matter."""
        if element is None:
            return ""
        text = words(element)
        if text:
            self.pieces.append(text.split(" "))
        return "".join(element.itertext()) if self.profile.space == "exact" else text

    def names(self, action: Element) -> list[Element]:
        """The names in an action."""
        return [n for n in action if name_of(n) in WHO and (words(n) or self.named(n))]

    def named(self, element: Element) -> str:
        """How a register calls somebody or something that the header names by a key alone."""
        for key in keys_of(element):
            if entry := self.registers.find(key):
                return plain_heading(entry.heading)
            self.keys[key] += 1
        return ""

    def said_by_key(self, element: Element) -> str:
        """Give the name that a register has, and tell that the header has it not."""
        name = self.named(element)
        if name:
            self.supplied.append(name)
        return name

    def people(self, key: str, people: list[dict[str, str]]) -> None:
        """Take up people under a key."""
        # A person who is named twice is still one.
        unique = list({tuple(p.items()): p for p in people}.values())
        if self.profile.space == "exact":
            unique = people
        if unique:
            self.data[key] = [*self.data.get(key, []), *unique]

    def person(self, name: Element) -> dict[str, str]:
        """Somebody, as front matter has people."""
        if self.profile.space == "exact":
            organisation = name if name_of(name) == "orgName" else find(name, "orgName")
            named = name if organisation is None else organisation
            found = {key: named.get(at) for key, at in _OF_PERSON.items()}
            found["kind"] = None if organisation is None else "organisation"
            return {"name": self.say(name), **{k: v for k, v in found.items() if v}}
        text = words(name)
        if not text:
            heading = self.said_by_key(name)
            last, _, first = heading.partition(", ")
            in_order = f"{first} {last}" if first and ", " not in first else heading
            if in_order != heading:
                self.supplied.append(in_order)
            return {"name": in_order, **({"sort": heading} if in_order != heading else {})}
        surname, forename = words(find(name, "surname")), words(find(name, "forename"))
        if surname and forename:
            link = words(find(name, "nameLink"))
            shown = " ".join(part for part in (forename, link, surname) if part)
            return {"name": shown, "sort": filed(name)}
        is_person = name_of(name) in ("persName", "name", "author", "editor", "rs")
        if is_person and self.profile.names == "inverted" and text.count(", ") == 1:
            last, _, first = text.partition(", ")
            return {"name": f"{first} {last}", "sort": text}
        key = name.get("key", "")
        if self.profile.keys == "filed" and key and key != text:
            return {"name": self.say(name), "sort": key}
        return {"name": self.say(name)}

    def place(self, element: Element) -> dict[str, str]:
        """A place, as a part of a statement."""
        ref = element.get("ref") if self.profile.space == "exact" else None
        place = self.say(element) if words(element) else ""
        if not place and self.profile.space != "exact":
            place = self.said_by_key(element)
        found = {"place": place, "place_ref": ref}
        return {key: value for key, value in found.items() if value}

    def date(self, element: Element) -> dict[str, str]:
        """A date, as a part of a statement."""
        statement = {}
        try:
            if date := edtf_of({str(k): str(v) for k, v in element.attrib.items()}):
                statement["date"] = date
        except UndatableError as error:
            self.diagnostics.append(
                Diagnostic(
                    "impossible-date",
                    f"the attributes of this date say {error}, which is no date",
                    "correct them in the source; the words of the date are kept",
                    Span(self.file, element.sourceline or 1),
                    Severity.WARNING,
                )
            )
        if text := self.say(element):
            statement["words"] = text
            if not {*_DATES, *(f"{name}-iso" for name in _DATES)} & set(element.attrib):
                # The encoder has not said which day it is; the words may leave no doubt.
                date = None if self.profile.space == "exact" else read_date(text)
                statement |= {"date": date} if date else {}
        return statement
