"""How similar the words of sheets are: the cosine of their strongest terms.

A *term* is the French stem of a word, as search has it: « habitante » and « HABITANTS » are one term, printed
as its most frequent word. Left out are words that carry no meaning (« avec », « plusieurs »), numbers, words of one or
two letters, the words of the name of the sheet's own structure, which say who it is and not what it does, and
terms of one sheet alone, which no other can share. A term of a sheet weighs (1 + ln tf) · ln(1 + N/df): it is
in the sheet tf times, the title counted three times, and df of the N sheets have it. Each sheet keeps its 32
strongest terms, as a vector of length 1.

An index is a few arrays: some 0.5 kB for each sheet. Saved, they are read from the disk as they are needed,
so that a million sheets take little memory.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import islice
from operator import attrgetter
from pathlib import Path
from typing import IO

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

from graph.model import Action, SheetText, Structure
from graph.network import Network
from graph.search.french import STOP_WORDS, bare, composed, stem

TERMS_OF_A_SHEET = 32
TITLE_COUNTS = 3
FORMAT = 1
BATCH = 2_000
_IN_MEMORY = 64 * 2**20

_WORD = re.compile(r"\w{3,40}")
_FIELDS = attrgetter(*(field.name for field in fields(SheetText) if field.name != "files"))
_FULL_WORDS = TextAnalyzerBuilder(Tokenizer.raw()).filter(Filter.stopword("french")).build()
_EMPTY = """
    afin ailleurs ainsi alors apres assez aucun aucune aujourd aupres aussi autant autour autre autres
    avant avoir beaucoup bien car ceci cela celle celles celui certain certaine certaines certains ceux
    chacun chacune chaque chez comme comment contre depuis doit doivent donc dont durant egalement encore
    enfin entre etaient etait etant ete etre fait faire faut fois grace hors ici jusqu jusque laquelle
    lequel lesquelles lesquels lors lorsqu lorsque maintenant mais malgre meme memes mieux moins non
    notamment oui outre parce parfois parmi pendant permet permettent permettre permis peu peut peuvent
    plus plusieurs plutot pourtant pouvoir presque puis puisque quand quel quelle quelles quelque quelques
    quels quoi rien sans selon sera seront seul seule seulement soit souvent surtout tandis tant tel telle
    telles tels toujours tous tout toute toutes toutefois tres trop uniquement vers via voici voila
    vraiment
