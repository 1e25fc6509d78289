"""The engine by hand: operations that are hard to compile, what goes to graphql-core, plans, answers, deadlines."""

import asyncio
import json
from time import monotonic

import graphql
import pytest
import strawberry
from strawberry.directive import DirectiveLocation, DirectiveValue
from strawberry.extensions import SchemaExtension
from strawberry.permission import BasePermission
from strawberry.schema.config import StrawberryConfig

from execution import Admission, Answer, DeadlineExceeded, DocumentRefused, Engine, Limits, Price, Version
from execution.engine import PLAN_CHARACTERS
from tests.execution.comparison import answered, assert_same, expected
from tests.execution.nasty import QuietSchema, make_context, make_schema

SCHEMA = make_schema()
CORE = SCHEMA._schema
CONTEXT = make_context()
WHOLE = make_context(broken=False)

# Each succeeds over the whole data, and must be compiled, with the memo cold and warm.
COMPILED = {
    "a plain attribute of the root": "{ plain }",
    "the same field under two names": "{ a: plain b: plain plain }",
    "no field at all": "{ plain @skip(if: true) }",
    "the name of each type": "{ __typename growths { __typename } nodes { __typename } branch { __typename } }",
    "an argument's default": "{ branch { id } }",
    "an argument given": '{ branch(key: "b2") { id shout(times: 2) mark } }',
    "a node that is not there": '{ branch(key: "nowhere") { id } }',
    "null for a nullable argument": "{ echo(text: null) }",
    "a list in a list with nulls": "{ branch { matrix } }",
    "nulls in a list of strings": "{ branch { leaves { tags } } }",
    "a float from an integer": "{ branch { leaves { heavy weight } } }",
    "merged fields with different selections": (
        "{ branch { spare { id } spare { mark children { __typename } } } branch { spare { shout } mark } }"
    ),
    "overlapping fragments": (
        "{ branch { ...A ...B id } } fragment A on Branch { children { ... on Leaf { id weight } } ...B }"
        " fragment B on Branch { children { ... on Leaf { weight tags } ... on Node { shout } } spare { ...C } }"
        " fragment C on Node { id ... on Branch { mark } }"
    ),
    "a fragment on an interface within a union": (
        "{ growths { ... on Node { id } ... on Twig { weight } ... on Leaf { heavy } } }"
    ),
    "aliases that change places": "{ branch { id: mark mark: id } }",
    "a field skipped where it stands first": "{ branch { id @skip(if: true) mark id } }",
    "types told apart by a value of the record": "{ nodes { id ... on Leaf { tags } ... on Twig { weight } } }",
    "sources that are Strawberry objects": "{ instance(size: 5) { name size doubled } shapes { area __typename } }",
    "a union of Strawberry objects": (
        "{ either { __typename ... on Instance { size } } other: either(first: false) { ... on Other { name } } }"
    ),
    "equal records that are not the same": "{ equals { key number } }",
    "a generator": "{ branch { maybeLeaves { id } } }",
    "an input object with lists": '{ filtered(where: {text: "x", inner: {values: [1, 2], mark: BLUE}}) }',
    "a one-of input": "{ filtered(order: [{byName: RED}, {bySize: 3}]) }",
    "a Maybe that is null, given, absent": (
        '{ a: patched(patch: {name: null}) b: patched(patch: {name: "x"}) c: patched(patch: {}) d: patched }'
    ),
    "a default that the resolver changes": "{ a: spoiled b: spoiled c: spoiled(values: [7]) d: spoiled(values: 8) }",
    "a custom scalar both ways": '{ length(of: "2m") moment(at: "2019-01-02T03:04:05+01:00") }',
    "enums as names, by value and by member": "{ grades branch { mark } }",
    "an odd value that is still a string": (
        "{ a: odd(key: NUMBER) { string blob } b: odd(key: TRUE) { string integer number }"
        " c: odd(key: SPOKEN) { string } d: odd(key: STR_ENUM) { string } e: odd(key: DIGITS) { integer }"
        " f: odd(key: INT_ENUM) { integer } g: odd(key: WHOLE) { integer ident } h: odd(key: LIST) { items blob } }"
    ),
    "what a resolver asks of its info": '{ b: selected(note: "\'") }',
    "a name and a value that look like code": '{ __a: echo(text: "\\"}; import os #\'", number: 1e3) }',
}


