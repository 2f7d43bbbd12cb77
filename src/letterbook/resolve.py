"""Book to Edition: notes numbered, editorial marks set, links checked, the index built.

Everything that a template sees is decided here, once for all media.
"""

from __future__ import annotations

import copy
import hashlib
import re
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from lxml import etree
from lxml.etree import _Element as Element

from letterbook.diagnostics import Diagnostic, Span, has_errors, place
from letterbook.identities import identify
from letterbook.index.building import build_indexes, plan_of
from letterbook.index.places import Found, Places
from letterbook.index.terms import Terms, compile_terms, plain_heading
from letterbook.metadata import DocumentMetadata, Inherited, Responsibility, isbn
from letterbook.model import (
    Book,
    Document,
    EditedDocument,
    EditedNote,
    Edition,
    Place,
    Role,
)
from letterbook.notes import EPUB_TYPE, MarkedNote, Series, after, mark_notes, series_of
from letterbook.references import CROSSREF, References
from letterbook.slugs import slugify
from letterbook.structure import document_id
from letterbook.typography import NO_BREAK, plain, tie_tree

_NAMESPACE = uuid.UUID("6d5a4e2c-2f0e-5f5b-9c3e-0b5f3d2f9a41")
"""Of the identifiers that we make (UUID version 5)."""

BRACKETS: Mapping[str, tuple[str, str]] = {
    "supplied": ("[", "]"),
    "unclear": ("[", "?]"),
    "gap": ("[", "]"),
    "sic": ("", f"{NO_BREAK}[sic]"),
}
"""What an editorial span is given before and after its words, by its class."""
_ELLIPSIS = "…"
_PART_ID = re.compile(
    r"^(?:book-)?index-\d|^list-[a-z]+$|^part-\d+(?:-\d+)*$|-(?:note|ref|ix|page|figure)-"
)
"""In the ids that we make; a document that is named like one would take its place."""
_PAGES = frozenset({role.value for role in Role} | {"nav", "book-index"})
"""What pages that every edition has are called, in one output or another."""


def is_reserved(slug: str) -> bool:
    """Tell whether a document may not have a name, because an edition needs it."""
    return slug in _PAGES or _PART_ID.search(slug) is not None


Entitle = Callable[[DocumentMetadata], tuple[str, str]]
"""Gives what a document is called in lists, and what stands above it."""


def by_names(metadata: DocumentMetadata) -> tuple[str, str]:
    """Entitle a document without the words of any language but English."""
    to = ", ".join(person.name for person in metadata.addressee)
    title = metadata.title or (f"To {to}" if to else str(metadata.role).capitalize())
    return title, title


def resolve(
    book: Book, made_with: Mapping[str, str], entitle: Entitle = by_names
) -> tuple[Edition | None, list[Diagnostic]]:
    """Resolve a book; None when that shows errors.

    ``made_with`` names the programs and their versions for the colophon. ``entitle`` makes the
    titles that are left out.
    """
    book = identify(book)
    terms, diagnostics = compile_terms(book.authority)
    plan, faults = plan_of(book.settings, book.settings_places)
    diagnostics += faults
    found: list[Found] = []
    documents = []
    series = series_of(book.settings)
    references = References(book)
    for document in book.documents:
        editor = _Editor(book, document, terms, series, references)
        title, heading = entitle(editor.metadata)
        documents.append(replace(editor.document(), title=title, heading=heading))
        series = after(series, editor.notes, book.settings)
        found += editor.index.found
        diagnostics += [*editor.diagnostics, *editor.index.diagnostics, *editor.index.unmet()]
    diagnostics += _check_links(book, documents)
    diagnostics += _check_headings(book, documents)
    indexes, faults = build_indexes(book.authority, terms, plan, found)
    diagnostics += faults
    if has_errors(diagnostics):
        return None, diagnostics
    settings = book.settings
    slug = settings.slug or slugify(plain_heading(settings.title))
    name = "\n".join((slug, settings.title, settings.language))
    digests = "\n".join(f"{file.digest}  {file.path}" for file in book.files)
    edition = Edition(
        settings,
        slug,
        _identifier(settings.identifier) or uuid.uuid5(_NAMESPACE, name).urn,
        tuple(documents),
        indexes,
        book.images,
        hashlib.sha256(digests.encode()).hexdigest(),
        made_with,
        book.divisions,
    )
    return edition, diagnostics


