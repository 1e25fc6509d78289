import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyroaring import BitMap, FrozenBitMap

from graph.errors import OutOfRange
from graph.kinds import NodeKind
from graph.model import Action, SheetText
from graph.paging import Window
from graph.search import fulltext, members, writing
from graph.search.changing import ChangingEntries
from graph.search.hits import Hit
from graph.search.index import SearchIndex
from graph.search.query import LONGEST, MOST_WORDS
from tests.graph.besides import beside
from tests.graph.lot import lot
from tests.graph.small_networks import network_of, row

WITH_THE_KEYWORD = {1, 2, 6, 11, 13, 14, 15}
"""The actions of the page with « intergénérationnel » among their keywords."""

LONELY = {2, 6, 7, 10, 12, 14, 15}
"""The actions of the page that print isolement, isolée or isolées."""


@pytest.fixture(scope="module")
def page():
    return SearchIndex.build(lot().network, lot().indexes, [(key, sheet.text) for key, sheet in lot().pairs])


def index_of(*entries):
    """The index of (row, summary) pairs, in memory."""
    built = network_of(*(one for one, _ in entries))
    return SearchIndex.build(*built, [(one.key, SheetText(summary=summary)) for one, summary in entries])


def numbers(page, query):
    """The actions of the page that a query finds, best first."""
    actions = lot().network.actions
    return [lot().number(actions[ordinal].key) for ordinal in page.actions(query).ordinals]


def titles(index, query):
    return [hit.node.title for hit in hits(index, query, [NodeKind.ACTION])]


def hits(index, query, kinds=tuple(NodeKind), **window):
    """A page of what a search finds: the first twenty where nothing else is said."""
    return index.search(query, kinds).page(Window(**(window or {"first": 20}))).items


class TestFrenchWords:
    @pytest.mark.parametrize("query", ["isolement", "isole", "isolé", "ISOLÉES", "isolees", "Isolés"])
    def test_one_word_is_found_in_every_form(self, page, query):
        assert set(numbers(page, query)) == LONELY
        assert numbers(page, query) == numbers(page, "isolement")

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

    def test_what_holds_all_the_words_comes_before_what_lacks_some(self, page):
        both = set(numbers(page, "isolement")) & set(numbers(page, "seniors"))
        found = numbers(page, "isolement seniors")
        assert set(found[: len(both)]) == both != set(found)
        assert numbers(page, "isolement +xylophone") == []

    def test_small_words_are_required_only_where_there_is_nothing_else(self, page):
        assert numbers(page, "la navette de") == numbers(page, "navette")
        assert len(numbers(page, "de la")) > 10


class TestTrueAnswers:
    def test_vieillissement_finds_the_second_action_first(self, page):
        assert numbers(page, "+vieillissement") == [2]
        assert numbers(page, "vieillissement")[0] == 2

    def test_intergenerationnel_finds_the_seven_with_the_keyword_before_one_that_only_says_it(self, page):
        found = numbers(page, "intergenerationnel")
        assert set(found[:7]) == WITH_THE_KEYWORD
        assert found[7] == 4
        assert found[:8] == numbers(page, "+intergenerationnel")

    def test_a_word_of_a_partner_or_department_is_found(self, page):
        assert numbers(page, "+FONJEP") == [2]
        assert numbers(page, "FONJEP")[0] == 2
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
        assert numbers(page, "Viellissement") == numbers(page, "vieillissement")

    def test_a_corrected_word_scores_under_a_quarter(self, page):
        assert page.actions("cuisne").scores.max() < 0.25 <= page.actions("+cuisine").scores.min()

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
        assert titles(index, "isolement seniors") == ["juste", "faux", "x"]


class TestOrder:
    def test_title_then_label_then_text(self):
        index = index_of(
            (row("texte"), "jardin jardin jardin jardin jardin jardin"),
            (row("mot-clé", "Jardin"), "un texte plutôt long, sans le mot, et qui parle de tout autre chose"),
            (row("Un jardin"), "un texte plutôt long, sans le mot, et qui parle de tout autre chose"),
            (row("rien"), "rien"),
        )
        found = hits(index, "jardins", [NodeKind.ACTION])
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
        assert titles(index, '+"vivre ensemble"') == []
        assert titles(index, "vivre ensemble") == ["Vivre"]

    def test_an_unbalanced_quote_is_left_out(self, page):
        assert numbers(page, 'vivre "ensemble') == numbers(page, "vivre ensemble") != []


