"""What the graph refuses, and what it does not have.

    GraphError             one sentence, and the parameter that is at fault
    ├─ UnknownNode         a key that names no node
    ├─ OutOfRange          a number below or above what is accepted, or too many values
    ├─ NotAccepted         a value that is not one of those accepted
    └─ NotReady            what is still being made, and may be asked for later

`parameter` is the Python name of the argument; whoever shows the error to a client puts the client's word in its
place (`schema.errors`). Any other exception that leaves the graph is a fault of the graph.
"""

from __future__ import annotations

from collections.abc import Sized
from concurrent.futures import Future
from typing import TypeVar

Made = TypeVar("Made")

SHOWN = 80
"""How many characters of a value a message repeats."""


class GraphError(Exception):
    """A question that the graph cannot answer as it is put."""

    def __init__(self, parameter: str, value: object, accepted: str) -> None:
        super().__init__(parameter, value, accepted)
        self.parameter = parameter
        self.value = value
        self.accepted = accepted

    def __str__(self) -> str:
        return self.said(self.parameter)

    def said(self, name: str) -> str:
        """The sentence, with `name` for the parameter."""
        return f"{name}: {shown(self.value)!r} cannot be used; {self.accepted}."


class UnknownNode(GraphError):
    """A key that names no node, or none of the kind that is needed."""

    def __init__(self, parameter: str, key: str, what: str = "node") -> None:
        super().__init__(parameter, key, what)

    def said(self, name: str) -> str:
        """The sentence, with `name` for the parameter."""
        return f"{name}: there is no {self.accepted} {shown(self.value)!r} in the data."


class OutOfRange(GraphError):
    """A number, or a number of values, out of its range."""


class NotAccepted(GraphError):
    """A value that is none of those accepted."""


class NotReady(GraphError):
    """What is still being made. `accepted` says of what, and when to ask again."""

    def said(self, name: str) -> str:
        """The sentence, with `name` for the parameter."""
        return f"{name}: {self.accepted}."


def within(parameter: str, value: float, least: float, most: float | None = None) -> None:
    """Raises OutOfRange unless `value` is from `least` to `most`, both included; None means no upper bound."""
    if value < least or (most is not None and value > most) or value != value:
        span = f"from {least:g}" + ("" if most is None else f" to {most:g}")
        raise OutOfRange(parameter, value, f"give a number {span}")


def sized(parameter: str, values: Sized, least: int, most: int) -> None:
    """Raises OutOfRange unless there are `least` to `most` values, both included."""
    if not least <= len(values) <= most:
        accepted = f"give {least} to {most}" if least else f"give at most {most}"
        raise OutOfRange(parameter, f"{len(values)} values", accepted)


def made_meanwhile(making: Future[Made], parameter: str, what: str) -> Made:
    """What takes minutes to make, once it is made. Raises NotReady until then: `what` says what is being done."""
    if not making.done():
        raise NotReady(parameter, None, f"{what}; ask again in some minutes")
    return making.result()


def shown(value: object) -> str:
    """A value as a message repeats it: its first 80 characters."""
    text = str(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
