"""Cursors: where an item stands in a list, by its sort values and its key, as opaque text."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import orjson

from graph.door import Ordered
from schema.errors import bad_input

_ACCEPTED = "give a cursor of this API, as found in `edges { cursor }` or `pageInfo`"


def cursor_of(items: Ordered[Any], item: Any) -> str:
    """The cursor of an item of a list."""
    return urlsafe_b64encode(orjson.dumps([items.order, *items.place_of(item)])).rstrip(b"=").decode()


def place_of(cursor: str | None, items: Ordered[Any], argument: str) -> Any:
    """The place that a cursor tells, None for none. Raises BadInput unless it was made for the order of `items`."""
    if cursor is None:
        return None
    try:
        order, *values = orjson.loads(urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4)))
        if order == items.order:
            return items.place(values)
        foreign = isinstance(order, str)
    except (ValueError, TypeError):
        foreign = False
    if foreign:
        accepted = f"this cursor belongs to the order {order!r}, the list is in {items.order!r}"
        raise bad_input(argument, cursor, accepted)
    raise bad_input(argument, cursor, _ACCEPTED)
