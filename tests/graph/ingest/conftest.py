from pathlib import Path

import pytest

from graph.ingest import alignment
from graph.ingest.page import Page, read_page
from graph.vocabulary import load_vocabulary

FIXTURES = Path(__file__).parents[2] / "fixtures" / "ingest"
LOT = Path(__file__).parents[3] / "data" / "pages" / "actions-lot.txt"


@pytest.fixture(scope="session")
def vocabulary():
    return load_vocabulary()


@pytest.fixture(scope="session")
def lot_bytes() -> bytes:
    return LOT.read_bytes()


@pytest.fixture(scope="session")
def lot(lot_bytes, vocabulary) -> Page:
    return read_page(lot_bytes, "actions-lot.txt", vocabulary)


@pytest.fixture
def fixture_bytes():
    return lambda name: (FIXTURES / name).read_bytes()


@pytest.fixture
def fixture_page(vocabulary):
    return lambda name: read_page((FIXTURES / name).read_bytes(), name, vocabulary)


@pytest.fixture
def weighed(monkeypatch) -> list[str]:
    """The kind of each line that the search for the cheapest reading weighs, as often as it does."""
    kinds: list[str] = []
    read_line = alignment._read_line

    def counted(costs, kind, code):
        kinds.append(kind)
        return read_line(costs, kind, code)

    monkeypatch.setattr(alignment, "_read_line", counted)
    return kinds
