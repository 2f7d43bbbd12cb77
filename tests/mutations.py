"""Sources as they should not be: small ones of every kind, and what chance does to them."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.textcases import CASES

ROOT = Path(__file__).resolve().parent
_TEI = '<TEI xmlns="http://www.tei-c.org/ns/1.0">{}</TEI>'
_HEADER = (
    "<teiHeader><fileDesc><titleStmt><title>A Letter</title></titleStmt></fileDesc></teiHeader>"
)
_PAGE_AS_TEXT = """V. I.   Lenin

Written: Written on August 9, 1918
Source: Lenin Collected Works, Progress Publishers, [1976], Moscow, Volume 35, page 348.
Transcription\\Markup: R. Cymbala
Public Domain: Lenin Internet Archive.   You may freely copy this work.


The situation in Baku is still not clear to me.[1]

Who is in power?


[1] On July 31, 1918 external pressure came.

< backward   forward >
"""

PIECES = [
    piece.encode()
    for piece in (
        "<", ">", "&", '"', "'", "/>", "</p>", "<p>", "<p class=fst>", "</div>", "<div>", "<b>",
        "</b>", "<i>", "<!--", "-->", "<![CDATA[", "]]>", "<?x ?>", "<!DOCTYPE x>", "<script>",
        "<style>", "<table>", "<td>", "<ul><li>", "<pre>", "<q>", "<h1>", "</h3>", "<hr>", "<br>",
        "<sup>[1]</sup>", "<a name=n1>", '<a href="#n1">[1]</a>', "<img src=x.png alt=y>",
        '<lb break="no"/>', '<pb n="3"/>', '<note resp="#x">n</note>', '<hi rend="sup">x</hi>',
        "<gap/>", "<del>", "</del>", "<choice><sic>a</sic><corr>b</corr></choice>", "&nbsp;",
        "&#0;", "&#x110000;", "&#xD800;", "&bogus;", "&lt;", "&amp;lt;", "&amp;", "\x00", "\x07",
        "\x1b[31m", "\x7f", "\x85", "\u00a0", "\u00ad", "\u2028", "\u200b", "\u200f", "\u202e",
        "\ufeff", "\ufffe", "\u0301", "…", "“", "’", "—", "-", "--", "...", "ﬁ", "ẞ", "İ", "א",
        "́a", "漢字", "😀", "[1]", "[^1]", "[^1]: ", "^1^", "1.", "* * *", "*", "_", "`", "~",
        "::: verse\n", "\n:::\n", "{.page n=3}", "[x]{.supplied}", "---\n", "title: [", "# ",
        "\n\n", "\n", "\r", "\t", "    ", "> ", "- ", "|", "\\", "![x](y.png)", "<svg>",
        "Source:", "Written: not later than 1918", "1918-02-30", "P.S. ", "Dear Sir,",
    )
] + [b"\xff", b"\xc3", b"\xe2\x80", b"\xed\xa0\x80", b"\x93", b"\x97", b"\xff\xfe"]  # fmt: skip
"""What is put into sources: markup of every kind, and characters that have been trouble."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A source of a kind."""

    format: str
    """One of the names of the IMPORTERS."""
    name: str
    data: bytes


