"""What differs between a store at one position of its journal and at another, forwards or backwards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from graph.model import Sheet
from graph.store import tables
from graph.store.chain import Head
from graph.store.digests import version_of
from graph.store.journal import Operation
from graph.store.reading import ROWS, head_of, held_at, is_shown
from graph.store.tables import State

_sheet, _history, _journal = tables.sheet, tables.history, tables.journal

_AT_ONCE = 500  # keys of one statement

# A follower asks these for one key at a time: making a statement anew takes longer than running it.
_KEYS: sa.BindParameter[Any] = sa.bindparam("keys", expanding=True)
_AT: sa.BindParameter[int] = sa.bindparam("at")
_IS_NOW = sa.and_(_sheet.c.key.in_(_KEYS), _sheet.c.since <= _AT, _sheet.c.state == State.PUBLISHED)
_IS_PAST = sa.and_(_history.c.key.in_(_KEYS), held_at(_AT), is_shown)
_NOW = ROWS.where(_IS_NOW)
_PAST = sa.select(_history, _sheet.c.number).join(_sheet, _sheet.c.key == _history.c.key).where(_IS_PAST)
_DIGESTS = sa.select(_sheet.c.key, _sheet.c.digest).where(_IS_NOW)
_PAST_DIGESTS = sa.select(_history.c.key, _history.c.digest).where(_IS_PAST)
_ALIASES = sa.select(tables.alias).where(sa.or_(tables.alias.c.alias.in_(_KEYS), tables.alias.c.key.in_(_KEYS)))


class Published(NamedTuple):
    """A sheet that is published at some position."""

    key: str
    number: int
    digest: str
    sheet: Sheet


class Difference(NamedTuple):
    """What makes the content at position `before` that at `after`. `keys` are those of the sheets that differ, and
    `published` has those of them that are published `after`. `aliases` has the old keys that lead to one of these, or
    led elsewhere.
    """

    before: Head
    after: Head
    keys: frozenset[str]
    published: Sequence[Published]
    aliases: Mapping[str, str]


def difference(connection: sa.Connection, before: int, after: int | None, most: int) -> Difference | None:
    """What differs between two positions; without `after`, up to where the journal stands.

    None where a list of sheets cannot say it, or not a short one: more than `most` entries lie between them, or the
    first import, or an erasure that was not there `before`, or the journal has no such position.
    """
    heads = [head_at(connection, before), head_of(connection) if after is None else head_at(connection, after)]
    start, end = heads
    if start is None or end is None or abs(end.position - start.position) > most:
        return None
    low, high = sorted((start.position, end.position))
    between = _journal.c.position.between(low + 1, high)
    rows = connection.execute(sa.select(_journal.c.operation, _journal.c.key).where(between)).all()
    # What was erased is in no table: of an earlier position it is left out, a later one cannot name it.
    whole = {Operation.GENESIS} if end.position < start.position else {Operation.GENESIS, Operation.ERASE}
    if any(row.operation in whole for row in rows):
        return None
    keys = sorted({row.key for row in rows})
    published = list(_published(connection, keys, end.position))
    aliases = {row.alias: row.key for row in _rows(connection, _ALIASES, keys)}
    return Difference(start, end, frozenset(keys), published, aliases)


def head_at(connection: sa.Connection, position: int) -> Head | None:
    """Where the journal stood at a position, or None where it has none."""
    if position == 0:
        return Head()
    columns = (_journal.c.position, _journal.c.version, _journal.c.chain)
    row = connection.execute(sa.select(*columns).where(_journal.c.position == position)).one_or_none()
    return None if row is None else Head(*row)


def proves(connection: sa.Connection, change: Difference) -> bool:
    """Whether the sheets that the store has at both ends are those that the versions of the journal promise."""
    before = change.before.position
    keys = sorted(change.keys)
    rows = (*_rows(connection, _DIGESTS, keys, at=before), *_rows(connection, _PAST_DIGESTS, keys, at=before))
    held = [(row.key, row.digest) for row in rows]
    held += [(each.key, each.digest) for each in change.published]
    return int(change.before.version, 16) ^ int(change.after.version, 16) == int(version_of(held), 16)


def _published(connection: sa.Connection, keys: Sequence[str], position: int) -> Iterator[Published]:
    """The sheets of some keys that were published at a position."""
    for row in _rows(connection, _NOW, keys, at=position):
        yield Published(row.key, row.number, row.digest, tables.sheet_of_row(row._mapping))
    for row in _rows(connection, _PAST, keys, at=position):
        yield Published(row.key, row.number, row.digest, tables.sheet_of_whole(row.content))


def published_at(connection: sa.Connection, position: int) -> Iterator[tuple[str, Sheet]]:
    """Every sheet that was published at a position, with its key."""
    now = ROWS.where(_sheet.c.since <= position, _sheet.c.state == State.PUBLISHED)
    for row in connection.execute(now).mappings():
        yield row["key"], tables.sheet_of_row(row)
    past = sa.select(_history).where(held_at(position), is_shown)
    for row in connection.execute(past).mappings():
        yield row["key"], tables.sheet_of_whole(row["content"])


def _rows(connection: sa.Connection, query: sa.Select[Any], keys: Sequence[str], **given: int) -> Iterator[sa.Row[Any]]:
    for start in range(0, len(keys), _AT_ONCE):
        yield from connection.execute(query, {"keys": keys[start : start + _AT_ONCE], **given})
