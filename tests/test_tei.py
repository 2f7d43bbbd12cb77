"""TEI as projects write it: small cases, hostile files, and the letters of four projects."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

import pytest
from lxml import etree
from lxml.etree import _Element as Element

from letterbook.diagnostics import Severity
from letterbook.importers.imported import Draft, Imported, Options, Source
from letterbook.importers.tei import import_, recognise
from letterbook.importers.tei_dates import UndatableError, attributes_of, edtf_of
from letterbook.importers.tei_profile import PLAIN, PROJECTS, recognised, shipped
from letterbook.markup.canonical import canonical, same
from letterbook.writing import write_document
from tests.textcases import Case, cases

TEI = '<TEI xmlns="http://www.tei-c.org/ns/1.0">'
HEADER = (
    "<teiHeader><fileDesc><titleStmt><title>A Letter</title></titleStmt></fileDesc></teiHeader>"
)
SAMPLES = {
    "escher-briefe": "Digitale Briefedition Alfred Escher",
    "jean-paul": "Jean Paul – Sämtliche Briefe digital",
    "schnitzler-briefe": "Arthur Schnitzler – Briefwechsel mit Autorinnen und Autoren",
    "tillich": "Korrespondenz von Paul Tillich",
}


def imported(data: str | bytes, name: str = "letter.xml") -> Imported:
    given = data.encode() if isinstance(data, str) else data
    return import_(Source(name, given), Options())


def shown(tree: Element) -> str:
    return "\n".join(etree.tostring(child, encoding="unicode") for child in tree)


def told(found: Imported) -> list[str]:
    return [f"{d.severity} {d.code}: {d.message}" for d in found.diagnostics]


# --------------------------------------------------------------------------- small cases


@cases("import/tei", "text-*")
def test_a_text_becomes_the_vocabulary(case: Case, rewrite_cases: bool) -> None:
    found = imported(f"{TEI}{HEADER}<text>{case.given}</text></TEI>")
    lines = []
    for draft in found.documents:
        lines.append(shown(draft.body))
        for note in draft.notes:
            lines.append(f"note {note.label} ({note.responsibility or 'nobody'}):")
            lines.append(shown(note.body))
        lines += [f"supplied: {text}" for text in draft.supplied]
    lines += [f"aside: {a.text} ({a.reason})" for a in found.set_aside]
    lines += [f"index: {e.heading} ({e.kind})" + (f", {e.gloss}" if e.gloss else "")
              for e in found.index]  # fmt: skip
    case.check("\n".join([*lines, *told(found)]), rewrite_cases)


@cases("import/tei", "header")
def test_a_header_becomes_front_matter(case: Case, rewrite_cases: bool) -> None:
    text = "<text><body><p>Come.</p></body></text>"
    found = imported(f"{TEI}<teiHeader>{case.given}</teiHeader>{text}</TEI>")
    lines = []
    for draft in found.documents:
        written = write_document(draft, "letters/letter.md")
        lines.append(written.split("---\n")[1].rstrip("\n"))
    lines += [f"aside: {a.text} ({a.reason})" for a in found.set_aside]
    case.check("\n".join([*lines, *told(found)]), rewrite_cases)


# --------------------------------------------------------------------------- dates


@pytest.mark.parametrize(
    ("attributes", "date"),
    [
        ({"when": "1918-08-09"}, "1918-08-09"),
        ({"when": "1918-08-09T10:00:00"}, "1918-08-09"),
        ({"when": "1918", "cert": "low"}, "1918?"),
        ({"when": "1918", "cert": "high"}, "1918"),
        ({"when": "1918", "precision": "low"}, "1918~"),
        ({"from": "1918-08-09", "to": "1918-08-12"}, "1918-08-09/1918-08-12"),
        ({"from": "1918-08-09"}, "1918-08-09/"),
        ({"notBefore": "1918-08-09", "notAfter": "1918-08-12"}, "[1918-08-09..1918-08-12]"),
        ({"notAfter": "1918-08-09"}, "[..1918-08-09]"),
        ({"notBefore": "1918-01-01", "notAfter": "1918-12-31"}, "1918"),
        ({"notBefore": "1912-02-01", "notAfter": "1912-02-29"}, "1912-02"),
        ({"when-custom": "1918-08~", "datingMethod": "#edtf"}, "1918-08~"),
        ({}, None),
    ],
)
def test_attributes_say_a_date(attributes: dict[str, str], date: str | None) -> None:
    assert edtf_of(attributes) == date
    if date:
        assert edtf_of(attributes_of(date)) == date


@pytest.mark.parametrize(
    "attributes",
    [
        {"when": "1918-02-30"},
        {"when": "--08-09"},
        {"when": "August"},
        {"notBefore": "1919", "notAfter": "1918"},
        {"from": "1918-08-09", "to": "1918-08-01"},
    ],
)
def test_a_date_that_there_was_not_is_none(attributes: dict[str, str]) -> None:
    with pytest.raises(UndatableError):
        edtf_of(attributes)


# --------------------------------------------------------------------------- hostile files

_LAUGHS = [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12)]
_BOMB = f'<!DOCTYPE TEI [<!ENTITY a0 "lol">{"".join(_LAUGHS)}]>'
HOSTILE: dict[str, tuple[str | bytes, set[str]]] = {
    "billion laughs": (
        f"{_BOMB}{TEI}<text><p>&a11;</p></text></TEI>",
        {"xml-entity", "xml-syntax"},
    ),
    "laughs in an attribute": (
        f'{_BOMB}{TEI}<text><p n="&a11;"/></text></TEI>',
        {"xml-entity", "xml-syntax"},
    ),
    "external entity": (
        f'<!DOCTYPE TEI [<!ENTITY x SYSTEM "file:///etc/passwd">]>{TEI}<text>&x;</text></TEI>',
        {"xml-entity"},
    ),
    "parameter entity": (
        f'<!DOCTYPE TEI [<!ENTITY % x SYSTEM "http://127.0.0.1/x"> %x;]>{TEI}<text/></TEI>',
        {"xml-entity", "xml-syntax"},
    ),
    "undefined entity": (f"{TEI}<text><p>&eacute;</p></text></TEI>", {"xml-entity", "xml-syntax"}),
    "undefined entity of a DTD": (
        f'<!DOCTYPE TEI SYSTEM "tei.dtd">{TEI}<text><p>&eacute;</p></text></TEI>',
        {"xml-entity"},
    ),
    "nested": (
        f"{TEI}<text>{'<hi>' * 10000}x{'</hi>' * 10000}</text></TEI>",
        {"xml-syntax", "nesting-too-deep"},
    ),
    "nested less": (
        f"{TEI}<text>{'<hi>' * 100}x{'</hi>' * 100}</text></TEI>",
        {"nesting-too-deep"},
    ),
    "NUL": (f"{TEI}<text><p>a\0b</p></text></TEI>", {"xml-syntax"}),
    "control character": (f"{TEI}<text><p>a\x07b</p></text></TEI>", {"xml-syntax"}),
    "half a sequence": (f"{TEI}<text><p>a".encode() + b"\xc3</p></text></TEI>", {"xml-syntax"}),
    "unknown encoding": ('<?xml version="1.0" encoding="klingon"?><TEI/>', {"xml-syntax"}),
    "cut off": (f"{TEI}<text><p>a", {"xml-syntax"}),
    "nothing": ("", {"xml-syntax"}),
    "no text": (f"{TEI}{HEADER}</TEI>", {"tei-no-text"}),
    "empty text": (f"{TEI}{HEADER}<text><body><p/></body></text></TEI>", {"empty-document"}),
    "large": (b"<TEI>" + b"x" * (33 * 2**20), {"file-too-large"}),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused(name: str) -> None:
    data, codes = HOSTILE[name]
    started = time.monotonic()
    found = imported(data)
    assert time.monotonic() - started < 5
    assert not found.documents
    errors = [d for d in found.diagnostics if d.severity is Severity.ERROR]
    assert errors
    assert {d.code for d in errors} <= codes


def test_an_external_dtd_is_not_read() -> None:
    found = imported(
        '<!DOCTYPE TEI PUBLIC "-//TEI" "http://127.0.0.1:9/tei.dtd">'
        f"{TEI}{HEADER}<text><body><p>x</p></body></text></TEI>"
    )
    assert [d.code for d in found.diagnostics] == ["xml-doctype"]
    assert found.documents


# --------------------------------------------------------------------------- corpora, registers


def test_a_corpus_has_a_document_for_each_letter() -> None:
    letters = "".join(
        f'<TEI xml:id="l{n}">{HEADER}<text><body><p>{n}</p></body></text></TEI>' for n in (1, 2)
    )
    corpus = TEI.replace("<TEI", "<teiCorpus")
    found = imported(f"{corpus}{HEADER}{letters}</teiCorpus>")
    assert [d.slug for d in found.documents] == ["l1", "l2"]


def test_a_register_passed_along_explains_the_keys() -> None:
    register = (
        f"{TEI}<standOff><listPerson><person xml:id='p1'><persName><surname>Finch</surname>"
        "<forename>Peter</forename></persName><birth when='1850'/></person></listPerson>"
        "</standOff></TEI>"
    )
    text = "<text><body><p><rs ref='persons.xml#p1'>He</rs> came.</p></body></text>"
    letter = f"{TEI}{HEADER}{text}</TEI>"
    options = Options(registers=(Source("persons.xml", register.encode()),))
    found = import_(Source("letter.xml", letter.encode()), options)
    assert [(e.heading, e.kind, e.gloss) for e in found.index] == [
        ("Finch, Peter", "person", "1850–")
    ]
    (draft,) = found.documents
    assert shown(draft.body) == (
        '<p><span class="index" data-term="Finch, Peter">He</span> came.</p>'
    )


# --------------------------------------------------------------------------- the projects


def letters(samples: Path) -> list[Path]:
    found = sorted((samples / "tei").glob("*/*.xml"))
    assert len(found) == 48
    return found


@pytest.mark.samples
def test_every_sample_is_imported_with_all_its_words(samples: Path) -> None:
    for path in letters(samples):
        data = path.read_bytes()
        source = Source(path.name, data)
        assert recognise(source) == 1
        found = import_(source, Options())
        serious = [d for d in found.diagnostics if d.severity is not Severity.HINT]
        assert not serious, path
        (draft,) = found.documents
        assert letters_of(data) == letters_written(draft, found), path
        assert draft.metadata.author
        assert draft.metadata.addressee
        assert draft.metadata.written
        assert not any(d.code == "tei-unknown" and "<" in d.message for d in found.diagnostics)
        for tree in (draft.body, *(note.body for note in draft.notes)):
            assert same(canonical(tree), tree)
        assert write_document(draft, "letters/x.md")


def letters_of(data: bytes) -> Counter[str]:
    """The letters and digits of everything in a file besides its header."""
    root = etree.fromstring(data)
    found: Counter[str] = Counter()
    for part in root:
        if isinstance(part.tag, str) and not part.tag.endswith("teiHeader"):
            texts = part.xpath(".//text()")
            assert isinstance(texts, list)
            found.update(c for text in texts for c in str(text) if c.isalnum())
    return found


def letters_written(draft: Draft, found: Imported) -> Counter[str]:
    counted: Counter[str] = Counter()
    for tree in (draft.body, *(note.body for note in draft.notes)):
        for element in tree.iter():
            text = "" if element.get("class") == "page" else element.text or ""
            tail = element.tail or "" if element is not tree else ""
            counted.update(c for c in text + tail if c.isalnum())
    for aside in found.set_aside:
        # The header’s own parts; what is set aside of the text names the element it was in.
        if aside.place.split(",")[0] not in HEADER_PARTS:
            counted.update(c for c in aside.text if c.isalnum())
    return counted


HEADER_PARTS = frozenset(
    ["titleStmt", "editionStmt", "publicationStmt", "seriesStmt", "notesStmt", "sourceDesc",
     "textClass", "correspDesc", "langUsage", "projectDesc", "editorialDecl", "change", "resp"]
)  # fmt: skip


@pytest.mark.samples
def test_every_project_is_recognised_by_its_profile(samples: Path) -> None:
    for path in letters(samples):
        assert recognised(etree.fromstring(path.read_bytes())).name == SAMPLES[path.parent.name]


def test_every_profile_is_whole() -> None:
    for name in (PLAIN, *PROJECTS):
        profile = shipped(name)
        assert profile.name
        assert bool(profile.recognise) == (name != PLAIN)
