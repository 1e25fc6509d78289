from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.model import LightRow
from graph.network import build
from graph.paging import Window
from graph.similarity import roughly
from graph.similarity.ranked import KeyOrder
from graph.similarity.roughly import MARGIN, RoughlyRanked
from graph.vocabulary import load_vocabulary

ACTIONS = build(
    [
        LightRow(f"action:{n * 37 % 60:02}", str(n), 2020, "Lot", "A", "Lot", "", "", "", [], [], [], [], n)
        for n in range(60)
    ],
    load_vocabulary(),
).actions
KEYS = KeyOrder.build(ACTIONS)
NEAR = st.sampled_from([0.0, 0.3, 0.3 + 1e-9, 0.3 + MARGIN, 0.3 - MARGIN / 2, 0.5, 0.5 + 2e-6, 0.9])


@st.composite
def rankings(draw, threshold=0.0):
    """Exact scores, many of them equal or nearer to each other than the margin, and rough ones off by up to it."""
    size = len(ACTIONS)
    exact = np.array(draw(st.lists(NEAR | st.floats(0.01, 1), min_size=size, max_size=size)))
    rarity = np.array(draw(st.lists(st.sampled_from([1.0, 2.0]), min_size=size, max_size=size)))
    off = np.array(draw(st.lists(st.floats(-0.9, 0.9), min_size=size, max_size=size))) * MARGIN
    rough = np.where(exact > 0, exact + off, 0).astype(np.float32)
    ranked = RoughlyRanked.of_at_least(threshold, KEYS, rough, lambda found: exact[found], lambda found: rarity[found])
    order = sorted(
        (-exact[n], -rarity[n], ACTIONS[n].key) for n in range(size) if exact[n] > 0 and exact[n] >= threshold
    )
    return ranked, order


def ranks(entries):
    return [(-entry.score, -entry.rarity, entry.action.key) for entry in entries]


@pytest.mark.parametrize("block", [1, 4, 128])
@settings(max_examples=100, deadline=None)
@given(data=st.data(), threshold=st.sampled_from([0.0, 0.3, 0.5]))
def test_every_page_is_that_of_the_exact_scores(block, data, threshold):
    ranked, order = data.draw(rankings(threshold))
    start = data.draw(st.integers(0, len(order)))
    stop = data.draw(st.integers(start, len(order) + 3))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(roughly, "_TOGETHER", block)
        assert len(ranked) == len(order)
        assert ranks(ranked.between(start, stop)) == order[start:stop]
        if order:
            turn = data.draw(st.integers(0, len(order) - 1))
            [entry] = ranked.between(turn, turn + 1)
            place = ranked.place(ranked.place_of(entry))
            assert ranks(ranked.page(Window(first=2, after=place)).items) == order[turn + 1 : turn + 3]
            assert ranks(ranked.page(Window(last=2, before=place)).items) == order[max(turn - 2, 0) : turn]
            score, rarity, _ = place
            after_nobody = ranked.page(Window(first=60, after=(score, rarity, "action:zzz"))).items
            assert ranks(after_nobody) == [rank for rank in order if rank > (-score, -rarity, "action:zzz")]


def test_a_margin_that_is_too_small_is_noticed():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(roughly, "MARGIN", 0.0)
        exact = np.linspace(0.5, 0.5 + MARGIN / 2, len(ACTIONS))
        rough = exact[::-1].astype(np.float32)
        ranked = RoughlyRanked(KEYS, rough, lambda found: exact[found], lambda found: np.zeros(len(found)))
        assert ranked.between(0, 1)[0].score < exact.max()
