"""Walks over the graph, all bounded: shortest paths, the nodes around one, what nodes have in common."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import numpy as np
from pyroaring import FrozenBitMap

from graph.errors import NotAccepted, UnknownNode, sized
from graph.errors import within as in_range
from graph.indexes import Indexes, bitmap, ordinals
from graph.kinds import LINKED_KINDS, NodeKind, named
from graph.model import Action, Node
from graph.network import Network
from graph.traversal.neighbours import Neighbourhood, around
from graph.traversal.paths import MAX_VISITED, Paths, shortest

MAX_LENGTH = 6  # edges of a path
MAX_PATHS = 100  # of one search
MAX_DEPTH = 3  # edges between the centre of a neighbourhood and a node of it
MAX_NODES = 500  # of one neighbourhood, the centre included
MAX_SHARED = 20  # nodes of which the common actions are asked for


class Traversal:
    """Questions about the links of a network. A question that cannot be answered raises a `GraphError`."""

    def __init__(self, network: Network, indexes: Indexes) -> None:
        self._network = network
        self._indexes = indexes

    def paths(
        self,
        source: str,
        target: str,
        *,
        via: Collection[NodeKind] | None = None,
        max_length: int = MAX_LENGTH,
        first: int = 10,
        max_visited: int = MAX_VISITED,
        within: FrozenBitMap | None = None,
    ) -> Paths:
        """All the shortest paths from `source` to `target`, both keys, of at most `max_length` edges (1 to 6).

        Between the ends, `via` names the kinds of node that are walked besides actions; without it every kind is, but
        no hub. A department is linked to its structures and its region. Of the paths the `first` (1 to 100) are given,
        in the order of their steps: the rarest concept or structure first, then the smallest key, actions in their
        default order.
        The search gives up at `max_visited` nodes looked at. With `within`, it walks as if there were no other actions
        than these and the ends. Raises UnknownNode, OutOfRange.

        >>> found = traversal.paths("action:potager", "action:verger", via={NodeKind.KEYWORD})
        >>> found.length, found.total, [step.node.key for step in found.paths[0].steps]
        (2, 1, ['action:potager', 'keyword:jardin', 'action:verger'])
        """
        in_range("max_length", max_length, 1, MAX_LENGTH)
        in_range("first", first, 1, MAX_PATHS)
        ends = self._node("source", source), self._node("target", target)
        return shortest(self._network, self._indexes, ends, via, max_length, first, max_visited, within)

    def neighbourhood(
        self, key: str, *, depth: int = 1, kinds: Collection[NodeKind] | None = None, first: int = 100
    ) -> Neighbourhood:
        """The nodes at most `depth` edges (1 to 3) from a node, nearest first, `first` (1 to 500) at most.

        Besides actions, the kinds of node that `kinds` names are kept; without it every kind is. Of one node they stand
        as `graph.indexes.neighbours` has them. The work is bounded by `first`. Raises UnknownNode, OutOfRange.

        >>> [node.label for node in traversal.neighbourhood("keyword:jardin").nodes]
        ['Jardin', 'Verger', 'Potager']
        """
        in_range("depth", depth, 1, MAX_DEPTH)
        in_range("first", first, 1, MAX_NODES)
        return around(self._network, self._indexes, self._node("key", key), depth, kinds, first)

    def shared_actions(self, keys: Collection[str]) -> FrozenBitMap:
        """The ordinals of the actions linked to all of 1 to 20 structures, departments or concepts.

        Raises UnknownNode for any other key, OutOfRange.

        >>> traversal.shared_actions(["keyword:jardin", "keyword:ecole"])
        FrozenBitMap([0])
        """
        sized("keys", keys, 1, MAX_SHARED)
        for key in keys:
            if key not in self._indexes.members:
                raise UnknownNode("keys", key, "structure, department or concept")
        return FrozenBitMap.intersection(*(self._indexes.members[key] for key in keys))

    def related(self, action: Action, by: NodeKind) -> FrozenBitMap:
        """The ordinals of the others that share a node of the kind `by`, any but ACTION, with one. Raises NotAccepted.

        >>> traversal.related(node("action:potager"), NodeKind.KEYWORD)
        FrozenBitMap([0])
        """
        _check_links(by)
        members = (self._indexes.members[node.key] for node in action.linked(by))
        return FrozenBitMap.union(FrozenBitMap(), *members) - FrozenBitMap([action.ordinal])

    def isolated(self, by: NodeKind = NodeKind.KEYWORD, within: FrozenBitMap | None = None) -> FrozenBitMap:
        """The ordinals of the actions that no node of the kind `by`, not ACTION, links to another: of all of them, or
        of those `within` a set to another of these. Raises NotAccepted.

        >>> traversal.isolated()
        FrozenBitMap([2])
        """
        _check_links(by)
        actions = self._indexes.everything if within is None else within
        if by is NodeKind.STRUCTURE:
            # Tens of thousands of structures: one count of a column beats as many intersections.
            found = ordinals(actions)
            of_structures = self._indexes.structure_ordinal[found]
            return bitmap(found[np.bincount(of_structures)[of_structures] == 1])
        members: Iterable[FrozenBitMap] = (self._indexes.members[node.key] for node in self._network.nodes(by))
        if within is not None:
            members = (each & within for each in members)
        return actions - FrozenBitMap.union(FrozenBitMap(), *(each for each in members if len(each) > 1))

    def _node(self, parameter: str, key: str) -> Node:
        found = self._network.find(key)
        if found is None:
            raise UnknownNode(parameter, key)
        return found


def _check_links(by: NodeKind) -> None:
    if by is NodeKind.ACTION:
        raise NotAccepted("by", by.name, f"actions are linked by one of {named(LINKED_KINDS)}")
