"""Meetings of two sides: what some actions of one structure say, with what other actions of another say."""

import math
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyroaring import FrozenBitMap

from graph.analysis import best_fitting, sides
from graph.analysis import meetings as meetings_module
from graph.analysis.meetings import MeetingMeasure, all_meetings, meetings_of
from tests.graph.analysis.test_meetings import BALANCED, JACCARD, NEARNESS, SHARED, keyword_sets, nearness
from tests.graph.analysis.test_meetings import spread_directories as directories
from tests.graph.small_networks import analysis_of, network_of, row


def sizes(net, within):
    return {body.key: sum(net.actions[n].structure is body for n in within) for body in net.structures}


def ways(net, one, other, measure):
    """The score of each two structures that share a keyword, by the definitions, the one way round and the other."""
    mine, theirs, either = (keyword_sets(net, within) for within in (one, other, one | other))
    having = [each for each in either.values() if each]
    told = {k: math.log((1 + len(having)) / sum(k in each for each in having)) ** 2 for each in having for k in each}
    many, others = sizes(net, one), sizes(net, other)

    def weigh(keywords):
        return math.fsum(told[k] for k in keywords)

    found = {}
    for a, b in permutations(net.structures, 2):
        has, brings = mine[a.key], theirs[b.key]
        if not has & brings:
            continue
        norm = math.sqrt((weigh(has) + 1) * (weigh(brings) + 1))
        near = NEARNESS.get(nearness(a.department.label, b.department.label), 0)
        found[a.key, b.key] = {
            SHARED: len(has & brings),
            JACCARD: len(has & brings) / len(has | brings),
            BALANCED: 0.5 * weigh(has & brings) / norm
            + 0.25 * min(weigh(has - brings), weigh(brings - has)) / norm
            + 0.1 * min(many[a.key], others[b.key]) / max(many[a.key], others[b.key])
            + near,
        }[measure]
    return found


def two_of(net, data):
    some = st.sets(st.sampled_from(range(len(net.actions)))).map(FrozenBitMap)
    return data.draw(some), data.draw(some)


