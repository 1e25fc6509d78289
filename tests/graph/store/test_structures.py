"""Where structures are is kept beside the sheets: by source, whole, and never against an erasure."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.model import Sheet, StructurePlace
from graph.store import Store
from graph.store.journal import Cause

SHEET = Sheet(title="Repas", department="Lot", year=2016, structure="A", structure_department="Lot")
A, B = "structure:lot-a", "structure:lot-b"
FIGEAC, CAHORS = StructurePlace(commune="Figeac"), StructurePlace(commune="Cahors", latitude=44.4, longitude=1.4)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "store.sqlite", create=True) as store:
        store.merge([SHEET], "page.txt")
        yield store


def test_what_a_source_says_takes_the_place_of_what_it_said(store: Store):
    file = store.source_named("structures.csv")
    assert store.place_structures(file, {A: FIGEAC, B: CAHORS}) == (2, (B,), 0)
    assert store.structure_places() == {A: FIGEAC, B: CAHORS}
    assert store.place_structures(file, {A: CAHORS}) == (1, (), 0)
    assert store.structure_places() == {A: CAHORS}


def test_of_two_sources_the_later_one_is_right_and_each_takes_back_its_own_only(store: Store):
    one, other = store.source_named("one.csv"), store.source_named("other.csv")
    store.place_structures(one, {A: FIGEAC, B: FIGEAC})
    store.place_structures(other, {A: CAHORS})
    assert store.structure_places() == {A: CAHORS, B: FIGEAC}
    store.place_structures(one, {})
    assert store.structure_places() == {A: CAHORS}


def test_it_is_no_change_of_a_sheet_and_a_source_like_others(store: Store):
    before, imports = store.head(), store.last_import()
    store.place_structures(store.source_named("structures.csv"), {A: FIGEAC})
    assert (store.head(), store.last_import()) == (before, imports + 1)
    assert [source.name for source in store.sources()] == ["page.txt", "structures.csv"]
    assert store.findings() == []


def test_an_erased_structure_is_taken_away_and_not_taken_again(store: Store):
    file = store.source_named("structures.csv")
    store.place_structures(file, {A: FIGEAC, B: CAHORS})
    store.erase(A, Cause(reason="asked for by mail"))
    assert store.structure_places() == {B: CAHORS}
    assert store.place_structures(file, {A: FIGEAC, B: CAHORS}) == (1, (B,), 1)
    assert store.structure_places() == {B: CAHORS}
