"""The attacks of the security table and graphql-cop's twelve checks, sent to a real server."""

from __future__ import annotations

import pytest
from graphql import get_introspection_query

from endpoint import EndpointSettings
from tests.endpoint.conftest import LiveServer, read_all
from tests.endpoint.served import ask, build_app, send

HEAD = b"POST /graphql HTTP/1.1\r\nhost: x\r\n"


def codes(answer) -> list[str]:
    return [error["extensions"]["code"] for error in answer.json()["errors"]]


def nested(levels: int, fields: str = "related(first: 1) { nodes", inner: str = "{ name }") -> str:
    return "{ items(first: 1) { nodes " + f"{{ {fields} " * levels + inner + " } }" * levels + " } }"


def fan_out(levels: int) -> str:
    fragments = [f"fragment F{i} on Query {{ ...F{i + 1} ...F{i + 1} }}" for i in range(levels)]
    return "{ ...F0 } " + " ".join(fragments) + f" fragment F{levels} on Query {{ hello }}"


ATTACKS = {
    "depth": (nested(11), "QUERY_TOO_DEEP"),
    "depth, in the tokens": (nested(80), "QUERY_TOO_DEEP"),
    "nesting beyond the parser": ("{ a " * 400 + "}" * 400, "GRAPHQL_PARSE_FAILED"),
    "fragment fan-out of 25 levels": (fan_out(25), "TOO_MANY_ROOT_FIELDS"),
    "fragment fan-out of 95 levels": (fan_out(95), "TOO_MANY_ROOT_FIELDS"),
    "circular fragments": (
        "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
        "GRAPHQL_VALIDATION_FAILED",
    ),
    "a fragment that spreads itself": ("{ ...A } fragment A on Query { hello ...A }", "GRAPHQL_VALIDATION_FAILED"),
    "aliases": ("{ " + " ".join(f"a{i}: hello" for i in range(31)) + " }", "TOO_MANY_ALIASES"),
    "aliases below the root": (
        "{ items { nodes { " + " ".join(f"a{i}: name" for i in range(31)) + " } } }",
        "TOO_MANY_ALIASES",
    ),
    "root fields": ("{ " + "hello " * 21 + "}", "TOO_MANY_ROOT_FIELDS"),
    "repeated fields": ("{ " + "hello " * 2000 + "}", "TOO_MANY_TOKENS"),
    "tokens": ("{ hello " + ", hello" * 1000 + " }", "TOO_MANY_TOKENS"),
    "comments": ("{ hello }" + "\n#" * 2000, "TOO_MANY_TOKENS"),
    "one comment of a megabyte": ("{ hello } #" + "x" * 1_000_000, "QUERY_TOO_LONG"),
    "directives": ("{ hello " + "@include(if: true) " * 21 + "}", "TOO_MANY_DIRECTIVES"),
    "unknown directives": ("{ hello " + "@aa " * 21 + "}", "TOO_MANY_DIRECTIVES"),
    "overlapping fields": (
        "{ items { nodes { " + " ".join(f"related(first: {i}) {{ totalCount }}" for i in range(60)) + " } } }",
        "GRAPHQL_VALIDATION_FAILED",
    ),
    "a huge list in the document": ("{ numbers(values: [" + "1 " * 7000 + "]) }", "TOO_MANY_TOKENS"),
    "validation errors": (
        "{ items { nodes { " + " ".join(f"x{i}" for i in range(300)) + " } } }",
        "GRAPHQL_VALIDATION_FAILED",
    ),
    "introspection bomb": (
        "{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }",
        "GRAPHQL_VALIDATION_FAILED",
    ),
    "introspection by aliases": (
        "{ " + " ".join(f"a{i}: __schema {{ types {{ name }} }}" for i in range(10)) + " }",
        "QUERY_TOO_COSTLY",
    ),
    "page size": ("{ items(first: 1000000) { nodes { id } } }", "PAGE_TOO_LARGE"),
    "page size beyond 32 bits": ("{ items(first: 2147483648) { nodes { id } } }", "PAGE_TOO_LARGE"),
    "page size of 5,000 digits": ("{ items(first: " + "9" * 5000 + ") { nodes { id } } }", "PAGE_TOO_LARGE"),
    "negative page": ("{ items(first: -1) { nodes { id } } }", "BAD_USER_INPUT"),
    "nested pages": (
        "{ items(first: 100) { nodes { related(first: 100) { nodes { related(first: 100) { nodes { id } } } } } } }",
        "QUERY_TOO_COSTLY",
    ),
    "nested pages by fragments": (
        "{ items(first: 100) { ...F } } fragment F on ItemConnection { nodes { related(first: 100) { ...G } } } "
        "fragment G on ItemConnection { nodes { id name } }",
        "QUERY_TOO_COSTLY",
    ),
    "an answer of 10 MB": ("{ kilobytes(count: 10000) }", "RESPONSE_TOO_LARGE"),
    "a resolver that awaits too long": ("{ waiting(seconds: 600) }", "TIMEOUT"),
    "a resolver that fails": ("{ broken }", "INTERNAL"),
    "subscription over HTTP": ("subscription { count }", "SUBSCRIPTIONS_NOT_SUPPORTED"),
}  # fmt: skip


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_by_document_is_refused_and_hurts_nobody(live: LiveServer, name):
    text, code = ATTACKS[name]
    answer = live.attack(text)
    assert codes(answer)[0] == code
    assert len(answer.content) < 3000
    assert len(answer.json()["errors"]) <= 5
    assert all(len(error["message"]) <= 200 for error in answer.json()["errors"])


