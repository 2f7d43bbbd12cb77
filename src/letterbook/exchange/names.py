"""Names of people and organisations, as far as they can be taken apart."""

from __future__ import annotations

from collections.abc import Mapping

from letterbook.metadata import People, Person

_KEYS = ("family", "given", "dropping-particle", "suffix")


def csl_names(people: People) -> list[dict[str, str]]:
    """Names as CSL has them: a person filed by the last name in parts, anybody else as one."""
    return [csl_name(person) for person in people]


def csl_name(person: Person) -> dict[str, str]:
    """One name. Only how it is filed tells the last name; of another nothing is guessed."""
    filed = (person.sort or "").split(", ")
    if person.kind == "organisation" or len(filed) not in (2, 3) or not all(filed):
        return {"literal": person.name}
    parts = dict(zip(("family", "given", "suffix"), filed, strict=False))
    given, _, particle = parts["given"].rpartition(" ")
    if given and is_elided(particle):
        # Of “Orgeval, Élise d’” everybody else would make “Élise d’ Orgeval”.
        parts |= {"given": given, "dropping-particle": particle}
    return {key: parts[key] for key in _KEYS if key in parts}


def is_elided(particle: str) -> bool:
    """Whether nothing comes between a particle and the name: d’, as de before a vowel."""
    return particle.endswith(("’", "'"))


def given_name(person: Mapping[str, str]) -> str:
    """The first name with the particle after it, for formats that have no place for that."""
    return " ".join(filter(None, (person["given"], person.get("dropping-particle"))))
