"""Where the words of a query stand in a text, found word by word so that positions are those of the text itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from graph.search.french import bare, stem, words
from graph.search.meaning import Clause, How

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


def highlights(clauses: Sequence[Clause], fields: Mapping[str, str], first: int) -> list[Highlight]:
    """The `first` matches of each field that has one, in the order of `fields`.

    What counts as a clause is shown only where the words of the clause are not. A phrase is one match; matches that
    overlap are joined.

    >>> from graph.search.query import Word
    >>> jardin = Clause("jardin", (Word("jardin", "jardin"),))
    >>> highlights([jardin], {"a": "Des jardins."}, 1)[0].fragments[0].text
    'jardins'
    """
    placed = {field: _placed(text) for field, text in fields.items()}
    said = {each.stem for some in placed.values() for each in some}
    wanted = [_wanted(clause, said) for clause in clauses]
    spans = {field: _spans(wanted, placed[field])[:first] for field in fields}
    return [
        Highlight(field, tuple(_fragment(text, start, end) for start, end in spans[field]))
        for field, text in fields.items()
        if spans[field]
    ]


class _Placed(NamedTuple):
    """A word of a text, and where it stands."""

    stem: str
    bare: str
    start: int
    end: int


class _Wanted(NamedTuple):
    """What is marked: words of some stems, some bare words, and stems in a row."""

    stems: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()
    runs: tuple[tuple[str, ...], ...] = ()


def _placed(text: str) -> list[_Placed]:
    return [_Placed(stem(word), bare(word), start, end) for word, start, end in words(text)]


def _wanted(clause: Clause, said: Collection[str]) -> _Wanted:
    stems = tuple(word.stem for word in clause.words)
    if clause.is_phrase:
        return _Wanted(runs=(stems,))
    plain = frozenset(word for option in clause.options for word in option.words)
    others = _Wanted(words=plain, runs=tuple(option.phrase for option in clause.options if option.phrase))
    if all(each in said for each in stems):
        wrong = (word for option in clause.options if option.how is How.MISSPELT for word in option.words)
        return _Wanted(frozenset(stems), frozenset(wrong))
    return others


def _spans(wanted: Sequence[_Wanted], placed: Sequence[_Placed]) -> list[tuple[int, int]]:
    stems: frozenset[str] = frozenset().union(*(each.stems for each in wanted))
    plain: frozenset[str] = frozenset().union(*(each.words for each in wanted))
    spans = [(each.start, each.end) for each in placed if each.stem in stems or each.bare in plain]
    runs = [run for each in wanted for run in each.runs]
    sequence = tuple(each.stem for each in placed) if runs else ()
    for run in runs:
        spans += (
            (placed[at].start, placed[at + len(run) - 1].end)
            for at in range(len(sequence) - len(run) + 1)
            if sequence[at] == run[0] and sequence[at : at + len(run)] == run
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
