"""The words of the sheets of a later version of the graph: those of the base, and rows for the sheets that came since.

The words, and how rare they are, stay those of the base until the next one: of what only later sheets say, nothing is
known yet. Sheets that are gone score 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Protocol

import numpy as np
import numpy.typing as npt

from graph.arena import Column, of_one_line
from graph.indexes import Indexes, Ordinals, ordinals
from graph.model import Action, SheetText
from graph.network import Network
from graph.similarity.ranked import Floats
from graph.similarity.roughly import RoughScores
from graph.similarity.terms import Said
from graph.similarity.text import (
    TERMS_OF_A_SHEET,
    Rows,
    TextIndex,
    TextProfile,
    rarity_of,
    rows_of,
    scores_of,
    shared,
    strongest,
)


class Terms(Protocol):
    """What the measure TEXT asks: see `graph.similarity.text.TextIndex`."""

    def profile(self, ordinals: Sequence[int]) -> TextProfile: ...

    def profile_of(self, text: str) -> TextProfile: ...

    def scores(self, profile: TextProfile) -> RoughScores: ...

    def scores_of(self, profile: TextProfile, ordinals: npt.NDArray[np.integer]) -> Floats: ...

    def rarity_of_shared(self, profile: TextProfile, ordinals: npt.NDArray[np.uint32]) -> Floats: ...

    def shared_terms(self, profile: TextProfile, ordinal: int) -> list[tuple[str, float, float]]: ...


@dataclass(frozen=True, slots=True, eq=False)
class LaterTexts:
    """The terms of one version: `later` has the rows of the sheets that came after the `base`, whatever became of them,
    and `gone` the ordinals of the base that are no more.
    """

    base: TextIndex
    later: Rows
    gone: Ordinals

    def profile(self, ordinals: Sequence[int]) -> TextProfile:
        """As `TextIndex.profile`."""
        return strongest(self._rows(np.asarray(ordinals)))

    def profile_of(self, text: str) -> TextProfile:
        """As `TextIndex.profile_of`."""
        return self.base.profile_of(text)

    def scores(self, profile: TextProfile) -> RoughScores:
        """As `TextIndex.scores`; 0 for the sheets of the base that are gone."""
        of_base = self.base.scores(profile)
        of_base[self.gone] = 0
        of_later = scores_of(profile, len(self.base.printed), self.later)
        return np.concatenate((of_base, of_later.astype(np.float32)))

    def scores_of(self, profile: TextProfile, ordinals: npt.NDArray[np.integer]) -> Floats:
        """As `TextIndex.scores_of`."""
        return scores_of(profile, len(self.base.printed), self._rows(np.asarray(ordinals)))

    def rarity_of_shared(self, profile: TextProfile, ordinals: npt.NDArray[np.uint32]) -> Floats:
        """As `TextIndex.rarity_of_shared`."""
        return rarity_of(profile, self.base.rarity, self._rows(np.asarray(ordinals)).terms)

    def shared_terms(self, profile: TextProfile, ordinal: int) -> list[tuple[str, float, float]]:
        """As `TextIndex.shared_terms`."""
        return shared(self.base, profile, self._rows(np.array([ordinal])))

    def _rows(self, ordinals: npt.NDArray[np.integer]) -> Rows:
        size = len(self.base.rows)
        is_later = ordinals >= size
        terms = np.empty((len(ordinals), TERMS_OF_A_SHEET), np.int32)
        weights = np.empty((len(ordinals), TERMS_OF_A_SHEET), np.float32)
        for chosen, rows, first in ((~is_later, self.base.all_rows, 0), (is_later, self.later, size)):
            terms[chosen] = rows.terms[ordinals[chosen] - first]
            weights[chosen] = rows.weights[ordinals[chosen] - first]
        return Rows(terms, weights)


class GrowingTexts:
    """What the versions of one graph share: whichever asks first reads the sheets that came since."""

    def __init__(self, base: TextIndex) -> None:
        self._base = base
        self._actions: Sequence[Action] = ()
        self._terms = Column(np.empty(0, np.int32))
        self._weights = Column(np.empty(0, np.float32))
        self._lock = Lock()

    def until(self, network: Network, indexes: Indexes, texts: Sequence[SheetText]) -> LaterTexts:
        """The terms of one version; `texts` are those of the actions that came after the base."""
        first, actions = len(self._base.rows), network.actions
        with self._lock:
            if not of_one_line(self._actions, actions):
                return GrowingTexts(self._base).until(network, indexes, texts)
            known = max(len(self._actions), first)
            if len(actions) > known:
                self._add(list(zip(actions[known:], texts[known - first :], strict=True)), known)
                self._actions = actions
            size = (len(actions) - first) * TERMS_OF_A_SHEET
            later = Rows(*(c.values[:size].reshape(-1, TERMS_OF_A_SHEET) for c in (self._terms, self._weights)))
        is_gone = np.ones(first, bool)
        there = ordinals(indexes.everything)
        is_gone[there[there < first]] = False
        return LaterTexts(self._base, later, np.flatnonzero(is_gone).astype(np.uint32))

    def _add(self, sheets: Sequence[tuple[Action, SheetText]], first: int) -> None:
        said = [Said(action.ordinal, action.title, action.structure.name, text) for action, text in sheets]
        rows = rows_of(self._base, said, first)
        self._terms = self._terms.extended(rows.terms.reshape(-1))
        self._weights = self._weights.extended(rows.weights.reshape(-1))
