"""Where nodes stand: on the page against networkx's own graph of it, in later versions, while it is being found."""

from __future__ import annotations

import random
from concurrent.futures import Future
from dataclasses import replace
from typing import Any

import networkx as nx
import pytest

from graph import analysis, errors
from graph.analysis import Analysis, elsewhere
from graph.analysis.centrality import Centralities, CentralityMeasure
from graph.analysis.linkage import CENTRAL_KINDS
from graph.change import Change
from graph.conditions import Condition, Not, Operator, Stands
from graph.kinds import NodeKind
from graph.knowledge_graph import KnowledgeGraph
from graph.listing import ListField, ListOrder
from graph.model import Action, Sheet, light_row
from graph.order import ActionField, SortKey
from graph.paging import Window
from graph.store import Head
from tests.graph.answers import walk
from tests.graph.lot import lot

ALL: Window[Any] = Window(first=100)
REPAS = Sheet(title="Repas", department="Lot", structure_department="Lot", structure="A", keywords=("Jardin",))
VERGER = replace(REPAS, title="Verger", structure="B", keywords=("Jardin", "Fruits"))
TRICOT = replace(REPAS, title="Tricot", structure="C", keywords=("Tricot",))
MODEL = {f"action:{sheet.title.lower()}": sheet for sheet in (REPAS, VERGER, TRICOT)}


def graph_of(model: dict[str, Sheet]) -> KnowledgeGraph:
    return KnowledgeGraph.from_pairs(list(model.items()))


def later(graph: KnowledgeGraph, removed: set[str], added: dict[str, Sheet]) -> KnowledgeGraph:
    rows = [(light_row(key, sheet, 9), sheet.text, None) for key, sheet in added.items()]
    return graph.changed(Change(frozenset(removed), rows, Head(graph.position + 1)))


def degrees(graph: KnowledgeGraph) -> dict[str, int | None]:
    """The degree of each action and structure, by its label."""
    found = {node.label: graph.centrality(node) for node in (*graph.actions, *graph.network.structures)}
    return {label: None if there is None else there.degree for label, there in found.items()}


def titles(graph: KnowledgeGraph, *keys: SortKey, where: Condition | None = None) -> list[str]:
    selection = graph.select() if where is None else graph.select(where)
    return [action.title for action in walk(selection.sorted(keys), 2)]


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analysis, "ALWAYS_EXACT", 0)


def test_on_the_page_every_node_stands_where_networkx_puts_it():
    graph = KnowledgeGraph.from_pairs(lot().pairs)
    hubs = ["initiator:le-centre-social", "public:tous-publics", "partner:association-locale"]
    assert [hub.key for hub in graph.survey.hubs] == [*hubs, "territory:plusieurs-communes"]
    assert graph.survey.sampled_from is None
    kinds = {kind.value for kind in CENTRAL_KINDS}
    nodes = [key for key, data in graph.networkx.nodes(data=True) if data["kind"] in kinds]
    plain = nx.Graph(graph.networkx.subgraph(nodes))
    plain.remove_nodes_from([hub.key for hub in graph.survey.hubs])
    between, core = nx.betweenness_centrality(plain), nx.core_number(plain)
    cut, bridges = set(nx.articulation_points(plain)), list(nx.bridges(plain))
    component_of = {key: part for part in nx.connected_components(plain) for key in part}
    assert len(component_of) == len(plain) > 60
    for key in plain:
        node = graph.get(key)
        assert node is not None
        there = graph.centrality(node)
        assert there is not None
        assert (there.degree, there.core_number) == (plain.degree[key], core[key])
        assert there.betweenness == pytest.approx(between[key])
        assert (there.is_cut_node, there.bridges) == (key in cut, sum(key in edge for edge in bridges))
        assert there.component.size == len(component_of[key])
    places = (graph.get(key) for key in ("department:lot", "region:occitanie", *hubs))
    assert [graph.centrality(node) for node in places if node] == [None] * 5


def test_the_community_is_that_of_the_action_or_of_most_actions_that_a_node_has():
    graph = KnowledgeGraph.from_pairs(lot().pairs)
    found = graph.select().communities().page(ALL).items
    of = {ordinal: community for community in found for ordinal in community.members}
    assert len(of) == 15
    for action in graph.actions:
        there = graph.centrality(action)
        assert there is not None
        assert there.community is of.get(action.ordinal)
    for kind in CENTRAL_KINDS[1:]:
        for node in graph.network.nodes(kind):
            there, ids = graph.centrality(node), [of[each].id for each in graph.indexes.members[node.key] if each in of]
            if there is not None:
                assert (there.community and there.community.id) == max(sorted(set(ids)), key=ids.count, default=None), (
                    node.key
                )


