import pytest

from bench.lineage import HALVES, Case, found, main, read_cases
from graph.model import Sheet


def test_the_pairs_that_are_found_are_told_by_number_the_earlier_first():
    home = {"structure": "Centre", "structure_department": "Ain", "department": "Ain"}
    sheets = [Sheet(title=title, year=year, **home) for title, year in (("Loto", 2018), ("Bal", 2017), ("Loto", 2016))]
    assert found(Case("Centre", tuple(sheets), frozenset()), 0.5) == {(3, 1)}


def test_the_cases_are_in_two_halves_and_each_pair_goes_forward_in_time():
    cases = read_cases()
    assert {case.half for case in cases} == set(HALVES)
    assert sum(len(case.sheets) for case in cases) >= 70
    assert sum(len(case.pairs) for case in cases) >= 19
    for case in cases:
        for one, other in case.pairs:
            assert (case.sheets[one - 1].year or 0) < (case.sheets[other - 1].year or 0)


def test_lineages_are_as_good_in_both_halves_as_the_documentation_says(capsys: pytest.CaptureFixture[str]):
    assert main([]) == 0
    rows = [line.strip("| ").split(" | ") for line in capsys.readouterr().out.splitlines()[2:]]
    assert [(row[0], row[4]) for row in rows] == [(half, level) for half in HALVES for level in ("0.5", "0.7")]
    for row in rows:
        assert float(row[7]) >= 0.95
        assert float(row[8]) >= (0.8 if row[4] == "0.5" else 0.5)
