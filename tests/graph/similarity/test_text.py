from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph import indexes
from graph.model import Action, LightRow, SheetText
from graph.network import Network, build
from graph.processes import by_another
from graph.similarity import text as text_index
from graph.similarity.measures import Measure, Similarity
from graph.similarity.text import _ARRAYS, TERMS_OF_A_SHEET, TextIndex
from graph.vocabulary import load_vocabulary
from tests.graph.besides import beside

WORDS = ("lanterne", "valise", "balcon", "tambour", "facteur", "fourmi", "ardoise")


def network_of(titles: dict[str, str], structure: str = "Rionet") -> Network:
    """Actions without links: a key and a title for each."""
    rows = [
        LightRow(f"action:{key}", title, 2020, "Lot", structure, "Lot", "", "", "", [], [], [], [], number)
        for number, (key, title) in enumerate(titles.items(), start=1)
    ]
    return build(rows, load_vocabulary())


def index_of(summaries: dict[str, str], structure: str = "Rionet") -> tuple[TextIndex, Network]:
    """Sheets whose titles are a number, which is no word, and whose only text is a summary."""
    network = network_of({key: str(place) for place, key in enumerate(summaries)}, structure)
    texts = [(f"action:{key}", SheetText(summary=summary)) for key, summary in summaries.items()]
    return TextIndex.build(network, texts), network


def score(index: TextIndex, network: Network, one: str, other: str) -> float:
    return float(index.scores(index.profile([ordinal(network, one)]))[ordinal(network, other)])


def ordinal(network: Network, key: str) -> int:
    action = network.records[f"action:{key}"]
    assert isinstance(action, Action)
    return action.ordinal


def terms(index: TextIndex, network: Network, key: str) -> set[str]:
    row = index.rows[ordinal(network, key)]
    return {index.printed[term] for term in row if term < len(index.printed)}


class TestTerms:
    def test_forms_of_a_word_are_one_term_printed_as_the_most_frequent(self):
        index, network = index_of({"one": "Les MARCHANDES, l’ marchande", "two": "des marchands et marchands"})
        assert list(index.printed) == ["marchands"]
        assert score(index, network, "one", "two") == pytest.approx(1)

    def test_words_without_meaning_numbers_and_short_words_are_left_out(self):
        both = "avec plusieurs 2018 30h AB déjà_vu où même l’ notamment lanterne"
        index, _ = index_of({"one": both, "two": both})
        assert list(index.printed) == ["lanterne"]

    def test_the_forms_own_words_are_left_out_in_any_inflection_but_not_those_that_only_resemble_them(self):
        both = "Un projet d’ATELIERS avec des habitantes, proposant en mars une mare et un café"
        index, _ = index_of({"one": both, "two": both})
        assert {*index.printed} & {"mare", "café"} == {"mare", "café"}
        assert not {*index.printed} & {"projet", "ateliers", "habitantes", "proposant", "mars"}

    def test_a_word_that_half_the_sheets_have_is_left_out_where_there_are_ten(self):
        summaries = {str(number): "lanterne" if number < 5 else "" for number in range(10)}
        assert list(index_of(summaries | {"3": "", "2": "valise", "1": "valise lanterne"})[0].printed) == [
            "lanterne",
            "valise",
        ]
        assert list(index_of(summaries)[0].printed) == []
        assert list(index_of(dict(list(summaries.items())[:9]))[0].printed) == ["lanterne"]

    def test_words_of_one_subject_have_it_in_common(self):
        index, network = index_of({"one": "une navette", "two": "du covoiturage", "three": "un valise"})
        assert list(index.printed) == ["mobilité"]
        assert score(index, network, "one", "two") == pytest.approx(1)
        assert score(index, network, "one", "three") == 0

    def test_a_word_of_one_sheet_alone_is_left_out(self):
        index, network = index_of({"one": "lanterne valise", "two": "lanterne ardoise"})
        assert list(index.printed) == ["lanterne"]
        assert score(index, network, "one", "two") == pytest.approx(1)

    def test_the_name_of_its_own_structure_says_nothing_of_a_sheet(self):
        texts = {"one": "le centre du Rionet fait un lanterne", "two": "le RIONET et son lanterne"}
        index, _ = index_of(texts, structure="Centre social le Rionet")
        assert list(index.printed) == ["lanterne"]

    def test_a_title_is_read_as_three_times_the_text(self):
        network = network_of({"title": "Lanterne", "text": "7", "third": "7"})
        texts = [
            ("action:text", SheetText(summary="lanterne lanterne lanterne valise")),
            ("action:title", SheetText(summary="valise")),
            ("action:third", SheetText(summary="lanterne valise")),
        ]
        index = TextIndex.build(network, texts)
        assert score(index, network, "title", "text") == pytest.approx(1)
        assert score(index, network, "third", "text") < 0.999

    def test_every_free_text_counts_and_neither_names_of_files_nor_words_of_a_vocabulary(self):
        fixed = {"files": ("notice.pdf",), "territory_again": "zanzibar"}
        filled = SheetText(**fixed, **dict(zip(_text_fields(), _spelled(), strict=True)))
        network = network_of({"one": "7", "two": "7"})
        index = TextIndex.build(network, [("action:one", filled), ("action:two", filled)])
        assert len(index.printed) == len(_text_fields())
        assert not {"notice", "zanzibar"} & {*index.printed}

    def test_a_sheet_keeps_its_strongest_terms(self):
        # Forty words of two sheets each, the first five of three sheets: those are the weakest.
        words = _spelled(40)
        index, network = index_of({"one": " ".join(words), "two": " ".join(words), "three": " ".join(words[:5])})
        kept = terms(index, network, "one")
        assert len(kept) == TERMS_OF_A_SHEET
        assert not kept & set(words[:5])
        assert terms(index, network, "three") == set(words[:5])


