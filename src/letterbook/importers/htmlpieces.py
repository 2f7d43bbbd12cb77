"""Pieces of trees under way from HTML to our vocabulary: joined, parted, unwrapped, folded."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from lxml import etree
from lxml.etree import _Element as Element

from letterbook.importers.htmlblocks import BLOCKS
from letterbook.importers.htmllanguage import tag_of
from letterbook.importers.treebuilder import fold_line
from letterbook.markup.vocabulary import LINK_SCHEMES

_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_SPACE = re.compile(r"[ \t\r\n\f]+")
_INDENT = re.compile(r"[ \t\r\n]*[\u00a0\u2003][ \t\r\n]*[\u00a0\u2003]")
_LONG_LINE = 80
"""Characters of a line that is no verse."""
_MARGIN = " \t\r\n\f\u00a0\u2003"
_SMALL_CAPITALS = re.compile(r"font-variant\s*:\s*small-caps", re.IGNORECASE)


def has_caption(element: Element) -> bool:
    """Whether a paragraph is a picture and, on the next line, what it shows."""
    first = element[0] if len(element) and not (element.text or "").strip() else None
    if first is None or first.tag != "img" or (first.tail or "").strip():
        return False
    following = first.getnext()
    return following is not None and following.tag == "br" and element.find("br[2]") is None


def is_initial(image: Element) -> bool:
    """Whether a picture is the large first letter of a word that goes on behind it."""
    letter = image.get("alt", "").strip()
    return len(letter) == 1 and letter.isupper() and (image.tail or "")[:1].islower()


def is_small_capitals(element: Element, kinds: Mapping[str, str]) -> bool:
    """Whether an element is in small capitals, by its style or by what its classes mean."""
    names = element.get("class", "").lower().split()
    return bool(_SMALL_CAPITALS.search(element.get("style", ""))) or any(
        kinds.get(name) == "small-capitals" for name in names
    )


def own(table: Element, tag: str) -> list[Element]:
    """The rows or captions of a table, not those of tables in it."""
    return [e for e in table.iter(tag) if next(e.iterancestors("table"), None) is table]


def language_of(element: Element) -> str | None:
    """The language that an element says it is in, when that is a language tag."""
    value = element.get("lang") or element.get(_XML_LANG) or element.get("xml:lang") or ""
    return tag_of(value)


def primary(language: str) -> str:
    """A language without its country."""
    return language.partition("-")[0]


def outward(href: str) -> str | None:
    """An address that leads to the world, as it can be kept; None for one within the site."""
    href = href.strip()
    try:
        scheme = urlsplit(href).scheme.lower()
    except ValueError:
        return None
    return href if scheme in LINK_SCHEMES and not re.search(r"[\s<>\"]", href) else None


def put(made: Element, text: str, keep_lines: bool) -> None:
    """Add text at the end; with ``keep_lines``, its line ends are breaks."""
    if not text:
        return
    if keep_lines and "\n" in text:
        first, *rest = text.split("\n")
        append(made, first)
        for line in rest:
            etree.SubElement(made, "br").tail = line
        return
    append(made, text)


def append(made: Element, text: str) -> None:
    """Add text at the end."""
    if len(made):
        made[-1].tail = (made[-1].tail or "") + text
    else:
        made.text = (made.text or "") + text


def end_of(made: Element) -> str:
    """The text with which an element ends so far."""
    return (made[-1].tail if len(made) else made.text) or ""


def cut_end(made: Element, number: int) -> None:
    """Take characters away from that text."""
    if len(made):
        made[-1].tail = (made[-1].tail or "")[:-number]
    else:
        made.text = (made.text or "")[:-number]


def pour(source: Element, made: Element) -> None:
    """Add what one element holds to another."""
    append(made, source.text or "")
    made.extend(list(source))


def unwrap(element: Element) -> None:
    """Take an element away, and leave what it holds in its place."""
    parent = element.getparent()
    assert parent is not None
    at = parent.index(element)
    tail, text = element.tail, element.text
    children = list(element)
    parent.remove(element)
    for number, child in enumerate(children):
        parent.insert(at + number, child)
    if text:
        if at:
            parent[at - 1].tail = (parent[at - 1].tail or "") + text
        else:
            parent.text = (parent.text or "") + text
    if tail:
        end = at + len(children)
        if end:
            parent[end - 1].tail = (parent[end - 1].tail or "") + tail
        else:
            parent.text = (parent.text or "") + tail


def replace_by_space(br: Element) -> None:
    """Make a space of a break."""
    br.tail = " " + (br.tail or "").lstrip()
    br.tag = "span"
    unwrap(br)


def parted(whole: Element) -> list[Element]:
    """Part a paragraph where two breaks stand, or one before a line that begins a paragraph."""
    parts = [etree.Element("p", dict(whole.attrib))]
    parts[0].text = whole.text
    breaks: list[Element] = []
    for child in [*whole, None]:
        if child is not None and child.tag == "br":
            breaks.append(child)
            if not (child.tail or "").strip():
                continue
        if len(breaks) > 1 or (breaks and _begins_paragraph(breaks[-1], parts[-1])):
            parts.append(etree.Element("p", dict(whole.attrib)))
            parts[-1].text = breaks[-1].tail
        elif breaks:
            parts[-1].append(breaks[0])
        breaks = []
        if child is not None and child.tag != "br":
            parts[-1].append(child)
    return parts


def _begins_paragraph(br: Element, before: Element) -> bool:
    """Whether a paragraph begins behind a break: with spaces, below a long line."""
    if not _INDENT.match(br.tail or ""):
        return False
    line = ""
    for part in reversed(before):
        line = (part.tail or "") + line
        if part.tag == "br":
            break
        line = "".join(part.itertext()) + line
    else:
        line = (before.text or "") + line
    return len(line) > _LONG_LINE


def strip_margins(paragraph: Element) -> None:
    """Take away the spaces that do not break at both ends of a paragraph: they only place it."""
    paragraph.text = (paragraph.text or "").lstrip(_MARGIN) or None
    if len(paragraph):
        paragraph[-1].tail = (paragraph[-1].tail or "").rstrip(_MARGIN) or None
    elif paragraph.text:
        paragraph.text = paragraph.text.rstrip(_MARGIN) or None


def is_empty(element: Element) -> bool:
    """Whether nothing of an element is to be seen."""
    if "".join(element.itertext()).strip():
        return False
    return not any(e.tag == "img" or e.get("class") in ("noteref", "page") for e in element.iter())


def join_or_append(made: list[Element], element: Element) -> None:
    """Append a block; quotations and verses that follow one another are one."""
    last = made[-1] if made else None
    same = (
        last is not None and last.tag == element.tag and last.get("class") == element.get("class")
    )
    kind = element.get("class")
    if same and last is not None and (element.tag == "blockquote" or kind == "verse"):
        last.extend(list(element))
    elif element.tag == "hr" and (last is None or last.tag == "hr"):
        return
    else:
        made.append(element)


def without_bare_terms(definitions: Element) -> list[Element]:
    """Take the terms at the end of a list that mean nothing out of it: they are paragraphs."""
    terms: list[Element] = []
    while len(definitions) and definitions[-1].tag == "dt":
        terms.insert(0, definitions[-1])
        definitions.remove(definitions[-1])
        terms[0].tag = "p"
    return [*([definitions] if len(definitions) else []), *terms]


def give_paragraph(item: Element) -> None:
    """Put the words of an item into a paragraph, since a block is to follow them."""
    if not (item.text or "").strip() and not len(item):
        return
    if any(child.tag in BLOCKS for child in item):
        return
    paragraph = etree.Element("p")
    paragraph.text, item.text = item.text, None
    paragraph.extend(list(item))
    item.append(paragraph)


def part_at_blank_lines(whole: Element) -> list[Element]:
    """Part lines into stanzas."""
    parts = [etree.Element("p")]
    parts[0].text = whole.text
    for child in list(whole):
        blank = child.tag == "br" and not (child.tail or "").strip() and child.getnext() is not None
        following = child.getnext()
        if blank and following is not None and following.tag == "br":
            parts.append(etree.Element("p"))
            continue
        first = not len(parts[-1]) and not (parts[-1].text or "").strip()
        if child.tag == "br" and first:
            parts[-1].text = child.tail
        else:
            parts[-1].append(child)
    return [part for part in parts if not is_empty(part)]


_LINES = ("p", "h2", "h3", "h4", "td", "th", "dt", "caption", "figcaption", "li", "dd")


def fold(block: Element) -> None:
    """Fold white space as the reader does, and drop breaks at the edges of a line."""
    for line in list(block.iter(*_LINES)):
        fold_line(line)
        for edge in (0, -1):
            while len(line) and line[edge].tag == "br" and _nothing_beyond(line, edge):
                _replace_edge(line, edge)
        fold_line(line)
    for element in block.iter():
        for attribute in ("text", "tail"):
            if (text := getattr(element, attribute)) is not None:
                folded = _SPACE.sub(" ", text)
                is_line = element.tag in _LINES
                inside = attribute == "text" and not is_line and _holds_blocks(element)
                outside = attribute == "tail" and element.tag in BLOCKS | {"li", "dt", "dd", "td"}
                if (inside or outside) and not folded.strip(" "):
                    folded = ""
                setattr(element, attribute, folded or None)


def _holds_blocks(element: Element) -> bool:
    return any(child.tag in BLOCKS or child.tag in _LINES for child in element)


def _nothing_beyond(line: Element, edge: int) -> bool:
    beyond = line.text if edge == 0 else line[-1].tail
    return not (beyond or "").strip(" \t\n\u00a0")


def _replace_edge(line: Element, edge: int) -> None:
    br = line[edge]
    tail = br.tail or ""
    line.remove(br)
    if edge == 0:
        line.text = tail
