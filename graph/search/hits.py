"""What a search finds among the nodes of every kind, best first, from which pages are taken."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from graph.mentions.bodies import Body
from graph.model import Action, Node
from graph.once import once
from graph.paging import Page, Window, checked_place, page
from graph.search.fulltext import SCORE_DIGITS, Ranking
from graph.search.names import Names

_NEAR = 1_000  # how many that are not ranked are read first, of each index
Place = tuple[Any, ...]
Listed = tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Hit:
    """A node that a search finds, with a score in 0..1 that compares nodes of all kinds."""

    node: Node | Body
    score: float


class NumberedNodes:
    """The nodes by number: those of the names, then the actions, then the bodies that one search finds."""

    ACTIONS = 2**32
    """The number of the first action."""
    BODIES = 2**33
    """The number of the first body."""

    def __init__(self, names: Names, bodies: Sequence[Body] = ()) -> None:
        self._names = names
        self._bodies = bodies

    def __getitem__(self, number: int) -> Node | Body:
        if number >= self.BODIES:
            return self._bodies[number - self.BODIES]
        if number >= self.ACTIONS:
            return self._names.network.actions[number - self.ACTIONS]
        return self._names.order[number]

    def number(self, key: str) -> int:
        """The number of a node, or -1 where there is none of that key."""
        for place, body in enumerate(self._bodies):
            if body.key == key:
                return self.BODIES + place
        node = self._names.network.records.get(key)
        return self.ACTIONS + node.ordinal if isinstance(node, Action) else self._names.number(key)


class Hits:
    """What a search finds. The highest score comes first; of equal ones, concepts, departments, regions, structures,
    actions, bodies.

    A hit's place is its score and its node's key: where that node stands now, or, where it is not found any more,
    before others of the same score. Only the best of many answers are ranked (`graph.search.entries.RANKED`), and the
    rest is read no sooner than a page reaches it: some milliseconds for a million.
    """

    order = "search"

    def __init__(self, nodes: NumberedNodes, answers: Sequence[tuple[Ranking, int]]) -> None:
        """`answers` are what each index finds, with the number of its first node, in the order of those numbers."""
        self._nodes = nodes
        self._answers = answers

    def __len__(self) -> int:
        """How many there are.

        >>> len(tiny.search.search("jardin", [NodeKind.ACTION, NodeKind.KEYWORD]))
        4
        """
        return sum(ranking.total for ranking, _ in self._answers)

    def place_of(self, item: Hit) -> Place:
        """Where one stands."""
        return item.score, item.node.key

    def place(self, values: Sequence[Any]) -> Place:
        """The place that `place_of` gave as values. Raises ValueError for values of other types."""
        return checked_place(values, ((float, int), str))

    def page(self, window: Window[Place]) -> Page[Hit]:
        """The hits that the window takes.

        >>> hits = tiny.search.search("jardin")
        >>> first = hits.page(Window(first=1))
        >>> [hit.node.key for hit in first.items], first.has_next
        (['keyword:jardin'], True)
        >>> [hit.node.label for hit in hits.page(Window(first=1, after=hits.place_of(first.items[0]))).items]
        ['Jardin partagé']
        """
        found = page(window, len(self._best[0]), self._position, self._between)
        # A page before the end of some of them is the same whatever follows these: all are counted only for the others.
        if not found.has_next:
            found = page(window, len(self._near[0]), self._position, self._between)
        return found if found.has_next else page(window, len(self), self._position, self._between)

    def _between(self, start: int, stop: int) -> list[Hit]:
        numbers, scores = self._best
        if stop > len(numbers):
            numbers, scores = self._near
        if stop > len(numbers):
            numbers, scores = self._all
        found = zip(numbers[start:stop].tolist(), scores[start:stop].tolist(), strict=True)
        return [Hit(self._nodes[number], round(score, SCORE_DIGITS)) for number, score in found]

    def _position(self, place: Place, at_it: bool) -> int:
        score, key = place
        number = self._nodes.number(key)
        where = np.flatnonzero(self._best[0] == number)
        if not len(where):
            where = np.flatnonzero(self._all[0] == number)
        if len(where):
            return int(where[0]) + at_it
        return int(np.count_nonzero(np.round(self._all[1].astype(np.float64), SCORE_DIGITS) > score))

    @once
    def _best(self) -> Listed:
        """The hits that are ranked before all that are not."""
        numbers, scores = _in_order(self._ranked)
        floor = max((ranking.cut.floor for ranking, _ in self._answers if ranking.cut is not None), default=-1)
        certain = int(np.count_nonzero(scores > floor))
        return numbers[:certain], scores[:certain]

    @property
    def _ranked(self) -> Iterator[Listed]:
        return ((ranking.ordinals.astype(np.int64) + first, ranking.scores) for ranking, first in self._answers)

    @once
    def _near(self) -> Listed:
        return self._with_rest(_NEAR)

    @once
    def _all(self) -> Listed:
        return self._with_rest(None)

    def _with_rest(self, most: int | None) -> Listed:
        """The hits up to the first that is missing, where `most` of those that an index does not rank are read (None:
        all). They stand together, where their score belongs.
        """
        parts, ends = [*self._ranked], []
        for ranking, first in self._answers:
            some, most_scored, are_all = ranking.rest(most)
            parts.append((some.astype(np.int64) + first, most_scored))
            if not are_all:
                ends.append(parts[-1][0][-1])
        numbers, scores = _in_order(parts)
        end = min((int(np.flatnonzero(numbers == last)[0]) + 1 for last in ends), default=len(numbers))
        return numbers[:end], scores[:end]


def _in_order(parts: Iterable[Listed]) -> Listed:
    """The hits of the parts, the highest score first; of equal ones, those of the earlier part."""
    none = np.empty(0, np.int64), np.empty(0, np.float32)
    numbers, scores = map(np.concatenate, zip(none, *parts, strict=True))
    order = np.argsort(-scores, kind="stable")
    return numbers[order], scores[order]
