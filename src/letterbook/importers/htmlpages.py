"""Marks of pages in our vocabulary: they belong to the line with which their page begins."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lxml import etree
from lxml.etree import _Element as Element

_LINES = ("p", "h2", "h3", "h4", "li", "dt", "dd", "td", "th", "figcaption")
"""Elements in which words stand."""


def join_pages(made: Iterable[Element]) -> list[Element]:
    """Put marks that stand between the blocks of a text into the line that follows."""
    joined: list[Element] = []
    waiting: list[Element] = []
    for block in made:
        if _is_only_marks(block):
            waiting += list(block)
            continue
        if waiting and (line := next(block.iter(*_LINES), None)) is not None:
            _put(line, waiting)
            waiting = []
        joined.append(block)
    last = joined[-1] if joined else None
    lines = [] if last is None else list(last.iter(*_LINES))
    if waiting and lines and not len(lines[-1].findall("p")):
        lines[-1].extend(waiting)
    elif waiting:
        alone = etree.Element("p")
        alone.extend(waiting)
        joined.append(alone)
    return joined


def pages_first(body: Element, labels: Sequence[str]) -> None:
    """Put marks of pages at the beginning of a text."""
    if not labels:
        return
    marks = etree.Element("p")
    for label in labels:
        mark = etree.SubElement(marks, "span", {"class": "page"})
        mark.text = label
    body[:] = join_pages([marks, *body])


def _is_only_marks(block: Element) -> bool:
    """Whether a paragraph has marks of pages, and nothing else."""
    if block.tag != "p" or not len(block) or (block.text or "").strip():
        return False
    return all(e.get("class") == "page" and not (e.tail or "").strip() for e in block)


def _put(line: Element, marks: Sequence[Element]) -> None:
    for mark in marks:
        mark.tail = None
    text, line.text = (line.text or "").lstrip(" \t\n"), None
    for number, mark in enumerate(marks):
        line.insert(number, mark)
    marks[-1].tail = text or None
