"""What pytest needs to know of the judges: the fixtures that share them, and what a missing one is.

A judge that is not installed makes a visible skip on somebody's own machine, and a failure in
continuous integration (when the variable CI is set), where a skip would be a promise not kept.
"""

import os
from collections.abc import Generator, Iterator

import pytest

from .browser import Browser
from .java import JavaJudges
from .tools import JudgeMissing


def in_ci() -> bool:
    """Return whether this runs in continuous integration."""
    return os.environ.get("CI", "").lower() not in ("", "0", "false")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup() -> Generator[None, None, None]:
    """Treat a judge that a fixture misses."""
    yield from skip_what_is_missing()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Generator[None, None, None]:
    """Treat a judge that a test misses."""
    yield from skip_what_is_missing()


def skip_what_is_missing() -> Generator[None, None, None]:
    """Turn a missing judge into a skip, unless this is continuous integration."""
    try:
        yield
    except JudgeMissing as missing:
        if in_ci():
            raise
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def java_judges() -> Iterator[JavaJudges]:
    """EPUBCheck and veraPDF, started once for all tests of a process."""
    with JavaJudges() as judges:
        yield judges


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, started once for all tests of a process; each visit has a profile of its own."""
    with Browser() as browser:
        yield browser
