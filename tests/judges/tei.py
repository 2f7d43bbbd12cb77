"""TEI's own schema of everything, tei_all, as the judge of what is exported.

What enters are the bytes of a file; what leaves is a line for each thing that the schema does not
allow. The schema is that of TEI P5 4.3.0; ``make test`` fetches it. Its rules in Schematron, which
ask for more than a grammar can, are not applied.
"""

import sys
from functools import cache
from pathlib import Path

from lxml import etree

from .tools import JudgeMissing

SCHEMA = Path("share", "tei", "tei_all.rng")
"""Where it is, beside Python's own packages."""


@cache
def _schema() -> etree.RelaxNG:
    """Read the schema, which takes seconds, once for a process."""
    path = Path(sys.prefix) / SCHEMA
    if not path.is_file():
        raise JudgeMissing("TEI's schema")
    return etree.RelaxNG(etree.parse(path))


def tei_faults(data: bytes) -> list[str]:
    """Return what is wrong with a TEI file, with its lines; nothing when it is valid."""
    schema = _schema()
    if schema.validate(etree.fromstring(data)):
        return []
    return [f"line {fault.line}: {fault.message}" for fault in schema.error_log] or ["invalid"]
