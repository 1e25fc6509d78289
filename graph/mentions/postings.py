"""Which sheets name which body, as far as each sheet tells by itself: made of the texts, by other processes of many."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import islice
from typing import Any

import numpy as np
from pyroaring import FrozenBitMap

from graph.indexes import NOTHING, bitmap
from graph.mentions.rules import Evidence, found_in
from graph.model import SheetText
from graph.processes import in_order

ALONE = 5_000
"""Of fewer sheets this process makes it, in a few seconds."""

_TOGETHER = 500  # sheets that another process is given at once


class Sureness(IntEnum):
    """How a sheet names a body: so that it is one, so that it may be one, or only by a name in capitals."""

    SURE = 0
    GUESSED = 1
    CAPITALS = 2


SURE = frozenset((Evidence.KNOWN, Evidence.DESIGNATED, Evidence.RECALLED))
"""Evidence that makes a body, and that explains the same name elsewhere."""

Row = tuple[str, str, Sureness]
"""The key of a body, what it is called, and how surely."""

Postings = Mapping[Row, Any]
"""Of each row, the ordinals of the sheets: a list of them, or an array."""

Labelled = Mapping[str, FrozenBitMap]


@dataclass(frozen=True, slots=True)
class Naming:
    """The sheets that name a body: by what they call it where they are `sure`, and where they are `guessed` at; and
    those that have its name in `capitals` only.
    """

    sure: Labelled = field(default_factory=dict)
    guessed: Labelled = field(default_factory=dict)
    capitals: FrozenBitMap = NOTHING

    @property
    def is_body(self) -> bool:
        """Whether any sheet says that it is one."""
        return bool(self.sure or self.guessed)

    def exchanged(self, gone: Naming, come: Naming) -> Naming:
        """Without the sheets of one and with those of another."""
        return Naming(
            _exchanged(self.sure, gone.sure, come.sure),
            _exchanged(self.guessed, gone.guessed, come.guessed),
            (self.capitals - gone.capitals) | come.capitals,
        )


Said = tuple[int, SheetText]
"""The ordinal of a sheet, and what it says."""


def read(sheets: Iterable[Said]) -> Postings:
    """What some sheets name."""
    rows: dict[Row, list[int]] = defaultdict(list)
    for ordinal, text in sheets:
        for row in dict.fromkeys(map(_row, found_in(text))):
            rows[row].append(ordinal)
    return dict(rows)


def read_by_another(sheets: Iterable[Said]) -> Postings:
    """The same, made by another process, for many sheets."""
    rows: dict[Row, list[int]] = defaultdict(list)
    for some in in_order(read, _chunks(sheets), processes=1):
        for row, ordinals in some.items():
            rows[row].extend(ordinals)
    return dict(rows)


def namings(postings: Postings) -> dict[str, Naming]:
    """Who names what, by the keys of bodies."""
    sets: dict[str, tuple[dict[str, FrozenBitMap], ...]] = defaultdict(lambda: tuple({} for _ in Sureness))
    for (key, label, sureness), ordinals in postings.items():
        sets[key][sureness][label] = bitmap(np.asarray(ordinals, np.uint32))
    return {key: Naming(sure, guessed, capitals.get("", NOTHING)) for key, (sure, guessed, capitals) in sets.items()}


def _row(found: tuple[str, str, str, int, int, Evidence]) -> Row:
    key, label, *_, evidence = found
    if evidence is Evidence.CAPITALS:
        return key, "", Sureness.CAPITALS
    return key, label, Sureness.SURE if evidence in SURE else Sureness.GUESSED


def _chunks(sheets: Iterable[Said]) -> Iterator[list[Said]]:
    left = iter(sheets)
    while some := list(islice(left, _TOGETHER)):
        yield some


def _exchanged(before: Labelled, gone: Labelled, come: Labelled) -> Labelled:
    made = {
        label: (before.get(label, NOTHING) - gone.get(label, NOTHING)) | come.get(label, NOTHING)
        for label in before.keys() | come.keys()
    }
    return {label: found for label, found in made.items() if found}
