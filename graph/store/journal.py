"""The journal of one transaction: an entry for each change, at consecutive positions, chained."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from secrets import token_hex
from typing import Any, NamedTuple

import sqlalchemy as sa

from graph.store import tables
from graph.store.chain import Head, commitment, hashed
from graph.store.digests import part_of_version
from graph.store.tables import State

_AT_ONCE = 1_000  # entries that are written together


class Operation(StrEnum):
    """What an entry of the journal tells. GENESIS is the first import, of whatever size, into an empty store; ERASE is
    of a sheet that is gone or, where it is public, of earlier revisions of one that stays."""

    GENESIS = "GENESIS"
    ADD = "ADD"
    CORRECT = "CORRECT"
    WITHDRAW = "WITHDRAW"
    RESTORE = "RESTORE"
    MERGE = "MERGE"
    ERASE = "ERASE"


class Held(NamedTuple):
    """What a sheet is before or after a change."""

    state: State
    digest: str

    @property
    def is_public(self) -> bool:
        """Whether the graph has it."""
        return self.state is State.PUBLISHED


@dataclass(frozen=True, slots=True)
class Cause:
    """Who changes something, and why; `import_id` where an import does."""

    author: str | None = None
    reason: str | None = None
    import_id: int | None = None


def now() -> str:
    """The time in UTC, ISO 8601, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


class Journal:
    """The entries of one transaction. Making one takes the head of the store, which the transaction has locked;
    `close` writes it back with the last entries. Nothing is there before the transaction is committed.
    """

    def __init__(self, connection: sa.Connection, cause: Cause) -> None:
        row = connection.execute(sa.select(tables.head)).one()
        self.head = Head(row.position, row.version, row.chain)
        self.number: int = row.number
        self.at = now()
        self._connection = connection
        self._cause = cause
        self._waiting: list[dict[str, Any]] = []

    @property
    def position(self) -> int:
        """The position of the last entry."""
        return self.head.position

    def genesis(self, published: Iterable[tuple[str, str]]) -> None:
        """The one entry of the sheets that an empty store begins with, given by key and digest."""
        version = 0
        for key, digest in published:
            version ^= part_of_version(key, digest)
        self.head = self.head.toggled(version)
        promised = hashed(self.head.version)
        self._add(Operation.GENESIS, promised, was_public=False, is_public=True)

    def entry(
        self,
        operation: Operation,
        key: str,
        revision: int,
        before: Held | None,
        after: Held | None,
        reason: str | None = None,
    ) -> int:
        """The position of a change of one sheet: `before` is None where it is new, `after` where it is erased."""
        for held in (before, after):
            if held is not None and held.is_public:
                self.head = self.head.toggled(part_of_version(key, held.digest))
        salt = token_hex(16)
        state, digest = after or ("", "")
        self._add(
            operation,
            commitment(salt, key, revision, state, digest),
            was_public=before is not None and before.is_public,
            is_public=after is not None and after.is_public,
            key=key,
            revision=revision,
            salt=salt,
            reason=reason or self._cause.reason,
        )
        return self.head.position

    def close(self) -> None:
        """Write what waits, and the head."""
        self._flush()
        head = self.head
        values = {"position": head.position, "version": head.version, "chain": head.chain, "number": self.number}
        self._connection.execute(tables.head.update().values(**values))

    def _add(self, operation: Operation, promised: str, *, was_public: bool, is_public: bool, **of_sheet: Any) -> None:
        self.head = self.head.after(self.at, operation, promised)
        columns = {"key": None, "revision": None, "salt": None, "reason": self._cause.reason}
        self._waiting.append(
            columns
            | {
                "position": self.head.position,
                "at": self.at,
                "operation": operation,
                "author": self._cause.author,
                "import_id": self._cause.import_id,
                "was_public": was_public,
                "is_public": is_public,
                "version": self.head.version,
                "commitment": promised,
                "chain": self.head.chain,
            }
            | of_sheet
        )
        if len(self._waiting) >= _AT_ONCE:
            self._flush()

    def _flush(self) -> None:
        if self._waiting:
            self._connection.execute(tables.journal.insert(), self._waiting)
            self._waiting.clear()
