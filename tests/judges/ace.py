"""DAISY Ace, the judge of an EPUB's accessibility.

What enters is the path of an EPUB; what leaves is a report with every violation. Ace looks at the
book in Chromium: some four seconds, and less than one more for each document.
"""

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .tools import JudgeBroken, chromium, command, node_package, run


@dataclass(frozen=True)
class AceViolation:
    """One thing that Ace finds wrong."""

    rule: str
    """Such as color-contrast."""
    impact: str
    """minor, moderate, serious or critical."""
    path: str
    """The file inside the EPUB."""
    text: str
    html: str
    """The element that offends, when there is one."""

    def __str__(self) -> str:
        """Draw the violation as one line."""
        return f"{self.impact} {self.rule} {self.path} {self.text} {self.html}".rstrip()


@dataclass(frozen=True)
class AceReport:
    """Ace's verdict."""

    outcome: str
    """pass or fail."""
    documents: int
    """How many files were looked at: none would mean that nothing was judged."""
    violations: tuple[AceViolation, ...]

    @property
    def clean(self) -> bool:
        """Whether it passed with no violation of any impact."""
        return self.outcome == "pass" and self.documents > 0 and not self.violations

    def __str__(self) -> str:
        """Draw every violation, a line each."""
        return "\n".join(str(violation) for violation in self.violations) or self.outcome


def ace(epub: Path) -> AceReport:
    """Return what Ace finds in an EPUB."""
    script = node_package("@daisy/ace") / "bin" / "ace-puppeteer.js"
    with tempfile.TemporaryDirectory() as folder:
        # Ace exits with 0 whatever it finds. It keeps a log in the user's home; ours goes here.
        done = run(
            [command("node"), script, "--silent", "--force", "--outdir", folder, epub.absolute()],
            environment={
                "PUPPETEER_EXECUTABLE_PATH": chromium(),
                "ACE_TIMEOUT_INITIAL": "60000",
                "XDG_CONFIG_HOME": folder,
                "XDG_STATE_HOME": folder,
            },
        )
        report = Path(folder, "report.json")
        if not report.exists():
            raise JudgeBroken(f"Ace gave no verdict on {epub}: {done.stdout}{done.stderr}")
        return read(json.loads(report.read_text(encoding="utf-8")))


def read(report: dict[str, Any]) -> AceReport:
    """Return the report that Ace wrote, in which each document has a list of assertions."""
    return AceReport(
        outcome=report["earl:result"]["earl:outcome"],
        documents=len(report["assertions"]),
        violations=tuple(
            AceViolation(
                rule=assertion["earl:test"]["dct:title"],
                impact=assertion["earl:test"]["earl:impact"],
                path=document["earl:testSubject"]["url"],
                text=assertion["earl:result"]["dct:description"],
                html=assertion["earl:result"].get("html", ""),
            )
            for document in report["assertions"]
            for assertion in document["assertions"]
        ),
    )
