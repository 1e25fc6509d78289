"""The terms of sheets, counted: the stems of the words that say something, sheet by sheet and in all of them."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator, Sequence
from operator import attrgetter
from typing import IO

import numpy as np
import numpy.typing as npt
from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

from graph.fields import TEXTS
from graph.model import Action, SheetText, Structure
from graph.search.french import STOP_WORDS, bare, composed, stem
from graph.similarity.ranked import Integers

TITLE_COUNTS = 3

_WORD = re.compile(r"\w{3,40}")
_FIELDS = attrgetter(*(field.name for field in TEXTS))
_FULL_WORDS = TextAnalyzerBuilder(Tokenizer.raw()).filter(Filter.stopword("french")).build()
_EMPTY = """
    afin ailleurs ainsi alors apres assez aucun aucune aujourd aupres aussi autant autour autre autres avant avoir
    beaucoup bien car ceci cela celle celles celui certain certaine certaines certains ceux chacun chacune chaque chez
    comme comment contre depuis doit doivent donc dont durant egalement encore enfin entre etaient etait etant ete etre
    fait faire faut fois grace hors ici jusqu jusque laquelle lequel lesquelles lesquels lors lorsqu lorsque maintenant
    mais malgre meme memes mieux moins non notamment oui outre parce parfois parmi pendant permet permettent permettre
    permis peu peut peuvent plus plusieurs plutot pourtant pouvoir presque puis puisque quand quel quelle quelles
    quelque quelques quels quoi rien sans selon sera seront seul seule seulement soit souvent surtout tandis tant tel
    telle telles tels toujours tous tout toute toutes toutefois tres trop uniquement vers via voici voila vraiment
"""
_EMPTY_WORDS = STOP_WORDS.union(_EMPTY.split())


def _split(text: str) -> list[str]:
    return _WORD.findall(composed(text).lower())


class _Words(dict[str, int]):
    """The number of each word as printed, from 1, given when it is first seen; 0 for a word that is left out. `term_of`
    has the number of the word's term at the word's number, and `stems` the stem of each term.
    """

    def __init__(self) -> None:
        super().__init__()
        self.printed = [""]
        self.term_of = array("I", [0])
        self.stems: dict[str, int] = {}

    def __missing__(self, word: str) -> int:
        number = 0
        spelled = bare(word) if word.isalpha() and _FULL_WORDS.analyze(word) else ""
        if spelled and spelled not in _EMPTY_WORDS:
            number = len(self.printed)
            self.printed.append(word)
            self.term_of.append(self.stems.setdefault(stem(word), len(self.stems)))
        self[word] = number
        return number


class TermCounts:
    """How often each term is in each sheet, kept aside in a file while the sheets are read. `words` has how often each
    word is in all of them, `sheets_of` in how many sheets each term is.
    """

    def __init__(self, spool: IO[bytes]) -> None:
        self._spool = spool
        self._sizes: list[tuple[npt.NDArray[np.uint32], Integers]] = []
        self._known = _Words()
        self._own: dict[Structure, tuple[int, ...]] = {}
        self.words: Integers = np.zeros(1, np.int64)
        self.sheets_of: Integers = np.zeros(0, np.int64)

    def add(self, batch: Sequence[tuple[Action, SheetText]]) -> None:
        number = self._known.__getitem__
        numbers = array("I")
        lengths = []
        for action, text in batch:
            found = _split("\n".join((*[action.title] * TITLE_COUNTS, *filter(None, _FIELDS(text)))))
            lengths.append(len(found))
            numbers.extend(map(number, found))
        words = np.array(numbers)
        sheets = np.repeat(np.array([action.ordinal for action, _ in batch], np.uint64), lengths)
        self.words = _counted(self.words, words)
        terms = np.array(self._known.term_of)[words]
        pairs, counts = np.unique((sheets << 32 | terms)[words > 0], return_counts=True)
        kept = np.isin(pairs, self._named(batch), invert=True)
        pairs, counts = pairs[kept], counts[kept]
        terms = (pairs & 0xFFFFFFFF).astype(np.uint32)
        self.sheets_of = _counted(self.sheets_of, terms)
        ordinals, sizes = np.unique((pairs >> 32).astype(np.uint32), return_counts=True)
        self._sizes.append((ordinals, sizes))
        self._spool.write(terms.tobytes())
        self._spool.write(np.minimum(counts, 255).astype(np.uint8).tobytes())

    def _named(self, batch: Sequence[tuple[Action, SheetText]]) -> npt.NDArray[np.uint64]:
        """Sheet and term as one number, for each term of the name of each sheet's structure."""
        found = []
        for action, _ in batch:
            own = self._own.get(action.structure)
            if own is None:
                numbers = {self._known[word] for word in _split(action.structure.name)}
                own = self._own[action.structure] = tuple(self._known.term_of[n] for n in numbers if n)
            found += [action.ordinal << 32 | term for term in own]
        return np.array(found, np.uint64)

    def batches(self) -> Iterator[tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint32], npt.NDArray[np.uint8]]]:
        """What was added, in turn: sheets and terms, ordered by both, and how often each is in its sheet (≤ 255)."""
        self._spool.seek(0)
        for ordinals, sizes in self._sizes:
            sheets = np.repeat(ordinals, sizes)
            terms = np.frombuffer(self._spool.read(4 * len(sheets)), np.uint32)
            yield sheets, terms, np.frombuffer(self._spool.read(len(sheets)), np.uint8)

    @property
    def stems(self) -> Iterable[str]:
        """The stem of each term, in the order of their numbers."""
        return self._known.stems

    def terms(self) -> list[int]:
        """The numbers of the terms that two sheets or more have, in the order of their stems."""
        found = [term for _, term in sorted(self._known.stems.items())]
        return [term for term in found if term < len(self.sheets_of) and self.sheets_of[term] > 1]

    def printed(self) -> list[str]:
        """The most frequent word of each term; of equally frequent ones, the first by the alphabet."""
        found = [""] * len(self._known.stems)
        best = [0] * len(found)
        totals = np.pad(self.words, (0, len(self._known.printed) - len(self.words))).tolist()
        for number, (word, term) in enumerate(zip(self._known.printed, self._known.term_of, strict=True)):
            if number and (-totals[number], word) < (-best[term], found[term]):
                found[term], best[term] = word, totals[number]
        return found


def _counted(counts: Integers, numbers: npt.NDArray[np.unsignedinteger]) -> Integers:
    """The counts of numbers, by number, with some more numbers."""
    found = np.bincount(numbers, minlength=len(counts))
    found[: len(counts)] += counts
    return found