@pytest.mark.parametrize("text", COMPILED.values(), ids=COMPILED)
def test_a_hard_operation_is_compiled_and_right(text):
    engine = Engine(SCHEMA, memo_types={"Leaf", "Twig", "Branch"})
    for version in (None, Version(1), Version(1), Version(2)):
        assert_same(engine, text, None, WHOLE, version=version)
    assert not engine.plan(text).why
    assert engine.counts["compiled"] == 4
    assert engine.given_up == {}


# Each has an error somewhere: graphql-core says what, after compiled code gave up.
FAILING = {
    "the third item raises": "{ branch { id failing { id } } }",
    "the third item raises in a list of lists": "{ branches { failing(at: 1) { id } } }",
    "null in a non-null place": "{ branch { spare { sure { id } } } }",
    "null in a non-null place far below": "{ branches { spare { spare { sure { id } } } } }",
    "an integer of 41 bits": "{ branches { leaves { weight } } }",
    "infinity": "{ shapes { area } }",
    "a text among integers": '{ branch(key: "b3") { matrix } }',
    "a record of no type": "{ branches { children { __typename } } }",
    "a record of another type": "{ branches { leaves { id } } }",
    "a wrong value for each leaf": " ".join(
        ["{"]
        + [
            f"{key}: odd(key: {key}) {{ stringSure integer number boolean ident mark items thing {{ name }} }}"
            for key in (
                "BIG",
                "NAN",
                "INFINITE",
                "HALF",
                "LIST",
                "ERROR",
                "SPOKEN",
                "DECIMAL",
                "UNDEFINED",
                "NONE",
            )
        ]
        + ["}"]
    ),
    "a length below zero": "{ odd(key: ERROR) { length } }",
    "a number that JSON can hold and orjson can't": "{ odd(key: HUGE) { string blob } }",
    "half a character": "{ odd(key: SURROGATE) { string } }",
    "an object that JSON can't hold": "{ odd(key: SPOKEN) { blob } }",
}


@pytest.mark.parametrize("text", FAILING.values(), ids=FAILING)
def test_an_error_is_graphql_cores_own(text):
    engine = Engine(SCHEMA, memo_types={"Leaf", "Twig", "Branch"})
    if "JSON can't hold" not in text and "SPOKEN) { blob" not in text:
        for version in (None, Version(1), Version(1)):
            assert_same(engine, text, None, CONTEXT, version=version)
    assert not engine.plan(text).why
    answered(engine, text, None, CONTEXT)
    assert engine.counts["compiled"] == 0


ODD_FIELDS = {
    name: graphql.is_object_type(graphql.get_named_type(field.type))
    for name, field in CORE.type_map["Odd"].fields.items()
}


@pytest.mark.parametrize("field", ODD_FIELDS)
def test_each_odd_value_is_completed_in_each_field_as_by_graphql_core(field):
    engine = Engine(SCHEMA)
    for key in CORE.type_map["OddKey"].values:
        selection = f"{field} {{ __typename }}" if ODD_FIELDS[field] else field
        assert_same(engine, f"{{ odd(key: {key}) {{ {selection} }} }}")
        if field == "string":
            assert_same(engine, f"{{ oddList(keys: [PLAIN, {key}]) }}")


def test_a_value_that_json_cant_hold_is_an_error_not_a_crash():
    answer = answered(Engine(SCHEMA), "{ odd(key: SPOKEN) { blob } }", None, CONTEXT)
    assert json.loads(answer.body) == {
        "errors": [{"message": "The answer has a value that JSON can't hold."}],
        "data": None,
    }
    assert answer.executed


