"""The sheets of an import before the store is locked: a temporary table of the connection, bounded by the disk."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy import JSON, Column, Integer, LargeBinary, String, Table

from graph.model import Sheet, action_key
from graph.store import tables
from graph.store.digests import identity_of, sheet_digest
from graph.store.suppression import Suppression

BATCH = 2_000
"""How many sheets are written at once."""

SAME, KNOWN, NEW, CHANGED = "same", "known", "new", "changed"
"""What becomes of a staged sheet: its source gave it before; others did; it is a new one; it is the next revision."""

staged = Table(
    "staged",
    sa.MetaData(),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("identity", String(32), nullable=False),
    Column("digest", String(32), nullable=False, index=True),
    Column("line", LargeBinary(16)),
    Column("fate", String(8), index=True),
    Column("key", String, nullable=False, index=True),
    *tables.content_columns(),
    *tables.origin_columns(),
    Column("body", JSON, nullable=False),
    prefixes=["TEMPORARY"],
)


class Staging:
    """The temporary table of one connection; `add` fills it, `close` takes it away. Sheets that are equal to the letter
    are one there."""

    def __init__(self, connection: sa.Connection, source_name: str) -> None:
        self.count = 0
        self._connection = connection
        self._source_name = source_name
        self._waiting: list[dict[str, Any]] = []
        self._seen: set[int] = set()
        self._erased: list[Sheet] = []
        with connection.begin():
            self._suppression = Suppression(connection)
            staged.create(connection)

    def add(self, sheet: Sheet, line: bytes | None) -> None:
        """One more sheet, and the hash of the line that it was read from, where that is worth remembering."""
        digest = sheet_digest(sheet)
        # Half of a digest tells a million sheets apart, at a quarter of the memory.
        if (half := int(digest[:16], 16)) in self._seen:
            return
        self._seen.add(half)
        identity = identity_of(sheet)
        if self._suppression.covers(sheet, digest, identity):
            self._erased.append(sheet)
            return
        self.count += 1
        own = {"seq": self.count, "identity": identity, "digest": digest, "line": line, "fate": None}
        self._waiting.append(
            own
            | {"key": action_key(sheet, 1), "body": sheet.text}
            | tables.content_of(sheet)
            | tables.place_of(sheet, self._source_name)
        )
        if len(self._waiting) >= BATCH:
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        if self._waiting:
            with self._connection.begin():
                self._connection.execute(staged.insert(), self._waiting)
            self._waiting.clear()

    def erased(self) -> list[Sheet]:
        """The sheets that were given and must not come back, which are not in the table: under the writer's lock, so
        that what is erased meanwhile is left out too."""
        now = Suppression(self._connection)
        if now.traces != self._suppression.traces:
            for seq, sheet in list(self._covered(now)):
                self._connection.execute(staged.delete().where(staged.c.seq == seq))
                self._erased.append(sheet)
        return self._erased

    def _covered(self, suppression: Suppression) -> Iterator[tuple[int, Sheet]]:
        for row in self._connection.execution_options(yield_per=BATCH).execute(sa.select(staged)).mappings():
            sheet = tables.sheet_of_row(row)
            if suppression.covers(sheet, row["digest"], row["identity"]):
                yield row["seq"], sheet

    def close(self) -> None:
        """Take the table away."""
        with self._connection.begin():
            staged.drop(self._connection)
