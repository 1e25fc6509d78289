"""The real page, against what a reader of the page sees."""

from collections import Counter

from graph.ingest import write_page
from graph.ingest.table import Row
from graph.model import Origin, Sheet, SheetText


def count(lists):
    return Counter(value for values in lists for value in values)


def test_the_page_written_back_is_identical(lot, lot_bytes):
    assert write_page(lot).encode() == lot_bytes


def test_it_has_no_problem(lot):
    assert lot.problems == ()


def test_it_has_sixteen_rows_and_sheets_in_one_order(lot):
    assert lot.parts[0].table.lines[0] == "Les actions des centres sociaux"
    assert lot.parts[0].table.rows[0] == Row("ATELIER INFORMATIQUE LIBRE ACCES", "Lot", 2020, 4)
    assert [row.line for row in lot.parts[0].table.rows] == list(range(4, 20))
    assert [row.title for row in lot.parts[0].table.rows] == [sheet.title for sheet in lot.sheets]
    assert [sheet.year for sheet in lot.sheets] == [2020] * 3 + [2019] * 4 + [2018] + [2017] * 2 + [2016] * 6
    assert {sheet.department for sheet in lot.sheets} == {"Lot"}


def test_the_sheets_cover_the_lines_below_the_table(lot):
    origins = [sheet.origin for sheet in lot.sheets]
    assert origins[0] == Origin("actions-lot.txt", 20, 85)
    assert origins[-1] == Origin("actions-lot.txt", 871, 912)
    assert [o.first_line for o in origins[1:]] == [o.last_line + 1 for o in origins[:-1]]


def test_a_short_sheet_is_equal_to_the_page(lot):
    assert lot.sheets[13] == Sheet(
        title="Repas de fin d'année",
        department="Lot",
        year=2016,
        structure="L'Escale. Centre Social et Culturel de Pradines",
        structure_department="Lot",
        status="Terminée",
        dimension="",
        keywords=("intergénérationnel", "Mixité sociale"),
        initiators=("Le centre social",),
        territory="Une commune",
        publics=("Tous publics",),
        partners=(),
        text=SheetText(
            end_reason="Action terminée pour cette année, à renouveler tous les ans.",
            summary="Repas festif en direction des personnes isolées afin de leur proposer un moment convivial"
            " à l'occasion des fêtes de fin d'année.",
            experience="Constats de personnes isolées, souvent des personnes âgées vivant seules.\n"
            "Résutats attendus: Proposer un moment convivial à ces personnes et les recenser pour les mobiliser"
            " sur les actions du Centre Social tout au long de l'année.",
            resources="1300 euros",
            people="96 personnes",
            result_territory="Bons retours des participants.",
            result_centre="Nouveaux usagers.",
            result_residents="Solitude rompue.",
        ),
    )


def test_a_sheet_with_every_list_is_equal_to_the_page(lot):
    assert lot.sheets[12] == Sheet(
        title="Repas oriental",
        department="Lot",
        year=2016,
        structure="L'Escale. Centre Social et Culturel de Pradines",
        structure_department="Lot",
        status="Terminée",
        dimension="Accompagnement de projets",
        keywords=("intergénérationnel", "Solidarité", "Mixité sociale"),
        initiators=("Le centre social", "Un ou plusieurs partenaire(s)", "Un groupe d'habitants"),
        territory="Une commune",
        publics=("Tous publics",),
        partners=("Association locale",),
        text=SheetText(
            end_reason="Terminée pour 2014, en cours pour 2016.",
            summary="Proposition aux habitants de la commune d'un repas oriental préparé par les familles bénévoles"
            ' du Centre Social. Les fonds récoltés ont servi au financement d\'un projet "weekend en famille".',
            experience="Mobilisation et valorisation des usagers sur un projet à leur initiative.\n"
            "Valoriser le partenariat associatif.",
            description="Mise en place de groupe de travail avec les familles, les bénévoles et salariés de la"
            " structure pour l'organisation du repas.",
            resources="800 euros",
            people="98 participants + 15 bénévoles",
            result_territory="Dynamique sur le territoire en plein hiver avec un moment d'échange, de partage et"
            " convivialité.",
            result_centre="Identification de la structure comme soutien/ressource à la mise en oeuvre de projets.",
            result_residents="Participants au repas: animation sur le territoire.\n"
            "Familles bénévoles: valorisation d'un savoir-faire, d'un investissement pour un aboutissement"
            " collectif => un weekend à la mer.",
            limits="Investissement important.",
            perspectives="A renouveler suivant les demandes des habitants.",
        ),
    )


def test_dashes_in_free_text_stay(lot):
    assert lot.sheets[0].text.initiator_detail == "- Les jeunes et enfants du territoire"
    assert lot.sheets[1].text.summary.split("\n")[1].startswith("- des ARts > une formation")
    assert lot.sheets[6].text.result_centre == (
        "- Renforcer sa visibilité et son impact sur le territoire\n"
        "- Développer les partenariats\n"
        "- Renforcer l'implication des usagers/habitants dans la vie du centre social"
    )


