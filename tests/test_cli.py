from __future__ import annotations

import json
import shlex
import sqlite3
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

import cli
import store_commands
from graph.ingest import read_page, write_page
from graph.ingest.page import page_of
from graph.store import Store, database
from graph.store.journal import Cause
from graph.vocabulary import Vocabulary
from tests.conftest import PAGE
from tests.graph.store.test_migrations import with_next


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Runs the command line in this process; gives its exit code, standard output and standard error."""

    def call(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["maillage", *map(str, arguments)])
        try:
            cli.main()
            code = 0
        except SystemExit as stop:
            code = int(stop.code or 0)
        out, err = capsys.readouterr()
        return code, out, err

    return call


def test_import_then_import_again_changes_nothing(run, tmp_path: Path):
    store = tmp_path / "s.sqlite"
    assert "16 added, 0 changed, 0 left" in run("import", PAGE, "-o", store)[1]
    assert "0 added, 0 changed, 16 left" in run("import", PAGE, "-o", store)[1]


def test_structures_are_placed_by_a_second_file_whole_or_not_at_all(run, tmp_path: Path):
    store, file = tmp_path / "s.sqlite", tmp_path / "structures.csv"
    run("import", PAGE, "-o", store)
    name = "ARTS SCENES ET COMPAGNIE"
    file.write_text(f"structure,department,commune\n{name},46,Cahors\nNouveau,Lot,Figeac\n", encoding="utf-8")
    code, out, _ = run("structures", file, "--store", store)
    assert (code, out.splitlines()) == (
        0,
        [
            "structures.csv: 2 structures.",
            "  In no sheet, and shown once one names it: 1 structure: structure:lot-nouveau",
        ],
    )
    file.write_text(f"structure,department,postcode\n{name},46,460\n,46,\n", encoding="utf-8")
    assert run("structures", file, "--store", store) == (
        2,
        "",
        "maillage: structures.csv: line 2: postcode '460': expected 5 digits.\n"
        "maillage: structures.csv: line 3: structure is empty; it is required.\n"
        "maillage: 2 errors; nothing of structures.csv was taken.\n",
    )
    with Store(store) as opened:
        assert {key: place.commune for key, place in opened.structure_places().items()} == {
            "structure:lot-arts-scenes-et-compagnie": "Cahors",
            "structure:lot-nouveau": "Figeac",
        }
    assert run("verify", "--store", store)[0] == 0
    assert run("structures", tmp_path / "none.csv", "--store", store)[0] == 2


def test_structures_exported_are_the_structures_placed(run, tmp_path: Path):
    store, other = tmp_path / "s.sqlite", tmp_path / "other.sqlite"
    file, exported = tmp_path / "structures.csv", tmp_path / "exported.csv"
    lines = (
        "structure,department,siret,address,postcode,commune,latitude,longitude,site\n",
        "ARTS SCENES ET COMPAGNIE,Lot,73282932000074,12 rue Haute,46100,Figeac,44.6085,-0.00001,https://a.example\n",
        "Nouveau,Lot,,,,Figeac,,,\n",
    )
    file.write_text("".join(lines), encoding="utf-8")
    for each in (store, other):
        run("import", PAGE, "-o", each)
    run("structures", file, "--store", store)
    code, out, err = run("export", "--store", store, "--format", "structures", "-o", exported)
    assert (code, out, err) == (0, "", "maillage: 1 structure that no sheet names, and is left out.\n")
    assert exported.read_text(encoding="utf-8") == "".join(lines[:2])
    run("structures", exported, "--store", other)
    with Store(store) as one, Store(other) as second:
        known = one.structure_places()
        del known["structure:lot-nouveau"]
        assert second.structure_places() == known
    run("export", "--store", other, "--format", "structures", "-o", file)
    assert file.read_bytes() == exported.read_bytes()


def test_export_then_import_is_the_identity(run, tmp_path: Path):
    first, second, exported = tmp_path / "1.sqlite", tmp_path / "2.sqlite", tmp_path / "all.json"
    run("import", PAGE, "-o", first)
    assert run("export", "--store", first, "-o", exported)[0] == 0
    run("import", exported, "-o", second)
    with Store(first) as one, Store(second) as other:
        assert one.version() == other.version()
        assert list(one.sheets()) == list(other.sheets())


def test_a_corrected_page_updates_its_sheets(run, tmp_path: Path):
    store, page = tmp_path / "s.sqlite", tmp_path / PAGE.name
    page.write_bytes(PAGE.read_bytes())
    run("import", page, "-o", store)
    page.write_text(PAGE.read_text(encoding="utf-8").replace("Solitude rompue.", "Solitude rompue !"), "utf-8")
    assert "0 added, 1 changed, 15 left" in run("import", page, "-o", store)[1]


def test_the_page_exported_is_the_page_imported_byte_for_byte(run, tmp_path: Path):
    store, page = tmp_path / "s.sqlite", tmp_path / "page.txt"
    run("import", PAGE, "-o", store)
    run("export", "--store", store, "--format", "page", "-o", page)
    assert page.read_bytes() == PAGE.read_bytes()


def test_check_is_silent_about_the_real_page(run):
    code, out, err = run("check", PAGE)
    assert (code, out, err) == (0, "16 sheets, no problem.\n", "")


def test_check_shows_each_problem_with_its_line_and_exits_with_1(run, tmp_path: Path):
    page = tmp_path / "page.txt"
    text = PAGE.read_text(encoding="utf-8").replace("- Parentalité", "- Parentalitée", 1)
    page.write_text(text, encoding="utf-8")
    line = text.splitlines().index("- Parentalitée") + 1
    code, out, _ = run("check", page)
    assert code == 1
    assert f"page.txt:{line}: " in out
    assert "    - Parentalitée" in out


def test_what_a_file_says_moves_no_cursor_and_fills_no_screen(run, tmp_path: Path):
    page = tmp_path / "page.txt"
    text = PAGE.read_text(encoding="utf-8").replace("- Parentalité", "- \x1b[2J" + "k" * 5_000, 1)
    page.write_text(text, encoding="utf-8")
    out = run("check", page)[1]
    assert "\x1b" not in out
    assert "\n    - \\x1b[2Jkkk" in out
    assert "kk… (5,006 characters)\n" in out
    assert len(out) < 2_500


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("check", "README"), "expected a page"),
        (("check", "nowhere.txt"), "nowhere.txt"),
        (("import", "nowhere.txt"), "there is no such file"),
        (("import", "."), "this is no file"),
        (("export", "--store", "nowhere.sqlite"), "no store"),
        (("stats", "--store", "README"), "not a SQLite file"),
        (("export", "--store", "nowhere.sqlite", "--format", "pdf"), "json, page or structures"),
    ],
)
def test_an_error_is_one_line_on_standard_error_and_an_exit_code(run, tmp_path: Path, monkeypatch, arguments, said):
    monkeypatch.chdir(tmp_path)
    Path("README").write_text("Bonjour.\n", encoding="utf-8")
    code, out, err = run(*arguments)
    assert code == 2
    assert out == ""
    assert err.startswith("maillage: ")
    assert said in err
    assert err.count("\n") == 1


def test_a_first_import_that_fails_leaves_no_store(run, tmp_path: Path):
    letter, store = tmp_path / "letter.txt", tmp_path / "new" / "s.sqlite"
    letter.write_text("Bonjour,\n", encoding="utf-8")
    assert run("import", tmp_path / "nothing.txt", "-o", store)[0] == 2
    assert run("import", letter, "-o", store)[0] == 2
    assert list(tmp_path.rglob("*.sqlite*")) == []


def test_a_refused_file_leaves_what_was_imported_before_it(run, tmp_path: Path):
    letter, store = tmp_path / "letter.txt", tmp_path / "s.sqlite"
    letter.write_text("Bonjour,\n", encoding="utf-8")
    code, out, err = run("import", PAGE, letter, "-o", store)
    assert (code, "16 added" in out, "letter.txt" in err) == (2, True, True)
    with Store(store) as opened:
        assert opened.count() == 16


def test_a_setting_of_the_environment_that_there_is_not_is_refused(run, monkeypatch):
    monkeypatch.setenv("MAILLAGE_PROT", "8000")
    code, _, err = run("stats")
    assert (code, "did you mean" in err) == (2, True)


def test_schema_prints_the_sdl(run):
    assert "type Query {" in run("schema")[1]


def test_stats_counts_the_nodes(run, tmp_path: Path):
    run("import", PAGE, "-o", tmp_path / "s.sqlite")
    code, out, _ = run("stats", "--store", tmp_path / "s.sqlite")
    assert code == 0
    assert "Mixité sociale (7)" in out


def test_no_line_is_wrapped_nor_read_as_markup_in_a_narrow_terminal(run, tmp_path: Path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")
    folder = tmp_path / "pages du département [b]" / ("d" * 60)
    folder.mkdir(parents=True)
    page, store = folder / "une page du Lot.txt", folder / "s.sqlite"
    page.write_text(PAGE.read_text(encoding="utf-8").replace("- Parentalité", "- Parentalitée", 1), encoding="utf-8")
    said = run("import", page, "-o", store)[1].splitlines()
    assert said[0] == "une page du Lot.txt: 16 added, 0 changed, 0 left as they were."
    *hint, command = said[1].partition("maillage check")
    assert hint == ["  1 problem; see it with: ", "maillage check"]
    (copied,) = shlex.split(command)
    assert copied == str(page)
    assert "1 problem." in run("check", copied)[1]
    shorter = write_page(page_of(read_page(PAGE.read_bytes(), page.name, Vocabulary({})).sheets[1:]))
    page.write_text(shorter, encoding="utf-8")
    assert run("import", page, "-o", store)[1].splitlines()[1] == (
        "  1 sheet that this source gave before is no longer in it and stays (withdraw it with --prune)."
    )
    told = run("stats", "--store", store)[1].splitlines()
    assert told[0].startswith(f"{store} · version ")
    assert told[-1].startswith("une page du Lot.txt: imported ")
    assert told[-1].endswith(", 0 problems.")


def test_export_writes_the_api_names(run, tmp_path: Path):
    run("import", PAGE, "-o", tmp_path / "s.sqlite")
    run("export", "--store", tmp_path / "s.sqlite", "-o", tmp_path / "all.json")
    actions = json.loads((tmp_path / "all.json").read_bytes())
    assert len(actions) == 16
    assert actions[0]["structure"] == {"name": "ASSOCIATION CENTRE TECHNICO SOCIAL CADURCIEN", "department": "Lot"}


def test_a_twin_that_another_file_brought_is_told_at_once(run, tmp_path: Path):
    store, other = tmp_path / "s.sqlite", tmp_path / "other.txt"
    run("import", PAGE, "-o", store)
    other.write_text(PAGE.read_text(encoding="utf-8").replace("Solitude rompue.", "Solitude rompue !"), "utf-8")
    _, out, _ = run("import", other, "-o", store)
    assert "1 added, 0 changed, 15 left" in out
    assert "both are kept" in out
    assert run("import", other, "-o", store, "--source", PAGE.name)[1].startswith("other.txt: 0 added, 1 changed")


def test_a_twin_in_a_file_of_the_same_name_is_told_with_both_places(run, tmp_path: Path):
    for folder, changed in (("a", "!"), ("b", "…")):
        (tmp_path / folder).mkdir()
        text = PAGE.read_text(encoding="utf-8").replace("Solitude rompue.", f"Solitude rompue {changed}")
        (tmp_path / folder / "page.txt").write_text(text, "utf-8")
    run("import", tmp_path / "a" / "page.txt", "-o", tmp_path / "s.sqlite")
    _, out, _ = run("import", tmp_path / "b" / "page.txt", "-o", tmp_path / "s.sqlite")
    assert out.startswith("b/page.txt: 1 added")
    assert "\n  b/page.txt:790: « Repas de fin d'année » " in out
    assert "is in page.txt, line 790: both are kept." in out


def test_pruning_counts_what_it_withdrew_and_says_that_the_rest_stays(run, tmp_path: Path):
    store, other = tmp_path / "s.sqlite", tmp_path / "other.txt"
    sheets = read_page(PAGE.read_bytes(), PAGE.name, Vocabulary({})).sheets
    own = replace(sheets[0], title="Un jardin")
    for some in ([*sheets, own], sheets[2:]):
        other.write_text(write_page(page_of(some)), encoding="utf-8")
        out = run("import", PAGE, other, "-o", store, "--prune")[1]
    assert out.splitlines()[2:] == [
        "  3 sheets that this source gave before are no longer in it and 1 was withdrawn: "
        "another source has the others, or somebody had withdrawn them."
    ]
    with Store(store) as opened:
        assert opened.count() == 16
    other.write_text(write_page(page_of(sheets[3:])), encoding="utf-8")
    assert "in it and 0 were withdrawn" in run("import", other, "-o", store, "--prune")[1]


def test_a_source_is_named_for_one_file_only(run, tmp_path: Path):
    assert "give it a name" in run("import", PAGE, "-o", tmp_path / "s.sqlite", "--source", " ")[2]
    assert run("import", PAGE, PAGE, "-o", tmp_path / "s.sqlite", "--source", "lot")[0] == 2


def test_a_file_that_was_moved_is_told_the_source_that_it_was(run, tmp_path: Path):
    store, page, moved = tmp_path / "s.sqlite", tmp_path / "lot.txt", tmp_path / "new folder" / "lot.txt"
    moved.parent.mkdir()
    page.write_bytes(PAGE.read_bytes())
    run("import", page, "-o", store)
    moved.write_bytes(PAGE.read_bytes())
    assert "no longer where it was" not in run("import", moved, "-o", store)[1]  # both are there: two sources
    page.unlink()
    other = tmp_path / "third" / "lot.txt"
    other.parent.mkdir()
    other.write_bytes(PAGE.read_bytes())
    out = run("import", other, "-o", store)[1]
    assert "The file of the source lot.txt is no longer where it was." in out
    assert f"go on with it: maillage import {other} --source lot.txt\n" in out
    assert "no longer where it was" not in run("import", other, "-o", store)[1]  # it is known now


def test_the_journal_shows_each_change_with_its_position(run, tmp_path: Path):
    store, page = tmp_path / "s.sqlite", tmp_path / "page.txt"
    page.write_bytes(PAGE.read_bytes())
    run("import", page, "-o", store)
    page.write_text(PAGE.read_text(encoding="utf-8").replace("Solitude rompue.", "Solitude rompue !"), "utf-8")
    run("import", page, "-o", store)
    first, second = run("journal", "--store", store)[1].splitlines()
    assert first.startswith("1  ")
    assert "GENESIS" in first
    assert "CORRECT  action:" in second
    assert second.endswith("revision 2  import 2")
    assert run("journal", "--store", store, "--after", 1, "--first", 5)[1].splitlines() == [second]


def test_a_journal_is_shown_whole_though_it_is_read_piece_by_piece(run, tmp_path: Path, monkeypatch):
    store, asked = tmp_path / "s.sqlite", []
    run("import", PAGE, "-o", store)
    with Store(store) as opened:
        for number in range(1, 7):
            opened.writer.add(replace(next(opened.sheets())[1], title=f"Action {number}"), Cause("me"))
    entries = Store.entries

    def few(opened: Store, after: int, most: int | None, key: str | None):
        asked.append(most)
        return entries(opened, after, most, key)

    monkeypatch.setattr(store_commands, "AT_ONCE", 3)
    monkeypatch.setattr(Store, "entries", few)
    for words, expected in (
        ((), range(1, 8)),
        (("--after", 1, "--first", 4), range(2, 6)),
        (("--first", 3), range(1, 4)),
    ):
        told = run("journal", "--store", store, *words)[1].splitlines()
        assert [int(line.split()[0]) for line in told] == [*expected]
    assert max(asked) == 3


def test_a_store_and_its_backup_verify_and_a_changed_row_is_found(run, tmp_path: Path):
    store, copy = tmp_path / "s.sqlite", tmp_path / "copy.sqlite"
    run("import", PAGE, "-o", store)
    code, out, _ = run("backup", copy, "--store", store)
    assert (code, out) == (0, run("verify", "--store", store)[1])
    assert run("backup", copy, "--store", store)[0] == 2
    with closing(sqlite3.connect(copy)) as other, other:
        other.execute("UPDATE sheet SET title = 'Autre' WHERE number = 3")
    code, out, _ = run("verify", "--store", copy)
    assert code == 1
    assert "was changed outside of the journal" in out


CADURCIEN = "structure:lot-association-centre-technico-social-cadurcien"


def test_an_erasure_says_what_it_does_and_what_is_left_to_mend_and_an_import_says_what_it_skips(
    run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    folder, elsewhere = tmp_path / "var", tmp_path / "pages"
    folder.mkdir()
    elsewhere.mkdir()
    store, page = folder / "s.sqlite", elsewhere / "page.txt"
    page.write_bytes(PAGE.read_bytes())
    monkeypatch.setenv("MAILLAGE_DATA", str(elsewhere))
    run("import", page, "-o", store)
    with Store(store) as opened:
        theirs = [key for key, sheet in opened.sheets() if "CADURCIEN" in sheet.structure]
    command = ("erase", CADURCIEN, "--store", store, "--reason", "asked for by mail")
    monkeypatch.setattr("typer.confirm", lambda question: False)
    code, out, err = run(*command)
    assert (code, err) == (2, "maillage: nothing was erased.\n")
    assert f"Goes, with all revisions: {len(theirs)} sheets: action:" in out
    code, out, _ = run(*command, "--yes")
    assert code == 0
    assert f"Erased, position {1 + len(theirs)}." in out
    lines = [n for n, line in enumerate(page.read_text("utf-8").splitlines(), 1) if "TECHNICO SOCIAL CADURCIEN" in line]
    assert f"{page} still names it (line {', '.join(map(str, lines))}" in out
    assert page.read_bytes() == PAGE.read_bytes()
    assert b"cadurcien" not in b"".join(path.read_bytes().lower() for path in folder.rglob("*") if path.is_file())
    assert run("verify", "--store", store)[0] == 0
    told = run("import", page, "-o", store)[1]
    assert f"0 added, 0 changed, {16 - len(theirs)} left" in told
    assert f"{len(theirs)} sheets erased from this store before, and not taken." in told
    assert "ERASE  action:erased-" in run("journal", "--store", store)[1]


@pytest.mark.parametrize(
    ("key", "reason", "said"),
    [
        ("structure:lot-personne", "…", "structure:lot-personne is no structure"),
        (CADURCIEN, "l’association centre technico-social cadurcien le veut", "The reason names"),
    ],
)
def test_an_erasure_that_is_refused_says_why_and_changes_nothing(run, tmp_path: Path, key: str, reason: str, said: str):
    store = tmp_path / "s.sqlite"
    run("import", PAGE, "-o", store)
    code, _, err = run("erase", key, "--store", store, "--reason", reason, "--yes")
    assert (code, said in err) == (2, True)
    with Store(store) as opened:
        assert (opened.count(), opened.head().position) == (16, 1)


def test_migrate_says_what_an_older_store_lacks_and_brings_it_up_to_date_after_a_copy(run, tmp_path: Path, monkeypatch):
    store = tmp_path / "store.sqlite"
    run("import", PAGE, "-o", store)
    assert run("migrate", "--store", store) == (0, f"{store}: format {database.REVISION}, up to date.\n", "")
    with_next(tmp_path, monkeypatch)
    for _ in range(2):  # asking changes nothing
        code, out, _ = run("migrate", "--store", store, "--check")
        assert (code, out.splitlines()[0]) == (1, f"{store}: format 0002, 1 steps behind:")
        assert out.splitlines()[1].startswith("  0003")
    assert not store.with_name("store.sqlite.before-0003").exists()
    code, out, _ = run("migrate", "--store", store)
    assert (code, out.splitlines()[-1].endswith("store.sqlite.before-0003.")) == (0, True)
    assert run("migrate", "--store", store, "--check") == (0, f"{store}: format 0003, up to date.\n", "")
    assert store.with_name("store.sqlite.before-0003").exists()
    assert run("verify", "--store", store)[0] == 0


@pytest.mark.parametrize("options", [(), ("--check",)])
def test_migrate_refuses_what_is_no_store(run, tmp_path: Path, options: tuple[str, ...]):
    letter = tmp_path / "letter.txt"
    letter.write_text("Bonjour, Madame, Monsieur,\n", encoding="utf-8")
    for path, said in ((letter, "not a SQLite file"), (tmp_path / "none.sqlite", "no store")):
        code, out, err = run("migrate", "--store", path, *options)
        assert (code, out, said in err) == (2, "", True)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("DROP TABLE label", "was made before the first release: it lacks label. Import again, into a new file."),
        ("DROP TABLE suppression", "was made before the first release: it lacks suppression. Import again"),
        ("ALTER TABLE head DROP COLUMN secret", "was made before the first release: it lacks head.secret. Import"),
        ("DROP TABLE journal", "is a database, but not a store of Maillage. It is left as it is."),
        ("UPDATE alembic_version SET version_num = '9999'", "was made by a newer version (revision 9999; this one"),
        ("DELETE FROM alembic_version", "is damaged: it does not say what it holds. Restore a backup."),
        ("DELETE FROM head", "is damaged: it does not say what it holds. Restore a backup."),
    ],
)
def test_every_command_says_in_one_line_what_a_store_is_that_it_cannot_read_and_leaves_it_as_it_is(
    run, tmp_path: Path, statement: str, said: str
):
    store, copy = tmp_path / "s.sqlite", tmp_path / "copy.sqlite"
    run("import", PAGE, "-o", store)
    with closing(sqlite3.connect(store)) as other, other:
        other.execute(statement)
    before = store.read_bytes()
    for command in (
        ("import", PAGE, "-o", store),
        *(
            (*words, "--store", store)
            for words in (
                ("serve", "--workers", 2),
                ("verify",),
                ("journal",),
                ("migrate",),
                ("migrate", "--check"),
                ("backup", copy),
                ("erase", CADURCIEN, "--reason", "…", "--yes"),
                ("proposals",),
                ("export",),
                ("stats",),
            )
        ),
    ):
        code, out, err = run(*command)
        assert (code, out, err.count("\n"), f"maillage: {store} {said}" in err) == (2, "", 1, True), command
        assert store.read_bytes() == before
    assert not copy.exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("journal", "--after", 2**63), "Invalid value for"),
        (("journal", "--first", 2**64), "Invalid value for"),
        (("proposals", "--accept", 2**63), "Invalid value for"),
        (("proposals", "--reject", 2**64), "Invalid value for"),
        (("journal", "--key", "\udcff"), "'\\udcff' holds a byte that is no text in UTF-8"),
        (("erase", CADURCIEN, "--yes", "--reason", "\udcff"), "'\\udcff' holds a byte that is no text in UTF-8"),
        (("erase", CADURCIEN, "--yes", "--reason", " "), "--reason is empty"),
    ],
)
def test_what_no_store_can_hold_is_refused_and_nothing_is_written(run, tmp_path: Path, words, said: str):
    store = tmp_path / "s.sqlite"
    run("import", PAGE, "-o", store)
    code, _, err = run(*words, "--store", store)
    assert (code, said in " ".join(err.split())) == (2, True)
    with Store(store) as opened:
        assert (opened.count(), opened.head().position) == (16, 1)


def test_what_a_source_and_a_person_say_differently_is_shown_and_decided_by_number(run, tmp_path: Path):
    store, page = tmp_path / "s.sqlite", tmp_path / "page.txt"
    page.write_bytes(PAGE.read_bytes())
    run("import", page, "-o", store)
    assert run("proposals", "--store", store) == (0, "", "")
    with Store(store) as opened:
        key, sheet = next(pair for pair in opened.sheets() if "Solitude rompue." in pair[1].text.result_residents)
        mine = replace(sheet, text=replace(sheet.text, result_residents="Le mien,\nen deux lignes."))
        opened.writer.correct(key, mine, expected=1, cause=Cause("me", "a mistake"))
    page.write_text(PAGE.read_text(encoding="utf-8").replace("Solitude rompue.", "Solitude rompue !"), "utf-8")
    assert "differently: result_residents. This waits." in run("import", page, "-o", store)[1]
    code, out, _ = run("proposals", "--store", store)
    first, field, here, there = out.splitlines()
    assert (code, first.startswith(f"1  {key}  revision 2  page.txt  "), field) == (0, True, "  result_residents")
    assert here == "    here:   Le mien, en deux lignes."
    assert "Solitude rompue !" in there
    for refused in (("--accept", 7), ("--reject", 7), ("--accept", 1, "--reject", 1), ("--accept", 1, "--decided")):
        assert run("proposals", "--store", store, *refused)[0] == 2
    assert run("proposals", "--store", store, "--accept", 1, "--reason", "they know best") == (0, "", "")
    assert run("proposals", "--store", store)[1] == ""
    assert run("journal", "--store", store)[1].splitlines()[-1].endswith("revision 3  they know best")
    told = run("proposals", "--store", store, "--decided")[1].splitlines()
    assert [line.startswith(f"1  {key}  result_residents  page.txt  ACCEPTED  ") for line in told] == [True]
    assert told[0].endswith("  position 3  they know best")
    with Store(store) as opened:
        assert "Solitude rompue !" in dict(opened.sheets())[key].text.result_residents
