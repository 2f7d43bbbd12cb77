"""The browser's helpers pass a sound page, and see what is wrong with another."""

from pathlib import Path

import pytest

from .browser import Browser
from .loopback import serving

PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>A specimen</title>
<style>:root {{ color-scheme: light dark }} {style}</style>
</head>
<body><main><h1>Letter</h1>{body}</main></body>
</html>
"""


@pytest.fixture
def page(tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """Return the address of a page with the style and body that the test asks for."""
    style, body = getattr(request, "param", ("", "<p>The first words.</p>"))
    file = tmp_path / "page.html"
    file.write_text(PAGE.format(style=style, body=body), encoding="utf-8")
    return file.as_uri()


def test_a_sound_page(browser: Browser, page: str, tmp_path: Path) -> None:
    with browser.visit(page, width=320) as visit:
        assert visit.complaints == []
        assert visit.horizontal_scroll() == 0
        assert visit.too_wide() == []
        picture = visit.screenshot(tmp_path / "page.png")
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert browser.axe(page) == {"light": [], "dark": []}


@pytest.mark.parametrize(
    ("page", "complaint"),
    [
        (("", "<script>console.error('broken')</script>"), "error: broken"),
        (("", "<script>throw new Error('thrown')</script>"), "thrown"),
        (("", '<img src="missing.png" alt="nothing">'), "failed: file://"),
        (("", '<img src="http://192.0.2.1/x.png" alt="far away">'), "asked the network"),
    ],
    indirect=["page"],
)
def test_what_a_page_complains_of(browser: Browser, page: str, complaint: str) -> None:
    with browser.visit(page) as visit:
        assert any(complaint in found for found in visit.complaints), visit.complaints


@pytest.mark.parametrize("page", [("p { width: 400px }", "<p>Wide</p>")], indirect=True)
def test_a_page_too_wide_for_the_window(browser: Browser, page: str) -> None:
    with browser.visit(page, width=320) as visit:
        assert visit.horizontal_scroll() > 0
        assert len(visit.too_wide()) == 1
        assert visit.too_wide()[0].startswith("<p")
    with browser.visit(page, width=1000) as visit:
        assert visit.horizontal_scroll() == 0


@pytest.mark.parametrize("page", [("p { margin-left: -20px }", "<p>Cut</p>")], indirect=True)
def test_what_is_cut_off_on_the_left(browser: Browser, page: str) -> None:
    with browser.visit(page, width=320) as visit:
        assert visit.horizontal_scroll() == 0
        assert len(visit.too_wide()) == 1


@pytest.mark.parametrize(
    "page",
    [
        (
            "@media (prefers-color-scheme: dark) { body { background: black } p { color: #333 } }",
            "<p>Dark</p>",
        )
    ],
    indirect=True,
)
def test_axe_sees_a_fault_of_one_colour_scheme(browser: Browser, page: str) -> None:
    found = browser.axe(page)
    assert found["light"] == []
    [violation] = found["dark"]
    assert violation.rule == "color-contrast"
    assert violation.elements == ("<p>Dark</p>",)
    assert str(violation).startswith("serious color-contrast")


@pytest.mark.parametrize("page", [("", '<img src="data:,">')], indirect=True)
def test_axe_by_tag(browser: Browser, page: str) -> None:
    with browser.visit(page) as visit:
        assert [violation.rule for violation in visit.axe("wcag2a")] == ["image-alt"]
        assert visit.axe("wcag2aa") == []


def test_a_page_whose_scripts_may_not_run(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(PAGE.format(style="", body="<script>document.title = 'x'</script>"))
    with browser.visit(file.as_uri(), scripts=False) as visit:
        assert visit.page.title() == "A specimen"


def test_loopback_serves_what_it_is_told_and_no_more(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "page.html").write_text(PAGE.format(style="", body="<p>Served</p>"))
    (tmp_path / "secret.html").write_text("secret")
    with serving({"/": tmp_path / "site"}) as address:
        with browser.visit(f"{address}/page.html") as visit:
            assert "Served" in visit.page.content()
        for path in ("/secret.html", "/../secret.html", "/%2e%2e/secret.html"):
            with browser.visit(address + path) as visit:
                assert "secret" not in visit.page.inner_text("body")
