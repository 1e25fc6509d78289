"""The engine's answer equals graphql-core's: generated operations over the nasty schema, and over its harder corners.

hypothesis-graphql makes plain queries; `complicated` adds what it leaves out: variables, @skip and @include, named
fragments that overlap, fields asked for twice.
"""

import random
from dataclasses import replace

import graphql
import pytest
from graphql import TypeInfo, Visitor, visit
from graphql.utilities import TypeInfoVisitor, value_from_ast_untyped
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis_graphql import nodes, queries

from execution import Engine, Refused
from tests.execution.comparison import answered, assert_same
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

THOROUGH = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


class _Complications(Visitor):
    """Puts variables, conditions, repetitions and named fragments into a document, by the dice."""

    def __init__(self, info: TypeInfo, dice: random.Random) -> None:
        super().__init__()
        self.info = info
        self.dice = dice
        self.variables: dict[str, object] = {}
        self.definitions: list[graphql.VariableDefinitionNode] = []
        self.fragments: list[graphql.FragmentDefinitionNode] = []

    def _declare(self, type_: object, value: object, default: graphql.ConstValueNode | None = None) -> str:
        name = f"v{len(self.definitions)}"
        node = graphql.VariableNode(name=graphql.NameNode(value=name))
        self.definitions.append(
            graphql.VariableDefinitionNode(
                variable=node, type=graphql.parse_type(str(type_)), default_value=default, directives=()
            )
        )
        given = default is None or self.dice.random() < 0.5
        if given:
            self.variables[name] = value
        return name

    def enter_argument(self, node, *_):
        type_ = self.info.get_input_type()
        if type_ is None or self.dice.random() < 0.5:
            return None
        value = value_from_ast_untyped(node.value)
        nullable = not isinstance(type_, graphql.GraphQLNonNull)
        if nullable and self.dice.random() < 0.1:
            value = None
        default = node.value if self.dice.random() < 0.3 else None
        name = self._declare(type_, value, default)
        if nullable and default is None and self.dice.random() < 0.1:
            del self.variables[name]
        return replace(node, value=graphql.VariableNode(name=graphql.NameNode(value=name)))

    def leave_field(self, node, *_):
        if self.dice.random() > 0.15:
            return None
        return replace(node, directives=(*(node.directives or ()), self._condition()))

    def _condition(self) -> graphql.DirectiveNode:
        directive = self.dice.choice(["skip", "include"])
        if self.dice.random() < 0.5:
            name = self._declare("Boolean!", self.dice.random() < 0.5)
            return selection(f"a @{directive}(if: ${name})").directives[0]
        return selection(f"a @{directive}(if: {self.dice.choice(['true', 'false'])})").directives[0]

    def leave_selection_set(self, node, *_):
        parent = self.info.get_parent_type()
        if parent is None or self.dice.random() > 0.4:
            return None
        selections = list(node.selections)
        repeated = self.dice.choice(selections)
        kind = self.dice.randrange(4)
        if kind == 0:
            added = repeated
        elif kind == 1:
            added = selection("... { a }")
            added = replace(added, selection_set=replace(added.selection_set, selections=(repeated,)))
        else:
            name = f"F{len(self.fragments)}"
            definition = graphql.parse(f"fragment {name} on {parent.name} {{ a }}").definitions[0]
            some = self.dice.sample(selections, k=self.dice.randint(1, len(selections)))
            self.fragments.append(
                replace(definition, selection_set=replace(definition.selection_set, selections=tuple(some)))
            )
            added = selection(f"...{name}")
        selections.insert(self.dice.randrange(len(selections) + 1), added)
        return replace(node, selections=tuple(selections))


def selection(text: str) -> graphql.SelectionNode:
    return graphql.parse(f"{{ {text} }}").definitions[0].selection_set.selections[0]


