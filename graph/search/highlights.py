"""Where the words of a query stand in a text, found word by word so that positions are those of the text itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from graph.search.french import bare, stem, words
from graph.search.query import SearchQuery

CONTEXT = 60  # characters, at most, that are shown on each side of a match


@dataclass(frozen=True, slots=True)
class Fragment:
    """A match: `text` is `field[start:end]`, in characters (code points) from 0; `before` and `after` are what
    surrounds it in the field, at most `CONTEXT` characters, cut between words.
    """

    text: str
    start: int
    end: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Highlight:
    """The first matches in a field, in the order of its text; never empty."""

    field: str
    fragments: tuple[Fragment, ...]


def highlights(query: SearchQuery, misspelt: Collection[str], fields: Mapping[str, str], first: int) -> list[Highlight]:
    """The `first` matches of each field that has one, in the order of `fields`.

    The bare words `misspelt` match as well. A phrase is one match; matches that overlap are joined.

    >>> from graph.search.query import read_query
    >>> highlights(read_query("jardin"), (), {"a": "Des jardins."}, 1)[0].fragments[0].text
    'jardins'
    """
    return [
        Highlight(field, tuple(_fragment(text, start, end) for start, end in spans))
        for field, text in fields.items()
        if (spans := _spans(query, misspelt, text)[:first])
    ]


def _spans(query: SearchQuery, misspelt: Collection[str], text: str) -> list[tuple[int, int]]:
    stems = {word.stem for word in query.words}
    placed = [(stem(word), word, start, end) for word, start, end in words(text)]
    spans = [
        (start, end)
        for its_stem, word, start, end in placed
        if its_stem in stems or (misspelt and bare(word) in misspelt)
    ]
    sequence = [its_stem for its_stem, _, _, _ in placed] if query.phrases else []
    for phrase in query.phrases:
        wanted = [word.stem for word in phrase]
        spans += (
            (placed[at][2], placed[at + len(wanted) - 1][3])
            for at in range(len(sequence) - len(wanted) + 1)
            if sequence[at : at + len(wanted)] == wanted
        )
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _fragment(text: str, start: int, end: int) -> Fragment:
    first = max(0, start - CONTEXT)
    if first:
        first = next((at + 1 for at in range(first, start) if text[at].isspace()), start)
    last = min(len(text), end + CONTEXT)
    if last < len(text):
        last = next((at for at in range(last - 1, end - 1, -1) if text[at].isspace()), end)
    return Fragment(text[start:end], start, end, text[first:start], text[end:last])
