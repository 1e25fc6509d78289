"""The long texts of sheets, and where they were read, as they were at a position of the journal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from graph.model import Origin, SheetText
from graph.store import tables
from graph.store.database import decoded, driven
from graph.store.reading import held_at, is_shown

_sheet, _text, _history = tables.sheet, tables.text, tables.history
_KEY: sa.BindParameter[str] = sa.bindparam("wanted")
_AT: sa.BindParameter[int] = sa.bindparam("at")

_NOW = (
    sa.select(_text.c.body).join(_sheet, _sheet.c.key == _text.c.key).where(_sheet.c.key == _KEY, _sheet.c.since <= _AT)
)
_PAST = sa.select(_history.c.content).where(_history.c.key == _KEY, held_at(_AT))

# The few texts that are of another time or not published are looked up, not each one that is.
_OTHERS = sa.select(_sheet.c.key).where(sa.or_(tables.not_published, _sheet.c.since > _AT))
_ALL_NOW = sa.select(_text.c.key, _text.c.body).where(_text.c.key.not_in(_OTHERS))
_ALL_PAST = sa.select(_history.c.key, _history.c.content).where(held_at(_AT), is_shown)
_SAID_NOW = sa.select(
    *(
        sa.select(column).where(_sheet.c.key == _text.c.key).scalar_subquery()
        for column in (_sheet.c.number, _sheet.c.title)
    ),
    _text.c.body,
).where(_text.c.key.not_in(_OTHERS))
_SAID_PAST = (
    sa.select(_sheet.c.number, _history.c.content)
    .join(_sheet, _sheet.c.key == _history.c.key)
    .where(held_at(_AT), is_shown)
)


def text_at(connection: sa.Connection, key: str, at: int) -> SheetText:
    """The text that a sheet had. Raises KeyError where it was not there."""
    asked = {"wanted": key, "at": at}
    # A list of a hundred sheets reads a hundred texts, one by one.
    if (row := next(_rows(connection, _NOW, asked), None)) is not None:
        return tables.text_of(decoded(row[0]))
    if (row := next(_rows(connection, _PAST, asked), None)) is not None:
        return tables.sheet_of_whole(decoded(row[0])).text
    raise KeyError(key)


def texts_at(connection: sa.Connection, at: int) -> Iterator[tuple[str, SheetText]]:
    """Each key that was published with its text, in no stated order."""
    asked = {"at": at}
    with _one_moment(connection):
        for key, body in _rows(connection, _ALL_NOW, asked):
            yield key, tables.text_of(decoded(body))
        for key, content in _rows(connection, _ALL_PAST, asked):
            yield key, tables.sheet_of_whole(decoded(content)).text


def said_at(connection: sa.Connection, at: int) -> Iterator[tuple[int, str, SheetText]]:
    """The number, the title and the text of each sheet that was published, in no stated order."""
    asked = {"at": at}
    with _one_moment(connection):
        for *found, body in _rows(connection, _SAID_NOW, asked):
            yield *found, tables.text_of(decoded(body))
        for number, content in _rows(connection, _SAID_PAST, asked):
            sheet = tables.sheet_of_whole(decoded(content))
            yield number, sheet.title, sheet.text


def _one_moment(connection: sa.Connection) -> AbstractContextManager[object]:
    """A transaction of a connection, which may be in one: the driver does not begin any by itself."""
    return nullcontext() if connection.in_transaction() else connection.begin()


def _rows(connection: sa.Connection, query: sa.Select[Any], asked: Mapping[str, Any]) -> Iterator[Sequence[Any]]:
    """The rows of a query, as the driver gives them: JSON as text."""
    written, names, fixed = _written(query, connection.dialect)
    values = {**fixed, **asked}
    with driven(connection) as cursor:
        yield from cursor.execute(written, [values[name] for name in names])


@lru_cache(8)
def _written(query: sa.Select[Any], dialect: sa.Dialect) -> tuple[str, Sequence[str], Mapping[str, Any]]:
    """A query as the driver takes it, the names of its parameters in their order, and those that have a value."""
    compiled = query.compile(dialect=dialect)
    return str(compiled), compiled.positiontup or (), compiled.params


def origin_at(connection: sa.Connection, key: str, at: int) -> Origin | None:
    """Where a sheet was read; None where the import did not say, or the sheet has another revision since. Raises
    KeyError where there is none.
    """
    columns = (_sheet.c[name] for name in ("since", *tables.ORIGIN))
    row = connection.execute(sa.select(*columns).where(_sheet.c.key == key)).mappings().one_or_none()
    if row is None:
        raise KeyError(key)
    return tables.origin_of(row) if row["since"] <= at else None
