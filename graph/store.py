"""The sheets in a database: a SQLite file by default, through SQLAlchemy Core, merged by stable key.

The long text of a sheet stands in a table of its own, so that a start reads a million light rows without touching
gigabytes of text. An import is one transaction: all of a file or nothing of it. On SQLite the writer takes its lock
at once (`BEGIN IMMEDIATE`), the journal is write-ahead, and a commit is on the disk when it returns
(`synchronous=FULL`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple, Self

import orjson
import sqlalchemy as sa
from sqlalchemy.engine.interfaces import DBAPIConnection

from graph.model import Origin, Problem, Sheet, SheetText, action_key, fold

FORMAT = 1
BATCH = 2_000

_metadata = sa.MetaData()
_about = sa.Table(
    "maillage",
    _metadata,
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("value", sa.String, nullable=False),
)
_source = sa.Table(
    "source",
    _metadata,
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("imported_at", sa.String, nullable=False),
)
_problem = sa.Table(
    "problem",
    _metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("source", sa.String, nullable=False, index=True),
    sa.Column("line", sa.Integer, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
)
_sheet = sa.Table(
    "sheet",
    _metadata,
    sa.Column("key", sa.String, primary_key=True),
    sa.Column("digest", sa.String(32), nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("year", sa.Integer),
    sa.Column("department", sa.Text, nullable=False),
    sa.Column("structure", sa.Text, nullable=False),
    sa.Column("structure_department", sa.Text, nullable=False),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("dimension", sa.Text, nullable=False),
    sa.Column("territory", sa.Text, nullable=False),
    sa.Column("territory_again", sa.Text),
    sa.Column("keywords", sa.JSON, nullable=False),
    sa.Column("partners", sa.JSON, nullable=False),
    sa.Column("publics", sa.JSON, nullable=False),
    sa.Column("initiators", sa.JSON, nullable=False),
    sa.Column("source", sa.String, index=True),
    sa.Column("first_line", sa.Integer),
    sa.Column("last_line", sa.Integer),
    sqlite_with_rowid=False,
)
_text = sa.Table(
    "sheet_text",
    _metadata,
    sa.Column("key", sa.String, primary_key=True),
    sa.Column("body", sa.JSON, nullable=False),
)

_LINK_COLUMNS = ("keywords", "partners", "publics", "initiators")
_LIGHT_COLUMNS = (
    "key",
    "title",
    "year",
    "department",
    "structure",
    "structure_department",
    "status",
    "dimension",
    "territory",
    *_LINK_COLUMNS,
)


_CONTENT = tuple(field.name for field in fields(Sheet) if field.name != "origin")


class StoreError(Exception):
    """A store that cannot be opened, read or written; the message is one sentence for the user."""


class LightRow(NamedTuple):
    """What the graph needs of a sheet: everything but its text, spelled as printed."""

    key: str
    title: str
    year: int | None
    department: str
    structure: str
    structure_department: str
    status: str
    dimension: str
    territory: str
    keywords: Sequence[str]
    partners: Sequence[str]
    publics: Sequence[str]
    initiators: Sequence[str]


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """A file that was imported: its name, the time in UTC (ISO 8601), and the problems that were found in it."""

    name: str
    imported_at: str
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class MergeSummary:
    """How many sheets an import added, changed and left alone, and the keys of the same source's sheets it lacks."""

    added: int
    changed: int
    left: int
    missing: tuple[str, ...]


def sheet_digest(sheet: Sheet) -> str:
    """32 hexadecimal digits that change with any word of the sheet, not with where it was read."""
    content = [getattr(sheet, name) for name in _CONTENT]
    return hashlib.blake2b(orjson.dumps(content), digest_size=16).hexdigest()


def keyed(
    sheets: Callable[[], Iterable[Sheet]], identities: Callable[[], Iterable[Hashable]] | None = None
) -> Iterator[tuple[str, Sheet]]:
    """Each sheet with its action's key, the same keys whatever the order of the sheets.

    Sheets that share structure, title and year are rare; they come last, numbered in the order of their digests, and
    of two that are equal to the letter one is dropped. To know them beforehand, the sheets are walked twice, unless
    `identities` gives something cheaper for each sheet, equal for all sheets that share those three.
    """
    seen: set[int] = set()
    repeated: set[int] = set()
    for identity in map(hash, identities() if identities else map(identity_of, sheets())):
        (repeated if identity in seen else seen).add(identity)
    del seen
    twins: dict[str, dict[str, Sheet]] = {}
    for sheet in sheets():
        if repeated and hash(identity_of(sheet)) in repeated:
            twins.setdefault(action_key(sheet, 1), {}).setdefault(sheet_digest(sheet), sheet)
        else:
            yield action_key(sheet, 1), sheet
    for group in twins.values():
        for occurrence, digest in enumerate(sorted(group), start=1):
            yield action_key(group[digest], occurrence), group[digest]


