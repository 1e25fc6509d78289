from pathlib import Path

import pytest

from bench.relevance import HALVES, LAST, NEEDS, OTHERS, Measured, Query, main, read_pairs, read_queries, table


def measured(found, relevant=(3, 7)):
    return Measured(Query("lot", "form", "isolées", tuple(relevant)), tuple(found))


def test_precision_counts_the_first_five_of_as_many_as_are_relevant():
    assert measured([1, 3, 2, 4, 7]).precision == 1
    assert measured([1, 3, 2, 4, 5, 7]).precision == 0.5
    assert measured(range(1, 9), relevant=range(3, 20)).precision == 3 / 5


def test_recall_counts_the_first_ten():
    assert measured([*range(10, 19), 3, 7]).recall == 0.5
    assert measured([]).recall == 0


def test_the_reciprocal_is_that_of_the_first_relevant():
    assert measured([1, 2, 7, 3]).reciprocal == 1 / 3
    assert measured([1, 2]).reciprocal == 0


def test_a_table_has_the_means_of_each_kind_and_half():
    query = measured([]).query
    rows = table([measured([3, 7]), measured([1, 3, 7])]).splitlines()
    assert rows[2:] == [
        f"| {query.half}, form | 2 | 1.00 | 1.00 | 0.75 |",
        f"| **{query.half}** | 2 | 1.00 | 1.00 | 0.75 |",
    ]


def test_the_queries_are_of_seven_kinds_in_two_halves_and_name_sheets_that_there_are():
    queries = read_queries()
    assert len(queries) >= 120
    assert len({(query.set, query.query) for query in queries}) == len(queries)
    assert {query.half for query in queries} == set(HALVES)
    assert {query.kind for query in queries} == {
        "form", "typo", "phrase", "synonym", "derivation", "question", "body",
    }  # fmt: skip
    most = {"lot": 16, "other": 42}
    assert all(1 <= number <= most[query.set] for query in queries for number in query.relevant)
    assert all(query.relevant for query in queries)


def test_the_needs_are_other_queries_in_two_halves_and_name_sheets_that_there_are():
    needs = read_queries(NEEDS)
    assert len({need.query for need in needs}) == len(needs) >= 50
    assert not {need.query for need in needs} & {query.query for query in read_queries()}
    assert {need.half for need in needs} == set(HALVES)
    assert all(1 <= number <= {"lot": 16, "other": 42}[need.set] for need in needs for number in need.relevant)
    assert all(need.relevant for need in needs)


@pytest.mark.parametrize(("file", "number"), [(OTHERS, 60), (LAST, 40)])
def test_the_queries_of_others_are_of_both_halves_and_name_sheets_of_the_page(file: Path, number: int):
    others = read_queries(file)
    assert len({other.query for other in others}) == len(others) == number
    assert {other.half for other in others} == set(HALVES)
    assert {other.set for other in others} == {"lot"}
    assert all(1 <= number <= 16 for other in others for number in other.relevant)
    assert all(other.relevant for other in others)


def test_the_search_answers_others_and_pairs_as_well_as_the_documentation_says(capsys: pytest.CaptureFixture[str]):
    bounds = (("--others", (0.88, 0.94, 0.89)), ("--last", (0.9, 0.9, 0.88)), ("--pairs", (0.75, 0.78, 0.6)))
    for option, least in bounds:
        assert main([option]) == 0
        totals = [line.split(" | ") for line in capsys.readouterr().out.splitlines() if line.startswith("| **")]
        assert len(totals) == 2
        for _, _, *figures in totals:
            assert all(float(figure.rstrip(" |")) >= bound for figure, bound in zip(figures, least, strict=True))


def test_what_is_typed_of_a_pair_ought_to_find_every_sheet_that_says_the_other():
    queries, sheets = read_pairs()
    assert len(queries) == len(sheets) == 200
    for query, sheet in zip(queries, sheets, strict=True):
        same = [number for number, other in enumerate(sheets, 1) if other.text == sheet.text]
        assert query.relevant == tuple(same)
        assert query.query not in sheet.text.summary.split()


def test_the_search_answers_needs_as_well_as_the_documentation_says(capsys: pytest.CaptureFixture[str]):
    assert main(["--needs"]) == 0
    totals = [line.split(" | ") for line in capsys.readouterr().out.splitlines() if line.startswith("| **")]
    assert [int(queries) for _, queries, *_ in totals] == [32, 22]
    for _, _, precision, recall, reciprocal in totals:
        assert float(precision) >= 0.6
        assert float(recall) >= 0.65
        assert float(reciprocal.rstrip(" |")) >= 0.55


def test_the_search_answers_both_halves_as_well_as_the_documentation_says(capsys: pytest.CaptureFixture[str]):
    assert main(["--show", "tuning"]) == 0
    totals = [line.split(" | ") for line in capsys.readouterr().out.splitlines() if line.startswith("| **")]
    assert len(totals) == 2
    for _, _, precision, recall, reciprocal in totals:
        assert float(precision) >= 0.8
        assert float(recall) >= 0.9
        assert float(reciprocal.rstrip(" |")) >= 0.92
