"""Marking: a ``span.ix`` put around every form that a tree has, for locators to link to."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lxml import etree
from lxml.etree import _Element as Element

from letterbook.index.terms import Key, Terms

Locate = Callable[[Element, Key], None]
"""Takes note of an element that has just been put around the words of a heading."""

_BLOCK = (
    "p", "li", "dt", "dd", "td", "th", "caption", "figcaption", "h2", "h3", "h4", "pre", "div"
)  # fmt: skip
_WALL = "\0"
"""Stands for a block within a text; no form has it, for it is no space either."""


def mark_terms(root: Element, terms: Terms, locate: Locate) -> None:
    """Put a ``span.ix`` around every form in a tree, in place, and hand each to ``locate``.

    A match may run on through inline elements, but not out of its block. The span stands around
    the match's first run of text: its id is where a link lands.
    """
    if not terms.patterns:
        return
    for block in dict.fromkeys([root, *root.iter(*_BLOCK)]):
        runs = list(_runs(block))
        text = "".join(run.text for run in runs)
        spans: list[tuple[Element, Key]] = []
        # From the end, so that the offsets before stay right.
        for start, end, key in reversed(list(terms.find(text))):
            span = _wrap(runs, start, end)
            if span is not None:
                spans.append((span, key))
        for span, key in reversed(spans):
            locate(span, key)


@dataclass(slots=True)
class _Run:
    element: Element
    tail: bool
    start: int
    text: str
    open: bool
    """Whether a mark may be set in it."""


def _runs(block: Element) -> Iterator[_Run]:
    """The runs of text of a block, without those of the blocks in it."""
    position = 0

    def run(element: Element, tail: bool, text: str | None, is_open: bool) -> Iterator[_Run]:
        nonlocal position
        if text:
            yield _Run(element, tail, position, text, is_open)
            position += len(text)

    def walk(element: Element, is_open: bool) -> Iterator[_Run]:
        yield from run(element, False, element.text, is_open)
        for child in element:
            if child.tag in _BLOCK:
                # A wall that no match can pass.
                yield from run(child, True, f"{_WALL}{child.tail or ''}", False)
                continue
            classes = child.get("class", "").split()
            if not {"mark", "noteref", "page"} & set(classes):
                yield from walk(child, is_open and "index" not in classes)
            yield from run(child, True, child.tail, is_open)

    yield from walk(block, True)


def _wrap(runs: list[_Run], start: int, end: int) -> Element | None:
    run = runs[bisect_right(runs, start, key=lambda r: r.start) - 1]
    if not run.open:
        return None
    first, last = start - run.start, min(end - run.start, len(run.text))
    span = etree.Element("span")
    span.text, span.tail = run.text[first:last], run.text[last:]
    if run.tail:
        run.element.tail = run.text[:first]
        run.element.addnext(span)
        # lxml moves the tail of the element before along; it belongs to the new one only.
    else:
        run.element.text = run.text[:first]
        run.element.insert(0, span)
    run.text = run.text[:first]
    return span
