"""Values going in: the variables of a request, and the arguments that a resolver is called with.

graphql-core and Strawberry make every argument anew for each call of a resolver, so that a resolver may change a
list that it is given. Compiled code makes what can't be changed once, and copies the rest.
"""

from __future__ import annotations

import datetime
import decimal
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

import strawberry
from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLFloat,
    GraphQLID,
    GraphQLInt,
    GraphQLNonNull,
    GraphQLSchema,
    GraphQLString,
    Undefined,
    ValueNode,
    VariableDefinitionNode,
    VariableNode,
    get_variable_values,
    type_from_ast,
)
from graphql.execution.values import VariableValues
from graphql.language import ListValueNode, ObjectValueNode
from graphql.type import is_required_argument
from graphql.utilities.coerce_input_value import coerce_default_value, coerce_input_literal
from strawberry.relay.types import GlobalID
from strawberry.schema.compat import is_scalar
from strawberry.types.arguments import convert_argument
from strawberry.types.base import StrawberryMaybe, StrawberryOptional, has_object_definition
from strawberry.types.enum import StrawberryEnumDefinition, has_enum_definition
from strawberry.types.lazy_type import LazyType
from strawberry.types.maybe import Some
from strawberry.types.unset import UNSET

from execution.fields import MISSING, Argument
from execution.give_up import GiveUp

_UNCHANGEABLE = frozenset(
    {
        type(None),
        type(UNSET),
        bool,
        int,
        float,
        str,
        bytes,
        uuid.UUID,
        decimal.Decimal,
        datetime.date,
        datetime.datetime,
        datetime.time,
    }
)


def unchangeable(value: Any) -> bool:
    """Whether a value can be given to many calls: nothing that a resolver does changes it."""
    return type(value) in _UNCHANGEABLE or isinstance(value, Enum)


def copier(value: Any) -> Callable[[], Any] | None:
    """A function that makes an equal value with nothing changeable in common, None where none is known."""
    if unchangeable(value):
        return lambda: value
    if type(value) is list:
        if all(map(unchangeable, value)):
            return value.copy
        items = [copier(item) for item in value]
        return (lambda: [item() for item in items if item]) if all(items) else None
    if type(value) is Some:
        inner = copier(value.value)
        return (lambda: Some(inner())) if inner else None
    kind = type(value)
    if not has_object_definition(kind) or kind.__dictoffset__ == 0 or hasattr(kind, "__slots__"):
        return None
    attributes = value.__dict__
    if all(map(unchangeable, attributes.values())):
        changing: dict[str, Callable[[], Any]] = {}
    else:
        copiers = {name: copier(item) for name, item in attributes.items() if not unchangeable(item)}
        if not all(copiers.values()):
            return None
        changing = {name: copy for name, copy in copiers.items() if copy}
    new = kind.__new__

    def copy_input() -> Any:
        copied = new(kind)
        own = copied.__dict__
        own.update(attributes)
        for name, copy in changing.items():
            own[name] = copy()
        return copied

    return copy_input


@dataclass(frozen=True, slots=True)
class _Variable:
    name: str
    node: VariableDefinitionNode
    required: bool
    kind: str
    """The type whose JSON values are their own coercion: str, int, float, bool; "enum"; "" for all others."""
    members: dict[str, Any]
    default: Any
    """The coerced default, MISSING without one or where it can be changed."""


class Variables:
    """Reads the variables of one operation, as graphql-core's `get_variable_values` does, but faster."""

    def __init__(self, schema: GraphQLSchema, nodes: Sequence[VariableDefinitionNode]) -> None:
        self._schema = schema
        self.nodes = nodes
        self._variables = [self._prepare(node) for node in nodes]

    def _prepare(self, node: VariableDefinitionNode) -> _Variable:
        type_ = type_from_ast(self._schema, node.type)
        required = isinstance(type_, GraphQLNonNull)
        if isinstance(type_, GraphQLNonNull):
            type_ = type_.of_type
        kind = ""
        members: dict[str, Any] = {}
        if type_ is GraphQLString or type_ is GraphQLID:
            kind = "str"
        elif type_ is GraphQLInt:
            kind = "int"
        elif type_ is GraphQLFloat:
            kind = "float"
        elif type_ is GraphQLBoolean:
            kind = "bool"
        elif isinstance(type_, GraphQLEnumType):
            kind = "enum"
            for name in type_.values:
                member = type_.coerce_input_value(name)
                if unchangeable(member):
                    members[name] = member
        name = node.variable.name.value
        default: Any = MISSING
        if node.default_value is not None:
            values = get_variable_values(self._schema, [node], {})
            if isinstance(values, VariableValues) and unchangeable(values.coerced.get(name, MISSING)):
                default = values.coerced[name]
        return _Variable(name, node, required, kind, members, default)

    def read(self, inputs: dict[str, Any]) -> dict[str, Any]:
        """The coerced values.

        Raises:
            GiveUp: a value is wrong; graphql-core will say how.
        """
        coerced: dict[str, Any] = {}
        for variable in self._variables:
            name = variable.name
            value = inputs.get(name, MISSING)
            if value is MISSING:
                if variable.default is not MISSING:
                    coerced[name] = variable.default
                    continue
                if variable.node.default_value is None:
                    if variable.required:
                        raise GiveUp("a required variable is not given")
                    continue
            elif value is None:
                if variable.required:
                    raise GiveUp("a required variable is null")
                coerced[name] = None
                continue
            else:
                kind = variable.kind
                given = value.__class__
                if kind == "str":
                    if given is str:
                        coerced[name] = value
                        continue
                elif kind == "int":
                    if given is int and -2147483648 <= value <= 2147483647:
                        coerced[name] = value
                        continue
                elif kind == "bool":
                    if given is bool:
                        coerced[name] = value
                        continue
                elif kind == "float":
                    if given is float and value - value == 0.0:
                        coerced[name] = value
                        continue
                elif kind == "enum" and given is str and value in variable.members:
                    coerced[name] = variable.members[value]
                    continue
            coerced.update(self._values([variable.node], inputs).coerced)
        return coerced

    def read_with_sources(self, inputs: dict[str, Any]) -> VariableValues:
        """The values as graphql-core keeps them, for literals that contain variables. Raises GiveUp."""
        return self._values(self.nodes, inputs)

    def _values(self, nodes: Sequence[VariableDefinitionNode], inputs: dict[str, Any]) -> VariableValues:
        values = get_variable_values(self._schema, nodes, inputs)
        if isinstance(values, list):
            raise GiveUp("wrong variables")
        return values


