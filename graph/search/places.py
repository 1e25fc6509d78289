"""The departments and regions of France, as people type them: by name, and departments by their code too."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import orjson

from graph.search.french import bare, words

DEPARTMENTS_PATH = Path(__file__).resolve().parent.parent.parent / "data" / "departments.json"


class Place(NamedTuple):
    """A department, or a region, with the bare words of its `departments` in a row."""

    label: str
    is_region: bool
    departments: frozenset[str]


def plain_words(name: str) -> tuple[str, ...]:
    """The bare words of a name.

    >>> plain_words("Côtes-d'Armor")
    ('cotes', 'd', 'armor')
    """
    return tuple(bare(word) for word, _, _ in words(name) if bare(word))


@lru_cache(1)
def known_places() -> Mapping[tuple[str, ...], Place]:
    """The departments by name, other name and code, and the regions by name, as bare words.

    >>> known_places()["15",].label, known_places()["bretagne",].is_region
    ('Cantal', True)
    """
    content = orjson.loads(DEPARTMENTS_PATH.read_bytes())
    inside: dict[str, set[str]] = {}
    for row in content["departments"]:
        inside.setdefault(row["region"], set()).add(" ".join(plain_words(row["name"])))
    found: dict[tuple[str, ...], Place] = {}
    for row in content["regions"]:
        region = Place(row["name"], True, frozenset(inside[row["code"]]))
        found |= {plain_words(name): region for name in (row["name"], *row["also"])}
    # A region of one department has its name: whoever types it means the department.
    for row in content["departments"]:
        department = Place(row["name"], False, frozenset([" ".join(plain_words(row["name"]))]))
        found |= {plain_words(name): department for name in (row["name"], row["code"], *row["also"])}
    return found


@lru_cache(1)
def place_words() -> frozenset[str]:
    """The bare words of all those names.

    >>> "cantal" in place_words(), "lire" in place_words()
    (True, False)
    """
    return frozenset(word for name in known_places() for word in name)
