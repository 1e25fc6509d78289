"""The cost of an operation: fields times page sizes, summed before anything runs.

Each selected field costs its price (1 unless declared) for each object it is selected on. A list field
multiplies what is below it by its number of items; a connection multiplies what is below its `edges` and
`nodes` by its page size (`first` or `last`, else the default page). `@skip` and `@include` are not looked at,
and all the inline fragments of a union are added up: the cost is an upper bound of the work.

`Tariff.cost_of(document, operation)` reads each fragment once. Page sizes may be variables, so its result is
an `OperationCost`, whose `check(variables)` is called for each request; sums are kept by the values of those
variables, so that a repeated page size costs one look-up.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    StringValueNode,
    ValueNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_interface_type,
    is_list_type,
    is_object_type,
)
from graphql.utilities.coerce_input_value import coerce_default_value

from execution.limits import CEILING, LimitExceeded, Limits, dependencies_first

PAGED_FIELDS: Final = frozenset({"edges", "nodes"})
"""List fields that have as many items as the page of the connection they stand in."""

INTROSPECTION_PRICES: Final = {"__schema": 2000, "__type": 200}
"""Introspection is priced as a whole: its answer depends on the schema, not on pages."""

COST_NOTE: Final = "cost"
"""The key under which a plan's notes hold its OperationCost."""

_CACHED_SIZES: Final = 1024


