"""The proof that no word is lost: each output is read back, and every word of it compared.

The chain has three links. ``prove_reading``: the words of each source, read by a scanner of its
own, are those of the edition. ``prove_xhtml`` and ``prove_epub``: the words of the edition are
those of the files as written. ``prove_pdf``: so are those of the print HTML, and the words of all
of it are what the PDF gives to a reader that follows its tags. Each returns diagnostics that name
the output, the word and the place where it was written; an empty list is the proof.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

import pypdfium2
from lxml import etree
from lxml.etree import _Element as Element

from letterbook.diagnostics import Diagnostic, Span
from letterbook.model import Book, Document, EditedDocument, Edition
from letterbook.witness.compare import Difference, compare
from letterbook.witness.faults import diagnostics
from letterbook.witness.pdf import UntaggedError, read_pdf
from letterbook.witness.places import Places, account_of, keys_of, pairs, span_of
from letterbook.witness.tree import (
    GENERATED,
    RENDERED,
    Part,
    Reading,
    parse,
    parts_of,
    read_keys,
    read_tree,
)
from letterbook.witness.words import Word, exact_key, print_key, source_key


@dataclass(frozen=True, slots=True)
class Normalisation:
    """Something that may differ between what was written and what is read back."""

    what: str
    where: str
    why: str


_EVERYWHERE = "everywhere"
_SOURCE = "source to edition"
_PDF = "print HTML to PDF"

NORMALISATIONS = (
    Normalisation(
        "White space: any run of it, no-break spaces included, is one break between words",
        _EVERYWHERE,
        "typesetting breaks lines where it must and binds initials to names",
    ),
    Normalisation(
        "Characters without width: soft hyphens, zero-width spaces and joiners, marks of direction",
        _EVERYWHERE,
        "they guide the layout and are not seen",
    ),
    Normalisation(
        "The characters * _ ` \\ # >",
        _SOURCE,
        "only a parser could tell markup from text here, and this proof does not trust the parser",
    ),
    Normalisation(
        "A mark - + : at the start of a line; lines that consist of - = * : | + alone",
        _SOURCE,
        "they may be lists, rules or tables, and then have no words",
    ),
    Normalisation(
        "White space at both ends of `code`",
        _SOURCE,
        "Markdown sets the words apart by their face instead",
    ),
    Normalisation(
        "The label of a page of the print source, [348]{.page}",
        _SOURCE,
        "it is set as a page break, not as a word",
    ),
    Normalisation(
        "Note numbers and what the editorial marks add: brackets, [sic]",
        _SOURCE,
        "the edition makes them; in the files and the PDF they are compared like words",
    ),
    Normalisation(
        "Hyphens at line ends, and words broken over lines",
        _PDF,
        "a word that is continued on the next line is one word, with the hyphen or without it",
    ),
    Normalisation(
        "Distance without a space: at the end of a block or cell, around what is positioned",
        _PDF,
        "margins part words, too; where HTML has a space between words of one line, so has the PDF",
    ),
    Normalisation(
        "Unicode compatibility (NFKC): ligatures, superior and inferior figures",
        _PDF,
        "ﬁ is fi; a superior 2 and ² are one glyph in the typeface",
    ),
    Normalisation(
        "Characters that share a glyph: the hyphens, apostrophe and modifier apostrophe, ∆ and Δ",
        _PDF,
        "a PDF knows glyphs, and one glyph has one meaning in it",
    ),
    Normalisation(
        "Letter case",
        _PDF,
        "small capitals of a and A are one glyph; the files, and the print HTML among them, are"
        " compared with their case",
    ),
    Normalisation(
        "Leaders, bullets, and table heads repeated on a new page",
        _PDF,
        "the layout draws them; numbers of lists are compared",
    ),
    Normalisation(
        "The place of notes at the foot of the page",
        _PDF,
        "a text that runs on over the page is read on; the notes, tagged as such, are read after"
        " it, in their order",
    ),
    Normalisation(
        "The order within a line that has words from right to left",
        _PDF,
        "readers of PDF restore it each in their own way; its characters are compared",
    ),
)
"""All that is normalised; nothing else may differ."""


def prove_reading(book: Book, edition: Edition) -> list[Diagnostic]:
    """Compare the words of every source with those of the edition's trees."""
    found: list[Diagnostic] = []
    for document, edited in pairs(book, edition):
        if edited is None:
            found.append(_missing(document, "the edition"))
        elif not _agrees(document, edited):
            found += _prove_document(document, edited)
    return found


