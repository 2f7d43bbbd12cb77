"""The formats: a literal table. A new one is a file beside this one and a row here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from letterbook.model import Edition
from letterbook.outputs import epub, html, pdf
from letterbook.theme import Theme

Make = Callable[[Edition, Theme, Path], tuple[str, ...]]
"""Writes an edition into a folder and tells the names, in that folder, of what it made."""

FORMATS: Mapping[str, Make] = {
    "html": html.make,
    "epub": epub.make,
    "pdf": pdf.make,
}