"""
_EMPTY_WORDS = STOP_WORDS.union(_EMPTY.split())
_ABOUT, _TERMS = "about.json", "terms.txt"
_ARRAYS = ("rows", "row_weights", "starts", "sheets", "sheet_weights", "rarity")

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


class TextIndexError(Exception):
    """A prepared text index that cannot be used; the message is one sentence for the user."""


@dataclass(frozen=True, slots=True)
class SharedTerm:
    """A term that a profile and a sheet share: a word as printed, ln(1 + N/df), and its part of the score."""

    printed: str
    weight: float
    contribution: float


@dataclass(frozen=True, slots=True)
class TextProfile:
    """The strongest terms of some sheets as a vector of length 1, or of length 0 where they have none."""

    terms: npt.NDArray[np.int32]
    weights: Floats


@dataclass(frozen=True, slots=True, eq=False)
class TextIndex:
    """The terms of every sheet, by the ordinal of its action, and the sheets of every term.

    `rows[ordinal]` has the numbers of the sheet's terms and `row_weights[ordinal]` their weights; a sheet
    with fewer than 32 terms ends with the number `len(printed)`, of weight 0. The sheets of a term are
    `sheets[starts[term] : starts[term + 1]]`, ascending, with their weights at the same places. `rarity` has
    ln(1 + N/df) for each term.
    """

    printed: Sequence[str]
    rows: npt.NDArray[np.int32]
    row_weights: npt.NDArray[np.float32]
    starts: Integers
    sheets: npt.NDArray[np.int32]
    sheet_weights: npt.NDArray[np.float32]
    rarity: Floats

    @classmethod
    def build(
        cls,
        network: Network,
        texts: Iterable[tuple[str, SheetText]],
        progress: Callable[[int], None] = lambda done: None,
    ) -> TextIndex:
        """The index of the texts and of the actions' titles, the same whatever the order of `texts`.

        A text whose key is not in the network is passed over, and an action without a text has its title's
        terms. `progress` is told how many sheets have been read. Memory: 0.5 kB for each sheet and the words; a
        temporary file takes some 0.7 kB for each sheet.
        """
        with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as spool:
            counts = _Counts(spool)
            sheets = _sheets(texts, network)
            done = 0
            while batch := list(islice(sheets, BATCH)):
                counts.add(batch)
                done += len(batch)
                progress(done)
            return _weighed(counts, len(network.actions))

    def save(self, folder: Path, version: str) -> None:
        """Write the index to a folder, in place of one there; `version` says of which texts it is made."""
        fresh = folder.with_name(f"{folder.name}.new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        for name in _ARRAYS:
            np.save(fresh / f"{name}.npy", getattr(self, name))
        (fresh / _TERMS).write_text("\n".join(self.printed), "utf-8")
        (fresh / _ABOUT).write_text(json.dumps({"format": FORMAT, "version": version}), "utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        fresh.rename(folder)

    @classmethod
    def load(cls, folder: Path, version: str) -> TextIndex:
        """The index that was saved to a folder with that version. Raises TextIndexError for any other."""
        try:
            about = json.loads((folder / _ABOUT).read_text("utf-8"))
            if about != {"format": FORMAT, "version": version}:
                raise TextIndexError(f"The text index {folder} was prepared for other sheets. Import again.")
            # A plain view of the mapped file: numpy's own class for it costs more at each access.
            arrays = {name: np.load(folder / f"{name}.npy", "r").view(np.ndarray) for name in _ARRAYS}
            printed = (folder / _TERMS).read_text("utf-8").split()
            index = cls(printed, **arrays)
        except FileNotFoundError as error:
            raise TextIndexError(f"There is no text index at {folder}. Import again.") from error
        except (OSError, ValueError, EOFError) as error:
            raise TextIndexError(f"The text index {folder} cannot be read: {error}. Import again.") from error
        if not index._is_whole():
            raise TextIndexError(f"The text index {folder} is damaged: its parts do not fit. Import again.")
        return index

    def _is_whole(self) -> bool:
        known, cells = len(self.printed), self.rows.shape
        return (
            cells == self.row_weights.shape == (len(self.rows), TERMS_OF_A_SHEET)
            and self.starts.shape == (known + 1,)
            and self.rarity.shape == (known,)
            and self.sheets.shape == self.sheet_weights.shape == (int(self.starts[-1]),)
        )

    def profile(self, ordinals: Sequence[int]) -> TextProfile:
        """The sum of the sheets' vectors, cut to its 32 strongest terms and brought to length 1."""
        rows, weights = self.rows[ordinals].reshape(-1), self.row_weights[ordinals].reshape(-1)
        terms, where = np.unique(rows[weights > 0], return_inverse=True)
        total = np.bincount(where, weights[weights > 0], minlength=len(terms)).astype(np.float64)
        strongest = np.sort(np.lexsort((terms, -total))[:TERMS_OF_A_SHEET])
        terms, total = terms[strongest], total[strongest]
        return TextProfile(terms, total / np.sqrt(np.square(total).sum()) if len(total) else total)

    def scores(self, profile: TextProfile) -> Floats:
        """The cosine of the profile and each sheet, by ordinal: 0 to 1, within 1e-6."""
        found = np.zeros(len(self.rows))
        for term, weight in zip(profile.terms, profile.weights, strict=True):
            place = slice(self.starts[term], self.starts[term + 1])
            found[self.sheets[place]] += weight * self.sheet_weights[place]
        return found

    def rarity_of_shared(self, profile: TextProfile, ordinals: npt.NDArray[np.uint32]) -> Floats:
        """For each of the sheets, the sum of ln(1 + N/df) over the terms that it shares with the profile."""
        rarity = np.zeros(len(self.printed) + 1)
        rarity[profile.terms] = self.rarity[profile.terms]
        found: Floats = rarity[self.rows[ordinals]].sum(axis=1)
        return found

    def shared_terms(self, profile: TextProfile, ordinal: int) -> list[SharedTerm]:
        """The terms that they share, the greatest contribution first; contributions add up to the score."""
        _, mine, theirs = np.intersect1d(profile.terms, self.rows[ordinal], return_indices=True)
        weights = profile.weights[mine] * self.row_weights[ordinal][theirs]
        found = [
            SharedTerm(self.printed[term], float(self.rarity[term]), float(weight))
            for term, weight in zip(profile.terms[mine], weights, strict=True)
        ]
        return sorted(found, key=lambda term: (-term.contribution, term.printed))


def _sheets(texts: Iterable[tuple[str, SheetText]], network: Network) -> Iterator[tuple[Action, SheetText]]:
    """Every action once, with its text."""
    waiting = np.ones(len(network.actions), bool)
    for key, text in texts:
        action = network.records.get(key)
        if isinstance(action, Action) and waiting[action.ordinal]:
            waiting[action.ordinal] = False
            yield action, text
    for ordinal in np.flatnonzero(waiting).tolist():
        yield network.actions[ordinal], SheetText()


def _words_of(action: Action, text: SheetText) -> list[str]:
    return _split("\n".join((*[action.title] * TITLE_COUNTS, *filter(None, _FIELDS(text)))))


def _split(text: str) -> list[str]:
    return _WORD.findall(composed(text).lower())


