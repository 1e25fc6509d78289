from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pyroaring import FrozenBitMap

from graph.errors import NotAccepted
from graph.knowledge_graph import KnowledgeGraph
from graph.model import Action, Sheet, fold
from graph.order import ActionField, Ranked, Scores, SortedActions, SortKey
from graph.paging import Window
from tests.graph.random_sheets import directories, sheets

FIELDS = [field for field in ActionField if field is not ActionField.RELEVANCE]
sort_keys = st.lists(
    st.builds(SortKey, st.sampled_from(FIELDS), st.booleans()), max_size=3, unique_by=lambda key: key.field
)


def measure(name: str, action: Action) -> float | None:
    """What stands for a measure here: a few values, and none for some actions."""
    found = sum(map(ord, name + action.title + action.key)) % 4
    return found / 7 if found < 3 else None


def ranked(graph: KnowledgeGraph) -> Callable[[str], Ranked]:
    def of(name: str) -> Ranked:
        values = [measure(name, action) for action in graph.network.actions]
        known = sorted({value for value in values if value is not None})
        ranks = [len(known) if value is None else known.index(value) for value in values]
        return Ranked(np.array(known), np.array(ranks, np.int32), partial(measure, name))

    return of


def in_order(graph: KnowledgeGraph, keys: list[SortKey]) -> SortedActions:
    return graph.orders.sorted(graph.indexes.everything, keys, ranked=ranked(graph))


def expected(graph: KnowledgeGraph, keys: list[SortKey]) -> list[Action]:
    """Sorted by Python, one field at a time from the last to the first."""
    actions = sorted(graph.actions, key=lambda a: (-(a.year or 0), fold(a.title), a.key))
    for key in reversed(keys):

        def value(action: Action, key: SortKey = key) -> Any:
            match key.field:
                case ActionField.YEAR:
                    return action.year
                case ActionField.TITLE:
                    return fold(action.title)
                case ActionField.KEYWORD_COUNT:
                    return len(action.keywords)
                case ActionField.PARTNER_COUNT:
                    return len(action.partners)
                case _:
                    return measure(key.field, action)

        known = [a for a in actions if value(a) is not None]
        groups: dict[Any, list[Action]] = {}
        for action in known:
            groups.setdefault(value(action), []).append(action)
        ordered = [a for v in sorted(groups, reverse=key.descending) for a in groups[v]]
        actions = ordered + [a for a in actions if value(a) is None]
    return actions


def walk(order: SortedActions, size: int, *, backwards: bool = False) -> list[Action]:
    found: list[Action] = []
    mark = None
    while True:
        window = Window(last=size, before=mark) if backwards else Window(first=size, after=mark)
        page = order.page(window)
        found = [*page.items, *found] if backwards else [*found, *page.items]
        if not (page.has_previous if backwards else page.has_next):
            return found
        mark = order.place_of(page.items[0 if backwards else -1])


@given(directories, sort_keys, st.integers(1, 4))
def test_pages_forwards_and_backwards_join_to_the_whole_order(drawn: list[Sheet], keys: list[SortKey], size: int):
    graph = KnowledgeGraph.from_sheets(drawn)
    order = in_order(graph, keys)
    assert walk(order, size) == expected(graph, keys)
    assert walk(order, size, backwards=True) == expected(graph, keys)


def identity(sheet: Sheet) -> tuple[object, ...]:
    return fold(sheet.title), sheet.year, sheet.structure, sheet.structure_department


@given(st.lists(st.tuples(sheets, st.booleans(), st.booleans()), max_size=10), sort_keys)
def test_a_mark_of_another_version_continues_where_the_action_stood(
    drawn: list[tuple[Sheet, bool, bool]], keys: list[SortKey]
):
    known = list({identity(sheet): (sheet, old, new) for sheet, old, new in drawn}.values())
    everything = KnowledgeGraph.from_sheets([sheet for sheet, _, _ in known])
    before = KnowledgeGraph.from_sheets([sheet for sheet, old, _ in known if old])
    after = KnowledgeGraph.from_sheets([sheet for sheet, _, new in known if new])
    assume(before.actions)
    gone = before.actions[len(before.actions) // 2]
    mark = in_order(before, keys).place_of(gone)
    whole = [action.key for action in expected(everything, keys)]
    there = {action.key for action in after.actions}
    place = whole.index(gone.key)
    order = in_order(after, keys)
    following = order.page(Window(first=100, after=mark))
    preceding = order.page(Window(first=100, before=mark))
    assert [action.key for action in following.items] == [key for key in whole[place + 1 :] if key in there]
    assert [action.key for action in preceding.items] == [key for key in whole[:place] if key in there]


def test_relevance_needs_a_search(lot: KnowledgeGraph):
    with pytest.raises(NotAccepted, match="search"):
        lot.orders.sorted(lot.indexes.everything, [SortKey(ActionField.RELEVANCE, True)])


def test_relevance_orders_by_score_then_as_ever_and_unscored_actions_last(lot: KnowledgeGraph):
    found, others = np.array([3, 9, 5], np.uint32), FrozenBitMap([2, 5, 12])
    scores = Scores(found, np.array([0.5, 0.9, 0.5], np.float32), others, 0.4)
    order = lot.orders.sorted(FrozenBitMap([1, 2, 3, 5, 9, 12]), [SortKey(ActionField.RELEVANCE, True)], scores)
    page = order.page(Window(first=10))
    assert [action.ordinal for action in page.items] == [9, 3, 5, 2, 12, 1]
    rest = order.page(Window(first=10, after=order.place_of(lot.actions[5])))
    assert [action.ordinal for action in rest.items] == [2, 12, 1]
    assert [action.ordinal for action in order.page(Window(after=order.place_of(lot.actions[12]))).items] == [1]


def test_an_empty_page_still_says_what_stands_around_it(lot: KnowledgeGraph):
    for keys in ([], [SortKey(ActionField.TITLE, False)]):
        page = lot.orders.sorted(lot.indexes.everything, keys).page(Window(first=0))
        assert (page.items, page.has_next, page.has_previous) == ([], True, False)
