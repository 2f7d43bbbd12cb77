"""The pages of the print source: which elements of a page of HTML mark where one begins.

A mark is an element of its own class (``span.pagenum``), red words like ``<p.12>``, or an anchor
without words whose name is a page (``p12``, ``page_12``, ``v35pp348``). Anchors named ``p1``,
``p2`` … at the start of every paragraph number paragraphs, and are no marks.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from lxml.etree import _Element as Element

from letterbook.importers.htmlblocks import Block, classes_of, words
from letterbook.provenance.labels import classes_meaning

_NAME = re.compile(r"(?:v\d+)?p(?:age|g|p)?[-_.]?0*(?P<page>\d{1,4}[a-z]?)(?:[-_]\d+)?", re.I)
_SHOWN = re.compile(
    r"[<\[({|\s\u00a0—–-]*(?P<word>(?:pages?|pp?|pg|S|с|стр)\b[.\s\u00a0]*)?"
    r"(?P<page>\d{1,4}[a-z]?|[ivxlc]{1,7})[>\])}|\s\u00a0—–.-]*",
    re.IGNORECASE,
)
_RED = re.compile(r"red|#(?:f00|ff0000|c00|cc0000)\b", re.IGNORECASE)
_MANY = 4
"""Anchors from which on it can be told whether they number paragraphs."""


def find_pages(blocks: Sequence[Block]) -> dict[Element, str]:
    """Give the elements that mark pages, each with the page's label."""
    pages: dict[Element, str] = {}
    anchors: list[tuple[Element, str, bool]] = []
    for block in blocks:
        for element in block.element.iter():
            if element is not block.element and (label := _shown(element)):
                pages[element] = label
            elif element.tag == "a" and not element.get("href") and not words(element):
                match = _NAME.fullmatch(element.get("name") or element.get("id") or "")
                if match:
                    anchors.append((element, match["page"], _is_first(block.element, element)))
    if not _number_paragraphs(anchors):
        shown = set(pages.values())
        pages |= {element: label for element, label, _ in anchors if label not in shown}
    return pages


def plain_label(shown: str) -> str:
    """The number in what a mark of a page shows, or in its name; all of it when there is none."""
    match = _SHOWN.fullmatch(shown) or _NAME.fullmatch(shown)
    return match["page"] if match else shown


def _shown(element: Element) -> str | None:
    """The label of a page that an element shows, when it is made to look like one."""
    match = _SHOWN.fullmatch(words(element))
    if not match:
        return None
    kinds = classes_meaning()
    if any(kinds.get(name) == "page" for name in classes_of(element)):
        return match["page"]
    coloured = element.tag in ("font", "span") and (
        _RED.fullmatch(element.get("color", ""))
        or re.search(r"color\s*:\s*(?:red|#f00|#ff0000)\b", element.get("style", ""), re.I)
    )
    bracketed = bool(re.match(r"[<\[(]", words(element)))
    return match["page"] if coloured and (match["word"] or bracketed) else None


def _is_first(block: Element, element: Element) -> bool:
    return (
        element.getparent() is block
        and block.index(element) == 0
        and not (block.text or "").strip()
    )


def _number_paragraphs(anchors: Sequence[tuple[Element, str, bool]]) -> bool:
    """Whether the anchors stand at the head of paragraphs, and count them."""
    if len(anchors) < _MANY:
        return False
    numbers = [int(re.sub(r"\D", "", label)) for _, label, _ in anchors]
    in_step = all(b == a + 1 for a, b in itertools.pairwise(numbers))
    return in_step and numbers[0] <= 1 and all(first for _, _, first in anchors)
