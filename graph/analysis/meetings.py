"""Which structures ought to meet: those whose actions are about the same things, and what each could bring.

Structures are compared by the set of keywords of all their actions. Those that have the very same set are compared
once, and a set is a few machine words: 40,000 structures have some thousand sets, and so some million pairs, not 800
million. Where every structure has many actions most of them end up with nearly every keyword, and the best pairs are
many and equal: compare then the actions of a department, or ask for one structure. With two sides what some actions say
of structures is compared with what others do: see `graph.analysis.sides`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, islice, product
from typing import Any, overload

import numpy as np
import numpy.typing as npt

from graph.analysis.best_fitting import best_fitting
from graph.analysis.fit import DIGITS
from graph.analysis.profiles import (
    ROWS,
    Counts,
    Meeting,
    MeetingMeasure,
    Pairs,
    Places,
    Profiles,
    Words,
    by_both,
    changed_profiles,
    profiles,
)
from graph.model import Structure

__all__ = [
    "Meeting",
    "MeetingMeasure",
    "Meetings",
    "Profiles",
    "all_meetings",
    "changed_profiles",
    "meetings_of",
    "profiles",
]

MOST_PAIRS = 1_000  # of the pairs of all the structures, the best; the pairs of one structure are given all
_TIED = 20  # times as many pairs of structures are put in order as are given: many may be equal by one measure
_ROWS = ROWS


@dataclass(frozen=True, slots=True, eq=False)
class Meetings(Sequence[Meeting]):
    """The best pairs of structures, of `total` that share a keyword; each is worked out when it is read."""

    _profiles: Profiles
    _measure: MeetingMeasure
    _pairs: Pairs
    total: int

    def __len__(self) -> int:
        return len(self._pairs)

    def without(self, gone: Collection[str]) -> Meetings:
        """Those of them that are left where the structures and keywords of some keys are gone."""
        if not gone:
            return self
        known = self._profiles
        lost = [place for place, structure in enumerate(known.structures) if structure.key in gone]
        pairs = self._pairs[~np.isin(self._pairs, lost).any(axis=1)]
        return Meetings(
            replace(known, gone=frozenset(gone)), self._measure, pairs, self.total - len(self._pairs) + len(pairs)
        )

    @overload
    def __getitem__(self, place: int) -> Meeting: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[Meeting]: ...

    def __getitem__(self, place: int | slice) -> Meeting | Sequence[Meeting]:
        if isinstance(place, slice):
            return [self._profiles.meeting(a, b, self._measure) for a, b in self._pairs[place].tolist()]
        a, b = self._pairs[place].tolist()
        return self._profiles.meeting(a, b, self._measure)


def all_meetings(known: Profiles, measure: MeetingMeasure, most: int = MOST_PAIRS) -> Meetings:
    """The `most` pairs of structures that share the most keywords or fit the best, best first; `a` has the smaller key.

    The time grows with the square of the number of different sets of keywords, and by BALANCED with the pairs of
    structures of one department too.
    """
    if measure is MeetingMeasure.BALANCED:
        return Meetings(known, measure, best_fitting(known, most), known.total)
    places = np.array([members[0] for members in known.alike], np.int64)
    sets = known.words[places]
    best = _Best(known.sought(most), measure, known, places)
    for rows, columns, is_pair in known.blocks(_ROWS):
        shared, union = _compare(sets[rows], sets[columns])
        shared *= is_pair
        best.offer(shared, union, rows, columns)
    pairs = np.array(list(islice(_pairs(best, known), _TIED * most)), np.int64).reshape(-1, 2)
    return Meetings(known, measure, known.once_each(known.in_order(pairs, measure))[:most], known.total)


def meetings_of(known: Profiles, structure: Structure, measure: MeetingMeasure) -> Meetings:
    """The pairs of one structure, which is `a`, with every other that shares a keyword with it, best first."""
    place = int(known.place[structure.ordinal])
    others = known.others(place)
    others = others[(known.words[others] & known.words[place]).any(axis=1)]
    pairs = np.column_stack((np.full(len(others), place, np.int64), others))
    return Meetings(known, measure, known.in_order(pairs, measure), len(pairs))


def _pairs(best: _Best, known: Profiles) -> Iterator[tuple[int, int]]:
    """The pairs of structures that have the best pairs of sets."""
    for row, column in best.pairs().tolist():
        if row == column:
            yield from combinations(known.alike[row], 2)
        else:
            between = product(known.alike[row], known.alike[column])
            yield from ((min(pair), max(pair)) for pair in between if not known.is_itself(*pair))


def _compare(rows: Words, sets: Words) -> tuple[Counts, Counts]:
    """How many keywords each row and each set share, and how many they have together."""
    shared = np.zeros((len(rows), len(sets)), np.int32)
    for word in range(rows.shape[1]):
        shared += np.bitwise_count(rows[:, word, None] & sets[None, :, word])
    sizes = [np.bitwise_count(words).sum(axis=1, dtype=np.int32) for words in (rows, sets)]
    return shared, sizes[0][:, None] + sizes[1][None, :] - shared


class _Best:
    """The best pairs of sets so far by one of the first two measures, then by what their keywords tell. `places` has a
    structure of each set.
    """

    def __init__(self, first: int, measure: MeetingMeasure, known: Profiles, places: Places) -> None:
        self._first = first
        self._measure = measure
        self._known = known
        self._places = places
        # Columns: the score, the other measure, what the keywords tell, the row, the column.
        self._kept: npt.NDArray[Any] = np.zeros((0, 5))

    def offer(self, shared: Counts, union: Counts, rows: Places, columns: Places) -> None:
        """Take the counts of some rows and columns."""
        score, second = by_both(self._measure, shared, shared / np.maximum(union, 1))
        candidates = shared > 0
        if len(self._kept) == self._first:
            worst, worst_second = self._kept[-1, :2]
            candidates &= (score > worst) | ((score == worst) & (second >= worst_second))
        row, column = np.nonzero(candidates)
        if not len(row):
            return
        numbers = np.column_stack((rows[row], columns[column]))
        fit = self._known.fit(self._places[numbers])
        told = np.round(fit.keywords + fit.brought, DIGITS)
        new = np.column_stack((score[row, column], second[row, column], told, numbers))
        kept = np.concatenate((self._kept, new))
        # A stable sort keeps equal pairs in the order of the offers.
        self._kept = kept[np.lexsort((-kept[:, 2], -kept[:, 1], -kept[:, 0]))[: self._first]]

    def pairs(self) -> Pairs:
        """The row and the column of the best pairs, best first."""
        return self._kept[:, 3:].astype(np.int64)
