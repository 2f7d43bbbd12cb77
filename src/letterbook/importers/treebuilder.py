"""Builds a body in the closed vocabulary from a stream of text, marks and blocks.

Sources mix what the vocabulary keeps apart: a list in a paragraph, a dateline in a sentence, text
between blocks. The builder takes everything in the order of the source and closes and opens
paragraphs as needed; what was open in a line (an emphasis, a name) goes on in the next one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum, auto

from lxml import etree
from lxml.etree import _Element as Element

_SPACE = re.compile(r"[ \t\r\n\f]+")
_SPACES = " \t\r\n\f"
_EMPTY_MARKS = frozenset({"br", "img", "hr"})
LEAVES = frozenset({"p", "h2", "h3", "h4", "td", "th", "dt", "caption", "figcaption"})
"""Elements that hold lines and no blocks."""
_INLINE = frozenset({"em", "strong", "code", "sub", "sup", "del", "ins", "a", "span"})
GLUE = "glue"
"""A placeholder: no space may stand here, a word goes on."""

Attributes = Mapping[str, str]


@dataclass(slots=True)
class _Scope:
    """A block that is open."""

    element: Element
    loose: str = ""
    """The part of a letter that lines standing directly in it are."""
    bare: bool = False
    """Whether lines stand directly in it, without a paragraph."""


@dataclass(slots=True)
class _Inline:
    tag: str
    attributes: Attributes
    made: Element | None = None


@dataclass(slots=True)
class Builder:
    """Takes the source’s stream; ``finish`` gives the tree."""

    exact: bool = False
    """Whether white space is kept as it stands."""
    root: Element = field(default_factory=lambda: etree.Element("div"))
    written: int = 0
    """How many characters that are seen have been added."""
    _scopes: list[_Scope] = field(default_factory=list)
    _inlines: list[_Inline] = field(default_factory=list)
    _line: Element | None = None
    """The leaf that text goes into now."""
    _explicit: int = 0
    """How many explicit paragraphs are open."""
    _pending: list[Element] = field(default_factory=list)
    """Marks that wait for the next line."""
    _next: Attributes = field(default_factory=dict)
    """Attributes of the next paragraph."""
    _forced: bool = False
    """Whether the next line is a paragraph even where lines need none."""

    def __post_init__(self) -> None:
        self._scopes.append(_Scope(self.root))

    # ----------------------------------------------------------------------- state

    @property
    def in_line(self) -> bool:
        """Whether a paragraph that the source itself made is open."""
        return self._explicit > 0 or self._leaf is not None

    @property
    def _leaf(self) -> Element | None:
        """The leaf that encloses everything now, when blocks cannot be opened."""
        top = self._scopes[-1].element
        return top if top.tag in LEAVES | {"pre"} and not self.exact else None

    @property
    def _is_open(self) -> bool:
        """Whether what comes stands in a line, were it only a space."""
        explicit = self._explicit > 0 or self._scopes[-1].bare
        return self._line is not None or self._leaf is not None or (self.exact and explicit)

    @property
    def container(self) -> Element:
        """The block that is open."""
        return self._scopes[-1].element

    # ----------------------------------------------------------------------- text and marks

    def text(self, text: str | None) -> None:
        """Add text; white space between blocks is nothing."""
        if not text:
            return
        if not self._is_open and not text.strip(_SPACES):
            return
        self.written += len(text.strip(_SPACES))
        self._append_text(self._cursor(), text)

    def mark(self, element: Element, wait: bool = True) -> None:
        """Add an element that holds no text of the stream: a note’s mark, a page, a picture.

        With ``wait``, a mark that stands between blocks goes to the head of the next line.
        """
        if self._line is None and self._leaf is None and wait and not self.exact:
            self._pending.append(element)
            return
        self._cursor().append(element)

    def glue(self) -> None:
        """Join the word before to what follows."""
        if self._line is not None or self._leaf is not None:
            self._cursor().append(etree.Element(GLUE))

    def undivide(self, signs: str) -> bool:
        """Take away a sign that divides a word, when it is the last that has been written."""
        element = self._line if self._line is not None else self._leaf
        while element is not None:
            slot = _Slot(element[-1], True) if len(element) else _Slot(element, False)
            text = slot.get().rstrip(_SPACES)
            if text or not len(element):
                if not (text[-1:] and text[-1] in signs and text[-2:-1].isalpha()):
                    return False
                slot.set(text[:-1])
                return True
            element = element[-1] if element[-1].tag in _INLINE else None
        return False

    def line_break(self) -> None:
        """End a line within a paragraph."""
        if self._is_open:
            self._cursor().append(etree.Element("br"))

    def at_line_start(self) -> bool:
        """Whether nothing stands yet in the line that is open, or none is open."""
        line = self._line if self._line is not None else self._leaf
        return line is None or (not "".join(line.itertext()).strip() and not len(line))

    @contextmanager
    def inline(self, tag: str, attributes: Attributes | None = None) -> Iterator[None]:
        """Put what comes into an inline element, in as many pieces as there are lines."""
        self._inlines.append(_Inline(tag, attributes or {}))
        if self.exact:
            self._cursor()
        try:
            yield
        finally:
            self._inlines.pop()

    def _append_text(self, element: Element, text: str) -> None:
        if len(element):
            element[-1].tail = (element[-1].tail or "") + text
        else:
            element.text = (element.text or "") + text

    def _cursor(self) -> Element:
        """The element that text goes into: opened, with its inlines, if it was not."""
        line = self._leaf
        if line is None:
            if self._line is None:
                self._open(self._next)
            line = self._line
        assert line is not None
        where = line
        if self._pending:
            pending, self._pending = self._pending, []
            for mark in pending:
                where.append(mark)
        for inline in self._inlines:
            if inline.made is None or inline.made.getparent() is not where:
                inline.made = etree.SubElement(where, inline.tag, dict(inline.attributes))
            where = inline.made
        return where

    # ----------------------------------------------------------------------- blocks

    def _open(self, attributes: Attributes) -> None:
        scope = self._scopes[-1]
        self._next = {}
        if scope.bare and not self._forced:
            self._line = scope.element
            return
        parent = scope.element
        if scope.loose:
            last = parent[-1] if len(parent) else None
            if last is None or last.get("class") != scope.loose:
                last = etree.SubElement(parent, "div", {"class": scope.loose})
            parent = last
        self._line = etree.SubElement(parent, "p", dict(attributes))

    def end_line(self) -> None:
        """Close the paragraph that is open; what comes is in another."""
        self._line = None
        for inline in self._inlines:
            inline.made = None

    @contextmanager
    def paragraph(self, attributes: Attributes | None = None) -> Iterator[None]:
        """Make a paragraph of what comes; in a leaf, a line of it."""
        if self._leaf is not None:
            if not self.at_line_start():
                self.line_break()
            yield
            return
        self.end_line()
        self._next = attributes or {}
        self._forced = True
        self._explicit += 1
        try:
            yield
        finally:
            self._explicit -= 1
            self._next = {}
            self._forced = False
            self.end_line()

    @contextmanager
    def block(
        self, tag: str, attributes: Attributes | None = None, loose: str = "", bare: bool = False
    ) -> Iterator[Element | None]:
        """Make a block of what comes, and give it; in a leaf, no more than a line: None."""
        if self._leaf is not None:
            if not self.at_line_start():
                self.line_break()
            yield None
            return
        self.end_line()
        element = etree.SubElement(self._scopes[-1].element, tag, dict(attributes or {}))
        explicit, self._explicit = self._explicit, 0
        self._forced = False
        bare = bare or (self.exact and tag in LEAVES | {"pre", "figure"})
        self._scopes.append(_Scope(element, loose, bare))
        try:
            yield element
        finally:
            self.end_line()
            self._scopes.pop()
            self._explicit = explicit

    @contextmanager
    def bare(self) -> Iterator[None]:
        """Let lines stand directly in the block that is open, without a paragraph."""
        self.end_line()
        scope = self._scopes[-1]
        before, scope.bare = scope.bare, True
        try:
            yield
        finally:
            self.end_line()
            scope.bare = before

    @contextmanager
    def loose(self, part: str) -> Iterator[None]:
        """Let lines that come without a block of their own be a part of the letter."""
        if self._leaf is not None:
            yield
            return
        self.end_line()
        explicit, self._explicit = self._explicit, 0
        self._scopes.append(_Scope(self._scopes[-1].element, part))
        try:
            yield
        finally:
            self.end_line()
            self._scopes.pop()
            self._explicit = explicit

    def add(self, element: Element) -> None:
        """Add a block that is whole."""
        self.end_line()
        self._scopes[-1].element.append(element)

    # ----------------------------------------------------------------------- the end

    def mark_last(self, element: Element) -> bool:
        """Put a mark at the end of the last line; False when there is none."""
        lines = [e for e in self.root.iter("p", "h2", "h3", "h4", "td", "dd", "li") if not len(e)
                 or not any(c.tag in ("p", "ul", "ol") for c in e)]  # fmt: skip
        if self._line is not None:
            lines.append(self._line)
        if not lines:
            return False
        last = lines[-1]
        if not self.exact:
            _strip_end(last)
        last.append(element)
        return True

    def finish(self) -> Element:
        """Give the tree: spaces folded, nothing empty in it."""
        self.end_line()
        pending, self._pending = self._pending, []
        for mark in pending:
            if not self.mark_last(mark):
                etree.SubElement(self.root, "p").append(mark)
        if not self.exact:
            for leaf in _leaves(self.root):
                fold_line(leaf)
        _join_glued(self.root)
        if not self.exact:
            _prune(self.root)
        return self.root


def _leaves(root: Element) -> list[Element]:
    """Elements that hold lines: leaves, and blocks with text directly in them."""
    found = []
    for element in root.iter():
        holds_lines = element.tag in ("li", "dd", "div", "blockquote", "figure") and (
            (element.text or "").strip(_SPACES)
            or any(child.tag in _INLINE | {"br", "img", GLUE} for child in element)
        )
        if element.tag in LEAVES or holds_lines:
            found.append(element)
    return found


_BLOCKS = frozenset({"ul", "ol", "dl", "table", "blockquote", "div", "p", "figure", "pre"})


@dataclass(slots=True)
class _Slot:
    """A place for text: an element’s own, or what follows it."""

    element: Element
    tail: bool

    def get(self) -> str:
        return (self.element.tail if self.tail else self.element.text) or ""

    def set(self, text: str) -> None:
        if self.tail:
            self.element.tail = text or None
        else:
            self.element.text = text or None


class _Event(Enum):
    """What stands between the slots of a line."""

    END = auto()
    """A break, a join or a block: no space stands beside it."""
    INK = auto()
    """Something that is seen: spaces on its two sides are two."""


def _slots(line: Element) -> Iterator[_Slot | _Event]:
    """The slots of a line in order, and what stands between them."""
    yield _Slot(line, False)
    for child in line:
        classes = child.get("class", "").split()
        if child.tag in ("br", "hr", GLUE) or child.tag in _BLOCKS:
            yield _Event.END
        elif child.tag == "img" or "noteref" in classes or _is_empty_gap(child):
            yield _Event.INK
        elif not is_mark(child):
            yield from _slots(child)
        yield _Slot(child, True)


def _is_empty_gap(element: Element) -> bool:
    return element.get("class") == "gap" and not len(element) and not element.text


def is_mark(element: Element) -> bool:
    """Tell whether an element is a sign in the line, whose own text is not of the line."""
    classes = element.get("class", "").split()
    return "noteref" in classes or "page" in classes


def fold_line(line: Element) -> None:
    """Make white space in a line what a reader of HTML sees, and set it outside of marks."""
    _collapse(line)
    for element in reversed([e for e in line.iter() if e.tag in _INLINE and not is_mark(e)]):
        if element is not line:
            _hoist(element)
    _collapse(line)


def _collapse(line: Element) -> None:
    last: _Slot | None = None
    """The slot that ends with the space which is the latest character."""
    spaced = True
    for slot in _slots(line):
        if slot is _Event.INK:
            last, spaced = None, False
            continue
        if slot is _Event.END:
            if last is not None:
                last.set(last.get()[:-1])
            last, spaced = None, True
            continue
        assert isinstance(slot, _Slot)
        text = _SPACE.sub(" ", slot.get())
        if spaced:
            text = text.removeprefix(" ")
        slot.set(text)
        if text:
            spaced = text.endswith(" ")
            last = slot if spaced else None
    if last is not None:
        last.set(last.get()[:-1])


def _hoist(element: Element) -> None:
    text = element.text or ""
    if text.startswith(" "):
        element.text = text[1:] or None
        previous = element.getprevious()
        parent = element.getparent()
        assert parent is not None
        slot = _Slot(parent, False) if previous is None else _Slot(previous, True)
        slot.set(slot.get() + " ")
    end = _Slot(element[-1], True) if len(element) else _Slot(element, False)
    if end.get().endswith(" "):
        end.set(end.get()[:-1])
        element.tail = " " + (element.tail or "")


def _strip_end(line: Element) -> None:
    end = _Slot(line[-1], True) if len(line) else _Slot(line, False)
    end.set(end.get().rstrip(_SPACES))


def _join_glued(root: Element) -> None:
    for glue in list(root.iter(GLUE)):
        remove_keeping_tail(glue)


def remove_keeping_tail(element: Element) -> None:
    """Take an element and what is in it out of its tree; the text after it stays."""
    parent = element.getparent()
    assert parent is not None
    previous = element.getprevious()
    slot = _Slot(parent, False) if previous is None else _Slot(previous, True)
    slot.set(slot.get() + (element.tail or ""))
    parent.remove(element)


def _prune(root: Element) -> None:
    """Take out what holds nothing: lines without words, blocks without lines."""
    _prune_empty(root)
    for leaf in _leaves(root):
        _prune_breaks(leaf)
    _prune_empty(root)


def _prune_empty(root: Element) -> None:
    for element in reversed(list(root.iter())):
        classes = set(element.get("class", "").split())
        stays = (
            element is root
            or element.tag in _EMPTY_MARKS | {"td", "th"}
            or classes & {"noteref", "gap", "index", "page"}
        )
        if not stays and not len(element) and not (element.text or "").strip(_SPACES):
            remove_keeping_tail(element)


def _prune_breaks(line: Element) -> None:
    """Take out breaks that part nothing: at the ends of a line, and doubled ones."""
    while len(line) and line[0].tag == "br" and not (line.text or "").strip(_SPACES):
        remove_keeping_tail(line[0])
    while len(line) and line[-1].tag == "br" and not (line[-1].tail or "").strip(_SPACES):
        remove_keeping_tail(line[-1])
    for br in list(line.iter("br")):
        following = br.getnext()
        if following is not None and following.tag == "br" and not br.tail:
            remove_keeping_tail(br)
