"""The ``text`` of a TEI file to a body and its notes, in the order in which it stands.

Each element has a treatment, which the profile names; here is what the treatments do. What no
treatment knows keeps its words, and is counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from lxml import etree
from lxml.etree import _Element as Element

from letterbook.diagnostics import Span
from letterbook.importers import tei_marks
from letterbook.importers.imported import Reason, SetAside
from letterbook.importers.tei_blocks import (
    lines,
    read_figure,
    read_image,
    read_list,
    read_table,
    stray_lines,
    verse,
)
from letterbook.importers.tei_language import attributes_of, language_of
from letterbook.importers.tei_marks import PLAIN_TAGS
from letterbook.importers.tei_notes import NotePlan, begins, plan_notes, responsibility
from letterbook.importers.tei_profile import TeiProfile
from letterbook.importers.tei_reading import BLOCK_TREATMENTS, TextRead
from letterbook.importers.tei_registers import Registers
from letterbook.importers.tei_xml import XML_ID, XML_LANG, find, find_all, fold, name_of, words
from letterbook.importers.treebuilder import Builder
from letterbook.markup.vocabulary import BLOCKS
from letterbook.metadata import IndexEntry, Responsibility
from letterbook.model import Note

_CARRIERS = frozenset({"standOff", "teiCorpus"})
"""Elements that only hold others, beside the text."""


@dataclass(slots=True)
class TextReader:
    """Reads the text of one ``TEI`` element; see ``read``."""

    profile: TeiProfile
    file: str
    registers: Registers
    siblings: Mapping[str, bytes]
    roles: Mapping[str, Responsibility]
    document_language: str | None
    language: str | None = None
    """Of what is being read."""
    builder: Builder = field(default_factory=Builder)
    aside: list[SetAside] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    images: dict[str, bytes] = field(default_factory=dict)
    unknown: Counter[str] = field(default_factory=Counter)
    missing: dict[str, int] = field(default_factory=dict)
    included: dict[str, int] = field(default_factory=dict)
    """Other files that are parts of this one: name and line."""
    styles: Mapping[str, list[str]] = field(default_factory=dict)
    """By xml:id, the declarations of CSS in the header."""
    keeps_hyphens: bool = False
    """Whether hyphens at the ends of lines are the words’ own, as the header says."""
    supplied: list[str] = field(default_factory=list)
    _supplied_at: tuple[Builder | None, int] = (None, 0)
    """Where the latest supplied text ended: what follows it at once belongs to it."""
    keys: Counter[str] = field(default_factory=Counter)
    used: dict[str, IndexEntry] = field(default_factory=dict)
    pages: set[str] = field(default_factory=set)
    _parts: list[str] = field(default_factory=list)
    _level: int = 1
    _in_note: bool = False
    in_verse: bool = False
    in_link: bool = False
    plan: NotePlan = field(default_factory=NotePlan)
    _labels: dict[Element, str] = field(default_factory=dict)

    def read(self, tei: Element) -> TextRead:
        """Read the ``text`` and the ``standOff`` of a TEI element."""
        self.builder = Builder(self.exact)
        self.language = self.document_language
        self.plan = plan_notes(tei)
        corpora = tei.iterancestors("{*}teiCorpus")
        headers = [find(around, "teiHeader") for around in (tei, *corpora)]
        self.styles = {
            style.get(XML_ID, "").lower(): tei_marks.css("".join(style.itertext()))
            for header in reversed(headers)
            for style in find_all(header, "//tagsDecl/rendition")
        }
        hyphenations = [find(header, "//editorialDecl/hyphenation") for header in headers]
        self.keeps_hyphens = "hard" in [h.get("eol") for h in hyphenations if h is not None]
        for part in tei:
            if name_of(part) not in ("", "teiHeader", "TEI"):
                self.element(part)
        body = self.builder.finish()
        return TextRead(
            body, tuple(self.notes), tuple(self.aside), tuple(self.supplied),
            tuple(self.used.values()), self.images, self.unknown, self.keys, self.missing,
            self.included,
        )  # fmt: skip

    @property
    def exact(self) -> bool:
        """Whether every space of the file was meant."""
        return self.profile.space == "exact"

    # ----------------------------------------------------------------------- the walk

    def content(self, element: Element) -> None:
        """Read what is in an element: its text and its children."""
        self.builder.text(element.text)
        children = list(element)
        position = 0
        while position < len(children):
            child = children[position]
            if self.treatment(child) == "line" and not self.in_verse:
                position = stray_lines(self, children, position)
                continue
            self.element(child)
            self.builder.text(child.tail)
            position += 1

    def element(self, element: Element) -> None:
        """Read one element, as its treatment says."""
        if not isinstance(element.tag, str):
            return
        treatment = self.treatment(element)
        if name_of(element) not in self.profile.elements and name_of(element) not in _CARRIERS:
            self.unknown[f"<{name_of(element)}>"] += 1
        with self.in_language(element, treatment):
            handler = _HANDLERS.get(treatment)
            if handler is not None:
                handler(self, element)
            elif treatment in PLAIN_TAGS:
                tag, attributes = PLAIN_TAGS[treatment]
                with self.builder.inline(tag, self.in_line(element, attributes)):
                    self.content(element)
            elif treatment in BLOCKS:
                self.part(element, treatment)
            else:
                self.content(element)
        for note in self.plan.at.get(element.get(XML_ID, ""), ()):
            self.place_note(note)

    def treatment(self, element: Element) -> str:
        """What is to be made of an element."""
        name = name_of(element)
        if not name:
            return "nothing"
        known = self.profile.elements.get(name)
        if known is None:
            has_blocks = any(
                self.profile.elements.get(name_of(child)) in BLOCK_TREATMENTS for child in element
            )
            return "container" if has_blocks or name == "standOff" else "inline"
        return known

    @contextmanager
    def in_language(self, element: Element, treatment: str) -> Iterator[None]:
        """Keep the language of an element that has another than what is around it."""
        language = language_of(element.get(XML_LANG))
        before = self.language
        changed = language is not None and (language != before or self.exact)
        if language:
            self.language = language
        own = BLOCK_TREATMENTS | {"note", "line", "figure"}
        as_span = changed and treatment not in own
        attributes = {"lang": language or ""}
        if self.exact:
            as_span, attributes = name_of(element) == "foreign", self.attributes(element)
        with self.builder.inline("span", attributes) if as_span else nullcontext():
            yield
        self.language = before

    def attributes(self, element: Element, more: Mapping[str, str] | None = None) -> dict[str, str]:
        """Attributes for what an element becomes: its language, when that is another."""
        return attributes_of(element, more or {}, self.document_language, self.exact)

    def in_line(self, element: Element, more: Mapping[str, str]) -> dict[str, str]:
        """Attributes for an inline element; a language has a span of its own around it."""
        return self.attributes(element, more) if self.exact else dict(more)

    def set_aside(self, element: Element, reason: Reason, apart: bool = False) -> None:
        """Tell of words that are in no document; ``apart`` when its elements are."""
        text = fold(" ".join(_texts(element))) if apart else words(element)
        if text:
            place = f"{name_of(element)}, line {element.sourceline or 1}"
            self.aside.append(SetAside(text, reason, place))

    def supply(self, text: str) -> None:
        """Add text that the source says by its markup, and tell so."""
        if not text.strip():
            return
        if self._supplied_at == (self.builder, self.builder.written):
            self.supplied[-1] += text.strip()
        else:
            self.supplied.append(text.strip())
        self.builder.text(text)
        self._supplied_at = (self.builder, self.builder.written)

    # ----------------------------------------------------------------------- blocks

    def citation(self, element: Element) -> None:
        """A quotation with its source: blocks when it stands alone, else words in a line."""
        if tei_marks.is_alone(element):
            self.container(element)
        else:
            self.content(element)

    def container(self, element: Element) -> None:
        """A block that is only its content."""
        if self.builder.in_line:
            self.content(element)
            return
        attributes = {} if self.exact else self.attributes(element)
        if attributes:
            with self.builder.block("div", attributes):
                self.content(element)
            return
        self.builder.end_line()
        self.content(element)
        self.builder.end_line()

    def division(self, element: Element) -> None:
        """A ``div``: a part of the letter, when its type says so; else a section."""
        type_ = element.get("type", "")
        part = self.profile.divisions.get(type_, "division")
        if part in BLOCKS:
            self.part(element, part)
        elif part in ("opener", "closer"):
            _HANDLERS[part](self, element)
        elif part == "aside":
            self.set_aside(element, Reason.BY_PROFILE)
        else:
            has_head = find(element, "head") is not None
            self._level += has_head
            self.container(element)
            self._level -= has_head

    def part(self, element: Element, part: str) -> None:
        """A part of a letter; in the midst of a line, only its words."""
        if part == "salutation" and self._parts[-1:] == ["closer"]:
            part = "closing"
        if self.builder.in_line:
            self.content(element)
            return
        inside = find(element, part)
        if inside is not None and len(element) == 1 and not (element.text or "").strip():
            self.container(element)
            return
        self._parts.append(part)
        before = self.in_verse
        if part == "verse":
            verse(self, element)
        else:
            with self.builder.block("div", self.attributes(element, {"class": part})):
                self.content(element)
        self.in_verse = before
        self._parts.pop()

    def opener(self, element: Element) -> None:
        """What stands before the text: its parts, and lines that are none."""
        self._parts.append("opener")
        self.container(element)
        self._parts.pop()

    def closer(self, element: Element) -> None:
        """What stands after the text; its own lines are the words of farewell."""
        if self.builder.in_line:
            self.content(element)
            return
        self._parts.append("closer")
        with self.builder.loose("closing"):
            self.content(element)
        self._parts.pop()

    def paragraph(self, element: Element) -> None:
        """A paragraph, or what our own files write as one."""
        kind = element.get("type") if self.exact and name_of(element) == "ab" else None
        if kind == "inline":
            with self.builder.bare():
                self.content(element)
        elif kind in ("h2", "h3", "h4"):
            with self.builder.block(kind, self.attributes(element)):
                self.content(element)
        elif kind == "verbatim":
            with self.builder.block("pre", self.attributes(element)):
                self.content(element)
        else:
            with self.builder.paragraph(self.attributes(element)):
                self.content(element)

    def heading(self, element: Element) -> None:
        """A heading of a section."""
        level = element.get("n", "") if self.exact else ""
        tag = level if level in ("h2", "h3", "h4") else f"h{min(max(self._level, 2), 4)}"
        with self.builder.block(tag, self.attributes(element)):
            self.content(element)

    def quotation(self, element: Element) -> None:
        """A quotation that is a block; in our own files, also other blocks."""
        type_ = element.get("type", "")
        if self.exact and name_of(element) == "floatingText":
            self.own_block(element, type_)
            return
        with self.builder.block("blockquote", self.attributes(element)):
            self.content(element)

    def own_block(self, element: Element, type_: str) -> None:
        """A block of our own files, by its class; without one it only has a language."""
        mark = find(element, "index")
        said = {} if mark is None else tei_marks.index_mark(mark, exact=True)
        classes = {**said, "class": type_} if type_ else {}
        with self.builder.block("div", self.attributes(element, classes)):
            for part in (part for part in element if part is not mark):
                self.content(part)

    def verbatim(self, element: Element) -> None:
        """Text whose every space counts."""
        with self.builder.block("pre", self.attributes(element)) as block:
            if block is None:
                self.content(element)
            else:
                etree.SubElement(block, "code").text = "".join(element.itertext())

    def treatment_of(self, element: Element) -> str:
        """The treatment, without counting what is unknown."""
        return self.profile.elements.get(name_of(element), "")

    # ----------------------------------------------------------------------- marks

    @property
    def keeps_lines(self) -> bool:
        """Whether lines stay lines here."""
        kept = self.profile.line_breaks
        if "all" in kept:
            return True
        part = self._parts[-1] if self._parts else ""
        return {"closer": "closing"}.get(part, part) in kept

    # ----------------------------------------------------------------------- notes

    def note(self, element: Element) -> None:
        """A note where it stands, unless its mark stands elsewhere."""
        if element in self.plan.elsewhere:
            return
        if tei_marks.is_register_note(element):
            tei_marks.index_note(self, element)
            return
        kind = self.profile.notes.get(element.get("type", ""), "")
        if kind == "aside":
            self.set_aside(element, Reason.BY_PROFILE)
        elif kind in ("paragraph", "inline") or (kind in BLOCKS and not self.builder.in_line):
            if kind == "inline" or self.builder.in_line:
                self.content(element)
            elif kind in BLOCKS:
                self.part(element, kind)
            else:
                with self.builder.paragraph():
                    self.content(element)
        elif self._in_note:
            # A note has no notes: its words stand in brackets where they are.
            self.supply(" [")
            self.content(element)
            self.supply("]")
        else:
            self.place_note(element)

    def place_note(self, element: Element, again: bool = True) -> None:
        """Set a note’s mark, and read the note when this is its first."""
        label = self._labels.get(element)
        if label is not None and not again:
            return
        if label is None:
            label = self.read_note(element)
            if not label:
                return
        mark = etree.Element("a", {"class": "noteref", "data-note": label})
        block = not (self.exact or self.builder.in_line) and self.builder.at_line_start()
        if block and begins(element):
            # It is about what comes, not about the line before.
            self.builder.mark(mark)
        elif not block:
            self.builder.mark(mark, wait=False)
        elif not self.builder.mark_last(mark):
            self.builder.mark(mark)

    def read_note(self, element: Element) -> str:
        """Read a note into a tree of its own; gives its label, empty when it has no words."""
        outer, self.builder = self.builder, Builder(self.exact)
        parts, self._parts = self._parts, []
        self._in_note = True
        in_verse, self.in_verse = self.in_verse, False
        in_link, self.in_link = self.in_link, False
        self.content(element)
        self._in_note, self.in_verse, self.in_link, self._parts = False, in_verse, in_link, parts
        tree = self.builder.finish()
        self.builder = outer
        if not "".join(tree.itertext()).strip() and tree.find(".//img") is None:
            self.unknown["note without words"] += 1
            return ""
        label = (element.get("n") if self.exact else None) or str(len(self.notes) + 1)
        self._labels[element] = label
        span = Span(self.file, element.sourceline or 1)
        self.notes.append(
            Note(label, responsibility(element, self.profile, self.roles, self.unknown), tree, span)
        )
        return label

    # ----------------------------------------------------------------------- not the letter

    def register(self, element: Element) -> None:
        """A register: its names are headings already."""
        self.set_aside(element, Reason.HEADER, apart=True)

    def running_head(self, element: Element) -> None:
        """What the printer repeats on each page."""
        self.set_aside(element, Reason.RUNNING_HEAD)

    def put_aside(self, element: Element) -> None:
        """What the profile says is not the letter."""
        self.set_aside(element, Reason.BY_PROFILE)

    # ----------------------------------------------------------------------- for tei_blocks

    def picture(self, url: str, line: int) -> str | None:
        """Take a picture along that lies beside the file; gives its path in the book."""
        data = self.siblings.get(url)
        if data is None:
            self.missing.setdefault(url, line)
            return None
        path = PurePosixPath(url)
        inside = not path.is_absolute() and ".." not in path.parts
        if not (inside and (self.exact or url.startswith("images/"))):
            url = f"images/{path.name}"
        self.images[url] = data
        return url


def _texts(element: Element) -> Iterator[str]:
    """The texts of a register, whose elements are apart without white space."""
    for node in element.iter():
        if isinstance(node.tag, str):
            yield node.text or ""
        if node is not element:
            yield node.tail or ""


Handler = Callable[[TextReader, Element], None]

_HANDLERS: Mapping[str, Handler] = {
    "container": TextReader.container,
    "citation": TextReader.citation,
    "division": TextReader.division,
    "opener": TextReader.opener,
    "closer": TextReader.closer,
    "paragraph": TextReader.paragraph,
    "heading": TextReader.heading,
    "quotation": TextReader.quotation,
    "verbatim": TextReader.verbatim,
    "verse": verse,
    "line": TextReader.content,
    "lines": lines,
    "list": read_list,
    "table": read_table,
    "figure": read_figure,
    "image": read_image,
    "rendition": tei_marks.rendition,
    "quote": tei_marks.quote,
    "choice": tei_marks.choice,
    "gap": tei_marks.gap,
    "unclear": tei_marks.unclear,
    "parts": tei_marks.parts_alone,
    "inclusion": tei_marks.inclusion,
    "name": tei_marks.name,
    "index": tei_marks.index,
    "link": tei_marks.link,
    "span": tei_marks.seg,
    "page": tei_marks.page,
    "line-break": tei_marks.line_break,
    "space": tei_marks.space,
    "character": tei_marks.character,
    "milestone": tei_marks.milestone,
    "note": TextReader.note,
    "register": TextReader.register,
    "running-head": TextReader.running_head,
    "aside": TextReader.put_aside,
}
"""What each treatment does; those of one inline element are in PLAIN_TAGS, and the parts of a
letter in the vocabulary’s BLOCKS. ``inline`` and ``nothing`` are the words alone."""
