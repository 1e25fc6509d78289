"""The keywords of structures as bits, and what two of them have in common: what meetings are made of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from pyroaring import FrozenBitMap
from scipy.sparse import csr_array

from graph.analysis.fit import (
    DIGITS,
    Fit,
    Floats,
    MeetingReason,
    MeetingReasonKind,
    Where,
    of_nearness,
    of_size,
    reasons_of,
    topic,
    where,
)
from graph.indexes import NOTHING, Indexes, ordinals
from graph.kinds import NodeKind
from graph.model import Concept, Structure
from graph.network import Network
from graph.once import once

ROWS = 64  # sets that are compared with all the others at a time: 64 rows of 40,000 pairs are 20 MB
_UNPACKED = 4_096  # rows of words whose bits are looked at together

Words = npt.NDArray[np.uint64]
Counts = npt.NDArray[np.int32]
Places = npt.NDArray[np.int64]
Pairs = npt.NDArray[np.int64]  # two numbers in each row
Merits = tuple[Floats, Floats, Floats]


class Block(NamedTuple):
    """Rows that are compared with columns, and which of them are a pair: a matrix."""

    rows: Places
    columns: Places
    is_pair: npt.NDArray[np.bool_]


class MeetingMeasure(StrEnum):
    """How alike two sets of keywords are, or how well two structures fit. Between pairs that are equal by one of the
    first two decides the other, then BALANCED; between pairs equal by BALANCED what they share, then how many.
    """

    SHARED_KEYWORDS = "shared_keywords"
    JACCARD = "jaccard"
    BALANCED = "balanced"


@dataclass(frozen=True, slots=True)
class Meeting:
    """Two structures and the keywords that they share, or that only one of them could bring, the rarest first.

    `score` is the number of shared keywords, the Jaccard index or how well they fit, both in 0..1; the contributions of
    the `reasons` add up to it. `ties` decide between equal scores.
    """

    a: Structure
    b: Structure
    score: float
    ties: tuple[float, float]
    shared: tuple[Concept, ...]
    a_brings: tuple[Concept, ...]
    b_brings: tuple[Concept, ...]
    reasons: tuple[MeetingReason, ...]


@dataclass(frozen=True)
class Profiles:
    """The keywords of each structure, a row of `words` for its place among the `structures`: bit `n % 64` of word
    `n // 64` tells whether it has `keywords[n]`. `rank` has the place of each keyword, the rarest first, and `place`
    that of each structure, by its ordinal; `sizes` how many actions each structure has, by place. Of `gone` keywords
    nothing is told.
    """

    structures: tuple[Structure, ...]
    keywords: tuple[Concept, ...]
    words: Words
    place: Places
    rank: Places
    sizes: Places
    gone: frozenset[str] = frozenset()

    @once
    def links(self) -> Any:
        """A row for each structure and a column for each keyword, 1 where it has it."""
        return links_of(self.words, len(self.keywords))

    @once
    def told(self) -> Floats:
        """What each keyword weighs."""
        return weights_told(self.links)

    @once
    def weights(self) -> Floats:
        """What the keywords of each structure weigh, by place."""
        weights: Floats = self.links @ self.told
        return weights

    @once
    def where(self) -> Where:
        """Where the structures are."""
        return where(self.structures)

    def shared(self, rows: Places, columns: Places) -> Floats:
        """What the keywords weigh that each of some structures and each of others share, by place."""
        shared: Floats = ((self.links[rows] * self.told) @ self.links[columns].T).toarray()
        return shared

    def fit(self, pairs: Pairs) -> Fit:
        """How well the structures of each pair of places fit."""
        a, b = pairs.T
        return self.fit_of(a, b, self.links[a].multiply(self.links[b]) @ self.told)

    def fit_of(self, a: Places, b: Places, shared: Floats) -> Fit:
        """The same, where what the keywords weigh that both have is known."""
        of_keywords = topic(shared, self.weights[a], self.weights[b])
        return Fit(*of_keywords, of_size(self.sizes[a], self.sizes[b]), of_nearness(self.where.levels(a, b)))

    def merits(self, pairs: Pairs, measure: MeetingMeasure) -> Merits:
        """The score of each pair of places, and what decides between equal ones."""
        return _merits(*self._counts(pairs), self.fit(pairs), measure)

    def in_order(self, pairs: Pairs, measure: MeetingMeasure) -> Pairs:
        """Pairs of places by their merits, then by structure."""
        score, second, third = self.merits(pairs, measure)
        return pairs[np.lexsort((pairs[:, 1], pairs[:, 0], -third, -second, -score))]

    @once
    def alike(self) -> list[list[int]]:
        """The places of the structures that have each different set of keywords."""
        return grouped_alike(self.words)

    def blocks(self, rows: int) -> Iterator[Block]:
        """Which sets of keywords are compared with which, each pair once; a set with itself where two have it."""
        sizes = np.array([len(members) for members in self.alike])
        for start in range(0, len(sizes), rows):
            these, others = np.arange(start, min(start + rows, len(sizes))), np.arange(start, len(sizes))
            is_pair = np.triu(np.ones((len(these), len(others)), bool))
            is_pair[np.diag_indices(len(these))] = sizes[these] > 1
            yield Block(these, others, is_pair)

    def blocks_near(self, rows: int) -> Iterator[Block]:
        """Which structures of one department are compared with which, by place: each pair once."""
        for members in grouped(self.where.department):
            for start in range(0, len(members), rows):
                these, others = members[start : start + rows], members[start:]
                yield Block(these, others, np.triu(np.ones((len(these), len(others)), bool), 1))

    @once
    def total(self) -> int:
        """How many pairs of structures share a keyword."""
        sets = self.words[[members[0] for members in self.alike]]
        sizes = np.array([len(members) for members in self.alike], np.float64)  # only floats multiply fast
        return sum(
            _pairs_of_structures(joined(sets[rows], sets[columns]) & is_pair, sizes[rows], sizes[columns])
            for rows, columns, is_pair in self.blocks(ROWS)
        )

    def apart(self, a: Places, b: Places) -> npt.NDArray[np.bool_]:
        """Which pairs of places are of structures of two departments."""
        apart: npt.NDArray[np.bool_] = self.where.department[a] != self.where.department[b]
        return apart

    def others(self, place: int) -> Places:
        """The places of the structures that the one of a place may meet."""
        return np.delete(np.arange(len(self.structures)), place)

    def is_itself(self, a: int, b: int) -> bool:
        """Whether one structure stands at two places."""
        return False

    def sought(self, most: int) -> int:
        """How many pairs of places have so many pairs of structures among them."""
        return most

    def once_each(self, pairs: Pairs) -> Pairs:
        """Of pairs in order, the first of each two structures."""
        return pairs

    def _counts(self, pairs: Pairs) -> tuple[Floats, Floats]:
        """How many keywords the structures of each pair share, and how many they have together."""
        one, other = self.words[pairs[:, 0]], self.words[pairs[:, 1]]
        shared, union = (np.bitwise_count(words).sum(axis=1).astype(float) for words in (one & other, one | other))
        return shared, union

    def meeting(self, a: int, b: int, measure: MeetingMeasure) -> Meeting:
        """The meeting of the structures of two places."""
        one, other = self.words[a], self.words[b]
        pair, both = np.array([[a, b]]), self._positions(one & other)
        told = self.told[both]
        # Of one pair, adding up is faster than multiplying sparse rows.
        fit = self.fit_of(pair[:, 0], pair[:, 1], np.array([told.sum()]))
        score, *ties = (float(values[0]) for values in _merits(*self._counts(pair), fit, measure))
        return Meeting(
            self.structures[a],
            self.structures[b],
            score,
            (ties[0], ties[1]),
            self._there(both),
            self._there(self._positions(one & ~other)),
            self._there(self._positions(other & ~one)),
            self._reasons(pair, both, score, None if measure is not MeetingMeasure.BALANCED else fit),
        )

    def _positions(self, words: Words) -> Places:
        """The positions of the keywords whose bits these are, the rarest first."""
        found = np.flatnonzero(_bits(words))
        return found[np.argsort(self.rank[found])]

    def _there(self, positions: Places) -> tuple[Concept, ...]:
        keywords = (self.keywords[position] for position in positions.tolist())
        return tuple(keyword for keyword in keywords if keyword.key not in self.gone)

    def _reasons(self, pair: Pairs, both: Places, score: float, fit: Fit | None) -> tuple[MeetingReason, ...]:
        keywords = [self.keywords[position] for position in both.tolist()]
        named = [None if keyword.key in self.gone else keyword for keyword in keywords]
        if fit is None:
            kind = MeetingReasonKind.SHARED_KEYWORD
            return tuple(MeetingReason(kind, keyword, score / len(named)) for keyword in named)
        level = int(self.where.levels(pair[:, 0], pair[:, 1])[0])
        return reasons_of(fit, level, named, self.told[both].tolist())


def _merits(shared: Floats, union: Floats, fit: Fit, measure: MeetingMeasure) -> Merits:
    if measure is MeetingMeasure.BALANCED:
        return fit.score, np.round(fit.keywords, DIGITS), shared
    return *by_both(measure, shared, shared / np.maximum(union, 1)), fit.score


def weights_told(links: Any) -> Floats:
    """What keywords weigh that structures have: `links` has a row for each structure, a column for each keyword."""
    having = np.count_nonzero(np.diff(links.indptr))
    told: Floats = np.square(np.log((1 + having) / np.maximum(links.sum(axis=0), 1)))
    return told


def grouped_alike(words: Words, first: int = 0) -> list[list[int]]:
    """The places that have each different row of words, counted from a first one."""
    groups: dict[tuple[int, ...], list[int]] = {}
    for place, row in enumerate(words.tolist(), start=first):
        groups.setdefault(tuple(row), []).append(place)
    return list(groups.values())


def grouped(numbers: Places) -> list[Places]:
    """The places that have each number, ascending."""
    order = np.argsort(numbers, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(numbers[order])) + 1)


def joined(rows: Words, columns: Words) -> npt.NDArray[np.bool_]:
    """Which rows share a keyword with which columns."""
    shares = np.zeros((len(rows), len(columns)), bool)
    for word in range(rows.shape[1]):
        shares |= (rows[:, word, None] & columns[None, :, word]) != 0
    return shares


def _pairs_of_structures(joined: npt.NDArray[np.bool_], of_rows: Floats, sizes: Floats) -> int:
    """How many pairs of structures some pairs of sets are: as many as the sizes multiplied, and of one set with itself
    those of two members.
    """
    return int(of_rows @ (joined @ sizes) - (of_rows * (of_rows + 1) / 2) @ joined.diagonal())


def _bits(words: Words) -> npt.NDArray[np.uint8]:
    return np.unpackbits(words.astype("<u8").view(np.uint8), axis=-1, bitorder="little")


def links_of(words: Words, keywords: int) -> Any:
    """The bits of rows of words as a sparse matrix, some rows at a time: a row is some hundred bytes."""
    ends, columns = [np.zeros(1, np.int64)], [np.zeros(0, np.int64)]
    for start in range(0, len(words), _UNPACKED):
        row, column = np.nonzero(_bits(words[start : start + _UNPACKED]))
        counts = np.bincount(row, minlength=len(words[start : start + _UNPACKED]))
        ends.append(ends[-1][-1] + np.cumsum(counts))
        columns.append(column)
    cells = np.concatenate(columns)
    return csr_array((np.ones(len(cells)), cells, np.concatenate(ends)), shape=(len(words), keywords))


def by_both(measure: MeetingMeasure, shared: Any, jaccard: Any) -> tuple[Any, Any]:
    """The measure that is asked for, and the other, which decides between equal ones."""
    return (shared, jaccard) if measure is MeetingMeasure.SHARED_KEYWORDS else (jaccard, shared)


def profiles(network: Network, indexes: Indexes, within: FrozenBitMap) -> Profiles:
    """The keywords that some actions give to their structures. The time grows with the number of their links."""
    return profiles_by(rarest_first(network, indexes, within), network, indexes, within)


def rarest_first(network: Network, indexes: Indexes, within: FrozenBitMap) -> tuple[Concept, ...]:
    """The keywords, those that the fewest of some actions have first."""
    counts = {
        concept: indexes.members[concept.key].intersection_cardinality(within)
        for concept in network.concepts[NodeKind.KEYWORD]
    }
    return tuple(sorted(counts, key=lambda concept: (counts[concept], concept.key)))


def profiles_by(keywords: tuple[Concept, ...], network: Network, indexes: Indexes, within: FrozenBitMap) -> Profiles:
    """The same, where the keywords are known: the rarest first."""
    place = _places(network)
    words = _words(network, indexes, keywords, within, place)
    return Profiles(
        network.structures, keywords, words, place, np.arange(len(keywords)), _sizes(network, indexes, within)
    )


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
    return Profiles(network.structures, keywords, words, place, rank, _sizes(network, indexes, indexes.everything))


def _sizes(network: Network, indexes: Indexes, within: FrozenBitMap) -> Places:
    """How many of some actions each structure has."""
    of_actions = indexes.structure_ordinal[ordinals(within)]
    sizes: Places = np.bincount(of_actions, minlength=len(network.bodies))[_numbers(network)]
    return sizes


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
