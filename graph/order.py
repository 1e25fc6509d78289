"""Orders of actions, and the page of a set of actions in an order.

Every order is total: after the fields that were asked for comes the default order (newest first, then title, then
key). A place in it is one whole number, so a page is the smallest numbers above a bound, and costs what its set
costs, not what the graph holds.

A *mark* says where an action stood by its values, not by a position: it still works in a newer version of the graph
that has other actions, or no longer has that one.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt
from pyroaring import FrozenBitMap

from graph.errors import NotAccepted
from graph.indexes import NO_YEAR, Indexes, ordinals
from graph.kinds import NodeKind
from graph.model import Action, fold
from graph.network import Network
from graph.once import kept, once
from graph.paging import Page, Window, checked_place, page

# Where an action stood: its value for each field of the order, then its year, its folded title and its key.
Mark = tuple[Any, ...]
Scores = tuple[npt.NDArray[np.uint32], npt.NDArray[np.float32]]  # of actions: ordinals, scores


class ActionField(StrEnum):
    """What actions can be ordered by."""

    YEAR = "year"
    TITLE = "title"
    KEYWORD_COUNT = "keyword_count"
    PARTNER_COUNT = "partner_count"
    RELEVANCE = "relevance"


_COUNTED = {ActionField.KEYWORD_COUNT: NodeKind.KEYWORD, ActionField.PARTNER_COUNT: NodeKind.PARTNER}
_YEAR = (int, type(None))
_TYPES = {ActionField.YEAR: _YEAR, ActionField.TITLE: (str,), ActionField.RELEVANCE: (float, int)}


@dataclass(frozen=True, slots=True)
class SortKey:
    """A field and its direction. Actions without a year come last in both directions."""

    field: ActionField
    descending: bool


class _Column:
    """One field as small numbers, the first in its direction lowest.

    `known` are its values, ascending; `codes` are the ranks of the actions' values among them, see `_codes`.
    """

    def __init__(
        self, codes: npt.NDArray[np.int64], known: Sequence[Any], value: Callable[[Action], Any], descending: bool
    ) -> None:
        self.codes = codes
        self._known = known
        self._descending = descending
        self.value = value
        self.bits = (len(known) + 1).bit_length()

    def locate(self, value: Any) -> tuple[int, bool]:
        """The number of a value, and whether it stands in the column; where it does not, the number is that of the
        first value that would come after it.
        """
        size = len(self._known)
        if value is None:
            return size, True
        rank = bisect_left(self._known, value)
        exact = rank < size and bool(self._known[rank] == value)
        return (size - exact - rank if self._descending else rank), exact


def _codes(ranks: npt.NDArray[np.integer], size: int, descending: bool) -> npt.NDArray[np.int64]:
    """Ranks among `size` values in their direction; the rank `size` stands for no value, which comes last in both."""
    codes = ranks.astype(np.int64)
    return np.where(codes < size, size - 1 - codes, codes) if descending else codes


class Orders:
    """The orders of one graph's actions. Columns are made when an order first needs them, then kept."""

    def __init__(self, network: Network, indexes: Indexes) -> None:
        self._network = network
        self._indexes = indexes
        self._column = kept(2 * len(ActionField))(self._column_of)

    def sorted(self, members: FrozenBitMap, keys: Sequence[SortKey], scores: Scores | None = None) -> SortedActions:
        """Some actions in the order by `keys`; `scores` are what RELEVANCE means.

        Raises NotAccepted where RELEVANCE is asked for without scores, or more fields than one number can hold.
        """
        columns = [
            self._scored(*scores, key.descending)
            if scores and key.field is ActionField.RELEVANCE
            else self._column(key)
            for key in keys
        ]
        return SortedActions(self._network, members, keys, columns)

    def _column_of(self, key: SortKey) -> _Column:
        if key.field is ActionField.RELEVANCE:
            raise NotAccepted("order_by", key.field, "it orders the answer of a search: give `search` too")
        if key.field is ActionField.YEAR:
            years = self._indexes.year
            known = np.unique(years[years != NO_YEAR])
            ranks = np.where(years == NO_YEAR, len(known), np.searchsorted(known, years))
            codes = _codes(ranks, len(known), key.descending)
            return _Column(codes, known.tolist(), lambda action: action.year, key.descending)
        if key.field is ActionField.TITLE:
            titles = self._sorted_titles
            codes = _codes(self._indexes.title_rank, len(titles), key.descending)
            return _Column(codes, titles, lambda action: fold(action.title), key.descending)
        kind = _COUNTED[key.field]
        counts = self._indexes.link_counts[kind]
        every = range(int(counts.max(initial=0)) + 1)
        codes = _codes(counts, len(every), key.descending)
        return _Column(codes, every, lambda action: len(action.linked(kind)), key.descending)

    def _scored(self, matched: npt.NDArray[np.uint32], scores: npt.NDArray[np.float32], descending: bool) -> _Column:
        """Actions without a score have 0."""
        known = np.unique(np.append(scores, np.float32(0)))
        # One pass over a million actions at each search: the few that have a score are turned alone.
        codes = np.full(len(self._network.actions), len(known) - 1 if descending else 0)
        codes[matched] = _codes(np.searchsorted(known, scores), len(known), descending)
        score_of = dict(zip(matched.tolist(), scores.tolist(), strict=True))
        return _Column(codes, known.tolist(), lambda action: score_of.get(action.ordinal, 0.0), descending)

    @once
    def _sorted_titles(self) -> list[str]:
        _, representatives = np.unique(self._indexes.title_rank, return_index=True)
        return [fold(self._network.actions[ordinal].title) for ordinal in representatives.tolist()]


