"""The metadata of an EPUB: what its package document says of the book.

An edition and its publication enter; what leaves are statements, in the order in which they are
to stand (EPUB 3.3, 5.5; EPUB Accessibility 1.1, 2 and 3; the accessibility terms of schema.org).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from letterbook.metadata import BookSettings, People
from letterbook.model import Edition, Place, Publication
from letterbook.typography import plain
from letterbook.wording import Wording

DC = "DC"
"""The namespace of Dublin Core, by the name that EbookLib has for it."""
COVER_IMAGE = "cover-image"
"""The id of the picture of the cover in the manifest."""

_CONFORMS_TO = "EPUB Accessibility 1.1 - WCAG 2.2 Level AA"
_RELATORS = "marc:relators"


@dataclass(frozen=True, slots=True)
class Statement:
    """One element of the metadata."""

    name: str
    """``title``, ``creator``, … of Dublin Core; ``meta`` and ``link`` of the package."""
    value: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)

    @property
    def namespace(self) -> str | None:
        """As EbookLib wants it."""
        return None if self.name in ("meta", "link") else DC


def statements(publication: Publication, word: Wording) -> Iterator[Statement]:
    """Say everything of a publication but its identifier and the date of the last change."""
    edition = publication.edition
    settings = edition.settings
    yield from _titles(settings, word)
    yield from _people(edition)
    yield from _languages(edition)
    yield Statement("date", settings.date)
    yield from _origin(edition)
    for name, values in (
        ("publisher", [settings.publisher]),
        ("description", [settings.description]),
        ("subject", settings.subject),
        ("rights", [settings.rights, settings.credit]),
    ):
        yield from (Statement(name, value) for value in values if value)
    if settings.licence:
        yield Statement("link", "", {"rel": "dcterms:license", "href": settings.licence})
    yield from _accessibility(publication, word)
    yield Statement("meta", "", {"name": "cover", "content": COVER_IMAGE})
    yield Statement("meta", "", {"name": "generator", "content": "Letterbook"})


def _meta(property_: str, value: str, refines: str | None = None, **more: str) -> Statement:
    refined = {"refines": f"#{refines}"} if refines else {}
    return Statement("meta", value, {**refined, "property": property_, **more})


def _titles(settings: BookSettings, word: Wording) -> Iterator[Statement]:
    titles = {"main": settings.title, "subtitle": settings.subtitle}
    for number, (type_, title) in enumerate(titles.items(), start=1):
        if title:
            # Catalogues search for plain spaces.
            yield Statement("title", plain(word.bare(title)), {"id": f"title-{number}"})
            yield _meta("title-type", type_, f"title-{number}")
            yield _meta("display-seq", str(number), f"title-{number}")


def _people(edition: Edition) -> Iterator[Statement]:
    """Everybody once, with all that they did; the authors of the book are its creators."""
    settings = edition.settings
    written = [document.metadata for document in edition.letters]
    around = [d.metadata for d in edition.documents if d.place is not Place.BODY]
    authors = settings.author or tuple(p for metadata in written for p in metadata.author)
    hands: Iterable[tuple[str, Iterable[People]]] = (
        ("aut", [authors, *(metadata.author for metadata in written)]),
        ("edt", [settings.editor]),
        # Of a foreword, an introduction, an afterword.
        ("aui", [metadata.author for metadata in around]),
        ("trl", [settings.translator, *(metadata.translator for metadata in written)]),
        ("trc", [settings.transcriber, *(metadata.transcriber for metadata in written)]),
        ("pfr", [settings.proofreader, *(metadata.proofreader for metadata in written)]),
    )
    sorts: dict[str, str] = {}
    roles: dict[str, dict[str, None]] = {}
    for role, groups in hands:
        for person in (person for group in groups for person in group):
            roles.setdefault(person.name, {})[role] = None
            if person.sort:
                sorts.setdefault(person.name, person.sort)
    creators = {person.name for person in authors}
    for number, (name, done) in enumerate(roles.items(), start=1):
        id_ = f"person-{number}"
        yield Statement("creator" if name in creators else "contributor", name, {"id": id_})
        for role in done:
            yield _meta("role", role, id_, scheme=_RELATORS)
        if name in sorts:
            yield _meta("file-as", sorts[name], id_)
        if name in creators:
            yield _meta("display-seq", str(number), id_)


def _languages(edition: Edition) -> Iterator[Statement]:
    """The language of the book, then those of its documents."""
    languages = [edition.settings.language]
    languages += [document.metadata.language or "" for document in edition.documents]
    return (Statement("language", language) for language in dict.fromkeys(languages) if language)


def _origin(edition: Edition) -> Iterator[Statement]:
    """What the book was made from, and when that was written and published."""
    for words in _sources(edition):
        yield Statement("source", words)
    yield _meta("dcterms:provenance", f"sha256:{edition.digest}")
    if len(edition.letters) == 1:
        metadata = edition.letters[0].metadata
        for property_, statement in (
            ("dcterms:created", metadata.written),
            ("dcterms:issued", metadata.published),
        ):
            if statement and statement.date:
                yield _meta(property_, statement.date)


def _sources(edition: Edition) -> list[str]:
    """The source of the book; where it names none, those of its documents."""
    if edition.settings.source:
        return [edition.settings.source.words]
    sources = (document.metadata.source for document in edition.letters)
    return list(dict.fromkeys(source.words for source in sources if source))


# --------------------------------------------------------------------------- accessibility


def _accessibility(publication: Publication, word: Wording) -> Iterator[Statement]:
    edition = publication.edition
    images = bool(edition.images)
    pages = any(page.page_breaks for page in publication.pages)
    notes = any(document.notes for document in edition.documents)
    yield _meta("schema:accessMode", "textual")
    # A book of words alone suffices to whoever cannot see; an image has its words too.
    yield _meta("schema:accessModeSufficient", "textual")
    if images:
        yield _meta("schema:accessMode", "visual")
        yield _meta("schema:accessModeSufficient", "textual,visual")
    features = {
        "structuralNavigation": True,
        "tableOfContents": True,
        "readingOrder": True,
        "displayTransformability": True,
        "ARIA": True,
        "index": bool(edition.indexes),
        "alternativeText": images,
        "pageBreakMarkers": pages,
        "pageNavigation": pages,
    }
    for feature, there in features.items():
        if there:
            yield _meta("schema:accessibilityFeature", feature)
    for hazard in _hazards(images):
        yield _meta("schema:accessibilityHazard", hazard)
    summary = {
        "accessible-text": True,
        "accessible-images": images,
        "accessible-notes": notes,
        "accessible-index": bool(edition.indexes),
        "accessible-pages": pages and publication.pagination is None,
        "accessible-pdf-pages": pages and publication.pagination is not None,
    }
    sentences = " ".join(word[label] for label, there in summary.items() if there)
    yield _meta("schema:accessibilitySummary", sentences)
    if pages:
        yield _meta("pageBreakSource", _page_source(publication, word))
    yield _meta("dcterms:conformsTo", _CONFORMS_TO, id="conformance")
    yield _meta("a11y:certifiedBy", "Letterbook", "conformance")


def _page_source(publication: Publication, word: Wording) -> str:
    """Name what has the pages that are marked: the PDF made with this EPUB, or the print source."""
    edition = publication.edition
    if publication.pagination is None:
        return "; ".join(_sources(edition)) or word["page-list"]
    settings = edition.settings
    named = word["pdf-edition"].format(plain(word.bare(settings.title)), settings.date)
    return f"{named}, {edition.identifier}"


def _hazards(has_images: bool) -> tuple[str, ...]:
    """The hazards that there are not: pictures stand still, whatever they came as."""
    if not has_images:
        return ("none",)
    return ("noFlashingHazard", "noMotionSimulationHazard", "noSoundHazard")
