"""The departments and regions of France, as people type them: by name, and departments by their code too."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from graph.places import places
from graph.search.french import bare, words


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
    inside: dict[str, set[str]] = {}
    for department in places().departments.values():
        inside.setdefault(department.region.code, set()).add(" ".join(plain_words(department.name)))
    found: dict[tuple[str, ...], Place] = {}
    for region in places().regions.values():
        place = Place(region.name, True, frozenset(inside[region.code]))
        found |= {plain_words(name): place for name in (region.name, *region.also)}
    # A region of one department has its name: whoever types it means the department.
    for department in places().departments.values():
        place = Place(department.name, False, frozenset([" ".join(plain_words(department.name))]))
        found |= {plain_words(name): place for name in (department.name, department.code, *department.also)}
    return found


@lru_cache(1)
def place_words() -> frozenset[str]:
    """The bare words of all those names.

    >>> "cantal" in place_words(), "lire" in place_words()
    (True, False)
    """
    return frozenset(word for name in known_places() for word in name)
