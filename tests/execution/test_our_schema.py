"""The service's own schema over the real page: compiled answers equal graphql-core's, memo cold and warm."""

import logging
import random
from dataclasses import replace

import graphql
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis_graphql import nodes, queries

from execution import Engine, Version
from graph.change import Change
from graph.knowledge_graph import KnowledgeGraph
from graph.model import Sheet, light_row
from graph.store import Head
from schema import LASTING_FIELDS, MEMO_TYPES, Context, schema
from tests.execution.comparison import assert_same
from tests.execution.complications import complicated, deep_selection, runnable
from tests.past import lot_with_past

CORE = schema._schema
KEYS = [
    "action:repas-oriental-2016-605f82fa",
    "keyword:mobilite-transport",
    "public:tous-publics",
    "nobody:nowhere",
    "",
]
SCALARS = {
    "ID": st.sampled_from(KEYS).map(nodes.String),
    "Position": st.sampled_from(["0", "1", "2", "9"]).map(nodes.String),
}
OPERATIONS = queries(CORE, custom_scalars=SCALARS, print_ast=lambda document: document)


@pytest.fixture(autouse=True, scope="module")
def _quiet():
    """Strawberry logs each error, with its traceback; wrong arguments are part of the game."""
    logger = logging.getLogger("strawberry.execution")
    logger.disabled, before = True, logger.disabled
    yield
    logger.disabled = before


@pytest.fixture(scope="module")
def lot(tmp_path_factory):
    """The graph of the real page, from a store with a past."""
    with lot_with_past(tmp_path_factory.mktemp("past")) as graph:
        yield graph


@pytest.fixture(scope="module")
def engine():
    return Engine(schema, memo_types=MEMO_TYPES, lasting_fields=LASTING_FIELDS)


def test_every_field_of_the_schema_can_be_compiled(engine):
    recipes = {
        f"{type_.name}.{name}": engine._parts.recipe(field).why
        for type_ in CORE.type_map.values()
        if graphql.is_object_type(type_) and not type_.name.startswith("__")
        for name, field in type_.fields.items()
    }
    assert {name: why for name, why in recipes.items() if why} == {}


THOROUGH = settings(
    max_examples=max(60, settings.default.max_examples), deadline=None, suppress_health_check=list(HealthCheck)
)


def assert_same_cold_and_warm(engine, text, variables, lot):
    if runnable(text, CORE):
        for version in (None, Version(1), Version(1)):
            assert_same(engine, text, variables, Context(lot), version=version)


@THOROUGH
@given(OPERATIONS, st.integers(0, 2**32))
def test_a_generated_query_is_answered_as_by_graphql_core(engine, lot, document, seed):
    assert_same_cold_and_warm(engine, *complicated(document, seed, CORE), lot)


@THOROUGH
@given(st.integers(0, 2**32))
def test_a_deep_query_is_too(engine, lot, seed):
    dice = random.Random(seed)
    document = graphql.parse(deep_selection(CORE.query_type, CORE, dice, dice.randint(3, 6)))
    assert_same_cold_and_warm(engine, *complicated(document, seed, CORE), lot)


def test_those_were_really_compiled_and_used_the_memo(engine):
    assert engine.counts["compiled"] > 50
    assert engine.memo.counts["hits"] > 0


NESTED = """{
  actions(first: 50) {
    totalCount
    nodes {
      id title year status statusLabel summary files results { territory } territoryAgain
      structure { id name department { label } keywords(first: 3) { nodes { id label } } }
      keywords { id label alternativeLabels actionCount actions(first: 3) { nodes { title structure { name } } } }
      partners { label actionCount }
      similar(first: 2) { edges { score node { title } } }
    }
  }
}"""


def followed(lot, lasting_fields) -> None:
    """A memo that goes from version to version answers as an engine without one."""
    kept = Engine(schema, memo_types=MEMO_TYPES, lasting_fields=lasting_fields)
    plain, dice = Engine(schema, memo_bytes=0), random.Random(1)
    sheets = {action.key: sheet_of(lot, action) for action in lot.actions}
    graph = KnowledgeGraph.from_pairs(list(sheets.items()))
    for number in range(1, 25):
        context = Context(graph)
        for _ in range(2):
            answer = kept.execute(kept.plan(NESTED), None, context, version=Version(number))
            assert answer.body == plain.execute(plain.plan(NESTED), None, context).body
        key = dice.choice(sorted(sheets))
        sheet = sheets.pop(key)
        added = []
        if number % 3:
            text = replace(sheet.text, summary=f"{number} fois")
            keywords = tuple(dice.sample(("Solidarité", "Mixité sociale", "Jardin", "JARDIN"), 2))
            sheets[key] = replace(sheet, title=f"{sheet.title} {number}", keywords=keywords, text=text)
            added = [(light_row(key, sheets[key], number), text, None)]
        graph = graph.changed(Change(frozenset({key}), added, Head(number)))
    assert kept.memo.counts["hits"] > 0
    assert kept.given_up == {}


def sheet_of(graph, action) -> Sheet:
    """A sheet that says what an action does."""
    return Sheet(
        title=action.title,
        year=action.year,
        department=action.department.label,
        structure=action.structure.name,
        structure_department=action.structure.department.label,
        status=action.status,
        keywords=tuple(each.label for each in action.keywords),
        partners=tuple(each.label for each in action.partners),
        text=graph.text(action),
    )


def test_what_lasts_in_the_memo_over_changes_is_what_an_engine_without_one_answers(lot):
    followed(lot, LASTING_FIELDS)


@pytest.mark.parametrize("field", ["Partner.actionCount", "Structure.keywords"])
def test_a_field_that_is_said_to_last_and_does_not_is_noticed(lot, field):
    with pytest.raises(AssertionError):
        followed(lot, {*LASTING_FIELDS, field})
