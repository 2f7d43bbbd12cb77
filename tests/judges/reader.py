"""A reading system: an EPUB open in foliate-js, in Chromium, as a reader has it on the screen.

What enters is the path of an EPUB; what leaves is a `Reader`, in which a test goes to places,
clicks on links with the mouse, and is told what it then sees: a note in a popup, or the place in
the book where it landed. `reader.js` is the other half, inside the page.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Frame
from playwright.sync_api import TimeoutError as PlaywrightTimeout

from .browser import Browser, Visit
from .loopback import serving
from .tools import JudgeBroken, node_package

NOTE_REFERENCE = 'a[role~="doc-noteref"]'

# foliate-js opens each section in a frame of which Chromium warns, whatever the book is.
FRAME_WARNING = "can escape its sandboxing"

# Milliseconds: far more than a click takes, and little enough for a test that fails.
PATIENCE = 10_000


@dataclass(frozen=True)
class Link:
    """A link in the section that is open."""

    href: str
    """As written."""
    text: str


@dataclass(frozen=True)
class Note:
    """What the popup shows."""

    href: str
    type: str | None
    """footnote, endnote, … as its markup says."""
    hidden: bool
    """Whether the note is one that a reading system may keep out of the running text."""
    text: str


@dataclass(frozen=True)
class Landing:
    """Where the reader is after going somewhere."""

    href: str
    """Where the link pointed, from the root of the book."""
    section: str
    """The file that is open."""
    found: bool
    """Whether that file has the target of the link."""
    text: str
    """The words of the target: of the whole section when the link points at no element."""
    context: str
    """The words of the paragraph, item or heading around it."""
    visible: bool
    """Whether the target is in what the window shows."""


class Reader:
    """An open book."""

    def __init__(self, visit: Visit) -> None:
        """Take over a visit of reader.html in which a book is open."""
        self.visit = visit

    @property
    def complaints(self) -> list[str]:
        """Return what the page and the book complained of; see `Visit.complaints`."""
        return [found for found in self.visit.complaints if FRAME_WARNING not in found]

    def sections(self) -> list[str]:
        """Return the files of the spine, in order."""
        return [section["href"] for section in self._call("sections")]

    def toc(self) -> list[Link]:
        """Return the table of contents, flat, in order."""
        return [Link(entry["href"], entry["label"]) for entry in self._call("toc")]

    def text(self) -> str:
        """Return the words of the section that is open."""
        words: str = self._call("text")
        return words

    def links(self, selector: str = "a[href]") -> list[Link]:
        """Return the links of the section that is open, those that a CSS selector picks."""
        return [Link(**link) for link in self._call("links", selector)]

    def go_to(self, href: str) -> Landing:
        """Go to an href of the book, such as a file of the spine, with or without a fragment."""
        result = self._call("goTo", href)
        if "error" in result:
            raise LookupError(result["error"])
        return Landing(**result["landing"])

    def note(self, selector: str = NOTE_REFERENCE, nth: int = 0) -> Note:
        """Click on a reference to a note and return what the popup shows."""
        result = self._click(selector, nth)
        if "note" not in result:
            raise AssertionError(f"no popup came of clicking on {selector}: {result}")
        return Note(**result["note"])

    def follow(self, selector: str, nth: int = 0) -> Landing:
        """Click on a link of the section that is open and return where that leads."""
        result = self._click(selector, nth)
        if "landing" not in result:
            raise AssertionError(f"clicking on {selector} led nowhere in the book: {result}")
        return Landing(**result["landing"])

    def _call(self, name: str, *arguments: str | int) -> Any:
        """Call a function of reader.js and return its value."""
        return self.visit.page.evaluate(
            "([name, rest]) => reader[name](...rest)", [name, list(arguments)]
        )

    def _click(self, selector: str, nth: int) -> dict[str, Any]:
        """Click with the mouse in the section's frame and return what reader.js makes of it."""
        self._call("expect")
        try:
            self._frame().locator(selector).nth(nth).click(timeout=PATIENCE)
        except PlaywrightTimeout as error:
            raise AssertionError(f"{selector} cannot be clicked on") from error
        seen: dict[str, Any] | None = self._call("outcome", PATIENCE)
        if seen is None:
            raise AssertionError(f"nothing came of clicking on {selector}: {self.complaints}")
        return seen

    def _frame(self) -> Frame:
        """Return the frame that holds the section. The popup, when closed, has none."""
        frames = [frame for frame in self.visit.page.frames[1:] if not frame.is_detached()]
        if len(frames) != 1:
            raise JudgeBroken(f"there should be one section on the screen, not {len(frames)}")
        return frames[0]


@contextmanager
def reading(
    browser: Browser, epub: Path, *, width: int = 800, height: int = 1000
) -> Iterator[Reader]:
    """Open an EPUB in a window of that size, until the context ends."""
    here = Path(__file__).parent
    places = {
        "/reader.html": here / "reader.html",
        "/reader.js": here / "reader.js",
        "/foliate": node_package("foliate-js"),
        "/book.epub": epub,
    }
    with (
        serving(places) as address,
        browser.visit(f"{address}/reader.html", width=width, height=height) as visit,
    ):
        visit.page.wait_for_function("globalThis.reader")
        visit.page.evaluate("reader.open('/book.epub')")
        yield Reader(visit)