class TestStrangeQueries:
    @pytest.mark.parametrize("query", ["", "   ", "*", "🙂", '"', '""', "« »", "’", "\ud800", "\x00", "-", "^~:[]{}()"])
    def test_a_query_without_a_word_finds_nothing(self, page, query):
        assert page.actions(query).total == 0
        assert hits(page, query) == []
        assert page.suggest(query) == []
        assert page.highlights(query, {"a": "isolement"}) == []

    def test_operators_are_words_or_nothing(self, page):
        assert numbers(page, "AND") == []
        assert numbers(page, "atelie*") == numbers(page, "atelie")
        assert numbers(page, "-isolement") == numbers(page, "title:isolement"[6:]) == numbers(page, "isolement")

    def test_too_long_a_query_is_refused_with_the_limit_and_its_length(self, page):
        page.actions("é" * LONGEST)
        for ask in (page.actions, page.matching, page.search, page.suggest, lambda query: page.highlights(query, {})):
            with pytest.raises(OutOfRange, match=r"'10000 characters' cannot be used; give at most 256 characters"):
                ask("x" * 10_000)

    def test_too_many_words_are_refused_with_the_limit_and_their_number(self, page):
        page.actions(" ".join(f"m{n}" for n in range(MOST_WORDS)))
        with pytest.raises(OutOfRange, match=r"query: '25 words' cannot be used; give at most 24 words"):
            page.actions(" ".join(f"m{n}" for n in range(MOST_WORDS + 1)))

    @settings(max_examples=150, deadline=None)
    @given(st.one_of(st.text(max_size=60), st.text(alphabet='aàé " «»œ’*AND-+(', max_size=60)))
    def test_any_text_has_an_answer(self, page, query):
        ranking = page.actions(query)
        assert BitMap(ranking.ordinals.tolist()) == page.matching(query)
        hits(page, query, first=3)
        page.suggest(query, first=3)
        page.highlights(query, {"text": query})


