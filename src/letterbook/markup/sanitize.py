"""The last gate before the tree: nothing passes that is not in the vocabulary.

What can be said with its place has been said by ``constructs``; this is where nothing can hide,
whatever a parser made of the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from lxml import etree
from lxml.etree import _Element as Element

from letterbook.diagnostics import Diagnostic, Span
from letterbook.markup.constructs import link_not_allowed, not_allowed, unknown_class
from letterbook.markup.links import is_allowed
from letterbook.markup.pieces import too_deep
from letterbook.markup.vocabulary import (
    CHILDREN,
    CLASSES,
    ELEMENTS,
    EVERYWHERE,
    HOLDERS,
    INLINE,
    RENAMED,
    VALUES,
)

MAX_DEPTH = 60
"""Elements within elements; about half of what the layout can bear."""

_KEPT = frozenset().union(*CHILDREN.values(), {"figcaption"})
"""Elements that stand in certain others and nowhere else."""

_ORDER: Mapping[str, re.Pattern[str]] = {
    "dl": re.compile(r"((dt )+(dd )+)*"),
    "table": re.compile(r"(caption )?(thead )?((tbody )*|(tr )*)"),
    "figure": re.compile(r"(figcaption )?((?!figcaption)\w+ )*|((?!figcaption)\w+ )+(figcaption )"),
}
"""In what order XHTML has the parts of an element (HTML, 4.4 and 4.9)."""

_PARTS = {
    "dl": "write each term, <dt>, before what is said of it, <dd>",
    "table": "write <caption>, <thead> and <tbody> in this order, with <tr> in them",
    "figure": "write one <figcaption>, before or after all that the figure shows",
}
"""What to do about an order."""

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
            diagnostics.append(not_allowed(f"<{element.tag}>", place(f"<{element.tag!s}")))
            continue
        diagnostics += _check_attributes(element, allowed | EVERYWHERE, place)
        diagnostics += _check_link(element, place)
        if not _fits(element):
            diagnostics.append(_misplaced(f"<{element.tag!s}>", element.getparent(), place))
        elif element.tag in CHILDREN and not len(element) and (element.text or "").strip():
            diagnostics.append(_misplaced("text", element, place))
        elif not _is_in_order(element):
            diagnostics.append(_out_of_order(element, place))
    return diagnostics


def _check_attributes(
    element: Element, allowed: frozenset[str], place: Place
) -> Iterator[Diagnostic]:
    for name, value in element.attrib.items():
        if name not in allowed:
            yield not_allowed(f"{name!s}= in <{element.tag!s}>", place(str(name)))
        elif name in VALUES and not re.fullmatch(VALUES[str(name)], str(value)):
            yield Diagnostic(
                "attribute-value",
                f"“{value!s}” is no value of {name!s}=",
                "correct it, or take it away",
                place(str(value)),
            )
    known = CLASSES.get(str(element.tag), frozenset())
    for name in element.get("class", "").split():
        if name not in known:
            what = "block" if element.tag == "div" else str(element.tag)
            yield unknown_class(name, known, what, place(name))


def _fits(element: Element) -> bool:
    """Whether an element stands where XHTML lets it stand."""
    parent = element.getparent()
    assert parent is not None
    holds = CHILDREN.get(str(parent.tag))
    if holds is not None:
        before = parent.text if element.getprevious() is None else ""
        return element.tag in holds and not f"{before or ''}{element.tail or ''}".strip()
    if element.tag in _KEPT:
        return element.tag == "figcaption" and parent.tag == "figure"
    if element.tag == "a" and next(element.iterancestors("a"), None) is not None:
        return False
    return element.tag in INLINE or parent.tag in HOLDERS


def _is_in_order(element: Element) -> bool:
    """Whether the parts of an element, which fit into it, come as XHTML has them."""
    order = _ORDER.get(str(element.tag))
    return order is None or bool(order.fullmatch("".join(f"{child.tag!s} " for child in element)))


def _misplaced(what: str, parent: Element | None, place: Place) -> Diagnostic:
    assert parent is not None
    return Diagnostic(
        "html-misplaced",
        f"{what} cannot stand here, in <{parent.tag!s}>",
        "put it, and the words around it, where XHTML has a place for them",
        place(what.rstrip(">") if what.startswith("<") else f"<{parent.tag!s}"),
    )


def _out_of_order(element: Element, place: Place) -> Diagnostic:
    return Diagnostic(
        "html-misplaced",
        f"the parts of <{element.tag!s}> are not those that it has, in their order",
        _PARTS[str(element.tag)],
        place(f"<{element.tag!s}"),
    )


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
    if div.tail:
        etree.SubElement(div, "p").text = div.tail
        div.tail = None
    for stray in list(div.itersiblings()):
        div.append(stray)
    return div
