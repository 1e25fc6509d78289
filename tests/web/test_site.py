"""The routes of the pages, each page turned on or off, and the files behind them."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
from starlette.applications import Starlette
from starlette.routing import Mount, Route

from server import EXAMPLES
from tests.web.conftest import serving
from web.files import SHARED
from web.site import routes

WEB = SHARED.parent
OWN = [
    path
    for folder in (SHARED, WEB / "explorer", WEB / "graphiql")
    for path in sorted(folder.rglob("*"))
    if path.suffix in {".js", ".css", ".html", ".svg", ".graphql"}
]


def statuses(*, with_graphiql: bool, with_explorer: bool) -> dict[str, int]:
    app = Starlette(routes=routes(EXAMPLES, with_graphiql=with_graphiql, with_explorer=with_explorer))
    paths = ("/", "/graphiql", "/shared/drawing.js", "/vendor/d3-force-3.0.0/d3-force.min.js")
    with serving(app) as url:
        return {path.split("/")[1]: httpx.get(url + path).status_code for path in paths}


def test_each_page_works_without_the_other_and_with_the_files_that_it_needs():
    both = statuses(with_graphiql=True, with_explorer=True)
    assert both == {"": 200, "graphiql": 200, "shared": 200, "vendor": 200}
    assert statuses(with_graphiql=True, with_explorer=False) == {**both, "": 404}
    assert statuses(with_graphiql=False, with_explorer=True) == {**both, "graphiql": 404}
    assert routes(EXAMPLES, with_graphiql=False, with_explorer=False) == []


def test_no_path_has_two_routes():
    paths = [(type(route), route.path) for route in routes(EXAMPLES) if isinstance(route, (Mount, Route))]
    assert len(paths) == len(routes(EXAMPLES)) == len(set(paths))


def test_nothing_of_the_workshop_is_served():
    paths = ("/shared/../files.py", "/shared/%2e%2e/files.py", "/package.json", "/shared/package.json")
    with serving(Starlette(routes=routes(EXAMPLES))) as url:
        assert {httpx.get(url + path).status_code for path in paths} == {404}


def test_our_own_files_name_no_other_host():
    assert len(OWN) > 60
    hosts = {
        (path.name, host)
        for path in OWN
        for host in re.findall(r"https?://([\w.-]+)", path.read_text(encoding="utf-8"))
        if host != "www.w3.org"  # the name of SVG, never fetched
    }
    assert hosts == set()


def test_every_module_that_ours_import_is_a_file():
    """By the addresses that the browser sees: /explorer, /graphiql and /shared stand side by side."""
    folders = {"explorer": WEB / "explorer" / "static", "graphiql": WEB / "graphiql" / "static", "shared": SHARED}
    missing = []
    for name, folder in folders.items():
        for path in folder.glob("*.js"):
            for target in re.findall(r"""(?:from|import\()\s*"([^"]+)\"""", path.read_text(encoding="utf-8")):
                parts = Path("/", name, target).as_posix().replace(f"/{name}/../", "/").replace("/./", "/").split("/")
                file = folders.get(parts[1], WEB / parts[1]).joinpath(*parts[2:])
                if not file.is_file():
                    missing.append((path.name, target))
    assert missing == []


def test_no_line_of_our_modules_is_longer_than_120_letters():
    generated = {"tables.js"}
    modules = [path for path in OWN if path.suffix == ".js" and path.name not in generated]
    long = {path.name for path in modules for line in path.read_text(encoding="utf-8").splitlines() if len(line) > 120}
    assert long == set()
