"""``teiHeader`` to the front matter of a document.

What is taken over is verbatim, with its white space folded. Every word of the header that is in
no key of the front matter is told back, so that it can be accounted for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from babel.core import get_global
from lxml.etree import _Element as Element
from pydantic import TypeAdapter, ValidationError

from letterbook.diagnostics import Diagnostic, Severity, Span
from letterbook.fields import Language, Slug, Url
from letterbook.importers.imported import Reason, SetAside
from letterbook.importers.tei_dates import UndatableError, edtf_of
from letterbook.importers.tei_profile import TeiProfile
from letterbook.importers.tei_registers import filed
from letterbook.importers.tei_xml import XML_ID, XML_LANG, find, find_all, fold, name_of, words
from letterbook.metadata import DocumentMetadata, Responsibility

_URL: TypeAdapter[str] = TypeAdapter(Url)
_LANGUAGE: TypeAdapter[str] = TypeAdapter(Language)
_SLUG: TypeAdapter[str] = TypeAdapter(Slug)
_WHO = frozenset({"persName", "orgName", "name", "rs", "forename", "surname"})
_WHERE = frozenset({"placeName", "settlement", "geogName", "location", "country"})
_HOLDING = ("country", "region", "settlement", "institution", "repository", "collection", "idno",
            "altIdentifier", "msName")  # fmt: skip


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


def read_header(tei: Element, profile: TeiProfile, file: str) -> Header:
    """Read the header of one ``TEI`` element."""
    return _Header(tei, profile, file).read()


def language_of(value: str | None) -> str | None:
    """A language tag as BCP 47 has it: ``deu`` is ``de``; None for what is none."""
    if not value:
        return None
    head, dash, rest = value.strip().replace("_", "-").partition("-")
    aliases: dict[str, str] = dict(get_global("language_aliases"))
    # Only the codes of three letters: in BCP 47, a language has the shortest that there is.
    short = aliases.get(head.lower(), head) if len(head) == 3 else head
    tag = short.lower().replace("_", "-") + dash + rest
    try:
        return _LANGUAGE.validate_python(tag) if tag not in ("und", "zxx", "mul") else None
    except ValidationError:
        return None


def is_url(value: str | None) -> bool:
    """Tell whether a value is a web address that front matter can hold."""
    try:
        _URL.validate_python(value)
    except ValidationError:
        return False
    return True


_OF_PERSON = {"sort": "key", "ref": "ref", "words": "n"}
"""What the files that Letterbook writes say of somebody, by the attributes that say it."""
_OF_DATE = {"title": "title", "old-style": "old_style"}
"""What they say of a date in a note beside it, by the note's type."""


