"""Changes of one sheet, each a transaction of its own: added, corrected, withdrawn, restored.

A change is there for ever once a method returns. Who corrects says which revision was read: where another one came in
between, nothing is written.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import NamedTuple

import sqlalchemy as sa

from graph.model import Sheet
from graph.store import tables
from graph.store.database import WRITING
from graph.store.digests import free_key, identity_of, sheet_digest
from graph.store.journal import Cause, Held, Journal, Operation
from graph.store.labelling import decide_labels
from graph.store.merging import taken
from graph.store.proposals import Decision, Proposal, decide, waiting
from graph.store.reading import resolved, row_of, sheet_of_revision
from graph.store.revisions import is_key_given, know, revise
from graph.store.suppression import Suppression
from graph.store.tables import State


class Written(NamedTuple):
    """What a change made: the sheet's key, its revision, and the position of the journal's entry."""

    key: str
    revision: int
    position: int


class Refused(Exception):
    """A change that was not made; the message is one sentence, and nothing was written."""


class NoSuchSheet(Refused):
    """There is no sheet of that key, or no such revision of it."""


class NoSuchProposal(Refused):
    """No proposal of that number waits."""


class NothingChanged(Refused):
    """The sheet says that already, or is in that state."""


class Erased(Refused):
    """The sheet, or its structure, was erased, and must not come back."""


class Conflict(Refused):
    """The sheet has another revision than the one that was read: `current`."""

    def __init__(self, key: str, expected: int, current: int) -> None:
        super().__init__(f"{key} is at revision {current}, not at {expected}: read it again.")
        self.current = current


class Writer:
    """Writes into one store. Writers of several threads and processes wait for each other."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def add(self, sheet: Sheet, cause: Cause) -> Written:
        """Publish a new sheet. Raises NothingChanged where one is published that is the same to the letter; Erased."""
        with self._transaction(cause) as (connection, journal):
            _refuse_erased(connection, sheet)
            digest, identity = sheet_digest(sheet), identity_of(sheet)
            same = sa.select(tables.sheet.c.key).join(tables.identity, tables.identity.c.key == tables.sheet.c.key)
            same = same.where(tables.identity.c.identity == identity, tables.sheet.c.digest == digest)
            if known := connection.scalar(same.where(tables.sheet.c.state == State.PUBLISHED)):
                raise NothingChanged(f"{known} is the same to the letter.")
            key = free_key(sheet, partial(is_key_given, connection))
            position = journal.entry(Operation.ADD, key, 1, None, Held(State.PUBLISHED, digest))
            journal.number += 1
            own = {"key": key, "number": journal.number, "revision": 1, "since": position, "digest": digest}
            place = dict.fromkeys(tables.ORIGIN)
            values = own | {"state": State.PUBLISHED} | tables.content_of(sheet) | place
            connection.execute(tables.sheet.insert(), values)
            connection.execute(tables.text.insert(), {"key": key, "body": sheet.text})
            know(connection, key, identity)
        return Written(key, 1, position)

    def correct(self, key: str, sheet: Sheet, *, expected: int, cause: Cause) -> Written:
        """Put other content in a published sheet. Raises NoSuchSheet, Conflict, NothingChanged, Erased."""
        with self._transaction(cause) as (connection, journal):
            _refuse_erased(connection, sheet)
            row = _present(connection, key, expected)
            if sheet_digest(sheet) == row["digest"]:
                raise NothingChanged(f"{key} says that already.")
            revision = revise(connection, journal, row, Operation.CORRECT, to=sheet)
        return Written(row["key"], revision, journal.position)

    def withdraw(self, key: str, *, expected: int, cause: Cause) -> Written:
        """Take a sheet out of the graph; it can be restored. Raises NoSuchSheet, Conflict, NothingChanged."""
        with self._transaction(cause) as (connection, journal):
            row = _present(connection, key, expected)
            if row["state"] == State.WITHDRAWN:
                raise NothingChanged(f"{key} is withdrawn.")
            revision = revise(connection, journal, row, Operation.WITHDRAW, state=State.WITHDRAWN)
        return Written(row["key"], revision, journal.position)

    def restore(self, key: str, *, expected: int, to: int, cause: Cause) -> Written:
        """Publish a sheet as it was in one of its revisions, `to`. Raises NoSuchSheet, Conflict, NothingChanged."""
        with self._transaction(cause) as (connection, journal):
            row = _present(connection, key, expected)
            sheet = sheet_of_revision(connection, row["key"], to)
            if sheet is None:
                raise NoSuchSheet(f"{key} has no revision {to}; the last is {row['revision']}.")
            if row["state"] == State.PUBLISHED and sheet_digest(sheet) == row["digest"]:
                raise NothingChanged(f"{key} says that already.")
            revision = revise(connection, journal, row, Operation.RESTORE, to=sheet, state=State.PUBLISHED)
        return Written(row["key"], revision, journal.position)

    def accept(self, proposal: int, *, expected: int, cause: Cause) -> Written:
        """Let a sheet say what the source says in the fields of a waiting proposal. Where it says that by now, nothing
        but the proposal changes. Raises NoSuchProposal, Conflict, Erased."""
        with self._transaction(cause) as (connection, journal):
            made = _waiting(connection, proposal)
            row = _present(connection, made.key, expected)
            sheet = taken(made.ours, made.theirs, made.fields)
            _refuse_erased(connection, sheet)
            revision, position = expected, None
            if sheet != made.ours:
                reason = cause.reason or f"proposal {proposal} of {made.source}"
                revision = revise(connection, journal, row, Operation.CORRECT, to=sheet, reason=reason)
                position = journal.position
            decide(connection, proposal, Decision.ACCEPTED, cause, position)
        return Written(made.key, revision, journal.position)

    def reject(self, proposal: int, cause: Cause) -> None:
        """Let the sheet say what it says, whatever the source proposes. Raises NoSuchProposal."""
        with self._transaction(cause) as (connection, _):
            decide(connection, _waiting(connection, proposal).number, Decision.REJECTED, cause)

    @contextmanager
    def _transaction(self, cause: Cause) -> Iterator[tuple[sa.Connection, Journal]]:
        with self._engine.execution_options(**WRITING).begin() as connection:
            journal = Journal(connection, cause)
            first = journal.position
            yield connection, journal
            journal.close()
            if journal.position > first:
                decide_labels(connection, first, journal.position)


def _refuse_erased(connection: sa.Connection, sheet: Sheet) -> None:
    if Suppression(connection).covers(sheet, sheet_digest(sheet), identity_of(sheet)):
        raise Erased("This sheet, or its structure, was erased here: it is not taken.")


def _waiting(connection: sa.Connection, number: int) -> Proposal:
    found = waiting(connection, number)
    if not found:
        raise NoSuchProposal(f"No proposal {number} waits; see them with: maillage proposals")
    return found[0]


def _present(connection: sa.Connection, key: str, expected: int) -> sa.RowMapping:
    row = row_of(connection, resolved(connection, key))
    if row is None:
        raise NoSuchSheet(f"There is no sheet {key}.")
    if row["revision"] != expected:
        raise Conflict(key, expected, row["revision"])
    return row