def identity_of(sheet: Sheet) -> tuple[str, str, str]:
    """What two sheets of one action agree on, and perhaps a few others: title and structure, folded, and year."""
    return fold(sheet.title), fold(sheet.structure), str(sheet.year)


def version_of(digests: Iterable[tuple[str, str]]) -> str:
    """Sixteen hexadecimal digits that hash pairs of key and sheet digest, whatever order they come in."""
    total = 0
    for key, digest in digests:
        total ^= int.from_bytes(hashlib.blake2b(f"{key} {digest}".encode(), digest_size=8).digest())
    return f"{total:016x}"


class Store:
    """The sheets of one database. `Store(path)` opens a file, or makes it where `create` is true and there is none.

    Whoever opens a store closes it, after the graph that reads from it: `with Store(path) as store:`. A writer waits
    `busy_milliseconds` for another one. Raises StoreError with a sentence where the file is missing,
    empty, foreign, or of another format.
    """

    def __init__(self, path: Path, *, create: bool = False, busy_milliseconds: int = 5_000) -> None:
        self.path = path
        fresh = not path.exists()
        if fresh and not create:
            raise StoreError(f"There is no store at {path}. Make one with: maillage import FILE… -o {path}")
        if not fresh:
            _refuse_foreign_file(path)
        if fresh:
            path.parent.mkdir(parents=True, exist_ok=True)
        self._reader = _engine(path, busy_milliseconds, writes=False)
        self._writer = _engine(path, busy_milliseconds, writes=True)
        if fresh:
            with self._writer.begin() as connection:
                _metadata.create_all(connection)
                connection.execute(_about.insert(), {"name": "format", "value": str(FORMAT)})
        try:
            self._check_format()
        except Exception:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file. The store is not used after."""
        self._reader.dispose()
        self._writer.dispose()

    def merge(
        self,
        sheets: Callable[[], Iterable[Sheet]],
        source: str,
        problems: Iterable[Problem] = (),
        *,
        identities: Callable[[], Iterable[Hashable]] | None = None,
        prune: bool = False,
        progress: Callable[[int], None] = lambda done: None,
    ) -> MergeSummary:
        """Put the sheets in the store, each under its key, in one transaction.

        For `sheets` and `identities` see `keyed`. With `prune`, sheets that the same source gave before and no longer
        has are deleted; otherwise they stay and the summary names them. `progress` is told how many sheets are done.
        Raises StoreError where another import holds the store.
        """
        added = changed = left = done = 0
        try:
            with self._writer.begin() as connection:
                before = set(connection.scalars(sa.select(_sheet.c.key).where(_sheet.c.source == source)))
                pairs = keyed(sheets, identities)
                while batch := list(islice(pairs, BATCH)):
                    counts = _merge_batch(connection, batch, source)
                    added, changed, left = added + counts[0], changed + counts[1], left + counts[2]
                    before.difference_update(key for key, _ in batch)
                    done += len(batch)
                    progress(done)
                missing = tuple(sorted(before))
                if prune:
                    for table in (_sheet, _text):
                        for key in missing:
                            connection.execute(table.delete().where(table.c.key == key))
                _replace_source(connection, source, problems)
                _keep_version(connection)
        except sa.exc.OperationalError as error:
            raise StoreError(f"The store {self.path} cannot be written: {error.orig}.") from error
        return MergeSummary(added, changed, left, missing)

    def count(self) -> int:
        """How many sheets the store holds."""
        with self._reader.connect() as connection:
            return connection.scalar(sa.select(sa.func.count()).select_from(_sheet)) or 0

    def version(self) -> str:
        """Sixteen hexadecimal digits that hash every key and every sheet's content: equal stores, equal versions."""
        with self._reader.connect() as connection:
            kept = connection.scalar(sa.select(_about.c.value).where(_about.c.name == "version"))
            return kept or _version(connection)

    def light_rows(self) -> Iterator[LightRow]:
        """The rows that the graph is built from, in no stated order. Equal values of two rows are one object."""
        columns = [_sheet.c[name] for name in _LIGHT_COLUMNS if name not in _LINK_COLUMNS]
        lists = [sa.type_coerce(_sheet.c[name], sa.Text) for name in _LINK_COLUMNS]
        # A million rows have a few thousand different lists, and fewer other values: each is decoded and kept once.
        decoded: dict[str, tuple[str, ...]] = {}
        kept: dict[str, str] = {}
        keep = kept.setdefault
        with self._reader.connect() as connection:
            found = connection.execution_options(yield_per=10_000).execute(sa.select(*columns, *lists))
            for key, title, year, *values, keywords, partners, publics, initiators in found:
                links = []
                for text in (keywords, partners, publics, initiators):
                    if text not in decoded:
                        decoded[text] = tuple(orjson.loads(text))
                    links.append(decoded[text])
                yield LightRow(key, title, year, *[keep(value, value) for value in values], *links)

    def sheets(self) -> Iterator[tuple[str, Sheet]]:
        """Each key with its whole sheet, in the order of source and line."""
        query = (
            sa.select(_sheet, _text.c.body)
            .join_from(_sheet, _text, _sheet.c.key == _text.c.key)
            .order_by(_sheet.c.source, _sheet.c.first_line, _sheet.c.key)
        )
        with self._reader.connect() as connection:
            for row in connection.execution_options(yield_per=1_000).execute(query).mappings():
                yield row["key"], _sheet_of(row)

    def text(self, key: str) -> SheetText:
        """The text of a sheet. Raises KeyError for an unknown key."""
        with self._reader.connect() as connection:
            body = connection.scalar(sa.select(_text.c.body).where(_text.c.key == key))
        if body is None:
            raise KeyError(key)
        return _text_of(body)

    def texts(self) -> Iterator[tuple[str, SheetText]]:
        """Each key with its text, in no stated order."""
        with self._reader.connect() as connection:
            for key, body in connection.execution_options(yield_per=1_000).execute(
                sa.select(_text.c.key, _text.c.body)
            ):
                yield key, _text_of(body)

    def origin(self, key: str) -> Origin | None:
        """Where the sheet of an action was read, or None where the import did not say. Raises KeyError."""
        query = sa.select(_sheet.c.source, _sheet.c.first_line, _sheet.c.last_line).where(_sheet.c.key == key)
        with self._reader.connect() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            raise KeyError(key)
        return None if row.first_line is None else Origin(row.source, row.first_line, row.last_line)

    def sources(self) -> tuple[SourceRecord, ...]:
        """What was imported, by name, each with the problems found at its last import."""
        with self._reader.connect() as connection:
            problems: dict[str, list[Problem]] = {}
            for row in connection.execute(sa.select(_problem).order_by(_problem.c.id)):
                problems.setdefault(row.source, []).append(Problem(row.line, row.text, row.reason))
            return tuple(
                SourceRecord(row.name, row.imported_at, tuple(problems.get(row.name, ())))
                for row in connection.execute(sa.select(_source).order_by(_source.c.name))
            )

    def _check_format(self) -> None:
        if not sa.inspect(self._reader).has_table(_about.name):
            raise StoreError(f"{self.path} is a database, but not a store of Maillage. It is left as it is.")
        with self._reader.connect() as connection:
            found = connection.scalar(sa.select(_about.c.value).where(_about.c.name == "format"))
        if found != str(FORMAT):
            raise StoreError(f"{self.path} has store format {found}; this version reads format {FORMAT}. Import again.")


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


