"""The sheets of an import before the store is locked: temporary tables of the connection, bounded by the disk."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import orjson
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
    Column("digest", String(32), nullable=False),
    Column("line", LargeBinary(16)),
    Column("fate", String(8)),
    Column("key", String, nullable=False),
    *tables.content_columns(),
    *tables.origin_columns(),
    prefixes=["TEMPORARY"],
)
staged_text = Table(
    "staged_text",
    staged.metadata,
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("body", JSON, nullable=False),
    prefixes=["TEMPORARY"],
)
"""The long texts stand apart: what is written of a sheet as it is settled would write its text again."""

STAGED = sa.select(staged, staged_text.c.body).join(staged_text, staged_text.c.seq == staged.c.seq)
"""The staged sheets, whole."""


_COLUMNS = (*tables.CONTENT, *tables.ORIGIN)


class Ready(NamedTuple):
    """A sheet that can be staged as it is: what tells it from others, and its columns, its lists and its text as JSON.
    `key` is what it has where that is free."""

    digest: str
    identity: str
    key: str
    columns: tuple[str | int | None, ...]
    body: str

    @property
    def sheet(self) -> Sheet:
        """The sheet again."""
        values = zip(_COLUMNS, self.columns, strict=True)
        row = {name: orjson.loads(str(value)) if name in tables.LISTS else value for name, value in values}
        return tables.sheet_of_row(row | {"body": orjson.loads(self.body)})


def made_ready(sheet: Sheet, source_name: str) -> Ready:
    """A sheet of a source, made ready: most of what staging it takes, and done by any process."""
    values = (tables.content_of(sheet) | tables.place_of(sheet, source_name)).items()
    columns = tuple(orjson.dumps(value).decode() if name in tables.LISTS else value for name, value in values)
    body = orjson.dumps(sheet.text).decode()
    return Ready(sheet_digest(sheet), identity_of(sheet), action_key(sheet, 1), columns, body)


class Staging:
    """The temporary tables of one connection, which go with it; `add` fills them. Sheets that are equal to the letter
    are one there."""

    def __init__(self, connection: sa.Connection) -> None:
        self.count = 0
        self._connection = connection
        self._waiting: list[tuple[Any, ...]] = []
        self._texts: list[tuple[int, str]] = []
        self._seen: set[int] = set()
        self._erased: list[Sheet] = []
        # Values that are ready are given to the driver as they are.
        self._inserts = [str(table.insert().compile(dialect=connection.dialect)) for table in (staged, staged_text)]
        with connection.begin():
            self._suppression = Suppression(connection)
            staged.metadata.create_all(connection)

    def add(self, ready: Ready, line: bytes | None) -> None:
        """One more sheet, and the hash of the line that it was read from, where that is worth remembering."""
        # Half of a digest tells a million sheets apart, at a quarter of the memory.
        if (half := int(ready.digest[:16], 16)) in self._seen:
            return
        self._seen.add(half)
        if self._suppression.traces and self._suppression.covers(ready.sheet, ready.digest, ready.identity):
            self._erased.append(ready.sheet)
            return
        self.count += 1
        self._waiting.append((self.count, ready.identity, ready.digest, line, None, ready.key, *ready.columns))
        self._texts.append((self.count, ready.body))
        if len(self._waiting) >= BATCH:
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        if self._waiting:
            with self._connection.begin():
                for insert, rows in zip(self._inserts, (self._waiting, self._texts), strict=True):
                    self._connection.exec_driver_sql(insert, rows)
                    rows.clear()

    def end(self) -> None:
        """Write the last ones, and what they are looked up by: a fraction of what it takes sheet by sheet."""
        self.flush()
        with self._connection.begin():
            for name in ("digest", "fate", "key"):
                self._connection.exec_driver_sql(f"CREATE INDEX IF NOT EXISTS temp.staged_by_{name} ON staged ({name})")

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
        for row in self._connection.execution_options(yield_per=BATCH).execute(STAGED).mappings():
            sheet = tables.sheet_of_row(row)
            if suppression.covers(sheet, row["digest"], row["identity"]):
                yield row["seq"], sheet
