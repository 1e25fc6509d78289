"""Sets of actions as bitmaps of ordinals, and columns by ordinal: what filters, facets and pages are made of.

An ordinal is a slot: `Network.order` knows how actions stand.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import attrgetter
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
from pyroaring import BitMap, FrozenBitMap

from graph.arena import Column
from graph.kinds import CONCEPT_KINDS, KINDS, LINKED_KINDS, LIST_KINDS, PLACE_KINDS, NodeKind
from graph.model import Action, Department, Node, Region, Structure
from graph.network import Network, Turnover, collector_paused, exchanged

NO_YEAR = -32768
"""What the column of years holds for an action without a year."""

NOTHING = FrozenBitMap()

Key = TypeVar("Key", bound=Hashable)
Ordinals = npt.NDArray[np.uint32]
Columns = Mapping[str | NodeKind, Column]

_YEAR, _STRUCTURE = "year", "structure"


@dataclass(frozen=True, slots=True)
class Indexes:
    """`everything` has the ordinals of the actions that there are; no other set has any but these. `members` maps the
    key of each structure, place and concept to its actions, `with_count` each kind of which an action may have
    several, and a number, to those that have so many. The columns have one value for each ordinal.
    """

    everything: FrozenBitMap
    members: Mapping[str, FrozenBitMap]
    statuses: Mapping[str, FrozenBitMap]
    years: Mapping[int | None, FrozenBitMap]
    with_count: Mapping[NodeKind, Mapping[int, FrozenBitMap]]
    structures_of_department: Mapping[str, tuple[Structure, ...]]
    departments_of_region: Mapping[str, tuple[Department, ...]]
    columns: Columns

    @property
    def year(self) -> npt.NDArray[np.int16]:
        """The year of each action, or NO_YEAR."""
        return self.columns[_YEAR].values

    @property
    def structure_ordinal(self) -> npt.NDArray[np.int32]:
        """The ordinal of each action's structure."""
        return self.columns[_STRUCTURE].values

    def link_count(self, kind: NodeKind) -> npt.NDArray[np.int16]:
        """How many nodes of a kind, of which it may have several, each action has."""
        return self.columns[kind].values

    def count(self, key: str) -> int:
        """How many actions, and of a place how many structures or departments too, have the node of a key, if any."""
        return len(self.members.get(key, NOTHING)) + len(self.inside(key))

    def inside(self, key: str) -> tuple[Structure, ...] | tuple[Department, ...]:
        """The structures of the department of a key, or the departments of the region, in the order of their keys."""
        return self.structures_of_department.get(key) or self.departments_of_region.get(key, ())

    def places(self, node: Node) -> Iterator[Structure | Department | Region]:
        """What a node is linked to besides actions and concepts: of a structure its department, of a department its
        region, if any, and its structures, of a region its departments.
        """
        if isinstance(node, Structure):
            yield node.department
        else:
            if isinstance(node, Department) and node.region is not None:
                yield node.region
            yield from self.inside(node.key)


def build(network: Network) -> Indexes:
    """The indexes of a network that was built at once: a few passes over its actions, column by column."""
    actions = network.actions
    everyone = np.arange(len(actions), dtype=np.uint32)
    columns = _columns(actions)
    members: dict[str, FrozenBitMap] = {}
    with_count: dict[NodeKind, Mapping[int, FrozenBitMap]] = {}
    with collector_paused():
        for kind in LINKED_KINDS:
            values: Iterator[Any] = map(attrgetter(KINDS[kind].attribute), actions)
            owners = everyone
            if kind in LIST_KINDS:
                counts = columns[kind]
                with_count[kind] = dict(_grouped(np.unique(counts).tolist(), counts.tolist(), everyone))
                owners = np.repeat(everyone, counts)
                values = chain.from_iterable(values)
            for node, found in _grouped(network.nodes(kind), values, owners):
                members[node.key] = found
    statuses = sorted({action.status for action in actions})
    years = sorted({action.year for action in actions}, key=_none_last)
    return Indexes(
        everything=FrozenBitMap(range(len(actions))),
        members=members,
        statuses=dict(_grouped(statuses, (action.status for action in actions), everyone)),
        years=dict(_grouped(years, (action.year for action in actions), everyone)),
        with_count=with_count,
        structures_of_department=_by_place(network.structures, _department),
        departments_of_region=_by_place(network.concepts[NodeKind.DEPARTMENT], _region),
        columns={name: Column(values) for name, values in columns.items()},
    )


