"""The application as a client meets it, without a socket."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from concurrent.futures import Future
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

import logs
from endpoint import EndpointSettings, Unchanging
from execution import Limits
from graph import analysis
from graph.ingest import Refused
from graph.knowledge_graph import KnowledgeGraph
from graph.live import Follower, LiveGraph, Published
from graph.model import Sheet
from graph.store import Store
from graph.store.journal import Cause
from server import LiveSnapshots, create_app, graph_of, graphql_endpoint, make_store, open_store, snapshot_of
from settings import Settings
from web.explorer import QUERIES

ROOT = Path(__file__).resolve().parent.parent
QUERY = "{ actions(first: 1) { totalCount } }"
ANSWER = {"data": {"actions": {"totalCount": 16}}}


def answer_of(graph: KnowledgeGraph, method: str, path: str, settings: Settings, **options: Any) -> httpx.Response:
    """The answer of an application over a graph to one request."""

    async def request() -> httpx.Response:
        transport = httpx.ASGITransport(create_app(settings, graph))
        async with httpx.AsyncClient(transport=transport, base_url="http://maillage.test") as client:
            return await client.request(method, path, **options)

    return asyncio.run(request())


@pytest.fixture
def call(lot: KnowledgeGraph):
    """Sends one request to an application over the real page."""

    def send(method: str, path: str, settings: Settings | None = None, **options: Any) -> httpx.Response:
        return answer_of(lot, method, path, settings or Settings(), **options)

    return send


def test_a_post_is_answered(call):
    answer = call("POST", "/graphql", json={"query": QUERY})
    assert (answer.status_code, answer.json()) == (200, ANSWER)
    assert answer.headers["content-type"] == "application/json; charset=utf-8"


def test_a_get_of_a_query_is_answered_and_can_be_cached(call):
    answer = call("GET", "/graphql", params={"query": QUERY})
    assert answer.json() == ANSWER
    again = call("GET", "/graphql", params={"query": QUERY}, headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_same_content_with_more_of_a_past_is_another_answer(tmp_path: Path, sheets: tuple[Sheet, ...]):
    query = {"query": "{ dataset { version position } changes { nodes { operation } } }"}
    with Store(tmp_path / "store.sqlite", create=True) as store:
        key = store.writer.add(sheets[0], Cause()).key
        before = answer_of(KnowledgeGraph.from_store(store), "GET", "/graphql", Settings(), params=query)
        store.writer.withdraw(key, expected=1, cause=Cause())
        store.writer.restore(key, expected=2, to=1, cause=Cause())
        known = {"if-none-match": before.headers["etag"]}
        after = answer_of(KnowledgeGraph.from_store(store), "GET", "/graphql", Settings(), params=query, headers=known)
    told = [answer.json()["data"] for answer in (before, after)]
    assert told[0]["dataset"]["version"] == told[1]["dataset"]["version"]
    assert [len(each["changes"]["nodes"]) for each in told] == [1, 3]


def test_a_browser_gets_graphiql_with_the_examples(call):
    for path in ("/graphql", "/graphiql"):
        page = call("GET", path, headers={"accept": "text/html"})
        assert page.status_code == 200
        assert "Mobility actions" in page.text
        assert "unsafe-inline" not in page.headers["content-security-policy"].split("style-src")[0]


def test_graphiql_can_be_turned_off(call):
    settings = Settings(graphiql=False)
    assert call("GET", "/graphiql", settings).status_code == 404
    assert "text/html" not in call("GET", "/graphql", settings, headers={"accept": "text/html"}).headers["content-type"]


def test_health_and_readiness(call, lot: KnowledgeGraph):
    assert call("GET", "/health").json() == {"status": "alive"}
    ready = call("GET", "/ready").json()
    assert (ready["version"], ready["counts"]["action"]) == (lot.version, 16)


def test_another_origin_is_allowed_only_when_asked_for(call):
    headers = {"origin": "https://centres.example"}
    closed = call("POST", "/graphql", json={"query": QUERY}, headers=headers)
    assert "access-control-allow-origin" not in closed.headers
    settings = Settings(cors_origins="https://centres.example, https://autre.example")
    opened = call("POST", "/graphql", settings, json={"query": QUERY}, headers=headers)
    assert opened.headers["access-control-allow-origin"] == "https://centres.example"
    assert opened.json() == ANSWER
    asked = {**headers, "access-control-request-method": "POST"}
    assert call("OPTIONS", "/graphql", settings, headers=asked).status_code == 200
    page = call("GET", "/health", settings, headers=headers)
    assert page.headers["access-control-allow-origin"] == "https://centres.example"


@pytest.mark.parametrize("origins", ["", "https://centres.example"])
def test_a_long_answer_is_compressed_for_who_accepts_it(call, origins: str):
    query, settings = "{ actions { nodes { title summary } } }", Settings(cors_origins=origins)
    packed = call("POST", "/graphql", settings, json={"query": query}, headers={"accept-encoding": "gzip"})
    plain = call("POST", "/graphql", settings, json={"query": query}, headers={"accept-encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.json() == plain.json()


def test_the_cost_is_told_when_asked_for(call):
    answer = call("POST", "/graphql", json={"query": QUERY, "extensions": {"cost": True}}).json()
    assert answer["extensions"]["cost"]["limit"] == Settings().limits.cost


def test_a_query_that_is_too_costly_is_refused_with_its_numbers(call):
    query = "{ actions(first: 100) { nodes { keywords { actions(first: 100) { nodes { title } } } } } }"
    answer = call("POST", "/graphql", json={"query": query})
    (error,) = answer.json()["errors"]
    assert error["extensions"]["code"] == "QUERY_TOO_COSTLY"
    assert f"limit of {Settings().limits.cost:,}" in error["message"]


@pytest.mark.parametrize(("most", "asked", "given"), [(5, "first: 5", 5), (5, "last: 5", 5), (200, "first: 200", 16)])
def test_the_limit_of_a_page_is_the_setting_whatever_is_asked(call, most: int, asked: str, given: int):
    settings = replace(Settings(), limits=replace(Settings().limits, page=most))
    answer = call("POST", "/graphql", settings, json={"query": f"{{ actions({asked}) {{ nodes {{ id }} }} }}"})
    assert len(answer.json()["data"]["actions"]["nodes"]) == given
    unsized = call("POST", "/graphql", settings, json={"query": "{ actions { nodes { id } } }"}).json()
    assert len(unsized["data"]["actions"]["nodes"]) == min(most, 16)
    refused = call("POST", "/graphql", settings, json={"query": f"{{ actions(first: {most + 1}) {{ totalCount }} }}"})
    assert f"{most + 1}" in refused.json()["errors"][0]["message"]


def test_introspection_and_suggestions_are_turned_off_together(call):
    settings = replace(Settings(), endpoint=EndpointSettings(introspection=False))
    schema = call("POST", "/graphql", settings, json={"query": "{ __schema { types { name } } }"}).json()
    assert "data" not in schema
    typo = call("POST", "/graphql", settings, json={"query": "{ action { totalCount } }"}).json()
    assert "Did you mean" not in str(typo)


def test_the_pages_meet_no_query_that_has_to_be_compiled_first(lot: KnowledgeGraph):
    settings = Settings()
    endpoint = graphql_endpoint(settings, Unchanging(snapshot_of(Published(lot), settings)))
    queries = [path.read_text(encoding="utf-8") for path in QUERIES.glob("*.graphql")]
    planned = endpoint.engine.counts["planned"]
    assert [query for query in queries if not endpoint.engine.plan(query).programs] == []
    assert (planned, endpoint.engine.counts["planned"]) == (len(queries), len(queries))
    narrow = replace(settings, limits=Limits(cost=2))
    assert graphql_endpoint(narrow, Unchanging(snapshot_of(Published(lot), narrow))).engine.counts["planned"] < planned


def test_only_the_documents_of_a_folder_run_when_one_is_given(call, tmp_path: Path):
    (tmp_path / "count.graphql").write_text(QUERY, encoding="utf-8")
    settings = Settings(documents=str(tmp_path))
    assert call("POST", "/graphql", settings, json={"query": QUERY}).json() == ANSWER
    other = call("POST", "/graphql", settings, json={"query": "{ __typename }"}).json()
    assert other["errors"][0]["extensions"]["code"] == "DOCUMENT_NOT_ALLOWED"


def test_the_store_is_made_from_the_data_folder_where_there_is_none(tmp_path: Path, lot: KnowledgeGraph):
    with open_store(Settings(store=tmp_path / "new.sqlite")) as store:
        graph = graph_of(store)
        assert graph.version == lot.version
        assert [source.name for source in graph.sources] == ["actions-lot.txt"]
    assert [path.name for path in tmp_path.iterdir()] == ["new.sqlite"]


def test_a_first_start_that_fails_leaves_no_store_behind(tmp_path: Path):
    data = tmp_path / "data"
    data.mkdir()
    (data / "wrong.json").write_text("{", encoding="utf-8")
    with pytest.raises(Refused), open_store(Settings(store=tmp_path / "var" / "new.sqlite", data=data)):
        pass
    assert list((tmp_path / "var").iterdir()) == []


def test_the_store_is_open_as_long_as_the_application_lives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    events = []

    class Watched(Store):
        def __init__(self, path: Path, **options: Any) -> None:
            super().__init__(path, **options)
            events.append(f"open {path.name}")

        def __exit__(self, *error: object) -> None:
            super().__exit__(*error)
            events.append(f"close {self.path.name}")

    for name in ("server.Store", "graph.store.store.Store"):
        monkeypatch.setattr(name, Watched)
    make_store(Settings(store=tmp_path / "s.sqlite"))
    assert events == ["open s.sqlite", "close s.sqlite"]

    async def live(app: Any) -> None:
        messages = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]

        async def receive() -> Any:
            return messages.pop(0)

        async def send(message: Any) -> None:
            events.append(message["type"])

        await app({"type": "lifespan", "state": {}}, receive, send)

    events.clear()
    asyncio.run(live(create_app(Settings(store=tmp_path / "s.sqlite"))))
    assert events == ["open s.sqlite", "lifespan.startup.complete", "close s.sqlite", "lifespan.shutdown.complete"]


def test_an_application_that_cannot_start_closes_its_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    closed, leave = [], Store.__exit__
    monkeypatch.setattr(Store, "__exit__", lambda self, *error: (leave(self, *error), closed.append(self))[0])
    with pytest.raises(ValueError, match="nothing could run"):
        create_app(Settings(store=tmp_path / "s.sqlite", documents=str(tmp_path)))
    assert len(closed) == 2  # the one that was made, and the one that was opened


@pytest.mark.parametrize(("log_format", "level"), [("xml", "info"), ("json", "loud")])
def test_a_log_setting_that_there_is_not_is_refused(log_format: str, level: str):
    with pytest.raises(ValueError, match="cannot be used"):
        logs.configuration(log_format, level)


WITHOUT_ASSERTS = """
import sys
from pathlib import Path
from endpoint import Snapshot, Unchanging
from execution import Version
from schema import Context
from server import graph_of, graphql_endpoint, open_store
from settings import Settings