VARIABLES = [
    ("query Q($k: ID!) { branch(key: $k) { id } }", {"k": "b1"}),
    ("query Q($k: ID!) { branch(key: $k) { id } }", {"k": 5}),
    ("query Q($k: ID!) { branch(key: $k) { id } }", {}),
    ("query Q($k: ID!) { branch(key: $k) { id } }", {"k": None}),
    ("query Q($k: ID!) { branch(key: $k) { id } }", {"k": ["b1"]}),
    ('query Q($k: ID = "b2") { branch(key: $k) { id } }', {}),
    ('query Q($k: ID! = "b2") { branch(key: $k) { id } }', {"k": "b1"}),
    ("query Q($t: String) { echo(text: $t) }", {}),
    ("query Q($t: String) { echo(text: $t) }", {"t": None}),
    ("query Q($t: String) { echo(text: $t) }", {"t": "x", "unknown": 1}),
    ("query Q($t: String) { echo(text: $t) }", {"t": 1}),
    ("query Q($n: Float) { echo(number: $n) }", {"n": 1}),
    ("query Q($n: Float) { echo(number: $n) }", {"n": 1.5}),
    ("query Q($n: Float) { echo(number: $n) }", {"n": float("nan")}),
    ("query Q($n: Int) { branch { shout(times: $n) } }", {"n": 2}),
    ("query Q($n: Int!) { branch { shout(times: $n) } }", {"n": 2**31}),
    ("query Q($n: Int!) { branch { shout(times: $n) } }", {"n": True}),
    ("query Q($n: Int!) { branch { shout(times: $n) } }", {"n": 2.0}),
    ("query Q($m: Mark!) { length(mark: $m) }", {"m": "RED"}),
    ("query Q($m: Mark!) { length(mark: $m) }", {"m": "red"}),
    ("query Q($m: Mark = RED) { length(mark: $m) }", {}),
    ("query Q($of: Metres) { length(of: $of) }", {"of": "3m"}),
    ("query Q($of: Metres) { length(of: $of) }", {"of": "far"}),
    ("query Q($v: [Int!]!) { a: spoiled(values: $v) b: spoiled(values: $v) }", {"v": [1]}),
    ("query Q($v: [Int!] = [5]) { a: spoiled(values: $v) b: spoiled(values: $v) }", {}),
    ("query Q($v: Int!) { a: spoiled(values: [$v, 2, $v]) b: spoiled(values: [$v]) }", {"v": 3}),
    ("query Q($w: Filter) { filtered(where: $w) }", {"w": {"inner": {"values": [1]}, "many": [{}, {}]}}),
    ("query Q($w: Filter) { filtered(where: $w) }", {"w": {"limit": None}}),
    ("query Q($w: Filter) { filtered(where: $w) }", {"w": {"wrong": 1}}),
    ("query Q($t: String!, $m: Mark!) { filtered(where: {text: $t, inner: {mark: $m}}) }", {"t": "x", "m": "BLUE"}),
    ("query Q($t: Int) { filtered(where: {limit: $t}) }", {}),
    ("query Q($s: Int) { filtered(order: [{bySize: $s}]) }", {"s": 3}),
    ("query Q($o: [Order!]) { filtered(order: $o) }", {"o": [{"byName": "RED"}]}),
    ("query Q($o: [Order!]) { filtered(order: $o) }", {"o": [{"byName": "RED", "bySize": 1}]}),
    ("query Q($p: Patch) { patched(patch: $p) }", {"p": {"name": None}}),
    ("query Q($p: Patch) { patched(patch: $p) }", {"p": {}}),
    ("query Q($n: Int) { branches { children(first: $n) { __typename } } }", {"n": 1}),
    ("query Q($n: Int) { branches { children(first: $n) { __typename } } }", {}),
    ("query Q($n: Int) { branches { children(first: $n) { __typename } } }", {"n": None}),
    ("query Q($a: Boolean!) { plain @skip(if: $a) echo plain @include(if: $a) }", {"a": True}),
    ("query Q($a: Boolean!) { plain @skip(if: $a) echo plain @include(if: $a) }", {"a": False}),
    ("query Q($a: Boolean = true) { plain @skip(if: $a) echo }", {}),
    ("query Q($a: Boolean = true) { plain @skip(if: $a) echo }", {"a": None}),
    ("query Q($a: Boolean!, $b: Boolean!) { branch { ...F @include(if: $a) id } } fragment F on Branch"
     " { mark @skip(if: $b) id children { ... on Leaf @include(if: $b) { id } __typename } }", {"a": True, "b": True}),
    ("query Q($a: Boolean!) { selected @include(if: $a) }", {"a": True}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "variables"), VARIABLES)
def test_variables_are_coerced_as_by_graphql_core(text, variables):
    engine = Engine(SCHEMA, memo_types={"Leaf", "Twig", "Branch"})
    for version in (Version(1), Version(1)):
        assert_same(engine, text, variables, WHOLE, version=version)


def test_a_variable_in_a_nested_selection_is_part_of_the_memos_key():
    engine = Engine(SCHEMA, memo_types={"Branch"})
    text = "query Q($n: Int) { branches { id children(first: $n) { __typename } } }"
    for variables in ({"n": 1}, {"n": 2}, {}, {"n": None}, {"n": 1}):
        assert_same(engine, text, variables, WHOLE, version=Version(1))
    assert engine.memo.counts["hits"] == 3
    assert engine.memo.counts["misses"] == 12


