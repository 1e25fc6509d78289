import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyroaring import BitMap

from graph.kinds import NodeKind
from graph.model import Action, Concept, SheetText, Structure
from graph.search import fulltext
from graph.search.index import MAX_LENGTH, MAX_WORDS, SearchError, SearchIndex
from tests.graph.lot import lot
from tests.graph.small_networks import network_of, row

WITH_THE_KEYWORD = {1, 2, 6, 11, 13, 14, 15}
"""The actions of the page with « intergénérationnel » among their keywords."""

LONELY = {2, 6, 7, 10, 12, 14, 15}
"""The actions of the page that print isolement, isolée or isolées."""


@pytest.fixture(scope="module")
def page():
    return SearchIndex.build(lot().network, [(key, sheet.text) for key, sheet in lot().pairs])


def index_of(*entries):
    """The index of (row, summary) pairs, in memory."""
    network, _ = network_of(*(one for one, _ in entries))
    return SearchIndex.build(network, [(one.key, SheetText(summary=summary)) for one, summary in entries])


def numbers(page, query):
    """The actions of the page that a query finds, best first."""
    actions = lot().network.actions
    return [lot().number(actions[ordinal].key) for ordinal in page.actions(query).ordinals]


def titles(index, query):
    return [hit.node.title for hit in index.search(query, [NodeKind.ACTION])]


def name(node):
    return {Action: "title", Structure: "name", Concept: "label"}[type(node)]


class TestFrenchWords:
    @pytest.mark.parametrize("query", ["isolement", "isole", "isolé", "ISOLÉES", "isolees", "Isolés"])
    def test_one_word_is_found_in_every_form(self, page, query):
        assert set(numbers(page, query)) == LONELY

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("l’accès", "l'acces"),
            ("accès", "ACCES"),
            ("centre social", "centres sociaux"),
            ("mise en œuvre", "mise en oeuvre"),
            ("réguliers", "régulières"),
            ("premier", "PREMIERE"),
            ("réalisé", "realisees"),
            ("intergenerationnel", "intergénérationnelles"),
            ("éducation", unicodedata.normalize("NFD", "éducation")),
        ],
    )
    def test_two_forms_find_the_same_in_the_same_order(self, page, one, other):
        assert numbers(page, one) == numbers(page, other) != []

    def test_a_text_typed_with_separate_accents_is_found(self):
        index = index_of((row("a"), unicodedata.normalize("NFD", "personnes isolées")), (row("b"), "rien"))
        assert titles(index, "isolement") == titles(index, "isolees") == ["a"]

    def test_words_of_other_families_stay_apart(self, page):
        assert 13 in numbers(page, "repas")
        assert 13 not in numbers(page, "repérer")

    def test_all_the_words_are_required(self, page):
        assert set(numbers(page, "isolement seniors")) <= set(numbers(page, "isolement")) & set(
            numbers(page, "seniors")
        )
        assert numbers(page, "isolement xylophone") == []

    def test_small_words_are_required_only_where_there_is_nothing_else(self, page):
        assert numbers(page, "la navette de") == numbers(page, "navette")
        assert len(numbers(page, "de la")) > 10


class TestTrueAnswers:
    def test_vieillissement_finds_the_second_action_only(self, page):
        assert numbers(page, "vieillissement") == [2]

    def test_intergenerationnel_finds_the_seven_with_the_keyword_before_one_that_only_says_it(self, page):
        found = numbers(page, "intergenerationnel")
        assert set(found[:7]) == WITH_THE_KEYWORD
        assert found[7:] == [4]

    def test_a_word_of_a_partner_or_department_is_found(self, page):
        assert numbers(page, "FONJEP") == [2]
        assert len(numbers(page, "lot")) == 16


