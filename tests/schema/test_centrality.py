"""Centrality in the API, on two groups of actions that one action links."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from graphql import parse

from execution.cost import Tariff
from execution.limits import Limits
from graph import analysis
from graph.kinds import NodeKind
from graph.knowledge_graph import KnowledgeGraph
from graph.model import Sheet
from schema import PRICES, Context, schema

GARDEN = Sheet(title="", department="Lot", structure_department="Lot", structure="Nord", keywords=("Jardin",))
KNITTING = replace(GARDEN, structure="Sud", keywords=("Tricot",))
SHEETS = [
    *(replace(GARDEN, title=title) for title in ("Potager", "Verger")),
    *(replace(KNITTING, title=title) for title in ("Laine", "Maille")),
    replace(GARDEN, title="Fête", structure="Est", keywords=("Jardin", "Tricot")),
]
GRAPH = KnowledgeGraph.from_sheets(SHEETS)


def result(query: str, graph: KnowledgeGraph = GRAPH) -> Any:
    return schema.execute_sync(query, context_value=Context(graph))


def answer(query: str) -> Any:
    found = result(query)
    assert found.errors is None, found.errors
    return found.data


def test_an_action_a_structure_and_a_concept_say_where_they_stand():
    everything = (
        "centrality { degree betweenness coreNumber component { number size } isCutNode bridges "
        "community { label } asOf }"
    )
    found = answer(
        f'{{ actions(where: {{ title: {{ eq: "Fête" }} }}) {{ nodes {{ {everything} structure {{ {everything} }} '
        f"keywords {{ label {everything} }} department {{ {everything} region {{ {everything} }} }} }} }} }}"
    )
    (party,) = found["actions"]["nodes"]
    # Of the 36 pairs of the nine other nodes: four by four across, and its centre with each of the eight.
    assert party["centrality"] == {
        "degree": 3, "betweenness": pytest.approx(24 / 36), "coreNumber": 2, "component": {"number": 0, "size": 10},
        "isCutNode": True, "bridges": 3, "community": {"label": "Jardin · Tricot"}, "asOf": "0",
    }  # fmt: skip
    assert party["structure"]["centrality"] | {"community": None, "component": None} == {
        "degree": 1, "betweenness": 0, "coreNumber": 1, "component": None,
        "isCutNode": False, "bridges": 1, "community": None, "asOf": "0",
    }  # fmt: skip
    assert [(word["label"], word["centrality"]["degree"]) for word in party["keywords"]] == [
        ("Jardin", 3),
        ("Tricot", 3),
    ]
    assert (party["department"]["centrality"], party["department"]["region"]["centrality"]) == (None, None)


def test_lists_are_ordered_by_it():
    found = answer(
        "{ structures(orderBy: { betweenness: DESC }) { nodes { name } } "
        "keywords(orderBy: { degree: ASC }) { nodes { label } } "
        "actions(orderBy: [{ betweenness: DESC }, { title: DESC }]) { nodes { title } } }"
    )
    assert [each["name"] for each in found["structures"]["nodes"]] == ["Nord", "Sud", "Est"]
    assert [each["label"] for each in found["keywords"]["nodes"]] == ["Jardin", "Tricot"]
    assert [each["title"] for each in found["actions"]["nodes"]] == ["Fête", "Verger", "Potager", "Maille", "Laine"]


@pytest.mark.parametrize(
    ("condition", "titles"),
    [
        ("isCutNode: true", ["Fête"]),
        ("isCutNode: false", ["Laine", "Maille", "Potager", "Verger"]),
        ("betweenness: { gt: 0.5 }", ["Fête"]),
        ("betweenness: { gte: 0.01, lte: 0.5 }", ["Laine", "Maille", "Potager", "Verger"]),
        ("degree: { in: [2, 9] }", ["Laine", "Maille", "Potager", "Verger"]),
        ("degree: { ne: 2 }, bridges: { eq: 3 }", ["Fête"]),
        ("coreNumber: { lt: 2 }", []),
        ("component: { eq: 0 }, degree: { isNull: false }, bridges: { gte: 1 }", ["Fête"]),
        ("degree: { isNull: true }", []),
        ("isCutNode: null, degree: null", ["Fête", "Laine", "Maille", "Potager", "Verger"]),
    ],
)
def test_actions_are_chosen_by_it(condition: str, titles: list[str]):
    found = answer(f"{{ actions(where: {{ centrality: {{ {condition} }} }}) {{ nodes {{ title }} }} }}")
    assert sorted(each["title"] for each in found["actions"]["nodes"]) == titles


def test_structures_and_concepts_are_chosen_by_it_and_by_that_of_their_actions():
    found = answer(
        "{ structures(where: { actions: { some: { centrality: { isCutNode: true } } } }) { nodes { name } } "
        "own: structures(where: { centrality: { bridges: { gte: 1 } } }) { nodes { name } } "
        "keywords(where: { NOT: { centrality: { degree: { gt: 5 } } } }) { totalCount } "
        "departments(where: { centrality: { degree: { gte: 0 } } }) { totalCount } }"
    )
    assert found == {
        "structures": {"nodes": [{"name": "Est"}]},
        "own": {"nodes": [{"name": "Est"}]},
        "keywords": {"totalCount": 2},
        "departments": {"totalCount": 0},
    }


def test_the_most_central_of_a_kind_are_a_list_that_says_what_was_left_out():
    busy = [replace(GARDEN, title=str(n), keywords=("Partout", "Un" if n % 3 else "Trois")) for n in range(12)]
    graph = KnowledgeGraph.from_sheets(busy)
    query = "{ centralNodes(kind: KEYWORD, by: DEGREE) { asOf sampledFrom totalCount hubs { id } nodes { id } } }"
    found = result(query, graph).data["centralNodes"]
    assert (found["asOf"], found["sampledFrom"], found["totalCount"]) == ("0", None, 2)
    # Eight are no more than eight.
    assert [hub["id"] for hub in found["hubs"]] == ["structure:lot-nord", "keyword:partout"]
    assert [node["id"] for node in found["nodes"]] == ["keyword:un", "keyword:trois"]


def test_places_are_refused_in_a_sentence():
    refused = result("{ centralNodes(kind: REGION) { totalCount } }").errors[0]
    assert refused.message.startswith("kind: 'REGION' cannot be used; places have no centrality: give one of ACTION,")
    refused = result("{ departments(orderBy: { degree: ASC }) { totalCount } }").errors[0]
    assert (
        refused.message == "orderBy: 'degree' cannot be used; no action is linked to a place, which has no centrality."
    )


def test_while_it_is_found_it_is_refused_with_a_reason_and_the_rest_is_answered(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(analysis, "ALWAYS_EXACT", 0)
    graph = KnowledgeGraph.from_sheets(SHEETS)
    begun: list[Any] = []
    graph.analysis.begin(lambda work: begun.append(work) or Waiting())  # type: ignore[func-returns-value, return-value]
    found = result("{ structures { nodes { name centrality { degree } } } }", graph)
    assert [each["centrality"] for each in found.data["structures"]["nodes"]] == [None] * 3
    assert found.errors[0].message == "centrality: how central the nodes are is being found; ask again in some minutes."
    assert found.errors[0].extensions == {"code": "BAD_USER_INPUT", "argument": "centrality", "reason": "NOT_READY"}
    for query in ("actions(where: { centrality: { degree: { gt: 1 } } })", "structures(orderBy: { degree: ASC })"):
        refused = result(f"{{ {query} {{ totalCount }} }}", graph).errors[0]
        assert refused.extensions["reason"] == "NOT_READY"


class Waiting:
    def done(self) -> bool:
        return False


@pytest.mark.parametrize(
    "query",
    [
        "{ centralNodes { totalCount } }",
        *(f"{{ node(id: 1) {{ ... on {kind.title()} {{ centrality {{ degree }} }} }} }}" for kind in NodeKind),
        "{ node(id: 1) { ... on Concept { centrality { degree } } } }",
        "{ actions(where: { NOT: { centrality: { degree: { gt: 1 } } } }) { totalCount } }",
        "{ actions(orderBy: [{ coreNumber: ASC }]) { totalCount } }",
        "{ structures(orderBy: { betweenness: ASC }) { totalCount } }",
    ],
)
def test_it_is_found_off_the_event_loop(query: str):
    document = parse(query)
    tariff = Tariff(schema._schema, Limits(), PRICES)
    assert tariff.cost_of(document, document.definitions[0]).is_heavy({}, large=False)  # type: ignore[arg-type]