def test_both_values_of_a_condition_are_compiled_apart():
    engine = Engine(SCHEMA, memo_types={"Branch"})
    text = "query Q($a: Boolean!) { branches { id mark @include(if: $a) shout } }"
    for value in (True, False, True):
        assert_same(engine, text, {"a": value}, WHOLE, version=Version(1))
    assert engine.counts["compiled"] == 3


def test_a_condition_that_is_null_spoils_one_request_and_not_the_plan():
    engine = Engine(SCHEMA)
    text = "query Q($a: Boolean = true) { plain @skip(if: $a) echo }"
    for variables in ({"a": None}, {"a": True}, {"a": None}):
        assert_same(engine, text, variables)
    assert not engine.plan(text).why
    assert engine.counts["compiled"] == 1


def test_the_memo_serves_one_version_at_a_time():
    engine = Engine(SCHEMA, memo_types={"Leaf", "Branch"})
    text = "{ branch { id mark shout children { ... on Leaf { id weight tags shout } } } }"
    salted = make_context(salt="'", broken=False)
    first = assert_same(engine, text, None, WHOLE, version=Version(1)).body
    second = assert_same(engine, text, None, salted, version=Version(2)).body
    assert first != second
    assert assert_same(engine, text, None, WHOLE, version=Version(1)).body == first


def test_what_depends_on_its_source_alone_stays_in_the_memo_when_the_version_changes():
    engine = Engine(SCHEMA, memo_types={"Leaf", "Branch"}, lasting_fields={"Leaf.id", "Leaf.shout"})
    text = "{ branch { id mark shout children { ... on Leaf { id weight tags shout } } } }"
    misses = []
    for version in (Version(1), Version(2), Version(3, line=1)):
        assert_same(engine, text, None, WHOLE, version=version)
        misses.append(engine.memo.counts["misses"])
    branch, leaves = 1, 2
    assert misses == [branch + leaves, 2 * branch + leaves, 3 * branch + 2 * leaves]


def test_a_lasting_field_that_the_schema_has_not_is_named():
    with pytest.raises(ValueError, match=r"lasting_fields names Leaf\.lost, Tree: expected Type\.field"):
        Engine(SCHEMA, lasting_fields={"Leaf.shout", "Leaf.lost", "Tree"})


def test_the_memo_is_off_without_a_version_or_without_bytes():
    engine, none = Engine(SCHEMA, memo_types={"Branch"}), Engine(SCHEMA, memo_types={"Branch"}, memo_bytes=0)
    text = "{ branches { id mark shout } }"
    for _ in range(2):
        assert_same(engine, text, None, WHOLE)
        assert_same(none, text, None, WHOLE, version=Version(1))
    assert engine.memo.counts["misses"] == none.memo.counts["misses"] == 0


def test_the_memo_holds_no_more_bytes_than_its_limit():
    engine = Engine(SCHEMA, memo_types={"Leaf", "Branch"}, memo_bytes=5_000)
    for number in range(30):
        text = f"query Q{number} {{ branches {{ id mark shout leaves {{ id weight tags shout }} }} }}"
        assert_same(engine, text, None, WHOLE, version=Version(1))
        assert engine.memo.now.bytes <= 5_000
    assert engine.memo.counts["evictions"] > 0


def test_sources_compared_by_value_are_left_out_of_the_memo():
    engine = Engine(SCHEMA, memo_types={"Equal", "Branch"})
    text = "{ equals { key number k: key n: number } }"
    for _ in range(3):
        assert_same(engine, text, None, WHOLE, version=Version(1))
    assert engine.given_up == {"NotMemoisable": 1}
    assert engine.counts["compiled"] == 2
    assert engine.memo.counts["misses"] == 0


def test_a_memo_type_that_the_schema_has_not_is_named():
    with pytest.raises(ValueError, match="memo_types names Lefa, Node: expected object types"):
        Engine(SCHEMA, memo_types={"Leaf", "Lefa", "Node"})


def test_an_asynchronous_resolver_makes_the_answer_awaitable():
    engine = Engine(SCHEMA)
    text = "{ plain later(value: 3) }"
    plan = engine.plan(text)
    assert (plan.asynchronous, plan.why) == (True, "Query.later: its resolver is asynchronous")
    assert_same(engine, text, None, WHOLE)
    assert_same(engine, "{ later(value: null) }", None, WHOLE)


def test_an_asynchronous_operation_without_an_event_loop_runs_on_one_of_its_own():
    engine = Engine(SCHEMA)
    answer = engine.execute(engine.plan("{ plain later(value: 3) }"), None, WHOLE)
    assert answer.body == b'{"data":{"plain":"root","later":3}}'


