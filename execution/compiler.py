"""A validated query → the source of one Python function → the function.

The function follows graphql-core's order (field by field, depth first) and makes the value of `data` as dicts and
lists for orjson. Nothing of the request enters the source: names of fields are checked by GraphQL's grammar, every
value is a constant of the function's namespace.

`@skip` and `@include` are decided before compilation: a program is for one assignment of the variables that they
use, and graphql-core's own `collect_fields` says which fields are selected and how they merge.

The source of `{ books { title author { name } } }`, with Author in the memo, is much like this:

    def run(S, V, W, R, G, M, D):
     m0, = M
     p0 = m0.put; g0 = m0.entries.get
     h = 0; t = 0
     v1 = F1(S)
     if v1.__class__ not in LISTS: v1 = ITEMS(v1)
     t += len(v1)
     if t > 256: v1 = WATCH(v1, D, 256); t = 0
     v2 = []
     for v3 in v1:
      if v3.__class__ not in K2: C2(v3)
      v4 = v3.title
      if v4.__class__ is not str: v4 = L3(v4)
      v5 = v3.author
      v6 = g0(v5)
      if v6 is None: …; v6 = p0(v5, {"name": v7})
      else: h += 1
      v2.append({"title": v4, "author": v6})
     G.hits += h
     return {"books": v2}
"""

from __future__ import annotations

from collections.abc import AsyncIterable, Callable, Collection, Iterator
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

import strawberry
from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    GraphQLUnionType,
    NonNullTypeNode,
    OperationDefinitionNode,
    Undefined,
    get_named_type,
    is_leaf_type,
)
from graphql.execution.collect_fields import FragmentDetails, collect_fields, collect_subfields
from graphql.execution.values import VariableValues
from graphql.pyutils import is_iterable
from strawberry.execution import optimized_is_awaitable

from execution.fields import MISSING, Recipe, recipe_of
from execution.give_up import DeadlineExceeded, GiveUp
from execution.info import ResolveInfo, Site, info_maker
from execution.leaves import enum_names, odd_test, serializer
from execution.sources import Acceptance, Resolution
from execution.values import ArgumentValues, unchangeable

MAX_FIELDS = 4_000
"""Fields of one program, fragments expanded for each type: beyond, graphql-core runs the operation."""

MAX_LOOPS = 15
"""Lists within lists of one program: Python allows 20 nested loops."""

MAX_INDENT = 80
"""Nested blocks of one program: Python allows 100."""

WATCHED_WEIGHT = 256
"""Weight of the items of lists between two looks at the clock, at most."""

CALL_WEIGHT = 16
"""The weight of an item for which resolvers are called; another weighs 1."""

MEMO_WORTH = 4
"""Weight from which an object goes to the memo: its leaves, and 3 for each object, list or resolver."""


def items_of(value: Any) -> list[Any]:
    """The items of a list field's value that is neither a list nor a tuple.

    Raises:
        GiveUp: it is not what graphql-core takes for a list.
    """
    if isinstance(value, (Exception, AsyncIterable)) or optimized_is_awaitable(value) or not is_iterable(value):
        raise GiveUp("no list")
    return list(value)


def watch(items: Any, deadline: float | None, step: int) -> Any:
    """Look at the clock, and again after each `step` items of a list longer than that. Returns the items.

    Raises:
        DeadlineExceeded: it is later than `deadline` (time.monotonic(), seconds).
    """
    if deadline is None:
        return items
    if monotonic() > deadline:
        raise DeadlineExceeded
    return _watched(items, deadline, step) if len(items) > step else items


def _watched(items: Any, deadline: float, step: int) -> Iterator[Any]:
    for number, item in enumerate(items):
        if not number % step and monotonic() > deadline:
            raise DeadlineExceeded
        yield item


