"""What the pages of an edition say of how it is cited, and the files that they lead to."""

from __future__ import annotations

from functools import cached_property

from markupsafe import Markup

from letterbook.dateline import is_plain
from letterbook.exchange.citing import Cite, citer, in_html
from letterbook.exchange.forms import CitationFile, files_for, files_for_all, is_alone
from letterbook.exchange.items import Item, document_item, document_url, volume_item, when
from letterbook.model import EditedDocument, Edition, Place
from letterbook.theme import CITATION_STYLE, Theme
from letterbook.wording import Wording


class Citations:
    """What templates call to cite an edition, in its own language and the theme's style."""

    def __init__(self, edition: Edition, theme: Theme, word: Wording) -> None:
        self.edition = edition
        self.theme = theme
        self.word = word

    def of(self, document: EditedDocument | None = None) -> Markup:
        """The citation of a document; of the edition when there is none, or no other."""
        if document is None or is_alone(self.edition):
            item = volume_item(self.edition)
        else:
            item = self._for_reading(document)
        return in_html(self.word.tied(self._cite(item)))

    def _for_reading(self, document: EditedDocument) -> Item:
        """A document’s item with a date that the processor cannot say put into words.

        It knows days, months and years, and what is about them; not a span, a season or a doubt.
        """
        item = document_item(self.edition, document, self.word)
        written = document.metadata.written
        if written and written.date and not is_plain(written.date.removesuffix("~")):
            item["original-date"] = {"literal": when(written, self.word)}
        return item

    def example(self) -> Markup | None:
        """The citation of the first letter; None where the edition is all that is cited."""
        letters = [d for d in self.edition.documents if d.place is Place.BODY]
        return None if is_alone(self.edition) or not letters else self.of(letters[0])

    def address(self, document: EditedDocument | None = None) -> str | None:
        """Where a document, or the edition, stands on the web, when the book tells."""
        return document_url(self.edition, document) if document else self.edition.settings.url

    def files(self, document: EditedDocument | None = None) -> list[CitationFile]:
        """The files for reference managers that go with ``of``."""
        return files_for(self.edition, document)

    def files_of_all(self) -> list[CitationFile]:
        """The files with the edition and all its documents, where it has several."""
        return files_for_all(self.edition)

    @cached_property
    def _cite(self) -> Cite:
        # Reading the style takes a few milliseconds, and not every page cites.
        file = self.theme.folder / CITATION_STYLE
        return citer(self.theme.citation_style, self.edition.settings.language, file)
