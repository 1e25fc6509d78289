"""The documentation names every limit's code."""

from __future__ import annotations

from pathlib import Path

from execution.limits import LIMIT_CODES

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "endpoint.md"


def test_every_code_of_a_limit_is_documented():
    text = DOCUMENT.read_text(encoding="utf-8")
    assert [code for code, _ in LIMIT_CODES.values() if f"`{code}`" not in text] == []