def test_sheets_in_any_order_and_what_came_before_give_the_same_to_the_last_bit():
    pairs = list(lot().pairs)
    keys = [key for key, _ in pairs]

    def all_of(graph: KnowledgeGraph) -> list[Any]:
        every = [*map(graph.get, keys), *(node for kind in CENTRAL_KINDS[1:] for node in graph.network.nodes(kind))]
        found = [None if node is None else graph.centrality(node) for node in every]
        return [there and (there.betweenness, there.core_number, there.component, there.bridges) for there in found]

    expected = all_of(KnowledgeGraph.from_pairs(pairs))
    shuffled = random.Random(5).sample(pairs, len(pairs))
    assert all_of(KnowledgeGraph.from_pairs(shuffled)) == expected
    grown = later(KnowledgeGraph.from_pairs(pairs[:7]), set(), dict(pairs[7:]))
    corrected = later(grown, {keys[0]}, {keys[0]: replace(pairs[0][1])})
    assert all_of(corrected) == expected


def test_versions_of_networkx_and_python_agree_on_the_page():
    """Written down once, and compared on every supported version."""
    graph = KnowledgeGraph.from_pairs(lot().pairs)
    first = graph.central(NodeKind.KEYWORD, CentralityMeasure.BETWEENNESS).page(Window(first=3)).items
    found = [(node.key, there) for node in first if (there := graph.centrality(node))]
    assert [(key, there.betweenness, there.community and there.community.id) for key, there in found] == EXPECTED


EXPECTED: list[Any] = [
    ("keyword:intergenerationnel", 0.10568329646522484, 0),
    ("keyword:mixite-sociale", 0.09966144735276107, 0),
    ("keyword:culture", 0.0751716828518773, 3),
]


def test_a_later_version_of_many_actions_tells_what_an_earlier_one_was(many: None):
    start = graph_of(MODEL)
    start.prepare()
    assert degrees(start.standing_on(None)) == {"Repas": 2, "Verger": 3, "Tricot": 2, "A": 1, "B": 1, "C": 1}
    start.analysis.measure()
    added = {
        "action:repas": replace(REPAS, title="Repas de 2020", year=2020),
        "action:laine": replace(TRICOT, title="Laine"),
    }
    graph = later(start, {"action:repas", "action:tricot"}, added)
    assert graph.as_of == start.position < graph.position
    # What was corrected stays, what came has none yet, and so it stands last in both directions.
    expected = {"Repas de 2020": 2, "Verger": 3, "Laine": None, "A": 1, "B": 1, "C": 1}
    assert degrees(graph) == expected
    by_degree = [titles(graph, SortKey(ActionField.DEGREE, descending)) for descending in (False, True)]
    assert by_degree == [["Repas de 2020", "Verger", "Laine"], ["Verger", "Repas de 2020", "Laine"]]
    two = Stands("degree", ((Operator.IN, (2,)),))
    assert titles(graph, where=two) == ["Repas de 2020"]
    assert set(titles(graph, where=Not(two))) == {"Verger", "Laine"}
    assert titles(graph, where=Stands("degree", ((Operator.EMPTY, True),))) == ["Laine"]
    own = graph.standing_on(None)
    assert degrees(own) == {**expected, "Laine": 2}
    assert titles(own, SortKey(ActionField.DEGREE, True)) == ["Verger", "Repas de 2020", "Laine"]
    # The version that stands on what was made of it says the same.
    made = graph.analysis.make()
    assert degrees(graph.standing_on(made)) == degrees(own)


class ByHand:
    """Begins what it is given when it is told to."""

    def __init__(self) -> None:
        self.work: Any = None
        self.result: Future[Centralities] = Future()

    def begin(self, work: Any) -> Future[Centralities]:
        self.work = work
        return self.result

    def run(self) -> None:
        self.result.set_result(self.work())


def test_until_it_is_found_it_is_refused_in_a_sentence_for_later_versions_too(many: None):
    graph, hand = graph_of(MODEL), ByHand()
    graph.prepare()
    graph.analysis.begin(hand.begin)
    after = later(graph, {"action:tricot"}, {})
    asks: list[Any] = [
        lambda of: of.centrality(of.actions[0]),
        lambda of: of.select().sorted((SortKey(ActionField.BETWEENNESS, True),)),
        lambda of: of.select(Stands("degree", ((Operator.FROM, 1),))).members,
        lambda of: of.structures(ListOrder(ListField.DEGREE)),
        lambda of: of.concepts(NodeKind.KEYWORD, ListOrder(), Stands("degree", ((Operator.FROM, 1),))),
        lambda of: of.central(NodeKind.KEYWORD, CentralityMeasure.DEGREE),
        lambda of: of.survey.hubs,
    ]
    for of in (graph, after):
        for ask in asks:
            with pytest.raises(errors.NotReady, match="ask again in some minutes"):
                ask(of)
    hand.run()
    for of in (graph, after):
        for ask in asks:
            ask(of)
    assert degrees(graph) == {"Repas": 2, "Verger": 3, "Tricot": 2, "A": 1, "B": 1, "C": 1}
    assert degrees(after) == {"Repas": 2, "Verger": 3, "A": 1, "B": 1}


