"""Trees to a document's Markdown: what ``reader`` reads back to the same trees.

A paragraph is one line, so that a comparison of two versions goes by the word. What Markdown
cannot say (a cell that spans two columns, a table in a quotation) is written with the tags of the
vocabulary. Whatever was written is read again, and compared: a block that came back different is
written with tags, and if it is different even so, ``Unwritable`` is raised. Nothing is lost in
silence.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import zip_longest

from lxml.etree import _Element as Element

from letterbook.diagnostics import Diagnostic, Severity, SourceError, Span
from letterbook.markup.canonical import canonical, same
from letterbook.markup.lines import (
    attribute,
    escape_html,
    in_line,
    is_plain_list_number,
    is_safe_value,
    key_and_value,
    mark,
    start_of_line,
)
from letterbook.markup.reader import Marked, read_markup
from letterbook.markup.sanitize import MAX_DEPTH
from letterbook.markup.vocabulary import INLINE, KEEPS_LINES
from letterbook.model import Note

_LIST_OR_QUOTE = frozenset({"ul", "ol", "blockquote", "dl"})
_HEADINGS = {"h2": "##", "h3": "###", "h4": "####"}
_APART = "<!-- -->"
"""Between two lists, or two quotations, which would be read as one."""
_CLASS = re.compile(r"[\w-]+")
_LANGUAGE = re.compile(r"[A-Za-z0-9-]+")
_LABEL = re.compile(r"[^\[\]\s]+")


class Unwritable(SourceError):
    """A tree that no document can say."""


class _Raw(Exception):
    """This block must be written with tags."""


def write_markup(body: Element, notes: Sequence[Note], file: str = "") -> str:
    """Write a body and its notes; reading the text gives what ``canonical`` makes of the trees.

    ``file`` names the document in the diagnostics of ``Unwritable``.
    """
    _check(body, notes, file)
    body = canonical(body)
    bodies = [canonical(note.body) for note in notes]
    raw: set[tuple[int, ...]] = set()
    while True:
        text = _Writer(raw).document(body, notes, bodies)
        marked, found = read_markup(text, file, 1)
        differing = set(_differences(body, bodies, marked))
        errors = [d for d in found if d.severity is Severity.ERROR]
        if not differing and not errors:
            return text
        if not differing or differing <= raw:
            raise Unwritable(errors or [_not_the_same(file, body, bodies, min(differing))])
        raw |= differing


# --------------------------------------------------------------------------- before writing


def _check(body: Element, notes: Iterable[Note], file: str) -> None:
    for tree in (body, *(note.body for note in notes)):
        stack = [(tree, 0)]
        while stack:
            element, depth = stack.pop()
            if depth > MAX_DEPTH:
                raise Unwritable(
                    [
                        Diagnostic(
                            "nesting-too-deep",
                            "this is nested more deeply than a page can show",
                            "take out the inner quotations, lists or blocks",
                            Span(file),
                        )
                    ]
                )
            stack.extend((child, depth + 1) for child in element)


def _not_the_same(
    file: str, body: Element, bodies: Sequence[Element], at: tuple[int, ...]
) -> Diagnostic:
    tree = body if at[0] < 0 else bodies[at[0]]
    element = tree[at[1]] if len(at) > 1 and at[1] < len(tree) else tree
    words = " ".join("".join(element.itertext()).split())[:60]
    return Diagnostic(
        "cannot-be-written",
        f"a document cannot hold this <{element.tag!s}>: “{words}”",
        "simplify it in the source: a block inside a line, or a link inside a link, for example",
        Span(file),
    )


def _differences(
    body: Element, bodies: Sequence[Element], marked: Marked
) -> Iterable[tuple[int, ...]]:
    """Give the blocks that were not read back as they are: the tree, and the way in it."""
    read = [canonical(note.body) for note in marked.notes]
    yield from _differing(body, canonical(marked.body), (-1,))
    for number, (one, other) in enumerate(zip_longest(bodies, read)):
        if one is None or other is None:
            yield (min(number, len(bodies) - 1),)
        else:
            yield from _differing(one, other, (number,))


def _differing(one: Element, other: Element, at: tuple[int, ...]) -> Iterable[tuple[int, ...]]:
    if same(one, other):
        return
    if len(one) != len(other) and len(at) == 1:
        # Where they part is the block, or what stands beside it: nearly always the first.
        for number, child in enumerate(one):
            if number >= len(other) or not same(child, other[number]):
                yield (*at, number)
                if number:
                    yield (*at, number - 1)
                return
        yield (*at, len(one) - 1) if len(one) else at
        return
    found = [(*at, n) for n, (a, b) in enumerate(zip(one, other, strict=False)) if not same(a, b)]
    yield from found or [at]


# --------------------------------------------------------------------------- writing


class _Writer:
    """Writes blocks; each is a list of lines."""

    def __init__(self, raw: Collection[tuple[int, ...]]) -> None:
        self.raw = raw

    def document(self, body: Element, notes: Sequence[Note], bodies: Sequence[Element]) -> str:
        blocks = ["\n".join(self.blocks(body, at=(-1,)))]
        for number, (note, tree) in enumerate(zip(notes, bodies, strict=True)):
            lines = self.blocks(tree, at=(number,))
            if not _LABEL.fullmatch(note.label):
                raise Unwritable([_bad_label(note)])
            said = f"[]{{.{note.responsibility}}} " if note.responsibility else ""
            first = f"[^{note.label}]: {said}{lines[0] if lines else ''}".rstrip(" ")
            rest = [f"    {line}" if line else "" for line in lines[1:]]
            blocks.append("\n".join([first, *rest]))
        return "\n\n".join(block for block in blocks if block) + "\n"

    def blocks(
        self, holder: Element, at: tuple[int, ...] | None = None, verse: bool = False
    ) -> list[str]:
        """Write what an element holds at a place where tags may stand."""
        lines: list[str] = []
        previous: Element | None = None
        for number, child in enumerate(holder):
            if previous is not None:
                lines.append("")
                if _run_together(previous, child):
                    lines += [_APART, ""]
            is_raw = at is not None and (*at, number) in self.raw
            lines += [_tags(child)] if is_raw else self.block(child, verse)
            previous = child
        return lines

    def block(self, element: Element, verse: bool) -> list[str]:
        try:
            if element.tag == "div":
                return self.fence(element, verse)
            return self.plain(element, verse)
        except _Raw:
            return [_tags(element)]

    def fence(self, element: Element, verse: bool) -> list[str]:
        classes = (element.get("class") or "").split()
        language = element.get("lang")
        keys = {str(name): value for name, value in element.attrib.items()}
        keys = {name: keys[name] for name in keys if name.startswith("data-")}
        if set(element.attrib) - {"class", "lang", *keys} or not all(
            map(_CLASS.fullmatch, classes)
        ):
            raise _Raw
        if keys and (classes != ["index"] or not all(map(is_safe_value, keys.values()))):
            raise _Raw
        if language is not None and not _LANGUAGE.fullmatch(language):
            raise _Raw
        if element.get("class") is not None and element.get("class") != " ".join(classes):
            raise _Raw
        if len(classes) == 1 and language is None and not keys:
            name = classes[0]
        else:
            parts = [f".{name}" for name in classes]
            parts += [key_and_value(name.removeprefix("data-"), keys[name]) for name in keys]
            parts += [f"lang={language}"] if language else []
            name = f"{{{' '.join(parts)}}}"
        inner = self.blocks(element, verse=verse or not KEEPS_LINES.isdisjoint(classes))
        return [f"::: {name}", *inner, ":::"]

    def plain(self, element: Element, verse: bool) -> list[str]:
        """Write a block in Markdown alone, or raise _Raw."""
        if set(element.attrib) - ({"start"} if element.tag == "ol" else set()):
            raise _Raw
        write: Callable[[Element, bool], list[str]] | None = {
            "p": self.paragraph,
            "h2": self.heading,
            "h3": self.heading,
            "h4": self.heading,
            "blockquote": self.quotation,
            "ul": self.a_list,
            "ol": self.a_list,
            "hr": lambda *_: ["* * *"],
            "table": self.table,
            "pre": self.code,
        }.get(str(element.tag))
        if write is None:
            raise _Raw
        return write(element, verse)

    def plain_blocks(self, holder: Element) -> list[str]:
        """Write what an element holds where tags of blocks cannot stand."""
        lines: list[str] = []
        previous: Element | None = None
        for child in holder:
            if child.tag == "div" or (previous is not None and _run_together(previous, child)):
                raise _Raw
            if previous is not None:
                lines.append("")
            lines += self.plain(child, False)
            previous = child
        return lines

    # ----------------------------------------------------------------------- kinds of blocks

    def paragraph(self, element: Element, verse: bool) -> list[str]:
        lines = in_line(element).split("\n")
        if verse:
            lines = [line.removesuffix("\\") for line in lines[:-1]] + lines[-1:]
        if any(not line.strip() for line in lines):
            raise _Raw
        return [start_of_line(line) for line in lines]

    def heading(self, element: Element, _verse: bool) -> list[str]:
        line = in_line(element, one_line=True).replace("#", "\\#").replace("&\\#", "&#")
        if not line:
            raise _Raw
        return [f"{_HEADINGS[str(element.tag)]} {line}"]

    def quotation(self, element: Element, _verse: bool) -> list[str]:
        if not len(element):
            raise _Raw
        return [f"> {line}" if line else ">" for line in self.plain_blocks(element)]

    def a_list(self, element: Element, _verse: bool) -> list[str]:
        items = list(element)
        loose = all(len(item) and item[0].tag == "p" and not item.text for item in items)
        tight = all(not any(c.tag == "p" for c in item) for item in items)
        if not items or not (loose or tight) or (loose and len(items) < 2):
            raise _Raw
        number = _first_number(element)
        lines: list[str] = []
        for position, item in enumerate(items):
            if item.tag != "li" or item.attrib or not (len(item) or item.text):
                raise _Raw
            if loose and position:
                lines.append("")
            inner = self.plain_blocks(item) if loose else self.tight(item)
            mark = "- " if element.tag == "ul" else f"{number + position}. "
            lines.append(f"{mark}{inner[0]}")
            lines += [f"    {line}" if line else "" for line in inner[1:]]
        return lines

    def tight(self, item: Element) -> list[str]:
        """An item whose words stand in it directly, with at most one list after them."""
        inner = copy.deepcopy(item)
        last = inner[-1] if len(inner) else None
        nested: list[str] = []
        if last is not None and last.tag in ("ul", "ol"):
            if last.tail:
                raise _Raw
            inner.remove(last)
            nested = self.plain(last, False)
            if not all(is_plain_list_number(line) for line in nested):
                raise _Raw
        if any(child.tag not in INLINE for child in inner):
            raise _Raw
        line = in_line(inner, one_line=True)
        if not line:
            raise _Raw
        return [start_of_line(line), *nested]

    def table(self, element: Element, _verse: bool) -> list[str]:
        if [child.tag for child in element] != ["thead", "tbody"]:
            raise _Raw
        head, rest = element
        rows = [*head, *rest]
        if len(head) != 1 or not len(rest) or head.attrib or rest.attrib:
            raise _Raw
        width = len(head[0])
        lines = []
        for number, row in enumerate(rows):
            kind = "td" if number else "th"
            if row.tag != "tr" or row.attrib or len(row) != width or not width:
                raise _Raw
            if any(cell.tag != kind or cell.attrib for cell in row):
                raise _Raw
            cells = [in_line(cell, one_line=True, in_cell=True) for cell in row]
            lines.append(f"| {' | '.join(cells)} |")
        lines.insert(1, f"|{'---|' * width}")
        return lines

    def code(self, element: Element, _verse: bool) -> list[str]:
        if element.text or len(element) != 1 or element[0].tag != "code" or element[0].tail:
            raise _Raw
        code = element[0]
        text = code.text or ""
        if len(code) or code.attrib or not re.fullmatch(r"[^\s\[\]<>&`\\~:].*\n", text):
            raise _Raw
        return [f"    {text.rstrip(chr(10))}"]


def _first_number(element: Element) -> int:
    start = element.get("start")
    if start is None:
        return 1
    if not re.fullmatch(r"[1-9]\d{0,8}", start) or start == "1":
        raise _Raw
    return int(start)


def _run_together(one: Element, other: Element) -> bool:
    return one.tag in _LIST_OR_QUOTE and other.tag in (*_LIST_OR_QUOTE, "pre")


def _tags(element: Element) -> str:
    """An element as tags, in which nothing but a note's mark is read as Markdown."""
    if written := mark(element):
        return written
    parts = [f"<{element.tag!s}"]
    parts += [f' {name}="{attribute(value)}"' for name, value in element.attrib.items()]
    parts.append(">")
    if element.tag in ("br", "hr", "img"):
        return "".join(parts)
    text = element.text or ""
    if element.tag == "pre" and text.startswith("\n"):
        text = "\n" + text
    parts.append(escape_html(text))
    for child in element:
        parts += [_tags(child), escape_html(child.tail or "")]
    parts.append(f"</{element.tag!s}>")
    return "".join(parts)


def _bad_label(note: Note) -> Diagnostic:
    return Diagnostic(
        "note-label",
        f"“{note.label}” cannot be the label of a note",
        "give the note a label without spaces and brackets",
        note.span,
    )
