"""Workers of a running server are replaced one by one, and nobody is sent a signal who is not one's own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from supervising import NotSupervised, replace_workers, supervising
from tests.live import FROM_THE_CHECKOUT, PATIENCE, ROOT, live_server

SUPERVISOR = """
import signal, sys
from pathlib import Path
from supervising import supervising

signal.signal(signal.SIGHUP, lambda *_: print("replaced", flush=True))
with supervising(Path(sys.argv[1])):
    print("begun", flush=True)
    sys.stdin.readline()
"""


def test_the_supervisor_of_a_store_gets_the_signal(tmp_path: Path):
    store = tmp_path / "s.sqlite"
    command = [sys.executable, "-c", SUPERVISOR, str(store)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        assert process.stdout.readline() == "begun\n"
        assert replace_workers(store) == process.pid
        assert process.stdout.readline() == "replaced\n"
        process.stdin.write("\n")
        process.stdin.close()
        assert process.wait(PATIENCE) == 0
    with pytest.raises(NotSupervised):
        replace_workers(store)


def test_the_number_that_a_killed_supervisor_left_is_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    store = tmp_path / "s.sqlite"
    with supervising(store):
        pass
    store.with_name("s.sqlite.serving").write_text(str(os.getpid()))
    monkeypatch.setattr(os, "kill", lambda *_: pytest.fail("a signal was sent"))
    with pytest.raises(NotSupervised, match=r"No server with several workers serves .*s\.sqlite"):
        replace_workers(store)
    with pytest.raises(NotSupervised):
        replace_workers(tmp_path / "none.sqlite")


def workers_of(process: int) -> set[int]:
    """The processes that a supervisor has: without the one that tracks what they share."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()
    commands = {int(each): Path(f"/proc/{each}/cmdline").read_bytes() for each in children}
    return {each for each, command in commands.items() if b"spawn_main" in command}


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="reads /proc")
def test_maillage_reload_replaces_every_worker_while_the_server_answers(tmp_path: Path):
    store = tmp_path / "s.sqlite"
    with live_server(store, workers="2", endpoint_lag_seconds="60") as live:
        before = workers_of(live.process.pid)
        assert len(before) == 2
        command = [*FROM_THE_CHECKOUT, "reload", "--store", str(store)]
        said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=PATIENCE)
        assert said.stdout.startswith(f"Process {live.process.pid} replaces its workers")
        end, answers = time.monotonic() + PATIENCE, set()
        while workers_of(live.process.pid) & before and time.monotonic() < end:
            answers.add(live.post("{ actions(first: 1) { totalCount } }").text)
        now = workers_of(live.process.pid)
        assert (len(now), now & before) == (2, set())
        assert answers == {'{"data":{"actions":{"totalCount":16}}}'}
        assert live.stop() in (0, -signal.SIGTERM)
    with pytest.raises(NotSupervised):
        replace_workers(store)
