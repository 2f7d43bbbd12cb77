"""The words around the words: labels, dates, lists of names, in the language of the book."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from babel import Locale, UnknownLocaleError
from babel.lists import format_list
from lxml import etree
from markupsafe import Markup, escape

from letterbook.dateline import Calendar, is_plain
from letterbook.diagnostics import Diagnostic, Severity, Span
from letterbook.markup.inline import inline
from letterbook.metadata import DateStatement, People, isbn
from letterbook.model import Book, EditedDocument
from letterbook.provenance.dates import read_date
from letterbook.theme import Theme
from letterbook.typography import by_sense, tie

_ENDS = re.compile(r"[.!?…。！？؟۔][”’»)\]」』]*$")
_RIGHT_TO_LEFT = frozenset({"Adlm", "Arab", "Hebr", "Mand", "Nkoo", "Rohg", "Samr", "Syrc", "Thaa"})
"""Scripts, as language tags name them."""


class Wording:
    """What templates call to put things into words.

    ``labels_for`` gives the labels of a language. Numbers, dates and lists are CLDR's, by Babel;
    a language that CLDR does not know gets English ones.
    """

    def __init__(self, language: str, labels_for: Callable[[str], Mapping[str, str]]) -> None:
        self.language = language
        self.labels_for = labels_for
        self.labels = {key: tie(text, language) for key, text in labels_for(language).items()}
        try:
            self.locale = Locale.parse(language, sep="-")
        except (UnknownLocaleError, ValueError):
            self.locale = Locale("en")
        self.calendar = Calendar(language, self.locale, self.labels)
        self._others = {language: self}

    def of(self, language: str) -> Wording:
        """The wording of another language."""
        if language not in self._others:
            self._others[language] = Wording(language, self.labels_for)
        return self._others[language]

    @property
    def direction(self) -> str:
        """``ltr`` or ``rtl``."""
        script = next((tag for tag in self.language.split("-")[1:] if len(tag) == 4), None)
        if script is not None:
            return "rtl" if script.title() in _RIGHT_TO_LEFT else "ltr"
        return str(self.locale.text_direction)

    def __getitem__(self, label: str) -> str:
        return self.labels[label]

    def tied(self, text: str) -> str:
        """A text with its no-break spaces."""
        return tie(text, self.language)

    def called(self, document: EditedDocument) -> str:
        """What a document is called among others: its number, or else its title."""
        if document.metadata.number:
            return self.labels["numbered"].format(document.metadata.number)
        return self.bare(document.title)

    def rich(self, text: str) -> Markup:
        """A title or heading with its ``*…*`` as italics, and its no-break spaces."""
        serialized = etree.tostring(inline(self.tied(text)), encoding="unicode")
        return Markup(re.sub(r"^<span/?>|</span>$", "", serialized))

    def by_sense(self, text: str) -> Markup:
        """A title whose lines break by sense."""
        return self.rich(by_sense(text, self.language))

    def display(self, text: str) -> Markup:
        """A title as it is set large: its lines break by sense, its brackets can be seen as such.

        The brackets of a title that the editor supplied are marked, for the styles to hang.
        """
        text = by_sense(text, self.language)
        if not self.is_supplied(text):
            return self.rich(text)
        return Markup(
            '<span class="bracket-open">[</span>{}<span class="bracket-close">]</span>'
        ).format(self.rich(text[1:-1]))

    def bare(self, text: str) -> str:
        """A title or heading without italics, with its no-break spaces."""
        return self.tied("".join(inline(text).itertext()))

    def sentence(self, text: str) -> str:
        """A text that ends as a sentence does."""
        text = self.tied(text.strip())
        return text if _ENDS.search(text) else f"{text}."

    def led(self, label: str, text: str, title: str | None = None) -> Markup:
        """A sentence that opens with its label, which is put before it when it does not say it.

        ``title`` is that of a work, set in italics where the sentence has it.
        """
        words = self.sentence(text)
        if not words.casefold().startswith(label.casefold()):
            if set(label.casefold().split()) & set(words.casefold().split()):
                return self._titled(words, title)
            return self.labelled(label, text, title)
        opening, rest = words[: len(label)], words[len(label) :]
        return Markup('<span class="label">{}</span>{}').format(opening, self._titled(rest, title))

    def dated(self, label: str, statement: DateStatement) -> Markup:
        """A sentence that says when something was done, after the words of its label."""
        return self._put("dated", self.labels[label], escape(self.sentence(self.when(statement))))

    def labelled(self, label: str, words: str, title: str | None = None) -> Markup:
        """A sentence after words that say what it tells; ``title`` as for ``led``."""
        return self._put("labelled", label, self._titled(self.sentence(words), title))

    def _put(self, pattern: str, label: str, words: Markup) -> Markup:
        marked = Markup('<span class="label">{}</span>').format(label)
        return escape(self.labels[pattern]).format(marked, words)

    def credited(self, label: str, people: People) -> Markup:
        """A sentence that names people: the words of a label such as ``Translated by {}``, led."""
        pattern = self.labels[label]
        return self.led(pattern.partition("{}")[0].strip(), pattern.format(self.people(people)))

    def people(self, people: People) -> str:
        """Names as a list in words."""
        return self.listed([self.tied(person.name) for person in people])

    def listed(self, items: Sequence[str]) -> str:
        """Items as a list in words."""
        return format_list(list(items), locale=self.locale)

    def is_supplied(self, title: str) -> bool:
        """Whether a title stands in square brackets: then an editor supplied it."""
        return title.startswith("[") and title.endswith("]")

    def date(self, edtf: str) -> str:
        """An EDTF date as the language writes it."""
        return self.calendar.date(edtf)

    def identifier(self, text: str) -> str:
        """An identifier as a book prints it: an ISBN says that it is one."""
        number = re.sub(r"^(?:urn:isbn:|ISBN[ :]*)", "", text, flags=re.IGNORECASE)
        return f"ISBN\u00a0{number}" if isbn(text) else text

    def when(self, statement: DateStatement) -> str:
        """When something was: the date in words, else the words of the source."""
        if statement.date and (is_plain(statement.date) or not statement.words):
            return self.date(statement.date)
        return self.tied(statement.words or "")

    def read_beside(self, statement: DateStatement) -> str:
        """The date as the editor reads it, where the source's words do not say it as well."""
        if statement.words and read_date(statement.words) == statement.date:
            return ""
        return self.normalised(statement)

    def normalised(self, statement: DateStatement, *, both: bool = True) -> str:
        """The date as the editor reads it; of the calendars, where there are two, ``both``.

        Nothing where there is no date, or none that can be put into words.
        """
        if not statement.date:
            return ""
        said = self.date(statement.date)
        if said == statement.date and not is_plain(said):
            return ""
        if not statement.old_style or not both:
            return said
        return self.labels["old-style"].format(said, self.date(statement.old_style))

    def _titled(self, words: str, title: str | None) -> Markup:
        """Words with the title of a work in italics, where they have it."""
        before, found, after = words.partition(self.tied(title)) if title else (words, "", "")
        cited = Markup("<cite>{}</cite>").format(found) if found else Markup("")
        return escape(before) + cited + escape(after)


def check_labels(book: Book, theme: Theme) -> Iterator[Diagnostic]:
    """Find the languages that a theme has no words in: English ones are printed for them."""
    spans = {book.settings.language: book.settings_places.get(("language",), Span("book.yaml"))}
    for document in book.documents:
        if language := document.metadata.language:
            place = document.places.get(("language",), Span(document.file.path))
            spans.setdefault(language, place)
    for language, span in spans.items():
        missing = sorted(theme.labels_missing(language))
        if not missing:
            continue
        primary = language.partition("-")[0]
        called = Locale("en").languages.get(primary, f"“{language}”")
        whole = len(missing) == len(theme.labels["en"])
        which = "its words" if whole else f"the words {', '.join(missing)}"
        yield Diagnostic(
            "language-without-labels",
            f"the theme does not have {which} in {called}; English ones are printed",
            f"add labels/{primary}.yaml, after labels/en.yaml, to a theme of your own",
            span,
            Severity.HINT,
        )
