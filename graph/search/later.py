"""Entries that come one by one: kept in memory, a list of those that hold it for each word.

What a version has is all that stands below its size, so that a later version adds behind it and shares the rest.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain
from threading import Lock

import numpy as np
import numpy.typing as npt
from pyroaring import BitMap, FrozenBitMap

from graph.indexes import ordinals
from graph.search.entries import Entry, Rarity, Sought
from graph.search.french import bare_of, cut, stems_of
from graph.search.query import SearchQuery, Word
from graph.search.written import Scored

_K, _B = 1.2, 0.75  # of BM25, as tantivy has them
_FIELDS = ("title", "heading", "stems")
_NUMBER = array("I").itemsize
_NO_PLACES: npt.NDArray[np.uint32] = np.zeros(0, np.uint32)
Places = npt.NDArray[np.uint32]


class _Room:
    """The memory that versions share: entries by place, and the places of the entries that hold a word, ascending."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.entry_numbers = array("I")
        self.kinds: dict[str, int] = {}
        self.entry_kinds = array("B")
        self.places: dict[tuple[str, str], array[int]] = {}
        self.times: dict[tuple[str, str], array[int]] = {}
        self.lengths = {field: array("I") for field in _FIELDS}
        self.said: list[bytes] = []
        self.numbers: dict[str, int] = {}
        self.words: list[str] = []
        self.lock = Lock()

    def add(self, entry: Entry) -> None:
        texts = [*map(cut, (entry.title, *entry.labels, *entry.texts))]
        values = [stems_of(text).split() for text in texts]
        heading, said = values[: len(entry.labels) + 1], values[len(entry.labels) + 1 :]
        for field, held in (
            ("title", heading[:1]),
            ("heading", heading),
            ("stems", [*heading[:1] * 3, *heading[1:] * 2, *said]),
        ):
            self._count(field, Counter(chain.from_iterable(held)))
        words = Counter(bare_of({*chain.from_iterable(texts)}).split())
        for word in words:
            if ("words", word) not in self.places:
                insort(self.words, word)
        self._count("words", words)
        self.said.append(self._numbered(values))
        self.entry_numbers.append(entry.number)
        self.entry_kinds.append(self.kinds.setdefault(entry.kind, len(self.kinds)))
        self.entries.append(entry)

    def _count(self, field: str, times: Counter[str]) -> None:
        place = len(self.entries)
        for term, count in times.items():
            self.places.setdefault((field, term), array("I")).append(place)
            if field != "words":
                self.times.setdefault((field, term), array("I")).append(count)
        if field != "words":
            self.lengths[field].append(times.total())

    def _numbered(self, values: Iterable[Sequence[str]]) -> bytes:
        """The stems of each value as numbers, one after another, with a 0 behind it."""
        numbers = self.numbers
        found = array("I")
        for value in values:
            found.extend([numbers.setdefault(stem, len(numbers) + 1) for stem in value])
            found.append(0)
        return found.tobytes()


