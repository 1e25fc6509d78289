"""The table of a page: its lines → rows, and rows → lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from graph.ingest.form import HEADER, HEADING, is_header, is_heading
from graph.ingest.problems import ProblemList
from graph.model import Sheet

_EXACT = re.compile(r"(?s)(?P<title>.*) \| (?P<department>[^|]*) \| (?P<year>[^|]*) \|")
_LOOSE = re.compile(r"(?s)(?P<title>.*)\|(?P<department>[^|]*)\|(?P<year>[^|]*)\|\s*")
_YEAR = re.compile(r"[1-9][0-9]{0,3}")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table. `year` is None where the cell is empty or no year. `line` counts from 1."""

    title: str
    department: str
    year: int | None
    line: int


@dataclass(frozen=True, slots=True)
class Table:
    """What stands before the first sheet of a page, as printed: `lines`, from the line numbered `first`; its rows."""

    lines: tuple[str, ...]
    rows: tuple[Row, ...]
    first: int = 1

    def printed(self, row: Row) -> str:
        """The line of a row."""
        return self.lines[row.line - self.first]


def table_of(sheets: Sequence[Sheet]) -> Table:
    """A table that lists the sheets in order."""
    above = (HEADING, *HEADER)
    rows = [Row(sheet.title, sheet.department, sheet.year, at) for at, sheet in enumerate(sheets, len(above) + 1)]
    printed = [f"{row.title} | {row.department} | {'' if row.year is None else row.year} |" for row in rows]
    return Table((*above, *printed), tuple(rows))


def read_table(lines: Sequence[str], first: int, problems: ProblemList) -> Table:
    """The table that the lines hold; what is neither heading, header nor row is reported, and stays in `lines`."""
    rows: list[Row] = []
    heading_read = header_read = False
    for number, line in enumerate(lines, start=first):
        if not header_read and is_header(line):
            header_read = True
        elif header_read and not rows and is_header(line, 1):
            pass
        elif (row := _read_row(line, number, problems)) is not None:
            rows.append(row)
        elif line.strip() and not (heading_read or header_read or rows):
            heading_read = True
            if not is_heading(line):
                problems.add(number, line, f"The heading of a page is « {HEADING} »; this one is kept.")
        elif line.strip():
            problems.add(number, line, "No row of the table « title | department | year | »: it tells of no sheet.")
    if not heading_read:
        problems.add(first, "", f"The heading « {HEADING} » is missing.")
    if not header_read:
        problems.add(first, "", f"The header of the table, « {HEADER[0]} », is missing.")
    if not rows:
        problems.add(first, lines[0] if lines else "", "The table has no row.")
    return Table(tuple(lines), tuple(rows), first)


def are_rows(lines: Iterable[str]) -> bool:
    """Whether each line is blank or a row, however loosely printed."""
    return all(not line.strip() or _LOOSE.fullmatch(line) for line in lines)


def row_titles(lines: Iterable[str]) -> list[str]:
    """The titles of the rows among the lines."""
    return [match["title"].strip() for line in lines if (match := _LOOSE.fullmatch(line))]


def _read_row(line: str, number: int, problems: ProblemList) -> Row | None:
    match = _EXACT.fullmatch(line)
    if match is not None:
        title, department, year = match.groups()
    else:
        match = _LOOSE.fullmatch(line)
        if match is None:
            return None
        title, department, year = (cell.strip() for cell in match.groups())
    if _YEAR.fullmatch(year):
        return Row(title, department, int(year), number)
    problems.add(number, line, f"« {year} » is not a year; the year is left empty.")
    return Row(title, department, None, number)
