"""The history as the API tells it: what stands in an answer, what is refused, and what is never told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.fields import FIELDS
from graph.ingest import read, write_json
from graph.knowledge_graph import KnowledgeGraph
from graph.model import Sheet, SheetText
from graph.store import Store
from graph.store.journal import Cause
from graph.vocabulary import Vocabulary
from schema import Context, schema
from tests.graph.test_history import add_hidden

REPAS = Sheet(
    title="Repas",
    department="Lot",
    year=2016,
    structure="A",
    structure_department="Lot",
    keywords=("Culture",),
    text=SheetText(summary="Un repas, le soir.", result_centre="Du lien."),
)
NAVETTE = replace(REPAS, title="Navette", structure="B", keywords=("Santé",))
CLOSED = replace(REPAS, title="Fermée", structure="C")
PERSON = Cause("Jeanne Martin <jeanne@example.org>", "Une faute.")

Ask = Callable[..., Any]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Two sheets that were imported, the first one corrected, and one that came and went; one was never public."""
    with Store(tmp_path / "store.sqlite", create=True) as store:
        store.merge([REPAS, NAVETTE], "lot.txt")
        write = store.writer
        key = key_of(store, REPAS)
        text = replace(REPAS.text, summary="Un repas, le midi.")
        write.correct(key, replace(REPAS, keywords=("Culture", "Emploi"), text=text), expected=1, cause=PERSON)
        closed = write.add(CLOSED, PERSON).key
        write.withdraw(closed, expected=1, cause=PERSON)
        add_hidden(store, replace(REPAS, title="Brouillon", structure="D"))
        yield store


def key_of(store: Store, sheet: Sheet) -> str:
    return next(key for key, other in store.sheets() if other.title == sheet.title)


def answer(store: Store, query: str, **variables: Any) -> Any:
    context = Context(KnowledgeGraph.from_store(store))
    return schema.execute_sync(query, variable_values=variables, context_value=context)


@pytest.fixture
def told(store: Store) -> Ask:
    def tell(query: str, **variables: Any) -> Any:
        result = answer(store, query, **variables)
        assert result.errors is None, result.errors
        return result.data

    return tell


@pytest.fixture
def refused(store: Store) -> Ask:
    def refuse(query: str, **variables: Any) -> tuple[str, Any]:
        result = answer(store, query, **variables)
        assert result.errors is not None
        return result.errors[0].message, result.errors[0].extensions

    return refuse


def test_a_change_says_when_who_why_and_what(store: Store, told: Ask):
    key = key_of(store, REPAS)
    query = """{ changes(operations: [CORRECT]) { nodes {
        position at operation actionId action { title } revision author reason
        diff { field label before after added removed words { state text } } } } }"""
    (change,) = told(query)["changes"]["nodes"]
    assert change == {
        "position": "2",
        "at": store.entries()[1].at,
        "operation": "CORRECT",
        "actionId": key,
        "action": {"title": "Repas"},
        "revision": 2,
        "author": "PERSON",
        "reason": "Une faute.",
        "diff": [
            {
                "field": "keywords",
                "label": "Mots clés associés à l’action",
                "before": None,
                "after": None,
                "added": ["Emploi"],
                "removed": [],
                "words": [],
            },
            {
                "field": "summary",
                "label": "Résumé",
                "before": "Un repas, le soir.",
                "after": "Un repas, le midi.",
                "added": [],
                "removed": [],
                "words": [
                    {"state": "KEPT", "text": "Un repas, le "},
                    {"state": "REMOVED", "text": "soir"},
                    {"state": "ADDED", "text": "midi"},
                    {"state": "KEPT", "text": "."},
                ],
            },
        ],
    }


