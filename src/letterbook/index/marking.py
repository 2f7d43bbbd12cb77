"""Marking: a ``span.ix`` put around every form that a tree has, for locators to link to."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lxml import etree
from lxml.etree import _Element as Element

from letterbook.index.terms import Match, Terms

Locate = Callable[[Element, Match], None]
"""Takes note of an element that has just been put around the words of a heading."""

Doubt = Callable[[Match, bool], None]
"""Takes note of words that may belong to several headings, in order, and is told whether they
stand free, and not in a mark that tells already; nothing is put around them."""

BLOCK = (
    "p", "li", "dt", "dd", "td", "th", "caption", "figcaption", "h2", "h3", "h4", "pre", "div"
)  # fmt: skip
_WALL = "\0"
"""Stands for a block within a text; no form has it, for it is no space either."""


def mark_terms(root: Element, terms: Terms, locate: Locate, doubt: Doubt) -> None:
    """Put a ``span.ix`` around every form in a tree, in place, and hand each to ``locate``.

    A match may run on through inline elements, but not out of its block. The span stands around
    the match's first run of text: its id is where a link lands.
    """
    if not terms.patterns:
        return
    for block in dict.fromkeys([root, *root.iter(*BLOCK)]):
        runs = list(_runs(block))
        text = "".join(run.text for run in runs)
        matches = [(match, _run_at(runs, match.start)) for match in terms.find(text)]
        for match, run in matches:
            if len(match.keys) > 1:
                doubt(match, run.open)
        spans: list[tuple[Element, Match]] = []
        # From the end, so that the offsets before stay right.
        for match, run in reversed(matches):
            if run.open and len(match.keys) == 1:
                spans.append((_wrap(run, match), match))
        for span, match in reversed(spans):
            locate(span, match)


def words_of(element: Element) -> str:
    """The words of an element as forms are matched in them."""
    return "".join(run.text for run in _runs(element)).replace(_WALL, " ").strip()


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
            if child.tag in BLOCK:
                # A wall that no match can pass.
                yield from run(child, True, f"{_WALL}{child.tail or ''}", False)
                continue
            if child.tag == "br":
                # A word ends with its line.
                yield from run(child, False, " ", False)
            classes = child.get("class", "").split()
            if not {"mark", "noteref", "page", "credit"} & set(classes):
                yield from walk(child, is_open and "index" not in classes)
            yield from run(child, True, child.tail, is_open)

    yield from walk(block, True)


def _run_at(runs: list[_Run], position: int) -> _Run:
    return runs[bisect_right(runs, position, key=lambda run: run.start) - 1]


def _wrap(run: _Run, match: Match) -> Element:
    first, last = match.start - run.start, min(match.end - run.start, len(run.text))
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
