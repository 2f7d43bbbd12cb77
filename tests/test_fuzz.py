"""What chance and malice make of sources: a document whose account balances, or a diagnostic."""

from __future__ import annotations

import datetime
import io
import shutil
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from letterbook.build import read
from letterbook.diagnostics import Severity, SourceError
from letterbook.importers.registry import IMPORTERS
from letterbook.importing import Order, Report, import_sources
from tests.mutations import Sample, mutated, small, word

TODAY = datetime.date(2026, 11, 22)
SECONDS = 20
"""What a source may take on a machine that does other things; most take a hundredth of one."""
OURS = frozenset(["internal-error", "source-too-complex"])
"""Codes that say that we did not know what to do."""
LATER = frozenset(["no-glyph", "link-nowhere", "page-repeated"])
"""What a document may have against it still, for an editor to see to: a character that the theme's
typefaces have not, a link to a document of the book that it was part of, a page that the source
numbers twice."""


def imported(folder: Path, name: str, data: bytes, format_: str | None = None) -> Report:
    """Import one source into a book of its own, and see that what was made can be used."""
    book = folder / "book"
    shutil.rmtree(book, ignore_errors=True)
    path = folder / name
    path.write_bytes(data)
    start = time.monotonic()
    (report,) = import_sources(Order((path,), book, TODAY, format_))
    assert time.monotonic() - start < SECONDS
    found = report.converted.diagnostics
    errors = [d for d in found if d.severity is Severity.ERROR]
    assert not {d.code for d in found} & OURS, errors
    assert report.failed == bool(errors)
    if errors:
        assert not book.exists()
        assert not report.documents
        assert all(d.message and d.hint and d.span.file == path.as_posix() for d in errors)
        return report
    assert report.documents
    assert report.converted.account
    words = report.converted.account.words
    assert words["source"] == sum(words[k] for k in ("text", "notes", "metadata", "set_aside"))
    assert against(book) <= LATER
    return report


def against(book: Path) -> set[str]:
    """The codes of the errors that a book has."""
    try:
        read(book)
    except SourceError as error:
        return {d.code for d in error.diagnostics if d.severity is Severity.ERROR}
    return set()


# --------------------------------------------------------------------------- chance

SMALL = list(small())
KINDS = sorted({sample.format for sample in SMALL})


def test_every_importer_has_its_samples() -> None:
    assert set(KINDS) == set(IMPORTERS)


