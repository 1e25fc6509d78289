"""Leaf values: the test that tells an ordinary value apart, and the function for all others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLFloat,
    GraphQLID,
    GraphQLInt,
    GraphQLLeafType,
    GraphQLString,
    Undefined,
)

from execution.give_up import GiveUp
from execution.strawberry_internals import members_of, optimized_is_awaitable

ODD: dict[Any, str] = {
    GraphQLString: "{v}.__class__ is not str",
    GraphQLID: "{v}.__class__ is not str",
    GraphQLInt: "{v}.__class__ is not int or not -2147483648 <= {v} <= 2147483647",
    GraphQLFloat: "{v}.__class__ is not float or {v} - {v} != 0.0",
    GraphQLBoolean: "{v} is not True and {v} is not False",
}
"""For each specified scalar, the Python expression that is true where a value `{v}` is not its own JSON, in or out."""


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
