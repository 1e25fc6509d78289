"""Analyses of a graph that follows a store: made in turn by hand, and by a clock that stands still until it is set."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from graph import analysis
from graph.analysis import Analysis
from graph.analysis.meetings import MeetingMeasure
from graph.kinds import NodeKind
from graph.knowledge_graph import KnowledgeGraph
from graph.live import Analyses, Follower, LiveGraph
from graph.model import Sheet, SheetText
from graph.paging import Window
from graph.processes import in_a_thread
from graph.store import Store
from graph.store.journal import Cause

ME = Cause("me")
REPAS = Sheet(
    title="Repas", department="Lot", year=2016, structure="A", structure_department="Lot", keywords=("Jardin", "Repas")
)
VERGER = replace(REPAS, title="Verger", structure="B")
NAVETTE = replace(REPAS, title="Navette", structure="C", keywords=("Transport",))
TRICOT = replace(REPAS, title="Tricot", structure="D", keywords=("Tricot",))
ALL: Window[Any] = Window(first=100)


def groups(graph: KnowledgeGraph) -> list[list[str]]:
    """The titles of each community."""
    found = graph.select().communities().page(ALL).items
    return [[action.title for action in graph.among(each.members).sorted().page(ALL).items] for each in found]


def pairs(graph: KnowledgeGraph) -> list[tuple[str, str, list[str]]]:
    found = graph.select().meetings(MeetingMeasure.SHARED_KEYWORDS).page(ALL).items
    return [(meeting.a.name, meeting.b.name, [word.label for word in meeting.shared]) for meeting in found]


class ByHand:
    """Begins the work that it is given when it is told to."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Callable[[], Analysis], Future[Analysis]]] = []
        self.now = 0.0

    def begin(self, work: Callable[[], Analysis]) -> Future[Analysis]:
        result: Future[Analysis] = Future()
        self.waiting.append((work, result))
        return result

    def run(self) -> None:
        work, result = self.waiting.pop()
        result.set_result(work())

    def clock(self) -> float:
        return self.now


@pytest.fixture(autouse=True)
def every_graph_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analysis, "ALWAYS_EXACT", 0)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "store.sqlite", create=True) as store:
        store.merge([REPAS, VERGER, NAVETTE], "page.txt")
        yield store


@pytest.fixture
def hand() -> ByHand:
    return ByHand()


@pytest.fixture
def served(store: Store, hand: ByHand) -> tuple[LiveGraph, Follower, Analyses]:
    graph = KnowledgeGraph.from_store(store)
    graph.prepare()
    live = LiveGraph(graph, store)
    return live, Follower(store, live), Analyses(live, seconds=600, begin=hand.begin, clock=hand.clock)


def key_of(graph: KnowledgeGraph, title: str) -> str:
    return next(action.key for action in graph.actions if action.title == title)


def test_what_is_not_local_is_of_an_earlier_version_and_says_so_until_it_was_made_again(store: Store, served, hand):
    live, following, analyses = served
    start = live.current.graph
    assert (start.as_of, groups(start)) == (start.position, [["Repas", "Verger"], ["Navette"]])
    store.writer.add(TRICOT, ME)
    following.step()
    before = live.current
    assert (before.graph.position, before.graph.as_of) == (start.position + 1, start.position)
    assert groups(before.graph) == [["Repas", "Verger"], ["Navette"]]
    hand.now = 600.0
    analyses.step()
    assert len(hand.waiting) == 1
    analyses.step()
    assert (len(hand.waiting), live.current) == (1, before)
    hand.run()
    assert live.current is before
    analyses.step()
    after = live.current
    assert (after.number, after.line, after.graph.head) == (before.number + 1, before.line, before.graph.head)
    assert (after.graph.as_of, groups(after.graph)) == (
        after.graph.position,
        [["Repas", "Verger"], ["Navette"], ["Tricot"]],
    )
    # Whoever reads the version before goes on reading what it said.
    assert groups(before.graph) == [["Repas", "Verger"], ["Navette"]]


