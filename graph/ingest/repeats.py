"""Sheets that a file holds twice, to the letter."""

from __future__ import annotations

from graph.model import Sheet


class Repeats:
    """Remembers the sheets of a file by a hash of 64 bits, not the sheets, and where each was first met."""

    def __init__(self) -> None:
        self._places: dict[int, int] = {}

    def first_place(self, sheet: Sheet, place: int) -> int | None:
        """Where a sheet that says the same was met before, None where none was; `place` is where this one stands."""
        first = self._places.setdefault(hash(sheet), place)
        return None if first == place else first
