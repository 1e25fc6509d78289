"""Whether a store is what its journal says: every digest, every commitment, every version and the chain, read anew.
Where structures are is no matter of the journal: of that, whether it can be.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter

import sqlalchemy as sa

from graph.store import tables
from graph.store.chain import commitment, first_break, hashed
from graph.store.database import StoreError
from graph.store.digests import identity_of, part_of_version, sheet_digest
from graph.store.journal import Operation
from graph.store.reading import ROWS, head_of, resolved
from graph.store.structures import wrong_places
from graph.store.tables import State

_sheet, _history, _journal = tables.sheet, tables.history, tables.journal
_AT_ONCE = 1_000


def findings(connection: sa.Connection) -> Iterator[str]:
    """What does not hold, a sentence each; none where all of it does. Reads every row once, in bounded memory but for
    some 100 bytes a revision.
    """
    for part in (_integrity, _rows, _past, _places, _given, _entries, _references, wrong_places):
        try:
            yield from part(connection)
        except StoreError as error:
            yield str(error)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            yield f"The store holds something that is none of its values: {error!r}."


def _integrity(connection: sa.Connection) -> Iterator[str]:
    for said in connection.exec_driver_sql("PRAGMA integrity_check").scalars():
        if said != "ok":
            yield f"SQLite says: {said}."


def _rows(connection: sa.Connection) -> Iterator[str]:
    """Of the sheets as they stand: each digest, each identity, and the version of all of them."""
    version = 0
    known = tables.identity
    for row in connection.execution_options(yield_per=_AT_ONCE).execute(ROWS).mappings():
        sheet = tables.sheet_of_row(row)
        if sheet_digest(sheet) != row["digest"]:
            yield f"{row['key']}: its content was changed outside of the journal."
        key = resolved(connection, row["key"])
        query = sa.select(known.c.key).where(known.c.identity == identity_of(sheet), known.c.key == key)
        if connection.scalar(query) is None:
            yield f"{row['key']}: it is not found by its title, structure and year."
        if row["state"] == State.PUBLISHED:
            version ^= part_of_version(row["key"], row["digest"])
    if f"{version:016x}" != head_of(connection).version:
        yield "The version of the store is not that of its sheets: some were added, taken away or changed."


def _past(connection: sa.Connection) -> Iterator[str]:
    """Of the earlier revisions: each digest, and that each holds up to where the next begins."""
    present = sa.select(_sheet.c.revision, _sheet.c.since).where(_sheet.c.key == sa.bindparam("wanted"))
    erased = set(connection.scalars(sa.select(_journal.c.key).where(_journal.c.operation == Operation.ERASE)))
    query = sa.select(_history).order_by(_history.c.key, _history.c.revision)
    rows = connection.execution_options(yield_per=_AT_ONCE).execute(query).mappings()
    for key, revisions in groupby(rows, itemgetter("key")):
        following = None
        for row in revisions:
            if not (_is_whole(row) or (_is_blank(row) and key in erased)):
                yield f"{key}: revision {row['revision']} was changed outside of the journal."
            if following not in (None, (row["revision"], row["since"])):
                yield f"{key}: its history has a gap before revision {row['revision']}."
            following = (row["revision"] + 1, row["until"])
        now = connection.execute(present, {"wanted": key}).one_or_none()
        if now is None or tuple(now) != following:
            yield f"{key}: its history does not lead to what it is now."


def _is_whole(row: sa.RowMapping) -> bool:
    content = row["content"]
    return content is not None and sheet_digest(tables.sheet_of_whole(content)) == row["digest"]


def _is_blank(row: sa.RowMapping) -> bool:
    return row["content"] is None and row["digest"] == ""


def _places(connection: sa.Connection) -> Iterator[str]:
    """Of each revision: that the journal tells of it where it begins, or that the store began with it. Of the numbers:
    that the next one is free."""
    told = sa.exists().where(_journal.c.operation == Operation.GENESIS, _journal.c.position == 1)
    for table in (_sheet, _history):
        own = (_journal.c.key == table.c.key, _journal.c.revision == table.c.revision)
        entered = sa.exists().where(*own, _journal.c.position == table.c.since)
        begun = sa.and_(table.c.revision == 1, table.c.since == 1, told)
        for key, revision in connection.execute(sa.select(table.c.key, table.c.revision).where(~entered, ~begun)):
            yield f"{key}: revision {revision} does not begin where the journal tells of it."
    last = connection.scalar(sa.select(sa.func.max(_sheet.c.number))) or 0
    if last > (connection.scalar(sa.select(tables.head.c.number)) or 0):
        yield f"The number {last} is given, and the store would give it again."


def _given(connection: sa.Connection) -> Iterator[str]:
    """Of what each source last gave: that it is kept, for the next merge, in a revision or beside."""
    given, alias = tables.given, tables.alias.c
    query = sa.select(given.c.key, given.c.digest, given.c.content).where(
        *(
            ~sa.exists().where(table.c.key == given.c.key, table.c.digest == given.c.digest)
            for table in (_sheet, _history)
        )
    )
    for key, digest, content in connection.execute(query):
        before = sa.select(_history.c.key).join(tables.alias, alias.alias == _history.c.key)
        before = before.where(alias.key == key, _history.c.digest == digest)
        is_beside = content is not None and sheet_digest(tables.sheet_of_whole(content)) == digest
        if not is_beside and connection.execute(before).first() is None:
            yield f"{key}: what a source gave of it was changed outside of the journal."


def _entries(connection: sa.Connection) -> Iterator[str]:
    """Of the journal: the chain from the first entry to the head, what each entry promises, and the version after it,
    got by undoing entry after entry from the present one."""
    columns = (_journal.c[name] for name in ("position", "at", "operation", "version", "commitment", "chain"))
    chained = connection.execution_options(yield_per=_AT_ONCE).execute(
        sa.select(*columns).order_by(_journal.c.position)
    )
    broken = first_break(tuple(entry) for entry in chained)
    if broken is not None:
        yield f"The chain of the journal breaks at position {broken}."
    head = head_of(connection)
    last = connection.execute(
        sa.select(_journal.c.position, _journal.c.chain).order_by(_journal.c.position.desc()).limit(1)
    ).one_or_none()
    if (last is not None and tuple(last) != (head.position, head.chain)) or (last is None and head.position):
        yield f"The journal does not end where its head says: at position {head.position}."
    yield from _promises(connection, int(head.version, 16))


def _promises(connection: sa.Connection, version: int | None) -> Iterator[str]:
    """Of each entry. The version before one whose sheet is erased cannot be got by undoing it: the chain has it."""
    states = _states(connection)
    query = sa.select(_journal).order_by(_journal.c.position.desc())
    for row in connection.execution_options(yield_per=_AT_ONCE).execute(query).mappings():
        position, key, revision = row["position"], row["key"], row["revision"]
        if version is None:
            version = int(row["version"], 16)
        if row["version"] != f"{version:016x}":
            yield f"The version after position {position} is not what its journal says."
            version = int(row["version"], 16)
        if row["operation"] == Operation.GENESIS:
            if row["commitment"] != hashed(row["version"]) or (key, revision) != (None, None):
                yield f"The entry at position {position} does not promise what the store began with."
            continue
        before, after = states[key].get(revision - 1), states[key].get(revision)
        if row["salt"] is None:
            version = None
            continue
        if after is None or row["commitment"] != commitment(row["salt"], key, revision, *after):
            yield f"{key}: revision {revision} is not what position {position} of the journal promises."
        shown = tuple(held is not None and held[0] == State.PUBLISHED for held in (before, after))
        if shown != (row["was_public"], row["is_public"]):
            yield f"{key}: what was public before and after position {position} is not what its journal says."
        for held in (before, after):
            if held is not None and held[1] == "":
                version = None
            if version is not None and held is not None and held[0] == State.PUBLISHED:
                version ^= part_of_version(key, held[1])


def _states(connection: sa.Connection) -> defaultdict[str, dict[int, tuple[str, str]]]:
    """The state and the digest of each revision of the sheets that the journal names."""
    named = sa.select(_journal.c.key).where(_journal.c.key.is_not(None))
    states: defaultdict[str, dict[int, tuple[str, str]]] = defaultdict(dict)
    for table in (_history, _sheet):
        columns = (table.c[name] for name in ("key", "revision", "state", "digest"))
        for key, revision, state, digest in connection.execute(sa.select(*columns).where(table.c.key.in_(named))):
            states[key][revision] = (state, digest)
    return states


def _references(connection: sa.Connection) -> Iterator[str]:
    """What names a sheet names one that is there."""
    keys = sa.select(_sheet.c.key)
    for table, what in (
        (tables.text, "a text"),
        (tables.identity, "an identity"),
        (tables.given, "what a source gave"),
        (tables.alias, "an old key"),
        (_history, "a history"),
        (tables.proposal, "a proposal"),
    ):
        for key in connection.scalars(sa.select(table.c.key).where(table.c.key.not_in(keys)).distinct().limit(100)):
            yield f"There is {what} of {key}, which is no sheet."
    made = tables.proposal.c
    told = sa.exists().where(_journal.c.position == made.position, _journal.c.operation == Operation.CORRECT)
    for number, position in connection.execute(
        sa.select(made.id, made.position).where(made.position.is_not(None), ~told)
    ):
        yield f"Proposal {number} became no change at position {position} of the journal."
