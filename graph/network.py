"""The records of the graph: one for each action, structure, concept and department, made from the rows of the store.

No edge is written down: an action knows its neighbours, a structure its department, and `graph.indexes` the way back.
"""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from graph.kinds import CONCEPT_KINDS, KINDS, LIST_KINDS, NodeKind, Relation
from graph.model import Action, Concept, LightRow, Node, Structure, concept_key, fold, structure_key
from graph.vocabulary import Vocabulary

Printed = TypeVar("Printed", str, tuple[str, str])
Record = TypeVar("Record", Structure, Concept)

UNKNOWN_DEPARTMENT = "Non précisé"
"""The label of the department of a sheet that prints none."""

RELATIONS: Mapping[NodeKind, Relation] = {kind: row.relation for kind, row in KINDS.items() if row.relation}
"""The relation of the edges that are read towards a node of each kind."""


@dataclass(frozen=True, slots=True)
class Network:
    """The records: `actions` in the default order, the others in that of their keys; `records` has them all, by key.
    `title_rank` has the rank, from 0, of each action's folded title among the different ones, and `numbers` the number
    that the store gave to each action's sheet.
    """

    records: Mapping[str, Node]
    actions: tuple[Action, ...]
    structures: tuple[Structure, ...]
    concepts: Mapping[NodeKind, tuple[Concept, ...]]
    title_rank: npt.NDArray[np.int32]
    numbers: npt.NDArray[np.int64]

    def nodes(self, kind: NodeKind) -> Sequence[Structure | Concept]:
        """The nodes of a kind, any but actions, in the order of their keys."""
        return self.structures if kind is NodeKind.STRUCTURE else self.concepts[kind]


def has(one: Node, other: Node) -> bool:
    """Of two neighbours, whether the edge reads from `one`: an action has all of its own, a structure its place."""
    return one.kind is NodeKind.ACTION or other.kind is NodeKind.DEPARTMENT


def relation_between(one: Node, other: Node) -> Relation:
    """The relation of the edge between two neighbours. Whether they are is not looked at."""
    return RELATIONS[(other if has(one, other) else one).kind]


def build(rows: Iterable[LightRow], vocabulary: Vocabulary) -> Network:
    """The network of the rows, the same whatever their order. Linear in their number, but for one sort."""
    with collector_paused():
        ordered = list(rows)
        ranks = _title_ranks(ordered)
        ordered.sort(key=lambda row: (-row.year if row.year is not None else 10_000, ranks[row.title], row.key))
        concepts: dict[NodeKind, tuple[Concept, ...]] = {}
        # What the actions have, by the attribute that holds it: made column by column, as most values repeat.
        columns: dict[str, list[Any]] = {}
        for kind in CONCEPT_KINDS:
            attribute = KINDS[kind].attribute
            printed = list(map(attrgetter(attribute), ordered))
            column = _lists if kind in LIST_KINDS else _singles
            columns[attribute], concepts[kind] = column(kind, printed, vocabulary)
        departments = _departments(ordered)
        concepts[NodeKind.DEPARTMENT] = _unique(departments)
        columns["department"] = [departments[_department(row)] for row in ordered]
        homes = [(_home(row), row.structure) for row in ordered]
        structures = _structures(Counter(homes), departments)
        columns["structure"] = list(map(structures.__getitem__, homes))
        actions = tuple(
            Action(row.key, ordinal, row.title, row.year, row.status, **dict(zip(columns, linked, strict=True)))
            for ordinal, (row, *linked) in enumerate(zip(ordered, *columns.values(), strict=True))
        )
        title_rank = np.fromiter((ranks[row.title] for row in ordered), np.int32, len(ordered))
        numbers = np.fromiter((row.number for row in ordered), np.int64, len(ordered))
        everyone: list[tuple[Node, ...]] = [actions, _unique(structures), *concepts.values()]
        records = {record.key: record for some in everyone for record in some}
    return Network(records, actions, _unique(structures), concepts, title_rank, numbers)