class TestEveryKind:
    def test_each_node_is_found_by_its_own_name(self, page):
        for node in lot().network.records.values():
            found = hits(page, node.label[:LONGEST], first=40)
            assert any(hit.node is node for hit in found), node.label

    def test_a_concept_of_that_name_comes_first(self, page):
        first = hits(page, "vieillissement")[0]
        assert (first.node.kind, first.node.label) == (NodeKind.KEYWORD, "Vieillissement")

    def test_a_concept_is_found_by_its_printed_misspelling(self, page):
        found = hits(page, "Viellissement", [NodeKind.KEYWORD])
        assert [hit.node.label for hit in found] == ["Vieillissement"]

    def test_only_the_kinds_asked_for_are_given(self, page):
        for kind in NodeKind:
            assert {hit.node.kind for hit in hits(page, "centre social lot", [kind], first=100)} <= {kind}
        assert hits(page, "lot", []) == []

    def test_the_first_are_the_beginning_of_all(self, page):
        everything = hits(page, "centre social", first=100)
        assert hits(page, "centre social", first=5) == everything[:5]
        assert hits(page, "centre social", first=0) == []
        assert len(page.search("centre social")) == len(everything) > 20
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

    def test_a_word_that_an_action_has_is_not_read_as_a_name_that_resembles_it(self):
        index = index_of((row("Argile", "Carline"), "une carmine"))
        assert [hit.node.label for hit in hits(index, "carmine")] == ["Argile"]
        assert [hit.node.label for hit in hits(index, "carminne")] == ["Argile"]
        assert hits(index, "carlinne")[0].node.label == "Carline"

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
        network, indexes = network_of(
            row("a")._replace(title="Fête du jeu"), row("b")._replace(title="FETE DU JEU"), row("c", "Fêtes")
        )
        index = SearchIndex.build(network, indexes, [])
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
        assert ranking.total == len(index.search("jardin", [NodeKind.ACTION])) == 12
        assert len(ranking.ordinals) < 12
        assert len(index.matching("jardin")) == 12

    @pytest.mark.parametrize("first", range(15))
    def test_a_page_tells_whether_others_follow_however_long_it_is(self, index, first):
        found = index.search("jardin", [NodeKind.ACTION])
        every = [hit.node.key for hit in found.page(Window()).items]
        page = found.page(Window(first=first))
        assert ([hit.node.key for hit in page.items], page.has_next) == (every[:first], first < 12)
        last = found.page(Window(last=first))
        assert ([hit.node.key for hit in last.items], last.has_previous) == (every[12 - min(first, 12) :], first < 12)

    def test_how_many_there_are_is_counted_only_where_it_is_asked_for(self, monkeypatch):
        def never(*_):
            raise AssertionError("counted")

        monkeypatch.setattr(fulltext, "RANKED", 5)
        monkeypatch.setattr(fulltext.FullText, "_total", never)
        index = index_of(*((row(f"t{n}"), "jardin " * (n + 1)) for n in range(9)))
        found = index.search("jardin", [NodeKind.ACTION])
        assert len(found.page(Window(first=2)).items) == 2
        with pytest.raises(AssertionError, match="counted"):
            len(found)

    def test_those_that_are_not_ranked_follow_in_the_default_order(self, index):
        ranked = index.actions("jardin").ordinals.tolist()
        ordered = [hit.node.ordinal for hit in hits(index, "jardin", [NodeKind.ACTION], first=50)]
        assert ordered[: len(ranked)] == ranked
        assert ordered[len(ranked) :] == sorted(set(index.matching("jardin")) - set(ranked))

    def test_those_that_say_it_as_well_as_the_last_that_are_ranked_come_before_all_others(self, monkeypatch):
        # Nine titles score the same, so that none of them is ranked; the first sheets of the list only say the word, or
        # one that the thesaurus has for it.
        monkeypatch.setattr(fulltext, "RANKED", 5)
        said = [(row("A", "Potager"), ""), (row("B"), "un jardin"), (row("C"), "un potager")]
        index = index_of(*said, *((row(f"Jardin {n}"), "") for n in range(9)), (row("Z"), "un jardin"))
        ranking = index.actions("jardin")
        assert (len(ranking.ordinals), ranking.total) == (0, 13)
        found = hits(index, "jardin", [NodeKind.ACTION], first=50)
        assert [hit.node.title for hit in found] == [*(f"Jardin {n}" for n in range(9)), "A", "B", "C", "Z"]
        assert found[8].score > found[9].score
        among = index.search("jardin", [NodeKind.ACTION], FrozenBitMap([0, 1, 4, 12])).page(Window()).items
        assert [hit.node.title for hit in among] == ["Jardin 1", "A", "B", "Z"]

    def test_so_do_those_that_hold_a_phrase_there(self, monkeypatch):
        monkeypatch.setattr(fulltext, "RANKED", 5)
        titled = ((row(f"Jardin partagé {n}"), "") for n in range(9))
        index = index_of((row("A"), "le jardin partagé"), (row("Jardin et repas partagé"), "jardin partagé"), *titled)
        found = hits(index, '"jardin partagé"', [NodeKind.ACTION], first=50)
        assert {hit.node.title for hit in found[:10]} == {
            "Jardin et repas partagé",
            *(f"Jardin partagé {n}" for n in range(9)),
        }
        assert found[10].node.title == "A"

    def test_what_stands_everywhere_is_not_ranked_where_enough_say_it_in_their_titles(self, monkeypatch):
        monkeypatch.setattr(fulltext, "ENOUGH", 2)
        monkeypatch.setattr(ChangingEntries, "is_held_by_many", lambda self, sought: sought.field == "stems")
        entries = [(row("A"), "jardin et repas, et encore jardin"), (row("B"), "un potager, un repas")]
        titled = [(row(f"Jardin et repas {n}"), "") for n in range(3)]
        ranking = index_of(*entries, *titled, (row("Z"), "repas au jardin")).actions("jardin repas")
        assert (sorted(ranking.ordinals.tolist()), ranking.total) == ([2, 3, 4], 6)
        index = index_of(*entries, *titled, (row("Z"), "repas au jardin"))
        found = hits(index, "jardin repas", [NodeKind.ACTION], first=50)
        assert [hit.node.title for hit in found[3:]] == ["A", "Z", "B"]
        assert found[2].score > found[3].score == found[4].score > found[5].score
        monkeypatch.setattr(fulltext, "ENOUGH", 4)
        assert len(index_of(*entries, *titled).actions("jardin repas").ordinals) == 5

    def test_equal_scores_at_the_edge_are_not_ranked(self, monkeypatch):
        monkeypatch.setattr(fulltext, "RANKED", 5)
        index = index_of(*((row(f"t{n}"), "un jardin") for n in range(9)))
        ranking = index.actions("jardin")
        assert (len(ranking.ordinals), ranking.total) == (0, 9)
        assert titles(index, "jardin") == [f"t{n}" for n in range(9)]

    def test_what_is_not_ranked_of_the_names_stands_before_actions_of_lower_scores(self, monkeypatch):
        # Nine structures have the word as their title, so that none is ranked; the actions say it in their labels.
        monkeypatch.setattr(fulltext, "RANKED", 5)
        index = index_of(*((row(f"t{n}", structure=f"Jardin {n}"), "") for n in range(9)))
        found = hits(index, "jardin", first=50)
        assert [hit.node.kind for hit in found] == [NodeKind.STRUCTURE] * 9 + [NodeKind.ACTION] * 9
        assert found[0].score > found[-1].score
        assert hits(index, "jardin", first=6) == found[:6]


