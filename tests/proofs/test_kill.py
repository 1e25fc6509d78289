"""kill -9 at any moment: an import is whole or not there, and what was acknowledged is there once."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from random import Random
from shutil import copy, rmtree
from typing import NamedTuple

from graph.importer import import_file
from graph.ingest import write_json
from graph.model import Sheet
from graph.store import Store, StoreError, sheet_digest
from graph.vocabulary import Vocabulary
from tests.proofs import work
from tests.proofs.acknowledged import Acknowledged, lost
from tests.proofs.processes import running
from tests.proofs.results import SEED, bounds, tell
from tests.proofs.work import numbered

MOST_BATCHES = 10  # that are committed before a kill


def page(path: Path, sheets: Iterable[Sheet]) -> Path:
    path.write_bytes(b"".join(write_json(sheets)))
    return path


def content(path: Path) -> list[str]:
    """The digests of the published sheets of a store that holds all that its journal promises."""
    with Store(path) as store:
        assert store.findings() == []
        return sorted(sheet_digest(sheet) for _, sheet in store.sheets())


def is_whole(path: Path, expected: list[str]) -> bool:
    """Whether a store verifies and has what it is to have."""
    try:
        return content(path) == expected
    except (AssertionError, StoreError):
        return False


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


def kill_import(path: Path, file: Path, seconds: float, imports: Callable[..., None] = work.imports) -> bool:
    """Kill an import after a time; whether it had not ended before."""
    with running(imports, path, file) as child:
        child.next()
        child.process.join(seconds)
        if child.process.exitcode is not None:
            return False
        child.kill()
        return child.was_killed()


class Pages(NamedTuple):
    """A store with a first page, a second page to import into it, and the content before and after."""

    store: Path
    file: Path
    before: list[str]
    after: list[str]

    def moment(self, path: Path) -> str:
        """Of which moment the content of a store is."""
        is_of = {name: is_whole(path, getattr(self, name)) for name in ("before", "after")}
        return next((name for name, holds in is_of.items() if holds), "between")


def pages(folder: Path, size: int, vocabulary: Vocabulary) -> Pages:
    before = [numbered(number, "first") for number in range(size)]
    after = [numbered(number, "second") for number in range(size - size // 4, size * 2)]
    store, file = folder / "first.sqlite", folder / "page.json"
    with Store(store, create=True) as opened:
        import_file(opened, page(file, before), vocabulary)
    expected = (before, [*before[: size - size // 4], *after])
    return Pages(store, page(file, after), *(sorted(map(sheet_digest, sheets)) for sheets in expected))


def copied(store: Path, path: Path) -> Path:
    """A copy of a store where another one was."""
    for old in path.parent.glob(f"{path.name}*"):
        old.unlink()
    copy(store, path)
    return path


@bounds(3, 30)
def test_an_import_that_is_killed_is_whole_or_not_there_and_the_next_one_makes_it_whole(
    times: int, tmp_path: Path, vocabulary: Vocabulary
):
    size, random, path = 50 * times, Random(SEED), tmp_path / "store.sqlite"
    given = pages(tmp_path, size, vocabulary)
    whole, found, kills = seconds_of(copied(given.store, path), given.file), Counter[str](), 0
    assert given.moment(path) == "after"
    for turn in range(times):
        kills += kill_import(copied(given.store, path), given.file, moment(turn, whole, random))
        found[given.moment(path)] += 1
        seconds_of(path, given.file)
        assert given.moment(path) == "after"
    assert found["between"] == 0
    assert found["before"] > 0
    shown = ", ".join(f"{count} {what}" for what, count in sorted(found.items()) if count)
    tell("kill -9 of an import", f"{kills} kills, {size * 2:,} sheets", f"0 between ({shown})")


@bounds(3, 30)
def test_an_import_that_commits_in_batches_is_found_half_written(times: int, tmp_path: Path, vocabulary: Vocabulary):
    size, random, path = 50 * times, Random(SEED), tmp_path / "store.sqlite"
    given, found = pages(tmp_path, size, vocabulary), Counter[str]()
    for _ in range(times):
        with running(work.imports_in_batches, copied(given.store, path), given.file) as child:
            said = [child.next() for _ in range(random.randint(2, MOST_BATCHES))]
            child.kill()
        assert said[1:] == ["some"] * (len(said) - 1)
        found[given.moment(path)] += 1
    assert found["between"] > 0
    tell("control: an import that commits in batches", f"{times} kills", f"{found['between']} half written")


@bounds(2, 20)
def test_a_first_import_that_is_killed_leaves_no_store_or_a_whole_one(times: int, tmp_path: Path):
    kills, there, broken = first_imports(tmp_path, times, work.imports)
    assert broken == 0
    tell("kill -9 of a first import", f"{kills} kills, {100 * times:,} sheets", f"0 between ({there} whole)")


@bounds(2, 20)
def test_a_store_that_has_its_name_before_it_is_filled_is_found_half_written(times: int, tmp_path: Path):
    kills, _, broken = first_imports(tmp_path, times, work.imports_in_place)
    assert broken > 0
    tell("control: a new store at its place at once", f"{kills} kills", f"{broken} half written")


def first_imports(folder: Path, times: int, imports: Callable[..., None]) -> tuple[int, int, int]:
    """Kill some first imports: how many had not ended, how often a store was there, and how often no whole one."""
    sheets = [numbered(number, "first") for number in range(100 * times)]
    path, file, expected = (
        folder / "store.sqlite",
        page(folder / "page.json", sheets),
        sorted(map(sheet_digest, sheets)),
    )
    whole, random, kills, there, broken = seconds_of(path, file), Random(SEED), 0, 0, 0
    for turn in range(times):
        for old in folder.glob("store.sqlite*"):
            rmtree(old) if old.is_dir() else old.unlink()
        # The first one at once.
        kills += kill_import(path, file, moment(turn, whole, random) if turn else 0.0, imports)
        there += path.exists()
        broken += path.exists() and not is_whole(path, expected)
    return kills, there, broken


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
