"""Orders of actions, and the page of a set of actions in an order.

Every order is total: after the fields that were asked for comes the default order (`graph.default_order`). A place in
it is one whole number, so a page is the smallest numbers above a bound, and costs what its set costs, not what the
graph holds.

A *mark* says where an action stood by its values, not by a position: it still works in a newer version of the graph
that has other actions, or no longer has that one.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from pyroaring import FrozenBitMap

from graph import default_order
from graph.arena import picked
from graph.errors import NotAccepted
from graph.indexes import NO_YEAR, Indexes, ordinals
from graph.kinds import NodeKind
from graph.model import Action, fold
from graph.network import Network
from graph.once import kept_by_object, once
from graph.paging import Page, Window, checked_place, page

# Where an action stood: its value for each field of the order, then its year, its folded title and its key.
Mark = tuple[Any, ...]
Ordinals = npt.NDArray[np.uint32]


class Scores(NamedTuple):
    """What actions score: some ordinals, each with its score, and `others`, which all have the same. What is in neither
    has 0.
    """

    ordinals: Ordinals
    scores: npt.NDArray[np.float32]
    others: FrozenBitMap
    score_of_others: float


class ActionField(StrEnum):
    """What actions can be ordered by."""

    YEAR = "year"
    TITLE = "title"
    KEYWORD_COUNT = "keyword_count"
    PARTNER_COUNT = "partner_count"
    DEGREE = "degree"
    BETWEENNESS = "betweenness"
    CORE_NUMBER = "core_number"
    RELEVANCE = "relevance"


CENTRAL = (ActionField.DEGREE, ActionField.BETWEENNESS, ActionField.CORE_NUMBER)
"""What is found of all the actions together: see `graph.analysis.centrality`."""


_COUNTED = {ActionField.KEYWORD_COUNT: NodeKind.KEYWORD, ActionField.PARTNER_COUNT: NodeKind.PARTNER}
_YEAR = (int, type(None))
_TYPES = {
    ActionField.YEAR: _YEAR,
    ActionField.TITLE: (str,),
    ActionField.RELEVANCE: (float, int),
    **dict.fromkeys(CENTRAL, (float, int, type(None))),
}


@dataclass(frozen=True, slots=True)
class SortKey:
    """A field and its direction. Actions without a year, or without a place in the graph that was measured, come last
    in both directions.
    """

    field: ActionField
    descending: bool


@dataclass(frozen=True, slots=True, eq=False)
class Ranked:
    """A value of actions: `known` has all that there are, ascending, and `ranks` which of them each ordinal has, or as
    many as there are where it has none.
    """

    known: npt.NDArray[Any]
    ranks: npt.NDArray[np.int32]
    value: Callable[[Action], float | None]


class _Column(NamedTuple):
    """One field as small numbers, the first in its direction lowest: `codes` gives those of some ordinals, `locate`
    that of a value, and whether it stands in the column; where it does not, the number is that of the first value that
    would come after it.
    """

    bits: int
    value: Callable[[Action], Any]
    codes: Callable[[Ordinals], npt.NDArray[np.int64]]
    locate: Callable[[Any], tuple[int, bool]]


def _column(
    size: int,
    descending: bool,
    value: Callable[[Action], Any],
    ranks: Callable[[Ordinals], npt.NDArray[Any]],
    locate: Callable[[Any], tuple[int, bool]],
) -> _Column:
    """The column of a field with `size` ranks in its ascending order; the rank `size` stands for no value, which comes
    last in both directions. `locate` gives how many values are less than one, and whether it is one of them.
    """

    def codes(members: Ordinals) -> npt.NDArray[np.int64]:
        found = ranks(members).astype(np.int64)
        return np.where(found < size, size - 1 - found, found) if descending else found

    def place(wanted: Any) -> tuple[int, bool]:
        if wanted is None:
            return size, True
        rank, exact = locate(wanted)
        return (size - exact - rank if descending else rank), exact

    return _Column((size + 1).bit_length(), value, codes, place)


class Orders:
    """The orders of one graph's actions."""

    def __init__(self, network: Network, indexes: Indexes) -> None:
        self._network = network
        self._indexes = indexes
        self._column = kept_by_object(2 * len(ActionField), self._column_of)

    def newest(self, members: FrozenBitMap) -> Iterator[int]:
        """The ordinals of a set in the default order, lazily: newest first, then title, then key."""
        return self._network.order.newest(members)

    def sorted(
        self,
        members: FrozenBitMap,
        keys: Sequence[SortKey],
        scores: Scores | None = None,
        ranked: Callable[[str], Ranked] | None = None,
    ) -> SortedActions:
        """Some actions in the order by `keys`; `scores` are what RELEVANCE means, and `ranked` gives what the fields of
        `CENTRAL` do.

        Raises NotAccepted where RELEVANCE is asked for without scores, or more fields than one number can hold.
        """

        def column(key: SortKey) -> _Column:
            if scores and key.field is ActionField.RELEVANCE:
                return self._scored(scores, key.descending)
            if key.field in CENTRAL:
                if ranked is None:
                    raise TypeError("nothing here is measured")
                return _ranked(ranked(key.field), key.descending)
            return self._column(key)

        columns = [column(key) for key in keys]
        return SortedActions(self._network, members, keys, columns)

    def _column_of(self, key: SortKey) -> _Column:
        if key.field is ActionField.RELEVANCE:
            raise NotAccepted("order_by", key.field, "it orders the answer of a search: give `search` too")
        if key.field is ActionField.YEAR:
            return self._years(key.descending)
        if key.field is ActionField.TITLE:
            titles = self._network.titles
            return _column(
                len(titles),
                key.descending,
                lambda action: fold(action.title),
                titles.ranks_of,
                titles.locate,
            )
        kind = _COUNTED[key.field]
        counts = self._indexes.link_count(kind)
        size = max(self._indexes.with_count[kind], default=0) + 1
        return _column(
            size,
            key.descending,
            lambda action: len(action.linked(kind)),
            lambda members: counts[members],
            lambda value: _among(0, size, value),
        )

    def _years(self, descending: bool) -> _Column:
        years = [year for year in self._indexes.years if year is not None]
        first, size = (years[0], years[-1] - years[0] + 1) if years else (0, 0)
        column = self._indexes.year

        def ranks(members: Ordinals) -> npt.NDArray[Any]:
            found = column[members]
            return np.where(found == NO_YEAR, size, found - np.int32(first))

        return _column(size, descending, lambda action: action.year, ranks, lambda year: _among(first, size, year))

    def _scored(self, given: Scores, descending: bool) -> _Column:
        known = np.unique(np.append(given.scores, np.array((0, given.score_of_others), np.float32)))
        # One pass over a million actions at each search: those that have a score are turned alone.
        ranks = np.zeros(len(self._network.actions), np.int64)
        ranks[ordinals(given.others)] = np.searchsorted(known, np.float32(given.score_of_others))
        ranks[given.ordinals] = np.searchsorted(known, given.scores)
        values = known.tolist()

        def locate(score: float) -> tuple[int, bool]:
            rank = bisect_left(values, score)
            return rank, rank < len(values) and bool(values[rank] == score)

        return _column(
            len(known),
            descending,
            lambda action: values[ranks[action.ordinal]],
            lambda members: ranks[members],
            locate,
        )


