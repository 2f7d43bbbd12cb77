"""The HTML edition of a volume: its ways, its lists and its search, from the disk, in a browser."""

from __future__ import annotations

import json
import re
import shutil
import time
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from lxml import html
from lxml.html import HtmlElement

from letterbook.build import read
from letterbook.model import EditedDocument, Edition
from letterbook.outputs.html import make
from letterbook.search import shards
from letterbook.search.folding import LETTERS, words_of
from letterbook.search.passages import LEFT_OUT, Passage
from letterbook.search.shards import SearchedPage, search_files

from .judges.browser import Browser, Visit
from .longbook import write_long_book

VOLUME = Path(__file__).parent / "books" / "volume"
NARROW, WIDE = 320, 1366
KINDS = (
    "index.html",
    "part-2.html",
    "arrival.html",
    "tafeln.html",
    "no-1-foreword.html",
    "list-chronology.html",
    "list-correspondents.html",
    "search.html",
    "book-index.html",
)
"""A page of each kind."""


@pytest.fixture(scope="module")
def volume(tmp_path_factory: pytest.TempPathFactory) -> tuple[Edition, Path]:
    out = tmp_path_factory.mktemp("volume")
    source = read(VOLUME)
    make(source.edition, source.theme, out)
    return source.edition, out / "html"


@pytest.fixture(scope="module")
def edition(volume: tuple[Edition, Path]) -> Edition:
    return volume[0]


@pytest.fixture(scope="module")
def site(volume: tuple[Edition, Path]) -> Path:
    return volume[1]