KINDS_ASKED = st.sampled_from([tuple(NodeKind), (NodeKind.ACTION,), (NodeKind.KEYWORD, NodeKind.STRUCTURE), ()])
SAID = st.lists(st.sampled_from(["jardin", "jardins", "atelier", "repas"]), max_size=4).map(" ".join)


class TestPages:
    @settings(max_examples=30, deadline=None)
    @given(data=st.data(), said=st.lists(st.tuples(SAID, SAID, SAID), min_size=1, max_size=12), kinds=KINDS_ASKED)
    def test_pages_follow_each_other_whatever_is_ranked(self, data, said, kinds):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(fulltext, "RANKED", data.draw(st.sampled_from([1, 3, 5, 2_000]), "ranked"))
            patch.setattr("graph.search.hits._NEAR", data.draw(st.sampled_from([1, 2, 5, 1_000]), "near"))
            rows = [
                (row(f"{n} {title}", *about.split(), structure=about or "S"), text)
                for n, (title, about, text) in enumerate(said)
            ]
            index = index_of(*rows)
            found = index.search("jardin", kinds)
            everything = found.page(Window()).items
            for most in range(len(everything) + 1):
                assert index.search("jardin", kinds).page(Window(first=most)).items == everything[:most]
            assert len(everything) == len(found) == len({hit.node for hit in everything})
            scores = [hit.score for hit in everything]
            assert scores == sorted(scores, reverse=True)
            if not everything:
                return
            turn = data.draw(st.integers(0, len(everything) - 1), "turn")
            size = data.draw(st.integers(0, 4), "size")
            place = found.place_of(everything[turn])
            following = found.page(Window(first=size, after=place))
            assert following.items == everything[turn + 1 : turn + 1 + size]
            assert (following.has_previous, following.has_next) == (True, turn + 1 + size < len(everything))
            preceding = found.page(Window(last=size, before=place))
            assert preceding.items == everything[max(turn - size, 0) : turn]
            assert (preceding.has_previous, preceding.has_next) == (turn > size, True)
            last = found.page(Window(last=size)).items
            assert last == everything[len(everything) - size if size < len(everything) else 0 :]

    @pytest.mark.parametrize("ranked", [3, 2_000])
    def test_a_place_follows_its_node_into_another_version(self, monkeypatch, ranked):
        monkeypatch.setattr(fulltext, "RANKED", ranked)
        before = index_of(*((row(f"t{n}"), "un jardin") for n in range(9)))
        after = index_of(*((row(f"t{n}"), "un jardin") for n in range(1, 9)), (row("u"), "autre chose"))
        place = before.search("jardin").place_of(hits(before, "jardin", first=9)[4])
        assert place[1] == "action:t4"
        rest = hits(after, "jardin", first=9, after=place)
        assert [hit.node.title for hit in rest] == ["t5", "t6", "t7", "t8"]

    def test_a_place_whose_node_is_gone_is_that_of_its_score(self):
        index = index_of((row("Jardin"), ""), (row("a", "Jardin"), ""), (row("b"), "un jardin"))
        actions = [NodeKind.ACTION]
        first, second, third = hits(index, "jardin", actions)
        gone = (second.score, "action:gone")
        assert hits(index, "jardin", actions, first=9, after=gone) == [second, third]
        assert hits(index, "jardin", actions, first=9, before=gone) == [first]
        assert hits(index, "jardin", actions, first=9, after=(0.0, "keyword:gone")) == []
        assert hits(index, "jardin", actions, first=9, after=(1.0, "no kind")) == [first, second, third]

    def test_only_the_records_of_the_page_are_read(self, monkeypatch):
        index = index_of(*((row(f"t{n}"), "un jardin") for n in range(30)))
        read = []
        monkeypatch.setattr("graph.search.hits.Hit", lambda node, score: read.append(node) or Hit(node, score))
        assert len(hits(index, "jardin", first=4)) == len(read) == 4


