"""A small web server on this machine's loopback.

What enters is which file or folder answers under which path; what leaves is the server's address,
for as long as the context lasts.
"""

import functools
import posixpath
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

TYPES = {
    ".js": "text/javascript",
    ".epub": "application/epub+zip",
    ".xhtml": "application/xhtml+xml",
}


@contextmanager
def serving(places: Mapping[str, Path]) -> Iterator[str]:
    """Serve files and folders, such as {"/": folder, "/book.epub": file}; the longest path wins."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, places))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Handler(SimpleHTTPRequestHandler):
    """Answers from several places, and keeps quiet."""

    def __init__(self, places: Mapping[str, Path], *arguments: Any) -> None:
        self._places = places
        # Not left to the system, whose table may be empty: a module must be JavaScript by name.
        self.extensions_map = SimpleHTTPRequestHandler.extensions_map | TYPES
        super().__init__(*arguments)

    def translate_path(self, path: str) -> str:
        """Return the file that a path of a request means; `..` leads nowhere."""
        wanted = posixpath.normpath(unquote(urlsplit(path).path))
        for prefix in sorted(self._places, key=len, reverse=True):
            if wanted == prefix or wanted.startswith(prefix.rstrip("/") + "/"):
                rest = wanted[len(prefix) :].lstrip("/")
                place = self._places[prefix]
                return str(place / rest if rest else place)
        return ""

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002
        """Keep quiet."""
