"""The records of the graph: one for each action, structure, concept and department, made from the rows of the store.

No edge is written down: an action knows its neighbours, a structure its department, a department its region, and
`graph.indexes` the way back.
"""

from __future__ import annotations

import gc
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import chain
from operator import attrgetter
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from graph.arena import Column, Layered, Slots
from graph.default_order import DefaultOrder
from graph.kinds import KINDS, PLACE_KINDS, NodeKind, Relation
from graph.linking import Links, Registry, Spellings, link
from graph.merged import Merged
from graph.model import Action, Concept, Department, LightRow, Node, Structure, fold
from graph.titles import Titles
from graph.vocabulary import Vocabulary

Body = TypeVar("Body", Structure, Concept)

RELATIONS: Mapping[NodeKind, Relation] = {kind: row.relation for kind, row in KINDS.items() if row.relation}
"""The relation of the edges that are read towards a node of each kind."""


@dataclass(frozen=True, slots=True)
class Network:
    """The records of one version: `records` has them all by key, `structures` and `concepts` those of their kinds in
    the order of their keys.

    `actions` are by ordinal, and so are `numbers`, what the store numbers their sheets, and `titles`; `bodies` are the
    structures by their own ordinal. These have what is gone as well: which actions there are, `graph.indexes` knows,
    and `order` how they stand. `gone` has the nodes that no action has any more, and that keep their label should they
    come back. `spellings` are as `graph.linking.Links` has them. `aliases` has old keys of actions, each with the one
    that it leads to: `find` follows them, and is how a key that somebody gives is looked up.
    """

    records: Mapping[str, Node]
    actions: Sequence[Action]
    order: DefaultOrder
    titles: Titles
    structures: tuple[Structure, ...]
    bodies: Sequence[Structure]
    concepts: Mapping[NodeKind, tuple[Concept, ...]]
    spellings: Spellings
    column_of_numbers: Column
    gone: Mapping[str, Structure | Concept]
    aliases: Mapping[str, str]

    @property
    def numbers(self) -> npt.NDArray[np.int64]:
        """The number that the store gave to each action's sheet."""
        return self.column_of_numbers.values

    def nodes(self, kind: NodeKind) -> Sequence[Structure | Concept]:
        """The nodes of a kind, any but actions, in the order of their keys."""
        return self.structures if kind is NodeKind.STRUCTURE else self.concepts[kind]

    def find(self, key: str) -> Node | None:
        """The node of a key, or of an old key the one to which it leads."""
        found = self.records.get(key)
        return self.records.get(self.aliases.get(key, key)) if found is None else found

    def known(self, key: str) -> Node | None:
        """The node of a key, or the one that had it."""
        return self.records.get(key) or self.gone.get(key)


@dataclass(frozen=True, slots=True)
class Turnover:
    """What a change does to a network: the actions and the other nodes that go, and those that come."""

    removed: Sequence[Action]
    added: Sequence[Action]
    left: Sequence[Structure | Concept]
    come: Sequence[Structure | Concept]

    @property
    def actions(self) -> Iterator[Action]:
        """Those that go, then those that come."""
        return chain(self.removed, self.added)

    @property
    def nodes(self) -> set[Structure | Concept]:
        """The other nodes that have fewer or more actions, structures or departments than before."""
        return {node for node, _ in self.links()}.union(self.left, self.come)

    def links(self) -> Iterator[tuple[Structure | Concept, Action]]:
        """What these actions are members of, with the action."""
        for action in self.actions:
            for node in action.neighbours():
                yield node, action
            yield action.department, action
            if action.region is not None:
                yield action.region, action


def has(one: Node, other: Node) -> bool:
    """Of two neighbours, whether the edge reads from `one`: an action has all of its own, a structure its place, and a
    place the one around it.
    """
    return one.kind is NodeKind.ACTION or (other.kind in PLACE_KINDS and _how_far_out(one) < _how_far_out(other))


def _how_far_out(node: Node) -> int:
    return PLACE_KINDS.index(node.kind) if node.kind in PLACE_KINDS else -1


def relation_between(one: Node, other: Node) -> Relation:
    """The relation of the edge between two neighbours. Whether they are is not looked at."""
    return RELATIONS[(other if has(one, other) else one).kind]


def build(
    rows: Iterable[LightRow],
    vocabulary: Vocabulary,
    labels: Mapping[str, str] | None = None,
    aliases: Mapping[str, str] | None = None,
) -> Network:
    """The network of the rows, the same whatever their order. `labels` has what concepts and structures are called
    where that was decided, by key. Linear in the number of rows, but for one sort.
    """
    with collector_paused():
        ordered = list(rows)
        ranks = _title_ranks(ordered)
        ordered.sort(key=lambda row: (-row.year if row.year is not None else 10_000, ranks[row.title], row.key))
        links = link(ordered, 0, Registry(vocabulary, labels or {}))
        actions = tuple(_actions(ordered, 0, links))
        everyone: list[tuple[Node, ...]] = [actions, links.structures, *links.concepts.values()]
        records = {record.key: record for some in everyone for record in some}
    return Network(
        records,
        actions,
        DefaultOrder(actions, Merged(len(actions))),
        Titles.build(actions, np.fromiter((ranks[row.title] for row in ordered), np.int32, len(ordered))),
        links.structures,
        links.structures,
        links.concepts,
        links.spellings,
        Column(_numbers(ordered)),
        {},
        aliases or {},
    )


