"""A store: what it holds, and how sheets come into it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cache
from itertools import count, islice
from operator import itemgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple, Self

import orjson
import sqlalchemy as sa

from graph.model import LightRow, Origin, Problem, Sheet, SheetText
from graph.store import tables
from graph.store.keys import keyed, sheet_digest, version_of
from graph.store.tables import StoreError, open_file

BATCH = 2_000
"""How many sheets are written at once."""

LISTS = len(tables.LISTS)  # a light row ends with its lists and its number


# A sheet is read by one text at a time: making the statement anew takes longer than reading the row.
_TEXT = sa.select(tables.text.c.body).where(tables.text.c.key == sa.bindparam("wanted"))


class MergeSummary(NamedTuple):
    """How many sheets an import added, changed and left alone, and the keys of the same source's sheets it lacks."""

    added: int
    changed: int
    left: int
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """A file that was imported: its name, the time in UTC (ISO 8601), and the problems that were found in it."""

    name: str
    imported_at: str
    problems: tuple[Problem, ...]


class Store:
    """The sheets of one database. `Store(path)` opens a file, or makes it where `create` is true and there is none.

    Whoever opens a store closes it, after the graph that reads from it: `with Store(path) as store:`. A writer waits
    `busy_milliseconds` for another one. Raises StoreError with a sentence where the file is missing, empty, foreign, or
    of another format.
    """

    def __init__(self, path: Path, *, create: bool = False, busy_milliseconds: int = 5_000) -> None:
        self.path = path
        self._engine = open_file(path, create=create, busy_milliseconds=busy_milliseconds)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()

    def merge(
        self,
        sheets: Callable[[], Iterable[Sheet]],
        source: str,
        problems: Callable[[], Iterable[Problem]] = tuple,
        *,
        identities: Callable[[], Iterable[Hashable]] | None = None,
        prune: bool = False,
        progress: Callable[[int], None] = lambda done: None,
    ) -> MergeSummary:
        """Put the sheets in the store, each under its key, in one transaction.

        For `sheets` and `identities` see `keyed`. `problems` is asked once the sheets were walked, for what was found
        on the way. With `prune`, sheets that the same source gave before and no longer has are deleted; otherwise they
        stay and the summary names them. `progress` is told how many sheets are done.
        Raises StoreError where another import holds the store.
        """
        try:
            with self._engine.execution_options(**tables.WRITING).begin() as connection:
                summary = _merge(connection, keyed(sheets, identities), source, prune, progress)
                _replace_source(connection, source, problems())
                # Written down, so that a start need not read a million digests.
                connection.execute(_put(tables.about), {"name": "version", "value": _version(connection)})
        except sa.exc.OperationalError as error:
            raise StoreError(f"The store {self.path} cannot be written: {error.orig}.") from error
        return summary

    def count(self) -> int:
        """How many sheets the store holds."""
        with self._engine.connect() as connection:
            return connection.scalar(sa.select(sa.func.count()).select_from(tables.sheet)) or 0

    def version(self) -> str:
        """Sixteen hexadecimal digits that hash every key and every sheet's content: equal stores, equal versions."""
        with self._engine.connect() as connection:
            return tables.told(connection, "version") or _version(connection)

    def light_rows(self) -> Iterator[LightRow]:
        """The rows that the graph is built from, in no stated order. Equal values of two rows are one object."""
        columns = (tables.light_column(name) for name in LightRow._fields)
        query = sa.select(*columns).execution_options(yield_per=10_000)
        # A million rows have a few thousand different lists, and fewer other values: each is decoded and kept once.
        listed = cache(lambda text: tuple(orjson.loads(text)))
        kept: dict[str, str] = {}
        keep = kept.setdefault
        with self._engine.connect() as connection:
            for key, title, year, *values, number in connection.execute(query):
                words, lists = values[:-LISTS], values[-LISTS:]
                yield LightRow._make((key, title, year, *map(keep, words, words), *map(listed, lists), number))

    def sheets(self) -> Iterator[tuple[str, Sheet]]:
        """Each key with its whole sheet, in the order of source and line."""
        sheet, text = tables.sheet, tables.text
        query = sa.select(sheet, text.c.body).join_from(sheet, text, sheet.c.key == text.c.key)
        query = query.order_by(sheet.c.source, sheet.c.first_line, sheet.c.key)
        with self._engine.connect() as connection:
            for row in connection.execution_options(yield_per=1_000).execute(query).mappings():
                yield row["key"], tables.sheet_of(row)

    def text(self, key: str) -> SheetText:
        """The text of a sheet. Raises KeyError for an unknown key."""
        with self._engine.connect() as connection:
            body = connection.scalar(_TEXT, {"wanted": key})
        if body is None:
            raise KeyError(key)
        return tables.text_of(body)

    def texts(self) -> Iterator[tuple[str, SheetText]]:
        """Each key with its text, in no stated order."""
        query = sa.select(tables.text.c.key, tables.text.c.body)
        with self._engine.connect() as connection:
            for key, body in connection.execution_options(yield_per=1_000).execute(query):
                yield key, tables.text_of(body)

    def origin(self, key: str) -> Origin | None:
        """Where the sheet of an action was read, or None where the import did not say. Raises KeyError."""
        columns = (tables.sheet.c[name] for name in ("source", "first_line", "last_line"))
        query = sa.select(*columns).where(tables.sheet.c.key == key)
        with self._engine.connect() as connection:
            row = connection.execute(query).mappings().one_or_none()
        if row is None:
            raise KeyError(key)
        return tables.origin_of(row)

    def sources(self) -> tuple[SourceRecord, ...]:
        """What was imported, by name, each with the problems found at its last import."""
        with self._engine.connect() as connection:
            problems: dict[str, list[Problem]] = {}
            for row in connection.execute(sa.select(tables.problem).order_by(tables.problem.c.id)):
                problems.setdefault(row.source, []).append(Problem(row.line, row.text, row.reason))
            return tuple(
                SourceRecord(row.name, row.imported_at, tuple(problems.get(row.name, ())))
                for row in connection.execute(sa.select(tables.source).order_by(tables.source.c.name))
            )


