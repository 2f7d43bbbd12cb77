"""The preview: an editor saves a file, and the page in the browser is the new one.

What enters is a book's folder; what leaves is nothing but what ``server`` shows. Every build goes
into a folder of its own in a temporary one, so that what is shown is whole, and the last good
edition stays until the next one is.
"""

from __future__ import annotations

import gc
import shutil
import signal
import sys
import tempfile
import time
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from watchfiles import watch

from letterbook.build import build
from letterbook.diagnostics import EnvironmentFault, SourceError, as_text
from letterbook.server import Board, PreviewServer
from letterbook.theme import default_theme

_HTML = "html"
_TICK = 100
"""Milliseconds after which the watcher says that nothing has happened."""


def preview(book: Path, port: int, open_browser: bool, theme: Path | None = None) -> None:
    """Show the HTML edition of a book at ``http://127.0.0.1:port/``, until Ctrl-C.

    Port 0 takes any that is free. Raises EnvironmentFault when the port cannot be had or a
    folder is not there; faults in the book or the theme are shown in the page instead.
    """
    theme_folder = theme or default_theme()
    _check_folders(book, theme_folder)
    board = Board()
    with (
        _ended_by_signals(),
        tempfile.TemporaryDirectory(prefix="letterbook-") as scratch,
        PreviewServer(board, port) as server,
    ):
        builds = _Builds(book, theme, Path(scratch), board)
        started = False
        # The watcher runs before the first build: nothing that is saved meanwhile is missed.
        for changes in watch(book, theme_folder, rust_timeout=_TICK, yield_on_timeout=True):
            if changes or not started:
                builds.make()
            if not started:
                started = True
                print(f"The preview is at {server.address} (Ctrl-C stops it)", flush=True)
                if open_browser:
                    webbrowser.open(server.address)


class _Builds:
    """Builds one after another, and tells the board how each went."""

    def __init__(self, book: Path, theme: Path | None, scratch: Path, board: Board) -> None:
        self.book = book
        self.theme = theme
        self.scratch = scratch
        self.board = board
        self.made: list[Path] = []

    def make(self) -> None:
        start = time.monotonic()
        folder = Path(tempfile.mkdtemp(dir=self.scratch))
        try:
            built = build(self.book, folder, (_HTML,), self.theme)
        except SourceError as error:
            diagnostics = error.diagnostics
        except EnvironmentFault as fault:
            diagnostics = (fault.diagnostic,)
        else:
            self.board.show(folder / _HTML)
            if built.diagnostics:
                print(as_text(built.diagnostics), file=sys.stderr)
            print(f"built in {time.monotonic() - start:.1f} s", flush=True)
            self.made.append(folder)
            self.sweep()
            return
        finally:
            # A build is one of many here, and what it leaves is looked for between them.
            gc.collect()
        shutil.rmtree(folder)
        self.board.report(diagnostics)
        print(as_text(diagnostics), file=sys.stderr, flush=True)

    def sweep(self) -> None:
        """Remove all editions but the last two: a browser may still be loading the one before."""
        while len(self.made) > 2:
            shutil.rmtree(self.made.pop(0))


def _check_folders(book: Path, theme: Path) -> None:
    for folder, code, hint in (
        (book, "book-missing", "make a book with “letterbook new”"),
        (theme, "theme-missing", "leave --theme out for the theme that comes with Letterbook"),
    ):
        if not folder.is_dir():
            raise EnvironmentFault(
                code, "there is no such folder", f"name one that is there, or {hint}", str(folder)
            )


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Let Ctrl-C, and a polite ``kill``, end what is inside in peace: temporary files and all."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in _SIGNALS}
    try:
        yield
    except KeyboardInterrupt:
        print("\nThe preview has ended.")
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


_SIGNALS = (signal.SIGINT, signal.SIGTERM)
