"""What lies around a node, what several nodes have in common, and which actions stand alone."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from pyroaring import BitMap, FrozenBitMap

from graph.indexes import Indexes
from graph.kinds import NodeKind, Relation, kind_of
from graph.model import Action, Concept, Node, Structure
from graph.network import Network, links, relation_between

MAX_DEPTH = 3
"""The most edges between the centre of a neighbourhood and a node of it."""

MAX_NODES = 500
"""The most nodes that one neighbourhood may hold, the centre included."""


@dataclass(frozen=True, slots=True)
class Edge:
    """A link, read from the action to the rest, or from the structure to its department."""

    source: str
    target: str
    relation: Relation


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """A piece of the graph, ready to draw: every edge between two nodes of it is there.

    `nodes` begins with the centre. `truncated` tells that there are more nodes within the depth.
    """

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    truncated: bool


def neighbourhood(
    network: Network,
    indexes: Indexes,
    key: str,
    *,
    depth: int = 1,
    kinds: Collection[NodeKind] | None = None,
    first: int = 100,
) -> Neighbourhood:
    """The nodes at most `depth` edges (1 to 3) from a node, nearest first, `first` (1 to 500) at most.

    `kinds` names the kinds of node that are kept besides actions; without it every kind is. Around a
    concept or a structure the newest actions come first; around an action, its structure, then its concepts
    in the order of the sheet. The work is bounded by `first`, also around a hub. Raises KeyError for an
    unknown key, ValueError for a number out of its range.
    """
    for name, value, most in (("depth", depth, MAX_DEPTH), ("first", first, MAX_NODES)):
        if not 1 <= value <= most:
            raise ValueError(f"{name} is {value}: a number from 1 to {most} is accepted")
    centre = network.records[key]
    kept: dict[str, Node] = {key: centre}
    ring: list[Node] = [centre]
    truncated = False
    for _ in range(depth):
        found: list[Node] = []
        for node in ring:
            for neighbour in _neighbours(network, indexes, node, kinds):
                if neighbour.key in kept:
                    continue
                if len(kept) == first:
                    truncated = True
                    break
                kept[neighbour.key] = neighbour
                found.append(neighbour)
            if truncated:
                break
        ring = found
        if truncated or not ring:
            break
    return Neighbourhood(tuple(kept.values()), tuple(_edges(network, kept)), truncated)


def shared_actions(indexes: Indexes, keys: Collection[str]) -> FrozenBitMap:
    """The ordinals of the actions linked to every one of the nodes: structures, departments or concepts.

    Raises KeyError for any other key, ValueError where there is no key.
    """
    if not keys:
        raise ValueError("There is no node: give at least one structure, department or concept")
    return FrozenBitMap.intersection(*(indexes.members[key] for key in keys))


def related(network: Network, indexes: Indexes, action: Action, by: NodeKind) -> FrozenBitMap:
    """The ordinals of the other actions that share at least one node of the kind `by` with an action.

    Raises ValueError where `by` is ACTION, as no action is linked to another.
    """
    if by is NodeKind.ACTION:
        raise ValueError(f"by is {by}: any kind of node but action is accepted")
    shared: tuple[Concept | Structure, ...]
    if by is NodeKind.STRUCTURE:
        shared = (action.structure,)
    elif by is NodeKind.DEPARTMENT:
        shared = (action.department,)
    else:
        shared = dict(links(action))[by]
    found = FrozenBitMap.union(FrozenBitMap(), *(indexes.members[node.key] for node in shared))
    return found - FrozenBitMap([action.ordinal])


def isolated(network: Network, indexes: Indexes, by: NodeKind = NodeKind.KEYWORD) -> FrozenBitMap:
    """The ordinals of the actions that no node of the kind `by` links to another action.

    They have no such node, or only nodes that no other action has. Raises ValueError where `by` is ACTION.
    """
    if by is NodeKind.ACTION:
        raise ValueError(f"by is {by}: any kind of node but action is accepted")
    nodes = network.structures if by is NodeKind.STRUCTURE else network.concepts[by]
    joined = BitMap()
    for node in nodes:
        members = indexes.members[node.key]
        if len(members) > 1:
            joined |= members
    return indexes.everything - FrozenBitMap(joined)


def _neighbours(network: Network, indexes: Indexes, node: Node, kinds: Collection[NodeKind] | None) -> Iterator[Node]:
    """The neighbours of a node that are kept, lazily, in the order in which they are drawn."""

    def kept(kind: NodeKind) -> bool:
        return kinds is None or kind in kinds

    if isinstance(node, Action):
        if kept(NodeKind.STRUCTURE):
            yield node.structure
        for kind, concepts in links(node):
            if kept(kind):
                yield from concepts
    elif kind_of(node.key) is NodeKind.DEPARTMENT:
        if kept(NodeKind.STRUCTURE):
            yield from indexes.structures_of_department.get(node.key, ())
    else:
        if isinstance(node, Structure) and kept(NodeKind.DEPARTMENT):
            yield node.department
        for ordinal in indexes.members[node.key]:
            yield network.actions[ordinal]


def _edges(network: Network, kept: dict[str, Node]) -> Iterator[Edge]:
    for node in kept.values():
        others: list[Concept | Structure] = []
        if isinstance(node, Action):
            others = [node.structure, *(concept for _, concepts in links(node) for concept in concepts)]
        elif isinstance(node, Structure):
            others = [node.department]
        for other in others:
            if other.key in kept:
                yield Edge(node.key, other.key, relation_between(network.graph, node.key, other.key))
