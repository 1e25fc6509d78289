"""The examples are tests, GraphiQL's menu and the README: their answers are those in the files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from execution import Admission, Answer, Engine, Limits
from graph.knowledge_graph import KnowledgeGraph
from schema import MEMO_TYPES, PRICES, Context, schema
from tests.past import lot_with_past
from web.examples import Example, load_examples


def rounded(value: Any) -> Any:
    """The same with nine decimals: the last digits of a sum depend on the machine."""
    if isinstance(value, float):
        return round(value, 9)
    if isinstance(value, dict):
        return {key: rounded(inner) for key, inner in value.items()}
    return [rounded(inner) for inner in value] if isinstance(value, list) else value


FOLDER = Path(__file__).resolve().parent.parent / "examples"
EXAMPLES = load_examples(FOLDER)


@pytest.fixture(scope="module")
def lot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KnowledgeGraph]:
    """The graph of the real page, from a store with a past."""
    with lot_with_past(tmp_path_factory.mktemp("past")) as graph:
        yield graph


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_an_example_gives_the_answer_beside_it(example: Example, ask):
    expected = json.loads((FOLDER / f"{example.name}.json").read_text(encoding="utf-8"))
    assert rounded({"data": ask(example.query, **example.variables)}) == rounded(expected)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_an_example_runs_compiled_within_the_default_limits(example: Example, lot: KnowledgeGraph):
    engine = Engine(schema, Admission(schema, Limits(), PRICES), memo_types=MEMO_TYPES)
    plan = engine.plan(example.query)
    answer = engine.execute(plan, example.variables, Context(lot), version=lot.version)
    assert (plan.why, engine.given_up) == ("", {})
    assert isinstance(answer, Answer)
    expected = json.loads((FOLDER / f"{example.name}.json").read_text(encoding="utf-8"))
    assert rounded(json.loads(answer.body)) == rounded(expected)


def test_no_expected_answer_is_left_without_its_example():
    assert {path.stem for path in FOLDER.glob("*.json")} == {example.name for example in EXAMPLES}
