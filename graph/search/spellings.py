"""How bare words are written, as some of the sheets have them: « generations » is « générations »."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from graph.arena import Layered
from graph.search.french import bare, composed, words

SAMPLE = 5_000
"""The spellings are learnt from the sheets of these numbers, from 1."""


@dataclass(frozen=True, slots=True)
class Spellings:
    """How often each bare word is written in which way."""

    counts: Mapping[str, Mapping[str, int]]

    @classmethod
    def learnt(cls, pieces: Counter[str]) -> Spellings:
        """The spellings of what was counted: the pieces of texts, as they stand between spaces."""
        counts: dict[str, dict[str, int]] = {}
        for word, count in _words(pieces).items():
            counts.setdefault(bare(word), {})[word] = count
        return cls(counts)

    def changed(self, more: Counter[str], fewer: Counter[str]) -> Spellings:
        """With some more pieces, and without others."""
        moved = _words(more)
        moved.subtract(_words(fewer))
        changes: dict[str, dict[str, int]] = {}
        for word, count in moved.items():
            if count:
                plain = bare(word)
                known = changes.setdefault(plain, dict(self.counts.get(plain, {})))
                known[word] = known.get(word, 0) + count
        return Spellings(Layered.over(self.counts, changes)) if changes else self

    def best(self, plain: str) -> str:
        """The most frequent spelling of a bare word; itself where none is known."""
        known = ((-count, word) for word, count in self.counts.get(plain, {}).items() if count)
        return min(known, default=(0, plain))[1]


def _words(pieces: Counter[str]) -> Counter[str]:
    """How often the pieces have each word, in lower case."""
    found: Counter[str] = Counter()
    for piece, count in pieces.items():
        for word, _, _ in words(composed(piece)):
            found[word.lower()] += count
    return found
