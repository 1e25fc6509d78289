"""What the real page says, asked through GraphQL. Actions are numbered in the order of the page."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.importer import import_file
from graph.knowledge_graph import KnowledgeGraph
from graph.model import Action
from graph.store import Store
from graph.vocabulary import load_vocabulary
from schema import Context, schema
from tests.conftest import PAGE


@pytest.fixture
def number_of(numbered: dict[int, Action]):
    """The number on the page of the action of an id."""
    by_key = {action.key: number for number, action in numbered.items()}
    return by_key.__getitem__


def test_similar_to_11_by_keywords(ask, numbered, number_of):
    query = "query ($id: ID!) { action(id: $id) { similar(first: 5) { edges { score node { id } } } } }"
    edges = ask(query, id=numbered[11].key)["action"]["similar"]["edges"]
    found = [(number_of(edge["node"]["id"]), round(edge["score"], 6)) for edge in edges]
    assert found[0] == (14, round(2 / 3, 6))
    assert sorted(found[1:4]) == [(6, 0.5), (9, 0.5), (13, 0.5)]
    assert found[4] == (15, round(1 / 3, 6))


def test_the_reasons_add_up_to_the_score_and_name_what_is_shared(ask, numbered):
    query = """query ($id: ID!) { action(id: $id) { similar(first: 1) { edges {
        score sharedKeywords { label } reasons { kind contribution node { ... on Keyword { label } } } } } } }"""
    (edge,) = ask(query, id=numbered[11].key)["action"]["similar"]["edges"]
    assert sum(reason["contribution"] for reason in edge["reasons"]) == pytest.approx(edge["score"])
    labels = {"intergénérationnel", "Mixité sociale"}
    assert {reason["node"]["label"] for reason in edge["reasons"]} == labels
    assert {keyword["label"] for keyword in edge["sharedKeywords"]} == labels


def test_no_mobility_action_shares_a_kind_of_partner_with_the_shuttle(ask, numbered):
    query = """query ($id: ID!) { action(id: $id) { related(by: PARTNER,
        where: { keywords: { containsAny: ["mobilité / transport"] } }) { totalCount nodes { id } } } }"""
    assert ask(query, id=numbered[10].key)["action"]["related"] == {"totalCount": 0, "nodes": []}


def test_vieillissement_finds_action_2_under_its_right_spelling(ask, number_of):
    found = ask('{ actions(search: "vieillissement") { nodes { id } } }')["actions"]["nodes"]
    assert number_of(found[0]["id"]) == 2
    alone = ask('{ actions(search: "+vieillissement") { nodes { id } } }')["actions"]["nodes"]
    assert [number_of(node["id"]) for node in alone] == [2]


@pytest.mark.parametrize("word", ["covoiturage", "co-voiturage", "CO-VOITURAGE"])
def test_a_hyphen_after_co_does_not_matter(ask, number_of, word: str):
    found = ask("query ($s: String) { actions(search: $s) { nodes { id } edges { highlights { field } } } }", s=word)
    assert [number_of(node["id"]) for node in found["actions"]["nodes"]] == [7, 8]
    assert "title" in {highlight["field"] for highlight in found["actions"]["edges"][0]["highlights"]}


def test_intergenerationnel_finds_the_seven_with_that_keyword_first(ask, numbered, number_of):
    found = ask('{ actions(search: "intergenerationnel") { nodes { id } } }')["actions"]["nodes"]
    having = {n for n, action in numbered.items() if "intergénérationnel" in {k.label for k in action.keywords}}
    assert len(having) == 7
    assert {number_of(node["id"]) for node in found[:7]} == having


@pytest.mark.parametrize(
    ("where", "numbers"),
    [("partners: { isEmpty: true }", [1, 14, 15]), ("keywords: { isEmpty: true }", [16])],
)
def test_what_no_sheet_declares(ask, number_of, where: str, numbers: list[int]):
    found = ask(f"{{ actions(where: {{ {where} }}) {{ nodes {{ id }} }} }}")["actions"]["nodes"]
    assert sorted(number_of(node["id"]) for node in found) == numbers


def test_16_is_the_only_isolated_action(ask, number_of):
    found = ask("{ isolated(by: KEYWORD) { totalCount nodes { id } } }")["isolated"]
    assert (found["totalCount"], number_of(found["nodes"][0]["id"])) == (1, 16)


def test_the_two_keyword_pairs_that_stand_together_most(ask):
    pairs = ask("{ cooccurrences(first: 2) { nodes { a { label } b { label } count lift actions { totalCount } } } }")
    found = [
        ({p["a"]["label"], p["b"]["label"]}, p["count"], round(p["lift"], 2), p["actions"]["totalCount"])
        for p in pairs["cooccurrences"]["nodes"]
    ]
    assert found == [
        ({"Culture", "Mixité sociale"}, 4, 1.52, 4),
        ({"Mixité sociale", "intergénérationnel"}, 4, 1.31, 4),
    ]


def test_from_13_to_8_through_keywords_there_are_four_links_by_2_7_or_10(ask, numbered, number_of):
    query = """query ($from: ID!, $to: ID!) { path(from: $from, to: $to, via: [KEYWORD], first: 100) {
        length total paths { steps { node { id } } } } }"""
    found = ask(query, **{"from": numbered[13].key, "to": numbered[8].key})["path"]
    assert found["length"] == 4
    assert {number_of(path["steps"][2]["node"]["id"]) for path in found["paths"]} == {2, 7, 10}


def test_the_centres_that_ought_to_meet(ask):
    (first,) = ask("{ meetings(first: 1) { nodes { a { name } b { name } score shared { label } } } }")["meetings"][
        "nodes"
    ]
    assert (first["a"]["name"], first["b"]["name"]) == (
        "ARTS SCENES ET COMPAGNIE",
        "CENTRE SOCIAL ET DE PRÉVENTION DE FIGEAC",
    )
    assert (first["score"], len(first["shared"])) == (6, 6)
    found = ask("{ meetings(first: 3, measure: JACCARD) { nodes { score } } }")["meetings"]["nodes"]
    scores = [pair["score"] for pair in found]
    assert scores[:2] == [0.5, 0.5]
    assert scores[2] < 0.5


def test_who_did_before_what_others_do_since(ask):
    query = """query ($then: ActionWhere, $since: ActionWhere) {
        structures(first: 100) { nodes { id
          then: actions(where: $then) { nodes { keywords { id } } }
          since: actions(where: $since) { nodes { keywords { id } } } } }
        meetings(where: $then, with: $since, first: 100) { totalCount asOf nodes { a { id } b { id } score
          shared { id } } }
        structure(id: "structure:lot-arts-scenes-et-compagnie") {
          meet(where: $then, with: $since, first: 100) { nodes { b { id } score } } } }"""
    found = ask(query, then={"year": {"lt": 2018}}, since={"year": {"gte": 2018}})
    then, since = (
        {
            body["id"]: {keyword["id"] for action in body[side]["nodes"] for keyword in action["keywords"]}
            for body in found["structures"]["nodes"]
        }
        for side in ("then", "since")
    )
    shared = {(a, b): then[a] & since[b] for a in then for b in since if a != b and then[a] & since[b]}
    meetings = found["meetings"]["nodes"]
    assert len(meetings) == found["meetings"]["totalCount"] == len({frozenset(pair) for pair in shared})
    for meeting in meetings:
        pair = meeting["a"]["id"], meeting["b"]["id"]
        assert {keyword["id"] for keyword in meeting["shared"]} == shared[pair]
        assert meeting["score"] == len(shared[pair]) >= len(shared.get(pair[::-1], ()))
    one = "structure:lot-arts-scenes-et-compagnie"
    assert {node["b"]["id"]: node["score"] for node in found["structure"]["meet"]["nodes"]} == {
        b: len(keywords) for (a, b), keywords in shared.items() if a == one
    }


def test_whom_figeac_ought_to_meet_and_why(ask):
    query = """query ($id: ID!) { structure(id: $id) { meet(measure: BALANCED, first: 9) { totalCount
        nodes { score b { name } shared { id } reasons { kind contribution keyword { id } } } } } }"""
    found = ask(query, id="structure:lot-centre-social-et-de-prevention-de-figeac")["structure"]["meet"]
    assert found["totalCount"] == len(found["nodes"])
    assert found["nodes"][0]["b"]["name"] == "ARTS SCENES ET COMPAGNIE"
    for node in found["nodes"]:
        assert sum(reason["contribution"] for reason in node["reasons"]) == pytest.approx(node["score"], abs=1e-9)
        kinds = {reason["kind"] for reason in node["reasons"]}
        assert {"SHARED_KEYWORD", "SAME_DEPARTMENT", "SIZE"} <= kinds  # one page, one department
        shared = {reason["keyword"]["id"] for reason in node["reasons"] if reason["keyword"]}
        assert shared == {keyword["id"] for keyword in node["shared"]}
    scores = [node["score"] for node in found["nodes"]]
    assert scores == sorted(scores, reverse=True)


def test_a_department_that_is_not_in_the_data_is_told_from_one_without_such_an_action(ask):
    query = "query ($where: ActionWhere) { actions(where: $where) { totalCount unknownValues { field value } } }"
    assert ask(query, where={"department": {"eq": "Cantal"}})["actions"] == {
        "totalCount": 0,
        "unknownValues": [{"field": "department", "value": "Cantal"}],
    }
    none = {"department": {"eq": "Lot"}, "publics": {"containsAll": ["Seniors", "Jeunesse"]}}
    assert ask(query, where=none)["actions"] == {"totalCount": 0, "unknownValues": []}


def test_text_finds_the_mobility_actions_for_16_which_has_no_keyword(ask, numbered, number_of):
    query = """query ($id: ID!) { action(id: $id) { similar(measure: TEXT, first: 3) {
        edges { node { id } reasons { term contribution } } } } }"""
    edges = ask(query, id=numbered[16].key)["action"]["similar"]["edges"]
    mobility = {n for n, a in numbered.items() if "mobilité / transport" in {k.label for k in a.keywords}}
    assert mobility & {number_of(edge["node"]["id"]) for edge in edges}
    assert any("mobilité" in reason["term"] for edge in edges for reason in edge["reasons"])


def test_a_project_that_no_sheet_tells_of_finds_those_that_say_the_like_and_says_by_which_words(ask, number_of):
    query = """query ($text: String!, $where: ActionWhere) { similarActions(text: $text, where: $where, first: 3) {
        edges { score node { id } reasons { kind term node { id } contribution } sharedKeywords { id } } } }"""

    def found(text, where=None):
        edges = ask(query, text=text, where=where)["similarActions"]["edges"]
        for edge in edges:
            assert sum(reason["contribution"] for reason in edge["reasons"]) == pytest.approx(edge["score"], abs=1e-9)
            assert all(reason["term"] and not reason["kind"] and not reason["node"] for reason in edge["reasons"])
            assert edge["sharedKeywords"] == []
        return [number_of(edge["node"]["id"]) for edge in edges]

    assert found("Un garage où chacun répare sa voiture")[0] == 5
    assert found("De la peinture et de la pâte à sel avec les parents")[0] == 12
    assert 5 not in found("Un garage où chacun répare sa voiture", {"keywords": {"isEmpty": True}})
    assert found("zzz") == []


def test_every_field_of_every_sheet_is_the_page_to_the_letter(ask, sheets, numbered):
    query = """query ($id: ID!) { action(id: $id) { title year statusLabel endReason summary initiatorDetail experience
        territoryAgain description resources people limits perspectives files results { territory centre residents }
        structure { name department { label } } department { label } dimension { label } territory { label }
        keywords { label } partners { label } publics { label } initiators { label }
        origin { source firstLine lastLine } } }"""
    for number, sheet in enumerate(sheets, start=1):
        found = ask(query, id=numbered[number].key)["action"]
        text = sheet.text
        printed = {
            "title": sheet.title,
            "year": sheet.year,
            "statusLabel": sheet.status,
            "endReason": text.end_reason or None,
            "initiatorDetail": text.initiator_detail or None,
            "territoryAgain": None,
            "files": list(text.files),
            "results": {
                "territory": text.result_territory or None,
                "centre": text.result_centre or None,
                "residents": text.result_residents or None,
            },
            "structure": {"name": sheet.structure, "department": {"label": sheet.structure_department}},
            "department": {"label": sheet.department},
            "dimension": {"label": sheet.dimension} if sheet.dimension else None,
            "territory": {"label": sheet.territory},
            "keywords": [{"label": word.replace("Viell", "Vieill")} for word in sheet.keywords],
            "partners": [{"label": word} for word in sheet.partners],
            "publics": [{"label": word} for word in sheet.publics],
            "initiators": [{"label": word} for word in sheet.initiators],
            "origin": {
                "source": sheet.origin.source,
                "firstLine": sheet.origin.first_line,
                "lastLine": sheet.origin.last_line,
            },
        }
        names = ("summary", "experience", "description", "resources", "people", "limits", "perspectives")
        assert found == printed | {name: getattr(text, name) or None for name in names}


def test_a_second_territory_that_says_another_thing_is_asked_for_found_and_highlighted(tmp_path: Path):
    page = PAGE.read_text(encoding="utf-8")
    first, second = (f"- Territoire concerné\n- {word}\n" for word in ("Plusieurs quartiers", "Un quartier"))
    before, again, after = page.rpartition(first)
    assert again
    changed = tmp_path / "page.txt"
    changed.write_text(before + second + after, encoding="utf-8")
    query = """{ actions(search: "\\"un quartier\\"") { edges { node { territory { label } territoryAgain }
        highlights { field fragments { text } } } } }"""
    with Store(tmp_path / "s.sqlite", create=True) as store:
        import_file(store, changed, load_vocabulary())
        graph = KnowledgeGraph.from_store(store)
        result = schema.execute_sync(query, context_value=Context(graph))
        assert [sheet.text.territory_again for _, sheet in store.sheets()].count("Un quartier") == 1
    assert result.errors is None
    assert {
        "node": {"territory": {"label": "Plusieurs quartiers"}, "territoryAgain": "Un quartier"},
        "highlights": [{"field": "territoryAgain", "fragments": [{"text": "Un quartier"}]}],
    } in result.data["actions"]["edges"]