def test_what_is_printed_and_empty_differs_from_what_is_not_printed(lot):
    migration = lot.sheets[8]
    assert migration.title == "Le gout de la migration"
    assert migration.text.end_reason == ""
    assert lot.sheets[0].text.end_reason is None
    assert lot.sheets[4].publics == ()
    assert lot.sheets[15].keywords == ()


def test_the_printed_spelling_is_kept(lot):
    assert "Viellissement" in lot.sheets[1].keywords


def test_the_words_are_as_many_as_on_the_page(lot):
    sheets = lot.sheets
    assert count(sheet.keywords for sheet in sheets) == {
        "intergénérationnel": 7,
        "Mixité sociale": 7,
        "Culture": 6,
        "Solidarité": 5,
        "mobilité / transport": 4,
        "Démocratie & citoyenneté": 3,
        "développement durable": 3,
        "éducation / scolarité": 2,
        "Environnement": 2,
        "vacances / loisirs": 2,
        "Précarité": 2,
        "Intégration": 2,
        "Parentalité": 2,
        "Viellissement": 1,
        "Santé": 1,
        "discriminations": 1,
        "Emploi, économie": 1,
    }
    assert count(sheet.partners for sheet in sheets) == {
        "Association locale": 9,
        "Caf": 3,
        "Autre": 3,
        "Commune": 2,
        "Préfecture": 2,
        "FONJEP": 1,
        "Regroupement de communes": 1,
        "Entreprise privée": 1,
        "Association nationale": 1,
        "Éducation Nationale": 1,
        "MSA": 1,
    }
    assert count(sheet.initiators for sheet in sheets) == {
        "Le centre social": 13,
        "Un groupe d'habitants": 7,
        "Un ou plusieurs partenaire(s)": 5,
        "Autre": 2,
    }
    assert count(sheet.publics for sheet in sheets) == {
        "Tous publics": 10,
        "familles": 2,
        "Jeunesse": 1,
        "Adultes": 1,
        "Seniors": 1,
    }
    assert Counter(sheet.status for sheet in sheets) == {"En cours": 11, "Terminée": 5}
    assert Counter(sheet.dimension for sheet in sheets) == {
        "Citoyenneté": 7,
        "Services": 4,
        "Accompagnement de projets": 3,
        "": 2,
    }
    assert Counter(sheet.territory for sheet in sheets) == {
        "Plusieurs communes": 9,
        "Autre": 3,
        "Une commune": 3,
        "Plusieurs quartiers": 1,
    }
    assert {sheet.text.territory_again for sheet in sheets} == {None}
    assert Counter(sheet.structure for sheet in sheets).most_common(3)[0][1] == 3
    assert len({sheet.structure for sheet in sheets}) == 8


def test_every_line_of_the_page_is_in_a_field_or_in_the_form(lot, lot_bytes):
    remaining = Counter(lot_bytes.decode().split("\n"))
    for sheet in lot.sheets:
        remaining[sheet.title] -= 1
        remaining[f"- {sheet.structure} - {sheet.structure_department}"] -= 1
        values = (sheet.status, sheet.dimension, sheet.territory, sheet.territory)
        lists = (sheet.keywords, sheet.initiators, sheet.publics, sheet.partners)
        for value in (*values, *(value for values in lists for value in values)):
            remaining[f"- {value}"] -= bool(value)
        for name in SheetText.__dataclass_fields__:
            text = getattr(sheet.text, name)
            for line in text.split("\n") if text else ():
                remaining[line] -= 1
    form = {line: n for line, n in remaining.items() if n}
    table = {line: n for line, n in form.items() if line.endswith("|") or line == lot.parts[0].table.lines[0]}
    assert table == dict.fromkeys(lot_bytes.decode().split("\n")[:19], 1)
    assert {line: n for line, n in form.items() if line not in table} == {
        "Actions": 16,
        "-": 48,
        "Partenaires d'action:": 16,
        "- Structure organisatrice": 16,
        "- Fichier(s) associé(s)": 16,
        "- Statut de l'action": 16,
        "- Raisons pour lesquelles l'action est terminée": 5,
        "- Dimension": 16,
        "- Mots clés associés à l'action": 16,
        "- Résumé": 16,
        "- Qui est à l'initiative de l'action ?": 16,
        "- Précision ( si autre )": 5,
        "- Territoire concerné": 32,
        "- Description de l'expérience, ses objectifs, ses acteurs et ses différentes phases.": 16,
        "- Public": 16,
        "- Avec qui cette action a-t-elle été menée ?": 16,
        "- Description générale": 16,
        "- Ressources financières mobilisées pour cette action": 16,
        "- Nombre de personnes mobilisés pour cette action": 16,
        "- Résultat sur le territoire": 16,
        "- Résultat pour le centre social": 16,
        "- Résultat pour les habitants": 16,
        "- Suite de l'action : Limites": 16,
        "- Suite de l'action : Perspectives": 16,
    }