assert False, "this runs without -O"
settings = Settings(store=Path(sys.argv[1]))
with open_store(settings) as store:
    graph = graph_of(store)
    engine = graphql_endpoint(settings, Unchanging(Snapshot())).engine
    for _ in range(2):
        answer = engine.execute(engine.plan(sys.argv[2]), None, Context(graph), version=Version(1))
print(engine.counts["compiled"], dict(engine.given_up), answer.body.decode())
"""


def test_python_without_asserts_answers_alike_and_compiled(tmp_path: Path):
    example = ROOT / "examples" / "06-any-node.graphql"
    arguments = [str(tmp_path / "s.sqlite"), example.read_text(encoding="utf-8")]
    run = subprocess.run(
        [sys.executable, "-O", "-c", WITHOUT_ASSERTS, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert run.returncode == 0, run.stderr
    runs, given_up, answer = run.stdout.split(" ", 2)
    assert (runs, given_up) == ("2", "{}")
    assert json.loads(answer) == json.loads(example.with_suffix(".json").read_text(encoding="utf-8"))


@asynccontextmanager
async def started(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the application over the store of the settings, with its lifespan."""
    app = create_app(settings)
    messages: asyncio.Queue[Any] = asyncio.Queue()
    reached = asyncio.Event()

    async def send(message: Any) -> None:
        reached.set()

    messages.put_nowait({"type": "lifespan.startup"})
    running = asyncio.create_task(app({"type": "lifespan", "state": {}}, messages.get, send))  # type: ignore[arg-type]
    await reached.wait()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://maillage.test") as client:
        yield client
    messages.put_nowait({"type": "lifespan.shutdown"})
    await running


