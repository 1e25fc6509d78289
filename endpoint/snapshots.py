"""The state of the data that a request reads, and how a request asks for another one than that of now.

A client that has written names the position that it was given: `extensions: { "atLeast": "1234" }`, or the header
`x-maillage-at-least`; it is answered once the data have it. `asOf`, or `x-maillage-as-of`, asks for the data as they
were then.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from endpoint.asgi import Header
from endpoint.errors import refusal
from endpoint.request import GraphQLRequest
from execution import Version

_AT_LEAST, _AS_OF = ("atLeast", b"x-maillage-at-least"), ("asOf", b"x-maillage-as-of")
VARY = b"accept, x-maillage-as-of"
_LONGEST = 18  # digits: what 64 bits hold


class Snapshot(NamedTuple):
    """The state of the data that a request reads from its beginning to its end.

    `context` is the context value of its operations. `version` is for the engine's memo, and `name` tells this state
    from all others in the ETag of GET; None means neither. `headers` go with every answer. Where the data are `large`,
    what grows with them runs off the event loop.
    """

    context: Any = None
    version: Version | None = None
    name: Hashable = None
    headers: Sequence[Header] = ()
    large: bool = False


class Snapshots(Protocol):
    """Gives the state for a request."""

    def now(self) -> Snapshot:
        """The newest."""

    async def at_least(self, position: int) -> Snapshot:
        """The newest, once it has a position. Raises RequestRefused."""

    async def as_of(self, position: int) -> Snapshot:
        """The state at a position. Raises RequestRefused."""


class Unchanging:
    """Gives one and the same state to every request: data without a journal."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def now(self) -> Snapshot:
        """That state."""
        return self._snapshot

    async def at_least(self, position: int) -> Snapshot:
        """Refused."""
        raise refusal("BAD_REQUEST", f"There is no position {position}: these data have no journal")

    as_of = at_least


class Wanted(NamedTuple):
    """The positions that a request names, or None."""

    at_least: int | None
    as_of: int | None


def wanted(requests: Sequence[GraphQLRequest], headers: Mapping[bytes, bytes]) -> Wanted | None:
    """What requests that come together ask for, None where it is the state of now. Raises RequestRefused."""
    if not (_AT_LEAST[1] in headers or _AS_OF[1] in headers or any(each.extensions for each in requests)):
        return None
    least, past = (_positions(requests, headers, *names) for names in (_AT_LEAST, _AS_OF))
    if len(set(past)) > 1:
        raise refusal("BAD_REQUEST", f"asOf is {past[0]} and {past[1]}: what comes together is of one position")
    if not least and not past:
        return None
    return Wanted(max(least, default=None), past[0] if past else None)


def _positions(
    requests: Sequence[GraphQLRequest], headers: Mapping[bytes, bytes], name: str, header: bytes
) -> list[int]:
    given = [each.extensions[name] for each in requests if name in each.extensions]
    if header in headers:
        given.append(headers[header].decode("latin-1"))
    return [_position(name, value) for value in given]


def _position(name: str, value: object) -> int:
    text = value if isinstance(value, str) else str(value) if type(value) is int else ""
    if not (text.isascii() and text.isdigit() and len(text) <= _LONGEST):
        shown = repr(value)[:40]
        raise refusal("BAD_REQUEST", f"{name} is {shown}: expected a position, as decimal digits, at most {_LONGEST}")
    return int(text)
