from itertools import pairwise

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.errors import OutOfRange, UnknownNode
from graph.kinds import NodeKind, Relation
from graph.model import Action
from graph.networkx_view import view
from graph.traversal import Traversal
from graph.traversal import paths as paths_module
from graph.traversal.paths import Paths, is_hub
from tests.graph.lot import lot
from tests.graph.small_networks import network_of, networks, row


def keys(found: Paths) -> list[tuple[str, ...]]:
    return [tuple(step.node.key for step in path.steps) for path in found.paths]


def titles(found: Paths) -> list[list[str]]:
    return [[key.partition(":")[2] for key in path] for path in keys(found)]


def action_count(graph: nx.Graph, key: str) -> int:
    return sum(NodeKind(other.partition(":")[0]) is NodeKind.ACTION for other in graph[key])


def brute_force(net, ix, source, target, via, max_length):
    """Every shortest path by networkx, in the order that `paths` states."""
    graph = view(net, ix)
    most = len(net.actions) / 2

    def walked(key):
        kind = NodeKind(key.partition(":")[0])
        if key in (source, target) or kind is NodeKind.ACTION:
            return True
        if via is not None:
            return kind in via
        count = action_count(graph, key)
        if kind is NodeKind.DEPARTMENT:
            count = sum(action.department.key == key for action in net.actions)
        return not (count > most and count > 8)

    walk = graph.subgraph([key for key in graph if walked(key)])
    if not nx.has_path(walk, source, target):
        return []
    found = list(nx.all_shortest_paths(walk, source, target))

    def rank(key):
        record = net.records[key]
        if isinstance(record, Action):
            return (0, record.ordinal, "")
        if NodeKind(key.partition(":")[0]) is NodeKind.DEPARTMENT:
            return (1, sum(action.department.key == key for action in net.actions), key)
        return (1, action_count(graph, key), key)

    return sorted((tuple(p) for p in found if len(p) - 1 <= max_length), key=lambda p: [rank(key) for key in p])


KINDS = [kind for kind in NodeKind if kind is not NodeKind.ACTION]


@pytest.mark.parametrize("walked_set", [0, 256], ids=["by bitmap", "one by one"])
@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_paths_are_those_of_networkx_in_the_stated_order(walked_set, data):
    net, ix = data.draw(networks())
    ends = st.sampled_from(sorted(net.records))
    source, target = data.draw(ends), data.draw(ends)
    via = data.draw(st.none() | st.sets(st.sampled_from(KINDS)))
    max_length = data.draw(st.integers(1, 6))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paths_module, "_WALKED_SET", walked_set)
        found = Traversal(net, ix).paths(source, target, via=via, max_length=max_length, first=7)
    expected = brute_force(net, ix, source, target, via, max_length)
    assert keys(found) == expected[:7]
    assert found.total == len(expected)
    assert found.length == (len(expected[0]) - 1 if expected else None)
    assert not found.truncated


def test_from_13_to_8_through_keywords_there_are_four_links_by_2_7_or_10():
    page = lot()
    found = Traversal(page.network, page.indexes).paths(page.key(13), page.key(8), via={NodeKind.KEYWORD})
    assert found.length == 4
    assert {page.number(path[2]) for path in keys(found)} == {2, 7, 10}
    assert found.total == len(found.paths) == 5


def test_tous_publics_on_ten_of_sixteen_actions_is_passed_over_unless_asked_for():
    page = lot()
    assert is_hub(page.indexes, "public:tous-publics")
    everywhere = Traversal(page.network, page.indexes).paths(page.key(13), page.key(8))
    assert "public:tous-publics" not in {key for path in keys(everywhere) for key in path}
    asked = Traversal(page.network, page.indexes).paths(page.key(13), page.key(8), via={NodeKind.PUBLIC})
    assert keys(asked) == [(page.key(13), "public:tous-publics", page.key(8))]


def test_a_node_of_eight_actions_is_no_hub_where_there_are_no_more():
    _, ix = network_of(*(row(f"a{n}", "k") for n in range(8)))
    assert not is_hub(ix, "keyword:k")
    _, ix = network_of(*(row(f"a{n}", "k") for n in range(9)))
    assert is_hub(ix, "keyword:k")


def test_a_hub_may_be_an_end():
    net, ix = network_of(*(row(f"a{n}", "k") for n in range(20)))
    found = Traversal(net, ix).paths("keyword:k", "action:a3")
    assert keys(found) == [("keyword:k", "action:a3")]


def test_the_rarest_keyword_comes_first():
    net, ix = network_of(row("a", "often", "seldom"), row("b", "often", "seldom"), row("c", "often"))
    found = Traversal(net, ix).paths("action:a", "action:b", via={NodeKind.KEYWORD})
    assert titles(found) == [["a", "seldom", "b"], ["a", "often", "b"]]


def test_a_department_is_reached_through_structures_only():
    net, ix = network_of(row("a", structure="S"), row("b", structure="T"))
    assert Traversal(net, ix).paths("action:a", "action:b", via={NodeKind.DEPARTMENT}).length is None
    both = Traversal(net, ix).paths("action:a", "action:b", via={NodeKind.DEPARTMENT, NodeKind.STRUCTURE})
    assert titles(both) == [["a", "d-s", "d", "d-t", "b"]]


