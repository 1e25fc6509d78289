"""The engine's answer equals graphql-core's: generated operations over the nasty schema, and over its harder corners.

hypothesis-graphql makes plain queries; `complicated` adds what it leaves out: variables, @skip and @include, named
fragments that overlap, fields asked for twice.
"""

import random

import graphql
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis_graphql import nodes, queries

from execution import DocumentRefused, Engine, Version
from tests.execution.comparison import answered, assert_same
from tests.execution.complications import complicated, deep_selection, runnable
from tests.execution.nasty import make_context, make_schema

SCHEMA = make_schema()
CORE = SCHEMA._schema
CONTEXT = make_context()
WHOLE = make_context(broken=False)
SALTED = make_context(salt="'", broken=False)
MEMO_TYPES = {"Leaf", "Twig", "Branch", "Equal"}

SCALARS = {
    "Metres": st.sampled_from(["1m", "2.5m", "x"]).map(nodes.String),
    "Blob": st.sampled_from(["1", "b"]).map(nodes.String),
    "DateTime": st.sampled_from(["2019-01-02T03:04:05", "soon"]).map(nodes.String),
}
OPERATIONS = queries(CORE, custom_scalars=SCALARS, print_ast=lambda document: document)
SAFE = [name for name in CORE.query_type.fields if name not in {"later", "whereAmI", "hiddenPath"}]
SAFE_OPERATIONS = queries(CORE, fields=SAFE, custom_scalars=SCALARS, print_ast=lambda document: document)

THOROUGH = settings(
    max_examples=max(200, settings.default.max_examples),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@THOROUGH
@given(OPERATIONS)
def test_a_generated_query_is_answered_as_by_graphql_core(document):
    assert_same(Engine(SCHEMA), graphql.print_ast(document), None, CONTEXT)


@THOROUGH
@given(OPERATIONS, st.integers(0, 2**32))
def test_variables_conditions_fragments_and_repetitions_change_nothing(document, seed):
    text, variables = complicated(document, seed, CORE)
    if runnable(text, CORE):
        assert_same(Engine(SCHEMA), text, variables, CONTEXT)


@THOROUGH
@given(SAFE_OPERATIONS, st.integers(0, 2**32))
def test_a_warm_memo_and_a_change_of_version_change_nothing(document, seed):
    text, variables = complicated(document, seed, CORE)
    if not runnable(text, CORE):
        return
    engine = Engine(SCHEMA, memo_types=MEMO_TYPES)
    assert_same(engine, text, variables, WHOLE, version=Version(1))
    assert_same(engine, text, variables, WHOLE, version=Version(1))
    assert_same(engine, text, variables, SALTED, version=Version(2))
    assert_same(engine, text, variables, CONTEXT, version=Version(3))
    assert_same(engine, text, variables, WHOLE, version=Version(1))


@THOROUGH
@given(st.integers(0, 2**32))
def test_a_deep_query_is_answered_as_by_graphql_core(seed):
    dice = random.Random(seed)
    document = graphql.parse(deep_selection(CORE.query_type, CORE, dice, dice.randint(2, 5)))
    text, variables = complicated(document, seed, CORE)
    if runnable(text, CORE):
        engine = Engine(SCHEMA, memo_types=MEMO_TYPES)
        for context, version in ((WHOLE, Version(1)), (WHOLE, Version(1)), (SALTED, Version(2)), (CONTEXT, Version(3))):
            assert_same(engine, text, variables, context, version=version)


ENGINE_FOR_MANY = Engine(SCHEMA, memo_types=MEMO_TYPES, memo_bytes=40_000)


@THOROUGH
@given(
    SAFE_OPERATIONS,
    st.integers(0, 2**32),
    st.sampled_from([(WHOLE, Version(1)), (SALTED, Version(2)), (CONTEXT, Version(3))]),
)
def test_one_engine_for_many_documents_with_a_memo_that_overflows_changes_nothing(document, seed, data):
    text, variables = complicated(document, seed, CORE)
    if runnable(text, CORE):
        context, version = data
        assert_same(ENGINE_FOR_MANY, text, variables, context, version=version)
        assert ENGINE_FOR_MANY.memo.now.bytes <= 40_000


def test_generated_queries_are_really_compiled():
    engine = Engine(SCHEMA)
    seen = []

    @settings(max_examples=200, deadline=None, database=None, derandomize=True)
    @given(SAFE_OPERATIONS)
    def run(document):
        text = graphql.print_ast(document)
        try:
            plan = engine.plan(text)
        except DocumentRefused:
            return
        before = engine.counts["compiled"]
        answered(engine, text, None, WHOLE)
        seen.append((not plan.why, engine.counts["compiled"] - before))

    run()
    assert all(compiled for compiled, _ in seen)
    # The rest of the runs met an error on purpose (odd values, wrong scalars), and graphql-core answered.
    assert sum(count for _, count in seen) > len(seen) / 4


@pytest.mark.parametrize("seed", range(5))
def test_complicated_documents_are_mostly_valid(seed):
    # guards the generator itself: a generator that makes nothing valid would prove nothing
    document = graphql.parse('{ branch(key: "b1") { id children { ... on Leaf { weight tags } } spare { id } } }')
    texts = [complicated(document, seed * 100 + turn, CORE)[0] for turn in range(100)]
    assert sum(runnable(text, CORE) for text in texts) > 80
    assert any("fragment" in text and "$v" in text for text in texts)
