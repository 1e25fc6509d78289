"""Reads operations under the prices of a schema: each definition of a document once, each fragment too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import graphql
from graphql.utilities.coerce_input_value import coerce_default_value

from execution.cost import INTROSPECTION_PRICES, OperationCost, Price, Size, Sum, Term, size_asked
from execution.limits import CEILING, LimitExceeded, Limits

PAGED_FIELDS: Final = frozenset({"edges", "nodes"})
"""List fields that have as many items as the page of the connection they stand in."""


class Tariff:
    """Sums up operations over one schema. Raises ValueError for a price of a field that the schema does not have."""

    def __init__(
        self, schema: graphql.GraphQLSchema, limits: Limits, prices: Mapping[str, Price] | None = None
    ) -> None:
        self.schema = schema
        self.limits = limits
        self.prices = dict(prices or {})
        fields = {
            f"{type_.name}.{name}"
            for type_ in schema.type_map.values()
            if graphql.is_object_type(type_) or graphql.is_interface_type(type_)
            for name in type_.fields
        }
        if unknown := sorted(set(self.prices) - fields):
            raise ValueError(f"a price is declared for {', '.join(unknown)}, which the schema does not have")

    def cost_of(self, document: graphql.DocumentNode, operation: graphql.OperationDefinitionNode) -> OperationCost:
        """The cost of `operation`. What the schema does not have costs nothing: validation refuses it.

        Raises LimitExceeded when a page size written in the document is over the limit.
        """
        reader = _Reader(self)
        top = reader.read(operation.selection_set, self.schema.get_root_type(operation.operation))
        fragments = {
            node.name.value: reader.read(node.selection_set, self.schema.get_type(node.type_condition.name.value))
            for node in document.definitions
            if isinstance(node, graphql.FragmentDefinitionNode)
        }
        defaults = {
            variable.variable.name.value: _written_size(variable.default_value)
            for variable in operation.variable_definitions or ()
        }
        return OperationCost(self.limits, top, fragments, reader.sizes, defaults, reader.heavy)


class _Reader:
    """Reads the definitions of a document; `sizes` are those of them that variables say."""

    def __init__(self, tariff: Tariff) -> None:
        self.tariff = tariff
        self.sizes: list[Size] = []
        self.heavy = False

    def read(
        self, selection_set: graphql.SelectionSetNode, parent: graphql.GraphQLNamedType | None, into: Sum | None = None
    ) -> Sum:
        into = Sum() if into is None else into
        for node in selection_set.selections:
            if isinstance(node, graphql.FieldNode):
                self._field(node, parent, into)
            elif isinstance(node, graphql.InlineFragmentNode):
                condition = node.type_condition
                inner = parent if condition is None else self.tariff.schema.get_type(condition.name.value)
                self.read(node.selection_set, inner, into)
            elif isinstance(node, graphql.FragmentSpreadNode):
                into.spreads.append(node.name.value)
        return into

    def _field(self, node: graphql.FieldNode, parent: graphql.GraphQLNamedType | None, into: Sum) -> None:
        name = node.name.value
        if name in INTROSPECTION_PRICES:
            into.once.append(Term(INTROSPECTION_PRICES[name]))
            return
        definition = getattr(parent, "fields", {}).get(name)
        if definition is None:  # __typename
            into.once.append(Term(1))
            return
        assert parent is not None
        price = self.tariff.prices.get(f"{parent.name}.{name}", Price())
        self.heavy = self.heavy or price.heavy
        size = self._size(node, definition, parent.name, price)
        if node.selection_set is None:
            into.once.append(Term(price.each))
            return
        below = self.read(node.selection_set, graphql.get_named_type(definition.type))
        unsized = self.tariff.limits.default_list
        if not graphql.is_list_type(graphql.get_nullable_type(definition.type)):
            into.once.append(Term(price.each, 1, unsized if size is None else size, below))
        elif size is not None:
            into.once.append(Term(price.each, size, unsized, below))
        elif name in PAGED_FIELDS:
            into.once.append(Term(price.each))
            into.paged.append(Term(0, 1, unsized, below))
        else:
            into.once.append(Term(price.each, unsized, unsized, below))

    def _size(
        self, node: graphql.FieldNode, definition: graphql.GraphQLField, type_name: str, price: Price
    ) -> Size | int | None:
        """The number of items, as declared or asked; None when neither the field nor its price has one."""
        sizing = [name for name in price.sized_by if name in definition.args]
        if not sizing:
            return price.items
        limits = self.tariff.limits
        subject = f"{type_name}.{node.name.value}({', '.join(sizing)})"
        written: int | None = None
        variables: list[str] = []
        for argument in node.arguments or ():
            if argument.name.value not in sizing:
                continue
            if isinstance(argument.value, graphql.VariableNode):
                variables.append(argument.value.name.value)
            elif (asked := _written_size(argument.value)) is not None:
                written = asked if written is None else max(written, asked)
        if written is not None and written > limits.page:
            raise LimitExceeded("page", written, limits.page, subject)
        default = price.items
        if default is None:
            declared = [size_asked(coerce_default_value(definition.args[name])) for name in sizing]
            default = next((size for size in declared if size is not None), limits.default_page)
        if not variables:
            return default if written is None else written
        sized = Size(subject, written, tuple(variables), default)
        self.sizes.append(sized)
        return sized


def _written_size(node: graphql.ValueNode | None) -> int | None:
    if isinstance(node, graphql.IntValueNode):
        return size_asked(int(node.value)) if len(node.value) <= 18 else CEILING
    if isinstance(node, graphql.ListValueNode):
        return len(node.values)
    return 1 if isinstance(node, graphql.StringValueNode) else None
