"""What the texts of a large store name, kept in files beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from graph import knowledge_graph
from graph.knowledge_graph import KnowledgeGraph
from graph.live.changes import change_of
from graph.mentions import kept
from graph.mentions.postings import read
from graph.model import Sheet, SheetText
from graph.store import Store
from tests.graph import answers

SAID = ("Avec la Caf.", "l'association Fil Bleu", "au Fil Bleu", "le SMICTOM", "", "la préfecture du Lot")


def sheets(count: int = 30) -> list[Sheet]:
    return [
        Sheet(title=f"Fiche {n:02}", department="Lot", structure=f"Centre {n % 4}", structure_department="Lot",
              text=SheetText(summary=SAID[n % len(SAID)]))
        for n in range(count)
    ]  # fmt: skip


def corrected() -> list[Sheet]:
    """Two sheets less, one more, and one that names another body."""
    some = sheets()
    some[1] = replace(some[1], text=SheetText(summary="l'association Fil Rouge et la MSA"))
    return [*some[:6], *some[8:], replace(some[0], title="Autre")]


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setattr(knowledge_graph, "TEXTS_IN_MEMORY", 3)
    with Store(tmp_path / "s.sqlite", create=True) as store:
        store.merge(sheets(), "page.txt")
        assert KnowledgeGraph.from_store(store).bodies.get("body:caf")
        yield store


def unread(self: Store, at: int) -> Any:
    raise RuntimeError("the texts are read again")


def in_memory(store: Store) -> KnowledgeGraph:
    return KnowledgeGraph.from_pairs(list(store.sheets()))


def test_a_second_start_reads_no_text(store: Store, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Store, "said", unread)
    monkeypatch.setattr(Store, "texts", unread)
    graph = KnowledgeGraph.from_store(store)
    assert answers.named(graph) == answers.named(in_memory(store))


def test_after_an_import_only_what_differs_is_read(store: Store, monkeypatch: pytest.MonkeyPatch):
    asked: list[int] = []

    def counted(said: Any) -> Any:
        some = list(said)
        asked.extend(ordinal for ordinal, _ in some)
        return read(some)

    store.merge(corrected(), "page.txt", prune=True)
    monkeypatch.setattr(Store, "said", unread)
    monkeypatch.setattr(kept, "read", counted)
    for _ in range(2):
        assert answers.named(KnowledgeGraph.from_store(store)) == answers.named(in_memory(store))
    assert len(asked) == 2


def test_a_version_that_followed_an_import_names_what_a_start_names(store: Store):
    graph = KnowledgeGraph.from_store(store)
    assert graph.bodies
    store.merge(corrected(), "page.txt", prune=True)
    difference = store.difference(graph.position, store.head().position, 1_000)
    assert difference is not None
    followed = graph.changed(change_of(graph, difference, store.labels()))
    assert answers.named(followed) == answers.named(KnowledgeGraph.from_store(store))


def test_with_another_gazetteer_every_text_is_read_again(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    other = tmp_path / "bodies.json"
    other.write_bytes(kept.DEFAULT_PATH.read_bytes() + b"\n")
    monkeypatch.setattr(kept, "DEFAULT_PATH", other)
    with monkeypatch.context() as patch:
        patch.setattr(Store, "said", unread)
        with pytest.raises(RuntimeError, match="read again"):
            assert KnowledgeGraph.from_store(store).bodies
    assert KnowledgeGraph.from_store(store).bodies.get("body:caf")


def test_a_store_without_a_body_is_kept_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(knowledge_graph, "TEXTS_IN_MEMORY", 3)
    with Store(tmp_path / "s.sqlite", create=True) as store:
        store.merge([replace(sheet, text=SheetText()) for sheet in sheets()], "page.txt")
        for _ in range(2):
            assert KnowledgeGraph.from_store(store).bodies.all().items == ()
        store.merge(sheets(), "page.txt")
        assert KnowledgeGraph.from_store(store).bodies.get("body:caf")
