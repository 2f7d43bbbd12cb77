"""The formats: a literal table. A new one is a file beside this one and a row here.

They are made in the order of the table: the PDF shows where its pages begin, and the EPUB says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from letterbook.model import Edition, Pagination

# First, before what imports WeasyPrint without it.
from letterbook.outputs import engine  # noqa: F401  # isort: skip
from letterbook.outputs import epub, html, pdf
from letterbook.outputs.files import Made
from letterbook.theme import Theme

Make = Callable[[Edition, Theme, Path, Pagination | None], Made]
"""Writes an edition into a folder and tells what it made.

It is given where the pages of the PDF begin, when that was made before.
"""

FORMATS: Mapping[str, Make] = {
    "html": html.make,
    "pdf": pdf.make,
    "epub": epub.make,
}
