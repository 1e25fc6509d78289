"""What the processes do that are killed: import, write, bring a store up to date."""

from __future__ import annotations

import os
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import replace
from functools import partial
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any, NamedTuple
from unittest.mock import patch

import sqlalchemy as sa

from graph.change import Change
from graph.importer import import_file
from graph.knowledge_graph import KnowledgeGraph
from graph.live import Follower, LiveGraph, changes, follower
from graph.model import Origin, Sheet, SheetText
from graph.store import Difference, Import, Store, StoreError, database, migration, new_store
from graph.store.journal import Cause, Journal
from graph.store.reading import sheet_of_revision
from graph.store.staging import staged
from graph.vocabulary import load_vocabulary
from tests.proofs.acknowledged import Acknowledged

CLIENTS = 8
NOBODY = 65534
SLOW_DISK = 0.05
FEW = 10
INSTRUCTIONS = 200


def numbered(number: int, summary: str, origin: Origin | None = None) -> Sheet:
    """A sheet of its own title and structure."""
    return Sheet(
        title=f"Action {number}",
        department="Lot",
        year=2016,
        structure=f"Centre {number}",
        structure_department="Lot",
        keywords=("Culture",),
        text=SheetText(summary=summary, description="On mange ensemble. " * 40),
        origin=origin,
    )


def imports(pipe: Connection, path: Path, file: Path) -> None:
    """Import a file, into a new store where there is none."""
    opened = Store(path) if path.exists() else new_store(path)
    vocabulary = load_vocabulary()
    pipe.send("begun")
    with opened as store:
        import_file(store, file, vocabulary)


def imports_in_batches(pipe: Connection, path: Path, file: Path) -> None:
    """Import a file, wrongly: some sheets are committed after the others. Says each time that some are."""
    with committing_in_batches(lambda: pipe.send("some")):
        imports(pipe, path, file)


def imports_in_place(pipe: Connection, path: Path, file: Path) -> None:
    """Import a file, wrongly: a new store has its name before it is filled."""
    with made_in_place():
        imports(pipe, path, file)


@contextmanager
def committing_in_batches(say: Callable[[], None] = lambda: None) -> Iterator[None]:
    """A program whose imports are not one transaction, but one for every few sheets."""

    class InBatches(Import):
        def give(self, sheet: Sheet, line: bytes | None = None) -> None:
            super().give(sheet, line)
            if self._staging.count % FEW == 0:
                self._staging.flush()
                self.finish([], prune=False)
                with self._connection.begin():
                    self._connection.execute(staged.delete())
                say()

    with patch("graph.store.store.Import", InBatches):
        yield


@contextmanager
def made_in_place() -> Iterator[None]:
    """A program that makes a new store where it is to be."""
    with patch(f"{__name__}.new_store", lambda path: Store(path, create=True)):
        yield


