"""What must not come back once it is erased, kept as hashes under a secret of the store: no name stands in them.

The secret stands in the head of the store, so that a copy that is restored still refuses what was erased. It keeps the
hashes from being looked up in a table made beforehand, or compared between stores; whoever has the file and guesses a
name can try the guess.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterable, Iterator
from itertools import chain

import orjson
import sqlalchemy as sa

from graph.labels import structure_of, structures_of
from graph.model import Problem, Sheet, SheetText
from graph.store import tables
from graph.store.digests import identity_of, sheet_digest
from graph.store.journal import now
from graph.store.naming import holds_any

_NO_TEXT = SheetText()


def own_marks(sheet: Sheet) -> set[str]:
    """What a sheet is known by, however its source or one of its title and its text is changed: its content, its
    structure, title and year, its structure and text."""
    return set(_marks(sheet, sheet_digest(sheet), identity_of(sheet)))


def _marks(sheet: Sheet, digest: str, identity: str) -> Iterator[str]:
    yield f"content {digest}"
    yield f"identity {identity}"
    if sheet.text != _NO_TEXT:
        said = hashlib.blake2b(orjson.dumps(sheet.text), digest_size=16).hexdigest()
        yield f"text {structure_of(sheet)} {said}"


def telling(erased: Iterable[Sheet]) -> Callable[[Problem], bool]:
    """Whether a problem is of a line of sheets that were erased, or tells their structure or their title."""
    sheets = list(erased)
    lines = [range(sheet.origin.first_line, sheet.origin.last_line + 1) for sheet in sheets if sheet.origin]
    names = holds_any(name for sheet in sheets for name in (sheet.structure, sheet.title))
    return lambda problem: any(problem.line in some for some in lines) or names(f"{problem.text} | {problem.reason}")


class Suppression:
    """What is suppressed in a store, as a transaction finds it."""

    def __init__(self, connection: sa.Connection) -> None:
        self._secret = bytes.fromhex(connection.scalar(sa.select(tables.head.c.secret)) or "")
        self.traces = frozenset(connection.scalars(sa.select(tables.suppression.c.trace)))

    def covers(self, sheet: Sheet, digest: str, identity: str) -> bool:
        """Whether a sheet, of that digest and identity, or the structure that it names, was erased."""
        if not self.traces:
            return False
        return any(map(self.has, chain(structures_of(sheet), _marks(sheet, digest, identity))))

    def has(self, mark: str) -> bool:
        """Whether the node of a key was erased, or a sheet of one of `own_marks`."""
        return self._trace(mark) in self.traces

    def add(self, connection: sa.Connection, marks: Iterable[str]) -> None:
        """Suppress what these marks are of."""
        rows = [{"trace": trace, "at": now()} for trace in sorted({*map(self._trace, marks)} - self.traces)]
        if rows:
            connection.execute(tables.suppression.insert(), rows)

    def _trace(self, mark: str) -> str:
        return hmac.digest(self._secret, mark.encode("utf-8", "surrogatepass"), "sha256").hex()
