"""The HTML edition in a real browser, from the disk: read, followed by keyboard, judged."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from fontTools.ttLib import TTFont
from lxml import html
from lxml.html import HtmlElement

from letterbook.build import read
from letterbook.outputs.html import make

from .judges.browser import Browser, Scheme, Visit

ROOT = Path(__file__).resolve().parent.parent
BOOKS = {"founding": ROOT / "book", "two-letters": ROOT / "tests" / "books" / "two-letters"}
NARROW, WIDE = 320, 1280
SCHEMES: tuple[Scheme, ...] = ("light", "dark")


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return the folder of each book's site."""
    made = {}
    for name, folder in BOOKS.items():
        out = tmp_path_factory.mktemp(name)
        source = read(folder)
        assert make(source.edition, source.theme, out).names == ("html",)
        made[name] = out / "html"
    return made


@pytest.fixture(scope="module")
def founding(sites: dict[str, Path]) -> Path:
    return sites["founding"]


@pytest.fixture(scope="module")
def letters(sites: dict[str, Path]) -> Path:
    return sites["two-letters"]


def pages(site: Path) -> dict[str, HtmlElement]:
    return {path.name: html.parse(path).getroot() for path in sorted(site.glob("*.html"))}


# --------------------------------------------------------------------------- the files


def test_the_pages(founding: Path, letters: Path) -> None:
    assert set(pages(founding)) == {"index.html", "baku.html", "book-index.html", "colophon.html"}
    assert set(pages(letters)) == {
        "index.html",
        "lamp.html",
        "no-02-answer.html",
        "book-index.html",
        "colophon.html",
    }


@pytest.mark.parametrize("book", BOOKS)
def test_same_source_same_bytes(sites: dict[str, Path], book: str, tmp_path: Path) -> None:
    source = read(BOOKS[book])
    make(source.edition, source.theme, tmp_path)
    assert files(tmp_path / "html") == files(sites[book])


def files(folder: Path) -> dict[str, bytes]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


@pytest.mark.parametrize("book", BOOKS)
def test_every_link_leads_somewhere_and_nothing_is_loaded_from_afar(
    sites: dict[str, Path], book: str
) -> None:
    site = sites[book]
    trees = pages(site)
    ids = {name: [e.get("id") for e in tree.iter() if e.get("id")] for name, tree in trees.items()}
    for name, tree in trees.items():
        assert len(ids[name]) == len(set(ids[name]))
        for element, attribute, link, _ in tree.iterlinks():
            if link == "data:,":
                continue  # No icon: else a browser asks the server for one.
            address = urlsplit(link)
            if address.scheme:
                assert (element.tag, attribute) == ("a", "href"), link
                continue
            assert not address.netloc, link
            target = unquote(address.path) or name
            assert (site / target).is_file(), link
            if address.fragment:
                assert unquote(address.fragment) in ids[target], link
    styles = (site / "css" / "book.css").read_text(encoding="utf-8")
    links = re.findall(r"url\(\"?([^\")]+)", styles)
    assert links
    for link in links:
        assert (site / "css" / link).is_file()
    assert "@import" not in styles


def test_no_page_has_a_script_that_runs(founding: Path, letters: Path) -> None:
    for tree in (*pages(founding).values(), *pages(letters).values()):
        assert [script.get("type") for script in tree.iter("script")] == ["application/ld+json"]
        assert not [name for e in tree.iter() for name in e.attrib if str(name).startswith("on")]


def test_the_typefaces_have_what_the_book_needs_and_little_more(letters: Path) -> None:
    data = (letters / "fonts" / "SourceSerifPro-Regular.otf").read_bytes()
    font = TTFont(io.BytesIO(data))
    features = {record.FeatureTag for record in font["GSUB"].table.FeatureList.FeatureRecord}
    assert {"smcp", "c2sc", "onum", "lnum", "sups"} <= features
    words = "".join(str(tree.xpath("string(//body)")) for tree in pages(letters).values())
    missing = {c for c in words if c.isprintable() and ord(c) not in font.getBestCmap()}
    assert missing == set()
    assert len(font.getBestCmap()) < 200
    assert len(data) < 100_000


def test_languages_are_marked(letters: Path) -> None:
    tree = pages(letters)["lamp.html"]
    assert (tree.get("lang"), tree.get("dir")) == ("en", "ltr")
    assert [(e.get("lang"), e.text) for e in tree.iter() if e.get("lang") and e is not tree] == [
        ("ru", "Скала помнит каждое судно")
    ]


# --------------------------------------------------------------------------- for machines

