from __future__ import annotations

import pytest

from endpoint import PersistedQueries, TrustedDocuments
from endpoint.documents import sha256
from endpoint.errors import RequestRefused
from endpoint.request import GraphQLRequest
from tests.endpoint.served import ask, build_endpoint, send


def request(query: str | None, hash_: str | None = None) -> GraphQLRequest:
    extensions = {} if hash_ is None else {"persistedQuery": {"version": 1, "sha256Hash": hash_}}
    return GraphQLRequest(query, None, {}, extensions)


def keep(store: PersistedQueries, text: str) -> None:
    store.ran(request(text, sha256(text)), text)


def test_the_least_recently_used_text_is_dropped_first():
    store = PersistedQueries(2)
    keep(store, "a")
    keep(store, "b")
    assert store.text_of(request(None, sha256("a"))) == "a"
    keep(store, "c")
    assert len(store) == 2
    assert store.text_of(request(None, sha256("a"))) == "a"
    with pytest.raises(RequestRefused, match="PersistedQueryNotFound"):
        store.text_of(request(None, sha256("b")))


def test_a_text_without_its_hash_is_not_kept():
    store = PersistedQueries(2)
    store.ran(request("a"), "a")
    assert len(store) == 0


def test_a_store_given_while_empty_is_the_one_used():
    store = PersistedQueries(2)
    assert build_endpoint(documents=store).documents is store


def test_a_hash_may_be_in_upper_case():
    store = PersistedQueries(2)
    assert store.text_of(request("a", sha256("a").upper())) == "a"


def test_only_the_documents_of_the_folder_run(tmp_path):
    (tmp_path / "hello.graphql").write_text("{ hello }\n", encoding="utf-8")
    (tmp_path / "two.graphql").write_text("query A { hello } query B { __typename }", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("not a document", encoding="utf-8")
    endpoint = build_endpoint()
    endpoint.documents = TrustedDocuments.of_folder(tmp_path, endpoint.engine.plan)
    assert len(endpoint.documents) == 2
    hash_ = {"persistedQuery": {"version": 1, "sha256Hash": sha256("{ hello }\n")}}
    assert ask(endpoint, "{ hello }\n") == {"data": {"hello": "bonjour"}}
    assert send(endpoint, json={"extensions": hash_}).json() == {"data": {"hello": "bonjour"}}
    two = "query A { hello } query B { __typename }"
    assert ask(endpoint, two, operationName="B") == {"data": {"__typename": "Query"}}
    for body in ({"query": "{ hello  }"}, {"query": "{ __typename }", "extensions": hash_}):
        [error] = send(endpoint, json=body).json()["errors"]
        assert error["extensions"]["code"] == "DOCUMENT_NOT_ALLOWED"
    [error] = send(endpoint, json={"extensions": {"persistedQuery": {"sha256Hash": "0" * 64}}}).json()["errors"]
    assert error["extensions"]["code"] == "PERSISTED_QUERY_NOT_FOUND"
    assert send(endpoint, json={"extensions": {"other": 1}}).status_code == 400


def test_documents_that_cannot_run_are_named_at_the_start(tmp_path):
    (tmp_path / "good.graphql").write_text("{ hello }", encoding="utf-8")
    (tmp_path / "parse.graphql").write_text("{", encoding="utf-8")
    (tmp_path / "field.graphql").write_text("{ nope }", encoding="utf-8")
    (tmp_path / "costly.graphql").write_text("{ items(first: 101) { totalCount } }", encoding="utf-8")
    (tmp_path / "fragment.graphql").write_text("fragment F on Query { hello }", encoding="utf-8")
    with pytest.raises(ValueError) as refused:
        TrustedDocuments.of_folder(tmp_path, build_endpoint().engine.plan)
    assert str(refused.value).splitlines() == [
        "documents that cannot run:",
        "costly.graphql: Page size 101 of Query.items(first) is over the limit of 100",
        "field.graphql: Cannot query field 'nope' on type 'Query'.",
        "fragment.graphql: it has no operation",
        "parse.graphql: Syntax Error: Expected Name, found <EOF>.",
    ]


def test_a_folder_without_documents_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"no \*\.graphql file in"):
        TrustedDocuments.of_folder(tmp_path, build_endpoint().engine.plan)
