"""Errors as clients see them: internal ones masked, all of them coded and short."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from typing import Any

from graphql import GraphQLError

from execution.limits import Limits

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
    """The exception behind an error of execution when it was not meant for the user, else None.

    An error with nodes and no path is about the request, even when a scalar's parser raised it.
    """
    if error.path is None and error.nodes:
        return None
    cause = error.original_error
    while isinstance(cause, GraphQLError):
        cause = cause.original_error
    if cause is None:
        return None
    extensions = getattr(cause, "extensions", None)
    return None if isinstance(extensions, Mapping) and "code" in extensions else cause
