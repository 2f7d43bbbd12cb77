"""Dates: the phrases and sentences in tests/cases/dates, and that no phrase at all fails."""

from __future__ import annotations

import re
import time

from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from letterbook.fields import Edtf
from letterbook.provenance.dates import date_statement, find_date, read_date
from letterbook.provenance.datewords import MAX_LENGTH
from tests.textcases import Case, cases

EDTF: TypeAdapter[str] = TypeAdapter(Edtf)
WORDS = st.sampled_from(
    re.split(
        r"\s+",
        """about before not later than between and from to or 9 15 31 1900 1918 1917/18 August Aug.
        VIII ( ) [ ] , . / - – ? Spring 1920s old style O.S. марта г. le 3 février am Mai early I
        11 24 Monday probably""",
    )
)


@cases("dates")
def test_dates(case: Case, rewrite_cases: bool) -> None:
    read = find_date if case.path.stem == "sentences" else read_date
    case.check(read(case.given) or "not told", rewrite_cases)


@given(st.one_of(st.text(max_size=80), st.lists(WORDS, max_size=14).map(" ".join)))
def test_every_date_is_one(words: str) -> None:
    for date in (read_date(words), find_date(words)):
        if date is not None:
            assert EDTF.validate_python(date) == date
    statement = date_statement(words)
    assert statement is None or statement.words == (words.strip() or None)


def test_long_phrases_take_no_time() -> None:
    start = time.process_time()
    for words in ("1918 or " * 25, "(" * MAX_LENGTH, "11 (24) " * 25, "about " * 33, "1 " * 100):
        read_date(words)
        find_date(words * 200)
    assert time.process_time() - start < 5