class SchemaParts:
    """What compiled programs of one schema share: the recipes of its fields, and what is known of its types."""

    def __init__(self, schema: strawberry.Schema, memo_types: Collection[str]) -> None:
        self.strawberry = schema
        self.graphql: GraphQLSchema = schema._schema
        unknown = sorted(name for name in memo_types if not isinstance(self.graphql.get_type(name), GraphQLObjectType))
        if unknown:
            raise ValueError(f"memo_types names {', '.join(unknown)}: expected object types of the schema")
        self.memo_types = set(memo_types)
        self._recipes: dict[int, tuple[GraphQLField, Recipe]] = {}
        self._acceptances: dict[tuple[str, bool], Acceptance] = {}
        self._resolutions: dict[str, Resolution] = {}
        self._serializers: dict[tuple[int, bool], Callable[[Any], Any]] = {}
        self._enums: dict[str, dict[int, str]] = {}

    def recipe(self, graphql_field: GraphQLField) -> Recipe:
        """How to get the value of a field."""
        known = self._recipes.get(id(graphql_field))
        if known is None:
            known = self._recipes[id(graphql_field)] = (graphql_field, recipe_of(graphql_field))
        return known[1]

    def acceptance(self, type_: GraphQLObjectType, by_identity: bool) -> Acceptance:
        """What decides whether a source is of an object type."""
        key = (type_.name, by_identity)
        if key not in self._acceptances:
            self._acceptances[key] = Acceptance(type_, by_identity)
        return self._acceptances[key]

    def resolution(self, type_: GraphQLInterfaceType | GraphQLUnionType) -> Resolution:
        """What decides the runtime type of a source."""
        if type_.name not in self._resolutions:
            self._resolutions[type_.name] = Resolution(self.graphql, type_)
        return self._resolutions[type_.name]

    def serializer(self, type_: Any, nullable: bool) -> Callable[[Any], Any]:
        """The completion of a leaf type."""
        key = (id(type_), nullable)
        if key not in self._serializers:
            self._serializers[key] = serializer(type_, nullable)
        return self._serializers[key]

    def enum_names(self, type_: GraphQLEnumType) -> dict[int, str]:
        """The names of an enum's members."""
        if type_.name not in self._enums:
            self._enums[type_.name] = enum_names(type_)
        return self._enums[type_.name]


@dataclass(slots=True, eq=False)
class Program:
    """One compiled assignment of an operation.

    `function(source, variables, sourced variables, run, generation, stores, deadline)` returns the value of `data`.
    `memo_sites` has, for each store that it takes, the variables on which the selection depends. `needs_sources`
    and `needs_run` say whether it uses graphql-core's VariableValues and a Run: None will do where it does not.
    """

    source: str
    function: Callable[..., dict[str, Any]]
    memo_sites: tuple[tuple[str, ...], ...] = ()
    needs_sources: bool = False
    needs_run: bool = False
    serial: int = 0


def compile_operation(
    parts: SchemaParts,
    operation: OperationDefinitionNode,
    fragments: dict[str, FragmentDefinitionNode],
    variables: VariableValues,
    memo: bool,
) -> Program:
    """Compile an operation that `plan` found compilable, for the conditions that `variables` give.

    Raises:
        GiveUp: it can't be compiled after all: too large, nested too deeply, wrong literals.
    """
    return _Compilation(parts, operation, fragments, variables, memo).program()


