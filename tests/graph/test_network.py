from __future__ import annotations

from dataclasses import replace

import networkx as nx
from hypothesis import given

from graph import indexes, network
from graph.kinds import NodeKind, Relation
from graph.knowledge_graph import KnowledgeGraph
from graph.labels import UNKNOWN_DEPARTMENT
from graph.model import Concept, Sheet, light_row
from graph.networkx_view import view
from graph.store import keyed
from graph.vocabulary import load_vocabulary
from tests.graph.random_sheets import directories

REGIONS = {"department:lot": "region:occitanie", "department:ain": "region:auvergne-rhone-alpes"}


def build(sheets: list[Sheet]) -> network.Network:
    return network.build([light_row(key, sheet) for key, sheet in keyed(sheets)], load_vocabulary())


def test_the_page_makes_the_nodes_that_it_prints(lot: KnowledgeGraph, sheets: tuple[Sheet, ...]):
    printed = {
        NodeKind.KEYWORD: {word for sheet in sheets for word in sheet.keywords},
        NodeKind.PARTNER: {word for sheet in sheets for word in sheet.partners},
        NodeKind.PUBLIC: {word for sheet in sheets for word in sheet.publics},
        NodeKind.INITIATOR: {word for sheet in sheets for word in sheet.initiators},
        NodeKind.TERRITORY: {sheet.territory for sheet in sheets},
        NodeKind.STRUCTURE: {sheet.structure for sheet in sheets},
    }
    assert {kind: lot.counts[kind] for kind in printed} == {kind: len(words) for kind, words in printed.items()}
    assert lot.counts[NodeKind.ACTION] == 16


def test_autre_is_one_node_in_each_of_its_three_vocabularies(lot: KnowledgeGraph):
    kinds = [NodeKind.INITIATOR, NodeKind.TERRITORY, NodeKind.PARTNER]
    assert [lot.get(f"{kind}:autre").kind for kind in kinds] == kinds  # type: ignore[union-attr]


def test_a_typo_of_the_platform_is_shown_corrected_and_kept_as_an_alternative(lot: KnowledgeGraph):
    keyword = lot.get("keyword:vieillissement")
    assert isinstance(keyword, Concept)
    assert (keyword.label, lot.alternative_labels(keyword)) == ("Vieillissement", ("Viellissement",))


def test_lists_keep_the_order_of_the_page(lot: KnowledgeGraph, sheets: tuple[Sheet, ...], numbered):
    for number, sheet in enumerate(sheets, start=1):
        assert [partner.label for partner in numbered[number].partners] == list(sheet.partners)


def test_an_edge_says_its_relation_and_the_graph_is_a_plain_networkx_graph(lot: KnowledgeGraph, numbered):
    graph = lot.networkx
    assert type(graph) is nx.Graph
    assert graph[numbered[14].key]["keyword:mixite-sociale"] == {"relation": Relation.HAS_KEYWORD}
    assert network.relation_between(lot.get("department:lot"), numbered[14].structure) is Relation.LOCATED_IN
    assert nx.number_connected_components(graph) == 1


def test_spellings_that_differ_by_case_or_accent_are_one_node_named_by_the_most_frequent():
    one = Sheet(title="1", department="Lot", structure="S", structure_department="Lot", keywords=("Jardin partagé",))
    sheets = [one, replace(one, title="2"), replace(one, title="3", keywords=("JARDIN PARTAGE",))]
    graph = KnowledgeGraph.from_sheets(sheets)
    (keyword,) = graph.network.concepts[NodeKind.KEYWORD]
    assert (keyword.label, graph.alternative_labels(keyword)) == ("Jardin partagé", ("JARDIN PARTAGE",))


def test_structures_of_one_name_in_two_departments_are_two():
    one = Sheet(title="1", department="Lot", structure="Le Rionet", structure_department="Lot")
    built = build([one, replace(one, department="Ain", structure_department="Ain")])
    assert [s.key for s in built.structures] == ["structure:ain-le-rionet", "structure:lot-le-rionet"]


def test_spellings_of_one_department_are_one_node_that_has_the_official_name_and_their_structures_are_one():
    one = Sheet(title="1", department="46", structure="Le Rionet", structure_department="46")
    others = [
        replace(one, title=title, department=department, structure_department=home)
        for title, department, home in (("2", "Le Lot", "dép. 46"), ("3", "Lot (46)", "LOT"), ("4", "Lot", ""))
    ]
    graph = KnowledgeGraph.from_sheets([one, *others])
    (lot,) = graph.network.concepts[NodeKind.DEPARTMENT]
    assert (lot.key, lot.label) == ("department:lot", "Lot")
    assert graph.alternative_labels(lot) == ("46", "LOT", "Le Lot", "Lot (46)", "dép. 46")
    assert [body.key for body in graph.network.structures] == ["structure:lot-le-rionet"]
    assert graph.action_count(lot) == 4


