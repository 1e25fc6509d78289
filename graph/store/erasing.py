"""An erasure: what names a structure, or one sheet, goes from every table, and what remains still verifies.

The journal keeps its positions, times, operations and chain. Keys are made of words, so they go too: a sheet that is
erased has a key that says nothing, and its number, by which a graph that follows finds the action that goes.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from secrets import token_hex
from typing import NamedTuple

import sqlalchemy as sa

from graph.kinds import NodeKind
from graph.labels import structure_of
from graph.model import Sheet
from graph.store import tables
from graph.store.database import WRITING, compact
from graph.store.digests import identity_of
from graph.store.journal import Cause, Journal, Operation
from graph.store.labelling import forget_labels
from graph.store.naming import holds_any
from graph.store.reach import Reach, keys_of, reach_of
from graph.store.reading import row_of
from graph.store.remains import own_files, remove
from graph.store.revisions import held
from graph.store.structures import forget_structure
from graph.store.suppression import Suppression, own_marks
from graph.store.tables import State
from graph.store.writer import NoSuchSheet, Refused

_sheet, _history, _given, _known = tables.sheet, tables.history, tables.given, tables.identity
_journal, _problem = tables.journal, tables.problem

OF_SHEET = (*(table.c.key for table in (tables.text, _history, _given, _known, tables.proposal)), tables.alias.c.alias)
"""The columns that name a sheet whose rows go with it."""


class Erasure(NamedTuple):
    """What was erased, the position of the last entry (None where it had been erased before), the files that were
    removed, and whether the log of the store could be emptied: another process that reads holds it."""

    reach: Reach
    position: int | None
    removed: tuple[Path, ...]
    is_clean: bool


def erasable(connection: sa.Connection, key: str) -> Reach:
    """What an erasure reaches, which is nothing where it was done before. Raises NoSuchSheet for an unknown key."""
    reach = reach_of(connection, key)
    if not reach and not Suppression(connection).has(key):
        raise NoSuchSheet(f"{key} is no structure and no action of the store, nor was it one that is erased.")
    return reach


def erase(engine: sa.Engine, path: Path, key: str, cause: Cause) -> Erasure:
    """One erasure, in one transaction, and what has to be done to the files then: see `Store.erase`."""
    with engine.execution_options(**WRITING).begin() as connection:
        connection.exec_driver_sql("PRAGMA secure_delete=ON")
        reach = erasable(connection, key)
        if holds_any(reach.names)(cause.reason or ""):
            raise Refused("The reason names what is to be erased, and the journal keeps reasons: give another one.")
        position = Erasing(connection, reach, cause).run() if reach else None
    removed = tuple(own_files(path))
    for each in removed:
        remove(each)
    return Erasure(reach, position, removed, compact(engine))


class Erasing:
    """The transaction of one erasure."""

    def __init__(self, connection: sa.Connection, reach: Reach, cause: Cause) -> None:
        self._connection = connection
        self._reach = reach
        self._journal = Journal(connection, cause)

    def run(self) -> int:
        """Erase all that is reached; gives the position of the last entry."""
        first = self._journal.position
        self._suppress()
        self._erase_problems()
        renamed = {key: f"{NodeKind.ACTION}:erased-{token_hex(8)}" for key in self._reach.sheets}
        for key in renamed:
            self._enter(key)
        for key in self._reach.others:
            self._enter(key)
        self._journal.close()
        for key, new in renamed.items():
            self._erase_sheet(key, new)
        self._erase_past()
        self._erase_words(first, renamed)
        self._erase_sources()
        forget_labels(self._connection, self._contents(), self._reach.key)
        forget_structure(self._connection, self._reach.key)
        return self._journal.position

    def _contents(self) -> list[Sheet]:
        return [sheet for sheets in self._reach.sheets.values() for sheet in sheets]

    def _suppress(self) -> None:
        """Let nothing of it come back; a sheet that stays is not taken for one that goes."""
        reach = self._reach
        marks = {mark for sheet in self._contents() for mark in own_marks(sheet)}
        structures = {structure_of(sheet) for sheet in self._contents()}
        for key in keys_of(self._connection, lambda body: structure_of(body) in structures) - reach.sheets.keys():
            row = row_of(self._connection, key)
            if row is not None:
                marks -= own_marks(tables.sheet_of_row(row))
        Suppression(self._connection).add(self._connection, {*marks, reach.key, *reach.sheets})

    def _enter(self, key: str) -> None:
        """The entry of a sheet that goes, or of one that stays and loses some of its past."""
        row = row_of(self._connection, key)
        assert row is not None
        before = held(row)
        if key in self._reach.sheets:
            self._journal.entry(Operation.ERASE, key, row["revision"] + 1, before, None)
        else:
            self._journal.entry(Operation.ERASE, key, row["revision"], before, before)

    def _erase_sheet(self, key: str, new: str) -> None:
        for column in OF_SHEET:
            self._connection.execute(sa.delete(column.table).where(column == key))
        last = sa.select(sa.func.max(_journal.c.position)).where(_journal.c.key == key).scalar_subquery()
        blank = {name: [] if name in tables.LISTS else "" for name in tables.CONTENT} | {"year": None}
        nowhere = dict.fromkeys(tables.ORIGIN)
        values = {"key": new, "since": last, "state": State.ERASED, "digest": "", **blank, **nowhere}
        revision = {"revision": _sheet.c.revision + 1}
        self._connection.execute(_sheet.update().where(_sheet.c.key == key).values(**values, **revision))

    def _erase_past(self) -> None:
        """Take what names the structure out of sheets that stay."""
        reach = self._reach
        for row in reach.past:
            one = (_history.c.key == row["key"], _history.c.revision == row["revision"])
            self._connection.execute(_history.update().where(*one).values(content=sa.null(), digest=""))
            same = (_given.c.key == row["key"], _given.c.digest == row["digest"])
            self._connection.execute(_given.delete().where(*same))
            told = (_journal.c.key == row["key"], _journal.c.revision == row["revision"])
            self._connection.execute(_journal.update().where(*told).values(salt=None))
        for row in reach.given:
            one = (_given.c.key == row["key"], _given.c.source == row["source"])
            self._connection.execute(_given.delete().where(*one))
        for row in reach.proposals:
            self._connection.execute(tables.proposal.delete().where(tables.proposal.c.id == row["id"]))
        for row in (*reach.past, *reach.given):
            self._forget_identity(row["key"], identity_of(tables.sheet_of_whole(row["content"])))

    def _forget_identity(self, key: str, identity: str) -> None:
        row = row_of(self._connection, key)
        if row is not None and identity_of(tables.sheet_of_row(row)) != identity:
            self._connection.execute(_known.delete().where(_known.c.key == key, _known.c.identity == identity))

    def _erase_words(self, first: int, renamed: dict[str, str]) -> None:
        """Take keys, salts, and reasons that tell a name out of the journal, and such reasons out of what was decided
        about proposals; `first` is the position before this."""
        mine = _journal.c.position > first
        for key, new in renamed.items():
            of_sheet = _journal.c.key == key
            before = _journal.update().where(of_sheet, ~mine).values(author=None, reason=None)
            self._connection.execute(before)
            self._connection.execute(_journal.update().where(of_sheet).values(key=new, salt=None))
        self._connection.execute(_journal.update().where(mine).values(salt=None))
        names = holds_any(self._reach.names if self._reach.is_structure else ())

        def tells(words: Iterable[str | None]) -> bool:
            return any(names(word or "") or _has_any(word or "", renamed) for word in words)

        query = sa.select(_journal.c.position, _journal.c.author, _journal.c.reason)
        query = query.where(~mine, sa.or_(_journal.c.author.is_not(None), _journal.c.reason.is_not(None)))
        for position, *words in self._connection.execute(query).all():
            if tells(words):
                clean = _journal.update().where(_journal.c.position == position).values(author=None, reason=None)
                self._connection.execute(clean)
        made = tables.proposal
        decided = sa.select(made.c.id, made.c.decided_by, made.c.comment).where(made.c.decided_at.is_not(None))
        for number, *words in self._connection.execute(decided).all():
            if tells(words):
                blank = made.update().where(made.c.id == number).values(decided_by=None, comment=None)
                self._connection.execute(blank)

    def _erase_problems(self) -> None:
        """Take the lines of erased sheets, and lines that tell a name or a title, out of what was reported."""
        names = holds_any({*self._reach.names, *(sheet.title for sheet in self._contents())})
        query = sa.select(_given).where(_given.c.key.in_(sorted(self._reach.sheets)))
        places = [(row.source, row.first_line or 0, row.last_line or 0) for row in self._connection.execute(query)]
        for row in self._connection.execute(sa.select(_problem)).all():
            is_inside = any(source == row.source and one <= row.line <= last for source, one, last in places)
            if is_inside or names(f"{row.text} | {row.reason}"):
                self._connection.execute(_problem.delete().where(_problem.c.id == row.id))

    def _erase_sources(self) -> None:
        """Give another name to a source whose own is that of the structure."""
        names = holds_any(self._reach.names if self._reach.is_structure else ())
        source = tables.source
        for row in self._connection.execute(sa.select(source)).all():
            if names(f"{row.name} {row.location}"):
                new = f"erased-{token_hex(8)}"
                values = source.update().where(source.c.id == row.id).values(name=new, location=new)
                self._connection.execute(values)
                self._connection.execute(_sheet.update().where(_sheet.c.source == row.name).values(source=new))


def _has_any(text: str, keys: Iterable[str]) -> bool:
    return any(key in text for key in keys)
