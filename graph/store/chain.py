"""The chain of the journal: each entry's hash holds that of the entry before it.

Whoever copies the journal can tell that nothing was changed, left out or put in. What an entry says of a sheet stands
in it only as a salted hash, its *commitment*: once the salt and the sheet are erased nothing leads back to them, and
the chain still holds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace

START = "0" * 32
"""The chain before the first entry."""


@dataclass(frozen=True, slots=True)
class Head:
    """Where a journal stands: the position of its last entry (0: none), the version of the content, its chain."""

    position: int = 0
    version: str = "0" * 16
    chain: str = START

    def toggled(self, part: int) -> Head:
        """With what a sheet adds to the version, or takes from it: see `graph.store.digests.part_of_version`."""
        return replace(self, version=f"{int(self.version, 16) ^ part:016x}")

    def after(self, at: str, operation: str, commitment: str) -> Head:
        """The head once an entry follows, of which the version is this one's."""
        position = self.position + 1
        chain = hashed(self.chain, str(position), at, operation, self.version, commitment)
        return replace(self, position=position, chain=chain)


def commitment(salt: str, key: str, revision: int, state: str, digest: str) -> str:
    """What an entry holds of a revision of a sheet: 32 hexadecimal digits."""
    return hashed(salt, key, str(revision), state, digest)


def hashed(*parts: str) -> str:
    """32 hexadecimal digits of the BLAKE2b hash of some words, which hold no line feed."""
    return hashlib.blake2b("\n".join(parts).encode(), digest_size=16).hexdigest()


def first_break(entries: Iterable[tuple[int, str, str, str, str, str]]) -> int | None:
    """The position at which the chain of a whole journal does not hold, or None where it holds.

    An entry is its position, time, operation, version, commitment and chain; they come in the order of positions.
    """
    head = Head()
    for position, at, operation, version, promised, chain in entries:
        head = replace(head, version=version).after(at, operation, promised)
        if (head.position, head.chain) != (position, chain):
            return head.position
    return None
