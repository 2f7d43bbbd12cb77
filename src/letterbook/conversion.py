"""One source to the text of documents: what a worker process does.

A Request goes in, a Converted comes out; both can be sent between processes, which trees cannot.
The source is read, its importer called, its documents written, and its words counted. Whatever
goes wrong is a diagnostic of this source alone.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path, PurePosixPath
from types import MappingProxyType

from letterbook.account import Account, account_register, take_account
from letterbook.diagnostics import (
    Diagnostic,
    EnvironmentFault,
    Severity,
    SourceError,
    Span,
    has_errors,
)
from letterbook.importers.foreign import foreign
from letterbook.importers.imported import Draft, Imported, Options, Source
from letterbook.importers.registry import IMPORTERS, recognise
from letterbook.importers.settle import settle
from letterbook.importers.typographic import set_typographic
from letterbook.metadata import IndexEntry, People
from letterbook.resolve import is_reserved
from letterbook.structure import LETTERS
from letterbook.writing import write_document
from letterbook.yamlfile import YamlValue, read_yaml

MAX_SOURCE = 64 * 2**20
"""Bytes of one source; the largest that we know have four million."""
MAX_PICTURE = 64 * 2**20
MAX_PROFILE = 2**20
_START = 2**16
"""So many bytes tell of what kind a source is."""
_PICTURES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".svg"})


@dataclass(frozen=True, slots=True)
class Request:
    """One source to be converted."""

    path: Path
    root: Path
    """The folder out of which no picture's name may lead."""
    named: bool
    """Whether the user named this very file: then it must be of a kind that is known."""
    format: str | None = None
    profile: Path | None = None
    typographic: bool = False
    renamed: tuple[tuple[str, str], ...] = ()
    """Pictures that get another path in the book, since theirs is taken."""
    registers: tuple[Path, ...] = ()
    """The files of the same import that are registers."""


@dataclass(frozen=True, slots=True)
class Written:
    """A document, written."""

    slug: str
    text: str
    title: str
    author: People
    language: str | None


@dataclass(frozen=True, slots=True)
class Converted:
    """What became of a source, before it is placed."""

    request: Request
    format: str | None = None
    """None when nobody knows the source; then it is passed over, if it was not named."""
    drafts: tuple[Written, ...] = ()
    images: Mapping[str, bytes] = field(default_factory=dict)
    index: tuple[IndexEntry, ...] = ()
    account: Account | None = None
    diagnostics: tuple[Diagnostic, ...] = ()
    entries: tuple[int, int] | None = None
    """Of a register: how many entries it has, and how many became headings of the index."""

    @property
    def failed(self) -> bool:
        """Whether there are errors."""
        return has_errors(self.diagnostics)


def convert(request: Request) -> Converted:
    """Convert one source; whatever is wrong with it is in the diagnostics."""
    try:
        return _convert(request)
    except SourceError as error:
        return Converted(request, request.format, diagnostics=error.diagnostics)
    except EnvironmentFault as error:
        return Converted(request, request.format, diagnostics=(error.diagnostic,))
    except (MemoryError, RecursionError) as error:
        return Converted(request, request.format, diagnostics=(_too_much(request, error),))
    except Exception as error:
        if sys.flags.dev_mode:
            raise
        return Converted(request, request.format, diagnostics=(_our_fault(request, error),))


def _convert(request: Request) -> Converted:
    source = read_source(request)
    name = request.format or recognise(source, request.profile is not None)
    if name is None:
        return Converted(request, diagnostics=(_unknown(request, source),))
    options = Options(read_profile(request.profile), _registers(request.registers))
    imported = settle(IMPORTERS[name].import_(source, options), source.name)
    imported = _rename(imported, dict(request.renamed))
    typographic = request.typographic or imported.typographic
    if typographic:
        imported = set_typographic(imported)
    found = list(imported.diagnostics)
    if has_errors(found):
        return Converted(request, name, diagnostics=tuple(found))
    if not imported.documents:
        found.append(_no_documents(source))
        return Converted(request, name, diagnostics=tuple(found))
    written = tuple(
        _write(draft, slug, source.name) for draft, slug in _with_slugs(imported.documents)
    )
    account = take_account(
        source,
        IMPORTERS[name].words,
        [(f"{LETTERS}/{w.slug}.md", w.text) for w in written],
        imported.set_aside,
        [draft.supplied for draft in imported.documents],
        typographic,
    )
    found += account.diagnostics
    return Converted(
        request, name, written, dict(imported.images), imported.index, account, tuple(found)
    )


