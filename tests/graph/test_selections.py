"""A figure of a selection is that of a graph which holds only the actions of the selection."""

from __future__ import annotations

from dataclasses import fields
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph import analysis
from graph.analysis.meetings import MeetingMeasure
from graph.conditions import EVERYTHING, Condition, On, Operator
from graph.errors import NotAccepted, OutOfRange, UnknownNode
from graph.kinds import CONCEPT_KINDS, LINKED_KINDS, FacetField, NodeKind
from graph.knowledge_graph import KnowledgeGraph
from graph.model import Sheet, SheetText
from graph.paging import Window
from graph.search import fulltext
from graph.selection import ActionSelection
from tests.graph.answers import conditions, nodes, plain
from tests.graph.test_versions import Model, Registry, anew, sheets

WORD = "legumes"


class Two:
    """A directory, and one of some of its sheets only."""

    def __init__(self, drawn: list[Sheet], condition: Condition, search: str | None) -> None:
        registry = Registry()
        self.model: Model = {f"action:{number}": sheet for number, sheet in enumerate(drawn, start=1)}
        registry.decide(self.model.values())
        self.whole = anew(self.model, registry)
        self.selection = self.whole.select(condition, search)
        self.alone = anew({key: self.model[key] for key in self.chosen}, registry)

    @property
    def chosen(self) -> list[str]:
        return [self.whole.network.actions[ordinal].key for ordinal in self.selection.members]

    def with_ends(self, *keys: str) -> KnowledgeGraph:
        """The directory of the chosen sheets and of the actions among these."""
        registry = Registry()
        registry.decide(self.model.values())
        kept = {key: self.model[key] for key in {*self.chosen, *(key for key in keys if key in self.model)}}
        return anew(kept, registry)


two = st.builds(
    Two,
    st.lists(sheets, max_size=14),
    st.sampled_from(conditions()),
    st.sampled_from((None, None, WORD)),
)


def figures(selection: ActionSelection, graph: KnowledgeGraph, bodies: list[str]) -> dict[str, Any]:
    """Every figure of a selection, in plain values."""
    quality = selection.quality()
    return {
        "cooccurrences": {kind: plain(selection.cooccurrences(kind, 1).items, graph) for kind in CONCEPT_KINDS},
        "meetings": [plain(list(selection.meetings(measure).items), graph) for measure in MeetingMeasure],
        "meet": [
            plain(list(selection.meetings_of(graph.network.records[key], measure).items), graph)
            for key in bodies
            for measure in MeetingMeasure
        ],
        "communities": plain(selection.communities().items, graph),
        "isolated": {by: plain(selection.isolated(by).members, graph) for by in LINKED_KINDS},
        "empty": [(empty.field.name, plain(empty.actions, graph)) for empty in quality.empty_fields],
        "quality": plain([getattr(quality, field.name) for field in fields(quality)][1:], graph),
        "groups": [plain(selection.groups(by), graph) for by in ([FacetField.KEYWORD], [FacetField.STRUCTURE])],
    }


@given(both=two)
def test_every_figure_of_a_selection_is_that_of_a_graph_of_its_actions_alone(both: Two):
    bodies = [body.key for body in both.alone.network.structures]
    assert figures(both.selection, both.whole, bodies) == figures(both.alone.select(), both.alone, bodies)


@given(both=two, via=st.sampled_from((None, (NodeKind.KEYWORD,), LINKED_KINDS)))
def test_a_path_through_a_selection_is_that_of_a_graph_of_its_actions_and_the_ends(both: Two, via: Any):
    ends = [node.key for node in (*both.whole.actions[:2], *nodes(both.whole)[::7])]
    for source, target in pairwise(ends[:5]):
        found = both.selection.paths(source, target, via=via)
        try:
            expected = plain(both.with_ends(source, target).traversal.paths(source, target, via=via), both.whole)
        except UnknownNode:
            # Of an end that none of these actions has, a graph of them knows nothing.
            walked = {step.node.key for path in found.paths for step in path.steps if step.node.kind is NodeKind.ACTION}
            assert walked <= {*both.chosen, source, target}
        else:
            assert plain(found, both.whole) == expected


