"""From bytes to a GraphQL request: the body of a POST, the query string of a GET."""

from __future__ import annotations

import asyncio
import json
import types
from collections.abc import Awaitable, Coroutine, Generator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import orjson

from endpoint.asgi import Receive
from endpoint.errors import RequestRefused, refusal

_PARAMETERS = {"query": str, "operationName": str, "variables": dict, "extensions": dict}
_KEYS = tuple(f'"{name}"'.encode() for name in _PARAMETERS)
_KINDS = {dict: "an object", list: "an array", str: "a string", bool: "a boolean", type(None): "null"}
_CLOSE = (b"connection", b"close")


@dataclass(slots=True)
class GraphQLRequest:
    """One request, its parameters checked for their types. `query` is None when a hash stands for it."""

    query: str | None
    operation_name: str | None
    variables: dict[str, Any]
    extensions: dict[str, Any]


class ClientGone(Exception):
    """The client has closed the connection: nobody waits for an answer."""


async def read_body(receive: Receive, length: bytes | None, most: int, seconds: float) -> bytes:
    """The body of a request, at most `most` bytes, received within `seconds`. Raises RequestRefused (413, 408) or
    ClientGone."""
    if length is not None and length.isdigit() and (len(length) > 12 or int(length) > most):
        raise _too_large(int(length) if len(length) <= 12 else None, most)
    try:
        body: bytes = await within(seconds, _whole_body(receive, most))
    except TimeoutError:
        text = f"The body was not received within {seconds:g} s"
        raise refusal("REQUEST_TIMEOUT", text, _CLOSE) from None
    return body


async def _whole_body(receive: Receive, most: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        part: bytes = message.get("body", b"")
        size += len(part)
        if size > most:
            raise _too_large(None, most)
        more = message.get("more_body", False)
        if not more and not parts:
            return part
        parts.append(part)
        if not more:
            return b"".join(parts)


async def within(seconds: float, work: Awaitable[Any]) -> Any:
    """The result of `work`, which is nearly always ready. Raises TimeoutError when it takes longer than `seconds`.

    A timer for each request is dear: cancelled timers stay in the event loop until they are due, and thousands of
    them slow it down. So the coroutine is run up to its first wait, and only a real wait gets a timer.
    """
    if not isinstance(work, Coroutine):
        async with asyncio.timeout(seconds):
            return await work
    try:
        waiting_for = work.send(None)
    except StopIteration as done:
        return done.value
    async with asyncio.timeout(seconds):
        return await _rest_of(work, waiting_for)


@types.coroutine
def _rest_of(work: Coroutine[Any, Any, Any], waiting_for: Any) -> Generator[Any, Any, Any]:
    try:
        while True:
            try:
                sent = yield waiting_for
            except BaseException as error:
                waiting_for = work.throw(error)
            else:
                waiting_for = work.send(sent)
    except StopIteration as done:
        return done.value
    finally:
        work.close()


def _too_large(size: int | None, most: int) -> RequestRefused:
    shown = f"Body of {size:,} bytes" if size is not None else "Body"
    return refusal("BODY_TOO_LARGE", f"{shown} is over the limit of {most:,} bytes", _CLOSE)


def parse_body(body: bytes) -> Any:
    """The JSON value of a body. Raises RequestRefused for what is not JSON or names a parameter twice."""
    try:
        parsed = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise _bad(f"The body is not JSON: {error}") from None
    if type(parsed) is dict:
        for key in _KEYS:
            if body.count(key) > 1:
                _forbid_repeated_names(body)
                break
    return parsed


def _forbid_repeated_names(body: bytes) -> None:
    """Raises RequestRefused when the outermost object names a key twice: readers differ on which counts."""
    outermost: list[tuple[str, Any]] = []

    def keep(pairs: list[tuple[str, Any]]) -> None:
        outermost[:] = pairs  # objects end inside out: the last one kept is the outermost

    try:
        json.loads(body, object_pairs_hook=keep)
    except RecursionError:
        raise _bad("The body is nested too deeply") from None
    names = [name for name, _ in outermost]
    for name in names:
        if names.count(name) > 1:
            raise _bad(f"The body names {name!r} twice")


def request_of(parsed: Any) -> GraphQLRequest:
    """The request that a JSON object holds. Raises RequestRefused when a parameter has the wrong type."""
    if type(parsed) is not dict:
        raise _bad(f"A GraphQL request is a JSON object, not {_json_kind(parsed)}")
    values: list[Any] = []
    for name, kind in _PARAMETERS.items():
        value = parsed.get(name)
        if value is not None and type(value) is not kind:
            raise _bad(f"'{name}' is {_json_kind(kind())}, not {_json_kind(value)}")
        values.append(value)
    query, operation, variables, extensions = values
    if query is None and not extensions:
        raise _bad("The request has no 'query'")
    return GraphQLRequest(query, operation or None, variables or {}, extensions or {})


def request_of_query_string(query_string: bytes, most: int) -> GraphQLRequest:
    """The request that a query string holds. Raises RequestRefused as request_of does."""
    if len(query_string) > most:
        raise _too_large(len(query_string), most)
    try:
        pairs = parse_qsl(query_string.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=100)
    except ValueError:
        raise _bad("The query string is not made of UTF-8 parameters, at most 100 of them") from None
    given: dict[str, Any] = {}
    for name, value in pairs:
        if name in given:
            raise _bad(f"The query string names {name[:50]!r} twice")
        given[name] = value
    for name in ("variables", "extensions"):
        if given.get(name):
            try:
                given[name] = orjson.loads(given[name])
            except orjson.JSONDecodeError as error:
                raise _bad(f"'{name}' is not JSON: {error}") from None
        else:
            given.pop(name, None)
    return request_of(given)


def _bad(message: str) -> RequestRefused:
    return refusal("BAD_REQUEST", message)


def _json_kind(value: Any) -> str:
    return _KINDS.get(type(value), "a number")
