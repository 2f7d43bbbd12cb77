"""The documentation says what is true today."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from textwrap import dedent

import pytest

from letterbook.diagnostics import Diagnostic
from letterbook.importers import tei_profile
from letterbook.importers.htmlprofile import HtmlProfile
from letterbook.settings import read_model
from letterbook.yamlfile import YamlValue, read_yaml
from tests import pictures
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


@pytest.mark.parametrize(
    ("kind", "read"), [("HTML", partial(read_model, HtmlProfile)), ("TEI", tei_profile.given)]
)
def test_profiles_that_are_shown_are_profiles(
    kind: str, read: Callable[[YamlValue], tuple[object, Sequence[Diagnostic]]]
) -> None:
    text = (ROOT / "docs" / "importers.md").read_text(encoding="utf-8")
    (shown,) = re.findall(rf"### For {kind}\n(?s:.*?)\n\n((?:    .*\n)+)", text)
    value = read_yaml(dedent(shown), "shown.yaml")
    assert not value.diagnostics
    profile, found = read(value)
    assert profile is not None
    assert not found


def test_pictures_are_of_the_current_build() -> None:
    """`make pictures` draws them anew; then look at them."""
    assert pictures.RECORD.read_text(encoding="utf-8").strip() == pictures.sources()


def test_the_tour_can_be_taken(tmp_path: Path) -> None:
    """Every command of the README's tour is run, in order, in an empty folder."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    tour = text.split("## A five-minute tour")[1].split("\n## ")[0]
    script = "\n".join(re.findall(r"```sh\n(.*?)```", tour, re.DOTALL))
    assert script.count("letterbook ") >= 5
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    run = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=tmp_path,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "note-undefined" in run.stdout + run.stderr
    assert "exit code 1" in run.stdout
    assert (tmp_path / "build" / "letters-from-the-lighthouse.epub").is_file()
