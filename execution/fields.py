"""What is known of each field of a Strawberry schema: how its value is got, and whether that can be compiled."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from keyword import iskeyword
from types import FunctionType
from typing import Any

from graphql import GraphQLArgument, GraphQLField
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.base import StrawberryContainer, has_object_definition
from strawberry.types.field import StrawberryField
from strawberry.types.lazy_type import LazyType

_MADE_BY_STRAWBERRY = ("strawberry.schema.schema_converter", "GraphQLCoreConverter.from_resolver.<locals>.")

MISSING = inspect.Parameter.empty


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a resolver. `default` is the parameter's own, MISSING where it has none."""

    name: str
    python_name: str
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
    getter: Callable[[Any, str], Any] | None = None  # None: the attribute is read plainly
    function: Callable[..., Any] | None = None
    parameters: tuple[tuple[str, str | Argument, bool], ...] = ()

    @property
    def info_parameter(self) -> bool:
        return any(takes == "info" for _, takes, _ in self.parameters)


def recipe_of(field: GraphQLField) -> Recipe:
    """How to get the value of a field of the schema."""
    definition = (field.extensions or {}).get(GraphQLCoreConverter.DEFINITION_BACKREF)
    resolve = field.resolve
    module, qualified_name = getattr(resolve, "__module__", ""), getattr(resolve, "__qualname__", "")
    if not isinstance(definition, StrawberryField):
        return Recipe(why="its resolver is not Strawberry's")
    if definition.is_async:
        return Recipe(why="its resolver is asynchronous", asynchronous=True)
    if module != _MADE_BY_STRAWBERRY[0] or not qualified_name.startswith(_MADE_BY_STRAWBERRY[1]):
        return Recipe(why="its resolver was replaced")
    if type(definition).get_result is not StrawberryField.get_result:
        return Recipe(why=f"{type(definition).__name__} gets its value in its own way")
    if definition.extensions or definition.permission_classes:
        return Recipe(why="it has field extensions or permissions")
    if definition.base_resolver is None:
        return _attribute_recipe(definition)
    return _function_recipe(field, definition)


def _attribute_recipe(definition: StrawberryField) -> Recipe:
    name = definition.python_name
    getter: Callable[[Any, str], Any] | None = definition.default_resolver
    if getter is getattr and name.isidentifier() and not iskeyword(name):
        getter = None
    return Recipe(definition=definition, attribute=name, getter=getter)


def _function_recipe(field: GraphQLField, definition: StrawberryField) -> Recipe:
    resolver = definition.base_resolver
    assert resolver is not None
    function = resolver.wrapped_func
    if not callable(function):
        return Recipe(why="its resolver can't be called")
    signature = resolver.signature.parameters

    arguments = {}
    for name, graphql in field.args.items():
        strawberry = graphql.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
        if not isinstance(strawberry, StrawberryArgument) or graphql.out_name not in (None, name):
            return Recipe(why=f"its argument {name} is not Strawberry's")
        if _builds_itself(strawberry.type):
            return Recipe(why=f"its argument {name} is built by its type's from_input")
        parameter = signature.get(strawberry.python_name)
        if parameter is None:
            return Recipe(why=f"its argument {name} is not a parameter of the resolver")
        arguments[strawberry.python_name] = Argument(
            name, strawberry.python_name, graphql, strawberry, parameter.default
        )

    reserved = {}
    for parameter, takes in (
        (resolver.parent_parameter, "source"),
        (resolver.root_parameter, "source"),
        (resolver.info_parameter, "info"),
    ):
        if parameter is not None:
            reserved[parameter.name] = takes
    self_parameter = resolver.self_parameter

    # By position is twice as fast, but only a plain function is sure to take its parameters as its signature says.
    plain = type(function) is FunctionType and not hasattr(function, "__wrapped__")
    parameters: list[tuple[str, str | Argument, bool]] = []
    by_position = plain
    if self_parameter is not None:
        parameters.append((self_parameter.name, "source", True))
    for name, parameter in signature.items():
        if self_parameter is not None and name == self_parameter.name:
            by_position = plain and len(parameters) == 1
            continue
        value = reserved.get(name) or arguments.get(name)
        positional = by_position and parameter.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD
        if value is None:
            by_position = False
            continue
        parameters.append((name, value, positional))
        by_position = positional
    if len(parameters) != len(arguments) + len(reserved) + (self_parameter is not None):
        return Recipe(why="its resolver's parameters are not those that Strawberry passes")
    return Recipe(definition=definition, function=function, parameters=tuple(parameters))


def _builds_itself(type_: Any, seen: frozenset[Any] = frozenset()) -> bool:
    """Whether an input type, or one inside it, has its own `from_input`, which may look at anything."""
    while isinstance(type_, StrawberryContainer):
        type_ = type_.of_type
    if isinstance(type_, LazyType):
        type_ = type_.resolve_type()
    if not has_object_definition(type_) or type_ in seen:
        return False
    definition = type_.__strawberry_definition__
    return definition.from_input is not None or any(
        _builds_itself(field.resolve_type(type_definition=definition), seen | {type_}) for field in definition.fields
    )
