"""A backup taken while others write is a whole store of one moment; a copy of the file is none."""

from __future__ import annotations

from pathlib import Path
from shutil import copyfile

from graph.store import Store, StoreError
from graph.store.reading import Entry
from tests.proofs import work
from tests.proofs.acknowledged import Acknowledged, lost
from tests.proofs.processes import Child, running
from tests.proofs.results import bounds, tell

WRITERS = 4


def heard(child: Child, most: int) -> list[Acknowledged]:
    return [child.next() for _ in range(most)]


def has(path: Path, told: list[Acknowledged]) -> bool:
    """Whether a store opens, holds all that its journal promises, and has all of what was acknowledged."""
    try:
        return not lost(path, told)
    except (StoreError, AssertionError):
        return False


def entries(path: Path) -> list[Entry]:
    with Store(path) as store:
        return store.entries()


@bounds(5, 50)
def test_a_backup_under_load_has_all_that_was_acknowledged_and_is_a_prefix_of_the_journal(times: int, tmp_path: Path):
    path, told = tmp_path / "store.sqlite", list[Acknowledged]()
    Store(path, create=True).close()
    copies: list[tuple[Path, int]] = []
    during = 0
    with running(work.writes, path, 0, WRITERS) as child, Store(path) as store:
        for number in range(times):
            told += heard(child, 20)
            copies.append((tmp_path / f"{number}.sqlite", len(told)))
            position = store.head().position
            store.back_up(copies[-1][0])
            during += store.head().position - position
        child.kill()
    journal = entries(path)
    for copy, before in copies:
        assert has(copy, told[:before])
        found = entries(copy)
        assert found == journal[: len(found)]
    assert during > 0
    tell(
        f"backup while {WRITERS} clients write", f"{times} backups, {during:,} changes meanwhile", "0 lost, all verify"
    )


@bounds(3, 20)
def test_a_backup_is_restored_once_the_log_is_removed_and_is_found_damaged_where_it_was_left(
    times: int, tmp_path: Path
):
    noticed = 0
    for turn in range(times):
        path, backup, told = tmp_path / f"{turn}.sqlite", tmp_path / f"{turn}-backup.sqlite", list[Acknowledged]()
        Store(path, create=True).close()
        with running(work.writes, path, turn) as child:
            told += heard(child, 20)
            with Store(path) as store:
                store.back_up(backup)
            heard(child, 40)
            child.kill()
        journal, log = entries(backup), path.with_name(f"{path.name}-wal")
        assert log.stat().st_size
        copyfile(backup, path)
        noticed += not is_as_backed_up(path, told, journal)
        for left in (log, path.with_name(f"{path.name}-shm")):
            left.unlink(missing_ok=True)
        copyfile(backup, path)
        assert is_as_backed_up(path, told, journal)
    assert noticed > 0
    tell("a backup put in the place of a killed store", f"{times} stores", "as it was backed up")
    tell("control: with the log of that one", f"{times} stores", f"{noticed} damaged, or another store")


def is_as_backed_up(path: Path, told: list[Acknowledged], journal: list[Entry]) -> bool:
    return has(path, told) and entries(path) == journal


@bounds(3, 10)
def test_a_copy_of_the_file_alone_is_found_to_lack_what_was_acknowledged(times: int, tmp_path: Path):
    path, told, lacking = tmp_path / "store.sqlite", list[Acknowledged](), 0
    Store(path, create=True).close()
    with running(work.writes, path, 0, WRITERS) as child:
        for number in range(times):
            told += heard(child, 20)
            lacking += not has(copyfile(path, tmp_path / f"{number}.sqlite"), told)
        child.kill()
    assert lacking
    tell("control: cp of the file alone", f"{times} copies", f"{lacking} lack what was acknowledged")
