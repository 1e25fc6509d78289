"""Our own JSON form of sheets: a list of actions, as `data/actions.schema.json` describes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from operator import attrgetter
from typing import Any

import orjson

from graph.fields import FIELDS
from graph.ingest.json_lines import LinesOfActions
from graph.ingest.json_reader import OF_RESULTS, ActionReader, type_name
from graph.ingest.page import Page, page_of
from graph.ingest.problems import ProblemList
from graph.ingest.refusal import EXPECTED, MAX_BYTES, NotDirectory, check_size
from graph.model import Sheet
from graph.vocabulary import Vocabulary

_NAMES = [field.name for field in FIELDS]
_PATHS: dict[str, str] = {}
for _field in sorted(FIELDS, key=lambda field: _NAMES.index(field.name.removesuffix("_again"))):
    # A second territory stands beside the first, all results where the first of them does.
    _PATHS.setdefault(_field.api.partition(".")[0], _field.path)
_PATHS["origin"] = "origin"
_values = attrgetter(*_PATHS.values())


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
        raise NotDirectory(source, f"holds one JSON {type_name(actions)}: expected a list of actions.")
    if actions and not any(isinstance(action, dict) for action in actions):
        raise NotDirectory(source, f"is a JSON list without an object: expected {EXPECTED}.")
    problems = ProblemList()
    reader = ActionReader(problems, LinesOfActions(data), vocabulary)
    sheets = (reader.sheet(index, action) for index, action in enumerate(actions))
    page = page_of(sheet for sheet in sheets if sheet is not None)
    return replace(page, problems=problems.sorted())


def _as_json(sheet: Sheet) -> dict[str, Any]:
    action = dict(zip(_PATHS, _values(sheet), strict=True))
    action["structure"] = {"name": sheet.structure, "department": sheet.structure_department}
    action["results"] = {key: getattr(sheet.text, name) for name, key in OF_RESULTS.items()}
    if sheet.origin is not None:
        source, first, last = sheet.origin.source, sheet.origin.first_line, sheet.origin.last_line
        action["origin"] = {"source": source, "firstLine": first, "lastLine": last}
    return action