class TestMisspellings:
    def test_the_right_spelling_finds_a_misspelt_text_after_the_exact_ones(self):
        index = index_of(
            (row("faux"), "un problème d'isolment"),
            (row("juste"), "L'isolement des personnes, dont il fut question si longuement, et une fois de plus ici."),
            (row("autre"), "rien"),
        )
        assert titles(index, "isolement") == ["juste", "faux"]

    def test_a_word_that_no_action_has_is_read_as_its_neighbour(self, page):
        assert set(numbers(page, "cuisne")) == set(numbers(page, "cuisine")) != set()
        assert set(numbers(page, "Viellissement")) == {2}

    def test_a_corrected_word_scores_under_a_quarter(self, page):
        assert page.actions("cuisne").scores.max() < 0.25 <= page.actions("cuisine").scores.min()

    def test_a_word_of_its_own_is_no_misspelling(self):
        index = index_of(
            *((row(f"m{n}"), "la mobilité") for n in range(3)),
            (row("n"), "on mobilise"),
            (row("o"), "la mobilisation"),
        )
        assert set(titles(index, "mobilité")) == {"m0", "m1", "m2"}

    def test_the_exact_and_the_misspelt_are_told_apart_with_other_words(self):
        index = index_of(
            (row("faux"), "isolment des seniors"), (row("juste"), "isolement des seniors"), (row("x"), "isolement")
        )
        assert titles(index, "isolement seniors") == ["juste", "faux"]


class TestOrder:
    def test_title_then_label_then_text(self):
        index = index_of(
            (row("texte"), "jardin jardin jardin jardin jardin jardin"),
            (row("mot-clé", "Jardin"), "un texte plutôt long, sans le mot, et qui parle de tout autre chose"),
            (row("Un jardin"), "un texte plutôt long, sans le mot, et qui parle de tout autre chose"),
            (row("rien"), "rien"),
        )
        found = index.search("jardins", [NodeKind.ACTION])
        assert [hit.node.title for hit in found] == ["Un jardin", "mot-clé", "texte"]
        assert found[0].score > 0.75 > found[1].score > 0.5 > found[2].score > 0.25

    def test_equal_answers_follow_the_default_order(self):
        index = index_of(*((row(f"titre {letter}", year=2020), "un jardin") for letter in "dacb"))
        assert titles(index, "jardin") == ["titre a", "titre b", "titre c", "titre d"]

    def test_scores_fall_from_first_to_last(self, page):
        for query in ("centre social", "isolement", "mobilité", "atelier", "intergénérationnel"):
            scores = page.actions(query).scores.tolist()
            assert scores == sorted(scores, reverse=True)
            assert all(0 <= score < 1 for score in scores)


class TestPhrases:
    @pytest.mark.parametrize("query", ['"vivre ensemble"', "« vivre ensemble »", "“vivre ensemble”"])
    def test_a_phrase_in_quotes_is_a_phrase(self, query):
        index = index_of((row("oui"), "Le vivre ensemble."), (row("non"), "Ensemble, vivre mieux."))
        assert titles(index, query) == ["oui"]
        assert set(titles(index, "vivre ensemble")) == {"oui", "non"}

    def test_small_words_count_in_a_phrase(self):
        index = index_of((row("oui"), "un parcours à la carte"), (row("non"), "un parcours par carte"))
        assert titles(index, '"à la carte"') == ["oui"]

    def test_a_phrase_does_not_run_from_one_field_into_the_next(self):
        index = index_of((row("Vivre"), "ensemble"), (row("x"), "y"))
        assert titles(index, '"vivre ensemble"') == []
        assert titles(index, "vivre ensemble") == ["Vivre"]

    def test_an_unbalanced_quote_is_left_out(self, page):
        assert numbers(page, 'vivre "ensemble') == numbers(page, "vivre ensemble") != []


class TestStrangeQueries:
    @pytest.mark.parametrize("query", ["", "   ", "*", "🙂", '"', '""', "« »", "’", "\ud800", "\x00", "-", "^~:[]{}()"])
    def test_a_query_without_a_word_finds_nothing(self, page, query):
        assert page.actions(query).total == 0
        assert page.search(query) == []
        assert page.suggest(query) == []
        assert page.highlights(query, {"a": "isolement"}) == []

    def test_operators_are_words_or_nothing(self, page):
        assert numbers(page, "AND") == []
        assert numbers(page, "atelie*") == numbers(page, "atelie")
        assert numbers(page, "-isolement") == numbers(page, "title:isolement"[6:]) == numbers(page, "isolement")

    def test_too_long_a_query_is_refused_with_the_limit_and_its_length(self, page):
        page.actions("é" * MAX_LENGTH)
        for ask in (page.actions, page.matching, page.search, page.suggest, lambda query: page.highlights(query, {})):
            with pytest.raises(SearchError, match=r"10000 characters long; at most 256 are accepted"):
                ask("x" * 10_000)

    def test_too_many_words_are_refused_with_the_limit_and_their_number(self, page):
        page.actions(" ".join(f"m{n}" for n in range(MAX_WORDS)))
        with pytest.raises(SearchError, match=r"25 words; at most 24"):
            page.actions(" ".join(f"m{n}" for n in range(MAX_WORDS + 1)))

    @settings(max_examples=150, deadline=None)
    @given(st.one_of(st.text(max_size=60), st.text(alphabet='aàé " «»œ’*AND-+(', max_size=60)))
    def test_any_text_has_an_answer(self, page, query):
        ranking = page.actions(query)
        assert BitMap(ranking.ordinals.tolist()) == page.matching(query)
        page.search(query, first=3)
        page.suggest(query, first=3)
        page.highlights(query, {"text": query})


