from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from graph import importer
from graph.importer import files_of, import_file
from graph.ingest import NotDirectory, write_json
from graph.model import Sheet, SheetText
from graph.store import Store
from settings import Settings
from tests.conftest import PAGE


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch):
    """JSON is read in pieces of a few lines, whatever its size."""
    monkeypatch.setattr(importer, "PIECE_BYTES", 4_000)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "s.sqlite", create=True) as store:
        yield store


def write(path: Path, sheets) -> Path:
    path.write_bytes(b"".join(write_json(sheets)))
    return path


def test_json_read_piece_by_piece_gives_the_same_store_as_read_whole(
    tmp_path: Path, sheets: tuple[Sheet, ...], store: Store, vocabulary, monkeypatch: pytest.MonkeyPatch
):
    twins = (*sheets, replace(sheets[0], text=SheetText(summary="Une autre.")))
    path = write(tmp_path / "all.json", twins)
    with Store(tmp_path / "whole.sqlite", create=True) as whole:
        import_file(whole, path, vocabulary)
        monkeypatch.setattr(importer, "PIECE_BYTES", 4_000)
        summary, _ = import_file(store, path, vocabulary)
        assert summary.added == 17
        assert store.version() == whole.version()
        assert list(store.sheets()) == list(whole.sheets())


@pytest.mark.usefixtures("small_pieces")
def test_a_problem_in_a_later_piece_has_the_line_and_index_of_the_whole_file(
    tmp_path: Path, sheets: tuple[Sheet, ...], store: Store, vocabulary
):
    odd = [*sheets[:12], replace(sheets[12], keywords=("Culturre",)), *sheets[13:]]
    path = write(tmp_path / "all.json", odd)
    _, (problem,) = import_file(store, path, vocabulary)
    assert problem.line == 14  # a line for the bracket, then one for each action
    assert problem.reason.startswith("$[12].keywords[0]: ")
    assert store.sources()[0].problems == (problem,)


@pytest.mark.usefixtures("small_pieces")
def test_a_line_that_is_no_action_is_reported_and_the_others_are_kept(
    tmp_path: Path, sheets: tuple[Sheet, ...], store: Store, vocabulary
):
    path = write(tmp_path / "all.json", sheets)
    lines = path.read_bytes().split(b"\n")
    lines[5] = b'"not an action",'
    path.write_bytes(b"\n".join(lines))
    summary, problems = import_file(store, path, vocabulary)
    assert summary.added == 15
    assert [problem.line for problem in problems] == [6]


@pytest.mark.usefixtures("small_pieces")
def test_two_actions_whose_years_are_not_read_are_two(
    tmp_path: Path, sheets: tuple[Sheet, ...], store: Store, vocabulary
):
    other = replace(sheets[0], year=None, text=SheetText(summary="Une autre."))
    path = write(tmp_path / "all.json", [other, *sheets])
    path.write_bytes(path.read_bytes().replace(b'"year":2020', b'"year":"2020"', 1))
    _, problems = import_file(store, path, vocabulary)
    assert [problem.line for problem in problems] == [3]
    assert store.count() == 17


def test_progress_ends_at_the_number_of_sheets(store: Store, vocabulary):
    told: list[int] = []
    import_file(store, PAGE, vocabulary, progress=told.append)
    assert told[-1] == 16


def test_a_file_that_is_neither_form_is_refused_and_nothing_is_written(tmp_path: Path, store: Store, vocabulary):
    path = tmp_path / "letter.txt"
    path.write_text("Bonjour,\n", encoding="utf-8")
    with pytest.raises(NotDirectory, match=r"letter\.txt"):
        import_file(store, path, vocabulary)
    assert store.count() == 0


def test_the_data_folder_offers_its_pages_only():
    assert [path.name for path in files_of(Settings().data)] == ["actions-lot.txt"]
