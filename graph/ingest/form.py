"""How a line of a page is recognised as a label of the form, or as a value under one."""

from __future__ import annotations

from functools import lru_cache

from graph.fields import DASH, FORM, Field, Holds

HEADING = "Les actions des centres sociaux"
"""The first line of a page."""

HEADER = ("Nom | Département | Année |", "---|---|---|")
"""The two lines of a page above the rows of its table."""

SHEET_MARK = "Actions"
"""The line that stands above the title of each sheet."""

ESCAPE = "\\"
"""Stands before a line of content that would be misread as a label. See `classify`."""

FIELD_AT = {field.name: index for index, field in enumerate(FORM)}

# A code names what a line could be: 0 nothing, 1 to 22 a label, 23 the mark of a sheet, 24 the header of a table.
CODES: dict[str, int] = {}
for _index, _field in enumerate(FORM):
    CODES.setdefault(_field.label, _index + 1)  # « - Territoire concerné » keeps the code of the first
CODES[SHEET_MARK] = len(FORM) + 1
CODES[HEADER[0]] = len(FORM) + 2

STRUCTURE, FILES, STATUS = (FIELD_AT[name] + 1 for name in ("structure", "files", "status"))
ACTIONS = CODES[SHEET_MARK]
TABLE = CODES[HEADER[0]]

FIELDS_OF_CODE: tuple[tuple[int, ...], ...] = tuple(
    tuple(index for index, field in enumerate(FORM) if CODES[field.label] == code) for code in range(TABLE + 1)
)
"""For each code, the places in `FORM` of the labels that a line of this code could be."""

OPENINGS = tuple(dict.fromkeys(line for field in FORM for line in field.opening))
"""What is printed under the labels of lists, before their values."""

_LONGEST_LABEL = 2 * max(map(len, CODES))
_FIRST_LETTERS = frozenset(label[0] for label in CODES)


def classify(line: str) -> tuple[int, str]:
    """The code of the line, 0 where it is content only, and the line without its escape.

    A label is recognised with any white space between its words (no-break spaces too) and with curly
    apostrophes, but in its own letter case; so are the mark of a sheet, and the header of a table with any white space
    at all. A line of backslashes followed by one of them is content, with one backslash less; every other backslash is
    an ordinary character.
    """
    code = CODES.get(line)
    if code is not None:
        return code, line
    if line[:1] in _FIRST_LETTERS:
        return (_code_of_variant(line) if len(line) <= _LONGEST_LABEL else 0), line
    if line[:1] == ESCAPE and reads_as_label(line):
        return 0, line[1:]
    return 0, line


def reads_as_label(line: str) -> bool:
    """Whether a line of content, written plainly, reads as a label or the like, or as escaped."""
    return classify(line.lstrip(ESCAPE))[0] > 0


def printed(code: int, content: str) -> str:
    """The line that `classify` reads as this code and content."""
    return content if code or not reads_as_label(content) else ESCAPE + content


def keep_escape(line: str) -> str:
    """The line, with one more backslash where the reader takes one away."""
    return ESCAPE + line if line[:1] == ESCAPE and reads_as_label(line) else line


@lru_cache(maxsize=16_384)  # the words of the vocabularies return on every sheet
def _code_of_variant(line: str) -> int:
    return TABLE if is_header(line) else CODES.get(_condensed(line), 0)


def is_header(line: str, place: int = 0) -> bool:
    """Whether the line is the one at `place` in `HEADER`, with any white space."""
    return _squeezed(line) == _squeezed(HEADER[place])


def is_heading(line: str) -> bool:
    """Whether the line is the heading of a page, with any white space between its words."""
    return " ".join(line.split()) == HEADING


def item_of(line: str) -> str | None:
    """The value of a line `- value`, to the letter, or None where the line is no such line."""
    if line[:2] in ("- ", "-\u00a0", "-\u202f") and not line[2:].isspace() and len(line) > 2:
        return line[2:]
    return None


def opening_of(line: str) -> str:
    """The one of `OPENINGS` that the line is, "" where it is none."""
    opening = DASH if line.rstrip() == DASH else _condensed(line)
    return opening if line[:1] == opening[:1] and opening in OPENINGS else ""


def is_opening(line: str, field: Field) -> bool:
    """Whether the line is one that the form prints under the label of a list, before its values."""
    opening = opening_of(line)
    return field.holds is Holds.MANY and (opening == DASH or opening in field.opening)


def _condensed(line: str) -> str:
    return " ".join(line.replace("’", "'").split())


def _squeezed(line: str) -> str:
    return "".join(line.split())
