"""A ranking of actions by score, from which pages are taken without putting the whole of it in order.

It is made of *groups*: actions that are bound to have the same score. The highest score comes first; equal scores are
ordered by rarity, the greater first, then by key. A page puts in order only the groups that it needs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from graph.arena import of_one_line
from graph.merged import Merged
from graph.model import Action
from graph.once import once
from graph.paging import Page, Window, checked_place, page

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Ordinals = npt.NDArray[np.uint32]

# Where an action stands in a ranking: score, rarity, key. It still means the same where that action is gone.
Place = tuple[Any, ...]

# Two scores that are equal by arithmetic may differ in their last bits, so they are rounded. Rarities reach the
# hundreds: three decimals fewer keep as many digits.
SCORE_DIGITS = 12
RARITY_DIGITS = SCORE_DIGITS - 3


@dataclass(frozen=True, slots=True)
class SimilarAction:
    """An action of a ranking with its score, above 0 and at most 1, and how rare what it shares is."""

    action: Action
    score: float
    rarity: float


class KeyOrder:
    """The actions of one version in the order of their keys: `actions` are by ordinal."""

    def __init__(self, actions: Sequence[Action], in_order: Sequence[int], later: Merged) -> None:
        self.actions = actions
        self._in_order = in_order
        self._later = later

    @classmethod
    def build(cls, actions: Sequence[Action]) -> KeyOrder:
        """The order of the actions of a graph that was built at once."""
        in_order = sorted(range(len(actions)), key=lambda ordinal: actions[ordinal].key)
        return cls(actions, in_order, Merged(len(actions)))

    def until(self, actions: Sequence[Action]) -> KeyOrder:
        """The order of a version that has as many actions, or more."""
        more = sorted((action.key, action.ordinal) for action in actions[len(self.actions) :])
        places = [(ordinal, self._found(key, after=False)) for key, ordinal in more]
        return KeyOrder(actions, self._in_order, self._later.added(places))

    @once
    def rank(self) -> Ordinals:
        """The place of each ordinal, from 0."""
        rank = np.empty(len(self.actions), np.uint32)
        rank[np.array(self._in_order, np.int64)] = self._later.of_base
        rank[self._later.ids] = self._later.of_later
        return rank

    def count_below(self, key: str, at_it: bool) -> int:
        """How many places are before that of a key, which need not exist, or at it too."""
        return sum(self._found(key, after=at_it))

    def _found(self, key: str, *, after: bool) -> tuple[int, int]:
        def key_of(ordinal: int) -> str:
            return self.actions[ordinal].key

        return self._later.found(key, self._in_order, key_of, key_of, after=after)


class GrowingKeys:
    """The order that the versions of one graph share: whichever asks first adds the actions that came since."""

    def __init__(self, actions: Sequence[Action]) -> None:
        self._base = self._latest = KeyOrder.build(actions)
        self._lock = Lock()

    def until(self, actions: Sequence[Action]) -> KeyOrder:
        """The order of the actions of one version."""
        with self._lock:
            known = self._latest.actions
            if len(known) > len(actions) or not of_one_line(known, actions):
                return self._base.until(actions)
            self._latest = self._latest.until(actions)
            return self._latest


# Finds the actions of groups: their ordinals, and for each the position of its group in the first argument. With a
# limit, the second argument, at least the first so many of each group in the order of keys.
Members = Callable[[Integers, int | None], tuple[Ordinals, Integers]]


@dataclass(frozen=True, eq=False)
class Ranked:
    """The similar actions, best first: scores and counts of each group, none of them 0, and rarities of some."""

    order: ClassVar = "similar"

    keys: KeyOrder
    scores: Floats
    counts: npt.NDArray[np.integer]
    rarity: Callable[[Integers], Floats]
    members: Members

    @once
    def _count(self) -> int:
        return int(self.counts.sum())

    def __len__(self) -> int:
        """How many there are.

        >>> len(tiny.similarity.similar([tiny.actions[3]]))
        2
        """
        return self._count

    def place_of(self, item: SimilarAction) -> Place:
        """Where one stands."""
        return item.score, item.rarity, item.action.key

    def place(self, values: Sequence[Any]) -> Place:
        """The place that `place_of` gave as values. Raises ValueError for values of other types."""
        return checked_place(values, ((float, int), (float, int), str))

    def page(self, window: Window[Place]) -> Page[SimilarAction]:
        """The actions that the window takes.

        >>> page = tiny.similarity.similar([tiny.actions[3]]).page(Window(first=1))
        >>> page.items[0].action.title, page.has_next
        ('Atelier compost', True)
        """
        return page(window, self._count, self._position, self.between)

    def between(self, start: int, stop: int) -> tuple[SimilarAction, ...]:
        """The actions from position `start`, from 0, to before `stop`; fewer where the ranking ends.

        >>> [similar.action.title for similar in tiny.similarity.similar([tiny.actions[3]]).between(1, 9)]
        ['Repas des voisins']
        """
        start, stop = max(start, 0), min(stop, self._count)
        if start >= stop:
            return ()
        groups = self._best(stop)
        rarity = self.rarity(groups)
        order = np.lexsort((-rarity, -self.scores[groups]))
        groups, rarity = groups[order], rarity[order]
        scores = self.scores[groups]
        # Groups that tie are one block: their members are ordered together, by key.
        opens = (scores[1:] != scores[:-1]) | (rarity[1:] != rarity[:-1])
        block = np.r_[0, np.cumsum(opens)]
        ends = np.cumsum(np.bincount(block, weights=self.counts[groups])).astype(np.int64)
        first, last = np.searchsorted(ends, start, "right"), np.searchsorted(ends, stop, "left")
        before = int(ends[first - 1]) if first else 0
        wanted = np.flatnonzero((block >= first) & (block <= last))
        # The limit cuts no block but the last, whose members beyond it are not asked for.
        ordinals, which = self.members(groups[wanted], stop - before)
        group = wanted[which]
        chosen = np.lexsort((self.keys.rank[ordinals], block[group]))[start - before : stop - before]
        found = zip(
            ordinals[chosen].tolist(), scores[group[chosen]].tolist(), rarity[group[chosen]].tolist(), strict=True
        )
        return tuple(SimilarAction(self.keys.actions[ordinal], score, rare) for ordinal, score, rare in found)

    def _best(self, number: int) -> Integers:
        """Groups that hold the first `number` actions: each group has one, and those that tie are all in."""
        if number >= len(self.scores):
            return np.arange(len(self.scores))
        # Only the score of that rank is put in its place, which is linear; the others stay on their sides of it.
        least = np.partition(self.scores, len(self.scores) - number)[len(self.scores) - number]
        return np.flatnonzero(self.scores >= least)

    def _position(self, place: Place, at_it: bool) -> int:
        score, rarity, key = place
        before = int(self.counts[self.scores > score].sum())
        equal = np.flatnonzero(self.scores == score)
        rarities = self.rarity(equal)
        before += int(self.counts[equal[rarities > rarity]].sum())
        tied, _ = self.members(equal[rarities == rarity], None)
        return before + int(np.count_nonzero(self.keys.rank[tied] < self.keys.count_below(key, at_it)))
