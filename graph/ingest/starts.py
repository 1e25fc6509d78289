"""Which of the lines that could begin a sheet do, by the table and by what the lines cost to read.

Nothing is in doubt where the sheet before and the sheet that begins have all their labels once and in order, or where
the table has a row for each place that could begin a sheet of that title. Otherwise the lines are read in both ways, as
two sheets and as one whose text quotes the head of another, and the cheaper is taken; a sheet without « Actions »,
without a title or without a row costs as much as one without a label. What was doubtful is reported.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from graph.fields import FORM
from graph.ingest import blocks
from graph.ingest.alignment import MISSING, NOTHING_READ, Span, cost_of, costs_after
from graph.ingest.blocks import Block
from graph.ingest.form import ACTIONS, TABLE, printed
from graph.ingest.problems import ProblemList
from graph.ingest.sheet_reader import spans_of
from graph.ingest.table import Row, Table, read_table, row_titles
from graph.model import fold

_ADDED_LINES = 4 * len(FORM)
"""More lines than a sheet is written with that it was not read with: labels that were missing, and the like."""


@dataclass(slots=True)
class Found:
    """A sheet that was found: its lines, its fields where they are plain (see `spans_of`), and its row, if any.

    `costs` are those of reading it up to its end (see `costs_after`), None until they are asked for.
    """

    block: Block
    spans: list[Span] | None
    row: Row | None
    costs: list[int] | None = None


@dataclass(slots=True)
class FoundTable:
    """A table that was found. `glued` is whether the page begins inside the last line of the sheet before."""

    table: Table
    glued: bool


class Starts:
    """Walks a file once; a second time, to count the places that could begin a sheet, where there is a doubt."""

    def __init__(self, split: Callable[[], Iterator[Block]], problems: ProblemList) -> None:
        self._split = split
        self._problems = problems
        self._waiting: defaultdict[str, deque[Row]] = defaultdict(deque)
        self._rows_of: dict[str, int] = {}
        self._taken: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)  # lines of a sheet and of its row

    def walk(self, found: Iterator[Block]) -> Iterator[FoundTable | Found]:
        """The table of each page, then its sheets, in order. What is found to be none is text of the sheet before."""
        table = self._open(next(found))
        yield table
        last: Found | None = None
        for block in found:
            if block.is_table:
                following = next(found)
                if last is not None and self._is_quoted(last, block, following):
                    last = self._joined(last, block)
                else:
                    if last is not None:
                        yield last
                    self._close(table.table, last is None)
                    table, last = self._open(block), None
                    yield table
                block = following
            if last is None:
                last = self._begun(block, spans_of(block))
            elif (begun := self._after(last, block)) is not None:
                yield last
                last = begun
        if last is not None:
            yield last
        self._close(table.table, last is None)

    def _open(self, block: Block) -> FoundTable:
        lines = [printed(code, line) for code, line in zip(block.codes, block.lines, strict=True)]
        table = read_table(lines, block.first, self._problems)
        for row in table.rows:
            self._waiting[fold(row.title)].append(row)
        self._rows_of = {title: len(rows) for title, rows in self._waiting.items()}
        if block.glued:
            reason = "A page begins inside this line, after the text of the sheet before."
            self._problems.add(block.first, block.lines[0], reason)
        return FoundTable(table, block.glued)

    def _close(self, table: Table, empty: bool) -> None:
        for title, rows in self._waiting.items():
            for row in rows:
                reason = "This row has no sheet of its title."
                if taken := self._taken[title]:
                    reason = f"This row has no sheet: {_rows_taken(taken)}. Which is whose is not certain."
                self._problems.add(row.line, table.printed(row), reason)
        if empty:
            self._problems.add(table.first, table.lines[0] if table.lines else "", "The page has no sheet.")
        self._waiting.clear()
        self._taken.clear()

    def _is_quoted(self, last: Found, table: Block, following: Block) -> bool:
        """Whether a table is text: the sheet that follows is in the table of the page before, not in this one, or in
        neither where the table has no heading. Where it is in both, a page is read, and this is said."""
        title = fold(following.title or "")
        waits = bool(self._waiting.get(title))
        top = next(at for at, line in enumerate(table.lines) if line.strip())
        if title not in map(fold, row_titles(table.lines)):
            return waits or table.codes[top] == TABLE
        if waits:
            reason = f"A page is read from this line on; it could be text of the sheet of {_line(last)}."
            self._problems.add(table.first + top, table.lines[top], reason)
        return False

    def _begun(self, block: Block, spans: list[Span] | None, costs: list[int] | None = None) -> Found:
        title = block.title or ""
        rows, taken = self._waiting.get(fold(title)), self._taken[fold(title)]
        row = rows.popleft() if rows else None
        if row is not None:
            taken.append((block.first, row.line))
        elif taken:
            reason = f"The sheet « {title} » has no row left in the table: {_rows_taken(taken)}. Its year is unknown."
            self._report(block, reason)
        else:
            self._report(block, f"The sheet « {title} » has no row in the table: its year is unknown.")
        return Found(block, spans, row, costs)

    def _after(self, last: Found, block: Block) -> Found | None:
        """The sheet that begins with the block, or None where its lines are text, and now of the sheet before."""
        spans = spans_of(block)
        if spans is not None and last.spans is not None:
            return self._begun(block, spans)
        title = fold(block.title or "")
        if self._waiting.get(title) and self._places[title] <= self._rows_of[title]:
            return self._begun(block, spans)
        return self._weighed(last, block, spans, has_row=bool(self._waiting.get(title)))

    @cached_property
    def _places(self) -> Counter[str]:
        """How many places could begin a sheet of a title."""
        return Counter(fold(block.title or "") for block in self._split() if not block.is_table)

    def _weighed(self, last: Found, block: Block, spans: list[Span] | None, *, has_row: bool) -> Found | None:
        if last.costs is None:
            before = last.block
            last.costs = costs_after(NOTHING_READ, before.lines[before.head :], before.codes[before.head :])
        apart = costs_after(NOTHING_READ, block.lines[block.head :], block.codes[block.head :])
        joined = costs_after(last.costs, block.lines, block.codes)
        lacks = (block.codes[0] != ACTIONS) + (block.title is None) + (not has_row)
        more = cost_of(last.costs) + cost_of(apart) + MISSING * lacks - cost_of(joined)
        lines = len(last.block.lines) + len(block.lines)
        if more <= 0 or lines > blocks.MAX_SHEET_LINES - _ADDED_LINES:
            if not has_row or more == 0:
                self._report(block, f"A sheet is read from this line on; it could be text of that of {_line(last)}.")
            return self._begun(block, spans, apart)
        known = "has a row for" if has_row else "has no row for"
        reason = f"A sheet could begin here, that the table {known}: « {block.title or ''} »."
        self._report(block, f"{reason} To line {block.last} it is read as text of that of {_line(last)}.")
        self._joined(last, block)
        last.costs = joined
        return None

    def _joined(self, last: Found, block: Block) -> Found:
        last.block.extend(block)
        last.spans = last.costs = None
        return last

    def _report(self, block: Block, reason: str) -> None:
        self._problems.add(block.first, block.lines[0], reason)


def _line(found: Found) -> str:
    return f"line {found.block.first}"


def _rows_taken(taken: list[tuple[int, int]]) -> str:
    """Which sheets of a title have its rows, by the lines of both; of many, the last one."""
    sheet, row = taken[-1]
    more = f", and {len(taken) - 1} more theirs" if taken[1:] else ""
    return f"the sheet of line {sheet} has that of line {row}{more}"
