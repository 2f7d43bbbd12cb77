"""Edition, theme and medium to a Publication: the templates filled, the links made.

Templates write every internal link as ``#id``, since ids are unique in an edition; here each
gets the address of the page that holds the id. ``epub:type`` is written by the templates and
leaves with the media that do not know it. Nothing is done to HTML as a string.
"""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from jinja2 import TemplateError
from lxml import etree
from lxml.etree import _Element as Element
from markupsafe import Markup

from letterbook import citation
from letterbook.diagnostics import EnvironmentFault
from letterbook.index.locators import Reference, by_page, by_paragraph
from letterbook.model import (
    Asset,
    EditedDocument,
    Edition,
    Heading,
    Image,
    Medium,
    Page,
    Publication,
    Role,
)
from letterbook.paper import for_paper
from letterbook.source import slugify
from letterbook.theme import Theme
from letterbook.typography import by_sense
from letterbook.wording import Wording

OPS = "http://www.idpf.org/2007/ops"
XHTML = "http://www.w3.org/1999/xhtml"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

EXTENSION: Mapping[Medium, str] = {
    Medium.SCREEN: ".html",
    Medium.EPUB: ".xhtml",
    Medium.PRINT: ".html",
}


@dataclass(frozen=True, slots=True)
class Folios:
    """Where things stand in print; what the screen has no need of."""

    pages: Mapping[str, int]
    """The page of every id of the body, from 1."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A page to be: what templates are filled for it."""

    role: Role
    id: str
    title: str
    document: EditedDocument | None = None


@dataclass(frozen=True, slots=True)
class Waypoint:
    """A place that a reading system leads to: a landmark, or a page of the print source."""

    label: str
    href: str
    type: str = ""
    """What the place is, as ``epub:type`` has it."""


@dataclass(frozen=True, slots=True)
class ContentsEntry:
    """A line of the contents."""

    title: str
    target: str
    folio: str | None


def render(
    edition: Edition, theme: Theme, medium: Medium, folios: Folios | None = None
) -> Publication:
    """Render an edition for a medium.

    ``folios`` is what the layout of the body has shown; without it, page numbers are left out.
    Raises EnvironmentFault when a template of the theme is at fault.
    """
    return _Renderer(edition, theme, medium, folios).publication()


def media_href(image: Image) -> str:
    """The address of a picture in a publication: its name, made safe, and some of its digest."""
    path = PurePosixPath(image.path)
    digest = hashlib.sha256(image.data).hexdigest()[:8]
    suffix = {"image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif"}[image.media_type]
    return f"media/{slugify(path.stem)}-{digest}{suffix}"


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


Files = list[tuple[str, list[tuple[_Part, Element]]]]
"""The parts by the address of the file that they share."""

_LANDMARKS: Mapping[Role, tuple[str, str]] = {
    Role.COVER: ("cover", "cover"),
    Role.TITLE: ("titlepage", "title-page"),
    Role.PROVENANCE: ("copyright-page", "provenance"),
    Role.CONTENTS: ("toc", "contents"),
    Role.DOCUMENT: ("bodymatter", "start"),
    Role.INDEX: ("index", "index"),
    Role.COLOPHON: ("colophon", "colophon"),
}
"""The landmarks of an EPUB: ``epub:type`` and label; the first document stands for all."""


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
        "by_sense": by_sense,
        "title": title,
    }
    return renderer.fill("shell.cover.html", context)


