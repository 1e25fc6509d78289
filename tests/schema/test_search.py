"""What the API says of a search: by which words a node was found, what was put right, and what is not in the data."""

from __future__ import annotations

import pytest

MATCHED = "matchedBy { typed found how } missing"


def of(ask, query, field="actions"):
    argument = "search" if field == "actions" else "query"
    document = (
        f"query ($q: String!) {{ {field}({argument}: $q, first: 100) {{ edges {{ node {{ id }} {MATCHED} }} }} }}"
    )
    return {edge["node"]["id"]: edge for edge in ask(document, q=query)[field]["edges"]}


@pytest.mark.parametrize(
    ("query", "number", "typed", "found", "how"),
    [
        ("covoiturage", 7, "covoiturage", "covoiturage", "EXACT"),
        ("isolees", 14, "isolees", "isolees", "EXACT"),
        ("lift partagé", 7, "lift partagé", "covoiturage", "SAME"),
        ("écrire", 15, "écrire", "écriture", "DERIVED"),
        ("voiture", 10, "voiture", "entretien des véhicules", "NARROWER"),
    ],
)
@pytest.mark.parametrize("field", ["actions", "search"])
def test_each_hit_says_by_which_word_it_came(ask, numbered, query, number, typed, found, how, field):
    hit = of(ask, query, field)[numbered[number].key]
    assert hit["matchedBy"] == [{"typed": typed, "found": found, "how": how}]
    assert hit["missing"] == []


def test_a_hit_names_the_words_that_it_lacks(ask, numbered):
    hits = of(ask, "repas bourguignon")
    assert hits[numbered[13].key]["missing"] == ["bourguignon"]
    assert [each["typed"] for each in hits[numbered[13].key]["matchedBy"]] == ["repas"]


def test_what_has_every_word_comes_before_what_lacks_one(ask):
    missing = [len(hit["missing"]) for hit in of(ask, "personnes âgées isolées voiture").values()]
    assert missing == sorted(missing)
    assert max(missing) > 0


def test_a_plus_sign_keeps_a_word_as_it_is_and_required(ask, numbered):
    assert of(ask, "+lift partagé") == {}
    exact = of(ask, "+informatique")
    assert numbered[1].key in exact
    assert {each["how"] for hit in exact.values() for each in hit["matchedBy"]} == {"EXACT"}


def said(ask, query, field="actions"):
    argument = "search" if field == "actions" else "query"
    return ask(
        f"query ($q: String!) {{ {field}({argument}: $q) {{ totalCount corrected {{ from to }} "
        "notices { kind value sentence known } } }",
        q=query,
    )[field]


@pytest.mark.parametrize("field", ["actions", "search"])
@pytest.mark.parametrize(
    ("query", "corrected"),
    [
        ("cuisine", []),
        ("cuisne", [{"from": "cuisne", "to": "cuisine"}]),
        ('"repas orientl"', [{"from": "orientl", "to": "oriental"}]),
        ("naveete solidaire", [{"from": "naveete", "to": "navette"}]),
        ("intergénérationel", [{"from": "intergénérationel", "to": "intergénérationnel"}]),
        ("parentalitte", [{"from": "parentalitte", "to": "parentalité"}]),
        ("+cuisne", []),
    ],
)
def test_what_is_put_right_is_said(ask, query, corrected, field):
    answer = said(ask, query, field)
    assert answer["corrected"] == corrected
    assert (answer["totalCount"] > 0) == (query != "+cuisne")


def notice(kind, value, sentence, *known):
    return {"kind": kind, "value": value, "sentence": sentence, "known": list(known)}


CANTAL = "Le département Cantal n’est pas dans les données : elles couvrent Lot."


@pytest.mark.parametrize("field", ["actions", "search"])
@pytest.mark.parametrize(
    ("query", "notices"),
    [
        ("jardin", []),
        ("mobilité dans le Lot en 2019", []),
        ("mobilité Cantal", [notice("DEPARTMENT", "Cantal", CANTAL, "Lot")]),
        ("mobilité dans le 15", [notice("DEPARTMENT", "Cantal", CANTAL, "Lot")]),
        (
            "lot et garonne",
            [
                notice(
                    "DEPARTMENT",
                    "Lot-et-Garonne",
                    "Le département Lot-et-Garonne n’est pas dans les données : elles couvrent Lot.",
                    "Lot",
                )
            ],
        ),
        (
            "Bretagne",
            [
                notice(
                    "REGION",
                    "Bretagne",
                    "Aucun département de la région Bretagne n’est dans les données : elles couvrent Lot.",
                    "Lot",
                )
            ],
        ),
        ("Occitanie mobilité", []),
        (
            "repas 1987",
            [notice("YEAR", "1987", "Aucune action n’est de 1987 : les années vont de 2016 à 2020.", "2016", "2020")],
        ),
        ("2000 spectateurs", []),
        ("logement", [notice("LABEL", "Logement", "Aucune fiche n’a « Logement » parmi ses mots-clés.")]),
        (
            "repas bourguignon",
            [notice("WORD", "bourguignon", "Aucune fiche ne contient « bourguignon ».")],
        ),
        ("vêtements pas cher", []),
        ("la réunion des habitants", []),
        ("qui aura un repas ?", [notice("WORD", "aura", "Aucune fiche ne contient « aura ».")]),
    ],
)
def test_what_is_typed_and_not_in_the_data_is_said(ask, query, notices, field):
    assert said(ask, query, field)["notices"] == notices


def test_without_a_search_there_is_nothing_to_say(ask):
    answer = ask(f"{{ actions(first: 1) {{ corrected {{ from }} notices {{ kind }} edges {{ {MATCHED} }} }} }}")
    assert answer["actions"] == {"corrected": [], "notices": [], "edges": [{"matchedBy": [], "missing": []}]}


def test_a_search_takes_conditions_on_actions_and_keeps_what_these_have(ask):
    query = """{
      all: search(query: "mobilité", first: 100) { totalCount nodes { __typename id } }
      some: search(query: "mobilité", first: 100, where: { year: { eq: 2018 } }) { totalCount nodes { __typename id } }
      none: search(query: "mobilité", first: 100, where: { year: { eq: 1987 } }) { totalCount nodes { id } }
      year: actions(where: { year: { eq: 2018 } }, first: 100) {
        nodes { id structure { id } department { id } keywords { id } partners { id } publics { id } }
      }
    }"""
    data = ask(query)
    there = set()
    for action in data["year"]["nodes"]:
        there |= {action["id"], action["structure"]["id"], action["department"]["id"]}
        there |= {node["id"] for kind in ("keywords", "partners", "publics") for node in action[kind]}
    expected = [node for node in data["all"]["nodes"] if node["id"] in there]
    assert 0 < len(expected) < data["all"]["totalCount"]
    assert data["some"]["nodes"] == expected
    assert data["some"]["totalCount"] == len(expected)
    assert data["none"] == {"totalCount": 0, "nodes": []}
