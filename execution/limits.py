"""What one request may ask for, and the refusal of a request that asks for more.

Each measure is linear in the size of what it reads, and held against its limit before anything runs: characters before
parsing, tokens while parsing, the shape (`execution.shape`) before validation, the cost (`execution.cost`) and the
variables at each request. `execution.plan` puts them in order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson
from graphql import GraphQLError

from execution.settings import check_settings, setting

CEILING: Final = 10**15
"""Sums stop growing here, so that nested fragments cannot make numbers of a thousand digits."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one request may ask for. Every number is the largest value that is accepted."""

    characters: int = setting(15_000, "characters of the document")
    tokens: int = setting(1_000, "tokens of the document, comments included")
    depth: int = setting(10, "levels of objects; edges, nodes and node add none")
    aliases: int = setting(30, "aliases of the operation, fragments expanded")
    root_fields: int = setting(20, "fields at the root of the operation")
    directives: int = setting(20, "directives in the document")
    fields: int = setting(2_000, "fields of the operation, fragments expanded")
    page: int = setting(100, "items asked for by one first, last or list of ids")
    cost: int = setting(10_000, "priced fields times page sizes")
    variables_bytes: int = setting(65_536, "bytes of the variables as JSON")
    variable_items: int = setting(100, "items of one list in the variables")
    variable_characters: int = setting(10_000, "characters of one string in the variables")
    response_bytes: int = setting(5_000_000, "bytes of the answer before compression")
    errors: int = setting(5, "errors returned in one answer")
    message_characters: int = setting(200, "characters of one error message")
    default_page: int = setting(20, "items taken for a connection without first or last")
    default_list: int = setting(10, "items taken for a list whose size is not declared")

    def __post_init__(self) -> None:
        check_settings(self)


LIMIT_CODES: Final[Mapping[str, tuple[str, str]]] = {
    "characters": ("QUERY_TOO_LONG", "Query of {requested} characters is {over}"),
    "tokens": ("TOO_MANY_TOKENS", "Query is {over} tokens"),
    "depth": ("QUERY_TOO_DEEP", "Query depth {requested} is {over}"),
    "aliases": ("TOO_MANY_ALIASES", "Query with {requested} aliases is {over}"),
    "root_fields": ("TOO_MANY_ROOT_FIELDS", "Query with {requested} root fields is {over}"),
    "directives": ("TOO_MANY_DIRECTIVES", "Query with {requested} directives is {over}"),
    "fields": ("TOO_MANY_FIELDS", "Query with {requested} fields is {over}"),
    "page": ("PAGE_TOO_LARGE", "Page size {requested} of {subject} is {over}"),
    "cost": ("QUERY_TOO_COSTLY", "Query cost {requested} is {over}"),
    "variables_bytes": ("VARIABLES_TOO_LARGE", "Variables of {requested} bytes are {over}"),
    "variable_items": ("LIST_TOO_LONG", "Variable {subject}: a list of {requested} items is {over}"),
    "variable_characters": ("STRING_TOO_LONG", "Variable {subject}: a string of {requested} characters is {over}"),
    "response_bytes": ("RESPONSE_TOO_LARGE", "Answer of {requested} bytes is {over}"),
}
"""For each limit that refuses: `extensions.code` and the message, by the name of the field of `Limits`. `errors` and
`message_characters` shorten an answer and refuse nothing."""

UNLIMITED: Final = Limits(**dict.fromkeys(LIMIT_CODES, CEILING), errors=101)
"""Limits that refuse nothing. Validation stops at its hundredth error, as graphql-core's own does."""


class LimitExceeded(GraphQLError):
    """A request asks for more than a limit allows. `code` is its code; `extensions` holds that too, with `requested`
    and `limit`. Tokens have no `requested`, since reading stops at the limit."""

    def __init__(self, name: str, requested: int | None, limit: int, subject: str = "") -> None:
        self.code, template = LIMIT_CODES[name]
        asked = {} if requested is None else {"requested": requested}
        message = template.format(requested=f"{requested or 0:,}", subject=subject, over=f"over the limit of {limit:,}")
        super().__init__(message, extensions={"code": self.code, "limit": limit, **asked})

    @property
    def errors(self) -> list[GraphQLError]:
        """Itself: the errors to send, as of a DocumentRefused."""
        return [self]


def check_variables(variables: Mapping[str, Any], limits: Limits, received_bytes: int | None = None) -> None:
    """Raises LimitExceeded when the variables of a request are too large: as a whole, a list, or a string.

    `received_bytes` is the size of the message that held them; when it is within the limit so are the
    variables, and they are not written out to be measured.
    """
    if received_bytes is None or received_bytes > limits.variables_bytes:
        size = len(orjson.dumps(variables))
        if size > limits.variables_bytes:
            raise LimitExceeded("variables_bytes", size, limits.variables_bytes)
    for name, variable in variables.items():
        stack = [variable]
        while stack:
            value = stack.pop()
            if isinstance(value, str):
                if len(value) > limits.variable_characters:
                    raise LimitExceeded("variable_characters", len(value), limits.variable_characters, f"${name[:50]}")
            elif isinstance(value, list):
                if len(value) > limits.variable_items:
                    raise LimitExceeded("variable_items", len(value), limits.variable_items, f"${name[:50]}")
                stack += value
            elif isinstance(value, dict):
                stack += value.values()


def check_response(size: int, limits: Limits) -> None:
    """Raises LimitExceeded when an answer of `size` bytes is too large to send."""
    if size > limits.response_bytes:
        raise LimitExceeded("response_bytes", size, limits.response_bytes)
