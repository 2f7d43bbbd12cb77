"""The fields of a transcription's header to the front matter of a document.

What enters are fields: a label, the words behind it, what was emphasised and linked in them. What
leaves are the keys that the labels mean (``labels``), each with the words verbatim, and of every
word that is in none of them, why. Nothing is guessed: a value in the place of a name that is not
plainly a name, and a label that nobody knows, stay as they are under ``other``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from letterbook.importers.imported import Reason
from letterbook.metadata import Citation, DateStatement, Person
from letterbook.provenance.citations import citation, is_citation
from letterbook.provenance.dates import date_statement, find_date, read_date
from letterbook.provenance.labels import MAX_LABEL, data, meaning, pattern
from letterbook.provenance.licences import recognise, split_credit

_LABELLED = re.compile(
    rf"\s*(?P<label>[^:\n]{{1,{MAX_LABEL}}}?)\s*:(?!//)\s*(?P<value>.*)", re.DOTALL
)
_README = re.compile(r"(?:(?<=[.!?”\"’…)])|\s[•·|*]|^)\s*README\.?\s*$")
_BY = re.compile(r"(?:by|von|par|por|per)\s+", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*(?:[,;&/]|\band\b|\bund\b|\bet\b|\by\b|\bи\b)\s*")
_WORD_OF_NAME = re.compile(r"[^\W\d_]+(?:[’'.-][^\W\d_]*)*\.?")
_INITIALS = re.compile(r"(?:[^\W\d_]\.-?)+")
MAX_NAME = 7
"""Words of one name; institutions have the longest."""


@dataclass(frozen=True, slots=True)
class Field:
    """One line of a header."""

    label: str | None
    """As it stands there, without its colon; None for prose."""
    value: str
    emphasised: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    """Where links in the value lead to."""
    line: int = 1


@dataclass(slots=True)
class Header:
    """What a header says: values for a document's metadata, and what became of the other words."""

    values: dict[str, Any] = field(default_factory=dict)
    set_aside: list[tuple[str, Reason, int]] = field(default_factory=list)
    """Words, why, and the line on which they stand."""
    supplied: list[str] = field(default_factory=list)
    """Labels that the source does not have: a sentence without one still needs one."""


def labelled(text: str) -> tuple[str, str] | None:
    """Part “Source: …” into its label and its value; None when there is no known label."""
    match = _LABELLED.fullmatch(text)
    if not match or not meaning(match["label"]):
        return None
    return match["label"], match["value"]


def read_header(fields: Iterable[Field]) -> Header:
    """Read the fields of a header, in their order."""
    reader = _Reader()
    for item in fields:
        reader.take(item)
    return reader.finish()


