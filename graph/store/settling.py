"""Which sheet of the store each staged sheet is: under the writer's lock, by SQL where it is plain.

A sheet that its source gave before to the letter is that one, and so is what that one says by now. What is left of both
is paired: the same title, structure and year first, then the likest of one structure or one title, which was mended.
What is left then may be known from another source or from before: a text that a sheet of that title has, or had in an
earlier revision, is that sheet. All others are new: two texts under one title, structure and year are two sheets,
whoever gives them first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

import sqlalchemy as sa

from graph.model import Sheet
from graph.store import tables
from graph.store.digests import free_key
from graph.store.merging import LIKE, pairs
from graph.store.reading import ROWS, may_return
from graph.store.revisions import is_key_given
from graph.store.staging import BATCH, CHANGED, KNOWN, NEW, SAME, STAGED, staged
from graph.store.tables import State

_MOST_PAIRS = 40_000  # of one block that are compared: beyond, the sheets are taken for other ones
_sheet, _given, _known = tables.sheet, tables.given, tables.identity
_UNSETTLED = STAGED.where(staged.c.fate.is_(None)).order_by(staged.c.seq)


def settle(connection: sa.Connection, source: int, unread: set[bytes]) -> set[str]:
    """Give each staged sheet its fate and its key; `unread` are the hashes of lines that the source no longer has.

    Gives the keys of the sheets that the source gave before and no longer gives.
    """
    _settle_same(connection, source)
    missing = _missing(connection, source, unread)
    for pair in (_pair_by_identity, _pair_by_likeness):
        for some in _batches(sorted(missing)):
            missing -= pair(connection, source, some)
    _attach_known(connection)
    connection.execute(staged.update().where(staged.c.fate.is_(None)).values(fate=NEW))
    _give_keys(connection)
    return missing


def _settle_same(connection: sa.Connection, source: int) -> None:
    """Settle what the source gave before: first what its sheets say now, though the source had another text then. Such
    a text, given beside, is a sheet of its own."""
    same = staged.update().values(key=_given.c.key, fate=SAME).where(_given.c.source == source)
    was_revised = (_sheet.c.key == _given.c.key, _sheet.c.digest != _given.c.digest)
    is_now = (_sheet.c.state == State.PUBLISHED, _sheet.c.digest == staged.c.digest)
    connection.execute(same.where(*was_revised, *is_now))
    other = staged.alias()
    settled = sa.select(other.c.key).where(other.c.fate == SAME)
    connection.execute(same.where(staged.c.digest == _given.c.digest, _given.c.key.not_in(settled)))


def _missing(connection: sa.Connection, source: int, unread: set[bytes]) -> set[str]:
    given_again = sa.select(staged.c.key).where(staged.c.fate == SAME)
    query = sa.select(_given.c.key, _given.c.line).where(_given.c.source == source, _given.c.key.not_in(given_again))
    return {key for key, line in connection.execute(query) if line is None or line in unread}


def _pair_by_identity(connection: sa.Connection, source: int, missing: list[str]) -> set[str]:
    """Find missing sheets among the staged ones of their title, structure and year, the likest first."""
    query = _UNSETTLED.add_columns(_known.c.key.label("known")).join(_known, _known.c.identity == staged.c.identity)
    blocks: dict[str, Block] = defaultdict(Block)
    of_key: dict[str, list[str]] = defaultdict(list)
    for row in connection.execute(query.where(_known.c.key.in_(missing))).mappings():
        block = blocks[row["identity"]]
        block.new[row["seq"]] = tables.sheet_of_row(row)
        of_key[row["known"]].append(row["identity"])
    for key, sheet in _sheets(connection, list(of_key)):
        for identity in of_key[key]:
            blocks[identity].old[key] = sheet
    return _pair(connection, source, blocks.values(), least=0.0)


def _pair_by_likeness(connection: sa.Connection, source: int, missing: list[str]) -> set[str]:
    """Find missing sheets whose title, structure or year was mended, but not title and structure together."""
    blocks: dict[tuple[str, ...], Block] = defaultdict(Block)
    for key, sheet in _sheets(connection, missing):
        for block in _blocks_of(sheet):
            blocks[block].old[key] = sheet
    titles = [block[0] for block in blocks if len(block) == 1]
    structures = [block[0] for block in blocks if len(block) == 2]
    query = _UNSETTLED.where(staged.c.title.in_(titles) | staged.c.structure.in_(structures))
    for row in connection.execute(query).mappings():
        sheet = tables.sheet_of_row(row)
        for block in _blocks_of(sheet):
            if block in blocks:
                blocks[block].new[row["seq"]] = sheet
    return _pair(connection, source, blocks.values(), least=LIKE)


def _blocks_of(sheet: Sheet) -> tuple[tuple[str, ...], ...]:
    return (sheet.title,), (sheet.structure, sheet.structure_department)


@dataclass(slots=True)
class Block:
    """Sheets that could be one another, by key and by place."""

    old: dict[str, Sheet] = field(default_factory=dict)
    new: dict[int, Sheet] = field(default_factory=dict)


def _pair(connection: sa.Connection, source: int, blocks: Collection[Block], least: float) -> set[str]:
    """Settle the pairs of some blocks; gives the keys that were paired."""
    others, elsewhere = _given_by_others(connection, source, blocks), _published(connection)

    def is_barred(key: str, seq: int) -> bool:
        # It did not become a sheet that is there beside it, where somebody still gives both.
        return key in others and seq in elsewhere

    found: dict[int, str] = {}
    done: set[str] = set()
    for block in blocks:
        old = [(key, sheet) for key, sheet in block.old.items() if key not in done]
        new = [(seq, sheet) for seq, sheet in block.new.items() if seq not in found]
        if len(old) * len(new) <= _MOST_PAIRS:
            for key, seq in pairs(old, new, least, is_barred):
                found[seq] = key
                done.add(key)
    _settle_as(connection, found, CHANGED)
    return done


def _given_by_others(connection: sa.Connection, source: int, blocks: Iterable[Block]) -> set[str]:
    keys = sorted({key for block in blocks for key in block.old})
    query = sa.select(_given.c.key).where(_given.c.source != source)
    return {key for some in _batches(keys) for key in connection.scalars(query.where(_given.c.key.in_(some)))}


def _published(connection: sa.Connection) -> set[int]:
    """Which unsettled sheets are what another published sheet says."""
    of_identity = (staged.c.fate.is_(None), _known.c.identity == staged.c.identity, _sheet.c.key == _known.c.key)
    same = (_sheet.c.state == State.PUBLISHED, _sheet.c.digest == staged.c.digest)
    return set(connection.scalars(sa.select(staged.c.seq).where(*of_identity, *same)))


def _attach_known(connection: sa.Connection) -> None:
    """Settle what other sources, or an earlier time, know: the same text now or before, or a withdrawn sheet of the
    same identity that may return."""
    of_identity = (staged.c.fate.is_(None), _known.c.identity == staged.c.identity, _sheet.c.key == _known.c.key)
    # A sheet that is about to change will not say the same any more.
    other = staged.alias()
    changes = sa.exists().where(other.c.key == _sheet.c.key, other.c.fate == CHANGED)
    for state in (State.PUBLISHED, State.WITHDRAWN):
        same = (*of_identity, _sheet.c.state == state, _sheet.c.digest == staged.c.digest, ~changes)
        connection.execute(staged.update().where(*same).values(key=_sheet.c.key, fate=KNOWN))
    # An earlier text that is given beside the sheet itself is a sheet of its own.
    is_settled = sa.exists().where(other.c.key == _sheet.c.key, other.c.fate.is_not(None))
    query = sa.select(staged.c.seq, staged.c.digest, _sheet.c.key).where(*of_identity, ~is_settled)
    fates: dict[int, tuple[str, str]] = {}
    taken: set[str] = set()
    for seq, digest, key in connection.execute(query.order_by(staged.c.seq, _sheet.c.number)).all():
        if seq in fates or key in taken:
            continue
        fate = CHANGED if may_return(connection, key) else KNOWN if _had(connection, key, digest) else None
        if fate is not None:
            fates[seq] = (fate, key)
            taken.add(key)
    for fate in (KNOWN, CHANGED):
        _settle_as(connection, {seq: key for seq, (found, key) in fates.items() if found == fate}, fate)


def _had(connection: sa.Connection, key: str, digest: str) -> bool:
    """Whether a sheet had this content in an earlier revision, or a source gave it that content."""
    past = sa.select(tables.history.c.key).where(tables.history.c.key == key, tables.history.c.digest == digest)
    of_source = sa.select(_given.c.key).where(_given.c.key == key, _given.c.digest == digest)
    return connection.execute(sa.union_all(past, of_source)).first() is not None


def _give_keys(connection: sa.Connection) -> None:
    """Let the new sheets have keys that no sheet has or had, twins in the order of their digests."""
    taken = set(connection.scalars(sa.select(staged.c.key).join(_sheet, _sheet.c.key == staged.c.key).where(_new())))
    alias = tables.alias.c.alias
    taken |= set(connection.scalars(sa.select(alias).join(staged, staged.c.key == alias).where(_new())))
    twice = sa.select(staged.c.key).where(_new()).group_by(staged.c.key).having(sa.func.count() > 1)
    odd = taken | set(connection.scalars(twice))
    changes: dict[int, str] = {}
    for some in _batches(sorted(odd)):
        query = STAGED.where(_new(), staged.c.key.in_(some)).order_by(staged.c.key, staged.c.digest)
        for row in connection.execute(query).mappings().all():
            key = free_key(tables.sheet_of_row(row), lambda key: key in taken or is_key_given(connection, key))
            taken.add(key)
            changes[row["seq"]] = key
    _settle_as(connection, changes, NEW)


def _new() -> sa.ColumnElement[bool]:
    return staged.c.fate == NEW


def _settle_as(connection: sa.Connection, keys: dict[int, str], fate: str) -> None:
    if keys:
        statement = (
            staged.update().where(staged.c.seq == sa.bindparam("which")).values(key=sa.bindparam("found"), fate=fate)
        )
        connection.execute(statement, [{"which": seq, "found": key} for seq, key in keys.items()])


def _sheets(connection: sa.Connection, keys: list[str]) -> Iterator[tuple[str, Sheet]]:
    for some in _batches(keys):
        query = ROWS.where(_sheet.c.key.in_(some)).order_by(_sheet.c.number)
        for row in connection.execute(query).mappings():
            yield row["key"], tables.sheet_of_row(row)


def _batches(keys: list[str]) -> Iterator[list[str]]:
    """A database takes so many values at once."""
    for start in range(0, len(keys), BATCH):
        yield keys[start : start + BATCH]