def _identifier(text: str | None) -> str | None:
    """An identifier as given; an ISBN as the URN that catalogues and reading systems know."""
    number = isbn(text) if text else None
    return f"urn:isbn:{number}" if number else text


def _check_links(book: Book, documents: list[EditedDocument]) -> Iterator[Diagnostic]:
    known = {document.id for document in documents} | {role.value for role in Role}
    for source, document in zip(book.documents, documents, strict=True):
        for tree in (document.body, *(note.body for note in document.notes)):
            # Of the references that we make, it has been said.
            for link in (a for a in tree.iter("a") if a.get("class") != CROSSREF):
                href = link.get("href", "#")
                if href.startswith("#") and link.get("role") is None and href[1:] not in known:
                    yield Diagnostic(
                        "link-nowhere",
                        f"the link to “{href}” leads nowhere",
                        f"link to a document: {', '.join(f'#{d.id}' for d in documents[:5])}",
                        _find(source, f"({href})"),
                    )


def _check_headings(book: Book, documents: list[EditedDocument]) -> Iterator[Diagnostic]:
    """Headings below no heading of the level above: PDF/UA and readers who listen take offence.

    The title is level 1; notes stand under a heading of level 2.
    """
    for source, document in zip(book.documents, documents, strict=True):
        trees = [(document.body, 1), *((note.body, 2) for note in document.notes)]
        for tree, level in trees:
            for heading in tree.iter("h2", "h3", "h4"):
                above, level = level, int(str(heading.tag)[1])
                if level > above + 1:
                    words = next((text.strip() for text in heading.itertext() if text.strip()), "")
                    yield Diagnostic(
                        "heading-skipped",
                        f"“{words}” is a heading of level {level}, and what is above it is of"
                        f" level {above}",
                        f"begin it with {'#' * (above + 1)}, or give it a heading to stand under",
                        _find(source, words),
                    )


def _find(document: Document, words: str, again: bool = False) -> Span:
    """The place of some words in a document's file; its first line when they are not there.

    With ``again`` it is the place where they stand the second time.
    """
    text = document.file.text
    offset = text.find(words)
    if again and offset >= 0:
        offset = text.find(words, offset + 1)
    if offset < 0:
        return Span(document.file.path, document.body_line)
    return Span(document.file.path, *place(text, offset))


def inherit(
    metadata: DocumentMetadata, book: Inherited, place: Place = Place.BODY
) -> DocumentMetadata:
    """Fill what a document does not say from what its book says.

    The book says who wrote the letters and where they come from; of the pages before and after
    them it says the language alone.
    """
    names = Inherited.model_fields if place is Place.BODY else ("language", "notes")
    taken = {name: getattr(book, name) for name in names if getattr(metadata, name) in (None, ())}
    if place is not Place.BODY:
        taken["kind"] = metadata.role.value if metadata.role else "text"
    return metadata.model_copy(update=taken)


