from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from graph.kinds import NodeKind
from graph.listing import ListField, Listing, ListOrder
from graph.model import Concept, concept_key


def key_of(label: str) -> str:
    return concept_key(NodeKind.KEYWORD, label)


concepts = st.lists(
    st.text("abé", min_size=1, max_size=3), max_size=10, unique_by=lambda label: concept_key(NodeKind.KEYWORD, label)
).map(lambda labels: [Concept(key_of(label), NodeKind.KEYWORD, label) for label in labels])


@given(concepts, st.sampled_from(ListField), st.booleans(), st.integers(1, 4))
def test_pages_join_to_the_whole_list_in_both_directions(items, field: ListField, descending: bool, size: int):
    listing = Listing.of(items, lambda concept: len(concept.label) % 2, ListOrder(field, descending))
    whole = listing.page(None, None, None, None).items
    forwards, mark = [], None
    while True:
        page = listing.page(size, mark, None, None)
        forwards += page.items
        if not page.has_next:
            break
        mark = listing.rank(page.items[-1])
    backwards, mark = [], None
    while True:
        page = listing.page(None, None, size, mark)
        backwards = [*page.items, *backwards]
        if not page.has_previous:
            break
        mark = listing.rank(page.items[0])
    assert forwards == backwards == list(whole)
    assert set(whole) == set(items)
