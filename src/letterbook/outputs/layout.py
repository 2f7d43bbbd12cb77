"""The one place where WeasyPrint is called: HTML in, laid-out pages out, and where things stand.

WeasyPrint's own fetcher follows any link anywhere; ours reads what lies in one folder and nothing
else. What WeasyPrint has to say of a theme's styles is kept, for whoever asked for the layout.
"""

from __future__ import annotations

import gc
import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

from letterbook.outputs.boxes import feet_height
from letterbook.outputs.engine import (
    CSS,
    HTML,
    Document,
    FontConfiguration,
    URLFetcher,
    URLFetcherResponse,
)
from letterbook.outputs.leftwards import indent_from_right

_LOGGER = logging.getLogger("weasyprint")
_LOGGER.addHandler(logging.NullHandler())


_BASE = "file:///publication/"
"""The address that stands for the folder: WeasyPrint names pictures in the PDF by a digest of their
address, and a folder's own would make other bytes in every other folder."""


class FolderFetcher(URLFetcher):
    """Fetches files of one folder, symbolic links resolved, and ``data:``; refuses the rest."""

    def __init__(self, folder: Path) -> None:
        super().__init__(allowed_protocols=("file", "data"), allow_redirects=False)
        self.folder = folder.resolve()

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """Open a URL; raises ValueError, which WeasyPrint reports, for what is refused."""
        if urlsplit(url).scheme.lower() == "file":
            inside = unquote(url.partition("#")[0].partition("?")[0]).removeprefix(_BASE)
            path = (self.folder / inside).resolve()
            if not url.startswith(_BASE) or not path.is_relative_to(self.folder):
                raise ValueError(f"outside the publication: {url}")
            url = path.as_uri()
        return super().fetch(url, headers)


class Press:
    """Lays out documents that share a folder of styles, fonts and pictures.

    ``stylesheet`` is a file in the folder; it is read once for all.
    """

    def __init__(self, folder: Path, stylesheet: str) -> None:
        self.fetcher = FolderFetcher(folder)
        # One for all parts: the glyphs of a font keep their ids when the parts are joined.
        self.fonts = FontConfiguration()
        self.styles = CSS(
            string=(folder / stylesheet).read_text(encoding="utf-8"),
            base_url=f"{_BASE}{stylesheet}",
            url_fetcher=self.fetcher,
            font_config=self.fonts,
        )

    def lay_out(self, html: str) -> Document:
        """Lay out one HTML document whose links are relative to the folder."""
        source = HTML(string=html, base_url=_BASE, url_fetcher=self.fetcher)
        with _no_collection():
            laid_out = source.render(
                font_config=self.fonts,
                stylesheets=[self.styles],
                presentational_hints=True,  # The number with which a list starts is one.
            )
            return indent_from_right(laid_out) if 'dir="rtl"' in html else laid_out


@contextmanager
def _no_collection() -> Iterator[None]:
    """Layout makes a great many objects and hardly any garbage; looking for it costs a tenth."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@contextmanager
def complaints() -> Iterator[list[str]]:
    """Collect what WeasyPrint warns of meanwhile, each thing once, in the order met."""
    collector = _Collector()
    _LOGGER.addHandler(collector)
    try:
        yield collector.messages
    finally:
        _LOGGER.removeHandler(collector)


class _Collector(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        message = record.getMessage()
        if message not in self.messages:
            self.messages.append(message)


def pages_of_ids(documents: Iterable[Document], first: int = 1) -> Mapping[str, int]:
    """Tell on which page every id stands; an element that runs over a page is where it begins."""
    found: dict[str, int] = {}
    number = first
    for document in documents:
        for page in document.pages:
            for id_ in page.anchors:
                found.setdefault(id_, number)
            number += 1
    return found


def filled(document: Document, id_: str) -> list[float]:
    """How far down each page an element reaches: a fraction of the page's height, from its top.

    The element is one that begins at the top of the first page and has the pages to itself, but
    for the notes at their foot, which count.
    """
    rectangles = (page.anchors.get(id_) for page in document.pages)
    return [
        (rectangle[3] - rectangle[1] + feet_height(page)) / page.height
        for rectangle, page in zip(rectangles, document.pages, strict=True)
        if rectangle
    ]
