import random
import re

import pytest

from bench.french import DEPARTMENTS, sentences, structure_names, titles, with_typos


def test_there_are_a_hundred_and_one_departments():
    assert len(set(DEPARTMENTS)) == len(DEPARTMENTS) == 101


def test_typos_have_the_share_that_is_asked_for():
    text = " ".join(sentences("summary", 0.0))
    clean, slipped = text.split(), with_typos(text, 0.006, random.Random(1)).split()
    assert len(clean) == len(slipped)
    changed = sum(one != other for one, other in zip(clean, slipped, strict=True))
    assert changed / len(clean) == pytest.approx(0.006, abs=0.0015)


def test_words_of_fewer_than_five_letters_have_no_slip():
    assert with_typos("Le chat dort sous un toit.", 1.0, random.Random(1)) == "Le chat dort sous un toit."


def test_articles_are_contracted():
    for field in ("summary", "resultCentre", "limits", "perspectives", "resources", "endReason", "initiatorDetail"):
        wrong = [s for s in sentences(field, 0.0) if re.search(r"\bde (les?|une?)\b|\bà les?\b|\{", s)]
        assert wrong == []


def test_titles_are_many_and_all_say_synthetic():
    made = titles(3_000)
    assert all("synthétique" in title for title in made)
    assert len(set(made)) > 2_300


def test_names_of_structures_are_all_different():
    names = structure_names(5_000, random.Random(1))
    assert len(set(names)) == 5_000