# --------------------------------------------------------------------------- registers


def is_register(request: Request) -> bool:
    """Tell whether a source is a register; most are known for none by their first bytes."""
    try:
        with request.path.open("rb") as file:
            start = file.read(_START)
        name = request.format or recognise(Source(request.path.as_posix(), start))
        if name is None or not IMPORTERS[name].registers:
            return False
        return IMPORTERS[name].is_register(read_source(request))
    except (OSError, SourceError, MemoryError, RecursionError):
        # What is wrong with a source is told when it is converted.
        return False


def convert_register(request: Request, used: Collection[str]) -> Converted:
    """Account for a register when all letters are placed; ``used`` are the index’s headings."""
    try:
        source = read_source(request)
    except SourceError as error:
        return Converted(request, request.format, diagnostics=error.diagnostics)
    name = request.format or recognise(source)
    if name is None or not IMPORTERS[name].registers:
        return Converted(request, diagnostics=(_unknown(request, source),))
    files = tuple((r.name, r.data) for r in _registers(request.registers))
    register = IMPORTERS[name].read_register(source, files, used)
    found = list(register.diagnostics)
    if has_errors(found):
        return Converted(request, name, diagnostics=tuple(found))
    account = account_register(source, IMPORTERS[name].words, register)
    found += account.diagnostics
    entries = (register.entries, register.taken)
    return Converted(request, name, account=account, diagnostics=tuple(found), entries=entries)


@lru_cache(maxsize=2)
def _registers(paths: tuple[Path, ...]) -> tuple[Source, ...]:
    """Read the registers of an import, once for all sources that a process converts."""
    sources = []
    for path in paths:
        try:
            sources.append(read_source(Request(path, path.parent, named=True)))
        except SourceError:
            continue  # Told when the register itself is reported.
    return tuple(sources)


def _with_slugs(drafts: tuple[Draft, ...]) -> Iterator[tuple[Draft, str]]:
    seen: set[str] = set()
    for draft in drafts:
        free = draft.slug
        if is_reserved(free):
            free = f"letter-{free.replace('-', '')}"
        slug, number = free, 1
        while slug in seen:
            number += 1
            slug = f"{free}-{number}"
        seen.add(slug)
        yield draft, slug


def _write(draft: Draft, slug: str, file: str) -> Written:
    # The file's name is the slug; a key beside it could only contradict it.
    metadata = draft.metadata.model_copy(update={"slug": None})
    try:
        text = write_document(replace(draft, metadata=metadata), f"{LETTERS}/{slug}.md")
    except SourceError as error:
        # Nobody will see the document that was not written.
        raise SourceError(replace(d, span=Span(file)) for d in error.diagnostics) from error
    return Written(slug, text, metadata.title or "", metadata.author, metadata.language)


def _rename(imported: Imported, renamed: Mapping[str, str]) -> Imported:
    """Give pictures other paths, where they are kept and where they are shown."""
    if not renamed:
        return imported
    for draft in imported.documents:
        for tree in (draft.body, *(note.body for note in draft.notes)):
            for image in tree.iter("img"):
                source = image.get("src", "")
                image.set("src", renamed.get(source, source))
    images = {renamed.get(path, path): data for path, data in imported.images.items()}
    documents = tuple(_rename_facsimiles(draft, renamed) for draft in imported.documents)
    return replace(imported, documents=documents, images=MappingProxyType(images))


def _rename_facsimiles(draft: Draft, renamed: Mapping[str, str]) -> Draft:
    facsimiles = tuple(
        facsimile.model_copy(update={"image": renamed.get(facsimile.image, facsimile.image)})
        for facsimile in draft.metadata.facsimile
    )
    metadata = draft.metadata.model_copy(update={"facsimile": facsimiles})
    return replace(draft, metadata=metadata)


# --------------------------------------------------------------------------- reading