# The properties of schema.org that stand in ours, by the type that has them (Thing, CreativeWork
# and what inherits from them), from its vocabulary, release 29.
THING = {"@type", "@id", "name", "description", "url", "identifier", "sameAs"}
WORK = THING | {
    "alternativeHeadline", "author", "copyrightNotice", "creditText", "dateCreated",
    "datePublished", "editor", "genre", "hasPart", "inLanguage", "isBasedOn", "isPartOf",
    "keywords", "license", "locationCreated", "position", "publisher", "translator",
}  # fmt: skip
PROPERTIES = {
    "Book": WORK | {"isbn"},
    "Message": WORK | {"sender", "recipient"},
    "CreativeWork": WORK,
    "Chapter": WORK,
    "PublicationVolume": WORK,
    "Person": THING,
    "Organization": THING,
    "Place": THING,
}
KINDS = {
    **{
        role: {"Person", "Organization"}
        for role in ("author", "editor", "translator", "sender", "recipient")
    },
    "publisher": {"Organization"}, "locationCreated": {"Place"},
    "isPartOf": {"Book", "PublicationVolume", "CreativeWork"},
    "isBasedOn": {"Book", "CreativeWork"},
    "hasPart": {"Message", "CreativeWork", "Chapter", "PublicationVolume"},
}  # fmt: skip


def linked_data(tree: HtmlElement) -> dict[str, object]:
    [script] = tree.xpath("//script[@type='application/ld+json']")
    data = json.loads(script.text)
    assert data.pop("@context") == "https://schema.org"
    assert isinstance(data, dict)
    return data


def things(data: object, under: str = "") -> Iterator[tuple[str, dict[str, object]]]:
    if isinstance(data, dict):
        yield under, data
        for key, value in data.items():
            yield from things(value, key)
    elif isinstance(data, list):
        for value in data:
            yield from things(value, under)


@pytest.mark.parametrize("book", BOOKS)
def test_linked_data_is_in_the_words_of_schema_org(sites: dict[str, Path], book: str) -> None:
    for tree in pages(sites[book]).values():
        for under, thing in things(linked_data(tree)):
            kind = str(thing["@type"])
            assert set(thing) <= PROPERTIES[kind]
            assert not under or kind in KINDS[under]
            for key, value in thing.items():
                assert value
                assert isinstance(value, str | list | dict)
                if key.startswith("date"):
                    assert re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", str(value))
                assert isinstance(value, str) or key in {*KINDS, "keywords"}


def test_what_linked_data_says(founding: Path, letters: Path) -> None:
    letter = linked_data(pages(founding)["baku.html"])
    assert letter["@type"] == "Message"
    assert letter["dateCreated"] == "1918-08-09"
    assert letter["translator"] == [{"@type": "Person", "name": "Andrew Rothstein"}]
    assert "recipient" not in letter, "the source names none"
    book = linked_data(pages(letters)["index.html"])
    assert book["@type"] == "Book"
    assert book["isbn"] == "9780000000002"
    assert book["license"] == "https://creativecommons.org/publicdomain/zero/1.0/"
    parts = book["hasPart"]
    assert isinstance(parts, list)
    assert [part["name"] for part in parts] == [
        "To the Surveyor, with a Drawing",
        "[The Surveyor’s Answer]",
    ]
    recipient = linked_data(pages(letters)["lamp.html"])["recipient"]
    assert recipient == [{"@type": "Person", "name": "Peter Finch"}]


def metas(tree: HtmlElement) -> list[tuple[str, str]]:
    return [(e.get("name", ""), e.get("content", "")) for e in tree.xpath("//head/meta[@name]")]


def test_what_reference_managers_read(letters: Path) -> None:
    book, letter = metas(pages(letters)["index.html"]), metas(pages(letters)["lamp.html"])
    assert ("DC.type", "Book") in book
    assert ("citation_title", "The Lighthouse Correspondence") in book
    assert ("citation_isbn", "9780000000002") in book
    assert "citation_inbook_title" not in dict(book)
    for row in (
        ("DC.type", "BookSection"),
        ("citation_title", "To the Surveyor, with a Drawing"),
        ("citation_inbook_title", "The Lighthouse Correspondence"),
        ("DC.creator", "Orlova, M. A."),
        ("z.translators", "Bell, T."),
        ("bib.editors", "Fairweather, Jane"),
        ("citation_publication_date", "2026/01/31"),
        ("DC.date.created", "1893-03-04"),
    ):
        assert row in letter
    # With it, Zotero would drop the translator.
    assert "citation_author" not in dict(letter)


