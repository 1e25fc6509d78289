from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.kinds import NodeKind
from graph.listing import ListField, Listing, ListOrder, listed
from graph.model import Concept, concept_key
from graph.paging import Window


def key_of(label: str) -> str:
    return concept_key(NodeKind.KEYWORD, label)


concepts = st.lists(
    st.text("abé", min_size=1, max_size=3), max_size=10, unique_by=lambda label: concept_key(NodeKind.KEYWORD, label)
).map(lambda labels: [Concept(key_of(label), NodeKind.KEYWORD, label) for label in labels])


@given(concepts, st.sampled_from(ListField), st.booleans(), st.integers(1, 4))
def test_pages_join_to_the_whole_list_in_both_directions(items, field: ListField, descending: bool, size: int):
    listing = listed(items, lambda concept: len(concept.label) % 2, ListOrder(field, descending))
    whole = listing.page(Window()).items
    forwards, mark = [], None
    while True:
        page = listing.page(Window(first=size, after=mark))
        forwards += page.items
        if not page.has_next:
            break
        mark = listing.place_of(page.items[-1])
    backwards, mark = [], None
    while True:
        page = listing.page(Window(last=size, before=mark))
        backwards = [*page.items, *backwards]
        if not page.has_previous:
            break
        mark = listing.place_of(page.items[0])
    assert forwards == backwards == list(whole)
    assert set(whole) == set(items)


def test_a_place_of_another_kind_is_refused_and_one_that_was_given_is_taken():
    listing = Listing.ranked("pairs", [(2, "b"), (1, "a")], lambda pair: (-pair[0], pair[1]))
    assert listing.place(list(listing.place_of((1, "a")))) == (-1, "a")
    for values in ([], [-1], [-1, "a", "b"], ["a", -1], [True, "a"], [None, "a"]):
        with pytest.raises(ValueError, match="place"):
            listing.place(values)
