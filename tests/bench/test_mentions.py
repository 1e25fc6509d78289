import json
from itertools import pairwise

import pytest

from bench.mentions import HALVES, Marked, judge, main, read_marked, table
from graph.model import Sheet, SheetText

TEXT = "Avec la Caf et l'association Citrouille. Un bal au Fil Bleu."


def marked(*bodies: str, own: tuple[str, ...] = (), text: str = TEXT) -> Marked:
    def places(words):
        return tuple(("summary", text.index(word), text.index(word) + len(word)) for word in words)

    sheet = Sheet(title="A", structure="Le Fil Bleu", structure_department="Lot", department="Lot",
                  text=SheetText(summary=text))  # fmt: skip
    return Marked("written", sheet, places(bodies), places(own))


def counts(one: Marked) -> tuple[int, int, int]:
    (judged,) = judge([one], 0.5)
    return len(judged.right), len(judged.wrong), len(judged.missing)


def test_what_is_found_is_right_wrong_or_missing():
    assert counts(marked("Caf", "Citrouille")) == (2, 0, 0)
    assert counts(marked("Caf", "Fil Bleu")) == (1, 1, 1)


def test_half_of_what_both_cover_is_enough_and_less_is_not():
    assert counts(marked("la Caf", "Citrouille")) == (2, 0, 0)
    assert counts(marked("Avec la Caf", "Citrouille")) == (1, 1, 1)


def test_the_structures_own_name_is_neither_right_nor_wrong():
    text = "Avec la Caf, et l'association Le Fil Bleu."
    assert counts(marked("Caf", own=("Le Fil Bleu",), text=text)) == (1, 0, 0)


def test_a_mark_that_is_not_in_its_field_is_refused(tmp_path):
    path = tmp_path / "marked.json"
    path.write_text(json.dumps({"lot": [{"sheet": 1, "mentions": {"summary": ["Zorglub"]}}], "written": []}))
    with pytest.raises(ValueError, match="summary: 'Zorglub' is not there"):
        read_marked(path)


def test_the_marked_sheets_are_the_whole_page_and_others_of_many_departments_in_two_halves():
    sheets = read_marked()
    assert {each.half for each in sheets} == set(HALVES)
    assert sum(each.set == "lot" for each in sheets) == 16
    assert len({each.sheet.department for each in sheets}) >= 18
    assert sum(len(each.bodies) for each in sheets) >= 120
    for each in sheets:
        assert all(one[2] <= other[1] for one, other in pairwise(sorted(each.bodies)) if one[0] == other[0])


def test_mentions_are_as_good_in_both_halves_as_the_documentation_says(capsys: pytest.CaptureFixture[str]):
    assert main([]) == 0
    rows = [line.strip("| ").split(" | ") for line in capsys.readouterr().out.splitlines()]
    both = {(row[0], row[3]): (float(row[6]), float(row[7])) for row in rows if row[0].endswith(", both")}
    assert set(both) == {(f"{half}, both", level) for half in HALVES for level in ("0.5", "0.7", "0.8")}
    for (_, level), (precision, recall) in both.items():
        assert precision >= {"0.5": 0.94, "0.7": 0.95, "0.8": 0.98}[level]
        assert recall >= {"0.5": 0.88, "0.7": 0.85, "0.8": 0.75}[level]


def test_a_table_has_a_row_for_each_half_set_and_confidence():
    assert len(table([marked("Caf")]).splitlines()) == 2 + 2 * 2 * 3
