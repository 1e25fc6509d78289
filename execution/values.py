"""Values going in: the variables of a request, and the arguments that a resolver is called with.

graphql-core and Strawberry make every argument anew for each call of a resolver, so that a resolver may change a
list that it is given. Compiled code makes what can't be changed once, and copies the rest.
"""

from __future__ import annotations

import datetime
import pickle
from collections.abc import Callable, Sequence
from decimal import Decimal
from enum import Enum
from functools import partial
from typing import Any, NamedTuple, cast
from uuid import UUID

import graphql
import strawberry
from graphql.execution.values import VariableValues
from graphql.language import ListValueNode, ObjectValueNode
from graphql.type import is_required_argument
from graphql.utilities.coerce_input_value import coerce_default_value, coerce_input_literal

from execution.give_up import GiveUp
from execution.parts import MISSING, Argument
from execution.strawberry_internals import argument_converter, is_leaf

ODD: dict[Any, str] = {
    graphql.GraphQLString: "{v}.__class__ is not str",
    graphql.GraphQLID: "{v}.__class__ is not str",
    graphql.GraphQLInt: "{v}.__class__ is not int or not -2147483648 <= {v} <= 2147483647",
    graphql.GraphQLFloat: "{v}.__class__ is not float or {v} - {v} != 0.0",
    graphql.GraphQLBoolean: "{v} is not True and {v} is not False",
}
"""For each specified scalar, the Python expression that is true where a value `{v}` is not its own JSON, in or out."""

_MOMENTS = (datetime.date, datetime.datetime, datetime.time)
_UNCHANGEABLE = {type(None), type(strawberry.UNSET), bool, int, float, str, bytes, UUID, Decimal, *_MOMENTS}


def unchangeable(value: Any) -> bool:
    """Whether a value can be given to many calls: nothing that a resolver does changes it."""
    return type(value) in _UNCHANGEABLE or isinstance(value, Enum)


def copier(value: Any) -> Callable[[], Any] | None:
    """A function that makes an equal value with nothing changeable in common, None where the value can't be copied."""
    if unchangeable(value):
        return lambda: value
    try:
        return partial(pickle.loads, pickle.dumps(value))
    except Exception:
        return None


_FURTHER: Any = object()
"""In place of a value: graphql-core's own coercion has to look at it, and may refuse it."""


_COERCIONS: dict[Any, Callable[[Any], Any]] = {
    scalar: eval(f"lambda value: further if {odd.format(v='value')} else value", {"further": _FURTHER})
    for scalar, odd in ODD.items()
}
"""For each specified scalar, the function from a JSON value to its coercion, _FURTHER for all but the usual values."""


def _coercion(type_: Any) -> Callable[[Any], Any]:
    if not isinstance(type_, graphql.GraphQLEnumType):
        return _COERCIONS.get(type_, lambda value: _FURTHER)
    members = {name: type_.coerce_input_value(name) for name in type_.values}
    plain = {name: member for name, member in members.items() if unchangeable(member)}
    return lambda value: plain.get(value, _FURTHER) if value.__class__ is str else _FURTHER


class _Variable(NamedTuple):
    """`absent` and `null` are the coercion of no value and of null: MISSING for none, _FURTHER as above."""

    name: str
    node: graphql.VariableDefinitionNode
    coerced: Callable[[Any], Any]
    absent: Any
    null: Any


