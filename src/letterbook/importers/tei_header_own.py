"""What the files that Letterbook itself writes say in their header, beyond what all TEI says."""

from __future__ import annotations

from lxml.etree import _Element as Element

from letterbook.importers.tei_header import OF_DATE, HeaderReader
from letterbook.importers.tei_xml import find, find_all, name_of, words


class OwnHeaderReader(HeaderReader):
    """Reads the header of one of our own files."""

    def own(self) -> None:
        """Take up what only the files that Letterbook writes say, in its own words."""
        self.own_notes()
        self.own_title()
        for term in find_all(self.header, "profileDesc/textClass/keywords/term"):
            if term.get("type") in ("kind", "role"):
                self.data[term.get("type", "")] = _text(term)
        for idno in find_all(self.header, "fileDesc/publicationStmt/idno"):
            if idno.get("type") == "slug":
                self.data["slug"] = _text(idno)
        for bibl in find_all(self.header, "fileDesc/sourceDesc/bibl"):
            self.own_source(bibl)

    def own_notes(self) -> None:
        """What stands in the notes of the header."""
        for note in find_all(self.header, "fileDesc/notesStmt/note"):
            type_ = note.get("type", "")
            if type_ == "other":
                self.other[note.get("n", "")] = self.say(note)
            elif type_ == "enclosure":
                self.data["enclosure"] = [*self.data.get("enclosure", ()), self.say(note)]
            elif type_ == "about":
                self.data.setdefault("index", {}).setdefault("about", []).append(self.say(note))
            elif type_ == "form":
                forms = self.data.setdefault("index", {}).setdefault("forms", {})
                forms[note.get("n", "")] = self.say(note)
            elif type_ == "facsimile":
                self.data.setdefault("facsimile", []).append(self.own_facsimile(note))
            elif type_ in ("credit", "notes"):
                self.data[type_] = self.say(note) if type_ == "credit" else _text(note)

    def own_facsimile(self, note: Element) -> dict[str, str]:
        """A picture of the document itself; its file is taken along with those of the text."""
        graphic = find(note, "figure/graphic")
        parts = {"alt": "figDesc", "caption": "head", "credit": "p"}
        said = {key: self.say(find(note, f"figure/{name}")) for key, name in parts.items()}
        said["image"] = graphic.get("url", "") if graphic is not None else ""
        return {key: words_ for key, words_ in said.items() if words_}

    def own_title(self) -> None:
        """The number, and whether the title is one that is made again."""
        title = find(self.header, "fileDesc/titleStmt/title")
        if title is not None and title.get("n"):
            self.data["number"] = title.get("n")
        if title is not None and title.get("subtype") == "made":
            # It is made again, of the addressee; its words are in no document.
            del self.data["title"]
            self.pieces.remove(words(title).split(" "))

    def own_source(self, bibl: Element) -> None:
        """What a ``bibl`` says, by its type."""
        type_ = bibl.get("type")
        if type_ == "copy-text":
            self.data["copy-text"] = self.say(bibl)
        elif type_ == "first-publication":
            statement = self.date(found) if (found := find(bibl, "date")) is not None else {}
            if (place := find(bibl, "pubPlace")) is not None:
                statement |= self.place(place)
            for note in find_all(bibl, "note"):
                statement[OF_DATE[note.get("type", "")]] = _text(note)
            self.data["published"] = statement
        elif type_ == "source":
            self.data.setdefault("source", {})["words"] = self.say(bibl)
        elif type_ == "source-parts":
            source = self.data.setdefault("source", {})
            for part in bibl:
                key = part.get("type") or part.get("unit") or name_of(part)
                key = {"pubPlace": "place", "ref": "url"}.get(key, key)
                source[key] = _text(part)


def _text(element: Element) -> str:
    return "".join(element.itertext())
