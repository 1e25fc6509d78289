"""A structure named after a person, and a single sheet, are gone from every byte, and no import brings them back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import sqlalchemy as sa
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import graph.knowledge_graph as knowledge_graph
from graph.knowledge_graph import KnowledgeGraph
from graph.labels import structure_of
from graph.model import Origin, Problem, Sheet, SheetText, StructurePlace, fold
from graph.store import ImportSummary, SourceName, Store, erasing, remains, tables
from graph.store.database import WRITING
from graph.store.erasing import Erasing
from graph.store.journal import Cause, Operation
from graph.store.remains import forms
from graph.store.suppression import Suppression
from graph.store.writer import Erased, NoSuchSheet, Refused
from tests.graph.random_sheets import directories

NAME = "MARIE-CHANTAL Désirée Ômbrecourt"
KEY = "structure:haute-corse-marie-chantal-desiree-ombrecourt"
HERS = Sheet(
    title="Repas",
    department="Haute-Corse",
    year=2016,
    structure=NAME,
    structure_department="Haute-Corse",
    keywords=("Cuisine",),
    partners=("Les amis de Marie-Chantal Désirée Ômbrecourt",),
    text=SheetText(summary="Un repas chez elle.", people="Marie-Chantal Désirée Ômbrecourt, « bénévole »"),
    origin=Origin("haute-corse.txt", 10, 19),
)
OTHER = replace(
    HERS,
    title="Navette",
    structure="Le Rionet",
    partners=("Commune",),
    text=SheetText(summary="Une navette."),
    origin=Origin("haute-corse.txt", 20, 29),
)
PERSON = Cause("somebody", "a mistake")
CLEAN = Cause(None, "asked for by mail")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "var" / "store.sqlite", create=True) as store:
        yield store


def said(sheet: Sheet, summary: str) -> Sheet:
    return replace(sheet, text=replace(sheet.text, summary=summary))


def keys(store: Store) -> dict[str, str]:
    """The key of each title."""
    return {sheet.title: key for key, sheet in store.sheets()}


def holding(folder: Path, *words: str) -> list[str]:
    """The files below a folder of which a byte sequence is one of the words, in whatever form."""
    wanted = {form for word in words for form in forms(word)}
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return [path.name for path in files if any(form in path.read_bytes().lower() for form in wanted)]


def fill(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every table and every file beside the store gets the name: see `WHERE`."""
    chez = replace(HERS, title="Goûter chez Marie-Chantal Désirée Ômbrecourt", origin=Origin("haute-corse.txt", 30, 39))
    marche = replace(HERS, title="Marche", origin=Origin("haute-corse.txt", 40, 49))
    problems = [Problem(12, "- Parentalitée", "unknown"), Problem(1, f"2016 {NAME.lower()} Repas", "not on the page")]
    store.merge([HERS, OTHER, chez, marche], "haute-corse.txt", problems)
    write, key = store.writer, keys(store)
    # Two revisions, of which the source says neither, and a proposal.
    write.correct(key["Repas"], said(HERS, "Le mien."), expected=1, cause=Cause("me", f"{NAME} asked for it"))
    store.merge([said(HERS, "Le leur."), OTHER, chez, marche], "haute-corse.txt", problems)
    # A second sheet that has become the same as another one.
    store.merge([replace(chez, title="Gouter chez Marie-Chantal Désirée Ômbrecourt")], "copie.txt")
    store.merge([chez], "copie.txt")
    # A sheet of which the structure was mended: it stays.
    mended = replace(marche, structure="Le Rionet", partners=(), text=SheetText(summary="On marche."))
    write.correct(key["Marche"], mended, expected=1, cause=PERSON)
    write.correct(key["Navette"], said(OTHER, "Mieux."), expected=1, cause=Cause("me", f"after a call of {NAME}"))
    # What a source said against it, and why that was not followed.
    store.merge([said(HERS, "Le leur."), said(OTHER, "Autre."), chez, marche], "haute-corse.txt", problems)
    write.reject(store.proposals()[-1].number, Cause("me", f"{NAME} said so"))
    with store.importing(SourceName("marie-chantal-desiree-ombrecourt.txt", f"/x/{fold(NAME)}.txt")) as job:
        job.give(replace(OTHER, title="Sortie", origin=Origin("marie-chantal-desiree-ombrecourt.txt", 1, 9)))
        job.finish([], prune=False)
    home = StructurePlace(address="Chez Mme Ômbrecourt", site="https://ombrecourt.example")
    store.place_structures(store.source_named("structures.csv"), {KEY: home})
    monkeypatch.setattr(knowledge_graph, "TEXTS_IN_MEMORY", 0)
    KnowledgeGraph.from_store(store).prepare()
    store.back_up(store.path.with_name(f"{store.path.name}.before-0009"))
    left = store.path.with_name(f"{store.path.name}.abcd1234")
    left.mkdir()
    store.back_up(left / store.path.name)


