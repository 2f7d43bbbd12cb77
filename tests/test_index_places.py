"""The index of whole books: every page that it names is opened, every link followed."""

from __future__ import annotations

import random
import re
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from lxml import etree, html

from letterbook.build import Built, build
from letterbook.importing import Order, import_sources
from letterbook.index.suggest import as_yaml, suggest
from letterbook.source import read_book

from .indexed import epub_faults, headings, number_faults, pdf_faults, references
from .printed import Printed

ROOT = Path(__file__).resolve().parent.parent
VOLUME = ROOT / "tests" / "books" / "volume"

NAMES = (
    "Ardel", "Bentok", "Corvin", "Dorsel", "Emmerlin", "Falk", "Gessner", "Hux", "Iltis", "Jarno",
)  # fmt: skip
FILLER = """the glass was poured at night and stood until morning when we opened the furnace and
found it clear to the edge though not so clear as that of the year before"""


def write_book(folder: Path, settings: str = "") -> Path:
    """A book of some forty pages: names in text and notes, passages over pages, chief places."""
    draw = random.Random(7)
    letters = folder / "letters"
    letters.mkdir(parents=True)
    for number in range(1, 13):
        (letters / f"{number:02}.md").write_text(_letter(number, draw), encoding="utf-8")
    entries = []
    for name in NAMES:
        entries.append(f"- heading: {name}, A.\n  kind: person\n  forms: [Anna {name}, {name}]")
        entries.append(
            "  subentries:\n    - heading: death of\n      forms: [death of " + name + "]"
        )
    entries.append("- heading: furnace, the new\n  see-also: [glass]\n- heading: glass")
    (folder / "index.yaml").write_text("\n".join(entries), encoding="utf-8")
    (folder / "book.yaml").write_text(
        "title: The Glass Letters\nauthor: Clara Hollis\nlanguage: en\ndate: 2026-01-01\n"
        f"rights: Free for all.\n{settings}",
        encoding="utf-8",
    )
    return folder


def _letter(number: int, draw: random.Random) -> str:
    about = "index:\n  about: glass\n" if number == 5 else ""
    parts = [f"---\ntitle: Letter {number}\nnumber: {number}\naddressee: F. Amsel\n{about}---\n"]
    for paragraph in range(12):
        text = " ".join(_words(draw, 70))
        mark = f"[^{paragraph}]" if paragraph % 4 == 0 else ""
        if paragraph == 3:
            chief = " main=yes" if number == 2 else ""
            parts.append(f'::: {{.index term="furnace, the new"{chief}}}\n')
        if paragraph == 1 and number % 3 == 0:
            text = f"Here [it begins]{{.index term=glass range=begin}} {text}"
        if paragraph == 8 and number % 3 == 0:
            text += " and there [ends]{.index term=glass range=end}"
        if paragraph == 11:
            text += " as Ardel [@no. 1] has it"
        parts.append(f"So {text}{mark}.\n")
        if paragraph == 6:
            parts.append(":::\n")
    parts += [
        f"[^{n}]: Of {draw.choice(NAMES)} and the death of {draw.choice(NAMES)} we know this.\n"
        for n in range(0, 12, 4)
    ]
    return "\n".join(parts)


def _words(draw: random.Random, count: int) -> list[str]:
    drawn = [draw.choice(FILLER.split()) for _ in range(count)]
    for _ in range(2):
        name = draw.choice(NAMES)
        drawn[draw.randrange(count)] = draw.choice([name, f"*Anna* {name}", f"the death of {name}"])
    return drawn


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], tuple[Built, Path]]:
    kept: dict[str, tuple[Built, Path]] = {}

    def make(settings: str) -> tuple[Built, Path]:
        if settings not in kept:
            folder = tmp_path_factory.mktemp("book")
            out = folder / "out"
            built = build(write_book(folder / "book", settings), out, ["pdf", "epub"])
            kept[settings] = built, out
        return kept[settings]

    return make


SETTINGS = [
    "",
    "notes-at: foot\nindexes: [{ranges: abbreviated, subentries: run-in}]\n",
    "notes-at: volume\nindexes: [{order: letter-by-letter}]\n",
]


