"""The cost of an operation: fields times page sizes, a sum whose only unknowns are variables.

Each selected field costs its price (1 unless declared) for each object it is selected on. A list field
multiplies what is below it by its number of items; a connection multiplies what is below its `edges` and
`nodes` by its page size (`first` or `last`, else the default page). `@skip` and `@include` are not looked at,
and all the inline fragments of a union are added up: the cost is an upper bound of the work.

`Tariff` reads an operation under the prices that an application declares, `{"Type.field": Price(…)}`;
`OperationCost.check(variables)` is called for each request. Sums are kept by the values of those variables that are
page sizes, so that a repeated one costs a look-up.

A price may also be declared for arguments and fields of inputs, by their name: `{"(search)": Price(grows=True)}`. Of
that, only whether it is heavy and whether its work grows is read.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import graphql
from cachetools import LRUCache
from graphql.utilities.coerce_input_value import coerce_default_value

from execution.limits import CEILING, LimitExceeded, Limits

INTROSPECTION_PRICES: Final = {"__schema": 2000, "__type": 200}
"""Introspection is priced as a whole: its answer depends on the schema, not on pages."""

PAGED_FIELDS: Final = frozenset({"edges", "nodes"})
"""List fields that have as many items as the page of the connection they stand in."""

_KEPT_SUMS: Final = 1024


@dataclass(frozen=True, slots=True)
class Price:
    """What a field costs, and how many items it has."""

    each: int = 1
    """Units for the field on one object, besides what is selected below it."""
    items: int | None = None
    """Items that the list, or the page of the connection, is taken to have when no argument says it."""
    sized_by: tuple[str, ...] = ("first", "last")
    """Arguments that say the number of items: a whole number, or a list that is counted."""
    heavy: bool = False
    """An algorithm: operations that select the field run in a worker thread, off the event loop."""
    grows: bool = False
    """Its work grows with the data: where these are large, operations that ask for it run in a worker thread."""


@dataclass(frozen=True, slots=True)
class Size:
    """A number of items: the largest of what is written and what variables say, else the default."""

    default: int
    written: int | None = None
    variables: tuple[str, ...] = ()
    subject: str = ""

    def value(self, given: Mapping[str, int | None]) -> int:
        """The number of items with the sizes that variables ask for."""
        largest = self.written
        for name in self.variables:
            size = given[name]
            if size is not None and (largest is None or size > largest):
                largest = size
        return self.default if largest is None else largest


class Term(NamedTuple):
    """A field: its price, and what is below it for each of its items; `page` is the page of a connection."""

    each: int
    items: Size = Size(1)
    page: Size = Size(1)
    below: Sum | None = None


@dataclass(slots=True)
class Sum:
    """A selection set: fields that count once, that count for each item of the page, and the fragments spread in it."""

    once: list[Term] = field(default_factory=list)
    paged: list[Term] = field(default_factory=list)
    spreads: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Work:
    """What in an operation has work of a kind, as that which grows with the data: something written in it, or what
    variables may say.

    `inputs` are the names of arguments and of fields of inputs that do. A variable of `values` stands for one of these,
    and one of `holders` may hold some.
    """

    inputs: frozenset[str]
    written: bool = False
    values: set[str] = field(default_factory=set)
    holders: set[str] = field(default_factory=set)

    def read(self, name: str, node: graphql.ValueNode) -> None:
        """Take in a written value of an argument, or of a field of an input."""
        if isinstance(node, graphql.VariableNode):
            (self.values if name in self.inputs else self.holders).add(node.name.value)
        elif name in self.inputs:
            self.written = self.written or not isinstance(node, graphql.NullValueNode)
        elif isinstance(node, graphql.ObjectValueNode):
            for part in node.fields:
                self.read(part.name.value, part.value)
        elif isinstance(node, graphql.ListValueNode):
            for item in node.values:
                self.read(name, item)

    def read_default(self, variable: graphql.VariableDefinitionNode) -> None:
        """Take in what a variable is where it is not given, once the rest is read."""
        default = variable.default_value
        if default is not None and variable.variable.name.value in self.values:
            self.written = self.written or not isinstance(default, graphql.NullValueNode)
        elif default is not None:
            self.read("", default)

    def is_asked(self, variables: Mapping[str, Any]) -> bool:
        """Whether there is any with these variables."""
        if self.written or any(variables.get(name) is not None for name in self.values):
            return True
        return any(self._holds(variables.get(name)) for name in self.holders)

    def _holds(self, value: Any) -> bool:
        # What a client sends may be nested deeper than Python calls.
        waiting = [value]
        while waiting:
            held = waiting.pop()
            if isinstance(held, Mapping):
                given = {name: each for name, each in held.items() if each is not None}
                if not self.inputs.isdisjoint(given):
                    return True
                waiting.extend(given.values())
            elif isinstance(held, list):
                waiting.extend(held)
        return False


@dataclass(eq=False)
class OperationCost:
    """The cost of one operation: a sum whose only unknowns are the variables used as page sizes.

    `fixed` is the cost when no variable is a size, else None. `heavy` says that a heavy field is
    selected (by this operation or by a fragment of its document), `burden` what in its arguments is heavy, `growth`
    what in it has work that grows with the data.
    """

    limits: Limits
    top: Sum
    fragments: Mapping[str, Sum]
    sizes: Sequence[Size]
    defaults: Mapping[str, int | None]
    heavy: bool
    burden: Work
    growth: Work

    def __post_init__(self) -> None:
        self.variables = tuple(sorted({name for size in self.sizes for name in size.variables}))
        self._sums: LRUCache[tuple[int | None, ...], int] = LRUCache(_KEPT_SUMS)
        self.fixed = None if self.variables else self._sum({})

    def check(self, variables: Mapping[str, Any]) -> int:
        """The cost with these variables (as received or as coerced). Raises LimitExceeded when a page size or the cost
        is over its limit."""
        cost = self._sized(variables) if self.fixed is None else self.fixed
        if cost > self.limits.cost:
            raise LimitExceeded("cost", cost, self.limits.cost)
        return cost

    def is_heavy(self, variables: Mapping[str, Any], large: bool) -> bool:
        """Whether the event loop should not wait for the operation, over data that are `large` or not."""
        return self.heavy or self.burden.is_asked(variables) or (large and self.growth.is_asked(variables))

    def _sized(self, variables: Mapping[str, Any]) -> int:
        known = self.defaults.get
        given = {name: size_asked(variables[name]) if name in variables else known(name) for name in self.variables}
        key = tuple(given.values())
        cost = self._sums.get(key)
        if cost is None:
            for size in self.sizes:
                if (asked := size.value(given)) > self.limits.page:
                    raise LimitExceeded("page", asked, self.limits.page, size.subject)
            cost = self._sums[key] = self._sum(given)
        return cost

    def _sum(self, given: Mapping[str, int | None]) -> int:
        once, paged = self._worth(self.top, given, {})
        return min(once + paged * self.limits.default_list, CEILING)

    def _worth(
        self, selection: Sum, given: Mapping[str, int | None], known: dict[str, tuple[int, int]]
    ) -> tuple[int, int]:
        """The cost of a selection set on one object: what counts once, what counts for each item of its page. `known`
        are those of the fragments read so far; a circle is cut, since validation refuses it."""

        def worth_of(term: Term) -> int:
            if term.below is None:
                return term.each
            once, paged = self._worth(term.below, given, known)
            return term.each + term.items.value(given) * (once + term.page.value(given) * paged)

        once, paged = sum(map(worth_of, selection.once)), sum(map(worth_of, selection.paged))
        for name in selection.spreads:
            if name not in known:
                known[name] = 0, 0
                known[name] = self._worth(self.fragments.get(name, Sum()), given, known)
            once += known[name][0]
            paged += known[name][1]
        return min(once, CEILING), min(paged, CEILING)


def size_asked(value: Any) -> int | None:
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


class Tariff:
    """Sums up operations over one schema. Raises ValueError for a price of a field that the schema does not have."""

    def __init__(
        self, schema: graphql.GraphQLSchema, limits: Limits, prices: Mapping[str, Price] | None = None
    ) -> None:
        self.schema = schema
        self.limits = limits
        self.prices = dict(prices or {})
        owners = (graphql.GraphQLObjectType, graphql.GraphQLInterfaceType)
        types = [type_ for type_ in schema.type_map.values() if isinstance(type_, owners)]
        fields = {f"{type_.name}.{name}" for type_ in types for name in type_.fields}
        inputs = {name for type_ in types for field_ in type_.fields.values() for name in field_.args}
        for type_ in schema.type_map.values():
            if isinstance(type_, graphql.GraphQLInputObjectType):
                inputs.update(type_.fields)
        self.growing = frozenset(name for name in inputs if self.prices.get(f"({name})", Price()).grows)
        self.burdening = frozenset(name for name in inputs if self.prices.get(f"({name})", Price()).heavy)
        if unknown := sorted(self.prices.keys() - fields - {f"({name})" for name in inputs}):
            raise ValueError(f"a price is declared for {', '.join(unknown)}, which the schema does not have")

    def cost_of(self, document: graphql.DocumentNode, operation: graphql.OperationDefinitionNode) -> OperationCost:
        """The cost of `operation`. What the schema does not have costs nothing: validation refuses it. Raises
        LimitExceeded when a page size written in the document is over the limit."""
        reader = _Reader(self)
        top = reader.read(operation.selection_set, self.schema.get_root_type(operation.operation))
        fragments = {
            node.name.value: reader.read(node.selection_set, self.schema.get_type(node.type_condition.name.value))
            for node in document.definitions
            if isinstance(node, graphql.FragmentDefinitionNode)
        }
        for variable in operation.variable_definitions or ():
            reader.growth.read_default(variable)
            reader.burden.read_default(variable)
        defaults = {
            variable.variable.name.value: _written_size(variable.default_value)
            for variable in operation.variable_definitions or ()
        }
        return OperationCost(
            self.limits, top, fragments, reader.sizes, defaults, reader.heavy, reader.burden, reader.growth
        )


class _Reader:
    """Reads the definitions of a document; `sizes` are those of them that variables say."""

    def __init__(self, tariff: Tariff) -> None:
        self.tariff = tariff
        self.sizes: list[Size] = []
        self.heavy = False
        self.growth = Work(tariff.growing)
        self.burden = Work(tariff.burdening)

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
        self.growth.written = self.growth.written or price.grows
        for argument in node.arguments or ():
            self.growth.read(argument.name.value, argument.value)
            self.burden.read(argument.name.value, argument.value)
        size = self._size(node, definition, parent.name, price)
        if node.selection_set is None:
            into.once.append(Term(price.each))
            return
        below = self.read(node.selection_set, graphql.get_named_type(definition.type))
        one, unsized = Size(1), Size(self.tariff.limits.default_list)
        if not graphql.is_list_type(graphql.get_nullable_type(definition.type)):
            into.once.append(Term(price.each, one, size or unsized, below))
        elif size is not None:
            into.once.append(Term(price.each, size, unsized, below))
        elif name in PAGED_FIELDS:
            into.once.append(Term(price.each))
            into.paged.append(Term(0, one, unsized, below))
        else:
            into.once.append(Term(price.each, unsized, unsized, below))

    def _size(
        self, node: graphql.FieldNode, definition: graphql.GraphQLField, type_name: str, price: Price
    ) -> Size | None:
        """The number of items, as declared or asked; None when neither the field nor its price has one."""
        sizing = [name for name in price.sized_by if name in definition.args]
        if not sizing:
            return None if price.items is None else Size(price.items)
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
        sized = Size(default, written, tuple(variables), subject)
        if variables:
            self.sizes.append(sized)
        return sized


def _written_size(node: graphql.ValueNode | None) -> int | None:
    if isinstance(node, graphql.IntValueNode):
        return size_asked(int(node.value)) if len(node.value) <= 18 else CEILING
    if isinstance(node, graphql.ListValueNode):
        return len(node.values)
    return 1 if isinstance(node, graphql.StringValueNode) else None
