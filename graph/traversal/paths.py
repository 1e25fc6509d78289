"""The shortest paths between two nodes, without walking a hub to its end.

The search goes level by level from both ends. A level is the nodes at one distance from an end: its actions
are one bitmap, so that going from a keyword to its 440,000 actions, or finding which of them another
keyword has too, is one operation on bitmaps. Only the nodes that are not actions, and small sets of
actions, are looked at one by one; these are counted, and the search gives up, and says so, when there are
too many of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice, pairwise

import numpy as np
from pyroaring import BitMap, FrozenBitMap

from graph.indexes import Indexes, ordinals
from graph.kinds import CONCEPT_KINDS, NodeKind, Relation, kind_of
from graph.model import Action, Node, Structure
from graph.network import Network, links, relation_between
from graph.traversal.sentences import sentence

MAX_LENGTH = 6
"""The longest path that may be asked for, in edges."""

MAX_PATHS = 100
"""The most paths that one search may return."""

MAX_VISITED = 10_000
"""How many nodes a search looks at one by one before it gives up."""

HUB_SHARE = 0.5
"""A node linked to more than this share of all the actions is a hub: sharing it says nothing."""

HUB_MINIMUM = 8
"""A node of at most so many actions is no hub, however few actions there are."""

_WALKED_SET = 256
_COUNTED_PAIRS = 10_000


@dataclass(frozen=True, slots=True)
class Step:
    """A node of a path, and the relation of the edge to the next one: None at the end."""

    node: Node
    relation: Relation | None


@dataclass(frozen=True, slots=True)
class Path:
    """A path of `length` edges and `length + 1` steps, both ends included."""

    length: int
    steps: tuple[Step, ...]

    @property
    def sentence(self) -> str:
        """The path in one French sentence."""
        return sentence([step.node for step in self.steps])


@dataclass(frozen=True, slots=True)
class Paths:
    """The answer of a search: `length` is None where no path was found.

    `total` counts all the shortest paths, of which `paths` holds the first ones; it is None where counting
    them would take longer than finding them. Where `truncated` is true the search gave up: there may be a
    path.
    """

    length: int | None
    total: int | None
    paths: tuple[Path, ...]
    truncated: bool


def is_hub(indexes: Indexes, key: str) -> bool:
    """Whether a structure, department or concept has more than half of the actions, and more than eight."""
    count = len(indexes.members[key])
    return count > HUB_MINIMUM and count > HUB_SHARE * len(indexes.everything)


def paths(
    network: Network,
    indexes: Indexes,
    source: str,
    target: str,
    *,
    via: Collection[NodeKind] | None = None,
    max_length: int = MAX_LENGTH,
    first: int = 10,
    max_visited: int = MAX_VISITED,
) -> Paths:
    """All the shortest paths from `source` to `target`, both keys, of at most `max_length` edges (1 to 6).

    Between the ends, `via` names the kinds of node that are walked besides actions; without it every kind
    is, but no hub. A department is linked to structures only: to go through it, name both kinds. Paths
    stand in the order of their steps: at each step the rarest concept or structure comes first, then the
    smallest key, and actions in their default order. Raises KeyError for an unknown key, ValueError for a
    number out of its range.
    """
    for name, value, most in (("max_length", max_length, MAX_LENGTH), ("first", first, MAX_PATHS)):
        if not 1 <= value <= most:
            raise ValueError(f"{name} is {value}: a number from 1 to {most} is accepted")
    for key in (source, target):
        if key not in network.records:
            raise KeyError(key)
    walk = _Walk(network, indexes, (source, target), via)
    levels, truncated = _search(walk, source, target, max_length, max_visited)
    if levels is None:
        return Paths(None, None if truncated else 0, (), truncated)
    routes = islice(_routes(walk, levels, source, 0), first)
    found = tuple(_path(network, route) for route in routes)
    return Paths(len(levels) - 1, _count(walk, levels, source), found, False)


@dataclass(frozen=True, slots=True)
class _Level:
    """Nodes at one distance from an end: the ordinals of the actions, and the keys of all the others."""

    actions: BitMap | FrozenBitMap
    others: frozenset[str]

    def __bool__(self) -> bool:
        return bool(self.actions) or bool(self.others)

    def __and__(self, other: _Level) -> _Level:
        return _Level(self.actions & other.actions, self.others & other.others)

    def __or__(self, other: _Level) -> _Level:
        return _Level(self.actions | other.actions, self.others | other.others)

    def __sub__(self, other: _Level) -> _Level:
        return _Level(self.actions - other.actions, self.others - other.others)


class _Walk:
    """Which nodes may be walked, and the neighbours of a node or of a whole level."""

    def __init__(
        self, network: Network, indexes: Indexes, ends: tuple[str, str], via: Collection[NodeKind] | None
    ) -> None:
        self.network = network
        self.members = indexes.members
        self._indexes = indexes
        self._ends = ends
        self._via = via

    def level_of(self, key: str) -> _Level:
        """The level that holds one node."""
        record = self.network.records[key]
        if isinstance(record, Action):
            return _Level(BitMap([record.ordinal]), frozenset())
        return _Level(BitMap(), frozenset((key,)))

    def cost(self, level: _Level) -> int:
        """How many nodes `neighbours` looks at one by one."""
        actions = len(level.actions)
        if actions > _WALKED_SET:
            actions = sum(len(self.network.concepts[kind]) for kind in CONCEPT_KINDS)
        return len(level.others) + actions

    def neighbours(self, level: _Level) -> _Level:
        """Every node that may be walked and is linked to a node of the level."""
        others = self._linked_to_actions(level.actions)
        for key in level.others:
            others.update(filter(self._is_open, self.linked_places(key)))
        return _Level(self.actions_of(level.others), frozenset(others))

    def beside(self, level: _Level, neighbour: _Level) -> _Level:
        """The nodes of a level that are linked to a node of the other."""
        others = frozenset(
            key
            for key in level.others
            if (kind_of(key) is not NodeKind.DEPARTMENT and self.members[key].intersect(neighbour.actions))
            or any(place in neighbour.others for place in self.linked_places(key))
        )
        return _Level(level.actions & self.actions_of(neighbour.others), others)

    def successors(self, key: str, level: _Level) -> Iterator[str]:
        """The neighbours of a node in a level, in the order in which paths stand."""
        record = self.network.records[key]
        if isinstance(record, Action):
            linked = (record.structure.key, *(c.key for _, concepts in links(record) for c in concepts))
        else:
            if kind_of(key) is not NodeKind.DEPARTMENT:
                for ordinal in self.members[key] & level.actions:
                    yield self.network.actions[ordinal].key
            linked = self.linked_places(key)
        yield from sorted(level.others.intersection(linked), key=lambda other: (len(self.members[other]), other))

    def actions_of(self, others: Collection[str]) -> FrozenBitMap:
        """The actions linked to one or more of these nodes. A department is not linked to actions."""
        return FrozenBitMap.union(
            FrozenBitMap(), *(self.members[key] for key in others if kind_of(key) is not NodeKind.DEPARTMENT)
        )

    def _is_open(self, key: str) -> bool:
        if key in self._ends:
            return True
        if self._via is not None:
            return kind_of(key) in self._via
        return not is_hub(self._indexes, key)

    def _linked_to_actions(self, actions: BitMap | FrozenBitMap) -> set[str]:
        if len(actions) <= _WALKED_SET:
            found = set()
            for ordinal in actions:
                action = self.network.actions[ordinal]
                found.add(action.structure.key)
                found.update(concept.key for _, concepts in links(action) for concept in concepts)
            return set(filter(self._is_open, found))
        concepts = (concept.key for kind in CONCEPT_KINDS for concept in self.network.concepts[kind])
        linked = {key for key in concepts if self._is_open(key) and self.members[key].intersect(actions)}
        return linked | self._structures_of(actions)

    def _structures_of(self, actions: BitMap | FrozenBitMap) -> set[str]:
        """The open structures of many actions: as arrays, since there may be thousands of them."""
        column = self._indexes.structure_ordinal
        everyone = self.network.structures
        found = {key for key in self._ends if kind_of(key) is NodeKind.STRUCTURE and self.members[key] & actions}
        if self._via is None or NodeKind.STRUCTURE in self._via:
            linked = np.zeros(len(everyone), bool)
            linked[column[ordinals(actions)]] = True
            if self._via is None:
                linked &= np.bincount(column, minlength=len(everyone)) <= max(HUB_MINIMUM, HUB_SHARE * len(column))
            found.update(everyone[ordinal].key for ordinal in np.flatnonzero(linked).tolist())
        return found

    def linked_places(self, key: str) -> tuple[str, ...]:
        """The department of a structure, the structures of a department, nothing for the rest."""
        record = self.network.records[key]
        if isinstance(record, Structure):
            return (record.department.key,)
        if kind_of(key) is NodeKind.DEPARTMENT:
            return tuple(structure.key for structure in self._indexes.structures_of_department.get(key, ()))
        return ()


def _search(
    walk: _Walk, source: str, target: str, max_length: int, max_visited: int
) -> tuple[list[_Level] | None, bool]:
    """The nodes of the shortest paths by their distance from the source, or None; and whether it gave up."""
    sides = [[walk.level_of(source)], [walk.level_of(target)]]
    seen = [sides[0][0], sides[1][0]]
    visited = 0
    while not (meeting := sides[0][-1] & sides[1][-1]):
        length = len(sides[0]) + len(sides[1]) - 2
        if length == max_length or not (sides[0][-1] and sides[1][-1]):
            return None, False
        costs = [walk.cost(side[-1]) for side in sides]
        cheaper = costs.index(min(costs))
        visited += costs[cheaper]
        if visited > max_visited:
            return None, True
        level = walk.neighbours(sides[cheaper][-1]) - seen[cheaper]
        seen[cheaper] |= level
        sides[cheaper].append(level)
    forward, backward = ([meeting] for _ in sides)
    for chain, side in ((forward, sides[0]), (backward, sides[1])):
        for level in reversed(side[:-1]):
            chain.append(walk.beside(level, chain[-1]))
    return [*reversed(forward), *backward[1:]], False


def _routes(walk: _Walk, levels: list[_Level], key: str, at: int) -> Iterator[tuple[str, ...]]:
    """Every path from a node of level `at` to the end, lazily. The levels are pruned: no step leads nowhere."""
    if at == len(levels) - 1:
        yield (key,)
        return
    for neighbour in walk.successors(key, levels[at + 1]):
        for rest in _routes(walk, levels, neighbour, at + 1):
            yield (key, *rest)


def _count(walk: _Walk, levels: list[_Level], source: str) -> int | None:
    """How many paths there are, or None where too many pairs of bitmaps would have to be compared.

    From the end to the start: the paths from a concept are those of each concept two levels further, times
    the actions that the two have in common. Actions are never looked at one by one.
    """
    members = walk.members
    direct = [[key for key in level.others if kind_of(key) is not NodeKind.DEPARTMENT] for level in levels]
    if sum(len(one) * len(two) for one, two in zip(direct, direct[2:], strict=False)) > _COUNTED_PAIRS:
        return None
    last = len(levels) - 1
    counts: list[dict[str, int]] = [{} for _ in levels]
    counts[last] = dict.fromkeys(levels[last].others, 1)
    for at in range(last - 1, -1, -1):
        nearer = counts[at + 1]
        for key in levels[at].others:
            counts[at][key] = sum(nearer.get(place, 0) for place in walk.linked_places(key))
        for key in direct[at]:
            if at + 1 == last:
                counts[at][key] += members[key].intersection_cardinality(levels[last].actions)
                continue
            for further in direct[at + 2]:
                common = members[key].intersection_cardinality(members[further])
                counts[at][key] += common * counts[at + 2][further]
    if source in counts[0]:
        return counts[0][source]
    return sum(counts[1].values()) if last else 1


def _path(network: Network, route: tuple[str, ...]) -> Path:
    relations = [relation_between(network.graph, one, other) for one, other in pairwise(route)]
    records = [network.records[key] for key in route]
    return Path(len(relations), tuple(Step(*pair) for pair in zip(records, [*relations, None], strict=True)))
