"""A document → a plan: parsed, checked, validated, and looked at for what can be compiled."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from graphql import (
    DirectiveNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLSyntaxError,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    parse,
    specified_rules,
    validate,
)
from graphql.validation import ASTValidationRule
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from execution.compiler import Program, SchemaParts
from execution.values import Variables

Stage = Literal["parse", "operation", "limit", "validate"]


class Refused(Exception):
    """A document that is not executed. `stage` is the step that refused it, `errors` has at least one error."""

    def __init__(self, stage: Stage, errors: Sequence[GraphQLError]) -> None:
        super().__init__(f"{stage}: {errors[0].message}")
        self.stage = stage
        self.errors = list(errors)


@dataclass(slots=True)
class Checked:
    """What a check receives. What it leaves in `notes` becomes `Plan.notes`."""

    text: str
    document: DocumentNode
    operation: OperationDefinitionNode
    schema: GraphQLSchema
    notes: dict[str, Any] = field(default_factory=dict)


TextCheck = Callable[[str], list[GraphQLError]]
Check = Callable[[Checked], list[GraphQLError]]


@dataclass(slots=True, eq=False)
class Plan:
    """An operation that passed every check. `why` says why it is not compiled, "" when it is."""

    text: str
    operation_name: str | None
    document: DocumentNode
    operation: OperationDefinitionNode
    operation_type: Literal["query", "mutation", "subscription"]
    why: str
    asynchronous: bool
    introspection: bool
    """Whether it asks of nothing but the schema, and has no variables."""
    notes: dict[str, Any]
    fragments: dict[str, FragmentDefinitionNode]
    variables: Variables
    conditions: tuple[str, ...]
    """The variables that @skip and @include use."""
    programs: dict[Any, Program] = field(default_factory=dict)
    body: bytes | None = None
    """The answer of an introspection, once made."""

    @property
    def compiled(self) -> bool:
        """Whether compiled code runs it; graphql-core does otherwise."""
        return not self.why


class Planner:
    """Makes plans for one schema. See Engine for the parameters."""

    def __init__(
        self,
        parts: SchemaParts,
        *,
        text_checks: Sequence[TextCheck],
        checks: Sequence[Check],
        validation_rules: Collection[type[ASTValidationRule]],
        max_tokens: int | None,
        max_errors: int | None,
        hide_suggestions: bool,
    ) -> None:
        self._parts = parts
        self._text_checks = text_checks
        self._checks = checks
        rules = [*specified_rules, *validation_rules, MaybeNullValidationRule, OneOfInputValidationRule]
        self._rules = list(dict.fromkeys(rules))
        self._max_tokens = max_tokens
        self._max_errors = max_errors
        self._hide_suggestions = hide_suggestions
        # An extension with a `resolve` hook wraps every resolver, which only graphql-core's executor does.
        self._hooked = [
            type(extension).__name__
            for extension in parts.strawberry.get_extensions(sync=True)
            if extension._implements_resolve() and type(extension).__name__ != "DirectivesExtensionSync"
        ]

    def plan(self, text: str, operation_name: str | None) -> Plan:
        """Parse, check and validate a document.

        Raises:
            Refused: at the first stage with errors.
        """
        schema = self._parts.graphql
        for text_check in self._text_checks:
            if errors := text_check(text):
                raise Refused("limit", errors)
        try:
            document = parse(text, max_tokens=self._max_tokens)
        except GraphQLSyntaxError as error:
            raise Refused("parse", [error]) from None
        operation = _operation(document, operation_name)
        checked = Checked(text, document, operation, schema)
        for check in self._checks:
            if errors := check(checked):
                raise Refused("limit", errors)
        errors = validate(schema, document, self._rules, self._max_errors, self._hide_suggestions)
        if errors:
            raise Refused("validate", errors)
        look = _Look(self._parts, document)
        look.at(operation)
        if self._hooked and not look.why:
            look.why = f"the schema's extension {self._hooked[0]} wraps resolvers"
        return Plan(
            text=text,
            operation_name=operation_name,
            document=document,
            operation=operation,
            operation_type=operation.operation.value,
            why=look.why,
            asynchronous=look.asynchronous,
            introspection=look.introspects and not look.reads and not operation.variable_definitions,
            notes=checked.notes,
            fragments=look.fragments,
            variables=Variables(schema, operation.variable_definitions or ()),
            conditions=tuple(sorted(look.conditions)),
        )


def _operation(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    """The operation to execute, with graphql-core's words where there is none."""
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    if name is not None:
        for operation in operations:
            if operation.name and operation.name.value == name:
                return operation
        message = f"Unknown operation named '{name}'."
    elif len(operations) == 1:
        return operations[0]
    elif operations:
        message = "Must provide operation name if query contains multiple operations."
    else:
        message = "Must provide an operation."
    raise Refused("operation", [GraphQLError(message)])


class _Look:
    """Walks an operation, each fragment once, for what bears on compiling it."""

    def __init__(self, parts: SchemaParts, document: DocumentNode) -> None:
        self.fragments = {
            node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        }
        self.why = ""
        self.asynchronous = False
        self.introspects = False
        self.reads = False
        self.conditions: set[str] = set()
        self._parts = parts
        self._seen: set[str] = set()

    def at(self, operation: OperationDefinitionNode) -> None:
        schema = self._parts.graphql
        root = schema.get_root_type(operation.operation)
        if operation.operation is not OperationType.QUERY:
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

    def _directives(self, directives: Sequence[DirectiveNode] | None) -> None:
        for directive in directives or ():
            if directive.name.value not in {"skip", "include"}:
                self._because(f"it uses the directive @{directive.name.value}")
                continue
            for argument in directive.arguments or ():
                if isinstance(argument.value, VariableNode):
                    self.conditions.add(argument.value.name.value)

    def _selections(self, parent: GraphQLNamedType, selections: SelectionSetNode) -> None:
        for node in selections.selections:
            self._directives(node.directives)
            if isinstance(node, FieldNode):
                self._field(parent, node)
            elif isinstance(node, InlineFragmentNode):
                condition = node.type_condition
                inner = self._parts.graphql.get_type(condition.name.value) if condition else parent
                assert inner is not None
                self._selections(inner, node.selection_set)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in self._seen:
                self._seen.add(node.name.value)
                fragment = self.fragments[node.name.value]
                self._directives(fragment.directives)
                inner = self._parts.graphql.get_type(fragment.type_condition.name.value)
                assert inner is not None
                self._selections(inner, fragment.selection_set)

    def _field(self, parent: GraphQLNamedType, node: FieldNode) -> None:
        name = node.name.value
        if name == "__typename":
            return
        if name.startswith("__"):
            self.introspects = True
            self._because("it asks of the schema")
            return
        self.reads = True
        assert isinstance(parent, (GraphQLObjectType, GraphQLInterfaceType))
        owners = [parent] if isinstance(parent, GraphQLObjectType) else self._parts.graphql.get_possible_types(parent)
        for owner in owners:
            recipe = self._parts.recipe(owner.fields[name])
            if recipe.why:
                self._because(f"{owner.name}.{name}: {recipe.why}")
                self.asynchronous |= recipe.asynchronous
        if node.selection_set:
            self._selections(get_named_type(parent.fields[name].type), node.selection_set)
