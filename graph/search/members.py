"""Which entries hold each frequent word, as bitmaps in a file: read one by one, so that they take no memory."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import orjson
from pyroaring import BitMap, FrozenBitMap

_BITMAPS, _PLACES = "members.bin", "members.json"
_BLOCK = 50_000  # entries of which the numbers are kept one by one, some 40 MB
_FIRST = 5_000  # entries that show which words are frequent
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
        self._bitmaps: dict[str, BitMap] | None = None
        self._waiting: dict[str, array[int]] = {}
        self._count = 0

    def add(self, number: int, words: set[str]) -> None:
        """One more entry, with its words."""
        waiting = self._waiting
        if self._bitmaps is None:
            for word in words:
                waiting.setdefault(word, array("I")).append(number)
        else:
            for word in waiting.keys() & words:
                waiting[word].append(number)
        self._count += 1
        if self._count == _FIRST or self._count % _BLOCK == 0:
            self._settle()

    def get(self, word: str) -> FrozenBitMap | None:
        """All the entries that hold a word, or None where the word is not collected."""
        if self._waiting:
            self._settle()
            self._waiting.clear()
        found = (self._bitmaps or {}).get(word)
        return None if found is None else FrozenBitMap(found)

    def _settle(self) -> None:
        if self._bitmaps is None:
            least = self._count / _ONE_IN
            self._waiting = {word: numbers for word, numbers in self._waiting.items() if len(numbers) > least}
            self._bitmaps = {word: BitMap() for word in self._waiting}
        for word, numbers in self._waiting.items():
            self._bitmaps[word] |= BitMap(array("I", np.sort(np.frombuffer(numbers, np.uint32)).tobytes()))
            self._waiting[word] = array("I")
