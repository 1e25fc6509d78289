"""Which concepts of one kind stand together on actions, and whether more often than chance would have it."""

from __future__ import annotations

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
    `jaccard`, in 0..1, is that number over the number of actions that have either.
    """

    a: Concept
    b: Concept
    count: int
    lift: float
    jaccard: float


def cooccurrences(network: Network, indexes: Indexes, kind: NodeKind, within: FrozenBitMap) -> tuple[Cooccurrence, ...]:
    """The pairs of concepts of a kind that some actions have together, by count, then lift, both descending, then keys.

    A kind of which an action has one at most has no pair. The time grows with the number of pairs on each action.
    """
    concepts = network.concepts[kind]
    columns = [ordinals(indexes.members[concept.key] & within) for concept in concepts]
    sizes = np.array([len(column) for column in columns], np.int64)
    if not sizes.sum():
        return ()
    starts = np.concatenate(([0], np.cumsum(sizes)))
    ones = np.ones(starts[-1], np.int32)
    table = sparse.csc_array((ones, np.concatenate(columns), starts), shape=(len(network.actions), len(concepts)))
    pairs = sparse.triu(table.T @ table, k=1).tocoo()
    found = []
    for first, second, shared in zip(pairs.row.tolist(), pairs.col.tolist(), pairs.data.tolist(), strict=True):
        one, other = int(sizes[first]), int(sizes[second])
        lift = len(within) * shared / (one * other)
        found.append(Cooccurrence(concepts[first], concepts[second], shared, lift, shared / (one + other - shared)))
    return tuple(sorted(found, key=lambda pair: (-pair.count, -pair.lift, pair.a.key, pair.b.key)))
