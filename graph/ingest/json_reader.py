"""One action of our JSON form → a sheet; what is not accepted is reported and left out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from typing import Any

import orjson

from graph.fields import FIELDS, Field, Holds
from graph.ingest.json_lines import LinesOfActions
from graph.ingest.problems import ProblemList
from graph.model import Origin, Sheet, sheet_of
from graph.vocabulary import Vocabulary

OF_RESULTS = {field.name: field.api.removeprefix("results.") for field in FIELDS if field.api.startswith("results.")}
"""The fields that stand in the object `results`, each with its key there."""

_KEYS = {*(field.api.partition(".")[0] for field in FIELDS), "origin"}
# The others are not read by what they hold: the title, the department, the year and the structure.
_READ = [(field, OF_RESULTS.get(field.name)) for field in FIELDS if field.holds is not Holds.ONE or field.words]
_WORDS = [field for field in FIELDS if field.words]
_LINE_END = re.compile(r"\r+(?=\n|\Z)")
_SHOWN = 80

Object = dict[str, Any]


class _NotAnAction(Exception):
    """The value at hand cannot be an action; what is wrong has been reported."""


class ActionReader:
    """Reads the actions of one list. A path begins with a dot, and that of an object ends with one."""

    def __init__(self, problems: ProblemList, lines: LinesOfActions, vocabulary: Vocabulary | None) -> None:
        self._problems = problems
        self._lines = lines
        self._vocabulary = vocabulary
        self._index = 0

    def sheet(self, index: int, action: Any) -> Sheet | None:
        """The sheet of the action at `index`, or None where it is none."""
        self._index = index
        try:
            sheet = self._sheet(action)
        except _NotAnAction:
            return None
        if self._vocabulary is not None:
            self._report_unknown_words(sheet, self._vocabulary)
        return sheet

    def _line(self) -> int:
        return 0 if self._problems.full else self._lines.line_of(self._index)

    def _report(self, path: str, value: Any, reason: str) -> None:
        text = "" if self._problems.full else _shown(value)
        self._problems.add(self._line(), text, f"$[{self._index}]{path}: {reason}")

    def _report_unknown_words(self, sheet: Sheet, vocabulary: Vocabulary) -> None:
        for field in _WORDS:
            value = getattr(sheet, field.name)
            for position, word in enumerate(value if field.holds is Holds.MANY else (value,)):
                if word and not vocabulary.knows(field.words, word):
                    at = f"[{position}]" if field.holds is Holds.MANY else ""
                    where = f"$[{self._index}].{field.api}{at}: "
                    self._problems.add_unknown(self._line(), word, vocabulary, field.words, word, where)

    def _sheet(self, action: Any) -> Sheet:
        if not isinstance(action, dict):
            self._report("", action, f"expected an object, found {type_name(action)}; it is left out.")
            raise _NotAnAction
        self._report_unknown_keys(action, ".", _KEYS)
        values = self._structure(action.get("structure"))
        values["title"] = self._required(action, ".", "title")
        values["department"] = values["structure_department"]
        if action.get("department") is not None:
            values["department"] = self._department(action, ".", "|")
        results = self._results(action.get("results"))
        for field, key in _READ:
            found = results.get(key) if key else action.get(field.api)
            value = None if found is None else self._value(field, found)
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
            self._report(".structure", structure, "expected { name, department }; the action is left out.")
            raise _NotAnAction
        self._report_unknown_keys(structure, ".structure.", ("name", "department"))
        name = self._required(structure, ".structure.", "name")
        department = self._department(structure, ".structure.", " - ")
        return {"structure": name if name.strip() or department else "", "structure_department": department}

    def _required(self, value: Object, path: str, key: str) -> str:
        found = value.get(key)
        if not isinstance(found, str):
            what = "is missing" if key not in value else f"is {type_name(found)}"
            self._report(path + key, found, f"{what}, expected a string; the action is left out.")
            raise _NotAnAction
        return self._one_line(found, path + key)

    def _department(self, value: Object, path: str, separator: str) -> str:
        department = self._required(value, path, "department")
        if "|" in department or separator in f"- {department}":
            reason = "a department has no « | » and no « - »; the action is left out."
            self._report(f"{path}department", department, reason)
            raise _NotAnAction
        return department

    def _results(self, results: Any) -> Object:
        if isinstance(results, dict):
            self._report_unknown_keys(results, ".results.", OF_RESULTS.values())
            return results
        if results is not None:
            self._report(".results", results, f"expected an object or null, found {type_name(results)}; left out.")
        return {}

    def _value(self, field: Field, found: Any) -> str | tuple[str, ...] | None:
        """The value of a field as a sheet has it, or None where it is not accepted."""
        if field.holds is Holds.MANY:
            return self._words(found, f".{field.api}")
        if not isinstance(found, str):
            self._report(f".{field.api}", found, f"expected a string or null, found {type_name(found)}; left out.")
            return None
        if field.holds is Holds.TEXT:
            return _normal(found)
        line = self._one_line(found, f".{field.api}")
        return line if line.strip() else ""

    def _words(self, found: Any, path: str) -> tuple[str, ...] | None:
        if not isinstance(found, list):
            self._report(path, found, f"expected a list of strings, found {type_name(found)}; left out.")
            return None
        words = []
        for position, item in enumerate(found):
            if isinstance(item, str) and item.strip():
                words.append(self._one_line(item, f"{path}[{position}]"))
            else:
                what = "a blank string" if isinstance(item, str) else type_name(item)
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
            keys = ("source", "firstLine", "lastLine")
            self._report_unknown_keys(origin, ".origin.", keys)
            source, first, last = (origin.get(key) for key in keys)
            if isinstance(source, str) and type(first) is int and type(last) is int and 1 <= first <= last:
                return Origin(source, first, last)
        accepted = "{ source, firstLine, lastLine }, a string and integers with 1 <= firstLine <= lastLine"
        self._report(".origin", origin, f"expected {accepted}, or null; left out.")
        return None


def year_of(value: Any) -> int | None:
    """The year that a value is, None where it is none that is accepted."""
    return value if type(value) is int and 1 <= value <= 9999 else None


def _normal(value: str) -> str:
    return unicodedata.normalize("NFC", _LINE_END.sub("", value) if "\r" in value else value)


def type_name(value: Any) -> str:
    """What JSON calls a value of this type."""
    if value is None:
        return "null"
    return {dict: "object", list: "list", str: "string", bool: "boolean"}.get(type(value), "number")


def _shown(value: Any) -> str:
    """The value as JSON, cut to a readable length."""
    try:
        text = orjson.dumps(value).decode()
    except TypeError:  # nested deeper than it writes
        text = f"({type_name(value)})"
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
