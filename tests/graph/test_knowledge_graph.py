from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from graph import knowledge_graph
from graph.knowledge_graph import KnowledgeGraph
from graph.model import Sheet
from graph.paging import Window
from graph.prepared import Prepared
from graph.similarity.measures import Measure
from graph.store import Store


@pytest.fixture
def store(tmp_path: Path, sheets: tuple[Sheet, ...]) -> Iterator[Store]:
    """A store of the real page."""
    with Store(tmp_path / "s.sqlite", create=True) as store:
        store.merge(sheets, "actions-lot.txt")
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
    expected = lot.similarity.similar([lot.actions[0]], measure=Measure.TEXT).page(Window(first=3))
    # A second start finds the files: making them again would fail.
    monkeypatch.setattr(Prepared, "_make", None)
    graph = KnowledgeGraph.from_store(store)
    graph.prepare()
    action = graph.actions[3]
    assert graph.text(action) == lot.text(lot.actions[3])
    assert graph.search.matching("isolement") == lot.search.matching("isolement")
    found = graph.similarity.similar([graph.actions[0]], measure=Measure.TEXT).page(Window(first=3))
    assert [(e.action.key, e.score) for e in found.items] == [(e.action.key, e.score) for e in expected.items]


def test_an_empty_graph_answers_every_question():
    graph = KnowledgeGraph.from_sheets([])
    graph.prepare()
    assert (graph.counts["action"], graph.link_count) == (0, 0)  # type: ignore[index]
    assert list(graph.search.matching("culture")) == []
    everything = graph.select()
    assert len(everything.communities()) == 0
    assert len(everything.quality().repeated_titles) == 0


def test_what_prepare_promises_is_made_without_asserts_too(tmp_path: Path, sheets: tuple[Sheet, ...]):
    with Store(tmp_path / "s.sqlite", create=True) as store:
        store.merge(sheets, "actions-lot.txt")
    # Once prepared, a graph makes nothing more: all that could make it is taken away.
    program = """if True:
        import sys
        from pathlib import Path
        from graph import analysis, knowledge_graph, readings
        from graph.analysis.meetings import MeetingMeasure
        from graph.kinds import NodeKind
        from graph.knowledge_graph import KnowledgeGraph
        from graph.similarity.measures import Measure
        from graph.store import Store
        knowledge_graph.TEXTS_IN_MEMORY = 3
        with Store(Path(sys.argv[1])) as store:
            graph = KnowledgeGraph.from_store(store)
            graph.prepare()
            for name in ("SearchIndex", "TextIndex", "Similarity"):
                setattr(readings, name, None)
            for name in ("communities_within", "cooccurrences", "profiles", "all_meetings"):
                setattr(analysis, name, None)
            everything, action = graph.select(), graph.actions[0]
            print(
                __debug__,
                len(graph.search.search("isolement")) > 0,
                len(graph.similarity.similar([action])) > 0,
                len(graph.similarity.similar([action], measure=Measure.TEXT)) > 0,
                len(everything.meetings(MeetingMeasure.JACCARD)) > 0,
                len(everything.cooccurrences(NodeKind.KEYWORD, 3)) > 0,
                len(everything.communities()) > 0,
            )
    """
    command = [sys.executable, "-O", "-c", program, str(tmp_path / "s.sqlite")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert (done.stdout, done.stderr) == ("False True True True True True True\n", "")
