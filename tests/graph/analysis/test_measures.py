"""The measures of a graph against what one does by hand: taking away each node and link, walking the paths."""

from __future__ import annotations

from itertools import combinations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from graph.analysis import measures
from graph.analysis.measures import Measures, betweenness, cuts_and_bridges, measured

Links = list[tuple[int, int]]


def matrix(size: int, links: Links) -> csr_array:
    both = [*links, *((b, a) for a, b in links)]
    rows, columns = np.array(both, np.int32).reshape(-1, 2).T
    return csr_array((np.ones(len(both), np.int8), (rows, columns)), shape=(size, size))


def once(size: int, links: Links) -> csr_array:
    rows, columns = np.array(links, np.int32).reshape(-1, 2).T
    return csr_array((np.ones(len(links), np.int8), (rows, columns)), shape=(size, size))


def parts(nodes: set[int], links: Links) -> list[set[int]]:
    """What hangs together, the largest first, then by the first node."""
    found: list[set[int]] = []
    for node in sorted(nodes):
        joined = [part for part in found if any({node, other} in ({a, b} for a, b in links) for other in part)]
        found = [part for part in found if part not in joined] + [{node}.union(*joined)]
    return sorted(found, key=lambda part: (-len(part), min(part)))


def cut(size: int, links: Links) -> list[int]:
    """The nodes without which what they are linked to falls apart."""
    nodes = set(range(size))
    return [
        node
        for node in nodes
        if len(parts(nodes - {node}, [link for link in links if node not in link])) > len(parts(nodes, links))
    ]


def bridges_of(size: int, links: Links) -> list[int]:
    """How many links each node ends without which something falls apart."""
    nodes = set(range(size))
    needed = [each for each in links if len(parts(nodes, [x for x in links if x != each])) > len(parts(nodes, links))]
    return [sum(node in link for link in needed) for node in range(size)]


def shortest(size: int, links: Links, one: int, other: int) -> list[list[int]]:
    """Every shortest path between two nodes."""
    around = {node: {b if a == node else a for a, b in links if node in (a, b)} for node in range(size)}
    paths = [[one]]
    while paths and not any(path[-1] == other for path in paths):
        paths = [[*path, step] for path in paths for step in around[path[-1]] if step not in path]
    return [path for path in paths if path[-1] == other]


def through(size: int, links: Links) -> list[float]:
    shares = [0.0] * size
    for one, other in combinations(range(size), 2):
        paths = shortest(size, links, one, other)
        for path in paths:
            for node in path[1:-1]:
                shares[node] += 1 / len(paths)
    return [share / max(1, (size - 1) * (size - 2) / 2) for share in shares]


def core(size: int, links: Links) -> list[int]:
    found = [0] * size
    for least in range(1, size):
        left = set(range(size))
        while going := {n for n in left if sum(n in link and left.issuperset(link) for link in links) < least}:
            left -= going
        for node in left:
            found[node] = least
    return found


@st.composite
def graphs(draw: st.DrawFn, most: int = 7) -> tuple[int, Links]:
    size = draw(st.integers(1, most))
    every = list(combinations(range(size), 2))
    return size, draw(st.lists(st.sampled_from(every), unique=True, max_size=10)) if every else []


def same(found: Measures, size: int, links: Links) -> None:
    expected = parts(set(range(size)), links)
    assert found.degree.tolist() == [sum(node in link for link in links) for node in range(size)]
    assert found.component_sizes.tolist() == list(map(len, expected))
    assert [set(np.flatnonzero(found.component == number).tolist()) for number in range(len(expected))] == expected
    assert found.core.tolist() == core(size, links)
    assert np.flatnonzero(found.is_cut).tolist() == cut(size, links)
    assert found.bridges.tolist() == bridges_of(size, links)
    assert found.betweenness == pytest.approx(through(size, links))
    assert found.is_exact


@settings(max_examples=150, deadline=None)
@given(graph=graphs())
def test_every_measure_is_what_one_finds_by_hand(graph: tuple[int, Links]):
    same(measured(once(*graph)), *graph)


