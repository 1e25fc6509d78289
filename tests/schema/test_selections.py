"""`where` and `search` on every figure: what is told of a selection is told of a directory of its sheets alone."""

from __future__ import annotations

import re
from typing import Any

import pytest

from graph.analysis import MOST_GROUPED
from graph.fields import TEXTS
from graph.knowledge_graph import KnowledgeGraph
from graph.model import Action, Sheet, fold
from graph.said import MOST_READ
from graph.vocabulary import Vocabulary
from schema import Context, schema

FIGURES = {
    "cooccurrences": "({} minCount: 1, first: 100) { totalCount nodes { count lift jaccard a { id } b { id } "
    "actions { nodes { title } } } }",
    "meetings": "({} first: 100) { totalCount nodes { a { id } b { id } score shared { id } aBrings { id } } }",
    "communities": "({} first: 20) { totalCount nodes { label size actions { nodes { title } } } }",
    "isolated": "({} by: STRUCTURE, orderBy: [{ title: ASC }]) { totalCount nodes { title } }",
    "dataQuality": "{} { emptyFields(first: 100) { nodes { field count actions { nodes { title } } } } "
    "doubtfulValues(first: 100) { nodes { count known closeTo concept { id } } } respelled { nodes { id } } }",
    "actionsBy": "({} groupBy: [KEYWORD, YEAR]) { count keys { value } }",
}
SELECTED = {
    "where: { year: { gte: 2018 } }": {1, 2, 3, 4, 5, 6, 7, 8},
    'search: "+mobilité"': None,
    'where: { keywords: { containsAny: ["Culture"] } }, search: "+atelier"': None,
}


def arguments(field: str, asked: str) -> str:
    if field == "dataQuality":
        return f"({asked})" if asked else ""
    return f"{asked}," if asked else ""


def answer(graph: KnowledgeGraph, field: str, asked: str) -> Any:
    query = f"{{ {field}{FIGURES[field].replace('{}', arguments(field, asked), 1)} }}"
    result = schema.execute_sync(query, context_value=Context(graph))
    assert result.errors is None, result.errors
    return result.data


@pytest.mark.parametrize("field", FIGURES)
@pytest.mark.parametrize("asked", SELECTED)
def test_a_figure_of_a_selection_is_that_of_a_directory_of_its_sheets(
    lot: KnowledgeGraph,
    numbered: dict[int, Action],
    sheets: tuple[Sheet, ...],
    vocabulary: Vocabulary,
    field: str,
    asked: str,
):
    query = f"{{ actions({asked}, first: 100) {{ nodes {{ id }} }} }}"
    result = schema.execute_sync(query, context_value=Context(lot))
    assert result.data is not None
    ids = {node["id"] for node in result.data["actions"]["nodes"]}
    numbers = {number for number, action in numbered.items() if action.key in ids}
    assert 2 <= len(numbers) < 16
    assert SELECTED[asked] in (None, numbers)
    alone = KnowledgeGraph.from_sheets([sheets[number - 1] for number in sorted(numbers)], vocabulary)
    assert answer(lot, field, asked) == answer(alone, field, "")
    assert answer(lot, field, asked) != answer(lot, field, "")


def test_a_path_goes_through_the_selected_actions_only(ask, numbered: dict[int, Action]):
    query = """query ($from: ID!, $to: ID!, $where: ActionWhere, $search: String) {
        path(from: $from, to: $to, via: [KEYWORD], first: 100, where: $where, search: $search) {
          length paths { steps { node { id } } } } }"""
    ends = {"from": numbered[13].key, "to": numbered[8].key}
    by_way_of = {
        step["node"]["id"]
        for path in ask(query, **ends, where={"year": {"gte": 2018}})["path"]["paths"]
        for step in path["steps"]
    }
    assert {numbered[2].key, numbered[7].key} <= by_way_of
    assert numbered[10].key not in by_way_of
    assert ask(query, **ends, search="zzzzzz")["path"] == {"length": None, "paths": []}


