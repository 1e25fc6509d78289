"""Two pages in one file are two pages; a quoted page is text."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from graph.ingest import read_page, write_page
from graph.ingest.page import page_of
from graph.model import Problem, Sheet, SheetText
from graph.vocabulary import load_vocabulary
from tests.graph.ingest.conftest import FIXTURES
from tests.graph.ingest.strategies import sheets

VOCABULARY = load_vocabulary()
ONE, SAME = ((FIXTURES / name).read_bytes() for name in ("one-sheet.txt", "same-title.txt"))
GARDEN = Sheet(title="Jardin", department="Lot", year=2018, structure="S", structure_department="Lot")
CHOIR = replace(GARDEN, title="Chorale", year=2019)
QUOTED = "Les actions des centres sociaux\nNom | Département | Année |\n---|---|---|\nBal | Ain | 2001 |"


def read_text(text):
    return read_page(text.encode(), "page.txt", VOCABULARY)


def test_a_department_that_the_table_and_the_sheet_spell_otherwise_is_one_and_kept_as_printed():
    page = read_text(write_page(page_of([replace(GARDEN, department="46", structure_department="Le Lot")])))
    assert [(sheet.department, sheet.structure_department) for sheet in page.sheets] == [("46", "Le Lot")]
    assert page.problems == ()


@pytest.mark.parametrize("end", [b"", b"\n"], ids=["no newline", "newline"])
@pytest.mark.parametrize("between", [b"\n", b"\n\n", b"\n\n \n"], ids=["newline", "blank line", "blank lines"])
def test_two_pages_in_one_file_are_read_as_the_two_and_written_as_received(between, end):
    page = read_page(ONE + between + SAME + end, "page.txt", VOCABULARY)
    first, second = (read_page(data, "page.txt", VOCABULARY) for data in (ONE, SAME + end))
    assert page.sheets == first.sheets + second.sheets
    assert [sheet.year for sheet in page.sheets] == [2018, 2019, 2016]
    moved = (ONE + between).count(b"\n")
    assert [part.table.first for part in page.parts] == [1, 1 + ONE.count(b"\n") + 1]
    assert [row.line for row in page.parts[1].table.rows] == [moved + 4, moved + 5]
    assert page.sheets[1].origin.first_line == second.sheets[0].origin.first_line + moved
    assert page.problems == first.problems + second.problems
    assert write_page(page).encode() == ONE + between + SAME + end


def test_a_page_that_begins_inside_a_line_is_found_and_said(lot, lot_bytes):
    page = read_page(lot_bytes + ONE, "page.txt", VOCABULARY)
    assert page.sheets == lot.sheets + read_page(ONE, "page.txt", VOCABULARY).sheets
    assert page.problems == (
        Problem(
            912,
            "Les actions des centres sociaux",
            "A page begins inside this line, after the text of the sheet before.",
        ),
    )
    assert write_page(page).encode() == lot_bytes + ONE


def test_a_page_that_begins_after_a_label_inside_its_line_is_found():
    data = write_page(page_of([GARDEN])).encode()
    assert data.endswith(b"Perspectives")
    page = read_page(data + ONE, "page.txt", VOCABULARY)
    assert page.sheets == (GARDEN, *read_page(ONE, "page.txt", VOCABULARY).sheets)
    assert write_page(page).encode() == data + ONE


def test_a_sheet_takes_its_row_from_the_table_of_its_own_page():
    others = [replace(CHOIR, year=2001), replace(GARDEN, year=2002)]
    page = read_text(write_page(page_of([GARDEN, CHOIR])) + "\n" + write_page(page_of(others)))
    assert page.sheets == (GARDEN, CHOIR, *others)


@pytest.mark.parametrize("top", ["{heading}\n\n", "", "\ufeff{heading}\n", "\n{heading} \n \n"])
def test_a_page_begins_at_its_table_whatever_stands_above(top):
    first, second = (write_page(page_of(some)) for some in ([GARDEN], [CHOIR, replace(GARDEN, year=2001)]))
    heading, below = second.split("\n", 1)
    page = read_text(f"{first}\n{top.format(heading=heading)}{below}")
    assert [part.sheets[-1].year for part in page.parts] == [2018, 2001]
    assert [sheet.text.perspectives for sheet in page.sheets] == ["", "", ""]
    assert [problem.reason for problem in page.problems] == ([] if top else [f"The heading « {heading} » is missing."])


def test_a_byte_order_mark_of_a_joined_page_is_in_no_text():
    texts = [write_page(page_of([sheet])) for sheet in (replace(GARDEN, text=SheetText(perspectives="Fin.")), CHOIR)]
    for between in ("\n\ufeff", "\ufeff"):
        page = read_text(between.join(texts))
        assert [sheet.text.perspectives for sheet in page.sheets] == ["Fin.", ""]
        assert write_page(page) == between.replace("\ufeff", "").join(texts)


def test_a_quoted_page_that_could_be_the_next_one_is_said():
    quoted = QUOTED.replace("Bal | Ain | 2001", "Chorale | Lot | 2001")
    page = read_text(write_page(page_of([GARDEN, CHOIR])).replace("Perspectives", f"Perspectives\n{quoted}", 1))
    first = page.sheets[0].origin.last_line + 1
    reason = "A page is read from this line on; it could be text of the sheet of line 6."
    assert Problem(first, "Les actions des centres sociaux", reason) in page.problems


def without_last_blank_lines(page):
    text = page[-1].text
    lines = text.perspectives.split("\n")
    while lines and not lines[-1].strip():
        lines.pop()
    return [*page[:-1], replace(page[-1], text=replace(text, perspectives="\n".join(lines)))]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(sheets(), min_size=1, max_size=2), min_size=2, max_size=3))
@example([[GARDEN], [replace(CHOIR, title="Nom | Département | Année |")]])
@example([[replace(GARDEN, text=SheetText(perspectives="Fin.\n\n"))], [CHOIR]])
def test_any_pages_joined_line_by_line_are_read_as_they_are_alone(pages):
    texts = [text if text.endswith("\n") else text + "\n" for text in map(write_page, map(page_of, pages))]
    page = read_text("".join(texts))
    # Blank lines at the end of a text are read as what parts it from the next page.
    ends = [*map(without_last_blank_lines, pages[:-1]), pages[-1]]
    assert [list(part.sheets) for part in page.parts] == ends
    assert write_page(page) == "".join(texts)


@pytest.mark.parametrize(
    ("quoted", "said"),
    [
        ("Voir Les actions des centres sociaux", []),
        ("Les actions des centres sociaux\nBal | Ain | 2001 |", []),
        ("Bal | Ain | 2001 |", []),
        ("Nom | Département | Année |\n---|---|---|\nBal | Ain | 2001 |", [0]),
        (QUOTED + "\nla suite", [1]),
        (QUOTED, [1]),
    ],
)
@pytest.mark.parametrize("field", ["summary", "perspectives"])
def test_a_page_quoted_in_a_text_stays_text_and_its_header_is_said(quoted, said, field):
    written = write_page(page_of([GARDEN, CHOIR]))
    label = {"summary": "- Résumé", "perspectives": "- Suite de l'action : Perspectives"}[field]
    text = written.replace(label, f"{label}\n{quoted}", 1)
    page = read_text(text)
    assert page.sheets == (replace(GARDEN, text=SheetText(**{field: quoted})), CHOIR)
    first = text.split("\n").index(quoted.split("\n")[0], 5) + 1
    assert [problem.line for problem in page.problems] == [first + at for at in said]
    assert read_text(write_page(page)).sheets == page.sheets


def test_a_table_may_be_long_in_the_second_page_too(monkeypatch):
    monkeypatch.setattr("graph.ingest.blocks.MAX_SHEET_LINES", 60)
    many = [replace(CHOIR, title=f"Chorale {n}") for n in range(80)]
    page = read_text(write_page(page_of([GARDEN])) + "\n" + write_page(page_of(many)))
    assert page.sheets == (GARDEN, *many)