def _refuse_foreign_file(path: Path) -> None:
    if not path.is_file():
        raise StoreError(f"{path} is not a file; a store is a SQLite file.")
    with path.open("rb") as file:
        head = file.read(16)
    if not head:
        raise StoreError(
            f"{path} is empty (0 bytes); a store is a SQLite file made by: maillage import. Delete it first."
        )
    if head != b"SQLite format 3\x00":
        raise StoreError(f"{path} is not a SQLite file, so not a store of Maillage. It is left as it is.")


def _engine(path: Path, busy_milliseconds: int, *, writes: bool) -> sa.Engine:
    engine = sa.create_engine(
        f"sqlite:///{path}",
        json_serializer=lambda value: orjson.dumps(value).decode(),
        json_deserializer=orjson.loads,
    )

    @sa.event.listens_for(engine, "connect")
    def configure(connection: DBAPIConnection, _record: Any) -> None:
        connection.isolation_level = None  # SQLAlchemy, not sqlite3, says BEGIN
        for pragma in (f"busy_timeout={busy_milliseconds}", "journal_mode=WAL", "synchronous=FULL"):
            connection.cursor().execute(f"PRAGMA {pragma}")

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _merge_batch(connection: sa.Connection, batch: Sequence[tuple[str, Sheet]], source: str) -> tuple[int, int, int]:
    digests = {key: sheet_digest(sheet) for key, sheet in batch}
    known: dict[str, str] = {
        row.key: row.digest
        for row in connection.execute(sa.select(_sheet.c.key, _sheet.c.digest).where(_sheet.c.key.in_(digests)))
    }
    new = [(key, sheet) for key, sheet in batch if key not in known]
    same = [(key, sheet) for key, sheet in batch if known.get(key) == digests[key]]
    other = [(key, sheet) for key, sheet in batch if key in known and known[key] != digests[key]]
    if other:
        stale = [key for key, _ in other]
        connection.execute(_sheet.delete().where(_sheet.c.key.in_(stale)))
        connection.execute(_text.delete().where(_text.c.key.in_(stale)))
    if new or other:
        written = new + other
        connection.execute(_sheet.insert(), [_columns(key, sheet, digests[key], source) for key, sheet in written])
        connection.execute(_text.insert(), [{"key": key, "body": sheet.text} for key, sheet in written])
    if same:
        # The same words may stand on other lines of a corrected page.
        place = (
            _sheet.update()
            .where(_sheet.c.key == sa.bindparam("of"))
            .values(
                source=sa.bindparam("source_"),
                first_line=sa.bindparam("first"),
                last_line=sa.bindparam("last"),
            )
        )
        moved = [
            {"of": key, "source_": origin[0], "first": origin[1], "last": origin[2]}
            for key, origin in ((key, _origin_columns(sheet, source)) for key, sheet in same)
        ]
        connection.execute(place, moved)
    return len(new), len(other), len(same)