def _text_fields() -> list[str]:
    return [name for name in SheetText.__slots__ if name not in ("files", "territory_again")]


def _spelled(number: int | None = None) -> list[str]:
    """Words whose stems differ, none of them in any list of words without meaning."""
    number = len(_text_fields()) if number is None else number
    return [f"zw{chr(97 + place // 20)}{'bcdfghjklmnpqrstvwxz'[place % 20]}k" for place in range(number)]


class TestBuilding:
    def test_an_action_without_a_text_has_its_title_and_a_text_without_an_action_is_passed_over(self):
        network = network_of({"one": "Lanterne", "two": "Lanterne"})
        index = TextIndex.build(network, [("action:gone", SheetText(summary="valise"))])
        assert list(index.printed) == ["lanterne"]
        assert score(index, network, "one", "two") == pytest.approx(1)

    def test_progress_reaches_the_number_of_sheets(self):
        told: list[int] = []
        TextIndex.build(network_of({str(number): "Lanterne" for number in range(5)}), [], told.append)
        assert told == [5]

    def test_sheets_without_a_word_are_like_none(self):
        index, network = index_of({"one": "", "two": "", "three": "lanterne"})
        profile = index.profile([ordinal(network, "one")])
        assert index.scores(profile).tolist() == [0, 0, 0]
        assert index.shared_terms(profile, ordinal(network, "two")) == []

    def test_the_order_of_the_texts_leaves_no_trace(self):
        summaries = {"one": "lanterne valise", "two": "valise lanternes ardoise", "three": "ardoise"}
        index, _ = index_of(summaries)
        other, _ = index_of(dict(reversed(summaries.items())))
        assert list(index.printed) == list(other.printed)
        assert index.starts.tolist() == other.starts.tolist()

    def test_more_sheets_than_a_batch_are_counted_together(self, monkeypatch):
        summaries = {str(number): f"lanterne {WORDS[number % 3]}" for number in range(11)}
        whole, _ = index_of(summaries)
        monkeypatch.setattr("graph.similarity.text.BATCH", 3)
        parts, _ = index_of(summaries)
        assert np.array_equal(whole.rows, parts.rows)
        assert np.array_equal(whole.row_weights, parts.row_weights)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.sampled_from(WORDS), max_size=6), min_size=1, max_size=7))
