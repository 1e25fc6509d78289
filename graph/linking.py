"""What the rows print becomes nodes: the structure, the department, its region and the concepts of each action.

Values whose keys are equal are one node. A node that is known keeps its label; a new one shows the word that the
vocabulary has for its key, else what was decided for it, else the most frequent spelling. Other spellings are kept
apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from operator import attrgetter
from typing import Any, TypeVar

from pyroaring import FrozenBitMap

from graph.kinds import CONCEPT_KINDS, KINDS, LIST_KINDS, NodeKind
from graph.labels import department_key, department_of, filled, home_of, key_of_structure, region_key, spellings
from graph.model import Concept, Department, LightRow, Node, Region, Structure, concept_key
from graph.places import OfficialRegion, places
from graph.vocabulary import Vocabulary

Record = TypeVar("Record", Structure, Concept, Department)
Word = TypeVar("Word", Concept, Department)
Spellings = Mapping[str, Mapping[str, FrozenBitMap]]


@dataclass(frozen=True, slots=True)
class Registry:
    """What decides about labels: `known` gives the node that a key already has, or None; `labels` what was decided for
    keys that are new; `structures` is the ordinal of the next new structure.
    """

    vocabulary: Vocabulary
    labels: Mapping[str, str] = field(default_factory=dict)
    known: Callable[[str], Node | None] = lambda key: None
    structures: int = 0

    def concept(self, kind: NodeKind, key: str, spelling: str) -> Concept:
        """The concept of a key, of which `spelling` is the most frequent one."""
        known = self.known(key)
        if isinstance(known, Concept):
            return known
        return Concept(key, kind, self.vocabulary.label_of_key(key) or self.labels.get(key, spelling))

    def department(self, key: str, spelling: str, region: Callable[[OfficialRegion], Region]) -> Department:
        """The department of a key, with a region that `region` gives: an official one has its official name, whatever
        was decided.
        """
        known = self.known(key)
        if isinstance(known, Department):
            return known
        place = places().department(spelling)
        if place is None:
            return Department(key, NodeKind.DEPARTMENT, self.labels.get(key, spelling))
        return Department(key, NodeKind.DEPARTMENT, place.name, place.code, region(place.region))

    def region(self, place: OfficialRegion) -> Region:
        """The node of a region."""
        key = region_key(place.name)
        known = self.known(key)
        return known if isinstance(known, Region) else Region(key, NodeKind.REGION, place.name, place.code)


@dataclass(frozen=True, slots=True)
class Links:
    """`columns` has what each row is linked to, by the attribute that holds it. `structures` and `concepts` are all of
    those nodes, in the order of their keys, and `spellings` has, by the key of a concept, each spelling other than its
    label with the ordinals of the actions that print it.
    """

    columns: Mapping[str, Sequence[Any]]
    structures: tuple[Structure, ...]
    concepts: Mapping[NodeKind, tuple[Concept, ...]]
    spellings: Spellings


def link(rows: Sequence[LightRow], first: int, registry: Registry) -> Links:
    """What some rows are linked to, column by column, as most values repeat. Their ordinals count from `first`."""
    columns: dict[str, Sequence[Any]] = {}
    concepts: dict[NodeKind, tuple[Concept, ...]] = {}
    spellings: dict[str, dict[str, FrozenBitMap]] = {}
    for kind in CONCEPT_KINDS:
        attribute = KINDS[kind].attribute
        printed = list(map(attrgetter(attribute), rows))
        column = _lists if kind in LIST_KINDS else _singles
        columns[attribute], known = column(kind, printed, registry)
        concepts[kind] = _unique(known)
        spellings.update(_spellings(known, first, printed if kind in LIST_KINDS else _ones(known, printed)))
    printed, homes = list(map(department_of, rows)), list(map(home_of, rows))
    departments = _departments(printed, homes, registry)
    columns["department"] = list(map(departments.__getitem__, printed))
    concepts[NodeKind.DEPARTMENT] = _unique(departments)
    concepts[NodeKind.REGION] = _regions(departments.values())
    spellings.update(_spellings(departments, first, _ones(departments, printed, homes)))
    bodies = [(home, row.structure) for home, row in zip(homes, rows, strict=True)]
    structures = _structures(Counter(bodies), departments, registry)
    columns["structure"] = list(map(structures.__getitem__, bodies))
    return Links(columns, _unique(structures), concepts, spellings)


def _singles(
    kind: NodeKind, printed: Sequence[str], registry: Registry
) -> tuple[list[Concept | None], dict[str, Concept]]:
    """The concept of each printed value, None for an empty one; and the concept of each spelling."""
    known = _concepts(kind, Counter(printed), registry)
    return list(map(known.get, printed)), known


def _lists(
    kind: NodeKind, printed: Sequence[Sequence[str]], registry: Registry
) -> tuple[list[tuple[Concept, ...]], dict[str, Concept]]:
    """The concepts of each printed list; and the concept of each spelling."""
    lists = list(map(tuple, printed))
    times = Counter(lists)
    counts: Counter[str] = Counter()
    for values, count in times.items():
        for value in values:
            counts[value] += count
    known = _concepts(kind, counts, registry)
    # A value that is printed twice, or in two spellings, is one link.
    made = {values: tuple(dict.fromkeys(known[value] for value in values if value in known)) for values in times}
    return list(map(made.__getitem__, lists)), known


def _departments(printed: Iterable[str], homes: Iterable[str], registry: Registry) -> dict[str, Department]:
    """The department of each printed name, those that structures only are in included."""
    counts = Counter(printed)
    counts.update(dict.fromkeys(homes, 0))
    # Departments that come together have one region together.
    return _nodes(spellings(counts, department_key), partial(registry.department, region=cache(registry.region)))


def _regions(departments: Iterable[Department]) -> tuple[Region, ...]:
    """The regions of some departments, in the order of their keys."""
    regions = {place.region for place in departments if place.region is not None}
    return tuple(sorted(regions, key=attrgetter("key")))


def _concepts(kind: NodeKind, counts: Counter[str], registry: Registry) -> dict[str, Concept]:
    """The concept of each printed value, in the order of keys; an empty value has none."""
    vocabulary = registry.vocabulary
    spelled = spellings(filled(counts), lambda printed: concept_key(kind, vocabulary.label(kind, printed)))
    return _nodes(spelled, partial(registry.concept, kind))


def _nodes(spelled: Mapping[str, Sequence[str]], made: Callable[[str, str], Word]) -> dict[str, Word]:
    """The node of each spelling, of which each key has its own, the most frequent first."""
    found: dict[str, Word] = {}
    for key in sorted(spelled):
        found.update(dict.fromkeys(spelled[key], made(key, spelled[key][0])))
    return found


def _structures(
    counts: Counter[tuple[str, str]], departments: Mapping[str, Department], registry: Registry
) -> dict[tuple[str, str], Structure]:
    """The structure of each printed department and name, in the order of keys, told apart like concepts."""
    spelled = spellings(counts, key_of_structure)
    found: dict[tuple[str, str], Structure] = {}
    ordinal = registry.structures
    for key in sorted(spelled):
        department, name = spelled[key][0]
        body = registry.known(key)
        if not isinstance(body, Structure):
            body = Structure(key, ordinal, registry.labels.get(key, name), departments[department])
            ordinal += 1
        found.update(dict.fromkeys(spelled[key], body))
    return found


def _spellings(
    known: Mapping[str, Concept], first: int, lists: Sequence[Sequence[str]]
) -> dict[str, dict[str, FrozenBitMap]]:
    """The spellings that are no labels, by the key of the concept, with the ordinals of the lists that have them."""
    others = {printed for printed, concept in known.items() if printed != concept.label}
    bearers: dict[str, list[int]] = {}
    if others:
        for ordinal, values in enumerate(lists, start=first):
            for printed in values:
                if printed in others:
                    bearers.setdefault(printed, []).append(ordinal)
    found: dict[str, dict[str, FrozenBitMap]] = {}
    for printed, ordinals in bearers.items():
        found.setdefault(known[printed].key, {})[printed] = FrozenBitMap(ordinals)
    return found


def _ones(known: Mapping[str, Concept], *columns: Sequence[str]) -> Sequence[Sequence[str]]:
    """What each action prints in some columns of one value; nothing is made where every value is a label."""
    if all(printed == concept.label for printed, concept in known.items()):
        return ()
    return list(zip(*columns, strict=True))


def _unique(known: Mapping[Any, Record]) -> tuple[Record, ...]:
    return tuple(dict.fromkeys(known.values()))
