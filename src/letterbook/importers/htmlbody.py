"""Elements of HTML to our vocabulary, word by word: what is lost is told, nothing is skipped.

The converter is given what is already known of a page (which links are marks of notes, which
elements are marks of pages) and collects what it sets aside. Trees that leave it have their white
space folded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from lxml import etree
from lxml.etree import _Element as Element

from letterbook.importers.htmlblocks import BLOCKS, HEADINGS, Block, is_layout, words
from letterbook.importers.htmlpages import join_pages
from letterbook.importers.htmlpieces import (
    cut_end,
    end_of,
    fold,
    give_paragraph,
    has_caption,
    is_empty,
    is_initial,
    is_small_capitals,
    join_or_append,
    language_of,
    outward,
    own,
    part_at_blank_lines,
    parted,
    pour,
    primary,
    put,
    replace_by_space,
    strip_margins,
    unwrap,
    without_bare_terms,
)
from letterbook.importers.imported import Reason, SetAside
from letterbook.provenance.labels import classes_meaning

_INLINE = {
    **dict.fromkeys(("i", "em", "cite", "dfn", "var", "u", "address"), "em"),
    **dict.fromkeys(("b", "strong"), "strong"),
    **dict.fromkeys(("s", "strike", "del"), "del"),
    "sub": "sub",
    "sup": "sup",
    "ins": "ins",
    **dict.fromkeys(("code", "kbd", "samp"), "code"),
}
_LETTER_PARTS = (
    "verse", "dateline", "salutation", "address", "closing", "signature", "postscript",
)  # fmt: skip
"""Meanings of classes that are also our blocks."""
_PAGE_TEXT = re.compile(
    r"<\s*p(?:age|g|p)?[.\s]*(?P<page>\d{1,4}[a-z]?|[ivxlc]{1,7})\s*>", re.IGNORECASE
)
_ORNAMENT = re.compile(r"[\s\u00a0*•·_=~#+—–\-◊†✶⁂]+")
"""A line of these is a mark between parts of a text, or a rule."""
_SPACES = " \t\r\n\f\u00a0"


@dataclass(frozen=True, slots=True)
class TextMark:
    """A mark of a note in running text: where it ends and begins, and the note's label."""

    start: int
    end: int
    label: str


