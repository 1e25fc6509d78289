"""Sets of actions as bitmaps of ordinals, and columns to order them by: what filters, facets and pages are made of.

An action's ordinal is its rank in the default order, so the first members of a bitmap are the first page of it.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from pyroaring import BitMap, FrozenBitMap

from graph.kinds import NodeKind
from graph.model import Structure
from graph.network import Network, collector_paused, links

NO_YEAR = -32768
"""What the column of years holds for an action without a year."""


@dataclass(frozen=True, slots=True)
class Indexes:
    """`members` maps the key of each structure, department and concept to its actions' ordinals.

    The columns have one value for each ordinal. `title_rank` is dense: actions whose folded titles are equal have
    equal ranks. `link_counts` holds, for keywords, partners, publics and initiators, how many an action has.
    """

    everything: FrozenBitMap
    members: Mapping[str, FrozenBitMap]
    statuses: Mapping[str, FrozenBitMap]
    years: Mapping[int | None, FrozenBitMap]
    year: npt.NDArray[np.int16]
    title_rank: npt.NDArray[np.int32]
    structure_ordinal: npt.NDArray[np.int32]
    link_counts: Mapping[NodeKind, npt.NDArray[np.int16]]
    structures_of_department: Mapping[str, tuple[Structure, ...]]


def build(network: Network) -> Indexes:
    """The indexes of a network, in one pass over its actions."""
    actions = network.actions
    by_node: defaultdict[str, array[int]] = defaultdict(lambda: array("I"))
    statuses: defaultdict[str, array[int]] = defaultdict(lambda: array("I"))
    years: defaultdict[int | None, array[int]] = defaultdict(lambda: array("I"))
    with collector_paused():
        for ordinal, action in enumerate(actions):
            by_node[action.structure.key].append(ordinal)
            by_node[action.department.key].append(ordinal)
            statuses[action.status].append(ordinal)
            years[action.year].append(ordinal)
            for _, linked in links(action):
                for concept in linked:
                    by_node[concept.key].append(ordinal)
    empty = FrozenBitMap()
    inhabitants: defaultdict[str, list[Structure]] = defaultdict(list)
    for structure in network.structures:
        inhabitants[structure.department.key].append(structure)
    return Indexes(
        everything=FrozenBitMap(range(len(actions))),
        members={key: FrozenBitMap(by_node[key]) if key in by_node else empty for key in _indexed_keys(network)},
        statuses={status: FrozenBitMap(found) for status, found in sorted(statuses.items())},
        years={year: FrozenBitMap(years[year]) for year in sorted(years, key=lambda year: (year is None, year))},
        year=np.fromiter((NO_YEAR if a.year is None else a.year for a in actions), np.int16, len(actions)),
        title_rank=network.title_rank,
        structure_ordinal=np.fromiter((a.structure.ordinal for a in actions), np.int32, len(actions)),
        link_counts={
            NodeKind.KEYWORD: np.fromiter((len(a.keywords) for a in actions), np.int16, len(actions)),
            NodeKind.PARTNER: np.fromiter((len(a.partners) for a in actions), np.int16, len(actions)),
            NodeKind.PUBLIC: np.fromiter((len(a.publics) for a in actions), np.int16, len(actions)),
            NodeKind.INITIATOR: np.fromiter((len(a.initiators) for a in actions), np.int16, len(actions)),
        },
        structures_of_department={key: tuple(found) for key, found in inhabitants.items()},
    )


def ordinals(found: BitMap | FrozenBitMap) -> npt.NDArray[np.uint32]:
    """The members of a bitmap, ascending, as an array."""
    return np.frombuffer(found.to_array(), np.uint32)


def _indexed_keys(network: Network) -> list[str]:
    return [s.key for s in network.structures] + [c.key for known in network.concepts.values() for c in known]