@pytest.mark.parametrize("rows", [1, 3, 64])
@settings(max_examples=80, deadline=None)
@given(built=directories(), measure=st.sampled_from(list(MeetingMeasure)), first=st.integers(1, 12), data=st.data())
def test_the_best_pairs_of_two_sides_are_those_of_brute_force(rows, built, measure, first, data):
    net, ix = built
    one, other = two_of(net, data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(meetings_module, "_ROWS", rows)
        patch.setattr(best_fitting, "_ROWS", rows)
        patch.setattr(best_fitting, "_EXPANDED", rows)
        patch.setattr(sides, "ROWS", rows)
        found = all_meetings(sides.two_sides(net, ix, one, other), measure, first)
    score = ways(net, one, other, measure)
    best = {frozenset(pair): max(score[pair], score.get(pair[::-1], 0)) for pair in score}
    assert found.total == len(best)
    assert [meeting.score for meeting in found] == pytest.approx(sorted(best.values(), reverse=True)[:first], abs=1e-9)
    pairs = [frozenset((meeting.a.key, meeting.b.key)) for meeting in found]
    assert len(set(pairs)) == len(pairs)
    mine, theirs = keyword_sets(net, one), keyword_sets(net, other)
    for meeting in found:
        has, brings = mine[meeting.a.key], theirs[meeting.b.key]
        assert score[meeting.a.key, meeting.b.key] == pytest.approx(meeting.score, abs=1e-9)
        assert meeting.score == pytest.approx(best[frozenset((meeting.a.key, meeting.b.key))], abs=1e-9)
        assert (set(meeting.shared), set(meeting.a_brings), set(meeting.b_brings)) == (
            has & brings,
            has - brings,
            brings - has,
        )
        assert math.fsum(reason.contribution for reason in meeting.reasons) == pytest.approx(meeting.score, abs=1e-9)
    ranks = [(-meeting.score, *(-tie for tie in meeting.ties), meeting.a.key, meeting.b.key) for meeting in found]
    assert ranks == sorted(ranks)


@settings(max_examples=80, deadline=None)
@given(built=directories(), measure=st.sampled_from(list(MeetingMeasure)), data=st.data())
def test_one_structure_stands_on_the_first_side_and_whom_it_meets_on_the_second(built, measure, data):
    net, ix = built
    one, other = two_of(net, data)
    structure = data.draw(st.sampled_from(net.structures))
    found = meetings_of(sides.two_sides(net, ix, one, other), structure, measure)
    score = {pair: value for pair, value in ways(net, one, other, measure).items() if pair[0] == structure.key}
    assert {(meeting.a.key, meeting.b.key): meeting.score for meeting in found} == pytest.approx(score, abs=1e-9)
    assert found.total == len(found) == len(score)
    scores = [meeting.score for meeting in found]
    assert scores == sorted(scores, reverse=True)


@settings(max_examples=60, deadline=None)
@given(built=directories(), measure=st.sampled_from(list(MeetingMeasure)), data=st.data())
def test_two_sides_of_the_same_actions_are_one(built, measure, data):
    net, ix = built
    within, _ = two_of(net, data)
    analysis = analysis_of(net, ix)
    found = all_meetings(sides.two_sides(net, ix, within, within), measure)
    alone = analysis.meetings(measure, within)
    assert [(meeting.a, meeting.b, meeting.score, meeting.ties) for meeting in found] == [
        (meeting.a, meeting.b, pytest.approx(meeting.score), pytest.approx(meeting.ties)) for meeting in alone
    ]
    assert found.total == alone.total
    assert analysis.meetings(measure, within, within) is alone


def test_a_structure_on_both_sides_is_no_pair_with_itself_and_two_are_one_pair_the_better_way_round():
    # Before and since: P did « k » and « q » and does « x »; Q did « x » and does « k » and « q ».
    net, ix = network_of(
        row("p1", "k", "q", structure="P"),
        row("p2", "x", structure="P"),
        row("q1", "x", structure="Q"),
        row("q2", "k", "q", structure="Q"),
        row("r2", "z", structure="R"),
    )
    before = FrozenBitMap([action.ordinal for action in net.actions if action.title.endswith("1")])
    since = ix.everything - before
    [meeting] = analysis_of(net, ix).meetings(SHARED, before, since)
    assert (meeting.a.name, meeting.b.name, meeting.score) == ("P", "Q", 2)
    # The other way round the same two are another pair.
    [back] = analysis_of(net, ix).meetings(SHARED, since, before)
    assert (back.a.name, back.b.name, back.score) == ("Q", "P", 2)
    q = next(structure for structure in net.structures if structure.name == "Q")
    [of_q] = analysis_of(net, ix).meetings_of(q, SHARED, before, since)
    assert (of_q.b.name, of_q.score) == ("P", 1)


@pytest.mark.parametrize("measure", list(MeetingMeasure))
def test_of_two_sides_of_which_one_has_no_action_nobody_meets(measure):
    net, ix = network_of(row("a", "k", structure="P"), row("b", "k", structure="Q"))
    for one, other in ((FrozenBitMap(), ix.everything), (ix.everything, FrozenBitMap())):
        found = analysis_of(net, ix).meetings(measure, one, other)
        assert (len(found), found.total) == (0, 0)
        assert not analysis_of(net, ix).meetings_of(net.structures[0], measure, one, other)


def test_structures_whose_department_nobody_says_are_no_pairs_with_themselves():
    net, ix = network_of(
        *(row(f"{name}{n}", "k", structure=name, department="Non précisé") for name in "PQ" for n in (1, 2))
    )
    first = FrozenBitMap([action.ordinal for action in net.actions if action.title.endswith("1")])
    [meeting] = analysis_of(net, ix).meetings(BALANCED, first, ix.everything - first)
    assert (meeting.a.name, meeting.b.name) == ("P", "Q")
