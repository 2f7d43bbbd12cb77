"""No source, and no difference, takes the proof more time by the word than others do."""

from collections.abc import Callable
from time import process_time

import pytest

from letterbook.witness.source import read_source

SIZE = 10_000
"""Characters; what grows with their square takes seconds for four times as many."""

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


def is_linear(work: Callable[[int], object], size: int) -> bool:
    """Whether four times as much takes much less than sixteen times as long."""
    times = []
    for length in (size, 4 * size):
        start = process_time()
        work(length)
        times.append(process_time() - start)
    return times[1] < max(10 * times[0], 0.5)


@pytest.mark.parametrize("before", ["", "[", "a "])
@pytest.mark.parametrize("unit", UNITS)
def test_no_mark_makes_reading_slow(unit: str, before: str) -> None:
    assert is_linear(lambda n: read_source(before + unit * (n // len(unit)) + ">", 0), SIZE)


@pytest.mark.parametrize("text", WHOLES.values(), ids=WHOLES.keys())
def test_no_text_makes_reading_slow(text: Callable[[int], str]) -> None:
    assert is_linear(lambda n: read_source(text(n), 0), SIZE)
