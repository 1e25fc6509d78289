from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from graph.search.french import one_letter_away


def one_edit_apart(one, other):
    """Whether adding, leaving out, changing or swapping with the next one letter makes one word the other."""
    if len(one) == len(other):
        differ = [place for place in range(len(one)) if one[place] != other[place]]
        swapped = len(differ) == 2 and differ[1] == differ[0] + 1
        return len(differ) == 1 or (
            swapped and one[differ[0]] == other[differ[1]] and one[differ[1]] == other[differ[0]]
        )
    short, long = sorted((one, other), key=len)
    return len(long) == len(short) + 1 and any(long[:at] + long[at + 1 :] == short for at in range(len(long)))


@given(st.text(alphabet="ab", min_size=1, max_size=4))
def test_the_one_letter_away_are_all_the_words_at_one_edit(word):
    every = {"".join(letters) for length in range(6) for letters in product("ab", repeat=length)}
    found = {other for other in one_letter_away(word) if set(other) <= {"a", "b"}}
    assert found == {other for other in every if one_edit_apart(word, other)}


def test_a_word_is_not_its_own_neighbour():
    assert "aa" not in one_letter_away("aa")
