"""The names of one version, each with its number: those of structures and concepts, and the titles of actions.

A name keeps its number as long as its text is the same, and a number never gets another name.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from pyroaring import FrozenBitMap

from graph.indexes import Indexes, bitmap, ordinals
from graph.merged import Integers, Merged
from graph.model import Action, Concept, Node, Structure
from graph.network import Network
from graph.once import Remade, once
from graph.search.changing import ChangingEntries
from graph.search.documents import NAMED_KINDS, TITLE, name_entry, title_entry
from graph.search.entries import Entry
from graph.search.later import LaterEntries
from graph.search.query import Word

_KIND_RANKS = {kind: rank for rank, kind in enumerate(NAMED_KINDS)}
_NONE = -1
_AFTER_NODES = 2**40  # where titles stand

Named = Structure | Concept


@dataclass(frozen=True, eq=False)
class Numbered(Remade):
    """The numbers of the names that were written at once: those of the `named` nodes, in their order, then one for each
    of as many actions as there were, which the first one of each title uses.
    """

    named: Sequence[Named]
    actions: Sequence[Action]
    count: int

    @property
    def size(self) -> int:
        """The first number of a later name."""
        return len(self.named) + self.count

    @once
    def of_key(self) -> Mapping[str, int]:
        """The number of each node."""
        return {node.key: number for number, node in enumerate(self.named)}

    def __getitem__(self, number: int) -> Node:
        """The node, or the first action of the title."""
        after = number - len(self.named)
        return self.named[number] if after < 0 else self.actions[after]


@dataclass(frozen=True, eq=False)
class NameOrder(Remade):
    """How the nodes stand: by kind, then by key. `later` are the nodes of the later numbers, and the first actions of
    titles; `merged` has the numbers of the nodes among them that are there.
    """

    numbered: Numbered
    later: tuple[Node, ...]
    merged: Merged

    @classmethod
    def of(cls, numbered: Numbered) -> NameOrder:
        """The order where none came."""
        return cls(numbered, (), Merged(len(numbered.named)))

    def __getitem__(self, number: int) -> Node:
        """The node of a number, or the first action of the title."""
        after = number - self.numbered.size
        return self.numbered[number] if after < 0 else self.later[after]

    def places_of(self, members: npt.NDArray[np.uint32]) -> Integers:
        """As `graph.search.changing.Order`, of nodes."""
        if not len(self.merged.ids):
            return members.astype(np.int64)
        is_later = members >= self.numbered.size
        places = np.empty(len(members), np.int64)
        places[~is_later] = self.merged.of_base[members[~is_later]]
        places[is_later] = self._later_places[members[is_later] - np.uint32(self.numbered.size)]
        return places

    def between(self, members: FrozenBitMap, start: int, stop: int) -> list[int]:
        """As `graph.search.changing.Order`, of nodes."""
        found = ordinals(members)
        in_order: list[int] = found[np.argsort(self.places_of(found))][start:stop].tolist()
        return in_order

    def changed(self, more: Sequence[Node], gone: Sequence[int]) -> NameOrder:
        """The order with more nodes, whose numbers follow, and without those of some numbers."""
        stays = NameOrder(self.numbered, (*self.later, *more), self.merged.without(gone))
        first = self.numbered.size + len(self.later)
        come = [(_rank(node), first + at) for at, node in enumerate(more) if not isinstance(node, Action)]
        merged = stays.merged.added([(number, stays._found(rank)) for rank, number in sorted(come)])
        return NameOrder(self.numbered, stays.later, merged)

    def _found(self, wanted: tuple[int, str]) -> tuple[int, int]:
        return self.merged.found(wanted, self.numbered.named, _rank, lambda number: _rank(self[number]))

    @once
    def _later_places(self) -> Integers:
        places = np.zeros(len(self.later), np.int64)
        places[self.merged.ids - self.numbered.size] = self.merged.of_later
        return places


def _rank(node: Node) -> tuple[int, str]:
    return _KIND_RANKS[node.kind], node.key


@dataclass(frozen=True, eq=False)
class Names(Remade):
    """The names of one version, of its `network` and `indexes`.

    `moved` has, by the key of the node or the number of the title, the number of each name that came or went since they
    were written at once; `actions` has by number how many actions those have that now have others than then, and
    `weighed` the names among these that stand among the written ones.
    """

    network: Network
    indexes: Indexes
    order: NameOrder
    nodes: ChangingEntries
    titles: ChangingEntries
    moved: Mapping[str | int, int] = field(default_factory=dict)
    actions: Mapping[int, int] = field(default_factory=dict)
    weighed: LaterEntries = field(default_factory=LaterEntries)

    def having(self, numbers: FrozenBitMap, actions: FrozenBitMap) -> FrozenBitMap:
        """Those of some names whose nodes have one of some actions."""
        members = self.indexes.members
        return FrozenBitMap([each for each in numbers if members[self.order[each].key].intersect(actions)])

    def number(self, key: str) -> int:
        """The number of a node, or -1 where there is none of that key."""
        return self.moved.get(key, self.order.numbered.of_key.get(key, _NONE))

    def starting(
        self, before: Sequence[Word], prefix: str, kinds: Collection[str], first: int
    ) -> list[tuple[Node, int]]:
        """The nodes, and for titles the first actions, of the `first` names by their count of actions, with that count,
        that hold every word of `before` and one that starts with the bare `prefix`.
        """
        came = (self.nodes.came, self.titles.came, self.weighed)
        later = np.concatenate([some.starting(before, prefix, kinds) for some in came])
        later = ordinals(bitmap(later) - self._gone)
        numbers, counts = self._counted
        theirs = counts[np.searchsorted(numbers, later)]
        written = self._written(before, prefix, kinds, first, len(later))
        # Where they stand is asked for only where it decides.
        every = np.concatenate((theirs, np.array([actions for _, actions in written], np.int64)))
        least = int(np.partition(every, -first)[-first]) if len(every) > first else 0
        found = list(zip(later[theirs >= least].tolist(), theirs[theirs >= least].tolist(), strict=True))
        found += [pair for pair in written if pair[1] >= least]
        best = sorted(found, key=lambda pair: (-pair[1], self._place(pair[0])))[:first]
        return [(self.order[number], actions) for number, actions in best]

    @once
    def _counted(self) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.int64]]:
        """The numbers that `actions` has, ascending, and its counts."""
        numbers = np.fromiter(self.actions.keys(), np.uint32, len(self.actions))
        counts = np.fromiter(self.actions.values(), np.int64, len(self.actions))
        order = np.argsort(numbers)
        return numbers[order], counts[order]

    def _written(
        self, before: Sequence[Word], prefix: str, kinds: Collection[str], first: int, others: int
    ) -> list[tuple[int, int]]:
        """The `first` written nodes and titles, of each, whose count is what it was then; of so many `others` it may
        not be.
        """
        found: list[tuple[int, int]] = []
        for written in (self.nodes.written, self.titles.written):
            # Asking for some more costs less than asking again.
            most = first + min(others, 15 * first)
            while True:
                hits = written.starting(before, prefix, kinds, most)
                same = [hit for hit in hits if hit[0] not in self.actions and hit[0] not in self._gone]
                if len(same) >= first or len(hits) < most:
                    break
                most *= 4
            found += same[:first]
        return found

    @once
    def _gone(self) -> FrozenBitMap:
        return self.nodes.gone | self.titles.gone

    def _place(self, number: int) -> int:
        node = self.order[number]
        if isinstance(node, Action):
            return _AFTER_NODES + int(self.network.order.places_of(np.array([node.ordinal]))[0])
        return int(self.order.places_of(np.array([number], np.uint32))[0])

    def changed(self, network: Network, indexes: Indexes, moving: Sequence[Action]) -> Names:
        """The names of a later version; `moving` are the actions that went and those that came."""
        came: list[Entry] = []
        went: list[Entry] = []
        weighed: list[Entry] = []
        named: list[Node] = []
        moved, actions = dict(self.moved), dict(self.actions)
        following = self.order.numbered.size + len(self.order.later)
        for name, old, new in self._both(network, indexes, moving):
            if old and new and _is_same(old, new):
                number = old[1].number
                if new[1].actions != old[1].actions:
                    if number not in actions:
                        weighed.append(old[1])
                    actions[number] = new[1].actions
                continue
            if old:
                went.append(old[1])
                moved[name] = _NONE
            if new:
                moved[name] = number = following + len(named)
                actions[number] = new[1].actions
                came.append(new[1]._replace(number=number))
                named.append(new[0])
        order = self.order.changed(named, [entry.number for entry in went])
        (came_nodes, came_titles), (went_nodes, went_titles) = map(_nodes_and_titles, (came, went))
        nodes = self.nodes.changed(order, came_nodes, went_nodes)
        titles = self.titles.changed(order, came_titles, went_titles)
        return Names(network, indexes, order, nodes, titles, moved, actions, self.weighed.extended(weighed))

    def _both(
        self, network: Network, indexes: Indexes, moving: Sequence[Action]
    ) -> Iterator[tuple[str | int, _Known | None, _Known | None]]:
        """Each name that some actions bear: its key or number, and what it is in this version and in a later one."""
        linked = (node for action in moving for node in (*action.neighbours(), action.department))
        homes = (action.structure.department for action in moving)
        regions = (place for action in moving for place in (action.region, action.structure.region) if place)
        for key in sorted({node.key for some in (linked, homes, regions) for node in some}):
            yield (
                key,
                _node(key, self.number(key), self.network, self.indexes),
                _node(key, _NONE, network, indexes),
            )
        titles = np.unique(network.titles.numbers[[action.ordinal for action in moving]])
        before, after = _firsts(self.network, self.indexes, titles), _firsts(network, indexes, titles)
        written = len(self.order.numbered.named)
        for title in titles.tolist():
            old, new = before.get(title), after.get(title)
            yield (
                title,
                old and (old[0], title_entry(self.moved.get(title, written + old[0].ordinal), *old)),
                new and (new[0], title_entry(_NONE, *new)),
            )


_Known = tuple[Node, Entry]


def _nodes_and_titles(entries: Iterable[Entry]) -> tuple[list[Entry], list[Entry]]:
    of: tuple[list[Entry], list[Entry]] = [], []
    for entry in entries:
        of[entry.kind == TITLE].append(entry)
    return of


def _is_same(old: _Known, new: _Known) -> bool:
    return old[0] is new[0] and old[1].labels == new[1].labels


def _node(key: str, number: int, network: Network, indexes: Indexes) -> _Known | None:
    node = network.records.get(key)
    return (node, name_entry(number, network, indexes, node)) if isinstance(node, Structure | Concept) else None


def _firsts(network: Network, indexes: Indexes, titles: npt.NDArray[np.int32]) -> dict[int, tuple[Action, int]]:
    """The first action of each title, given by number, that some have, and how many have it."""
    numbers = network.titles.numbers
    bearers = ordinals(FrozenBitMap(np.flatnonzero(np.isin(numbers, titles)).tolist()) & indexes.everything)
    bearers = bearers[np.argsort(network.order.places_of(bearers))]
    found, firsts, counts = np.unique(numbers[bearers], return_index=True, return_counts=True)
    return {
        title: (network.actions[bearers[first]], count)
        for title, first, count in zip(found.tolist(), firsts.tolist(), counts.tolist(), strict=True)
    }
