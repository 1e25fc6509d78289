from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyroaring import FrozenBitMap

from graph.errors import NotAccepted, OutOfRange
from graph.kinds import NodeKind
from graph.traversal import Traversal
from tests.graph.lot import lot
from tests.graph.small_networks import analysis_of, network_of, networks, row


@settings(max_examples=60, deadline=None)
@given(built=networks(), min_count=st.integers(1, 3))
def test_pairs_are_those_counted_one_by_one(built, min_count):
    net, ix = built
    single: Counter[str] = Counter()
    together: Counter[tuple[str, str]] = Counter()
    for action in net.actions:
        keys = sorted(concept.key for concept in action.keywords)
        single.update(keys)
        together.update(combinations(keys, 2))
    found = analysis_of(net, ix).cooccurrences(NodeKind.KEYWORD, min_count)
    assert {(pair.a.key, pair.b.key): pair.count for pair in found} == {
        pair: count for pair, count in together.items() if count >= min_count
    }
    for pair in found:
        one, other = single[pair.a.key], single[pair.b.key]
        assert pair.lift == pytest.approx(len(net.actions) * pair.count / (one * other))
        assert pair.jaccard == pytest.approx(pair.count / (one + other - pair.count))
        assert len(Traversal(net, ix).shared_actions((pair.a.key, pair.b.key))) == pair.count
    order = [(-pair.count, -pair.lift, pair.a.key, pair.b.key) for pair in found]
    assert order == sorted(order)


def test_culture_and_intergenerationnel_go_with_mixite_sociale_on_four_actions_each():
    page = lot()
    found = analysis_of(page.network, page.indexes).cooccurrences(NodeKind.KEYWORD, 4)
    assert [(pair.a.label, pair.b.label, pair.count, round(pair.lift, 2)) for pair in found] == [
        ("Culture", "Mixité sociale", 4, 1.52),
        ("intergénérationnel", "Mixité sociale", 4, 1.31),
    ]
    assert page.numbers(Traversal(page.network, page.indexes).shared_actions((found[0].a.key, found[0].b.key))) == [
        2,
        3,
        9,
        11,
    ]


def test_a_kind_with_one_value_an_action_has_no_pair():
    page = lot()
    assert analysis_of(page.network, page.indexes).cooccurrences(NodeKind.TERRITORY) == ()


def test_actions_without_any_concept_have_no_pair():
    assert analysis_of(*network_of(row("a"))).cooccurrences(NodeKind.KEYWORD) == ()


@pytest.mark.parametrize("kind", [NodeKind.ACTION, NodeKind.STRUCTURE, NodeKind.DEPARTMENT])
def test_a_kind_that_is_no_concept_is_refused(kind):
    with pytest.raises(NotAccepted, match=f"kind: '{kind.name}' cannot be used; give one of KEYWORD, PARTNER"):
        analysis_of(*network_of(row("a"))).cooccurrences(kind)


def test_a_least_count_below_1_is_refused():
    with pytest.raises(OutOfRange, match="min_count: '0' cannot be used; give a number from 1"):
        analysis_of(*network_of(row("a"))).cooccurrences(NodeKind.KEYWORD, 0)


@given(built=networks(), data=st.data())
def test_the_pairs_of_some_actions_are_those_of_a_graph_of_these_alone(built, data):
    net, ix = built
    within = FrozenBitMap(data.draw(st.sets(st.sampled_from(range(len(net.actions))))))
    together = Counter(
        pair
        for ordinal in within
        for pair in combinations(sorted(concept.key for concept in net.actions[ordinal].keywords), 2)
    )
    found = analysis_of(net, ix).cooccurrences(NodeKind.KEYWORD, 1, within)
    assert {(pair.a.key, pair.b.key): pair.count for pair in found} == together
    for pair in found:
        one, other = (len(ix.members[concept.key] & within) for concept in (pair.a, pair.b))
        assert pair.lift == pytest.approx(len(within) * pair.count / (one * other))
