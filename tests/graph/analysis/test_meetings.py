from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.analysis import meetings as meetings_module
from graph.analysis.meetings import MeetingMeasure, meetings, profiles
from tests.graph.lot import lot
from tests.graph.small_networks import network_of, row, some_of

JACCARD, SHARED = MeetingMeasure.JACCARD, MeetingMeasure.SHARED_KEYWORDS


@st.composite
def directories(draw):
    """One action for each of some structures; 70 keywords need more than one machine word."""
    number = draw(st.sampled_from([4, 70]))
    sets = draw(st.lists(some_of("k", number, 5), min_size=1, max_size=12))
    return network_of(*(row(f"a{n}", *keywords, structure=f"S{n}") for n, keywords in enumerate(sets)))


def keyword_sets(net):
    sets = {structure.key: set() for structure in net.structures}
    for action in net.actions:
        sets[action.structure.key].update(action.keywords)
    return sets


def merits(sets, pairs, measure):
    found = []
    for one, other in pairs:
        shared = len(sets[one] & sets[other])
        if shared:
            jaccard = shared / len(sets[one] | sets[other])
            found.append((shared, jaccard) if measure is SHARED else (jaccard, shared))
    return sorted(found, reverse=True)


@pytest.mark.parametrize("rows", [1, 3, 64])
@settings(max_examples=60, deadline=None)
@given(built=directories(), measure=st.sampled_from(list(MeetingMeasure)), first=st.integers(1, 12))
def test_the_best_pairs_are_those_of_brute_force(rows, built, measure, first):
    net, ix = built
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(meetings_module, "_ROWS", rows)
        found = meetings(profiles(net, ix), measure=measure, first=first)
    sets = keyword_sets(net)
    pairs = [(meeting.a.key, meeting.b.key) for meeting in found]
    assert all(one < other for one, other in pairs)
    assert len(set(pairs)) == len(pairs)
    assert merits(sets, pairs, measure) == merits(sets, combinations(sorted(sets), 2), measure)[:first]
    scores = [meeting.score for meeting in found]
    assert scores == sorted(scores, reverse=True)
    for meeting in found:
        one, other = sets[meeting.a.key], sets[meeting.b.key]
        assert set(meeting.shared) == one & other
        assert set(meeting.a_brings) == one - other
        assert set(meeting.b_brings) == other - one


@settings(max_examples=60, deadline=None)
@given(built=directories(), measure=st.sampled_from(list(MeetingMeasure)), data=st.data())
def test_the_pairs_of_one_structure_are_those_of_brute_force(built, measure, data):
    net, ix = built
    structure = data.draw(st.sampled_from(net.structures))
    found = meetings(profiles(net, ix), measure=measure, structure=structure, first=5)
    sets = keyword_sets(net)
    assert all(meeting.a is structure for meeting in found)
    others = [meeting.b.key for meeting in found]
    assert structure.key not in others
    assert len(set(others)) == len(others)
    expected = merits(sets, ((structure.key, other) for other in sets if other != structure.key), measure)
    assert merits(sets, ((structure.key, other) for other in others), measure) == expected[:5]


def test_structures_with_the_same_keywords_are_paired_in_the_order_of_keys():
    net, ix = network_of(*(row(f"a{name}", "k", structure=name) for name in "PQR"))
    found = meetings(profiles(net, ix), first=2)
    assert [(meeting.a.name, meeting.b.name, meeting.score) for meeting in found] == [
        ("P", "Q", 1.0),
        ("P", "R", 1.0),
    ]


def test_only_the_structures_among_the_given_are_paired():
    net, ix = network_of(*(row(f"a{name}", "k", structure=name) for name in "PQR"))
    p, q, r = net.structures
    assert [(m.a, m.b) for m in meetings(profiles(net, ix), among=[r, q])] == [(q, r)]
    assert [(m.a, m.b) for m in meetings(profiles(net, ix), structure=p, among=[r])] == [(p, r)]


def test_the_rarest_keyword_is_named_first():
    net, ix = network_of(
        row("a", "often", "seldom", structure="P"),
        row("b", "often", "seldom", structure="Q"),
        row("c", "often", structure="R"),
    )
    assert [concept.label for concept in meetings(profiles(net, ix))[0].shared] == ["seldom", "often"]


def test_by_shared_keywords_arts_scenes_ought_to_meet_figeac():
    page = lot()
    best, second = meetings(profiles(page.network, page.indexes), measure=SHARED, first=2)
    assert (best.a.name, best.b.name) == (
        "ARTS SCENES ET COMPAGNIE",
        "CENTRE SOCIAL ET DE PRÉVENTION DE FIGEAC",
    )
    assert best.score == len(best.shared) == 6
    assert second.score < 6


def test_by_jaccard_two_pairs_tie_at_one_half():
    page = lot()
    scores = [meeting.score for meeting in meetings(profiles(page.network, page.indexes), measure=JACCARD, first=3)]
    assert scores[:2] == [0.5, 0.5]
    assert scores[2] < 0.5


def test_structures_without_a_keyword_meet_nobody():
    net, ix = network_of(row("a", structure="P"), row("b", structure="Q"), row("c", "k", structure="R"))
    for structure in (None, *net.structures):
        assert meetings(profiles(net, ix), structure=structure) == []
    assert meetings(profiles(net, ix), among=[]) == []


def test_a_first_below_1_is_refused():
    with pytest.raises(ValueError, match="first is 0"):
        meetings(profiles(*network_of(row("a"))), first=0)
