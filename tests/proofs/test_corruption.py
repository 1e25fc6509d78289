"""Damage to the file, of a bit or of a page: refused with a sentence, found by `verify`, or harmless."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

import pytest

from graph.model import Origin, Problem
from graph.store import Store, StoreError
from graph.store.journal import Cause
from graph.store.reading import Entry
from tests.proofs import work
from tests.proofs.processes import running
from tests.proofs.results import SEED, bounds, tell
from tests.proofs.work import numbered

ME = Cause("me", "a reason")


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    """A closed store of all that there is: history, withdrawn and merged sheets, two sources, problems, a proposal."""
    path = tmp_path / "whole.sqlite"
    with Store(path, create=True) as store:
        first = [numbered(number, "first", Origin("a.txt", number * 10, number * 10 + 9)) for number in range(12)]
        store.merge(first, "a.txt", [Problem(3, "- ?", "no such label")])
        keys = [key for key, _ in store.sheets()]
        for key, sheet in list(store.sheets())[:4]:
            number = int(sheet.title.split()[1])
            store.writer.correct(key, numbered(number, "by hand"), expected=1, cause=ME)
        store.writer.withdraw(keys[5], expected=1, cause=ME)
        store.merge([numbered(number, "second") for number in range(2, 10)], "a.txt", prune=True)
        store.merge([numbered(number, "other") for number in range(6, 9)], "b.txt")
        store.merge([numbered(number, "second") for number in range(6, 9)], "b.txt")
        assert store.findings() == []
        assert {entry.operation for entry in store.entries()} >= {"GENESIS", "CORRECT", "WITHDRAW", "ADD", "MERGE"}
    return path


def content(store: Store) -> dict[str, Any]:
    """All that a store tells of its sheets, now and before, but for the words beside them that no digest covers: who
    changed something and why, the names of sources, their problems, and where a sheet was read."""
    sheets = dict(store.sheets())
    entries = [replaced(entry) for entry in store.entries()]
    keys = {*sheets, *store.aliases(), *(entry.key for entry in entries if entry.key)}
    return {
        "sheets": sheets,
        "rows": sorted(store.light_rows()),
        "texts": dict(store.texts(store.head().position)),
        "revisions": {key: store.revisions(key) for key in keys},
        "journal": entries,
        "head": store.head(),
        "aliases": store.aliases(),
    }


def replaced(entry: Entry) -> Entry:
    return entry._replace(author=None, reason=None, import_id=None)


def judged(path: Path, expected: dict[str, Any]) -> str:
    """What becomes of a damaged store: refused, found, harmless, or changed without a word."""
    try:
        with Store(path) as store:
            if store.findings():
                return "found"
            return "harmless" if content(store) == expected else "unnoticed"
    except StoreError:
        return "refused"


def damaged(path: Path, data: bytes) -> Path:
    """The file with other bytes, alone."""
    for left in path.parent.glob(f"{path.name}*"):
        left.unlink()
    path.write_bytes(data)
    return path


def sqlite_finds(path: Path) -> bool:
    """What SQLite's own check says."""
    try:
        with closing(sqlite3.connect(path)) as connection:
            return connection.execute("PRAGMA integrity_check").fetchall() != [("ok",)]
    except (sqlite3.DatabaseError, UnicodeDecodeError):
        return True


def shown(found: Counter[str]) -> str:
    return ", ".join(f"{count:,} {said}" for said, count in sorted(found.items()))


