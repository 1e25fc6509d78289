"""The words of a sheet by which it goes on from another, or announces that it will go on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from graph.fields import TEXTS
from graph.lineage.titles import title_of
from graph.mentions.writing import lowered
from graph.model import SheetText
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


def names(text: SheetText, title: str) -> Said | None:
    """Where a sheet first has the telling words of a title close together, at least two; None where it has not."""
    wanted = title_of(title).telling
    if len(wanted) < 2:
        return None
    for field in TEXTS:
        written = getattr(text, field.name)
        if written and (found := _close(written, wanted)):
            return Said(field.api, *found)
    return None


def says(text: SheetText, title: str) -> Said | None:
    """Where a sheet first has a telling word of a title, of which it has all; None where it has not all."""
    left = set(title_of(title).telling)
    first: Said | None = None
    for field in TEXTS:
        for word, start, end in words(getattr(text, field.name) or ""):
            if (found := stem(word)) in left:
                left.remove(found)
                first = first or Said(field.api, start, end)
        if not left:
            return first
    return None


def _close(text: str, wanted: frozenset[str]) -> tuple[int, int] | None:
    """The first stretch of text with all the stems, of at most twice as many words and two more."""
    placed = [(stem(word), start, end) for word, start, end in words(text)]
    if not wanted <= {each for each, _, _ in placed}:
        return None
    span = 2 * len(wanted) + 2
    for at, (first, start, _) in enumerate(placed):
        if first in wanted:
            some = placed[at : at + span]
            missing = set(wanted)
            for each, _, end in some:
                missing.discard(each)
                if not missing:
                    return start, end
    return None