def read_source(request: Request) -> Source:
    """Read a file; raises SourceError when it cannot be, or is larger than any text."""
    name = request.path.as_posix()
    try:
        with request.path.open("rb") as file:
            data = file.read(MAX_SOURCE + 1)
    except OSError as error:
        raise SourceError(
            [
                Diagnostic(
                    "file-unreadable",
                    f"this file cannot be read: {error.strerror}",
                    "check the file and its permissions",
                    Span(name),
                )
            ]
        ) from error
    if len(data) > MAX_SOURCE:
        raise SourceError(
            [
                Diagnostic(
                    "file-too-large",
                    f"this file has more than {MAX_SOURCE // 2**20} MB",
                    "split it; a text of this size has ten million words",
                    Span(name),
                )
            ]
        )
    return Source(name, data, Pictures(request.path.parent, request.root))


class Pictures(Mapping[str, bytes]):
    """The pictures beside a source, by the paths with which it names them; read when asked for."""

    def __init__(self, folder: Path, root: Path) -> None:
        self.folder = folder.resolve()
        self.root = root.resolve()

    def __getitem__(self, name: str) -> bytes:
        path = self._path(name)
        if path is None:
            raise KeyError(name)
        try:
            with path.open("rb") as file:
                data = file.read(MAX_PICTURE + 1)
        except OSError as error:
            raise KeyError(name) from error
        if len(data) > MAX_PICTURE:
            raise KeyError(name)
        return data

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self._path(name) is not None

    def __iter__(self) -> Iterator[str]:
        for at, folders, names in os.walk(self.folder):
            folders.sort()
            for name in sorted(names):
                path = (Path(at) / name).relative_to(self.folder).as_posix()
                if path in self:
                    yield path

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _path(self, name: str) -> Path | None:
        if not name or PurePosixPath(name).suffix.lower() not in _PICTURES:
            return None
        try:
            path = (self.folder / name).resolve()
            inside = path.is_relative_to(self.root) and path.is_file()
        except (OSError, ValueError, RuntimeError):
            return None
        return path if inside else None


def read_profile(path: Path | None) -> YamlValue | None:
    """Read a profile; raises EnvironmentFault if there is none, SourceError for its faults."""
    if path is None:
        return None
    try:
        with path.open("rb") as file:
            text = file.read(MAX_PROFILE).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not in UTF-8"
        raise EnvironmentFault(
            "profile-unreadable",
            f"the profile cannot be read: {why}",
            "name a YAML file with --profile",
            path.as_posix(),
        ) from error
    value = read_yaml(text, path.as_posix())
    found = list(value.diagnostics)
    if not found and not isinstance(value.data, dict):
        found.append(
            Diagnostic(
                "wrong-type",
                "the profile is not a mapping of keys to values",
                "write it as “key: value”, a line for each",
                Span(path.as_posix()),
            )
        )
    if found:
        raise SourceError(found)
    return value


# --------------------------------------------------------------------------- what can be wrong


def _unknown(request: Request, source: Source) -> Diagnostic:
    what, hint = foreign(source.data) or (
        "of no kind that can be imported",
        f"say what it is with --from: {', '.join(IMPORTERS)}; for a plain text, markdown",
    )
    known = ", which cannot be imported" if foreign(source.data) else ""
    return Diagnostic(
        "unknown-format",
        f"this is {what}{known}{'' if request.named else '; it is passed over'}",
        hint,
        Span(request.path.as_posix()),
        Severity.ERROR if request.named else Severity.HINT,
    )


def _no_documents(source: Source) -> Diagnostic:
    return Diagnostic(
        "nothing-imported",
        "no document was found in this file",
        "see whether --from names its kind, and --profile its parts",
        Span(source.name),
    )


def _too_much(request: Request, error: BaseException) -> Diagnostic:
    return Diagnostic(
        "source-too-complex",
        f"this file cannot be read with the memory there is ({type(error).__name__})",
        "split it, or take out what is nested deeply",
        Span(request.path.as_posix()),
    )


def _our_fault(request: Request, error: Exception) -> Diagnostic:
    where = error.__traceback__
    while where is not None and where.tb_next is not None:
        where = where.tb_next
    line = f"{Path(where.tb_frame.f_code.co_filename).name}:{where.tb_lineno}" if where else "?"
    return Diagnostic(
        "internal-error",
        f"{type(error).__name__} in {line}: {str(error)[:200]}",
        "this is our fault: please report it, with the file if you can",
        Span(request.path.as_posix()),
    )