@pytest.fixture(scope="module")
def long_sites(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    """Sites of two books without parts, one five times as long as the other."""
    made = {}
    for letters in (60, 300):
        folder = tmp_path_factory.mktemp(f"long-{letters}")
        source = read(write_long_book(folder / "book", letters))
        make(source.edition, source.theme, folder)
        made[letters] = folder / "html"
    return made


def tree_of(page: Path) -> HtmlElement:
    return html.parse(page).getroot()


def files(folder: Path) -> dict[str, bytes]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


# --------------------------------------------------------------------------- the files


def test_same_source_same_bytes(site: Path, tmp_path: Path) -> None:
    source = read(VOLUME)
    make(source.edition, source.theme, tmp_path)
    assert files(tmp_path / "html") == files(site)


def test_every_link_leads_somewhere(site: Path) -> None:
    trees = {path.name: tree_of(path) for path in site.glob("*.html")}
    ids = {name: [e.get("id") for e in tree.iter() if e.get("id")] for name, tree in trees.items()}
    for name, tree in trees.items():
        assert len(ids[name]) == len(set(ids[name]))
        for _, _, link, _ in tree.iterlinks():
            address = urlsplit(link)
            if address.scheme:
                continue
            target = unquote(address.path) or name
            assert (site / target).is_file(), link
            if address.fragment:
                assert unquote(address.fragment) in ids[target], link


def test_one_page_has_a_script_and_it_is_ours(site: Path) -> None:
    own = Path(shards.__file__).with_name("search.js").read_bytes()
    assert (site / "search" / "search.js").read_bytes() == own
    for path in site.glob("*.html"):
        scripts = [s for s in tree_of(path).iter("script") if s.get("type") is None]
        expected = ["search/search.js"] if path.name == "search.html" else []
        assert [s.get("src") for s in scripts] == expected
        assert not any(s.text for s in scripts)


def test_a_site_grows_with_its_letters_and_no_faster(long_sites: dict[int, Path]) -> None:
    def size(letters: int) -> int:
        found = files(long_sites[letters])
        return sum(len(data) for name, data in found.items() if not name.startswith("fonts/"))

    assert size(300) < 5 * size(60) * 1.05
    for path in long_sites[300].glob("no-*.html"):
        assert len(tree_of(path).xpath("//nav[@class='tree']//a")) <= 20, path


# --------------------------------------------------------------------------- the ways


def hrefs(page: Path, query: str) -> list[str]:
    return [str(e.get("href")) for e in tree_of(page).xpath(query)]


def test_reading_on_leads_through_the_book(site: Path, edition: Edition) -> None:
    read_on = ["index.html"]
    while following := hrefs(site / read_on[-1], "//footer//a[@rel='next']"):
        assert hrefs(site / following[0], "//footer//a[@rel='prev']") == [read_on[-1]]
        read_on += following
    assert set(read_on) == {path.name for path in site.glob("*.html")} - {"search.html"}
    letters = [f"{letter.id}.html" for letter in edition.letters]
    assert [page for page in read_on if page in letters] == letters
    # The parts stand between them.
    assert read_on.index("part-2.html") == read_on.index(letters[9]) + 1


def test_where_a_page_stands(site: Path) -> None:
    tree = tree_of(site / "arrival.html")
    trail = [(a.text_content(), a.get("href")) for a in tree.xpath("//nav[@class='trail']/a")]
    assert trail == [
        ("The Transit Letters", "index.html"),
        ("The Voyage", "part-2.html"),
        ("At the Station", "arrival.html#part-2-2"),
    ]
    assert hrefs(site / "plan.html", "//footer//a[@class='up']") == ["plan.html#part-2-1"]
    assert hrefs(site / "order.html", "//footer//a[@class='up']") == ["part-1.html"]


def test_the_contents_beside_a_page_open_where_it_stands(site: Path) -> None:
    [tree] = tree_of(site / "arrival.html").xpath("//nav[@class='tree']")
    [current] = tree.xpath(".//a[@aria-current='page']")
    assert current.get("href") == "arrival.html"
    links = [a.get("href") for a in tree.iter("a")]
    assert {"part-1.html", "part-2.html", "book-index-2.html", "list-chronology.html"} <= set(links)
    assert "transit.html" in links
    assert "order.html" not in links, "another part's"
    # Of a long list, those near it; what is left out leads to where it is.
    [tree] = tree_of(site / "tafeln.html").xpath("//nav[@class='tree']")
    assert [a.get("href") for a in tree.xpath(".//li[@class='gap']/a")] == ["part-1.html"]
    assert {"guss.html", "corrections.html"} <= {a.get("href") for a in tree.iter("a")}


@pytest.mark.parametrize("scripts", [True, False])
def test_the_contents_are_folded_away_without_room(
    browser: Browser, site: Path, scripts: bool
) -> None:
    address = (site / "arrival.html").as_uri()
    with browser.visit(address, width=NARROW, scripts=scripts) as visit:
        current = visit.page.locator(".tree [aria-current]")
        assert not current.is_visible()
        visit.page.locator(".tree summary").press("Enter")
        current.wait_for(state="visible")
    with browser.visit(address, width=WIDE, scripts=scripts) as visit:
        assert visit.page.locator(".tree [aria-current]").is_visible()
        assert not visit.page.locator(".tree summary").is_visible()


def overlap(visit: Visit) -> bool:
    """Whether two of what stands side by side lie over one another."""
    boxes = [visit.page.locator(s).bounding_box() for s in (".tree", ".text", ".notes")]
    found = sorted((box["x"], box["x"] + box["width"]) for box in boxes if box)
    assert len(found) == 3
    return any(one[1] > other[0] + 1 for one, other in pairwise(found))


@pytest.mark.parametrize("width", [1280, 1366, 1920])
def test_contents_text_and_notes_stand_side_by_side(
    browser: Browser, site: Path, width: int
) -> None:
    with browser.visit((site / "arrival.html").as_uri(), width=width) as visit:
        assert not overlap(visit)
        visit.page.evaluate("document.documentElement.dir = 'rtl'")
        assert not overlap(visit)
        boxes = [visit.page.locator(s).bounding_box() for s in (".tree", ".notes")]
        assert boxes[0]
        assert boxes[1]
        assert boxes[0]["x"] > boxes[1]["x"]
        assert visit.horizontal_scroll() == 0


def test_lists_by_date_and_by_correspondent(long_sites: dict[int, Path], tmp_path: Path) -> None:
    site = long_sites[60]
    assert len(hrefs(site / "list-chronology.html", "//tbody//a")) == 60
    assert len(hrefs(site / "list-correspondents.html", "//dl//a")) == 120
    assert "list-chronology.html#list-chronology" in hrefs(site / "index.html", "//a")
    source = read(write_long_book(tmp_path / "book", 11))
    make(source.edition, source.theme, tmp_path)
    assert not list((tmp_path / "html").glob("list-*")), "the contents are enough"


@pytest.mark.parametrize("width", [NARROW, WIDE])
@pytest.mark.parametrize("name", KINDS)
def test_pages_fit_and_axe_finds_nothing(
    browser: Browser, site: Path, name: str, width: int
) -> None:
    address = (site / name).as_uri()
    assert browser.axe(address, width=width) == {"light": [], "dark": []}
    with browser.visit(address, width=width) as visit:
        assert visit.complaints == []
        assert visit.horizontal_scroll() == 0
        assert visit.too_wide() == []


# --------------------------------------------------------------------------- the search


@contextmanager
def searching(browser: Browser, site: Path, width: int = WIDE) -> Iterator[Visit]:
    """Open the search as a reader does: from the disk, with its policy in force."""
    with browser.visit((site / "search.html").as_uri(), width=width, policy=True) as visit:
        yield visit
        assert visit.complaints == []


def until(visit: Visit, condition: str) -> None:
    """Wait for something; the page’s policy lets the browser’s own waiting evaluate nothing."""
    deadline = time.monotonic() + 20
    while not visit.page.evaluate(condition):
        assert time.monotonic() < deadline, condition
        visit.page.wait_for_timeout(20)


def ask(visit: Visit, query: str) -> list[str]:
    """Search, and tell which pages are found, all of them."""
    page = visit.page
    page.evaluate("document.querySelector('.status').textContent = ''")
    page.fill("input", query)
    page.press("input", "Enter")
    until(visit, "document.querySelector('.status').textContent !== ''")
    count = int(re.findall(r"\d+", page.inner_text(".status") + " 0")[0])
    while True:
        shown = page.locator(".results > li").count()
        if shown == count:
            return [str(a.get_attribute("href")) for a in page.locator(".results h2 a").all()]
        if shown:
            page.click(".more")
        until(visit, f"document.querySelectorAll('.results > li').length > {shown}")


def said_in(document: EditedDocument) -> str:
    trees = [document.body, *(note.body for note in document.notes)]
    text = " ".join([document.title, *(" ".join(tree.itertext()) for tree in trees)])
    return " ".join(text.lower().replace("\u00a0", " ").split())


@pytest.mark.parametrize("word", ["glass", "venus", "committ", "1874", "cloud"])
def test_a_search_finds_every_text_that_has_a_word(
    browser: Browser, site: Path, edition: Edition, word: str
) -> None:
    has = [d.id for d in edition.documents if re.search(rf"\b{word}", said_in(d))]
    assert has
    with searching(browser, site) as visit:
        found = [name.removesuffix(".html") for name in ask(visit, word)]
    # A heading or a source note may have it, too.
    assert set(has) <= set(found)
    for name in set(found) - set(has):
        assert word in str(tree_of(site / f"{name}.html").xpath("string(//main)")).lower()
    order = [document.id for document in edition.documents]
    assert found == sorted(found, key=order.index)


def test_case_and_accents_do_not_count_and_quotation_marks_do(browser: Browser, site: Path) -> None:
    with searching(browser, site) as visit:
        assert "tafeln.html" in ask(visit, "FRAULEIN")
        assert ask(visit, "Fräulein") == ask(visit, "FRAULEIN")
        assert ask(visit, "“the thread is there”") == ["veresov.html"]
        assert ask(visit, '"thread the is"') == []
        # No phrase goes on in the next paragraph.
        assert ask(visit, "enters the tables secondly the clock")
        assert ask(visit, '"enters the tables"')
        assert ask(visit, '"enters the tables secondly"') == []
        assert "veresov.html" in ask(visit, "is thread there the")
        assert "veresov.html" in ask(visit, "threa")
        assert ask(visit, '"threa"') == []
        assert ask(visit, "xylophone") == []
        assert ask(visit, "constructor __proto__") == []


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_a_result_leads_to_the_paragraph_and_back(browser: Browser, site: Path, width: int) -> None:
    with searching(browser, site, width) as visit:
        page = visit.page
        ask(visit, "brass planet")
        marked = {mark.inner_text().lower() for mark in page.locator("mark").all()}
        assert {"brass", "planet"} <= marked
        assert all(word.startswith(("brass", "planet")) for word in marked)
        page.locator(".results ul a", has_text="look at a brass planet").click()
        page.wait_for_url("**/veresov.html#veresov-passage-*")
        target = page.locator(":target")
        assert "look at a brass planet" in target.inner_text().replace("\n", " ")
        box = target.bounding_box()
        assert box
        assert 0 <= box["y"] < 800
        page.go_back()
        until(visit, "document.querySelectorAll('.results > li').length > 0")
        assert page.input_value("input") == "brass planet"


def test_a_result_in_a_note_leads_to_the_note(browser: Browser, site: Path) -> None:
    with searching(browser, site) as visit:
        ask(visit, "“learns from it”")
        visit.page.locator(".results ul a").click()
        visit.page.wait_for_url("**/same.html#same-note-1*")


FINDS = (
    # What is typed, a text, what is marked in it.
    ("harbour", "The harbours of Riga", ["harbours"]),
    ("ha", "The harbours of Riga", None),
    ("konigsberg strasse", "Königsberg, Straße 4", ["Königsberg", "Straße"]),
    ("moeurs so", "Les mœurs, ſo", ["mœurs", "ſo"]),
    ("миръ", "И миръ, и мир, и міръ", ["миръ", "мир", "міръ"]),
    ("всё", "Все, и всё", ["Все", "всё"]),
    ('"sea air"', "the sea air, and the air of the sea", ["sea air"]),
    ("«sea air»", "the air of the sea", None),
    ("l’amour", "De l’amour", ["l’amour"]),
    ("amour", "De l’amour", ["amour"]),
    ("東京", "東京へ行く。京東", ["東京"]),
    ("京へ", "東京へ行く", ["京へ"]),
    ("co-operate", "They co-operate; others cooperate.", ["co-operate"]),
    ("cooperate", "They co­operate", ["co­operate"]),
    ("sent notes", f"He sent{LEFT_OUT} notes", ["sent", "notes"]),
    ("טייערער פריינד", "טײַערער פֿרײַנד", ["טײַערער", "פֿרײַנד"]),
    ("کتابی", "كتابي را", ["كتابي"]),
    ("<b>", "a <b>bold</b> word", ["b", "b"]),
)


@pytest.mark.parametrize(("query", "text", "marked"), FINDS)
def test_what_finds_what(
    browser: Browser, site: Path, tmp_path: Path, query: str, text: str, marked: list[str] | None
) -> None:
    pages = [
        SearchedPage(f"{n}.html", "A", "", "", (Passage(f"id-{n}", said),))
        for n, said in enumerate(("Quite another text.", text))
    ]
    (tmp_path / "search").mkdir()
    for name, data in search_files(pages).items():
        (tmp_path / name).write_bytes(data)
    shutil.copy(site / "search.html", tmp_path)
    with browser.visit((tmp_path / "search.html").as_uri()) as visit:
        found = ask(visit, query)
        assert found == (["1.html"] if marked else [])
        if marked:
            assert visit.page.locator("mark").all_inner_texts() == marked
            shown = visit.page.locator(".results ul a").inner_text()
            assert shown == text.replace(LEFT_OUT, "")


def test_a_search_loads_little(browser: Browser, long_sites: dict[int, Path]) -> None:
    site = long_sites[300]
    loaded: set[str] = set()
    with searching(browser, site) as visit:
        visit.page.on("request", lambda request: loaded.add(urlsplit(request.url).path))
        visit.page.fill("input", '"closed since Thursday" Königsberg')
        visit.page.press("input", "Enter")
        visit.page.wait_for_selector(".results mark")
    size = sum(Path(unquote(path)).stat().st_size for path in loaded)
    whole = sum(path.stat().st_size for path in (site / "search").iterdir())
    assert len(list((site / "search").glob("words-*.js"))) > 5
    assert 0 < size < whole / 4


def test_what_is_not_there_is_said(browser: Browser, site: Path, tmp_path: Path) -> None:
    broken = shutil.copytree(site, tmp_path / "site")
    (broken / "search" / "about-0.js").unlink()
    with browser.visit((broken / "search.html").as_uri()) as visit:
        visit.page.fill("input", "glass")
        visit.page.press("input", "Enter")
        visit.page.wait_for_function("document.querySelector('.status').textContent")
        assert "could not be loaded" in visit.page.inner_text(".status")


def test_without_scripts_the_search_leads_elsewhere(browser: Browser, site: Path) -> None:
    with browser.visit((site / "search.html").as_uri(), scripts=False) as visit:
        assert not visit.page.locator("form").is_visible()
        text = visit.page.locator(".unscripted")
        assert text.is_visible()
        links = [a.get_attribute("href") for a in text.locator("a").all()]
        assert links[0] == "index.html#contents"
        assert "book-index-2.html#index-2" in links


def test_the_browser_folds_words_as_the_index_does(browser: Browser, site: Path) -> None:
    """Letter by letter, of all that Unicode 3.2 had; and in words."""
    known = unicodedata.ucd_3_2_0
    letters = [chr(n) for n in range(0x30000) if known.category(chr(n)) not in ("Cn", "Cs", "Co")]
    texts = [
        *letters,
        *LETTERS,
        "l’Œuvre",
        "ΣΊΣΥΦΟΣ",
        "ﬁn",
        "Straße",
        "міръ",
        "東京へ",
        "co\u00adop",
    ]
    script = Path(shards.__file__).with_name("search.js").read_text(encoding="utf-8")
    folding = script.partition("  // -------")[0]
    with browser.visit((site / "index.html").as_uri()) as visit:
        found = visit.page.evaluate(f"texts => {{ {folding} return texts.map(wordsOf) }} }}", texts)
    wrong = [text for text, words in zip(texts, found, strict=True) if words != [*words_of(text)]]
    assert wrong == []
    assert words_of("Straße ſo l’ŒUVRE") == ("strasse", "so", "l", "oeuvre")


def test_the_index_of_the_search_has_every_word_in_its_place(site: Path, edition: Edition) -> None:
    """Read back from the files, and put together again: the text of each page, folded."""

    def data(name: str) -> dict[str, str]:
        text = (site / "search" / f"{name}.js").read_text(encoding="utf-8")
        loaded = json.loads(text[text.index(",", text.index(",") + 1) + 1 : text.rindex(")")])
        assert isinstance(loaded, dict)
        return loaded

    pages: dict[int, dict[int, str]] = {}
    for number in range(int(data("about-0")["shards"])):
        for word, line in data(f"words-{number}").items():
            for part in line.split(","):
                page, _, steps = part.partition(":")
                place = 0
                for step in steps.split("."):
                    place += int(step)
                    pages.setdefault(int(page), {})[place] = word
    said = [" ".join(pages[page][n] for n in sorted(pages[page])) for page in sorted(pages)]
    assert len(said) == len(edition.documents)
    for document, text in zip(edition.documents, said, strict=True):
        for paragraph in (e for e in document.body.iter("p") if not list(e)):
            assert " ".join(words_of("".join(paragraph.itertext()))) in text
