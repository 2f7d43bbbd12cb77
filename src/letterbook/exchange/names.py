"""Names of people and organisations, as far as they can be taken apart."""

from __future__ import annotations

from letterbook.metadata import People, Person


def csl_names(people: People) -> list[dict[str, str]]:
    """Names as CSL has them: a person filed by the last name in parts, anybody else as one."""
    return [csl_name(person) for person in people]


def csl_name(person: Person) -> dict[str, str]:
    """One name. Only how it is filed tells the last name; of another nothing is guessed."""
    filed = (person.sort or "").split(", ")
    if person.kind == "organisation" or len(filed) not in (2, 3) or not all(filed):
        return {"literal": person.name}
    parts = dict(zip(("family", "given", "suffix"), filed, strict=False))
    return {"family": parts["family"], "given": parts["given"]} | (
        {"suffix": parts["suffix"]} if "suffix" in parts else {}
    )