def test_the_name_is_in_no_byte_of_the_folder_and_the_store_verifies(store: Store, monkeypatch):
    fill(store, monkeypatch)
    assert "store.index" in {path.name for path in store.path.parent.iterdir()}
    assert len(holding(store.path.parent, "mbrecourt")) > 3
    before = store.entries()
    reach = store.reach(KEY)
    stays = keys(store)["Marche"]
    assert (len(reach.sheets), reach.others, reach.names) == (3, [stays], {NAME})
    done = store.erase(KEY, CLEAN)
    assert done.is_clean
    words = (NAME, "mbrecourt", "Goûter chez", "Un repas chez elle.", "Les amis de", "- Parentalitée")
    assert holding(store.path.parent, *words) == []
    assert {path.name for path in done.removed} == {
        "store.index",
        "store.sqlite.abcd1234",
        "store.sqlite.before-0009",
    }
    assert store.findings() == []
    assert {sheet.title: sheet.structure for _, sheet in store.sheets()} == dict.fromkeys(
        ["Marche", "Navette", "Sortie"], "Le Rionet"
    )
    # The journal goes on: positions, times, operations and chain are what they were.
    kept = [(entry.position, entry.at, entry.operation, entry.chain) for entry in store.entries()]
    assert kept[: len(before)] == [(entry.position, entry.at, entry.operation, entry.chain) for entry in before]
    assert [entry.operation for entry in store.entries()[len(before) :]] == [Operation.ERASE] * 4
    gone = [entry for entry in store.entries()[len(before) :] if not entry.is_public]
    assert all(entry.key.startswith("action:erased-") and entry.reason == "asked for by mail" for entry in gone)
    assert store.head().position == done.position == len(before) + 4


def without_table(name: str) -> Callable[[pytest.MonkeyPatch], None]:
    rest = tuple(column for column in erasing.OF_SHEET if column.table.name != name)
    return lambda patch: patch.setattr(erasing, "OF_SHEET", rest)


def without(owner: object, name: str, instead: object = None) -> Callable[[pytest.MonkeyPatch], None]:
    return lambda patch: patch.setattr(owner, name, lambda *_, **__: instead)


WITH_WORDS = [column.table.name for column in erasing.OF_SHEET if column.table is not tables.identity]


@pytest.mark.parametrize(
    "leave_out",
    [
        *(pytest.param(without_table(name), id=name) for name in WITH_WORDS),
        pytest.param(without(Erasing, "_erase_problems"), id="problem"),
        pytest.param(without(Erasing, "_erase_past"), id="the past of a sheet that stays"),
        pytest.param(without(Erasing, "_erase_words"), id="reasons and keys of the journal"),
        pytest.param(without(Erasing, "_erase_sources"), id="source"),
        pytest.param(without(erasing, "forget_labels"), id="label"),
        pytest.param(without(erasing, "forget_structure"), id="structure_place"),
        pytest.param(without(erasing, "own_files", ()), id="files"),
    ],
)
def test_control_where_one_table_is_left_out_the_name_is_found(store: Store, monkeypatch, leave_out):
    fill(store, monkeypatch)
    leave_out(monkeypatch)
    store.erase(KEY, CLEAN)
    words = (NAME, "mbrecourt", "Goûter chez", "gouter chez", "Un repas chez elle.", "Les amis de", "- Parentalitée")
    assert holding(store.path.parent, *words) != []


