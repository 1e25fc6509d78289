"""Our own JSON form of sheets: a list of actions, as `data/actions.schema.json` describes it."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import orjson

from graph.ingest.page import Page, page_of
from graph.ingest.problems import ProblemList
from graph.ingest.refusal import EXPECTED, MAX_BYTES, NotDirectory, check_size
from graph.model import Origin, Sheet, SheetText
from graph.vocabulary import Vocabulary

Report = Callable[[str, Any, str], None]
"""Takes the path of a value, the value, and what is said of it."""

_TEXTS = {
    "summary": "summary",
    "experience": "experience",
    "description": "description",
    "resources": "resources",
    "people": "people",
    "limits": "limits",
    "perspectives": "perspectives",
}
_OPTIONAL_TEXTS = {"endReason": "end_reason", "initiatorDetail": "initiator_detail"}
_RESULTS = {"territory": "result_territory", "centre": "result_centre", "residents": "result_residents"}
_WORDS = {"status": "status", "dimension": "dimension", "territory": "territory"}
_WORD_LISTS = {"keywords": "keyword", "initiators": "initiator", "publics": "public", "partners": "partner"}
_ACTION_KEYS = frozenset(
    (
        *("title", "department", "year", "structure", "files", "territoryAgain", "results", "origin"),
        *(*_TEXTS, *_OPTIONAL_TEXTS, *_WORDS, *_WORD_LISTS),
    )
)

_LINE_END = re.compile(r"\r+(?=\n|\Z)")
_SHOWN = 80


class _NotAnAction(Exception):
    """The value at hand cannot be an action; what is wrong has been reported."""


def write_json(sheets: Iterable[Sheet]) -> Iterator[bytes]:
    """The sheets in our JSON form, in pieces: a list with one action on each line, in the order given.

    Reading the pieces joined gives equal sheets with equal origins.
    """
    separator = b"[\n"
    for sheet in sheets:
        yield separator + orjson.dumps(_as_json(sheet))
        separator = b",\n"
    yield b"[]\n" if separator == b"[\n" else b"\n]\n"


def read_json(data: bytes, source: str, vocabulary: Vocabulary | None = None, limit: int = MAX_BYTES) -> Page:
    """The page that a JSON list of actions makes: its sheets in order, a row for each, and the problems.

    The reason of a problem begins with the JSON path of the value, `$[3].keywords[1]`; its line is that on
    which the action begins. A value that is not accepted is left out; an action without a title, a structure
    or a department is left out whole. Unknown words are reported where a vocabulary is given. An action
    without an origin has None. Text is normalised to NFC and its lines end with LF alone.

    Raises NotDirectory where the data is empty or no JSON list of actions, TooLarge beyond `limit` bytes.
    """
    check_size(data, source, limit)
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        actions = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise NotDirectory(source, f"is not valid JSON ({error}): expected {EXPECTED}.") from None
    if not isinstance(actions, list):
        raise NotDirectory(source, f"holds one JSON {_type_name(actions)}: expected a list of actions.")
    if actions and not any(isinstance(action, dict) for action in actions):
        raise NotDirectory(source, f"is a JSON list without an object: expected {EXPECTED}.")
    problems = ProblemList()
    lines = _LinesOfActions(data)
    sheets = []
    for index, action in enumerate(actions):

        def report(path: str, value: Any, reason: str, index: int = index) -> None:
            line = 0 if problems.full else lines.line_of(index)
            problems.add(line, "" if problems.full else _shown(value), f"{path}: {reason}")

        try:
            sheet = _Reader(report, f"$[{index}]").sheet(action)
        except _NotAnAction:
            continue
        sheets.append(sheet)
        if vocabulary is not None:
            for path, kind, value in _words_of(sheet):
                if not vocabulary.knows(kind, value):
                    line = 0 if problems.full else lines.line_of(index)
                    problems.add_unknown(line, value, vocabulary, kind, value, f"$[{index}].{path}: ")
    page = page_of(sheets)
    return Page(page.heading, page.rows, page.sheets, problems.sorted())


def _words_of(sheet: Sheet) -> Iterator[tuple[str, str, str]]:
    """The path, the kind and the value of each word of the sheet that a vocabulary may know."""
    for key, kind in _WORDS.items():
        if getattr(sheet, key):
            yield key, kind, getattr(sheet, key)
    if sheet.territory_again:
        yield "territoryAgain", _WORDS["territory"], sheet.territory_again
    for key, kind in _WORD_LISTS.items():
        for index, value in enumerate(getattr(sheet, key)):
            yield f"{key}[{index}]", kind, value


def _as_json(sheet: Sheet) -> dict[str, Any]:
    text, origin = sheet.text, sheet.origin
    return {
        "title": sheet.title,
        "department": sheet.department,
        "year": sheet.year,
        "structure": {"name": sheet.structure, "department": sheet.structure_department},
        "files": text.files,
        "status": sheet.status,
        "endReason": text.end_reason,
        "dimension": sheet.dimension,
        "keywords": sheet.keywords,
        "summary": text.summary,
        "initiators": sheet.initiators,
        "initiatorDetail": text.initiator_detail,
        "territory": sheet.territory,
        "territoryAgain": sheet.territory_again,
        "experience": text.experience,
        "publics": sheet.publics,
        "partners": sheet.partners,
        "description": text.description,
        "resources": text.resources,
        "people": text.people,
        "results": {key: getattr(text, name) for key, name in _RESULTS.items()},
        "limits": text.limits,
        "perspectives": text.perspectives,
        "origin": None
        if origin is None
        else {"source": origin.source, "firstLine": origin.first_line, "lastLine": origin.last_line},
    }


class _Reader:
    """Reads one action; each method takes an object and a key, and the path of the object."""

    def __init__(self, report: Report, path: str) -> None:
        self.report = report
        self.path = path

    def sheet(self, action: Any) -> Sheet:
        path = self.path
        if not isinstance(action, dict):
            self.report(path, action, f"expected an object, found {_type_name(action)}; it is left out.")
            raise _NotAnAction
        self.unknown_keys(action, path, _ACTION_KEYS)
        structure = action.get("structure")
        if not isinstance(structure, dict):
            self.report(f"{path}.structure", structure, "expected { name, department }; the action is left out.")
            raise _NotAnAction
        self.unknown_keys(structure, f"{path}.structure", {"name", "department"})
        title = self.required(action, "title", path)
        name = self.required(structure, "name", f"{path}.structure")
        structure_department = self.required(structure, "department", f"{path}.structure")
        self.check_department(structure_department, f"{path}.structure.department", " - ")
        if not name.strip() and not structure_department:
            name = ""
        department = structure_department
        if action.get("department") is not None:
            department = self.required(action, "department", path)
            self.check_department(department, f"{path}.department")
        words: dict[str, Any] = {key: self.word(action, key, path) for key in _WORDS}
        again = self.word(action, "territoryAgain", path) if action.get("territoryAgain") is not None else None
        results = self.object(action, "results", path)
        self.unknown_keys(results, f"{path}.results", _RESULTS)
        text: dict[str, Any] = {name: self.text(action, key, path) or "" for key, name in _TEXTS.items()}
        text |= {name: self.text(action, key, path) for key, name in _OPTIONAL_TEXTS.items()}
        text |= {name: self.text(results, key, f"{path}.results") or "" for key, name in _RESULTS.items()}
        files = self.words(action, "files", path)
        lists: dict[str, Any] = {key: self.words(action, key, path) for key in _WORD_LISTS}
        return Sheet(
            title=title,
            department=department,
            year=self.year(action, path),
            structure=name,
            structure_department=structure_department,
            territory_again=None if again == words["territory"] else again,
            text=SheetText(files=files, **text),
            origin=self.origin(action, path),
            **words,
            **lists,
        )

    def unknown_keys(self, value: dict[str, Any], path: str, known: Iterable[str]) -> None:
        for key in value.keys() - set(known):
            self.report(f"{path}.{key}", value[key], f"not a field; left out. Accepted: {', '.join(sorted(known))}.")

    def required(self, value: dict[str, Any], key: str, path: str) -> str:
        found = value.get(key)
        if not isinstance(found, str):
            what = "is missing" if key not in value else f"is {_type_name(found)}"
            self.report(f"{path}.{key}", found, f"{what}, expected a string; the action is left out.")
            raise _NotAnAction
        return self.one_line(found, f"{path}.{key}")

    def check_department(self, value: str, path: str, separator: str = "|") -> None:
        if "|" in value or separator in f"- {value}":
            self.report(path, value, "a department has no « | » and no « - »; the action is left out.")
            raise _NotAnAction

    def text(self, value: dict[str, Any], key: str, path: str) -> str | None:
        found = value.get(key)
        if found is None:
            return None
        if not isinstance(found, str):
            self.report(f"{path}.{key}", found, f"expected a string or null, found {_type_name(found)}; left out.")
            return None
        return _normal(found)

    def word(self, value: dict[str, Any], key: str, path: str) -> str:
        found = self.text(value, key, path)
        line = "" if found is None else self.one_line(found, f"{path}.{key}")
        return line if line.strip() else ""

    def words(self, value: dict[str, Any], key: str, path: str) -> tuple[str, ...]:
        found = value.get(key)
        if found is None:
            return ()
        if not isinstance(found, list):
            self.report(f"{path}.{key}", found, f"expected a list of strings, found {_type_name(found)}; left out.")
            return ()
        kept = []
        for index, item in enumerate(found):
            where = f"{path}.{key}[{index}]"
            if isinstance(item, str) and item.strip():
                kept.append(self.one_line(item, where))
            else:
                what = "a blank string" if isinstance(item, str) else _type_name(item)
                self.report(where, item, f"expected a string with a word, found {what}; left out.")
        return tuple(kept)

    def one_line(self, value: str, path: str) -> str:
        line = _normal(value)
        if "\n" in line:
            self.report(path, value, "expected one line; its lines are joined by spaces.")
            line = line.replace("\n", " ")
        return line

    def year(self, action: dict[str, Any], path: str) -> int | None:
        year = action.get("year")
        if year is None or (type(year) is int and 1 <= year <= 9999):
            return year
        self.report(f"{path}.year", year, "expected an integer from 1 to 9999, or null; left out.")
        return None

    def object(self, action: dict[str, Any], key: str, path: str) -> dict[str, Any]:
        found = action.get(key)
        if isinstance(found, dict):
            return found
        if found is not None:
            self.report(f"{path}.{key}", found, f"expected an object or null, found {_type_name(found)}; left out.")
        return {}

    def origin(self, action: dict[str, Any], path: str) -> Origin | None:
        origin = action.get("origin")
        if origin is None:
            return None
        if isinstance(origin, dict):
            keys = ("source", "firstLine", "lastLine")
            self.unknown_keys(origin, f"{path}.origin", keys)
            source, first, last = (origin.get(key) for key in keys)
            if isinstance(source, str) and type(first) is int and type(last) is int and 1 <= first <= last:
                return Origin(source, first, last)
        accepted = "{ source, firstLine, lastLine }, a string and integers with 1 <= firstLine <= lastLine"
        self.report(f"{path}.origin", origin, f"expected {accepted}, or null; left out.")
        return None


def _normal(value: str) -> str:
    return unicodedata.normalize("NFC", _LINE_END.sub("", value) if "\r" in value else value)


def _type_name(value: Any) -> str:
    if value is None:
        return "null"
    return {dict: "object", list: "list", str: "string", bool: "boolean"}.get(type(value), "number")


def _shown(value: Any) -> str:
    """The value as JSON, cut to a readable length."""
    try:
        text = orjson.dumps(value).decode()
    except TypeError:  # nested deeper than it writes
        text = f"({_type_name(value)})"
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


class _LinesOfActions:
    """The line on which each action of a JSON list begins, found when first asked for."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._lines: list[int] | None = None

    def line_of(self, index: int) -> int:
        """The line, from 1, of the action at `index`; 1 where that cannot be told."""
        if self._lines is None:
            self._lines = list(self._find())
        return self._lines[index] if index < len(self._lines) else 1

    def _find(self) -> Iterator[int]:
        text = self._data.decode()
        decode = json.JSONDecoder().raw_decode
        skip = re.compile(r"[\s,]*")
        line, counted = 1, 0
        at = text.index("[") + 1
        while True:
            match = skip.match(text, at)
            at = at if match is None else match.end()
            if text[at] == "]":
                return
            line += text.count("\n", counted, at)
            counted = at
            yield line
            try:
                _, at = decode(text, at)
            except (RecursionError, ValueError):  # nested too deep, or a number too long
                return
