"""What only the printed page needs of a tree: done in place, after the templates are filled.

No word is changed. What enters is a section of XHTML; what leaves is the same with marks for the
styles, and with links in a form that PDF/UA takes.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Mapping

from lxml import etree
from lxml.etree import _Element as Element

from letterbook.tabular import mark_table

_LAST_WORD = re.compile(r"(?s)(.*\s)(\S{6,9}\s*)")
_FIRST_WORD = re.compile(r"\S+")
_JOINED = re.compile(r"(?<=f)([\u00ad\u200b\u2060\ufeff\u200e\u200f]+)(?=[a-z])")
"""What has no width, between letters that might be one glyph across it."""
_APART = "\u200c"
_SPACES = " \n\u00a0\u202f"
_INLINE = ("a", "span", "em", "i", "cite", "strong", "code", "sub", "sup", "del", "ins", "img")

_BEFORE: Mapping[str, str] = {
    "h2": "before-heading",
    "dt": "before-term",
    **dict.fromkeys(("h3", "h4"), "before-subheading"),
    **dict.fromkeys(
        ("blockquote", "ul", "ol", "dl", "table", "pre", "figure", "hr", "verse", "plate"),
        "before-apart",
    ),
    **dict.fromkeys(("closing", "postscript", "endorsement"), "before-end"),
    **{name: f"before-{name}" for name in ("dateline", "signature", "notes")},
}
"""Marks for what stands before an element, by the element's name or class."""


_LINED = ".//div[@class='verse' or @class='address']//p[br][not(ancestor::div[@class='note-text'])]"
SHORT = 8
"""Characters of a page’s number that have room in the margin on one line."""
CAPTION = 56
"""Characters of a caption that one line has, at least."""
HEAD = 260 / 8.75
"""How many ems a running head may have: the measure, in its type."""


def shortened(words: str, lower: float, upper: float) -> str:
    """Shorten a running head at a word, where it has no room in one line.

    ``lower`` and ``upper`` are how many ems its letters have.
    """
    room, last = HEAD, 0
    for index, letter in enumerate(words):
        if letter.isspace():
            last = index
        room -= 1 if letter >= "\u2e80" else upper if letter.isupper() else lower
        if room < 0:
            kept = words[: last or index].rstrip(" \u00a0,.;:–—(-")
            return f"{kept}…"
    return words


def for_paper(tree: Element, direction: str) -> None:
    """Prepare a section for print; ``direction`` is that of the book."""
    _part_letters(tree)
    # Lists, since elements are added on the way.
    for image in list(tree.iter("img")):
        _mark_plate(image)
        _count_lines(image)
    for table in tree.iter("table"):
        mark_table(table)
    for lines in list(tree.xpath(_LINED)):
        _part_lines(lines)
    for element in tree.iter(etree.Element):
        _mark_before(element)
    _hold_together(tree, direction)
    for link in list(tree.iter("a")):
        _sink(link)
    for element in list(tree.iter(*_INLINE)):
        _part_space_before(element)


def _hold_together(tree: Element, direction: str) -> None:
    """Mark what no line may end within."""
    # From right to left, WeasyPrint orders words by elements; and nothing is hyphenated.
    for element in list(tree.iter("span")):
        if element.get("role") != "doc-pagebreak":
            continue
        if len(element.get("title", "")) <= SHORT:
            element.set("class", f"{element.get('class', '')} short")
        if _direction(element, direction) == "ltr":
            _hold_word(element)
    for paragraph in list(tree.iter("p")):
        _strip(paragraph)
        if _direction(paragraph, direction) == "ltr":
            _keep_last_word(paragraph)
    for link in list(tree.iter("a")):
        _hold_mark(link)


def _part_letters(tree: Element) -> None:
    """Keep letters apart that a soft hyphen or its like stands between: no ligature crosses it.

    A PDF would not know of which letters such a ligature is.
    """
    for element in tree.iter():
        if element.text:
            element.text = _JOINED.sub(rf"\1{_APART}", element.text)
        if element.tail:
            element.tail = _JOINED.sub(rf"\1{_APART}", element.tail)


def _mark_plate(image: Element) -> None:
    """Mark the figure of a picture, or the paragraph that it has to itself, as a plate."""
    parent = image.getparent()
    if parent is None or image.get("role") == "doc-cover":
        return
    alone = parent.tag == "p" and len(parent) == 1 and not "".join(parent.itertext()).strip()
    if alone or (parent.tag == "figure" and parent.get("class") is None):
        parent.set("class", "plate")


def _mark_before(element: Element) -> None:
    """Mark what stands before an element that has space above it.

    The space is the margin of the one before, and to find that with ``:has()`` takes WeasyPrint
    time that grows with the square of the paragraphs.
    """
    before = element.getprevious()
    if before is None or before.tag in _INLINE:
        return
    names = (str(element.tag), *element.get("class", "").split())
    marks = [_BEFORE[name] for name in names if name in _BEFORE]
    if marks:
        before.set("class", " ".join([before.get("class", ""), *marks]).strip())


def _count_lines(image: Element) -> None:
    """Tell the styles how many lines the caption of a picture has, about: they take of its page."""
    caption = image.getnext()
    if caption is None or caption.tag != "figcaption":
        return
    credit = "".join(
        "".join(e.itertext()) for e in caption.iter("span") if e.get("class") == "credit"
    )
    words = "".join(caption.itertext()).removesuffix(credit).strip()
    lines = sum(math.ceil(len(part) / CAPTION) for part in (words, credit))
    image.set("style", f"{image.get('style', '')}; --lines: {lines}".removeprefix("; "))


