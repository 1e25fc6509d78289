"""What goes back to the client: status, headers and bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Sequence
from typing import Any, NamedTuple

import orjson

from endpoint.asgi import Header, Message
from endpoint.errors import FAILURE_STATUS, STATUS, ErrorFormat, RequestRefused, error_body, log_fault
from endpoint.media_types import GRAPHQL_RESPONSE, JSON
from execution import Answer, Limits, Plan
from execution.limits import check_response

_CONTENT_TYPE = {media: (b"content-type", media + b"; charset=utf-8") for media in (JSON, GRAPHQL_RESPONSE)}


class Reply(NamedTuple):
    """A whole answer over HTTP, but for its content type."""

    status: int
    body: bytes
    headers: Sequence[Header] = ()

    def messages(self, media: bytes | None) -> tuple[Message, Message]:
        """ASGI's messages of it, in a media type; without one it is JSON."""
        status, body, more = self
        headers = [_CONTENT_TYPE[media or JSON], (b"content-length", b"%d" % len(body)), *more]
        start = {"type": "http.response.start", "status": status, "headers": headers}
        return start, {"type": "http.response.body", "body": body}


class Replies:
    """Makes replies of answers, refusals and faults, within the limits of an answer."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._format = ErrorFormat(limits)

    def answered(self, answer: Answer, media: bytes, extensions: bytes | None, headers: Sequence[Header] = ()) -> Reply:
        """The reply of an answer, with `extensions` as JSON. Raises LimitExceeded where it is too large."""
        body = answer.body
        if len(answer.errors) > self._limits.errors:
            parsed = orjson.loads(body)
            body = orjson.dumps({**parsed, "errors": self._first(parsed["errors"])})
        if extensions is not None:
            body = body[:-1] + b',"extensions":' + extensions + b"}"
        check_response(len(body), self._limits)
        return Reply(200 if answer.executed or media == JSON else FAILURE_STATUS, body, headers)

    def batch(self, replies: Sequence[Reply], headers: Sequence[Header] = ()) -> Reply:
        """The reply of a batch. Raises LimitExceeded where it is too large."""
        body = b"[" + b",".join(reply.body for reply in replies) + b"]"
        check_response(len(body), self._limits)
        return Reply(200, body, headers)

    def refused(self, refused: RequestRefused, media: bytes | None) -> Reply:
        """The reply of a refusal."""
        errors = [self._format(error, refused.code) for error in refused.errors]
        status = refused.status
        if status is None:
            status = FAILURE_STATUS if media == GRAPHQL_RESPONSE else 200
        return Reply(status, orjson.dumps({"errors": self._first(errors)}), refused.headers)

    def fault(self, fault: Exception) -> Reply:
        """The reply of a fault of ours, which is logged."""
        return Reply(STATUS["INTERNAL"] or 500, error_body("INTERNAL", "Internal error", id=log_fault(fault)))

    def _first(self, errors: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The first errors up to the limit; the last of them says how many are left out."""
        most = self._limits.errors
        if len(errors) <= most:
            return errors
        last = errors[most - 1]
        left_out = {"errorsLeftOut": len(errors) - most}
        return [*errors[: most - 1], {**last, "extensions": {**last["extensions"], **left_out}}]


def entity_tag(name: Hashable, plan: Plan, variables: dict[str, Any], media: bytes, extensions: bytes | None) -> bytes:
    """The ETag of an answer over the data of a snapshot, with its quotes; weak, since compression may change the bytes.
    It is equal for the same data, document, operation, variables and form of the answer."""
    parts = [repr(name).encode(), plan.text.encode(), (plan.operation_name or "").encode(), media, extensions or b""]
    hash_ = hashlib.blake2b(digest_size=16)
    for part in parts:
        hash_.update(b"%d:" % len(part) + part)
    hash_.update(orjson.dumps(variables, option=orjson.OPT_SORT_KEYS))
    return b'W/"%s"' % hash_.hexdigest().encode()


def matches(if_none_match: bytes | None, tag: bytes) -> bool:
    """Whether an If-None-Match names the tag, or any."""
    given = {part.strip().removeprefix(b"W/") for part in (if_none_match or b"").split(b",")}
    return bool(given & {b"*", tag.removeprefix(b"W/")})
