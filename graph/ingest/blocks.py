"""Lines → blocks: the table of a page, then the lines of each of its sheets; then the table of the next page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain

from graph.ingest.form import (
    ACTIONS,
    FILES,
    HEADING,
    STATUS,
    STRUCTURE,
    TABLE,
    classify,
    is_heading,
    item_of,
    printed,
)
from graph.ingest.lines import BYTE_ORDER_MARK
from graph.ingest.problems import TooLarge
from graph.ingest.table import are_rows

MAX_SHEET_LINES = 20_000
"""The most lines that one sheet may have; the longest known has a hundred."""

MAX_TABLE_LINES = 2_000_000
"""The most lines that may stand before the first sheet of a page."""

_SIGNS = frozenset((STRUCTURE, FILES, TABLE))
_LOOKAHEAD = 2
_SHORTEST_SHEET = 3  # « Actions », a title, a label: nearer than that, a start is the one already found


@dataclass(slots=True)
class Block:
    """Successive lines, unescaped, each with its code. `first` is the number of the first line.

    A block is a sheet, or (`is_table`) what stands before the first sheet of a page. That is `glued` where its heading
    stands at the end of the last line of the sheet before: two files were joined, and the first had no newline there.
    """

    first: int
    lines: list[str] = field(default_factory=list)
    codes: list[int] = field(default_factory=list)
    is_table: bool = False
    glued: bool = False

    @property
    def head(self) -> int:
        """How many lines of a sheet stand before its fields: « Actions » and the title, either of which may miss."""
        at = int(self.codes[0] == ACTIONS)
        return at if self.codes[at] == STRUCTURE and self.codes[at + 1 : at + 2] != [STRUCTURE] else at + 1

    @property
    def title(self) -> str | None:
        """The title of a sheet, None where it is missing."""
        at = self.head - 1
        return None if at < int(self.codes[0] == ACTIONS) else self.lines[at]

    @property
    def last(self) -> int:
        """The number of the last line."""
        return self.first + len(self.lines) - 1

    def extend(self, block: Block) -> None:
        """Adds the block that follows."""
        if block.glued:
            self.lines[-1] = printed(self.codes[-1], self.lines[-1]) + block.lines[0]
            self.codes[-1] = 0
        self.lines += block.lines[block.glued :]
        self.codes += block.codes[block.glued :]


def split_blocks(lines: Iterable[str], source: str) -> Iterator[Block]:
    """Blocks of tables and of sheets: a table first, empty where a sheet begins at once, then one block a sheet.

    A sheet begins at « Actions », a title, « - Structure organisatrice » and its value. One of these may be
    missing where what follows is the head of a sheet all the same. Anything less is text of the sheet before.
    After a sheet, a page begins where its heading and the header of its table stand, or the header alone, only rows
    (and blank lines) follow, and then a sheet begins. Blank lines above it are the page's.

    Raises TooLarge where a sheet has more than `MAX_SHEET_LINES` lines or a table more than `MAX_TABLE_LINES`.
    """
    block = Block(1, is_table=True)
    limit = MAX_TABLE_LINES
    at = -_LOOKAHEAD  # the place in the block that is looked at, now that the lines after it are read
    contents, codes = block.lines, block.codes
    for line in chain(lines, [None] * _LOOKAHEAD):
        if line is not None:
            code, content = classify(line)
            contents.append(content)
            codes.append(code)
        if at >= 0 and codes[at] in _SIGNS:
            if codes[at] == TABLE:
                if not block.is_table:
                    limit = at + MAX_TABLE_LINES
            elif (start := _sheet_start(block, at)) is not None:
                *done, block = _cut(block, start)
                for whole in done:
                    _check_length(whole, source)
                    yield whole
                contents, codes = block.lines, block.codes
                at -= start
                limit = MAX_SHEET_LINES
        at += 1
        if len(codes) > limit:
            _check_length(block, source)
    _check_length(block, source)
    yield block


def _check_length(block: Block, source: str) -> None:
    if block.is_table and len(block.lines) > MAX_TABLE_LINES:
        where = "in its first" if block.first == 1 else f"after line {block.first} in"
        raise TooLarge(source, f"has no sheet {where} {MAX_TABLE_LINES} lines, which is the limit.")
    if not block.is_table and len(block.lines) > MAX_SHEET_LINES:
        reason = f"has a sheet of more than {MAX_SHEET_LINES} lines, which is the limit, at line {block.first}."
        raise TooLarge(source, reason)


def _cut(block: Block, start: int) -> Iterator[Block]:
    """The block up to the sheet that begins at `start`, in two where a page begins in it; then that sheet."""
    rest = _split_off(block, start)
    yield block
    if not block.is_table and (header := _last_header(block)):
        table = _split_off(block, _page_start(block, header))
        table.is_table = True
        first = table.lines[0].removeprefix(BYTE_ORDER_MARK)
        if first.endswith(HEADING) and not is_heading(first):
            code, content = classify(first.removesuffix(HEADING).removesuffix(BYTE_ORDER_MARK))
            block.lines.append(content)
            block.codes.append(code)
            table.glued = True
            first = HEADING
        table.lines[0] = first
        while not table.glued and not block.lines[-1].strip():
            # Blank lines part two pages; they are no text of the sheet before.
            table.lines.insert(0, block.lines.pop())
            table.codes.insert(0, block.codes.pop())
            table.first -= 1
        yield table
    yield rest


def _last_header(block: Block) -> int:
    """The place of the header of a table after which only rows follow, 0 where there is none."""
    for at in range(len(block.lines) - 1, 0, -1):
        if block.codes[at] == TABLE:
            return at
        if not are_rows([block.lines[at]]):
            break
    return 0


def _page_start(block: Block, header: int) -> int:
    """Where the page of this header begins: at its heading, over blank lines; at the header where it has none."""
    at = header - 1
    while at > 0 and not block.lines[at].strip():
        at -= 1
    above = block.lines[at].removeprefix(BYTE_ORDER_MARK)
    return at if at > 0 and (above.endswith(HEADING) or is_heading(above)) else header


def _split_off(block: Block, at: int) -> Block:
    rest = Block(block.first + at, block.lines[at:], block.codes[at:])
    del block.lines[at:], block.codes[at:]
    return rest


def _sheet_start(block: Block, at: int) -> int | None:
    """Where the sheet begins whose first label stands at `at`, or None where that line is no such label."""
    start = _head_start(block, at)
    return None if start is None or (start < _SHORTEST_SHEET and not block.is_table) else start


def _head_start(block: Block, at: int) -> int | None:
    codes = block.codes
    before = [codes[at - back] if at >= back else 0 for back in (1, 2, 3)]
    if codes[at] == STRUCTURE:
        head_follows = any(code in (FILES, STATUS) for code in codes[at + 1 : at + 3])
        value_follows = codes[at + 1 : at + 2] == [0] and item_of(block.lines[at + 1]) is not None
        if before[1] == ACTIONS and (head_follows or value_follows):
            return at - 2
        if head_follows:
            # The title or « Actions » is missing.
            return at - 1 if at > 0 and before[0] in (0, ACTIONS) else at
    elif codes[at] == FILES and STRUCTURE not in before[:2]:
        # « - Structure organisatrice » is missing, with or without its value.
        if before[2] == ACTIONS and before[0] == 0 and item_of(block.lines[at - 1]) is not None:
            return at - 3
        if before[1] == ACTIONS:
            return at - 2
    return None
