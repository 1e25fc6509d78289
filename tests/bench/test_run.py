import asyncio
import json

import pytest

from bench.peers.python import ReadyBytes
from bench.run import SERVERS, BenchError, Run, check_equal, main, table


def test_the_table_has_medians_spread_and_the_ratio_to_the_product():
    runs = {
        ("nested", "maillage"): [Run(1000, 1.0, 4.0), Run(3000, 2.0, 6.0), Run(2000, 3.0, 5.0)],
        ("nested", "mercurius"): [Run(500, 20.0, 40.0)],
    }
    lines = table(runs).splitlines()
    assert "| maillage | 2,000 | 1,000–3,000 | 2.00 | 5.00 | 1.00 |" in lines
    assert "| mercurius | 500 | 500–500 | 20.00 | 40.00 | 4.00 |" in lines
    assert lines.index(next(line for line in lines if "| maillage" in line)) < len(lines) - 2


def test_the_table_has_no_ratio_without_the_product():
    assert "| mercurius | 500 | 500–500 | 1.00 | 2.00 | – |" in table({("one", "mercurius"): [Run(500, 1, 2)]})


def test_equal_answers_pass():
    data = {"nested": [1, 2], "flat": [{"a": 1}], "one": [None]}
    check_equal("peer", data, "maillage", {name: list(found) for name, found in data.items()})


def test_the_first_different_answer_is_named():
    wanted = {"nested": [1, 2], "flat": [3], "one": [4]}
    with pytest.raises(BenchError, match="peer and maillage differ on nested, request 1"):
        check_equal("peer", wanted | {"nested": [1, 9]}, "maillage", wanted)


def test_a_different_number_of_pages_is_named():
    wanted = {"nested": [1, 2], "flat": [3], "one": [4]}
    with pytest.raises(BenchError, match="peer has 1 pages, maillage has 2"):
        check_equal("peer", wanted | {"nested": [1]}, "maillage", wanted)


def test_every_command_takes_the_port_that_it_is_given():
    assert all("{port}" in server.command for server in SERVERS)


def test_an_unknown_server_is_named_with_those_that_exist(capsys):
    with pytest.raises(SystemExit):
        main(["--only", "apollo"])
    shown = capsys.readouterr().err
    assert "'apollo'" in shown
    assert "graphql-yoga" in shown


@pytest.mark.parametrize("length", [11, 12, 42_000])
def test_ready_bytes_are_json_of_the_length_that_is_asked_for(length):
    sent = []

    async def send(message):
        sent.append(message)

    asyncio.run(ReadyBytes(length)({"type": "http"}, None, send))
    assert len(sent[1]["body"]) == length
    assert set(json.loads(sent[1]["body"])) == {"data"}
