"""The cost of an operation against a brute-force sum, and by hand."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import (
    FieldNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    VariableNode,
    build_schema,
    get_introspection_query,
    get_named_type,
    get_nullable_type,
    is_list_type,
    parse,
    validate,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from execution.cost import INTROSPECTION_PRICES, OperationCost, Price, Tariff
from execution.limits import CEILING, LimitExceeded, Limits
from tests.execution.test_limits import CountingSelections, count_visits

SCHEMA = build_schema("""
    type Query {
      actions(first: Int = 20, last: Int): Actions!
      nodes(ids: [ID!]!): [Item]!
      item: Item
      action: Action
      hard: Int
    }
    interface Item { id: ID! }
    type Actions { nodes: [Action!]! edges: [Edge!]! totalCount: Int! }
    type Edge { node: Action! cursor: String! }
    type Action implements Item { id: ID! title: String keywords: [Keyword!]! similar(first: Int): Actions! }
    type Keyword implements Item { id: ID! label: String actions(first: Int): Actions! }
""")
OPEN = Limits(cost=10**14, page=10**9)


def cost(text: str, limits: Limits = OPEN, prices=None, name=None) -> OperationCost:
    document = parse(text)
    assert validate(SCHEMA, document) == []
    operation = next(
        node
        for node in document.definitions
        if isinstance(node, OperationDefinitionNode) and (name is None or node.name.value == name)
    )
    return Tariff(SCHEMA, limits, prices).cost_of(document, operation)


def brute(text: str, variables: dict[str, int | None]) -> int:
    """The sum by writing out each fragment and following each page, item by item where sizes say so."""
    document = parse(text)
    fragments = {
        node.name.value: node for node in document.definitions if not isinstance(node, OperationDefinitionNode)
    }

    def asked(node: FieldNode, definition) -> int | None:
        if "first" not in definition.args:
            return None
        for argument in node.arguments or ():
            if isinstance(argument.value, VariableNode):
                value = variables[argument.value.name.value]
            else:
                value = int(argument.value.value) if isinstance(argument.value, IntValueNode) else None
            if value is not None:
                return value
        return 20

    def walk(selection_set, parent, page: int) -> int:
        total = 0
        for node in selection_set.selections:
            if isinstance(node, FragmentSpreadNode):
                fragment = fragments[node.name.value]
                condition = SCHEMA.get_type(fragment.type_condition.name.value)
                total += walk(fragment.selection_set, condition, page)
            elif isinstance(node, InlineFragmentNode):
                condition = SCHEMA.get_type(node.type_condition.name.value)
                total += walk(node.selection_set, condition, page)
            elif node.name.value == "__typename":
                total += 1
            else:
                definition = parent.fields[node.name.value]
                total += 1
                if node.selection_set is None:
                    continue
                below = get_named_type(definition.type)
                size = asked(node, definition)
                times = 1
                if is_list_type(get_nullable_type(definition.type)):
                    times = page if node.name.value in ("nodes", "edges") else 10
                total += sum(walk(node.selection_set, below, size or 0) for _ in range(times))
        return total

    operation = next(node for node in document.definitions if isinstance(node, OperationDefinitionNode))
    return walk(operation.selection_set, SCHEMA.query_type, 0)


@st.composite
def operations(draw) -> str:
    """Valid operations on SCHEMA with fragments on each type, sizes written or by variable."""
    fragments: dict[str, str] = {}
    size = st.sampled_from(["", "(first: 0)", "(first: 2)", "(first: $n)", "(first: $m)", "(first: null)"])

    def of(kind: str, depth: int) -> str:
        parts = ["__typename"]
        for _ in range(draw(st.integers(0, 2))):
            form = draw(st.sampled_from(["field", "field", "fragment", "inline"]))
            if form == "fragment" and depth < 3:
                name = f"{kind}{depth}"
                if name not in fragments:
                    fragments[name] = ""
                    fragments[name] = f"fragment {name} on {kind} {of(kind, depth + 1)}"
                parts.append(f"...{name}")
            elif form == "inline":
                parts.append(f"... on {kind} {{ __typename }}")
            elif kind == "Query":
                parts.append(f"p{len(parts)}d{depth}: actions{draw(size)} {of('Actions', depth + 1)}")
            elif depth >= 4:
                continue
            elif kind == "Actions":
                parts.append(f"nodes {of('Action', depth + 1)}")
                parts.append(f"edges {{ cursor node {of('Action', depth + 1)} }}")
            elif kind == "Action":
                parts.append(f"keywords {of('Keyword', depth + 1)}")
                parts.append(f"s{len(parts)}d{depth}: similar{draw(size)} {of('Actions', depth + 1)}")
            else:
                parts.append(f"k{len(parts)}d{depth}: actions{draw(size)} {of('Actions', depth + 1)}")
        return "{ " + " ".join(parts) + " }"

    body = of("Query", 0)
    return f"query Q($n: Int, $m: Int) {body} " + " ".join(fragments.values())


@given(operations(), st.one_of(st.none(), st.integers(0, 3)), st.one_of(st.none(), st.integers(0, 3)))
@settings(max_examples=60, deadline=None)
def test_the_cost_equals_the_sum_of_the_document_written_out(text, n, m):
    document = parse(text)
    operation = document.definitions[0]
    summed = Tariff(SCHEMA, OPEN).cost_of(document, operation)
    variables = {"n": n, "m": m}
    assert summed.check(variables) == brute(text, variables)
    assert summed.check(variables) == brute(text, variables)  # the kept sum too


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{ __typename }", 1),
        ("{ hard }", 1),
        ("{ action { id title } }", 3),
        ("{ actions { totalCount } }", 2),  # counting all is one field, not a page
        ("{ actions { nodes { id title } } }", 1 + 1 + 20 * 2),
        ("{ actions(first: 5) { nodes { id title } } }", 1 + 1 + 5 * 2),
        ("{ actions(last: 7) { nodes { id } } }", 1 + 1 + 7),
        ("{ actions(first: 5, last: 7) { nodes { id } } }", 1 + 1 + 7),
        ("{ actions(first: 5) { edges { cursor node { id } } } }", 1 + 1 + 5 * 3),
        ("{ action { keywords { label } } }", 1 + 1 + 10),
        ('{ nodes(ids: ["a", "b", "c"]) { id } }', 1 + 10),  # `ids` is not declared as a size
        (
            "{ actions(first: 3) { nodes { keywords { actions(first: 2) { nodes { id } } } } } }",
            1 + 1 + 3 * (1 + 10 * (1 + 1 + 2)),
        ),
        ("{ actions(first: -1) { nodes { id } } }", 1 + 1),
        ("{ actions(first: null) { nodes { id } } }", 1 + 1 + 20),
    ],
)
def test_costs_that_can_be_checked_by_hand(text, expected):
    summed = cost(text)
    assert summed.fixed == expected
    assert summed.check({}) == expected


def test_a_fragment_on_a_connection_counts_the_page_of_where_it_is_spread():
    fragment = "fragment F on Actions { nodes { id } }"
    text = "{ a: actions(first: 2) { ...F } b: actions(first: 5) { ...F } } " + fragment
    assert cost(text).fixed == (1 + 1 + 2) + (1 + 1 + 5)


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"n": 5}, 7),
        ({"n": 5.0}, 7),
        ({"n": None}, 22),
        ({}, 52),  # the variable's own default
        ({"n": -3}, 2),
        ({"n": "five"}, 3),
        ({"n": True}, 22),
    ],
)
def test_a_page_size_by_variable_is_read_at_each_request(variables, expected):
    summed = cost("query Q($n: Int = 50) { actions(first: $n) { nodes { id } } }")
    assert summed.fixed is None
    assert summed.variables == ("n",)
    assert summed.check(variables) == expected


def test_declared_prices_and_sizes_replace_the_plain_ones():
    prices = {
        "Query.hard": Price(each=500),
        "Query.nodes": Price(sized_by=("ids",)),
        "Action.keywords": Price(items=4),
        "Action.similar": Price(each=50, items=3),
    }
    assert cost("{ hard }", prices=prices).fixed == 500
    assert cost('{ nodes(ids: ["a", "b", "c"]) { id } }', prices=prices).fixed == 1 + 3
    assert cost('{ nodes(ids: "a") { id } }', prices=prices).fixed == 1 + 1
    by_variable = cost("query Q($ids: [ID!]!) { nodes(ids: $ids) { id } }", prices=prices)
    assert by_variable.check({"ids": ["a"] * 8}) == 1 + 8
    assert cost("{ action { keywords { label } } }", prices=prices).fixed == 1 + 1 + 4
    assert cost("{ action { similar { nodes { id } } } }", prices=prices).fixed == 1 + 50 + 1 + 3
    assert cost("{ action { similar(first: 9) { nodes { id } } } }", prices=prices).fixed == 1 + 50 + 1 + 9


def test_a_price_of_an_unknown_field_is_refused():
    with pytest.raises(ValueError, match=r"a price is declared for Query\.slow, which the schema does not have"):
        Tariff(SCHEMA, Limits(), {"Query.slow": Price(each=5)})


SEARCHED = """
    type Query { actions(search: String, where: Where, all: [Where!]): Int  similar: Int }
    input Where { title: Text  and: [Where!]  year: Int }
    input Text { contains: String  eq: String }