class _Reader:
    def __init__(self) -> None:
        self.header = Header()
        self.values = self.header.values
        self.publisher: tuple[str, str] | None = None

    def aside(self, text: str, reason: Reason, line: int) -> None:
        if text.strip():
            self.header.set_aside.append((text.strip(), reason, line))

    def take(self, item: Field) -> None:
        value = " ".join(item.value.split())
        if match := _README.search(value):
            self.aside(match[0], Reason.NAVIGATION, item.line)
            value = value[: match.start()].rstrip()
        label = item.label.strip(" :\u00a0") if item.label else None
        if label is None:
            self.prose(value, item)
            return
        if not value:
            self.aside(item.label or "", Reason.LABEL, item.line)
            return
        keys = [key for key in meaning(label) if key != "markup"]
        if len(keys) == 1 and self.put(keys[0], label, value, item):
            return
        people = {"translator", "transcriber", "proofreader"}
        if len(keys) > 1 and set(keys) <= people and (names := _names(value)):
            self.named(keys, names[0], item.line)
            self.aside(label, Reason.LABEL, item.line)
            self.aside(names[1], Reason.STRUCTURE, item.line)
            return
        self.other(label, value, item.line)

    def prose(self, value: str, item: Field) -> None:
        """Take a line without a label: some sentences say what they are."""
        if not value:
            return
        if pattern("navigation").match(value) and len(value.split()) <= MAX_NAME:
            self.aside(value, Reason.NAVIGATION, item.line)
            return
        for key in data()["prose"]:
            match = pattern("prose", key).match(value)
            if not match:
                continue
            label, rest = match["label"].strip(" :"), value[match.end() :]
            if key in ("translator", "transcriber", "proofreader"):
                self.people(key, _leading_names(rest))
            if label:
                self.other(label, value[match.end("label") :].strip(" :"), item.line)
                return
            if self.put(key, None, value, item):
                return
        if is_citation(value) and self.put("source", None, value, item):
            return
        self.other("Note", value, 0)
        self.header.supplied.append("Note")

    def put(self, key: str, label: str | None, value: str, item: Field) -> bool:
        """Put a value where its key belongs; False when the key is taken or the value unfit."""
        put = getattr(self, f"put_{key.replace('-', '_')}")
        if not put(label, value, item):
            return False
        # The label of a licence says something itself; it stays with the statement.
        if label and key != "rights":
            self.aside(item.label or label, Reason.LABEL, item.line)
        return True

    def other(self, label: str, value: str, line: int) -> None:
        """Keep what has no key; a label that comes twice keeps both values, on a line each.

        The label itself stands once; ``line`` is where it does again, 0 when it is supplied.
        """
        others = self.values.setdefault("other", {})
        if label in others and line:
            self.aside(label, Reason.LABEL, line)
        others[label] = f"{others[label]}\n{value}" if label in others else value

    def named(self, keys: Sequence[str], names: tuple[str, ...], line: int) -> None:
        """Put names that are all of a value; one that has been said under all keys is repeated."""
        known = [{person.name for person in self.values.get(key, [])} for key in keys]
        for name in names:
            if all(name in already for already in known):
                self.aside(name, Reason.HEADER, line)
        for key in keys:
            self.people(key, names)

    def people(self, key: str, names: tuple[str, ...]) -> None:
        known = self.values.get(key, [])
        new = [Person(name=n) for n in names if n not in [p.name for p in known]]
        if known or new:
            self.values[key] = [*known, *new]

    # ----------------------------------------------------------------------- keys

    def put_names(self, key: str, value: str, item: Field) -> bool:
        names = _names(value)
        if names is None:
            self.people(key, _leading_names(value))
            return False
        self.named([key], names[0], item.line)
        self.aside(names[1], Reason.STRUCTURE, item.line)
        return True

    def put_translator(self, _label: str | None, value: str, item: Field) -> bool:
        return self.put_names("translator", value, item)

    def put_transcriber(self, _label: str | None, value: str, item: Field) -> bool:
        return self.put_names("transcriber", value, item)

    def put_proofreader(self, _label: str | None, value: str, item: Field) -> bool:
        return self.put_names("proofreader", value, item)

    def put_author(self, _label: str | None, value: str, item: Field) -> bool:
        return "author" not in self.values and self.put_names("author", value, item)

    def put_addressee(self, _label: str | None, value: str, item: Field) -> bool:
        return self.put_names("addressee", value, item)

    def put_written(self, _label: str | None, value: str, _item: Field) -> bool:
        return self.put_date("written", value)

    def put_delivered(self, _label: str | None, value: str, _item: Field) -> bool:
        return self.put_date("delivered", value)

    def put_date(self, key: str, value: str) -> bool:
        if key in self.values:
            return False
        self.values[key] = date_statement(value)
        return True

    def put_published(self, _label: str | None, value: str, _item: Field) -> bool:
        if "published" in self.values:
            return False
        match = pattern("copy-text").search(value)
        if match and "copy_text" not in self.values:
            rest = value[match.end() :].strip()
            before = value[: match.start()].strip()
            if before and not rest:
                self.values["copy_text"] = match[0]
                value = before
        date = read_date(value) or find_date(value)
        self.values["published"] = DateStatement(date=date, words=value)
        return True

    def put_source(self, _label: str | None, value: str, item: Field) -> bool:
        if "source" in self.values:
            return False
        match = pattern("copy-text").search(value)
        if match and "copy_text" not in self.values and not value[match.end() :].strip():
            before = value[: match.start()].strip()
            if before:
                self.values["copy_text"] = match[0]
                value = before
        self.values["source"] = citation(value, item.emphasised)
        for sentence in re.split(r"(?<=[.;])\s+", value):
            if made := pattern("prose", "transcriber").match(sentence):
                self.people("transcriber", _leading_names(sentence[made.end() :]))
        return True

    def put_publisher(self, label: str | None, value: str, _item: Field) -> bool:
        # It belongs to the source, which may come after it.
        if self.publisher or label is None:
            return False
        self.publisher = (label, value)
        return True

    def put_copy_text(self, _label: str | None, value: str, _item: Field) -> bool:
        if "copy_text" in self.values:
            return False
        self.values["copy_text"] = value
        return True

    def put_repository(self, _label: str | None, value: str, _item: Field) -> bool:
        if "repository" in self.values:
            return False
        self.values["repository"] = value
        return True

    def put_rights(self, label: str | None, value: str, item: Field) -> bool:
        statement, credit = split_credit(value)
        words = f"{label}: {statement}" if label else statement
        known = self.values.get("rights")
        self.values["rights"] = f"{known}\n{words}" if known else words
        if credit:
            before = self.values.get("credit")
            self.values["credit"] = f"{before}\n{credit}" if before else credit
        licence = recognise(f"{words} {credit or ''}", item.links).licence
        if licence and licence.url and "licence" not in self.values:
            self.values["licence"] = licence.url
        return True

    def finish(self) -> Header:
        if self.publisher:
            label, value = self.publisher
            source = self.values.get("source")
            if isinstance(source, Citation) and not source.publisher:
                self.values["source"] = source.model_copy(update={"publisher": value})
            else:
                self.header.set_aside = [
                    row for row in self.header.set_aside if row[0].strip(" :\u00a0") != label
                ]
                self.other(label, value, 0)
        return self.header