def _origin_columns(sheet: Sheet, source: str) -> tuple[str, int | None, int | None]:
    if sheet.origin is None:
        return source, None, None
    return sheet.origin.source, sheet.origin.first_line, sheet.origin.last_line


def _columns(key: str, sheet: Sheet, digest: str, source: str) -> dict[str, Any]:
    where, first, last = _origin_columns(sheet, source)
    names = (
        "title",
        "year",
        "department",
        "structure",
        "structure_department",
        "status",
        "dimension",
        "territory",
    )
    return {
        "key": key,
        "digest": digest,
        **{name: getattr(sheet, name) for name in names},
        "territory_again": sheet.territory_again,
        **{name: list(getattr(sheet, name)) for name in _LINK_COLUMNS},
        "source": where,
        "first_line": first,
        "last_line": last,
    }


def _replace_source(connection: sa.Connection, name: str, problems: Iterable[Problem]) -> None:
    connection.execute(_source.delete().where(_source.c.name == name))
    connection.execute(_problem.delete().where(_problem.c.source == name))
    now = datetime.now(UTC).isoformat(timespec="seconds")
    connection.execute(_source.insert(), {"name": name, "imported_at": now})
    rows = [{"source": name, **asdict(problem)} for problem in problems]
    if rows:
        connection.execute(_problem.insert(), rows)


def _version(connection: sa.Connection) -> str:
    query = sa.select(_sheet.c.key, _sheet.c.digest).execution_options(yield_per=10_000)
    return version_of((key, digest) for key, digest in connection.execute(query))


def _keep_version(connection: sa.Connection) -> None:
    """Write the version down, so that a start need not read a million digests."""
    connection.execute(_about.delete().where(_about.c.name == "version"))
    connection.execute(_about.insert(), {"name": "version", "value": _version(connection)})


def _text_of(body: dict[str, Any]) -> SheetText:
    return SheetText(**(body | {"files": tuple(body["files"])}))


def _sheet_of(row: sa.RowMapping) -> Sheet:
    return Sheet(
        title=row["title"],
        department=row["department"],
        year=row["year"],
        structure=row["structure"],
        structure_department=row["structure_department"],
        status=row["status"],
        dimension=row["dimension"],
        keywords=tuple(row["keywords"]),
        initiators=tuple(row["initiators"]),
        territory=row["territory"],
        territory_again=row["territory_again"],
        publics=tuple(row["publics"]),
        partners=tuple(row["partners"]),
        text=_text_of(row["body"]),
        origin=None if row["first_line"] is None else Origin(row["source"], row["first_line"], row["last_line"]),
    )
