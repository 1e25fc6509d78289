"""A set in the default order, where some of its actions came after the base."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from pyroaring import FrozenBitMap

from graph.default_order import DefaultOrder, rank_of
from graph.merged import Merged
from graph.model import Action
from tests.graph.lot import Lot


def _actions(count: int, chance: random.Random) -> list[Action]:
    """Actions of few years and titles, so that many are told apart by their keys alone."""
    first = Lot().network.actions[0]
    return [
        replace(first, key=f"action:{number:04}", year=chance.choice([None, 2021, 2022]), title=chance.choice("ABC"))
        for number in chance.sample(range(10_000), count)
    ]


@pytest.fixture(params=[(60, 0), (60, 5), (200, 150), (0, 40)], ids=str)
def order(request: pytest.FixtureRequest) -> DefaultOrder:
    base, later = request.param
    actions = _actions(base + later, random.Random(1))
    ordered = [replace(each, ordinal=place) for place, each in enumerate(sorted(actions[:base], key=rank_of))]
    more = [replace(each, ordinal=base + place) for place, each in enumerate(actions[base:])]
    built = DefaultOrder(ordered, Merged(base))
    return built.changed((*ordered, *more), ()) if more else built


@pytest.fixture(params=[1.0, 0.5, 0.05])
def members(request: pytest.FixtureRequest, order: DefaultOrder) -> FrozenBitMap:
    size = len(order.actions)
    return FrozenBitMap(random.Random(2).sample(range(size), round(size * request.param)))


def _sorted(order: DefaultOrder, members: FrozenBitMap) -> list[int]:
    return sorted(members, key=lambda ordinal: rank_of(order.actions[ordinal]))


def test_every_slice_of_a_set_is_that_of_the_sorted_list(order: DefaultOrder, members: FrozenBitMap):
    expected = _sorted(order, members)
    for start in range(0, len(expected) + 1, 7):
        for stop in {start, min(start + 1, len(expected)), min(start + 20, len(expected)), len(expected)}:
            assert order.between(members, start, stop) == expected[start:stop]
    assert list(order.newest(members)) == expected


def test_the_slice_behind_an_action_follows_from_where_it_was_counted(order: DefaultOrder, members: FrozenBitMap):
    expected = _sorted(order, members)
    in_order = order.of(members)
    for place, ordinal in enumerate(expected):
        action = order.actions[ordinal]
        start = in_order.count_before(order.find(rank_of(action), action, True))
        assert start == place + 1
        assert in_order.between(start, min(start + 5, len(expected))) == expected[start : start + 5]
        # Another place than the one that was just counted.
        assert in_order.between(place // 2, place) == expected[place // 2 : place]
