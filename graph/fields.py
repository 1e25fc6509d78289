"""The fields of a sheet: one table, from which the form, the store, the JSON form, quality and labels derive.

The rows stand in the order of the page: the table's own columns, then the form. Two labels are printed only where they
are filled (`optional`); all the others always.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from functools import partial
from typing import Any

from graph.kinds import NodeKind


class Holds(Enum):
    """What stands under a label: one line `- value` or none, any number of such lines, or any lines at all."""

    ONE = auto()
    MANY = auto()
    TEXT = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field. `name` is its attribute of `Sheet` or, where `apart`, of `SheetText`; `api` its path in the API.

    `label` is what the form prints above it, "" for a column of the table. `opening` is printed under the label, and
    `words` names the vocabulary that its values are of. `shown` is its label where a person reads it.
    """

    name: str
    api: str
    label: str = ""
    shown: str
    holds: Holds = Holds.ONE
    words: str = ""
    apart: bool = False
    optional: bool = False
    opening: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """Where a `Sheet` has it: `title`, `text.summary`."""
        return f"text.{self.name}" if self.apart else self.name

    def of(self, sheet: Any) -> Any:
        """Its value in a `Sheet`."""
        return getattr(sheet.text if self.apart else sheet, self.name)


DASH = "-"
STATUS = "status"
"""The name of the vocabulary of an action's status, which is no kind of node."""


def _printed(name: str, label: str, shown: str | None = None, api: str = "", **rest: Any) -> Field:
    """A field of the form. A person reads its label in good typography, unless `shown` is given."""
    shown = label.replace("'", "’").replace(" ?", "\u202f?") if shown is None else shown
    return Field(name=name, api=api or name, label=f"- {label}", shown=shown, **rest)


_one = partial(_printed, holds=Holds.ONE)
_many = partial(_printed, holds=Holds.MANY, opening=(DASH,))
_text = partial(_printed, holds=Holds.TEXT, apart=True)

FIELDS: tuple[Field, ...] = (
    Field(name="title", api="title", shown="Nom"),
    Field(name="department", api="department", shown="Département"),
    Field(name="year", api="year", shown="Année"),
    _one("structure", "Structure organisatrice"),
    _many("files", "Fichier(s) associé(s)", apart=True, opening=()),
    _one("status", "Statut de l'action", words=STATUS),
    _text("end_reason", "Raisons pour lesquelles l'action est terminée", api="endReason", optional=True),
    _one("dimension", "Dimension", words=NodeKind.DIMENSION),
    _many("keywords", "Mots clés associés à l'action", words=NodeKind.KEYWORD),
    _text("summary", "Résumé"),
    _many("initiators", "Qui est à l'initiative de l'action ?", words=NodeKind.INITIATOR),
    _text("initiator_detail", "Précision ( si autre )", "Précision (si autre)", api="initiatorDetail", optional=True),
    _one("territory", "Territoire concerné", words=NodeKind.TERRITORY),
    _text("experience", "Description de l'expérience, ses objectifs, ses acteurs et ses différentes phases."),
    _many("publics", "Public", words=NodeKind.PUBLIC, opening=()),
    _many(
        "partners",
        "Avec qui cette action a-t-elle été menée ?",
        "Partenaires d’action",
        words=NodeKind.PARTNER,
        opening=(DASH, "Partenaires d'action:"),
    ),
    _one(
        "territory_again",
        "Territoire concerné",
        "Territoire concerné (seconde mention)",
        api="territoryAgain",
        words=NodeKind.TERRITORY,
        apart=True,
    ),
    _text("description", "Description générale"),
    _text("resources", "Ressources financières mobilisées pour cette action"),
    _text(
        "people", "Nombre de personnes mobilisés pour cette action", "Nombre de personnes mobilisées pour cette action"
    ),
    _text("result_territory", "Résultat sur le territoire", api="results.territory"),
    _text("result_centre", "Résultat pour le centre social", api="results.centre"),
    _text("result_residents", "Résultat pour les habitants", api="results.residents"),
    _text("limits", "Suite de l'action : Limites", "Suite de l’action\u202f: limites"),
    _text("perspectives", "Suite de l'action : Perspectives", "Suite de l’action\u202f: perspectives"),
)

FORM: tuple[Field, ...] = tuple(field for field in FIELDS if field.label)
"""What a sheet prints, in its order."""

TEXTS: tuple[Field, ...] = tuple(field for field in FIELDS if field.apart and field.holds is Holds.TEXT)
"""The fields of free text."""

EXPECTED: tuple[Field, ...] = tuple(field for field in FIELDS if field.name not in ("files", "territory_again"))
"""The fields that a sheet is expected to fill. Attached files are optional, and a territory is said once."""
