from collections import Counter
from io import BytesIO
from itertools import pairwise
from statistics import mean, median

import orjson
import pytest

from bench.french import DEPARTMENTS
from bench.generate import BATCH, main, parameters, plan, sheets, write
from graph.ingest import read
from graph.model import fold
from graph.vocabulary import load_vocabulary

COUNT = 6_000
TEXTS = ("summary", "experience", "description", "resources", "people", "limits", "perspectives")
RESULTS = ("result_territory", "result_centre", "result_residents")


@pytest.fixture(scope="module")
def made():
    return list(sheets(COUNT, seed=7))


def form(count, seed, **options):
    file = BytesIO()
    write(file, sheets(count, seed, **options))
    return file.getvalue()


def share(found, number=COUNT):
    return sum(found) / number


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others():
    assert form(50, 3) == form(50, 3)
    assert form(50, 3) != form(50, 4)


def test_the_form_is_a_json_list_with_one_action_a_line():
    lines = form(20, 1).decode().split("\n")
    assert lines[0] == "["
    assert lines[-2:] == ["]", ""]
    titles = [orjson.loads(line.removesuffix(","))["title"] for line in lines[1:-2]]
    assert titles == [sheet.title for sheet in sheets(20, 1)]


def test_no_action_is_an_empty_list():
    file = BytesIO()
    assert write(file, iter(())) == 0
    assert orjson.loads(file.getvalue()) == []


def test_the_product_reads_the_form_and_finds_the_same_sheets():
    page = read(form(300, 5), "synthetic.json", load_vocabulary())
    assert [*page.sheets] == list(sheets(300, 5))


def test_a_million_actions_are_not_made_before_the_first_is_given():
    assert "synthetique" in fold(next(sheets(1_000_000, 1, structures=4_070)).title)


def test_every_title_says_that_it_is_synthetic(made):
    assert [a.title for a in made if "synthétique" not in a.title.lower()] == []


def test_the_numbers_of_links_are_near_the_parameters(made):
    assert mean(len(a.keywords) for a in made) == pytest.approx(3.19, rel=0.05)
    assert mean(len(a.partners) for a in made) == pytest.approx(1.56, rel=0.05)
    assert mean(len(a.initiators) for a in made) == pytest.approx(1.69, rel=0.05)
    assert mean(len(a.publics) for a in made) == pytest.approx(0.94, rel=0.03)


def test_one_sheet_in_eight_ticks_nearly_everything(made):
    counts = Counter(len(a.keywords) for a in made)
    assert set(counts) == {0, 1, 2, 3, 8, 9, 10}
    assert share(n > 3 for n in counts.elements()) == pytest.approx(0.125, abs=0.015)


def test_the_closed_fields_have_the_shares_of_the_parameters(made):
    assert share("Tous publics" in a.publics for a in made) == pytest.approx(10 / 16, abs=0.03)
    assert share(a.status == "Terminée" for a in made) == pytest.approx(5 / 16, abs=0.03)
    assert share(a.territory == "Plusieurs communes" for a in made) == pytest.approx(9 / 16, abs=0.03)
    assert share(a.dimension == "" for a in made) == pytest.approx(2 / 16, abs=0.03)


def test_lists_are_in_the_order_of_the_form_and_repeat_nothing(made):
    for name in ("keywords", "partners", "initiators"):
        order = list(parameters()[name]["weights_in_form_order"])
        for action in made:
            places = [order.index(value) for value in getattr(action, name)]
            assert places == sorted(set(places))


def test_years_run_from_2015_to_2025_and_a_few_are_missing(made):
    years = Counter(a.year for a in made)
    assert set(years) == {*range(2015, 2026), None}
    assert years[None] < COUNT * 0.01


def test_labels_that_are_printed_only_when_needed_are_none_otherwise(made):
    assert all((a.text.end_reason is None) == (a.status != "Terminée") for a in made)
    assert all(
        {"Autre", "Un ou plusieurs partenaire(s)"} & set(a.initiators)
        for a in made
        if a.text.initiator_detail is not None
    )
    assert share(a.text.initiator_detail is not None for a in made) == pytest.approx(0.312, abs=0.04)
    assert all(a.text.territory_again is None for a in made)


def test_texts_have_the_lengths_and_fill_rates_of_the_parameters(made):
    for name in TEXTS:
        shape = parameters()["text"]["fields"][name]
        filled = [getattr(a.text, name) for a in made if getattr(a.text, name)]
        assert len(filled) / COUNT == pytest.approx(shape["fill"], abs=0.06)
        assert median(map(len, filled)) == pytest.approx(2.718 ** shape["mu"], rel=0.25)


def test_the_noise_is_kept(made):
    assert share(a.title.isupper() for a in made) == pytest.approx(0.19, abs=0.06)
    assert share("’" in a.text.summary for a in made) == pytest.approx(0.25, abs=0.05)
    lines = [line for a in made for line in a.text.summary.split("\n") if line]
    assert share((line.startswith("- ") for line in lines), len(lines)) == pytest.approx(0.129, abs=0.02)
    empty = [a for a in made if not (a.status or a.territory or a.keywords or a.initiators)]
    assert 0.002 < len(empty) / COUNT < 0.02
    assert all(a.text.summary == "" for a in empty)
    titles = Counter((a.department, a.title) for a in made)
    folded = Counter((a.department, fold(a.title)) for a in made)
    assert len(folded) < len(titles) < COUNT


def test_structures_share_the_actions_unevenly_and_each_has_one():
    shared = plan(10_000, 1)
    actions = [int(end) for end in shared.ends]
    sizes = sorted(after - before for before, after in zip([0, *actions], actions, strict=False))
    assert len(sizes) == 4_070
    assert sum(sizes) == 10_000
    assert sizes[0] >= 1
    assert sizes[-1] > 4 * sum(sizes) / len(sizes)
    assert set(shared.departments) == set(DEPARTMENTS)


def test_actions_of_a_structure_follow_each_other_across_batches():
    names = [a.structure for a in sheets(BATCH + 500, 2, structures=10)]
    assert sum(one != other for one, other in pairwise(names)) == 9


def test_light_texts_are_one_line():
    for action in sheets(300, 1, light=True):
        texts = [getattr(action.text, name) for name in (*TEXTS, *RESULTS)]
        assert all("\n" not in text and len(text) < 250 for text in texts)


@pytest.mark.parametrize(
    ("count", "structures", "message"),
    [
        (0, None, "number of actions is 0"),
        (10_000_001, None, "number of actions is 10000001"),
        (5, 6, "number of structures is 6"),
        (5, 0, "number of structures is 0"),
    ],
)
def test_a_number_out_of_range_is_named(count, structures, message):
    with pytest.raises(ValueError, match=message):
        plan(count, 1, structures)


def test_the_command_refuses_a_size_that_it_does_not_know(capsys):
    with pytest.raises(SystemExit):
        main(["2M"])
    assert "1M_wide" in capsys.readouterr().err


def test_the_command_refuses_a_negative_seed(capsys):
    with pytest.raises(SystemExit):
        main(["10k", "--seed", "-1"])
    assert "the seed is -1" in capsys.readouterr().err
