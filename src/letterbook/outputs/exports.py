"""What a book can be exported to: a literal table, like that of the formats.

An export hands the documents on as they were written, for another program to go on with; a format
is an edition for readers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from letterbook.model import Book
from letterbook.outputs import tei

Make = Callable[[Book, Path], tuple[str, ...]]
"""Writes a book into a folder and tells the names, in that folder, of what it made."""

EXPORTS: Mapping[str, Make] = {
    "tei": tei.make,
}
