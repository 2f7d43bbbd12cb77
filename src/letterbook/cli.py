"""The command: arguments in, lines and exit codes out.

Exit codes: 0 done, 1 the source has errors, 2 the command or the environment is at fault.
"""

from __future__ import annotations

import argparse
import datetime
import gc
import importlib.metadata
import io
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

from rich.console import Console

from letterbook.diagnostics import (
    Diagnostic,
    EnvironmentFault,
    SourceError,
    Span,
    as_github,
    as_json,
    as_text,
)

DONE, SOURCE_AT_FAULT, ENVIRONMENT_AT_FAULT = 0, 1, 2
_DRAWINGS: dict[str, Callable[[Sequence[Diagnostic]], str]] = {
    "text": as_text,
    "json": as_json,
    "github": as_github,
}

_PANGO_MISSING = Diagnostic(
    "pango-missing",
    "the library that sets type, Pango, is not installed",
    "Debian, Ubuntu: apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0;"
    " macOS: brew install pango",
    Span("letterbook"),
)
"""Said when WeasyPrint cannot load what it needs; without it there is no output at all."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; returns the exit code and never shows a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that cannot show a character, or a name that is none, stops nothing.
            stream.reconfigure(errors="backslashreplace")
    try:
        options = _parser().parse_args(arguments)
        with _garbage_left():
            return int(options.run(options))
    except SourceError as error:
        print(as_text(_from_here(error.diagnostics, options.book)), file=sys.stderr)
        return SOURCE_AT_FAULT
    except EnvironmentFault as error:
        print(as_text([error.diagnostic]), file=sys.stderr)
        return ENVIRONMENT_AT_FAULT
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return ENVIRONMENT_AT_FAULT
    except BrokenPipeError:
        # Whoever read our output has gone; there is nobody left to tell.
        sys.stderr.close()
        return ENVIRONMENT_AT_FAULT
    except Exception as error:
        if sys.flags.dev_mode:
            raise
        if isinstance(error, OSError) and "cannot load library" in str(error):
            print(as_text([_PANGO_MISSING]), file=sys.stderr)
            return ENVIRONMENT_AT_FAULT
        print(
            f"letterbook: error: {type(error).__name__}: {error} [internal-error]\n"
            "    this is our fault: please report it, with the book if you can;"
            " “python -X dev -m letterbook …” shows more",
            file=sys.stderr,
        )
        return ENVIRONMENT_AT_FAULT


@contextmanager
def _garbage_left() -> Iterator[None]:
    """Look for garbage seldom: a book makes many objects and little of it.

    Looking for it would take a quarter of the time.
    """
    before = gc.get_threshold()
    gc.set_threshold(100_000, 50, 100)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _from_here(diagnostics: Sequence[Diagnostic], book: Path) -> list[Diagnostic]:
    """Name files as they are seen from where the command was called, not from the book."""
    return [
        replace(d, span=replace(d.span, file=(book / d.span.file).as_posix())) for d in diagnostics
    ]


# --------------------------------------------------------------------------- commands


def _build(options: argparse.Namespace) -> int:
    from letterbook.build import build

    with _Progress(quiet=options.quiet) as progress:
        built = build(options.book, options.out, options.to, options.theme, progress.step)
    if built.diagnostics:
        print(as_text(_from_here(built.diagnostics, options.book)), file=sys.stderr)
    if not options.quiet:
        for path in built.outputs:
            shown = path / "index.html" if path.is_dir() else path
            print(shown)
    return DONE


def _check(options: argparse.Namespace) -> int:
    from letterbook.build import read

    code = DONE
    try:
        diagnostics = read(options.book, options.theme).diagnostics
    except SourceError as error:
        diagnostics = error.diagnostics
        code = SOURCE_AT_FAULT
    drawn = _DRAWINGS[options.format](_from_here(diagnostics, options.book))
    if drawn:
        print(drawn)
    return code


def _new(options: argparse.Namespace) -> int:
    from letterbook.scaffold import make_book

    made = make_book(options.folder, datetime.datetime.now().astimezone().date())
    for path in made:
        print(path)
    print(f"\nNow: letterbook build {options.folder}")
    return DONE


def _preview(options: argparse.Namespace) -> int:
    from letterbook.preview import preview

    preview(options.book, options.port, not options.no_open, options.theme)
    return DONE


def _import(options: argparse.Namespace) -> int:
    from letterbook.importing import Order
    from letterbook.importshow import run_import

    order = Order(
        tuple(options.sources),
        options.into,
        datetime.datetime.now().astimezone().date(),
        options.from_,
        options.profile,
        options.force,
        options.typographic,
    )
    return SOURCE_AT_FAULT if run_import(order, options.account) else DONE


def _suggest(options: argparse.Namespace) -> int:
    from letterbook.index.suggest import as_yaml, suggest
    from letterbook.source import read_book

    book, diagnostics = read_book(options.book)
    if book is None:
        raise SourceError(diagnostics)
    print(as_yaml(suggest(book)), end="")
    return DONE


def _export(options: argparse.Namespace) -> int:
    from letterbook.build import export

    exported = export(options.book, options.out, options.to)
    if exported.diagnostics:
        print(as_text(_from_here(exported.diagnostics, options.book)), file=sys.stderr)
    for path in exported.outputs:
        print(path)
    return DONE


def _schema(options: argparse.Namespace) -> int:
    if options.kind == "profile":
        from letterbook.importers.htmlprofile import json_schema as profile_schema

        schema = profile_schema()
    else:
        from letterbook.metadata import json_schema

        schema = json_schema(options.kind)
    print(json.dumps(schema, ensure_ascii=False, indent=2))
    return DONE


# --------------------------------------------------------------------------- arguments


def _formats(value: str) -> list[str]:
    from letterbook.outputs.formats import FORMATS

    names = list(dict.fromkeys(name.strip() for name in value.split(",")))
    for name in names:
        if name not in FORMATS:
            raise argparse.ArgumentTypeError(
                f"“{name}” is not a format; there are {', '.join(FORMATS)}"
            )
    return names


def _exports(value: str) -> list[str]:
    from letterbook.outputs.exports import EXPORTS

    names = list(dict.fromkeys(name.strip() for name in value.split(",")))
    for name in names:
        if name not in EXPORTS:
            raise argparse.ArgumentTypeError(
                f"“{name}” is nothing to export to; there are {', '.join(EXPORTS)}"
            )
    return names


def _importer(value: str) -> str:
    from letterbook.importers.registry import IMPORTERS

    if value not in IMPORTERS:
        raise argparse.ArgumentTypeError(
            f"“{value}” is not a format that can be imported; there are {', '.join(IMPORTERS)}"
        )
    return value


def _port(value: str) -> int:
    if not value.isdigit() or not 0 <= int(value) <= 65535:
        raise argparse.ArgumentTypeError(f"“{value}” is not a port from 0 to 65535")
    return int(value)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(ENVIRONMENT_AT_FAULT, f"{self.prog}: {message}\nTry “{self.prog} --help”.\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="letterbook",
        description="Make published editions of transcribed letters: HTML, EPUB and PDF.",
    )
    version = importlib.metadata.version("letterbook")
    parser.add_argument("--version", action="version", version=f"letterbook {version}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    def command(name: str, run: Callable[[argparse.Namespace], int], help_: str) -> _Parser:
        sub: _Parser = commands.add_parser(name, help=help_, description=help_)
        sub.set_defaults(run=run)
        return sub

    def book(sub: _Parser) -> None:
        sub.add_argument(
            "book", nargs="?", type=Path, default=Path("book"), metavar="BOOK",
            help="the book’s folder (default: book)",
        )  # fmt: skip
        sub.add_argument(
            "--theme", type=Path, metavar="DIR", help="a theme’s folder (default: our own)"
        )

    sub = command("build", _build, "Build a book, and prove that every word is in it.")
    book(sub)
    sub.add_argument(
        "--to", type=_formats, default="html,epub,pdf", metavar="FORMATS",
        help="some of html,epub,pdf (default: all)",
    )  # fmt: skip
    sub.add_argument(
        "--out", type=Path, default=Path("build"), metavar="DIR",
        help="the folder to build into (default: build)",
    )  # fmt: skip
    sub.add_argument("--quiet", action="store_true", help="print only what is wrong")

    sub = command("check", _check, "Tell everything that is wrong with a book; build nothing.")
    book(sub)
    sub.add_argument("--format", choices=tuple(_DRAWINGS), default="text", help="how to tell it")

    sub = command("new", _new, "Make a small book to start from.")
    sub.add_argument("folder", type=Path, metavar="DIR", help="a folder that is empty or not there")

    sub = command("import", _import, "Make documents of sources, and tell where each word went.")
    sub.add_argument("sources", nargs="+", type=Path, metavar="SOURCE", help="a file or a folder")
    sub.add_argument(
        "--into", type=Path, required=True, metavar="BOOK",
        help="the book’s folder; it is made if there is none",
    )  # fmt: skip
    sub.add_argument(
        "--from", dest="from_", type=_importer, metavar="FORMAT",
        help="the kind of the sources (default: found from their content)",
    )  # fmt: skip
    sub.add_argument(
        "--profile", type=Path, metavar="FILE", help="what the parts of the sources are called"
    )
    sub.add_argument(
        "--account", type=Path, metavar="FILE", help="write where each word went, as JSON"
    )
    sub.add_argument("--force", action="store_true", help="replace documents that are there")
    sub.add_argument(
        "--typographic", action="store_true",
        help="make typographic quotes and dashes of ASCII’s",
    )  # fmt: skip

    sub = command("export", _export, "Write the documents for another program to go on with.")
    sub.add_argument(
        "book", nargs="?", type=Path, default=Path("book"), metavar="BOOK",
        help="the book’s folder (default: book)",
    )  # fmt: skip
    sub.add_argument(
        "--to",
        type=_exports,
        required=True,
        metavar="FORMATS",
        help="what to write: tei, bibtex, ris, csl-json, cmif; several with commas between",
    )
    sub.add_argument(
        "--out", type=Path, default=Path("build"), metavar="DIR",
        help="the folder to write into (default: build)",
    )  # fmt: skip

    help_ = "Work on a book’s index."
    index = commands.add_parser("index", help=help_, description=help_)
    inner = index.add_subparsers(title="commands", required=True, metavar="COMMAND")
    help_ = "Propose entries for names in the text that the index does not have, as YAML."
    sub = inner.add_parser("suggest", help=help_, description=help_)
    sub.set_defaults(run=_suggest)
    sub.add_argument(
        "book", nargs="?", type=Path, default=Path("book"), metavar="BOOK",
        help="the book’s folder (default: book)",
    )  # fmt: skip

    sub = command("preview", _preview, "Show the HTML edition, and again whenever a file is saved.")
    book(sub)
    sub.add_argument("--port", type=_port, default=8000, metavar="N", help="default: 8000")
    sub.add_argument("--no-open", action="store_true", help="do not open a browser")

    sub = command("schema", _schema, "Print the JSON Schema of a kind of file.")
    sub.add_argument(
        "kind", choices=("book", "document", "index", "profile"), help="the kind of file"
    )
    return parser


class _Progress:
    """Says what is being done: one changing line on a terminal, plain lines elsewhere."""

    def __init__(self, quiet: bool) -> None:
        self.quiet = quiet
        self.console = Console(stderr=True)
        self.status = self.console.status("") if self.console.is_terminal and not quiet else None

    def __enter__(self) -> _Progress:
        if self.status:
            self.status.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.status:
            self.status.stop()

    def step(self, name: str) -> None:
        if self.status:
            self.status.update(f"{name} …")
        elif not self.quiet:
            print(name, file=sys.stderr)
