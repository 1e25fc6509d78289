"""Errors as clients see them: internal ones masked, all of them coded and short; refusals of whole requests."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson
from graphql import GraphQLError

from endpoint.asgi import Header
from execution.limits import LIMIT_CODES, Limits

logger = logging.getLogger(__name__)


class ErrorFormat:
    """Formats a GraphQLError for the answer.

    An error that a resolver raised without meaning it for the user becomes "Internal error" with
    `extensions: {code: "INTERNAL", id}`; the same id stands in the log with the traceback. Meant for the
    user are GraphQLError and every exception whose `extensions` has a "code". All others keep their
    message, cut to `limits.message_characters`, and have a code: their own, else that of the refusal.
    """

    def __init__(self, limits: Limits) -> None:
        self._longest = limits.message_characters

    def __call__(self, error: GraphQLError, code: str = "BAD_USER_INPUT") -> dict[str, Any]:
        """The formatted error, with `code` where it has none of its own."""
        fault = _fault(error)
        if fault is not None:
            formatted: dict[str, Any] = {"message": "Internal error"}
            extensions: Mapping[str, Any] = {"code": "INTERNAL", "id": log_fault(fault)}
        else:
            formatted = {"message": shorten(error.message, self._longest)}
            extensions = {"code": code, **(error.extensions or {})}
        if error.locations:
            formatted["locations"] = [location.formatted for location in error.locations]
        if error.path is not None:
            formatted["path"] = error.path
        formatted["extensions"] = extensions
        return formatted


def log_fault(fault: BaseException) -> str:
    """Logs an internal error with its traceback; returns the id that stands in the log and in the answer."""
    id_ = secrets.token_hex(8)
    logger.error("internal error %s", id_, exc_info=(type(fault), fault, fault.__traceback__))
    return id_


def shorten(message: str, longest: int) -> str:
    """The message, cut to `longest` characters; the last is then an ellipsis."""
    return message if len(message) <= longest else message[: longest - 1] + "…"


def _fault(error: GraphQLError) -> BaseException | None:
    """The exception behind an error of execution when it was not meant for the user, else None. An error with nodes and
    no path is about the request, even when a scalar's parser raised it."""
    if error.path is None and error.nodes:
        return None
    cause = error.original_error
    while isinstance(cause, GraphQLError):
        cause = cause.original_error
    if cause is None:
        return None
    extensions = getattr(cause, "extensions", None)
    return None if isinstance(extensions, Mapping) and "code" in extensions else cause


FAILURE_STATUS: Final = 400
"""The status of a request whose document, variables or operation name is wrong.

It holds for `application/graphql-response+json`. A client that accepts `application/json` only gets 200, as GraphQL
over HTTP wants of that older type. The newest draft says 422; the published audits (graphql-http 1.23.1) want 400.
"""

STATUS: Final[Mapping[str, int | None]] = {
    "BAD_REQUEST": 400,  # a body that is not JSON, or not a request
    "BATCH_TOO_LARGE": 400,
    "METHOD_NOT_ALLOWED": 405,  # with Allow: a mutation over GET, other methods
    "NOT_ACCEPTABLE": 406,  # no media type that the client accepts
    "REQUEST_TIMEOUT": 408,  # a body that comes too slowly
    "BODY_TOO_LARGE": 413,
    "UNSUPPORTED_MEDIA_TYPE": 415,  # a Content-Type other than application/json
    "INTERNAL": 500,  # a fault of ours; within an operation, beside data
    "BEHIND": 503,  # with Retry-After: the data do not have the position that the request wants
    "OVERLOADED": 503,  # with Retry-After
    "OPERATION_RESOLUTION_FAILURE": None,  # no operation, or not which one
    "BAD_USER_INPUT": None,  # variables or arguments that do not fit
    "DOCUMENT_NOT_ALLOWED": None,  # a document that is not in the folder
    "TIMEOUT": None,  # an operation past its time
    **dict.fromkeys(("SUBSCRIPTIONS_NOT_SUPPORTED", "GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED")),
    **dict.fromkeys(f"PERSISTED_QUERY_{problem}" for problem in ("NOT_FOUND", "NOT_SUPPORTED", "MISMATCH")),
    **dict.fromkeys(code for code, _ in LIMIT_CODES.values()),
}
"""Every code that the endpoint answers. None: FAILURE_STATUS or 200, by the media type of the answer."""


class RequestRefused(Exception):
    """A request that is not run. `code` is one of STATUS: that of the errors which have none of their own."""

    def __init__(self, code: str, errors: Sequence[GraphQLError], headers: Sequence[Header] = ()) -> None:
        super().__init__(errors[0].message)
        self.status = STATUS[code]
        self.code = code
        self.errors = errors
        self.headers = headers


def refusal(code: str, message: str, *headers: Header) -> RequestRefused:
    """A refusal with one error."""
    return RequestRefused(code, [GraphQLError(message)], headers)


def error_body(code: str, message: str, **extensions: Any) -> bytes:
    """The body of an answer that has nothing but this error."""
    return orjson.dumps({"errors": [{"message": message, "extensions": {"code": code, **extensions}}]})