@pytest.mark.parametrize("settings", SETTINGS)
def test_every_page_that_the_index_names_has_the_words(
    settings: str, made: Callable[[str], tuple[Built, Path]]
) -> None:
    built, out = made(settings)
    page = (out / "print" / "index.html").read_bytes()
    assert list(pdf_faults(built.edition, page, out / f"{built.edition.slug}.pdf")) == []


@pytest.mark.parametrize("settings", SETTINGS)
def test_every_link_of_the_index_leads_to_the_words(
    settings: str, made: Callable[[str], tuple[Built, Path]]
) -> None:
    built, out = made(settings)
    assert list(epub_faults(built.edition, out / f"{built.edition.slug}.epub")) == []


def test_the_epub_names_the_pages_of_the_pdf(made: Callable[[str], tuple[Built, Path]]) -> None:
    built, out = made("")
    printed = references(html.fromstring((out / "print" / "index.html").read_bytes()))
    with zipfile.ZipFile(out / f"{built.edition.slug}.epub") as archive:
        name = next(name for name in archive.namelist() if name.endswith("/index.xhtml"))
        in_epub = references(etree.fromstring(archive.read(name)))
    assert {id_: [r.label for r in of] for id_, of in in_epub.items()} == {
        id_: [r.label for r in of] for id_, of in printed.items()
    }


def test_an_index_by_number_names_the_letters(made: Callable[[str], tuple[Built, Path]]) -> None:
    built, out = made("indexes: [{locators: number}]\n")
    page = (out / "print" / "index.html").read_bytes()
    assert list(number_faults(built.edition, page)) == []
    assert list(pdf_faults(built.edition, page, out / f"{built.edition.slug}.pdf")) == []
    label = re.search(rb'<a class="locator" href="#[^"]+">(\d+)</a>', page)
    assert label
    assert list(number_faults(built.edition, page.replace(label[0], b"", 1)))


@pytest.mark.parametrize("subentries", ["indented", "run-in"])
def test_a_heading_is_repeated_where_its_entry_goes_on(subentries: str, tmp_path: Path) -> None:
    """At the head of a page, and there alone; not where the page begins with a heading."""
    book = tmp_path / "book"
    (book / "letters").mkdir(parents=True)
    words = [f"{a}{b}" for a in "bcdfghklmnprst" for b in ("alder", "ending", "olmen", "usk")]
    subs = ["on the making of glass", "quarrel with the committee", "his health", "death of"]
    subs += ["marriage to the printer’s daughter", "debts and quarrels about them"]
    text = "".join(f"{word.title()} {n}x and more.\n\n" for word in words for n in range(6))
    (book / "letters" / "1.md").write_text(f"---\ntitle: A\n---\n{text}", encoding="utf-8")
    entries = []
    for word in words:
        # Entries of several lengths, so that not every page ends with one of them.
        forms = "\n".join(
            f"    - heading: {sub}\n      forms: {word.title()} {n}x"
            for n, sub in enumerate(subs[: len(word) % 4 + 3])
        )
        entries.append(f"- heading: {word.title()}\n  subentries:\n{forms}")
    (book / "index.yaml").write_text("\n".join(entries), encoding="utf-8")
    (book / "book.yaml").write_text(
        "title: B\nlanguage: en\ndate: 2026-01-01\nrights: Free for all.\n"
        f"indexes: [{{title: Long Index, subentries: {subentries}}}]\n",
        encoding="utf-8",
    )
    built = build(book, tmp_path / "out", ["pdf"])
    headings = {word.title() for word in words}
    seen: set[bool] = set()
    with Printed(tmp_path / "out" / f"{built.edition.slug}.pdf") as printed:
        first = next(
            n for n in range(8, len(printed)) if printed.text(n).strip().startswith("Long Index")
        )
        before = ""
        for number in range(first, len(printed) - 1):
            lines = [line.text.strip() for line in printed.lines(number) if line.size < 12]
            column = [line.text.strip() for line in printed.lines(number, right=182)]
            column = [text for text in column if re.search("[a-z]{3}", text)]
            assert lines
            if number > first:
                top = column[0] if column[0] != "Long Index" else column[1]
                begins = re.split(r"\W", top)[0] in headings and "continued" not in top
                seen.add(begins)
                assert begins or top == f"{before} (continued)"
            right = [line.text.strip() for line in printed.lines(number, left=182)]
            names = [w for text in [*column, *right] for w in re.findall(r"\w+", text)]
            before = [name for name in names if name in headings][-1]
    assert False in seen


