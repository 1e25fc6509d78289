"""An old id of a sheet that became one with another, wherever the API takes an id."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLInputObjectType, GraphQLObjectType, get_named_type

from graph.knowledge_graph import KnowledgeGraph
from graph.live import LiveGraph
from graph.model import Sheet
from graph.store import Store
from graph.store.journal import Cause
from schema import Context, schema

REPAS = Sheet(
    title="Repas", department="Lot", year=2016, structure="A", structure_department="Lot", keywords=("Culture",)
)
NAVETTE = replace(REPAS, title="Navette", structure="B")

_ACTIONS = "{ totalCount nodes { id } unknownValues { value } }"
QUESTIONS = {
    "Query.node(id)": "node(id: ID) { id ... on Action { title related(by: KEYWORD) { nodes { id } } } }",
    "Query.nodes(ids)": "nodes(ids: [ID]) { id }",
    "Query.action(id)": "action(id: ID) { id similar { nodes { id } } }",
    "Query.path(from)": 'path(from: ID, to: "structure:lot-b") { length paths { steps { node { id } } } }',
    "Query.path(to)": 'path(from: "structure:lot-b", to: ID) { length paths { steps { node { id } } } }',
    "Query.neighbourhood(id)": "neighbourhood(id: ID) { nodes { id } edges { source target } }",
    "Query.similarActions(to)": "similarActions(to: [ID]) { totalCount edges { score node { id } } }",
    "ActionWhere.ids": "actions(where: { ids: [ID] }) " + _ACTIONS,
    "LinksWhere.sharedWith": "actions(where: { keywords: { sharedWith: [ID] } }) " + _ACTIONS,
    "ActionWhere.ids, negated": "actions(where: { NOT: { ids: [ID] } }) " + _ACTIONS,
}
"""What each place that takes the id of a sheet is asked."""

OF_THE_OLD_SHEET = {"Query.changes(ids)", "Query.revision(id)", "Query.diff(id)"}
"""The past of the sheet that had the id, which is told for ever."""

OF_NO_ACTION = {
    "Query.structure(id)",
    "Query.region(id)",
    "Query.body(id)",
    "Query.changes(structure)",
    "Query.sharedActions(nodes)",
}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "store.sqlite", create=True) as store:
        store.merge([REPAS, NAVETTE], "a.txt")
        store.merge([replace(REPAS, title="Repass")], "b.txt")
        store.merge([REPAS], "b.txt")
        yield store


def places_of_ids() -> Iterator[str]:
    for type_ in schema._schema.type_map.values():
        if isinstance(type_, GraphQLInputObjectType):
            yield from (f"{type_.name}.{n}" for n, f in type_.fields.items() if get_named_type(f.type).name == "ID")
        elif isinstance(type_, GraphQLObjectType) and not type_.name.startswith("__"):
            for name, field in type_.fields.items():
                yield from (
                    f"{type_.name}.{name}({argument})"
                    for argument, taken in field.args.items()
                    if get_named_type(taken.type).name == "ID"
                )


def test_every_place_that_takes_an_id_is_looked_at():
    assert set(places_of_ids()) == {name for name in QUESTIONS if "," not in name} | OF_THE_OLD_SHEET | OF_NO_ACTION


def answered(graph: KnowledgeGraph, question: str, id: str) -> Any:
    result = schema.execute_sync("{ " + question.replace("ID", f'"{id}"') + " }", context_value=Context(graph))
    assert result.errors is None
    return result.data


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS.keys())
def test_an_old_id_is_answered_as_the_one_that_it_became(store: Store, question: str):
    ((old, new),) = store.aliases().items()
    graph = KnowledgeGraph.from_store(store)
    assert (graph.network.records.get(old), graph.network.records[new].label) == (None, "Repas")
    assert answered(graph, question, old) == answered(graph, question, new)
    unknown = schema.execute_sync("{ " + question.replace("ID", '"action:nobody"') + " }", context_value=Context(graph))
    assert unknown.errors or unknown.data != answered(graph, question, new)


def test_an_old_id_leads_there_too_in_data_of_before_that_are_built_anew(store: Store, monkeypatch: pytest.MonkeyPatch):
    ((old, new),) = store.aliases().items()
    then = store.head().position
    store.writer.add(replace(NAVETTE, title="Jardin"), Cause("me"))
    monkeypatch.setattr("graph.live.live_graph.MOST_UNDONE", 0)
    graph = LiveGraph(KnowledgeGraph.from_store(store), store).as_of(then)
    assert (len(graph.actions), graph.get(old)) == (2, graph.network.records[new])
