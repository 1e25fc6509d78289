"""The default order of the actions: newest first, then by folded title, then by key.

An action's ordinal is its slot, and says nothing of where it stands. In a graph that was built at once slots happen to
be ranks, which makes sets of them quick to read in order; an action that came later has the next free slot. Whoever
wants the order asks here.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt
from pyroaring import BitMap, FrozenBitMap

from graph.merged import Integers, Merged
from graph.model import Action, fold
from graph.once import Remade, once

Members = BitMap | FrozenBitMap
Rank = tuple[int, str, str]
_NONE: Integers = np.zeros(0, np.int64)
_LAST = 2**62
_FEW = 32  # later actions up to which it is quicker to ask a set for each of them than to find all that it has


def rank(year: int | None, title: str, key: str) -> Rank:
    """What the order compares; the title is folded."""
    return (-year if year is not None else 10_000, title, key)


def rank_of(action: Action) -> Rank:
    """What the order compares of an action."""
    return rank(action.year, fold(action.title), action.key)


@dataclass(frozen=True, eq=False)
class DefaultOrder(Remade):
    """The order of one version. `actions` are by ordinal; `later` are those that came after the base and are there."""

    actions: Sequence[Action]
    later: Merged

    def changed(self, actions: Sequence[Action], removed: Collection[Action]) -> DefaultOrder:
        """The order of a version with more actions, and without some."""
        later = self.later.without([action.ordinal for action in removed if action.ordinal >= self.later.base])
        stays = DefaultOrder(actions, later)
        more = sorted((rank_of(action), action.ordinal) for action in actions[len(self.actions) :])
        return DefaultOrder(actions, later.added([(ordinal, stays._find(each)) for each, ordinal in more]))

    def newest(self, members: Members) -> Iterator[int]:
        """The members of a set in the order, lazily."""
        chosen = self.later_in(members)
        if not len(chosen):
            return iter(members)
        return islice(_merged(members, [self.standing[number] for number in chosen.tolist()]), len(members))

    def of(self, members: Members) -> SetInOrder:
        """A set in the order."""
        return SetInOrder(self, members)

    def between(self, members: Members, start: int, stop: int) -> list[int]:
        """As `SetInOrder.between`."""
        return self.of(members).between(start, stop)

    def place_of_first(self, members: Members) -> int:
        """The place of the first member of a set that is not empty."""
        if len(self.later.ids):
            return int(self.places[next(self.newest(members))])
        return members.min()

    @once
    def places(self) -> npt.NDArray[np.int32]:
        """The place of each ordinal, from 0: smaller is earlier. That of an action that is gone means nothing."""
        places = np.zeros(len(self.actions), np.int32)
        places[: self.later.base] = self.later.of_base
        places[self.later.ids] = self.later.of_later
        return places

    def places_of(self, members: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """The places of some ordinals."""
        return self.places[members] if len(self.later.ids) else members

    def at(self, places: Integers) -> Integers:
        """The ordinals that stand at some places."""
        if not len(self.later.ids):
            return places
        later = self.later.of_later
        number = np.searchsorted(later, places)
        is_later = later[np.minimum(number, len(later) - 1)] == places
        return np.where(is_later, self.later.ids[np.minimum(number, len(later) - 1)], places - number)

    def find(self, wanted: Rank, action: Action | None, at_it: bool) -> tuple[int, int]:
        """How many of the base, and of the later ones, stand before a rank, or at it too. `action` is the one that has
        its key, if there is one.
        """
        if action is None or rank_of(action) != wanted:
            return self._find(wanted)
        if action.ordinal < self.later.base:
            later = np.searchsorted(self.later.before, action.ordinal, "right")
            return action.ordinal + at_it, int(later)
        number = int(np.flatnonzero(self.later.ids == action.ordinal)[0])
        return int(self.later.before[number]), number + at_it

    def later_in(self, members: Members) -> Integers:
        """Which of the later ones are in a set, ascending."""
        if not len(self.later.ids):
            return self.later.ids
        found = np.frombuffer((members & self._later_set).to_array(), np.uint32)
        if not len(found):
            return _NONE
        if len(found) == len(self.later.ids):
            return self._every_number
        numbers: Integers = self._number_of[found - np.uint32(self.later.base)]
        return np.sort(numbers)

    def _find(self, wanted: Rank) -> tuple[int, int]:
        return self.later.found(wanted, self.actions, rank_of, lambda ordinal: rank_of(self.actions[ordinal]))

    @once
    def standing(self) -> list[tuple[int, int]]:
        """The later ones in their order: how many of the base stand before each, and its ordinal."""
        return [*zip(self.later.before.tolist(), self.later.ids.tolist(), strict=True)]

    @once
    def _later_set(self) -> FrozenBitMap:
        return FrozenBitMap(self.later.ids)

    @once
    def _every_number(self) -> Integers:
        return np.arange(len(self.later.ids))

    @once
    def _number_of(self) -> Integers:
        """Which of the later ones each ordinal after the base is."""
        numbers = np.zeros(len(self.actions) - self.later.base, np.int64)
        numbers[self.later.ids - self.later.base] = np.arange(len(self.later.ids))
        return numbers


class SetInOrder:
    """A set of actions in the default order, by position. Reading it from several threads at once is safe."""

    def __init__(self, order: DefaultOrder, members: Members) -> None:
        self._order = order
        self._members = members
        # A position, with what `DefaultOrder.find` found there: that of the set's begin, then the last one counted,
        # since a page mostly starts there.
        self._known = 0, 0, 0

    def count_before(self, found: tuple[int, int]) -> int:
        """How many of the set stand before what `DefaultOrder.find` found."""
        of_base, number = found
        count = _count_below(self._members, of_base)
        position = count + self._later_below(number)
        self._known = position, count, number
        return position

    def between(self, start: int, stop: int) -> list[int]:
        """Those from position `start`, from 0, to before `stop`, at most their number."""
        if start == stop or not self._order.standing:
            return list(self._members[start:stop])
        count, number = self._at(start)
        of_base = list(self._members[count : count + stop - start])
        # What is read of the set beyond the base stands behind all others.
        is_full = len(of_base) == stop - start and of_base[-1] < self._order.later.base
        standing = self._order.standing
        end = bisect_left(standing, (of_base[-1] + 1, 0)) if is_full else len(standing)
        some = self._numbers(number, end)[: stop - start]
        return list(islice(_merged(of_base, [standing[each] for each in some]), stop - start)) if some else of_base

    def _at(self, start: int) -> tuple[int, int]:
        """How many of the set's base stand before a position, and which of all the later ones is the first from it."""
        position, count, number = self._known
        if start == position:
            return count, number
        if not start:
            return 0, 0
        chosen = self._chosen

        def place(each: int) -> int:
            return _count_below(self._members, self._order.standing[chosen[each]][0]) + each

        first = bisect_left(range(len(chosen)), start, key=place)
        return start - first, chosen[first] if first < len(chosen) else len(self._order.standing)

    def _later_below(self, number: int) -> int:
        """How many of the set are among the first later ones."""
        return len(self._numbers(0, number)) if number <= _FEW else bisect_left(self._chosen, number)

    def _numbers(self, start: int, stop: int) -> list[int]:
        """Which of the later ones from one number to before another are in the set."""
        if stop - start <= _FEW:
            standing, members = self._order.standing, self._members
            return [number for number in range(start, stop) if standing[number][1] in members]
        return self._chosen[bisect_left(self._chosen, start) : bisect_left(self._chosen, stop)]

    @once
    def _chosen(self) -> list[int]:
        found: list[int] = self._order.later_in(self._members).tolist()
        return found


def _merged(members: Iterable[int], standing: Iterable[tuple[int, int]]) -> Iterator[int]:
    """Members of the base, each behind the later ones that stand before it; then the rest of these."""
    later = iter(standing)
    least, waiting = next(later, (_LAST, 0))
    for ordinal in members:
        while least <= ordinal:
            yield waiting
            least, waiting = next(later, (_LAST, 0))
        yield ordinal
    if least < _LAST:
        yield waiting
        yield from (ordinal for _, ordinal in later)


def _count_below(members: Members, ordinal: int) -> int:
    return members.rank(ordinal - 1) if ordinal else 0