class TestEveryKind:
    def test_each_node_is_found_by_its_own_name(self, page):
        for node in lot().network.records.values():
            own = getattr(node, name(node))
            assert any(hit.node is node for hit in page.search(own[:MAX_LENGTH], first=40)), own

    def test_a_concept_of_that_name_comes_first(self, page):
        first = page.search("vieillissement")[0]
        assert (first.kind, first.node.label) == (NodeKind.KEYWORD, "Vieillissement")

    def test_a_concept_is_found_by_its_printed_misspelling(self, page):
        found = page.search("Viellissement", [NodeKind.KEYWORD])
        assert [hit.node.label for hit in found] == ["Vieillissement"]

    def test_only_the_kinds_asked_for_are_given(self, page):
        for kind in NodeKind:
            assert {hit.kind for hit in page.search("centre social lot", [kind], first=100)} <= {kind}
        assert page.search("lot", []) == []

    def test_the_first_are_the_beginning_of_all(self, page):
        everything = page.search("centre social", first=100)
        assert page.search("centre social", first=5) == everything[:5]
        assert page.search("centre social", first=0) == []
        assert [hit.score for hit in everything] == sorted((hit.score for hit in everything), reverse=True)


class TestHighlights:
    def test_positions_are_those_of_the_original_text(self, page):
        text = "Rompre l’ISOLEMENT 🙂 des personnes " + unicodedata.normalize("NFD", "isolées") + ", sans isolment."
        (highlight,) = page.highlights("isolé", {"summary": text, "title": "Rien"})
        assert highlight.field == "summary"
        assert [text[part.start : part.end] for part in highlight.fragments] == [
            "ISOLEMENT",
            unicodedata.normalize("NFD", "isolées"),
        ]
        for part in highlight.fragments:
            assert part.text == text[part.start : part.end]
            assert part.before + part.text + part.after in text

    def test_a_misspelling_that_the_search_finds_is_shown(self, page):
        (highlight,) = page.highlights("isolement", {"a": "Un problème d'isolment."})
        assert [part.text for part in highlight.fragments] == ["isolment"]

    def test_a_corrected_word_is_shown(self, page):
        (highlight,) = page.highlights("cuisne", {"a": "La cuisine."})
        assert [part.text for part in highlight.fragments] == ["cuisine"]

    def test_a_phrase_is_one_match_and_its_words_alone_are_none(self, page):
        (highlight,) = page.highlights('"vivre ensemble"', {"a": "Vivre. Le « vivre-ensemble » se vit ensemble."})
        assert [(part.text, part.start) for part in highlight.fragments] == [("vivre-ensemble", 12)]

    def test_what_surrounds_a_match_is_cut_between_words(self, page):
        text = "mot " * 30 + "isolement" + " mot" * 30
        (part,) = page.highlights("isolement", {"a": text})[0].fragments
        assert 50 < len(part.before) <= 60
        assert 50 < len(part.after) <= 60
        assert set(part.before.split()) == set(part.after.split()) == {"mot"}

    def test_only_the_first_matches_are_given(self, page):
        (highlight,) = page.highlights("isolement", {"a": "isolement " * 10}, first=2)
        assert [part.start for part in highlight.fragments] == [0, 10]

    def test_every_action_that_a_word_finds_is_highlighted_somewhere(self, page):
        texts = dict(lot().pairs)
        for ordinal in page.actions("isolement").ordinals:
            key = lot().network.actions[ordinal].key
            fields = {str(n): part for n, part in enumerate(vars_of(texts[key].text))}
            assert page.highlights("isolement", fields)


def vars_of(text):
    return [value for field in text.__slots__ if isinstance(value := getattr(text, field), str)]


