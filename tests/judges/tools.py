"""Finding and running the programs that the judges are.

What enters is the name of a command; what leaves is its path and its output, or a `JudgeMissing`
that names what is not installed and what installs it.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

INSTALL = "`make test` installs it on Debian; elsewhere it names the package"

# npm installs beside this file.
NODE_MODULES = Path(__file__).with_name("node_modules")


class JudgeMissing(Exception):
    """A judge is not installed. Its text says which, and what to do."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what} is not installed ({INSTALL})")


class JudgeBroken(Exception):
    """A judge gave no verdict: it crashed, hung, or said what nobody understands."""


def command(name: str, variable: str | None = None) -> str:
    """Return the path of the command `name`; an environment variable may name another.

    The commands beside Python come first: there is the Node that Ace was installed with.
    """
    wanted = (os.environ.get(variable) if variable else None) or name
    beside_python = str(Path(sys.executable).parent)
    found = shutil.which(wanted, path=beside_python) or shutil.which(wanted)
    if found is None:
        raise JudgeMissing(wanted)
    return found


def chromium() -> str:
    """Return the path of Chromium, which the variable CHROMIUM may name."""
    return command("chromium", "CHROMIUM")


def node_package(name: str) -> Path:
    """Return the folder of a package that npm installed."""
    folder = NODE_MODULES / name
    if not folder.is_dir():
        raise JudgeMissing(f"{name}, from npm,")
    return folder


def run(
    arguments: Sequence[str | Path],
    *,
    expected: Sequence[int] = (0,),
    seconds: float = 120,
    environment: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a judge and return what it said. Any exit code but the expected ones is a breakdown."""
    try:
        done = subprocess.run(
            [str(argument) for argument in arguments],
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
            env={**os.environ, **(environment or {})},
        )
    except subprocess.TimeoutExpired as error:
        raise JudgeBroken(f"{arguments[0]} gave no verdict in {seconds:g} seconds") from error
    if done.returncode not in expected:
        said = (done.stdout + done.stderr).strip()
        raise JudgeBroken(f"{arguments[0]} ended with {done.returncode}: {said}")
    return done
