"""Similar actions: how much they share with others, by one of five measures, and why.

Let A be the nodes of some kinds (keywords, say) that the one action is linked to, B those of the other, and w
the sum of the nodes' weights, each node weighing what its kind weighs, 1 where nothing is said:

    JACCARD   w(A∩B) / w(A∪B)               the part that they share of all that they have
    OVERLAP   w(A∩B) / min(w(A), w(B))      1 where the one has all that the other has
    COSINE    w(A∩B) / sqrt(w(A) · w(B))    between the two
    RARITY    JACCARD where each node weighs ln(1 + N/df) more: N actions, df of which have the node
    TEXT      the cosine of what the two sheets say (see `graph.similarity.text`); kinds play no part

Every score is between 0 and 1, and the same from either side. What is similar to several actions is similar
to their *profile*: the union of their nodes, or the sum of their texts.

Actions whose lists of nodes are the same are one group, scored once. The cost of a ranking follows the number
of different lists among the kinds asked for, not the number of actions that a node has.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

import numpy as np
import numpy.typing as npt
from pyroaring import BitMap, FrozenBitMap
from scipy.sparse import csr_array

from graph.indexes import Indexes, ordinals
from graph.kinds import NodeKind
from graph.model import Action, Concept, Structure
from graph.network import Network
from graph.similarity.ranked import SCORE_DIGITS, Floats, Integers, KeyOrder, Ordinals, Ranked
from graph.similarity.text import TextIndex

KINDS = tuple(kind for kind in NodeKind if kind is not NodeKind.ACTION)
"""The kinds that actions can be compared by."""

LEAST_WEIGHT, GREATEST_WEIGHT = 0.001, 1000.0
_GROUPINGS_KEPT = 16
MOST_KINDS = 4
"""The most kinds compared at once: each combination is prepared when it is first asked for."""

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Measure(StrEnum):
    """How the similarity of two actions is measured."""

    JACCARD = "jaccard"
    OVERLAP = "overlap"
    COSINE = "cosine"
    RARITY = "rarity"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that two actions share. The contributions of all reasons add up to the score.

    `kind` and `node` are None for the measure TEXT, `term` is None for all others: a word as the sheets print
    it. `weight` is what the node or the word weighs in the measure.
    """

    kind: NodeKind | None
    node: Structure | Concept | None
    term: str | None
    weight: float
    contribution: float


