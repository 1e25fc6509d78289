"""Which entries hold each frequent word, as bitmaps in a file: read one by one, so that they take no memory."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import SEEK_END
from itertools import islice, pairwise
from pathlib import Path
from typing import IO

import numpy as np
import numpy.typing as npt
import orjson
from pyroaring import BitMap, FrozenBitMap
from scipy.sparse import csr_array

from graph.indexes import NOTHING, bitmap
from graph.search.french import BREAK, PIECES, Piece, Row

_BITMAPS, _PLACES = "members.bin", "members.json"
_PAIRS = "pairs"
_BLOCK = 5_000  # entries that are collected together; the first of them show which words are frequent
_ONE_IN = 1_000  # words of fewer of these are not collected
_PAIRED_IN = 10
"""Of words that one entry in so many holds, it is also collected which entries hold two of them in a row."""

_WAITING = 2_000_000  # entries of pairs, of 8 bytes each, that wait until they are put in the file


class Members:
    """The bitmaps of a folder by field and word. Reading from several threads at once is safe."""

    def __init__(self, file: Path, places: Mapping[str, Mapping[str, tuple[int, int]]], paired: Iterable[str]) -> None:
        """`paired` are the words of which every pair is in the file that stands anywhere."""
        self._file = file
        self._places = places
        self._paired = frozenset(paired)

    @staticmethod
    def write(folder: Path, bitmaps: Mapping[str, Iterable[tuple[str, FrozenBitMap]]], pairs: Pairs) -> None:
        places: dict[str, dict[str, tuple[int, int]]] = {}
        with (folder / _BITMAPS).open("wb") as file:
            for field, of_field in (*bitmaps.items(), (_PAIRS, pairs.all())):
                places[field] = {}
                for word, bitmap in of_field:
                    packed = BitMap(bitmap)
                    packed.run_optimize()
                    start = file.tell()
                    places[field][word] = (start, file.write(packed.serialize()))
        (folder / _PLACES).write_bytes(orjson.dumps({"places": places, "paired": pairs.words}))

    @classmethod
    def open(cls, folder: Path) -> Members | None:
        """The bitmaps that `write` left in the folder, or None. Raises ValueError where they cannot be read."""
        places = folder / _PLACES
        return cls(folder / _BITMAPS, **orjson.loads(places.read_bytes())) if places.exists() else None

    def has(self, field: str, word: str) -> bool:
        """Whether the file has the bitmap of a word in a field."""
        return word in self._places.get(field, ())

    def get(self, field: str, word: str) -> FrozenBitMap:
        """The bitmap of a word that the file has in a field."""
        start, length = self._places[field][word]
        with self._file.open("rb") as file:
            file.seek(start)
            return FrozenBitMap.deserialize(file.read(length))

    def pair(self, first: str, second: str) -> FrozenBitMap | None:
        """The entries that hold two words in a row, or None where one of these is not frequent enough."""
        if not (first in self._paired and second in self._paired):
            return None
        pair = _as_text(first, second)
        return self.get(_PAIRS, pair) if self.has(_PAIRS, pair) else NOTHING


class Collector:
    """The entries of each word that is frequent in a field among the first entries, collected while these are written:
    reading them back from the index would take longer than all the rest.

    A field is what its row says that pieces hold.
    """

    def __init__(self, rows: Mapping[str, Row], pairs: Pairs | None = None) -> None:
        """With `pairs`, whose row is one of the rows, what stands in a row is collected there."""
        self._frequent = {field: _Frequent(row) for field, row in rows.items()}
        self._pairs = pairs
        # Of the entries that wait: the number of each, and the numbers of its pieces, up to where they end.
        self._entries = array("I")
        self._pieces = array("I")
        self._ends = array("I", [0])
        self._known = _Numbered()

    def add(self, number: int, pieces: Iterable[Piece]) -> None:
        """One more entry, with its pieces in their order and a break behind each value."""
        self._pieces.extend([*map(self._known.__getitem__, pieces)])
        self._ends.append(len(self._pieces))
        self._entries.append(number)
        if len(self._entries) == _BLOCK:
            self.settle()

    def get(self, field: str, word: str) -> FrozenBitMap | None:
        """All the entries that hold a word in a field, or None where the word is not collected."""
        self.settle()
        found = self._frequent[field].bitmaps.get(word)
        return None if found is None else FrozenBitMap(found)

    @property
    def fields(self) -> list[str]:
        """What is collected."""
        return [*self._frequent]

    def settle(self) -> None:
        """Collect the entries that wait for others."""
        if not self._entries:
            return
        entries = np.frombuffer(self._entries, np.uint32)
        holding = _ones(self._pieces, self._ends, len(self._known))
        for frequent in self._frequent.values():
            frequent.add(entries, holding, self._known)
        if self._pairs is not None:
            if not self._pairs.started:
                [rows] = [each for each in self._frequent.values() if each.row is self._pairs.row]
                self._pairs.start(
                    word for word, found in rows.bitmaps.items() if _PAIRED_IN * len(found) > len(entries)
                )
            self._pairs.add(entries, np.array(self._pieces), np.array(self._ends, np.int64), self._known)
        self._entries, self._pieces, self._ends = array("I"), array("I"), array("I", [0])
        if len(self._known) > PIECES:
            self._known = _Numbered()
            for frequent in self._frequent.values():
                frequent.forget()
            if self._pairs is not None:
                self._pairs.forget()


class _Numbered(dict[Piece, int]):
    """The number of each piece, given when it is first seen."""

    def __missing__(self, piece: Piece) -> int:
        number = self[piece] = len(self)
        return number


class _Frequent:
    """The entries of the frequent words of one field: which these are, the first entries show."""

    def __init__(self, row: Row) -> None:
        self.bitmaps: dict[str, BitMap] = {}
        self.row = row
        self._started = False

    def add(self, entries: npt.NDArray[np.uint32], holding: csr_array, pieces: Mapping[Piece, int]) -> None:
        """Some more entries, each a row that tells which pieces it holds, by their numbers."""
        if not self._started:
            words = [*dict.fromkeys(word for piece in pieces for word in self.row(piece).split())]
            self._start(words)
            counts = np.diff((holding @ self._by(pieces)).tocsc().indptr).tolist()
            self._start([word for word, count in zip(words, counts, strict=True) if _ONE_IN * count > len(entries)])
        by_word = (holding @ self._by(pieces)).tocsc()
        for found, (start, end) in zip(self.bitmaps.values(), pairwise(by_word.indptr.tolist()), strict=True):
            found |= bitmap(np.sort(entries[by_word.indices[start:end]]))

    def forget(self) -> None:
        """The pieces get other numbers."""
        self._columns, self._ends = array("I"), array("I", [0])

    def _start(self, words: Sequence[str]) -> None:
        self._started = True
        self.bitmaps = {word: BitMap() for word in words}
        self._column = {word: column for column, word in enumerate(words)}
        self.forget()

    def _by(self, pieces: Mapping[Piece, int]) -> csr_array:
        """Which of the words each piece holds; the pieces that were there the last time come first."""
        for piece in islice(pieces, len(self._ends) - 1, None):
            held = {*self.row(piece).split()} & self._column.keys()
            self._columns.extend([self._column[word] for word in held])
            self._ends.append(len(self._columns))
        return _ones(self._columns, self._ends, len(self._column))


class Pairs:
    """The entries of each two words of one field that stand in a row there and are both very frequent: reading where
    each of them stands would take a tenth of a second for a million entries.

    They are kept aside in a file until all are there: hundreds for each entry.
    """

    def __init__(self, row: Row, spool: IO[bytes]) -> None:
        self.row = row
        self.started = False
        self._spool = spool
        self._numbers: dict[str, int] = {}  # of the words, from 1
        self._waiting: list[npt.NDArray[np.uint64]] = []
        # Of each bitmap in the file, one after another: its pair, and where it starts and ends.
        self._kept = array("Q")
        self.forget()

    @property
    def words(self) -> list[str]:
        """The words of which each pair is collected."""
        return [*self._numbers]

    def forget(self) -> None:
        """The pieces get other numbers."""
        self._sequences, self._ends = array("I"), array("I", [0])

    def add(
        self,
        entries: npt.NDArray[np.uint32],
        pieces: npt.NDArray[np.uint32],
        ends: npt.NDArray[np.int64],
        known: Mapping[Piece, int],
    ) -> None:
        """Some more entries: the numbers of their pieces in order, up to where each ends."""
        for piece in islice(known, len(self._ends) - 1, None):
            # A break is no word, but parts what is on either side as a rare word does.
            numbers = [self._numbers.get(word, 0) for word in self.row(piece).split()]
            self._sequences.extend([0] if piece is BREAK else numbers)
            self._ends.append(len(self._sequences))
        starts = np.array(self._ends, np.int32)
        counts = np.diff(starts)[pieces]
        before = np.zeros(len(pieces) + 1, np.int32)
        np.cumsum(counts, out=before[1:])
        places = np.repeat(starts[pieces] - before[:-1], counts)
        places += np.arange(len(places), dtype=np.int32)
        words = np.array(self._sequences)[places]
        is_paired = words > 0
        at = np.flatnonzero(is_paired[:-1] & is_paired[1:])
        owners = np.repeat(entries, np.diff(before[ends]))[at]
        pairs = words[at].astype(np.uint64) * (len(self._numbers) + 1) + words[at + 1]
        self._waiting.append(_different(pairs << 32 | owners))
        if sum(map(len, self._waiting)) > _WAITING:
            self._settle()

    def start(self, words: Iterable[str]) -> None:
        """Collect the pairs of these words."""
        self.started = True
        self._numbers = {word: number for number, word in enumerate(words, 1)}

    def all(self) -> Iterator[tuple[str, BitMap]]:
        """Each pair that stands anywhere, as text, with its entries."""
        self._settle()
        words = ["", *self._numbers]
        kept = np.array(self._kept).reshape(-1, 3)
        kept = kept[np.argsort(kept[:, 0], kind="stable")]
        starts = np.flatnonzero(np.diff(kept[:, 0], prepend=kept[:1, 0] + 1))
        for start, end in pairwise((*starts.tolist(), len(kept))):
            found = BitMap.union(*(self._read(first, last) for _, first, last in kept[start:end].tolist()))
            before, after = divmod(int(kept[start, 0]), len(words))
            yield _as_text(words[before], words[after]), found

    def _read(self, start: int, end: int) -> BitMap:
        self._spool.seek(start)
        return BitMap.deserialize(self._spool.read(end - start))

    def _settle(self) -> None:
        if not self._waiting:
            return
        keys = np.concatenate(self._waiting)
        self._waiting = []
        keys.sort()
        pairs, entries = keys >> 32, (keys & 0xFFFFFFFF).astype(np.uint32)
        starts = np.flatnonzero(np.diff(pairs, prepend=pairs[:1] + 1))
        place = self._spool.seek(0, SEEK_END)
        for pair, (first, last) in zip(pairs[starts].tolist(), pairwise((*starts.tolist(), len(keys))), strict=True):
            before, place = place, place + self._spool.write(bitmap(entries[first:last]).serialize())
            self._kept.extend((pair, before, place))


def _different(keys: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    keys.sort()
    return keys[np.flatnonzero(np.diff(keys, prepend=keys[:1] + 1))]


def _as_text(first: str, second: str) -> str:
    return f"{first} {second}"


def _ones(columns: array[int], ends: array[int], width: int) -> csr_array:
    """A matrix with a 1 in some columns of each row."""
    data = np.ones(len(columns), np.int32)
    return csr_array((data, np.array(columns, np.int32), np.array(ends, np.int32)), shape=(len(ends) - 1, width))
