"""A document → a plan: admitted, parsed, validated, and looked at for what can be compiled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import graphql
import strawberry

from execution.cost import OperationCost, Price, Tariff
from execution.emitter import Program
from execution.limits import UNLIMITED, LimitExceeded, Limits
from execution.parts import SchemaParts
from execution.shape import check_shape
from execution.strawberry_internals import VALIDATION_RULES, extensions_that_resolve, graphql_schema
from execution.values import Variables


class DocumentRefused(Exception):
    """A document that is not executed. `errors` has at least one error; `code` is the code of them all."""

    def __init__(self, code: str, errors: Sequence[graphql.GraphQLError]) -> None:
        super().__init__(f"{code}: {errors[0].message}")
        self.code = code
        self.errors = list(errors)


class Admission:
    """The limits and prices under which the operations of a schema run.

    Without `introspection`, suggestions in messages are off too: either would give the schema away.
    Raises ValueError for a price of a field that the schema does not have.
    """

    def __init__(
        self,
        schema: strawberry.Schema,
        limits: Limits = UNLIMITED,
        prices: Mapping[str, Price] | None = None,
        *,
        introspection: bool = True,
    ) -> None:
        self.limits = limits
        self.rules = [] if introspection else [graphql.NoSchemaIntrospectionCustomRule]
        self.hide_suggestions = not introspection
        self.validation_errors = max(1, limits.errors - 1)  # one more says that validation stopped
        self._tariff = Tariff(graphql_schema(schema), limits, prices)

    def parse(self, text: str) -> graphql.DocumentNode:
        """The document of a text. Raises LimitExceeded for its characters or tokens, graphql.GraphQLSyntaxError."""
        limits = self.limits
        if len(text) > limits.characters:
            raise LimitExceeded("characters", len(text), limits.characters)
        try:
            return graphql.parse(text, max_tokens=limits.tokens)
        except graphql.GraphQLSyntaxError as error:
            if "tokens. Parsing aborted" in error.message:
                raise LimitExceeded("tokens", None, limits.tokens) from None
            raise

    def before_validation(
        self, document: graphql.DocumentNode, operation: graphql.OperationDefinitionNode
    ) -> OperationCost:
        """The cost of an operation of the document. Raises LimitExceeded for its shape, a page, or its cost."""
        check_shape(document, operation, self.limits)
        cost = self._tariff.cost_of(document, operation)
        if cost.fixed is not None:
            cost.check({})
        return cost


@dataclass(slots=True, eq=False)
class Plan:
    """An operation that passed every check; the last three fields are what the engine learns by running it."""

    text: str
    operation_name: str | None
    document: graphql.DocumentNode
    operation: graphql.OperationDefinitionNode
    operation_type: Literal["query", "mutation", "subscription"]
    cost: OperationCost
    asynchronous: bool
    introspection: bool
    """Whether it asks of nothing but the schema, and has no variables."""
    fragments: dict[str, graphql.FragmentDefinitionNode]
    variables: Variables
    conditions: tuple[str, ...]
    """The variables that @skip and @include use."""
    why: str
    """Why graphql-core runs it and compiled code does not, "" as long as compiled code does."""
    programs: dict[Any, Program] = field(default_factory=dict)
    body: bytes | None = None
    """The answer of an introspection, once made."""


class Planner:
    """Makes plans for one schema."""

    def __init__(self, parts: SchemaParts, admission: Admission) -> None:
        self._parts = parts
        self._admission = admission
        self._rules = list(dict.fromkeys([*graphql.specified_rules, *admission.rules, *VALIDATION_RULES]))
        # An extension with a `resolve` hook wraps every resolver, which only graphql-core's executor does.
        hooks = extensions_that_resolve(parts.strawberry)
        self._why = f"the schema's extension {hooks[0]} wraps resolvers" if hooks else ""
        if parts.strawberry.config.info_class is not strawberry.Info:
            self._why = "the schema has a class of its own for info"

    def plan(self, text: str, operation_name: str | None) -> Plan:
        """Parse, check and validate a document. Raises DocumentRefused: at the first stage with errors."""
        try:
            return self._plan(text, operation_name)
        except RecursionError:  # fragments that spread one another in a long chain
            error = graphql.GraphQLError("The document is nested too deeply")
            raise DocumentRefused("QUERY_TOO_DEEP", [error]) from None

    def _plan(self, text: str, operation_name: str | None) -> Plan:
        schema, admission = self._parts.graphql, self._admission
        try:
            document = admission.parse(text)
            operation = _operation(document, operation_name)
            cost = admission.before_validation(document, operation)
        except graphql.GraphQLSyntaxError as error:
            raise DocumentRefused("GRAPHQL_PARSE_FAILED", [error]) from None
        except LimitExceeded as error:
            raise DocumentRefused(error.code, [error]) from None
        most, hide = admission.validation_errors, admission.hide_suggestions
        if errors := graphql.validate(schema, document, self._rules, most, hide):
            raise DocumentRefused("GRAPHQL_VALIDATION_FAILED", errors)
        look = _Look(self._parts, document)
        look.at(operation)
        return Plan(
            text=text,
            operation_name=operation_name,
            document=document,
            operation=operation,
            operation_type=operation.operation.value,
            cost=cost,
            asynchronous=look.asynchronous,
            introspection=look.introspects and not look.reads and not operation.variable_definitions,
            fragments=look.fragments,
            variables=Variables(schema, operation.variable_definitions or ()),
            conditions=tuple(sorted(look.conditions)),
            why=look.why or self._why,
        )


def _operation(document: graphql.DocumentNode, name: str | None) -> graphql.OperationDefinitionNode:
    """The operation to execute, with graphql-core's words where there is none."""
    if operation := graphql.get_operation_ast(document, name):
        return operation
    if name is not None:
        message = f"Unknown operation named '{name}'."
    elif any(isinstance(node, graphql.OperationDefinitionNode) for node in document.definitions):
        message = "Must provide operation name if query contains multiple operations."
    else:
        message = "Must provide an operation."
    raise DocumentRefused("OPERATION_RESOLUTION_FAILURE", [graphql.GraphQLError(message)])


