"""Where the long text of a sheet, and its place in its source, are read: in memory, or in the store."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from graph.model import Origin, Sheet, SheetText
from graph.once import kept
from graph.store import Store

_KEPT = 2_000  # texts read from the store that stay in memory


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of one graph: the text of a sheet and where it was read, by the key of its action, and every key with
    its text."""

    text: Callable[[str], SheetText]
    origin: Callable[[str], Origin | None]
    texts: Callable[[], Iterable[tuple[str, SheetText]]]


def texts_in_memory(pairs: Iterable[tuple[str, Sheet]]) -> Texts:
    """Texts that stay."""
    texts, origins = {}, {}
    for key, sheet in pairs:
        texts[key], origins[key] = sheet.text, sheet.origin
    return Texts(texts.__getitem__, origins.__getitem__, texts.items)


def texts_in_store(store: Store) -> Texts:
    """Texts that are read when they are asked for. The store stays open as long as the graph is used."""
    return Texts(kept(_KEPT)(store.text), kept(_KEPT)(store.origin), store.texts)
