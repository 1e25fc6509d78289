"""Pages with what the page of the Lot lacks."""

import unicodedata

import pytest

from graph.ingest import NotDirectory, Refused, TooLarge, blocks, problems, read, read_page, write_page
from graph.model import Problem


def test_a_line_equal_to_a_label_stays_text(fixture_page):
    (sheet,) = fixture_page("label-in-text.txt").sheets
    assert sheet.text.experience == (
        "Nous avons écrit :\n- Public\n- Seniors\n- les voisins\nActions\nmenées en 2017\n"
        "- Territoire concerné\nle quartier, surtout."
    )
    assert sheet.publics == ("Tous publics",)
    assert sheet.territory == "Une commune"
    assert sheet.text.summary == (
        "Le dossier a trois parties :\n- Résultat sur le territoire\n- Suite de l'action : Limites\nActions\n"
        "et une annexe."
    )


def test_a_line_actions_stays_text(fixture_page):
    page = fixture_page("label-in-text.txt")
    assert len(page.sheets) == 1
    assert page.sheets[0].text.perspectives == "Actions\nà suivre"
    assert page.problems == ()


def test_a_page_with_false_labels_is_written_as_received(fixture_page, fixture_bytes):
    page = fixture_page("label-in-text.txt")
    assert write_page(page).encode() == fixture_bytes("label-in-text.txt")


def test_a_missing_label_is_reported_and_the_sheet_kept(fixture_page):
    page = fixture_page("label-missing.txt")
    (sheet,) = page.sheets
    assert sheet.text.summary == "Un jardin pour tous."
    assert sheet.text.description == "On y jardine."
    assert sheet.keywords == ("Environnement", "Culture")
    assert page.problems == (
        Problem(18, "Un jardin pour tous.", "Missing before this line: « - Résumé »."),
        Problem(34, "On y jardine.", "Missing before this line: « - Description générale »."),
        Problem(
            42,
            "- Résultat pour les habitants",
            "Missing before this line: « - Résultat pour le centre social ».",
        ),
    )
    # Nothing tells where the text of the missing label begins: it stays under the label before.
    assert sheet.text.result_territory == "Une friche en moins.\nDe nouveaux bénévoles."


def test_a_sheet_with_a_damaged_head_is_found(fixture_page):
    page = fixture_page("damaged-heads.txt")
    titles = [sheet.title for sheet in page.sheets]
    assert titles == ["Jardin partagé", "Fête des voisins", "Ciné-club", "", "Chorale"]
    assert {sheet.structure for sheet in page.sheets} == {"LA PASSERELLE"}
    assert [sheet.year for sheet in page.sheets] == [2018, 2018, 2018, None, 2018]
    assert [(problem.line, problem.text) for problem in page.problems] == [
        (7, "Repair café | Aisne | 2018 |"),
        (57, "- LA PASSERELLE - Aisne"),
        (100, "Ciné-club"),
        (145, "Actions"),
        (146, "- Structure organisatrice"),
    ]


def test_an_empty_table_is_reported(fixture_page):
    page = fixture_page("empty-table.txt")
    assert page.parts[0].table.rows == ()
    assert [(sheet.title, sheet.year, sheet.department) for sheet in page.sheets] == [("Jardin partagé", None, "Aisne")]
    assert [problem.line for problem in page.problems] == [1, 4]


def test_a_table_without_a_sheet_is_reported(vocabulary):
    table = "Les actions des centres sociaux\nNom | Département | Année |\n---|---|---|"
    page = read_page(table.encode(), "vide.txt", vocabulary)
    assert page.sheets == ()
    assert [problem.reason for problem in page.problems] == ["The table has no row.", "The page has no sheet."]
    assert write_page(page) == table


def test_a_row_without_its_sheet_and_a_sheet_without_its_row_are_reported(fixture_page):
    page = fixture_page("row-and-sheet-apart.txt")
    assert page.sheets[0].year is None
    assert page.problems == (
        Problem(4, "Chorale | Aisne | 2017 |", "This row has no sheet of its title."),
        Problem(5, "Actions", "The sheet « Jardin partagé » has no row in the table: its year is unknown."),
    )


def test_two_sheets_of_one_title_take_the_rows_in_order(fixture_page):
    page = fixture_page("same-title.txt")
    assert [(sheet.text.summary, sheet.year, sheet.department) for sheet in page.sheets] == [
        ("La première.", 2019, "Aisne"),
        ("La seconde.", 2016, "Ain"),
    ]
    assert page.problems == ()


