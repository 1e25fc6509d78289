"""A validated query → the source of one Python function → the function.

The function follows graphql-core's order (field by field, depth first) and makes the value of `data` as dicts and
lists for orjson. Nothing of the request enters the source: names of fields are checked by GraphQL's grammar, every
value is a constant of the function's namespace.

`@skip` and `@include` are decided before compilation: a program is for one assignment of the variables that they
use, and graphql-core's own `collect_fields` says which fields are selected and how they merge.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import graphql
from graphql.execution.collect_fields import FragmentDetails, collect_fields, collect_subfields
from graphql.execution.values import VariableValues

from execution.calls import Calls, Site, Uses
from execution.emitter import Emitter, MemoSite, Program
from execution.give_up import GiveUp
from execution.parts import SchemaParts
from execution.plan import Plan
from execution.values import ODD

MAX_FIELDS = 4_000
"""Fields of one program, fragments expanded for each type: beyond, graphql-core runs the operation."""

MAX_LOOPS = 15
"""Lists within lists of one program: Python allows 20 nested loops."""

WATCHED_WEIGHT = 256
"""Weight of the items of lists between two looks at the clock, at most."""

CALL_WEIGHT = 16
"""The weight of an item for which resolvers are called; another weighs 1."""

MEMO_WORTH = 4
"""Weight from which an object goes to the memo: its leaves, and 3 for each object, list or resolver."""


def compile_operation(parts: SchemaParts, plan: Plan, variables: VariableValues, memo: bool) -> Program:
    """Compile an operation that its plan found compilable, for the conditions that `variables` give. Raises GiveUp: it
    can't be compiled after all: too large, nested too deeply, wrong literals."""
    root = parts.graphql.query_type
    if root is None:
        raise GiveUp("the schema has no queries")
    compilation = _Compilation(parts, plan, variables, memo)
    selected = collect_fields(parts.graphql, compilation.fragments, variables, root, plan.operation)
    return compilation.emit.finish(compilation.object_fields(root, selected.grouped_field_set, "root"))


