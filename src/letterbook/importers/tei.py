"""TEI P5 letters: ``teiHeader`` to front matter, ``text`` to a body with its notes.

What enters is a file with one ``TEI`` element, or several in a ``teiCorpus``; what leaves is a
document for each that has a text. Follows the TEI P5 Guidelines, for letters those of
``correspDesc`` (chapter 2.4.6) and of openers and closers (4.2.2). The profiles say where
projects differ; see ``tei_profile``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from lxml.etree import _Element as Element

from letterbook.diagnostics import Diagnostic, Severity, Span, has_errors
from letterbook.importers.imported import Draft, Imported, Options, SetAside, Source
from letterbook.importers.tei_header import Header, HeaderReader
from letterbook.importers.tei_header_own import OwnHeaderReader
from letterbook.importers.tei_header_words import left_over
from letterbook.importers.tei_profile import TeiProfile, given, recognised
from letterbook.importers.tei_reading import TextRead
from letterbook.importers.tei_register_files import holds_only_registers, shared_registers
from letterbook.importers.tei_registers import Registers
from letterbook.importers.tei_text import TextReader
from letterbook.importers.tei_xml import TEI, XML_ID, find, name_of, read_xml
from letterbook.metadata import DocumentMetadata, IndexEntry
from letterbook.slugs import slugify

_ROOT = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?(TEI|teiCorpus|TEI\.2)[\s>]")
_HEAD = 65536


def recognise(source: Source) -> float:
    """Tell how surely a source is TEI: by its root element and its namespace."""
    head = source.data[:_HEAD].replace(b"\0", b"")
    match = _ROOT.search(head)
    if not match or b"<html" in head[: match.start()].lower():
        return 0.0
    return 1.0 if TEI.encode() in head else 0.8


def import_(source: Source, options: Options) -> Imported:
    """Import one TEI file."""
    root, diagnostics = read_xml(source.data, source.name)
    if root is None:
        return Imported(diagnostics=tuple(diagnostics))
    letters = [e for e in root.iter() if name_of(e) == "TEI" and find(e, "text") is not None]
    files = tuple((register.name, register.data) for register in options.registers)
    registers = Registers(shared=shared_registers(files) if files else None)
    registers.collect(root)
    for header in root.iter("{*}teiHeader"):
        registers.collect_names(header)
    if not letters or holds_only_registers(root):
        return _nothing(root, source, registers, diagnostics)
    profile = recognised(root)
    if options.profile is not None:
        own, faults = given(options.profile)
        diagnostics += faults
        if own is None:
            return Imported(diagnostics=tuple(diagnostics))
        profile = own
    drafts: list[Draft] = []
    aside: list[SetAside] = []
    index: dict[str, IndexEntry] = {}
    images: dict[str, bytes] = {}
    common = {
        corpus: read_header(corpus, profile, source.name, registers).metadata
        for corpus in root.iter("{*}teiCorpus")
        if find(corpus, "teiHeader") is not None
    }
    aside += [item for corpus in common for item in left_over(find(corpus, "teiHeader"), ())]
    for letter in letters:
        draft, text, set_aside, found = _letter(letter, source, profile, registers, letters, common)
        diagnostics += found
        aside += set_aside
        images |= text.images
        index |= {entry.heading.casefold(): entry for entry in text.index}
        if draft is not None:
            drafts.append(draft)
    if has_errors(diagnostics):
        return Imported(diagnostics=tuple(diagnostics))
    return Imported(tuple(drafts), tuple(aside), tuple(index.values()), images, tuple(diagnostics))


def _nothing(
    root: Element, source: Source, registers: Registers, diagnostics: Iterable[Diagnostic]
) -> Imported:
    """A file without a letter: a register, or none of ours."""
    if registers.entries:
        message = f"this is a register of {len(registers.entries)} entries, and no letter"
        hint = "import it together with the letters whose keys it explains"
    elif name_of(root) == "TEI.2":
        message = "this is TEI P4, or older"
        hint = "convert it to TEI P5 first, with TEI’s own tools"
    else:
        message, hint = "there is no letter here: no TEI element with a text", "import another file"
    found = Diagnostic("tei-no-text", message, hint, Span(source.name, root.sourceline or 1))
    return Imported(diagnostics=(*diagnostics, found))


def _letter(
    letter: Element,
    source: Source,
    profile: TeiProfile,
    registers: Registers,
    letters: list[Element],
    common: Mapping[Element, DocumentMetadata],
) -> tuple[Draft | None, TextRead, tuple[SetAside, ...], list[Diagnostic]]:
    header = read_header(letter, profile, source.name, registers)
    reader = TextReader(
        profile, source.name, registers, source.siblings, header.roles, header.metadata.language
    )
    for facsimile in header.metadata.facsimile:
        reader.picture(facsimile.image, letter.sourceline or 1)
    text = reader.read(letter)
    reader.keys.update(header.keys)
    diagnostics = [*header.diagnostics, *_told(text, profile, source.name)]
    line = letter.sourceline or 1
    if not "".join(text.body.itertext()).strip() and text.body.find(".//img") is None:
        diagnostics.append(
            Diagnostic(
                "empty-document",
                "the document has no text",
                "look into its <text>: there are no words in it",
                Span(source.name, line),
            )
        )
        return None, text, (), diagnostics
    name = source.stem if len(letters) == 1 else letter.get(XML_ID) or (
        f"{source.stem}-{letters.index(letter) + 1}")  # fmt: skip
    slug = header.slug or slugify(name)
    metadata = _inherited(letter, header.metadata, common)
    draft = Draft(slug, metadata, text.body, text.notes, (*header.supplied, *text.supplied))
    return draft, text, (*header.set_aside, *text.set_aside), diagnostics


def read_header(tei: Element, profile: TeiProfile, file: str, registers: Registers) -> Header:
    """Read the header of one ``TEI`` element."""
    reader = OwnHeaderReader if profile.space == "exact" else HeaderReader
    return reader(tei, profile, file, registers).read()


_OF_THE_CORPUS = ("language", "author", "source", "copy_text", "repository", "rights", "licence",
                  "translator", "transcriber", "proofreader")  # fmt: skip
"""What the header of a corpus says of all its letters, where a letter’s own does not."""


def _inherited(
    letter: Element, metadata: DocumentMetadata, common: Mapping[Element, DocumentMetadata]
) -> DocumentMetadata:
    """The metadata of a letter, with what it has from the corpora around it."""
    for around in letter.iterancestors("{*}teiCorpus"):
        if around in common:
            update = {
                name: value
                for name in _OF_THE_CORPUS
                if (value := getattr(common[around], name)) and not getattr(metadata, name)
            }
            metadata = metadata.model_copy(update=update)
    return metadata


def _told(text: TextRead, profile: TeiProfile, file: str) -> list[Diagnostic]:
    """Say what was not known."""
    found = []
    if text.unknown:
        found.append(
            Diagnostic(
                "tei-unknown",
                f"not known to the profile “{profile.name}”: {_counted(text.unknown)}",
                "their words are kept; a profile can say what they mean",
                Span(file),
                Severity.HINT,
            )
        )
    if text.keys:
        found.append(
            Diagnostic(
                "tei-keys",
                f"no register explains the keys of {sum(text.keys.values())} names:"
                f" {_counted(text.keys, 5)}",
                "import the project’s registers of persons and places together with the letters",
                Span(file),
                Severity.HINT,
            )
        )
    for url, line in text.included.items():
        found.append(
            Diagnostic(
                "xml-include",
                f"a part of the text is in another file, “{url}”, which was not read",
                "put it into this file: xmllint --xinclude does",
                Span(file, line),
                Severity.WARNING,
            )
        )
    for url, line in text.missing.items():
        found.append(
            Diagnostic(
                "image-missing",
                f"the picture “{url}” is not beside the file",
                "put it there, and import again; its words are kept",
                Span(file, line),
                Severity.WARNING,
            )
        )
    return found


def _counted(counts: Mapping[str, int], most: int = 12) -> str:
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    shown = [f"{name} ({count})" for name, count in ordered[:most]]
    more = [f"and {len(ordered) - most} more"] if len(ordered) > most else []
    return ", ".join([*shown, *more])
