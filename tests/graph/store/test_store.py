from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from graph.knowledge_graph import KnowledgeGraph
from graph.model import Problem, Sheet, SheetText
from graph.store import Store, StoreBusy, StoreError, keyed, new_store, sheet_digest, version_of
from graph.store.database import format_of
from graph.store.journal import Cause

REPAS = Sheet(title="Repas", department="Lot", year=2016, structure="A", structure_department="Lot")
NAVETTE = replace(REPAS, title="Navette", keywords=("Solidarité",))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "new" / "store.sqlite", create=True) as store:
        yield store


def test_an_import_says_what_it_added_changed_and_left(store: Store):
    first = store.merge([REPAS, NAVETTE], "lot.txt")
    corrected = replace(NAVETTE, text=SheetText(summary="Une navette."))
    second = store.merge([REPAS, corrected], "lot.txt")
    assert (first.added, first.changed, first.left) == (2, 0, 0)
    assert (second.added, second.changed, second.left) == (0, 1, 1)
    assert {sheet.title: sheet.text.summary for _, sheet in store.sheets()} == {"Repas": "", "Navette": "Une navette."}


def test_the_same_sheets_twice_change_nothing(store: Store, sheets: tuple[Sheet, ...]):
    store.merge(sheets, "lot.txt")
    version, before = store.version(), list(store.sheets())
    again = store.merge(sheets, "lot.txt")
    assert (again.added, again.changed, again.left) == (0, 0, 16)
    assert (store.version(), list(store.sheets())) == (version, before)


def test_the_store_gives_back_every_sheet_to_the_letter(store: Store, sheets: tuple[Sheet, ...]):
    store.merge(sheets, "lot.txt")
    stored = [sheet for _, sheet in store.sheets()]
    assert stored == list(sheets)
    assert [sheet.origin for sheet in stored] == [sheet.origin for sheet in sheets]


def test_texts_are_those_of_one_moment_whatever_is_read_first(store: Store, tmp_path: Path):
    said = replace(NAVETTE, text=SheetText(summary="Une navette."))
    store.merge([REPAS, said], "lot.txt")
    [key] = [key for key, sheet in store.sheets() if sheet.title == "Navette"]
    at = store.head().position
    with store.at_one_moment() as still, Store(tmp_path / "new" / "store.sqlite") as other:
        assert still.text(key, at) == said.text
        other.merge([REPAS, replace(NAVETTE, text=SheetText(summary="Un car."))], "lot.txt")
        assert other.text(key, other.head().position).summary == "Un car."
        assert still.head().position == at
        assert dict(still.texts(at))[key] == still.text(key, at) == said.text
        assert [text for _, title, text in still.said(at) if title == "Navette"] == [said.text]
    # What it said before is read from the history.
    assert dict(store.texts(at))[key] == store.text(key, at) == said.text
    assert [text for _, title, text in store.said(at) if title == "Navette"] == [said.text]


def test_keys_do_not_depend_on_the_order_of_the_sheets(sheets: tuple[Sheet, ...]):
    twins = [*sheets, replace(sheets[0], text=SheetText(summary="Une autre."))]
    forwards = {key: sheet_digest(sheet) for key, sheet in keyed(twins)}
    backwards = {key: sheet_digest(sheet) for key, sheet in keyed(twins[::-1])}
    assert forwards == backwards
    assert len(forwards) == 17


def test_two_sheets_of_one_title_structure_and_year_are_two_actions_and_equal_ones_are_one():
    other = replace(REPAS, keywords=("Culture",))
    assert len(list(keyed([REPAS, other]))) == 2
    assert len(list(keyed([REPAS, REPAS]))) == 1


