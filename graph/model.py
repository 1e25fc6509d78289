"""The records: what the page says (`Sheet`) and what the graph holds (`Action`, `Structure`, `Concept`).

A *sheet* is what the platform published; an *action* is what the sheet tells of. A sheet keeps every word as
printed. The node records carry what lists, filters and traversals need; the long text of a sheet (`SheetText`)
is kept apart, so that a million actions fit in memory while their text stays in the store.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from operator import attrgetter
from typing import Any, ClassVar, NamedTuple

from graph.kinds import CONCEPT_KINDS, KINDS, NodeKind


@dataclass(frozen=True, slots=True)
class Problem:
    """A line that does not fit the form, or a value that the vocabulary does not know. `line` counts from 1."""

    line: int
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a sheet was read: the name of the source and the range of lines, from 1, both ends included."""

    source: str
    first_line: int
    last_line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetText:
    """What a sheet says besides what makes the graph, to the letter; the lines of a text are joined by a newline, ""
    means printed and empty.

    `end_reason` and `initiator_detail` are None where their label is not printed at all, `territory_again` where the
    second « Territoire concerné » repeats the first.
    """

    files: tuple[str, ...] = ()
    end_reason: str | None = None
    summary: str = ""
    initiator_detail: str | None = None
    experience: str = ""
    territory_again: str | None = None
    description: str = ""
    resources: str = ""
    people: str = ""
    result_territory: str = ""
    result_centre: str = ""
    result_residents: str = ""
    limits: str = ""
    perspectives: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet of the directory, every value spelled as printed, every list in the order of the page.

    `year` and `department` come from the table's row. Without a row `year` is None and `department` is the
    structure's. Two sheets are equal when they say the same thing, wherever they were read.
    """

    title: str
    department: str
    year: int | None = None
    structure: str
    structure_department: str
    status: str = ""
    dimension: str = ""
    keywords: tuple[str, ...] = ()
    initiators: tuple[str, ...] = ()
    territory: str = ""
    publics: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()
    text: SheetText = SheetText()
    origin: Origin | None = field(default=None, compare=False)


def sheet_of(values: Mapping[str, Any]) -> Sheet:
    """The sheet that has these values, named as in `Sheet` and in `SheetText`."""
    rest = dict(values)
    texts = {name: rest.pop(name) for name in SheetText.__dataclass_fields__ if name in rest}
    return Sheet(text=SheetText(**texts), **rest)


class LightRow(NamedTuple):
    """What the graph needs of a sheet: everything but its text, spelled as printed.

    `number` is the sheet's for ever: given once by the store, from 1, and never to another. 0 where no store gave one.
    """

    key: str
    title: str
    year: int | None
    department: str
    structure: str
    structure_department: str
    status: str = ""
    dimension: str = ""
    territory: str = ""
    keywords: Sequence[str] = ()
    partners: Sequence[str] = ()
    publics: Sequence[str] = ()
    initiators: Sequence[str] = ()
    number: int = 0


_LIGHT = attrgetter(*LightRow._fields[1:-1])


def light_row(key: str, sheet: Sheet, number: int = 0) -> LightRow:
    """What the graph needs of a sheet."""
    return LightRow._make((key, *_LIGHT(sheet), number))


@dataclass(frozen=True, slots=True, eq=False)
class Concept:
    """A word of one of the vocabularies, or a place. One record for each node, compared by identity."""

    key: str
    kind: NodeKind
    label: str


@dataclass(frozen=True, slots=True, eq=False)
class Region(Concept):
    """A region, with its code in the Code officiel géographique."""

    code: str


@dataclass(frozen=True, slots=True, eq=False)
class Department(Concept):
    """A department, with its code and its region; both are None where what a sheet prints is no known department."""

    code: str | None = None
    region: Region | None = None


@dataclass(frozen=True, slots=True)
class StructurePlace:
    """Where a structure is, and its site, as a second file says; None for what it does not say. The SIRET has 14
    digits, the postcode 5, and degrees are decimal, of WGS 84, both or neither.
    """

    siret: str | None = None
    address: str | None = None
    postcode: str | None = None
    commune: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    site: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Structure:
    """A body that organises actions. `ordinal` is its slot, from 0, and says nothing of an order."""

    kind: ClassVar[NodeKind] = NodeKind.STRUCTURE
    key: str
    ordinal: int
    name: str
    department: Department

    @property
    def label(self) -> str:
        """What it is called, as for every node."""
        return self.name

    @property
    def region(self) -> Region | None:
        """The region of its department."""
        return self.department.region


@dataclass(frozen=True, slots=True, eq=False)
class Action:
    """An action as a node: one record for each revision of its sheet. `ordinal` is its slot, from 0, and says nothing
    of an order (`graph.default_order`).
    """

    kind: ClassVar[NodeKind] = NodeKind.ACTION
    key: str
    ordinal: int
    title: str
    year: int | None
    status: str
    structure: Structure
    department: Department
    dimension: Concept | None
    territory: Concept | None
    keywords: tuple[Concept, ...]
    partners: tuple[Concept, ...]
    publics: tuple[Concept, ...]
    initiators: tuple[Concept, ...]

    @property
    def label(self) -> str:
        """What it is called, as for every node."""
        return self.title

    @property
    def region(self) -> Region | None:
        """The region of its department."""
        return self.department.region

    def linked(self, kind: NodeKind) -> tuple[Structure | Concept, ...]:
        """Its nodes of a kind, in the order of the sheet: its structure, department or region, or its concepts."""
        value = getattr(self, KINDS[kind].attribute)
        return value if KINDS[kind].many else () if value is None else (value,)

    def neighbours(self) -> Iterator[Structure | Concept]:
        """What the graph links it to: its structure, then its concepts kind by kind, as `CONCEPT_KINDS` has them."""
        yield self.structure
        for value in _CONCEPTS(self):
            if value.__class__ is tuple:
                yield from value
            elif value is not None:
                yield value


_CONCEPTS = attrgetter(*(KINDS[kind].attribute for kind in CONCEPT_KINDS))

Node = Action | Structure | Concept


_LIGATURES = str.maketrans({"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ß": "ss", "’": "'"})
_NOT_WORD = re.compile(r"[^a-z0-9]+")


class _WithoutMarks(dict[int, str | None]):
    """A table for `str.translate` that drops combining marks; a character is looked at once."""

    def __missing__(self, code: int) -> str | None:
        character = chr(code)
        kept = self[code] = None if unicodedata.combining(character) else character
        return kept


_MARKS = _WithoutMarks()


@lru_cache(4_096)  # an import folds the names of a sheet four times, and those of its structure in every sheet
def fold(text: str) -> str:
    """`text` without accents, case, ligatures or curly apostrophes, white space folded: what comparisons use."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.translate(_LIGATURES)).translate(_MARKS)
    return " ".join(text.casefold().split())


