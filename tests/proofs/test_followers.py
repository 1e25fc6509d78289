"""Processes that follow one store while many write: each sees every position, in order, with what the store holds."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from contextlib import ExitStack
from itertools import accumulate, pairwise
from pathlib import Path

from graph.store import Store
from graph.store.reading import Entry
from tests.proofs import work
from tests.proofs.processes import flag, running
from tests.proofs.results import bounds, tell
from tests.proofs.work import Seen, numbered

FOLLOWERS, WRITING, CLIENTS = 4, 4, 4  # processes, processes, threads of each of these
FIRST = [numbered(-number, "first") for number in range(1, 21)]
WHOLE = 30
"""From so many seconds on it is also said how fast."""


def run(path: Path, seconds: int) -> tuple[list[list[Seen]], list[tuple[float, int]]]:
    """What each follower published, the last of which leaves changes out, and when each change was acknowledged, with
    its position."""
    with Store(path, create=True) as store:
        store.merge(FIRST, "a.txt")
    over = flag()
    with ExitStack() as stack:
        followers = [
            stack.enter_context(running(work.follows, path, over, number == FOLLOWERS))
            for number in range(FOLLOWERS + 1)
        ]
        for child in followers:
            assert child.next() == "begun"
        writers = [
            stack.enter_context(running(work.writes_for, path, turn, CLIENTS, seconds)) for turn in range(WRITING)
        ]
        told = [each for child in writers for each in child.next()]
        over.set()
        return [child.next() for child in followers], told


def differences(published: Sequence[Seen], entries: Sequence[Entry]) -> int:
    """How many versions of a process do not hold what the store held at their position."""
    actions = list(accumulate((entry.is_public - entry.was_public for entry in entries[1:]), initial=len(FIRST)))
    return sum(
        (seen.version, seen.actions) != (entries[seen.position - 1].version, actions[seen.position - 1])
        for seen in published
    )


def delays(published: Sequence[Seen], told: Sequence[tuple[float, int]]) -> list[float]:
    """How long after it was acknowledged each position was seen, in seconds."""
    positions = [seen.position for seen in published]
    return [max(0.0, published[bisect_left(positions, position)].at - at) for at, position in told]


@bounds(1, 60)
def test_every_process_sees_every_position_in_order_and_as_the_store_has_it(times: int, tmp_path: Path):
    path = tmp_path / "store.sqlite"
    (*published, wrong), told = run(path, times)
    with Store(path) as store:
        entries = store.entries()
    assert sorted(position for _, position in told) == list(range(2, len(entries) + 1))
    for each in published:
        assert all(before.position < after.position for before, after in pairwise(each))
        assert each[-1].position == len(entries)
        assert differences(each, entries) == 0
    left_out = differences(wrong, entries)
    assert left_out > 0
    late = sorted(delay for each in published for delay in delays(each, told))
    slow = late[len(late) * 99 // 100]
    assert times < WHOLE or slow < 1.0
    tried = f"{WRITING * CLIENTS} writers, {FOLLOWERS} followers, {times} s, {len(told):,} changes"
    tell("following", tried, f"all seen in order, 0 differences, p50 {late[len(late) // 2]:.3f} s, p99 {slow:.3f} s")
    tell("control: a follower that leaves sheets out", f"{len(wrong):,} versions", f"{left_out:,} differ")
