"""The preview as an editor meets it: the command runs, files are saved, a browser looks."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from letterbook.build import read
from letterbook.outputs.html import make
from letterbook.theme import default_theme

from .judges.browser import Browser, Visit

ROOT = Path(__file__).resolve().parent.parent
BOOK = ROOT / "tests" / "books" / "two-letters"
PATIENCE = 60_000
"""Milliseconds that a busy machine is given to build."""


@dataclass
class Preview:
    """A preview that runs."""

    book: Path
    address: str
    process: subprocess.Popen[str]
    scratch: Path

    @property
    def port(self) -> int:
        return int(self.address.rstrip("/").rpartition(":")[2])

    def ask(
        self, path: str, method: str = "GET", host: str | None = None
    ) -> tuple[int, dict[str, str], bytes]:
        """Send a request with its path as it stands; a browser would tidy it first."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.putrequest(method, path, skip_host=True)
            connection.putheader("Host", host or f"127.0.0.1:{self.port}")
            connection.endheaders()
            response = connection.getresponse()
            return response.status, dict(response.getheaders()), response.read()
        finally:
            connection.close()

    def end(self, number: signal.Signals = signal.SIGINT) -> int:
        self.process.send_signal(number)
        return self.process.wait(20)


@contextmanager
def previewing(folder: Path, arguments: Sequence[str] = ()) -> Iterator[Preview]:
    book, scratch = folder / "book", folder / "scratch"
    shutil.copytree(BOOK, book)
    scratch.mkdir()
    command = [sys.executable, "-m", "letterbook", "preview", str(book), "--no-open"]
    with subprocess.Popen(
        [*command, "--port", "0", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(scratch), "PYTHONPATH": str(ROOT / "src")},
    ) as process:
        try:
            assert process.stdout
            for line in process.stdout:
                if match := re.search(r"http://127\.0\.0\.1:\d+/", line):
                    yield Preview(book, match[0], process, scratch)
                    break
            else:
                assert process.stderr
                pytest.fail(f"no preview: {process.stderr.read()}")
        finally:
            process.kill()


@pytest.fixture
def preview(tmp_path: Path) -> Iterator[Preview]:
    with previewing(tmp_path) as running:
        yield running


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Preview]:
    """A preview for tests that change nothing."""
    with previewing(tmp_path_factory.mktemp("preview")) as running:
        yield running


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def await_text(visit: Visit, text: str) -> None:
    visit.page.get_by_text(text).first.wait_for(timeout=PATIENCE)


def complaints(visit: Visit) -> list[str]:
    """What a page complained of, but for the connection that it closes when it reloads itself."""
    return [found for found in visit.complaints if not found.endswith("/.letterbook/events")]


def test_what_is_saved_is_shown(browser: Browser, preview: Preview) -> None:
    letter = preview.book / "letters" / "01-lamp.md"
    with browser.visit(f"{preview.address}lamp.html", height=400) as visit:
        page = visit.page
        page.evaluate("scrollTo(0, 500)")
        change(letter, "There are three things", "There are exactly three things")
        await_text(visit, "There are exactly three things")
        page.wait_for_function("scrollY === 500")

        # An error takes the page's place …
        change(preview.book / "book.yaml", "title:", "tittle: [")
        await_text(visit, "to mend")
        shown = page.inner_text("main")
        assert "book.yaml:" in shown
        assert "still here" in shown
        assert visit.axe() == []

        # … the last good edition stays …
        page.get_by_text("still here").click()
        page.wait_for_url(f"{preview.address}last-good/lamp.html")
        assert "There are exactly three things" in page.inner_text("main")
        assert page.evaluate("document.fonts.ready.then(() => document.fonts.size > 0)")
        page.go_back()
        await_text(visit, "to mend")

        # … and the page comes back, where it was.
        change(preview.book / "book.yaml", "tittle: [", "title:")
        await_text(visit, "There are exactly three things")
        page.wait_for_function("scrollY === 500")
        assert complaints(visit) == []


def test_the_theme_is_watched(browser: Browser, tmp_path: Path) -> None:
    theme = tmp_path / "theme"
    shutil.copytree(default_theme(), theme)
    with (
        previewing(tmp_path, ["--theme", str(theme)]) as preview,
        browser.visit(preview.address) as visit,
    ):
        change(theme / "labels" / "en.yaml", "contents: Contents", "contents: What Is in It")
        await_text(visit, "What Is in It")
        change(theme / "templates" / "entries.html", "{% for", "{% far")
        await_text(visit, "the template does not work")
        change(theme / "templates" / "entries.html", "{% far", "{% for")
        await_text(visit, "What Is in It")


