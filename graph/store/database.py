"""The file of a store: opened, made, or refused with a sentence; its reading and its writing connections."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext, suppress
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory
from typing import Any, cast

import orjson
import sqlalchemy as sa
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from graph.store import tables
from graph.store.chain import Head

REVISION = "0002"
"""The last migration, which is what the tables are: see `graph/store/migrations/`."""

WRITING = {"writing": True}
"""The option of a connection whose transactions take the writer's lock at once."""

_DRAFT = ("synchronous=OFF", "journal_mode=OFF", "cache_size=-65536", "temp.cache_size=-65536")
"""How a draft is written. With 64 MiB of pages at hand, a million sheets are in it after 209 s instead of 251."""

_FILE = "file"  # where a connection keeps which file it has open

_SAID = (sqlite3.DatabaseError, sqlite3.OperationalError, UnicodeDecodeError)
"""The errors of the driver, these classes themselves, that are said as a sentence: others are faults of the program."""

_revision = sa.Table("alembic_version", sa.MetaData(), sa.Column("version_num", sa.String(32), primary_key=True))
_OURS = {_revision.name, tables.head.name, tables.journal.name, tables.sheet.name}
"""What no other application has all of."""

_TABLES = sa.text("SELECT name FROM sqlite_master WHERE type = 'table'")
_COLUMNS = sa.text(
    "SELECT own.name, it.name FROM sqlite_master AS own JOIN pragma_table_info(own.name) AS it WHERE own.type = 'table'"
)


class StoreError(Exception):
    """A store that cannot be opened, read or written; the message is one sentence for the user."""


