"""How well two structures fit: what few have and both do, what each would bring the other, their size, and how near.

    KEYWORDS · Σ w / √((W(A) + UNSAID) · (W(B) + UNSAID))         over the keywords that both have
  + BROUGHT · min(W(A∖B), W(B∖A)) / √((W(A) + UNSAID) · (W(B) + UNSAID))
  + SIZE · the smaller number of actions over the greater
  + NEAR · 1 in one department, 2/3 in departments that border each other, 1/3 in one region

A keyword weighs w = ln²((1 + N)/df): N structures have some keyword, df of them this one. W is the sum of what those of
a structure weigh. Every part is 0 or more, and they add up to 1 at most: of two structures with the same keywords
neither brings anything, and of two that share one keyword of many both bring much. It is the same from either side.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from graph.labels import UNKNOWN_DEPARTMENT
from graph.model import Concept, Department, Structure
from graph.places import places

KEYWORDS, BROUGHT, SIZE, NEAR = 0.5, 0.25, 0.1, 0.15
UNSAID = 1.0
DIGITS = 12  # sums in another order differ in their last bits

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]


class MeetingReasonKind(StrEnum):
    """Why two structures ought to meet."""

    SHARED_KEYWORD = "shared_keyword"
    COMPLEMENTARITY = "complementarity"
    SIZE = "size"
    SAME_DEPARTMENT = "same_department"
    NEIGHBOURING_DEPARTMENT = "neighbouring_department"
    SAME_REGION = "same_region"


@dataclass(frozen=True, slots=True)
class MeetingReason:
    """One reason, and its part of the score. `keyword` is that of SHARED_KEYWORD, None where it is no more."""

    kind: MeetingReasonKind
    keyword: Concept | None
    contribution: float


FAR, ONE_REGION, NEIGHBOURS, ONE_DEPARTMENT = range(4)
NEARNESS = np.array([0, 1 / 3, 2 / 3, 1])
_KIND_OF_LEVEL = {
    ONE_REGION: MeetingReasonKind.SAME_REGION,
    NEIGHBOURS: MeetingReasonKind.NEIGHBOURING_DEPARTMENT,
    ONE_DEPARTMENT: MeetingReasonKind.SAME_DEPARTMENT,
}


class Where(NamedTuple):
    """Where structures are, by place: the number of each one's department, of its own where it is not said, and the
    place of that department among those of France, -1 where it is none of them.
    """

    department: Numbers
    official: Numbers

    def levels(self, a: Any, b: Any) -> npt.NDArray[np.int64]:
        """How near the structures of two places are, of FAR to ONE_DEPARTMENT, for each two of two arrays."""
        one, other = self.official[a], self.official[b]
        of_france = np.where((one >= 0) & (other >= 0), _official_levels()[one, other], FAR)
        levels: npt.NDArray[np.int64] = np.where(self.department[a] == self.department[b], ONE_DEPARTMENT, of_france)
        return levels


def where(structures: Sequence[Structure]) -> Where:
    """Where these structures are."""
    number_of: dict[Department, int] = {}
    rank = {code: place for place, code in enumerate(places().departments)}
    numbers, official = np.empty(len(structures), np.int64), np.empty(len(structures), np.int64)
    for place, structure in enumerate(structures):
        department = structure.department
        is_said = department.label != UNKNOWN_DEPARTMENT
        numbers[place] = number_of.setdefault(department, len(number_of)) if is_said else -1 - place
        official[place] = rank.get(department.code or "", -1)
    return Where(numbers, official)


@cache
def _official_levels() -> npt.NDArray[np.int64]:
    every = list(places().departments.values())
    rank = {department.code: place for place, department in enumerate(every)}
    regions = np.array([[*places().regions].index(department.region.code) for department in every])
    levels = np.where(regions[:, None] == regions[None, :], ONE_REGION, FAR)
    for place, department in enumerate(every):
        levels[place, [rank[code] for code in department.neighbours]] = NEIGHBOURS
        levels[place, place] = ONE_DEPARTMENT
    return levels


class Fit(NamedTuple):
    """The parts of the score of pairs of structures, an array of each."""

    keywords: Floats
    brought: Floats
    size: Floats
    near: Floats

    @property
    def score(self) -> Floats:
        """The parts added up."""
        score: Floats = np.round(sum(self, np.zeros(())), DIGITS)
        return score


def topic(shared: Floats, one: Floats, other: Floats) -> tuple[Floats, Floats]:
    """What shared keywords and what each would bring give, from their weight and that of each side's keywords."""
    norm = np.sqrt((one + UNSAID) * (other + UNSAID))
    return KEYWORDS * shared / norm, BROUGHT * np.maximum(np.minimum(one, other) - shared, 0) / norm


def of_size(one: Numbers, other: Numbers) -> Floats:
    """What like numbers of actions give."""
    return SIZE * np.minimum(one, other) / np.maximum(np.maximum(one, other), 1)


def of_nearness(levels: npt.NDArray[np.int64]) -> Floats:
    """What being near gives."""
    near: Floats = NEAR * NEARNESS[levels]
    return near


def reasons_of(
    fit: Fit, level: int, keywords: Sequence[Concept | None], told: Sequence[float]
) -> tuple[MeetingReason, ...]:
    """The reasons of one pair, the greatest first: `told` has the weight of each keyword that both have."""
    total = sum(told)
    shared = float(fit.keywords[0])
    found = [
        MeetingReason(MeetingReasonKind.SHARED_KEYWORD, keyword, shared * weight / total)
        for keyword, weight in zip(keywords, told, strict=True)
    ]
    found.append(MeetingReason(MeetingReasonKind.COMPLEMENTARITY, None, float(fit.brought[0])))
    found.append(MeetingReason(MeetingReasonKind.SIZE, None, float(fit.size[0])))
    if level != FAR:
        found.append(MeetingReason(_KIND_OF_LEVEL[level], None, float(fit.near[0])))
    rounded = (MeetingReason(each.kind, each.keyword, round(each.contribution, DIGITS)) for each in found)
    return tuple(sorted((each for each in rounded if each.contribution > 0), key=lambda each: -each.contribution))
