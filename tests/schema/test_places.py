"""Departments and regions of the API, on four sheets of Lot, Gers, Ain and a department that nobody knows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from graph.knowledge_graph import KnowledgeGraph
from graph.model import Sheet, StructurePlace
from graph.store import Store
from schema import Context, schema

PRINTED = {"Bal": "Le Lot", "Chorale": "Gers", "Potager": "01", "Veillée": "Pays imaginaire"}
SHEETS = [
    Sheet(title=title, department=place, structure=f"Centre {title}", structure_department=place, year=2018)
    for title, place in PRINTED.items()
]
GRAPH = KnowledgeGraph.from_sheets(SHEETS)


def ask(query: str, graph: KnowledgeGraph = GRAPH, **variables: Any) -> Any:
    result = schema.execute_sync(query, variable_values=variables, context_value=Context(graph))
    assert result.errors is None, result.errors
    return result.data


@pytest.mark.parametrize(
    ("where", "titles"),
    [
        ({"region": {"eq": "Occitanie"}}, "Bal Chorale"),
        ({"region": {"eq": "region:occitanie"}}, "Bal Chorale"),
        ({"region": {"in": ["76", "l'Auvergne-Rhône-Alpes"]}}, "Bal Chorale Potager"),
        ({"region": {"eq": "ARA"}}, "Potager"),
        ({"region": {"ne": "occitanie"}}, "Potager Veillée"),
        ({"region": {"notIn": ["76", "84"]}}, "Veillée"),
        ({"region": {"in": []}}, ""),
        ({"region": {"isEmpty": True}}, "Veillée"),
        ({"region": {"isEmpty": False}}, "Bal Chorale Potager"),
        ({"region": {"eq": "Bretagne"}}, ""),
        ({"NOT": {"region": {"eq": "Occitanie"}}}, "Potager Veillée"),
        ({"department": {"eq": "46"}}, "Bal"),
        ({"department": {"in": ["dans le Gers", "l'Ain"]}}, "Chorale Potager"),
        ({"department": {"eq": "pays imaginaire"}}, "Veillée"),
    ],
    ids=str,
)
def test_actions_and_structures_are_chosen_by_their_place_however_it_is_spelt(where, titles):
    query = "query ($where: ActionWhere) { actions(where: $where) { nodes { title } } }"
    assert " ".join(sorted(node["title"] for node in ask(query, where=where)["actions"]["nodes"])) == titles
    if "NOT" not in where:
        query = "query ($where: StructureWhere) { structures(where: $where) { nodes { name } } }"
        names = [node["name"].removeprefix("Centre ") for node in ask(query, where=where)["structures"]["nodes"]]
        assert " ".join(sorted(names)) == titles


def test_actions_are_counted_by_region_and_by_region_and_another_field():
    query = """{
      actionsBy(groupBy: [REGION]) { keys { value label } count }
      pairs: actionsBy(groupBy: [REGION, DEPARTMENT]) { keys { label } count }
      actions(where: { region: { eq: "84" } }) { facets(fields: [REGION]) { label values { label count selected } } }
    }"""
    told = ask(query)
    assert [(group["keys"][0]["value"], group["count"]) for group in told["actionsBy"]] == [
        ("region:occitanie", 2),
        ("region:auvergne-rhone-alpes", 1),
    ]
    assert [" ".join(key["label"] for key in group["keys"]) for group in told["pairs"]] == [
        "Auvergne-Rhône-Alpes Ain",
        "Occitanie Gers",
        "Occitanie Lot",
    ]
    assert told["actions"]["facets"] == [
        {
            "label": "Régions",
            "values": [
                {"label": "Occitanie", "count": 2, "selected": False},
                {"label": "Auvergne-Rhône-Alpes", "count": 1, "selected": True},
            ],
        }
    ]


def test_a_region_is_a_node_a_list_and_what_its_departments_and_their_actions_have():
    told = ask("""{
      regions { totalCount nodes { id code label actionCount departments { label code region { label } } } }
      region(id: "region:occitanie") { label actions { totalCount } }
      none: region(id: "department:lot") { id }
      node(id: "region:occitanie") { __typename }
      departments { nodes { label code region { id } } }
      dataset { counts { kind count } }
    }""")
    assert [(node["id"], node["code"], node["actionCount"]) for node in told["regions"]["nodes"]] == [
        ("region:auvergne-rhone-alpes", "84", 1),
        ("region:occitanie", "76", 2),
    ]
    assert told["regions"]["nodes"][1]["departments"] == [
        {"label": name, "code": code, "region": {"label": "Occitanie"}}
        for name, code in (("Gers", "32"), ("Lot", "46"))
    ]
    assert (told["region"], told["none"]) == ({"label": "Occitanie", "actions": {"totalCount": 2}}, None)
    assert told["node"] == {"__typename": "Region"}
    assert told["departments"]["nodes"][-1] == {"label": "Pays imaginaire", "code": None, "region": None}
    assert {"kind": "REGION", "count": 2} in told["dataset"]["counts"]


def test_a_place_is_found_by_its_code_and_its_name():
    told = ask("""{
      search(query: "46", kinds: [DEPARTMENT, REGION]) { nodes { __typename ... on Concept { label } } }
      named: search(query: "occitanie", kinds: [REGION]) { nodes { __typename ... on Concept { label } } }
      suggest(prefix: "occ") { text kind }
      departments(where: { label: { eq: "32" } }) { nodes { label } }
    }""")
    assert told["search"]["nodes"] == [{"__typename": "Department", "label": "Lot"}]
    assert told["named"]["nodes"] == [{"__typename": "Region", "label": "Occitanie"}]
    assert {"text": "Occitanie", "kind": "REGION"} in told["suggest"]
    assert told["departments"]["nodes"] == [{"label": "Gers"}]


def test_a_region_that_the_data_do_not_have_is_told_with_one_that_they_have():
    query = """{ actions(where: { region: { in: ["Ocitanie", "Bretagne", "76"] } }) {
        unknownValues { field value closeTo } } }"""
    assert ask(query)["actions"]["unknownValues"] == [
        {"field": "region", "value": "Ocitanie", "closeTo": "Occitanie"},
        {"field": "region", "value": "Bretagne", "closeTo": None},
    ]


def test_a_region_links_actions_as_any_other_node():
    key = next(action.key for action in GRAPH.actions if action.title == "Bal")
    query = """query ($id: ID!) {
      action(id: $id) { region { label } related(by: REGION) { nodes { title } } }
      isolated(by: REGION) { nodes { title } }
      sharedActions(nodes: ["region:occitanie"]) { totalCount }
      neighbourhood(id: "region:occitanie", depth: 2) { nodes { id } edges { source target relation } }
    }"""
    told = ask(query, id=key)
    assert told["action"] == {"region": {"label": "Occitanie"}, "related": {"nodes": [{"title": "Chorale"}]}}
    assert {node["title"] for node in told["isolated"]["nodes"]} == {"Potager", "Veillée"}
    assert told["sharedActions"]["totalCount"] == 2
    edges = {(edge["source"], edge["target"], edge["relation"]) for edge in told["neighbourhood"]["edges"]}
    assert ("department:lot", "region:occitanie", "PART_OF") in edges
    assert len(edges) == 4


def test_a_structure_says_where_it_is_and_nothing_that_no_file_says(tmp_path: Path):
    places = {
        "structure:lot-centre-bal": StructurePlace(commune="Figeac", latitude=44.6, longitude=2.0),
        "structure:gers-centre-chorale": StructurePlace(site="https://chorale.example"),
    }
    query = """{ structures { nodes { name site
        place { siret address postcode commune latitude longitude } } } }"""
    with Store(tmp_path / "store.sqlite", create=True) as store:
        store.merge(SHEETS, "a.txt")
        store.place_structures(store.source_named("structures.csv"), places)
        told = ask(query, KnowledgeGraph.from_store(store))["structures"]["nodes"]
    nowhere = dict.fromkeys(("siret", "address", "postcode"))
    assert {node["name"]: (node["place"], node["site"]) for node in told} == {
        "Centre Bal": ({**nowhere, "commune": "Figeac", "latitude": 44.6, "longitude": 2.0}, None),
        "Centre Chorale": (None, "https://chorale.example"),
        "Centre Potager": (None, None),
        "Centre Veillée": (None, None),
    }
