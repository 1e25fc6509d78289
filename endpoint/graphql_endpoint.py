"""The GraphQL endpoint: an ASGI application with as few layers as the hot path allows.

POST with JSON and GET with a query are answered here; a browser's GET without a query gets the page given
as `html`. What each request meets, in this order: its method, the media types, the size and the time of its
body, JSON, the types of its parameters, the document (persisted or trusted), then the engine's plan
(characters, tokens, shape, validation: once for each document), its variables, its cost. Only then does
anything run.

Time: an operation has `operation_seconds`. The engine gets the deadline and hands it to loops of algorithms;
work that awaits is cancelled at the deadline, or when the client goes away. A compiled operation with
synchronous resolvers does not yield: what bounds it is its cost. Operations with a field whose price is
`heavy` run in a worker thread, unless they also have asynchronous resolvers; the client gets its answer or its
error in time, and the thread ends at the engine's deadline.
"""

from __future__ import annotations

import asyncio
import hashlib
import threading
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from time import monotonic
from typing import Any, NamedTuple

import orjson

from endpoint.documents import Documents, PersistedQueries
from endpoint.errors import ErrorFormat, log_fault
from endpoint.media_types import GRAPHQL_RESPONSE, JSON, answer_type, is_json, wants_html
from endpoint.overload import ASGIApp, Receive, Scope, Send
from endpoint.refusals import FAILURE_STATUS, Header, RequestRefused, bad_request, refuse
from endpoint.request import (
    ClientGone,
    GraphQLRequest,
    parse_body,
    read_body,
    request_of,
    request_of_query_string,
)
from endpoint.settings import EndpointSettings
from execution import Answer, Engine, Plan, Refused
from execution.cost import COST_NOTE, OperationCost
from execution.limits import LimitExceeded, Limits, check_response, check_variables, token_refusal

_CODES = {
    "parse": "GRAPHQL_PARSE_FAILED",
    "operation": "OPERATION_RESOLUTION_FAILURE",
    "limit": "BAD_USER_INPUT",
    "validate": "GRAPHQL_VALIDATION_FAILED",
}
"""The code of an error that has none of its own, by the stage at which the engine refused the document."""

_CONTENT_TYPE = {
    JSON: (b"content-type", JSON + b"; charset=utf-8"),
    GRAPHQL_RESPONSE: (b"content-type", GRAPHQL_RESPONSE + b"; charset=utf-8"),
}


class _Reply(NamedTuple):
    status: int
    body: bytes
    headers: Sequence[Header] = ()