def test_two_triangles_on_a_bridge():
    size, links = 7, [(0, 1), (1, 2), (0, 2), (2, 3), (3, 4), (4, 5), (3, 5)]
    found = measured(once(size, links))
    assert np.flatnonzero(found.is_cut).tolist() == [2, 3]
    assert found.bridges.tolist() == [0, 0, 1, 1, 0, 0, 0]
    assert found.core.tolist() == [2, 2, 2, 2, 2, 2, 0]
    assert found.component_sizes.tolist() == [6, 1]
    # Of the 15 pairs of the six others, three times two lead over each end of the bridge.
    assert found.betweenness.tolist() == pytest.approx([0, 0, 6 / 15, 6 / 15, 0, 0, 0])


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), share=st.sampled_from([0.02, 0.05, 0.1, 0.3]))
def test_larger_graphs_are_measured_as_networkx_measures_them(seed: int, share: float):
    graph = nx.bipartite.random_graph(60, 12, share, seed=seed)
    found = measured(once(len(graph), list(graph.edges)))
    bridges = [sum(node in edge for edge in nx.bridges(graph)) for node in graph]
    assert found.core.tolist() == list(nx.core_number(graph).values())
    assert set(np.flatnonzero(found.is_cut).tolist()) == set(nx.articulation_points(graph))
    assert found.bridges.tolist() == bridges
    assert found.betweenness == pytest.approx(list(nx.betweenness_centrality(graph).values()))
    assert sorted(found.component_sizes.tolist()) == sorted(map(len, nx.connected_components(graph)))


def test_networkx_is_given_a_small_part_of_a_graph_of_many_like_nodes(monkeypatch: pytest.MonkeyPatch):
    """A hundred nodes between the same six: those of two links stand for all."""
    links = [(6 + number, step) for number in range(100) for step in range(6)] + [(0, 106)]
    given: list[int] = []
    graph = nx.Graph

    def counted(edges: Links) -> nx.Graph:
        given.append(len(edges))
        return graph(edges)

    monkeypatch.setattr(measures.nx, "Graph", counted)
    is_cut, bridges = cuts_and_bridges(matrix(107, links))
    assert np.flatnonzero(is_cut).tolist() == [0]
    assert np.flatnonzero(bridges).tolist() == [0, 106]
    assert given[0] < 20


def test_a_drawn_part_of_the_ends_is_as_near_the_whole_as_the_error_says_and_the_same_each_time():
    graph = nx.bipartite.random_graph(400, 20, 0.1, seed=3)
    links, is_apart = matrix(len(graph), list(graph.edges)), np.arange(420) >= 400
    exact, no_error, every = betweenness(links, is_apart)
    drawn, error, ends = betweenness(links, is_apart, work=1, least=200)
    assert (every, ends) == (np.count_nonzero([degree for _, degree in graph.degree]), 256)
    assert drawn.tolist() == betweenness(links, is_apart, work=1, least=200)[0].tolist()
    assert drawn.tolist() != betweenness(links, is_apart, work=1, least=200, seed=1)[0].tolist()
    assert exact == pytest.approx(list(nx.betweenness_centrality(graph).values()))
    assert not no_error.any()
    assert np.mean(np.abs(drawn - exact) <= 2 * error + 1e-12) > 0.9
    assert np.mean(np.abs(drawn - exact) <= error / 4) < 0.5
    # The twenty that nearly all paths lead through are told from the others.
    assert set(np.argsort(-drawn)[:20]) == set(np.argsort(-exact)[:20])
    assert drawn[400:] == pytest.approx(exact[400:], rel=0.15)


def test_what_leads_between_the_neighbours_of_a_node_is_found_though_none_of_them_is_an_end():
    """A hundred groups of two, each on a node of its own that nothing else leads through; they all hang on one."""
    links = [(node, 300) for node in range(200)] + [(node, 200 + node // 2) for node in range(200)]
    is_apart = np.arange(301) >= 200
    found, _, ends = betweenness(matrix(301, links), is_apart, work=1, least=8)
    exact, _, _ = betweenness(matrix(301, links), is_apart)
    assert ends == 64
    # Its two have the common one between them too: half a path of 300 * 299 / 2.
    assert exact[200:300].tolist() == pytest.approx([0.5 / (300 * 299 / 2)] * 100)
    assert found[200:300] == pytest.approx(exact[200:300])
    assert found[300] == pytest.approx(exact[300], rel=0.1)


def test_what_is_far_away_ends_the_walk(monkeypatch: pytest.MonkeyPatch):
    """Of a chain of five, paths of at most three links: each inner node lies on those that are left."""
    monkeypatch.setattr(measures, "FARTHEST", 3)
    found, _, ends = betweenness(matrix(5, [(0, 1), (1, 2), (2, 3), (3, 4)]), np.zeros(5, bool))
    assert ends == 5
    assert found.tolist() == pytest.approx([0, 2 / 6, 3 / 6, 2 / 6, 0])


def test_a_graph_without_nodes_or_links_has_measures():
    assert measured(once(0, [])).component_sizes.tolist() == []
    found = measured(once(3, []))
    assert found.component_sizes.tolist() == [1, 1, 1]
    assert (found.betweenness.tolist(), found.ends, found.is_exact) == ([0.0, 0.0, 0.0], 0, True)
