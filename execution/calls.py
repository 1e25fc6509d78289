"""The calls of resolvers in the source of a program: what they are given, and where it is made."""

from __future__ import annotations

from graphql import NonNullTypeNode, OperationDefinitionNode

from execution.emitter import Emitter
from execution.fields import MISSING, Recipe
from execution.info import ResolveInfo, Site
from execution.parts import SchemaParts
from execution.strawberry_internals import CompiledInfo
from execution.values import ArgumentValues, unchangeable


class Calls:
    """The calls of one operation. `count` are those emitted so far, `loops` the loops around the next one.

    `used` has, for each memoised selection around, the variables on which it depends so far.
    """

    def __init__(self, emit: Emitter, parts: SchemaParts, operation: OperationDefinitionNode) -> None:
        self.count = 0
        self.loops = 0
        self.used: list[set[str]] = []
        self._emit = emit
        self._parts = parts
        self._required = {
            definition.variable.name.value
            for definition in operation.variable_definitions or ()
            if isinstance(definition.type, NonNullTypeNode)
        }

    def value(self, recipe: Recipe, site: Site, source: str) -> str:
        """The expression of a field's value, not yet completed."""
        if recipe.attribute is not None:
            return f"{source}.{recipe.attribute}"
        self.count += 1
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
        maker = self._emit.constant("make_info", lambda run: ResolveInfo(site, run))
        return self._emit.first("info", f"{maker}(execution)")

    def _argument(self, values: ArgumentValues) -> str:
        """The expression of an argument's value."""
        for used in self.used:
            used |= values.variables
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
