"""Values that are made at their first use, once, however many threads ask at the same time."""

from __future__ import annotations

from collections.abc import Callable
from threading import RLock
from typing import Any, Generic, TypeVar, overload

Value = TypeVar("Value")
_MAKING = RLock()


class once(Generic[Value]):
    """A property whose method runs once for each object. If it raises, the next use tries again.

    One lock serves all: such values may need each other, and none is made on a hot path.
    """

    def __init__(self, make: Callable[[Any], Value]) -> None:
        self._make = make
        self.__doc__ = make.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type) -> once[Value]: ...

    @overload
    def __get__(self, instance: object, owner: type) -> Value: ...

    def __get__(self, instance: object | None, owner: type) -> Value | once[Value]:
        if instance is None:
            return self
        found = instance.__dict__
        if self._name in found:
            made: Value = found[self._name]
            return made
        with _MAKING:
            if self._name not in found:
                found[self._name] = self._make(instance)
            value: Value = found[self._name]
            return value
