"""Which entries hold each frequent word, as bitmaps in a file: read one by one, so that they take no memory."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice, pairwise
from pathlib import Path

import numpy as np
import orjson
from pyroaring import BitMap, FrozenBitMap
from scipy.sparse import csr_array

from graph.indexes import bitmap
from graph.search.french import PIECES, Piece

_BITMAPS, _PLACES = "members.bin", "members.json"
_BLOCK = 5_000  # entries that are collected together; the first of them show which words are frequent
_ONE_IN = 1_000  # words of fewer of these are not collected


class Members:
    """The bitmaps of a folder by word. Reading from several threads at once is safe."""

    def __init__(self, file: Path, places: Mapping[str, tuple[int, int]]) -> None:
        self._file = file
        self._places = places

    @staticmethod
    def write(folder: Path, bitmaps: Iterable[tuple[str, FrozenBitMap]]) -> None:
        places = {}
        with (folder / _BITMAPS).open("wb") as file:
            for word, bitmap in bitmaps:
                packed = BitMap(bitmap)
                packed.run_optimize()
                start = file.tell()
                places[word] = (start, file.write(packed.serialize()))
        (folder / _PLACES).write_bytes(orjson.dumps(places))

    @classmethod
    def open(cls, folder: Path) -> Members | None:
        """The bitmaps that `write` left in the folder, or None. Raises ValueError where they cannot be read."""
        places = folder / _PLACES
        return cls(folder / _BITMAPS, orjson.loads(places.read_bytes())) if places.exists() else None

    def get(self, word: str) -> FrozenBitMap | None:
        """The bitmap of a word, or None where the file has none."""
        if word not in self._places:
            return None
        start, length = self._places[word]
        with self._file.open("rb") as file:
            file.seek(start)
            return FrozenBitMap.deserialize(file.read(length))


class Collector:
    """The entries of each word that is frequent among the first entries, collected while these are written: reading
    them back from the index would take longer than all the rest.
    """

    def __init__(self) -> None:
        self._bitmaps: dict[str, BitMap] = {}
        # Of the entries that wait: the number of each, and the numbers of its pieces, up to where they end.
        self._entries = array("I")
        self._pieces = array("I")
        self._ends = array("I", [0])
        self._known = _Numbered()
        self._held: _Held | None = None

    def add(self, number: int, pieces: Iterable[Piece]) -> None:
        """One more entry, with its pieces, each once."""
        self._pieces.extend([*map(self._known.__getitem__, pieces)])
        self._ends.append(len(self._pieces))
        self._entries.append(number)
        if len(self._entries) == _BLOCK:
            self._settle()

    def get(self, word: str) -> FrozenBitMap | None:
        """All the entries that hold a word, or None where the word is not collected."""
        self._settle()
        found = self._bitmaps.get(word)
        return None if found is None else FrozenBitMap(found)

    def _settle(self) -> None:
        if not self._entries:
            return
        entries = np.frombuffer(self._entries, np.uint32)
        if self._held is None:
            words = self._known.words()
            counts = np.diff(self._holding(_Held(words)).tocsc().indptr).tolist()
            frequent = [word for word, count in zip(words, counts, strict=True) if _ONE_IN * count > len(entries)]
            self._held = _Held(frequent)
            self._bitmaps = {word: BitMap() for word in frequent}
        holding = self._holding(self._held).tocsc()
        for found, (start, end) in zip(self._bitmaps.values(), pairwise(holding.indptr.tolist()), strict=True):
            found |= bitmap(np.sort(entries[holding.indices[start:end]]))
        self._entries, self._pieces, self._ends = array("I"), array("I"), array("I", [0])
        if len(self._known) > PIECES:
            self._known, self._held = _Numbered(), _Held([*self._bitmaps])

    def _holding(self, held: _Held) -> csr_array:
        """Which words each of the entries that wait holds, and by how many pieces."""
        return _ones(self._pieces, self._ends, len(self._known)) @ held.by(self._known)


class _Numbered(dict[Piece, int]):
    """The number of each piece, given when it is first seen."""

    def __missing__(self, piece: Piece) -> int:
        number = self[piece] = len(self)
        return number

    def words(self) -> list[str]:
        """The words of all pieces."""
        return [*dict.fromkeys(word for piece in self for word in piece.stems.split())]


class _Held:
    """Which of some words each piece holds."""

    def __init__(self, words: Sequence[str]) -> None:
        self._column = {word: column for column, word in enumerate(words)}
        self._columns, self._ends = array("I"), array("I", [0])

    def by(self, pieces: Mapping[Piece, int]) -> csr_array:
        """The matrix for the pieces, by number; those that were there the last time come first."""
        for piece in islice(pieces, len(self._ends) - 1, None):
            held = {*piece.stems.split()} & self._column.keys()
            self._columns.extend([self._column[word] for word in held])
            self._ends.append(len(self._columns))
        return _ones(self._columns, self._ends, len(self._column))


def _ones(columns: array[int], ends: array[int], width: int) -> csr_array:
    """A matrix with a 1 in some columns of each row."""
    data = np.ones(len(columns), np.int32)
    return csr_array((data, np.array(columns, np.int32), np.array(ends, np.int32)), shape=(len(ends) - 1, width))
