"""What typesetting changes in words.

In tests/cases/typography, “~” is a no-break space in what comes out.
"""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from letterbook.typography import plain, tie
from tests.textcases import Case, cases


@cases("typography")
def test_case(case: Case, rewrite_cases: bool) -> None:
    case.check(tie(case.given).replace("\u00a0", "~"), rewrite_cases)


@given(st.text(alphabet=st.sampled_from("AzÉЛ.1 9pNo\u00a0 August мая")))
def test_no_word_is_changed_and_once_is_enough(text: str) -> None:
    assert plain(tie(text)) == plain(text)
    assert tie(tie(text)) == tie(text)
