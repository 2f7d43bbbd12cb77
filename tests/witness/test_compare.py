"""The comparison by itself, on words that were never written."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letterbook.witness.compare import Change, align, compare
from letterbook.witness.words import Break, Collector, Kind, Word, exact_key, print_key


def words(text: str) -> list[Word]:
    """Make words; ``|`` ends a block, ``/`` a line, ``~`` a gap."""
    collector = Collector(print_key)
    ends = {"|": Break.EDGE, "/": Break.LINE, "~": Break.GAP}
    start = 0
    for at, character in enumerate(text):
        if character in ends:
            collector.text(text[start:at])
            collector.end(ends[character])
            start = at + 1
    collector.text(text[start:])
    collector.end(Break.EDGE)
    return collector.words


@pytest.mark.parametrize(
    ("expected", "found"),
    [
        ("possibility of", "possi-/bility of"),
        ("Socialist-Revolutionaries and", "Socialist-/Revolutionaries and"),
        ("fifty—sixty days", "fifty—/sixty days"),
        ("see https://example.org/a-b now", "see https://exam/ple.org/a-/b now"),
        ("one two", "one/two"),
        ("one |two", "one two"),
        ("cell|cell", "cellcell"),
        ("12|On July", "12~On July"),
        ("Baku", "Ba~ku"),
        ("office ﬁnal x²", "oﬃce final x2"),
        ("Lenin No‑one", "LENIN NO-ONE"),
        ("שלום עולם end", "end עולם שלום"),
        ("“שלום” (one two) three", "”שלום“ three )two (one"),
        ("שלום, one two. three", "שלום, .two one/three"),
        ("a שלום עולם possibility of", "a עולם שלום possi-/bility of"),
        ("a שלום עולם possibility giving of", "a עולם שלום possi-/bility giv-/ing of"),
        ("a שלום עולם well-known x", "a עולם שלום well-/known x"),
        ("a שלום עולם fifty—sixty days", "a עולם שלום fifty—/sixty days"),
    ],
)
def test_what_print_may_do(expected: str, found: str) -> None:
    assert compare(words(expected), words(found), printed=True) == []


def test_points_change_their_places_in_blocks_that_run_leftwards() -> None:
    expected, found = words("Set in Source Serif."), words(".Set in Source Serif")
    assert compare(expected, found, printed=True)
    assert compare(expected, found, printed=True, leftwards=True) == []
    for other in ("Set in Source Sherif.", "Set in Source.", "Set in in Source Serif."):
        assert compare(words(other), found, printed=True, leftwards=True)


@pytest.mark.parametrize(
    "found", ["a עולם שלום possi-/bilities of", "a עולם שלום possi-/ of", "a שלום possi-/bility of"]
)
def test_a_broken_word_after_words_that_run_leftwards_is_whole(found: str) -> None:
    assert compare(words("a שלום עולם possibility of"), words(found), printed=True)


@pytest.mark.parametrize(
    ("expected", "found"),
    [
        ("one|two", "onetwo"),
        ("שלום עולם end", "end עולם שלום"),
    ],
)
def test_what_only_print_may_do(expected: str, found: str) -> None:
    assert compare(words(expected), words(found))


@pytest.mark.parametrize(
    ("expected", "found", "change", "at"),
    [
        ("of giving speedy help.", "of giving help.", Change.LOST, 2),
        ("of giving speedy help.", "of giving giving speedy help.", Change.DOUBLED, 1),
        ("of giving speedy help.", "of giving steady help.", Change.ALTERED, 2),
        ("of giving speedy help.", "of giving speedy help. now", Change.INVENTED, 4),
        ("of giving speedy help.", "of giving speedy help", Change.ALTERED, 3),
        ("of giving speedy help.", "of giving spee dy help.", Change.ALTERED, 2),
        ("of giving speedy help.", "of givingspeedy help.", Change.ALTERED, 1),
        ("a b c d e f g", "a d e f b c g", Change.MOVED, 1),
        ("re-cover it", "recover it", Change.ALTERED, 0),
        ("a שלום possibility of", "a שלום possi-bility of", Change.ALTERED, 2),
        ("one", "", Change.LOST, 0),
        ("", "one", Change.INVENTED, 0),
    ],
)
def test_what_it_may_not(expected: str, found: str, change: Change, at: int) -> None:
    differences = compare(words(expected), words(found), printed=True)
    assert [(d.change, d.at) for d in differences] == [(change, at)]


def test_a_bullet_may_stand_on_one_side() -> None:
    bullet = Word("-", "-", Break.SPACE, kind=Kind.OPTIONAL)
    assert compare([bullet, *words("one two")], words("one two")) == []
    assert compare([bullet, *words("one two")], words("- one two")) == []
    assert compare(words("one two"), [bullet, *words("one two"), bullet]) == []


def test_a_list_has_its_number() -> None:
    def number(text: str) -> Word:
        return Word(text, text, Break.SPACE, kind=Kind.NUMBER)

    assert compare(words("3. three"), [number("3."), *words("three")]) == []
    (difference,) = compare(words("3. three"), [number("4."), *words("three")])
    assert difference.change is Change.RENUMBERED


TEXTS = st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=60)


@given(TEXTS, st.data())
def test_any_change_of_one_word_is_found(text: list[str], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text) - 1))
    new = data.draw(
        st.sampled_from([[], [text[at], text[at]], ["x"], [f"{text[at]}x"], [f"{text[at]},"]])
    )
    found = [*text[:at], *new, *text[at + 1 :]]
    differences = compare(words(" ".join(text)), words(" ".join(found)))
    assert differences


@given(TEXTS, TEXTS)
def test_two_texts_agree_only_if_they_are_equal(one: list[str], other: list[str]) -> None:
    assert (compare(words(" ".join(one)), words(" ".join(other))) == []) == (one == other)


@given(TEXTS, TEXTS)
def test_every_word_is_aligned(one: list[str], other: list[str]) -> None:
    positions = align(words(" ".join(one)), words(" ".join(other)))
    assert len(positions) == len(one)
    assert positions == sorted(positions)


def test_a_thick_book_is_compared_in_no_time() -> None:
    collector = Collector(exact_key)
    collector.text(" ".join(f"w{n % 977} the of" for n in range(70_000)))
    collector.end(Break.EDGE)
    book = collector.words
    start = time.perf_counter()
    assert compare(book, book) == []
    # Every other word has gone, and a quarter of the book has moved.
    compare(book, book[::2])
    compare(book, [*book[50_000:], *book[:50_000]])
    assert time.perf_counter() - start < 20