def test_a_sheet_keeps_its_number_and_no_number_is_given_twice(store: Store, sheets: tuple[Sheet, ...]):
    store.merge(sheets, "lot.txt")
    first = {row.key: row.number for row in store.light_rows()}
    assert sorted(first.values()) == list(range(1, len(sheets) + 1))
    mended = (*sheets[:-1], replace(sheets[-1], status="Terminée"), replace(sheets[0], title="Une autre"))
    store.merge(mended, "lot.txt")
    second = {row.key: row.number for row in store.light_rows()}
    assert second.items() > first.items()
    assert max(second.values()) == len(sheets) + 1


def test_two_sheets_whose_first_keys_are_equal_get_two_and_nothing_is_lost(
    store: Store, monkeypatch: pytest.MonkeyPatch
):
    def same_at_first(sheet: Sheet, occurrence: int) -> str:
        return f"action:same-{occurrence}"

    for module in ("staging", "digests"):
        monkeypatch.setattr(f"graph.store.{module}.action_key", same_at_first)
    store.merge([REPAS], "lot.txt")
    store.merge([REPAS, NAVETTE], "lot.txt")
    store.merge([replace(NAVETTE, title="Troisième"), replace(NAVETTE, title="Quatrième")], "ain.txt")
    assert {key: sheet.title for key, sheet in store.sheets()}.keys() == {f"action:same-{n}" for n in (1, 2, 3, 4)}
    assert sorted(sheet.title for _, sheet in store.sheets()) == ["Navette", "Quatrième", "Repas", "Troisième"]


def test_sheets_that_left_their_source_stay_unless_pruned(store: Store):
    store.merge([REPAS, NAVETTE], "lot.txt")
    kept = store.merge([REPAS], "lot.txt")
    assert len(kept.missing) == 1
    assert store.count() == 2
    pruned = store.merge([REPAS], "lot.txt", prune=True)
    assert pruned.missing == kept.missing
    assert store.count() == 1


def test_the_version_kept_is_that_of_the_sheets_after_each_addition_change_and_removal(store: Store):
    changed = replace(NAVETTE, text=SheetText(summary="Une navette."))
    found = []
    for given, prune in (([REPAS], False), ([REPAS, NAVETTE], False), ([REPAS, changed], False), ([REPAS], True)):
        store.merge(given, "lot.txt", prune=prune)
        found.append(store.version())
        assert found[-1] == version_of((key, sheet_digest(sheet)) for key, sheet in store.sheets())
    assert found[0] == found[3]
    assert len(set(found)) == 3


def test_several_departments_make_one_store(store: Store):
    store.merge([REPAS], "lot.txt")
    store.merge([replace(REPAS, department="Ain", structure_department="Ain")], "ain.txt")
    graph = KnowledgeGraph.from_store(store)
    assert [d.label for d in graph.network.concepts["department"]] == ["Ain", "Lot"]  # type: ignore[index]
    assert [source.name for source in graph.sources] == ["ain.txt", "lot.txt"]


def test_problems_belong_to_the_last_import_of_their_source(store: Store):
    store.merge([REPAS], "lot.txt", [Problem(3, "- ?", "no such label")])
    assert [source.problems for source in store.sources()] == [(Problem(3, "- ?", "no such label"),)]
    store.merge([REPAS], "lot.txt")
    assert [source.problems for source in store.sources()] == [()]


def test_an_import_that_fails_leaves_the_store_as_it_was(store: Store):
    store.merge([REPAS], "lot.txt")

    def breaks():
        yield NAVETTE
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="disk"):
        store.merge(breaks(), "lot.txt")
    assert [sheet.title for _, sheet in store.sheets()] == ["Repas"]
    assert store.head().position == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "empty"), (b"Les actions des centres sociaux", "not a SQLite file"), (None, "no store")],
)
def test_a_file_that_is_no_store_is_refused_in_one_sentence(tmp_path: Path, content: bytes | None, said: str):
    path = tmp_path / "x.sqlite"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(StoreError, match=said):
        Store(path)
    assert not path.exists() or path.read_bytes() == content


