"""What compiled code calls while it runs."""

from __future__ import annotations

from collections.abc import AsyncIterable, Iterator
from time import monotonic
from typing import Any

from graphql.pyutils import is_iterable

from execution.give_up import DeadlineExceeded, GiveUp
from execution.strawberry_internals import optimized_is_awaitable


def items_of(value: Any) -> list[Any]:
    """The items of a list field's value that is neither a list nor a tuple.

    Raises:
        GiveUp: it is not what graphql-core takes for a list.
    """
    if isinstance(value, (Exception, AsyncIterable)) or optimized_is_awaitable(value) or not is_iterable(value):
        raise GiveUp("no list")
    return list(value)


def watch(items: Any, deadline: float | None, step: int) -> Any:
    """Look at the clock, and again after each `step` items of a list longer than that. Returns the items.

    Raises:
        DeadlineExceeded: it is later than `deadline` (time.monotonic(), seconds).
    """
    if deadline is None:
        return items
    if monotonic() > deadline:
        raise DeadlineExceeded
    return _watched(items, deadline, step) if len(items) > step else items


def _watched(items: Any, deadline: float, step: int) -> Iterator[Any]:
    for number, item in enumerate(items):
        if not number % step and monotonic() > deadline:
            raise DeadlineExceeded
        yield item
