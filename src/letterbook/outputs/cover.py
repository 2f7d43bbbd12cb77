"""The cover of an EPUB: set in the book's own type, as one picture.

An edition and a theme enter, a PNG leaves: black on white, in shades of grey, the same bytes for
the same words.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import uharfbuzz

from letterbook.faces import Face, font_face_css
from letterbook.metadata import BookSettings
from letterbook.model import Edition
from letterbook.outputs.files import write_files
from letterbook.outputs.layout import Press
from letterbook.render import TitleSetting, cover_shell
from letterbook.theme import Theme
from letterbook.typography import by_sense

WIDTH = 1200
"""Pixels; the height follows from the page that the theme's stylesheet sets."""
_STYLES = "css/cover.css"

_SIZES = {"large": (6.5, 3), "middling": (8.3, 4), "small": (10.9, 5), "least": (14.4, 99)}
"""The sizes of the title that the stylesheet knows: the width of a line, in ems of that size, and
how many lines there may be."""


def draw_cover(edition: Edition, theme: Theme) -> bytes:
    """Draw the cover as a PNG."""
    settings = edition.settings
    words = f"{settings.title}{settings.subtitle}{settings.publisher}"
    words += "".join(person.name for person in settings.author)
    language = settings.language.partition("-")[0]
    faces = theme.faces_for({ord(c) for c in words}, {language})
    fonts = {f"fonts/{face.file_name}": face for face in faces}
    files = {href: face.data for href, face in fonts.items()}
    files[_STYLES] = (
        font_face_css({f"../{href}": face for href, face in fonts.items()}) + theme.css["cover"]
    ).encode()
    with tempfile.TemporaryDirectory(prefix="letterbook-") as name:
        root = Path(name)
        write_files(root, files)
        html = cover_shell(edition, theme, _set_title(settings, faces))
        laid_out = Press(root, _STYLES).lay_out(html).write_pdf()
    with pypdfium2.PdfDocument(laid_out) as document:
        page = document[0]
        picture = page.render(scale=WIDTH / page.get_width(), grayscale=True).to_pil()
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


def _set_title(settings: BookSettings, faces: tuple[Face, ...]) -> TitleSetting:
    """Set a title as large as its longest part and its length let it be, in even lines."""
    widths = _widths(by_sense(settings.title, settings.language).split(" "), faces)
    size = next(
        (
            name
            for name, (measure, most) in _SIZES.items()
            if max(widths) <= measure and _lines(widths, measure) <= most
        ),
        "least",
    )
    measure, _ = _SIZES[size]
    lines = _lines(widths, measure)
    even = min(
        (
            width
            for width in _runs(widths)
            if max(widths) <= width and _lines(widths, width) <= lines
        ),
        default=measure,
    )
    # A little more than was measured: the layout rounds.
    return TitleSetting(size, round(min(even + 0.05, measure), 2))


def _widths(parts: list[str], faces: tuple[Face, ...]) -> list[float]:
    """The widths of some words, in ems; each character as the first face that has it draws it."""
    widths: dict[int, float] = {}
    wanted = {ord(character) for part in parts for character in part}
    for face in faces:
        font = uharfbuzz.Font(uharfbuzz.Face(face.data))
        for code in wanted & face.characters - widths.keys():
            glyph = font.get_nominal_glyph(code)
            widths[code] = font.get_glyph_h_advance(glyph) / font.face.upem
    return [sum(widths.get(ord(character), 1) for character in part) for part in parts]


_SPACE = 0.25
"""Of a space, in ems; near enough for any typeface."""


def _lines(widths: list[float], measure: float) -> int:
    """How many lines some words take, each line filled before the next is begun."""
    lines, filled = 1, 0.0
    for width in widths:
        if filled and filled + _SPACE + width > measure:
            lines, filled = lines + 1, width
        else:
            filled += width + (_SPACE if filled else 0)
    return lines


def _runs(widths: list[float]) -> Iterator[float]:
    """The widths of all the lines that there could be."""
    for start in range(len(widths)):
        for end in range(start + 1, len(widths) + 1):
            yield sum(widths[start:end]) + _SPACE * (end - start - 1)
