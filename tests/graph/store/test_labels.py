"""What a node is called is decided once: no later sheet renames it, and a vocabulary comes before the store."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph import network
from graph.kinds import NodeKind
from graph.knowledge_graph import KnowledgeGraph
from graph.model import Sheet, light_row
from graph.store import Store
from graph.store.journal import Cause
from graph.vocabulary import Correction, Vocabulary
from tests.graph.random_sheets import directories

SHEET = Sheet(title="1", department="Lot", structure="Le Rionet", structure_department="Lot", keywords=("Jardin",))
SHOUTED = replace(SHEET, department="LOT", structure="LE RIONET", structure_department="LOT", keywords=("JARDIN",))
KEYS = {"keyword:jardin": "Jardin", "department:lot": "Lot", "structure:lot-le-rionet": "Le Rionet"}
PERSON = Cause("somebody", "a mistake")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "store.sqlite", create=True) as store:
        yield store


def titled(sheet: Sheet, *titles: str) -> list[Sheet]:
    return [replace(sheet, title=title) for title in titles]


def shown(store: Store, vocabulary: Vocabulary | None = None) -> dict[str, str]:
    """What the graph of the store calls its nodes, actions and regions aside."""
    graph = KnowledgeGraph.from_store(store, vocabulary or Vocabulary({}))
    return labels_of(graph.network)


def labels_of(built: network.Network) -> dict[str, str]:
    aside = (NodeKind.ACTION, NodeKind.REGION)
    return {key: node.label for key, node in built.records.items() if node.kind not in aside}


def test_the_most_frequent_spelling_of_the_first_import_is_the_label_and_sheets_that_shout_later_do_not_rename_it(
    store: Store,
):
    store.merge([*titled(SHEET, "1", "2"), *titled(SHOUTED, "3")], "a.txt")
    assert store.labels() == KEYS == shown(store)
    store.merge(titled(SHOUTED, "4", "5", "6", "7"), "b.txt")
    assert store.labels() == KEYS == shown(store)


def test_of_spellings_that_are_as_frequent_the_first_by_spelling_is_the_label(store: Store):
    store.merge([*titled(SHEET, "1"), *titled(SHOUTED, "2")], "a.txt")
    assert {*shown(store).values()} == {"JARDIN", "Lot", "LE RIONET"}


def test_the_order_of_imports_decides_labels_and_nothing_else_of_the_content(tmp_path: Path):
    pages = {"a.txt": titled(SHEET, "1"), "b.txt": titled(SHOUTED, "2", "3")}
    found = {}
    for names in (("a.txt", "b.txt"), ("b.txt", "a.txt")):
        with Store(tmp_path / f"{names[0]}.sqlite", create=True) as store:
            for name in names:
                store.merge(pages[name], name)
            found[names[0]] = (shown(store), store.version())
    assert found["a.txt"][0] == KEYS
    assert found["b.txt"][0] == {key: label.upper() for key, label in KEYS.items()} | {"department:lot": "Lot"}
    assert found["a.txt"][1] == found["b.txt"][1]


def test_what_the_vocabulary_names_has_its_label_whatever_is_printed_and_was_decided(store: Store):
    store.merge([replace(SHEET, keywords=("JARDIN-PARTAGÉ", "jardins"))], "a.txt")
    knows = Vocabulary({"keyword": ("Jardin partagé",)}, (Correction("keyword", "jardins", "Jardin partagé"),))
    assert shown(store, knows)["keyword:jardin-partage"] == "Jardin partagé"
    assert "keyword:jardins" not in shown(store, knows)
    assert shown(store)["keyword:jardin-partage"] == "JARDIN-PARTAGÉ"
    assert shown(store)["keyword:jardins"] == "jardins"


def test_each_change_decides_its_own_new_keys_and_they_are_asked_for_by_position(store: Store):
    store.merge([SHEET], "a.txt")
    first = store.head().position
    key, _, position = store.writer.add(replace(SHOUTED, title="2", partners=("CAF",)), PERSON)
    assert store.labels(first) == {"partner:caf": "CAF"}
    store.writer.correct(key, replace(SHOUTED, title="2", partners=("Caf", "École")), expected=1, cause=PERSON)
    assert store.labels(position) == {"partner:ecole": "École"}
    store.merge([replace(SHEET, title="3", partners=("Mairie",))], "b.txt")
    assert store.labels(position + 1) == {"partner:mairie": "Mairie"}
    assert store.labels(store.head().position) == {}


@pytest.mark.parametrize("printed", ["46", "lot", "Le Lot", "LOT (46)", "Lot"])
def test_a_department_shows_its_official_name_however_the_first_import_spells_it_and_its_centres_are_one(
    store: Store, printed: str
):
    first = replace(SHEET, department=printed, structure_department=printed)
    store.merge(titled(first, "1", "2"), "a.txt")
    assert store.labels() == KEYS | {"department:lot": printed}
    assert shown(store) == KEYS
    # Later sheets that spell it otherwise bring no key, and rename nothing.
    for other in ("46", "le lot", "Lot", "dép. 46"):
        store.merge(titled(replace(SHEET, department=other, structure_department=other), other), f"{other}.txt")
    assert store.labels() == KEYS | {"department:lot": printed}
    assert shown(store) == KEYS
    assert store.findings() == []


def test_a_department_that_nobody_knows_is_shown_as_it_is_printed_first(store: Store):
    store.merge([replace(SHEET, department="Zone NORD", structure_department="Zone NORD")], "a.txt")
    store.merge([replace(SHEET, title="2", department="zone nord", structure_department="zone nord")], "b.txt")
    assert {key: label for key, label in shown(store).items() if label != "Jardin"} == {
        "department:zone-nord": "Zone NORD",
        "structure:zone-nord-le-rionet": "Le Rionet",
    }


def test_an_abandoned_import_and_an_unchanged_one_decide_nothing(store: Store):
    with store.importing(store.source_named("a.txt")) as job:
        job.give(SHEET)
    assert store.labels() == {}
    store.merge([SHEET], "a.txt")
    store.merge([SHEET], "a.txt")
    assert store.labels() == KEYS


@given(directory=directories, more=directories, words=st.sampled_from([(), ("Jardin",)]))
def test_the_labels_of_a_first_import_are_those_of_a_graph_without_a_registry_and_stay(
    tmp_path_factory: pytest.TempPathFactory, directory: list[Sheet], more: list[Sheet], words: tuple[str, ...]
):
    vocabulary = Vocabulary({"keyword": words})
    with Store(tmp_path_factory.mktemp("labels") / "s.sqlite", create=True) as store:
        store.merge(directory, "a.txt")
        rows = [light_row(key, sheet) for key, sheet in store.sheets()]
        alone = network.build(rows, vocabulary)
        before = shown(store, vocabulary)
        assert before == labels_of(alone)
        store.merge(more, "b.txt")
        assert before.items() <= shown(store, vocabulary).items()