def variables_in(node: ValueNode | None) -> set[str]:
    """The names of the variables in a value of the document."""
    if isinstance(node, VariableNode):
        return {node.name.value}
    if isinstance(node, ListValueNode):
        return set().union(*map(variables_in, node.values))
    if isinstance(node, ObjectValueNode):
        return set().union(*(variables_in(field.value) for field in node.fields))
    return set()


class ArgumentValues:
    """The values of one argument of one field of an operation.

    Exactly one of these holds:
        `constant` is not MISSING: the value, for every call of every request;
        `shared`: `value(variables)` is one value for all calls of a request;
        otherwise `maker(variables)` is, for a request, a function that makes the value of a call.
    """

    def __init__(self, schema: strawberry.Schema, argument: Argument, node: ValueNode | None) -> None:
        self._argument = argument
        self._node = node
        self._registry = schema.schema_converter.scalar_registry
        self._config = schema.config
        self._type = argument.strawberry.type
        self._leaf = _is_leaf(self._type, schema)
        self.variables = variables_in(node)
        self.needs_sources = bool(self.variables) and not isinstance(node, VariableNode)
        self.constant: Any = MISSING
        self.shared = False
        if self.variables:
            self.shared = self._leaf and isinstance(node, VariableNode)
            return
        raw = self._raw(None)
        if raw is MISSING:
            self.constant = self._parameter_default()
            return
        value = self._convert(raw)
        # A default of a leaf type is one object for all requests in graphql-core too.
        if unchangeable(value) or (self._leaf and node is None):
            self.constant = value

    def value(self, variables: dict[str, Any] | VariableValues | None) -> Any:
        """The value for a call. Raises GiveUp, or what the conversion raises, for a wrong one."""
        raw = self._raw(variables)
        return self._parameter_default() if raw is MISSING else self._convert(raw)

    def maker(self, variables: dict[str, Any] | VariableValues | None) -> Callable[[], Any]:
        """A function that makes the value of a call, each time anew."""
        made = copier(self.value(variables))
        return made if made is not None else lambda: self.value(variables)

    def _parameter_default(self) -> Any:
        if self._argument.default is MISSING:
            raise GiveUp(f"the argument {self._argument.name} has no value")
        return self._argument.default

    def _raw(self, variables: dict[str, Any] | VariableValues | None) -> Any:
        """The value as graphql-core's `get_argument_values` gives it, MISSING where it gives none."""
        graphql, node = self._argument.graphql, self._node
        required = is_required_argument(graphql)
        if isinstance(node, VariableNode):
            coerced = variables.coerced if isinstance(variables, VariableValues) else variables or {}
            value = coerced.get(node.name.value, MISSING)
            if value is not MISSING:
                if value is None and isinstance(graphql.type, GraphQLNonNull):
                    raise GiveUp("null for a required argument")
                return value
            node = None
        if node is None:
            if required:
                raise GiveUp("a required argument is not given")
            value = coerce_default_value(graphql)
            return MISSING if value is Undefined else value
        assert variables is None or isinstance(variables, VariableValues)
        value = coerce_input_literal(node, graphql.type, variables)
        if value is Undefined:
            raise GiveUp("a wrong argument")
        return value

    def _convert(self, raw: Any) -> Any:
        return convert_argument(raw, self._type, self._registry, self._config, None, path=(self._argument.name,))


def _is_leaf(type_: Any, schema: strawberry.Schema) -> bool:
    """Whether Strawberry hands the values of a type to the resolver as graphql-core made them."""
    if isinstance(type_, StrawberryMaybe):
        return False
    if isinstance(type_, StrawberryOptional):
        type_ = type_.of_type
    if isinstance(type_, LazyType):
        type_ = type_.resolve_type()
    if type_ is GlobalID:
        return False
    return (
        is_scalar(type_, schema.schema_converter.scalar_registry)
        or isinstance(type_, StrawberryEnumDefinition)
        or has_enum_definition(type_)
    )
