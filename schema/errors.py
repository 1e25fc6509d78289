"""Errors that a client can mend: each names the argument, its value and what is accepted; code BAD_USER_INPUT.

The graph refuses with its own words (`graph.errors`); `explained` says them with the API's.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from graphql import GraphQLError
from strawberry.utils.str_converters import to_camel_case

from graph.errors import GraphError, NotAccepted, NotReady, UnknownNode

Given = ParamSpec("Given")
Answer = TypeVar("Answer")


class BadInput(GraphQLError):
    """An argument that cannot be used. An unknown node has the reason NOT_FOUND, what is being made NOT_READY."""

    def __init__(self, refusal: GraphError, argument: str) -> None:
        extensions = {"code": "BAD_USER_INPUT", "argument": argument}
        if isinstance(refusal, UnknownNode):
            extensions["reason"] = "NOT_FOUND"
        if isinstance(refusal, NotReady):
            extensions["reason"] = "NOT_READY"
        super().__init__(refusal.said(argument), extensions=extensions)


def bad_input(argument: str, value: object, accepted: str) -> BadInput:
    """The error of an argument, `argument` being its name in the API."""
    return BadInput(NotAccepted(argument, value, accepted), argument)


def explained(**names: str) -> Callable[[Callable[Given, Answer]], Callable[Given, Answer]]:
    """Makes of what the graph refuses, in a resolver, an error that the client can read.

    A parameter is called as in `names`, else by its own name in the API's spelling. Anything else that a resolver
    raises is a fault of ours, and stays one.
    """

    def explaining(resolver: Callable[Given, Answer]) -> Callable[Given, Answer]:
        @wraps(resolver)
        def resolve(*args: Given.args, **kwargs: Given.kwargs) -> Answer:
            try:
                return resolver(*args, **kwargs)
            except GraphError as refusal:
                argument = names.get(refusal.parameter) or to_camel_case(refusal.parameter)
                raise BadInput(refusal, argument) from refusal

        return resolve

    return explaining