class GraphQLEndpoint:
    """An ASGI application that answers GraphQL over HTTP with `engine`.

    `context` makes the context value of an operation. `version` names the state of the data: it goes to the
    engine's memo and into the ETag of GET; None means no ETag. `documents` decides which documents run:
    automatic persisted queries unless given. `html` answers a browser that asks for a page; `websocket`
    takes WebSocket connections, which are closed without it. Build `engine` with `engine_options`, so that
    the limits hold.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        limits: Limits | None = None,
        settings: EndpointSettings | None = None,
        context: Callable[[], Any] = lambda: None,
        version: Callable[[], Hashable] = lambda: None,
        documents: Documents | None = None,
        html: ASGIApp | None = None,
        websocket: ASGIApp | None = None,
    ) -> None:
        self.engine = engine
        self.limits = limits or Limits()
        self.settings = settings or EndpointSettings()
        self.documents = PersistedQueries(self.settings.persisted) if documents is None else documents
        self._context = context
        self._version = version
        self._html = html
        self._websocket = websocket
        self._format = ErrorFormat(self.limits)
        self._threads: ThreadPoolExecutor | None = None
        self._heavy = 0
        self._heavy_lock = threading.Lock()

    def close(self) -> None:
        """Lets the worker threads end once they have finished; heavy operations not yet begun are dropped."""
        if self._threads is not None:
            self._threads.shutdown(wait=False, cancel_futures=True)
            self._threads = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._other_than_http(scope, receive, send)
            return
        headers: dict[bytes, bytes] = dict(scope["headers"])
        media: bytes | None = JSON
        try:
            accept = headers.get(b"accept")
            if accept is not None:
                media = answer_type(accept)
            method = scope["method"]
            if method == "POST":
                if media is None:
                    raise _not_acceptable()
                reply = await self._post(headers, media, receive)
            elif method in ("GET", "HEAD"):
                if self._html is not None and accept is not None and _asks_for_page(scope, accept):
                    await self._html(scope, receive, send)
                    return
                if media is None:
                    raise _not_acceptable()
                reply = await self._get(scope, headers, media, receive)
            else:
                raise self._wrong_method(f"{method[:20]} is not a method of GraphQL over HTTP")
        except RequestRefused as refusal:
            reply = self._refusal(refusal, media)
        except ClientGone:
            return
        except Exception as fault:
            id_ = log_fault(fault)
            error = {"message": "Internal error", "extensions": {"code": "INTERNAL", "id": id_}}
            reply = _Reply(500, orjson.dumps({"errors": [error]}))
        status, body, more = reply
        await send(
            {
                "type": "http.response.start",
                "status": status,
                "headers": [_CONTENT_TYPE[media or JSON], (b"content-length", b"%d" % len(body)), *more],
            }
        )
        await send({"type": "http.response.body", "body": body})

    async def _post(self, headers: Mapping[bytes, bytes], media: bytes, receive: Receive) -> _Reply:
        content_type = headers.get(b"content-type", b"")
        if content_type != JSON and not is_json(content_type):
            shown = content_type.decode("latin-1")[:80] or "none"
            raise refuse(415, "UNSUPPORTED_MEDIA_TYPE", f"Content-Type application/json is needed, not {shown}")
        settings = self.settings
        length = headers.get(b"content-length")
        body = await read_body(receive, length, settings.body_bytes, settings.body_seconds)
        parsed = parse_body(body)
        if type(parsed) is list:
            return await self._batch(parsed, headers, media, len(body), receive)
        request = request_of(parsed)
        plan, requested = self._prepare(request, len(body))
        answer = await self._run(plan, request.variables, receive)
        return self._reply(answer, media, self._asked_cost(request, headers, requested))

    async def _get(self, scope: Scope, headers: Mapping[bytes, bytes], media: bytes, receive: Receive) -> _Reply:
        if not self.settings.get:
            raise self._wrong_method("Queries are sent by POST here")
        query_string = scope["query_string"]
        request = request_of_query_string(query_string, self.settings.body_bytes)
        plan, requested = self._prepare(request, len(query_string))
        if plan.operation_type != "query":
            raise self._wrong_method(f"A {plan.operation_type} is not sent by GET")
        more: list[Header] = [(b"vary", b"accept")]
        asked_cost = self._asked_cost(request, headers, requested)
        version = self._version()
        if version is not None:
            tag = _entity_tag(version, plan, request.variables, media, asked_cost)
            if _matches(headers.get(b"if-none-match"), tag):
                return _Reply(304, b"", [*more, (b"etag", tag)])
        answer = await self._run(plan, request.variables, receive)
        reply = self._reply(answer, media, asked_cost)
        if version is not None and not answer.errors:
            more += [(b"etag", tag), (b"cache-control", b"no-cache")]
        return _Reply(reply.status, reply.body, more)

    async def _batch(
        self,
        parsed: list[Any],
        headers: Mapping[bytes, bytes],
        media: bytes,
        received: int,
        receive: Receive,
    ) -> _Reply:
        most = self.settings.batch
        if not most:
            raise refuse(400, "BATCH_TOO_LARGE", "Batches are not accepted: send one operation in a request")
        if len(parsed) > most:
            raise refuse(400, "BATCH_TOO_LARGE", f"Batch of {len(parsed):,} operations is over the limit of {most:,}")
        if not parsed:
            raise bad_request("The batch is empty")
        prepared = []
        total = 0
        for item in parsed:
            request = request_of(item)
            plan, requested = self._prepare(request, received)
            total += requested
            if total > self.limits.cost:
                raise _limited(LimitExceeded("cost", total, self.limits.cost))
            prepared.append((request, plan, requested))
        bodies = []
        for request, plan, requested in prepared:
            answer = await self._run(plan, request.variables, receive)
            bodies.append(self._reply(answer, media, self._asked_cost(request, headers, requested)).body)
        body = b"[" + b",".join(bodies) + b"]"
        self._check_size(body)
        return _Reply(200, body)

    def _prepare(self, request: GraphQLRequest, received: int) -> tuple[Plan, int]:
        """The plan of a request and its cost. Raises RequestRefused."""
        text = self.documents.text_of(request)
        try:
            plan = self.engine.plan(text, request.operation_name)
        except Refused as refused:
            errors = [token_refusal(error, self.limits) or error for error in refused.errors]
            raise RequestRefused(None, errors, _CODES[refused.stage]) from None
        if plan.operation_type == "subscription":
            raise refuse(None, "SUBSCRIPTIONS_NOT_SUPPORTED", "Subscriptions are not answered over HTTP")
        if request.extensions:
            self.documents.ran(request, text)
        variables = request.variables
        cost: OperationCost = plan.notes[COST_NOTE]
        try:
            if variables:
                check_variables(variables, self.limits, received)
            return plan, cost.check(variables)
        except LimitExceeded as refused_:
            raise _limited(refused_) from None

    async def _run(self, plan: Plan, variables: dict[str, Any], receive: Receive) -> Answer:
        deadline = monotonic() + self.settings.operation_seconds
        cost: OperationCost = plan.notes[COST_NOTE]
        if cost.heavy and not plan.asynchronous:
            return await self._in_time(self._in_thread(plan, variables, deadline), receive)
        answer = self.engine.execute(plan, variables, self._context(), version=self._version(), deadline=deadline)
        if isinstance(answer, Answer):
            return answer
        return await self._in_time(answer, receive)

    def _in_thread(self, plan: Plan, variables: dict[str, Any], deadline: float) -> Awaitable[Any]:
        settings = self.settings
        with self._heavy_lock:
            if self._heavy >= settings.threads + settings.waiting:
                retry = (b"retry-after", b"%d" % settings.retry_seconds)
                raise refuse(503, "OVERLOADED", "Too many heavy operations are waiting; try again", retry)
            self._heavy += 1
        if self._threads is None:
            self._threads = ThreadPoolExecutor(settings.threads, thread_name_prefix="heavy")
        work: Future[Any] = self._threads.submit(
            self.engine.execute,
            plan,
            variables,
            self._context(),
            version=self._version(),
            deadline=deadline,
        )
        work.add_done_callback(self._heavy_done)
        return asyncio.wrap_future(work)

    def _heavy_done(self, _: Future[Any]) -> None:
        with self._heavy_lock:
            self._heavy -= 1

    async def _in_time(self, work: Awaitable[Any], receive: Receive) -> Answer:
        """The answer. At the deadline RequestRefused, without a client ClientGone; both cancel the work."""
        answering = asyncio.ensure_future(work)
        leaving = asyncio.ensure_future(_gone(receive))
        seconds = self.settings.operation_seconds
        try:
            await asyncio.wait({answering, leaving}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            if answering.done():
                answer: Answer = answering.result()
                return answer
            if leaving.done():
                raise ClientGone
            raise refuse(None, "TIMEOUT", f"The operation took longer than {seconds:g} s")
        finally:
            answering.cancel()
            leaving.cancel()

    def _reply(self, answer: Answer, media: bytes, extensions: bytes | None) -> _Reply:
        body = answer.body
        if len(answer.errors) > self.limits.errors:
            body = self._with_fewer_errors(body)
        if extensions is not None:
            body = body[:-1] + b',"extensions":' + extensions + b"}"
        self._check_size(body)
        return _Reply(200 if answer.executed or media == JSON else FAILURE_STATUS, body)

    def _check_size(self, body: bytes) -> None:
        try:
            check_response(len(body), self.limits)
        except LimitExceeded as refused:
            raise _limited(refused) from None

    def _with_fewer_errors(self, body: bytes) -> bytes:
        parsed = orjson.loads(body)
        return orjson.dumps({**parsed, "errors": self._first_errors(parsed["errors"])})

    def _first_errors(self, errors: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The first errors up to the limit; the last of them says how many are left out."""
        most = self.limits.errors
        if len(errors) <= most:
            return errors
        kept = errors[:most]
        left_out = len(errors) - most
        kept[-1] = {**kept[-1], "extensions": {**kept[-1]["extensions"], "errorsLeftOut": left_out}}
        return kept

    def _refusal(self, refusal: RequestRefused, media: bytes | None) -> _Reply:
        errors = self._format.all_with_code(refusal.errors, refusal.code)
        status = refusal.status
        if status is None:
            status = FAILURE_STATUS if media == GRAPHQL_RESPONSE else 200
        return _Reply(status, orjson.dumps({"errors": self._first_errors(errors)}), refusal.headers)

    def _wrong_method(self, message: str) -> RequestRefused:
        allowed = b"GET, HEAD, POST" if self.settings.get else b"POST"
        return refuse(405, "METHOD_NOT_ALLOWED", message, (b"allow", allowed))

    def _asked_cost(self, request: GraphQLRequest, headers: Mapping[bytes, bytes], requested: int) -> bytes | None:
        if (request.extensions and request.extensions.get("cost") is True) or b"x-graphql-cost" in headers:
            return b'{"cost":{"requested":%d,"limit":%d}}' % (requested, self.limits.cost)
        return None

    async def _other_than_http(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            if self._websocket is not None:
                await self._websocket(scope, receive, send)
            else:
                await receive()
                await send({"type": "websocket.close", "code": 1000})


def _limited(refused: LimitExceeded) -> RequestRefused:
    return RequestRefused(None, [refused], "BAD_USER_INPUT")


def _not_acceptable() -> RequestRefused:
    return refuse(406, "NOT_ACCEPTABLE", "Answers are application/json or application/graphql-response+json")


def _asks_for_page(scope: Scope, accept: bytes) -> bool:
    return wants_html(accept) and b"query=" not in scope["query_string"]


async def _gone(receive: Receive) -> None:
    """Returns when the client has closed the connection."""
    while (await receive())["type"] != "http.disconnect":
        pass


def _entity_tag(
    version: Hashable, plan: Plan, variables: dict[str, Any], media: bytes, extensions: bytes | None
) -> bytes:
    """A weak ETag: the same for the same data, document, operation, variables and form of the answer.

    Weak, because compression may change the bytes.
    """
    parts = (
        repr(version),
        plan.text,
        plan.operation_name or "",
        media.decode(),
        (extensions or b"").decode(),
    )
    hash_ = hashlib.blake2b(digest_size=16)
    for part in parts:
        encoded = part.encode()
        hash_.update(b"%d:" % len(encoded))
        hash_.update(encoded)
    hash_.update(orjson.dumps(variables, option=orjson.OPT_SORT_KEYS))
    return b'W/"%s"' % hash_.hexdigest().encode()


def _matches(if_none_match: bytes | None, tag: bytes) -> bool:
    if if_none_match is None:
        return False
    strong = tag.removeprefix(b"W/")
    given = [part.strip().removeprefix(b"W/") for part in if_none_match.split(b",")]
    return b"*" in given or strong in given
