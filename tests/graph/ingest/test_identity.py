"""Writing and reading give back what was written; no input breaks the readers."""

import dataclasses
import tracemalloc

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from graph.fields import FORM
from graph.ingest import Refused, read, read_json, read_page, write_json, write_page
from graph.ingest.form import CODES
from graph.ingest.page import page_of
from graph.ingest.sheet_writer import _content
from graph.model import Sheet, SheetText
from graph.vocabulary import load_vocabulary
from tests.graph.ingest.conftest import LOT
from tests.graph.ingest.strategies import TEMPTING, lines, sheets

VOCABULARY = load_vocabulary()
LOT_LINES = LOT.read_bytes().split(b"\n")
BASE = Sheet(title="T", department="Lot", structure="S", structure_department="Lot")
bounded = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def with_text(**texts):
    return dataclasses.replace(BASE, text=SheetText(**texts))


@bounded
@given(st.lists(sheets(), max_size=3))
@example([dataclasses.replace(BASE, title="- Structure organisatrice"), BASE])
@example([with_text(perspectives="Actions\nTitre\n- Structure organisatrice\n- X - Lot\n- Fichier(s) associé(s)")])
@example([with_text(perspectives="\n")])
@example([with_text(perspectives="Actions"), dataclasses.replace(BASE, title="Actions")])
@example([with_text(description="- Ressources financières mobilisées pour cette action\n10 euros")])
@example([with_text(summary="\\- Public\n\\\\Actions\n\\o/")])
@example([dataclasses.replace(BASE, keywords=("Résumé", "Public"))])
def test_any_sheets_written_as_a_page_and_read_again_are_equal(written):
    page = read_page(write_page(page_of(written)).encode(), "page.txt", VOCABULARY)
    assert list(page.sheets) == written


@bounded
@given(st.lists(sheets(), max_size=3))
@example([dataclasses.replace(BASE, structure=" ")])
@example([BASE, dataclasses.replace(BASE, year=2016), BASE, BASE])
def test_any_sheets_written_as_json_and_read_again_are_equal_with_their_origin(written):
    page = read_json(b"".join(write_json(written)), "actions.json")
    assert list(page.sheets) == written
    assert [sheet.origin for sheet in page.sheets] == [sheet.origin for sheet in written]
    repeated = [index for index, sheet in enumerate(written) if sheet in written[:index]]
    assert [problem.reason for problem in page.problems] == [
        f"$[{index}]: This action is the same to the letter as $[{written.index(written[index])}]; it is kept once."
        for index in repeated
    ]


def test_only_an_ambiguous_text_is_escaped():
    plain = with_text(experience="- Public\n- Seniors", description="\\o/\n- Résumé")
    assert "\\-" not in write_page(page_of([plain]))
    ambiguous = with_text(description="- Ressources financières mobilisées pour cette action\n10 euros")
    assert "\n\\- Ressources financières" in write_page(page_of([ambiguous]))


def test_the_page_and_the_json_of_the_lot_hold_the_same_sheets(lot):
    page = read(b"".join(write_json(lot.sheets)), "lot.json", VOCABULARY)
    assert page.problems == ()
    assert page.sheets == lot.sheets
    assert write_page(page) == write_page(lot)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"title": "a\nb"}, r"title 'a\\nb' is more than one line"),
        ({"keywords": ("Culture", " ")}, "keywords ' ' is blank"),
        ({"status": " "}, "status ' ' is blank"),
        ({"structure": " ", "structure_department": ""}, "structure ' ' is blank"),
        ({"department": "a|b"}, "department 'a|b' has a « | »"),
        ({"structure_department": "a - b"}, "structure_department 'a - b' has a « - » between spaces"),
        ({"structure_department": "- b"}, "structure_department '- b' has a « - » between spaces"),
        ({"year": 0}, "year 0 is not from 1 to 9999"),
        (
            {"territory": "Autre", "text": SheetText(territory_again="Autre")},
            "territory_again 'Autre' repeats the territory",
        ),
        ({"title": "e\u0301"}, "is not in NFC"),
        ({"title": "\ud800"}, "is not valid Unicode"),
        ({"text": SheetText(summary="a\r\nb")}, "has a carriage return at the end of a line"),
    ],
)
def test_a_sheet_that_the_form_has_no_place_for_is_refused(change, message):
    sheet = dataclasses.replace(BASE, **change)
    with pytest.raises(ValueError, match=r"^the sheet .* cannot be written: ") as refusal:
        write_page(page_of([sheet]))
    assert message.replace("\\\\", "\\") in str(refusal.value)


def test_a_list_whose_label_is_optional_is_printed_only_where_it_is_filled():
    (partners,) = (field for field in FORM if field.name == "partners")
    optional = dataclasses.replace(partners, optional=True)
    assert _content(BASE, partners) == []
    assert _content(BASE, optional) is None
    assert _content(dataclasses.replace(BASE, partners=("Caf",)), optional) == ["- Caf"]


def read_or_refuse(data):
    """The page, or None where the file is refused; no other exception passes."""
    try:
        return read(data, "any", VOCABULARY)
    except Refused:
        return None


@bounded
@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_read_or_refused(data):
    read_or_refuse(data)
    read_or_refuse(b"Les actions des centres sociaux\n" + data)


@bounded
@given(st.lists(lines | st.sampled_from(list(CODES)), max_size=60))
@example(["Actions", "Actions", "- Structure organisatrice", "- Structure organisatrice", "- Fichier(s) associé(s)"])
def test_any_lines_of_the_form_are_read_and_what_was_read_is_stable(page_lines):
    page = read_or_refuse("\n".join(["Les actions des centres sociaux", *page_lines]).encode())
    again = read_or_refuse(write_page(page).encode())
    assert again.sheets == page.sheets


@bounded
@given(st.data())
def test_a_page_with_lines_lost_doubled_or_foreign_is_read_and_what_was_read_is_stable(data):
    damaged = LOT_LINES[:240]
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(damaged) - 1))
        match data.draw(st.sampled_from(["lose", "double", "foreign"])):
            case "lose":
                del damaged[at]
            case "double":
                damaged.insert(at, damaged[at])
            case "foreign":
                damaged.insert(at, data.draw(st.sampled_from(TEMPTING)).encode())
    page = read_or_refuse(b"\n".join(damaged))
    assert page.sheets
    again = read_or_refuse(write_page(page).encode())
    assert again.sheets == page.sheets


def peak(data):
    tracemalloc.start()
    read_page(data, "page.txt", VOCABULARY)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most


def test_memory_is_a_few_times_the_size_of_the_page(lot):
    def page(copies):
        return write_page(page_of([sheet for _ in range(copies) for sheet in lot.sheets])).encode()

    small, large = page(4), page(16)
    peak(small)  # fills the caches
    assert peak(large) < 5 * len(large)
    assert peak(large) < 5 * peak(small)