class SortedActions:
    """A set of actions in a total order: that of the columns, then the default one. See `graph.door.Ordered`."""

    def __init__(
        self, network: Network, members: FrozenBitMap, keys: Sequence[SortKey], columns: Sequence[_Column]
    ) -> None:
        self._network = network
        self._members = members
        self._keys = keys
        self._columns = columns
        self._ordinal_bits = len(network.actions).bit_length()
        self._bits = self._ordinal_bits + sum(column.bits for column in columns)
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
            places = (places << column.bits) | column.codes[members]
        return (places << self._ordinal_bits) | members.astype(np.int64)

    def _position(self, mark: Mark, at_it: bool) -> int:
        first, count = self._found(mark)
        place = first + count * at_it
        if self._columns:
            return int(np.count_nonzero(self._places < place))
        # The default order needs no numbers but the bitmap's own ranks.
        return self._members.rank(place - 1) if place > 0 else 0

    def _between(self, start: int, stop: int) -> Sequence[Action]:
        if not self._columns or start == stop:
            chosen = self._members[start:stop]
        else:
            # Only the ends are put in their places, which is linear; what stands between them stays between.
            places = np.partition(self._places, (start, stop - 1))[start:stop]
            chosen = (np.sort(places) & ((1 << self._ordinal_bits) - 1)).tolist()
        return [self._network.actions[ordinal] for ordinal in chosen]

    def _found(self, mark: Mark) -> tuple[int, int]:
        """The first place that is not before a mark, and how many actions, 0 or 1, stand at it."""
        *values, year, title, key = mark
        place, bits = 0, self._bits
        for column, value in zip(self._columns, values, strict=True):
            code, exact = column.locate(value)
            bits -= column.bits
            place += code << bits
            if not exact:
                return place, 0
        rank = _default_rank(year, title, key)
        action = self._network.records.get(key)
        if isinstance(action, Action) and _rank_of(action) == rank:
            return place + action.ordinal, 1
        return place + bisect_left(self._network.actions, rank, key=_rank_of), 0


def _default_rank(year: int | None, title: str, key: str) -> tuple[int, str, str]:
    return (-year if year is not None else 10_000, title, key)


def _rank_of(action: Action) -> tuple[int, str, str]:
    return _default_rank(action.year, fold(action.title), action.key)
