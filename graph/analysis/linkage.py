"""The graph without hubs, in numbers: what the centrality of its nodes is found of.

Its nodes are the actions, the structures and the concepts; places are none, as no action is linked to them. A hub,
which more than half of the actions have and more than eight, is left out with its links: being linked through « Tous
publics » says nothing, and everything would hang on it. It is the rule by which a path avoids hubs.

A node's number says nothing of how the graph came about: the actions in the default order, then the structures, then
the concepts kind by kind, in the order of their keys. So the same sheets give the same numbers, in whatever order they
were imported, and whatever changed in between.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from graph.indexes import Indexes, ordinals
from graph.kinds import CONCEPT_KINDS, NodeKind
from graph.model import Concept, Structure
from graph.network import Network
from graph.traversal.paths import is_hub

CENTRAL_KINDS = (NodeKind.ACTION, NodeKind.STRUCTURE, *CONCEPT_KINDS)
"""The kinds of node that have a centrality."""

Numbers = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Linkage:
    """`actions` has the ordinals of the actions, which have the first numbers, and `others` the nodes of the next ones.
    `links` has a 1 for each link, in the row of the node of `others` and the column of the action. `hubs` are left out,
    those with the most actions first.
    """

    actions: npt.NDArray[np.uint32]
    others: tuple[Structure | Concept, ...]
    links: csr_array
    hubs: tuple[Structure | Concept, ...]


def linkage(network: Network, indexes: Indexes) -> Linkage:
    """The graph of a network without its hubs. Linear in the number of links."""
    members = ordinals(indexes.everything)
    actions = members[np.argsort(network.order.places_of(members), kind="stable")]
    number_of = np.zeros(len(network.actions), np.int32)
    number_of[actions] = np.arange(len(actions))
    others: list[Structure | Concept] = []
    hubs: list[Structure | Concept] = []
    for kind in CENTRAL_KINDS[1:]:
        for node in network.nodes(kind):
            (hubs if is_hub(indexes, node.key) else others).append(node)
    theirs = [number_of[ordinals(indexes.members[node.key])] for node in others]
    hubs.sort(key=lambda node: (-len(indexes.members[node.key]), CENTRAL_KINDS.index(node.kind), node.key))
    return Linkage(actions, tuple(others), _matrix(theirs, len(actions)), tuple(hubs))


def _matrix(theirs: list[Numbers], actions: int) -> csr_array:
    """The links of some nodes, each with the numbers of its actions."""
    size = actions + len(theirs)
    begins = np.concatenate((np.zeros(actions, np.int32), np.cumsum([0, *map(len, theirs)], dtype=np.int32)))
    targets = np.concatenate((np.empty(0, np.int32), *theirs))
    return csr_array((np.ones(len(targets), np.int8), targets, begins), shape=(size, size))
