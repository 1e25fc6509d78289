"""SQLite through apsw, as SQLAlchemy wants a driver: apsw lets a test stand in for the disk, `sqlite3` does not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from sqlite3 import DatabaseError, Error, IntegrityError, OperationalError, ProgrammingError
from typing import Any
from unittest.mock import patch

import apsw
import sqlalchemy as sa
from sqlalchemy.pool import StaticPool

__all__ = ["DatabaseError", "Error", "IntegrityError", "OperationalError", "ProgrammingError", "store_on"]

paramstyle = "qmark"
sqlite_version_info = tuple(map(int, apsw.sqlite_lib_version().split(".")))
Binary = bytes


_OTHERS = {apsw.ConstraintError: IntegrityError, apsw.CorruptError: DatabaseError, apsw.NotADBError: DatabaseError}
_WORDS = {apsw.FullError: "database or disk is full", apsw.IOError: "disk I/O error"}


@contextmanager
def _said_as_sqlite3_does() -> Iterator[None]:
    try:
        yield
    except apsw.Error as error:
        words = _WORDS.get(type(error), str(error))
        raise _OTHERS.get(type(error), OperationalError)(words) from error


class Cursor:
    def __init__(self, connection: apsw.Connection, changed: Callable[[str], str]) -> None:
        self._connection = connection
        self._cursor = connection.cursor()
        # Of a statement without rows, apsw tells the columns only before it runs.
        self._cursor.exec_trace = self._see
        self._changed = changed
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid = 0

    def _see(self, cursor: apsw.Cursor, _sql: str, _bindings: Any) -> bool:
        columns = cursor.get_description()
        self.description = tuple((name, None, None, None, None, None, None) for name, *_ in columns) or None
        return True

    def execute(self, statement: str, parameters: Sequence[Any] = ()) -> None:
        with _said_as_sqlite3_does():
            self._take(self._cursor.execute(self._changed(statement), tuple(parameters)))

    def executemany(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        with _said_as_sqlite3_does():
            self._take(self._cursor.executemany(statement, list(map(tuple, rows))))

    def _take(self, rows: Iterable[Any]) -> None:
        """Keep the rows, so that no statement is under way when the transaction ends."""
        self._rows = iter(list(rows))
        self.rowcount = -1 if self.description else self._connection.changes()
        self.lastrowid = self._connection.last_insert_rowid()

    def fetchone(self) -> Any:
        return next(self._rows, None)

    def fetchmany(self, size: int = 1) -> list[Any]:
        return list(islice(self._rows, size))

    def fetchall(self) -> list[Any]:
        return list(self._rows)

    def close(self) -> None:
        self._cursor.close(True)


class Connection:
    isolation_level: str | None = None

    def __init__(self, path: str, vfs: str, changed: Callable[[str], str]) -> None:
        with _said_as_sqlite3_does():
            self._connection = apsw.Connection(path, vfs=vfs)
        self._changed = changed
        # A disk of ours has no shared memory: write-ahead logging then takes one connection.
        for pragma in ("locking_mode=EXCLUSIVE", "wal_autocheckpoint=60"):
            self._connection.execute(f"PRAGMA {pragma}")

    def cursor(self) -> Cursor:
        return Cursor(self._connection, self._changed)

    def commit(self) -> None:
        self._end("COMMIT")

    def rollback(self) -> None:
        self._end("ROLLBACK")

    def _end(self, statement: str) -> None:
        if self._connection.in_transaction:
            self.cursor().execute(statement)

    def create_function(self, *_: Any, **_more: Any) -> None: ...

    def close(self) -> None:
        self._connection.close()


@contextmanager
def store_on(vfs: str, pragmas: dict[str, str] | None = None) -> Iterator[None]:
    """Stores that are opened in the block stand on the disk that a VFS is, and have other values of some pragmas."""
    create = sa.create_engine

    def changed(statement: str) -> str:
        for name, value in (pragmas or {}).items():
            statement = re.sub(rf"^PRAGMA {name}=\w+$", f"PRAGMA {name}={value}", statement)
        return statement

    def on_disk(url: str, **options: Any) -> sa.Engine:
        path = sa.make_url(url).database
        connect = lambda: Connection(str(path), vfs, changed)  # noqa: E731
        from tests.proofs import sqlite

        return create(url, module=sqlite, creator=connect, poolclass=StaticPool, **options)

    with patch.object(sa, "create_engine", on_disk):
        yield