def test_a_running_server_answers_from_what_is_written_meanwhile_and_from_what_was(tmp_path: Path):
    settings = Settings(store=tmp_path / "s.sqlite", wait_seconds=30)
    make_store(settings)

    async def talk() -> list[Any]:
        async with started(settings) as client:

            async def total(**extensions: str) -> tuple[int, str]:
                answer = await client.post("/graphql", json={"query": QUERY, "extensions": extensions})
                return answer.json()["data"]["actions"]["totalCount"], answer.headers["x-maillage-position"]

            said = [await total()]
            with Store(settings.store) as other:
                key = next(other.sheets())[0]
                written = other.writer.withdraw(key, expected=1, cause=Cause("somebody"))
                said.append(await total(atLeast=str(written.position)))
                said.append(await total(asOf="1"))
                other.writer.restore(key, expected=2, to=1, cause=Cause("somebody"))
                said.append(await total(atLeast="3"))
                said.append((await client.get("/ready")).json()["position"])
            return said

    assert asyncio.run(talk()) == [(16, "1"), (15, "2"), (16, "1"), (16, "3"), 3]


def test_communities_that_were_found_again_are_another_answer_at_the_same_position(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(analysis, "ALWAYS_EXACT", 0)
    settings = Settings(store=tmp_path / "s.sqlite")
    query = {"query": "{ dataset { position } communities { asOf totalCount nodes { size actions { totalCount } } } }"}

    async def talk(live: LiveGraph) -> list[tuple[str, Any]]:
        endpoint = graphql_endpoint(settings, LiveSnapshots(live, settings))
        transport = httpx.ASGITransport(endpoint)  # type: ignore[arg-type]
        said: list[tuple[str, Any]] = []
        async with httpx.AsyncClient(transport=transport, base_url="http://maillage.test") as client:

            async def ask(**headers: str) -> int:
                answer = await client.get("/graphql", params=query, headers=headers)
                if answer.status_code == 200:
                    said.append((answer.headers["etag"], answer.json()["data"]))
                return answer.status_code

            await ask()
            earlier = live.current.graph.analysis.make()
            live.publish(live.current.graph.standing_on(earlier))
            assert await ask(**{"if-none-match": said[0][0]}) == 200
            assert await ask(**{"if-none-match": said[1][0]}) == 304
        endpoint.close()
        return said

    with open_store(settings) as store:
        live = LiveGraph(graph_of(store), store)
        key = next(store.sheets())[0]
        store.writer.withdraw(key, expected=1, cause=Cause("somebody"))
        Follower(store, live).step()
        (_, before), (_, after) = asyncio.run(talk(live))
    assert (before["dataset"], after["dataset"]) == ({"position": "2"}, {"position": "2"})
    assert (before["communities"]["asOf"], after["communities"]["asOf"]) == ("1", "2")
    for said in (before, after):
        groups = said["communities"]["nodes"]
        assert [group["size"] for group in groups] == [group["actions"]["totalCount"] for group in groups]


def test_a_server_starts_before_it_is_found_how_central_nodes_are_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(analysis, "ALWAYS_EXACT", 0)
    monkeypatch.setattr(analysis, "MOST_MEASURED", 0)  # what nobody had begun is refused for good
    query = {"query": "{ structures(first: 1) { nodes { name centrality { degree } } } }"}

    async def talk() -> Any:
        async with started(Settings(store=tmp_path / "s.sqlite")) as client:
            return (await client.post("/graphql", json=query)).json()

    said = asyncio.run(talk())
    (node,) = said["data"]["structures"]["nodes"]
    assert node["centrality"] or [error["extensions"]["reason"] for error in said["errors"]] == ["NOT_READY"]


def test_what_was_refused_while_it_was_found_is_answered_by_the_same_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(analysis, "ALWAYS_EXACT", 0)
    query = {"query": "{ structures(first: 1) { nodes { name centrality { degree } } } }"}
    found: Future[Any] = Future()

    async def talk(live: LiveGraph, settings: Settings) -> list[Any]:
        endpoint = graphql_endpoint(settings, LiveSnapshots(live, settings))
        transport = httpx.ASGITransport(endpoint)  # type: ignore[arg-type]
        said = []
        async with httpx.AsyncClient(transport=transport, base_url="http://maillage.test") as client:
            for step in (lambda: None, lambda: None, lambda: found.set_result(live.current.graph.analysis.measure())):
                step()
                said.append(await client.get("/graphql", params=query))
        endpoint.close()
        return said

    settings = Settings(store=tmp_path / "s.sqlite")
    with open_store(settings) as store:
        live = LiveGraph(graph_of(store), store)
        live.current.graph.analysis.begin(lambda work: found)
        *before, after = asyncio.run(talk(live, settings))
    for answer in before:
        assert answer.json()["errors"][0]["extensions"]["reason"] == "NOT_READY"
        assert "etag" not in answer.headers
    assert after.json() == {
        "data": {"structures": {"nodes": [{"name": "ARTS SCENES ET COMPAGNIE", "centrality": {"degree": 1}}]}}
    }


def test_a_request_that_names_a_position_that_does_not_come_is_told_so(tmp_path: Path):
    settings = Settings(store=tmp_path / "s.sqlite", wait_seconds=0.01)

    async def talk() -> httpx.Response:
        async with started(settings) as client:
            return await client.post("/graphql", json={"query": QUERY, "extensions": {"atLeast": "99"}})

    answer = asyncio.run(talk())
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert answer.json()["errors"][0]["message"] == "The graph is at position 1, and did not reach 99 in 0.01 s."


def test_a_server_that_cannot_follow_its_store_is_not_ready(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    settings = Settings(store=tmp_path / "s.sqlite", behind_seconds=0.001)
    monkeypatch.setattr(Follower, "behind_seconds", 5.0)

    async def talk() -> httpx.Response:
        async with started(settings) as client:
            return await client.get("/ready")

    answer = asyncio.run(talk())
    assert (answer.status_code, answer.json()["status"], answer.json()["behind_seconds"]) == (503, "behind", 5.0)
