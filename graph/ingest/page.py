"""A file of pages of the directory as records: text → `Page` → text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import islice

from graph.ingest.blocks import split_blocks
from graph.ingest.form import STRUCTURE, TABLE, classify, is_heading
from graph.ingest.lines import read_lines
from graph.ingest.problems import EXPECTED, NotDirectory, ProblemList, check_size
from graph.ingest.repeats import Repeats, same_as
from graph.ingest.sheet_reader import read_sheet
from graph.ingest.sheet_writer import sheet_lines
from graph.ingest.starts import Found, FoundTable, Starts
from graph.ingest.table import Table, table_of
from graph.model import Problem, Sheet, fold
from graph.places import department_name
from graph.vocabulary import Vocabulary

_LINES_LOOKED_AT = 200
_BYTES_LOOKED_AT = 64 * 1024


@dataclass(frozen=True, slots=True)
class Part:
    """One page of the directory: its table and its sheets. `newline` is whether its last line ends with a newline."""

    table: Table
    sheets: tuple[Sheet, ...]
    newline: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """What a file holds: a page of the directory, or several that were joined, and its problems, each in order."""

    parts: tuple[Part, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """The sheets of all the parts; one that the file holds twice is there twice."""
        if len(self.parts) == 1:
            return self.parts[0].sheets
        return tuple([sheet for part in self.parts for sheet in part.sheets])


def read_page(data: bytes, source: str, vocabulary: Vocabulary) -> Page:
    """The page that the bytes of a file hold, or the pages; `source` is the file's name.

    Every line is in a table, in a sheet, or in a problem. Problems are what does not fit the form, what could be read
    in another way, and sheets that repeat another to the letter. Time is linear in the size, and the lines of one sheet
    at a time are held beside the result.

    Raises NotDirectory where the file is empty or no such page, TooLarge where it is beyond a limit.
    """
    check_size(data, source)
    _check_is_page(data, source)
    problems = ProblemList(vocabulary)
    starts = Starts(lambda: split_blocks(read_lines(data, ProblemList()), source), problems)
    repeats = Repeats()
    tables: list[FoundTable] = []
    sheets: list[list[Sheet]] = []
    for found in starts.walk(split_blocks(read_lines(data, problems), source)):
        if isinstance(found, FoundTable):
            tables.append(found)
            sheets.append([])
        else:
            sheets[-1].append(_read_found(found, tables[-1].table, source, repeats, problems))
    ends = [*(not table.glued for table in tables[1:]), data.endswith((b"\n", b"\r"))]
    parts = [Part(table.table, tuple(read), newline) for table, read, newline in zip(tables, sheets, ends, strict=True)]
    return Page(tuple(parts), problems.sorted())


def page_of(sheets: Iterable[Sheet]) -> Page:
    """A page that holds the sheets, with a row for each, and no problems."""
    kept = tuple(sheets)
    return Page((Part(table_of(kept), kept),))


def write_page(page: Page) -> str:
    """The page as text in the form of the directory.

    Reading it gives equal sheets. Lines stand plainly, so that a page that was read is written as it was received, its
    last newline included; where a line of a sheet would be misread as a label, the lines of this sheet that equal a
    label are written after a backslash, which the reader takes away. Of what was read, the lines that problems call
    left out are not written.

    Raises ValueError, naming the field and the value, where the form has no place for what a sheet holds (see
    `sheet_lines`).
    """
    return "".join(map(_write_part, page.parts))


def _write_part(part: Part) -> str:
    lines = [*part.table.lines]
    for sheet in part.sheets:
        lines.extend(sheet_lines(sheet))
    # A last line that is blank is one only where it ends.
    return "\n".join(lines) + ("\n" if lines and (part.newline or not lines[-1]) else "")


def _check_is_page(data: bytes, source: str) -> None:
    """Raises NotDirectory unless a heading, a header or the first label of a sheet stands near the top."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise NotDirectory(source, "is in UTF-16: save it as UTF-8.")
    top = list(islice(read_lines(data[:_BYTES_LOOKED_AT], ProblemList()), _LINES_LOOKED_AT))
    if not any(is_heading(line) or classify(line)[0] in (STRUCTURE, TABLE) for line in top):
        first = next((line.strip() for line in top if line.strip()), "")
        shown = first if len(first) <= 60 else f"{first[:60]}…"
        raise NotDirectory(source, f"begins with {shown!r}: expected {EXPECTED}.")


def _is_one(department: str, other: str) -> bool:
    return fold(department_name(department)) == fold(department_name(other))


def _read_found(found: Found, table: Table, source: str, repeats: Repeats, problems: ProblemList) -> Sheet:
    sheet = read_sheet(found.block, found.spans, source, problems)
    first, row = found.block.first, found.row
    if row is not None:
        if sheet.structure_department and not _is_one(row.department, sheet.structure_department):
            reason = f"Its sheet, at line {first}, has the department « {sheet.structure_department} »."
            problems.add(row.line, table.printed(row), reason)
        sheet = replace(sheet, department=row.department, year=row.year)
    same = repeats.first_place(sheet, first)
    if same is not None:
        problems.add(first, found.block.lines[0], same_as("sheet", f"that of line {same}"))
    return sheet
