"""Entries that were written at once, in a tantivy index: in memory, or in a folder."""

from __future__ import annotations

import math
import os
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain, pairwise
from pathlib import Path
from threading import Lock

import numpy as np
import numpy.typing as npt
import tantivy
from pyroaring import BitMap, FrozenBitMap

from graph.indexes import NOTHING, bitmap, ordinals
from graph.once import kept_by_object
from graph.search.entries import RANKED, Sought, exactly
from graph.search.members import Members
from graph.search.query import SearchQuery, Word

LAST = 2**32 - 1
"""The largest number of an entry."""

_COUNTS = 20_000  # terms of a field of which it is kept how many entries hold them: a query asks for hundreds
_MEMBERS = 256  # sets of entries in memory, of some 125 kB each for a million entries
_ENOUGH = 100  # entries that hold what is sought, of which are ranked those that are found among others
_MANY = 0.35  # of all entries, times each word, hold all of some words: then it is quicker to find them among others
SOON_READ = 100_000  # entries in which it is soon read where a word stands

Query = tantivy.Query
Must, Should, MustNot = tantivy.Occur.Must, tantivy.Occur.Should, tantivy.Occur.MustNot
Stems = tuple[str, ...]
Scored = tuple[npt.NDArray[np.uint32], npt.NDArray[np.float64]]  # numbers, and which part of the ideal score each has
_NONE: Scored = (np.empty(0, np.uint32), np.empty(0, np.float64))


