"""Groups of actions that are about the same things: Louvain communities of the action-keyword graph.

Keywords only: they say what an action is about. The other vocabularies have values that stand on most actions
(« Tous publics » on 62 %, « Le centre social » on 81 %) and would pull everything into one group.

Actions with the very same keywords are one node, whose edges weigh as many actions as it stands for: the modularity is
that of the whole graph, for less work. Where even so there are too many nodes, the most frequent sets of keywords make
the communities, and each remaining action joins the one that has most of its keywords.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import networkx as nx
from pyroaring import BitMap, FrozenBitMap

from graph.arena import picked
from graph.indexes import Indexes
from graph.kinds import NodeKind
from graph.model import Action, Concept
from graph.network import Network

MAX_SETS = 3_000  # sets of keywords that Louvain is run on; more are assigned
SEED = 90  # where Louvain begins: always the same
LABEL_SIZE = 3

Keywords = tuple[Concept, ...]


@dataclass(frozen=True, slots=True)
class Community:
    """A group of actions. `id` counts from 0, the largest group first; `members` are ordinals. `concepts` has at most
    three keywords, the most telling first: frequent in the group and rare outside it.
    """

    id: int
    members: FrozenBitMap
    size: int
    concepts: Keywords

    @property
    def label(self) -> str:
        """The concepts' labels in one line."""
        return " · ".join(concept.label for concept in self.concepts)


def communities_within(
    network: Network, indexes: Indexes, within: FrozenBitMap, *, seed: int = SEED, max_sets: int = MAX_SETS
) -> tuple[Community, ...]:
    """The communities of some actions, largest first; those of one size by their first action. Each action with a
    keyword is in exactly one of them. The same for the same seed, on every version of Python and networkx.
    """

    def size_and_place(actions: BitMap | FrozenBitMap) -> tuple[int, int]:
        return -len(actions), network.order.place_of_first(actions)

    actions_of = _actions_by_keywords(network, within)
    frequent = sorted(actions_of, key=lambda keywords: size_and_place(actions_of[keywords]))
    parts = _louvain({keywords: len(actions_of[keywords]) for keywords in frequent[:max_sets]}, seed)
    part_of_concept = {node: part for part, nodes in enumerate(parts) for node in nodes if isinstance(node, Concept)}
    members = [BitMap().union(*(actions_of[node] for node in nodes if isinstance(node, tuple))) for nodes in parts]
    for keywords in frequent[max_sets:]:
        votes = Counter(part_of_concept[concept] for concept in keywords if concept in part_of_concept)
        if votes:
            members[min(votes, key=lambda part: (-votes[part], part))] |= actions_of[keywords]
        else:
            members.append(BitMap(actions_of[keywords]))
    counts = {
        concept: indexes.members[concept.key].intersection_cardinality(within)
        for concept in network.concepts[NodeKind.KEYWORD]
    }
    found = sorted((FrozenBitMap(part) for part in members if part), key=size_and_place)
    return tuple(
        Community(number, part, len(part), _most_telling(indexes, counts, part)) for number, part in enumerate(found)
    )


def brought(
    found: Sequence[Community], then: tuple[Network, Indexes], now: tuple[Network, Indexes]
) -> tuple[Community, ...]:
    """The communities of an earlier version as a later one can show them: a corrected action stays where it was, one
    that is gone is in none, and neither is one that came since.
    """
    records = now[0].records
    lost = then[1].everything - now[1].everything

    def members_now(members: FrozenBitMap) -> FrozenBitMap:
        corrected = (records.get(then[0].actions[ordinal].key) for ordinal in members & lost)
        return (members - lost) | FrozenBitMap([each.ordinal for each in corrected if isinstance(each, Action)])

    shown = ((community, members_now(community.members)) for community in found)
    return tuple(
        Community(community.id, members, len(members), tuple(c for c in community.concepts if c.key in records))
        for community, members in shown
        if members
    )


def _actions_by_keywords(network: Network, within: FrozenBitMap) -> dict[Keywords, BitMap]:
    """The ordinals of the actions that have some keyword, by their keywords in the order of keys."""
    as_printed: dict[Keywords, list[int]] = {}
    for ordinal, action in zip(within, picked(network.actions, within), strict=True):
        as_printed.setdefault(action.keywords, []).append(ordinal)
    found: dict[Keywords, BitMap] = {}
    for keywords, members in as_printed.items():
        if keywords:
            in_order = tuple(sorted(keywords, key=lambda concept: concept.key))
            found.setdefault(in_order, BitMap()).update(members)
    return found


def _louvain(sets: Mapping[Keywords, int], seed: int) -> list[list[Keywords | Concept]]:
    """A partition of the sets of keywords and the keywords in them, each part in the order of the sets."""
    if not sets:
        return []
    concepts = sorted({concept for keywords in sets for concept in keywords}, key=lambda concept: concept.key)
    nodes: Sequence[Keywords | Concept] = [*sets, *concepts]
    number = {node: position for position, node in enumerate(nodes)}
    # Louvain's result depends on the order of sets of nodes: numbers, unlike strings, always hash alike.
    graph = nx.Graph()
    graph.add_nodes_from(range(len(nodes)))
    graph.add_weighted_edges_from(
        (number[keywords], number[concept], weight) for keywords, weight in sets.items() for concept in keywords
    )
    # It depends also on gains that are equal but for rounding, and not all versions of networkx round alike. Nothing
    # is rounded where the weights add up to a power of two, as sums are divided by it: a node apart, linked to itself,
    # fills them up. The resolution takes back what that changes, to the nearest 64th: exact to four million links.
    links = sum(len(keywords) * weight for keywords, weight in sets.items())
    filled = 1 << (links - 1).bit_length()
    graph.add_edge(len(nodes), len(nodes), weight=filled - links)
    resolution = round(64 * filled / links) / 64
    parts = nx.community.louvain_communities(graph, seed=seed, resolution=resolution)
    return [[nodes[position] for position in sorted(part)] for part in parts if len(nodes) not in part]


def _most_telling(indexes: Indexes, counts: Mapping[Concept, int], part: FrozenBitMap) -> Keywords:
    inside = {concept: indexes.members[concept.key].intersection_cardinality(part) for concept in counts}
    strength = {concept: number * number / counts[concept] for concept, number in inside.items() if number}
    return tuple(sorted(strength, key=lambda concept: (-strength[concept], concept.key))[:LABEL_SIZE])
