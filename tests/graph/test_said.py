"""Conditions on the texts of sheets, against reading every text."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph import said
from graph.conditions import All, Any_, Condition, Not, On, Operator, Says
from graph.errors import NotAccepted, OutOfRange
from graph.fields import TEXTS
from graph.kinds import FacetField
from graph.knowledge_graph import KnowledgeGraph
from graph.model import Sheet, SheetText, fold

WORDS = ("Été", "l’ete", "repas", "Repas,", "œuvre", "oeuvre.", "co-voiturage", "covoiturage", "\n", " ", "partagés")
texts = st.builds(
    SheetText,
    **{
        field.name: (st.none() if field.optional else st.nothing())
        | st.lists(st.sampled_from(WORDS), max_size=4).map(" ".join)
        for field in TEXTS
        if field.name in ("summary", "experience", "end_reason")
    },
)
sheets = st.builds(
    lambda text, title, year: Sheet(
        title=title, year=year, department="Lot", structure="A", structure_department="Lot", text=text
    ),
    texts,
    st.sampled_from(("Repas", "Été")),
    st.integers(2018, 2020),
)
fields = st.sampled_from(("summary", "experience", "end_reason"))


def bare(text: str) -> list[str]:
    """The words of a text, by a pattern of the test's own."""
    joined = re.sub(r"\bco-(?=\w)", "co", fold(text))
    return re.findall(r"[a-z0-9]+", joined)


def holds(text: str, wanted: str) -> bool:
    words, asked = bare(text), bare(wanted)
    return any(words[at : at + len(asked)] == asked for at in range(len(words)))


@given(
    directory=st.lists(sheets, max_size=8),
    field=fields,
    wanted=st.lists(st.sampled_from(WORDS), min_size=1, max_size=3),
)
def test_a_text_contains_what_stands_in_it_in_a_row(directory: list[Sheet], field: str, wanted: list[str]):
    graph = KnowledgeGraph.from_sheets(directory)
    asked = " ".join(wanted)
    condition = Says(field, ((Operator.CONTAINS, asked),))
    if not bare(asked):
        with pytest.raises(NotAccepted, match="give a word at least"):
            len(graph.select(condition))
        return
    found = {graph.network.actions[ordinal].key for ordinal in graph.select(condition).members}
    assert found == {action.key for action in graph.actions if holds(getattr(graph.text(action), field) or "", asked)}


@given(directory=st.lists(sheets, max_size=8), field=fields, empty=st.booleans())
def test_a_text_is_empty_where_nothing_is_printed_and_where_its_label_is_not(
    directory: list[Sheet], field: str, empty: bool
):
    graph = KnowledgeGraph.from_sheets(directory)
    found = graph.select(Says(field, ((Operator.EMPTY, empty),))).members
    assert {graph.network.actions[ordinal].key for ordinal in found} == {
        action.key for action in graph.actions if (not (getattr(graph.text(action), field) or "").strip()) is empty
    }


IN_2020 = On(FacetField.YEAR, ((Operator.IN, (2020,)),))
REPAS = Says("summary", ((Operator.CONTAINS, "repas"),))
GRAPH = KnowledgeGraph.from_sheets(
    [
        Sheet(
            title=f"Sheet {number}",
            year=2018 + number % 3,
            department="Lot",
            structure="A",
            structure_department="Lot",
            text=SheetText(summary="Un repas." if number % 2 else "Un goûter.", experience="Un repas partagé."),
        )
        for number in range(12)
    ]
)


def years(condition: Condition, **more: Any) -> list[int | None]:
    return sorted(GRAPH.network.actions[ordinal].year for ordinal in GRAPH.select(condition, **more).members)


def test_no_more_texts_are_read_than_are_allowed(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(said, "MOST_READ", 4)
    with pytest.raises(OutOfRange, match=r"summary\.contains: 'repas' cannot be used; of the selected sheets 12 have"):
        years(REPAS)
    # Whatever the order of the conditions, the others narrow first, and a search too.
    assert years(All((REPAS, IN_2020))) == years(All((IN_2020, All((REPAS,))))) == [2020, 2020]
    assert years(All((IN_2020, Not(REPAS)))) == [2020, 2020]
    assert years(All((IN_2020, Any_((REPAS, Not(IN_2020)))))) == [2020, 2020]
    with pytest.raises(OutOfRange):
        years(Any_((REPAS, IN_2020)))
    assert years(REPAS, search="rien") == []


def test_the_same_texts_are_read_once_for_one_question(monkeypatch: pytest.MonkeyPatch):
    read: list[str] = []
    texts_of = GRAPH.readings.texts.base.text
    graph = KnowledgeGraph.from_sheets([Sheet(title="A", department="Lot", structure="A", structure_department="Lot")])
    assert years(REPAS) == years(REPAS)
    monkeypatch.setattr(
        type(GRAPH.readings.texts), "text", lambda self, action: read.append(action.key) or texts_of(action)
    )
    assert len(GRAPH.select(Says("experience", ((Operator.CONTAINS, "partage"),)))) == 12
    assert len(GRAPH.select(Says("experience", ((Operator.CONTAINS, "PARTAGÉ"),)))) == 12
    assert len(read) == 12
    # A facet leaves the condition on its own field out, so that more are read: those that were not.
    of_2019 = All((On(FacetField.YEAR, ((Operator.IN, (2019,)),)), Says("experience", ((Operator.CONTAINS, "un"),))))
    facets = [GRAPH.select(of_2019).facet(field) for field in FacetField]
    assert [sum(value.count for value in facet.values) for facet in facets if facet.field is FacetField.YEAR] == [12]
    assert len(read) == len(set(read)) + 12 == 24
    assert len(graph.select(REPAS)) == 0
