"""A store: what it holds, and how sheets come into it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

import orjson
import sqlalchemy as sa

from graph.model import LightRow, Origin, Problem, Sheet, SheetText
from graph.store import tables
from graph.store.applying import ImportSummary, SourceName
from graph.store.chain import Head
from graph.store.database import StoreError, back_up, open_file, writing_errors
from graph.store.importing import Import
from graph.store.reading import ROWS, Entry, Revision, entries, head_of, resolved, revisions, sheet_of_revision
from graph.store.tables import State
from graph.store.verification import findings
from graph.store.writer import Writer

LISTS = len(tables.LISTS)  # a light row ends with its lists and its number


# A sheet is read by one text at a time: making the statement anew takes longer than reading the row.
_TEXT = (
    sa.select(tables.text.c.body, tables.sheet.c.revision)
    .join_from(tables.text, tables.sheet, tables.sheet.c.key == tables.text.c.key)
    .where(tables.text.c.key == sa.bindparam("wanted"))
)
_PUBLISHED = tables.sheet.c.state == State.PUBLISHED


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

    @property
    def writer(self) -> Writer:
        """Writes changes of single sheets."""
        return Writer(self._engine, self.path)

    @contextmanager
    def importing(self, source: SourceName, progress: Callable[[int], None] = lambda done: None) -> Iterator[Import]:
        """An import of a source, to be filled and finished in the block. `progress` is told how many sheets are done.

        Nothing is locked before it is finished. Raises StoreBusy where another writer holds the store, StoreError where
        it cannot be written; nothing is then written.
        """
        with self._writing() as connection:
            job = Import(connection, source, progress)
            try:
                yield job
            finally:
                job.close()

    def merge(
        self,
        sheets: Iterable[Sheet],
        source: str,
        problems: Iterable[Problem] = (),
        *,
        prune: bool = False,
        progress: Callable[[int], None] = lambda done: None,
    ) -> ImportSummary:
        """Put the sheets of a source in the store, in one transaction. See `importing`, and `graph.store.settling` for
        which sheets they are. With `prune`, what the source gave before and no longer has is withdrawn, unless another
        source gives it.
        """
        with self.importing(SourceName(source, source), progress) as job:
            for sheet in sheets:
                job.give(sheet)
            return job.finish(problems, prune=prune)[0]

    def source_at(self, path: Path) -> SourceName:
        """The source of a file: the one that was imported from there before, or a new one, which is shown by the end of
        its path that no other one has."""
        location = str(path.resolve())
        with self._engine.connect() as connection:
            names = {row.name: row.location for row in connection.execute(sa.select(tables.source))}
        known = [name for name, at in names.items() if at == location]
        ends = ["/".join(path.resolve().parts[-length:]) for length in range(1, len(path.resolve().parts) + 1)]
        free = [end for end in ends if end not in names]
        return SourceName([*known, *free, location][0], location)

    def source_named(self, name: str) -> SourceName:
        """The source that is shown under a name, or a new one of that name."""
        with self._engine.connect() as connection:
            known = connection.scalar(sa.select(tables.source.c.location).where(tables.source.c.name == name))
        return SourceName(name, known or name)

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        """A connection of a writer's own, which goes with what it staged."""
        with writing_errors(self.path), self._engine.connect() as connection:
            connection.detach()
            yield connection

    def count(self) -> int:
        """How many sheets are published."""
        with self._engine.connect() as connection:
            query = sa.select(sa.func.count()).select_from(tables.sheet).where(_PUBLISHED)
            return connection.scalar(query) or 0

    def version(self) -> str:
        """Sixteen hexadecimal digits that hash every published key and its sheet's content: equal stores, equal
        versions."""
        with self._engine.connect() as connection:
            return head_of(connection).version

    def light_rows(self) -> Iterator[LightRow]:
        """The rows that the graph is built from, in no stated order. Equal values of two rows are one object."""
        columns = (tables.light_column(name) for name in LightRow._fields)
        query = sa.select(*columns).where(_PUBLISHED).execution_options(yield_per=10_000)
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
        sheet = tables.sheet
        query = ROWS.where(_PUBLISHED).order_by(sheet.c.source, sheet.c.first_line, sheet.c.key)
        with self._engine.connect() as connection:
            for row in connection.execution_options(yield_per=1_000).execute(query).mappings():
                yield row["key"], tables.sheet_of_row(row)

    def head(self) -> Head:
        """Where the journal stands: its position, the version of the content, and its chain."""
        with self._engine.connect() as connection:
            return head_of(connection)

    def entries(self, after: int = 0, most: int | None = None, key: str | None = None) -> list[Entry]:
        """The entries of the journal after a position, oldest first: at most so many, of all sheets or of one."""
        with self._engine.connect() as connection:
            return list(entries(connection, after, most, key))

    def revisions(self, key: str) -> list[Revision]:
        """Every revision of a sheet, oldest first; of an old key, those of the sheet that it leads to."""
        with self._engine.connect() as connection:
            return list(revisions(connection, resolved(connection, key)))

    def aliases(self) -> dict[str, str]:
        """The old keys of sheets, each with the key that it leads to."""
        with self._engine.connect() as connection:
            return {row.alias: row.key for row in connection.execute(sa.select(tables.alias))}

    def findings(self) -> list[str]:
        """What `maillage verify` finds: see `graph.store.verification.findings`."""
        with self._engine.connect() as connection:
            return list(findings(connection))

    def back_up(self, path: Path) -> None:
        """Write a whole store to a new file, of one moment, while others write. Raises StoreError where it is there."""
        if path.exists():
            raise StoreError(f"{path} is there already, and is kept. Name another file.")
        path.parent.mkdir(parents=True, exist_ok=True)
        with writing_errors(path):
            back_up(self._engine, path)

    def text(self, key: str, revision: int | None = None) -> SheetText:
        """The text of a sheet in one of its revisions, or as it stands. Raises KeyError for an unknown one."""
        with self._engine.connect() as connection:
            row = connection.execute(_TEXT, {"wanted": key}).one_or_none()
            if row is not None and revision in (None, row.revision):
                return tables.text_of(row.body)
            sheet = None if revision is None else sheet_of_revision(connection, key, revision)
        if sheet is None:
            raise KeyError(key)
        return sheet.text

    def revision_of_number(self) -> dict[int, int]:
        """The revision of every published sheet, by its number."""
        query = sa.select(tables.sheet.c.number, tables.sheet.c.revision).where(_PUBLISHED)
        with self._engine.connect() as connection:
            return {row.number: row.revision for row in connection.execute(query)}

    def sheet_of_number(self, number: int, revision: int) -> tuple[str, Sheet] | None:
        """The key of the sheet of a number, and what one of its revisions said; None where there is no such one."""
        with self._engine.connect() as connection:
            key = connection.scalar(sa.select(tables.sheet.c.key).where(tables.sheet.c.number == number))
            sheet = None if key is None else sheet_of_revision(connection, key, revision)
        return None if key is None or sheet is None else (key, sheet)

    def texts(self) -> Iterator[tuple[str, SheetText]]:
        """Each key with its text, in no stated order."""
        # The few that are not published are looked up, not each one that is.
        others = sa.select(tables.sheet.c.key).where(~_PUBLISHED)
        query = sa.select(tables.text.c.key, tables.text.c.body).where(tables.text.c.key.not_in(others))
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
            problems: dict[int, list[Problem]] = {}
            for row in connection.execute(sa.select(tables.problem).order_by(tables.problem.c.id)):
                problems.setdefault(row.source, []).append(Problem(row.line, row.text, row.reason))
            return tuple(
                SourceRecord(row.name, row.imported_at, tuple(problems.get(row.id, ())))
                for row in connection.execute(sa.select(tables.source).order_by(tables.source.c.name))
            )


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
