"""Languages and scripts: the words of the templates, faces, hyphens, directions, and the judges.

tests/books/tongues has letters in eight languages; tests/books/from-the-right is a Hebrew book.
"""

from __future__ import annotations

import ctypes
import io
import re
import shutil
import zipfile
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from fontTools.ttLib import TTFont
from lxml import etree
from PIL import Image, ImageOps

from letterbook.build import build, read
from letterbook.diagnostics import Diagnostic, EnvironmentFault
from letterbook.fidelity import prove_pdf
from letterbook.fonts import check_glyphs
from letterbook.source import read_book
from letterbook.theme import Theme, default_theme, load_theme
from letterbook.wording import Wording

from .judges.ace import ace
from .judges.browser import Browser
from .judges.java import JavaJudges
from .judges.pdf import pdffonts, qpdf_check
from .printed import Printed

BOOKS = Path(__file__).resolve().parent / "books"
TRANSLATED = ("de", "es", "fr", "ru")
VARIANTS = re.compile(r"^title-|-(?:day|within)$")
"""Of words, for languages that inflect them or make titles otherwise."""


@pytest.fixture(scope="module")
def theme() -> Theme:
    return load_theme(default_theme())


# --------------------------------------------------------------------------- words


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_language_has_every_word(theme: Theme, language: str) -> None:
    english, own = theme.labels["en"], theme.labels[language]
    assert english.keys() - own.keys() == set()
    others = own.keys() - english.keys()
    assert {name for name in others if VARIANTS.sub("", name) not in english} == set()


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_word_takes_the_same_names(theme: Theme, language: str) -> None:
    def placeholders(text: str) -> list[str]:
        return sorted(re.findall(r"\{\w*\}", text))

    english, own = theme.labels["en"], theme.labels[language]
    differing = {
        name: text
        for name, text in own.items()
        if placeholders(text)
        != placeholders(english[name if name in english else VARIANTS.sub("", name)])
    }
    # A century has its number in one of several figures.
    assert differing.keys() <= {"century"}, differing


def test_no_words_are_left_in_english(theme: Theme) -> None:
    alike = {
        "source",
        "index",
        "note",
        "notes",
        "page",
        "pages",
        "volume",
        "introduction",
        "date",
        "illustration",
        "illustrations",
        "colophon",
        "circular",
    }
    for language in TRANSLATED:
        own = theme.labels[language]
        same = {
            name
            for name, text in theme.labels["en"].items()
            if own.get(name) == text and re.search(r"[A-Za-z]{4}", re.sub(r"\{\w*\}", "", text))
        }
        assert {name for name in same if theme.labels["en"][name].lower() not in alike} == set()


def test_the_dates_of_the_documentation_are_so(theme: Theme) -> None:
    text = (BOOKS.parents[1] / "docs" / "languages.md").read_text(encoding="utf-8")
    rows = [
        line.strip("| ").split(" | ")
        for line in text.split("\n")
        if line.startswith("| `") and "date:" not in line
    ]
    assert len(rows) > 5
    for edtf, *said in rows:
        for language, words in zip(("en", "de", "fr", "ru"), said, strict=True):
            word = Wording(language, theme.labels_for)
            dates = ", ".join(word.date(date) for date in re.findall(r"`([^`]+)`", edtf))
            assert re.sub(r"\s", " ", dates) == words


# --------------------------------------------------------------------------- faces


def book_of(folder: Path, text: str, language: str = "en") -> Path:
    (folder / "letters").mkdir(parents=True)
    (folder / "book.yaml").write_text(f"title: A\ndate: 2026-01-31\nlanguage: {language}\n")
    (folder / "letters" / "1.md").write_text(f"---\ntitle: A\n---\n{text}\n")
    return folder


def own_theme(folder: Path, faces: str) -> Path:
    shutil.copytree(default_theme(), folder / "theme")
    settings = (default_theme() / "theme.yaml").read_text()
    of_text = settings[: settings.index("  # For other scripts")]
    (folder / "theme" / "theme.yaml").write_text(of_text + faces)
    return folder / "theme"


def glyphs(folder: Path, theme_folder: Path) -> list[Diagnostic]:
    book, diagnostics = read_book(folder)
    assert book is not None, diagnostics
    return list(check_glyphs(book, load_theme(theme_folder)))


ABSENT = """\
  - family: Somebody’s Song
    file: no_such_package:Song.otf
    scripts: [Hani]
    install: pip install no-such-package
"""


