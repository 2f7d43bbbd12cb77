"""The cover of an EPUB: set in the book's own type, as one picture.

An edition and a theme enter, a PNG leaves: black on white, in shades of grey, the same bytes for
the same words.
"""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

import pypdfium2
from fontTools.ttLib import TTFont

from letterbook.model import Edition
from letterbook.outputs.files import write_files
from letterbook.outputs.layout import Press
from letterbook.render import cover_shell
from letterbook.theme import Face, Theme, font_face_css
from letterbook.typography import by_sense

WIDTH = 1200
"""Pixels; the height follows from the page that the theme's stylesheet sets."""
_STYLES = "css/cover.css"

_SIZES = (("large", 6.5, 20.0), ("middling", 8.3, 30.0), ("small", 10.9, 55.0))
"""The sizes of the title that the stylesheet knows: what may be the longest part that cannot be
broken, and what the whole, in ems. What fits none of them is set in the least."""


def draw_cover(edition: Edition, theme: Theme) -> bytes:
    """Draw the cover as a PNG."""
    fonts = {f"fonts/{face.path.name}": face for face in theme.faces}
    files = {href: face.data for href, face in fonts.items()}
    files[_STYLES] = (
        font_face_css({f"../{href}": face for href, face in fonts.items()}) + theme.css["cover"]
    ).encode()
    with tempfile.TemporaryDirectory(prefix="letterbook-") as name:
        root = Path(name)
        write_files(root, files)
        html = cover_shell(edition, theme, _title_size(edition.settings.title, theme.faces[0]))
        laid_out = Press(root, _STYLES).lay_out(html).write_pdf()
    with pypdfium2.PdfDocument(laid_out) as document:
        page = document[0]
        picture = page.render(scale=WIDTH / page.get_width(), grayscale=True).to_pil()
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


def _title_size(title: str, face: Face) -> str:
    """How large a title can be set: by the widths of its letters, so that no line runs over."""
    with TTFont(io.BytesIO(face.data), lazy=True) as font:
        names, advances = font.getBestCmap(), font["hmtx"].metrics
        em = font["head"].unitsPerEm

        def width(text: str) -> float:
            glyphs = (names.get(ord(character), ".notdef") for character in text)
            return float(sum(advances[glyph][0] for glyph in glyphs) / em)

        title = by_sense(title)
        longest, whole = max(width(part) for part in title.split(" ")), width(title)
    fitting = (name for name, part, all_ in _SIZES if longest <= part and whole <= all_)
    return next(fitting, "least")
