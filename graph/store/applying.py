"""What an import does to the store, once each staged sheet is settled: all of it, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from itertools import filterfalse
from typing import Any, NamedTuple

import sqlalchemy as sa

from graph.model import Problem, Sheet
from graph.store import tables
from graph.store.journal import Cause, Held, Journal, Operation, now
from graph.store.labelling import decide_labels
from graph.store.merging import merged
from graph.store.proposals import Decision, outdate
from graph.store.reading import is_given, may_return, row_of
from graph.store.revisions import absorb, know, revise
from graph.store.settling import settle
from graph.store.sources import SourceName, made, source_id
from graph.store.staging import CHANGED, KNOWN, NEW, SAME, STAGED, staged, staged_text
from graph.store.suppression import telling
from graph.store.tables import State

_sheet, _text, _given, _known = tables.sheet, tables.text, tables.given, tables.identity


class ImportSummary(NamedTuple):
    """How many sheets an import added, changed and left as they were; the keys of those that the source gave before
    and no longer has; how many corrections it would have undone, which wait as proposals; what the store has to say of
    the sheets, beside what their reader had; how many it gives that were erased, which are left out; and how many of
    the missing ones were withdrawn."""

    added: int
    changed: int
    left: int
    missing: tuple[str, ...]
    waiting: int = 0
    told: tuple[Problem, ...] = ()
    erased: int = 0
    withdrawn: int = 0


class Application:
    """The transaction of one import."""

    def __init__(self, connection: sa.Connection, source: SourceName, prune: bool) -> None:
        self._connection = connection
        self._name = source.name
        self._prune = prune
        self._source = source_id(connection, source)
        job = tables.import_job.insert().values(source=self._source, at=now(), prune=prune, counts={})
        self._import = made(connection, job)
        self._journal = Journal(connection, Cause(import_id=self._import))
        self._problems: list[Problem] = []

    def apply(
        self, unread: set[bytes], left: int, problems: Iterable[Problem], erased: Sequence[Sheet]
    ) -> tuple[ImportSummary, tuple[Problem, ...]]:
        """Write what was staged. `unread` are the hashes of lines that the source no longer has, `left` is how many it
        has as before, `erased` what it gives that must not come back: problems of it are not kept either."""
        first = self._journal.position
        missing = settle(self._connection, self._source, unread)
        added = self._add_new()
        returned = self._take_back()
        changed, waiting = self._change()
        self._remember_what_was_given()
        withdrawn = self._withdraw(missing) if self._prune else 0
        self._journal.close()
        if self._journal.position > first:
            decide_labels(self._connection, first, self._journal.position)
        if first:
            self._tell_twins()
        left += self._count() - added - returned - changed
        told = tuple(sorted(self._problems, key=lambda problem: problem.line))
        gone = tuple(sorted(missing))
        summary = ImportSummary(added + returned, changed, left, gone, waiting, told, len(erased), withdrawn)
        tells = telling(erased)
        every = tuple(sorted((*filterfalse(tells, problems), *told), key=lambda problem: problem.line))
        self._write_down(every)
        self._end_job(summary, first)
        return summary, every

    def _end_job(self, summary: ImportSummary, first: int) -> None:
        """Write down what the import did, and which positions of the journal are its own."""
        counts = {name: getattr(summary, name) for name in ("added", "changed", "left", "waiting", "withdrawn")}
        values: dict[str, Any] = {"counts": counts | {"missing": len(summary.missing)}}
        if self._journal.position > first:
            values |= {"first_position": first + 1, "last_position": self._journal.position}
        job = tables.import_job
        self._connection.execute(job.update().where(job.c.id == self._import).values(**values))

    def _count(self) -> int:
        return self._connection.scalar(sa.select(sa.func.count()).select_from(staged)) or 0

    def _add_new(self) -> int:
        """Copy the new sheets from the staged ones to where they stay."""
        new, journal = staged.c.fate == NEW, self._journal
        count = self._connection.scalar(sa.select(sa.func.count()).select_from(staged).where(new)) or 0
        if not count:
            return 0
        rank = sa.func.row_number().over(order_by=staged.c.seq)
        is_first = journal.position == 0
        since = sa.literal(1) if is_first else journal.position + rank
        kept = [staged.c[name] for name in ("digest", *tables.CONTENT, *tables.ORIGIN)]
        rows = sa.select(
            staged.c.key, journal.number + rank, sa.literal(1), since, sa.literal(State.PUBLISHED.value), *kept
        ).where(new)
        # In the order of its keys a table is written page after page, whatever its size.
        rows = rows.order_by(staged.c.key)
        names = ["key", "number", "revision", "since", "state", *(column.name for column in kept)]
        self._connection.execute(_sheet.insert().from_select(names, rows))
        known = sa.select(staged.c.identity, staged.c.key).where(new).order_by(staged.c.identity)
        self._connection.execute(_known.insert().from_select(["identity", "key"], known))
        texts = sa.select(staged.c.key, staged_text.c.body).join(staged_text, staged_text.c.seq == staged.c.seq)
        self._connection.execute(_text.insert().from_select(["key", "body"], texts.where(new)))
        journal.number += count
        added = self._connection.execute(sa.select(staged.c.key, staged.c.digest).where(new).order_by(staged.c.seq))
        pairs = ((key, digest) for key, digest in added)
        if is_first:
            journal.genesis(pairs)
        else:
            for key, digest in pairs:
                journal.entry(Operation.ADD, key, 1, None, Held(State.PUBLISHED, digest))
        return count

    def _take_back(self) -> int:
        """Publish again what was withdrawn because no source gave it."""
        query = sa.select(staged.c.key).join(_sheet, _sheet.c.key == staged.c.key)
        query = query.where(staged.c.fate == KNOWN, _sheet.c.state == State.WITHDRAWN).order_by(staged.c.seq)
        returned = 0
        for key in self._connection.scalars(query).all():
            if may_return(self._connection, key):
                revise(self._connection, self._journal, self._row(key), Operation.RESTORE, state=State.PUBLISHED)
                returned += 1
        return returned

    def _change(self) -> tuple[int, int]:
        """Make each changed sheet's next revision; gives how many there are, and how many clashes wait."""
        rows = self._connection.execute(STAGED.where(staged.c.fate == CHANGED).order_by(staged.c.seq))
        changed = waiting = 0
        revised: list[str] = []
        for given in rows.mappings().all():
            theirs, row = tables.sheet_of_row(given), self._row(given["key"])
            ours = tables.sheet_of_row(row)
            base = self._base(row)
            result, clashes = merged(base, ours, theirs) if base else (theirs, ())
            know(self._connection, row["key"], given["identity"])
            if clashes:
                self._let_wait(row, theirs, clashes)
                waiting += 1
            back = may_return(self._connection, row["key"])
            if result == ours and not back:
                continue
            changed += 1
            place = tables.place_of(theirs, self._name)
            state = State.PUBLISHED if back else None
            operation = Operation.RESTORE if back else Operation.CORRECT
            revise(self._connection, self._journal, row, operation, to=result, state=state, place=place)
            revised.append(row["key"])
        # Now that every sheet says what it says.
        for key in revised:
            self._absorb_if_equal(key)
        return changed, waiting

    def _base(self, row: sa.RowMapping) -> Sheet | None:
        """What the source gave of a sheet before, or None where it did not."""
        given = self._given(row["key"])
        if given is None:
            return None
        if given.digest == row["digest"]:
            return tables.sheet_of_row(row)
        if given.content is not None:
            return tables.sheet_of_whole(given.content)
        past, alias = tables.history.c, tables.alias.c
        # The source may have given it under a key that leads here now.
        keys = sa.select(alias.alias).where(alias.key == row["key"])
        query = sa.select(past.content).where(sa.or_(past.key == row["key"], past.key.in_(keys)))
        query = query.where(past.digest == given.digest).limit(1)
        content = self._connection.scalar(query)
        return None if content is None else tables.sheet_of_whole(content)

    def _absorb_if_equal(self, key: str) -> None:
        row = self._row(key)
        other = (
            sa.select(_sheet.c.key)
            .join(_known, _known.c.key == _sheet.c.key)
            .join(staged, staged.c.identity == _known.c.identity)
            .where(
                staged.c.key == key,
                _sheet.c.key != key,
                _sheet.c.digest == row["digest"],
                _sheet.c.state == State.PUBLISHED,
            )
            .order_by(_sheet.c.number)
        )
        into = self._connection.scalar(other)
        if into is not None:
            absorb(self._connection, self._journal, row, into)
            self._connection.execute(staged.update().where(staged.c.key == key).values(key=into))

    def _let_wait(self, row: sa.RowMapping, theirs: Sheet, clashes: tuple[str, ...]) -> None:
        outdate(self._connection, row["key"], self._source, clashes)
        values = {"key": row["key"], "base_revision": row["revision"], "state": Decision.WAITING, "made_at": now()}
        values |= {"content": tables.whole(theirs), "fields": list(clashes), "source": self._source}
        self._connection.execute(tables.proposal.insert(), values)
        reason = f"Changed in this source and elsewhere, differently: {', '.join(clashes)}. This waits."
        place = tables.place_of(theirs, self._name)
        self._tell(theirs.title, place["source"], place["first_line"], reason)

    def _remember_what_was_given(self) -> None:
        """Write down what the source says of each sheet, for the next import of it."""
        places = [staged.c[name] for name in tables.ORIGIN[1:]]
        same = staged.c.fate == SAME
        says = {"digest": staged.c.digest, "identity": staged.c.identity, "content": sa.null()}
        mine_now = (_given.c.key == staged.c.key, _given.c.source == self._source, _given.c.digest != staged.c.digest)
        self._connection.execute(_given.update().where(*mine_now, same).values(says))
        # A sheet that stands on other lines is no other sheet; where it was read is where it is now.
        for table, condition in (
            (_given, _given.c.source == self._source),
            (_sheet, _sheet.c.source == staged.c.source),
        ):
            moved = sa.or_(*(table.c[name].is_distinct_from(staged.c[name]) for name in tables.ORIGIN[1:]))
            values = {name: staged.c[name] for name in tables.ORIGIN[1:]}
            self._connection.execute(
                table.update().where(table.c.key == staged.c.key, same, condition, moved).values(**values)
            )
        self._connection.execute(
            _given.update()
            .where(_given.c.key == staged.c.key, same, _given.c.source == self._source)
            .values(line=staged.c.line)
        )
        keys = sa.select(staged.c.key).where(staged.c.fate == CHANGED)
        self._connection.execute(_given.delete().where(_given.c.source == self._source, _given.c.key.in_(keys)))
        names = ["source", "key", "identity", "digest", "line", *tables.ORIGIN[1:]]
        mine = sa.select(_given.c.key).where(_given.c.source == self._source)
        rows = sa.select(
            sa.literal(self._source), staged.c.key, staged.c.identity, staged.c.digest, staged.c.line, *places
        )
        # What became one sheet with another one of this import is given once.
        firsts = sa.select(sa.func.min(staged.c.seq)).where(~same).group_by(staged.c.key)
        rows = rows.where(staged.c.seq.in_(firsts), staged.c.key.not_in(mine)).order_by(staged.c.key)
        self._connection.execute(_given.insert().from_select(names, rows))
        self._keep_what_no_revision_has()

    def _keep_what_no_revision_has(self) -> None:
        """A later merge needs what the source gave: where the store never showed it, it is kept beside."""
        query = STAGED.join(_sheet, _sheet.c.key == staged.c.key)
        past = tables.history.c
        in_history = sa.exists().where(past.key == staged.c.key, past.digest == staged.c.digest)
        query = query.where(staged.c.fate.in_((CHANGED, KNOWN)), _sheet.c.digest != staged.c.digest, ~in_history)
        for row in self._connection.execute(query).mappings().all():
            content = tables.whole(tables.sheet_of_row(row))
            self._connection.execute(_given.update().where(self._mine(row["key"])).values(content=content))

    def _withdraw(self, missing: set[str]) -> int:
        """Take the source's name from the sheets that it no longer has, and withdraw those that have no other."""
        withdrawn = 0
        for key in sorted(missing):
            self._connection.execute(_given.delete().where(self._mine(key)))
            row = self._row(key)
            if row["state"] == State.PUBLISHED and not is_given(self._connection, key):
                revise(self._connection, self._journal, row, Operation.WITHDRAW, state=State.WITHDRAWN)
                withdrawn += 1
        return withdrawn

    def _tell_twins(self) -> None:
        """Say of each new sheet that another one has its title, structure and year, and another text."""
        other = _sheet.alias()
        query = (
            sa.select(staged.c.title, staged.c.source, staged.c.first_line, other.c.source, other.c.first_line)
            .join(_known, _known.c.identity == staged.c.identity)
            .join(other, other.c.key == _known.c.key)
            .join(_given, _given.c.key == other.c.key)
            .where(staged.c.fate == NEW, other.c.key != staged.c.key, _given.c.source != self._source)
            .where(other.c.state == State.PUBLISHED)
            .order_by(staged.c.seq, other.c.number)
            .distinct()
        )
        for title, source, line, other_source, other_line in self._connection.execute(query):
            where = f"{other_source}, line {other_line}" if other_line else str(other_source)
            there = f"Another sheet of this title, structure and year, with another text, is in {where}"
            self._tell(title, source, line, f"{there}: both are kept.")

    def _tell(self, title: str, source: str, line: int | None, reason: str) -> None:
        """Say something of a given sheet at its line. A line of another file, which its origin names, is none here."""
        if line and source != self._name:
            line, reason = 1, f"{reason} This one is of {source}, line {line}."
        self._problems.append(Problem(line or 1, title, reason))

    def _write_down(self, problems: Sequence[Problem]) -> None:
        mine = tables.problem.c.source == self._source
        self._connection.execute(tables.problem.delete().where(mine))
        if rows := [{"source": self._source, **asdict(problem)} for problem in problems]:
            self._connection.execute(tables.problem.insert(), rows)

    def _row(self, key: str) -> sa.RowMapping:
        row = row_of(self._connection, key)
        if row is None:
            raise KeyError(key)
        return row

    def _given(self, key: str) -> sa.Row[Any, Any] | None:
        query = sa.select(_given.c.digest, _given.c.content).where(self._mine(key))
        return self._connection.execute(query).one_or_none()

    def _mine(self, key: str) -> sa.ColumnElement[bool]:
        return sa.and_(_given.c.source == self._source, _given.c.key == key)
