"""Measures of the nodes of a graph that is given as a symmetric sparse matrix of ones, without loops.

What each of them is stands in networkx, whose answers they are. Only bridges and cut nodes are found by networkx
itself, of a small part of the graph in which they are the same: of a million actions its own graph would fill some
gigabytes, and the shortest paths from one node would take it a minute. The others are found in arrays.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import networkx as nx
import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array, vstack
from scipy.sparse.csgraph import breadth_first_order, connected_components

SEED = 90  # of the order in which nodes are taken as ends of shortest paths: always the same
FARTHEST = 60  # links of the longest path that counts as a shortest one
WORK = 600_000_000
"""Links looked at for the shortest paths, before no more nodes are taken as ends: seconds of work."""
LEAST_ENDS = 64
"""Nodes that are taken as ends however large the graph is, if it has them."""
PAIRS = 400
"""Pairs of neighbours of a node that are looked at, where only some are."""
_TOGETHER = 4_000_000  # nodes times ends whose paths are looked for together: some 50 bytes each

Whole = npt.NDArray[np.int32]
Real = npt.NDArray[np.float64]
Truth = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Measures:
    """What is found of each node, by its number. `component` is that of `component_sizes`, the largest first, those of
    one size by their first node. `ends` is from how many nodes the shortest paths were looked for: all those that
    have links, where `betweenness` is exact; `error` is its standard error where it is not.
    """

    degree: Whole
    core: Whole
    component: Whole
    component_sizes: Whole
    is_cut: Truth
    bridges: Whole
    betweenness: Real
    error: Real
    ends: int
    is_exact: bool


def measured(once: csr_array) -> Measures:
    """The measures of a graph. Each link is given once, in the row of the one of its two nodes that may have many."""
    links = (once + once.T).tocsr()
    links.sort_indices()
    component, sizes = components(links)
    is_cut, bridges = cuts_and_bridges(links)
    between, error, ends = betweenness(links, np.diff(once.indptr) > 1)
    degree = degrees(links)
    return Measures(
        degree=degree,
        core=core_numbers(links),
        component=component,
        component_sizes=sizes,
        is_cut=is_cut,
        bridges=bridges,
        betweenness=between,
        error=error,
        ends=ends,
        is_exact=ends == np.count_nonzero(degree),
    )


def degrees(links: csr_array) -> Whole:
    """How many links each node has."""
    found: Whole = np.diff(links.indptr).astype(np.int32)
    return found


def core_numbers(links: csr_array) -> Whole:
    """The largest k for which a node is in a part of the graph where each has k links within it."""
    left = degrees(links)
    core = np.zeros(len(left), np.int32)
    is_left = np.ones(len(left), bool)
    least = 0
    while is_left.any():
        least = max(least, int(left[is_left].min()))
        going: npt.NDArray[Any] = np.flatnonzero(is_left & (left <= least))
        while len(going):
            core[going] = least
            is_left[going] = False
            around, lost = np.unique(_around(links, going), return_counts=True)
            left[around] -= lost.astype(np.int32)
            going = around[is_left[around] & (left[around] <= least)]
    return core


def components(links: csr_array) -> tuple[Whole, Whole]:
    """The component of each node, and the sizes of the components."""
    count, label = connected_components(links, directed=False)
    sizes = np.bincount(label, minlength=count)
    _, first = np.unique(label, return_index=True)
    in_order = np.lexsort((first, -sizes))
    rank = np.empty(count, np.int32)
    rank[in_order] = np.arange(count)
    return rank[label].astype(np.int32), sizes[in_order].astype(np.int32)


def cuts_and_bridges(links: csr_array) -> tuple[Truth, Whole]:
    """Whether each node is a cut node, and how many bridges it ends."""
    size = links.shape[0]
    found = nx.Graph(_certificate(links))
    is_cut = np.zeros(size, bool)
    is_cut[list(nx.articulation_points(found))] = True
    ends = np.array(list(nx.bridges(found)), np.int32).reshape(-1)
    return is_cut, np.bincount(ends, minlength=size).astype(np.int32)


def betweenness(
    links: csr_array, is_apart: Truth, work: int = WORK, least: int = LEAST_ENDS, seed: int = SEED
) -> tuple[Real, Real, int]:
    """The share of the shortest paths between two other nodes that lead through each node, its standard error, and from
    how many nodes they were looked for. These are drawn; where `work` allows it, they are all that have links. A pair
    of nodes with several shortest paths gives each of them its share.

    Where few nodes are ends, two neighbours of one and the same node are hardly ever among them: what leads from one of
    these to another is found apart, for the nodes that `is_apart` says.
    """
    size = links.shape[0]
    linked = np.flatnonzero(degrees(links))
    chance = np.random.Generator(np.random.PCG64(seed))
    drawn = chance.permutation(linked)
    steps = links.astype(np.float64)
    sums, squares, near = np.zeros(size), np.zeros(size), np.zeros(size)
    done = spent = 0
    together = max(1, min(64, _TOGETHER // max(size, 1)))
    while done < len(drawn) and (spent < work or done < least):
        ends = drawn[done : done + together]
        found, found_near, walked = _dependencies(steps, ends, is_apart)
        near += found_near
        sums += found.sum(axis=1)
        squares += np.einsum("ij,ij->i", found, found)
        done += len(ends)
        spent += walked * len(ends) * (links.nnz + size)
    mean = sums / max(1, done)
    # Drawn without putting back: the more are drawn, the less is left to chance.
    left = (1 - done / max(1, len(drawn))) / max(1, done - 1)
    variance = np.maximum(0, squares / max(1, done) - mean**2) * left * len(drawn) ** 2
    pairs = max(1, (size - 1) * (size - 2))
    if done == len(drawn):
        return (sums + near) / pairs, np.zeros(size), done
    near, near_variance = _between_neighbours(links, np.flatnonzero(is_apart), chance)
    return (mean * len(drawn) + near) / pairs, np.sqrt(variance + near_variance) / pairs, done


def _between_neighbours(
    links: csr_array, nodes: npt.NDArray[np.int64], chance: np.random.Generator
) -> tuple[Real, Real]:
    """The part of what `_dependencies` adds up over all ends that is of pairs two links apart, for some nodes: their
    neighbours, each pair divided by the number of nodes that both have. Of many pairs some are drawn: the second is the
    variance of what they say.
    """
    found, variance = np.zeros(links.shape[0]), np.zeros(links.shape[0])
    for node in nodes.tolist():
        around = links.indices[links.indptr[node] : links.indptr[node + 1]]
        count = len(around) * (len(around) - 1)
        if count <= 2 * PAIRS:
            one, other = np.triu_indices(len(around), 1)
        else:
            one = chance.integers(len(around), size=PAIRS)
            other = (one + chance.integers(1, len(around), size=PAIRS)) % len(around)
        first, second = links[around[one]], links[around[other]]
        both = np.asarray(first.multiply(second).sum(axis=1), np.float64).ravel()
        share = np.where(links[around[one], around[other]] > 0, 0.0, 1 / both)
        found[node] = count * share.mean()
        if len(one) < count // 2:
            variance[node] = count**2 * share.var() / (len(one) - 1)
    return found, variance


def _dependencies(steps: csr_array, ends: npt.NDArray[np.int64], is_apart: Truth) -> tuple[Real, Real, int]:
    """Of each node and each of some ends, the sum over all nodes of the share of the shortest paths between this and
    the end that lead through it (Brandes 2001), all ends going one step at a time. The second has, of the nodes that
    `is_apart` says, what leads from one neighbour to another, for all ends together; the third is how many steps were
    taken.

    A path counts twice for the nodes in its far half, once for the one in the middle, and not for those near its end:
    it is the same where every node is an end, and where few are, what happens to be near one of them is not taken for
    the midst of the graph (Geisberger, Sanders and Schultes 2008, « bisection »).
    """
    size, each = steps.shape[0], np.arange(len(ends))
    paths = np.zeros((size, len(ends)))
    paths[ends, each] = 1
    distance = np.full((size, len(ends)), -1, np.int8)
    distance[ends, each] = 0
    ahead, far = paths, 0
    while far < FARTHEST:
        ahead = steps @ ahead
        ahead[distance >= 0] = 0
        if not ahead.any():
            break
        far += 1
        distance[ahead > 0] = far
        paths = paths + ahead
    through, near = np.zeros_like(paths), np.zeros(size)
    walked = far + 1
    for target in range(2, far + 1):
        given = np.divide(1, paths, out=np.zeros_like(paths), where=distance == target)
        for level in range(target - 1, (target - 1) // 2, -1):
            given = steps @ given
            given[distance != level] = 0
            walked += 1
            told = given * paths * (2 if 2 * level > target else 1)
            if target == 2:
                near[is_apart] = told[is_apart].sum(axis=1)
                told[is_apart] = 0
            through += told
    return through, near, walked


def _around(links: csr_array, nodes: npt.NDArray[Any]) -> npt.NDArray[np.int32]:
    """The neighbours of some nodes, one after another."""
    begins, counts = links.indptr[nodes].astype(np.int64), degrees(links)[nodes]
    places = np.arange(counts.sum()) + np.repeat(begins - np.cumsum(counts) + counts, counts)
    found: npt.NDArray[np.int32] = links.indices[places]
    return found


def _certificate(links: csr_array) -> list[tuple[int, int]]:
    """Links among which the same nodes are cut nodes and the same links bridges, fewer than two for each node.

    Two forests, the second of what the first leaves, each grown breadth first: whatever one node or link is taken away,
    what hangs together without it does so in the forests (Cheriyan, Kao and Thurimella 1993). Where several nodes have
    the same two links in these, each leads around the others: two of them stand for all.
    """
    one = _forest(links)
    left = links - _symmetric(one, links.shape[0])
    left.eliminate_zeros()
    edges = np.concatenate((one, _forest(left)))
    return [(int(a), int(b)) for a, b in edges[_kept(edges, links.shape[0])]]


def _kept(edges: npt.NDArray[np.int32], size: int) -> Truth:
    """Which edges remain when of the nodes with the same two neighbours two are kept."""
    both = csr_array(_symmetric(edges, size))
    both.sort_indices()
    pairs = np.flatnonzero(degrees(both) == 2)
    ends = both.indices[both.indptr[pairs][:, None] + np.arange(2)].astype(np.int64)
    code = ends[:, 0] * size + ends[:, 1]
    in_order = np.argsort(code, kind="stable")
    same = code[in_order]
    is_third = np.zeros(len(same), bool)
    is_third[2:] = same[2:] == same[:-2]
    gone = np.zeros(size, bool)
    gone[pairs[in_order[is_third]]] = True
    return ~(gone[edges[:, 0]] | gone[edges[:, 1]])


def _forest(links: csr_array) -> npt.NDArray[np.int32]:
    """The edges of a tree for each component, grown breadth first: of each node but the first the one that leads to it,
    as two columns of numbers.
    """
    size = links.shape[0]
    _, label = connected_components(links, directed=False)
    _, roots = np.unique(label, return_index=True)
    # A node beside the others leads to one of each component, so that one walk is through them all.
    start = csr_array((np.ones(len(roots), np.int8), roots, [0, len(roots)]), shape=(1, size))
    beside = vstack((links, start), format="csr")
    beside.resize((size + 1, size + 1))
    _, before = breadth_first_order(beside, size, directed=True)
    nodes = np.flatnonzero((before[:size] >= 0) & (before[:size] != size))
    return np.stack((before[nodes], nodes), axis=1).astype(np.int32)


def _symmetric(edges: npt.NDArray[np.int32], size: int) -> csr_array:
    ones = np.ones(len(edges), np.int8)
    one_way = csr_array((ones, (edges[:, 0], edges[:, 1])), shape=(size, size))
    return (one_way + one_way.T).tocsr()