def opened(folder, version, built, texts):
    """The index in a folder: of a version, whose number is the revision of all its sheets."""
    return SearchIndex.build(*built, texts, beside=beside(folder.parent, version, built[0], revision=int(version[1:])))


def unreadable():
    """Texts that nobody may ask for."""
    raise RuntimeError("the texts are read again")
    yield


class TestPreparedFolder:
    TEXTS = (("action:a", SheetText(summary="les isolées")), ("action:b", SheetText()))

    @pytest.fixture
    def made(self, tmp_path):
        built = network_of(row("a", "Jardin"), row("b"))
        folder = tmp_path / "prepared" / "search"
        return built, folder, opened(folder, "v1", built, self.TEXTS)

    def test_an_opened_index_answers_as_the_one_that_was_built(self, made):
        built, folder, index = made
        for each in (index, opened(folder, "v1", built, unreadable())):
            assert titles(each, "isolement") == ["a"]
            assert [hit.node.label for hit in hits(each, "jardins", [NodeKind.KEYWORD])] == ["Jardin"]
            assert [one.text for one in each.suggest("isol")] == ["isolées"]

    def test_another_version_or_another_number_of_actions_is_made_again(self, made):
        built, folder, _ = made
        with pytest.raises(RuntimeError, match="read again"):
            opened(folder, "v2", built, unreadable())
        with pytest.raises(RuntimeError, match="read again"):
            opened(folder, "v1", network_of(row("a")), unreadable())

    def test_a_damaged_folder_is_made_again(self, made):
        built, folder, _ = made
        files = [file for file in folder.rglob("*") if file.is_file() and file.name[0] != "."]
        assert len(files) > 10
        for file in files:
            whole = file.read_bytes()
            for damage in (None, whole[:-1] or b"x"):
                file.unlink(missing_ok=True)
                if damage is not None:
                    file.write_bytes(damage)
                with pytest.raises(RuntimeError, match="read again"):
                    opened(folder, "v1", built, unreadable())
            file.write_bytes(whole)
        assert titles(opened(folder, "v1", built, unreadable()), "isolement") == ["a"]

    # Collected in blocks of two, forgetting the pieces after each or not, of four, at once at the end, or not at all
    # since none is frequent enough at first.
    @pytest.mark.parametrize(
        ("block", "one_in", "pieces"),
        [(2, 1_000, 1), (2, 1_000, 99), (4, 1_000, 99), (50_000, 1_000, 99), (4, 0.5, 99)],
    )
    def test_the_prepared_sets_of_frequent_words_are_those_of_the_search(
        self, tmp_path, monkeypatch, block, one_in, pieces
    ):
        monkeypatch.setattr(fulltext, "RANKED", 2)
        monkeypatch.setattr(fulltext, "FEW", 0)
        monkeypatch.setattr(writing, "FREQUENT", 2)
        monkeypatch.setattr(members, "_BLOCK", block)
        monkeypatch.setattr(members, "PIECES", pieces)
        monkeypatch.setattr(members, "_ONE_IN", one_in)
        texts = {
            f"action:t{n}": " ".join(
                (
                    "jardin, JARDIN" if n % 4 else "Jardins",
                    "atelier" * (n % 2),
                    "isolment" if n == 1 else "isolement",
                )
            )
            for n in range(9)
        }
        summaries = [(key, SheetText(summary=text)) for key, text in texts.items()]
        built = opened(tmp_path / "search", "v1", network_of(*(row(key.partition(":")[2]) for key in texts)), summaries)
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
        built, folder, _ = made
        opened(folder, "v2", built, [("action:b", SheetText(summary="isolement"))])
        assert titles(opened(folder, "v2", built, unreadable()), "isolement") == ["b"]
        assert sorted(entry.name for entry in folder.parent.iterdir()) == ["names", "search"]

    def test_a_build_that_fails_keeps_the_old_index(self, made):
        built, folder, _ = made
        with pytest.raises(ValueError, match="'action:unknown', which is no action"):
            opened(folder, "v2", built, [("action:unknown", SheetText())])
        assert titles(opened(folder, "v1", built, unreadable()), "isolement") == ["a"]
        assert sorted(entry.name for entry in folder.parent.iterdir()) == ["names", "search"]


