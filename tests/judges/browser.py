"""Chromium, to see a page as a reader's browser shows it, and axe-core to judge its accessibility.

What enters is the address of a page, on disk (`path.as_uri()`) or on loopback; what leaves is a
`Visit`: the page itself, what it complained of, its measures, and axe-core's violations.

Playwright keeps an event loop running in the thread that started it, so `asyncio.run()` cannot be
called in a test that comes after one with a browser; such a test runs its subject in a process of
its own.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self
from urllib.parse import urlsplit

from playwright.sync_api import Page, Request, sync_playwright

from .tools import chromium, node_package

Scheme = Literal["light", "dark"]

# Nothing but the page: no sandbox, which root does not get, and no calls home.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

# Finds what is wider than the window, and so makes it scroll sideways, or is cut off on the left,
# where nobody can scroll to.
TOO_WIDE = """() => {
    const width = document.documentElement.clientWidth
    return Array.from(document.body.querySelectorAll('*'))
        .filter(element => {
            const {left, right} = element.getBoundingClientRect()
            return right > width + 0.5 || left < -0.5
        })
        .map(element => element.cloneNode().outerHTML)
}"""

SCROLLS = """() => {
    window.scrollTo(100000, window.scrollY)
    const pixels = Math.ceil(window.scrollX)
    window.scrollTo(0, window.scrollY)
    return pixels
}"""


@dataclass(frozen=True)
class Violation:
    """One rule of axe-core's that a page breaks."""

    rule: str
    """Such as color-contrast."""
    impact: str
    """minor, moderate, serious or critical."""
    text: str
    elements: tuple[str, ...]
    """The elements that break it, as HTML."""

    def __str__(self) -> str:
        """Draw the violation as a line, and a line for each element."""
        return "\n    ".join((f"{self.impact} {self.rule}: {self.text}", *self.elements))


class Visit:
    """A page that is open in the browser."""

    def __init__(self, page: Page) -> None:
        """Listen to a page that has not been loaded yet."""
        self.page = page
        """Playwright's own object, for whatever is not here."""
        self.complaints: list[str] = []
        """Errors and warnings of the console, errors of scripts, what could not be loaded, and
        what was asked of the network."""
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        page.on("requestfailed", lambda request: self.complaints.append(f"failed: {request.url}"))
        page.on("request", self._on_request)

    def _on_console(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.type}: {message.text}")

    def _on_request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in ("http", "https") and address.hostname not in (
            "127.0.0.1",
            "localhost",
        ):
            self.complaints.append(f"asked the network: {request.url}")

    def screenshot(self, path: Path, *, whole: bool = True) -> Path:
        """Make a picture of the page, or of the part in the window, and return its path."""
        self.page.screenshot(path=path, full_page=whole)
        return path

    def horizontal_scroll(self) -> int:
        """Return by how many pixels the page can be scrolled sideways: 0 when it fits."""
        pixels: int = self.page.evaluate(SCROLLS)
        return pixels

    def too_wide(self) -> list[str]:
        """Return the elements that reach past an edge of the window, as HTML."""
        elements: list[str] = self.page.evaluate(TOO_WIDE)
        return elements

    def axe(self, *tags: str) -> list[Violation]:
        """Return what axe-core finds: by all its usual rules, or those with one of the tags.

        Tags are axe-core's, such as wcag2aa or best-practice. It takes a page without a background
        of its own for white, in the dark as well: contrast is judged only where a page sets one.
        """
        self.page.add_script_tag(path=node_package("axe-core") / "axe.min.js")
        options = {"runOnly": list(tags)} if tags else {}
        found = self.page.evaluate("options => axe.run(document, options)", options)
        return [
            Violation(
                rule=violation["id"],
                impact=violation["impact"],
                text=violation["help"],
                elements=tuple(node["html"] for node in violation["nodes"]),
            )
            for violation in found["violations"]
        ]


class Browser:
    """Chromium without a window, started at once; a context that ends it."""

    def __init__(self) -> None:
        """Start the browser."""
        executable = chromium()
        self._playwright = sync_playwright().start()
        self._chromium = self._playwright.chromium.launch(
            executable_path=executable, args=list(FLAGS)
        )

    def __enter__(self) -> Self:
        """Enter with the browser running."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the browser."""
        self._chromium.close()
        self._playwright.stop()

    @contextmanager
    def visit(
        self,
        address: str,
        *,
        width: int = 1280,
        height: int = 800,
        scheme: Scheme = "light",
        scripts: bool = True,
        policy: bool = False,
    ) -> Iterator[Visit]:
        """Open a page in a window of that size, with a profile of its own, until the context ends.

        `scripts` says whether the page may run its own; measures and axe-core need them allowed.
        `policy` says whether its Content-Security-Policy holds; axe-core needs that it does not.
        """
        context = self._chromium.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            java_script_enabled=scripts,
            bypass_csp=not policy,
        )
        try:
            visit = Visit(context.new_page())
            visit.page.goto(address)
            yield visit
        finally:
            context.close()

    def axe(
        self,
        address: str,
        *tags: str,
        schemes: Sequence[Scheme] = ("light", "dark"),
        width: int = 1280,
    ) -> dict[Scheme, list[Violation]]:
        """Return what axe-core finds on a page, in each colour scheme; see `Visit.axe`."""
        found: dict[Scheme, list[Violation]] = {}
        for scheme in schemes:
            with self.visit(address, scheme=scheme, width=width) as visit:
                found[scheme] = visit.axe(*tags)
        return found
