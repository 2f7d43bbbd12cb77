"""``teiHeader`` to the front matter of a document.

What is taken over is verbatim, with its white space folded. Every word of the header that is in
no key of the front matter is told back, so that it can be accounted for.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from lxml.etree import _Element as Element

from letterbook.diagnostics import Diagnostic
from letterbook.importers.imported import Reason, SetAside
from letterbook.importers.tei_dates import UndatableError, edtf_of
from letterbook.importers.tei_header_parts import WHO, HeaderParts, is_url
from letterbook.importers.tei_header_words import left_over
from letterbook.importers.tei_language import language_of
from letterbook.importers.tei_xml import XML_ID, XML_LANG, find, find_all, name_of, words
from letterbook.metadata import DocumentMetadata, Responsibility

_WHERE = frozenset({"placeName", "settlement", "geogName", "location", "country"})
_HOLDING = ("country", "region", "settlement", "institution", "repository", "collection", "idno",
            "altIdentifier", "msName")  # fmt: skip
OF_DATE = {"title": "title", "old-style": "old_style"}
"""What our own files say of a date in a note beside it, by the note’s type."""
_PRINTED = ("bibl", "biblStruct", "biblFull")
"""What names the printed source of a text."""
_APART = ("floatingText", "quote", "note")
"""What may be of another day than the letter in which it stands."""


@dataclass(slots=True)
class Header:
    """What the header says."""

    metadata: DocumentMetadata
    slug: str | None = None
    """The name that the file itself gives the document."""
    set_aside: tuple[SetAside, ...] = ()
    supplied: tuple[str, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    roles: dict[str, Responsibility] = field(default_factory=dict)
    """Whose the notes are that point to somebody of the header, by xml:id."""
    keys: Counter[str] = field(default_factory=Counter)
    """Keys of people and places without a name, which no register explains."""


class HeaderReader(HeaderParts):
    """Reads the header of one ``TEI`` element; see ``read``."""

    def read(self) -> Header:
        """Read it."""
        self.correspondence()
        self.statements()
        if self.profile.space != "exact":
            self.otherwise()
        self.language()
        self.title()
        self.provenance()
        self.rights()
        self.own()
        slug = self.data.get("slug")
        if self.other:
            self.data["other"] = self.other
        return Header(
            DocumentMetadata.model_validate(self.data),
            slug,
            (*self.labels, *left_over(self.header, self.pieces)),
            tuple(self.supplied),
            tuple(self.diagnostics),
            self.roles,
            self.keys,
        )

    def own(self) -> None:
        """Take up what only the files that Letterbook writes say."""

    # ----------------------------------------------------------------------- title, kind

    def title(self) -> None:
        """The letter’s title, and its kind."""
        titles = [t for t in find_all(self.header, "fileDesc/titleStmt/title") if words(t)]
        chosen = next(
            (
                title
                for wanted in self.profile.titles
                for title in titles
                if title.get(wanted.attribute) == wanted.value
            ),
            next(filter(self.is_of_the_letter, titles), titles[0] if titles else None),
        )
        if chosen is not None:
            self.data["title"] = self.say(chosen)
        else:
            self.data["title"] = self.made_title()
            self.supplied.append(self.data["title"])
        text = find(self.tei, "text")
        for element in (text, self.tei):
            type_ = element.get("type", "") if element is not None else ""
            if type_ in self.profile.kinds:
                self.data["kind"] = self.profile.kinds[type_]
                break

    def is_of_the_letter(self, title: Element) -> bool:
        """Whether a title is in the letter’s language, where a header has one in several."""
        known, language = self.data.get("language"), language_of(title.get(XML_LANG))
        return bool(known and language) and str(known)[:2] == str(language)[:2]

    def made_title(self) -> str:
        """A title for a letter that has none, from what its header says."""
        people = [
            ", ".join(person["name"] for person in self.data.get(key, ()))
            for key in ("author", "addressee")
        ]
        written = self.data.get("written", {})
        date = written.get("words") or written.get("date") or ""
        parts = [" to ".join(p for p in people if p) if people[1] else people[0], date]
        return f"[{', '.join(p for p in parts if p) or 'Untitled'}]"

    # ----------------------------------------------------------------------- correspDesc

    def correspondence(self) -> None:
        """Who wrote to whom, when and where from."""
        actions = find_all(self.header, "//correspAction")
        of = {a: self.profile.actions.get(a.get("type", "")) for a in actions}
        sent = [a for a in actions if of[a] == "sent"]
        received = [a for a in actions if of[a] == "received"]
        authors: list[dict[str, str]] = []
        addressees: list[dict[str, str]] = []
        for action in sent:
            for name in self.names(action):
                role = self.profile.roles.get(name.get("type", ""), "author")
                (addressees if role == "addressee" else authors).append(self.person(name))
        for action in received:
            addressees += [self.person(name) for name in self.names(action)]
        self.people("author", authors)
        self.people("addressee", addressees)
        self.dated("written", sent)
        self.dated("delivered", received)

    def dated(self, key: str, actions: Iterable[Element]) -> None:
        """Take up when and where something was done."""
        statement: dict[str, str] = {}
        for action in actions:
            for element in action:
                if name_of(element) == "date" and not {"date", "words"} & set(statement):
                    statement |= self.date(element)
                elif self.profile.space == "exact" and element.get("type") in OF_DATE:
                    statement[OF_DATE[element.get("type", "")]] = self.say(element)
                elif name_of(element) in _WHERE and "place" not in statement:
                    statement |= self.place(element)
        if statement:
            self.data[key] = statement

    def otherwise(self) -> None:
        """Read who wrote to whom, and when, where ``correspDesc`` does not say it."""
        known = {key for key in ("author", "addressee") if self.data.get(key)}
        for person in find_all(self.header, "profileDesc/particDesc//person"):
            key = self.profile.roles.get(person.get("role", ""))
            name = next((n for n in person if name_of(n) in WHO and words(n)), None)
            if key and key not in known and name is not None:
                self.people(key, [self.person(name)])
        if not {"date", "words"} & set(self.data.get("written", ())):
            for made in (
                find(self.header, "profileDesc/creation"),
                find(self.header, "fileDesc/sourceDesc//history/origin"),
            ):
                if made is not None and self.made(made):
                    return
            self.from_dateline()

    def made(self, creation: Element) -> bool:
        """Read when and where a letter was written; tells whether that is said."""
        statement: dict[str, str] = {}
        for element in creation.iter("{*}date", "{*}origDate", "{*}placeName", "{*}origPlace"):
            if name_of(element) in ("date", "origDate"):
                statement = statement if "date" in statement else self.date(element) | statement
            elif "place" not in statement:
                statement |= self.place(element)
        if "date" in statement:
            self.data["written"] = {**statement, **self.data.get("written", {})}
        return "date" in statement

    def from_dateline(self) -> None:
        """Take the date that the encoder gives the dateline; its words stay in the text."""
        openers = find_all(self.tei, "text//opener")
        dates = [
            date
            for path in ("text//opener//date", "text//dateline//date")
            for date in find_all(self.tei, path)
            if not any(name_of(around) in _APART for around in date.iterancestors())
        ]
        if len(openers) <= 1 and dates:
            try:
                date = edtf_of({str(k): str(v) for k, v in dates[0].attrib.items()})
            except UndatableError:
                return
            if date:
                self.data["written"] = {**self.data.get("written", {}), "date": date}

    # ----------------------------------------------------------------------- who did what

    def statements(self) -> None:
        """Who did what."""
        authors = [a for a in find_all(self.header, "fileDesc/titleStmt/author") if words(a)]
        if not self.data.get("author"):
            self.people("author", [self.person(author) for author in authors])
        statements = [
            s
            for stmt in ("titleStmt", "editionStmt")
            for s in find_all(self.header, f"fileDesc/{stmt}/respStmt")
        ]
        for statement in statements:
            self.statement(statement)
        editors = [e for e in find_all(self.header, "fileDesc/titleStmt/editor") if words(e)]
        if self.profile.space == "exact":
            return
        people = [name for e in editors for name in ([n for n in e if name_of(n) in WHO] or [e])]
        if people:
            self.other["editor"] = "; ".join(self.person(name)["name"] for name in people)
            self.supplied.append("editor")

    def statement(self, statement: Element) -> None:
        """What one ``respStmt`` says."""
        resp = find(statement, "resp")
        said = words(resp)
        people = [n for n in statement if name_of(n) in WHO and words(n)]
        role = next(
            (key for pattern, key in self.profile.responsibilities.items()
             if re.search(pattern, said)), None,
        )  # fmt: skip
        for name in people:
            for id_ in filter(None, (name.get(XML_ID), statement.get(XML_ID))):
                self.roles[id_] = _responsibility(role, said)
        if role and people:
            self.people(role, [self.person(name) for name in people])
            if resp is not None:
                self.say(resp)
                place = f"resp, line {resp.sourceline or 1}"
                self.labels.append(SetAside(said, Reason.LABEL, place))
        elif said and people:
            names = "; ".join(self.person(name)["name"] for name in people)
            label = self.say(resp)
            self.other[label] = f"{self.other[label]}; {names}" if label in self.other else names

    # ----------------------------------------------------------------------- language

    def language(self) -> None:
        """The language of the text."""
        text = find(self.tei, "text")
        named = find_all(self.header, "//langUsage/language")
        if self.profile.space == "exact":
            if named:
                self.data["language"] = named[0].get("ident")
            return
        languages = [language_of(element.get("ident")) for element in named]
        known = [language for language in languages if language]
        marked = next(
            (language for e in (text, find(self.tei, "text/body"), self.tei) if e is not None
             and (language := language_of(e.get(XML_LANG)))), None,
        )  # fmt: skip
        chosen = marked if marked and (not known or marked in known) else None
        chosen = chosen or (known[0] if len(set(known)) == 1 else None)
        if chosen:
            self.data["language"] = chosen

    # ----------------------------------------------------------------------- sources

    def provenance(self) -> None:
        """Where the document is kept, and what it was printed from."""
        holding = [
            part
            for identifier in find_all(self.header, "fileDesc/sourceDesc//msIdentifier")[:1]
            for part in identifier
            if name_of(part) in _HOLDING and words(part)
        ]
        if holding:
            self.data["repository"] = ", ".join(self.say(part) for part in holding)
        if self.profile.source == "bibl":
            return
        source = find(self.header, "fileDesc/sourceDesc")
        # Beside a manuscript, a structured citation is of another print.
        is_print = find(source, "//msIdentifier") is None
        printed = [
            b for path in ("*", "listBibl/*") for b in find_all(source, path)
            if name_of(b) in _PRINTED and words(b)
            and (is_print or (name_of(b), path) == ("bibl", "*"))
        ]  # fmt: skip
        if printed:
            self.data["copy-text"] = self.cited(printed[0])
        self.edition()

    def cited(self, printed: Element) -> str:
        """The words of a citation; between the parts of a structured one commas are set."""
        if name_of(printed) == "bibl":
            return self.say(printed)
        parts = [e for e in printed.iter() if isinstance(e.tag, str) and (e.text or "").strip()]
        whole = [e for e in parts if not any(around in parts for around in e.iterancestors())]
        return ", ".join(self.say(part).rstrip(" ,") for part in whole)

    def edition(self) -> None:
        """The digital edition itself is the source of what is imported from it."""
        published = find(self.header, "fileDesc/publicationStmt")
        source: dict[str, str] = {}
        parts = []
        edition = find(self.header, "fileDesc/editionStmt/edition")
        if words(edition).isdigit():
            source["date"] = words(edition)
            parts.append(self.say(edition))
        elif words(edition):
            parts.append(self.say(edition))
            source["title"] = parts[0]
        publishers = ("publisher", "distributor", "authority")
        publisher = next((name for name in publishers if words(find(published, name))), "publisher")
        for path, key in ((publisher, "publisher"), ("pubPlace", "place"), ("date", "date")):
            element = find(published, path)
            name = next((n for n in element if name_of(n) in ("name", "orgName")), element) \
                if element is not None else None  # fmt: skip
            if (text := words(name)) and key not in source:
                parts.append(self.say(name))
                source[key] = text
        parts += [self.say(p) for p in find_all(published, "p") if words(p)]
        for idno in find_all(published, "idno"):
            if "url" not in source and is_url(words(idno)):
                source["url"] = words(idno)
        if parts:
            self.data["source"] = {"words": ", ".join(p.rstrip(" ,") for p in parts), **source}

    def rights(self) -> None:
        """The terms, and the licence where it is named."""
        availability = find(self.header, "fileDesc/publicationStmt/availability")
        if availability is None:
            return
        target = next(
            (e.get("target") for e in availability.iter() if is_url(e.get("target"))), None
        )
        if target:
            self.data["licence"] = target
        exact = self.profile.space == "exact"
        if text := self.say(find(availability, "licence/p") if exact else availability):
            self.data["rights"] = text


def _responsibility(role: str | None, said: str) -> Responsibility:
    if role in ("translator", "transcriber"):
        return Responsibility(role)
    is_author = re.search(r"(?i)\bauthor|Verfasser", said)
    return Responsibility.AUTHOR if is_author else Responsibility.EDITOR
