"""The view beside the same graph made by networkx's own calls: networkx finds in the one what it finds in the other."""

from __future__ import annotations

import copy
import doctest
import io
import json
import pickle
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph import indexes
from graph.kinds import CONCEPT_KINDS, KINDS, NodeKind
from graph.knowledge_graph import KnowledgeGraph
from graph.model import Sheet
from graph.network import Network
from graph.networkx_view import view
from graph.store import Store
from tests.graph.small_networks import network_of, networks, row

PAGE = Path(__file__).resolve().parents[2] / "docs" / "networkx.md"


def made_by_hand(net: Network) -> nx.Graph:
    """The graph of a network by `add_node` and `add_edge`, each node's neighbours in the order that is stated."""
    graph = nx.Graph()
    for action in net.actions:
        graph.add_node(action.key, kind="action")
    for structure in net.structures:
        graph.add_node(structure.key, kind="structure")
    for kind in (*CONCEPT_KINDS, NodeKind.DEPARTMENT):
        graph.add_nodes_from((concept.key for concept in net.concepts[kind]), kind=str(kind))
    for structure in net.structures:
        graph.add_edge(structure.key, structure.department.key, relation="located_in")
    for action in net.actions:
        graph.add_edge(action.key, action.structure.key, relation="organised_by")
        for kind in CONCEPT_KINDS:
            held = getattr(action, KINDS[kind].attribute)
            for concept in held if isinstance(held, tuple) else () if held is None else (held,):
                graph.add_edge(action.key, concept.key, relation=str(KINDS[kind].relation))
    return graph


@st.composite
def pairs(draw: Callable[..., Any]) -> tuple[nx.Graph, nx.Graph]:
    net, ix = draw(networks(most_actions=7, keywords=4))
    return view(net, ix), made_by_hand(net)


def written(write: Callable[[nx.Graph, io.BytesIO], None]) -> Callable[[nx.Graph], bytes]:
    def send(graph: nx.Graph) -> bytes:
        file = io.BytesIO()
        write(graph, file)
        return file.getvalue()

    return send


def gexf(graph: nx.Graph) -> list[str]:
    # The first lines hold the day.
    return [line for line in nx.generate_gexf(graph) if "lastmodified" not in line]


def biconnected(graph: nx.Graph) -> set[frozenset[str]]:
    return set(map(frozenset, nx.biconnected_components(graph)))


def first_and_last(graph: nx.Graph) -> tuple[str, str]:
    nodes = list(graph)
    return nodes[0], nodes[-1]


QUESTIONS: dict[str, Callable[[nx.Graph], Any]] = {
    "nodes": lambda graph: list(graph.nodes(data=True)),
    "edges": lambda graph: list(graph.edges(data=True)),
    "adjacency": lambda graph: [(node, list(around.items())) for node, around in graph.adjacency()],
    "degree": lambda graph: list(graph.degree),
    "weighted degree": lambda graph: list(graph.degree(weight="weight")),
    "number of edges": nx.Graph.number_of_edges,
    "edges between": lambda graph: graph.number_of_edges(*first_and_last(graph)),
    "neighbours": lambda graph: [list(graph.neighbors(node)) for node in graph],
    "has edge": lambda graph: [[graph.has_edge(one, other) for other in graph] for one in graph],
    "edge data": lambda graph: graph.get_edge_data(*first_and_last(graph), default="none"),
    "nbunch": lambda graph: list(graph.nbunch_iter(["keyword:k0", "nowhere", *first_and_last(graph)])),
    "edges of some": lambda graph: list(graph.edges(first_and_last(graph), data="relation")),
    "components": lambda graph: sorted(map(sorted, nx.connected_components(graph))),
    "shortest path": lambda graph: nx.single_source_shortest_path(graph, first_and_last(graph)[0]),
    "all shortest paths": lambda graph: [
        list(nx.all_shortest_paths(graph, next(iter(graph)), other))
        for other in nx.node_connected_component(graph, next(iter(graph)))
    ],
    "dijkstra": lambda graph: nx.single_source_dijkstra(graph, first_and_last(graph)[1]),
    "ego graph": lambda graph: nx.ego_graph(graph, first_and_last(graph)[1], radius=2),
    "core number": nx.core_number,
    "PageRank": nx.pagerank,
    "betweenness": nx.betweenness_centrality,
    "Louvain": lambda graph: nx.community.louvain_communities(graph, seed=1),
    "label propagation": lambda graph: sorted(map(sorted, nx.community.asyn_lpa_communities(graph, seed=1))),
    "biconnected": biconnected,
    "bipartite": lambda graph: nx.is_bipartite(graph),
    "spanning tree": lambda graph: nx.minimum_spanning_tree(graph),
    "density": nx.density,
    "GraphML": written(nx.write_graphml_xml),
    "GEXF": gexf,
    "GML": lambda graph: list(nx.generate_gml(graph)),
    "edge list": lambda graph: list(nx.generate_edgelist(graph)),
    "node-link": lambda graph: json.dumps(nx.node_link_data(graph, edges="edges")),
    "matrix": lambda graph: nx.to_scipy_sparse_array(graph).toarray().tolist(),
    "dictionaries": nx.to_dict_of_dicts,
    "copy": nx.Graph.copy,
    "directed": nx.Graph.to_directed,
    "undirected": nx.Graph.to_undirected,
    "subgraph": lambda graph: graph.subgraph(list(graph)[::2]),
    "copy of a subgraph": lambda graph: graph.subgraph(list(graph)[::2]).copy(),
    "edge subgraph": lambda graph: graph.edge_subgraph(list(graph.edges)[::2]),
    "complement": nx.complement,
    "relabelled": lambda graph: nx.convert_node_labels_to_integers(graph, label_attribute="key"),
    "pickled": lambda graph: pickle.loads(pickle.dumps(graph)),
    "deep copy": copy.deepcopy,
    "by class": lambda graph: graph.__class__(graph),
}


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
@settings(max_examples=15)
@given(graphs=pairs())
def test_networkx_finds_in_the_view_what_it_finds_in_a_graph_made_by_hand(question, graphs):
    shown, made = graphs
    found, expected = question(shown), question(made)
    if isinstance(expected, nx.Graph):
        assert type(found) is type(expected)
        assert nx.utils.graphs_equal(found, expected)
        assert list(found.nodes(data=True)) == list(expected.nodes(data=True))
        assert list(found.edges(data=True)) == list(expected.edges(data=True))
    else:
        assert found == expected