@pytest.mark.parametrize(
    ("query", "variables", "code"),
    [
        ("query Q($v: [Int!]!) { numbers(values: $v) }", {"v": [1] * 101}, "LIST_TOO_LONG"),
        ("query Q($v: [Int!]!) { numbers(values: $v) }", {"v": [1] * 100_000}, "VARIABLES_TOO_LARGE"),
        ("query Q($v: [Int!]!) { numbers(values: $v) }", {"v": ["x"] * 100}, "BAD_USER_INPUT"),
        ("query Q($v: String!) { echo(text: $v) }", {"v": "x" * 10_001}, "STRING_TOO_LONG"),
        ("query Q($v: String!) { echo(text: $v) }", {"v": "x" * 900_000}, "VARIABLES_TOO_LARGE"),
        ("query Q($v: String!) { echo(text: $v) }", {"v": {"x": 1}}, "BAD_USER_INPUT"),
        ("query Q($v: Int) { items(first: $v) { nodes { id } } }", {"v": 10**6}, "PAGE_TOO_LARGE"),
        ("query Q($v: Int) { items(first: $v) { nodes { id } } }", {"v": 2**63}, "PAGE_TOO_LARGE"),
        ("query Q($v: Int) { items(first: $v) { nodes { id } } }", {"v": 1e300}, "PAGE_TOO_LARGE"),
        (
            "query Q($v: Int) { items(first: $v) { nodes { related(first: $v) { nodes { id name } } } } }",
            {"v": 100},
            "QUERY_TOO_COSTLY",
        ),
    ],
)
def test_an_attack_by_variables_is_refused_and_hurts_nobody(live: LiveServer, query, variables, code):
    answer = live.attack(query, variables=variables)
    assert codes(answer)[0] == code
    assert len(answer.content) < 3000


def test_deeply_nested_variables_are_refused(live: LiveServer):
    deep = b"[" * 900 + b"1" + b"]" * 900
    body = b'{"query": "query Q($v: [Int!]!) { numbers(values: $v) }", "variables": {"v": ' + deep + b"}}"
    assert codes(live.attack(content=body)) == ["BAD_USER_INPUT"]


def test_a_fan_out_within_the_limits_runs(live: LiveServer):
    assert live.attack(fan_out(4)).json() == {"data": {"hello": "bonjour"}}