def test_a_small_graph_is_measured_with_the_rest_and_nothing_is_begun():
    graph, hand = graph_of(MODEL), ByHand()
    graph.analysis.begin(hand.begin)
    assert hand.work is None
    graph.prepare()
    assert "centralities" in graph.analysis._found
    many = Analysis(graph.network, graph.indexes, dict, graph.vocabulary)
    many.prepare()
    assert "centralities" in many._found


def test_a_large_graph_is_not_measured_while_a_start_waits(many: None):
    graph = graph_of(MODEL)
    graph.prepare()
    assert "centralities" not in graph.analysis._found


def test_what_is_measured_by_another_process_is_the_same(many: None, monkeypatch: pytest.MonkeyPatch):
    mine = degrees(graph_of(MODEL))
    monkeypatch.setattr(analysis, "HELPED", 0)
    graph = graph_of(MODEL)
    graph.analysis.measure()
    assert degrees(graph) == mine


def test_where_there_is_no_room_for_files_this_process_measures(many: None, monkeypatch: pytest.MonkeyPatch):
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    mine = degrees(graph_of(MODEL))
    monkeypatch.setattr(analysis, "HELPED", 0)
    monkeypatch.setattr(elsewhere.np, "save", full)
    assert degrees(graph_of(MODEL)) == mine


def test_of_a_very_large_graph_nobody_waits_for_what_nobody_made(many: None, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(analysis, "MOST_MEASURED", 2)
    graph = graph_of(MODEL)
    with pytest.raises(errors.OutOfRange, match="as_of: '3 actions' cannot be used"):
        graph.centrality(graph.actions[0])
    graph.analysis.make()
    assert graph.centrality(graph.actions[0]) is not None


def test_places_have_no_centrality_to_order_them_by():
    graph = graph_of(MODEL)
    with pytest.raises(errors.NotAccepted, match="order_by: 'betweenness' cannot be used; no action is linked"):
        graph.concepts(NodeKind.DEPARTMENT, ListOrder(ListField.BETWEENNESS))
    with pytest.raises(errors.NotAccepted, match="kind: 'REGION' cannot be used; places have no centrality"):
        graph.central(NodeKind.REGION, CentralityMeasure.DEGREE)


def test_a_hub_comes_last_in_a_list_and_not_among_the_central():
    words = [("Partout", "Un"), ("Partout", "Deux")]
    model = {f"action:{n}": replace(REPAS, title=str(n), keywords=words[n % 2]) for n in range(12)}
    graph = graph_of(model)
    assert [hub.label for hub in graph.survey.hubs] == ["A", "Partout"]
    for descending, expected in ((True, ["Deux", "Un", "Partout"]), (False, ["Deux", "Un", "Partout"])):
        found = graph.concepts(NodeKind.KEYWORD, ListOrder(ListField.DEGREE, descending))
        assert [node.label for node in walk(found, 1)] == expected
    central = graph.central(NodeKind.KEYWORD, CentralityMeasure.DEGREE)
    assert [node.label for node in central.page(ALL).items] == ["Deux", "Un"]
    assert graph.central(NodeKind.STRUCTURE, CentralityMeasure.DEGREE).page(ALL).items == []


def test_two_groups_that_one_action_links_hang_on_it():
    """Two gardens and two workshops, each pair with a keyword and a centre of its own, and one action for both."""
    garden, workshop = replace(REPAS, keywords=("Jardin",)), replace(TRICOT, keywords=("Tricot",))
    model = {
        **{f"action:g{n}": replace(garden, title=f"g{n}") for n in range(2)},
        **{f"action:t{n}": replace(workshop, title=f"t{n}") for n in range(2)},
        "action:both": replace(garden, title="both", structure="D", keywords=("Jardin", "Tricot")),
    }
    graph = graph_of(model)
    assert titles(graph, where=Stands("is_cut_node", ((Operator.IN, (True,)),))) == ["both"]
    both = graph.get("action:both")
    assert isinstance(both, Action)
    there = graph.centrality(both)
    assert there is not None
    # Of the 36 pairs of the nine others: four by four, and its own structure with each of the eight.
    assert (there.betweenness, there.bridges, there.core_number) == (pytest.approx((16 + 8) / 36), 3, 2)
    assert (there.component.id, there.component.size) == (0, 10)
    assert titles(graph, SortKey(ActionField.BETWEENNESS, True))[0] == "both"
    least = Stands("betweenness", ((Operator.ABOVE, 0.6),))
    assert [node.label for node in graph.concepts(NodeKind.KEYWORD, ListOrder(), least).items] == []
    bridges = Stands("bridges", ((Operator.FROM, 1),))
    assert [node.label for node in graph.concepts(NodeKind.KEYWORD, ListOrder(), bridges).items] == ["Jardin", "Tricot"]