@dataclass(frozen=True, slots=True)
class Price:
    """What a field costs, and how many items it has.

    Declared in the `prices` of a Tariff as `{"Type.field": Price(...)}` or `{"*.field": Price(...)}` (any
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


def declared_prices(schema: GraphQLSchema) -> dict[str, Price]:
    """The prices that fields of `schema` declare themselves, as {"Type.field": price}."""
    found: dict[str, Price] = {}
    for type_ in schema.type_map.values():
        if is_object_type(type_) or is_interface_type(type_):
            for name, definition in type_.fields.items():
                strawberry_field = definition.extensions.get("strawberry-definition")
                metadata = getattr(strawberry_field, "metadata", None) or {}
                price = definition.extensions.get("price") or metadata.get("price")
                if isinstance(price, Price):
                    found[f"{type_.name}.{name}"] = price
    return found


class Tariff:
    """The prices of a schema, ready to sum up operations.

    `prices` comes before what the fields declare themselves, and "Type.field" before "*.field".
    Raises ValueError for a price of a field that the schema does not have.
    """

    def __init__(self, schema: GraphQLSchema, limits: Limits, prices: Mapping[str, Price] | None = None) -> None:
        self.schema = schema
        self.limits = limits
        self._prices = {**declared_prices(schema), **(prices or {})}
        known = {
            f"{owner}.{name}"
            for type_ in schema.type_map.values()
            if is_object_type(type_) or is_interface_type(type_)
            for name in type_.fields
            for owner in (type_.name, "*")
        }
        if unknown := sorted(set(self._prices) - known):
            raise ValueError(f"a price is declared for {', '.join(unknown)}, which the schema does not have")

    def price(self, type_name: str, field_name: str) -> Price:
        """The price of a field; 1 and no declared size when nothing is declared."""
        prices = self._prices
        return prices.get(f"{type_name}.{field_name}") or prices.get(f"*.{field_name}") or _PLAIN

    def cost_of(self, document: DocumentNode, operation: OperationDefinitionNode) -> OperationCost:
        """The cost of `operation`, which must have passed validation. Each fragment is read once.

        Raises LimitExceeded when a page size written in the document is over the limit.
        """
        sizes: list[_Size] = []
        reader = _CostReader(self, sizes)
        top = reader.read(operation.selection_set, self.schema.get_root_type(operation.operation))
        heavy = reader.heavy
        fragments: dict[str, _Sum] = {}
        spreads: dict[str, list[str]] = {}
        for node in document.definitions:
            if isinstance(node, FragmentDefinitionNode):
                reader = _CostReader(self, sizes)
                condition = self.schema.get_type(node.type_condition.name.value)
                fragments[node.name.value] = reader.read(node.selection_set, condition)
                spreads[node.name.value] = reader.spreads
                heavy = heavy or reader.heavy
        defaults = {
            variable.variable.name.value: _written_size(variable.default_value)
            for variable in operation.variable_definitions or ()
        }
        ordered = [(name, fragments[name]) for name in dependencies_first(spreads)]
        return OperationCost(self.limits, top, ordered, sizes, defaults, heavy)


@dataclass(frozen=True, slots=True)
class _Size:
    """A number of items: the largest of what is written and what variables say, else the default."""

    subject: str
    written: int | None
    variables: tuple[str, ...]
    default: int

    def value(self, given: Mapping[str, int | None]) -> int:
        largest = self.written
        for name in self.variables:
            size = given[name]
            if size is not None and (largest is None or size > largest):
                largest = size
        return self.default if largest is None else largest


class _Term(NamedTuple):
    each: int
    items: _Size | int
    page: _Size | int
    below: _Sum | None


@dataclass(slots=True)
class _Sum:
    """A selection set: fields that count once, fields that count for each item of the page, and the
    fragments spread in it."""

    once: list[_Term] = field(default_factory=list)
    paged: list[_Term] = field(default_factory=list)
    spreads: list[str] = field(default_factory=list)


class _CostReader:
    """Reads one definition; `spreads` are the fragments spread at any level of it."""

    def __init__(self, tariff: Tariff, sizes: list[_Size]) -> None:
        self.tariff = tariff
        self.sizes = sizes
        self.spreads: list[str] = []
        self.heavy = False

    def read(self, selection_set: SelectionSetNode, parent: GraphQLNamedType | None) -> _Sum:
        found = _Sum()
        self._collect(selection_set, parent, found)
        return found

    def _collect(self, selection_set: SelectionSetNode, parent: GraphQLNamedType | None, into: _Sum) -> None:
        for node in selection_set.selections:
            if isinstance(node, FieldNode):
                self._field(node, parent, into)
            elif isinstance(node, InlineFragmentNode):
                condition = node.type_condition
                inner = parent if condition is None else self.tariff.schema.get_type(condition.name.value)
                self._collect(node.selection_set, inner, into)
            elif isinstance(node, FragmentSpreadNode):
                into.spreads.append(node.name.value)
                self.spreads.append(node.name.value)

    def _field(self, node: FieldNode, parent: GraphQLNamedType | None, into: _Sum) -> None:
        name = node.name.value
        if name in INTROSPECTION_PRICES:
            into.once.append(_Term(INTROSPECTION_PRICES[name], 1, 1, None))
            return
        definition = getattr(parent, "fields", {}).get(name)
        if definition is None:  # __typename
            into.once.append(_Term(1, 1, 1, None))
            return
        assert parent is not None
        price = self.tariff.price(parent.name, name)
        self.heavy = self.heavy or price.heavy
        size = self._size(node, definition, parent.name, price)
        if node.selection_set is None:
            into.once.append(_Term(price.each, 1, 1, None))
            return
        below = self.read(node.selection_set, get_named_type(definition.type))
        unsized = self.tariff.limits.default_list
        if not is_list_type(get_nullable_type(definition.type)):
            into.once.append(_Term(price.each, 1, unsized if size is None else size, below))
        elif size is not None:
            into.once.append(_Term(price.each, size, unsized, below))
        elif name in PAGED_FIELDS:
            into.once.append(_Term(price.each, 1, 1, None))
            into.paged.append(_Term(0, 1, unsized, below))
        else:
            into.once.append(_Term(price.each, unsized, unsized, below))

    def _size(self, node: FieldNode, definition: GraphQLField, type_name: str, price: Price) -> _Size | int | None:
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
            if isinstance(argument.value, VariableNode):
                variables.append(argument.value.name.value)
            elif (asked := _written_size(argument.value)) is not None:
                written = asked if written is None else max(written, asked)
        if written is not None and written > limits.page:
            raise LimitExceeded("page", written, limits.page, subject)
        default = price.items
        if default is None:
            declared = [_size(coerce_default_value(definition.args[name])) for name in sizing]
            default = next((size for size in declared if size is not None), limits.default_page)
        if not variables:
            return default if written is None else written
        sized = _Size(subject, written, tuple(variables), default)
        self.sizes.append(sized)
        return sized


class OperationCost:
    """The cost of one operation: a sum whose only unknowns are the variables used as page sizes.

    `fixed` is the cost when no variable is a size, else None. `heavy` says that a heavy field is
    selected (by this operation or by a fragment of its document).
    """

    def __init__(
        self,
        limits: Limits,
        top: _Sum,
        fragments: Sequence[tuple[str, _Sum]],
        sizes: Sequence[_Size],
        defaults: Mapping[str, int | None],
        heavy: bool,
    ) -> None:
        self._limits = limits
        self._top = top
        self._fragments = fragments
        self._sizes = sizes
        self._defaults = defaults
        self.heavy = heavy
        self.variables = tuple(sorted({name for size in sizes for name in size.variables}))
        self._known: dict[tuple[int | None, ...], int] = {}
        self.fixed = None if self.variables else self._sum({})

    def check(self, variables: Mapping[str, Any]) -> int:
        """The cost with these variables (as received or as coerced).

        Raises LimitExceeded when a page size or the cost is over its limit.
        """
        limit = self._limits.cost
        if self.fixed is not None:
            if self.fixed > limit:
                raise LimitExceeded("cost", self.fixed, limit)
            return self.fixed
        given = {
            name: _size(variables[name]) if name in variables else self._defaults.get(name) for name in self.variables
        }
        key = tuple(given.values())
        cost = self._known.get(key)
        if cost is None:
            for size in self._sizes:
                if size.variables and (asked := size.value(given)) > self._limits.page:
                    raise LimitExceeded("page", asked, self._limits.page, size.subject)
            cost = self._sum(given)
            if len(self._known) >= _CACHED_SIZES:
                self._known.clear()
            self._known[key] = cost
        if cost > limit:
            raise LimitExceeded("cost", cost, limit)
        return cost

    def _sum(self, given: Mapping[str, int | None]) -> int:
        known: dict[str, tuple[int, int]] = {}
        for name, fragment in self._fragments:
            known[name] = _worth(fragment, given, known)
        once, paged = _worth(self._top, given, known)
        return min(once + paged * self._limits.default_list, CEILING)


def _worth(selection: _Sum, given: Mapping[str, int | None], known: Mapping[str, tuple[int, int]]) -> tuple[int, int]:
    """The cost of a selection set on one object: what counts once, what counts for each item of its page."""
    once = sum(_term_worth(term, given, known) for term in selection.once)
    paged = sum(_term_worth(term, given, known) for term in selection.paged)
    for name in selection.spreads:
        if name in known:
            once += known[name][0]
            paged += known[name][1]
    return min(once, CEILING), min(paged, CEILING)


def _term_worth(term: _Term, given: Mapping[str, int | None], known: Mapping[str, tuple[int, int]]) -> int:
    if term.below is None:
        return term.each
    once, paged = _worth(term.below, given, known)
    items = term.items if isinstance(term.items, int) else term.items.value(given)
    page = term.page if isinstance(term.page, int) else term.page.value(given)
    return term.each + items * (once + page * paged)


def _size(value: Any) -> int | None:
    """The number of items that an argument's value asks for; None when it says none."""
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, int):
        return min(max(value, 0), CEILING)
    if isinstance(value, float):  # JSON may write 20 as 20.0, and Int accepts it
        return min(max(int(value), 0), CEILING) if math.isfinite(value) else CEILING
    if isinstance(value, list | tuple):
        return len(value)
    return 1 if isinstance(value, str) else None


def _written_size(node: ValueNode | None) -> int | None:
    if isinstance(node, IntValueNode):
        return _size(int(node.value)) if len(node.value) <= 18 else CEILING
    if isinstance(node, ListValueNode):
        return len(node.values)
    return 1 if isinstance(node, StringValueNode) else None
