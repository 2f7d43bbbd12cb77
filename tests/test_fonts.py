"""Typefaces are cut down without losing what sets them apart."""

from __future__ import annotations

import io

from fontTools.ttLib import TTFont

from letterbook.fonts import subset_font
from letterbook.theme import default_theme, load_theme

FACE = load_theme(default_theme()).faces[0]


def features(data: bytes, table: str) -> set[str]:
    font = TTFont(io.BytesIO(data))
    return {record.FeatureTag for record in font[table].table.FeatureList.FeatureRecord}


def test_a_subset_has_its_characters_and_no_others() -> None:
    font = TTFont(io.BytesIO(subset_font(FACE.data, map(ord, "Baku 1918"))))
    assert {chr(code) for code in font.getBestCmap()} == set("Baku 1918")


def test_a_subset_keeps_kerning_small_capitals_figures_and_superiors() -> None:
    data = subset_font(FACE.data, map(ord, "AV To fi 1918"))
    assert {"smcp", "c2sc", "onum", "lnum", "tnum", "sups"} <= features(data, "GSUB")
    assert "kern" in features(data, "GPOS")


def test_a_subset_is_the_same_bytes_twice_and_small() -> None:
    once, again = (subset_font(FACE.data, map(ord, text)) for text in ("abc", "cba"))
    assert once == again
    assert len(once) < len(FACE.data) / 10