def _agrees(document: Document, edited: EditedDocument) -> bool:
    """Whether the words are the same without any allowance: then there is nothing to look into."""
    written = keys_of(document)
    labels = [None, *(note.label for note in edited.notes)]
    trees = [edited.body, *(note.body for note in edited.notes)]
    return written.keys() == set(labels) and all(
        read_keys(tree, source_key, without=GENERATED)[0] == written[label]
        for label, tree in zip(labels, trees, strict=True)
    )


def _prove_document(document: Document, edited: EditedDocument) -> Iterator[Diagnostic]:
    account = account_of(document)
    used = {note.label for note in edited.notes}
    labels = [note.label for note in edited.notes]
    labels += [label for label in account.notes if label not in used]
    written = [*account.body, *(w for label in labels for w in account.notes.get(label, ()))]
    trees = [edited.body, *(note.body for note in edited.notes)]
    read = [w for tree in trees for w in read_tree(tree, source_key, without=GENERATED).words]

    def span(difference: Difference) -> Span:
        if not written:
            return Span(document.file.path, document.body_line)
        return span_of(document, written[min(difference.at, len(written) - 1)])

    differences = compare(written, read)
    yield from diagnostics(differences, written, "the edition", span, hint=_READ_OTHERWISE)


_READ_OTHERWISE = (
    "Markdown takes this line for more than words, perhaps for a list that counts by itself: put a"
    " backslash before the character that is meant as itself, as in 1918\\. or \\["
)


def prove_xhtml(
    book: Book, edition: Edition, files: Mapping[str, bytes], medium: str = "the HTML"
) -> list[Diagnostic]:
    """Compare the words of the edition with those of files as they were written.

    ``files`` are those of one publication, by path; what is not HTML or XHTML is passed over.
    """
    notes = _homes(edition)
    trees, found = _parsed(files)
    heard: dict[Part, list[str]] = {}
    for root in trees:
        keys, regions = read_keys(root, exact_key, parts_of(root, notes), RENDERED)
        for region in regions:
            heard.setdefault(region.part, []).extend(keys[region.start : region.stop])
    doubted: list[EditedDocument] = []
    for document, edited in pairs(book, edition):
        if edited is not None and Part(edited.id) not in heard:
            found.append(_missing(document, medium))
        elif edited is not None and any(
            read_keys(tree, exact_key, without=RENDERED)[0] != heard.get(part, [])
            for part, tree in _texts(edited)
        ):
            doubted.append(edited)
    if doubted:
        found += _look_into(doubted, files, notes, Places(book, edition), medium)
    return found


def _homes(edition: Edition) -> Mapping[str, str]:
    """Give the document of every note, by the ids of both."""
    return {note.id: document.id for document in edition.documents for note in document.notes}


def _parsed(files: Mapping[str, bytes]) -> tuple[Iterator[Element], list[Diagnostic]]:
    """Parse files one after the other; the list fills as that goes on."""
    found: list[Diagnostic] = []

    def trees() -> Iterator[Element]:
        for path, data in files.items():
            suffix = PurePosixPath(path).suffix
            if suffix not in (".html", ".xhtml"):
                continue
            try:
                yield parse(data, is_xml=suffix == ".xhtml")
            except etree.XMLSyntaxError as error:
                found.append(_unreadable(path, str(error.msg)))

    return trees(), found


def _look_into(
    doubted: list[EditedDocument],
    files: Mapping[str, bytes],
    notes: Mapping[str, str],
    places: Places,
    medium: str,
) -> Iterator[Diagnostic]:
    """Tell what became of the words of the documents that do not agree."""
    heard: dict[Part, list[Word]] = {}
    for root in _parsed(files)[0]:
        reading = read_tree(root, exact_key, parts_of(root, notes), RENDERED)
        for region in reading.regions:
            heard.setdefault(region.part, []).extend(reading.words[region.start : region.stop])
    for edited in doubted:
        yield from _prove_parts(edited, heard, places, medium)


def _texts(edited: EditedDocument) -> list[tuple[Part, Element]]:
    """The trees of a document, and what they are."""
    texts = [(Part(edited.id), edited.body)]
    return texts + [(Part(edited.id, note.id), note.body) for note in edited.notes]


