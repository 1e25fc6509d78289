"""What a query finds among entries, and in which order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
from pyroaring import BitMap, FrozenBitMap

from graph.indexes import NOTHING
from graph.once import kept_by_object
from graph.search.changing import ChangingEntries, Order
from graph.search.entries import Sought, exactly, misspelt
from graph.search.french import one_letter_away, stem
from graph.search.query import SearchQuery, Word

RANKED = 2_000  # entries of a query that are put in the order of their scores
_TIERS = (("title", 0.75), ("heading", 0.5), ("stems", 0.25))  # a field, and what an entry scores at least there
_MISSPELT = 0.25  # what an entry scores at most that holds another spelling
_SHORTEST_MISSPELT = 7  # of shorter words, too many neighbours are words of their own
_SHORTEST_UNKNOWN = 4
_RARER = 20  # a misspelling, with its inflections, is at least that many times rarer than the word
_CACHED = 64


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """What a query finds: `total` entries, the best first by their numbers in `ordinals`, `scores` within 0..1. All
    are there up to `RANKED`. Above, those are whose scores are told apart from the rest's; the rest score `floor` or
    less, and follow in their `order`. `matching` gives the numbers of all.
    """

    ordinals: npt.NDArray[np.uint32]
    scores: npt.NDArray[np.float32]
    total: int
    floor: float
    matching: Callable[[], FrozenBitMap]
    order: Order

    @property
    def is_cut(self) -> bool:
        """Whether there are others than those ranked."""
        return self.total > len(self.ordinals)

    def rest(self, most: int | None) -> tuple[npt.NDArray[np.uint32], bool]:
        """The first `most` of those that are not ranked (None: all), and whether these are all."""
        rest = self.matching() - BitMap(self.ordinals.tolist())
        stop = len(rest) if most is None else min(most, len(rest))
        return np.array(self.order.between(rest, 0, stop), np.uint32), stop == len(rest)


class FullText:
    """The search among the entries of one version. Reading from several threads at once is safe."""

    def __init__(self, entries: ChangingEntries) -> None:
        self._entries = entries
        self.corrected = kept_by_object(_CACHED, self._corrected)
        self.misspellings = kept_by_object(1_024, self._misspellings)
        self.ranking = kept_by_object(_CACHED, self._ranking)
        self.matching = kept_by_object(_CACHED, self._matching)

    def _ranking(self, query: SearchQuery, kinds: tuple[str, ...] | None) -> Ranking:
        """What the query finds among the entries of the `kinds` (None: of all)."""
        asked = self.corrected(query)
        numbers, scores, floor, is_cut = np.empty(0, np.uint32), np.empty(0, np.float32), np.float32(0), False
        for sought, least in () if asked is None else self._tiers(asked):
            (hits, parts), edge = self._entries.best(sought, kinds, RANKED)
            placed = (least + 0.25 * parts).astype(np.float32)
            # What a better tier has found stays there.
            new = ~np.isin(hits, numbers)
            numbers, scores = np.concatenate((numbers, hits[new])), np.concatenate((scores, placed[new]))
            if edge is not None:
                floor, is_cut = np.float32(least + 0.25 * edge), True
                break
        total = self._total(asked, kinds) if asked is not None and is_cut else len(numbers)
        if asked != query:
            scores, floor = scores * np.float32(_MISSPELT), floor * np.float32(_MISSPELT)
        order = np.lexsort((self._entries.order.places_of(numbers), -scores))
        matching = partial(self.matching, query, kinds)
        return Ranking(numbers[order], scores[order], total, float(floor), matching, self._entries.order)

    def _matching(self, query: SearchQuery, kinds: tuple[str, ...] | None) -> FrozenBitMap:
        """The numbers of all the entries of the `kinds` (None: of all) that the query finds."""
        asked = self.corrected(query)
        if asked is None:
            return NOTHING
        if kinds is None and not asked.phrases:
            found = FrozenBitMap.intersection(*(self._entries.members(word.stem) for word in asked.words))
        else:
            found = self._entries.gather(exactly(asked), kinds)
        others = misspelt(asked, self.misspellings)
        return found if others is None else found | self._entries.gather(others, kinds)

    def _corrected(self, query: SearchQuery) -> SearchQuery | None:
        """The query, its unknown words replaced by the most frequent at one letter; None without any, or any word."""
        words = [word if self._entries.count("stems", word.stem) else self._nearest(word) for word in query.words]
        found = SearchQuery(tuple({word.stem: word for word in words if word}.values()), query.phrases)
        return found if found and None not in words else None

    def _nearest(self, word: Word) -> Word | None:
        if len(word.bare) < _SHORTEST_UNKNOWN:
            return None
        count = partial(self._entries.count, "words")
        near = max(sorted(one_letter_away(word.bare)), key=count)
        return Word(near, stem(near)) if count(near) else None

    def _misspellings(self, word: Word) -> tuple[str, ...]:
        """The bare words that misspell a word: one letter away, of another stem, and much rarer or in one entry."""
        count = self._entries.count
        known = count("words", word.bare)
        if not known or len(word.bare) < _SHORTEST_MISSPELT:
            return ()
        most = max(1, known // _RARER)
        close = [near for near in one_letter_away(word.bare) if 0 < count("words", near) <= most]
        others = (near for near in close if stem(near) != word.stem)
        # « mobilise » is one letter from « mobilité », but « mobilisation » shows that it is a word of its own.
        return tuple(sorted(near for near in others if count("stems", stem(near)) <= most))

    def _tiers(self, query: SearchQuery) -> Iterator[tuple[Sought, float]]:
        """What is sought in turn, each with the least that it scores."""
        words = [*query.words, *(word for phrase in query.phrases for word in phrase)]
        for field, least in _TIERS:
            if all(self._entries.count(field, word.stem) for word in words):
                yield Sought(field, query), least
        others = misspelt(query, self.misspellings)
        if others is not None:
            yield others, 0.0

    def _total(self, query: SearchQuery, kinds: tuple[str, ...] | None) -> int:
        if kinds is not None or query.phrases:
            exact = self._entries.number_of(exactly(query), kinds)
        elif len(query.words) > 1:
            return len(self.matching(query, kinds))
        else:
            exact = self._entries.count("stems", query.words[0].stem)
        others = misspelt(query, self.misspellings)
        return exact if others is None else exact + self._entries.number_of(others, kinds)
