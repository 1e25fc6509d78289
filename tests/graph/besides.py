"""Folders beside no store: what the indexes of the text are given in tests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

import numpy as np

from graph.model import Action, SheetText
from graph.network import Network
from graph.prepared import Beside
from graph.revisions import Revisions


def beside(
    folder: Path, version: str, network: Network, texts: Iterable[tuple[str, SheetText]] = (), revision: int = 1
) -> Beside:
    """Files of a network, all of whose sheets have one revision, and whose earlier revisions are not kept."""
    numbers = np.array([crc32(action.key.encode()) for action in network.actions], np.int64)
    known = dict(texts)
    revisions = Revisions.of(numbers, dict.fromkeys(numbers.tolist(), revision))
    said = Said(
        [
            (number, action.title, known.get(action.key, SheetText()))
            for number, action in zip(network.numbers.tolist(), network.actions, strict=True)
        ]
    )
    return Beside(folder, version, "as ever", revisions, 1, str, lambda action: known[action.key], not_kept, said)


@dataclass(frozen=True)
class Said:
    """Gives what it was made of, in whatever process."""

    sheets: list[tuple[int, str, SheetText]]

    def __call__(self) -> list[tuple[int, str, SheetText]]:
        return self.sheets


def not_kept(asked: Sequence[tuple[int, int]], labels: Mapping[str, str]) -> Sequence[tuple[Action, SheetText]]:
    """What says of every sheet that its earlier revisions are not kept."""
    raise ValueError(f"{asked} are not kept")
