"""Bodies that no client should send: each is answered by a 4xx, or by 200 with errors, and never by a fault."""

from __future__ import annotations

import pytest

from tests.endpoint.conftest import LiveServer

NOT_REQUESTS = {
    "nothing": b"",
    "a space": b" ",
    "a number": b"1",
    "a negative number": b"-1",
    "a float": b"1.5",
    "null": b"null",
    "true": b"true",
    "false": b"false",
    "a string": b'"x"',
    "an empty list": b"[]",
    "a list of null": b"[null]",
    "a list of lists": b"[[[]]]",
    "an empty object": b"{}",
    "not JSON": b"{ hello }",
    "half an object": b'{"query": "{ hello }"',
    "half a string": b'{"query": "{ hel',
    "two objects": b'{"query": "{ hello }"}{"query": "{ hello }"}',
    "a comma too many": b'{"query": "{ hello }",}',
    "single quotes": b"{'query': '{ hello }'}",
    "a comment": b'{"query": "{ hello }" /* x */}',
    "NaN": b'{"query": "{ hello }", "variables": {"x": NaN}}',
    "Infinity": b'{"query": "{ hello }", "variables": {"x": Infinity}}',
    "a number beyond doubles": b'{"query": "{ hello }", "variables": {"x": 1e999}}',
    "an integer of 5,000 digits": b'{"query": "{ hello }", "variables": {"x": ' + b"9" * 5000 + b"}}",
    "an integer of 5,000 digits alone": b"9" * 5000,
    "100,000 open brackets": b"[" * 100_000,
    "100,000 brackets": b"[" * 100_000 + b"]" * 100_000,
    "100,000 open objects": b'{"query":' * 100_000,
    "variables 100,000 deep": b'{"query": "{ hello }", "variables": {"x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}}",
    "bad UTF-8": b'{"query": "{ hello \xff }"}',
    "bad UTF-8 alone": b"\xff\xfe",
    "half a character": b'{"query": "\xc3"}',
    "an overlong character": b'{"query": "\xc0\xaf"}',
    "a surrogate in UTF-8": b'{"query": "\xed\xa0\x80"}',
    "an escaped lone surrogate": b'{"query": "{ hello # \\ud800\\n }"}',
    "a byte order mark": b'\xef\xbb\xbf{"query": "{ hello }"}',
    "UTF-16": '{"query": "{ hello }"}'.encode("utf-16"),
    "UTF-32": '{"query": "{ hello }"}'.encode("utf-32"),
    "Latin-1": '{"query": "{ echo(text: \\"é\\") }"}'.encode("latin-1"),
    "a NUL": b'\x00{"query": "{ hello }"}',
    "a control character in a string": b'{"query": "{ hello \x01 }"}',
    "gzip": b"\x1f\x8b\x08\x00\x00\x00\x00\x00",
    "a form": b"query=%7B+hello+%7D",
    "XML": b"<?xml version='1.0'?><query/>",
    "query null": b'{"query": null}',
    "query a number": b'{"query": 1}',
    "query a boolean": b'{"query": true}',
    "query a list": b'{"query": ["{ hello }"]}',
    "query an object": b'{"query": {"a": 1}}',
    "query misspelt": b'{"qeury": "{ hello }"}',
    "query twice": b'{"query": "{ hello }", "query": "mutation { add(name: \\"x\\") }"}',
    "variables twice": b'{"query": "{ hello }", "variables": {}, "variables": {"x": 1}}',
    "variables a string": b'{"query": "{ hello }", "variables": "{}"}',
    "variables a list": b'{"query": "{ hello }", "variables": []}',
    "variables zero": b'{"query": "{ hello }", "variables": 0}',
    "variables false": b'{"query": "{ hello }", "variables": false}',
    "operationName a number": b'{"query": "{ hello }", "operationName": 1}',
    "operationName a list": b'{"query": "{ hello }", "operationName": ["A"]}',
    "extensions a string": b'{"query": "{ hello }", "extensions": "x"}',
    "extensions a list": b'{"query": "{ hello }", "extensions": [1]}',
    "persistedQuery null": b'{"query": "{ hello }", "extensions": {"persistedQuery": null}}',
    "persistedQuery a list": b'{"extensions": {"persistedQuery": [1]}}',
    "hash a number": b'{"extensions": {"persistedQuery": {"version": 1, "sha256Hash": 1}}}',
    "hash too short": b'{"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "ab"}}}',
    "another version": b'{"extensions": {"persistedQuery": {"version": 2, "sha256Hash": "' + b"0" * 64 + b'"}}}',
    "only extensions": b'{"extensions": {"some": "value"}}',
}

