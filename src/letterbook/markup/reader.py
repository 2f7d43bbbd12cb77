"""A document's Markdown to trees: the body and each note.

Python-Markdown reads what is plain Markdown; what is ours has been rewritten by ``pieces`` and
``constructs`` before. What comes out is in the vocabulary, or there are errors.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from html import escape

import markdown
from lxml import etree
from lxml.etree import _Element as Element

from letterbook.diagnostics import Diagnostic, Span
from letterbook.markup.constructs import rewrite, unknown_class
from letterbook.markup.pieces import Fence, Piece, split_fences, split_notes, too_deep, whole
from letterbook.markup.sanitize import parse_fragment, sanitize
from letterbook.markup.vocabulary import BLOCKS, ELEMENTS
from letterbook.model import Note

_LINK_DEFINITION = re.compile(r" {0,3}\[[^\]^][^\]]*\]:\s*\S+.*")
_SPACE = re.compile(r"[ \t\r\n\f]+")
_BLOCK = frozenset(ELEMENTS) - {
    "a", "span", "em", "strong", "code", "sub", "sup", "del", "ins", "br", "img"
}  # fmt: skip


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


class _Reader:
    """Reads the pieces of one document and collects what is met on the way."""

    def __init__(self, text: str) -> None:
        self.markdown = markdown.Markdown(extensions=["tables", "sane_lists", "def_list"])
        # A list that starts with 1918 keeps its 1918.
        self.markdown.parser.blockprocessors["olist"].LAZY_OL = False
        # A link's definition serves the whole document, wherever it stands.
        self.definitions = "\n".join(
            line for line in text.split("\n") if _LINK_DEFINITION.fullmatch(line)
        )
        self.diagnostics: list[Diagnostic] = []
        self.references: list[tuple[str, Span]] = []
        self.targets: list[tuple[str, Span]] = []

    def tree(self, piece: Piece, in_note: bool = False) -> Element:
        content, found = split_fences(piece)
        self.diagnostics += found
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
        self.diagnostics += self.unseen(sanitize(root, _finder(piece)))
        _fold_space(root)
        return root

    def unseen(self, found: Iterable[Diagnostic]) -> list[Diagnostic]:
        """What has not been said already, with a better place."""
        said = {(d.code, d.message.lower()) for d in self.diagnostics}
        return [d for d in found if (d.code, d.message.lower()) not in said]

    def html(self, content: tuple[Piece | Fence, ...], around: frozenset[str]) -> Iterable[str]:
        for item in content:
            if isinstance(item, Piece):
                yield self.plain(item, keep_lines="verse" in around)
                continue
            classes = item.attributes.classes
            for name in classes:
                if name not in BLOCKS:
                    self.diagnostics.append(unknown_class(name, BLOCKS, "block", item.span))
            lang = item.attributes.values.get("lang")
            attributes = f' class="{escape(" ".join(classes))}"' if classes else ""
            attributes += f' lang="{escape(lang)}"' if lang else ""
            yield f"<div{attributes}>"
            yield from self.html(item.content, around | set(classes))
            yield "</div>"

    def plain(self, piece: Piece, keep_lines: bool) -> str:
        rewritten = rewrite(piece)
        self.diagnostics += rewritten.diagnostics
        self.references += rewritten.references
        self.targets += rewritten.targets
        text = rewritten.text
        if keep_lines:
            text = re.sub(r"(?<=\S)[ \t]*\n(?=[ \t]*\S)", "  \n", text)
        self.markdown.reset()
        try:
            return str(self.markdown.convert(f"{text}\n\n{self.definitions}"))
        except RecursionError:
            self.diagnostics.append(too_deep(piece.span(0)))
            return ""

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


def _finder(piece: Piece) -> Callable[[str], Span]:
    """Find the place of a text in a piece; the piece's start when it is not there."""
    haystack = piece.text.lower()
    return lambda needle: piece.span(max(haystack.find(needle.lower()), 0))


def _fold_space(root: Element) -> None:
    """Make each run of white space one space, as every reader of HTML does; drop it in margins.

    No-break spaces are somebody's decision and stay.
    """
    for element in root.iter():
        if element.tag == "pre" or any(a.tag == "pre" for a in element.iterancestors("pre")):
            continue
        if element.text:
            element.text = _SPACE.sub(" ", element.text)
        if element.tail:
            element.tail = _SPACE.sub(" ", element.tail)
            if element.tag == "br":
                element.tail = element.tail.lstrip(" ")
        if element.tag in _BLOCK and element.tail is not None and not element.tail.strip():
            element.tail = None
    for element in root.iter(
        "div", "blockquote", "ul", "ol", "dl", "table", "thead", "tbody", "tr"
    ):
        if element.text is not None and not element.text.strip(" "):
            element.text = None


def inline(text: str) -> Element:
    """Read one line of Markdown without blocks (an index heading) into a ``span``."""
    html = markdown.markdown(text.replace("<", "&lt;"))
    root = parse_fragment(html)
    for child in root:
        child.tag = "span"
        child.tail = None
        return child
    return etree.Element("span")
