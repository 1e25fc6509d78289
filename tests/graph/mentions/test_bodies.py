"""What repeats from sheet to sheet, and what explains what, on a handful of sheets."""

from __future__ import annotations

import pytest

from graph.change import Change
from graph.knowledge_graph import KnowledgeGraph
from graph.mentions.bodies import CONFIDENCE, EXPLAINED, Bodies
from graph.mentions.own import is_own
from graph.mentions.postings import read, read_by_another
from graph.mentions.rules import Evidence
from graph.model import Action, Sheet, SheetText
from graph.store import Head


def graph_of(*said: tuple[str, str, str]) -> KnowledgeGraph:
    """Sheets of a structure and a department each, titled A, B, C…, with what their summary says."""
    return KnowledgeGraph.from_sheets(
        [
            Sheet(title=chr(65 + number), structure=structure, structure_department=place, department=place,
                  text=SheetText(summary=summary))
            for number, (structure, place, summary) in enumerate(said)
        ]
    )  # fmt: skip


def mentions(graph: KnowledgeGraph, title: str) -> list[tuple[str, Evidence, float]]:
    (action,) = (each for each in graph.actions if each.title == title)
    return [(each.body.key.removeprefix("body:"), each.evidence, each.confidence) for each in graph.bodies.of(action)]


def titles(graph: KnowledgeGraph, key: str) -> str:
    body = graph.bodies.get(key)
    assert body is not None
    return " ".join(sorted(graph.network.actions[each].title for each in graph.bodies.members(body)))


def test_initials_are_the_surer_the_more_structures_name_them_whatever_the_number_of_sheets():
    one = graph_of(("X", "Lot", "le SMICTOM"), ("X", "Lot", "le SMICTOM"))
    assert mentions(one, "A") == [("smictom", Evidence.INITIALS, 0.5)]
    two = graph_of(("X", "Lot", "le SMICTOM"), ("Y", "Lot", "le SMICTOM"))
    assert mentions(two, "A") == [("smictom", Evidence.INITIALS, 0.7)]
    three = graph_of(*((structure, "Lot", "le SMICTOM") for structure in "XYZW"))
    assert mentions(three, "A") == [("smictom", Evidence.INITIALS, 0.8)]


def test_a_guess_is_explained_where_any_sheet_says_what_it_is():
    graph = graph_of(("X", "Lot", "le SMICTOM"), ("Y", "Ain", "l'association SMICTOM"))
    assert mentions(graph, "A") == [("smictom", Evidence.INITIALS, EXPLAINED)]


def test_a_name_in_capitals_is_a_body_only_where_a_sheet_of_its_department_says_so():
    said = "on a vu le Fil Bleu au bal"
    assert mentions(graph_of(("X", "Lot", said), ("Y", "Lot", said)), "A") == []
    near = graph_of(("X", "Lot", said), ("Y", "Lot", "l'association Fil Bleu"), ("Z", "Ain", said))
    assert mentions(near, "A") == [("fil-bleu", Evidence.CAPITALS, 0.6)]
    assert mentions(near, "C") == []
    assert titles(near, "body:fil-bleu") == "A B"


def test_a_body_is_called_what_most_sheets_call_it_and_keeps_its_other_spellings():
    graph = graph_of(
        ("X", "Lot", "l'association Lieu-Commun"),
        ("Y", "Lot", "l'association Lieu Commun"),
        ("Z", "Lot", "l'association Lieu Commun"),
        ("Z", "Lot", "la C.A.F. et la Caisse d'allocations familiales"),
    )
    body, caf = (graph.bodies.get(key) for key in ("body:lieu-commun", "body:caf"))
    assert body is not None
    assert (body.label, body.spellings, body.known) == ("Lieu Commun", ("Lieu-Commun",), False)
    assert caf is not None
    assert (caf.label, caf.known) == ("Caf", True)
    assert len(graph.bodies.of(next(each for each in graph.actions if each.title == "D"))) == 2
    assert graph.bodies.get("body:rien") is None


def test_bodies_are_listed_by_how_many_sheets_name_them_then_by_label():
    graph = graph_of(("X", "Lot", "la MSA et la Caf"), ("Y", "Lot", "la MSA et le Secours Populaire"))
    assert [body.label for body in graph.bodies.all().items] == ["MSA", "Caf", "Secours Populaire"]
    assert [body.label for body in graph.bodies.named("SECOURS pop").items] == ["Secours Populaire"]


def test_the_list_of_a_later_version_reads_what_changed_alone(monkeypatch: pytest.MonkeyPatch):
    graph = graph_of(("X", "Lot", "la MSA et la Caf"), ("Y", "Lot", "la MSA et le Secours Populaire"))
    assert [body.label for body in graph.bodies.all().items] == ["MSA", "Caf", "Secours Populaire"]
    gone = next(action.key for action in graph.actions if action.title == "B")
    after = graph.changed(Change(frozenset({gone}), (), Head(1)))
    counted: list[str] = []
    count = Bodies.count
    monkeypatch.setattr(Bodies, "count", lambda self, body: counted.append(body.key) or count(self, body))
    assert [body.label for body in after.bodies.all().items] == ["Caf", "MSA"]
    assert counted == ["body:msa"]


def test_a_mention_has_its_words_its_sentence_and_their_places():
    text = "Un repas.\nAvec l’association Citrouille, on rit. Fin."
    graph = graph_of(("Centre X", "Lot", text))
    (one,) = graph.bodies.of(graph.actions[0])
    assert (one.text, one.sentence) == ("Citrouille", "Avec l’association Citrouille, on rit.")
    assert text[one.start : one.end] == one.text
    assert text[one.sentence_start :].startswith(one.sentence)
    assert (one.field, one.own) == ("summary", False)


@pytest.mark.parametrize(
    ("words", "structure", "own"),
    [
        ("Centre Social et Culturel du Rionet", "Centre Social et Cuturel le Rionet", True),
        ("CTSC", "ASSOCIATION CENTRE TECHNICO SOCIAL CADURCIEN", True),
        ("MJC du Vallon", "MJC du Vallon", True),
        ("Centre social de Figeac", "Centre social de Cahors", False),
        ("Lire à Figeac", "Centre social de Figeac", False),
        ("Centre Social", "Centre social de Cahors", False),
    ],
)
def test_a_name_is_the_structures_own_where_it_says_no_more_than_its_name(words: str, structure: str, own: bool):
    assert is_own(words, structure) is own


def test_initials_that_the_gazetteer_has_are_not_those_of_the_structure():
    graph = graph_of(
        ("Centre d'animation et de formation", "Lot", "la CAF"), ("Centre social du Pré", "Lot", "le CSDP")
    )
    owns = {each.text: each.own for action in graph.actions for each in graph.bodies.of(action)}
    assert owns == {"CAF": False, "CSDP": False}
    assert is_own("CSP", "Centre social du Pré")


def test_another_process_reads_as_this_one_does():
    sheets = [(number, SheetText(summary=f"l'association Lien {number % 7} et la Caf")) for number in range(1_200)]
    assert read_by_another(sheets) == read(sheets)


def test_a_confidence_never_falls_as_more_structures_name_a_body():
    assert set(CONFIDENCE) == set(Evidence)
    assert all(list(some) == sorted(some) and 0 < some[0] <= some[2] < 1 for some in CONFIDENCE.values())


def test_no_text_names_nothing_and_the_page_is_read():
    graph = graph_of(("X", "Lot", ""))
    (action,) = graph.actions
    assert isinstance(action, Action)
    assert graph.bodies.of(action) == []
    assert graph.bodies.all().items == ()
