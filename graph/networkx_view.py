"""The graph as a `networkx.Graph`, read-only, computed from the records and the bitmaps: nothing is kept twice.

Every algorithm and writer of networkx runs on it. The nodes are the keys of the records (`keyword:mobilite-transport`)
with the attribute `kind`, the edges have the attribute `relation`: the values of `NodeKind` and `Relation`, as plain
text that every format can hold. `docs/networkx.md` shows how to get and use it.
"""

from __future__ import annotations

from collections.abc import Callable, ItemsView, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import networkx as nx
from networkx.classes.function import frozen

from graph.indexes import Indexes, neighbours
from graph.kinds import PLACE_KINDS, NodeKind
from graph.model import Action, Concept, Department, Node, Structure
from graph.network import RELATIONS, Network, has

Value = TypeVar("Value")


class _Attributes(dict[str, str]):
    """The attributes of a node or an edge. All those of one kind share them, so they cannot be changed."""

    __setitem__ = __delitem__ = __ior__ = update = setdefault = pop = popitem = clear = frozen

    def __reduce__(self) -> tuple[type[dict[str, str]], tuple[dict[str, str]]]:
        """A copy, deep or pickled, is a dictionary like any other."""
        return dict, (dict(self),)


_NODES = {kind: _Attributes(kind=kind.value) for kind in NodeKind}
_EDGES = {kind: _Attributes(relation=relation.value) for kind, relation in RELATIONS.items()}


def view(network: Network, indexes: Indexes) -> nx.Graph:
    """The graph of a network: a frozen `networkx.Graph`, made in no time, whose nodes stand as the records do. Reading
    the neighbours of a node takes a time that grows with their number; counting them, or finding one, does not.

    >>> graph = view(network, indexes)
    >>> print(graph, graph.edges["keyword:jardin", "action:verger"])
    Graph with 9 nodes and 9 edges {'relation': 'has_keyword'}
    """
    # The way of networkx's own views (`networkx.subgraph_view`): a frozen graph whose dictionaries are replaced by
    # mappings. It stays a plain Graph, as `copy` and many algorithms make new ones by calling its class.
    graph = nx.freeze(nx.Graph())
    graph._node = _ByKey(network.records, _attributes)
    graph._adj = _ByKey(network.records, partial(_around, network, indexes))
    return graph


def _attributes(node: Node) -> _Attributes:
    return _NODES[node.kind]


def _around(network: Network, indexes: Indexes, node: Node) -> Mapping[str, _Attributes]:
    """The neighbours of a node, with the attributes of the edges."""
    if isinstance(node, Action):
        return {other.key: _EDGES[other.kind] for other in node.neighbours()}
    return _Neighbours(network, indexes, node)


@dataclass(frozen=True, eq=False)
class _ByKey(Mapping[str, Value]):
    """What `_read` gives for each record, by its key."""

    _records: Mapping[str, Node]
    _read: Callable[[Node], Value]

    def __getitem__(self, key: str) -> Value:
        return self._read(self._records[key])

    def __contains__(self, key: object) -> bool:
        return key in self._records

    def __iter__(self) -> Iterator[str]:
        return iter(self._records)

    def __len__(self) -> int:
        return len(self._records)


@dataclass(frozen=True, eq=False)
class _Neighbours(Mapping[str, _Attributes]):
    """The neighbours of a structure, a place or a concept, with the attributes of the edges."""

    _network: Network
    _indexes: Indexes
    _node: Structure | Concept

    def __getitem__(self, key: str) -> _Attributes:
        node, other = self._node, self._network.records[key]
        if isinstance(other, Action):
            linked = any(node is held for held in other.neighbours())
        else:
            linked = node is _place(other) or other is _place(node)
        if not linked:
            raise KeyError(key)
        return self.edge(other)

    def __iter__(self) -> Iterator[str]:
        return (other.key for other in self.others())

    def __len__(self) -> int:
        places = sum(1 for _ in self._indexes.places(self._node))
        return places if self._node.kind in PLACE_KINDS else places + len(self._indexes.members[self._node.key])

    def items(self) -> ItemsView[str, _Attributes]:
        return _Items(self)

    def copy(self) -> dict[str, _Attributes]:
        """As some of networkx's functions want of a dictionary."""
        return dict(self.items())

    def others(self) -> Iterator[Node]:
        return neighbours(self._network, self._indexes, self._node)

    def edge(self, other: Node) -> _Attributes:
        return _EDGES[(other if has(self._node, other) else self._node).kind]


class _Items(ItemsView[str, _Attributes]):
    """What is read most: without looking up each key."""

    _mapping: _Neighbours

    def __iter__(self) -> Iterator[tuple[str, _Attributes]]:
        around = self._mapping
        return ((other.key, around.edge(other)) for other in around.others())


def _place(node: Node) -> Node | None:
    if isinstance(node, Structure):
        return node.department
    return node.region if isinstance(node, Department) else None