@dataclass(slots=True)
class Converter:
    """Brings blocks of a page into our vocabulary."""

    marks: Mapping[Element, str]
    """Links that are marks of notes, each with the note's label."""
    pages: Mapping[Element, str]
    """Elements that are marks of the print source's pages, each with the page's label."""
    image: Callable[[Element, int], Element | None]
    """Makes an ``img`` of ours of one of the page's; None when the picture is not there."""
    find_marks: Callable[[str], Sequence[TextMark]] = lambda _: ()
    """Finds marks of notes in running text."""
    find_mark: Callable[[str], str | None] = lambda _: None
    """Gives the label of the note whose mark some raised words are."""
    levels: tuple[str, ...] = ()
    """The levels of the page's headings, from the highest."""
    kinds: Mapping[str, str] = field(default_factory=classes_meaning)
    """What classes mean."""
    set_aside: list[SetAside] = field(default_factory=list)
    language: str | None = None
    """The page’s language; words in it need not say so."""
    in_note: bool = False
    """Whether a note is read; a mark in it stays text, since a note has no notes."""
    line: int = 0

    def aside(self, text: str, reason: Reason) -> None:
        """Say that words are in no document."""
        if text.strip():
            self.set_aside.append(SetAside(text.strip(), reason, f"line {self.line}"))

    # ----------------------------------------------------------------------- blocks

    def blocks(self, blocks: Iterable[Block]) -> list[Element]:
        """Convert blocks in their order."""
        made: list[Element] = []
        for block in blocks:
            self.line = block.line
            for element in self.block(block.element, block.classes):
                join_or_append(made, element)
        made = join_pages(made)
        for element in made:
            fold(element)
        return made

    def block(self, element: Element, classes: frozenset[str] = frozenset()) -> list[Element]:
        """Convert one block; it may become none, or several."""
        tag = str(element.tag)
        known = {self.kinds.get(name) for name in classes}
        if tag == "hr":
            return [etree.Element("hr")]
        if tag in HEADINGS:
            return self._heading(element)
        if tag in ("ul", "ol"):
            return self._a_list(element, tag)
        if tag == "dl":
            return self._definitions(element)
        if tag == "table":
            return self._table(element)
        if tag == "blockquote":
            return self._within("blockquote", element)
        if tag in ("pre", "xmp"):
            return self._preformatted(element)
        if tag == "figure":
            return self._figure(element)
        if tag in BLOCKS - {"p"}:
            return self._flow(element)
        return self._paragraph(element, known)

    def _paragraph(self, element: Element, known: set[str | None]) -> list[Element]:
        text = words(element)
        if element.find(".//img") is not None and (
            not text or known & {"signature", "caption"} or has_caption(element)
        ):
            return self._figure(element)
        if self._is_ornament(element, text):
            self.aside(text, Reason.STRUCTURE)
            return [etree.Element("hr")]
        paragraphs = self._parted(element, "verse" in known)
        for name in _LETTER_PARTS:
            if name in known and paragraphs:
                block = etree.Element("div")
                block.set("class", name)
                block.extend(paragraphs)
                return [block]
        if "quotation" in known and paragraphs:
            block = etree.Element("blockquote")
            block.extend(paragraphs)
            return [block]
        return paragraphs

    def _is_ornament(self, element: Element, text: str) -> bool:
        marked = any(e in self.marks or e in self.pages for e in element.iter())
        return bool(text) and not marked and bool(_ORNAMENT.fullmatch(text))

    def _parted(self, element: Element, is_verse: bool = False) -> list[Element]:
        """Make a paragraph, or several where two breaks part it."""
        whole = etree.Element("p")
        self._language(element, whole)
        self.inline(element, whole)
        parts = parted(whole)
        for part in parts if not is_verse else ():
            strip_margins(part)
        return [part for part in parts if not is_empty(part)]

    def _heading(self, element: Element) -> list[Element]:
        text = words(element)
        if self._is_ornament(element, text):
            self.aside(text, Reason.STRUCTURE)
            return [etree.Element("hr")]
        if not text:
            return self._figure(element) if element.find(".//img") is not None else []
        level = self.levels.index(element.tag) if element.tag in self.levels else 0
        made = etree.Element(f"h{min(level, 2) + 2}")
        self._language(element, made)
        self.inline(element, made)
        for br in list(made.iter("br")):
            # A heading is one line, wherever it is printed.
            replace_by_space(br)
        if len(made) == 1 and made[0].tag == "strong" and not made.text and not made[0].tail:
            unwrap(made[0])
        return [] if is_empty(made) else [made]

    def _a_list(self, element: Element, tag: str) -> list[Element]:
        made = etree.Element(tag)
        if tag == "ol" and re.fullmatch(r"\d{1,6}", element.get("start", "")):
            made.set("start", str(int(element.get("start", ""))))
        self._stray(element, made, "li")
        for child in element:
            if child.tag == "li":
                self._item(child, etree.SubElement(made, "li"))
            elif child.tag in BLOCKS:
                last = made[-1] if len(made) else etree.SubElement(made, "li")
                give_paragraph(last)
                last.extend(self.block(child, frozenset()))
            else:
                item = etree.SubElement(made, "li")
                self._element(child, item)
            self._stray_tail(child, made, "li")
        for item in list(made):
            if is_empty(item):
                made.remove(item)
        return [made] if len(made) else []

    def _item(self, source: Element, made: Element) -> None:
        """Fill an item: words alone, or blocks."""
        blocks = self._flow(source)
        if len(blocks) >= 1 and blocks[0].tag == "p" and not blocks[0].attrib:
            rest = blocks[1:]
            if all(block.tag in ("ul", "ol") for block in rest):
                first = blocks[0]
                made.text = first.text
                made.extend(list(first))
                made.extend(rest)
                return
        made.extend(blocks)

    def _definitions(self, element: Element) -> list[Element]:
        """Convert terms and what they mean; without a term, a list of these is only indented."""
        before: list[Element] = []
        made = etree.Element("dl")
        for child in element:
            if child.tag == "dt":
                term = etree.SubElement(made, "dt")
                self.inline(child, term)
            elif not len(made):
                before += self.block(child) if child.tag in BLOCKS else self._flow(child)
            elif child.tag == "dd":
                self._item(child, etree.SubElement(made, "dd"))
            else:
                inside = etree.SubElement(made, "dd")
                if child.tag in BLOCKS:
                    inside.extend(self.block(child, frozenset()))
                else:
                    self._item(child, inside)
                if is_empty(inside):
                    made.remove(inside)
            if len(made):
                self._stray_tail(child, made, "dd")
            elif (child.tail or "").strip():
                before.append(etree.Element("p"))
                self._text(before[-1], child.tail)
        return [*before, *without_bare_terms(made)]

    def _stray(self, element: Element, made: Element, tag: str) -> None:
        if (element.text or "").strip():
            self._text(etree.SubElement(made, tag), element.text)

    def _stray_tail(self, child: Element, made: Element, tag: str) -> None:
        if (child.tail or "").strip():
            self._text(etree.SubElement(made, tag), child.tail)

    def _table(self, element: Element) -> list[Element]:
        if is_layout(element):
            return self._flow(element)
        made = etree.Element("table")
        for caption in own(element, "caption"):
            if words(caption):
                self.inline(caption, etree.SubElement(made, "caption"))
        body = etree.Element("tbody")
        for source in own(element, "tr"):
            row = etree.Element("tr")
            for cell in source.iterchildren("td", "th"):
                self._cell(cell, row)
            if words(row):
                body.append(row)
        if not len(body):
            return []
        if len(body) > 1 and all(cell.tag == "th" for cell in body[0]):
            etree.SubElement(made, "thead").append(body[0])
        made.append(body)
        return [made]

    def _cell(self, source: Element, row: Element) -> None:
        made = etree.SubElement(row, str(source.tag))
        for name in ("colspan", "rowspan"):
            value = source.get(name, "")
            if re.fullmatch(r"\d{1,2}", value) and int(value) > 1:
                made.set(name, str(int(value)))
        for number, block in enumerate(self._flow(source)):
            if number:
                etree.SubElement(made, "br")
            if block.tag == "p":
                pour(block, made)
            else:
                made.append(block)

    def _preformatted(self, element: Element) -> list[Element]:
        """Keep the lines of ``pre`` as verse does: they are letters here, not programs."""
        block = etree.Element("div")
        block.set("class", "verse")
        whole = etree.Element("p")
        self.inline(element, whole, keep_lines=True)
        block.append(whole)
        for part in part_at_blank_lines(whole):
            block.append(part)
        block.remove(whole)
        return [block] if len(block) else []

    def _figure(self, element: Element) -> list[Element]:
        """Make a figure of each picture; the words around them are its caption."""
        made: list[Element] = []
        for source in [element, *element.iterdescendants()]:
            if source.tag == "img" and (image := self.image(source, self.line)) is not None:
                figure = etree.Element("figure")
                figure.append(image)
                made.append(figure)
        if not words(element):
            return made
        caption = etree.Element("figcaption" if made else "p")
        self.inline(element, caption, images=False)
        if made:
            made[-1].append(caption)
            return made
        return [caption]

    def _within(self, tag: str, element: Element) -> list[Element]:
        made = etree.Element(tag)
        self._language(element, made)
        made.extend(self._flow(element))
        return [made] if len(made) else []

    def _flow(self, element: Element) -> list[Element]:
        """Convert what an element holds: blocks, and paragraphs of the words between them."""
        made: list[Element] = []
        holder = etree.Element("p")

        def close() -> None:
            nonlocal holder
            if not is_empty(holder):
                made.append(holder)
            holder = etree.Element("p")

        self._text(holder, element.text)
        for child in element:
            if child.tag in BLOCKS or child.tag in ("tr", "td", "th", "tbody", "li", "dt", "dd"):
                close()
                for block in self.block(child, frozenset(child.get("class", "").lower().split())):
                    join_or_append(made, block)
            elif any(inner.tag in BLOCKS for inner in child.iter()):
                close()
                made.extend(self._flow(child))
            else:
                self._element(child, holder)
            self._text(holder, child.tail)
        close()
        return made

    # ----------------------------------------------------------------------- inside lines

    def inline(
        self, source: Element, made: Element, keep_lines: bool = False, images: bool = True
    ) -> None:
        """Convert what stands in a line."""
        self._text(made, source.text, keep_lines)
        for child in source:
            self._element(child, made, keep_lines, images)
            self._text(made, child.tail, keep_lines)

    def _element(
        self, child: Element, made: Element, keep_lines: bool = False, images: bool = True
    ) -> None:
        """Convert one element in a line, without what follows it."""
        tag = str(child.tag)
        if child in self.pages:
            self._page(self.pages[child], words(child), made)
        elif child in self.marks and not self.in_note:
            self._mark(child, made, self.marks[child])
        elif tag == "br":
            etree.SubElement(made, "br")
        elif tag == "img" and is_initial(child):
            put(made, child.get("alt", ""), keep_lines)
        elif tag == "img":
            if images and (image := self.image(child, self.line)) is not None:
                made.append(image)
        elif tag == "sup" and not self.in_note and self._holds_only_marks(child):
            self.inline(child, made)
        elif tag == "sup" and not self.in_note and (label := self.find_mark(words(child))):
            self._mark(child, made, label)
        else:
            self._styled(child, made, keep_lines, images)

    def _styled(self, child: Element, made: Element, keep_lines: bool, images: bool) -> None:
        """Convert an element that changes how its words look, or nothing."""
        tag = _INLINE.get(str(child.tag))
        attributes: dict[str, str] = {}
        if tag is None and is_small_capitals(child, self.kinds):
            tag, attributes = "span", {"class": "sc"}
        if child.tag == "a" and (href := outward(child.get("href", ""))):
            tag, attributes = "a", {"href": href}
        language = self._foreign(child)
        if language:
            tag = tag or "span"
            attributes["lang"] = language
        nested = tag in ("em", "strong", "a", "code") and any(
            e.tag == tag for e in (made, *made.iterancestors())
        )
        if tag is None or (nested and not language) or (not words(child) and not len(child)):
            self.inline(child, made, keep_lines, images)
            return
        inner = etree.SubElement(made, "span" if nested else tag, attributes)
        self.inline(child, inner, keep_lines, images)
        if is_empty(inner):
            unwrap(inner)

    def _holds_only_marks(self, element: Element) -> bool:
        inside = [e for e in element.iterdescendants() if e in self.marks]
        if not inside:
            return False
        text = words(element)
        for link in inside:
            text = text.replace(words(link), "", 1)
        return not text.strip("[](), \u00a0")

    def _mark(self, child: Element, made: Element, label: str) -> None:
        """Put a reference to a note; the brackets around its mark go with it, or a half of them."""
        text = words(child)
        before, after = end_of(made), child.tail or ""
        for open_, close in (("[", "]"), ("(", ")")):
            opens, closes = before.endswith(open_), after.startswith(close)
            if opens and (closes or (text.endswith(close) and open_ not in text)):
                cut_end(made, 1)
                text = f"{open_}{text}"
            elif not (closes and text.startswith(open_) and close not in text):
                continue
            if closes:
                child.tail = after[1:]
                text = f"{text}{close}"
        self.aside(text, Reason.NOTE_MARK)
        child.tail = self._reference(label, made, child.tail or "")

    def _reference(self, label: str, made: Element, after: str) -> str:
        """Put a reference to a note, close to the word before it; give the text after it."""
        before = end_of(made)
        if (before.strip(_SPACES) or len(made)) and before != before.rstrip(_SPACES):
            cut_end(made, len(before) - len(before.rstrip(_SPACES)))
            if after[:1].isalnum():
                after = f" {after}"
        link = etree.SubElement(made, "a")
        link.set("class", "noteref")
        link.set("data-note", label)
        return after

    def _page(self, label: str, shown: str, made: Element) -> None:
        """Put the mark of a page."""
        self.aside(shown, Reason.PAGE_MARK)
        span = etree.SubElement(made, "span")
        span.set("class", "page")
        span.text = label

    def _text(self, made: Element, text: str | None, keep_lines: bool = False) -> None:
        """Put text, with the marks that are written in it."""
        if not text:
            return
        found: list[tuple[int, int, str, bool]] = [
            (m.start(), m.end(), m["page"], True) for m in _PAGE_TEXT.finditer(text)
        ]
        if not self.in_note:
            found += [(m.start, m.end, m.label, False) for m in self.find_marks(text)]
        position = 0
        for start, end, label, is_page in sorted(found):
            if start < position:
                continue
            put(made, text[position:start], keep_lines)
            if is_page:
                self._page(label, text[start:end], made)
            else:
                self.aside(text[start:end], Reason.NOTE_MARK)
                text = text[:end] + self._reference(label, made, text[end:])
            position = end
        put(made, text[position:], keep_lines)

    def _language(self, source: Element, made: Element) -> None:
        if language := self._foreign(source):
            made.set("lang", language)

    def _foreign(self, source: Element) -> str | None:
        """The language that an element says it is in, when that is not the page’s."""
        language = language_of(source)
        same = language and self.language and primary(language) == primary(self.language)
        return None if same else language