def _part_lines(lines: Element) -> None:
    """Make an element of each line that is kept as one: what runs over is set in."""
    line = etree.Element("span", {"class": "line"})
    line.text, lines.text = lines.text, None
    parted = [line]
    for node in list(lines):
        line.append(node)
        if node.tag == "br":
            tail, node.tail = (node.tail or "").lstrip(), None
            line = etree.Element("span", {"class": "line"})
            line.text = tail
            parted.append(line)
    lines.extend(parted)


def mark_starts(tree: Element) -> None:
    """Mark the pages of the print source that begin where a paragraph does: nobody asks where."""
    for element in tree.iter("span"):
        if element.get("role") == "doc-pagebreak":
            _mark_start(element)


def _direction(element: Element, of_book: str) -> str:
    around = (up.get("dir") for up in (element, *element.iterancestors()))
    return next((direction for direction in around if direction), of_book)


def _mark_start(page_break: Element) -> None:
    before = page_break
    while before.tag in _INLINE:
        parent = before.getparent()
        if parent is None or before.getprevious() is not None or (parent.text or "").strip():
            return
        before = parent
    page_break.set("class", f"{page_break.get('class', '')} at-start".strip())


def _hold_word(page_break: Element) -> None:
    """Make one element of a page break and the word after it, so that no line ends between them.

    WeasyPrint 70 breaks a line too early before an element that is empty.
    """
    match = _FIRST_WORD.match(page_break.tail or "")
    parent = page_break.getparent()
    if match is None or parent is None:
        return
    held = etree.Element("span")
    held.tail = (page_break.tail or "")[match.end() :]
    parent.replace(page_break, held)
    page_break.tail = match[0]
    held.append(page_break)


def _hold_mark(mark: Element) -> None:
    """Make one element of a link, if it is the mark of a note, and of what it stands behind.

    WeasyPrint 70 lets a line end between a point, or another sign that ends a clause, and a figure.
    """
    parent, before = mark.getparent(), mark.getprevious()
    words = (before.tail if before is not None else parent.text if parent is not None else "") or ""
    if parent is None or "noteref" not in mark.get("class", "").split():
        return
    if words and (words[-1].isalnum() or words[-1].isspace()):
        return
    held = etree.Element("span", {"class": "held"})
    if words:
        held.text = words[-1]
        mark.addprevious(held)
        if before is None:
            parent.text = words[:-1]
        else:
            before.tail = words[:-1]
    elif before is not None and before.tag in _INLINE and before.tag != "img":
        before.addprevious(held)
        held.append(before)
    else:
        return
    after, mark.tail = mark.tail, None
    feet = list(itertools.takewhile(_is_foot, mark.itersiblings()))
    held.append(mark)
    for foot in feet:
        after, foot.tail = foot.tail, None
        held.append(foot)
    held.tail = after


def _is_foot(element: Element) -> bool:
    return element.tag == "object"


def _strip(paragraph: Element) -> None:
    """Take the white space off the end of a paragraph: without room for it, it gets a line."""
    if len(paragraph):
        paragraph[-1].tail = (paragraph[-1].tail or "").rstrip(_SPACES)
    elif paragraph.text:
        paragraph.text = paragraph.text.rstrip(_SPACES)


def _keep_last_word(paragraph: Element) -> None:
    """Mark the last word of a paragraph as one, if it is short: half of it makes no last line."""
    last = paragraph[-1] if len(paragraph) else None
    match = _LAST_WORD.fullmatch((paragraph.text if last is None else last.tail) or "")
    if match is None:
        return
    word = etree.SubElement(paragraph, "span", {"class": "whole"})
    word.text = match[2]
    if last is None:
        paragraph.text = match[1]
    else:
        last.tail = match[1]


def _sink(link: Element) -> None:
    """Make a link with elements in it one link for each run of its words.

    PDF/UA has every link annotation belong to a link; WeasyPrint makes one for every element in
    a link, and has it belong to that element.
    """
    address = link.get("href")
    if address is None or not len(link) or not "".join(link.itertext()).strip():
        return
    link.tag = "span"
    del link.attrib["href"]
    for element in list(link.iter()):
        if element is not link and element.tail and element.tail.strip():
            element.addnext(_link(address, element.tail))
            element.tail = None
        if element.text and element.text.strip():
            element.insert(0, _link(address, element.text))
            element.text = None


def _link(address: str, words: str) -> Element:
    link = etree.Element("a", {"href": address})
    link.text = words
    return link


def _part_space_before(element: Element) -> None:
    """Give the space between words and an element an element of its own.

    WeasyPrint 70 ends a line after its first word when the words before an element fit it, but
    not with the space that follows them; a space by itself may hang over the margin.
    """
    parent, before = element.getparent(), element.getprevious()
    if parent is None:
        return
    words = (parent.text if before is None else before.tail) or ""
    kept = words.rstrip(_SPACES)
    if not kept.strip() or kept == words:
        return
    space = etree.Element("span")
    space.text = words[len(kept) :]
    element.addprevious(space)
    if before is None:
        parent.text = kept
    else:
        before.tail = kept
