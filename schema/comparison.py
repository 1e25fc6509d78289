"""What distinguishes two selections of actions."""

from __future__ import annotations

from typing import Annotated

import strawberry
from strawberry import Parent

from graph.comparison import Comparison, Difference
from graph.door import Door, Ordered
from graph.kinds import FacetField
from schema.arguments import SearchOf
from schema.connections import Connection, ConnectionSource
from schema.context import attribute, field, told
from schema.facets import GroupKeyType
from schema.where import ActionWhere, condition_of

COMPARED = tuple(field for field in FacetField if field is not FacetField.STRUCTURE)
"""What is compared where nothing else is asked for."""


@strawberry.type(
    name="Share", description="How many of some actions have a value. The interval is that of Wilson, 1927."
)
class ShareType:
    count: int = attribute("How many have it.")
    share: float = attribute("The part of them that has it, 0 to 1.")
    low: float = attribute("The least that it may be, at 95 %, were the sheets a sample of what is done.")
    high: float = attribute("The most that it may be.")


def _certain(difference: Parent[Difference]) -> bool:
    return difference.is_certain


@strawberry.type(
    name="Difference",
    description="How frequent a value is in two selections. The interval of the difference is that of Newcombe, 1998.",
)
class DifferenceType:
    key: GroupKeyType = attribute("The value.")
    a: ShareType = attribute("Its share of the one selection.")
    b: ShareType = attribute("Its share of the other.")
    difference: float = attribute("The share of `a` less that of `b`, -1 to 1.")
    low: float = attribute("The least that the difference may be, at 95 %.")
    high: float = attribute("The most that it may be.")
    lift: float | None = attribute(
        "The share of `a` over that of `b`; null where `b` has none. Of few actions it says little."
    )
    certain: bool = field(
        _certain,
        "Whether 0 is not between `low` and `high`. Of twenty values that do not differ, one is expected to seem so.",
    )


def _size_a(source: Parent[ConnectionSource]) -> int:
    about: Comparison = source.asked.about
    return about.size_a


def _size_b(source: Parent[ConnectionSource]) -> int:
    about: Comparison = source.asked.about
    return about.size_b


def _both(source: Parent[ConnectionSource]) -> int:
    about: Comparison = source.asked.about
    return about.both


@strawberry.type(
    description="What distinguishes two selections: first what differs the most for sure, then what differs the most. "
    "Nothing where one of them is empty."
)
class ComparisonConnection(Connection[DifferenceType]):
    size_a: int = field(_size_a, "How many actions the one selection has.")
    size_b: int = field(_size_b, "How many actions the other has.")
    both: int = field(
        _both, "How many are in both, and count on both sides: the intervals are made for selections that share none."
    )


def compare(
    _: None,
    graph: Door,
    a: Annotated[ActionWhere, told('The one selection. Example: { department: { eq: "Lot" } }.')],
    b: Annotated[ActionWhere, told('The other. Example: { NOT: { department: { eq: "Lot" } } }.')],
    by: Annotated[
        list[FacetField] | None, told("The fields whose values are compared; all but STRUCTURE when not given.")
    ] = None,
    search: SearchOf = None,
) -> tuple[Ordered[Difference], Comparison]:
    """The differences between two selections."""
    one, other = (graph.select(condition_of(where), search) for where in (a, b))
    found = one.compared(other, COMPARED if by is None else by)
    return found.differences, found
