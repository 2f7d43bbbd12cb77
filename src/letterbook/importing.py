"""Sources to documents of a book: many at once, each whole or not at all.

What enters: files and folders. What leaves: documents in ``letters/``, pictures in ``images/``,
headings in ``index.yaml``, a ``book.yaml`` if there was none, and for each source a Report. Sources
are converted apart from each other, by whatever executor is given; they are placed here, one after
the other and in their order, so that the same sources always get the same names. Only a few are in
hand at any time, however many there are.
"""

from __future__ import annotations

import datetime
import os
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from letterbook.conversion import (
    Converted,
    Request,
    convert,
    convert_register,
    is_register,
    read_profile,
)
from letterbook.diagnostics import (
    Diagnostic,
    EnvironmentFault,
    Severity,
    SourceError,
    Span,
    has_errors,
)
from letterbook.fields import UNKNOWN_LANGUAGE
from letterbook.metadata import BookSettings, IndexEntry, People
from letterbook.outputs.place import staging
from letterbook.source import INDEX, SETTINGS
from letterbook.structure import LETTERS
from letterbook.writing import merge_index, write_book

_OWN_FOLDERS = frozenset([LETTERS, "front", "back", "images", "build"])
"""Folders of a book in which there is nothing to import into it."""
_IN_HAND = 16
"""How many sources are converted ahead of the one that is being placed."""


