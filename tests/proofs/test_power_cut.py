"""The power cut at any moment, on a disk that keeps what was synced and anything of the rest: nothing acknowledged is
lost.

Lives follow each other: each begins with what one of the cuts of the life before has left.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from random import Random

from graph.store import Store, StoreError
from graph.store.journal import Cause
from tests.proofs.acknowledged import Acknowledged, lost
from tests.proofs.disk import STORE, Recorder, Said, put
from tests.proofs.results import SEED, bounds, tell
from tests.proofs.sqlite import store_on
from tests.proofs.work import numbered

CHANGES = 20  # of a life
CUTS = 10  # of a life
ME = Cause("client")
Files = dict[str, bytes]


@dataclass
class Found:
    """After some cuts: what was acknowledged and was lost, and how many stores did not open or not hold together."""

    cuts: int = 0
    acknowledged: int = 0
    lost: int = 0
    broken: int = 0


def changes(store: Store, first: int) -> Iterator[Acknowledged]:
    """Changes of sheets, each once it is made; among them imports, of which the last sheet stands for all."""
    write = store.writer
    for number in count(first):
        summary = f"{number} first"
        key, revision, position = write.add(numbered(number, summary), ME)
        yield Acknowledged(key, revision, position, summary)
        key, revision, position = write.correct(key, numbered(number, f"{number} second"), expected=1, cause=ME)
        yield Acknowledged(key, revision, position, f"{number} second")
        if number % 5 == 0:
            page = [numbered(-number * 10 - each, summary) for each in range(5)]
            store.merge(page, f"{number}.txt")
            last = store.entries()[-1]
            yield Acknowledged(str(last.key), 1, last.position, summary)


def live(folder: Path, start: Files, first: int, pragmas: dict[str, str]) -> Recorder:
    """What happens to the disk while a store is opened that stands on it, and written."""
    disk = Recorder(f"disk {first}", start)
    with store_on(disk.name, pragmas), Store(put(folder, start)) as store:
        for _, said in zip(range(CHANGES), changes(store, first), strict=False):
            disk.events.append(Said(said))
    disk.unregister()
    return disk


def cut(folder: Path, lives: int, pragmas: dict[str, str]) -> Found:
    random, found, told = Random(SEED), Found(), list[Acknowledged]()
    Store(folder / STORE, create=True).close()
    files = {STORE: (folder / STORE).read_bytes()}
    following = files, told
    for number in range(lives):
        disk = live(folder / "life", files, number * 1_000, pragmas)
        for _ in range(CUTS):
            at = random.randrange(len(disk.events) + 1)
            after = disk.after_power_cut(at, random)
            heard = told + [event.what for event in disk.events[:at] if isinstance(event, Said)]
            if is_whole(put(folder / "after", after), heard, found):
                following = after, heard
        files, told = following
    return found


def is_whole(path: Path, told: list[Acknowledged], found: Found) -> bool:
    """Whether a store opens and holds together after a cut; what it lacks is counted."""
    found.cuts += 1
    found.acknowledged += len(told)
    try:
        found.lost += len(lost(path, told))
    except (StoreError, AssertionError):
        found.broken += 1
        return False
    return True


@bounds(2, 30)
def test_no_acknowledged_change_is_lost_by_a_power_cut(times: int, tmp_path: Path):
    found = cut(tmp_path, times, {})
    assert (found.lost, found.broken) == (0, 0)
    tell("power cut", f"{found.cuts} cuts, {found.acknowledged:,} acknowledged", "0 lost, all verify")


@bounds(2, 30)
def test_without_a_sync_at_each_commit_a_power_cut_is_seen_to_lose_acknowledged_changes(times: int, tmp_path: Path):
    found = cut(tmp_path, times, {"synchronous": "NORMAL"})
    assert found.lost > 0
    assert found.broken == 0
    tell("control: synchronous=NORMAL", f"{found.cuts} cuts", f"{found.lost:,} of {found.acknowledged:,} lost")


@bounds(2, 10)
def test_without_any_sync_a_power_cut_is_seen_to_break_the_store(times: int, tmp_path: Path):
    found = cut(tmp_path, times, {"synchronous": "OFF"})
    assert found.broken > 0
    tell("control: synchronous=OFF", f"{found.cuts} cuts", f"{found.broken} stores do not open or do not verify")