def test_similar_actions_are_those_that_answer_the_search(ask, numbered: dict[int, Action]):
    query = """query ($id: ID!, $search: String) { action(id: $id) {
        similar(search: $search, first: 100) { totalCount nodes { id } edges { score } } }
        actions(search: $search, first: 100) { nodes { id } }
        similarActions(to: [$id], search: $search, first: 100) { nodes { id } } }"""
    found = ask(query, id=numbered[11].key, search="jeunes")
    every = ask(query, id=numbered[11].key)
    answering = {node["id"] for node in found["actions"]["nodes"]}
    expected = [node for node in every["action"]["similar"]["nodes"] if node["id"] in answering]
    assert 0 < len(expected) < every["action"]["similar"]["totalCount"]
    assert found["action"]["similar"]["nodes"] == expected == found["similarActions"]["nodes"]


def test_the_schema_says_how_large_a_selection_may_be_that_is_put_into_groups():
    assert f"At most {MOST_GROUPED} actions, unless it is all." in " ".join(schema.as_str().split())


@pytest.mark.parametrize(
    "query",
    [
        "{ cooccurrences(search: %s) { totalCount } }",
        "{ meetings(search: %s) { totalCount } }",
        "{ communities(search: %s) { totalCount } }",
        "{ isolated(search: %s) { totalCount } }",
        "{ dataQuality(search: %s) { asOf } }",
        '{ path(from: "keyword:culture", to: "keyword:sante", search: %s) { length } }',
        '{ action(id: "action:repas-oriental-2016-605f82fa") { similar(search: %s) { totalCount } } }',
        '{ similarActions(to: ["action:repas-oriental-2016-605f82fa"], search: %s) { totalCount } }',
        '{ structure(id: "structure:lot-arts-scenes-et-compagnie") { meet(search: %s) { totalCount } } }',
    ],
)
def test_a_search_that_is_too_long_is_refused_by_its_name(refuse, query: str):
    message, code = refuse(query % f'"{"x" * 300}"')
    assert message.startswith("search: ")
    assert code == "BAD_USER_INPUT"


@pytest.mark.parametrize(
    "field", ["meetings(%s)", 'structure(id: "structure:lot-arts-scenes-et-compagnie") { meet(%s)']
)
def test_what_is_refused_of_the_other_side_is_refused_by_its_name(refuse, field: str):
    end = " { totalCount }" + " }" * field.count("{")
    message, _ = refuse("{ " + field % f'withSearch: "{"x" * 300}"' + end + " }")
    assert message.startswith("withSearch: ")
    nested = "{ NOT: " * 100 + "{}" + " }" * 100
    message, _ = refuse("{ " + field % f"with: {nested}" + end + " }")
    assert message.startswith("with: ")


MOBILITY = {"keywords": {"containsAny": ["mobilité / transport"]}}


@pytest.mark.parametrize(
    ("where", "names"),
    [
        ({"actions": {}}, 8),
        ({"actions": {"some": {}}}, 8),
        ({"actions": {"none": {}}}, 0),
        ({"actions": {"some": MOBILITY}}, 3),
        ({"actions": {"none": MOBILITY}}, 5),
        ({"actions": {"all": MOBILITY}}, 0),
        ({"actions": {"all": {"year": {"eq": 2016}}}}, 2),
        ({"actions": {"some": MOBILITY, "none": {"publics": {"containsAny": ["Seniors"]}}}}, 2),
        ({"AND": [{"actions": {"some": MOBILITY}}, {"actionCount": {"gte": 3}}]}, 2),
        ({"OR": [{"actions": {"some": MOBILITY}}, {"name": {"contains": "Figeac"}}]}, 4),
        ({"NOT": {"actions": {"some": MOBILITY}}}, 5),
        ({"OR": []}, 0),
    ],
    ids=str,
)
def test_centres_are_chosen_by_what_their_actions_are(ask, where: dict[str, Any], names: int):
    found = ask("query ($where: StructureWhere) { structures(where: $where) { totalCount } }", where=where)
    assert found["structures"]["totalCount"] == names


