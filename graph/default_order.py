"""The default order of the actions: newest first, then by folded title, then by key.

An action's ordinal is its slot, and says nothing of where it stands. In a graph that was built at once slots happen to
be ranks, which makes sets of them quick to read in order; an action that came later has the next free slot. Whoever
wants the order asks here.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from pyroaring import BitMap, FrozenBitMap

from graph.merged import Integers, Merged
from graph.model import Action, fold
from graph.once import Remade, once

Members = BitMap | FrozenBitMap
Rank = tuple[int, str, str]


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
        chosen = self._later_in(members)
        return self._merge(members, chosen) if len(chosen) else iter(members)

    def between(self, members: Members, start: int, stop: int) -> list[int]:
        """The members of a set from position `start`, from 0, to before `stop`, at most their number."""
        chosen = self._later_in(members)
        if not len(chosen):
            return list(members[start:stop])
        before = self.later.before[chosen]

        def position(each: int) -> int:
            return _count_below(members, int(before[each])) + each

        first, last = (bisect_left(range(len(chosen)), end, key=position) for end in (start, stop))
        found = np.empty(stop - start, np.int64)
        is_later = np.zeros(stop - start, bool)
        is_later[[position(each) - start for each in range(first, last)]] = True
        found[is_later] = self.later.ids[chosen[first:last]]
        found[~is_later] = members[start - first : stop - last].to_array()
        return found.tolist()

    def place_of_first(self, members: Members) -> int:
        """The place of the first member of a set that is not empty."""
        if len(self.later.ids):
            return int(self.places[next(self.newest(members))])
        return members.min()

    @once
    def places(self) -> npt.NDArray[np.int64]:
        """The place of each ordinal, from 0: smaller is earlier. That of an action that is gone means nothing."""
        places = np.zeros(len(self.actions), np.int64)
        places[: self.later.base] = self.later.of_base
        places[self.later.ids] = self.later.of_later
        return places

    def places_of(self, members: npt.NDArray[Any]) -> Integers:
        """The places of some ordinals."""
        return self.places[members] if len(self.later.ids) else members.astype(np.int64)

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

    def count_before(self, members: Members, found: tuple[int, int]) -> int:
        """How many members of a set stand before what `find` found."""
        of_base, later = found
        return _count_below(members, of_base) + int(np.searchsorted(self._later_in(members), later))

    def _find(self, wanted: Rank) -> tuple[int, int]:
        return self.later.found(wanted, self.actions, rank_of, lambda ordinal: rank_of(self.actions[ordinal]))

    @once
    def _later_set(self) -> FrozenBitMap:
        return FrozenBitMap(self.later.ids)

    def _later_in(self, members: Members) -> Integers:
        """Which of the later ones are in a set, ascending."""
        if not len(self.later.ids):
            return self.later.ids
        found = np.frombuffer((members & self._later_set).to_array(), np.uint32)
        is_in = np.zeros(len(self.actions) - self.later.base, bool)
        is_in[found - np.uint32(self.later.base)] = True
        return np.flatnonzero(is_in[self.later.ids - self.later.base])

    def _merge(self, members: Members, chosen: Integers) -> Iterator[int]:
        of_base, taken = iter(members), 0
        for before, ordinal in zip(self.later.before[chosen].tolist(), self.later.ids[chosen].tolist(), strict=True):
            until = _count_below(members, before)
            while taken < until:
                taken += 1
                yield next(of_base)
            yield ordinal
        until = _count_below(members, self.later.base)
        while taken < until:
            taken += 1
            yield next(of_base)


def _count_below(members: Members, ordinal: int) -> int:
    return members.rank(ordinal - 1) if ordinal else 0
