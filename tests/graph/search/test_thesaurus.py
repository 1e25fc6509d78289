import json

import pytest

from graph.search.families import lemma
from graph.search.french import STOP_WORDS
from graph.search.thesaurus import DEFAULT_PATH, Group, Sense, key_of, load_thesaurus, telling, thesaurus_of

VELO = Group("velo", "vélo", ("bicyclette",), ("bécane",), narrower=("tandem",), related=("marche",))
TANDEM = Group("tandem", "tandem", ("vélo à deux",))
MARCHE = Group("marche", "marche à pied")


def typed(text):
    return [lemma(word) for word in telling(text)]


class TestGroups:
    def test_any_label_in_any_inflection_is_its_group(self):
        known = thesaurus_of([VELO, TANDEM, MARCHE])
        for text in ("vélo", "VELOS", "bicyclettes", "becane", "Bécanes"):
            assert known.longest(typed(text)) == (VELO, 1)

    def test_the_longest_label_is_taken(self):
        known = thesaurus_of([VELO, TANDEM, MARCHE])
        assert known.longest(typed("vélos à deux en ville")) == (TANDEM, 2)
        assert known.longest(typed("deux vélos")) is None

    def test_the_same_comes_first_and_the_main_labels_before_the_others(self):
        known = thesaurus_of([VELO, TANDEM, MARCHE])
        assert list(known.meant(VELO)) == [
            (Sense.SAME, "vélo"),
            (Sense.SAME, "bicyclette"),
            (Sense.NARROWER, "tandem"),
            (Sense.RELATED, "marche à pied"),
            (Sense.NARROWER, "vélo à deux"),
        ]

    def test_a_hidden_label_is_never_looked_for(self):
        known = thesaurus_of([VELO, TANDEM, MARCHE])
        assert all(label != "bécane" for group in known.groups.values() for _, label in known.meant(group))

    def test_related_holds_both_ways_and_narrower_one(self):
        known = thesaurus_of([VELO, TANDEM, MARCHE])
        assert (Sense.RELATED, "vélo") in list(known.meant(MARCHE))
        assert [sense for sense, _ in known.meant(TANDEM)] == [Sense.SAME] * 2

    def test_what_is_narrower_than_the_narrower_is_found_too(self):
        groups = [Group("a", "sport", narrower=("b",)), Group("b", "ballon", narrower=("c",)), Group("c", "football")]
        known = thesaurus_of(groups)
        assert [label for _, label in known.meant(groups[0])] == ["sport", "ballon", "football"]


class TestRefusals:
    @pytest.mark.parametrize(
        ("groups", "message"),
        [
            ([VELO, Group("velo", "deux-roues")], "velo: two groups have this id"),
            (
                [Group("a", "vélo"), Group("b", "tandem", ("Vélos",))],
                "b: 'Vélos' is 'vélo' of a: a word belongs to one group, once",
            ),
            ([Group("a", "vélo", ("velos",))], "a: 'velos' is 'vélo' of a"),
            ([Group("a", "vélo", narrower=("z",))], "a: narrower 'z' is no id of a group"),
            ([Group("a", "vélo", related=("z",))], "a: related 'z' is no id of a group"),
            ([Group("a", "vélo", narrower=("b",)), Group("b", "tandem", narrower=("a",))], "a is narrower than itself"),
            (
                [Group("a", "vélo", narrower=("b",), related=("b",)), Group("b", "tandem")],
                "a: 'b' is related and itself or narrower",
            ),
            ([Group("a", "sans-abri", ("à la rue",))], "a: 'à la rue' has one word that tells; make it a hiddenLabel"),
            ([Group("a", "?")], "a: '\\?' has 0 words; give 1 to 8"),
        ],
    )
    def test_groups_that_contradict_each_other_are_refused(self, groups, message):
        with pytest.raises(ValueError, match=message):
            thesaurus_of(groups)

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("{", "not valid JSON"),
            ("[]", "expected an object with exactly these keys: scheme, concepts"),
            ('{"scheme": "x", "concepts": 1}', "concepts: expected a list, found 1"),
            ('{"scheme": "x", "concepts": [{"id": "a"}]}', "expected an object with id, prefLabel and, if need be"),
            (
                '{"scheme": "x", "concepts": [{"id": "a", "prefLabel": " "}]}',
                "a: prefLabel: expected a word",
            ),
            (
                '{"scheme": "x", "concepts": [{"id": "a", "prefLabel": "b", "broader": []}]}',
                "expected an object with id, prefLabel and, if need be",
            ),
            (
                '{"scheme": "x", "concepts": [{"id": "a", "prefLabel": "b", "altLabel": "c"}]}',
                "a: altLabel: expected a list, found 'c'",
            ),
        ],
    )
    def test_a_file_of_another_form_is_refused_with_its_name(self, tmp_path, text, message):
        path = tmp_path / "words.json"
        path.write_text(text)
        with pytest.raises(ValueError, match=message) as raised:
            load_thesaurus(path)
        assert str(raised.value).startswith(str(path))


class TestTheFile:
    def test_it_has_some_hundred_groups_and_each_stands_on_a_line(self):
        lines = DEFAULT_PATH.read_text("utf-8").splitlines()
        groups = [json.loads(line.strip().rstrip(",")) for line in lines if line.startswith('    {"id"')]
        assert {group["id"] for group in groups} == set(load_thesaurus().groups)
        assert len(groups) >= 250

    def test_no_label_is_a_small_word(self):
        for group in load_thesaurus().groups.values():
            for label in (*group.shown, *group.hidden):
                assert not set(telling(label)) <= STOP_WORDS, label

    @pytest.mark.parametrize(
        ("typed_words", "label"),
        [
            ("lift partagé", "covoiturage"),
            ("les anciens", "personne âgée"),
            ("le net", "internet"),
            ("faire garder ses enfants", "mode de garde"),
            ("caisse d’allocations familiales", "CAF"),
            ("E.V.S", "espace de vie sociale"),
            ("evs", "espace de vie sociale"),
            ("mutualité sociale agricole", "MSA"),
            ("revenu de solidarité active", "minima sociaux"),
            ("aide aux devoirs", "accompagnement à la scolarité"),
            ("une activité récréative", None),
            ("récréatives", "loisirs"),
            ("réduire nos dépenses", "budget"),
            ("naissance", "maternité"),
        ],
    )
    def test_everyday_words_and_initials_are_known(self, typed_words, label):
        known = load_thesaurus()
        found = known.longest(typed(typed_words))
        assert (found and found[0].label) == label

    @pytest.mark.parametrize(
        ("typed_words", "sense", "label"),
        [
            ("sports collectifs", Sense.NARROWER, "football"),
            ("éducation", Sense.NARROWER, "cité éducative"),
            ("échec scolaire", Sense.RELATED, "aide aux devoirs"),
            ("aide aux devoirs", Sense.RELATED, "décrochage scolaire"),
            ("navette", Sense.RELATED, "bus"),
        ],
    )
    def test_what_is_narrower_and_what_is_near_is_known(self, typed_words, sense, label):
        known = load_thesaurus()
        found = known.longest(typed(typed_words))
        assert found
        assert (sense, label) in list(known.meant(found[0]))

    def test_two_labels_of_one_key_are_one_label(self):
        assert key_of("Faire garder ses enfants") == key_of("faire garder des enfants")
