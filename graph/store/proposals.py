"""What waits for somebody's decision: in some fields a source says one thing, and a person has said another."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from typing import NamedTuple

import sqlalchemy as sa

from graph.model import Sheet
from graph.store import tables
from graph.store.reading import resolved, row_of

_proposal = tables.proposal


class Decision(StrEnum):
    """What became of a proposal. An outdated one has been followed by another of its source for the same fields."""

    WAITING = "WAITING"
    ACCEPTED = "ACCEPTED"
    REJECTED = "REJECTED"
    OUTDATED = "OUTDATED"


class Proposal(NamedTuple):
    """A proposal that waits: for the sheet of a key, as it is at its present revision (`ours`), the `fields` in which
    the sheet that a source gave (`theirs`) was not followed. `made_at` is a time in UTC, ISO 8601."""

    number: int
    key: str
    revision: int
    fields: tuple[str, ...]
    ours: Sheet
    theirs: Sheet
    source: str
    made_at: str


def waiting(connection: sa.Connection, number: int | None = None) -> list[Proposal]:
    """The proposals that wait, oldest first: all, or the one of a number."""
    source = tables.source
    query = sa.select(_proposal, source.c.name).join(source, source.c.id == _proposal.c.source, isouter=True)
    query = query.where(_proposal.c.state == Decision.WAITING).order_by(_proposal.c.id)
    if number is not None:
        query = query.where(_proposal.c.id == number)
    found = []
    for made in connection.execute(query).mappings().all():
        row = row_of(connection, resolved(connection, made["key"]))
        if row is not None:
            sheets = tables.sheet_of_row(row), tables.sheet_of_whole(made["content"])
            fields, place = tuple(made["fields"]), (made["name"] or "", made["made_at"])
            found.append(Proposal(made["id"], row["key"], row["revision"], fields, *sheets, *place))
    return found


def decide(connection: sa.Connection, number: int, decision: Decision) -> None:
    """Let a proposal wait no longer."""
    connection.execute(_proposal.update().where(_proposal.c.id == number).values(state=decision))


def outdate(connection: sa.Connection, key: str, source: int, fields: Collection[str]) -> None:
    """Take some fields, of which a source now says another thing, out of what it proposed for a sheet before."""
    mine = (_proposal.c.key == key, _proposal.c.source == source, _proposal.c.state == Decision.WAITING)
    for number, before in connection.execute(sa.select(_proposal.c.id, _proposal.c.fields).where(*mine)).all():
        if left := [name for name in before if name not in fields]:
            connection.execute(_proposal.update().where(_proposal.c.id == number).values(fields=left))
        else:
            decide(connection, number, Decision.OUTDATED)
