"""No source, and no difference, takes the proof more time by the word than others do."""

from collections.abc import Callable, Iterable

import pytest

from letterbook.witness.compare import compare
from letterbook.witness.source import read_source
from letterbook.witness.words import Break, Kind, Word
from tests.growth import is_linear

SIZE = 4_000
"""Characters or words; what grows with their square takes seconds for ten times as many."""

UNITS = (
    *("[", "]", "][", "](", "]( ", "]{", ']{"', "]{'", "]{a='", "[^", "[a](b '", "[a] [", "[a](()"),
    *("`", "``", "` ", "``a`b", "~~~ ```\n", "\\", "\\`", "```\n", "`\n", "|`", "~~~\n"),
    *("<!--", "<", "</", "<a ", "<a b='", "<a \"'", "<a@", "<http:", "&", "&#1", "<img alt="),
    *("(", "{", "*", "_", "#", ">", "> ", "- ", "1. ", ":", ":::", "::: a\n", ":::\n", "=\n"),
    *(" ", "\t", "\n", " \n", "    x\n", "|", "| ", "-|", "a|b\n-|-\n", "[^a]: x\n", "[^a]:x\n\n"),
    *("[a]: /b (\n", "[a]: ", "   [", "[a]: http://x\n", "---\n", "'", '"', "]\n\n["),
)
WHOLES: dict[str, Callable[[int], str]] = {
    "brackets in brackets": lambda n: "[" * (n // 2) + "]" * (n // 2) + "\n[a]: http://x",
    "spaces before a target": lambda n: f"[a]({' ' * n}x",
    "spaces before a word": lambda n: f"{' ' * n}x",
    "spaces before a table's rule": lambda n: f"a|b\n{' ' * n}x|-\n",
    "slashes in a definition": lambda n: f"[a]: {'/' * n} x y",
    "ticks, ever more of them": lambda n: " ".join("`" * k for k in range(1, int((2 * n) ** 0.5))),
    "ticks in a table": lambda n: "|".join("`" * k for k in range(1, int(n**0.5))) + "|b\n-|-\n",
    "blocks of code that never end": lambda n: (
        "\n".join("`" * k for k in range(int(n**0.5), 3, -1)) + "\n```\na" * (n // 10)
    ),
}


def _words(texts: Iterable[str], kind: Kind = Kind.TEXT) -> list[Word]:
    return [Word(text, text, Break.SPACE, 0, kind) for text in texts]


def _with_optional(n: int) -> list[Word]:
    return [word for k in range(n) for word in _words("-=", Kind.OPTIONAL)]


def _moved(n: int) -> list[Word]:
    """Give stretches of words, each two of which have changed places, and are far apart."""
    stretches = [_words(map(str, range(at, min(at + 2_000, n)))) for at in range(0, n, 2_000)]
    swapped = (b for pair in zip(stretches[1::2], stretches[::2], strict=True) for b in pair)
    return [word for stretch in swapped for word in stretch]


PAIRS: dict[str, Callable[[int], tuple[list[Word], list[Word]]]] = {
    "none alike": lambda n: (_words(map(str, range(n))), _words(f"x{k}" for k in range(n))),
    "backwards": lambda n: (_words(map(str, range(n))), _words(map(str, reversed(range(n))))),
    "every third": lambda n: (
        _words(str(k % 500) for k in range(n)),
        _words(str(k % 500) if k % 3 else "x" for k in range(n)),
    ),
    "two words": lambda n: (
        _words("ab"[k % 2] for k in range(n)),
        _words("aabb"[k % 4] for k in range(n)),
    ),
    "far apart": lambda n: (_words(map(str, range(n))), _moved(n)),
    "half of what may be missing": lambda n: (_with_optional(n), _words("=" * n)),
    "nothing but what may be missing": lambda n: (
        [*_words("-" * n, Kind.OPTIONAL), *_words("a")],
        [*_words("1" * n, Kind.NUMBER), *_words("a")],
    ),
    "numbers": lambda n: (
        _words(f"{k}." for k in range(n)),
        _words((f"{k + 1}." for k in range(n)), Kind.NUMBER),
    ),
}


@pytest.mark.parametrize("before", ["", "[", "a "])
@pytest.mark.parametrize("unit", UNITS)
def test_no_mark_makes_reading_slow(unit: str, before: str) -> None:
    assert is_linear(lambda n: read_source(before + unit * (n // len(unit)) + ">", 0), SIZE)


@pytest.mark.parametrize("text", WHOLES.values(), ids=WHOLES.keys())
def test_no_text_makes_reading_slow(text: Callable[[int], str]) -> None:
    assert is_linear(lambda n: read_source(text(n), 0), SIZE)


@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS.keys())
def test_no_difference_makes_comparing_slow(
    pair: Callable[[int], tuple[list[Word], list[Word]]],
) -> None:
    assert is_linear(lambda n: compare(*pair(n)), SIZE)