@bounds(40, 1_000)
def test_a_bit_that_flips_is_refused_or_found_or_changes_nothing(times: int, whole: Path, tmp_path: Path):
    with Store(whole) as store:
        expected = content(store)
    data, random, path, found = whole.read_bytes(), Random(SEED), tmp_path / "store.sqlite", Counter[str]()
    missed = 0
    for _ in range(times):
        bit = random.randrange(len(data) * 8)
        other = bytearray(data)
        other[bit // 8] ^= 1 << bit % 8
        said = judged(damaged(path, bytes(other)), expected)
        found[said] += 1
        missed += said in ("found", "refused") and not sqlite_finds(path)
    assert found["unnoticed"] == 0
    assert missed > 0
    tell("one bit flipped", f"{times:,} bits", shown(found))
    noticed = found["found"] + found["refused"]
    tell("control: SQLite's own check", f"the {noticed:,} bits that Maillage notices", f"{missed:,} missed")


@bounds(8, 1)
def test_a_page_of_zeros_and_a_file_without_its_end_are_refused_or_found_or_change_nothing(
    times: int, whole: Path, tmp_path: Path
):
    with Store(whole) as store:
        expected = content(store)
    data, path, random = whole.read_bytes(), tmp_path / "store.sqlite", Random(SEED)
    zeroed, cut = Counter[str](), Counter[str]()
    for page in range(0, len(data), 4096 * times):
        without = data[:page] + bytes(4096) + data[page + 4096 :]
        zeroed[judged(damaged(path, without), expected)] += 1
        for end in (page, random.randrange(len(data))):
            cut[judged(damaged(path, data[:end]), expected)] += 1
    assert zeroed["unnoticed"] == cut["unnoticed"] == 0
    tell("a page zeroed", f"{zeroed.total()} pages", shown(zeroed))
    tell("the file truncated", f"{cut.total()} lengths, 0 bytes among them", shown(cut))


def killed(path: Path, turn: int) -> Path:
    """A store whose writers were killed, so that its log was left."""
    Store(path, create=True).close()
    with running(work.writes, path, turn) as child:
        for _ in range(40 * turn + 1):
            child.next()
        child.kill()
    return path


def is_earlier(path: Path, entries: list[Entry]) -> int | None:
    """The last position of a store that is what another one was there, or None where it is nothing of the kind."""
    try:
        with Store(path) as store:
            found = store.entries() if not store.findings() else None
    except StoreError:
        return None
    return None if found is None or found != entries[: len(found)] else len(found)


@bounds(2, 20)
def test_without_its_log_a_store_is_what_it_was_at_an_earlier_position(times: int, tmp_path: Path):
    found = Counter[str]()
    for turn in range(times):
        path = killed(tmp_path / f"{turn}.sqlite", turn)
        alone = damaged(tmp_path / "alone.sqlite", path.read_bytes())
        with Store(path) as store:
            entries = store.entries()
        position = is_earlier(alone, entries)
        assert position is not None
        found["as of before" if position < len(entries) else "whole"] += 1
    assert found["as of before"] > 0
    tell("the -wal file missing", f"{times} stores", shown(found) + "; each a prefix of its journal")


@bounds(2, 20)
def test_without_its_log_a_store_into_which_half_of_it_was_copied_is_found_to_be_none(times: int, tmp_path: Path):
    found, random = Counter[str](), Random(SEED)
    for turn in range(times):
        path = killed(tmp_path / f"{turn}.sqlite", turn + 1)
        half = half_copied(path.read_bytes(), path.with_name(f"{path.name}-wal").read_bytes(), random)
        with Store(path) as store:
            entries = store.entries()
        is_none = is_earlier(damaged(tmp_path / "alone.sqlite", half), entries) is None
        found["noticed" if is_none else "an earlier position by chance"] += 1
    assert found["noticed"] > 0
    tell("control: … in the middle of a checkpoint", f"{times} stores", shown(found))


def half_copied(data: bytes, log: bytes, random: Random) -> bytes:
    """A database into which some pages of its log were copied, and others not yet: see sqlite.org/fileformat2.html."""
    size, other = 4096, bytearray(data)
    pages = {}
    for at in range(32, len(log) - size - 23, size + 24):
        if log[at + 8 : at + 16] != log[16:24]:
            break  # what is left of an earlier log
        pages[int.from_bytes(log[at : at + 4])] = log[at + 24 : at + 24 + size]
    for number in random.sample(sorted(pages), len(pages) // 2):
        other.extend(bytes(max(0, number * size - len(other))))
        other[(number - 1) * size : number * size] = pages[number]
    return bytes(other)