class _Words(dict[str, int]):
    """The number of each word as printed, from 1, given when it is first seen; 0 for a word that is left out.

    `term_of` has the number of the word's term at the word's number, and `stems` the stem of each term.
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


@dataclass(frozen=True, slots=True)
class _Batch:
    """Some sheets' terms, ordered by sheet and term, and how often each is in its sheet, 255 at most."""

    sheets: npt.NDArray[np.uint32]
    terms: npt.NDArray[np.uint32]
    counts: npt.NDArray[np.uint8]


class _Counts:
    """How often each term is in each sheet, kept aside in a file while the sheets are read.

    `words` has how often each word is in all of them, `sheets_of` in how many sheets each term is.
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
            found = _words_of(action, text)
            lengths.append(len(found))
            numbers.extend(map(number, found))
        words = np.array(numbers)
        sheets = np.repeat(np.array([action.ordinal for action, _ in batch], np.uint64), lengths)
        self.words = _sum(self.words, np.bincount(words))
        terms = np.array(self._known.term_of)[words]
        pairs, counts = np.unique((sheets << 32 | terms)[words > 0], return_counts=True)
        kept = np.isin(pairs, self._named(batch), invert=True)
        pairs, counts = pairs[kept], counts[kept]
        terms = (pairs & 0xFFFFFFFF).astype(np.uint32)
        self.sheets_of = _sum(self.sheets_of, np.bincount(terms))
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

    def batches(self) -> Iterator[_Batch]:
        """What was added, in the same order."""
        self._spool.seek(0)
        for ordinals, sizes in self._sizes:
            sheets = np.repeat(ordinals, sizes)
            terms = np.frombuffer(self._spool.read(4 * len(sheets)), np.uint32)
            yield _Batch(sheets, terms, np.frombuffer(self._spool.read(len(sheets)), np.uint8))

    def terms(self) -> list[int]:
        """The numbers of the terms that two sheets or more have, in the order of their stems."""
        found = [term for _, term in sorted(self._known.stems.items())]
        return [term for term in found if term < len(self.sheets_of) and self.sheets_of[term] > 1]

    def printed(self) -> list[str]:
        """The most frequent word of each term; of equally frequent ones, the first by the alphabet."""
        found = [""] * len(self._known.stems)
        best = [0] * len(found)
        totals = _sum(self.words, np.zeros(len(self._known.printed), np.int64)).tolist()
        for number, (word, term) in enumerate(zip(self._known.printed, self._known.term_of, strict=True)):
            if number and (-totals[number], word) < (-best[term], found[term]):
                found[term], best[term] = word, totals[number]
        return found


def _sum(one: Integers, other: Integers) -> Integers:
    """The sum of two arrays, the shorter one continued with 0."""
    found = np.zeros(max(len(one), len(other)), np.int64)
    found[: len(one)] += one
    found[: len(other)] += other
    return found


def _weighed(counts: _Counts, number: int) -> TextIndex:
    """The index of what was counted in `number` sheets."""
    printed = counts.printed()
    kept = counts.terms()
    # Terms are numbered by their stems, so that the order of the texts leaves no trace.
    place = np.full(len(printed), -1, np.int64)
    place[kept] = np.arange(len(kept))
    rarity = np.log1p(number / counts.sheets_of[kept])
    rows = np.full((number, TERMS_OF_A_SHEET), len(kept), np.int32)
    row_weights = np.zeros((number, TERMS_OF_A_SHEET), np.float32)
    for batch in counts.batches():
        terms = place[batch.terms]
        known = terms >= 0
        sheets, terms = batch.sheets[known], terms[known]
        weights = (1 + np.log(batch.counts[known], dtype=np.float64)) * rarity[terms]
        order = np.lexsort((terms, -weights, sheets))
        sheets, terms, weights = sheets[order], terms[order], weights[order]
        opens = np.flatnonzero(np.r_[True, sheets[1:] != sheets[:-1]]) if len(sheets) else np.zeros(0, np.int64)
        rank = np.arange(len(sheets)) - np.repeat(opens, np.diff(opens, append=len(sheets)))
        strong = rank < TERMS_OF_A_SHEET
        rows[sheets[strong], rank[strong]] = terms[strong]
        row_weights[sheets[strong], rank[strong]] = weights[strong]
    lengths = np.sqrt(np.square(row_weights).sum(axis=1, keepdims=True))
    row_weights /= np.maximum(lengths, np.finfo(np.float32).tiny)
    # The last column holds the places of sheets with fewer terms, and is left out.
    cells = csr_array(
        (row_weights.reshape(-1), rows.reshape(-1), np.arange(number + 1, dtype=np.int32) * TERMS_OF_A_SHEET),
        shape=(number, len(kept) + 1),
    ).tocsc()
    starts = cells.indptr[:-1].astype(np.int64)
    end = int(starts[-1])
    return TextIndex(
        [printed[term] for term in kept],
        rows,
        row_weights,
        starts,
        cells.indices[:end].astype(np.int32, copy=False),
        cells.data[:end],
        rarity,
    )
