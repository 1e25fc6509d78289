"""Bodies and mentions of the API, on three sheets of two structures."""

from __future__ import annotations

from threading import Event
from typing import Any

import pytest
from graphql import parse

from execution.cost import Tariff
from execution.limits import Limits
from graph import readings
from graph.change import Change
from graph.kinds import NodeKind, SearchKind
from graph.knowledge_graph import KnowledgeGraph
from graph.mentions.called import Called
from graph.model import Sheet, SheetText
from graph.readings import Readings
from graph.store import Head
from schema import PRICES, Context, schema


def sheet(title: str, structure: str, year: int, **text: str) -> Sheet:
    return Sheet(title=title, department="Lot", structure=structure, structure_department="Lot", year=year,
                 partners=("Préfecture",), text=SheetText(**text))  # fmt: skip


SHEETS = [
    sheet(
        "Bal",
        "Centre du Port",
        2018,
        summary="Avec la Caf. La Préfecture du Lot danse.",
        limits="La Caf a dit oui.",
    ),
    sheet("Loto", "Centre du Pré", 2019, summary="Le SMICTOM et le Centre social du Pré trient."),
    sheet("Pot", "Centre du Pré", 2020, summary="Avec l’association Fil Bleu et la Caf."),
]
GRAPH = KnowledgeGraph.from_sheets(SHEETS)
GRAPH.readings.read_bodies()


def result(query: str, graph: KnowledgeGraph = GRAPH, **variables: Any) -> Any:
    return schema.execute_sync(query, variable_values=variables, context_value=Context(graph))


def ask(query: str, **variables: Any) -> Any:
    answer = result(query, **variables)
    assert answer.errors is None, answer.errors
    return answer.data


def test_an_action_has_its_mentions_with_their_sentences():
    data = ask(
        '{ actions(search: "Bal") { nodes { partners { id } mentions '
        "{ body { id label } field text start end sentence sentenceStart evidence confidence own } } } }"
    )
    (node,) = data["actions"]["nodes"]
    assert node["partners"] == [{"id": "partner:prefecture"}]
    caf = {"id": "body:caf", "label": "Caf"}
    told = {"field": "summary", "evidence": "KNOWN", "confidence": 0.95, "own": False}
    assert node["mentions"][0] == {
        **told, "body": caf, "text": "Caf", "start": 8, "end": 11, "sentence": "Avec la Caf.", "sentenceStart": 0,
    }  # fmt: skip
    assert [(each["body"]["id"], each["field"], each["sentence"]) for each in node["mentions"][1:]] == [
        ("body:prefecture-du-lot", "summary", "La Préfecture du Lot danse."),
        ("body:caf", "limits", "La Caf a dit oui."),
    ]


def test_what_is_less_sure_or_the_structures_own_is_given_where_it_is_asked_for():
    query = (
        "query ($least: Float!, $own: Boolean!) { actions(where: { title: { eq: \"Loto\" } }) "
        "{ nodes { mentions(minConfidence: $least, own: $own) { text own } } } }"
    )  # fmt: skip

    def texts(least: float, own: bool) -> list[str]:
        (node,) = ask(query, least=least, own=own)["actions"]["nodes"]
        return [each["text"] for each in node["mentions"]]

    assert texts(0.5, False) == ["SMICTOM"]
    assert texts(0.7, False) == []
    assert texts(0.5, True) == ["SMICTOM", "Centre social du Pré"]
    answer = result(query, least=1.5, own=False)
    assert answer.errors[0].message == "minConfidence: '1.5' cannot be used; give a number from 0 to 1."


def test_a_body_lists_the_sheets_that_name_it_with_the_mentions_of_each():
    data = ask(
        '{ body(id: "body:caf") { label known spellings actionCount actions { nodes { title } } '
        "mentions(first: 1) { totalCount pageInfo { endCursor } edges { node { title } mentions { sentence } } } } }"
    )["body"]
    assert (data["label"], data["known"], data["spellings"], data["actionCount"]) == ("Caf", True, [], 2)
    assert [node["title"] for node in data["actions"]["nodes"]] == ["Pot", "Bal"]
    assert data["mentions"]["totalCount"] == 2
    (edge,) = data["mentions"]["edges"]
    assert edge == {"node": {"title": "Pot"}, "mentions": [{"sentence": "Avec l’association Fil Bleu et la Caf."}]}
    after = data["mentions"]["pageInfo"]["endCursor"]
    more = (
        'query ($after: String) { body(id: "body:caf") '
        "{ mentions(after: $after) { edges { node { title } mentions { field } } } } }"
    )
    rest = ask(more, after=after)["body"]["mentions"]["edges"]
    assert rest == [{"node": {"title": "Bal"}, "mentions": [{"field": "summary"}, {"field": "limits"}]}]


