"""GraphQL over HTTP as clients see it: statuses, media types, ETags, hashes, batches, errors."""

from __future__ import annotations

import gzip
import logging

import httpx
import orjson
import pytest

from endpoint import EndpointSettings, Snapshot, Unchanging, refusal
from endpoint.documents import sha256
from endpoint.errors import FAILURE_STATUS
from execution.limits import Limits
from tests.endpoint.conftest import PATIENCE, LiveServer
from tests.endpoint.served import ask, build_app, build_endpoint, send

GRAPHQL_RESPONSE = "application/graphql-response+json"
FAILURES = {
    "parsing": {"query": "{"},
    "validation": {"query": "{ nope }"},
    "variables": {"query": "query Q($id: ID!) { __typename }", "variables": {"id": None}},
    "operation": {"query": "query A { hello } query B { hello }"},
    "limit": {"query": "{ items(first: 101) { totalCount } }"},
}


def post(app, body, **headers) -> httpx.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return send(app, json=body, headers=named)


def get(app, headers=None, **params) -> httpx.Response:
    return send(app, "GET", params=params, headers=headers or {})


def error_of(answer: dict) -> dict:
    [error] = answer["errors"]
    return error


@pytest.mark.parametrize("failure", FAILURES)
def test_a_request_that_fails_is_400_by_the_new_media_type_and_200_by_the_old(failure):
    app = build_app()
    for accept, status in ((GRAPHQL_RESPONSE, FAILURE_STATUS), ("application/json", 200), ("*/*", 200)):
        answer = post(app, FAILURES[failure], accept=accept)
        assert answer.status_code == status
        assert "data" not in answer.json()
        assert answer.json()["errors"]


def test_a_field_error_is_200_with_data_in_both_media_types():
    for accept in (GRAPHQL_RESPONSE, "application/json"):
        answer = post(build_app(), {"query": "{ hello missing }"}, accept=accept)
        assert answer.status_code == 200
        assert answer.json()["data"] == {"hello": "bonjour", "missing": None}


@pytest.mark.parametrize(
    ("accept", "type_"),
    [
        ("application/json", "application/json"),
        (GRAPHQL_RESPONSE, GRAPHQL_RESPONSE),
        ("*/*", "application/json"),
        (f"{GRAPHQL_RESPONSE}, application/json;q=0.9", GRAPHQL_RESPONSE),
    ],
)
def test_the_answer_has_the_media_type_that_was_asked_for(accept, type_):
    answer = post(build_app(), {"query": "{ hello }"}, accept=accept)
    assert answer.headers["content-type"] == f"{type_}; charset=utf-8"
    assert answer.json() == {"data": {"hello": "bonjour"}}


def test_a_client_that_accepts_neither_media_type_gets_406():
    answer = post(build_app(), {"query": "{ hello }"}, accept="text/html")
    assert answer.status_code == 406
    assert error_of(answer.json())["extensions"]["code"] == "NOT_ACCEPTABLE"


@pytest.mark.parametrize(
    "type_", ["application/json; charset=utf-8", "Application/JSON", 'application/json;charset="UTF-8"']
)
def test_json_in_utf_8_is_read(type_):
    answer = send(build_app(), content=b'{"query": "{ hello }"}', headers={"content-type": type_})
    assert answer.status_code == 200


def test_the_operation_named_is_run():
    app, query = build_app(), 'query A { echo(text: "a") } query B { echo(text: "b") }'
    assert ask(app, query, operationName="B") == {"data": {"echo": "b"}}
    assert "Unknown operation" in error_of(ask(app, query, operationName="C"))["message"]


def test_variables_reach_the_resolvers():
    query = "query Q($text: String!) { echo(text: $text) }"
    assert ask(build_app(), query, variables={"text": "é 🏃"}) == {"data": {"echo": "é 🏃"}}


