"""The calls of resolvers in the source of a program: what they are given, and where it is made.

Their `info` is made once for each field of an operation, not for each value. It answers everything that does not depend
on the place in the answer. What does (`info.path`) raises PlaceNeeded, and the operation goes to graphql-core.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

import graphql

from execution.emitter import Emitter
from execution.give_up import PlaceNeeded
from execution.parts import MISSING, Recipe, SchemaParts
from execution.strawberry_internals import CompiledInfo, StrawberryField, optimized_is_awaitable
from execution.values import ArgumentValues, unchangeable


@dataclass(slots=True, eq=False)
class Run:
    """What one execution gives to all its fields. `place_needed` stays True even if a resolver hides the error."""

    context: Any
    root_value: Any
    variable_values: dict[str, Any]
    place_needed: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """A field of the operation: what its `info` says in every execution."""

    field_name: str
    field_nodes: list[graphql.FieldNode]
    return_type: graphql.GraphQLOutputType
    parent_type: graphql.GraphQLObjectType
    schema: graphql.GraphQLSchema
    fragments: dict[str, graphql.FragmentDefinitionNode]
    operation: graphql.OperationDefinitionNode
    definition: StrawberryField | None


@dataclass(slots=True, eq=False)
class ResolveInfo:
    """Stands for graphql-core's GraphQLResolveInfo."""

    _site: Site
    _run: Run
    abort_signal: ClassVar = None
    operation_extensions: ClassVar = None
    is_awaitable: ClassVar = staticmethod(optimized_is_awaitable)

    def __getattr__(self, name: str) -> Any:
        if name in ("path", "async_helpers"):
            self._run.place_needed = True
            raise PlaceNeeded(f"info.{name}")
        return getattr(self._site if name in Site.__slots__ else self._run, name)


@dataclass(slots=True, eq=False)
class Uses:
    """What a memoised selection depends on, beside its source: `variables`, and whether `data` other than it."""

    variables: set[str] = field(default_factory=set)
    data: bool = False


class Calls:
    """The calls of one operation. `count` are those emitted so far, `loops` the loops around the next one. `used` has,
    for each memoised selection around, what it depends on so far."""

    def __init__(self, emit: Emitter, parts: SchemaParts, operation: graphql.OperationDefinitionNode) -> None:
        self.count = 0
        self.loops = 0
        self.used: list[Uses] = []
        self._emit = emit
        self._parts = parts
        self._required = {
            definition.variable.name.value
            for definition in operation.variable_definitions or ()
            if isinstance(definition.type, graphql.NonNullTypeNode)
        }

    def value(self, recipe: Recipe, site: Site, source: str) -> str:
        """The expression of a field's value, not yet completed."""
        if recipe.attribute is not None:
            return f"{source}.{recipe.attribute}"
        self.count += 1
        if not self._parts.lasts(site.parent_type, site.field_name):
            self._depends_on_data()
        given = {argument.name.value: argument.value for argument in site.field_nodes[0].arguments or ()}
        parameters = []
        for name, takes, positional in recipe.parameters:
            if isinstance(takes, str):
                value = source if takes == "source" else self._info(site)
            else:
                value = self._argument(ArgumentValues(self._parts.strawberry, takes, given.get(takes.name)))
            parameters.append(value if positional else f"{name}={value}")
        return f"{self._emit.constant('resolve', recipe.function)}({', '.join(parameters)})"

    def _info(self, site: Site) -> str:
        """The name of a resolver's info, made once for the whole run."""
        maker = self._emit.constant(
            "make_info", lambda run: CompiledInfo(ResolveInfo(site, run), site.definition, run.context)
        )
        return self._emit.first("info", f"{maker}(execution)")

    def raw_info(self, site: Site) -> str:
        """The name of graphql-core's info for the questions of types."""
        self._depends_on_data()
        maker = self._emit.constant("make_info", lambda run: ResolveInfo(site, run))
        return self._emit.first("info", f"{maker}(execution)")

    def _depends_on_data(self) -> None:
        for used in self.used:
            used.data = True

    def _argument(self, values: ArgumentValues) -> str:
        """The expression of an argument's value."""
        for used in self.used:
            used.variables |= values.variables
        self._emit.program.needs_sources |= values.needs_sources
        constant = values.constant
        if constant is not MISSING:
            if constant is None or (unchangeable(constant) and constant.__class__ in (bool, int)):
                return repr(constant)
            return self._emit.constant("argument", constant)
        if not values.variables:
            return f"{self._emit.constant('argument', values.maker(None))}()"
        if values.shared and values.variables <= self._required:
            return f"variables[{min(values.variables)!r}]"
        given = "sourced" if values.needs_sources else "variables"
        if not self.loops:
            return f"{self._emit.constant('argument', values.value)}({given})"
        make = values.value if values.shared else values.maker
        name = self._emit.first("given", f"{self._emit.constant('argument', make)}({given})")
        return name if values.shared else f"{name}()"
