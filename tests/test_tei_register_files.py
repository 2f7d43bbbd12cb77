"""Files that are only registers explain the keys of the letters that are imported with them."""

from __future__ import annotations

import datetime
from dataclasses import replace
from pathlib import Path

import pytest

from letterbook.account import account_register
from letterbook.cli import main
from letterbook.importers.imported import Source
from letterbook.importers.tei_register_files import is_register, read_register, shared_registers
from letterbook.importing import Order, Report, import_sources

TEI = '<TEI xmlns="http://www.tei-c.org/ns/1.0">'
HEADER = (
    "<teiHeader><fileDesc><titleStmt><title>{}</title></titleStmt><publicationStmt><p>Nowhere</p>"
    "</publicationStmt><sourceDesc><p>None</p></sourceDesc></fileDesc></teiHeader>"
)
PERSONS = (
    '<listPerson><person xml:id="p1"><persName><surname>Finch</surname><forename>Peter</forename>'
    '</persName><birth when="1850">1850, in Rome</birth><note>A baker.</note></person>'
    '<person xml:id="p2"><persName>Ada Brook</persName><note>Never meant.</note></person>'
    "</listPerson>"
)
WORKS = (
    '<listBibl><bibl xml:id="b1"><author>Ada Brook</author>, <title>A Tale of Finches</title>,'
    " 1870.</bibl></listBibl>"
)
REGISTER = f"<text><body><head>Persons</head><p>Those named.</p>{PERSONS}</body></text>"


def tei(rest: str, title: str = "Register") -> bytes:
    return f"{TEI}{HEADER.format(title)}{rest}</TEI>".encode()


def letter(text: str) -> bytes:
    return tei(f"<text><body><p>{text}</p></body></text>", "A Letter")


def run(folder: Path, files: dict[str, bytes]) -> list[Report]:
    sources = folder / "sources"
    for name, data in files.items():
        path = sources / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    order = Order((sources,), folder / "book", datetime.date(2026, 11, 22))
    return list(import_sources(order))


@pytest.mark.parametrize(
    ("rest", "expected"),
    [
        (REGISTER, True),
        (f"<standOff>{PERSONS}<note>By key.</note></standOff>", True),
        (f"<text><body><div type='index'><head>A</head>{WORKS}</div></body></text>", True),
        ("<text><body><p>Dear Ada</p></body></text>", False),
        (f"<text><body><p>Dear Ada</p></body><back>{PERSONS}</back></text>", False),
        (f"<text><body><lg><l>Dear</l></lg></body></text><standOff>{PERSONS}</standOff>", False),
        (f"<text><body><opener/></body></text><standOff>{PERSONS}</standOff>", False),
        (f"<text><body>{PERSONS}", False),
    ],
)
def test_a_register_is_told_from_a_letter(rest: str, expected: bool) -> None:
    assert is_register(Source("any.xml", tei(rest))) is expected


def test_a_register_explains_the_keys_of_all_letters(tmp_path: Path) -> None:
    reports = run(
        tmp_path,
        {
            "a.xml": letter('<rs ref="#p1">He</rs> came.'),
            "names/persons.xml": tei(REGISTER),
            "names/works.xml": tei(f"<text><body>{WORKS}</body></text>"),
            "z.xml": letter('<rs ref="../names/works.xml#b1">It</rs> is his, not <rs ref="#p9"/>'),
        },
    )
    named = {report.converted.request.path.name: report for report in reports}
    assert list(named) == ["a.xml", "z.xml", "persons.xml", "works.xml"]
    assert (tmp_path / "book/index.yaml").read_text() == (
        '- heading: Finch, Peter\n  kind: person\n  gloss: "1850–"\n\n'
        '- heading: "*A Tale of Finches*"\n  kind: work\n  gloss: Ada Brook\n'
    )
    assert "[He]{.index term=" in (tmp_path / "book/letters/a.md").read_text()
    for name, headed, aside in (("persons.xml", 2, 15), ("works.xml", 6, 6)):
        converted = named[name].converted
        assert not named[name].failed, converted.diagnostics
        assert not named[name].documents
        assert [d.code for d in converted.diagnostics] == ["register-read"]
        assert converted.account
        assert converted.account.words == {
            "source": headed + aside, "text": 0, "notes": 0, "metadata": headed,
            "set_aside": aside, "supplied": 0,
        }  # fmt: skip
    assert named["persons.xml"].converted.entries == (2, 1)
    assert not (tmp_path / "book/letters/persons.md").exists()


