"""What typesetting changes in words as they were written; nothing else changes any.

This is the one list. ``tie`` sets a no-break space where a line should not end, as the printers
of the language do, and one space for a doubled one; ``by_sense`` sets more of them in titles;
``plain`` undoes both, for comparing and matching. A space may become one that does not break, or
a narrow one; none is put where the source has none, and none is taken away. The layout adds
hyphens at line ends and ligatures, which ``fidelity`` undoes when it reads a PDF.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from lxml import etree
from lxml.etree import _Element as Element

NO_BREAK = "\u00a0"
NARROW = "\u202f"
"""A narrow space that does not break."""

_GAP = r"[ \n]"
"""What may become a space that does not break: a space, and the end of a line of the source."""
_ANY_GAP = r"[ \n\u00a0\u202f]"
"""Where the language asks for one kind of space, whichever the source has."""

_CAPITAL = "[A-ZÀ-ÞА-ЯЁ]"
_ROMAN = "[IVXLCDM]+"
_COUNT = rf"(?:\d|{_ROMAN}\b)"
_START = r"(?<![^\W_])"
"""Where a word begins."""


def _before(words: str, after: str) -> str:
    """The space between words and what they may not be parted from."""
    return rf"(?:{words}){_GAP}(?={after})"


def _days(months: str, after_day: str = "") -> str:
    """The space between a day and its month."""
    return rf"\d{{1,2}}{after_day}{_GAP}(?=(?:{months})\b)"


def _abbreviations(*abbreviations: str) -> str:
    """Abbreviations of several words, such as ``z. B.``; all the spaces in them are meant."""
    spaced = (re.escape(words).replace(r"\ ", _ANY_GAP) for words in abbreviations)
    return "|".join(spaced)


@dataclass(frozen=True, slots=True)
class _Bound:
    """What one kind of space binds."""

    words: tuple[str, ...] = ()
    """Patterns of what begins where a word does, and has the space in it or at its end."""
    gaps: tuple[str, ...] = ()
    """Patterns of the space itself."""

    def pattern(self) -> re.Pattern[str]:
        # The place is looked at before the words are: most places are no beginning of a word.
        words = (rf"{_START}(?:{'|'.join(self.words)})",) if self.words else ()
        return re.compile("|".join((*words, *self.gaps)))


_EVERYWHERE = (
    # An initial and what follows it: V. I. Lenin.
    rf"{_CAPITAL}\.{_GAP}(?=[^\W\d_])",
    _before(r"(?:Nos?|pp?|[Vv]ols?)\.|[§№]", r"\d"),
)

_THOUSANDS = rf"\d{{1,3}}{_ANY_GAP}(?=\d{{3}}(?!\d))"

_MONTHS = {
    "en": "January|February|March|April|May|June|July|August|September|October|November|December",
    "de": "Januar|Jänner|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November"
    "|Dezember",
    "fr": "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre",
    "ru": "января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря",
    "es": "enero|febrero|marzo|abril|mayo|junio|julio|agosto|sep?tiembre|octubre|noviembre"
    "|diciembre",
}

_UNBROKEN: Mapping[str, _Bound] = {
    "en": _Bound(
        (
            *_EVERYWHERE,
            _before(r"(?:nos?|[Ff]igs?|[Cc]h|fols?|nn?|ll?)\.", r"\d"),
            _before(rf"{_ROMAN}|\d+(?:th|st|nd|rd)", "century"),
            _before(r"(?:Mrs?|Messrs|Dr|St)\.", _CAPITAL),
            _days(_MONTHS["en"], "(?:st|nd|rd|th)?"),
            _before(_MONTHS["en"], r"\d{1,2}\b"),
        )
    ),
    "de": _Bound(
        (
            *_EVERYWHERE,
            _before(r"(?:Nrn?|Sp?|Bde?|Abb|Abt|Kap|Anm|Bl|H|Jg|Art|Abs)\.", _COUNT),
            _before(r"(?:Dr|Prof|Hr|Fr|St)\.", _CAPITAL),
            _days(_MONTHS["de"], r"\.?"),
        ),
        # A dash does not begin a line, unless it opens what is put in.
        (rf"{_GAP}(?=–[ \n])(?<=[^\s–]{_GAP})",),
    ),
    "fr": _Bound(
        (
            *_EVERYWHERE,
            _before(r"[Nn](?:[°º]|os?\.)|(?:pp?|fol|[Ff]ig|chap|art|t|vol|liv)\.", _COUNT),
            _before(rf"{_ROMAN}(?:er|e|ᵉ)", "siècle"),
            _before(r"MM?\.|Mmes?|Mlles?|Mgr|Dr|Me|Ste?", _CAPITAL),
            _before(r"(?:av|ap)\.", r"J\."),
            _days(_MONTHS["fr"], "(?:er)?"),
        )
    ),
    "ru": _Bound(
        (
            *_EVERYWHERE,
            _before(r"(?:стр|с|тт?|гл|кн|вып|ч|пп?|ст|лл?|рис)\.", _COUNT),
            _before(r"(?:гр?|тов|ул|им|проф|св)\.", "[А-ЯЁ]"),
            _before("[ив]", r"(?:т\.|др\.|пр\.)"),
            _before(r"\d+", r"(?:гг?|р|руб|коп)\."),
            _before(_ROMAN, r"вв?\."),
            _days(_MONTHS["ru"]),
        ),
        # Neither a dash nor a particle begins a line.
        (
            rf"{_GAP}(?=—)(?<=[^\s—]{_GAP})",
            rf"{_GAP}(?=(?:же?|бы?|ли|ль)(?![^\W_]))(?<=[^\W\d_]{_GAP})",
        ),
    ),
    "es": _Bound(
        (
            *_EVERYWHERE,
            _before(r"[Nn](?:\.[ºo°]|[º°]|úms?\.)|(?:págs?|t|caps?|arts?|fols?|figs?)\.", _COUNT),
            _before("siglos?", rf"{_ROMAN}\b"),
            _before(r"(?:Sr|Sra|Srta|Sres|Dra?|Dña|Uds?|Vds?)\.|D\.ª", _CAPITAL),
            _days(rf"de[ \n\u00a0](?:{_MONTHS['es']})"),
        )
    ),
}
"""By language: where no line may end."""

_NARROW: Mapping[str, _Bound] = {
    "de": _Bound(
        (
            _abbreviations("z. B.", "d. h.", "d. i.", "u. a.", "u. ä.", "u. U.", "o. ä."),
            _abbreviations("s. o.", "s. u.", "u. s. w.", "u. s. f.", "v. Chr.", "n. Chr."),
            _abbreviations("v. J.", "d. J.", "v. M.", "d. M.", "m. E.", "z. T.", "z. Z."),
            _abbreviations("a. a. O.", "o. J.", "o. O.", "i. A.", "i. J."),
            _THOUSANDS,
        )
    ),
    "fr": _Bound(
        (
            _abbreviations("p. ex.", "s. d.", "s. l.", "J. C.", "N. B.", "P. S."),
            _THOUSANDS,
        ),
        # Before the high signs and within the quotes, where there is a space; a narrow one at all
        # of them, since it keeps its width in a line that is spaced out.
        (rf"{_ANY_GAP}(?=[:;!?»])|«{_ANY_GAP}",),
    ),
    "ru": _Bound(
        (
            _abbreviations("т. е.", "т. д.", "т. п.", "т. к.", "т. н.", "т. ч.", "т. г."),
            _abbreviations("с. г.", "н. э.", "н. ст.", "ст. ст.", "б. м.", "б. г.", "P. S."),
            _THOUSANDS,
        )
    ),
    "es": _Bound(
        (
            _abbreviations("p. ej.", "a. C.", "d. C.", "s. f.", "s. a.", "s. l.", "EE. UU."),
            _abbreviations("P. D."),
            _THOUSANDS,
        )
    ),
}
"""By language: where the space is a narrow one."""

_LEANS = re.compile(r"\W?(?:[^\W\d_]{1,3}|[a-zß-ÿа-яё]{4})")
"""What does not end a line of a title: articles, prepositions and their like, known by their shape.
They have three letters, or four small ones."""
_LONELY = 7
"""A word of so many letters is not the last line of a title."""
_GROUP = 18
"""So many characters may be bound together and still fit a line."""
_SPACES = re.compile(r"[ \n\u00a0\u202f]{2,}")
_GAPS = re.compile(_ANY_GAP)


@cache
def _rules(language: str) -> tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...]:
    """What a language binds, and what then becomes of it."""
    by_space = (
        (NO_BREAK, _UNBROKEN.get(language, _Bound(_EVERYWHERE))),
        (NARROW, _NARROW.get(language)),
    )
    return tuple((bound.pattern(), _with(space)) for space, bound in by_space if bound)


def tie(text: str, language: str) -> str:
    """Bind what belongs together with no-break spaces, and make one space of several.

    ``language`` is the tag of the text's; of one that is not known here, initials and numbers
    are bound.
    """
    return _bind(_single(text), language)


def _single(text: str) -> str:
    return _SPACES.sub(_one_space, text)


def _bind(text: str, language: str) -> str:
    """Put one kind of space for another; no character comes or goes."""
    if _GAPS.search(text):
        for rule, spaced in _rules(language.partition("-")[0].lower()):
            text = rule.sub(spaced, text)
    return text


def _with(space: str) -> Callable[[re.Match[str]], str]:
    return lambda found: _GAPS.sub(space, found[0])


_INLINE = frozenset(
    {"a", "b", "cite", "code", "del", "em", "i", "ins", "s", "span", "strong", "sub", "sup"}
)
"""Elements that words run through."""


def tie_tree(root: Element, language: str) -> None:
    """Bind the words of a tree, each run as its own language does.

    What belongs together may be parted by marks: ``V. I. <span>Lenin</span>``. Words whose every
    space was meant are left as they are.
    """
    languages: dict[Element, str | None] = {}
    run = _Run()
    for event, element in etree.iterwalk(root, events=("start", "end")):
        around = element.getparent()
        outer = languages.get(around, language) if around is not None else language
        if event == "start":
            # None is the language of what stands as it is.
            own = None if outer is None or element.tag == "pre" else element.get("lang") or outer
            languages[element] = own
        if element.tag not in _INLINE:
            run.end()
        if event == "start":
            run.add(element, "text", languages[element])
        elif element is not root:
            run.add(element, "tail", outer)
    run.end()


class _Run:
    """Text of one language that stands in several places of a tree, one after another."""

    def __init__(self) -> None:
        self.slots: list[tuple[Element, str, str]] = []
        self.language: str | None = None

    def add(self, element: Element, slot: str, language: str | None) -> None:
        text = getattr(element, slot)
        if not text:
            return
        if language != self.language:
            self.end()
        if language is not None:
            self.language = language
            self.slots.append((element, slot, _single(text)))

    def end(self) -> None:
        if self.slots and self.language is not None:
            bound = _bind("".join(text for *_, text in self.slots), self.language)
            start = 0
            for element, slot, text in self.slots:
                setattr(element, slot, bound[start : start + len(text)])
                start += len(text)
        self.slots, self.language = [], None


def _one_space(run: re.Match[str]) -> str:
    """The space that says what several say: the one that does not break."""
    return next((space for space in (NO_BREAK, NARROW) if space in run[0]), " ")


def by_sense(title: str, language: str) -> str:
    """Bind the words of a title, for lines set large, so that they end where the sense allows.

    A small word stays with the one after it, and the last word is not left alone: a title that
    has to be broken reads "The Situation / in Baku", not "The Situation in / Baku".
    """
    words = tie(title, language).split(" ")
    made = words[0]
    for number, (before, word) in enumerate(pairwise(words), start=2):
        group = f"{re.split(' ', made)[-1]} {word}"
        small = _LEANS.fullmatch(before) is not None
        lonely = number == len(words) and len(_letters(word)) <= _LONELY
        bound = (small or lonely) and len(group) <= _GROUP
        made += f"{NO_BREAK if bound else ' '}{word}"
    return made


def _letters(word: str) -> str:
    return "".join(character for character in word if character.isalnum())


def plain(text: str) -> str:
    """Undo ``tie``: every run of white space is one space."""
    return re.sub(r"\s+", " ", text)
