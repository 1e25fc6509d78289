"""What compiled programs of one schema share: the recipes of its fields, and what is known of its types."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import cache, partial
from typing import Any

import strawberry
from graphql import GraphQLEnumType, GraphQLField, GraphQLLeafType, GraphQLObjectType, Undefined

from execution.fields import Recipe, recipe_of
from execution.give_up import GiveUp
from execution.sources import Acceptance, Resolution
from execution.strawberry_internals import graphql_schema, members_of, optimized_is_awaitable


class SchemaParts:
    """Each part is made when it is first asked for, and kept. Raises ValueError for `memo_types` of no object type."""

    def __init__(self, schema: strawberry.Schema, memo_types: Collection[str]) -> None:
        self.strawberry = schema
        self.graphql = graphql_schema(schema)
        unknown = sorted(name for name in memo_types if not isinstance(self.graphql.get_type(name), GraphQLObjectType))
        if unknown:
            raise ValueError(f"memo_types names {', '.join(unknown)}: expected object types of the schema")
        self.memo_types = set(memo_types)
        self.acceptance = cache(Acceptance)
        self.resolution = cache(partial(Resolution, self.graphql))
        self.serializer = cache(serializer)
        self.enum_names = cache(enum_names)
        self._recipes: dict[int, tuple[GraphQLField, Recipe]] = {}  # by id(): a field is compared by value

    def recipe(self, field: GraphQLField) -> Recipe:
        """How to get the value of a field."""
        known = self._recipes.get(id(field))
        if known is None:
            known = self._recipes[id(field)] = (field, recipe_of(field))
        return known[1]


def serializer(type_: GraphQLLeafType, nullable: bool) -> Callable[[Any], Any]:
    """Complete a leaf value as graphql-core does.

    Returns:
        A function from a resolver's value to its serialisation, None only where `nullable`.
        It raises GiveUp, or what the type raises, where graphql-core would report an error.
    """
    serialize = type_.coerce_output_value

    def complete(value: Any) -> Any:
        if value is None or value is Undefined:
            if nullable:
                return None
            raise GiveUp(f"null for {type_}!")
        if isinstance(value, Exception) or optimized_is_awaitable(value):
            raise GiveUp("an exception or an awaitable as a value")
        result = serialize(value)
        if result is None or result is Undefined or optimized_is_awaitable(result):
            raise GiveUp(f"{type_} serialised as nothing")
        return result

    return complete


def enum_names(type_: GraphQLEnumType) -> dict[int, str]:
    """The name in GraphQL of each member of a Strawberry enum, by the member's id().

    By identity because hashing a member calls Python code; the members live as long as their class.
    """
    names = {}
    for member in members_of(type_):
        try:
            names[id(member)] = str(type_.coerce_output_value(member))
        except Exception:
            continue
    return names
