"""How many actions of a set have each value of a field, and of two fields together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

import numpy as np
from pyroaring import FrozenBitMap

from graph.errors import NotAccepted, within
from graph.indexes import Indexes, ordinals
from graph.kinds import FacetField, NodeKind
from graph.listing import Listing
from graph.model import Concept, Structure, status_key
from graph.network import Network

MOST_COLUMNS = 100


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value of a field, how many actions of a set have it, and whether a condition asks for it.

    `value` is what a filter takes: a node's key, a status, or a year in digits. `node` is None for the last two.
    """

    field: FacetField
    value: str
    label: str
    count: int
    selected: bool
    node: Structure | Concept | None


@dataclass(frozen=True, slots=True)
class Facet:
    """A field with every value that an action of a set has, and the selected ones even where none has them."""

    field: FacetField
    values: tuple[FacetValue, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Values of one field or of two, in the order asked for, and how many actions have all of them."""

    keys: tuple[FacetValue, ...]
    count: int


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A value of the one field; `counts` has how many of its actions have each value of the other: see `Matrix`."""

    key: FacetValue
    _count: Callable[[FacetValue], tuple[int, ...]]

    @property
    def counts(self) -> tuple[int, ...]:
        """One for each column of the matrix. They are counted when they are asked for."""
        return self._count(self.key)


@dataclass(frozen=True, slots=True)
class Matrix:
    """How many actions of a set have a value of one field and a value of another. `columns` are the most frequent
    values of the other, `rows` every value of the one.
    """

    columns: tuple[FacetValue, ...]
    rows: Listing[MatrixRow]


class Facets:
    """The counts of one graph's actions by value."""

    def __init__(self, network: Network, indexes: Indexes) -> None:
        self._network = network
        self._indexes = indexes

    def values(self, field: FacetField, found: FrozenBitMap, chosen: Collection[str] = ()) -> list[FacetValue]:
        """Every value of the field that an action of `found` has, and the `chosen` ones that the data have.

        Most frequent first, then by label.
        """
        counted = self._structures(found, chosen) if field is FacetField.STRUCTURE else self._counts(field, found)
        values = [
            FacetValue(field, value, label, count, value in chosen, node)
            for value, label, node, count in counted
            if count or value in chosen
        ]
        return sorted(values, key=lambda value: (-value.count, value.label, value.value))

    def groups(self, fields: tuple[FacetField, ...], found: FrozenBitMap) -> list[Group]:
        """The values of one field, or the pairs of values of two, that an action of `found` has, the largest first.

        Raises NotAccepted for another number of fields, for one given twice, and for STRUCTURE with another.
        """
        names = [field.name for field in fields]
        if not 1 <= len(set(fields)) == len(fields) <= 2:
            raise NotAccepted("group_by", names, "give one field or two different ones")
        if len(fields) == 2 and FacetField.STRUCTURE in fields:
            raise NotAccepted("group_by", names, "STRUCTURE stands alone: there are too many")
        first = self.values(fields[0], found)
        if len(fields) == 1:
            groups = [Group((value,), value.count) for value in first]
        else:
            sets = {value: members for value, _, _, members in self._members(fields[0])}
            groups = [
                Group((one, other), other.count)
                for one in first
                for other in self.values(fields[1], found & sets[one.value])
            ]
        return sorted(groups, key=lambda group: (-group.count, [key.label for key in group.keys]))

    def matrix(self, rows: FacetField, columns: FacetField, most: int, found: FrozenBitMap) -> Matrix:
        """The values of the one field, most frequent first, with the `most` frequent of the other (1 to 100).

        Raises OutOfRange.
        """
        within("most_columns", most, 1, MOST_COLUMNS)
        across = tuple(self.values(columns, found)[:most])
        sets = [self._set_of(columns, value) for value in across]

        def counts(row: FacetValue) -> tuple[int, ...]:
            members = found & self._set_of(rows, row)
            return tuple(members.intersection_cardinality(each) for each in sets)

        listed = [MatrixRow(value, counts) for value in self.values(rows, found)]
        return Matrix(across, Listing(rows, listed, lambda row: (-row.key.count, row.key.label, row.key.value)))

    def _set_of(self, field: FacetField, value: FacetValue) -> FrozenBitMap:
        if value.node is not None:
            return self._indexes.members[value.node.key]
        return next(members for each, _, _, members in self._members(field) if each == value.value)

    def _counts(
        self, field: FacetField, found: FrozenBitMap
    ) -> Iterator[tuple[str, str, Structure | Concept | None, int]]:
        for value, label, node, members in self._members(field):
            yield value, label, node, found.intersection_cardinality(members)

    def _structures(self, found: FrozenBitMap, chosen: Collection[str]) -> Iterator[tuple[str, str, Structure, int]]:
        """Tens of thousands of structures: one count of a column beats as many intersections."""
        everyone = self._network.bodies
        counts = np.bincount(self._indexes.structure_ordinal[ordinals(found)], minlength=len(everyone))
        wanted = {body.ordinal for key in chosen if isinstance(body := self._network.records.get(key), Structure)}
        for ordinal in {*np.flatnonzero(counts).tolist(), *wanted}:
            structure = everyone[ordinal]
            yield structure.key, structure.name, structure, int(counts[ordinal])

    def _members(self, field: FacetField) -> Iterator[tuple[str, str, Structure | Concept | None, FrozenBitMap]]:
        indexes = self._indexes
        if field is FacetField.STATUS:
            yield from ((status, status, None, members) for status, members in self._statuses())
        elif field is FacetField.YEAR:
            yield from ((str(year), str(year), None, members) for year, members in indexes.years.items() if year)
        else:
            for node in self._network.concepts[NodeKind(field.value)]:
                yield node.key, node.label, node, indexes.members[node.key]

    def _statuses(self) -> Iterator[tuple[str, FrozenBitMap]]:
        """Each status under its most frequent spelling: a filter takes any of them for all."""
        spellings: defaultdict[str, list[tuple[str, FrozenBitMap]]] = defaultdict(list)
        for status, members in self._indexes.statuses.items():
            spellings[status_key(status)].append((status, members))
        spellings.pop("", None)
        for printed in spellings.values():
            status, members = max(printed, key=lambda each: len(each[1]))
            yield status, FrozenBitMap.union(*(each for _, each in printed)) if printed[1:] else members
