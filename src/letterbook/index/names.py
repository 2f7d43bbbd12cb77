"""What names look like in a text: which words can be one, and where a sentence begins.

Nothing here knows any name. A capital in the midst of a sentence is the sign; in German, where all
nouns have one, a name has to stand as no other noun does: after a title or an initial, beside
another name, or again and again without an article.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache

from babel import Locale, UnknownLocaleError

WORD = re.compile(r"[^\W\d_][\w\u0300-\u036f]*(?:[-\u2010\u2011'’][^\W\d_][\w\u0300-\u036f]*)*")
_ENDS = re.compile(r"[.!?…:\0]|[“„«‹\"(\[]\s*$|^\s*$")
_POSSESSIVE = re.compile(r"['’]s$")


def of(words: str) -> frozenset[str]:
    """The words of a list that is written as one text."""
    return frozenset(words.split())


PARTICLES = of(
    "af al bin d da das de del della den der des di do dos du el la le lo los ten ter van vom von"
    " y zu zum zur"
)
"""Small words within names: Ludwig van Beethoven, Lope de Vega y Carpio."""

TITLES = of(
    "Mr Mrs Ms Miss Dr Prof Sir Lady Lord Captain Colonel General Comrade Father Professor"
    " Messrs Mdlle Mdme Count Countess Baroness Prince Princess Duke Duchess Archduke Archduchess"
    " Doctor Kapellmeister"
    " Herr Herrn Herren Frau Fräulein Graf Gräfin Fürst Fürstin Baron Baronin Freiherr Genosse"
    " Hofrat Doktor Hr Hrn Herzog Herzogin Erzherzog Prinz Prinzessin"
    " Madame Mademoiselle Monsieur Mme Mlle Maître Don Doña Señor Señora Señorita"
    " Господин Госпожа Товарищ Граф Князь"
)
"""What stands before a person’s name, and goes with it or without it."""

_FUNCTION_WORDS = of(
    "a an the this that these those i we you he she it they my your his her our their me us him"
    " them in on at from to for but and or if when what who why how as yes no not so with by of"
    " there here then now dear sir madam o oh is was are do did have has had be will would shall"
    " der die das ein eine einer eines einem einen dem den des ich wir ihr ihre ihren ihrem ihres"
    " ihnen sie er es euer eure ew du dein deine mein meine meiner meinem meinen unser unsere und"
    " oder aber wenn was wer wie wo da so auch nicht ja nein lieber liebe liebster im am vom zum"
    " mich mir dich dir deiner deinem deinen deines uns euch eurer eurem euren eures ihn ihm dazu"
    " viele vielen herzliche herzlichen herzlichste herzlichsten beste besten schöne schönen"
    " zur bei mit von nach aus zu auf an in für"
    " le la les un une des ce cette je nous vous il elle ils elles mon ma mes votre vos notre et"
    " ou mais si quand que qui cher chère oui non dans à de en au aux"
    " el los las unos unas yo usted ustedes nosotros mi su sus y pero cuando querido querida sí"
    " я мы вы он она оно они мой моя моё мои ваш ваша и или но если когда что кто как дорогой"
    " дорогая да нет в на с от к из за по о не"
)
"""Words that open sentences and are no names, however they are written."""

_NOT_ALONE = of(
    "King Queen Emperor Empress Pope Bishop Archbishop Regent Highness Majesty Excellency God"
    " Heaven Almighty Providence Christmas Easter MS MSS"
    " Kaiser Kaiserin König Königin Gott Dieu Dios Roi Reine Rey Reina Бог"
)
"""Words that have a capital and are no name without another word."""

_ARTICLES = of(
    "der die das den dem des ein eine einer eines einem einen kein keine keinen keinem keiner mein"
    " meine meinen meinem meiner meines dein deine sein seine seinen seinem seiner seines ihr ihre"
    " ihren ihrem ihrer ihres unser unsere unseren unserem unserer euer eure dieser diese dieses"
    " diesem diesen jener jene jenes jeder jede jedes jeden welche welcher welches alle viele"
    " manche einige zum zur am im vom beim ins ans"
)
"""Words after which German has a noun, not a name."""
_LINKS = of("von van de du di da del della ten ter la")
"""Particles between nouns of German that may be parts of names."""
_AFTER_LINKS = of("der den dem")
_BEFORE_PLACES = of("in nach aus bei von bis über")
_BEFORE_MONTHS = of("in on since until en im am seit au el")
_NOUN_ENDINGS = re.compile(
    r"(?:ung|heit|keit|schaft|tion|ität|nis|tum|ling|chen|lein|ismus|enz|anz|eit)(?:en|s|e)?$"
)
_SELDOM = 4
"""A name has an article less often than once in so many times."""
_ROMAN = re.compile("[IVXLCDM]{2,}")
_GOES_ON = re.compile(r"\.[ ]?(?:\d|[^\W\d_A-ZÀ-ÞА-ЯЁ])|\.[,;:]")
"""What follows an abbreviation: its point, and then no sentence begins."""
_INFLECTED = re.compile(r"[a-zäöüß]{3,}(?:e|en|er|es|em)$")


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a text."""

    text: str
    start: int
    end: int
    opens: bool
    """Whether a sentence may begin with it."""
    before: str
    """The word before it in its sentence; empty when there is none."""
    joined: bool
    """Whether only white space is between it and the word before, or the point of an initial."""
    pointed: bool
    """Whether a point follows."""

    @property
    def is_capital(self) -> bool:
        """Whether it begins with a capital."""
        return self.text[0].isupper()