def test_scores_are_the_cosines_of_the_definition(bags):
    index, network = index_of({str(place): " ".join(bag) for place, bag in enumerate(bags)})
    similarity = Similarity(network, indexes.build(network), lambda: index)
    frequency = Counter(word for bag in bags for word in set(bag))
    vectors = [
        {
            word: (1 + math.log(count)) * math.log(1 + len(bags) / frequency[word])
            for word, count in Counter(bag).items()
            if frequency[word] > 1
        }
        for bag in bags
    ]
    for place, one in enumerate(vectors):
        action = network.actions[ordinal(network, str(place))]
        found = similarity.similar([action], measure=Measure.TEXT)
        entries = {entry.action: entry for entry in found.between(0, len(found))}
        assert action not in entries
        for other_place, other in enumerate(vectors):
            theirs = network.actions[ordinal(network, str(other_place))]
            expected = sum(one[word] * other[word] for word in one.keys() & other.keys())
            if not expected or theirs is action:
                assert theirs not in entries
                continue
            expected /= math.hypot(*one.values()) * math.hypot(*other.values())
            assert entries[theirs].score == pytest.approx(expected, abs=1e-6)
            assert entries[theirs].score <= 1
            shared = one.keys() & other.keys()
            rarity = sum(math.log(1 + len(bags) / frequency[word]) for word in shared)
            assert entries[theirs].rarity == pytest.approx(rarity, abs=1e-8)
            reasons = similarity.reasons([action], theirs, measure=Measure.TEXT)
            assert {reason.term for reason in reasons} == shared
            assert sum(reason.contribution for reason in reasons) == pytest.approx(expected, abs=1e-6)


def test_several_sheets_are_compared_by_the_sum_of_their_texts():
    index, network = index_of({"one": "lanterne", "two": "valise", "both": "lanterne valise", "alone": "ardoise"})
    profile = index.profile([ordinal(network, "one"), ordinal(network, "two")])
    assert index.scores(profile)[ordinal(network, "both")] == pytest.approx(1)
    assert index.scores(profile)[ordinal(network, "alone")] == 0


def test_within_and_threshold_hold_for_texts():
    index, network = index_of({"one": "lanterne valise", "two": "lanterne valise", "three": "lanterne"})
    built = indexes.build(network)
    similarity = Similarity(network, built, lambda: index)
    one, two = (network.actions[ordinal(network, key)] for key in ("one", "two"))
    assert [e.action for e in similarity.similar([one], measure=Measure.TEXT, threshold=0.9).between(0, 9)] == [two]
    only = built.everything - type(built.everything)([two.ordinal])
    assert two not in [e.action for e in similarity.similar([one], measure=Measure.TEXT, within=only).between(0, 9)]


