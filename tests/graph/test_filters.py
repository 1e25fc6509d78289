from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import graph.lines
from graph.conditions import All, Any_, Condition, Not, On, Operator, Subject
from graph.kinds import CONCEPT_KINDS, LINKED_KINDS, PLACE_KINDS, FacetField, NodeKind
from graph.knowledge_graph import KnowledgeGraph
from graph.lines import Lines
from graph.listing import ListField, ListOrder
from graph.model import Action, Sheet
from tests.graph.answers import conditions
from tests.graph.random_sheets import directories

TEXT = st.text("ab ", max_size=4)


@given(st.lists(TEXT, max_size=6), st.text("ab ", max_size=4), st.sampled_from([0, 100]), st.sampled_from([1, 100]))
def test_the_lines_are_found_that_hold_start_with_or_are_a_text(lines: list[str], wanted: str, worded: int, read: int):
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(graph.lines, "_READ", read)
        found = Lines(lines, worded)
        assert list(found.matches(wanted)) == [n for n, line in enumerate(lines) if wanted in line]
    assert list(found.matches(wanted)) == [n for n, line in enumerate(lines) if wanted in line]
    assert list(found.matches("\n" + wanted)) == [n for n, line in enumerate(lines) if line.startswith(wanted)]
    assert list(found.matches(f"\n{wanted}\n")) == [n for n, line in enumerate(lines) if line == wanted]


HOLDS = {Operator.SOME: any, Operator.NONE: lambda found: not any(found), Operator.EVERY: all}


def nodes_of(graph: KnowledgeGraph, kind: NodeKind, condition: Condition) -> list[str]:
    order = ListOrder(ListField.LABEL)
    asked: Any = graph.structures if kind is NodeKind.STRUCTURE else lambda *given: graph.concepts(kind, *given)
    return sorted(node.key for node in asked(order, condition).items)


@given(
    sheets=directories,
    kind=st.sampled_from(LINKED_KINDS),
    quantifiers=st.lists(st.sampled_from(list(HOLDS)), min_size=1, max_size=2),
    condition=st.sampled_from(conditions()),
    turned=st.booleans(),
)
def test_nodes_are_chosen_by_what_some_none_or_all_of_their_actions_are(
    sheets: list[Sheet], kind: NodeKind, quantifiers: list[Operator], condition: Condition, turned: bool
):
    graph = KnowledgeGraph.from_sheets(sheets)
    chosen = set(graph.select(condition).members)

    def holds(key: str) -> bool:
        theirs = [action.ordinal in chosen for action in graph.actions if key in keys_of(action, kind)]
        return all(HOLDS[each](theirs) for each in quantifiers)

    asked: Condition = On(Subject.ACTIONS, tuple((each, condition) for each in quantifiers))
    expected = sorted(node.key for node in graph.network.nodes(kind) if holds(node.key) is not turned)
    assert nodes_of(graph, kind, Not(asked) if turned else asked) == expected


def keys_of(action: Action, kind: NodeKind) -> set[str]:
    return {node.key for node in action.linked(kind)}


@given(sheets=directories, kind=st.sampled_from((*CONCEPT_KINDS, *PLACE_KINDS)), data=st.data())
def test_what_shares_a_node_with_some_nodes_is_that_of_brute_force(sheets: list[Sheet], kind: NodeKind, data: Any):
    graph = KnowledgeGraph.from_sheets(sheets)
    keys = sorted({*graph.network.records, "action:none"})
    others = data.draw(st.lists(st.sampled_from(keys), max_size=2))
    theirs = {
        node
        for action in graph.actions
        if action.key in others or any(key in others for by in LINKED_KINDS for key in keys_of(action, by))
        for node in keys_of(action, kind)
    }
    asked = On(FacetField(kind.value), ((Operator.SHARED_WITH, tuple(others)),))
    found = {graph.network.actions[ordinal] for ordinal in graph.select(asked).members}
    assert found == {action for action in graph.actions if keys_of(action, kind) & theirs}
    assert [value.value for value in graph.select(asked).unknown()] == ["action:none"] * ("action:none" in others)


LOT = [
    Sheet(title="Navette", structure=name, department="Lot", structure_department="Lot", keywords=(word,))
    for name, word in (("A", "Culture"), ("B", "Culture"), ("B", "Santé"), ("C", "Santé"))
]


@pytest.mark.parametrize(
    ("condition", "names"),
    [
        (Any_(()), []),
        (All(()), ["A", "B", "C"]),
        (
            Any_((On(Subject.NAME, ((Operator.EQUALS, "a"),)), On(Subject.ACTION_COUNT, ((Operator.FROM, 2),)))),
            ["A", "B"],
        ),
        (Not(On(Subject.NAME, ((Operator.EQUALS, "a"),))), ["B", "C"]),
    ],
)
def test_conditions_on_structures_are_combined(condition: Condition, names: list[str]):
    graph = KnowledgeGraph.from_sheets(LOT)
    assert [body.name for body in graph.structures(ListOrder(), condition).items] == names
