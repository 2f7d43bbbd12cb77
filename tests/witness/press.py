"""Prints for the tests: HTML to a tagged PDF, with the typeface of the books."""

from __future__ import annotations

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from letterbook.faces import font_face_css
from letterbook.theme import default_theme, load_theme

_FACES = {face.path.as_uri(): face for face in load_theme(default_theme()).faces}
_STYLE = (
    font_face_css(_FACES)
    + "html { font: 11pt/1.4 'Source Serif'; hyphens: auto } @page { size: 13cm 20cm }"
)


def print_pdf(html: str) -> bytes:
    """Lay out a page of HTML."""
    fonts = FontConfiguration()
    style = CSS(string=_STYLE, font_config=fonts)
    pdf = HTML(string=html).write_pdf(
        stylesheets=[style], font_config=fonts, pdf_variant="pdf/ua-1"
    )
    assert isinstance(pdf, bytes)
    return pdf
