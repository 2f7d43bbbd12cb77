"""A book's folder to a Book: the only place where a book's files are opened.

Nothing outside the folder is read, neither by ``..`` nor by an absolute path nor through a
symbolic link. Sizes are bounded before anything is decoded.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from lxml.etree import _Element as Element

from letterbook.diagnostics import (
    Diagnostic,
    EnvironmentFault,
    Severity,
    Span,
    has_errors,
    place,
)
from letterbook.images import decode
from letterbook.markup.reader import read_markup
from letterbook.metadata import DocumentMetadata
from letterbook.model import Authority, Book, Document, Image, Place, SourceFile
from letterbook.settings import read_book_settings, read_document_metadata, read_index_entries
from letterbook.slugs import slugify
from letterbook.structure import LETTERS, arrange, misnamed

SETTINGS = "book.yaml"
INDEX = "index.yaml"
FRONT = "front"
BACK = "back"
MAX_TEXT = 16 * 2**20
"""Bytes of one text file; a letter of this size would fill five thousand pages."""
MAX_IMAGE = 64 * 2**20
"""Bytes of one image."""
MAX_FOLDERS = 8
"""Folders within each other; a bound for what leads back into itself."""

_FRONT_MATTER = re.compile(r"---[ \t]*\n(.*?\n)?(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufff9-\ufffb\ufffe\uffff]"
)
_LOST = re.compile("\ufffd")
_TURNING = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
"""What reverses the direction of a text unseen; right-to-left text has no need of it."""
_TEXTS = re.compile(r"(?i)[^.]*|.*\.(md|markdown|mdown|txt|text|doc|docx|odt|rtf|html?)")
"""What a file of words may be called; in the folder of letters, only ``.md`` is read."""
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\\]")
_NUMBER = re.compile(r"\d+")


def read_book(folder: Path) -> tuple[Book | None, list[Diagnostic]]:
    """Read the book in ``folder``: settings, front matter, letters, back matter, index, images.

    Returns no Book when there are errors, but every diagnostic of every file. Raises
    EnvironmentFault when the folder itself cannot be read.
    """
    return _Folder(folder).book()


@dataclass(slots=True)
class _Read:
    text: str
    file: SourceFile


class _Folder:
    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise EnvironmentFault(
                "book-missing",
                "there is no such folder",
                "name the folder that holds book.yaml, or make a book with “letterbook new”",
                str(folder),
            )
        self.folder = folder.resolve()
        self.diagnostics: list[Diagnostic] = []
        self.files: dict[str, SourceFile] = {}
        self.images: dict[str, Image] = {}

    def report(
        self,
        code: str,
        message: str,
        hint: str,
        span: Span,
        severity: Severity = Severity.ERROR,
    ) -> None:
        self.diagnostics.append(Diagnostic(code, message, hint, span, severity))

    def book(self) -> tuple[Book | None, list[Diagnostic]]:
        settings = None
        places = {}
        if not (self.folder / SETTINGS).is_file():
            self.report(
                "no-book-yaml",
                "this folder has no book.yaml",
                "write one with at least title, date and language, or start with “letterbook new”",
                Span(SETTINGS),
            )
        elif read := self.read_text(SETTINGS):
            settings, found, value = read_book_settings(read.text, SETTINGS)
            places = value.places
            self.diagnostics += found
        self.diagnostics += misnamed(self.listed("."), (SETTINGS, INDEX, LETTERS, FRONT, BACK))
        front = self.documents(FRONT, Place.FRONT)
        letters = self.documents(LETTERS, Place.BODY)
        back = self.documents(BACK, Place.BACK)
        self.check_slugs([*front, *letters, *back])
        authority = self.authority()
        if settings is None or has_errors(self.diagnostics):
            return None, self.diagnostics
        arranged, divisions, found = arrange(settings, places, letters, SETTINGS)
        self.diagnostics += found
        if has_errors(found):
            return None, self.diagnostics
        files = tuple(self.files[path] for path in sorted(self.files))
        documents = (*front, *arranged, *back)
        book = Book(settings, documents, authority, self.images, files, places, divisions)
        return book, self.diagnostics

    # ----------------------------------------------------------------------- files

    def inside(self, path: str) -> Path | None:
        """The file at ``path`` of the book, if that is in the book; None when it leads out."""
        try:
            resolved = Path(os.path.realpath(self.folder / path))
        except (OSError, ValueError):
            return None
        return resolved if resolved.is_relative_to(self.folder) else None

    def read_bytes(self, path: str, limit: int, span: Span) -> bytes | None:
        real = self.inside(path)
        if real is None:
            self.report(
                "outside-book",
                f"“{path}” leads out of the book’s folder",
                "copy the file into the book, and name it from there",
                span,
            )
            return None
        try:
            data = _read_regular(real, limit + 1)
        except OSError as error:
            self.report(
                "file-unreadable",
                f"“{path}” cannot be read: {error.strerror}",
                "check the file and its permissions",
                span,
            )
            return None
        if len(data) > limit:
            self.report(
                "file-too-large",
                f"“{path}” has more than {limit // 2**20} MB",
                "split it, or save it smaller",
                span,
            )
            return None
        return data

    def read_text(self, path: str) -> _Read | None:
        data = self.read_bytes(path, MAX_TEXT, Span(path))
        if data is None:
            return None
        digest = hashlib.sha256(data).hexdigest()
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            before = data[: error.start].decode("utf-8-sig")
            self.report(
                "not-utf-8",
                f"byte 0x{data[error.start]:02X} at position {error.start} is not UTF-8",
                "open it in the program that made it, and save it with the encoding UTF-8",
                Span(path, *place(before, len(before))),
            )
            return None
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        self.check_characters(path, text)
        if match := _CONTROL.search(text):
            self.report(
                "control-character",
                f"the character U+{ord(match[0]):04X} has no place in a text",
                "remove it; it cannot be seen, but it is there",
                Span(path, *place(text, match.start())),
            )
            return None
        file = SourceFile(path, digest, text)
        self.files[path] = file
        return _Read(text, file)

    def check_characters(self, path: str, text: str) -> None:
        """Warn of characters that may be meant, but hardly ever are."""
        if match := _LOST.search(text):
            self.report(
                "character-lost",
                "“\ufffd” stands where another program could not read a character",
                "look the character up in the source, and write it",
                Span(path, *place(text, match.start())),
                Severity.WARNING,
            )
        if match := _TURNING.search(text):
            self.report(
                "bidi-control",
                f"the invisible character U+{ord(match[0]):04X} can turn the order of words round",
                "remove it; name the language instead: [words]{lang=ar}",
                Span(path, *place(text, match.start())),
                Severity.WARNING,
            )

    # ----------------------------------------------------------------------- documents

    def documents(self, folder: str, where: Place) -> list[Document]:
        """Read the documents of a folder, in the order of their names, numbers as numbers."""
        names = list(self.texts(folder, nested=where is Place.BODY))
        if not names and where is Place.BODY:
            self.report(
                "no-documents",
                "the book has no documents",
                f"put each letter into a file of its own in {LETTERS}/, ending in .md",
                Span(LETTERS),
            )
        paths = sorted(names, key=_natural)
        return [document for path in paths if (document := self.document(path, where))]

    def texts(self, folder: str, nested: bool, depth: int = 0) -> Iterator[str]:
        """The documents' files in a folder; ``nested`` says that folders in it count."""
        for name in self.listed(folder):
            path = f"{folder}/{name}"
            is_folder = (self.folder / path).is_dir()
            if name.endswith(".md"):
                yield path
            elif is_folder and nested and depth < MAX_FOLDERS:
                yield from self.texts(path, nested, depth + 1)
            elif self.holds_letters(path) if is_folder else _TEXTS.fullmatch(name):
                self.report(
                    "file-not-read",
                    f"what is in “{path}” is not read"
                    if is_folder
                    else f"“{path}” is not read: its name does not end in .md",
                    f"put each {'letter' if nested else 'text'} into a file of its own in"
                    f" {folder}/, ending in .md",
                    Span(path),
                    Severity.WARNING,
                )

    def listed(self, path: str) -> list[str]:
        """The names in a folder of the book, without those that begin with a dot."""
        folder = self.inside(path)
        if folder is None or not folder.is_dir():
            return []
        names = []
        try:
            found = sorted(entry.name for entry in folder.iterdir())
        except OSError as error:
            self.report(
                "file-unreadable",
                f"“{path}” cannot be read: {error.strerror}",
                "check the folder and its permissions",
                Span(path),
            )
            return []
        for name in found:
            if name.startswith("."):
                continue
            if _UNPRINTABLE.search(name):
                shown = name.encode("unicode_escape").decode("ascii")
                self.report(
                    "file-name",
                    f"“{shown}” is no name for a file of a book",
                    "rename it: letters, digits, spaces and hyphens",
                    Span(f"{path}/{shown}"),
                )
                continue
            names.append(name)
        return names

    def holds_letters(self, path: str) -> bool:
        folder = self.folder / path
        return folder.is_dir() and any(folder.glob("*.md"))

    def document(self, path: str, where: Place) -> Document | None:
        read = self.read_text(path)
        if read is None:
            return None
        match = _FRONT_MATTER.match(read.text)
        if not match:
            begins = read.text.startswith("---\n")
            self.report(
                "no-front-matter",
                "the document’s metadata never ends"
                if begins
                else "the document does not start with its metadata",
                "put a line “---” between the metadata and the text"
                if begins
                else "begin the file with a line “---”, then “title: …”, then “---”",
                Span(path),
            )
            return None
        metadata, found, value = read_document_metadata(match[1] or "", path, first_line=2)
        self.diagnostics += found
        first_line = match[0].count("\n") + 1
        text = read.text[match.end() :]
        marked, found = read_markup(text, path, first_line)
        self.diagnostics += found
        spans: dict[str, list[Span]] = {}
        for target, span in reversed(marked.targets):
            spans.setdefault(target, []).append(span)
        trees = [marked.body, *(note.body for note in marked.notes)]
        for image in (image for tree in trees for image in tree.iter("img")):
            places = spans.get(image.get("src", ""))
            self.image(path, image, places.pop() if places else Span(path, first_line))
        if metadata is not None and metadata.facsimile:
            metadata = self.facsimiles(path, metadata, value.places)
        if (
            not any(t.strip() for t in marked.body.itertext())
            and marked.body.find(".//img") is None
        ):
            self.report(
                "empty-document",
                "the document has no text",
                "write or paste its text below the second “---”, or remove the file",
                Span(path, first_line),
            )
        if metadata is None:
            return None
        if metadata.role and where is Place.BODY:
            self.report(
                "role-misplaced",
                f"“role” is what a page of {FRONT}/ or {BACK}/ is; this is a letter",
                f"take it out, or move the file to {FRONT}/ or {BACK}/; a letter has a “kind”",
                value.places.get(("role",), Span(path)),
            )
        slug = metadata.slug or slugify(PurePosixPath(path).stem)
        return Document(
            slug, metadata, marked.body, marked.notes, read.file, first_line, value.places, where
        )

    def check_slugs(self, documents: Iterable[Document]) -> None:
        seen: dict[str, Document] = {}
        for document in documents:
            if (first := seen.setdefault(document.slug, document)) is not document:
                self.report(
                    "duplicate-slug",
                    f"“{document.slug}” also names {first.file.path}",
                    "rename one of the files, or give one of them another “slug”",
                    document.places.get(("slug",), Span(document.file.path)),
                )

    # ----------------------------------------------------------------------- images

    def image(self, document: str, element: Element, span: Span) -> None:
        """Check and read one image; its ``src`` becomes its path in the book."""
        source = unquote(element.get("src", ""))
        if not element.get("alt", "").strip():
            self.report(
                "image-without-alt",
                f"the image “{source}” has no description",
                "describe it between the brackets: ![a seal in red wax](seal.png)",
                span,
            )
        if path := self.image_file(document, source, span):
            element.set("src", path)

    def facsimiles(
        self,
        document: str,
        metadata: DocumentMetadata,
        places: Mapping[tuple[str | int, ...], Span],
    ) -> DocumentMetadata:
        """Check and read the pictures of a document; each gets its path in the book."""
        found = []
        for number, facsimile in enumerate(metadata.facsimile):
            keys = (("facsimile", number, "image"), ("facsimile", "image"), ("facsimile",))
            span = next((places[key] for key in keys if key in places), Span(document))
            path = self.image_file(document, facsimile.image, span)
            found.append(facsimile.model_copy(update={"image": path or facsimile.image}))
        return metadata.model_copy(update={"facsimile": tuple(found)})

    def image_file(self, document: str, source: str, span: Span) -> str | None:
        """Check and read the file of one image; gives its path in the book."""
        path = self.image_path(document, source, span)
        if path is None or path in self.images:
            return path
        data = self.read_bytes(path, MAX_IMAGE, span)
        if data is None:
            return None
        image, found = decode(path, data, span)
        self.diagnostics += found
        if image is not None:
            self.images[path] = image
            self.files[path] = SourceFile(path, hashlib.sha256(data).hexdigest())
        return path

    def image_path(self, document: str, source: str, span: Span) -> str | None:
        """Where the image is: beside the document, or named from the book's folder."""
        absolute = re.match(r"[A-Za-z][A-Za-z0-9+.-]*:|[/\\]", source)
        beside = self.folder / PurePosixPath(document).parent
        for base in (beside, self.folder):
            candidate = self.inside(str(base / source))
            if absolute or candidate is None:
                self.report(
                    "outside-book",
                    f"the image “{source}” is not in the book’s folder",
                    "copy it into the book, and name it from there: images/seal.png",
                    span,
                )
                return None
            if _is_file(candidate):
                return candidate.relative_to(self.folder).as_posix()
        self.report(
            "image-missing",
            f"there is no image “{source}”",
            "correct the name, or put the file there",
            span,
        )
        return None

    # ----------------------------------------------------------------------- index

    def authority(self) -> Authority:
        if not os.path.lexists(self.folder / INDEX):
            return Authority()
        read = self.read_text(INDEX)
        if read is None:
            return Authority()
        entries, found, value = read_index_entries(read.text, INDEX)
        self.diagnostics += found
        # With a faulty entry the positions would not match; then there is no build anyway.
        spans = tuple(value.span((i,)) for i in range(len(entries)))
        return Authority(entries, spans, value.places)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name that is too long, a folder that may not be entered
        return False


def _read_regular(path: Path, limit: int) -> bytes:
    """Read a file, and no pipe or device, which might never end."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "It is not a file")
        return file.read(limit)


def _natural(name: str) -> tuple[object, ...]:
    """A key that sorts 2 before 10; ties, as in ``2`` and ``02``, by the name itself."""
    parts = _NUMBER.split(name)
    numbers = [int(number) for number in _NUMBER.findall(name)]
    return (*[x for pair in zip(parts, [*numbers, 0], strict=True) for x in pair], name)
