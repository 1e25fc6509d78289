"""The `orderBy` arguments."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

import strawberry

from graph.listing import ListField, ListOrder
from graph.order import ActionField, SortKey
from schema.context import one_of
from schema.errors import bad_input


@strawberry.enum(description="The direction of an order.")
class Direction(Enum):
    ASC = "asc"
    DESC = "desc"


@strawberry.input(
    one_of=True, description="One field to order actions by. Ties are in the default order: newest first, then title."
)
class ActionOrder:
    year: Direction | None = one_of("By the year of the sheet; actions without one come last in both directions.")
    title: Direction | None = one_of("By title, accents and case aside.")
    keyword_count: Direction | None = one_of("By the number of keywords.")
    partner_count: Direction | None = one_of("By the number of kinds of partner.")
    degree: Direction | None = one_of("By the number of links in the graph without hubs: see `Centrality`.")
    betweenness: Direction | None = one_of(
        "By the share of the shortest paths that leads through them: see `Centrality`. What has none comes last."
    )
    core_number: Direction | None = one_of("By how densely linked the part of the graph is: see `Centrality`.")
    relevance: Direction | None = one_of("By how well `search` is answered; needs `search`.")


@strawberry.input(one_of=True, description="One field to order structures or concepts by. Ties are by name.")
class ListOrderBy:
    label: Direction | None = one_of("By name or label, accents and case aside.")
    action_count: Direction | None = one_of("By the number of actions.")
    degree: Direction | None = one_of(
        "By the number of links in the graph without hubs: see `Centrality`. What has no centrality comes last in both "
        "directions; departments and regions, of which none has, cannot be ordered so."
    )
    betweenness: Direction | None = one_of("By the share of the shortest paths that leads through them, as `degree`.")
    core_number: Direction | None = one_of("By how densely linked the part of the graph is, as `degree`.")


def sort_keys(orders: Sequence[ActionOrder] | None) -> tuple[SortKey, ...]:
    """The sort keys that are asked for, none for the default order. Raises BadInput for a field given twice."""
    keys: list[SortKey] = []
    for order in orders or ():
        for field in ActionField:
            direction = getattr(order, field.value)
            if isinstance(direction, Direction):
                if any(key.field is field for key in keys):
                    raise bad_input("orderBy", field.value, "give each field once")
                keys.append(SortKey(field, direction is Direction.DESC))
    return tuple(keys)


def list_order(order: ListOrderBy | None) -> ListOrder:
    """The order that is asked for; by label where none is."""
    for field in ListField:
        direction = getattr(order, field.value, None)
        if isinstance(direction, Direction):
            return ListOrder(field, direction is Direction.DESC)
    return ListOrder()
