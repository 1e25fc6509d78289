"""Which sheets are candidates, by which signs, on two or three sheets of one structure."""

from __future__ import annotations

from dataclasses import replace

import pytest

from graph.knowledge_graph import KnowledgeGraph
from graph.lineage.candidates import LOOKED_AT, SHOWN, LineageSign
from graph.model import Action, Sheet, SheetText

SAME, NEAR, NAMES, SUBJECT, CONTINUES, ANNOUNCES = LineageSign
SHEET = Sheet(title="", structure="Centre", structure_department="Lot", department="Lot")


def sheet(title: str, year: int | None, structure: str = "Centre", **text: str) -> Sheet:
    return replace(SHEET, title=title, year=year, structure=structure, text=SheetText(**text))


def between(earlier: Sheet, later: Sheet) -> tuple[list[LineageSign], float] | None:
    """The signs and the confidence of a pair, which both sides must tell alike."""
    graph = KnowledgeGraph.from_sheets([earlier, later])
    one, other = (next(each for each in graph.actions if each.year == year) for year in (earlier.year, later.year))
    after, before = graph.lineage(one), graph.lineage(other)
    assert after.earlier == before.later == ()
    told = [[([sign.sign for sign in each.evidence], each.confidence) for each in some]
            for some in (after.later, before.earlier)]  # fmt: skip
    assert told[0] == told[1]
    return told[0][0] if told[0] else None


def test_the_same_title_in_another_year_is_a_candidate_the_less_sure_the_more_years_lie_between():
    assert between(sheet("Loto 2016", 2016), sheet("Loto 2017", 2017)) == ([SAME], 0.85)
    assert between(sheet("Loto", 2013), sheet("Loto", 2017)) == ([SAME], 0.75)
    assert between(sheet("Loto", 2000), sheet("Loto", 2017)) == ([SAME], 0.65)


@pytest.mark.parametrize(
    ("said", "goes_on"),
    [
        ("L'action est reconduite.", True),
        ("Suite de l'atelier de 2016.", True),
        ("Dans la continuité des accueils.", True),
        ("Deuxième édition !", True),
        ("Pour la 3ème année.", True),
        ("Comme l'an dernier, on joue.", True),
        ("Depuis 2016, on joue.", True),
        ("Depuis 2017, on joue.", False),
        ("Depuis un an, on joue.", True),
        ("Depuis 3 ans et plus", True),
        ("Suite à un diagnostic, on joue.", False),
        ("Des jeux, à la suite, sans fin.", False),
        ("À renouveler.", False),
    ],
)
def test_words_that_go_on_make_a_candidate_surer_and_none_alone(said: str, goes_on: bool):
    found = between(sheet("Loto", 2016), sheet("Loto", 2017, experience=said))
    assert found == (([SAME, CONTINUES], 0.95) if goes_on else ([SAME], 0.85))
    assert between(sheet("Bal", 2016), sheet("Loto", 2017, experience=said)) is None


def test_what_the_earlier_sheet_announces_counts_where_it_looks_ahead():
    assert between(sheet("Loto", 2016, perspectives="À renouveler."), sheet("Loto", 2017)) == ([SAME, ANNOUNCES], 0.9)
    assert between(sheet("Loto", 2016, summary="À renouveler."), sheet("Loto", 2017)) == ([SAME], 0.85)
    assert between(sheet("Bal", 2016, perspectives="À renouveler."), sheet("Loto", 2017)) is None


def test_a_later_sheet_may_name_the_title_or_speak_of_its_subject():
    talk = sheet("Groupe de parole des aidants", 2016)
    close = sheet("Une pause", 2017, summary="Née de la parole partagée des aidants.")
    assert between(talk, close) == ([NAMES], 0.55)
    apart = "La parole est libre. " + "On boit un café ensemble le lundi. " * 3 + "Les aidants viennent."
    assert between(talk, sheet("Une pause", 2017, summary=apart)) is None
    goes_on = sheet("Une pause", 2017, summary=apart, experience="Depuis 2016.")
    assert between(talk, goes_on) == ([SUBJECT, CONTINUES], 0.5)


def test_evidence_has_its_words_and_their_sentence():
    graph = KnowledgeGraph.from_sheets(
        [sheet("Loto", 2016), sheet("Loto", 2017, experience="İ. Le loto est reconduit en mars. Fin.")]
    )
    later = next(each for each in graph.actions if each.year == 2017)
    (found,) = graph.lineage(later).earlier
    title, words = found.evidence
    assert (title.sign, title.likeness, title.field) == (SAME, 1, None)
    assert (words.action, words.field, words.text) == (later, "experience", "est reconduit")
    assert words.start is not None
    assert graph.text(later).experience[words.start : words.end] == "est reconduit"
    assert words.sentence == "Le loto est reconduit en mars."


def test_another_structure_the_same_year_and_no_year_make_no_candidate():
    sheets = [sheet("Loto", 2016), sheet("Loto", 2016), sheet("Loto", 2017, "Autre centre"), sheet("Loto", None)]
    graph = KnowledgeGraph.from_sheets(sheets)
    assert all(graph.lineage(action).earlier == graph.lineage(action).later == () for action in graph.actions)


def test_the_nearest_in_time_come_first_and_no_more_than_is_said():
    graph = KnowledgeGraph.from_sheets([sheet(f"Loto {year}", year) for year in range(1900, 2021)])
    last = next(each for each in graph.actions if each.year == 2020)
    found = graph.lineage(last)
    assert [each.action.year for each in found.earlier] == [*range(2019, 2019 - SHOWN, -1)]
    assert len(graph.actions) > LOOKED_AT
    first = next(each for each in graph.actions if each.year == 1900)
    assert isinstance(first, Action)
    assert [each.action.year for each in graph.lineage(first).later] == [*range(1901, 1901 + SHOWN)]