def _ranked(values: Ranked, descending: bool) -> _Column:
    known, size = values.known, len(values.known)

    def locate(value: float) -> tuple[int, bool]:
        rank = int(np.searchsorted(known, value))
        return rank, rank < size and bool(known[rank] == value)

    return _column(size, descending, values.value, lambda members: values.ranks[members], locate)


def _among(first: int, size: int, value: int) -> tuple[int, bool]:
    """The rank of a whole number among `size` that follow each other, and whether it is one of them."""
    rank = min(max(value - first, 0), size)
    return rank, 0 <= value - first < size


class SortedActions:
    """A set of actions in a total order: that of the columns, then the default one. See `graph.door.Ordered`."""

    def __init__(
        self, network: Network, members: FrozenBitMap, keys: Sequence[SortKey], columns: Sequence[_Column]
    ) -> None:
        self._network = network
        self._order = network.order
        self._members = members
        self._keys = keys
        self._columns = columns
        self._in_order = network.order.of(members)
        self._place_bits = len(network.actions).bit_length()
        self._bits = self._place_bits + sum(column.bits for column in columns)
        if self._bits > 62:
            raise NotAccepted("order_by", f"{len(columns)} fields", "give at most two")

    def __len__(self) -> int:
        return len(self._members)

    @property
    def order(self) -> str:
        """The name of the order."""
        return ",".join(f"{key.field}{'-' if key.descending else '+'}" for key in self._keys) or "default"

    def place_of(self, action: Action) -> Mark:
        """Where an action stands."""
        return (*(column.value(action) for column in self._columns), action.year, fold(action.title), action.key)

    def place(self, values: Sequence[Any]) -> Mark:
        """The place that `place_of` gave as values. Raises ValueError for values of other types."""
        return checked_place(values, (*(_TYPES.get(key.field, (int,)) for key in self._keys), _YEAR, str, str))

    def page(self, window: Window[Mark]) -> Page[Action]:
        """The actions of a page."""
        return page(window, len(self), self._position, self._between)

    @once
    def _places(self) -> npt.NDArray[np.int64]:
        """The place of each member: distinct whole numbers, smaller is earlier."""
        members = ordinals(self._members)
        places = np.zeros(len(members), np.int64)
        for column in self._columns:
            places = (places << column.bits) | column.codes(members)
        places <<= self._place_bits
        places |= self._order.places_of(members)
        return places

    def _position(self, mark: Mark, at_it: bool) -> int:
        *values, year, title, key = mark
        place, bits, exact = 0, self._bits, True
        for column, value in zip(self._columns, values, strict=True):
            code, exact = column.locate(value)
            bits -= column.bits
            place += code << bits
            if not exact:
                break
        if exact:
            action = self._network.records.get(key)
            known = action if isinstance(action, Action) else None
            found = self._order.find(default_order.rank(year, title, key), known, at_it)
            if not self._columns:
                # The default order needs no numbers but the bitmap's own ranks.
                return self._in_order.count_before(found)
            place += sum(found)
        return int(np.count_nonzero(self._places < place))

    def _between(self, start: int, stop: int) -> Sequence[Action]:
        if not self._columns or start == stop:
            chosen = self._in_order.between(start, stop)
        else:
            # Only the ends are put in their places, which is linear; what stands between them stays between.
            places = np.partition(self._places, (start, stop - 1))[start:stop]
            chosen = self._order.at(np.sort(places) & ((1 << self._place_bits) - 1)).tolist()
        return picked(self._network.actions, chosen)
