"""The versions of a graph that a process publishes, one after another; readers that wait for one, or ask for one of
before.
"""

from __future__ import annotations

import asyncio
from threading import Lock
from typing import NamedTuple

from graph.knowledge_graph import KnowledgeGraph
from graph.live.changes import change_of
from graph.once import kept_by_object
from graph.store import Store

MOST_WAITING = 100
"""Requests that may wait for a position at the same time."""

MOST_UNDONE = 2_000
"""Entries of the journal between a graph and one of before that is made of it."""

MOST_BUILT = 20_000
"""Sheets of which a graph of before is built where more lies between: in about a second."""

_PAST_KEPT = 2


class Published(NamedTuple):
    """A version of the graph. `number` grows with each one that a process publishes, `line` where it was built anew:
    versions of one line share the records of what did not change between them.
    """

    graph: KnowledgeGraph
    number: int = 1
    line: int = 1


class Behind(Exception):
    """The graph does not yet have a position, and too many wait already, or it did not come in the time given."""


class NoSuchPosition(Exception):
    """There is no graph of that position; the message says which there are."""


class LiveGraph:
    """`current` is the newest version: reading the attribute is the whole protocol. Whoever reads a version keeps it
    from the beginning to the end of an answer.
    """

    def __init__(self, graph: KnowledgeGraph, store: Store) -> None:
        self.current = Published(graph)
        self._store = store
        self._lock = Lock()
        self._waiting: dict[asyncio.Future[None], tuple[asyncio.AbstractEventLoop, int]] = {}
        self._past = kept_by_object(_PAST_KEPT, self._made_of_before)

    def publish(self, graph: KnowledgeGraph, *, anew: bool = False) -> None:
        """Make a graph the current one. One thread publishes. With `anew` it shares no records with the one before."""
        _, number, line = self.current
        if anew:
            # What was erased is not to be had from a graph of before that was made while it was there.
            self._past = kept_by_object(_PAST_KEPT, self._made_of_before)
        self.current = Published(graph, number + 1, line + anew)
        with self._lock:
            reached = [(each, loop) for each, (loop, wanted) in self._waiting.items() if wanted <= graph.position]
        for future, loop in reached:
            # A loop that has ended has nobody who waits.
            if not loop.is_closed():
                loop.call_soon_threadsafe(_wake, future)

    async def at_least(self, position: int, seconds: float) -> Published:
        """The current version once it has a position. Raises Behind."""
        if self.current.graph.position < position:
            await self._wait(position, seconds)
        return self.current

    def as_of(self, position: int) -> KnowledgeGraph:
        """The graph as it was at a position of the journal, its analyses included: a search, or milliseconds to seconds
        of work. The last two are kept. Raises NoSuchPosition.
        """
        now = self.current.graph
        if position == now.position == now.as_of:
            return now
        if not 0 < position <= now.position:
            raise NoSuchPosition(f"There is no position {position}: they go from 1 to {now.position}.")
        return self._past(position)

    def _made_of_before(self, position: int) -> KnowledgeGraph:
        now = self.current.graph
        if position == now.position:
            return now.standing_on(None)
        with self._store.at_one_moment() as still:
            if (found := still.difference(now.position, position, MOST_UNDONE)) is not None:
                return now.changed(change_of(now, found, still.labels())).standing_on(None)
            head = still.head_at(position)
            if head is None or still.count() > MOST_BUILT:
                raise NoSuchPosition(
                    f"The graph as of {position} is not made: more than {MOST_UNDONE:,} changes lie between it and "
                    f"{now.position}, and there are more than {MOST_BUILT:,} sheets."
                )
            pairs, journal = [*still.published_at(position)], now.history.journal
            labels, aliases = still.labels(), still.aliases()
            return KnowledgeGraph.from_pairs(
                pairs, now.vocabulary, labels=labels, aliases=aliases, head=head, journal=journal
            )

    async def _wait(self, position: int, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()
        with self._lock:
            if len(self._waiting) >= MOST_WAITING:
                raise Behind(f"{MOST_WAITING} requests wait for changes already.")
            self._waiting[future] = loop, position
        try:
            # It may have been published between the first look and this one.
            if self.current.graph.position < position:
                async with asyncio.timeout(seconds):
                    await future
        except TimeoutError:
            here = self.current.graph.position
            raise Behind(f"The graph is at position {here}, and did not reach {position} in {seconds:g} s.") from None
        finally:
            with self._lock:
                del self._waiting[future]


def _wake(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)
