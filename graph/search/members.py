"""Which entries hold each frequent word, as bitmaps in a file: read one by one, so that they take no memory."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice, pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
import orjson
from pyroaring import BitMap, FrozenBitMap
from scipy.sparse import csr_array

from graph.indexes import bitmap
from graph.search.french import PIECES, Piece

_BITMAPS, _PLACES = "members.bin", "members.json"
_BLOCK = 5_000  # entries that are collected together; the first of them show which words are frequent
_ONE_IN = 1_000  # words of fewer of these are not collected

Row = Callable[[Piece], str]  # what a piece holds, with spaces between


class Members:
    """The bitmaps of a folder by field and word. Reading from several threads at once is safe."""

    def __init__(self, file: Path, places: Mapping[str, Mapping[str, tuple[int, int]]]) -> None:
        self._file = file
        self._places = places

    @staticmethod
    def write(folder: Path, bitmaps: Mapping[str, Iterable[tuple[str, FrozenBitMap]]]) -> None:
        places: dict[str, dict[str, tuple[int, int]]] = {}
        with (folder / _BITMAPS).open("wb") as file:
            for field, of_field in bitmaps.items():
                places[field] = {}
                for word, bitmap in of_field:
                    packed = BitMap(bitmap)
                    packed.run_optimize()
                    start = file.tell()
                    places[field][word] = (start, file.write(packed.serialize()))
        (folder / _PLACES).write_bytes(orjson.dumps(places))

    @classmethod
    def open(cls, folder: Path) -> Members | None:
        """The bitmaps that `write` left in the folder, or None. Raises ValueError where they cannot be read."""
        places = folder / _PLACES
        return cls(folder / _BITMAPS, orjson.loads(places.read_bytes())) if places.exists() else None

    def has(self, field: str, word: str) -> bool:
        """Whether the file has the bitmap of a word in a field."""
        return word in self._places.get(field, ())

    def get(self, field: str, word: str) -> FrozenBitMap:
        """The bitmap of a word that the file has in a field."""
        start, length = self._places[field][word]
        with self._file.open("rb") as file:
            file.seek(start)
            return FrozenBitMap.deserialize(file.read(length))


class Collector:
    """The entries of each word that is frequent in a field among the first entries, collected while these are written:
    reading them back from the index would take longer than all the rest.

    A field is what its row says that pieces hold.
    """

    def __init__(self, rows: Mapping[str, Row]) -> None:
        self._frequent = {field: _Frequent(row) for field, row in rows.items()}
        # Of the entries that wait: the number of each, and the numbers of its pieces, up to where they end.
        self._entries = array("I")
        self._pieces = array("I")
        self._ends = array("I", [0])
        self._known = _Numbered()

    def add(self, number: int, pieces: Iterable[Piece]) -> None:
        """One more entry, with its pieces, each once."""
        self._pieces.extend([*map(self._known.__getitem__, pieces)])
        self._ends.append(len(self._pieces))
        self._entries.append(number)
        if len(self._entries) == _BLOCK:
            self._settle()

    def get(self, field: str, word: str) -> FrozenBitMap | None:
        """All the entries that hold a word in a field, or None where the word is not collected."""
        self._settle()
        found = self._frequent[field].bitmaps.get(word)
        return None if found is None else FrozenBitMap(found)

    def _settle(self) -> None:
        if not self._entries:
            return
        entries = np.frombuffer(self._entries, np.uint32)
        holding = _ones(self._pieces, self._ends, len(self._known))
        for frequent in self._frequent.values():
            frequent.add(entries, holding, self._known)
        self._entries, self._pieces, self._ends = array("I"), array("I"), array("I", [0])
        if len(self._known) > PIECES:
            self._known = _Numbered()
            for frequent in self._frequent.values():
                frequent.forget()


class _Numbered(dict[Piece, int]):
    """The number of each piece, given when it is first seen."""

    def __missing__(self, piece: Piece) -> int:
        number = self[piece] = len(self)
        return number


class _Frequent:
    """The entries of the frequent words of one field: which these are, the first entries show."""

    def __init__(self, row: Row) -> None:
        self.bitmaps: dict[str, BitMap] = {}
        self._row = row
        self._started = False

    def add(self, entries: npt.NDArray[np.uint32], holding: csr_array, pieces: Mapping[Piece, int]) -> None:
        """Some more entries, each a row that tells which pieces it holds, by their numbers."""
        if not self._started:
            words = [*dict.fromkeys(word for piece in pieces for word in self._row(piece).split())]
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
            held = {*self._row(piece).split()} & self._column.keys()
            self._columns.extend([self._column[word] for word in held])
            self._ends.append(len(self._columns))
        return _ones(self._columns, self._ends, len(self._column))


def _ones(columns: array[int], ends: array[int], width: int) -> csr_array:
    """A matrix with a 1 in some columns of each row."""
    data = np.ones(len(columns), np.int32)
    return csr_array((data, np.array(columns, np.int32), np.array(ends, np.int32)), shape=(len(ends) - 1, width))
