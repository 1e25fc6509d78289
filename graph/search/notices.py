"""What is typed in a search and is not in the data: a department that they do not cover is not « no such action »."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from graph.kinds import NodeKind
from graph.search.families import lemma
from graph.search.french import bare, words
from graph.search.places import Place, known_places, plain_words
from graph.search.thesaurus import key_of

_NAMED = 5  # departments that a sentence names at most

_HEADINGS = {NodeKind.KEYWORD: "mots-clés", NodeKind.PUBLIC: "publics", NodeKind.PARTNER: "partenaires"}
"""The vocabularies whose words people type, as a sentence names them."""

# Names that are everyday words too: such a word is a department with a capital letter, or after one of these; some are
# none without.
_EVERYDAY = frozenset(
    ["aube", "cher", "creuse", "eure", "landes", "lot", "manche", "nord", "orne", "somme", "var", "vienne"]
)
_WITH_A_CAPITAL = frozenset(["reunion"])
_IN_CAPITALS = frozenset(["ara", "aura"])
_BEFORE_A_NAME = frozenset(["dans", "departement", "dept", "en", "l", "la", "le"])
_BEFORE_A_CODE = frozenset(["code", "dans", "departement", "dept", "du", "le"])
_BEFORE_A_YEAR = frozenset(["an", "annee", "annees", "apres", "avant", "de", "depuis", "en", "ete"])


class NoticeKind(StrEnum):
    """What is not in the data."""

    DEPARTMENT = "department"
    REGION = "region"
    YEAR = "year"
    LABEL = "label"
    WORD = "word"


@dataclass(frozen=True, slots=True)
class Notice:
    """What was typed and is not in the data, a French `sentence` that says so, and what the data have instead."""

    kind: NoticeKind
    value: str
    sentence: str
    known: tuple[str, ...] = ()


class InTheData(NamedTuple):
    """What notices are about: the labels of the departments, the years, the known labels of each kind that no action
    has, and the words that nothing holds, as they were typed.
    """

    departments: Sequence[str]
    years: Collection[int]
    unused: Mapping[NodeKind, Sequence[str]]
    unheld: Collection[str]


class _Token(NamedTuple):
    typed: str
    plain: str


def notices(query: str, data: InTheData) -> list[Notice]:
    """What the query names and the data do not have, each once, in its order; words that are nowhere come last."""
    tokens = [_Token(word, bare(word)) for word, _, _ in words(query) if bare(word)]
    told: set[int] = set()
    found = [*_places(tokens, data, told), *_years(tokens, data, told), *_labels(tokens, data)]
    named = {tokens[place].plain for place in told}
    nowhere = [typed.strip("« »") for typed in data.unheld if not named.issuperset(plain_words(typed))]
    found += [Notice(NoticeKind.WORD, typed, f"Aucune fiche ne contient « {typed} ».") for typed in nowhere]
    return list(dict.fromkeys(found))


def _places(tokens: Sequence[_Token], data: InTheData, told: set[int]) -> Iterator[Notice]:
    covered = frozenset(" ".join(plain_words(label)) for label in data.departments)
    place = 0
    while place < len(tokens):
        found = _place_at(tokens, place)
        if found is None:
            place += 1
            continue
        named, length = found
        if not named.departments & covered:
            told.update(range(place, place + length))
            yield Notice(
                NoticeKind.REGION if named.is_region else NoticeKind.DEPARTMENT,
                named.label,
                _of_place(named, data.departments),
                tuple(data.departments[:_NAMED]),
            )
        place += length


def _place_at(tokens: Sequence[_Token], place: int) -> tuple[Place, int] | None:
    known = known_places()
    plain = [token.plain for token in tokens]
    before = plain[place - 1] if place else ""
    for length in range(min(6, len(tokens) - place), 0, -1):
        found = known.get(tuple(plain[place : place + length]))
        if found is None:
            continue
        word = tokens[place]
        if length == 1 and word.plain[0].isdigit():
            return (found, 1) if before in _BEFORE_A_CODE or len(tokens) == 1 else None
        last = tokens[place + length - 1]
        capital = last.typed[0].isupper() and not last.typed.isupper()
        if (last.plain in _WITH_A_CAPITAL and not capital) or (word.plain in _IN_CAPITALS and not word.typed.isupper()):
            continue
        if length > 1 or word.plain not in _EVERYDAY or capital or before in _BEFORE_A_NAME:
            return found, length
    return None


def _of_place(named: Place, departments: Sequence[str]) -> str:
    many = len(departments) > _NAMED
    covered = f"{len(departments)} départements" if many else ", ".join(departments) or "aucun département"
    if named.is_region:
        return f"Aucun département de la région {named.label} n’est dans les données : elles couvrent {covered}."
    return f"Le département {named.label} n’est pas dans les données : elles couvrent {covered}."


def _years(tokens: Sequence[_Token], data: InTheData, told: set[int]) -> Iterator[Notice]:
    for place, token in enumerate(tokens):
        if len(token.plain) != 4 or not token.plain.isascii() or not token.plain.isdigit():
            continue
        year = int(token.plain)
        # « 2000 spectateurs » is no year.
        is_year = place == len(tokens) - 1 or tokens[place - 1].plain in _BEFORE_A_YEAR
        if 1900 <= year < 2100 and is_year and year not in data.years:
            told.add(place)
            known = (min(data.years), max(data.years)) if data.years else ()
            span = f" : les années vont de {known[0]} à {known[1]}" if known else ""
            yield Notice(NoticeKind.YEAR, token.plain, f"Aucune action n’est de {year}{span}.", tuple(map(str, known)))


def _labels(tokens: Sequence[_Token], data: InTheData) -> Iterator[Notice]:
    typed = [lemma(token.plain) for token in tokens]
    for kind, labels in data.unused.items():
        for label in labels if kind in _HEADINGS else ():
            parts = (key_of(part) for part in label.replace("&", "/").replace(",", "/").split("/"))
            if any(part and _has_run(typed, part) for part in parts):
                yield Notice(NoticeKind.LABEL, label, f"Aucune fiche n’a « {label} » parmi ses {_HEADINGS[kind]}.")


def _has_run(typed: Sequence[str], run: Sequence[str]) -> bool:
    return any(tuple(typed[at : at + len(run)]) == tuple(run) for at in range(len(typed) - len(run) + 1))


def unused_labels(labels: Mapping[str, Iterable[str]], used: Collection[str]) -> dict[NodeKind, list[str]]:
    """The known labels of each kind that people type, without those that are used."""
    return {kind: [label for label in labels.get(kind.value, ()) if label not in used] for kind in _HEADINGS}
