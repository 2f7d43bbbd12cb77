"""Lines with words that run from right to left.

A PDF has glyphs where they stand on the paper, and readers put such a line back into its order of
reading each in their own way. What holds for all of them: a line has the same characters.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence

from letterbook.witness.words import Break, Kind, Word

_LINES = 4
"""Over how many lines a phrase is followed."""
_WORDS = 200
"""How many words may stand on them."""
_HYPHEN = "-"
"""At the end of a line, it may be the layout's."""
_SKIPPED = frozenset({Kind.NUMBER, Kind.OPTIONAL})
_MIRRORED = str.maketrans(")]}>»›”’", "([{<«‹“‘")


def match_lines(
    expected: Sequence[Word], i: int, found: Sequence[Word], j: int, leftwards: bool = False
) -> tuple[int, int] | None:
    """Match up to the end of a line that has right-to-left words, whatever the order within it.

    ``leftwards`` tells that there are blocks that run from right to left, where the points of a
    line change their places even if none of its words runs so.
    """
    have: Counter[str] = Counter()
    total = lines = hyphens = 0
    either = leftwards or _runs_left_before(found, j)
    begins = False
    for j_end in range(j, min(j + _WORDS, len(found))):
        letters = found[j_end].key.translate(_MIRRORED)
        have.update(letters)
        total += len(letters)
        ends = found[j_end].after not in (Break.SPACE, Break.GAP) or j_end + 1 == len(found)
        # The first word of a line may be the rest of one that the line before has broken.
        may_agree, begins = ends or begins, ends
        if not may_agree:
            continue
        lines += ends
        if not either and not any(map(_runs_left, have)):
            return None
        for unwritten in range(hyphens + 1):
            for skipped in (frozenset[Kind](), _SKIPPED):
                i_end, want = _take(expected, i, total - unwritten, skipped)
                want[_HYPHEN] += unwritten
                if want == have:
                    return i_end, j_end + 1
        if lines == _LINES and ends:
            return None
        hyphens += ends and letters.endswith(_HYPHEN)
    return None


def _runs_left_before(found: Sequence[Word], j: int) -> bool:
    """Whether a word runs from right to left that stands on the line of another, before it."""
    j -= 1
    while j >= 0 and found[j].after in (Break.SPACE, Break.GAP):
        if any(map(_runs_left, found[j].key)):
            return True
        j -= 1
    return False


def _take(
    expected: Sequence[Word], i: int, total: int, skipped: frozenset[Kind]
) -> tuple[int, Counter[str]]:
    """Take words until they have as many characters; ``skipped`` are kinds that are not printed."""
    want: Counter[str] = Counter()
    while i < len(expected) and total > 0:
        if expected[i].kind in skipped:
            i += 1
            continue
        letters = expected[i].key.translate(_MIRRORED)
        want.update(letters)
        total -= len(letters)
        i += 1
    return i, want


def _runs_left(character: str) -> bool:
    return not character.isascii() and unicodedata.bidirectional(character) in ("R", "AL")
