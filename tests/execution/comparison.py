"""Runs one operation through the engine and through Strawberry, and compares the answers."""

import asyncio
import json
from typing import Any

import orjson
import strawberry

from execution import Answer, DocumentRefused, Engine


def expected(schema: strawberry.Schema, text: str, variables=None, context=None, root=None, name=None) -> Any:
    """Strawberry's own answer, as the JSON that a client gets."""

    async def ask():
        return await schema.execute(text, variables, context, root, name)

    result = asyncio.run(ask())
    answer: dict[str, Any] = {}
    if result.errors:
        answer["errors"] = [error.formatted for error in result.errors]
    if result.data is not None or not result.errors or any(error.path for error in result.errors):
        answer["data"] = result.data
    return answer


def answered(engine: Engine, text: str, variables=None, context=None, root=None, name=None, **options) -> Answer:
    """The engine's answer, awaited where it has to be."""
    plan = engine.plan(text, name)

    async def ask():
        answer = engine.execute(plan, variables, context, root_value=root, **options)
        return answer if isinstance(answer, Answer) else await answer

    return asyncio.run(ask())


def as_json(value: Any) -> bytes:
    try:
        return orjson.dumps(value)
    except TypeError:
        return json.dumps(value, separators=(",", ":"), allow_nan=False).encode()


def assert_same(engine: Engine, text: str, variables=None, context=None, root=None, name=None, **options) -> Answer:
    """The engine answers as Strawberry does, to the byte."""
    want = expected(engine.schema, text, variables, context, root, name)
    try:
        engine.plan(text, name)
    except DocumentRefused as caught:
        refused = Answer(b"", caught.errors, executed=False)
    else:
        refused = None
    if refused:
        assert want == {"errors": [error.formatted for error in refused.errors]}
        return refused
    answer = answered(engine, text, variables, context, root, name, **options)
    try:
        body = as_json(want)
    except (TypeError, ValueError):
        assert [error.message for error in answer.errors] == ["The answer has a value that JSON can't hold."]
        return answer
    assert answer.body == body, f"{text}\n{variables}"
    assert bool(answer.errors) == ("errors" in want)
    return answer
