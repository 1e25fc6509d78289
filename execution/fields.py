"""What is known of each field of a Strawberry schema: how its value is got, and whether that can be compiled."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from inspect import Parameter
from keyword import iskeyword
from types import FunctionType
from typing import Any

from graphql import GraphQLArgument, GraphQLField

from execution import strawberry_internals as internals
from execution.strawberry_internals import StrawberryArgument, StrawberryField

MISSING = Parameter.empty


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a resolver. `default` is the parameter's own, MISSING where it has none."""

    name: str
    graphql: GraphQLArgument
    strawberry: StrawberryArgument
    default: Any


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to get a field's value: `attribute` of the source, or `function` called with `parameters`.

    `why` says why the field can't be compiled, "" when it can. A parameter is (its name, what it takes, whether it
    is passed by position); what it takes is "source", "info" or an Argument.
    """

    why: str = ""
    asynchronous: bool = False
    definition: StrawberryField | None = None
    attribute: str | None = None
    function: Callable[..., Any] | None = None
    parameters: tuple[tuple[str, str | Argument, bool], ...] = ()


class _NotCompilable(Exception):
    """`args[0]` says why."""


def recipe_of(field: GraphQLField) -> Recipe:
    """How to get the value of a field of the schema."""
    definition = internals.definition_of(field)
    if definition is None:
        return Recipe(why="its resolver is not Strawberry's")
    if definition.is_async:
        return Recipe(why="its resolver is asynchronous", asynchronous=True)
    if not internals.resolved_by_strawberry(field):
        return Recipe(why="its resolver was replaced")
    if not internals.got_plainly(definition):
        return Recipe(why=f"{type(definition).__name__} gets its value in its own way")
    if definition.extensions or definition.permission_classes:
        return Recipe(why="it has field extensions or permissions")
    resolver = internals.resolver_of(definition)
    if resolver is None:
        name = definition.python_name
        plain = definition.default_resolver is getattr and name.isidentifier() and not iskeyword(name)
        return Recipe("" if plain else "its attribute is got in another way", definition=definition, attribute=name)
    function, signature = resolver
    try:
        values: dict[str, str | Argument] = {**_arguments(field, signature), **internals.takes(definition)}
        return Recipe(definition=definition, function=function, parameters=_parameters(function, signature, values))
    except _NotCompilable as reason:
        return Recipe(why=str(reason))


def _arguments(field: GraphQLField, signature: Mapping[str, Parameter]) -> dict[str, Argument]:
    """The arguments of a field by the names of the resolver's parameters."""
    arguments = {}
    for name, graphql in field.args.items():
        argument = internals.argument_of(name, graphql)
        if argument is None:
            raise _NotCompilable(f"its argument {name} is not Strawberry's")
        if internals.builds_itself(argument.type):
            raise _NotCompilable(f"its argument {name} is built by its type's from_input")
        parameter = signature.get(argument.python_name)
        if parameter is None:
            raise _NotCompilable(f"its argument {name} is not a parameter of the resolver")
        arguments[argument.python_name] = Argument(name, graphql, argument, parameter.default)
    return arguments


def _parameters(
    function: Any, signature: Mapping[str, Parameter], values: dict[str, str | Argument]
) -> tuple[tuple[str, str | Argument, bool], ...]:
    """What a resolver is called with, in the order of its parameters."""
    if not callable(function):
        raise _NotCompilable("its resolver can't be called")
    # By position is twice as fast, but only a plain function is sure to take its parameters as its signature says.
    plain = type(function) is FunctionType and not hasattr(function, "__wrapped__")
    parameters: list[tuple[str, str | Argument, bool]] = []
    by_position = True
    for number, (name, parameter) in enumerate(signature.items()):
        value = values.pop(name, None)
        if value == "self" and number == 0:
            parameters.append((name, "source", True))
        elif value == "self":
            raise _NotCompilable("its resolver's self is not its first parameter")
        else:
            by_position &= plain and value is not None and parameter.kind is Parameter.POSITIONAL_OR_KEYWORD
            if value is not None:
                parameters.append((name, value, by_position))
    if values:
        raise _NotCompilable("its resolver's parameters are not those that Strawberry passes")
    return tuple(parameters)
