"""Sets of actions as bitmaps of ordinals, and columns to order them by: what filters, facets and pages are made of.

An action's ordinal is its rank in the default order, so the first members of a bitmap are the first page of it.
"""

from __future__ import annotations

from array import array
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import attrgetter
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
from pyroaring import BitMap, FrozenBitMap

from graph.kinds import CONCEPT_KINDS, KINDS, LINKED_KINDS, LIST_KINDS, NodeKind
from graph.model import Action, Node, Structure
from graph.network import Network, collector_paused

NO_YEAR = -32768
"""What the column of years holds for an action without a year."""

Key = TypeVar("Key", bound=Hashable)
Ordinals = npt.NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Indexes:
    """`members` maps the key of each structure, department and concept to its actions' ordinals. The columns have one
    value for each ordinal; `link_counts` has a column for each kind of which an action may have several.
    """

    everything: FrozenBitMap
    members: Mapping[str, FrozenBitMap]
    statuses: Mapping[str, FrozenBitMap]
    years: Mapping[int | None, FrozenBitMap]
    year: npt.NDArray[np.int16]
    title_rank: npt.NDArray[np.int32]
    structure_ordinal: npt.NDArray[np.int32]
    link_counts: Mapping[NodeKind, npt.NDArray[np.int16]]
    structures_of_department: Mapping[str, tuple[Structure, ...]]


def build(network: Network) -> Indexes:
    """The indexes of a network: a few passes over its actions, column by column."""
    actions = network.actions
    everyone = np.arange(len(actions), dtype=np.uint32)
    members: dict[str, FrozenBitMap] = {}
    link_counts: dict[NodeKind, npt.NDArray[np.int16]] = {}
    with collector_paused():
        for kind in LINKED_KINDS:
            values: Iterator[Any] = map(attrgetter(KINDS[kind].attribute), actions)
            owners = everyone
            if kind in LIST_KINDS:
                lists = list(values)
                link_counts[kind] = np.fromiter(map(len, lists), np.int16, len(actions))
                owners = np.repeat(everyone, link_counts[kind])
                values = chain.from_iterable(lists)
            for node, found in _grouped(network.nodes(kind), values, owners):
                members[node.key] = found
    statuses = sorted({action.status for action in actions})
    years = sorted({action.year for action in actions}, key=lambda year: (year is None, year))
    inhabitants: dict[str, list[Structure]] = {}
    for structure in network.structures:
        inhabitants.setdefault(structure.department.key, []).append(structure)
    return Indexes(
        everything=FrozenBitMap(range(len(actions))),
        members=members,
        statuses=dict(_grouped(statuses, (action.status for action in actions), everyone)),
        years=dict(_grouped(years, (action.year for action in actions), everyone)),
        year=np.fromiter((NO_YEAR if a.year is None else a.year for a in actions), np.int16, len(actions)),
        title_rank=network.title_rank,
        structure_ordinal=np.fromiter((a.structure.ordinal for a in actions), np.int32, len(actions)),
        link_counts=link_counts,
        structures_of_department={key: tuple(found) for key, found in inhabitants.items()},
    )


def _grouped(keys: Sequence[Key], values: Iterable[Key | None], owners: Ordinals) -> Iterator[tuple[Key, FrozenBitMap]]:
    """Each key with its owners; `values` has the key of each owner in turn, or None, which may be a key itself."""
    number: dict[Key | None, int] = {key: position for position, key in enumerate(keys)}
    number.setdefault(None, len(keys))
    # The smallest type that holds the numbers: numpy sorts 8 and 16 bits by radix, in linear time.
    numbers = np.fromiter(map(number.__getitem__, values), np.min_scalar_type(len(keys)), len(owners))
    by_key = owners[np.argsort(numbers, kind="stable")]
    ends = np.cumsum(np.bincount(numbers, minlength=len(keys)))[: len(keys)]
    return zip(keys, map(bitmap, np.split(by_key, ends)), strict=False)


def bitmap(found: Ordinals) -> FrozenBitMap:
    """The set of some ordinals. pyroaring copies an `array` at once, and reads anything else one by one."""
    return FrozenBitMap(array("I", found.tobytes()))


def ordinals(found: BitMap | FrozenBitMap) -> Ordinals:
    """The members of a bitmap, ascending, as an array."""
    return np.frombuffer(found.to_array(), np.uint32)


def neighbours(network: Network, indexes: Indexes, node: Node) -> Iterator[Node]:
    """The neighbours of a node, lazily: of an action its structure, then its concepts in the order of the sheet; of a
    structure its department, then its actions; of a concept its actions, newest first; of a department its structures.
    """
    if isinstance(node, Action):
        yield from node.neighbours()
    elif node.kind is NodeKind.DEPARTMENT:
        yield from indexes.structures_of_department.get(node.key, ())
    else:
        if isinstance(node, Structure):
            yield node.department
        for ordinal in indexes.members[node.key]:
            yield network.actions[ordinal]


def link_count(network: Network, indexes: Indexes) -> int:
    """How many edges the graph has: those of the actions, and one of each structure to its department."""
    kinds = (NodeKind.STRUCTURE, *CONCEPT_KINDS)
    actions = sum(len(indexes.members[node.key]) for kind in kinds for node in network.nodes(kind))
    return actions + len(network.structures)
