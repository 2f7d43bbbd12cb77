"""``make bench``: what a build costs, beside other tools, in one run on one machine.

Machines are noisy and differ, so the figures to read are the ratios. Every command is a whole
process, started cold; commands that are compared take turns; the median of the runs is shown.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pypandoc

ROOT = Path(__file__).resolve().parent.parent
RUNS = 5


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run of a command took."""

    seconds: float
    """Wall clock."""
    megabytes: float
    """Peak resident memory of the process."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A command that is measured."""

    name: str
    command: Sequence[str | Path]


def run(command: Sequence[str | Path]) -> Cost:
    """Run a command to its end; raises CalledProcessError when it fails."""
    start = time.perf_counter()
    process = subprocess.Popen([str(word) for word in command], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, process.args)
    per_megabyte = 2**20 if sys.platform == "darwin" else 2**10
    return Cost(seconds, usage.ru_maxrss / per_megabyte)


def measure(subjects: Sequence[Subject]) -> dict[str, Cost]:
    """Run the subjects in turn, once to warm the disk and RUNS times to count; give medians."""
    costs: dict[str, list[Cost]] = {subject.name: [] for subject in subjects}
    for turn in range(RUNS + 1):
        for subject in subjects:
            cost = run(subject.command)
            if turn:
                costs[subject.name].append(cost)
    return {
        name: Cost(
            statistics.median(cost.seconds for cost in of_one),
            statistics.median(cost.megabytes for cost in of_one),
        )
        for name, of_one in costs.items()
    }


def show(title: str, costs: dict[str, Cost], beside: str) -> None:
    """Print a table; ``beside`` names the row that the ratios are to."""
    print(f"\n{title}\n")
    print(f"{'':44} {'seconds':>8} {'ratio':>6} {'MB':>6}")
    for name, cost in costs.items():
        ratio = cost.seconds / costs[beside].seconds
        print(f"{name:44} {cost.seconds:8.2f} {ratio:6.2f} {cost.megabytes:6.0f}")


def founding_edition(folder: Path) -> None:
    """The founding book cold, beside a bare WeasyPrint run and Pandoc."""
    letterbook: list[str | Path] = [
        sys.executable,
        "-m",
        "letterbook",
        "build",
        ROOT / "book",
        "--quiet",
    ]
    made = folder / "made"
    run([*letterbook, "--out", made])
    letter = ROOT / "book" / "letters" / "baku.md"
    print_html = made / "print" / "index.html"
    weasyprint = "WeasyPrint alone: the print HTML to PDF"
    costs = measure(
        [
            Subject("letterbook build: HTML, EPUB and PDF", [*letterbook, "--out", made]),
            *(
                Subject(f"letterbook build --to {to}", [*letterbook, "--to", to, "--out", made])
                for to in ("html", "epub", "pdf")
            ),
            Subject(
                weasyprint,
                [sys.executable, "-m", "weasyprint", "--quiet", "--pdf-variant=pdf/a-3a",
                 print_html, folder / "bare.pdf"],
            ),
            Subject(
                "Pandoc: the same letter to EPUB",
                [pypandoc.get_pandoc_path(), letter, "--output", folder / "pandoc.epub"],
            ),
        ]
    )  # fmt: skip
    show("The founding edition", costs, weasyprint)


def main() -> None:
    """Run every benchmark."""
    with tempfile.TemporaryDirectory() as folder:
        founding_edition(Path(folder))


if __name__ == "__main__":
    main()
