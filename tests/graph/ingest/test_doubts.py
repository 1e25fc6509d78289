"""What can be read in two ways is decided by the table and by the cost, and said."""

from dataclasses import replace
from functools import cache

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from graph.fields import FORM, Holds
from graph.ingest import read_page, write_page
from graph.ingest.alignment import NEARLY, cheapest_spans
from graph.ingest.form import CODES, FIELD_AT, FIELDS_OF_CODE, classify, is_opening, item_of
from graph.ingest.page import page_of
from graph.model import Sheet, SheetText
from graph.vocabulary import load_vocabulary

VOCABULARY = load_vocabulary()
RESOURCES, PEOPLE = (FORM[FIELD_AT[name]].label for name in ("resources", "people"))
GARDEN = Sheet(title="Jardin", department="Lot", year=2018, structure="S", structure_department="Lot")
CHOIR = replace(GARDEN, title="Chorale", year=2019)
FILES = FORM[FIELD_AT["files"]].label
HEAD = "Actions\n{}\n- Structure organisatrice\n- X - Lot"
LAST = "- Suite de l'action : Perspectives"


def read_text(text):
    return read_page(text.encode(), "page.txt", VOCABULARY)


def said(page):
    return [(problem.line, problem.reason) for problem in page.problems]


def place(text, line):
    """The number of the first line that is this."""
    return text.split("\n").index(line) + 1


def quoting(label, quoted, *sheets):
    return write_page(page_of(sheets)).replace(label, f"{label}\n{quoted}", 1)


# Which line is the label


def test_two_lines_that_could_be_one_label_are_both_named():
    text = quoting(RESOURCES, f"300 euros\n{RESOURCES}\n20 euros", GARDEN)
    page = read_text(text)
    (sheet,) = page.sheets
    assert sheet.text.resources == f"300 euros\n{RESOURCES}\n20 euros"
    first = place(text, RESOURCES)
    assert said(page) == [(first, f"Read as the label « {RESOURCES} »; line {first + 2} could be it as well.")]
    assert write_page(page) == text


def test_a_label_printed_twice_over_a_list_is_in_doubt():
    text = quoting("- Public", "- Public\n- Seniors", GARDEN)
    first = place(text, "- Public")
    assert (first + 1, f"Read as the label « - Public »; line {first} could be it as well.") in said(read_text(text))


@pytest.mark.parametrize("label", [FORM[FIELD_AT[name]].label for name in ("files", "status")])
def test_a_label_that_is_read_as_an_attached_file_is_said(label):
    text = write_page(page_of([GARDEN, CHOIR])).replace(label, f"{label}\n{label}", 1)
    page = read_text(text)
    assert page.sheets[0].text.files == (label[2:],)
    reason = "This line could be a label; it is read as a value of « - Fichier(s) associé(s) »."
    assert [where for where, what in said(page) if what == reason] == [place(text, label) + (label == FILES)]
    assert write_page(page) == text


def test_of_many_lines_that_could_be_a_label_three_are_named():
    text = quoting(RESOURCES, "\n".join([RESOURCES] * 5), GARDEN)
    first = place(text, RESOURCES)
    lines = f"lines {first + 1}, {first + 2}, {first + 3} and 2 more"
    ((line, reason),) = said(read_text(text))
    assert (line, reason) == (first, f"Read as the label « {RESOURCES} »; {lines} could be it as well.")


def test_a_line_that_can_be_no_label_without_a_worse_reading_is_not_in_doubt(fixture_page):
    assert fixture_page("label-in-text.txt").problems == ()


