"""What a query means among some entries: its words put right, and for each what else counts as it.

A word that no entry has is read as one of a letter or two from it (`Correction`). What is left are clauses, each with
options that count as well: words of its family, and what the thesaurus says of it. Options are what some entry has.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import chain, islice

from rapidfuzz import process
from rapidfuzz.distance import OSA

from graph.once import kept_by_object
from graph.search.changing import ChangingEntries
from graph.search.families import inflections, kin, lemma
from graph.search.french import STOP_WORDS, bare, one_letter_away, stem, words
from graph.search.places import place_words
from graph.search.query import SearchQuery, Word, read_words
from graph.search.questions import ASKING
from graph.search.thesaurus import Sense, Thesaurus

MOST_OPTIONS = 60
"""How many options a query has at most, over all its clauses."""

MOST_READ = 100_000
"""How many entries are read for what counts as one group, at most: some 0.3 µs each."""

_MOST_LABELS = 200  # of a group and of those near it, that are asked for
_SHORTEST_MISSPELT = 7  # of shorter words, too many neighbours are words of their own
_SHORTEST_UNKNOWN = 3
_SHORTEST_CHANGED = 4  # a shorter word only lacks a letter
_SHORTEST_TWICE = 8  # letters from which two slips are put right
_RARER = 20  # a misspelling, with its inflections, is at least that many times rarer than the word
_HUB = 5  # a related word that more entries hold than one in so many, and than so many, says nothing
_LOOKED_AT = 200  # words of the same beginning
_INITIALS = 6  # letters of initials, at most


class How(StrEnum):
    """By what an entry answers a word, the nearest first."""

    EXACT = "exact"
    MISSPELT = "misspelt"
    DERIVED = "derived"
    SAME = "same"
    NARROWER = "narrower"
    RELATED = "related"


LEVELS = tuple(How)
_OF_SENSE = {Sense.SAME: How.SAME, Sense.NARROWER: How.NARROWER, Sense.RELATED: How.RELATED}


@dataclass(frozen=True, slots=True)
class Correction:
    """A word of a query, as typed, and the one that it was read as."""

    typed: str
    read: str


@dataclass(frozen=True, slots=True)
class Option:
    """What counts as a clause: any of some bare words, or stems in a row. `label` is shown."""

    how: How
    label: str
    words: tuple[str, ...] = ()
    phrase: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Clause:
    """Some words that were typed, all of them anywhere or, of a phrase, in a row; and what else counts as them. A
    `required` one may not be missing: a phrase is, unless no entry has it.

    It equals itself alone: what it holds is kept by it, and comparing its options would cost more.
    """

    typed: str
    words: tuple[Word, ...]
    is_phrase: bool = False
    options: tuple[Option, ...] = ()
    required: bool = False


@dataclass(frozen=True, slots=True)
class Meaning:
    """A query with its words put right, how they were, and its clauses in their order, phrases last."""

    query: SearchQuery
    corrections: tuple[Correction, ...]
    clauses: tuple[Clause, ...]

    @property
    def is_wider(self) -> bool:
        """Whether something else counts as a word of it."""
        return any(option.how is not How.MISSPELT for clause in self.clauses for option in clause.options)


class Reader:
    """What queries mean among the entries of one version."""

    def __init__(self, entries: ChangingEntries, thesaurus: Thesaurus, others: ChangingEntries | None = None) -> None:
        """Words are put right among those of the entries and of `others`."""
        self._entries = entries
        self._all = (entries,) if others is None else (entries, others)
        self._thesaurus = thesaurus
        self.misspellings = kept_by_object(1_024, self._misspellings)
        self._meant = kept_by_object(1_024, self._labels_of)
        self._wider = kept_by_object(256, self._labels_above)
        self._family = kept_by_object(1_024, self._family_of)

    def meaning(self, query: SearchQuery) -> Meaning:
        """What a query means."""
        corrections: list[Correction] = []
        found = [self._put_right(word, corrections) for word in self._joined(query.words, corrections)]
        phrases = [tuple(self._put_right(word, corrections) for word in phrase) for phrase in query.phrases]
        meant = SearchQuery(tuple({word.stem: word for word in found}.values()), tuple(phrases))
        return Meaning(meant, tuple(dict.fromkeys(corrections)), tuple(_bounded(self._clauses(meant))))

    def _joined(self, some: Sequence[Word], corrections: list[Correction]) -> list[Word]:
        """The words, where two of which no entry has one are one that entries have: « co voiturage »."""
        found: list[Word] = []
        for word in some:
            before = found[-1] if found else None
            if before and not (before.stays or word.stays):
                both = before.bare + word.bare
                alone = all(self._entries.count("stems", each.stem) for each in (before, word))
                if not alone and self._entries.count("words", both):
                    typed = f"{before.typed} {word.typed}"
                    corrections.append(Correction(typed, both))
                    found[-1] = Word(both, stem(both), typed)
                    continue
            found.append(word)
        return found

    def _put_right(self, word: Word, corrections: list[Correction]) -> Word:
        if word.stays or self._is_known(word):
            return word
        near = self._nearest(word.bare)
        if near is None:
            return word
        corrections.append(Correction(word.typed, near))
        return Word(near, stem(near), word.typed)

    def _is_known(self, word: Word) -> bool:
        return bool(
            self._count_in_all("stems", word.stem)
            or self._thesaurus.knows(word.bare)
            or word.bare in place_words()
            or self._family(word.bare)
        )

    def _count_in_all(self, field: str, term: str) -> int:
        return sum(entries.count(field, term) for entries in self._all)

    def _nearest(self, plain: str) -> str | None:
        """The most frequent word at one letter from an unknown one, else one of the thesaurus, else one at two."""
        if len(plain) < _SHORTEST_UNKNOWN:
            return None
        close = sorted(one_letter_away(plain) - STOP_WORDS - ASKING)
        if len(plain) < _SHORTEST_CHANGED:
            close = [near for near in close if len(near) > len(plain)]
        if len(plain) < _SHORTEST_MISSPELT:
            # Nobody takes another letter to begin with: « jeter » is no « fêter ».
            close = [near for near in close if near[1:] != plain[1:]]
        counts = {near: self._count_in_all("words", near) for near in close}
        near = max(close, key=counts.__getitem__, default="")
        if counts.get(near):
            return near
        near = next((near for near in close if self._thesaurus.has(near)), "")
        return near or (self._two_away(plain) if len(plain) >= _SHORTEST_TWICE else None)

    def _two_away(self, plain: str) -> str | None:
        frequent = [word for entries in self._all for word, _ in entries.words(plain[:3], _LOOKED_AT)]
        # Few get the first letter wrong.
        for candidates in (frequent, [word for word in self._thesaurus.words if word[0] == plain[0]]):
            closest = process.extractOne(plain, candidates, scorer=OSA.distance, score_cutoff=2)
            if closest is not None:
                return str(closest[0])
        return None

    def _misspellings(self, word: Word) -> tuple[str, ...]:
        """The bare words that misspell a word: one letter away, of another stem, and much rarer or in one entry."""
        count = self._entries.count
        known = count("words", word.bare)
        if not known or word.stays or len(word.bare) < _SHORTEST_MISSPELT:
            return ()
        most = max(1, known // _RARER)
        close = [near for near in one_letter_away(word.bare) if 0 < count("words", near) <= most]
        others = (near for near in close if stem(near) != word.stem)
        # « mobilise » is one letter from « mobilité », but « mobilisation » shows that it is a word of its own.
        return tuple(sorted(near for near in others if count("stems", stem(near)) <= most))

    def _clauses(self, query: SearchQuery) -> Iterator[Clause]:
        yield from self._loose(query.words)
        for phrase in query.phrases:
            stays = phrase[0].stays
            is_said = stays or self._entries.holds(phrase)
            yield Clause(f"« {_typed(phrase)} »", phrase, is_phrase=True, required=is_said)
            if not is_said:
                # Nobody says it: its words are looked for, and the phrase is missing.
                yield from self._loose([word for word in phrase if word.bare not in STOP_WORDS])

    def _loose(self, asked: Sequence[Word]) -> Iterator[Clause]:
        lemmas = [lemma(word.bare) for word in asked]
        place = 0
        while place < len(asked):
            some = self._group_at(asked, lemmas, place) or tuple(asked[place : place + 1])
            yield self._clause(some)
            place += len(some)

    def _group_at(self, asked: Sequence[Word], lemmas: Sequence[str], place: int) -> tuple[Word, ...] | None:
        """The words from a place on that are a label of several words, and that some entry answers."""
        stop = next((at for at in range(place, len(asked)) if asked[at].stays), len(asked))
        found = self._thesaurus.longest(lemmas[place:stop])
        if found is None or found[1] == 1:
            return None
        some = tuple(asked[place : place + found[1]])
        # What nobody says as a whole is looked for word by word.
        is_said = self._meant(found[0].id) or all(self._entries.count("stems", word.stem) for word in some)
        return some if is_said else None

    def _clause(self, some: tuple[Word, ...]) -> Clause:
        if some[0].stays:
            return Clause(_typed(some), some, required=True)
        found = self._thesaurus.longest([lemma(word.bare) for word in some])
        group = found[0] if found and found[1] == len(some) else None
        options: list[Option] = []
        if len(some) == 1:
            [word] = some
            if wrong := self.misspellings(word):
                options.append(Option(How.MISSPELT, wrong[0], wrong))
            options += (Option(How.DERIVED, each[0], each) for each in self._family(word.bare))
        if group:
            is_held = all(self._count_in_all("stems", word.stem) for word in some)
            options += self._meant(group.id) or (() if options or is_held else self._wider(group.id))
        own = {word.stem for word in some}
        return Clause(_typed(some), some, options=tuple(each for each in options if not _is_own(each, own)))

    def _family_of(self, plain: str) -> tuple[tuple[str, ...], ...]:
        """The words of the family of a bare word that entries hold, each with its inflections."""
        own = stem(plain)
        # Most of them are no words: their stems tell so at once.
        stems = ((other, stem(other)) for other in kin(plain))
        known = (other for other, its_stem in stems if its_stem != own and self._entries.count("stems", its_stem))
        return tuple(filter(None, (self._said(inflections(other)) for other in known)))

    def phrases(self) -> Iterator[tuple[str, ...]]:
        """The phrases of the thesaurus, as stems, that are looked for among the entries for some word."""
        labels = chain.from_iterable(group.shown for group in self._thesaurus.groups.values())
        for phrase in dict.fromkeys(_sought(label)[1] for label in labels):
            if phrase and 0 < self._most((), phrase) <= MOST_READ:
                yield phrase

    def prepare(self) -> None:
        """Find now what entries hold of each group of the thesaurus: a fifth of a second for a million actions. The
        first who asks for a word of a large group would wait for some milliseconds of it.
        """
        self._thesaurus.prepare()
        for group in self._thesaurus.groups:
            self._meant(group)

    def _labels_of(self, group: str) -> tuple[Option, ...]:
        """What the thesaurus says of a group that entries hold, the nearest first."""
        return self._held(self._thesaurus.meant(self._thesaurus.groups[group]))

    def _labels_above(self, group: str) -> tuple[Option, ...]:
        """What entries hold of the nearest wider group of which they hold anything: of « bébé », « petite enfance »."""
        wider = self._thesaurus.above(self._thesaurus.groups[group])
        held = (self._held((Sense.RELATED, label) for label in each.shown) for each in wider)
        return next(filter(None, held), ())

    def _held(self, labels: Iterable[tuple[Sense, str]]) -> tuple[Option, ...]:
        found: list[Option] = []
        read = 0
        for sense, label in islice(labels, _MOST_LABELS):
            plain, phrase = _sought(label)
            most = self._most(plain, phrase)
            # Of a frequent group, what comes last is left out.
            if most and read + most <= MOST_READ and len(found) < MOST_OPTIONS:
                option = self._option(_OF_SENSE[sense], label, plain, phrase)
                if option and not self._is_hub(option):
                    read += most
                    found.append(option)
        return tuple(sorted(found, key=lambda option: LEVELS.index(option.how)))

    def _most(self, plain: Sequence[str], phrase: Sequence[str]) -> int:
        """How many entries hold any of some bare words, or some stems in a row, at most."""
        if phrase:
            return min(self._entries.count("stems", each) for each in phrase)
        # One stem stands for all inflections: where nothing has it, none is asked for.
        if not any(self._entries.count("stems", each) for each in dict.fromkeys(map(stem, plain))):
            return 0
        return sum(self._entries.count("words", word) for word in plain)

    def _option(self, how: How, label: str, plain: tuple[str, ...], phrase: tuple[str, ...]) -> Option | None:
        if phrase:
            return Option(how, label, phrase=phrase) if self._is_said(phrase) else None
        return Option(how, label, self._said(plain))

    def _is_hub(self, option: Option) -> bool:
        """Whether an option is related, and said too often to tell."""
        if option.how is not How.RELATED:
            return False
        if option.phrase:
            count = len(self._entries.with_phrase(option.phrase))
        else:
            count = max(self._entries.count("words", word) for word in option.words)
        return count > max(_HUB, len(self._entries) // _HUB)

    def _said(self, plain: Iterable[str]) -> tuple[str, ...]:
        """Those of some bare words that entries hold, the most frequent first."""
        counts = {word: self._entries.count("words", word) for word in plain}
        return tuple(sorted(filter(counts.__getitem__, counts), key=lambda word: (-counts[word], word)))

    def _is_said(self, phrase: tuple[str, ...]) -> bool:
        return all(self._entries.count("stems", each) for each in phrase) and bool(self._entries.with_phrase(phrase))


def _typed(some: Sequence[Word]) -> str:
    return " ".join(word.typed or word.bare for word in some)


def _is_own(option: Option, stems: set[str]) -> bool:
    return option.how is not How.MISSPELT and {stem(word) for word in option.words} | set(option.phrase) == stems


def _bounded(clauses: Iterable[Clause]) -> Iterator[Clause]:
    """The clauses with `MOST_OPTIONS` in all, shared out evenly."""
    listed = list(clauses)
    with_options = sum(bool(clause.options) for clause in listed)
    for clause in listed:
        most = MOST_OPTIONS // max(with_options, 1)
        yield Clause(clause.typed, clause.words, clause.is_phrase, clause.options[:most], clause.required)


@lru_cache(8_192)
def _sought(label: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What a label is looked for by: the inflections of its one word, or its stems in a row. Initials have none."""
    read = read_words(label)
    if len(read) > 1:
        return (), tuple(word.stem for word in read)
    [plain] = [bare(word) for word, _, _ in words(label)]
    return ((plain,) if label.isupper() and len(label) <= _INITIALS else inflections(plain)), ()
