"""A store: what it holds, and how sheets come into it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from copy import copy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self, cast

import sqlalchemy as sa

from graph.model import LightRow, Origin, Problem, Sheet, SheetText, StructurePlace
from graph.store import tables
from graph.store.applying import ImportSummary
from graph.store.chain import Head
from graph.store.database import WRITING, OneConnection, StoreError, back_up, decoded, file_of, open_file, put
from graph.store.difference import Difference, difference, head_at, proves, published_at
from graph.store.erasing import Erasure, erasable, erase
from graph.store.importing import Import
from graph.store.journal import Cause
from graph.store.labelling import labels
from graph.store.proposals import Decided, Proposal, decided, waiting
from graph.store.public import PublicJournal
from graph.store.reach import Reach, mentions
from graph.store.reading import ROWS, Entry, Revision, entries, head_of, resolved, revisions, sheet_of_revision
from graph.store.remains import prepared_folder
from graph.store.sources import SourceName
from graph.store.structures import Placed, place_structures, printed_structures, structure_places
from graph.store.tables import State
from graph.store.texts import origin_at, said_at, text_at, texts_at
from graph.store.verification import findings
from graph.store.writer import Writer

IMPORT_KIBIBYTES = 128 * 1024
"""How much memory an import may take for pages of the database, twice."""

LISTS = len(tables.LISTS)  # a light row ends with its lists and its number


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
    `busy_milliseconds` for another one. A `draft` is lost where a write of it fails. Raises StoreError with a sentence
    where the file is missing, empty, foreign, or of another format.
    """

    def __init__(
        self, path: Path, *, create: bool = False, busy_milliseconds: int = 5_000, draft: bool = False
    ) -> None:
        self.path = path
        self._engine = open_file(path, create=create, busy_milliseconds=busy_milliseconds, draft=draft)

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
        return Writer(self._engine)

    @property
    def public(self) -> PublicJournal:
        """Reads what anybody may know of its history."""
        return PublicJournal(self._engine)

    @contextmanager
    def importing(self, source: SourceName, progress: Callable[[int], None] = lambda done: None) -> Iterator[Import]:
        """An import of a source, to be filled and finished in the block. `progress` is told how many sheets are done.

        Nothing is locked before it is finished. Raises StoreBusy where another writer holds the store, StoreError where
        it cannot be written; nothing is then written.
        """
        with self._writing() as connection:
            yield Import(connection, source, progress)

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

    def sources_moved_to(self, path: Path) -> list[str]:
        """The sources that a file may be, moved: files of its name that are where they were no more. None where the
        file was imported from there before.
        """
        with self._engine.connect() as connection:
            places = {row.name: Path(row.location) for row in connection.execute(sa.select(tables.source))}
        if path.resolve() in places.values():
            return []
        files = {name: at for name, at in sorted(places.items()) if at.is_absolute() and at.name == path.name}
        return [name for name, at in files.items() if not at.exists()]

    def source_named(self, name: str) -> SourceName:
        """The source that is shown under a name, or a new one of that name."""
        with self._engine.connect() as connection:
            known = connection.scalar(sa.select(tables.source.c.location).where(tables.source.c.name == name))
        return SourceName(name, known or name)

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        """A connection of a writer's own, which goes with what it staged."""
        with self._engine.connect() as connection:
            connection.detach()
            # Keys come in no order: what they are found by is written page by page again where it is not in memory.
            for schema in ("main", "temp"):
                connection.exec_driver_sql(f"PRAGMA {schema}.cache_size=-{IMPORT_KIBIBYTES}")
            connection.rollback()
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
        listed = cache(lambda text: tuple(decoded(text)))
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
            for row in connection.execute(query.execution_options(yield_per=1_000)).mappings():
                yield row["key"], tables.sheet_of_row(row)

    def head(self) -> Head:
        """Where the journal stands: its position, the version of the content, and its chain."""
        with self._engine.connect() as connection:
            return head_of(connection)

    def head_at(self, position: int) -> Head | None:
        """Where the journal stood at a position, or None where it has none."""
        with self._engine.connect() as connection:
            return head_at(connection, position)

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

    def labels(self, after: int = 0) -> dict[str, str]:
        """What concepts, departments and structures are called, by key: all, or those decided after a position. The
        words of a vocabulary come before them."""
        with self._engine.connect() as connection:
            return labels(connection, after)

    def place_structures(self, source: SourceName, given: Mapping[str, StructurePlace]) -> Placed:
        """Put what a source says of structures, by their keys, in the place of what it said before, in one transaction.
        Raises StoreBusy where another one writes.
        """
        with self._engine.execution_options(**WRITING).begin() as connection:
            return place_structures(connection, source, given)

    def structure_places(self) -> dict[str, StructurePlace]:
        """Where structures are, by key, as far as a source says so."""
        with self._engine.connect() as connection:
            return structure_places(connection)

    def placed_structures(self) -> tuple[list[tuple[str, str, StructurePlace]], int]:
        """The name, the department and the place of each structure of which a source says where it is, by key; and how
        many more there are whose name is not known, since no published sheet names them.
        """
        with self._engine.connect() as connection:
            places, printed = structure_places(connection), printed_structures(connection)
        named = [(*printed[key], places[key]) for key in sorted(places.keys() & printed.keys())]
        return named, len(places) - len(named)

    def proposals(self) -> list[Proposal]:
        """The proposals that wait for a decision, oldest first."""
        with self._engine.connect() as connection:
            return waiting(connection)

    def decisions(self) -> list[Decided]:
        """What became of the proposals that wait no longer, in the order of the decisions."""
        with self._engine.connect() as connection:
            return decided(connection)

    def findings(self) -> list[str]:
        """What `maillage verify` finds: see `graph.store.verification.findings`."""
        with self._engine.connect() as connection:
            return list(findings(connection))

    @property
    def prepared(self) -> Path:
        """The folder beside the file for what is made of a large store once and read again."""
        return prepared_folder(self.path)

    def reach(self, key: str) -> Reach:
        """What `erase` would take away. Raises NoSuchSheet where the store has nothing of that key, nor ever had."""
        with self._engine.connect() as connection:
            return erasable(connection, key)

    def mentions(self, reach: Reach) -> list[str]:
        """The keys of the sheets that an erasure leaves as they are and that name what is erased. Reads every sheet."""
        with self._engine.connect() as connection:
            return mentions(connection, reach)

    def erase(self, key: str, cause: Cause) -> Erasure:
        """Take a structure with all its sheets, or one sheet, out of the store, out of its past and out of the files
        that Maillage keeps beside it, for good: no import brings it back.

        Of a key that was erased before, what may be left in these files is cleared away. Raises NoSuchSheet as `reach`
        does, Refused where the reason names what is erased, StoreBusy where another one writes.
        """
        return erase(self._engine, self.path, key, cause)

    def back_up(self, path: Path) -> None:
        """Write a whole store to a new file, of one moment, while others write. Raises StoreError where it is there."""
        if path.exists():
            raise StoreError(f"{path} is there already, and is kept. Name another file.")
        path.parent.mkdir(parents=True, exist_ok=True)
        back_up(self._engine, path)

    def text(self, key: str, at: int) -> SheetText:
        """The text of a sheet as it was at a position of the journal. Raises KeyError where it was not there."""
        with self._engine.connect() as connection:
            return text_at(connection, key, at)

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

    def said(self, at: int) -> Iterator[tuple[int, str, SheetText]]:
        """The number, the title and the text of each sheet that was published at a position, in no stated order."""
        with self._engine.connect() as connection:
            yield from said_at(connection, at)

    def texts(self, at: int) -> Iterator[tuple[str, SheetText]]:
        """Each key that was published at a position of the journal with its text then, in no stated order."""
        with self._engine.connect() as connection:
            yield from texts_at(connection, at)

    def origin(self, key: str, at: int) -> Origin | None:
        """Where the sheet of an action was read, as of a position: see `graph.store.texts.origin_at`."""
        with self._engine.connect() as connection:
            return origin_at(connection, key, at)

    @contextmanager
    def at_one_moment(self) -> Iterator[Store]:
        """The store as it is now, for the length of the block, whatever is written meanwhile. It is read, not written,
        by one thread; what is read lazily is read before the block ends.
        """
        with self._engine.connect() as connection, connection.begin():
            still = copy(self)
            still._engine = cast("sa.Engine", OneConnection(connection))
            yield still

    def difference(self, before: int, after: int | None = None, most: int = 2_000) -> Difference | None:
        """What differs between two positions of the journal: see `graph.store.difference`."""
        with self._engine.connect() as connection:
            return difference(connection, before, after, most)

    def published_at(self, position: int) -> Iterator[tuple[str, Sheet]]:
        """Every sheet that was published at a position of the journal, with its key, in no stated order."""
        with self._engine.connect() as connection:
            yield from published_at(connection, position)

    def proves(self, change: Difference) -> bool:
        """Whether a difference holds what the versions of the journal promise."""
        with self._engine.connect() as connection:
            return proves(connection, change)

    def last_import(self) -> int:
        """The number of the last import, 0 before the first: imports that changed no sheet have one too."""
        with self._engine.connect() as connection:
            return connection.scalar(sa.select(sa.func.max(tables.import_job.c.id))) or 0

    @contextmanager
    def watching(self) -> Iterator[Callable[[], Hashable]]:
        """A function that gives a value, another one after each time that somebody wrote, or put another file at the
        place of this one. It costs some microseconds, and is called by one thread. It raises StoreError where the file
        is gone.
        """
        with ExitStack() as opened:
            file: tuple[int, int] | None = None
            asked: Any = None

            def look() -> Hashable:
                nonlocal file, asked
                if asked is None or file != file_of(self.path):
                    opened.close()
                    file = file_of(self.path)
                    # Outside of a transaction, which would show the same moment for ever.
                    asked = opened.enter_context(self._engine.connect()).connection.cursor()
                return file, asked.execute("PRAGMA data_version").fetchone()

            yield look

    def locations(self) -> list[str]:
        """Where the sources are: the paths of files, or what a source that is none goes by."""
        with self._engine.connect() as connection:
            return list(connection.scalars(sa.select(tables.source.c.location).order_by(tables.source.c.location)))

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
        # It is on the disk before it has its name. Until then it may be lost: it is written once, without a log.
        with Store(made, create=True, draft=True) as store:
            yield store
        if path.exists():
            raise StoreError(f"{path} was made by another import in the meantime, and is kept. Import again.")
        put(made, path)
