"""marxists.org as HTML: one page to one document.

The page's body is split into blocks (``htmlblocks``); what leads out of it is set aside; its head
becomes front matter (``marxists_head``), its notes notes (``marxists_notes``), and what is left is
the text (``htmlbody``). Nothing here knows a page: all that is told of one, is told by its form.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from lxml import etree
from lxml.etree import _Element as Element

from letterbook.diagnostics import Diagnostic, Severity, Span
from letterbook.importers.header import MAX_NAME, read_header, split_names
from letterbook.importers.htmlblocks import (
    HEADINGS,
    Block,
    linked_words,
    split_blocks,
)
from letterbook.importers.htmledit import title_of
from letterbook.importers.htmlimages import Images
from letterbook.importers.htmllanguage import language_of
from letterbook.importers.htmlnotes import PageNotes
from letterbook.importers.htmltree import Page, read_html
from letterbook.importers.imported import Draft, Imported, Options, Reason, Source
from letterbook.importers.marxists_head import fields_of, find_header
from letterbook.importers.marxists_notes import find_notes, linked_names, part_notes
from letterbook.importers.marxists_titles import Naming, part_headings, read_names
from letterbook.importers.pages import find_pages
from letterbook.importers.parts import is_letter, mark_parts, placed_date, supplied_title
from letterbook.importers.telling import Telling
from letterbook.metadata import DateStatement, DocumentMetadata
from letterbook.model import Note
from letterbook.provenance.dates import date_statement, find_date
from letterbook.provenance.labels import classes_meaning, pattern
from letterbook.slugs import slugify

MOSTLY = 0.6
"""Part of a block's words that are links, from which on it only leads elsewhere."""
SIGNED = 5
"""Blocks at the end of a text among which its signature stands."""
MAX_FOOTER = 60
"""Words of a block that may be a footer by its words alone."""


def recognise(source: Source) -> float:
    """Say how surely a page is marxists.org's: by its name for itself, its classes, its styles."""
    head = source.data[:200_000].decode("latin-1").lower()
    if not re.search(r"<(?:html|body|head|p|h\d)\b", head):
        return 0.0
    signs = (
        "marxists.org" in head or "marxists internet archive" in head or "internet archive" in head,
        'class="info' in head or "class=info" in head or "class='info" in head,
        "works.css" in head or "doc-archive.css" in head or "works-red.css" in head,
        'class="fst"' in head or 'class="quoteb"' in head,
        "public domain" in head or "copyleft" in head,
    )
    return (0.1, 0.4, 0.7, 0.9, 0.95, 0.95)[sum(signs)]


def import_(source: Source, _options: Options) -> Imported:
    """Import one page."""
    page, found = read_html(source.data, source.name)
    if page is None:
        return Imported(diagnostics=found)
    importer = _Importer(source, page)
    importer.diagnostics += found
    return importer.imported()


