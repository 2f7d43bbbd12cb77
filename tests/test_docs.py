"""The documentation says what is true today."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.documented import pages, renewed

ROOT = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize("page", list(pages(ROOT)), ids=lambda page: page.name)
def test_generated_parts_are_current(page: Path, rewrite_cases: bool) -> None:
    """`pytest --rewrite-cases` writes them anew."""
    text = page.read_text(encoding="utf-8")
    if rewrite_cases:
        page.write_text(renewed(text), encoding="utf-8")
    assert page.read_text(encoding="utf-8") == renewed(text)


@pytest.mark.parametrize(
    "page", [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")], ids=lambda page: page.name
)
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", re.sub(r"`[^`]*`", "", text)):
        if not target.startswith(("http:", "https:", "mailto:")):
            assert (page.parent / target).exists(), target