class Similarity:
    """Answers what is similar to an action. `text_index` is called once, when TEXT is first asked for.

    Reading it from several threads at once is safe; what each combination of kinds needs is made once, when
    it is first asked for, and the last 16 are kept.
    """

    def __init__(self, network: Network, indexes: Indexes, text_index: Callable[[], TextIndex]) -> None:
        self._actions = network.actions
        self._network = network
        self._indexes = indexes
        self._text_index = text_index
        self._once: _Kept[str, KeyOrder | TextIndex] = _Kept(2)
        self._links: _Kept[NodeKind, _Links] = _Kept(len(KINDS))
        self._groupings: _Kept[tuple[NodeKind, ...], _Grouping] = _Kept(_GROUPINGS_KEPT)

    def similar(
        self,
        to: Sequence[Action],
        *,
        by: Sequence[NodeKind] = (NodeKind.KEYWORD,),
        measure: Measure = Measure.JACCARD,
        weights: Mapping[NodeKind, float] | None = None,
        threshold: float = 0.0,
        within: FrozenBitMap | None = None,
    ) -> Ranked:
        """The actions with a score above 0 and of at least `threshold`, `to` themselves left out.

        `within` holds the ordinals that may be answered; None means all. Raises ValueError with a sentence
        where an argument is out of its range.
        """
        kinds, kind_weights = _checked(to, by, measure, weights)
        if not 0 <= threshold <= 1:
            raise ValueError(f"threshold is {threshold}; it goes from 0 to 1.")
        threshold = round(threshold, SCORE_DIGITS)
        if measure is Measure.TEXT:
            return self._similar_text(to, threshold, within)
        grouping = self._grouping(kinds)
        profile = _Profile(to, [self._linked(kind) for kind in kinds], measure, kind_weights)
        taken = BitMap(action.ordinal for action in to)
        if within is None:
            inside = None
            counts = grouping.sizes - np.bincount(grouping.group_of[ordinals(taken)], minlength=len(grouping.sizes))
        else:
            inside = ordinals(within - taken)
            counts = np.bincount(grouping.group_of[inside], minlength=len(grouping.sizes))
        shared = grouping.total(profile.shared())
        groups = np.flatnonzero((shared > 0) & (counts > 0))
        scores = _score(measure, shared[groups], profile.weight, grouping.total(profile.weights_of_lists(), groups))
        kept = (scores > 0) & (scores >= threshold)
        groups, scores = groups[kept], scores[kept]

        def rarity(chosen: Integers) -> Floats:
            return _rounded(grouping.total(profile.rarity(), groups[chosen]))

        def members(chosen: Integers, limit: int | None) -> tuple[Ordinals, Integers]:
            if inside is None:
                return grouping.members(groups[chosen], taken, limit)
            return grouping.members_among(groups[chosen], inside)

        return Ranked(self._actions, self._keys(), scores=scores, counts=counts[groups], rarity=rarity, members=members)

    def reasons(
        self,
        to: Sequence[Action],
        action: Action,
        *,
        by: Sequence[NodeKind] = (NodeKind.KEYWORD,),
        measure: Measure = Measure.JACCARD,
        weights: Mapping[NodeKind, float] | None = None,
    ) -> list[Reason]:
        """What `action` shares with `to`, the greatest contribution first; empty where they share nothing.

        Raises ValueError like `similar`.
        """
        kinds, kind_weights = _checked(to, by, measure, weights)
        if measure is Measure.TEXT:
            text = self._texts()
            terms = text.shared_terms(text.profile([each.ordinal for each in to]), action.ordinal)
            return [Reason(None, None, term.printed, term.weight, term.contribution) for term in terms]
        known = [self._linked(kind) for kind in kinds]
        profile = _Profile(to, known, measure, kind_weights)
        other = _Profile([action], known, measure, kind_weights)
        shared = [
            (node, weight)
            for mine, theirs in zip(profile.nodes, other.nodes, strict=True)
            for node, weight in mine.items()
            if node in theirs
        ]
        if not shared:
            return []
        total = sum(weight for _, weight in shared)
        whole = total / float(_ratio(measure, np.array([total]), profile.weight, np.array([other.weight]))[0])
        reasons = [Reason(_kind(node), node, None, weight, weight / whole) for node, weight in shared]
        return sorted(reasons, key=lambda reason: (-reason.contribution, reason.node.key if reason.node else ""))

    def _similar_text(self, to: Sequence[Action], threshold: float, within: FrozenBitMap | None) -> Ranked:
        text = self._texts()
        mine = [action.ordinal for action in to]
        profile = text.profile(mine)
        found = text.scores(profile)
        found[mine] = 0
        candidates = np.flatnonzero(found).astype(np.uint32) if within is None else ordinals(within)
        scores = np.round(np.minimum(found[candidates], 1.0), SCORE_DIGITS).astype(np.float64, copy=False)
        kept = (scores > 0) & (scores >= threshold)
        candidates, scores = candidates[kept], scores[kept]
        return Ranked(
            self._actions,
            self._keys(),
            scores=scores,
            counts=np.ones(len(candidates), np.int8),
            rarity=lambda chosen: np.round(text.rarity_of_shared(profile, candidates[chosen]), SCORE_DIGITS - 3),
            members=lambda chosen, _: (candidates[chosen], np.arange(len(chosen))),
        )

    def _keys(self) -> KeyOrder:
        found = self._once.get("keys", lambda: KeyOrder(self._actions))
        assert isinstance(found, KeyOrder)
        return found

    def _texts(self) -> TextIndex:
        found = self._once.get("texts", self._text_index)
        assert isinstance(found, TextIndex)
        return found

    def _linked(self, kind: NodeKind) -> _Links:
        return self._links.get(kind, lambda: _Links(kind, self._network, self._indexes))

    def _grouping(self, kinds: tuple[NodeKind, ...]) -> _Grouping:
        return self._groupings.get(kinds, lambda: _Grouping([self._linked(kind) for kind in kinds], self._keys()))


