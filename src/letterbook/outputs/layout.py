"""The one place where WeasyPrint is called: HTML in, laid-out pages out, and where things stand.

WeasyPrint's own fetcher follows any link anywhere; ours reads what lies in one folder and
nothing else. See ``docs/`` for how the book is laid out in three parts and joined.
"""

from __future__ import annotations

import gc
import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from weasyprint import HTML, Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

logging.getLogger("weasyprint").addHandler(logging.NullHandler())


class FolderFetcher(URLFetcher):
    """Fetches files of one folder, symbolic links resolved, and ``data:``; refuses the rest."""

    def __init__(self, folder: Path) -> None:
        super().__init__(allowed_protocols=("file", "data"), allow_redirects=False)
        self.folder = folder.resolve()

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        """Open a URL; raises ValueError, which WeasyPrint reports, for what is refused."""
        parts = urlsplit(url)
        if parts.scheme.lower() == "file":
            path = Path(url2pathname(unquote(parts.path))).resolve()
            if parts.netloc or not path.is_relative_to(self.folder):
                raise ValueError(f"outside the publication: {url}")
        return super().fetch(url, headers)


class Press:
    """Lays out documents that share a folder of styles, fonts and pictures."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.fetcher = FolderFetcher(folder)
        # One for all parts: the glyphs of a font keep their ids when the parts are joined.
        self.fonts = FontConfiguration()

    def lay_out(self, html: str) -> Document:
        """Lay out one HTML document whose links are relative to the folder."""
        source = HTML(
            string=html, base_url=f"{self.folder.as_uri()}/", url_fetcher=self.fetcher
        )
        with _no_collection():
            return source.render(font_config=self.fonts)


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