def test_how_it_is_cited(letters: Path) -> None:
    trees = pages(letters)
    cited = {name: " ".join(e.text_content().split()) for name, tree in trees.items()
             for e in tree.xpath("//main//aside[@class='cite']//*[@class='citation']")}  # fmt: skip
    volume = (
        "The Lighthouse Correspondence: Two Letters, with Their Notes, ed. Jane Fairweather,"
        " trans. T. Bell (The Harbour Press, 2026)"
    )
    assert cited == {
        "index.html": f"M. A. Orlova, {volume}.",
        "lamp.html": f"M. A. Orlova to Peter Finch, [Tern Island], March 4, 1893, in {volume},"
        " no. 1.",
        "no-02-answer.html": f"Peter Finch to M. A. Orlova, March 9, 1893, in M. A. Orlova,"
        f" {volume}, no. 2.",
    }
    for name in cited:
        offered = {link.get("href"): link.get("type") for link in trees[name].xpath(
            "//aside[@class='cite']/p[@class='files'][1]/a")}  # fmt: skip
        told = trees[name].xpath("//head/link[@rel='alternate']")
        assert offered == {link.get("href"): link.get("type") for link in told}
        (data,) = [href for href, type_ in offered.items() if type_.endswith("csl+json")]
        (item,) = json.loads((letters / data).read_text(encoding="utf-8"))
        assert item["title"] in dict(metas(trees[name]))["citation_title"] or name == "index.html"
        assert item["type"] == ("book" if name == "index.html" else "chapter")
    every = json.loads((letters / "cite" / "index.all.json").read_text(encoding="utf-8"))
    assert [item["type"] for item in every] == ["book", "chapter", "chapter"]


def test_one_letter_is_cited_as_its_book(founding: Path) -> None:
    words = {
        name: tree.xpath("string(//aside[@class='cite']//*[@class='citation'])")
        for name, tree in pages(founding).items()
    }
    assert words["baku.html"] == words["index.html"]
    assert " ".join(words["baku.html"].split()).startswith("V. I. Lenin, [The Situation in Baku]")
    assert {path.name for path in (founding / "cite").iterdir()} == {
        f"index.{form}" for form in ("bib", "ris", "json")
    }


# --------------------------------------------------------------------------- for people


@pytest.mark.parametrize("book", BOOKS)
@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_every_page_fits_and_loads(
    browser: Browser, sites: dict[str, Path], book: str, width: int
) -> None:
    for page in sites[book].glob("*.html"):
        with browser.visit(page.as_uri(), width=width) as visit:
            assert visit.complaints == [], page
            assert visit.horizontal_scroll() == 0, page
            assert visit.too_wide() == [], page


@pytest.mark.parametrize("book", BOOKS)
@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_axe_finds_nothing(browser: Browser, sites: dict[str, Path], book: str, width: int) -> None:
    for page in sites[book].glob("*.html"):
        found = browser.axe(page.as_uri(), width=width)
        assert found == {"light": [], "dark": []}, page


@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_finds_nothing_where_a_link_has_led(
    browser: Browser, founding: Path, scheme: Scheme
) -> None:
    for fragment in ("baku-ix-2", "baku-ref-1", "baku-note-1"):
        address = f"{(founding / 'baku.html').as_uri()}#{fragment}"
        with browser.visit(address, scheme=scheme) as visit:
            assert visit.axe() == []


def test_the_page_can_be_read_without_scripts(browser: Browser, founding: Path) -> None:
    with browser.visit((founding / "baku.html").as_uri(), scripts=False) as visit:
        assert "Who is in power?" in visit.page.inner_text("main")
        visit.page.click("a.noteref")
        visit.page.wait_for_url("**#baku-note-1")


def style(visit: Visit, selector: str, name: str) -> str:
    script = "([selector, name]) => getComputedStyle(document.querySelector(selector))[name]"
    value: str = visit.page.evaluate(script, [selector, name])
    return value


def test_the_typeface_is_the_books_own(browser: Browser, founding: Path) -> None:
    with browser.visit((founding / "index.html").as_uri()) as visit:
        loaded = visit.page.evaluate(
            """async () => {
                await document.fonts.ready
                return [...document.fonts].filter(f => f.status === 'loaded').map(f => f.style)
            }"""
        )
        assert sorted(loaded) == ["italic", "normal"]
        assert style(visit, ".title-page .author", "fontVariantCaps") == "all-small-caps"
        assert style(visit, "html", "fontVariantNumeric") == "oldstyle-nums"


