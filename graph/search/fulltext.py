"""A set of documents in a tantivy index: what is kept of each, and which a query finds, in which order."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from threading import Lock

import numpy as np
import numpy.typing as npt
import tantivy
from pyroaring import BitMap, FrozenBitMap

from graph.once import kept
from graph.search.french import BARE, STEM, composed, masculine, one_letter_away, stem
from graph.search.members import Members
from graph.search.query import SearchQuery, Word

RANKED = 2_000  # documents of a query that are put in the order of their scores
_TIERS = (("title", 0.75), ("heading", 0.5), ("stems", 0.25))  # a field, and what a document scores at least there
_MISSPELT = 0.25  # what a document scores at most that holds another spelling
_MOST = 2.2  # times its rarity is what a word adds at most to the score, by the formula of BM25
_SHORTEST_MISSPELT = 7  # of shorter words, too many neighbours are words of their own
_SHORTEST_UNKNOWN = 4
_RARER = 20  # a misspelling, with its inflections, is at least that many times rarer than the word
_LAST = 2**32 - 1
_CACHED = 64
_MEMBERS = 256  # sets of documents in memory, of some 125 kB each for a million documents
_SMALL = 10_000  # documents up to which one thread with the least memory writes the index

Query = tantivy.Query
Must, Should, MustNot = tantivy.Occur.Must, tantivy.Occur.Should, tantivy.Occur.MustNot


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """What a query finds: `total` documents, the best first by their numbers in `ordinals`, `scores` within 0..1. All
    are there up to `RANKED`. Above, those are whose scores are told apart from the rest's; the rest score `floor` or
    less, and follow in the order of their numbers. `matching` gives the numbers of all.
    """

    ordinals: npt.NDArray[np.uint32]
    scores: npt.NDArray[np.float32]
    total: int
    floor: float
    matching: Callable[[], FrozenBitMap]

    @property
    def is_cut(self) -> bool:
        """Whether there are others than those ranked."""
        return self.total > len(self.ordinals)


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("stems", tokenizer_name="stem", index_option="position")
    for field in ("title", "heading"):
        builder.add_text_field(field, tokenizer_name="stem", index_option="freq")
    for field, tokenizer in (("words", "bare"), ("kind", "raw")):
        builder.add_text_field(field, tokenizer_name=tokenizer, index_option="basic")
    for field in ("number", "weight"):
        builder.add_unsigned_field(field, fast=True)
    return builder.build()


class FullText:
    """Entries that can be searched. Reading from several threads at once is safe."""

    def __init__(self, index: tantivy.Index, members: Members | None = None) -> None:
        index.reload()
        self._prepared = members
        self._schema = index.schema
        self._searcher = index.searcher()
        self._gathering = Lock()
        self.corrected = kept(_CACHED)(self._corrected)
        self.misspellings = kept(1_024)(self._misspellings)
        self.ranking = kept(_CACHED)(self._ranking)
        self.matching = kept(_CACHED)(self._matching)
        self._members = kept(_MEMBERS)(self._members_of)

    @classmethod
    def write(
        cls, folder: Path | None, documents: Iterable[tantivy.Document], count: int, *, prepare: bool = False
    ) -> FullText:
        """The index of about `count` documents, in memory or in `folder`, which is made.

        With `prepare`, a folder also gets the documents of each frequent word, ready to be read: some 0.3 µs each.
        """
        if folder is not None:
            folder.mkdir()
        index = tantivy.Index(_schema(), path=None if folder is None else os.fspath(folder))
        index.register_tokenizer("bare", BARE)
        index.register_tokenizer("stem", STEM)
        small = count <= _SMALL
        writer = index.writer(heap_size=15_000_000 if small else 256_000_000, num_threads=1 if small else 2)
        for each in documents:
            writer.add_document(each)
        writer.commit()
        writer.wait_merging_threads()
        written = cls(index)
        if folder is not None and prepare:
            frequent = written._searcher.terms_with_prefix("stems", "")
            Members.write(folder, ((term, written._members_of(term)) for term, count in frequent if count > RANKED))
        return written

    @classmethod
    def open(cls, folder: Path) -> FullText:
        """The index that `write` left in `folder`. Raises OSError or ValueError where there is none, or a bad one."""
        index = tantivy.Index.open(os.fspath(folder))
        # Nothing is written any more, so no text is cut; the names must only be known.
        index.register_tokenizer("bare", BARE)
        index.register_tokenizer("stem", STEM)
        return cls(index, Members.open(folder))

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def _ranking(self, query: SearchQuery, kinds: tuple[str, ...] | None) -> Ranking:
        """What the query finds among the documents of the `kinds` (None: of all)."""
        asked = self.corrected(query)
        numbers, scores, floor, is_cut = np.empty(0, np.uint32), np.empty(0, np.float32), np.float32(0), False
        for tier, least, ideal in () if asked is None else self._tiers(asked):
            hits, bm25 = self._best(tier, kinds)
            placed = (least + 0.25 * np.round(np.minimum(bm25 / ideal, 0.9999), 4)).astype(np.float32)
            is_cut = len(hits) == RANKED
            if is_cut:
                # Of equal scores, tantivy keeps any: those at the edge go with the rest.
                floor = placed.min()
                hits, placed = hits[placed > floor], placed[placed > floor]
            # What a better tier has found stays there.
            new = ~np.isin(hits, numbers)
            numbers, scores = np.concatenate((numbers, hits[new])), np.concatenate((scores, placed[new]))
            if is_cut:
                break
        total = self._total(asked, kinds) if asked is not None and is_cut else len(numbers)
        if asked != query:
            scores, floor = scores * np.float32(_MISSPELT), floor * np.float32(_MISSPELT)
        order = np.lexsort((numbers, -scores))
        return Ranking(numbers[order], scores[order], total, float(floor), partial(self.matching, query, kinds))

    def _matching(self, query: SearchQuery, kinds: tuple[str, ...] | None) -> FrozenBitMap:
        """The numbers of all the documents of the `kinds` (None: of all) that the query finds."""
        asked = self.corrected(query)
        if asked is None:
            return FrozenBitMap()
        misspelt = self._misspelt(asked)
        if kinds is None and not asked.phrases:
            found = BitMap.intersection(*(BitMap(self._members(word.stem)) for word in asked.words))
            return FrozenBitMap(found if misspelt is None else found | self._gather(misspelt))
        everything = self._all_in("stems", asked)
        if misspelt is not None:
            everything = Query.boolean_query([(Should, everything), (Should, misspelt)])
        return self._gather(self._of_kinds(everything, kinds))

    def _members_of(self, term: str) -> FrozenBitMap:
        """The numbers of the documents that hold a stem."""
        found = None if self._prepared is None else self._prepared.get(term)
        return self._gather(self._term("stems", term)) if found is None else found

    def _gather(self, query: Query) -> FrozenBitMap:
        """The numbers of all the documents that the query finds: some 0.3 µs for each."""
        # One at a time: a million matches take 150 MB while they are gathered.
        with self._gathering:
            hits = self._searcher.search(
                query, limit=max(len(self), 1), count=False, order_by_field="number", order=tantivy.Order.Asc
            ).hits
            return FrozenBitMap([int(number) for number, _ in hits])

    def starting(
        self, before: Iterable[Word], prefix: str, kinds: Collection[str], first: int
    ) -> list[tuple[int, int]]:
        """The numbers and the counts of actions of the `first` documents, by that count, that hold every word of
        `before` and one that starts with the bare `prefix`.
        """
        clauses = [(Must, self._term("stems", word.stem)) for word in before]
        clauses.append((Must, Query.fuzzy_term_query(self._schema, "words", prefix, distance=0, prefix=True)))
        query = self._of_kinds(Query.boolean_query(clauses), tuple(kinds))
        hits = self._searcher.search(query, limit=first, count=False, order_by_field="weight").hits
        return [(_LAST - (int(weight) & _LAST), int(weight) >> 32) for weight, _ in hits]

    def words(self, prefix: str, first: int) -> list[tuple[str, int]]:
        """The `first` most frequent bare words that start with `prefix`, each with its number of documents."""
        return list(self._searcher.terms_with_prefix("words", prefix, limit=first))

    def _corrected(self, query: SearchQuery) -> SearchQuery | None:
        """The query, its unknown words replaced by the most frequent at one letter; None without any, or any word."""
        words = [word if self._count("stems", word.stem) else self._nearest(word) for word in query.words]
        found = SearchQuery(tuple({word.stem: word for word in words if word}.values()), query.phrases)
        return found if found and None not in words else None

    def _nearest(self, word: Word) -> Word | None:
        if len(word.bare) < _SHORTEST_UNKNOWN:
            return None
        near = max(sorted(one_letter_away(word.bare)), key=lambda other: self._count("words", other))
        return Word(near, stem(near)) if self._count("words", near) else None

    def _misspellings(self, word: Word) -> tuple[str, ...]:
        """The bare words that misspell a word: one letter away, of another stem, and much rarer or in one document."""
        known = self._count("words", word.bare)
        if not known or len(word.bare) < _SHORTEST_MISSPELT:
            return ()
        most = max(1, known // _RARER)
        close = [near for near in one_letter_away(word.bare) if 0 < self._count("words", near) <= most]
        others = (near for near in close if stem(near) != word.stem)
        # « mobilise » is one letter from « mobilité », but « mobilisation » shows that it is a word of its own.
        return tuple(sorted(near for near in others if self._count("stems", stem(near)) <= most))

    def _tiers(self, query: SearchQuery) -> Iterator[tuple[Query, float, float]]:
        """The queries in turn, each with the least that it scores and the BM25 that none of its answers reaches."""
        terms = [word.stem for word in query.words]
        phrased = [word.stem for phrase in query.phrases for word in phrase]
        ideal_phrases = self._ideal("stems", phrased)
        for field, least in _TIERS:
            if all(self._count(field, term) for term in (*terms, *phrased)):
                extra = self._ideal(field, phrased) if field != "stems" else 0.0
                yield self._all_in(field, query), least, self._ideal(field, terms) + ideal_phrases + extra
        misspelt = self._misspelt(query)
        if misspelt is not None:
            yield misspelt, 0.0, self._ideal("stems", terms) + ideal_phrases

    def _all_in(self, field: str, query: SearchQuery) -> Query:
        """All the words in one field. A phrase may be anywhere in the document if its words are in the field too."""
        clauses = [(Must, self._term(field, word.stem)) for word in query.words]
        for phrase in query.phrases:
            stems: list[str | tuple[int, str]] = [word.stem for word in phrase]
            clauses.append((Must, Query.phrase_query(self._schema, "stems", stems)))
            if field != "stems":
                clauses += [(Must, self._term(field, word.stem)) for word in phrase]
        return clauses[0][1] if len(clauses) == 1 else Query.boolean_query(clauses)

    def _misspelt(self, query: SearchQuery) -> Query | None:
        """What is found only where misspellings of the words count as the words; None where there are none."""
        others = {word: list(self.misspellings(word)) for word in query.words}
        known = list(chain.from_iterable(others.values()))
        if not known:
            return None
        rare = Query.term_set_query(self._schema, "words", known)
        not_exact = (MustNot, self._all_in("stems", query))
        if len(query.words) == 1 and not query.phrases:
            weight = self._rarity("stems", query.words[0].stem)
            return Query.boolean_query([(Must, Query.const_score_query(rare, weight)), not_exact])
        # The rare words come first, so that the other clauses are asked about few documents.
        clauses = [(Must, Query.const_score_query(rare, 0.0)), not_exact]
        for word, values in others.items():
            either = [(Should, self._term("stems", word.stem))]
            if values:
                found = Query.term_set_query(self._schema, "words", values)
                either.append((Should, Query.const_score_query(found, self._rarity("stems", word.stem))))
            clauses.append((Must, Query.boolean_query(either)))
        if query.phrases:
            clauses.append((Must, self._all_in("stems", SearchQuery(phrases=query.phrases))))
        return Query.boolean_query(clauses)

    def _total(self, query: SearchQuery, kinds: tuple[str, ...] | None) -> int:
        if kinds is not None or query.phrases:
            exact = self._number_of(self._all_in("stems", query), kinds)
        elif len(query.words) > 1:
            return len(self.matching(query, kinds))
        else:
            exact = self._count("stems", query.words[0].stem)
        misspelt = self._misspelt(query)
        return exact if misspelt is None else exact + self._number_of(misspelt, kinds)

    def _number_of(self, query: Query, kinds: tuple[str, ...] | None) -> int:
        unscored = Query.const_score_query(self._of_kinds(query, kinds), 1.0)
        # The library's type stub leaves `count` out.
        return int(self._searcher.search(unscored, limit=1, count=True).count)  # type: ignore[attr-defined]

    def _ideal(self, field: str, terms: Iterable[str]) -> float:
        """The score by BM25 that no document reaches for these words in a field."""
        return _MOST * sum(self._rarity(field, term) for term in terms)

    def _rarity(self, field: str, term: str) -> float:
        count = self._count(field, term)
        return math.log(1 + (len(self) - count + 0.5) / (count + 0.5))

    def _count(self, field: str, term: str) -> int:
        return int(self._searcher.doc_freq(field, term))

    def _term(self, field: str, term: str) -> Query:
        return Query.term_query(self._schema, field, term)

    def _of_kinds(self, query: Query, kinds: tuple[str, ...] | None) -> Query:
        if kinds is None:
            return query
        among = Query.const_score_query(Query.term_set_query(self._schema, "kind", list(kinds)), 0.0)
        return Query.boolean_query([(Must, query), (Must, among)])

    def _best(
        self, query: Query, kinds: tuple[str, ...] | None
    ) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.float64]]:
        """The numbers and scores by BM25 of the `RANKED` best, in no order."""
        hits = self._searcher.search(self._of_kinds(query, kinds), limit=RANKED, count=False).hits
        numbers = self._searcher.fast_field_values("number", [address for _, address in hits])
        return np.array(numbers, np.uint32), np.fromiter((score for score, _ in hits), np.float64, len(hits))


def document(
    number: int, kind: str, title: str, labels: Sequence[str] = (), texts: Sequence[str] = (), actions: int = 0
) -> tantivy.Document:
    """What is indexed of a node. `number`, under 2**32, tells the documents apart and orders those that tie."""
    packed = tantivy.Document()
    packed.add_unsigned("number", number)
    packed.add_unsigned("weight", actions << 32 | _LAST - number)
    packed.add_text("kind", kind)
    words = [composed(text) for text in (title, *labels, *texts)]
    stems = [masculine(text) for text in words]
    heading, said = stems[: len(labels) + 1], stems[len(labels) + 1 :]
    # Each value apart, since no phrase runs from one into the next. A title counts three times, a label twice.
    weighed = (*heading[:1] * 3, *heading[1:] * 2, *said)
    for field, values in (("title", heading[:1]), ("heading", heading), ("stems", weighed), ("words", words)):
        for value in values:
            packed.add_text(field, value)
    return packed
