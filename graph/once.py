"""What is made when it is first asked for, once however many threads ask: `once` for one value of an object, `kept`
for the last answers of a function.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from threading import Condition, RLock
from typing import Any, ParamSpec, TypeVar, cast
from weakref import WeakMethod

from cachetools import LRUCache, cached

Value = TypeVar("Value")
Given = ParamSpec("Given")
_LOCK = "lock of once"  # no attribute's name


class once(cached_property[Value]):
    """A property whose method runs once for each object. If it raises, the next use tries again.

    An object has one lock for all of them, so that one may need another; other objects are not held up. The value
    stands under the property's own name, so that reading it again calls nothing.
    """

    def __get__(self, instance: object, owner: type | None = None) -> Value:  # type: ignore[override]
        values, name = instance.__dict__, str(self.attrname)
        # `setdefault` is atomic: threads that come together get the same lock.
        with values.setdefault(_LOCK, RLock()):
            if name not in values:
                values[name] = self.func(instance)
            value: Value = values[name]
            return value


class Remade:
    """What has values made by `once`, and can be copied: a copy, deep or pickled, makes them anew."""

    def __getstate__(self) -> dict[str, Any]:
        made = {name for name in self.__dict__ if isinstance(getattr(type(self), name, None), once)}
        return {name: value for name, value in self.__dict__.items() if name != _LOCK and name not in made}


def kept(most: int) -> Callable[[Callable[Given, Value]], Callable[Given, Value]]:
    """Makes a function keep its last `most` answers; each is made once, though several threads ask for it together.

    Other answers are read and made meanwhile. What the function raises is not kept: whoever waited asks again.
    """

    # The library's own type forgets what the function takes.
    return cast(
        "Callable[[Callable[Given, Value]], Callable[Given, Value]]", cached(LRUCache(most), condition=Condition())
    )


def kept_by_object(most: int, method: Callable[Given, Value]) -> Callable[Given, Value]:
    """`kept` for a method of an object that has the result as an attribute, and is not kept by it in a circle."""
    weak = WeakMethod(method)

    def call(*given: Given.args, **named: Given.kwargs) -> Value:
        bound = weak()
        if bound is None:
            raise ReferenceError("The graph that this was asked of is gone: keep it as long as what it gave.")
        return bound(*given, **named)

    return kept(most)(call)
