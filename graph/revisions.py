"""Which revision of which sheet each action is: what tells of files that were made earlier where they still hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt

from graph.merged import Integers

_FILE = "revisions.npy"
MISSING = -1


@dataclass(frozen=True, slots=True, eq=False)
class Revisions:
    """The number of each action's sheet, which it has for ever, and its revision, by ordinal."""

    numbers: Integers
    revisions: Integers

    @classmethod
    def of(cls, numbers: npt.NDArray[np.integer], revision_of: Mapping[int, int]) -> Self:
        """The revisions of sheets of some numbers; a sheet that has none is as good as another."""
        found = (revision_of.get(number, MISSING) for number in numbers.tolist())
        return cls(numbers.astype(np.int64), np.fromiter(found, np.int64, len(numbers)))

    @classmethod
    def open(cls, folder: Path) -> Self:
        """What `save` left in a folder. Raises OSError or ValueError where there is nothing, or no such thing."""
        numbers, revisions = np.load(folder / _FILE)
        return cls(numbers, revisions)

    def save(self, folder: Path) -> None:
        """Write them to a file of the folder."""
        np.save(folder / _FILE, np.array((self.numbers, self.revisions)))

    def places_in(self, then: Revisions) -> Integers:
        """Where each of them stood `then`, by ordinal; MISSING where it was not there, or another revision was."""
        if not len(then.numbers):
            return np.full(len(self.numbers), MISSING)
        order = np.argsort(then.numbers)
        at = np.minimum(np.searchsorted(then.numbers, self.numbers, sorter=order), len(order) - 1)
        places: Integers = order[at]
        is_same = (then.numbers[places] == self.numbers) & (then.revisions[places] == self.revisions)
        return np.where(is_same & (self.revisions != MISSING), places, MISSING)
