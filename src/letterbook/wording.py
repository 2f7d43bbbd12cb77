"""The words around the words: labels, dates, lists of names, in the language of the book."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping, Sequence

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton
from babel.lists import format_list
from lxml import etree
from markupsafe import Markup, escape

from letterbook.markup.inline import inline
from letterbook.metadata import Citation, DateStatement, DocumentMetadata, People, isbn
from letterbook.typography import by_sense, tie

_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_YEAR = re.compile(r"\d{4}")
_UNKNOWN = re.compile(r"(?:-XX)+$")
_QUALIFIERS = {"~": ("about",), "?": ("perhaps",), "%": ("perhaps", "about")}
"""The labels that say what EDTF marks a whole date with."""
_ENDS = re.compile(r"[.!?…][”’»)\]]*$")


class Wording:
    """What templates call to put things into words.

    ``labels_for`` gives the labels of a language. Numbers, dates and lists are CLDR's, by Babel;
    a language that CLDR does not know gets English ones.
    """

    def __init__(self, language: str, labels_for: Callable[[str], Mapping[str, str]]) -> None:
        self.language = language
        self.labels_for = labels_for
        self.labels = labels_for(language)
        try:
            self.locale = Locale.parse(language, sep="-")
        except (UnknownLocaleError, ValueError):
            self.locale = Locale("en")

    def of(self, language: str) -> Wording:
        """The wording of another language."""
        return self if language == self.language else Wording(language, self.labels_for)

    @property
    def direction(self) -> str:
        """``ltr`` or ``rtl``."""
        return str(self.locale.text_direction)

    def __getitem__(self, label: str) -> str:
        return self.labels[label]

    def tied(self, text: str) -> str:
        """A text with its no-break spaces."""
        return tie(text)

    def called(self, metadata: DocumentMetadata) -> str:
        """What a document is called among others: its number, or else its title."""
        if metadata.number:
            return self.labels["numbered"].format(metadata.number)
        return self.bare(metadata.title)

    def rich(self, text: str) -> Markup:
        """A title or heading with its ``*…*`` as italics, and its no-break spaces."""
        serialized = etree.tostring(inline(tie(text)), encoding="unicode")
        return Markup(re.sub(r"^<span/?>|</span>$", "", serialized))

    def display(self, text: str) -> Markup:
        """A title as it is set large: its lines break by sense, its brackets can be seen as such.

        The brackets of a title that the editor supplied are marked, for the styles to hang.
        """
        text = by_sense(tie(text))
        if not self.is_supplied(text):
            return self.rich(text)
        return Markup(
            '<span class="bracket-open">[</span>{}<span class="bracket-close">]</span>'
        ).format(self.rich(text[1:-1]))

    def bare(self, text: str) -> str:
        """A title or heading without italics, with its no-break spaces."""
        return tie("".join(inline(text).itertext()))

    def sentence(self, text: str) -> str:
        """A text that ends as a sentence does."""
        text = tie(text.strip())
        return text if _ENDS.search(text) else f"{text}."

    def led(self, label: str, text: str, title: str | None = None) -> Markup:
        """A sentence that opens with its label, which is put before it when it does not say it.

        ``title`` is that of a work, set in italics where the sentence has it.
        """
        words = self.sentence(text)
        if not words.casefold().startswith(label.casefold()):
            if set(label.casefold().split()) & set(words.casefold().split()):
                return _titled(words, title)
            return Markup('<span class="label">{}</span>: {}').format(label, _titled(words, title))
        opening, rest = words[: len(label)], words[len(label) :]
        return Markup('<span class="label">{}</span>{}').format(opening, _titled(rest, title))

    def credited(self, label: str, people: People) -> Markup:
        """A sentence that names people: the words of a label such as ``Translated by {}``, led."""
        pattern = self.labels[label]
        return self.led(pattern.partition("{}")[0].strip(), pattern.format(self.people(people)))

    def people(self, people: People) -> str:
        """Names as a list in words."""
        return self.listed([tie(person.name) for person in people])

    def listed(self, items: Sequence[str]) -> str:
        """Items as a list in words."""
        return format_list(list(items), locale=self.locale)

    def is_supplied(self, title: str) -> bool:
        """Whether a title stands in square brackets: then an editor supplied it."""
        return title.startswith("[") and title.endswith("]")

    def date(self, edtf: str) -> str:
        """An EDTF date as the language writes it; of its second level, what can be said so.

        A day, month or year; about when, perhaps when, from and until when. The rest stands as it
        is, a notation better than a wrong date.
        """
        if "/" in edtf:
            return self._span(edtf)
        if edtf[-1:] in _QUALIFIERS:
            said = self.date(edtf[:-1])
            for label in _QUALIFIERS[edtf[-1]]:
                said = self[label].format(said)
            return said
        # Of a day or month that nobody knows, nothing is said.
        edtf = _UNKNOWN.sub("", edtf)
        if match := _DAY.fullmatch(edtf):
            day = datetime.date(*(int(part) for part in match.groups()))
            return tie(str(format_date(day, "long", locale=self.locale)))
        if match := _MONTH.fullmatch(edtf):
            first = datetime.date(int(match[1]), int(match[2]), 1)
            return str(format_skeleton("yMMMM", first, locale=self.locale))
        return edtf

    def _span(self, edtf: str) -> str:
        first, last = (self.date(end) if end.strip(".") else "" for end in edtf.split("/", 1))
        if first and last:
            return f"{first}\u00a0– {last}"
        if first or last:
            return self["after" if first else "before"].format(first or last)
        return edtf

    def identifier(self, text: str) -> str:
        """An identifier as a book prints it: an ISBN says that it is one."""
        number = re.sub(r"^(?:urn:isbn:|ISBN[ :]*)", "", text, flags=re.IGNORECASE)
        return f"ISBN\u00a0{number}" if isbn(text) else text

    def when(self, statement: DateStatement) -> str:
        """When something was: the date in words, else the words of the source."""
        plain = statement.date and (
            _DAY.fullmatch(statement.date)
            or _MONTH.fullmatch(statement.date)
            or _YEAR.fullmatch(statement.date)
        )
        if statement.date and (plain or not statement.words):
            return self.date(statement.date)
        return tie(statement.words or "")

    def cite(self, citation: Citation) -> Markup:
        """A citation as the source gives it, the title of the work in italics."""
        return _titled(self.sentence(citation.words), citation.title)


def _titled(words: str, title: str | None) -> Markup:
    """Words with the title of a work in italics, where they have it."""
    before, found, after = words.partition(tie(title)) if title else (words, "", "")
    cited = Markup("<cite>{}</cite>").format(found) if found else Markup("")
    return escape(before) + cited + escape(after)