def test_a_body_over_a_megabyte_is_refused(live: LiveServer):
    answer = live.attack(content=b'{"query": "{ hello }", "x": "' + b"x" * 1_048_576 + b'"}')
    assert (answer.status_code, codes(answer)) == (413, ["BODY_TOO_LARGE"])


def test_a_body_of_50_megabytes_is_refused_before_it_is_sent(live: LiveServer):
    head = HEAD + b"content-type: application/json\r\ncontent-length: 52428800\r\n\r\n"
    assert live.raw(head).startswith(b"HTTP/1.1 413")


def test_a_body_in_chunks_without_end_is_refused_at_the_limit(live: LiveServer):
    head = HEAD + b"content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n"
    chunk = b"10000\r\n" + b" " * 65536 + b"\r\n"
    with live.connect() as connection:
        connection.sendall(head)
        try:
            for _ in range(64):
                connection.sendall(chunk)
        except (ConnectionResetError, BrokenPipeError):
            pass
        answer = read_all(connection)
    assert answer == b"" or answer.startswith(b"HTTP/1.1 413")  # a reset may overtake the answer
    assert live.is_well()


def test_a_body_that_stops_half_way_gets_408(live: LiveServer):
    head = HEAD + b'content-type: application/json\r\ncontent-length: 100\r\n\r\n{"query'
    answer = live.raw(head)
    assert answer.startswith(b"HTTP/1.1 408")
    assert b"REQUEST_TIMEOUT" in answer


def test_headers_that_stop_half_way_get_408(live: LiveServer):
    assert live.raw(HEAD + b"x-slow: ").startswith(b"HTTP/1.1 408")


def test_a_connection_that_says_nothing_gets_408(live: LiveServer):
    assert live.raw(b"").startswith(b"HTTP/1.1 408")


def test_half_a_second_request_on_a_connection_gets_408_too(live: LiveServer):
    whole = HEAD + b'content-type: application/json\r\ncontent-length: 21\r\n\r\n{"query":"{ hello }"}'
    answer = live.raw(whole + HEAD)
    assert answer.startswith(b"HTTP/1.1 200")
    assert b"HTTP/1.1 408" in answer


def test_headers_without_end_get_431(live: LiveServer):
    with live.connect() as connection:
        try:
            for _ in range(64):
                connection.sendall(HEAD if _ == 0 else b"x-filler: " + b"x" * 8000 + b"\r\n")
        except (ConnectionResetError, BrokenPipeError):
            pass
        answer = read_all(connection)
    assert answer == b"" or answer.startswith(b"HTTP/1.1 431")
    assert live.is_well()


def test_two_hundred_half_sent_requests_let_others_through(live: LiveServer):
    connections = [live.connect() for _ in range(200)]
    try:
        for connection in connections:
            connection.sendall(HEAD)
        assert live.is_well()
        assert all(read_all(connection).startswith(b"HTTP/1.1 408") for connection in connections)
    finally:
        for connection in connections:
            connection.close()


def test_the_work_of_a_client_that_left_is_cancelled(live: LiveServer):
    body = b'{"query": "{ waiting(seconds: 0.9) }"}'
    head = HEAD + b"content-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(body)
    before = len(live.post("{ stopped }").json()["data"]["stopped"])
    with live.connect() as connection:
        connection.sendall(head + body)
        assert live.is_well()  # the server has read what came before
    assert live.is_well()
    after = live.post("{ stopped }").json()["data"]["stopped"]
    assert len(after) == before + 1


def test_a_heavy_operation_does_not_hold_up_others(live: LiveServer):
    # A time-out of the attacked loop would be seen by `attack`, which asks meanwhile.
    answer = live.attack("{ algorithm(seconds: 0.5) }")
    assert answer.json() == {"data": {"algorithm": "done"}}


def test_a_heavy_operation_over_its_time_is_answered(live: LiveServer):
    assert codes(live.attack("{ algorithm(seconds: 3) }")) == ["TIMEOUT"]


