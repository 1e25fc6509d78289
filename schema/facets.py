"""Counts of a list of actions by value: facets beside a list, and groups for charts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import strawberry
from strawberry import Parent

from graph.door import Door, Ordered
from graph.errors import within
from graph.facets import Facet, FacetValue, Group, MatrixRow
from graph.kinds import KINDS, FacetField, NodeKind
from schema.arguments import Search, SearchOf, Where, WhereOf
from schema.connections import Connection, ConnectionSource
from schema.context import Info, attribute, told
from schema.context import field as described
from schema.errors import explained
from schema.forward import AnyNode
from schema.where import condition_of

MOST_GROUPS = 1_000
MOST_COLUMNS = 100

LABELS = {
    FacetField.STATUS: "Statuts",
    FacetField.YEAR: "Années",
    **{FacetField(kind.value): row.heading for kind, row in KINDS.items() if kind is not NodeKind.ACTION},
}
"""The names of the fields in French."""


@explained()
def _values(
    facet: Parent[Facet], info: Info, first: Annotated[int, told("How many values, 0 to 100.")] = 20
) -> Sequence[FacetValue]:
    within("first", first, 0, info.context.pages.largest)
    # A value that is selected is shown however far down it stands: it must be possible to take it back.
    return [value for rank, value in enumerate(facet.values) if rank < first or value.selected]


def _value_count(facet: Parent[Facet]) -> int:
    return len(facet.values)


def _label(facet: Parent[Facet]) -> str:
    return LABELS[facet.field]


@strawberry.type(name="FacetValue", description="A value of a field, and how many actions have it.")
class FacetValueType:
    value: str = attribute('What a filter takes: an id, a status, or a year. Example: "keyword:culture".')
    label: str = attribute("The value as shown.")
    count: int = attribute("How many actions have it.")
    selected: bool = attribute("Whether `where` selects it.")
    node: AnyNode | None = attribute("The node; null for a status or a year.")


@strawberry.type(name="Facet", description="How many actions have each value of a field.")
class FacetType:
    field: FacetField = attribute("The field.")
    label: str = described(_label, 'The field\'s name in French. Example: "Mots-clés".')
    value_count: int = described(_value_count, "How many different values there are.")
    values: list[FacetValueType] = described(
        _values,
        "The values, most frequent first: the `first` ones, 0 to 100, and those that `where` selects. No connection: "
        "a selected value is shown wherever it stands, so this is no page of a list.",
    )


@strawberry.type(name="UnknownValue", description="A node or a status that `where` names, and the data do not have.")
class UnknownValueType:
    field: str = attribute('The condition. Example: "department".')
    value: str = attribute('The value. Example: "Cantal".')
    close_to: str | None = attribute(
        "A value of the data that it resembles; null where none does. Of structures and actions, which are many, the "
        "first three are compared."
    )


@strawberry.type(name="GroupKey", description="One value that the actions of a group share.")
class GroupKeyType:
    field: FacetField = attribute("The field.")
    value: str = attribute("The value, as a filter takes it.")
    label: str = attribute("The value as shown.")
    node: AnyNode | None = attribute("The node; null for a status or a year.")


@strawberry.type(name="MatrixKey", description="A value that a row or a column of a matrix stands for.")
class MatrixKeyType:
    field: FacetField = attribute("The field.")
    value: str = attribute("The value, as a filter takes it.")
    label: str = attribute("The value as shown.")
    count: int = attribute("How many of the selected actions have it.")
    node: AnyNode | None = attribute("The node; null for a status or a year.")


@strawberry.type(name="ActionGroup", description="Actions that share a value of one field or of two.")
class ActionGroupType:
    keys: list[GroupKeyType] = attribute("The values, in the order of `groupBy`; one or two.")
    count: int = attribute("How many actions have all of them.")


@strawberry.type(name="MatrixRow", description="A value of one field, and how its actions spread over another.")
class MatrixRowType:
    key: MatrixKeyType = attribute("The value.")
    counts: list[int] = attribute(
        "How many of its actions have each of `columns`, 100 at most, in their order: the `totalCount` of `actions` "
        "with both conditions. An action that has several of them is counted in each."
    )


def _columns(source: Parent[ConnectionSource]) -> Sequence[FacetValue]:
    columns: Sequence[FacetValue] = source.asked.about
    return columns


@strawberry.type(description="A page of the rows of a matrix, the most frequent first, then by label.")
class MatrixConnection(Connection[MatrixRowType]):
    columns: list[MatrixKeyType] = described(
        _columns, "The values that the columns stand for, the most frequent first: as many as `mostColumns`, at most."
    )


def matrix(
    _: None,
    graph: Door,
    rows: Annotated[FacetField, told("What the rows are. Example: STRUCTURE.")],
    columns: Annotated[FacetField, told("What the columns are. Example: KEYWORD.")],
    most_columns: Annotated[int, told(f"How many columns, the most frequent first; 1 to {MOST_COLUMNS}.")] = 20,
    where: WhereOf = None,
    search: SearchOf = None,
) -> tuple[Ordered[MatrixRow], Sequence[FacetValue]]:
    """The actions counted by two fields."""
    found = graph.select(condition_of(where), search).matrix(rows, columns, most_columns)
    return found.rows, found.columns


@explained(query="search")
def actions_by(
    info: Info,
    group_by: Annotated[list[FacetField], told("One field or two. Example: [KEYWORD, YEAR].")],
    where: Where = None,
    search: Search = None,
    first: Annotated[int, told(f"How many groups, the largest first; 1 to {MOST_GROUPS}.")] = 100,
) -> list[Group]:
    """The groups of the actions that satisfy the conditions, the largest first."""
    within("first", first, 1, MOST_GROUPS)
    return info.context.graph.select(condition_of(where), search).groups(group_by)[:first]
