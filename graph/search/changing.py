"""The entries of one version: those that were written at once, and those that came and went since.

How many entries hold a word is exact: those written, and those that came, less those that went.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from heapq import nlargest
from typing import Protocol

import numpy as np
import numpy.typing as npt
from pyroaring import BitMap, FrozenBitMap

from graph.indexes import NOTHING, ordinals
from graph.search.entries import PLACES, RANKED, Entry, Sought
from graph.search.later import LaterEntries
from graph.search.query import SearchQuery, Word
from graph.search.written import Scored, WrittenEntries, rarity

_DIGITS = 4
_UNREACHED = np.float64(0.9999)


class Order(Protocol):
    """How entries stand whose scores are equal."""

    def places_of(self, members: npt.NDArray[np.uint32]) -> npt.NDArray[np.int64]:
        """The places of some entries: smaller is earlier."""
        ...

    def between(self, members: FrozenBitMap, start: int, stop: int) -> list[int]:
        """The entries of a set from position `start`, from 0, to before `stop`, at most their number."""
        ...


@dataclass(frozen=True, eq=False)
class ChangingEntries:
    """The entries `written` at once and those that `came` since, without the numbers that are `gone`; `went` has the
    entries of these numbers, as they were.
    """

    written: WrittenEntries
    order: Order
    came: LaterEntries
    went: LaterEntries
    gone: FrozenBitMap
    _is_changed: bool = field(init=False, default=False)

    @classmethod
    def of(cls, written: WrittenEntries, order: Order) -> ChangingEntries:
        """Entries of which none came or went."""
        return cls(written, order, LaterEntries(), LaterEntries(), NOTHING)

    def changed(self, order: Order, came: Sequence[Entry], went: Sequence[Entry]) -> ChangingEntries:
        """The entries of a later version; those that come have numbers that none had before."""
        gone = self.gone | FrozenBitMap([entry.number for entry in went])
        return ChangingEntries(self.written, order, self.came.extended(came), self.went.extended(went), gone)

    def __len__(self) -> int:
        return len(self.written) + self.came.size - self.went.size

    def __post_init__(self) -> None:
        # Counts are asked for by the hundred in each query.
        object.__setattr__(self, "_is_changed", bool(self.came.size or self.gone))

    def count(self, field: str, term: str) -> int:
        """How many entries hold a term in a field."""
        count = self.written.count(field, term)
        return count + self.came.count(field, term) - self.went.count(field, term) if self._is_changed else count

    def rarity(self, field: str, term: str) -> float:
        """What BM25 makes of that."""
        return rarity(len(self), self.count(field, term))

    def number_of(self, sought: Sought, kinds: tuple[str, ...] | None) -> int:
        """How many entries are sought."""
        count = self.written.number_of(sought, kinds)
        return count + self.came.number_of(sought, kinds) - self.went.number_of(sought, kinds)

    def gather(self, sought: Sought, kinds: tuple[str, ...] | None) -> FrozenBitMap:
        """The numbers of all the entries that are sought."""
        return (self.written.gather(sought, kinds) | self.came.gather(sought, kinds)) - self.gone

    def with_any(self, field: str, terms: tuple[str, ...]) -> FrozenBitMap:
        """The numbers of the entries that hold one of some terms in a field."""
        found: FrozenBitMap = self.written.with_any(field, terms)
        return (found | self.came.with_any(field, terms)) - self.gone if self._is_changed else found

    def with_phrase(self, stems: tuple[str, ...]) -> FrozenBitMap:
        """The numbers of the entries that hold some stems in a row."""
        found: FrozenBitMap = self.written.with_phrase(stems)
        return (found | self.came.with_phrase(stems)) - self.gone if self._is_changed else found

    def of_kinds(self, kinds: tuple[str, ...]) -> FrozenBitMap:
        """The numbers of the entries of some kinds."""
        found: FrozenBitMap = self.written.of_kinds(kinds)
        return (found | self.came.of_kinds(kinds)) - self.gone if self._is_changed else found

    def best(self, sought: Sought, kinds: tuple[str, ...] | None, most: int) -> tuple[Scored, float | None]:
        """The best of the entries that are sought, in no order, each with the part that it has of the ideal score; then
        the score that all others are at most at, or None where there are no others.
        """
        (numbers, scores), is_cut = self.written.best(sought, kinds, most)
        written = len(numbers)
        later, their_scores = self.came.best(sought, kinds, self.rarity)
        numbers = np.concatenate((numbers, later))
        scores = np.minimum(np.concatenate((scores, their_scores)), _UNREACHED).round(_DIGITS)
        stays = ~np.isin(numbers, ordinals(self.gone & BitMap(numbers.tolist())))
        edge = float(scores[:written].min()) if is_cut else None
        if edge is not None:
            # Of equal scores, tantivy keeps any: those at the edge go with the rest.
            stays &= scores > edge
        return (numbers[stays], scores[stays]), edge

    def saying(self, stems: Sequence[str], most: int) -> dict[int, float]:
        """The scores by BM25, added up, of the entries that hold any of some stems, some of which may be no more: of
        the best, where these are more than `most`.
        """
        found: dict[int, float] = {}
        for numbers, scores in (self.written.saying(stems, most), self.came.saying(stems, self.rarity)):
            found.update(zip(numbers.tolist(), scores.tolist(), strict=True))
        return found

    def is_held_by_many(self, sought: Sought) -> bool:
        """Whether it is known at once that a large part of all entries are sought, by several words."""
        return self.written.many_holding(sought) is not None

    def holds(self, phrase: tuple[Word, ...]) -> bool:
        """Whether an entry holds a phrase. It is looked for as a search does that asks for it alone."""
        if not all(self.count("stems", word.stem) for word in phrase):
            return False
        query = SearchQuery(phrases=(phrase,))
        for place in PLACES:
            (found, _), edge = self.best(Sought(place, query), None, RANKED)
            if len(found) or edge is not None:
                return True
        return False

    def words(self, prefix: str, first: int) -> list[tuple[str, int]]:
        """The `first` most frequent bare words that start with `prefix`, equally frequent ones in the order of the
        alphabet, each with its number of entries.
        """
        most = 2 * first
        while True:
            written = self.written.words(prefix, most)
            # What is not read has no more than this, but for what came.
            rest = written[-1][1] if len(written) == most else 0
            found = self._counted(prefix, [word for word, _ in written], rest, first)
            if not rest or (len(found) == first and found[-1][1] > rest):
                return found
            most *= 4

    def _counted(self, prefix: str, written: Sequence[str], rest: int, first: int) -> list[tuple[str, int]]:
        """The `first` of some written words and of those that came, of which `rest` were written at most."""
        counts = {word: self.count("words", word) for word in written}
        least = min(nlargest(first, counts.values()), default=0) if len(counts) >= first else 0
        for word in self.came.words(prefix):
            if word not in counts and rest + self.came.count("words", word) >= least:
                counts[word] = self.count("words", word)
        found = sorted(((word, count) for word, count in counts.items() if count), key=lambda one: (-one[1], one[0]))
        return found[:first]