def _checked(
    to: Sequence[Action], by: Sequence[NodeKind], measure: Measure, weights: Mapping[NodeKind, float] | None
) -> tuple[tuple[NodeKind, ...], dict[NodeKind, float]]:
    """The kinds, in one order whatever the order of `by`, and the weight of each."""
    if not to:
        raise ValueError("to is empty; similarity needs at least one action to start from.")
    if not by:
        raise ValueError(f"by is empty; it takes one or more of {', '.join(KINDS)}.")
    if len(by) > MOST_KINDS:
        raise ValueError(f"by has {len(by)} kinds; it takes at most {MOST_KINDS}.")
    if NodeKind.ACTION in by:
        raise ValueError(f"by contains action; it takes one or more of {', '.join(KINDS)}.")
    weights = weights or {}
    if weights and measure is Measure.TEXT:
        raise ValueError("weights are of kinds of node; the measure text compares words and takes no weights.")
    for kind, weight in weights.items():
        if kind not in by:
            raise ValueError(f"weights has {kind}, which is not in by ({', '.join(by)}).")
        if not LEAST_WEIGHT <= weight <= GREATEST_WEIGHT:
            raise ValueError(f"the weight of {kind} is {weight}; it goes from {LEAST_WEIGHT:g} to {GREATEST_WEIGHT:g}.")
    kinds = tuple(kind for kind in KINDS if kind in by)
    return kinds, {kind: float(weights.get(kind, 1)) for kind in kinds}


def _ratio(measure: Measure, shared: Floats, mine: float, theirs: Floats) -> Floats:
    """The measure, from what two sets share and what each of them weighs."""
    if measure is Measure.OVERLAP:
        return shared / np.minimum(mine, theirs)
    if measure is Measure.COSINE:
        return shared / np.sqrt(mine * theirs)
    return shared / (mine + theirs - shared)


def _score(measure: Measure, shared: Floats, mine: float, theirs: Floats) -> Floats:
    return np.minimum(np.round(_ratio(measure, shared, mine, theirs), SCORE_DIGITS), 1)


def _rounded(rarity: Floats) -> Floats:
    """Rarities reach the hundreds: three decimals fewer than scores keep as many digits."""
    found: Floats = np.round(rarity, SCORE_DIGITS - 3)
    return found


def _kind(node: Structure | Concept) -> NodeKind:
    return node.kind if isinstance(node, Concept) else NodeKind.STRUCTURE


def _reader(kind: NodeKind) -> Callable[[Action], tuple[Structure | Concept, ...]]:
    """Reads the nodes of a kind from an action."""
    return lambda action: action.linked(kind)


class _Links:
    """The different lists of nodes of one kind that actions have.

    `list_of` has the number of its list for each ordinal. `matrix` has a row for each list and a column for
    each node, 1 where the list has the node. `rarity` has ln(1 + N/df) for each node.
    """

    def __init__(self, kind: NodeKind, network: Network, indexes: Indexes) -> None:
        self.kind = kind
        self.nodes: tuple[Structure | Concept, ...] = (
            network.structures if kind is NodeKind.STRUCTURE else network.concepts.get(kind, ())
        )
        self.read = _reader(kind)
        self.column = {node: number for number, node in enumerate(self.nodes)}
        number_of: dict[tuple[Structure | Concept, ...], int] = {}
        self.list_of = np.empty(len(network.actions), np.int32)
        for ordinal, action in enumerate(network.actions):
            self.list_of[ordinal] = number_of.setdefault(self.read(action), len(number_of))
        # Two sheets may print the same nodes in another order.
        sets: dict[frozenset[Structure | Concept], int] = {}
        same = np.array([sets.setdefault(frozenset(nodes), len(sets)) for nodes in number_of], np.int32)
        self.list_of = same[self.list_of] if len(same) else self.list_of
        columns = [self.column[node] for nodes in sets for node in nodes]
        ends = np.cumsum([0, *map(len, sets)])
        self.matrix = csr_array((np.ones(len(columns)), columns, ends), shape=(len(sets), len(self.nodes)))
        frequency = np.array([len(indexes.members[node.key]) for node in self.nodes], np.float64)
        self.rarity: Floats = np.log1p(len(network.actions) / np.maximum(frequency, 1))


