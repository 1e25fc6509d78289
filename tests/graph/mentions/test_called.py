"""Bodies by the words of their names, against looking at every name."""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from graph.mentions.called import LEAST, Called, score
from graph.search.query import read_query, read_words

NAMES = ("Fil Bleu", "Le Fil", "Amis du Port", "L'Amie du Fil bleu", "CAF", "de la", "Ports", "!")
QUERIES = (*NAMES, "ami", '"fil bleu"', '"bleu fil"', "+amis", "+ami", "", "zzz", "port du fil")


class Body(NamedTuple):
    key: str
    label: str
    spellings: tuple[str, ...]


directories = st.dictionaries(
    st.sampled_from([f"body:{n}" for n in range(6)]),
    st.lists(st.sampled_from(NAMES), min_size=1, max_size=3),
).map(lambda names: {key: Body(key, some[0], tuple(some[1:])) for key, some in names.items()})


def answers(query: str, name: str) -> bool:
    asked = read_query(query)
    words = read_words(name)
    row = [word.bare for word in words]
    phrases = [[word.bare for word in phrase] for phrase in asked.phrases]
    return bool(asked) and (
        all(any(word.stem == each.stem for each in words) for word in asked.words)
        and all(word.bare in row for word in asked.words if word.stays)
        and all(any(row[at : at + len(phrase)] == phrase for at in range(len(row))) for phrase in phrases)
    )


@given(before=directories, after=directories, query=st.sampled_from(QUERIES))
def test_what_is_found_is_what_looking_at_every_name_finds_and_after_changes_too(before, after, query):
    moved = [key for key in {*before, *after} if before.get(key) != after.get(key)]
    called = Called.of(before.values()).changed(
        [before[key] for key in moved if key in before], [after[key] for key in moved if key in after]
    )
    asked = read_query(query)
    found = {key for key in called.having(asked) if score(asked, after[key]) is not None}
    assert found == {
        key for key, body in after.items() if any(answers(query, name) for name in (body.label, *body.spellings))
    }
    assert called.having(asked) == Called.of(after.values()).having(asked)
    assert all(LEAST < score(asked, after[key]) <= 1 for key in found)


def test_a_name_that_a_query_says_whole_scores_one_and_a_longer_one_less():
    short, long = Body("body:fil", "Le Fil", ()), Body("body:amis", "Les Amis du Fil Bleu", ())
    asked = read_query("le fil")
    assert score(asked, short) == 1
    assert score(asked, long) == LEAST + (1 - LEAST) / 3
    assert score(asked, Body("body:amis", "Les Amis du Fil Bleu", ("Fil",))) == 1
