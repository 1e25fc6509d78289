"""What waits for somebody's decision: in some fields a source says one thing, and a person has said another."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from typing import NamedTuple

import sqlalchemy as sa

from graph.model import Sheet
from graph.store import tables
from graph.store.journal import Cause, now
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


class Decided(NamedTuple):
    """What became of a proposal for the sheet of a key: `made_at` and `decided_at` are times in UTC, ISO 8601; `by` and
    `comment` are None where nobody said, and `position` where the sheet did not change."""

    number: int
    key: str
    fields: tuple[str, ...]
    source: str
    made_at: str
    decision: Decision
    decided_at: str
    by: str | None
    comment: str | None
    position: int | None


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


def decided(connection: sa.Connection) -> list[Decided]:
    """The proposals that wait no longer, in the order of their decisions."""
    source = tables.source
    query = sa.select(_proposal, source.c.name).join(source, source.c.id == _proposal.c.source, isouter=True)
    query = query.where(_proposal.c.state != Decision.WAITING).order_by(_proposal.c.decided_at, _proposal.c.id)
    return [
        Decided(
            row.id,
            resolved(connection, row.key),
            tuple(row.fields),
            row.name or "",
            row.made_at,
            Decision(row.state),
            row.decided_at,
            row.decided_by,
            row.comment,
            row.position,
        )
        for row in connection.execute(query).all()
    ]


def decide(
    connection: sa.Connection, number: int, decision: Decision, cause: Cause | None = None, position: int | None = None
) -> None:
    """Let a proposal wait no longer, since somebody decided so, or an import did. `position` is that of the change that
    it became. It stands beside the journal, which has a position for each change of a sheet and for nothing else."""
    told = {"decided_by": cause.author, "comment": cause.reason} if cause else {}
    values = {"state": decision, "decided_at": now(), "position": position, **told}
    connection.execute(_proposal.update().where(_proposal.c.id == number).values(**values))


def outdate(connection: sa.Connection, key: str, source: int, fields: Collection[str]) -> None:
    """Take some fields, of which a source now says another thing, out of what it proposed for a sheet before."""
    mine = (_proposal.c.key == key, _proposal.c.source == source, _proposal.c.state == Decision.WAITING)
    for number, before in connection.execute(sa.select(_proposal.c.id, _proposal.c.fields).where(*mine)).all():
        if left := [name for name in before if name not in fields]:
            connection.execute(_proposal.update().where(_proposal.c.id == number).values(fields=left))
        else:
            decide(connection, number, Decision.OUTDATED)
