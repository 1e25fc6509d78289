"""The top of a page: its heading and the table of its actions."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from graph.ingest.problems import ProblemList

HEADING = "Les actions des centres sociaux"
HEADER = ("Nom | Département | Année |", "---|---|---|")

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

    def __str__(self) -> str:
        """The row as the page prints it."""
        return f"{self.title} | {self.department} | {'' if self.year is None else self.year} |"


def read_table(lines: Iterable[str], problems: ProblemList) -> tuple[str, tuple[Row, ...]]:
    """The heading and the rows of the lines before the first sheet; what is neither is reported."""
    heading: str | None = None
    header_read = False
    rows: list[Row] = []
    for number, line in enumerate(lines, start=1):
        spelling = _condensed(line)
        if not header_read and spelling == _condensed(HEADER[0]):
            header_read = True
        elif header_read and not rows and spelling == HEADER[1]:
            pass
        elif (row := _read_row(line, number, problems)) is not None:
            rows.append(row)
        elif heading is None and not header_read and not rows and line.strip():
            heading = line
            if " ".join(line.split()) != HEADING:
                problems.add(number, line, f"The heading of a page is « {HEADING} »; this one is kept.")
        elif line.strip():
            problems.add(number, line, "No row of the table « title | department | year | »; this line is left out.")
    if heading is None:
        problems.add(1, "", f"The heading « {HEADING} » is missing.")
        heading = HEADING
    if not header_read:
        problems.add(1, "", f"The header of the table, « {HEADER[0]} », is missing.")
    return heading, tuple(rows)


def is_table_line(line: str) -> bool:
    """Whether the line is the heading of a page or the header of its table."""
    return " ".join(line.split()) == HEADING or _condensed(line) == _condensed(HEADER[0])


def _condensed(line: str) -> str:
    return "".join(line.split())


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