def test_a_query_string_over_the_limit_is_refused():
    answer = send(build_app(EndpointSettings(body_bytes=100)), "GET", params={"query": "{ hello }" + " " * 100})
    assert (answer.status_code, codes(answer)) == (413, ["BODY_TOO_LARGE"])


class TestGraphqlCop:
    """The twelve checks of graphql-cop."""

    def test_alias_overloading(self, live: LiveServer):
        text = "{ " + " ".join(f"alias{i}: __typename" for i in range(101)) + " }"
        assert codes(live.attack(text)) == ["TOO_MANY_ALIASES"]

    def test_batch_queries(self, live: LiveServer):
        answer = live.attack(content=b"[" + b",".join([b'{"query":"{ __typename }"}'] * 10) + b"]")
        assert (answer.status_code, codes(answer)) == (400, ["BATCH_TOO_LARGE"])

    def test_directive_overloading(self, live: LiveServer):
        assert codes(live.attack("{ __typename " + "@aa" * 50 + " }")) == ["TOO_MANY_DIRECTIVES"]

    def test_circular_query_by_introspection(self, live: LiveServer):
        text = "{ __schema { types { fields { type { fields { type { fields { type { name } } } } } } } } }"
        assert "data" not in live.attack(text).json()

    def test_field_duplication(self, live: LiveServer):
        assert codes(live.attack("{ " + "__typename " * 500 + "}")) == ["TOO_MANY_ROOT_FIELDS"]

    def test_field_suggestions_are_off_with_introspection(self):
        app = build_app(EndpointSettings(introspection=False))
        assert "Did you mean" not in str(ask(app, "{ helo }"))
        assert "Did you mean" in str(ask(build_app(), "{ helo }"))

    def test_introspection_is_off_when_the_setting_says_so(self):
        app = build_app(EndpointSettings(introspection=False))
        for text in (get_introspection_query(), '{ __type(name: "Item") { name } }'):
            assert "data" not in ask(app, text)
        assert ask(app, "{ __typename }") == {"data": {"__typename": "Query"}}

    def test_no_page_for_browsers_unless_given(self, live: LiveServer):
        answer = send(build_app(), "GET", headers={"accept": "text/html,*/*;q=0.8"})
        assert answer.status_code == 400
        assert answer.headers["content-type"].startswith("application/json")

    def test_get_queries_are_off_when_the_setting_says_so(self):
        answer = send(build_app(EndpointSettings(get=False)), "GET", params={"query": "{ hello }"})
        assert (answer.status_code, answer.headers["allow"]) == (405, "POST")

    def test_mutation_over_get(self):
        app = build_app()
        before = ask(app, "{ added }")
        answer = send(app, "GET", params={"query": 'mutation { add(name: "x") }'})
        assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, POST")
        assert ask(app, "{ added }") == before

    @pytest.mark.parametrize(
        "type_",
        [
            "application/x-www-form-urlencoded",
            "text/plain",
            "multipart/form-data; boundary=x",
            "",
            "text/plain, application/json",
            "text/plain+application/json",
            "application/json, text/plain",
            "application/jsonp",
            "application/json; charset=utf-16",
            "application/graphql",
        ],
    )
    def test_post_that_a_browser_sends_to_other_sites(self, type_):
        app = build_app()
        before = ask(app, "{ added }")
        content = b'{"query": "mutation { add(name: \\"x\\") }"}'
        answer = send(app, content=content, headers={"content-type": type_})
        assert (answer.status_code, codes(answer)) == (415, ["UNSUPPORTED_MEDIA_TYPE"])
        form = {"query": 'mutation { add(name: "x") }'}
        assert send(app, data=form).status_code == 415
        assert ask(app, "{ added }") == before

    def test_no_tracing_or_debug_mode(self, live: LiveServer):
        answer = live.attack("{ __typename }", headers={"X-Apollo-Tracing": "1"})
        assert answer.json() == {"data": {"__typename": "Query"}}
