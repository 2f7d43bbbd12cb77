"""The reading of sources, and with it what Python-Markdown makes of them."""

from hypothesis import given, settings
from hypothesis import strategies as st

from letterbook.fidelity import prove_reading
from letterbook.witness.source import read_source
from tests.textcases import Case, cases
from tests.witness.books import book, told


@cases("fidelity/reading")
def test_case(case: Case, rewrite_cases: bool) -> None:
    case.check(told(prove_reading(*book(case.given))), rewrite_cases)


def test_words_know_their_place() -> None:
    text = "---\n---\nGive *spee*dy help.[^1]\n\n[^1]: On July\n    31, 1918\n"
    account = read_source(text, start=8)
    words = [*account.body, *account.notes["1"]]
    assert [w.text for w in words] == [*["Give", "*spee*dy", "help.", "On", "July", "31,", "1918"]]
    for word in words:
        assert text[word.place :].startswith(word.text)


# Documents made of everything that can be written, put together at random.

VOCABULARY = (
    "help speedy Baku Lenin 1918 9 S. G. don’t “quoted” (so) e.g. 12,5 a—b x-y & § Шаумян naïve"
    " word, end; No. 4–5 #5 a_b C# 2*3 [so] {x}"
)
WORDS = st.lists(st.sampled_from(VOCABULARY.split()), min_size=1, max_size=4).map(" ".join)


def _spans(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    forms = (
        *("*{}*", "**{}**", "[{}]{{.sc}}", "[{}]{{.supplied}}", "[{}]{{.sic corr='x y'}}"),
        *(
            "[{}]{{lang=ru}}",
            "[{}]{{.index term=Baku}}",
            "<sup>{}</sup>",
            "<em>{}</em>",
            "\\[{}\\]",
        ),
        *(
            "{}<br>x",
            "{} &amp; &mdash;",
            "{}  \ny",
            "{}\\\ny",
            "{} [348]{{.page}}",
            "{} []{{.gap}}",
        ),
    )
    return st.builds(str.format, st.sampled_from(forms), inner)


LINE = st.recursive(
    WORDS | st.builds("[{}](https://example.org/a_b)".format, WORDS) | WORDS.map("`{}`".format),
    _spans,
    max_leaves=3,
)


def _one_line(text: str) -> str:
    return " ".join(text.replace("\\\n", " ").split())


def _blocks(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        inner.map(lambda text: "\n".join(f"> {line}" for line in text.split("\n"))),
        st.builds("::: {}\n{}\n:::".format, st.sampled_from(["verse", "closing"]), inner),
        st.builds(lambda a, b: f"{a}\n\n{b}", inner, inner),
    )


TEXT = st.recursive(
    st.one_of(
        LINE,
        LINE.map(_one_line).map("## {}".format),
        st.lists(LINE.map(_one_line), min_size=1).map(lambda r: "\n".join(f"- {x}" for x in r)),
        st.lists(LINE.map(_one_line), min_size=1, max_size=3).map(
            lambda r: "\n".join(f"{n}. {x}" for n, x in enumerate(r, start=3)) + "\n\nText"
        ),
        st.builds("| a | {} |\n|---|---|\n| {} | b |".format, WORDS, WORDS),
        st.builds("Of {}\n:   {}".format, WORDS, WORDS),
        st.just("---"),
        st.builds("<div>\n\n{}\n\n</div>".format, WORDS),
        st.builds("1918\\. {}".format, WORDS),
    ),
    _blocks,
    max_leaves=5,
)


@settings(deadline=None, max_examples=150)
@given(TEXT, LINE, st.lists(WORDS, max_size=2))
def test_nothing_is_found_where_nothing_is_wrong(text: str, note: str, more: list[str]) -> None:
    note = _one_line(note)
    source = f"{text}\n\nEnd.[^n]\n\n[^n]: {note}" + "".join(f"\n\n    {x}" for x in more)
    # A page's number may come only once.
    while source.count("[348]{.page}") > 1:
        source = source.replace("[348]{.page}", "", 1)
    assert told(prove_reading(*book(source))) == ""