def test_a_structure_is_split_at_its_last_hyphen_between_spaces(fixture_page):
    page = fixture_page("structures.txt")
    assert [(sheet.structure, sheet.structure_department) for sheet in page.sheets] == [
        ("MARY CHANTAL", "Haute-Corse"),
        ("X - Y", "Lot-et-Garonne"),
        ("SANS DÉPARTEMENT", ""),
        ("AILLEURS", "Ain"),
    ]
    assert page.problems == (
        Problem(7, "D | Aisne | 2018 |", "Its sheet, at line 146, has the department « Ain »."),
        Problem(103, "- SANS DÉPARTEMENT", "No department: expected « - NAME - DEPARTMENT »."),
    )


def test_unknown_words_are_kept_and_reported(fixture_page):
    page = fixture_page("unknown-words.txt")
    (sheet,) = page.sheets
    assert sheet.status == "En pause"
    assert sheet.keywords == ("Numérique", "Solidarritée", "Viellissement", "culture")
    assert (sheet.territory, sheet.text.territory_again) == ("Une commune", "Autre")
    assert page.problems == (
        Problem(11, "- En pause", "« En pause » is not a known status; it is kept as it is."),
        Problem(16, "- Numérique", "« Numérique » is not a known keyword; it is kept as it is."),
        Problem(
            17,
            "- Solidarritée",
            "« Solidarritée » is not a known keyword (perhaps « Solidarité »); it is kept as it is.",
        ),
        Problem(36, "- Autre", "The first « Territoire concerné » says « Une commune »."),
    )


def test_a_line_that_does_not_fit_is_reported_and_left_out(fixture_page):
    page = fixture_page("closed-fields.txt")
    (sheet,) = page.sheets
    assert sheet.dimension == "Services"
    assert sheet.keywords == ("Culture",)
    assert sheet.text.files == ("plan.pdf", "photo du jardin.jpg")
    assert sheet.publics == ("familles", "Jeunesse")
    assert (sheet.territory, sheet.text.territory_again) == ("", None)
    assert page.problems == (
        Problem(16, "- Citoyenneté", "« - Dimension » takes one value; this second one is left out."),
        Problem(
            19,
            "Environnement",
            "« - Mots clés associés à l'action » takes lines « - value »; this line is left out.",
        ),
    )


def test_a_row_that_is_none_is_reported(fixture_bytes, vocabulary):
    data = fixture_bytes("one-sheet.txt").replace(b"| 2018 |", b"| bient\xc3\xb4t |\nune ligne perdue")
    page = read_page(data, "page.txt", vocabulary)
    assert page.sheets[0].year is None
    assert [(problem.line, problem.text) for problem in page.problems] == [
        (4, "Jardin partagé | Aisne | bientôt |"),
        (5, "une ligne perdue"),
    ]


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.replace("\n", "\r").encode(),
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: unicodedata.normalize("NFD", text).encode(),
    ],
    ids=["CRLF", "CR", "BOM", "NFD"],
)
def test_the_same_page_in_another_encoding_is_the_same(change, lot, lot_bytes, vocabulary):
    page = read_page(change(lot_bytes.decode()), "actions-lot.txt", vocabulary)
    assert page == lot
    assert [sheet.origin for sheet in page.sheets] == [sheet.origin for sheet in lot.sheets]


def test_latin_1_is_read_and_reported_once(fixture_page, fixture_bytes, vocabulary):
    text = fixture_bytes("one-sheet.txt").decode()
    page = read_page(text.encode("latin-1"), "page.txt", vocabulary)
    assert page.sheets == fixture_page("one-sheet.txt").sheets
    foreign = sum(not line.isascii() for line in text.split("\n"))
    assert page.problems == (
        Problem(
            2,
            "Nom | Département | Année |",
            f"Not UTF-8: this line was read as Windows-1252, as were {foreign - 1} further lines.",
        ),
    )


def test_curly_quotes_of_windows_are_read(fixture_bytes, vocabulary):
    data = fixture_bytes("one-sheet.txt").replace(b"On y jardine.", b"L\x92\xe9t\xe9 \x97 et apr\xe8s")
    page = read_page(data, "page.txt", vocabulary)
    assert page.sheets[0].text.description == "L’été — et après"


