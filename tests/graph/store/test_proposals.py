"""What a source says against a correction waits, is shown, and is accepted or rejected, once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.model import Sheet, SheetText
from graph.store import ImportSummary, Store, tables
from graph.store.journal import Cause, Operation
from graph.store.merging import taken, values_of
from graph.store.writer import Conflict, NoSuchProposal
from tests.graph.random_sheets import sheets

REPAS = Sheet(
    title="Repas",
    department="Lot",
    year=2016,
    structure="A",
    structure_department="Lot",
    status="En cours",
    text=SheetText(summary="Un repas.", people="Dix"),
)
PERSON = Cause("somebody", "a mistake")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "store.sqlite", create=True) as store:
        yield store


def said(sheet: Sheet, **text: str) -> Sheet:
    return replace(sheet, text=replace(sheet.text, **text))


def clash(store: Store) -> str:
    """A sheet that a person and its source have changed differently; gives its key."""
    store.merge([REPAS], "lot.txt")
    (key,) = dict(store.sheets())
    store.writer.correct(key, said(REPAS, summary="Le mien.", people="Douze"), expected=1, cause=PERSON)
    store.merge([replace(said(REPAS, summary="Le leur."), status="Terminée")], "lot.txt")
    return key


def test_a_clash_is_shown_with_both_values_and_the_present_revision(store: Store):
    key = clash(store)
    (made,) = store.proposals()
    assert (made.number, made.key, made.revision, made.fields, made.source) == (1, key, 3, ("summary",), "lot.txt")
    assert (made.ours.text.summary, made.theirs.text.summary) == ("Le mien.", "Le leur.")


def test_what_is_accepted_changes_the_fields_that_clashed_and_nothing_else(store: Store):
    key = clash(store)
    written = store.writer.accept(1, expected=3, cause=Cause("moderator"))
    assert (written.key, written.revision) == (key, 4)
    assert dict(store.sheets())[key] == replace(said(REPAS, summary="Le leur.", people="Douze"), status="Terminée")
    last = store.entries()[-1]
    assert (last.operation, last.author, last.reason) == (Operation.CORRECT, "moderator", "proposal 1 of lot.txt")
    assert store.proposals() == []
    (made,) = store.decisions()
    assert (made.number, made.key, made.fields, made.source) == (1, key, ("summary",), "lot.txt")
    assert (made.decision, made.by, made.comment, made.position) == ("ACCEPTED", "moderator", None, last.position)
    assert made.made_at <= made.decided_at
    with pytest.raises(NoSuchProposal, match="No proposal 1 waits"):
        store.writer.accept(1, expected=4, cause=PERSON)
    again = replace(said(REPAS, summary="Le leur."), status="Terminée")
    assert store.merge([again], "lot.txt") == ImportSummary(0, 0, 1, ())
    assert store.findings() == []


def test_what_is_rejected_leaves_the_sheet_and_the_journal_and_is_not_asked_again_and_it_is_known_who_did_so(
    store: Store,
):
    key = clash(store)
    head = store.head()
    told = store.public.entries(head.position, 0, 100)
    store.writer.reject(1, Cause("moderator", "they asked the centre"))
    assert (store.proposals(), store.head()) == ([], head)
    (made,) = store.decisions()
    assert (made.decision, made.by, made.comment, made.position) == (
        "REJECTED",
        "moderator",
        "they asked the centre",
        None,
    )
    # Nobody else hears of it.
    assert store.public.entries(store.head().position, 0, 100) == told
    assert dict(store.sheets())[key].text.summary == "Le mien."
    store.merge([replace(said(REPAS, summary="Le leur."), status="Terminée")], "lot.txt")
    assert store.proposals() == []
    with pytest.raises(NoSuchProposal):
        store.writer.reject(1, PERSON)
    assert len(store.decisions()) == 1


def test_who_accepts_without_having_seen_the_last_revision_is_told_and_the_proposal_waits_on(store: Store):
    key = clash(store)
    store.writer.correct(key, said(REPAS, summary="Encore autre."), expected=3, cause=PERSON)
    with pytest.raises(Conflict, match="is at revision 4, not at 3"):
        store.writer.accept(1, expected=3, cause=PERSON)
    assert [made.number for made in store.proposals()] == [1]
    store.writer.correct(key, said(REPAS, summary="Le leur."), expected=4, cause=PERSON)
    head = store.head()
    assert store.writer.accept(1, expected=5, cause=PERSON).revision == 5
    assert (store.proposals(), store.head()) == ([], head)
    assert [(made.decision, made.position) for made in store.decisions()] == [("ACCEPTED", None)]


def test_of_two_things_that_a_source_said_the_last_one_waits(store: Store):
    clash(store)
    store.merge([replace(said(REPAS, summary="Le leur, mieux."), status="Terminée")], "lot.txt")
    assert [(made.number, made.theirs.text.summary) for made in store.proposals()] == [(2, "Le leur, mieux.")]
    assert [(made.number, made.decision, made.by) for made in store.decisions()] == [(1, "OUTDATED", None)]
    # Another field, another proposal: both wait.
    store.merge([replace(said(REPAS, summary="Le leur, mieux.", people="Onze"), status="Terminée")], "lot.txt")
    assert [(made.number, made.fields) for made in store.proposals()] == [(2, ("summary",)), (3, ("people",))]


def test_a_proposal_that_became_no_change_of_the_journal_is_found(store: Store):
    clash(store)
    store.writer.accept(1, expected=3, cause=PERSON)
    assert store.findings() == []
    for values in ({"position": 99}, {"key": "action:none"}):
        with store._engine.begin() as connection:
            connection.execute(tables.proposal.update().values(**values))
    assert store.findings() == [
        "There is a proposal of action:none, which is no sheet.",
        "Proposal 1 became no change at position 99 of the journal.",
    ]


@given(ours=sheets, theirs=sheets, data=st.data())
def test_some_fields_are_theirs_and_all_others_ours(ours: Sheet, theirs: Sheet, data):
    names = data.draw(st.sets(st.sampled_from(sorted(values_of(ours)))))
    both = values_of(taken(ours, theirs, names))
    assert both == {name: values_of(theirs if name in names else ours)[name] for name in both}
