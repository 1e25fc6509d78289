"""Where the long text of a sheet, and its place in its source, are read: in memory, or in the store."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from graph.model import Origin, Sheet, SheetText
from graph.once import kept
from graph.store import Store

KEPT = 2_000
"""How many texts read from the store stay in memory."""


class Texts(Protocol):
    """The texts of one graph, by the keys of its actions."""

    def text(self, key: str) -> SheetText:
        """The text of a sheet."""

    def origin(self, key: str) -> Origin | None:
        """Where a sheet was read, or None where the import did not say."""

    def texts(self) -> Iterable[tuple[str, SheetText]]:
        """Every key with its text."""


class TextsInMemory:
    """Texts that stay."""

    def __init__(self, pairs: Iterable[tuple[str, Sheet]]) -> None:
        self._sheets = {key: (sheet.text, sheet.origin) for key, sheet in pairs}

    def text(self, key: str) -> SheetText:
        return self._sheets[key][0]

    def origin(self, key: str) -> Origin | None:
        return self._sheets[key][1]

    def texts(self) -> Iterable[tuple[str, SheetText]]:
        return ((key, text) for key, (text, _) in self._sheets.items())


class TextsInStore:
    """Texts that are read when they are asked for. The store stays open as long as the graph is used."""

    def __init__(self, store: Store) -> None:
        self.text = kept(KEPT)(store.text)
        self.origin = kept(KEPT)(store.origin)
        self.texts = store.texts
