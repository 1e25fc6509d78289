"""The file of a store: opened, made, or refused with a sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.engine.interfaces import DBAPIConnection

from graph.store import tables


class StoreError(Exception):
    """A store that cannot be opened, read or written; the message is one sentence for the user."""


def open_file(path: Path, *, create: bool, busy_milliseconds: int) -> tuple[sa.Engine, sa.Engine]:
    """One engine that reads the file and one that writes it. Raises StoreError where it is no store."""
    fresh = not path.exists()
    if fresh and not create:
        raise StoreError(f"There is no store at {path}. Make one with: maillage import FILE… -o {path}")
    if fresh:
        path.parent.mkdir(parents=True, exist_ok=True)
    else:
        _refuse_foreign_file(path)
    reader, writer = (_engine(path, busy_milliseconds, writes=writes) for writes in (False, True))
    if fresh:
        with writer.begin() as connection:
            tables.metadata.create_all(connection)
            connection.execute(tables.about.insert(), {"name": "format", "value": str(tables.FORMAT)})
    try:
        _check_format(path, reader)
    except Exception:
        reader.dispose()
        writer.dispose()
        raise
    return reader, writer


def _refuse_foreign_file(path: Path) -> None:
    if not path.is_file():
        raise StoreError(f"{path} is not a file; a store is a SQLite file.")
    with path.open("rb") as file:
        head = file.read(16)
    if not head:
        raise StoreError(
            f"{path} is empty (0 bytes); a store is a SQLite file made by: maillage import. Delete it first."
        )
    if head != b"SQLite format 3\x00":
        raise StoreError(f"{path} is not a SQLite file, so not a store of Maillage. It is left as it is.")


def _check_format(path: Path, reader: sa.Engine) -> None:
    inspector = sa.inspect(reader)
    if not inspector.has_table(tables.about.name):
        raise StoreError(f"{path} is a database, but not a store of Maillage. It is left as it is.")
    with reader.connect() as connection:
        found = tables.told(connection, "format")
    if found != str(tables.FORMAT):
        raise StoreError(f"{path} has store format {found}; this version reads format {tables.FORMAT}. Import again.")
    lacking = set(tables.sheet.c.keys()) - {column["name"] for column in inspector.get_columns(tables.sheet.name)}
    if lacking:
        raise StoreError(f"{path} was made by a version that does not keep {', '.join(sorted(lacking))}. Import again.")


def _engine(path: Path, busy_milliseconds: int, *, writes: bool) -> sa.Engine:
    engine = sa.create_engine(
        f"sqlite:///{path}", json_serializer=lambda value: orjson.dumps(value).decode(), json_deserializer=orjson.loads
    )

    @sa.event.listens_for(engine, "connect")
    def configure(connection: DBAPIConnection, _record: Any) -> None:
        connection.isolation_level = None  # SQLAlchemy, not sqlite3, says BEGIN
        for pragma in (f"busy_timeout={busy_milliseconds}", "journal_mode=WAL", "synchronous=FULL"):
            connection.cursor().execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine
