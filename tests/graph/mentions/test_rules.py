"""Which words of a text name a body, on sentences of one rule each: what must be found, and what must not."""

from __future__ import annotations

import pytest

from graph.fields import TEXTS
from graph.mentions.rules import MOST, Evidence, found_in
from graph.mentions.writing import LONGEST_SENTENCE, sentence
from graph.model import SheetText

K, D, R, P, U, C = Evidence


def found(text: str) -> list[tuple[str, str, Evidence]]:
    """The words found, the keys without their prefix, and the evidence."""
    return [
        (text[each.start : each.end], each.key.removeprefix("body:"), each.evidence)
        for each in found_in(SheetText(summary=text))
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Avec la CAF et les restos du coeur.", [("CAF", "caf", K), ("restos du coeur", "restos-du-coeur", K)]),
        ("La Caf du Nord aide.", [("Caf du Nord", "caf", K)]),
        ("L’UFOLEP 48 et la mission locale", [("UFOLEP 48", "ufolep", K), ("mission locale", "mission-locale", K)]),
        ("Emmaüs vend. Un tri par Emmaüs.", [("Emmaüs", "emmaus", K), ("Emmaüs", "emmaus", K)]),
        ("Un logiciel fourni par Orange, une table Orange.", [("Orange", "orange", K)]),
        ("l'association Lire à Figeac lit", [("Lire à Figeac", "lire-a-figeac", D)]),
        ("l’association du Lieu Commun et la Radio", [("Lieu Commun", "lieu-commun", D)]),
        ("L'association « Graine de Soleil » sème", [("Graine de Soleil", "graine-de-soleil", D)]),
        ("la préfecture du Lot", [("préfecture du Lot", "prefecture-du-lot", D)]),
        (
            "le conseil départemental de la Gironde vote",
            [("conseil départemental de la Gironde", "conseil-departemental-de-la-gironde", D)],
        ),
        ("au lycée Victor-Hugo à Besançon", [("lycée Victor-Hugo", "lycee-victor-hugo", D)]),
        ("avec Bordeaux Métropole", [("Bordeaux Métropole", "bordeaux-metropole", D)]),
        ("Ils voient Les Colibris, association locale", [("Les Colibris", "colibris", D)]),
        (
            "La Préfecture du Lot signe. La Préfecture paie.",
            [("Préfecture du Lot", "prefecture-du-lot", D), ("Préfecture", "prefecture-du-lot", R)],
        ),
        (
            "L'association Ti Ar Bara cuit. Ti Ar Bara vend.",
            [("Ti Ar Bara", "ti-ar-bara", D), ("Ti Ar Bara", "ti-ar-bara", R)],
        ),
        ("en partenariat avec les Jardins du Tescou", [("Jardins du Tescou", "jardins-du-tescou", P)]),
        (
            "Avec la MSA, l'ADMR et le Fil Bleu",
            [("MSA", "msa", K), ("ADMR", "admr", K), ("Fil Bleu", "fil-bleu", P)],
        ),
        ("le SMICTOM composte", [("SMICTOM", "smictom", U)]),
        ("on a vu le Fil Bleu au bal", [("Fil Bleu", "fil-bleu", C)]),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_a_name_is_found_with_what_says_so(text: str, expected: object):
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Le conseil, la mairie, les associations et la caisse.",
        "l'association de Figeac",
        "l'association du Lot",
        "Un CDI, le RSA, un PC et le BAFA.",
        "LA FÊTE DES VOISINS EST POUR TOUS",
        "Le projet MIGRATION parle de migration.",
        "des VÉLOS et les VOISINS",
        "le XIX siècle",
        "Organisée par Marie Dufour, animée par Madame Rouvier",
        "Dans le Lot, en Bretagne et en Île-de-France",
        "Notre Centre Social Associatif accueille",
        "avec les Services municipaux",
        "Ils viennent. Ensemble, ils chantent. Depuis Noël.",
    ],
)
def test_what_only_looks_like_a_name_is_no_body(text: str):
    assert [each for each in found(text) if each[2] is not C] == []


def test_places_are_characters_of_the_field_whatever_stands_before():
    text = "𝒯héâtre, œuvre, İ: l’association Citrouille."
    (one,) = found_in(SheetText(limits=text))
    assert (one.field, text[one.start : one.end]) == ("limits", "Citrouille")
    assert one.start == text.index("Citrouille")


def test_fields_come_in_the_order_of_the_form_by_their_names_in_the_api():
    every = {field.name: "Avec la MSA." for field in TEXTS}
    assert [each.field for each in found_in(SheetText(**every))] == [field.api for field in TEXTS]


def test_a_sheet_that_names_too_many_gives_the_first():
    many = found_in(SheetText(summary="la MSA, " * 500))
    assert len(many) == MOST
    assert many[0].start == 3


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("Un. La Caf aide ! Fin.", "Caf", "La Caf aide !"),
        ("Un\nla Caf\nFin", "Caf", "la Caf"),
        ("Avec R. Doisneau et la Caf. Fin.", "Caf", "Avec R. Doisneau et la Caf."),
        ("La Caf", "La Caf", "La Caf"),
        ("(La Préfecture,..)\nOui", "Préfecture", "(La Préfecture,..)"),
    ],
)
def test_a_sentence_ends_where_a_reader_ends_it(text: str, words: str, expected: str):
    start = text.index(words)
    around = sentence(text, start, start + len(words))
    assert text[around.start : around.end] == expected


def test_a_long_sentence_is_cut_between_words():
    text = "mot " * 200 + "la Caf " + "mot " * 200
    at = text.index("Caf")
    around = sentence(text, at, at + 3)
    cut = text[around.start : around.end]
    assert len(cut) <= LONGEST_SENTENCE + 10
    assert cut.split() == ["mot"] * cut.split().index("la") + ["la", "Caf"] + ["mot"] * (
        len(cut.split()) - 2 - cut.split().index("la")
    )
    assert text[around.start - 1] == " " == text[around.end]