"""
GROWING = {"(search)": Price(grows=True), "(contains)": Price(grows=True), "Query.similar": Price(grows=True)}


@pytest.mark.parametrize(
    ("text", "variables", "grows"),
    [
        ("{ actions }", {}, False),
        ("{ similar }", {}, True),
        ("{ ...F } fragment F on Query { similar }", {}, True),
        ('{ actions(search: "a") }', {}, True),
        ("{ actions(search: null) }", {}, False),
        ('{ actions(where: {title: {eq: "a"}, year: 1}) }', {}, False),
        ('{ actions(where: {and: [{year: 1}, {title: {contains: "a"}}]}) }', {}, True),
        ("query ($s: String) { actions(search: $s) }", {"s": "a"}, True),
        ("query ($s: String) { actions(search: $s) }", {"s": None}, False),
        ("query ($s: String) { actions(search: $s) }", {}, False),
        ('query ($s: String = "a") { actions(search: $s) }', {}, True),
        ("query ($s: String) { actions(where: {title: {contains: $s}}) }", {"s": "a"}, True),
        ("query ($s: String) { actions(where: {title: {eq: $s}}) }", {"s": "a"}, False),
        ("query ($w: Where) { actions(where: $w) }", {"w": {"and": [{"title": {"contains": "a"}}]}}, True),
        ("query ($w: Where) { actions(where: $w) }", {"w": {"title": {"contains": None, "eq": "a"}}}, False),
        ('query ($w: Where = {title: {contains: "a"}}) { actions(where: $w) }', {}, True),
        ("query ($w: [Where!]) { actions(all: $w) }", {"w": [{"year": 1}, {"title": {"contains": "a"}}]}, True),
        ("query ($w: Where!) { actions(all: [{year: 1}, $w]) }", {"w": {"title": {"contains": "a"}}}, True),
    ],
)
def test_what_grows_with_the_data_is_heavy_where_these_are_large(text: str, variables: dict, grows: bool):
    schema, document = build_schema(SEARCHED), parse(text)
    assert validate(schema, document) == []
    summed = Tariff(schema, Limits(), GROWING).cost_of(document, document.definitions[0])
    assert summed.is_heavy(variables, large=True) is grows
    assert summed.is_heavy(variables, large=False) is False


def test_variables_that_are_nested_deeper_than_python_calls_are_read_as_any_others():
    document = parse("query ($w: [Where!]) { actions(all: $w) }")
    summed = Tariff(build_schema(SEARCHED), Limits(), GROWING).cost_of(document, document.definitions[0])
    for inmost, grows in (({"title": {"contains": "a"}}, True), ({"title": {"eq": "a"}}, False)):
        deep: Any = inmost
        for _ in range(100_000):
            deep = [deep]
        assert summed.is_heavy({"w": deep}, large=True) is grows


@pytest.mark.parametrize("large", [True, False])
@pytest.mark.parametrize(
    ("text", "variables", "heavy"),
    [
        ("{ actions }", {}, False),
        ('{ actions(search: "a") }', {}, True),
        ("query ($s: String) { actions(search: $s) }", {"s": "a"}, True),
        ("query ($s: String) { actions(search: $s) }", {}, False),
        ('query ($s: String = "a") { actions(search: $s) }', {}, True),
    ],
)
def test_what_an_argument_makes_heavy_is_heavy_however_much_data_there_is(
    text: str, variables: dict, heavy: bool, large: bool
):
    document = parse(text)
    tariff = Tariff(build_schema(SEARCHED), Limits(), {"(search)": Price(heavy=True)})
    assert tariff.cost_of(document, document.definitions[0]).is_heavy(variables, large) is heavy


def test_a_price_of_an_unknown_argument_is_refused():
    with pytest.raises(ValueError, match=r"a price is declared for \(find\), which the schema does not have"):
        Tariff(SCHEMA, Limits(), {"(find)": Price(grows=True)})


def test_a_cost_over_the_limit_is_refused_with_its_numbers():
    text = "{ actions(first: 100) { nodes { keywords { actions(first: 24) { nodes { id } } } } } }"
    with pytest.raises(LimitExceeded, match="Query cost 26,102 is over the limit of 10,000") as refused:
        cost(text, Limits()).check({})
    assert refused.value.extensions == {"code": "QUERY_TOO_COSTLY", "requested": 26_102, "limit": 10_000}


def test_the_same_plan_passes_or_is_refused_by_the_variables():
    summed = cost("query Q($n: Int) { actions(first: 50) { nodes { similar(first: $n) { nodes { id } } } } }", Limits())
    assert summed.check({"n": 10}) == 1 + 1 + 50 * (1 + 1 + 10)
    for _ in range(2):
        with pytest.raises(LimitExceeded, match="Query cost 10,102 is over"):
            cost("query Q($n: Int) { actions(first: 100) { nodes { similar(first: $n) { nodes { id } } } } }",
                 Limits()).check({"n": 99})  # fmt: skip


@pytest.mark.parametrize("first", ["101", "2147483648", "9" * 5000])
def test_a_written_page_over_the_limit_is_refused(first):
    document = parse(f"{{ actions(first: {first}) {{ nodes {{ id }} }} }}")
    with pytest.raises(
        LimitExceeded, match=r"Page size [0-9,]+ of Query.actions\(first, last\) is over the limit of 100"
    ):
        Tariff(SCHEMA, Limits()).cost_of(document, document.definitions[0])


@pytest.mark.parametrize("first", [101, 10**6, 1e9, float("inf"), ["x"] * 101])
def test_a_page_over_the_limit_by_variable_is_refused(first):
    summed = cost("query Q($n: Int) { actions(first: $n) { nodes { id } } }", Limits())
    with pytest.raises(LimitExceeded, match="over the limit of 100") as refused:
        summed.check({"n": first})
    assert refused.value.extensions["code"] == "PAGE_TOO_LARGE"


def test_a_fan_out_of_fragments_is_summed_without_being_written_out():
    fragments = [f"fragment F{i} on Query {{ ...F{i + 1} ...F{i + 1} }}" for i in range(100)]
    text = "{ ...F0 } " + " ".join(fragments) + " fragment F100 on Query { hard }"
    document = parse(text)
    assert Tariff(SCHEMA, OPEN).cost_of(document, document.definitions[0]).fixed == CEILING


def test_each_selection_is_looked_at_once():
    text = "{ action { ...A ...A } } fragment A on Action { id ...B ...B } fragment B on Action { title }"
    document = parse(text)
    total = count_visits(document)
    assert total == 7
    Tariff(SCHEMA, OPEN).cost_of(document, document.definitions[0])
    assert CountingSelections.looked_at == total


def test_introspection_is_priced_as_a_whole_and_passes_once():
    text = get_introspection_query()
    assert cost(text, Limits()).check({}) == INTROSPECTION_PRICES["__schema"]
    aliases = " ".join(f"a{i}: __schema {{ queryType {{ name }} }}" for i in range(6))
    with pytest.raises(LimitExceeded, match="Query cost 12,000"):
        cost(f"{{ {aliases} }}", Limits()).check({})


def test_each_operation_of_a_document_has_its_own_cost():
    text = """query A { action { ...F } } query B($n: Int) { action { similar(first: $n) { totalCount } } }
              fragment F on Action { id }"""
    assert cost(text, name="A").check({}) == 2
    assert cost(text, name="B").check({"n": 3}) == 3


def test_kept_sums_are_bounded():
    summed = cost("query Q($n: Int) { actions(first: $n) { nodes { id } } }")
    for n in range(3000):
        assert summed.check({"n": n}) == 2 + n
    assert len(summed._sums) <= 1024
