"""What an erasure reaches: every content of the sheets of one structure, or of one sheet, wherever the store has it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache, reduce

import sqlalchemy as sa

from graph.kinds import NodeKind
from graph.labels import Body, structure_of
from graph.model import Sheet
from graph.store import tables
from graph.store.database import decoded
from graph.store.naming import holds_any, may_hold_any
from graph.store.reading import ROWS, resolved, row_of
from graph.store.tables import State

_sheet = tables.sheet
_KEPT = (tables.history, tables.given, tables.proposal)
"""The tables that have whole contents of sheets, beside what the sheets say now."""

Rows = list[sa.RowMapping]


@dataclass(slots=True)
class Reach:
    """`sheets` has the keys of the sheets that go, each with all that it says and said, and that sources say of it.

    Of other sheets, `past` are the earlier revisions that name the structure, `given` what sources gave and `proposals`
    what waits, as rows of their tables. `names` are the printed names of the structure, or the titles of the sheet.
    """

    key: str
    sheets: dict[str, list[Sheet]] = field(default_factory=dict)
    past: Rows = field(default_factory=list)
    given: Rows = field(default_factory=list)
    proposals: Rows = field(default_factory=list)
    names: set[str] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.sheets or self.past or self.given or self.proposals)

    @property
    def is_structure(self) -> bool:
        """Whether a structure is erased, not one sheet."""
        return self.key.startswith(f"{NodeKind.STRUCTURE}:")

    @property
    def others(self) -> list[str]:
        """The keys of the sheets that stay, and lose something."""
        return sorted({row["key"] for row in (*self.past, *self.given, *self.proposals)})


def reach_of(connection: sa.Connection, key: str) -> Reach:
    """What the erasure of a structure, or of a sheet, reaches; empty where the store has nothing of that key."""
    reach = Reach(key)
    if reach.is_structure:
        named = _named(key)
        keys = keys_of(connection, named)
        reach.past, reach.given, reach.proposals = (_rows(connection, table, named) for table in _KEPT)
    else:
        keys = {resolved(connection, key)}
    for one in sorted(keys | _aliases(connection, keys)):
        if contents := list(_contents(connection, one)):
            reach.sheets[one] = contents
    _leave_out_what_goes(reach)
    reach.names = _names(reach)
    return reach


def mentions(connection: sa.Connection, reach: Reach) -> list[str]:
    """The keys of the sheets that stay and that hold a name in what they say or said, or in what a source says of them.
    Reads every sheet."""
    names, found = holds_any(reach.names), set()
    for key, sheet in _contents_with(connection, may_hold_any(reach.names)):
        if key not in reach.sheets and key not in found and structure_of(sheet) != reach.key and names(said(sheet)):
            found.add(key)
    return sorted(found)


def _contents_with(connection: sa.Connection, may_hold: Callable[[str], bool]) -> Iterator[tuple[str, Sheet]]:
    """The contents of sheets whose words pass a test, with their keys: of a hundred thousand, a few."""
    streamed = connection.execution_options(yield_per=1_000)
    columns = [*(_sheet.c[name] for name in tables.CONTENT if name != "year"), tables.text.c.body]
    texts: list[sa.ColumnElement[str]] = [sa.type_coerce(column, sa.Text) for column in columns]
    words = reduce(lambda some, one: some + " " + one, texts)
    for key, text in streamed.execute(ROWS.with_only_columns(_sheet.c.key, words)):
        if may_hold(text) and (row := row_of(connection, key)) is not None:
            yield key, tables.sheet_of_row(row)
    for table in _KEPT:
        for key, text in streamed.execute(sa.select(table.c.key, sa.type_coerce(table.c.content, sa.Text))):
            if text is not None and may_hold(text) and (content := decoded(text)) is not None:
                yield key, tables.sheet_of_whole(content)


def said(sheet: Sheet) -> str:
    """Every word of a sheet."""
    values: list[str] = []
    for value in tables.whole(sheet).values():
        values += value if isinstance(value, (tuple, list)) else [value or ""] if not isinstance(value, int) else []
    return " | ".join(values)


def _named(key: str) -> Callable[[Body], bool]:
    """Whether a sheet is of the structure of a key."""
    return cache(lambda body: structure_of(body) == key)


def keys_of(connection: sa.Connection, named: Callable[[Body], bool]) -> set[str]:
    """The keys of the sheets, published or not, that name a structure of a kind."""
    there, columns = _sheet.c.state != State.ERASED, [_sheet.c[name] for name in Body._fields]
    every = connection.execute(sa.select(*columns).where(there).distinct())
    bodies = {body for row in every.all() if named(body := Body(*row))}
    names = sorted({body.structure for body in bodies})
    rows = connection.execute(sa.select(_sheet.c.key, *columns).where(there, _sheet.c.structure.in_(names)))
    return {key for key, *body in rows.all() if Body(*body) in bodies}


def _aliases(connection: sa.Connection, keys: set[str]) -> set[str]:
    """The keys of the sheets that have become one of these."""
    return {row.alias for row in connection.execute(sa.select(tables.alias)) if row.key in keys}


def _rows(connection: sa.Connection, table: sa.Table, named: Callable[[Body], bool]) -> Rows:
    """The rows of a table whose content is of the structure."""
    primary = tuple(table.primary_key)
    body = [table.c.content[name].as_string() for name in Body._fields]
    query = sa.select(*primary, *body).where(table.c.content.is_not(None))
    found: Rows = []
    for row in connection.execute(query).all():
        own, values = row[: len(primary)], row[len(primary) :]
        if named(Body(*(value or "" for value in values))):
            same = (column == value for column, value in zip(primary, own, strict=True))
            found.append(connection.execute(sa.select(table).where(*same)).mappings().one())
    return found


def _contents(connection: sa.Connection, key: str) -> Iterator[Sheet]:
    row = connection.execute(ROWS.where(_sheet.c.key == key)).mappings().one_or_none()
    if row is not None:
        yield tables.sheet_of_row(row)
    for table in _KEPT:
        query = sa.select(table.c.content).where(table.c.key == key, table.c.content.is_not(None))
        for content in connection.scalars(query):
            if content is not None:
                yield tables.sheet_of_whole(content)


def _leave_out_what_goes(reach: Reach) -> None:
    """What a sheet has that goes as a whole is in `sheets`."""
    for rows in (reach.past, reach.given, reach.proposals):
        rows[:] = [row for row in rows if row["key"] not in reach.sheets]


def _names(reach: Reach) -> set[str]:
    every = [sheet for sheets in reach.sheets.values() for sheet in sheets]
    every += [tables.sheet_of_whole(row["content"]) for row in (*reach.past, *reach.given, *reach.proposals)]
    if not reach.is_structure:
        return {sheet.title for sheet in every}
    return {sheet.structure for sheet in every if structure_of(sheet) == reach.key}
