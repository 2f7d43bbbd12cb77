"""The judges of a PDF that are small commands: qpdf for its form, Poppler for its fonts.

What enters is the path of a PDF; what leaves is a report, or a list of fonts.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from .tools import JudgeBroken, command, run

# name, type, encoding, emb, sub, uni, object
ROW = re.compile(r"(\S+)\s+(\S.*?)\s+\S+\s+(yes|no)\s+(yes|no)\s+(yes|no)\s+\d+\s+\d+")


@dataclass(frozen=True)
class QpdfReport:
    """What `qpdf --check` says."""

    clean: bool
    """Whether there is neither an error nor a warning."""
    text: str

    def __str__(self) -> str:
        """Give qpdf's own words."""
        return self.text


def qpdf_check(pdf: Path) -> QpdfReport:
    """Return whether the form of a PDF is sound."""
    # 2 is an error, 3 a warning.
    done = run([command("qpdf"), "--check", pdf], expected=(0, 2, 3))
    return QpdfReport(clean=done.returncode == 0, text=(done.stdout + done.stderr).strip())


@dataclass(frozen=True)
class Font:
    """A font that a PDF uses."""

    name: str
    """With the tag that marks a subset, such as ABCDEF+SourceSerifPro-Regular."""
    kind: str
    """Such as "CID Type 0C"."""
    embedded: bool
    subset: bool
    unicode: bool
    """Whether its characters can be copied and read aloud."""


def pdffonts(pdf: Path) -> list[Font]:
    """Return the fonts of a PDF."""
    lines = run([command("pdffonts"), pdf]).stdout.splitlines()[2:]
    return [font(line) for line in lines]


def font(line: str) -> Font:
    """Return the font that a line of pdffonts tells of. A long name shifts its columns."""
    row = ROW.fullmatch(line.strip())
    if row is None:
        raise JudgeBroken(f"pdffonts said what nobody understands: {line}")
    name, kind, embedded, subset, unicode = row.groups()
    return Font(name, kind, embedded == "yes", subset == "yes", unicode == "yes")
