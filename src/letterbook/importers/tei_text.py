"""The ``text`` of a TEI file to a body and its notes, in the order in which it stands.

Each element has a treatment, which the profile names; here is what the treatments do. What no
treatment knows keeps its words, and is counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from lxml import etree
from lxml.etree import _Element as Element

from letterbook.diagnostics import Span
from letterbook.importers.imported import Reason, SetAside
from letterbook.importers.tei_blocks import read_figure, read_image, read_list, read_table
from letterbook.importers.tei_header import is_url, language_of
from letterbook.importers.tei_notes import NotePlan, plan_notes
from letterbook.importers.tei_profile import TeiProfile
from letterbook.importers.tei_registers import KINDS, LISTS, Registers, escaped, keys_of
from letterbook.importers.tei_xml import XML_ID, XML_LANG, find, find_all, fold, name_of, words
from letterbook.importers.treebuilder import Builder
from letterbook.markup.vocabulary import BLOCKS
from letterbook.metadata import IndexEntry, Kind, Responsibility
from letterbook.model import Note

_DIRECTION = "direction:"
_QUOTES = frozenset("\"'“”„‟«»‘’‚‛‹›")
_SPANS = ("supplied", "unclear", "del", "add", "sic")
_PLAIN_TAGS: Mapping[str, tuple[str, dict[str, str]]] = {
    "emphasis": ("em", {}),
    "strong": ("strong", {}),
    "sup": ("sup", {}),
    "sub": ("sub", {}),
    "code": ("code", {}),
    "small-capitals": ("span", {"class": "sc"}),
    "struck": ("del", {}),
    "inserted": ("ins", {}),
    **{name: ("span", {"class": name}) for name in _SPANS},
}
"""Treatments that are one inline element of the vocabulary."""

_CARRIERS = frozenset({"standOff", "teiCorpus"})
"""Elements that only hold others, beside the text."""
_BLOCK_TREATMENTS = frozenset(
    {"paragraph", "container", "division", "opener", "closer", "verse", "list", "table",
     "heading", "quotation", "verbatim", *BLOCKS}
)  # fmt: skip


@dataclass(slots=True)
class TextRead:
    """What a text gave."""

    body: Element
    notes: tuple[Note, ...]
    set_aside: tuple[SetAside, ...]
    supplied: tuple[str, ...]
    """Marks in the text that the source has in its markup: quotation marks, dots."""
    index: tuple[IndexEntry, ...]
    images: Mapping[str, bytes]
    unknown: Mapping[str, int]
    """What the profile does not know, as a person would write it, and how often it was met."""
    keys: Mapping[str, int]
    """Keys of names that no register explains, and how often."""
    missing: Mapping[str, int]
    """Pictures that are not beside the file: name and line."""


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
    supplied: list[str] = field(default_factory=list)
    _supplied_at: tuple[Builder | None, int] = (None, 0)
    """Where the latest supplied text ended: what follows it at once belongs to it."""
    _keys: Counter[str] = field(default_factory=Counter)
    _used: dict[str, IndexEntry] = field(default_factory=dict)
    _pages: set[str] = field(default_factory=set)
    _parts: list[str] = field(default_factory=list)
    _level: int = 1
    _in_note: bool = False
    _in_verse: bool = False
    _in_link: bool = False
    _plan: NotePlan = field(default_factory=NotePlan)
    _labels: dict[Element, str] = field(default_factory=dict)

    def read(self, tei: Element) -> TextRead:
        """Read the ``text`` and the ``standOff`` of a TEI element."""
        self.builder = Builder(self.exact)
        self.language = self.document_language
        self._plan = plan_notes(tei)
        for part in tei:
            if name_of(part) not in ("", "teiHeader", "TEI"):
                self.element(part)
        body = self.builder.finish()
        return TextRead(
            body, tuple(self.notes), tuple(self.aside), tuple(self.supplied),
            tuple(self._used.values()), self.images, self.unknown, self._keys, self.missing,
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
            if self.treatment(child) == "line" and not self._in_verse:
                position = self.stray_lines(children, position)
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
            elif treatment in _PLAIN_TAGS:
                tag, attributes = _PLAIN_TAGS[treatment]
                with self.builder.inline(tag, self.in_line(element, attributes)):
                    self.content(element)
            elif treatment in BLOCKS:
                self.part(element, treatment)
            else:
                self.content(element)
        for note in self._plan.at.get(element.get(XML_ID, ""), ()):
            self.place_note(note)

    def treatment(self, element: Element) -> str:
        """What is to be made of an element."""
        name = name_of(element)
        if not name:
            return "nothing"
        known = self.profile.elements.get(name)
        if known is None:
            has_blocks = any(
                self.profile.elements.get(name_of(child)) in _BLOCK_TREATMENTS for child in element
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
        own = _BLOCK_TREATMENTS | {"note", "line", "figure"}
        as_span = changed and treatment not in own
        attributes = {"lang": language or ""}
        if self.exact:
            as_span, attributes = name_of(element) == "foreign", self.attributes(element)
        with self.builder.inline("span", attributes) if as_span else nullcontext():
            yield
        self.language = before

    def attributes(self, element: Element, more: Mapping[str, str] | None = None) -> dict[str, str]:
        """Attributes for what an element becomes: its language, when that is another."""
        made = dict(more or {})
        if self.exact:
            if language := element.get(XML_LANG):
                made["lang"] = language
            if (style := element.get("style", "")).startswith(_DIRECTION):
                made["dir"] = style.removeprefix(_DIRECTION)
            return made
        parent = element.getparent()
        around = None
        while parent is not None and around is None:
            around, parent = language_of(parent.get(XML_LANG)), parent.getparent()
        around = around or self.document_language
        language = language_of(element.get(XML_LANG))
        if language and language != around:
            made["lang"] = language
        return made

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
        before = self._in_verse
        if part == "verse":
            self.verse(element)
        else:
            with self.builder.block("div", self.attributes(element, {"class": part})):
                self.content(element)
        self._in_verse = before
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
        classes = {"class": type_} if type_ else {}
        with self.builder.block("div", self.attributes(element, classes)):
            for part in element:
                self.content(part)

    def verbatim(self, element: Element) -> None:
        """Text whose every space counts."""
        with self.builder.block("pre", self.attributes(element)) as block:
            if block is None:
                self.content(element)
            else:
                etree.SubElement(block, "code").text = "".join(element.itertext())

    # ----------------------------------------------------------------------- verse

    def verse(self, element: Element) -> None:
        """Verse: each group of lines a stanza."""
        if self._in_verse or self.builder.in_line:
            self.stanza(element)
            return
        self._in_verse = True
        with self.builder.block("div", self.attributes(element, {"class": "verse"})):
            self.stanza(element)
        self._in_verse = False

    def stanza(self, element: Element) -> None:
        """Lines that belong together; groups in a group are stanzas of their own."""
        self.builder.end_line()
        first = True
        for child in element:
            treatment = self.treatment(child) if isinstance(child.tag, str) else "nothing"
            if treatment == "line":
                if not first:
                    self.builder.line_break()
                first = False
                self.element(child)
            elif treatment == "heading":
                with self.builder.paragraph(), self.builder.inline("strong"):
                    self.content(child)
                first = True
            else:
                if treatment in _BLOCK_TREATMENTS:
                    first = True
                self.element(child)
                self.builder.text(child.tail)
        if not len(element):
            self.content(element)
        self.builder.end_line()

    def stray_lines(self, children: list[Element], start: int) -> int:
        """Lines of verse that no ``lg`` holds; gives the position after them."""
        end = start
        while end < len(children) and (
            not isinstance(children[end].tag, str)
            or self.treatment(children[end]) in ("line", "page", "nothing")
        ):
            end += 1
        group = etree.Element("lg")
        inline = self.builder.in_line
        self._in_verse = True
        with nullcontext() if inline else self.builder.block("div", {"class": "verse"}):
            for child in children[start:end]:
                if name_of(child) == "l" and not self.builder.at_line_start():
                    self.builder.line_break()
                self.element(child)
        self._in_verse = False
        self.builder.text(children[end - 1].tail)
        del group
        return end

    def line(self, element: Element) -> None:
        """A line of verse; ``stanza`` parts it from the one before."""
        self.content(element)

    def lines(self, element: Element) -> None:
        """An element that stands on a line of its own, as in an address."""
        if not self.builder.at_line_start():
            self.builder.line_break()
        self.content(element)

    # ----------------------------------------------------------------------- in the line

    def rendition(self, element: Element) -> None:
        """Something set otherwise: the profile says how."""
        with ExitStack() as stack:
            for treatment in self.renditions(element):
                if treatment in _PLAIN_TAGS:
                    tag, attributes = _PLAIN_TAGS[treatment]
                    made = self.in_line(element, attributes)
                    stack.enter_context(self.builder.inline(tag, made))
            self.content(element)

    def renditions(self, element: Element) -> list[str]:
        """What the words of ``@rend``, ``@rendition`` and ``@style`` say, each once."""
        said = tokens(element)
        table = self.profile.renditions
        if not said:
            return [table.get("", "none")]
        known = [table[token] for token in said if token in table]
        for token in said:
            if token not in table:
                self.unknown[f"{name_of(element)}@rend “{token}”"] += 1
        if not known:
            # Set otherwise, nobody knows how: emphasis is the least that it is.
            return ["emphasis"]
        return list(dict.fromkeys(known))

    def quote(self, element: Element) -> None:
        """A quotation: a block when it stands as one or holds one, else words in a line."""
        has_blocks = any(self.treatment_of(child) in _BLOCK_TREATMENTS for child in element)
        alone = not self.builder.in_line and self.builder.at_line_start() and _is_alone(element)
        alone = alone or self.exact
        if name_of(element) in ("quote", "q", "said") and (has_blocks or alone):
            self.quotation(element)
            return
        table = self.profile.quotes
        said = [token for token in tokens(element) if token in table]
        before, after = table.get(said[0] if said else "", ("", ""))
        if _has_marks(element):
            before, after = "", ""
        self.supply(before)
        self.content(element)
        self.supply(after)

    def treatment_of(self, element: Element) -> str:
        """The treatment, without counting what is unknown."""
        return self.profile.elements.get(name_of(element), "")

    def choice(self, element: Element) -> None:
        """Several readings: one is kept, as the profile says, the others are set aside."""
        readings = [child for child in element if isinstance(child.tag, str)]
        kept = next(
            (r for name in self.profile.keep for r in readings if name_of(r) == name),
            next(iter(readings), None),
        )
        for reading in readings:
            if reading is kept:
                correction = find(element, "corr") if name_of(reading) == "sic" else None
                if correction is None:
                    self.element(reading)
                else:
                    self.corrected(reading, correction)
            elif not (kept is not None and (name_of(kept), name_of(reading)) == ("sic", "corr")):
                self.set_aside(reading, Reason.BY_PROFILE)

    def corrected(self, sic: Element, correction: Element) -> None:
        """Words as they stand, with what was meant."""
        meant = "".join(correction.itertext()) if self.exact else words(correction)
        attributes = {"class": "sic", **({"data-corr": meant} if meant else {})}
        with self.builder.inline("span", self.in_line(sic, attributes)):
            self.content(sic)
        self.set_aside(correction, Reason.STRUCTURE)

    def gap(self, element: Element) -> None:
        """A place where words are lost; what ``desc`` says of it is its text."""
        span = etree.Element("span", self.in_line(element, {"class": "gap"}))
        description = find(element, "desc")
        if description is None:
            self.builder.mark(span, wait=False)
            return
        with self.builder.inline("span", dict(span.attrib)):
            self.content(description)

    def name(self, element: Element) -> None:
        """A name: a mark for the index, when its key means something."""
        with ExitStack() as stack:
            if self.exact:
                if element.get("type") == "index":
                    mark = self.own_index(element)
                    stack.enter_context(self.builder.inline("span", mark))
                self.content(element)
                return
            for heading in dict.fromkeys(self.headings(element)):
                made = {"class": "index", "data-term": heading}
                stack.enter_context(self.builder.inline("span", made))
            self.content(element)

    def headings(self, element: Element) -> Iterator[str]:
        """The headings that a name’s keys lead to."""
        kind = KINDS.get(element.get("type", "")) or KINDS.get(name_of(element))
        for key in keys_of(element):
            entry = self.registers.find(key)
            if entry is None and self.profile.keys == "filed" and element.get("key") and kind:
                entry = IndexEntry(heading=escaped(fold(key)), kind=kind)
            if entry is None:
                self._keys[key] += 1
            else:
                yield self._used.setdefault(entry.heading.casefold(), entry).heading

    def own_index(self, element: Element) -> dict[str, str]:
        """An index mark of our own files, and the heading that it names."""
        mark = find(element, "index")
        made = {"class": "index"} if mark is None else index_mark(mark, exact=True)
        if term := made.get("data-term", "").strip():
            kind = KINDS.get(element.get("subtype", ""), Kind.SUBJECT)
            self._used.setdefault(term.casefold(), IndexEntry(heading=term, kind=kind))
        return self.attributes(element, made)

    def index(self, element: Element) -> None:
        """A mark for the index that no words carry."""
        parent = element.getparent()
        if self.exact and parent is not None and name_of(parent) == "rs":
            return
        if find(element, "term") is None:
            return
        self.builder.mark(etree.Element("span", index_mark(element)))
        if not self.exact:
            self.set_aside(element, Reason.STRUCTURE)

    def link(self, element: Element) -> None:
        """A link to the web stays one; one within the edition is its words."""
        note = self._plan.by_reference.get(element)
        if note is not None:
            self.set_aside(element, Reason.NOTE_MARK)
            self.place_note(note)
            return
        target = element.get("target", "")
        is_link = is_url(target.strip()) and bool(words(element) or len(element))
        if self._in_link or not (is_link or self.exact):
            self.content(element)
            return
        self._in_link = True
        target = target if self.exact else target.strip()
        with self.builder.inline("a", self.in_line(element, {"href": target})):
            self.content(element)
        self._in_link = False

    def seg(self, element: Element) -> None:
        """A span of our own files that is several things at once."""
        if not (self.exact and element.get("type") == "span"):
            self.content(element)
            return
        attributes = self.attributes(element)
        if classes := element.get("rend"):
            attributes["class"] = classes
        if meant := element.get("n"):
            attributes["data-corr"] = meant
        for mark in find_all(element, "index"):
            made = index_mark(mark, exact=True)
            attributes |= {key: value for key, value in made.items() if key != "class"}
        with self.builder.inline("span", attributes):
            self.builder.text(element.text)
            for child in element:
                if name_of(child) != "index":
                    self.element(child)
                self.builder.text(child.tail)

    # ----------------------------------------------------------------------- marks

    def page(self, element: Element) -> None:
        """A page of the source begins; one without a number, or with one again, is no mark."""
        if element.get("break") == "no":
            self.builder.glue()
        label = element.get("n", "") if self.exact else fold(element.get("n", ""))
        if label and (label not in self._pages or self.exact):
            self._pages.add(label)
            mark = etree.Element("span", {"class": "page"})
            mark.text = label
            self.builder.mark(mark)
        if element.get("break") == "no":
            self.builder.glue()

    def line_break(self, element: Element) -> None:
        """The end of a line: of a word that goes on, of a line that stays one, or a space."""
        said = {*tokens(element)}
        if element.get("break") == "no" or said & set(self.profile.joining):
            self.builder.glue()
        elif self.keeps_lines:
            self.builder.line_break()
        else:
            self.builder.text(" ")

    @property
    def keeps_lines(self) -> bool:
        """Whether lines stay lines here."""
        kept = self.profile.line_breaks
        if "all" in kept:
            return True
        part = self._parts[-1] if self._parts else ""
        return {"closer": "closing"}.get(part, part) in kept

    def space(self, element: Element) -> None:
        """Room that was left: a space."""
        if element.get("dim") != "vertical":
            self.builder.text(" ")
        self.content(element)

    def character(self, element: Element) -> None:
        """A character: its text, or what the profile knows it for."""
        self.content(element)
        if element.text or len(element):
            return
        for token in tokens(element):
            if character := self.profile.characters.get(token):
                number = element.get("n", "1")
                count = int(number) if number.isascii() and number.isdigit() else 1
                self.supply(character * min(count, 1000))
                return
        self.unknown[f"<{name_of(element)}> without text"] += 1

    def milestone(self, element: Element) -> None:
        """A mark of our own files: a rule."""
        if self.exact and element.get("rend") == "rule":
            self.builder.add(etree.Element("hr", self.attributes(element)))
        else:
            self.content(element)

    # ----------------------------------------------------------------------- notes

    def note(self, element: Element) -> None:
        """A note where it stands, unless its mark stands elsewhere."""
        if element in self._plan.elsewhere:
            return
        if _is_register_note(element):
            self.index_note(element)
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

    def place_note(self, element: Element) -> None:
        """Set a note’s mark, and read the note when this is its first."""
        label = self._labels.get(element)
        if label is None:
            label = self.read_note(element)
            if not label:
                return
        mark = etree.Element("a", {"class": "noteref", "data-note": label})
        block = not (self.exact or self.builder.in_line) and self.builder.at_line_start()
        if not block:
            self.builder.mark(mark, wait=False)
        elif not self.builder.mark_last(mark):
            self.builder.mark(mark)

    def read_note(self, element: Element) -> str:
        """Read a note into a tree of its own; gives its label, empty when it has no words."""
        outer, self.builder = self.builder, Builder(self.exact)
        parts, self._parts = self._parts, []
        self._in_note = True
        in_verse, self._in_verse = self._in_verse, False
        in_link, self._in_link = self._in_link, False
        self.content(element)
        self._in_note, self._in_verse, self._in_link, self._parts = False, in_verse, in_link, parts
        tree = self.builder.finish()
        self.builder = outer
        if not "".join(tree.itertext()).strip() and tree.find(".//img") is None:
            self.unknown["note without words"] += 1
            return ""
        label = (element.get("n") if self.exact else None) or str(len(self.notes) + 1)
        self._labels[element] = label
        span = Span(self.file, element.sourceline or 1)
        self.notes.append(Note(label, self.responsibility(element), tree, span))
        return label

    def responsibility(self, element: Element) -> Responsibility | None:
        """Whose a note is, by its type or by whom it points to; None when it does not say."""
        type_ = element.get("type", "")
        kind = self.profile.notes.get(type_)
        if kind in list(Responsibility):
            return Responsibility(kind)
        for pointer in (element.get("resp") or "").split():
            name = pointer.rpartition("#")[2]
            if name in self.roles:
                return self.roles[name]
            if self.profile.notes.get(name) in list(Responsibility):
                return Responsibility(self.profile.notes[name])
        if type_ and kind is None:
            self.unknown[f"note@type “{type_}”"] += 1
        return None

    def index_note(self, element: Element) -> None:
        """A note that only names who or what is meant: marks for the index, without words."""
        for entry in element.iter():
            parent = entry.getparent()
            if parent is None or name_of(parent) not in LISTS:
                continue
            for key in self.registers.take(entry) if name_of(entry) else ():
                found = self.registers.find(key)
                if found is not None:
                    term = self._used.setdefault(found.heading.casefold(), found).heading
                    mark = etree.Element("span", {"class": "index", "data-term": term})
                    self.builder.mark(mark)
                    break
        self.set_aside(element, Reason.STRUCTURE)

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


def tokens(element: Element) -> list[str]:
    """The words of ``@rend``, ``@rendition`` and ``@style``, in lower case, without ``#``."""
    said = [*element.get("rend", "").split(), *element.get("rendition", "").split()]
    styles = [s.replace(" ", "") for s in element.get("style", "").split(";") if s.strip()]
    return [token.rpartition("#")[2].lower() for token in said] + [s.lower() for s in styles]


