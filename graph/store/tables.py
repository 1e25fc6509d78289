"""The tables of a store, how a sheet stands in them, and their file: opened, made, or refused with a sentence."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy import JSON, Column, Integer, String, Table, Text
from sqlalchemy.engine.interfaces import DBAPIConnection

from graph.fields import FIELDS, Holds
from graph.model import LightRow, Origin, Sheet, SheetText

FORMAT = 1

WRITING = {"writing": True}
"""The option of an execution that takes the writer's lock at once."""

metadata = sa.MetaData()

about = Table("maillage", metadata, Column("name", String, primary_key=True), Column("value", String, nullable=False))
source = Table(
    "source", metadata, Column("name", String, primary_key=True), Column("imported_at", String, nullable=False)
)
problem = Table(
    "problem",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source", String, nullable=False, index=True),
    Column("line", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("reason", Text, nullable=False),
)

LISTS = tuple(field.name for field in FIELDS if field.holds is Holds.MANY and not field.apart)
_LIGHT = LightRow._fields[1:-1]
CONTENT = (*_LIGHT[: -len(LISTS)], "territory_again", *_LIGHT[-len(LISTS) :])
"""The attributes of a sheet that have a column of the same name: all but its text and its origin."""


def _column(name: str) -> Column[Any]:
    kind = JSON if name in LISTS else Integer if name == "year" else Text
    return Column(name, kind, nullable=name in ("year", "territory_again"))


sheet = Table(
    "sheet",
    metadata,
    Column("key", String, primary_key=True),
    Column("number", Integer, nullable=False, unique=True),
    Column("digest", String(32), nullable=False),
    *map(_column, CONTENT),
    Column("source", String, index=True),
    Column("first_line", Integer),
    Column("last_line", Integer),
    sqlite_with_rowid=False,
)
text = Table("sheet_text", metadata, Column("key", String, primary_key=True), Column("body", JSON, nullable=False))


def told(connection: sa.Connection, name: str) -> str | None:
    """What the table about the store says under a name."""
    value: str | None = connection.scalar(sa.select(about.c.value).where(about.c.name == name))
    return value


def light_column(name: str) -> sa.ColumnElement[Any]:
    """The column of a light row; a list comes as the text of its JSON."""
    return sa.type_coerce(sheet.c[name], Text) if name in LISTS else sheet.c[name]


def row_of(key: str, number: int, of: Sheet, digest: str, source: str) -> dict[str, Any]:
    """The row of a sheet in its table. The database's JSON makes lists of its tuples."""
    place = asdict(of.origin) if of.origin else {"source": source, "first_line": None, "last_line": None}
    return {"key": key, "number": number, "digest": digest, **{name: getattr(of, name) for name in CONTENT}, **place}


def sheet_of(row: sa.RowMapping) -> Sheet:
    """The sheet of a row of the two tables joined."""
    content: dict[str, Any] = {name: tuple(row[name]) if name in LISTS else row[name] for name in CONTENT}
    return Sheet(**content, text=text_of(row["body"]), origin=origin_of(row))


def text_of(body: dict[str, Any]) -> SheetText:
    """The text of a sheet, read from its table."""
    return SheetText(**(body | {"files": tuple(body["files"])}))


def origin_of(row: sa.RowMapping) -> Origin | None:
    """Where a sheet was read, None where the import did not say."""
    return None if row["first_line"] is None else Origin(row["source"], row["first_line"], row["last_line"])


class StoreError(Exception):
    """A store that cannot be opened, read or written; the message is one sentence for the user."""


def open_file(path: Path, *, create: bool, busy_milliseconds: int) -> sa.Engine:
    """The engine that reads the file, and writes it under `WRITING`. Raises StoreError where it is no store."""
    fresh = not path.exists()
    if fresh and not create:
        raise StoreError(f"There is no store at {path}. Make one with: maillage import FILE… -o {path}")
    if fresh:
        path.parent.mkdir(parents=True, exist_ok=True)
    else:
        _refuse_foreign_file(path)
    engine = _engine(path, busy_milliseconds)
    if fresh:
        with engine.execution_options(**WRITING).begin() as connection:
            metadata.create_all(connection)
            connection.execute(about.insert(), {"name": "format", "value": str(FORMAT)})
    try:
        _check_format(path, engine)
    except Exception:
        engine.dispose()
        raise
    return engine


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


def _check_format(path: Path, engine: sa.Engine) -> None:
    inspector = sa.inspect(engine)
    if not inspector.has_table(about.name):
        raise StoreError(f"{path} is a database, but not a store of Maillage. It is left as it is.")
    with engine.connect() as connection:
        found = told(connection, "format")
    if found != str(FORMAT):
        raise StoreError(f"{path} has store format {found}; this version reads format {FORMAT}. Import again.")
    lacking = set(sheet.c.keys()) - {column["name"] for column in inspector.get_columns(sheet.name)}
    if lacking:
        raise StoreError(f"{path} was made by a version that does not keep {', '.join(sorted(lacking))}. Import again.")


def _engine(path: Path, busy_milliseconds: int) -> sa.Engine:
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
        connection.exec_driver_sql("BEGIN IMMEDIATE" if "writing" in connection.get_execution_options() else "BEGIN")

    return engine