def chance_of(examples: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a test the choices of hypothesis.

    What fails is not made smaller: each choice hangs on those before it.
    """
    profile = settings(
        max_examples=examples,
        deadline=None,
        phases=[Phase.explicit, Phase.reuse, Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )

    def with_chance(test: Callable[..., None]) -> Callable[..., None]:
        return profile(given(seed=st.integers(0, 2**32))(test))

    return with_chance


@pytest.mark.parametrize("kind", KINDS)
@chance_of(100)
def test_mutated_sources_are_imported_or_refused(kind: str, seed: int) -> None:
    chance = Random(seed)
    sample = chance.choice([sample for sample in SMALL if sample.format == kind])
    with tempfile.TemporaryDirectory() as folder:
        given_ = kind if chance.random() < 0.8 else None
        imported(Path(folder), sample.name, mutated(sample, SMALL, chance), given_)


@pytest.fixture(scope="module")
def real(samples: Path) -> list[Sample]:
    pages = sorted((samples / "marxists-html").glob("*.htm*"))
    found = [Sample(k, p.name, p.read_bytes()) for p in pages for k in ("marxists-html", "html")]
    found += [Sample("tei", p.name, p.read_bytes()) for p in samples.glob("tei/*/*.xml")]
    found.append(Sample("marxists-text", "baku.txt", (samples / "baku-letter.txt").read_bytes()))
    return sorted((s for s in found if len(s.data) < 60_000), key=lambda s: (s.format, s.name))


@pytest.mark.samples
@chance_of(100)
def test_mutated_samples_are_imported_or_refused(real: list[Sample], seed: int) -> None:
    chance = Random(seed)
    sample = chance.choice(real)
    with tempfile.TemporaryDirectory() as folder:
        imported(Path(folder), sample.name, mutated(sample, real, chance), sample.format)


# --------------------------------------------------------------------------- malice

_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
_BOMB = f'<!DOCTYPE x [<!ENTITY l0 "lol">{_LAUGHS}]>'
_FILE = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
_REMOTE = '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">'
_DEEP = 10_000
_SHELLS = {
    "marxists-text": "A. Reed\n\nSource: The Lamp\n\n\n{}\n",
    "marxists-html": "{}<html><body><h1>The Lamp</h1><p>{}</p></body></html>",
    "html": "{}<html><body><h1>The Lamp</h1><p>{}</p></body></html>",
    "tei": "{}<TEI xmlns='http://www.tei-c.org/ns/1.0'><text><body><p>{}</p></body></text></TEI>",
    "markdown": "---\ntitle: The Lamp\n---\n\n{}\n",
    "docx": '{}<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    "<w:body><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:body></w:document>",
}
_NESTED = {
    "marxists-text": "> " * _DEEP,
    "marxists-html": "<div>" * _DEEP,
    "html": "<b>" * _DEEP,
    "tei": "<hi>" * _DEEP + "x" + "</hi>" * _DEEP,
    "markdown": "> " * _DEEP + "x",
    "docx": "<w:sdt>" * _DEEP + "x" + "</w:sdt>" * _DEEP,
}
MALICE: dict[str, tuple[str, bytes]] = {
    "a bomb of entities": (_BOMB, b"The lamp &l11; is lit."),
    "a file as an entity": (_FILE, b"The lamp &f; is lit."),
    "a document type elsewhere": (_REMOTE, b"The lamp is lit."),
    "control characters": ("", b"The \x01\x07\x1b[2Jlamp \x7f is lit."),
    "characters unseen": ("", "The \x85\u2028\u202e\ufeff\ufff9lamp is lit.".encode()),
    "NUL": ("", b"The \x00lamp\x00 is lit."),
    "half a sequence": ("", b"The lamp\xe2\x80 is lit\xc3"),
    "a surrogate": ("", b"The lamp \xed\xa0\x80 is lit."),
    "nothing": ("", b""),
    "a long line": ("", b"lamp " * 200_000),
    "a long word": ("", b"lamp" * 250_000),
    "marks of code": ("", b"`" * 60_000),
    "open brackets": ("", b"[" * 60_000),
}
_NAMES = {"tei": "a.xml", "docx": "a.docx", "markdown": "a.md", "marxists-text": "a.txt"}


def shelled(kind: str, before: str, inside: bytes) -> bytes:
    """Give a source of a kind with some words, and something in front of all."""
    head, *middle, tail = _SHELLS[kind].split("{}")
    if middle:
        data = b"".join(p.encode() for p in (head, before, *middle)) + inside + tail.encode()
    else:
        data = head.encode() + before.encode() + inside + tail.encode()
    return word({"word/document.xml": data}) if kind == "docx" else data


@pytest.mark.parametrize("what", MALICE)
@pytest.mark.parametrize("kind", KINDS)
def test_malice_takes_little_time_and_gets_nothing(kind: str, what: str, tmp_path: Path) -> None:
    before, inside = MALICE[what]
    data = shelled(kind, before, inside)
    report = imported(tmp_path, _NAMES.get(kind, "a.htm"), data, kind)
    for document in report.documents:
        text = (tmp_path / "book" / document).read_text(encoding="utf-8")
        assert "root:" not in text
        assert len(text) < 2 * len(before) + 2 * len(inside) + 1000


@pytest.mark.parametrize("kind", KINDS)
def test_ten_thousand_levels_are_borne_or_refused(kind: str, tmp_path: Path) -> None:
    data = shelled(kind, "", _NESTED[kind].encode())
    imported(tmp_path, _NAMES.get(kind, "a.htm"), data, kind)


def bomb(of: int) -> bytes:
    """An archive of a few thousand bytes that holds a great many."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive,
        archive.open("word/document.xml", "w", force_zip64=True) as part,
    ):
        for _ in range(of // 2**20):
            part.write(b" " * 2**20)
    return stream.getvalue()


@pytest.mark.parametrize("kind", ["html", "marxists-html"])
def test_names_that_are_none_are_borne(kind: str, tmp_path: Path) -> None:
    page = (
        '<html xml:lang="de"><h1>Die Lampe</h1><p xml:lang="de" {x="1" a"b="2" 1="3">Sie <o:p>ist'
        '</o:p> <p<svg>an</p<svg>.<br:::> <a name="n" fn1" x:y="z"></a>Ganz.</p></html>'
    )
    assert not imported(tmp_path, "a.htm", page.encode(), kind).failed


BROKEN = {
    "a table never closed": ("<p>The lamp <table>was lit <em>again</em>.</p>", "was lit *again*."),
    "words behind a row": ("<table><tr><td>Oil</td><td>4</td></tr>It burns.</table>", "It burns."),
    "a drawing never closed": ("<p>The lamp <svg>was <em>lit</em>.</p>", "was *lit*."),
    "an old program": ("<p>The <applet>lamp</applet> <object>burns</object>.</p>", "lamp burns."),
    "a character that is none": (
        "<p>The l&#0;mp, the w&#xD800;ck.</p>",
        "l\ufffdmp, the w\ufffdck.",
    ),
    "a link never closed": (
        "<p>It<a href=#n>[1]</p><p>b</p><p>c<b>d</b>.</p>",
        "c<strong>d</strong>.",
    ),
    "words between items": ("<ul>First: <li>oil</li> and <li>wick</li></ul>", "First:"),
    "a value never closed": ('<p>The lamp.</p><p class="x>It burns.</p>', "The lamp."),
}


@pytest.mark.parametrize("kind", ["html", "marxists-html"])
@pytest.mark.parametrize("what", BROKEN)
def test_broken_pages_say_what_a_browser_shows(kind: str, what: str, tmp_path: Path) -> None:
    page, shown = BROKEN[what]
    report = imported(tmp_path, "a.htm", f"<h1>Lamps</h1><p>To see by.</p>{page}".encode(), kind)
    assert not report.failed, report.converted.diagnostics
    (document,) = report.documents
    assert shown in (tmp_path / "book" / document).read_text(encoding="utf-8")


def test_an_archive_that_swells_is_refused(tmp_path: Path) -> None:
    assert imported(tmp_path, "a.docx", bomb(250 * 2**20), "docx").failed


@pytest.mark.parametrize(
    "target", ["../../../../etc/passwd", "/etc/passwd", "file:///etc/passwd", "http://127.0.0.1:9/"]
)
def test_a_word_file_leads_nowhere(target: str, tmp_path: Path) -> None:
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r1" TargetMode="External" Target="{}" Type="http://schemas.'
        'openxmlformats.org/officeDocument/2006/relationships/{}"/></Relationships>'
    )
    for kind in ("image", "footnotes", "attachedTemplate"):
        change: dict[str, str | bytes] = {
            "word/_rels/document.xml.rels": relations.format(target, kind),
            "../escaped.md": "escaped",
        }
        imported(tmp_path, "a.docx", word(change), "docx")
        assert not list(tmp_path.parent.glob("escaped*"))


