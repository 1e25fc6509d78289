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

from graph.ingest import read_json
from graph.kinds import KINDS, LINKED_KINDS, NodeKind
from graph.knowledge_graph import KnowledgeGraph

STATUSES = {"En cours": "EN_COURS", "Terminée": "TERMINEE"}
"""The names of the API's enum; any other status is null there."""

_KINDS = tuple(kind for kind in NodeKind if kind is not NodeKind.REGION)
"""The kinds that the peers know: a region is no part of what is measured."""


def export(graph: KnowledgeGraph) -> dict[str, list[dict[str, Any]]]:
    """The concepts and structures in the order of their keys, and the actions in the default order.

    A record names the others by their keys; a missing dimension or territory is None. Texts are left out.
    """
    network = graph.network
    return {
        "concepts": [
            {"id": concept.key, "kind": concept.kind, "label": concept.label}
            for kind in _KINDS
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
                **{
                    KINDS[kind].attribute: _keys(getattr(action, KINDS[kind].attribute))
                    for kind in _KINDS
                    if kind in LINKED_KINDS
                },
            }
            for action in graph.actions
        ],
    }


def _keys(linked: Any) -> list[str] | str | None:
    return [concept.key for concept in linked] if isinstance(linked, tuple) else linked and linked.key


def main(arguments: Sequence[str] | None = None) -> int:
    """Write one export; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench.export_peers", description=__doc__)
    parser.add_argument("form", type=Path, help="a file that bench.generate wrote")
    parser.add_argument("output", type=Path)
    options = parser.parse_args(arguments)
    if not options.form.is_file():
        parser.error(f"{options.form} is not a file; make one with: python -m bench.generate 10k -o {options.form}")
    graph = KnowledgeGraph.from_sheets(read_json(options.form.read_bytes(), options.form.name).sheets)
    options.output.parent.mkdir(parents=True, exist_ok=True)
    options.output.write_bytes(orjson.dumps(export(graph)))
    print(f"{len(graph.actions)} actions in {options.output}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