def test_a_face_may_be_missing_until_a_book_needs_it(tmp_path: Path) -> None:
    theme_folder = own_theme(tmp_path, ABSENT)
    assert glyphs(book_of(tmp_path / "a", "Dear friend."), theme_folder) == []
    (said,) = glyphs(book_of(tmp_path / "b", "Dear 同志."), theme_folder)
    assert "“同” (U+540C, line 4), “志” (U+5FD7, line 4)" in said.message
    assert "“pip install no-such-package” (Somebody’s Song)" in said.hint
    assert (said.span.line, said.span.column) == (4, 6)


@pytest.mark.parametrize(
    ("face", "said"),
    [
        ("file: no_such_package:Song.otf", "there is no font “no_such_package:Song.otf”"),
        ("file: Song.otf\n    scripts: [Hani]", "there is no font “Song.otf”"),
        ("file: theme.yaml\n    scripts: [Hani]", "this is not a font"),
        ("file: song.ttc\n    scripts: [Hani]", "this is a collection of fonts"),
        ("file: song.woff\n    scripts: [Hani]", "this is not a whole OpenType font"),
        ("file: ../song.otf\n    scripts: [Hani]", "leads out of its folder"),
        ("file: Song.otf\n    scripts: [Chinese]", "String should match pattern"),
    ],
)
def test_what_is_wrong_with_a_face_is_told(tmp_path: Path, face: str, said: str) -> None:
    theme_folder = own_theme(tmp_path, f"  - family: Song\n    {face}\n")
    (theme_folder / "song.ttc").write_bytes(b"ttcf" + bytes(20))
    with TTFont(load_theme(default_theme()).faces[0].path) as font:
        font.flavor = "woff"
        font.save(theme_folder / "song.woff")
    with pytest.raises(EnvironmentFault, match=re.escape(said)):
        load_theme(theme_folder)


