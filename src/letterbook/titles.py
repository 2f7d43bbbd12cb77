"""What documents are called whose metadata give them no title: made of the people, as editors do.

“To Farrell Dobbs” in a book that one person has written; “Clara Hollis to Friedrich Amsel” in one
of several hands; “Telegram to Otto Brandt” for what is no letter; “Foreword” for a page of the
front matter. They are in the language of the edition, whatever the document's is.
"""

from __future__ import annotations

from collections.abc import Callable

from letterbook.metadata import BookSettings, DocumentMetadata, People
from letterbook.model import EditedDocument
from letterbook.slugs import slugify
from letterbook.wording import Wording


def entitler(
    word: Wording, settings: BookSettings
) -> Callable[[DocumentMetadata], tuple[str, str]]:
    """Give the function that entitles the documents of a book.

    It tells two titles: the one of lists and machines, which names people by their names, and the
    one of the heading, which names them as the source's heading does: “To the Same”.
    """

    def entitle(metadata: DocumentMetadata) -> tuple[str, str]:
        if metadata.title:
            return metadata.title, metadata.title
        if metadata.role and not metadata.addressee:
            label = word[f"role-{metadata.role}"]
            return label, label
        return _of_people(metadata, False), _of_people(metadata, True)

    def _of_people(metadata: DocumentMetadata, as_written: bool) -> str:
        to = _names(word, metadata.addressee, as_written)
        by = _names(word, metadata.author, as_written)
        kind = kind_of(word, metadata.kind)
        if by and metadata.author != settings.author:
            title = _pattern(word, "from-to").format(by, to)
            return title if metadata.kind == "letter" else word["with-kind"].format(title, kind)
        if metadata.kind == "letter":
            return _pattern(word, "to").format(to)
        return word["kind-to"].format(f"{kind[0].upper()}{kind[1:]}", to)

    return entitle


def told_by(document: EditedDocument, word: Wording) -> tuple[str, str]:
    """What tells a document from others of its title: its number, and a date where it needs one."""
    metadata = document.metadata
    date = ""
    if (written := metadata.written) and not metadata.title:
        date = word.normalised(written, both=False) or word.when(written)
    return metadata.number or "", date


def kind_of(word: Wording, kind: str) -> str:
    """What a kind of document is called in a language; as it is written where nobody knows."""
    return word.labels.get(f"kind-{slugify(kind)}", kind)


def _pattern(word: Wording, label: str) -> str:
    """How a title is made of names, where that is not how a line below a title is."""
    return word.labels.get(f"title-{label}") or word[label]


def _names(word: Wording, people: People, as_written: bool) -> str:
    return word.listed([(as_written and person.words) or person.name for person in people])
