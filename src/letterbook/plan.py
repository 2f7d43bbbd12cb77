"""The plan of a publication: which parts it has, in which order, and which of them share a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from letterbook.model import EditedDocument, Edition, Medium, Role
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
    document: EditedDocument | None = None


def parts_of(edition: Edition, medium: Medium, word: Wording) -> Iterator[Part]:
    """Tell the parts of an edition in a medium, in reading order."""
    labels = word.labels
    title = word.bare(edition.settings.title)
    if medium is Medium.EPUB:
        yield Part(Role.COVER, "cover", labels["cover-of"].format(title))
    yield Part(Role.HALF_TITLE, "half-title", title)
    yield Part(Role.TITLE, "title", title)
    yield Part(Role.PROVENANCE, "provenance", labels["provenance"])
    yield Part(Role.CONTENTS, "contents", labels["contents"])
    for document in edition.documents:
        yield Part(Role.DOCUMENT, document.id, word.bare(document.title), document)
    if edition.index:
        yield Part(Role.INDEX, "index", labels["index"])
    yield Part(Role.COLOPHON, "colophon", labels["colophon"])


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
        names = {Role.INDEX: "book-index"}
        return [(f"index{extension}", opening)] + [
            (f"{names.get(part.role, part.id)}{extension}", [part]) for part in rest
        ]
    if medium is Medium.EPUB:
        # The navigation document is the contents page.
        names = {Role.CONTENTS: "nav"}
        return [(f"{names.get(part.role, part.id)}{extension}", [part]) for part in parts]
    return [(f"index{extension}", [part]) for part in parts]
