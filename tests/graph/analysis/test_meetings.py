from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyroaring import FrozenBitMap

from graph.analysis import meetings as meetings_module
from graph.analysis.meetings import MOST_PAIRS, MeetingMeasure, all_meetings, meetings_of, profiles
from tests.graph.lot import lot
from tests.graph.small_networks import analysis_of, network_of, networks, row, some_of

JACCARD, SHARED = MeetingMeasure.JACCARD, MeetingMeasure.SHARED_KEYWORDS


@st.composite
def directories(draw):
    """One action for each of some structures; 70 keywords need more than one machine word."""
    number = draw(st.sampled_from([4, 70]))
    sets = draw(st.lists(some_of("k", number, 5), min_size=1, max_size=12))
    return network_of(*(row(f"a{n}", *keywords, structure=f"S{n}") for n, keywords in enumerate(sets)))


def keyword_sets(net, within=None):
    sets = {structure.key: set() for structure in net.structures}
    for action in net.actions:
        if within is not None and action.ordinal not in within:
            continue
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
        found = all_meetings(profiles(net, ix, ix.everything), measure, first)
    sets = keyword_sets(net)
    pairs = [(meeting.a.key, meeting.b.key) for meeting in found]
    assert all(one < other for one, other in pairs)
    assert len(set(pairs)) == len(pairs)
    assert merits(sets, pairs, measure) == merits(sets, combinations(sorted(sets), 2), measure)[:first]
    assert found.total == len(merits(sets, combinations(sorted(sets), 2), measure))
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
    found = meetings_of(profiles(net, ix, ix.everything), structure, measure)
    sets = keyword_sets(net)
    assert all(meeting.a is structure for meeting in found)
    others = [meeting.b.key for meeting in found]
    assert structure.key not in others
    assert len(set(others)) == len(others)
    expected = merits(sets, ((structure.key, other) for other in sets if other != structure.key), measure)
    assert merits(sets, ((structure.key, other) for other in others), measure) == expected
    assert found.total == len(found) == len(expected)
    assert list(found[:3]) == [found[place] for place in range(min(3, len(found)))]


def test_structures_with_the_same_keywords_are_paired_in_the_order_of_keys():
    net, ix = network_of(*(row(f"a{name}", "k", structure=name) for name in "PQR"))
    found = all_meetings(profiles(net, ix, ix.everything), SHARED, 2)
    assert found.total == 3
    assert [(meeting.a.name, meeting.b.name, meeting.score) for meeting in found] == [
        ("P", "Q", 1.0),
        ("P", "R", 1.0),
    ]


@settings(max_examples=60, deadline=None)
@given(built=networks(), measure=st.sampled_from(list(MeetingMeasure)), data=st.data())
def test_some_actions_pair_structures_by_the_keywords_that_these_have(built, measure, data):
    net, ix = built
    within = FrozenBitMap(data.draw(st.sets(st.sampled_from(range(len(net.actions))))))
    sets = keyword_sets(net, within)
    known = profiles(net, ix, within)
    pairs = [(meeting.a.key, meeting.b.key) for meeting in all_meetings(known, measure)]
    assert merits(sets, pairs, measure) == merits(sets, combinations(sorted(sets), 2), measure)
    one = data.draw(st.sampled_from(net.structures))
    others = [(one.key, meeting.b.key) for meeting in meetings_of(known, one, measure)]
    assert merits(sets, others, measure) == merits(sets, ((one.key, key) for key in sets if key != one.key), measure)


def test_the_rarest_keyword_is_named_first():
    net, ix = network_of(
        row("a", "often", "seldom", structure="P"),
        row("b", "often", "seldom", structure="Q"),
        row("c", "often", structure="R"),
    )
    assert [concept.label for concept in all_meetings(profiles(net, ix, ix.everything), SHARED)[0].shared] == [
        "seldom",
        "often",
    ]


def test_by_shared_keywords_arts_scenes_ought_to_meet_figeac():
    page = lot()
    best, second = analysis_of(page.network, page.indexes).meetings(SHARED)[:2]
    assert (best.a.name, best.b.name) == (
        "ARTS SCENES ET COMPAGNIE",
        "CENTRE SOCIAL ET DE PRÉVENTION DE FIGEAC",
    )
    assert best.score == len(best.shared) == 6
    assert second.score < 6


def test_by_jaccard_two_pairs_tie_at_one_half():
    page = lot()
    scores = [meeting.score for meeting in analysis_of(page.network, page.indexes).meetings(JACCARD)[:3]]
    assert scores[:2] == [0.5, 0.5]
    assert scores[2] < 0.5


def test_structures_without_a_keyword_meet_nobody():
    net, ix = network_of(row("a", structure="P"), row("b", structure="Q"), row("c", "k", structure="R"))
    known = profiles(net, ix, ix.everything)
    assert len(all_meetings(known, SHARED)) == 0
    assert [len(meetings_of(known, structure, SHARED)) for structure in net.structures] == [0, 0, 0]


def test_of_all_the_pairs_the_thousand_best_are_given_and_the_others_counted():
    net, ix = network_of(*(row(f"a{n}", "k", structure=f"S{n:02}") for n in range(50)))
    found = all_meetings(profiles(net, ix, ix.everything), JACCARD)
    assert (len(found), found.total, MOST_PAIRS) == (1_000, 50 * 49 // 2, 1_000)
