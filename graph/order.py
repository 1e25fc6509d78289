"""Orders of actions, and the page of a set of actions in an order.

Every order is total: after the fields that were asked for comes the default order (newest first, then title, then
key). A place in it is one whole number, so a page is the smallest numbers above a bound, and costs what its set
costs, not what the graph holds.

A `Mark` says where an action stood by its values, not by a position: it still works in a newer version of the graph
that has other actions, or no longer has that one.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt
from pyroaring import BitMap, FrozenBitMap

from graph.errors import NotAccepted
from graph.indexes import NO_YEAR, Indexes, ordinals
from graph.kinds import NodeKind
from graph.model import Action, Node, fold
from graph.once import once
from graph.paging import Page, Window, check_types, cut

Places = npt.NDArray[np.int64]
Scores = tuple[npt.NDArray[np.uint32], npt.NDArray[np.float32]]
"""Ordinals of actions, and the score of each."""


class ActionField(StrEnum):
    """What actions can be ordered by."""

    YEAR = "year"
    TITLE = "title"
    KEYWORD_COUNT = "keyword_count"
    PARTNER_COUNT = "partner_count"
    RELEVANCE = "relevance"


COUNTED = {ActionField.KEYWORD_COUNT: NodeKind.KEYWORD, ActionField.PARTNER_COUNT: NodeKind.PARTNER}
"""The kinds of node whose number orders."""


@dataclass(frozen=True, slots=True)
class SortKey:
    """A field and its direction. Actions without a year come last in both directions."""

    field: ActionField
    descending: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """Where an action stood: its value for each field of the order, then its year, its folded title and its key."""

    values: tuple[Any, ...]
    year: int | None
    title: str
    key: str


@dataclass(frozen=True, slots=True, eq=False)
class _Column:
    """One field as small numbers, the first in its direction lowest.

    `locate` gives the code of a value and whether that value stands in the column; where it does not, the code is
    that of the first value that would come after it.
    """

    codes: npt.NDArray[np.int64]
    size: int
    locate: Callable[[Any], tuple[int, bool]]
    value: Callable[[Action], Any]


class Orders:
    """The orders of one graph's actions. Columns are made when an order first needs them, then kept."""

    def __init__(self, actions: Sequence[Action], records: Mapping[str, Node], indexes: Indexes) -> None:
        self._actions = actions
        self._records = records
        self._indexes = indexes
        self._columns: dict[SortKey, _Column] = {}

    def order(self, keys: Sequence[SortKey], scores: Scores | None = None) -> Order:
        """The order by `keys`; `scores` are what RELEVANCE means.

        Raises NotAccepted where RELEVANCE is asked for without scores, or more fields than one number can hold.
        """
        columns = []
        for key in keys:
            if key.field is ActionField.RELEVANCE:
                if scores is None:
                    raise NotAccepted("order_by", key.field, "it orders the answer of a search: give `search` too")
                columns.append(_score_column(scores, len(self._actions), key.descending))
            else:
                if key not in self._columns:
                    self._columns[key] = self._column(key)
                columns.append(self._columns[key])
        return Order(keys, self._actions, self._records, columns)

    def _column(self, key: SortKey) -> _Column:
        match key.field:
            case ActionField.YEAR:
                return _year_column(self._indexes.year, key.descending)
            case ActionField.TITLE:
                return _title_column(self._indexes.title_rank, self._sorted_titles, key.descending)
            case _:
                kind = COUNTED[key.field]
                counts = self._indexes.link_counts[kind]
                return _count_column(counts, lambda action: len(action.linked(kind)), key.descending)

    @once
    def _sorted_titles(self) -> list[str]:
        ranks = self._indexes.title_rank
        _, representatives = np.unique(ranks, return_index=True)
        return [fold(self._actions[ordinal].title) for ordinal in representatives.tolist()]