class TestSuggestions:
    def test_a_concept_is_offered_before_its_accents_and_case_are_right(self, page):
        for prefix in ("viei", "VIEI", "vieillissement"):
            assert page.suggest(prefix)[0].text == "Vieillissement"
        offered = page.suggest("education", [NodeKind.KEYWORD])
        assert [(one.text, one.actions) for one in offered] == [("éducation / scolarité", 2)]

    def test_those_with_the_most_actions_come_first(self, page):
        for prefix in ("a", "inter", "centre s", "rep", "c"):
            counts = [one.actions for one in page.suggest(prefix, first=50)]
            assert counts == sorted(counts, reverse=True) != []

    def test_a_name_counts_its_actions(self, page):
        members = lot().indexes.members
        for prefix in ("l", "c", "a", "e", "m", "p"):
            for one in page.suggest(prefix, set(NodeKind) - {NodeKind.ACTION}, first=100):
                assert one.actions == len(members[one.node.key]), one

    def test_words_before_the_last_are_whole_words(self, page):
        found = [one.text for one in page.suggest("centre socio", list(NodeKind), first=50)]
        assert all("socio" in text.lower() for text in found)
        assert "Le centre social" in [one.text for one in page.suggest("centre soc")]

    def test_a_word_is_offered_with_its_accents(self):
        index = index_of((row("a"), "les générations"), (row("b"), "deux générations"))
        (one,) = index.suggest("genera")
        assert (one.text, one.kind, one.node, one.actions) == ("générations", None, None, 2)

    def test_a_title_is_offered_once_with_its_number_of_actions(self):
        network, _ = network_of(
            row("a")._replace(title="Fête du jeu"), row("b")._replace(title="FETE DU JEU"), row("c", "Fêtes")
        )
        index = SearchIndex.build(network, [])
        found = index.suggest("fête", [NodeKind.ACTION])
        assert [(one.node, one.actions) for one in found if one.node] == [(network.records["action:a"], 2)]

    def test_nothing_is_offered_for_no_kind(self, page):
        assert page.suggest("a", []) == []
        assert page.suggest("a", first=0) == []


class TestManyMatches:
    """More answers than are ranked: the bound is lowered, so that a few actions are enough."""

    @pytest.fixture
    def index(self, monkeypatch):
        monkeypatch.setattr(fulltext, "RANKED", 5)
        titled = [(row(f"Jardin {n}"), "") for n in range(3)]
        said = [(row(f"t{n}"), "jardin " * (n + 1)) for n in range(9)]
        return index_of(*titled, *said, (row("faux"), "x"))

    def test_the_total_and_the_matching_set_are_exact(self, index):
        ranking = index.actions("jardin")
        assert ranking.total == 12
        assert not ranking.is_whole
        assert len(index.matching("jardin")) == 12

    def test_those_that_are_not_ranked_follow_in_the_default_order(self, index):
        ranking = index.actions("jardin")
        ordered = index.ordered("jardin", index.matching("jardin")).tolist()
        ranked = ranking.ordinals.tolist()
        assert ordered[: len(ranked)] == ranked
        assert ordered[len(ranked) :] == sorted(set(index.matching("jardin")) - set(ranked))
        assert [hit.node.ordinal for hit in index.search("jardin", [NodeKind.ACTION], first=50)] == ordered

    def test_equal_scores_at_the_edge_are_not_ranked(self, monkeypatch):
        monkeypatch.setattr(fulltext, "RANKED", 5)
        index = index_of(*((row(f"t{n}"), "un jardin") for n in range(9)))
        ranking = index.actions("jardin")
        assert (len(ranking.ordinals), ranking.total) == (0, 9)
        assert titles(index, "jardin") == [f"t{n}" for n in range(9)]

    def test_the_order_among_some_is_that_of_all(self, index):
        everything = index.ordered("jardin", index.matching("jardin")).tolist()
        some = BitMap(range(0, 13, 2))
        assert index.ordered("jardin", some).tolist() == [ordinal for ordinal in everything if ordinal in some]
        assert index.ordered("jardin", BitMap()).tolist() == index.ordered("xyz", some).tolist() == []