class _Look:
    """Walks an operation, each fragment once, for what bears on compiling it."""

    def __init__(self, parts: SchemaParts, document: graphql.DocumentNode) -> None:
        self.fragments = {
            node.name.value: node for node in document.definitions if isinstance(node, graphql.FragmentDefinitionNode)
        }
        self.why = ""
        self.asynchronous = self.introspects = self.reads = False
        self.conditions: set[str] = set()
        self._parts = parts
        self._seen: set[str] = set()

    def at(self, operation: graphql.OperationDefinitionNode) -> None:
        schema = self._parts.graphql
        root = schema.get_root_type(operation.operation)
        if operation.operation is not graphql.OperationType.QUERY:
            self._because(f"it is a {operation.operation.value}")
        self._directives(operation.directives)
        for variable in operation.variable_definitions or ():
            self._directives(variable.directives)
        if root is None:
            self._because("the schema has no such operations")
        else:
            self._selections(root, operation.selection_set)

    def _because(self, why: str) -> None:
        self.why = self.why or why

    def _directives(self, directives: Sequence[graphql.DirectiveNode] | None) -> None:
        for directive in directives or ():
            if directive.name.value not in {"skip", "include"}:
                self._because(f"it uses the directive @{directive.name.value}")
                continue
            for argument in directive.arguments or ():
                if isinstance(argument.value, graphql.VariableNode):
                    self.conditions.add(argument.value.name.value)

    def _selections(self, parent: graphql.GraphQLNamedType, selections: graphql.SelectionSetNode) -> None:
        for node in selections.selections:
            self._directives(node.directives)
            if isinstance(node, graphql.FieldNode):
                self._field(parent, node)
            elif isinstance(node, graphql.InlineFragmentNode):
                self._selections(self._type(node.type_condition) or parent, node.selection_set)
            elif isinstance(node, graphql.FragmentSpreadNode) and node.name.value not in self._seen:
                self._seen.add(node.name.value)
                fragment = self.fragments[node.name.value]
                self._directives(fragment.directives)
                self._selections(self._type(fragment.type_condition) or parent, fragment.selection_set)

    def _type(self, condition: graphql.NamedTypeNode | None) -> graphql.GraphQLNamedType | None:
        return self._parts.graphql.get_type(condition.name.value) if condition else None

    def _field(self, parent: graphql.GraphQLNamedType, node: graphql.FieldNode) -> None:
        name = node.name.value
        if name == "__typename":
            return
        if name.startswith("__"):
            self.introspects = True
            self._because("it asks of the schema")
            return
        self.reads = True
        assert isinstance(parent, (graphql.GraphQLObjectType, graphql.GraphQLInterfaceType))
        possible = self._parts.graphql.get_possible_types
        owners = [parent] if isinstance(parent, graphql.GraphQLObjectType) else possible(parent)
        for owner in owners:
            recipe = self._parts.recipe(owner.fields[name])
            if recipe.why:
                self._because(f"{owner.name}.{name}: {recipe.why}")
                self.asynchronous |= recipe.asynchronous
        if node.selection_set:
            self._selections(graphql.get_named_type(parent.fields[name].type), node.selection_set)
