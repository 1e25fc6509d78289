"""The thread that follows the journal of a store and publishes each change, whichever process wrote it."""

from __future__ import annotations

import logging
from collections.abc import Hashable
from contextlib import ExitStack
from threading import Event, Thread
from time import monotonic
from types import TracebackType
from typing import Self

from graph.knowledge_graph import KnowledgeGraph
from graph.live.analyses import Analyses
from graph.live.changes import change_of
from graph.live.live_graph import LiveGraph
from graph.store import Difference, Store, StoreError

logger = logging.getLogger(__name__)

MOST_AT_ONCE = 2_000
"""Entries of the journal that become one change; where there are more, the graph is built anew."""

MOST_CHANGES = 20_000
"""Changes that a graph may carry before it is built anew."""

_RETRY_SECONDS = (0.1, 0.5, 2.0, 5.0)


class Follower:
    """Follows a store from the version that a live graph has. `step` looks once, and `with follower:` looks every
    `poll_seconds` in a thread of its own.

    Between two looks it has the `analyses` made anew. `diverged` counts how often the journal was not the one that had
    been followed.
    """

    def __init__(
        self, store: Store, live: LiveGraph, *, poll_seconds: float = 0.05, analyses: Analyses | None = None
    ) -> None:
        self.diverged = 0
        self._store = store
        self._live = live
        self._poll_seconds = poll_seconds
        self._analyses = analyses or Analyses(live)
        self._last_import: int | None
        with store.at_one_moment() as still:
            # An import may have come since the graph was built: then the first look takes its sources.
            known = still.sources() == live.current.graph.sources
            self._last_import = still.last_import() if known else None
        self._at_base = live.current.graph.position
        self._current_at: float | None = None
        self._stopping = Event()
        self._thread = Thread(target=self._follow, name="follower", daemon=True)

    def __enter__(self) -> Self:
        self._current_at = monotonic()
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stopping.set()
        self._thread.join()

    @property
    def behind_seconds(self) -> float:
        """How long ago the live graph was last known to be what the store holds: at most a poll, as a rule."""
        return 0.0 if self._current_at is None else max(0.0, monotonic() - self._current_at)

    def step(self) -> bool:
        """Publish what the store has and the live graph has not; whether there was something. Raises StoreError."""
        graph = self._live.current.graph
        with self._store.at_one_moment() as still:
            head, imported = still.head(), still.last_import()
            if head == graph.head and imported == self._last_import:
                return False
            found = still.difference(graph.position, most=MOST_AT_ONCE)
            unchanged = imported == self._last_import
            sources, places = (None, None) if unchanged else (still.sources(), still.structure_places())
            labels = still.labels(graph.position)
            why = self._why_anew(graph, found, still)
        if found is None or why:
            logger.warning("the graph is built anew at position %d: %s", head.position, why)
            self._anew()
        else:
            self._live.publish(graph.changed(change_of(graph, found, labels, sources, places)))
        self._last_import = imported
        return True

    def _why_anew(self, graph: KnowledgeGraph, found: Difference | None, store: Store) -> str:
        """Why a version cannot be made of the one before; "" where it can."""
        if found is None:
            if store.head().position >= graph.position and store.head_at(graph.position) == graph.head:
                return "many sheets changed at once, or were erased"
        elif found.before == graph.head and store.proves(found):
            too_many = found.after.position - self._at_base > MOST_CHANGES
            return f"{MOST_CHANGES:,} changes have come since it was built" if too_many else ""
        self.diverged += 1
        return f"DIVERGED, the store is not the one that was followed to position {graph.position}"

    def _anew(self) -> None:
        graph = KnowledgeGraph.from_store(self._store, self._live.current.graph.vocabulary)
        graph.prepare()
        graph.prepare_meanwhile()
        self._live.publish(graph, anew=True)
        self._at_base = graph.position

    def _follow(self) -> None:
        failed = 0
        while not self._stopping.is_set():
            try:
                self._watch()
            except Exception as error:
                wait = _RETRY_SECONDS[min(failed, len(_RETRY_SECONDS) - 1)]
                # What the store cannot do is a sentence; anything else is a fault, and says where.
                is_fault = not isinstance(error, StoreError)
                logger.error("following the store failed, trying again in %g s: %s", wait, error, exc_info=is_fault)
                failed += 1
                self._stopping.wait(wait)

    def _watch(self) -> None:
        with ExitStack() as opened:
            written = opened.enter_context(self._store.watching())
            seen: Hashable = None
            while not self._stopping.is_set():
                now = written()
                if now != seen:
                    self.step()
                    seen = now
                self._analyses.step()
                self._current_at = monotonic()
                self._stopping.wait(self._poll_seconds)
