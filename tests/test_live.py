"""The running server: generated queries, refusals that cost nothing, and a stop that loses no answer."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.live import Live, live_server


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    # A busy machine is no overload here: these tests ask what the answers are.
    with live_server(tmp_path_factory.mktemp("live") / "s.sqlite", endpoint_lag_seconds="60") as server:
        yield server


def test_generated_queries_meet_no_server_error(live: Live, tmp_path: Path):
    command = [sys.executable, "-m", "schemathesis.cli", "run", live.url, "-n", "3", "--seed", "1", "--no-color"]
    # That a number must lie in a range cannot be said in a GraphQL schema: refusing it is right.
    command += ["--exclude-checks", "positive_data_acceptance", "--max-time", "60", "--request-timeout", "20"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False)
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-1000:]
    assert "Tested: " in run.stdout


DEEP = "{ a: " + "actions { nodes { structure { " * 30 + "id" + " } } }" * 30 + " }"
BOMB = (
    "query { ...f0 } "
    + " ".join(f"fragment f{n} on Query {{ ...f{n + 1} ...f{n + 1} }}" for n in range(40))
    + " fragment f40 on Query { dataset { version } }"
)

ATTACKS = {
    "deep nesting": (DEEP, "QUERY_TOO_DEEP"),
    "fragments that spread twice": (BOMB, "TOO_MANY_ROOT_FIELDS"),
    "aliases": ("{ " + " ".join(f"a{n}: dataset {{ version }}" for n in range(100)) + " }", "TOO_MANY_ALIASES"),
    "nested pages": (
        "{ actions(first: 100) { nodes { keywords { actions(first: 100) { nodes { id } } } } } }",
        "QUERY_TOO_COSTLY",
    ),
    "a page beyond the largest": ("{ actions(first: 100000) { nodes { id } } }", "PAGE_TOO_LARGE"),
    "many algorithms": (
        "{ "
        + " ".join(f'p{n}: path(from: "keyword:culture", to: "keyword:sante") {{ length }}' for n in range(15))
        + " }",
        "QUERY_TOO_COSTLY",
    ),
    "a long document": ("{ dataset { version } } #" + "x" * 20_000, "QUERY_TOO_LONG"),
    "many tokens": ("{ " + "dataset { version } " * 400 + "}", "TOO_MANY_TOKENS"),
}


@pytest.mark.parametrize(("query", "code"), ATTACKS.values(), ids=ATTACKS.keys())
def test_an_attack_is_refused_before_it_runs_and_another_client_is_answered(live: Live, query: str, code: str):
    answer = live.post(query)
    assert answer.status_code < 500
    assert "data" not in answer.json()
    assert answer.json()["errors"][0]["extensions"]["code"] == code
    assert live.post("{ __typename }").json() == {"data": {"__typename": "Query"}}


def test_memory_is_flat_over_thousands_of_requests_some_of_them_malformed(live: Live):
    bodies = [
        b'{"query": "{ actions(first: 20) { nodes { title keywords { label } } } }"}',
        b'{"query": "{ actions(search: \\"mobilit\\") { totalCount facets { values { label count } } } }"}',
        b'{"query": "{ nothing }"}',
        b'{"query": "{"}',
        b"null",
        b"\xff\xfe",
        b'{"query": "query ($n: Int) { actions(first: $n) { totalCount } }", "variables": {"n": 101}}',
    ]

    def send(client: httpx.Client, count: int) -> set[int]:
        headers = {"content-type": "application/json"}
        return {
            client.post(live.url, content=bodies[n % len(bodies)], headers=headers).status_code for n in range(count)
        }

    with httpx.Client(timeout=60) as client:
        send(client, 500)
        before = live.memory_kb()
        assert send(client, 20_000) == {200, 400}
        assert live.memory_kb() < before + 20_000


def test_two_workers_share_the_load_and_stop_together(tmp_path: Path):
    with live_server(tmp_path / "s.sqlite", workers="2", endpoint_lag_seconds="60") as server:
        answers = [server.post("{ actions { totalCount } }").json() for _ in range(20)]
        assert answers == [{"data": {"actions": {"totalCount": 16}}}] * 20
        assert server.stop() in (0, -signal.SIGTERM)
    log = (tmp_path / "server.log").read_text(encoding="utf-8")
    assert log.count("Finished server process") == 2
    assert "Traceback" not in log


def test_a_stop_answers_what_is_under_way_and_exits(tmp_path: Path):
    with live_server(tmp_path / "s.sqlite") as server:
        statuses: list[int] = []
        query = "{ actions(first: 100) { nodes { title summary experience description } } }"

        def ask() -> None:
            try:
                while True:
                    statuses.append(server.post(query).status_code)
            except httpx.TransportError:
                return

        clients = [threading.Thread(target=ask) for _ in range(4)]
        for client in clients:
            client.start()
        while len(statuses) < 20:
            assert server.process.poll() is None
        # uvicorn ends what is under way, then lets the signal end the process.
        assert server.stop() in (0, -signal.SIGTERM)
        assert "Finished server process" in (tmp_path / "server.log").read_text(encoding="utf-8")
        for client in clients:
            client.join()
        assert set(statuses) <= {200, 503}
