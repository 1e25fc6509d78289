"""Where the long text of a sheet, and its place in its source, are read: in memory, or in the store.

A graph's text is asked for by the action's record, which stands for one revision of the sheet: a later version of the
graph has others, and leaves those of the earlier one where they were.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from graph import network
from graph.model import Action, Origin, Sheet, SheetText, light_row
from graph.once import kept
from graph.prepared import Beside, Earlier
from graph.revisions import Revisions
from graph.store import Head, Store
from graph.vocabulary import Vocabulary

_KEPT = 2_000  # texts read from the store that stay in memory


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of a graph that was built at once: the text of an action's sheet, where it was read, and the key of
    every action with its text.
    """

    text: Callable[[Action], SheetText]
    origin: Callable[[Action], Origin | None]
    texts: Callable[[], Iterable[tuple[str, SheetText]]]


@dataclass(frozen=True, slots=True)
class LayeredTexts:
    """The texts of a later version: those of a `base`, and what came after it, by ordinal from `first` on."""

    base: Texts
    first: int
    later: tuple[tuple[SheetText, Origin | None], ...] = ()

    def changed(self, more: Iterable[tuple[SheetText, Origin | None]]) -> LayeredTexts:
        """With some more, whose ordinals follow."""
        return LayeredTexts(self.base, self.first, (*self.later, *more))

    def text(self, action: Action) -> SheetText:
        """The text of an action's sheet."""
        return self.later[action.ordinal - self.first][0] if action.ordinal >= self.first else self.base.text(action)

    def origin(self, action: Action) -> Origin | None:
        """Where the sheet of an action was read, or None where the import did not say."""
        return self.later[action.ordinal - self.first][1] if action.ordinal >= self.first else self.base.origin(action)

    def of(self, built: network.Network) -> Iterator[tuple[Action, SheetText]]:
        """Every action of a version with its text, in no stated order."""
        for key, text in self.base.texts():
            action = built.records.get(key)
            if isinstance(action, Action) and action.ordinal < self.first:
                yield action, text
        yield from self.of_later(built)

    def of_later(self, built: network.Network) -> Iterator[tuple[Action, SheetText]]:
        """Those of them that came after the base."""
        for ordinal in built.order.later.ids.tolist():
            action = built.actions[ordinal]
            yield action, self.text(action)


def texts_in_memory(pairs: Iterable[tuple[str, Sheet]]) -> Texts:
    """Texts that stay."""
    sheets = {key: (sheet.text, sheet.origin) for key, sheet in pairs}
    return Texts(
        lambda action: sheets[action.key][0],
        lambda action: sheets[action.key][1],
        lambda: ((key, text) for key, (text, _) in sheets.items()),
    )


def large_store(store: Store, head: Head, revisions: Revisions, vocabulary: Vocabulary) -> tuple[Texts, Beside]:
    """Texts that are read when they are asked for, as they were where the journal stood, and where the files of a graph
    are. The store stays open as long as the graph is used.
    """
    at = head.position
    text_of, origin_of = kept(_KEPT)(store.text), kept(_KEPT)(store.origin)

    def text(action: Action) -> SheetText:
        return text_of(action.key, at)

    reading = blake2b(repr(vocabulary).encode(), digest_size=16).hexdigest()

    def chain_at(position: int) -> str | None:
        there = store.head_at(position)
        return None if there is None else there.chain

    earlier, said = _earlier(store, vocabulary), _Said(store.path, at)
    beside = Beside(store.prepared, head.version, reading, revisions, at, chain_at, text, earlier, said)
    return Texts(text, lambda action: origin_of(action.key, at), lambda: store.texts(at)), beside


@dataclass(frozen=True, slots=True)
class _Said:
    """Reads what the sheets of a store said at a position, in whatever process."""

    path: Path
    at: int

    def __call__(self) -> Iterator[tuple[int, str, SheetText]]:
        with Store(self.path) as store:
            yield from store.said(self.at)


def _earlier(store: Store, vocabulary: Vocabulary) -> Earlier:
    def earlier(asked: Sequence[tuple[int, int]], labels: Mapping[str, str]) -> Sequence[tuple[Action, SheetText]]:
        rows, texts = [], {}
        for number, revision in asked:
            found = store.sheet_of_number(number, revision)
            if found is None:
                raise ValueError(f"revision {revision} of the sheet {number} is not kept")
            key, sheet = found
            rows.append(light_row(key, sheet, number))
            texts[key] = sheet.text
        actions = {action.key: action for action in network.build(rows, vocabulary, labels).actions}
        return [(actions[row.key], texts[row.key]) for row in rows]

    return earlier
