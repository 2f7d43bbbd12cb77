"""The web server of the preview: this machine's own browsers, reading, and nothing more.

It listens on the loopback interface alone, answers GET and HEAD, and only when the request names
it as its host, so that a page elsewhere whose name was made to lead here (DNS rebinding) gets
nothing. What can be asked for is a list of files, not a folder: no path leads out of it. The
script that reloads a page is set into what is served, never into the files.
"""

from __future__ import annotations

import errno
import secrets
import socketserver
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Self
from urllib.parse import unquote, urlsplit

from markupsafe import Markup

from letterbook.diagnostics import Diagnostic, EnvironmentFault
from letterbook.notices import OWN, SCRIPT, STYLE, diagnostics_page, own_page, with_reload

_HOST = "127.0.0.1"
LAST_GOOD = "/last-good/"
"""Under this, pages are the last edition without errors, whatever has happened since."""
_START = "index.html"
_MISDIRECTED = HTTPStatus.MISDIRECTED_REQUEST
_HEARTBEAT = 15.0
"""Seconds after which a silent connection says that it is alive; a dead one is found by it."""
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".woff2": "font/woff2",
    ".otf": "font/otf",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".gif": "image/gif",
    ".svg": "image/svg+xml",
}
_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'self'; img-src 'self' data:; base-uri 'none';"
    " form-action 'none'; frame-ancestors 'none'",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """What the browser is to see."""

    generation: str
    """Changes whenever anything else here does; never the same in two previews."""
    files: Mapping[str, Path] = field(default_factory=dict)
    """The last good edition, by address."""
    diagnostics: tuple[Diagnostic, ...] = ()
    """What stops the present one."""


class Board:
    """Where the builder puts what is to be shown, and the server's threads wait for it."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._run = secrets.token_hex(4)
        self._count = 0
        self._closed = False
        self._shown = Shown(self._run)

    @property
    def shown(self) -> Shown:
        """What there is now."""
        return self._shown

    def show(self, folder: Path) -> None:
        """Show a new edition: the files in a folder."""
        paths = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
        files = {path.relative_to(folder).as_posix(): path for path in paths}
        self._put(Shown("", files))

    def report(self, diagnostics: Sequence[Diagnostic]) -> None:
        """Show errors; the last good edition stays."""
        self._put(replace(self._shown, diagnostics=tuple(diagnostics)))

    def close(self) -> None:
        """Send everybody home who waits."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _put(self, shown: Shown) -> None:
        with self._changed:
            self._count += 1
            self._shown = replace(shown, generation=f"{self._run}-{self._count}")
            self._changed.notify_all()

    def wait(self, seen: str) -> str | None:
        """Wait for another generation than ``seen``; None when the preview ends.

        Gives ``seen`` itself back after a while in which nothing happened.
        """
        with self._changed:
            self._changed.wait_for(
                lambda: self._closed or self._shown.generation != seen, _HEARTBEAT
            )
            return None if self._closed else self._shown.generation


class PreviewServer(ThreadingHTTPServer):
    """Serves what a board shows, in threads of its own, for as long as the context lasts."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, board: Board, port: int) -> None:
        self.board = board
        try:
            super().__init__((_HOST, port), _Handler)
        except OSError as error:
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise
            raise EnvironmentFault(
                "port-in-use" if error.errno == errno.EADDRINUSE else "port-refused",
                f"port {port} is in use by another program"
                if error.errno == errno.EADDRINUSE
                else f"the system does not let us have port {port}",
                "choose another: --port 8001, or --port 0 for any that is free",
                f"{_HOST}:{port}",
            ) from error

    def server_bind(self) -> None:
        """Bind, without asking the network for this machine's name as HTTPServer does."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = _HOST, self.server_address[1]

    @property
    def address(self) -> str:
        """Where a browser finds it."""
        return f"http://{_HOST}:{self.server_port}/"

    @property
    def hosts(self) -> frozenset[str]:
        """The names by which a request may call it."""
        return frozenset(f"{name}:{self.server_port}" for name in (_HOST, "localhost"))

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a browser that went away; that is what browsers do."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, args=(0.1,), daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.board.close()
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    """One request."""

    server: PreviewServer
    server_version = "Letterbook"
    sys_version = ""
    timeout = 60

    def do_GET(self) -> None:
        if self.headers.get_all("Host") not in [[host] for host in self.server.hosts]:
            self.answer("text/plain", b"this is not the host that was meant\n", _MISDIRECTED)
            return
        path = unquote(urlsplit(self.path).path)
        if path == f"{OWN}events":
            self.tell_events()
        elif path == f"{OWN}reload.js":
            self.answer("text/javascript; charset=utf-8", SCRIPT.encode())
        elif path == f"{OWN}page.css":
            self.answer(_TYPES[".css"], STYLE.encode())
        else:
            self.answer_edition(path)

    def do_HEAD(self) -> None:
        self.do_GET()

    def answer_edition(self, path: str) -> None:
        """Answer with a file of the edition, or with what stands in its way."""
        shown = self.server.board.shown
        href = path.removeprefix(LAST_GOOD).lstrip("/") or _START
        is_page = href.endswith(".html")
        if is_page and shown.diagnostics and not path.startswith(LAST_GOOD):
            last_good = LAST_GOOD + (href if href in shown.files else _START)
            page = diagnostics_page(shown.diagnostics, last_good if shown.files else None)
            self.answer(_TYPES[".html"], with_reload(page, shown.generation))
            return
        content = _read(shown.files.get(href))
        if content is None:
            page = own_page("Not found", Markup("<p>This edition has no such page.</p>"))
            page = with_reload(page, shown.generation)
            self.answer(_TYPES[".html"], page, HTTPStatus.NOT_FOUND)
            return
        if is_page:
            content = with_reload(content, shown.generation, keep=True)
        kind = _TYPES.get(PurePosixPath(href).suffix, "application/octet-stream")
        self.answer(kind, content)

    def answer(self, kind: str, content: bytes, status: int = HTTPStatus.OK) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def end_headers(self) -> None:
        for name, value in _HEADERS.items():
            self.send_header(name, value)
        super().end_headers()

    def tell_events(self) -> None:
        """Tell the generation, and every new one, as server-sent events (HTML, 9.2)."""
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        generation: str | None = ""
        told = ""
        while self.command != "HEAD" and generation is not None:
            try:
                line = f"data: {generation}\n\n" if generation != told else ": alive\n\n"
                self.wfile.write(line.encode() if generation else b"")
            except OSError:
                return  # The browser has gone to another page.
            told = generation
            generation = self.server.board.wait(told)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
        """Keep quiet: the terminal is for what the builds have to say."""


def _read(file: Path | None) -> bytes | None:
    """The content of a file; None when it has gone, since two builds have passed meanwhile."""
    try:
        return file.read_bytes() if file else None
    except FileNotFoundError:
        return None