def writes(pipe: Connection, path: Path, turn: int, clients: int = CLIENTS, early: bool = False) -> None:
    """Let several threads add, correct and withdraw without an end, each change said once it is made; or `early`,
    before it is committed, which is what the proof must notice."""
    lock = Lock()

    def say(what: Acknowledged) -> None:
        with lock:
            pipe.send(what)

    with Store(path, busy_milliseconds=60_000) as store, _saying_early(say) if early else nullcontext():
        told = _silent if early else say
        firsts = ((turn * clients + client) * 100_000 for client in range(clients))
        threads = [Thread(target=_write, args=(store, first, told)) for first in firsts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def _write(store: Store, first: int, say: Callable[[Acknowledged], None]) -> None:
    write, cause = store.writer, Cause("client")
    for number in count(first):
        key, revision, position = write.add(numbered(number, f"{number} first"), cause)
        say(Acknowledged(key, revision, position, f"{number} first"))
        second = numbered(number, f"{number} second")
        key, revision, position = write.correct(key, second, expected=1, cause=cause)
        say(Acknowledged(key, revision, position, f"{number} second"))
        key, revision, position = write.withdraw(key, expected=2, cause=cause)
        say(Acknowledged(key, revision, position, f"{number} second", "WITHDRAWN"))


def _silent(_: Acknowledged) -> None: ...


@contextmanager
def _saying_early(say: Callable[[Acknowledged], None]) -> Iterator[None]:
    """Says each change before it is committed, on a disk that takes its time."""
    close = Journal.close

    def close_and_say(journal: Journal) -> None:
        (entry,) = journal._waiting
        close(journal)
        key, revision, state = entry["key"], entry["revision"], "PUBLISHED" if entry["is_public"] else "WITHDRAWN"
        sheet = sheet_of_revision(journal._connection, key, revision)
        assert sheet is not None
        say(Acknowledged(key, revision, entry["position"], sheet.text.summary, state))
        Event().wait(SLOW_DISK)

    with patch.object(Journal, "close", close_and_say):
        yield


def opens(pipe: Connection, path: Path, scripts: Path, killed_at: int, fault: str = "") -> None:
    """Open a store, or make one where there is none, with the migrations of a folder; kill itself at the so-many-th
    step of the database: where it begins a statement, and again and again within it. Says how many steps there were.
    The program has one of `FAULTS`, or none."""
    done = 0

    def step(*_: object) -> None:
        nonlocal done
        done += 1
        if done == killed_at:
            os.kill(os.getpid(), signal.SIGKILL)

    @sa.event.listens_for(sa.Engine, "connect")
    def trace(connection: sqlite3.Connection, _: object) -> None:
        connection.set_trace_callback(step)
        connection.set_progress_handler(step, INSTRUCTIONS)

    with migrations_of(scripts), FAULTS[fault](), Store(path) if path.exists() else new_store(path):
        pass
    step()
    pipe.send(done)


@contextmanager
def _migrating_statement_by_statement() -> Iterator[None]:
    """A program whose migrations are not one transaction, but one for each statement."""
    upgrade = migration.upgrade

    def upgrade_at_once(connection: sa.Connection) -> None:
        connection.exec_driver_sql("COMMIT")
        upgrade(connection)

    with patch.object(migration, "upgrade", upgrade_at_once):
        yield


def _migrating_without_a_copy() -> AbstractContextManager[object]:
    """A program that makes no copy before it migrates."""
    return patch.object(database, "back_up", lambda engine, path: None)


FAULTS: Mapping[str, Callable[[], AbstractContextManager[object]]] = {
    "": nullcontext,
    "no transaction": _migrating_statement_by_statement,
    "no copy": _migrating_without_a_copy,
    "made in place": made_in_place,
}


@contextmanager
def migrations_of(scripts: Path) -> Iterator[None]:
    """A program whose migrations are those of a folder, and whose tables are what these make."""
    last = migration.ScriptDirectory.from_config(migration._config(scripts)).get_current_head()
    functions = {name: partial(getattr(migration, name), scripts=scripts) for name in ("upgrade", "lacking")}
    made = patch.multiple(database, REVISION=last, _absent=lambda connection: [])
    with patch.multiple(migration, **functions), made:
        yield


def visits(pipe: Connection, path: Path) -> None:
    """Open a store, read and write it, as somebody to whom the rights of files apply. Says how many sheets were read,
    then the key of a sheet that was written, or in place of either the sentence with which it was refused."""
    if os.getuid() == 0:
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    try:
        with Store(path) as store:
            pipe.send(len(list(store.sheets())))
            pipe.send(store.writer.add(numbered(-1, "by nobody"), Cause("nobody")).key)
    except StoreError as error:
        pipe.send(str(error))


class Seen(NamedTuple):
    """A version that a process published: when, by a clock that all processes share, and what it holds."""

    at: float
    position: int
    version: str
    actions: int


class _Recorded(LiveGraph):
    def __init__(self, store: Store) -> None:
        super().__init__(KnowledgeGraph.from_store(store), store)
        self.seen: list[Seen] = []

    def publish(self, graph: KnowledgeGraph, *, anew: bool = False) -> None:
        super().publish(graph, anew=anew)
        self.seen.append(Seen(time.monotonic(), graph.position, graph.version, len(graph.actions)))


def follows(pipe: Connection, path: Path, over: Event, skipping: bool = False) -> None:
    """Follow a store, until `over` and everything is seen. Says what it published. With `skipping` it leaves a sheet
    out now and then, and believes that all is well."""
    with Store(path) as store, _skipping() if skipping else nullcontext():
        live = _Recorded(store)
        with Follower(store, live):
            pipe.send("begun")
            over.wait()
            while live.current.graph.position < store.head().position:
                Event().wait(0.01)
    pipe.send(live.seen)


@contextmanager
def _skipping() -> Iterator[None]:
    turns = count(1)

    def change_of(graph: KnowledgeGraph, found: Difference, labels: Mapping[str, str], *others: Any) -> Change:
        change = changes.change_of(graph, found, labels, *others)
        return change if next(turns) % 5 else replace(change, added=change.added[1:])

    with patch.object(follower, "change_of", change_of), patch.object(Store, "proves", lambda *_: True):
        yield


def writes_for(pipe: Connection, path: Path, turn: int, clients: int, seconds: float) -> None:
    """Let several threads write for some time; says when each change was acknowledged, and its position."""
    told: list[tuple[float, int]] = []
    until = time.monotonic() + seconds

    def say(what: Acknowledged) -> None:
        told.append((time.monotonic(), what.position))
        if time.monotonic() > until:
            raise _Over

    def write(first: int) -> None:
        with suppress(_Over):
            _write(store, first, say)

    with Store(path, busy_milliseconds=60_000) as store:
        threads = [Thread(target=write, args=((turn * clients + client) * 100_000,)) for client in range(clients)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    pipe.send(told)


class _Over(Exception): ...