PAGES = {
    "marxists-html": '<h1>The Lamp</h1><p>It is lit. <img src="{}" alt="a lamp"></p>',
    "html": '<h1>The Lamp</h1><p>It is lit. <img src="{}" alt="a lamp"></p>',
    "tei": "<TEI xmlns='http://www.tei-c.org/ns/1.0'><text><body><p>It is lit."
    '<figure><graphic url="{}"/></figure></p></body></text></TEI>',
    "markdown": "---\ntitle: The Lamp\n---\n\nIt is lit. ![a lamp]({})\n",
}


@pytest.mark.parametrize("kind", PAGES)
@pytest.mark.parametrize(
    "picture",
    ["../secret.png", "%2e%2e/secret.png", "..\\secret.png", "/etc/passwd", "link.png",
     "not.png", "empty.png", "folder.png", "gone.png", "data:image/png;base64,AAAA",
     "file:///etc/passwd", "x" * 5000 + ".png", "a\x00.png", "//127.0.0.1:9/a.png"],
)  # fmt: skip
def test_pictures_lead_nowhere(kind: str, picture: str, tmp_path: Path) -> None:
    """Nothing outside the folder is taken, nor what is no picture."""
    inside = tmp_path / "in"
    (inside / "folder.png").mkdir(parents=True)
    (tmp_path / "secret.png").write_bytes(b"\x89PNG\r\n\x1a\nsecret")
    (inside / "link.png").symlink_to(tmp_path / "secret.png")
    (inside / "not.png").write_bytes(b"<script>alert(1)</script>")
    (inside / "empty.png").write_bytes(b"")
    report = imported(inside, "a.htm", PAGES[kind].format(picture).encode(), kind)
    assert report.failed or not report.converted.images
    assert not (inside / "book" / "images").exists()


@pytest.mark.parametrize("kind", KINDS)
def test_a_huge_file_is_refused(kind: str, tmp_path: Path) -> None:
    huge = tmp_path / "huge.bin"
    with huge.open("wb") as file:
        file.truncate(100 * 2**20)
    start = time.monotonic()
    (report,) = import_sources(Order((huge,), tmp_path / "book", TODAY, kind))
    assert time.monotonic() - start < 5
    assert [d.code for d in report.converted.diagnostics] == ["file-too-large"]
