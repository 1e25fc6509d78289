"""A sheet → the lines of a page."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from graph.ingest.blocks import MAX_SHEET_LINES, split_blocks
from graph.ingest.form import (
    ESCAPE,
    FILES,
    FORM,
    SHEET_MARK,
    STATUS,
    STRUCTURE,
    Field,
    Holds,
    classify,
    could_be_label,
)
from graph.ingest.problems import ProblemList
from graph.ingest.sheet_reader import SEPARATOR, read_sheet
from graph.model import Sheet, SheetText
from graph.vocabulary import Vocabulary

_TEXT_NAMES = frozenset(SheetText.__dataclass_fields__)
_NO_WORDS = Vocabulary({})


def check_sheet(sheet: Sheet) -> None:
    """Raises ValueError, naming the field and the value, where the sheet holds what the form has no place
    for.

    A sheet of the form holds Unicode text in NFC, without a carriage return at the end of a line. Title,
    department, structure, status, dimension, territories and the values of lists are one line. The values of
    lists are not blank, nor are status, dimension and territories but where they are "". A department has no
    `|`, a structure's no ` - ` either. The year is from 1 to 9999 or None. `territory_again` is None where it
    would repeat the territory.
    """
    for name, value in _strings(sheet):
        problem = _problem_of(name, value)
        if problem is not None:
            raise ValueError(f"the sheet {sheet.title!r} cannot be written: {name} {value!r} {problem}")
    if sheet.structure and not sheet.structure.strip() and not sheet.structure_department:
        raise ValueError(f"the sheet {sheet.title!r} cannot be written: structure {sheet.structure!r} is blank")
    if sheet.year is not None and not 1 <= sheet.year <= 9999:
        raise ValueError(f"the sheet {sheet.title!r} cannot be written: year {sheet.year} is not from 1 to 9999")
    if sheet.territory_again is not None and sheet.territory_again == sheet.territory:
        problem = f"territory_again {sheet.territory!r} repeats the territory"
        raise ValueError(f"the sheet {sheet.title!r} cannot be written: {problem}")


_ONE_LINE = ("title", "department", "structure", "structure_department", "status", "dimension", "territory")
_LISTS = ("files", "keywords", "initiators", "publics", "partners")
_NEVER_BLANK = frozenset(("status", "dimension", "territory", "territory_again", *_LISTS))


def _strings(sheet: Sheet) -> Iterator[tuple[str, str]]:
    for name in _ONE_LINE:
        yield name, getattr(sheet, name)
    if sheet.territory_again is not None:
        yield "territory_again", sheet.territory_again
    for name in _LISTS:
        for value in _value(sheet, name):
            yield name, value
    for name in _TEXT_NAMES - {"files"}:
        value = getattr(sheet.text, name)
        if value is not None:
            yield name, value


def _value(sheet: Sheet, name: str) -> Any:
    return getattr(sheet.text if name in _TEXT_NAMES else sheet, name)


def _problem_of(name: str, value: str) -> str | None:
    if not value.isascii():
        if not unicodedata.is_normalized("NFC", value):
            return "is not in NFC"
        try:
            value.encode()
        except UnicodeEncodeError:
            return "is not valid Unicode"
    if "\r" in value and any(line.endswith("\r") for line in value.split("\n")):
        return "has a carriage return at the end of a line"
    if name in _TEXT_NAMES and name != "files":
        return None
    if "\n" in value:
        return "is more than one line"
    if name in _NEVER_BLANK and not value.strip() and (value or name in _LISTS):
        return "is blank"
    if name in ("department", "structure_department") and "|" in value:
        return "has a « | »"
    if name == "structure_department" and SEPARATOR in f"- {value}":
        return "has a « - » between spaces"
    return None


def sheet_lines(sheet: Sheet) -> list[str]:
    """The lines of a sheet that `check_sheet` accepts, from « Actions » on, escaped where they must be.

    Raises ValueError where they are more than the reader takes.
    """
    plain = [*_head(sheet)]
    escaped = [*_head(sheet)]
    for field in FORM:
        content = _content(sheet, field)
        if content is None:
            continue
        opening = [field.label, *field.opening]
        plain += opening
        plain += [_keep_escape(line) for line in content]
        escaped += opening
        escaped += [ESCAPE + line if _reads_as_label(line) else line for line in content]
    if len(plain) > MAX_SHEET_LINES:
        raise ValueError(f"the sheet {sheet.title!r} cannot be written: more than {MAX_SHEET_LINES} lines")
    if plain == escaped or _reads_back(plain, sheet):
        return plain
    return escaped


def _head(sheet: Sheet) -> tuple[str, str]:
    title = _keep_escape(sheet.title)
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
    if field.name == "territory_again" and sheet.territory_again is None:
        return [f"- {sheet.territory}"] if sheet.territory else []
    value = _value(sheet, field.name)
    if value is None:
        return None
    if field.holds is Holds.TEXT:
        return value.split("\n") if value else []
    values = value if field.holds is Holds.MANY else [value] if value else []
    return [f"- {item}" for item in values]


def _reads_as_label(line: str) -> bool:
    """Whether a line of content, written plainly, reads as a label, as the mark of a sheet, or as escaped."""
    return could_be_label(line.lstrip(ESCAPE))


def _keep_escape(line: str) -> str:
    """The line, with one more backslash where the reader takes one away."""
    return ESCAPE + line if line[:1] == ESCAPE and _reads_as_label(line) else line


def _reads_back(lines: list[str], sheet: Sheet) -> bool:
    """Whether the lines, with another sheet after them, read as the sheet."""
    following = [SHEET_MARK, "", FORM[STRUCTURE - 1].label, "- name - department", FORM[FILES - 1].label]
    before, *blocks = split_blocks([*lines, *following], "")
    if before.lines or [len(block.lines) for block in blocks] != [len(lines), len(following)]:
        return False
    read = read_sheet(blocks[0], "", _NO_WORDS, ProblemList())
    return replace(read, department=sheet.department, year=sheet.year) == sheet