@dataclass(frozen=True, slots=True)
class Name:
    """Words that may be a name, where they stand."""

    words: tuple[str, ...]
    text: str
    """As written, without what possession adds."""
    start: int
    sure: int
    """How surely it is a name: 0 where any word has a capital, 1 where others seldom have, 2 where
    none has but a name."""


@dataclass(slots=True)
class Vocabulary:
    """What all texts together tell of a word."""

    small: Counter[str] = field(default_factory=Counter)
    """How often it is written small."""
    nouns: set[str] = field(default_factory=set)
    """German words that have an article or an inflected adjective before them."""
    capital: Counter[str] = field(default_factory=Counter)
    """How often a German word has a capital."""
    articled: Counter[str] = field(default_factory=Counter)
    """How often it has an article before it."""

    def learn(self, tokens: Iterable[Token], language: str) -> None:
        """Take note of the words of a text."""
        for token in tokens:
            if not token.is_capital:
                self.small[token.text] += 1
            elif language == "de":
                self.capital[token.text] += 1
                self.articled[token.text] += token.before.lower() in _ARTICLES
                if _is_noun(token):
                    self.nouns.add(token.text)

    def is_ordinary(self, word: str, language: str) -> bool:
        """Whether a word with a capital is no name by itself."""
        if self.is_small(word) or word in _calendar(language):
            return True
        return language == "de" and (word in self.nouns or bool(_NOUN_ENDINGS.search(word)))

    def is_small(self, word: str) -> bool:
        """Whether a word is elsewhere written without its capital, or is none to have one."""
        folded = word.lower()
        return folded in _FUNCTION_WORDS or len(word) < 2 or self.small[folded] > 0

    def is_common(self, word: str) -> bool:
        """Whether a German word is a noun rather than the end of a name: often with an article."""
        often = self.articled[word] * _SELDOM > self.capital[word]
        return often or word in _calendar("de") or bool(_NOUN_ENDINGS.search(word))


def _is_noun(token: Token) -> bool:
    before = token.before.lower()
    if before in _ARTICLES:
        return True
    return bool(_INFLECTED.fullmatch(token.before)) and before not in _FUNCTION_WORDS


_TELLING = {
    "en": of("the and of to is that you"),
    "de": of("der die das und nicht ich ist"),
    "fr": of("le les et que vous est dans"),
    "es": of("el los y que usted en por"),
    "ru": of("и в не на что я с"),
}
"""Small words that tell a language."""


def told_by_words(texts: Iterable[str]) -> str:
    """The language whose small words some texts have most of; English where they have none."""
    counts = Counter(word for text in texts for word in WORD.findall(text))
    return max(_TELLING, key=lambda language: sum(counts[word] for word in _TELLING[language]))


def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")


@cache
def _languages(language: str) -> frozenset[str]:
    """The names of languages, which are the adjectives of peoples, too: German, French."""
    return frozenset(_locale(language).languages.values())


@cache
def _calendar(language: str) -> frozenset[str]:
    """The names of months and days."""
    locale = _locale(language)
    names = (
        name.rstrip(".")
        for of_kind in (locale.months["format"], locale.days["format"])
        for width in ("wide", "abbreviated")
        for name in of_kind[width].values()
    )
    return frozenset(name[:1].upper() + name[1:] for name in names)


def tokens_of(text: str) -> list[Token]:
    """The words of a text; the character NUL in it stands for what is none of it."""
    found: list[Token] = []
    last = 0
    for match in WORD.finditer(text):
        gap = text[last : match.start()]
        previous = found[-1].text if found else ""
        dotted = gap.startswith(".") and _takes_point(previous)
        opens = not dotted and (not found or (not gap.isspace() and _ENDS.search(gap) is not None))
        joined = bool(found) and (gap.isspace() or (dotted and not gap[1:].strip()))
        before = "" if opens else previous
        pointed = text.startswith(".", match.end())
        found.append(Token(match[0], match.start(), match.end(), opens, before, joined, pointed))
        last = match.end()
    return found


def _takes_point(word: str) -> bool:
    """Whether a point after a word is its own: an initial’s, a title’s."""
    return (len(word) == 1 and word.isupper()) or word in TITLES or word in ("St", "Ste")