def test_a_department_that_nobody_knows_is_a_node_of_its_own_as_printed():
    one = Sheet(title="1", department="Lotte", structure="S", structure_department="Lotte")
    built = build([one, replace(one, title="2", department="Pays du Lot")])
    assert [(place.key, place.label) for place in built.concepts[NodeKind.DEPARTMENT]] == [
        ("department:lotte", "Lotte"),
        ("department:pays-du-lot", "Pays du Lot"),
    ]


def test_a_department_is_part_of_its_region_and_one_that_nobody_knows_of_none():
    one = Sheet(title="1", department="46", structure="S", structure_department="46")
    others = [replace(one, title=name, department=name, structure_department=name) for name in ("Gers", "Ain", "Lotte")]
    graph = KnowledgeGraph.from_sheets([one, *others])
    regions = graph.network.concepts[NodeKind.REGION]
    assert [(node.key, node.label, node.code) for node in regions] == [
        ("region:auvergne-rhone-alpes", "Auvergne-Rhône-Alpes", "84"),
        ("region:occitanie", "Occitanie", "76"),
    ]
    occitanie = graph.get("region:occitanie")
    assert [place.key for place in graph.departments(occitanie)] == ["department:gers", "department:lot"]
    assert graph.action_count(occitanie) == 2
    assert {action.title: action.region and action.region.label for action in graph.actions} == {
        "1": "Occitanie",
        "Gers": "Occitanie",
        "Ain": "Auvergne-Rhône-Alpes",
        "Lotte": None,
    }
    assert graph.networkx["region:occitanie"] == {
        "department:gers": {"relation": Relation.PART_OF},
        "department:lot": {"relation": Relation.PART_OF},
    }
    assert graph.link_count == graph.networkx.number_of_edges() == 4 + 4 + 3


def test_a_department_has_the_neighbours_that_are_in_the_data():
    one = Sheet(title="1", department="Lot", structure="S", structure_department="Lot")
    names = ("Cantal", "Ain", "19", "Lotte")
    graph = KnowledgeGraph.from_sheets([one, *(replace(one, department=name) for name in names)])
    around = {
        name: [node.label for node in graph.bordering(graph.get(f"department:{name}"))]
        for name in ("lot", "ain", "lotte")
    }
    assert around == {"lot": ["Cantal", "Corrèze"], "ain": [], "lotte": []}


def test_a_path_leads_from_department_to_department_through_their_region():
    one = Sheet(title="1", department="Lot", structure="S", structure_department="Lot")
    gers = replace(one, title="2", department="Gers", structure_department="Gers")
    found = KnowledgeGraph.from_sheets([one, gers]).traversal.paths("structure:lot-s", "structure:gers-s")
    assert (found.length, found.total) == (4, 1)
    assert found.paths[0].sentence.replace("\N{NO-BREAK SPACE}", " ") == (
        "« S » est dans le département « Lot », qui est dans la région « Occitanie », "
        "qui est la région de « Gers », qui est le département de « S »."
    )


def test_a_sheet_without_a_department_still_has_one_to_stand_in():
    built = build([Sheet(title="1", department="", structure="S", structure_department="")])
    assert built.actions[0].department.label == UNKNOWN_DEPARTMENT


@given(directories)
def test_the_edges_are_the_links_of_the_sheets_and_no_others(sheets: list[Sheet]):
    built = build(sheets)
    expected = set()
    for action in built.actions:
        concepts = (action.dimension, action.territory, *action.keywords, *action.partners, *action.publics)
        expected |= {frozenset((action.key, other.key)) for other in (action.structure, *concepts) if other}
        expected |= {frozenset((action.key, initiator.key)) for initiator in action.initiators}
    expected |= {frozenset((structure.key, structure.department.key)) for structure in built.structures}
    places = {node.key for node in built.concepts[NodeKind.DEPARTMENT]}
    expected |= {frozenset(pair) for pair in REGIONS.items() if pair[0] in places}
    graph = view(built, indexes.build(built))
    assert set(map(frozenset, graph.edges)) == expected
    assert list(graph.nodes) == list(built.records)


@given(directories)
def test_the_order_of_the_sheets_does_not_change_the_graph(sheets: list[Sheet]):
    forwards, backwards = build(sheets), build(sheets[::-1])
    assert [action.key for action in forwards.actions] == [action.key for action in backwards.actions]
    assert {k: getattr(r, "label", None) for k, r in forwards.records.items()} == {
        k: getattr(r, "label", None) for k, r in backwards.records.items()
    }