class _Grouping:
    """The actions grouped by their lists of some kinds.

    `group_of` has the number of its group for each ordinal, `sizes` how many actions each group has.
    """

    def __init__(self, known: Sequence[_Links], keys: KeyOrder) -> None:
        group_of = known[0].list_of.astype(np.int64)
        for more in known[1:]:
            _, group_of = np.unique(group_of * more.matrix.shape[0] + more.list_of, return_inverse=True)
        self.group_of: npt.NDArray[np.int32] = group_of.astype(np.int32)
        self.sizes: Integers = np.bincount(group_of)
        in_key_order = keys.ordinals[np.argsort(self.group_of[keys.ordinals], kind="stable")]
        self._ordinals: Ordinals = in_key_order
        self._starts: Integers = np.cumsum(self.sizes) - self.sizes
        first = in_key_order[self._starts]
        # With one kind, groups are lists, in the same order: nothing to look up.
        self._lists: tuple[npt.NDArray[np.int32], ...] | None = (
            tuple(each.list_of[first] for each in known) if len(known) > 1 else None
        )

    def total(self, of_lists: Sequence[Floats], groups: Integers | None = None) -> Floats:
        """The sum over kinds of what each list is given, for each of the groups."""
        if self._lists is None:
            return of_lists[0] if groups is None else of_lists[0][groups]
        found: Floats = np.zeros(len(self.sizes) if groups is None else len(groups))
        for values, lists in zip(of_lists, self._lists, strict=True):
            found += values[lists if groups is None else lists[groups]]
        return found

    def members(self, groups: Integers, without: BitMap, limit: int | None) -> tuple[Ordinals, Integers]:
        """The ordinals of groups and the position of each one's group; see `graph.similarity.ranked.Members`."""
        sizes = self.sizes[groups]
        if limit is not None:
            sizes = np.minimum(sizes, limit + len(without))
        which = np.repeat(np.arange(len(groups)), sizes)
        within_group = np.arange(len(which)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        found = self._ordinals[self._starts[groups][which] + within_group]
        stay = ~np.isin(found, ordinals(without))
        return found[stay], which[stay]

    def members_among(self, groups: Integers, inside: Ordinals) -> tuple[Ordinals, Integers]:
        """Those of the ordinals `inside` that belong to the groups, and the position of each one's group."""
        position = np.full(len(self.sizes), -1)
        position[groups] = np.arange(len(groups))
        which = position[self.group_of[inside]]
        stay = which >= 0
        return inside[stay], which[stay]


class _Profile:
    """The nodes of some actions with their weights, kind by kind, and what lists have in common with them."""

    def __init__(
        self,
        to: Sequence[Action],
        known: Sequence[_Links],
        measure: Measure,
        weights: Mapping[NodeKind, float],
    ) -> None:
        self._known = known
        self._node_weights = [
            weights[each.kind] * (each.rarity if measure is Measure.RARITY else np.ones(len(each.nodes)))
            for each in known
        ]
        self._columns = [sorted({each.column[node] for action in to for node in each.read(action)}) for each in known]
        self.nodes: list[dict[Structure | Concept, float]] = [
            {each.nodes[column]: float(node_weights[column]) for column in columns}
            for each, node_weights, columns in zip(known, self._node_weights, self._columns, strict=True)
        ]
        self.weight = sum(sum(nodes.values()) for nodes in self.nodes)

    def shared(self) -> list[Floats]:
        """For each kind, what each list shares with the profile."""
        return self._of_lists(self._node_weights)

    def rarity(self) -> list[Floats]:
        """For each kind, how rare the nodes are that each list shares with the profile, added up."""
        return self._of_lists([each.rarity for each in self._known])

    def weights_of_lists(self) -> list[Floats]:
        """For each kind, what each list weighs."""
        return [each.matrix @ weights for each, weights in zip(self._known, self._node_weights, strict=True)]

    def _of_lists(self, values: Sequence[Floats]) -> list[Floats]:
        found = []
        for each, value, columns in zip(self._known, values, self._columns, strict=True):
            mine = np.zeros(len(each.nodes))
            mine[columns] = value[columns]
            found.append(each.matrix @ mine)
        return found


class _Kept(Generic[K, V]):
    """Values made once for each key, also when several threads ask at once; the last used are kept."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._found: OrderedDict[K, Future[V]] = OrderedDict()

    def get(self, key: K, make: Callable[[], V]) -> V:
        """The value of the key. What `make` raises, all who wait for it get; the next call tries again."""
        with self._lock:
            future = self._found.get(key)
            mine = future is None
            if future is None:
                future = self._found[key] = Future()
                if len(self._found) > self._most:
                    self._found.popitem(last=False)
            self._found.move_to_end(key)
        if mine:
            try:
                future.set_result(make())
            except BaseException as error:
                with self._lock:
                    self._found.pop(key, None)
                future.set_exception(error)
        return future.result()
