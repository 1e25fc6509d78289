"""Changes of single sheets, the journal that tells of them, and what `verify` finds when something else wrote."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from threading import Thread

import pytest
import sqlalchemy as sa

from graph.model import Sheet, SheetText
from graph.store import Store, sheet_digest, tables, version_of
from graph.store.chain import Head, first_break
from graph.store.journal import Cause, Operation
from graph.store.writer import Conflict, NoSuchSheet, NothingChanged

REPAS = Sheet(title="Repas", department="Lot", year=2016, structure="A", structure_department="Lot")
NAVETTE = replace(REPAS, title="Navette", keywords=("Solidarité",))
ME = Cause("me", "a reason")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "store.sqlite", create=True) as store:
        yield store


def said(summary: str) -> Sheet:
    return replace(REPAS, text=SheetText(summary=summary))


def test_a_sheet_is_added_corrected_withdrawn_and_restored_and_each_revision_is_kept(store: Store):
    write = store.writer
    key = write.add(REPAS, ME).key
    assert write.correct(key, said("Mieux."), expected=1, cause=ME)[1:] == (2, 2)
    assert write.withdraw(key, expected=2, cause=ME)[1:] == (3, 3)
    assert store.count() == 0
    assert write.restore(key, expected=3, to=1, cause=ME)[1:] == (4, 4)
    assert list(store.sheets()) == [(key, REPAS)]
    history = store.revisions(key)
    assert [(past.sheet.text.summary, past.state, past.since, past.until) for past in history] == [
        ("", "PUBLISHED", 1, 2),
        ("Mieux.", "PUBLISHED", 2, 3),
        ("Mieux.", "WITHDRAWN", 3, 4),
        ("", "PUBLISHED", 4, None),
    ]
    assert [(entry.operation, entry.author, entry.reason) for entry in store.entries()] == [
        (operation, "me", "a reason")
        for operation in (Operation.ADD, Operation.CORRECT, Operation.WITHDRAW, Operation.RESTORE)
    ]
    assert store.findings() == []


def test_what_is_refused_writes_nothing_and_says_why(store: Store):
    write = store.writer
    key = write.add(REPAS, ME).key
    head = store.head()
    with pytest.raises(Conflict, match="is at revision 1, not at 7"):
        write.correct(key, said("Mieux."), expected=7, cause=ME)
    with pytest.raises(NoSuchSheet, match="action:none"):
        write.withdraw("action:none", expected=1, cause=ME)
    with pytest.raises(NoSuchSheet, match="no revision 9"):
        write.restore(key, expected=1, to=9, cause=ME)
    for refused in (
        lambda: write.add(REPAS, ME),
        lambda: write.correct(key, REPAS, expected=1, cause=ME),
        lambda: write.restore(key, expected=1, to=1, cause=ME),
    ):
        with pytest.raises(NothingChanged):
            refused()
    assert store.head() == head


def test_the_version_is_that_of_the_published_sheets_after_each_change(store: Store):
    write = store.writer
    key = write.add(REPAS, ME).key
    write.add(NAVETTE, ME)
    write.correct(key, said("Mieux."), expected=1, cause=ME)
    write.withdraw(key, expected=2, cause=ME)
    assert store.version() == version_of((key, sheet_digest(sheet)) for key, sheet in store.sheets())
    assert store.entries()[0].version == version_of([(key, sheet_digest(REPAS))])
    assert store.entries()[-1].version == store.version()


def test_writers_side_by_side_leave_no_gap_and_of_two_that_read_the_same_revision_one_is_refused(store: Store):
    key = store.writer.add(REPAS, ME).key
    outcomes: list[object] = []

    def correct(number: int) -> None:
        with Store(store.path, busy_milliseconds=60_000) as mine:
            for _ in range(5):
                expected = mine.revisions(key)[-1].revision
                try:
                    cause = Cause(str(number))
                    outcomes.append(
                        mine.writer.correct(key, said(f"{number} {expected}"), expected=expected, cause=cause)
                    )
                except Conflict as conflict:
                    outcomes.append(conflict)

    threads = [Thread(target=correct, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    written = [outcome for outcome in outcomes if not isinstance(outcome, Conflict)]
    assert len(outcomes) == 20
    assert [entry.position for entry in store.entries()] == list(range(1, len(written) + 2))
    assert store.revisions(key)[-1].revision == len(written) + 1
    assert store.findings() == []


@pytest.mark.parametrize(
    ("statement", "said_of_it"),
    [
        ("UPDATE sheet SET title = 'Autre' WHERE number = 1", "its content was changed outside"),
        ("UPDATE sheet SET state = 'WITHDRAWN' WHERE number = 2", "version of the store is not that of its sheets"),
        ("DELETE FROM sheet_history", "is not what position"),
        ("UPDATE sheet_history SET content = replace(content, 'Deux', 'Trois')", "revision 2 was changed outside"),
        ("UPDATE journal SET at = '2020' WHERE position = 3", "chain of the journal breaks at position 3"),
        ("DELETE FROM journal WHERE position = 3", "chain of the journal breaks at position 3"),
        ("DELETE FROM journal WHERE position = 4", "does not end where its head says"),
        ("UPDATE journal SET version = '0' WHERE position = 2", "version after position 2"),
        ("UPDATE head SET version = '0000000000000000'", "version of the store"),
        ("UPDATE head SET number = 1", "would give it again"),
        ("UPDATE journal SET was_public = 0 WHERE position = 3", "what was public before and after position 3"),
        ("UPDATE journal SET is_public = 0 WHERE position = 2", "what was public before and after position 2"),
        ("UPDATE sheet_history SET since = 2 WHERE revision = 1", "revision 1 does not begin where the journal"),
        ("UPDATE sheet SET since = 1 WHERE number = 2", "revision 1 does not begin where the journal"),
        ("UPDATE sheet_source SET digest = 'x'", "what a source gave of it was changed"),
        ("UPDATE sheet_source SET content = replace(content, 'Trois', 'Deux')", "what a source gave of it was changed"),
        ("DELETE FROM sheet_identity", "not found by its title"),
        ("UPDATE sheet_text SET key = 'action:none' WHERE key LIKE 'action:navette%'", "which is no sheet"),
    ],
)
def test_what_was_changed_outside_of_the_journal_is_found(store: Store, statement: str, said_of_it: str):
    write = store.writer
    key = write.add(REPAS, ME).key
    write.add(NAVETTE, ME)
    write.correct(key, said("Deux."), expected=1, cause=ME)
    write.correct(key, said("Et plus."), expected=2, cause=ME)
    store.merge([said("Deux.")], "a.txt")
    store.merge([said("Trois.")], "a.txt")
    assert store.findings() == []
    with closing(sqlite3.connect(store.path)) as other, other:
        assert other.execute(statement).rowcount > 0
    assert any(said_of_it in finding for finding in store.findings()), store.findings()


def test_a_chain_that_leaves_an_entry_out_does_not_hold():
    head, entries = Head(), []
    for number in range(4):
        head = head.after("now", "ADD", str(number))
        entries.append((head.position, "now", "ADD", head.version, str(number), head.chain))
    assert first_break(entries) is None
    assert first_break([*entries[:2], entries[3]]) == 3


def test_a_backup_taken_while_others_write_is_a_whole_store_of_one_moment(store: Store, tmp_path: Path):
    write = store.writer
    keys = [write.add(replace(REPAS, title=f"Repas {number}"), ME).key for number in range(20)]

    def correct_all() -> None:
        with Store(store.path, busy_milliseconds=60_000) as mine:
            for key in keys:
                mine.writer.correct(key, said(key), expected=1, cause=ME)

    thread = Thread(target=correct_all)
    thread.start()
    for number in range(3):
        store.back_up(tmp_path / f"{number}.sqlite")
    thread.join()
    entries = store.entries()
    for number in range(3):
        with Store(tmp_path / f"{number}.sqlite") as copy:
            assert copy.findings() == []
            assert copy.entries() == entries[: copy.head().position]


def lengthened(store: Store, length: int) -> None:
    """Give a journal so many entries, of which every third one is public and each tenth of these a withdrawal."""
    row = dict.fromkeys((column.name for column in tables.journal.c), "")
    row |= {"was_public": False, "revision": 1, "import_id": None}
    rows = [
        row
        | {
            "position": position,
            "operation": Operation.WITHDRAW if position % 30 == 0 else Operation.CORRECT,
            "key": f"action:{position}",
            "is_public": position % 3 == 0,
        }
        for position in range(1, length + 1)
    ]
    with store._engine.begin() as connection:
        connection.execute(tables.journal.delete())
        connection.execute(tables.journal.insert(), rows)


def steps(store: Store, ask: Callable[[], object]) -> int:
    """How many instructions SQLite takes for something."""
    done = 0

    def step() -> None:
        nonlocal done
        done += 1

    def count(connection: sqlite3.Connection, _record: object) -> None:
        connection.set_progress_handler(step, 1)

    store._engine.dispose()
    sa.event.listen(store._engine, "connect", count)
    ask()
    sa.event.remove(store._engine, "connect", count)
    store._engine.dispose()
    return done


SOME = [(Operation.ERASE,), (Operation.WITHDRAW,), (Operation.CORRECT, Operation.WITHDRAW), tuple(Operation)]


@pytest.mark.parametrize("operations", SOME)
def test_the_changes_of_some_operations_are_found_without_reading_the_journal(store: Store, operations):
    asked = {}
    for length in (300, 6_000):
        lengthened(store, length)
        every = [
            (position, Operation.WITHDRAW if position % 30 == 0 else Operation.CORRECT)
            for position in range(3, length + 1, 3)
        ]
        for after, upto, most in ((0, length, 5), (20, 200, 500), (length - 31, length, 5)):
            found = store.public.entries(upto, after, most, operations)
            expected = [each for each in every if after < each[0] <= upto and each[1] in operations][:most]
            assert [(entry.position, entry.operation) for entry in found] == expected
            assert store.public.precedes(upto, operations) == any(
                position <= upto and operation in operations for position, operation in every
            )
        asked[length] = steps(store, lambda length=length: store.public.entries(length, 20, 5, operations))
        asked[length] += steps(store, lambda length=length: store.public.precedes(length, operations))
    assert asked[6_000] < 1.5 * asked[300]
