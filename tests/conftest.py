"""What all tests share: the judges' fixtures, and the sample documents beside the checkout."""

import os
from pathlib import Path

import pytest

pytest_plugins = ["pytester", "tests.judges.plugin"]

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = Path(os.environ.get("LETTERBOOK_SAMPLES", ROOT.parent / "shared" / "samples"))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the flag that writes the expectations of the cases anew."""
    parser.addoption(
        "--rewrite-cases", action="store_true", help="write what the cases expect, to be read"
    )


@pytest.fixture
def rewrite_cases(request: pytest.FixtureRequest) -> bool:
    """Whether the expectations of the cases are to be written anew."""
    return bool(request.config.getoption("--rewrite-cases"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip, visibly, the tests marked `samples` where the samples are not."""
    if SAMPLES.is_dir():
        return
    for item in items:
        if item.get_closest_marker("samples"):
            item.add_marker(pytest.mark.skip(reason=f"there are no samples in {SAMPLES}"))


@pytest.fixture(scope="session")
def samples() -> Path:
    """Return the folder of sample documents, for tests marked `samples`."""
    return SAMPLES
