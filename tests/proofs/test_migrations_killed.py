"""kill -9 at every step of every migration: the tables are the old ones or the new ones."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Mapping
from contextlib import closing, suppress
from pathlib import Path
from shutil import copy, copytree, rmtree

import sqlalchemy as sa
from alembic import command
from alembic.script import ScriptDirectory

from graph.store import Store, StoreError, migration
from graph.store.chain import Head
from graph.store.database import WRITING, engine_of
from tests.proofs import work
from tests.proofs.processes import running
from tests.proofs.results import bounds, tell
from tests.proofs.work import numbered

SCRIPTS = ScriptDirectory(str(migration.SCRIPTS))
LAST = SCRIPTS.get_current_head()
OLDER = [script.down_revision for script in SCRIPTS.walk_revisions() if script.down_revision]
NEXT = f'''
import sqlalchemy as sa
from alembic import op

revision = "next"
down_revision = "{LAST}"


def upgrade() -> None:
    op.add_column("sheet", sa.Column("visits", sa.Integer()))
    op.execute("UPDATE sheet SET visits = number")
    op.create_index("ix_sheet_visits", "sheet", ["visits"])
    op.create_table("visit", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("key", sa.String()))
    op.execute("INSERT INTO visit (key) SELECT key FROM sheet")
    with op.batch_alter_table("problem") as batch:
        batch.alter_column("text", new_column_name="printed")
    op.drop_table("proposal")
'''


Rows = list[tuple[object, ...]]


def content(path: Path) -> dict[str, Rows]:
    """The tables of a database with their rows, and how they were made."""
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        found = {"": connection.execute("SELECT type, name, sql FROM sqlite_master ORDER BY name").fetchall()}
        names = [name for kind, name, _ in found[""] if kind == "table"]
        return found | {name: sorted(connection.execute(f"SELECT * FROM {name}"), key=repr) for name in names}


def steps_of(path: Path, scripts: Path, fault: str = "") -> int:
    """How many steps it takes to open a store."""
    with running(work.opens, path, scripts, 0, fault) as child:
        count = child.next()
        assert child.ended()
        return count


def killed(path: Path, scripts: Path, step: int, fault: str = "") -> None:
    with running(work.opens, path, scripts, step, fault) as child:
        assert child.was_killed()


def prove(old: Path, scripts: Path, every: int, fault: str = "") -> Counter[str]:
    """Kill the opening of a store at every so-many-th step: how often the old tables were there, the new ones, or
    something between, and how often there was no whole copy of the old ones in the end."""
    path, found = old.with_name("store.sqlite"), Counter[str]()
    copy(old, path)
    steps, before, after = steps_of(path, scripts, fault), content(old), content(path)
    assert before != after
    kept = path.with_name(f"{path.name}.before-{ScriptDirectory(str(scripts)).get_current_head()}")
    for step in range(1, steps + 1, every):
        for left in path.parent.glob(f"{path.name}*"):
            left.unlink() if left.is_file() else None
        copy(old, path)
        killed(path, scripts, step, fault)
        now = content(path)
        found["old" if now == before else "new" if now == after else "between"] += 1
        with (
            suppress(sa.exc.SQLAlchemyError, StoreError),
            work.migrations_of(scripts),
            work.FAULTS[fault](),
            Store(path),
        ):
            pass
        found["unfinished"] += content(path) != after
        found["no whole copy"] += not is_copy(kept, before)
    return found


def is_copy(path: Path, before: Mapping[str, Rows]) -> bool:
    """Whether a database has the rows of another one."""
    try:
        found = content(path)
    except (AssertionError, sqlite3.DatabaseError):
        return False
    return all(found.get(name) == before[name] for name in ("sheet", "alembic_version"))


def with_next(folder: Path) -> tuple[Path, Path]:
    """A store, and scripts of which it lacks the last."""
    scripts = copytree(migration.SCRIPTS, folder / "scripts")
    (scripts / "versions" / "next.py").write_text(NEXT, encoding="utf-8")
    old = folder / "old.sqlite"
    with Store(old, create=True) as store:
        store.merge([numbered(number, "first") for number in range(20)], "a.txt")
    return old, scripts


def kills(found: Counter[str]) -> int:
    return found["old"] + found["new"] + found["between"]


@bounds(6, 1)
def test_a_migration_killed_at_any_step_leaves_the_old_tables_or_the_new_ones(times: int, tmp_path: Path):
    found = prove(*with_next(tmp_path), times)
    assert (found["between"], found["unfinished"], found["no whole copy"]) == (0, 0, 0)
    tell("kill -9 in a migration", f"{kills(found)} kills, one in {times} steps", f"0 between ({found['new']} new)")


@bounds(6, 1)
def test_a_migration_that_is_no_transaction_is_found_half_done(times: int, tmp_path: Path):
    found = prove(*with_next(tmp_path), times, "no transaction")
    assert found["between"] > 0
    said = f"{found['between']} between, {found['unfinished']} that no later start could finish"
    tell("control: a migration without its transaction", f"{kills(found)} kills", said)


@bounds(6, 1)
def test_a_migration_without_a_copy_is_found_to_leave_none(times: int, tmp_path: Path):
    found = prove(*with_next(tmp_path), times, "no copy")
    assert found["no whole copy"] > 0
    said = f"{found['no whole copy']} without a whole copy"
    tell("control: a migration without its copy", f"{kills(found)} kills", said)


@bounds(6, 1)
def test_each_migration_killed_at_any_step_leaves_the_old_tables_or_the_new_ones(times: int, tmp_path: Path):
    for older in OLDER:
        folder = tmp_path / older
        folder.mkdir()
        found = prove(empty(folder / "old.sqlite", older), migration.SCRIPTS, times)
        assert (found["between"], found["unfinished"], found["no whole copy"]) == (0, 0, 0)
        tell(f"kill -9 in the migrations after {older}", f"{kills(found)} kills", f"0 between ({found['new']} new)")


def empty(path: Path, revision: str) -> Path:
    """A store of an older revision, which holds nothing."""
    head, engine = Head(), engine_of(path, 1_000)
    with engine.execution_options(**WRITING).begin() as connection:
        command.upgrade(migration._config(migration.SCRIPTS, connection), revision)
        columns = "id, position, version, chain, number, secret"
        row = (1, head.position, head.version, head.chain, 0, "00" * 32)
        connection.exec_driver_sql(f"INSERT INTO head ({columns}) VALUES (?, ?, ?, ?, ?, ?)", row)
    engine.dispose()
    return path


def but_the_secret(path: Path) -> dict[str, Rows]:
    """The content of a store that was just made, without what is drawn for each."""
    tables = content(path)
    return tables | {"head": [row[:-1] for row in tables.get("head", ())]}


def make_and_kill(path: Path, every: int, fault: str = "") -> tuple[int, int, int]:
    """Kill the making of a store at every so-many-th step: how often, how often it was there then, and how often it was
    no whole one."""
    steps = steps_of(path, migration.SCRIPTS, fault)
    whole, there, broken = but_the_secret(path), 0, 0
    for step in range(1, steps + 1, every):
        for left in path.parent.glob(f"{path.name}*"):
            rmtree(left) if left.is_dir() else left.unlink()
        killed(path, migration.SCRIPTS, step, fault)
        there += path.exists()
        broken += path.exists() and but_the_secret(path) != whole
    return len(range(1, steps + 1, every)), there, broken


@bounds(6, 1)
def test_a_store_whose_making_is_killed_at_any_step_is_not_there_or_is_whole(times: int, tmp_path: Path):
    done, there, broken = make_and_kill(tmp_path / "store.sqlite", times)
    assert broken == 0
    tell("kill -9 in the making of a store", f"{done} kills, one in {times} steps", f"0 between ({there} whole)")


@bounds(6, 1)
def test_a_store_that_is_made_at_its_place_is_found_unfinished(times: int, tmp_path: Path):
    done, _, broken = make_and_kill(tmp_path / "store.sqlite", times, "made in place")
    assert broken > 0
    tell("control: a store that is made at its place", f"{done} kills", f"{broken} unfinished")
