"""A sheet's next revision: the one before goes to the history, and the journal tells of it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from graph.model import Sheet
from graph.store import tables
from graph.store.digests import identity_of, sheet_digest
from graph.store.journal import Held, Journal, Operation
from graph.store.tables import State

sheet, text = tables.sheet, tables.text


def held(row: sa.RowMapping) -> Held:
    """What a row of a sheet says that it is."""
    return Held(State(row["state"]), row["digest"])


def revise(
    connection: sa.Connection,
    journal: Journal,
    row: sa.RowMapping,
    operation: Operation,
    *,
    to: Sheet | None = None,
    state: State | None = None,
    place: dict[str, Any] | None = None,
    reason: str | None = None,
) -> int:
    """The revision that a sheet gets: with other content (`to`), read at another `place`, or in another state.

    `row` is what `row_of` gave in the same transaction.
    """
    key, revision = row["key"], int(row["revision"]) + 1
    before = tables.sheet_of_row(row)
    after = Held(state or State(row["state"]), sheet_digest(to) if to else row["digest"])
    position = journal.entry(operation, key, revision, held(row), after, reason)
    past = {name: row[name] for name in ("key", "revision", "since", "state", "digest")}
    connection.execute(tables.history.insert(), past | {"until": position, "content": tables.whole(before)})
    present: dict[str, Any] = {"revision": revision, "since": position, "state": after.state, "digest": after.digest}
    if to is not None:
        present |= tables.content_of(to) | (place or {})
        connection.execute(text.update().where(text.c.key == key).values(body=to.text))
        know(connection, key, identity_of(to))
    connection.execute(sheet.update().where(sheet.c.key == key).values(**present))
    return revision


def know(connection: sa.Connection, key: str, identity: str) -> None:
    """Let a sheet be found under one identity more."""
    known = tables.identity
    query = sa.select(known.c.key).where(known.c.identity == identity, known.c.key == key)
    if connection.scalar(query) is None:
        connection.execute(known.insert(), {"identity": identity, "key": key})


def is_key_given(connection: sa.Connection, key: str) -> bool:
    """Whether a key is, or was, that of a sheet."""
    own = sa.select(sheet.c.key).where(sheet.c.key == key)
    other = sa.select(tables.alias.c.alias).where(tables.alias.c.alias == key)
    return connection.execute(sa.union_all(own, other)).first() is not None


def absorb(connection: sa.Connection, journal: Journal, row: sa.RowMapping, into: str) -> None:
    """Withdraw a sheet that has become the same to the letter as another one: its key leads there from now on."""
    key = row["key"]
    revise(connection, journal, row, Operation.MERGE, state=State.WITHDRAWN, reason=f"the same to the letter as {into}")
    connection.execute(tables.alias.insert(), {"alias": key, "key": into})
    connection.execute(tables.alias.update().where(tables.alias.c.key == key).values(key=into))
    given, other = tables.given, tables.given.alias()
    of_both = sa.select(other.c.source).where(other.c.key == into)
    connection.execute(given.delete().where(given.c.key == key, given.c.source.in_(of_both)))
    connection.execute(given.update().where(given.c.key == key).values(key=into))
    # Who looks for the one finds the other.
    known = tables.identity
    for identity in connection.scalars(sa.select(known.c.identity).where(known.c.key == key)).all():
        know(connection, into, identity)
    connection.execute(known.delete().where(known.c.key == key))