def test_nothing_is_made_before_its_time_nor_unless_somebody_asks(store: Store, served, hand):
    live, following, analyses = served
    store.writer.add(TRICOT, ME)
    following.step()
    hand.now = 10_000.0
    analyses.step()
    assert hand.waiting == []
    groups(live.current.graph)
    analyses.step()
    hand.run()
    analyses.step()
    store.writer.add(replace(TRICOT, title="Couture"), ME)
    following.step()
    pairs(live.current.graph)
    hand.now = 10_599.0
    analyses.step()
    assert hand.waiting == []
    hand.now = 10_600.0
    analyses.step()
    assert len(hand.waiting) == 1


def test_what_was_made_is_shown_with_the_changes_that_came_meanwhile(store: Store, served, hand):
    live, following, analyses = served
    store.writer.add(TRICOT, ME)
    following.step()
    groups(live.current.graph)
    hand.now = 600.0
    analyses.step()
    begun = live.current.graph.position
    store.writer.add(replace(TRICOT, title="Couture"), ME)
    store.writer.withdraw(key_of(live.current.graph, "Navette"), expected=1, cause=ME)
    following.step()
    hand.run()
    analyses.step()
    graph = live.current.graph
    assert (graph.position, graph.as_of) == (begun + 2, begun)
    assert groups(graph) == [["Repas", "Verger"], ["Tricot"]]
    # The next version still stands on it.
    store.writer.add(replace(TRICOT, title="Laine"), ME)
    following.step()
    assert live.current.graph.as_of == begun


def test_a_corrected_sheet_stays_where_it_was_and_one_that_is_withdrawn_is_nowhere(store: Store, served):
    live, following, _ = served
    start = live.current.graph
    assert pairs(start) == [("A", "B", ["Jardin", "Repas"])]
    corrected = replace(VERGER, title="Vergers", year=2020, keywords=("Jardin",))
    store.writer.correct(key_of(start, "Verger"), corrected, expected=1, cause=ME)
    store.writer.withdraw(key_of(start, "Navette"), expected=1, cause=ME)
    following.step()
    graph = live.current.graph
    assert groups(graph) == [["Vergers", "Repas"]]
    [community] = graph.select().communities().page(ALL).items
    assert (community.size, [concept.label for concept in community.concepts]) == (2, ["Jardin", "Repas"])
    store.writer.withdraw(key_of(graph, "Repas"), expected=1, cause=ME)
    following.step()
    graph = live.current.graph
    # Its structure is gone, and so is a keyword that nobody else had.
    assert (pairs(graph), groups(graph)) == ([], [["Vergers"]])
    [community] = graph.select().communities().page(ALL).items
    assert [concept.label for concept in community.concepts] == ["Jardin"]


def test_what_is_local_is_always_of_now(store: Store, served):
    live, following, _ = served
    start = live.current.graph
    asked = replace(TRICOT, structure="C", keywords=("Jardin", "Repas", "Tricot"), text=SheetText(summary=" "))
    store.writer.add(asked, ME)
    following.step()
    graph = live.current.graph
    assert graph.as_of == start.position
    anew = KnowledgeGraph.from_store(store)
    for each in (graph, anew):
        selection = each.select()
        together = selection.cooccurrences(NodeKind.KEYWORD, 1).page(ALL).items
        assert [(pair.a.label, pair.b.label, pair.count) for pair in together] == [
            ("Jardin", "Repas", 3),
            ("Jardin", "Tricot", 1),
            ("Repas", "Tricot", 1),
        ]
        centre = each.get("structure:lot-c")
        met = selection.meetings_of(centre, MeetingMeasure.SHARED_KEYWORDS).page(ALL).items  # type: ignore[arg-type]
        assert [(meeting.b.name, [word.label for word in meeting.shared]) for meeting in met] == [
            ("A", ["Jardin", "Repas"]),
            ("B", ["Jardin", "Repas"]),
        ]
        [summary] = [empty for empty in selection.quality().empty_fields if empty.field.name == "summary"]
        assert "Tricot" in {action.title for action in each.among(summary.actions).sorted().page(ALL).items}


