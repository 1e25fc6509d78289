import unicodedata
from collections import defaultdict

import pytest
import tantivy
from hypothesis import given
from hypothesis import strategies as st

from graph.search import french
from graph.search.french import BARE, STEM, bare, bare_of, composed, cut, masculine, stem, stems_of, words
from tests.graph.lot import PAGE

TEXT = PAGE.read_text("utf-8")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("isolées", "ISOLEES"),
        ("isolée", "isolement"),
        ("première", "premier"),
        ("PREMIERES", "premier"),
        ("œuvres", "oeuvre"),
        ("sociaux", "sociale"),
        ("accès", "ACCES"),
        ("lycées", "lycee"),
        ("jeux", "jeu"),
        ("LIEUX", "lieu"),
        ("vieille", "vieux"),
        ("vœux", "vœu"),
        ("yeux", "œil"),
        ("C.C.A.S.", "CCAS"),
        ("m.s.a", "MSA"),
    ],
)
def test_two_forms_of_a_word_have_one_stem(one, other):
    assert stem(one) == stem(other)


@pytest.mark.parametrize(
    ("one", "other"), [("repas", "repérer"), ("visite", "vis"), ("vers", "véritable"), ("travaux", "travail")]
)
def test_two_words_have_two_stems(one, other):
    assert stem(one) != stem(other)


def test_accents_and_case_do_not_change_a_stem_of_the_page():
    # « âgés » without its accents is « ages », another word.
    for word in {word for word, _, _ in words(TEXT)} - {"âgés"}:
        plain = "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
        assert stem(plain) == stem(plain.upper()) == stem(word), word


def stemmed_at_once(text):
    """The stems of a whole text, as the stemmer gives them, but for the words that it does not know."""
    written = composed(text)
    by_word = zip(BARE.analyze(written), STEM.analyze(masculine(written)), strict=True)
    return [
        f"{word.removesuffix('s')}." if word in french._APART else french._STEM_OF.get(word, by_rule)
        for word, by_rule in by_word
    ]


def test_a_text_is_cut_as_its_words_are():
    assert BARE.analyze(composed(TEXT)) == [bare(word) for word, _, _ in words(TEXT)]
    assert stems_of(cut(TEXT)).split() == [stem(word) for word, _, _ in words(TEXT)]
    assert stems_of(cut(TEXT)).split() == stemmed_at_once(TEXT)


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("CAF", "café"),
        ("caf", "cafés"),
        ("répit", "repas"),
        ("répits", "REP"),
        ("mer", "mère"),
        ("concertations", "concert"),
        ("communication", "commune"),
        ("nourrissons", "nourrir"),
        ("Ain", "aînés"),
        ("université", "univers"),
        ("don", "donner"),
        ("âgées", "âges"),
    ],
)
def test_words_of_another_meaning_are_kept_apart_in_any_inflection(word, other):
    assert stem(word) != stem(other)
    assert stem(word) == stem(word.lower()) == stems_of(cut(f"{word},")) != ""
    assert stem(word.removesuffix("s")) == stem(word)


def test_initials_with_points_are_one_word_and_addresses_are_not():
    assert [*words("à l'E.S.A.T., le site www.a.b.fr")] == [
        ("à", 0, 1),
        ("l", 2, 3),
        ("E.S.A.T.", 4, 12),
        ("le", 14, 16),
        ("site", 17, 21),
        ("www", 22, 25),
        ("a", 26, 27),
        ("b", 28, 29),
        ("fr", 30, 32),
    ]
    assert bare_of(cut("à l'E.S.A.T., le site www.a.b.fr")) == "a l esat le site www a b fr"


def test_words_stand_where_they_are_said_to():
    text = "L’été, " + unicodedata.normalize("NFD", "l’été") + " 🙂 2019_b"
    assert [text[start:end] for _, start, end in words(text)] == [word for word, _, _ in words(text)]
    assert [composed(word) for word, _, _ in words(text)] == ["L", "été", "l", "été", "2019", "b"]


def test_few_families_of_words_are_torn_by_dropping_accents_before_the_stemmer():
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple()).filter(tantivy.Filter.lowercase())
    as_printed = builder.filter(tantivy.Filter.stemmer("french")).build()
    families = defaultdict(set)
    for word in {composed(word).lower() for word, _, _ in words(TEXT)}:
        families["".join(as_printed.analyze(word))].add(word)
    torn = [family for family in families.values() if len({stem(word) for word in family}) > 1]
    assert len(families) > 1_000
    assert len(torn) <= 10, torn


@given(st.text(st.sampled_from("éÉeEèrsi co-CO'’.,\u0301 \n\t\u2028œß½①") | st.characters(), max_size=60))
def test_a_text_that_is_cut_piece_by_piece_has_the_words_of_the_whole(text):
    pieces = cut(text)
    assert stems_of(pieces).split() == stemmed_at_once(text)
    assert bare_of(pieces).split() == BARE.analyze(composed(text))


def test_few_pieces_are_kept(monkeypatch):
    monkeypatch.setattr(french, "PIECES", 2)
    french._pieces.clear()
    assert [stems_of(cut(word)) for word in ("jardins", "isolées", "repas", "jardins")] == [
        "jardin",
        "isol",
        "rep",
        "jardin",
    ]
    assert len(french._pieces) <= 2
