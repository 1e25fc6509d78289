"""All that is known here of the inside of Strawberry: what it may rename in any version, and nothing else uses.

A wrong guess gives no wrong answer, for what is not recognised runs through graphql-core. It gives slow ones:
tests/execution/test_strawberry_internals.py fails instead.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from inspect import Parameter
from typing import Any

import strawberry
from graphql import GraphQLArgument, GraphQLEnumType, GraphQLError, GraphQLField, GraphQLSchema
from strawberry.execution import optimized_is_awaitable as optimized_is_awaitable
from strawberry.relay.types import GlobalID
from strawberry.schema.compat import is_scalar
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule
from strawberry.types import ExecutionResult as ExecutionResult
from strawberry.types.arguments import StrawberryArgument as StrawberryArgument
from strawberry.types.arguments import convert_argument
from strawberry.types.base import StrawberryContainer, StrawberryMaybe, StrawberryOptional
from strawberry.types.base import has_object_definition as has_object_definition
from strawberry.types.enum import StrawberryEnumDefinition, has_enum_definition
from strawberry.types.field import StrawberryField as StrawberryField
from strawberry.types.lazy_type import LazyType

VALIDATION_RULES = (MaybeNullValidationRule, OneOfInputValidationRule)
"""The rules that Strawberry adds to those of the specification."""


class CompiledInfo(strawberry.Info[Any, Any]):
    """Strawberry's Info with the context at hand."""

    context: Any = None  # an attribute in place of the property: resolvers read little else

    def __init__(self, raw: Any, definition: StrawberryField | None, context: Any) -> None:
        attributes = self.__dict__  # assignments are slower
        attributes["_raw_info"] = raw
        attributes["_field"] = definition
        attributes["context"] = context


def graphql_schema(schema: strawberry.Schema) -> GraphQLSchema:
    """The schema of graphql-core inside."""
    return schema._schema


def process_errors(schema: strawberry.Schema, errors: list[GraphQLError]) -> None:
    """Tell the schema of errors, as its own execution does."""
    schema._process_errors(errors)


def extensions_that_resolve(schema: strawberry.Schema) -> list[str]:
    """The names of the extensions that wrap every resolver, but for the one that runs custom directives."""
    return [
        type(extension).__name__
        for extension in schema.get_extensions(sync=True)
        if extension._implements_resolve() and type(extension).__name__ != "DirectivesExtensionSync"
    ]


def definition_of(field: GraphQLField) -> StrawberryField | None:
    """What Strawberry made a field of; None for a field that it did not make."""
    definition = (field.extensions or {}).get(GraphQLCoreConverter.DEFINITION_BACKREF)
    return definition if isinstance(definition, StrawberryField) else None


def argument_of(name: str, argument: GraphQLArgument) -> StrawberryArgument | None:
    """What Strawberry made an argument of; None for one that it did not make, or that was changed since."""
    made_of = argument.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    return made_of if isinstance(made_of, StrawberryArgument) and argument.out_name in (None, name) else None


def resolved_by_strawberry(field: GraphQLField) -> bool:
    """Whether the field's resolver is the one that Strawberry made."""
    made = f"{GraphQLCoreConverter.from_resolver.__qualname__}.<locals>."
    name, module = (getattr(field.resolve, attribute, "") for attribute in ("__qualname__", "__module__"))
    return module == GraphQLCoreConverter.__module__ and name.startswith(made)


def got_plainly(definition: StrawberryField) -> bool:
    """Whether the resolver's result is the field's value, with nothing in between."""
    return type(definition).get_result is StrawberryField.get_result


def takes(definition: StrawberryField) -> Mapping[str, str]:
    """Which parameters of a field's resolver are no arguments: "self", "source" or "info", by name."""
    resolver = definition.base_resolver
    parameters = (
        (resolver and resolver.self_parameter, "self"),
        (resolver and resolver.parent_parameter, "source"),
        (resolver and resolver.root_parameter, "source"),
        (resolver and resolver.info_parameter, "info"),
    )
    return {parameter.name: taken for parameter, taken in parameters if parameter}


def resolver_of(definition: StrawberryField) -> tuple[Any, Mapping[str, Parameter]] | None:
    """The function of a field's resolver and its parameters; None for a field that is an attribute."""
    resolver = definition.base_resolver
    return (resolver.wrapped_func, resolver.signature.parameters) if resolver else None


def builds_itself(type_: Any, seen: frozenset[Any] = frozenset()) -> bool:
    """Whether an input type, or one inside it, has its own `from_input`, which may look at anything."""
    while isinstance(type_, StrawberryContainer):
        type_ = type_.of_type
    if isinstance(type_, LazyType):
        type_ = type_.resolve_type()
    if not has_object_definition(type_) or type_ in seen:
        return False
    definition = type_.__strawberry_definition__
    return definition.from_input is not None or any(
        builds_itself(field.resolve_type(type_definition=definition), seen | {type_}) for field in definition.fields
    )


def argument_converter(schema: strawberry.Schema, argument: StrawberryArgument, name: str) -> Callable[[Any], Any]:
    """The function from graphql-core's value of the argument `name` to what a resolver is given."""
    registry, config = schema.schema_converter.scalar_registry, schema.config
    return lambda raw: convert_argument(raw, argument.type, registry, config, None, path=(name,))


def is_leaf(schema: strawberry.Schema, type_: Any) -> bool:
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


def members_of(type_: GraphQLEnumType) -> Sequence[Enum]:
    """The members of the Python enum behind a type, none where there is no such enum."""
    members = getattr(type_, "wrapped_cls", None)
    return list(members) if isinstance(members, type) and issubclass(members, Enum) else []
