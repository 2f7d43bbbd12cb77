"""WeasyPrint, imported quickly, and quick with many pages.

It looks for each of its libraries under several names. For one that is no file's name ``ctypes``
asks the system's linker and compiler: some fifty processes, a third of the whole import. Linux
has these libraries under the names of files, which come later in the same lists; so there the
search is left out at first.

For each element that it tags it asks pydyf for the list of all pages, which is made anew each time:
the time grows with the square of the pages. So pydyf is made to keep the list.
"""

from __future__ import annotations

import ctypes.util
import sys
from contextlib import suppress


def _nothing(name: str) -> None:
    """Find no library by any name."""


if sys.platform.startswith("linux"):
    _search = ctypes.util.find_library
    ctypes.util.find_library = _nothing
    # Where not all is found so, the import below searches, and says what is missing.
    with suppress(OSError):
        import weasyprint  # noqa: F401
    ctypes.util.find_library = _search

import pydyf  # noqa: E402
from weasyprint import CSS, HTML, Document  # noqa: E402
from weasyprint.text.fonts import FontConfiguration  # noqa: E402
from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: E402

__all__ = ["CSS", "HTML", "Document", "FontConfiguration", "URLFetcher", "URLFetcherResponse"]


class _PDF(pydyf.PDF):
    """A PDF that remembers the references of its pages until it has more of them."""

    _known: tuple[bytes, ...] = ()

    @property
    def page_references(self) -> tuple[bytes, ...]:
        """The reference of each page, in their order."""
        if len(self._known) != self.pages["Count"]:
            self._known = super().page_references
        return self._known


pydyf.PDF = _PDF