def _prove_parts(
    edited: EditedDocument, heard: Mapping[Part, Sequence[Word]], places: Places, medium: str
) -> Iterator[Diagnostic]:
    texts = _texts(edited)
    expected: list[Word] = []
    starts: list[int] = []
    differences: list[Difference] = []
    for part, tree in texts:
        words = read_tree(tree, exact_key, without=RENDERED).words
        starts.append(len(expected))
        differences += [
            replace(d, at=d.at + len(expected)) for d in compare(words, heard.get(part, ()))
        ]
        expected += words

    def span(difference: Difference) -> Span:
        number = max(n for n, start in enumerate(starts) if start <= difference.at)
        return places.span(texts[number][0], difference.at - starts[number])

    yield from diagnostics(differences, expected, medium, span)


def prove_epub(book: Book, edition: Edition, epub: Path | bytes) -> list[Diagnostic]:
    """Compare the words of the edition with those of a written EPUB, in its reading order."""
    source = io.BytesIO(epub) if isinstance(epub, bytes) else epub
    try:
        with zipfile.ZipFile(source) as archive:
            files = {path: archive.read(path) for path in _spine(archive)}
    except (zipfile.BadZipFile, KeyError, OSError, etree.XMLSyntaxError, StopIteration) as error:
        return [_unreadable("the EPUB", str(error))]
    return prove_xhtml(book, edition, files, "the EPUB")


_CONTAINER = "{urn:oasis:names:tc:opendocument:xmlns:container}"
_OPF = "{http://www.idpf.org/2007/opf}"


def _spine(archive: zipfile.ZipFile) -> list[str]:
    """Give the content documents of an EPUB in reading order (EPUB 3.3, 4.2.6 and 5.7)."""
    container = parse(archive.read("META-INF/container.xml"), is_xml=True)
    package = next(container.iter(f"{_CONTAINER}rootfile")).get("full-path", "")
    root = parse(archive.read(package), is_xml=True)
    hrefs = {item.get("id"): item.get("href", "") for item in root.iter(f"{_OPF}item")}
    folder = PurePosixPath(package).parent
    return [str(folder / unquote(hrefs[item.get("idref")])) for item in root.iter(f"{_OPF}itemref")]


def prove_pdf(
    book: Book, edition: Edition, print_html: bytes, pdf: Path | bytes
) -> list[Diagnostic]:
    """Compare the edition with the print HTML, and all words of that with those of the PDF."""
    found = prove_xhtml(book, edition, {"print.html": print_html}, "the print HTML")
    notes = _homes(edition)
    try:
        root = parse(print_html, is_xml=False)
        words = read_pdf(pdf, print_key)
    except etree.XMLSyntaxError:
        return found  # It has been said.
    except UntaggedError:
        return [*found, _unreadable("the PDF", "it has no structure tree")]
    except (pypdfium2.PdfiumError, OSError) as error:
        return [*found, _unreadable("the PDF", str(error))]
    reading = read_tree(root, print_key, parts_of(root, notes))
    leftwards = any(element.get("dir") == "rtl" for element in root.iter())
    differences = compare(reading.words, words, printed=True, leftwards=leftwards)
    return [*found, *_print_faults(differences, reading, Places(book, edition))]


def _print_faults(
    differences: Sequence[Difference], reading: Reading, places: Places
) -> Iterator[Diagnostic]:
    """Tell the differences of each document, and of what is around them, by themselves."""
    by_document: dict[str, list[Difference]] = {}
    for difference in differences:
        where = reading.part_at(difference.at)
        by_document.setdefault(where[0].document if where else "", []).append(difference)

    def span(difference: Difference) -> Span:
        where = reading.part_at(difference.at)
        return places.span(*where) if where else places.span(None)

    for group in by_document.values():
        yield from diagnostics(group, reading.words, "the PDF", span)


# --------------------------------------------------------------------------- what cannot be read


def _missing(document: Document, medium: str) -> Diagnostic:
    return Diagnostic(
        "document-lost",
        f"in {medium}, all of “{document.slug}” is lost",
        "a theme’s template for documents needs article#<id> with div.text in it; with the theme"
        " that comes with Letterbook, please report this",
        Span(document.file.path, document.body_line),
    )


def _unreadable(path: str, reason: str) -> Diagnostic:
    return Diagnostic(
        "output-unreadable",
        f"{path} cannot be read back: {reason}",
        "the source is right, and Letterbook is wrong: please report this",
        Span("book.yaml"),
    )
