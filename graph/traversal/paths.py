"""The shortest paths between two nodes, without walking a hub to its end.

The search goes level by level from both ends. A level is the nodes at one distance from an end: its actions are one
bitmap, so that going from a keyword to its 440,000 actions is one operation. Only the nodes that are not actions, and
small sets of actions, are looked at one by one; these are counted, and the search gives up where they are too many.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice, pairwise

import numpy as np
from pyroaring import BitMap, FrozenBitMap

from graph.indexes import Indexes, ordinals
from graph.kinds import CONCEPT_KINDS, PLACE_KINDS, NodeKind, Relation
from graph.model import Action, Concept, Node, Structure
from graph.network import Network, relation_between
from graph.traversal.sentences import sentence

MAX_VISITED = 10_000  # nodes that a search looks at one by one before it gives up
HUB_SHARE = 0.5  # a node linked to more than this share of all the actions is a hub: sharing it says nothing
HUB_MINIMUM = 8  # a node of at most so many actions is no hub, however few actions there are
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
    """The answer of a search: `length` is None where no path was found, `truncated` tells that the search gave up.

    `total` counts all the shortest paths, of which `paths` has the first; None where counting would take too long.
    """

    length: int | None
    total: int | None
    paths: tuple[Path, ...]
    truncated: bool


def is_hub(indexes: Indexes, key: str) -> bool:
    """Whether a structure, department or concept has more than half of the actions, and more than eight."""
    return _are_many(len(indexes.members[key]), len(indexes.everything))


def _are_many(count: int, of: int) -> bool:
    return count > HUB_MINIMUM and count > HUB_SHARE * of


def shortest(
    network: Network,
    indexes: Indexes,
    ends: tuple[Node, Node],
    via: Collection[NodeKind] | None,
    max_length: int,
    first: int,
    max_visited: int,
    within: FrozenBitMap | None = None,
) -> Paths:
    """The first of the shortest paths between two nodes, through the kinds of node that `via` names besides actions,
    and through the actions `within` a set.
    """
    walk = _Walk(network, indexes, ends, via, None if within is None else _with_ends(within, ends))
    levels, truncated = _search(walk, ends, max_length, max_visited)
    if levels is None:
        return Paths(None, None if truncated else 0, (), truncated)
    routes = islice(_routes(walk, levels, ends[0], 0), first)
    return Paths(len(levels) - 1, _count(walk, levels, ends[0]), tuple(map(_path, routes)), False)


Other = Structure | Concept
_NO_ACTION = FrozenBitMap()


@dataclass(frozen=True, slots=True)
class _Level:
    """Nodes at one distance from an end: the ordinals of the actions, and all the others."""

    actions: BitMap | FrozenBitMap
    others: frozenset[Other]

    def __bool__(self) -> bool:
        return bool(self.actions) or bool(self.others)

    def __and__(self, other: _Level) -> _Level:
        return _Level(self.actions & other.actions, self.others & other.others)

    def __or__(self, other: _Level) -> _Level:
        return _Level(self.actions | other.actions, self.others | other.others)

    def __sub__(self, other: _Level) -> _Level:
        return _Level(self.actions - other.actions, self.others - other.others)


def _with_ends(within: FrozenBitMap, ends: tuple[Node, Node]) -> FrozenBitMap:
    return within | FrozenBitMap([end.ordinal for end in ends if isinstance(end, Action)])


class _Walk:
    """Which nodes may be walked, and the neighbours of a node or of a whole level. It serves one search."""

    def __init__(
        self,
        network: Network,
        indexes: Indexes,
        ends: tuple[Node, Node],
        via: Collection[NodeKind] | None,
        within: FrozenBitMap | None,
    ) -> None:
        """With `within`, as if there were no other actions, and no node that none of them has."""
        self._network = network
        self._indexes = indexes
        self._ends = ends
        self._via = via
        self._within = within
        self._everything = indexes.everything if within is None else within
        self._members: dict[str, FrozenBitMap] = {}

    def cost(self, level: _Level) -> int:
        """How many nodes `neighbours` looks at one by one."""
        actions = len(level.actions)
        if actions > _WALKED_SET:
            actions = sum(len(self._network.concepts[kind]) for kind in CONCEPT_KINDS)
        return len(level.others) + actions

    def neighbours(self, level: _Level) -> _Level:
        """Every node that may be walked and is linked to a node of the level."""
        others = self._linked_to_actions(level.actions)
        for node in level.others:
            others.update(filter(self._is_open, self.linked_places(node)))
        return _Level(self._actions_of_all(level.others), frozenset(others))

    def beside(self, level: _Level, neighbour: _Level) -> _Level:
        """The nodes of a level that are linked to a node of the other."""
        others = frozenset(
            node
            for node in level.others
            if self.actions_of(node).intersect(neighbour.actions)
            or not neighbour.others.isdisjoint(self.linked_places(node))
        )
        return _Level(level.actions & self._actions_of_all(neighbour.others), others)

    def successors(self, node: Node, level: _Level) -> Iterator[Node]:
        """The neighbours of a node in a level, in the order in which paths stand."""
        if not isinstance(node, Action):
            for ordinal in self._network.order.newest(self.actions_of(node) & level.actions):
                yield self._network.actions[ordinal]
        linked = node.neighbours() if isinstance(node, Action) else self.linked_places(node)
        yield from sorted(
            level.others.intersection(linked), key=lambda other: (len(self._members_of(other.key)), other.key)
        )

    def actions_of(self, node: Other) -> FrozenBitMap:
        """The actions that a node is linked to: of a department and a region none."""
        return _NO_ACTION if node.kind in PLACE_KINDS else self._members_of(node.key)

    def linked_places(self, node: Other) -> Iterator[Other]:
        """What a structure or a place is linked to besides actions; nothing for the rest."""
        places = self._indexes.places(node)
        return places if self._within is None else filter(self._is_there, places)

    def _is_there(self, node: Other) -> bool:
        """Whether one of the actions has a node, or a node inside it."""
        return bool(self._members_of(node.key)) or any(map(self._is_there, self._indexes.inside(node.key)))

    def _members_of(self, key: str) -> FrozenBitMap:
        if self._within is None:
            return self._indexes.members[key]
        found = self._members.get(key)
        if found is None:
            found = self._members[key] = self._indexes.members[key] & self._within
        return found

    def _actions_of_all(self, nodes: Iterable[Other]) -> FrozenBitMap:
        return FrozenBitMap.union(_NO_ACTION, *map(self.actions_of, nodes))

    def _is_open(self, node: Other) -> bool:
        if node in self._ends:
            return True
        if self._via is not None:
            return node.kind in self._via
        return not _are_many(len(self._members_of(node.key)), len(self._everything))

    def _linked_to_actions(self, actions: BitMap | FrozenBitMap) -> set[Other]:
        if len(actions) <= _WALKED_SET:
            linked = {node for ordinal in actions for node in self._network.actions[ordinal].neighbours()}
            return set(filter(self._is_open, linked))
        concepts = (concept for kind in CONCEPT_KINDS for concept in self._network.concepts[kind])
        return self._structures_of(actions).union(
            concept for concept in concepts if self._is_open(concept) and self.actions_of(concept).intersect(actions)
        )

    def _structures_of(self, actions: BitMap | FrozenBitMap) -> set[Other]:
        """The open structures of many actions: as arrays, since there may be thousands of them."""
        column = self._indexes.structure_ordinal
        everyone = self._network.bodies
        ends = (node for node in self._ends if isinstance(node, Structure))
        found: set[Other] = {end for end in ends if self.actions_of(end).intersect(actions)}
        if self._via is None or NodeKind.STRUCTURE in self._via:
            linked = np.zeros(len(everyone), bool)
            linked[column[ordinals(actions)]] = True
            if self._via is None:
                everything = self._everything
                # Where no action is gone, the column is that of everything.
                of_all = column if len(column) == len(everything) else column[ordinals(everything)]
                counts = np.bincount(of_all, minlength=len(everyone))
                linked &= counts <= max(HUB_MINIMUM, HUB_SHARE * len(everything))
            found.update(everyone[ordinal] for ordinal in np.flatnonzero(linked).tolist())
        return found


def _level_of(node: Node) -> _Level:
    if isinstance(node, Action):
        return _Level(BitMap([node.ordinal]), frozenset())
    return _Level(_NO_ACTION, frozenset((node,)))


def _search(
    walk: _Walk, ends: tuple[Node, Node], max_length: int, max_visited: int
) -> tuple[list[_Level] | None, bool]:
    """The nodes of the shortest paths by their distance from the source, or None; and whether it gave up."""
    sides = [[_level_of(end)] for end in ends]
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


def _routes(walk: _Walk, levels: list[_Level], node: Node, at: int) -> Iterator[tuple[Node, ...]]:
    """Every path from a node of level `at` to the end, lazily. The levels are pruned: no step leads nowhere."""
    if at == len(levels) - 1:
        yield (node,)
        return
    for neighbour in walk.successors(node, levels[at + 1]):
        for rest in _routes(walk, levels, neighbour, at + 1):
            yield (node, *rest)


def _count(walk: _Walk, levels: list[_Level], source: Node) -> int | None:
    """How many paths there are, or None where too many pairs of bitmaps would have to be compared."""
    # From the end to the start: the paths from a concept are those of each concept two levels further, times the
    # actions that the two have in common. Actions are never looked at one by one.
    direct = [[node for node in level.others if node.kind not in PLACE_KINDS] for level in levels]
    if sum(len(one) * len(two) for one, two in zip(direct, direct[2:], strict=False)) > _COUNTED_PAIRS:
        return None
    last = len(levels) - 1
    counts: list[dict[Node, int]] = [{} for _ in levels]
    counts[last] = dict.fromkeys(levels[last].others, 1)
    for at in range(last - 1, -1, -1):
        for node in levels[at].others:
            counts[at][node] = sum(counts[at + 1].get(place, 0) for place in walk.linked_places(node))
        for node in direct[at]:
            actions = walk.actions_of(node)
            if at + 1 == last:
                counts[at][node] += actions.intersection_cardinality(levels[last].actions)
                continue
            for further in direct[at + 2]:
                common = actions.intersection_cardinality(walk.actions_of(further))
                counts[at][node] += common * counts[at + 2][further]
    if source in counts[0]:
        return counts[0][source]
    return sum(counts[1].values()) if last else 1


def _path(route: tuple[Node, ...]) -> Path:
    relations = [relation_between(one, other) for one, other in pairwise(route)]
    return Path(len(relations), tuple(map(Step, route, [*relations, None])))
