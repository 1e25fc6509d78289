"""How two states of a sheet differ: field by field, and of a text word by word. Sheets in, records out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import Any

from graph.fields import FIELDS, Field, Holds
from graph.model import Sheet

MOST_WORDS = 2_000
"""The most words of one text that is compared with another one."""

MOST_CHANGES = 400
"""The most words that are added and removed, beyond which a text is another one. The comparison takes time by the
square of them, whatever the texts: `difflib` took from a millisecond to a minute for texts of a thousand words."""

_PIECES = re.compile(r"\w+|\s+|[^\w\s]")
_WORD = re.compile(r"\w+")

Steps = list[tuple["WordState", str]]


class WordState(StrEnum):
    """What became of some words."""

    KEPT = "KEPT"
    ADDED = "ADDED"
    REMOVED = "REMOVED"


@dataclass(frozen=True, slots=True)
class WordChange:
    """A run of words of a text, with the spaces and the punctuation between them."""

    state: WordState
    text: str


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field of which two states of a sheet say another thing.

    `field` is its path in the API, `label` what a French reader calls it. A text has `before` and `after`, None where
    it is empty, and `words`; a list has what was `added` and `removed`, neither where only its order changed.
    """

    field: str
    label: str
    before: str | None = None
    after: str | None = None
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    words: tuple[WordChange, ...] = ()


def diff(before: Sheet, after: Sheet) -> tuple[FieldChange, ...]:
    """What changed from one state of a sheet to another, in the order of the form.

    A text that is printed and empty says the same as one that is not printed.
    """
    return tuple(change for field in FIELDS if (change := _change(field, before, after)) is not None)


def word_diff(before: str, after: str) -> tuple[WordChange, ...]:
    """The words of two texts: those that are kept or added are `after`, those that are kept or removed are `before`.

    Nothing where a text has more than MOST_WORDS words; all of them removed and added where the two differ by more than
    MOST_CHANGES words, spaces and signs.
    """
    if max(len(_WORD.findall(before)), len(_WORD.findall(after))) > MOST_WORDS:
        return ()
    steps = _steps(_PIECES.findall(before), _PIECES.findall(after))
    if steps is None:
        steps = [(WordState.REMOVED, before), (WordState.ADDED, after)]
    return tuple(_joined(_without_lone_spaces(steps)))


def _change(field: Field, before: Sheet, after: Sheet) -> FieldChange | None:
    old, new = _value(field, before), _value(field, after)
    if old == new:
        return None
    if field.holds is Holds.MANY:
        added, removed = tuple(_surplus(new, old)), tuple(_surplus(old, new))
        return FieldChange(field.api, field.shown, added=added, removed=removed)
    words = word_diff(old or "", new or "")
    return FieldChange(field.api, field.shown, old, new, words=words)


def _value(field: Field, sheet: Sheet) -> Any:
    """A list as it is; anything else in words, as the page has it, or None where it is empty."""
    value = field.of(sheet)
    if field.holds is Holds.MANY:
        return value
    if field.name == "structure":
        return f"{sheet.structure} - {sheet.structure_department}"
    return str(value) if value else None


def _surplus(of: Sequence[str], over: Sequence[str]) -> Iterator[str]:
    """What a list has and the other one has not, or not as often."""
    left = Counter(over)
    for value in of:
        left[value] -= 1
        if left[value] < 0:
            yield value


def _steps(old: Sequence[str], new: Sequence[str]) -> Steps | None:
    """The fewest steps from one sequence to another, piece by piece; None where more than MOST_CHANGES are no keeping.

    Myers' algorithm: after so many changes, how far along `old` each diagonal, the lead over `new`, can be.
    """
    reach, past = {1: 0}, []
    for changes in range(MOST_CHANGES + 1):
        past.append(dict(reach))
        for lead in range(-changes, changes + 1, 2):
            at = reach[lead + 1] if _is_added(reach, lead, changes) else reach[lead - 1] + 1
            while at < len(old) and at - lead < len(new) and old[at] == new[at - lead]:
                at += 1
            reach[lead] = at
            if at >= len(old) and at - lead >= len(new):
                return list(_walked_back(old, new, past))[::-1]
    return None


def _is_added(reach: Mapping[int, int], lead: int, changes: int) -> bool:
    """Whether the best way to a diagonal adds a piece, where the other one removes one."""
    return lead == -changes or (lead != changes and reach[lead - 1] < reach[lead + 1])


def _walked_back(
    old: Sequence[str], new: Sequence[str], past: Sequence[Mapping[int, int]]
) -> Iterator[tuple[WordState, str]]:
    """The steps from the last to the first one, by how far each diagonal was before each change."""
    at, lead = len(old), len(old) - len(new)
    for changes in range(len(past) - 1, -1, -1):
        added = _is_added(past[changes], lead, changes)
        origin = past[changes].get(lead + 1 if added else lead - 1, 0)
        begin = origin if added else origin + 1
        while at > begin:
            at -= 1
            yield WordState.KEPT, old[at]
        if changes == 0:
            return
        if added:
            lead += 1
            yield WordState.ADDED, new[at - lead]
        else:
            at, lead = at - 1, lead - 1
            yield WordState.REMOVED, old[at]


def _without_lone_spaces(steps: Steps) -> Iterator[tuple[WordState, str]]:
    """The steps, where a space that is kept between two changes is removed and added: « a b » becomes « c d »."""
    for place, (state, piece) in enumerate(steps):
        around = steps[max(place - 1, 0) : place + 2]
        if state is WordState.KEPT and piece.isspace() and WordState.KEPT not in (around[0][0], around[-1][0]):
            yield from ((WordState.REMOVED, piece), (WordState.ADDED, piece))
        else:
            yield state, piece


def _joined(steps: Iterable[tuple[WordState, str]]) -> Iterator[WordChange]:
    """The runs of the steps, with one removed and one added between those that are kept."""
    for kept, group in groupby(steps, lambda step: step[0] is WordState.KEPT):
        run = list(group)
        for state in (WordState.KEPT,) if kept else (WordState.REMOVED, WordState.ADDED):
            if text := "".join(piece for of, piece in run if of is state):
                yield WordChange(state, text)
