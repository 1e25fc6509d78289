"""Where structures are is kept beside the sheets: by source, whole, and never against an erasure."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from graph.ingest.structures import read_structures, write_structures
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


def test_what_is_known_of_structures_is_written_with_names_that_sheets_print_and_read_again(store: Store):
    store.merge([replace(SHEET, title="Bal", structure_department="46"), replace(SHEET, structure="Z")], "b.txt")
    places = {
        A: FIGEAC,
        B: CAHORS,
        "structure:lot-z": StructurePlace("73282932000074", "1, rue « Haute »; 3e", site=SITE),
    }
    store.place_structures(store.source_named("structures.csv"), places)
    named, others = store.placed_structures()
    assert [(name, department) for name, department, _ in named] == [("A", "Lot"), ("Z", "Lot")]
    assert others == 1  # B is in no sheet, and nothing is made up of its key
    written = b"".join(write_structures(named))
    del places[B]
    assert read_structures(written, "structures.csv") == places


SITE = "https://centre.example/a?b=1,2"
WHOLE = StructurePlace("73282932000074", "12 rue Haute", "46100", "Figeac", 44.6085, 2.0316, SITE)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("siret = '73282932000075'", f"{A}: its place cannot be: siret '73282932000075': expected 14 digits"),
        ("siret = 73282932000074.0", "siret '73282932000074.0': expected 14 digits"),
        ("postcode = '461'", "postcode '461': expected 5 digits"),
        ("latitude = NULL", "longitude stands alone"),
        ("latitude = 144.5", "latitude '144.5': expected degrees from -90 to 90"),
        ("longitude = 9e999", "longitude 'Infinity': expected degrees"),
        ("latitude = 'nord'", "latitude 'nord': expected degrees"),
        ("site = 'javascript:alert(1)'", "site 'javascript:alert(1)': expected an address"),
        ("commune = ' Figeac'", "are not values as they are read from a file"),
        ("commune = ''", "are not values as they are read from a file"),
        ("address = hex(zeroblob(200))", "address has 400 characters"),
        ("source = 99", f"{A}: its place is said to be of source 99, which is none."),
        ("key = 'keyword:culture'", "There is a place of 'keyword:culture', which is no key of a structure."),
    ],
)
def test_a_place_that_was_changed_outside_is_noticed_by_verify(store: Store, statement: str, said: str):
    store.place_structures(store.source_named("structures.csv"), {A: WHOLE, B: StructurePlace()})
    assert store.findings() == []
    with closing(sqlite3.connect(store.path)) as other, other:
        other.execute(f"UPDATE structure_place SET {statement} WHERE key = ?", (A,))
    [finding] = store.findings()
    assert said in finding


def test_a_place_of_an_erased_structure_that_is_put_back_is_noticed_by_verify(store: Store):
    store.place_structures(store.source_named("structures.csv"), {A: FIGEAC, B: CAHORS})
    store.erase(A, Cause(reason="asked for by mail"))
    assert store.findings() == []
    with closing(sqlite3.connect(store.path)) as other, other:
        other.execute("UPDATE structure_place SET key = ? WHERE key = ?", (A, B))
    assert store.findings() == [f"{A}: it was erased, and its place is kept."]
