"""The pictures of a page: those that lie beside it are taken along, the others are told."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain, count
from pathlib import PurePosixPath

from lxml import etree
from lxml.etree import _Element as Element

from letterbook.diagnostics import Diagnostic, Span
from letterbook.drawings import is_drawing, read_drawing
from letterbook.importers.imported import Reason, Source
from letterbook.importers.telling import Telling, picture_name
from letterbook.slugs import slugify

_KINDS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8")
"""How PNG, JPEG and GIF begin."""


def _is_usable(name: str, data: bytes) -> bool:
    """Whether a book can have a picture; what is wrong with a PNG, the book will tell."""
    if not is_drawing(data):
        return data.startswith(_KINDS)
    return not isinstance(read_drawing(name, data, Span(name)), Diagnostic)


class Images(Telling):
    """Makes images of ours of a page's, and keeps what is to be told of them."""

    def __init__(self, source: Source, data: Mapping[str, bytes] | None = None) -> None:
        """``data`` are the pictures by the names that the page has for them."""
        super().__init__(source.name)
        self.stem = slugify(source.stem)
        self.data = source.siblings if data is None else data
        self.taken: dict[str, bytes] = {}
        """By the path in the book."""
        self.supplied: list[str] = []

    def image(self, element: Element, line: int) -> Element | None:
        """Make an image of ours; one whose file is not there is set aside, and told."""
        name = picture_name(element)
        alternative = " ".join(element.get("alt", "").split())
        data = self.data.get(name)
        if data is None or not _is_usable(name, data):
            what = "is not there" if data is None else "is no PNG, JPEG, GIF or plain SVG"
            self.warn(
                "image-missing",
                f"the picture “{name[:200]}” {what}, and was left out",
                line,
                "save it beside the page, under this name, and import once more",
            )
            self.aside(alternative, Reason.STRUCTURE, line)
            return None
        file = PurePosixPath(name)
        path = self._path(file, data)
        self.taken[path] = data
        made = etree.Element("img")
        made.set("src", path)
        if not alternative:
            alternative = f"[image: {file.name}]"
            self.supplied.append(alternative)
            self.warn(
                "image-without-alt",
                f"the picture “{name}” has no description",
                line,
                "describe it where it says “image” in brackets",
            )
        made.set("alt", alternative)
        return made

    def _path(self, file: PurePosixPath, data: bytes) -> str:
        """Where a picture stands in the book: names that differ in signs alone stay apart."""
        stem = f"images/{self.stem}-{slugify(file.stem)}"
        endings = chain([""], (f"-{again}" for again in count(2)))
        names = (f"{stem}{ending}{file.suffix.lower()}" for ending in endings)
        return next(name for name in names if self.taken.get(name, data) == data)
