"""A sheet → the lines of a page."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from operator import attrgetter

from graph.fields import FIELDS, FORM, Field, Holds
from graph.ingest.blocks import MAX_SHEET_LINES, split_blocks
from graph.ingest.form import ESCAPE, FILES, SHEET_MARK, STATUS, STRUCTURE, classify, keep_escape, reads_as_label
from graph.ingest.problems import ProblemList
from graph.ingest.sheet_reader import SEPARATOR, read_sheet, spans_of
from graph.model import Sheet

_DEPARTMENT = next(field for field in FIELDS if field.name == "department")
_CHECKED = [*((field.path, field) for field in FIELDS), ("structure_department", _DEPARTMENT)]
_values = attrgetter(*(path for path, _ in _CHECKED))


def sheet_lines(sheet: Sheet) -> list[str]:
    """The lines of a sheet from « Actions » on, escaped where they must be.

    Raises ValueError, naming the field and the value, where the sheet holds what the form has no place for, or more
    lines than the reader takes. A sheet of the form holds Unicode text in NFC, without a carriage return at the end of
    a line. Title, department, structure, status, dimension, territories and the values of lists are one line. The
    values of lists are not blank, nor are status, dimension and territories but where they are "". A department has no
    `|`, a structure's no ` - ` either. The year is from 1 to 9999 or None. `territory_again` is None where it would
    repeat the territory.
    """
    for problem in _problems(sheet):
        raise ValueError(f"the sheet {sheet.title!r} cannot be written: {problem}")
    plain = [*_head(sheet)]
    escaped = [*_head(sheet)]
    for field in FORM:
        content = _content(sheet, field)
        if content is not None:
            plain += [field.label, *field.opening, *map(keep_escape, content)]
            escaped += [field.label, *field.opening]
            escaped += [ESCAPE + line if reads_as_label(line) else line for line in content]
    if len(plain) > MAX_SHEET_LINES:
        raise ValueError(f"the sheet {sheet.title!r} cannot be written: more than {MAX_SHEET_LINES} lines")
    if plain == escaped or _reads_back(plain, sheet):
        return plain
    return escaped


def _problems(sheet: Sheet) -> Iterator[str]:
    """Each field that the form has no place for: its name, its value, and why."""
    for (path, field), value in zip(_CHECKED, _values(sheet), strict=True):
        for text in value if field.holds is Holds.MANY else (value,):
            problem = _problem_of(field, text) if isinstance(text, str) else None
            if problem is not None:
                yield f"{path.removeprefix('text.')} {text!r} {problem}"
    if SEPARATOR in f"- {sheet.structure_department}":
        yield f"structure_department {sheet.structure_department!r} has a « - » between spaces"
    if sheet.structure and not sheet.structure.strip() and not sheet.structure_department:
        yield f"structure {sheet.structure!r} is blank"
    if sheet.year is not None and not 1 <= sheet.year <= 9999:
        yield f"year {sheet.year} is not from 1 to 9999"
    if sheet.text.territory_again is not None and sheet.text.territory_again == sheet.territory:
        yield f"territory_again {sheet.territory!r} repeats the territory"


def _problem_of(field: Field, text: str) -> str | None:
    if not text.isascii():
        if not unicodedata.is_normalized("NFC", text):
            return "is not in NFC"
        try:
            text.encode()
        except UnicodeEncodeError:
            return "is not valid Unicode"
    if "\r" in text and any(line.endswith("\r") for line in text.split("\n")):
        return "has a carriage return at the end of a line"
    if field.holds is Holds.TEXT:
        return None
    if "\n" in text:
        return "is more than one line"
    is_listed = field.holds is Holds.MANY
    if (field.words or is_listed) and not text.strip() and (text or is_listed):
        return "is blank"
    return "has a « | »" if field is _DEPARTMENT and "|" in text else None


def _head(sheet: Sheet) -> tuple[str, str]:
    title = keep_escape(sheet.title)
    if classify(sheet.title)[0] in (STRUCTURE, FILES, STATUS):
        title = ESCAPE + title  # the others do not hide where the sheet begins
    return SHEET_MARK, title


def _content(sheet: Sheet, field: Field) -> list[str] | None:
    """The lines under a label, unescaped, or None where the label is not printed."""
    if field.name == "structure":
        value = sheet.structure
        if sheet.structure_department or SEPARATOR in value:
            value += SEPARATOR + sheet.structure_department
        return [f"- {value}"] if value else []
    if field.name == "territory_again" and sheet.text.territory_again is None:
        return [f"- {sheet.territory}"] if sheet.territory else []
    value = field.of(sheet)
    if value is None or (field.optional and value == ()):
        return None
    if field.holds is Holds.TEXT:
        return value.split("\n") if value else []
    values = value if field.holds is Holds.MANY else [value] if value else []
    return [f"- {item}" for item in values]


def _reads_back(lines: list[str], sheet: Sheet) -> bool:
    """Whether the lines, with another sheet after them, read as the sheet."""
    following = [SHEET_MARK, "", FORM[STRUCTURE - 1].label, "- name - department", FORM[FILES - 1].label]
    before, *blocks = split_blocks([*lines, *following], "")
    if before.lines or [len(block.lines) for block in blocks] != [len(lines), len(following)]:
        return False
    read = read_sheet(blocks[0], spans_of(blocks[0]), "", ProblemList())
    return replace(read, department=sheet.department, year=sheet.year) == sheet
