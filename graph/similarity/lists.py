"""The lists of nodes that actions have: most repeat, so each is looked at once, whatever the number of its actions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import islice
from operator import attrgetter, methodcaller
from threading import Lock
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
from pyroaring import BitMap
from scipy.sparse import csr_array

from graph.arena import Column, of_one_line
from graph.indexes import NOTHING, Indexes, ordinals
from graph.kinds import KINDS, NodeKind
from graph.model import Action, Concept, Structure, fold
from graph.network import Network
from graph.once import once
from graph.similarity.ranked import Floats, Integers, KeyOrder, Ordinals

Item = TypeVar("Item")

_RESIDUAL = frozenset({"autre", "autres", "non precise"})
"""What is ticked where nothing fits, folded: two actions that have it are not thereby alike."""


class KindLists:
    """The different lists of nodes of one kind in one version: `list_of` has the number of its list for each ordinal,
    `matrix` a row for each list and a column for each of `nodes`, 1 where the list has the node. For each node `rarity`
    is ln(1 + N/df), and `told` ln²(N/df): nothing where every action has it, or where it is « Autre ». Lists and nodes
    that no action has weigh nothing, and are in nobody's way.
    """

    def __init__(self, lists: GrowingLists, network: Network, indexes: Indexes) -> None:
        self.kind = lists.kind
        self.list_of, self._column, self.matrix = lists.until(network.actions)
        self.nodes = tuple(islice(self._column, self.matrix.shape[1]))
        members = indexes.members
        frequency = np.array([len(members.get(node.key, NOTHING)) for node in self.nodes], np.float64)
        self._in_one = len(indexes.everything) / np.maximum(frequency, 1)
        self.rarity: Floats = np.log1p(self._in_one)
        # What each list weighs is the same for every question.
        self.sizes: Floats = self.matrix @ np.ones(len(self.nodes))
        self.rarities: Floats = self.matrix @ self.rarity

    @once
    def told(self) -> Floats:
        """What each node tells."""
        told: Floats = np.square(np.log(np.maximum(self._in_one, 1)))
        told[[fold(node.label) in _RESIDUAL for node in self.nodes]] = 0
        return told

    @once
    def tellings(self) -> Floats:
        """What the nodes of each list tell, added up."""
        tellings: Floats = self.matrix @ self.told
        return tellings

    def had_by(self, actions: Iterable[Action]) -> Floats:
        """For each node, 1 where at least one of the actions has it, 0 elsewhere."""
        found = np.zeros(len(self.nodes))
        found[[self._column[node] for action in actions for node in action.linked(self.kind)]] = 1
        return found


class GrowingLists:
    """What the versions of one graph share of the lists of a kind: they are numbered as they come, and only added to.

    Whichever version asks first adds the actions that came since; several threads may ask.
    """

    def __init__(self, kind: NodeKind, base: Network) -> None:
        self.kind = kind
        self._base = base
        self._actions: Sequence[Action] = ()
        self._columns: dict[Structure | Concept, int] = {node: number for number, node in enumerate(base.nodes(kind))}
        self._spelled: dict[tuple[Structure | Concept, ...], int] = {}
        # Two sheets may print the same nodes in another order.
        self._sets: dict[frozenset[Structure | Concept], int] = {}
        self._set_of: list[int] = []
        self._list_of = Column(np.zeros(0, np.int32))
        self._cells = Column(np.zeros(0, np.int32))
        self._ends = Column(np.zeros(1, np.int32))
        self._lock = Lock()

    def until(self, actions: Sequence[Action]) -> tuple[npt.NDArray[np.int32], Mapping[Structure | Concept, int], Any]:
        """The number of the list of each of these actions, which are those of a version; the column of each node; and a
        row for each list so far.
        """
        with self._lock:
            if not of_one_line(self._actions, actions):
                return GrowingLists(self.kind, self._base).until(actions)
            if len(actions) > len(self._actions):
                self._add(actions[len(self._actions) :])
                self._actions = actions
            cells, ends = self._cells.values, self._ends.values
            matrix = csr_array((np.ones(len(cells)), cells, ends), shape=(len(ends) - 1, len(self._columns)))
            return self._list_of.values[: len(actions)], self._columns, matrix

    def _add(self, actions: Iterable[Action]) -> None:
        spelled, sets, columns = self._spelled, self._sets, self._columns
        known, known_sets = len(spelled), len(sets)
        # What is one tuple for each action is read a million times.
        linked = attrgetter(KINDS[self.kind].attribute) if KINDS[self.kind].many else methodcaller("linked", self.kind)
        numbers = [spelled.setdefault(nodes, len(spelled)) for nodes in map(linked, actions)]
        for nodes in _last(spelled, len(spelled) - known):
            self._set_of.append(sets.setdefault(frozenset(nodes), len(sets)))
        new = _last(sets, len(sets) - known_sets)
        cells = [columns.setdefault(node, len(columns)) for nodes in new for node in nodes]
        ends = np.cumsum([len(nodes) for nodes in new]) + len(self._cells.values)
        set_of = np.array(self._set_of, np.int32) if len(numbers) > len(spelled) else self._set_of
        self._list_of = self._list_of.extended(np.array([set_of[number] for number in numbers], np.int32))
        self._cells = self._cells.extended(np.array(cells, np.int32))
        self._ends = self._ends.extended(ends.astype(np.int32))


def _last(items: dict[Item, Any], number: int) -> list[Item]:
    """The keys that were put in last, in the order in which they were."""
    return [*islice(reversed(items), number)][::-1]


class Weighing(Enum):
    """What a node weighs, times the weight of its kind."""

    ALIKE = "1"
    BY_RARITY = "ln(1 + N/df)"
    BY_WHAT_IT_TELLS = "ln²(N/df)"


class Profile:
    """The nodes of some actions, each with its weight, kind by kind, and what lists have in common with them."""

    def __init__(
        self,
        actions: Sequence[Action],
        kinds: Sequence[KindLists],
        weights: Mapping[NodeKind, float],
        weighing: Weighing,
    ) -> None:
        """`weights` are of the kinds."""
        self._kinds = kinds
        self._given = weights
        self._weighing = weighing
        self._weights = [weights[each.kind] * _weighed(each, weighing) for each in kinds]
        self._mine = [each.had_by(actions) for each in kinds]
        self.nodes: dict[Structure | Concept, float] = {
            each.nodes[column]: float(values[column])
            for each, values, mine in zip(kinds, self._weights, self._mine, strict=True)
            for column in np.flatnonzero(mine).tolist()
        }
        self.weight = sum(self.nodes.values())

    def shared(self) -> list[Floats]:
        """For each kind, what each list shares with the profile."""
        return self._of_shared(self._weights)

    def rarity(self) -> list[Floats]:
        """For each kind, how rare the nodes are that each list shares with the profile, added up."""
        return self._of_shared([each.rarity for each in self._kinds])

    def weights_of_lists(self) -> list[Floats]:
        """For each kind, what each list weighs."""
        return [self._given[each.kind] * _weights_of_lists(each, self._weighing) for each in self._kinds]

    def _of_shared(self, values: Sequence[Floats]) -> list[Floats]:
        """For each kind, the sum for each list of the values of the nodes that are in the profile too."""
        parts = zip(self._kinds, values, self._mine, strict=True)
        return [each.matrix @ (of_nodes * mine) for each, of_nodes, mine in parts]


def _weighed(lists: KindLists, weighing: Weighing) -> Floats:
    if weighing is Weighing.ALIKE:
        return np.ones(len(lists.nodes))
    return lists.rarity if weighing is Weighing.BY_RARITY else lists.told


def _weights_of_lists(lists: KindLists, weighing: Weighing) -> Floats:
    if weighing is Weighing.ALIKE:
        return lists.sizes
    return lists.rarities if weighing is Weighing.BY_RARITY else lists.tellings


@dataclass(frozen=True, slots=True)
class Grouping:
    """The actions grouped by their lists of some kinds: `group_of` has the number of each one's group, by ordinal.

    `ordinals` has the actions that there are group after group, those of each in the order of their keys, so that a
    group's first are found without sorting; `sizes` of them for each group, from `starts` on. `lists` has the number of
    each group's list, kind by kind, or is None where groups are lists, in the same order.
    """

    group_of: npt.NDArray[np.int32]
    ordinals: Ordinals
    sizes: Integers
    starts: Integers
    lists: Sequence[npt.NDArray[np.int32]] | None

    @classmethod
    def build(cls, kinds: Sequence[KindLists], keys: KeyOrder) -> Grouping:
        """The actions of a graph that was built at once."""
        size = len(keys.rank)
        group_of = kinds[0].list_of[:size].astype(np.int64)
        for more in kinds[1:]:
            # A number for each pair of the group so far and the next list, then the pairs that occur counted from 0.
            _, group_of = np.unique(group_of * more.matrix.shape[0] + more.list_of[:size], return_inverse=True)
        by_key = np.argsort(keys.rank)
        ordered: Ordinals = by_key[np.argsort(group_of[by_key], kind="stable")].astype(np.uint32)
        sizes = np.bincount(group_of)
        starts = np.cumsum(sizes) - sizes
        first = ordered[starts]
        lists = [each.list_of[first] for each in kinds] if len(kinds) > 1 else None
        return cls(group_of.astype(np.int32), ordered, sizes, starts, lists)

    def changed(self, kinds: Sequence[KindLists], network: Network, indexes: Indexes) -> Grouping:
        """The actions of a later version: the groups without those that are gone, and after them a group of its own for
        each action that came.
        """
        base, groups = len(self.group_of), len(self.sizes)
        later = network.order.later.ids
        is_there = np.zeros(len(network.actions), bool)
        is_there[ordinals(indexes.everything)] = True
        stays = self.ordinals[is_there[self.ordinals]]
        group_of = np.zeros(len(network.actions), np.int32)
        group_of[:base] = self.group_of
        group_of[later] = groups + np.arange(len(later))
        sizes = np.r_[np.bincount(self.group_of[stays], minlength=groups), np.ones(len(later), np.int64)]
        of_groups = self.lists or [np.arange(groups, dtype=np.int32)]
        lists = [np.r_[known, each.list_of[later]] for known, each in zip(of_groups, kinds, strict=True)]
        return Grouping(group_of, np.r_[stays, later].astype(np.uint32), sizes, np.cumsum(sizes) - sizes, lists)

    def total(self, of_lists: Sequence[Floats], groups: Integers | None = None) -> Floats:
        """The sum over kinds of what each list is given, for each of the groups (None: for all)."""
        if self.lists is None:
            # Later versions may have added lists.
            of_groups = of_lists[0][: len(self.sizes)]
            return of_groups if groups is None else of_groups[groups]
        # With numbers of 32 bits, `take` does in half the time what an index does.
        chosen = self.lists if groups is None else [lists.take(groups) for lists in self.lists]
        return sum((values.take(lists) for values, lists in zip(of_lists, chosen, strict=True)), np.zeros(()))

    def counts(self, without: BitMap, inside: Ordinals | None) -> Integers:
        """How many actions each group has, of those `inside` or, where that is None, of all `without` some."""
        if inside is not None:
            return np.bincount(self.group_of[inside], minlength=len(self.sizes))
        return self.sizes - np.bincount(self.group_of[ordinals(without)], minlength=len(self.sizes))

    def members(
        self, groups: Integers, without: BitMap, inside: Ordinals | None, limit: int | None
    ) -> tuple[Ordinals, Integers]:
        """The actions of groups, as `graph.similarity.ranked.Members` says, among those that `counts` counts."""
        if inside is not None:
            position = np.full(len(self.sizes), -1)
            position[groups] = np.arange(len(groups))
            which = position[self.group_of[inside]]
            return inside[which >= 0], which[which >= 0]
        # Those left out may be the first of their group: as many more are looked at.
        sizes = self.sizes[groups] if limit is None else np.minimum(self.sizes[groups], limit + len(without))
        which = np.repeat(np.arange(len(groups)), sizes)
        place_in_group = np.arange(len(which)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        members = self.ordinals[self.starts[groups][which] + place_in_group]
        stays = ~np.isin(members, ordinals(without))
        return members[stays], which[stays]
