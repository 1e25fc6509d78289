"""The public history of the sheets of hand-made stores, by hand and against a model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.differences import diff
from graph.errors import NotAccepted, OutOfRange, UnknownNode
from graph.history import NO_HISTORY, Author, Change, History
from graph.knowledge_graph import KnowledgeGraph
from graph.live import Follower, LiveGraph
from graph.model import Sheet
from graph.store import Store, tables
from graph.store.journal import Cause, Operation
from graph.store.tables import State

REPAS = Sheet(title="Repas", department="Lot", year=2016, structure="A", structure_department="Lot")
NAVETTE = replace(REPAS, title="Navette", keywords=("Solidarité",), structure="B")
PARTY = replace(REPAS, title="Fête")
ME = Cause("Jeanne Martin", "Une faute.")
ADD, CORRECT, WITHDRAW, RESTORE, MERGE, GENESIS, ERASE = (
    Operation[name] for name in ("ADD", "CORRECT", "WITHDRAW", "RESTORE", "MERGE", "GENESIS", "ERASE")
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "store.sqlite", create=True) as store:
        yield store


def said(sheet: Sheet, summary: str) -> Sheet:
    return replace(sheet, text=replace(sheet.text, summary=summary))


def history_of(store: Store, position: int | None = None) -> History:
    return History(store.public, store.head().position if position is None else position)


def add_hidden(store: Store, sheet: Sheet) -> str:
    """A sheet that is in the store and was never published, as a draft would be."""
    key = store.writer.add(sheet, ME).key
    with store.writer._transaction(ME) as (connection, _):
        connection.execute(tables.sheet.update().where(tables.sheet.c.key == key).values(state=State.WITHDRAWN))
        of_it = tables.journal.c.key == key
        connection.execute(tables.journal.update().where(of_it).values(was_public=False, is_public=False))
    return key


def shown(history: History, **what: Any) -> list[tuple[int, Operation, str | None, int | None]]:
    found = history.changes(100, **what).items
    return [(change.position, change.operation, change.action_id, change.revision) for change in found]


def summaries(history: History, changes: list[Change]) -> list[str | None]:
    sheets = [history.sheet(change) for change in changes]
    return [None if sheet is None else sheet.text.summary for sheet in sheets]


def test_a_sheet_that_is_imported_corrected_withdrawn_and_restored_has_that_history(store: Store):
    store.merge([REPAS, NAVETTE], "lot.txt")
    key = next(key for key, sheet in store.sheets() if sheet == REPAS)
    write = store.writer
    write.correct(key, said(REPAS, "Le midi."), expected=1, cause=ME)
    write.withdraw(key, expected=2, cause=Cause("Paul"))
    write.restore(key, expected=3, to=1, cause=ME)
    store.merge([said(REPAS, "Le soir."), NAVETTE], "lot.txt")
    history = history_of(store)
    assert shown(history) == [
        (1, GENESIS, None, None),
        (2, CORRECT, key, 2),
        (3, WITHDRAW, key, 3),
        (4, RESTORE, key, 4),
        (5, CORRECT, key, 5),
    ]
    mine = list(history.of_sheet(key, 100).items)
    assert [(each.position, each.operation, each.revision) for each in mine] == [
        (1, GENESIS, 1),
        (2, CORRECT, 2),
        (3, WITHDRAW, 3),
        (4, RESTORE, 4),
        (5, CORRECT, 5),
    ]
    assert {each.action_id for each in mine} == {key}
    assert [(each.author, each.reason) for each in mine] == [
        (Author.IMPORT, "lot.txt"),
        (Author.PERSON, "Une faute."),
        (Author.PERSON, None),
        (Author.PERSON, "Une faute."),
        (Author.IMPORT, "lot.txt"),
    ]
    assert [each.at for each in mine] == [entry.at for entry in store.entries()]
    assert summaries(history, mine) == ["", "Le midi.", None, "", "Le soir."]
    changed = [[(f.field, f.before, f.after) for f in history.changed(each)] for each in mine]
    assert changed == [
        [],
        [("summary", None, "Le midi.")],
        [],
        [("summary", "Le midi.", None)],
        [("summary", None, "Le soir.")],
    ]
    assert history.last(key) == mine[-1]
    assert [change.field for change in history.diff(key, 2, 5)] == ["summary"]
    assert history.diff(key, 1, 4) == ()


def test_an_erasure_of_a_part_of_a_past_changes_nothing_of_what_the_sheet_says(store: Store):
    of_a_person = replace(REPAS, structure="Chez Marie")
    key = store.writer.add(of_a_person, ME).key
    store.writer.correct(key, REPAS, expected=1, cause=ME)
    store.writer.correct(key, said(REPAS, "Le midi."), expected=2, cause=ME)
    store.erase("structure:lot-chez-marie", Cause("Paul"))
    history = history_of(store)
    changes = history.changes(100).items
    assert [(each.operation, each.revision) for each in changes] == [(ADD, 1), (CORRECT, 2), (CORRECT, 3), (ERASE, 3)]
    assert summaries(history, list(changes)) == [None, "", "Le midi.", "Le midi."]
    assert [[field.field for field in history.changed(each)] for each in changes] == [[], [], ["summary"], []]


def test_two_sheets_that_became_one_keep_their_pasts(store: Store):
    store.merge([REPAS], "a.txt")
    store.merge([replace(REPAS, title="Repass")], "b.txt")
    store.merge([REPAS], "b.txt")
    history = history_of(store)
    ((old, new),) = store.aliases().items()
    assert shown(history) == [(1, GENESIS, None, None), (2, ADD, old, 1), (3, CORRECT, old, 2), (4, MERGE, old, 3)]
    assert [change.operation for change in history.of_sheet(old, 9).items] == [ADD, CORRECT, MERGE]
    assert [change.operation for change in history.of_sheet(new, 9).items] == [GENESIS]
    assert history.sheet(history.revision(old, 1)) == replace(REPAS, title="Repass")
    assert history.sheet(history.revision(old, 3)) is None
    assert history.revision(old, 3).reason == f"the same to the letter as {new}"
    graph = KnowledgeGraph.from_store(store)
    assert graph.get(old) is graph.get(new)
    assert graph.get(new) in graph.actions


def test_changes_are_chosen_by_operation_and_by_sheet(store: Store):
    write = store.writer
    repas, navette = write.add(REPAS, ME).key, write.add(NAVETTE, ME).key
    write.correct(navette, said(NAVETTE, "Deux."), expected=1, cause=ME)
    write.withdraw(repas, expected=1, cause=ME)
    history = history_of(store)
    assert shown(history, operations=[ADD]) == [(1, ADD, repas, 1), (2, ADD, navette, 1)]
    assert shown(history, keys=[navette]) == [(2, ADD, navette, 1), (3, CORRECT, navette, 2)]
    assert shown(history, keys=[repas], operations=[CORRECT, WITHDRAW]) == [(4, WITHDRAW, repas, 2)]
    assert shown(history, keys=[]) == []
    assert [history.changes(1, after, keys=[navette]).has_previous for after in (1, 2)] == [False, True]
    assert [history.of_sheet(navette, 1, after).has_previous for after in (1, 2)] == [False, True]


def test_pages_join_to_the_whole_and_say_what_is_around_them(store: Store):
    write = store.writer
    keys = [write.add(replace(REPAS, title=f"Repas {number}"), ME).key for number in range(5)]
    for number in range(4):
        write.correct(keys[0], said(REPAS, str(number)), expected=number + 1, cause=ME)
    history = history_of(store)
    for pages in (history.changes, lambda *size: history.of_sheet(keys[0], *size)):
        whole = list(pages(100).items)
        walked: list[Change] = []
        after = None
        while True:
            page = pages(2, after)
            assert page.has_previous == bool(walked)
            walked += page.items
            if not page.has_next:
                break
            after = walked[-1].position
        assert walked == whole
        last = whole[-1].position
        assert pages(2, last) == ([], False, True)
        assert pages(2, 0)[2] is False
        assert pages(0) == ([], True, False)


def test_a_history_ends_at_its_position(store: Store):
    key = store.writer.add(REPAS, ME).key
    store.writer.correct(key, said(REPAS, "Deux."), expected=1, cause=ME)
    hidden = store.writer.add(NAVETTE, ME).key
    before = history_of(store, 1)
    assert shown(before) == [(1, ADD, key, 1)]
    assert before.last(key) == before.of_sheet(key, 9).items[0]
    assert summaries(before, list(before.of_sheet(key, 9).items)) == [""]
    assert before.last(hidden) is None
    assert list(before.of_sheet(hidden, 9).items) == []
    with pytest.raises(OutOfRange, match="from 1 to 1"):
        before.revision(key, 2)
    with pytest.raises(UnknownNode):
        before.revision(hidden, 1)


def test_what_cannot_be_asked_is_refused_by_name_and_with_what_is_accepted(store: Store):
    key = store.writer.add(REPAS, ME).key
    store.writer.withdraw(key, expected=1, cause=ME)
    history = history_of(store)
    for position in (3, 10**17):
        with pytest.raises(OutOfRange, match=f"after: '{position}' cannot be used; the journal ends at 2"):
            history.changes(5, position)
        with pytest.raises(OutOfRange, match="the journal ends at 2"):
            history.of_sheet(key, 5, position)
    for revision in (-1, 0, 3):
        with pytest.raises(OutOfRange, match=f"revision: '{revision}' cannot be used; give a revision from 1 to 2"):
            history.revision(key, revision)
    with pytest.raises(UnknownNode, match="no action 'action:none'"):
        history.revision("action:none", 1)
    with pytest.raises(NotAccepted, match="after: '2' cannot be used; the sheet was not public then"):
        history.diff(key, 1, 2)
    with pytest.raises(OutOfRange, match="before: '-7'"):
        history.diff(key, -7, 1)


def test_a_sheet_that_was_never_public_leaves_no_trace(store: Store):
    store.writer.add(REPAS, ME)
    hidden = add_hidden(store, NAVETTE)
    store.writer.correct(hidden, said(NAVETTE, "Secret."), expected=1, cause=ME)
    history = history_of(store)
    assert [change[0] for change in shown(history)] == [1]
    assert shown(history, keys=[hidden]) == []
    assert list(history.of_sheet(hidden, 9).items) == []
    assert history.last(hidden) is None
    assert history.withdrawn_of("structure:lot-b") == []
    for revision in (1, 2, 3):
        with pytest.raises(UnknownNode) as unknown:
            history.revision(hidden, revision)
        with pytest.raises(UnknownNode) as nothing:
            history.revision("action:none", revision)
        assert str(unknown.value) == str(nothing.value).replace("action:none", hidden)


def test_what_was_corrected_while_a_sheet_was_withdrawn_is_told_when_it_is_restored(store: Store):
    write = store.writer
    key = write.add(REPAS, ME).key
    write.withdraw(key, expected=1, cause=ME)
    write.correct(key, said(REPAS, "Secret."), expected=2, cause=ME)
    write.correct(key, said(REPAS, "Public."), expected=3, cause=ME)
    write.restore(key, expected=4, to=4, cause=ME)
    history = history_of(store)
    assert shown(history) == [(1, ADD, key, 1), (2, WITHDRAW, key, 2), (5, RESTORE, key, 5)]
    assert summaries(history, list(history.changes(9).items)) == ["", None, "Public."]
    (change,) = history.changed(history.revision(key, 5))
    assert (change.before, change.after) == (None, "Public.")
    for revision in (3, 4):
        with pytest.raises(NotAccepted, match="that revision was not public"):
            history.revision(key, revision)


def test_the_withdrawn_sheets_of_a_structure_are_found_by_any_spelling_of_its_name(store: Store):
    write = store.writer
    keys = [
        write.add(replace(PARTY, structure=name, structure_department=place, department="Lot"), ME).key
        for name, place in (("Le Rionet", "Lot"), ("LE RIONET", ""), ("Le Rionet", "Ain"))
    ]
    assert history_of(store).withdrawn_of("structure:lot-le-rionet") == []
    for key in keys:
        write.withdraw(key, expected=1, cause=ME)
    assert sorted(history_of(store).withdrawn_of("structure:lot-le-rionet")) == sorted(keys[:2])
    # What it was moved to in secret is not public.
    moved = replace(PARTY, structure="Secret", structure_department="Lot")
    write.correct(keys[0], moved, expected=2, cause=ME)
    assert history_of(store).withdrawn_of("structure:lot-secret") == []
    assert keys[0] in history_of(store).withdrawn_of("structure:lot-le-rionet")


def test_a_graph_has_the_history_up_to_its_position_and_one_without_a_store_has_none(store: Store):
    key = store.writer.add(REPAS, ME).key
    graph = KnowledgeGraph.from_store(store)
    store.writer.correct(key, said(REPAS, "Deux."), expected=1, cause=ME)
    assert (graph.position, graph.history) == (1, History(graph.history.journal, 1))
    assert shown(graph.history) == [(1, ADD, key, 1)]
    alone = KnowledgeGraph.from_sheets([REPAS])
    assert (alone.position, alone.history) == (0, NO_HISTORY)
    assert alone.history.changes(5) == alone.history.of_sheet(key, 5) == ((), False, False)
    assert alone.history.last(key) is None
    with pytest.raises(UnknownNode):
        alone.history.revision(key, 1)
    with pytest.raises(OutOfRange, match="the journal ends at 0"):
        alone.history.changes(5, 1)


def test_each_version_of_a_graph_that_follows_its_store_has_the_history_up_to_its_own_position(store: Store):
    key = store.writer.add(REPAS, ME).key
    live = LiveGraph(KnowledgeGraph.from_store(store), store)
    follower = Follower(store, live)
    versions = [live.current.graph]
    for number in range(1, 4):
        store.writer.correct(key, said(REPAS, str(number)), expected=number, cause=ME)
        follower.step()
        versions.append(live.current.graph)
    whole = shown(history_of(store))
    assert [shown(graph.history) for graph in versions] == [whole[:position] for position in range(1, 5)]
    assert [shown(live.as_of(position).history) for position in (1, 2, 3)] == [whole[:1], whole[:2], whole[:3]]
    # Also where what lies between is too much to be undone, and the graph of before is built.
    with pytest.MonkeyPatch.context() as few:
        few.setattr("graph.live.live_graph.MOST_UNDONE", 0)
        assert shown(LiveGraph(versions[-1], store).as_of(2).history) == whole[:2]


@dataclass
class Step:
    """An entry of the journal as the model has it: what the sheet was before and after."""

    operation: Operation
    key: str
    revision: int
    was: State | None
    now: State
    sheet: Sheet


@dataclass
class Model:
    """A store, and beside it every step that was made."""

    store: Store
    steps: list[Step] = field(default_factory=list)

    def last(self, key: str) -> Step:
        return [step for step in self.steps if step.key == key][-1]

    def made(self, operation: Operation, key: str, now: State, sheet: Sheet) -> None:
        mine = [step for step in self.steps if step.key == key]
        was = mine[-1].now if mine else None
        self.steps.append(Step(operation, key, len(mine) + 1, was, now, sheet))


def public_steps(model: Model, position: int) -> list[tuple[int, Step]]:
    steps = enumerate(model.steps[:position], start=1)
    return [(at, step) for at, step in steps if State.PUBLISHED in (step.was, step.now)]


def checked(model: Model, position: int) -> None:
    """Compares everything that can be asked at a position with what the model knows."""
    history = history_of(model.store, position)
    public = public_steps(model, position)
    assert shown(history) == [(at, step.operation, step.key, step.revision) for at, step in public]
    for key in {step.key for step in model.steps}:
        mine = [(at, step) for at, step in public if step.key == key]
        found = history.of_sheet(key, 100).items
        assert [(each.position, each.revision) for each in found] == [(at, step.revision) for at, step in mine]
        before: Sheet | None = None
        for each, (_, step) in zip(found, mine, strict=True):
            expected = step.sheet if step.now is State.PUBLISHED else None
            assert history.sheet(each) == expected
            assert history.changed(each) == (diff(before, expected) if before and expected else ())
            before = expected or before
        last = history.last(key)
        assert (last and last.position) == (mine[-1][0] if mine else None)


ORDERS = st.lists(
    st.tuples(st.sampled_from(("correct", "withdraw", "restore", "hide")), st.integers(0, 2), st.integers(0, 3)),
    max_size=14,
)


@settings(max_examples=25)
@given(ORDERS)
def test_the_history_of_any_changes_is_that_of_a_model_at_every_position(orders: list[tuple[str, int, int]]):
    with TemporaryDirectory() as folder, Store(Path(folder) / "s.sqlite", create=True) as store:
        model = Model(store)
        keys = [store.writer.add(sheet, ME).key for sheet in (REPAS, NAVETTE, PARTY)]
        for key, sheet in zip(keys, (REPAS, NAVETTE, PARTY), strict=True):
            model.made(ADD, key, State.PUBLISHED, sheet)
        for order, which, number in orders:
            obey(model, order, keys[which], number)
        for position in range(len(model.steps) + 1):
            checked(model, position)


def obey(model: Model, order: str, key: str, number: int) -> None:
    """Do what is asked of a sheet, where it can be done."""
    last, write = model.last(key), model.store.writer
    corrected = said(last.sheet, f"Texte {number}.")
    if order == "correct" and corrected != last.sheet:
        write.correct(key, corrected, expected=last.revision, cause=ME)
        model.made(CORRECT, key, last.now, corrected)
    elif order == "withdraw" and last.now is State.PUBLISHED:
        write.withdraw(key, expected=last.revision, cause=ME)
        model.made(WITHDRAW, key, State.WITHDRAWN, last.sheet)
    elif order == "restore" and last.now is State.WITHDRAWN:
        to = 1 + number % last.revision
        sheet = next(step.sheet for step in model.steps if (step.key, step.revision) == (key, to))
        write.restore(key, expected=last.revision, to=to, cause=ME)
        model.made(RESTORE, key, State.PUBLISHED, sheet)
