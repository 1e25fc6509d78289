"""What distinguishes two selections, against published intervals and against counting."""

from __future__ import annotations

from math import comb
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from graph.comparison import Difference, Share
from graph.conditions import Condition
from graph.facets import FacetValue
from graph.kinds import FacetField
from graph.knowledge_graph import KnowledgeGraph
from graph.model import Sheet
from tests.graph.answers import conditions
from tests.graph.random_sheets import directories
from tests.graph.test_matrix import values_of

KEY = FacetValue(FacetField.YEAR, "2019", "2019", 0, False, None)


@pytest.mark.parametrize(
    ("count", "size", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_interval_of_a_share_is_that_of_the_table_of_newcombe(count: int, size: int, low: float, high: float):
    share = Share.of(count, size)
    assert (round(share.low, 4), round(share.high, 4)) == (low, high)


@given(size=st.integers(1, 500), data=st.data())
def test_the_interval_of_a_share_is_that_of_scipy(size: int, data: Any):
    count = data.draw(st.integers(0, size))
    expected = binomtest(count, size).proportion_ci(0.95, method="wilson")
    share = Share.of(count, size)
    assert (share.low, share.high) == pytest.approx((expected.low, expected.high), abs=1e-9)
    assert 0 <= share.low <= share.share <= share.high <= 1


@pytest.mark.parametrize("size", [5, 20, 60])
def test_the_interval_of_a_share_holds_the_true_one_95_times_of_a_hundred_on_average(size: int):
    covered = []
    for percent in range(2, 99):
        true = percent / 100
        chances = (
            comb(size, count) * true**count * (1 - true) ** (size - count)
            for count in range(size + 1)
            if Share.of(count, size).low <= true <= Share.of(count, size).high
        )
        covered.append(sum(chances))
    assert 0.94 < sum(covered) / len(covered) < 0.97


@pytest.mark.parametrize(
    ("a", "b", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0),
    ],
)
def test_the_interval_of_a_difference_is_that_of_the_table_of_newcombe(a: Any, b: Any, low: float, high: float):
    found = Difference.of(KEY, Share.of(*a), Share.of(*b))
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)
    other = Difference.of(KEY, Share.of(*b), Share.of(*a))
    assert (other.low, other.high) == pytest.approx((-found.high, -found.low))


def test_the_lift_is_the_one_share_over_the_other_and_none_over_nothing():
    assert Difference.of(KEY, Share.of(1, 2), Share.of(1, 8)).lift == 4
    assert Difference.of(KEY, Share.of(0, 2), Share.of(1, 8)).lift == 0
    assert Difference.of(KEY, Share.of(1, 2), Share.of(0, 8)).lift is None


def test_a_difference_of_few_actions_is_not_called_certain():
    assert not Difference.of(KEY, Share.of(1, 1), Share.of(0, 1)).is_certain
    assert Difference.of(KEY, Share.of(40, 40), Share.of(0, 40)).is_certain
    assert Difference.of(KEY, Share.of(0, 40), Share.of(40, 40)).is_certain


@given(
    sheets=directories,
    a=st.sampled_from(conditions()[:20]),
    b=st.sampled_from(conditions()[:20]),
    fields=st.lists(st.sampled_from(FacetField), max_size=3),
)
def test_the_shares_are_those_of_counting(sheets: list[Sheet], a: Condition, b: Condition, fields: list[FacetField]):
    graph = KnowledgeGraph.from_sheets(sheets)
    one, other = graph.select(a), graph.select(b)
    found = one.compared(other, fields)
    of_a, of_b = ([graph.network.actions[ordinal] for ordinal in each.members] for each in (one, other))
    assert (found.size_a, found.size_b, found.both) == (len(of_a), len(of_b), len({*of_a} & {*of_b}))
    expected = {
        (field, value): tuple(sum(value in values_of(action, field) for action in some) for some in (of_a, of_b))
        for field in fields
        for action in (*of_a, *of_b)
        for value in values_of(action, field)
        if of_a and of_b
    }
    counted = {(each.key.field, each.key.value): (each.a.count, each.b.count) for each in found.differences.items}
    assert counted == expected
    assert len(found.differences) == len(expected)
    for each in found.differences.items:
        assert each.difference == each.a.count / len(of_a) - each.b.count / len(of_b)
    ranks = [each.rank for each in found.differences.items]
    assert ranks == sorted(ranks)


def test_what_distinguishes_the_actions_on_mobility_of_the_page(ask):
    query = """query ($a: ActionWhere!, $b: ActionWhere!) { compare(a: $a, b: $b, by: [KEYWORD, PARTNER], first: 3) {
        sizeA sizeB both totalCount nodes { key { label } a { count share low high } b { count } lift certain } } }"""
    mobility = {"keywords": {"containsAny": ["mobilité / transport"]}}
    found = ask(query, a=mobility, b={"NOT": mobility})["compare"]
    assert (found["sizeA"], found["sizeB"], found["both"]) == (4, 12, 0)
    first, *rest = found["nodes"]
    assert (first["key"]["label"], first["a"]["count"], first["b"]["count"]) == ("mobilité / transport", 4, 0)
    assert (first["lift"], first["certain"], first["a"]["high"]) == (None, True, 1.0)
    assert first["a"]["low"] == pytest.approx(0.5101, abs=1e-4)
    # Two of four have the prefecture as a partner, and none of the twelve others.
    assert (rest[0]["key"]["label"], rest[0]["a"]["count"], rest[0]["lift"]) == ("Préfecture", 2, None)


def test_nothing_is_compared_with_nothing(ask):
    query = "{ compare(a: { year: { eq: 1987 } }, b: {}) { sizeA sizeB totalCount } }"
    assert ask(query)["compare"] == {"sizeA": 0, "sizeB": 16, "totalCount": 0}
