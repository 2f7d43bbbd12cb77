"""The print-ready PDF: PDF/A-3a and PDF/UA-1 in one file, by WeasyPrint.

The book is laid out in parts, because CSS cannot write an index: first its documents, each by
itself and fitted to its pages; then, from where their words have come to stand, the index and the
contents. Only a part’s first page depends on the parts before it. The parts are joined into one
file, whose links, bookmarks and tags run through it. The HTML of the whole is left beside the
PDF, to look at: laid out in one go, it gives the same pages, with all numbers in the left margin.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pydyf
from weasyprint import Document

from letterbook.faces import font_face_css
from letterbook.fonts import called_by_order, characters_of, faces_of, subset_face
from letterbook.model import Edition, Medium, Page, Pagination, Place, Publication, Role
from letterbook.outputs.boxes import sheets
from letterbook.outputs.breaks import find_breaks
from letterbook.outputs.feet import lay_out_with_feet, tag_notes
from letterbook.outputs.files import Made, write_files
from letterbook.outputs.heads import with_heads
from letterbook.outputs.layout import Press, filled, pages_of_ids
from letterbook.outputs.margins import set_in_margins
from letterbook.outputs.xmp import complete_xmp
from letterbook.pagination import has_print_pages
from letterbook.references import has_references
from letterbook.render import print_shell, render
from letterbook.theme import Theme
from letterbook.wording import Wording

PRINT = "print"
"""The folder, beside the PDF, of the HTML that it is made of."""

STYLES = "css/book.css"

_WRITTEN = frozenset({Role.MATTER, Role.PART, Role.DOCUMENT, Role.NOTES})
_FITTED = (_WRITTEN - {Role.PART}) | {Role.CONTENTS, Role.LIST, Role.INDEX}

_PASSES = 3
"""How often the front matter is laid out anew because its own folios have moved its pages."""

_Fitted = tuple[Page, Document]
"""A part as it was fitted, and its layout."""

_Memory = dict[tuple[str, int], _Fitted]
"""What has been laid out, by content and first page; it is not laid out again."""

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
    memory: _Memory = {}

    body = _fit_body(edition, theme, press, draft, memory)
    front = list(_fit_parts(draft, theme, press, _of(draft, _is_front), memory))
    after_body = 1 + _length(body)
    written = _folios(body)
    for _pass in range(_PASSES):
        # Without its folios, the front matter is as long as with them, but for rare chance.
        shown = Pagination({**_folios(front, roman), **written})
        made = render(edition, theme, Medium.PRINT, shown, _is_made)
        back = list(_fit_parts(made, theme, press, made.pages, memory, after_body))
        shown = replace(shown, pages={**shown.pages, **_folios(back, first=after_body)})
        final = render(edition, theme, Medium.PRINT, shown, _is_front)
        before, front = front, list(_fit_parts(final, theme, press, final.pages, memory))
        if _length(before) == _length(front):
            break
    if _length(front) % 2:
        front.append(_lay_out_blank(final, theme, press, Place.FRONT, _length(front) + 1))

    _head_notes(body, final, theme, press, shown)
    fitted = [*front, *body, *back]
    html = print_shell(final, theme, (page for page, _ in fitted), styles=STYLES)
    write_files(root, {"index.html": html.encode()})

    front_pages = _length(front)
    pages = [page for _, document in fitted for page in document.pages]
    book = fitted[0][1].copy(pages)
    if has_print_pages(edition.documents):
        set_in_margins(book.pages)
    name = f"{edition.slug}.pdf"
    book.write_pdf(
        folder / name,
        finisher=_finisher(edition, theme, front_pages),
        pdf_variant="pdf/a-3a",
    )
    labels = [roman(number) for number in range(1, front_pages + 1)]
    labels += [str(number) for number in range(1, len(pages) - front_pages + 1)]
    breaks = tuple(find_breaks(book.pages, labels))
    return Made((name, PRINT), replace(shown, breaks=breaks))


def _fit_body(
    edition: Edition, theme: Theme, press: Press, draft: Publication, memory: _Memory
) -> list[_Fitted]:
    """Lay out what is written; again, as long as the pages that its references name are others."""
    body = first = list(_fit_parts(draft, theme, press, _of(draft, _is_written), memory))
    if not has_references(edition):
        return body
    for _pass in range(_PASSES):
        shown = _folios(body)
        made = render(edition, theme, Medium.PRINT, Pagination(shown), _is_written)
        body = list(_fit_parts(made, theme, press, made.pages, memory))
        if _folios(body) == shown:
            return body
    return first  # Its references name no pages, which is better than wrong ones.


def _head_notes(
    body: list[_Fitted], publication: Publication, theme: Theme, press: Press, shown: Pagination
) -> None:
    """Lay out the notes at the end of the volume with the heads that say where they belong."""
    edition = publication.edition
    marks = {n.id: n.references[0] for document in edition.documents for n in document.notes}
    belonging = {note: shown.pages[mark] for note, mark in marks.items() if mark in shown.pages}
    word = Wording(edition.settings.language, theme.labels_for)
    start = 1
    for number, (page, document) in enumerate(body):
        if page.role is Role.NOTES:
            headed = with_heads(page, document, belonging, word)
            shell = print_shell(publication, theme, [headed], start)
            body[number] = headed, press.lay_out(shell)
        start += len(document.pages)


def _write_assets(publication: Publication, theme: Theme, root: Path) -> None:
    """Write what the HTML refers to: styles, typefaces, pictures."""
    fonts = {f"fonts/{face.file_name}": face for face in faces_of(publication, theme)}
    styles = font_face_css({f"../{href}": face for href, face in fonts.items()})
    characters = characters_of(publication)
    # A face for a script of many thousand signs is cut down to those of the book.
    files = {
        href: called_by_order(subset_face(face, fonts.values(), characters))
        if face.scripts
        else face.data
        for href, face in fonts.items()
    }
    files[STYLES] = (styles + theme.css["print"]).encode()
    files |= {asset.href: asset.data for asset in publication.assets}
    write_files(root, files)


def _is_front(_: Role, place: Place) -> bool:
    return place is Place.FRONT


def _is_written(role: Role, place: Place) -> bool:
    """Whether a page behind the front matter is what somebody has written."""
    return place is not Place.FRONT and role in _WRITTEN


def _is_made(role: Role, place: Place) -> bool:
    """Whether a page behind the front matter is made from what is written."""
    return place is not Place.FRONT and role not in _WRITTEN


def _of(publication: Publication, wanted: Callable[[Role, Place], bool]) -> Iterator[Page]:
    return (page for page in publication.pages if wanted(page.role, page.place))


def _length(fitted: Sequence[_Fitted]) -> int:
    return sum(len(document.pages) for _, document in fitted)


def _folios(
    fitted: Sequence[_Fitted], label: Callable[[int], str] = str, first: int = 1
) -> dict[str, str]:
    pages = pages_of_ids((document for _, document in fitted), first)
    return {id_: label(number) for id_, number in pages.items()}


def _fit_parts(
    publication: Publication,
    theme: Theme,
    press: Press,
    pages: Iterable[Page],
    memory: _Memory,
    start: int = 1,
) -> Iterator[_Fitted]:
    """Lay out some parts, each by itself, from the page after the last of the one before."""
    for page in pages:
        if page.recto and start % 2 == 0:
            yield _lay_out_blank(publication, theme, press, page.place, start)
            start += 1
        known = page.content, start
        if known not in memory:
            memory[known] = _fit(publication, theme, press, page, start)
        fitted = memory[known]
        yield fitted
        start += len(fitted[1].pages)


def _lay_out_blank(
    publication: Publication, theme: Theme, press: Press, place: Place, start: int
) -> _Fitted:
    """An empty page, so that what follows begins on a right-hand one."""
    blank = Page("", "", "", Role.PART, f'<div class="blank {place.value}"></div>', place=place)
    return blank, press.lay_out(print_shell(publication, theme, [blank], start))


def _fit(
    publication: Publication, theme: Theme, press: Press, page: Page, start: int
) -> tuple[Page, Document]:
    """Lay out a part so that no page of it is all but empty, if any of the FITS does that."""

    def lay_out(page: Page) -> Document:
        return press.lay_out(print_shell(publication, theme, [page], start))

    def attempt(page: Page) -> tuple[Page, Document]:
        return lay_out_with_feet(page, lay_out)

    as_designed = best = attempt(page)
    if page.role not in _FITTED or _fill(as_designed[1], page) > ALL_BUT_EMPTY:
        return as_designed
    # What is made has no text to be divided otherwise, and no notes.
    for fit in FITS if page.role in _WRITTEN else FITS[:2]:
        fitted = attempt(replace(page, content=f'<div class="{fit}">{page.content}</div>'))
        best = max(best, fitted, key=lambda made: _fill(made[1], page))
        if _fill(fitted[1], page) > ALL_BUT_EMPTY:
            return fitted
    return best


def _fill(document: Document, page: Page) -> float:
    """How full the emptiest page of a part is; what has one page is full.

    A page with a heading and nothing below it is empty.
    """
    if len(document.pages) == 1:
        return 1.0
    if page.role is Role.DOCUMENT and not sheets(document)[0].has_body:
        return 0.0
    return min(filled(document, page.id), default=1.0)


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


def _finisher(
    edition: Edition, theme: Theme, front_pages: int
) -> Callable[[Document, pydyf.PDF], None]:
    """What WeasyPrint does not write: PDF/UA's mark, page labels, notes, more of Dublin Core."""

    def finish(_: Document, pdf: pydyf.PDF) -> None:
        reference = int(pdf.catalog["Metadata"].split()[0])
        metadata = pdf.objects[reference]
        metadata.stream = [complete_xmp(b"\n".join(metadata.stream), edition)]
        tag_notes(pdf)
        # Roman folios for the front matter, arabic ones from the first page of the body.
        roman, arabic = pydyf.Dictionary({"S": "/r"}), pydyf.Dictionary({"S": "/D"})
        labels = [0, roman, front_pages, arabic] if front_pages else [0, arabic]
        pdf.catalog["PageLabels"] = pydyf.Dictionary({"Nums": pydyf.Array(labels)})
        preferences = pydyf.Dictionary({"DisplayDocTitle": "true"})
        if Wording(edition.settings.language, theme.labels_for).direction == "rtl":
            preferences["Direction"] = "/R2L"  # Bound on the right: the pages lie so in a spread.
        pdf.catalog["ViewerPreferences"] = preferences

    return finish