def test_control_an_identity_that_is_left_is_found_by_verify(store: Store, monkeypatch):
    fill(store, monkeypatch)
    without_table("sheet_identity")(monkeypatch)
    store.erase(KEY, CLEAN)
    assert any("an identity" in finding for finding in store.findings())


def test_control_without_the_compaction_the_name_stands_in_free_pages_or_in_the_log(store: Store, monkeypatch):
    fill(store, monkeypatch)
    without(erasing, "compact", True)(monkeypatch)
    store.erase(KEY, CLEAN)
    assert holding(store.path.parent, NAME) != []


@pytest.mark.parametrize(
    "again",
    [
        HERS,
        replace(HERS, title="Un tout autre titre", year=2024, text=SheetText(summary="Autre chose.")),
        replace(HERS, structure="Marie Chantal DESIREE  OMBRECOURT", department="", structure_department="HAUTE-CORSE"),
        said(HERS, "Le mien."),
        replace(HERS, title="Ailleurs", department="2B", structure_department="la Haute-Corse"),
    ],
    ids=["as it was", "another sheet of hers", "spelled otherwise", "an earlier revision", "a department by its code"],
)
@pytest.mark.parametrize("source", ["haute-corse.txt", "copie.txt", "nouvelle.txt"])
def test_no_import_brings_a_structure_back(store: Store, monkeypatch, again: Sheet, source: str):
    fill(store, monkeypatch)
    store.erase(KEY, CLEAN)
    problems = [
        Problem(12, "- Parentalitée", "unknown"),
        Problem(1, f"2016 {NAME}", "odd"),
        Problem(25, "Kept.", "kept"),
    ]
    position = store.head().position
    summary = store.merge([again, said(OTHER, "Mieux.")], source, problems)
    assert (summary.added, summary.changed, summary.erased) == (0, 0, 1)
    assert store.head().position == position
    assert holding(store.path.parent, NAME, "- Parentalitée") == []
    assert [
        problem.text for s in store.sources() if s.name == source for problem in s.problems if problem.line == 25
    ] == ["Kept."]
    assert store.findings() == []


def test_a_structure_that_was_erased_when_its_department_was_known_as_printed_only_does_not_come_back(store: Store):
    with store._engine.execution_options(**WRITING).begin() as connection:
        Suppression(connection).add(connection, ["structure:2b-le-rionet"])
    printed = replace(OTHER, department="2B", structure_department="2B")
    assert store.merge([printed, replace(OTHER, title="Autre")], "a.txt").erased == 1
    assert [sheet.title for _, sheet in store.sheets()] == ["Autre"]


def test_no_person_brings_a_structure_back_by_a_new_sheet_a_correction_or_a_restoration(store: Store, monkeypatch):
    fill(store, monkeypatch)
    store.erase(KEY, CLEAN)
    marche = keys(store)["Marche"]
    with pytest.raises(Erased):
        store.writer.add(HERS, PERSON)
    with pytest.raises(Erased):
        store.writer.correct(marche, HERS, expected=2, cause=PERSON)
    with pytest.raises(NoSuchSheet, match="no revision 1"):
        store.writer.restore(marche, expected=2, to=1, cause=PERSON)
    assert [past.sheet is None for past in store.revisions(marche)] == [True, False]
    assert holding(store.path.parent, NAME) == []


