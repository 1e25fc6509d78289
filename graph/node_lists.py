"""Lists that are asked for again and again, ready once they were: the nodes of a kind, the newest actions of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from graph.arena import picked
from graph.indexes import Indexes
from graph.kinds import NodeKind
from graph.listing import Listing, ListOrder, listed, relisted
from graph.model import Action, Concept, Structure
from graph.network import Network

NEWEST = 100
"""How many actions of a node stay ready once they were asked for: what nested queries ask for most."""

Listed = tuple[Listing[Any], frozenset[str]]


class NodeLists:
    """The lists of one version. Reading it from several threads at once is safe."""

    def __init__(
        self,
        network: Network,
        indexes: Indexes,
        newest: Mapping[str, tuple[Action, ...]] | None = None,
        listings: Mapping[tuple[NodeKind, ListOrder], Listed] | None = None,
    ) -> None:
        self._network = network
        self._indexes = indexes
        self._newest = dict(newest or {})
        # Each with the keys of what changed since it was made: it is mended when it is next asked for.
        self._listings = dict(listings or {})

    def changed(self, network: Network, indexes: Indexes, touched: frozenset[str]) -> NodeLists:
        """The lists of the next version, in which the nodes of some keys have other actions, came or left."""
        # Copied at once: other threads may be adding to them.
        newest, listings = self._newest.copy(), self._listings.copy()
        for key in touched:
            newest.pop(key, None)
        marked = {asked: (listing, since | touched) for asked, (listing, since) in listings.items()}
        return NodeLists(network, indexes, newest, marked)

    def newest(self, key: str, size: int) -> Sequence[Action]:
        """The first `size` actions of a structure, department or concept in the default order. Raises KeyError."""
        if size > NEWEST:
            return self._first(key, size)
        ready = self._newest.get(key)
        if ready is None:
            ready = self._newest[key] = self._first(key, NEWEST)
        return ready[:size]

    def count(self, node: Structure | Concept) -> int:
        """How many actions a structure, department or concept has."""
        return len(self._indexes.members[node.key])

    def listing(self, kind: NodeKind, order: ListOrder) -> Listing[Any]:
        """Every structure, or every concept of a kind: few, sorted once for each order."""
        made, since = self._listings.get((kind, order), (None, frozenset[str]()))
        if made is not None and not since:
            return made
        nodes: Sequence[Any] = self._network.nodes(kind)
        if made is None:
            made = listed(nodes, self.count, order)
        else:
            records = self._network.records
            now: Any = [node for key in since if (node := records.get(key)) is not None and node.kind is kind]
            made = relisted(made, since, now, self.count, order)
        self._listings[kind, order] = made, frozenset()
        return made

    def _first(self, key: str, size: int) -> tuple[Action, ...]:
        members, actions = self._indexes.members[key], self._network.actions
        found = self._network.order.between(members, 0, min(size, len(members)))
        return tuple(picked(actions, found))