class _Header:
    def __init__(self, tei: Element, profile: TeiProfile, file: str) -> None:
        self.tei = tei
        self.header = find(tei, "teiHeader")
        self.profile = profile
        self.file = file
        self.pieces: list[list[str]] = []
        """What of the header is verbatim in the front matter, in words."""
        self.data: dict[str, Any] = {}
        self.other: dict[str, str] = {}
        self.diagnostics: list[Diagnostic] = []
        self.roles: dict[str, Responsibility] = {}
        self.supplied: list[str] = []
        self.labels: list[SetAside] = []

    def read(self) -> Header:
        self.correspondence()
        self.statements()
        self.title()
        self.language()
        self.provenance()
        self.rights()
        if self.profile.space == "exact":
            self.own()
        slug = self.data.get("slug")
        if self.other:
            self.data["other"] = self.other
        return Header(
            DocumentMetadata.model_validate(self.data),
            slug,
            (*self.labels, *self.rest()),
            tuple(self.supplied),
            tuple(self.diagnostics),
            self.roles,
        )

    def say(self, element: Element | None) -> str:
        """The words of an element, which are now in the front matter."""
        if element is None:
            return ""
        text = words(element)
        if text:
            self.pieces.append(text.split(" "))
        return "".join(element.itertext()) if self.profile.space == "exact" else text

    # ----------------------------------------------------------------------- title, kind

    def title(self) -> None:
        titles = [t for t in find_all(self.header, "fileDesc/titleStmt/title") if words(t)]
        chosen = next(
            (
                title
                for wanted in self.profile.titles
                for title in titles
                if title.get(wanted.attribute) == wanted.value
            ),
            titles[0] if titles else None,
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
        actions = find_all(self.header, "//correspAction")
        sent = [a for a in actions if a.get("type") in ("sent", "written", None)]
        received = [a for a in actions if a.get("type") in ("received", "delivered")]
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

    def names(self, action: Element) -> list[Element]:
        return [n for n in action if name_of(n) in _WHO and words(n)]

    def people(self, key: str, people: list[dict[str, str]]) -> None:
        # A person who is named twice is still one.
        unique = list({tuple(p.items()): p for p in people}.values())
        if self.profile.space == "exact":
            unique = people
        if unique:
            self.data[key] = [*self.data.get(key, []), *unique]

    def person(self, name: Element) -> dict[str, str]:
        if self.profile.space == "exact":
            organisation = name if name_of(name) == "orgName" else find(name, "orgName")
            named = name if organisation is None else organisation
            found = {key: named.get(at) for key, at in _OF_PERSON.items()}
            found["kind"] = None if organisation is None else "organisation"
            return {"name": self.say(name), **{k: v for k, v in found.items() if v}}
        text = words(name)
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

    def dated(self, key: str, actions: Iterable[Element]) -> None:
        statement: dict[str, str] = {}
        for action in actions:
            for element in action:
                if name_of(element) == "date" and not {"date", "words"} & set(statement):
                    statement |= self.date(element)
                elif self.profile.space == "exact" and element.get("type") in _OF_DATE:
                    statement[_OF_DATE[element.get("type", "")]] = self.say(element)
                elif name_of(element) in _WHERE and "place" not in statement:
                    statement |= self.place(element)
        if statement:
            self.data[key] = statement

    def place(self, element: Element) -> dict[str, str]:
        ref = element.get("ref") if self.profile.space == "exact" else None
        found = {"place": self.say(element) if words(element) else "", "place_ref": ref}
        return {key: value for key, value in found.items() if value}

    def date(self, element: Element) -> dict[str, str]:
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
        return statement

    # ----------------------------------------------------------------------- who did what

    def statements(self) -> None:
        for author in find_all(self.header, "fileDesc/titleStmt/author"):
            if not self.data.get("author") and words(author):
                self.people("author", [self.person(author)])
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
        people = [name for e in editors for name in ([n for n in e if name_of(n) in _WHO] or [e])]
        if people:
            self.other["editor"] = "; ".join(self.person(name)["name"] for name in people)
            self.supplied.append("editor")

    def statement(self, statement: Element) -> None:
        resp = find(statement, "resp")
        said = words(resp)
        people = [n for n in statement if name_of(n) in _WHO and words(n)]
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
        printed = next(
            (b for b in find_all(self.header, "fileDesc/sourceDesc/bibl") if words(b)), None
        )
        if printed is not None:
            self.data["copy-text"] = self.say(printed)
        self.edition()

    def edition(self) -> None:
        """The digital edition itself is the source of what is imported from it."""
        published = find(self.header, "fileDesc/publicationStmt")
        source: dict[str, str] = {}
        parts = []
        edition = find(self.header, "fileDesc/editionStmt/edition")
        if words(edition):
            parts.append(self.say(edition))
            source["title"] = parts[0]
        for path, key in (("publisher", "publisher"), ("pubPlace", "place"), ("date", "date")):
            element = find(published, path)
            name = next((n for n in element if name_of(n) in ("name", "orgName")), element) \
                if element is not None else None  # fmt: skip
            if text := words(name):
                parts.append(self.say(name))
                source[key] = text
        parts += [self.say(p) for p in find_all(published, "p") if words(p)]
        for idno in find_all(published, "idno"):
            if "url" not in source and is_url(words(idno)):
                source["url"] = words(idno)
        if parts:
            self.data["source"] = {"words": ", ".join(p.rstrip(" ,") for p in parts), **source}

    def rights(self) -> None:
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

    # ----------------------------------------------------------------------- our own files

    def own(self) -> None:
        """Take up what only the files that Letterbook writes say, in its own words."""
        self.own_notes()
        self.own_title()
        for term in find_all(self.header, "profileDesc/textClass/keywords/term"):
            if term.get("type") in ("kind", "role"):
                self.data[term.get("type", "")] = _text(term)
        for idno in find_all(self.header, "fileDesc/publicationStmt/idno"):
            if idno.get("type") == "slug":
                self.data["slug"] = _text(idno)
        for bibl in find_all(self.header, "fileDesc/sourceDesc/bibl"):
            self.own_source(bibl)

    def own_notes(self) -> None:
        for note in find_all(self.header, "fileDesc/notesStmt/note"):
            type_ = note.get("type", "")
            if type_ == "other":
                self.other[note.get("n", "")] = self.say(note)
            elif type_ == "enclosure":
                self.data["enclosure"] = [*self.data.get("enclosure", ()), self.say(note)]
            elif type_ == "about":
                self.data.setdefault("index", {}).setdefault("about", []).append(self.say(note))
            elif type_ == "form":
                forms = self.data.setdefault("index", {}).setdefault("forms", {})
                forms[note.get("n", "")] = self.say(note)
            elif type_ == "facsimile":
                self.data.setdefault("facsimile", []).append(self.own_facsimile(note))
            elif type_ in ("credit", "notes"):
                self.data[type_] = self.say(note) if type_ == "credit" else _text(note)

    def own_facsimile(self, note: Element) -> dict[str, str]:
        """A picture of the document itself; its file is taken along with those of the text."""
        graphic = find(note, "figure/graphic")
        parts = {"alt": "figDesc", "caption": "head", "credit": "p"}
        said = {key: self.say(find(note, f"figure/{name}")) for key, name in parts.items()}
        said["image"] = graphic.get("url", "") if graphic is not None else ""
        return {key: words_ for key, words_ in said.items() if words_}

    def own_title(self) -> None:
        title = find(self.header, "fileDesc/titleStmt/title")
        if title is not None and title.get("n"):
            self.data["number"] = title.get("n")
        if title is not None and title.get("subtype") == "made":
            # It is made again, of the addressee; its words are in no document.
            del self.data["title"]
            self.pieces.remove(words(title).split(" "))

    def own_source(self, bibl: Element) -> None:
        type_ = bibl.get("type")
        if type_ == "copy-text":
            self.data["copy-text"] = self.say(bibl)
        elif type_ == "first-publication":
            statement = self.date(found) if (found := find(bibl, "date")) is not None else {}
            if (place := find(bibl, "pubPlace")) is not None:
                statement |= self.place(place)
            for note in find_all(bibl, "note"):
                statement[_OF_DATE[note.get("type", "")]] = _text(note)
            self.data["published"] = statement
        elif type_ == "source":
            self.data.setdefault("source", {})["words"] = self.say(bibl)
        elif type_ == "source-parts":
            source = self.data.setdefault("source", {})
            for part in bibl:
                key = part.get("type") or part.get("unit") or name_of(part)
                key = {"pubPlace": "place", "ref": "url"}.get(key, key)
                source[key] = _text(part)

    # ----------------------------------------------------------------------- the rest

    def rest(self) -> Iterable[SetAside]:
        """The words of the header that are in no value of the front matter.

        Words that are said twice are in the front matter by their first saying.
        """
        words_ = list(self.header_words())
        taken = bytearray(len(words_))
        positions: dict[str, list[int]] = {}
        for position, (word, _) in enumerate(words_):
            positions.setdefault(word, []).append(position)
        # The longest first: a short value may stand in a long one.
        for piece in sorted(self.pieces, key=lambda piece: -sum(map(len, piece))):
            size = len(piece)
            for start in positions.get(piece[0], ()):
                stretch = [word for word, _ in words_[start : start + size]]
                if stretch == piece and not any(taken[start : start + size]):
                    taken[start : start + size] = b"\1" * size
                    break
        run: list[str] = []
        place = ""
        for (word, section), is_taken in zip([*words_, ("", "")], [*taken, 1], strict=True):
            if run and (is_taken or section != place):
                yield SetAside(" ".join(run), Reason.HEADER, place)
                run = []
            if not is_taken:
                run.append(word)
                place = section

    def header_words(self) -> Iterable[tuple[str, str]]:
        """Every word of the header with the part that it stands in, and its line."""
        if self.header is None:
            return
        for part in self.header:
            for section in part if len(part) else [part]:
                if isinstance(section.tag, str):
                    place = f"{name_of(section)}, line {section.sourceline or 1}"
                    for text in self.texts(section):
                        yield from ((word, place) for word in fold(text).split(" ") if word)

    def texts(self, element: Element) -> Iterable[str]:
        yield element.text or ""
        for child in element:
            if isinstance(child.tag, str):
                yield from self.texts(child)
            yield child.tail or ""


def _text(element: Element) -> str:
    return "".join(element.itertext())


def _responsibility(role: str | None, said: str) -> Responsibility:
    if role in ("translator", "transcriber"):
        return Responsibility(role)
    is_author = re.search(r"(?i)\bauthor|Verfasser", said)
    return Responsibility.AUTHOR if is_author else Responsibility.EDITOR