def changed(
    before: Network,
    removed: Sequence[Action],
    rows: Sequence[LightRow],
    vocabulary: Vocabulary,
    labels: Mapping[str, str],
    aliases: Mapping[str, str],
    count: Callable[[str], int],
) -> tuple[Network, Turnover]:
    """The network without some of its actions and with those of some rows, and what that changes.

    `count` gives how many actions, and for a place how many structures or departments too, are linked to the node of a
    key in the network `before`, which stays as it is. The time follows the changes, but for the copies of a few short
    lists.
    """
    first = len(before.actions)
    links = link(rows, first, Registry(vocabulary, labels, before.known, len(before.bodies)))
    turnover = _turnover(before, removed, list(_actions(rows, first, links)), count)
    actions = _slots(before.actions, turnover.added)
    changes: dict[str, Node | None] = dict.fromkeys((node.key for node in chain(removed, turnover.left)), None)
    changes.update((node.key, node) for node in chain(turnover.added, turnover.come))
    gone = {**before.gone, **{node.key: node for node in turnover.left}}
    made = replace(
        before,
        records=Layered.over(before.records, changes),
        actions=actions,
        order=before.order.changed(actions, removed),
        titles=before.titles.changed(turnover.added),
        structures=exchanged(before.structures, _of(NodeKind.STRUCTURE, turnover)),
        bodies=_slots(before.bodies, [body for body in links.structures if body.ordinal >= len(before.bodies)]),
        concepts={kind: exchanged(nodes, _of(kind, turnover)) for kind, nodes in before.concepts.items()},
        spellings=_more_spellings(before.spellings, links.spellings),
        column_of_numbers=before.column_of_numbers.extended(_numbers(rows)),
        gone={key: node for key, node in gone.items() if changes.get(key) is None},
        aliases={**before.aliases, **aliases} if aliases else before.aliases,
    )
    return made, turnover


def exchanged(nodes: tuple[Body, ...], moved: Iterable[Any]) -> tuple[Body, ...]:
    """Nodes in the order of their keys, without those of `moved` that are among them, and with the others."""
    found: list[Body] = list(nodes)
    for node in moved:
        place = bisect_left(found, node.key, key=attrgetter("key"))
        if place < len(found) and found[place] is node:
            del found[place]
        else:
            found.insert(place, node)
    return tuple(found)


@contextmanager
def collector_paused() -> Iterator[None]:
    """Millions of records that live for ever need no search for cycles while they are made."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _title_ranks(rows: list[LightRow]) -> dict[str, int]:
    folded = {title: fold(title) for title in {row.title for row in rows}}
    rank = {title: position for position, title in enumerate(sorted(set(folded.values())))}
    return {title: rank[same] for title, same in folded.items()}


def _numbers(rows: Sequence[LightRow]) -> npt.NDArray[np.int64]:
    return np.fromiter((row.number for row in rows), np.int64, len(rows))


def _actions(rows: Sequence[LightRow], first: int, links: Links) -> Iterator[Action]:
    """The actions of the rows, whose ordinals count from `first`."""
    names = tuple(links.columns)
    for ordinal, (row, *linked) in enumerate(zip(rows, *links.columns.values(), strict=True), start=first):
        yield Action(row.key, ordinal, row.title, row.year, row.status, **dict(zip(names, linked, strict=True)))


def _turnover(
    before: Network, removed: Sequence[Action], added: Sequence[Action], count: Callable[[str], int]
) -> Turnover:
    """What comes and goes with some actions."""
    moves: Counter[Structure | Concept] = Counter()
    for node, _ in Turnover((), added, (), ()).links():
        moves[node] += 1
    for node, _ in Turnover(removed, (), (), ()).links():
        moves[node] -= 1
    come: list[Structure | Concept] = []
    left: list[Structure | Concept] = []

    def settle(node: Structure | Concept) -> int:
        is_there, was_there = count(node.key) + moves[node] > 0, node.key in before.records
        if is_there != was_there:
            (come if is_there else left).append(node)
        return is_there - was_there

    # A structure keeps its department in the graph, and that its region, so they are settled in this order.
    for body in [node for node in moves if isinstance(node, Structure)]:
        moves[body.department] += settle(body)
    for place in [node for node in moves if isinstance(node, Department)]:
        change = settle(place)
        if place.region is not None:
            moves[place.region] += change
    for node in [node for node in moves if not isinstance(node, Structure | Department)]:
        settle(node)
    return Turnover(removed, added, left, come)


def _of(kind: NodeKind, turnover: Turnover) -> list[Structure | Concept]:
    return [node for node in (*turnover.left, *turnover.come) if node.kind is kind]


def _slots(before: Sequence[Any], more: Sequence[Any]) -> Sequence[Any]:
    return (before if isinstance(before, Slots) else Slots(before)).extended(more)


def _more_spellings(before: Spellings, more: Spellings) -> Spellings:
    if not more:
        return before
    joined = {key: dict(known) for key, known in before.items()}
    for key, spelled in more.items():
        known = joined.setdefault(key, {})
        for printed, found in spelled.items():
            known[printed] = known[printed] | found if printed in known else found
    return joined
