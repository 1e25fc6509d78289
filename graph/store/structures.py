"""Where structures are, as a second file says: kept beside the sheets, each under the key of its structure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from graph.labels import Body, home_of, key_of_structure, spellings, structure_of
from graph.model import StructurePlace
from graph.place_values import not_held
from graph.places import department_name
from graph.store import tables
from graph.store.journal import now
from graph.store.sources import SourceName, made, source_id
from graph.store.suppression import Suppression
from graph.store.tables import State

_place, _sheet = tables.structure_place, tables.sheet
_KEY = re.compile(r"structure:[a-z0-9]+(-[a-z0-9]+)*")


class Placed(NamedTuple):
    """What a file of structures did: how many it placed, the keys among these that no sheet names, and how many were
    erased from the store, and are not taken."""

    placed: int
    unknown: tuple[str, ...]
    erased: int


def place_structures(connection: sa.Connection, source: SourceName, given: Mapping[str, StructurePlace]) -> Placed:
    """Put what a source says of structures in the place of what it said before. It is an import without sheets, so that
    whoever follows the store looks again.
    """
    number = source_id(connection, source)
    suppression = Suppression(connection)
    taken = {key: place for key, place in given.items() if not suppression.has(key)}
    connection.execute(_place.delete().where(_place.c.source == number))
    if taken:
        insert = sqlite.insert(_place)
        values = [{"key": key, "source": number, **asdict(place)} for key, place in sorted(taken.items())]
        columns = {name: insert.excluded[name] for name in ("source", *StructurePlace.__dataclass_fields__)}
        connection.execute(insert.on_conflict_do_update(index_elements=["key"], set_=columns), values)
    known = _structures(connection)
    placed = Placed(len(taken), tuple(sorted(taken.keys() - known)), len(given) - len(taken))
    counts = {"structures": placed.placed}
    made(connection, tables.import_job.insert().values(source=number, at=now(), prune=False, counts=counts))
    return placed


def structure_places(connection: sa.Connection) -> dict[str, StructurePlace]:
    """Where structures are, by key."""
    rows = connection.execute(sa.select(_place.c.key, *_columns()))
    return {key: StructurePlace(*values) for key, *values in rows}


def printed_structures(connection: sa.Connection) -> dict[str, tuple[str, str]]:
    """The structures of the published sheets: by key the name as it is printed most, and the official name of the
    department."""
    count = sa.func.count()
    columns = [_sheet.c[name] for name in Body._fields]
    query = sa.select(*columns, count).where(_sheet.c.state == State.PUBLISHED).group_by(*columns)
    counts: Counter[tuple[str, str]] = Counter()
    for *row, number in connection.execute(query):
        body = Body(*row)
        if body.structure.strip():
            counts[home_of(body), body.structure] += number
    return {
        key: (found[0][1], department_name(found[0][0])) for key, found in spellings(counts, key_of_structure).items()
    }


def wrong_places(connection: sa.Connection) -> Iterator[str]:
    """What of the places does not hold, a sentence each: a value that cannot be, a source that is none, or the place of
    a structure that was erased."""
    suppression = Suppression(connection)
    sources = set(connection.scalars(sa.select(tables.source.c.id)))
    for key, source, *values in connection.execute(sa.select(_place.c.key, _place.c.source, *_columns())):
        if not _KEY.fullmatch(key):
            yield f"There is a place of {key!r}, which is no key of a structure."
        if source not in sources:
            yield f"{key}: its place is said to be of source {source}, which is none."
        if suppression.has(key):
            yield f"{key}: it was erased, and its place is kept."
        for said in not_held(StructurePlace(*values)):
            yield f"{key}: its place cannot be: {said}."


def forget_structure(connection: sa.Connection, key: str) -> None:
    """Take away what is known of a structure that is erased."""
    connection.execute(_place.delete().where(_place.c.key == key))


def _columns() -> list[sa.Column[Any]]:
    return [_place.c[name] for name in StructurePlace.__dataclass_fields__]


def _structures(connection: sa.Connection) -> set[str]:
    """The keys of the structures of the published sheets."""
    query = sa.select(*(_sheet.c[name] for name in Body._fields)).where(_sheet.c.state == State.PUBLISHED).distinct()
    return {structure_of(Body(*row)) for row in connection.execute(query)}