class Variables:
    """Reads the variables of one operation, as graphql-core's `get_variable_values` does, but faster."""

    def __init__(self, schema: graphql.GraphQLSchema, nodes: Sequence[graphql.VariableDefinitionNode]) -> None:
        self._schema = schema
        self.nodes = nodes
        self._variables = [self._prepare(node) for node in nodes]

    def _prepare(self, node: graphql.VariableDefinitionNode) -> _Variable:
        name, type_ = node.variable.name.value, cast(Any, graphql.type_from_ast(self._schema, node.type))
        null = _FURTHER if isinstance(type_, graphql.GraphQLNonNull) else None
        absent = MISSING if null is None else _FURTHER
        if node.default_value is not None:
            values = graphql.get_variable_values(self._schema, [node], {})
            default = values.coerced.get(name, MISSING) if isinstance(values, VariableValues) else MISSING
            absent = default if unchangeable(default) else _FURTHER
        return _Variable(name, node, _coercion(graphql.get_nullable_type(type_)), absent, null)

    def read(self, inputs: dict[str, Any]) -> dict[str, Any]:
        """The coerced values. Raises GiveUp where one is wrong: graphql-core will say how."""
        coerced: dict[str, Any] = {}
        for name, node, coerce, absent, null in self._variables:
            given = inputs.get(name, MISSING)
            value = absent if given is MISSING else null if given is None else coerce(given)
            if value is _FURTHER:
                coerced.update(self.read_with_sources(inputs, [node]).coerced)
            elif value is not MISSING:
                coerced[name] = value
        return coerced

    def read_with_sources(
        self, inputs: dict[str, Any], nodes: Sequence[graphql.VariableDefinitionNode] | None = None
    ) -> VariableValues:
        """The values as graphql-core keeps them, for literals that contain variables. Raises GiveUp."""
        values = graphql.get_variable_values(self._schema, nodes or self.nodes, inputs)
        if isinstance(values, list):
            raise GiveUp("wrong variables")
        return values


def variables_in(node: graphql.ValueNode | None) -> set[str]:
    """The names of the variables in a value of the document."""
    if isinstance(node, graphql.VariableNode):
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

    def __init__(self, schema: strawberry.Schema, argument: Argument, node: graphql.ValueNode | None) -> None:
        self._argument = argument
        self._node = node
        self._convert = argument_converter(schema, argument.strawberry, argument.name)
        leaf = is_leaf(schema, argument.strawberry.type)
        self.variables = variables_in(node)
        self.needs_sources = bool(self.variables) and not isinstance(node, graphql.VariableNode)
        self.shared = leaf and isinstance(node, graphql.VariableNode)
        self.constant: Any = MISSING
        if not self.variables:
            value = self.value(None)
            # A default of a leaf type is one object for all requests in graphql-core too.
            if unchangeable(value) or (leaf and node is None) or value is argument.default:
                self.constant = value

    def value(self, variables: dict[str, Any] | VariableValues | None) -> Any:
        """The value for a call. Raises GiveUp, or what the conversion raises, for a wrong one."""
        raw = self._raw(variables)
        if raw is not MISSING:
            return self._convert(raw)
        if self._argument.default is MISSING:
            raise GiveUp(f"the argument {self._argument.name} has no value")
        return self._argument.default

    def maker(self, variables: dict[str, Any] | VariableValues | None) -> Callable[[], Any]:
        """A function that makes the value of a call, each time anew."""
        made = copier(self.value(variables))
        return made if made is not None else lambda: self.value(variables)

    def _raw(self, variables: dict[str, Any] | VariableValues | None) -> Any:
        """The value as graphql-core's `get_argument_values` gives it, MISSING where it gives none."""
        taken, node = self._argument.graphql, self._node
        if isinstance(node, graphql.VariableNode):
            coerced = variables.coerced if isinstance(variables, VariableValues) else variables or {}
            value = coerced.get(node.name.value, MISSING)
            if value is not MISSING:
                if value is None and isinstance(taken.type, graphql.GraphQLNonNull):
                    raise GiveUp("null for a required argument")
                return value
            node = None
        if node is None:
            if is_required_argument(taken):
                raise GiveUp("a required argument is not given")
            value = coerce_default_value(taken)
            return MISSING if value is graphql.Undefined else value
        assert variables is None or isinstance(variables, VariableValues)
        value = coerce_input_literal(node, taken.type, variables)
        if value is graphql.Undefined:
            raise GiveUp("a wrong argument")
        return value
