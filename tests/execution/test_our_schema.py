"""The service's own schema over the real page: compiled answers equal graphql-core's, memo cold and warm."""

import logging
import random

import graphql
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis_graphql import nodes, queries

from execution import Engine, Version
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
