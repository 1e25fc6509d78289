"""The structures, or the concepts of a kind, that a condition chooses: their list in an order, and what it names."""

from __future__ import annotations

from typing import Any

from graph.conditions import EVERYTHING, Condition
from graph.errors import NotAccepted
from graph.kinds import PLACE_KINDS, NodeKind
from graph.listing import CENTRAL, Listing, ListOrder, listed, listed_by_value
from graph.model import Concept
from graph.selection import Parts
from graph.unknown_values import UnknownValue, unknown_values


class NodeSelection:
    """The nodes of a kind, any but actions, of one `department` or of all, that satisfy a condition."""

    def __init__(
        self, graph: Parts, kind: NodeKind, condition: Condition = EVERYTHING, department: Concept | None = None
    ) -> None:
        self._graph = graph
        self._kind = kind
        self._condition = condition
        self._department = department

    def sorted(self, order: ListOrder) -> Listing[Any]:
        """Them in an order. Raises KeyError for actions, NotAccepted for places in an order by how central they are."""
        every = self._every(order) if self._department is None else self._inhabitants(self._department, order)
        if self._condition == EVERYTHING:
            return every
        graph = self._graph
        return every.keep(graph.filters.test(self._condition, self._kind, graph.says, graph.analysis.standing))

    def unknown(self) -> list[UnknownValue]:
        """What the condition names and the data do not have."""
        return list(unknown_values(self._condition, self._graph, self._kind))

    def _every(self, order: ListOrder) -> Listing[Any]:
        if order.field not in CENTRAL:
            return self._graph.lists.listing(self._kind, order)
        if self._kind in PLACE_KINDS:
            accepted = "no action is linked to a place, which has no centrality"
            raise NotAccepted("order_by", order.field, accepted)
        return self._graph.analysis.central_nodes(self._kind, order)

    def _inhabitants(self, department: Concept, order: ListOrder) -> Listing[Any]:
        bodies = self._graph.indexes.structures_of_department.get(department.key, ())
        if order.field in CENTRAL:
            return listed_by_value(bodies, self._graph.analysis.standing(order.field), order)
        return listed(bodies, self._graph.lists.count, order)