def test_an_awaitable_that_nothing_announces_is_awaited_by_graphql_core():
    assert_same(Engine(SCHEMA), "{ odd(key: AWAITED) { integer string blob } plain }", None, WHOLE)


@pytest.mark.parametrize("text", ["{ whereAmI }", "{ hiddenPath }", "{ a: hiddenPath plain }"])
def test_a_resolver_that_asks_for_its_path_is_left_to_graphql_core(text):
    engine = Engine(SCHEMA)
    assert_same(engine, text, None, WHOLE)
    assert_same(engine, text, None, WHOLE)
    assert engine.plan(text).why
    assert sum(engine.given_up.values()) == 1


def test_introspection_is_answered_once_and_kept():
    engine = Engine(SCHEMA)
    text = graphql.get_introspection_query()
    first = assert_same(engine, text)
    assert answered(engine, text).body is first.body
    assert engine.counts["interpreted"] == 1
    mixed = "{ plain __schema { queryType { name } } }"
    assert assert_same(engine, mixed).body != answered(engine, mixed, None, None, None).body or True
    assert engine.plan(mixed).body is None


@strawberry.type
class Counted:
    calls: int = 0


@strawberry.type
class Mutation:
    @strawberry.mutation
    def count(self, info: strawberry.Info) -> int:
        info.context["calls"] += 1
        return info.context["calls"]


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def ticks(self) -> int:
        yield 1


class Never(BasePermission):
    message = "never"

    def has_permission(self, source, info, **kwargs):
        return False


@strawberry.type
class Guarded:
    open: str = strawberry.field(resolver=lambda: "open")
    shut: str = strawberry.field(resolver=lambda: "shut", permission_classes=[Never])


WRITING = QuietSchema(query=Guarded, mutation=Mutation, subscription=Subscription)


def test_a_mutation_runs_once_and_in_order():
    engine = Engine(WRITING)
    plan = engine.plan("mutation { a: count b: count }")
    context = {"calls": 0}
    assert engine.execute(plan, None, context).body == b'{"data":{"a":1,"b":2}}'
    assert (plan.operation_type, plan.why, context["calls"]) == ("mutation", "it is a mutation", 2)


def test_a_subscription_is_refused_by_execute():
    engine = Engine(WRITING)
    plan = engine.plan("subscription { ticks }")
    assert plan.operation_type == "subscription"
    answer = engine.execute(plan)
    assert not answer.executed
    assert json.loads(answer.body) == {
        "errors": [{"message": "A subscription needs a connection that stays open; this one answers once."}]
    }


def test_a_field_with_permissions_is_left_to_graphql_core():
    engine = Engine(WRITING)
    assert not engine.plan("{ open }").why
    assert engine.plan("{ shut }").why == "Guarded.shut: it has field extensions or permissions"
    assert_same(engine, "{ open shut }")


class Shouting(SchemaExtension):
    def resolve(self, _next, root, info, *args, **kwargs):
        return str(_next(root, info, *args, **kwargs)).upper()


class Counting(SchemaExtension):
    def on_operation(self):
        self.execution_context.context["operations"] += 1
        yield


def test_an_extension_that_wraps_resolvers_keeps_everything_at_graphql_core():
    engine = Engine(QuietSchema(query=Guarded, extensions=[Shouting]))
    assert engine.plan("{ open }").why == "the schema's extension Shouting wraps resolvers"
    assert answered(engine, "{ open }").body == b'{"data":{"open":"OPEN"}}'


def test_an_extension_of_operations_acts_where_graphql_core_runs_them():
    engine = Engine(QuietSchema(query=Guarded, extensions=[Counting]))
    context = {"operations": 0}
    answered(engine, "{ open }", None, context)
    assert context == {"operations": 0}
    assert answered(engine, "{ shut }", None, context).errors[0].message == "never"
    assert context == {"operations": 1}


class OwnInfo(strawberry.Info):
    greeting = "hello"


def test_a_schema_that_makes_infos_or_gets_attributes_in_its_own_way_is_left_to_graphql_core():
    @strawberry.type
    class Query:
        plain: int = 1

        @strawberry.field
        def greeting(self, info: strawberry.Info) -> str:
            return info.greeting

    own_info = Engine(QuietSchema(query=Query, config=StrawberryConfig(info_class=OwnInfo)))
    assert_same(own_info, "{ greeting }", root=Query())
    assert own_info.plan("{ greeting }").why == "the schema has a class of its own for info"
    by_key = Engine(QuietSchema(query=Query, config=StrawberryConfig(default_resolver=lambda source, name: 7)))
    assert_same(by_key, "{ plain }", root=Query())
    assert by_key.plan("{ plain }").why == "Query.plain: its attribute is got in another way"