@contextmanager
def collector_paused() -> Iterator[None]:
    """Millions of records that live for ever need no search for cycles while they are made."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _title_ranks(rows: list[LightRow]) -> dict[str, int]:
    folded = {title: fold(title) for title in {row.title for row in rows}}
    rank = {title: position for position, title in enumerate(sorted(set(folded.values())))}
    return {title: rank[same] for title, same in folded.items()}


def _department(row: LightRow) -> str:
    return row.department.strip() or row.structure_department.strip() or UNKNOWN_DEPARTMENT


def _home(row: LightRow) -> str:
    """The department of the row's structure."""
    return row.structure_department.strip() or row.department.strip() or UNKNOWN_DEPARTMENT


def _singles(
    kind: NodeKind, printed: Sequence[str], vocabulary: Vocabulary
) -> tuple[list[Concept | None], tuple[Concept, ...]]:
    """The concept of each printed value, None for an empty one; and all the concepts."""
    known = _concepts(kind, Counter(printed), vocabulary)
    return list(map(known.get, printed)), _unique(known)


def _lists(
    kind: NodeKind, printed: Sequence[Sequence[str]], vocabulary: Vocabulary
) -> tuple[list[tuple[Concept, ...]], tuple[Concept, ...]]:
    """The concepts of each printed list; and all the concepts."""
    lists = list(map(tuple, printed))
    times = Counter(lists)
    counts: Counter[str] = Counter()
    for values, count in times.items():
        for value in values:
            counts[value] += count
    known = _concepts(kind, counts, vocabulary)
    # A value that is printed twice, or in two spellings, is one link.
    made = {values: tuple(dict.fromkeys(known[value] for value in values if value in known)) for values in times}
    return list(map(made.__getitem__, lists)), _unique(known)


def _departments(rows: Sequence[LightRow]) -> dict[str, Concept]:
    """The department of each printed name, those that structures only are in included."""
    counts = Counter(map(_department, rows))
    counts.update(dict.fromkeys(map(_home, rows), 0))
    return _concepts(NodeKind.DEPARTMENT, counts, None)


def _concepts(kind: NodeKind, counts: Counter[str], vocabulary: Vocabulary | None) -> dict[str, Concept]:
    """The concept of each printed value in the order of keys; an empty value has none. Values whose keys are equal are
    one concept, labelled by the corrected or the most frequent spelling; the others are its alternative labels.
    """
    labels: dict[str, str] = {}
    spellings: dict[str, list[str]] = {}
    for printed, _ in _most_frequent(counts):
        if not printed.strip():
            continue
        label = vocabulary.label(kind, printed) if vocabulary else printed
        key = concept_key(kind, label)
        labels.setdefault(key, label)
        spellings.setdefault(key, []).append(printed)
    found = {}
    for key in sorted(spellings):
        others = tuple(sorted(value for value in spellings[key] if value != labels[key]))
        found.update(dict.fromkeys(spellings[key], Concept(key, kind, labels[key], others)))
    return found


def _structures(
    counts: Counter[tuple[str, str]], departments: Mapping[str, Concept]
) -> dict[tuple[str, str], Structure]:
    """The structure of each printed department and name, in the order of keys, told apart like concepts."""
    spellings: dict[str, list[tuple[str, str]]] = {}
    for (department, name), _ in _most_frequent(counts):
        spellings.setdefault(structure_key(name, department), []).append((department, name))
    found = {}
    for ordinal, key in enumerate(sorted(spellings)):
        department, name = spellings[key][0]
        found.update(dict.fromkeys(spellings[key], Structure(key, ordinal, name, departments[department])))
    return found


def _most_frequent(counts: Counter[Printed]) -> list[tuple[Printed, int]]:
    """Equal counts are ordered by spelling, not by chance."""
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def _unique(known: Mapping[Any, Record]) -> tuple[Record, ...]:
    return tuple(dict.fromkeys(known.values()))
