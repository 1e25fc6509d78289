"""Which entries hold each frequent word, as bitmaps in a file: read one by one, so that they take no memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import orjson
from pyroaring import BitMap, FrozenBitMap

_BITMAPS, _PLACES = "members.bin", "members.json"


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
