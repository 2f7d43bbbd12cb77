"""A document's Markdown to trees: the body and each note.

Python-Markdown reads the blocks, emphasis and code; what stands within lines besides has been
taken out by ``constructs``, and our blocks and notes by ``pieces``. What comes out is in the
vocabulary, or there are errors.
"""

from __future__ import annotations

import dataclasses
import re
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from html import escape

import markdown
from lxml.etree import _Element as Element

from letterbook.diagnostics import Diagnostic, Span
from letterbook.markup.chunks import MAX_BLOCKS, chunks, has_too_many_blocks, too_long
from letterbook.markup.constructs import html_attributes, rewrite, unknown_class
from letterbook.markup.figures import make_figures
from letterbook.markup.links import definitions, without_definitions
from letterbook.markup.pieces import (
    Fence,
    Piece,
    left_as_text,
    split_fences,
    split_notes,
    too_deep,
    unclear_emphasis,
    whole,
)
from letterbook.markup.sanitize import parse_fragment, remove, sanitize
from letterbook.markup.vocabulary import BLOCK_ATTRIBUTES, BLOCKS, ELEMENTS, INLINE, KEEPS_LINES
from letterbook.model import Note

_SPACE = re.compile(r"[ \t\r\n\f]+")
_VERSE_END = re.compile(r"(?<=\S)[ \t]*+\n[ \t]*+(?=\S)")
_ALIGNED = re.compile(r"text-align: (left|center|right);")
_BLOCK = frozenset(ELEMENTS) - INLINE


@dataclass(frozen=True, slots=True)
class Marked:
    """A document's text, read."""

    body: Element
    notes: tuple[Note, ...]
    targets: tuple[tuple[str, Span], ...]
    """What images and links lead to, as written, with the place."""


def read_markup(text: str, file: str, first_line: int) -> tuple[Marked, list[Diagnostic]]:
    """Read the Markdown of a document, which starts on ``first_line`` of ``file``."""
    reader = _Reader(text)
    body, note_pieces = split_notes(whole(text, file, first_line))
    body_tree = reader.tree(body)
    notes: dict[str, Note] = {}
    for note in note_pieces:
        tree = reader.tree(note.piece, in_note=True)
        if note.label in notes:
            reader.diagnostics.append(
                Diagnostic(
                    "duplicate-note",
                    f"note “{note.label}” is defined a second time",
                    f"give one of them another label; the first is on line"
                    f" {notes[note.label].span.line}",
                    note.span,
                )
            )
            continue
        if not _has_words(tree):
            reader.diagnostics.append(
                Diagnostic(
                    "empty-note",
                    f"note “{note.label}” has no text",
                    "write the note, or remove its definition and its mark",
                    note.span,
                )
            )
        notes[note.label] = Note(note.label, note.responsibility, tree, note.span)
    reader.check_notes(notes)
    marked = Marked(body_tree, tuple(notes.values()), tuple(reader.targets))
    return marked, reader.diagnostics


def _has_words(tree: Element) -> bool:
    return bool("".join(tree.itertext()).strip()) or tree.find(".//img") is not None


class _Parser(threading.local):
    """One for all documents, since it takes a millisecond to make, but for one thread alone."""

    def __init__(self) -> None:
        self.make()

    def make(self) -> None:
        self.markdown = markdown.Markdown(extensions=["tables", "sane_lists", "def_list"])


_PARSER = _Parser()


