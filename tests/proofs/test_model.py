"""The store holds what a model in dictionaries says, at every position, whatever people and sources write."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import Phase, assume, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from graph.model import Sheet, SheetText
from graph.store import Store, revisions, sheet_digest, tables, version_of
from graph.store.journal import Cause, Journal
from graph.store.writer import Conflict, NothingChanged, Written
from tests.proofs.model import PUBLISHED, WITHDRAWN, Kept, Model
from tests.proofs.results import SEED, bounds, tell

SOURCES = ("a.txt", "b.txt", "c.txt")
ME = Cause("me", "a reason")


def sheet(card: str, status: str, summary: str, keywords: tuple[str, ...]) -> Sheet:
    return Sheet(
        title=f"Action {card}",
        department="Lot",
        year=2016,
        structure=f"Centre {card}",
        structure_department="Lot",
        status=status,
        keywords=keywords,
        text=SheetText(summary=summary),
    )


sheets = st.builds(
    sheet,
    card=st.sampled_from("ABC"),
    status=st.sampled_from(("En cours", "Terminée")),
    summary=st.sampled_from(("", "Un repas.", "Une fête.")),
    keywords=st.sampled_from(((), ("Culture",))),
)
pages = st.lists(sheets, max_size=3, unique_by=lambda sheet: sheet.title)


class Both(RuleBasedStateMachine):
    """A store and its model, told the same."""

    steps = 0

    def __init__(self) -> None:
        super().__init__()
        self.model = Model()
        self.folder = TemporaryDirectory()
        self.store = Store(Path(self.folder.name) / "store.sqlite", create=True)

    def teardown(self) -> None:
        try:
            self.compare_history()
            assert self.store.findings() == []
        finally:
            self.store.close()
            self.folder.cleanup()

    def a_sheet(self, data: st.DataObject) -> Kept:
        """A sheet by any of its keys; an old key leads to the one that it is now."""
        assume(self.model.sheets)
        key = data.draw(st.sampled_from([*self.model.sheets]))
        return self.model.sheets[self.model.aliases.get(key, key)]

    def written(self, key: str, position: int) -> Written:
        return Written(key, len(self.model.sheets[key].revisions), position)

    @rule(source=st.sampled_from(SOURCES), page=pages, prune=st.booleans())
    def bring(self, source: str, page: list[Sheet], prune: bool) -> None:
        assume(not self.model.is_ambiguous() and not self.model.has_two_of_a_card(source))
        found = self.store.merge(page, source, prune=prune)
        expected = self.model.take(source, page, prune=prune)
        counts = (found.added, found.changed, found.left, found.waiting, {*found.missing})
        assert counts == (expected.added, expected.changed, expected.left, expected.waiting, expected.missing)

    @rule(sheet=sheets)
    def add(self, sheet: Sheet) -> None:
        if sheet in self.model.published().values():
            with pytest.raises(NothingChanged):
                self.store.writer.add(sheet, ME)
        else:
            found = self.store.writer.add(sheet, ME)
            key = self.model.add(sheet)
            assert found == self.written(key, self.model.position)

    @rule(sheet=sheets, data=st.data())
    def correct(self, sheet: Sheet, data: st.DataObject) -> None:
        kept = self.a_sheet(data)
        assume(sheet.title == kept.card)
        self.revise(
            kept,
            kept.now.sheet != sheet,
            lambda key, expected: self.store.writer.correct(key, sheet, expected=expected, cause=ME),
            sheet=sheet,
        )

    @rule(data=st.data())
    def withdraw(self, data: st.DataObject) -> None:
        kept = self.a_sheet(data)
        self.revise(
            kept,
            kept.is_published,
            lambda key, expected: self.store.writer.withdraw(key, expected=expected, cause=ME),
            state=WITHDRAWN,
        )

    @rule(data=st.data())
    def restore(self, data: st.DataObject) -> None:
        kept = self.a_sheet(data)
        to = data.draw(st.integers(1, len(kept.revisions)))
        sheet = kept.revisions[to - 1].sheet
        self.revise(
            kept,
            not kept.is_published or kept.now.sheet != sheet,
            lambda key, expected: self.store.writer.restore(key, expected=expected, to=to, cause=ME),
            sheet=sheet,
            state=PUBLISHED,
        )

    def revise(self, kept: Kept, changes: bool, write: Any, **to: Any) -> None:
        """Make a change that a person read the wrong revision for, then the same with the right one."""
        revision = len(kept.revisions)
        with pytest.raises(Conflict):
            write(kept.key, revision + 1)
        if changes:
            found = write(kept.key, revision)
            assert found == self.written(kept.key, self.model.revise(kept.key, **to))
        else:
            with pytest.raises(NothingChanged):
                write(kept.key, revision)

    @rule()
    def open_again(self) -> None:
        self.store.close()
        self.store = Store(self.store.path)

    @invariant()
    def agree(self) -> None:
        type(self).steps += 1
        published = self.model.published()
        assert dict(self.store.sheets()) == published
        head = self.store.head()
        assert (head.position, head.version) == (self.model.position, version(published))
        assert self.store.aliases() == self.model.aliases

    def compare_history(self) -> None:
        """Each revision with its positions, the published sheets of each position, and the journal without a gap."""
        revisions = {key: self.store.revisions(key) for key in self.model.sheets if key not in self.model.aliases}
        for key, found in revisions.items():
            expected = self.model.sheets[key].revisions
            untils = [past.since for past in expected[1:]] + [None]
            assert [(past.since, past.until, past.state, past.sheet) for past in found] == [
                (past.since, until, past.state, past.sheet) for past, until in zip(expected, untils, strict=True)
            ]
        entries = self.store.entries()
        for entry, position in zip(entries, count(1)):
            assert (entry.position, entry.version) == (position, version(self.model.as_of(position)))
        assert len(entries) == self.model.position


def version(published: dict[str, Sheet]) -> str:
    return version_of((key, sheet_digest(sheet)) for key, sheet in published.items())


def run(machine: type[Both], times: int) -> None:
    phases = (Phase.explicit, Phase.reuse, Phase.generate)
    bound = settings(max_examples=times, stateful_step_count=40, deadline=None, phases=phases, database=None)
    run_state_machine_as_test(seed(SEED)(machine), settings=bound)


@bounds(5, 200)
def test_a_store_holds_what_its_model_says_at_every_position(times: int):
    machine = type("Counted", (Both,), {"steps": 0})
    run(machine, times)
    tell("store = model", f"{times} stores, {machine.steps:,} steps", "0 differences")


@bounds(3, 3)
def test_a_history_that_forgets_until_when_a_revision_held_is_noticed(times: int, monkeypatch: pytest.MonkeyPatch):
    def forgetful(connection: sa.Connection, journal: Journal, row: sa.RowMapping, *given: Any, **more: Any) -> int:
        revision = revisions.revise(connection, journal, row, *given, **more)
        past = tables.history.c
        update = tables.history.update().where(past.key == row["key"], past.revision == row["revision"])
        connection.execute(update.values(until=row["since"]))
        return revision

    for module in ("writer", "applying"):
        monkeypatch.setattr(f"graph.store.{module}.revise", forgetful)
    with pytest.raises(AssertionError):
        run(type("Forgetful", (Both,), {}), times)
    tell("control: `until` is forgotten", f"{times} stores", "noticed")
