"""The documentation names every code that the endpoint answers, with its status, and no other."""

from __future__ import annotations

import re
from pathlib import Path

from endpoint.errors import FAILURE_STATUS, STATUS
from execution.limits import LIMIT_CODES

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "endpoint.md"
REFUSALS, LIMITS = DOCUMENT.read_text(encoding="utf-8").split("## Limits")
CODE = re.compile(r"`([A-Z]+(?:_[A-Z]+)*)`")


def codes_of(table: str) -> dict[str, str]:
    """The codes in the last column of a table, with the column before it."""
    rows = [line.strip("| ").split(" | ") for line in table.splitlines() if line.startswith("| ")]
    return {code: row[-2] for row in rows for code in CODE.findall(row[-1])}


def test_every_code_is_documented_and_no_other():
    assert set(codes_of(REFUSALS)) | set(codes_of(LIMITS)) == set(STATUS)


def test_every_code_of_a_limit_stands_under_the_limits():
    assert set(codes_of(LIMITS)) == {code for code, _ in LIMIT_CODES.values()} | {"TIMEOUT"}


def test_every_status_is_the_one_that_is_answered():
    for code, status in codes_of(REFUSALS).items():
        assert status.startswith(str(STATUS[code] or FAILURE_STATUS)), code


def test_every_code_written_in_the_source_is_one_that_is_answered():
    root = DOCUMENT.parents[1]
    written = set()
    for path in (*root.glob("endpoint/*.py"), *root.glob("execution/*.py")):
        source = path.read_text(encoding="utf-8")
        written |= set(re.findall(r'(?:refusal|error_body|DocumentRefused)\(\s*"(\w+)"', source))
        written |= set(re.findall(r'"code": "(\w+)"', source))
    assert written - {"NAME"} <= set(STATUS)
    assert {"BAD_REQUEST", "TIMEOUT", "GRAPHQL_PARSE_FAILED", "OVERLOADED", "INTERNAL"} <= written
