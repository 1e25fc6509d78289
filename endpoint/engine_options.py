"""The options of an Engine under which the limits hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from graphql import GraphQLError, GraphQLSchema, NoSchemaIntrospectionCustomRule

from endpoint.errors import ErrorFormat
from execution import Checked
from execution.cost import COST_NOTE, Price, Tariff
from execution.limits import LimitExceeded, Limits, check_shape, check_text


def engine_options(
    schema: GraphQLSchema,
    limits: Limits,
    prices: Mapping[str, Price] | None = None,
    *,
    introspection: bool = True,
) -> dict[str, Any]:
    """Keyword arguments for `Engine(...)`: its checks, token limit, validation rules and error format.

    Without `introspection`, suggestions in messages are off too: either would give the schema away.
    Raises ValueError for a price of a field that `schema` does not have.
    """
    tariff = Tariff(schema, limits, prices)

    def text(document: str) -> None:
        check_text(document, limits)

    def shape_and_cost(checked: Checked) -> None:
        check_shape(checked.document, checked.operation, limits)
        cost = tariff.cost_of(checked.document, checked.operation)
        checked.notes[COST_NOTE] = cost
        if cost.fixed is not None:
            cost.check({})

    return {
        "text_checks": [_as_list(text)],
        "checks": [_as_list(shape_and_cost)],
        "max_tokens": limits.tokens,
        "validation_rules": [] if introspection else [NoSchemaIntrospectionCustomRule],
        "max_errors": max(1, limits.errors - 1),  # one more says that validation stopped
        "hide_suggestions": not introspection,
        "format_error": ErrorFormat(limits),
    }


def _as_list(check: Callable[[Any], None]) -> Callable[[Any], list[GraphQLError]]:
    def errors(checked: Any) -> list[GraphQLError]:
        try:
            check(checked)
        except LimitExceeded as refused:
            return [refused]
        return []

    return errors
