"""Lines → blocks: what stands before the first sheet, then the lines of each sheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain

from graph.ingest.form import ACTIONS, FILES, STATUS, STRUCTURE, classify, item_of
from graph.ingest.problems import TooLarge

MAX_SHEET_LINES = 20_000
"""The most lines that one sheet may have; the longest known has a hundred."""

MAX_TABLE_LINES = 2_000_000
"""The most lines that may stand before the first sheet."""

_LOOKAHEAD = 2
_SHORTEST_SHEET = 3  # « Actions », a title, a label: nearer than that, a start is the one already found


@dataclass(slots=True)
class Block:
    """Successive lines, unescaped, each with its code. `first` is the number of the first line."""

    first: int
    lines: list[str] = field(default_factory=list)
    codes: list[int] = field(default_factory=list)


def split_blocks(lines: Iterable[str], source: str) -> Iterator[Block]:
    """The block before the first sheet, empty where a sheet begins at once, then one block for each sheet.

    A sheet begins at « Actions », a title, « - Structure organisatrice » and its value. One of these may be
    missing where what follows is the head of a sheet all the same. Anything less is text of the sheet before.

    Raises TooLarge where a block has more than `MAX_SHEET_LINES` or `MAX_TABLE_LINES` lines.
    """
    block = Block(1)
    in_table = True
    at = -_LOOKAHEAD  # the place in the block that is looked at, now that the lines after it are read
    for line in chain(lines, [None] * _LOOKAHEAD):
        if line is not None:
            code, content = classify(line)
            block.lines.append(content)
            block.codes.append(code)
        if at >= 0 and block.codes[at] in (STRUCTURE, FILES):
            start = _sheet_start(block, at)
            if start is not None and (in_table or start >= _SHORTEST_SHEET):
                done, block = _cut(block, start)
                yield done
                in_table = False
                at -= start
        at += 1
        if len(block.lines) > (MAX_TABLE_LINES if in_table else MAX_SHEET_LINES):
            raise TooLarge(source, _too_many_lines(block, in_table))
    yield block


def _too_many_lines(block: Block, in_table: bool) -> str:
    if in_table:
        return f"has no sheet in its first {MAX_TABLE_LINES} lines, which is the limit."
    return f"has a sheet of more than {MAX_SHEET_LINES} lines, which is the limit, at line {block.first}."


def _cut(block: Block, at: int) -> tuple[Block, Block]:
    rest = Block(block.first + at, block.lines[at:], block.codes[at:])
    del block.lines[at:], block.codes[at:]
    return block, rest


def _sheet_start(block: Block, at: int) -> int | None:
    """Where the sheet begins whose first label stands at `at`, or None where that line is no such label."""
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
