"""The print-ready PDF: PDF/A-3a and PDF/UA-1 in one file, by WeasyPrint.

The book is laid out in three parts, because CSS cannot write an index: first the body; then,
from where its words have come to stand, the contents and the index. The parts are joined into
one file, whose links, bookmarks and tags run through it. The HTML of the whole is left beside
the PDF, to look at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pydyf
from weasyprint import Document

from letterbook.model import Edition, Medium, Page, Publication, Role
from letterbook.outputs.files import write_files
from letterbook.outputs.layout import Press, pages_of_ids
from letterbook.outputs.xmp import complete_xmp
from letterbook.render import Folios, print_shell, render
from letterbook.theme import Theme, font_face_css

PRINT = "print"
"""The folder, beside the PDF, of the HTML that it is made of."""

_FRONT = frozenset({Role.HALF_TITLE, Role.TITLE, Role.PROVENANCE, Role.CONTENTS})
_BODY = frozenset({Role.DOCUMENT})
_BACK = frozenset({Role.INDEX, Role.COLOPHON})

# The end of the front matter: the page that this forces is thrown away, but the blank verso that
# may have to come before it stays, so that the body begins on a right-hand page.
_TO_RECTO = Page("", "", "", Role.CONTENTS, '<div style="break-before: right"></div>')


def make(edition: Edition, theme: Theme, folder: Path) -> tuple[str, ...]:
    """Write ``<slug>.pdf`` and ``print/`` into a folder, and tell their names."""
    draft = render(edition, theme, Medium.PRINT)
    root = folder / PRINT
    fonts = {f"fonts/{face.path.name}": face for face in theme.faces}
    styles = font_face_css({f"../{href}": face for href, face in fonts.items()})
    files = {href: face.data for href, face in fonts.items()}
    files["css/book.css"] = (styles + theme.css["print"]).encode()
    files |= {asset.href: asset.data for asset in draft.assets}
    write_files(root, files)

    press = Press(root)
    body = press.lay_out(print_shell(draft, theme, _parts(draft, _BODY)))
    after_body = len(body.pages) + 1
    folios = Folios({**pages_of_ids([body]), "index": after_body})
    final = render(edition, theme, Medium.PRINT, folios)
    front = press.lay_out(print_shell(final, theme, [*_parts(final, _FRONT), _TO_RECTO]))
    back = press.lay_out(print_shell(final, theme, _parts(final, _BACK), start=after_body))
    write_files(root, {"index.html": print_shell(final, theme, final.pages).encode()})

    front_pages = front.pages[:-1]
    book = front.copy([*front_pages, *body.pages, *back.pages])
    name = f"{edition.slug}.pdf"
    book.write_pdf(
        folder / name,
        finisher=_finisher(edition, len(front_pages)),
        pdf_variant="pdf/a-3a",
    )
    return name, PRINT


def _parts(publication: Publication, roles: frozenset[Role]) -> Iterator[Page]:
    return (page for page in publication.pages if page.role in roles)


def _finisher(edition: Edition, front_pages: int) -> Callable[[Document, pydyf.PDF], None]:
    """What WeasyPrint does not write: PDF/UA's mark, page labels, the rest of Dublin Core."""

    def finish(document: Document, pdf: pydyf.PDF) -> None:
        reference = int(pdf.catalog["Metadata"].split()[0])
        metadata = pdf.objects[reference]
        metadata.stream = [complete_xmp(b"\n".join(metadata.stream), edition)]
        # Roman folios for the front matter, arabic ones from the first page of the body.
        roman, arabic = pydyf.Dictionary({"S": "/r"}), pydyf.Dictionary({"S": "/D"})
        labels = [0, roman, front_pages, arabic] if front_pages else [0, arabic]
        pdf.catalog["PageLabels"] = pydyf.Dictionary({"Nums": pydyf.Array(labels)})
        pdf.catalog["ViewerPreferences"] = pydyf.Dictionary({"DisplayDocTitle": "true"})

    return finish