@given(both=two, by=st.sampled_from(LINKED_KINDS))
def test_what_is_isolated_from_all_is_what_of_the_isolated_of_all_is_selected(both: Two, by: NodeKind):
    alone = set(plain(both.whole.select().isolated(by).members, both.whole))
    found = plain(both.selection.isolated(by, from_all=True).members, both.whole)
    assert set(found) == alone & set(both.chosen)


def sheet(title: str, *keywords: str, **more: Any) -> Sheet:
    return Sheet(title=title, department="Lot", structure="A", structure_department="Lot", keywords=keywords, **more)


GARDENS = KnowledgeGraph.from_sheets(
    [
        sheet("Potager", "Jardin", year=2019, text=SheetText(summary="Des légumes.")),
        sheet("Verger", "Jardin", year=2020),
        sheet("Serre", "Jardin", "Culture", year=2020),
    ]
)
IN_2020 = On(FacetField.YEAR, ((Operator.IN, (2020,)),))


def test_conditions_are_asked_before_what_is_isolated_is_looked_for():
    isolated = GARDENS.select().isolated(NodeKind.KEYWORD)
    assert len(isolated) == 0
    of_2019 = isolated.where(On(FacetField.YEAR, ((Operator.IN, (2019,)),)))
    assert [GARDENS.network.actions[ordinal].title for ordinal in of_2019.members] == ["Potager"]
    assert len(isolated.where(EVERYTHING, WORD)) == 1
    # Without the condition on the year nothing is isolated; the chosen year is shown all the same.
    assert [(value.value, value.count) for value in of_2019.facet(FacetField.YEAR).values] == [("2019", 0)]


def test_the_actions_of_a_pair_are_those_of_the_selection():
    [pair] = GARDENS.select(IN_2020).cooccurrences(NodeKind.KEYWORD, 1).items
    assert (pair.count, pair.lift) == (1, 1.0)
    assert len(GARDENS.linked((pair.a.key,), pair.within)) == 1
    assert len(GARDENS.linked((pair.b.key,), pair.within)) == 2


def test_a_list_in_the_order_of_a_search_has_those_first_that_say_it_best_however_few_are_ranked(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(fulltext, "RANKED", 2)
    # Three titles score the same, so that none of them is ranked; the newest sheet only says the word.
    titled = [sheet(f"Jardin {place}", year=2019) for place in "abc"]
    graph = KnowledgeGraph.from_sheets([sheet("Repas", year=2021, text=SheetText(summary="Un jardin.")), *titled])
    order = graph.select(EVERYTHING, "jardin").sorted()
    whole = [action.title for action in order.page(Window()).items]
    assert whole == ["Jardin a", "Jardin b", "Jardin c", "Repas"]
    after = order.page(Window(first=2, after=order.place_of(graph.actions[2])))
    assert [action.title for action in after.items] == ["Jardin c", "Repas"]


def test_a_search_that_cannot_be_read_is_refused_by_every_figure():
    selection = GARDENS.select(EVERYTHING, "x" * 300)
    ends = [action.key for action in GARDENS.actions[:2]]
    for ask in (
        selection.communities,
        selection.quality,
        lambda: selection.cooccurrences(NodeKind.KEYWORD, 1),
        lambda: selection.meetings(MeetingMeasure.JACCARD),
        lambda: selection.paths(*ends),
        lambda: len(selection.isolated(NodeKind.KEYWORD)),
    ):
        with pytest.raises((OutOfRange, NotAccepted)):
            ask()


def test_communities_of_a_large_part_are_refused_and_those_of_all_are_not(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(analysis, "MOST_GROUPED", 1)
    with pytest.raises(OutOfRange, match="2 actions"):
        GARDENS.select(IN_2020).communities()
    assert sum(community.size for community in GARDENS.select().communities().items) == 3
