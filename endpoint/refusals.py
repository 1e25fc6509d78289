"""Requests that get no data, each with a status, a message and an `extensions.code`.

    Refused here                                    status             code
    body that is not JSON, or not a request         400                BAD_REQUEST
    no media type that the client accepts           406                NOT_ACCEPTABLE
    mutation over GET, other methods                405, Allow         METHOD_NOT_ALLOWED
    body too slow                                   408                REQUEST_TIMEOUT
    body too large                                  413                BODY_TOO_LARGE
    a Content-Type other than application/json      415                UNSUPPORTED_MEDIA_TYPE
    batches                                         400                BATCH_TOO_LARGE
    overload                                        503, Retry-After   OVERLOADED
    subscription                                    FAILURE_STATUS     SUBSCRIPTIONS_NOT_SUPPORTED
    document not parsed                             FAILURE_STATUS     GRAPHQL_PARSE_FAILED
    document not valid                              FAILURE_STATUS     GRAPHQL_VALIDATION_FAILED
    no operation, or not which one                  FAILURE_STATUS     OPERATION_RESOLUTION_FAILURE
    variables that do not fit                       FAILURE_STATUS     BAD_USER_INPUT
    over a limit                                    FAILURE_STATUS     see execution.limits.LIMIT_CODES
    hash of a persisted query                       FAILURE_STATUS     PERSISTED_QUERY_NOT_FOUND,
                                                                       PERSISTED_QUERY_NOT_SUPPORTED,
                                                                       PERSISTED_QUERY_MISMATCH
    a document that is not in the folder            FAILURE_STATUS     DOCUMENT_NOT_ALLOWED
    an operation past its time, while it awaits     FAILURE_STATUS     TIMEOUT
    an answer that is too large                     FAILURE_STATUS     RESPONSE_TOO_LARGE
    a fault of ours outside a resolver              500                INTERNAL

FAILURE_STATUS holds for `application/graphql-response+json`. A client that accepts `application/json` only
gets 200, as GraphQL over HTTP wants of that older type.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from graphql import GraphQLError

FAILURE_STATUS: Final = 400
"""The status of a request whose document, variables or operation name is wrong.

The newest draft of GraphQL over HTTP says 422; the published audits (graphql-http 1.23.1) still want 400.
"""

Header = tuple[bytes, bytes]


class RequestRefused(Exception):
    """A request that is not run.

    `status` None means FAILURE_STATUS or 200, by the media type of the answer. `code` is that of the errors
    which have none of their own.
    """

    def __init__(
        self,
        status: int | None,
        errors: Sequence[GraphQLError],
        code: str,
        headers: Sequence[Header] = (),
    ) -> None:
        super().__init__(errors[0].message)
        self.status = status
        self.errors = errors
        self.code = code
        self.headers = headers


def refuse(status: int | None, code: str, message: str, *headers: Header) -> RequestRefused:
    """A refusal with one error."""
    return RequestRefused(status, [GraphQLError(message)], code, headers)


def bad_request(message: str) -> RequestRefused:
    """The refusal of something that is not a GraphQL request."""
    return refuse(400, "BAD_REQUEST", message)
