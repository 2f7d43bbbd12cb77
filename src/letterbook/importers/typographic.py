"""ASCII quotes and dashes to typographic ones, where a profile or the user asks for them.

What enters are drafts, what leaves are the same drafts with other characters at the same places:
straight quotes and apostrophes, two or three hyphens that stand for a dash. Nothing else changes,
and what was typographic stays. Words in code, marks, and what metadata keeps verbatim stay too.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from importlib.resources import files

from lxml.etree import _Element as Element

from letterbook.importers.htmledit import slots
from letterbook.importers.imported import Draft, Imported
from letterbook.importers.treebuilder import is_mark
from letterbook.markup.vocabulary import BLOCKS
from letterbook.metadata import DocumentMetadata, Person
from letterbook.yamlfile import read_yaml

DEFAULT = "en"
_WORK = re.compile(r"(?<!-)-{2,3}(?!-)|``|''|[\"'`]")
_OPENS = re.compile(r"[\s(\[{<—–“„‘‚«\-/]")
"""What stands before a mark that opens."""
_ELISION = re.compile(r"(?:tis|twas|twere|twill|em|cause|til|n|s|d|\d0s|\d\d)\b", re.IGNORECASE)
"""Words of which an apostrophe is the first sign."""
_LINE_END = "\n"


@cache
def _pairs() -> dict[str, str]:
    text = files(__package__).joinpath("quotes.yaml").read_text("utf-8")
    pairs: dict[str, str] = read_yaml(text, "quotes.yaml").data
    return pairs


def quotes_of(language: str | None) -> str | None:
    """Give the four marks of a language; None when they are not known."""
    return _pairs().get((language or DEFAULT).partition("-")[0].lower())


def set_typographic(imported: Imported) -> Imported:
    """Set the quotes and dashes of all drafts."""
    return replace(imported, documents=tuple(_set(draft) for draft in imported.documents))


def _set(draft: Draft) -> Draft:
    quotes = quotes_of(draft.metadata.language)
    body = copy.deepcopy(draft.body)
    _set_tree(body, quotes)
    notes = []
    for note in draft.notes:
        tree = copy.deepcopy(note.body)
        _set_tree(tree, quotes)
        notes.append(replace(note, body=tree))
    metadata = _set_metadata(draft.metadata, quotes)
    supplied = tuple(typographic(text, quotes) for text in draft.supplied)
    return replace(draft, metadata=metadata, body=body, notes=tuple(notes), supplied=supplied)


def _set_metadata(metadata: DocumentMetadata, quotes: str | None) -> DocumentMetadata:
    """Set what is shown as a heading is; citations, dates and licences stay verbatim."""

    def people(found: tuple[Person, ...]) -> tuple[Person, ...]:
        return tuple(p.model_copy(update={"name": typographic(p.name, quotes)}) for p in found)

    return metadata.model_copy(
        update={
            "title": metadata.title and typographic(metadata.title, quotes),
            "addressee": people(metadata.addressee),
        }
    )


def _set_tree(tree: Element, quotes: str | None) -> None:
    """Set the lines of a tree; a quotation may begin in one element and end in another."""
    for line in _lines(tree):
        text = "".join(getattr(item, where) or "" for item, where in line)
        if not _WORK.search(text):
            continue
        made = list(_pieces(text, quotes))
        position = 0
        for item, where in line:
            value: str = getattr(item, where) or ""
            end = position + len(value)
            setattr(item, where, "".join(made[position:end]) or None)
            position = end


def _lines(tree: Element) -> Iterator[list[tuple[Element, str]]]:
    """The places of text, line by line: a block, and what follows one, begins another."""
    line: list[tuple[Element, str]] = []
    skipped: Element | None = None
    for item, where in slots(tree):
        if skipped is not None and not (item is skipped and where == "tail"):
            continue
        skipped = None
        if item.tag in BLOCKS or item.tag == "br":
            yield line
            line = []
        line.append((item, where))
        if where == "text" and (item.tag == "code" or is_mark(item)):
            line.pop()
            skipped = item
    yield line


def typographic(text: str, quotes: str | None) -> str:
    """Set the quotes and dashes of a text; without ``quotes``, dashes and apostrophes alone."""
    return "".join(_pieces(text, quotes))


def _pieces(text: str, quotes: str | None) -> list[str]:
    """For each character, what stands in its place: itself, another, or nothing."""
    made = list(text)
    for match in _WORK.finditer(text):
        start, end = match.span()
        before = made[start - 1] if start and made[start - 1] else text[max(start - 2, 0) : start]
        sign = _sign(match[0], before[-1:], text[end:], quotes, text[:start])
        if sign is not None:
            made[start:end] = [sign, *[""] * (end - start - 1)]
    return made


def _sign(mark: str, before: str, after: str, quotes: str | None, text: str) -> str | None:
    """What a mark becomes; None when it stays."""
    if mark.startswith("-"):
        in_number = before.isdigit() and after[:1].isdigit() and len(mark) == 2
        return "–" if in_number else "—"
    if mark == "`":
        return quotes[2] if quotes else None
    opens = (not before or bool(_OPENS.match(before))) and after[:1].strip() != ""
    if mark in ('"', "``", "''"):
        if quotes is None:
            return None
        if not opens and before and not before.strip():
            # A space before and none behind: it opens; one on both sides tells nothing.
            return None
        return quotes[0] if (opens or mark == "``") and mark != "''" else quotes[1]
    if opens and not _ELISION.match(after):
        return quotes[2] if quotes else None
    if quotes and quotes[3] != "’" and not after[:1].isalpha() and text.count("'") % 2:
        return quotes[3]
    return "’"
