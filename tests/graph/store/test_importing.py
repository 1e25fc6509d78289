"""What several imports make of a store: nothing is lost, nothing is undone, and the order does not matter."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import permutations
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.model import Origin, Sheet, SheetText
from graph.store import ImportSummary, Store, sheet_digest
from graph.store.journal import Cause, Operation

REPAS = Sheet(
    title="Repas",
    department="Lot",
    year=2016,
    structure="A",
    structure_department="Lot",
    status="En cours",
    keywords=("Cuisine",),
    publics=("Habitants",),
    text=SheetText(summary="Un repas.", description="On mange ensemble."),
)
NAVETTE = replace(REPAS, title="Navette", keywords=("Mobilité",), text=SheetText(summary="Une navette."))
ATELIER = replace(REPAS, title="Atelier", keywords=("Culture",), text=SheetText(summary="Un atelier."))
PERSON = Cause("somebody", "a mistake")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "store.sqlite", create=True) as store:
        yield store


def said(sheet: Sheet, summary: str) -> Sheet:
    """The sheet with another summary."""
    return replace(sheet, text=replace(sheet.text, summary=summary))


def read_at(sheet: Sheet, source: str, line: int) -> Sheet:
    return replace(sheet, origin=Origin(source, line, line + 9))


def content(store: Store) -> list[str]:
    """What the store holds, whatever the keys."""
    return sorted(sheet_digest(sheet) for _, sheet in store.sheets())


def keys(store: Store) -> dict[str, str]:
    """The key of each summary."""
    return {sheet.text.summary: key for key, sheet in store.sheets()}


def operations(store: Store, key: str | None = None) -> list[Operation]:
    return [entry.operation for entry in store.entries(key=key)]


def test_two_sources_with_another_text_under_one_title_structure_and_year_are_two_sheets_and_each_is_told(
    store: Store,
):
    store.merge([read_at(REPAS, "a.txt", 3)], "a.txt")
    summary = store.merge([read_at(said(REPAS, "Un autre."), "b.txt", 7)], "b.txt")
    assert (summary.added, summary.changed) == (1, 0)
    assert sorted(keys(store)) == ["Un autre.", "Un repas."]
    (problem,) = next(source.problems for source in store.sources() if source.name == "b.txt")
    assert problem.line == 7
    assert "a.txt, line 3" in problem.reason


def test_a_twin_whose_origin_is_another_file_is_told_at_no_line_of_this_one(store: Store):
    store.merge([read_at(REPAS, "a.txt", 3)], "a.txt")
    summary = store.merge([read_at(said(REPAS, "Un autre."), "b.txt", 7)], "all.json")
    ((line, reason),) = [(problem.line, problem.reason) for problem in summary.told]
    assert line == 1
    assert reason.endswith("is in a.txt, line 3: both are kept. This one is of b.txt, line 7.")


def test_the_same_sheet_of_two_sources_is_one_and_stays_while_one_of_them_has_it(store: Store):
    store.merge([REPAS, NAVETTE], "a.txt")
    summary = store.merge([REPAS], "b.txt")
    assert (summary.added, summary.left, store.count()) == (0, 1, 2)
    store.merge([NAVETTE], "a.txt", prune=True)
    assert store.count() == 2
    store.merge([], "b.txt", prune=True)
    assert list(keys(store)) == ["Une navette."]


def test_pruning_takes_away_nothing_that_another_file_of_the_same_name_gave(store: Store, tmp_path: Path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
    for folder, sheet in (("a", REPAS), ("b", NAVETTE)):
        with store.importing(store.source_at(tmp_path / folder / "page.txt")) as job:
            job.give(sheet)
            summary, _ = job.finish([], prune=True)
        assert summary.missing == ()
    assert store.count() == 2


def test_files_of_one_name_are_shown_by_the_ends_of_their_paths(store: Store, tmp_path: Path):
    for place in ("a/page.txt", "b/page.txt", "c/b/page.txt"):
        source = store.source_at(tmp_path / place)
        assert source == store.source_at(tmp_path / "." / place)
        with store.importing(source) as job:
            job.finish([], prune=False)
    assert [source.name for source in store.sources()] == ["b/page.txt", "c/b/page.txt", "page.txt"]
    assert store.source_named("b/page.txt") == store.source_at(tmp_path / "b" / "page.txt")


def test_twins_keep_their_keys_when_one_of_them_is_corrected(store: Store):
    twins = [said(REPAS, f"Le {n}.") for n in range(6)]
    store.merge(twins, "lot.txt")
    before = keys(store)
    for n in range(6):
        corrected = said(REPAS, f"Le {n}, corrigé.")
        store.merge([*twins[:n], corrected, *twins[n + 1 :]], "lot.txt")
        expected = {f"Le {n}, corrigé.": before[f"Le {n}."]} | {k: v for k, v in before.items() if k != f"Le {n}."}
        assert keys(store) == expected
        store.merge(twins, "lot.txt")
        assert keys(store) == before


@pytest.mark.parametrize(
    "mended",
    [
        replace(REPAS, title="Repas oriental"),
        replace(REPAS, year=2017),
        replace(REPAS, structure="Le Rionet"),
        replace(REPAS, title="Repas oriental", year=2017, keywords=("Cuisine", "Fête")),
    ],
    ids=["title", "year", "structure", "several"],
)
def test_a_key_outlives_the_title_the_year_and_the_structure_it_was_made_of(store: Store, mended: Sheet):
    store.merge([REPAS, NAVETTE], "lot.txt")
    key = keys(store)["Un repas."]
    summary = store.merge([mended, NAVETTE], "lot.txt")
    assert (summary.added, summary.changed, summary.left, summary.missing) == (0, 1, 1, ())
    assert dict(store.sheets())[key] == mended
    assert [revision.sheet for revision in store.revisions(key)] == [REPAS, mended]
    # The page with the old title still finds it, and a store that another page comes to as well.
    store.merge([REPAS, NAVETTE], "lot.txt")
    store.merge([mended], "federation.txt")
    assert store.count() == 2


def test_a_sheet_that_is_quite_another_one_is_not_taken_for_the_one_that_is_gone(store: Store):
    store.merge([REPAS], "lot.txt")
    other = replace(ATELIER, keywords=("Sport",), publics=(), status="Terminée")
    summary = store.merge([other], "lot.txt")
    assert (summary.added, summary.changed, len(summary.missing)) == (1, 0, 1)
    assert store.count() == 2


def test_an_import_does_not_undo_what_a_person_corrected(store: Store):
    store.merge([REPAS], "lot.txt")
    key = keys(store)["Un repas."]
    mine = replace(REPAS, status="Terminée")
    store.writer.correct(key, mine, expected=1, cause=PERSON)
    assert store.merge([REPAS], "lot.txt") == ImportSummary(0, 0, 1, ())
    assert dict(store.sheets())[key] == mine
    # The source changes another field: both changes stand.
    theirs = said(REPAS, "Un bon repas.")
    summary = store.merge([theirs], "lot.txt")
    assert (summary.changed, summary.waiting) == (1, 0)
    assert dict(store.sheets())[key] == said(mine, "Un bon repas.")
    assert store.merge([theirs], "lot.txt") == ImportSummary(0, 0, 1, ())


def test_what_a_source_says_against_a_correction_waits_and_is_told_once(store: Store):
    store.merge([REPAS], "lot.txt")
    key = keys(store)["Un repas."]
    store.writer.correct(key, said(REPAS, "Le mien."), expected=1, cause=PERSON)
    theirs = said(REPAS, "Le leur.")
    first, again = (store.merge([theirs], "lot.txt") for _ in range(2))
    assert (first.changed, first.waiting) == (0, 1)
    assert (again.changed, again.waiting) == (0, 0)
    assert list(keys(store)) == ["Le mien."]
    # The source goes on from what it said itself.
    store.merge([replace(theirs, status="Terminée")], "lot.txt")
    assert dict(store.sheets())[key] == replace(said(REPAS, "Le mien."), status="Terminée")


def test_what_a_person_withdrew_stays_withdrawn_and_what_was_pruned_comes_back_under_its_key(store: Store):
    store.merge([REPAS, NAVETTE], "lot.txt")
    repas, navette = keys(store)["Un repas."], keys(store)["Une navette."]
    store.writer.withdraw(repas, expected=1, cause=PERSON)
    store.merge([REPAS], "lot.txt", prune=True)
    assert store.count() == 0
    store.merge([REPAS, NAVETTE], "lot.txt")
    assert keys(store) == {"Une navette.": navette}
    assert operations(store, navette) == [Operation.WITHDRAW, Operation.RESTORE]


def test_an_old_text_from_another_source_does_not_come_back_beside_its_correction(store: Store):
    store.merge([REPAS], "a.txt")
    store.merge([said(REPAS, "Corrigé.")], "a.txt")
    assert store.merge([REPAS], "copy-of-a.txt") == ImportSummary(0, 0, 1, ())
    assert list(keys(store)) == ["Corrigé."]


def test_an_old_text_that_a_source_gives_beside_its_correction_is_a_sheet_of_its_own(store: Store):
    corrected = said(REPAS, "Corrigé.")
    for source, sheets in (("a.txt", [REPAS]), ("b.txt", [REPAS]), ("b.txt", [corrected])):
        store.merge(sheets, source)
    assert store.merge([REPAS, corrected], "a.txt").added == 1
    assert content(store) == sorted(map(sheet_digest, (REPAS, corrected)))
    assert store.merge([REPAS, corrected], "a.txt") == ImportSummary(0, 0, 2, ())
    # What the source says of each is known from then on.
    assert store.merge([REPAS, replace(corrected, status="Terminée")], "a.txt").changed == 1
    assert content(store) == sorted(map(sheet_digest, (REPAS, replace(corrected, status="Terminée"))))
    assert store.findings() == []


@pytest.mark.parametrize("other", [replace(REPAS, structure="A bis"), said(REPAS, "Le soir.")], ids=["mended", "twin"])
def test_a_sheet_that_another_source_gives_did_not_become_the_one_beside_it(store: Store, other: Sheet):
    store.merge([REPAS, other], "a.txt")
    before = dict(store.sheets())
    store.merge([REPAS], "b.txt")
    summary = store.merge([other], "b.txt")
    assert (summary.added, summary.changed, summary.left, len(summary.missing)) == (0, 0, 1, 1)
    assert dict(store.sheets()) == before
    assert store.merge([REPAS, other], "a.txt") == ImportSummary(0, 0, 2, ())
    assert store.merge([other], "b.txt", prune=True).withdrawn == 0
    assert dict(store.sheets()) == before
    assert store.findings() == []


def test_a_source_that_says_what_a_person_corrected_goes_on_from_there(store: Store):
    store.merge([REPAS], "a.txt")
    (key,) = keys(store).values()
    store.writer.correct(key, said(REPAS, "Le mien."), expected=1, cause=PERSON)
    store.merge([replace(said(REPAS, "Le leur."), status="Terminée")], "a.txt")
    (agreed,) = (sheet for _, sheet in store.sheets())
    assert store.merge([agreed], "a.txt") == ImportSummary(0, 0, 1, ())
    assert store.merge([said(agreed, "Mieux encore.")], "a.txt").changed == 1
    assert list(keys(store)) == ["Mieux encore."]


def test_two_sheets_that_become_the_same_to_the_letter_are_one_and_the_other_key_leads_to_it(store: Store):
    store.merge([REPAS], "a.txt")
    store.merge([replace(REPAS, title="Repass")], "b.txt")
    first, second = (key for key, _ in sorted(store.sheets(), key=lambda pair: pair[1].title))
    store.merge([REPAS], "b.txt")
    assert list(store.sheets()) == [(first, REPAS)]
    assert store.aliases() == {second: first}
    assert [revision.key for revision in store.revisions(second)] == [first]
    # Either source may still take its name away without taking the sheet.
    store.merge([], "a.txt", prune=True)
    assert store.count() == 1


def test_a_third_source_finds_the_one_that_two_sheets_have_become(store: Store):
    store.merge([REPAS], "a.txt")
    store.merge([replace(REPAS, title="Repass")], "b.txt")
    store.merge([REPAS], "b.txt")
    assert store.merge([REPAS], "c.txt") == ImportSummary(0, 0, 1, ())
    assert store.merge([replace(REPAS, title="Repass")], "d.txt").added == 1
    assert content(store) == sorted(map(sheet_digest, (REPAS, replace(REPAS, title="Repass"))))
    assert store.findings() == []


def test_what_a_person_withdrew_no_source_brings_back_though_it_took_it_out_meanwhile(store: Store):
    store.merge([REPAS], "a.txt")
    store.writer.withdraw(keys(store)["Un repas."], expected=1, cause=PERSON)
    store.merge([], "a.txt", prune=True)
    for source in ("a.txt", "b.txt"):
        assert store.merge([REPAS], source) == ImportSummary(0, 0, 1, ())
    assert store.count() == 0


def test_of_a_withdrawn_and_a_published_sheet_of_one_text_a_source_has_the_published_one(store: Store):
    first = store.writer.add(REPAS, PERSON).key
    store.writer.withdraw(first, expected=1, cause=PERSON)
    second = store.writer.add(REPAS, PERSON).key
    assert store.merge([REPAS], "a.txt") == ImportSummary(0, 0, 1, ())
    assert keys(store) == {"Un repas.": second}
    store.merge([], "a.txt", prune=True)
    assert store.count() == 0


def test_the_first_import_is_one_entry_and_each_later_change_one_more(store: Store):
    store.merge([REPAS, NAVETTE], "lot.txt")
    store.merge([said(REPAS, "Mieux."), NAVETTE, ATELIER], "lot.txt")
    store.merge([said(REPAS, "Mieux."), NAVETTE], "lot.txt", prune=True)
    genesis, added, corrected, withdrawn = store.entries()
    assert [genesis.operation, added.operation, corrected.operation, withdrawn.operation] == [
        Operation.GENESIS,
        Operation.ADD,
        Operation.CORRECT,
        Operation.WITHDRAW,
    ]
    assert [entry.position for entry in store.entries()] == [1, 2, 3, 4]
    assert (genesis.key, withdrawn.is_public, withdrawn.was_public) == (None, False, True)
    assert store.head().position == 4
    assert store.findings() == []


PAGES = {
    "a.txt": [REPAS, NAVETTE, said(REPAS, "Un jumeau.")],
    "b.txt": [REPAS, said(NAVETTE, "Une autre navette.")],
    "c.txt": [said(REPAS, "Un troisième."), ATELIER, ATELIER],
    "d.txt": [said(NAVETTE, "Une autre navette."), ATELIER, said(REPAS, "Un jumeau.")],
}


def test_every_order_of_four_pages_with_twins_and_clashes_gives_one_content():
    found = set()
    for names in permutations(PAGES):
        with TemporaryDirectory() as folder, Store(Path(folder) / "s.sqlite", create=True) as store:
            for name in names:
                store.merge(PAGES[name], name)
            found.add(tuple(content(store)))
            assert store.findings() == []
    assert found == {tuple(sorted({sheet_digest(sheet) for sheets in PAGES.values() for sheet in sheets}))}


words = st.sampled_from(["Un.", "Deux.", "Trois."])
some_sheets = st.lists(
    st.builds(
        lambda title, summary, status: said(replace(REPAS, title=title, status=status), summary),
        st.sampled_from(["Repas", "Navette"]),
        words,
        st.sampled_from(["En cours", "Terminée"]),
    ),
    max_size=5,
)


@settings(max_examples=60, deadline=None)
@given(pages=st.lists(some_sheets, min_size=2, max_size=4), data=st.data())
def test_first_imports_give_the_union_of_what_the_pages_say_in_any_order(pages: list[list[Sheet]], data):
    order = data.draw(st.permutations(range(len(pages))))
    with TemporaryDirectory() as folder, Store(Path(folder) / "s.sqlite", create=True) as store:
        for number in order:
            store.merge(pages[number], f"{number}.txt")
        assert content(store) == sorted({sheet_digest(sheet) for sheets in pages for sheet in sheets})
        for number in order:
            assert store.merge(pages[number], f"{number}.txt").changed == 0
        assert store.findings() == []


@settings(max_examples=60, deadline=None)
@given(steps=st.lists(some_sheets, min_size=1, max_size=5), prune=st.booleans())
def test_a_source_imported_again_and_again_holds_what_it_last_said_and_nothing_is_lost(
    steps: list[list[Sheet]], prune: bool
):
    with TemporaryDirectory() as folder, Store(Path(folder) / "s.sqlite", create=True) as store:
        every: set[str] = set()
        for sheets in steps:
            store.merge(sheets, "lot.txt", prune=prune)
            now = {sheet_digest(sheet) for sheet in sheets}
            every |= now
            held = set(content(store))
            assert now <= held
            if prune:
                assert now == held
            kept = {sheet_digest(past.sheet) for key in all_keys(store) for past in store.revisions(key)}
            assert kept == every
            assert store.findings() == []


def all_keys(store: Store) -> set[str]:
    named = {entry.key for entry in store.entries() if entry.key is not None}
    return named | {key for key, _ in store.sheets()}


def test_a_correction_stands_when_what_a_source_gave_is_known_from_another_source_alone(store: Store):
    store.merge([REPAS], "a.txt")
    (key,) = keys(store).values()
    store.writer.correct(key, said(REPAS, "Mieux."), expected=1, cause=PERSON)
    ended = replace(REPAS, status="Terminée")
    store.merge([ended], "a.txt")
    store.merge([ended], "b.txt")
    store.merge([replace(ended, keywords=("Culture",))], "a.txt")
    store.merge([replace(ended, dimension="Services")], "b.txt")
    (now,) = (sheet for _, sheet in store.sheets())
    assert now == replace(said(ended, "Mieux."), keywords=("Culture",), dimension="Services")


def test_a_correction_stands_when_the_sheet_has_become_one_with_another_since_its_source_gave_it(store: Store):
    of_culture = {"keywords": ("Culture",)}
    store.merge([replace(REPAS, **of_culture)], "a.txt")
    for name in ("b.txt", "c.txt"):
        store.merge([said(REPAS, "Un autre.")], name)
    other = replace(said(REPAS, "Un autre."), **of_culture)
    store.writer.correct(keys(store)["Un autre."], other, expected=1, cause=PERSON)
    store.merge([REPAS], "b.txt")
    assert store.count() == 1
    (key,) = (key for key, _ in store.sheets())
    store.writer.correct(key, said(REPAS, "Mieux."), expected=1, cause=PERSON)
    store.merge([replace(said(REPAS, "Un autre."), status="Terminée")], "c.txt")
    assert [(sheet.text.summary, sheet.status) for _, sheet in store.sheets()] == [("Mieux.", "Terminée")]
