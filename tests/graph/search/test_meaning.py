"""What counts as a word of a query, in which order, and at which cost."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.kinds import NodeKind
from graph.search import fulltext, meaning
from graph.search.meaning import MOST_OPTIONS, How, Reader
from graph.search.query import read_query
from graph.search.questions import asking_words
from graph.search.thesaurus import Group, load_thesaurus, thesaurus_of
from graph.search.written import WrittenEntries
from tests.graph.search.test_index import hits, index_of, titles
from tests.graph.small_networks import row

FILLED = "un texte plutôt long, qui parle de tout autre chose que ce que l'on y cherche, et le fait longuement"


def options(index, query):
    return [(each.how, each.label) for clause in read(index, query).clauses for each in clause.options]


def unreadable(*_):
    raise RuntimeError("read again")


def read(index, query):
    return index._actions.meaning(read_query(query))


class TestOrder:
    def test_exact_then_the_family_then_the_same_then_the_related_then_what_lacks_a_word(self):
        index = index_of(
            (row("lié"), "du compost"),
            (row("pareil"), "un potager"),
            (row("famille"), "le jardinage"),
            (row("exact"), "un jardin"),
            (row("rien"), "rien"),
        )
        # « jardinage » is both of the family and the same: the nearer of the two counts.
        assert titles(index, "jardin") == ["exact", "famille", "pareil", "lié"]
        assert titles(index, "jardin rien") == ["rien", "exact", "famille", "pareil", "lié"]

    def test_the_narrower_comes_before_the_related(self):
        index = index_of((row("a"), "la santé des gens"), (row("b"), "du football"), (row("c"), "le sport"))
        assert titles(index, "sport") == ["c", "b", "a"]

    def test_within_a_level_the_title_comes_first(self):
        index = index_of((row("z"), f"covoiturage {FILLED}"), (row("Covoiturage"), FILLED), (row("y"), FILLED))
        assert titles(index, "lift partagé") == ["Covoiturage", "z"]

    def test_within_a_level_and_place_what_says_it_more_comes_first(self, monkeypatch):
        often, once = (f"{said} {FILLED}" for said in ("covoiturage et covoiturage", "covoiturage et jardin"))
        entries = [(row("a"), once), (row("b"), often), (row("Covoiturage"), FILLED)]
        assert titles(index_of(*entries), "lift partagé") == ["Covoiturage", "b", "a"]
        # Of a phrase too, where another word is said beside it.
        phrased = [(row("a"), f"auto-stop {FILLED}"), (row("b"), f"auto-stop, covoiturage {FILLED}")]
        assert titles(index_of(*phrased), "lift partagé") == ["b", "a"]
        monkeypatch.setattr(fulltext, "_SOON_READ", 0)
        assert titles(index_of(*entries), "lift partagé") == ["Covoiturage", "a", "b"]

    def test_what_is_exact_keeps_its_order_whatever_comes_after(self):
        index = index_of(
            (row("Jardin"), FILLED), (row("t"), "jardin jardin"), (row("u"), FILLED + " jardin"), (row("p"), "potager")
        )
        alone = titles(index, "+jardin")
        assert titles(index, "jardin") == [*alone, "p"]

    def test_of_several_words_the_furthest_gives_the_place(self):
        index = index_of(
            (row("un"), "covoiturage solidaire"),
            (row("deux"), "covoiturage, solidarité"),
            (row("trois"), "autopartage en navette, solidaire"),
        )
        assert titles(index, "covoiturage solidaire") == ["un", "deux", "trois"]

    def test_of_those_that_lack_a_word_the_rarer_word_weighs_more(self):
        index = index_of(
            *((row(f"a{n}"), "un xylo") for n in range(3)), (row("rare"), "un kiwi"), (row("rien"), "rien")
        )
        assert titles(index, "xylo kiwi")[0] == "rare"

    def test_what_lacks_words_is_left_out_where_many_have_them_all(self, monkeypatch):
        entries = [(row(f"t{n}"), "xylo kiwi") for n in range(3)] + [(row("u"), "xylo")]
        assert titles(index_of(*entries), "xylo kiwi")[3:] == ["u"]
        monkeypatch.setattr(fulltext, "FEW", 3)
        assert "u" not in titles(index_of(*entries), "xylo kiwi")

    def test_half_of_the_words_that_there_are_is_enough_and_one_where_few_have_half(self, monkeypatch):
        index = index_of((row("a"), "xylo kiwi"), (row("b"), "xylo"), (row("c"), "pomme poire"))
        assert titles(index, "xylo kiwi pomme poire") == ["c", "a", "b"]
        monkeypatch.setattr(fulltext, "FEW", 2)
        index = index_of((row("a"), "xylo kiwi"), (row("b"), "xylo"), (row("c"), "pomme poire"))
        assert titles(index, "xylo kiwi pomme poire") == ["c", "a"]

    def test_what_has_less_than_half_follows_however_rare_its_word(self):
        index = index_of((row("a"), "xylo kiwi"), (row("quark"), "quark"), (row("c"), "xylo"), (row("d"), "kiwi"))
        assert titles(index, "xylo kiwi quark")[:2] == ["a", "quark"]

    def test_labels_are_found_in_other_words_too(self):
        index = index_of((row("a", "Seniors"), ""), (row("b"), ""))
        found = hits(index, "les anciens", [NodeKind.KEYWORD, NodeKind.ACTION])
        assert [hit.node.label for hit in found] == ["Seniors", "a"]

    def test_the_wider_is_found_where_no_sheet_says_the_word_nor_what_is_nearer(self):
        sheets = [(row("enfance"), "la petite enfance"), (row("autre"), "un repas")]
        assert titles(index_of(*sheets), "bébé") == ["enfance"]
        assert options(index_of(*sheets), "bébé") == [(How.RELATED, "petite enfance")]
        assert titles(index_of(*sheets, (row("nourrisson"), "un nourrisson")), "bébé") == ["nourrisson"]
        assert titles(index_of(*sheets, (row("bébé"), "un bébé")), "bébé") == ["bébé"]
        assert titles(index_of((row("enfant"), "les enfants"), (row("loisirs"), "des loisirs")), "bébé") == ["enfant"]

    def test_a_name_is_not_found_by_the_wider_where_a_sheet_says_the_word(self):
        index = index_of((row("seaux", "Environnement"), "du compost"), (row("autre"), "un repas"))
        assert [hit.node.label for hit in hits(index, "compost")] == ["seaux"]
        bare = index_of((row("seaux", "Environnement"), ""), (row("autre"), "un repas"))
        assert {hit.node.label for hit in hits(bare, "compost")} == {"seaux", "Environnement"}

    def test_what_is_wider_does_not_make_words_a_label(self):
        # « jeu vidéo » is narrower than « jeu »: nobody says it as a whole, so that its words are sought.
        index = index_of((row("jeu"), "le jeu"), (row("autre"), "un repas"))
        assert [clause.typed for clause in read(index, "jeu vidéo").clauses] == ["jeu", "vidéo"]


class TestWords:
    def test_a_label_of_several_words_is_a_phrase(self):
        index = index_of((row("oui"), "faire garder ses enfants"), (row("non"), "garder, faire, des enfants"))
        assert titles(index, "mode de garde")[:1] == ["oui"]
        assert "non" not in titles(index, "+mode")

    def test_phrases_that_were_read_before_are_not_read_again_and_find_the_same(self, monkeypatch):
        index = index_of((row("oui"), "faire garder ses enfants"), (row("non"), "garder, faire, des enfants"))
        expected = titles(index, "mode de garde")
        ready = index_of((row("oui"), "faire garder ses enfants"), (row("non"), "garder, faire, des enfants"))
        ready.read_phrases()
        monkeypatch.setattr(WrittenEntries, "_phrase", unreadable)
        assert titles(ready, "mode de garde") == expected
        with pytest.raises(RuntimeError):
            titles(index_of((row("oui"), "faire garder ses enfants")), "mode de garde")

    def test_a_label_typed_in_the_middle_of_others_is_understood(self):
        index = index_of((row("a"), "la halte-garderie du village"), (row("b"), "la halte-garderie de la ville"))
        assert titles(index, "faire garder ses enfants village")[0] == "a"

    def test_a_label_that_no_sheet_answers_as_a_whole_is_sought_word_by_word(self):
        index = index_of((row("a"), "un jardin"), (row("b"), "rien"))
        clauses = read(index, "monnaie locale jardin").clauses
        assert [clause.typed for clause in clauses] == ["monnaie", "locale", "jardin"]

    def test_initials_are_only_themselves(self):
        index = index_of((row("a"), "espace de vie sociale"), (row("b"), "un évêque"), (row("c"), "EVS"))
        assert titles(index, "espace de vie sociale") == ["a", "c"]

    def test_a_word_of_the_same_stem_and_another_meaning_is_no_option(self):
        index = index_of((row("a"), "la mairie"), (row("b"), "la communication"), (row("c"), "la municipalité"))
        assert set(titles(index, "mairie")) == {"a", "c"}

    def test_a_false_friend_is_no_option(self):
        index = index_of((row("a"), "tous les âges"), (row("b"), "une personne âgée"))
        assert titles(index, "ages") == ["a"]
        assert titles(index, "+âgées") == ["b"]

    def test_there_are_sixty_options_at_most(self):
        many = tuple(f"mot{chr(97 + n // 26)}{chr(97 + n % 26)}n" for n in range(100))
        known = thesaurus_of([Group("a", "tout", many), Group("b", "autre")])
        index = index_of((row("a"), " ".join(many)))
        reader = Reader(index._entries, known)
        assert len(reader.meaning(read_query("tout")).clauses[0].options) == MOST_OPTIONS
        shared = reader.meaning(read_query("tout motaan")).clauses
        assert sum(len(clause.options) for clause in shared) <= MOST_OPTIONS

    def test_of_a_frequent_group_what_is_far_is_left_out(self, monkeypatch):
        entries = [(row(f"t{n}"), "potager") for n in range(3)] + [(row("c"), "compost"), (row("v"), "verger")]
        assert {label for _, label in options(index_of(*entries), "jardin")} >= {"potager", "verger", "compost"}
        monkeypatch.setattr(meaning, "MOST_READ", 4)
        assert [label for _, label in options(index_of(*entries), "jardin")] == ["potager", "verger"]
        monkeypatch.setattr(meaning, "MOST_READ", 2)
        assert [label for _, label in options(index_of(*entries), "jardin")] == ["verger", "compost"]

    def test_a_related_word_that_half_of_the_sheets_say_is_left_out(self):
        entries = [(row(f"t{n}"), "compost") for n in range(6)]
        assert titles(index_of(*entries[:5], (row("j"), "jardin")), "jardin")[1:] != []
        assert titles(index_of(*entries, (row("j"), "jardin")), "jardin") == ["j"]

    def test_a_word_with_a_plus_sign_has_no_options(self):
        index = index_of((row("a"), "potager"), (row("b"), "jardin"))
        assert options(index, "+jardin") == []
        assert (How.SAME, "potager") in options(index, "jardin")

    def test_a_phrase_in_quotes_has_no_options_and_is_required(self):
        index = index_of((row("a"), "un jardin partagé"), (row("b"), "un potager, un kiwi"))
        assert titles(index, '"jardin partagé" kiwi') == ["a"]

    def test_a_phrase_that_nobody_says_is_missing_and_its_words_are_sought(self):
        index = index_of((row("a"), "ensemble, bien vivre un kiwi"), (row("b"), "un kiwi"), (row("c"), "vivre"))
        assert titles(index, '"vivre ensemble" kiwi') == ["a", "b"]
        hit, _ = hits(index, '"vivre ensemble" kiwi', [NodeKind.ACTION])
        assert index.matched('"vivre ensemble" kiwi', hit.node).missing == ("« vivre ensemble »",)
        assert titles(index, '+"vivre ensemble" kiwi') == []


class TestCorrections:
    @pytest.mark.parametrize(
        ("typed", "read_as"),
        [
            ("jardn", "jardin"),
            ("vlo", "velo"),
            ("isollemant", "isolement"),
            ("covoiturrage", "covoiturage"),
            ('"jardn partagé"', "jardin"),
            ("jar din", "jardin"),
        ],
    )
    def test_what_no_sheet_has_is_read_as_a_word_near_it(self, typed, read_as):
        index = index_of((row("a"), "jardin partagé, vélo, isolement"), (row("b"), "rien"))
        assert [each.read for each in read(index, typed).corrections] == [read_as]

    @pytest.mark.parametrize(
        "typed", ["jardin", "jardins", "lift", "jardinage", "cantal", "zzzzzzzz", "pre", "de la", "jot"]
    )
    def test_what_is_known_or_near_nothing_stays(self, typed):
        index = index_of((row("a"), "jardin partagé, vélo, isolement, le lot, canal"), (row("b"), "rien"))
        assert read(index, typed).corrections == ()

    def test_of_a_short_word_the_first_letter_is_not_another(self):
        index = index_of((row("a"), "fêter, covoiturage"), (row("b"), "rien"))
        assert read(index, "jeter").corrections == ()
        assert [each.read for each in read(index, "fetr dovoiturage efter").corrections] == [
            "feter",
            "covoiturage",
            "feter",
        ]

    def test_a_word_is_never_read_as_a_small_word(self):
        index = index_of((row("a"), "dans la cour"), (row("b"), "dans"))
        assert read(index, "danx").corrections == ()


class TestQuestions:
    @pytest.mark.parametrize(
        ("question", "left"),
        [
            ("comment aider les personnes âgées isolées ?", "personnes agees isolees"),
            ("où faire réparer ma voiture", "reparer voiture"),
            ("Quels centres sociaux proposent du soutien scolaire ?", "soutien scolaire"),
            ("je cherche un atelier cuisine", "atelier cuisine"),
            ("qui aide à remplir un dossier ?", "remplir dossier"),
            ("est-ce qu’il y a un jardin partagé près de chez moi ?", "jardin partage"),
            ("savoir faire", "savoir faire"),
            ("recherche d’emploi", "recherche emploi"),
            ("aide alimentaire", "aide alimentaire"),
            ("comment faire ?", "comment faire"),
            ("que faire", "faire"),
        ],
    )
    def test_words_that_only_ask_are_left_out_unless_there_are_no_others(self, question, left):
        assert " ".join(word.bare for word in read_query(question).words) == left

    def test_nothing_asks_in_no_words(self):
        assert asking_words([], "?") == frozenset()


def test_the_answer_of_a_level_that_is_too_large_is_cut_and_counted(monkeypatch):
    entries = [(row(f"t{n}"), "covoiturage") for n in range(8)] + [(row("Covoiturage"), "")]
    whole = titles(index_of(*entries), "lift partagé")
    monkeypatch.setattr(fulltext, "RANKED", 3)
    cut = index_of(*entries)
    assert cut.actions("lift partagé").total == 9
    assert titles(cut, "lift partagé") == whole
    assert whole[0] == "Covoiturage"


def test_every_known_group_is_asked_for_within_the_bound():
    index = index_of((row("a"), "jardin"))
    known = load_thesaurus()
    reader = Reader(index._entries, known)
    asked = [label for group in known.groups.values() for label in group.shown]
    assert meaning.MOST_OPTIONS == 60
    for label in asked[::7]:
        assert sum(len(clause.options) for clause in reader.meaning(read_query(label)).clauses) <= MOST_OPTIONS


UNRELATED = ("xylo", "kiwi", "zebre", "quark")


@settings(max_examples=60, deadline=None)
@given(
    texts=st.lists(st.sets(st.sampled_from(UNRELATED)), min_size=1, max_size=7),
    asked=st.lists(st.sampled_from(UNRELATED), min_size=1, max_size=4, unique=True),
    few=st.integers(0, 4),
)
def test_what_lacks_words_is_what_counting_them_one_by_one_finds(texts, asked, few):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fulltext, "FEW", few)
        index = index_of(*((row(f"t{n}"), " ".join(sorted(text))) for n, text in enumerate(texts)))
        known = [word for word in asked if any(word in text for text in texts)]
        full = {f"t{n}" for n, text in enumerate(texts) if set(asked) <= text}
        expected = full
        for count in range(len(known), 0, -1) if len(asked) > 1 and len(full) < few else ():
            if 2 * count >= len(known) or len(expected) < few:
                expected = expected | {f"t{n}" for n, text in enumerate(texts) if len(text & set(known)) >= count}
        query = " ".join(asked)
        assert set(titles(index, query)) == expected
        for hit in hits(index, query, [NodeKind.ACTION]):
            text = texts[int(hit.node.title[1:])]
            matched = index.matched(query, hit.node)
            assert set(matched.missing) == set(asked) - text
            assert {each.typed for each in matched.by} == set(asked) & text
