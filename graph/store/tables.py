"""The tables of a store, and how a sheet stands in them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import sqlalchemy as sa
from sqlalchemy import JSON, Column, Integer, String, Table, Text

from graph.fields import FIELDS, Holds
from graph.model import LightRow, Origin, Sheet, SheetText

FORMAT = 1

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
_LIGHT = LightRow._fields[1:]
CONTENT = (*_LIGHT[: -len(LISTS)], "territory_again", *_LIGHT[-len(LISTS) :])
"""The attributes of a sheet that have a column of the same name: all but its text and its origin."""


def _column(name: str) -> Column[Any]:
    kind = JSON if name in LISTS else Integer if name == "year" else Text
    return Column(name, kind, nullable=name in ("year", "territory_again"))


sheet = Table(
    "sheet",
    metadata,
    Column("key", String, primary_key=True),
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


def row_of(key: str, of: Sheet, digest: str, source: str) -> dict[str, Any]:
    """The row of a sheet in its table. The database's JSON makes lists of its tuples."""
    place = asdict(of.origin) if of.origin else {"source": source, "first_line": None, "last_line": None}
    return {"key": key, "digest": digest, **{name: getattr(of, name) for name in CONTENT}, **place}


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
