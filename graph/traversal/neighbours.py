"""What lies around a node."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from graph.indexes import Indexes, neighbours
from graph.kinds import NodeKind, Relation
from graph.model import Action, Node, Structure
from graph.network import RELATIONS, Network


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


def around(
    network: Network, indexes: Indexes, centre: Node, depth: int, kinds: Collection[NodeKind] | None, first: int
) -> Neighbourhood:
    """The first nodes at most `depth` edges from one, nearest first; the work is bounded by `first`."""
    kept: dict[str, Node] = {centre.key: centre}
    ring: list[Node] = [centre]
    for _ in range(depth):
        next_ring: list[Node] = []
        for node in ring:
            for neighbour in neighbours(network, indexes, node):
                if neighbour.key in kept or not _is_kept(neighbour.kind, kinds):
                    continue
                if len(kept) == first:
                    return _drawn(kept, truncated=True)
                kept[neighbour.key] = neighbour
                next_ring.append(neighbour)
        ring = next_ring
    return _drawn(kept, truncated=False)


def _is_kept(kind: NodeKind, kinds: Collection[NodeKind] | None) -> bool:
    return kinds is None or kind is NodeKind.ACTION or kind in kinds


def _drawn(kept: Mapping[str, Node], *, truncated: bool) -> Neighbourhood:
    return Neighbourhood(tuple(kept.values()), tuple(_edges(kept)), truncated)


def _edges(kept: Mapping[str, Node]) -> Iterator[Edge]:
    for node in kept.values():
        others: Iterator[Node] = iter(())
        if isinstance(node, Action):
            others = node.neighbours()
        elif isinstance(node, Structure):
            others = iter((node.department,))
        for other in others:
            if other.key in kept:
                yield Edge(node.key, other.key, RELATIONS[other.kind])