def test_bodies_are_listed_paged_and_found_by_name():
    data = ask("{ bodies(first: 2) { totalCount nodes { label } pageInfo { hasNextPage endCursor } } }")["bodies"]
    assert [node["label"] for node in data["nodes"]] == ["Caf", "Centre social du Pré"]
    assert (data["totalCount"], data["pageInfo"]["hasNextPage"]) == (5, True)
    more = "query ($after: String) { bodies(after: $after) { nodes { label } } }"
    rest = ask(more, after=data["pageInfo"]["endCursor"])["bodies"]["nodes"]
    assert [node["label"] for node in rest] == ["Fil Bleu", "Préfecture du Lot", "SMICTOM"]
    named = ask('{ bodies(named: "prefecture") { nodes { id } } }')["bodies"]["nodes"]
    assert named == [{"id": "body:prefecture-du-lot"}]


def test_a_body_is_a_node_and_an_unknown_one_is_null():
    data = ask(
        '{ node(id: "body:fil-bleu") { __typename id ... on Body { label } } '
        'nodes(ids: ["body:caf", "body:x"]) { id } body(id: "partner:prefecture") { id } }'
    )
    assert data["node"] == {"__typename": "Body", "id": "body:fil-bleu", "label": "Fil Bleu"}
    assert data["nodes"] == [{"id": "body:caf"}, None]
    assert data["body"] is None


def test_where_the_texts_were_not_read_yet_a_node_says_so_and_body_reads_them():
    fresh = KnowledgeGraph.from_sheets([sheet("Bal", "Centre", 2018, summary="Avec la Caf.")])
    answer = result('{ node(id: "body:caf") { id } }', fresh)
    assert "ask for a body of before by `body`" in answer.errors[0].message
    assert result('{ node(id: "keyword:x") { id } }', fresh).errors is None
    chosen = '{ actions(where: { bodies: { containsAny: ["Caf"] } }) { totalCount } }'
    assert result(chosen, fresh).errors[0].message.startswith("bodies: 'Caf' cannot be used; ask for a body of before")
    assert result('{ body(id: "body:caf") { id } }', fresh).data == {"body": {"id": "body:caf"}}
    assert result('{ node(id: "body:caf") { id } }', fresh).data == {"node": {"id": "body:caf"}}
    assert result(chosen, fresh).data == {"actions": {"totalCount": 1}}


@pytest.mark.parametrize("name", ["Action.mentions", "Body.mentions", "Query.body", "Query.bodies"])
def test_what_reads_texts_runs_off_the_event_loop(name: str):
    assert PRICES[name].heavy


def test_while_texts_are_read_bodies_are_refused_in_a_sentence_and_sheets_say_what_they_say_alone(
    monkeypatch: pytest.MonkeyPatch,
):
    graph = KnowledgeGraph.from_sheets(SHEETS)
    may_read = Event()
    read = Readings._named
    monkeypatch.setattr(readings, "READ_AT_ONCE", 0)
    monkeypatch.setattr(Readings, "_named", lambda self, helped: may_read.wait(60) and read(self, helped))
    graph.readings.read_bodies()
    later = graph.changed(Change(frozenset({graph.actions[0].key}), (), Head(1)))
    for some in (graph, later):
        for query in (
            "{ bodies { totalCount } }",
            '{ body(id: "body:caf") { label } }',
            '{ node(id: "body:caf") { id } }',
            '{ actions(where: { bodies: { containsAny: ["Caf"] } }) { totalCount } }',
            "{ structures(where: { actions: { some: { bodies: { containsNone: [] } } } }) { totalCount } }",
        ):
            (error,) = result(query, some).errors
            assert "being read for what they name; ask again in some minutes." in error.message
            assert error.extensions["reason"] == "NOT_READY"
        alone = result('{ actions(search: "Loto") { nodes { mentions { body { id } } } } }', some)
        assert alone.errors is None
        found = result('{ search(query: "loto") { edges { kind } } search(query: "loto") { totalCount } }', some)
        assert (found.errors, {edge["kind"] for edge in found.data["search"]["edges"]}) == (None, {"ACTION"})
    may_read.set()
    assert graph.readings._reading is not None
    graph.readings._reading.result(60)
    for some in (graph, later):
        answer = result('{ body(id: "body:caf") { label } bodies { totalCount } }', some)
        assert answer.errors is None
        assert answer.data["body"] == {"label": "Caf"}