def test_a_small_graph_is_always_analysed_as_it_is(store: Store, served, monkeypatch: pytest.MonkeyPatch):
    live, following, _ = served
    monkeypatch.setattr(analysis, "ALWAYS_EXACT", 5)
    store.writer.add(TRICOT, ME)
    following.step()
    graph = live.current.graph
    assert (graph.as_of, groups(graph)) == (graph.position, [["Repas", "Verger"], ["Navette"], ["Tricot"]])
    assert not graph.analysis.asked.is_set()
    store.writer.add(replace(TRICOT, title="Couture"), ME)
    following.step()
    # Five actions are many here, and of the version before the meetings were not made.
    assert live.current.graph.as_of == graph.position + 1
    assert len(groups(live.current.graph)) == 3
    assert live.current.graph.analysis.asked.is_set()


def test_the_graph_as_of_a_position_has_the_analyses_of_that_position(store: Store, served):
    live, following, _ = served
    start = live.current.graph.position
    store.writer.add(TRICOT, ME)
    store.writer.add(replace(TRICOT, title="Couture"), ME)
    following.step()
    assert live.current.graph.as_of == start
    for position, titles in (
        (start, [["Repas", "Verger"], ["Navette"]]),
        (start + 1, [["Repas", "Verger"], ["Navette"], ["Tricot"]]),
        (start + 2, [["Couture", "Tricot"], ["Repas", "Verger"], ["Navette"]]),
    ):
        graph = live.as_of(position)
        assert (graph.as_of, sorted(groups(graph))) == (position, sorted(titles))
    assert live.as_of(start + 2) is live.as_of(start + 2)


def test_what_fails_leaves_what_there_was_and_is_tried_again(store: Store, served, hand):
    live, following, analyses = served
    store.writer.add(TRICOT, ME)
    following.step()
    before = live.current
    groups(before.graph)
    hand.now = 600.0
    analyses.step()
    hand.waiting.pop()[1].set_exception(MemoryError("no room"))
    analyses.step()
    assert live.current is before
    hand.now = 1_200.0
    analyses.step()
    hand.run()
    analyses.step()
    assert live.current.graph.as_of == before.graph.position


def test_what_is_being_made_of_a_graph_that_was_replaced_is_not_shown(store: Store, served, hand):
    live, following, analyses = served
    store.writer.add(TRICOT, ME)
    following.step()
    groups(live.current.graph)
    hand.now = 600.0
    analyses.step()
    following._anew()
    anew = live.current
    hand.run()
    analyses.step()
    assert live.current is anew
    assert anew.graph.as_of == anew.graph.position


def standing(graph: KnowledgeGraph) -> dict[str, int | None]:
    """The degree of each action."""
    found = {action.title: graph.centrality(action) for action in graph.actions}
    return {title: None if there is None else there.degree for title, there in found.items()}


def test_how_central_nodes_are_is_of_an_earlier_version_until_it_was_found_again(store: Store, served, hand):
    live, following, analyses = served
    live.current.graph.analysis.measure()
    assert standing(live.current.graph) == {"Navette": 2, "Repas": 3, "Verger": 3}
    store.writer.add(TRICOT, ME)
    corrected = replace(VERGER, keywords=("Jardin",))
    store.writer.correct(key_of(live.current.graph, "Verger"), corrected, expected=1, cause=ME)
    following.step()
    assert standing(live.current.graph) == {"Navette": 2, "Repas": 3, "Tricot": None, "Verger": 3}
    hand.now = 600.0
    analyses.step()
    hand.run()
    analyses.step()
    graph = live.current.graph
    assert (graph.as_of, standing(graph)) == (
        graph.position,
        {"Navette": 2, "Repas": 3, "Tricot": 2, "Verger": 2},
    )


def test_a_graph_that_is_built_anew_is_measured_anew(store: Store, served, monkeypatch: pytest.MonkeyPatch):
    live, following, _ = served
    monkeypatch.setattr(analysis, "MOST_MEASURED", 0)
    store.writer.add(TRICOT, ME)
    following._anew()
    graph = live.current.graph
    assert graph.analysis._measuring is not None
    graph.analysis._measuring.result(60)
    assert standing(graph) == {"Navette": 2, "Repas": 3, "Tricot": 2, "Verger": 3}


def test_the_work_runs_in_a_thread_and_what_it_raises_is_its_result(store: Store):
    graph = KnowledgeGraph.from_store(store)
    assert in_a_thread(graph.analysis.make).result(60) is graph.analysis

    def fail() -> Analysis:
        raise MemoryError("no room")

    assert isinstance(in_a_thread(fail).exception(60), MemoryError)