def test_a_line_has_some_65_characters(browser: Browser, letters: Path) -> None:
    with browser.visit((letters / "lamp.html").as_uri(), width=WIDE) as visit:
        longest = visit.page.evaluate(
            """() => {
                // What fills the measure: the book's own words, cut into lines by the browser.
                const p = document.querySelector('.text > p:not(:has(img))').cloneNode(false)
                const words = document.querySelector('.note-text').innerText.replace(/\\s+/g, ' ')
                p.textContent = words.repeat(5)
                document.querySelector('.text').append(p)
                const range = document.createRange()
                const node = p.firstChild
                const lines = []
                let top = null
                for (let i = 0; i < node.length; i++) {
                    range.setStart(node, i), range.setEnd(node, i + 1)
                    const y = Math.round(range.getBoundingClientRect().top)
                    if (y !== top) lines.push(0), top = y
                    lines[lines.length - 1]++
                }
                return Math.max(...lines)
            }"""
        )
    assert 58 <= longest <= 72


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_a_note_and_back_by_keyboard(browser: Browser, founding: Path, width: int) -> None:
    with browser.visit((founding / "baku.html").as_uri(), width=width) as visit:
        page = visit.page
        page.keyboard.press("Tab")
        assert style(visit, ":focus", "outlineStyle") == "solid"
        skip = page.evaluate("document.activeElement.getBoundingClientRect().toJSON()")
        assert skip["top"] >= 0, "the skip link shows itself"
        page.keyboard.press("Enter")
        page.wait_for_url("**#baku")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.id") == "baku-ref-1"
        assert style(visit, ":focus", "outlineStyle") == "solid"
        page.keyboard.press("Enter")
        page.wait_for_url("**#baku-note-1")
        assert in_window(visit, "#baku-note-1 .note-number")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "note-number"
        page.keyboard.press("Enter")
        page.wait_for_url("**#baku-ref-1")
        assert in_window(visit, "#baku-ref-1")


def in_window(visit: Visit, selector: str) -> bool:
    """Whether an element can be seen: in the window, and not covered there."""
    seen: bool = visit.page.evaluate(
        """selector => {
            const wanted = document.querySelector(selector)
            const {left, top, width, height} = wanted.getClientRects()[0]
            const found = document.elementFromPoint(left + width / 2, top + height / 2)
            return wanted.contains(found)
        }""",
        selector,
    )
    return seen


def test_with_room_a_mark_does_not_move_the_text(browser: Browser, letters: Path) -> None:
    with browser.visit((letters / "lamp.html").as_uri(), width=WIDE, height=700) as visit:
        page = visit.page
        page.locator("#lamp-ref-3").scroll_into_view_if_needed()
        before = page.evaluate("scrollY")
        assert before > 0
        page.click("#lamp-ref-3")
        assert page.evaluate("scrollY") == before
        assert in_window(visit, "#lamp-note-3 .note-text")
        assert in_window(visit, "#lamp-ref-3")


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_an_index_link_lands_on_the_very_word(browser: Browser, founding: Path, width: int) -> None:
    for term, words in (("Stalin, J. V.", "Stalin"), ("Zevin, Y. D.", "Y. D. Zevin")):
        with browser.visit((founding / "book-index.html").as_uri(), width=width) as visit:
            page = visit.page
            page.locator(".index li", has_text=term).locator("a").first.click()
            page.wait_for_url("**/baku.html#*")
            assert page.inner_text(":target").replace("\u00a0", " ") == words
            assert in_window(visit, ":target")
            assert style(visit, ":target", "backgroundColor") != "rgba(0, 0, 0, 0)"


def test_the_index_has_columns_when_there_is_room(browser: Browser, founding: Path) -> None:
    counted = {}
    for width in (NARROW, WIDE):
        with browser.visit((founding / "book-index.html").as_uri(), width=width) as visit:
            counted[width] = visit.page.evaluate(
                """() => new Set(Array.from(document.querySelectorAll('.groups > .group > ul > li'),
                    item => Math.round(item.getBoundingClientRect().left))).size"""
            )
    assert counted == {NARROW: 1, WIDE: 3}


def test_dark_is_dark_and_paper_is_white(browser: Browser, founding: Path) -> None:
    def brightness(colour: str) -> float:
        return sum(int(part) for part in re.findall(r"\d+", colour)[:3]) / 3

    with browser.visit((founding / "baku.html").as_uri(), scheme="dark") as visit:
        assert brightness(style(visit, "body", "backgroundColor")) < 40
        assert brightness(style(visit, ".text", "color")) > 180
        visit.page.emulate_media(media="print", color_scheme="dark")
        assert style(visit, "body", "backgroundColor") == "rgb(255, 255, 255)"
        assert style(visit, ".text", "color") == "rgb(0, 0, 0)"
        assert style(visit, "header.site", "display") == "none"
        assert style(visit, ".notes", "position") == "static"
