import pytest

from graph.lineage.titles import NEAR, WITHIN, likeness, title_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Repas de Noël 2017", "REPAS DE NOEL 2018"),
        ("Fête des voisins", "Fête des voisins, 3e édition"),
        ("Ciné-club (suite)", "Ciné club"),
        ("Carnaval", "Carnaval saison 2"),
        ("Bal n° 3", "Bal III"),
    ],
)
def test_years_editions_accents_and_case_make_no_other_title(one: str, other: str):
    assert likeness(one, other) == likeness(other, one) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Vacances en famille", "Vacances en famile"),
        ("Atelier cuisine", "Atelier cuisine parents-enfants"),
        ("Théâtre forum : le harcèlement", "Théâtre-forum sur le harcèlement scolaire"),
    ],
)
def test_a_misspelling_and_a_few_words_more_make_a_near_title(one: str, other: str):
    assert NEAR <= likeness(one, other) == likeness(other, one) < 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Atelier cuisine", "Atelier couture"),
        ("Fête du quartier", "Fête de la musique"),
        ("Sortie à la mer", "Sortie à la montagne"),
        ("Atelier", "Atelier cuisine"),
        ("Jeux", "Jeux de société, jeux vidéo, quiz et loto"),
        ("", ""),
        ("2018", "2019"),
    ],
)
def test_words_of_the_form_make_no_near_title(one: str, other: str):
    assert likeness(one, other) < NEAR


def test_a_title_that_holds_another_is_as_near_as_is_said():
    assert likeness("Potager", "Potager urbain") == WITHIN
    assert title_of("Atelier de la 2e saison 2019").telling == frozenset()
