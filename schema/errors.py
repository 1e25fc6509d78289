"""Errors that a client can mend: each names the argument, its value and what is accepted, and carries a code."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from graphql import GraphQLError

from graph.errors import GraphError

SHOWN = 80


class UserError(GraphQLError):
    """A request that cannot be answered as it is: code BAD_USER_INPUT. The message is one sentence."""

    def __init__(self, message: str) -> None:
        super().__init__(message, extensions={"code": "BAD_USER_INPUT"})


@contextmanager
def explained() -> Iterator[None]:
    """What the graph refuses (ValueError) or does not have (KeyError) becomes an error that the client can read."""
    try:
        yield
    except GraphError as error:
        raise UserError(str(error)) from error
    except KeyError as error:
        raise NotFound("id", str(error.args[0])) from error
    except ValueError as error:
        raise UserError(str(error)) from error


class BadInput(GraphQLError):
    """An argument that cannot be used: code BAD_USER_INPUT."""

    def __init__(self, argument: str, value: object, accepted: str) -> None:
        shown = str(value) if len(str(value)) <= SHOWN else f"{str(value)[:SHOWN]}…"
        super().__init__(
            f"{argument}: {shown!r} cannot be used; {accepted}.",
            extensions={"code": "BAD_USER_INPUT", "argument": argument},
        )


class NotFound(GraphQLError):
    """An argument that names a node that is not in the data: code BAD_USER_INPUT, reason NOT_FOUND."""

    def __init__(self, argument: str, key: str) -> None:
        super().__init__(
            f"{argument}: there is no node {key[:SHOWN]!r} in the data.",
            extensions={"code": "BAD_USER_INPUT", "reason": "NOT_FOUND", "argument": argument},
        )
