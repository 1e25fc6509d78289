"""Which concepts of one kind stand together on actions, and whether more often than chance would have it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from pyroaring import FrozenBitMap
from scipy import sparse

from graph.indexes import Indexes, ordinals
from graph.kinds import NodeKind
from graph.model import Concept
from graph.network import Network


@dataclass(frozen=True, slots=True)
class Cooccurrence:
    """Two concepts and the number of actions that have both; the smaller key is `a`.

    `lift` is that number over the one that independent concepts would share: 1 means no more than chance.
    `jaccard`, in 0..1, is that number over the number of actions that have either. `within` are the actions asked of.
    """

    a: Concept
    b: Concept
    count: int
    lift: float
    jaccard: float
    within: FrozenBitMap


Shared = Mapping[tuple[Concept, Concept], int]
"""How many actions have both of two concepts, the smaller key first; pairs that no action has are left out."""


def shared_counts(network: Network, indexes: Indexes, kind: NodeKind, within: FrozenBitMap) -> Shared:
    """What some actions share. The time grows with the number of pairs on each action."""
    concepts = network.concepts[kind]
    columns = [ordinals(indexes.members[concept.key] & within) for concept in concepts]
    starts = np.concatenate(([0], np.cumsum([len(column) for column in columns])))
    if not starts[-1]:
        return {}
    ones = np.ones(starts[-1], np.int32)
    table = sparse.csc_array((ones, np.concatenate(columns), starts), shape=(len(network.actions), len(concepts)))
    pairs = sparse.triu(table.T @ table, k=1).tocoo()
    found = zip(pairs.row.tolist(), pairs.col.tolist(), pairs.data.tolist(), strict=True)
    return {(concepts[one], concepts[other]): shared for one, other, shared in found}


def changed_counts(before: Shared, gone: Shared, come: Shared) -> Shared:
    """The counts without those of the actions that are gone, and with those of the ones that came."""
    found = dict(before)
    for pair, shared in gone.items():
        found[pair] -= shared
    for pair, shared in come.items():
        found[pair] = found.get(pair, 0) + shared
    return {pair: shared for pair, shared in found.items() if shared}


def cooccurrences(counts: Shared, indexes: Indexes, within: FrozenBitMap) -> tuple[Cooccurrence, ...]:
    """The pairs of concepts that some actions have together, by count, then lift, both descending, then keys.

    A kind of which an action has one at most has no pair.
    """
    concepts = {concept for pair in counts for concept in pair}
    sizes = {concept: indexes.members[concept.key].intersection_cardinality(within) for concept in concepts}
    found = []
    for (a, b), shared in counts.items():
        one, other = sizes[a], sizes[b]
        lift = len(within) * shared / (one * other)
        found.append(Cooccurrence(a, b, shared, lift, shared / (one + other - shared), within))
    return tuple(sorted(found, key=lambda pair: (-pair.count, -pair.lift, pair.a.key, pair.b.key)))
