"""Lines that are elements of their own: each group of them becomes one paragraph with breaks.

Digital libraries set a stanza as ``div.stanza`` around a ``p`` or a ``div`` for each line; others
set the lines of a date or an address so. What enters is a page’s body, which is changed in place;
no word of it is.
"""

from __future__ import annotations

import re

from lxml import etree
from lxml.etree import _Element as Element

from letterbook.importers.htmlblocks import BLOCKS, classes_of, words

_STANZAS = frozenset({"stanza", "strophe"})
"""Classes of elements in which each paragraph is a line."""
_LINE = re.compile(r"(?:line|l|i|in|indent|verse)\d*")
"""Classes of elements that are lines."""
_OURS = "letterbook:"
"""Begins the classes by which a profile's finds are marked."""


def join_lines(body: Element) -> None:
    """Make one paragraph of the lines that stand in one element."""
    for holder in list(body.iter("div", "section", "blockquote", "center")):
        lines = list(holder)
        is_stanza = bool(classes_of(holder) & _STANZAS)
        if len(lines) < 2 or (holder.text or "").strip():
            continue
        if all(_is_line(line, is_stanza) for line in lines) and len(set(map(_marks, lines))) == 1:
            _join(holder, [line for line in lines if words(line)])


def _is_line(element: Element, in_stanza: bool) -> bool:
    if element.tag not in ("p", "div") or (element.tail or "").strip():
        return False
    if any(e.tag in BLOCKS or e.tag == "img" for e in element.iterdescendants()):
        return False
    if any(e.tag == "br" and (e.tail or "").strip() for e in element.iterdescendants()):
        return False
    known = [name for name in classes_of(element) if _LINE.fullmatch(name)]
    # A paragraph of verse is a stanza as often as a line.
    return in_stanza or bool(known and (element.tag == "div" or known != ["verse"]))


def _marks(element: Element) -> str:
    """What a profile has found a line to be."""
    return " ".join(sorted(name for name in classes_of(element) if name.startswith(_OURS)))


def _join(holder: Element, lines: list[Element]) -> None:
    joined = etree.Element("p")
    joined.sourceline = lines[0].sourceline  # type: ignore[misc]  # It can be set.
    if marks := _marks(lines[0]):
        joined.set("class", marks)
    for number, line in enumerate(lines):
        if number:
            etree.SubElement(joined, "br")
        inner = etree.SubElement(joined, "span")
        for name, value in line.attrib.items():
            if name != "class":
                inner.set(name, value)
        inner.text = line.text
        inner.extend(list(line))
    holder[:] = [joined] if len(joined) else []
    holder.text = None