def test_no_break_spaces_match_in_labels_and_words_and_stay_in_text(fixture_bytes, vocabulary):
    text = fixture_bytes("one-sheet.txt").decode()
    text = text.replace("- Environnement", "-\u00a0mobilité\u00a0/\u202ftransport")
    text = text.replace("- Suite de l'action : Limites", "- Suite de l’action\u00a0: Limites")
    text = text.replace("300 euros", "300\u00a0euros")
    page = read_page(text.encode(), "page.txt", vocabulary)
    assert page.problems == ()
    assert page.sheets[0].keywords[0] == "mobilité\u00a0/\u202ftransport"
    assert page.sheets[0].text.limits == "Le gel."
    assert page.sheets[0].text.resources == "300\u00a0euros"


def test_empty_lines_of_text_are_kept(fixture_bytes, vocabulary):
    data = fixture_bytes("one-sheet.txt").replace(b"On y jardine.", b"\nOn y\n\njardine.\n")
    page = read_page(data, "page.txt", vocabulary)
    assert page.sheets[0].text.description == "\nOn y\n\njardine.\n"
    assert write_page(page).encode() == data


@pytest.mark.parametrize("data", [b"", b"\n \r\n"])
def test_an_empty_file_is_refused(data, vocabulary):
    with pytest.raises(NotDirectory, match=r"^vide\.txt is empty: expected a page « Les actions"):
        read(data, "vide.txt", vocabulary)


def test_a_file_that_is_no_page_is_refused_in_one_line(fixture_bytes, vocabulary):
    with pytest.raises(NotDirectory) as refusal:
        read(fixture_bytes("not-a-page.txt"), "not-a-page.txt", vocabulary)
    assert str(refusal.value) == (
        "not-a-page.txt begins with 'Chère Madame,': expected a page « Les actions des centres sociaux » as text,"
        " or a JSON list of actions."
    )


@pytest.mark.parametrize("data", [bytes(range(256)), b"\x89PNG\r\n\x1a\n" * 9, "Les actions".encode("utf-16")])
def test_bytes_that_are_no_text_are_refused(data, vocabulary):
    with pytest.raises(NotDirectory):
        read(data, "octets.bin", vocabulary)


def test_a_file_beyond_the_limit_is_refused_with_the_limit(lot_bytes, vocabulary, monkeypatch):
    monkeypatch.setattr(problems, "MAX_BYTES", len(lot_bytes))
    assert read(lot_bytes, "lot.txt", vocabulary).problems == ()
    monkeypatch.setattr(problems, "MAX_BYTES", 1000)
    with pytest.raises(TooLarge, match=rf"^lot\.txt has {len(lot_bytes)} bytes: the limit is 1000 bytes"):
        read(lot_bytes, "lot.txt", vocabulary)


def test_a_sheet_without_end_is_refused_with_the_limit(fixture_bytes, vocabulary, monkeypatch):
    monkeypatch.setattr(blocks, "MAX_SHEET_LINES", 100)
    data = fixture_bytes("one-sheet.txt") + b"\nencore" * 100
    with pytest.raises(TooLarge, match="more than 100 lines, which is the limit, at line 5"):
        read(data, "page.txt", vocabulary)


def test_a_table_without_end_is_refused_with_the_limit(fixture_bytes, vocabulary, monkeypatch):
    monkeypatch.setattr(blocks, "MAX_TABLE_LINES", 100)
    with pytest.raises(TooLarge, match="no sheet in its first 100 lines"):
        read(fixture_bytes("one-sheet.txt").replace(b"---|---|---|", b"A | B | 1 |\n" * 100), "x", vocabulary)


def test_problems_beyond_the_limit_are_counted(fixture_bytes, vocabulary, monkeypatch):
    monkeypatch.setattr(problems, "MAX_PROBLEMS", 3)
    data = fixture_bytes("one-sheet.txt").replace(b"- Environnement", b"\n".join(b"- w%d" % n for n in range(10)))
    page = read_page(data, "page.txt", vocabulary)
    assert len(page.problems) == 4
    assert page.problems[-1] == Problem(25, "", "7 further problems are not listed, up to this line.")
    assert len(page.sheets[0].keywords) == 11


def test_each_line_of_a_doubtful_sheet_is_weighed_once(fixture_bytes, vocabulary, weighed):
    data = fixture_bytes("label-in-text.txt").replace(b"- Seniors", b"- Public\n" * 1000 + b"- Seniors")
    page = read_page(data, "page.txt", vocabulary)
    assert page.sheets[0].text.experience.count("- Public") == 1001
    first, last = page.sheets[0].origin.first_line, page.sheets[0].origin.last_line
    assert len(weighed) == last - first + 1 - 2  # all but « Actions » and the title


def test_refusals_are_value_errors():
    assert issubclass(Refused, ValueError)
    assert {NotDirectory, TooLarge} == set(Refused.__subclasses__())
