"""What compiled programs of one schema share: how the value of each field is got, and what is known of its types."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cache, partial
from inspect import Parameter
from keyword import iskeyword
from types import FunctionType
from typing import Any

import strawberry
from graphql import GraphQLArgument, GraphQLEnumType, GraphQLField, GraphQLLeafType, GraphQLObjectType, Undefined

from execution import strawberry_internals as internals
from execution.give_up import GiveUp
from execution.sources import Acceptance, Resolution
from execution.strawberry_internals import StrawberryArgument, StrawberryField, optimized_is_awaitable

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


class SchemaParts:
    """Each part is made when it is first asked for, and kept. Raises ValueError for `memo_types` of no object type, and
    for `lasting_fields` that are none.
    """

    def __init__(
        self, schema: strawberry.Schema, memo_types: Collection[str], lasting_fields: Collection[str] = ()
    ) -> None:
        self.strawberry = schema
        self.graphql = internals.graphql_schema(schema)
        unknown = sorted(name for name in memo_types if not isinstance(self.graphql.get_type(name), GraphQLObjectType))
        if unknown:
            raise ValueError(f"memo_types names {', '.join(unknown)}: expected object types of the schema")
        self.memo_types = set(memo_types)
        unknown = sorted(name for name in lasting_fields if not self._has(*name.partition(".")[::2]))
        if unknown:
            raise ValueError(f"lasting_fields names {', '.join(unknown)}: expected Type.field of the schema")
        self._lasting = frozenset(lasting_fields)
        self.acceptance = cache(Acceptance)
        self.resolution = cache(partial(Resolution, self.graphql))
        self.serializer = cache(serializer)
        self.enum_names = cache(enum_names)
        self._recipes: dict[int, tuple[GraphQLField, Recipe]] = {}  # by id(): a field is compared by value

    def lasts(self, type_: GraphQLObjectType, field_name: str) -> bool:
        """Whether what a field's resolver gives depends on nothing but the source and the arguments."""
        return f"{type_.name}.{field_name}" in self._lasting

    def _has(self, type_name: str, field_name: str) -> bool:
        type_ = self.graphql.get_type(type_name)
        return isinstance(type_, GraphQLObjectType) and field_name in type_.fields

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
    """The name in GraphQL of each member of a Strawberry enum, by the member's id(). By identity because hashing a
    member calls Python code; the members live as long as their class."""
    names = {}
    for member in internals.members_of(type_):
        try:
            names[id(member)] = str(type_.coerce_output_value(member))
        except Exception:
            continue
    return names
