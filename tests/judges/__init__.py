"""The field's own judges, each behind a small typed function, and what it takes to call them.

What enters is the path of a file that Letterbook made, or the address of a page; what leaves is a
frozen report whose `str()` says what is wrong, so that `assert report.clean, report` explains
itself.

- `java.JavaJudges`: EPUBCheck and veraPDF, in one Java process.
- `ace.ace`: DAISY Ace, for the accessibility of an EPUB.
- `pdf.qpdf_check`, `pdf.pdffonts`: the form of a PDF, and its fonts.
- `tei.tei_faults`: TEI's own schema, for an export.
- `browser.Browser`: Chromium, with axe-core for the accessibility of a page.
- `reader.reading`: a reading system with an EPUB open in it.

A judge that is not installed raises `tools.JudgeMissing`; `plugin` makes a skip of that, or in
continuous integration a failure.
"""
