"""What a person typed in a search box, read as words and phrases."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from graph.errors import OutOfRange
from graph.search.french import STOP_WORDS, bare, stem, words
from graph.search.questions import asking_words

LONGEST = 256  # characters of a query, at most
MOST_WORDS = 24  # words of a query, small words aside


@dataclass(frozen=True, slots=True)
class Word:
    """A word without accents and case, its stem, and the word as it was typed. One that `stays` had a plus sign before
    it: it is sought as it is typed, and no other word for it.
    """

    bare: str
    stem: str
    typed: str = ""
    stays: bool = False


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """All of the words and phrases are asked for; without any, nothing is. A phrase is two words or more in a row."""

    words: tuple[Word, ...] = ()
    phrases: tuple[tuple[Word, ...], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.words or self.phrases)


_QUOTED = re.compile(r'"([^"]*)"|«([^»]*)»|“([^”]*)”')
STAYS = "+"
"""What stands before a word or a phrase that is sought as it is typed."""


@lru_cache(256)  # a page of hits asks for it with each of them
def read_query(text: str) -> SearchQuery:
    """The words and quoted phrases of `text`; words of one stem count once.

    Whatever is neither a letter nor a digit only parts words. Small words (« de », « la ») are left out, and in a
    question those that only ask (« comment », « je cherche »), unless there is nothing else. A word or phrase with a
    plus sign before it stays as it is. Raises OutOfRange for a text of more than `LONGEST` characters or `MOST_WORDS`
    words.

    >>> [word.stem for word in read_query("les HABITANTES de la ville").words]
    ['habit', 'vill']
    """
    check_length("query", text)
    phrases, loose, end = [], [], 0
    for match in _QUOTED.finditer(text):
        loose += read_words(text[end : match.start()])
        stays = text[: match.start()].endswith(STAYS)
        quoted = read_words(match[match.lastindex], stays) if match.lastindex else []
        if len(quoted) > 1:
            phrases.append(tuple(quoted))
        else:
            loose += quoted
        end = match.end()
    loose += read_words(text[end:])
    asking = asking_words([word.bare for word in loose], text)
    telling = [
        word for place, word in enumerate(loose) if word.stays or (word.bare not in STOP_WORDS and place not in asking)
    ]
    if not telling and not phrases:
        telling = [word for word in loose if word.bare not in STOP_WORDS]
    kept = telling if telling or phrases else loose
    query = SearchQuery(tuple({word.stem: word for word in kept}.values()), tuple(dict.fromkeys(phrases)))
    count = len(query.words) + sum(map(len, query.phrases))
    if count > MOST_WORDS:
        raise OutOfRange("query", f"{count} words", f"give at most {MOST_WORDS} words")
    return query


def read_words(text: str, stay: bool = False) -> list[Word]:
    """Every word of `text` that can be searched for, in its order; those after a plus sign, or all of them, stay.

    >>> [word.bare for word in read_words("L’Été, là !")]
    ['l', 'ete', 'la']
    """
    return [
        Word(bare(word), stem(word), word, stay or text[:start].endswith(STAYS))
        for word, start, _ in words(text)
        if stem(word)
    ]


def check_length(parameter: str, text: str) -> None:
    """Raises OutOfRange for a text of more than `LONGEST` characters."""
    if len(text) > LONGEST:
        raise OutOfRange(parameter, f"{len(text)} characters", f"give at most {LONGEST} characters")
