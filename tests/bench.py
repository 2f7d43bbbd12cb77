"""``make bench``: what a build costs, beside other tools, in one run on one machine.

Machines are noisy and differ, so the figures to read are the ratios. Every command is a whole
process, started cold; commands that are compared take turns; the median of the runs is shown.
"""

from __future__ import annotations

import os
import shlex
import shutil
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
    process = subprocess.Popen(
        [str(word) for word in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, process.args)
    per_megabyte = 2**20 if sys.platform == "darwin" else 2**10
    return Cost(seconds, usage.ru_maxrss / per_megabyte)


def measure(subjects: Sequence[Subject], runs: int = RUNS) -> dict[str, Cost]:
    """Run the subjects in turn, once to warm the disk and then to count; give medians."""
    costs: dict[str, list[Cost]] = {subject.name: [] for subject in subjects}
    for turn in range(runs + 1):
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


_PAGE = """<html><head><title>{title}</title></head><body>
<p class="title">Anna Reed</p><h1>{title}</h1><hr class="infotop">
<p class="information"><span class="info">Written:</span> {day} March, 1893;<br>
<span class="info">Source:</span> <em>The Keepers</em>, Harbour Press, London, 1912, p. {day};<br>
<span class="info">Transcription:</span> M. Bell.</p><hr class="infobot">
{paragraphs}
<h3>Notes</h3>
{notes}
<p class="footer"><a href="../index.htm">Anna Reed Archive</a></p></body></html>"""


def pages(folder: Path, number: int) -> list[Path]:
    """Write pages like those of marxists.org, each with some 1,500 words and ten notes."""
    folder.mkdir()
    for page in range(number):
        words = [f"lamp{(page * 31 + n * 7) % 997}" for n in range(140)]
        paragraphs = "\n".join(
            f'<p>{" ".join(words)}, and <em>no more</em>.<sup><a name="f{n}" href="#n{n}">[{n}]</a>'
            "</sup></p>"
            for n in range(1, 11)
        )
        notes = "\n".join(
            f'<p class="endnote"><a name="n{n}" href="#f{n}">{n}.</a> A note of page {page}.</p>'
            for n in range(1, 11)
        )
        title = f"To Peter Finch, {page + 1}"
        text = _PAGE.format(title=title, day=page % 28 + 1, paragraphs=paragraphs, notes=notes)
        (folder / f"page{page:04}.htm").write_text(text, encoding="utf-8")
    return sorted(folder.iterdir())


COPIES = 5
"""How often the pages are there: what reads folders is made for many."""


def one_by_one(command: Sequence[str | Path], files: Sequence[Path]) -> list[str | Path]:
    """Give a command that reads files with a process for each, as a shell's loop does."""
    loop = 'for file in "$@"; do "${command[@]}" "$file" >/dev/null 2>&1 || exit 1; done'
    words = shlex.join(str(word) for word in command)
    return ["bash", "-c", f"command=({words}); {loop}", "bash", *files]


def imports(folder: Path, samples: Path) -> None:
    """Pages of HTML to Markdown, beside Pandoc reading the same: one by one, and as a folder."""
    source, originals = folder / "pages", samples / "marxists-html"
    if originals.is_dir():
        for copy in range(COPIES):
            shutil.copytree(originals, source / str(copy))
    else:
        pages(source, 44 * COPIES)
    files = sorted(source.rglob("*.htm*"))
    first = files[:: 4 * COPIES]
    letterbook = [sys.executable, "-m", "letterbook", "import", "--force", "--into"]
    pandoc = [pypandoc.get_pandoc_path(), "--from", "html", "--to", "markdown", "--output"]
    each = "Pandoc, a process for each file"
    costs = measure(
        [
            Subject(
                "letterbook import, a process for each",
                one_by_one([*letterbook, folder / "1"], first),
            ),
            Subject(each, one_by_one([*pandoc, folder / "1.md"], first)),
        ],
        runs=2,
    )
    show(f"{len(first)} pages of HTML to Markdown, one by one", costs, each)
    costs = measure(
        [
            Subject("letterbook import, the folder", [*letterbook, folder / "2", source]),
            Subject(each, one_by_one([*pandoc, folder / "2.md"], files)),
            Subject("Pandoc, one process, one document", [*pandoc, folder / "3.md", *files]),
        ],
        runs=2,
    )
    show(f"{len(files)} pages of HTML to Markdown, as a folder", costs, each)
    for name, cost in costs.items():
        print(f"{name:44} {len(files) / cost.seconds:8.1f} pages in a second")


_ON_ONE = """import os, runpy, sys
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
sys.argv = ["letterbook", *sys.argv[1:]]
runpy.run_module("letterbook", run_name="__main__", alter_sys=True)"""
"""On one processor, one process does all, and its memory is that of the whole."""


def memory(folder: Path) -> None:
    """What more files cost in memory: nothing."""
    costs: dict[str, Cost] = {}
    for number in (100, 400, 1600):
        source = folder / f"of{number}"
        pages(source, number)
        into = folder / f"into{number}"
        costs[f"letterbook import, {number} pages"] = run(
            [sys.executable, "-c", _ON_ONE, "import", source, "--into", into]
        )
    show("A folder of pages as it grows, on one processor", costs, "letterbook import, 100 pages")


def main() -> None:
    """Run every benchmark."""
    samples = Path(os.environ.get("LETTERBOOK_SAMPLES", ROOT.parent / "shared" / "samples"))
    with tempfile.TemporaryDirectory() as folder:
        founding_edition(Path(folder))
        imports(Path(folder), samples)
        memory(Path(folder))


if __name__ == "__main__":
    main()
