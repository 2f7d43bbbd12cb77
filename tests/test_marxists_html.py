"""Pages of marxists.org: the cases in tests/cases/import/marxists, and the samples."""

from __future__ import annotations

import base64
import random
import re
import time
from collections import Counter
from collections.abc import Iterable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from letterbook.account import take_account
from letterbook.diagnostics import Severity, has_errors
from letterbook.importers.imported import Imported, Options, Source
from letterbook.importers.marxists_html import import_, recognise
from letterbook.markup.reader import read_markup
from letterbook.writing import write_document
from tests.textcases import Case, cases

DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="
)
PICTURES = {"lens.png": DOT, "dot.png": DOT}


def account_of(source: Source, imported: Imported) -> list[str]:
    """What the account has against an import; the documents must be writable, too."""
    documents = [(d.slug, write_document(d, f"{d.slug}.md")) for d in imported.documents]
    account = take_account(
        source, "html", documents, imported.set_aside, [d.supplied for d in imported.documents]
    )
    return [d.message for d in account.diagnostics]


def shown(imported: Imported) -> str:
    """An import as text: its documents, what was set aside, what was said."""
    lines = [write_document(d, f"{d.slug}.md").rstrip("\n") for d in imported.documents]
    for document in imported.documents:
        lines += [f"-- supplied: {words}" for words in document.supplied]
    lines += [f"-- {path}" for path in imported.images]
    lines += [f"-- {s.reason}: {s.text} ({s.place})" for s in imported.set_aside]
    lines += [
        f"-- {d.severity}: {d.message} [{d.code}] ({d.span.line})" for d in imported.diagnostics
    ]
    return "\n".join(lines)


class Visible(HTMLParser):
    """The visible words of a page, by their tags alone."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in ("script", "style", "title", "noscript", "noframes")
        self.parts.append(dict(attrs).get("alt") or "")

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in ("script", "style", "title", "noscript", "noframes")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.parts.append(data)


def letters(texts: Iterable[str]) -> Counter[str]:
    """How often each letter and digit occurs; where words end does not matter to it."""
    return Counter(c for text in texts for c in text if c.isalnum())


@cases("import/marxists")
def test_pages(case: Case, rewrite_cases: bool) -> None:
    """A page becomes what its case says, and no letter of it is lost."""
    source = Source("page.htm", case.given.encode(), PICTURES)
    imported = import_(source, Options())
    case.check(shown(imported), rewrite_cases)
    page = Visible()
    page.feed(case.given)
    page.close()
    written = [s.text for s in imported.set_aside]
    for document in imported.documents:
        trees = [document.body, *(note.body for note in document.notes)]
        written += ["".join(tree.itertext()) for tree in trees]
        written += [e.get("alt", "") for tree in trees for e in tree.iter("img")]
        written.append(document.metadata.model_dump_json())
    assert not imported.documents or not letters(page.parts) - letters(written)
    assert not imported.documents or account_of(source, imported) == []


@pytest.mark.samples
def test_samples(samples: Path) -> None:
    """Each page is recognised, imported without error, written, and every word is accounted for."""
    paths = sorted((samples / "marxists-html").glob("*.htm*"))
    assert len(paths) == 44
    for path in paths:
        source = Source(path.name, path.read_bytes())
        assert recognise(source) >= 0.7, path.name
        imported = import_(source, Options())
        assert len(imported.documents) == 1, path.name
        assert not has_errors(imported.diagnostics), path.name
        assert account_of(source, imported) == [], path.name


@pytest.mark.samples
def test_mutated_samples(samples: Path) -> None:
    """Whatever is done to a page, it is imported or refused; nothing is raised."""
    chance = random.Random(1918)
    for path in sorted((samples / "marxists-html").glob("*.htm*"))[::4]:
        for _ in range(6):
            data = bytearray(path.read_bytes())
            for _ in range(chance.randrange(1, 30)):
                at = chance.randrange(len(data))
                cut = chance.choice([b"", b"<", b">", b"\x00", b"\xe2\x80", b"<p>", b'"', b"</a>"])
                data[at : at + chance.randrange(0, 40)] = cut
            checked(bytes(data))


def checked(data: bytes) -> None:
    """Import a page and write it; an error is said, never raised."""
    imported = import_(Source("page.htm", data), Options())
    assert imported.documents or has_errors(imported.diagnostics)
    for document in imported.documents:
        text = write_document(document, "page.md")
        _, found = read_markup(text.partition("\n---\n")[2], "page.md", 1)
        assert not [d for d in found if d.severity is Severity.ERROR]


PIECES = st.sampled_from(
    re.split(
        r"\s*\|\s*",
        r"""<p>|</p>|<p class="note">|<h1>|</h1>|<hr>|<b>|</b>|<i>|</i>
        |<a name="n1" href="#f1">1.</a>|<a name="f1" href="#n1">[1]</a>
        |<a href="#n2">*</a>|<a name="n2">*</a>|<br>|<table>|<tr>
        |<td>|</table>|<ul>|<li>|</ul>|<blockquote>|</blockquote>|<center>|<sup>|</sup>|<pre>|</pre>
        |<span class="info">Source:</span>|<p class="information">|<dl>|<dt>|<dd>|</dl>|word|two.
        |[1]|*|&nbsp;|&lt;p.3&gt;|<a name="p4"></a>|<img src="lens.png">|<h3>Notes</h3>|1918
        |Dear Sir,|Yours truly,|<q>|<div>|</div>|<td|&#0;|<!--|<caption>|<h4>""",
    )
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=24).map("".join))
def test_no_page_is_too_odd(page: str) -> None:
    checked(page.encode())


@pytest.mark.parametrize(
    "page",
    [
        b"<div>" * 10_000 + b"x",
        b"<b>" * 10_000 + b"x",
        b"x" * (40 * 2**20),
        b"<p>" * 400_000,
        b"<p>x<a name=n href=#n>[1]</a>" * 4_000,
        b"<ul><li>x" * 200,
        b"\x00" * 1_000_000,
        b"<p>[1] " * 5_000 + b"<h3>Notes</h3>" + b"<p>1. x" * 5_000,
    ],
    ids=["divs", "bold", "40 MB", "paragraphs", "anchors", "lists", "NUL", "marks"],
)
def test_hostile_pages_take_little_time(page: bytes) -> None:
    start = time.process_time()
    imported = import_(Source("page.htm", page), Options())
    assert time.process_time() - start < 20
    assert imported.documents or has_errors(imported.diagnostics)


def test_other_files_are_not_taken_for_pages() -> None:
    assert recognise(Source("a.txt", b"Source: a letter")) == 0
    assert recognise(Source("a.xml", b"<TEI><text><body>x</body></text></TEI>")) < 0.4
