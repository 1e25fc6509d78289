"""The pairs of structures that fit the best of all, found without looking at every pair."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from graph.analysis.fit import DIGITS, NEAR, NEARNESS, NEIGHBOURS, SIZE, Floats, topic
from graph.analysis.profiles import MeetingMeasure, Pairs, Places, Profiles

_EXPANDED = 1_000_000  # pairs of structures that are looked at together
_SLACK = 10.0**-DIGITS  # what rounding may hide
_ROWS = 64  # structures, or sets, that are compared with others at a time


def best_fitting(known: Profiles, most: int) -> Pairs:
    """The `most` pairs of structures that fit the best, in order.

    Those of one department are looked at first, all of them: what they reach, others can reach only where their
    keywords alone come near it, which is known of two sets before any structure that has them is looked at.
    """
    best = _BestFitting(known, known.sought(most))
    for rows, columns, is_pair in known.blocks_near(_ROWS):
        shared = known.shared(rows, columns) * is_pair
        one, other = np.nonzero(shared)
        best.offer(rows[one], columns[other], shared[one, other])
    _from_other_departments(known, best)
    return known.once_each(best.pairs)[:most]


def _from_other_departments(known: Profiles, best: _BestFitting) -> None:
    """Offer the pairs of structures of two departments that may be among the best."""
    places = np.array([members[0] for members in known.alike], np.int64)
    groups = _Groups.of(known.alike)
    weights = known.weights[places]
    most_besides = SIZE + NEAR * NEARNESS[NEIGHBOURS]
    for rows, columns, is_pair in known.blocks(_ROWS):
        shared = known.shared(places[rows], places[columns]) * is_pair
        reached = sum(topic(shared, weights[rows, None], weights[None, columns])) + most_besides
        one, other = np.nonzero((shared > 0) & (reached >= best.least - _SLACK))
        for a, b, which in groups.pairs(rows[one], columns[other]):
            apart = known.apart(a, b)
            a, b, which = a[apart], b[apart], which[apart]
            best.offer(np.minimum(a, b), np.maximum(a, b), shared[one[which], other[which]])


class _Groups(NamedTuple):
    """Places group after group: how many each has, and where it starts."""

    places: Places
    sizes: Places
    starts: Places

    @classmethod
    def of(cls, groups: Sequence[Sequence[int]]) -> _Groups:
        """The places of some groups."""
        sizes = np.array([len(members) for members in groups], np.int64)
        places = np.array([place for members in groups for place in members], np.int64)
        return cls(places, sizes, np.cumsum(sizes) - sizes)

    def pairs(self, one: Places, other: Places) -> Iterator[tuple[Places, Places, Places]]:
        """The pairs of members of some pairs of groups, with the number of that pair of groups, a part at a time; of a
        group with itself each pair once.
        """
        counts = self.sizes[one] * self.sizes[other]
        ends = np.cumsum(counts)
        begin = 0
        while begin < len(one):
            # At least one pair of groups, however many members they have.
            before = int(ends[begin - 1]) if begin else 0
            stop = max(begin + 1, int(np.searchsorted(ends, before + _EXPANDED, "right")))
            which = np.repeat(np.arange(begin, stop), counts[begin:stop])
            inside = np.arange(len(which)) + before - (ends - counts)[which]
            first, second = np.divmod(inside, self.sizes[other[which]])
            a, b = (self.places[self.starts[of[which]] + nth] for of, nth in ((one, first), (other, second)))
            is_once = (one[which] != other[which]) | (a < b)
            yield a[is_once], b[is_once], which[is_once]
            begin = stop


class _BestFitting:
    """The best pairs of structures so far by BALANCED, `a` before `b`; `least` is the score that it takes."""

    def __init__(self, known: Profiles, most: int) -> None:
        self._known = known
        self._most = most
        self.pairs: Pairs = np.zeros((0, 2), np.int64)
        self.least = 0.0

    def offer(self, a: Places, b: Places, shared: Floats) -> None:
        """Take some pairs of places, with what the keywords weigh that both have."""
        score = self._known.fit_of(a, b, shared).score
        least = self.least
        if len(score) > self._most:
            least = max(least, float(np.partition(score, len(score) - self._most)[len(score) - self._most]))
        high = score >= least - _SLACK
        if not high.any():
            return
        offered = np.concatenate((self.pairs, np.column_stack((a[high], b[high]))))
        self.pairs = self._known.in_order(offered, MeetingMeasure.BALANCED)[: self._most]
        if len(self.pairs) == self._most:
            self.least = float(self._known.fit(self.pairs[-1:]).score[0])