class OneConnection:
    """Stands for an engine where everything is to be read by one connection, which sees one moment."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def connect(self) -> AbstractContextManager[sa.Connection]:
        """The connection, which stays open after the block."""
        return nullcontext(self._connection)


class StoreBusy(StoreError):
    """Another one writes, and has not ended in the time that was waited for it."""


def open_file(path: Path, *, create: bool, busy_milliseconds: int, draft: bool = False) -> sa.Engine:
    """The engine that reads the file, and writes it under `WRITING`; a file of an older version is first copied and
    brought up to date. Raises StoreError where it is no store.

    A `draft` is a new file that nobody knows of before it is whole: it has no log, and a write that fails spoils it.
    """
    fresh = not path.exists()
    if fresh and not create:
        raise _missing(path)
    if fresh:
        path.parent.mkdir(parents=True, exist_ok=True)
    else:
        _refuse_foreign_file(path)
    engine = engine_of(path, busy_milliseconds, draft=draft)
    try:
        # What is not ours is not touched, and its log is kept as its owner wants it.
        found = None if fresh else _revision_of(path, engine)
        if not draft:
            _keep_a_log(engine)
        if found is None:
            _make(engine)
        elif found != REVISION:
            _bring_up_to_date(path, engine, found)
    except UnicodeDecodeError as error:  # what SQLite says of a damaged table has the table's name in it
        engine.dispose()
        raise _fault(path, error) from error
    except Exception:
        engine.dispose()
        raise
    return engine


def file_of(path: Path) -> tuple[int, int]:
    """What tells a file from another one that takes its place under the same path. Raises StoreError where none is."""
    try:
        found = path.stat()
    except FileNotFoundError:
        raise _missing(path) from None
    return found.st_dev, found.st_ino


def engine_of(path: Path, busy_milliseconds: int, *, draft: bool = False) -> sa.Engine:
    """The engine of a SQLite file that is there or is to be made. Where another file takes its place, that one is read
    from then on; where it is gone, none is made."""
    engine = sa.create_engine(
        sa.URL.create("sqlite", database=str(path)),  # not a text, in which a path may have a « ? » or a « % »
        json_serializer=lambda value: orjson.dumps(value).decode(),
        json_deserializer=decoded,
    )

    opened: list[tuple[int, int]] = []

    @sa.event.listens_for(engine, "do_connect")
    def look(*_: Any) -> None:
        if opened:
            file_of(path)  # SQLite would make an empty one

    @sa.event.listens_for(engine, "checkout")
    def check(_connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: Any) -> None:
        if record.info[_FILE] != file_of(path):
            raise sa.exc.DisconnectionError  # the pool opens another

    @sa.event.listens_for(engine, "connect")
    def configure(connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # SQLAlchemy, not sqlite3, says BEGIN
        for pragma in (f"busy_timeout={busy_milliseconds}", *(_DRAFT if draft else ("synchronous=FULL",))):
            connection.cursor().execute(f"PRAGMA {pragma}")
        opened[:] = [file_of(path)]
        record.info[_FILE] = opened[0]

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if "writing" in connection.get_execution_options() else "BEGIN")

    @sa.event.listens_for(engine, "handle_error")
    def say(context: sa.engine.ExceptionContext) -> None:
        error = context.original_exception
        if type(error) in _SAID:
            raise _fault(path, error) from error

    return engine


@contextmanager
def driven(connection: sa.Connection) -> Iterator[sqlite3.Cursor]:
    """A cursor of the driver itself, for what is read a row at a time: SQLAlchemy takes longer for a statement than the
    row does. What it fails at is said as that of any statement is.
    """
    try:
        yield cast("sqlite3.Connection", connection.connection.dbapi_connection).cursor()
    except Exception as error:
        if type(error) in _SAID:
            raise _fault(Path(str(connection.engine.url.database)), error) from error
        raise


def _keep_a_log(engine: sa.Engine) -> None:
    """Let readers and a writer not wait for each other, from now on and in every process: the file remembers it."""
    with closing(engine.raw_connection()) as connection:
        connection.cursor().execute("PRAGMA journal_mode=WAL")


def decoded(text: str) -> Any:
    """The value of a column of JSON. Raises StoreError where it is none any more."""
    try:
        return orjson.loads(text)
    except ValueError as error:
        raise StoreError(f"A value of the store is damaged: {error}. See what else is with: maillage verify") from error


def _fault(path: Path, error: BaseException) -> StoreError:
    """What a database says that cannot be read or written, as a sentence."""
    if "locked" in str(error):
        return StoreBusy(f"Another process is writing the store {path}: try again once it has ended ({error}).")
    return StoreError(f"The store {path} cannot be read or written: {error}.")


def copy_before_migration(path: Path) -> Path:
    """Where the copy of an older store stands once it is brought up to date."""
    return path.with_name(f"{path.name}.before-{REVISION}")


def format_of(path: Path) -> tuple[str, list[str]]:
    """The revision of the tables of a store, and the migrations that opening it would run, a line each. Nothing is
    written. Raises StoreError as `open_file` does."""
    if not path.exists():
        raise _missing(path)
    _refuse_foreign_file(path)
    engine = engine_of(path, busy_milliseconds=5_000)
    try:
        found = _revision_of(path, engine)
        return found, _lacking(path, found)
    finally:
        engine.dispose()


def _lacking(path: Path, found: str) -> list[str]:
    """The migrations that follow a revision. Raises StoreError where it is of a newer version."""
    from graph.store.migration import lacking

    steps = lacking(found)
    if steps is None:
        raise StoreError(
            f"{path} was made by a newer version (revision {found}; this one knows {REVISION}). Update Maillage."
        )
    return steps


def _make(engine: sa.Engine) -> None:
    # Alembic takes a tenth of a second to load, and most starts need nothing of it.
    from graph.store.migration import upgrade

    with engine.execution_options(**WRITING).begin() as connection:
        upgrade(connection)
        start = Head()
        values = {"position": start.position, "version": start.version, "chain": start.chain}
        connection.execute(tables.head.insert(), {"id": 1, **values, "number": 0, "secret": token_hex(32)})


def _missing(path: Path) -> StoreError:
    return StoreError(f"There is no store at {path}. Make one with: maillage import FILE… -o {path}")


def _refuse_foreign_file(path: Path) -> None:
    if not path.is_file():
        raise StoreError(f"{path} is not a file; a store is a SQLite file.")
    with path.open("rb") as file:
        head = file.read(16)
    if not head:
        raise StoreError(
            f"{path} is empty (0 bytes); a store is a SQLite file made by: maillage import. Delete it first."
        )
    if head != b"SQLite format 3\x00":
        raise StoreError(f"{path} is not a SQLite file, so not a store of Maillage. It is left as it is.")


def _revision_of(path: Path, engine: sa.Engine) -> str:
    """The last migration that a store went through. Raises StoreError where the database is no store, or none that
    this version can read."""
    with engine.connect() as connection:
        there = set(connection.scalars(_TABLES))
        if _revision.name not in there and "maillage" in there:
            raise StoreError(f"{path} was made by a version that kept no journal. Import again, into a new file.")
        if _OURS - there:
            raise StoreError(f"{path} is a database, but not a store of Maillage. It is left as it is.")
        found = connection.scalar(sa.select(_revision.c.version_num))
        heads = connection.scalar(sa.select(sa.func.count()).select_from(tables.head))
        if found is None or heads != 1:
            raise StoreError(f"{path} is damaged: it does not say what it holds. Restore a backup.")
        if found == REVISION:
            _refuse_unreleased(path, connection)
    return str(found)


def _refuse_unreleased(path: Path, connection: sa.Connection) -> None:
    if absent := _absent(connection):
        lacks = f"it lacks {', '.join(absent)}"
        raise StoreError(f"{path} was made before the first release: {lacks}. Import again, into a new file.")


def _absent(connection: sa.Connection) -> list[str]:
    """The tables and columns that a store of this version has and this one has not, by name."""
    there = {tuple(row) for row in connection.execute(_COLUMNS)}
    named = {name for name, _ in there}
    lacking = [column for table in tables.metadata.sorted_tables for column in table.c]
    lacking = [column for column in lacking if (column.table.name, column.name) not in there]
    return sorted({str(column) if column.table.name in named else column.table.name for column in lacking})


def _bring_up_to_date(path: Path, engine: sa.Engine, found: str) -> None:
    """Run the migrations that the store lacks, in one transaction, once a copy stands beside it."""
    from graph.store.migration import upgrade

    _lacking(path, found)
    # Nobody else brings it up to date meanwhile, nor writes: the copy, made by another connection, is what it was just
    # before.
    with engine.execution_options(**WRITING).begin() as connection:
        if connection.scalar(sa.select(_revision.c.version_num)) == REVISION:
            return
        upgrade(connection)
        _refuse_unreleased(path, connection)
        back_up(engine, copy_before_migration(path))


def compact(engine: sa.Engine) -> bool:
    """Write the file anew without what was deleted in it, and empty its log. False where that could not be done, since
    another process reads from the log or the disk is full."""
    with closing(engine.raw_connection()) as connection, suppress(sqlite3.OperationalError):
        cursor = connection.cursor()
        for statement in ("PRAGMA wal_checkpoint(TRUNCATE)", "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
            cursor.execute(statement)
            said = cursor.fetchone()
        return said is not None and said[0] == 0
    return False


def back_up(engine: sa.Engine, path: Path) -> None:
    """Write the database, as it is at one moment, to a new file, which is there once it is whole. Raises StoreError."""
    with TemporaryDirectory(dir=path.parent, prefix=f"{path.name}.") as folder:
        made = Path(folder) / path.name
        with closing(engine.raw_connection()) as connection:
            try:
                connection.cursor().execute("VACUUM INTO ?", (str(made),))
            except sqlite3.DatabaseError as error:
                raise _fault(path, error) from error
        put(made, path)


def put(made: Path, path: Path) -> None:
    """Move a whole file to its place, where it is also after a power cut."""
    _sync(made)
    made.replace(path)
    _sync(path.parent)


def _sync(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
