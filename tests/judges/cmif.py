"""The rules of CMIF, as a schema, and those that a schema cannot say.

What enters are the bytes of a file; what leaves is a line for each thing that is wrong.
"""

from pathlib import Path

from lxml import etree

_SCHEMA = Path(__file__).with_name("cmif.rng")
_TEI = "{http://www.tei-c.org/ns/1.0}"
_XML_ID = "{http://www.w3.org/XML/1998/namespace}id"


def cmif_faults(data: bytes) -> list[str]:
    """Return what is wrong with a CMIF file; nothing when it is valid."""
    root = etree.fromstring(data)
    schema = etree.RelaxNG(etree.parse(_SCHEMA))
    schema.validate(root)
    faults = [f"line {fault.line}: {fault.message}" for fault in schema.error_log]
    sources = {f"#{bibl.get(_XML_ID)}" for bibl in root.iter(f"{_TEI}bibl")}
    faults += [
        f"line {letter.sourceline}: there is no source {letter.get('source')}"
        for letter in root.iter(f"{_TEI}correspDesc")
        if letter.get("source") not in sources
    ]
    return faults