def cost_where(lines, codes, forced=None):
    """The least cost of reading the lines, where `forced` is (line, field): that line is the label of that field.

    Written from the docstring of `alignment`, down from the first line, over every choice.
    """

    def missing(start, end):
        return sum(3 for field in FORM[start:end] if not field.optional)

    @cache
    def least(index, at, full):
        if index == len(lines):
            return missing(at + 1, len(FORM))
        line, code = lines[index], codes[index]
        choices = []
        if forced is None or forced[0] != index:
            field = FORM[at] if at >= 0 else None
            value = field is not None and (item_of(line) is not None or is_opening(line, field)) and not full
            fits = field is not None and (field.holds is Holds.TEXT or value)
            false = 0 if not code else 1 if field is not None and field.holds is Holds.TEXT else 2
            filled = full or (fits and field.holds is Holds.ONE)
            choices.append(false + (0 if fits else 2) + least(index + 1, at, filled))
            for later in range(at + 1, len(FORM)) if not fits and not code else ():
                new = FORM[later]
                if new.holds is Holds.TEXT or item_of(line) is not None or is_opening(line, new):
                    begun = new.holds is Holds.ONE
                    choices.append(missing(at + 1, later) + 3 + least(index + 1, later, begun))
        allowed = FIELDS_OF_CODE[code] if forced is None or forced[0] != index else forced[1:]
        choices += [missing(at + 1, later) + least(index + 1, later, False) for later in allowed if later > at]
        return min(choices, default=1 << 30)

    return least(0, -1, False)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from([*CODES, "texte", "- Seniors", "-", "", "Partenaires d'action:"]), max_size=9))
@example([RESOURCES, "a", RESOURCES, "b", PEOPLE])
@example(["- Territoire concerné", "- Autre", "- Territoire concerné"])
def test_the_doubts_are_the_labels_of_all_readings_that_cost_as_little_or_nearly(lines):
    codes = [classify(line)[0] for line in lines]
    least = cost_where(lines, codes)
    near = {
        (field, index)
        for index, code in enumerate(codes)
        for field in FIELDS_OF_CODE[code]
        if cost_where(lines, codes, (index, field)) <= least + NEARLY
    }
    spans, doubts = cheapest_spans(lines, codes)
    taken = {(span.field, span.label) for span in spans if span.label is not None}
    assert taken <= near
    assert {(doubt.field, index) for doubt in doubts for index in doubt.others} == near - taken


# Where a sheet begins


@pytest.mark.parametrize("label", ["- Résumé", LAST])
def test_a_quoted_head_that_the_table_does_not_list_is_text_and_said(label):
    text = quoting(label, HEAD.format("Inconnue"), GARDEN, CHOIR)
    page = read_text(text)
    name = "summary" if label == "- Résumé" else "perspectives"
    assert page.sheets == (replace(GARDEN, text=SheetText(**{name: HEAD.format("Inconnue")})), CHOIR)
    at = place(text, "Inconnue") - 1
    last = page.sheets[0].origin.last_line
    assert said(page) == [
        (
            at,
            "A sheet could begin here, that the table has no row for: « Inconnue ». "
            f"To line {last} it is read as text of that of line 6.",
        )
    ]
    assert read_text(write_page(page)).sheets == page.sheets


def test_a_quoted_head_of_another_sheet_of_the_page_is_text():
    text = quoting("- Résumé", HEAD.format("Chorale"), GARDEN, CHOIR)
    page = read_text(text)
    assert page.sheets == (replace(GARDEN, text=SheetText(summary=HEAD.format("Chorale"))), CHOIR)
    ((line, reason),) = said(page)
    assert line == place(text, "- Résumé") + 1
    assert reason.startswith("A sheet could begin here, that the table has a row for: « Chorale ».")


def test_a_listed_sheet_begins_even_where_both_are_short():
    lines = write_page(page_of([GARDEN, CHOIR])).split("\n")
    end, second = lines.index("- Résumé"), lines.index("Chorale")
    page = read_text("\n".join([*lines[:end], *lines[second - 1 : second + 6]]))
    assert [(sheet.title, sheet.year) for sheet in page.sheets] == [("Jardin", 2018), ("Chorale", 2019)]


def test_a_whole_sheet_that_the_table_does_not_list_begins():
    text = write_page(page_of([GARDEN, CHOIR])).replace("Chorale | Lot | 2019 |\n", "")
    page = read_text(text)
    assert page.sheets == (GARDEN, replace(CHOIR, year=None))
    assert said(page) == [
        (place(text, "Chorale") - 1, "The sheet « Chorale » has no row in the table: its year is unknown.")
    ]


