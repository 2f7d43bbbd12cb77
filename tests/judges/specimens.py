"""The smallest EPUB and PDF in which the judges find nothing, and the same with a fault put in.

What enters is a path to write to, and what to replace by what; what leaves is that path.
"""

import zipfile
from collections.abc import Mapping
from pathlib import Path

import font_source_serif_pro
from weasyprint import HTML

CONTAINER = """<?xml version="1.0" encoding="UTF-8"?>
<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0">
  <rootfiles>
    <rootfile full-path="EPUB/package.opf" media-type="application/oebps-package+xml"/>
  </rootfiles>
</container>
"""

PACKAGE = """<?xml version="1.0" encoding="UTF-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" xml:lang="en" unique-identifier="id">
  <metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
    <dc:identifier id="id">urn:uuid:5d4ae1ab-6b51-5b0c-9d0b-1c1f0a4f1f1a</dc:identifier>
    <dc:title>A specimen</dc:title>
    <dc:language>en</dc:language>
    <dc:creator>Nobody</dc:creator>
    <meta property="dcterms:modified">2000-01-01T00:00:00Z</meta>
    <meta property="schema:accessMode">textual</meta>
    <meta property="schema:accessModeSufficient">textual</meta>
    <meta property="schema:accessibilityFeature">structuralNavigation</meta>
    <meta property="schema:accessibilityFeature">tableOfContents</meta>
    <meta property="schema:accessibilityHazard">none</meta>
    <meta property="schema:accessibilitySummary">Text alone, with a note.</meta>
  </metadata>
  <manifest>
    <item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
    <item id="letter" href="letter.xhtml" media-type="application/xhtml+xml"/>
    <item id="index" href="index.xhtml" media-type="application/xhtml+xml"/>
  </manifest>
  <spine>
    <itemref idref="nav"/>
    <itemref idref="letter"/>
    <itemref idref="index"/>
  </spine>
</package>
"""

PAGE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"
  lang="en" xml:lang="en">
<head><title>{title}</title></head>
<body>{body}</body>
</html>
"""

NAV = """
<nav epub:type="toc" role="doc-toc" aria-labelledby="contents">
  <h1 id="contents">Contents</h1>
  <ol>
    <li><a href="letter.xhtml">Letter</a></li>
    <li><a href="index.xhtml">Index</a></li>
  </ol>
</nav>
"""

LETTER = (
    """
<section epub:type="chapter" role="doc-chapter" aria-labelledby="letter">
  <h1 id="letter">Letter</h1>
  <p>The first words.<a id="ref-1" epub:type="noteref" role="doc-noteref" href="#note-1">1</a></p>
"""
    # Enough lines that the word to land on is far below the window.
    + "  <p>A line among many.</p>\n" * 200
    + """
  <p>The ship was the <span id="ship">Turkmen</span>, out of Baku.</p>
</section>
<section epub:type="footnotes" aria-label="Notes">
  <ol>
    <li>
      <aside id="note-1" epub:type="footnote" role="doc-footnote">
        <p>The words of the note. <a role="doc-backlink" href="#ref-1">Back</a></p>
      </aside>
    </li>
  </ol>
</section>
"""
)

INDEX = """
<section epub:type="index" role="doc-index" aria-labelledby="index">
  <h1 id="index">Index</h1>
  <ul><li>Turkmen, <a class="locator" href="letter.xhtml#ship">the letter</a></li></ul>
</section>
"""

PRINT = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>A specimen</title>
<style>
@font-face { font-family: Specimen; src: url(SourceSerifPro-Regular.otf) }
* { font: 400 12pt Specimen }
</style>
</head>
<body><h1>Letter</h1><p>The first words.</p></body>
</html>
"""


def epub(path: Path, faults: Mapping[str, str] | None = None) -> Path:
    """Write the EPUB, each fault's key replaced by its value wherever it stands."""
    files = {
        "META-INF/container.xml": CONTAINER,
        "EPUB/package.opf": PACKAGE,
        "EPUB/nav.xhtml": PAGE.format(title="Contents", body=NAV),
        "EPUB/letter.xhtml": PAGE.format(title="Letter", body=LETTER),
        "EPUB/index.xhtml": PAGE.format(title="Index", body=INDEX),
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/epub+zip", zipfile.ZIP_STORED)
        for name, text in files.items():
            archive.writestr(name, faulty(text, faults))
    return path


def pdf(path: Path, variant: str | None, faults: Mapping[str, str] | None = None) -> Path:
    """Write the PDF in a variant of WeasyPrint's, such as pdf/a-3a, with such faults."""
    fonts = Path(font_source_serif_pro.__file__).with_name("files")
    html = HTML(string=faulty(PRINT, faults), base_url=fonts.as_uri() + "/")
    html.write_pdf(path, pdf_variant=variant)
    return path


def faulty(text: str, faults: Mapping[str, str] | None) -> str:
    """Return the text with the faults put in."""
    for right, wrong in (faults or {}).items():
        text = text.replace(right, wrong)
    return text
