"""Our own JSON form of sheets: a list of actions, as `data/actions.schema.json` describes it."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from operator import attrgetter
from typing import Any, NoReturn

import orjson

from graph.fields import FIELDS, Field, Holds
from graph.ingest.page import Page, page_of
from graph.ingest.problems import EXPECTED, NotDirectory, ProblemList, check_size
from graph.ingest.repeats import Repeats, same_as
from graph.model import Origin, Sheet, sheet_of
from graph.vocabulary import Vocabulary

_NAMES = [field.name for field in FIELDS]
_PATHS: dict[str, str] = {}
for _field in sorted(FIELDS, key=lambda field: _NAMES.index(field.name.removesuffix("_again"))):
    # A second territory stands beside the first, all results where the first of them does.
    _PATHS.setdefault(_field.api.partition(".")[0], _field.path)
_PATHS["origin"] = "origin"
_values = attrgetter(*_PATHS.values())

# What is read by what it holds, with its object and its key there: a structure is an object, the others make the action
# or are numbers.
_READ = [(field, *field.api.rpartition(".")[::2]) for field in FIELDS if field.holds is not Holds.ONE or field.words]
_OF_RESULTS = {key: field.name for field, outer, key in _READ if outer == "results"}
_OF_ORIGIN = ("source", "firstLine", "lastLine")
_WORDS = [field for field in FIELDS if field.words]
_LINE_END = re.compile(r"\r+(?=\n|\Z)")

Object = dict[str, Any]


def write_json(sheets: Iterable[Sheet]) -> Iterator[bytes]:
    """The sheets in our JSON form, in pieces: a list with one action on each line, in the order given.

    Reading the pieces joined gives equal sheets with equal origins.
    """
    separator = b"[\n"
    for sheet in sheets:
        yield separator + orjson.dumps(_as_json(sheet))
        separator = b",\n"
    yield b"[]\n" if separator == b"[\n" else b"\n]\n"


def _as_json(sheet: Sheet) -> Object:
    action = dict(zip(_PATHS, _values(sheet), strict=True))
    action["structure"] = {"name": sheet.structure, "department": sheet.structure_department}
    action["results"] = {key: getattr(sheet.text, name) for key, name in _OF_RESULTS.items()}
    if (origin := sheet.origin) is not None:
        action["origin"] = dict(zip(_OF_ORIGIN, (origin.source, origin.first_line, origin.last_line), strict=True))
    return action


def read_json(data: bytes, source: str, vocabulary: Vocabulary | None = None) -> Page:
    """The page that a JSON list of actions makes: its sheets in order, a row for each, and the problems.

    The reason of a problem begins with the JSON path of the value, `$[3].keywords[1]`; its line is that on
    which the action begins. A value that is not accepted is left out; an action without a title, a structure
    or a department is left out whole. Unknown words are reported where a vocabulary is given. An action
    without an origin has None. One that repeats another to the letter is reported, and is there twice. Text is
    normalised to NFC and its lines end with LF alone.

    Raises NotDirectory where the data is empty or no JSON list of actions, TooLarge beyond the limit.
    """
    check_size(data, source)
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        actions = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise NotDirectory(source, f"is not valid JSON ({error}): expected {EXPECTED}.") from None
    if not isinstance(actions, list):
        raise NotDirectory(source, f"holds one JSON {_type_name(actions)}: expected a list of actions.")
    if actions and not any(isinstance(action, dict) for action in actions):
        raise NotDirectory(source, f"is a JSON list without an object: expected {EXPECTED}.")
    reader = _ActionReader(data, vocabulary)
    sheets = (reader.sheet(index, action) for index, action in enumerate(actions))
    page = page_of(sheet for sheet in sheets if sheet is not None)
    return replace(page, problems=reader.problems.sorted())


def year_of(value: Any) -> int | None:
    """The year that a value is, None where it is none that is accepted."""
    return value if type(value) is int and 1 <= value <= 9999 else None


class _NotAnAction(Exception):
    """The value at hand cannot be an action; what is wrong has been reported."""


class _ActionReader:
    """Reads the actions of one list. A path begins with a dot, and that of an object ends with one."""

    def __init__(self, data: bytes, vocabulary: Vocabulary | None) -> None:
        self.problems = ProblemList(vocabulary)
        self._repeats = Repeats()
        self._data = data
        self._index = 0
        self._places: dict[str, list[int]] = {}  # by the path of a list, where in it each of its words stands

    def sheet(self, index: int, action: Any) -> Sheet | None:
        """The sheet of the action at `index`, or None where it is none."""
        self._index = index
        try:
            sheet = self._sheet(action)
        except _NotAnAction:
            return None
        self._report_unknown_words(sheet)
        same = self._repeats.first_place(sheet, index)
        if same is not None:
            self._report("", sheet.title, same_as("action", f"$[{same}]"))
        return sheet

    @cached_property
    def _lines(self) -> list[int]:
        return list(_lines_of_actions(self._data.decode()))

    def _line(self) -> int:
        """The line of the action; 1 where that cannot be told, 0 where nobody will read it."""
        if self.problems.full:
            return 0
        return self._lines[self._index] if self._index < len(self._lines) else 1

    def _report(self, path: str, value: Any, reason: str) -> None:
        text = "" if self.problems.full else _shown(value)
        self.problems.add(self._line(), text, f"$[{self._index}]{path}: {reason}")

    def _refuse(self, path: str, value: Any, reason: str) -> NoReturn:
        self._report(path, value, f"{reason} is left out.")
        raise _NotAnAction

    def _report_unknown_words(self, sheet: Sheet) -> None:
        for field in _WORDS:
            value = field.of(sheet)
            places = self._places.get(f".{field.api}", ())
            for position, word in enumerate(value if field.holds is Holds.MANY else (value,)):
                if word and not self.problems.knows(field.words, word):
                    at = f"[{places[position]}]" if field.holds is Holds.MANY else ""
                    where = f"$[{self._index}].{field.api}{at}: "
                    self.problems.add_unknown(self._line(), word, field.words, word, where)

    def _sheet(self, action: Any) -> Sheet:
        if not isinstance(action, dict):
            self._refuse("", action, f"expected an object, found {_type_name(action)}; it")
        self._report_unknown_keys(action, ".", _PATHS)
        values = self._structure(action.get("structure"))
        values["title"] = self._required(action, ".", "title")
        values["department"] = values["structure_department"]
        if action.get("department") is not None:
            values["department"] = self._department(action, ".", "|")
        results: Any = action.get("results")
        if self._is(dict, results, ".results", "an object or null"):
            self._report_unknown_keys(results, ".results.", _OF_RESULTS)
        else:
            results = {}
        for field, outer, key in _READ:
            value = self._value(field, (results if outer else action).get(key))
            if value is not None:
                values[field.name] = value
        if values.get("territory_again") == values.get("territory", ""):
            values["territory_again"] = None
        year = action.get("year")
        values["year"] = year_of(year)
        if year is not None and values["year"] is None:
            self._report(".year", year, "expected an integer from 1 to 9999, or null; left out.")
        values["origin"] = self._origin(action.get("origin"))
        return sheet_of(values)

    def _report_unknown_keys(self, value: Object, path: str, known: Collection[str]) -> None:
        for key in value:
            if key not in known:
                self._report(path + key, value[key], f"not a field; left out. Accepted: {', '.join(sorted(known))}.")

    def _structure(self, structure: Any) -> Object:
        """The name and the department of the structure, as a sheet calls them."""
        if not isinstance(structure, dict):
            self._refuse(".structure", structure, "expected { name, department }; the action")
        self._report_unknown_keys(structure, ".structure.", ("name", "department"))
        name = self._required(structure, ".structure.", "name")
        department = self._department(structure, ".structure.", " - ")
        return {"structure": name if name.strip() or department else "", "structure_department": department}

    def _required(self, value: Object, path: str, key: str) -> str:
        found = value.get(key)
        if not isinstance(found, str):
            what = f"is {_type_name(found)}" if key in value else "is missing"
            self._refuse(path + key, found, f"{what}, expected a string; the action")
        return self._one_line(found, path + key)

    def _department(self, value: Object, path: str, separator: str) -> str:
        department = self._required(value, path, "department")
        if "|" in department or separator in f"- {department}":
            self._refuse(f"{path}department", department, "a department has no « | » and no « - »; the action")
        return department

    def _is(self, kind: type, value: Any, path: str, expected: str) -> bool:
        if not isinstance(value, kind) and value is not None:
            self._report(path, value, f"expected {expected}, found {_type_name(value)}; left out.")
        return isinstance(value, kind)

    def _value(self, field: Field, found: Any) -> str | tuple[str, ...] | None:
        """The value of a field as a sheet has it, or None where there is none or it is not accepted."""
        path = f".{field.api}"
        if field.holds is Holds.MANY:
            return self._words(found, path) if self._is(list, found, path, "a list of strings") else None
        if not self._is(str, found, path, "a string or null"):
            return None
        if field.holds is Holds.TEXT:
            return _normal(found)
        line = self._one_line(found, path)
        return line if line.strip() else ""

    def _words(self, found: list[Any], path: str) -> tuple[str, ...]:
        words = []
        places = self._places[path] = []
        for position, item in enumerate(found):
            if isinstance(item, str) and item.strip():
                words.append(self._one_line(item, f"{path}[{position}]"))
                places.append(position)
            else:
                what = "a blank string" if isinstance(item, str) else _type_name(item)
                self._report(f"{path}[{position}]", item, f"expected a string with a word, found {what}; left out.")
        return tuple(words)

    def _one_line(self, value: str, path: str) -> str:
        line = _normal(value)
        if "\n" in line:
            self._report(path, value, "expected one line; its lines are joined by spaces.")
            line = line.replace("\n", " ")
        return line

    def _origin(self, origin: Any) -> Origin | None:
        if origin is None:
            return None
        if isinstance(origin, dict):
            self._report_unknown_keys(origin, ".origin.", _OF_ORIGIN)
            source, first, last = map(origin.get, _OF_ORIGIN)
            if isinstance(source, str) and type(first) is int and type(last) is int and 1 <= first <= last:
                return Origin(source, first, last)
        accepted = "{ source, firstLine, lastLine }, a string and integers with 1 <= firstLine <= lastLine"
        self._report(".origin", origin, f"expected {accepted}, or null; left out.")
        return None


def _lines_of_actions(text: str) -> Iterator[int]:
    """The line, from 1, on which each action of a JSON list begins, up to one that cannot be passed over."""
    decode = json.JSONDecoder().raw_decode
    separators = re.compile(r"[\s,]*")
    line, counted, at = 1, 0, text.index("[") + 1
    while True:
        if match := separators.match(text, at):
            at = match.end()
        if text[at] == "]":
            return
        line += text.count("\n", counted, at)
        counted = at
        yield line
        try:
            _, at = decode(text, at)
        except (RecursionError, ValueError):  # nested too deep, or a number too long
            return


def _normal(value: str) -> str:
    return unicodedata.normalize("NFC", _LINE_END.sub("", value) if "\r" in value else value)


def _type_name(value: Any) -> str:
    """What JSON calls a value of this type."""
    if value is None:
        return "null"
    return {dict: "object", list: "list", str: "string", bool: "boolean"}.get(type(value), "number")


def _shown(value: Any) -> str:
    """The value as JSON, cut to a readable length."""
    try:
        text = orjson.dumps(value).decode()
    except TypeError:  # nested deeper than it writes
        text = f"({_type_name(value)})"
    return text if len(text) <= 80 else f"{text[:80]}…"
