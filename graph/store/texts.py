"""The long texts of sheets, and where they were read, as they were at a position of the journal."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from graph.model import Origin, SheetText
from graph.store import tables
from graph.store.reading import held_at, is_shown
from graph.store.tables import State

_sheet, _text, _history = tables.sheet, tables.text, tables.history
_KEY: sa.BindParameter[str] = sa.bindparam("wanted")
_AT: sa.BindParameter[int] = sa.bindparam("at")

# A text is read by one key at a time: making the statement anew takes longer than reading the row.
_NOW = (
    sa.select(_text.c.body).join(_sheet, _sheet.c.key == _text.c.key).where(_sheet.c.key == _KEY, _sheet.c.since <= _AT)
)
_PAST = sa.select(_history.c.content).where(_history.c.key == _KEY, held_at(_AT))


def text_at(connection: sa.Connection, key: str, at: int) -> SheetText:
    """The text that a sheet had. Raises KeyError where it was not there."""
    asked = {"wanted": key, "at": at}
    if (body := connection.scalar(_NOW, asked)) is not None:
        return tables.text_of(body)
    if (content := connection.scalar(_PAST, asked)) is not None:
        return tables.sheet_of_whole(content).text
    raise KeyError(key)


def texts_at(connection: sa.Connection, at: int) -> Iterator[tuple[str, SheetText]]:
    """Each key that was published with its text, in no stated order."""
    now = sa.select(_text.c.key, _text.c.body).where(_is_of(at))
    past = sa.select(_history.c.key, _history.c.content).where(held_at(at), is_shown)
    for key, body in connection.execute(now.execution_options(yield_per=1_000)):
        yield key, tables.text_of(body)
    for key, content in connection.execute(past.execution_options(yield_per=1_000)):
        yield key, tables.sheet_of_whole(content).text


def said_at(connection: sa.Connection, at: int) -> Iterator[tuple[int, str, SheetText]]:
    """The number, the title and the text of each sheet that was published, in no stated order."""
    number, title = (
        sa.select(column).where(_sheet.c.key == _text.c.key).scalar_subquery()
        for column in (_sheet.c.number, _sheet.c.title)
    )
    now = sa.select(number, title, _text.c.body).where(_is_of(at))
    past = sa.select(_sheet.c.number, _history.c.content).join(_sheet, _sheet.c.key == _history.c.key)
    for *found, body in connection.execute(now.execution_options(yield_per=1_000)):
        yield *found, tables.text_of(body)
    for number, content in connection.execute(past.where(held_at(at), is_shown).execution_options(yield_per=1_000)):
        sheet = tables.sheet_of_whole(content)
        yield number, sheet.title, sheet.text


def _is_of(at: int) -> sa.ColumnElement[bool]:
    # The few texts that are of another time or not published are looked up, not each one that is.
    others = sa.select(_sheet.c.key).where(sa.or_(_sheet.c.state != State.PUBLISHED, _sheet.c.since > at))
    return _text.c.key.not_in(others)


def origin_at(connection: sa.Connection, key: str, at: int) -> Origin | None:
    """Where a sheet was read; None where the import did not say, or the sheet has another revision since. Raises
    KeyError where there is none.
    """
    columns = (_sheet.c[name] for name in ("since", *tables.ORIGIN))
    row = connection.execute(sa.select(*columns).where(_sheet.c.key == key)).mappings().one_or_none()
    if row is None:
        raise KeyError(key)
    return tables.origin_of(row) if row["since"] <= at else None
