"""What differs between a store at one position of its journal and at another, forwards or backwards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from graph.model import Sheet
from graph.store import tables
from graph.store.chain import Head
from graph.store.digests import part_of_version
from graph.store.journal import Operation
from graph.store.reading import ROWS, head_of, held_at
from graph.store.tables import State

_sheet, _history, _journal = tables.sheet, tables.history, tables.journal

_AT_ONCE = 500  # keys of one statement


class Difference(NamedTuple):
    """What makes the content at position `before` that at `after`. `keys` are those of the sheets that differ, and
    `published` has those of them that are published `after`, each with its key, its number and its content. `aliases`
    has the old keys that lead to one of these, or led elsewhere.
    """

    before: Head
    after: Head
    keys: frozenset[str]
    published: Sequence[tuple[str, int, Sheet]]
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
    numbers = {row.key: row.number for some in _some(keys) for row in connection.execute(_numbers(some))}
    published = [(key, numbers[key], sheet) for key, _, sheet in _published(connection, keys, end.position)]
    aliases = {row.alias: row.key for some in _some(keys) for row in connection.execute(_aliases(some))}
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
    total = int(change.before.version, 16) ^ int(change.after.version, 16)
    keys = sorted(change.keys)
    for position in (change.before.position, change.after.position):
        for key, digest, _ in _published(connection, keys, position):
            total ^= part_of_version(key, digest)
    return total == 0


def _published(connection: sa.Connection, keys: Sequence[str], position: int) -> Iterator[tuple[str, str, Sheet]]:
    """The sheets of some keys that were published at a position, each with its key and digest."""
    for some in _some(keys):
        now = ROWS.where(_sheet.c.key.in_(some), _sheet.c.since <= position, _sheet.c.state == State.PUBLISHED)
        for row in connection.execute(now).mappings():
            yield row["key"], row["digest"], tables.sheet_of_row(row)
        past = sa.select(_history).where(
            _history.c.key.in_(some), held_at(position), _history.c.state == State.PUBLISHED
        )
        for row in connection.execute(past).mappings():
            yield row["key"], row["digest"], tables.sheet_of_whole(row["content"])


def published_at(connection: sa.Connection, position: int) -> Iterator[tuple[str, Sheet]]:
    """Every sheet that was published at a position, with its key."""
    now = ROWS.where(_sheet.c.since <= position, _sheet.c.state == State.PUBLISHED)
    for row in connection.execute(now).mappings():
        yield row["key"], tables.sheet_of_row(row)
    past = sa.select(_history).where(held_at(position), _history.c.state == State.PUBLISHED)
    for row in connection.execute(past).mappings():
        yield row["key"], tables.sheet_of_whole(row["content"])


def _numbers(keys: Sequence[str]) -> sa.Select[Any]:
    return sa.select(_sheet.c.key, _sheet.c.number).where(_sheet.c.key.in_(keys))


def _aliases(keys: Sequence[str]) -> sa.Select[Any]:
    alias = tables.alias
    return sa.select(alias.c.alias, alias.c.key).where(sa.or_(alias.c.alias.in_(keys), alias.c.key.in_(keys)))


def _some(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    return (keys[start : start + _AT_ONCE] for start in range(0, len(keys), _AT_ONCE))