@dataclass(slots=True)
class _Compilation:
    parts: SchemaParts
    operation: OperationDefinitionNode
    fragments: dict[str, FragmentDefinitionNode]
    variables: VariableValues
    memo: bool
    details: dict[str, FragmentDetails] = field(init=False)
    required: set[str] = field(init=False)
    lines: list[str] = field(default_factory=list)
    prologue: list[str] = field(default_factory=list)
    names: dict[str, Any] = field(default_factory=dict)
    depends: list[set[str]] = field(default_factory=list)
    memo_sites: list[tuple[str, ...]] = field(default_factory=list)
    indent: int = 1
    loops: int = 0
    fields: int = 0
    counter: int = 0
    calls: int = 0
    watched: bool = False
    needs_sources: bool = False
    needs_run: bool = False

    def __post_init__(self) -> None:
        self.details = {name: FragmentDetails(definition) for name, definition in self.fragments.items()}
        self.required = {
            definition.variable.name.value
            for definition in self.operation.variable_definitions or ()
            if isinstance(definition.type, NonNullTypeNode)
        }

    def program(self) -> Program:
        schema = self.parts.graphql
        root = schema.query_type
        assert root is not None
        collected = collect_fields(schema, self.details, self.variables, root, self.operation).grouped_field_set
        self.names |= {"GiveUp": GiveUp, "ITEMS": items_of, "LISTS": {list, tuple}, "WATCH": watch}
        value = self.object_fields(root, collected, "S")
        head = ["def run(S, V, W, R, G, M, D):"]
        if self.memo_sites:
            head.append(f" {''.join(f'm{number}, ' for number in range(len(self.memo_sites)))}= M")
            head += [f" g{n} = m{n}.entries.get; p{n} = m{n}.put" for n in range(len(self.memo_sites))]
            head.append(" h = 0")
            self.lines.append(" G.hits += h")
        if self.watched:
            head.append(" t = 0")
        source = "\n".join([*head, *self.prologue, *self.lines, f" return {value}", ""])
        namespace = dict(self.names)
        try:
            exec(compile(source, "<compiled operation>", "exec", dont_inherit=True), namespace)
        except (SyntaxError, RecursionError, MemoryError) as error:
            raise GiveUp(f"Python does not compile it: {error}") from error
        return Program(source, namespace["run"], tuple(self.memo_sites), self.needs_sources, self.needs_run)

    def new(self, letter: str) -> str:
        self.counter += 1
        return f"{letter}{self.counter}"

    def constant(self, letter: str, value: Any) -> str:
        name = self.new(letter)
        self.names[name] = value
        return name

    def line(self, text: str) -> None:
        self.lines.append(" " * self.indent + text)

    def open(self, text: str) -> None:
        self.line(text)
        self.indent += 1
        if self.indent > MAX_INDENT:
            raise GiveUp("nested too deeply")

    def object_fields(self, type_: GraphQLObjectType, grouped: dict[str, Any], source: str) -> str:
        """Emit the fields of an object; returns the expression of its dict."""
        pairs = []
        for key, details in grouped.items():
            value = self.field(type_, [detail.node for detail in details], details, source)
            pairs.append(f'"{key}": {value}')
        return "{" + ", ".join(pairs) + "}"

    def field(self, parent: GraphQLObjectType, nodes: list[FieldNode], details: Any, source: str) -> str:
        """Emit a field; returns the expression of its completed value."""
        self.fields += 1
        if self.fields > MAX_FIELDS:
            raise GiveUp("too many fields")
        name = nodes[0].name.value
        if name == "__typename":
            return f'"{parent.name}"'
        graphql_field = parent.fields[name]
        recipe = self.parts.recipe(graphql_field)
        assert recipe.definition is not None, "a plan is compiled only where every field can be"
        site = Site(
            name,
            nodes,
            graphql_field.type,
            parent,
            self.parts.graphql,
            self.fragments,
            self.operation,
            recipe.definition,
        )
        if recipe.attribute is not None:
            if recipe.getter is None:
                value = f"{source}.{recipe.attribute}"
            else:
                value = f"{self.constant('F', recipe.getter)}({source}, {recipe.attribute!r})"
        else:
            value = self.call(recipe, graphql_field, site, source)
        return self.complete(graphql_field.type, value, details, site)

    def call(self, recipe: Recipe, graphql_field: GraphQLField, site: Site, source: str) -> str:
        """The expression that calls a resolver."""
        given = {argument.name.value: argument.value for argument in site.field_nodes[0].arguments or ()}
        self.calls += 1
        parameters = []
        for name, takes, positional in recipe.parameters:
            if takes == "source":
                value = source
            elif takes == "info":
                value = self.info(site)
            else:
                assert not isinstance(takes, str)
                value = self.argument(ArgumentValues(self.parts.strawberry, takes, given.get(takes.name)))
            parameters.append(value if positional else f"{name}={value}")
        return f"{self.constant('F', recipe.function)}({', '.join(parameters)})"

    def info(self, site: Site) -> str:
        """The name of a field's info, made at the start of the run."""
        self.needs_run = True
        info_class = self.parts.strawberry.config.info_class
        maker = self.constant("N", info_maker(site, info_class))
        if info_class is not strawberry.Info:
            return f"{maker}(R)"
        name = self.new("i")
        self.prologue.append(f" {name} = {maker}(R)")
        return name

    def raw_info(self, site: Site) -> str:
        """The name of graphql-core's info for the questions of types."""
        self.needs_run = True
        name = self.new("i")
        self.prologue.append(f" {name} = {self.constant('N', lambda run: ResolveInfo(site, run))}(R)")
        return name

    def argument(self, values: ArgumentValues) -> str:
        """The expression of an argument's value."""
        for depends in self.depends:
            depends |= values.variables
        self.needs_sources |= values.needs_sources
        if values.constant is not MISSING:
            constant = values.constant
            if constant is None or (unchangeable(constant) and constant.__class__ in (bool, int)):
                return repr(constant)
            return self.constant("c", constant)
        if not values.variables:
            return f"{self.constant('c', values.maker(None))}()"
        if values.shared and values.variables <= self.required:
            return f"V[{min(values.variables)!r}]"
        given = "W" if values.needs_sources else "V"
        if not self.loops:
            return f"{self.constant('A', values.value)}({given})"
        name = self.new("a")
        make = values.value if values.shared else values.maker
        self.prologue.append(f" {name} = {self.constant('A', make)}({given})")
        return name if values.shared else f"{name}()"

    def complete(self, type_: GraphQLOutputType, value: str, details: Any, site: Site, nullable: bool = True) -> str:
        """Emit the completion of a value; returns the expression of the result."""
        if isinstance(type_, GraphQLNonNull):
            return self.complete(type_.of_type, value, details, site, nullable=False)
        if is_leaf_type(type_):
            return self.leaf(type_, value, nullable)
        name = value if value.isidentifier() else self.new("v")
        if name != value:
            self.line(f"{name} = {value}")
        if not nullable:
            if isinstance(type_, GraphQLList):
                return self.list_items(type_, name, details, site)
            return self.composite(type_, name, details, site)
        result = self.new("v")
        self.open(f"if {name} is None:")
        self.line(f"{result} = None")
        self.indent -= 1
        self.open("else:")
        if isinstance(type_, GraphQLList):
            made = self.list_items(type_, name, details, site)
        else:
            made = self.composite(type_, name, details, site)
        self.line(f"{result} = {made}")
        self.indent -= 1
        return result

    def leaf(self, type_: Any, value: str, nullable: bool) -> str:
        name = self.new("v")
        serialize = self.constant("L", self.parts.serializer(type_, nullable))
        odd = odd_test(type_)
        if odd is not None:
            self.line(f"{name} = {value}")
            test = odd.format(v=name)
            if nullable:
                test = f"({test}) and {name} is not None"
            self.line(f"if {test}: {name} = {serialize}({name})")
            return name
        names = self.parts.enum_names(type_) if isinstance(type_, GraphQLEnumType) else None
        if not names:
            self.line(f"{name} = {serialize}({value})")
            return name
        result = self.new("v")
        self.line(f"{name} = {value}")
        self.line(f"{result} = {self.constant('E', names.get)}(id({name}))")
        self.line(f"if {result} is None: {result} = {serialize}({name})")
        return result

    def list_items(self, type_: GraphQLList[Any], name: str, details: Any, site: Site) -> str:
        """Emit the loop over a list that is not null."""
        self.line(f"if {name}.__class__ not in LISTS: {name} = ITEMS({name})")
        watch_here = len(self.lines)
        items, item = self.new("v"), self.new("v")
        self.line(f"{items} = []")
        self.open(f"for {item} in {name}:")
        self.loops += 1
        if self.loops > MAX_LOOPS:
            raise GiveUp("lists nested too deeply")
        calls = self.calls
        made = self.complete(type_.of_type, item, details, site)
        self.line(f"{items}.append({made})")
        self.loops -= 1
        self.indent -= 1
        if not is_leaf_type(get_named_type(type_)):
            self.watched = True
            weight = CALL_WEIGHT if self.calls > calls else 1
            look = f"if t > {WATCHED_WEIGHT}: {name} = WATCH({name}, D, {WATCHED_WEIGHT // weight}); t = 0"
            charge = f"t += len({name})" + (f" * {weight}" if weight > 1 else "")
            self.lines[watch_here:watch_here] = [" " * self.indent + line for line in (charge, look)]
        return items

    def composite(self, type_: Any, name: str, details: Any, site: Site) -> str:
        """Emit the completion of a source that is not None, of an object type or an abstract one."""
        if isinstance(type_, GraphQLObjectType):
            return self.object(type_, name, details, site)
        resolution = self.parts.resolution(type_)
        index, result = self.new("x"), self.new("v")
        self.line(f"{index} = {self.constant('T', resolution.index)}({name}, {self.raw_info(site)})")
        for number, possible in enumerate(resolution.types):
            self.open(f"{'elif' if number else 'if'} {index} == {number}:")
            self.line(f"{result} = {self.object(possible, name, details, site, accepted=True)}")
            self.indent -= 1
        return result

    def object(self, type_: GraphQLObjectType, name: str, details: Any, site: Site, accepted: bool = False) -> str:
        """Emit an object. `accepted`: the type was found from the source."""
        grouped = collect_subfields(
            self.parts.graphql, self.details, self.variables, self.operation, type_, details
        ).grouped_field_set
        if not (self.memo and type_.name in self.parts.memo_types and self.worth(type_, grouped)):
            ask = self.accept(type_, name, site, by_identity=False, accepted=accepted)
            if ask:
                self.line(ask)
            return self.object_fields(type_, grouped, name)
        result = self.new("v")
        number = len(self.memo_sites)
        self.memo_sites.append(())
        ask = self.accept(type_, name, site, by_identity=True, accepted=accepted)
        self.line(f"{result} = g{number}({name})")
        self.open(f"if {result} is None:")
        if ask:
            self.line(ask)
        self.depends.append(set())
        value = self.object_fields(type_, grouped, name)
        self.memo_sites[number] = tuple(sorted(self.depends.pop()))
        self.line(f"{result} = p{number}({name}, {value})")
        self.indent -= 1
        self.line("else: h += 1")
        return result

    def accept(self, type_: GraphQLObjectType, name: str, site: Site, *, by_identity: bool, accepted: bool) -> str:
        """Emit the test that the class of a source is one of the type's; returns the test of the source itself."""
        if accepted and not by_identity:
            return ""
        acceptance = self.parts.acceptance(type_, by_identity)
        classes, check = self.constant("K", acceptance.classes), self.constant("C", acceptance.check)
        self.line(f"if {name}.__class__ not in {classes}: {check}({name})")
        if not acceptance.asks or accepted:
            return ""
        assert type_.is_type_of is not None
        ask = self.constant("Q", type_.is_type_of)
        return f"if {ask}({name}, {self.raw_info(site)}) is not True: raise GiveUp('wrong type')"

    def worth(self, type_: GraphQLObjectType, grouped: dict[str, Any]) -> bool:
        """Whether an object costs more to make than to look up."""
        weight = 0
        for details in grouped.values():
            graphql_field = type_.fields.get(details[0].node.name.value)
            if graphql_field is None:
                continue
            plain = self.parts.recipe(graphql_field).attribute is not None
            weight += 1 if plain and is_leaf_type(get_named_type(graphql_field.type)) else 3
        return weight >= MEMO_WORTH


__all__ = ["Program", "SchemaParts", "Undefined", "compile_operation"]