class WrittenEntries:
    """Entries that can be searched. Reading from several threads at once is safe."""

    def __init__(
        self,
        index: tantivy.Index,
        members: Members | None = None,
        numbers: npt.NDArray[np.uint32] | None = None,
    ) -> None:
        """`numbers` gives other numbers to the entries, by those that they were written with."""
        index.reload()
        self._numbers = numbers
        self._prepared = members
        self._schema = index.schema
        self._searcher = index.searcher()
        self._gathering = Lock()
        self._counts: defaultdict[str, dict[str, int]] = defaultdict(dict)
        self._read: dict[Stems, FrozenBitMap] = {}
        self._members = kept_by_object(_MEMBERS, self._members_of)
        self.with_any = kept_by_object(_MEMBERS, self._with_any)
        self.with_phrase = kept_by_object(_MEMBERS // 2, self._with_phrase)
        # A search asks for it field by field, and a set of a million is read from its file each time.
        self._in_a_row = kept_by_object(_MEMBERS // 16, self._known_in_a_row)
        # A phrase is read once, to know whether any entry holds it, and which hold it the best.
        self._kept_best = kept_by_object(_MEMBERS // 16, self._best_of)
        self.number_of = kept_by_object(_MEMBERS, self._number_of)
        self.of_kinds = kept_by_object(_MEMBERS // 16, self._with_kinds)

    @classmethod
    def open(cls, folder: Path, numbers: npt.NDArray[np.uint32] | None = None) -> WrittenEntries:
        """The index that `write_entries` left in `folder`, whose entries may get other `numbers`, by those that they
        were written with. Raises OSError or ValueError where there is none, or a bad one.
        """
        return cls(tantivy.Index.open(os.fspath(folder)), Members.open(folder), numbers)

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def count(self, field: str, term: str) -> int:
        """How many entries hold a term in a field."""
        counts = self._counts[field]
        found = counts.get(term)
        if found is None:
            found = int(self._searcher.doc_freq(field, term))
            if len(counts) >= _COUNTS:
                counts.clear()
            counts[term] = found
        return found

    def rarity(self, field: str, term: str) -> float:
        """What BM25 makes of that."""
        return rarity(len(self), self.count(field, term))

    def terms(self, field: str) -> Iterator[tuple[str, int]]:
        """Every term of a field with its number of entries, in the order of the alphabet."""
        yield from self._searcher.terms_with_prefix(field, "")

    def words(self, prefix: str, first: int) -> list[tuple[str, int]]:
        """The `first` most frequent bare words that start with `prefix`, equally frequent ones in the order of the
        alphabet, each with its number of entries.
        """
        return list(self._searcher.terms_with_prefix("words", prefix, limit=first))

    def starting(
        self, before: Iterable[Word], prefix: str, kinds: Collection[str], first: int
    ) -> list[tuple[int, int]]:
        """The numbers and the counts of actions of the `first` entries, by that count, that hold every word of
        `before` and one that starts with the bare `prefix`.
        """
        clauses = [(Must, self._term("stems", word.stem)) for word in before]
        clauses.append((Must, Query.fuzzy_term_query(self._schema, "words", prefix, distance=0, prefix=True)))
        query = self._of_kinds(Query.boolean_query(clauses), tuple(kinds))
        hits = self._searcher.search(query, limit=first, count=False, order_by_field="weight").hits
        return [(LAST - (int(weight) & LAST), int(weight) >> 32) for weight, _ in hits]

    def best(self, sought: Sought, kinds: tuple[str, ...] | None, most: int) -> tuple[Scored, bool]:
        """The best of the entries that are sought, `most` or a little fewer, in no order; whether there are others."""
        phrased = self._phrased(sought, most)
        if phrased is not None and not phrased:
            return _NONE, False
        scored, has_more = self._best_among(phrased, sought, kinds, most) if phrased else (None, False)
        if scored is None:
            if sought.query.phrases and not sought.others:
                scored, has_more = self._kept_best(sought.by_stems, kinds, most)
            else:
                scored, has_more = self._best_of(sought, kinds, most)
        return (self._numbered(scored[0]), scored[1]), has_more

    def _best_of(self, sought: Sought, kinds: tuple[str, ...] | None, most: int) -> tuple[Scored, bool]:
        """The same, read where the words stand."""
        if kinds is None and (holding := self.many_holding(sought)) is not None:
            some = Query.boolean_query([(Should, self._term(sought.field, word.stem)) for word in sought.words])
            scored, _ = self._scored(some, sought, most)
            scored = _of_those(scored, holding)
            if len(scored[0]) >= _ENOUGH:
                return scored, True
        return self._scored(self._of_kinds(self._query(sought), kinds), sought, most)

    def many_holding(self, sought: Sought) -> FrozenBitMap | None:
        """The entries, as they were written, that hold all of some words, where that is known and most of them do: then
        the best of those that hold any, which are found without scoring the others, are mostly such. Else None.
        """
        stems = [word.stem for word in sought.words]
        if self._prepared is None or sought.others or sought.query.phrases or len(stems) < 2:
            return None
        least = _MANY * len(self) / len(stems)
        known = (self._prepared.has(sought.field, stem) and self.count(sought.field, stem) > least for stem in stems)
        if not all(known):
            return None
        found = FrozenBitMap.intersection(*(self._prepared.get(sought.field, stem) for stem in stems))
        return found if len(found) > least else None

    def _scored(self, query: Query, sought: Sought, most: int) -> tuple[Scored, bool]:
        numbers, scores = self._best_hits(query, most)
        return (numbers, scores / sought.ideal(self.rarity)), len(numbers) == most

    def _best_hits(self, query: Query, most: int) -> Scored:
        """The best entries by BM25, as they were written, with their scores."""
        hits = self._searcher.search(query, limit=most, count=False).hits
        numbers = self._searcher.fast_field_values("number", [address for _, address in hits])
        return np.array(numbers, np.uint32), np.fromiter((score for score, _ in hits), np.float64, len(hits))

    def _best_among(
        self, phrased: FrozenBitMap, sought: Sought, kinds: tuple[str, ...] | None, most: int
    ) -> tuple[Scored | None, bool]:
        """The same, where it is known which entries hold the phrases: those that hold their words the best are looked
        through, a tenth of the work of reading where these stand. None where it is more, since few of the entries that
        hold the words hold the phrases.
        """
        asked = sought.by_words
        rarest = min(self.count(asked.field, word.stem) for word in asked.query.words)
        # How many have to be looked at where those that hold the phrases are spread evenly.
        enough = _ENOUGH * rarest // len(phrased)
        for width in (most, 2 * enough, 10 * most):
            if not most <= width <= 10 * most or (width < rarest and width < enough):
                continue
            scored, has_more = self._best_of(asked, kinds, width)
            scored = _of_those(scored, phrased)
            if not has_more or len(scored[0]) >= _ENOUGH:
                return scored, has_more
        return None, False

    def saying(self, stems: Sequence[str], most: int) -> Scored:
        """The entries that hold any of some stems, with the sums of the scores by BM25: the best, where these are more
        than `most`.
        """
        any_of = Query.boolean_query([(Should, self._term("stems", stem)) for stem in stems])
        numbers, scores = self._best_hits(any_of, most)
        return self._numbered(numbers), scores

    def _number_of(self, sought: Sought, kinds: tuple[str, ...] | None) -> int:
        """How many entries are sought."""
        phrased = self._phrased(sought, RANKED)
        if phrased is not None and sought.field == "stems" and not sought.query.words:
            return len(phrased if kinds is None else self._renumbered(phrased) & self.of_kinds(kinds))
        unscored = Query.const_score_query(self._of_kinds(self._query(sought), kinds), 1.0)
        # The library's type stub leaves `count` out.
        return int(self._searcher.search(unscored, limit=1, count=True).count)  # type: ignore[attr-defined]

    def gather(self, sought: Sought, kinds: tuple[str, ...] | None) -> FrozenBitMap:
        """The numbers of all the entries that are sought."""
        return self._gather(self._of_kinds(self._query(sought), kinds))

    def _with_any(self, field: str, terms: tuple[str, ...]) -> FrozenBitMap:
        """The numbers of the entries that hold one of some terms in a field."""
        if len(terms) == 1:
            return self._members(field, terms[0])
        prepared = [term for term in terms if self._prepared is not None and self._prepared.has(field, term)]
        rare = [term for term in terms if term not in prepared]
        found = self._gather(Query.term_set_query(self._schema, field, rare)) if rare else NOTHING
        return FrozenBitMap.union(found, *(self._members(field, term) for term in prepared))

    def _with_phrase(self, stems: Stems) -> FrozenBitMap:
        """The numbers of the entries that hold some stems in a row."""
        return self._renumbered(self._holding(stems))

    def read(self, phrases: Iterable[Stems]) -> None:
        """Find now which entries hold each of some phrases, and keep it."""
        for stems in phrases:
            self._read[stems] = self._holding(stems)

    def _holding(self, stems: Stems) -> FrozenBitMap:
        """The entries, as they were written, that hold some stems in a row."""
        known = self._known_to_hold(stems, RANKED)
        return self._written_of(self._phrase(stems)) if known is None else known

    def _known_to_hold(self, stems: Stems, most: int) -> FrozenBitMap | None:
        """The same, where that is known or soon read and not more than `most`; else None."""
        if (read := self._read.get(stems)) is not None:
            return read
        known = self._in_a_row(stems)
        if known is not None and (len(stems) == 2 or not known):
            return known
        if min(self.count("stems", stem) for stem in stems) > SOON_READ:
            return None
        phrase = tuple(Word(stem, stem) for stem in stems)
        (numbers, _), has_more = self._kept_best(exactly(SearchQuery(phrases=(phrase,))), None, most)
        return None if has_more else bitmap(np.sort(numbers))

    def _known_in_a_row(self, stems: Stems) -> FrozenBitMap | None:
        """The entries, as they were written, that hold each two of the stems that follow each other in a row: of two,
        those that hold the phrase. None where none of this is prepared.
        """
        if self._prepared is None:
            return None
        known = [found for pair in pairwise(stems) if (found := self._prepared.pair(*pair)) is not None]
        return FrozenBitMap.intersection(*known) if known else None

    def _phrased(self, sought: Sought, most: int) -> FrozenBitMap | None:
        """The entries, as they were written, that hold all the phrases, and their words in the field where that is
        prepared; None where no phrase is sought, or it takes long to know.
        """
        if sought.others or not sought.query.phrases:
            return None
        phrases = [tuple(word.stem for word in phrase) for phrase in sought.query.phrases]
        known = [self._known_to_hold(stems, most) for stems in phrases]
        found = [members for members in known if members is not None]
        if all(found) and len(found) < len(known):
            return None
        if sought.field != "stems" and self._prepared is not None:
            prepared = self._prepared
            stems = dict.fromkeys(chain.from_iterable(phrases))
            found += (prepared.get(sought.field, stem) for stem in stems if prepared.has(sought.field, stem))
        return FrozenBitMap.intersection(*found)

    def _with_kinds(self, kinds: tuple[str, ...]) -> FrozenBitMap:
        """The numbers of the entries of some kinds."""
        return self._gather(Query.term_set_query(self._schema, "kind", list(kinds)))

    def _members_of(self, field: str, term: str) -> FrozenBitMap:
        """The numbers of the entries that hold a term in a field."""
        if self._prepared is None or not self._prepared.has(field, term):
            return self._gather(self._term(field, term))
        return self._renumbered(self._prepared.get(field, term))

    def _renumbered(self, written: FrozenBitMap) -> FrozenBitMap:
        return written if self._numbers is None else bitmap(np.sort(self._numbered(ordinals(written))))

    def _numbered(self, written: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
        return written if self._numbers is None else self._numbers[written]

    def _gather(self, query: Query) -> FrozenBitMap:
        """The numbers of the entries that a query finds."""
        return self._renumbered(self._written_of(query))

    def _written_of(self, query: Query) -> FrozenBitMap:
        """The entries, as they were written, that a query finds; some 0.3 µs for each."""
        # One at a time: a million matches take 150 MB while they are gathered.
        with self._gathering:
            hits = self._searcher.search(
                query,
                limit=max(len(self), 1),
                count=False,
                order_by_field="number",
                order=tantivy.Order.Asc,
            ).hits
            return bitmap(np.sort(np.array([number for number, _ in hits], np.uint32)))

    def _query(self, sought: Sought) -> Query:
        return self._spelt_otherwise(sought) if sought.others else self._all_in(sought.field, sought.query)

    def _all_in(self, field: str, query: SearchQuery) -> Query:
        clauses = [(Must, self._term(field, word.stem)) for word in Sought(field, query).words]
        clauses += ((Must, self._unscored_phrase(phrase)) for phrase in query.phrases)
        return clauses[0][1] if len(clauses) == 1 else Query.boolean_query(clauses)

    def _spelt_otherwise(self, sought: Sought) -> Query:
        query = sought.query
        known = list(chain.from_iterable(values for _, values in sought.others))
        rare = Query.term_set_query(self._schema, "words", known)
        not_exact = (MustNot, self._all_in("stems", query))
        if len(query.words) == 1 and not query.phrases:
            weight = self.rarity("stems", query.words[0].stem)
            return Query.boolean_query([(Must, Query.const_score_query(rare, weight)), not_exact])
        # The rare words come first, so that the other clauses are asked about few entries.
        clauses = [(Must, Query.const_score_query(rare, 0.0)), not_exact]
        for word, values in sought.others:
            either = [(Should, self._term("stems", word.stem))]
            if values:
                found = Query.term_set_query(self._schema, "words", list(values))
                either.append((Should, Query.const_score_query(found, self.rarity("stems", word.stem))))
            clauses.append((Must, Query.boolean_query(either)))
        clauses += ((Must, self._term("stems", word.stem)) for word in sought.words if word not in query.words)
        clauses += ((Must, self._unscored_phrase(phrase)) for phrase in query.phrases)
        return Query.boolean_query(clauses)

    def _unscored_phrase(self, phrase: Sequence[Word]) -> Query:
        return Query.const_score_query(self._phrase([word.stem for word in phrase]), 0.0)

    def _phrase(self, stems: Sequence[str]) -> Query:
        return Query.phrase_query(self._schema, "stems", list(stems))

    def _term(self, field: str, term: str) -> Query:
        return Query.term_query(self._schema, field, term)

    def _of_kinds(self, query: Query, kinds: tuple[str, ...] | None) -> Query:
        if kinds is None:
            return query
        among = Query.const_score_query(Query.term_set_query(self._schema, "kind", list(kinds)), 0.0)
        return Query.boolean_query([(Must, query), (Must, among)])


def _of_those(scored: Scored, members: FrozenBitMap) -> Scored:
    """What is scored of a set."""
    numbers, scores = scored
    holds = np.isin(numbers, ordinals(members & BitMap(numbers.tolist())))
    return numbers[holds], scores[holds]


def rarity(number: int, count: int) -> float:
    """What BM25 makes of a word that `count` entries of a `number` hold."""
    return math.log(1 + (number - count + 0.5) / (count + 0.5))
