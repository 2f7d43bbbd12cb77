"""The last gate before the tree: nothing passes that is not in the vocabulary.

What can be said with its place has been said by ``constructs``; this is where nothing can hide,
whatever a parser made of the text.
"""

from __future__ import annotations

from collections.abc import Callable

from lxml import etree
from lxml.etree import _Element as Element

from letterbook.diagnostics import Diagnostic, Span
from letterbook.markup.constructs import link_not_allowed, not_allowed, unknown_class
from letterbook.markup.links import is_allowed
from letterbook.markup.pieces import too_deep
from letterbook.markup.vocabulary import CLASSES, ELEMENTS, EVERYWHERE, RENAMED

MAX_DEPTH = 60
"""Elements within elements; about half of what the layout can bear."""

Place = Callable[[str], Span]
"""Gives the place of the first thing in the source that contains a text."""


def sanitize(root: Element, place: Place) -> list[Diagnostic]:
    """Bring a fresh tree into the vocabulary, in place, and say what did not fit.

    Comments go; a tree with errors may keep its unknown elements, since it will not be built.
    """
    diagnostics: list[Diagnostic] = []
    # Iterative: the depth is what is being checked.
    stack = [(child, 1) for child in root]
    while stack:
        element, depth = stack.pop()
        if not isinstance(element.tag, str):
            remove(element)
            continue
        if depth > MAX_DEPTH:
            diagnostics.append(too_deep(place("")))
            break
        stack.extend((child, depth + 1) for child in element)
        if element.tag in RENAMED:
            element.tag = RENAMED[element.tag]
        allowed = ELEMENTS.get(element.tag)
        if allowed is None:
            diagnostics.append(not_allowed(f"<{element.tag}>", place(f"<{element.tag}")))
            continue
        for name in element.attrib:
            if name not in allowed | EVERYWHERE:
                what = f"{name}= in <{element.tag}>"
                diagnostics.append(not_allowed(what, place(str(name))))
        for name in element.get("class", "").split():
            if name not in CLASSES.get(element.tag, ()):
                known = CLASSES.get(element.tag, frozenset())
                diagnostics.append(unknown_class(name, known, element.tag, place(name)))
        diagnostics += _check_link(element, place)
    return diagnostics


def _check_link(element: Element, place: Place) -> list[Diagnostic]:
    href = element.get("href") if element.tag == "a" else None
    return [] if href is None or is_allowed(href) else [link_not_allowed(href, place(href))]


def remove(element: Element) -> None:
    """Take an element out of its tree, and leave the text that follows it."""
    parent = element.getparent()
    if parent is None:
        return
    previous = element.getprevious()
    tail = element.tail or ""
    if previous is not None:
        previous.tail = (previous.tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    parent.remove(element)


def parse_fragment(html: str) -> Element:
    """Parse HTML that Markdown made into a ``div`` in no namespace.

    libxml2's HTML parser is used without network, and with its size limits lifted, since the
    depth is checked by ``sanitize`` and the length by whoever read the file.
    """
    parser = etree.HTMLParser(no_network=True, huge_tree=True, encoding="utf-8")
    tree = etree.fromstring(f"<html><body><div>{html}</div></body></html>".encode(), parser)
    div = tree.find("body/div")
    assert div is not None
    # What an unbalanced </div> in the source has pushed out of the first div comes back in.
    for stray in list(div.itersiblings()):
        div.append(stray)
    return div
