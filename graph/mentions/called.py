"""Bodies by the words of their names, by stem: what the general search finds of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from graph.arena import Layered
from graph.search.french import STOP_WORDS
from graph.search.query import SearchQuery, Word, read_words

LEAST = 0.75
"""What a body scores whose name has the words of a query among others; one that they are all of scores 1."""


class Named(Protocol):
    """What has names."""

    @property
    def key(self) -> str: ...

    @property
    def label(self) -> str: ...

    @property
    def spellings(self) -> Sequence[str]: ...


class Called:
    """The keys of the bodies that have a word in a name, by its stem."""

    def __init__(self, holding: Mapping[str, frozenset[str]]) -> None:
        self._holding = holding

    @classmethod
    def of(cls, bodies: Iterable[Named]) -> Called:
        """Of some bodies."""
        holding: defaultdict[str, set[str]] = defaultdict(set)
        for body in bodies:
            for stem in _stems(body):
                holding[stem].add(body.key)
        return cls({stem: frozenset(keys) for stem, keys in holding.items()})

    def changed(self, gone: Iterable[Named], come: Iterable[Named]) -> Called:
        """Without some bodies, or some names of theirs, and with others. It costs what these are."""
        changes: dict[str, set[str]] = {}

        def of(stem: str) -> set[str]:
            return changes.setdefault(stem, set(self._holding.get(stem, frozenset())))

        for body in gone:
            for stem in _stems(body):
                of(stem).discard(body.key)
        for body in come:
            for stem in _stems(body):
                of(stem).add(body.key)
        return Called(Layered.over(self._holding, {stem: frozenset(keys) or None for stem, keys in changes.items()}))

    def having(self, query: SearchQuery) -> frozenset[str]:
        """The keys of the bodies that have each word of a query in some name."""
        wanted = {word.stem for word in _asked(query)}
        sets = sorted((self._holding.get(stem, frozenset()) for stem in wanted), key=len)
        return frozenset.intersection(*sets) if sets else frozenset()


def score(query: SearchQuery, body: Named) -> float | None:
    """How well a body answers a query, from LEAST to 1: the part that its words are of the shortest name that has them
    all; None where none has.
    """
    return max((found for name in _names(body) if (found := _of_name(query, name)) is not None), default=None)


def answering(query: SearchQuery, body: Named) -> Iterator[tuple[Word, str]]:
    """Each word of a query with the word of a body's names that answers it."""
    words = {word.stem: word.typed for name in _names(body) for word in read_words(name)}
    return ((word, words[word.stem]) for word in _asked(query) if word.stem in words)


def _of_name(query: SearchQuery, name: str) -> float | None:
    words = read_words(name)
    stems, row = {word.stem for word in words}, f" {' '.join(word.bare for word in words)} "
    asked = _asked(query)
    wanted = {word.stem for word in asked}
    as_typed = all(f" {word.bare} " in row for word in asked if word.stays)
    in_a_row = all(f" {' '.join(word.bare for word in phrase)} " in row for phrase in query.phrases)
    if not (wanted <= stems and as_typed and in_a_row):
        return None
    telling = {word.stem for word in words if word.bare not in STOP_WORDS} | wanted
    return LEAST + (1 - LEAST) * len(wanted) / len(telling)


def _asked(query: SearchQuery) -> list[Word]:
    return [*query.words, *(word for phrase in query.phrases for word in phrase)]


def _names(body: Named) -> tuple[str, ...]:
    return (body.label, *body.spellings)


def _stems(body: Named) -> set[str]:
    return {word.stem for name in _names(body) for word in read_words(name)}
