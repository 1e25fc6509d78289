"""What fields cost, as the application declares it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from graphql import GraphQLField, GraphQLSchema, is_interface_type, is_object_type

from execution.strawberry_internals import definition_of

INTROSPECTION_PRICES: Final = {"__schema": 2000, "__type": 200}
"""Introspection is priced as a whole: its answer depends on the schema, not on pages."""


@dataclass(frozen=True, slots=True)
class Price:
    """What a field costs, and how many items it has.

    Declared in the `prices` of a PriceList as `{"Type.field": Price(...)}` or `{"*.field": Price(...)}` (any
    type that has the field), or by the field itself: `extensions={"price": Price(...)}` in graphql-core,
    `strawberry.field(metadata={"price": Price(...)})` in Strawberry.
    """

    each: int = 1
    """Units for the field on one object, besides what is selected below it."""
    items: int | None = None
    """Items that the list, or the page of the connection, is taken to have when no argument says it."""
    sized_by: tuple[str, ...] = ("first", "last")
    """Arguments that say the number of items: a whole number, or a list that is counted."""
    heavy: bool = False
    """An algorithm: operations that select the field run in a worker thread, off the event loop."""


_PLAIN = Price()


class PriceList:
    """The prices of a schema's fields.

    `prices` comes before what the fields declare themselves, and "Type.field" before "*.field".
    Raises ValueError for a price of a field that the schema does not have.
    """

    def __init__(self, schema: GraphQLSchema, prices: Mapping[str, Price] | None = None) -> None:
        self._prices = {**declared_prices(schema), **(prices or {})}
        known = {f"{owner}.{name}" for type_name, name, _ in _fields(schema) for owner in (type_name, "*")}
        if unknown := sorted(set(self._prices) - known):
            raise ValueError(f"a price is declared for {', '.join(unknown)}, which the schema does not have")

    def of(self, type_name: str, field_name: str) -> Price:
        """The price of a field; 1 and no declared size when nothing is declared."""
        prices = self._prices
        return prices.get(f"{type_name}.{field_name}") or prices.get(f"*.{field_name}") or _PLAIN


def declared_prices(schema: GraphQLSchema) -> dict[str, Price]:
    """The prices that fields of `schema` declare themselves, as {"Type.field": price}."""
    declared = {}
    for type_name, name, field in _fields(schema):
        metadata = getattr(definition_of(field), "metadata", None) or {}
        price = field.extensions.get("price") or metadata.get("price")
        if isinstance(price, Price):
            declared[f"{type_name}.{name}"] = price
    return declared


def _fields(schema: GraphQLSchema) -> Iterator[tuple[str, str, GraphQLField]]:
    """Each field of the schema, after the names of its type and of itself."""
    for type_ in schema.type_map.values():
        if is_object_type(type_) or is_interface_type(type_):
            for name, field in type_.fields.items():
                yield type_.name, name, field
