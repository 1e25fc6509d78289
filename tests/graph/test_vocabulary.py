import json

import pytest

from graph.fields import STATUS
from graph.kinds import CONCEPT_KINDS, NodeKind
from graph.vocabulary import KINDS, load_vocabulary


@pytest.fixture(scope="module")
def vocabulary():
    return load_vocabulary()


def test_there_is_a_vocabulary_for_each_kind_of_concept_and_for_the_status(vocabulary):
    assert (*CONCEPT_KINDS, STATUS) == KINDS
    assert set(vocabulary.labels) == set(KINDS)


@pytest.mark.parametrize(
    ("kind", "printed", "label"),
    [
        (NodeKind.KEYWORD, "Viellissement", "Vieillissement"),
        (NodeKind.KEYWORD, "VIELLISSEMENT", "Vieillissement"),
        (NodeKind.KEYWORD, "Vieillissement", "Vieillissement"),
        (NodeKind.KEYWORD, "mobilité\u00a0/ transport", "mobilité / transport"),
        (NodeKind.KEYWORD, "Logement", "Logement"),
        (NodeKind.PARTNER, "Bailleur social", "Bailleur social"),
        (NodeKind.TERRITORY, "un quartier", "Un quartier"),
        (NodeKind.INITIATOR, "Un groupe d’habitants", "Un groupe d'habitants"),
        (STATUS, "terminee", "Terminée"),
    ],
)
def test_a_known_word_has_its_label(vocabulary, kind, printed, label):
    assert vocabulary.knows(kind, printed)
    assert vocabulary.label(kind, printed) == label


def test_an_unknown_word_is_its_own_label(vocabulary):
    assert not vocabulary.knows(NodeKind.KEYWORD, "Numérique")
    assert vocabulary.label(NodeKind.KEYWORD, "Numérique") == "Numérique"
    assert not vocabulary.knows(NodeKind.DEPARTMENT, "Lot")


def test_a_word_is_known_in_its_own_vocabulary_only(vocabulary):
    assert [kind for kind in KINDS if vocabulary.knows(kind, "Autre")] == ["partner", "initiator", "territory"]


def test_the_nearest_word_is_named_where_one_is_close(vocabulary):
    assert vocabulary.nearest(NodeKind.KEYWORD, "Enviromnement") == "Environnement"
    assert vocabulary.nearest(NodeKind.KEYWORD, "Numérique") is None
    assert vocabulary.nearest(NodeKind.KEYWORD, "x" * 1000) is None


EMPTY = {kind: [] for kind in KINDS} | {"corrections": []}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "not valid JSON"),
        ("[]", "expected an object with exactly these keys: keyword, partner"),
        (json.dumps(EMPTY | {"autre": []}), "expected an object with exactly these keys"),
        (json.dumps(EMPTY | {"public": "tous"}), "public: expected a list, found 'tous'"),
        (json.dumps(EMPTY | {"public": [3]}), "public: expected a word, found 3"),
        (json.dumps(EMPTY | {"corrections": [{}]}), "corrections: {}: expected an object with kind"),
        (
            json.dumps(EMPTY | {"corrections": [{"kind": "x", "printed": "a", "label": "b"}]}),
            "corrections: kind 'x': expected one of keyword",
        ),
    ],
)
def test_a_file_that_is_no_vocabulary_is_refused_with_its_name(content, message, tmp_path):
    path = tmp_path / "words.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ValueError, match=r"words\.json: ") as refusal:
        load_vocabulary(path)
    assert message in str(refusal.value)
