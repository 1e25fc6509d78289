"""What the versions of a graph share: sequences that only grow, and a mapping with changes laid over it.

A version reads what was there when it was made. Whoever adds makes a new object and leaves the old one as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, Generic, TypeVar, overload

import numpy as np
import numpy.typing as npt

Item = TypeVar("Item")

_SPARE = 1_024  # values that a column has room for besides those it holds, at least


class _Room:
    """The memory of a column, of which the first `filled` values are written, and never change again."""

    def __init__(self, memory: npt.NDArray[Any]) -> None:
        self.memory = memory
        self.filled = len(memory)
        self.lock = Lock()

    def add(self, size: int, more: npt.NDArray[Any]) -> bool:
        """Write values after the first `size`, unless another version has written there or they do not fit."""
        with self.lock:
            fits = self.filled == size and size + len(more) <= len(self.memory)
            if fits:
                self.memory[size : size + len(more)] = more
                self.filled += len(more)
            return fits


class Column:
    """An array to which values are added: `values` has those of one version. Later ones stand behind them in the same
    memory, so that adding some costs what they cost, and not what stands before.
    """

    __slots__ = ("_room", "values")

    def __init__(self, values: npt.NDArray[Any]) -> None:
        self._room = _Room(values)
        self.values = values

    def __reduce__(self) -> tuple[type[Column], tuple[npt.NDArray[Any]]]:
        """A copy, deep or pickled, has room of its own."""
        return Column, (self.values,)

    def extended(self, more: npt.NDArray[Any]) -> Column:
        """The column with some more values, of its own type."""
        size = len(self.values)
        room = self._room
        if not room.add(size, more):
            memory = np.empty(size + len(more) + max(_SPARE, size // 8), self.values.dtype)
            memory[:size] = self.values
            room = _Room(memory)
            room.filled = size
            room.add(size, more)
        longer = object.__new__(Column)
        longer._room, longer.values = room, room.memory[: size + len(more)]
        return longer


@dataclass(frozen=True, slots=True, eq=False)
class Slots(Sequence[Item]):
    """Items of a base, and others after them."""

    base: Sequence[Item]
    more: tuple[Item, ...] = ()

    def __len__(self) -> int:
        return len(self.base) + len(self.more)

    @overload
    def __getitem__(self, place: int) -> Item: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[Item]: ...

    def __getitem__(self, place: int | slice) -> Item | Sequence[Item]:
        if isinstance(place, slice):
            return [self[each] for each in range(*place.indices(len(self)))]
        if place < 0:
            place += len(self)
        return self.base[place] if place < len(self.base) else self.more[place - len(self.base)]

    def __iter__(self) -> Iterator[Item]:
        yield from self.base
        yield from self.more

    def extended(self, more: Sequence[Item]) -> Slots[Item]:
        """The items, and some more."""
        return Slots(self.base, (*self.more, *more))


def picked(items: Sequence[Item], places: Iterable[int]) -> list[Item]:
    """The items at some places: faster than one by one where they are of a later version."""
    if not isinstance(items, Slots):
        return [items[place] for place in places]
    base, more, size = items.base, items.more, len(items.base)
    return [base[place] if place < size else more[place - size] for place in places]


def of_one_line(one: Sequence[object], other: Sequence[object]) -> bool:
    """Whether the shorter of two sequences that only grew is the beginning of the longer: two versions that were made
    from one and the same version have different items in the same slots.
    """
    size = min(len(one), len(other))
    return size == 0 or one[size - 1] is other[size - 1]


_NONE: Any = object()


@dataclass(frozen=True, slots=True, eq=False)
class Layered(Mapping[str, Item], Generic[Item]):
    """A mapping with changes laid over it. A key whose change is None is not there."""

    base: Mapping[str, Item]
    changes: Mapping[str, Item | None]
    size: int

    @classmethod
    def over(cls, before: Mapping[str, Item], changes: Mapping[str, Item | None]) -> Layered[Item]:
        """A mapping with some changes more."""
        base, already = (before.base, before.changes) if isinstance(before, Layered) else (before, {})
        lost = sum(value is None and key in before for key, value in changes.items())
        found = sum(value is not None and key not in before for key, value in changes.items())
        return cls(base, {**already, **changes}, len(before) + found - lost)

    def __len__(self) -> int:
        return self.size

    def __getitem__(self, key: str) -> Item:
        value = self.changes.get(key, _NONE)
        if value is _NONE:
            return self.base[key]
        if value is None:
            raise KeyError(key)
        item: Item = value
        return item

    def get(self, key: str, default: Any = None) -> Any:
        value = self.changes.get(key, _NONE)
        if value is _NONE:
            return self.base.get(key, default)
        return default if value is None else value

    def __contains__(self, key: object) -> bool:
        return self.get(key) is not None  # type: ignore[arg-type]

    def __iter__(self) -> Iterator[str]:
        yield from (key for key in self.base if key not in self.changes)
        yield from (key for key, value in self.changes.items() if value is not None)
