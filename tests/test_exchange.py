"""Citations in every form: as text cases, and as other programs read them."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import pypandoc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from letterbook.citation import json_ld
from letterbook.cli import main
from letterbook.diagnostics import EnvironmentFault, SourceError
from letterbook.exchange.bibtex import bibtex
from letterbook.exchange.citing import citer, in_text
from letterbook.exchange.dates import bounds
from letterbook.exchange.forms import csl_json
from letterbook.exchange.items import Item, items
from letterbook.exchange.pages import Citations
from letterbook.exchange.ris import ris
from letterbook.metadata import DivisionKind, Person
from letterbook.model import (
    Authority,
    Book,
    Division,
    Document,
    Edition,
    Place,
    SourceFile,
)
from letterbook.outputs.cmif import check, cmif
from letterbook.resolve import resolve
from letterbook.settings import (
    read_book_settings,
    read_document_metadata,
    read_index_entries,
)
from letterbook.theme import CITATION_STYLE, default_theme, load_theme
from letterbook.titles import entitler
from letterbook.wording import Wording

from .judges.cmif import cmif_faults
from .judges.tei import tei_faults
from .textcases import Case, cases

THEME = load_theme(default_theme())
STYLE = default_theme() / CITATION_STYLE
DEFAULTS = {"title": "The Transit Letters", "date": "2026-05-31", "language": "en"}


def edition_of(text: str) -> Edition:
    """Make an edition of front matter: the book’s, then, after lines of hyphens, the documents’.

    What stands after ``=== index`` is the index.
    """
    text, _, index = text.partition("=== index\n")
    first, *rest = re.split(r"^---\n", text, flags=re.MULTILINE)
    lines = [
        f"{key}: {value}\n"
        for key, value in DEFAULTS.items()
        if not re.search(rf"^{key}:", first, re.MULTILINE)
    ]
    book, found, _ = read_book_settings("".join(lines) + first, "book.yaml")
    assert book, found
    assert not found, found
    entries, found, value = read_index_entries(index, "index.yaml")
    assert not found
    documents = []
    for number, front in enumerate(rest, 1):
        metadata, found, _ = read_document_metadata(front, "letter.md", 1)
        assert metadata, found
        assert not found, found
        slug = metadata.slug or f"letter-{number}"
        body = etree.fromstring("<div><p>Come.</p></div>")
        documents.append(Document(slug, metadata, body, (), SourceFile(f"letters/{slug}.md", "")))
    authority = Authority(entries, tuple(value.span((n,)) for n in range(len(entries))))
    read = Book(book, tuple(documents), authority, {}, ())
    edition, found = resolve(read, {}, entitler(word_of(book.language), book))
    assert edition, found
    return edition


def word_of(language: str) -> Wording:
    return Wording(language, THEME.labels_for)


def items_of(text: str) -> list[Item]:
    edition = edition_of(text)
    made = items(edition, word_of(edition.settings.language))
    return made[1:] or made


def all_items() -> list[Item]:
    """The items of all cases, with ids that differ."""
    return [
        {**item, "id": f"i{number}-{item['id']}"}
        for number, text in enumerate(GIVEN)
        for item in items_of(text)
    ]


def cited(text: str) -> str:
    edition = edition_of(text)
    citations = Citations(edition, THEME, word_of(edition.settings.language))
    if len(edition.documents) == 1:
        # Else the only document of a book is cited as the book.
        edition = replace(edition, documents=edition.documents * 2)
        citations = Citations(edition, THEME, citations.word)
    return str(citations.of(edition.documents[0] if edition.documents else None))


def corresponded(text: str) -> str:
    """What a CMIF file says of the letters."""
    written = etree.fromstring(cmif(edition_of(text)))
    etree.cleanup_namespaces(written)
    letters = written.iter("{*}correspDesc")
    told = "\n".join(etree.tostring(e, encoding="unicode").strip() for e in letters)
    told = re.sub(r' xmlns="[^"]*"| source="[^"]*"', "", told)
    return re.sub(r"^ {6}(?=\s*<)", "", told, flags=re.MULTILINE)


FORMS: Mapping[str, Callable[[str], str]] = {
    "csl": lambda text: csl_json(items_of(text)),
    "bibtex": lambda text: bibtex(items_of(text)),
    "ris": lambda text: ris(items_of(text)).replace("\r\n", "\n"),
    "cite": cited,
    "cmif": corresponded,
}


@cases("exchange")
def test_cases(case: Case, rewrite_cases: bool) -> None:
    case.check(FORMS[case.path.stem](case.given).rstrip("\n"), rewrite_cases)


GIVEN = sorted({case.given for mark in [cases("exchange")] for case in mark.args[1]})
"""What every case is made of; each is put into every form, for the judges."""


# --------------------------------------------------------------------------- CSL-JSON


class _Strict(BaseModel):
    model_config = ConfigDict(
        extra="forbid", strict=True, alias_generator=lambda name: name.replace("_", "-")
    )


class _Name(_Strict):
    """The name-variable of the schema, as far as we write it."""

    family: str | None = None
    given: str | None = None
    dropping_particle: str | None = None
    suffix: str | None = None
    literal: str | None = None


class _Date(_Strict):
    """Its date-variable."""

    date_parts: list[list[int]] | None = Field(None, min_length=1, max_length=2)
    circa: bool | None = None
    literal: str | None = None


class _Item(_Strict):
    """An item: of the schema’s variables those that we write, with the types that it gives them."""

    id: str = Field(pattern=r"^[a-z0-9-]+$")
    type: Literal["book", "chapter"]
    title: str
    author: list[_Name] | None = None
    recipient: list[_Name] | None = None
    editor: list[_Name] | None = None
    translator: list[_Name] | None = None
    container_author: list[_Name] | None = None
    container_title: str | None = None
    genre: str | None = None
    number: str | None = None
    publisher: str | None = None
    event_place: str | None = None
    issued: _Date
    original_date: _Date | None = None
    language: str
    abstract: str | None = None
    keyword: str | None = None
    ISBN: str | None = Field(None, alias="ISBN")
    URL: str | None = Field(None, alias="URL")


_ITEMS = TypeAdapter(list[_Item])


@pytest.mark.parametrize("text", GIVEN)
def test_csl_json_is_valid_and_comes_back(text: str) -> None:
    made = items_of(text)
    read = _ITEMS.validate_json(csl_json(made))
    assert _ITEMS.dump_python(read, by_alias=True, exclude_none=True) == made
    for item in read:
        for person in (*(item.author or ()), *(item.recipient or ()), *(item.editor or ())):
            assert bool(person.literal) != bool(person.family and person.given)


# --------------------------------------------------------------------------- as Pandoc reads them


def read_by_pandoc(text: str, form: str) -> list[dict[str, Any]]:
    read: list[dict[str, Any]] = json.loads(pypandoc.convert_text(text, "csljson", format=form))
    return read


def said(value: object) -> object:
    """A value without what Pandoc adds to it, and without the form of its quotes."""
    if isinstance(value, dict):
        return {key: said(item) for key, item in value.items()}
    if isinstance(value, list):
        return [said(item) for item in value]
    return re.sub(r"</?span[^>]*>", "", value) if isinstance(value, str) else value


def test_bibtex_says_the_same_to_pandoc() -> None:
    made = {item["id"]: item for item in all_items()}
    read = {item["id"]: item for item in read_by_pandoc(bibtex(made.values()), "biblatex")}
    assert read.keys() == made.keys()
    for id_, item in made.items():
        for key in ("type", "title", "container-title", "publisher", "ISBN"):
            # Pandoc does not know the names of braces, as TeX does.
            assert said(read[id_].get(key)) in (item.get(key), str(item.get(key)).strip("{}")), key
        for key in ("author", "editor", "translator"):
            assert said(read[id_].get(key)) == item.get(key), key
        assert read[id_]["issued"] == item["issued"]
        if "date-parts" in item.get("original-date", {}):
            assert read[id_]["original-date"]["date-parts"] == item["original-date"]["date-parts"]


def test_ris_says_the_same_to_pandoc() -> None:
    made = all_items()
    for item, back in zip(made, read_by_pandoc(ris(made), "ris"), strict=True):
        for key in ("type", "title", "publisher"):
            assert back.get(key) == item.get(key), key
        # RIS does not tell which names are not to be parted, and Pandoc parts all; it takes the
        # last of three parts for the first name, where RIS has the suffix.
        for one, other in zip(item.get("author", []), back.get("author", []), strict=True):
            assert "literal" in one or "suffix" in one or one == other


def test_ris_keeps_to_its_rules() -> None:
    for text in GIVEN:
        for record in ris(items_of(text)).split("\r\n\r\n")[:-1]:
            lines = record.split("\r\n")
            assert lines[0][:6] == "TY  - "
            assert lines[-1] == "ER  - "
            for line in lines:
                assert re.fullmatch(r"[A-Z][A-Z0-9]  - .*", line), line
            assert "\n" not in record.replace("\r\n", "")


words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn", "Zl", "Zp"]))


@settings(max_examples=40, deadline=None)
@given(words.filter(lambda text: bool(text.strip())))
def test_any_title_leaves_bibtex_whole(title: str) -> None:
    """BibTeX counts braces, those after a backslash too; a title ends where it ends."""
    item = {"id": "a", "type": "book", "title": title, "issued": {"date-parts": [[2026]]}}
    written = bibtex([item])
    value = re.search(r"title = (\{\{.*\}\}),\n  year", written)
    assert value
    depths = [
        value[1][: n + 1].count("{") - value[1][: n + 1].count("}") for n in range(len(value[1]))
    ]
    assert depths.index(0) == len(depths) - 1
    assert not re.search(r"(?<!\\)[%&$#_~^]", value[1])


# --------------------------------------------------------------------------- in words


LANGUAGES = ["en", "de", "fr", "es", "ru"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_citations_are_those_of_another_processor(language: str, tmp_path: Path) -> None:
    """Pandoc’s citeproc, which shares nothing with ours, cites the same in the same style."""
    made = [
        item
        for item in all_items()
        # A date that lasts is put into words before it comes to a processor.
        if len(item.get("original-date", {}).get("date-parts", [])) < 2
        # A title keeps its own quotation marks; Pandoc gives it those of the language.
        and (language == "en" or "“" not in item["title"])
    ]
    (tmp_path / "items.json").write_text(csl_json(made), encoding="utf-8")
    notes = "\n\n".join(f"[@{item['id']}]" for item in made)
    arguments = [
        "--citeproc", f"--csl={STYLE}", f"--bibliography={tmp_path / 'items.json'}",
        f"--metadata=lang:{language}", "--wrap=none",
    ]  # fmt: skip
    text = pypandoc.convert_text(notes, "plain", format="markdown-smart", extra_args=arguments)
    theirs = re.findall(r"^\[\d+\] (.*)$", text, re.MULTILINE)
    cite = citer(STYLE.read_bytes(), language, STYLE)
    ours = [in_text(cite(item)) for item in made]
    assert [flat(line) for line in ours] == [flat(line) for line in theirs]


_ABBREVIATIONS = {"hrsg.": "hg.", "Nr.": "no.", "nᵒ": "no."}
"""What the two releases of CSL’s locales abbreviate differently."""


def flat(text: str) -> str:
    """A citation without what two processors may set differently."""
    for one, other in _ABBREVIATIONS.items():
        text = text.replace(f" {one} ", f" {other} ")
    return re.sub(r"\s+", " ", text).replace("’", "'")


def test_the_style_is_valid() -> None:
    citer(STYLE.read_bytes(), "en", STYLE)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ('variable="title"', 'variable="tilte"'),
        ("</style>", ""),
        ('macro="imprint"/>', 'macro="impressum"/>'),
    ],
)
def test_a_style_that_is_broken_is_a_fault_of_the_theme(right: str, wrong: str) -> None:
    style = STYLE.read_text(encoding="utf-8")
    assert right in style
    with pytest.raises(EnvironmentFault, match="citations") as raised:
        citer(style.replace(right, wrong).encode(), "en", STYLE)(items_of("")[0])
    assert raised.value.diagnostic.code == "theme-broken"


def test_a_theme_brings_its_own_style(tmp_path: Path) -> None:
    edition = edition_of("title: A Book\n")
    shutil.copytree(default_theme(), tmp_path / "theme")
    file = tmp_path / "theme" / CITATION_STYLE
    file.write_text(
        """<style xmlns="http://purl.org/net/xbiblio/csl" version="1.0" class="note">
        <info><title>Short</title><id>urn:x-short</id><updated>2026-01-01T00:00:00Z</updated></info>
        <citation><layout><text variable="title" text-case="uppercase"/></layout></citation>
        </style>""",
        encoding="utf-8",
    )
    theme = load_theme(tmp_path / "theme")
    assert Citations(edition, theme, word_of("en")).of() == "A BOOK"
    file.unlink()
    theme = load_theme(tmp_path / "theme")
    assert Citations(edition, theme, word_of("en")).of() == "<cite>A Book</cite> (2026)."


# --------------------------------------------------------------------------- CMIF


@pytest.mark.parametrize("text", GIVEN)
def test_cmif_is_valid(text: str) -> None:
    edition = edition_of(text)
    if edition.documents:
        written = cmif(edition)
        assert not cmif_faults(written), written.decode()
        assert not tei_faults(written), written.decode()


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ('when="1871-10-02"', 'when="2.10.1871"'),
        ('when="1871-10-02"', 'when="1871-10-02Z"'),
        ('when="1871-10-02"', 'when="1871" from="1870"'),
        ('type="url"', 'type="doi"'),
        ("<persName>Clara Hollis</persName>", ""),
        ("<persName>Clara Hollis</persName>", "<persName/>"),
        ("<persName>", "<persName key='1'>"),
        ('type="received"', 'type="forwarded"'),
        ("CC-BY 4.0", "CC-BY-SA 4.0"),
        ('source="#', 'source="#x'),
        ('type="print"', 'type="paper"'),
    ],
)
def test_the_judge_of_cmif_finds_what_is_wrong(right: str, wrong: str) -> None:
    written = cmif(edition_of("---\n" + LETTER)).decode()
    assert right in written
    assert cmif_faults(written.replace(right, wrong).encode())


@pytest.mark.parametrize("given", ["", "---\ntitle: A page of a diary\nkind: diary entry\n"])
def test_nothing_is_written_of_no_letters(given: str) -> None:
    with pytest.raises(SourceError) as raised:
        list(check(Book(edition_of(given).settings, (), Authority(), {}, ()), edition_of(given)))
    assert [d.code for d in raised.value.diagnostics] == ["no-correspondence"]


def test_a_book_is_exported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book, out = tmp_path / "book", tmp_path / "out"
    (book / "letters").mkdir(parents=True)
    (book / "book.yaml").write_text(
        "".join(f"{key}: {value}\n" for key, value in DEFAULTS.items()), encoding="utf-8"
    )
    (book / "letters" / "01.md").write_text(f"---\n{LETTER}---\nCome.\n", encoding="utf-8")
    forms = "tei,bibtex,ris,csl-json,cmif"
    assert main(["export", str(book), "--to", forms, "--out", str(out)]) == 0
    shown = capsys.readouterr()
    names = ["tei", *(f"the-transit-letters.{end}" for end in ("bib", "ris", "csl.json"))]
    names.append("the-transit-letters.cmif.xml")
    assert shown.out.split() == [str(out / name) for name in names]
    assert shown.err.count("[cmif-incomplete]") == 2
    for name in names[1:]:
        assert "Hollis" in (out / name).read_text(encoding="utf-8")
    # A second time, over its own.
    assert main(["export", str(book), "--to", "cmif", "--out", str(out)]) == 0


LETTER = """title: A letter
author: Clara Hollis
addressee: Friedrich Amsel
written: {date: 1871-10-02, place: Skerry Point}
"""


# --------------------------------------------------------------------------- schema.org


def test_a_volume_and_its_parts_in_the_words_of_schema_org() -> None:
    letters = "".join(f"---\nslug: letter-{number}\n{LETTER}" for number in (1, 2, 3))
    index = '=== index\n- {heading: Clara Hollis, kind: person, ref: "https://a.example/1"}\n'
    url = "url: https://letters.example/transit\n"
    foreword = "---\nslug: foreword\nrole: foreword\ntitle: A Foreword\n"
    edition = edition_of(url + letters + foreword + index)
    inner = Division("p", "Outward", None, DivisionKind.SECTION, ("letter-2", "letter-3"))
    outer = Division("v", "*The* Glass", "1871", DivisionKind.VOLUME, ("letter-1",), (inner,))
    last = replace(edition.documents[-1], place=Place.BACK)
    edition = replace(edition, documents=(*edition.documents[:-1], last), divisions=(outer,))
    book = json.loads(json_ld(edition))
    volume, page = book["hasPart"]
    assert volume["@type"] == "PublicationVolume"
    assert (volume["name"], volume["alternativeHeadline"]) == ("The Glass", "1871")
    assert [part["@type"] for part in volume["hasPart"]] == ["Message", "CreativeWork"]
    assert [part["url"] for part in volume["hasPart"][1]["hasPart"]] == [
        "https://letters.example/transit/letter-2.html",
        "https://letters.example/transit/letter-3.html",
    ]
    assert page["@type"] == "Chapter"
    letter = json.loads(json_ld(edition, edition.documents[2]))
    assert letter["sender"] == [
        {"@type": "Person", "name": "Clara Hollis", "sameAs": "https://a.example/1"}
    ]
    assert letter["isPartOf"]["name"] == "Outward"
    assert letter["isPartOf"]["isPartOf"]["name"] == "The Glass"
    assert letter["isPartOf"]["isPartOf"]["isPartOf"]["@type"] == "Book"


# --------------------------------------------------------------------------- dates and names


@pytest.mark.parametrize(
    ("edtf", "expected"),
    [
        ("1871-10-02", "when 1871-10-02 1871-10-02"),
        ("1871-10", "when 1871-10 1871-10"),
        ("1871", "when 1871 1871"),
        ("1871~", "when 1871 1871 about"),
        ("1871?", "when 1871 1871 unsure"),
        ("1871-10%", "when 1871-10 1871-10 unsure about"),
        ("1871-10-XX", "when 1871-10 1871-10"),
        ("1871-XX-02", "when 1871 1871"),
        ("187X", "between 1870 1879"),
        ("18XX", "between 1800 1899"),
        ("1871-21", "when 1871 1871"),
        ("1871-10-02/1871-10-05", "lasting 1871-10-02 1871-10-05"),
        ("1871-10~/1872", "lasting 1871-10 1872 about"),
        ("1871/..", "lasting 1871 -"),
        ("../1871-10", "lasting - 1871-10"),
        ("1871/", "lasting 1871 -"),
        ("[1871-10-02..1871-10-05]", "between 1871-10-02 1871-10-05"),
        ("[1871-10-02,1871-10-05]", "between 1871-10-02 1871-10-05"),
        ("[..1871-10-05]", "between - 1871-10-05"),
        ("{1871-10-02,1871-10-03}", "lasting 1871-10-02 1871-10-03"),
        ("-0044-03", "nothing"),
        ("Y-17000", "nothing"),
    ],
)
def test_dates_are_no_more_precise_than_they_are(edtf: str, expected: str) -> None:
    found = bounds(edtf)
    doubt = (" unsure" if found and found.is_unsure else "") + (
        " about" if found and found.is_about else ""
    )
    said = f"{found.extent} {found.first or '-'} {found.last or '-'}{doubt}" if found else "nothing"
    assert said == expected


def test_a_name_in_the_index_has_its_address_unless_two_have_it() -> None:
    index = """=== index
- {heading: "Hollis, Clara", kind: person, forms: Clara Hollis, ref: "https://a.example/1"}
- {heading: "Amsel, F.", kind: person, forms: Friedrich Amsel, ref: "https://a.example/2"}
- {heading: "Amsel the Elder", kind: person, forms: Friedrich Amsel, ref: "https://a.example/3"}
- {heading: Skerry Point, kind: place, ref: "https://a.example/4"}
"""
    (letter,) = edition_of("---\n" + LETTER + index.replace("forms: Friedrich Amsel, ", "")).letters
    assert letter.metadata.author == (Person(name="Clara Hollis", ref="https://a.example/1"),)
    assert letter.metadata.addressee[0].ref is None
    assert letter.metadata.written
    assert letter.metadata.written.place_ref == "https://a.example/4"
