"""What differs between two states of a sheet, by hand and as a rule."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.differences import MOST_CHANGES, MOST_WORDS, FieldChange, WordChange, WordState, _steps, diff, word_diff
from graph.fields import FIELDS, Holds
from graph.model import Sheet, SheetText
from tests.graph.random_sheets import sheets

KEPT, ADDED, REMOVED = WordState
REPAS = Sheet(
    title="Repas oriental",
    department="Lot",
    year=2016,
    structure="Centre A",
    structure_department="Lot",
    keywords=("Culture", "Santé"),
    text=SheetText(summary="Un repas oriental, le soir."),
)

words = st.lists(st.sampled_from(("un", "repas", "soir", " ", "  ", "\n", ",", ".", "é")), max_size=30).map("".join)
full_sheets = st.builds(
    lambda sheet, summary, files, reason, again: replace(
        sheet, text=SheetText(summary=summary, files=tuple(files), end_reason=reason, territory_again=again)
    ),
    sheets,
    words,
    st.lists(st.sampled_from(("a.pdf", "b.pdf")), max_size=3),
    st.none() | words,
    st.sampled_from((None, "Un quartier")),
)


def without(state: WordState, runs: tuple[WordChange, ...]) -> str:
    return "".join(run.text for run in runs if run.state is not state)


def shown(runs: tuple[WordChange, ...]) -> str:
    signs = {KEPT: "{}", ADDED: "+{}+", REMOVED: "-{}-"}
    return "".join(signs[run.state].format(run.text) for run in runs)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("Un repas, le soir.", "Un repas, le midi.", "Un repas, le -soir-+midi+."),
        ("Un repas.", "Un grand repas.", "Un +grand +repas."),
        ("Un grand repas.", "Un repas.", "Un -grand -repas."),
        ("a b", "c d", "-a b-+c d+"),
        ("", "Un repas.", "+Un repas.+"),
        ("Un repas.", "", "-Un repas.-"),
        ("Un  repas.", "Un repas.", "Un-  -+ +repas."),
        ("le repas", "le repas", "le repas"),
        ("", "", ""),
    ],
)
def test_the_words_of_a_text_that_changed(before: str, after: str, expected: str):
    assert shown(word_diff(before, after)) == expected


@given(words, words)
def test_what_is_kept_or_added_is_the_text_after_and_what_is_kept_or_removed_the_one_before(before: str, after: str):
    runs = word_diff(before, after)
    assert without(REMOVED, runs) == after
    assert without(ADDED, runs) == before
    assert all(run.text for run in runs)
    following = {(run.state, next_.state) for run, next_ in pairwise(runs)}
    assert following <= {(KEPT, REMOVED), (KEPT, ADDED), (REMOVED, ADDED), (REMOVED, KEPT), (ADDED, KEPT)}


@given(words, words)
def test_no_more_is_changed_than_must_be(before: str, after: str):
    """As many pieces are kept as the longest common subsequence has, but for lone spaces between two changes."""
    old, new = (["".join(piece) for piece in pieces(text)] for text in (before, after))
    longest = [[0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i, one in enumerate(old):
        for j, other in enumerate(new):
            longest[i + 1][j + 1] = longest[i][j] + 1 if one == other else max(longest[i][j + 1], longest[i + 1][j])
    runs = word_diff(before, after)
    kept = sum(len(pieces(run.text)) for run in runs if run.state is KEPT)
    spaces = sum(piece.isspace() for run in runs if run.state is ADDED for piece in pieces(run.text))
    assert longest[-1][-1] - spaces <= kept <= longest[-1][-1]


def pieces(text: str) -> list[str]:
    """Runs of letters, runs of spaces, and single signs."""
    found: list[str] = []
    for sign in text:
        kind = "w" if sign.isalnum() else "s" if sign.isspace() else ""
        last = found[-1][-1] if found else ""
        same = kind and last and kind == ("w" if last.isalnum() else "s" if last.isspace() else "")
        if same:
            found[-1] += sign
        else:
            found.append(sign)
    return found


def test_texts_that_have_little_in_common_are_shown_whole_and_too_long_ones_not_at_all():
    one, other = ("\n".join(f"{word}{n}" for n in range(MOST_CHANGES)) for word in "ab")
    assert word_diff(one, other) == (WordChange(REMOVED, one), WordChange(ADDED, other))
    assert word_diff("mot " * (MOST_WORDS + 1), "mot") == ()
    assert word_diff("mot " * MOST_WORDS, "mot " * MOST_WORDS) == (WordChange(KEPT, "mot " * MOST_WORDS),)


def test_no_text_makes_the_comparison_look_at_more_than_the_square_of_the_changes():
    """Counted, not timed: how often two pieces are compared, for texts over which `difflib` spends a minute."""

    class Counting(str):
        asked = 0

        def __eq__(self, other: object) -> bool:
            Counting.asked += 1
            return str.__eq__(self, other)

        __hash__ = str.__hash__

    for one, other in (("a b " * 500, "a b c " * 300), ("a a " * 500, "b a " * 500)):
        _steps([Counting(piece) for piece in pieces(one)], pieces(other))
    assert 0 < Counting.asked < 4 * MOST_CHANGES**2


def test_each_field_that_changed_is_told_in_the_order_of_the_form():
    after = replace(
        REPAS,
        title="Repas du monde",
        year=None,
        structure="Centre B",
        keywords=("Santé", "Emploi", "Emploi"),
        text=SheetText(summary="Un repas oriental, le midi.", result_centre="Du lien.", files=("menu.pdf",)),
    )
    assert [replace(change, words=()) for change in diff(REPAS, after)] == [
        FieldChange("title", "Nom", "Repas oriental", "Repas du monde"),
        FieldChange("year", "Année", "2016", None),
        FieldChange("structure", "Structure organisatrice", "Centre A - Lot", "Centre B - Lot"),
        FieldChange("files", "Fichier(s) associé(s)", added=("menu.pdf",)),
        FieldChange("keywords", "Mots clés associés à l’action", added=("Emploi", "Emploi"), removed=("Culture",)),
        FieldChange("summary", "Résumé", "Un repas oriental, le soir.", "Un repas oriental, le midi."),
        FieldChange("results.centre", "Résultat pour le centre social", None, "Du lien."),
    ]
    by_field = {change.field: shown(change.words) for change in diff(REPAS, after)}
    assert by_field["summary"] == "Un repas oriental, le -soir-+midi+."
    assert by_field["title"] == "Repas -oriental-+du monde+"
    assert by_field["results.centre"] == "+Du lien.+"
    assert by_field["keywords"] == ""


def test_another_order_of_a_list_is_a_change_that_adds_and_removes_nothing():
    (change,) = diff(REPAS, replace(REPAS, keywords=("Santé", "Culture")))
    assert (change.field, change.added, change.removed) == ("keywords", (), ())


def test_a_label_that_is_printed_above_nothing_says_what_one_does_that_is_not_printed():
    assert diff(REPAS, replace(REPAS, text=replace(REPAS.text, end_reason=""))) == ()


@given(full_sheets, full_sheets)
def test_the_changes_of_a_sheet_name_the_fields_that_differ_and_lead_from_one_to_the_other(before: Sheet, after: Sheet):
    changes = {change.field: change for change in diff(before, after)}
    for field in FIELDS:
        old, new = field.of(before), field.of(after)
        if field.name == "structure":
            old, new = ((each.structure, each.structure_department) for each in (before, after))
        change = changes.pop(field.api, None)
        assert (change is not None) == ((old or None) != (new or None) if field.holds is not Holds.MANY else old != new)
        if change is None:
            continue
        if field.holds is Holds.MANY:
            left = list(old)
            for value in change.removed:
                left.remove(value)
            assert sorted([*left, *change.added]) == sorted(new)
        else:
            assert without(REMOVED, change.words) == (change.after or "")
            assert without(ADDED, change.words) == (change.before or "")
    assert changes == {}


@given(full_sheets)
def test_equal_sheets_have_no_change(sheet: Sheet):
    assert diff(sheet, replace(sheet)) == ()