def test_an_action_without_a_text_is_found_by_its_title():
    assert titles(SearchIndex.build(*network_of(row("Jardin"), row("b")), []), "jardins") == ["Jardin"]


def test_progress_ends_at_the_number_of_actions():
    told = []
    SearchIndex.build(*network_of(row("a"), row("b")), [("action:a", SheetText())], progress=told.append)
    assert told[-1] == 2


def test_an_empty_directory_has_no_answer():
    index = SearchIndex.build(*network_of(), [])
    assert index.actions("isolement").total == len(index.search("isolement")) == 0
    assert hits(index, "isolement") == index.suggest("isol") == []


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.lists(st.sampled_from(["jardin", "atelier", "repas", "chorale"]), max_size=6), min_size=1, max_size=8),
    st.lists(st.sampled_from(["jardins", "ATELIER", "repas", "chorale"]), min_size=1, max_size=3),
)
def test_the_actions_found_are_those_that_hold_all_the_words(texts, asked):
    index = index_of(*((row(f"t{n}"), " ".join(words)) for n, words in enumerate(texts)))
    singular = {word.lower().rstrip("s") if word == "jardins" else word.lower() for word in asked}
    expected = {f"t{n}" for n, words in enumerate(texts) if singular <= set(words)}
    found = titles(index, " ".join(f"+{word}" for word in asked))
    assert set(found) == expected
    assert titles(index, " ".join(asked))[: len(found)] == found


# Everything ranked, and nearly nothing.
@pytest.mark.parametrize("ranked", [2_000, 2])
@pytest.mark.parametrize(
    "query", ["jardin", "isolement", "solidarité", "centre social", "mobilité transport", "lot", "xyz"]
)
def test_a_search_among_some_actions_finds_these_and_what_they_have(monkeypatch, query: str, ranked: int):
    monkeypatch.setattr(fulltext, "RANKED", ranked)
    index = SearchIndex.build(lot().network, lot().indexes, [(key, sheet.text) for key, sheet in lot().pairs])
    of_node = lot().indexes.members
    every = index.search(query).page(Window()).items
    for among in (FrozenBitMap(), FrozenBitMap([0, 3, 5]), FrozenBitMap(range(8)), lot().indexes.everything):

        def is_there(node, among=among) -> bool:
            return node.ordinal in among if isinstance(node, Action) else bool(of_node[node.key] & among)

        hits = index.search(query, among=among)
        found = hits.page(Window()).items
        wanted = [hit for hit in every if is_there(hit.node)]
        assert len(hits) == len(found) == len(wanted)
        assert {hit.node.key for hit in found} == {hit.node.key for hit in wanted}
        if ranked > 2:
            assert found == wanted