def index_mark(element: Element, exact: bool = False) -> dict[str, str]:
    """The attributes of an index mark, from ``index`` with its ``term``."""
    made = {"class": "index"}
    for path, name in (("term", "data-term"), ("index/term", "data-sub")):
        if (term := find(element, path)) is not None:
            made[name] = "".join(term.itertext()) if exact else words(term)
    return made


def _texts(element: Element) -> Iterator[str]:
    """The texts of a register, whose elements are apart without white space."""
    for node in element.iter():
        if isinstance(node.tag, str):
            yield node.text or ""
        if node is not element:
            yield node.tail or ""


def _has_marks(element: Element) -> bool:
    """Whether a quotation has its marks in the text, within or around it."""
    text = "".join(element.itertext()).strip()
    previous, parent = element.getprevious(), element.getparent()
    before = (parent.text if parent is not None else "") if previous is None else previous.tail
    return text[:1] in _QUOTES or (before or "").rstrip()[-1:] in _QUOTES


def _is_alone(element: Element) -> bool:
    """Whether nothing but white space stands beside an element in its parent."""
    previous = element.getprevious()
    parent = element.getparent()
    before = parent.text if previous is None and parent is not None else (
        previous.tail if previous is not None else "")  # fmt: skip
    return not (before or "").strip() and not (element.tail or "").strip()


