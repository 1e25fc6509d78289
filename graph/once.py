"""What is made when it is first asked for, once however many threads ask: `once` for one value of an object, `kept`
for the last answers of a function.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Condition, RLock
from typing import Any, Generic, ParamSpec, TypeVar, cast

from cachetools import LRUCache, cached

Value = TypeVar("Value")
Given = ParamSpec("Given")
_LOCK = "lock of once"  # no attribute's name


class once(Generic[Value]):
    """A property whose method runs once for each object. If it raises, the next use tries again.

    An object has one lock for all of them, so that one may need another; other objects are not held up. The value
    stands under the property's own name, so that reading it again calls nothing.
    """

    def __init__(self, make: Callable[[Any], Value]) -> None:
        self._make = make
        self.__doc__ = make.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, instance: object, owner: type) -> Value:
        values = instance.__dict__
        # `setdefault` is atomic: threads that come together get the same lock.
        with values.setdefault(_LOCK, RLock()):
            if self._name not in values:
                values[self._name] = self._make(instance)
            value: Value = values[self._name]
            return value


def kept(most: int) -> Callable[[Callable[Given, Value]], Callable[Given, Value]]:
    """Makes a function keep its last `most` answers; each is made once, though several threads ask for it together.

    Other answers are read and made meanwhile. What the function raises is not kept: whoever waited asks again.
    """

    # The library's own type forgets what the function takes.
    return cast(
        "Callable[[Callable[Given, Value]], Callable[Given, Value]]", cached(LRUCache(most), condition=Condition())
    )
