"""A sheet as it was, in printed words: the form, field by field, with nothing of the graph."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import strawberry
from strawberry import Parent
from strawberry.utils.str_converters import to_snake_case

from graph.fields import FIELDS, Field, Holds
from graph.model import Sheet, SheetText
from schema.context import attribute, field


@strawberry.type(description="What an action changed.")
class Results:
    territory: str | None = attribute("On the territory.")
    centre: str | None = attribute("For the social centre.")
    residents: str | None = attribute("For the residents.")


def results_of(text: SheetText) -> Results:
    """What a sheet says of its results."""
    return Results(
        territory=text.result_territory or None,
        centre=text.result_centre or None,
        residents=text.result_residents or None,
    )


@strawberry.type(description="A structure as a sheet prints it.")
class PrintedStructure:
    structure: str = attribute("The name as printed.", "name")
    structure_department: str = attribute("The department after it, as printed.", "department")


def _title(sheet: Parent[Sheet]) -> str:
    return sheet.title


def _structure(sheet: Parent[Sheet]) -> Sheet:
    return sheet


def _results(sheet: Parent[Sheet]) -> Results:
    return results_of(sheet.text)


def _value(of: Field, kind: Any) -> Callable[..., Any]:
    def resolve(sheet: Parent[Sheet]) -> Any:
        return of.of(sheet) if of.holds is Holds.MANY else of.of(sheet) or None

    resolve.__annotations__["return"] = kind
    return resolve


_OWN: dict[str, tuple[Any, Any]] = {
    "title": (str, _title),
    "year": (int | None, None),
    "structure": (PrintedStructure, _structure),
}
_KINDS: dict[Holds, Any] = {Holds.ONE: str | None, Holds.TEXT: str | None, Holds.MANY: list[str]}


def _fields() -> tuple[dict[str, Any], dict[str, Any]]:
    """Of each field of the form that is no result, by its name: its type, and what resolves it."""
    kinds: dict[str, Any] = {}
    fields: dict[str, Any] = {}
    for of in FIELDS:
        if "." in of.api:
            continue
        kind, resolver = _OWN.get(of.api, (_KINDS[of.holds], None))
        name = to_snake_case(of.api)
        kinds[name] = kind
        several = ", in the order of the page: a handful" if of.holds is Holds.MANY else ""
        fields[name] = field(resolver or _value(of, kind), f"« {of.shown} », as printed{several}.")
    return kinds | {"results": Results}, fields | {"results": field(_results, "« Résultat ».")}


_TYPES, _RESOLVED = _fields()

SheetContent = strawberry.type(
    type("SheetContent", (), {"__module__": __name__, "__annotations__": _TYPES, **_RESOLVED}),
    description="A whole sheet as it was in one of its revisions: every field of the form, null or empty where nothing "
    "is printed. As JSON it can be imported again.",
)
