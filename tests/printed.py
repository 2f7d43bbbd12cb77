"""A PDF as its reader has it: the characters of each page and where they stand, its links."""

from __future__ import annotations

import ctypes
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from types import TracebackType
from typing import Self

import pypdfium2
import pypdfium2.raw as pdfium


@dataclass(frozen=True)
class Line:
    """Characters that share a baseline, from left to right."""

    baseline: float
    """In points, from the head of the page."""
    left: float
    """In points, from the left edge of the page."""
    right: float
    """Where the last character begins, in points, from the left edge of the page."""
    size: float
    """In CSS pixels, as WeasyPrint writes it."""
    text: str


@dataclass(frozen=True)
class Link:
    """A link inside the file."""

    text: str
    """The words that it covers."""
    leads_to: int
    """The number of a page, from 0."""


class Printed:
    """An open PDF; a context that closes it. Pages are counted from 0."""

    def __init__(self, path: Path) -> None:
        self._pdf = pypdfium2.PdfDocument(path)

    def __enter__(self) -> Self:
        """Enter with the file open."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the file."""
        self._pdf.close()

    def __len__(self) -> int:
        """Return the number of pages."""
        return len(self._pdf)

    def label(self, page: int) -> str:
        """Return what a reader calls a page, such as iv or 12."""
        return str(self._pdf.get_page_label(page))

    def bookmarks(self) -> list[tuple[int, str, int]]:
        """Return level, title and page of every bookmark, in order."""
        found = []
        for bookmark in self._pdf.get_toc():
            destination = bookmark.get_dest()
            found.append((bookmark.level, bookmark.get_title(), destination.get_index()))
        return found

    def text(self, page: int) -> str:
        """Return the words of a page in the order in which they were set."""
        textpage = self._pdf[page].get_textpage()
        return str(textpage.get_text_bounded())

    def lines(self, page: int, left: float = 0, right: float = math.inf) -> list[Line]:
        """Return the lines of a page, from head to foot; what stands beside is in one line.

        What begins outside of ``left`` and ``right``, in points, is left out.
        """
        characters = sorted(self._characters(page), key=lambda c: (c[0], c[1]))
        characters = [c for c in characters if left <= c[1] <= right]
        lines = []
        for baseline, members in groupby(characters, key=lambda c: c[0]):
            row = list(members)
            text = "".join(character for *_, character in row)
            if text.strip():
                ink = [x for _, x, _, character in row if not character.isspace()]
                size = max(size for _, _, size, _ in row)
                lines.append(Line(baseline, ink[0], ink[-1], size, text))
        return lines

    def _characters(self, page: int) -> Iterator[tuple[float, float, float, str]]:
        sheet = self._pdf[page]
        textpage = sheet.get_textpage()
        x, y = ctypes.c_double(), ctypes.c_double()
        for number in range(textpage.count_chars()):
            # What pdfium adds for spaces and line ends between words has no place of its own.
            if pdfium.FPDFText_IsGenerated(textpage, number) == 1:
                continue
            pdfium.FPDFText_GetCharOrigin(textpage, number, x, y)
            size = pdfium.FPDFText_GetFontSize(textpage, number)
            character = chr(pdfium.FPDFText_GetUnicode(textpage, number))
            down = round(sheet.get_height() - y.value, 1)
            yield down, x.value, size, character

    def links(self, page: int) -> Iterator[Link]:
        """Return the links of a page that lead to a page of this file, in their order."""
        sheet = self._pdf[page]
        textpage = sheet.get_textpage()
        position = ctypes.c_int(0)
        link = pdfium.FPDF_LINK()
        rectangle = pdfium.FS_RECTF()
        while pdfium.FPDFLink_Enumerate(sheet, position, link):
            destination = pdfium.FPDFLink_GetDest(self._pdf, link)
            if not destination:
                continue
            pdfium.FPDFLink_GetAnnotRect(link, rectangle)
            covered = textpage.get_text_bounded(
                rectangle.left, rectangle.bottom, rectangle.right, rectangle.top
            )
            target = pdfium.FPDFDest_GetDestPageIndex(self._pdf, destination)
            yield Link(covered.strip(), target)


def bare(text: str) -> str:
    """Return the letters and figures of a text alone: what line ends and spacing do not change."""
    return re.sub(r"[\W_]", "", text).casefold()
