"""kill -9 at any moment: an import is whole or not there, and what was acknowledged is there once."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from random import Random
from shutil import copy

from graph.importer import import_file
from graph.ingest import write_json
from graph.model import Sheet
from graph.store import Store, sheet_digest
from graph.vocabulary import Vocabulary
from tests.proofs import work
from tests.proofs.acknowledged import Acknowledged, lost
from tests.proofs.processes import running
from tests.proofs.results import SEED, bounds, tell
from tests.proofs.work import numbered


def page(path: Path, sheets: Iterable[Sheet]) -> Path:
    path.write_bytes(b"".join(write_json(sheets)))
    return path


def content(path: Path) -> list[str]:
    """The digests of the published sheets of a store that holds all that its journal promises."""
    with Store(path) as store:
        assert store.findings() == []
        return sorted(sheet_digest(sheet) for _, sheet in store.sheets())


def seconds_of(path: Path, file: Path) -> float:
    """How long an import takes that nobody kills."""
    with running(work.imports, path, file) as child:
        child.next()
        begun = time.monotonic()
        assert child.ended()
        return time.monotonic() - begun


def moment(turn: int, whole: float, random: Random) -> float:
    """When to kill what takes so many seconds: at any moment, and each second time about its end, where it commits."""
    return random.uniform(0.85 * whole, 1.05 * whole) if turn % 2 else random.uniform(0, whole)


def kill_import(path: Path, file: Path, seconds: float) -> bool:
    """Kill an import after a time; whether it had not ended before."""
    with running(work.imports, path, file) as child:
        child.next()
        child.process.join(seconds)
        if child.process.exitcode is not None:
            return False
        child.kill()
        return child.was_killed()


@bounds(3, 30)
def test_an_import_that_is_killed_is_whole_or_not_there_and_the_next_one_makes_it_whole(
    times: int, tmp_path: Path, vocabulary: Vocabulary
):
    size, random = 50 * times, Random(SEED)
    before = [numbered(number, "first") for number in range(size)]
    after = [numbered(number, "second") for number in range(size - size // 4, size * 2)]
    expected = {
        moment: sorted(map(sheet_digest, sheets))
        for moment, sheets in (("before", before), ("after", [*before[: size - size // 4], *after]))
    }
    first, path, file = tmp_path / "first.sqlite", tmp_path / "store.sqlite", tmp_path / "page.json"
    with Store(first, create=True) as store:
        import_file(store, page(file, before), vocabulary)
    page(file, after)
    copy(first, path)
    whole, found, kills = seconds_of(path, file), Counter[str](), 0
    assert content(path) == expected["after"]
    for turn in range(times):
        for old in tmp_path.glob("store.sqlite*"):
            old.unlink()
        copy(first, path)
        kills += kill_import(path, file, moment(turn, whole, random))
        now = content(path)
        found["before" if now == expected["before"] else "after" if now == expected["after"] else "between"] += 1
        seconds_of(path, file)
        assert content(path) == expected["after"]
    assert found["between"] == 0
    assert found["before"] > 0
    shown = ", ".join(f"{count} {what}" for what, count in sorted(found.items()) if count)
    tell("kill -9 of an import", f"{kills} kills, {size * 2:,} sheets", f"0 between ({shown})")


@bounds(2, 20)
def test_a_first_import_that_is_killed_leaves_no_store_or_a_whole_one(times: int, tmp_path: Path):
    sheets = [numbered(number, "first") for number in range(100 * times)]
    path, file = tmp_path / "store.sqlite", page(tmp_path / "page.json", sheets)
    whole, random, made, kills = seconds_of(path, file), Random(SEED), 0, 0
    for turn in range(times):
        path.unlink(missing_ok=True)
        kills += kill_import(path, file, moment(turn, whole, random))
        if path.exists():
            made += 1
            assert content(path) == sorted(map(sheet_digest, sheets))
    tell("kill -9 of a first import", f"{kills} kills, {len(sheets):,} sheets", f"0 between ({made} whole)")


def write_and_kill(path: Path, changes: int, kills: int, *, early: bool) -> list[Acknowledged]:
    """What eight clients were told before each of so many kills, in one store."""
    told: list[Acknowledged] = []
    for turn in range(kills):
        wanted = changes // kills + len(told)
        with running(work.writes, path, turn, work.CLIENTS, early) as child:
            while len(told) < wanted:
                told.append(child.next())
            child.kill()
            told += child.rest()
            assert child.was_killed()
    return told


@bounds(100, 1_000)
def test_what_a_writer_acknowledged_is_there_once_after_kills(times: int, tmp_path: Path):
    path, kills = tmp_path / "store.sqlite", max(3, times // 50)
    Store(path, create=True).close()
    told = write_and_kill(path, times, kills, early=False)
    assert lost(path, told) == []
    with Store(path) as store:
        # Of each client at most the one change is there that it was not told of.
        assert len(told) <= store.head().position <= len(told) + kills * work.CLIENTS
    tell("kill -9 of 8 writing clients", f"{kills} kills, {len(told):,} acknowledged", "0 lost, 0 twice")


@bounds(12, 60)
def test_what_is_acknowledged_before_it_is_committed_is_found_lost(times: int, tmp_path: Path):
    path, kills = tmp_path / "store.sqlite", 3
    Store(path, create=True).close()
    told = write_and_kill(path, times, kills, early=True)
    gone = lost(path, told)
    assert gone
    tell("control: acknowledged before commit", f"{kills} kills, {len(told):,} acknowledged", f"{len(gone)} lost")
