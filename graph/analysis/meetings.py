"""Which structures ought to meet: those whose actions are about the same things, and what each could bring.

Structures are compared by the set of keywords of all their actions. Those that have the very same set are compared
once, and a set is a few machine words: 40,000 structures have some thousand sets, and so some million pairs, not 800
million. Where every structure has many actions most of them end up with nearly every keyword, and the best pairs are
many and equal: compare then the actions of a department, or ask for one structure.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import combinations, islice, product
from typing import Any, overload

import numpy as np
import numpy.typing as npt
from pyroaring import FrozenBitMap

from graph.indexes import NOTHING, Indexes, ordinals
from graph.kinds import NodeKind
from graph.model import Concept, Structure
from graph.network import Network

MOST_PAIRS = 1_000  # of the pairs of all the structures, the best; the pairs of one structure are given all
_ROWS = 64  # sets that are compared with all the others at a time: 64 rows of 40,000 pairs are 20 MB

Words = npt.NDArray[np.uint64]
Counts = npt.NDArray[np.int32]
Places = npt.NDArray[np.int64]
Pairs = npt.NDArray[np.int64]  # two numbers in each row


class MeetingMeasure(StrEnum):
    """How alike two sets of keywords are. The other measure decides between pairs that are equal."""

    SHARED_KEYWORDS = "shared_keywords"
    JACCARD = "jaccard"


@dataclass(frozen=True, slots=True)
class Meeting:
    """Two structures and the keywords that they share, or that only one of them could bring, the rarest first.

    `score` is the number of shared keywords, or the Jaccard index in 0..1, and `second` the other of the two.
    """

    a: Structure
    b: Structure
    score: float
    second: float
    shared: tuple[Concept, ...]
    a_brings: tuple[Concept, ...]
    b_brings: tuple[Concept, ...]


@dataclass(frozen=True, slots=True)
class Profiles:
    """The keywords of each structure, a row of `words` for its place among the `structures`: bit `n % 64` of word
    `n // 64` tells whether it has `keywords[n]`. `rank` has the place of each keyword, the rarest first, and `place`
    that of each structure, by its ordinal. Of `gone` keywords nothing is told.
    """

    structures: tuple[Structure, ...]
    keywords: tuple[Concept, ...]
    words: Words
    place: Places
    rank: Places
    gone: frozenset[str] = frozenset()

    def meeting(self, a: int, b: int, measure: MeetingMeasure) -> Meeting:
        """The meeting of the structures of two places."""
        one, other = self.words[a], self.words[b]
        shared, a_brings, b_brings = map(self._concepts, (one & other, one & ~other, other & ~one))
        count, together = (int(np.bitwise_count(words).sum()) for words in (one & other, one | other))
        score, second = _by(measure, float(count), count / together)
        return Meeting(self.structures[a], self.structures[b], score, second, shared, a_brings, b_brings)

    def _concepts(self, words: Words) -> tuple[Concept, ...]:
        bits = np.unpackbits(words.astype("<u8").view(np.uint8), bitorder="little")
        found = np.flatnonzero(bits)
        in_order = (self.keywords[position] for position in found[np.argsort(self.rank[found])].tolist())
        return tuple(keyword for keyword in in_order if keyword.key not in self.gone)


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


def profiles(network: Network, indexes: Indexes, within: FrozenBitMap) -> Profiles:
    """The keywords that some actions give to their structures. The time grows with the number of their links."""
    members = {concept: indexes.members[concept.key] & within for concept in network.concepts[NodeKind.KEYWORD]}
    keywords = tuple(sorted(members, key=lambda concept: (len(members[concept]), concept.key)))
    place = _places(network)
    words = _words(network, indexes, keywords, within, place)
    return Profiles(network.structures, keywords, words, place, np.arange(len(keywords)))


def changed_profiles(before: Profiles, network: Network, indexes: Indexes, moved: FrozenBitMap) -> Profiles:
    """The profiles of a later version, where some actions came or are gone: only their structures are looked at."""
    known = {keyword.key for keyword in before.keywords}
    new = (keyword for keyword in network.concepts[NodeKind.KEYWORD] if keyword.key not in known)
    keywords = (*before.keywords, *new)
    bodies = [network.bodies[number] for number in np.unique(indexes.structure_ordinal[ordinals(moved)]).tolist()]
    there = [body for body in bodies if body.key in network.records]
    theirs = FrozenBitMap.union(NOTHING, *(indexes.members[body.key] for body in there))
    place = _places(network)
    words = _words(network, indexes, keywords, theirs, place)
    stood = np.zeros(len(network.bodies), np.int64)
    stood[: len(before.place)] = before.place
    others = np.ones(len(words), bool)
    others[[place[body.ordinal] for body in there]] = False
    numbers = _numbers(network)[others]
    words[others, : before.words.shape[1]] = before.words[stood[numbers]]
    counts = [(len(indexes.members.get(keyword.key, NOTHING)), keyword.key) for keyword in keywords]
    rank = np.empty(len(keywords), np.int64)
    rank[sorted(range(len(keywords)), key=counts.__getitem__)] = np.arange(len(keywords))
    return Profiles(network.structures, keywords, words, place, rank)


def _numbers(network: Network) -> Places:
    return np.array([structure.ordinal for structure in network.structures], np.int64)


def _places(network: Network) -> Places:
    place = np.zeros(len(network.bodies), np.int64)
    place[_numbers(network)] = np.arange(len(network.structures))
    return place


def _words(
    network: Network, indexes: Indexes, keywords: Sequence[Concept], within: FrozenBitMap, place: Places
) -> Words:
    words = np.zeros((len(network.structures), max(1, -(-len(keywords) // 64))), np.uint64)
    for position, keyword in enumerate(keywords):
        having = np.zeros(len(network.structures), bool)
        found = indexes.members.get(keyword.key, NOTHING) & within
        having[place[indexes.structure_ordinal[ordinals(found)]]] = True
        words[having, position // 64] |= np.uint64(1 << (position % 64))
    return words


def all_meetings(known: Profiles, measure: MeetingMeasure, most: int = MOST_PAIRS) -> Meetings:
    """The `most` pairs of structures that share the most keywords, best first; `a` has the smaller key. The time grows
    with the square of the number of different sets of keywords.
    """
    groups: dict[tuple[int, ...], list[int]] = {}
    for place, row in enumerate(known.words.tolist()):
        groups.setdefault(tuple(row), []).append(place)
    alike = list(groups.values())
    sets = known.words[[members[0] for members in alike]]
    sizes = np.array([len(members) for members in alike], np.float64)  # whole numbers: only floats multiply fast
    best = _Best(most, measure)
    total = 0
    for start in range(0, len(sets), _ROWS):
        rows = sets[start : start + _ROWS]
        shared, union = _compare(rows, sets[start:])
        # Each pair once; a set with itself only where two structures have it.
        shared[np.tril_indices(len(rows), -1)] = 0
        of_rows = sizes[start : start + _ROWS]
        shared[np.diag_indices(len(rows))] *= of_rows > 1
        # As many pairs of structures as the sizes multiplied; of one set with itself, those of two members.
        joined = shared > 0
        total += int(of_rows @ (joined @ sizes[start:]) - (of_rows * (of_rows + 1) / 2) @ joined.diagonal())
        best.offer(shared, union, start)
    pairs = np.array(list(islice(_pairs(best, alike), most)), np.int64).reshape(-1, 2)
    return Meetings(known, measure, _in_order(known, pairs, measure), total)


def meetings_of(known: Profiles, structure: Structure, measure: MeetingMeasure) -> Meetings:
    """The pairs of one structure, which is `a`, with every other that shares a keyword with it, best first."""
    place = int(known.place[structure.ordinal])
    shared, union = _compare(known.words[[place]], known.words)
    shared[0, place] = 0
    best = _Best(len(known.words), measure)
    best.offer(shared, union, 0)
    pairs = best.pairs()
    pairs[:, 0] = place
    return Meetings(known, measure, pairs, len(pairs))


def _in_order(known: Profiles, pairs: Pairs, measure: MeetingMeasure) -> Pairs:
    """The pairs by both measures, then by structure: those of equal sets came set by set."""
    one, other = known.words[pairs[:, 0]], known.words[pairs[:, 1]]
    shared, union = (np.bitwise_count(words).sum(axis=1) for words in (one & other, one | other))
    score, second = _by(measure, shared, shared / np.maximum(union, 1))
    return pairs[np.lexsort((pairs[:, 1], pairs[:, 0], -second.astype(float), -score.astype(float)))]


def _by(measure: MeetingMeasure, shared: Any, jaccard: Any) -> tuple[Any, Any]:
    """The measure that is asked for, and the other, which decides between equal ones."""
    return (shared, jaccard) if measure is MeetingMeasure.SHARED_KEYWORDS else (jaccard, shared)


def _pairs(best: _Best, alike: Sequence[Sequence[int]]) -> Iterator[tuple[int, int]]:
    """The pairs of structures that have the best pairs of sets."""
    for row, column in best.pairs().tolist():
        if row == column:
            yield from combinations(alike[row], 2)
        else:
            yield from ((min(pair), max(pair)) for pair in product(alike[row], alike[column]))


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
        score, second = _by(self._measure, shared, shared / np.maximum(union, 1))
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

    def pairs(self) -> Pairs:
        """The row and the column of the best pairs, best first."""
        return self._kept[:, 2:].astype(np.int64)