# --------------------------------------------------------------------------- names


def _names(value: str) -> tuple[tuple[str, ...], str] | None:
    """Read a value that is names and nothing else: the names, and the words between them.

    None when it is something else, even if names are in it.
    """
    if value.strip(" .").casefold() in data()["nobody"]:
        return None
    dropped = []
    rest = value.strip()
    if match := _BY.match(rest):
        dropped.append(match[0])
        rest = rest[match.end() :]
    rest = rest.rstrip(" ;,")
    if rest.endswith(".") and not _INITIALS.fullmatch(rest.split()[-1] if rest.split() else ""):
        rest = rest[:-1]
    names = [name for name in _BETWEEN.split(rest) if name]
    dropped += [found.strip() for found in _BETWEEN.findall(rest)]
    if not names or not all(is_name(name) for name in names):
        return None
    if any(len(name.split()) == 1 and "." not in name for name in names[1:]):
        # “Translations and Reprints” is one name, or two: who knows.
        return None
    return tuple(names), " ".join(word.strip() for word in dropped if re.search(r"\w|&", word))


def split_names(value: str) -> tuple[tuple[str, ...], str] | None:
    """Read names as they stand at the head of a page: “William F. Dunne & Morris Childs”."""
    return _names(value)


def _leading_names(value: str) -> tuple[str, ...]:
    """Read the names with which a value begins, when only a known kind of words follows them."""
    value = value.strip().rstrip(" .;,")
    if before := pattern("before-names").match(value):
        value = value[before.end() :]
    if match := _BY.match(value):
        value = value[match.end() :]
    for tail in pattern("after-names").finditer(value):
        if tail.end() == len(value) and (names := _names(value[: tail.start()])):
            return names[0]
    names = _names(value)
    return names[0] if names else ()


def is_name(text: str) -> bool:
    """Tell whether a text is like a name: words with capitals, and particles between them."""
    words = text.split()
    particles = data()["particles"]
    if not 1 <= len(words) <= MAX_NAME or text.casefold() in data()["nobody"]:
        return False
    if not all(_WORD_OF_NAME.fullmatch(word.strip('()“”"')) for word in words):
        return False
    capital = [w for w in words if w.strip('()“”"')[:1].isupper()]
    others = [w for w in words if w not in capital]
    return bool(capital) and words[0] in capital and all(w.casefold() in particles for w in others)
