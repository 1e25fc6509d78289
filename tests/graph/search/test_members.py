"""The sets of entries that are prepared for frequent words, beside what the index itself says."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyroaring import FrozenBitMap

from graph.search import members, written
from graph.search.entries import Entry
from graph.search.members import Members
from graph.search.written import WrittenEntries

ENTRIES = [
    Entry(
        number,
        "action",
        "Jardin partagé" if number % 2 else "JARDINS, jardinage",
        ("Solidarité", "Un jardin") if number % 3 else ("Lot",),
        ("Un jardin. L’été, l'ÉTÉ !", "Jardin" if number % 5 else "Aux jardins, l’atelier"),
    )
    for number in (7, 3, 11, 0, 5, 1, 9, 2, 10, 4, 8, 6)
]


def _held(entry: Entry, field: str) -> set[str]:
    """The stems, or the bare words, of an entry in a field, cut apart from the rest of the index."""
    fields = {"title": (entry.title,), "heading": (entry.title, *entry.labels)}
    values = fields.get(field, (entry.title, *entry.labels, *entry.texts))
    row = written.bare_of if field == "words" else written.stems_of
    return {word for value in values for word in row(written.cut(value)).split()}


# In blocks of two, forgetting the pieces after each or not, of five, at once, and with words that no block shows.
@pytest.mark.parametrize(
    ("block", "one_in", "pieces"), [(2, 1_000, 1), (2, 1_000, 99), (5, 2, 99), (100, 1_000, 99), (2, 1, 99)]
)
@pytest.mark.parametrize("field", ["stems", "words", "title", "heading"])
def test_each_frequent_word_has_its_entries(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, field: str, block: int, one_in: int, pieces: int
):
    monkeypatch.setattr(members, "_BLOCK", block)
    monkeypatch.setattr(members, "_ONE_IN", one_in)
    monkeypatch.setattr(members, "PIECES", pieces)
    monkeypatch.setattr(written, "FREQUENT", 3)
    WrittenEntries.write(tmp_path / "entries", ENTRIES, len(ENTRIES), prepare=True)
    entries, prepared = WrittenEntries.open(tmp_path / "entries"), Members.open(tmp_path / "entries")
    assert prepared is not None
    terms = {term for entry in ENTRIES for term in _held(entry, field)}
    assert len(terms) > 2
    for term in terms:
        expected = FrozenBitMap(entry.number for entry in ENTRIES if term in _held(entry, field))
        assert entries.with_any(field, (term,)) == expected
        assert prepared.has(field, term) is (len(expected) > 3)
        if len(expected) > 3:
            assert prepared.get(field, term) == expected
    everyone = FrozenBitMap(entry.number for entry in ENTRIES if _held(entry, field))
    assert entries.with_any(field, (*terms, "xyz")) == everyone
