"""The words of a sheet by which it goes on from another, or announces that it will go on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from graph.fields import TEXTS
from graph.lineage.titles import title_of
from graph.mentions.writing import lowered
from graph.model import SheetText, fold
from graph.search.french import stem, words

_AHEAD = frozenset(("end_reason", "limits", "perspectives"))
"""The fields that look ahead."""


class Said(NamedTuple):
    """Words of a sheet: what stands in a `field`, by its name in the API, from `start` to `end`, in characters."""

    field: str
    start: int
    end: int


class Continues(NamedTuple):
    """Words by which a sheet says that it goes on: `since` is the year since which, None where it names none."""

    said: Said
    since: int | None


_WHAT = r"(?:l['’]|la |le |notre |ce |cette |cet )?(?:premi\w+ )?"
_ACTION = r"(?:action|projet|atelier|édition|expérience|année|initiative|séance|saison|groupe|travail)"
_CONTINUES = re.compile(
    rf"suite (?:de |du |des |d['’]|à |au ){_WHAT}{_ACTION}"
    r"|dans la continuité (?:de |du |des |d['’])"
    r"|(?:est|été|sont|a|ont|avons|fut) (?:\w+ )?(?:reconduit|renouvel|reprodui|réitér|prolong)\w*"
    r"|(?:nouvelle|deuxième|seconde|troisième|quatrième|cinquième|sixième|\d{1,2} ?(?:e|è|ème|ième)) "
    r"(?:édition|année|saison|session)"
    r"|comme (?:chaque année|l['’]an dernier|l['’]année dernière|les années précédentes)"
    r"|(?:l['’]an|l['’]année) (?:dernière?|passée?|précédente?)"
    r"|(?P<since>depuis (?:l['’]année |la rentrée |la rentrée de |le mois de |\w+ )?(?P<year>(?:19|20)\d\d))"
    r"|(?P<ago>depuis (?P<number>\d{1,2}|un|deux|trois|quatre|cinq|six|sept|huit|neuf|dix)"
    r"(?: ans?(?! et plus)| années?))"
)
_COUNTED = ("un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix")
_NUMBERS = {word: number for number, word in enumerate(_COUNTED, 1)}
_ANNOUNCES = re.compile(
    r"renouvel\w+|recondui\w+|reconduction|réitérer|(?:le |la |l['’])?refaire|poursui\w+|pérennis\w+"
    r"|l['’](?:an|année) prochaine?|prochaine édition|à nouveau|second\w* \w+ est souhaité\w*"
)


def continues(text: SheetText, year: int) -> Iterator[Continues]:
    """Where a sheet of a year says that it goes on."""
    for field in TEXTS:
        written = getattr(text, field.name)
        if not written or field.name in _AHEAD:
            continue
        for found in _CONTINUES.finditer(lowered(written)):
            said = Said(field.api, found.start(), found.end())
            if found["since"]:
                yield Continues(said, int(found["year"]))
            elif found["ago"]:
                number = found["number"]
                yield Continues(said, year - (_NUMBERS.get(number) or int(number)))
            else:
                yield Continues(said, None)


def announces(text: SheetText) -> Said | None:
    """Where a sheet first says, looking ahead, that it is to go on; None where it does not."""
    for field in TEXTS:
        written = getattr(text, field.name)
        if written and field.name in _AHEAD and (found := _ANNOUNCES.search(lowered(written))):
            return Said(field.api, found.start(), found.end())
    return None


class Placed(NamedTuple):
    """A word of a text: its stem, and where it stands."""

    stem: str
    start: int
    end: int


class Words:
    """The words of a sheet, cut when a title may be among them: cutting is the slow part of looking for one."""

    def __init__(self, text: SheetText) -> None:
        written = ((field.api, getattr(text, field.name)) for field in TEXTS)
        self._said = [(name, said) for name, said in written if said]

    def may_have(self, stems: frozenset[str]) -> bool:
        """Whether every stem may be there, by its first letters, which no inflection changes."""
        return all(each[:_KEPT] in self._bare for each in stems)

    @cached_property
    def placed(self) -> Sequence[tuple[str, Sequence[Placed]]]:
        """The fields, by their names in the API, each with its words."""
        return [(name, [Placed(stem(word), *place) for word, *place in words(said)]) for name, said in self._said]

    @cached_property
    def stems(self) -> frozenset[str]:
        """Every stem."""
        return frozenset(word.stem for _, placed in self.placed for word in placed)

    @cached_property
    def _bare(self) -> str:
        return fold(" ".join(said for _, said in self._said))


_KEPT = 3


def names(sheet: Words, title: str) -> Said | None:
    """Where a sheet first has the telling words of a title close together, at least two; None where it has not."""
    wanted = title_of(title).telling
    if len(wanted) < 2 or not sheet.may_have(wanted):
        return None
    found = ((field, _close(placed, wanted)) for field, placed in sheet.placed)
    return next((Said(field, *stretch) for field, stretch in found if stretch), None)


def says(sheet: Words, title: str) -> Said | None:
    """Where a sheet first has a telling word of a title, of which it has all; None where it has not all."""
    wanted = title_of(title).telling
    if not wanted or not sheet.may_have(wanted) or not wanted <= sheet.stems:
        return None
    every = ((field, word) for field, placed in sheet.placed for word in placed)
    return next(Said(field, word.start, word.end) for field, word in every if word.stem in wanted)


def _close(placed: Sequence[Placed], wanted: frozenset[str]) -> tuple[int, int] | None:
    """The first stretch of a text with all the stems, of at most twice as many words and two more."""
    if not wanted <= {word.stem for word in placed}:
        return None
    span = 2 * len(wanted) + 2
    for at, first in enumerate(placed):
        if first.stem in wanted:
            missing = set(wanted)
            for word in placed[at : at + span]:
                missing.discard(word.stem)
                if not missing:
                    return first.start, word.end
    return None
