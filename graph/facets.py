"""How many actions of a set have each value of a field, and of two fields together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from pyroaring import FrozenBitMap

from graph.indexes import Indexes, ordinals
from graph.kinds import FacetField, NodeKind
from graph.model import Concept, Structure
from graph.network import Network

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value of a field and how many actions of a set have it.

    `value` is what a filter takes: a node's key, a status, or a year in digits. `node` is None for the last two.
    """

    value: str
    label: str
    count: int
    node: Structure | Concept | None


class Facets:
    """The counts of one graph's actions by value."""

    def __init__(self, network: Network, indexes: Indexes) -> None:
        self._network = network
        self._indexes = indexes

    def values(self, field: FacetField, found: FrozenBitMap) -> list[FacetValue]:
        """Every value of the field that an action of `found` has, most frequent first, then by label."""
        counted = [
            FacetValue(value, label, count, node) for value, label, node, count in self._counted(field, found) if count
        ]
        return sorted(counted, key=lambda value: (-value.count, value.label, value.value))

    def value(self, field: FacetField, value: str, found: FrozenBitMap) -> FacetValue | None:
        """One value with its count, which may be 0, or None where the data do not have the value at all."""
        for name, label, node, members in self._members(field):
            if name == value:
                return FacetValue(value, label, found.intersection_cardinality(members), node)
        return None

    def pairs(
        self, one: FacetField, other: FacetField, found: FrozenBitMap
    ) -> Iterator[tuple[FacetValue, FacetValue, int]]:
        """The pairs of values that an action of `found` has both of, and how many have. In no stated order."""
        sets = {name: members for name, _, _, members in self._members(one)}
        for value in self.values(one, found):
            having = found & sets[value.value]
            for second in self.values(other, having):
                yield value, second, second.count

    def _counted(
        self, field: FacetField, found: FrozenBitMap
    ) -> Iterator[tuple[str, str, Structure | Concept | None, int]]:
        if field is FacetField.STRUCTURE:
            # Tens of thousands of structures: one count of a column beats as many intersections.
            counts = np.bincount(
                self._indexes.structure_ordinal[ordinals(found)], minlength=len(self._network.structures)
            )
            for ordinal in np.flatnonzero(counts).tolist():
                structure = self._network.structures[ordinal]
                yield structure.key, structure.name, structure, int(counts[ordinal])
        else:
            for value, label, node, members in self._members(field):
                yield value, label, node, found.intersection_cardinality(members)

    def _members(self, field: FacetField) -> Iterator[tuple[str, str, Structure | Concept | None, FrozenBitMap]]:
        indexes = self._indexes
        match field:
            case FacetField.STATUS:
                yield from _plain(indexes.statuses, lambda status: status)
            case FacetField.YEAR:
                yield from _plain(indexes.years, lambda year: "" if year is None else str(year))
            case FacetField.STRUCTURE:
                for structure in self._network.structures:
                    yield structure.key, structure.name, structure, indexes.members[structure.key]
            case _:
                for concept in self._network.concepts[NodeKind(field.value)]:
                    yield concept.key, concept.label, concept, indexes.members[concept.key]


def _plain(
    sets: Mapping[Value, FrozenBitMap], text: Callable[[Value], str]
) -> Iterator[tuple[str, str, None, FrozenBitMap]]:
    for value, members in sets.items():
        if text(value):
            yield text(value), text(value), None, members