def _is_register_note(element: Element) -> bool:
    children = [child for child in element if isinstance(child.tag, str)]
    bare = not (element.text or "").strip() and not any((c.tail or "").strip() for c in children)
    return bool(children) and bare and all(name_of(child) in LISTS for child in children)


Handler = Callable[[TextReader, Element], None]

_HANDLERS: Mapping[str, Handler] = {
    "container": TextReader.container,
    "division": TextReader.division,
    "opener": TextReader.opener,
    "closer": TextReader.closer,
    "paragraph": TextReader.paragraph,
    "heading": TextReader.heading,
    "quotation": TextReader.quotation,
    "verbatim": TextReader.verbatim,
    "verse": TextReader.verse,
    "line": TextReader.line,
    "lines": TextReader.lines,
    "list": read_list,
    "table": read_table,
    "figure": read_figure,
    "image": read_image,
    "rendition": TextReader.rendition,
    "quote": TextReader.quote,
    "choice": TextReader.choice,
    "gap": TextReader.gap,
    "name": TextReader.name,
    "index": TextReader.index,
    "link": TextReader.link,
    "span": TextReader.seg,
    "page": TextReader.page,
    "line-break": TextReader.line_break,
    "space": TextReader.space,
    "character": TextReader.character,
    "milestone": TextReader.milestone,
    "note": TextReader.note,
    "register": TextReader.register,
    "running-head": TextReader.running_head,
    "aside": TextReader.put_aside,
}
"""What each treatment does; those of one inline element are in ``_PLAIN_TAGS``, and the parts of
a letter in the vocabulary’s BLOCKS. ``inline`` and ``nothing`` are the words alone."""
