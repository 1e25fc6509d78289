import math
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyroaring import FrozenBitMap

from graph.analysis import best_fitting
from graph.analysis import meetings as meetings_module
from graph.analysis.fit import MeetingReasonKind as Why
from graph.analysis.meetings import MOST_PAIRS, MeetingMeasure, all_meetings, meetings_of, profiles
from graph.kinds import NodeKind
from tests.graph.lot import lot
from tests.graph.small_networks import analysis_of, network_of, networks, row, some_of

JACCARD, SHARED = MeetingMeasure.JACCARD, MeetingMeasure.SHARED_KEYWORDS
BALANCED = MeetingMeasure.BALANCED


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


SETS = [SHARED, JACCARD]


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
@given(built=directories(), measure=st.sampled_from(SETS), first=st.integers(1, 12))
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
@given(built=directories(), measure=st.sampled_from(SETS), data=st.data())
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
@given(built=networks(), measure=st.sampled_from(SETS), data=st.data())
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


PLACES = {
    "Lot": ("Occitanie", {"Aveyron", "Dordogne"}),
    "Aveyron": ("Occitanie", {"Lot"}),
    "Gers": ("Occitanie", set()),
}
PLACES |= {"Dordogne": ("Nouvelle-Aquitaine", {"Lot"}), "Zone Nord": (None, set()), "Non précisé": (None, set())}
NEARNESS = {
    Why.SAME_DEPARTMENT: 0.15,
    Why.NEIGHBOURING_DEPARTMENT: 0.1,
    Why.SAME_REGION: 0.05,
}


@st.composite
def spread_directories(draw):
    """Some actions for each of some structures, in departments near each other and far."""
    number = draw(st.sampled_from([4, 70]))
    kinds = st.tuples(st.sampled_from(sorted(PLACES)), st.lists(some_of("k", number, 5), min_size=1, max_size=3))
    built = draw(st.lists(kinds, min_size=1, max_size=10))
    rows = [
        row(f"a{n}-{m}", *keywords, structure=f"S{n}", department=department)
        for n, (department, sets) in enumerate(built)
        for m, keywords in enumerate(sets)
    ]
    return network_of(*rows)


def nearness(one, other):
    if one == other:
        return None if one == "Non précisé" else Why.SAME_DEPARTMENT
    (region, neighbours), (other_region, _) = PLACES[one], PLACES[other]
    if other in neighbours:
        return Why.NEIGHBOURING_DEPARTMENT
    return Why.SAME_REGION if region and region == other_region else None


def fits(net, within=None):
    """What each two structures that share a keyword have in common, by the definitions."""
    sets = keyword_sets(net, within)
    sizes = {body.key: sum(a.structure is body and (within is None or a.ordinal in within) for a in net.actions)
             for body in net.structures}  # fmt: skip
    having = [each for each in sets.values() if each]
    told = {
        k: math.log((1 + len(having)) / sum(k in each for each in having)) ** 2 for k in set().union(*sets.values())
    }

    def weigh(keywords):
        return math.fsum(told[k] for k in keywords)

    found = {}
    for one, other in combinations(net.structures, 2):
        mine, theirs = sets[one.key], sets[other.key]
        if not mine & theirs:
            continue
        norm = math.sqrt((weigh(mine) + 1) * (weigh(theirs) + 1))
        parts = {(Why.SHARED_KEYWORD, k): 0.5 * told[k] / norm for k in mine & theirs}
        parts[Why.COMPLEMENTARITY, None] = 0.25 * min(weigh(mine - theirs), weigh(theirs - mine)) / norm
        parts[Why.SIZE, None] = 0.1 * min(sizes[one.key], sizes[other.key]) / max(sizes[one.key], sizes[other.key])
        if (why := nearness(one.department.label, other.department.label)) is not None:
            parts[why, None] = NEARNESS[why]
        found[one.key, other.key] = {key: part for key, part in parts.items() if part > 1e-12}
    return found


@pytest.mark.parametrize("rows", [1, 3, 64])
@settings(max_examples=80, deadline=None)
@given(built=spread_directories(), first=st.integers(1, 30))
def test_structures_that_fit_best_are_those_of_the_definitions_and_their_reasons_add_up(rows, built, first):
    net, ix = built
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(best_fitting, "_ROWS", rows)
        patch.setattr(best_fitting, "_EXPANDED", rows)
        found = all_meetings(profiles(net, ix, ix.everything), BALANCED, first)
    expected = fits(net)
    scores = sorted((math.fsum(parts.values()) for parts in expected.values()), reverse=True)
    assert [meeting.score for meeting in found] == pytest.approx(scores[:first], abs=1e-9)
    assert found.total == len(expected)
    pairs = [(meeting.a.key, meeting.b.key) for meeting in found]
    assert len(set(pairs)) == len(pairs)
    for pair, meeting in zip(pairs, found, strict=True):
        parts = {(reason.kind, reason.keyword): reason.contribution for reason in meeting.reasons}
        assert {key: part for key, part in parts.items() if part > 1e-12} == pytest.approx(expected[pair], abs=1e-9)
        assert math.fsum(parts.values()) == pytest.approx(meeting.score, abs=1e-9)
        assert 0 < meeting.score <= 1
    ranks = [(-meeting.score, *(-tie for tie in meeting.ties), meeting.a.key, meeting.b.key) for meeting in found]
    assert ranks == sorted(ranks)