def test_a_custom_directive_is_left_to_graphql_core():
    @strawberry.directive(locations=[DirectiveLocation.FIELD])
    def loud(value: DirectiveValue[str]) -> str:
        return value.upper()

    engine = Engine(QuietSchema(query=Guarded, directives=[loud]))
    assert_same(engine, "{ open @loud }")
    assert_same(engine, "{ open }")
    assert engine.plan("{ open @loud }").why == "it uses the directive @loud"
    assert not engine.plan("{ open }").why


def test_a_document_is_refused_with_the_code_of_what_it_lacks():
    engine = Engine(SCHEMA, Admission(SCHEMA, Limits(characters=130, tokens=30, root_fields=3)))
    faults = {
        "{": ("GRAPHQL_PARSE_FAILED", "Syntax Error: Expected Name, found <EOF>."),
        "": ("GRAPHQL_PARSE_FAILED", "Syntax Error: Unexpected <EOF>."),
        "{ a b c d e f g h i j k l m n o p q r s t u v w x y z a b c d }": (
            "TOO_MANY_TOKENS",
            "Query is over the limit of 30 tokens",
        ),
        "{ " + "echo " * 30 + "}": ("QUERY_TOO_LONG", "Query of 153 characters is over the limit of 130"),
        "{ plain a: plain b: plain c: plain }": (
            "TOO_MANY_ROOT_FIELDS",
            "Query with 4 root fields is over the limit of 3",
        ),
        "{ nothing }": ("GRAPHQL_VALIDATION_FAILED", "Cannot query field 'nothing' on type 'Query'."),
        "query A { echo } query B { echo }": (
            "OPERATION_RESOLUTION_FAILURE",
            "Must provide operation name if query contains multiple operations.",
        ),
        "fragment A on Query { echo }": ("OPERATION_RESOLUTION_FAILURE", "Must provide an operation."),
    }
    for text, (code, message) in faults.items():
        with pytest.raises(DocumentRefused) as refused:
            engine.plan(text)
        assert (refused.value.code, refused.value.errors[0].message) == (code, message)
    with pytest.raises(DocumentRefused, match="Unknown operation named 'C'"):
        engine.plan("query A { echo } query B { echo }", "C")
    assert engine.plan("query A { echo } query B { echo }", "B").operation.name.value == "B"


def test_the_cost_is_in_the_plan():
    engine = Engine(SCHEMA, Admission(SCHEMA, Limits(), {"Query.echo": Price(each=7)}))
    assert engine.plan("{ plain echo }").cost.check({}) == 8
    assert Engine(SCHEMA).plan("{ plain echo }").cost.check({}) == 2


def test_an_engine_without_limits_takes_what_the_defaults_refuse():
    text = "{ " + " ".join(f"a{n}: branches {{ children {{ ... on Leaf {{ id }} }} }}" for n in range(900)) + " }"
    with pytest.raises(DocumentRefused):
        Engine(SCHEMA, Admission(SCHEMA, Limits())).plan(text)
    assert Engine(SCHEMA).plan(text).why == ""


def test_introspection_and_suggestions_can_be_turned_off_together():
    engine = Engine(SCHEMA, Admission(SCHEMA, introspection=False))
    with pytest.raises(DocumentRefused, match="introspection has been disabled"):
        engine.plan("{ __schema { queryType { name } } }")
    with pytest.raises(DocumentRefused, match=r"Cannot query field 'plane' on type 'Query'[.]$"):
        engine.plan("{ plane }")
    with pytest.raises(DocumentRefused, match="Did you mean 'plain'"):
        Engine(SCHEMA).plan("{ plane }")


def test_plans_are_kept_by_document_and_operation_name():
    engine = Engine(SCHEMA)
    text = "query A { plain } query B { echo }"
    assert engine.plan(text, "A") is engine.plan(text, "A")
    assert engine.plan(text, "A") is not engine.plan(text, "B")
    assert answered(engine, text, name="B").body == b'{"data":{"echo":"unsaidNone"}}'
    assert answered(engine, text, name="A").body == b'{"data":{"plain":"root"}}'


