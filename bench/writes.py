"""Requests a second while changes arrive, beside those without: `python -m bench.writes`.

One server process over a copy of the store of `bench.run`, the nested query, wrk. A writer in this process corrects one
sheet after another, at so many a second; rounds with and without it take turns, so that whatever else the machine does
concerns both. At the end the server is asked for the position of the last change.
"""

from __future__ import annotations

import argparse
import random
import shutil
import statistics
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from threading import Event, Thread

import httpx

from bench.run import CLI, STORE, VAR, BenchError, Server, bodies, prepare, started, wrk
from graph.store import Store
from graph.store.journal import Cause

WRITTEN = VAR / "writes.sqlite"
SERVE = (*CLI, "serve", "--store", str(WRITTEN), "--port", "{port}")


def corrections(store: Store, seed: int) -> Callable[[], int]:
    """A function that corrects a sheet, each time another one, and gives the position of the change."""
    chance = random.Random(seed)
    known = [(key, sheet, 1) for key, sheet in store.sheets()]

    def correct() -> int:
        place = chance.randrange(len(known))
        key, sheet, revision = known[place]
        year = (sheet.year or 2000) % 100 + 1990
        corrected = replace(sheet, title=f"{sheet.title} ({revision})", year=year)
        written = store.writer.correct(key, corrected, expected=revision, cause=Cause("bench"))
        known[place] = key, corrected, written.revision
        return written.position

    return correct


@contextmanager
def writing(correct: Callable[[], int], rate: float) -> Iterator[list[int]]:
    """Changes arrive, `rate` a second, until the block ends; gives the positions so far."""
    ended, positions = Event(), list[int]()

    def write() -> None:
        while not ended.wait(1 / rate):
            positions.append(correct())

    thread = Thread(target=write)
    thread.start()
    try:
        yield positions
    finally:
        ended.set()
        thread.join()


def measure(query: str, rate: float, rounds: int, seconds: float) -> str:
    """The row of the table. Raises BenchError where the server did not follow."""
    for path in VAR.glob(f"{WRITTEN.name}*"):
        path.unlink()
    shutil.copyfile(STORE, WRITTEN)
    without, with_changes, positions = [], [], list[int]()
    with Store(WRITTEN) as store, started(Server("maillage", SERVE, {"MAILLAGE_ENDPOINT_LAG_SECONDS": "60"})) as url:
        correct, requests = corrections(store, 1), VAR / "writes.requests"
        requests.write_text("\n".join(bodies(url)[query]), "utf-8")
        wrk(url, requests, seconds)
        for _ in range(rounds):
            without.append(wrk(url, requests, seconds).rate)
            with writing(correct, rate) as written:
                with_changes.append(wrk(url, requests, seconds).rate)
            positions += written
        last = httpx.post(
            url, json={"query": "{ dataset { version } }", "extensions": {"atLeast": str(positions[-1])}}, timeout=30
        )
        if last.status_code != 200:
            raise BenchError(f"the server did not follow: {last.text}")
    ratios = [one / other for one, other in zip(with_changes, without, strict=True)]
    before, after = statistics.median(without), statistics.median(with_changes)
    changes = len(positions)
    return f"| {query} | {before:,.0f} | {after:,.0f} | {statistics.median(ratios):.2f} | {changes} |"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.writes", description=__doc__)
    parser.add_argument("--query", default="nested", choices=["nested", "flat", "one"])
    parser.add_argument("--rate", type=float, default=5.0, help="changes a second")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=5.0, help="of each round")
    options = parser.parse_args(arguments)
    VAR.mkdir(exist_ok=True)
    prepare(store=True)
    print("| query | requests a second | with changes | ratio, median of the rounds | changes |\n|---|--:|--:|--:|--:|")
    print(measure(options.query, options.rate, options.rounds, options.seconds))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
