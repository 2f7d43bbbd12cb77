"""Word (docx) to one document: Mammoth makes HTML of it, and the HTML importer reads that.

``docxzip`` opens the file first, so that Mammoth sees only what is bounded and leads nowhere.
What Word has and a document has not (comments, changes that are tracked, running heads, formulas)
is told, and its words are in the account.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any
from xml.parsers.expat import ExpatError

import mammoth
from lxml.etree import _Element as Element

from letterbook.diagnostics import Diagnostic, Severity, SourceError, Span
from letterbook.importers.docxtidy import A, tidy
from letterbook.importers.docxzip import PARTS, Package, R, W, open_package, refuse
from letterbook.importers.html import Importer
from letterbook.importers.htmledit import take_words
from letterbook.importers.htmlimages import Images
from letterbook.importers.htmlprofile import shipped
from letterbook.importers.htmltree import Page, read_html
from letterbook.importers.imported import Imported, Options, Reason, SetAside, Source
from letterbook.importers.tei_xml import seen
from letterbook.importers.treebuilder import remove_keeping_tail

_STYLES = """
small-caps => span.small-capitals
u => em
p[style-name='Date'] => p.dateline:fresh
p[style-name='Salutation'] => p.salutation:fresh
p[style-name='Closing'] => p.closing:fresh
p[style-name='Signature'] => p.signature:fresh
p[style-name='Quote'] => blockquote > p:fresh
p[style-name='Intense Quote'] => blockquote > p:fresh
p[style-name='Title'] => h1:fresh
p[style-name='Subtitle'] => h2:fresh
"""
"""Word’s own styles of a letter’s parts, and what Mammoth leaves out by itself."""
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_TEXTS = PARTS
_SHOWN = 12
"""How many changes are told one by one."""


def recognise(source: Source) -> float:
    """Tell how surely a source is a Word file: an archive with Word’s main part in it."""
    if not source.data.startswith(b"PK\x03\x04"):
        return 0.0
    return 1.0 if re.search(rb"word/document\d*\.xml", source.data) else 0.0


def import_(source: Source, _options: Options) -> Imported:
    """Import one Word file."""
    try:
        package = open_package(source.data, source.name)
        taker = _Taker(source, package)
        taker.prepare()
        page, pictures = taker.page()
    except SourceError as error:
        return Imported(diagnostics=tuple(error.diagnostics))
    importer = Importer(source, page, shipped("html-docx"))
    importer.images = Images(source, pictures)
    importer.diagnostics += taker.diagnostics
    importer.set_aside += taker.set_aside
    made = importer.imported()
    documents = tuple(
        replace(draft, supplied=(*draft.supplied, *taker.supplied)) for draft in made.documents
    )
    return replace(made, documents=documents)


class _Taker:
    """Takes out of a package what Mammoth is not to see, and tells it."""

    def __init__(self, source: Source, package: Package) -> None:
        self.file = source.name
        self.package = package
        self.diagnostics: list[Diagnostic] = []
        self.set_aside: list[SetAside] = []
        self.supplied: list[str] = []

    def tell(
        self, code: str, message: str, hint: str, severity: Severity = Severity.WARNING
    ) -> None:
        self.diagnostics.append(Diagnostic(code, message, hint, Span(self.file), severity))

    def prepare(self) -> None:
        """Tell, and take out, what does not go into a document."""
        for _, tree in self.package.named(_TEXTS):
            self.changes(tree)
            self.formulas(tree)
            self.marks(tree)
        self.comments()
        for _, tree in self.package.named(r"word/(?:header|footer)\d*\.xml"):
            if text := _words(tree):
                self.set_aside.append(SetAside(text, Reason.RUNNING_HEAD))
        self.relations()
        self.properties()

    def changes(self, tree: Element) -> None:
        deleted = [t for e in tree.iter(f"{W}del", f"{W}moveFrom") if (t := _words(e, "delText"))]
        added = [t for e in tree.iter(f"{W}ins", f"{W}moveTo") if (t := _words(e))]
        for what, code, texts in (
            ("deleted, and is left out", "tracked-deletion", deleted),
            ("added, and is taken over", "tracked-insertion", added),
        ):
            for text in texts[:_SHOWN]:
                self.tell(
                    code,
                    f"by a tracked change, “{text[:200]}” is {what}",
                    "accept or reject the changes in Word, and import once more",
                )
            if len(texts) > _SHOWN:
                self.tell(
                    code, f"and {len(texts) - _SHOWN} more of this kind",
                    "accept or reject the changes in Word, and import once more",
                )  # fmt: skip

    def formulas(self, tree: Element) -> None:
        for formula in list(tree.iter(f"{_M}oMath")):
            text = " ".join("".join(t.text or "" for t in formula.iter(f"{_M}t")).split())
            self.tell(
                "formula-left-out",
                f"the formula “{text[:200]}” cannot be kept, and was left out",
                "write it as words, or put a picture of it",
            )
            if text:
                self.set_aside.append(SetAside(text, Reason.STRUCTURE))
            remove_keeping_tail(formula)

    def marks(self, tree: Element) -> None:
        """Bring marks into form, and tell what cannot be kept of them."""
        tidied = tidy(tree)
        self.supplied += tidied.signs
        self.set_aside += [SetAside(text, Reason.STRUCTURE) for text in tidied.described]
        for reading in tidied.readings:
            self.set_aside.append(SetAside(reading, Reason.STRUCTURE))
            self.tell(
                "reading-left-out",
                f"“{reading[:200]}”, which says how words are read, was left out",
                "write it in brackets, or make a note of it",
            )
        for sign in tidied.unknown[:_SHOWN]:
            self.tell(
                "symbol-left-out",
                f"the sign {sign} is not known, and was left out",
                "write it as a character",
            )

    def comments(self) -> None:
        for _, tree in self.package.named(r"word/comments\d*\.xml"):
            for comment in tree.iter(f"{W}comment"):
                text, who = _words(comment), comment.get(f"{W}author", "")
                if text:
                    self.set_aside.append(SetAside(text, Reason.COMMENT))
                    self.tell(
                        "comment-left-out",
                        f"the comment “{text[:200]}”{f' of {who}' if who else ''} was set aside",
                        "make a note of it if it belongs to the edition",
                        Severity.HINT,
                    )

    def relations(self) -> None:
        """Take away pictures that are somewhere else; links may lead to the world."""
        for name, tree in self.package.named(r"(?:.*/)?_rels/[^/]*\.rels"):
            for relation in list(tree):
                if not isinstance(relation.tag, str) or relation.get("TargetMode") != "External":
                    continue
                if not relation.get("Type", "").endswith("/hyperlink"):
                    self.tell(
                        "external-relation",
                        f"“{relation.get('Target', '')[:200]}” ({name}) is outside of the file,"
                        " and was not read",
                        "put the picture into the file",
                    )
                    tree.remove(relation)
        relations = {
            relation.get("Id")
            for _, tree in self.package.named(r"word/_rels/[^/]*\.rels")
            for relation in tree
        }
        for _, tree in self.package.named(_TEXTS):
            for blip in list(tree.iter(f"{A}blip")):
                if blip.get(f"{R}embed") not in relations:
                    remove_keeping_tail(blip)
                else:
                    blip.attrib.pop(f"{R}link", None)

    def properties(self) -> None:
        """Tell what the file says of itself; it is as often a template's as the letter's."""
        tree = self.package.trees.get("docProps/core.xml")
        for name in ("title", "creator") if tree is not None else ():
            value = tree.findtext(f"{_DC}{name}") if tree is not None else None
            if value and value.strip():
                self.tell(
                    "docx-property",
                    f"the file’s {name} is “{value.strip()[:200]}”; it was not taken over",
                    "write it into the front matter if it is the letter’s",
                    Severity.HINT,
                )

    # ----------------------------------------------------------------------- Mammoth

    def page(self) -> tuple[Page, dict[str, bytes]]:
        """Let Mammoth make a page of the file; give it, and the pictures that it shows."""
        pictures: dict[str, bytes] = {}

        def keep(image: Any) -> dict[str, str]:
            ending = re.sub(r"[^a-z]", "", str(image.content_type).rpartition("/")[2].lower())
            name = f"picture-{len(pictures) + 1}.{ending or 'bin'}"
            with image.open() as data:
                pictures[name] = data.read()
            return {"src": name}

        try:
            result = mammoth.convert_to_html(
                self.package.rebuilt(),
                style_map=_STYLES,
                convert_image=mammoth.images.img_element(keep),
            )
        except (
            AttributeError, KeyError, IndexError, TypeError, ValueError, OSError, ExpatError,
        ) as error:  # fmt: skip
            raise refuse(
                "docx-unreadable",
                f"this Word file has not the form that it should: {type(error).__name__} {error}",
                "save it again with Word or LibreOffice, as .docx",
                self.file,
            ) from error
        text = seen(result.value) or ""
        if text != result.value:
            self.tell(
                "control-character",
                "there are control characters, which have no place in a text; they were left out",
                "compare with Word",
            )
        page, found = read_html(f"<body>{text}</body>", self.file)
        if page is None:
            raise SourceError(list(found))
        self.messages(result.messages)
        for link in list(page.body.iter("a")):
            href, name = link.get("href", ""), link.get("id", "")
            # Mammoth’s own numbers and arrows are no words of the file.
            if re.fullmatch(r"#(?:foot|end)note-ref-[\w-]+", href):
                remove_keeping_tail(link)
            elif re.fullmatch(r"(?:foot|end)note-ref-[\w-]+", name):
                take_words(link)
        return page, pictures

    def messages(self, messages: Sequence[Any]) -> None:
        """Pass on what Mammoth could not read; styles that it does not know lose no word."""
        told = {str(m.message) for m in messages if "Unrecognised" not in str(m.message)}
        for message in sorted(told)[:_SHOWN]:
            self.tell("docx-message", f"Mammoth says: {message[:300]}", "compare with Word")


def _words(tree: Element, name: str = "t") -> str:
    """The words of a part, a space between its paragraphs."""
    return " ".join("".join(_pieces(tree, name)).split())


def _pieces(tree: Element, name: str) -> Iterator[str]:
    for element in tree.iter():
        if element.tag in (f"{W}p", f"{W}tab", f"{W}br"):
            yield " "
        elif element.tag == W + name:
            yield element.text or ""
