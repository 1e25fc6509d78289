"""The tables of a store, and how a sheet stands in them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from graph.fields import FIELDS, Holds
from graph.model import LightRow, Origin, Sheet, SheetText

FORMAT = 1

metadata = sa.MetaData()

about = sa.Table(
    "maillage", metadata, sa.Column("name", sa.String, primary_key=True), sa.Column("value", sa.String, nullable=False)
)
source = sa.Table(
    "source",
    metadata,
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("imported_at", sa.String, nullable=False),
)
problem = sa.Table(
    "problem",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("source", sa.String, nullable=False, index=True),
    sa.Column("line", sa.Integer, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
)

LISTS = tuple(field.name for field in FIELDS if field.holds is Holds.MANY and not field.apart)
_LIGHT = LightRow._fields[1:]
CONTENT = (*_LIGHT[: -len(LISTS)], "territory_again", *_LIGHT[-len(LISTS) :])
"""The attributes of a sheet that have a column of the same name: all but its text and its origin."""

_OPTIONAL = ("year", "territory_again")


def _column(name: str) -> sa.Column[Any]:
    kind = sa.JSON if name in LISTS else sa.Integer if name == "year" else sa.Text
    return sa.Column(name, kind, nullable=name in _OPTIONAL)


sheet = sa.Table(
    "sheet",
    metadata,
    sa.Column("key", sa.String, primary_key=True),
    sa.Column("digest", sa.String(32), nullable=False),
    *map(_column, CONTENT),
    sa.Column("source", sa.String, index=True),
    sa.Column("first_line", sa.Integer),
    sa.Column("last_line", sa.Integer),
    sqlite_with_rowid=False,
)
text = sa.Table(
    "sheet_text", metadata, sa.Column("key", sa.String, primary_key=True), sa.Column("body", sa.JSON, nullable=False)
)


def told(connection: sa.Connection, name: str) -> str | None:
    """What the table about the store says under a name."""
    value: str | None = connection.scalar(sa.select(about.c.value).where(about.c.name == name))
    return value


def light_column(name: str) -> sa.ColumnElement[Any]:
    """The column of a light row; a list comes as the text of its JSON."""
    return sa.type_coerce(sheet.c[name], sa.Text) if name in LISTS else sheet.c[name]


def row_of(key: str, of: Sheet, digest: str, source: str) -> dict[str, Any]:
    """The row of a sheet in its table. The database's JSON makes lists of its tuples."""
    content = {name: getattr(of, name) for name in CONTENT}
    return {"key": key, "digest": digest, **content, **place_of(of, source)}


def place_of(of: Sheet, source: str) -> dict[str, Any]:
    """The columns that say where a sheet was read; `source` alone where the sheet does not say."""
    if of.origin is None:
        return {"source": source, "first_line": None, "last_line": None}
    return asdict(of.origin)


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
