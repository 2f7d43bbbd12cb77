"""A Word file opened with care: its parts, bounded, without entities and without ways out.

What enters are bytes that may be anything; what leaves are the parts as trees and bytes, and the
same file made anew of them, which a library may read. Follows ECMA-376, part 2, for the package.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree
from lxml.etree import _Element as Element

from letterbook.diagnostics import Diagnostic, SourceError, Span

MAX_PARTS = 4000
"""Files in the archive; a letter has some twenty."""
MAX_PART = 64 * 2**20
"""Bytes of one part, unpacked."""
MAX_TOTAL = 192 * 2**20
"""Bytes of all of them."""
MAX_RATIO = 400
"""How many bytes one byte may unfold to; Word’s XML has at most some dozens."""
_SMALL = 4 * 2**20
"""Bytes up to which the ratio is of no interest."""
MAX_DEPTH = 250
_ENCRYPTED = 1
_DTD = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_MAIN = r"word/document\d*\.xml"
PARTS = r"word/(?:document|footnotes|endnotes)\d*\.xml"
"""The parts that have words of the text."""


@dataclass(slots=True)
class Package:
    """A Word file’s parts."""

    data: dict[str, bytes] = field(default_factory=dict)
    """By name, in the order of the archive."""
    trees: dict[str, Element] = field(default_factory=dict)
    """Those that are XML."""

    def rebuilt(self) -> io.BytesIO:
        """Make the file anew of what is here."""
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
            for name, data in self.data.items():
                tree = self.trees.get(name)
                archive.writestr(name, data if tree is None else etree.tostring(tree))
        made.seek(0)
        return made

    def named(self, pattern: str) -> Iterator[tuple[str, Element]]:
        """The trees whose names match."""
        for name in sorted(self.trees):
            if re.fullmatch(pattern, name):
                yield name, self.trees[name]


def refuse(code: str, message: str, hint: str, file: str) -> SourceError:
    """Say why a file is not read."""
    return SourceError([Diagnostic(code, message, hint, Span(file))])


def open_package(data: bytes, file: str) -> Package:
    """Open a Word file; raises SourceError when it is none, or not safe to read."""
    package = Package()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
            _check(infos, file)
            left = MAX_TOTAL
            for info in infos:
                if info.is_dir():
                    continue
                content = _read(archive, info, file)
                left -= len(content)
                if left < 0:
                    raise _bomb(file)
                package.data[info.filename] = content
    except (
        zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError,
        RuntimeError, OverflowError,
    ) as error:  # fmt: skip
        raise refuse(
            "docx-unreadable",
            f"this is not a Word file that can be opened: {error}",
            "save it again with Word or LibreOffice, as .docx",
            file,
        ) from error
    for name, content in package.data.items():
        if name.endswith((".xml", ".rels")):
            package.trees[name] = _tree(name, content, file)
    if not any(package.named(_MAIN)):
        raise refuse(
            "docx-unreadable",
            "there is no word/document.xml in this file",
            "save it again with Word or LibreOffice, as .docx",
            file,
        )
    return package


def _check(infos: list[zipfile.ZipInfo], file: str) -> None:
    """See from the archive's list alone whether to open it."""
    names = [info.filename for info in infos]
    if len(infos) > MAX_PARTS or sum(info.file_size for info in infos) > MAX_TOTAL:
        raise _bomb(file)
    for info in infos:
        unfolds = info.file_size > max(_SMALL, MAX_RATIO * max(info.compress_size, 1))
        if info.file_size > MAX_PART or unfolds:
            raise _bomb(file)
        if info.flag_bits & _ENCRYPTED:
            raise refuse(
                "docx-encrypted", "this file is encrypted", "save it without a password", file
            )
        parts = info.filename.replace("\\", "/").split("/")
        if ".." in parts or info.filename.startswith(("/", "\\")) or ":" in parts[0]:
            raise refuse(
                "outside-book",
                f"a part of this file, “{info.filename[:100]}”, leads out of it",
                "do not open this file; ask who sent it",
                file,
            )
    if len(set(names)) < len(names):
        raise refuse(
            "docx-unreadable",
            "two parts of this file have the same name",
            "save it again with Word or LibreOffice, as .docx",
            file,
        )


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo, file: str) -> bytes:
    # The list may lie about sizes: no more than it says is read.
    with archive.open(info) as part:
        content = part.read(info.file_size + 1)
    if len(content) > info.file_size:
        raise _bomb(file)
    return content


def _bomb(file: str) -> SourceError:
    return refuse(
        "file-too-large",
        "this file unfolds to more than any letter needs",
        "take out what is not text, and save it again",
        file,
    )


def _tree(name: str, content: bytes, file: str) -> Element:
    if _DTD.search(content.replace(b"\0", b"")):
        raise refuse(
            "xml-entities",
            f"“{name}” in this file declares entities, which no Word file does",
            "do not open this file; ask who sent it",
            file,
        )
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise refuse(
            "docx-unreadable",
            f"“{name}” in this file is not XML: {error}",
            "save it again with Word or LibreOffice, as .docx",
            file,
        ) from error
    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > MAX_DEPTH:
            raise refuse(
                "too-deep",
                f"in “{name}”, elements stand more than {MAX_DEPTH} deep in one another",
                "save it again with Word or LibreOffice, as .docx",
                file,
            )
    return root
