"""The terms of sheets, counted: the stems of the words that say something, sheet by sheet and in all of them."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from operator import attrgetter
from typing import IO, NamedTuple

import numpy as np
import numpy.typing as npt
from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

from graph.fields import TEXTS
from graph.model import SheetText
from graph.search.french import PIECES, STOP_WORDS, bare, composed, stem
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


class Said(NamedTuple):
    """What one sheet says, the sheet of the action of an ordinal; `structure` is the name of its structure."""

    ordinal: int
    title: str
    structure: str
    text: SheetText


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


class _Pieces(dict[str, tuple[int, ...]]):
    """The numbers of the words of what stands between spaces, but for those that are left out. Cutting costs more than
    keeping.
    """

    def __init__(self, words: _Words) -> None:
        super().__init__()
        self._words = words

    def __missing__(self, piece: str) -> tuple[int, ...]:
        if len(self) >= PIECES:
            self.clear()
        found = self[piece] = tuple(filter(None, map(self._words.__getitem__, _split(piece))))
        return found


class TermCounts:
    """How often each term is in each sheet, kept aside in a file while the sheets are read. `words` has how often each
    word is in all of them, `sheets_of` in how many sheets each term is.
    """

    def __init__(self, spool: IO[bytes]) -> None:
        self._spool = spool
        self._sizes: list[tuple[npt.NDArray[np.uint32], Integers]] = []
        self._known = _Words()
        self._pieces = _Pieces(self._known)
        self._own: dict[str, tuple[int, ...]] = {}
        self.words: Integers = np.zeros(1, np.int64)
        self.sheets_of: Integers = np.zeros(0, np.int64)

    def add(self, batch: Sequence[Said]) -> None:
        numbers_of = self._pieces.__getitem__
        numbers = array("I")
        ends = [0]
        for sheet in batch:
            pieces = "\n".join((*[sheet.title] * TITLE_COUNTS, *filter(None, _FIELDS(sheet.text)))).split()
            numbers.extend(chain.from_iterable(map(numbers_of, pieces)))
            ends.append(len(numbers))
        words, lengths = np.array(numbers), np.diff(ends)
        sheets = np.repeat(np.array([sheet.ordinal for sheet in batch], np.uint64), lengths)
        self.words = _counted(self.words, words)
        terms = np.array(self._known.term_of)[words]
        pairs, counts = np.unique(sheets << 32 | terms, return_counts=True)
        kept = np.isin(pairs, self._named(batch), invert=True)
        pairs, counts = pairs[kept], counts[kept]
        terms = (pairs & 0xFFFFFFFF).astype(np.uint32)
        self.sheets_of = _counted(self.sheets_of, terms)
        ordinals, sizes = np.unique((pairs >> 32).astype(np.uint32), return_counts=True)
        self._sizes.append((ordinals, sizes))
        self._spool.write(terms.tobytes())
        self._spool.write(np.minimum(counts, 255).astype(np.uint8).tobytes())

    def _named(self, batch: Sequence[Said]) -> npt.NDArray[np.uint64]:
        """Sheet and term as one number, for each term of the name of each sheet's structure."""
        found = []
        for sheet in batch:
            own = self._own.get(sheet.structure)
            if own is None:
                numbers = {number for piece in sheet.structure.split() for number in self._pieces[piece]}
                own = self._own[sheet.structure] = tuple(self._known.term_of[number] for number in numbers)
            found += [sheet.ordinal << 32 | term for term in own]
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