def test_which_centres_work_so_with_the_same_partners_but_never_did_that_is_one_request(ask):
    query = """query ($where: StructureWhere) { structures(where: $where) { nodes { name } } }"""
    same = {"sharedWith": ["structure:lot-centre-social-et-culturel-robert-doisneau"]}
    where = {"region": {"eq": "Occitanie"}, "actions": {"some": {**MOBILITY, "partners": same}}}
    asked = ask(query, where=where)["structures"]["nodes"]
    assert {node["name"][-8:] for node in asked} == {"Doisneau", "e Rionet"}
    where["actions"]["none"] = {"keywords": {"containsAny": ["Culture"]}}
    assert [node["name"][-8:] for node in ask(query, where=where)["structures"]["nodes"]] == ["e Rionet"]


def test_words_are_chosen_by_what_the_actions_that_have_them_are(ask):
    query = "query ($where: ConceptWhere) { keywords(where: $where, first: 100) { nodes { label } } }"
    of_2018_on = ask(query, where={"actions": {"all": {"year": {"gte": 2018}}}})["keywords"]["nodes"]
    assert {"label": "vacances / loisirs"} in of_2018_on
    assert {"label": "Culture"} not in of_2018_on


def test_too_many_conditions_are_counted_inside_those_on_actions_too(refuse):
    where: dict[str, Any] = {"actions": {"some": {"OR": [{"year": {"eq": 2018}}] * 101}}}
    message, code = refuse("query ($w: StructureWhere) { structures(where: $w) { totalCount } }", w=where)
    assert "100 nested conditions" in message
    assert code == "BAD_USER_INPUT"


def value_at(node: dict[str, Any], api: str) -> str | None:
    for part in api.split("."):
        node = node[part]
    return node  # type: ignore[return-value]


def nested(api: str, value: Any) -> dict[str, Any]:
    for part in reversed(api.split(".")):
        value = {part: value}
    return value


@pytest.mark.parametrize("api", [field.api for field in TEXTS])
def test_every_text_of_the_sheet_has_its_conditions(ask, lot: KnowledgeGraph, api: str):
    selected = api.replace(".", " { ") + " }" * api.count(".")
    nodes = ask(f"{{ actions(first: 100) {{ nodes {{ id {selected} }} }} }}")["actions"]["nodes"]
    query = "query ($where: ActionWhere) { actions(where: $where, first: 100) { nodes { id } } }"
    for empty in (True, False):
        found = ask(query, where=nested(api, {"isEmpty": empty}))["actions"]["nodes"]
        assert {node["id"] for node in found} == {
            node["id"] for node in nodes if (value_at(node, api) is None) is empty
        }
    assert ask(query, where=nested(api, {"isEmpty": None}))["actions"]["nodes"] == [{"id": n["id"]} for n in nodes]
    for word in ("le", "centre social", "les habitants"):
        found = ask(query, where=nested(api, {"contains": word.upper()}))["actions"]["nodes"]
        pattern = re.compile(r"(?<![^\W_])" + word.replace(" ", r"[\W_]+") + r"(?![^\W_])")
        assert {node["id"] for node in found} == {
            node["id"] for node in nodes if pattern.search(fold(value_at(node, api) or ""))
        }


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ({"experience": {"contains": " ?! "}}, "experience.contains: ' ?! ' cannot be used; give a word at least."),
        ({"results": {"centre": {"contains": ""}}}, "results.centre.contains: '' cannot be used; give a word"),
        ({"summary": {"contains": "x" * 257}}, "summary.contains: "),
    ],
)
def test_a_condition_on_a_text_that_cannot_be_used_is_refused(refuse, where: dict[str, Any], said: str):
    message, code = refuse("query ($where: ActionWhere) { actions(where: $where) { totalCount } }", where=where)
    assert said in message
    assert code == "BAD_USER_INPUT"


def test_centres_are_chosen_by_what_their_sheets_say(ask):
    query = "query ($where: StructureWhere) { structures(where: $where) { nodes { name } } }"
    where = {"actions": {"some": {"experience": {"contains": "centre social"}}}}
    found = {node["name"] for node in ask(query, where=where)["structures"]["nodes"]}
    sheets = "query ($where: ActionWhere) { actions(where: $where) { nodes { structure { name } } } }"
    expected = ask(sheets, where=where["actions"]["some"])["actions"]["nodes"]
    assert found == {node["structure"]["name"] for node in expected} != set()


def test_the_schema_says_how_many_texts_are_read():
    assert f"at most {MOST_READ} of those that the other conditions leave" in " ".join(schema.as_str().split())
