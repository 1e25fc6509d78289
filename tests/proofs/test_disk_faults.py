"""A disk that is full, that fails, or that may not be written: a sentence, nothing half written, and reads go on."""

from __future__ import annotations

import re
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import NamedTuple

import apsw
import pytest
import sqlalchemy as sa
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import StaticPool

from graph.model import Sheet
from graph.store import Store, StoreError, sheet_digest
from graph.store.journal import Cause
from tests.proofs import work
from tests.proofs.acknowledged import Acknowledged, lost
from tests.proofs.disk import Recorder, Said, Sync, Write, put
from tests.proofs.processes import running
from tests.proofs.results import SEED, bounds, tell
from tests.proofs.sqlite import store_on
from tests.proofs.work import numbered

ME = Cause("me", "a reason")
FULL = r"cannot be read or written: .*full"
FAILED = r"cannot be read or written: disk I/O error"
RARELY = 0.02
FEW = [numbered(number, "first") for number in range(20)]
MANY = [numbered(number, "second") for number in range(400)]


def content(store: Store) -> list[str]:
    assert store.findings() == []
    return sorted(sheet_digest(sheet) for _, sheet in store.sheets())


def digests(sheets: list[Sheet]) -> list[str]:
    return sorted(map(sheet_digest, sheets))


def write_until_refused(store: Store) -> list[Acknowledged]:
    """What was acknowledged before the store said, in a sentence, that the disk is full."""
    told: list[Acknowledged] = []
    with pytest.raises(StoreError, match=FULL):
        told.extend(added(store, number) for number in range(100_000, 200_000))
    return told


def added(store: Store, number: int) -> Acknowledged:
    key, revision, position = store.writer.add(numbered(number, "third"), ME)
    return Acknowledged(key, revision, position, "third")


def fill(store: Store) -> list[Acknowledged]:
    """Fill the disk that a store of the few sheets stands on, by an import and by changes; gives what
    was acknowledged."""
    with pytest.raises(StoreError, match=FULL):
        store.merge(MANY, "a.txt")
    assert content(store) == digests(FEW)
    told = write_until_refused(store)
    assert store.findings() == []
    there = store.count() - len(FEW)
    # Where the log cannot be copied into the file after a commit, SQLite keeps that to itself, and apsw tells it.
    assert there - len(told) in ((0, 1) if isinstance(store._engine.pool, StaticPool) else (0,))
    return told


def test_of_a_database_that_may_not_grow_nothing_is_half_written_and_with_room_it_goes_on(tmp_path: Path):
    path = tmp_path / "store.sqlite"
    with Store(path, create=True) as store:
        store.merge(FEW, "a.txt")
    with Store(path) as store, no_larger(store, pages=path.stat().st_size // 4096 + 8):
        told = fill(store)
    assert lost(path, told) == []
    with Store(path) as store:
        store.merge(MANY, "a.txt")
        assert store.count() == len(MANY) + len(told)
    tell("disk full: max_page_count", f"an import, {len(told)} changes until full", "0 lost, 0 half written")


def test_on_a_full_disk_an_import_that_commits_in_batches_is_found_half_written(tmp_path: Path):
    path = tmp_path / "store.sqlite"
    with Store(path, create=True) as store:
        store.merge(FEW, "a.txt")
    with Store(path) as store, no_larger(store, pages=path.stat().st_size // 4096 + 40):
        with work.committing_in_batches(), pytest.raises(AssertionError):
            fill(store)
        written = store.count() - len(FEW)
    assert written > 0
    tell("control: an import that commits in batches", "an import", f"{written} of {len(MANY)} sheets there")


@contextmanager
def no_larger(store: Store, pages: int) -> Iterator[None]:
    """Lets the database have at most so many pages, on any connection."""
    store._engine.dispose()

    def limit(connection, _record) -> None:
        connection.execute(f"PRAGMA max_page_count={pages}")

    sa.event.listen(store._engine, "connect", limit)
    yield


@bounds(2, 20)
def test_on_a_full_disk_nothing_is_half_written_and_with_room_it_goes_on(times: int, tmp_path: Path):
    changes = 0
    for turn in range(times):
        path = tmp_path / f"{turn}.sqlite"
        with Store(path, create=True) as store:
            store.merge(FEW, "a.txt")
        room = path.stat().st_size + 20_000 * (turn + 1)
        disk = Recorder(f"full {turn}")
        disk.fault = lambda event, room=room: apsw.SQLITE_FULL * (isinstance(event, Write) and event.offset > room)
        with store_on(disk.name), Store(path) as store:
            told = fill(store)
        disk.unregister()
        assert lost(path, told) == []
        with Store(path) as store:
            before = store.count()
            store.merge(MANY, "a.txt")
            assert store.count() == before + len(MANY) - len(FEW)
        changes += len(told)
    tell("disk full: file and log", f"{times} sizes, {changes} changes until full", "0 lost, 0 half written")


@pytest.mark.prove
def test_on_a_small_tmpfs_nothing_is_half_written_and_with_room_it_goes_on(tmp_path: Path):
    folder = tmp_path / "small"
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "none", folder], capture_output=True).returncode:
        tell("disk full: a tmpfs of 1 MB", "not tried: only root may mount one", "")
        return
    try:
        path = folder / "store.sqlite"
        with Store(path, create=True) as store:
            store.merge(FEW, "a.txt")
            told = fill(store)
        assert lost(path, told) == []
        subprocess.run(["mount", "-o", "remount,size=64m", folder], check=True)
        with Store(path) as store:
            store.merge(MANY, "a.txt")
            assert store.count() == len(MANY) + len(told)
    finally:
        subprocess.run(["umount", folder], check=True)
    tell("disk full: a tmpfs of 1 MB", f"an import, {len(told)} changes until full", "0 lost, 0 half written")