@pytest.mark.parametrize(
    ("bodies", "titles"),
    [
        ({"containsAny": ["Caf"]}, {"Bal", "Pot"}),
        ({"containsAny": ["la CAF", "body:smictom"]}, {"Bal", "Loto", "Pot"}),
        ({"containsAny": ["l’association Fil Bleu"]}, set()),
        ({"containsAny": ["le fil bleu"]}, {"Pot"}),
        ({"containsAny": ["préfecture du lot"]}, {"Bal"}),
        ({"containsAny": ["Préfecture"]}, set()),  # a kind of partner of all three sheets
        ({"containsAny": []}, set()),
        ({"containsAll": ["Caf", "Fil Bleu"]}, {"Pot"}),
        ({"containsAll": ["Caf", "Nobody"]}, set()),
        ({"containsAll": []}, {"Bal", "Loto", "Pot"}),
        ({"containsNone": ["Caf"]}, {"Loto"}),
        ({"containsNone": ["Nobody"]}, {"Bal", "Loto", "Pot"}),
        ({"containsAny": ["Caf"], "containsNone": ["Fil Bleu"]}, {"Bal"}),
        ({}, {"Bal", "Loto", "Pot"}),
    ],
    ids=str,
)
def test_actions_are_chosen_by_the_bodies_that_their_sheets_name(bodies: dict[str, Any], titles: set[str]):
    query = """query ($where: ActionWhere) { actions(where: $where) { nodes { title } facets(fields: [YEAR]) {
        values { count } } } structures(where: { actions: { some: $where } }) { nodes { name } } }"""
    data = ask(query, where={"bodies": bodies})
    assert {node["title"] for node in data["actions"]["nodes"]} == titles
    assert sum(value["count"] for value in data["actions"]["facets"][0]["values"]) == len(titles)
    homes = {sheet.structure for sheet in SHEETS if sheet.title in titles}
    assert {node["name"] for node in data["structures"]["nodes"]} == homes
    turned = ask(query, where={"NOT": {"bodies": bodies}})["actions"]["nodes"]
    assert {node["title"] for node in turned} == {"Bal", "Loto", "Pot"} - titles
    also = ask(query, where={"OR": [{"bodies": bodies}, {"year": {"eq": 2018}}]})["actions"]["nodes"]
    assert {node["title"] for node in also} == titles | {"Bal"}


def test_the_actions_that_are_chosen_by_a_body_are_the_actions_of_the_body():
    data = ask("{ bodies { nodes { id label spellings actions { nodes { id } } } } }")["bodies"]["nodes"]
    assert len(data) == 5
    for body in data:
        for name in (body["id"], body["label"], body["label"].upper(), *body["spellings"]):
            query = "query ($names: [String!]) { actions(where: { bodies: { containsAny: $names } }) { nodes { id } } }"
            assert ask(query, names=[name])["actions"] == body["actions"], name


@pytest.mark.parametrize(
    ("value", "close_to"),
    [
        ("Fils Bleus", "Fil Bleu"),
        ("Bleu", "Fil Bleu"),
        ("Préfecture", "Préfecture du Lot"),
        ("Zzyzx", None),
        ("body:fil-bleus", "body:fil-bleu"),
    ],
)
def test_a_body_that_no_text_names_is_told_with_one_that_some_does(value: str, close_to: str | None):
    query = """query ($where: ActionWhere) { actions(where: $where) { unknownValues { field value closeTo } }
        structures(where: { actions: { none: $where } }) { unknownValues { field value closeTo } } }"""
    data = ask(query, where={"bodies": {"containsAny": ["Caf", value]}})
    told = [{"field": "bodies", "value": value, "closeTo": close_to}]
    assert (data["actions"]["unknownValues"], data["structures"]["unknownValues"]) == (told, told)