class _Renderer:
    def __init__(
        self, edition: Edition, theme: Theme, medium: Medium, folios: Folios | None
    ) -> None:
        self.edition = edition
        self.theme = theme
        self.medium = medium
        self.folios = folios
        self.wording = Wording(edition.settings.language, theme.labels_for)
        self.parts = tuple(self.all_parts())

    def all_parts(self) -> Iterable[_Part]:
        labels = self.wording.labels
        title = self.wording.bare(self.edition.settings.title)
        if self.medium is Medium.EPUB:
            yield _Part(Role.COVER, "cover", labels["cover-of"].format(title))
        yield _Part(Role.HALF_TITLE, "half-title", title)
        yield _Part(Role.TITLE, "title", title)
        yield _Part(Role.PROVENANCE, "provenance", labels["provenance"])
        yield _Part(Role.CONTENTS, "contents", labels["contents"])
        for document in self.edition.documents:
            bare = self.wording.bare(document.metadata.title)
            yield _Part(Role.DOCUMENT, document.id, bare, document)
        if self.edition.index:
            yield _Part(Role.INDEX, "index", labels["index"])
        yield _Part(Role.COLOPHON, "colophon", labels["colophon"])

    # ----------------------------------------------------------------------- pages

    def publication(self) -> Publication:
        files = [(href, [(part, self.section(part)) for part in ps]) for href, ps in self.split()]
        homes = {id_: href for href, parts in files for _, tree in parts for id_ in _ids(tree)}
        ways = self.ways(files) if self.medium is Medium.EPUB else {}
        pages = []
        for number, (href, parts) in enumerate(files):
            for _, tree in parts:
                self.finish(tree, href, homes)
            neighbours = (
                files[number - 1] if number else None,
                files[number + 1] if number + 1 < len(files) else None,
            )
            pages.append(self.page(href, parts, neighbours, ways))
        assets = tuple(
            Asset(media_href(image), image.media_type, image.data)
            for _, image in sorted(self.edition.images.items())
        )
        return Publication(self.edition, self.medium, tuple(pages), assets)

    def split(self) -> list[tuple[str, list[_Part]]]:
        """Tell which parts share a file.

        On screen the front matter does, and the half title goes: it is the page that guards a
        paper title page, and here its words head every page.
        """
        extension = EXTENSION[self.medium]
        if self.medium is Medium.SCREEN:
            front = {Role.TITLE, Role.PROVENANCE, Role.CONTENTS}
            order = [Role.TITLE, Role.CONTENTS, Role.PROVENANCE]
            opening = sorted(
                (p for p in self.parts if p.role in front), key=lambda p: order.index(p.role)
            )
            rest = [p for p in self.parts if p.role not in {*front, Role.HALF_TITLE}]
            # The site opens with index.html, so the index of the book has another name.
            names = {Role.INDEX: "book-index"}
            return [(f"index{extension}", opening)] + [
                (f"{names.get(part.role, part.id)}{extension}", [part]) for part in rest
            ]
        if self.medium is Medium.EPUB:
            # The navigation document is the contents page.
            names = {Role.CONTENTS: "nav"}
            return [(f"{names.get(part.role, part.id)}{extension}", [part]) for part in self.parts]
        return [(f"index{extension}", [part]) for part in self.parts]

    def section(self, part: _Part) -> Element:
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
            "documents": self.edition.documents,
            "contents": self.contents,
            "references": self.references,
            "body": self.body,
            "word": self.wording,
            "own": wording,
            "running": self.running,
            "theme": self.theme,
        }
        return _parse(self.fill(f"{part.role.value}.html", context), part.role.value)

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
        self,
        href: str,
        parts: list[tuple[_Part, Element]],
        neighbours: tuple[Any, Any],
        ways: Mapping[str, list[Waypoint]],
    ) -> Page:
        part = parts[0][0]
        sections = Markup("\n").join(Markup(self.serialize(tree)) for _, tree in parts)
        if self.medium is Medium.PRINT:
            content = str(sections)
        else:
            content = self.shell(part, sections, neighbours, ways)
        ids = frozenset(id_ for _, tree in parts for id_ in _ids(tree))
        breaks = tuple(found for _, tree in parts for found in _page_breaks(tree))
        return Page(part.id, href, part.title, part.role, content, ids, breaks)

    def shell(
        self,
        part: _Part,
        sections: Markup,
        neighbours: tuple[Any, Any],
        ways: Mapping[str, list[Waypoint]],
    ) -> str:
        extension = EXTENSION[self.medium]

        def neighbour(file: Any) -> dict[str, str] | None:
            return {"href": file[0], "title": file[1][0][0].title} if file else None

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
                "has_index": bool(self.edition.index),
                "previous": neighbour(neighbours[0]),
                "following": neighbour(neighbours[1]),
                "json_ld": Markup(citation.json_ld(self.edition, part.document)),
                "meta_tags": list(citation.meta_tags(self.edition, part.document)),
                "extension": extension,
                **ways,
            },
        )

    def ways(self, files: Files) -> Mapping[str, list[Waypoint]]:
        """What the navigation document of an EPUB leads to besides the contents."""
        landmarks: dict[str, Waypoint] = {}
        page_list: list[Waypoint] = []

        def add(type_: str, label: str, href: str) -> None:
            landmarks.setdefault(type_, Waypoint(self.wording[label], href, type_))

        for href, parts in files:
            for part, tree in parts:
                page_list += [Waypoint(label, f"{href}#{id_}") for label, id_ in _page_breaks(tree)]
                if part.role in _LANDMARKS:
                    add(*_LANDMARKS[part.role], href)
                if part.document and part.document.notes:
                    add("footnotes", "notes", f"{href}#{part.id}-notes")
        return {"landmarks": list(landmarks.values()), "page_list": page_list}

    def serialize(self, tree: Element) -> str:
        if self.medium is Medium.EPUB:
            return str(etree.tostring(tree, encoding="unicode"))
        return str(etree.tostring(tree, method="html", encoding="unicode"))

    def finish(self, tree: Element, here: str, homes: Mapping[str, str]) -> None:
        """Give links their pages and pictures their addresses; take out what is EPUB's alone."""
        for element in tree.iter():
            link = element.get("href", "")
            if link.startswith("#"):
                home = homes.get(link[1:], here)
                element.set("href", link if home == here else f"{home}{link}")
            if element.get("role") == "doc-cover":
                # Not one of the book's pictures, even where one has the same name.
                continue
            if element.tag == "img" and (image := self.edition.images.get(element.get("src", ""))):
                element.set("src", media_href(image))
                if self.medium is Medium.PRINT:
                    element.set("style", f"--width: {image.width}; --height: {image.height}")
                else:
                    element.set("width", str(image.width))
                    element.set("height", str(image.height))
            if language := element.get("lang"):
                self.direct(element, language)
            if self.medium is not Medium.EPUB:
                element.attrib.pop(f"{{{OPS}}}type", None)
        if self.medium is Medium.PRINT:
            for_paper(tree, self.theme)
        etree.cleanup_namespaces(tree)

    def direct(self, element: Element, language: str) -> None:
        """Tell the direction of a run in a script that runs the other way."""
        if self.medium is Medium.EPUB:
            element.set(_XML_LANG, language)
        around = (up.get("dir") for up in element.iterancestors() if up.get("dir"))
        direction = self.wording.of(language).direction
        if direction != next(around, self.wording.direction) and element.get("dir") is None:
            element.set("dir", direction)

    # ----------------------------------------------------------------------- what templates call

    def running(self, title: str) -> Markup:
        """The attributes that the running heads of print are made of."""
        if self.medium is not Medium.PRINT:
            return Markup("")
        settings = self.edition.settings
        left = self.wording.people(settings.author) or self.wording.bare(settings.title)
        return Markup(' data-left="{}" data-right="{}"').format(left, title)

    def contents(self) -> list[ContentsEntry]:
        """The lines of the contents, with folios in print."""
        return [
            ContentsEntry(part.title, part.id, self.folio(part.id))
            for part in self.parts
            if part.role in (Role.DOCUMENT, Role.INDEX)
        ]

    def folio(self, id_: str) -> str | None:
        if self.folios is None or id_ not in self.folios.pages:
            return None
        return str(self.folios.pages[id_])

    def references(self, heading: Heading) -> tuple[Reference, ...]:
        """The locators of a heading as this medium prints them."""
        if self.medium is Medium.PRINT:
            return by_page(heading.locators, self.folios.pages) if self.folios else ()
        several = len(self.edition.documents) > 1
        names = {
            document.id: self.wording.called(document.metadata) if several else ""
            for document in self.edition.documents
        }
        return by_paragraph(heading.locators, names, self.wording.labels)

    def body(self, tree: Element) -> Markup:
        """The content of a tree of ours, to be set into a template."""
        # Serialized once as XML: what a template gives back is parsed as XML.
        copied = copy.deepcopy(tree)
        text = etree.tostring(copied, encoding="unicode")
        return Markup(text)[len("<div>") : -len("</div>")] if len(tree) else Markup("")


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


def _page_breaks(tree: Element) -> Iterable[tuple[str, str]]:
    """Label and id of the pages of the print source that begin in a tree."""
    return (
        (element.get("title", ""), element.get("id", ""))
        for element in tree.iter()
        if element.get("role") == "doc-pagebreak"
    )


def _ids(tree: Element) -> Iterable[str]:
    return (id_ for element in tree.iter() if (id_ := element.get("id")))