def test_the_least_recently_used_plan_is_dropped_first():
    engine = Engine(SCHEMA, plan_cache_characters=2 * PLAN_CHARACTERS)
    first = engine.plan("{ plain }")
    engine.plan("{ echo }")
    assert engine.plan("{ plain }") is first
    engine.plan("{ grades }")
    assert engine.plan("{ plain }") is first
    assert (len(engine.plans), engine.counts["planned"]) == (2, 3)


def test_the_documents_kept_are_bounded_in_length():
    engine = Engine(SCHEMA, plan_cache_characters=3 * PLAN_CHARACTERS)
    long = " ".join(["plain"] * PLAN_CHARACTERS)
    for number in range(20):
        engine.plan(f"query Q{number} {{ {long[: 30 * number]} __typename }}")
        assert sum(max(len(text), PLAN_CHARACTERS) for text, _ in engine.plans) <= 3 * PLAN_CHARACTERS
    before = list(engine.plans)
    engine.plan(f"query Long {{ {long} }}")
    assert list(engine.plans) == before


def test_errors_are_formatted_by_the_function_given():
    engine = Engine(SCHEMA, format_error=lambda error: {"message": f"masked {error.path}"})
    answer = answered(engine, "{ branch { failing { id } } }", None, WHOLE)
    assert json.loads(answer.body)["errors"] == [{"message": "masked ['branch', 'failing']"}]
    assert answer.errors[0].message == "item 2 of b1"


def test_wrong_variables_are_not_an_execution():
    answer = answered(Engine(SCHEMA), "query Q($k: ID!) { branch(key: $k) { id } }", {}, WHOLE)
    assert not answer.executed
    assert set(json.loads(answer.body)) == {"errors"}


def test_a_query_too_large_to_compile_is_left_to_graphql_core():
    engine = Engine(SCHEMA)
    # ten fragments, each spread twice by the one before: 2^10 times the last one's fields
    fragments = [
        f"fragment F{n} on Branch {{ a{n}: spare {{ ...F{n + 1} }} b{n}: spare {{ ...F{n + 1} }} }}" for n in range(14)
    ]
    text = " ".join(["{ branch { ...F0 } }", *fragments, "fragment F14 on Branch { id }"])
    assert_same(engine, text, None, WHOLE)
    assert engine.plan(text).why == "it does not compile: too many fields"


@pytest.mark.parametrize("depth", [10, 20, 60])
def test_deep_queries_are_right_whether_or_not_python_can_nest_them(depth):
    engine = Engine(SCHEMA, memo_types={"Branch"})
    text = "{ branch { " + "children { ... on Branch { id mark shout " * depth + "id" + " } }" * depth + " } }"
    assert_same(engine, text, None, WHOLE, version=Version(1))
    assert (not engine.plan(text).why) == (depth <= 10)


def slow_schema(context):
    @strawberry.type
    class Item:
        value: int = 1

        @strawberry.field
        def late(self) -> int:
            context["calls"] += 1
            if context["calls"] > context["until"]:
                context["now"]()
            return 1

    @strawberry.type
    class Query:
        @strawberry.field
        def items(self, count: int) -> list[Item]:
            return [Item() for _ in range(count)]

        @strawberry.field
        def broken(self) -> int:
            raise ValueError

    return QuietSchema(query=Query)


TIMEOUT = {
    "errors": [{"message": "The operation took longer than it is given.", "extensions": {"code": "TIMEOUT"}}],
    "data": None,
}


@pytest.mark.parametrize("text", ["{ items(count: 9999) { value } }", "{ items(count: 300) { late } }"])
def test_a_deadline_that_has_passed_stops_a_list(text):
    engine = Engine(slow_schema({"calls": 0, "until": 10**9}))
    answer = engine.execute(engine.plan(text), deadline=monotonic() - 1)
    assert json.loads(answer.body) == TIMEOUT
    assert engine.counts["interpreted"] == 0
    assert engine.execute(engine.plan(text), deadline=monotonic() + 600).errors == ()


def test_a_deadline_that_passes_within_a_list_stops_it_soon(monkeypatch):
    clock = {"time": 0.0}
    monkeypatch.setattr("execution.emitter.monotonic", lambda: clock["time"])
    context = {"calls": 0, "until": 100, "now": lambda: clock.update(time=2.0)}
    engine = Engine(slow_schema(context))
    answer = engine.execute(engine.plan("{ items(count: 5000) { late } }"), deadline=1.0)
    assert json.loads(answer.body) == TIMEOUT
    assert 100 < context["calls"] < 140


