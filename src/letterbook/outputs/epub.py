"""The EPUB 3.3, by EbookLib: the pages go in as they were rendered, to the byte.

EbookLib writes the package document, the NCX for old readers, the container and the archive; it
is given finished XHTML as items without a meaning of their own, which it does not touch. The
archive carries no time of day, so that the same book is the same bytes.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time
from itertools import count
from pathlib import Path
from typing import Any

from ebooklib import epub
from lxml import etree
from lxml.etree import _Element as Element

from letterbook.faces import Face, font_face_css
from letterbook.fonts import faces_of
from letterbook.linking import OPS
from letterbook.model import Asset, Edition, Medium, Page, Pagination, Publication, Role
from letterbook.outputs.cover import draw_cover
from letterbook.outputs.files import Made
from letterbook.outputs.opf import COVER_IMAGE, statements
from letterbook.outputs.typefaces import embedded
from letterbook.render import XHTML, render
from letterbook.theme import Theme
from letterbook.typography import plain
from letterbook.wording import Wording

_XHTML = "application/xhtml+xml"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_FONT_TYPES = {".otf": "font/otf", ".ttf": "font/ttf", ".woff": "font/woff", ".woff2": "font/woff2"}
_MODES = 0o100644 << 16
"""Of a file in the archive, for those who unpack it: a file that all may read."""


def make(
    edition: Edition, theme: Theme, folder: Path, pagination: Pagination | None = None
) -> Made:
    """Write ``<slug>.epub`` into a folder, and tell its name.

    With the pagination of the PDF, its pages are marked and listed.
    """
    publication = render(edition, theme, Medium.EPUB, pagination)
    word = Wording(edition.settings.language, theme.labels_for)
    trees = {page.id: etree.fromstring(page.content.encode()) for page in publication.pages}
    book = epub.EpubBook()
    _describe(book, publication, word)
    for page in publication.pages:
        book.spine.append(book.add_item(_page_item(page)))
    for asset in (*publication.assets, *_dress(publication, theme, list(trees.values()))):
        book.add_item(_asset_item(asset))
    cover = epub.EpubItem(COVER_IMAGE, "cover.png", "image/png", draw_cover(edition, theme))
    cover.properties = ["cover-image"]
    book.add_item(cover)
    book.toc = _contents(trees)
    book.add_item(epub.EpubNcx())
    name = f"{edition.slug}.epub"
    day = date.fromisoformat(edition.settings.date)
    _Writer(folder / name, book, day, word).write()
    return Made((name,))


def _describe(book: Any, publication: Publication, word: Wording) -> None:
    """Give the book its metadata, and take out what EbookLib says of itself."""
    edition = publication.edition
    book.metadata[epub.NAMESPACES["OPF"]].pop("generator")
    book.set_identifier(edition.identifier)
    book.title = plain(word.bare(edition.settings.title))
    book.language = edition.settings.language
    book.set_direction(word.direction)
    for statement in statements(publication, word):
        book.add_metadata(
            statement.namespace, statement.name, statement.value, dict(statement.attributes)
        )


def _page_item(page: Page) -> Any:
    item = epub.EpubItem(f"page-{page.id}", page.href, _XHTML, page.content.encode())
    if page.role is Role.CONTENTS:
        item.properties = ["nav"]
    return item


def _asset_item(asset: Asset) -> Any:
    # An id may not begin with a digit nor have a slash in it.
    return epub.EpubItem(
        f"asset-{asset.href.replace('/', '-')}", asset.href, asset.media_type, asset.data
    )


def _dress(publication: Publication, theme: Theme, trees: list[Element]) -> Iterator[Asset]:
    """The stylesheet, and the typefaces unless the book asks for none."""
    css = theme.css["epub"]
    if publication.edition.settings.embed_fonts:
        fonts = embedded(faces_of(publication, theme), css, trees)
        hrefs = {_font_href(face): face for face in fonts}
        for href, face in hrefs.items():
            yield Asset(href, _FONT_TYPES[face.path.suffix.lower()], fonts[face])
        css = font_face_css({f"../{href}": face for href, face in hrefs.items()}) + css
    yield Asset("css/book.css", "text/css", css.encode())


def _font_href(face: Face) -> str:
    """A name that can stand in an address and in an id, whatever the file's own is."""
    return f"fonts/{face.file_name.lower()}"


def _contents(trees: dict[str, Element]) -> list[Any]:
    """The entries of the contents page once more, for readers that know only the NCX."""
    nav = trees[Role.CONTENTS.value].find(f".//{{{XHTML}}}nav[@{{{OPS}}}type='toc']")
    numbers = count(1)

    def entries(holder: Element | None) -> Iterator[Any]:
        found = holder.iterfind(f"{{{XHTML}}}ol/{{{XHTML}}}li") if holder is not None else ()
        for item in found:
            link = item.find(f"{{{XHTML}}}a")
            assert link is not None
            words = " ".join("".join(link.itertext()).split())
            made = epub.Link(link.get("href"), words, f"contents-{next(numbers)}")
            below = list(entries(item))
            yield (made, below) if below else made

    return list(entries(nav))


def _depth(entries: Iterable[Any]) -> int:
    """How deep the entries of a table of contents are nested."""
    return 1 + max((_depth(entry[1]) for entry in entries if isinstance(entry, tuple)), default=0)


class _Writer(epub.EpubWriter):
    """EbookLib's writer, without the clock and with what its package document lacks."""

    def __init__(self, path: Path, book: Any, day: date, word: Wording) -> None:
        # The day alone is known; midnight, Greenwich, is the same for everybody.
        modified = datetime.combine(day, time(), UTC)
        numbered = {"enabled": True, "start_from": 1}
        super().__init__(
            path,
            book,
            {"mtime": modified, "play_order": numbered, "package_direction": True},
        )
        self.day = day
        self.word = word

    def write(self) -> None:
        """Write the archive: the media type first and bare, as the container format wants it."""
        with zipfile.ZipFile(self.file_name, "w") as archive:
            self.out = _Archive(archive, self.day)
            self.out.writestr("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
            self._write_container()
            self._write_opf()
            self._write_items()

    def _write_opf_file(self, root: Element) -> None:
        root.set(_XML_LANG, self.word.language)
        # EbookLib declares a prefix that every reader knows, and that is not used here.
        root.attrib.pop("prefix", None)
        super()._write_opf_file(root)

    def _get_ncx(self) -> bytes:
        root = etree.fromstring(super()._get_ncx())
        root.set(_XML_LANG, self.word.language)
        for meta in root.iter("{*}meta"):
            if meta.get("name") == "dtb:depth":
                meta.set("content", str(_depth(self.book.toc)))
        return etree.tostring(root, encoding="utf-8", xml_declaration=True)


class _Archive:
    """What EbookLib writes its files to: a ZIP archive in which every file is of one day."""

    def __init__(self, archive: zipfile.ZipFile, day: date) -> None:
        self.archive = archive
        # The format counts years from 1980 to 2107.
        self.moment = (min(max(day.year, 1980), 2107), day.month, day.day, 0, 0, 0)

    def writestr(
        self, name: str, data: str | bytes, compress_type: int = zipfile.ZIP_DEFLATED
    ) -> None:
        """Add a file."""
        info = zipfile.ZipInfo(name, self.moment)
        info.compress_type = compress_type
        info.create_system = 3
        info.external_attr = _MODES
        self.archive.writestr(info, data)