def test_the_register_goes_before_what_a_letter_says_itself(tmp_path: Path) -> None:
    own = "<listPerson><person xml:id='p1'><persName>Pete</persName></person></listPerson>"
    text = f"<text><body><p><rs ref='#p1'>He</rs></p></body><back>{own}</back></text>"
    run(tmp_path, {"a.xml": tei(text), "persons.xml": tei(REGISTER)})
    assert "Finch, Peter" in (tmp_path / "book/index.yaml").read_text()
    assert "Pete\n" not in (tmp_path / "book/index.yaml").read_text()


def test_two_of_one_name_stay_two(tmp_path: Path) -> None:
    person = "<person xml:id='p3'><persName>Ada Brook</persName><birth when='1790'/></person>"
    own = f"<listPerson>{person}</listPerson>"
    body = "<rs ref='#p2'>One</rs> and <rs ref='#p3'>another</rs>"
    text = f"<text><body><p>{body}</p></body><back>{own}</back></text>"
    reports = run(tmp_path, {"a.xml": tei(text), "persons.xml": tei(REGISTER)})
    index = (tmp_path / "book/index.yaml").read_text()
    assert "heading: Ada Brook\n" in index
    assert "heading: Ada Brook (1790–)\n" in index
    assert reports[1].converted.entries == (2, 1)


def test_a_register_without_letters_is_no_document(tmp_path: Path) -> None:
    (report,) = run(tmp_path, {"persons.xml": tei(REGISTER)})
    assert report.failed
    assert [d.code for d in report.converted.diagnostics] == ["tei-no-text"]


def test_a_broken_register_stops_no_letter(tmp_path: Path) -> None:
    one, other = run(
        tmp_path, {"a.xml": letter("Dear Ada"), "persons.xml": tei(REGISTER).replace(b"</p", b"<")}
    )
    assert one.documents
    assert [d.code for d in other.converted.diagnostics] == ["xml-syntax"]


def test_a_register_is_read_once(tmp_path: Path) -> None:
    shared_registers.cache_clear()
    letters = {f"{n}.xml": letter(f'<rs ref="#p1">He</rs> {n}') for n in range(20)}
    run(tmp_path, {**letters, "persons.xml": tei(REGISTER)})
    assert shared_registers.cache_info().misses == 1


@pytest.mark.parametrize("fault", ["lost", "invented", "heading", "misheaded"])
def test_the_account_of_a_register_finds_the_importer_wrong(fault: str) -> None:
    data = tei(REGISTER)
    source = Source("persons.xml", data)
    register = read_register(source, ((source.name, data),), ["Finch, Peter"])
    assert not account_register(source, "xml", register).diagnostics
    parts = list(register.parts)
    last = parts[-1]
    at = next(n for n, part in enumerate(parts) if part.heading)
    if fault == "lost":
        parts[-1] = replace(last, text=last.text.replace("Never ", ""))
    elif fault == "invented":
        parts[-1] = replace(last, text=last.text.replace("Never", "Ever and ever"))
    elif fault == "heading":
        parts[at] = replace(parts[at], heading="Finch, Petra")
    else:
        parts[at] = replace(parts[at], text="Finch", heading="Finch, Peter")
    found = account_register(source, "xml", replace(register, parts=tuple(parts))).diagnostics
    assert {d.code for d in found} <= {"word-unaccounted", "word-invented"}
    assert found


def test_the_command_tells_of_a_register(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.xml").write_bytes(letter('<rs ref="#p1">He</rs> came.'))
    (tmp_path / "p.xml").write_bytes(tei(REGISTER))
    book = str(tmp_path / "book")
    assert main(["import", str(tmp_path / "a.xml"), str(tmp_path / "p.xml"), "--into", book]) == 0
    said = capsys.readouterr()
    assert "p.xml: a register; 1 of 2 entries are in the index" in said.err
    assert "1 imported, 1 document; 1 register" in said.out