def changed(before: Indexes, turnover: Turnover) -> Indexes:
    """The indexes of a network that was changed so.

    A set that the change concerns is copied, the others are shared with the indexes `before`, which stay as they are.
    """
    members = _flipped(before.members, ((node.key, action) for node, action in turnover.links()))
    members.update((node.key, NOTHING) for node in turnover.come if node.key not in members)
    for node in turnover.left:
        members.pop(node.key, None)
    more = _columns(turnover.added)
    return Indexes(
        everything=before.everything ^ FrozenBitMap([action.ordinal for action in turnover.actions]),
        members=members,
        statuses=_in_order(_flipped(before.statuses, ((action.status, action) for action in turnover.actions)), str),
        years=_in_order(_flipped(before.years, ((action.year, action) for action in turnover.actions)), _none_last),
        with_count={
            kind: _in_order(_flipped(sets, ((len(action.linked(kind)), action) for action in turnover.actions)), int)
            for kind, sets in before.with_count.items()
        },
        structures_of_department=_moved(before.structures_of_department, turnover, _department),
        departments_of_region=_moved(before.departments_of_region, turnover, _region),
        columns={name: column.extended(more[name]) for name, column in before.columns.items()},
    )


def _columns(actions: Sequence[Action]) -> dict[str | NodeKind, npt.NDArray[Any]]:
    size = len(actions)
    columns: dict[str | NodeKind, npt.NDArray[Any]] = {
        kind: np.fromiter(map(len, map(attrgetter(KINDS[kind].attribute), actions)), np.int16, size)
        for kind in LIST_KINDS
    }
    columns[_YEAR] = np.fromiter((NO_YEAR if a.year is None else a.year for a in actions), np.int16, size)
    columns[_STRUCTURE] = np.fromiter((a.structure.ordinal for a in actions), np.int32, size)
    return columns


def _flipped(before: Mapping[Key, FrozenBitMap], flips: Iterable[tuple[Key, Action]]) -> dict[Key, FrozenBitMap]:
    """The sets with each action put in where it was not, and taken out where it was."""
    ordinals_of: dict[Key, list[int]] = {}
    for key, action in flips:
        ordinals_of.setdefault(key, []).append(action.ordinal)
    found = dict(before)
    for key, flipped in ordinals_of.items():
        found[key] = found.get(key, NOTHING) ^ FrozenBitMap(flipped)
    return found


def _in_order(sets: Mapping[Key, FrozenBitMap], rank: Callable[[Any], Any]) -> dict[Key, FrozenBitMap]:
    """The sets in the order of their keys, without those that are empty."""
    return {key: sets[key] for key in sorted(sets, key=rank) if sets[key]}


def _none_last(year: int | None) -> tuple[bool, int]:
    return year is None, year or 0


def _department(node: Node) -> Node | None:
    return node.department if isinstance(node, Structure) else None


def _region(node: Node) -> Node | None:
    return node.region if isinstance(node, Department) else None


def _by_place(nodes: Iterable[Any], place_of: Callable[[Any], Node | None]) -> dict[str, tuple[Any, ...]]:
    """The nodes by the key of the place that they are in; those that are in none are left out."""
    found: dict[str, list[Any]] = {}
    for node in nodes:
        place = place_of(node)
        if place is not None:
            found.setdefault(place.key, []).append(node)
    return {key: tuple(inside) for key, inside in found.items()}


def _moved(
    before: Mapping[str, tuple[Any, ...]], turnover: Turnover, place_of: Callable[[Any], Node | None]
) -> Mapping[str, tuple[Any, ...]]:
    """The nodes by place, after those that left and those that came."""
    moved = _by_place((*turnover.left, *turnover.come), place_of)
    found = {**before, **{key: exchanged(before.get(key, ()), nodes) for key, nodes in moved.items()}}
    return {key: nodes for key, nodes in found.items() if nodes} if moved else before


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


def alternative_labels(
    network: Network, indexes: Indexes, node: Node, within: FrozenBitMap | None = None
) -> tuple[str, ...]:
    """The spellings of a concept, other than its label, that some action prints, or one `within` a set, in the order of
    the alphabet.
    """
    actions = indexes.everything if within is None else within
    spelled = network.spellings.get(node.key, {})
    return tuple(sorted(printed for printed, found in spelled.items() if found.intersect(actions)))


def neighbours(network: Network, indexes: Indexes, node: Node) -> Iterator[Node]:
    """The neighbours of a node, lazily: of an action its structure, then its concepts in the order of the sheet; of a
    structure its department, then its actions; of a concept its actions, newest first; of a department its region, then
    its structures; of a region its departments.
    """
    if isinstance(node, Action):
        yield from node.neighbours()
        return
    yield from indexes.places(node)
    if node.kind not in PLACE_KINDS:
        for ordinal in network.order.newest(indexes.members[node.key]):
            yield network.actions[ordinal]


def link_count(network: Network, indexes: Indexes) -> int:
    """How many edges the graph has: those of the actions, one of each structure to its department, and one of each
    department to its region.
    """
    # Every action has one structure.
    actions = sum(len(indexes.members[node.key]) for kind in CONCEPT_KINDS for node in network.nodes(kind))
    regions = sum(map(len, indexes.departments_of_region.values()))
    return len(indexes.everything) + actions + len(network.structures) + regions