ODD_DOCUMENTS = {
    "empty": "",
    "blank": " \n\t, ",
    "only a comment": "# hello",
    "only a fragment": "fragment F on Query { hello }",
    "a NUL": "{ hello \x00 }",
    "a byte order mark in it": "{ \ufeff hello \ufeff",
    "an emoji": "{ 🏃 }",
    "an unfinished string": '{ echo(text: "x) }',
    "an unfinished block string": '{ echo(text: """x) }',
    "a bad escape": '{ echo(text: "\\q") }',
    "an escaped lone surrogate": '{ echo(text: "\\uD800") }',
    "a code point that is none": '{ echo(text: "\\u{110000}") }',
    "a schema definition": "type Query { hello: String }",
    "two anonymous operations": "{ hello } { hello }",
    "an unknown operation type": "quarry { hello }",
    "no field": "query",
    "an unknown fragment": "{ ...F }",
    "an unknown type": "{ ... on Nothing { hello } }",
    "a variable not declared": "{ items(first: $n) { nodes { id } } }",
    "a variable of an unknown type": "query Q($n: Nothing) { hello }",
    "an object given for a list": "{ numbers(values: {a: 1}) }",
    "a leaf with a selection": "{ hello { x } }",
    "an object without one": "{ items }",
    "an integer too long": "{ numbers(values: [99999999999999999999]) }",
}  # fmt: skip


@pytest.mark.parametrize("name", NOT_REQUESTS)
def test_a_body_that_is_no_request_gets_400(live: LiveServer, name):
    answer = live.post(content=NOT_REQUESTS[name])
    assert answer.status_code == 400
    [error] = answer.json()["errors"]
    assert error["extensions"]["code"] in ("BAD_REQUEST", "BATCH_TOO_LARGE")
    assert len(error["message"]) <= 200
    assert "data" not in answer.json()


@pytest.mark.parametrize("name", ODD_DOCUMENTS)
@pytest.mark.parametrize(("accept", "status"), [("application/json", 200), ("application/graphql-response+json", 400)])
def test_an_odd_document_gets_errors_without_data(live: LiveServer, name, accept, status):
    answer = live.post(ODD_DOCUMENTS[name], headers={"accept": accept})
    assert answer.status_code == status
    assert answer.headers["content-type"] == f"{accept}; charset=utf-8"
    assert "data" not in answer.json()
    assert {error["extensions"]["code"] for error in answer.json()["errors"]} <= {
        "GRAPHQL_PARSE_FAILED",
        "GRAPHQL_VALIDATION_FAILED",
        "OPERATION_RESOLUTION_FAILURE",
    }


@pytest.mark.parametrize(
    "query_string",
    [
        "",
        "query=",
        "query",
        "query=%FF",
        "query=%ED%A0%80",
        "query={hello}&query={hello}",
        "query={hello}&variables=x",
        "query={hello}&variables=[1]",
        "query={hello}&variables=1",
        "query={hello}&extensions=%22x%22",
        "&".join(f"a{i}=1" for i in range(200)),
    ],
)
def test_an_odd_query_string_gets_400_or_errors(live: LiveServer, query_string):
    answer = live.raw(f"GET /graphql?{query_string} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n".encode())
    status = answer.split(b" ", 2)[1]
    assert status == b"400" or (status == b"200" and b'"errors"' in answer)


@pytest.mark.parametrize(
    "sent",
    [
        b"\r\n\r\n\r\n\r\n",
        b"GET\r\n\r\n",
        b"POST /graphql HTTP/9.9\r\n\r\n",
        b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n",
        b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\n",
        b"POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-length: " + b"9" * 100 + b"\r\n\r\n",
        b"POST /graphql HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"\x00" * 1000,
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ],
)
def test_bytes_that_are_not_http_hurt_nobody(live: LiveServer, sent):
    answer = live.raw(sent)
    assert b" 500 " not in answer.split(b"\r\n", 1)[0]
    assert live.is_well()


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"])
def test_other_methods_get_405_with_allow(live: LiveServer, method):
    answer = live.raw(f"{method} /graphql HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n".encode())
    assert answer.startswith(b"HTTP/1.1 405")
    assert b"allow: GET, HEAD, POST\r\n" in answer
