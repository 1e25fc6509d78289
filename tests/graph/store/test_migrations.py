"""The tables are what the scripts make, and a store of an older revision is brought up to date, whole or not at all."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from shutil import copytree

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from graph.model import Sheet
from graph.store import Store, StoreBusy, StoreError, database, migration, tables

REPAS = Sheet(title="Repas", department="Lot", year=2016, structure="A", structure_department="Lot")
NEXT = """
import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("sheet", sa.Column("visits", sa.Integer()))
    {then}
"""


@pytest.fixture
def older(tmp_path: Path) -> Path:
    path = tmp_path / "store.sqlite"
    with Store(path, create=True) as store:
        store.merge([REPAS], "lot.txt")
    return path


def with_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, then: str = "pass") -> None:
    """A version of the program that has one migration more."""
    scripts = copytree(migration.SCRIPTS, tmp_path / "scripts")
    (scripts / "versions" / "0003_visits.py").write_text(NEXT.format(then=then), encoding="utf-8")
    monkeypatch.setattr(database, "REVISION", "0003")
    for name in ("upgrade", "lacking"):
        function = getattr(migration, name)
        monkeypatch.setattr(migration, name, lambda given, function=function: function(given, scripts))


def columns(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        return {row[1] for row in connection.execute("PRAGMA table_info(sheet)")}


def test_the_scripts_make_the_tables_that_the_code_names():
    engine = sa.create_engine("sqlite://")
    with engine.begin() as connection:
        migration.upgrade(connection)
        assert compare_metadata(MigrationContext.configure(connection), tables.metadata) == []
    engine.dispose()
    assert migration.lacking(database.REVISION) == []
    assert [line.split()[0] for line in migration.lacking(None) or ()] == ["0001", "0002"]


def test_an_older_store_is_brought_up_to_date_after_a_copy(older: Path, tmp_path: Path, monkeypatch):
    with_next(tmp_path, monkeypatch)
    with Store(older) as store:
        assert [sheet.title for _, sheet in store.sheets()] == ["Repas"]
    assert "visits" in columns(older)
    assert "visits" not in columns(older.with_name("store.sqlite.before-0003"))


def test_the_copy_is_what_the_store_was_just_before_whatever_another_process_does_and_whatever_was_copied_once(
    older: Path, tmp_path: Path, monkeypatch
):
    with_next(tmp_path, monkeypatch)
    copy = older.with_name("store.sqlite.before-0003")
    copy.write_bytes(b"of another time")
    back_up, others = database.back_up, iter([True])

    def while_another_one_opens_it(engine: sa.Engine, path: Path) -> None:
        if next(others, False):
            path.unlink()
            with pytest.raises(StoreBusy):
                Store(older, busy_milliseconds=50)
        back_up(engine, path)

    monkeypatch.setattr(database, "back_up", while_another_one_opens_it)
    Store(older).close()
    assert "visits" in columns(older)
    assert "visits" not in columns(copy)
    copy.write_bytes(b"of another time")
    with closing(sqlite3.connect(older)) as other, other:
        other.execute("ALTER TABLE sheet DROP COLUMN visits")
        other.execute("UPDATE alembic_version SET version_num = '0002'")
    Store(older).close()
    assert "visits" not in columns(copy)


def test_a_migration_that_fails_leaves_the_store_as_it_was(older: Path, tmp_path: Path, monkeypatch):
    with_next(tmp_path, monkeypatch, then='raise OSError("the disk is gone")')
    with pytest.raises(OSError, match="disk"):
        Store(older)
    assert "visits" not in columns(older)
    monkeypatch.undo()
    with Store(older) as store:
        assert store.findings() == []


def test_a_store_of_a_newer_version_and_one_without_a_journal_are_refused(older: Path, tmp_path: Path):
    with closing(sqlite3.connect(older)) as other, other:
        other.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match="newer version"):
        Store(older)
    with closing(sqlite3.connect(tmp_path / "old.sqlite")) as other, other:
        other.execute("CREATE TABLE maillage (name, value)")
    with pytest.raises(StoreError, match="kept no journal"):
        Store(tmp_path / "old.sqlite")