def changes(graph: nx.Graph) -> Iterator[Callable[[], object]]:
    yield lambda: graph.add_node("action:new")
    yield lambda: graph.add_nodes_from(["action:new"])
    yield lambda: graph.add_edge("action:a", "keyword:m")
    yield lambda: graph.add_edges_from([("action:a", "keyword:m")])
    yield lambda: graph.remove_node("action:a")
    yield lambda: graph.remove_edge("action:a", "keyword:k")
    yield lambda: graph.clear()
    yield lambda: graph.nodes["action:a"].update(kind="structure")
    yield lambda: graph.nodes["action:a"].__setitem__("kind", "structure")
    yield lambda: graph.nodes["action:a"].pop("kind")
    yield lambda: graph.edges["action:a", "keyword:k"].__setitem__("weight", 3)
    yield lambda: graph["keyword:k"]["action:a"].setdefault("weight", 3)
    yield lambda: nx.set_node_attributes(graph, 1, "size")
    yield lambda: nx.set_edge_attributes(graph, 1, "weight")
    yield lambda: nx.relabel_nodes(graph, {"action:a": "a"}, copy=False)


@pytest.mark.parametrize("number", range(15))
def test_the_view_cannot_be_changed(number):
    net, ix = network_of(row("a", "k"), row("b", "m"))
    graph = view(net, ix)
    with pytest.raises(nx.NetworkXError, match="Frozen graph can't be modified"):
        list(changes(graph))[number]()
    assert nx.is_frozen(graph)
    assert nx.utils.graphs_equal(graph, made_by_hand(net))


@pytest.mark.parametrize("copied", [nx.Graph, nx.Graph.copy, copy.deepcopy, lambda graph: graph.subgraph(graph).copy()])
def test_a_copy_can_be_changed_and_leaves_the_view_as_it_is(copied):
    net, ix = network_of(row("a", "k"), row("b", "m"))
    graph = view(net, ix)
    changed = copied(graph)
    if copied is not copy.deepcopy:  # the deep copy of a frozen graph is frozen
        changed.add_edge("action:a", "keyword:m", weight=2)
        changed.nodes["action:a"]["kind"] = "mine"
        nx.set_edge_attributes(changed, 1, "weight")
        assert not nx.is_frozen(changed)
    assert nx.utils.graphs_equal(graph, made_by_hand(net))


def test_what_is_not_there_is_a_key_error():
    graph = view(*network_of(row("a", "k"), row("b", "m")))
    for read in (
        lambda: graph.nodes["keyword:x"],
        lambda: graph["keyword:x"],
        lambda: graph["keyword:k"]["action:b"],
        lambda: graph["keyword:k"]["department:d"],
        lambda: graph["keyword:k"]["nowhere"],
        lambda: graph["department:d"]["action:a"],
    ):
        with pytest.raises(KeyError):
            read()
    assert [1] not in graph
    assert "nowhere" not in graph


def test_files_hold_plain_words_and_read_back_as_the_same_graph(lot: KnowledgeGraph, tmp_path: Path):
    nx.write_graphml(lot.networkx, tmp_path / "graph.graphml")
    nx.write_gexf(lot.networkx, tmp_path / "graph.gexf")
    graphml, gexf = nx.read_graphml(tmp_path / "graph.graphml"), nx.read_gexf(tmp_path / "graph.gexf")
    assert (graphml.nodes, graphml.adj) == (lot.networkx.nodes, lot.networkx.adj)
    assert {node: data["kind"] for node, data in gexf.nodes(data=True)} == dict(lot.networkx.nodes(data="kind"))
    assert {type(kind) for _, kind in lot.networkx.nodes(data="kind")} == {str}


@given(built=networks())
def test_the_number_of_links_is_that_of_networkx(built):
    net, ix = built
    assert indexes.link_count(net, ix) == made_by_hand(net).number_of_edges()


def test_counting_the_neighbours_of_a_hub_reads_none_of_them(monkeypatch):
    net, ix = network_of(*(row(f"a{n}", "k") for n in range(50)))
    graph = view(net, ix)
    monkeypatch.setattr("graph.networkx_view.neighbours", None)
    assert (graph.degree("keyword:k"), graph.degree("department:d")) == (50, 1)
    assert graph.has_edge("keyword:k", "action:a7")
    assert not graph.has_edge("keyword:k", "structure:d-s")


def test_the_page_about_networkx_says_what_is_so(
    tmp_path: Path, sheets: tuple[Sheet, ...], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    Path("var").mkdir()
    with closing(Store(Path("var/maillage.sqlite"), create=True)) as store:
        store.merge(sheets, "actions-lot.txt")
    text = re.sub("```.*", "", PAGE.read_text(encoding="utf-8"))
    example = doctest.DocTestParser().get_doctest(text, {}, PAGE.name, str(PAGE), 0)
    result = doctest.DocTestRunner().run(example)
    assert (result.failed, result.attempted) == (0, 16)
