"""Where the words of a query stand in a text, found word by word so that positions are those of the text itself."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice
from typing import NamedTuple

from graph.search.french import STEMS, WORDS, Piece, Row, bare, cut, stem, words
from graph.search.meaning import Clause, How

CONTEXT = 60  # characters, at most, that are shown on each side of a match
_PIECE = re.compile(r"\S+")
_SETS = 16  # of words, two for a query, of which it is kept what pieces hold: a page asks for each of its hits
_PIECES_KEPT = 10_000
_NONE: frozenset[str] = frozenset()


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
    stems = frozenset(chain.from_iterable(_stems_of(clause) for clause in clauses))
    texts = {field: _Text(text, stems) for field, text in fields.items() if text}
    said = {each for text in texts.values() for each in text.stems}
    wanted = _together([_wanted(clause, said) for clause in clauses])
    spans = {field: _spans(wanted, text, first) for field, text in texts.items()}
    return [
        Highlight(field, tuple(_fragment(fields[field], start, end) for start, end in places))
        for field, places in spans.items()
        if places
    ]


class _Text:
    """A text, and which of some stems its pieces say that it has: most pieces were seen before, which makes that a
    small part of what placing each word takes.
    """

    def __init__(self, text: str, stems: frozenset[str]) -> None:
        self._text = text
        self._pieces = cut(text)
        self._stems = _held(STEMS, stems)
        self.stems: set[str] = set().union(*map(self._stems.__getitem__, self._pieces))

    def words(self, wanted: _Wanted) -> Iterator[_Placed]:
        """The words of some stems, which are among these, and some bare words."""
        asked: set[Piece] = set()
        if not wanted.stems.isdisjoint(self.stems):
            asked.update(each for each in self._pieces if not wanted.stems.isdisjoint(self._stems[each]))
        if wanted.words:
            asked.update(filter(_held(WORDS, wanted.words).__getitem__, self._pieces))
        rows = self._rows(asked) if asked else iter(())
        found = chain.from_iterable(rows)
        return (each for each in found if each.stem in wanted.stems or each.bare in wanted.words)

    def rows(self, wanted: Collection[str]) -> Iterator[list[_Placed]]:
        """The words of pieces that have any of some stems, which are among these: those that follow each other in the
        text, together.
        """
        return self._rows({each for each in self._pieces if not self._stems[each].isdisjoint(wanted)})

    def _rows(self, asked: Collection[Piece]) -> Iterator[list[_Placed]]:
        row: list[_Placed] = []
        for found, piece in zip(_PIECE.finditer(self._text), self._pieces, strict=True):
            if piece in asked:
                at = found.start()
                row += (_Placed(stem(word), bare(word), at + start, at + end) for word, start, end in words(found[0]))
            elif row and piece.stems:
                yield row
                row = []
        if row:
            yield row


class _Held(dict[Piece, frozenset[str]]):
    """Which of some words each piece holds."""

    def __init__(self, row: Row, asked: frozenset[str]) -> None:
        super().__init__()
        self._row = row
        self._asked = asked

    def __missing__(self, piece: Piece) -> frozenset[str]:
        if len(self) >= _PIECES_KEPT:
            self.clear()
        held = self._row(piece)
        # Most pieces hold one word, and none of those.
        is_none = held not in self._asked and " " not in held
        found = self[piece] = _NONE if is_none else self._asked.intersection(held.split())
        return found


_held = lru_cache(_SETS)(_Held)


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


def _stems_of(clause: Clause) -> Iterator[str]:
    """The stems of a clause, and of the phrases that count as it."""
    yield from (word.stem for word in clause.words)
    yield from chain.from_iterable(option.phrase for option in clause.options)


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


def _together(wanted: Sequence[_Wanted]) -> _Wanted:
    stems, plain, runs = zip(*wanted, strict=True) if wanted else ((), (), ())
    return _Wanted(frozenset().union(*stems), frozenset().union(*plain), tuple(chain.from_iterable(runs)))


def _spans(wanted: _Wanted, text: _Text, first: int) -> list[tuple[int, int]]:
    """The `first` places where a text has what is wanted, in order."""
    if not text.stems and not wanted.words:
        return []
    spans: list[tuple[int, int]] = []
    runs = [run for run in wanted.runs if text.stems.issuperset(run)]
    # Words stand apart: only what runs over several may join them into fewer places.
    spans += ((each.start, each.end) for each in islice(text.words(wanted), None if runs else first))
    for row in text.rows({*chain.from_iterable(runs)}) if runs else ():
        sequence = tuple(each.stem for each in row)
        for run in runs:
            spans += (
                (row[at].start, row[at + len(run) - 1].end)
                for at in range(len(sequence) - len(run) + 1)
                if sequence[at : at + len(run)] == run
            )
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined[:first]


def _fragment(text: str, start: int, end: int) -> Fragment:
    first = max(0, start - CONTEXT)
    if first:
        first = next((at + 1 for at in range(first, start) if text[at].isspace()), start)
    last = min(len(text), end + CONTEXT)
    if last < len(text):
        last = next((at for at in range(last - 1, end - 1, -1) if text[at].isspace()), end)
    return Fragment(text[start:end], start, end, text[first:start], text[end:last])
