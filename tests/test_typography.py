"""What typesetting changes in words.

In tests/cases/typography, where the name of a file is that of the language, “~” is a no-break
space in what comes out, and “^” a narrow one.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from letterbook.typography import plain, tie, tie_tree
from tests.textcases import Case, cases

LANGUAGES = ("en", "de-AT", "fr", "ru", "es", "it", "")


def seen(text: str) -> str:
    return text.replace("\u00a0", "~").replace("\u202f", "^")


@cases("typography")
def test_case(case: Case, rewrite_cases: bool) -> None:
    case.check(seen(tie(case.given, case.path.stem)), rewrite_cases)


@pytest.mark.parametrize("language", LANGUAGES)
@given(st.text(alphabet=st.sampled_from("AzÉЛ.1 9pNoвгт—–«»?:;\n\u00a0\u202f August мая")))
def test_no_word_is_changed_and_once_is_enough(language: str, text: str) -> None:
    tied = tie(text, language)
    assert plain(tied) == plain(text)
    assert tie(tied, language) == tied


def test_each_run_is_bound_as_its_own_language_does() -> None:
    tree = etree.fromstring(
        '<div><p>quoi ? <span lang="fr">quoi ? <em>non !</em> si ; <span lang="en">no ?</span>'
        ' oui ?</span> quoi ?</p><pre lang="fr">quoi ?</pre><p lang="fr">oui !</p></div>'
    )
    tie_tree(tree, "en")
    assert seen("".join(tree.itertext())) == (
        "quoi ? quoi^? non^! si^; no ? oui^? quoi ?quoi ?oui^!"
    )


def test_what_belongs_together_may_be_parted_by_marks() -> None:
    tree = etree.fromstring(
        '<div><p>V. <em>I. <span class="ix">Lenin</span></em>, p. <b>3</b><br/> V.</p>'
        "<p>Lenin <pre>V. I.</pre> V. </p><p lang='fr'>quoi <em>?</em></p></div>"
    )
    tie_tree(tree, "en")
    assert seen("".join(tree.itertext())) == "V.~I.~Lenin, p.~3 V.Lenin V. I. V. quoi^?"
