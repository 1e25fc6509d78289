"""What is kept of a node for the search: its title, its labels, its texts; and what is sought among such entries."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

from graph.search.query import SearchQuery, Word

_MOST = 2.2  # times its rarity is what a word adds at most to the score, by the formula of BM25

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
    which is everything. A phrase may be anywhere in the entry if its words are in the field.

    With `others`, spellings that count as a word of the query, only the entries that hold it by these alone.
    """

    field: str
    query: SearchQuery
    others: tuple[tuple[Word, tuple[str, ...]], ...] = ()

    @property
    def words(self) -> tuple[Word, ...]:
        """Every word, those of the phrases too: each adds to the score, a phrase nothing more."""
        return self.query.words + tuple(chain.from_iterable(self.query.phrases))

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