class _Importer(Telling):
    def __init__(self, source: Source, page: Page) -> None:
        super().__init__(source.name)
        self.source = source
        self.page = page
        self.values: dict[str, Any] = {}
        self.supplied: list[str] = []
        self.images = Images(source)
        self.names = linked_names(page.body)
        """To which marks of notes lead."""

    # ----------------------------------------------------------------------- the whole

    def imported(self) -> Imported:
        blocks = part_notes(self.without_navigation(split_blocks(self.page.body, self.names)))
        blocks = part_headings(blocks, self.page)
        header = find_header(blocks)
        head = read_names(blocks, header, self.page)
        used = {id(block) for block in (*header, *head.used)}
        marked = {id(block) for block in header if linked_names(block.element)}
        marked |= {id(head.title)}
        found = find_notes([b for b in blocks if id(b) not in used or id(b) in marked])
        notes = PageNotes(found, self.source.name, self.images)
        labels = [label for block in header for label in notes.from_title(block)]
        self.fill(header, head)
        for block in (*header, *head.used):
            self.aside_pictures(block, self.source.siblings)
        body, made = self.text([b for b in blocks if not any(b is h for h in header)], head, notes)
        if _is_bare(body):
            self.diagnostics.append(
                Diagnostic(
                    "no-text",
                    "on this page there is no text, only what leads elsewhere",
                    "import the pages that it leads to",
                    Span(self.source.name),
                )
            )
            return Imported(diagnostics=tuple(self.diagnostics))
        self.title(head, notes, body)
        notes.to_text(labels, body, header[0].line if header else 1, "in the header")
        made = notes.unmarked(body, made)
        mark_parts(body, self.authors())
        heads = [block.text for block in (*head.running, *head.others)]
        letter = any(is_letter(body, text) for text in (self.values["title"], *heads))
        self.values["kind"] = "letter" if letter else "text"
        self.when(head)
        metadata = DocumentMetadata.model_validate(self.values)
        draft = Draft(
            slugify(self.source.stem), metadata, body, made, (*self.supplied, *self.images.supplied)
        )
        return Imported(
            (draft,),
            (*self.set_aside, *notes.set_aside, *self.images.set_aside),
            images=self.images.taken,
            diagnostics=(*self.diagnostics, *notes.diagnostics, *self.images.diagnostics),
        )

    # ----------------------------------------------------------------------- navigation

    def without_navigation(self, blocks: list[Block]) -> list[Block]:
        """Set aside what leads out of the page: by its class, and what it is at the end."""
        kinds = classes_meaning()
        kept: list[Block] = []
        for block in blocks:
            known = {kinds.get(name) for name in block.classes}
            if "footer" in known:
                self.aside_block(block, Reason.FOOTER)
            elif "navigation" in known and self.leads(block):
                self.aside_block(block, Reason.NAVIGATION)
            else:
                kept.append(block)
        last_rule = _last_rule_below_text(kept)
        while kept and (kept[-1].tag == "hr" or self.is_end(kept[-1], len(kept) > last_rule > 0)):
            block = kept.pop()
            footer = pattern("footer").search(block.text)
            self.aside_block(block, Reason.FOOTER if footer else Reason.NAVIGATION)
        while kept and kept[0].tag == "hr":
            kept.pop(0)
        return [b for i, b in enumerate(kept) if not self.is_way(b, i)]

    def is_way(self, block: Block, position: int) -> bool:
        """Whether a block in the midst of the page only leads to its top, or up the site."""
        short = len(block.text.split()) <= 12
        links = linked_words(block.element)
        way = short and links >= MOSTLY and pattern("navigation").search(block.text)
        crumbs = position < 3 and links >= MOSTLY and block.text.count(">") > 0 and short
        if not (way or crumbs):
            return False
        self.aside_block(block, Reason.NAVIGATION)
        return True

    def leads(self, block: Block) -> bool:
        """Whether a block of that class is what its class says: links, or few words."""
        return linked_words(block.element) >= MOSTLY or len(block.text.split()) <= 12

    def is_end(self, block: Block, after_rule: bool) -> bool:
        """Whether a block at the end of a page belongs to the site."""
        if len(block.text.split()) > MAX_FOOTER or block.tag == "table":
            return False
        if any(
            e.get("name") in self.names or e.get("id") in self.names for e in block.element.iter()
        ):
            # A short note with a way back is mostly links, too.
            return False
        if pattern("footer").search(block.text):
            return True
        links = linked_words(block.element)
        if pattern("navigation").search(block.text):
            return links > 0
        return after_rule and links >= MOSTLY

    # ----------------------------------------------------------------------- front matter

    def fill(self, blocks: Sequence[Block], head: Naming) -> None:
        header = read_header([item for block in blocks for item in fields_of(block)])
        self.values |= header.values
        self.supplied += header.supplied
        for text, reason, line in header.set_aside:
            self.aside(text, reason, line)
        for block in head.running:
            self.aside(block.text, Reason.RUNNING_HEAD, block.line)
        if head.number is not None and "number" not in self.values:
            self.values["number"] = head.number.text
        if head.author is not None:
            self.author(head)
        language = language_of(self.page.root)
        if language:
            self.values["language"] = language

    def authors(self) -> list[str]:
        """The authors’ names, as far as they are known."""
        return [getattr(a, "name", None) or str(a) for a in self.values.get("author", ())]

    def author(self, head: Naming) -> None:
        assert head.author is not None
        found = split_names(head.author_words)
        if "author" in self.values:
            self.aside(head.author_words, Reason.REPEATED_TITLE, head.author.line)
        elif found:
            self.values["author"] = list(found[0])
            self.aside(found[1], Reason.STRUCTURE, head.author.line)
        else:
            self.values["author"] = [head.author_words]

    def when(self, head: Naming) -> None:
        """Say what a date in the head dates: the printing, when the source has the same one."""
        if not head.date_words:
            return
        dated = head.date or head.author
        line = dated.line if dated is not None else 1
        statement = date_statement(head.date_words)
        if statement is None:
            return
        if statement.date is None and (day := placed_date(head.date_words)):
            statement = statement.model_copy(update={"date": day})
        for key in ("written", "published", "delivered"):
            known = self.values.get(key)
            if isinstance(known, DateStatement) and _says_again(statement, known):
                self.aside(head.date_words, Reason.REPEATED_TITLE, line)
                return
        source = self.values.get("source")
        printed = [find_date(source.words), find_date(source.date or "")] if source else []
        # A volume’s year says nothing of a day in it.
        same = any(_is_in(date, statement.date or "") for date in printed if date)
        for key in ("published", "written") if same else ("written",):
            if key not in self.values:
                self.values[key] = statement
                return
        self.values.setdefault("other", {})["Date"] = head.date_words
        self.supplied.append("Date")

    def title(self, head: Naming, notes: PageNotes, body: Element) -> None:
        if head.title is None:
            self.values["title"] = supplied_title(body)
            self.supplied.append(self.values["title"])
            return
        element = head.title.element
        labels = notes.from_title(head.title)
        self.values["title"] = title_of(element)
        notes.to_text(labels, body, head.title.line)

    # ----------------------------------------------------------------------- text

    def text(
        self, blocks: Sequence[Block], head: Naming, notes: PageNotes
    ) -> tuple[Element, tuple[Note, ...]]:
        used = {id(block) for block in head.used} | notes.found.blocks()
        used |= {id(block) for block in notes.found.headings}
        for block in notes.found.headings:
            self.aside_block(block, Reason.STRUCTURE)
        rest = [block for block in blocks if id(block) not in used]
        repeated = [b for b in rest[:3] if self.repeats(b, head)]
        for block in repeated:
            self.aside_block(block, Reason.REPEATED_TITLE)
        rest = [block for block in rest if not any(block is r for r in repeated)]
        while rest and rest[-1].tag == "hr":
            rest.pop()
        rest = self.without_fences(rest, blocks, head)
        for block in rest[-SIGNED:]:
            if block.classes & {"author", "byline"} and len(block.text.split()) <= MAX_NAME:
                # At a text’s end, the name is its signature.
                block.element.set("class", "signature")
        converter = notes.converter(find_pages(blocks), rest)
        converter.language = self.values.get("language")
        body = etree.Element("div")
        body.extend(converter.blocks(rest))
        self.set_aside += converter.set_aside
        notes.tell(rest)
        # A list of links is imported as the list that it is; somebody may have meant its pages.
        shares = [linked_words(block.element) * len(block.text) for block in rest]
        if sum(shares) > MOSTLY * sum(len(block.text) for block in rest) > 0:
            self.warn(
                "page-of-links",
                "most of this page leads to other pages",
                1,
                "import the pages that it leads to; perhaps this one is not needed",
                Severity.HINT,
            )
        while len(body) and body[0].tag == "hr":
            body.remove(body[0])
        while len(body) and body[-1].tag == "hr":
            body.remove(body[-1])
        return body, notes.made(converter)

    def without_fences(
        self, rest: Sequence[Block], blocks: Sequence[Block], head: Naming
    ) -> list[Block]:
        """Leave out the rules that fence the header in; the headings by it are of one level."""
        known = {id(block) for block in (*head.used, *head.others)}
        top = min((b.tag for b in rest if b.tag in HEADINGS), default="h2")
        for block in head.others:
            if block.tag in HEADINGS:
                block.element.tag = top
        fences: set[int] = set()
        for block in blocks:
            if block.tag == "hr":
                fences.add(id(block))
            elif id(block) not in known and block.text:
                break
        return [block for block in rest if id(block) not in fences]

    def repeats(self, block: Block, head: Naming) -> bool:
        """Whether a heading above the text says the title or the author once more."""
        said = {b.text.casefold() for b in (head.title, head.author) if b is not None}
        shown = any(
            image.get("src", "") in self.source.siblings for image in block.element.iter("img")
        )
        return block.text.casefold() in said and not shown


# --------------------------------------------------------------------------- small things


def _last_rule_below_text(blocks: Sequence[Block]) -> int:
    """Where the last rule is that stands below some text; -1 when there is none."""
    last, text = -1, False
    for index, block in enumerate(blocks):
        if block.tag == "hr" and text:
            last = index
        elif block.tag not in HEADINGS and block.text and linked_words(block.element) < MOSTLY:
            text = True
    return last


def _is_bare(body: Element) -> bool:
    return not "".join(body.itertext()).strip() and body.find(".//img") is None


def _says_again(date: DateStatement, known: DateStatement) -> bool:
    """Whether a date says no more than another that is known."""
    if (date.words or "").casefold() == (known.words or "").casefold():
        return True
    return bool(known.date) and _is_in(known.date or "", date.date or "")


def _is_in(date: str, time: str) -> bool:
    """Whether a date is another, or in the month or the year that the other is."""
    return bool(time) and f"{date}-".startswith(f"{time}-")
