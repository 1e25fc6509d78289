from collections import defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyroaring import FrozenBitMap

from graph.analysis import Analysis
from graph.analysis.quality import data_quality, empty_texts
from graph.fields import EXPECTED
from graph.indexes import alternative_labels
from graph.model import SheetText
from graph.vocabulary import Correction, Vocabulary
from tests.graph.lot import lot
from tests.graph.small_networks import analysis_of, network_of, row

VOCABULARY = Vocabulary(
    {"keyword": ("Culture", "Santé", "Vieillissement")},
    (Correction("keyword", "Viellissement", "Vieillissement"),),
)


def quality_of_page():
    page = lot()
    texts = ((page.network.records[key], sheet.text) for key, sheet in page.pairs)
    return data_quality(page.network, page.indexes, empty_texts(texts), page.vocabulary)


def titles_of(net, quality, field):
    [found] = [empty for empty in quality.empty_fields if empty.field.name == field]
    return [net.actions[ordinal].title for ordinal in found.actions]


def quality_of(*rows, sheets=(), vocabulary=VOCABULARY):
    net, ix = network_of(*rows, vocabulary=vocabulary)
    return net, data_quality(net, ix, empty_texts((net.records[key], text) for key, text in sheets), vocabulary)


def empty_titles(net, quality):
    return {
        empty.field.name: [net.actions[ordinal].title for ordinal in empty.actions]
        for empty in quality.empty_fields
        if empty.actions
    }


def test_every_field_of_the_form_is_counted_in_its_order():
    _, quality = quality_of(row("a"))
    assert tuple(empty.field for empty in quality.empty_fields) == EXPECTED


def test_empty_records_are_found():
    filled = row("b", "k", partners=("p",), publics=("q",), dimension="d")
    net, quality = quality_of(
        row("a", year=None, structure="", department=""),
        filled._replace(territory="t", initiators=("i",)),
        row(" ", "k", partners=("p",), publics=("q",), dimension="d")._replace(
            territory="t", initiators=("i",), status=""
        ),
    )
    assert empty_titles(net, quality) == {
        "title": [" "],
        "department": ["a"],
        "year": ["a"],
        "structure": ["a"],
        "status": [" "],
        "dimension": ["a"],
        "keywords": ["a"],
        "initiators": ["a"],
        "territory": ["a"],
        "publics": ["a"],
        "partners": ["a"],
    }


def test_a_label_printed_without_text_is_empty_and_one_not_printed_is_not():
    full = dict.fromkeys(
        [name for name, field in SheetText.__dataclass_fields__.items() if field.default == ""],
        "texte",
    )
    net, quality = quality_of(
        row("a"),
        row("b"),
        sheets=[
            ("action:a", SheetText(**{**full, "limits": " \n"}, end_reason="")),
            ("action:b", SheetText(**full)),
        ],
    )
    found = empty_titles(net, quality)
    assert found["limits"] == found["end_reason"] == ["a"]
    assert not {"summary", "initiator_detail", "perspectives"} & set(found)


def test_an_unknown_word_is_told_with_what_it_is_close_to():
    _, quality = quality_of(
        row("a", "Cultures", "Jardin"),
        row("b", "Culture", "Jardin", "jardins"),
        row("c", "Culture", "Santé", "Xylophone"),
    )
    assert [(value.concept.label, value.count, value.known, value.close_to) for value in quality.doubtful_values] == [
        ("Cultures", 1, False, "Culture"),
        ("Jardin", 2, False, None),
        ("jardins", 1, False, "Jardin"),
        ("Xylophone", 1, False, None),
        ("Santé", 1, True, None),
    ]


def test_a_spelling_that_is_shown_otherwise_is_told():
    _, quality = quality_of(row("a", "Viellissement"), row("b", "Culture"))
    assert [concept.label for concept in quality.respelled] == ["Vieillissement"]


@settings(max_examples=60, deadline=None)
@given(titles=st.lists(st.sampled_from(["Été", "ete", "ÉTÉ", "hiver", "Hiver ", "pluie"]), max_size=10))
def test_repeated_titles_are_told_whatever_their_case_and_accents(titles):
    folded = {"Été": "ete", "ete": "ete", "ÉTÉ": "ete", "hiver": "hiver", "Hiver ": "hiver", "pluie": "pluie"}
    rows = [row(f"a{n}")._replace(title=title) for n, title in enumerate(titles)]
    net, quality = quality_of(*rows)
    expected = defaultdict(list)
    for action in net.actions:
        expected[folded[action.title]].append(action.ordinal)
    assert {folded[found.title]: list(found.actions) for found in quality.repeated_titles} == {
        title: ordinals for title, ordinals in expected.items() if len(ordinals) > 1
    }
    assert all(found.title == net.actions[found.actions.min()].title for found in quality.repeated_titles)
    sizes = [len(found.actions) for found in quality.repeated_titles]
    assert sizes == sorted(sizes, reverse=True)


@pytest.mark.parametrize(
    ("field", "numbers"),
    [
        ("partners", [1, 14, 15]),
        ("keywords", [16]),
        ("dimension", [3, 14]),
        ("publics", [5]),
        ("end_reason", [9]),
        ("initiator_detail", []),
        ("description", [3, 14, 15, 16]),
        ("year", []),
        ("title", []),
    ],
)
def test_the_empty_fields_of_the_page(field, numbers):
    page = lot()
    quality = quality_of_page()
    [found] = [empty for empty in quality.empty_fields if empty.field.name == field]
    assert page.numbers(found.actions) == numbers


def test_the_page_misspells_one_word_and_repeats_no_title():
    quality = quality_of_page()
    page = lot()
    spelled = [alternative_labels(page.network, page.indexes, concept) for concept in quality.respelled]
    assert spelled == [("Viellissement",)]
    assert list(quality.repeated_titles) == []
    assert all(value.known and value.count == 1 for value in quality.doubtful_values)


def test_the_quality_of_some_actions_is_that_of_a_directory_of_them():
    net, ix = network_of(
        row("a", "Cultures", publics=("q",))._replace(title="Été"),
        row("b", "Culture")._replace(title="ete"),
        row("c", "Culture", "Viellissement")._replace(title="été"),
        vocabulary=VOCABULARY,
    )
    texts = [(action, SheetText()) for action in net.actions]
    quality = analysis_of(net, ix, texts, VOCABULARY).quality(
        FrozenBitMap(net.records[key].ordinal for key in ("action:a", "action:b"))
    )
    assert titles_of(net, quality, "publics") == ["ete"]
    assert titles_of(net, quality, "summary") == ["Été", "ete"]
    assert [(value.concept.label, value.count) for value in quality.doubtful_values] == [
        ("Cultures", 1),
        ("q", 1),
        ("Culture", 1),
    ]
    assert quality.respelled == ()
    assert [(found.title, len(found.actions)) for found in quality.repeated_titles] == [("Été", 2)]


def test_the_texts_are_read_once_however_many_parts_are_asked_for():
    net, ix = network_of(row("a"), row("b"))
    read = []
    analysis = Analysis(net, ix, lambda: read.append("texts") or empty_texts([]), VOCABULARY)
    assert analysis.quality() is analysis.quality(ix.everything)
    assert analysis.quality(FrozenBitMap([0])) is analysis.quality(FrozenBitMap([0]))
    analysis.quality(FrozenBitMap([1]))
    assert read == ["texts"]