def test_a_face_may_lie_among_the_systems(
    tmp_path: Path, theme: Theme, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    fonts = tmp_path / ".local" / "share" / "fonts" / "deep"
    fonts.mkdir(parents=True)
    amiri = next(face for face in theme.faces if face.family == "Amiri")
    shutil.copy(amiri.path, fonts / "Letters-of-Mine.ttf")
    faces = "  - family: Mine\n    file: system:Letters-of-Mine.ttf\n    scripts: [Arab]\n"
    found = load_theme(own_theme(tmp_path, faces)).faces[-1]
    assert (found.family, found.path) == ("Mine", fonts / "Letters-of-Mine.ttf")


def test_every_face_has_the_height_of_the_first(theme: Theme, tmp_path: Path) -> None:
    heights = set()
    for number, face in enumerate(theme.faces):
        path = tmp_path / f"{number}"
        path.write_bytes(face.data)
        with TTFont(path) as font:
            assert "fvar" not in font
            scale = 1000 / font["head"].unitsPerEm
            table = font["hhea"]
            heights.add((round(table.ascent * scale), round(table.descent * scale)))
    assert len(heights) == 1


def test_of_two_faces_for_a_script_that_of_the_language_is_used(theme: Theme) -> None:
    def families(text: str, *languages: str) -> set[str]:
        return {face.family for face in theme.faces_for(set(map(ord, text)), set(languages))}

    assert families("Baku") == {"Source Serif"}
    assert families("שרה", "he") == {"Source Serif", "Frank Ruhl Libre"}
    assert families("東京", "ja") == {"Source Serif", "Noto Serif JP"}
    # A name without its language.
    assert families("東京", "en") == {"Source Serif", "Noto Serif JP"}


# --------------------------------------------------------------------------- books


@dataclass(frozen=True)
class Made:
    """A book that was built, and so was proved."""

    name: str
    folder: Path

    @property
    def pdf(self) -> Path:
        return next(self.folder.glob("*.pdf"))

    @property
    def epub(self) -> Path:
        return next(self.folder.glob("*.epub"))


@pytest.fixture(scope="module")
def tongues(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("tongues")
    build(BOOKS / "tongues", folder)
    return Made("tongues", folder)


@pytest.fixture(scope="module")
def leftwards(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("leftwards")
    build(BOOKS / "from-the-right", folder)
    return Made("leftwards", folder)


@pytest.fixture(params=["tongues", "leftwards"])
def made(request: pytest.FixtureRequest) -> Made:
    book: Made = request.getfixturevalue(request.param)
    return book


def test_the_judges_find_nothing(made: Made, java_judges: JavaJudges) -> None:
    for flavour in ("3a", "ua1"):
        report = java_judges.verapdf(flavour, [made.pdf])[made.pdf]
        assert report.clean, report
    assert qpdf_check(made.pdf).clean
    of_epub = java_judges.epubcheck([made.epub])[made.epub]
    assert (of_epub.fatal, of_epub.error, of_epub.warning) == (0, 0, 0), of_epub
    assert ace(made.epub).clean, ace(made.epub)


FAMILIES = {
    "tongues": {"Source-Serif", "Frank-Ruhl-Libre", "Amiri", "Cardo", "Noto-Serif-JP"},
    "leftwards": {"Source-Serif", "Frank-Ruhl-Libre"},
}


def test_only_the_faces_of_the_theme_are_used(made: Made) -> None:
    fonts = pdffonts(made.pdf)
    names = {font.name.partition("+")[2].removesuffix("-Italic") for font in fonts}
    # That of Chinese need not be there.
    assert names - {"Noto-Serif-SC"} == FAMILIES[made.name]
    assert all(font.embedded and font.subset and font.unicode for font in fonts)
    with zipfile.ZipFile(made.epub) as archive:
        embedded = [name for name in archive.namelist() if "/fonts/" in name]
        size = sum(archive.getinfo(name).compress_size for name in embedded)
    families = {re.sub(r"[\W_]", "", name.casefold()) for name in FAMILIES[made.name]}
    assert all(any(f in re.sub(r"\W", "", n) for f in families) for n in embedded), embedded
    assert size < 300_000


def test_runs_are_hyphenated_as_their_language_is(tongues: Made) -> None:
    with Printed(tongues.pdf) as printed:
        page = next(n for n in range(len(printed)) if printed.label(n) == "1")
        lines = [line.text.strip() for line in printed.lines(page)]
    broken = {
        line.split()[-1].split("\u00a0")[-1] + after.split()[0].split("\u00a0")[0]
        for line, after in pairwise(lines)
        if line and line[-1] in "-\u2010\u00ad\x02"
    }
    shown = {re.sub(r"[^\w]+$", "", re.sub(r"[\W\x02]", "|", word)) for word in broken}
    # German, French, Russian, Spanish; none of these is an English way to break a word.
    for word in ("schwierigkei|ten", "administra|tion", "Продо|вольственное", "ferro|viarias"):
        assert any(word in found for found in shown), shown


@pytest.mark.parametrize("unseen", ["\u00ad", "\u200b", "\u2060"])
def test_no_ligature_crosses_what_is_not_seen(unseen: str, tmp_path: Path) -> None:
    """Of a glyph that is made of both its neighbours, the PDF would not know the letters."""
    (tmp_path / "letters").mkdir()
    (tmp_path / "book.yaml").write_text("title: Unseen\ndate: 2026-01-31\nlanguage: de\n")
    words = f"Eine Auf{unseen}lage, ein *Schif{unseen}f*, ein Offizier und eine Flotte.\n"
    letter = f"---\ntitle: A\n---\n{words}"
    (tmp_path / "letters" / "a.md").write_text(letter, encoding="utf-8")
    build(tmp_path, tmp_path / "out", ["pdf"])


def test_lines_that_mix_scripts_stand_on_the_module(tongues: Made) -> None:
    with Printed(tongues.pdf) as printed:
        page = next(n for n in range(len(printed)) if printed.label(n) == "1")
        text = [
            line
            for line in printed.lines(page)
            if line.size == pytest.approx(10.25 / 0.75, abs=0.01)
        ]
    down = {round((line.baseline - 53.86) % 14, 1) for line in text[2:]}
    assert len(text) > 15
    assert len(down) == 1, down


def test_a_hebrew_book_is_bound_on_the_right(leftwards: Made) -> None:
    document = pypdfium2.PdfDocument(leftwards.pdf)
    name = ctypes.create_string_buffer(8)
    pdfium.FPDF_VIEWERREF_GetName(document.raw, b"Direction", name, 8)
    document.close()
    assert name.value == b"R2L"
    with zipfile.ZipFile(leftwards.epub) as archive:
        package = etree.fromstring(archive.read("EPUB/content.opf"))
    (spine,) = package.iter("{*}spine")
    assert spine.get("page-progression-direction") == "rtl"
    html = (leftwards.folder / "html" / "index.html").read_text()
    assert '<html lang="he" dir="rtl">' in html


def test_the_title_on_the_cover_is_in_the_middle(leftwards: Made) -> None:
    with zipfile.ZipFile(leftwards.epub) as archive:
        picture = Image.open(io.BytesIO(archive.read("EPUB/cover.png"))).convert("L")
    width, height = picture.size
    frame = round(width * 0.08)
    band = picture.crop((frame, round(height * 0.25), width - frame, round(height * 0.45)))
    box = ImageOps.invert(band).getbbox()
    assert box is not None
    assert box[0] == pytest.approx(band.width - box[2], abs=width / 50)


def test_first_lines_are_indented_from_the_right(leftwards: Made) -> None:
    with Printed(leftwards.pdf) as printed:
        page = next(n for n in range(len(printed)) if printed.label(n) == "3")
        lines = [line for line in printed.lines(page) if 60 < line.baseline < 480]
        folio = [line for line in printed.lines(page) if line.baseline > 490]
    left, right = min(line.left for line in lines), max(line.right for line in lines)
    # A line’s right is where its last letter begins, and letters are up to nine points wide.
    indents = [right - line.right for line in lines]
    assert all(indent < 9 or 12 < indent < 23 for indent in indents), indents
    assert 5 < sum(indent > 12 for indent in indents) < len(lines) / 2
    # Page 3 is a recto, so on the left; its folio is outside.
    assert folio[0].left == pytest.approx(left, abs=1)


def test_a_hebrew_page_in_a_browser(leftwards: Made, browser: Browser) -> None:
    with browser.visit((leftwards.folder / "html" / "no-01.html").as_uri()) as visit:
        box = visit.page.locator(".text p").nth(1).bounding_box()
        first = visit.page.evaluate(
            "() => { const r = document.createRange();"
            " const t = document.querySelectorAll('.text p')[1].firstChild;"
            " r.setStart(t, 0); r.setEnd(t, 1); return r.getBoundingClientRect().right }"
        )
        assert visit.horizontal_scroll() == 0
    assert box is not None
    assert box["x"] + box["width"] - first > 10, "the first line is indented at its right end"


def test_latin_words_in_other_scripts_are_of_one_face(leftwards: Made) -> None:
    """That of the text, which has small capitals; only what stands between words is of either."""
    data = (leftwards.folder / "html" / "fonts" / "FrankRuhlLibre.ttf").read_bytes()
    with TTFont(io.BytesIO(data)) as font:
        carried = {chr(code) for code in font.getBestCmap()}
    assert {"א", "ש", ","} <= carried
    assert not {c for c in carried if c.isascii() and c.isalpha()}


@pytest.mark.parametrize("medium", ["html", "epub"])
def test_the_columns_of_a_hebrew_list_begin_on_the_right(
    leftwards: Made, browser: Browser, medium: str, tmp_path: Path
) -> None:
    page = leftwards.folder / "html" / "list-letters.html"
    if medium == "epub":
        with zipfile.ZipFile(leftwards.epub) as archive:
            archive.extractall(tmp_path)
        page = tmp_path / "EPUB" / "list-letters.xhtml"
    with browser.visit(page.as_uri()) as visit:
        align, right, left = visit.page.evaluate(
            "() => { const { textAlign, paddingRight, paddingLeft } = "
            "getComputedStyle(document.querySelector('.list td'));"
            " return [textAlign, parseFloat(paddingRight), parseFloat(paddingLeft)] }"
        )
    assert (align, right) == ("start", 0)
    assert left > 0, "the space between columns is after each"


def test_words_lost_from_a_hebrew_line_are_missed(leftwards: Made) -> None:
    """The order within a line is taken as it comes, but not a word more or less."""
    source = read(BOOKS / "from-the-right")
    html = (leftwards.folder / "print" / "index.html").read_text()
    assert not list(prove_pdf(source.book, source.edition, html.encode(), leftwards.pdf))
    for old, new in (("בחיפזון רב", "בחיפזון רב מאוד"), ("הרחובות", "הרחובית")):
        other = html.replace(old, new).encode()
        found = list(prove_pdf(source.book, source.edition, other, leftwards.pdf))
        assert any("the PDF" in diagnostic.message for diagnostic in found)
