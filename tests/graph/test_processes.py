"""Work that other processes do: the same, in the same order, whatever becomes of them."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from functools import partial
from pathlib import Path

import pytest

from graph.processes import Helper, in_order


def squared(number: int) -> int:
    return number * number


def squared_by(parent: int, number: int) -> tuple[int, bool]:
    """The square, and whether another process made it."""
    return number * number, os.getpid() != parent


def squared_unless_alone(parent: int, number: int) -> int:
    """Kills any process but the one that is given."""
    if os.getpid() != parent and number == 2:
        os._exit(1)
    return number * number


def refused(number: int) -> int:
    if number == 3:
        raise ValueError(f"{number} is not accepted")
    return number


@pytest.mark.parametrize("processes", [0, 1, 3])
def test_the_answers_come_in_the_order_of_what_was_asked(processes: int):
    assert list(in_order(squared, iter(range(10)), processes)) == [number * number for number in range(10)]


def test_other_processes_do_the_work():
    found = list(in_order(partial(squared_by, os.getpid()), range(4), 2))
    assert found == [(0, True), (1, True), (4, True), (9, True)]
    assert list(in_order(partial(squared_by, os.getpid()), [5], 0)) == [(25, False)]


def test_what_a_process_dies_of_is_done_here():
    work = partial(squared_unless_alone, os.getpid())
    assert list(in_order(work, range(6), 2)) == [0, 1, 4, 9, 16, 25]


@pytest.mark.parametrize("processes", [0, 2])
def test_what_is_refused_is_refused_here_after_the_answers_before_it(processes: int):
    with pytest.raises(ValueError, match="3 is not accepted"):
        list(in_order(refused, [0, 1, 2, 3, 4], processes))
    answers = in_order(refused, [0, 1, 2, 3, 4], processes)
    assert [next(answers) for _ in range(3)] == [0, 1, 2]
    answers.close()


def test_few_items_are_taken_before_they_can_be_worked_on():
    taken = []

    def items():
        for number in range(100):
            taken.append(number)
            yield number

    answers = in_order(squared, items(), 2)
    assert next(answers) == 0
    assert taken == [0, 1, 2]
    answers.close()


def waits_for_ever(_: int) -> None:
    """Work that does not end."""
    threading.Event().wait()


PARENT = """
import os, sys
from graph.processes import Helper
from tests.graph.test_processes import waits_for_ever
if __name__ == "__main__":
    with Helper(waits_for_ever) as helper:
        helper.ask(0)
        print(helper._process.pid, flush=True)
        os.kill(os.getpid(), 9)
"""


def test_a_helper_at_work_ends_with_a_process_that_is_killed(tmp_path: Path):
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    with subprocess.Popen(
        [sys.executable, script], stdout=subprocess.PIPE, env=os.environ | {"PYTHONPATH": "."}
    ) as process:
        assert process.stdout is not None
        # The helper has the same standard output: it is at its end once both have ended.
        assert process.stdout.read().strip().isdigit()
    assert process.returncode == -9


def test_a_helper_ends_with_its_block():
    with Helper(squared) as helper:
        helper.ask(12)
        assert helper.answer() == 144
        assert helper._process.is_alive()
    assert not helper._process.is_alive()
