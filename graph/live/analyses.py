"""Makes what is costly to find of a large graph anew, beside those who ask and the one who follows."""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import Future
from time import monotonic

from graph.analysis import Analysis
from graph.live.live_graph import LiveGraph
from graph.processes import in_a_thread

logger = logging.getLogger(__name__)

Begin = Callable[[Callable[[], Analysis]], "Future[Analysis]"]


class Analyses:
    """Keeps the communities, meetings and centralities of a live graph no older than they are asked for.

    `step` looks once: where somebody was given those of an earlier version, and the last ones were begun `seconds` ago
    or before, it has those of the current version begun; when they are done, the version that is then current is
    published again with them. The thread that publishes calls it.
    """

    def __init__(
        self,
        live: LiveGraph,
        *,
        seconds: float = 600.0,
        begin: Begin = in_a_thread,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._live = live
        self._seconds = seconds
        self._begin = begin
        self._clock = clock
        self._begun_at = clock()
        self._line = live.current.line
        self._making: Future[Analysis] | None = None

    def step(self) -> None:
        """Begin what is due, or publish what is done."""
        graph, _, line = self._live.current
        if line != self._line:
            # What was built anew was analysed anew; what is being made of the graph before, nobody may see.
            self._line, self._begun_at, self._making = line, self._clock(), None
        if self._making is not None:
            if self._making.done():
                self._finish(self._making)
        elif graph.analysis.asked.is_set() and self._clock() - self._begun_at >= self._seconds:
            self._begun_at = self._clock()
            self._making = self._begin(graph.analysis.make)

    def _finish(self, making: Future[Analysis]) -> None:
        self._making = None
        try:
            made = making.result()
        except Exception:
            logger.exception("the analyses could not be made; those of before stay")
            return
        graph = self._live.current.graph
        if graph.analysis is not made:
            self._live.publish(graph.standing_on(made))
