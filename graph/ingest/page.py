"""A page of the directory as records: text → `Page` → text."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from itertools import islice

from graph.ingest.blocks import Block, split_blocks
from graph.ingest.form import STRUCTURE, classify
from graph.ingest.problems import EXPECTED, NotDirectory, ProblemList, check_size
from graph.ingest.sheet_reader import read_sheet
from graph.ingest.sheet_writer import sheet_lines
from graph.model import Problem, Sheet, fold
from graph.vocabulary import Vocabulary

HEADING = "Les actions des centres sociaux"
HEADER = ("Nom | Département | Année |", "---|---|---|")

_EXACT = re.compile(r"(?s)(?P<title>.*) \| (?P<department>[^|]*) \| (?P<year>[^|]*) \|")
_LOOSE = re.compile(r"(?s)(?P<title>.*)\|(?P<department>[^|]*)\|(?P<year>[^|]*)\|\s*")
_YEAR = re.compile(r"[1-9][0-9]{0,3}")

_LINES_LOOKED_AT = 200
_BYTES_LOOKED_AT = 64 * 1024


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


@dataclass(frozen=True, slots=True)
class Page:
    """What a file holds: its heading, the rows of its table, its sheets and its problems, each in order."""

    heading: str
    rows: tuple[Row, ...]
    sheets: tuple[Sheet, ...]
    problems: tuple[Problem, ...] = ()


def read_page(data: bytes, source: str, vocabulary: Vocabulary) -> Page:
    """The page that the bytes of a file hold; `source` is the file's name.

    Everything that does not fit the form is a problem of the page, with its line. A text of one blank line reads as an
    empty text. Time is linear in the size, and the lines of one sheet at a time are held beside the result.

    Raises NotDirectory where the file is empty or no such page, TooLarge where it is beyond a limit.
    """
    check_size(data, source)
    _check_is_page(data, source)
    problems = ProblemList(vocabulary)
    blocks = split_blocks(_read_lines(data, problems), source)
    heading, rows = _read_table(next(blocks).lines, problems)
    unmatched: defaultdict[str, deque[Row]] = defaultdict(deque)
    for row in rows:
        unmatched[fold(row.title)].append(row)
    sheets = []
    for block in blocks:
        sheet = read_sheet(block, source, problems)
        sheets.append(_with_row(sheet, block, unmatched, problems))
    for row in (row for waiting in unmatched.values() for row in waiting):
        problems.add(row.line, str(row), "This row has no sheet of its title.")
    if not rows:
        problems.add(1, heading, "The table has no row.")
    if not sheets:
        problems.add(1, heading, "The page has no sheet.")
    return Page(heading, rows, tuple(sheets), problems.sorted())


def page_of(sheets: Iterable[Sheet]) -> Page:
    """A page that holds the sheets, with a row for each, and no problems."""
    kept = tuple(sheets)
    first_row = 2 + len(HEADER)
    rows = tuple(Row(sheet.title, sheet.department, sheet.year, first_row + n) for n, sheet in enumerate(kept))
    return Page(HEADING, rows, kept)


def write_page(page: Page) -> str:
    """The page as text in the form of the directory, without a newline at its end.

    Reading it gives equal sheets. Lines stand plainly, so that a page that was read is written as it was received;
    where a line of a sheet would be misread as a label, the lines of this sheet that equal a label are written after a
    backslash, which the reader takes away. Of what was read, the lines that problems call left out are not written.

    Raises ValueError, naming the field and the value, where the form has no place for what a sheet holds (see
    `sheet_lines`).
    """
    lines = [page.heading, *HEADER, *map(str, page.rows)]
    for sheet in page.sheets:
        lines.extend(sheet_lines(sheet))
    if page.sheets and not lines[-1]:
        lines.append("")  # the reader takes one newline at the end of a file for the end of its last line
    return "\n".join(lines)


def _read_lines(data: bytes, problems: ProblemList) -> Iterator[str]:
    """The lines of `data`, one at a time, without their ends; the n-th is line n of the file as received.

    A byte order mark is dropped; lines end with LF, CRLF, or CR where the file has no LF. A line that is not UTF-8 is
    read as Windows-1252 (Latin-1 where that has no such byte), and the first is reported with their number. Text is
    normalised to NFC: canonically the same letters, so that « é » is one character however it was received.
    """
    data = data.removeprefix(b"\xef\xbb\xbf")
    if b"\n" not in data:
        data = data.replace(b"\r", b"\n")
    foreign, first = 0, (0, "")
    for number, raw in enumerate(BytesIO(data), start=1):
        raw = raw.rstrip(b"\r\n")
        try:
            line = raw.decode()
        except UnicodeDecodeError:
            line = _decode_western(raw)
            foreign += 1
            first = first if foreign > 1 else (number, line)
        if not line.isascii() and not unicodedata.is_normalized("NFC", line):
            line = unicodedata.normalize("NFC", line)
        yield line
    if foreign:
        problems.add(*first, f"Not UTF-8: this line was read as Windows-1252, as were {foreign - 1} further lines.")


def _decode_western(raw: bytes) -> str:
    try:
        return raw.decode("cp1252")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _check_is_page(data: bytes, source: str) -> None:
    """Raises NotDirectory unless a heading, a header or the first label of a sheet stands near the top."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise NotDirectory(source, "is in UTF-16: save it as UTF-8.")
    top = list(islice(_read_lines(data[:_BYTES_LOOKED_AT], ProblemList()), _LINES_LOOKED_AT))
    if not any(_is_table_line(line) or classify(line)[0] == STRUCTURE for line in top):
        first = next((line.strip() for line in top if line.strip()), "")
        shown = first if len(first) <= 60 else f"{first[:60]}…"
        raise NotDirectory(source, f"begins with {shown!r}: expected {EXPECTED}.")


def _read_table(lines: Iterable[str], problems: ProblemList) -> tuple[str, tuple[Row, ...]]:
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


def _is_table_line(line: str) -> bool:
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


def _with_row(sheet: Sheet, block: Block, unmatched: defaultdict[str, deque[Row]], problems: ProblemList) -> Sheet:
    waiting = unmatched.get(fold(sheet.title))
    if not waiting:
        reason = f"The sheet « {sheet.title} » has no row in the table: its year is unknown."
        problems.add(block.first, block.lines[0], reason)
        return sheet
    row = waiting.popleft()
    if sheet.structure_department and fold(row.department) != fold(sheet.structure_department):
        reason = f"Its sheet, at line {block.first}, has the department « {sheet.structure_department} »."
        problems.add(row.line, str(row), reason)
    return replace(sheet, department=row.department, year=row.year)