def test_a_database_of_something_else_is_refused_and_left_alone(tmp_path: Path):
    path = tmp_path / "other.sqlite"
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("create table customers (name)")
        # Who else uses Alembic has a table of this name, and may have a head.
        other.execute("create table alembic_version (version_num)")
        other.execute("create table head (name)")
    before = path.read_bytes()
    for opening in (Store, format_of):
        with pytest.raises(StoreError, match="not a store of Maillage"):
            opening(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("name", ["what?.sqlite", "100%41.sqlite", "a#b'c.sqlite", "x.index", "sqlite"])
def test_a_store_may_have_any_name_and_stays_whatever_is_removed_beside_it(tmp_path: Path, name: str):
    path, copy = tmp_path / name, tmp_path / f"copy of {name}"
    with new_store(path) as store:
        store.merge([REPAS, NAVETTE], "lot.txt")
    with Store(path) as store:
        store.back_up(copy)
        store.erase(next(key for key, sheet in store.sheets() if sheet == REPAS), Cause(None, "asked for"))
    assert {each.name for each in tmp_path.iterdir()} == {path.name, copy.name}
    for kept, titles in ((path, ["Navette"]), (copy, ["Navette", "Repas"])):
        with Store(kept) as store:
            assert sorted(sheet.title for _, sheet in store.sheets()) == titles
            assert store.findings() == []


def test_a_second_import_at_the_same_time_is_told_that_the_store_is_taken(store: Store):
    with closing(sqlite3.connect(store.path, isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        with (
            Store(store.path, busy_milliseconds=1) as quick,
            pytest.raises(StoreBusy, match="Another process is writing the store"),
        ):
            quick.merge([REPAS], "lot.txt")


def test_a_new_store_is_there_once_it_is_filled_and_nothing_lies_beside_it(tmp_path: Path):
    path = tmp_path / "new" / "lot.sqlite"
    with new_store(path) as store:
        store.merge([REPAS], "lot.txt")
        assert not path.exists()
    assert list(path.parent.iterdir()) == [path]
    with Store(path) as store:
        assert [sheet.title for _, sheet in store.sheets()] == ["Repas"]


def fill_and_fail(path: Path):
    with new_store(path) as store:
        store.merge([REPAS], "lot.txt")
        raise OSError("the disk is gone")


def test_a_new_store_that_cannot_be_filled_leaves_nothing(tmp_path: Path):
    with pytest.raises(OSError, match="disk"):
        fill_and_fail(tmp_path / "lot.sqlite")
    assert list(tmp_path.iterdir()) == []


def test_a_store_that_another_process_made_in_the_meantime_is_kept(tmp_path: Path):
    def fill_beside_another(path: Path):
        with new_store(path) as slow:
            slow.merge([REPAS], "lot.txt")
            with new_store(path) as quick:
                quick.merge([NAVETTE], "lot.txt")

    with pytest.raises(StoreError, match="in the meantime"):
        fill_beside_another(tmp_path / "lot.sqlite")
    with Store(tmp_path / "lot.sqlite") as store:
        assert [sheet.title for _, sheet in store.sheets()] == ["Navette"]


def test_an_unknown_key_has_no_text(store: Store):
    with pytest.raises(KeyError):
        store.text("action:none", store.head().position)


def test_a_new_store_is_on_the_disk_before_it_has_its_name_and_then_the_name_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    path, done = tmp_path / "lot.sqlite", []
    real = os.fsync

    def fsync(opened: int) -> None:
        real(opened)
        done.append((os.readlink(f"/proc/self/fd/{opened}").removeprefix(f"{tmp_path.resolve()}"), path.exists()))

    monkeypatch.setattr(os, "fsync", fsync)
    with new_store(path) as store:
        store.merge([REPAS], "lot.txt")
    (file, before), (folder, after) = done
    assert (Path(file).name, before, folder, after) == ("lot.sqlite", False, "", True)
