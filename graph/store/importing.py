"""An import: what a source gives is staged first, then settled and written in one transaction under the lock."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import sqlalchemy as sa

from graph.model import Problem, Sheet
from graph.store import tables
from graph.store.applying import Application, ImportSummary
from graph.store.sources import SourceName
from graph.store.staging import Ready, Staging, made_ready


class Import:
    """One import of one source, on a connection of its own, which what was staged goes with. `give` each sheet, then
    `finish`."""

    def __init__(self, connection: sa.Connection, source: SourceName, progress: Callable[[int], None]) -> None:
        self._connection = connection
        self._source = source
        self._progress = progress
        with connection.begin():
            query = sa.select(tables.given.c.line).join(tables.source, tables.source.c.id == tables.given.c.source)
            query = query.where(tables.source.c.location == source.location, tables.given.c.line.is_not(None))
            self._unread = set(connection.scalars(query))
        self._staging = Staging(connection)
        self._left = 0

    def is_unchanged(self, line: bytes) -> bool:
        """Whether the source gave the line of this hash before, and nothing is to be done for it."""
        if line not in self._unread:
            return False
        self._unread.discard(line)
        self._left += 1
        self._tell()
        return True

    def give(self, sheet: Sheet | Ready, line: bytes | None = None) -> None:
        """One more sheet of the source; with the hash of its line where no problem was found in it."""
        ready = sheet if isinstance(sheet, Ready) else made_ready(sheet, self._source.name)
        self._staging.add(ready, line)
        self._tell()

    def finish(self, problems: Iterable[Problem], *, prune: bool) -> tuple[ImportSummary, tuple[Problem, ...]]:
        """Write what was given; gives what was done, and the problems of the source with those that the store adds."""
        self._progress(self._left + self._staging.count)
        self._staging.end()
        self._connection = self._connection.execution_options(writing=True)
        with self._connection.begin():
            erased = self._staging.erased()
            application = Application(self._connection, self._source, prune)
            return application.apply(self._unread, self._left, problems, erased)

    def _tell(self) -> None:
        if (done := self._left + self._staging.count) % 1_000 == 0:
            self._progress(done)
