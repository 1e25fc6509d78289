"""Short lists in an order, sorted once, and their pages: structures, concepts, and whatever an analysis finds.

An item stands by its *rank*, a tuple of values that ends with something of its own, not by its position: a page after a
rank is right in a newer version of the graph too, and where that item is gone.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

from graph.model import Concept, Structure, fold
from graph.paging import Page, Window, checked_place, page

Item = TypeVar("Item")
Body = TypeVar("Body", Structure, Concept)
Rank = tuple[Any, ...]


class ListField(StrEnum):
    """What structures and concepts can be ordered by: their name, how many actions they have, or how central they are
    (`CENTRAL`).
    """

    LABEL = "label"
    ACTION_COUNT = "action_count"
    DEGREE = "degree"
    BETWEENNESS = "betweenness"
    CORE_NUMBER = "core_number"


CENTRAL = (ListField.DEGREE, ListField.BETWEENNESS, ListField.CORE_NUMBER)


@dataclass(frozen=True, slots=True)
class ListOrder:
    """A field and its direction. Equal counts are ordered by label, then key."""

    field: ListField = ListField.LABEL
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Listing(Generic[Item]):
    """Items in the order of their ranks, or from the last to the first where `backwards`.

    `order` names the order: a cursor of one order is of no use in another.
    """

    order: str
    items: Sequence[Item]
    rank: Callable[[Item], Rank]
    backwards: bool = False

    @classmethod
    def ranked(cls, order: str, items: Iterable[Item], rank: Callable[[Item], Rank]) -> Listing[Item]:
        """The items, put in the order of their ranks."""
        return cls(order, sorted(items, key=rank), rank)

    def __len__(self) -> int:
        return len(self.items)

    def keep(self, wanted: Callable[[Item], bool]) -> Listing[Item]:
        """The same list without the items that are not wanted."""
        return Listing(self.order, [item for item in self.items if wanted(item)], self.rank, self.backwards)

    def place_of(self, item: Item) -> Rank:
        """Where an item stands."""
        return self.rank(item)

    def place(self, values: Sequence[Any]) -> Rank:
        """The place that `place_of` gave as values. Raises ValueError for values of other types."""
        if not self.items:
            return tuple(values)
        like = self.rank(self.items[0])
        return checked_place(values, [(int, float) if isinstance(value, float) else type(value) for value in like])

    def page(self, window: Window[Rank]) -> Page[Item]:
        """The items of a page."""
        forwards = window.backwards() if self.backwards else window
        found = page(forwards, len(self), self._position, lambda start, stop: self.items[start:stop])
        return found.backwards() if self.backwards else found

    def _position(self, rank: Rank, at_it: bool) -> int:
        return (bisect_right if at_it else bisect_left)(self.items, rank, key=self.rank)


def relisted(
    before: Listing[Body], touched: Collection[str], now: Iterable[Body], count: Callable[[Body], int], order: ListOrder
) -> Listing[Body]:
    """A list of `listed` in a later version: `touched` has the keys of all that changed, `now` those that are there."""
    none: Sequence[Body] = ()
    after = listed(none, count, order)
    items = [item for item in before.items if item.key not in touched]
    for item in now:
        insort(items, item, key=after.rank)
    return Listing(after.order, items, after.rank, after.backwards)


def name_of(order: ListOrder) -> str:
    """The name of an order."""
    return f"{order.field}{'-' if order.descending else '+'}"


def listed(items: Sequence[Body], count: Callable[[Body], int], order: ListOrder) -> Listing[Body]:
    """Structures or concepts in an order; `count` gives an item's number of actions."""
    sign = -1 if order.descending else 1

    def by_label(item: Body) -> Rank:
        return fold(item.label), item.key

    def by_count(item: Body) -> Rank:
        return sign * count(item), fold(item.label), item.key

    name = name_of(order)
    if order.field is ListField.ACTION_COUNT:
        return Listing.ranked(name, items, by_count)
    return Listing(name, sorted(items, key=by_label), by_label, backwards=order.descending)


def listed_by_value(items: Iterable[Body], value: Callable[[Body], float | None], order: ListOrder) -> Listing[Body]:
    """Structures or concepts in the order of a value of each; those that have none come last in both directions."""
    sign = -1 if order.descending else 1

    def rank(item: Body) -> Rank:
        found = value(item)
        # A float of each, so that a place is of the same types whichever item it is.
        return int(found is None), float(sign * (found or 0)), fold(item.label), item.key

    return Listing.ranked(name_of(order), items, rank)
