"""GraphiQL in a browser whose network is cut off from everything but the server.

The service behind it is a small one, whose answers can be checked by hand: two actions and the keywords that they
share. The last tests open the real service.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import strawberry
from playwright.sync_api import BrowserContext, Page, expect
from playwright.sync_api import Route as PageRoute
from starlette.applications import Starlette
from starlette.routing import Route
from strawberry.asgi import GraphQL

from server import EXAMPLES as EXAMPLES_FOLDER
from tests.web.conftest import OfflinePage, offline_page, serving
from web.examples import Example, load_examples
from web.graphiql import graphiql_text
from web.site import routes

HOSTILE = "<img src=x onerror=\"document.title='run'\">"


@strawberry.type
class Keyword:
    id: strawberry.ID
    label: str


@strawberry.type
class Structure:
    id: strawberry.ID
    name: str


@strawberry.type
class Action:
    id: strawberry.ID
    title: str
    keywords: list[Keyword]
    structure: Structure


@strawberry.type
class ActionConnection:
    nodes: list[Action]


MOBILITY = Keyword(id=strawberry.ID("keyword:mobilite-transport"), label="mobilité / transport")
DIVERSITY = Keyword(id=strawberry.ID("keyword:mixite-sociale"), label="Mixité sociale")
CENTRE = Structure(id=strawberry.ID("structure:lot-le-rionet"), name="Le Rionet")
GARAGE = Action(id=strawberry.ID("action:garage-2019"), title="Garage solidaire", keywords=[MOBILITY], structure=CENTRE)
MEAL = Action(id=strawberry.ID("action:repas-2016"), title=HOSTILE, keywords=[MOBILITY, DIVERSITY], structure=CENTRE)


@strawberry.type
class Query:
    @strawberry.field
    def actions(self) -> ActionConnection:
        return ActionConnection(nodes=[GARAGE, MEAL])

    @strawberry.field
    def keyword(self, id: strawberry.ID) -> Keyword | None:
        return next((k for k in (MOBILITY, DIVERSITY) if k.id == id), None)

    @strawberry.field
    def many(self, count: int) -> list[Keyword]:
        return [Keyword(id=strawberry.ID(f"keyword:{i}"), label=f"Mot {i}") for i in range(count)]


EXAMPLES = {
    "01-actions.graphql": (
        "# Actions and their keywords\n# What the two actions share.\n\n"
        "query Actions {\n  actions {\n    nodes {\n      id\n      title\n      keywords { id label }\n"
        "      structure { id name }\n    }\n  }\n}\n"
    ),
    "02-keyword.graphql": (
        '# One keyword\n# By its id.\n# variables: {"id": "keyword:mixite-sociale"}\n'
        "query OneKeyword($id: ID!) { keyword(id: $id) { id label } }\n"
    ),
    "03-many.graphql": "# Many keywords\nquery Many { many(count: 2500) { id label } }\n",
    "04-labels.graphql": "# No id at all\nquery Labels { actions { nodes { title } } }\n",
}


@pytest.fixture(scope="module")
def examples_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("examples")
    for name, text in EXAMPLES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def small_app(examples_folder: Path) -> Starlette:
    graphql = GraphQL[Any, Any](strawberry.Schema(Query), graphql_ide=None)
    return Starlette(routes=[Route("/graphql", graphql), *routes(examples_folder, with_explorer=False)])


@pytest.fixture(scope="module")
def small_url(small_app: Starlette) -> Iterator[str]:
    with serving(small_app) as url:
        yield url


@pytest.fixture
def offline(context: BrowserContext, small_url: str) -> Iterator[OfflinePage]:
    """GraphiQL over the small service, opened for the first time."""
    with offline_page(context, small_url, "/graphiql") as offline:
        yield offline


def wait_for_answer(page: Page, part: str) -> Any:
    """The JSON of the result window, once it holds `part`."""
    # One look takes the text and checks it: between two looks GraphiQL may empty the pane.
    shown = page.wait_for_function(
        """part => {
            const text = document.querySelector('.result-window .CodeMirror')?.CodeMirror.getValue() ?? '';
            return text.includes(part) ? text : null;
        }""",
        arg=part,
    )
    return json.loads(shown.json_value())


def query_text(page: Page) -> str:
    return str(page.evaluate("document.querySelector('.graphiql-query-editor .CodeMirror').CodeMirror.getValue()"))


def expect_tabs(page: Page, names: list[str]) -> None:
    expect(page.locator(".graphiql-tab-button")).to_have_text(names)


def open_example(page: Page, title: str) -> None:
    page.get_by_role("button", name=title).click()


def open_graph(page: Page) -> None:
    page.get_by_role("button", name="Show Graph", exact=True).click()


def drawn_graph(page: Page) -> dict[str, Any]:
    """Nodes and edges as Cytoscape itself holds them, once the drawing is done."""
    page.wait_for_selector(".maillage-canvas[data-state=drawn]")
    return dict(
        page.evaluate(
            """() => {
              const cy = document.querySelector('.maillage-canvas')._cyreg.cy;
              return {
                nodes: Object.fromEntries(
                  cy.nodes().map(n => [n.id(), { kind: n.data('kind'), label: n.data('label') }]),
                ),
                edges: cy.edges().map(e => [e.source().id(), e.target().id()].sort()).sort(),
                colours: Object.fromEntries(cy.nodes().map(n => [n.data('kind'), n.style('background-color')])),
                places: cy.nodes().map(n => Object.values(n.position())),
              };
            }"""
        )
    )


def test_the_first_visit_shows_the_examples_and_the_answer_of_the_first(offline: OfflinePage) -> None:
    page = offline.page
    shown = wait_for_answer(page, "Garage solidaire")
    assert [action["title"] for action in shown["data"]["actions"]["nodes"]] == ["Garage solidaire", HOSTILE]
    expect(page).to_have_title("Maillage – GraphiQL")
    expect(page.get_by_role("link", name="Maillage")).to_have_attribute("href", "/")
    titles = page.locator(".maillage-examples strong").all_inner_texts()
    assert titles == ["Actions and their keywords", "One keyword", "Many keywords", "No id at all"]
    expect(page.get_by_text("What the two actions share.", exact=True)).to_be_visible()
    assert query_text(page).startswith("# Actions and their keywords\n# What the two actions share.\n\nquery Actions {")


def test_an_example_opens_in_a_tab_of_its_own_with_its_variables_and_answers(offline: OfflinePage) -> None:
    page = offline.page
    wait_for_answer(page, "Garage solidaire")
    open_example(page, "One keyword")
    assert wait_for_answer(page, '"keyword":') == {
        "data": {"keyword": {"id": "keyword:mixite-sociale", "label": "Mixité sociale"}}
    }
    expect_tabs(page, ["Actions", "OneKeyword"])
    variables = page.evaluate("document.querySelector('[aria-label=Variables] .CodeMirror').CodeMirror.getValue()")
    assert json.loads(variables) == {"id": "keyword:mixite-sociale"}


def test_an_example_that_is_open_already_is_shown_not_opened_again(offline: OfflinePage) -> None:
    page = offline.page
    wait_for_answer(page, "Garage solidaire")
    open_example(page, "No id at all")
    wait_for_answer(page, '"title"')
    open_example(page, "Actions and their keywords")
    wait_for_answer(page, "keyword:mobilite-transport")
    open_example(page, "No id at all")
    expect_tabs(page, ["Actions", "Labels"])
    expect(page.get_by_role("tab", name="Labels")).to_have_attribute("aria-selected", "true")


def test_the_execute_button_runs_what_the_editor_holds(offline: OfflinePage) -> None:
    page = offline.page
    wait_for_answer(page, "Garage solidaire")
    page.evaluate(
        "text => document.querySelector('.graphiql-query-editor .CodeMirror').CodeMirror.setValue(text)",
        "{ many(count: 1) { label } }",
    )
    expect_tabs(page, ["<untitled>"])  # GraphiQL has read the new text
    page.get_by_role("button", name="Execute query").click()
    assert wait_for_answer(page, "Mot 0") == {"data": {"many": [{"label": "Mot 0"}]}}


def test_the_graph_panel_draws_the_objects_with_an_id_and_their_nesting(offline: OfflinePage) -> None:
    page = offline.page
    wait_for_answer(page, "Garage solidaire")
    open_graph(page)
    graph = drawn_graph(page)
    assert graph["nodes"] == {
        "action:garage-2019": {"kind": "action", "label": "Garage solidaire"},
        "action:repas-2016": {"kind": "action", "label": HOSTILE},
        "keyword:mobilite-transport": {"kind": "keyword", "label": "mobilité / transport"},
        "keyword:mixite-sociale": {"kind": "keyword", "label": "Mixité sociale"},
        "structure:lot-le-rionet": {"kind": "structure", "label": "Le Rionet"},
    }
    assert graph["edges"] == [
        ["action:garage-2019", "keyword:mobilite-transport"],
        ["action:garage-2019", "structure:lot-le-rionet"],
        ["action:repas-2016", "keyword:mixite-sociale"],
        ["action:repas-2016", "keyword:mobilite-transport"],
        ["action:repas-2016", "structure:lot-le-rionet"],
    ]
    assert len(set(graph["colours"].values())) == 3
    assert len({tuple(place) for place in graph["places"]}) == 5
    assert page.evaluate("document.querySelector('.maillage-canvas')._cyreg.cy.nodes('.labelled').length") == 5
    assert page.locator(".maillage-legend li").all_inner_texts() == ["action 2", "structure 1", "keyword 2"]
    expect(page.locator(".maillage-foot")).to_contain_text("5 nodes, 5 links")


def test_a_chosen_node_shows_its_whole_text_and_none_of_it_is_run(offline: OfflinePage) -> None:
    page = offline.page
    wait_for_answer(page, "Garage solidaire")
    open_graph(page)
    drawn_graph(page)
    page.evaluate("() => { document.querySelector('.maillage-canvas')._cyreg.cy.$id('action:repas-2016').emit('tap') }")
    expect(page.locator(".maillage-foot")).to_have_text(f"{HOSTILE} · 3 links · action:repas-2016")
    assert page.title() == "Maillage – GraphiQL"


def test_the_drawing_follows_the_tab_that_is_shown(offline: OfflinePage) -> None:
    page = offline.page
    wait_for_answer(page, "Garage solidaire")
    open_example(page, "One keyword")
    wait_for_answer(page, '"keyword":')
    open_graph(page)
    assert list(drawn_graph(page)["nodes"]) == ["keyword:mixite-sociale"]
    page.get_by_role("tab", name="Actions").click()
    expect(page.locator(".maillage-legend")).to_contain_text("action 2")
    assert len(drawn_graph(page)["nodes"]) == 5


def test_no_more_than_2000_nodes_are_drawn_and_a_sentence_says_so(offline: OfflinePage) -> None:
    page = offline.page
    wait_for_answer(page, "Garage solidaire")
    open_example(page, "Many keywords")
    wait_for_answer(page, "keyword:2499")
    open_graph(page)
    assert len(drawn_graph(page)["nodes"]) == 2000
    expect(page.get_by_role("status")).to_have_text("2,000 of the 2,500 nodes are drawn: the first ones of the answer.")


def test_an_answer_without_ids_says_what_to_ask_for(offline: OfflinePage) -> None:
    page = offline.page
    wait_for_answer(page, "Garage solidaire")
    open_example(page, "No id at all")
    wait_for_answer(page, '"title"')
    open_graph(page)
    expect(page.locator(".maillage-graph")).to_contain_text("The answer holds no object with an id.")


def test_the_graph_library_is_loaded_only_when_the_panel_opens(offline: OfflinePage) -> None:
    wait_for_answer(offline.page, "Garage solidaire")
    assert [url for url in offline.asked if "cytoscape" in url or "d3-" in url] == []
    open_graph(offline.page)
    drawn_graph(offline.page)
    assert [url for url in offline.asked if "cytoscape" in url] != []


def test_the_explorer_lists_the_fields_of_the_schema(offline: OfflinePage) -> None:
    page = offline.page
    wait_for_answer(page, "Garage solidaire")
    page.get_by_role("button", name="Show GraphiQL Explorer").click()
    expect(page.locator(".graphiql-explorer-node", has_text="many").first).to_be_visible()


def test_the_dialogs_open_under_the_policy(offline: OfflinePage) -> None:
    page = offline.page
    wait_for_answer(page, "Garage solidaire")
    page.get_by_role("button", name="Open settings dialog").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Open short keys dialog").click()
    expect(page.get_by_role("dialog")).to_contain_text("Short Keys")


def test_a_second_visit_finds_its_tabs_again_and_works(offline: OfflinePage) -> None:
    page = offline.page
    wait_for_answer(page, "Garage solidaire")
    open_example(page, "One keyword")
    wait_for_answer(page, '"keyword":')
    page.wait_for_function("() => localStorage.getItem('graphiql:tabState')?.includes('OneKeyword')")
    page.reload()
    expect_tabs(page, ["Actions", "OneKeyword"])
    expect(page.get_by_role("tab", name="OneKeyword")).to_have_attribute("aria-selected", "true")
    assert "query OneKeyword" in query_text(page)
    page.get_by_role("button", name="Execute query").click()
    assert wait_for_answer(page, "Mixité")["data"]["keyword"]["label"] == "Mixité sociale"


@pytest.mark.parametrize("stored", ["{", "null", '{"tabs": []}', '{"tabs": [{}], "activeTabIndex": 7}'])
def test_stored_tabs_that_cannot_be_read_are_replaced(offline: OfflinePage, stored: str) -> None:
    page = offline.page
    wait_for_answer(page, "Garage solidaire")
    offline.before_first_load(f"localStorage.setItem('graphiql:tabState', {json.dumps(stored)})")
    page.reload()
    expect_tabs(page, ["Actions"])
    page.get_by_role("button", name="Execute query").click()
    wait_for_answer(page, "Garage solidaire")


def test_a_busy_server_is_asked_again_when_it_says(offline: OfflinePage) -> None:
    page = offline.page
    wait_for_answer(page, "Garage solidaire")
    refusals = iter([True, False])

    def busy_once(route: PageRoute) -> None:
        if next(refusals):
            route.fulfill(status=503, headers={"retry-after": "1"}, body='{"errors": [{"message": "busy"}]}')
        else:
            route.fulfill(status=200, body='{"data": {"again": true}}')

    page.route("**/graphql", busy_once)
    page.get_by_role("button", name="Execute query").click()
    assert wait_for_answer(page, "again") == {"data": {"again": True}}
    assert all("503" in error for error in offline.errors)
    offline.errors.clear()


def test_a_server_that_does_not_answer_gives_a_sentence_and_the_next_try_works(offline: OfflinePage) -> None:
    page = offline.page
    wait_for_answer(page, "Garage solidaire")
    page.route("**/graphql", lambda route: route.abort())
    page.get_by_role("button", name="Execute query").click()
    [error] = wait_for_answer(page, "errors")["errors"]
    assert error["message"].startswith("The server did not answer (")
    page.unroute("**/graphql")
    page.get_by_role("button", name="Execute query").click()
    wait_for_answer(page, "Garage solidaire")
    assert all("ERR_FAILED" in error for error in offline.errors)
    offline.errors.clear()


def test_an_answer_that_is_not_json_is_shown_in_a_sentence(offline: OfflinePage) -> None:
    page = offline.page
    wait_for_answer(page, "Garage solidaire")
    page.route("**/graphql", lambda route: route.fulfill(status=200, body="<html>proxy</html>"))
    page.get_by_role("button", name="Execute query").click()
    [error] = wait_for_answer(page, "errors")["errors"]
    assert error["message"] == "The server answered 200 OK, which is not JSON: <html>proxy</html>"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_drawing_takes_the_colours_of_the_theme_and_follows_it(offline: OfflinePage, scheme: Any) -> None:
    page = offline.page
    colour_of = {"light": "rgb(255,255,255)", "dark": "rgb(33,42,59)"}
    outline = "document.querySelector('.maillage-canvas')._cyreg.cy.nodes()[0].style('text-outline-color')"
    page.emulate_media(color_scheme=scheme)
    wait_for_answer(page, "Garage solidaire")
    open_graph(page)
    drawn_graph(page)
    assert page.evaluate(outline) == colour_of[scheme]
    other = "dark" if scheme == "light" else "light"
    page.emulate_media(color_scheme=other)
    page.wait_for_function(f"colour => {outline} === colour", arg=colour_of[other])


# The extraction alone, against answers written by hand.


@pytest.fixture(scope="module")
def answer_graph(context: BrowserContext, small_url: str) -> Iterator[Any]:
    with offline_page(context, small_url, "/graphiql") as offline:
        page = offline.page

        def run(data: Any, limit: int = 2000) -> Any:
            script = "async ([data, limit]) => (await import('/graphiql/answer_graph.js')).answerGraph(data, limit)"
            return page.evaluate(script, [data, limit])

        yield run


def node(key: str, kind: str, label: str | None = None) -> dict[str, str]:
    return {"id": key, "kind": kind, "label": label or key}


@pytest.mark.parametrize(
    ("data", "nodes", "edges"),
    [
        pytest.param(None, [], [], id="no data"),
        pytest.param({"count": 3, "names": ["a", None]}, [], [], id="nothing with an id"),
        pytest.param({"a": {"id": "keyword:x"}}, [node("keyword:x", "keyword")], [], id="no label: the key"),
        pytest.param({"a": {"id": "x:y", "label": "", "name": "N"}}, [node("x:y", "x", "N")], [], id="an empty label"),
        pytest.param({"a": {"id": 7, "__typename": "Sheet"}}, [node("7", "sheet")], [], id="a number, a type's name"),
        pytest.param({"a": {"id": "7"}}, [node("7", "other")], [], id="no kind at all"),
        pytest.param(
            {"a": {"id": "k:1", "similar": {"edges": [{"score": 1, "node": {"id": "k:2"}}]}}},
            [node("k:1", "k"), node("k:2", "k")],
            [("k:1", "k:2")],
            id="through a connection",
        ),
        pytest.param(
            {"a": {"id": "k:1", "b": {"id": "k:2", "c": {"id": "k:1", "label": "One"}}}},
            [node("k:1", "k", "One"), node("k:2", "k")],
            [("k:1", "k:2")],
            id="there and back: one edge, the label of the second place",
        ),
        pytest.param(
            {"a": {"id": "k:1", "self": {"id": "k:1", "b": {"id": "k:2"}}}},
            [node("k:1", "k"), node("k:2", "k")],
            [("k:1", "k:2")],
            id="a node inside itself",
        ),
    ],
)
def test_answer_graph(answer_graph: Any, data: Any, nodes: Any, edges: Any) -> None:
    graph = answer_graph(data)
    assert graph["nodes"] == nodes
    assert [(edge["source"], edge["target"]) for edge in graph["edges"]] == edges
    assert graph["total"] == len(nodes)


def test_answer_graph_keeps_the_first_nodes_and_counts_each_left_out_once(answer_graph: Any) -> None:
    rows = [{"id": f"a:{i}", "to": [{"id": "k:last"}]} for i in range(3)]
    graph = answer_graph(rows, 2)
    assert [n["id"] for n in graph["nodes"]] == ["a:0", "k:last"]
    assert graph["total"] == 4
    assert [(e["source"], e["target"]) for e in graph["edges"]] == [("a:0", "k:last")]


# The page and the files, without a browser.


def test_the_page_carries_its_policy_and_every_file_that_it_names(small_url: str) -> None:
    page = httpx.get(f"{small_url}/graphiql")
    assert "unsafe-inline" not in page.headers["content-security-policy"]
    named = [part.split('"')[0] for part in page.text.replace("src=", "href=").split('href="')[1:]]
    assert len(named) > 8
    for path in named:
        if path != "/":
            assert httpx.get(small_url + path).status_code == 200, path


def test_vendored_files_are_kept_by_the_browser_and_ours_are_asked_for_again(small_url: str) -> None:
    vendored = httpx.get(f"{small_url}/vendor/graphiql-4.1.2/graphiql.min.js")
    assert vendored.headers["cache-control"] == "public, max-age=31536000, immutable"
    ours = httpx.get(f"{small_url}/graphiql/page.js")
    assert ours.headers["cache-control"] == "no-cache"
    again = httpx.get(f"{small_url}/graphiql/page.js", headers={"if-none-match": ours.headers["etag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("path", ["/vendor/../examples.py", "/vendor/%2e%2e/examples.py", "/graphiql/page.html"])
def test_nothing_but_the_two_folders_is_served(small_url: str, path: str) -> None:
    assert httpx.get(small_url + path).status_code == 404


def test_an_example_cannot_end_the_page_s_data(examples_folder: Path) -> None:
    hostile = Example("x", "</script><script>alert(1)</script><!--", "", "{ a }")
    page = graphiql_text([hostile])
    assert page.count("</script>") == graphiql_text([]).count("</script>")
    data = page.split('id="settings">')[1].split("</script>")[0]
    assert json.loads(data)["examples"][0]["title"] == hostile.title


def test_the_page_works_without_any_example(context: BrowserContext, tmp_path: Path) -> None:
    graphql = GraphQL[Any, Any](strawberry.Schema(Query), graphql_ide=None)
    app = Starlette(routes=[Route("/graphql", graphql), *routes(tmp_path, with_explorer=False)])
    with serving(app) as url, offline_page(context, url, "/graphiql") as offline:
        expect(offline.page.get_by_text("There is no example on this server.")).to_be_visible()
        expect(offline.page.locator(".graphiql-query-editor")).to_contain_text("Welcome to GraphiQL")


# The service itself.


@pytest.fixture
def real(context: BrowserContext, server_url: str) -> Iterator[OfflinePage]:
    with offline_page(context, server_url, "/graphql") as offline:
        yield offline


def test_the_page_is_the_same_compressed_or_not_however_often_it_is_asked_for(server_url: str) -> None:
    pages = {
        httpx.get(f"{server_url}{path}", headers={"accept": "text/html", "accept-encoding": encoding}).text
        for path in ("/graphql", "/graphiql")
        for encoding in ("gzip", "identity", "gzip", "identity")
    }
    assert len(pages) == 1


def test_a_browser_that_opens_graphql_finds_graphiql_with_a_query_that_answers(real: OfflinePage) -> None:
    shown = wait_for_answer(real.page, '"data"')
    assert "errors" not in shown
    open_graph(real.page)
    assert len(drawn_graph(real.page)["nodes"]) > 1


def test_every_example_of_the_menu_answers_without_an_error(real: OfflinePage) -> None:
    wait_for_answer(real.page, '"data"')
    examples = load_examples(EXAMPLES_FOLDER)
    assert real.page.locator(".maillage-examples strong").all_inner_texts() == [e.title for e in examples]
    for example in examples[1:]:
        real.page.locator(f"[data-example='{example.name}']").click()
        shown = real.page.wait_for_function(
            """title => {
              const [query, result] = ['.graphiql-query-editor', '.result-window'].map(
                place => document.querySelector(`${place} .CodeMirror`).CodeMirror.getValue(),
              );
              const answered = query.includes(title) && (result.includes('"data"') || result.includes('"errors"'));
              return answered ? result : null;
            }""",
            arg=example.title,
        )
        assert list(json.loads(shown.json_value())) == ["data"], example.name