class _Reader:
    """Reads the pieces of one document and collects what is met on the way."""

    def __init__(self, text: str) -> None:
        self.markdown = _PARSER.markdown.reset()
        # A link's definition serves the whole document, wherever it stands.
        self.links = definitions(text.split("\n"))
        self.diagnostics: list[Diagnostic] = []
        self.references: list[tuple[str, Span]] = []
        self.targets: list[tuple[str, Span]] = []
        self.said: set[tuple[str, str]] = set()
        """Code and message of what has been reported with a good place."""

    def say(self, found: Iterable[Diagnostic]) -> None:
        for diagnostic in found:
            self.said.add((diagnostic.code, diagnostic.message.lower()))
            self.diagnostics.append(diagnostic)

    def tree(self, piece: Piece, in_note: bool = False) -> Element:
        content, found = split_fences(piece)
        self.say(found)
        before = len(self.references)
        html = "".join(self.html(content, frozenset()))
        if in_note and len(self.references) > before:
            self.diagnostics += [
                Diagnostic(
                    "note-in-note",
                    f"note “{label}” is marked inside another note",
                    "put its words into that note, or mark it in the text",
                    span,
                )
                for label, span in self.references[before:]
            ]
        root = parse_fragment(html)
        _align(root)
        # What the last gate finds has mostly been said already, with a better place.
        unseen = sanitize(root, _finder(piece))
        self.say([d for d in unseen if (d.code, d.message.lower()) not in self.said])
        self.say(make_figures(root, _finder(piece)))
        _drop_empty(root)
        _fold_space(root)
        return root

    def html(self, content: tuple[Piece | Fence, ...], around: frozenset[str]) -> Iterable[str]:
        for item in content:
            if isinstance(item, Piece):
                yield self.plain(item, keep_lines=bool(KEEPS_LINES & around))
                continue
            classes = item.attributes.classes
            for name in classes:
                if name not in BLOCKS:
                    self.say([unknown_class(name, BLOCKS, "block", item.span)])
            unknown: list[Diagnostic] = []
            attributes = f' class="{escape(" ".join(classes))}"' if classes else ""
            attributes += html_attributes(
                item.attributes, BLOCK_ATTRIBUTES, "block", item.span, unknown
            )
            self.say(unknown)
            yield f"<div{attributes}>"
            yield from self.html(item.content, around | set(classes))
            yield "</div>"

    def plain(self, piece: Piece, keep_lines: bool) -> str:
        piece = dataclasses.replace(piece, lines=without_definitions(piece.lines))
        html = None if self.is_too_long(piece) else self.marked(piece, keep_lines)
        # With None there are errors; the words stay, so that nothing is said to be empty.
        return f"<p>{escape(piece.text)}</p>" if html is None else html

    def is_too_long(self, piece: Piece) -> bool:
        found = list(too_long(piece))
        self.say(found)
        return bool(found)

    def marked(self, piece: Piece, keep_lines: bool) -> str | None:
        rewritten = rewrite(piece, self.links)
        self.say(rewritten.diagnostics)
        self.targets += rewritten.targets
        unclear = unclear_emphasis(rewritten.prose, piece)
        self.say(unclear)
        if unclear or any(d.code == "nesting-too-deep" for d in rewritten.diagnostics):
            return None
        self.say(left_as_text(rewritten.unread(), piece))
        text = rewritten.text
        if keep_lines:
            text = _VERSE_END.sub("  \n", text).lstrip("\n\t ")
        parts = list(chunks(text))
        if any(map(has_too_many_blocks, parts)):
            self.say([_too_many_blocks(piece.span(0))])
            return None
        try:
            html, references = rewritten.release("".join(map(self.convert, parts)))
        except RecursionError:
            # It was left in the middle of something.
            _PARSER.make()
            self.markdown = _PARSER.markdown
            self.say([too_deep(piece.span(0))])
            return None
        self.references += references
        return html

    def convert(self, text: str) -> str:
        self.markdown.htmlStash.reset()
        return str(self.markdown.convert(text))

    def check_notes(self, notes: dict[str, Note]) -> None:
        marked = {label for label, _ in self.references}
        for label, span in self.references:
            if label not in notes:
                self.diagnostics.append(
                    Diagnostic(
                        "note-undefined",
                        f"note “{label}” is marked here but not defined",
                        f"define it with “[^{label}]: …” on a line of its own, or remove this mark",
                        span,
                    )
                )
        for label, note in notes.items():
            if label not in marked:
                self.diagnostics.append(
                    Diagnostic(
                        "note-unused",
                        f"note “{label}” is defined, but nothing refers to it",
                        f"put its mark “[^{label}]” into the text, or remove the note",
                        note.span,
                    )
                )


def _too_many_blocks(span: Span) -> Diagnostic:
    return Diagnostic(
        "passage-too-long",
        f"a list or a quotation here has more than {MAX_BLOCKS:,} paragraphs",
        "put a paragraph of text between parts of it, or make several documents",
        span,
    )


def _finder(piece: Piece) -> Callable[[str], Span]:
    """Find the place of a text in a piece; the piece's start when it is not there."""
    haystack = piece.text.lower()
    return lambda needle: piece.span(max(haystack.find(needle.lower()), 0))


def _align(root: Element) -> None:
    """Make classes of the styles that Python-Markdown gives to cells of a table."""
    for cell in root.iter("th", "td"):
        if match := _ALIGNED.fullmatch(cell.get("style", "")):
            del cell.attrib["style"]
            cell.set("class", match[1])


def _drop_empty(root: Element) -> None:
    """Drop paragraphs of nothing, such as a comment leaves."""
    for element in list(root.iter("p")):
        if not len(element) and not (element.text or "").strip():
            remove(element)


def _fold_space(root: Element) -> None:
    """Make each run of white space one space, as every reader of HTML does; drop it in margins.

    No-break spaces are somebody's decision and stay.
    """
    verbatim = {element for pre in root.iter("pre") for element in pre.iter()}
    for element in root.iter():
        if element in verbatim:
            continue
        if element.text:
            element.text = _SPACE.sub(" ", element.text)
        if element.tail:
            element.tail = _SPACE.sub(" ", element.tail)
            if element.tag == "br":
                element.tail = element.tail.lstrip(" ")
        if element.tag in _BLOCK and element.tail is not None and not element.tail.strip():
            element.tail = None
    for element in root.iter(*_BLOCK - {"pre"}):
        if element.text is not None and not element.text.strip(" "):
            element.text = None
