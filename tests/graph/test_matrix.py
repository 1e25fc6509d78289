"""Counts by two fields, against counting the actions one by one."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.conditions import EVERYTHING, On, Operator
from graph.errors import OutOfRange
from graph.kinds import FacetField, NodeKind
from graph.knowledge_graph import KnowledgeGraph
from graph.model import Action, Sheet
from tests.graph.answers import walk
from tests.graph.random_sheets import directories

SOME = On(FacetField.YEAR, ((Operator.FROM, 2016),))


def values_of(action: Action, field: FacetField) -> set[str]:
    if field is FacetField.YEAR:
        return set() if action.year is None else {str(action.year)}
    if field is FacetField.STATUS:
        return {action.status} - {""}
    return {node.key for node in action.linked(NodeKind(field.value))}


@given(
    sheets=directories,
    rows=st.sampled_from(FacetField),
    columns=st.sampled_from(FacetField),
    most=st.integers(1, 4),
    condition=st.sampled_from((EVERYTHING, SOME)),
)
def test_each_cell_is_the_number_of_selected_actions_that_have_both(
    sheets: list[Sheet], rows: FacetField, columns: FacetField, most: int, condition: Any
):
    graph = KnowledgeGraph.from_sheets(sheets)
    actions = [action for action in graph.actions if condition is EVERYTHING or (action.year or 0) >= 2016]
    found = graph.select(condition).matrix(rows, columns, most)
    cells = {
        (row.key.value, column.value): count
        for row in walk(found.rows, 2)
        for column, count in zip(found.columns, row.counts, strict=True)
    }
    there = {value for action in actions for value in values_of(action, rows)}
    assert {row.key.value for row in found.rows.items} == there
    assert cells == {
        (row, column.value): sum(row in values_of(a, rows) and column.value in values_of(a, columns) for a in actions)
        for row in there
        for column in found.columns
    }
    sizes = [sum(column.value in values_of(action, columns) for action in actions) for column in found.columns]
    assert sizes == [column.count for column in found.columns] == sorted(sizes, reverse=True)
    every = {value for action in actions for value in values_of(action, columns)}
    assert len(found.columns) == min(most, len(every))


@pytest.mark.parametrize("most", [0, 101])
def test_the_number_of_columns_is_bounded(lot: KnowledgeGraph, most: int):
    with pytest.raises(OutOfRange, match="from 1 to 100"):
        lot.select().matrix(FacetField.STRUCTURE, FacetField.KEYWORD, most)


def test_a_cell_is_the_count_of_a_selection(ask):
    query = """{ matrix(rows: STRUCTURE, columns: KEYWORD, mostColumns: 3, where: { year: { gte: 2017 } }, first: 100) {
        totalCount columns { label value count } nodes { key { label value count } counts } } }"""
    found = ask(query)["matrix"]
    counted = "query ($where: ActionWhere) { actions(where: $where) { totalCount } }"
    assert found["totalCount"] == len(found["nodes"]) == 6
    for row in found["nodes"]:
        for column, count in zip(found["columns"], row["counts"], strict=True):
            where = {
                "year": {"gte": 2017},
                "structure": {"eq": row["key"]["value"]},
                "keywords": {"containsAny": [column["value"]]},
            }
            assert ask(counted, where=where)["actions"]["totalCount"] == count


def test_the_pages_of_rows_have_the_same_columns(ask):
    query = """query ($after: String) { matrix(rows: KEYWORD, columns: PUBLIC, first: 4, after: $after) {
        columns { value } nodes { key { value } counts } pageInfo { hasNextPage endCursor } } }"""
    rows, after, columns = [], None, set()
    while True:
        page = ask(query, after=after)["matrix"]
        rows += page["nodes"]
        columns.add(tuple(column["value"] for column in page["columns"]))
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]
    whole = ask("{ matrix(rows: KEYWORD, columns: PUBLIC, first: 100) { nodes { key { value } counts } } }")["matrix"]
    assert (rows, len(columns)) == (whole["nodes"], 1)
