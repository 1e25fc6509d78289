"""Lineage in the API, on three sheets of one structure."""

from __future__ import annotations

from typing import Any

from graph.knowledge_graph import KnowledgeGraph
from graph.model import Sheet, SheetText
from schema import PRICES, Context, schema

SHEETS = [
    Sheet(title=title, year=year, department="Lot", structure="Centre", structure_department="Lot",
          text=SheetText(experience=said, perspectives=ahead))
    for title, year, said, ahead in (
        ("Loto", 2016, "", "À renouveler."), ("Loto", 2018, "Depuis 2016, on joue.", ""), ("Lotos", 2021, "", ""),
    )
]  # fmt: skip
GRAPH = KnowledgeGraph.from_sheets(SHEETS)


def result(query: str) -> Any:
    return schema.execute_sync(query, context_value=Context(GRAPH))


def of(year: int, arguments: str = "") -> Any:
    answer = result(
        f"{{ actions(where: {{ year: {{ eq: {year} }} }}) {{ nodes {{ lineage{arguments} {{ "
        "earlier { action { year } confidence evidence { sign action { year } field text start end sentence "
        "sentenceStart likeness } } later { action { year } confidence } } } } }"
    )
    assert answer.errors is None, answer.errors
    (node,) = answer.data["actions"]["nodes"]
    return node["lineage"]


def test_an_action_has_what_came_before_and_what_came_after_with_what_says_so():
    middle = of(2018)
    (before,) = middle["earlier"]
    assert (before["action"]["year"], before["confidence"]) == (2016, 0.98)
    nothing = dict.fromkeys(("field", "text", "start", "end", "sentence", "sentenceStart"))
    title, goes_on, ahead = before["evidence"]
    assert title == {"sign": "SAME_TITLE", "action": {"year": 2018}, "likeness": 1, **nothing}
    assert goes_on == {
        "sign": "CONTINUES", "action": {"year": 2018}, "field": "experience", "text": "Depuis 2016", "start": 0,
        "end": 11, "sentence": "Depuis 2016, on joue.", "sentenceStart": 0, "likeness": None,
    }  # fmt: skip
    assert (ahead["sign"], ahead["action"]["year"], ahead["text"]) == ("ANNOUNCES", 2016, "renouveler")
    assert [each["action"]["year"] for each in middle["later"]] == [2021]


def test_less_sure_ones_are_left_out_where_more_is_asked_for():
    assert [each["action"]["year"] for each in of(2021)["earlier"]] == [2018, 2016]
    assert of(2021, "(minConfidence: 0.9)")["earlier"] == []
    answer = result("{ actions { nodes { lineage(minConfidence: -1) { later { confidence } } } } }")
    assert answer.errors[0].message == "minConfidence: '-1.0' cannot be used; give a number from 0 to 1."


def test_lineage_is_found_off_the_event_loop():
    assert PRICES["Action.lineage"].heavy