def test_the_columns_of_a_short_index_are_level(tmp_path: Path) -> None:
    """A column ends between two groups where it can; a reference stands with its heading."""
    book = tmp_path / "book"
    (book / "letters").mkdir(parents=True)
    names = ["Adel", "Brandt", "Busch", "Dohna", "Finke", "Jahn", "Noll", "Orlow", "Petri"]
    text = " ".join(names)
    (book / "letters" / "1.md").write_text(f"---\ntitle: A\n---\n{text}.\n", encoding="utf-8")
    gloss = "boiler of salt by the sea, and afterwards the owner of the mill upon the hill"
    entries = [f"- heading: {name}\n  forms: {name}" for name in names]
    entries[4] += f"\n  gloss: {gloss}"
    entries[2] += "\n  see-also: Finke"
    (book / "index.yaml").write_text("\n".join(entries), encoding="utf-8")
    (book / "book.yaml").write_text(
        "title: B\nlanguage: en\ndate: 2026-01-01\nrights: Free for all.\n", encoding="utf-8"
    )
    built = build(book, tmp_path / "out", ["pdf"])
    with Printed(tmp_path / "out" / f"{built.edition.slug}.pdf") as printed:
        number = next(n for n in range(5, len(printed)) if "Adel, 1" in printed.text(n))
        columns = (printed.lines(number, right=182), printed.lines(number, left=182))
        left, right = (["".join(line.text.split()) for line in column] for column in columns)
    begun = [text for text in left if text.startswith(tuple(names))]
    assert [text.partition(",")[0] for text in begun] == [*names[:4], "Finke(boilerofsaltbythesea"]
    assert "Busch,1.SeealsoFinke" in begun
    assert right[0] == "Jahn,1"


def test_wrong_pages_are_seen(made: Callable[[str], tuple[Built, Path]]) -> None:
    """The proof is none if it finds no fault where there is one."""
    built, out = made("")
    page = (out / "print" / "index.html").read_bytes()
    pdf = out / f"{built.edition.slug}.pdf"
    printed = re.findall(rb'<a class="locator" href="#[^"]+">([^<]+)</a>', page)
    single = next(label for label in printed if label.isdigit())
    wrong = page.replace(b">%s</a>" % single, b">%d</a>" % (int(single) + 1))
    assert any(
        "does not have the words" in fault for fault in pdf_faults(built.edition, wrong, pdf)
    )
    in_note = next(label for label in printed if b"n" in label)
    wrong = page.replace(b">%s</a>" % in_note, b">%s</a>" % in_note.partition(b"n")[0])
    assert list(pdf_faults(built.edition, wrong, pdf))
    lost = re.sub(rb'<a class="locator" href="#[^"]+">%s</a>' % single, b"", page)
    assert any("is on no page" in fault for fault in pdf_faults(built.edition, lost, pdf))


@pytest.mark.samples
def test_every_locator_of_a_volume_of_letters(samples: Path, tmp_path: Path) -> None:
    """Beethoven's 215 letters, with an index of the names that are proposed for it."""
    book, out = tmp_path / "book", tmp_path / "out"
    order = Order((samples / "beethoven-letters" / "volume-1.htm",), book, date(2026, 11, 22))
    assert sum(len(report.documents) for report in import_sources(order)) == 215
    settings = (book / "book.yaml").read_text(encoding="utf-8")
    (book / "book.yaml").write_text(re.sub("language: .*", "language: en", settings), "utf-8")
    read, _ = read_book(book)
    assert read is not None
    proposed = [name for name in suggest(read) if name.count > 2]
    (book / "index.yaml").write_text(as_yaml(proposed), encoding="utf-8")
    built = build(book, out, ["pdf", "epub"])
    places = sum(len(h.locators) for index in built.edition.indexes for h in headings(index))
    assert places > 1_000
    page = (out / "print" / "index.html").read_bytes()
    assert list(pdf_faults(built.edition, page, out / f"{built.edition.slug}.pdf")) == []
    assert list(epub_faults(built.edition, out / f"{built.edition.slug}.epub")) == []
