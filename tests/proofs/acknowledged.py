"""What somebody was told is done, and whether a store has it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from graph.store import Store


class Acknowledged(NamedTuple):
    """A change that somebody was told is made."""

    key: str
    revision: int
    position: int
    summary: str
    state: str = "PUBLISHED"


def lost(path: Path, told: Sequence[Acknowledged]) -> list[Acknowledged]:
    """What a store, which holds all that its journal promises, does not have exactly once of what was acknowledged."""
    with Store(path) as store:
        assert store.findings() == []
        positions = Counter((entry.key, entry.revision, entry.position) for entry in store.entries())
        held = Counter(
            Acknowledged(past.key, past.revision, past.since, past.sheet.text.summary, past.state)
            for key in {each.key for each in told}
            for past in store.revisions(key)
        )
    return [each for each in told if (held[each], positions[each[:3]]) != (1, 1)]