class TestPreparedFolder:
    @pytest.fixture
    def made(self, tmp_path):
        network, _ = network_of(row("a", "Jardin"), row("b"))
        folder = tmp_path / "prepared" / "search"
        texts = [("action:a", SheetText(summary="les isolées")), ("action:b", SheetText())]
        return network, folder, SearchIndex.build(network, texts, folder, "v1")

    def test_an_opened_index_answers_as_the_one_that_was_built(self, made):
        network, folder, built = made
        opened = SearchIndex.open(folder, network, "v1")
        for index in (built, opened):
            assert titles(index, "isolement") == ["a"]
            assert [hit.node.label for hit in index.search("jardins", [NodeKind.KEYWORD])] == ["Jardin"]
            assert [one.text for one in index.suggest("isol")] == ["isolées"]

    def test_another_version_or_no_folder_is_none(self, made, tmp_path):
        network, folder, _ = made
        assert SearchIndex.open(folder, network, "v2") is None
        assert SearchIndex.open(tmp_path / "absent", network, "v1") is None
        other, _ = network_of(row("a"))
        assert SearchIndex.open(folder, other, "v1") is None

    def test_a_damaged_folder_is_none(self, made):
        network, folder, _ = made
        files = [file for file in folder.rglob("*") if file.is_file() and file.name[0] != "."]
        assert len(files) > 10
        for file in files:
            whole = file.read_bytes()
            file.unlink()
            assert SearchIndex.open(folder, network, "v1") is None, f"without {file.name}"
            file.write_bytes(whole[:-1] or b"x")
            assert SearchIndex.open(folder, network, "v1") is None, f"with {file.name} of another size"
            file.write_bytes(whole)
        assert SearchIndex.open(folder, network, "v1") is not None

    def test_the_prepared_sets_of_frequent_words_are_those_of_the_search(self, tmp_path, monkeypatch):
        monkeypatch.setattr(fulltext, "RANKED", 2)
        texts = {
            f"action:t{n}": f"jardin {'atelier' * (n % 2)} {'isolment' if n == 1 else 'isolement'}" for n in range(9)
        }
        network, _ = network_of(*(row(key.partition(":")[2]) for key in texts))
        built = SearchIndex.build(
            network, [(key, SheetText(summary=text)) for key, text in texts.items()], tmp_path / "search"
        )
        assert (tmp_path / "search" / "actions" / "members.bin").stat().st_size > 0
        for query, wanted in (
            ("jardins", 9),
            ("jardin atelier", 4),
            ("isolement", 9),
            ("isolement atelier", 4),
            ("xyz", 0),
        ):
            assert len(built.matching(query)) == built.actions(query).total == wanted, query

    def test_a_new_index_replaces_the_old_and_leaves_nothing_else(self, made):
        network, folder, _ = made
        SearchIndex.build(network, [("action:b", SheetText(summary="isolement"))], folder, "v2")
        assert titles(SearchIndex.open(folder, network, "v2"), "isolement") == ["b"]
        assert [entry.name for entry in folder.parent.iterdir()] == ["search"]

    def test_a_build_that_fails_keeps_the_old_index(self, made):
        network, folder, _ = made
        with pytest.raises(ValueError, match="'action:unknown', which is no action"):
            SearchIndex.build(network, [("action:unknown", SheetText())], folder, "v2")
        assert titles(SearchIndex.open(folder, network, "v1"), "isolement") == ["a"]
        assert [entry.name for entry in folder.parent.iterdir()] == ["search"]


def test_an_action_without_a_text_is_found_by_its_title():
    network, _ = network_of(row("Jardin"), row("b"))
    assert titles(SearchIndex.build(network, []), "jardins") == ["Jardin"]


def test_progress_ends_at_the_number_of_actions():
    network, _ = network_of(row("a"), row("b"))
    told = []
    SearchIndex.build(network, [("action:a", SheetText())], progress=told.append)
    assert told[-1] == 2


def test_an_empty_directory_has_no_answer():
    network, _ = network_of()
    index = SearchIndex.build(network, [])
    assert index.actions("isolement").total == 0
    assert index.search("isolement") == index.suggest("isol") == []


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.lists(st.sampled_from(["jardin", "atelier", "repas", "chorale"]), max_size=6), min_size=1, max_size=8),
    st.lists(st.sampled_from(["jardins", "ATELIER", "repas", "chorale"]), min_size=1, max_size=3),
)
def test_the_actions_found_are_those_that_hold_all_the_words(texts, asked):
    index = index_of(*((row(f"t{n}"), " ".join(words)) for n, words in enumerate(texts)))
    singular = {word.lower().rstrip("s") if word == "jardins" else word.lower() for word in asked}
    expected = {f"t{n}" for n, words in enumerate(texts) if singular <= set(words)}
    assert set(titles(index, " ".join(asked))) == expected