def test_the_changes_are_a_list_to_follow_by_position(store: Store, told: Ask):
    query = """query ($after: Position) { dataset { position } changes(first: 2, after: $after) {
        edges { cursor node { position } } nodes { operation actionId }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""
    first = told(query)
    assert first["dataset"]["position"] == "5"
    assert first["changes"] == {
        "edges": [{"cursor": "1", "node": {"position": "1"}}, {"cursor": "2", "node": {"position": "2"}}],
        "nodes": [
            {"operation": "GENESIS", "actionId": None},
            {"operation": "CORRECT", "actionId": key_of(store, REPAS)},
        ],
        "pageInfo": {"hasNextPage": True, "hasPreviousPage": False, "startCursor": "1", "endCursor": "2"},
    }
    second = told(query, after="2")["changes"]
    assert [node["operation"] for node in second["nodes"]] == ["ADD", "WITHDRAW"]
    assert second["pageInfo"] == {
        "hasNextPage": False,
        "hasPreviousPage": True,
        "startCursor": "3",
        "endCursor": "4",
    }
    assert told(query, after="5")["changes"]["pageInfo"]["startCursor"] is None
    assert [each["position"] for each in told("{ changes { nodes { position } } }")["changes"]["nodes"]] == list("1234")


def test_an_action_knows_its_revision_and_its_past(store: Store, told: Ask):
    query = """query ($id: ID!) { action(id: $id) { revision changedAt history { nodes { operation revision reason }
        pageInfo { hasNextPage } } } }"""
    entries = store.entries()
    assert told(query, id=key_of(store, REPAS))["action"] == {
        "revision": 2,
        "changedAt": entries[1].at,
        "history": {
            "nodes": [
                {"operation": "GENESIS", "revision": 1, "reason": "lot.txt"},
                {"operation": "CORRECT", "revision": 2, "reason": "Une faute."},
            ],
            "pageInfo": {"hasNextPage": False},
        },
    }
    navette = told(query, id=key_of(store, NAVETTE))["action"]
    assert (navette["revision"], navette["changedAt"]) == (1, entries[0].at)


def test_changes_are_chosen_by_action_and_by_structure_that_has_them_or_had_them(store: Store, told: Ask):
    def positions(arguments: str) -> list[str]:
        return [
            node["position"]
            for node in told(f"{{ changes({arguments}) {{ nodes {{ position }} }} }}")["changes"]["nodes"]
        ]

    closed = store.entries()[2].key
    assert positions(f'ids: ["{key_of(store, REPAS)}", "{closed}"]') == ["2", "3", "4"]
    assert positions('structure: "structure:lot-a"') == ["2"]
    assert positions('structure: "structure:lot-b"') == []
    assert positions('structure: "structure:lot-c"') == ["3", "4"]
    assert positions(f'structure: "structure:lot-a", ids: ["{closed}"]') == []
    assert positions("ids: []") == []


def test_a_withdrawn_sheet_is_no_action_and_its_public_past_can_be_read(store: Store, told: Ask):
    closed = store.entries()[2].key
    query = """query ($id: ID!, $n: Int!) { action(id: $id) { id } revision(id: $id, revision: $n) {
        operation actionId action { id } sheet { title } } }"""
    assert told(query, id=closed, n=1) == {
        "action": None,
        "revision": {"operation": "ADD", "actionId": closed, "action": None, "sheet": {"title": "Fermée"}},
    }
    assert told(query, id=closed, n=2)["revision"]["sheet"] is None


def test_two_revisions_are_compared_in_either_order(store: Store, told: Ask):
    query = "query ($id: ID!, $a: Int!, $b: Int!) { diff(id: $id, from: $a, to: $b) { field added removed } }"
    key = key_of(store, REPAS)
    forth, back = told(query, id=key, a=1, b=2)["diff"], told(query, id=key, a=2, b=1)["diff"]
    assert [(each["field"], each["added"], each["removed"]) for each in forth] == [
        ("keywords", ["Emploi"], []),
        ("summary", [], []),
    ]
    assert [(each["added"], each["removed"]) for each in back] == [([], ["Emploi"]), ([], [])]
    assert told(query, id=key, a=2, b=2)["diff"] == []


@pytest.mark.parametrize(
    ("query", "message", "extensions"),
    [
        (
            '{ changes(after: "6") { nodes { at } } }',
            "after: '6' cannot be used; the journal ends at 5.",
            {"argument": "after"},
        ),
        ('{ changes(after: "-1") { nodes { at } } }', "A position is decimal digits in quotes", {}),
        ("{ changes(after: 3) { nodes { at } } }", "A position is decimal digits in quotes", {}),
        ('{ changes(after: "٣") { nodes { at } } }', "A position is decimal digits in quotes", {}),
        (f'{{ changes(after: "{"9" * 40}") {{ nodes {{ at }} }} }}', "A position is decimal digits in quotes", {}),
        (
            "{ changes(first: -1) { nodes { at } } }",
            "first: '-1' cannot be used; give a number from 0 to 100.",
            {"argument": "first"},
        ),
        (
            '{ changes(ids: ["action:none"]) { nodes { at } } }',
            "ids: there is no action 'action:none' in the data.",
            {"argument": "ids", "reason": "NOT_FOUND"},
        ),
        (
            '{ changes(structure: "keyword:culture") { nodes { at } } }',
            "structure: there is no structure 'keyword:culture' in the data.",
            {"argument": "structure", "reason": "NOT_FOUND"},
        ),
        (
            '{ changes(structure: "structure:lot-d") { nodes { at } } }',
            "structure: there is no structure 'structure:lot-d' in the data.",
            {"argument": "structure", "reason": "NOT_FOUND"},
        ),
        (
            '{ revision(id: "action:none", revision: 1) { at } }',
            "id: there is no action 'action:none' in the data.",
            {"argument": "id", "reason": "NOT_FOUND"},
        ),
        (
            '{ revision(id: "KEY", revision: 3) { at } }',
            "revision: '3' cannot be used; give a revision from 1 to 2.",
            {"argument": "revision"},
        ),
        (
            '{ diff(id: "KEY", from: 0, to: 1) { field } }',
            "from: '0' cannot be used; give a revision from 1 to 2.",
            {"argument": "from"},
        ),
        (
            '{ diff(id: "KEY", from: 1, to: -5) { field } }',
            "to: '-5' cannot be used; give a revision from 1 to 2.",
            {"argument": "to"},
        ),
    ],
)
def test_what_cannot_be_used_is_refused_by_its_name(
    store: Store, refused: Ask, query: str, message: str, extensions: dict[str, str]
):
    said, given = refused(query.replace("KEY", key_of(store, REPAS)))
    assert message in said
    if extensions:
        assert given == {"code": "BAD_USER_INPUT", **extensions}


def test_more_than_a_hundred_ids_are_refused(refused: Ask):
    message, _ = refused("query ($ids: [ID!]) { changes(ids: $ids) { nodes { at } } }", ids=["action:none"] * 101)
    assert message == "ids: '101 values' cannot be used; give at most 100."


def test_no_answer_holds_a_name_or_anything_of_a_sheet_that_was_never_public(store: Store):
    hidden = store.entries()[4].key
    assert hidden is not None
    everything = """query ($ids: [ID!]) { dataset { position } changes(first: 100, ids: $ids) { nodes {
        position at operation actionId action { id } revision author reason diff { field before after }
        sheet { title structure { name } summary } } } }"""
    for query, variables in (
        (everything, {}),
        (everything, {"ids": [hidden]}),
        (f'{{ revision(id: "{hidden}", revision: 1) {{ at sheet {{ title }} }} }}', {}),
        (f'{{ diff(id: "{hidden}", from: 1, to: 1) {{ before }} }}', {}),
        (f'{{ node(id: "{hidden}") {{ id }} }}', {}),
        ("{ actions { nodes { history { nodes { reason sheet { title } } } } } }", {}),
    ):
        result = answer(store, query, **variables)
        said = str((result.data, [error.message for error in result.errors or ()]))
        assert "Brouillon" not in said
        assert "structure:lot-d" not in said
        assert "Jeanne" not in said
    assert str(answer(store, everything).data).count("'position': '5'") == 1  # of the journal as a whole


def test_without_a_store_there_is_no_history(lot: KnowledgeGraph):
    key = lot.actions[0].key
    query = """query ($id: ID!) { dataset { position } changes { nodes { at } pageInfo { hasNextPage } }
        action(id: $id) { revision changedAt history { nodes { at } } } }"""
    result = schema.execute_sync(query, variable_values={"id": key}, context_value=Context(lot))
    assert (result.errors, result.data) == (
        None,
        {
            "dataset": {"position": "0"},
            "changes": {"nodes": [], "pageInfo": {"hasNextPage": False}},
            "action": {"revision": None, "changedAt": None, "history": {"nodes": []}},
        },
    )
    query = "query ($id: ID!) { revision(id: $id, revision: 1) { at } }"
    result = schema.execute_sync(query, variable_values={"id": key}, context_value=Context(lot))
    assert result.errors is not None
    assert "there is no action" in result.errors[0].message


FORM = (
    " ".join(sorted({field.api for field in FIELDS if "." not in field.api} - {"structure"}))
    + " structure { name department } results { territory centre residents }"
)


def test_a_mirror_can_import_what_a_change_says_of_a_sheet(
    sheets: tuple[Sheet, ...], vocabulary: Vocabulary, tmp_path: Path
):
    """The whole content of each sheet of the real page, as JSON, is read back as the sheet itself."""
    with Store(tmp_path / "s.sqlite", create=True) as store:
        for sheet in sheets:
            store.writer.add(sheet, PERSON)
        data = answer(store, f"{{ changes(first: 100) {{ nodes {{ sheet {{ {FORM} }} }} }} }}").data
    told = [node["sheet"] for node in data["changes"]["nodes"]]
    again = read(orjson.dumps(told), "mirror.json", vocabulary)
    assert again.problems == ()
    assert [b"".join(write_json([replace(sheet, origin=None)])) for sheet in again.sheets] == [
        b"".join(write_json([replace(sheet, origin=None, text=_plain(sheet.text))])) for sheet in sheets
    ]


def _plain(text: SheetText) -> SheetText:
    """What is printed and empty is not told apart from what is not printed."""
    return replace(text, end_reason=text.end_reason or None, initiator_detail=text.initiator_detail or None)


@given(st.text())
def test_a_position_is_digits_and_nothing_else(text: str):
    context = Context(KnowledgeGraph.from_sheets([]))
    query = "query ($after: Position) { changes(after: $after) { nodes { at } } }"
    result = schema.execute_sync(query, variable_values={"after": text}, context_value=context)
    message = result.errors[0].message if result.errors else ""
    usable = text.isascii() and text.isdigit() and len(text) <= 18
    assert ("decimal digits" in message) == (not usable)
