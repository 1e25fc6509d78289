"""What is kept of a node for the search: its title, its labels, its texts; and what is sought among such entries."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from graph.search.query import SearchQuery, Word

RANKED = 1_000  # entries of a query that are put in the order of their scores
_MOST = 2.2  # times its rarity is what a word adds at most to the score, by the formula of BM25

PLACES = ("title", "heading", "stems")
"""Where an entry may hold a query, the best first: in its title, in its title and labels, anywhere."""

Rarity = Callable[[str, str], float]


class Entry(NamedTuple):
    """`number`, under 2**32, tells the entries apart. `actions` is how many the node of a name has."""

    number: int
    kind: str
    title: str
    labels: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    actions: int = 0


@dataclass(frozen=True, slots=True)
class Sought:
    """The entries that hold a whole query in one field: « title », « heading » (the title and the labels) or « stems »,
    which is everything. A phrase may be anywhere in the entry if its words are in the field; it adds to the score what
    its words do.

    With `others`, spellings that count as a word of the query, only the entries that hold it by these alone.
    """

    field: str
    query: SearchQuery
    others: tuple[tuple[Word, tuple[str, ...]], ...] = ()

    @property
    def words(self) -> tuple[Word, ...]:
        """What adds to the score: the words of the query and of its phrases, one of each stem."""
        every = (*self.query.words, *(word for phrase in self.query.phrases for word in phrase))
        return tuple({word.stem: word for word in every}.values())

    @property
    def by_words(self) -> Sought:
        """The entries that hold the words, those of the phrases anywhere in the field."""
        return Sought(self.field, SearchQuery(self.words))

    @property
    def by_stems(self) -> Sought:
        """The same entries without other spellings, however the words are spelt and were typed."""
        words = tuple(Word(word.stem, word.stem) for word in self.query.words)
        phrases = tuple(tuple(Word(word.stem, word.stem) for word in phrase) for phrase in self.query.phrases)
        return Sought(self.field, SearchQuery(words, phrases))

    def ideal(self, rarity: Rarity) -> float:
        """The score by BM25 that no entry reaches, where `rarity` is that of a stem in a field."""
        return _MOST * sum(rarity(self.field, word.stem) for word in self.words)


def exactly(query: SearchQuery) -> Sought:
    """The entries that hold a query as it is spelt."""
    return Sought("stems", query)


def misspelt(query: SearchQuery, misspellings: Callable[[Word], Iterable[str]]) -> Sought | None:
    """The entries that hold a query by other spellings; None where there are none."""
    others = tuple((word, tuple(misspellings(word))) for word in query.words)
    return Sought("stems", query, others) if any(values for _, values in others) else None
