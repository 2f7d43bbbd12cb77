"""The form of a tree in which two that look the same are the same.

White space is folded as every reader of HTML does; what stands in margins goes, and so do
paragraphs of nothing. Words that stand among blocks get a paragraph of their own.
"""

from __future__ import annotations

import copy
import re

from lxml import etree
from lxml.etree import _Element as Element

from letterbook.markup.vocabulary import INLINE

_SPACE = re.compile(r"[ \t\r\n\f]+")
_HOLDS_BLOCKS = frozenset({"div", "blockquote"})
"""Elements in which words stand in paragraphs."""
_MARGINS = (
    "p", "h2", "h3", "h4", "li", "dt", "dd", "td", "th", "caption", "figcaption", "div",
    "blockquote",
)  # fmt: skip
"""Elements at whose edges white space is not shown."""
_STRUCTURE = frozenset(
    ["div", "blockquote", "ul", "ol", "dl", "table", "thead", "tbody", "tr", "figure"]
)
"""Elements that hold no words directly."""


def canonical(tree: Element) -> Element:
    """Copy a tree without what nobody sees: white space in margins, paragraphs of nothing.

    Words that stand directly in the body, in a block or in a quotation get a paragraph.
    """
    root = copy.deepcopy(tree)
    root.tail = None
    for element in list(root.iter()):
        if not isinstance(element.tag, str):
            _unwrap(element)
    for element in [e for e in root.iter() if e.tag in _HOLDS_BLOCKS]:
        _wrap_words(element)
    for element in list(root.iter("p")):
        if not len(element) and not (element.text or "").strip():
            _unwrap(element)
    _fold(root)
    return root


def same(one: Element, other: Element) -> bool:
    """Whether two trees are the same, to the last attribute and space."""
    return etree.tostring(one, method="c14n") == etree.tostring(other, method="c14n")


def _unwrap(element: Element) -> None:
    """Take an element out, and leave what stood after it."""
    parent = element.getparent()
    if parent is None:
        return
    tail = element.tail or ""
    previous = element.getprevious()
    if previous is not None:
        previous.tail = (previous.tail or "") + tail
    else:
        parent.text = (parent.text or "") + tail
    parent.remove(element)


def _wrap_words(holder: Element) -> None:
    """Put the words that stand directly in an element into paragraphs."""
    if not (holder.text or "").strip(" \t\r\n\f") and not any(
        child.tag in INLINE or (child.tail or "").strip(" \t\r\n\f") for child in holder
    ):
        return
    children = list(holder)
    paragraph: Element | None = None

    def words(text: str | None) -> None:
        nonlocal paragraph
        if not text or (paragraph is None and not text.strip(" \t\r\n\f")):
            return
        if paragraph is None:
            paragraph = etree.SubElement(holder, "p")
        if len(paragraph):
            paragraph[-1].tail = (paragraph[-1].tail or "") + text
        else:
            paragraph.text = (paragraph.text or "") + text

    for child in children:
        holder.remove(child)
    first, holder.text = holder.text, None
    words(first)
    for child in children:
        after, child.tail = child.tail, None
        if child.tag in INLINE:
            if paragraph is None:
                paragraph = etree.SubElement(holder, "p")
            paragraph.append(child)
        else:
            holder.append(child)
            paragraph = None
        words(after)


def _fold(root: Element) -> None:
    verbatim = {element for pre in root.iter("pre") for element in pre.iter()}
    for element in root.iter():
        if element not in verbatim:
            _fold_one(element)
        elif element.tag == "pre":
            element.text = (element.text or "").replace("\r\n", "\n").replace("\r", "\n")
    for element in root.iter(*_MARGINS):
        if element not in verbatim:
            _trim(element)
    for line_break in root.iter("br"):
        if line_break not in verbatim:
            _trim_break(line_break)
    for element in root.iter():
        element.text = element.text or None
        element.tail = element.tail or None


def _fold_one(element: Element) -> None:
    """Make each run of white space in an element one space, or none where no words can stand."""
    element.text = _SPACE.sub(" ", element.text or "")
    if element.tag in _STRUCTURE and not element.text.strip(" "):
        element.text = None
    for child in element:
        child.tail = _SPACE.sub(" ", child.tail or "")
        if child.tag not in INLINE and not child.tail.strip(" "):
            child.tail = None


def _trim(element: Element) -> None:
    """Drop the white space at the edges of a block and beside the blocks in it."""
    if element.text:
        element.text = element.text.lstrip(" ")
    if not len(element) or element[0].tag not in INLINE:
        element.text = (element.text or "").rstrip(" ")
    for child in element:
        if not child.tail:
            continue
        if child.tag not in INLINE:
            child.tail = child.tail.lstrip(" ")
        following = child.getnext()
        if following is None or following.tag not in INLINE:
            child.tail = child.tail.rstrip(" ")


def _trim_break(line_break: Element) -> None:
    if line_break.tail:
        line_break.tail = line_break.tail.lstrip(" ")
    previous = line_break.getprevious()
    parent = line_break.getparent()
    if previous is not None:
        previous.tail = (previous.tail or "").rstrip(" ")
    elif parent is not None:
        parent.text = (parent.text or "").rstrip(" ")
