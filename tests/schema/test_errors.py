"""What a client can mend is explained in the API's words; a fault of ours stays one."""

from __future__ import annotations

import pytest

from graph.errors import NotAccepted, OutOfRange, UnknownNode, sized, within
from graph.knowledge_graph import KnowledgeGraph
from schema import Context, schema
from schema.errors import BadInput, explained


@pytest.mark.parametrize(
    ("query", "argument", "value", "accepted"),
    [
        ('{ path(from: "keyword:culture", to: "keyword:sante", maxLength: 9) { total } }', "maxLength", "9", "1 to 6"),
        ('{ path(from: "keyword:none", to: "keyword:sante") { total } }', "from", "keyword:none", "no node"),
        ('{ path(from: "keyword:sante", to: "keyword:none") { total } }', "to", "keyword:none", "no node"),
        ('{ neighbourhood(id: "keyword:none") { truncated } }', "id", "keyword:none", "no node"),
        ('{ neighbourhood(id: "keyword:culture", first: 501) { truncated } }', "first", "501", "1 to 500"),
        ('{ sharedActions(nodes: ["keyword:none"]) { totalCount } }', "nodes", "keyword:none", "no structure"),
        ("{ sharedActions(nodes: []) { totalCount } }", "nodes", "0 values", "1 to 20"),
        ('{ similarActions(to: ["keyword:sante"]) { totalCount } }', "to", "keyword:sante", "no action"),
        ("{ similarActions { totalCount } }", "to", "nothing", "or a text"),
        ('{ similarActions(to: ["keyword:sante"], text: "vélo") { totalCount } }', "to", "both", "or a text"),
        ('{ similarActions(text: "") { totalCount } }', "text", "0 characters", "1 to 5000"),
        ('{ similarActions(text: "' + "a" * 5001 + '") { totalCount } }', "text", "5001 characters", "1 to 5000"),
        ('{ similarActions(text: "vélo", measure: BALANCED) { totalCount } }', "measure", "BALANCED", "TEXT"),
        ('{ similarActions(text: "vélo", by: [KEYWORD]) { totalCount } }', "by", "KEYWORD", "give no kinds"),
        (
            '{ similarActions(text: "vélo", weights: { kind: KEYWORD, weight: 2 }) { totalCount } }',
            "weights",
            "KEYWORD",
            "give no weights",
        ),
        ("{ cooccurrences(minCount: 0) { totalCount } }", "minCount", "0", "from 1"),
        ("{ cooccurrences(kind: ACTION) { totalCount } }", "kind", "ACTION", "KEYWORD"),
        ("{ isolated(by: ACTION) { totalCount } }", "by", "ACTION", "KEYWORD"),
        ("{ actionsBy(groupBy: [STRUCTURE, YEAR]) { count } }", "groupBy", "STRUCTURE", "alone"),
        ("{ actionsBy(groupBy: [YEAR], first: 0) { count } }", "first", "0", "1 to 1000"),
        ("{ actions(orderBy: [{ relevance: DESC }]) { totalCount } }", "orderBy", "relevance", "search"),
        ('{ actions(search: "' + "a" * 300 + '") { totalCount } }', "search", "300", "256"),
        ('{ search(query: "' + "a" * 300 + '") { totalCount } }', "query", "300", "256"),
        ('{ suggest(prefix: "' + "a" * 300 + '") { text } }', "prefix", "300", "256"),
        (
            '{ actions(where: { title: { contains: "' + "a" * 300 + '" } }) { totalCount } }',
            "title.contains",
            "aaa",
            "256",
        ),
        ("{ actions { facets(fields: [YEAR]) { values(first: 101) { count } } } }", "first", "101", "0 to 100"),
        ('{ communities(after: "zzz") { totalCount } }', "after", "zzz", "cursor"),
        ("{ meetings(last: 3, first: 3) { totalCount } }", "last", "3", "not both"),
    ],
)
def test_a_refusal_names_the_argument_of_the_api_its_value_and_what_is_accepted(
    lot: KnowledgeGraph, query: str, argument: str, value: str, accepted: str
):
    result = schema.execute_sync(query, context_value=Context(lot))
    assert result.errors, query
    error = result.errors[0]
    assert error.message.startswith(f"{argument}: ")
    assert value in error.message
    assert accepted in error.message
    assert error.extensions is not None
    assert (error.extensions["code"], error.extensions["argument"]) == ("BAD_USER_INPUT", argument)
    assert (error.extensions.get("reason") == "NOT_FOUND") == (accepted.startswith("no "))


@pytest.mark.parametrize("fault", [KeyError("secret"), ValueError("secret"), IndexError(3), TypeError("secret")])
def test_a_fault_of_ours_is_never_the_client_s_mistake(
    lot: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch, fault: Exception
):
    def broken(*args: object, **options: object) -> None:
        raise fault

    monkeypatch.setattr(type(lot.traversal), "neighbourhood", broken)
    result = schema.execute_sync('{ neighbourhood(id: "keyword:culture") { truncated } }', context_value=Context(lot))
    assert result.errors
    assert result.errors[0].original_error is fault
    assert not isinstance(result.errors[0].original_error, BadInput)


def test_a_parameter_is_called_as_the_api_calls_it():
    @explained(source="from")
    def resolve(error: Exception) -> None:
        raise error

    for error, argument in [
        (OutOfRange("max_length", 9, "give less"), "maxLength"),
        (UnknownNode("source", "keyword:none"), "from"),
        (NotAccepted("by", "ACTION", "give KEYWORD"), "by"),
    ]:
        with pytest.raises(BadInput, match=f"^{argument}: ") as refusal:
            resolve(error)
        assert refusal.value.__cause__ is error


def test_ranges_include_their_ends_and_nothing_beyond():
    for value in (1, 2.5, 6):
        within("depth", value, 1, 6)
    within("min_count", 10**9, 1)
    for value, most in ((0, 6), (7, 6), (float("nan"), 6), (0, None)):
        with pytest.raises(OutOfRange, match=r"depth: '.*' cannot be used; give a number from 1"):
            within("depth", value, 1, most)
    sized("to", ["a"], 1, 1)
    for values in ([], ["a", "b"]):
        with pytest.raises(OutOfRange, match=r"to: '. values' cannot be used; give 1 to 1"):
            sized("to", values, 1, 1)
