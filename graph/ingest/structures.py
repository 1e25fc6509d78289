"""What a second file says of the structures: `structures.csv`, a line each, with where they are and their site. It is
read, and written.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping

from graph.labels import key_of_structure
from graph.model import StructurePlace
from graph.place_values import as_texts, place_of, wrong_values

REQUIRED = ("structure", "department")
COLUMNS = (*REQUIRED, *StructurePlace.__dataclass_fields__)
"""The columns that a file may have, in any order; the first two are required."""


class NotStructures(ValueError):
    """A file of structures that cannot be taken. `errors` has every line that does not fit, a sentence each."""

    def __init__(self, source: str, errors: list[str]) -> None:
        super().__init__(f"{source}: {errors[0]}")
        self.errors = [f"{source}: {error}" for error in errors]


def read_structures(data: bytes, source: str) -> dict[str, StructurePlace]:
    """What a file of CSV says of structures, by their keys: UTF-8, a header with some of `COLUMNS`, values apart by
    commas or by semicolons. Empty values are None; nothing is made up for them. `source` is its name in messages.

    Raises NotStructures, with every line that does not fit: nothing of such a file is taken.
    """
    found: dict[str, StructurePlace] = {}
    lines: dict[str, int] = {}
    errors: list[str] = []
    for line, values, said in _rows(_text(data, source), source):
        errors += [f"line {line}: {error}" for error in said]
        if said:
            continue
        key = key_of_structure((values["department"], values["structure"]))
        if (before := lines.setdefault(key, line)) != line:
            named = f"{values['structure']!r} of {values['department']!r}"
            errors.append(f"line {line}: {named} stands on line {before} too")
        found[key] = place_of(values)
    if errors:
        raise NotStructures(source, errors)
    return found


def write_structures(places: Iterable[tuple[str, str, StructurePlace]]) -> Iterator[bytes]:
    """The file that says where structures are, line by line: of each its name, its department and its place. Reading it
    gives the places as they are.
    """
    yield _line(COLUMNS)
    for structure, department, place in places:
        yield _line((structure, department, *as_texts(place).values()))


def _line(values: Iterable[str]) -> bytes:
    line = io.StringIO(newline="")
    csv.writer(line, lineterminator="\n").writerow(values)
    return line.getvalue().encode()


def _text(data: bytes, source: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        said = f"line {line}: it is not UTF-8 (byte {error.start}); save the file as UTF-8"
        raise NotStructures(source, [said]) from None


def _rows(text: str, source: str) -> Iterator[tuple[int, Mapping[str, str], list[str]]]:
    """Each line that is not blank: its number, its values by column, and what of it does not fit."""
    delimiter = ";" if ";" in text.partition("\n")[0] else ","
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        header = [name.strip().casefold() for name in next(rows, [])]
        _check_header(header, source)
        for row in rows:
            if any(value.strip() for value in row):
                values = dict(zip(header, map(str.strip, row), strict=False))
                is_whole = len(row) == len(header)
                yield rows.line_num, values, list(_errors(values)) if is_whole else [_wrong_number(row, header)]
    except csv.Error as error:
        yield rows.line_num, {}, [f"it is not CSV: {error}"]


def _check_header(header: list[str], source: str) -> None:
    accepted = f"expected the columns {', '.join(REQUIRED)}, and any of {', '.join(COLUMNS[len(REQUIRED) :])}"
    odd = [name for name in header if name not in COLUMNS]
    lacking = [name for name in REQUIRED if name not in header]
    twice = [name for name in header if header.count(name) > 1]
    for names, what in ((odd, "cannot be used"), (lacking, "is missing"), (twice, "stands twice")):
        if names:
            raise NotStructures(source, [f"line 1: the column {names[0]!r} {what}; {accepted}"])


def _wrong_number(row: list[str], header: list[str]) -> str:
    return f"{len(row)} values, and the header has {len(header)}; a value with the separator in it stands in quotes"


def _errors(values: Mapping[str, str]) -> Iterator[str]:
    """What of a line does not fit."""
    for name in REQUIRED:
        if not values[name]:
            yield f"{name} is empty; it is required"
    yield from wrong_values(values)
