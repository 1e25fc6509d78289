"""Lists of structures and of concepts in an order, and their pages: short lists, sorted once and kept."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from graph.model import Concept, Structure, fold

Item = TypeVar("Item", Structure, Concept)
Rank = tuple[int, str, str]


class ListField(StrEnum):
    """What structures and concepts can be ordered by: their name, or how many actions they have."""

    LABEL = "label"
    ACTION_COUNT = "action_count"


@dataclass(frozen=True, slots=True)
class ListOrder:
    """A field and its direction. Equal counts are ordered by label, then key."""

    field: ListField = ListField.LABEL
    descending: bool = False


@dataclass(frozen=True, slots=True)
class ListPage(Generic[Item]):
    """The items of a page, in its order, and whether the list has more on either side."""

    items: Sequence[Item]
    has_next: bool
    has_previous: bool


@dataclass(frozen=True, slots=True)
class Listing(Generic[Item]):
    """Items sorted by rank. `reverse` reads the list from its end."""

    items: Sequence[Item]
    rank: Callable[[Item], Rank]
    reverse: bool = False

    @classmethod
    def of(cls, items: Sequence[Item], count: Callable[[Item], int], order: ListOrder) -> Listing[Item]:
        """The items in that order; `count` gives an item's number of actions."""

        def by_label(item: Item) -> Rank:
            return (0, fold(label_of(item)), item.key)

        def by_count(item: Item) -> Rank:
            return (-count(item) if order.descending else count(item), fold(label_of(item)), item.key)

        rank = by_label if order.field is ListField.LABEL else by_count
        reverse = order.descending and order.field is ListField.LABEL
        return cls(sorted(items, key=rank), rank, reverse)

    def keep(self, wanted: Callable[[Item], bool]) -> Listing[Item]:
        """The same list without the items that are not wanted."""
        return Listing([item for item in self.items if wanted(item)], self.rank, self.reverse)

    def page(self, first: int | None, after: Rank | None, last: int | None, before: Rank | None) -> ListPage[Item]:
        """At most `first` items after one rank and before the other, or the `last` of them."""
        if self.reverse:
            first, after, last, before = last, before, first, after
        start = 0 if after is None else bisect_right(self.items, after, key=self.rank)
        stop = len(self.items) if before is None else bisect_left(self.items, before, key=self.rank)
        stop = max(start, stop)
        if first is not None:
            stop = min(stop, start + first)
        if last is not None:
            start = max(start, stop - last)
        items, more_after, more_before = self.items[start:stop], stop < len(self.items), start > 0
        if self.reverse:
            return ListPage(items[::-1], more_before, more_after)
        return ListPage(items, more_after, more_before)


def label_of(item: Structure | Concept) -> str:
    """The name of a structure, or the label of a concept."""
    return item.name if isinstance(item, Structure) else item.label