def test_what_was_staged_before_the_erasure_is_not_brought_by_an_import_that_ends_after_it(store: Store):
    store.merge([HERS, OTHER], "a.txt")
    with store.importing(SourceName("b.txt", "b.txt")) as job:
        job.give(said(HERS, "Autre."))
        job.give(replace(OTHER, title="Sortie"))
        store.erase(KEY, CLEAN)
        summary, _ = job.finish([], prune=False)
    assert (summary.added, summary.erased) == (1, 1)
    assert sorted(keys(store)) == ["Navette", "Sortie"]
    assert holding(store.path.parent, NAME) == []


def test_one_sheet_is_erased_and_its_structure_and_its_twin_stay(store: Store):
    hers, twin = said(HERS, "Celle-ci s’en va."), said(HERS, "Celle-là reste.")
    store.merge([hers, twin, OTHER], "a.txt")
    key = next(key for key, sheet in store.sheets() if sheet == hers)
    store.writer.correct(key, said(hers, "Corrigée, elle s’en va."), expected=1, cause=PERSON)
    store.erase(key, CLEAN)
    assert holding(store.path.parent, "Celle-ci s’en va.", "elle s’en va", key) == []
    assert store.merge([hers, twin, OTHER], "a.txt", prune=True) == ImportSummary(0, 0, 2, (), erased=1)
    assert store.merge([replace(hers, title="Repas mendé"), twin, OTHER], "b.txt").erased == 1
    assert sorted(sheet.text.summary for _, sheet in store.sheets()) == ["Celle-là reste.", "Une navette."]
    assert store.labels()["structure:haute-corse-marie-chantal-desiree-ombrecourt"] == NAME
    assert store.findings() == []


def test_a_sheet_alone_under_its_title_does_not_come_back_with_another_text(store: Store):
    store.merge([HERS, OTHER], "a.txt")
    store.erase(keys(store)["Repas"], CLEAN)
    assert store.merge([said(HERS, "Tout autre."), OTHER], "a.txt").erased == 1
    assert list(keys(store)) == ["Navette"]


def test_the_number_of_an_erased_sheet_is_given_to_no_other(store: Store):
    store.merge([HERS, OTHER], "a.txt")
    numbers = {row.key: row.number for row in store.light_rows()}
    gone = keys(store)["Repas"]
    store.erase(KEY, CLEAN)
    store.merge([replace(OTHER, title="Sortie")], "b.txt")
    assert {row.number for row in store.light_rows()} & {numbers[gone]} == set()


def test_other_sheets_that_name_it_in_their_text_are_told_and_left(store: Store):
    thanks = said(OTHER, "Merci à marie-chantal DESIREE Ombrecourt !")
    before = said(replace(OTHER, title="Sortie"), f"Chez {NAME}.")
    store.merge([HERS, OTHER, replace(thanks, title="Merci"), before], "a.txt")
    key = keys(store)
    store.writer.correct(key["Sortie"], said(before, "Chez nous."), expected=1, cause=PERSON)
    assert store.mentions(store.reach(KEY)) == sorted([key["Merci"], key["Sortie"]])
    store.erase(KEY, CLEAN)
    assert {"Merci", "Sortie", "Navette"} == {*keys(store)}
    assert store.findings() == []


def test_what_is_refused_is_refused_before_anything_is_written(store: Store):
    store.merge([HERS], "a.txt")
    for unknown in ("structure:lot-nobody", "action:none", "keyword:cuisine"):
        with pytest.raises(NoSuchSheet, match=unknown):
            store.erase(unknown, CLEAN)
    with pytest.raises(Refused, match="reason names"):
        store.erase(KEY, Cause(None, "marie-chantal désirée ombrecourt wrote to us"))
    assert (store.count(), store.head().position) == (1, 1)


def test_an_erasure_that_was_cut_short_can_be_run_again(store: Store, monkeypatch):
    fill(store, monkeypatch)
    with monkeypatch.context() as patch:
        patch.setattr(erasing, "compact", lambda engine: False)
        patch.setattr(erasing, "own_files", lambda path: ())
        assert not store.erase(KEY, CLEAN).is_clean
    position = store.head().position
    again = store.erase(KEY, CLEAN)
    assert (again.position, again.is_clean, len(again.removed)) == (None, True, 3)
    assert store.head().position == position
    assert holding(store.path.parent, NAME) == []


