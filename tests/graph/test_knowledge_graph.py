from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from graph import knowledge_graph
from graph.knowledge_graph import KnowledgeGraph
from graph.model import Sheet
from graph.similarity.measures import Measure
from graph.similarity.text import TextIndex
from graph.store import Store


@pytest.fixture
def store(tmp_path: Path, sheets: tuple[Sheet, ...]) -> Iterator[Store]:
    """A store of the real page."""
    with Store(tmp_path / "s.sqlite", create=True) as store:
        store.merge(lambda: sheets, "actions-lot.txt")
        yield store


def test_the_version_follows_the_content_and_nothing_else(sheets: tuple[Sheet, ...]):
    graph = KnowledgeGraph.from_sheets(sheets)
    assert KnowledgeGraph.from_sheets(sheets[::-1]).version == graph.version
    assert KnowledgeGraph.from_sheets([*sheets[1:], replace(sheets[0], status="Terminée")]).version != graph.version
    assert KnowledgeGraph.from_sheets(sheets[1:]).version != graph.version


def test_a_graph_of_a_store_is_the_graph_of_its_sheets(store: Store, lot: KnowledgeGraph):
    graph = KnowledgeGraph.from_store(store)
    assert (graph.version, graph.counts, graph.link_count) == (lot.version, lot.counts, lot.link_count)
    assert [graph.text(action) for action in graph.actions] == [lot.text(action) for action in lot.actions]
    assert [graph.origin(action) for action in graph.actions] == [lot.origin(action) for action in lot.actions]


def test_a_large_graph_reads_its_texts_and_their_indexes_from_files(
    store: Store, lot: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(knowledge_graph, "TEXTS_IN_MEMORY", 3)
    told: list[str] = []
    KnowledgeGraph.from_store(store).prepare(lambda what, done: told.append(what))
    assert {"text index", "search index"} <= set(told)
    lot.prepare()
    expected = lot.similarity.similar([lot.actions[0]], measure=Measure.TEXT).page(first=3)
    # A second start finds the files: making them again would fail.
    monkeypatch.setattr(TextIndex, "build", None)
    monkeypatch.setattr(knowledge_graph.SearchIndex, "build", None)
    graph = KnowledgeGraph.from_store(store)
    graph.prepare()
    action = graph.actions[3]
    assert graph.text(action) == lot.text(lot.actions[3])
    assert graph.search.matching("isolement") == lot.search.matching("isolement")
    found = graph.similarity.similar([graph.actions[0]], measure=Measure.TEXT).page(first=3)
    assert [(e.action.key, e.score) for e in found.entries] == [(e.action.key, e.score) for e in expected.entries]


def test_an_empty_graph_answers_every_question():
    graph = KnowledgeGraph.from_sheets([])
    graph.prepare()
    assert (graph.counts["action"], graph.link_count) == (0, 0)  # type: ignore[index]
    assert list(graph.search.matching("culture")) == []
    assert graph.communities == []
    assert graph.quality.repeated_titles == ()
