"""Which structures ought to meet: those whose actions are about the same things, and what each could bring.

Structures are compared by the set of keywords of all their actions. Those that have the very same set are
compared once, and a set is a few machine words: 40,000 structures have some thousand sets, and so some
million pairs, not 800 million. Where every structure has many actions most of them end up with nearly every
keyword, and the best pairs are many and equal: compare then the structures `among` a department, or ask for
one structure.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations, islice, product
from typing import Any

import numpy as np
import numpy.typing as npt

from graph.indexes import Indexes, ordinals
from graph.kinds import NodeKind
from graph.model import Concept, Structure
from graph.network import Network

_ROWS = 64
"""How many sets are compared with all the others at a time: 64 rows of 40,000 pairs are 20 MB."""

Words = npt.NDArray[np.uint64]
Counts = npt.NDArray[np.int32]


class MeetingMeasure(StrEnum):
    """How alike two sets of keywords are. The other measure decides between pairs that are equal."""

    SHARED_KEYWORDS = "shared_keywords"
    JACCARD = "jaccard"


@dataclass(frozen=True, slots=True)
class Meeting:
    """Two structures and their keywords: those they share, and those that only one of them could bring.

    `score` is the number of shared keywords, or the Jaccard index in 0..1. The lists begin with the rarest
    keyword.
    """

    a: Structure
    b: Structure
    score: float
    shared: tuple[Concept, ...]
    a_brings: tuple[Concept, ...]
    b_brings: tuple[Concept, ...]


@dataclass(frozen=True, slots=True)
class Profiles:
    """The set of keywords of each structure, made once for a network.

    A row of `words` for each ordinal of a structure: bit `n % 64` of word `n // 64` tells whether it has
    `keywords[n]`. The rarest keyword comes first.
    """

    structures: tuple[Structure, ...]
    keywords: tuple[Concept, ...]
    words: Words


def profiles(network: Network, indexes: Indexes) -> Profiles:
    """The profiles of all the structures. The time grows with the number of links to keywords."""
    members = indexes.members
    keywords = sorted(network.concepts[NodeKind.KEYWORD], key=lambda c: (len(members[c.key]), c.key))
    words = np.zeros((len(network.structures), max(1, -(-len(keywords) // 64))), np.uint64)
    for position, keyword in enumerate(keywords):
        having = np.zeros(len(network.structures), bool)
        having[indexes.structure_ordinal[ordinals(members[keyword.key])]] = True
        words[having, position // 64] |= np.uint64(1 << (position % 64))
    return Profiles(network.structures, tuple(keywords), words)


def meetings(
    known: Profiles,
    *,
    measure: MeetingMeasure = MeetingMeasure.SHARED_KEYWORDS,
    structure: Structure | None = None,
    among: Collection[Structure] | None = None,
    first: int = 10,
) -> list[Meeting]:
    """The `first` pairs of structures that share the most, best first; without a shared keyword there is no pair.

    With `structure`, the pairs of that one, which is `a`; otherwise `a` has the smaller key. With `among`, only
    these structures are paired. Pairs that are equal by both measures stand in a fixed order. The time grows with
    the number of structures for one of them, with the square of the number of different sets of keywords for all.
    Raises ValueError where `first` is below 1.
    """
    if first < 1:
        raise ValueError(f"first is {first}: a number from 1 is accepted")
    candidates = known.structures if among is None else sorted(set(among), key=lambda body: body.ordinal)
    if structure is None:
        pairs = _best_pairs(known, candidates, measure, first)
    else:
        pairs = _best_of_one(known, structure, candidates, measure, first)
    return [_meeting(known, a, b, measure) for a, b in islice(pairs, first)]


def _best_of_one(
    known: Profiles, structure: Structure, candidates: Sequence[Structure], measure: MeetingMeasure, first: int
) -> Iterator[tuple[Structure, Structure]]:
    others = [candidate for candidate in candidates if candidate is not structure]
    shared, union = _compare(known.words[[structure.ordinal]], known.words[[other.ordinal for other in others]])
    best = _Best(first, measure)
    best.offer(shared, union, 0)
    for _, column in best.pairs():
        yield structure, others[column]


def _best_pairs(
    known: Profiles, candidates: Sequence[Structure], measure: MeetingMeasure, first: int
) -> Iterator[tuple[Structure, Structure]]:
    groups: dict[tuple[int, ...], list[Structure]] = {}
    for structure in candidates:
        groups.setdefault(tuple(known.words[structure.ordinal].tolist()), []).append(structure)
    alike = list(groups.values())
    sets = known.words[[members[0].ordinal for members in alike]]
    alone = np.array([len(members) == 1 for members in alike], bool)
    best = _Best(first, measure)
    for start in range(0, len(sets), _ROWS):
        rows = sets[start : start + _ROWS]
        shared, union = _compare(rows, sets[start:])
        # Each pair once; a set with itself only where two structures have it.
        shared[np.tril_indices(len(rows), -1)] = 0
        shared[np.diag_indices(len(rows))] *= ~alone[start : start + _ROWS]
        best.offer(shared, union, start)
    for row, column in best.pairs():
        if row == column:
            yield from combinations(alike[row], 2)
        else:
            for one, other in product(alike[row], alike[column]):
                yield (one, other) if one.ordinal < other.ordinal else (other, one)


def _compare(rows: Words, sets: Words) -> tuple[Counts, Counts]:
    """How many keywords each row and each set share, and how many they have together."""
    shared = np.zeros((len(rows), len(sets)), np.int32)
    for word in range(rows.shape[1]):
        shared += np.bitwise_count(rows[:, word, None] & sets[None, :, word])
    sizes = [np.bitwise_count(words).sum(axis=1, dtype=np.int32) for words in (rows, sets)]
    return shared, sizes[0][:, None] + sizes[1][None, :] - shared


class _Best:
    """The best pairs of sets so far. Pairs are offered in the order in which equal ones shall stand."""

    def __init__(self, first: int, measure: MeetingMeasure) -> None:
        self._first = first
        self._measure = measure
        # Columns: the score, the other measure, the row, the column.
        self._kept: npt.NDArray[Any] = np.zeros((0, 4))

    def offer(self, shared: Counts, union: Counts, start: int) -> None:
        """Take the counts of some rows and columns, of which number `start` is the first."""
        jaccard = shared / np.maximum(union, 1)
        score, second = (shared, jaccard) if self._measure is MeetingMeasure.SHARED_KEYWORDS else (jaccard, shared)
        candidates = shared > 0
        if len(self._kept) == self._first:
            worst, worst_second = self._kept[-1, :2]
            candidates &= (score > worst) | ((score == worst) & (second > worst_second))
        row, column = np.nonzero(candidates)
        if not len(row):
            return
        new = np.column_stack((score[row, column], second[row, column], row + start, column + start))
        kept = np.concatenate((self._kept, new))
        # A stable sort keeps equal pairs in the order of the offers.
        self._kept = kept[np.lexsort((-kept[:, 1], -kept[:, 0]))[: self._first]]

    def pairs(self) -> list[tuple[int, int]]:
        """The row and the column of the best pairs, best first."""
        return [(int(row), int(column)) for row, column in self._kept[:, 2:]]


def _meeting(known: Profiles, a: Structure, b: Structure, measure: MeetingMeasure) -> Meeting:
    def concepts(words: Words) -> tuple[Concept, ...]:
        return tuple(
            keyword
            for position, keyword in enumerate(known.keywords)
            if int(words[position // 64]) >> (position % 64) & 1
        )

    one, other = known.words[a.ordinal], known.words[b.ordinal]
    shared, a_brings, b_brings = concepts(one & other), concepts(one & ~other), concepts(other & ~one)
    score = (
        float(len(shared))
        if measure is MeetingMeasure.SHARED_KEYWORDS
        else len(shared) / (len(shared) + len(a_brings) + len(b_brings))
    )
    return Meeting(a, b, score, shared, a_brings, b_brings)
