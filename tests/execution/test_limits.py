"""Limits of a document: measures against brute-force expansion, and messages with their numbers."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    SelectionSetNode,
    get_introspection_query,
    parse,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from execution import Admission
from execution.limits import LIMIT_CODES, LimitExceeded, Limits, check_response, check_variables
from execution.shape import CONNECTION_LEVELS, check_shape, shape_of
from tests.execution.nasty import make_schema

ADMISSION = Admission(make_schema(), Limits())

NAMES = ["a", "b", "edges", "node", "nodes"]


class CountingSelections(tuple):
    """Selections that count how many of them were looked at."""

    looked_at = 0

    def __iter__(self):
        for node in super().__iter__():
            CountingSelections.looked_at += 1
            yield node


def operation_of(document, name=None):
    return next(
        node
        for node in document.definitions
        if isinstance(node, OperationDefinitionNode) and (name is None or node.name.value == name)
    )


def shape(text: str):
    document = parse(text)
    return shape_of(document, operation_of(document))


def fan_out(levels: int) -> str:
    """Fragments that each spread the next one twice: 2^levels fields when written out."""
    fragments = [f"fragment F{i} on Query {{ ...F{i + 1} ...F{i + 1} }}" for i in range(levels)]
    return "{ ...F0 } " + " ".join(fragments) + f" fragment F{levels} on Query {{ x: a }}"


def count_visits(document) -> int:
    """Wraps every selection set of `document`; the number of selections in it; the count starts again."""
    total = 0
    stack: list[Any] = [definition.selection_set for definition in document.definitions]
    while stack:
        selection_set = stack.pop()
        total += len(selection_set.selections)
        stack.extend(
            node.selection_set for node in selection_set.selections if getattr(node, "selection_set", None) is not None
        )
        object.__setattr__(selection_set, "selections", CountingSelections(selection_set.selections))
    CountingSelections.looked_at = 0
    return total


def brute(document) -> dict[str, int]:
    """The measures by writing every fragment out, with no memo at all."""
    fragments = {
        node.name.value: node.selection_set
        for node in document.definitions
        if not isinstance(node, OperationDefinitionNode)
    }
    found = {"depth": 0, "aliases": 0, "root_fields": 0, "fields": 0}

    def walk(selection_set: SelectionSetNode, depth: int, level: int) -> None:
        for node in selection_set.selections:
            if isinstance(node, FragmentSpreadNode):
                walk(fragments[node.name.value], depth, level)
            elif isinstance(node, FieldNode):
                found["fields"] += 1
                found["aliases"] += node.alias is not None
                found["root_fields"] += level == 0
                if node.selection_set is not None:
                    below = depth + (node.name.value not in CONNECTION_LEVELS)
                    found["depth"] = max(found["depth"], below)
                    walk(node.selection_set, below, level + 1)
            else:
                walk(node.selection_set, depth, level)

    walk(operation_of(document).selection_set, 0, 0)
    return found


@st.composite
def documents(draw) -> str:
    """Small documents whose fragments spread only later fragments, so that they end when written out."""
    count = draw(st.integers(0, 4))

    def selection_set(first_fragment: int, depth: int) -> str:
        parts = []
        for _ in range(draw(st.integers(1, 3))):
            kind = draw(st.sampled_from(["leaf", "field", "inline", "spread"]))
            if kind == "spread" and first_fragment < count:
                parts.append(f"...F{draw(st.integers(first_fragment, count - 1))}")
            elif kind == "inline" and depth < 3:
                parts.append(f"... on T {selection_set(first_fragment, depth + 1)}")
            elif kind == "field" and depth < 3:
                alias = draw(st.sampled_from(["", "z: "]))
                name = draw(st.sampled_from(NAMES))
                parts.append(f"{alias}{name} {selection_set(first_fragment, depth + 1)}")
            else:
                parts.append(draw(st.sampled_from(["leaf", "y: leaf"])))
        return "{ " + " ".join(parts) + " }"

    text = "query " + selection_set(0, 0)
    return text + "".join(f" fragment F{i} on T {selection_set(i + 1, 0)}" for i in range(count))


@given(documents())
@settings(max_examples=150, deadline=None)
def test_measures_equal_those_of_the_document_written_out(text):
    document = parse(text)
    measured = shape_of(document, operation_of(document))
    assert {name: getattr(measured, name) for name in brute(document)} == brute(document)


@given(documents())
@settings(max_examples=50, deadline=None)
def test_each_selection_is_looked_at_once(text):
    every_fragment = "".join(f"...F{number} " for number in range(text.count("fragment ")))
    document = parse(text.replace("query {", f"query {{ {every_fragment}"))
    total = count_visits(document)
    shape_of(document, operation_of(document))
    assert CountingSelections.looked_at == total


def test_a_fan_out_of_a_hundred_fragments_is_looked_at_once_and_refused():
    document = parse(fan_out(100))
    total = count_visits(document)
    with pytest.raises(LimitExceeded) as refused:
        check_shape(document, operation_of(document), Limits())
    assert CountingSelections.looked_at == total
    assert refused.value.extensions["code"] == "TOO_MANY_ALIASES"


def test_circular_fragments_end_and_are_left_to_validation():
    assert shape("{ ...A } fragment A on T { a ...B } fragment B on T { b ...A }").fields == 2
    assert shape("{ ...A } fragment A on T { a { ...A } }").depth == 1


def test_a_spread_of_no_fragment_counts_nothing():
    assert shape("{ a ...Missing }").fields == 1


def test_depth_counts_relations_and_not_the_form_of_a_connection():
    measured = shape("{ actions { edges { node { keywords { actions { nodes { title } } } } } } }")
    assert measured.depth == 3


def test_introspection_adds_no_depth_and_passes_the_defaults():
    text = get_introspection_query(input_value_deprecation=True, directive_is_repeatable=True)
    document = ADMISSION.parse(text)
    assert check_shape(document, operation_of(document), Limits()).depth == 0


def test_a_fragment_below_introspection_still_counts_depth_where_it_stands_outside():
    assert shape("{ __schema { ...F } } fragment F on T { a { b { c } } }").depth == 0
    assert shape("{ __schema { ...F } x { ...F } } fragment F on T { a { b { c } } }").depth == 3


def test_root_fields_are_counted_through_fragments():
    assert shape("{ a ...F ...F } fragment F on Query { b c { d } }").root_fields == 5


def test_directives_are_counted_in_the_whole_document():
    text = """query Q($v: Boolean @x) @x { a @x ...F @x ... @x { b } }
              fragment F on T @x { c @x @x }"""
    assert shape(text).directives == 8


def test_only_the_named_operation_is_measured():
    document = parse("query A { a } query B { a { b { c } } }")
    assert shape_of(document, operation_of(document, "A")).depth == 0
    assert shape_of(document, operation_of(document, "B")).depth == 2


@pytest.mark.parametrize(
    ("limits", "text", "code", "message"),
    [
        (Limits(depth=1), "{ a { b { c } } }", "QUERY_TOO_DEEP", "Query depth 2 is over the limit of 1"),
        (
            Limits(aliases=1),
            "{ x: a y: a }",
            "TOO_MANY_ALIASES",
            "Query with 2 aliases is over the limit of 1",
        ),
        (Limits(root_fields=1), "{ a b }", "TOO_MANY_ROOT_FIELDS", "2 root fields is over the limit of 1"),
        (Limits(fields=2), "{ a { b c } }", "TOO_MANY_FIELDS", "Query with 3 fields is over the limit of 2"),
        (Limits(directives=1), "{ a @x @y }", "TOO_MANY_DIRECTIVES", "2 directives is over the limit of 1"),
    ],
)
def test_a_measure_over_its_limit_is_refused_with_its_numbers(limits, text, code, message):
    document = parse(text)
    with pytest.raises(LimitExceeded, match=message) as refused:
        check_shape(document, operation_of(document), limits)
    assert refused.value.extensions["code"] == code
    assert refused.value.extensions["requested"] == refused.value.extensions["limit"] + 1


def test_a_measure_at_its_limit_passes():
    document = parse("{ x: a { b } c @y }")
    limits = Limits(depth=1, aliases=1, root_fields=2, fields=3, directives=1)
    assert check_shape(document, operation_of(document), limits).fields == 3


def test_characters_are_refused_before_parsing():
    with pytest.raises(LimitExceeded, match="Query of 15,001 characters is over the limit of 15,000"):
        ADMISSION.parse("(" * 15_001)


@pytest.mark.parametrize("text", ["{ " + "a " * 2000 + "}", "{ a }" + "\n#" * 2000, "{ a(x: [" + "1 " * 2000 + "]) }"])
def test_tokens_are_refused_while_parsing(text):
    with pytest.raises(LimitExceeded) as refused:
        ADMISSION.parse(text)
    assert refused.value.message == "Query is over the limit of 1,000 tokens"
    assert refused.value.extensions == {"code": "TOO_MANY_TOKENS", "limit": 1000}


@pytest.mark.parametrize("text", ["", "{", "{ a(x: " + "[" * 900, "{ a " * 400])
def test_a_document_that_is_not_graphql_is_not_taken_for_a_long_one(text):
    with pytest.raises(GraphQLSyntaxError):
        ADMISSION.parse(text)


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"v": {"in": [1] * 101}}, r"Variable \$v: a list of 101 items is over the limit of 100"),
        ({"v": [["x" * 10_001]]}, r"Variable \$v: a string of 10,001 characters is over the limit of 10,000"),
        ({"v": ["x" * 10_000] * 8}, "Variables of 80,0[0-9]+ bytes are over the limit of 65,536"),
    ],
)
def test_variables_over_a_limit_are_refused(variables, message):
    with pytest.raises(LimitExceeded, match=message):
        check_variables(variables, Limits())


def test_variables_at_the_limits_pass():
    check_variables({"v": [["x" * 10_000], [1] * 100], "w": None}, Limits())


def test_variables_of_a_message_within_the_limit_are_not_measured_again():
    check_variables({"v": object()}, Limits(), received_bytes=100)  # orjson could not write this


def test_an_answer_over_its_limit_is_refused():
    check_response(5_000_000, Limits())
    with pytest.raises(LimitExceeded, match="Answer of 5,000,001 bytes is over the limit of 5,000,000"):
        check_response(5_000_001, Limits())


@pytest.mark.parametrize("value", [0, -1, True, 1.5, "10", None])
def test_a_limit_that_is_not_a_positive_whole_number_is_refused(value):
    with pytest.raises(ValueError, match=r"Limits.depth is .*; a whole number of at least 1 is needed"):
        Limits(depth=value)


def test_every_limit_says_what_it_is_and_every_code_a_limit():
    fields = {limit.name: limit for limit in dataclasses.fields(Limits)}
    assert all(limit.metadata["sentence"] for limit in fields.values())
    assert set(LIMIT_CODES) <= set(fields)
    assert set(fields) - set(LIMIT_CODES) == {"errors", "message_characters", "default_page", "default_list"}
    assert len({code for code, _ in LIMIT_CODES.values()}) == len(LIMIT_CODES)
