from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from graph import importer
from graph.importer import files_of, import_file
from graph.ingest import NotDirectory, write_json
from graph.model import Origin, Sheet, SheetText
from graph.processes import in_order
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
def test_json_read_by_other_processes_gives_the_same_store_and_problems(
    tmp_path: Path, sheets: tuple[Sheet, ...], store: Store, vocabulary, monkeypatch: pytest.MonkeyPatch
):
    odd = [*sheets[:12], replace(sheets[12], keywords=("Culturre",)), *sheets[13:], sheets[2]]
    path = write(tmp_path / "all.json", odd)
    with Store(tmp_path / "alone.sqlite", create=True) as alone:
        asked = []
        monkeypatch.setattr(importer, "in_order", lambda *given: asked.append(given[2]) or in_order(*given))
        told = import_file(alone, path, vocabulary)
        monkeypatch.setattr(importer, "LARGE_BYTES", 0)
        monkeypatch.setattr(importer, "PROCESSES", 2)
        assert import_file(store, path, vocabulary) == told
        assert asked == [0, 2]
        assert [problem.line for problem in told[1]] == [14, 18]
        assert list(store.sheets()) == list(alone.sheets())
        assert import_file(store, path, vocabulary)[0].left == 16


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


@pytest.mark.usefixtures("small_pieces")
def test_an_action_of_an_earlier_piece_that_comes_again_is_said_at_each_import(
    tmp_path: Path, sheets: tuple[Sheet, ...], store: Store, vocabulary
):
    elsewhere = replace(sheets[1], origin=Origin("other.txt", 1, 9))
    path = write(tmp_path / "all.json", [*sheets, elsewhere, sheets[0]])
    for added in (16, 0):
        summary, problems = import_file(store, path, vocabulary)
        assert summary.added == added
        assert [(problem.line, problem.reason) for problem in problems] == [
            (18, "$[16]: This action is the same to the letter as $[1]; it is kept once."),
            (19, "$[17]: This action is the same to the letter as $[0]; it is kept once."),
        ]


@pytest.mark.usefixtures("small_pieces")
def test_an_action_in_another_layout_that_comes_again_is_said_with_both_indexes_of_the_file(
    tmp_path: Path, sheets: tuple[Sheet, ...], store: Store, vocabulary
):
    path = write(tmp_path / "all.json", sheets)
    lines = path.read_bytes().rstrip(b"\n]").split(b"\n")
    short = b'{"title": "Bal", "structure": {"name": "S", "department": "Lot"}}'
    other = b'{"structure": {"name": "S", "department": "Lot"}, "title": "Bal"}'
    path.write_bytes(b"\n".join([*lines[:-1], lines[-1] + b",", short + b",", other, b"]"]))
    _, (problem,) = import_file(store, path, vocabulary)
    assert problem.line == 19
    assert problem.reason == "$[17]: This action is the same to the letter as $[16]; it is kept once."


@pytest.mark.usefixtures("small_pieces")
def test_an_action_with_a_field_after_its_origin_is_told_apart(
    tmp_path: Path, sheets: tuple[Sheet, ...], store: Store, vocabulary
):
    path = write(tmp_path / "all.json", sheets)
    lines = path.read_bytes().rstrip(b"\n]").split(b"\n")
    same = b'{"title":"Bal","structure":{"name":"S","department":"Lot"},"origin":null,"summary":"%s"}'
    path.write_bytes(b"\n".join([*lines[:-1], lines[-1] + b",", same % b"A" + b",", same % b"B", b"]"]))
    summary, problems = import_file(store, path, vocabulary)
    assert (summary.added, problems) == (18, ())


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
