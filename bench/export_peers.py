"""Writes what the peers serve: the records of the graph of a JSON form, with its keys and in its order.

python -m bench.export_peers bench/var/10k.json bench/var/peers.json
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson

from bench.generate import sheet_of
from graph.kinds import NodeKind
from graph.knowledge_graph import KnowledgeGraph

STATUSES = {"En cours": "EN_COURS", "Terminée": "TERMINEE"}
"""The names of the API's enum; any other status is null there."""


def export(graph: KnowledgeGraph) -> dict[str, list[dict[str, Any]]]:
    """The concepts and structures in the order of their keys, and the actions in the default order.

    A record names the others by their keys; a missing dimension or territory is None. Texts are left out.
    """
    network = graph.network
    return {
        "concepts": [
            {"id": concept.key, "kind": concept.kind, "label": concept.label}
            for kind in NodeKind
            for concept in network.concepts.get(kind, ())
        ],
        "structures": [
            {"id": structure.key, "name": structure.name, "department": structure.department.key}
            for structure in network.structures
        ],
        "actions": [
            {
                "id": action.key,
                "title": action.title,
                "year": action.year,
                "status": STATUSES.get(action.status),
                "structure": action.structure.key,
                "department": action.department.key,
                "dimension": None if action.dimension is None else action.dimension.key,
                "territory": None if action.territory is None else action.territory.key,
                "keywords": [concept.key for concept in action.keywords],
                "partners": [concept.key for concept in action.partners],
                "publics": [concept.key for concept in action.publics],
                "initiators": [concept.key for concept in action.initiators],
            }
            for action in graph.actions
        ],
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Write one export; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.export_peers", description=__doc__)
    parser.add_argument("form", type=Path, help="a file that bench.generate wrote")
    parser.add_argument("output", type=Path)
    options = parser.parse_args(arguments)
    if not options.form.is_file():
        parser.error(f"{options.form} is not a file; make one with: python -m bench.generate 10k -o {options.form}")
    graph = KnowledgeGraph.from_sheets([sheet_of(record) for record in orjson.loads(options.form.read_bytes())])
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_bytes(orjson.dumps(export(graph)))
    print(f"{len(graph.actions)} actions in {options.output}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
