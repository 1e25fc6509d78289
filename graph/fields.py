"""The fields of a sheet: one table, from which the form, the store, the JSON form, quality and labels derive.

The rows stand in the order of the page: the table's own columns, then the form. Two labels are printed only where they
are filled (`optional`); all the others always.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from graph.kinds import NodeKind


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
    """A field. `name` is its attribute of `Sheet` or, where `apart`, of `SheetText`; `api` its path in the API.

    `label` is what the form prints above it, "" for a column of the table. `opening` is printed under the label, and
    `words` names the vocabulary that its values are of. `shown` is its label where a person reads it.
    """

    name: str
    api: str
    label: str
    shown: str
    holds: Holds = Holds.TEXT
    words: str = ""
    apart: bool = False
    optional: bool = False
    opening: tuple[str, ...] = ()


DASH = "-"
PARTNERS_HEADING = "Partenaires d'action:"
STATUS = "status"
"""The name of the vocabulary of an action's status, which is no kind of node."""


def _text(name: str, api: str, label: str, shown: str = "", *, optional: bool = False) -> Field:
    return Field(name, api, f"- {label}", shown or label.replace("'", "’"), apart=True, optional=optional)


FIELDS: tuple[Field, ...] = (
    Field("title", "title", "", "Nom", Holds.ONE),
    Field("department", "department", "", "Département", Holds.ONE),
    Field("year", "year", "", "Année", Holds.ONE),
    Field("structure", "structure", "- Structure organisatrice", "Structure organisatrice", Holds.ONE),
    Field("files", "files", "- Fichier(s) associé(s)", "Fichier(s) associé(s)", Holds.MANY, apart=True),
    Field("status", "status", "- Statut de l'action", "Statut de l’action", Holds.ONE, STATUS),
    _text("end_reason", "endReason", "Raisons pour lesquelles l'action est terminée", optional=True),
    Field("dimension", "dimension", "- Dimension", "Dimension", Holds.ONE, NodeKind.DIMENSION),
    Field(
        "keywords",
        "keywords",
        "- Mots clés associés à l'action",
        "Mots clés associés à l’action",
        Holds.MANY,
        NodeKind.KEYWORD,
        opening=(DASH,),
    ),
    _text("summary", "summary", "Résumé"),
    Field(
        "initiators",
        "initiators",
        "- Qui est à l'initiative de l'action ?",
        "Qui est à l’initiative de l’action\u202f?",
        Holds.MANY,
        NodeKind.INITIATOR,
        opening=(DASH,),
    ),
    _text("initiator_detail", "initiatorDetail", "Précision ( si autre )", "Précision (si autre)", optional=True),
    Field("territory", "territory", "- Territoire concerné", "Territoire concerné", Holds.ONE, NodeKind.TERRITORY),
    _text(
        "experience",
        "experience",
        "Description de l'expérience, ses objectifs, ses acteurs et ses différentes phases.",
    ),
    Field("publics", "publics", "- Public", "Public", Holds.MANY, NodeKind.PUBLIC),
    Field(
        "partners",
        "partners",
        "- Avec qui cette action a-t-elle été menée ?",
        "Partenaires d’action",
        Holds.MANY,
        NodeKind.PARTNER,
        opening=(DASH, PARTNERS_HEADING),
    ),
    Field("territory_again", "territoryAgain", "- Territoire concerné", "", Holds.ONE, NodeKind.TERRITORY),
    _text("description", "description", "Description générale"),
    _text("resources", "resources", "Ressources financières mobilisées pour cette action"),
    _text(
        "people",
        "people",
        "Nombre de personnes mobilisés pour cette action",
        "Nombre de personnes mobilisées pour cette action",
    ),
    _text("result_territory", "results.territory", "Résultat sur le territoire"),
    _text("result_centre", "results.centre", "Résultat pour le centre social"),
    _text("result_residents", "results.residents", "Résultat pour les habitants"),
    _text("limits", "limits", "Suite de l'action : Limites", "Suite de l’action\u202f: limites"),
    _text("perspectives", "perspectives", "Suite de l'action : Perspectives", "Suite de l’action\u202f: perspectives"),
)

FORM: tuple[Field, ...] = tuple(field for field in FIELDS if field.label)
"""What a sheet prints, in its order."""

TEXTS: tuple[Field, ...] = tuple(field for field in FIELDS if field.apart and field.holds is Holds.TEXT)
"""The fields of free text."""

EXPECTED: tuple[Field, ...] = tuple(field for field in FIELDS if field.name not in ("files", "territory_again"))
"""The fields that a sheet is expected to fill. Attached files are optional, and a territory is said once."""
