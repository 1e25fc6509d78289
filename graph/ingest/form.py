"""The form that every sheet follows: its labels in their order, and how a line is recognised as one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache


class Holds(Enum):
    """What stands under a label."""

    ONE = auto()
    """One line `- value`, or none."""
    MANY = auto()
    """Any number of lines `- value`."""
    TEXT = auto()
    """Any lines at all."""


@dataclass(frozen=True, slots=True)
class Field:
    """One label. `name` is the field of `Sheet` or `SheetText`; `opening` is printed under the label."""

    name: str
    label: str
    holds: Holds
    optional: bool = False
    opening: tuple[str, ...] = ()


DASH = "-"
PARTNERS_HEADING = "Partenaires d'action:"

FORM: tuple[Field, ...] = (
    Field("structure", "- Structure organisatrice", Holds.ONE),
    Field("files", "- Fichier(s) associé(s)", Holds.MANY),
    Field("status", "- Statut de l'action", Holds.ONE),
    Field("end_reason", "- Raisons pour lesquelles l'action est terminée", Holds.TEXT, optional=True),
    Field("dimension", "- Dimension", Holds.ONE),
    Field("keywords", "- Mots clés associés à l'action", Holds.MANY, opening=(DASH,)),
    Field("summary", "- Résumé", Holds.TEXT),
    Field("initiators", "- Qui est à l'initiative de l'action ?", Holds.MANY, opening=(DASH,)),
    Field("initiator_detail", "- Précision ( si autre )", Holds.TEXT, optional=True),
    Field("territory", "- Territoire concerné", Holds.ONE),
    Field(
        "experience",
        "- Description de l'expérience, ses objectifs, ses acteurs et ses différentes phases.",
        Holds.TEXT,
    ),
    Field("publics", "- Public", Holds.MANY),
    Field(
        "partners",
        "- Avec qui cette action a-t-elle été menée ?",
        Holds.MANY,
        opening=(DASH, PARTNERS_HEADING),
    ),
    Field("territory_again", "- Territoire concerné", Holds.ONE),
    Field("description", "- Description générale", Holds.TEXT),
    Field("resources", "- Ressources financières mobilisées pour cette action", Holds.TEXT),
    Field("people", "- Nombre de personnes mobilisés pour cette action", Holds.TEXT),
    Field("result_territory", "- Résultat sur le territoire", Holds.TEXT),
    Field("result_centre", "- Résultat pour le centre social", Holds.TEXT),
    Field("result_residents", "- Résultat pour les habitants", Holds.TEXT),
    Field("limits", "- Suite de l'action : Limites", Holds.TEXT),
    Field("perspectives", "- Suite de l'action : Perspectives", Holds.TEXT),
)

SHEET_MARK = "Actions"
"""The line that stands above the title of each sheet."""

ESCAPE = "\\"
"""Stands before a line of content that would be misread as a label. See `classify`."""

FIELD_AT = {field.name: index for index, field in enumerate(FORM)}

# A code names what a line could be: 0 nothing, 1 to 22 a label, 23 the mark of a sheet.
CODES: dict[str, int] = {}
for _index, _field in enumerate(FORM):
    CODES.setdefault(_field.label, _index + 1)  # « - Territoire concerné » keeps the code of the first
CODES[SHEET_MARK] = len(FORM) + 1

STRUCTURE, FILES, STATUS = (FIELD_AT[name] + 1 for name in ("structure", "files", "status"))
ACTIONS = CODES[SHEET_MARK]

FIELDS_OF_CODE: tuple[tuple[int, ...], ...] = tuple(
    tuple(index for index, field in enumerate(FORM) if CODES[field.label] == code) for code in range(ACTIONS + 1)
)
"""For each code, the places in `FORM` of the labels that a line of this code could be."""

_LONGEST_LABEL = 2 * max(map(len, CODES))


def classify(line: str) -> tuple[int, str]:
    """The code of the line, 0 where it is content only, and the line without its escape.

    A label is recognised with any white space between its words (no-break spaces too) and with curly
    apostrophes, but in its own letter case. A line of backslashes followed by a label is content, with one
    backslash less; every other backslash is an ordinary character.
    """
    code = CODES.get(line)
    if code is not None:
        return code, line
    if line[:1] == DASH or line[:1] == SHEET_MARK[0]:
        return (_code_of_variant(line) if len(line) <= _LONGEST_LABEL else 0), line
    if line[:1] == ESCAPE and could_be_label(line.lstrip(ESCAPE)):
        return 0, line[1:]
    return 0, line


def could_be_label(line: str) -> bool:
    """Whether the line reads as a label or as the mark of a sheet."""
    return line in CODES or (
        line[:1] in (DASH, SHEET_MARK[0]) and len(line) <= _LONGEST_LABEL and _code_of_variant(line) > 0
    )


@lru_cache(maxsize=16_384)  # the words of the vocabularies return on every sheet
def _code_of_variant(line: str) -> int:
    return CODES.get(" ".join(line.replace("’", "'").split()), 0)


def item_of(line: str) -> str | None:
    """The value of a line `- value`, to the letter, or None where the line is no such line."""
    if line[:2] in ("- ", "-\u00a0", "-\u202f") and not line[2:].isspace() and len(line) > 2:
        return line[2:]
    return None


def is_opening(line: str, field: Field) -> bool:
    """Whether the line is one that the form prints under the label of a list, before its values."""
    if line.rstrip() == DASH:
        return field.holds is Holds.MANY
    return PARTNERS_HEADING in field.opening and " ".join(line.replace("’", "'").split()) == PARTNERS_HEADING
