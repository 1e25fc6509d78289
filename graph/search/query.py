"""What a person typed in a search box, read as words and phrases."""

from __future__ import annotations

import re
from dataclasses import dataclass

from graph.errors import OutOfRange
from graph.search.french import STOP_WORDS, bare, stem, words

LONGEST = 256  # characters of a query, at most
MOST_WORDS = 24  # words of a query, small words aside


@dataclass(frozen=True, slots=True)
class Word:
    """A word without accents and case, and its stem."""

    bare: str
    stem: str


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """All of the words and phrases are asked for; without any, nothing is. A phrase is two words or more in a row."""

    words: tuple[Word, ...] = ()
    phrases: tuple[tuple[Word, ...], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.words or self.phrases)


_QUOTED = re.compile(r'"([^"]*)"|«([^»]*)»|“([^”]*)”')


def read_query(text: str) -> SearchQuery:
    """The words and quoted phrases of `text`; words of one stem count once.

    Whatever is neither a letter nor a digit only parts words. Small words (« de », « la ») are left out, unless there
    is nothing else. Raises OutOfRange for a text of more than `LONGEST` characters or `MOST_WORDS` words.

    >>> [word.stem for word in read_query("les HABITANTES de la ville").words]
    ['habit', 'vill']
    """
    check_length("query", text)
    phrases, loose, end = [], [], 0
    for match in _QUOTED.finditer(text):
        loose += read_words(text[end : match.start()])
        quoted = read_words(match[match.lastindex]) if match.lastindex else []
        if len(quoted) > 1:
            phrases.append(tuple(quoted))
        else:
            loose += quoted
        end = match.end()
    loose += read_words(text[end:])
    telling = [word for word in loose if word.bare not in STOP_WORDS]
    kept = telling if telling or phrases else loose
    query = SearchQuery(tuple({word.stem: word for word in kept}.values()), tuple(dict.fromkeys(phrases)))
    count = len(query.words) + sum(map(len, query.phrases))
    if count > MOST_WORDS:
        raise OutOfRange("query", f"{count} words", f"give at most {MOST_WORDS} words")
    return query


def read_words(text: str) -> list[Word]:
    """Every word of `text` that can be searched for, in its order.

    >>> [word.bare for word in read_words("L’Été, là !")]
    ['l', 'ete', 'la']
    """
    return [Word(bare(word), stem(word)) for word, _, _ in words(text) if stem(word)]


def check_length(parameter: str, text: str) -> None:
    """Raises OutOfRange for a text of more than `LONGEST` characters."""
    if len(text) > LONGEST:
        raise OutOfRange(parameter, f"{len(text)} characters", f"give at most {LONGEST} characters")