def test_a_reader_that_holds_the_log_is_told(tmp_path: Path):
    with Store(tmp_path / "s.sqlite", create=True, busy_milliseconds=50) as store:
        store.merge([HERS, OTHER], "a.txt")
        rows = store.sheets()
        next(rows)
        assert not store.erase(KEY, CLEAN).is_clean
        rows.close()
        assert store.erase(KEY, CLEAN).is_clean
        assert holding(tmp_path, NAME) == []


def test_a_copy_that_is_restored_refuses_what_was_erased_and_two_stores_hash_it_differently(tmp_path: Path):
    traces = []
    for name in ("one", "two"):
        with Store(tmp_path / f"{name}.sqlite", create=True) as store:
            store.merge([HERS], "a.txt")
            store.erase(KEY, CLEAN)
            store.back_up(tmp_path / f"{name}-copy.sqlite")
        with Store(tmp_path / f"{name}-copy.sqlite") as copy:
            assert copy.merge([HERS], "b.txt").erased == 1
            with copy._engine.connect() as connection:
                traces.append(Suppression(connection).traces)
    assert traces[0]
    assert not traces[0] & traces[1]


def test_a_revision_that_is_blanked_without_an_erasure_is_found(store: Store):
    store.merge([OTHER], "a.txt")
    key = keys(store)["Navette"]
    store.writer.correct(key, said(OTHER, "Mieux."), expected=1, cause=PERSON)
    with store._engine.begin() as connection:
        connection.execute(tables.history.update().values(content=sa.null(), digest=""))
    assert any("revision 1 was changed" in finding for finding in store.findings())


def test_files_of_others_that_hold_the_name_are_told_with_their_lines_and_kept(tmp_path: Path):
    page, copy, other = tmp_path / "page.txt", tmp_path / "old" / "copy.sqlite", tmp_path / "other.txt"
    copy.parent.mkdir()
    page.write_text(f"Lot\nStructure : {NAME}\nMerci\nà Marie-Chantal DESIREE ombrecourt.\n", encoding="utf-8")
    copy.write_bytes(b"\0" * ((1 << 20) - 5) + NAME.lower().encode() + b"\0")
    other.write_text("Rien.\n", encoding="utf-8")
    found = dict(remains.holding([tmp_path, page], tmp_path / "s.sqlite", [NAME]))
    assert found == {page: [2, 4], copy: []}
    assert page.exists()


@settings(max_examples=40, phases=[Phase.generate])
@given(steps=st.lists(directories, min_size=1, max_size=4), data=st.data())
def test_whatever_was_imported_and_mended_an_erasure_takes_one_structure_and_nothing_else(
    steps: list[list[Sheet]], data: st.DataObject
):
    sources = [f"{number % 2}.txt" for number in range(len(steps))]
    with TemporaryDirectory() as folder, Store(Path(folder) / "s.sqlite", create=True) as store:
        for source, sheets in zip(sources, steps, strict=True):
            store.merge(sheets, source)
        last = dict(zip(sources, steps, strict=True))
        every = {structure_of(sheet) for sheets in steps for sheet in sheets}
        if not every:
            return
        key = data.draw(st.sampled_from(sorted(every)))
        stays = {k: sheet for k, sheet in store.sheets() if structure_of(sheet) != key}
        store.erase(key, CLEAN)
        for _ in range(2):
            assert dict(store.sheets()) == stays
            assert store.findings() == []
            past = [past.sheet for k in stays for past in store.revisions(k) if past.sheet is not None]
            assert key not in map(structure_of, past)
            for source, sheets in last.items():
                store.merge(sheets, source)
        for source, sheets in last.items():
            store.merge(sheets, source, prune=True)
        given_still = {k: sheet for k, sheet in stays.items() if any(sheet in sheets for sheets in last.values())}
        assert dict(store.sheets()) == given_still
