"""Labels, citations, licences and headers: the cases in tests/cases/provenance."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from hypothesis import given
from hypothesis import strategies as st

from letterbook.importers.header import Field, labelled, read_header
from letterbook.metadata import DocumentMetadata
from letterbook.provenance.citations import citation
from letterbook.provenance.labels import meaning
from letterbook.provenance.licences import recognise, split_credit
from letterbook.settings import read_document_metadata
from letterbook.writing import metadata_values, write_mapping
from tests.textcases import Case, cases


def cited(words: str) -> str:
    """The parts of a citation, one a line; stars are around what is emphasised."""
    found = citation(words.replace("*", ""), tuple(re.findall(r"\*(.*?)\*", words)))
    assert found is not None
    assert found.words == words.replace("*", "")
    parts = found.model_dump(exclude_none=True, exclude={"words"})
    return "\n".join(f"{key}: {value}" for key, value in parts.items()) or "only the words"


def stated(words: str) -> str:
    """What a licence statement says."""
    statement = recognise(words)
    licence = statement.licence
    lines = [f"{licence.id} {licence.version or ''}".strip() if licence else "unknown"]
    if len(statement.licences) > 1:
        lines.append(f"names {', '.join(x.id for x in statement.licences)}")
    lines += [licence.url] if licence and licence.url else []
    lines += ["asks for a credit"] if statement.asks_credit else []
    lines += ["forbids derivatives"] if statement.forbids_derivatives else []
    credit = split_credit(words)[1]
    lines += [f"credit: {credit}"] if credit else []
    return "\n".join(lines)


def headed(text: str) -> str:
    """The front matter that a header becomes, and what of it is set aside."""
    fields = []
    for number, line in enumerate(text.split("\n"), start=1):
        match = re.fullmatch(r"(?P<label>[^:]{1,40}): ?(?P<value>.*)", line)
        fields.append(
            Field(match["label"], match["value"], line=number)
            if match
            else Field(None, line, line=number)
        )
    header = read_header(fields)
    metadata = DocumentMetadata.model_validate({**header.values, "title": "T"})
    values = {k: v for k, v in metadata_values(metadata).items() if k not in ("title", "kind")}
    aside = [f"{words}: {reason.value} ({line})" for words, reason, line in header.set_aside]
    return write_mapping(values, tuple(values)) + "\n".join(["--", *aside])


READ: Mapping[str, Callable[[str], str]] = {
    "citations": cited,
    "licences": stated,
    "header": headed,
    "labels": lambda words: ", ".join(meaning(words)) or "not known",
}


@cases("provenance")
def test_provenance(case: Case, rewrite_cases: bool) -> None:
    case.check(READ[case.path.stem](case.given).rstrip("\n"), rewrite_cases)


@given(st.text(max_size=120), st.text(max_size=60))
def test_no_header_fails_or_loses_a_word(value: str, label: str) -> None:
    fields = [Field(label or None, value), Field(None, value), Field("Source", value)]
    header = read_header(fields)
    metadata = DocumentMetadata.model_validate({**header.values, "title": "T"})
    text = metadata.model_dump_json() + "".join(words for words, _, _ in header.set_aside)
    for word in re.findall(r"[^\W_]+", value):
        assert word in text


def test_a_web_address_is_no_label() -> None:
    assert labelled("Source: The Lamp") == ("Source", "The Lamp")
    assert labelled("http://example.org") is None
    assert labelled("He said: go") is None


def test_what_is_written_reads_back() -> None:
    header = read_header(
        [Field("Source", "The Lamp, Vol. 2, 1927, p. 3."), Field("Printer", "A: b")]
    )
    metadata = DocumentMetadata.model_validate({**header.values, "title": "T"})
    values = metadata_values(metadata)
    again, found, _ = read_document_metadata(write_mapping(values, tuple(values)), "x.md", 1)
    assert not found
    assert again == metadata