class TestFiles:
    SUMMARIES: ClassVar = {"one": "lanterne valise fourmi", "two": "lanternes", "three": "fourmi"}

    def opened(self, folder: Path, summaries: dict[str, str], version: str = "v1", *, made: bool = False) -> TextIndex:
        """The index in a folder; where it is `made`, it must be there already."""
        network = network_of({key: str(place) for place, key in enumerate(summaries)})
        texts = [(f"action:{key}", SheetText(summary=summary)) for key, summary in summaries.items()]
        files = beside(folder.parent, version, network, texts, revision=int(version[1:]))
        return TextIndex.build(network, (), beside=replace(files, said=unreadable) if made else files)

    def test_what_is_opened_answers_as_what_was_built(self, tmp_path):
        index, network = index_of(self.SUMMARIES)
        self.opened(tmp_path / "similarity", self.SUMMARIES)
        opened = self.opened(tmp_path / "similarity", self.SUMMARIES, made=True)
        for place in range(len(network.actions)):
            profile = index.profile([place])
            assert np.array_equal(opened.scores(opened.profile([place])), index.scores(profile))
            assert opened.shared_terms(profile, 0) == index.shared_terms(profile, 0)

    @pytest.mark.parametrize("summaries", [{}, {"one": "lanterne"}], ids=["no sheet", "no shared term"])
    def test_an_index_without_terms_is_kept_like_any_other(self, tmp_path, summaries):
        self.opened(tmp_path / "similarity", summaries)
        opened = self.opened(tmp_path / "similarity", summaries, made=True)
        assert list(opened.printed) == []
        assert opened.rows.shape == (len(summaries), TERMS_OF_A_SHEET)

    def test_an_index_of_other_sheets_is_made_again(self, tmp_path):
        self.opened(tmp_path / "similarity", self.SUMMARIES)
        with pytest.raises(RuntimeError, match="read again"):
            self.opened(tmp_path / "similarity", self.SUMMARIES, "v2", made=True)
        others = {"one": "ardoise", "two": "ardoise"}
        other = self.opened(tmp_path / "similarity", others, "v2")
        again = self.opened(tmp_path / "similarity", others, "v2", made=True)
        assert list(other.printed) == list(again.printed) == ["ardoise"]
        assert [path.name for path in tmp_path.iterdir()] == ["similarity"]

    @pytest.mark.parametrize("then", ["v1", "v2"], ids=["same sheets", "a sheet more"])
    def test_an_index_whose_subjects_are_of_another_thesaurus_is_made_again(self, tmp_path, monkeypatch, then):
        self.opened(tmp_path / "similarity", self.SUMMARIES)
        monkeypatch.setattr(text_index, "subjects_digest", lambda: "another")
        with pytest.raises(RuntimeError, match="read again"):
            self.opened(tmp_path / "similarity", self.SUMMARIES, then, made=True)
        self.opened(tmp_path / "similarity", self.SUMMARIES, then)
        self.opened(tmp_path / "similarity", self.SUMMARIES, then, made=True)

    @pytest.mark.parametrize("name", ["rows", "row_weights", "starts", "sheets", "sheet_weights", "rarity"])
    def test_a_damaged_index_is_made_again(self, tmp_path, name):
        whole, _ = index_of(self.SUMMARIES)
        self.opened(tmp_path / "similarity", self.SUMMARIES)
        file = tmp_path / "similarity" / f"{name}.npy"
        file.write_bytes(file.read_bytes()[:-8])
        mended = getattr(self.opened(tmp_path / "similarity", self.SUMMARIES), name).tolist()
        assert mended == getattr(whole, name).tolist()
        file.write_bytes(b"x" * file.stat().st_size)
        with pytest.raises(RuntimeError, match="read again"):
            self.opened(tmp_path / "similarity", self.SUMMARIES, made=True)

    def test_another_process_makes_the_same_files(self, tmp_path, monkeypatch):
        self.opened(tmp_path / "here" / "similarity", self.SUMMARIES)
        started = []
        monkeypatch.setattr(text_index, "HELPED", 0)
        monkeypatch.setattr(text_index, "by_another", lambda *given: started.append(given) or by_another(*given))
        self.opened(tmp_path / "there" / "similarity", self.SUMMARIES)
        assert len(started) == 1
        here, there = (
            {path.name: path.read_bytes() for path in (tmp_path / name / "similarity").iterdir()}
            for name in ("here", "there")
        )
        assert here == there
        assert len(here) > len(_ARRAYS)


def unreadable() -> Iterable[tuple[int, str, SheetText]]:
    """Texts that nobody may ask for."""
    raise RuntimeError("the texts are read again")
