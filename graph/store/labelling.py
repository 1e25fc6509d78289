"""What a new concept, department or structure is called: decided once, by the transaction that brings its key.

The most frequent spelling of the sheets that the transaction writes, as printed: what a vocabulary says instead is the
graph's business, so that another vocabulary needs no other store.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

import orjson
import sqlalchemy as sa

from graph.kinds import CONCEPT_KINDS, KINDS, LIST_KINDS, NodeKind
from graph.labels import Body, labels_of, structures_of
from graph.model import Sheet
from graph.store import tables
from graph.store.tables import State

_AT_ONCE = 2_000  # values of one statement

_label, _sheet, _journal = tables.label, tables.sheet, tables.journal
_COLUMNS = (*Body._fields, *(KINDS[kind].attribute for kind in CONCEPT_KINDS))


def decide_labels(connection: sa.Connection, after: int, position: int) -> None:
    """Give each key that the changes of (after, position] bring a label, if it has none."""
    found = _printed(connection, after)
    known: set[str] = set()
    for keys in _batches(sorted(found)):
        known.update(connection.scalars(sa.select(_label.c.key).where(_label.c.key.in_(keys))))
    new = [{"key": key, "label": found[key], "since": position} for key in sorted(found.keys() - known)]
    if new:
        connection.execute(_label.insert(), new)


def labels(connection: sa.Connection, after: int) -> dict[str, str]:
    """The labels that were decided after a position, by key."""
    query = sa.select(_label.c.key, _label.c.label).where(_label.c.since > after)
    return {row.key: row.label for row in connection.execute(query)}


def forget_labels(connection: sa.Connection, sheets: Iterable[Sheet], key: str) -> None:
    """Take away what was decided for a key, and for those that these sheets, which are gone, alone printed."""
    gone = list(sheets)
    bodies = Counter((sheet.department, sheet.structure_department, sheet.structure) for sheet in gone)
    concepts: dict[NodeKind, Counter[str]] = {}
    for kind in CONCEPT_KINDS:
        values = [getattr(sheet, KINDS[kind].attribute) for sheet in gone]
        concepts[kind] = Counter(chain.from_iterable(values) if kind in LIST_KINDS else values)
    theirs = labels_of({Body._make(body): count for body, count in bodies.items()}, concepts).keys()
    as_printed = chain.from_iterable(map(structures_of, gone))
    for keys in _batches(sorted({*theirs, *as_printed, key} - _printed(connection, 0).keys())):
        connection.execute(_label.delete().where(_label.c.key.in_(keys)))


def _printed(connection: sa.Connection, after: int) -> dict[str, str]:
    """The most frequent spelling of each key that the published sheets print which changed after a position."""
    query = sa.select(*map(tables.light_column, _COLUMNS)).where(_sheet.c.state == State.PUBLISHED)
    if after:
        changed = sa.select(_journal.c.key).where(_journal.c.position > after)
        query = query.where(_sheet.c.key.in_(changed))
    bodies: Counter[tuple[str, ...]] = Counter()
    values: list[Counter[str]] = [Counter() for _ in CONCEPT_KINDS]
    for rows in connection.execution_options(yield_per=10_000).execute(query).partitions():
        columns = list(zip(*rows, strict=True))
        bodies.update(zip(*columns[: len(Body._fields)], strict=True))
        for counts, column in zip(values, columns[len(Body._fields) :], strict=True):
            counts.update(column)
    return labels_of({Body._make(body): count for body, count in bodies.items()}, dict(_by_kind(values)))


def _by_kind(values: Iterable[Counter[str]]) -> Iterator[tuple[NodeKind, Counter[str]]]:
    """How often each value of a kind is printed; a list comes as the text of its JSON."""
    for kind, counts in zip(CONCEPT_KINDS, values, strict=True):
        if kind in LIST_KINDS:
            single: Counter[str] = Counter()
            for text, count in counts.items():
                for value in orjson.loads(text):
                    single[value] += count
            yield kind, single
        else:
            yield kind, counts


def _batches(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    return (keys[start : start + _AT_ONCE] for start in range(0, len(keys), _AT_ONCE))
