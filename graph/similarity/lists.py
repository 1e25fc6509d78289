"""The lists of nodes that actions have: most repeat, so each is looked at once, whatever the number of its actions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
from pyroaring import BitMap
from scipy.sparse import csr_array

from graph.indexes import Indexes, ordinals
from graph.kinds import NodeKind
from graph.model import Action, Concept, Structure
from graph.network import Network
from graph.similarity.ranked import Floats, Integers, KeyOrder, Ordinals


class KindLists:
    """The different lists of nodes of one kind: `list_of` has the number of its list for each ordinal, `matrix` a row
    for each list and a column for each node, 1 where the list has the node, `rarity` ln(1 + N/df) for each node.
    """

    def __init__(self, kind: NodeKind, network: Network, indexes: Indexes) -> None:
        self.kind = kind
        self.nodes = network.nodes(kind)
        self._column = {node: number for number, node in enumerate(self.nodes)}
        spelled: dict[tuple[Structure | Concept, ...], int] = {}
        list_of = [spelled.setdefault(action.linked(kind), len(spelled)) for action in network.actions]
        # Two sheets may print the same nodes in another order.
        sets: dict[frozenset[Structure | Concept], int] = {}
        set_of = np.array([sets.setdefault(frozenset(nodes), len(sets)) for nodes in spelled], np.int32)
        self.list_of: npt.NDArray[np.int32] = set_of[np.array(list_of, np.int64)]
        columns = [self._column[node] for nodes in sets for node in nodes]
        ends = np.cumsum([0, *map(len, sets)])
        self.matrix = csr_array((np.ones(len(columns)), columns, ends), shape=(len(sets), len(self.nodes)))
        frequency = np.array([len(indexes.members[node.key]) for node in self.nodes], np.float64)
        self.rarity: Floats = np.log1p(len(network.actions) / np.maximum(frequency, 1))
        # What each list weighs is the same for every question.
        self.sizes: Floats = self.matrix @ np.ones(len(self.nodes))
        self.rarities: Floats = self.matrix @ self.rarity

    def had_by(self, actions: Iterable[Action]) -> Floats:
        """For each node, 1 where at least one of the actions has it, 0 elsewhere."""
        found = np.zeros(len(self.nodes))
        found[[self._column[node] for action in actions for node in action.linked(self.kind)]] = 1
        return found


class Profile:
    """The nodes of some actions, each with its weight, kind by kind, and what lists have in common with them."""

    def __init__(
        self, actions: Sequence[Action], kinds: Sequence[KindLists], weights: Mapping[NodeKind, float], *, rare: bool
    ) -> None:
        """`weights` are of the kinds; with `rare`, a node weighs its rarity times that."""
        self._kinds = kinds
        self._given = weights
        self._rare = rare
        self._weights = [weights[each.kind] * (each.rarity if rare else np.ones(len(each.nodes))) for each in kinds]
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
        return [self._given[each.kind] * (each.rarities if self._rare else each.sizes) for each in self._kinds]

    def _of_shared(self, values: Sequence[Floats]) -> list[Floats]:
        """For each kind, the sum for each list of the values of the nodes that are in the profile too."""
        parts = zip(self._kinds, values, self._mine, strict=True)
        return [each.matrix @ (of_nodes * mine) for each, of_nodes, mine in parts]


class Grouping:
    """The actions grouped by their lists of some kinds."""

    def __init__(self, kinds: Sequence[KindLists], keys: KeyOrder) -> None:
        group_of = kinds[0].list_of.astype(np.int64)
        for more in kinds[1:]:
            # A number for each pair of the group so far and the next list, then the pairs that occur counted from 0.
            _, group_of = np.unique(group_of * more.matrix.shape[0] + more.list_of, return_inverse=True)
        self._group_of: npt.NDArray[np.int32] = group_of.astype(np.int32)
        self._sizes: Integers = np.bincount(group_of)
        # Group after group, the actions of each in the order of their keys: a group's first are found without sorting.
        self._ordinals: Ordinals = keys.ordinals[np.argsort(self._group_of[keys.ordinals], kind="stable")]
        self._starts: Integers = np.cumsum(self._sizes) - self._sizes
        first = self._ordinals[self._starts]
        # With one kind, groups are lists, in the same order: nothing to look up.
        self._lists = [each.list_of[first] for each in kinds] if len(kinds) > 1 else None

    def total(self, of_lists: Sequence[Floats], groups: Integers | slice = slice(None)) -> Floats:
        """The sum over kinds of what each list is given, for each of the groups."""
        if self._lists is None:
            return of_lists[0][groups]
        given = (values[lists[groups]] for values, lists in zip(of_lists, self._lists, strict=True))
        return sum(given, np.zeros(()))

    def counts(self, without: BitMap, inside: Ordinals | None) -> Integers:
        """How many actions each group has, of those `inside` or, where that is None, of all `without` some."""
        if inside is not None:
            return np.bincount(self._group_of[inside], minlength=len(self._sizes))
        return self._sizes - np.bincount(self._group_of[ordinals(without)], minlength=len(self._sizes))

    def members(
        self, groups: Integers, without: BitMap, inside: Ordinals | None, limit: int | None
    ) -> tuple[Ordinals, Integers]:
        """The actions of groups, as `graph.similarity.ranked.Members` says, among those that `counts` counts."""
        if inside is not None:
            position = np.full(len(self._sizes), -1)
            position[groups] = np.arange(len(groups))
            which = position[self._group_of[inside]]
            return inside[which >= 0], which[which >= 0]
        # Those left out may be the first of their group: as many more are looked at.
        sizes = self._sizes[groups] if limit is None else np.minimum(self._sizes[groups], limit + len(without))
        which = np.repeat(np.arange(len(groups)), sizes)
        place_in_group = np.arange(len(which)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        members = self._ordinals[self._starts[groups][which] + place_in_group]
        stays = ~np.isin(members, ordinals(without))
        return members[stays], which[stays]
