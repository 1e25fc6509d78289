"""The sets of entries that are prepared for frequent words, beside what the index itself says."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest
from pyroaring import FrozenBitMap

from graph.search import members, writing, written
from graph.search.entries import Entry, Sought, exactly
from graph.search.french import bare_of, cut, stems_of
from graph.search.later import LaterEntries
from graph.search.members import Members
from graph.search.query import read_query
from graph.search.writing import write_entries
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
    row = bare_of if field == "words" else stems_of
    return {word for value in values for word in row(cut(value)).split()}


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
    monkeypatch.setattr(writing, "FREQUENT", 3)
    write_entries(tmp_path / "entries", ENTRIES, len(ENTRIES), prepare=True)
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


def _in_a_row(entry: Entry, words: tuple[str, ...]) -> bool:
    values = [stems_of(cut(value)).split() for value in (entry.title, *entry.labels, *entry.texts)]
    size = len(words)
    return any((*value[at : at + size],) == words for value in values for at in range(len(value)))


# One pair of words after another in blocks of two, put together after each or at the end, of five, and at once; and
# only of words that half of the first entries hold.
@pytest.mark.parametrize(
    ("block", "waiting", "pieces", "paired"),
    [(2, 1, 1, 1_000), (2, 99, 99, 1_000), (5, 1, 99, 1_000), (99, 99, 99, 1_000), (5, 99, 99, 2)],
)
def test_each_two_frequent_words_in_a_row_have_their_entries(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int, waiting: int, pieces: int, paired: int
):
    monkeypatch.setattr(members, "_BLOCK", block)
    monkeypatch.setattr(members, "_WAITING", waiting)
    monkeypatch.setattr(members, "_PAIRED_IN", paired)
    monkeypatch.setattr(members, "PIECES", pieces)
    monkeypatch.setattr(writing, "FREQUENT", 3)
    write_entries(tmp_path / "entries", ENTRIES, len(ENTRIES), prepare=True)
    entries, prepared = WrittenEntries.open(tmp_path / "entries"), Members.open(tmp_path / "entries")
    assert prepared is not None
    terms = sorted({term for entry in ENTRIES for term in _held(entry, "stems")})
    some_in_a_row = 0
    for pair in product(terms, terms):
        expected = FrozenBitMap(entry.number for entry in ENTRIES if _in_a_row(entry, pair))
        found = prepared.pair(*pair)
        assert found in (None, expected)
        assert entries.with_phrase(pair) == expected
        some_in_a_row += bool(found)
    assert some_in_a_row > 1
    for phrase in product(terms, terms, terms):
        expected = FrozenBitMap(entry.number for entry in ENTRIES if _in_a_row(entry, phrase))
        assert entries.with_phrase(phrase) == expected


# The phrases are looked for among all entries that hold their words, among the best two or twenty, or by reading; and
# where it is soon read where words stand, or that takes long.
@pytest.mark.parametrize(("most", "enough"), [(99, 1), (2, 1), (2, 2), (2, 100)])
@pytest.mark.parametrize("soon", [0, 99])
@pytest.mark.parametrize("is_prepared", [True, False])
@pytest.mark.parametrize("text", ['"un jardin"', '"l ete" jardin', '"aux jardins"', '"jardin un"', '"l ete l ete" lot'])
@pytest.mark.parametrize("field", ["stems", "heading", "title"])
def test_a_phrase_finds_the_entries_that_hold_it_with_the_scores_of_its_words(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    field: str,
    text: str,
    is_prepared: bool,
    soon: int,
    most: int,
    enough: int,
):
    monkeypatch.setattr(written, "_ENOUGH", enough)
    monkeypatch.setattr(written, "SOON_READ", soon)
    monkeypatch.setattr(writing, "FREQUENT", 3)
    folder, query = tmp_path / "entries", read_query(text)
    write_entries(folder, ENTRIES, len(ENTRIES), prepare=is_prepared)
    entries, sought = WrittenEntries.open(folder), Sought(field, query)
    phrases = [tuple(word.stem for word in phrase) for phrase in query.phrases]
    stems = {word.stem for word in sought.words}
    expected = {
        entry.number
        for entry in ENTRIES
        if stems <= _held(entry, field) and all(_in_a_row(entry, phrase) for phrase in phrases)
    }
    assert entries.number_of(sought, None) == len(expected)
    assert set(entries.gather(sought, None)) == expected
    (numbers, scores), has_more = entries.best(sought, None, most)
    assert {*numbers.tolist()} <= expected
    assert has_more or len(numbers) == len(expected)
    (every, their_scores), _ = write_entries(None, ENTRIES, len(ENTRIES)).best(sought.by_words, None, 99)
    by_words = dict(zip(every.tolist(), their_scores.tolist(), strict=True))
    found = dict(zip(numbers.tolist(), scores.tolist(), strict=True))
    assert found == pytest.approx({number: by_words[number] for number in found})
    # Those that are left out are no better.
    assert all(by_words[left] <= min(found.values()) + 1e-9 for left in expected - found.keys() if found)


# Words that many entries hold are looked for among the best that hold any, where enough of these hold all: in all
# cases, where nearly all entries hold them, and in none.
@pytest.mark.parametrize("many", [0, 1.5, 9])
@pytest.mark.parametrize(("most", "enough"), [(99, 1), (3, 1), (3, 2), (3, 100)])
@pytest.mark.parametrize("text", ["jardin partage", "un jardin", "l ete un jardin", "jardin lot", "jardin"])
@pytest.mark.parametrize("field", ["stems", "heading", "title"])
def test_the_best_that_hold_all_of_some_words_are_the_same_however_they_are_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, field: str, text: str, most: int, enough: int, many: float
):
    monkeypatch.setattr(written, "_MANY", many)
    monkeypatch.setattr(written, "_ENOUGH", enough)
    monkeypatch.setattr(writing, "FREQUENT", 3)
    folder, sought = tmp_path / "entries", Sought(field, read_query(text))
    write_entries(folder, ENTRIES, len(ENTRIES), prepare=True)
    (numbers, scores), has_more = WrittenEntries.open(folder).best(sought, None, most)
    (every, their_scores), _ = write_entries(None, ENTRIES, len(ENTRIES)).best(sought, None, 99)
    assert set(every.tolist()) == {
        entry.number for entry in ENTRIES if {word.stem for word in sought.words} <= _held(entry, field)
    }
    exact = dict(zip(every.tolist(), their_scores.tolist(), strict=True))
    found = dict(zip(numbers.tolist(), scores.tolist(), strict=True))
    assert found == pytest.approx({number: exact[number] for number in found})
    assert has_more or len(found) == len(exact)
    # Those that are left out are no better.
    assert all(exact[left] <= min(found.values()) + 1e-6 for left in exact.keys() - found.keys() if found)
    assert found or not exact


@pytest.mark.parametrize("stems", [("jardin",), ("ete", "lot"), ("atel", "jardinag", "xyz"), ("xyz",)])
def test_entries_that_came_later_say_as_much_as_those_that_were_written(stems: tuple[str, ...]):
    written_at_once = write_entries(None, ENTRIES, len(ENTRIES))
    numbers, scores = written_at_once.saying(stems, 99)
    expected = {entry.number for entry in ENTRIES if _held(entry, "stems") & {*stems}}
    assert set(numbers.tolist()) == expected
    later, their_scores = LaterEntries(ENTRIES).saying(stems, written_at_once.rarity)
    assert set(later.tolist()) == expected
    # tantivy keeps lengths roughly.
    found = dict(zip(later.tolist(), their_scores.tolist(), strict=True))
    assert found == pytest.approx(dict(zip(numbers.tolist(), scores.tolist(), strict=True)), rel=0.1)
    if len(expected) > 1:
        (best,), _ = written_at_once.saying(stems, 1)
        assert found[int(best)] == pytest.approx(max(found.values()), rel=0.1)


def test_a_phrase_is_read_once_to_find_who_holds_it_and_who_holds_it_best(monkeypatch: pytest.MonkeyPatch):
    # Three of sixty entries hold the phrase and all of them its words, so that it has to be read.
    monkeypatch.setattr(written, "RANKED", 5)
    texts = ["Les verts jardins", *["Jardin, vert"] * 19] * 3
    sheets = [Entry(number, "action", "t", (), (text,)) for number, text in enumerate(texts)]
    entries, asked = write_entries(None, sheets, len(sheets)), []
    monkeypatch.setattr(entries, "_phrase", lambda stems: asked.append(stems) or WrittenEntries._phrase(entries, stems))
    sought = exactly(read_query('"verts jardins"'))
    assert [*entries.with_phrase(("vert", "jardin"))] == [0, 20, 40]
    assert sorted(entries.best(sought, None, 5)[0][0].tolist()) == [0, 20, 40]
    assert entries.number_of(sought, None) == 3
    assert asked == [["vert", "jardin"]]
