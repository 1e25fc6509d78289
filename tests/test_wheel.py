"""The wheel is the whole application: built from the source distribution, installed outside the checkout, it serves.

With CI=true the environment is empty and pip brings what the wheel asks for, under the constraints. Otherwise the
environment of the tests lends its libraries, so that no network is needed; Maillage itself comes from the wheel.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from pathlib import Path

import httpx
import pytest

from tests.conftest import PAGE
from tests.live import ROOT, Live, live_server

EMPTY = os.environ.get("CI") == "true"
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
FOLDERS = ("data", "endpoint", "examples", "execution", "graph", "schema", "web")
MODULES = ("cli.py", "logs.py", "server.py", "settings.py", "store_commands.py", "supervising.py")
NOT_SHIPPED = re.compile(r"(^|/)(__pycache__|node_modules)/|^web/[^/]*\.json$")


def run(*command: object, folder: Path) -> str:
    """Standard output of a command that must succeed, without what the tests' own environment says to Python."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


def contents(wheel: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the source distribution of the checkout and the wheel of the checkout."""
    folder = tmp_path_factory.mktemp("built")
    run(sys.executable, "-m", "hatchling", "build", "-d", folder, folder=ROOT)
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    """The wheel that pip makes of the source distribution, as it would for anyone."""
    isolation = [] if EMPTY else ["--no-build-isolation"]
    source = built / f"maillage-{VERSION}.tar.gz"
    run(sys.executable, "-m", "pip", "wheel", "--no-deps", *isolation, "-w", built / "pip", source, folder=built)
    return built / "pip" / f"maillage-{VERSION}-py3-none-any.whl"


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment of its own, far from the checkout, with the wheel installed."""
    environment = tmp_path_factory.mktemp("installed") / "environment"
    venv.create(environment, symlinks=True)
    programs = environment / "bin"
    pip = [sys.executable, "-m", "pip", "--python", programs / "python", "install", "--no-compile"]
    if EMPTY:
        run(*pip, "--constraint", ROOT / "constraints.txt", wheel, folder=environment)
    else:
        run(*pip, "--no-deps", "--no-index", wheel, folder=environment)
        (library,) = environment.glob("lib/python*/site-packages")
        (library / "lent.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return programs


@pytest.fixture(scope="module")
def live(installed: Path, tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("serving")
    with live_server(folder / "s.sqlite", [installed / "maillage"], folder, endpoint_lag_seconds="60") as server:
        yield server


def get(live: Live, path: str) -> httpx.Response:
    return httpx.get(f"http://127.0.0.1:{live.port}{path}", headers={"accept": "text/html"}, timeout=60)


def test_the_wheel_has_one_name_and_under_it_every_file_of_the_application(wheel: Path):
    shipped = contents(wheel)
    information = f"maillage-{VERSION}.dist-info"
    assert {name.split("/")[0] for name in shipped} == {"maillage", information}
    assert shipped[f"{information}/licenses/LICENSE"] == (ROOT / "LICENSE").read_bytes()
    files = [
        path.relative_to(ROOT).as_posix() for name in FOLDERS for path in (ROOT / name).rglob("*") if path.is_file()
    ]
    kept = {*MODULES, *(name for name in files if not NOT_SHIPPED.search(name))}
    inside = {name.removeprefix("maillage/app/") for name in shipped if name.startswith("maillage/app/")}
    assert inside == kept
    assert {"data/pages/actions-lot.txt", "examples/01-mobilite.json", "schema/schema.graphql"} <= inside
    assert all(shipped[f"maillage/app/{name}"] == (ROOT / name).read_bytes() for name in kept)


def test_the_source_distribution_builds_the_same_wheel_as_the_checkout(wheel: Path, built: Path):
    assert contents(wheel) == contents(built / wheel.name)


def test_a_question_is_answered(live: Live):
    query = '{ actions(where: { keywords: { containsAny: ["mobilité / transport"] } }) { totalCount } }'
    assert live.post(query).json() == {"data": {"actions": {"totalCount": 4}}}


@pytest.mark.parametrize("path", ["/", "/graphiql"])
def test_a_page_comes_with_every_file_that_it_names(live: Live, path: str):
    page = get(live, path)
    assert page.status_code == 200
    named = set(re.findall(r'(?:src|href)="(/[^"]+\.\w+)"', page.text))
    assert len(named) > 2
    assert {get(live, name).status_code for name in named} == {200}


def test_two_workers_find_the_application_too(installed: Path, tmp_path: Path):
    command = [installed / "python", "-m", "maillage"]
    with live_server(tmp_path / "s.sqlite", command, tmp_path, workers="2", endpoint_lag_seconds="60") as server:
        answers = [server.post("{ actions { totalCount } }").json() for _ in range(8)]
        assert answers == [{"data": {"actions": {"totalCount": 16}}}] * 8
        assert server.stop() in (0, -signal.SIGTERM)
    log = (tmp_path / "server.log").read_text(encoding="utf-8")
    assert log.count("Finished server process") == 2
    assert "Traceback" not in log


def test_a_page_is_checked(installed: Path, tmp_path: Path):
    shutil.copy(PAGE, tmp_path)
    assert run(installed / "maillage", "check", PAGE.name, folder=tmp_path) == "16 sheets, no problem.\n"


def test_the_graph_is_imported_by_its_short_name_before_a_module_of_the_folder(installed: Path, tmp_path: Path):
    (tmp_path / "graph.py").write_text("raise ImportError('not this one')", encoding="utf-8")
    lines = [
        "import maillage",
        "from graph.knowledge_graph import KnowledgeGraph",
        "import graph, settings",
        "print(len(KnowledgeGraph.from_sheets([]).actions), graph.__file__, settings.Settings().data)",
    ]
    empty, module, data = run(installed / "python", "-c", "\n".join(lines), folder=tmp_path).split()
    assert empty == "0"
    home = Path(module).parent.parent
    assert home.parent.name == "maillage"
    assert home.is_relative_to(installed.parent)
    assert Path(data) == home / "data" / "pages"
