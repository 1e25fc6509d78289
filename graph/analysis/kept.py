"""What sheets leave empty, in a file beside a large store: a start reads only the texts that changed since."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from graph.analysis.quality import LOOKED_AT, Empty, empty_texts, leaves_empty
from graph.indexes import bitmap, ordinals
from graph.model import Action, SheetText
from graph.network import Network
from graph.prepared import HELPED, About, Beside, EveryText
from graph.processes import by_another
from graph.revisions import MISSING, Revisions

FORMAT = 1
_FILE = "empty.npy"
_NAMES = [*LOOKED_AT]


def kept_empty(network: Network, texts: Callable[[], Iterable[tuple[Action, SheetText]]], beside: Beside) -> Empty:
    """What the sheets of a graph that was built at once leave empty, found or made in a folder `beside`.

    Raises OSError where the folder cannot be written.
    """
    revisions = beside.revisions

    def read(folder: Path, about: About) -> Empty:
        then = Revisions.open(folder)
        if about["fields"] != _NAMES or not np.array_equal(revisions.places_in(then), np.arange(len(then.numbers))):
            raise ValueError("it is of other sheets")
        rows = np.load(folder / _FILE)
        return {name: bitmap(np.flatnonzero(row).astype(np.uint32)) for name, row in zip(_NAMES, rows, strict=True)}

    def write(folder: Path) -> About:
        size = len(network.actions)
        rows = _rows(empty_texts(texts()), size) if size < HELPED else by_another(_read, (beside.said, network.numbers))
        return save(rows, folder)

    def renew(old: Path, about: About, folder: Path) -> About:
        if about["fields"] != _NAMES:
            raise ValueError("it is of other fields")
        places = revisions.places_in(Revisions.open(old))
        come = [network.actions[ordinal] for ordinal in np.flatnonzero(places == MISSING).tolist()]
        rows = _rows(empty_texts((action, beside.text(action)) for action in come), len(network.actions))
        rows[:, places != MISSING] = np.load(old / _FILE)[:, places[places != MISSING]]
        return save(rows, folder)

    def save(rows: npt.NDArray[np.bool_], folder: Path) -> About:
        np.save(folder / _FILE, rows)
        revisions.save(folder)
        return {"fields": _NAMES}

    return beside.of_revisions("empty", FORMAT).get(read, write, renew)


def _read(of: tuple[EveryText, npt.NDArray[np.int64]]) -> npt.NDArray[np.bool_]:
    """What the sheets of these numbers leave empty, a row for each field, where only the store is at hand."""
    said, numbers = of
    ordinals_of = {number: ordinal for ordinal, number in enumerate(numbers.tolist())}
    rows = np.zeros((len(_NAMES), len(numbers)), bool)
    for number, _, text in said():
        if (ordinal := ordinals_of.get(number)) is not None:
            rows[:, ordinal] = leaves_empty(text)
    return rows


def _rows(empty: Empty, size: int) -> npt.NDArray[np.bool_]:
    rows = np.zeros((len(_NAMES), size), bool)
    for row, name in zip(rows, _NAMES, strict=True):
        row[ordinals(empty[name])] = True
    return rows
