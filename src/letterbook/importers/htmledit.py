"""Small operations on trees of HTML that importers share: words taken out, and told.

All of them work in place and give the words that they took, so that a caller can account for them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from lxml import etree
from lxml.etree import _Element as Element

from letterbook.importers.htmlblocks import words
from letterbook.importers.parts import plain_title

_ITALIC = ("em", "i", "cite")


def take_words(element: Element) -> str:
    """Empty an element, and give the words that it had."""
    text = "".join(element.itertext())
    for item in element.iter():
        item.text = None
        if item is not element:
            item.tail = None
    return text


def take_bracketed(element: Element) -> str:
    """Empty an element as ``take_words`` does, and take the brackets away that stand around it."""
    text, after = take_words(element), element.tail or ""
    previous, parent = element.getprevious(), element.getparent()
    holder, where = (parent, "text") if previous is None else (previous, "tail")
    before = "" if holder is None else getattr(holder, where) or ""
    for open_, close in (("(", ")"), ("[", "]")):
        if before.rstrip().endswith(open_) and after.lstrip().startswith(close):
            setattr(holder, where, before.rstrip()[:-1])
            element.tail = after.lstrip()[1:]
            return f"{open_}{text}{close}"
    return text


def take_start(element: Element, start: re.Pattern[str]) -> str:
    """Take what matches away from the start of an element's text; give it."""
    match = start.match("".join(element.itertext()))
    if not match:
        return ""
    cut(element, 0, match.end())
    return match[0]


def cut(element: Element, start: int, end: int) -> None:
    """Take the characters from ``start`` to ``end`` of an element's text away."""
    position = 0
    for item, where in list(slots(element)):
        value: str = getattr(item, where) or ""
        one, other = max(start - position, 0), max(end - position, 0)
        setattr(item, where, (value[:one] + value[other:]) or None)
        position += len(value)
        if position >= end:
            break


def slots(element: Element) -> Iterator[tuple[Element, str]]:
    """The places of an element's text in their order: each an element and ``text`` or ``tail``."""
    for event, item in etree.iterwalk(element, events=("start", "end")):
        if event == "start":
            yield item, "text"
        elif item is not element:
            yield item, "tail"


def title_of(element: Element) -> str:
    """A heading as a title: plain words, what is in italics between stars."""
    parts: list[str] = []
    whole = words(element)
    for event, item in etree.iterwalk(element, events=("start", "end")):
        italic = item.tag in _ITALIC and words(item) and words(item) != whole
        italic = italic and not any(a.tag in _ITALIC for a in item.iterancestors())
        if event == "start":
            if item.tag == "br":
                parts.append(" ")
            parts += ["\ue000"] if italic else []
            parts.append(item.text or "")
        else:
            parts += ["\ue001"] if italic else []
            parts.append((item.tail or "") if item is not element else "")
    text = plain_title("".join(parts))
    text = re.sub("\ue000\\s*(.*?)(\\s*)\ue001", r"*\1*\2", text)
    return text.replace("**", "").strip()


def without(element: Element, marks: Collection[Element]) -> Element:
    """A copy of an element without some marks that stand in it."""
    made = etree.Element(str(element.tag))
    made.text = element.text
    for child in element:
        if child in marks:
            previous = made[-1] if len(made) else None
            if previous is None:
                made.text = (made.text or "") + (child.tail or "")
            else:
                previous.tail = (previous.tail or "") + (child.tail or "")
            continue
        inner = without(child, marks)
        inner.tail = child.tail
        made.append(inner)
    return made


def put_first(body: Element, label: str) -> None:
    """Put a reference to a note at the beginning of the first line of a text."""
    line = next((e for e in body.iter("p", "h2", "h3", "h4", "li", "td")), None)
    if line is None:
        line = etree.SubElement(body, "p")
    link = etree.Element("a")
    link.set("class", "noteref")
    link.set("data-note", label)
    if line.tag in ("h2", "h3", "h4"):
        line.append(link)
        return
    link.tail, line.text = line.text, None
    line.insert(0, link)
