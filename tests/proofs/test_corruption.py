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
    """All that a store tells of its sheets, now and before."""
    sheets = dict(store.sheets())
    entries = store.entries()
    keys = {*sheets, *store.aliases(), *(entry.key for entry in entries if entry.key)}
    return {
        "sheets": sheets,
        "rows": sorted(store.light_rows()),
        "texts": dict(store.texts()),
        "origins": {key: store.origin(key) for key in sheets},
        "revisions": {key: store.revisions(key) for key in keys},
        "journal": entries,
        "head": store.head(),
        "aliases": store.aliases(),
        "sources": store.sources(),
    }


def judged(path: Path, expected: dict[str, Any]) -> str:
    """What becomes of a damaged store: refused, found, harmless, or changed without a word."""
    try:
        with Store(path) as store:
            if store.findings():
                return "found"
            found = content(store)
    except StoreError:
        return "refused"
    changed = [name for name, value in expected.items() if found[name] != value]
    return f"unnoticed: {', '.join(changed)}" if changed else "harmless"


def sqlite_finds(path: Path) -> bool:
    """What SQLite's own check says."""
    try:
        with closing(sqlite3.connect(path)) as connection:
            return connection.execute("PRAGMA integrity_check").fetchall() != [("ok",)]
    except (sqlite3.DatabaseError, UnicodeDecodeError):
        return True


@bounds(40, 3_000)
def test_a_bit_that_flips_is_refused_or_found_or_changes_nothing(times: int, whole: Path, tmp_path: Path):
    with Store(whole) as store:
        expected = content(store)
    data, random, path, found = whole.read_bytes(), Random(SEED), tmp_path / "store.sqlite", Counter[str]()
    missed = 0
    for _ in range(times):
        bit = random.randrange(len(data) * 8)
        damaged = bytearray(data)
        damaged[bit // 8] ^= 1 << bit % 8
        path.write_bytes(damaged)
        try:
            said = judged(path, expected)
        except Exception as e:
            import traceback

            said = (
                "unnoticed: "
                + repr(e)[:60]
                + " ".join(
                    f"{f.name}:{f.lineno}" for f in traceback.extract_tb(e.__traceback__) if "/graph/" in f.filename
                )
            )
        found[said] += 1
        missed += said in ("found", "refused") and not sqlite_finds(path)
    print(found, missed)
    assert not [said for said in found if said.startswith("unnoticed")]
    tell("one bit flipped", f"{times} bits", ", ".join(f"{count} {said}" for said, count in sorted(found.items())))
    tell(
        "control: SQLite's own check",
        f"{found['found'] + found['refused']} flips that verify finds",
        f"{missed} missed",
    )