def names_in(
    text: str, tokens: list[Token], vocabulary: Vocabulary, language: str
) -> Iterator[Name]:
    """Find what may be names in a text."""
    for run in _runs(tokens, language):
        # What opens a sentence has a capital anyway; an ordinary word of its own is none.
        opens = run[0].opens
        while run and _goes(run, opens, vocabulary, language):
            run = _without_first(run)
        # Whatever is before a title is no part of the name: Liebes Fräulein Hollis.
        titles = [n for n, token in enumerate(run) if _POSSESSIVE.sub("", token.text) in TITLES]
        titled = bool(titles)
        if titled:
            run = run[titles[-1] + 1 :]  # With its particle: de la Tour.
        while run and not _is_initial(run[-1]) and _GOES_ON.match(text, run[-1].end):
            run = run[:-1]
        if language == "de":
            run = _without_nouns(run, vocabulary)
        words = [token.text for token in run if token.is_capital and not _is_initial(token)]
        if not words or (len(words) > 2 and all(word.isupper() for word in words)):
            continue
        if len(run) == 1 and _is_nobody(words[0], language):
            continue
        if run[0].before == "s":
            continue  # It belongs to a name that the index has: Brandt’s Journal.
        sure = 2 if titled else int(not run[0].opens)
        if language == "de" and not titled:
            sure = int(len(run) > 1 or run[0].before.lower() in _BEFORE_PLACES)
        whole = text[run[0].start : run[-1].end]
        yield Name(
            tuple(_POSSESSIVE.sub("", word) for word in words),
            " ".join(_POSSESSIVE.sub("", whole).split()),
            run[0].start,
            sure,
        )


def _is_nobody(word: str, language: str) -> bool:
    """Whether a word that stands alone is no name although it has a capital everywhere."""
    return (
        word in _NOT_ALONE
        or word in _languages(language)
        or word.lower() in PARTICLES
        or _ROMAN.fullmatch(word) is not None
    )


def _without_nouns(run: list[Token], vocabulary: Vocabulary) -> list[Token]:
    """What is left of German words without the other nouns at their end: Berlin Geschichte."""
    while run and (not run[-1].is_capital or vocabulary.is_common(run[-1].text)):
        run = run[:-1]
    return run


def _goes(run: list[Token], opens: bool, vocabulary: Vocabulary, language: str) -> bool:
    """Whether the first word of a run, which may open a sentence, is no part of a name."""
    first = run[0]
    if language == "de" and len(run) > 1:
        # Many a first name stands after a word that could be an adjective: schreiben Jean Paul.
        ordinary = vocabulary.is_small(first.text) or vocabulary.is_common(first.text)
    else:
        ordinary = vocabulary.is_ordinary(first.text, language)
    if _is_initial(first) or not ordinary:
        return False
    # “In May Otto Brandt came”, but “with May Sarton”.
    is_month = first.text in _calendar(language) and first.before.lower() in _BEFORE_MONTHS
    return opens or language == "de" or len(run) == 1 or is_month


def _is_initial(token: Token) -> bool:
    return len(token.text) == 1 and token.is_capital


def _without_first(run: list[Token]) -> list[Token]:
    """What is left of a run; it begins with a capital."""
    rest = run[1:]
    while rest and not rest[0].is_capital:
        rest = rest[1:]
    return rest


def _runs(tokens: list[Token], language: str) -> Iterator[list[Token]]:
    """Words with capitals that stand together, and particles between them."""
    run: list[Token] = []
    for token in tokens:
        small = token.text.lower()
        # “Kommen Sie”: German writes to people with capitals.
        polite = language == "de" and token.is_capital and small in _FUNCTION_WORDS | _ARTICLES
        # “Thus Y.R.H. It is”: a sentence ends with initials.
        begins_anew = bool(run) and run[-1].pointed and small in _FUNCTION_WORDS
        if run and (not token.joined or token.opens or polite or begins_anew):
            yield from _closed(run)
            run = []
        # An initial has a point; “I” is somebody who speaks.
        begins = token.is_capital and (len(token.text) > 1 or token.pointed)
        if (begins and not begins_anew) or (run and _links(token, run[-1], language)):
            run.append(token)
        elif run:
            yield from _closed(run)
            run = []
    yield from _closed(run)


def _links(token: Token, before: Token, language: str) -> bool:
    """Whether a small word may be part of a name.

    Between the nouns of German an article is none, but after another particle: von der Recke.
    """
    if language != "de" or before.text in TITLES:
        return token.text in PARTICLES
    return token.text in _LINKS or (token.text in _AFTER_LINKS and before.text in _LINKS)


def _closed(run: list[Token]) -> Iterator[list[Token]]:
    """A run without the particles at its end."""
    while run and not run[-1].is_capital:
        run = run[:-1]
    if run:
        yield run
