"""What an execution gave → the JSON of the response."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from json import dumps as standard_dumps
from typing import Any

from graphql import GraphQLError
from orjson import dumps

from execution.interpreter import Result

ErrorFormatter = Callable[[GraphQLError], Mapping[str, Any]]


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
