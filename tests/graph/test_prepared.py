from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, local

import orjson
import pytest

from graph.prepared import Prepared


class Shelf:
    """Two files, one of them in a folder, and how often they were written."""

    def __init__(self) -> None:
        self.written = 0

    def write(self, folder: Path) -> dict[str, str]:
        self.written += 1
        (folder / "inner").mkdir()
        (folder / "title").write_text("Jardin")
        (folder / "inner" / "text").write_text("partagé")
        return {"note": "kept"}

    @staticmethod
    def read(folder: Path, about: dict[str, str]) -> tuple[str, str, str]:
        return (folder / "title").read_text(), (folder / "inner" / "text").read_text(), about["note"]


WHOLE = ("Jardin", "partagé", "kept")


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def folder(tmp_path: Path, shelf: Shelf) -> Path:
    path = tmp_path / "store.index" / "shelf"
    assert Prepared(path, 1, "v1").get(shelf.read, shelf.write) == WHOLE
    return path


def test_a_folder_is_written_once_and_then_found(folder, shelf):
    assert Prepared(folder, 1, "v1").get(shelf.read, shelf.write) == WHOLE
    assert shelf.written == 1
    assert [path.name for path in folder.parent.iterdir()] == ["shelf"]


@pytest.mark.parametrize(("form", "version"), [(2, "v1"), (1, "v2")])
def test_another_format_or_version_is_made_again_in_its_place(folder, shelf, form, version):
    for _ in range(2):
        assert Prepared(folder, form, version).get(shelf.read, shelf.write) == WHOLE
    assert shelf.written == 2
    assert [path.name for path in folder.parent.iterdir()] == ["shelf"]


@pytest.mark.parametrize("name", ["title", "inner/text", "about.json"])
@pytest.mark.parametrize("damage", ["missing", "cut short", "empty"])
def test_a_damaged_file_is_made_again(folder, shelf, name, damage):
    file = folder / name
    if damage == "missing":
        file.unlink()
    else:
        file.write_bytes(file.read_bytes()[:-1] if damage == "cut short" else b"")
    assert Prepared(folder, 1, "v1").get(shelf.read, shelf.write) == WHOLE
    assert shelf.written == 2


@pytest.mark.parametrize("about", ["[]", "jardin", "{}", '{"format": 1, "version": "v1"}', "null"])
def test_a_foreign_file_about_the_folder_is_made_again(folder, shelf, about):
    (folder / "about.json").write_text(about)
    assert Prepared(folder, 1, "v1").get(shelf.read, shelf.write) == WHOLE
    assert shelf.written == 2


def test_a_file_too_many_is_made_again_and_a_lock_is_not_looked_at(folder, shelf):
    (folder / ".lock").touch()
    Prepared(folder, 1, "v1").get(shelf.read, shelf.write)
    assert shelf.written == 1
    (folder / "other").touch()
    Prepared(folder, 1, "v1").get(shelf.read, shelf.write)
    assert shelf.written == 2
    assert not (folder / "other").exists()


def test_a_writer_that_fails_leaves_the_old_folder_and_nothing_else(folder, shelf):
    def fail(unfinished: Path) -> dict[str, str]:
        (unfinished / "title").write_text("half")
        raise RuntimeError("the disk is gone")

    with pytest.raises(RuntimeError, match="the disk is gone"):
        Prepared(folder, 1, "v2").get(shelf.read, fail)
    assert Prepared(folder, 1, "v1").get(shelf.read, shelf.write) == WHOLE
    assert shelf.written == 1
    assert [path.name for path in folder.parent.iterdir()] == ["shelf"]


def test_what_is_written_but_cannot_be_read_is_said(tmp_path, shelf):
    with pytest.raises(OSError, match=r"shelf was written, but cannot be read: .*None"):
        Prepared(tmp_path / "shelf", 1, "v1").get(
            lambda folder, about: about["nothing"] + None, lambda folder: {"nothing": 1}
        )


def test_what_a_reader_adds_does_not_hide_the_format(tmp_path, shelf):
    prepared = Prepared(tmp_path / "shelf", 1, "v1")
    written = lambda folder: {"format": 9, "note": "kept"}  # noqa: E731
    assert prepared.get(lambda folder, about: about["format"], written) == 1
    assert orjson.loads((tmp_path / "shelf" / "about.json").read_bytes())["note"] == "kept"


def test_a_folder_that_the_reader_refuses_is_renewed_from_what_it_held(folder, shelf):
    def refuse(path: Path, about: dict[str, str]) -> str:
        if (path / "title").read_text() == "Jardin":
            raise ValueError("it is of another day")
        return (path / "title").read_text()

    def renew(old: Path, about: dict[str, str], new: Path) -> dict[str, str]:
        (new / "title").write_text((old / "title").read_text() + " " + about["note"])
        return {}

    assert Prepared(folder, 1, "v1").get(refuse, shelf.write, renew) == "Jardin kept"
    assert shelf.written == 1


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_where_it_cannot_be_renewed_it_is_written(folder, shelf, version):
    def refuse(path: Path, about: dict[str, str]) -> int:
        if shelf.written == 1:
            raise ValueError("it is of another day")
        return shelf.written

    def renew(old: Path, about: dict[str, str], new: Path) -> dict[str, str]:
        (new / "title").write_text("half")
        raise ValueError("too much differs")

    assert Prepared(folder, 1, version).get(refuse, shelf.write, renew) == 2
    assert Prepared(folder, 1, version).get(shelf.read, shelf.write) == WHOLE


def test_of_several_that_need_a_folder_one_makes_it_and_the_others_wait(tmp_path: Path, monkeypatch):
    shelf, path = Shelf(), tmp_path / "store.index" / "shelf"
    read, nothing_yet, tried = Prepared._read, Barrier(4), local()

    def read_together(self, *given):
        try:
            return read(self, *given)
        finally:
            if not hasattr(tried, "once"):
                tried.once = True
                nothing_yet.wait(60)  # all have looked before anybody writes

    monkeypatch.setattr(Prepared, "_read", read_together)
    with ThreadPoolExecutor(4) as pool:
        found = [pool.submit(Prepared(path, 1, "v1").get, shelf.read, shelf.write) for _ in range(4)]
        assert [each.result(60) for each in found] == [WHOLE] * 4
    assert shelf.written == 1
    assert [each.name for each in path.parent.iterdir()] == ["shelf"]


def test_a_lock_that_a_killed_process_left_holds_nobody_up(tmp_path: Path, shelf: Shelf):
    (tmp_path / ".shelf.lock").touch()
    assert Prepared(tmp_path / "shelf", 1, "v1").get(shelf.read, shelf.write) == WHOLE
    assert [each.name for each in tmp_path.iterdir()] == ["shelf"]