@dataclass(frozen=True, slots=True)
class Report:
    """What became of one source."""

    converted: Converted
    documents: tuple[str, ...] = ()
    """The files that were written, relative to the book; none when the source had errors."""

    @property
    def failed(self) -> bool:
        """Whether nothing was written."""
        return has_errors(self.converted.diagnostics)


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for."""

    sources: tuple[Path, ...]
    """Files, and folders with files."""
    book: Path
    today: datetime.date
    format: str | None = None
    profile: Path | None = None
    force: bool = False
    """Whether documents that are there may be replaced."""
    typographic: bool = False


def import_sources(
    order: Order, executor: Executor | None = None
) -> Generator[Report, None, tuple[Diagnostic, ...]]:
    """Import every source into the book, and report on each as it is placed; then on the book.

    Raises EnvironmentFault when a source, the profile or the book cannot be used at all.
    """
    with suppress(SourceError):
        # What is wrong in it is told with the first source.
        read_profile(order.profile)
    requests = list(find_sources(order))
    if order.book.exists() and not order.book.is_dir():
        raise EnvironmentFault(
            "file-in-the-way",
            "this is a file, and a book is a folder",
            "name another folder with --into",
            str(order.book),
        )
    letters, registers = _apart(requests)
    with _Placing(order) as placing:
        for converted in _converted(letters, executor):
            yield placing.place(converted)
        used = [entry.heading for entry in placing.entries]
        for register in registers:
            yield Report(convert_register(register, used))
    return tuple(placing.found)


# --------------------------------------------------------------------------- finding


def find_sources(order: Order) -> Iterator[Request]:
    """Find the files to import: those named, and those in the folders named.

    Hidden files, links and the book itself are not followed in folders; nor are, in the book's own
    folder, what it consists of.
    """
    book = order.book.resolve()
    seen: set[Path] = set()
    for source in order.sources:
        if not source.exists():
            raise EnvironmentFault(
                "source-missing",
                "there is no such file or folder",
                "name a file, or a folder with files, to import",
                str(source),
            )
        is_folder = source.is_dir()
        if not is_folder and not source.is_file():
            raise EnvironmentFault(
                "source-missing",
                "this is neither a file nor a folder",
                "name a file, or a folder with files, to import",
                str(source),
            )
        for path in _files(source, book) if is_folder else (source,):
            if (real := path.resolve()) not in seen:
                seen.add(real)
                root = source if is_folder else path.parent
                yield Request(
                    path, root, not is_folder, order.format, order.profile, order.typographic
                )


def _files(folder: Path, book: Path) -> Iterator[Path]:
    for at, folders, names in os.walk(folder):
        here = Path(at)
        folders[:] = sorted(
            name for name in folders if not name.startswith(".") and (here / name).resolve() != book
        )
        if here.resolve() == book:
            folders[:] = [name for name in folders if name not in _OWN_FOLDERS]
            names = [name for name in names if name not in (SETTINGS, INDEX)]
        for name in sorted(names):
            path = here / name
            if not name.startswith(".") and not path.is_symlink() and path.is_file():
                yield path


def _apart(requests: Sequence[Request]) -> tuple[list[Request], list[Request]]:
    """Tell registers from what they explain, and let each source know of all registers."""
    registers = [request for request in requests if is_register(request)]
    if len(registers) == len(requests):
        return list(requests), []
    paths = tuple(request.path for request in registers)
    known = set(paths)
    told = [replace(request, registers=paths) for request in requests]
    letters = [request for request in told if request.path not in known]
    return letters, [request for request in told if request.path in known]


# --------------------------------------------------------------------------- converting


def _converted(requests: Sequence[Request], executor: Executor | None) -> Iterator[Converted]:
    """Convert in the order of the sources, a few ahead of the one that is asked for."""
    if executor is None:
        yield from map(convert, requests)
        return
    waiting: deque[tuple[Request, Future[Converted]]] = deque()
    remaining = iter(requests)

    def fill() -> None:
        for request in remaining:
            waiting.append((request, executor.submit(convert, request)))
            if len(waiting) >= _IN_HAND:
                return

    try:
        fill()
        while waiting:
            request, future = waiting.popleft()
            yield future.result()
            fill()
    except BrokenProcessPool as error:
        raise EnvironmentFault(
            "worker-died",
            "a process was ended while it read this file, or one of those after it",
            "see whether the machine has enough memory; import fewer files at once",
            str(request.path),
        ) from error
    finally:
        for _, future in waiting:
            future.cancel()


# --------------------------------------------------------------------------- placing


@dataclass(slots=True)
class _Shared:
    """What the documents have in common, as far as is known."""

    authors: set[People] = field(default_factory=set)
    languages: Counter[str] = field(default_factory=Counter)
    titles: list[str] = field(default_factory=list)
    """The first two."""


class _Placing:
    """Puts what was converted into the book; the book's own files are written at the end."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self.book = order.book
        self.taken: set[str] = set()
        """The documents and pictures that this import has written."""
        self.entries: list[IndexEntry] = []
        self.shared = _Shared()
        self.found: list[Diagnostic] = []
        """What is to be said of the book's own files."""

    def __enter__(self) -> _Placing:
        return self

    def __exit__(self, *_: object) -> None:
        if self.taken:
            self.finish()

    def place(self, converted: Converted) -> Report:
        """Write the documents of one source, or, with errors, nothing."""
        if converted.failed or not converted.drafts:
            return Report(converted)
        names = [self.free_name(draft.slug) for draft in converted.drafts]
        renamed = self.clashes(converted)
        if renamed:
            # Rare enough to convert again, and then the pictures' names are right everywhere.
            converted = convert(replace(converted.request, renamed=renamed))
        in_the_way = [name for name in names if (self.book / name).exists()]
        if in_the_way and not self.order.force:
            found = [_in_the_way(self.book, name) for name in in_the_way]
            converted = replace(converted, diagnostics=(*converted.diagnostics, *found))
            return Report(converted)
        contents = {
            name: draft.text.encode() for name, draft in zip(names, converted.drafts, strict=True)
        }
        contents |= converted.images
        write_all(self.book, contents)
        self.taken.update(contents)
        self.entries += converted.index
        self.remember(converted)
        return Report(converted, tuple(names))

    def free_name(self, slug: str) -> str:
        """The file for a document, with a number when another source has taken it."""
        name, number = f"{LETTERS}/{slug}.md", 1
        while name in self.taken:
            number += 1
            name = f"{LETTERS}/{slug}-{number}.md"
        self.taken.add(name)
        return name

    def clashes(self, converted: Converted) -> tuple[tuple[str, str], ...]:
        """New names for pictures whose names belong to others already."""
        renamed = []
        for path, data in converted.images.items():
            if self.is_free(path, data):
                continue
            stem, dot, ending = path.rpartition(".")
            number = 2
            while not self.is_free(f"{stem}-{number}{dot}{ending}", data):
                number += 1
            renamed.append((path, f"{stem}-{number}{dot}{ending}"))
        return tuple(renamed)

    def is_free(self, path: str, data: bytes) -> bool:
        there = self.book / path
        if not there.exists():
            return True
        if there.is_file() and there.read_bytes() == data:
            return True
        return self.order.force and path not in self.taken

    def remember(self, converted: Converted) -> None:
        for draft in converted.drafts:
            self.shared.authors.add(draft.author)
            if draft.language:
                self.shared.languages[draft.language] += 1
            if len(self.shared.titles) < 2:
                self.shared.titles.append(draft.title)

    # ----------------------------------------------------------------------- the book's files

    def finish(self) -> None:
        contents = {}
        if not (self.book / SETTINGS).exists():
            settings = self.settings()
            contents[SETTINGS] = write_book(settings).encode()
            if settings.language == UNKNOWN_LANGUAGE:
                self.found.append(_language_unknown(self.book / SETTINGS))
        if self.entries:
            index = self.book / INDEX
            text = index.read_bytes().decode("utf-8") if index.exists() else ""
            contents[INDEX] = merge_index(text, self.entries, INDEX).encode()
        write_all(self.book, contents)

    def settings(self) -> BookSettings:
        """A book of what was imported; its title is the editor's, and so in brackets."""
        titles, authors = self.shared.titles, self.shared.authors
        name = self.order.book.resolve().name.replace("-", " ").replace("_", " ").strip()
        title = titles[0] if len(titles) == 1 else name or "Letters"
        common = self.shared.languages.most_common(1)
        return BookSettings.model_validate(
            {
                "title": title if title.startswith("[") else f"[{title}]",
                "author": list(next(iter(authors))) if len(authors) == 1 else [],
                "date": str(self.order.today),
                "language": common[0][0] if common else UNKNOWN_LANGUAGE,
            }
        )


