"""kill -9 at every step of every migration: the tables are the old ones or the new ones."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from shutil import copy, copytree

from alembic import command
from alembic.script import ScriptDirectory

from graph.store import Store, migration
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


def content(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """The tables of a database with their rows, and how they were made."""
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        found = {"": connection.execute("SELECT type, name, sql FROM sqlite_master ORDER BY name").fetchall()}
        names = [name for kind, name, _ in found[""] if kind == "table"]
        return found | {name: sorted(connection.execute(f"SELECT * FROM {name}"), key=repr) for name in names}


def steps_of(path: Path, scripts: Path) -> int:
    """How many steps it takes to open a store."""
    with running(work.opens, path, scripts, 0) as child:
        count = child.next()
        assert child.ended()
        return count


def killed(path: Path, scripts: Path, step: int) -> None:
    with running(work.opens, path, scripts, step) as child:
        assert child.was_killed()


def prove(old: Path, scripts: Path, every: int) -> tuple[int, int]:
    """Kill the opening of a store at every so-many-th step; gives how often, and how often the new tables were
    there."""
    path = old.with_name("store.sqlite")
    copy(old, path)
    steps, before, after = steps_of(path, scripts), content(old), content(path)
    assert before != after
    done = new = 0
    for step in range(1, steps + 1, every):
        for left in path.parent.glob("store.sqlite*"):
            left.unlink() if left.is_file() else None
        copy(old, path)
        killed(path, scripts, step)
        found = content(path)
        assert found in (before, after), f"between, at step {step} of {steps}"
        new += found == after
        done += 1
        with work.migrations_of(scripts), Store(path):
            pass
        assert content(path) == after
        kept = path.with_name(f"store.sqlite.before-{ScriptDirectory(str(scripts)).get_current_head()}")
        assert content(kept)["sheet"] == before["sheet"]
        assert content(kept)["alembic_version"] == before["alembic_version"]
    return done, new


@bounds(6, 1)
def test_a_migration_killed_at_any_step_leaves_the_old_tables_or_the_new_ones(times: int, tmp_path: Path):
    scripts = copytree(migration.SCRIPTS, tmp_path / "scripts")
    (scripts / "versions" / "next.py").write_text(NEXT, encoding="utf-8")
    old = tmp_path / "old.sqlite"
    with Store(old, create=True) as store:
        store.merge([numbered(number, "first") for number in range(20)], "a.txt")
    done, new = prove(old, scripts, times)
    tell("kill -9 in a migration", f"{done} kills, one in {times} steps", f"0 between ({new} new)")


@bounds(6, 1)
def test_each_migration_killed_at_any_step_leaves_the_old_tables_or_the_new_ones(times: int, tmp_path: Path):
    for older in OLDER:
        folder = tmp_path / older
        folder.mkdir()
        done, new = prove(empty(folder / "old.sqlite", older), migration.SCRIPTS, times)
        tell(f"kill -9 in the migrations after {older}", f"{done} kills", f"0 between ({new} new)")


def empty(path: Path, revision: str) -> Path:
    """A store of an older revision, which holds nothing."""
    head, engine = Head(), engine_of(path, 1_000)
    with engine.execution_options(**WRITING).begin() as connection:
        command.upgrade(migration._config(migration.SCRIPTS, connection), revision)
        columns, row = "id, position, version, chain, number", (1, head.position, head.version, head.chain, 0)
        connection.exec_driver_sql(f"INSERT INTO head ({columns}) VALUES (?, ?, ?, ?, ?)", row)
    engine.dispose()
    return path


def but_the_secret(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """The content of a store that was just made, without what is drawn for each."""
    tables = content(path)
    return tables | {"head": [row[:-1] for row in tables["head"]]}


@bounds(6, 1)
def test_a_store_whose_making_is_killed_at_any_step_is_not_there_or_is_whole(times: int, tmp_path: Path):
    path = tmp_path / "store.sqlite"
    steps = steps_of(path, migration.SCRIPTS)
    whole, there = but_the_secret(path), 0
    for step in range(1, steps + 1, times):
        path.unlink(missing_ok=True)
        killed(path, migration.SCRIPTS, step)
        if path.exists():
            there += 1
            assert but_the_secret(path) == whole
    done = len(range(1, steps + 1, times))
    tell("kill -9 in the making of a store", f"{done} kills, one in {times} steps", f"0 between ({there} whole)")
