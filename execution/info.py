"""The `info` that compiled code hands to resolvers: made once for each field of an operation, not for each value.

It answers everything that does not depend on the place in the answer. What does (`info.path`) raises
PlaceNeeded, and the operation goes to graphql-core.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    OperationDefinitionNode,
)

from execution.give_up import PlaceNeeded
from execution.strawberry_internals import StrawberryField, optimized_is_awaitable


class Run:
    """What one execution gives to all its fields. `place_needed` stays True even if a resolver hides the error."""

    __slots__ = ("context", "place_needed", "root_value", "variable_values")

    def __init__(self, context: Any, root_value: Any, variable_values: dict[str, Any]) -> None:
        self.context = context
        self.root_value = root_value
        self.variable_values = variable_values
        self.place_needed = False


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """A field of the operation: what its `info` says in every execution."""

    field_name: str
    field_nodes: list[FieldNode]
    return_type: GraphQLOutputType
    parent_type: GraphQLObjectType
    schema: GraphQLSchema
    fragments: dict[str, FragmentDefinitionNode]
    operation: OperationDefinitionNode
    definition: StrawberryField | None


class ResolveInfo:
    """Stands for graphql-core's GraphQLResolveInfo."""

    __slots__ = ("_run", "_site")

    abort_signal = None
    operation_extensions = None
    is_awaitable = staticmethod(optimized_is_awaitable)

    def __init__(self, site: Site, run: Run) -> None:
        self._site = site
        self._run = run

    def __getattr__(self, name: str) -> Any:
        if name in ("path", "async_helpers"):
            self._run.place_needed = True
            raise PlaceNeeded(f"info.{name}")
        return getattr(self._site if name in Site.__slots__ else self._run, name)
