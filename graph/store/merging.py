"""What becomes of a sheet when its source gives another text and somebody has corrected it meanwhile; and how like two
sheets are. Sheets in, sheets out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from graph.fields import FIELDS
from graph.model import Origin, Sheet, sheet_of

LIKE = 0.6
"""The least likeness of a sheet to what it became when its title, its structure or its year was mended."""


class Merged(NamedTuple):
    """The sheet after a merge, and the fields of which both sides say another thing: there, ours stands."""

    sheet: Sheet
    clashes: tuple[str, ...]


def merged(base: Sheet, ours: Sheet, theirs: Sheet) -> Merged:
    """The merge of two sheets that were `base`, field by field: who changed a field has it, and `ours` where both did.

    A structure is one field with its department.
    """
    was, mine, new = map(values_of, (base, ours, theirs))
    kept: dict[str, Any] = {name: new[name] if mine[name] == was[name] else mine[name] for name in was}
    clashes = tuple(name for name in was if mine[name] != was[name] != new[name] != mine[name])
    return Merged(_sheet_of_values(kept, theirs.origin), clashes)


def taken(ours: Sheet, theirs: Sheet, names: Iterable[str]) -> Sheet:
    """Our sheet with some fields as theirs has them."""
    new = values_of(theirs)
    return _sheet_of_values(values_of(ours) | {name: new[name] for name in names}, ours.origin)


def values_of(sheet: Sheet) -> dict[str, Any]:
    """The value of each field of a sheet; of `structure`, its name and its department."""
    values = {field.name: field.of(sheet) for field in FIELDS}
    return values | {"structure": (sheet.structure, sheet.structure_department)}


def _sheet_of_values(values: dict[str, Any], origin: Origin | None) -> Sheet:
    name, department = values["structure"]
    return sheet_of(values | {"structure": name, "structure_department": department, "origin": origin})


def likeness(one: Sheet, other: Sheet) -> float:
    """How like two sheets are, from 0 to 1: of the fields that either fills, the share that is equal."""
    mine, theirs = values_of(one), values_of(other)
    filled = [name for name in mine if mine[name] or theirs[name]]
    equal = [name for name in filled if mine[name] == theirs[name]]
    return len(equal) / max(1, len(filled))


def pairs(
    old: Sequence[tuple[str, Sheet]],
    new: Sequence[tuple[int, Sheet]],
    least: float,
    is_barred: Callable[[str, int], bool] = lambda key, number: False,
) -> list[tuple[str, int]]:
    """Which old sheet became which new one: the likest first, each once, none less like than `least` or barred.

    Of equal likeness, the first new one and the first old one. Quadratic: for the few of one title or one structure.
    """
    scored = [
        (-likeness(sheet, other), place, turn, key, number)
        for turn, (key, sheet) in enumerate(old)
        for place, (number, other) in enumerate(new)
        if not is_barred(key, number)
    ]
    found: list[tuple[str, int]] = []
    taken: set[str | int] = set()
    for score, _, _, key, number in sorted(scored):
        if -score >= least and key not in taken and number not in taken:
            found.append((key, number))
            taken |= {key, number}
    return found