class Order:
    """One total order: the columns, then the default order."""

    def __init__(
        self, keys: Sequence[SortKey], actions: Sequence[Action], records: Mapping[str, Node], columns: list[_Column]
    ) -> None:
        self.keys = keys
        self.actions = actions
        self._records = records
        self._columns = columns
        bits = len(actions).bit_length() + sum(column.size.bit_length() for column in columns)
        if bits > 62:
            raise NotAccepted("order_by", f"{len(columns)} fields", "give at most two")

    def mark(self, action: Action) -> Mark:
        """Where an action stands."""
        values = tuple(column.value(action) for column in self._columns)
        return Mark(values, action.year, fold(action.title), action.key)

    def page(self, found: BitMap | FrozenBitMap, window: Window[Mark]) -> Page[int]:
        """The ordinals of a page of a set."""
        lower = None if window.after is None else self._bound(window.after, after=True)
        upper = None if window.before is None else self._bound(window.before, after=False)
        if not self._columns:
            # The default order needs no numbers but the bitmap's own ranks.
            start = 0 if lower is None or lower < 0 else found.rank(lower)
            stop = len(found) if upper is None else (found.rank(upper - 1) if upper > 0 else 0)
            start, stop = cut(window, start, stop)
            return Page(tuple(found[start:stop]), stop < len(found), start > 0)
        members = ordinals(found)
        places = self.places(members)
        above = places > lower if lower is not None else np.ones(len(places), bool)
        below = places < upper if upper is not None else np.ones(len(places), bool)
        inside = above & below
        chosen, left_out = _smallest(places[inside], window)
        backwards = window.first is None
        return Page(
            tuple(members[inside][chosen].tolist()),
            has_next=(left_out and not backwards) or not below.all(),
            has_previous=(left_out and backwards) or not above.all(),
        )

    def places(self, members: npt.NDArray[np.uint32]) -> Places:
        """The place of each ordinal: distinct whole numbers, smaller is earlier."""
        places = np.zeros(len(members), np.int64)
        for column in self._columns:
            places = (places << column.size.bit_length()) | column.codes[members]
        return (places << len(self.actions).bit_length()) | members.astype(np.int64)

    def _bound(self, mark: Mark, *, after: bool) -> int:
        """The place that the mark's followers are above (`after`), or its predecessors below."""
        place = 0
        for number, (column, value) in enumerate(zip(self._columns, mark.values, strict=True), start=1):
            code, exact = column.locate(value)
            place = (place << column.size.bit_length()) | code
            if not exact:
                remaining = sum(c.size.bit_length() for c in self._columns[number:])
                start = place << (remaining + len(self.actions).bit_length())
                return start - 1 if after else start
        place <<= len(self.actions).bit_length()
        rank = _default_rank(mark.year, mark.title, mark.key)
        action = self._records.get(mark.key)
        if isinstance(action, Action) and _rank_of(action) == rank:
            return place + action.ordinal
        return place + bisect_left(self.actions, rank, key=_rank_of) - (1 if after else 0)


class SortedActions:
    """A set of actions in an order, as every list has it: its places and its pages. See `graph.door.Ordered`."""

    def __init__(self, order: Order, members: FrozenBitMap) -> None:
        self._order = order
        self._members = members

    def __len__(self) -> int:
        return len(self._members)

    @property
    def order(self) -> str:
        """The name of the order."""
        return ",".join(f"{key.field}{'-' if key.descending else '+'}" for key in self._order.keys) or "default"

    def place_of(self, action: Action) -> list[Any]:
        """Where an action stands: its value for each field of the order, its year, its folded title and its key."""
        mark = self._order.mark(action)
        return [*mark.values, mark.year, mark.title, mark.key]

    def place(self, values: Sequence[Any]) -> Mark:
        """The place that `place_of` gave as values. Raises ValueError for values of other types."""
        types = (*(_TYPES[key.field] for key in self._order.keys), *_TYPES_OF_DEFAULT)
        check_types(values, types)
        *own, year, title, key = values
        return Mark(tuple(own), year, title, key)

    def page(self, window: Window[Mark]) -> Page[Action]:
        """The actions of a page."""
        found = self._order.page(self._members, window)
        return Page([self._order.actions[ordinal] for ordinal in found.items], found.has_next, found.has_previous)


