"""The departments and regions of France, against what any atlas says."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from graph.places import DEFAULT_PATH, department_name, load_places, places, region_name


def neighbours(code):
    return " ".join(sorted(places().departments[code].neighbours))


def test_there_are_96_departments_on_the_continent_and_corsica_and_5_overseas():
    codes = {f"{number:02}" for number in range(1, 96)} - {"20"} | {"2A", "2B", "971", "972", "973", "974", "976"}
    assert set(places().departments) == codes
    assert len(codes) == 101


def test_each_of_the_18_regions_has_the_departments_that_it_has():
    counts = Counter(department.region.name for department in places().departments.values())
    assert counts == {
        "Auvergne-Rhône-Alpes": 12,
        "Bourgogne-Franche-Comté": 8,
        "Bretagne": 4,
        "Centre-Val de Loire": 6,
        "Corse": 2,
        "Grand Est": 10,
        "Hauts-de-France": 5,
        "Île-de-France": 8,
        "Normandie": 5,
        "Nouvelle-Aquitaine": 12,
        "Occitanie": 13,
        "Pays de la Loire": 5,
        "Provence-Alpes-Côte d'Azur": 6,
        **dict.fromkeys(("Guadeloupe", "Martinique", "Guyane", "La Réunion", "Mayotte"), 1),
    }
    assert {region.code: region.name for region in places().regions.values()}["76"] == "Occitanie"


def test_a_neighbour_is_one_both_ways_and_nobody_is_its_own():
    for code, department in places().departments.items():
        assert code not in department.neighbours
        assert len(set(department.neighbours)) == len(department.neighbours)
        assert all(code in places().departments[other].neighbours for other in department.neighbours)


@pytest.mark.parametrize(
    ("code", "around"),
    [
        ("46", "12 15 19 24 47 82"),  # Aveyron, Cantal, Corrèze, Dordogne, Lot-et-Garonne, Tarn-et-Garonne
        ("75", "92 93 94"),
        ("77", "02 10 45 51 60 89 91 93 94 95"),
        ("29", "22 56"),
        ("66", "09 11"),
        ("74", "01 73"),
        ("90", "25 68 70 88"),
        ("13", "30 83 84"),
        ("2A", "2B"),
        ("2B", "2A"),
        *((island, "") for island in ("971", "972", "973", "974", "976")),
    ],
)
def test_who_borders_whom(code, around):
    assert neighbours(code) == around


def test_from_every_department_of_the_continent_one_can_walk_to_every_other():
    seen, ring = {"46"}, ["46"]
    while ring:
        ring = [other for code in ring for other in places().departments[code].neighbours if other not in seen]
        seen.update(ring)
    assert len(seen) == 94


@pytest.mark.parametrize(
    "spelling",
    [
        "Lot",
        "lot",
        "LOT",
        "Le Lot",
        "le  lot",
        "dans le Lot",
        "du Lot",
        "46",
        "Lot (46)",
        "46 - Lot",
        "46 le Lot",
        "dép. 46",
        "Dept 46",
        "département n° 46",
        "Département du Lot",
    ],
)
def test_every_spelling_of_a_department_means_it(spelling):
    assert department_name(spelling) == "Lot"


@pytest.mark.parametrize(
    ("spelling", "name"),
    [
        ("Côtes-du-Nord", "Côtes-d'Armor"),
        ("les Cotes d’Armor", "Côtes-d'Armor"),
        ("Loire-Inférieure", "Loire-Atlantique"),
        ("basses alpes", "Alpes-de-Haute-Provence"),
        ("Seine Inférieure", "Seine-Maritime"),
        ("Charente-Inférieure", "Charente-Maritime"),
        ("Basses-Pyrénées", "Pyrénées-Atlantiques"),
        ("Lot & Garonne", "Lot-et-Garonne"),
        ("Seine St-Denis", "Seine-Saint-Denis"),
        ("l'Ain", "Ain"),
        ("1", "Ain"),
        ("2a", "Corse-du-Sud"),
        ("Réunion", "La Réunion"),
        ("à La Réunion", "La Réunion"),
        ("en Creuse", "Creuse"),
        ("d'Ille-et-Vilaine", "Ille-et-Vilaine"),
    ],
)
def test_names_of_before_and_names_in_a_sentence_are_known(spelling, name):
    assert department_name(spelling) == name


@pytest.mark.parametrize(
    "spelling", ["", "Lotte", "Lot (47)", "46000", "20", "99", "la Lot", "Seine", "Corse", "Occitanie"]
)
def test_what_means_no_department_is_kept_as_it_is(spelling):
    assert places().department(spelling) is None
    assert department_name(spelling) == spelling


@pytest.mark.parametrize(
    "spelling", ["Occitanie", "occitanie", "l'Occitanie", "en Occitanie", "Région Occitanie", "76"]
)
def test_every_spelling_of_a_region_means_it(spelling):
    assert region_name(spelling) == "Occitanie"


def test_initials_mean_a_region_and_a_region_of_before_2016_does_not():
    assert region_name("PACA") == "Provence-Alpes-Côte d'Azur"
    assert region_name("Midi-Pyrénées") == "Midi-Pyrénées"


def changed(change):
    content = json.loads(DEFAULT_PATH.read_text(encoding="utf-8"))
    change(content)
    return content


def first(kind, /, **values):
    return lambda content: content[kind][0].update(values)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda content: content.pop("regions"), "exactly these keys: departments, regions"),
        (lambda content: content.update(regions={}), "regions: expected a list, found {}"),
        (lambda content: content["departments"][0].pop("also"), "expected an object with also, article, code"),
        (first("departments", name=3), "expected texts, lists of texts"),
        (first("departments", also=[3]), "expected texts, lists of texts"),
        (first("regions", article="lo"), "an article of 'le', 'la'"),
        (first("departments", region="99"), "department 01: region '99': expected the code of a region"),
        (first("departments", neighbours=["01"]), "department 01: neighbours: '01': expected the code of another"),
        (first("departments", neighbours=["46"]), "department 01: neighbours: '46': .* which names this one too"),
        (first("departments", code="02"), "departments: code '02': stands twice"),
        (first("departments", also=["Aisne"]), "'aisne': means both Ain and Aisne"),
    ],
)
def test_a_file_that_is_no_list_of_places_is_refused_with_its_name(change, message, tmp_path):
    path = tmp_path / "departments.json"
    path.write_text(json.dumps(changed(change)), encoding="utf-8")
    with pytest.raises(ValueError, match=message) as refused:
        load_places(path)
    assert str(path) in str(refused.value)


def test_a_file_that_is_not_json_is_refused(tmp_path):
    path = tmp_path / "departments.json"
    path.write_text("[", encoding="utf-8")
    with pytest.raises(ValueError, match="not valid JSON"):
        load_places(path)