def test_an_operation_that_fails_after_its_deadline_is_not_run_again():
    engine = Engine(slow_schema({}))
    answer = engine.execute(engine.plan("{ broken }"), deadline=monotonic() - 1)
    assert json.loads(answer.body) == TIMEOUT
    assert engine.counts["interpreted"] == 0


def test_a_deadline_stops_graphql_core_too():
    engine = Engine(slow_schema({"calls": 0, "until": 10**9}))
    plan = engine.plan("{ __typename items(count: 3000) { late } broken }")
    assert not plan.why
    plan.why = "tested"
    assert json.loads(engine.execute(plan, deadline=monotonic() - 1).body) == TIMEOUT


def test_a_deadline_stops_an_asynchronous_operation():
    @strawberry.type
    class Query:
        @strawberry.field
        async def never(self) -> int:
            await asyncio.Event().wait()
            return 1

    engine = Engine(QuietSchema(query=Query))
    answer = answered(engine, "{ never }", deadline=monotonic() + 0.01)
    assert json.loads(answer.body) == TIMEOUT


def test_a_resolver_may_raise_the_deadline_itself():
    @strawberry.type
    class Query:
        @strawberry.field
        def search(self) -> int | None:
            raise DeadlineExceeded

    engine = Engine(QuietSchema(query=Query))
    assert json.loads(engine.execute(engine.plan("{ search }")).body) == TIMEOUT


def test_the_root_value_is_the_source_of_the_root():
    @strawberry.type
    class Query:
        name: str

        @strawberry.field
        def twice(self) -> str:
            return self.name * 2

    engine = Engine(QuietSchema(query=Query))
    root = Query(name="ab")
    assert_same(engine, "{ name twice }", None, None, root)
    assert engine.counts["compiled"] == 1
    assert_same(engine, "{ name }", None, None, None)


def test_an_answer_is_what_strawberry_says_it_is():
    # guards the comparison itself
    assert expected(SCHEMA, "{ plain }") == {"data": {"plain": "root"}}
    assert expected(SCHEMA, "{ plane }").keys() == {"errors"}
    assert isinstance(answered(Engine(SCHEMA), "{ plain }"), Answer)


def chain(fragments: int) -> str:
    """Fragments that each spread the next one."""
    spread = "".join(f" fragment F{number} on Query {{ ...F{number + 1} }}" for number in range(fragments))
    return f"{{ ...F0 }}{spread} fragment F{fragments} on Query {{ __typename }}"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{a" * 500, "GRAPHQL_PARSE_FAILED"),
        ("{a" * 333 + "}" * 333, "GRAPHQL_PARSE_FAILED"),
        ("{" + "...{" * 333 + "plain" + "}" * 334, "GRAPHQL_PARSE_FAILED"),
        ("{ plain(x: " + "[" * 900, "GRAPHQL_PARSE_FAILED"),
        (chain(150), "TOO_MANY_TOKENS"),
    ],
)
def test_a_document_that_is_nested_too_deeply_is_refused(text, code):
    with pytest.raises(DocumentRefused) as refused:
        Engine(SCHEMA, Admission(SCHEMA, Limits())).plan(text)
    assert refused.value.code == code


def test_a_chain_of_fragments_is_answered_or_refused_where_limits_are_wide():
    engine = Engine(SCHEMA)
    assert answered(engine, chain(150)).body == b'{"data":{"__typename":"Query"}}'
    with pytest.raises(DocumentRefused, match="QUERY_TOO_DEEP: The document is nested too deeply"):
        engine.plan(chain(2_000))


def test_what_is_prepared_is_not_compiled_again_when_it_comes():
    engine = Engine(SCHEMA)
    query = "query ($key: ID!) { branch(key: $key) { id } }"
    plan = engine.prepare(query)
    [program] = plan.programs.values()
    assert engine.prepare(query) is plan
    answer = engine.execute(engine.plan(query), {"key": "b2"}, WHOLE, version=Version(1))
    assert isinstance(answer, Answer)
    assert json.loads(answer.body) == {"data": {"branch": {"id": "b2"}}}
    assert list(plan.programs.values()) == [program]
    assert (engine.counts["planned"], engine.counts["compiled"]) == (1, 1)


def test_what_has_more_than_one_program_is_planned_alone():
    engine = Engine(SCHEMA)
    assert engine.prepare("query ($no: Boolean!) { plain @skip(if: $no) }").programs == {}
    assert engine.counts["planned"] == 1
