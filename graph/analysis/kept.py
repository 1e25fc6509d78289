"""What sheets leave empty, in a file beside a large store: a start reads only the texts that changed since."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from graph.analysis.quality import Empty, empty_texts
from graph.fields import TEXTS
from graph.indexes import bitmap, ordinals
from graph.model import Action, SheetText
from graph.network import Network
from graph.prepared import About, Beside
from graph.revisions import MISSING, Revisions

FORMAT = 1
_FILE = "empty.npy"
_NAMES = [field.name for field in TEXTS]


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
        return save(_rows(empty_texts(texts()), len(network.actions)), folder)

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


def _rows(empty: Empty, size: int) -> npt.NDArray[np.bool_]:
    rows = np.zeros((len(_NAMES), size), bool)
    for row, name in zip(rows, _NAMES, strict=True):
        row[ordinals(empty[name])] = True
    return rows