def slug(text: str, limit: int = 60) -> str:
    """`text` as lower-case ASCII words joined by hyphens, cut between words to at most `limit` characters.

    Text without an ASCII word, or cut, ends with eight hexadecimal digits of its hash, so that two such texts differ.
    """
    words = _NOT_WORD.sub("-", fold(text)).strip("-")
    if words and len(words) <= limit:
        return words
    head = words[: limit - 8].rpartition("-")[0]
    return f"{head}-{digest(fold(text), 8)}".lstrip("-")


def digest(text: str, length: int) -> str:
    """The first `length` hexadecimal digits of the BLAKE2b hash of `text`."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()[:length]


def concept_key(kind: NodeKind, label: str) -> str:
    """The key of a concept: `keyword:mobilite-transport`."""
    return f"{kind}:{slug(label)}"


def status_key(status: str) -> str:
    """What statuses are compared by, "" for none: « En cours », "en cours" and the API's name EN_COURS are one."""
    return slug(status) if status.strip() else ""


def structure_key(name: str, department: str) -> str:
    """The key of a structure, told apart by its department: `structure:lot-centre-social-et-cuturel-le-rionet`."""
    return f"{NodeKind.STRUCTURE}:{slug(f'{department} {name}')}"


def action_key(sheet: Sheet, occurrence: int) -> str:
    """The key of the action that a sheet tells of: `action:repas-oriental-2016-1f0c9d3e`.

    Nothing on the page identifies an action, so the last eight digits hash its structure, title, year and
    `occurrence`, which counts from 1 the sheets that share those three.
    """
    names = map(fold, (sheet.structure_department, sheet.structure, sheet.title))
    identity = "\n".join((*names, str(sheet.year), str(occurrence)))
    year = "" if sheet.year is None else f"-{sheet.year}"
    return f"{NodeKind.ACTION}:{slug(sheet.title, 50)}{year}-{digest(identity, 8)}"