def test_a_book_that_is_broken_from_the_start(browser: Browser, tmp_path: Path) -> None:
    with previewing(tmp_path) as preview:
        # What the source says is shown as text, whatever it is.
        change(preview.book / "book.yaml", "subtitle:", '"<img src=x onerror=alert(1)>": 1\nsub:')
        with browser.visit(f"{preview.address}lamp.html", scheme="dark") as visit:
            await_text(visit, "<img src=x onerror=alert(1)>")
            assert visit.page.locator("img").count() == 0
            assert visit.page.locator("li.error").count() == 2
            assert visit.axe() == []
            assert complaints(visit) == []


def test_only_what_is_served_has_the_script(undisturbed: Preview, tmp_path: Path) -> None:
    source = read(undisturbed.book)
    make(source.edition, source.theme, tmp_path)
    plain = (tmp_path / "html" / "lamp.html").read_bytes()
    status, _, served = undisturbed.ask("/lamp.html")
    assert status == 200
    scripts = re.findall(rb"<script defer[^>]*></script>", served)
    assert len(scripts) == 1
    assert served.replace(scripts[0], b"") == plain
    for file in undisturbed.scratch.rglob("*.html"):
        assert b"<script defer" not in file.read_bytes()
    for path in ("/css/book.css", "/fonts/SourceSerifPro-Regular.otf"):
        assert undisturbed.ask(path)[2] == (tmp_path / "html" / path[1:]).read_bytes()


@pytest.mark.parametrize("host", ["evil.example", "evil.example:{port}", "127.0.0.1", "10.0.0.1"])
def test_another_host_gets_nothing(undisturbed: Preview, host: str) -> None:
    for path in ("/", "/lamp.html", "/.letterbook/events"):
        status, _, body = undisturbed.ask(path, host=host.format(port=undisturbed.port))
        assert status == 421
        assert b"Orlova" not in body


def test_localhost_is_this_host(undisturbed: Preview) -> None:
    assert undisturbed.ask("/", host=f"localhost:{undisturbed.port}")[0] == 200


@pytest.mark.parametrize(
    "path",
    [
        "/../book/book.yaml",
        "/%2e%2e/%2e%2e/book/book.yaml",
        "/..%2f..%2fbook/book.yaml",
        "/css/../../manifest.json",
        "/last-good/../../manifest.json",
        "//etc/passwd",
        "/etc/passwd",
        "/..\\..\\manifest.json",
        "/lamp.html%00.png",
        "/css/",
        "/.letterbook/",
    ],
)
def test_no_path_leads_out(undisturbed: Preview, path: str) -> None:
    status, _, body = undisturbed.ask(path)
    assert status == 404
    assert b"This edition has no such page" in body


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_nothing_can_be_written(undisturbed: Preview, method: str) -> None:
    status, _, body = undisturbed.ask("/", method)
    assert status == 501
    assert b"Orlova" not in body


def test_head_is_get_without_the_body(undisturbed: Preview) -> None:
    status, headers, body = undisturbed.ask("/lamp.html", "HEAD")
    assert (status, body) == (200, b"")
    got = undisturbed.ask("/lamp.html")
    assert headers["Content-Length"] == str(len(got[2]))
    assert undisturbed.ask("/.letterbook/events", "HEAD")[0] == 200
    assert headers["Cache-Control"] == "no-store"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "default-src 'self'" in headers["Content-Security-Policy"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux gives all of 127/8 to loopback")
def test_it_listens_on_one_address_alone(undisturbed: Preview) -> None:
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", undisturbed.port), timeout=5)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_in_peace(browser: Browser, preview: Preview, number: signal.Signals) -> None:
    with browser.visit(preview.address):
        assert list(preview.scratch.iterdir()) != []
        assert preview.end(number) == 0
        assert preview.process.stderr
        assert preview.process.stderr.read() == ""
        assert list(preview.scratch.iterdir()) == [], "nothing is left behind"


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "letterbook", "preview", "--no-open", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_port_that_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run(str(BOOK), "--port", str(port))
    assert done.returncode == 2
    assert f"port {port} is in use" in done.stderr
    assert "[port-in-use]" in done.stderr
    assert "--port" in done.stderr


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    done = run(str(tmp_path / "nowhere"), "--port", "0")
    assert done.returncode == 2
    assert "[book-missing]" in done.stderr
    done = run(str(BOOK), "--port", "0", "--theme", str(tmp_path / "nowhere"))
    assert done.returncode == 2
    assert "[theme-missing]" in done.stderr
