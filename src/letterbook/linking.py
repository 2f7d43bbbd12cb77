"""Links and pictures of a page given their addresses, once it is known where everything stands.

Templates write every internal link as ``#id``, since ids are unique in an edition; here each
gets the address of the page that holds the id. ``epub:type`` is written by the templates and
leaves with the media that do not know it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from lxml import etree
from lxml.etree import _Element as Element

from letterbook.model import Image, Medium
from letterbook.paper import for_paper, mark_starts
from letterbook.pictures import dots_in_print
from letterbook.scripts import mark_stress
from letterbook.slugs import slugify
from letterbook.theme import Theme
from letterbook.wording import Wording

OPS = "http://www.idpf.org/2007/ops"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


_SUFFIXES: Mapping[str, str] = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/gif": ".gif",
    "image/svg+xml": ".svg",
}


def media_href(image: Image) -> str:
    """The address of a picture in a publication: its name, made safe, and some of its digest."""
    path = PurePosixPath(image.path)
    digest = hashlib.sha256(image.data).hexdigest()[:8]
    suffix = _SUFFIXES[image.media_type]
    return f"media/{slugify(path.stem)}-{digest}{suffix}"


def ids_of(tree: Element) -> Iterable[str]:
    """Every id in a tree, in its order."""
    return (id_ for element in tree.iter() if (id_ := element.get("id")))


@dataclass(frozen=True, slots=True)
class Linker:
    """Finishes the trees of one publication, in place."""

    medium: Medium
    theme: Theme
    wording: Wording
    images: Mapping[str, Image]
    """By path."""
    homes: Mapping[str, str]
    """The address of the file that holds each id."""

    def finish(self, tree: Element, here: str) -> None:
        """Give links their pages and pictures their addresses; take out what is EPUB's alone."""
        for element in tree.iter():
            link = element.get("href", "")
            if link.startswith("#"):
                home = self.homes.get(link[1:], here)
                element.set("href", link if home == here else f"{home}{link}")
            if element.get("role") == "doc-cover":
                # Not one of the book's pictures, even where one has the same name.
                continue
            if element.tag == "img" and (image := self.images.get(element.get("src", ""))):
                element.set("src", media_href(image))
                if self.medium is Medium.PRINT:
                    width, height = dots_in_print(image)
                    element.set("style", f"--width: {width}; --height: {height}")
                else:
                    element.set("width", str(image.width))
                    element.set("height", str(image.height))
            if language := element.get("lang"):
                self._direct(element, language)
            if self.medium is not Medium.EPUB:
                element.attrib.pop(f"{{{OPS}}}type", None)
        mark_stress(tree, self.theme)
        if self.medium is not Medium.EPUB:
            mark_starts(tree)
        if self.medium is Medium.PRINT:
            for_paper(tree, self.wording.direction)
        etree.cleanup_namespaces(tree)

    def _direct(self, element: Element, language: str) -> None:
        """Tell the direction of a run in a script that runs the other way."""
        if self.medium is Medium.EPUB:
            element.set(_XML_LANG, language)
        around = (up.get("dir") for up in element.iterancestors() if up.get("dir"))
        direction = self.wording.of(language).direction
        if direction != next(around, self.wording.direction) and element.get("dir") is None:
            element.set("dir", direction)
