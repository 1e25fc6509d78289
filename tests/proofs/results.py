"""What the proofs tried and what was lost: the table that `make prove` prints."""

from __future__ import annotations

import os

import pytest

SEED = int(os.environ.get("PROOF_SEED", "9"))
"""Where each proof begins its random numbers."""

ROWS: list[tuple[str, str, str]] = []


def tell(claim: str, tried: str, found: str) -> None:
    """One line of the table: what was tried, how often, and what was found."""
    ROWS.append((claim, tried, found))


def bounds(few: int, many: int) -> pytest.MarkDecorator:
    """Runs a test with `times`: a few in the tests, many by `make prove`."""
    return pytest.mark.parametrize("times", [few, pytest.param(many, marks=pytest.mark.prove)])
