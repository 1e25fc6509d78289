"""How similar the words of sheets are: the cosine of their strongest terms.

A *term* is the French stem of a word, as search has it: « voisine » and « VOISINS » are one term, printed as its most
frequent word. The subjects of the thesaurus that a word comes under are terms too. Left out are words that carry no
meaning (« avec ») or are the form's own (« projet »), numbers, words of one or two letters, the words of the name of
the sheet's own structure, which say who it is and not what it does, terms of one sheet alone, and in a directory of ten
sheets or more those that half of them have. A term
of a sheet weighs (1 + ln tf) · ln(1 + N/df): it is in the sheet tf times, the title counted three times, and df of the
N sheets have it. Each sheet keeps its 32 strongest terms, as a vector of length 1.

An index is a few arrays: some 0.5 kB for each sheet. Saved, they are read from the disk as they are needed.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import ClassVar, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse._sparsetools import csc_matvec

from graph.indexes import Ordinals
from graph.model import Action, SheetText
from graph.network import Network
from graph.once import once
from graph.prepared import HELPED, About, Beside, EveryText
from graph.processes import by_another
from graph.revisions import MISSING, Revisions
from graph.similarity.ranked import Floats, Integers
from graph.similarity.roughly import RoughScores
from graph.similarity.terms import Said, TermCounts, subjects_digest, term_key

TERMS_OF_A_SHEET = 32
BATCH = 2_000
_ONE_OTHER_IN = 10  # more sheets than these get the words of all counted anew
_IN_MEMORY = 64 * 2**20
_ARRAYS = ("rows", "row_weights", "starts", "sheets", "sheet_weights", "rarity")


class Rows(NamedTuple):
    """The terms of some sheets, a row for each, and their weights; see `TextIndex`."""

    terms: npt.NDArray[np.int32]
    weights: npt.NDArray[np.float32]


class TextProfile(NamedTuple):
    """The strongest terms of some sheets as a vector of length 1, or of length 0 where they have none."""

    terms: npt.NDArray[np.int32]
    weights: Floats


@dataclass(frozen=True, eq=False)
class TextIndex:
    """The terms of every sheet, by the ordinal of its action, and the sheets of every term.

    `rows[ordinal]` has the numbers of the sheet's terms and `row_weights[ordinal]` their weights; a sheet with fewer
    than 32 terms ends with the number `len(printed)`, of weight 0. The sheets of a term, with their weights, are
    `sheets[starts[term] : starts[term + 1]]`, ascending. `rarity` has ln(1 + N/df) for each term.
    """

    FORMAT: ClassVar = 8  # changes with what the index holds and with how words are cut: an older folder is made again

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
        beside: Beside | None = None,
    ) -> TextIndex:
        """The index of the texts and of the actions' titles, the same whatever the order of `texts`.

        It is made in memory, or found or made in a folder `beside`: where a few sheets differ from those that it is of,
        these get new rows, and the words and how rare they are stay as they were. A text whose key is not in the
        network is passed over, and an action without a text has its title's terms. `progress` is told how many sheets
        have been read, unless another process reads them; a temporary file takes some 0.7 kB for each. Raises OSError
        where the folder cannot be written.

        >>> TextIndex.build(tiny.network, [(action.key, tiny.text(action)) for action in tiny.actions]).printed
        ['compost', 'déchets', 'développement durable', 'environnement', 'jardin', 'légumes']
        """

        if beside is None:
            everyone = np.arange(len(network.actions))
            return _indexed(_said(network, texts, everyone), len(everyone), progress)
        revisions, text = beside.revisions, beside.text

        def read(folder: Path, about: About) -> TextIndex:
            then = Revisions.open(folder)
            if not np.array_equal(revisions.places_in(then), np.arange(len(then.numbers))):
                raise ValueError("it is of other sheets")
            return cls._open(folder, about)

        def write(folder: Path) -> About:
            task = _Task(
                beside.said,
                network.numbers,
                np.fromiter((action.structure.ordinal for action in network.actions), np.int32),
                [structure.name for structure in network.bodies],
                folder,
            )
            is_helped = len(network.actions) >= HELPED
            terms = by_another(_fill, task) if is_helped else _fill(task, progress)
            return about(terms, len(network.actions), folder, 0)

        def renew(old: Path, told: About, folder: Path) -> About:
            places = revisions.places_in(Revisions.open(old))
            kept = int(np.count_nonzero(places != MISSING))
            others = told["others"] + told["sheets"] + len(places) - 2 * kept
            if others > len(places) // _ONE_OTHER_IN:
                raise ValueError(f"{others} sheets are others")
            come = [network.actions[ordinal] for ordinal in np.flatnonzero(places == MISSING).tolist()]
            added = [(action, text(action)) for action in come]
            renewed = _renewed(cls._open(old, told), places, added)
            _save(renewed, folder)
            return about(renewed.printed, len(renewed.rows), folder, others)

        def about(terms: Sequence[str], sheets: int, folder: Path, others: int) -> About:
            revisions.save(folder)
            return {"terms": terms, "others": others, "sheets": sheets, "subjects": subjects_digest()}

        return beside.of_revisions("similarity", cls.FORMAT).get(read, write, renew)

    @classmethod
    def of_version(cls, network: Network, there: Ordinals, texts: Iterable[tuple[str, SheetText]]) -> TextIndex:
        """The index of a later version in memory, of which only the actions of some ordinals are `there`: as built at
        once of these, but for the places of the others, which have no term.
        """
        return _indexed(_said(network, texts, there), len(network.actions), number=len(there))

    @classmethod
    def _open(cls, folder: Path, about: About) -> TextIndex:
        if about["subjects"] != subjects_digest():
            raise ValueError("it is of another thesaurus")
        # A plain view of the mapped file: numpy's own class for it costs more at each access.
        arrays = {name: np.load(folder / f"{name}.npy", "r").view(np.ndarray) for name in _ARRAYS}
        return cls(about["terms"], **arrays)

    def profile(self, ordinals: Sequence[int]) -> TextProfile:
        """The sum of the sheets' vectors, cut to its 32 strongest terms and brought to length 1.

        >>> tiny.similarity.texts.profile([3]).weights.round(2).tolist()
        [0.28, 0.28, 0.28, 0.56, 0.67]
        """
        return strongest(Rows(self.rows[ordinals], self.row_weights[ordinals]))

    def profile_of(self, text: str) -> TextProfile:
        """The strongest terms of a text that no sheet has, as those of a sheet are found.

        >>> profile = tiny.similarity.texts.profile_of("Nous cherchons des légumes, et encore des légumes")
        >>> [tiny.similarity.texts.printed[term] for term in profile.terms]
        ['légumes']
        """
        return strongest(rows_of(self, [Said(0, "", "", SheetText(summary=text))], 0))

    @once
    def numbers(self) -> Mapping[str, int]:
        """The number of each term, by its key."""
        return {term_key(word): number for number, word in enumerate(self.printed)}

    @property
    def all_rows(self) -> Rows:
        """The rows of every sheet."""
        return Rows(self.rows, self.row_weights)

    def scores(self, profile: TextProfile) -> RoughScores:
        """The cosine of the profile and each sheet, by ordinal: 0 to 1, within 2e-6.

        >>> texts = tiny.similarity.texts
        >>> [round(score, 2) for score in texts.scores(texts.profile([3])).tolist()]
        [0.0, 0.66, 0.68, 1.0]
        """
        found = np.zeros(len(self.rows), np.float32)
        for term, weight in zip(profile.terms.tolist(), profile.weights.astype(np.float32), strict=True):
            place = slice(self.starts[term], self.starts[term + 1])
            column = np.array([0, place.stop - place.start], np.int32), self.sheets[place], self.sheet_weights[place]
            # What multiplies a column of a sparse matrix: it adds in place, which halves the time. Its public form,
            # `@`, makes a vector for each column.
            csc_matvec(len(found), 1, *column, np.array([weight]), found)
        return found

    def scores_of(self, profile: TextProfile, ordinals: npt.NDArray[np.integer]) -> Floats:
        """The same of some sheets, to the last digits.

        >>> texts = tiny.similarity.texts
        >>> texts.scores_of(texts.profile([3]), [1, 2]).round(6).tolist()
        [0.656685, 0.684868]
        """
        return scores_of(profile, len(self.printed), Rows(self.rows[ordinals], self.row_weights[ordinals]))

    def rarity_of_shared(self, profile: TextProfile, ordinals: npt.NDArray[np.uint32]) -> Floats:
        """For each of the sheets, the sum of ln(1 + N/df) over the terms that it shares with the profile.

        >>> texts = tiny.similarity.texts
        >>> texts.rarity_of_shared(texts.profile([3]), [1, 2]).round(2).tolist()
        [4.14, 1.95]
        """
        return rarity_of(profile, self.rarity, self.rows[ordinals])

    def shared_terms(self, profile: TextProfile, ordinal: int) -> list[tuple[str, float, float]]:
        """The terms that they share, each with ln(1 + N/df) and its contribution to the score, the greatest first.

        >>> texts = tiny.similarity.texts
        >>> [term for term, _, _ in texts.shared_terms(texts.profile([3]), 1)]
        ['environnement', 'compost', 'déchets', 'développement durable']
        """
        return shared(self, profile, Rows(self.rows[ordinal], self.row_weights[ordinal]))


def strongest(rows: Rows) -> TextProfile:
    """The sum of rows, cut to its 32 strongest terms and brought to length 1."""
    all_terms, weights = rows.terms.reshape(-1), rows.weights.reshape(-1)
    terms, where = np.unique(all_terms[weights > 0], return_inverse=True)
    total = np.bincount(where, weights[weights > 0], minlength=len(terms)).astype(np.float64)
    best = np.sort(np.lexsort((terms, -total))[:TERMS_OF_A_SHEET])
    terms, total = terms[best], total[best]
    if rows.terms.size == TERMS_OF_A_SHEET:
        # Of one sheet it is what is kept of it, to the last bit: what is multiplied is then the same from either side.
        return TextProfile(terms, total)
    return TextProfile(terms, total / np.sqrt(np.square(total).sum()) if len(total) else total)


def scores_of(profile: TextProfile, terms: int, rows: Rows) -> Floats:
    """The cosine of a profile and each row, of so many terms that there are."""
    weights = np.zeros(terms + 1)
    weights[profile.terms] = profile.weights
    found: Floats = (weights[rows.terms] * rows.weights).sum(axis=1)
    return found


def rarity_of(profile: TextProfile, rarity: Floats, rows: npt.NDArray[np.int32]) -> Floats:
    """For each row of terms, how rare those are that it shares with a profile, added up."""
    counted = np.zeros(len(rarity) + 1)
    counted[profile.terms] = rarity[profile.terms]
    found: Floats = counted[rows].sum(axis=1)
    return found


def shared(index: TextIndex, profile: TextProfile, row: Rows) -> list[tuple[str, float, float]]:
    """The terms that one row shares with a profile, as `TextIndex.shared_terms` gives them."""
    terms, mine, theirs = np.intersect1d(profile.terms, row.terms, return_indices=True)
    weights = (profile.weights[mine] * row.weights.reshape(-1)[theirs]).tolist()
    found = zip([index.printed[term] for term in terms], index.rarity[terms].tolist(), weights, strict=True)
    return sorted(found, key=lambda term: (-term[2], term[0]))


def rows_of(index: TextIndex, sheets: Sequence[Said], first: int) -> Rows:
    """The rows of sheets that came later, whose ordinals follow from `first`, in the terms of an index."""
    counts = TermCounts(BytesIO())
    counts.add(sheets)
    number_of = np.array([index.numbers.get(each, -1) for each in counts.stems], np.int64)
    return _strongest(counts, number_of, index.rarity, first, len(sheets))


def _renewed(old: TextIndex, places: Integers, added: Sequence[tuple[Action, SheetText]]) -> TextIndex:
    """An index of the sheets that stood at some places in an old one, and of those that were added, whose places are
    MISSING.
    """
    is_old = places != MISSING
    said = [Said(number, action.title, action.structure.name, text) for number, (action, text) in enumerate(added)]
    more = rows_of(old, said, 0)
    rows = np.empty((len(places), TERMS_OF_A_SHEET), np.int32)
    weights = np.empty((len(places), TERMS_OF_A_SHEET), np.float32)
    rows[is_old], rows[~is_old] = old.rows[places[is_old]], more.terms
    weights[is_old], weights[~is_old] = old.row_weights[places[is_old]], more.weights
    by_term = _by_term(rows, weights, len(old.printed))
    return TextIndex(old.printed, rows, weights, *by_term, old.rarity)


class _Task(NamedTuple):
    """What it takes to make the files of a graph's index without the graph: the number of each action's sheet and the
    ordinal of its structure, by its own ordinal, and the names of the structures.
    """

    said: EveryText
    numbers: Integers
    structures: npt.NDArray[np.int32]
    names: Sequence[str]
    folder: Path


def _fill(task: _Task, progress: Callable[[int], None] = lambda done: None) -> Sequence[str]:
    """Make the files of an index; gives its terms."""
    ordinals = {number: ordinal for ordinal, number in enumerate(task.numbers.tolist())}
    structures = task.structures.tolist()

    def sheets() -> Iterator[Said]:
        for number, title, text in task.said():
            ordinal = ordinals.get(number)
            if ordinal is not None:
                yield Said(ordinal, title, task.names[structures[ordinal]], text)

    index = _indexed(sheets(), len(structures), progress)
    _save(index, task.folder)
    return index.printed


def _save(index: TextIndex, folder: Path) -> None:
    for name in _ARRAYS:
        np.save(folder / f"{name}.npy", getattr(index, name))


def _indexed(
    sheets: Iterator[Said],
    places: int,
    progress: Callable[[int], None] = lambda done: None,
    number: int | None = None,
) -> TextIndex:
    """The index of sheets at so many places, `number` of them where not all; those that are not given have no words."""
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as spool:
        counts = TermCounts(spool)
        done = 0
        while batch := list(islice(sheets, BATCH)):
            counts.add(batch)
            done += len(batch)
            progress(done)
        return _weighed(counts, places, places if number is None else number)


def _said(network: Network, texts: Iterable[tuple[str, SheetText]], there: Ordinals | Integers) -> Iterator[Said]:
    """Every action that is there once, with its text."""
    waiting = np.zeros(len(network.actions), bool)
    waiting[there] = True
    for key, text in texts:
        action = network.records.get(key)
        if isinstance(action, Action) and waiting[action.ordinal]:
            waiting[action.ordinal] = False
            yield Said(action.ordinal, action.title, action.structure.name, text)
    for ordinal in np.flatnonzero(waiting).tolist():
        action = network.actions[ordinal]
        yield Said(ordinal, action.title, action.structure.name, SheetText())


def _weighed(counts: TermCounts, places: int, number: int) -> TextIndex:
    """The index of what was counted in `number` sheets, at so many places."""
    printed, terms = counts.printed(), counts.terms(number)
    rarity = np.log1p(number / counts.sheets_of[terms])
    # Terms are numbered by their stems, so that the order of the texts leaves no trace; -1 is a term left out.
    number_of = np.full(len(printed), -1, np.int64)
    number_of[terms] = np.arange(len(terms))
    rows, row_weights = _strongest(counts, number_of, rarity, 0, places)
    return TextIndex(
        [printed[term] for term in terms], rows, row_weights, *_by_term(rows, row_weights, len(terms)), rarity
    )


def _strongest(counts: TermCounts, number_of: Integers, rarity: Floats, first: int, number: int) -> Rows:
    """The numbers of each sheet's strongest terms and their weights, as a vector of length 1, of `number` sheets whose
    ordinals follow from `first`.
    """
    rows = np.full((number, TERMS_OF_A_SHEET), len(rarity), np.int32)
    weights_of_rows = np.zeros((number, TERMS_OF_A_SHEET), np.float32)
    for sheets, all_terms, times in counts.batches():
        terms = number_of[all_terms]
        known = terms >= 0
        sheets, terms = (sheets[known] - np.uint32(first)), terms[known]
        weights = (1 + np.log(times[known], dtype=np.float64)) * rarity[terms]
        # Sheet by sheet, the strongest first: a term's rank is how far it stands from where its sheet begins.
        order = np.lexsort((terms, -weights, sheets))
        sheets, terms, weights = sheets[order], terms[order], weights[order]
        begins = np.flatnonzero(np.diff(sheets, prepend=-1))
        rank = np.arange(len(sheets)) - np.repeat(begins, np.diff(begins, append=len(sheets)))
        strong = rank < TERMS_OF_A_SHEET
        rows[sheets[strong], rank[strong]] = terms[strong]
        weights_of_rows[sheets[strong], rank[strong]] = weights[strong]
    lengths = np.sqrt(np.square(weights_of_rows).sum(axis=1, keepdims=True))
    # A sheet without a term has the length 0, and its weights stay so.
    weights_of_rows /= np.maximum(lengths, np.finfo(np.float32).tiny)
    return Rows(rows, weights_of_rows)


def _by_term(
    rows: npt.NDArray[np.int32], row_weights: npt.NDArray[np.float32], terms: int
) -> tuple[Integers, npt.NDArray[np.int32], npt.NDArray[np.float32]]:
    """Where the sheets of each term start, the sheets of all terms one after the other, and their weights."""
    row_starts = np.arange(len(rows) + 1, dtype=np.int32) * TERMS_OF_A_SHEET
    cells = csr_array((row_weights.reshape(-1), rows.reshape(-1), row_starts), shape=(len(rows), terms + 1)).tocsc()
    # The last column holds the places of sheets with fewer terms, and is left out.
    starts = cells.indptr[:-1].astype(np.int64)
    return starts, cells.indices[: starts[-1]].astype(np.int32, copy=False), cells.data[: starts[-1]]