def test_a_sheet_in_doubt_that_is_read_as_one_is_said():
    text = write_page(page_of([GARDEN, CHOIR])).replace("Chorale | Lot | 2019 |\n", "")
    lines = text.split("\n")
    del lines[lines.index(RESOURCES, lines.index("Chorale"))]
    page = read_text("\n".join(lines))
    assert len(page.sheets) == 2
    start = lines.index("Chorale")
    assert (start, "A sheet is read from this line on; it could be text of that of line 5.") in said(page)


def test_each_line_of_quoted_heads_is_weighed_a_bounded_number_of_times(weighed):
    quoted = "\n".join(HEAD.format(f"Inconnue {n}") for n in range(500))
    page = read_text(quoting("- Résumé", quoted, GARDEN, CHOIR))
    assert page.sheets[0].text.summary == quoted
    assert len(weighed) <= 3 * len(quoted.split("\n")) + 200


def test_so_many_quoted_heads_that_no_sheet_could_hold_them_are_sheets_that_can_be_written():
    text = "Les actions des centres sociaux\n" + (HEAD.format("Inconnue") + "\n") * 6_000
    page = read_text(text)
    assert len(page.sheets) == 2
    assert read_text(write_page(page)).sheets == page.sheets


# What a file holds twice


def test_a_sheet_that_a_page_holds_twice_is_said_with_both_places():
    page = read_text(write_page(page_of([GARDEN, CHOIR, GARDEN])))
    assert page.sheets == (GARDEN, CHOIR, GARDEN)
    first, third = page.sheets[0].origin.first_line, page.sheets[2].origin.first_line
    assert said(page) == [(third, f"This sheet is the same to the letter as that of line {first}; it is kept once.")]


def test_sheets_that_differ_in_one_letter_are_not_the_same():
    assert read_text(write_page(page_of([GARDEN, replace(GARDEN, text=SheetText(summary="a"))]))).problems == ()


def test_a_sheet_of_both_joined_pages_is_said():
    written = write_page(page_of([GARDEN]))
    page = read_text(f"{written}\n{written}")
    second = page.sheets[1].origin.first_line
    assert said(page) == [(second, "This sheet is the same to the letter as that of line 5; it is kept once.")]


# The table and the end of the file


def test_a_row_that_is_printed_loosely_is_reported_and_written_as_printed():
    text = write_page(page_of([GARDEN])).replace("Jardin | Lot | 2018 |", "Jardin|Lot |  2018|\nBal|  Ain| bientôt |")
    page = read_text(text)
    assert page.sheets == (GARDEN,)
    assert {(problem.line, problem.text) for problem in page.problems} == {(5, "Bal|  Ain| bientôt |")}
    assert len(page.problems) == 2  # no year, and no sheet
    assert write_page(page) == text


@pytest.mark.parametrize("end", ["", "\n", "\n\n"])
def test_the_newline_at_the_end_is_given_back(end, lot_bytes):
    data = lot_bytes + end.encode()
    assert write_page(read_page(data, "page.txt", VOCABULARY)).encode() == data


# Rows and sheets of one title


def test_of_two_rows_of_a_title_and_one_sheet_it_is_said_which_row_was_taken():
    twin = replace(GARDEN, year=2019)
    text = write_page(page_of([GARDEN, CHOIR]))
    text = text.replace("Chorale | Lot | 2019 |", "Chorale | Lot | 2019 |\nJardin | Lot | 2019 |")
    page = read_text(text)
    assert [sheet.year for sheet in page.sheets] == [2018, 2019]
    reason = "This row has no sheet: the sheet of line 7 has that of line 4. Which is whose is not certain."
    assert said(page) == [(6, reason)]
    assert said(read_text(write_page(page_of([GARDEN, CHOIR, twin])))) == []


def test_of_two_sheets_of_a_title_and_one_row_it_is_said_which_sheet_has_it():
    text = write_page(page_of([GARDEN, replace(GARDEN, text=SheetText(summary="a"))]))
    text = text.replace("Jardin | Lot | 2018 |\n", "", 1)
    page = read_text(text)
    assert [sheet.year for sheet in page.sheets] == [2018, None]
    second = page.sheets[1].origin.first_line
    reason = "has no row left in the table: the sheet of line 5 has that of line 4. Its year is unknown."
    assert said(page) == [(second, f"The sheet « Jardin » {reason}")]
