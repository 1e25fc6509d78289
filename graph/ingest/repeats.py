"""What a file holds twice, to the letter."""

from __future__ import annotations

from collections.abc import Hashable


class Repeats:
    """Where each content of a file was first met. A hash of 64 bits is kept of each, not the content."""

    def __init__(self) -> None:
        self._places: dict[int, int] = {}

    def first_place(self, content: Hashable, place: int) -> int | None:
        """Where an equal content was met before, None where none was; `place` is where this one stands."""
        first = self._places.setdefault(hash(content), place)
        return None if first == place else first


def same_as(what: str, place: str) -> str:
    """The reason of the problem that is reported where the second stands."""
    return f"This {what} is the same to the letter as {place}; it is kept once."
