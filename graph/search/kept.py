"""Entries in files beside the store: of the actions, those of earlier revisions with what differs laid over them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np

from graph.indexes import Indexes
from graph.network import Network
from graph.prepared import About, Beside
from graph.revisions import MISSING, Revisions
from graph.search.changing import ChangingEntries
from graph.search.documents import action_entry, name_entries, named_nodes, sampled, title_entries
from graph.search.spellings import Spellings
from graph.search.writing import write_entries
from graph.search.written import WrittenEntries

MOST_DIFFERENCES = 20_000
"""More sheets than these, or than a tenth, are not laid over a folder: it is made again."""

_NODES, _TITLES = "nodes", "titles"
_GONE = 2**31  # what is added to the number of an entry that is no more


def kept_actions(
    network: Network, beside: Beside, form: int, write: Callable[[Path], Spellings]
) -> tuple[ChangingEntries, Spellings]:
    """The entries of the actions, and how their words are spelt, from the folder « search », which `write` fills."""
    labels = {node.key: node.label for node in named_nodes(network)}

    def make(folder: Path) -> About:
        spellings = write(folder)
        beside.revisions.save(folder)
        return {"spellings": spellings.counts, "labels": labels}

    def read(folder: Path, about: About) -> tuple[ChangingEntries, Spellings]:
        renamed = [key for key, label in labels.items() if about["labels"].get(key, label) != label]
        if renamed:
            raise ValueError(f"{renamed[0]} has another label now")
        return _with_differences(network, beside, folder, about)

    return beside.of_revisions("search", form).get(read, make)


def kept_names(network: Network, indexes: Indexes, beside: Beside, form: int) -> tuple[WrittenEntries, WrittenEntries]:
    """The entries of the nodes and of the titles, from the folder « names »: they are few, and made again for each
    version.
    """

    def write(folder: Path) -> About:
        write_names(network, indexes, folder)
        return {}

    def read(folder: Path, _: About) -> tuple[WrittenEntries, WrittenEntries]:
        return WrittenEntries.open(folder / _NODES), WrittenEntries.open(folder / _TITLES)

    return beside.of_version("names", form).get(read, write)


def write_names(network: Network, indexes: Indexes, folder: Path | None) -> tuple[WrittenEntries, WrittenEntries]:
    """The entries of the nodes and of the titles, in memory, or in a folder that is there."""
    return (
        write_entries(folder and folder / _NODES, name_entries(network, indexes), len(network.records)),
        write_entries(folder and folder / _TITLES, title_entries(network), len(indexes.everything)),
    )


def _with_differences(
    network: Network, beside: Beside, folder: Path, about: About
) -> tuple[ChangingEntries, Spellings]:
    then = Revisions.open(folder)
    places = beside.revisions.places_in(then)
    added = np.flatnonzero(places == MISSING)
    stands = np.isin(np.arange(len(then.numbers)), places)
    gone = np.flatnonzero(~stands)
    if len(added) + len(gone) > min(MOST_DIFFERENCES, len(places) // 10):
        raise ValueError(f"{len(added) + len(gone)} sheets are others")
    numbers = np.arange(len(then.numbers), dtype=np.uint32) + np.uint32(_GONE)
    numbers[places[places != MISSING]] = np.flatnonzero(places != MISSING)
    is_same = not len(gone) and np.array_equal(numbers, np.arange(len(numbers)))
    written = WrittenEntries.open(folder / "actions", None if is_same else numbers)
    asked = [*zip(then.numbers[gone].tolist(), then.revisions[gone].tolist(), strict=True)]
    earlier = beside.earlier(asked, about["labels"]) if asked else ()
    went = [
        action_entry(*sheet)._replace(number=_GONE + place) for place, sheet in zip(gone.tolist(), earlier, strict=True)
    ]
    actions = [network.actions[ordinal] for ordinal in added.tolist()]
    came = [action_entry(action, beside.text(action)) for action in actions]
    fewer, more = (
        Counter(piece for number, entry in zip(numbers_of, entries, strict=True) for piece in sampled(number, entry))
        for numbers_of, entries in (
            (then.numbers[gone].tolist(), went),
            (beside.revisions.numbers[added].tolist(), came),
        )
    )
    entries = ChangingEntries.of(written, network.order).changed(network.order, came, went)
    return entries, Spellings(about["spellings"]).changed(more, fewer)
