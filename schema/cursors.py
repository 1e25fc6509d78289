"""Cursors: where an item stood, by its sort values and its key, as opaque text."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import orjson

from schema.errors import BadInput


def encode_cursor(order: str, values: list[Any]) -> str:
    """The cursor of an item that has these sort values in the order of that name."""
    return urlsafe_b64encode(orjson.dumps([order, *values])).rstrip(b"=").decode()


def decode_cursor(cursor: str, order: str, types: tuple[tuple[type, ...], ...], argument: str) -> list[Any]:
    """The sort values of a cursor. Raises BadInput unless it was made for this order and has values of these types."""
    try:
        found = orjson.loads(urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4)))
    except ValueError:
        found = None
    if not isinstance(found, list) or not found or not isinstance(found[0], str):
        raise BadInput(argument, cursor, "give a cursor of this API, as found in `edges { cursor }` or `pageInfo`")
    made_for, *values = found
    if made_for != order:
        raise BadInput(argument, cursor, f"this cursor belongs to the order {made_for!r}, the list is in {order!r}")
    fits = len(values) == len(types) and all(
        isinstance(value, accepted) and not isinstance(value, bool)
        for value, accepted in zip(values, types, strict=True)
    )
    if not fits:
        raise BadInput(argument, cursor, "give a cursor of this API, as found in `edges { cursor }` or `pageInfo`")
    return values
