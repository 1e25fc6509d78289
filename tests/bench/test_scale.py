from itertools import islice

import pytest

from bench import scale
from bench.generate import sheets
from graph.knowledge_graph import KnowledgeGraph
from graph.store import Store


@pytest.fixture(scope="module")
def graph():
    return KnowledgeGraph.from_sheets(list(sheets(300, 3)))


def test_every_question_is_answered_without_an_error(graph):
    found = scale.ask(graph, runs=3, seed=1)
    assert list(found) == list(scale.QUESTIONS)
    assert all(0 < median <= high for median, high in found.values())


def test_a_question_answered_by_an_error_stops_the_measurement(graph, monkeypatch):
    unknown = '{ neighbourhood(id: "keyword:none") { truncated } }'
    monkeypatch.setattr(scale, "QUESTIONS", {"no such node": unknown})
    with pytest.raises(RuntimeError, match="no such node"):
        scale.ask(graph, runs=1, seed=1)


def test_equal_seeds_draw_equal_arguments(graph):
    assert next(scale.drawn(graph, 1)) == next(scale.drawn(graph, 1))
    assert next(scale.drawn(graph, 1)) != next(scale.drawn(graph, 2))


def test_drawn_arguments_stand_in_the_data(graph):
    titles = " ".join(action.title for action in graph.actions).split()
    for variables in islice(scale.drawn(graph, 5), 20):
        assert all(graph.get(variables[name]) is not None for name in ("action", "other", "keyword", "structure"))
        assert variables["year"] in {action.year for action in graph.actions}
        assert variables["word"] in titles


def test_the_table_has_a_column_for_each_store_and_the_last_over_the_first():
    def measured(actions, milliseconds):
        return {
            "actions": actions,
            "start": dict.fromkeys([*scale.PARTS, "warm-up", "in all", scale.PHRASES, scale.CENTRALITY], 2.0),
            "memory": 0.5,
            "questions": dict.fromkeys(scale.QUESTIONS, (milliseconds, 9.0)),
        }

    lines = scale.table([measured(10_000, 0.5), measured(1_000_000, 1.5)]).splitlines()
    assert lines[0] == "|  | 10,000 actions | 1,000,000 actions | last / first |"
    assert "| start, s: network | 2.00 | 2.00 | ×1.0 |" in lines
    assert "| suggest, ms | 0.50 (9.00) | 1.50 (9.00) | ×3.0 |" in lines
    assert len(lines) == 2 + len(scale.PARTS) + 4 + 1 + len(scale.QUESTIONS)


def test_the_command_measures_a_store_in_a_process_of_its_own(tmp_path, capfd):
    path = tmp_path / "small.sqlite"
    small = list(sheets(60, 4))
    with Store(path, create=True) as store:
        store.merge(small, "synthetic")
    assert scale.main([str(path), "--runs", "1"]) == 0
    assert capfd.readouterr().out.startswith("|  | 60 actions |")


@pytest.mark.parametrize(
    ("arguments", "named"),
    [(["none.sqlite"], "none.sqlite"), ([__file__, "--runs", "0"], "--runs is 0")],
)
def test_an_unusable_argument_is_named(arguments, named, capsys):
    with pytest.raises(SystemExit):
        scale.main(arguments)
    assert named in capsys.readouterr().err
