"""A ranking whose scores are known roughly of every action, and exactly of those that a page needs.

Adding up the words of a million sheets takes most of its time to reach the memory: with half the digits it takes less
than half of it. A rough score is off by `MARGIN` at most, so that whoever may stand on a page stands in a band of rough
scores; those alone are scored exactly, and put in order: by score, then by rarity, the greater first, then by key.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from graph.once import once
from graph.paging import Page, Window, checked_place, page
from graph.similarity.ranked import Floats, KeyOrder, Ordinals, Place, SimilarAction

RoughScores = npt.NDArray[np.float32]
Exact = Callable[[Ordinals], Floats]

MARGIN = 1e-5
"""Some thirty products of numbers up to 1, each rounded to 24 bits, are off by 2e-6 at most when they are added up."""

_LEAST = float(np.finfo(np.float32).tiny)
_TOGETHER = 128  # scores of which only the greatest is looked at, where a page of the first few is wanted


@dataclass(frozen=True, eq=False)
class RoughlyRanked:
    """The actions whose rough score, by ordinal, is not 0, best first. `exact` gives the scores of some of them, and
    `rarity` how rare what they share is.
    """

    order: ClassVar = "similar"

    keys: KeyOrder
    rough: RoughScores
    exact: Exact
    rarity: Exact

    @classmethod
    def of_at_least(
        cls, threshold: float, keys: KeyOrder, rough: RoughScores, exact: Exact, rarity: Exact
    ) -> RoughlyRanked:
        """Those of at least a score; `rough` becomes 0 for the others."""
        if threshold > 0:
            rough[rough < threshold - MARGIN] = 0
            near = _between(rough, max(threshold - MARGIN, _LEAST), threshold + MARGIN)
            rough[near[exact(near) < threshold]] = 0
        return cls(keys, rough, exact, rarity)

    @once
    def _count(self) -> int:
        return int(np.count_nonzero(self.rough > 0))  # truths are counted in a third of the time that numbers take

    def __len__(self) -> int:
        """How many there are."""
        return self._count

    def place_of(self, item: SimilarAction) -> Place:
        """Where one stands."""
        return item.score, item.rarity, item.action.key

    def place(self, values: Sequence[Any]) -> Place:
        """The place that `place_of` gave as values. Raises ValueError for values of other types."""
        return checked_place(values, ((float, int), (float, int), str))

    def page(self, window: Window[Place]) -> Page[SimilarAction]:
        """The actions that the window takes."""
        return page(window, self._count, self._position, self.between)

    def between(self, start: int, stop: int) -> tuple[SimilarAction, ...]:
        """The actions from position `start`, from 0, to before `stop`; fewer where the ranking ends."""
        start, stop = max(start, 0), min(stop, self._count)
        if start >= stop:
            return ()
        # Whoever is twice the margin above the score of a rank is before it, whoever is as far below is after it.
        high = self._of_rank(start) + 2 * MARGIN if start else np.inf
        low = max(self._least_of_first(stop) - 2 * MARGIN, _LEAST)
        before = int(np.count_nonzero(self.rough > high)) if start else 0
        band = _between(self.rough, low, high)
        scores = self.exact(band)
        first = _first(scores, stop - before)
        band, scores = band[first], scores[first]
        rarities = self.rarity(band)
        chosen = np.lexsort((self.keys.rank[band], -rarities, -scores))[start - before : stop - before]
        found = zip(band[chosen].tolist(), scores[chosen].tolist(), rarities[chosen].tolist(), strict=True)
        return tuple(SimilarAction(self.keys.actions[ordinal], score, rare) for ordinal, score, rare in found)

    def _of_rank(self, number: int) -> float:
        """The rough score of the action of a rank, from 1."""
        there = self.rough[self.rough > 0]
        return float(np.partition(there, len(there) - number)[len(there) - number])

    def _least_of_first(self, number: int) -> float:
        """A rough score that so many actions have at least, soon found where they are few."""
        groups = len(self.rough) // _TOGETHER
        if number > groups // 2:
            return self._of_rank(number)
        # Those together are far apart, so that neighbours of several groups are compared at once.
        greatest = self.rough[: groups * _TOGETHER].reshape(_TOGETHER, groups).max(axis=0)
        return float(np.partition(greatest, groups - number)[groups - number])

    def _position(self, place: Place, at_it: bool) -> int:
        score, rarity, key = place
        before = int(np.count_nonzero(self.rough > score + MARGIN))
        near = _between(self.rough, max(score - MARGIN, _LEAST), score + MARGIN)
        scores = self.exact(near)
        before += int(np.count_nonzero(scores > score))
        equal = near[scores == score]
        rarities = self.rarity(equal)
        before += int(np.count_nonzero(rarities > rarity))
        tied = equal[rarities == rarity]
        return before + int(np.count_nonzero(self.keys.rank[tied] < self.keys.count_below(key, at_it)))


def _between(rough: RoughScores, low: float, high: float) -> Ordinals:
    """The ordinals whose rough score is from `low` to `high`."""
    found = np.flatnonzero((rough >= low) & (rough <= high) if high < np.inf else rough >= low)
    return found.astype(np.uint32)


def _first(scores: Floats, number: int) -> npt.NDArray[np.intp]:
    """The places of the `number` greatest scores, and of all that are equal to the least of them."""
    if number >= len(scores):
        return np.arange(len(scores))
    return np.flatnonzero(scores >= np.partition(scores, len(scores) - number)[len(scores) - number])
