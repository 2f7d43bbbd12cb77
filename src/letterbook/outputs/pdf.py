"""The print-ready PDF: PDF/A-3a and PDF/UA-1 in one file, by WeasyPrint.

The book is laid out in parts, because CSS cannot write an index: first its documents, each by
itself and fitted to its pages; then, from where their words have come to stand, the contents and
the index. The parts are joined into one file, whose links, bookmarks and tags run through it. The
HTML of the whole is left beside the PDF, to look at: laid out in one go, it gives the same pages,
with all numbers in the left margin.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pydyf
from weasyprint import Document

from letterbook.faces import font_face_css
from letterbook.fonts import characters_of, faces_of, subset_font
from letterbook.model import Edition, Medium, Page, Pagination, Publication, Role
from letterbook.outputs.breaks import find_breaks
from letterbook.outputs.files import Made, write_files
from letterbook.outputs.layout import Press, filled, pages_of_ids
from letterbook.outputs.xmp import complete_xmp
from letterbook.render import print_shell, render
from letterbook.pagination import has_print_pages
from letterbook.theme import Theme

PRINT = "print"
"""The folder, beside the PDF, of the HTML that it is made of."""

STYLES = "css/book.css"

_FRONT = frozenset({Role.HALF_TITLE, Role.TITLE, Role.PROVENANCE, Role.CONTENTS})
_BODY = frozenset({Role.DOCUMENT})
_BACK = frozenset({Role.INDEX, Role.COLOPHON})

# The end of the front matter: the page that this forces is thrown away, but the blank verso that
# may have to come before it stays, so that the body begins on a right-hand page.
_TO_RECTO = Page("", "", "", Role.CONTENTS, '<div style="break-before: right"></div>')

FITS = ("fit-close", "fit-raise", "fit-turn", "fit-carry")
"""Classes by which the styles fit a document anew whose last page would be all but empty, in the
order in which they are tried."""

ALL_BUT_EMPTY = 1 / 6
"""Of a page's height: some six lines."""


def make(edition: Edition, theme: Theme, folder: Path, _: Pagination | None = None) -> Made:
    """Write ``<slug>.pdf`` and ``print/`` into a folder, and tell where the pages begin."""
    draft = render(edition, theme, Medium.PRINT)
    root = folder / PRINT
    _write_assets(draft, theme, root)
    press = Press(root, STYLES)

    body = list(_fit_parts(draft, theme, press, _BODY))
    after_body = 1 + sum(len(document.pages) for _, document in body)
    shown = Pagination({**pages_of_ids(document for _, document in body), "index": after_body})
    final = render(edition, theme, Medium.PRINT, shown)
    back = list(_fit_parts(final, theme, press, _BACK, after_body))
    front = press.lay_out(print_shell(final, theme, [*_parts(final, _FRONT), _TO_RECTO]))

    fitted = [*body, *back]
    whole = [*_parts(final, _FRONT), *(page for page, _ in fitted)]
    html = print_shell(final, theme, whole, styles=STYLES)
    write_files(root, {"index.html": html.encode()})

    front_pages = front.pages[:-1]
    pages = [page for _, document in fitted for page in document.pages]
    book = front.copy([*front_pages, *pages])
    name = f"{edition.slug}.pdf"
    book.write_pdf(
        folder / name,
        finisher=_finisher(edition, len(front_pages)),
        pdf_variant="pdf/a-3a",
    )
    labels = [roman(number) for number in range(1, len(front_pages) + 1)]
    labels += [str(number) for number in range(1, len(pages) + 1)]
    breaks = tuple(find_breaks(book.pages, labels))
    return Made((name, PRINT), replace(shown, breaks=breaks))


def _write_assets(publication: Publication, theme: Theme, root: Path) -> None:
    """Write what the HTML refers to: styles, typefaces, pictures."""
    fonts = {f"fonts/{face.file_name}": face for face in faces_of(publication, theme)}
    styles = font_face_css({f"../{href}": face for href, face in fonts.items()})
    characters = characters_of(publication)
    # A face for a script of many thousand signs is cut down to those of the book.
    files = {
        href: subset_font(face.data, characters) if face.scripts else face.data
        for href, face in fonts.items()
    }
    files[STYLES] = (styles + theme.css["print"]).encode()
    files |= {asset.href: asset.data for asset in publication.assets}
    write_files(root, files)


def _parts(publication: Publication, roles: frozenset[Role]) -> Iterator[Page]:
    return (page for page in publication.pages if page.role in roles)


def _fit_parts(
    publication: Publication, theme: Theme, press: Press, roles: frozenset[Role], start: int = 1
) -> Iterator[tuple[Page, Document]]:
    """Lay out some parts, each by itself, from the page after the last of the one before."""
    for page in _parts(publication, roles):
        fitted = _fit(publication, theme, press, page, start)
        yield fitted
        start += len(fitted[1].pages)


def _fit(
    publication: Publication, theme: Theme, press: Press, page: Page, start: int
) -> tuple[Page, Document]:
    """Lay out a part so that no page of it is all but empty, if any of the FITS does that."""

    def attempt(page: Page) -> tuple[Page, Document]:
        return page, press.lay_out(print_shell(publication, theme, [page], start))

    as_designed = attempt(page)
    if _well_filled(as_designed[1], page.id):
        return as_designed
    for fit in FITS:
        fitted = attempt(replace(page, content=f'<div class="{fit}">{page.content}</div>'))
        if _well_filled(fitted[1], page.id):
            return fitted
    return as_designed


def _well_filled(document: Document, id_: str) -> bool:
    return len(document.pages) == 1 or all(f > ALL_BUT_EMPTY for f in filled(document, id_))


_FIGURES = (
    *(("m", 1000), ("cm", 900), ("d", 500), ("cd", 400), ("c", 100), ("xc", 90), ("l", 50)),
    *(("xl", 40), ("x", 10), ("ix", 9), ("v", 5), ("iv", 4), ("i", 1)),
)


def roman(number: int) -> str:
    """A folio of the front matter, as the styles have it: ``xiv``."""
    figures = ""
    for figure, value in _FIGURES:
        figures += figure * (number // value)
        number %= value
    return figures


def _finisher(edition: Edition, front_pages: int) -> Callable[[Document, pydyf.PDF], None]:
    """What WeasyPrint does not write: PDF/UA's mark, page labels, the rest of Dublin Core."""

    def finish(_: Document, pdf: pydyf.PDF) -> None:
        reference = int(pdf.catalog["Metadata"].split()[0])
        metadata = pdf.objects[reference]
        metadata.stream = [complete_xmp(b"\n".join(metadata.stream), edition)]
        # Roman folios for the front matter, arabic ones from the first page of the body.
        roman, arabic = pydyf.Dictionary({"S": "/r"}), pydyf.Dictionary({"S": "/D"})
        labels = [0, roman, front_pages, arabic] if front_pages else [0, arabic]
        pdf.catalog["PageLabels"] = pydyf.Dictionary({"Nums": pydyf.Array(labels)})
        pdf.catalog["ViewerPreferences"] = pydyf.Dictionary({"DisplayDocTitle": "true"})

    return finish
