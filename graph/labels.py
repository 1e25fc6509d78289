"""What concepts, departments and structures are called: which printed values are one node, and the spelling it shows.

The graph makes its records by it, and the store decides by it, once and for good, what a new one is called.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple, TypeVar

from graph.kinds import NodeKind
from graph.model import LightRow, Sheet, concept_key, structure_key
from graph.places import department_name, region_name

Printed = TypeVar("Printed", str, tuple[str, str])

UNKNOWN_DEPARTMENT = "Non précisé"
"""The label of the department of a sheet that prints none."""


class Body(NamedTuple):
    """What a sheet prints of where it is from, and of the structure."""

    department: str
    structure_department: str
    structure: str


def department_of(row: Body | Sheet | LightRow) -> str:
    """The department of a sheet."""
    return row.department.strip() or row.structure_department.strip() or UNKNOWN_DEPARTMENT


def home_of(row: Body | Sheet | LightRow) -> str:
    """The department of a sheet's structure."""
    return row.structure_department.strip() or row.department.strip() or UNKNOWN_DEPARTMENT


def spellings(counts: Mapping[Printed, int], key_of: Callable[[Printed], str]) -> dict[str, list[Printed]]:
    """The printed values of each key, the most frequent first; equal counts are ordered by spelling, not by chance."""
    found: dict[str, list[Printed]] = {}
    for printed, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        found.setdefault(key_of(printed), []).append(printed)
    return found


def filled(counts: Mapping[str, int]) -> dict[str, int]:
    """Without the values that are empty, which no node stands for."""
    return {printed: count for printed, count in counts.items() if printed.strip()}


def labels_of(bodies: Mapping[Body, int], concepts: Mapping[NodeKind, Mapping[str, int]]) -> dict[str, str]:
    """The label of each node of some sheets, by key, if they were all there is and no vocabulary knew a word: the most
    frequent spelling. `bodies` and `concepts` count how often the sheets print what.
    """
    departments: Counter[str] = Counter()
    structures: Counter[tuple[str, str]] = Counter()
    for body, count in bodies.items():
        home = home_of(body)
        departments[department_of(body)] += count
        departments[home] += 0
        structures[home, body.structure] += count
    found = {key: spelled[0][1] for key, spelled in spellings(structures, key_of_structure).items()}
    found |= {key: spelled[0] for key, spelled in spellings(filled(departments), department_key).items()}
    for kind, counts in concepts.items():
        of_kind = spellings(filled(counts), partial(concept_key, kind))
        found |= {key: spelled[0] for key, spelled in of_kind.items()}
    return found


def department_key(printed: str) -> str:
    """The key of a department, the same for all its spellings: of « Lot », « le Lot » and « 46 » `department:lot`."""
    return concept_key(NodeKind.DEPARTMENT, department_name(printed))


def region_key(name: str) -> str:
    """The key of a region, the same for all its spellings: of « Occitanie » and « 76 » `region:occitanie`."""
    return concept_key(NodeKind.REGION, region_name(name))


def key_of_structure(printed: tuple[str, str]) -> str:
    """The key of a structure, printed as its department and its name: the same however the department is spelt."""
    return structure_key(printed[1], department_name(printed[0]))


def structure_of(row: Body | Sheet | LightRow) -> str:
    """The key of a sheet's structure."""
    return key_of_structure((home_of(row), row.structure))


def structures_of(row: Body | Sheet | LightRow) -> set[str]:
    """The keys that a sheet's structure has and had: stores were written that keep its department as printed."""
    return {structure_of(row), structure_key(row.structure, home_of(row))}
