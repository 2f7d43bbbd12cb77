"""A page's notes, once found, to notes of ours: marks become references, texts become trees.

How notes are found is not told here: by their links and forms (``marxists_notes``), or by the
selectors of a profile (``htmlprofile``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from lxml import etree
from lxml.etree import _Element as Element

from letterbook.diagnostics import Severity, Span
from letterbook.importers.htmlblocks import HEADINGS, Block, words
from letterbook.importers.htmlbody import Converter, TextMark
from letterbook.importers.htmledit import put_first, take_bracketed, take_start, take_words
from letterbook.importers.htmlimages import Images
from letterbook.importers.imported import Reason
from letterbook.importers.marxists_marks import MARK, TEXT_MARK, key_of
from letterbook.importers.marxists_notes import FoundNote, Notes
from letterbook.importers.telling import Telling
from letterbook.model import Note

_BACK = re.compile(
    r"\W*(?:go\s+)?(?:back|return|top|text|zurück|retour|volver|regresar|retornar|voltar|torna"
    r"|indietro|назад|вернуться|обратно)?"
    r"(?:\s+(?:to|zum|au|al|ao|del|к|в)\s+(?:the\s+)?(?:text[oe]?|testo|тексту|текст))?\W*",
    re.I,
)


_NUMBER = re.compile(r"\[?\d{1,3}\*?[\].*]*")
"""What the mark of a note is like."""


class PageNotes(Telling):
    """Makes the notes of one document, and what their marks need."""

    def __init__(self, found: Notes, file: str, images: Images) -> None:
        super().__init__(file)
        self.found = found
        self.images = images
        self.owners = {block.element: note for note in found.notes for block in note.blocks}
        """The notes by their blocks."""
        self.links = {id(note): link for link, note in reversed(found.marks.items())}
        """The first mark of each note."""
        self.hosts: dict[int, FoundNote | None] = {}
        """What ``outermost`` has found."""

    def from_title(self, block: Block) -> list[str]:
        """Take marks of notes out of a heading that becomes the title; give their labels."""
        labels: list[str] = []
        for link in list(block.element.iter()):
            if link in self.found.marks:
                labels.append(self.found.marks[link].label)
                self.aside(take_words(link), Reason.NOTE_MARK, block.line)
        return labels

    def to_text(
        self, labels: Sequence[str], body: Element, line: int, where: str = "at the title"
    ) -> None:
        """Put the marks that stood above the text to its beginning."""
        if labels:
            self.warn(
                "note-on-title",
                f"a note’s mark stood {where}; it was moved to the beginning of the text",
                line,
                "put it where it says most",
                Severity.HINT,
            )
        for label in reversed(labels):
            put_first(body, label)

    def converter(self, pages: Mapping[Element, str], rest: Sequence[Block]) -> Converter:
        """Make what converts the text: the marks of pages are known, and the blocks of the text."""
        levels = {b.tag for b in rest if b.tag in HEADINGS and re.search(r"\w", b.text)}
        marks = {
            link: note.label for link, note in self.found.marks.items() if not self.inner(link)
        }
        turns: dict[str, int] = {}

        def next_label(mark: str) -> str | None:
            of = self.found.texts.get(mark, [])
            turn = turns.get(mark, 0)
            turns[mark] = turn + 1
            return of[turn].label if turn < len(of) else None

        def find_marks(text: str) -> list[TextMark]:
            labels = ((m, next_label(key_of(m))) for m in TEXT_MARK.finditer(text))
            return [TextMark(m.start(), m.end(), label) for m, label in labels if label]

        def find_mark(text: str) -> str | None:
            match = MARK.fullmatch(text)
            return next_label(match["mark"]) if match else None

        converter = Converter(marks, pages, self.images.image)
        converter.levels = tuple(sorted(levels))
        if self.found.texts:
            converter.find_marks, converter.find_mark = find_marks, find_mark
        return converter

    def inner(self, link: Element) -> bool:
        """Whether a mark stands in a note."""
        return any(e in self.owners for e in (link, *link.iterancestors()))

    def tell(self, rest: Sequence[Block]) -> None:
        """Say which marks lead nowhere, and which texts look like notes that no mark leads to."""
        places = {
            name
            for block in (*rest, *self.found.headings)
            for item in block.element.iter()
            for name in (*block.ids, item.get("name"), item.get("id"))
        }
        for block in rest:
            for link in block.element.iter("a"):
                text = words(link)
                href = link.get("href", "")
                dead = href.startswith("#") and href[1:] not in places
                dead = dead and link not in self.found.marks
                if dead and _NUMBER.fullmatch(text):
                    is_start = block.text.startswith(text)
                    self.warn(
                        "note-without-mark" if is_start else "mark-without-note",
                        f"no mark leads to the note “{text}”; it stays as text"
                        if is_start
                        else f"the mark “{text}” leads to no note; it stays as text",
                        block.line,
                    )

        self.tell_elsewhere(rest)

    def tell_elsewhere(self, rest: Sequence[Block]) -> None:
        """Say which marks lead to notes that are in another file."""
        files: dict[str, list[int]] = {}
        for block in rest:
            for link in block.element.iter("a"):
                file, sharp, _ = link.get("href", "").partition("#")
                text = words(link)
                around = next(link.iterancestors("sup"), link.find(".//sup"))
                raised = around is not None
                is_mark = _NUMBER.fullmatch(text) and (raised or text.startswith("["))
                if file and sharp and is_mark:
                    files.setdefault(file, []).append(block.line)
        for file, lines in files.items():
            several = len(lines) > 1
            marks = f"{len(lines)} marks lead to notes" if several else "a mark leads to a note"
            self.warn(
                "mark-without-note",
                f"{marks} in another file, “{file}”, and {'stay' if several else 'stays'} as text",
                lines[0],
                "write the notes into the document, or put that file’s text behind this page’s",
            )

    def made(self, converter: Converter) -> tuple[Note, ...]:
        """Make the notes; the text has been converted by then."""
        outer = {note.label for link, note in self.found.marks.items() if not self.inner(link)} | {
            note.label for found in self.found.texts.values() for note in found
        }
        made: list[Note] = []
        trees: dict[str, Element] = {}
        converter.in_note = True
        for note in self.found.notes:
            note.in_note = note.label not in outer
            tree = trees[note.label] = self.note_tree(note, converter)
            if not note.in_note:
                span = Span(self.file, max(note.blocks[0].line, 1))
                made.append(Note(note.label, note.responsibility, tree, span))
        for note in self.found.notes:
            if note.in_note and not self.into_host(note, trees):
                span = Span(self.file, max(note.blocks[0].line, 1))
                made.append(Note(note.label, note.responsibility, trees[note.label], span))
        return tuple(made)

    def unmarked(self, body: Element, made: tuple[Note, ...]) -> tuple[Note, ...]:
        """Put notes whose marks were lost on the way behind the text; give the others."""
        marked = {link.get("data-note") for link in body.iter("a")}
        for note in made:
            if note.label not in marked:
                body.extend(list(note.body))
                self.warn(
                    "note-without-mark",
                    f"no mark leads to the note “{note.label}”; it stays as text",
                    note.span.line,
                )
        return tuple(note for note in made if note.label in marked)

    def note_tree(self, note: FoundNote, converter: Converter) -> Element:
        """Convert the text of a note, without its mark."""
        tree = etree.Element("div")
        for block in note.blocks:
            self.without_back_links(block)
        before = len(converter.set_aside)
        if not note.in_note:
            self.take_mark(note)
        tree.extend(converter.blocks(note.blocks))
        self.set_aside += converter.set_aside[before:]
        for child in list(tree):
            if child.tag in ("h2", "h3", "h4"):
                child.tag = "p"
            elif child.tag == "hr":
                tree.remove(child)
        return tree

    def take_mark(self, note: FoundNote) -> None:
        """Take the mark away with which a note's text begins."""
        block = note.blocks[0]
        mark = re.escape(note.mark)
        taken = take_start(
            block.element,
            re.compile(rf"[\s\u00a0\[({{<]*{mark}(?![\w*])[\s\u00a0\])}}>.:]*", re.IGNORECASE)
            if note.mark
            else re.compile(r"(?!)"),
        )
        self.aside(taken, Reason.NOTE_MARK, block.line)

    def without_back_links(self, block: Block) -> None:
        """Set aside the links at a note's end that lead back to its mark."""
        for link in list(block.element.iter("a")):
            text = words(link)
            inward = link.get("href", "").startswith("#") and link is not block.element
            if inward and text and _BACK.fullmatch(text) and not re.search(r"[\d*†‡]", text):
                self.aside(take_bracketed(link), Reason.NAVIGATION, block.line)

    def into_host(self, note: FoundNote, trees: Mapping[str, Element]) -> bool:
        """Put a note on a note into that note, mark and all: a note has no notes of its own.

        False when there is none that stands in the text: two notes that are marked in each other.
        """
        host = self.outermost(note)
        if host is None:
            return False
        trees[host.label].extend(list(trees[note.label]))
        self.warn(
            "note-in-note",
            f"the note “{note.mark}” is a note on the note “{host.mark}”; it was put behind it",
            note.blocks[0].line,
            "look at whether it reads well there",
            Severity.HINT,
        )
        return True

    def outermost(self, note: FoundNote) -> FoundNote | None:
        """The note of the text that a note on a note belongs to in the end."""
        way: list[FoundNote] = []
        at: FoundNote | None = note
        while at is not None and at.in_note and id(at) not in self.hosts:
            self.hosts[id(at)] = None
            way.append(at)
            at = self.host(at)
        found = self.hosts[id(at)] if at is not None and at.in_note else at
        self.hosts.update((id(step), found) for step in way)
        return found

    def host(self, note: FoundNote) -> FoundNote | None:
        """The note in which the first mark of another stands."""
        link = self.links.get(id(note))
        around = [] if link is None else [link, *link.iterancestors()]
        return next((self.owners[e] for e in around if e in self.owners), None)
