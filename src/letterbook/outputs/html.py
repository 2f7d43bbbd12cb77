"""The HTML edition: a folder of plain files, read in any browser, from a disk as from a server.

What enters is an edition and a theme; what leaves is ``html/``: a page for the front matter and
one for each document, the index and the colophon, with their stylesheet, typefaces, pictures and
the files that reference managers import.
Nothing in it asks the network, and no page needs a script to be read; the search of a large book,
on a page of its own, is the only one that there is.
"""

from __future__ import annotations

import html
from pathlib import Path

from letterbook.exchange.forms import write_citations
from letterbook.faces import font_face_css
from letterbook.fonts import faces_of, subset_face
from letterbook.model import Edition, Medium, Pagination
from letterbook.outputs.files import Made, write_files
from letterbook.render import render
from letterbook.theme import Theme
from letterbook.wording import Wording

HTML = "html"
"""The folder, beside the other formats, of the site."""

STYLESHEET = "css/book.css"
"""Where the shell of a page looks for it."""

_SET_BY_BROWSERS = "-\u2010\u2026"
"""The hyphens and the ellipsis that a browser may set where a line ends."""


def make(edition: Edition, theme: Theme, folder: Path, _: Pagination | None = None) -> Made:
    """Write ``html/`` into a folder, and tell its name."""
    publication = render(edition, theme, Medium.SCREEN)
    pages = {page.href: page.content for page in publication.pages}
    styles = theme.css["screen"]
    characters = {
        ord(c) for c in html.unescape("".join(pages.values())) + styles + _SET_BY_BROWSERS
    }
    faces = {f"fonts/{face.file_name}": face for face in faces_of(publication, theme)}
    rules = font_face_css({f"../{href}": face for href, face in faces.items()})
    files = {href: page.encode() for href, page in pages.items()}
    files[STYLESHEET] = (rules + styles).encode()
    for href, face in faces.items():
        files[href] = subset_face(face, faces.values(), characters)
    files |= {asset.href: asset.data for asset in publication.assets}
    files |= write_citations(edition, Wording(edition.settings.language, theme.labels_for))
    write_files(folder / HTML, files)
    return Made((HTML,))