def write_all(book: Path, contents: dict[str, bytes]) -> None:
    """Write some files of a book, all of them or, if one cannot be written, none."""
    if not contents:
        return
    with staging(book, "--into") as stage:
        for path, data in contents.items():
            (stage / "new" / path).parent.mkdir(parents=True, exist_ok=True)
            (stage / "new" / path).write_bytes(data)
        undo: list[Callable[[], object]] = []
        try:
            for path in contents:
                undo += _move(stage / "new" / path, book / path, stage / "old" / path)
        except BaseException:
            for step in reversed(undo):
                step()
            raise


def _move(new: Path, target: Path, old: Path) -> Iterable[Callable[[], object]]:
    """Move a file to its place; gives what takes it back."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        old.parent.mkdir(parents=True, exist_ok=True)
        os.link(target, old)
        new.replace(target)
        return [lambda: old.replace(target)]
    new.replace(target)
    return [target.unlink]


def _language_unknown(path: Path) -> Diagnostic:
    return Diagnostic(
        "language-unknown",
        f"no source says what language it is in; the book has “language: {UNKNOWN_LANGUAGE}”",
        "write the language of the texts there, like en or de: without it no word is divided,"
        " and no voice knows how to read",
        Span(path.as_posix()),
        Severity.WARNING,
    )


def _in_the_way(book: Path, name: str) -> Diagnostic:
    return Diagnostic(
        "document-exists",
        "this document is there already, and is not replaced",
        "use --force to replace it, import into another book, or rename it",
        Span((book / name).as_posix()),
    )
