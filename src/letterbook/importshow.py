"""``letterbook import`` as people see it: progress, faults, a table, and the file of the account.

Reports come one by one and are let go of: ten thousand sources need no more memory than one.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from letterbook.account import NOTHING, WORDS
from letterbook.diagnostics import Diagnostic, EnvironmentFault, Severity, Span, as_text
from letterbook.importing import Order, Report, find_sources, import_sources

_ROWS = 20
"""With more sources than this the table has a row for each format."""
_WORTH_IT = 4
"""With fewer sources than this, starting processes takes longer than it saves."""


def run_import(order: Order, account: Path | None) -> bool:
    """Import, and show it; tells whether any source had errors."""
    count = sum(1 for _ in find_sources(order))
    if account is not None and account.is_dir():
        raise EnvironmentFault(
            "output-not-writable",
            "this is a folder, and the account is a file",
            "name a file in it with --account",
            str(account),
        )
    table = _Table(count)
    with _workers(count) as executor, _account_file(account) as out, _Show(count) as show:
        try:
            reports = _Reports(import_sources(order, executor))
            for report in reports:
                show.step(report)
                table.add(report)
                if out and report.converted.format:
                    out.write(report)
            show.tell(reports.found)
        finally:
            show.stop()
    table.print()
    if not table.failed and not table.rows:
        print(as_text([_nothing(order)]), file=sys.stderr)
    return table.failed > 0 or not table.rows


def _nothing(order: Order) -> Diagnostic:
    return Diagnostic(
        "nothing-imported",
        "here is nothing that could be imported",
        "name files, or a folder with files, of a kind that “letterbook import --help” tells",
        Span(order.sources[0].as_posix()),
    )


class _Reports:
    """The reports on the sources, and afterwards what is said of the book."""

    def __init__(self, reports: Generator[Report, None, tuple[Diagnostic, ...]]) -> None:
        self.reports = reports
        self.found: tuple[Diagnostic, ...] = ()

    def __iter__(self) -> Iterator[Report]:
        self.found = yield from self.reports


@contextmanager
def _workers(count: int) -> Iterator[Executor | None]:
    processors = (
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    )
    number = min(processors or 1, count)
    if number < 2 or count < _WORTH_IT:
        yield None
        return
    kinds = multiprocessing.get_all_start_methods()
    context = multiprocessing.get_context("forkserver" if "forkserver" in kinds else "spawn")
    if context.get_start_method() == "forkserver":
        context.set_forkserver_preload(["letterbook.conversion"])
    with ProcessPoolExecutor(number, context) as executor:
        yield executor


class _Out:
    def __init__(self, file: IO[str]) -> None:
        self.file = file
        self.rows = 0

    def write(self, report: Report) -> None:
        converted = report.converted
        account = converted.account or NOTHING
        row = account.as_data(
            converted.request.path.as_posix(),
            converted.format or "",
            report.documents,
            converted.diagnostics,
        )
        self.file.write("[\n" if not self.rows else ",\n")
        self.file.write(json.dumps(row, ensure_ascii=False, indent=1))
        self.rows += 1

    def end(self) -> None:
        self.file.write("\n]\n" if self.rows else "[]\n")


@contextmanager
def _account_file(path: Path | None) -> Iterator[_Out | None]:
    """Write the account beside its place, and put it there when it is whole."""
    if path is None:
        yield None
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = tempfile.NamedTemporaryFile(  # noqa: SIM115
            "w", encoding="utf-8", dir=path.parent, prefix=".letterbook-", delete=False
        )
    except OSError as error:
        raise EnvironmentFault(
            "output-not-writable",
            f"the account cannot be written here: {error.strerror}",
            "name another file with --account",
            str(path),
        ) from error
    beside = Path(file.name)
    try:
        with file:
            out = _Out(file.file)
            yield out
            out.end()
        beside.chmod(0o644)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


class _Show:
    """A bar on a terminal, a line for each source elsewhere; faults as they come."""

    def __init__(self, count: int) -> None:
        self.console = Console(stderr=True)
        self.with_hints = count == 1
        self.told: set[Diagnostic] = set()
        """What was said of other files than the sources."""
        self.progress = (
            Progress(
                TextColumn("importing"),
                BarColumn(),
                MofNCompleteColumn(),
                TextColumn("{task.fields[name]}"),
                console=self.console,
                transient=True,
            )
            if self.console.is_terminal and count > 1
            else None
        )
        self.task = self.progress.add_task("", total=count, name="") if self.progress else None

    def __enter__(self) -> _Show:
        if self.progress:
            self.progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        if self.progress:
            self.progress.stop()

    def step(self, report: Report) -> None:
        converted = report.converted
        name = converted.request.path.as_posix()
        worth = [
            d for d in converted.diagnostics if self.with_hints or d.severity is not Severity.HINT
        ]
        # What is wrong with a profile is wrong for all sources.
        worth = [d for d in worth if d.span.file == name or d not in self.told]
        self.told.update(d for d in worth if d.span.file != name)
        if worth:
            self._print(as_text(worth, name))
        if self.progress and self.task is not None:
            self.progress.update(self.task, advance=1, name=converted.request.path.name)
        elif report.documents:
            number = len(report.documents)
            self._print(f"{name}: {number} document{'s' if number > 1 else ''}")
        if converted.entries:
            number, taken = converted.entries
            self._print(f"{name}: a register; {taken} of {number} entries are in the index")

    def tell(self, found: Sequence[Diagnostic]) -> None:
        """Say what is to be said of the book."""
        if found:
            self._print(as_text(found))

    def _print(self, text: str) -> None:
        if self.progress:
            self.progress.console.print(text, markup=False, highlight=False, soft_wrap=True)
        else:
            print(text, file=sys.stderr)


class _Table:
    """The summary: where the words went."""

    def __init__(self, count: int) -> None:
        self.by_source = count <= _ROWS
        self.rows: dict[str, Counter[str]] = {}
        self.done = self.failed = self.passed = self.documents = self.registers = 0
        self.hints = 0
        """How many were not shown."""
        self.count = count

    def add(self, report: Report) -> None:
        converted = report.converted
        if report.failed:
            self.failed += 1
            return
        if not converted.format:
            self.passed += 1
            return
        if converted.entries:
            self.registers += 1
        else:
            self.done += 1
        self.documents += len(report.documents)
        if self.count > 1:
            self.hints += sum(d.severity is Severity.HINT for d in converted.diagnostics)
        name = converted.request.path.as_posix() if self.by_source else converted.format
        row = self.rows.setdefault(name, Counter())
        row["documents"] += len(report.documents)
        row.update((converted.account or NOTHING).words)

    def print(self) -> None:
        table = Table(box=None, pad_edge=False)
        table.add_column("source" if self.by_source else "format")
        for name in ("documents", *WORDS):
            table.add_column(
                "words" if name == "source" else name.replace("_", " "), justify="right"
            )
        names = Counter(name.rpartition("/")[2] for name in self.rows)
        for name, row in self.rows.items():
            short = name.rpartition("/")[2]
            shown = short if names[short] == 1 else name
            table.add_row(shown, *(f"{row[key]:,}" for key in ("documents", *WORDS)))
        console = Console(width=None if sys.stdout.isatty() else 120)
        if self.rows:
            console.print(table)
        console.print(self.summary(), markup=False, highlight=False)

    def summary(self) -> str:
        parts = [f"{self.done} imported, {self.documents} document{'s' * (self.documents != 1)}"]
        if self.registers:
            parts.append(f"{self.registers} register{'s' if self.registers > 1 else ''}")
        if self.failed:
            parts.append(f"{self.failed} with errors, of which nothing was written")
        if self.passed:
            parts.append(f"{self.passed} of no known kind")
        if self.hints:
            parts.append(f"{self.hints} hint{'s' if self.hints > 1 else ''}, told by --account")
        return "; ".join(parts)
