"""Filters, orders and facets: each operator in one table, and any of them against brute force."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from graphql import parse
from hypothesis import given
from hypothesis import strategies as st

from execution.cost import Tariff
from execution.limits import Limits
from graph.knowledge_graph import KnowledgeGraph
from graph.model import Action, Sheet, fold
from schema import PRICES, Context, schema
from tests.graph.random_sheets import KEYWORDS, PARTNERS, directories

MOBILITY = {5, 7, 8, 10}
ALL = set(range(1, 17))


@pytest.mark.parametrize(
    ("where", "numbers"),
    [
        ({}, ALL),
        ({"year": None}, ALL),
        ({"year": {"eq": None}}, ALL),
        ({"year": {"eq": 2018}}, {8}),
        ({"year": {"ne": 2016}}, set(range(1, 11))),
        ({"year": {"in": [2017, 2018]}}, {8, 9, 10}),
        ({"year": {"in": []}}, set()),
        ({"year": {"notIn": [2016, 2019, 2020]}}, {8, 9, 10}),
        ({"year": {"notIn": []}}, ALL),
        ({"year": {"gt": 2019}}, {1, 2, 3}),
        ({"year": {"gte": 2019}}, set(range(1, 8))),
        ({"year": {"lt": 2017}}, set(range(11, 17))),
        ({"year": {"lte": 2017}}, set(range(9, 17))),
        ({"year": {"gte": 2017, "lte": 2018}}, {8, 9, 10}),
        ({"year": {"isNull": True}}, set()),
        ({"year": {"isNull": False}}, ALL),
        ({"title": {"eq": "REPAS  ORIENTAL"}}, {13}),
        ({"title": {"contains": "mobilité"}}, {8}),
        ({"title": {"contains": "ACCES"}}, {1}),
        ({"title": {"startsWith": "atelier"}}, {1, 3, 5, 12, 15}),
        ({"title": {"contains": ""}}, ALL),
        ({"status": {"eq": "terminee"}}, {4, 6, 9, 13, 14}),
        ({"status": {"ne": "En cours"}}, {4, 6, 9, 13, 14}),
        ({"status": {"eq": "EN_COURS"}}, ALL - {4, 6, 9, 13, 14}),
        ({"status": {"ne": "EN_COURS"}}, {4, 6, 9, 13, 14}),
        ({"status": {"in": ["TERMINEE", "en  cours"]}}, ALL),
        ({"status": {"notIn": ["TERMINEE"]}}, ALL - {4, 6, 9, 13, 14}),
        ({"NOT": {"status": {"eq": "TERMINEE"}}}, ALL - {4, 6, 9, 13, 14}),
        ({"status": {"eq": "EN_COURS_"}}, ALL - {4, 6, 9, 13, 14}),
        ({"status": {"eq": ""}}, set()),
        ({"status": {"in": []}}, set()),
        ({"status": {"notIn": ["Terminée", "En cours"]}}, set()),
        ({"status": {"isEmpty": True}}, set()),
        ({"department": {"eq": "department:lot"}}, ALL),
        ({"department": {"ne": "Lot"}}, set()),
        ({"department": {"eq": "46"}}, ALL),
        ({"department": {"in": ["Ain", "Le Lot"]}}, ALL),
        ({"department": {"notIn": ["Lot (46)"]}}, set()),
        ({"department": {"eq": "Lot (47)"}}, set()),
        ({"department": {"isEmpty": True}}, set()),
        ({"structure": {"eq": "arts scenes et compagnie"}}, {2}),
        ({"structure": {"eq": "structure:lot-arts-scenes-et-compagnie"}}, {2}),
        ({"structure": {"in": []}}, set()),
        ({"structure": {"notIn": ["Centre Social et Cuturel le Rionet"]}}, ALL - {10, 15, 16}),
        ({"dimension": {"isEmpty": True}}, {3, 14}),
        ({"dimension": {"isEmpty": False}}, ALL - {3, 14}),
        ({"territory": {"eq": "Plusieurs quartiers"}}, {12}),
        ({"keywords": {"containsAny": ["Mobilité / transport"]}}, MOBILITY),
        ({"keywords": {"containsAny": ["keyword:mobilite-transport", "Santé"]}}, MOBILITY | {3}),
        ({"keywords": {"containsAny": []}}, set()),
        ({"keywords": {"containsAny": ["Viellissement"]}}, {2}),
        ({"keywords": {"containsAll": ["Solidarité", "mobilité / transport"]}}, {7, 10}),
        ({"keywords": {"containsAll": []}}, ALL),
        ({"keywords": {"containsNone": ["mobilité / transport"]}}, ALL - MOBILITY),
        ({"keywords": {"containsNone": []}}, ALL),
        ({"keywords": {"isEmpty": True}}, {16}),
        ({"keywords": {"count": {"gte": 8}}}, {2, 3}),
        ({"keywords": {"count": {"eq": 0}}}, {16}),
        ({"partners": {"isEmpty": True}}, {1, 14, 15}),
        ({"publics": {"containsAny": ["familles"]}}, {6, 12}),
        ({"initiators": {"count": {"eq": 3}}}, {9, 12, 13}),
        ({"ids": []}, set()),
        ({"ids": ["keyword:culture", "action:none"]}, set()),
        ({"AND": []}, ALL),
        ({"AND": [{"year": {"gte": 2018}}, {"keywords": {"containsAny": ["mobilité / transport"]}}]}, {5, 7, 8}),
        ({"OR": []}, set()),
        ({"OR": [{"year": {"eq": 2018}}, {"year": {"eq": 2020}}]}, {1, 2, 3, 8}),
        ({"OR": [{}]}, ALL),
        ({"NOT": {"year": {"gte": 2017}}}, set(range(11, 17))),
        ({"NOT": {}}, set()),
        ({"NOT": None, "AND": None, "OR": None}, ALL),
    ],
    ids=str,
)
def test_each_operator(ask, numbered: dict[int, Action], where: dict[str, Any], numbers: set[int]):
    query = "query ($where: ActionWhere) { actions(where: $where, first: 100) { totalCount nodes { id } } }"
    found = ask(query, where=where)["actions"]
    assert {node["id"] for node in found["nodes"]} == {numbered[number].key for number in numbers}
    assert found["totalCount"] == len(numbers)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("{ actions(first: 101) { totalCount } }", "first: '101' cannot be used; give a number from 0 to 100."),
        ("{ actions(first: -1) { totalCount } }", "0 to 100"),
        ("{ actions(first: 1, last: 1) { totalCount } }", "not both"),
        ('{ actions(after: "zzz") { totalCount } }', "cursor"),
        ("{ actions(orderBy: [{ relevance: DESC }]) { totalCount } }", "search"),
        ("{ actions(orderBy: [{ year: DESC }, { year: ASC }]) { totalCount } }", "once"),
        ("{ nodes(ids: [" + '"a",' * 101 + "]) { id } }", "at most 100"),
        ('{ path(from: "action:none", to: "keyword:culture") { length } }', "from: there is no node 'action:none'"),
        ('{ neighbourhood(id: "keyword:culture", depth: 9) { truncated } }', "1 to 3"),
        ("{ actionsBy(groupBy: []) { count } }", "one field or two"),
        ("{ meetings(first: 101) { totalCount } }", "first: '101' cannot be used; give a number from 0 to 100."),
        ('{ path(from: "keyword:culture", to: "keyword:sante", maxLength: 9) { length } }', "maxLength: '9'"),
        ('{ actions(search: "' + "a" * 300 + '") { totalCount } }', "256"),
        ('{ sharedActions(nodes: ["action:none"]) { totalCount } }', "action:none"),
        ('{ similarActions(to: ["keyword:culture"]) { totalCount } }', "keyword:culture"),
    ],
)
def test_a_bad_argument_is_refused_by_name_with_a_client_code(refuse, query: str, said: str):
    message, code = refuse(query)
    assert said in message
    assert code == "BAD_USER_INPUT"


def test_a_cursor_of_another_order_is_refused(ask, refuse):
    cursor = ask("{ actions(first: 1) { pageInfo { endCursor } } }")["actions"]["pageInfo"]["endCursor"]
    message, _ = refuse("query ($c: String) { actions(after: $c, orderBy: [{ title: ASC }]) { totalCount } }", c=cursor)
    assert "belongs to the order 'default'" in message


def test_pages_of_structures_and_concepts_join_to_the_whole_list(ask):
    for field in ("structures", "keywords"):
        for order in ("{ label: ASC }", "{ label: DESC }", "{ actionCount: DESC }"):
            head = f"{field}(orderBy: {order}"
            whole = [node["id"] for node in ask(f"{{ {head}, first: 100) {{ nodes {{ id }} }} }}")[field]["nodes"]]
            found: list[str] = []
            page = {"hasNextPage": True, "endCursor": None}
            while page["hasNextPage"]:
                page_query = f"{head}, first: 3, after: $c) {{ nodes {{ id }} pageInfo {{ hasNextPage endCursor }} }}"
                query = f"query ($c: String) {{ {page_query} }}"
                answer = ask(query, c=page["endCursor"])[field]
                found += [node["id"] for node in answer["nodes"]]
                page = answer["pageInfo"]
            assert found == whole


CONDITIONS = st.fixed_dictionaries(
    {},
    optional={
        "year": st.fixed_dictionaries(
            {}, optional={"gte": st.integers(2014, 2019), "in": st.lists(st.integers(2015, 2018), max_size=2)}
        ),
        "keywords": st.fixed_dictionaries(
            {},
            optional={
                "containsAny": st.lists(st.sampled_from(KEYWORDS), max_size=2),
                "containsAll": st.lists(st.sampled_from(KEYWORDS), max_size=2),
                "containsNone": st.lists(st.sampled_from(KEYWORDS), max_size=2),
                "isEmpty": st.booleans(),
                "count": st.fixed_dictionaries({"gte": st.integers(0, 3)}),
            },
        ),
        "partners": st.fixed_dictionaries(
            {}, optional={"containsAny": st.lists(st.sampled_from(PARTNERS), max_size=2)}
        ),
        "department": st.fixed_dictionaries({}, optional={"eq": st.sampled_from(("Lot", "Ain", "Cantal"))}),
        "status": st.fixed_dictionaries({}, optional={"eq": st.sampled_from(("En cours", "terminée"))}),
        "title": st.fixed_dictionaries({}, optional={"contains": st.sampled_from(("ete", "e", "REP", "x"))}),
    },
)
WHERE = st.recursive(
    CONDITIONS,
    lambda inner: st.fixed_dictionaries(
        {}, optional={"AND": st.lists(inner, max_size=2), "OR": st.lists(inner, max_size=2), "NOT": inner}
    ),
    max_leaves=4,
)


def holds(action: Action, where: dict[str, Any], without: str | None = None) -> bool:
    """The conditions read one by one, as the documentation says them."""
    for name, condition in where.items():
        if name == "AND":
            if not all(holds(action, inner, without) for inner in condition):
                return False
        elif name == "OR":
            if not any(holds(action, inner) for inner in condition):
                return False
        elif name == "NOT":
            if holds(action, condition):
                return False
        elif name != without:
            for operator, value in condition.items():
                if not _holds(action, name, operator, value):
                    return False
    return True


def _holds(action: Action, name: str, operator: str, value: Any) -> bool:
    if name == "year":
        known = action.year is not None
        return known and (action.year >= value if operator == "gte" else action.year in value)
    if name in ("keywords", "partners"):
        labels = {concept.label for concept in getattr(action, name)}
        match operator:
            case "containsAny":
                return bool(labels & set(value))
            case "containsAll":
                return set(value) <= labels
            case "containsNone":
                return not labels & set(value)
            case "isEmpty":
                return value == (not labels)
            case _:
                return len(labels) >= value["gte"]
    if name == "department":
        return action.department.label == value
    if name == "status":
        return fold(action.status) == fold(value)
    return fold(value) in fold(action.title)


@given(directories, WHERE)
def test_any_filter_and_its_facets_agree_with_brute_force(sheets: list[Sheet], where: dict[str, Any]):
    graph = KnowledgeGraph.from_sheets(sheets)
    query = """query ($where: ActionWhere) { actions(where: $where, first: 100) { totalCount nodes { id }
        facets(fields: [KEYWORD, YEAR, STRUCTURE]) { field values(first: 100) { label count node { id } } } } }"""
    result = schema.execute_sync(query, variable_values={"where": where}, context_value=Context(graph))
    assert result.errors is None
    found = result.data["actions"]
    assert [node["id"] for node in found["nodes"]] == [a.key for a in graph.actions if holds(a, where)]
    expected: dict[str, dict[Any, int]] = {"KEYWORD": {}, "YEAR": {}, "STRUCTURE": {}}
    own = {"KEYWORD": "keywords", "YEAR": "year", "STRUCTURE": "structure"}
    for facet, counts in expected.items():
        for action in graph.actions:
            if holds(action, where, without=own[facet]):
                values = {
                    "KEYWORD": [keyword.key for keyword in action.keywords],
                    "YEAR": [] if action.year is None else [str(action.year)],
                    "STRUCTURE": [action.structure.key],
                }[facet]
                for value in values:
                    counts[value] = counts.get(value, 0) + 1
    for facet in found["facets"]:
        counted = {
            (value["node"]["id"] if value["node"] else value["label"]): value["count"]
            for value in facet["values"]
            if value["count"]
        }
        assert counted == expected[facet["field"]]


@given(directories)
def test_groups_of_two_fields_agree_with_brute_force(sheets: list[Sheet]):
    graph = KnowledgeGraph.from_sheets(sheets)
    query = """{ actionsBy(groupBy: [KEYWORD, STATUS], where: { year: { gte: 2016 } }, first: 1000) {
        count keys { value } } }"""
    result = schema.execute_sync(query, context_value=Context(graph))
    expected: dict[tuple[str, str], int] = {}
    for action in graph.actions:
        if action.year is not None and action.year >= 2016 and action.status:
            for keyword in action.keywords:
                pair = (keyword.key, action.status)
                expected[pair] = expected.get(pair, 0) + 1
    assert {tuple(k["value"] for k in g["keys"]): g["count"] for g in result.data["actionsBy"]} == expected


def test_a_selected_value_is_shown_even_where_nothing_has_it_any_more(ask):
    query = """{ actions(where: { year: { eq: 2018 }, keywords: { containsAny: ["Culture"] } }) { totalCount
        facets(fields: [KEYWORD]) { values(first: 0) { label count selected } } } }"""
    found = ask(query)["actions"]
    assert found["totalCount"] == 0
    assert found["facets"] == [{"values": [{"label": "Culture", "count": 0, "selected": True}]}]


def test_the_status_that_the_api_prints_and_that_facets_and_groups_name_are_taken_by_the_filter(ask):
    told = ask("""{ actions(first: 100) { nodes { id status statusLabel }
        facets(fields: [STATUS]) { values { value } } }
        actionsBy(groupBy: [STATUS]) { count keys { value } } }""")
    (facet,) = told["actions"]["facets"]
    counts = {group["keys"][0]["value"]: group["count"] for group in told["actionsBy"]}
    assert [value["value"] for value in facet["values"]] == [*counts]
    query = """query ($status: String) { actions(where: { status: { eq: $status } }, first: 100) { totalCount
        nodes { id } unknownValues { value } facets(fields: [STATUS]) { values { value selected } } } }"""
    for action in told["actions"]["nodes"]:
        by_name, by_words = ask(query, status=action["status"]), ask(query, status=action["statusLabel"])
        assert by_name == by_words
        assert action["id"] in [node["id"] for node in by_name["actions"]["nodes"]]
    for value, count in counts.items():
        found = ask(query, status=value)["actions"]
        assert (found["totalCount"], found["unknownValues"]) == (count, [])
        assert [v["value"] for v in found["facets"][0]["values"] if v["selected"]] == [value]


def test_a_status_in_several_spellings_is_counted_as_one_as_the_filter_takes_it():
    spellings = ["En cours", "EN_COURS", "en cours", "En cours", "Terminée", ""]
    sheet = Sheet(title="T", department="Lot", structure="S", structure_department="Lot")
    sheets = [replace(sheet, title=f"T{n}", status=status) for n, status in enumerate(spellings)]
    query = """{ actions(where: { status: { eq: "EN_COURS" } }) { totalCount nodes { status }
        facets(fields: [STATUS]) { values { value count selected } } } }"""
    result = schema.execute_sync(query, context_value=Context(KnowledgeGraph.from_sheets(sheets)))
    found = result.data["actions"]
    assert (found["totalCount"], found["nodes"]) == (4, [{"status": "EN_COURS"}] * 4)
    assert found["facets"][0]["values"] == [
        {"value": "En cours", "count": 4, "selected": True},
        {"value": "Terminée", "count": 1, "selected": False},
    ]


NAMES = {
    "keywords": ("Culture", "SANTE", "keyword:logement", "Vacances", "keyword:none", "public:seniors"),
    "partners": ("caf", "partner:commune", "Autre", "Mairie"),
    "publics": ("Tous  publics", "public:seniors", "Adultes"),
    "initiators": ("Autre", "initiator:le-centre-social"),
    "dimension": ("services", "dimension:services", "Citoyenneté"),
    "territory": ("UNE COMMUNE", "territory:autre", "Un quartier", "territory:un-quartier"),
    "department": ("lot", "department:ain", "Cantal", "department:cantal", "Non précisé"),
    "structure": ("a", "structure:lot-a", "structure:cantal-a", "Z", ""),
    "status": ("EN_COURS", "en cours", "TERMINEE", "Terminée", "En pause", "EN_PAUSE", ""),
    "ids": ("keyword:culture", "action:none", ""),
}
"""For each condition that names values, names of which a random directory has some."""
LISTS = ("keywords", "partners", "publics", "initiators")


def naming(field: str, names: list[str]) -> dict[str, Any]:
    return {field: names if field == "ids" else {"containsAny" if field in LISTS else "in": names}}


@given(directories, st.sampled_from([*NAMES]), st.data())
def test_a_name_is_told_as_unknown_where_and_only_where_alone_it_finds_nothing(
    sheets: list[Sheet], field: str, data: st.DataObject
):
    # A department that only a structure is in is in the data, and has no action.
    graph = KnowledgeGraph.from_sheets([replace(sheet, structure_department=sheet.department) for sheet in sheets])
    keys = [action.key for action in graph.actions] if field == "ids" else []
    names = data.draw(st.lists(st.sampled_from([*NAMES[field], *keys]), max_size=5))
    query = "query ($where: ActionWhere) { actions(where: $where) { totalCount unknownValues { field value } } }"

    def answer(where: dict[str, Any]) -> dict[str, Any]:
        result = schema.execute_sync(query, variable_values={"where": where}, context_value=Context(graph))
        assert result.errors is None
        return result.data["actions"]

    nothing = [name for name in dict.fromkeys(names) if not answer(naming(field, [name]))["totalCount"]]
    told = [{"field": field, "value": name} for name in nothing]
    assert answer(naming(field, names))["unknownValues"] == told
    assert answer({"NOT": {"OR": [naming(field, names), {}]}})["unknownValues"] == told


STAGE = "structure", "art scènes et compagnies", "ARTS SCENES ET COMPAGNIE"


@pytest.mark.parametrize(
    ("where", "told"),
    [
        ({"status": {"eq": "EN_COUR"}}, ("status", "EN_COUR", "En cours")),
        ({"status": {"notIn": ["En cours", "terminé"]}}, ("status", "terminé", "Terminée")),
        ({"territory": {"eq": "Une comune"}}, ("territory", "Une comune", "Une commune")),
        (
            {"territory": {"in": ["territory:plusieurs-commune"]}},
            ("territory", "territory:plusieurs-commune", "Plusieurs communes"),
        ),
        ({"dimension": {"ne": "Service"}}, ("dimension", "Service", "Services")),
        ({"keywords": {"containsNone": ["Vieillisement"]}}, ("keywords", "Vieillisement", "Vieillissement")),
        ({"keywords": {"containsAll": ["Logement"]}}, ("keywords", "Logement", None)),
        ({"department": {"eq": "Lott"}}, ("department", "Lott", "Lot")),
        ({"structure": {"eq": "ARTS SCENES"}}, ("structure", "ARTS SCENES", "ARTS SCENES ET COMPAGNIE")),
        ({"structure": {"eq": "Rionet"}}, ("structure", "Rionet", "Centre Social et Cuturel le Rionet")),
        ({"structure": {"eq": "art scènes et compagnies"}}, STAGE),
        ({"structure": {"eq": "Zzyzx"}}, ("structure", "Zzyzx", None)),
        (
            {"structure": {"in": ["structure:lot-arts-scene-et-compagnie"]}},
            ("structure", "structure:lot-arts-scene-et-compagnie", "structure:lot-arts-scenes-et-compagnie"),
        ),
        ({"ids": ["action:none"]}, ("ids", "action:none", None)),
        (
            {"ids": ["action:repas-oriental-2016-00000000"]},
            ("ids", "action:repas-oriental-2016-00000000", "action:repas-oriental-2016-605f82fa"),
        ),
        ({"ids": ["repas orientale"]}, ("ids", "repas orientale", None)),
        (
            {"partners": {"sharedWith": ["keyword:cultur"]}},
            ("partners", "keyword:cultur", "keyword:culture"),
        ),
        (
            {"partners": {"sharedWith": ["structure:lot-art-scenes-et-compagnie"]}},
            ("partners", "structure:lot-art-scenes-et-compagnie", "structure:lot-arts-scenes-et-compagnie"),
        ),
        (
            {"partners": {"sharedWith": ["action:repas-orientaux-2016-605f82fa"]}},
            ("partners", "action:repas-orientaux-2016-605f82fa", "action:repas-oriental-2016-605f82fa"),
        ),
    ],
    ids=str,
)
def test_a_name_that_the_data_do_not_have_is_told_with_one_that_they_have(ask, where, told):
    query = "query ($where: ActionWhere) { actions(where: $where) { unknownValues { field value closeTo } } }"
    field, value, close_to = told
    assert ask(query, where=where)["actions"]["unknownValues"] == [
        {"field": field, "value": value, "closeTo": close_to}
    ]


def test_of_many_unknown_names_of_centres_and_actions_the_first_three_are_compared(ask):
    query = "query ($where: ActionWhere) { actions(where: $where) { unknownValues { closeTo } } }"
    names = [f"arts scenes {number}" for number in range(5)]
    where = {"structure": {"in": names}, "keywords": {"containsAny": ["Cultur"]}}
    told = [each["closeTo"] for each in ask(query, where=where)["actions"]["unknownValues"]]
    assert told == ["ARTS SCENES ET COMPAGNIE"] * 3 + [None] * 2 + ["Culture"]


NODES = {
    "structures": ("structures", "StructureWhere"),
    **{each: (each, "ConceptWhere") for each in ("keywords", "publics", "territories", "departments", "regions")},
}


@pytest.mark.parametrize(
    ("nodes", "where", "told"),
    [
        ("structures", {"name": {"eq": "Rionet"}}, ("name", "Rionet", "Centre Social et Cuturel le Rionet")),
        ("structures", {"name": {"eq": "Zzyzx"}}, ("name", "Zzyzx", None)),
        ("structures", {"department": {"eq": "Lott"}}, ("department", "Lott", "Lot")),
        ("structures", {"region": {"ne": "Ocitanie"}}, ("region", "Ocitanie", "Occitanie")),
        ("structures", {"department": {"in": ["Lot", "15"]}}, ("department", "15", None)),
        (
            "structures",
            {"NOT": {"OR": [{"actions": {"none": {"keywords": {"containsAny": ["Cultur"]}}}}]}},
            ("keywords", "Cultur", "Culture"),
        ),
        ("keywords", {"label": {"eq": "Cultur"}}, ("label", "Cultur", "Culture")),
        # A label is asked for with its signs, accents and case aside.
        ("keywords", {"label": {"eq": "MOBILITE transport"}}, ("label", "MOBILITE transport", "mobilité / transport")),
        ("publics", {"OR": [{"label": {"eq": "séniors"}}, {"label": {"eq": "Senio"}}]}, ("label", "Senio", "Seniors")),
        ("territories", {"label": {"eq": "Une comune"}}, ("label", "Une comune", "Une commune")),
        ("departments", {"label": {"eq": "Lott"}}, ("label", "Lott", "Lot")),
        ("regions", {"label": {"eq": "Ocitanie"}}, ("label", "Ocitanie", "Occitanie")),
        ("keywords", {"actions": {"some": {"structure": {"eq": "Rionet"}}}},
         ("structure", "Rionet", "Centre Social et Cuturel le Rionet")),
    ],
    ids=str,
)  # fmt: skip
def test_what_a_list_of_structures_or_concepts_names_and_the_data_do_not_have_is_told(ask, nodes, where, told):
    field, type_ = NODES[nodes]
    query = f"query ($w: {type_}) {{ {field}(where: $w) {{ unknownValues {{ field value closeTo }} }} }}"
    name, value, close_to = told
    assert ask(query, w=where)[field]["unknownValues"] == [{"field": name, "value": value, "closeTo": close_to}]


@pytest.mark.parametrize(
    ("nodes", "where"),
    [
        ("structures", None),
        ("structures", {"name": {"contains": "zzz"}, "actionCount": {"gte": 99}}),
        # The title of an action is looked for in the text of all of them, and is no name.
        ("structures", {"actions": {"some": {"title": {"eq": "zzz"}}}}),
        ("departments", {"label": {"eq": "46"}}),
        ("keywords", {"label": {"eq": "viellissement"}}),
    ],
    ids=str,
)
def test_of_a_list_that_names_nothing_unknown_nothing_is_told(ask, nodes, where):
    field, type_ = NODES[nodes]
    assert ask(f"query ($w: {type_}) {{ {field}(where: $w) {{ unknownValues {{ value }} }} }}", w=where) == {
        field: {"unknownValues": []}
    }


@given(directories, st.sampled_from([*NODES]), st.data())
def test_a_name_of_a_node_is_told_as_unknown_where_and_only_where_alone_it_finds_nothing(
    sheets: list[Sheet], nodes: str, data: st.DataObject
):
    graph = KnowledgeGraph.from_sheets(sheets)
    field, type_ = NODES[nodes]
    label = "name" if nodes == "structures" else "label"
    query = (
        f"query ($w: {type_}) {{ {field}(where: $w, first: 100) {{ nodes {{ {label} }} unknownValues {{ value }} }} }}"
    )

    def answer(where: dict[str, Any]) -> dict[str, Any]:
        result = schema.execute_sync(query, variable_values={"w": where}, context_value=Context(graph))
        assert result.errors is None
        return result.data[field]

    there = [node[label].upper() for node in answer({})["nodes"]]
    names = data.draw(st.lists(st.sampled_from([*there, "Cultur", "46", "", "Le Lot"]), max_size=5))
    nothing = [name for name in dict.fromkeys(names) if not answer({label: {"eq": name}})["nodes"]]
    told = answer({"OR": [{label: {"eq": name}} for name in names]})["unknownValues"]
    assert [each["value"] for each in told] == nothing


@pytest.mark.parametrize(
    "query",
    [
        "{ structures(where: { actionCount: { gte: 2 } }) { totalCount } }",
        '{ structures(where: { name: { eq: "Rionet" } }) { totalCount } }',
        "{ structures(orderBy: { actionCount: DESC }, first: 5) { nodes { id } } }",
        '{ node(id: "department:lot") { ... on Department { structures { nodes { id } } } } }',
    ],
)
def test_lists_of_structures_run_off_the_event_loop_where_the_data_are_large(query: str):
    document = parse(query)
    cost = Tariff(schema._schema, Limits(), PRICES).cost_of(document, document.definitions[0])
    assert (cost.is_heavy({}, large=True), cost.is_heavy({}, large=False)) == (True, False)


def test_a_status_printed_in_another_case_is_the_status_of_the_directory():
    sheets = [Sheet(title="A", department="Lot", structure="S", structure_department="Lot", status="EN COURS")]
    query = '{ actions(where: { status: { eq: "En cours" } }) { nodes { status statusLabel } } }'
    result = schema.execute_sync(query, context_value=Context(KnowledgeGraph.from_sheets(sheets)))
    assert result.data == {"actions": {"nodes": [{"status": "EN_COURS", "statusLabel": "EN COURS"}]}}