class LaterEntries:
    """Entries that can be searched. Reading from several threads at once is safe, while one adds to them."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self._room = _Room()
        for entry in entries:
            self._room.add(entry)
        self.size = len(self._room.entries)

    def extended(self, entries: Sequence[Entry]) -> LaterEntries:
        """These and some more, whose numbers are others. What was added to already is copied first."""
        if not entries:
            return self
        room = self._room
        with room.lock:
            if len(room.entries) != self.size:
                return LaterEntries([*room.entries[: self.size], *entries])
            for entry in entries:
                room.add(entry)
        longer = object.__new__(LaterEntries)
        longer._room, longer.size = room, len(room.entries)
        return longer

    def count(self, field: str, term: str) -> int:
        """How many entries hold a term in a field."""
        places = self._room.places.get((field, term))
        return 0 if places is None else bisect_left(places, self.size)

    def words(self, prefix: str) -> Iterator[str]:
        """The bare words that start with `prefix`; later versions' too."""
        with self._room.lock:
            words = self._room.words
            return iter(words[bisect_left(words, prefix) : bisect_left(words, prefix + chr(0x10FFFF))])

    def starting(self, before: Iterable[Word], prefix: str, kinds: Collection[str]) -> Places:
        """The numbers of the entries that hold every word of `before` and one that starts with the bare `prefix`."""
        found = BitMap()
        for started in self.words(prefix):
            found.update(self._places("words", started).tolist())
        for word in before:
            found &= BitMap(self._places("stems", word.stem).tolist())
        return self._numbers(self._of_kinds(ordinals(found), kinds))

    def best(self, sought: Sought, kinds: tuple[str, ...] | None, rarity: Rarity) -> Scored:
        """The entries that are sought, in no order; `rarity` is that of a stem in a field."""
        places = self._found(sought, kinds)
        scores = np.zeros(len(places))
        if len(places):
            scores = sum((self._score(sought.field, stem, places, rarity) for stem in _scored(sought)), scores)
            for word, values in sought.others:
                scores[self._with_any(values, places)] += rarity("stems", word.stem)
            scores /= sought.ideal(rarity)
        return self._numbers(places), scores

    def saying(self, stems: Sequence[str], rarity: Rarity) -> Scored:
        """The entries that hold any of some stems, with the sums of the scores by BM25."""
        places = self._any_of(stems, "stems")
        scores = np.zeros(len(places))
        if len(places):
            scores = sum((self._score("stems", stem, places, rarity) for stem in stems), scores)
        return self._numbers(places), scores

    def number_of(self, sought: Sought, kinds: tuple[str, ...] | None) -> int:
        """How many entries are sought."""
        return len(self._found(sought, kinds))

    def gather(self, sought: Sought, kinds: tuple[str, ...] | None) -> FrozenBitMap:
        """The numbers of all the entries that are sought."""
        return FrozenBitMap(self._numbers(self._found(sought, kinds)).tolist())

    def with_any(self, field: str, terms: Iterable[str]) -> FrozenBitMap:
        """The numbers of the entries that hold one of some terms in a field."""
        return FrozenBitMap(self._numbers(self._any_of(terms, field)).tolist())

    def with_phrase(self, stems: Sequence[str]) -> FrozenBitMap:
        """The numbers of the entries that hold some stems in a row."""
        phrase = [Word(stem, stem) for stem in stems]
        found = _common(self._places("stems", stem) for stem in stems)
        return FrozenBitMap(self._numbers(found[self._times(phrase, found) > 0]).tolist())

    def of_kinds(self, kinds: Collection[str]) -> FrozenBitMap:
        """The numbers of the entries of some kinds."""
        return FrozenBitMap([entry.number for entry in self._room.entries[: self.size] if entry.kind in kinds])

    def _numbers(self, places: Places) -> Places:
        return np.frombuffer(self._room.entry_numbers[: self.size], np.uint32)[places] if len(places) else _NO_PLACES

    def _of_kinds(self, places: Places, kinds: Collection[str] | None) -> Places:
        if kinds is None or not len(places):
            return places
        wanted = [code for kind in kinds if (code := self._room.kinds.get(kind)) is not None]
        return places[np.isin(np.frombuffer(self._room.entry_kinds[: self.size], np.uint8)[places], wanted)]

    def _places(self, field: str, term: str) -> Places:
        places = self._room.places.get((field, term))
        # A slice is a copy: an array cannot grow while numpy looks at it.
        return _NO_PLACES if places is None else np.frombuffer(places[: bisect_left(places, self.size)], np.uint32)

    def _found(self, sought: Sought, kinds: tuple[str, ...] | None) -> Places:
        exact = self._holding(sought.field, sought.query)
        found = self._spelt_otherwise(sought, exact) if sought.others else exact
        return self._of_kinds(found, kinds)

    def _holding(self, field: str, query: SearchQuery) -> Places:
        phrased = [word for phrase in query.phrases for word in phrase]
        found = _common(self._places(field, word.stem) for word in (*query.words, *phrased))
        return self._with_phrases(query, found)

    def _with_phrases(self, query: SearchQuery, places: Places) -> Places:
        for phrase in query.phrases:
            places = places[self._times(phrase, places) > 0]
        return places

    def _spelt_otherwise(self, sought: Sought, exact: Places) -> Places:
        either = [np.union1d(self._places("stems", word.stem), self._any_of(values)) for word, values in sought.others]
        phrased = [self._places("stems", word.stem) for word in sought.words if word not in sought.query.words]
        rare = self._any_of([value for _, values in sought.others for value in values])
        found = self._with_phrases(sought.query, _common([rare, *either, *phrased]))
        return np.setdiff1d(found, exact, assume_unique=True)

    def _any_of(self, terms: Iterable[str], field: str = "words") -> Places:
        return np.unique(np.concatenate([_NO_PLACES, *(self._places(field, term) for term in terms)]))

    def _with_any(self, words: Sequence[str], places: Places) -> npt.NDArray[np.bool_]:
        return np.isin(places, self._any_of(words))

    def _times(self, phrase: Sequence[Word], places: Places) -> npt.NDArray[np.int64]:
        """How often each of some entries has the words in a row."""
        known = self._room.numbers
        if any(word.stem not in known for word in phrase):
            return np.zeros(len(places), np.int64)
        run, said = array("I", [known[word.stem] for word in phrase]).tobytes(), self._room.said
        return np.fromiter((_runs(said[place], run) for place in places.tolist()), np.int64, len(places))

    def _score(self, field: str, stem: str, places: Places, rarity: Rarity) -> npt.NDArray[np.float64]:
        """By BM25, where lengths are compared with those of the other later entries."""
        times = self._times_of(field, stem, places)
        lengths = np.frombuffer(self._room.lengths[field][: self.size], np.uint32)
        norm = _K * (1 - _B + _B * lengths[places] / max(lengths.mean(), 1))
        scores: npt.NDArray[np.float64] = rarity(field, stem) * (1 + _K) * times / (times + norm)
        return scores

    def _times_of(self, field: str, term: str, places: Places) -> npt.NDArray[np.int64]:
        holding = self._places(field, term)
        found = np.zeros(len(places), np.int64)
        if len(holding):
            times = np.frombuffer(self._room.times[field, term][: len(holding)], np.uint32)
            at = np.minimum(np.searchsorted(holding, places), len(holding) - 1)
            has = holding[at] == places
            found[has] = times[at[has]]
        return found


def _scored(sought: Sought) -> list[str]:
    """The stems that add to the score: none for the spellings of one word."""
    is_alone = len(sought.query.words) == 1 and not sought.query.phrases
    return [] if sought.others and is_alone else [word.stem for word in sought.words]


def _common(sets: Iterable[Places]) -> Places:
    """What is in each of several ascending arrays, the shortest ones first."""
    first, *others = sorted(sets, key=len)
    for other in others:
        first = np.intersect1d(first, other, assume_unique=True)
    return first


def _runs(said: bytes, run: bytes) -> int:
    """How often a run of numbers stands among others."""
    times, at = 0, said.find(run)
    while at >= 0:
        # Bytes of two numbers may look like one.
        times += at % _NUMBER == 0
        at = said.find(run, at + 1)
    return times