@settings(max_examples=60, deadline=None)
@given(built=spread_directories(), data=st.data())
def test_whom_one_structure_fits_best_is_told_from_its_side(built, data):
    net, ix = built
    within = FrozenBitMap(data.draw(st.sets(st.sampled_from(range(len(net.actions))))))
    structure = data.draw(st.sampled_from(net.structures))
    found = meetings_of(profiles(net, ix, within), structure, BALANCED)
    expected = {pair: math.fsum(parts.values()) for pair, parts in fits(net, within).items() if structure.key in pair}
    assert {tuple(sorted((meeting.a.key, meeting.b.key))): meeting.score for meeting in found} == pytest.approx(
        expected
    )
    assert all(meeting.a is structure for meeting in found)
    scores = [meeting.score for meeting in found]
    assert scores == sorted(scores, reverse=True)


@settings(max_examples=60, deadline=None)
@given(built=spread_directories(), measure=st.sampled_from(list(MeetingMeasure)))
def test_the_reasons_of_every_measure_add_up(built, measure):
    net, ix = built
    for meeting in all_meetings(profiles(net, ix, ix.everything), measure):
        assert math.fsum(reason.contribution for reason in meeting.reasons) == pytest.approx(meeting.score, abs=1e-9)
        assert {reason.keyword for reason in meeting.reasons if reason.keyword} == set(meeting.shared)


@pytest.mark.parametrize("measure", list(MeetingMeasure))
def test_of_equal_pairs_the_nearer_and_the_rarer_come_before_the_alphabet(measure):
    # A shares one keyword with each of the others, of as many: « seldom » with Z alone, « often » with B and C, and C
    # is in its own department.
    net, ix = network_of(
        row("a", "often", "seldom", structure="A", department="Lot"),
        row("b", "often", "x", structure="B", department="Gers"),
        row("c", "often", "y", structure="C", department="Lot"),
        row("z", "seldom", "z", structure="Z", department="Gers"),
    )
    known = profiles(net, ix, ix.everything)
    a = next(structure for structure in net.structures if structure.name == "A")
    assert [meeting.b.name for meeting in meetings_of(known, a, measure)] in (["Z", "C", "B"], ["C", "Z", "B"])
    both = [{meeting.a.name, meeting.b.name} for meeting in all_meetings(known, measure)]
    assert both.index({"A", "Z"}) < both.index({"A", "B"})
    assert both.index({"A", "C"}) < both.index({"A", "B"})


def test_a_keyword_that_is_no_more_is_a_reason_without_a_name():
    net, ix = network_of(row("a", "k", "q", structure="P"), row("b", "k", "q", structure="Q"))
    gone = next(keyword for keyword in net.concepts[NodeKind.KEYWORD] if keyword.label == "k")
    for measure in MeetingMeasure:
        [meeting] = all_meetings(profiles(net, ix, ix.everything), measure).without({gone.key})
        assert [keyword.label for keyword in meeting.shared] == ["q"]
        shared = [reason.keyword for reason in meeting.reasons if reason.kind is Why.SHARED_KEYWORD]
        assert sorted(keyword.label if keyword else "" for keyword in shared) == ["", "q"]
        assert math.fsum(reason.contribution for reason in meeting.reasons) == pytest.approx(meeting.score, abs=1e-9)


def test_structures_without_a_keyword_meet_nobody():
    net, ix = network_of(row("a", structure="P"), row("b", structure="Q"), row("c", "k", structure="R"))
    known = profiles(net, ix, ix.everything)
    assert len(all_meetings(known, SHARED)) == 0
    assert [len(meetings_of(known, structure, SHARED)) for structure in net.structures] == [0, 0, 0]


def test_of_all_the_pairs_the_thousand_best_are_given_and_the_others_counted():
    net, ix = network_of(*(row(f"a{n}", "k", structure=f"S{n:02}") for n in range(50)))
    found = all_meetings(profiles(net, ix, ix.everything), JACCARD)
    assert (len(found), found.total, MOST_PAIRS) == (1_000, 50 * 49 // 2, 1_000)
