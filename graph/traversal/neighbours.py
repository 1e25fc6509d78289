"""What lies around a node."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from graph.indexes import Indexes, neighbours
from graph.kinds import NodeKind, Relation
from graph.model import Action, Department, Node, Structure
from graph.network import RELATIONS, Network


@dataclass(frozen=True, slots=True)
class Edge:
    """A link, read from the action to the rest, from the structure to its department, or from that to its region."""

    source: str
    target: str
    relation: Relation


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """The nodes, the centre first, and every edge between two of them; `truncated` where more are within the depth."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    truncated: bool


def around(
    network: Network, indexes: Indexes, centre: Node, depth: int, kinds: Collection[NodeKind] | None, first: int
) -> Neighbourhood:
    """The first nodes at most `depth` edges from one, nearest first; the work is bounded by `first`."""
    kept: dict[str, Node] = {centre.key: centre}
    ring: list[Node] = [centre]
    truncated = False
    for _ in range(depth):
        inside, ring = ring, []
        for neighbour in chain.from_iterable(neighbours(network, indexes, node) for node in inside):
            if neighbour.key in kept or not (kinds is None or neighbour.kind in (NodeKind.ACTION, *kinds)):
                continue
            if truncated := len(kept) == first:
                break
            kept[neighbour.key] = neighbour
            ring.append(neighbour)
        if truncated:
            break
    return Neighbourhood(tuple(kept.values()), tuple(_edges(kept)), truncated)


def _around(node: Node) -> Iterator[Node]:
    """The place that a structure or a department is in, if any."""
    if isinstance(node, Structure):
        yield node.department
    elif isinstance(node, Department) and node.region is not None:
        yield node.region


def _edges(kept: Mapping[str, Node]) -> Iterator[Edge]:
    for node in kept.values():
        for other in node.neighbours() if isinstance(node, Action) else _around(node):
            if other.key in kept:
                yield Edge(node.key, other.key, RELATIONS[other.kind])
