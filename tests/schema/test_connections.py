"""Every list that can grow is a Relay connection whose pages join, forwards and backwards, to the whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from graphql import get_named_type, get_nullable_type, is_list_type, is_object_type
from hypothesis import given
from hypothesis import strategies as st

from graph.knowledge_graph import KnowledgeGraph
from graph.model import Problem, Sheet
from graph.paging import PageSizes
from graph.store import SourceRecord
from schema import Context, schema
from tests.graph.random_sheets import directories

RIONET = "structure:lot-centre-social-et-cuturel-le-rionet"
LISTS = {
    "actions": ("{ actions(%s) { %s } }", "id"),
    "actions, searched": ('{ actions(search: "atelier", %s) { %s } }', "id"),
    "actions, ordered": ("{ actions(orderBy: [{ keywordCount: DESC }, { title: ASC }], %s) { %s } }", "id"),
    "actions of a node": ('{ node(id: "keyword:culture") { ... on Concept { actions(%s) { %s } } } }', "id"),
    "structures": ("{ structures(%s) { %s } }", "id"),
    "structures, backwards": ("{ structures(orderBy: { label: DESC }, %s) { %s } }", "id"),
    "keywords, by count": ("{ keywords(orderBy: { actionCount: DESC }, %s) { %s } }", "id"),
    "keywords of a structure": (f'{{ structure(id: "{RIONET}") {{ keywords(%s) {{ %s }} }} }}', "id"),
    "search": ('{ search(query: "culture", %s) { %s } }', "id"),
    "similar": ('{ similarActions(to: ["action:repas-oriental-2016-1f0c9d3e"], %s) { %s } }', "id"),
    "cooccurrences": ("{ cooccurrences(minCount: 1, %s) { %s } }", "a { id } b { id }"),
    "meetings": ("{ meetings(%s) { %s } }", "a { id } b { id }"),
    "meetings, by the Jaccard index": ("{ meetings(measure: JACCARD, %s) { %s } }", "a { id } b { id }"),
    "meetings of a structure": (f'{{ structure(id: "{RIONET}") {{ meet(%s) {{ %s }} }} }}', "b { id }"),
    "communities": ("{ communities(%s) { %s } }", "number"),
    "empty fields": ("{ dataQuality { emptyFields(%s) { %s } } }", "field"),
    "doubtful values": ("{ dataQuality { doubtfulValues(%s) { %s } } }", "concept { id }"),
    "respelled": ("{ dataQuality { respelled(%s) { %s } } }", "id"),
    "repeated titles": ("{ dataQuality { repeatedTitles(%s) { %s } } }", "title"),
    "sources": ("{ dataset { sources(%s) { %s } } }", "name"),
    "problems": ("{ dataset { sources(last: 1) { nodes { problems(%s) { %s } } } } }", "line reason text"),
}


@pytest.fixture(scope="module")
def graph(sheets: tuple[Sheet, ...]) -> KnowledgeGraph:
    """The real page with one sheet more, whose title is there already, and sources with problems."""
    twin = Sheet(
        title=sheets[0].title, department="Lot", year=2001, structure="Autre centre", structure_department="Lot"
    )
    problems = tuple(Problem(line, f"text {n}", f"reason {line % 2}") for n, line in enumerate((1, 1, 3, 3, 4)))
    sources = [SourceRecord(name, "2026-01-01T00:00:00+00:00", problems) for name in ("a.txt", "b.txt", "c.txt")]
    return KnowledgeGraph.from_sheets([*sheets, twin], sources=sources)


def connection_of(data: Any) -> dict[str, Any]:
    """The connection that an answer holds, however deep."""
    while "pageInfo" not in data:
        (data,) = data if isinstance(data, list) else data.values()
    return data


def pager(graph: KnowledgeGraph, query: str, fields: str) -> Callable[[str], dict[str, Any]]:
    parts = f"totalCount nodes {{ {fields} }} edges {{ cursor node {{ {fields} }} }}"
    parts += " pageInfo { hasNextPage hasPreviousPage startCursor endCursor }"

    def page(arguments: str) -> dict[str, Any]:
        result = schema.execute_sync(query % (arguments, parts), context_value=Context(graph))
        assert result.errors is None, result.errors
        return connection_of(result.data)

    return page


def walk(page: Callable[[str], dict[str, Any]], size: int, *, backwards: bool) -> list[Any]:
    """The nodes of every page in turn, each asked for with the cursor of the one before."""
    name, place, has, cursor = (
        ("last", "before", "hasPreviousPage", "startCursor")
        if backwards
        else ("first", "after", "hasNextPage", "endCursor")
    )
    found: list[Any] = []
    arguments = f"{name}: {size}"
    for _ in range(200):
        answer = page(arguments)
        assert answer["nodes"] == [edge["node"] for edge in answer["edges"]]
        cursors = [edge["cursor"] for edge in answer["edges"]]
        ends = (answer["pageInfo"]["startCursor"], answer["pageInfo"]["endCursor"])
        assert ends == ((cursors[0], cursors[-1]) if cursors else (None, None))
        found = answer["nodes"] + found if backwards else found + answer["nodes"]
        if not answer["pageInfo"][has]:
            return found
        arguments = f'{name}: {size}, {place}: "{answer["pageInfo"][cursor]}"'
    raise AssertionError("the pages do not end")


@pytest.mark.parametrize("name", LISTS)
def test_pages_join_to_the_whole_list_in_both_directions(graph: KnowledgeGraph, name: str):
    query, fields = LISTS[name]
    if name == "similar":
        query = query.replace("action:repas-oriental-2016-1f0c9d3e", graph.actions[0].key)
    page = pager(graph, query, fields)
    whole = page("first: 100")
    assert whole["totalCount"] == len(whole["nodes"]) > 0
    assert len({str(node) for node in whole["nodes"]}) == len(whole["nodes"])
    for size in (1, 3):
        assert walk(page, size, backwards=False) == whole["nodes"]
        assert walk(page, size, backwards=True) == whole["nodes"]


@given(directories, st.sampled_from(["meetings", "cooccurrences", "communities", "doubtful values"]))
def test_lists_of_any_directory_are_walked_without_loss_or_repetition(sheets: list[Sheet], name: str):
    query, fields = LISTS[name]
    page = pager(KnowledgeGraph.from_sheets(sheets), query, fields)
    whole = page("first: 100")
    if whole["totalCount"] <= 100:
        assert walk(page, 2, backwards=False) == walk(page, 2, backwards=True) == whole["nodes"]


def test_a_list_that_is_no_connection_says_what_bounds_it():
    """What one sheet, or one structure, prints is bounded by it. Every other list says its bound."""
    bounded = ("at most", "No connection", "one or two", "ten entries", "one entry a field", "a handful")
    of_a_sheet = {"Action", "SimilarEdge", "Meeting", "Path"}
    for type_ in schema._schema.type_map.values():
        if not is_object_type(type_) or type_.name.startswith("__"):
            continue
        for name, field in type_.fields.items():
            if not is_list_type(get_nullable_type(field.type)) or type_.name in of_a_sheet:
                continue
            if name in ("edges", "nodes") and "pageInfo" in type_.fields:
                continue
            said = " ".join([field.description or "", *(a.description or "" for a in field.args.values())])
            assert any(word in said for word in bounded), f"{type_.name}.{name}: {get_named_type(field.type)}"


@pytest.mark.parametrize("field", ["actions", "structures", "keywords", "meetings", "communities"])
def test_the_sizes_of_pages_are_those_of_the_context(lot: KnowledgeGraph, field: str):
    context = Context(lot, PageSizes(default=2, largest=3))

    def ask(arguments: str) -> Any:
        query = f"{{ {field}{arguments} {{ edges {{ cursor }} }} }}"
        return schema.execute_sync(query, context_value=context)

    assert len(ask("").data[field]["edges"]) == 2
    assert len(ask("(first: 3)").data[field]["edges"]) == 3
    assert len(ask("(first: 0)").data[field]["edges"]) == 0
    for arguments in ("(first: 4)", "(last: 4)", "(first: -1)"):
        assert "give a number from 0 to 3" in ask(arguments).errors[0].message


def test_a_page_larger_than_what_is_kept_ready_is_whole(sheets: tuple[Sheet, ...]):
    many = [
        Sheet(title=f"Atelier {n:03}", department="Lot", year=2020, structure="Centre", structure_department="Lot")
        for n in range(250)
    ]
    graph = KnowledgeGraph.from_sheets(many)
    query = '{ node(id: "department:lot") { ... on Concept { actions(first: 230) { nodes { title } } } } }'
    result = schema.execute_sync(query, context_value=Context(graph, PageSizes(20, 240)))
    assert result.errors is None
    titles = [node["title"] for node in result.data["node"]["actions"]["nodes"]]
    assert titles == [f"Atelier {n:03}" for n in range(230)]


def test_a_problem_that_is_said_twice_is_given_twice():
    twice = (Problem(3, "text", "reason"),) * 3
    graph = KnowledgeGraph.from_sheets([], sources=[SourceRecord("a.txt", "2026-01-01T00:00:00+00:00", twice)])
    query, fields = LISTS["problems"]
    page = pager(graph, query, fields)
    assert len(walk(page, 1, backwards=False)) == len(walk(page, 1, backwards=True)) == 3
