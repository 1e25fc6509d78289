"""What makes one version of the graph another: sheets that are gone, and sheets that are new or corrected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from graph.model import Action, LightRow, Node, Origin, SheetText, StructurePlace
from graph.store import Head, SourceRecord


@dataclass(frozen=True, slots=True)
class Change:
    """The net effect of some writes: a sheet of which several are undone by the last is not in it twice.

    `removed` has the keys of the actions that are gone or replaced; a corrected sheet is in `added` too. `head` is
    where the journal stands afterwards. `labels` says, by key, what the store decided to show for concepts and
    structures that are new; `aliases` where old keys lead; `sources` what was imported, and `places` where structures
    are, where that changed.
    """

    removed: frozenset[str]
    added: Sequence[tuple[LightRow, SheetText, Origin | None]]
    head: Head
    labels: Mapping[str, str] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    sources: Sequence[SourceRecord] | None = None
    places: Mapping[str, StructurePlace] | None = None


def replaced(change: Change, records: Mapping[str, Node]) -> list[Action]:
    """The actions that a change takes out of a graph, in the order of their keys.

    Raises ValueError, naming the key, where one is not in the graph, or where a sheet is added under a key that is
    there and is not removed, or twice.
    """
    found = []
    for key in sorted(change.removed):
        action = records.get(key)
        if not isinstance(action, Action):
            raise ValueError(f"removed: {key!r} is no action of the graph.")
        found.append(action)
    added: set[str] = set()
    for row, _, _ in change.added:
        if row.key in added or (row.key in records and row.key not in change.removed):
            raise ValueError(f"added: {row.key!r} is there already; a sheet that is replaced is in `removed` too.")
        added.add(row.key)
    return found
