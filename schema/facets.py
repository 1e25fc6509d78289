"""Counts of a list of actions by value: facets beside a list, and groups for charts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Annotated

import strawberry
from strawberry import Parent

from graph.facets import FacetValue
from graph.kinds import CONCEPT_KINDS, FacetField
from graph.knowledge_graph import KnowledgeGraph
from schema.arguments import Search, Where
from schema.connections import LARGEST_PAGE
from schema.context import Info
from schema.context import field as described
from schema.errors import BadInput
from schema.lists import ActionList, matching
from schema.where import ActionWhere, keys_of, named_links, select, selected

if TYPE_CHECKING:
    from schema.nodes import Node

MOST_GROUPS = 1_000

LABELS = {
    FacetField.KEYWORD: "Mots-clés",
    FacetField.PARTNER: "Types de partenaires",
    FacetField.PUBLIC: "Publics",
    FacetField.DIMENSION: "Dimensions",
    FacetField.INITIATOR: "À l’initiative",
    FacetField.TERRITORY: "Territoires",
    FacetField.STATUS: "Statuts",
    FacetField.YEAR: "Années",
    FacetField.DEPARTMENT: "Départements",
    FacetField.STRUCTURE: "Structures",
}


@dataclass(frozen=True, slots=True)
class SelectedValue:
    """A value of a facet, and whether the conditions select it."""

    value: str
    label: str
    count: int
    selected: bool
    node: object


@dataclass(frozen=True, slots=True)
class Facet:
    """A field with all its values, the selected ones included even where their count is 0."""

    field: FacetField
    label: str
    all_values: Sequence[SelectedValue]


@dataclass(frozen=True, slots=True)
class UnknownValue:
    """A value of a condition that the data do not have, and a known one that it resembles."""

    field: str
    value: str
    close_to: str | None


def _values(
    facet: Parent[Facet],
    first: Annotated[int, strawberry.argument(description="How many values, 0 to 100.")] = 20,
) -> Sequence[SelectedValue]:
    if not 0 <= first <= LARGEST_PAGE:
        raise BadInput("first", first, f"give a number from 0 to {LARGEST_PAGE}")
    # A value that is selected is shown however far down it stands: it must be possible to take it back.
    return [value for rank, value in enumerate(facet.all_values) if rank < first or value.selected]


def _value_count(facet: Parent[Facet]) -> int:
    return len(facet.all_values)


@strawberry.type(name="FacetValue", description="A value of a field, and how many actions have it.")
class FacetValueType:
    value: str = strawberry.field(
        description='What a filter takes: an id, a status, or a year. Example: "keyword:culture".'
    )
    label: str = strawberry.field(description="The value as shown.")
    count: int = strawberry.field(description="How many actions have it.")
    selected: bool = strawberry.field(description="Whether `where` selects it.")
    node: Annotated[Node, strawberry.lazy("schema.nodes")] | None = strawberry.field(
        description="The node; null for a status or a year."
    )


@strawberry.type(name="Facet", description="How many actions have each value of a field.")
class FacetType:
    field: FacetField = strawberry.field(description="The field.")
    label: str = strawberry.field(description='The field\'s name in French. Example: "Mots-clés".')
    value_count: int = described(_value_count, "How many different values there are.")
    values: list[FacetValueType] = described(
        _values, "The values, most frequent first: the `first` ones, 0 to 100, and those that `where` selects."
    )


@strawberry.type(name="UnknownValue", description="A value of `where` that no sheet of the data has.")
class UnknownValueType:
    field: str = strawberry.field(description='The condition. Example: "department".')
    value: str = strawberry.field(description='The value. Example: "Cantal".')
    close_to: str | None = strawberry.field(description="A known value that it resembles.")


def facets(actions: ActionList, fields: Sequence[FacetField]) -> list[Facet]:
    """The facets of a list; each ignores the conditions on its own field."""
    return [_facet(actions, field) for field in dict.fromkeys(fields)]


def _facet(actions: ActionList, field: FacetField) -> Facet:
    graph = actions.graph
    found = actions.base & select(graph, actions.where, without=field)
    chosen = selected(graph, actions.where, field)
    counted = graph.facets.values(field, found)
    present = {value.value for value in counted}
    missing = (graph.facets.value(field, value, found) for value in sorted(chosen - present))
    values = [*counted, *(value for value in missing if value is not None)]
    return Facet(
        field,
        LABELS[field],
        [SelectedValue(v.value, v.label, v.count, v.value in chosen, v.node) for v in values],
    )


def unknown_values(graph: KnowledgeGraph, where: ActionWhere | None) -> list[UnknownValue]:
    """The values by which `where` names nodes that there are not."""
    found = {}
    for field, kind, value in named_links(where):
        if not any(graph.get(key) for key in keys_of(graph, kind, [value])):
            close = graph.vocabulary.nearest(kind, value) if kind in CONCEPT_KINDS else None
            found[field, value] = UnknownValue(field, value, close)
    return list(found.values())


@dataclass(frozen=True, slots=True)
class GroupKey:
    """One value that the actions of a group share."""

    field: FacetField
    value: str
    label: str
    node: object


@dataclass(frozen=True, slots=True)
class Group:
    """The values that the actions of a group share, in the order asked for, and how many they are."""

    keys: Sequence[GroupKey]
    count: int


@strawberry.type(name="GroupKey", description="One value that the actions of a group share.")
class GroupKeyType:
    field: FacetField = strawberry.field(description="The field.")
    value: str = strawberry.field(description="The value, as a filter takes it.")
    label: str = strawberry.field(description="The value as shown.")
    node: Annotated[Node, strawberry.lazy("schema.nodes")] | None = strawberry.field(
        description="The node; null for a status or a year."
    )


@strawberry.type(name="ActionGroup", description="Actions that share a value of one field or of two.")
class ActionGroupType:
    keys: list[GroupKeyType] = strawberry.field(description="The values, in the order of `groupBy`.")
    count: int = strawberry.field(description="How many actions have all of them.")


def actions_by(
    info: Info,
    group_by: Annotated[
        list[FacetField], strawberry.argument(description="One field or two. Example: [KEYWORD, YEAR].")
    ],
    where: Where = None,
    search: Search = None,
    first: Annotated[
        int, strawberry.argument(description=f"How many groups, the largest first; 1 to {MOST_GROUPS}.")
    ] = 100,
) -> list[Group]:
    """The groups of the actions that satisfy the conditions, the largest first."""
    graph = info.context.graph
    if not 1 <= len(group_by) <= 2 or len(set(group_by)) != len(group_by):
        raise BadInput("groupBy", [field.name for field in group_by], "give one field or two different ones")
    if FacetField.STRUCTURE in group_by and len(group_by) == 2:
        raise BadInput("groupBy", [field.name for field in group_by], "STRUCTURE stands alone: there are too many")
    if not 1 <= first <= MOST_GROUPS:
        raise BadInput("first", first, f"give a number from 1 to {MOST_GROUPS}")
    found = select(graph, where)
    if search is not None:
        found = found & matching(graph, search)
    if len(group_by) == 1:
        groups: Iterator[Group] = (
            Group([_key(group_by[0], value)], value.count) for value in graph.facets.values(group_by[0], found)
        )
    else:
        one, other = group_by
        groups = (
            Group([_key(one, first_value), _key(other, second)], count)
            for first_value, second, count in graph.facets.pairs(one, other, found)
        )
    ordered = sorted(groups, key=lambda group: (-group.count, [key.label for key in group.keys]))
    return list(islice(ordered, first))


def _key(field: FacetField, value: FacetValue) -> GroupKey:
    return GroupKey(field, value.value, value.label, value.node)
