"""A judge that is missing is a skip on somebody's own machine, and a failure where CI is set."""

import pytest

from tests.conftest import ROOT

TESTS = """
    from pathlib import Path

    from tests.judges.ace import ace
    from tests.judges.pdf import qpdf_check

    pytest_plugins = ["tests.judges.plugin"]

    def test_in_a_test():
        qpdf_check(Path("any.pdf"))

    def test_in_a_fixture(java_judges):
        raise AssertionError("not reached")

    def test_of_a_browser(browser):
        raise AssertionError("not reached")

    def test_of_node():
        ace(Path("any.epub"))
"""


@pytest.fixture
def bare(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A run of tests that need judges, on a machine that has none."""
    pytester.makeconftest("")
    pytester.makepyfile(TESTS)
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    return pytester


def test_a_skip_with_its_reason(bare: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    result = bare.runpytest_subprocess("-rs")
    result.assert_outcomes(skipped=4)
    for judge in ("qpdf", "java", "chromium"):
        result.stdout.fnmatch_lines(f"SKIPPED*{judge} is not installed*")


def test_a_failure_in_ci(bare: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    result = bare.runpytest_subprocess("-rf")
    result.assert_outcomes(failed=2, errors=2)
    result.stdout.fnmatch_lines("*JudgeMissing: qpdf is not installed*")
