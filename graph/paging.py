"""A page of a list: what is asked for, and what comes of it.

Lists are cut by *places*: what stands after one place and before another. How a place is found, by position, by rank or
by score, is each list's own affair; the rest is the same for all and stands here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar

from graph.errors import NotAccepted, within

Place = TypeVar("Place")
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class PageSizes:
    """How many items a page has where nothing is said, and at most."""

    default: int = 20
    largest: int = 100


SIZES = PageSizes()


class Window(NamedTuple, Generic[Place]):
    """At most `first` items after one place and before the other, or the `last` of them; both None means all."""

    first: int | None = None
    after: Place | None = None
    last: int | None = None
    before: Place | None = None

    def backwards(self) -> Window[Place]:
        """The same page of the list read from its end."""
        return Window(self.last, self.before, self.first, self.after)


class Page(NamedTuple, Generic[Item]):
    """The items of a page, in the order of the list, and whether the list has more on either side."""

    items: Sequence[Item]
    has_next: bool = False
    has_previous: bool = False

    def backwards(self) -> Page[Item]:
        """The page of the list read from its end."""
        return Page(self.items[::-1], self.has_previous, self.has_next)


def checked_sizes(first: int | None, last: int | None, sizes: PageSizes) -> tuple[int | None, int | None]:
    """The two sizes of a page: one of them is None. Raises NotAccepted for both at once, OutOfRange for a size."""
    if first is not None and last is not None:
        raise NotAccepted("last", last, "give `first` or `last`, not both")
    if first is not None:
        within("first", first, 0, sizes.largest)
    if last is not None:
        within("last", last, 0, sizes.largest)
    return (sizes.default if first is None and last is None else first), last


def page(
    window: Window[Place], size: int, before: Callable[[Place, bool], int], items: Callable[[int, int], Sequence[Item]]
) -> Page[Item]:
    """The page of a list of some size. `before` counts the items before a place, with the one at it where its second
    argument is true; `items` gives those from one position, from 0, to before another.
    """
    start = 0 if window.after is None else before(window.after, True)
    stop = max(start, size if window.before is None else before(window.before, False))
    if window.first is not None:
        stop = min(stop, start + window.first)
    if window.last is not None:
        start = max(start, stop - window.last)
    return Page(items(start, stop), stop < size, start > 0)


def checked_place(values: Sequence[Any], types: Sequence[type | tuple[type, ...]]) -> tuple[Any, ...]:
    """The values. Raises ValueError unless there is one of each type; a truth value is no number."""
    if len(values) != len(types) or not all(
        isinstance(value, accepted) and not isinstance(value, bool)
        for value, accepted in zip(values, types, strict=True)
    ):
        raise ValueError("not a place of this list")
    return tuple(values)