def test_conditions_on_bodies_run_off_the_event_loop_where_the_data_are_large():
    document = parse('{ actions(where: { bodies: { containsAny: ["Caf"] } }) { totalCount } }')
    cost = Tariff(schema._schema, Limits(), PRICES).cost_of(document, document.definitions[0])
    assert (cost.is_heavy({}, large=True), cost.is_heavy({}, large=False)) == (True, False)


HITS = """query ($words: String!, $kinds: [SearchKind!], $where: ActionWhere) {
    search(query: $words, kinds: $kinds, where: $where) { totalCount edges { kind score node { id }
      matchedBy { typed found how } missing highlights { field fragments { text } } } } }"""


def hits(query: str, **more: Any) -> list[tuple[str, float]]:
    found = ask(HITS, words=query, **more)["search"]
    assert found["totalCount"] == len(found["edges"])
    return [(edge["node"]["id"], edge["score"]) for edge in found["edges"] if edge["kind"] == "BODY"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("la CAF", [("body:caf", 1.0)]),
        ("fils bleu", [("body:fil-bleu", 1.0)]),
        ("bleue", [("body:fil-bleu", 0.875)]),
        ("bleu caf", []),
        ("prefectures", [("body:prefecture-du-lot", 0.875)]),
        ('"préfecture du lot"', [("body:prefecture-du-lot", 1.0)]),
        ('"du préfecture lot"', []),
        ("+prefectures", []),
        ("+préfecture lot", [("body:prefecture-du-lot", 1.0)]),
        ("association", []),
        ("", []),
    ],
)
def test_the_general_search_finds_bodies_by_all_the_words_of_a_name(query: str, found: list[tuple[str, float]]):
    assert hits(query) == hits(query, kinds=["BODY"]) == found
    assert hits(query, kinds=["ACTION", "PARTNER"]) == []


def test_a_body_that_is_found_says_by_which_word_and_where_it_stands():
    (edge,) = ask(HITS, words="fils", kinds=["BODY"])["search"]["edges"]
    assert edge["matchedBy"] == [{"typed": "fils", "found": "Fil", "how": "EXACT"}]
    assert (edge["missing"], edge["highlights"]) == ([], [{"field": "label", "fragments": [{"text": "Fil"}]}])


def test_bodies_are_found_among_the_actions_that_are_chosen():
    assert hits("caf", where={"year": {"eq": 2018}}) == hits("caf")
    assert hits("caf", where={"year": {"eq": 2019}}) == []


def test_a_search_of_all_kinds_goes_on_from_page_to_page_with_bodies_among_them():
    query = """query ($after: String, $before: String, $first: Int, $last: Int) {
        search(query: "préfecture", after: $after, before: $before, first: $first, last: $last) {
          nodes { id } edges { score } pageInfo { startCursor endCursor hasNextPage hasPreviousPage } } }"""
    whole = ask(query, first=100)["search"]
    assert {node["id"].partition(":")[0] for node in whole["nodes"]} == {"partner", "body", "action"}
    scores = [edge["score"] for edge in whole["edges"]]
    assert scores == sorted(scores, reverse=True)
    forwards, after, more = [], None, True
    while more:
        page = ask(query, first=1, after=after)["search"]
        forwards += page["nodes"]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    backwards, before, more = [], None, True
    while more:
        page = ask(query, last=1, before=before)["search"]
        backwards = page["nodes"] + backwards
        before, more = page["pageInfo"]["startCursor"], page["pageInfo"]["hasPreviousPage"]
    assert forwards == backwards == whole["nodes"]


def test_a_search_may_find_every_kind_of_node_and_bodies():
    assert [kind.value for kind in SearchKind] == [*NodeKind, "body"]
    assert [kind.name for kind in SearchKind] == [*(kind.name for kind in NodeKind), "BODY"]


def test_names_are_cut_into_words_where_texts_are_read_and_not_when_somebody_searches(monkeypatch: pytest.MonkeyPatch):
    graph = KnowledgeGraph.from_sheets(SHEETS)
    graph.readings.read_bodies()
    monkeypatch.setattr(Called, "of", lambda bodies: pytest.fail("all the names were cut"))
    later = graph.changed(Change(frozenset({graph.actions[0].key}), (), Head(1)))
    query = '{ bleu: search(query: "bleu", kinds: [BODY]) { totalCount } caf: search(query: "caf") { totalCount } }'
    counts = [result(query, some).data["bleu"]["totalCount"] for some in (graph, later)]
    assert counts == [1, 0]  # the first of the actions alone names « Fil Bleu »
