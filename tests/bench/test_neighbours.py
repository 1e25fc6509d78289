import pytest

from bench.neighbours import Read, main, read_neighbours
from bench.relevance import HALVES


def test_precision_counts_the_first_three_of_as_many_as_are_relevant():
    assert Read("lot", 1, (3,)).precision([1, 2, 3]) == 1
    assert Read("lot", 1, (3, 4)).precision([1, 2, 3, 4]) == 1 / 2
    assert Read("lot", 1, (3, 4, 5, 6)).precision([3, 4, 9]) == 2 / 3
    assert Read("lot", 1, (3,)).precision([]) == 0


def test_the_first_is_right_where_it_is_relevant():
    assert Read("lot", 1, (3, 4)).is_right([4, 9])
    assert not Read("lot", 1, (3, 4)).is_right([9, 4])
    assert not Read("lot", 1, (3, 4)).is_right([])


def test_every_sheet_of_both_directories_was_read_once_and_is_not_its_own_neighbour():
    read = read_neighbours()
    expected = [*(("lot", number) for number in range(1, 17)), *(("other", number) for number in range(1, 43))]
    assert sorted((each.set, each.sheet) for each in read) == expected
    assert {each.half for each in read} == set(HALVES)
    most = {"lot": 16, "other": 42}
    for each in read:
        assert each.relevant
        assert each.sheet not in each.relevant
        assert all(1 <= number <= most[each.set] for number in each.relevant)


def test_balanced_finds_neighbours_as_well_as_the_documentation_says_and_better_than_the_others(
    capsys: pytest.CaptureFixture[str],
):
    assert main(["--show", "tuning"]) == 0
    lines = capsys.readouterr().out.splitlines()
    rows = {
        head.strip("| "): [float(cell) for cell in cells.strip("| ").split(" | ")] for head, cells in _halves(lines)
    }
    for name in ("other, tuning", "other, held-out"):
        sheets, *figures = rows[name]
        precision, right = figures[0::2], figures[1::2]
        assert precision[-1] >= 0.6
        assert precision[-1] > max(precision[:-1]) + 0.1
        assert right[-1] > max(right[:-1])
        assert right[-1] <= sheets


def _halves(lines: list[str]) -> list[list[str]]:
    return [line.split(" | ", 1) for line in lines if line.startswith(("| lot", "| other"))]