class _Editor:
    """Edits one document: works on copies of its trees, in place."""

    def __init__(
        self,
        book: Book,
        document: Document,
        terms: Terms,
        series: Series,
        references: References,
    ) -> None:
        self.source = document
        self.metadata = inherit(document.metadata, book.settings, document.place)
        self.id = document_id(document.slug)
        strict = bool(book.authority.entries)
        self.index = Places(document, self.id, self.metadata, terms, strict)
        self.series = series
        self.references = references
        self.notes: tuple[MarkedNote, ...] = ()
        self.diagnostics: list[Diagnostic] = []
        self.pages: list[str] = []
        self.page_ids: dict[str, int] = {}
        self.figures = 0

    def document(self) -> EditedDocument:
        if is_reserved(self.id):
            self.diagnostics.append(
                Diagnostic(
                    "reserved-slug",
                    f"“{self.id}” is the name of a page or a part that editions have",
                    "rename the file, or give the document another “slug”",
                    self.source.places.get(("slug",), Span(self.source.file.path)),
                )
            )
        body = copy.deepcopy(self.source.body)
        hand = self.metadata.notes or Responsibility.EDITOR
        self.notes = mark_notes(body, self.source.notes, self.id, hand, self.series)
        # The index first: its forms are matched in the words as written.
        self.index.take_body(body)
        self.edit(body)
        notes = tuple(self.note(marked) for marked in self.notes)
        return EditedDocument(
            self.id, self.metadata, body, notes, tuple(self.pages), place=self.source.place
        )

    def note(self, marked: MarkedNote) -> EditedNote:
        tree = copy.deepcopy(marked.note.body)
        self.index.take_note(tree, marked.mark, marked.note.span.line, marked.references[0])
        self.edit(tree)
        return EditedNote(
            marked.id,
            marked.mark,
            marked.note.label,
            marked.responsibility,
            marked.series,
            tree,
            marked.references,
        )

    def edit(self, root: Element) -> None:
        """Set the marks of one tree: brackets, pages, references, no-break spaces."""
        for span in list(root.iter("span")):
            classes = span.get("class", "").split()
            if "page" in classes:
                self.page(span)
            _bracket(span, classes)
        for link in root.iter("a"):
            if link.get("class") == CROSSREF:
                self.diagnostics += self.references.lead(link, self.source)
        for figure in root.iter("figure"):
            self.figures += 1
            figure.set("id", f"{self.id}-figure-{self.figures}")
        tie_tree(root, self.metadata.language or "")

    def page(self, span: Element) -> None:
        """Make the break of a page of the print source: empty, named for those who listen."""
        label = plain("".join(span.itertext())).strip()
        if len(span):
            self.diagnostics.append(
                Diagnostic(
                    "page-not-plain",
                    f"the number of page {label} of the print source has other marks in it",
                    "write [348]{.page}, and other marks beside it",
                    _find(self.source, ".page"),
                )
            )
        for child in list(span):
            span.remove(child)
        span.text = None
        if label in self.pages or not label:
            self.diagnostics.append(
                Diagnostic(
                    "page-repeated" if label else "page-empty",
                    f"page {label} of the print source begins a second time"
                    if label
                    else "a page of the print source has no number",
                    "correct the number: [348]{.page}",
                    _find(self.source, f"[{label}]{{", again=bool(label)),
                )
            )
        self.pages.append(label)
        id_ = f"{self.id}-page-{slugify(label)}"
        # “A” and “a” are two pages, but one slug.
        self.page_ids[id_] = self.page_ids.get(id_, 0) + 1
        span.set("id", id_ if self.page_ids[id_] == 1 else f"{id_}-{self.page_ids[id_]}")
        span.set("role", "doc-pagebreak")
        # Not an aria-label: DPUB-ARIA 1.1 allows a page break no name, EPUB asks for a label.
        span.set("title", label)
        span.set(EPUB_TYPE, "pagebreak")


def _bracket(span: Element, classes: Iterable[str]) -> None:
    """Set generated text around an editor's words; the class ``mark`` says that it is generated."""
    if correction := span.attrib.pop("data-corr", None):
        span.set("title", correction)
    for name in classes:
        if name not in BRACKETS:
            continue
        before, after = BRACKETS[name]
        if name == "gap" and not "".join(span.itertext()).strip():
            before += _ELLIPSIS
        if before:
            mark = etree.Element("span", {"class": "mark"})
            mark.text, mark.tail = before, span.text
            span.text = None
            span.insert(0, mark)
        mark = etree.SubElement(span, "span", {"class": "mark"})
        mark.text = after
