import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.errors import NotAccepted, OutOfRange, UnknownNode
from graph.kinds import NodeKind, Relation
from graph.networkx_view import view
from graph.traversal import Traversal
from graph.traversal.neighbours import Edge
from tests.graph.lot import lot
from tests.graph.small_networks import network_of, networks, row


def titles(net, found):
    return [net.actions[ordinal].title for ordinal in found]


@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_a_whole_neighbourhood_is_the_ego_graph_of_networkx(data):
    net, ix = data.draw(networks())
    key = data.draw(st.sampled_from(sorted(net.records)))
    depth = data.draw(st.integers(1, 3))
    kinds = data.draw(st.none() | st.sets(st.sampled_from(sorted(NodeKind))))
    found = Traversal(net, ix).neighbourhood(key, depth=depth, kinds=kinds, first=500)
    graph = view(net, ix)
    kept = [
        other
        for other in graph
        if other == key or kinds is None or NodeKind(other.partition(":")[0]) in {*kinds, NodeKind.ACTION}
    ]
    expected = nx.ego_graph(graph.subgraph(kept), key, radius=depth)
    assert {node.key for node in found.nodes} == set(expected)
    assert len(found.nodes) == len(expected)
    assert {frozenset((edge.source, edge.target)) for edge in found.edges} == set(map(frozenset, expected.edges))
    assert len(found.edges) == expected.number_of_edges()
    assert found.nodes[0].key == key
    assert not found.truncated
    distance = nx.single_source_shortest_path_length(expected, key)
    assert [distance[node.key] for node in found.nodes] == sorted(distance.values())


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_bounded_neighbourhood_is_the_beginning_of_the_whole_one(data):
    net, ix = data.draw(networks())
    key = data.draw(st.sampled_from(sorted(net.records)))
    first = data.draw(st.integers(1, 12))
    whole = Traversal(net, ix).neighbourhood(key, depth=3, first=500)
    found = Traversal(net, ix).neighbourhood(key, depth=3, first=first)
    assert found.nodes == whole.nodes[:first]
    kept = {node.key for node in found.nodes}
    assert set(found.edges) == {edge for edge in whole.edges if {edge.source, edge.target} <= kept}
    assert found.truncated == (len(whole.nodes) > first)


def test_around_a_hub_the_newest_actions_come_first():
    net, ix = network_of(*(row(f"a{n}", "k", year=2000 + n) for n in range(9)))
    found = Traversal(net, ix).neighbourhood("keyword:k", first=4)
    assert [node.key for node in found.nodes] == ["keyword:k", "action:a8", "action:a7", "action:a6"]
    assert found.truncated


def test_around_an_action_its_structure_then_its_concepts_in_the_order_of_the_sheet():
    net, ix = network_of(row("a", "z", "b", partners=("p",)))
    found = Traversal(net, ix).neighbourhood("action:a")
    assert [node.key for node in found.nodes] == [
        "action:a",
        "structure:d-s",
        "keyword:z",
        "keyword:b",
        "partner:p",
    ]
    assert found.edges[0] == Edge("action:a", "structure:d-s", Relation.ORGANISED_BY)


def test_an_edge_between_two_neighbours_is_drawn():
    net, ix = network_of(row("a", "k", "m"))
    found = Traversal(net, ix).neighbourhood("keyword:k", depth=2, kinds={NodeKind.KEYWORD})
    assert [(edge.source, edge.target) for edge in found.edges] == [
        ("action:a", "keyword:k"),
        ("action:a", "keyword:m"),
    ]


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        ({"depth": 0}, "depth: '0' cannot be used; give a number from 1 to 3."),
        ({"depth": 4}, "depth: '4' cannot be used; give a number from 1 to 3."),
        ({"first": 0}, "first: '0' cannot be used; give a number from 1 to 500."),
        ({"first": 501}, "first: '501' cannot be used; give a number from 1 to 500."),
    ],
)
def test_a_number_out_of_its_range_is_named(argument, message):
    net, ix = network_of(row("a"))
    with pytest.raises(OutOfRange, match=message):
        Traversal(net, ix).neighbourhood("action:a", **argument)


def test_an_unknown_centre_is_named():
    net, ix = network_of(row("a"))
    with pytest.raises(UnknownNode, match="key: there is no node 'keyword:z'"):
        Traversal(net, ix).neighbourhood("keyword:z")


def test_shared_actions_are_linked_to_every_node():
    net, ix = network_of(row("a", "k", "m"), row("b", "k"), row("c", "k", "m", structure="T"))
    assert titles(net, Traversal(net, ix).shared_actions(["keyword:k"])) == ["a", "b", "c"]
    assert titles(net, Traversal(net, ix).shared_actions(["keyword:k", "keyword:m"])) == ["a", "c"]
    assert titles(net, Traversal(net, ix).shared_actions(["keyword:k", "keyword:m", "structure:d-t"])) == ["c"]
    with pytest.raises(OutOfRange, match="keys: '0 values' cannot be used; give 1 to 20"):
        Traversal(net, ix).shared_actions([])
    with pytest.raises(UnknownNode, match="keys: there is no structure, department or concept 'action:a'"):
        Traversal(net, ix).shared_actions(["keyword:k", "action:a"])


@settings(max_examples=60, deadline=None)
@given(built=networks(), by=st.sampled_from([kind for kind in NodeKind if kind is not NodeKind.ACTION]))
def test_related_and_isolated_actions_are_those_of_brute_force(built, by):
    net, ix = built
    graph = view(net, ix)

    def nodes(action):
        if by is NodeKind.DEPARTMENT:
            return {action.department.key}
        return {key for key in graph[action.key] if NodeKind(key.partition(":")[0]) is by}

    alone = []
    for action in net.actions:
        others = [other.ordinal for other in net.actions if other is not action and nodes(other) & nodes(action)]
        assert list(Traversal(net, ix).related(action, by)) == others
        if not others:
            alone.append(action.ordinal)
    assert list(Traversal(net, ix).isolated(by)) == alone


def test_no_mobility_action_shares_a_kind_of_partner_with_10():
    page = lot()
    found = Traversal(page.network, page.indexes).related(page.action(10), NodeKind.PARTNER)
    assert page.numbers(found) == [2, 3, 4, 6, 9, 11, 12, 13]
    assert not found & page.indexes.members["keyword:mobilite-transport"]


def test_16_is_the_only_isolated_action_by_keyword():
    page = lot()
    assert page.numbers(Traversal(page.network, page.indexes).isolated()) == [16]


def test_an_action_is_not_linked_to_actions():
    net, ix = network_of(row("a"))
    with pytest.raises(
        NotAccepted, match=r"by: 'ACTION' cannot be used; .* one of STRUCTURE, DEPARTMENT, REGION, KEYWORD"
    ):
        Traversal(net, ix).related(net.actions[0], NodeKind.ACTION)
    with pytest.raises(
        NotAccepted, match=r"by: 'ACTION' cannot be used; .* one of STRUCTURE, DEPARTMENT, REGION, KEYWORD"
    ):
        Traversal(net, ix).isolated(NodeKind.ACTION)