def small() -> Iterator[Sample]:
    """The small sources of our own: the cases of the importers, and the letters of a book."""
    yield Sample("marxists-text", "letter.txt", _PAGE_AS_TEXT.encode())
    for path in sorted((CASES / "import").glob("*/*.txt")):
        parts = re.split(r"^\.\n", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        for given in parts[1::3]:
            yield from _of_case(path.parent.name, path.stem, given)
    for path in sorted((ROOT / "books").glob("*/letters/*.md")):
        yield Sample("markdown", path.name, path.read_bytes())
    yield Sample("docx", "letter.docx", word())


def _of_case(folder: str, stem: str, given: str) -> Iterator[Sample]:
    if folder == "tei":
        if stem == "header":
            text = "<text><body><p>Come.</p></body></text>"
            given = _TEI.format(f"<teiHeader>{given}</teiHeader>{text}")
        elif stem.startswith("text"):
            given = _TEI.format(f"{_HEADER}<text>{given}</text>")
        yield Sample("tei", "letter.xml", given.encode())
    elif folder == "markdown":
        yield Sample("markdown", "letter.md", given.encode())
    elif "<" in given:
        yield Sample("marxists-html", "page.htm", given.encode())
        yield Sample("html", "page.htm", given.encode())


_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PARTS = {
    "[Content_Types].xml": """<?xml version="1.0" encoding="UTF-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument\
.wordprocessingml.document.main+xml"/></Types>""",
    "_rels/.rels": f"""<?xml version="1.0" encoding="UTF-8"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="r1" Type="{_RELATIONS}/officeDocument" Target="word/document.xml"/>
</Relationships>""",
    "word/_rels/document.xml.rels": f"""<?xml version="1.0" encoding="UTF-8"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="r1" Type="{_RELATIONS}/footnotes" Target="footnotes.xml"/>
</Relationships>""",
    "word/document.xml": f"""<?xml version="1.0" encoding="UTF-8"?>
<w:document {_W}><w:body>
<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>To Peter Finch</w:t></w:r></w:p>
<w:p><w:r><w:t xml:space="preserve">The lamp was </w:t></w:r><w:r><w:rPr><w:i/></w:rPr>
<w:t>lit</w:t></w:r><w:r><w:t xml:space="preserve"> again on Friday.</w:t></w:r>
<w:r><w:footnoteReference w:id="2"/></w:r></w:p>
<w:p><w:r><w:t>Yours truly,</w:t></w:r></w:p>
</w:body></w:document>""",
    "word/footnotes.xml": f"""<?xml version="1.0" encoding="UTF-8"?>
<w:footnotes {_W}><w:footnote w:id="2"><w:p><w:r><w:t>The first one.</w:t></w:r></w:p></w:footnote>
</w:footnotes>""",
}


def word(change: dict[str, str | bytes] | None = None) -> bytes:
    """A letter as a Word file, with some of its parts as they should not be."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {**_PARTS, **(change or {})}.items():
            archive.writestr(name, data)
    return stream.getvalue()


# --------------------------------------------------------------------------- chance


def mutated(sample: Sample, others: list[Sample], chance: Random) -> bytes:
    """What becomes of a source when chance has been at it."""
    other = chance.choice(others).data
    if sample.format == "docx" and chance.random() < 0.8:
        return _inside(sample.data, chance)
    return _bytes(sample.data, other, chance)


def _inside(data: bytes, chance: Random) -> bytes:
    """Change a part of a Word file, which is whole again as an archive."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = chance.choice(sorted(parts))
    parts[name] = _bytes(parts[name], parts[chance.choice(sorted(parts))], chance)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    return stream.getvalue()


def _bytes(data: bytes, other: bytes, chance: Random) -> bytes:
    for _ in range(chance.randint(1, 5)):
        start = chance.randint(0, len(data))
        end = min(len(data), start + chance.choice((0, 0, 1, 3, 10, 40, 200)))
        what = chance.randint(0, 9)
        if what <= 4:
            data = data[:start] + chance.choice(PIECES) + data[end:]
        elif what == 5:
            data = data[:start] + data[end:]
        elif what == 6:
            data = data[:end] + data[start:end] * chance.choice((1, 2, 30)) + data[end:]
        elif what == 7:
            to = chance.randint(0, len(data))
            data = data[:to] + data[start:end] + data[to:]
        elif what == 8:
            at = chance.randint(0, len(other))
            data = data[:start] + other[at : at + 100] + data[end:]
        else:
            data = data[:start] if chance.random() < 0.3 else _without_a_tag(data, chance)
    return data


def _without_a_tag(data: bytes, chance: Random) -> bytes:
    tags = list(re.finditer(rb"<[^<>]*>", data))
    if not tags:
        return data
    tag = chance.choice(tags)
    return data[: tag.start()] + data[tag.end() :]
