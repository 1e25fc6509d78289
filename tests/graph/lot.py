"""The network of the real page, its actions numbered from 1 in the order of the page."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from graph import indexes, network
from graph.indexes import Indexes
from graph.ingest.page import read_page
from graph.model import Action, Sheet, light_row
from graph.network import Network
from graph.store import keyed
from graph.vocabulary import load_vocabulary

PAGE = Path(__file__).resolve().parents[2] / "data" / "pages" / "actions-lot.txt"


class Lot:
    def __init__(self) -> None:
        self.vocabulary = load_vocabulary()
        sheets = read_page(PAGE.read_bytes(), PAGE.name, self.vocabulary).sheets
        self.pairs: list[tuple[str, Sheet]] = list(keyed(sheets))
        rows = [light_row(key, sheet) for key, sheet in self.pairs]
        self.network: Network = network.build(rows, self.vocabulary)
        self.indexes: Indexes = indexes.build(self.network)
        number = {id(sheet): position for position, sheet in enumerate(sheets, start=1)}
        self._numbers = {key: number[id(sheet)] for key, sheet in self.pairs}
        self._keys = {position: key for key, position in self._numbers.items()}

    def key(self, number: int) -> str:
        return self._keys[number]

    def action(self, number: int) -> Action:
        record = self.network.records[self._keys[number]]
        assert isinstance(record, Action)
        return record

    def number(self, key: str) -> int:
        return self._numbers[key]

    def numbers(self, ordinals: Iterable[int]) -> list[int]:
        return sorted(self._numbers[self.network.actions[ordinal].key] for ordinal in ordinals)


@cache
def lot() -> Lot:
    return Lot()
