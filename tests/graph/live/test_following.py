"""A graph that follows a store, against a graph built anew of it: `step` is called by hand, nothing sleeps."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph import knowledge_graph
from graph.knowledge_graph import KnowledgeGraph
from graph.live import Behind, Follower, LiveGraph, NoSuchPosition, follower, live_graph
from graph.model import Action, Sheet, SheetText, StructurePlace
from graph.store import Store, StoreError
from graph.store.journal import Cause
from graph.store.writer import Refused
from tests.graph import answers
from tests.graph.random_sheets import sheets
from tests.graph.test_versions import agree

REPAS = Sheet(title="Repas", department="Lot", year=2016, structure="A", structure_department="Lot")
NAVETTE = replace(REPAS, title="Navette", keywords=("Solidarité",))
JARDIN = replace(REPAS, title="Jardin", keywords=("Solidarité", "Jardin"))
ME = Cause("me")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "store.sqlite", create=True) as store:
        store.merge([REPAS, NAVETTE], "page.txt")
        yield store


@pytest.fixture
def other(store: Store) -> Iterator[Store]:
    """The same store as another process opens it."""
    with Store(store.path) as other:
        yield other


def followed(store: Store) -> tuple[LiveGraph, Follower]:
    live = LiveGraph(KnowledgeGraph.from_store(store), store)
    return live, Follower(store, live)


def titles(graph: KnowledgeGraph) -> list[str]:
    return [action.title for action in graph.actions]


def key_of(graph: KnowledgeGraph, title: str) -> str:
    return next(action.key for action in graph.actions if action.title == title)


def test_a_change_by_another_process_is_published_and_the_version_before_stays_what_it_was(store: Store, other: Store):
    live, following = followed(store)
    before = live.current.graph
    other.writer.add(JARDIN, ME)
    assert following.step()
    assert not following.step()
    now = live.current
    assert (titles(now.graph), titles(before)) == (["Jardin", "Navette", "Repas"], ["Navette", "Repas"])
    assert (now.graph.head, now.number, now.line) == (store.head(), 2, 1)
    assert now.graph.get("keyword:jardin") is not None
    assert before.get("keyword:jardin") is None


def test_several_changes_of_one_sheet_are_published_as_the_last_and_what_came_and_went_not_at_all(store: Store):
    live, following = followed(store)
    write, key = store.writer, key_of(live.current.graph, "Repas")
    write.correct(key, replace(REPAS, text=SheetText(summary="Mieux.")), expected=1, cause=ME)
    write.correct(key, replace(REPAS, year=2020), expected=2, cause=ME)
    added = write.add(JARDIN, ME)
    write.withdraw(added.key, expected=1, cause=ME)
    assert following.step()
    assert [(action.title, action.year) for action in live.current.graph.actions] == [
        ("Repas", 2020),
        ("Navette", 2016),
    ]
    assert live.current.number == 2


def test_an_import_is_followed_and_its_source_is_told_of(store: Store, other: Store):
    live, following = followed(store)
    other.merge([JARDIN], "more.txt")
    assert following.step()
    assert [source.name for source in live.current.graph.sources] == ["more.txt", "page.txt"]
    assert titles(live.current.graph) == ["Jardin", "Navette", "Repas"]


def test_an_import_that_changes_no_sheet_is_told_of_too(store: Store, other: Store):
    live, following = followed(store)
    before = live.current.graph
    other.merge([REPAS], "again.txt")
    assert following.step()
    assert live.current.graph.head == before.head
    assert [source.name for source in live.current.graph.sources] == ["again.txt", "page.txt"]


def test_where_structures_are_is_followed_and_stays_through_later_changes(store: Store, other: Store):
    live, follower = followed(store)
    structure = live.current.graph.network.structures[0]
    assert live.current.graph.place(structure) is None
    place = StructurePlace(commune="Cahors")
    other.place_structures(other.source_named("structures.csv"), {structure.key: place})
    assert follower.step()
    assert live.current.graph.place(structure) == place
    other.merge([JARDIN], "more.txt")
    assert follower.step()
    assert live.current.graph.place(structure) == place == KnowledgeGraph.from_store(store).place(structure)


def test_an_import_between_the_start_and_the_first_look_is_not_missed(store: Store, other: Store):
    graph = KnowledgeGraph.from_store(store)
    other.merge([REPAS], "again.txt")
    live = LiveGraph(graph, store)
    assert Follower(store, live).step()
    assert [source.name for source in live.current.graph.sources] == ["again.txt", "page.txt"]


def test_an_old_key_leads_to_the_sheet_that_it_became(store: Store):
    live, following = followed(store)
    old = key_of(live.current.graph, "Navette")
    store.merge([replace(NAVETTE, title="Repas", keywords=())], "page.txt")
    store.merge([REPAS], "page.txt")
    while following.step():
        pass
    aliases = store.aliases()
    assert set(live.current.graph.network.aliases) == set(aliases)
    for alias, key in aliases.items():
        assert live.current.graph.get(alias) is live.current.graph.get(key)
    assert aliases.get(old, old) == old or live.current.graph.get(old) is not None


def test_a_store_that_takes_the_place_of_the_one_that_is_followed_is_noticed_and_read(store: Store, tmp_path: Path):
    live, following = followed(store)
    with Store(tmp_path / "backup.sqlite", create=True) as backup:
        backup.merge([JARDIN], "page.txt")
    with store.watching() as written:
        before = written()
        assert written() == before
        (tmp_path / "backup.sqlite").replace(store.path)
        for left in ("-wal", "-shm"):
            store.path.with_name(store.path.name + left).unlink(missing_ok=True)
        after = written()
        assert after != before
        assert written() == after
        assert following.step()
        assert (titles(live.current.graph), following.diverged) == (["Jardin"], 1)
        store.writer.add(NAVETTE, ME)
        # The writer writes to the file that is there.
        with Store(store.path) as other:
            assert other.count() == 2
        assert following.step()
        assert titles(live.current.graph) == ["Jardin", "Navette"]


def test_a_store_that_is_gone_is_a_sentence_and_none_is_made_in_its_place(store: Store):
    live, following = followed(store)
    with store.watching() as written:
        written()
        for left in ("", "-wal", "-shm"):
            store.path.with_name(store.path.name + left).unlink(missing_ok=True)
        for look in (written, following.step, store.count):
            with pytest.raises(StoreError, match="There is no store at"):
                look()
    assert not store.path.exists()
    assert titles(live.current.graph) == ["Navette", "Repas"]


def test_a_journal_that_is_not_the_one_that_was_followed_is_noticed_and_read_anew(store: Store, tmp_path: Path):
    live, following = followed(store)
    number = live.current.number
    with Store(tmp_path / "standby.sqlite", create=True) as standby:
        standby.merge([JARDIN], "page.txt")
        standby.writer.add(NAVETTE, ME)
        following._store = standby
        assert following.step()
    assert following.diverged == 1
    assert titles(live.current.graph) == ["Jardin", "Navette"]
    assert (live.current.number, live.current.line) == (number + 1, 2)


def test_a_shorter_journal_is_noticed(store: Store, tmp_path: Path):
    store.back_up(tmp_path / "backup.sqlite")
    store.writer.add(JARDIN, ME)
    live, following = followed(store)
    with Store(tmp_path / "backup.sqlite") as restored:
        following._store = restored
        assert following.step()
    assert (following.diverged, titles(live.current.graph)) == (1, ["Navette", "Repas"])


def test_a_sheet_that_something_else_wrote_is_noticed(store: Store):
    live, following = followed(store)
    key = key_of(live.current.graph, "Repas")
    store.writer.correct(key, replace(REPAS, year=2020), expected=1, cause=ME)
    with closing(sqlite3.connect(store.path)) as connection, connection:
        connection.execute("UPDATE sheet SET digest = 'wrong' WHERE key = ?", [key])
    assert following.step()
    assert following.diverged == 1


def test_a_follower_that_skips_an_entry_is_noticed(store: Store, monkeypatch: pytest.MonkeyPatch):
    """The control: were the versions not compared, the graph would lack a sheet for ever."""
    live, following = followed(store)
    store.writer.add(JARDIN, ME)
    store.writer.add(replace(JARDIN, title="Jardin d’hiver"), ME)
    difference = Store.difference

    def forgetful(self: Store, before: int, after: int | None = None, most: int = 0) -> object:
        found = difference(self, before, after, most)
        assert found is not None
        lost = found.published[0].key
        return found._replace(keys=found.keys - {lost}, published=[each for each in found.published if each[0] != lost])

    monkeypatch.setattr(Store, "difference", forgetful)
    assert following.step()
    assert following.diverged == 1
    assert titles(live.current.graph) == ["Jardin", "Jardin d’hiver", "Navette", "Repas"]


def test_many_changes_at_once_and_many_since_the_start_make_the_graph_anew(
    store: Store, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(follower, "MOST_AT_ONCE", 3)
    monkeypatch.setattr(follower, "MOST_CHANGES", 5)
    live, following = followed(store)
    lines = []
    for years in (range(4), range(4, 6), range(6, 9), range(9, 11), range(11, 12)):
        for year in years:
            store.writer.add(replace(JARDIN, year=2000 + year), ME)
        assert following.step()
        lines.append(live.current.line)
    assert lines == [2, 2, 2, 3, 3]
    assert len(live.current.graph.actions) == 14
    assert following.diverged == 0


def test_the_thread_publishes_and_wakes_whoever_waits(store: Store, other: Store):
    live, following = followed(store)

    async def wait() -> KnowledgeGraph:
        waiting = asyncio.create_task(live.at_least(2, 30))
        await asyncio.sleep(0)
        other.writer.add(JARDIN, ME)
        return (await waiting).graph

    with following:
        graph = asyncio.run(wait())
    assert (graph.position, titles(graph)) == (2, ["Jardin", "Navette", "Repas"])


def test_the_thread_goes_on_after_a_failure(store: Store, other: Store, monkeypatch: pytest.MonkeyPatch):
    live, following = followed(store)
    failed, step = Event(), Follower.step

    def failing(self: Follower) -> bool:
        if not failed.is_set():
            failed.set()
            raise OSError("the disk is away")
        return step(self)

    monkeypatch.setattr(Follower, "step", failing)
    monkeypatch.setattr(follower, "_RETRY_SECONDS", (0.0,))
    other.writer.add(JARDIN, ME)
    with following:
        assert asyncio.run(live.at_least(2, 30)).graph.position == 2
    assert failed.is_set()


def test_a_position_that_does_not_come_is_said_to_be_behind_and_nobody_waits_any_more(store: Store):
    live, _ = followed(store)
    with pytest.raises(Behind, match=r"at position 1, and did not reach 99 in 0\.01 s"):
        asyncio.run(live.at_least(99, 0.01))
    assert live._waiting == {}


def test_only_so_many_requests_wait(store: Store, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(live_graph, "MOST_WAITING", 2)
    live, _ = followed(store)

    async def wait() -> list[BaseException | object]:
        return await asyncio.gather(*(live.at_least(9, 0.01) for _ in range(3)), return_exceptions=True)

    assert [str(error)[:19] for error in asyncio.run(wait())] == ["The graph is at pos"] * 2 + ["2 requests wait for"]


def test_the_graph_as_of_each_position_is_the_one_that_there_was(store: Store):
    live, following = followed(store)
    key = key_of(live.current.graph, "Repas")
    told = {1: answers.records(live.current.graph)}
    write = store.writer
    for change in (
        lambda: write.correct(key, replace(REPAS, title="Grand repas", year=None), expected=1, cause=ME),
        lambda: write.add(JARDIN, ME),
        lambda: write.withdraw(key, expected=2, cause=ME),
        lambda: write.restore(key, expected=3, to=1, cause=ME),
    ):
        position = change().position
        assert following.step()
        told[position] = answers.records(live.current.graph)
    assert sorted(told) == [1, 2, 3, 4, 5]
    for position, records in told.items():
        graph = live.as_of(position)
        without_origin = [text for text, _ in records.pop("texts")]
        now = answers.records(graph)
        assert [text for text, _ in now.pop("texts")] == without_origin
        assert now == records
        assert graph.head == store.head_at(position)


def test_a_graph_of_long_ago_is_built_of_its_sheets(store: Store, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(live_graph, "MOST_UNDONE", 1)
    live, following = followed(store)
    for year in (2001, 2002):
        store.writer.add(replace(JARDIN, year=year), ME)
    assert following.step()
    graph = live.as_of(1)
    assert (titles(graph), graph.head) == (["Navette", "Repas"], store.head_at(1))
    monkeypatch.setattr(live_graph, "MOST_BUILT", 3)
    assert live.as_of(1) is graph
    store.writer.add(replace(JARDIN, year=2003), ME)
    assert following.step()
    with pytest.raises(NoSuchPosition, match="more than 1 changes lie between it and 4"):
        live.as_of(2)


@pytest.mark.parametrize("position", [0, -1, 2])
def test_a_position_that_the_journal_does_not_have_is_named(store: Store, position: int):
    live, _ = followed(store)
    with pytest.raises(NoSuchPosition, match=f"no position {position}: they go from 1 to 1"):
        live.as_of(position)


writes = st.lists(
    st.tuples(st.sampled_from(("add", "correct", "withdraw", "restore", "merge", "step")), st.integers(0, 5), sheets),
    max_size=25,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(writes=writes)
def test_whatever_is_written_the_graph_that_followed_is_the_one_that_a_start_would_build(
    tmp_path_factory: pytest.TempPathFactory, writes: list[tuple[str, int, Sheet]]
):
    with Store(tmp_path_factory.mktemp("followed") / "s.sqlite", create=True) as store:
        live, following = followed(store)
        for what, place, sheet in writes:
            if what == "step":
                following.step()
            elif what == "merge":
                store.merge([sheet], f"{place}.txt")
            else:
                write(store, what, place, sheet)
        following.step()
        assert live.current.graph.head == store.head()
        agree(live.current.graph, KnowledgeGraph.from_store(store), [answers.records])
        assert following.diverged == 0


def write(store: Store, what: str, place: int, sheet: Sheet) -> None:
    keys = sorted({entry.key for entry in store.entries() if entry.key} | {key for key, _ in store.sheets()})
    try:
        if what == "add":
            store.writer.add(sheet, ME)
        elif keys:
            key = keys[place % len(keys)]
            revision = store.revisions(key)[-1].revision
            if what == "correct":
                store.writer.correct(key, sheet, expected=revision, cause=ME)
            elif what == "withdraw":
                store.writer.withdraw(key, expected=revision, cause=ME)
            else:
                store.writer.restore(key, expected=revision, to=1, cause=ME)
    except Refused:
        pass


def test_an_erasure_makes_the_graph_anew_without_what_was_erased(store: Store, other: Store):
    live, following = followed(store)
    other.merge([replace(REPAS, title="Tricot", structure="Chez Marie", structure_department="Lot")], "b.txt")
    assert following.step()
    assert live.current.graph.get("structure:lot-chez-marie") is not None
    before = live.current.graph.position
    other.writer.add(JARDIN, ME)
    assert following.step()
    assert "Tricot" in titles(live.as_of(before))
    other.erase("structure:lot-chez-marie", ME)
    assert following.step()
    assert (following.diverged, live.current.line) == (0, 2)
    assert titles(live.current.graph) == ["Jardin", "Navette", "Repas"]
    assert titles(live.as_of(1)) == ["Navette", "Repas"]
    assert titles(live.as_of(before)) == ["Navette", "Repas"]


def test_a_label_stays_what_the_first_import_printed_whoever_reads_and_whatever_comes(store: Store):
    live, following = followed(store)
    shouted = [replace(NAVETTE, year=year, keywords=("SOLIDARITÉ", "Vélo")) for year in (2001, 2002, 2003)]
    store.merge(shouted, "b.txt")
    assert following.step()
    for graph in (live.current.graph, KnowledgeGraph.from_store(store), live.as_of(1)):
        assert graph.get("keyword:solidarite").label == "Solidarité"  # type: ignore[union-attr]
    store.merge([replace(each, keywords=("vélo",)) for each in shouted], "b.txt")
    store.merge([*(replace(REPAS, year=year, keywords=("vélo",)) for year in range(2004, 2008))], "c.txt")
    assert following.step()
    for graph in (live.current.graph, KnowledgeGraph.from_store(store)):
        assert graph.get("keyword:velo").label == "Vélo"  # type: ignore[union-attr]


def test_a_version_of_a_large_store_shows_its_own_texts_while_the_store_goes_on(
    store: Store, other: Store, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(knowledge_graph, "TEXTS_IN_MEMORY", 0)
    live, following = followed(store)
    before = live.current.graph
    repas, navette = (before.get(key_of(before, title)) for title in ("Repas", "Navette"))
    assert isinstance(repas, Action)
    assert isinstance(navette, Action)
    other.writer.correct(repas.key, replace(REPAS, text=SheetText(summary="Mieux.")), expected=1, cause=ME)
    other.writer.withdraw(navette.key, expected=1, cause=ME)
    assert following.step()
    now = live.current.graph.get(repas.key)
    assert isinstance(now, Action)
    assert live.current.graph.text(now).summary == "Mieux."
    assert [before.text(action).summary for action in (repas, navette)] == ["", ""]
    assert {action.key for action, _ in before.readings.texts.of(before.network)} == {repas.key, navette.key}
    assert live.current.graph.search.actions("mieux").total == 1
    assert before.search.actions("mieux").total == 0
