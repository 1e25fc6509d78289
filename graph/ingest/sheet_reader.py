"""A block of lines → the sheet that it holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from graph.fields import FORM, Field, Holds
from graph.ingest.alignment import HEAD, Span, cheapest_spans, plain_spans
from graph.ingest.blocks import Block
from graph.ingest.form import ACTIONS, FIELD_AT, SHEET_MARK, STRUCTURE, is_opening, item_of
from graph.ingest.problems import ProblemList
from graph.model import Origin, Sheet, fold, sheet_of

SEPARATOR = " - "
"""Stands between the name of a structure and its department; the last one counts."""

Report = Callable[[int, str], None]
Misfit = tuple[int, str]
Items = dict[str, list[tuple[int, str]]]


def read_sheet(block: Block, source: str, problems: ProblemList) -> Sheet:
    """The sheet of a block that `split_blocks` found; what does not fit the form is reported in `problems`.

    What the table says is not known here: the year is None and the department is the structure's.
    """
    head, title = _read_title(block, problems)
    body, codes = block.lines[head:], block.codes[head:]

    def report(index: int, reason: str) -> None:
        problems.add(block.first + head + index, body[index] if body else "", reason)

    spans = plain_spans(codes)
    values, items, misfits = _read_spans(spans or [], body)
    if spans is None or misfits:
        spans = cheapest_spans(body, codes)
        values, items, misfits = _read_spans(spans, body)
        _report_missing(spans, len(body), report)
    for index, reason in misfits:
        report(index, reason)
    for field in FORM:
        for index, value in items.get(field.name, ()) if field.words else ():
            if not problems.knows(field.words, value):
                problems.add_unknown(block.first + head + index, body[index], field.words, value)
    if structure := items.get("structure"):
        values["structure"], department = _read_structure(*structure[0], report)
    else:
        values["structure"] = department = ""
        problems.add(block.first, block.lines[0], "This sheet names no structure.")
    if "territory_again" in values:
        values["territory_again"] = _read_territory_again(values, spans, items, report)
    origin = Origin(source, block.first, block.first + len(block.lines) - 1)
    values |= {"title": title, "department": department, "structure_department": department, "origin": origin}
    return sheet_of(values)


def _read_title(block: Block, problems: ProblemList) -> tuple[int, str]:
    """How many lines of the block stand before the fields, and the title, "" where it is missing."""
    at = int(block.codes[0] == ACTIONS)
    if not at:
        problems.add(block.first, block.lines[0], f"« {SHEET_MARK} » is missing before this line.")
    if block.codes[at] == STRUCTURE and block.codes[at + 1 : at + 2] != [STRUCTURE]:
        problems.add(block.first + at, block.lines[at], "The title is missing before this line.")
        return at, ""
    return at + 1, block.lines[at]


def _read_spans(spans: list[Span], body: list[str]) -> tuple[dict[str, Any], Items, list[Misfit]]:
    """The values of the fields, the items of lists and closed fields by line, the lines that do not fit."""
    values: dict[str, Any] = {}
    items: Items = {}
    misfits: list[Misfit] = []
    for span in spans:
        if span.field == HEAD:
            reason = "The form expects « - Structure organisatrice » here; this line is left out."
            misfits.extend((index, reason) for index in range(span.start, span.end))
            continue
        field = FORM[span.field]
        if field.holds is Holds.TEXT:
            values[field.name] = "\n".join(body[span.start : span.end])
            continue
        found = items[field.name] = []
        for index in range(span.start, span.end):
            item = item_of(body[index])
            if item is None:
                if not is_opening(body[index], field):
                    misfits.append((index, f"« {field.label} » takes lines « - value »; this line is left out."))
            elif found and field.holds is Holds.ONE:
                misfits.append((index, f"« {field.label} » takes one value; this second one is left out."))
            else:
                found.append((index, item))
        if field.holds is Holds.ONE:
            values[field.name] = found[0][1] if found else ""
        else:
            values[field.name] = tuple([item for _, item in found])
    return values, items, misfits


def _report_missing(spans: list[Span], length: int, report: Report) -> None:
    expected = 0
    for span in spans:
        if span.field == HEAD:
            continue
        missing = _quoted(FORM[expected : span.field])
        if span.label is None:
            missing.append(f"« {FORM[span.field].label} »")
        if missing:
            report(span.start if span.label is None else span.label, f"Missing before this line: {', '.join(missing)}.")
        expected = span.field + 1
    if missing := _quoted(FORM[expected:]):
        report(length - 1, f"The sheet ends here without {', '.join(missing)}.")


def _quoted(fields: Sequence[Field]) -> list[str]:
    """The labels that are always printed, quoted."""
    return [f"« {field.label} »" for field in fields if not field.optional]


def _read_structure(index: int, value: str, report: Report) -> tuple[str, str]:
    """The name and the department of a structure's line; the department is "" where the line names none."""
    name, _, department = value.rpartition(SEPARATOR) if SEPARATOR in value else (value, "", "")
    if not department:
        report(index, "No department: expected « - NAME - DEPARTMENT ».")
    return name, department


def _read_territory_again(values: dict[str, Any], spans: list[Span], items: Items, report: Report) -> str | None:
    """The second territory, or None where it repeats the first; one that says another thing is reported."""
    territory, again = values.get("territory", ""), values["territory_again"]
    if fold(again) != fold(territory):
        found = items["territory_again"]
        span = next(span for span in spans if span.field == FIELD_AT["territory_again"])
        at = found[0][0] if found else span.start - 1
        report(at, f"The first « Territoire concerné » says « {territory} ».")
    return None if again == territory else again
