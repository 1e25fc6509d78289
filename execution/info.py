"""The `info` that compiled code hands to resolvers: made once for each field of an operation, not for each value.

It answers everything that does not depend on the place in the answer. What does (`info.path`) raises
PlaceNeeded, and the operation goes to graphql-core.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    OperationDefinitionNode,
)
from strawberry.execution import optimized_is_awaitable
from strawberry.types.field import StrawberryField
from strawberry.types.info import Info

from execution.give_up import GiveUp


class PlaceNeeded(GiveUp):
    """A resolver asked for the path of its field."""


class Run:
    """What one execution gives to all its fields. `place_needed` stays True even if a resolver hides the error."""

    __slots__ = ("context", "place_needed", "root_value", "variables")

    def __init__(self, context: Any, root_value: Any, variables: dict[str, Any]) -> None:
        self.context = context
        self.root_value = root_value
        self.variables = variables
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
    definition: StrawberryField


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
        return getattr(self._site, name)

    @property
    def context(self) -> Any:
        return self._run.context

    @property
    def root_value(self) -> Any:
        return self._run.root_value

    @property
    def variable_values(self) -> dict[str, Any]:
        return self._run.variables

    def _refuse(self) -> NoReturn:
        self._run.place_needed = True
        raise PlaceNeeded("info.path")

    @property
    def path(self) -> NoReturn:
        self._refuse()

    @property
    def async_helpers(self) -> NoReturn:
        self._refuse()


class CompiledInfo(Info[Any, Any]):
    """Strawberry's Info with the context at hand."""

    context: Any = None  # an attribute in place of the property: resolvers read little else

    def __init__(self, raw: ResolveInfo, definition: StrawberryField, context: Any) -> None:
        attributes = self.__dict__
        attributes["_raw_info"] = raw
        attributes["_field"] = definition
        attributes["context"] = context


def info_maker(site: Site, info_class: type[Info[Any, Any]]) -> Callable[[Run], Info[Any, Any]]:
    """The function that makes the `info` of a site. A class of the application's own is instantiated as it is."""
    if info_class is Info:
        return lambda run: CompiledInfo(ResolveInfo(site, run), site.definition, run.context)
    return lambda run: info_class(_raw_info=ResolveInfo(site, run), _field=site.definition)  # type: ignore[arg-type]
