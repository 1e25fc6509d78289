"""The sheets of one structure that may tell of the same action in other years, each with what says so."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from graph.lineage import words
from graph.lineage.titles import NEAR, likeness
from graph.lineage.words import Said
from graph.mentions.bodies import text_of
from graph.mentions.writing import sentence
from graph.model import Action, SheetText

LOOKED_AT = 50
"""Sheets of the structure that are looked at on each side, the nearest in time."""

SHOWN = 20
"""Candidates on each side, at most."""

Texts = Callable[[Action], SheetText]


class LineageSign(StrEnum):
    """What says that a later sheet tells of what an earlier one told of.

    `SAME_TITLE`, `NEAR_TITLE`: their titles, years and numbers of editions aside. `NAMES`: the later one has the words
    of the earlier one's title close together. `SUBJECT`: it has them all, somewhere. `CONTINUES`: it says that it goes
    on. `ANNOUNCES`: the earlier one says that it is to go on.
    """

    SAME_TITLE = "same_title"
    NEAR_TITLE = "near_title"
    NAMES = "names"
    SUBJECT = "subject"
    CONTINUES = "continues"
    ANNOUNCES = "announces"


@dataclass(frozen=True, slots=True)
class LineageEvidence:
    """One sign. Where words of a sheet are it: the `action` whose sheet has them, in the `field` from `start` to `end`,
    in characters, the sentence around them and where that begins. `likeness` is that of the titles, for signs of these.
    """

    sign: LineageSign
    action: Action
    field: str | None = None
    text: str | None = None
    start: int | None = None
    end: int | None = None
    sentence: str | None = None
    sentence_start: int | None = None
    likeness: float | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sheet that may be of the same action, earlier or later, what says so, and how sure it is, 0 to 1."""

    action: Action
    evidence: tuple[LineageEvidence, ...]
    confidence: float


@dataclass(frozen=True, slots=True)
class Lineage:
    """The candidates before a sheet and after it, the nearest in time first, then the surest."""

    earlier: tuple[Candidate, ...]
    later: tuple[Candidate, ...]


def lineage(action: Action, others: Iterable[Action], text: Texts) -> Lineage:
    """The lineage of a sheet among others of its structure. Sheets without a year have none."""
    dated = [other for other in others if other.year is not None and other is not action]
    if action.year is None:
        return Lineage((), ())
    before = (other for other in dated if _year(other) < _year(action))
    after = (other for other in dated if _year(other) > _year(action))
    read = cache(lambda later: words.Words(text(later)))
    return Lineage(
        _nearest((_candidate(other, other, action, text, read) for other in _near(action, before)), action),
        _nearest((_candidate(other, action, other, text, read) for other in _near(action, after)), action),
    )


def _near(action: Action, others: Iterable[Action]) -> list[Action]:
    return sorted(others, key=lambda other: (abs(_year(other) - _year(action)), other.key))[:LOOKED_AT]


def _nearest(found: Iterable[Candidate | None], action: Action) -> tuple[Candidate, ...]:
    candidates = [each for each in found if each is not None]
    candidates.sort(key=lambda each: (abs(_year(each.action) - _year(action)), -each.confidence, each.action.key))
    return tuple(candidates[:SHOWN])


def _year(action: Action) -> int:
    return action.year or 0


def _candidate(
    other: Action, earlier: Action, later: Action, text: Texts, read: Callable[[Action], words.Words]
) -> Candidate | None:
    """What says that the later sheet goes on from the earlier one, or None. `read` gives the words of a sheet."""
    evidence: list[LineageEvidence] = []
    alike = likeness(earlier.title, later.title)
    said = text(later)
    goes_on = _goes_on(said, earlier, later)
    base = 0.0
    if alike == 1:
        base = 0.85
        evidence.append(LineageEvidence(LineageSign.SAME_TITLE, later, likeness=alike))
    elif alike >= NEAR:
        base = 0.6 + alike - NEAR
        evidence.append(LineageEvidence(LineageSign.NEAR_TITLE, later, likeness=round(alike, 2)))
    elif named := words.names(read(later), earlier.title):
        base = 0.55
        evidence.append(_quoted(LineageSign.NAMES, later, said, named))
    elif goes_on and (about := words.says(read(later), earlier.title)):
        base = 0.4
        evidence.append(_quoted(LineageSign.SUBJECT, later, said, about))
    if not evidence:
        return None
    if goes_on is not None:
        base += 0.1
        evidence.append(_quoted(LineageSign.CONTINUES, later, said, goes_on))
    before = text(earlier)
    if (ahead := words.announces(before)) is not None:
        base += 0.05
        evidence.append(_quoted(LineageSign.ANNOUNCES, earlier, before, ahead))
    gap = max(0, _year(later) - _year(earlier) - 2)
    return Candidate(other, tuple(evidence), round(min(0.98, base - min(0.2, 0.05 * gap)), 2))


def _goes_on(said: SheetText, earlier: Action, later: Action) -> Said | None:
    """Where the later sheet says that it goes on since the earlier one, or from something."""
    found = words.continues(said, _year(later))
    return next((each.said for each in found if each.since is None or each.since <= _year(earlier)), None)


def _quoted(sign: LineageSign, action: Action, text: SheetText, said: Said) -> LineageEvidence:
    whole = text_of(text, said.field)
    around = sentence(whole, said.start, said.end)
    return LineageEvidence(
        sign,
        action,
        said.field,
        whole[said.start : said.end],
        said.start,
        said.end,
        whole[around.start : around.end],
        around.start,
    )
