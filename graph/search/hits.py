"""What a search finds among the nodes of every kind, best first, from which pages are taken."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from pyroaring import BitMap, FrozenBitMap

from graph.indexes import ordinals
from graph.model import Action, Concept, Node, Structure
from graph.once import once
from graph.paging import Page, Window, check_types, cut
from graph.search.fulltext import Ranking

SCORE_DIGITS = 6


class HitPlace(NamedTuple):
    """Where a hit stands in the answer to a search: where its node stands now, by its key, as long as it is found.

    Where it is not, the place is that of the score, before others of the same.
    """

    score: float
    key: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A node that a search finds, with a score in 0..1 that compares nodes of all kinds."""

    node: Node
    score: float

    @property
    def place(self) -> HitPlace:
        """Where it stands."""
        return HitPlace(self.score, self.node.key)


class NumberedNodes:
    """The nodes by the numbers that order equal scores: the `named` ones, then the actions."""

    def __init__(self, named: Sequence[Structure | Concept], actions: Sequence[Action]) -> None:
        self.named = named
        self.actions = actions
        self._of_named = {node.key: number for number, node in enumerate(named)}

    def __getitem__(self, number: int) -> Node:
        after_named = number - len(self.named)
        return self.named[number] if after_named < 0 else self.actions[after_named]

    def number(self, node: Node | None) -> int:
        """The number of a node, or -1 for None."""
        if node is None:
            return -1
        return len(self.named) + node.ordinal if isinstance(node, Action) else self._of_named[node.key]


class Answers(NamedTuple):
    """What one index finds: the ranking, the numbers of all that it finds, and the number of its first node."""

    ranking: Ranking
    matching: Callable[[], FrozenBitMap]
    first_number: int


class _Listed(NamedTuple):
    """Hits in their order, each by its number."""

    numbers: npt.NDArray[np.int64]
    scores: npt.NDArray[np.float32]

    def position(self, number: int) -> int | None:
        """Where a node stands, from 0, or None."""
        where = np.flatnonzero(self.numbers == number)
        return int(where[0]) if len(where) else None


class Hits:
    """What a search finds. The highest score comes first; of equal ones, concepts, departments, structures, actions.

    Of many answers only the best are ranked (see `graph.search.fulltext.RANKED`), and the rest is read no sooner than a
    page reaches it: some milliseconds for a million. The records of a page are all that is read of them.
    """

    def __init__(self, nodes: NumberedNodes, find: Callable[[str], Node | None], answers: Sequence[Answers]) -> None:
        self._nodes = nodes
        self._find = find
        self._answers = answers
        self._count = sum(each.ranking.total for each in answers)

    order = "search"

    def __len__(self) -> int:
        """How many there are.

        >>> len(tiny.search.search("jardin", [NodeKind.ACTION, NodeKind.KEYWORD]))
        4
        """
        return self._count

    def place_of(self, item: Hit) -> HitPlace:
        """Where one stands."""
        return item.place

    def place(self, values: Sequence[Any]) -> HitPlace:
        """The place that `place_of` gave as values. Raises ValueError for values of other types."""
        check_types(values, ((float, int), str))
        return HitPlace(*values)

    def page(self, window: Window[HitPlace]) -> Page[Hit]:
        """The hits that the window takes.

        >>> hits = tiny.search.search("jardin")
        >>> first = hits.page(Window(first=1))
        >>> [hit.node.key for hit in first.items], first.has_next
        (['keyword:jardin'], True)
        >>> [hit.node.label for hit in hits.page(Window(first=1, after=first.items[0].place)).items]
        ['Jardin partagé']
        """
        start = 0 if window.after is None else self._position(window.after, 1)
        stop = self._count if window.before is None else self._position(window.before, 0)
        start, stop = cut(window, start, stop)
        listed = self._ranked if stop <= self._certain else self._all
        found = zip(listed.numbers[start:stop].tolist(), listed.scores[start:stop].tolist(), strict=True)
        hits = [Hit(self._nodes[number], round(score, SCORE_DIGITS)) for number, score in found]
        return Page(hits, stop < self._count, start > 0)

    def _position(self, place: HitPlace, after: int) -> int:
        """How many hits stand before a place, and `after` more where one stands at it."""
        number = self._nodes.number(self._find(place.key))
        position = self._ranked.position(number)
        if position is None or position >= self._certain:
            position = self._all.position(number)
        if position is not None:
            return position + after
        return int(np.count_nonzero(np.round(self._all.scores.astype(np.float64), SCORE_DIGITS) > place.score))

    @once
    def _ranked(self) -> _Listed:
        """The hits that are ranked, in their order."""
        numbers = [each.ranking.ordinals.astype(np.int64) + each.first_number for each in self._answers]
        scores = [each.ranking.scores for each in self._answers]
        unordered = np.concatenate(numbers or [np.empty(0, np.int64)])
        unordered_scores = np.concatenate(scores or [np.empty(0, np.float32)])
        order = np.lexsort((unordered, -unordered_scores))
        return _Listed(unordered[order], unordered_scores[order])

    @once
    def _certain(self) -> int:
        """How many of the ranked hits stand before all that are not."""
        return min((_before_rest(self._ranked, each) for each in self._with_rest()), default=len(self._ranked.numbers))

    @once
    def _all(self) -> _Listed:
        """Every hit in its order: what is not ranked stands together, where its score belongs."""
        numbers, scores = self._ranked
        for each in self._with_rest():
            at = _before_rest(_Listed(numbers, scores), each)
            rest = ordinals(each.matching() - BitMap(each.ranking.ordinals)).astype(np.int64) + each.first_number
            numbers = np.concatenate((numbers[:at], rest, numbers[at:]))
            rest_scores = np.full(len(rest), each.ranking.floor, np.float32)
            scores = np.concatenate((scores[:at], rest_scores, scores[at:]))
        return _Listed(numbers, scores)

    def _with_rest(self) -> list[Answers]:
        return [each for each in self._answers if each.ranking.total > len(each.ranking.ordinals)]


def _before_rest(listed: _Listed, answers: Answers) -> int:
    """How many of the hits stand before those of an index that are not ranked."""
    floor = np.float32(answers.ranking.floor)
    ties = (listed.scores == floor) & (listed.numbers < answers.first_number)
    return int(np.count_nonzero((listed.scores > floor) | ties))
