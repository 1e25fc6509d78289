"""How central each node is in the graph without hubs: see `graph.analysis.linkage` and `graph.analysis.measures`.

What is found is kept in arrays by the numbers of the nodes. A later version of the graph asks by its own nodes: an
action that was corrected is what it was, and what came since has no centrality yet.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt
from pyroaring import FrozenBitMap
from scipy.sparse import csr_array

from graph.analysis.communities import Community
from graph.analysis.linkage import Linkage, linkage
from graph.analysis.measures import Measures, measured
from graph.conditions import Stands, numbers_hold
from graph.indexes import Indexes, bitmap, ordinals
from graph.model import Action, Concept, Node, Structure
from graph.network import Network
from graph.once import once
from graph.order import Ranked

NONE = -1


class CentralityMeasure(StrEnum):
    """What nodes can be ordered by."""

    DEGREE = "degree"
    BETWEENNESS = "betweenness"
    CORE_NUMBER = "core_number"


@dataclass(frozen=True, slots=True)
class Component:
    """A part of the graph that hangs together. `id` counts from 0, the largest first; `size` is in nodes."""

    id: int
    size: int


@dataclass(frozen=True, slots=True)
class Centrality:
    """Where a node stands in the graph without hubs.

    `betweenness` is the share, from 0 to 1, of the shortest paths between two other nodes that lead through it, and
    `betweenness_error` its standard error: 0 where it is exact.
    `community` is that of an action, or the one of most actions of another node; None where there is none.
    """

    degree: int
    betweenness: float
    betweenness_error: float
    core_number: int
    component: Component
    is_cut_node: bool
    bridges: int
    community: Community | None


@dataclass(frozen=True, slots=True)
class Survey:
    """What is said of all the centralities together. `hubs` were left out, those with the most actions first;
    `sampled_from` is from how many nodes the shortest paths were looked for, None where it was from all.
    """

    hubs: tuple[Structure | Concept, ...]
    sampled_from: int | None


class Centralities:
    """The centralities of one version, told to that version and to later ones. Reading them from several threads at
    once is safe.
    """

    def __init__(self, network: Network, found: Linkage, measures: Measures, communities: Sequence[Community]) -> None:
        """`measures` are those of `found`, which is the linkage of the network."""
        self._actions = network.actions
        self._records = network.records
        self._others = found.others
        self.survey = Survey(found.hubs, None if measures.is_exact else measures.ends)
        self._measures = measures
        self._size = len(found.actions)
        self._number_of = np.full(len(network.actions), NONE, np.int32)
        self._number_of[found.actions] = np.arange(len(found.actions))
        self._community = _communities(found, self._number_of, communities)
        self._arrays: Mapping[str, npt.NDArray[Any]] = {
            "degree": measures.degree,
            "betweenness": measures.betweenness,
            "core_number": measures.core,
            "component": measures.component,
            "is_cut_node": measures.is_cut,
            "bridges": measures.bridges,
        }

    def of(self, node: Node, communities: Mapping[int, Community]) -> Centrality | None:
        """The centrality of a node; None for a hub, for a place, and for what came since. `communities` has those that
        there are now by their numbers.
        """
        number = self._number(node)
        if number == NONE:
            return None
        measures = self._measures
        component = int(measures.component[number])
        return Centrality(
            int(measures.degree[number]),
            float(measures.betweenness[number]),
            float(measures.error[number]),
            int(measures.core[number]),
            Component(component, int(measures.component_sizes[component])),
            bool(measures.is_cut[number]),
            int(measures.bridges[number]),
            communities.get(int(self._community[number])),
        )

    def value(self, asked: str, node: Node) -> float | None:
        """A measure of a node, named as in `Centrality`, of a component its number; None where `of` gives None."""
        number = self._number(node)
        found: float | None = None if number == NONE else self._arrays[asked][number].item()
        return found

    def satisfying(self, asked: Stands, actions: Sequence[Action], among: FrozenBitMap) -> FrozenBitMap:
        """Those among some actions that stand as is asked. `actions` has those of the version by their ordinals."""
        members = ordinals(among)
        numbers = self._numbers(actions)[members]
        holds = numbers_hold(self._arrays[asked.measure][numbers], numbers != NONE, asked.clauses)
        return bitmap(members[holds])

    def ranked(self, asked: str, actions: Sequence[Action]) -> Ranked:
        """A measure of the actions of a version, by their ordinals."""
        numbers = self._numbers(actions)
        values = self._arrays[asked]
        known, place = np.unique(values[: self._size], return_inverse=True)
        ranks = np.append(place, len(known)).astype(np.int32)[numbers]  # the last one for NONE
        return Ranked(known, ranks, lambda action: self.value(asked, action))

    def _number(self, node: Node) -> int:
        if not isinstance(node, Action):
            return self._number_of_key.get(node.key, NONE)
        is_known = node.ordinal < len(self._actions) and self._actions[node.ordinal] is node
        known = node if is_known else self._records.get(node.key)
        return int(self._number_of[known.ordinal]) if isinstance(known, Action) else NONE

    def _numbers(self, actions: Sequence[Action]) -> npt.NDArray[np.int32]:
        """The number of each action of a version of the same line, which has more actions in the same order."""
        later = (self._number(actions[ordinal]) for ordinal in range(len(self._actions), len(actions)))
        return np.append(self._number_of, np.fromiter(later, np.int32))

    @once
    def _number_of_key(self) -> dict[str, int]:
        return {node.key: number for number, node in enumerate(self._others, start=self._size)}


def centralities(
    network: Network,
    indexes: Indexes,
    communities: Sequence[Community],
    measure: Callable[[csr_array], Measures] = measured,
) -> Centralities:
    """The centralities of a network, whose communities are given; the same whatever came before it. `measure` may do
    its work elsewhere.
    """
    found = linkage(network, indexes)
    return Centralities(network, found, measure(found.links), communities)


def _communities(
    found: Linkage, number_of: npt.NDArray[np.int32], communities: Sequence[Community]
) -> npt.NDArray[np.int32]:
    """The community of each node by its number: of what is no action the one that most of its actions are in, the
    larger one of two.
    """
    of_node = np.full(found.links.shape[0], NONE, np.int32)
    for community in communities:
        of_node[number_of[ordinals(community.members)]] = community.id
    size = len(found.actions)
    links = found.links[size:, :size]
    theirs = of_node[links.indices]
    owners = np.repeat(np.arange(links.shape[0]), np.diff(links.indptr))[theirs != NONE]
    many = len(communities) + 1
    pairs, counts = np.unique(owners * many + theirs[theirs != NONE], return_counts=True)
    in_order = np.lexsort((pairs, -counts, pairs // many))
    owners, first = np.unique(pairs[in_order] // many, return_index=True)
    of_node[size + owners] = pairs[in_order][first] % many
    return of_node
