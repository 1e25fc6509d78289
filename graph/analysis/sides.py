"""Structures of two sides: what some actions of one say is compared with what other actions of another say.

A structure may stand on both sides. It is no pair with itself, and two structures are one pair: of the two ways round,
the better one, or where they are equal the one whose first structure has the smaller key.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from pyroaring import FrozenBitMap
from scipy.sparse import csr_array

from graph.analysis.fit import Floats
from graph.analysis.profiles import (
    ROWS,
    Block,
    Pairs,
    Places,
    Profiles,
    grouped,
    grouped_alike,
    joined,
    links_of,
    profiles_by,
    rarest_first,
    weights_told,
)
from graph.indexes import Indexes
from graph.network import Network
from graph.once import once


@dataclass(frozen=True)
class Sides(Profiles):
    """Profiles in which each structure stands twice: at its place by the actions of the one side, and `half` the places
    further by those of the other. What a keyword weighs is told of the actions of either side.
    """

    @property
    def half(self) -> int:
        """How many structures there are."""
        return len(self.structures) // 2

    @once
    def told(self) -> Floats:
        return weights_told(links_of(self.words[: self.half] | self.words[self.half :], len(self.keywords)))

    @once
    def alike(self) -> list[list[int]]:
        return [*grouped_alike(self.words[: self.half]), *grouped_alike(self.words[self.half :], self.half)]

    @once
    def _groups(self) -> tuple[Places, Places]:
        """The number of the set of each structure on the one side, and on the other."""
        group = np.empty(len(self.structures), np.int64)
        for number, members in enumerate(self.alike):
            group[members] = number
        return group[: self.half], group[self.half :]

    def blocks(self, rows: int) -> Iterator[Block]:
        sizes = np.array([len(members) for members in self.alike])
        one, other = self._groups
        first = int(other.min(initial=len(sizes)))
        alone = (sizes[one] == 1) & (sizes[other] == 1)
        only = dict(zip(one[alone].tolist(), (other[alone] - first).tolist(), strict=True))
        others = np.arange(first, len(sizes))
        for start in range(0, first, rows):
            these = np.arange(start, min(start + rows, first))
            is_pair = np.ones((len(these), len(others)), bool)
            for row, number in enumerate(these.tolist()):
                # The sets of one structure that nobody else has are no pair.
                if number in only:
                    is_pair[row, only[number]] = False
            yield Block(these, others, is_pair)

    def blocks_near(self, rows: int) -> Iterator[Block]:
        for members in grouped(self.where.department):
            ones, others = members[members < self.half], members[members >= self.half]
            for start in range(0, len(ones), rows):
                these = ones[start : start + rows]
                yield Block(these, others, these[:, None] != others[None, :] - self.half)

    @once
    def total(self) -> int:
        """How many pairs of structures share a keyword, the one way round or the other.

        `M` telling which sets of the two sides share one, and `C` how many structures have a set of the one side and a
        set of the other, both ways do as many as the trace of `(C Mᵀ)²`.
        """
        one, other = self._groups
        first = int(other.min(initial=len(self.alike)))
        sets = self.words[[members[0] for members in self.alike]]
        ones, others = sets[:first], sets[first:]
        shape = len(ones), len(others)
        having = csr_array((np.ones(self.half), (one, other - first)), shape=shape)
        sizes = having.sum(axis=1), having.sum(axis=0)
        found = both = 0.0
        for start in range(0, len(ones), ROWS):
            rows = slice(start, start + ROWS)
            shares = joined(ones[rows], others).astype(np.float64)
            found += sizes[0][rows] @ (shares @ sizes[1])
            back = having @ shares.T
            # Of the sets of the other side, only those that structures of these rows have.
            columns = np.unique(having[rows].indices)
            forth = having[rows][:, columns] @ joined(ones, others[columns]).T.astype(np.float64)
            both += float((forth * back.T).sum())
        itself = int((self.words[: self.half] & self.words[self.half :]).any(axis=1).sum())
        return round((found - itself) - (both - itself) / 2)

    def apart(self, a: Places, b: Places) -> npt.NDArray[np.bool_]:
        apart: npt.NDArray[np.bool_] = super().apart(a, b) & (a % self.half != b % self.half)
        return apart

    def others(self, place: int) -> Places:
        return np.delete(np.arange(self.half, len(self.structures)), place)

    def is_itself(self, a: int, b: int) -> bool:
        return a % self.half == b % self.half

    def sought(self, most: int) -> int:
        # Two structures may be found both ways.
        return 2 * most

    def once_each(self, pairs: Pairs) -> Pairs:
        two = np.sort(pairs % self.half, axis=1)
        _, first = np.unique(two, axis=0, return_index=True)
        return pairs[np.sort(first)]


def two_sides(network: Network, indexes: Indexes, one: FrozenBitMap, other: FrozenBitMap) -> Sides:
    """The keywords that some actions give to their structures on the one side, and others on the other side."""
    keywords = rarest_first(network, indexes, one | other)
    first, second = (profiles_by(keywords, network, indexes, within) for within in (one, other))
    return Sides(
        (*first.structures, *second.structures),
        keywords,
        np.concatenate((first.words, second.words)),
        first.place,
        first.rank,
        np.concatenate((first.sizes, second.sizes)),
    )
