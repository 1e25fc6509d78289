"""A block of lines → the sheet that it holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from graph.fields import FORM, Field, Holds
from graph.ingest.alignment import HEAD, Doubt, Span, cheapest_spans, plain_spans
from graph.ingest.blocks import Block
from graph.ingest.form import ACTIONS, FIELD_AT, SHEET_MARK, TABLE, is_opening, item_of, opening_of
from graph.ingest.problems import ProblemList
from graph.model import Origin, Sheet, fold, sheet_of

SEPARATOR = " - "
"""Stands between the name of a structure and its department; the last one counts."""

Report = Callable[[int, str], None]
Misfit = tuple[int, str]
Items = dict[str, list[tuple[int, str]]]


def read_sheet(block: Block, spans: list[Span] | None, source: str, problems: ProblemList) -> Sheet:
    """The sheet of a block; what does not fit the form is reported in `problems`.

    `spans` are those that `spans_of` gives for the block. What the table says is not known here: the year is None and
    the department is the structure's.
    """
    head, title = block.head, block.title
    body, codes = block.lines[head:], block.codes[head:]

    def report(index: int, reason: str) -> None:
        problems.add(block.first + head + index, body[index] if body else "", reason)

    if block.codes[0] != ACTIONS:
        problems.add(block.first, block.lines[0], f"« {SHEET_MARK} » is missing before this line.")
    if title is None:
        report(0, "The title is missing before this line.")
    values, items, misfits = _read_spans(spans or [], body)
    if spans is None or misfits:
        spans, doubts = cheapest_spans(body, codes)
        values, items, misfits = _read_spans(spans, body)
        _report_missing(spans, len(body), report)
        _report_doubts(doubts, block.first + head, report)
        _report_headers(codes, report)
        _report_labels_as_values(items, codes, report)
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
    origin = Origin(source, block.first, block.last)
    values |= {"title": title or "", "department": department, "structure_department": department}
    return sheet_of(values | {"origin": origin})


def spans_of(block: Block) -> list[Span] | None:
    """The fields of a sheet whose labels are those of the form, once each and in order; else None."""
    return plain_spans(block.codes[block.head :])


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
            if span.end - span.start == 1 and not body[span.start]:
                misfits.append((span.start, f"« {field.label} » holds this blank line alone; it is left out."))
            continue
        found = items[field.name] = _read_items(span, field, body, misfits)
        if field.holds is Holds.ONE:
            values[field.name] = found[0][1] if found else ""
        else:
            values[field.name] = tuple([item for _, item in found])
    return values, items, misfits


def _read_items(span: Span, field: Field, body: list[str], misfits: list[Misfit]) -> list[tuple[int, str]]:
    """The values of a list or of a closed field, each with its line; what else stands there is a misfit."""
    found: list[tuple[int, str]] = []
    openings = list(field.opening)
    for index in range(span.start, span.end):
        item = item_of(body[index])
        if item is None:
            opening = opening_of(body[index])
            if not found and opening in openings:
                del openings[: openings.index(opening) + 1]
            elif is_opening(body[index], field):
                misfits.append((index, f"« {field.label} » has no « {opening} » here; this line is left out."))
            else:
                misfits.append((index, f"« {field.label} » takes lines « - value »; this line is left out."))
        elif found and field.holds is Holds.ONE:
            misfits.append((index, f"« {field.label} » takes one value; this second one is left out."))
        else:
            found.append((index, item))
    return found


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


def _report_doubts(doubts: list[Doubt], first: int, report: Report) -> None:
    for doubt in doubts:
        label = f"« {FORM[doubt.field].label} »"
        numbers = [first + index for index in doubt.others]
        if doubt.label is not None:
            report(doubt.label, f"Read as the label {label}; {_counted(numbers)} could be it as well.")
        else:
            report(doubt.others[0], f"The label {label} is read as missing; {_counted(numbers)} could be it.")


def _counted(numbers: list[int]) -> str:
    """The lines, by their numbers; of many, the first three."""
    shown, more = [str(number) for number in numbers[:3]], len(numbers) - 3
    shown += [f"{more} more"] if more > 0 else []
    joined = " and ".join([", ".join(shown[:-1]), shown[-1]] if shown[1:] else shown)
    return f"line{'s' if shown[1:] else ''} {joined}"


def _report_headers(codes: list[int], report: Report) -> None:
    for index, code in enumerate(codes):
        if code == TABLE:
            reason = "This line could be the header of a table, but no page is found to begin here; it is read as text."
            report(index, reason)


def _report_labels_as_values(items: Items, codes: list[int], report: Report) -> None:
    """Where a vocabulary tells words from labels, they are reported as unknown words."""
    for field in FORM:
        for index, _ in () if field.words else items.get(field.name, ()):
            if codes[index]:
                report(index, f"This line could be a label; it is read as a value of « {field.label} ».")


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
