"""What an import does inside its transaction."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import sqlalchemy as sa

from graph.model import Problem, Sheet
from graph.store import tables
from graph.store.keys import keyed, sheet_digest, version_of

BATCH = 2_000


@dataclass(frozen=True, slots=True)
class MergeSummary:
    """How many sheets an import added, changed and left alone, and the keys of the same source's sheets it lacks."""

    added: int
    changed: int
    left: int
    missing: tuple[str, ...]


def merge(
    connection: sa.Connection,
    sheets: Callable[[], Iterable[Sheet]],
    source: str,
    identities: Callable[[], Iterable[Hashable]] | None,
    prune: bool,
    progress: Callable[[int], None],
) -> MergeSummary:
    """Write the sheets of a source; see `Store.merge`."""
    added = changed = left = 0
    table = tables.sheet
    missing = set(connection.scalars(sa.select(table.c.key).where(table.c.source == source)))
    pairs = keyed(sheets, identities)
    while batch := list(islice(pairs, BATCH)):
        counts = _merge_batch(connection, batch, source)
        added, changed, left = added + counts[0], changed + counts[1], left + counts[2]
        missing.difference_update(key for key, _ in batch)
        progress(added + changed + left)
    if prune:
        _delete(connection, sorted(missing))
    return MergeSummary(added, changed, left, tuple(sorted(missing)))


def _merge_batch(connection: sa.Connection, batch: Sequence[tuple[str, Sheet]], source: str) -> tuple[int, int, int]:
    table = tables.sheet
    digests = {key: sheet_digest(sheet) for key, sheet in batch}
    known: dict[str, str] = {
        row.key: row.digest
        for row in connection.execute(sa.select(table.c.key, table.c.digest).where(table.c.key.in_(digests)))
    }
    new = [(key, sheet) for key, sheet in batch if key not in known]
    same = [(key, sheet) for key, sheet in batch if known.get(key) == digests[key]]
    other = [(key, sheet) for key, sheet in batch if key in known and known[key] != digests[key]]
    _delete(connection, [key for key, _ in other])
    if written := new + other:
        connection.execute(table.insert(), [tables.row_of(key, of, digests[key], source) for key, of in written])
        connection.execute(tables.text.insert(), [{"key": key, "body": sheet.text} for key, sheet in written])
    if same:
        # The same words may stand on other lines of a corrected page.
        places = [{"of": key, **{f"new_{n}": v for n, v in tables.place_of(of, source).items()}} for key, of in same]
        moved: dict[str, Any] = {name: sa.bindparam(f"new_{name}") for name in ("source", "first_line", "last_line")}
        connection.execute(table.update().where(table.c.key == sa.bindparam("of")).values(moved), places)
    return len(new), len(other), len(same)


def _delete(connection: sa.Connection, keys: Sequence[str]) -> None:
    for table in (tables.sheet, tables.text):
        for start in range(0, len(keys), BATCH):  # a database takes so many values at once
            connection.execute(table.delete().where(table.c.key.in_(keys[start : start + BATCH])))


def replace_source(connection: sa.Connection, name: str, problems: Iterable[Problem]) -> None:
    """Write down when a source was imported and what was found in it, in place of what stands there."""
    connection.execute(tables.source.delete().where(tables.source.c.name == name))
    connection.execute(tables.problem.delete().where(tables.problem.c.source == name))
    now = datetime.now(UTC).isoformat(timespec="seconds")
    connection.execute(tables.source.insert(), {"name": name, "imported_at": now})
    rows = [{"source": name, **asdict(problem)} for problem in problems]
    if rows:
        connection.execute(tables.problem.insert(), rows)


def version(connection: sa.Connection) -> str:
    """The version of what the store holds now, of which every digest is read."""
    query = sa.select(tables.sheet.c.key, tables.sheet.c.digest).execution_options(yield_per=10_000)
    return version_of((key, digest) for key, digest in connection.execute(query))


def keep_version(connection: sa.Connection) -> None:
    """Write the version down, so that a start need not read a million digests."""
    connection.execute(tables.about.delete().where(tables.about.c.name == "version"))
    connection.execute(tables.about.insert(), {"name": "version", "value": version(connection)})
