"""``make bench``: what a build costs, beside other tools, in one run on one machine.

Machines are noisy and differ, so the figures to read are the ratios. Every command is a whole
process, started cold; commands that are compared take turns; the median of the runs is shown.
"""

from __future__ import annotations

import json
import os
import re
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

from tests.longbook import write_long_book

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


_STAGES = """import json, resource, sys, time
start = time.perf_counter()
from pathlib import Path
from letterbook.build import build
stages = [["starting", start]]
def note(name):
    stages.append([name, time.perf_counter()])
build(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3].split(","), progress=note)
note("")
taken = [[name, end - begun] for (name, begun), (_, end) in zip(stages, stages[1:])]
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({"stages": taken, "peak": peak}))
"""
"""Builds a book, and tells the time of each stage."""


def stages(book: Path, out: Path, formats: str) -> tuple[dict[str, float], Cost]:
    """Build a book in a process of its own; give the seconds of each stage, and the whole."""
    start = time.perf_counter()
    made = subprocess.run(
        [sys.executable, "-c", _STAGES, book, out, formats],
        check=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    seconds = time.perf_counter() - start
    said = json.loads(made.stdout)
    per_megabyte = 2**20 if sys.platform == "darwin" else 2**10
    return dict(said["stages"]), Cost(seconds, said["peak"] / per_megabyte)


GROWTH = 5
"""How many times as many letters the larger volume has."""


def volume(folder: Path, samples: Path) -> Path:
    """Make the volume: the book of 215 letters of the samples, or as many invented ones."""
    book = folder / "volume"
    page = samples / "beethoven-letters" / "volume-1.htm"
    if not page.is_file():
        return write_long_book(book, letters=215)
    run([sys.executable, "-m", "letterbook", "import", page, "--into", book])
    shutil.copyfile(ROOT / "tests" / "volume-index.yaml", book / "index.yaml")
    return book


def times(book: Path, number: int) -> Path:
    """Make a book of several times as many letters."""
    larger = book.with_name(f"{book.name}-times-{number}")
    shutil.copytree(book, larger, ignore=shutil.ignore_patterns("letters"))
    (larger / "letters").mkdir()
    for copy in range(number):
        for letter in (book / "letters").glob("*.md"):
            shutil.copyfile(letter, larger / "letters" / f"{copy}-{letter.name}")
    return larger


def as_one_markdown(book: Path, file: Path) -> Path:
    """Write a book's letters as one file for Pandoc, the labels of notes told apart."""
    parts = []
    for letter in sorted((book / "letters").glob("*.md")):
        _, front, text = letter.read_text(encoding="utf-8").split("---\n", 2)
        title = next(line[7:] for line in front.splitlines() if line.startswith("title: "))
        text = re.sub(r"\[\^([^\]]+)\]", rf"[^{letter.stem}-\1]", text)
        parts.append(f"# {title}\n\n{text}\n")
    file.write_text("\n".join(parts), encoding="utf-8")
    return file


def volumes(folder: Path, samples: Path) -> None:
    """A volume, and five times as many letters: each format and stage; Pandoc and WeasyPrint."""
    small = volume(folder, samples)
    large = times(small, GROWTH)
    print("\nA volume, and the same times five: each stage, cold\n")
    print(f"{'':44} {'seconds':>8} {'MB':>6} {'seconds':>8} {'MB':>6} {'growth':>7}")
    for to in ("html", "epub", "pdf", "html,epub,pdf"):
        of_small, small_cost = stages(small, folder / "small", to)
        of_large, large_cost = stages(large, folder / "large", to)
        growth = large_cost.seconds / small_cost.seconds
        print(
            f"{to:44} {small_cost.seconds:8.2f} {small_cost.megabytes:6.0f}"
            f" {large_cost.seconds:8.2f} {large_cost.megabytes:6.0f} {growth:7.2f}"
        )
        for name, seconds in of_small.items():
            more = of_large.get(name, 0.0)
            times_as_long = f"{more / seconds:7.2f}" if seconds > 0.05 else ""
            print(f"  {name:42} {seconds:8.2f} {'':6} {more:8.2f} {'':6} {times_as_long}")
    for book, name, runs in ((small, "small", 3), (large, "large", 1)):
        count = len(list((book / "letters").glob("*.md")))
        letterbook: list[str | Path] = [sys.executable, "-m", "letterbook", "build", book]
        letterbook += ["--quiet", "--out"]
        markdown = as_one_markdown(book, folder / f"{name}.md")
        pandoc = "Pandoc: the same letters to EPUB"
        costs = measure(
            [
                Subject("letterbook build --to epub", [*letterbook, folder / name, "--to", "epub"]),
                Subject(
                    pandoc,
                    [pypandoc.get_pandoc_path(), markdown, "--metadata", "title=Letters", "--toc",
                     "--resource-path", book, "--output", folder / f"{name}.epub"],
                ),
            ],
            runs,
        )  # fmt: skip
        show(f"{count} letters to EPUB", costs, pandoc)
        weasyprint = "WeasyPrint alone: the print HTML to PDF"
        costs = measure(
            [
                Subject("letterbook build --to pdf", [*letterbook, folder / name, "--to", "pdf"]),
                Subject(
                    weasyprint,
                    [sys.executable, "-m", "weasyprint", "--quiet", "--pdf-variant=pdf/a-3a",
                     folder / name / "print" / "index.html", folder / "bare.pdf"],
                ),
            ],
            1,
        )  # fmt: skip
        show(f"{count} letters to PDF", costs, weasyprint)


def main() -> None:
    """Run every benchmark."""
    samples = Path(os.environ.get("LETTERBOOK_SAMPLES", ROOT.parent / "shared" / "samples"))
    with tempfile.TemporaryDirectory() as folder:
        founding_edition(Path(folder))
        imports(Path(folder), samples)
        memory(Path(folder))
        volumes(Path(folder), samples)


if __name__ == "__main__":
    main()
