"""The other way to run an operation: graphql-core's executor with Strawberry's context, and its result as JSON.

A schema with extensions runs through `schema.execute`, hooks and all, which parses and validates again; any other
through graphql-core with the document of the plan, which is what Strawberry does after its hooks.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from inspect import isawaitable
from json import dumps as standard_dumps
from time import monotonic
from typing import Any

import strawberry
from graphql import ExecutionResult, GraphQLError, execute
from orjson import dumps

from execution.give_up import DeadlineExceeded
from execution.plan import Plan
from execution.strawberry_internals import ExecutionResult as StrawberryResult
from execution.strawberry_internals import graphql_schema, optimized_is_awaitable, process_errors

Result = ExecutionResult | StrawberryResult
ErrorFormatter = Callable[[GraphQLError], Mapping[str, Any]]

WATCHED_VALUES = 256
"""Values completed between two looks at the clock."""


class Interpreter:
    """Runs plans through graphql-core."""

    def __init__(self, schema: strawberry.Schema, hide_suggestions: bool) -> None:
        self._schema = schema
        self._hide_suggestions = hide_suggestions

    def run(
        self, plan: Plan, variables: dict[str, Any] | None, context: Any, root_value: Any, deadline: float | None
    ) -> Result | Coroutine[Any, Any, Result]:
        """Run a plan. On an event loop the result may be a coroutine; elsewhere asynchronous resolvers run on a loop of
        their own. Raises DeadlineExceeded: it is later than `deadline`; a coroutine raises it too."""
        if plan.operation_type == "subscription":
            message = "A subscription needs a connection that stays open; this one answers once."
            return ExecutionResult(None, [GraphQLError(message)])
        if self._schema.extensions or (self._schema.directives and plan.why):
            asked = (plan.text, variables, context, root_value, plan.operation_name)
            if plan.asynchronous or _on_event_loop():
                return _on_a_loop(_bounded(self._schema.execute(*asked), deadline))
            return self._schema.execute_sync(*asked)
        result = execute(
            graphql_schema(self._schema),
            plan.document,
            root_value,
            context,
            variables,
            plan.operation_name,
            executor_class=self._schema.execution_context_class,
            # Stopped between two calls, an asynchronous operation would leave coroutines that nobody awaits.
            is_awaitable=_watching(None if plan.asynchronous else deadline),
            hide_suggestions=self._hide_suggestions,
            operation_extensions=None,
        )
        if isawaitable(result):
            return _on_a_loop(self._finished(_bounded(result, deadline)))
        return self._processed(result)

    async def _finished(self, result: Awaitable[ExecutionResult]) -> Result:
        return self._processed(await result)

    def _processed(self, result: ExecutionResult) -> Result:
        if result.errors:
            process_errors(self._schema, result.errors)
        return result


def _on_a_loop(work: Coroutine[Any, Any, Result]) -> Result | Coroutine[Any, Any, Result]:
    """The work, to be awaited on the running loop; its result where no loop is running."""
    return work if _on_event_loop() else asyncio.run(work)


async def _bounded(result: Awaitable[Any], deadline: float | None) -> Any:
    try:
        async with asyncio.timeout(None if deadline is None else max(0.0, deadline - monotonic())) as limit:
            return await result
    except TimeoutError:
        if limit.expired():
            raise DeadlineExceeded from None
        raise


def _on_event_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def _watching(deadline: float | None) -> Any:
    """Strawberry's `is_awaitable`, which the executor asks of every value, with an eye on the clock."""
    if deadline is None:
        return optimized_is_awaitable
    left = 0

    def is_awaitable(value: Any) -> bool:
        nonlocal left
        left -= 1
        if left < 0:
            left = WATCHED_VALUES
            if monotonic() > deadline:
                raise DeadlineExceeded
        return optimized_is_awaitable(value)

    return is_awaitable


@dataclass(slots=True)
class Answer:
    """The answer to an operation.

    `body` is the JSON of the whole response: {"data":…}, or {"errors":[…],"data":…} without "data" where nothing
    was executed. `errors` are the originals, before they are formatted. `executed` is False where the request itself
    was wrong (its variables).
    """

    body: bytes
    errors: Sequence[GraphQLError] = ()
    executed: bool = True


def answer_of(result: Result, format_error: ErrorFormatter) -> Answer:
    """The answer that graphql-core's result is."""
    errors = result.errors or ()
    executed = not errors or result.data is not None or any(error.path is not None for error in errors)
    try:
        return Answer(_body(errors, result.data, executed, format_error), errors, executed)
    except (TypeError, ValueError) as problem:
        error = GraphQLError("The answer has a value that JSON can't hold.", original_error=problem)
        return failed(error, format_error)


def failed(error: GraphQLError, format_error: ErrorFormatter) -> Answer:
    """The answer to an operation that was executed and gave nothing but an error."""
    return Answer(_body([error], None, True, format_error), [error])


def _body(errors: Sequence[GraphQLError], data: Any, executed: bool, format_error: ErrorFormatter) -> bytes:
    body: dict[str, Any] = {"errors": [format_error(error) for error in errors]} if errors else {}
    if executed:
        body["data"] = data
    try:
        return dumps(body)
    except TypeError:  # what orjson refuses: integers of any size, lone surrogates
        return standard_dumps(body, separators=(",", ":"), allow_nan=False).encode()
