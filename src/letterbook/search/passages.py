"""The passages of a page that a search leads to: paragraphs, headings, notes.

A filled template enters, and its passages get ids in place, where they have none; what leaves is
the text of each as a reader sees it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml.etree import _Element as Element

from letterbook.markup.vocabulary import INLINE

LEFT_OUT = "\ufffc"
"""Stands in a text for what is not its own: the mark of a note, a picture."""

_NOT_TEXT = frozenset({"noteref", "note-number", "note-end", "page"})
"""Classes of what stands among the words and is none of them."""
_TEXTS = frozenset({"heading", "text", "note-text", "source-note"})
"""Classes of what is searched."""
_SPACE = re.compile(r"[ \t\n\r]+")


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph, or what else stands alone."""

    id: str
    text: str


def passages_of(section: Element) -> tuple[Passage, ...]:
    """Find the passages of a page's section, in order, and give them ids."""
    page = section.get("id", "")
    taken = {element.get("id") for element in section.iter()}
    found: list[Passage] = []
    number = 0
    for text in section.iter():
        if not _TEXTS & set(text.get("class", "").split()):
            continue
        home = _home(text, page)
        for element, words in _blocks(text):
            id_ = home or element.get("id")
            while id_ is None:
                number += 1
                candidate = f"{page}-passage-{number}"
                if candidate not in taken:
                    element.set("id", candidate)
                    id_ = candidate
            found.append(Passage(id_, words))
    return tuple(found)


def _home(text: Element, page: str) -> str | None:
    """What a link leads to whatever the paragraph: a note, or the head of the page."""
    classes = text.get("class", "").split()
    if "text" in classes:
        return None
    note = next((up for up in text.iterancestors() if "note" in up.get("class", "").split()), None)
    return page if note is None else note.get("id", page)


def _blocks(root: Element) -> Iterator[tuple[Element, str]]:
    """The words of each element that holds any by itself, in the order of the text."""
    said: list[str] = []

    def flush(element: Element) -> Iterator[tuple[Element, str]]:
        words = _SPACE.sub(" ", "".join(said)).strip(f" {LEFT_OUT}")
        said.clear()
        if words:
            yield element, words

    def walk(element: Element, block: Element) -> Iterator[tuple[Element, str]]:
        said.append(element.text or "")
        for child in element:
            if child.tag == "br":
                said.append(" ")
            elif child.tag == "img" or _NOT_TEXT & set(child.get("class", "").split()):
                said.append(LEFT_OUT)
            elif child.tag in INLINE or child.tag == "cite":
                yield from walk(child, block)
            else:
                yield from flush(block)
                yield from walk(child, child)
                yield from flush(child)
            said.append(child.tail or "")

    yield from walk(root, root)
    yield from flush(root)
