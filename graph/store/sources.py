"""What an import is of: a file at its place, or what goes by a name."""

from __future__ import annotations

from typing import NamedTuple

import sqlalchemy as sa

from graph.store import tables
from graph.store.database import StoreError
from graph.store.journal import now


class SourceName(NamedTuple):
    """A source: the `name` that is shown, and the `location` that makes it the one it is."""

    name: str
    location: str


def source_id(connection: sa.Connection, source: SourceName) -> int:
    """The number of a source, which is given to a new one; and the time of its import, now."""
    table = tables.source
    known = connection.scalar(sa.select(table.c.id).where(table.c.location == source.location))
    if known is None:
        if connection.scalar(sa.select(table.c.id).where(table.c.name == source.name)) is not None:
            raise StoreError(f"Another import has just brought a source of the name {source.name}. Import again.")
        values = {"name": source.name, "location": source.location, "imported_at": now()}
        return made(connection, table.insert().values(**values))
    connection.execute(table.update().where(table.c.id == known).values(imported_at=now()))
    return int(known)


def made(connection: sa.Connection, row: sa.Insert) -> int:
    """The number that a new row got."""
    return int(next(iter(connection.execute(row).inserted_primary_key or ())))
