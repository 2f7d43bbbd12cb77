"""A body of the closed vocabulary as TEI’s ``body``, which an import turns back into the same.

Parts of a letter become ``opener``, ``closer`` and ``postscript`` where TEI allows them, at the
head and the foot; elsewhere, as everything that TEI has no word for, ``floatingText`` with a
type. White space is the text’s own: nothing is indented.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field

from lxml import etree
from lxml.etree import _Element as Element

from letterbook.markup.vocabulary import BLOCKS
from letterbook.model import Note

TEI = "http://www.tei-c.org/ns/1.0"
XML = "{http://www.w3.org/XML/1998/namespace}"
_HEADINGS = ("h2", "h3", "h4")
_OPENING = {"dateline": "dateline", "address": "address", "salutation": "salute"}
_CLOSING = {"dateline": "dateline", "address": "address", "closing": "salute",
            "signature": "signed"}  # fmt: skip
_RENDERED = {"em": "italic", "strong": "bold", "sub": "sub", "sup": "superscript",
             "del": "struck", "ins": "inserted"}  # fmt: skip
_MARKED = ("supplied", "unclear", "del", "add")


def tei(tag: str, text: str | None = None, **attributes: str) -> Element:
    """Make an element in TEI’s namespace; ``_`` at an attribute’s end is dropped."""
    names = {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items()}
    element = etree.Element(f"{{{TEI}}}{tag}", names, nsmap={None: TEI})
    element.text = text
    return element


def group(name: str, *children: Element | None) -> Element:
    """Make an element of others; those that are None are left out."""
    made = tei(name)
    made.extend(child for child in children if child is not None)
    return made


@dataclass(slots=True)
class BodyWriter:
    """Writes one document’s body; its notes go where they are first marked."""

    notes: Mapping[str, Note]
    kind: Callable[[str], str | None]
    """The kind of an index heading, when the authority file has it."""
    _ids: dict[str, str] = field(default_factory=dict)

    def text(self, tree: Element) -> list[Element]:
        """Write the ``body``, and a ``back`` when other hands noted something at the end."""
        blocks = list(tree)
        last = len(blocks)
        while last > 1 and _is_endorsement(blocks[last - 1]):
            last -= 1
        parts = [self.body(blocks[:last])]
        if blocks[last:]:
            back = tei("back")
            for block in blocks[last:]:
                back.append(self.holding(tei("div", type="endorsement"), block))
            parts.append(back)
        return parts

    def body(self, blocks: Sequence[Element]) -> Element:
        """Write the body."""
        start, end = _opening(blocks), _closing(blocks)
        if start >= end:
            # TEI wants something between what opens a letter and what closes it.
            start, end = 0, len(blocks)
        body = tei("body")
        if start:
            opener = etree.SubElement(body, f"{{{TEI}}}opener")
            opener.extend(self.part(block, _OPENING) for block in blocks[:start])
        self.sections(body, blocks[start:end])
        self.foot(body, blocks[end:])
        _fill_up(body)
        return body

    def sections(self, body: Element, blocks: Iterable[Element]) -> None:
        """Nest what stands under headings in ``div``s, by the headings’ levels."""
        open_ = [(0, body)]
        for block in blocks:
            if block.tag in _HEADINGS:
                level = int(block.tag[1])
                while open_[-1][0] >= level:
                    open_.pop()
                division = etree.SubElement(open_[-1][1], f"{{{TEI}}}div", type="section")
                open_.append((level, division))
                division.append(self.filled(tei("head", n=block.tag), block))
            else:
                open_[-1][1].append(self.block(block))

    def foot(self, body: Element, blocks: Iterable[Element]) -> None:
        """Write what closes a letter."""
        closer: Element | None = None
        for block in blocks:
            if block.get("class") == "postscript":
                closer = None
                body.append(self.holding(tei("postscript"), block))
                continue
            if closer is None:
                closer = etree.SubElement(body, f"{{{TEI}}}closer")
            closer.append(self.part(block, _CLOSING))

    def part(self, block: Element, names: Mapping[str, str]) -> Element:
        """Write a part whose paragraphs are simple; see ``_is_simple``."""
        name = names[block.get("class", "")]
        part = _located(tei(name), block)
        for number, paragraph in enumerate(block):
            if number:
                part.append(tei("milestone", unit="paragraph"))
            if name == "address":
                part.extend(self.filled(tei("addrLine"), line) for line in _lines(paragraph))
            else:
                self.fill(part, paragraph)
        return part

    # ----------------------------------------------------------------------- blocks

    def holding(self, made: Element, block: Element) -> Element:
        """Fill an element with the blocks of another."""
        made.extend(self.block(child) for child in block)
        return _located(made, block)

    def block(self, block: Element) -> Element:
        """Write one block."""
        tag = str(block.tag)
        writer = _BLOCKS.get(tag)
        if writer is not None:
            return writer(self, block)
        return self.filled(tei("ab", type=tag), block)

    def paragraph(self, block: Element) -> Element:
        """A paragraph."""
        return self.filled(tei("p"), block)

    def quotation(self, block: Element) -> Element:
        """A quotation."""
        return self.holding(tei("quote"), block)

    def division(self, block: Element) -> Element:
        """A part of a letter in the midst of it, verse, or a block in another language."""
        name = block.get("class")
        if name == "verse" and _is_verse(block):
            return self.verse(block)
        made = tei("floatingText", **({"type": name} if name else {}))
        if _names_heading(block):
            made.append(_terms(block))
        made.append(self.holding(tei("body"), block))
        _fill_up(made[-1])
        if name not in BLOCKS and name:
            made.set("type", name)
        inner = made[-1]
        for attribute in (f"{XML}lang", "style"):
            if value := inner.attrib.pop(attribute, None):
                made.set(attribute, value)
        return made

    def verse(self, block: Element) -> Element:
        """Verse: a group for each stanza."""
        verse = _located(tei("lg", type="verse"), block)
        for stanza in block:
            group = etree.SubElement(verse, f"{{{TEI}}}lg", type="stanza")
            group.extend(self.filled(tei("l"), line) for line in _lines(stanza))
        return verse

    def list(self, block: Element) -> Element:
        """A list."""
        made = tei("list", rend="numbered" if block.tag == "ol" else "bulleted")
        if start := block.get("start"):
            made.set("n", start)
        made.extend(self.filled(tei("item"), item) for item in block)
        return _located(made, block)

    def gloss(self, block: Element) -> Element:
        """Terms and what is said of them."""
        made = tei("list", type="gloss")
        made.extend(
            self.filled(tei("label" if child.tag == "dt" else "item"), child) for child in block
        )
        return _located(made, block)

    def verbatim(self, block: Element) -> Element:
        """Text whose every space counts."""
        made = self.filled(tei("ab", type="verbatim"), block)
        made.set(f"{XML}space", "preserve")
        return made

    def rule(self, block: Element) -> Element:
        """A rule."""
        return _located(tei("milestone", unit="section", rend="rule"), block)

    def table(self, block: Element) -> Element:
        """A table."""
        made = _located(tei("table"), block)
        for child in block:
            if child.tag == "caption":
                made.append(self.filled(tei("head"), child))
            elif child.tag == "tr":
                made.append(self.row(child, tei("row", rend="bare")))
            else:
                role = {"role": "label"} if child.tag == "thead" else {}
                made.extend(self.row(row, tei("row", **role)) for row in child)
        return made

    def row(self, row: Element, made: Element) -> Element:
        """A row of a table."""
        for cell in row:
            written = self.filled(tei("cell", role="label" if cell.tag == "th" else "data"), cell)
            for ours, theirs in (("colspan", "cols"), ("rowspan", "rows"), ("scope", "rend")):
                if value := cell.get(ours):
                    written.set(theirs, value)
            made.append(written)
        return _located(made, row)

    def figure(self, block: Element) -> Element:
        """A picture with its caption."""
        return self.filled(tei("figure"), block)

    def caption(self, block: Element) -> Element:
        """A picture’s caption."""
        return self.filled(tei("head"), block)

    # ----------------------------------------------------------------------- lines

    def filled(self, made: Element, source: Element) -> Element:
        """Fill an element with what is in another."""
        self.fill(made, source)
        return _located(made, source)

    def fill(self, made: Element, source: Element) -> None:
        """Write text and children, whatever they are."""
        _append(made, source.text)
        for child in source:
            tag = str(child.tag)
            written = self.block(child) if tag in _ALL_BLOCKS else self.inline(child)
            made.append(written)
            written.tail = child.tail

    def inline(self, element: Element) -> Element:
        """Write something that stands in a line."""
        tag = str(element.tag)
        if tag in _RENDERED:
            return self.filled(tei("hi", rend=_RENDERED[tag]), element)
        if tag == "span":
            return self.span(element)
        if tag == "a":
            if "data-note" in element.attrib:
                return self.note(element.get("data-note", ""))
            if "data-ref" in element.attrib:
                # What it will say is for each edition to make; it keeps how it names its document.
                return tei("ref", type="crossref", n=element.get("data-ref", ""))
            return self.filled(tei("ref", target=element.get("href", "")), element)
        if tag == "img":
            made = tei("graphic", url=element.get("src", ""))
            if (alt := element.get("alt")) is not None:
                made.append(tei("desc", alt))
            return _located(made, element)
        if tag == "code" and len(element):
            return self.filled(tei("hi", rend="code"), element)  # TEI’s own holds text alone.
        return self.filled(tei("lb" if tag == "br" else tag), element)

    def span(self, element: Element) -> Element:
        """Write an editor’s mark."""
        name = element.get("class", "")
        if name == "index":
            return self.filled(self.index(element), element)
        if name == "page" and _is_bare_text(element):
            return tei("pb", n=element.text or "")
        if name == "gap":
            if len(element):
                return self.several(element)
            made = tei("gap")
            if element.text:
                made.append(tei("desc", element.text))
            return _located(made, element)
        if name == "sic":
            return self.sic(element)
        if name in _MARKED:
            return self.filled(tei(name), element)
        if name == "sc":
            return self.filled(tei("hi", rend="smallcaps"), element)
        if not name and element.get("lang") and "dir" not in element.attrib:
            return self.filled(tei("foreign"), element)
        return self.several(element)

    def sic(self, element: Element) -> Element:
        """Write words as they stand, with what was meant beside them."""
        sic = self.filled(tei("sic"), element)
        if (meant := element.get("data-corr")) is None:
            return sic
        made = tei("choice")
        made.extend([sic, tei("corr", meant)])
        return made

    def several(self, element: Element) -> Element:
        """Write a span that is several things at once."""
        made = tei("seg", type="span")
        if name := element.get("class"):
            made.set("rend", name)
        if meant := element.get("data-corr"):
            made.set("n", meant)
        if _names_heading(element):
            made.append(_terms(element))
        return self.filled(made, element)

    def index(self, element: Element) -> Element:
        """Write an index mark: the words, with the heading that they go under."""
        made = tei("rs", type="index")
        if _names_heading(element):
            made.append(_terms(element))
            term = element.get("data-term")
            if term and (kind := self.kind(term)):
                made.set("subtype", kind)
        return made

    def note(self, label: str) -> Element:
        """Write a note where it is first marked, and a pointer to it where it is again."""
        if label in self._ids:
            return tei("ptr", type="noteref", target=f"#{self._ids[label]}")
        self._ids[label] = f"note-{len(self._ids) + 1}"
        note = self.notes[label]
        made = tei("note", n=label)
        if note.responsibility:
            made.set("type", note.responsibility.value)
        made.set(f"{XML}id", self._ids[label])
        made.extend(self.block(child) for child in note.body)
        return made


def _fill_up(body: Element) -> None:
    """Add a block without words where TEI wants one: neither rules nor pictures are any to it."""
    if all(child.tag in (f"{{{TEI}}}milestone", f"{{{TEI}}}figure") for child in body):
        body.append(tei("ab", type="inline"))


def _is_bare_text(element: Element) -> bool:
    return bool(element.text) and not len(element) and set(element.attrib) == {"class"}


_OF_INDEX = ("data-term", "data-sub", "data-main", "data-range")


def _names_heading(element: Element) -> bool:
    """Whether a mark for the index says more than that it is one."""
    return any(name in element.attrib for name in _OF_INDEX)


def _terms(element: Element) -> Element:
    """The heading of a mark for the index; ``rend`` says the chief place, or which end it is."""
    index = tei("index")
    said = ["main"] if "data-main" in element.attrib else []
    if said := [*said, *element.get("data-range", "").split()]:
        index.set("rend", " ".join(said))
    if (term := element.get("data-term")) is not None:
        index.append(tei("term", term))
    if (sub := element.get("data-sub")) is not None:
        inner = etree.SubElement(index, f"{{{TEI}}}index")
        inner.append(tei("term", sub))
    return index


def _append(made: Element, text: str | None) -> None:
    """Add text after what an element already holds."""
    if not text:
        return
    if len(made):
        made[-1].tail = (made[-1].tail or "") + text
    else:
        made.text = (made.text or "") + text


def _located(made: Element, source: Element) -> Element:
    """Take over the language and the direction of an element."""
    if language := source.get("lang"):
        made.set(f"{XML}lang", language)
    if direction := source.get("dir"):
        made.set("style", f"direction:{direction}")
    return made


# --------------------------------------------------------------------------- what is simple


def _opening(blocks: Sequence[Element]) -> int:
    """How many blocks at the head are what TEI’s ``opener`` holds."""
    count = 0
    while count < len(blocks) and _is_simple(blocks[count], _OPENING):
        count += 1
    return count


def _closing(blocks: Sequence[Element]) -> int:
    """The position from which all blocks are what closes a letter."""
    position = len(blocks)
    while position and (
        _is_simple(blocks[position - 1], _CLOSING)
        or (blocks[position - 1].get("class") == "postscript" and len(blocks[position - 1]))
    ):
        position -= 1
    return position


def _is_simple(block: Element, names: Mapping[str, str]) -> bool:
    """Whether a part holds nothing but paragraphs without attributes of their own."""
    name = block.get("class", "")
    if block.tag != "div" or name not in names or not len(block):
        return False
    if any(p.tag != "p" or p.attrib or not _holds(p) for p in block):
        return False
    return name != "address" or (len(block) == 1 and _has_lines(block[0]))


def _is_endorsement(block: Element) -> bool:
    return block.tag == "div" and block.get("class") == "endorsement" and bool(len(block))


def _is_verse(block: Element) -> bool:
    return bool(len(block)) and all(p.tag == "p" and not p.attrib and _has_lines(p) for p in block)


def _holds(paragraph: Element) -> bool:
    return bool(len(paragraph) or (paragraph.text or "").strip())


def _has_lines(paragraph: Element) -> bool:
    """Whether a paragraph’s first line holds something: an import knows by it where it begins."""
    first_is_break = len(paragraph) and paragraph[0].tag == "br" and not paragraph.text
    return _holds(paragraph) and not first_is_break


def _lines(paragraph: Element) -> list[Element]:
    """A paragraph, taken apart at its breaks."""
    lines = [etree.Element("line")]
    lines[0].text = paragraph.text
    for child in paragraph:
        if child.tag == "br" and not child.attrib:
            lines.append(etree.Element("line"))
            lines[-1].text = child.tail
        else:
            lines[-1].append(deepcopy(child))
    return lines


_BLOCKS: Mapping[str, Callable[[BodyWriter, Element], Element]] = {
    "p": BodyWriter.paragraph,
    "blockquote": BodyWriter.quotation,
    "div": BodyWriter.division,
    "ul": BodyWriter.list,
    "ol": BodyWriter.list,
    "dl": BodyWriter.gloss,
    "pre": BodyWriter.verbatim,
    "hr": BodyWriter.rule,
    "table": BodyWriter.table,
    "figure": BodyWriter.figure,
    "figcaption": BodyWriter.caption,
}
_ALL_BLOCKS = frozenset({*_BLOCKS, *_HEADINGS})
