"""What a person typed in a search box, read as words and phrases."""

from __future__ import annotations

import re
from dataclasses import dataclass

from graph.search.french import STOP_WORDS, bare, stem, words

MAX_LENGTH = 256
"""The longest query, in characters."""

MAX_WORDS = 24
"""The most words of a query, small words aside."""


class SearchError(ValueError):
    """A query that is refused; the message is one sentence that names the limit."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word without accents and case, and its stem."""

    bare: str
    stem: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """Two words or more that must follow each other; none is left out of it."""

    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """All of the words and all of the phrases are asked for. Without any, nothing is."""

    words: tuple[Word, ...] = ()
    phrases: tuple[Phrase, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.words or self.phrases)


_QUOTED = re.compile(r'"([^"]*)"|«([^»]*)»|“([^”]*)”')


def read_query(text: str) -> SearchQuery:
    """The words and quoted phrases of `text`; words of one stem count once.

    Whatever is neither a letter nor a digit (an operator, a quote without its pair, an emoji) only parts
    words. Small words (« de », « la », « l’ ») are left out, unless there is nothing else. Raises SearchError
    where the text is longer than `MAX_LENGTH` or holds more than `MAX_WORDS` words.
    """
    refuse_long(text)
    phrases = []
    loose = []
    end = 0
    for match in _QUOTED.finditer(text):
        loose += _words(text[end : match.start()])
        quoted = _words(match[match.lastindex]) if match.lastindex else []
        if len(quoted) > 1:
            phrases.append(Phrase(tuple(quoted)))
        else:
            loose += quoted
        end = match.end()
    loose += _words(text[end:])
    telling = [word for word in loose if word.bare not in STOP_WORDS]
    kept = telling if telling or phrases else loose
    query = SearchQuery(tuple({word.stem: word for word in kept}.values()), tuple(dict.fromkeys(phrases)))
    count = len(query.words) + sum(len(phrase.words) for phrase in query.phrases)
    if count > MAX_WORDS:
        raise SearchError(f"The search has {count} words; at most {MAX_WORDS} are accepted.")
    return query


def refuse_long(text: str) -> None:
    """Raises SearchError where the text is longer than `MAX_LENGTH`."""
    if len(text) > MAX_LENGTH:
        raise SearchError(f"The search is {len(text)} characters long; at most {MAX_LENGTH} are accepted.")


def _words(text: str) -> list[Word]:
    return [Word(bare(word), stem(word)) for word, _, _ in words(text) if stem(word)]
