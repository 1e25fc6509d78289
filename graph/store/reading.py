"""What a transaction reads of sheets: as they stand, as they were, and what the journal tells."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import sqlalchemy as sa

from graph.model import Sheet
from graph.store import tables
from graph.store.chain import Head
from graph.store.journal import Operation
from graph.store.tables import State

_sheet, _text, _history, _journal = tables.sheet, tables.text, tables.history, tables.journal

ROWS = sa.select(_sheet, _text.c.body).join_from(_sheet, _text, _sheet.c.key == _text.c.key)
"""The rows of `tables.sheet_of_row`."""

# Statements that are run one key at a time: making them anew takes longer than running them.
_ROW = ROWS.where(_sheet.c.key == sa.bindparam("wanted"))
_ALIAS = sa.select(tables.alias.c.key).where(tables.alias.c.alias == sa.bindparam("wanted"))


class Entry(NamedTuple):
    """An entry of the journal. `key` and `revision` are None for GENESIS, `at` is a time in UTC, ISO 8601.

    `version` and `chain` are those of the store after it.
    """

    position: int
    at: str
    operation: Operation
    key: str | None
    revision: int | None
    author: str | None
    reason: str | None
    import_id: int | None
    was_public: bool
    is_public: bool
    version: str
    chain: str


class Revision(NamedTuple):
    """What a sheet was in one of its revisions: in which state, since which position, and up to which, itself
    excluded, None for the present one; `sheet` is None where it was erased."""

    key: str
    revision: int
    state: State
    since: int
    until: int | None
    sheet: Sheet | None


_ENTRY = sa.select(*(_journal.c[name] for name in Entry._fields)).order_by(_journal.c.position)


def head_of(connection: sa.Connection) -> Head:
    """Where the journal stands."""
    row = connection.execute(sa.select(tables.head)).one()
    return Head(row.position, row.version, row.chain)


is_shown = sa.and_(_history.c.state == State.PUBLISHED, _history.c.digest != "")
"""Which revisions of the history the graph had; what was erased of a sheet that stays has no digest."""


def held_at(position: int | sa.BindParameter[int]) -> sa.ColumnElement[bool]:
    """Which revisions of the history held at a position."""
    return sa.and_(_history.c.since <= position, _history.c.until > position)


def row_of(connection: sa.Connection, key: str) -> sa.RowMapping | None:
    """A sheet as it stands, whatever its state, with its text; or None."""
    return connection.execute(_ROW, {"wanted": key}).mappings().one_or_none()


def is_given(connection: sa.Connection, key: str) -> bool:
    """Whether any source has a sheet, as of its last import."""
    return connection.scalar(sa.select(tables.given.c.key).where(tables.given.c.key == key).limit(1)) is not None


def may_return(connection: sa.Connection, key: str) -> bool:
    """Whether a sheet is withdrawn because no source had it any more: what somebody withdrew, no import brings back."""
    query = sa.select(_journal.c.import_id).join(_sheet, _sheet.c.since == _journal.c.position)
    by_import = connection.scalar(query.where(_sheet.c.key == key, _sheet.c.state == State.WITHDRAWN)) is not None
    return by_import and not is_given(connection, key)


def resolved(connection: sa.Connection, key: str) -> str:
    """The key that an old one leads to; any other is its own."""
    return connection.scalar(_ALIAS, {"wanted": key}) or key


def entries(connection: sa.Connection, after: int, most: int | None, key: str | None = None) -> Iterator[Entry]:
    """The entries after a position, at most so many, of every sheet or of one."""
    query = _ENTRY.where(_journal.c.position > after)
    if key is not None:
        query = query.where(_journal.c.key == key)
    for row in connection.execute(query.limit(most)):
        yield Entry(row.position, row.at, Operation(row.operation), *row[3:])


def revisions(connection: sa.Connection, key: str) -> Iterator[Revision]:
    """Every revision of a sheet that is kept, the first one first."""
    past = sa.select(_history).where(_history.c.key == key).order_by(_history.c.revision)
    for row in connection.execute(past).mappings():
        sheet = None if row["content"] is None else tables.sheet_of_whole(row["content"])
        yield Revision(key, row["revision"], State(row["state"]), row["since"], row["until"], sheet)
    if (now := row_of(connection, key)) is not None:
        yield Revision(key, now["revision"], State(now["state"]), now["since"], None, tables.sheet_of_row(now))


def sheet_of_revision(connection: sa.Connection, key: str, revision: int) -> Sheet | None:
    """What a sheet said in one of its revisions, or None where there is none."""
    row = row_of(connection, key)
    if row is not None and row["revision"] == revision:
        return tables.sheet_of_row(row)
    query = sa.select(_history.c.content).where(_history.c.key == key, _history.c.revision == revision)
    content = connection.scalar(query)
    return None if content is None else tables.sheet_of_whole(content)
