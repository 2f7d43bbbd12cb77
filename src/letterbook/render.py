"""Edition, theme and medium to a Publication: the templates filled, the links made.

``plan`` says which parts there are, ``linking`` gives links and pictures their addresses and
``navigation`` leads from one to the other. Nothing is done to HTML as a string.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

from jinja2 import TemplateError
from lxml import etree
from lxml.etree import _Element as Element
from markupsafe import Markup

from letterbook import citation
from letterbook.diagnostics import EnvironmentFault
from letterbook.exchange.pages import Citations
from letterbook.footnotes import set_at_foot
from letterbook.linking import OPS, Linker, ids_of, media_href
from letterbook.locating import Locating
from letterbook.metadata import NotesAt
from letterbook.model import (
    Asset,
    Edition,
    Heading,
    Medium,
    Page,
    Pagination,
    Place,
    Publication,
    Role,
)
from letterbook.navigation import ContentsEntry, contents_of, neighbours, page_breaks, ways
from letterbook.notes import common
from letterbook.pagination import place_breaks
from letterbook.paper import shortened
from letterbook.pictures import sized
from letterbook.plan import EXTENSION, SEMANTICS, Part, files_of, is_large, parts_of
from letterbook.references import CROSSREF
from letterbook.search.passages import passages_of
from letterbook.search.shards import SearchedPage, search_files
from letterbook.signposts import Signposts
from letterbook.theme import Theme
from letterbook.titles import told_by
from letterbook.wording import Wording

XHTML = "http://www.w3.org/1999/xhtml"


def render(
    edition: Edition,
    theme: Theme,
    medium: Medium,
    pagination: Pagination | None = None,
    wanted: Callable[[Role, Place], bool] = lambda *_: True,
) -> Publication:
    """Render an edition for a medium.

    ``pagination`` is what the layout of the PDF has shown; without it, page numbers are left out.
    In print, pages can be rendered by themselves: those that are ``wanted``.
    Raises EnvironmentFault when a template of the theme is at fault.
    """
    return _Renderer(edition, theme, medium, pagination).publication(wanted)


def print_shell(
    publication: Publication,
    theme: Theme,
    pages: Iterable[Page],
    start: int | None = None,
    styles: str | None = None,
) -> str:
    """Put pages of a print publication into one HTML document.

    ``start`` is the number of its first page, where that is not for the stylesheet to say;
    ``styles`` the address of the stylesheet, where whoever reads it does not have it at hand.
    """
    renderer = _Renderer(publication.edition, theme, Medium.PRINT, None)
    context = {
        "content": Markup("\n").join(Markup(page.content) for page in pages),
        "settings": publication.edition.settings,
        "word": renderer.wording,
        "start": start,
        "styles": styles,
    }
    return renderer.fill("shell.print.html", context)


@dataclass(frozen=True, slots=True)
class TitleSetting:
    """How the title can be set on the cover."""

    size: str
    """One of the sizes that the stylesheet knows."""
    width: float
    """The width at which its lines are of about one length, in ems."""


def cover_shell(edition: Edition, theme: Theme, title: TitleSetting) -> str:
    """Make the HTML document that the picture of the cover is laid out from."""
    renderer = _Renderer(edition, theme, Medium.EPUB, None)
    context = {
        "settings": edition.settings,
        "word": renderer.wording,
        "title": title,
    }
    return renderer.fill("shell.cover.html", context)


class _Renderer:
    def __init__(
        self, edition: Edition, theme: Theme, medium: Medium, pagination: Pagination | None
    ) -> None:
        self.edition = edition
        self.theme = theme
        self.medium = medium
        self.pagination = pagination
        self.wording = Wording(edition.settings.language, theme.labels_for)
        self.is_large = medium is Medium.SCREEN and is_large(edition)
        self.letters = edition.letters
        self.documents = {document.id: document for document in edition.documents}
        self.entries: tuple[ContentsEntry, ...] | None = None
        self.notes = common(edition.documents)
        self.locating = Locating(edition, self.wording, pagination)
        self.citations = Citations(edition, theme, self.wording)

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The plan; the shells alone, such as the cover's, can do without."""
        return tuple(parts_of(self.edition, self.medium, self.wording))

    @cached_property
    def indexes(self) -> tuple[Part, ...]:
        return tuple(part for part in self.parts if part.role is Role.INDEX)

    @cached_property
    def leads(self) -> tuple[Part, ...]:
        return tuple(part for part in self.parts if part.role in (Role.LIST, Role.INDEX))

    # ----------------------------------------------------------------------- pages

    def publication(self, wanted: Callable[[Role, Place], bool]) -> Publication:
        plan = files_of([p for p in self.parts if wanted(p.role, p.place)], self.medium)
        files = [(href, [(part, self.section(part)) for part in parts]) for href, parts in plan]
        if self.medium is Medium.EPUB and self.pagination:
            place_breaks((tree for _, parts in files for _, tree in parts), self.pagination)
        homes = {id_: href for href, parts in files for _, tree in parts for id_ in ids_of(tree)}
        leading = ways(files, self.wording) if self.medium is Medium.EPUB else {}
        signposts = Signposts(self.contents() if self.is_large else (), homes)
        images = {
            path: sized(image, self.medium) for path, image in sorted(self.edition.images.items())
        }
        linker = Linker(self.medium, self.theme, self.wording, images, homes)
        pages = []
        searched: list[SearchedPage] = []
        for number, (href, parts) in enumerate(files):
            for part, tree in parts:
                linker.finish(tree, href)
                if self.is_large:
                    searched += self.searched(part, href, tree)
            around = {**neighbours(files, number, self.wording), **signposts.around(href)}
            pages.append(self.page(href, parts, {**around, **leading}))
        assets = tuple(
            Asset(media_href(image), image.media_type, image.data) for image in images.values()
        )
        assets += tuple(
            Asset(href, "text/javascript", data)
            for href, data in (search_files(searched) if searched else {}).items()
        )
        return Publication(self.edition, self.medium, tuple(pages), assets, self.pagination)

    def searched(self, part: Part, href: str, tree: Element) -> Iterator[SearchedPage]:
        """What the search of a site knows of a page; nothing of one that is made, not written."""
        if passages := passages_of(tree):
            number, date = told_by(part.document, self.wording) if part.document else ("", "")
            yield SearchedPage(href, part.title, number, date, passages)

    def section(self, part: Part) -> Element:
        """Fill the template of a part; the result is one element."""
        merged = self.medium is Medium.SCREEN and part.role in (Role.CONTENTS, Role.PROVENANCE)
        wording = self.wording
        if part.document and part.document.metadata.language:
            wording = wording.of(part.document.metadata.language)
        context: dict[str, Any] = {
            "part": part,
            "level": 2 if merged else 1,
            "medium": self.medium.value,
            "edition": self.edition,
            "settings": self.edition.settings,
            "document": part.document,
            "documents": self.letters,
            "semantics": SEMANTICS,
            "contents": self.contents,
            "folio": self.folio,
            "continued": self.continued,
            "body": partial(self.body, wording=wording),
            "word": self.wording,
            "own": wording,
            "in_all_notes": self.notes,
            "running": self.running,
            "outlined": self.outlined,
            "theme": self.theme,
            "citations": self.citations,
            "leads": self.leads,
        }
        if part.index:
            context |= self.locating.context(part.index)
        if part.list_kind:
            context["lines"] = part.lines
        section = _parse(self.fill(f"{part.role.value}.html", context), part.role.value)
        at_foot = self.edition.settings.notes_at is NotesAt.FOOT
        if self.medium is Medium.PRINT and at_foot and part.document:
            set_at_foot(section, part.document.notes, wording.language)
        return section

    def fill(self, template: str, context: Mapping[str, Any]) -> str:
        try:
            return self.theme.environment.get_template(template).render(context)
        except TemplateError as error:
            raise EnvironmentFault(
                "theme-broken",
                f"the template does not work: {error.message or type(error).__name__}",
                "compare with the theme that comes with Letterbook",
                str(self.theme.folder / "templates" / (getattr(error, "name", "") or template)),
            ) from error

    def page(
        self, href: str, parts: list[tuple[Part, Element]], leading: Mapping[str, object]
    ) -> Page:
        part = parts[0][0]
        sections = Markup("\n").join(Markup(self.serialize(tree)) for _, tree in parts)
        printed = self.medium is Medium.PRINT
        content = str(sections) if printed else self.shell(part, sections, leading)
        ids = frozenset(id_ for _, tree in parts for id_ in ids_of(tree))
        breaks = tuple(found for _, tree in parts for found in page_breaks(tree))
        return Page(
            part.id, href, part.title, part.role, content, ids, breaks, part.place, part.recto
        )

    def shell(self, part: Part, sections: Markup, leading: Mapping[str, object]) -> str:
        language = self.edition.settings.language
        if part.document and part.document.metadata.language:
            language = part.document.metadata.language
        return self.fill(
            f"shell.{self.medium.value}.html",
            {
                "content": sections,
                "part": part,
                "language": language,
                "direction": self.wording.of(language).direction,
                "edition": self.edition,
                "settings": self.edition.settings,
                "word": self.wording,
                "indexes": self.indexes,
                "has_search": self.is_large,
                "extension": EXTENSION[self.medium],
                "own_pages": self.pagination is not None,
                **(self.for_machines(part) if self.medium is Medium.SCREEN else {}),
                **leading,
            },
        )

    def for_machines(self, part: Part) -> dict[str, object]:
        """What a page of the site tells of itself to machines, and how to cite it."""
        document = part.document
        return {
            "json_ld": Markup(citation.json_ld(self.edition, document)),
            "meta_tags": list(citation.meta_tags(self.edition, self.wording, document)),
            "citations": self.citations,
            "is_cited": document is not None or part.role is Role.TITLE,
        }

    def serialize(self, tree: Element) -> str:
        if self.medium is Medium.EPUB:
            return str(etree.tostring(tree, encoding="unicode"))
        return str(etree.tostring(tree, method="html", encoding="unicode"))

    # ----------------------------------------------------------------------- what templates call

    def running(self, part: Part) -> Markup:
        """The attributes that the running heads of print are made of."""
        if self.medium is not Medium.PRINT:
            return Markup("")
        settings = self.edition.settings
        by = self.wording.people(settings.author)
        left = part.left or by or self.wording.bare(settings.title)
        # Small capitals, spaced; italics.
        heads = [shortened(left, 0.68, 0.74), shortened(part.title, 0.44, 0.63)]
        if self.wording.direction == "rtl":
            heads.reverse()  # The verso is on the right.
        return Markup(' data-left="{}" data-right="{}"').format(*heads)

    def outlined(self, part: Part) -> Markup:
        """The attribute for the outline of the PDF, which lists names as the contents do."""
        if self.medium is not Medium.PRINT or part.document is None:
            return Markup("")
        number, date = told_by(part.document, self.wording)
        said = " ".join(filter(None, (number, part.title)))
        return Markup(' data-outline="{}"').format(f"{said}, {date}" if date else said)

    def contents(self, within: str | None = None) -> tuple[ContentsEntry, ...]:
        """The lines of the contents, with folios in print; ``within`` what has an id, if asked."""
        if self.entries is None:
            shown = self.pagination if self.medium is Medium.PRINT else None
            self.entries = contents_of(self.parts, shown.pages if shown else {}, self.wording)
        if within is None:
            return self.entries
        levels = [*self.entries]
        # The list grows on the way, by what is below.
        for entry in levels:
            if entry.target == within:
                return entry.entries
            levels += entry.entries
        return ()

    def folio(self, id_: str) -> str:
        """The page of an id in print; nothing in other media, and as long as nobody knows it."""
        is_known = self.pagination and self.medium is Medium.PRINT
        return self.pagination.pages.get(id_, "") if self.pagination and is_known else ""

    def continued(self, heading: Heading) -> Markup:
        """The attribute for a page of print that goes on with a heading's subheadings."""
        if self.medium is not Medium.PRINT:
            return Markup("")
        text = self.wording["continued"].format(self.wording.bare(heading.text))
        return Markup(' data-continued="{}"').format(text)

    def body(self, tree: Element, wording: Wording) -> Markup:
        """The content of a tree of ours, to be set into a template."""
        # Serialized once as XML: what a template gives back is parsed as XML.
        copied = copy.deepcopy(tree)
        for link in copied.iter("a"):
            if link.get("class") == CROSSREF:
                link.text = self.reference(link.get("href", "")[1:], wording)
        text = etree.tostring(copied, encoding="unicode")
        return Markup(text)[len("<div>") : -len("</div>")] if len(tree) else Markup("")

    def reference(self, id_: str, wording: Wording) -> str:
        """What a reference to a document says: what that is called, and in print its page."""
        called = wording.called(self.documents[id_])
        page = self.pagination.pages.get(id_) if self.pagination else None
        if self.medium is not Medium.PRINT or page is None:
            return called
        return wording["on-page"].format(called, page)


def _parse(text: str, name: str) -> Element:
    """Parse what a template gave: one element, XHTML without its namespace."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    try:
        root = etree.fromstring(f'<body xmlns:epub="{OPS}">{text.strip()}</body>', parser)
    except etree.XMLSyntaxError as error:
        raise EnvironmentFault(
            "theme-broken",
            f"the template does not give well-formed XHTML: {error.msg}",
            "close every element, and write & as &amp;",
            f"{name}.html",
        ) from error
    section = root[0]
    section.tail = None
    root.remove(section)
    return section