_TYPES: dict[ActionField, tuple[type, ...]] = {
    ActionField.YEAR: (int, type(None)),
    ActionField.TITLE: (str,),
    ActionField.KEYWORD_COUNT: (int,),
    ActionField.PARTNER_COUNT: (int,),
    ActionField.RELEVANCE: (float, int),
}
_TYPES_OF_DEFAULT: tuple[tuple[type, ...], ...] = ((int, type(None)), (str,), (str,))


def _smallest(places: Places, window: Window[Mark]) -> tuple[npt.NDArray[np.intp], bool]:
    """The positions of the first (or last) places asked for, in order, and whether others were left out."""
    count = window.first if window.first is not None else window.last
    if count is None or count >= len(places):
        return np.argsort(places), False
    if count == 0:
        return np.empty(0, np.intp), True
    if window.first is not None:
        chosen = np.argpartition(places, count - 1)[:count]
    else:
        chosen = np.argpartition(places, len(places) - count)[-count:]
    return chosen[np.argsort(places[chosen])], True


def _default_rank(year: int | None, title: str, key: str) -> tuple[int, str, str]:
    return (-year if year is not None else 10_000, title, key)


def _rank_of(action: Action) -> tuple[int, str, str]:
    return _default_rank(action.year, fold(action.title), action.key)


def _year_column(years: npt.NDArray[np.int16], descending: bool) -> _Column:
    known = sorted({int(year) for year in np.unique(years)} - {NO_YEAR}, reverse=descending)
    # One slot for each 16-bit number: a negative one counts from the end of the table, as Python's indexes do.
    lookup = np.full(65_536, len(known), np.int64)
    lookup[known] = np.arange(len(known))

    def locate(year: int | None) -> tuple[int, bool]:
        if year is None:
            return len(known), True
        code = bisect_left(known, -year if descending else year, key=(lambda y: -y) if descending else None)
        return code, code < len(known) and known[code] == year

    return _Column(lookup[years.astype(np.int64)], len(known) + 1, locate, lambda action: action.year)


def _title_column(ranks: npt.NDArray[np.int32], titles: list[str], descending: bool) -> _Column:
    size = len(titles)
    codes = ranks.astype(np.int64)

    def locate(title: str) -> tuple[int, bool]:
        rank = bisect_left(titles, title)
        exact = rank < size and titles[rank] == title
        if descending:
            return (size - 1 - rank if exact else size - rank), exact
        return rank, exact

    return _Column(size - 1 - codes if descending else codes, size + 1, locate, lambda action: fold(action.title))


def _count_column(counts: npt.NDArray[np.int16], value: Callable[[Action], int], descending: bool) -> _Column:
    most = int(counts.max()) if len(counts) else 0
    codes = counts.astype(np.int64)

    def locate(count: int) -> tuple[int, bool]:
        inside = min(max(count, -1), most + 1)
        code = most - inside if descending else inside
        return max(code, 0), 0 <= count <= most

    return _Column(most - codes if descending else codes, most + 2, locate, value)


def _score_column(scores: Scores, size: int, descending: bool) -> _Column:
    """Actions without a score have 0."""
    matched, values = scores
    known = np.unique(np.append(values, np.float32(0)))
    last = len(known) - 1
    codes = np.full(size, last if descending else 0, np.int64)
    ranks = np.searchsorted(known, values)
    codes[matched] = last - ranks if descending else ranks
    by_ordinal = dict(zip(matched.tolist(), values.tolist(), strict=True))

    def locate(score: float) -> tuple[int, bool]:
        rank = int(np.searchsorted(known, np.float32(score)))
        exact = rank <= last and bool(known[rank] == np.float32(score))
        if descending:
            return (last - rank if exact else last + 1 - rank), exact
        return rank, exact

    return _Column(codes, len(known) + 1, locate, lambda action: by_ordinal.get(action.ordinal, 0.0))
