"""Writes the answers of the examples: `python -m tests.write_examples`. Read the difference before a commit."""

from __future__ import annotations

import json
from pathlib import Path

from graph.ingest import read
from graph.knowledge_graph import KnowledgeGraph
from graph.store import SourceRecord
from graph.vocabulary import load_vocabulary
from schema import Context, schema
from web.examples import load_examples

ROOT = Path(__file__).resolve().parent.parent
EXAMPLES = ROOT / "examples"


def main() -> None:
    page = ROOT / "data" / "pages" / "actions-lot.txt"
    vocabulary = load_vocabulary()
    source = SourceRecord(page.name, "2026-11-22T00:00:00+00:00", ())
    graph = KnowledgeGraph.from_sheets(
        read(page.read_bytes(), page.name, vocabulary).sheets, vocabulary, sources=[source]
    )
    for example in load_examples(EXAMPLES):
        answer = schema.execute_sync(example.query, variable_values=example.variables, context_value=Context(graph))
        if answer.errors:
            raise SystemExit(f"{example.name}: {answer.errors}")
        text = json.dumps({"data": answer.data}, ensure_ascii=False, indent=2)
        (EXAMPLES / f"{example.name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
