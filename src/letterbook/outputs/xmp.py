"""XMP metadata (ISO 16684-1) for a PDF that is PDF/A and PDF/UA at once."""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree
from lxml.etree import _Element as Element

from letterbook.model import Edition

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_DC = "http://purl.org/dc/elements/1.1/"
_UA = "http://www.aiim.org/pdfua/ns/id/"
_EXTENSION = "http://www.aiim.org/pdfa/ns/extension/"
_SCHEMA = "http://www.aiim.org/pdfa/ns/schema#"
_PROPERTY = "http://www.aiim.org/pdfa/ns/property#"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def complete_xmp(packet: bytes, edition: Edition) -> bytes:
    """Add to an XMP packet what PDF/UA and a catalogue want, inside its one ``rdf:RDF``.

    PDF/A lets no property in that is not described, so ``pdfuaid:part`` brings the description
    of its schema (ISO 19005-2, 6.6.2.3.3).
    """
    start, end = packet.index(b"<x:xmpmeta"), packet.index(b"</x:xmpmeta>") + len(b"</x:xmpmeta>")
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    meta = etree.fromstring(packet[start:end], parser)
    rdf = meta.find(f"{{{_RDF}}}RDF")
    assert rdf is not None
    ua = _description(rdf, {"pdfuaid": _UA})
    etree.SubElement(ua, f"{{{_UA}}}part").text = "1"
    _describe_schema(rdf)
    _dublin_core(rdf, edition)
    return packet[:start] + etree.tostring(meta) + packet[end:]


def _description(rdf: Element, namespaces: dict[str, str]) -> Element:
    description: Element = etree.SubElement(
        rdf, f"{{{_RDF}}}Description", {f"{{{_RDF}}}about": ""}, nsmap=namespaces
    )
    return description


def _describe_schema(rdf: Element) -> None:
    names = {"pdfaExtension": _EXTENSION, "pdfaSchema": _SCHEMA, "pdfaProperty": _PROPERTY}
    description = _description(rdf, names)
    schemas = etree.SubElement(description, f"{{{_EXTENSION}}}schemas")
    schema = _item(schemas, "Bag")
    for key, value in (
        ("schema", "PDF/UA identification schema"),
        ("namespaceURI", _UA),
        ("prefix", "pdfuaid"),
    ):
        etree.SubElement(schema, f"{{{_SCHEMA}}}{key}").text = value
    entry = _item(etree.SubElement(schema, f"{{{_SCHEMA}}}property"), "Seq")
    for key, value in (
        ("name", "part"),
        ("valueType", "Integer"),
        ("category", "internal"),
        ("description", "The part of ISO 14289 that the file conforms to"),
    ):
        etree.SubElement(entry, f"{{{_PROPERTY}}}{key}").text = value


def _item(parent: Element, container: str) -> Element:
    items = etree.SubElement(parent, f"{{{_RDF}}}{container}")
    item: Element = etree.SubElement(items, f"{{{_RDF}}}li")
    item.set(f"{{{_RDF}}}parseType", "Resource")
    return item


def _dublin_core(rdf: Element, edition: Edition) -> None:
    settings = edition.settings
    description = _description(rdf, {"dc": _DC})

    def add(name: str, container: str, values: list[str | None]) -> None:
        present = [value for value in values if value]
        if not present:
            return
        parent = etree.SubElement(description, f"{{{_DC}}}{name}")
        parent = etree.SubElement(parent, f"{{{_RDF}}}{container}")
        for value in present:
            item = etree.SubElement(parent, f"{{{_RDF}}}li")
            item.text = value
            if container == "Alt":
                item.set(_XML_LANG, "x-default")

    add("contributor", "Bag", list(_contributors(edition)))
    add("publisher", "Bag", [settings.publisher])
    add("language", "Bag", [settings.language])
    add("rights", "Alt", [" ".join(t for t in (settings.rights, settings.credit) if t)])
    etree.SubElement(description, f"{{{_DC}}}identifier").text = edition.identifier
    sources = [settings.source.words] if settings.source else []
    # One value, as the schema has it: the printed source, and the digest of what it became here.
    etree.SubElement(description, f"{{{_DC}}}source").text = " ".join(
        [*sources, f"sha256:{edition.digest}"]
    )


def _contributors(edition: Edition) -> Iterable[str]:
    """All who had a hand in the book or in one of its documents, each once."""
    settings = edition.settings
    hands = [settings.translator, settings.editor, settings.transcriber, settings.proofreader]
    for document in edition.documents:
        of = document.metadata
        hands += [of.translator, of.transcriber, of.proofreader]
    return dict.fromkeys(person.name for people in hands for person in people)