def _put(table: sa.Table) -> sa.Insert:
    return table.insert().prefix_with("OR REPLACE")


_STATE = ("digest", "source", "first_line", "last_line")
_state = itemgetter(*_STATE)


def _merge(
    connection: sa.Connection,
    pairs: Iterator[tuple[str, Sheet]],
    source: str,
    prune: bool,
    progress: Callable[[int], None],
) -> MergeSummary:
    columns = tables.sheet.c
    missing = set(connection.scalars(sa.select(columns.key).where(columns.source == source)))
    numbers = count(1 + (connection.scalar(sa.select(sa.func.max(columns.number))) or 0))
    done = present = left = 0
    while keyed_sheets := list(islice(pairs, BATCH)):
        batch = dict(keyed_sheets)
        if len(batch) < len(keyed_sheets):
            [(key, _)] = Counter(key for key, _ in keyed_sheets).most_common(1)
            titles = " and ".join(repr(sheet.title) for known, sheet in keyed_sheets if known == key)
            raise StoreError(f"{source}: the actions {titles} get one key, {key}; nothing of the file was imported.")
        query = sa.select(*(columns[name] for name in ("key", "number", *_STATE))).where(columns.key.in_(batch))
        known, given = {}, {}
        for key, number, *state in connection.execute(query):
            known[key], given[key] = tuple(state), number
        rows = [
            tables.row_of(key, given.get(key) or next(numbers), sheet, sheet_digest(sheet), source)
            for key, sheet in batch.items()
        ]
        # The same words may stand on other lines of a corrected page.
        if moved := [row for row in rows if known.get(row["key"]) != _state(row)]:
            connection.execute(_put(tables.sheet), moved)
        changed = [row["key"] for row in moved if known.get(row["key"], ("",))[0] != row["digest"]]
        if changed:
            connection.execute(_put(tables.text), [{"key": key, "body": batch[key].text} for key in changed])
        done, present, left = done + len(batch), present + len(known), left + len(batch) - len(changed)
        missing.difference_update(batch)
        progress(done)
    gone = tuple(sorted(missing))
    for start in range(0, len(gone) if prune else 0, BATCH):  # a database takes so many values at once
        for table in (tables.sheet, tables.text):
            connection.execute(table.delete().where(table.c.key.in_(gone[start : start + BATCH])))
    return MergeSummary(done - present, present - left, left, gone)


def _replace_source(connection: sa.Connection, name: str, problems: Iterable[Problem]) -> None:
    """Write down when a source was imported and what was found in it, in place of what stands there."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    connection.execute(_put(tables.source), {"name": name, "imported_at": now})
    connection.execute(tables.problem.delete().where(tables.problem.c.source == name))
    if rows := [{"source": name, **asdict(problem)} for problem in problems]:
        connection.execute(tables.problem.insert(), rows)


def _version(connection: sa.Connection) -> str:
    """The version of what the store holds now, of which every digest is read."""
    query = sa.select(tables.sheet.c.key, tables.sheet.c.digest).execution_options(yield_per=10_000)
    return version_of((key, digest) for key, digest in connection.execute(query))


@contextmanager
def new_store(path: Path) -> Iterator[Store]:
    """A store to fill, which is at `path` once the block has ended: one that fails or is killed leaves none there.

    Raises StoreError where another process made a store there in the meantime; that one is kept.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=path.parent, prefix=f"{path.name}.") as folder:
        made = Path(folder) / path.name
        with Store(made, create=True) as store:
            yield store
        # Closing the last connection has folded the write-ahead log into the file: it is whole without its companions.
        if path.exists():
            raise StoreError(f"{path} was made by another import in the meantime, and is kept. Import again.")
        made.replace(path)
