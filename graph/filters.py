"""Sets of actions that a condition describes, by set algebra on bitmaps: the cost follows the sets, not the text."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from itertools import accumulate

import numpy as np
from pyroaring import BitMap, FrozenBitMap

from graph.indexes import Indexes
from graph.kinds import NodeKind
from graph.model import fold
from graph.network import Network

NOTHING = FrozenBitMap()


class Filters:
    """The simple conditions on the actions of one graph; each method gives the ordinals that satisfy it.

    What is made for a first call is kept for the next ones.
    """

    def __init__(self, network: Network, indexes: Indexes) -> None:
        self._network = network
        self._indexes = indexes
        self._with_count: dict[NodeKind, dict[int, FrozenBitMap]] = {}
        self._empty: dict[NodeKind, FrozenBitMap] = {}

    @property
    def everything(self) -> FrozenBitMap:
        """Every action."""
        return self._indexes.everything

    def any_of(self, keys: Iterable[str]) -> FrozenBitMap:
        """The actions linked to at least one of these nodes; unknown keys have none."""
        found = [self._indexes.members.get(key, NOTHING) for key in keys]
        return FrozenBitMap.union(*found) if found else NOTHING

    def all_of(self, keys: Iterable[str]) -> FrozenBitMap:
        """The actions linked to each of these nodes; every action where there is no key."""
        found = [self._indexes.members.get(key, NOTHING) for key in keys]
        return FrozenBitMap.intersection(*found) if found else self.everything

    def empty(self, kind: NodeKind) -> FrozenBitMap:
        """The actions without any node of the kind."""
        if kind not in self._empty:
            self._empty[kind] = self.everything - self.any_of(c.key for c in self._network.concepts[kind])
        return self._empty[kind]

    def count(self, kind: NodeKind, accepts: Callable[[int], bool]) -> FrozenBitMap:
        """The actions whose number of nodes of the kind is accepted: keywords, partners, publics or initiators."""
        if kind not in self._with_count:
            column = self._indexes.link_counts[kind]
            self._with_count[kind] = {
                int(count): FrozenBitMap(np.flatnonzero(column == count).astype(np.uint32))
                for count in np.unique(column)
            }
        return _union(found for count, found in self._with_count[kind].items() if accepts(count))

    def year(self, accepts: Callable[[int | None], bool]) -> FrozenBitMap:
        """The actions whose year is accepted."""
        return _union(found for year, found in self._indexes.years.items() if accepts(year))

    def status(self, accepts: Callable[[str], bool]) -> FrozenBitMap:
        """The actions whose status, as printed, is accepted."""
        return _union(found for status, found in self._indexes.statuses.items() if accepts(status))

    def keys(self, keys: Iterable[str]) -> FrozenBitMap:
        """The actions with these keys."""
        records = self._network.records
        found = BitMap()
        for key in keys:
            record = records.get(key)
            if record is not None and key.startswith(f"{NodeKind.ACTION}:"):
                found.add(record.ordinal)  # type: ignore[union-attr]
        return FrozenBitMap(found)

    def title(
        self, *, equals: str | None = None, contains: str | None = None, starts: str | None = None
    ) -> FrozenBitMap:
        """The actions whose title fits each given text, without regard to case or accents."""
        found = self.everything
        if equals is not None:
            found &= self._titles.matches(f"\n{fold(equals)}\n")
        if starts is not None:
            found &= self._titles.matches(f"\n{fold(starts)}")
        if contains is not None:
            found &= self._titles.matches(fold(contains))
        return found

    @cached_property
    def _titles(self) -> Lines:
        return Lines([fold(action.title) for action in self._network.actions])


class Lines:
    """Lines as one text, so that looking for a word in all of them is one scan of memory."""

    def __init__(self, lines: list[str]) -> None:
        self._text = "\n" + "\n".join(lines) + "\n"
        lengths = np.fromiter(accumulate(len(line) + 1 for line in lines), np.int64, len(lines))
        self._ends = lengths + 1
        self._count = len(lines)

    def matches(self, wanted: str) -> FrozenBitMap:
        """The numbers of the lines that hold `wanted`, a newline in which stands for a line's end or start."""
        if not wanted.strip("\n"):
            return FrozenBitMap(range(self._count)) if wanted.count("\n") < 2 else self._empty_lines()
        starts = []
        # A line break that opens the match belongs to the line before.
        shift = 1 if wanted.startswith("\n") else 0
        position = self._text.find(wanted)
        while position >= 0:
            line = int(np.searchsorted(self._ends, position + shift, side="right"))
            starts.append(line)
            position = self._text.find(wanted, int(self._ends[line]) - 1)
        return FrozenBitMap(starts)

    def _empty_lines(self) -> FrozenBitMap:
        lengths = np.diff(self._ends, prepend=1)
        return FrozenBitMap(np.flatnonzero(lengths == 1).astype(np.uint32))


def _union(found: Iterable[FrozenBitMap]) -> FrozenBitMap:
    sets = list(found)
    return FrozenBitMap.union(*sets) if sets else NOTHING
