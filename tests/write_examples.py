"""Writes the answers of the examples: `python -m tests.write_examples`. Read the difference before a commit."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from schema import Context, schema
from tests.past import lot_with_past
from web.examples import load_examples

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"


def main() -> None:
    with TemporaryDirectory() as folder, lot_with_past(Path(folder)) as graph:
        for example in load_examples(EXAMPLES):
            answer = schema.execute_sync(example.query, variable_values=example.variables, context_value=Context(graph))
            if answer.errors:
                raise SystemExit(f"{example.name}: {answer.errors}")
            text = json.dumps({"data": answer.data}, ensure_ascii=False, indent=2)
            (EXAMPLES / f"{example.name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
