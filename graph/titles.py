"""The different titles of the actions, folded, in their order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from graph.arena import Column
from graph.merged import Merged
from graph.model import Action, fold
from graph.once import Remade, once


class BaseTitles(Remade):
    """The different titles of the actions of a base, ascending. Each is folded when it is read: none is kept."""

    def __init__(self, actions: Sequence[Action], ranks: npt.NDArray[np.int32]) -> None:
        self._actions = actions
        self._ranks = ranks
        self._size = int(ranks.max(initial=-1)) + 1

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, rank: int) -> str:
        return fold(self._actions[self._bearers[rank]].title)

    def all(self) -> list[str]:
        """Every one of them."""
        return [self[rank] for rank in range(self._size)]

    @once
    def _bearers(self) -> list[int]:
        """An action of each title."""
        bearers = np.zeros(self._size, np.int64)
        bearers[self._ranks] = np.arange(len(self._ranks))
        return bearers.tolist()


@dataclass(frozen=True, eq=False)
class Titles(Remade):
    """The titles of one version. `column` has the number of each action's title, by ordinal: its rank in the base, or
    one of those that follow. `texts` has the titles that the base lacks, in the order of these numbers.
    """

    base: BaseTitles
    column: Column
    later: Merged
    texts: tuple[str, ...] = ()

    @classmethod
    def build(cls, actions: Sequence[Action], ranks: npt.NDArray[np.int32]) -> Titles:
        """The titles of actions, of which `ranks` has the rank of each one's title among the different ones."""
        base = BaseTitles(actions, ranks)
        return cls(base, Column(ranks), Merged(len(base)))

    def changed(self, more: Iterable[Action]) -> Titles:
        """The titles with those of some more actions, whose ordinals follow. One that no action has any more stays."""
        folded = [fold(action.title) for action in more]
        found = {title: self._found(title) for title in sorted(set(folded))}
        number = {title: self._number(title, *place) for title, place in found.items()}
        new = [title for title, known in number.items() if known is None]
        number.update(zip(new, range(len(self), len(self) + len(new)), strict=True))
        return Titles(
            self.base,
            self.column.extended(np.array([number[title] for title in folded], np.int32)),
            self.later.added([(number[title], found[title]) for title in new]),  # type: ignore[misc]
            (*self.texts, *new),
        )

    def __len__(self) -> int:
        return len(self.base) + len(self.texts)

    @property
    def numbers(self) -> npt.NDArray[np.int32]:
        """The number of each action's title, by ordinal."""
        return self.column.values

    @once
    def places(self) -> npt.NDArray[np.int32]:
        """The place in the order of each title, by its number."""
        places = np.empty(len(self), np.int32)
        places[: len(self.base)] = self.later.of_base
        places[self.later.ids] = self.later.of_later
        return places

    def ranks_of(self, actions: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """The place in the order of the titles of some actions, given by ordinal."""
        numbers = self.numbers[actions]
        ranks: npt.NDArray[Any] = self.places[numbers] if self.texts else numbers
        return ranks

    def locate(self, title: str) -> tuple[int, bool]:
        """How many titles stand before a folded one, and whether it is one of them."""
        rank, later = self._found(title)
        return rank + later, self._number(title, rank, later) is not None

    def _number(self, title: str, rank: int, later: int) -> int | None:
        """The number of a title that would stand after so many of the base, and so many of the later ones."""
        if rank < len(self.base) and self.base[rank] == title:
            return rank
        if later < len(self.texts) and self._text(number := int(self.later.ids[later])) == title:
            return number
        return None

    def _found(self, title: str) -> tuple[int, int]:
        return self.later.found(title, self.base, None, self._text)

    def _text(self, number: int) -> str:
        return self.texts[number - len(self.base)]