def complicated(document, seed: int) -> tuple[str, dict[str, object]]:
    """The text of a document with complications, and its variables."""
    document = graphql.parse(graphql.print_ast(document))
    info = TypeInfo(CORE)
    visitor = _Complications(info, random.Random(seed))
    document = visit(document, TypeInfoVisitor(info, visitor))
    definitions, fragments = visitor.definitions, visitor.fragments
    # A fragment made inside another may leave variables or fragments that nothing uses: prune until none is left.
    rules = [graphql.NoUnusedFragmentsRule, graphql.NoUnusedVariablesRule]
    while True:
        operation = replace(document.definitions[0], variable_definitions=tuple(definitions))
        text = graphql.print_ast(replace(document, definitions=(operation, *fragments)))
        unused = {str(error.message).split("'")[1] for error in graphql.validate(CORE, graphql.parse(text), rules)}
        if not unused:
            return text, visitor.variables
        definitions = [node for node in definitions if f"${node.variable.name.value}" not in unused]
        fragments = [node for node in fragments if node.name.value not in unused]


def runnable(text: str) -> bool:
    """Whether a document is valid: the complications may make fields that do not merge."""
    try:
        return not graphql.validate(CORE, graphql.parse(text), max_errors=1)
    except graphql.GraphQLError:
        return False


@THOROUGH
@given(OPERATIONS)
def test_a_generated_query_is_answered_as_by_graphql_core(document):
    assert_same(Engine(SCHEMA), graphql.print_ast(document), None, CONTEXT)


@THOROUGH
@given(OPERATIONS, st.integers(0, 2**32))
def test_variables_conditions_fragments_and_repetitions_change_nothing(document, seed):
    text, variables = complicated(document, seed)
    if runnable(text):
        assert_same(Engine(SCHEMA), text, variables, CONTEXT)


@THOROUGH
@given(SAFE_OPERATIONS, st.integers(0, 2**32))
def test_a_warm_memo_and_a_change_of_version_change_nothing(document, seed):
    text, variables = complicated(document, seed)
    if not runnable(text):
        return
    engine = Engine(SCHEMA, memo_types=MEMO_TYPES)
    assert_same(engine, text, variables, WHOLE, version=1)
    assert_same(engine, text, variables, WHOLE, version=1)
    assert_same(engine, text, variables, SALTED, version=2)
    assert_same(engine, text, variables, CONTEXT, version=3)
    assert_same(engine, text, variables, WHOLE, version=1)


ENGINE_FOR_MANY = Engine(SCHEMA, memo_types=MEMO_TYPES, memo_bytes=40_000)


@THOROUGH
@given(SAFE_OPERATIONS, st.integers(0, 2**32), st.sampled_from([(WHOLE, 1), (SALTED, 2), (CONTEXT, 3)]))
def test_one_engine_for_many_documents_with_a_memo_that_overflows_changes_nothing(document, seed, data):
    text, variables = complicated(document, seed)
    if runnable(text):
        context, version = data
        assert_same(ENGINE_FOR_MANY, text, variables, context, version=version)
        assert ENGINE_FOR_MANY.memo.statistics().bytes <= 40_000


def test_generated_queries_are_really_compiled():
    engine = Engine(SCHEMA)
    seen = []

    @settings(max_examples=200, deadline=None, database=None, derandomize=True)
    @given(SAFE_OPERATIONS)
    def run(document):
        text = graphql.print_ast(document)
        try:
            plan = engine.plan(text)
        except Refused:
            return
        before = engine.statistics().compiled_runs
        answered(engine, text, None, WHOLE)
        seen.append((plan.compiled, engine.statistics().compiled_runs - before))

    run()
    assert all(compiled for compiled, _ in seen)
    # The rest of the runs met an error on purpose (odd values, wrong scalars), and graphql-core answered.
    assert sum(count for _, count in seen) > len(seen) / 4


@pytest.mark.parametrize("seed", range(5))
def test_complicated_documents_are_mostly_valid(seed):
    # guards the generator itself: a generator that makes nothing valid would prove nothing
    document = graphql.parse('{ branch(key: "b1") { id children { ... on Leaf { weight tags } } spare { id } } }')
    texts = [complicated(document, seed * 100 + turn)[0] for turn in range(100)]
    assert sum(map(runnable, texts)) > 80
    assert any("fragment" in text and "$v" in text for text in texts)
