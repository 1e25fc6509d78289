"""The examples are tests, GraphiQL's menu and the README: their answers are those in the files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from endpoint import engine_options
from execution import Answer, Engine
from execution.limits import Limits
from graph.knowledge_graph import KnowledgeGraph
from schema import MEMO_TYPES, PRICES, Context, schema
from web.examples import Example, load_examples

FOLDER = Path(__file__).resolve().parent.parent / "examples"
EXAMPLES = load_examples(FOLDER)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_an_example_gives_the_answer_beside_it(example: Example, ask):
    expected = json.loads((FOLDER / f"{example.name}.json").read_text(encoding="utf-8"))
    assert {"data": ask(example.query, **example.variables)} == expected


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_an_example_runs_compiled_within_the_default_limits(example: Example, lot: KnowledgeGraph):
    engine = Engine(schema, **engine_options(schema._schema, Limits(), PRICES), memo_types=MEMO_TYPES)
    plan = engine.plan(example.query)
    assert plan.compiled, plan.why
    answer = engine.execute(plan, example.variables, Context(lot), version=lot.version)
    assert isinstance(answer, Answer)
    expected = json.loads((FOLDER / f"{example.name}.json").read_text(encoding="utf-8"))
    assert json.loads(answer.body) == expected


def test_no_expected_answer_is_left_without_its_example():
    assert {path.stem for path in FOLDER.glob("*.json")} == {example.name for example in EXAMPLES}
