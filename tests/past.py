"""The real page in a store with a past: it was imported, and then one sheet was corrected and restored."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from graph.importer import import_file
from graph.knowledge_graph import KnowledgeGraph
from graph.store import Store
from graph.store.journal import Cause
from graph.vocabulary import load_vocabulary

PAGE = Path(__file__).resolve().parent.parent / "data" / "pages" / "actions-lot.txt"
CORRECTED = "Repas oriental"


@contextmanager
def lot_with_past(folder: Path) -> Iterator[KnowledgeGraph]:
    """The graph of the real page, whose content is that of the page again, its texts read as a server reads them."""
    with Store(folder / "past.sqlite", create=True) as store:
        import_file(store, PAGE, load_vocabulary())
        key, sheet = next(pair for pair in store.sheets() if pair[1].title == CORRECTED)
        text = replace(sheet.text, summary=sheet.text.summary.replace("repas", "dîner"))
        corrected = replace(sheet, keywords=(*sheet.keywords, "Solidarité"), text=text)
        store.writer.correct(key, corrected, expected=1, cause=Cause("moderator", "Le repas est un dîner."))
        store.writer.restore(key, expected=2, to=1, cause=Cause("moderator", "La fiche disait bien un repas."))
        graph = KnowledgeGraph.from_store(store)
        graph.readings.read_bodies()
        yield graph
