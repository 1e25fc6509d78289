"""What compiled programs of one schema share: the recipes of its fields, and what is known of its types."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache, partial

import strawberry
from graphql import GraphQLField, GraphQLObjectType

from execution.fields import Recipe, recipe_of
from execution.leaves import enum_names, serializer
from execution.sources import Acceptance, Resolution
from execution.strawberry_internals import graphql_schema


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
