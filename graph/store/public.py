"""What the journal tells in public: the changes of sheets that were public before or after, and what those said then.

A sheet that was never public, a change between two states that were not, and the content of a revision that was not are
as if they were not there. Each question is one short transaction, and gives a bounded number of rows.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

import sqlalchemy as sa

from graph.labels import Body
from graph.model import Sheet
from graph.store import tables
from graph.store.journal import Operation
from graph.store.reading import ROWS, is_shown
from graph.store.tables import State

_sheet, _history, _journal = tables.sheet, tables.history, tables.journal


class PublicEntry(NamedTuple):
    """An entry of the journal, as anybody may read it. `key` and `revision` are None for GENESIS in the journal as a
    whole. `reason` is that of an import's source where no other was given; `is_public` says what the sheet became.
    """

    position: int
    at: str
    operation: Operation
    key: str | None
    revision: int | None
    is_import: bool
    reason: str | None
    is_public: bool


_WAS_OR_IS = sa.or_(_journal.c.was_public, _journal.c.is_public)
_REASON = sa.func.coalesce(_journal.c.reason, tables.source.c.name)
_job = tables.import_job


def _entries(key: sa.ColumnElement[Any], revision: sa.ColumnElement[Any]) -> sa.Select[Any]:
    """The public entries up to a position, `upto`, each with a key and a revision."""
    imported = _journal.c.import_id.is_not(None)
    columns = (_journal.c.position, _journal.c.at, _journal.c.operation, key, revision, imported, _REASON)
    return (
        sa.select(*columns, _journal.c.is_public)
        .select_from(_journal)
        .outerjoin(_job, _job.c.id == _journal.c.import_id)
        .outerjoin(tables.source, tables.source.c.id == _job.c.source)
        .where(_WAS_OR_IS, _journal.c.position <= sa.bindparam("upto"))
    )


_WHOLE = _entries(_journal.c.key, _journal.c.revision)

_REVISIONS = sa.union_all(
    *(
        sa.select(table.c.key, table.c.revision, table.c.since).where(table.c.key == sa.bindparam("wanted"))
        for table in (_history, _sheet)
    )
).subquery()
_OF_SHEET = _entries(_REVISIONS.c.key, _REVISIONS.c.revision).join(
    _REVISIONS, _REVISIONS.c.since == _journal.c.position
)
_PAGE_OF_SHEET = (
    _OF_SHEET.where(_journal.c.position > sa.bindparam("after"))
    .order_by(_journal.c.position)
    .limit(sa.bindparam("most"))
)
_LAST_OF_SHEET = _OF_SHEET.order_by(_journal.c.position.desc()).limit(1)
_REVISION = _OF_SHEET.where(_REVISIONS.c.revision == sa.bindparam("revision"))

_PRESENT = ROWS.where(
    _sheet.c.key == sa.bindparam("wanted"),
    _sheet.c.revision == sa.bindparam("revision"),
    _sheet.c.state == State.PUBLISHED,
)
_PAST = sa.select(_history.c.content).where(_history.c.key == sa.bindparam("wanted"), is_shown)
_AT = _PAST.where(_history.c.revision == sa.bindparam("revision"))
_BEFORE = _PAST.where(_history.c.revision < sa.bindparam("revision")).order_by(_history.c.revision.desc()).limit(1)

_LAST_PUBLIC = (
    sa.select(_history.c.key, sa.func.max(_history.c.revision).label("revision"))
    .join(_sheet, _sheet.c.key == _history.c.key)
    .where(tables.not_published, is_shown)
    .group_by(_history.c.key)
    .subquery()
)
_WITHDRAWN = sa.select(_history.c.key, *(_history.c.content[name].as_string() for name in Body._fields)).join(
    _LAST_PUBLIC, sa.and_(_LAST_PUBLIC.c.key == _history.c.key, _LAST_PUBLIC.c.revision == _history.c.revision)
)


class PublicJournal:
    """Reads the public part of one store's history. Positions after `upto` are as if they were not there."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def entries(
        self,
        upto: int,
        after: int,
        most: int,
        operations: Collection[Operation] = (),
        keys: Collection[str] | None = None,
    ) -> list[PublicEntry]:
        """At most so many entries after a position, oldest first; of some operations, of some sheets."""
        return self._entries(_chosen(operations, keys, after, most), upto=upto)

    def precedes(self, upto: int, operations: Collection[Operation] = (), keys: Collection[str] | None = None) -> bool:
        """Whether there is such an entry up to a position."""
        return bool(self._entries(_chosen(operations, keys, 0, 1), upto=upto))

    def of_sheet(self, key: str, upto: int, after: int, most: int) -> list[PublicEntry]:
        """At most so many entries of a sheet after a position, oldest first; the first one may be GENESIS."""
        return self._entries(_PAGE_OF_SHEET, wanted=key, upto=upto, after=after, most=most)

    def last(self, key: str, upto: int) -> PublicEntry | None:
        """The last entry of a sheet, or None where it was never public."""
        return next(iter(self._entries(_LAST_OF_SHEET, wanted=key, upto=upto)), None)

    def at(self, key: str, revision: int, upto: int) -> PublicEntry | None:
        """The entry that made a revision of a sheet, or None where nobody could tell that there is one."""
        return next(iter(self._entries(_REVISION, wanted=key, revision=revision, upto=upto)), None)

    def sheet(self, key: str, revision: int) -> Sheet | None:
        """What a sheet said in a revision, or None where that one was not public."""
        with self._engine.connect() as connection:
            values = {"wanted": key, "revision": revision}
            if (row := connection.execute(_PRESENT, values).mappings().one_or_none()) is not None:
                return tables.sheet_of_row(row)
            content = connection.scalar(_AT, values)
        return None if content is None else tables.sheet_of_whole(content)

    def sheet_before(self, key: str, revision: int) -> Sheet | None:
        """What a sheet said when it was last public before a revision, or None where it never was."""
        with self._engine.connect() as connection:
            content = connection.scalar(_BEFORE, {"wanted": key, "revision": revision})
        return None if content is None else tables.sheet_of_whole(content)

    def withdrawn(self) -> list[tuple[str, Body]]:
        """The keys of the sheets that are public no more, in no stated order, and where each was when it last was."""
        with self._engine.connect() as connection:
            return [(key, Body._make(body)) for key, *body in connection.execute(_WITHDRAWN)]

    def _entries(self, query: sa.Select[Any], **values: Any) -> list[PublicEntry]:
        with self._engine.connect() as connection:
            rows = connection.execute(query, values)
            return [PublicEntry(row[0], row[1], Operation(row[2]), *row[3:]) for row in rows]


def _chosen(operations: Collection[Operation], keys: Collection[str] | None, after: int, most: int) -> sa.Select[Any]:
    """At most so many entries after a position, oldest first, found by an index however long the journal is."""
    query = _WHOLE.where(_journal.c.position > after).order_by(_journal.c.position).limit(most)
    if keys is not None:
        query = query.where(_journal.c.key.in_(keys))
        return query.where(_journal.c.operation.in_(operations)) if operations else query
    if operations:
        # The first ones of each operation, since of several the index does not give the order.
        firsts = [_of_operation(each, after, most) for each in sorted({*operations})]
        query = query.where(_journal.c.position.in_(sa.union_all(*firsts)))
    return query


def _of_operation(operation: Operation, after: int, most: int) -> sa.Select[tuple[int]]:
    position = _journal.c.position
    query = sa.select(position).where(_WAS_OR_IS, _journal.c.operation == operation)
    query = query.where(position > after, position <= sa.bindparam("upto")).order_by(position).limit(most)
    return sa.select(query.subquery().c.position)
