"""Where structures are, as a second file says: kept beside the sheets, each under the key of its structure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from graph.labels import Body, structure_of
from graph.model import StructurePlace
from graph.store import tables
from graph.store.journal import now
from graph.store.sources import SourceName, made, source_id
from graph.store.suppression import Suppression
from graph.store.tables import State

_place, _sheet = tables.structure_place, tables.sheet


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
    columns = [_place.c[name] for name in ("key", *StructurePlace.__dataclass_fields__)]
    return {key: StructurePlace(*values) for key, *values in connection.execute(sa.select(*columns))}


def forget_structure(connection: sa.Connection, key: str) -> None:
    """Take away what is known of a structure that is erased."""
    connection.execute(_place.delete().where(_place.c.key == key))


def _structures(connection: sa.Connection) -> set[str]:
    """The keys of the structures of the published sheets."""
    query = sa.select(*(_sheet.c[name] for name in Body._fields)).where(_sheet.c.state == State.PUBLISHED).distinct()
    return {structure_of(Body(*row)) for row in connection.execute(query)}
