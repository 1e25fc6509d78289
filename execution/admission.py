"""What a document must pass before it is run, and what it costs: the limits in their order."""

from __future__ import annotations

from collections.abc import Mapping

import strawberry
from graphql import DocumentNode, GraphQLSyntaxError, NoSchemaIntrospectionCustomRule, OperationDefinitionNode, parse

from execution.cost import OperationCost, Price
from execution.limits import UNLIMITED, LimitExceeded, Limits
from execution.shape import check_shape
from execution.strawberry_internals import graphql_schema
from execution.tariff import Tariff


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
        self.rules = [] if introspection else [NoSchemaIntrospectionCustomRule]
        self.hide_suggestions = not introspection
        self.validation_errors = max(1, limits.errors - 1)  # one more says that validation stopped
        self._tariff = Tariff(graphql_schema(schema), limits, prices)

    def parse(self, text: str) -> DocumentNode:
        """The document of a text. Raises LimitExceeded for its characters or tokens, GraphQLSyntaxError."""
        limits = self.limits
        if len(text) > limits.characters:
            raise LimitExceeded("characters", len(text), limits.characters)
        try:
            return parse(text, max_tokens=limits.tokens)
        except GraphQLSyntaxError as error:
            if "tokens. Parsing aborted" in error.message:
                raise LimitExceeded("tokens", None, limits.tokens) from None
            raise

    def before_validation(self, document: DocumentNode, operation: OperationDefinitionNode) -> OperationCost:
        """The cost of an operation of the document. Raises LimitExceeded for its shape, a page, or its cost."""
        check_shape(document, operation, self.limits)
        cost = self._tariff.cost_of(document, operation)
        if cost.fixed is not None:
            cost.check({})
        return cost