def test_each_step_tells_the_relation_to_the_next():
    net, ix = network_of(row("a", "k"), row("b", "k", partners=("p",)))
    [path] = Traversal(net, ix).paths("action:a", "partner:p", via={NodeKind.KEYWORD}).paths
    assert [step.relation for step in path.steps] == [
        Relation.HAS_KEYWORD,
        Relation.HAS_KEYWORD,
        Relation.WITH_PARTNER,
        None,
    ]
    assert path.length == 3


def test_a_node_is_at_distance_0_of_itself():
    net, ix = network_of(row("a"))
    found = Traversal(net, ix).paths("action:a", "action:a")
    assert (found.length, found.total, keys(found)) == (0, 1, [("action:a",)])


def test_a_longer_path_than_asked_for_is_not_given():
    net, ix = network_of(row("a", "k"), row("b", "k", "m"), row("c", "m"))
    assert Traversal(net, ix).paths("action:a", "action:c", via={NodeKind.KEYWORD}, max_length=4).length == 4
    short = Traversal(net, ix).paths("action:a", "action:c", via={NodeKind.KEYWORD}, max_length=3)
    assert short == Paths(None, 0, (), False)


def test_a_search_that_gives_up_says_so():
    net, ix = network_of(row("a", "k"), row("b", "k", "m"), row("c", "m"))
    found = Traversal(net, ix).paths("action:a", "action:c", via={NodeKind.KEYWORD}, max_visited=2)
    assert found == Paths(None, None, (), True)


def test_paths_too_many_to_count_are_still_found(monkeypatch):
    net, ix = network_of(row("a", "k"), row("b", "k", "m"), row("c", "m"))
    monkeypatch.setattr(paths_module, "_COUNTED_PAIRS", 0)
    found = Traversal(net, ix).paths("action:a", "action:c", via={NodeKind.KEYWORD})
    assert found.total is None
    assert titles(found) == [["a", "k", "b", "m", "c"]]


def test_the_first_path_of_a_hub_with_many_actions_looks_at_few_nodes():
    rows = [row(f"m{n:05}", "k", "m") for n in range(3_000)]
    net, ix = network_of(row("a", "k"), *rows, row("c", "m"))
    found = Traversal(net, ix).paths("action:a", "action:c", via={NodeKind.KEYWORD}, first=2, max_visited=10)
    assert titles(found) == [["a", "k", "m00000", "m", "c"], ["a", "k", "m00001", "m", "c"]]
    assert found.total == 3_000


def test_the_choices_of_every_step_are_multiplied():
    net, ix = network_of(
        row("s", "k"),
        row("x1", "k", "m"),
        row("x2", "k", "m"),
        row("y1", "m", "n"),
        row("y2", "m", "n"),
        row("y3", "m", "n"),
        row("t", "n"),
    )
    found = Traversal(net, ix).paths("action:s", "action:t", via={NodeKind.KEYWORD})
    assert (found.length, found.total, len(found.paths)) == (6, 6, 6)


def test_actions_that_lead_nowhere_are_not_tried(monkeypatch):
    nowhere = [row(f"{word}{n:03}", word, year=2021) for word in ("k", "n") for n in range(300)]
    net, ix = network_of(row("a", "k"), row("b", "k", "m"), row("c", "m", "n"), row("d", "n"), *nowhere)
    tried = []
    successors = paths_module._Walk.successors

    def recorded(walk, node, level):
        tried.append(node.key.partition(":")[2])
        return successors(walk, node, level)

    monkeypatch.setattr(paths_module._Walk, "successors", recorded)
    found = Traversal(net, ix).paths("action:a", "action:d", via={NodeKind.KEYWORD})
    assert titles(found) == [["a", "k", "b", "m", "c", "n", "d"]]
    assert tried == ["a", "k", "b", "m", "c", "n"]


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        ({"max_length": 0}, "max_length: '0' cannot be used; give a number from 1 to 6."),
        ({"max_length": 7}, "max_length: '7' cannot be used; give a number from 1 to 6."),
        ({"first": 0}, "first: '0' cannot be used; give a number from 1 to 100."),
        ({"first": 101}, "first: '101' cannot be used; give a number from 1 to 100."),
    ],
)
def test_a_number_out_of_its_range_is_named(argument, message):
    net, ix = network_of(row("a"))
    with pytest.raises(OutOfRange, match=message):
        Traversal(net, ix).paths("action:a", "action:a", **argument)


@pytest.mark.parametrize(
    ("ends", "parameter"), [(("action:a", "action:z"), "target"), (("action:z", "action:a"), "source")]
)
def test_an_unknown_key_is_named(ends, parameter):
    net, ix = network_of(row("a"))
    with pytest.raises(UnknownNode, match=f"{parameter}: there is no node 'action:z'"):
        Traversal(net, ix).paths(*ends)


def test_every_step_of_every_path_of_the_page_is_an_edge():
    page = lot()
    graph = view(page.network, page.indexes)
    for number in range(1, 16):
        for path in keys(Traversal(page.network, page.indexes).paths(page.key(number), page.key(16), first=100)):
            assert all(graph.has_edge(one, other) for one, other in pairwise(path))
