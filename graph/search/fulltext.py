"""What a query finds among entries, and in which order."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial, reduce
from operator import and_
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from pyroaring import BitMap, FrozenBitMap

from graph.indexes import NOTHING, ordinals
from graph.once import kept_by_object, once
from graph.search.changing import ChangingEntries, Order
from graph.search.entries import PLACES, RANKED, Sought, exactly, misspelt
from graph.search.french import stem
from graph.search.meaning import LEVELS, Clause, How, Meaning, Option, Reader
from graph.search.query import SearchQuery
from graph.search.thesaurus import Thesaurus

ENOUGH = 100
"""Where as many say the words of a query in their title or labels, others are not ranked if these are many."""

SCORE_DIGITS = 6
"""Of a score behind the point: no others count."""

FEW = 10
"""Where fewer entries have all the words, those follow that lack some."""

_TIERS = (*zip(PLACES, (0.75, 0.5, 0.25), strict=True),)  # a place, and what an entry scores at least there
_TIER = 0.25
_READ_OTHERWISE = 0.25  # what an entry scores at most where a word of the query was put right
# What an entry scores at least, and how much more at most, that holds a word only by another.
_BANDS = {
    How.MISSPELT: (0.2, 0.05),
    How.DERIVED: (0.16, 0.04),
    How.SAME: (0.12, 0.04),
    How.NARROWER: (0.08, 0.04),
    How.RELATED: (0.05, 0.03),
}
# The same for one that lacks words, and for one that lacks more than half of those that any entry holds.
_PARTIAL, _SCANT = (0.001, 0.045), (0.0001, 0.0009)
_PLACES = (("title", 1.0), ("heading", 0.8), ("", 0.5))  # what a word counts there, "" being anywhere
_SAID = 0.5  # how much of that is for saying it more often, in a shorter text and by more words
_MUCH = 10  # the score by BM25 at which half of it is given
_SAYING = 1_000  # entries that get something for it, at most: the best
_SOON_READ = 20_000  # where it is found which these are: of more, that would take milliseconds
_CLOSENESS = dict(zip(LEVELS, (1.0, 0.95, 0.9, 0.8, 0.6, 0.4), strict=True))  # what another word counts for it
_CACHED = 64

Numbers = npt.NDArray[np.uint32]
Scores = npt.NDArray[np.float32]
Band = tuple[float, float]


class Cut(NamedTuple):
    """Where a ranking ends: what is not ranked scores `floor` or less, and what is not of the `tier`, `least` or less.
    The tier has those that hold the query as the last that were ranked do, the ranked ones among them.
    """

    floor: float
    least: float
    tier: Callable[[], FrozenBitMap]

    def times(self, share: np.float32) -> Cut:
        """The same where every score is a share of itself."""
        return Cut(float(np.float32(self.floor) * share), float(np.float32(self.least) * share), self.tier)


@dataclass(frozen=True, eq=False)
class Ranking:
    """What a query finds: the best entries first by their numbers in `ordinals`, `scores` within 0..1. All are there up
    to `RANKED`, and `cut` is then None. Above, those are whose scores are told apart from the rest's; the others of the
    tier follow in their `order`, then all others in it. `counted` gives how many there are, `matching` the numbers of
    all.
    """

    ordinals: Numbers
    scores: Scores
    cut: Cut | None
    counted: Callable[[], int]
    matching: Callable[[], FrozenBitMap]
    order: Order

    @once
    def total(self) -> int:
        """How many entries are found. Counted when it is asked for: where they are many, it takes as long as finding
        the best of them.
        """
        return len(self.ordinals) if self.cut is None else self.counted()

    def among(self, members: FrozenBitMap) -> Ranking:
        """What of it is in a set."""
        numbers = self.ordinals.tolist()
        kept = np.fromiter(map(members.__contains__, numbers), bool, len(numbers))
        cut = self.cut
        found = FrozenBitMap(self.ordinals[kept].tolist()) if cut is None else self.matching() & members
        return replace(
            self,
            ordinals=self.ordinals[kept],
            scores=self.scores[kept],
            cut=cut and cut._replace(tier=lambda: cut.tier() & members),
            counted=found.__len__,
            matching=lambda: found,
        )

    def rest(self, most: int | None) -> tuple[Numbers, Scores, bool]:
        """The first `most` of those that are not ranked (None: all) with what they score at most, and whether these
        are surely all.
        """
        if self.cut is None:
            return self.ordinals[:0], self.scores[:0], True
        ranked = BitMap(self.ordinals.tolist())
        nearest = self.cut.tier() - ranked
        numbers, scores = [self._first(nearest, most)], [self.cut.floor]
        is_whole = most is None or most > len(nearest)
        if is_whole:
            others = self.matching() - ranked - nearest
            wanted = None if most is None else most - len(nearest)
            numbers.append(self._first(others, wanted))
            scores.append(self.cut.least)
            is_whole = len(numbers[-1]) == len(others)
        most_scored = np.repeat(np.array(scores, np.float32), [*map(len, numbers)])
        return np.concatenate(numbers), most_scored, is_whole

    def _first(self, members: FrozenBitMap, most: int | None) -> Numbers:
        stop = len(members) if most is None else min(most, len(members))
        return np.array(self.order.between(members, 0, stop), np.uint32)


@dataclass(frozen=True, slots=True)
class MatchedBy:
    """A word that was typed, the word by which an entry answers it, and how these stand to each other."""

    typed: str
    found: str
    how: How


@dataclass(slots=True)
class _Ranked:
    """What is ranked so far; with a `cut`, there are others."""

    numbers: Numbers = field(default_factory=lambda: np.empty(0, np.uint32))
    scores: Scores = field(default_factory=lambda: np.empty(0, np.float32))
    cut: Cut | None = None

    def add(self, numbers: Numbers, scores: npt.NDArray[np.float64]) -> None:
        """Add entries with their scores; what is there already stays."""
        new = ~np.isin(numbers, self.numbers)
        self.numbers = np.concatenate((self.numbers, numbers[new]))
        self.scores = np.concatenate((self.scores, scores[new].astype(np.float32)))


class FullText:
    """The search among the entries of one version. Reading from several threads at once is safe."""

    def __init__(self, entries: ChangingEntries, thesaurus: Thesaurus, others: ChangingEntries | None = None) -> None:
        """Words are put right among those of the entries and of `others`."""
        self._entries = entries
        self.reader = Reader(entries, thesaurus, others)
        self.meaning = kept_by_object(_CACHED, self.reader.meaning)
        self.ranking = kept_by_object(_CACHED, self._ranking)
        self.matching = kept_by_object(_CACHED, self._matching)
        self._number = kept_by_object(_CACHED, self._total)
        # What a hit answers and what it lacks are asked for one after the other.
        self.matched = kept_by_object(4 * _CACHED, self._matched)
        self._held = kept_by_object(2 * _CACHED, self._holding)
        self._scores = kept_by_object(2 * _CACHED, self._scores_of)

    def _ranking(self, query: SearchQuery, kinds: tuple[str, ...] | None) -> Ranking:
        """What the query finds among the entries of the `kinds` (None: of all)."""
        meaning = self.meaning(query)
        ranked = _Ranked()
        for sought, least, width in self._tiers(meaning.query):
            if len(ranked.numbers) >= ENOUGH and self._entries.is_held_by_many(sought):
                # Words that stand everywhere tell little, and scoring all that hold them takes most of the time.
                ranked.cut = Cut(least + width, least, partial(self._tier, sought, kinds))
                break
            (hits, parts), edge = self._entries.best(sought, kinds, RANKED)
            ranked.add(hits, least + width * parts)
            if edge is not None:
                ranked.cut = Cut(least + width * edge, least, partial(self._tier, sought, kinds))
                break
        if ranked.cut is None:
            self._widen(ranked, meaning, kinds)
        share = np.float32(_READ_OTHERWISE if meaning.corrections else 1)
        # What is shown as equal is equal: the parts of two that say the same differ in their last bits.
        scores = (ranked.scores * share).round(SCORE_DIGITS)
        order = np.lexsort((self._entries.order.places_of(ranked.numbers), -scores))
        return Ranking(
            ranked.numbers[order],
            scores[order],
            cut=None if ranked.cut is None else ranked.cut.times(share),
            counted=partial(self._number, query, kinds),
            matching=partial(self.matching, query, kinds),
            order=self._entries.order,
        )

    def _tiers(self, query: SearchQuery) -> Iterator[tuple[Sought, float, float]]:
        """What is sought in turn, each with the least that it scores, and how much more at most."""
        words = [*query.words, *(word for phrase in query.phrases for word in phrase)]
        if not words or not all(self._entries.count("stems", word.stem) for word in words):
            return
        for place, least in _TIERS:
            if all(self._entries.count(place, word.stem) for word in words):
                yield Sought(place, query), least, _TIER
        others = misspelt(query, self.reader.misspellings)
        if others is not None:
            yield others, *_BANDS[How.MISSPELT]

    def _tier(self, sought: Sought, kinds: tuple[str, ...] | None) -> FrozenBitMap:
        """All the entries that are sought."""
        if sought.others:
            return self._entries.gather(sought, kinds)
        found = self._all_in(sought.field, tuple(word.stem for word in sought.words))
        for phrase in sought.query.phrases:
            found &= self._entries.with_phrase(tuple(word.stem for word in phrase))
        return _among(found, None if kinds is None else self._entries.of_kinds(kinds))

    def _widen(self, ranked: _Ranked, meaning: Meaning, kinds: tuple[str, ...] | None) -> None:
        """Add what holds the words by others, then what lacks some."""
        clauses = meaning.clauses
        if not meaning.is_wider and len(clauses) < 2:
            return
        among = None if kinds is None else self._entries.of_kinds(kinds)
        if meaning.is_wider:
            levels = {option.how for clause in clauses for option in clause.options}
            for how in LEVELS[2:]:
                if how in levels and ranked.cut is None:
                    found = _among(reduce(and_, (self._held(clause, how) for clause in clauses)), among)
                    self._add(ranked, found, clauses, how, _BANDS[how])
        if ranked.cut is None:
            for found, band in self._lacking(clauses, among, len(ranked.numbers)):
                if ranked.cut is None:
                    self._add(ranked, found, clauses, LEVELS[-1], band)

    def _add(self, ranked: _Ranked, found: FrozenBitMap, clauses: Sequence[Clause], how: How, band: Band) -> None:
        """Add the entries found at a level, or only those whose titles have it all where there are too many."""
        least, width = band
        new = found - BitMap(ranked.numbers.tolist())
        if len(ranked.numbers) + len(new) > RANKED:
            ranked.cut = Cut(least, least, lambda: found)
            new &= reduce(and_, (self._standing(clause, how, "title") for clause in clauses))
            if len(ranked.numbers) + len(new) > RANKED:
                return
        if new:
            numbers = ordinals(new)
            ranked.add(numbers, least + width * self._parts(numbers, new, clauses, how))

    def _parts(
        self, numbers: Numbers, members: FrozenBitMap, clauses: Sequence[Clause], how: How
    ) -> npt.NDArray[np.float64]:
        """How well some entries answer, over 0 and up to 1: where they hold each clause, and how much they say of it,
        rare clauses weighing more.
        """
        parts, weights = np.zeros(len(numbers)), 0.0
        for clause in clauses:
            holding = self._held(clause, how)
            if not holding:
                continue
            weight = math.log(1 + len(self._entries) / len(holding))
            weights += weight
            values = self._values(numbers, members & holding, clause, how)
            parts += weight * ((1 - _SAID) * values + _SAID * self._saying(numbers, clause))
        return parts / weights if weights else parts

    def _values(self, numbers: Numbers, members: FrozenBitMap, clause: Clause, how: How) -> npt.NDArray[np.float64]:
        """The same of one clause, which some of the entries, the `members`, hold up to a level."""
        values = np.zeros(len(numbers))
        levels = {How.EXACT, *(option.how for option in _up_to(clause, how))}
        for level in sorted(levels, key=LEVELS.index):
            holding = members & self._held(clause, level)
            for place, value in _PLACES if holding else ():
                found = holding & self._standing(clause, level, place) if place else holding
                there = np.isin(numbers, ordinals(found))
                values[there] = np.maximum(values[there], _CLOSENESS[level] * value)
        return values

    def _saying(self, numbers: Numbers, clause: Clause) -> npt.NDArray[np.float64]:
        """How much some entries say of a clause, and of what counts as it: from 0 to under 1."""
        scores = self._scores(clause)
        found = np.fromiter((scores.get(number, 0.0) for number in numbers.tolist()), np.float64, len(numbers))
        return found / (found + _MUCH)

    def _scores_of(self, clause: Clause) -> Mapping[int, float]:
        """The scores by BM25 of the entries that say a clause, or what counts as it: of the best. None where so many do
        that it takes long.
        """
        words = (stem(word) for option in clause.options for word in option.words)
        stems = tuple(dict.fromkeys((*(word.stem for word in clause.words), *words)))
        phrases = [option.phrase for option in clause.options if option.phrase]
        most = sum(self._entries.count("stems", each) for each in stems)
        if most + sum(len(self._entries.with_phrase(each)) for each in phrases) > _SOON_READ:
            return {}
        scores = self._entries.saying(stems, _SAYING)
        for phrase in phrases:
            # As of one that an entry says once, in a text of usual length.
            score = sum(self._entries.rarity("stems", each) for each in phrase)
            for number in self._entries.with_phrase(phrase):
                scores[number] = scores.get(number, 0.0) + score
        return scores

    def _lacking(
        self, clauses: Sequence[Clause], among: FrozenBitMap | None, full: int
    ) -> Iterator[tuple[FrozenBitMap, Band]]:
        """The entries that hold some of the clauses, where few hold them all, and within what they score: those that
        lack one, then two, down to half of those that any entry holds; where these are few too, down to one.
        """
        if len(clauses) < 2 or full >= FEW:
            return
        sets = [self._held(clause, LEVELS[-1]) for clause in clauses]
        known = [found for found in sets if found]
        required = [found for clause, found in zip(clauses, sets, strict=True) if clause.required]
        # at_least[n]: the entries that hold n of them.
        at_least = [NOTHING] * (len(known) + 1)
        for place, found in enumerate(known):
            for count in range(place + 1, 1, -1):
                at_least[count] |= at_least[count - 1] & found
            at_least[1] |= found
        half = (len(known) + 1) // 2
        found = NOTHING
        for count in range(len(known), 0, -1):
            if count >= half or len(found) < FEW:
                found = _among(reduce(and_, required, at_least[count]), among)
                yield found, _PARTIAL if count >= half else _SCANT

    def _matching(self, query: SearchQuery, kinds: tuple[str, ...] | None) -> FrozenBitMap:
        """The numbers of all the entries of the `kinds` (None: of all) that the query finds."""
        clauses = self.meaning(query).clauses
        if not clauses:
            return NOTHING
        among = None if kinds is None else self._entries.of_kinds(kinds)
        found = _among(reduce(and_, (self._held(clause, LEVELS[-1]) for clause in clauses)), among)
        return FrozenBitMap.union(found, *(some for some, _ in self._lacking(clauses, among, len(found))))

    def _total(self, query: SearchQuery, kinds: tuple[str, ...] | None) -> int:
        """How many entries are found, where these are many."""
        meaning = self.meaning(query)
        asked = meaning.query
        if meaning.is_wider or len(meaning.clauses) > 1:
            return len(self.matching(query, kinds))
        if kinds is not None or asked.phrases:
            exact = self._entries.number_of(exactly(asked), kinds)
        else:
            exact = self._entries.count("stems", asked.words[0].stem)
        others = misspelt(asked, self.reader.misspellings)
        return exact if others is None else exact + self._entries.number_of(others, kinds)

    def holding(self, words: Sequence[str]) -> FrozenBitMap:
        """The entries that hold each of some bare words."""
        return reduce(and_, map(self._word, words))

    def _holding(self, clause: Clause, how: How) -> FrozenBitMap:
        """The entries that hold a clause, or what counts as it up to a level."""
        found = self._own(clause, "stems")
        options = _up_to(clause, how)
        if plain := tuple(word for option in options for word in option.words):
            found |= self._entries.with_any("words", plain)
        return FrozenBitMap.union(found, *(self._entries.with_phrase(each.phrase) for each in options if each.phrase))

    def _own(self, clause: Clause, place: str) -> FrozenBitMap:
        """The entries that hold the words of a clause in a field, as they are typed."""
        if clause.is_phrase and not clause.required:
            return NOTHING
        stems = tuple(word.stem for word in clause.words)
        found = self._all_in(place, stems)
        return found & self._entries.with_phrase(stems) if clause.is_phrase else found

    def _all_in(self, place: str, stems: tuple[str, ...]) -> FrozenBitMap:
        return reduce(and_, (self._entries.with_any(place, (each,)) for each in stems))

    def _standing(self, clause: Clause, how: How, place: str) -> FrozenBitMap:
        """The entries that hold a clause, or what counts as it up to a level, in a field."""
        found = self._own(clause, place)
        options = _up_to(clause, how)
        if stems := tuple(dict.fromkeys(stem(word) for option in options for word in option.words)):
            # A stem has words of other meanings too: what holds none of the words themselves is left out.
            found |= self._entries.with_any(place, stems) & self._held(clause, how)
        for option in options:
            if option.phrase:
                found |= self._all_in(place, option.phrase) & self._entries.with_phrase(option.phrase)
        return found

    def unheld(self, query: SearchQuery) -> list[str]:
        """The words of a query, as typed, that no entry answers by any word."""
        clauses = self.meaning(query).clauses
        return [clause.typed for clause in clauses if not self._held(clause, LEVELS[-1])]

    def _matched(self, query: SearchQuery, number: int) -> tuple[list[MatchedBy], list[str]]:
        """By which words the entry of a number answers, and which of those typed it lacks."""
        by, missing = [], []
        for clause in self.meaning(query).clauses:
            found = self._by(clause, number)
            if found is None:
                missing.append(clause.typed)
            else:
                by.append(found)
        return by, missing

    def _by(self, clause: Clause, number: int) -> MatchedBy | None:
        if number in self._own(clause, "stems"):
            return MatchedBy(clause.typed, clause.typed, How.EXACT)
        for option in sorted(clause.options, key=lambda option: LEVELS.index(option.how)):
            if number in self._of_option(option):
                found = next((word for word in option.words if number in self._word(word)), option.label)
                of_data = option.how in (How.MISSPELT, How.DERIVED)
                return MatchedBy(clause.typed, found if of_data else option.label, option.how)
        return None

    def _of_option(self, option: Option) -> FrozenBitMap:
        entries = self._entries
        return entries.with_phrase(option.phrase) if option.phrase else entries.with_any("words", option.words)

    def _word(self, plain: str) -> FrozenBitMap:
        return self._entries.with_any("words", (plain,))


def _up_to(clause: Clause, how: How) -> list[Option]:
    most = LEVELS.index(how)
    return [option for option in clause.options if LEVELS.index(option.how) <= most]


def _among(found: FrozenBitMap, among: FrozenBitMap | None) -> FrozenBitMap:
    return found if among is None else found & among
