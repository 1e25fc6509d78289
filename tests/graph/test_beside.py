"""The files beside a large store follow what an import changes, without the text of every sheet being read again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from shutil import copyfile, rmtree
from typing import Any

import numpy as np
import pytest

from graph import knowledge_graph
from graph.analysis import kept as analysis_kept
from graph.knowledge_graph import KnowledgeGraph
from graph.model import Action, Sheet, SheetText
from graph.search import kept
from graph.similarity.measures import Measure
from graph.store import Store
from graph.store.journal import Cause
from tests.graph.search.test_changed import found, sheet_of

COUNT = 60


def first() -> list[Sheet]:
    said = ("un jardin partagé", "l’isolement des habitants", "isolment", "un repas, une génération", "atelier cuisine")
    return [
        replace(sheet_of(f"Jardin {n:02}", SheetText(summary=said[n % 5])), keywords=("Culture", f"mot{n % 7}"))
        for n in range(COUNT)
    ]


def corrected() -> list[Sheet]:
    """One sheet less, one more, one that says something else, and one with another keyword."""
    sheets = first()
    sheets[7] = replace(sheets[7], text=SheetText(summary="la chorale des générations"))
    sheets[9] = replace(sheets[9], keywords=("Santé",))
    return [*sheets[:3], *sheets[4:], sheet_of("Chorale", SheetText(summary="un repas partagé"))]


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setattr(knowledge_graph, "TEXTS_IN_MEMORY", 3)
    with Store(tmp_path / "s.sqlite", create=True) as store:
        store.merge(first(), "page.txt")
        KnowledgeGraph.from_store(store).prepare()
        yield store


def no_texts(self: Store, at: int) -> Any:
    raise RuntimeError("the texts are read again")


kept_entry = kept.action_entry


def anew(store: Store) -> KnowledgeGraph:
    return KnowledgeGraph.from_pairs(list(store.sheets()))


def test_after_an_import_the_full_text_is_opened_and_only_what_differs_is_read(store, monkeypatch):
    store.merge(corrected(), "page.txt", prune=True)
    monkeypatch.setattr(Store, "texts", no_texts)
    for _ in range(2):
        assert found(KnowledgeGraph.from_store(store)) == found(anew(store))


def test_files_of_a_store_that_stood_there_before_are_not_taken_for_those_of_another_one(store):
    store.close()
    store.path.unlink()
    with Store(store.path, create=True) as other:
        other.merge([replace(sheet, text=SheetText(summary="la chorale")) for sheet in first()], "page.txt")
        assert found(KnowledgeGraph.from_store(other)) == found(anew(other))


def test_files_of_a_later_time_are_not_taken_for_those_of_a_backup_that_was_restored_and_went_on(store, tmp_path: Path):
    backup, key = tmp_path / "backup" / "s.sqlite", next(store.sheets())[0]
    store.back_up(backup)
    for summary in ("la chorale des générations", "un potager"):
        sheet = replace(dict(store.sheets())[key], text=SheetText(summary=summary))
        store.writer.correct(key, sheet, expected=1, cause=Cause("me"))
        assert found(KnowledgeGraph.from_store(store)) == found(anew(store))
        rmtree(store.prepared / "search")  # so that it is made of the sheets of now, as after a large import
        KnowledgeGraph.from_store(store).prepare()
        store.close()
        copyfile(backup, store.path)


def test_the_comparison_notices_an_earlier_text_that_is_not_subtracted(store, monkeypatch):
    store.merge(corrected(), "page.txt", prune=True)
    monkeypatch.setattr(kept, "action_entry", lambda action, text: kept_entry(action, SheetText()))
    assert found(KnowledgeGraph.from_store(store)) != found(anew(store))


def test_changes_follow_a_folder_that_was_opened_with_differences(store):
    before, after = first(), corrected()
    store.merge(after, "page.txt", prune=True)
    graph = KnowledgeGraph.from_store(store)
    assert graph.search.actions("chorale").total == 2
    store.merge(before, "page.txt", prune=True)
    again = KnowledgeGraph.from_store(store)
    assert found(again) == found(anew(store))
    assert again.search.actions("chorale").total == 0


@pytest.mark.parametrize("most", [0, 4])
def test_where_too_much_differs_the_folder_is_made_again(store, monkeypatch, most):
    # A corrected sheet is one that goes and one that comes: there are six differences.
    monkeypatch.setattr(kept, "MOST_DIFFERENCES", most)
    store.merge(corrected(), "page.txt", prune=True)
    with monkeypatch.context() as patch:
        patch.setattr(Store, "texts", no_texts)
        with pytest.raises(RuntimeError, match="read again"):
            assert KnowledgeGraph.from_store(store).search
    assert found(KnowledgeGraph.from_store(store)) == found(anew(store))


def test_where_an_earlier_revision_is_not_kept_the_folder_is_made_again(store, monkeypatch):
    store.merge(corrected(), "page.txt", prune=True)
    monkeypatch.setattr(Store, "sheet_of_number", lambda self, number, revision: None)
    assert found(KnowledgeGraph.from_store(store)) == found(anew(store))


def test_where_a_label_is_another_the_folder_is_made_again(store, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(Store, "labels", lambda store, after=0: {"structure:lot-s": "Jonglage"})
        named = KnowledgeGraph.from_store(store)
    assert named.search.actions("jonglage").total == COUNT
    assert KnowledgeGraph.from_store(store).search.actions("jonglage").total == 0


def test_after_an_import_the_text_measure_keeps_its_words_and_gets_new_rows(store, monkeypatch):
    before = KnowledgeGraph.from_store(store)
    old = before.similarity.texts
    store.merge([*first(), sheet_of("Un repas", SheetText(summary="un repas, une génération"))], "page.txt")
    monkeypatch.setattr(Store, "texts", no_texts)
    graph = KnowledgeGraph.from_store(store)
    texts = graph.similarity.texts
    assert texts.printed == old.printed
    for action in before.actions:
        now = graph.get(action.key)
        assert isinstance(now, Action)
        assert np.array_equal(texts.rows[now.ordinal], old.rows[action.ordinal])
    [added] = [action for action in graph.actions if action.title == "Un repas"]
    similar = graph.similarity.similar([added], measure=Measure.TEXT).between(0, COUNT)
    # A fifth of the sheets say the same; another fifth has a subject of the thesaurus in common with them.
    said = [graph.text(each.action).summary for each in similar]
    assert said == ["un repas, une génération"] * (COUNT // 5) + ["l’isolement des habitants"] * (COUNT // 5)


def test_a_graph_reads_the_texts_of_its_own_revisions_while_the_store_goes_on(store):
    graph = KnowledgeGraph.from_store(store)
    said = {action.key: sheet.text for action, sheet in zip(graph.actions, first(), strict=True)}
    store.merge(corrected(), "page.txt", prune=True)
    assert {action.key: graph.text(action) for action in graph.actions} == said


def lacking(graph: KnowledgeGraph) -> dict[str, set[str]]:
    return {
        empty.field.name: {graph.network.actions[ordinal].key for ordinal in empty.actions}
        for empty in graph.analysis.quality().empty_fields
    }


def test_after_an_import_what_sheets_leave_empty_is_known_without_the_other_texts(store, monkeypatch):
    sheets = corrected()
    sheets[0] = replace(sheets[0], text=SheetText(summary=" "))
    store.merge(sheets, "page.txt", prune=True)
    monkeypatch.setattr(Store, "texts", no_texts)
    for _ in range(2):
        now = lacking(KnowledgeGraph.from_store(store))
        assert now == lacking(anew(store))
        assert len(now["summary"]) == 1


def test_where_the_form_has_other_fields_what_is_empty_is_looked_for_again(store, monkeypatch):
    monkeypatch.setattr(analysis_kept, "_NAMES", analysis_kept._NAMES[:-1])
    with monkeypatch.context() as patch:
        patch.setattr(Store, "texts", no_texts)
        with pytest.raises(RuntimeError, match="read again"):
            KnowledgeGraph.from_store(store).analysis.empty_texts()
    assert len(KnowledgeGraph.from_store(store).analysis.empty_texts()) == len(analysis_kept._NAMES)
