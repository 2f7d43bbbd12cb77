"""The plan of a publication: which parts it has, in which order, and which of them share a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from letterbook.lists import Lines, of_kind
from letterbook.locating import title_of
from letterbook.metadata import DivisionKind, ListKind, MatterRole, NotesAt
from letterbook.model import Division, EditedDocument, Edition, Index, Medium, Place, Role
from letterbook.wording import Wording

EXTENSION: Mapping[Medium, str] = {
    Medium.SCREEN: ".html",
    Medium.EPUB: ".xhtml",
    Medium.PRINT: ".html",
}


@dataclass(frozen=True, slots=True)
class Part:
    """A page to be: what templates are filled for it."""

    role: Role
    id: str
    title: str
    place: Place
    document: EditedDocument | None = None
    index: Index | None = None
    list_kind: ListKind | None = None
    lines: Lines = ()
    """Of a list that is made of the metadata."""
    division: Division | None = None
    """What a half title opens."""
    section: Division | None = None
    """What begins with this document, and has its title above it."""
    depth: int = 1
    """How deep it stands in the contents and the outline."""
    left: str = ""
    """What the running heads of its left pages say, where that is not the book."""
    is_first: bool = False
    """Whether the body begins with it."""
    recto: bool = False
    """Whether it begins on a right-hand page."""

    @property
    def is_listed(self) -> bool:
        """Whether the contents name it."""
        if self.role is Role.MATTER:
            return self.document is not None and self.document.role not in BEFORE_CONTENTS
        return self.role in (Role.PART, Role.DOCUMENT, Role.NOTES, Role.LIST, Role.INDEX)


BEFORE_CONTENTS = frozenset({MatterRole.DEDICATION, MatterRole.EPIGRAPH})
"""What stands before the contents, and so not in them; these have no heading either."""

SEMANTICS: Mapping[MatterRole, tuple[str, str]] = {
    role: (role.value, f"doc-{role.value}")
    for role in MatterRole
    if role not in (MatterRole.ABBREVIATIONS, MatterRole.METHOD, MatterRole.CHRONOLOGY)
}
"""What a page is, as ``epub:type`` and DPUB-ARIA say it; neither has words for the rest."""


def parts_of(edition: Edition, medium: Medium, word: Wording) -> Iterator[Part]:
    """Tell the parts of an edition in a medium, in reading order."""
    labels = word.labels
    title = word.bare(edition.settings.title)
    front, back = Place.FRONT, Place.BACK
    if medium is Medium.EPUB:
        yield Part(Role.COVER, "cover", labels["cover-of"].format(title), front)
    yield Part(Role.HALF_TITLE, "half-title", title, front)
    yield Part(Role.TITLE, "title", title, front, recto=True)
    yield Part(Role.PROVENANCE, "provenance", labels["provenance"], front)
    pages = [_page(document, word) for document in edition.documents if document.place is front]
    yield from (page for page in pages if not page.is_listed)
    yield Part(Role.CONTENTS, "contents", labels["contents"], front, recto=True)
    lists = list(_lists(edition, medium, word))
    yield from (page for page in lists if page.place is front)
    yield from (page for page in pages if page.is_listed)
    body = list(_body(edition, word))
    yield from (replace(part, is_first=number == 0) for number, part in enumerate(body))
    yield from (_page(document, word) for document in edition.documents if document.place is back)
    at_end = edition.settings.notes_at is NotesAt.VOLUME
    if at_end and any(document.notes for document in edition.documents):
        yield Part(Role.NOTES, Role.NOTES.value, labels["notes"], back)
    yield from (page for page in lists if page.place is back)
    for index in edition.indexes:
        yield Part(Role.INDEX, index.id, title_of(index, word), back, index=index)
    if medium is Medium.SCREEN and is_large(edition):
        yield Part(Role.SEARCH, Role.SEARCH.value, labels["search"], back)
    yield Part(Role.COLOPHON, "colophon", labels["colophon"], back)


def _page(document: EditedDocument, word: Wording) -> Part:
    """A page of the front or back matter; those of the front begin on the right."""
    return Part(
        Role.MATTER,
        document.id,
        word.bare(document.title),
        document.place,
        document,
        recto=document.place is Place.FRONT,
    )


_IN_FRONT = frozenset({ListKind.LETTERS, ListKind.ILLUSTRATIONS})
"""Lists that lead into the book stand before it, those that lead back from elsewhere behind it."""


def is_large(edition: Edition) -> bool:
    """Whether a reader needs more than the contents and the next page to find a way in a site."""
    return len(edition.documents) >= _MANY


_MANY = 6
_MANY_LETTERS = 12
"""From how many on a site lists them by date and by correspondent, whatever a book on paper has."""


def _lists(edition: Edition, medium: Medium, word: Wording) -> Iterator[Part]:
    """The lists that the book asks for, or a site needs, and that have something in them."""
    kinds = [*edition.settings.lists]
    if medium is Medium.SCREEN and len(edition.letters) >= _MANY_LETTERS:
        if any(d.metadata.written and d.metadata.written.date for d in edition.letters):
            kinds.append(ListKind.CHRONOLOGY)
        if any(d.metadata.addressee for d in edition.letters):
            kinds.append(ListKind.CORRESPONDENTS)
    for kind in dict.fromkeys(kinds):
        if lines := of_kind(kind, edition, word):
            place = Place.FRONT if kind in _IN_FRONT else Place.BACK
            recto = place is Place.FRONT
            id_ = f"list-{kind.value}"
            title = word[f"list-{kind.value}"]
            yield Part(Role.LIST, id_, title, place, list_kind=kind, lines=lines, recto=recto)


def _body(edition: Edition, word: Wording) -> Iterator[Part]:
    """The letters, and the half titles of what they are parts of."""
    letters = {letter.id: letter for letter in edition.letters}

    def letter(id_: str, depth: int, left: str) -> Part:
        document = letters[id_]
        name = word.bare(document.title)
        return Part(Role.DOCUMENT, id_, name, Place.BODY, document, depth=depth, left=left)

    def division(made: Division, depth: int, left: str) -> Iterator[Part]:
        title = word.bare(made.title)
        has_page = made.kind is not DivisionKind.SECTION
        if has_page:
            left = title
            yield Part(
                Role.PART, made.id, title, Place.BODY, division=made, depth=depth, recto=True
            )
        within = [letter(id_, depth + 1, left) for id_ in made.documents]
        if within and not has_page:
            within[0] = replace(within[0], section=made)
        for inner in made.divisions:
            within += division(inner, depth + 1, left)
        if within and has_page:
            # The verso of a half title is empty.
            within[0] = replace(within[0], recto=True)
        yield from within

    if not edition.divisions:
        yield from (letter(id_, 1, "") for id_ in letters)
    for made in edition.divisions:
        yield from division(made, 1, "")


def files_of(parts: Sequence[Part], medium: Medium) -> list[tuple[str, list[Part]]]:
    """Tell which parts share a file: the address of each file with its parts.

    On screen the front matter does, and the half title goes: it is the page that guards a
    paper title page, and here its words head every page.
    """
    extension = EXTENSION[medium]
    if medium is Medium.SCREEN:
        front = {Role.TITLE, Role.PROVENANCE, Role.CONTENTS}
        order = [Role.TITLE, Role.CONTENTS, Role.PROVENANCE]
        opening = sorted((p for p in parts if p.role in front), key=lambda p: order.index(p.role))
        rest = [p for p in parts if p.role not in {*front, Role.HALF_TITLE}]
        # The site opens with index.html, so the index of the book has another name.
        names = {part.id: f"book-{part.id}" for part in parts if part.role is Role.INDEX}
        return [(f"index{extension}", opening)] + [
            (f"{names.get(part.id, part.id)}{extension}", [part]) for part in rest
        ]
    if medium is Medium.EPUB:
        # The navigation document is the contents page.
        names = {Role.CONTENTS: "nav"}
        return [(f"{names.get(part.role, part.id)}{extension}", [part]) for part in parts]
    return [(f"index{extension}", [part]) for part in parts]
