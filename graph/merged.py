"""Two ascending sequences read as one: the many items of a base, and a few that came later."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from graph.once import Remade, once

Integers = npt.NDArray[np.int64]
Value = Callable[[Any], Any]
Indexed = Any  # what has items by number: bisect asks no more


def _none() -> Integers:
    return np.zeros(0, np.int64)


@dataclass(frozen=True, eq=False)
class Merged(Remade):
    """Where the items stand. `ids` names the later ones, in their order; before each, `before` of the `base` ones
    stand. Equal items of both are allowed: the later one stands first.
    """

    base: int
    ids: Integers = field(default_factory=_none)
    before: Integers = field(default_factory=_none)

    def __len__(self) -> int:
        return self.base + len(self.ids)

    @once
    def of_base(self) -> Integers:
        """The place of each item of the base, from 0."""
        later = np.cumsum(np.bincount(self.before, minlength=self.base + 1))[: self.base]
        return np.arange(self.base) + later

    @once
    def of_later(self) -> Integers:
        """The places of the later items, ascending."""
        return self.before + np.arange(len(self.ids))

    def found(
        self, value: Any, of_base: Indexed, base_value: Value | None, value_of: Value, *, after: bool = False
    ) -> tuple[int, int]:
        """How many of the base, and of the later ones, are less than a value, or equal to it where `after` is true.

        `of_base` are the first `base` items, `base_value` gives what is compared of one, `value_of` that of an id.
        """
        search = bisect_right if after else bisect_left
        return search(of_base, value, 0, self.base, key=base_value), search(self.ids, value, key=value_of)

    def added(self, items: Sequence[tuple[int, tuple[int, int]]]) -> Merged:
        """With more items, in their order: each has its id, and where `found` says that it stands."""
        if not items:
            return self
        ids, places = zip(*items, strict=True)
        before, at = np.array(places, np.int64).T
        return Merged(self.base, np.insert(self.ids, at, ids), np.insert(self.before, at, before))

    def without(self, ids: Sequence[int]) -> Merged:
        """Without some of the later items."""
        if not len(ids) or not len(self.ids):
            return self
        stays = ~np.isin(self.ids, ids)
        return Merged(self.base, self.ids[stays], self.before[stays])