class Changing:
    """Data at position 7, which come to 8 when somebody waits for it and know how they were at 3."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot

    def now(self):
        return self.snapshot

    async def at_least(self, position):
        if position > 8:
            raise refusal("BEHIND", f"{position} does not come", (b"retry-after", b"1"))
        self.snapshot = self.snapshot._replace(headers=((b"x-maillage-position", b"8"),))
        return self.snapshot

    async def as_of(self, position):
        if position != 3:
            raise refusal("BAD_REQUEST", f"There is no position {position}")
        return Snapshot(name=3, headers=((b"x-maillage-position", b"3"),))


class TestPositions:
    @pytest.fixture
    def app(self):
        return build_app(snapshots=at(7))

    def test_every_answer_says_of_which_position_it_is(self, app):
        query = {"query": "{ hello }"}
        first = get(app, **query)
        unchanged = get(app, {"if-none-match": first.headers["etag"]}, **query)
        batch = post(build_app(EndpointSettings(batch=2), snapshots=at(7)), [query])
        positions = [each.headers["x-maillage-position"] for each in (first, unchanged, post(app, query), batch)]
        assert (positions, unchanged.status_code) == (["7"] * 4, 304)

    @pytest.mark.parametrize("position", ["8", 8])
    def test_a_position_that_comes_is_waited_for(self, app, position):
        answer = post(app, {"query": "{ hello }", "extensions": {"atLeast": position}})
        assert (answer.json(), answer.headers["x-maillage-position"]) == ({"data": {"hello": "bonjour"}}, "8")

    def test_the_header_does_as_the_extension(self, app):
        answer = get(app, {"x-maillage-at-least": "8"}, query="{ hello }")
        assert answer.headers["x-maillage-position"] == "8"

    def test_one_that_does_not_come_is_503_and_says_when_to_ask_again(self, app):
        answer = post(app, {"query": "{ hello }", "extensions": {"atLeast": "9"}})
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
        assert error_of(answer.json())["extensions"]["code"] == "BEHIND"

    def test_the_data_as_of_a_position_are_other_data_to_the_etag(self, app):
        then = get(app, query="{ hello }", extensions='{"asOf":"3"}')
        assert then.headers["x-maillage-position"] == "3"
        assert then.headers["etag"] != get(app, query="{ hello }").headers["etag"]
        assert get(app, {"x-maillage-as-of": "3"}, query="{ hello }").headers["x-maillage-position"] == "3"

    @pytest.mark.parametrize("wrong", ["-1", "1.5", "", "0x1", 1.0, True, None, [1], "9" * 19, "٣"])
    @pytest.mark.parametrize("name", ["asOf", "atLeast"])
    def test_what_is_no_position_is_named(self, app, name, wrong):
        error = error_of(post(app, {"query": "{ hello }", "extensions": {name: wrong}}).json())
        assert error["extensions"]["code"] == "BAD_REQUEST"
        assert f"{name} is {wrong!r}"[:30] in error["message"]

    def test_a_batch_is_of_one_position(self):
        app = build_app(EndpointSettings(batch=2), snapshots=at(7))
        batch = [{"query": "{ hello }", "extensions": {"asOf": position}} for position in ("3", "4")]
        assert "asOf is 3 and 4" in error_of(post(app, batch).json())["message"]
        batch[1]["extensions"]["asOf"] = "3"
        assert post(app, batch).headers["x-maillage-position"] == "3"

    def test_data_without_a_journal_have_no_positions(self):
        error = error_of(post(build_app(), {"query": "{ hello }", "extensions": {"asOf": "3"}}).json())
        assert error["message"] == "There is no position 3: these data have no journal"


def at(position):
    return Changing(Snapshot(name=position, headers=((b"x-maillage-position", b"%d" % position),)))


class TestGet:
    def test_a_query_with_variables_and_an_operation_name(self):
        query = "query A($t: String!) { echo(text: $t) } query B { hello }"
        answer = get(build_app(), query=query, variables='{"t": "a&b"}', operationName="A")
        assert answer.json() == {"data": {"echo": "a&b"}}

    def test_a_browser_without_a_query_gets_the_page(self):
        async def page(scope, receive, send):
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/html")]})
            await send({"type": "http.response.body", "body": b"<p>"})

        app = build_app(html=page)
        browser = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
        assert get(app, browser).text == "<p>"
        assert get(app, browser, query="{ hello }").json() == {"data": {"hello": "bonjour"}}
        assert get(app).status_code == 400

    def test_an_etag_lasts_as_long_as_the_version_of_the_data(self):
        data = Changing(Snapshot(name=1))
        app = build_app(snapshots=data)
        first = get(app, query="{ hello }")
        tag = first.headers["etag"]
        assert (first.status_code, first.headers["vary"], first.headers["cache-control"]) == (
            200,
            "accept, x-maillage-as-of",
            "no-cache",
        )
        again = get(app, {"if-none-match": f'"other", {tag}'}, query="{ hello }")
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
        data.snapshot = Snapshot(name=2)
        changed = get(app, {"if-none-match": tag}, query="{ hello }")
        assert changed.status_code == 200
        assert changed.headers["etag"] != tag

    def test_what_makes_another_answer_makes_another_etag(self):
        app = build_app(snapshots=Unchanging(Snapshot(name=1)))
        query = "query A($t: String!) { echo(text: $t) } query B($t: String!) { text: echo(text: $t) }"
        requests = [
            ({}, {"variables": '{"t":"a"}', "operationName": "A"}),
            ({}, {"variables": '{"t":"b"}', "operationName": "A"}),
            ({}, {"variables": '{"t":"a"}', "operationName": "B"}),
            ({"accept": GRAPHQL_RESPONSE}, {"variables": '{"t":"a"}', "operationName": "A"}),
            ({"x-graphql-cost": "1"}, {"variables": '{"t":"a"}', "operationName": "A"}),
        ]
        tags = {get(app, headers, query=query, **params).headers["etag"] for headers, params in requests}
        assert len(tags) == len(requests)

    def test_no_etag_for_errors_nor_without_a_version(self):
        assert "etag" not in get(build_app(snapshots=Unchanging(Snapshot(name=1))), query="{ missing }").headers
        assert "etag" not in get(build_app(), query="{ hello }").headers
        assert "etag" not in post(build_app(snapshots=Unchanging(Snapshot(name=1))), {"query": "{ hello }"}).headers

    def test_head_is_answered_as_get(self):
        assert send(build_app(), "HEAD", params={"query": "{ hello }"}).status_code == 200


class TestPersistedQueries:
    def hash_of(self, query: str) -> dict:
        return {"persistedQuery": {"version": 1, "sha256Hash": sha256(query)}}

    def test_hash_then_hash_with_text_then_hash_alone(self):
        app, query = build_app(), "{ hello }"
        extensions = self.hash_of(query)
        unknown = post(app, {"extensions": extensions}).json()
        assert error_of(unknown) == {
            "message": "PersistedQueryNotFound",
            "extensions": {"code": "PERSISTED_QUERY_NOT_FOUND"},
        }
        assert ask(app, query, extensions=extensions) == {"data": {"hello": "bonjour"}}
        assert post(app, {"extensions": extensions}).json() == {"data": {"hello": "bonjour"}}
        assert get(app, extensions=orjson.dumps(extensions).decode()).json() == {"data": {"hello": "bonjour"}}

    def test_a_hash_of_another_text_is_refused_and_not_kept(self):
        app = build_app()
        extensions = self.hash_of("{ hello }")
        refused = ask(app, "{ __typename }", extensions=extensions)
        assert error_of(refused)["extensions"]["code"] == "PERSISTED_QUERY_MISMATCH"
        assert "errors" in post(app, {"extensions": extensions}).json()

    def test_a_text_that_does_not_validate_is_not_kept(self):
        endpoint = build_endpoint()
        ask(endpoint, "{ nope }", extensions=self.hash_of("{ nope }"))
        assert len(endpoint.documents) == 0

    def test_hashes_are_refused_when_the_setting_is_zero(self):
        app = build_app(EndpointSettings(persisted=0))
        refused = ask(app, "{ hello }", extensions=self.hash_of("{ hello }"))
        assert error_of(refused)["extensions"]["code"] == "PERSISTED_QUERY_NOT_SUPPORTED"


class TestBatches:
    def test_as_many_as_the_setting_says(self):
        app = build_app(EndpointSettings(batch=2))
        assert send(app, json=[{"query": "{ hello }"}] * 2).json() == [{"data": {"hello": "bonjour"}}] * 2
        refused = send(app, json=[{"query": "{ hello }"}] * 3)
        assert refused.status_code == 400
        assert error_of(refused.json())["message"] == "Batch of 3 operations is over the limit of 2"

    def test_the_costs_of_a_batch_are_added_up(self):
        app = build_app(EndpointSettings(batch=3), Limits(cost=100))
        query = {"query": "{ items(first: 48) { nodes { id } } }"}
        assert len(send(app, json=[query] * 2).json()) == 2
        refused = send(app, json=[query] * 3).json()
        assert error_of(refused)["message"] == "Query cost 150 is over the limit of 100"


class TestCost:
    def test_it_is_told_when_asked_for(self):
        app, query = build_app(), "{ items(first: 5) { nodes { id } } }"
        told = {"cost": {"requested": 7, "limit": 10_000}}
        assert ask(app, query, extensions={"cost": True})["extensions"] == told
        assert post(app, {"query": query}, x_graphql_cost="1").json()["extensions"] == told
        assert "extensions" not in ask(app, query)
        assert "extensions" not in ask(app, query, extensions={"cost": "yes"})

    def test_it_follows_the_variables(self):
        app, query = build_app(), "query Q($n: Int) { items(first: $n) { nodes { id } } }"
        for first, requested in ((1, 3), (50, 52), (None, 22)):
            told = ask(app, query, variables={"n": first}, extensions={"cost": True})["extensions"]
            assert told["cost"]["requested"] == requested


class TestErrors:
    def test_an_internal_error_is_masked_and_its_id_is_in_the_log(self, caplog):
        with caplog.at_level(logging.ERROR, logger="endpoint"):
            answer = ask(build_app(), "{ broken hello }")
        error = error_of(answer)
        assert answer["data"] == {"broken": None, "hello": "bonjour"}
        assert error["message"] == "Internal error"
        assert error["path"] == ["broken"]
        assert error["extensions"]["code"] == "INTERNAL"
        assert "postgres" not in str(answer)
        [record] = [record for record in caplog.records if record.name == "endpoint.errors"]
        assert error["extensions"]["id"] in record.getMessage()
        assert "postgres" in str(record.exc_info[1])

    def test_a_null_that_must_not_be_is_a_fault_of_ours(self):
        assert error_of(ask(build_app(), "{ notNull }"))["extensions"]["code"] == "INTERNAL"

    def test_an_error_meant_for_the_user_keeps_its_message_and_code(self):
        assert error_of(ask(build_app(), "{ missing }")) == {
            "message": "There is no such item",
            "locations": [{"line": 1, "column": 3}],
            "path": ["missing"],
            "extensions": {"code": "NOT_FOUND"},
        }
        refused = error_of(ask(build_app(), "{ items(first: -1) { totalCount } }"))
        assert refused["message"] == "first is -1; 0 to 100 is accepted"

    def test_at_most_five_errors_are_returned_and_the_rest_is_counted(self):
        names = " ".join(f"a{i}: missing" for i in range(12))
        answer = ask(build_app(), f"{{ {names} }}")
        assert len(answer["errors"]) == 5
        assert answer["errors"][-1]["extensions"] == {"code": "NOT_FOUND", "errorsLeftOut": 7}
        assert len(answer["data"]) == 12

    def test_a_fault_of_the_endpoint_itself_is_masked_too(self, caplog):
        class Failing(Unchanging):
            def now(self):
                raise OSError("/etc/secret")

        answer = post(build_app(snapshots=Failing(Snapshot())), {"query": "{ hello }"})
        assert answer.status_code == 500
        assert error_of(answer.json())["message"] == "Internal error"
        assert error_of(answer.json())["extensions"]["id"] in caplog.text


def test_a_compressing_middleware_composes(live: LiveServer):
    query = "{ items(first: 100) { nodes { id name } } }"
    with httpx.Client(timeout=PATIENCE) as client:
        request = client.build_request("POST", live.url, json={"query": query}, headers={"accept-encoding": "gzip"})
        answer = client.send(request, stream=True)
        packed = b"".join(answer.iter_raw())
        plain = client.post(live.url, json={"query": query}, headers={"accept-encoding": "identity"})
    assert answer.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert gzip.decompress(packed) == plain.content


def test_other_paths_are_not_the_endpoint_s(live: LiveServer):
    health = httpx.get(f"http://127.0.0.1:{live.port}/healthz", timeout=PATIENCE)
    assert (health.status_code, health.text) == (200, "ok")
    assert httpx.get(f"http://127.0.0.1:{live.port}/graphql/x", timeout=PATIENCE).status_code == 404