class _Compilation:
    def __init__(self, parts: SchemaParts, plan: Plan, variables: VariableValues, memo: bool) -> None:
        self.parts = parts
        self.plan = plan
        self.variables = variables
        self.memo = memo
        self.fragments = {name: FragmentDetails(definition) for name, definition in plan.fragments.items()}
        self.emit = Emitter()
        self.calls = Calls(self.emit, parts, plan.operation)
        self.fields = 0

    def object_fields(self, type_: graphql.GraphQLObjectType, grouped: dict[str, Any], source: str) -> str:
        """Emit the fields of an object; returns the expression of its dict."""
        pairs = [f'"{key}": {self.field(type_, details, source)}' for key, details in grouped.items()]
        return "{" + ", ".join(pairs) + "}"

    def field(self, parent: graphql.GraphQLObjectType, details: Any, source: str) -> str:
        """Emit a field; returns the expression of its completed value."""
        self.fields += 1
        if self.fields > MAX_FIELDS:
            raise GiveUp("too many fields")
        nodes = [detail.node for detail in details]
        name = nodes[0].name.value
        if name == "__typename":
            return f'"{parent.name}"'
        definition = parent.fields[name]
        recipe = self.parts.recipe(definition)
        plan = self.plan
        site = Site(
            name, nodes, definition.type, parent, self.parts.graphql, plan.fragments, plan.operation, recipe.definition
        )
        return self.complete(definition.type, self.calls.value(recipe, site, source), details, site)

    def complete(
        self, type_: graphql.GraphQLOutputType, value: str, details: Any, site: Site, nullable: bool = True
    ) -> str:
        """Emit the completion of a value; returns the expression of the result."""
        emit = self.emit
        if isinstance(type_, graphql.GraphQLNonNull):
            return self.complete(type_.of_type, value, details, site, nullable=False)
        if graphql.is_leaf_type(type_):
            return self.leaf(type_, value, nullable)
        name = value
        if not value.isidentifier():
            name = emit.name("value")
            emit.line(f"{name} = {value}")
        present: Callable[..., str] = self.list_items if isinstance(type_, graphql.GraphQLList) else self.composite
        if not nullable:
            return present(type_, name, details, site)
        result = emit.name("value")
        with emit.block(f"if {name} is None:"):
            emit.line(f"{result} = None")
        with emit.block("else:"):
            emit.line(f"{result} = {present(type_, name, details, site)}")
        return result

    def leaf(self, type_: Any, value: str, nullable: bool) -> str:
        """Emit the completion of a leaf: in line where the value is its own serialisation, or an enum's member."""
        emit = self.emit
        name = emit.name("value")
        serialize = emit.constant("serialize", self.parts.serializer(type_, nullable))
        odd = ODD.get(type_)
        if odd is not None:
            emit.line(f"{name} = {value}")
            test = odd.format(v=name)
            if nullable:
                test = f"({test}) and {name} is not None"
            emit.line(f"if {test}: {name} = {serialize}({name})")
            return name
        members = self.parts.enum_names(type_) if isinstance(type_, graphql.GraphQLEnumType) else None
        if not members:
            emit.line(f"{name} = {serialize}({value})")
            return name
        result = emit.name("value")
        emit.line(f"{name} = {value}")
        emit.line(f"{result} = {emit.constant('members', members.get)}(id({name}))")
        emit.line(f"if {result} is None: {result} = {serialize}({name})")
        return result

    def list_items(self, type_: graphql.GraphQLList[Any], name: str, details: Any, site: Site) -> str:
        """Emit the loop over a list that is not null."""
        emit = self.emit
        emit.line(f"if {name}.__class__ not in LISTS: {name} = ITEMS({name})")
        before_the_loop, calls_before = len(emit.lines), self.calls.count
        items, item = emit.name("items"), emit.name("item")
        emit.line(f"{items} = []")
        self.calls.loops += 1
        if self.calls.loops > MAX_LOOPS:
            raise GiveUp("lists nested too deeply")
        with emit.block(f"for {item} in {name}:"):
            emit.line(f"{items}.append({self.complete(type_.of_type, item, details, site)})")
        self.calls.loops -= 1
        if not graphql.is_leaf_type(graphql.get_named_type(type_)):
            weight = CALL_WEIGHT if self.calls.count > calls_before else 1
            times, step = f" * {weight}" if weight > 1 else "", WATCHED_WEIGHT // weight
            emit.insert(
                before_the_loop,
                f"weight += len({name}){times}",
                f"if weight > {WATCHED_WEIGHT}: {name} = WATCH({name}, deadline, {step}); weight = 0",
            )
        return items

    def composite(self, type_: Any, name: str, details: Any, site: Site) -> str:
        """Emit the completion of a source that is not None, of an object type or an abstract one."""
        if isinstance(type_, graphql.GraphQLObjectType):
            return self.object(type_, name, details, site)
        emit, resolution = self.emit, self.parts.resolution(type_)
        index, result = emit.name("type"), emit.name("value")
        if resolution.told_by:
            emit.line(f"{index} = {emit.constant('types', resolution.told)}[{name}.{resolution.told_by}]")
        else:
            emit.line(f"{index} = {emit.constant('find', resolution.ask)}({name}, {self.calls.raw_info(site)})")
        for number, possible in enumerate(resolution.types):
            with emit.block(f"{'elif' if number else 'if'} {index} == {number}:"):
                emit.line(f"{result} = {self.object(possible, name, details, site, accepted=True)}")
        return result

    def object(
        self, type_: graphql.GraphQLObjectType, name: str, details: Any, site: Site, accepted: bool = False
    ) -> str:
        """Emit an object. `accepted`: the type was found from the source."""
        emit = self.emit
        grouped = collect_subfields(
            self.parts.graphql, self.fragments, self.variables, self.plan.operation, type_, details
        ).grouped_field_set
        memo = self.memo and type_.name in self.parts.memo_types and self.worth(type_, grouped)
        test = self.accept(type_, name, site, by_identity=memo, accepted=accepted)
        if not memo:
            if test:
                emit.line(test)
            return self.object_fields(type_, grouped, name)
        result, number = emit.name("made"), len(self.emit.program.memo_sites)
        self.emit.program.memo_sites.append(MemoSite())
        emit.line(f"{result} = look{number}({name})")
        with emit.block(f"if {result} is None:"):
            if test:
                emit.line(test)
            self.calls.used.append(Uses())
            value = self.object_fields(type_, grouped, name)
            uses = self.calls.used.pop()
            self.emit.program.memo_sites[number] = MemoSite(tuple(sorted(uses.variables)), not uses.data)
            emit.line(f"{result} = keep{number}({name}, {value})")
        emit.line("else: hits += 1")
        return result

    def accept(
        self, type_: graphql.GraphQLObjectType, name: str, site: Site, *, by_identity: bool, accepted: bool
    ) -> str:
        """Emit the test that a source's class is an object's; returns the test that the source is of the type."""
        emit, acceptance = self.emit, self.parts.acceptance(type_, by_identity)
        if by_identity or not (accepted or acceptance.told):
            classes, check = emit.constant("classes", acceptance.classes), emit.constant("check", acceptance.check)
            emit.line(f"if {name}.__class__ not in {classes}: {check}({name})")
        if accepted:
            return ""
        if acceptance.told:
            told = emit.constant("told", acceptance.told.values)
            return f"if {name}.{acceptance.told.told_by.attribute} not in {told}: raise GiveUp('wrong type')"
        if acceptance.asked:
            ask = emit.constant("ask", acceptance.asked)
            return f"if {ask}({name}, {self.calls.raw_info(site)}) is not True: raise GiveUp('wrong type')"
        return ""

    def worth(self, type_: graphql.GraphQLObjectType, grouped: dict[str, Any]) -> bool:
        """Whether an object costs more to make than to look up."""
        weight = 0
        for details in grouped.values():
            definition: graphql.GraphQLField | None = type_.fields.get(details[0].node.name.value)
            if definition is None:
                continue
            plain = self.parts.recipe(definition).attribute is not None
            weight += 1 if plain and graphql.is_leaf_type(graphql.get_named_type(definition.type)) else 3
        return weight >= MEMO_WORTH
