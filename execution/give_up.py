"""How compiled code stops early.

GiveUp              the operation is run again by graphql-core, whose answer is the answer
  NotMemoisable     … and compiled anew the next time, with the memo off for one type
  PlaceNeeded       … and from then on always by graphql-core
DeadlineExceeded    the answer is a TIMEOUT error; nothing is run again
"""

from __future__ import annotations


class GiveUp(Exception):
    """Compiled code met something that is not plain success. `args[0]` says what."""


class NotMemoisable(GiveUp):
    """A type named in `memo_types` has a source that compares by value: it can't be a key of the memo."""

    def __init__(self, type_name: str, source: type) -> None:
        super().__init__(f"{type_name}: {source.__qualname__} is not compared by identity")
        self.type_name = type_name


class PlaceNeeded(GiveUp):
    """A resolver asked for the path of its field."""


class DeadlineExceeded(BaseException):
    """The deadline of the operation has passed. Derived from BaseException so that graphql-core's executor, which makes
    a field error of every Exception, lets it through."""
