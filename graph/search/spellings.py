"""How bare words are written, as some of the sheets have them: « generations » is « générations »."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
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
    def learnt(cls, written: Counter[str]) -> Spellings:
        """The spellings that were counted."""
        counts: dict[str, dict[str, int]] = {}
        for word, count in written.items():
            counts.setdefault(bare(word), {})[word] = count
        return cls(counts)

    def changed(self, more: Counter[str], fewer: Counter[str]) -> Spellings:
        """With some more words, and without others."""
        moved = Counter(more)
        moved.subtract(fewer)
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


def spelled(texts: Iterable[str]) -> Iterable[str]:
    """The words of some texts, in lower case."""
    return (word.lower() for text in texts for word, _, _ in words(composed(text)))
