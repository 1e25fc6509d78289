"""The tables of a store, and how a sheet stands in them. `graph/store/migrations/` makes them, and a test compares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy import JSON, BigInteger, Boolean, Column, Float, Index, Integer, LargeBinary, String, Table, Text

from graph.fields import FIELDS, Holds
from graph.model import LightRow, Origin, Sheet, SheetText, sheet_of

LISTS = tuple(field.name for field in FIELDS if field.holds is Holds.MANY and not field.apart)
CONTENT = LightRow._fields[1:-1]
"""The attributes of a sheet that have a column of the same name: all but its text and its origin."""

ORIGIN = ("source", "first_line", "last_line")
_TEXTS = tuple(field.name for field in fields(SheetText))


class State(StrEnum):
    """What a sheet is to the graph, which has the published ones. Of an erased one nothing is there but its number."""

    PUBLISHED = "PUBLISHED"
    WITHDRAWN = "WITHDRAWN"
    ERASED = "ERASED"


metadata = sa.MetaData()

head = Table(
    "head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("position", BigInteger, nullable=False),
    Column("version", String(16), nullable=False),
    Column("chain", String(32), nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("secret", String(64), nullable=False),
)
"""One row, which whoever writes locks first: where the journal stands, what the content hashes to, the last number that
was given to a sheet, and what the traces of erased sheets are hashed with."""

journal = Table(
    "journal",
    metadata,
    Column("position", BigInteger, primary_key=True, autoincrement=False),
    Column("at", String, nullable=False),
    Column("operation", String, nullable=False),
    Column("key", String),
    Column("revision", Integer),
    Column("author", String),
    Column("reason", Text),
    Column("import_id", Integer),
    Column("was_public", Boolean, nullable=False),
    Column("is_public", Boolean, nullable=False),
    Column("version", String(16), nullable=False),
    Column("salt", String(32)),
    Column("commitment", String(32), nullable=False),
    Column("chain", String(32), nullable=False),
    Index("journal_of_operation", "operation", "position"),
    Index("journal_of_sheet", "key", "position"),
)


def content_columns() -> list[Column[Any]]:
    """The columns of what a sheet says, but for its text."""
    return [
        Column(
            name,
            JSON if name in LISTS else Integer if name == "year" else Text,
            nullable=name == "year",
        )
        for name in CONTENT
    ]


def origin_columns() -> list[Column[Any]]:
    """The columns of where a sheet was read."""
    return [Column("source", String), Column("first_line", Integer), Column("last_line", Integer)]


sheet = Table(
    "sheet",
    metadata,
    Column("key", String, primary_key=True),
    Column("number", BigInteger, nullable=False, unique=True),
    Column("revision", Integer, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("state", String(16), nullable=False),
    Column("digest", String(32), nullable=False),
    *content_columns(),
    *origin_columns(),
    sqlite_with_rowid=False,
)
not_published = sheet.c.state != sa.literal_column(f"'{State.PUBLISHED}'")
"""The condition of the few sheets that have left the graph, written as in their index: a parameter would pass it by."""
Index("sheet_not_published", sheet.c.state, sqlite_where=not_published, postgresql_where=not_published)

text = Table("sheet_text", metadata, Column("key", String, primary_key=True), Column("body", JSON, nullable=False))

history = Table(
    "sheet_history",
    metadata,
    Column("key", String, primary_key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("since", BigInteger, nullable=False, index=True),
    Column("until", BigInteger, nullable=False, index=True),
    Column("state", String(16), nullable=False),
    Column("digest", String(32), nullable=False),
    Column("content", JSON),
)
"""The revisions before the present one, each with the positions between which it held: [since, until). One that was
erased has neither content nor digest ("")."""

identity = Table(
    "sheet_identity",
    metadata,
    Column("identity", String(32), primary_key=True),
    Column("key", String, primary_key=True, index=True),
    sqlite_with_rowid=False,
)
"""What a sheet is known by, now and before its title, its structure or its year were mended."""

alias = Table("sheet_alias", metadata, Column("alias", String, primary_key=True), Column("key", String, nullable=False))
"""Keys that lead to another one: two sheets have become one."""

label = Table(
    "label",
    metadata,
    Column("key", String, primary_key=True),
    Column("label", Text, nullable=False),
    Column("since", BigInteger, nullable=False, index=True),
    sqlite_with_rowid=False,
)
"""What a concept, a department or a structure is called that no vocabulary names: decided at the position `since`."""

source = Table(
    "source",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String, nullable=False, unique=True),
    Column("location", String, nullable=False, unique=True),
    Column("imported_at", String, nullable=False),
)
given = Table(
    "sheet_source",
    metadata,
    Column("source", Integer, primary_key=True, autoincrement=False),
    Column("key", String, primary_key=True, index=True),
    Column("identity", String(32), nullable=False),
    Column("digest", String(32), nullable=False),
    Column("line", LargeBinary(16)),
    Column("content", JSON),
    *[Column(name, Integer) for name in ORIGIN[1:]],
    sqlite_with_rowid=False,
)
"""What each source last gave of a sheet. `content` is there where no revision of the sheet has that digest; `line` is
the hash of a line of JSON that was read without a problem."""

problem = Table(
    "problem",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source", Integer, nullable=False, index=True),
    Column("line", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("reason", Text, nullable=False),
)
import_job = Table(
    "import_job",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source", Integer, nullable=False),
    Column("at", String, nullable=False),
    Column("prune", Boolean, nullable=False),
    Column("counts", JSON, nullable=False),
    Column("first_position", BigInteger),
    Column("last_position", BigInteger),
)
proposal = Table(
    "proposal",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String, nullable=False, index=True),
    Column("base_revision", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("content", JSON, nullable=False),
    Column("fields", JSON, nullable=False),
    Column("source", Integer),
    Column("made_at", String, nullable=False),
    Column("decided_at", String),
    Column("decided_by", String),
    Column("comment", Text),
    Column("position", BigInteger),
)
"""What waits for somebody's decision: a source says one thing of a field, and a person or another source another. Once
it is decided: when, by whom and why, and the position of the change that it became, if it became one."""


structure_place = Table(
    "structure_place",
    metadata,
    Column("key", String, primary_key=True),
    Column("source", Integer, nullable=False, index=True),
    Column("siret", String(14)),
    Column("address", Text),
    Column("postcode", String(5)),
    Column("commune", Text),
    Column("latitude", Float),
    Column("longitude", Float),
    Column("site", Text),
    sqlite_with_rowid=False,
)
"""Where structures are: see `graph.store.structures`. The journal says nothing of it."""

suppression = Table(
    "suppression",
    metadata,
    Column("trace", String(64), primary_key=True),
    Column("at", String, nullable=False),
)
"""What must not come back by an import: see `graph.store.suppression`."""


def light_column(name: str) -> sa.ColumnElement[Any]:
    """The column of a light row; a list comes as the text of its JSON."""
    return sa.type_coerce(sheet.c[name], Text) if name in LISTS else sheet.c[name]


def content_of(of: Sheet) -> dict[str, Any]:
    """The columns of a sheet's content. The database's JSON makes lists of its tuples."""
    return {name: getattr(of, name) for name in CONTENT}


def place_of(of: Sheet, source_name: str) -> dict[str, Any]:
    """The columns of where a sheet was read."""
    if of.origin is None:
        return {"source": source_name, "first_line": None, "last_line": None}
    return {name: getattr(of.origin, name) for name in ORIGIN}


def sheet_of_row(row: Mapping[Any, Any]) -> Sheet:
    """The sheet of a row of the tables of sheets and of their texts, joined."""
    content: dict[str, Any] = {name: tuple(row[name]) if name in LISTS else row[name] for name in CONTENT}
    return Sheet(**content, text=text_of(row["body"]), origin=origin_of(row))


def whole(of: Sheet) -> dict[str, Any]:
    """A sheet as one JSON object, its text among its values and without its origin."""
    return {**content_of(of), **{name: getattr(of.text, name) for name in _TEXTS}}


def sheet_of_whole(content: dict[str, Any], origin: Origin | None = None) -> Sheet:
    """The sheet that `whole` wrote."""
    values = {name: tuple(value) if isinstance(value, list) else value for name, value in content.items()}
    return sheet_of(values | {"origin": origin})


def text_of(body: dict[str, Any]) -> SheetText:
    """The text of a sheet, read from its table."""
    return SheetText(**(body | {"files": tuple(body["files"])}))


def origin_of(row: Mapping[Any, Any]) -> Origin | None:
    """Where a sheet was read, None where the import did not say."""
    return None if row["first_line"] is None else Origin(row["source"], row["first_line"], row["last_line"])
