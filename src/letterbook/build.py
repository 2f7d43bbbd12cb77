"""The composition of the stages: the whole program on a page.

files -> Book -> Edition -> Publication -> files
         read    resolve    render          write, prove, place
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from letterbook.check import check
from letterbook.diagnostics import (
    Diagnostic,
    Severity,
    SourceError,
    Span,
    has_errors,
    in_order,
)
from letterbook.fidelity import prove_epub, prove_pdf, prove_reading, prove_xhtml
from letterbook.fonts import check_glyphs
from letterbook.model import Book, Edition
from letterbook.outputs.exports import EXPORTS
from letterbook.outputs.formats import FORMATS
from letterbook.outputs.layout import complaints
from letterbook.outputs.place import place, staging
from letterbook.pagination import has_print_pages
from letterbook.resolve import resolve
from letterbook.source import read_book
from letterbook.theme import Theme, default_theme, load_theme
from letterbook.titles import entitler
from letterbook.wording import Wording, check_labels

Progress = Callable[[str], None]
"""Is told what is being done now."""

PROGRAMS = {
    "Letterbook": "letterbook",
    "Python-Markdown": "Markdown",
    "EbookLib": "ebooklib",
    "WeasyPrint": "weasyprint",
}
"""What the colophon names: the name as printed, and the distribution."""


@dataclass(frozen=True, slots=True)
class Read:
    """A book that can be built."""

    book: Book
    edition: Edition
    theme: Theme
    diagnostics: tuple[Diagnostic, ...]
    """What was met that is no error."""


@dataclass(frozen=True, slots=True)
class Built:
    """What a build has made."""

    edition: Edition
    outputs: tuple[Path, ...]
    diagnostics: tuple[Diagnostic, ...]


def read(folder: Path, theme_folder: Path | None = None) -> Read:
    """Read, resolve and check a book; write nothing.

    Raises SourceError with every diagnostic when there are errors, and EnvironmentFault when
    the folder or the theme cannot be used.
    """
    theme = load_theme(theme_folder or default_theme())
    book, diagnostics = read_book(folder)
    if book is None:
        raise SourceError(in_order(diagnostics))
    diagnostics += check_glyphs(book, theme)
    diagnostics += check_labels(book, theme)
    word = Wording(book.settings.language, theme.labels_for)
    made_with = {name: version(of) for name, of in PROGRAMS.items()}
    edition, found = resolve(book, made_with, entitler(word, book.settings))
    diagnostics += found
    if edition is not None:
        diagnostics += prove_reading(book, edition)
        diagnostics += check(book, edition)
    if edition is None or has_errors(diagnostics):
        raise SourceError(in_order(diagnostics))
    return Read(book, edition, theme, in_order(diagnostics))


def build(
    folder: Path,
    out: Path,
    formats: Iterable[str] = tuple(FORMATS),
    theme_folder: Path | None = None,
    progress: Progress = lambda _: None,
) -> Built:
    """Build a book into ``out`` in some of the FORMATS, prove every output, then put it there.

    Raises SourceError when the source has errors or a word is not accounted for, and
    EnvironmentFault when it is the machine's or the command's fault; ``out`` is then as it was.
    """
    progress("reading")
    source = read(folder, theme_folder)
    with staging(out) as stage:
        names: list[str] = []
        said: list[Diagnostic] = []
        wanted = set(formats)
        own_pages = not has_print_pages(source.edition.documents)
        pagination = None
        for name in (name for name in FORMATS if name in wanted):
            progress(f"making {name}")
            with complaints() as heard:
                made = FORMATS[name](source.edition, source.theme, stage, pagination)
            said += [_complaint(source.theme, message) for message in heard]
            progress(f"proving {name}")
            found = PROOFS[name](source, stage, made.names)
            if has_errors(found):
                raise SourceError(in_order([*source.diagnostics, *found]))
            names += made.names
            pagination = made.pagination if own_pages else None
        if own_pages and "epub" in wanted and "pdf" not in wanted:
            said.append(_PAGELESS)
        progress("placing")
        older = place(stage, out, names, _about(source))
    said += [_older(path) for path in older]
    outputs = tuple(out / name for name in names)
    return Built(source.edition, outputs, in_order([*source.diagnostics, *said]))


_PAGELESS = Diagnostic(
    "pages-unknown",
    "this EPUB has no page numbers, since the PDF, whose pages they are, was not made with it",
    "make both at once, with --to pdf,epub: then p. 48 is the same words in both",
    Span("book.yaml"),
    Severity.HINT,
)
"""Said of an EPUB that is made alone; the print source’s own pages it would have."""


def _older(path: Path) -> Diagnostic:
    return Diagnostic(
        "output-older",
        "this was made from an earlier state of the book, and was not made again",
        "build without --to, or remove it",
        Span(str(path.resolve())),
        Severity.HINT,
    )


def _complaint(theme: Theme, message: str) -> Diagnostic:
    """What the layout has to say of a theme's styles; the book is sound, and may look amiss."""
    return Diagnostic(
        "theme-complaint",
        f"the layout does not understand the theme: {message}",
        "correct the theme’s css/print.css",
        Span(str((theme.folder / "css" / "print.css").resolve())),
        Severity.WARNING,
    )


def _prove_html(source: Read, stage: Path, made: tuple[str, ...]) -> list[Diagnostic]:
    site = stage / made[0]
    files = {path.name: path.read_bytes() for path in sorted(site.glob("*.html"))}
    return prove_xhtml(source.book, source.edition, files)


def _prove_epub(source: Read, stage: Path, made: tuple[str, ...]) -> list[Diagnostic]:
    return prove_epub(source.book, source.edition, stage / made[0])


def _prove_pdf(source: Read, stage: Path, made: tuple[str, ...]) -> list[Diagnostic]:
    pdf, print_ = (stage / name for name in made)
    return prove_pdf(source.book, source.edition, (print_ / "index.html").read_bytes(), pdf)


def export(folder: Path, out: Path, formats: Iterable[str]) -> Built:
    """Write a book’s documents into ``out`` for other programs, in some of the EXPORTS.

    Raises SourceError when the source has errors, and EnvironmentFault as ``build`` does.
    """
    source = read(folder)
    with staging(out) as stage:
        word = Wording(source.edition.settings.language, source.theme.labels_for)
        made = [EXPORTS[name](source.book, source.edition, word, stage) for name in formats]
        names = [name for exported in made for name in exported.names]
        place(stage, out, names, _about(source))
    said = in_order([diagnostic for exported in made for diagnostic in exported.diagnostics])
    return Built(source.edition, tuple(out / name for name in names), said)


PROOFS: Mapping[str, Callable[[Read, Path, tuple[str, ...]], list[Diagnostic]]] = {
    "html": _prove_html,
    "epub": _prove_epub,
    "pdf": _prove_pdf,
}
"""For each of the FORMATS, what reads its words back."""


def _about(source: Read) -> dict[str, Any]:
    """What the manifest says of a build; nothing that differs between two of them."""
    edition = source.edition
    return {
        "book": {
            "title": edition.settings.title,
            "slug": edition.slug,
            "identifier": edition.identifier,
            "date": edition.settings.date,
        },
        "digest": edition.digest,
        "theme": source.theme.name,
        "versions": dict(edition.made_with),
        "inputs": {file.path: file.digest for file in source.book.files},
    }
