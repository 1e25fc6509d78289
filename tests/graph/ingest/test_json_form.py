"""Our JSON form: the schema, the reader's own check, and what it says."""

import json
import re
from pathlib import Path

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.ingest import NotDirectory, read, read_json, write_json
from graph.model import Origin, Problem
from tests.graph.ingest.strategies import sheets

SCHEMA = json.loads((Path(__file__).parents[3] / "data" / "actions.schema.json").read_text(encoding="utf-8"))
SMALL = {"title": "Chorale", "structure": {"name": "LE LIEN", "department": "Ain"}}
TYPES = {"object": dict, "array": list, "string": str, "integer": int, "null": type(None)}


def accepts(schema, value):
    """Whether the value is valid; knows the keywords that the schema uses, and no others."""
    known = {"$schema", "$defs", "title", "description", "examples", "$ref", "type", "required", "properties"}
    assert set(schema) <= known | {"additionalProperties", "items", "pattern", "minimum", "maximum"}
    if "$ref" in schema:
        return accepts(SCHEMA["$defs"][schema["$ref"].rpartition("/")[2]], value)
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if isinstance(value, bool) or not isinstance(value, tuple(TYPES[name] for name in types)):
        return False
    if isinstance(value, str):
        return re.search(schema.get("pattern", "").replace("$", r"\Z"), value) is not None
    if isinstance(value, int):
        return schema.get("minimum", value) <= value <= schema.get("maximum", value)
    if isinstance(value, list):
        return all(accepts(schema["items"], item) for item in value)
    if isinstance(value, dict):
        properties = schema["properties"]
        return (
            set(schema.get("required", ())) <= set(value) <= set(properties)
            and schema["additionalProperties"] is False
            and all(accepts(properties[key], item) for key, item in value.items())
        )
    return True


def read_actions(*actions, vocabulary=None):
    return read_json(orjson.dumps(actions), "actions.json", vocabulary)


def test_what_is_written_has_every_key_of_the_schema(lot):
    action = json.loads(b"".join(write_json(lot.sheets[:1])))[0]
    properties = SCHEMA["$defs"]["action"]["properties"]
    assert list(action) == list(properties)
    for key in ("structure", "results", "origin"):
        assert list(action[key]) == list(properties[key]["properties"])


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(sheets(), max_size=2))
def test_what_is_written_is_valid(written):
    assert accepts(SCHEMA, json.loads(b"".join(write_json(written))))


odd_values = st.sampled_from(
    [
        *(None, True, 0, 1, 2018, 10_000, -1, 1.5, "", " ", "a", "a\nb", "a\r\n", "a|b", "a - b", "- a", "-"),
        *([], ["a"], ["a", 3], [""], ["a\nb"], [None], {}, {"name": "a"}, {"name": "a", "department": "b"}),
        *({"territory": "a"}, {"territory": 1}, {"other": ""}),
        *({"source": "a", "firstLine": first, "lastLine": 2} for first in (1, 0, True, "1")),
    ]
)


@settings(max_examples=400, deadline=None)
@given(st.sampled_from([*SCHEMA["$defs"]["action"]["properties"], "other"]), odd_values)
def test_the_reader_reports_a_value_where_and_only_where_the_schema_does_not_accept_it(key, value):
    action = SMALL | {key: value}
    page = read_actions(action)
    assert (page.problems == ()) == accepts(SCHEMA, [action])


def test_an_action_needs_a_title_and_a_structure_only():
    page = read_actions(SMALL)
    (sheet,) = page.sheets
    assert (sheet.title, sheet.structure, sheet.department, sheet.year) == ("Chorale", "LE LIEN", "Ain", None)
    assert sheet.origin is None
    assert page.problems == ()


def test_a_problem_names_the_path_the_value_and_what_is_accepted():
    actions = [SMALL, SMALL | {"keywords": ["Culture", 12], "year": "2018"}, 7, {"title": "x"}]
    page = read_json(json.dumps(actions, indent=1).encode(), "actions.json")
    assert [sheet.keywords for sheet in page.sheets] == [(), ("Culture",)]
    assert page.problems == (
        Problem(9, "12", "$[1].keywords[1]: expected a string with a word, found number; left out."),
        Problem(9, '"2018"', "$[1].year: expected an integer from 1 to 9999, or null; left out."),
        Problem(21, "7", "$[2]: expected an object, found number; it is left out."),
        Problem(22, "null", "$[3].structure: expected { name, department }; the action is left out."),
    )


def test_unknown_words_are_reported_where_a_vocabulary_is_given(vocabulary):
    action = SMALL | {"status": "En pause", "territoryAgain": "Un cartier", "publics": ["Tous publics", "Jeunese"]}
    assert read_actions(action).problems == ()
    assert [problem.reason for problem in read_actions(action, vocabulary=vocabulary).problems] == [
        "$[0].status: « En pause » is not a known status; it is kept as it is.",
        "$[0].publics[1]: « Jeunese » is not a known public (perhaps « Jeunesse »); it is kept as it is.",
        "$[0].territoryAgain: « Un cartier » is not a known territory (perhaps « Un quartier »); it is kept as it is.",
    ]


def test_text_is_made_the_same_letters_and_line_ends():
    (sheet,) = read_actions(SMALL | {"summary": "e\u0301te\u0301\r\nfin\r", "keywords": ["sante\u0301"]}).sheets
    assert sheet.text.summary == "été\nfin"
    assert sheet.keywords == ("santé",)


def test_an_origin_is_read():
    origin = {"source": "lot.txt", "firstLine": 20, "lastLine": 85}
    assert read_actions(SMALL | {"origin": origin}).sheets[0].origin == Origin("lot.txt", 20, 85)


def test_no_action_is_an_empty_list(vocabulary):
    data = b"".join(write_json([]))
    assert json.loads(data) == []
    page = read(data, "vide.json", vocabulary)
    assert page.sheets == ()
    assert page.problems == ()


def test_a_list_nested_too_deep_is_reported_on_some_line():
    nested = b"[" * 1000 + b"]" * 1000
    page = read_json(b'[{"title": "a", "structure": {"name": "b", "department": "c"}, "other": ' + nested + b"}]", "x")
    assert [problem.line for problem in page.problems] == [1]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b'{"title": "a"}', "x.json holds one JSON object: expected a list of actions."),
        (b"[1, 2]", "x.json is a JSON list without an object: expected"),
        (b"[1, 2", "x.json is not valid JSON (unexpected end of data: line 1 column 6"),
        (b"  ", "x.json is empty: expected"),
    ],
)
def test_what_is_no_list_of_actions_is_refused(data, message, vocabulary):
    with pytest.raises(NotDirectory, match=f"^{re.escape(message)}"):
        read(data, "x.json", vocabulary)


def test_an_unknown_word_after_one_that_is_left_out_is_named_by_its_own_place(vocabulary):
    words = [{"title": "T", "structure": {"name": "S", "department": "Lot"}, "keywords": ["Culture", "", None, "Bal"]}]
    page = read_actions(*words, vocabulary=vocabulary)
    assert [problem.reason.partition(":")[0] for problem in page.problems] == [
        "$[0].keywords[1]",
        "$[0].keywords[2]",
        "$[0].keywords[3]",
    ]
