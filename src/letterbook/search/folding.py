"""Words as a search compares them: without case and accents, old letters as today's.

``search.js`` folds what a reader types in the same way; a test compares the two letter by letter.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

LETTERS: Mapping[str, str] = {
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ł": "l", "þ": "th",
    "ı": "i", "ς": "σ",
    # Russian as it was written before 1918.
    "ѣ": "е", "і": "и", "ѳ": "ф", "ѵ": "и",
    # Yiddish in letters of its own or in pairs of others; Arabic as typed in Iran.
    "װ": "וו", "ױ": "וי", "ײ": "יי", "ک": "ك", "ی": "ي", "ى": "ي",
}  # fmt: skip
"""Letters that Unicode does not take apart, and what a reader may type for them."""

SINGLE = (
    "\u0e00-\u0eff"
    "\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff"
    "\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
)
"""Letters of scripts without spaces between words: Thai and Lao, Japanese, Chinese. Each is a word
of its own, and what a reader types is a phrase of them."""

_FOLDED = str.maketrans(dict(LETTERS))
_WORD = re.compile(rf"[{SINGLE}]|[^\W_{SINGLE}]+")


def fold(text: str) -> str:
    """Fold a text: what differs in case, accents or invisible characters alone becomes the same."""
    plain = (c for c in unicodedata.normalize("NFKD", text) if not _is_dropped(c))
    return "".join(plain).lower().translate(_FOLDED)


def words_of(text: str) -> tuple[str, ...]:
    """Give the folded words of a text, in order."""
    # The hard sign at the end of a word is of the same age as the letters above.
    return tuple(word.removesuffix("ъ") or word for word in _WORD.findall(fold(text)))


def _is_dropped(character: str) -> bool:
    """Whether it is a mark on a letter, or guides the layout and is not seen."""
    category = unicodedata.category(character)
    return category[0] == "M" or category == "Cf"