class Failing(NamedTuple):
    """What became of changes on a failing disk, the power of which was cut in the end."""

    refused: int
    acknowledged: int
    lost: int
    broken: int


def fail(folder: Path, times: int, wrong: Callable[[Store], None] = lambda store: None) -> Failing:
    """Write to some stores on disks that fail now and then, and cut the power; `wrong` is done to each store before."""
    random, refused, acknowledged, gone, broken = Random(SEED), 0, 0, 0, 0
    path = folder / "store.sqlite"
    Store(path, create=True).close()
    start = {path.name: path.read_bytes()}
    failures = {Sync: apsw.SQLITE_IOERR_FSYNC, Write: apsw.SQLITE_IOERR_WRITE}
    for turn in range(times):
        disk = Recorder(f"failing {turn}", start)
        with store_on(disk.name), Store(put(folder / "life", start)) as store:
            wrong(store)
            disk.fault = lambda event: failures.get(type(event), 0) if random.random() < RARELY else 0
            refused += write_on_failing(store, disk)
            disk.fault = lambda event: 0
        disk.unregister()
        at = random.randrange(len(disk.events) + 1)
        told = [event.what for event in disk.events[:at] if isinstance(event, Said)]
        acknowledged += len(told)
        try:
            gone += len(lost(put(folder / "after", disk.after_power_cut(at, random)), told))
        except (AssertionError, StoreError):
            broken += 1
    return Failing(refused, acknowledged, gone, broken)


@bounds(6, 100)
def test_after_a_failed_sync_or_write_nothing_acknowledged_is_lost_by_a_power_cut(times: int, tmp_path: Path):
    found = fail(tmp_path, times)
    assert (found.lost, found.broken) == (0, 0)
    assert found.refused
    tried = f"{times} cuts, {found.refused:,} changes refused, {found.acknowledged:,} acknowledged"
    tell("EIO at fsync and at write, then a power cut", tried, "0 lost, all verify")


@bounds(6, 100)
def test_a_store_that_takes_a_commit_that_failed_for_done_is_found_to_lose_what_it_acknowledged(
    times: int, tmp_path: Path
):
    def deaf(store: Store) -> None:
        commit = store._engine.dialect.do_commit

        def committed(connection: DBAPIConnection) -> None:
            with suppress(sqlite3.OperationalError):
                commit(connection)

        store._engine.dialect.do_commit = committed

    found = fail(tmp_path, times, deaf)
    assert found.lost > 0
    said = f"{found.lost:,} of {found.acknowledged:,} lost, {found.broken} do not verify"
    tell("control: a failed commit is taken for done", f"{times} cuts", said)


def write_on_failing(store: Store, disk: Recorder) -> int:
    """Add sheets, whatever fails; gives how many were refused, each in a sentence."""
    refused = 0
    for number in range(40):
        try:
            disk.events.append(Said(added(store, number)))
        except StoreError as error:
            refused += bool(re.search(FAILED, str(error)))
    assert len([event for event in disk.events if isinstance(event, Said)]) + refused == 40
    return refused


@pytest.mark.parametrize(
    ("folder_mode", "file_mode", "reads"), [(0o555, 0o644, False), (0o555, 0o666, False), (0o777, 0o444, True)]
)
def test_what_may_not_be_written_is_said_in_a_sentence_and_is_left_as_it_is(
    folder_mode: int, file_mode: int, reads: bool
):
    # Not in `tmp_path`, into which nobody but its owner may look.
    with TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "store.sqlite"
        with Store(path, create=True) as store:
            store.merge(FEW, "a.txt")
        before = path.read_bytes()
        path.chmod(file_mode)
        folder.chmod(folder_mode)
        with running(work.visits, path) as child:
            said = list(child.rest())
            assert child.ended()
        assert said[:-1] == ([len(FEW)] if reads else [])
        assert re.search(r"cannot be read or written: attempt to write a readonly database", said[-1])
        assert path.read_bytes() == before
    tell(f"folder {folder_mode:o}, file {file_mode:o}", "a reader and a writer", "reads go on" if reads else "refused")
